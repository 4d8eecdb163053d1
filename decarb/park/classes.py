"""The error of one template for many parks, and how many classes of parks make it small.

A year of dispatch is linear in the size of a park, not in its proportions: a park that generates twice its load sells,
one that generates half of it buys, and their mean does neither. Copies of the mean park therefore buy and sell too
little; parks grouped by what they generate for their load, each group with a mean park of its own, do less so.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from statistics import NormalDist
from typing import Final

import numpy as np
import pandas as pd
import xarray as xr

from decarb.errors import CallError
from decarb.park.dispatch import DESIGN, own_use
from decarb.park.scaling import EXTENSIVE, LIMITED, STORE_RATINGS
from decarb.units import declare_units, stamp, strip

Year = Callable[[xr.Dataset, xr.DataArray], xr.Dataset]
"""Annual flows from a design and a load shape, such as `dispatch` in given weather."""

SPREADS: Final = ("park_load_spread", "generation_ratio_spread", "store_ratio_spread", "load_swing_spread")
SWINGS: Final = 5  # load shapes among the parks
COMPARED: Final = {"grid_import": "bought", "own_use": "used of what they make", "grid_export": "sold"}
"""The flows whose error is looked at, and how they are called in a sentence."""
CAVEAT: Final = (
    "How parks differ is assumed: no distribution of their sizes or proportions was published, and wider spreads need "
    "more classes."
)
NUMBERS: Final = (1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 25, 32)
"""Numbers of classes that are tried."""


def different_parks(template: xr.Dataset, spread: xr.Dataset, *, count: int = 1000, seed: int) -> xr.Dataset:
    """Return parks that differ in load, generation for it, store for that, and evenness of the load.

    Each of the four is drawn by itself from a log-normal distribution round the template, with the template as its
    mean; real parks would be related (a heavy one has less roof for its load). No distribution of park sizes or
    proportions was ever published: the spreads are assumptions and decide the result.

    Parameters
    ----------
    template : xr.Dataset
        The variables of `decarb.park.dispatch.DESIGN`, of one park.
    spread : xr.Dataset, [1]
        Sigmas of the logarithm, `SPREADS`: of the load, of wind and PV over load, of stores over wind and PV, and of
        how far the load departs from its mean.
    count, seed : int
        Parks; start of the random draws.

    Returns
    -------
    xr.Dataset
        A design (park) and `load_swing` [1] (park): departures of the load from its mean over those of the template,
        in `SWINGS` equally likely steps. The grid connection keeps its ratio to the load.

    Raises
    ------
    CallError
        A spread is missing or negative, or there are fewer than one park.

    Examples
    --------
    >>> park = xr.Dataset({name: xr.DataArray(0.5, attrs={"units": unit}) for name, unit in DESIGN.items()})
    >>> alike = xr.Dataset({name: xr.DataArray(0.0, attrs={"units": "1"}) for name in SPREADS})
    >>> different_parks(park, alike, count=2, seed=1)["wind_capacity"].values
    array([0.5, 0.5])
    """
    if count < 1:
        raise CallError(f"different_parks: {count} parks; write 1 or more")
    sigmas = {name: _sigma(spread, name) for name in SPREADS}
    streams = {name: np.random.default_rng([seed, zlib.crc32(name.encode())]) for name in SPREADS}
    load, generation, store = (
        _log_normal(streams[name].standard_normal(count), sigmas[name]) for name in SPREADS[:3]
    )  # fmt: skip
    steps = np.array([NormalDist().inv_cdf((step + 0.5) / SWINGS) for step in range(SWINGS)])
    swings = np.exp(sigmas["load_swing_spread"] * steps)
    swing = _along_parks((swings / swings.mean())[streams["load_swing_spread"].integers(SWINGS, size=count)])
    factors = dict.fromkeys(EXTENSIVE, load)
    factors |= dict.fromkeys(LIMITED, load * generation) | dict.fromkeys(STORE_RATINGS, load * generation * store)
    parks = xr.Dataset({"load_swing": stamp(swing, "1")})
    for name, unit in DESIGN.items():
        size = strip(template[name], unit)
        parks[name] = stamp(size * factors[name] if name in factors else size.broadcast_like(swing), unit)
    return parks.transpose("park", ...)


@declare_units("1", load_shape="1", load_swing="1")
def swung(load_shape: xr.DataArray, load_swing: xr.DataArray) -> xr.DataArray:
    """Return a load shape whose departures from its mean are `load_swing` times as large, with the same mean.

    Where that would bring a load below zero it is zero, and the other hours give way.

    Parameters
    ----------
    load_shape : xr.DataArray, [1], (..., time)
        Load over its mean.
    load_swing : xr.DataArray, [1]
        0 is an even load, 1 the shape as it is.
    """
    mean = load_shape.mean("time")
    shape = (mean + load_swing * (load_shape - mean)).clip(min=0.0)
    return shape * mean / shape.mean("time")


def flows_of(parks: xr.Dataset, load_shape: xr.DataArray, year: Year) -> xr.Dataset:
    """Return the annual flows of parks, each under a load shape with its own swing, and their `own_use`.

    Parameters
    ----------
    parks : xr.Dataset, (park)
        As `different_parks` or `classes` gives them.
    load_shape : xr.DataArray, [1], (..., time)
        Of the template.
    year : callable
        Takes a design (load_level, member) and load shapes (load_level, time), gives annual flows:
        `lambda design, shape: dispatch(design, capacity_factor, shape)` with capacity factors of one place.
    """
    swings, level = np.unique(parks["load_swing"].values, return_inverse=True)
    member = pd.Series(level).groupby(level).cumcount().to_numpy()
    table = np.zeros((len(swings), member.max() + 1), dtype=int)  # a level with fewer parks repeats the first of all
    table[level, member] = np.arange(len(level))
    design = parks[list(DESIGN)].isel(park=xr.DataArray(table, dims=("load_level", "member")))
    shapes = swung(load_shape, xr.DataArray(swings, dims="load_level", attrs={"units": "1"}))
    flows = year(design, shapes).isel(load_level=_along_parks(level), member=_along_parks(member))
    return flows.assign(own_use=own_use(flows["load"], flows["grid_import"], flows["unmet_load"]))


def classes(parks: xr.Dataset, number: int) -> xr.Dataset:
    """Return `number` mean parks, each of a group with near equal generation for its load.

    Groups are quantiles of wind and PV capacity over load, with the same number of parks in each but for one. Sizes of
    a class are the means of its members, so that its copies add up to them; ratios follow, weighted by energy, and
    so do shares and rates. Differences in stores and in load shape inside a class are averaged away.

    Parameters
    ----------
    parks : xr.Dataset, (park)
        As `different_parks` gives them.
    number : int
        Classes; 1 gives the mean park.

    Returns
    -------
    xr.Dataset
        As `parks`, one entry for each class, and `park_number` [1]: how many parks each stands for.

    Raises
    ------
    CallError
        More classes than parks, or fewer than one.
    """
    count = parks.sizes["park"]
    if not 1 <= number <= count:
        raise CallError(f"classes: {number} classes of {count} parks; write 1 to {count}")
    units = DESIGN | {"load_swing": "1"}
    plain = xr.Dataset({name: strip(parks[name], unit) for name, unit in units.items()})
    load = plain["annual_load"]
    capacity: xr.DataArray = sum(plain[name] for name in LIMITED)  # type: ignore[assignment]
    ratio = (capacity / load.where(load > 0.0)).fillna(np.inf)
    order = np.argsort(ratio.values, kind="stable")
    sizes = np.array([len(members) for members in np.array_split(order, number)])
    starts = np.cumsum(sizes) - sizes
    means = xr.Dataset({"park_number": stamp(_along_parks(sizes.astype(float)), "1")})
    # Where no park of a class has a load, all weigh the same.
    energy = load.clip(min=np.finfo(float).tiny).isel(park=order).values
    for name, unit in units.items():
        values = plain[name].transpose("park", ...).isel(park=order)
        weight = np.ones(count) if name in EXTENSIVE else energy
        mean = _mean_of_groups(values.values, weight, starts)
        means[name] = stamp(xr.DataArray(mean, values.drop_vars("park", errors="ignore").coords, values.dims), unit)
    return means


def bias_of_copies(parks: xr.Dataset, copies: xr.Dataset, park_number: xr.DataArray) -> xr.Dataset:
    """Return how far copies are off the parks that they stand for, over what these parks do together.

    Parameters
    ----------
    parks, copies : xr.Dataset, [MWh/yr], (park)
        Flows `COMPARED` of the different parks, and of one copy for each class.
    park_number : xr.DataArray, [1], (park)
        Parks that each copy stands for.

    Returns
    -------
    xr.Dataset
        [1] `grid_import_bias`, `own_use_bias`, `grid_export_bias`: negative where copies do less. NaN where the parks
        do none of it.
    """
    number, biases = strip(park_number, "1"), {}
    for name in COMPARED:
        true = strip(parks[name], "MWh/yr").sum("park")
        copied = (strip(copies[name], "MWh/yr") * number).sum("park")
        biases[f"{name}_bias"] = stamp((copied - true) / true.where(true > 0.0), "1")
    return xr.Dataset(biases)


def classes_needed(
    parks: xr.Dataset, load_shape: xr.DataArray, year: Year, bound: xr.DataArray, numbers: Sequence[int] = NUMBERS
) -> xr.Dataset:
    """Return the bias of copies against the number of classes, and the number that keeps it below a bound.

    Parameters
    ----------
    parks, load_shape, year
        As `flows_of` takes them.
    bound : xr.DataArray, [1]
        Largest bias of any of the three flows that is accepted. A flow that is a smaller part of the load than this
        does not count: wholly wrong, it would still shift the balance by less.
    numbers : sequence of int
        Numbers of classes to try; those above the number of parks are left out.

    Returns
    -------
    xr.Dataset
        [1] (classes) the biases of `bias_of_copies`, and `worst_bias`, the largest size of those that count; and
        `classes_needed`, the smallest number tried from which on the worst bias stays below the bound. It is NaN where
        none does. The attribute `sentences` says it in words, a tuple of lines.
    """
    tried = sorted({number for number in numbers if number <= parks.sizes["park"]})
    means = [classes(parks, number) for number in tried]
    copies = flows_of(xr.concat(means, "park", coords="minimal", compat="override"), load_shape, year)[list(COMPARED)]
    true, limit = flows_of(parks, load_shape, year), float(strip(bound, "1"))
    ends = np.cumsum(tried)
    curve = [
        bias_of_copies(true, copies.isel(park=slice(end - number, end)), mean["park_number"])
        for number, end, mean in zip(tried, ends, means, strict=True)
    ]
    biases = xr.concat(curve, xr.IndexVariable("classes", tried), combine_attrs="override")
    counted = [name for name in COMPARED if float(true[name].sum()) >= limit * float(true["load"].sum())]
    sizes = [abs(biases[f"{name}_bias"].drop_attrs()) for name in counted]
    worst = xr.concat(sizes, "flow", coords="minimal", compat="override").max("flow")
    above = np.flatnonzero(~(worst.values < limit))
    first = int(above[-1]) + 1 if above.size else 0
    needed = float(tried[first]) if first < len(tried) else np.nan
    result = biases.assign(worst_bias=stamp(worst, "1"), classes_needed=stamp(xr.DataArray(needed), "1"))
    result.attrs["sentences"] = (_said_of_copies(result, parks.sizes["park"]), _said_of_classes(result, limit), CAVEAT)
    return result


def _said_of_copies(curve: xr.Dataset, count: int) -> str:
    """Return the error of copying one mean park, where one class was tried; else of the fewest classes."""
    fewest = curve.isel(classes=0)
    said = [
        f"{abs(bias):.1%} {'more' if bias > 0.0 else 'less'} {words}"
        for name, words in COMPARED.items()
        if np.isfinite(bias := float(fewest[f"{name}_bias"]))
    ]
    number = int(fewest["classes"])
    copied = "the mean park" if number == 1 else f"the mean parks of {number} classes"
    return f"{count:,} copies of {copied}, against {count:,} different parks: {'; '.join(said)}."


def _said_of_classes(curve: xr.Dataset, limit: float) -> str:
    needed, last = float(curve["classes_needed"]), curve.isel(classes=-1)
    if np.isfinite(needed):
        number = "One class is" if needed == 1.0 else f"{needed:.0f} or more classes of parks are"
        return (f"{number} enough for errors below {limit:.2%}; a flow under {limit:.2%} of the load is not "
                "counted, however wrong.")  # fmt: skip
    return (f"{int(last['classes'])} classes still err by {float(last['worst_bias']):.2%}, not below {limit:.2%}: "
            "parks of a class differ in more than their generation.")  # fmt: skip


def _mean_of_groups(values: np.ndarray, weight: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Return the weighted mean of each run of rows, never past one of them by a rounding."""
    column = weight.reshape((-1, *[1] * (values.ndim - 1)))
    mean = np.add.reduceat(values * column, starts) / np.add.reduceat(column, starts)
    return np.clip(mean, np.minimum.reduceat(values, starts), np.maximum.reduceat(values, starts))


def _along_parks(values: np.ndarray) -> xr.DataArray:
    return xr.DataArray(values, dims="park")


def _log_normal(normal: np.ndarray, sigma: float) -> xr.DataArray:
    """Return factors with mean 1."""
    return _along_parks(np.exp(sigma * normal - 0.5 * sigma**2))


def _sigma(spread: xr.Dataset, name: str) -> float:
    sigma = float(strip(spread[name], "1")) if name in spread else np.nan
    if not 0.0 <= sigma < np.inf:
        raise CallError(f"different_parks: {name} is {sigma:g}; state a sigma of 0 or more")
    return sigma
