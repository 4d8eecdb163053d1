"""The rules of the targets: each says once how far a pathway stands from its target, and why, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np
import xarray as xr

from decarb.errors import CallError, UnitError
from decarb.pathway import rates
from decarb.pathway.series import MARGIN, Reason, annual, check_series, coverage, in_words, value_in
from decarb.pathway.steepness import required_by_sinks, why_no_rate, why_not_required
from decarb.pathway.verdict import Totals, counted_with, not_given, series_for
from decarb.units import converted, unit_factor

Rule = Literal["peak", "peak_before", "fall", "neutral", "rate", "required_rate", "intensity", "at_least"]

UNITS: Mapping[str, str] = MappingProxyType(
    {
        "gross_co2": "Mt CO2/yr",
        "net_co2": "Mt CO2/yr",
        "net_ghg": "Mt CO2e/yr",
        "co2": "Mt CO2/yr",
        "wind_solar_capacity": "GW",
        "nonfossil_share": "1",
    }
)
"""Every series that can be judged and the unit it is judged in; `gdp` keeps its own."""

OFFICIAL: Mapping[str, str] = MappingProxyType({"land_view": "inventory", "gwp": "AR5"})
"""How the target of 2035 counts land and gases."""

PLATEAU = 0.01  # of the maximum; what stays so near to it may turn with the next revision of a table


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


@dataclass(frozen=True)
class Measure:
    """How pathways stand to one target, over every dimension but `year`.

    Attributes
    ----------
    value, threshold : xr.DataArray or float
        The number that decides, and the one it is held against.
    distance : xr.DataArray
        By how much the target holds, negative where it is missed, zero where it just holds; NaN where undefined.
    size : xr.DataArray or float
        What the distance is compared with.
    said : callable
        Why, in words; for one pathway alone.
    """

    value: xr.DataArray
    distance: xr.DataArray
    size: xr.DataArray | float
    threshold: xr.DataArray | float
    said: Callable[[], str]


def measure(target: Target, totals: Totals) -> Measure:
    """Return how far pathways stand from a target; undefined where their years do not reach.

    Raises
    ------
    CallError
        A series that the target needs is not there.
    """
    missing = absent(target, totals)
    if missing:
        raise CallError(f"{target.id}: {missing}; give it over years")
    series = _series(target, totals)
    covered = coverage(series, target.first_year, target.year)
    if covered is not Reason.DEFINED:
        nothing = series.isel(year=0, drop=True) * np.nan
        limit = np.nan if target.rule == "required_rate" else target.threshold
        return Measure(nothing, nothing, 1.0, limit, lambda: in_words(covered, series, target.first_year, target.year))
    return _RULES[target.rule](target, series, totals)


def needed(target: Target) -> tuple[str, ...]:
    """Return the names of what a target is judged on: its total, and what its rule sets beside it."""
    beside = {"required_rate": ("net_co2",), "intensity": ("gdp",)}.get(target.rule, ())
    fixed = ("co2_per_gdp_2005",) if target.rule == "intensity" and target.since is None else ()
    return (target.total, *beside, *fixed)


def absent(target: Target, totals: Totals) -> str:
    """Say what a target needs and is not there; an undeclared `co2` stands for a CO2 total, but not for two."""
    for name in needed(target):
        stands = series_for(name, totals) if target.rule != "required_rate" and name == target.total else None
        if stands is None and name not in totals:
            why = "; what sinks and removals take is gross_co2 - net_co2" if target.rule == "required_rate" else ""
            return not_given(name, totals) + why
    return ""


def margin_unit(target: Target) -> str:
    """Return the unit of a target's margin: that of its series for a peak, for neutrality and for an amount."""
    if target.rule in ("peak", "peak_before"):
        return UNITS.get(target.total, target.unit)
    return {"fall": "1", "intensity": "1", "rate": rates.RATE, "required_rate": rates.RATE}.get(
        target.rule, target.unit
    )


def _peak(target: Target, series: xr.DataArray, totals: Totals) -> Measure:
    last = int(target.threshold) - (target.rule == "peak_before")
    before, after = series.sel(year=slice(None, last)), series.sel(year=slice(last + 1, None))
    year, end = rates.peak_year(series), int(series["year"][-1])
    # A maximum in the last year may still rise: without a lower year after it nothing is known.
    later = after.max("year") if after.sizes["year"] else series.isel(year=-1, drop=True).where(year < end)
    height = series.max("year")
    distance = before.max("year") - later

    def said() -> str:
        if bool(distance.isnull()):
            return f"the maximum lies in {int(year)}, where the series ends: it may still rise"
        near = int(series["year"].where(series >= height - PLATEAU * abs(height), year).max())
        plateau = f", within {PLATEAU:.0%} of it as late as {near}" if near > int(year) + 1 else ""
        return f"maximum of {float(height):,.1f} {series.attrs['units']} in {int(year)}{plateau}"

    return Measure(year, distance, abs(height), target.threshold, said)


def _fall(target: Target, series: xr.DataArray, totals: Totals) -> Measure:
    counted = counted_with(series)
    unlike = [key for key, wanted in OFFICIAL.items() if not counted.get(key, wanted).startswith(wanted)]
    before = series.sel(year=slice(None, target.year))
    top = before.max("year")
    fall = 1.0 - value_in(series, target.year) / top.where(top > 0)
    distance = _exact(fall * np.nan if unlike else fall - target.threshold, target.threshold)

    def said() -> str:
        if unlike:
            return f"{unlike[0]} is {counted[unlike[0]]}; the target counts with {OFFICIAL[unlike[0]]}"
        if bool(fall.isnull()):
            return in_words(Reason.PEAK_NOT_POSITIVE, series, target.year, target.year)
        silent = [key for key in OFFICIAL if key not in counted]
        note = f"; not declared: {', '.join(silent)}" if silent else ""
        year = int(rates.peak_year(before))
        return f"{float(fall):.2%} below the maximum of {float(top):,.1f} {series.attrs['units']} in {year}{note}"

    return Measure(fall, distance, abs(target.threshold), target.threshold, said)


