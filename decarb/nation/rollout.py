"""How many zones have adopted the template, year by year, and how many of those that want it can be built."""

from __future__ import annotations

from typing import Final

import numpy as np
import xarray as xr

from decarb.errors import DecarbError
from decarb.nation.vintages import SHORTEST_LIFE, added_in_year, read_at
from decarb.units import declare_units, strip

COHORTS: Final = ("province", "level", "archetype")
"""What a cap on the nation is shared by."""


@declare_units("zone", anchor="zone", zones="zone", growth="1/yr", ceiling="1")
def adopted_zones(
    year: xr.DataArray,
    *,
    anchor: xr.DataArray,
    anchor_year: xr.DataArray,
    growth: xr.DataArray,
    zones: xr.DataArray,
    ceiling: xr.DataArray,
) -> xr.DataArray:
    """Return zones in which the template operates at the end of a year: a logistic curve through one point.

    Parameters
    ----------
    year : xr.DataArray, (year)
        Calendar years.
    anchor, anchor_year : xr.DataArray
        The point: that many zones [zone] operate at the end of that year.
    growth : xr.DataArray, [1/yr]
        Continuous rate while few zones have adopted.
    zones, ceiling : xr.DataArray
        All zones [zone], and the share of them [1] that ever adopts.

    Notes
    -----
    A(t) = K / (1 + (K / A0 - 1) exp(-g (t - t0))), K = ceiling x zones, A0 <= K.
    """
    most = ceiling * zones
    start = np.minimum(anchor, most)
    ratio = xr.where(start > 0, most / xr.where(start > 0, start, 1.0), np.inf)
    curve = most / (1.0 + (ratio - 1.0) * np.exp(-growth * (year - anchor_year)))
    return xr.where(start > 0, curve, 0.0)


@declare_units("zone", curve="zone")
def operating_after(curve: xr.DataArray, last_observed_year: int) -> xr.DataArray:
    """Return the curve after the last observed year, and no zone before.

    Whatever ran earlier is inside the observed base: it brings no new abatement and has no books here.
    """
    return curve.where(curve["year"] > last_observed_year, 0.0)


@declare_units("1", adopted="zone", zones="zone")
def share_at_year_end(adopted: xr.DataArray, zones: xr.DataArray) -> xr.DataArray:
    """Return the share of zones in operation at the end of each year."""
    return (adopted / zones).clip(0.0, 1.0)


@declare_units("1", adopted="zone", zones="zone")
def operating_share(adopted: xr.DataArray, zones: xr.DataArray) -> xr.DataArray:
    """Return the share of zones in operation as a mean over each calendar year.

    A zone works half of the year in which it starts.

    Parameters
    ----------
    adopted : xr.DataArray, [zone], (year)
        At the end of each year.
    zones : xr.DataArray, [zone]
    """
    before = adopted.shift(year=1).where(adopted["year"] > adopted["year"].min(), adopted)
    return ((adopted + before) / 2.0 / zones).clip(0.0, 1.0)


def cohorts_of(array: xr.DataArray) -> list[str]:
    """Return the dimensions of an array that tell zones apart."""
    return [dim for dim in COHORTS if dim in array.dims]


@declare_units({"built": "zone", "operating": "zone", "retired": "zone", "waiting": "zone"},
               wanted="zone", build_rate="zone/yr", capacity_rate="GW/yr", capacity_of_zone="GW", lifetime="yr",
               renewed_share="1")  # fmt: skip
