"""How far a pathway stands from each target: a continuous number, zero where the target just holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
import xarray as xr

from decarb.errors import CallError
from decarb.pathway import rates
from decarb.pathway.judging import Rule, Target
from decarb.pathway.series import annual, check_series, value_in
from decarb.pathway.targets import UNITS
from decarb.pathway.verdict import Totals, counted_with
from decarb.units import converted, unit_factor

Measured = tuple[xr.DataArray, xr.DataArray | float]
"""A margin, and the size it is compared with."""
OWN_UNIT: Mapping[Rule, str] = MappingProxyType(
    {"fall": "1", "intensity": "1", "rate": rates.RATE, "required_rate": rates.RATE}
)


def margin(target: Target, totals: Totals) -> xr.DataArray:
    """Return by how much a target holds, negative where it is missed, over every dimension but `year`.

    The sign is the verdict of `decarb.pathway.judging.judge` up to its rounding; the size says how far it is to the
    edge. NaN where the target is undefined.

    Parameters
    ----------
    target : Target
    totals : mapping of str to xr.DataArray, (..., year)
        The total that the target names, and for `required_rate` net CO2, for `intensity` GDP and `co2_per_gdp_2005`.

    Returns
    -------
    xr.DataArray
        In `margin_unit`. A peak: the highest year
        up to the target's over the highest after. Neutrality: what stands above zero from the target's year on, or
        comes back above zero before it.

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
    distance, _ = _measured(target, totals)
    return distance.rename("margin").assign_attrs(units=margin_unit(target))


def margin_unit(target: Target) -> str:
    """Return the unit of a target's margin: that of its series for a peak, for neutrality and for an amount."""
    of_series = UNITS.get(target.total, target.unit) if target.rule in ("peak", "peak_before") else target.unit
    return OWN_UNIT.get(target.rule, of_series)


def relative_margin(target: Target, totals: Totals) -> xr.DataArray:
    """Return the margin over the size of the target [1], so that targets of different units can be ranked.

    The size is the threshold; for a peak and for neutrality, whose threshold is no amount, the highest total.
    """
    distance, size = _measured(target, totals)
    return (distance / xr.where(np.greater(size, 0.0), size, 1.0)).rename("relative_margin").assign_attrs(units="1")


def _measured(target: Target, totals: Totals) -> Measured:
    series = _series(target.total, totals, target)
    years = series["year"].values
    if years[0] > target.first_year or years[-1] < target.year:
        return series.isel(year=0, drop=True) * np.nan, 1.0
    return _RULES[target.rule](target, series, totals)


def _series(name: str, totals: Totals, target: Target) -> xr.DataArray:
    if name not in totals:
        raise CallError(f"{target.id}: {name} is not given (given: {', '.join(totals)}); give it over years")
    covered = totals[name].dropna("year", how="all")
    check_series(covered)
    return annual(converted(covered, margin_unit(target)) if target.rule not in OWN_UNIT else covered)


def _peak(target: Target, series: xr.DataArray, totals: Totals) -> Measured:
    last = int(target.threshold) - (target.rule == "peak_before")
    before, after = series.sel(year=slice(None, last)), series.sel(year=slice(last + 1, None))
    height = series.max("year")
    # A maximum in the last year may still rise: without a later year nothing is known.
    later = after.max("year") if after.sizes["year"] else height * np.nan
    return before.max("year") - later, abs(height)


def _fall(target: Target, series: xr.DataArray, totals: Totals) -> Measured:
    said = counted_with(totals[target.total].rename(target.total))
    wanted = {"land_view": "inventory", "gwp": "AR5"}
    counted = all(said.get(key, value).startswith(value) for key, value in wanted.items())
    top = series.sel(year=slice(None, target.year)).max("year")
    fall = 1.0 - value_in(series, target.year) / top.where(top > 0)
    return (fall - target.threshold) if counted else fall * np.nan, abs(target.threshold)


def _neutral(target: Target, series: xr.DataArray, totals: Totals) -> Measured:
    above = (series - target.threshold).assign_attrs(series.attrs)
    reached = (above <= 0).cumsum("year") > 0
    end = above.sel(year=slice(target.year, None)).max("year")
    back = above.where(reached, -np.inf).max("year")
    # A path that came back above zero fails by how far it came back, even where it ends below zero.
    return -xr.where(reached.any("year") & (back > 0), back, end), abs(series.max("year"))


def _rate(target: Target, series: xr.DataArray, totals: Totals) -> Measured:
    rate = rates.mean_annual_reduction_rate(series, target.first_year, target.year)
    return rate - target.threshold, abs(target.threshold)


def _required_rate(target: Target, series: xr.DataArray, totals: Totals) -> Measured:
    net = _series("net_co2", totals, target)
    taken = value_in(series, target.year) - value_in(net, target.year)
    start = value_in(series, target.first_year)
    required = rates.required_rate(taken, start, target.year - target.first_year)
    rate = rates.mean_annual_reduction_rate(series, target.first_year, target.year)
    return rate - required, abs(required)


def _intensity(target: Target, series: xr.DataArray, totals: Totals) -> Measured:
    gdp = _series("gdp", totals, target)
    now = value_in(series, target.year) / value_in(gdp, target.year)
    if target.since is not None:
        before = value_in(series, target.since) / value_in(gdp, target.since)
    else:
        if "co2_per_gdp_2005" not in totals:
            raise CallError(f"{target.id}: co2_per_gdp_2005 is not given; give CO2 for each unit of GDP in 2005")
        fixed = totals["co2_per_gdp_2005"]
        mass, money = (array.attrs["units"].removesuffix("/yr") for array in (series, gdp))
        wanted = mass if money == "1" else f"{mass}/{money}"
        before = fixed * unit_factor(fixed.attrs["units"], wanted)
    change = now / before.where(before > 0) - 1.0
    return target.threshold - change, abs(target.threshold)


def _at_least(target: Target, series: xr.DataArray, totals: Totals) -> Measured:
    value = value_in(series, target.year)
    return value - target.threshold, abs(target.threshold) or 1.0


_RULES: Mapping[Rule, Callable[[Target, xr.DataArray, Totals], Measured]] = MappingProxyType(
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
