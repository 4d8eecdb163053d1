"""Economies side by side: peak, fall so far, time left, and how steep the same end would be, on one definition."""

from __future__ import annotations

from typing import Final

import numpy as np
import xarray as xr

from decarb.pathway import rates
from decarb.pathway.series import annual
from decarb.units import stamp, strip, units_of

DECADE: Final = 10  # years


def compared(
    emissions: xr.DataArray, goal_year: xr.DataArray, pledged_peak_year: xr.DataArray, residual_share: xr.DataArray
) -> xr.Dataset:
    """Return, for each economy, when it peaked, how fast it fell, and how fast it must fall to reach its goal.

    One definition for all: CO2 from fuel and industry; a maximum in the last year given is no peak, since it may still
    rise; what is left in the goal year is the same share of each economy's own peak. A planner may dispute that
    share, for forests and storage differ, and that a goal for all gases is compared on CO2 alone.

    Parameters
    ----------
    emissions : xr.DataArray, any unit, (economy, year)
        NaN before the first and after the last year of an economy.
    goal_year : xr.DataArray, [1], (economy)
        Stated year of neutrality, NaN where none is.
    pledged_peak_year : xr.DataArray, [1], (economy)
        Counts where the series shows no peak; NaN where none is pledged.
    residual_share : xr.DataArray, [1], (...)
        Of the peak, that sinks and removals take in the goal year.

    Returns
    -------
    xr.Dataset
        By economy: `peak_year` (NaN: none so far), `highest_value`, `last_year`, `share_of_highest` [1],
        `rate_since_peak`, `rate_last_decade`, `fastest_decade_rate` [1/yr] and `fastest_decade_end`; `goal_year`,
        `counted_peak_year`, `years_from_peak_to_goal`, `years_left`; `required_rate_from_peak` and
        `required_rate_from_now` [1/yr], also over the dimensions of `residual_share`.

    References
    ----------
    `gcb-2025`, `pledges`
    """
    share = strip(residual_share, "1")
    each = []
    for name in emissions["economy"].values:
        series = emissions.sel(economy=name, drop=True).dropna("year").assign_attrs(units=units_of(emissions))
        goal, pledged = (float(given.sel(economy=name)) for given in (goal_year, pledged_peak_year))
        each.append(_one(series, goal, pledged, share))
    together = xr.concat(each, dim=xr.IndexVariable("economy", emissions["economy"].values))
    for name in together:
        together[name].attrs = {"units": each[0][name].attrs["units"]}
    return together


def times_as_fast(table: xr.Dataset, economy: str, rate: str = "required_rate_from_peak") -> xr.DataArray:
    """Return one economy's rate over that of each other [1]; NaN where either has none.

    Parameters
    ----------
    table : xr.Dataset
        As `compared` returns it.
    economy : str
        Whose rate is divided.
    rate : str
        Variable of the table.
    """
    others = table[rate].sel(economy=table["economy"] != economy)
    return stamp(table[rate].sel(economy=economy, drop=True) / others.where(others > 0), "1")


def in_words(table: xr.Dataset, economy: str = "China") -> tuple[str, ...]:
    """Return what the comparison says of one economy, in a few lines: numbers beside each other, and no adjective.

    Parameters
    ----------
    table : xr.Dataset, (economy)
        As `compared` returns it for one `residual_share`.
    economy : str
        Of whom it speaks.
    """
    own, said = table.sel(economy=economy), []
    with_goal = table.sel(economy=np.isfinite(table["goal_year"]) & (table["economy"] != economy))
    span = f"{float(own['counted_peak_year']):.0f}-{float(own['goal_year']):.0f}"
    said.append(
        f"from peak to goal, the same share of the peak left: {economy} {float(own['required_rate_from_peak']):.1%} a "
        f"year over {span}; {_listed(with_goal, 'required_rate_from_peak', 'years_from_peak_to_goal')}"
    )
    said.append(
        f"from {int(own['last_year'])} to the goal: {economy} {float(own['required_rate_from_now']):.1%} a year; "
        f"{_listed(with_goal, 'required_rate_from_now', 'years_left')}"
    )
    past = table.sel(economy=table["economy"] != economy)["fastest_decade_rate"]
    best = past.isel(economy=int(past.argmax("economy")))
    end = int(table["fastest_decade_end"].sel(economy=best["economy"]))
    said.append(
        f"fastest ten years of any of the others: {float(best):.1%} a year, {best['economy'].item()} in "
        f"{end - DECADE}-{end}"
    )
    return tuple(said)


def _listed(table: xr.Dataset, rate: str, years: str) -> str:
    return ", ".join(
        f"{name} {float(row[rate]):.1%} over {int(row[years])} years"
        if bool(np.isfinite(row[rate]))
        else f"{name} no peak so far"
        for name in table["economy"].values
        for row in (table.sel(economy=name),)
    )


def _one(series: xr.DataArray, goal: float, pledged: float, share: xr.DataArray) -> xr.Dataset:
    first, last = int(series["year"][0]), int(series["year"][-1])
    highest, now = rates.peak_value(series), series.isel(year=-1, drop=True)
    at = int(rates.peak_year(series))
    peak = float("nan") if at == last else float(at)
    counted = pledged if np.isnan(peak) else peak
    full = annual(series)
    decades = 1.0 - (full / full.shift(year=DECADE)) ** (1.0 / DECADE)
    known = last - first >= DECADE
    figures = {
        "peak_year": (peak, "1"),
        "highest_value": (highest, units_of(series)),
        "last_year": (float(last), "1"),
        "share_of_highest": (now / highest, "1"),
        "rate_since_peak": (_mean_rate(series, peak, last), "1/yr"),
        "rate_last_decade": (_mean_rate(series, last - DECADE if known else np.nan, last), "1/yr"),
        "fastest_decade_rate": (decades.max("year"), "1/yr"),
        "fastest_decade_end": (float(decades.idxmax("year")), "1"),
        "goal_year": (goal, "1"),
        "counted_peak_year": (counted, "1"),
        "years_from_peak_to_goal": (goal - counted, "1"),
        "years_left": (goal - last, "1"),
        "required_rate_from_peak": (_required(share, xr.ones_like(share), goal - counted), "1/yr"),
        "required_rate_from_now": (_required(share * highest, now, goal - last), "1/yr"),
    }
    return xr.Dataset({name: stamp(xr.DataArray(value), unit) for name, (value, unit) in figures.items()})


def _mean_rate(series: xr.DataArray, start: float, end: int) -> xr.DataArray:
    if np.isnan(start):
        return xr.DataArray(np.nan)
    return rates.mean_annual_reduction_rate(series, int(start), end)


def _required(residual: xr.DataArray, start: xr.DataArray, years: float) -> xr.DataArray:
    """Return the required rate over whole years; NaN where a year is not known or none is left."""
    if not years > 0:
        return xr.full_like(residual, np.nan, dtype=float)
    return rates.required_rate(residual, start, int(years))
