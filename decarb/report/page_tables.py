"""The tables of a page: results by year, parks beside their claims, and what it costs."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final

import xarray as xr

from decarb.analysis.run import summed
from decarb.markup import Markup, joined, table
from decarb.nation.lever_cost import LEVERS
from decarb.nation.spending import PRICED_FROM
from decarb.park.cost import Reason
from decarb.report.cost import NATIONAL, PER_TON, YEARLY
from decarb.report.figures.picture import Language
from decarb.report.page_runs import Option
from decarb.report.words import named, phrase
from decarb.units import converted, stamp, units_of
from decarb.variables import label

YEARS: Final = (2025, 2030, 2035, 2040, 2050, 2060)
BY_YEAR: Final = (
    "gross_co2", "net_co2", "net_ghg", "power_heat_co2", "captured_co2", "removed_co2", "land_co2_path",
    "nonfossil_share", "wind_solar_capacity", "electricity_demand", "thermal_generation", "grid_factor_average", "gdp",
    "adopted_zones", "park_generation",
)  # fmt: skip
IN_BILLIONS: Final = {"CNY_2020/yr": "billion CNY_2020/yr"}
"""Unit of a table -> the one that people read."""
PHYSICS: Final = ("park_emissions", "park_emissions_market")
CLAIMS: Final = ("claimed_net_emissions", "claims_gap", "claims_gap_credits", "claims_gap_certificates")
HORIZONS: Final = (2030, 2035, 2060)
REASONS: Final = {
    Reason.NOT_KNOWN: "not-known", Reason.NOTHING_SPENT: "nothing-spent", Reason.NO_ABATEMENT: "no-abatement",
    Reason.EMISSIONS_RISE: "emissions-rise",
}  # fmt: skip


def by_year(options: Sequence[Option], names: Sequence[str], language: Language, caption: str = "") -> Markup:
    """Return national results of some years, one row for each option, with their units."""
    rows = [
        (label(name, language), *_whose(option, options), unit_said(units_of(series)), *_in(series, YEARS))
        for name in names
        for option in options
        for series in [national(option.results.annual, name)]
    ]
    return table(_head(options, "quantity", language, YEARS), rows, caption, right=_last(rows, len(YEARS)))


def claims_tables(options: Sequence[Option], language: Language) -> tuple[Markup, Markup]:
    """Return what parks emit, and apart from it what they claim: two tables, so that nobody adds them."""
    physics = by_year(options, PHYSICS, language, phrase("page-physics", language))
    return physics, by_year(options, CLAIMS, language, phrase("page-claimed", language))


def cost_tables(options: Sequence[Option], language: Language) -> Markup:
    """Return investment added up, money of a year, and a ton's cost to the nation by lever, with why it has none."""
    invested = _costs(options, NATIONAL, language, _added_up, "item", "to")
    yearly = _costs(options, YEARLY, language, _as_it_is, "yearly", "in")
    return joined([invested, yearly, _tons(options, language)])


def national(annual: xr.Dataset, name: str) -> xr.DataArray:
    """Return one variable over the years alone: summed over all that it is split by."""
    array = annual[name]
    total = summed(array, tuple(str(dim) for dim in array.dims if dim != "year"))
    return converted(total, IN_BILLIONS.get(units_of(total), units_of(total)))


def figure(value: float, unit: str) -> str:
    """Return a number of a table: shares in per cent, three digits where it is small.

    Examples
    --------
    >>> figure(4251.8, "Mt CO2/yr"), figure(0.283, "1"), figure(0.517, "kg CO2/kWh"), figure(-0.04, "GW")
    ('4,252', '28.3 %', '0.517', '-0.04')
    """
    if not math.isfinite(value):
        return "–"
    if unit == "1":
        return f"{value:.1%}".replace("%", " %")
    size = abs(value)
    digits = 0 if size >= 100.0 or size == 0.0 else 1 if size >= 10.0 else 2 if size >= 1.0 else 3
    return f"{value:,.{digits}f}" if size >= 10.0 or size == 0.0 else f"{value:.3g}"


def unit_said(unit: str) -> str:
    """Return a unit as a table shows it; shares carry their sign of per cent in each cell."""
    return "" if unit == "1" else unit


def _in(series: xr.DataArray, years: Sequence[int]) -> list[str]:
    return [figure(float(series.sel(year=year)), units_of(series)) for year in years]


def _whose(option: Option, options: Sequence[Option]) -> tuple[str, ...]:
    return (option.name,) if len(options) > 1 else ()


def _head(options: Sequence[Option], first: str, language: Language, columns: Sequence[object]) -> list[object]:
    of = [phrase("page-scenario", language)] if len(options) > 1 else []
    return [phrase(f"page-{first}", language), *of, phrase("page-unit", language), *columns]


def _last(rows: Sequence[Sequence[object]], count: int) -> range:
    """Return the places of the last columns, which hold numbers."""
    width = len(rows[0])
    return range(width - count, width)


def _costs(
    options: Sequence[Option], names: Sequence[str], language: Language,
    taken: Callable[[xr.DataArray], xr.DataArray], heading: str, when: str,
) -> Markup:  # fmt: skip
    rows = [
        (label(name, language), *_whose(option, options), unit_said(units_of(series)), *_in(series, HORIZONS))
        for name in names
        for option in options
        for series in [taken(option.results.cost[name])]
    ]
    years = [phrase(f"page-cost-{when}", language, year=year) for year in HORIZONS]
    return table(_head(options, f"cost-{heading}", language, years), rows, right=_last(rows, len(HORIZONS)))


def _added_up(series: xr.DataArray) -> xr.DataArray:
    """Return yearly money added up from the first year that is priced."""
    counted = series.where(series["year"] > PRICED_FROM, 0.0)
    return stamp(counted.cumsum("year").assign_coords(year=series["year"]), units_of(series).removesuffix("/yr"))


def _as_it_is(series: xr.DataArray) -> xr.DataArray:
    return series


def _tons(options: Sequence[Option], language: Language) -> Markup:
    rows = [
        (named("lever", lever, language), *_whose(option, options), units_of(cost[PER_TON]),
         *_in(cost[PER_TON].sel(lever=lever), HORIZONS), _without_cost(cost.sel(lever=lever), language))
        for lever in LEVERS
        for option in options
        for cost in [option.results.cost]
    ]  # fmt: skip
    years = [phrase("page-cost-in", language, year=year) for year in HORIZONS]
    head = [*_head(options, "cost-ton", language, years), phrase("page-cost-undefined", language)]
    first = len(head) - 1 - len(HORIZONS)
    return table(head, rows, right=range(first, first + len(HORIZONS)))


def _without_cost(lever: xr.Dataset, language: Language) -> str:
    """Return why a ton has no cost in some of the years; nothing where it has one in all of them."""
    codes = [int(lever[f"{PER_TON}_reason"].sel(year=year)) for year in HORIZONS]
    words = [phrase(f"page-no-cost-{REASONS[Reason(code)]}", language) for code in codes if Reason(code) in REASONS]
    return "; ".join(dict.fromkeys(words))