def _neutral(target: Target, series: xr.DataArray, totals: Totals) -> Measure:
    above = (series - target.threshold).assign_attrs(series.attrs)
    reached = (above <= 0).cumsum("year") > 0
    end = above.sel(year=slice(target.year, None)).max("year")
    back = above.where(reached, -np.inf).max("year")
    # A path that came back above zero fails by how far it came back, even where it ends below zero.
    distance = -xr.where(reached.any("year") & (back > 0), back, end)

    def said() -> str:
        line = "zero" if target.threshold == 0 else f"{target.threshold:,.6g} {target.unit}"
        year = rates.neutral_year(above)
        if bool(year.isnull()):
            return f"stays above {line} to {int(series['year'][-1])}"
        return f"at or below {line} from {int(year)}" + (", and above it again later" if float(back) > 0 else "")

    return Measure(value_in(series, target.year), distance, abs(series.max("year")), target.threshold, said)


def _rate(target: Target, series: xr.DataArray, totals: Totals) -> Measure:
    first, last = target.first_year, target.year
    rate = rates.mean_annual_reduction_rate(series, first, last)

    def said() -> str:
        if bool(rate.isnull()):
            return why_no_rate(series, first, last)
        reason = f"{float(rate):.2%} a year over {first}-{last}"
        if target.band_top is not None and float(rate) > target.band_top + MARGIN:
            reason += f", above the band of {target.threshold:.0%} to {target.band_top:.0%}"
        return reason

    distance = _exact(rate - target.threshold, target.threshold)
    return Measure(rate, distance, abs(target.threshold), target.threshold, said)


def _required_rate(target: Target, series: xr.DataArray, totals: Totals) -> Measure:
    first, last = target.first_year, target.year
    net = _beside("net_co2", totals, series.attrs["units"])
    required = required_by_sinks(series, net, first, last)
    rate = rates.mean_annual_reduction_rate(series, first, last)

    def said() -> str:
        why = why_not_required(series, net, first, last) or why_no_rate(series, first, last)
        asked = f"what sinks and removals take in {last} requires {float(required):.2%}"
        return why or f"{float(rate):.2%} a year, where {asked}"

    return Measure(rate, _exact(rate - required, required), abs(required), required, said)


def _intensity(target: Target, series: xr.DataArray, totals: Totals) -> Measure:
    gdp = _beside("gdp", totals)
    now = value_in(series, target.year) / value_in(gdp, target.year)
    if target.since is not None:
        before = value_in(series, target.since) / value_in(gdp, target.since)
    else:
        before = _reference(totals["co2_per_gdp_2005"], series, gdp)
    change = now / before.where(before > 0) - 1.0

    def said() -> str:
        covered = coverage(gdp, target.first_year, target.year)
        if covered is not Reason.DEFINED:
            return in_words(covered, gdp, target.first_year, target.year)
        if bool(change.isnull()):
            return "the CO2 intensity it is compared with is zero or negative"
        return f"CO2 for each unit of GDP changes by {float(change):.1%} to {target.year}"

    distance = _exact(target.threshold - change, target.threshold)
    return Measure(change, distance, abs(target.threshold), target.threshold, said)


def _at_least(target: Target, series: xr.DataArray, totals: Totals) -> Measure:
    value = value_in(series, target.year)

    def said() -> str:
        number = f"{float(value):.1%}" if target.unit == "1" else f"{float(value):,.6g} {target.unit}"
        return f"{number} in {target.year}"

    distance = _exact(value - target.threshold, target.threshold)
    return Measure(value, distance, abs(target.threshold) or 1.0, target.threshold, said)


_RULES: Mapping[Rule, Callable[[Target, xr.DataArray, Totals], Measure]] = MappingProxyType(
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


def _exact(distance: xr.DataArray, threshold: xr.DataArray | float) -> xr.DataArray:
    """Return the distance, zero where only rounding keeps it from zero."""
    return xr.where(abs(distance) <= MARGIN * (1.0 + abs(xr.DataArray(threshold))), 0.0, distance)


def _series(target: Target, totals: Totals) -> xr.DataArray:
    found = series_for(target.total, totals)
    name = target.total if target.total in totals else "co2"
    series = _beside(name, {} if found is None else {name: found})
    amount = margin_unit(target) not in ("1", rates.RATE)
    return converted(series, margin_unit(target)).rename(name) if amount else series


def _beside(name: str, totals: Totals, unit: str | None = None) -> xr.DataArray:
    """Return a series over every year it covers, under its own name."""
    covered = totals[name].dropna("year", how="all")
    check_series(covered)
    full = annual(covered if unit is None else converted(covered, unit))
    return full.rename(name)


def _reference(fixed: xr.DataArray, series: xr.DataArray, gdp: xr.DataArray) -> xr.DataArray:
    """Return CO2 per GDP of 2005 over the unit of `gdp`; "/yr" stands in both totals and cancels."""
    mass, money, written = (str(each.attrs.get("units", "1")).removesuffix("/yr") for each in (series, gdp, fixed))
    try:
        return fixed * unit_factor(written, mass if money == "1" else f"{mass}/{money}")
    except UnitError as error:
        raise UnitError(f"co2_per_gdp_2005: {error}") from error