def built_under_caps(
    wanted: xr.DataArray,
    *,
    build_rate: xr.DataArray,
    capacity_rate: xr.DataArray,
    capacity_of_zone: xr.DataArray,
    lifetime: xr.DataArray,
    renewed_share: xr.DataArray,
) -> xr.Dataset:
    """Return what is built, operates, has retired and waits at the end of each year, under yearly caps.

    What a cap cuts is not lost: it waits and is built as soon as there is room, all cohorts in the same proportion.
    Nothing is ever taken down but by age; a zone that retires is renewed, under the same caps, as far as it is wanted.

    Parameters
    ----------
    wanted : xr.DataArray, [zone], (..., year)
        Zones that want to operate at the end of each year, under their ceiling. All of the first year is built in it.
    build_rate : xr.DataArray, [zone/yr], (...)
        Most zones that are built in a year, renewals among them; infinite is no cap. A cap is shared by all cohorts of
        the dimensions that it does not carry: one with `province` holds in each province.
    capacity_rate : xr.DataArray, [GW/yr], (...)
        The same for new wind and PV.
    capacity_of_zone : xr.DataArray, [GW], (..., year)
        Wind and PV of one zone built in that year.
    lifetime : xr.DataArray, [yr], (...)
        From the end of the year of the build; one year or more, infinite is never.
    renewed_share : xr.DataArray, [1], (...)
        Of retired zones, those that want the template again: 1 keeps them all, 0 none.

    Returns
    -------
    xr.Dataset
        `built` (all builds so far, renewals counted again), `operating`, `retired` (all so far), and `waiting` (wanted,
        or wanted again, and not built) [zone].

    Raises
    ------
    DecarbError
        A lifetime is too short, a cap is negative, or an argument tells zones apart that `wanted` does not.

    Notes
    -----
    need(t) = max(0, wanted(t) - built(t - 1) + renewed_share x retired(t)), retired(t) = built(t - lifetime),
    built(t) = built(t - 1) + need(t) x min(1, build_rate / sum of need, capacity_rate / sum of need x capacity).
    """
    given = {"build_rate": build_rate, "capacity_rate": capacity_rate, "capacity_of_zone": capacity_of_zone,
             "lifetime": lifetime, "renewed_share": renewed_share}  # fmt: skip
    _check_caps(wanted, given)
    every = wanted
    for array in given.values():
        every = every.broadcast_like(array.isel(year=0, drop=True) if "year" in array.dims else array)
    every = every.transpose(..., "year")
    lead = every.dims[:-1]
    life, again = _aligned(lifetime, lead), _aligned(renewed_share, lead)
    most = [(_aligned(cap, lead), _shared_axes(every, cap)) for cap in (build_rate, capacity_rate)]
    of_zone = _aligned(capacity_of_zone.broadcast_like(every["year"]), (*lead, "year"))
    built, retired, waiting = (np.zeros(every.shape) for _ in range(3))
    before = np.zeros(every.shape[:-1])
    for at in range(every.sizes["year"]):
        retired[..., at] = read_at(built, np.broadcast_to(at - life, before.shape)[..., np.newaxis])[..., 0]
        need = np.maximum(every.data[..., at] - (before - again * retired[..., at]), 0.0)
        claims = (need, need * of_zone[..., at])
        part = np.minimum(*(_part(cap, claim, axes) for claim, (cap, axes) in zip(claims, most, strict=True)))
        built[..., at] = before + part * need
        waiting[..., at] = need - part * need
        before = built[..., at]
    totals = {"built": built, "operating": built - retired, "retired": retired, "waiting": waiting}
    return xr.Dataset({name: every.copy(data=values) for name, values in totals.items()})


def _part(cap: np.ndarray, claim: np.ndarray, axes: tuple[int, ...]) -> np.ndarray:
    """Return how much of what is claimed fits under a cap."""
    claimed = claim.sum(axes, keepdims=True)
    return np.divide(cap, claimed, out=np.ones(np.broadcast_shapes(cap.shape, claimed.shape)), where=claimed > cap)


def _aligned(array: xr.DataArray, dims: tuple[object, ...]) -> np.ndarray:
    return array.expand_dims([dim for dim in dims if dim not in array.dims]).transpose(*dims).values


def _shared_axes(every: xr.DataArray, cap: xr.DataArray) -> tuple[int, ...]:
    return tuple(every.get_axis_num(dim) for dim in cohorts_of(every) if dim not in cap.dims)


def _check_caps(wanted: xr.DataArray, given: dict[str, xr.DataArray]) -> None:
    for name, array in given.items():
        finer = [dim for dim in cohorts_of(array) if dim not in wanted.dims]
        if finer:
            raise DecarbError(
                f"{name}: tells zones apart by {', '.join(finer)}, the zones wanted do not; take a mean over "
                f"{', '.join(finer)}, or share the zones out with decarb.nation.adoption.shared_among"
            )
        if bool((array < 0.0).any()) or bool(array.isnull().any()):
            raise DecarbError(f"{name}: {float(array.min()):g} is negative or no number; write 0 or more")
    if bool((given["lifetime"] - SHORTEST_LIFE < 0.0).any()):
        raise DecarbError(f"lifetime: {float(given['lifetime'].min()):g} yr; write {SHORTEST_LIFE:g} yr or more")


def check_caps(rollout: xr.Dataset, build_rate: xr.DataArray, *, tolerance: float = 1e-9) -> None:
    """Check that nothing is unbuilt or lost, and that no year builds more zones than its cap.

    Parameters
    ----------
    rollout : xr.Dataset
        As `built_under_caps` returns it.
    build_rate : xr.DataArray, [zone/yr], (...)
    tolerance : float
        Of the largest number built.

    Raises
    ------
    DecarbError
        A law is broken, with its year.
    """
    allowed = tolerance * max(float(rollout["built"].max()), 1.0)
    added = strip(added_in_year(rollout["built"]), "zone")
    cap = strip(build_rate, "zone/yr")
    together = added.sum([dim for dim in cohorts_of(added) if dim not in cap.dims])
    found = {
        "fewer zones are built than before": added < -allowed,
        "more zones are built than rollout.build_rate allows": together > cap + allowed,
        "zones that were built neither operate nor have retired":
            abs(rollout["built"] - rollout["operating"] - rollout["retired"]) > allowed,
        "a number of zones is negative": (rollout[["operating", "retired", "waiting"]].to_array() < -allowed),
    }  # fmt: skip
    for what, broken in found.items():
        years = broken.any([dim for dim in broken.dims if dim != "year"])
        if bool(years.any()):
            raise DecarbError(f"rollout: {what} in {int(years['year'][years.argmax('year')])}")
