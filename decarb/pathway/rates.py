"""Peak, rates, neutrality, residual and cumulative emissions of annual totals.

Each function reduces `year` and lets every other dimension through, so one call serves a run and a sweep. A figure
that does not exist is NaN, and the companion `*_reason` says why in a `Reason` code (int8, 0 where defined).
"""

from __future__ import annotations

from typing import TypeVar, cast

import numpy as np
import xarray as xr

from decarb.errors import CallError
from decarb.pathway.series import Reason, annual, check_series, coverage, value_in

Amount = TypeVar("Amount", xr.DataArray, np.ndarray)
RATE, SHARE, FLAG, CALENDAR_YEAR = "1/yr", "1", "1", "1"


def peak_year(series: xr.DataArray) -> xr.DataArray:
    """First calendar year of the global maximum; a flat or repeated peak counts from its first year.

    Parameters
    ----------
    series : xr.DataArray, any unit, (..., year)
        Totals of the given years.
    """
    check_series(series)
    at = series.astype(float).argmax("year")
    return _as(series["year"].isel(year=at).drop_vars("year"), CALENDAR_YEAR, "peak_year")


def peak_value(series: xr.DataArray) -> xr.DataArray:
    """Global maximum, in the unit of `series`."""
    check_series(series)
    return _as(series.astype(float).max("year"), series.attrs["units"], "peak_value")


def mean_annual_reduction_rate(series: xr.DataArray, start: int, end: int) -> xr.DataArray:
    """Mean compound rate of reduction between two years [1/yr]; negative where the series grows.

    A planner may dispute that it describes the two ends alone: a path slow to 2035 and steep after has the same mean
    as an even one. `mean_annual_reduction_rate_reason` says why it is NaN.

    Parameters
    ----------
    series : xr.DataArray, any unit, (..., year)
        Totals of the given years.
    start, end : int
        Calendar years.

    Notes
    -----
    1 - (E_end / E_start)^(1 / (end - start)), valid where both ends are above zero. Kept for 30 years, 8 % leaves
    8.2 % and 10 % leaves 4.2 %: a compound rate never reaches zero.

    References
    ----------
    `he-jiankun-2020`

    Examples
    --------
    >>> falls = xr.DataArray([100.0, 81.0], coords={"year": [2030, 2032]}, dims="year", attrs={"units": "Mt CO2/yr"})
    >>> round(float(mean_annual_reduction_rate(falls, 2030, 2032)), 12)
    0.1
    """
    rate = compound(value_in(series, start), value_in(series, end), years_between(start, end))
    return _as(rate, RATE, "mean_annual_reduction_rate")


def mean_annual_reduction_rate_reason(series: xr.DataArray, start: int, end: int) -> xr.DataArray:
    """Reason code of `mean_annual_reduction_rate`: the years are not covered, or an end is at or below zero."""
    years_between(start, end)
    return _reason(_bad_ends(value_in(series, start), value_in(series, end)), coverage(series, start, end))


def year_on_year(series: xr.DataArray) -> xr.DataArray:
    """Rate of reduction against the year before [1/yr], over `year`; NaN where either year is at or below zero."""
    full = annual(series)
    return _as(compound(full.shift(year=1), full, 1).isel(year=slice(1, None)), RATE, "year_on_year")


def rates_by_step(series: xr.DataArray, step: int = 5) -> xr.DataArray:
    """Mean compound rate of each step that lies inside the series [1/yr], over `step` ("2025-2030").

    Parameters
    ----------
    series : xr.DataArray, any unit, (..., year)
        Totals of the given years.
    step : int
        Length of a step in years; steps start on multiples of it.
    """
    first, last, labels = _steps(series, step)
    return _as(compound(first, last, step).assign_coords(step=labels), RATE, "rates_by_step")


def rates_by_step_reason(series: xr.DataArray, step: int = 5) -> xr.DataArray:
    """Reason code of each of the `rates_by_step`: an end at or below zero."""
    first, last, labels = _steps(series, step)
    return _reason(_bad_ends(first, last).assign_coords(step=labels))


def required_rate(residual: xr.DataArray | float, start_value: xr.DataArray | float, years: int) -> xr.DataArray:
    """Mean compound rate that brings `start_value` down to `residual` in that many years [1/yr].

    NaN where either is at or below zero: where nothing takes a residual, no rate is steep enough.

    Parameters
    ----------
    residual : xr.DataArray or float, unit of `start_value`
        What sinks and removals take in the last year.
    start_value : xr.DataArray or float
        Emissions in the first year.
    years : int
        Years between the two.

    Examples
    --------
    >>> round(float(required_rate(81.0, 100.0, 2)), 12)
    0.1
    """
    return _as(
        compound(xr.DataArray(start_value), xr.DataArray(residual), years_between(0, years)), RATE, "required_rate"
    )


