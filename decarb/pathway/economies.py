"""Economies side by side: peak, fall so far, time left, and how steep the same end would be, on one definition."""

from __future__ import annotations

from typing import Final

import numpy as np
import xarray as xr

from decarb.pathway import rates
from decarb.pathway.series import annual, value_in
from decarb.units import stamp, strip, units_of

DECADE: Final = 10  # years


def compared(
    emissions: xr.DataArray,
    goal_year: xr.DataArray,
    pledged_peak_year: xr.DataArray,
    residual_share: xr.DataArray,
    until: int | None = None,
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
    until : int, optional
        Calendar year up to which things have happened: what comes after it is a plan. By default all has happened.

    Returns
    -------
    xr.Dataset
        By economy: `peak_year` (NaN: none so far), `highest_value`, `last_year`, `share_of_highest` [1],
        `rate_since_peak`, `rate_last_decade` [1/yr], all up to `last_year`; `fastest_decade_rate` [1/yr] and
        `fastest_decade_end`, with what is planned; `goal_year`, `counted_peak_year`, `years_from_peak_to_goal`,
        `years_left`; `planned_rate` [1/yr], the economy's own from peak to goal (NaN where it plans none);
        `required_rate_from_peak` and `required_rate_from_now` [1/yr], also over the dimensions of `residual_share`.

    References
    ----------
    `gcb-2025`, `pledges`
    """
    share = strip(residual_share, "1")
    each = []
    for name in emissions["economy"].values:
        series = emissions.sel(economy=name, drop=True).dropna("year").assign_attrs(units=units_of(emissions))
        goal, pledged = (float(given.sel(economy=name)) for given in (goal_year, pledged_peak_year))
        each.append(_one(series, goal, pledged, share, until))
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


def in_words(table: xr.Dataset, economy: str = "China", scenario: str = "") -> tuple[str, ...]:
    """Return what the comparison says of one economy, in a few lines: numbers beside each other, and no adjective.

    Parameters
    ----------
    table : xr.Dataset, (economy)
        As `compared` returns it for one `residual_share`.
    economy : str
        Of whom it speaks.
    scenario : str
        Row of a plan of the same economy, where there is one: it is told apart and compared with nobody.
    """
    own = table.sel(economy=economy)
    others = table.sel(economy=~table["economy"].isin([economy, scenario]))
    with_goal = others.sel(economy=np.isfinite(others["goal_year"]))
    span = f"{float(own['counted_peak_year']):.0f}-{float(own['goal_year']):.0f}"
    past = others["fastest_decade_rate"]
    best = past.isel(economy=int(past.argmax("economy")))
    end = int(others["fastest_decade_end"].sel(economy=best["economy"]))
    said = [
        f"from peak to goal, the same share of the peak left: {economy} {float(own['required_rate_from_peak']):.1%} a "
        f"year over {span}; {_listed(with_goal, 'required_rate_from_peak', 'years_from_peak_to_goal')}"
        f"{_times(with_goal, own, 'required_rate_from_peak')}",
        f"from {int(own['last_year'])} to the goal: {economy} {float(own['required_rate_from_now']):.1%} a year; "
        f"{_listed(with_goal, 'required_rate_from_now', 'years_left')}"
        f"{_times(with_goal, own, 'required_rate_from_now')}",
        f"fastest ten years of any of the others: {float(best):.1%} a year, {best['economy'].item()} in "
        f"{end - DECADE}-{end}",
    ]
    if scenario:
        plan = table.sel(economy=scenario)
        last = int(plan["fastest_decade_end"])
        said.append(
            f"{scenario}: peak {float(plan['counted_peak_year']):.0f}, from there to {float(plan['goal_year']):.0f} "
            f"{float(plan['planned_rate']):.1%} a year; its fastest ten years {float(plan['fastest_decade_rate']):.1%} "
            f"in {last - DECADE}-{last}"
        )
    return tuple(said)


def in_one_line(table: xr.Dataset, economy: str = "China", scenario: str = "") -> str:
    """Return the comparison in one line; the arguments are those of `in_words`."""
    own = table.sel(economy=economy)
    others = table.sel(economy=~table["economy"].isin([economy, scenario]))
    spans = []
    for name in ("required_rate_from_peak", "required_rate_from_now"):
        known = others[name].dropna("economy")
        spans.append(f"{float(own[name]):.1%} a year against {float(known.min()):.1%} to {float(known.max()):.1%}")
    planned = f"; {scenario}: {float(table['planned_rate'].sel(economy=scenario)):.1%}" if scenario else ""
    return (
        f"other economies, the same share of the peak left: {economy} {spans[0]} from peak to goal, "
        f"{spans[1]} from {int(own['last_year'])}{planned}"
    )


def _times(table: xr.Dataset, own: xr.Dataset, rate: str) -> str:
    """Return how many times as fast one economy must be as the least and the most pressed of the others."""
    both = xr.concat([own.expand_dims("economy"), table], "economy")
    times = times_as_fast(both, own["economy"].item(), rate).dropna("economy")
    return f": {float(times.min()):.1f} to {float(times.max()):.1f} times as fast" if times.size else ""


def _listed(table: xr.Dataset, rate: str, years: str) -> str:
    return ", ".join(
        f"{name} {float(row[rate]):.1%} over {int(row[years])} years"
        if bool(np.isfinite(row[rate]))
        else f"{name} no peak so far"
        for name in table["economy"].values
        for row in (table.sel(economy=name),)
    )


def _one(series: xr.DataArray, goal: float, pledged: float, share: xr.DataArray, until: int | None) -> xr.Dataset:
    first, end = int(series["year"][0]), int(series["year"][-1])
    last = end if until is None else min(end, until)
    highest, now = rates.peak_value(series), value_in(series, last)
    at = int(rates.peak_year(series))
    peak = float("nan") if at == end else float(at)
    counted = pledged if np.isnan(peak) else peak
    full = annual(series)
    decades = 1.0 - (full.where(full > 0) / full.shift(year=DECADE).where(full > 0)) ** (1.0 / DECADE)
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
        "planned_rate": (_mean_rate(series, counted, goal), "1/yr"),
        "required_rate_from_peak": (_required(share, xr.ones_like(share), goal - counted), "1/yr"),
        "required_rate_from_now": (_required(share * highest, now, goal - last), "1/yr"),
    }
    return xr.Dataset({name: stamp(xr.DataArray(value), unit) for name, (value, unit) in figures.items()})


def _mean_rate(series: xr.DataArray, start: float, end: float) -> xr.DataArray:
    """Return the mean rate between two years; NaN where one is not known or comes no later than the other."""
    if not end > start:
        return xr.DataArray(np.nan)
    return rates.mean_annual_reduction_rate(series, int(start), int(end))


def _required(residual: xr.DataArray, start: xr.DataArray, years: float) -> xr.DataArray:
    """Return the required rate over whole years; NaN where a year is not known or none is left."""
    if not years > 0:
        return xr.full_like(residual, np.nan, dtype=float)
    return rates.required_rate(residual, start, int(years))
