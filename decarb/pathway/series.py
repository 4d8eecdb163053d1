"""A series of annual totals: the years it covers, its value in each of them, and why a figure may be missing.

A series is a DataArray with `attrs["units"]` and whole, increasing calendar years in the coordinate `year`. Any
other dimension, such as `scenario`, passes through.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType

import numpy as np
import xarray as xr

from decarb.errors import CallError, Problems

FIRST_YEAR, LAST_YEAR = 1900, 2200
"""Calendar years outside these bounds are taken for mistakes."""

ROUNDING = 1e-12
"""A line that crosses zero is taken for zero where it is this small beside the largest value of its series."""

MARGIN = 1e-9
"""A path that falls by exactly 8 % a year passes in spite of rounding."""


class Reason(IntEnum):
    """Why a figure is undefined; small whole numbers, so that a sweep can store them."""

    DEFINED = 0
    STARTS_LATE = 1
    ENDS_EARLY = 2
    START_NOT_POSITIVE = 3
    END_NOT_POSITIVE = 4
    PEAK_NOT_POSITIVE = 5
    NEVER_AT_ZERO = 6


REASONS: Mapping[Reason, str] = MappingProxyType(
    {
        Reason.DEFINED: "defined",
        Reason.STARTS_LATE: "the series starts after the first year needed",
        Reason.ENDS_EARLY: "the series ends before the last year needed",
        Reason.START_NOT_POSITIVE: "the value at the start is zero or negative, so no percentage rate exists",
        Reason.END_NOT_POSITIVE: "the value at the end is zero or negative, so no percentage rate exists",
        Reason.PEAK_NOT_POSITIVE: "the series is never above zero, so it has no share of a peak",
        Reason.NEVER_AT_ZERO: "the series stays above zero",
    }
)
"""The words of each `Reason`."""


def check_series(series: xr.DataArray) -> None:
    """Refuse a series that cannot be judged, with every fault at once.

    Raises
    ------
    InputError
        No unit, no `year`, years that are not whole, increasing and within 1900-2200, or a value that is not finite.
    """
    problems, name = Problems(), str(series.name or "series")
    if not isinstance(series.attrs.get("units"), str):
        problems.add(name, "units", "the array has no unit", 'set attrs["units"], such as "Mt CO2/yr"')
    if "year" not in series.dims or "year" not in series.coords or series.sizes["year"] == 0:
        problems.add(name, "year", f"the array has dimensions {tuple(series.dims)} and no years", "add `year`")
        problems.raise_if_any()
    years = series["year"].values
    if not np.issubdtype(years.dtype, np.integer):
        problems.add(name, "year", f"years are {years.dtype}", "write whole calendar years, such as 2030")
    else:
        if not np.all(np.diff(years) > 0):
            at = int(np.argmin(np.diff(years) > 0))
            problems.add(name, "year", f"{years[at]} is followed by {years[at + 1]}", "sort the years, each one once")
        if years.min() < FIRST_YEAR or years.max() > LAST_YEAR:
            outside = years[(years < FIRST_YEAR) | (years > LAST_YEAR)][0]
            problems.add(name, "year", f"{outside} lies outside {FIRST_YEAR}-{LAST_YEAR}", "write calendar years")
    if not (np.issubdtype(series.dtype, np.number) and bool(np.isfinite(series.data).all())):
        problems.add(name, "", "a value is no finite number", "give a number for each year, or drop the year")
    problems.raise_if_any()


def annual(series: xr.DataArray) -> xr.DataArray:
    """Every year from the first to the last given one, in the unit of `series`.

    Years that were not given lie on the straight line between their neighbours; nothing is extrapolated. A line that
    crosses zero exactly in a year gives 0 there, whatever the rounding.

    Parameters
    ----------
    series : xr.DataArray, any unit, (..., year)
        Totals of the given years.

    Raises
    ------
    InputError
        See `check_series`.

    Examples
    --------
    >>> given = xr.DataArray([3.0, -1.0], coords={"year": [2030, 2034]}, dims="year", attrs={"units": "Mt CO2/yr"})
    >>> annual(given).values
    array([ 3.,  2.,  1.,  0., -1.])
    """
    check_series(series)
    units = {"units": series.attrs["units"]}
    given = series["year"].values
    years = np.arange(given[0], given[-1] + 1)
    if years.size == given.size:
        return series.astype(float).assign_attrs(units)
    full: xr.DataArray = xr.apply_ufunc(
        _joined,
        series.astype(float),
        kwargs={"given": given, "years": years},
        input_core_dims=[["year"]],
        output_core_dims=[["year"]],
        exclude_dims={"year"},
        dask="parallelized",
        output_dtypes=[float],
        dask_gufunc_kwargs={"output_sizes": {"year": years.size}},
    )
    full = full.assign_coords(year=years).transpose(*series.dims)
    full.attrs = units
    return full


def _joined(values: np.ndarray, given: np.ndarray, years: np.ndarray) -> np.ndarray:
    """Values along the last axis for `years`, on straight lines between those of the years `given`."""
    left = np.clip(np.searchsorted(given, years, side="right") - 1, 0, given.size - 2)
    before, after = values[..., left], values[..., left + 1]
    weight = (years - given[left]) / (given[left + 1] - given[left])
    # Rounding must neither lift a flat stretch above its ends, where it would move the peak, nor miss an exact zero.
    line = np.clip(before * (1 - weight) + after * weight, np.minimum(before, after), np.maximum(before, after))
    small = np.abs(line) <= ROUNDING * np.abs(values).max(axis=-1, keepdims=True)
    line = np.where(small & (np.sign(before) != np.sign(after)), 0.0, line)
    return np.where(weight == 0, before, np.where(weight == 1, after, line))


def coverage(series: xr.DataArray, first: int, last: int) -> Reason:
    """Whether the series reaches both years; the years are the same for every scenario of an array."""
    return covered_by(series["year"].values, first, last)


def covered_by(years: np.ndarray, first: int, last: int) -> Reason:
    """Whether increasing years reach from the first to the last one needed."""
    if first > last:
        raise CallError(f"years {first} to {last}: the first year comes after the last; swap them")
    if years[0] > first:
        return Reason.STARTS_LATE
    if years[-1] < last:
        return Reason.ENDS_EARLY
    return Reason.DEFINED


def value_in(series: xr.DataArray, year: int) -> xr.DataArray:
    """Value in one year, in the unit of `series`; NaN where the series does not cover the year.

    Parameters
    ----------
    series : xr.DataArray, any unit, (..., year)
        Totals of the given years.
    year : int
        Calendar year.
    """
    check_series(series)
    at = np.flatnonzero(series["year"].values == year)
    if at.size == 1:
        return series.isel(year=int(at[0]), drop=True).astype(float)
    value: xr.DataArray = annual(series).reindex(year=[year]).isel(year=0, drop=True)
    return value


def in_words(reason: Reason, series: xr.DataArray, start: int, end: int) -> str:
    """Why a figure of one series over `start` to `end` is undefined, with the years or values that decide it.

    Examples
    --------
    >>> short = xr.DataArray([5.0], {"year": [2030]}, "year", name="net_co2", attrs={"units": "Mt CO2/yr"})
    >>> in_words(Reason.ENDS_EARLY, short, 2060, 2060)
    'net_co2: the series ends before the last year needed (covers 2030-2030, needs 2060)'
    """
    needed = (start,) if start == end else (start, end)
    if reason in (Reason.STARTS_LATE, Reason.ENDS_EARLY):
        covers = f"covers {int(series['year'][0])}-{int(series['year'][-1])}"
        detail = f"{covers}, needs {' and '.join(map(str, needed))}"
    else:
        units = series.attrs["units"]
        detail = ", ".join(f"{float(value_in(series, year)):,.6g} {units} in {year}" for year in needed)
    return f"{series.name}: {REASONS[reason]} ({detail})"
