"""How steep a fall must be, when it first falls too slowly, and whose the rest is.

As in `rates`, each function reduces `year` and lets every other dimension through; what does not exist is NaN, and a
`*_reason` says why in a `Reason` code.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from decarb.errors import CallError
from decarb.pathway import rates
from decarb.pathway.series import MARGIN, Reason, annual, coverage, in_words, value_in
from decarb.units import stamp, units_of


def left_after(rate: xr.DataArray | float, years: int) -> xr.DataArray:
    """Return the share [1] of the first year that is left where a compound rate is kept.

    Parameters
    ----------
    rate : xr.DataArray or float, [1/yr]
    years : int
        Years between first and last.

    References
    ----------
    `he-jiankun-2020`

    Examples
    --------
    >>> left_after(xr.DataArray([0.08, 0.10]), 30).values.round(4)
    array([0.082 , 0.0424])
    """
    return stamp((1.0 - xr.DataArray(rate)) ** years, "1")


def implied_rate(fall: xr.DataArray | float, years: int) -> xr.DataArray:
    """Return the mean compound rate [1/yr] that a fall by this share over these years stands for.

    NaN where the fall is all there is: no compound rate ends at or below zero.

    Parameters
    ----------
    fall : xr.DataArray or float, [1]
        Below the first year; negative for a rise.
    years : int
        Years between the two.

    References
    ----------
    `ndc-2035`

    Examples
    --------
    >>> implied_rate(xr.DataArray([0.07, 0.10]), 5).values.round(4)
    array([0.0144, 0.0209])
    """
    return rates.required_rate(1.0 - xr.DataArray(fall), 1.0, years).rename("implied_rate")


def rate_after_target(
    fall: xr.DataArray | float,
    peak_value: xr.DataArray | float,
    residual: xr.DataArray | float,
    *,
    target_year: int = 2035,
    end: int = 2060,
) -> xr.DataArray:
    """Return how steep the rest must be [1/yr] after a target that names only a fall below the peak.

    A planner may dispute that it gives CO2 the fall that the official target gives all gases, net. The year of the
    peak does not matter here: it decides the rate up to the target (`implied_rate`), not the one after it.

    Parameters
    ----------
    fall : xr.DataArray or float, [1]
        Below the peak, reached in `target_year`.
    peak_value, residual : xr.DataArray or float, one unit
        At the peak; what sinks and removals take in `end`.
    target_year, end : int
        Calendar years.

    References
    ----------
    `ndc-2035`

    Examples
    --------
    From 12 Gt, 7 and 10 % below the peak in 2035, to 1 Gt in 2060:

    >>> rate_after_target(xr.DataArray([0.07, 0.10]), 12.0, 1.0).values.round(3)
    array([0.092, 0.091])
    """
    reached = (1.0 - xr.DataArray(fall)) * peak_value
    return rates.required_rate(residual, reached, end - target_year).rename("rate_after_target")


def rate_still_required(
    series: xr.DataArray, residual: xr.DataArray | float, *, since: int = 2035, end: int = 2060
) -> xr.DataArray:
    """Return the mean compound rate [1/yr] that leads a pathway from its value in one year to the residual.

    Parameters
    ----------
    series : xr.DataArray, any unit, (..., year)
        Totals of the given years.
    residual : xr.DataArray or float, unit of `series`
        What sinks and removals take in `end`.
    since, end : int
        Calendar years.
    """
    return rates.required_rate(residual, value_in(series, since), end - since).rename("rate_still_required")


def required_by_sinks(gross: xr.DataArray, net: xr.DataArray, start: int = 2030, end: int = 2060) -> xr.DataArray:
    """Return the mean compound rate [1/yr] that brings gross CO2 down to what sinks and removals take at the end.

    A planner may dispute that what they take stays the same on a steeper path. `why_not_required` says why it is NaN.

    Parameters
    ----------
    gross, net : xr.DataArray, one unit, (..., year)
    start, end : int
        Calendar years.

    Notes
    -----
    1 - (R / gross_start)^(1 / (end - start)) with R = gross - net in `end`.
    """
    return rates.required_rate(value_in(gross, end) - value_in(net, end), value_in(gross, start), end - start)


def why_not_required(gross: xr.DataArray, net: xr.DataArray, start: int = 2030, end: int = 2060) -> str:
    """Say why one pathway has no `required_by_sinks`; "" where it has one."""
    for series, first in ((gross, start), (net, end)):
        covered = coverage(series, first, end)
        if covered is not Reason.DEFINED:
            return in_words(covered, series, first, end)
    taken = float(value_in(gross, end) - value_in(net, end))
    reason = Reason(int(required_rate_reason(taken, value_in(gross, start))))
    if reason is Reason.START_NOT_POSITIVE:
        return in_words(reason, gross, start, start)
    if reason is Reason.END_NOT_POSITIVE:
        return f"sinks and removals take {taken:,.6g} {units_of(gross)} in {end}: no rate is enough"
    return ""


def why_no_rate(series: xr.DataArray, start: int, end: int) -> str:
    """Say why one series has no mean rate between two years; "" where it has one."""
    reason = Reason(int(rates.mean_annual_reduction_rate_reason(series, start, end)))
    return "" if reason is Reason.DEFINED else in_words(reason, series, start, end)


def required_rate_reason(residual: xr.DataArray | float, start_value: xr.DataArray | float) -> xr.DataArray:
    """Return the reason code of `required_rate`, `rate_after_target` and `rate_still_required`.

    `END_NOT_POSITIVE` means that nothing takes a residual, so that no rate is steep enough; a start that is not
    covered (NaN) is `STARTS_LATE`.
    """
    first, last = xr.DataArray(start_value), xr.DataArray(residual)
    return _codes(first, last).where(~(first.isnull() | last.isnull()), int(Reason.STARTS_LATE)).astype(np.int8)


def year_on_year_reason(series: xr.DataArray) -> xr.DataArray:
    """Return the reason code of each `year_on_year`: the year before, or the year itself, is at or below zero."""
    full = annual(series)
    codes = _codes(full.shift(year=1), full).isel(year=slice(1, None)).astype(np.int8)
    return stamp(codes.rename("reason"), "1")


def first_failing_year(series: xr.DataArray, rate: float, *, start: int = 2030, end: int = 2060) -> xr.DataArray:
    """Return the first year in which the mean rate since `start` is too low; NaN where there is none.

    That is the first year above the path that falls evenly from `start`: a year may fall more slowly than `rate` if
    those before it fell faster. At or below zero no percentage rate exists, and the path is not missed. `rate_kept`
    tells a rate that is kept from one that cannot be judged.

    Parameters
    ----------
    series : xr.DataArray, any unit, (..., year)
        Totals of the given years.
    rate : float, [1/yr]
        Of reduction.
    start, end : int
        Calendar years.

    Examples
    --------
    >>> path = xr.DataArray([100.0, 85.0, 85.0], {"year": [2030, 2031, 2032]}, "year", attrs={"units": "Mt CO2/yr"})
    >>> int(first_failing_year(path, 0.08, end=2032))  # 100 x 0.92^2 = 84.64
    2032
    """
    failing = _failing(series, rate, start, end)
    return stamp(failing["year"].where(failing).min("year").rename("first_failing_year"), "1")


def rate_kept(series: xr.DataArray, rate: float, *, start: int = 2030, end: int = 2060) -> xr.DataArray:
    """Return whether no year up to `end` fails: 1, 0, or NaN where it cannot be known.

    It cannot be known where the value at `start` is missing or not above zero, or where the series ends before `end`
    without having failed. The arguments are those of `first_failing_year`.
    """
    failed = _failing(series, rate, start, end).any("year")
    known = failed | ((value_in(series, start) > 0) & (int(series["year"][-1]) >= end))
    return stamp((~failed).astype(float).where(known).rename("rate_kept"), "1")


def first_failing_year_reason(series: xr.DataArray, *, start: int = 2030, end: int = 2060) -> xr.DataArray:
    """Return why neither a failing year nor its absence may be known: the years, or a start at or below zero.

    A series that ends early may still show a failing year; `rate_kept` is 0 then.
    """
    first = value_in(series, start)
    covered = coverage(series, start, end)
    codes = xr.zeros_like(first) + int(covered)
    if covered is Reason.DEFINED:
        codes = _codes(first, xr.ones_like(first))
    return stamp(codes.astype(np.int8).rename("reason"), "1")


def owners_of_residual(emissions: xr.DataArray, year: int = 2060, owner: str = "sector") -> xr.Dataset:
    """Return whose emissions are left in one year, and the largest owner; it serves removals by origin as well.

    Parameters
    ----------
    emissions : xr.DataArray, any unit, (..., owner, year)
        Parts of one total, none below zero.
    year : int
        Calendar year.
    owner : str
        Dimension of the owners.

    Returns
    -------
    xr.Dataset
        `residual` (unit of `emissions`) and `share` [1] (..., owner), NaN where nothing is left; `largest` (...), the
        first of equal ones, "" where nothing is left.

    Raises
    ------
    CallError
        `owner` is no dimension of the array, or a part is below zero: shares would not be shares.
    """
    if owner not in emissions.dims:
        raise CallError(
            f"owners_of_residual: no dimension {owner!r}; name one of {', '.join(map(str, emissions.dims))}"
        )
    left = value_in(emissions, year)
    if bool((left < 0).any()):
        name = str(emissions.name or "emissions")
        raise CallError(f"{name}: a part is below zero in {year}; give emissions and removals apart")
    total = left.sum(owner, skipna=False)
    some = total > 0
    largest = left.fillna(-1.0).idxmax(owner).where(some, "")
    return xr.Dataset(
        {
            "residual": stamp(left, units_of(emissions)),
            "share": stamp(left / total.where(some), "1"),
            "largest": largest.drop_attrs(),
        }
    )


def _failing(series: xr.DataArray, rate: float, start: int, end: int) -> xr.DataArray:
    """Return, for each year after `start` up to `end`, whether it lies above the even path."""
    if end <= start:
        raise CallError(f"rate from {start} to {end}: the years must increase; a rate needs at least one year")
    first = value_in(series, start)
    after = annual(series).reindex(year=np.arange(start + 1, end + 1))
    path = first.where(first > 0) * (1.0 - rate) ** (after["year"] - start)
    return after > path * (1.0 + MARGIN)


def _codes(first: xr.DataArray, last: xr.DataArray) -> xr.DataArray:
    start, end = int(Reason.START_NOT_POSITIVE), int(Reason.END_NOT_POSITIVE)
    return (first <= 0) * start + ((first > 0) & (last <= 0)) * end
