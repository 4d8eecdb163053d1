"""How far a pathway stands from each target: a continuous number, zero where the target just holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import xarray as xr

from decarb.errors import CallError
from decarb.pathway.prepared import Prepared
from decarb.pathway.rules import Target, margin_unit, measure, ready
from decarb.pathway.verdict import Totals

__all__ = ["Measures", "margin", "margin_unit", "measures", "relative_margin"]

VERDICTS: Final = ("missed", "met", "undefined", "not_computed")
"""Verdicts of many scenarios, in the order of their codes."""
MISSED, MET, UNDEFINED, NOT_COMPUTED = range(len(VERDICTS))


@dataclass(frozen=True, repr=False)
class Measures:
    """How far scenarios stand from targets, as plain arrays; one without a scenario has one row.

    Attributes
    ----------
    targets : tuple of str
    value_unit, margin_unit : tuple of str
        One for each target; the value of a peak is a calendar year.
    value : np.ndarray of float, (scenario, target)
        The number that decides, NaN where the target is undefined.
    margin, relative_margin : np.ndarray of float, (scenario, target)
        As `margin` and `relative_margin` give them.
    verdict : np.ndarray of int8, (scenario, target)
        `MISSED`, `MET`, `UNDEFINED` or, for what was left out, `NOT_COMPUTED`.
    """

    targets: tuple[str, ...]
    value_unit: tuple[str, ...]
    margin_unit: tuple[str, ...]
    value: np.ndarray
    margin: np.ndarray
    relative_margin: np.ndarray
    verdict: np.ndarray

    def __repr__(self) -> str:
        return f"Measures({self.margin.shape[0]} scenarios, {', '.join(self.targets)})"


def measures(targets: Iterable[Target], totals: Totals, computed: np.ndarray | None = None) -> Measures:
    """Return how far pathways stand from all of some targets at once.

    Each series is checked and filled once, however many targets name it; the rules are those of `margin`.

    Parameters
    ----------
    targets : iterable of Target
    totals : mapping of str to xr.DataArray, (year,) or (scenario, year)
        As for `margin`; what no scenario changes needs no `scenario`.
    computed : np.ndarray of bool, (scenario,), optional
        Scenarios that there is something to say about; the series of the others may hold anything, NaN too.

    Raises
    ------
    CallError
        A series that a target needs is not there, or has another dimension than these two.
    InputError
        A series of a computed scenario is not finite.

    Examples
    --------
    >>> net = xr.DataArray([[9.0, 0.0], [9.0, 4.0]], {"year": [2059, 2060]}, ("scenario", "year"),
    ...                    attrs={"units": "Mt CO2/yr"})
    >>> found = measures([Target("a", "net_co2", 0, "Mt CO2/yr", 2060, "unga-2020", "neutral")], {"net_co2": net})
    >>> found.margin.ravel().tolist(), found.verdict.ravel().tolist()
    ([0.0, -4.0], [1, 0])
    """
    targets = tuple(targets)
    left_out = computed is not None and not bool(computed.all())
    kept = {name: _of(series, computed) for name, series in totals.items()} if left_out else totals
    given = ready(targets, kept)
    if given.dims not in ((), ("scenario",)):
        raise CallError(
            f"the totals have the dimensions {', '.join(given.dims)} beside `year`; sum over all but `scenario`"
        )
    count = _count(kept, computed)
    value, distance, size = (np.empty((len(targets), count)) for _ in range(3))
    for at, target in enumerate(targets):
        found = measure(target, given)
        value[at], distance[at], size[at] = found.value, found.distance, found.size
    value[np.isnan(distance)] = np.nan
    verdict = np.where(np.isnan(distance), UNDEFINED, np.where(distance >= 0.0, MET, MISSED)).astype(np.int8)
    rows = computed if left_out else None
    return Measures(
        tuple(target.id for target in targets),
        tuple(target.unit for target in targets),
        tuple(margin_unit(target) for target in targets),
        value=_by_scenario(value, rows, np.nan),
        margin=_by_scenario(distance, rows, np.nan),
        relative_margin=_by_scenario(distance / _one_of(size), rows, np.nan),
        verdict=_by_scenario(verdict, rows, NOT_COMPUTED),
    )


def margin(target: Target, totals: Totals) -> xr.DataArray:
    """Return by how much a target holds, negative where it is missed, over every dimension but `year`.

    Its sign is the verdict of `decarb.pathway.judging.judge`; the size says how far it is to the edge. NaN where the
    target is undefined.

    Parameters
    ----------
    target : Target
    totals : mapping of str to xr.DataArray, (..., year)
        The total that the target names, and for `required_rate` net CO2, for `intensity` GDP and `co2_per_gdp_2005`.

    Returns
    -------
    xr.DataArray
        In `margin_unit`. A peak: the highest year up to the target's over the highest after. Neutrality: what stands
        above zero from the target's year on, or comes back above zero before it.

    Raises
    ------
    CallError
        A series that the target needs is not there.

    Examples
    --------
    >>> gross = xr.DataArray([100.0, 81.0], {"year": [2030, 2032]}, ("year",), attrs={"units": "Mt CO2/yr"})
    >>> target = Target("a", "gross_co2", 0.08, "1/yr", 2032, "he-jiankun-2020", "rate", since=2030)
    >>> round(float(margin(target, {"gross_co2": gross})), 12)
    0.02
    """
    return _labelled(measure(target, given := ready([target], totals)).distance, given, "margin", margin_unit(target))


def relative_margin(target: Target, totals: Totals) -> xr.DataArray:
    """Return the margin over the size of the target [1], so that targets of different units can be ranked.

    The size is the threshold; for a peak and for neutrality, whose threshold is no amount, the highest total.
    """
    given = ready([target], totals)
    found = measure(target, given)
    return _labelled(found.distance / _one_of(found.size), given, "relative_margin", "1")


def _one_of(size: np.ndarray | float) -> np.ndarray:
    """Return what a margin is divided by: its size, or 1 where that is nothing."""
    return np.where(np.greater(size, 0.0), size, 1.0)


def _labelled(values: np.ndarray, given: Prepared, name: str, unit: str) -> xr.DataArray:
    """Return values over the dimensions of the totals, with their labels."""
    labels = {str(key): coord for path in given.paths.values() for key, coord in path.array.coords.items()
              if "year" not in coord.dims}  # fmt: skip
    shape = np.broadcast_shapes(values.shape, *(path.values.shape[:-1] for path in given.paths.values()))
    return xr.DataArray(np.broadcast_to(values, shape).copy(), labels, given.dims, name, {"units": unit})


def _of(series: xr.DataArray, computed: np.ndarray | None) -> xr.DataArray:
    return series.isel(scenario=computed) if "scenario" in series.dims else series


def _count(totals: Totals, computed: np.ndarray | None) -> int:
    """Return how many scenarios are measured."""
    if computed is not None:
        return int(computed.sum())
    return next((series.sizes["scenario"] for series in totals.values() if "scenario" in series.dims), 1)


def _by_scenario(array: np.ndarray, computed: np.ndarray | None, rest: float) -> np.ndarray:
    """Return (scenario, target) from (target, scenario), with `rest` in the rows of what was left out."""
    if computed is None:
        return np.ascontiguousarray(array.T)
    full = np.full((computed.size, array.shape[0]), rest, dtype=array.dtype)
    full[computed] = array.T
    return full
