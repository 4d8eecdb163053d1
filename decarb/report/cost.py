"""What a pathway costs, for people: a short table for the terminal, and all years as rows of a CSV file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import xarray as xr
from rich.table import Table
from rich.text import Text

from decarb.errors import CallError
from decarb.nation.lever_cost import OF_PARKS, REASONS
from decarb.nation.spending import PRICED_FROM
from decarb.park.cost import Reason
from decarb.report.whole import write_file
from decarb.units import units_of
from decarb.variables import variables

HORIZONS: Final = (2030, 2060)
NATIONAL: Final = ("national_investment", "path_investment", "investment_beyond_path", "investment_of_parks")
KINDS: Final = (
    "plant_investment", "park_plant_investment", "park_store_investment", "electric_heat_investment",
    "fuel_switch_investment", "efficiency_capex_total", "capture_investment",
)  # fmt: skip
YEARLY: Final = (
    "electricity_bill_saved", "fuel_bill_saved", "electricity_for_fuel_bill", "credit_spending", "allowance_spending",
)  # fmt: skip
PER_TON: Final = "lever_abatement_cost"
PER_TON_OF_PARKS: Final = "lever_park_abatement_cost"
PAID_BY_PARKS: Final = "lever_park_"
"""How the names begin of what exists for levers of parks alone."""
SECTIONS: Final = (
    ("A year", YEARLY),
    ("A ton, to the nation: plants and fuel", (PER_TON,)),
    ("A ton, to the park: at what it pays", (PER_TON_OF_PARKS,)),
)
COLUMNS: Final = ("variable", "label", "part", "year", "value", "unit", "reason")
LEFT_OUT: Final = (
    "grids, thermal plants, stores and electrification outside parks, what replaces captive plants, removals from "
    "biomass and air, process change, what parks sell, land, and interest while building"
)
"""What no figure here holds, for want of a price or of a path."""
MONEY: Final = (
    "Money of 2025. Investment adds up from {first} to the year that is named, undiscounted. Left out: {left_out}. A "
    "park's plants stand inside the national path where it counts them. Tonnes are what the nation emits less than in "
    "the same scenario without the lever. To the nation: the plants it builds more, less the fuel it burns less, coal "
    "at thermal plants and fuel in zones. To the park: what it builds, less what it no longer buys at industrial "
    "prices; the grid fee in them only moves from one to another."
)


def cost_table(cost: xr.Dataset, title: str) -> Table:
    """Return investment to 2030 and 2060, a year's savings, credits beside allowances, and a ton's cost by lever.

    Parameters
    ----------
    cost : xr.Dataset
        As `decarb.nation.cost.national_cost` returns it, of one scenario.
    title : str

    Raises
    ------
    CallError
        It holds several scenarios, or no year of those shown.
    """
    _check_one(cost)
    table = Table(title=Text(title), title_justify="left", box=None, pad_edge=False)
    table.caption, table.caption_justify = Text(MONEY.format(first=PRICED_FROM + 1, left_out=LEFT_OUT)), "left"
    for heading in ("What it costs", *(f"to {year}" for year in HORIZONS), "Unit", "Why"):
        table.add_column(heading, overflow="fold", justify="right" if heading.startswith("to") else "left")
    for name, part, amounts, unit in _invested(cost):
        table.add_row(*map(Text, (_label(name, part), *map(_money, amounts), unit, "")))
    table.add_section()
    for heading, names in SECTIONS:
        table.add_row(Text(heading, "bold"), *(Text(f"in {year}", "bold") for year in HORIZONS), Text(""), Text(""))
        for name in names:
            for part, array in _parts(cost[name]):
                values = {year: float(array.sel(year=year)) for year in HORIZONS}
                why = dict.fromkeys(
                    _reason(cost, name, part, year) for year in HORIZONS if not np.isfinite(values[year])
                )
                said = "undefined, because " + "; ".join(why) if why else ""
                cells = map(_money, values.values())
                table.add_row(*map(Text, (_label(name, part), *cells, units_of(cost[name]), said)))
    return table


def cost_rows(cost: xr.Dataset) -> pd.DataFrame:
    """Return every figure of every year: variable, label, part, year, value, unit, and why a value is not there."""
    _check_one(cost)
    rows: list[dict[str, object]] = []
    for name in map(str, cost.data_vars):
        if name.endswith("_reason"):
            continue
        for part, array in _parts(cost[name]):
            for year, value in zip(array["year"].values.tolist(), array.values.tolist(), strict=True):
                known = np.isfinite(value)
                rows.append({
                    "variable": name, "label": variables()[name].label_en, "part": part, "year": year,
                    "value": value if known else None, "unit": units_of(cost[name]),
                    "reason": "" if known else _reason(cost, name, part, year),
                })  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def write_costs(cost: xr.Dataset, path: Path, *, replace: bool = False) -> Path:
    """Write `cost_rows` as a CSV file, whole or not at all.

    Raises
    ------
    CallError
        The file exists, or the cost holds several scenarios.
    """
    rows = cost_rows(cost)
    return write_file(
        path, lambda new: rows.to_csv(new, index=False, encoding="utf-8", lineterminator="\n"), replace=replace
    )


def _invested(cost: xr.Dataset) -> Iterator[tuple[str, str, list[float], str]]:
    """Yield investment added up to each horizon: all of it, then by kind; kinds without any are left out."""
    for name in (*NATIONAL, *KINDS):
        unit = units_of(cost[name]).removesuffix("/yr")
        for part, array in _parts(cost[name]):
            after = array["year"] > PRICED_FROM
            amounts = [float(array.where(after & (array["year"] <= year), 0.0).sum()) for year in HORIZONS]
            if name in NATIONAL or any(amounts):
                yield name, part, amounts, unit


def _parts(array: xr.DataArray) -> Iterator[tuple[str, xr.DataArray]]:
    """Yield each label of the one dimension beside `year`, or the array as it is; of parks' money, their levers."""
    inner = [str(dim) for dim in array.dims if dim != "year"]
    if not inner:
        yield "", array
        return
    for label in array[inner[0]].values.tolist():
        if label in OF_PARKS or not str(array.name).startswith(PAID_BY_PARKS):
            yield str(label), array.sel({inner[0]: label}, drop=True)


