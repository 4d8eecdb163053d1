"""One target judged: a rule for each kind of target, and undefined rather than guessed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import xarray as xr

from decarb.pathway import rates
from decarb.pathway.series import Reason, coverage, in_words, value_in
from decarb.pathway.verdict import (
    TargetVerdict,
    Totals,
    counted_with,
    not_given,
    rate_figure,
    required_figure,
    series_for,
)

Rule = Literal["peak", "peak_before", "fall", "neutral", "rate", "required_rate", "intensity", "at_least"]

MARGIN = 1e-9
"""A path that falls by exactly 8 % a year passes in spite of rounding."""


@dataclass(frozen=True)
class Target:
    """One target: the total it names, the number to reach and the year, and where it was read.

    `since` is the first year the series must cover where that is not `year` itself; `band_top` ends the band that
    begins at `threshold`. What is shown `beside` is another reading of a target: it is judged, but missing it misses
    no target.
    """

    id: str
    total: str
    threshold: float
    unit: str
    year: int
    source: str
    rule: Rule
    since: int | None = None
    band_top: float | None = None
    beside: bool = False

    @property
    def first_year(self) -> int:
        """First year the series must cover."""
        return self.year if self.since is None else self.since


def judge(target: Target, totals: Totals) -> TargetVerdict:
    """Judge one target on checked series; undefined where its total is absent or its years are not covered."""
    series = series_for(target.total, totals)
    if series is None:
        return _undefined(target, target.total, not_given(target.total, totals))
    covered = coverage(series, target.first_year, target.year)
    if covered is not Reason.DEFINED:
        return _undefined(target, str(series.name), in_words(covered, series, target.first_year, target.year))
    return _RULES[target.rule](target, series, totals)


def _peak(target: Target, series: xr.DataArray, totals: Totals) -> TargetVerdict:
    year, last = int(rates.peak_year(series)), int(series["year"][-1])
    met = year < target.threshold if target.rule == "peak_before" else year <= target.threshold
    if met and year == last:
        why = f"the maximum lies in {year}, where the series ends: it may still rise"
        return _undefined(target, str(series.name), why)
    reason = f"maximum of {float(rates.peak_value(series)):,.1f} {series.attrs['units']} in {year}"
    return _judged(target, series, year, met, reason)


def _fall(target: Target, series: xr.DataArray, totals: Totals) -> TargetVerdict:
    said = counted_with(series)
    for key, wanted in (("land_view", "inventory"), ("gwp", "AR5")):
        if not said.get(key, wanted).startswith(wanted):
            return _undefined(target, str(series.name), f"{key} is {said[key]}; the target counts with {wanted}")
    before = series.sel(year=slice(None, target.year))
    peak, left = float(rates.peak_value(before)), float(value_in(series, target.year))
    if peak <= 0:
        why = in_words(Reason.PEAK_NOT_POSITIVE, series, target.year, target.year)
        return _undefined(target, str(series.name), why)
    missing = [key for key in ("land_view", "gwp") if key not in said]
    note = f"; not declared: {', '.join(missing)}" if missing else ""
    fall = 1 - left / peak
    reason = f"{fall:.1%} below the maximum of {peak:,.1f} {series.attrs['units']} in {int(rates.peak_year(before))}"
    return _judged(target, series, fall, _reaches(fall, target.threshold), reason + note)


def _neutral(target: Target, series: xr.DataArray, totals: Totals) -> TargetVerdict:
    above = (series - target.threshold).assign_attrs(series.attrs)
    year, held = rates.neutral_year(above), bool(rates.neutral_held(above, target.year) == 1)
    line = "zero" if target.threshold == 0 else f"{target.threshold:,.6g} {target.unit}"
    if bool(year.isnull()):
        reason = f"stays above {line} to {int(series['year'][-1])}"
    else:
        reason = f"at or below {line} from {int(year)}" + ("" if held else ", and above it again later")
    met = held and int(year) <= target.year
    return _judged(target, series, float(value_in(series, target.year)), met, reason)


def _rate(target: Target, series: xr.DataArray, totals: Totals) -> TargetVerdict:
    rate, why = rate_figure(series, target.first_year, target.year)
    if rate is None:
        return _undefined(target, str(series.name), why)
    reason = f"{rate:.2%} a year over {target.first_year}-{target.year}"
    if target.band_top is not None and rate > target.band_top + MARGIN:
        reason += f", above the band of {target.threshold:.0%} to {target.band_top:.0%}"
    return _judged(target, series, rate, _reaches(rate, target.threshold), reason)


def _required_rate(target: Target, series: xr.DataArray, totals: Totals) -> TargetVerdict:
    required, why = required_figure(totals, target.first_year, target.year)
    rate, why_no_rate = rate_figure(series, target.first_year, target.year)
    if required is None or rate is None:
        return _undefined(target, str(series.name), why or why_no_rate, required)
    reason = f"{rate:.2%} a year, where what sinks and removals take in {target.year} requires {required:.2%}"
    return _judged(target, series, rate, _reaches(rate, required), reason, required)


def _intensity(target: Target, series: xr.DataArray, totals: Totals) -> TargetVerdict:
    gdp, fixed = totals.get("gdp"), totals.get("co2_per_gdp_2005")
    if gdp is None or (target.since is None and fixed is None):
        missing = "gdp" if gdp is None else "co2_per_gdp_2005"
        return _undefined(target, str(series.name), f"{missing} is not given")
    covered = coverage(gdp, target.first_year, target.year)
    if covered is not Reason.DEFINED:
        return _undefined(target, str(series.name), in_words(covered, gdp, target.first_year, target.year))
    before = fixed if target.since is None else value_in(series, target.since) / value_in(gdp, target.since)
    now = value_in(series, target.year) / value_in(gdp, target.year)
    if not (before is not None and float(before) > 0):
        return _undefined(target, str(series.name), "the CO2 intensity it is compared with is zero or negative")
    change = float(now / before) - 1
    reason = f"CO2 for each unit of GDP changes by {change:.1%} to {target.year}"
    return _judged(target, series, change, _reaches(-change, -target.threshold), reason)


def _at_least(target: Target, series: xr.DataArray, totals: Totals) -> TargetVerdict:
    value = float(value_in(series, target.year))
    said = f"{value:.1%}" if target.unit == "1" else f"{value:,.6g} {target.unit}"
    reason = f"{said} in {target.year}"
    return _judged(target, series, value, _reaches(value, target.threshold), reason)


_RULES: Mapping[Rule, Callable[[Target, xr.DataArray, Totals], TargetVerdict]] = MappingProxyType(
    {
        "peak": _peak,
        "peak_before": _peak,
        "fall": _fall,
        "neutral": _neutral,
        "rate": _rate,
        "required_rate": _required_rate,
        "intensity": _intensity,
        "at_least": _at_least,
    }
)


def _reaches(value: float, threshold: float) -> bool:
    return value >= threshold - MARGIN * max(1.0, abs(threshold))


def _judged(
    target: Target, series: xr.DataArray, value: float, met: bool, reason: str, threshold: float | None = None
) -> TargetVerdict:
    if series.name == "co2":
        reason += f"; the series does not say that it is {target.total}"
    if target.beside:
        reason += "; shown beside the targets"
    limit = target.threshold if threshold is None else threshold
    verdict: Literal["pass", "fail"] = "pass" if met else "fail"
    return TargetVerdict(target.id, str(series.name), value, target.unit, limit, verdict, reason)


def _undefined(target: Target, total: str, reason: str, threshold: float | None = None) -> TargetVerdict:
    limit = None if target.rule == "required_rate" else target.threshold
    return TargetVerdict(
        target.id, total, None, target.unit, limit if threshold is None else threshold, "undefined", reason
    )