def neutral_year(series: xr.DataArray) -> xr.DataArray:
    """First calendar year at or below zero on the straight line between given years; NaN where there is none.

    Parameters
    ----------
    series : xr.DataArray, any unit, (..., year)
        Totals of the given years.

    Examples
    --------
    >>> falls = xr.DataArray([9.0, -9.0], coords={"year": [2050, 2060]}, dims="year", attrs={"units": "Mt CO2/yr"})
    >>> float(neutral_year(falls))
    2055.0
    """
    full = annual(series)
    return _as(full["year"].where(full <= 0).min("year"), CALENDAR_YEAR, "neutral_year")


def neutral_year_reason(series: xr.DataArray, until: int = 2060) -> xr.DataArray:
    """Reason code of `neutral_year`: above zero to the end, or the series ends before `until`."""
    missing = Reason.ENDS_EARLY if int(series["year"][-1]) < until else Reason.NEVER_AT_ZERO
    return _reason((annual(series) > 0).all("year") * int(missing))


def neutral_held(series: xr.DataArray, until: int = 2060) -> xr.DataArray:
    """Whether the series is at or below zero from `neutral_year` to its end: 1, 0, or NaN where it cannot be known.

    A later return above zero gives 0, even where the series falls below zero again. It cannot be known where the
    series ends before `until` without such a return.
    """
    full = annual(series)
    reached = (full <= 0).cumsum("year") > 0
    broken = (reached & (full > 0)).any("year")
    held = (reached.any("year") & ~broken).astype(float)
    if int(series["year"][-1]) < until:
        held = held.where(broken)
    return _as(held, FLAG, "neutral_held")


def residual(series: xr.DataArray, year: int = 2060) -> xr.DataArray:
    """Value that is left in `year`, in the unit of `series`; NaN where the series does not cover it."""
    return _as(value_in(series, year), series.attrs["units"], "residual")


def cumulative(series: xr.DataArray, start: int = 2020) -> xr.DataArray:
    """Sum of the annual values from `start`, or from the first year if later, to the end of the series.

    Parameters
    ----------
    series : xr.DataArray, a unit per year, (..., year)
        Totals of the given years; the result drops the "/yr".
    start : int
        Calendar year; the sum is NaN where the series ends before it.
    """
    full = annual(series)
    total = full.sel(year=slice(start, None)).sum("year", min_count=1)
    units = full.attrs["units"]
    return _as(total, units.removesuffix("/yr") if units.endswith("/yr") else f"{units} yr", "cumulative")


def share_of_peak(series: xr.DataArray, year: int = 2060) -> xr.DataArray:
    """Value in `year` over the global maximum [1]; NaN where not covered or where the maximum is not above zero."""
    peak = peak_value(series)
    return _as(value_in(series, year) / peak.where(peak > 0), SHARE, "share_of_peak")


def share_of_peak_reason(series: xr.DataArray, year: int = 2060) -> xr.DataArray:
    """Reason code of `share_of_peak`."""
    return _reason((peak_value(series) <= 0) * int(Reason.PEAK_NOT_POSITIVE), coverage(series, year, year))


def compound(first: Amount, last: Amount, years: int) -> Amount:
    """Return the mean compound rate of reduction [1/yr] between two amounts, NaN where either is at or below zero."""
    # One number alone must go the way that an array goes: `**` on it takes another routine, with another last bit.
    return cast(Amount, 1 - np.power(positive(last) / positive(first), 1 / years))


def positive(amount: Amount) -> Amount:
    """Return the amount where it is above zero, else NaN."""
    if isinstance(amount, xr.DataArray):
        return amount.where(amount > 0)
    return np.where(amount > 0, amount, np.nan)


def _bad_ends(first: xr.DataArray, last: xr.DataArray) -> xr.DataArray:
    start, end = int(Reason.START_NOT_POSITIVE), int(Reason.END_NOT_POSITIVE)
    return (first <= 0) * start + ((first > 0) & (last <= 0)) * end


def years_between(start: int, end: int) -> int:
    """Return how many years lie between two; refused where they do not increase."""
    if end <= start:
        raise CallError(f"rate from {start} to {end}: the years must increase; a rate needs at least one year")
    return end - start


def _steps(series: xr.DataArray, step: int) -> tuple[xr.DataArray, xr.DataArray, np.ndarray]:
    full = annual(series)
    years_between(0, step)
    starts = np.arange(-(-int(full["year"][0]) // step) * step, int(full["year"][-1]) - step + 1, step)
    first, last = (full.sel(year=at).drop_vars("year").rename(year="step") for at in (starts, starts + step))
    return first, last, np.array([f"{start}-{start + step}" for start in starts], dtype="U9")


def _reason(codes: xr.DataArray, covered: Reason = Reason.DEFINED) -> xr.DataArray:
    codes = codes if covered is Reason.DEFINED else xr.full_like(codes, int(covered), dtype=np.int8)
    return _as(codes.astype(np.int8), FLAG, "reason")


def _as(array: xr.DataArray, units: str, name: str) -> xr.DataArray:
    named = array.rename(name)
    named.attrs = {"units": units}
    return named