def _reason(cost: xr.Dataset, name: str, part: str, year: int) -> str:
    """Return why a figure of a lever does not exist."""
    if name in (PER_TON, PER_TON_OF_PARKS):
        return REASONS[Reason(int(cost[f"{name}_reason"].sel(lever=part, year=year)))]
    return REASONS[Reason.NOT_KNOWN]


def _label(name: str, part: str) -> str:
    kind = f", {part.replace('_', ' ')}" if part else ""
    return part if name in (PER_TON, PER_TON_OF_PARKS) else variables()[name].label_en + kind


def _money(value: float) -> str:
    """Return an amount as people read it.

    Examples
    --------
    >>> _money(36677.15), _money(10.93), _money(-0.5), _money(0.0), _money(float("nan"))
    ('36,677', '10.9', '-0.50', '0', 'undefined')
    """
    if not np.isfinite(value):
        return "undefined"
    size = abs(value)
    return (
        "0" if size == 0.0 else f"{value:,.0f}" if size >= 100.0 else f"{value:.1f}" if size >= 1.0 else f"{value:.2f}"
    )


def _check_one(cost: xr.Dataset) -> None:
    if "scenario" in cost.dims:
        raise CallError(f"cost: {cost.sizes['scenario']} scenarios; choose one with cost.isel(scenario=0)")
    lacking = [year for year in HORIZONS if year not in cost["year"].values]
    if lacking:
        raise CallError(f"cost: no year {lacking[0]}; give all years to {HORIZONS[-1]}")
