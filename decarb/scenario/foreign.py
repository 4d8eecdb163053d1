"""Anybody's pathway, as IAMC wide CSV or as two columns `year,<name> [unit]`, read as national totals over years."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np
import xarray as xr

from decarb.errors import CallError, InputError, Problem, Problems, UnitError
from decarb.pathway.series import annual
from decarb.scenario import iamc_names
from decarb.scenario.cells import SHOWN, Table, number_in, read_table, year_in
from decarb.scenario.iamc_names import BESIDE, CAPACITY, COLUMNS, KYOTO, LAND, REFERENCE_YEAR, SECTORS, UNITS
from decarb.units import unit_factor

TOTALS: Mapping[str, str] = MappingProxyType({name: UNITS[name] for name in (*iamc_names.TOTALS.values(), "co2")})
"""Names a two-column file may use, with the unit they are read into."""

LISTED = 8


@dataclass(frozen=True)
class Row:
    """One row of an IAMC wide file: what it is, and its cells by column."""

    line: int
    model: str
    scenario: str
    region: str
    variable: str
    unit: str
    cells: tuple[str, ...]


def read_pathway(
    path: str | Path,
    *,
    variable: str | None = None,
    region: str | None = None,
    model: str | None = None,
    scenario: str | None = None,
) -> xr.Dataset:
    """Totals over `year` from a CSV file, in "Mt CO2/yr" and "Mt CO2e/yr", and what targets set beside them.

    Empty cells inside an IAMC row are gaps and are joined by straight lines where another row has the year; at its ends
    they are years the row does not cover (NaN). An IAMC row keeps what its name says; any other CO2 variable is
    an undeclared `co2`. The name of the land's row says its view, and parts of net CO2 are read where all are given.

    Parameters
    ----------
    path : str or Path
        An IAMC wide file (model, scenario, region, variable, unit, years) or two columns `year,<name> [unit]`.
    variable : str, optional
        The one variable or column to read; by default the known ones, see `iamc_names` and `TOTALS`.
    region : str, optional
        By default "China", or the only region.
    model, scenario : str, optional
        By default the only ones.

    Raises
    ------
    InputError
        With the place of everything wrong in the file.
    CallError
        A choice of region, model or scenario for a file that has none.
    """
    table = read_table(Path(path))
    words = [cell.casefold() for cell in table.header]
    if "variable" in words or {"region", "unit"} <= set(words):
        return _read_wide(table, variable, {"model": model, "scenario": scenario, "region": region})
    if len(words) != 2 or words[0] != "year":
        found = f"the columns are {', '.join(repr(cell[:SHOWN]) for cell in table.header[:LISTED])}"
        fix = 'write "year,net_co2 [Mt CO2/yr]", or model,scenario,region,variable,unit and a column for each year'
        raise InputError([Problem(table.place(table.header_line, 0), "", found, fix)])
    for key, value in (("region", region), ("model", model), ("scenario", scenario)):
        if value is not None:
            raise CallError(f"{table.path} has two columns and no {key}; leave out --{key}")
    return _read_columns(table, variable)


def _read_columns(table: Table, variable: str | None) -> xr.Dataset:
    problems, place = Problems(), table.place(table.header_line, 1)
    written = re.fullmatch(r"([^\[\]]*?)\s*(?:\[([^\[\]]*)\])?", table.header[1])
    name, unit = (written[1], written[2] or "") if written else (table.header[1], "")
    if variable is not None and variable != name:
        problems.add(place, "", f"the column is {name!r}, not {variable!r}", f"write --variable {name!r}")
    total = name.casefold() if name.casefold() in TOTALS else "co2"
    if total == "co2" and name.casefold() != "co2" and variable != name:
        meant = difflib.get_close_matches(name.casefold(), TOTALS, 1)
        hint = f"did you mean {meant[0]}?" if meant else f"write one of {', '.join(TOTALS)}"
        problems.add(place, "", f"{name!r} is no total", f"{hint}, or say --variable {name!r} for any CO2 total")
    factor = _factor(unit, TOTALS[total], problems, place, name)
    years: dict[int, int] = {}
    values = []
    for line, cells in table.rows:
        year = year_in(cells[0], problems, table.place(line, 0), years)
        if year is not None:
            years[year] = line
        values.append(number_in(cells[1], problems, table.place(line, 1), name))
    table.raise_if_any(problems)
    series = _series(list(years), np.array(values) * factor, TOTALS[total])
    return xr.Dataset({total: series}, attrs={"source": table.path.name})


def _read_wide(table: Table, variable: str | None, wanted: Mapping[str, str | None]) -> xr.Dataset:
    problems = Problems()
    years = _year_columns(table, problems)
    every = _rows(table, problems)
    rows = _choose(every, table, variable, wanted)
    beside = _beside(every, rows[0]) if variable is None else []
    series: dict[str, xr.DataArray] = {}
    seen: dict[str, Row] = {}
    for row in (*rows, *_read(beside)):
        place = table.place(row.line, 0)
        if row.variable in seen:
            first = seen[row.variable].line
            problems.add(place, row.variable, f"is given again; line {first} has it already", "keep one of the two")
            continue
        seen[row.variable] = row
        total, target = _total_of(row, asked=variable is not None)
        if total == "gdp" and _unlike(row.unit, target):
            target = "1"  # in other money it serves as an index
        factor = 1.0 if target == "1" and total == "gdp" else _factor(row.unit, target, problems, place, row.variable)
        at = [(year, column) for year, column in years.items() if row.cells[column]]
        if not at:
            problems.add(place, row.variable, "has no number in any year", "give it values, or leave the row out")
        found = [number_in(row.cells[c], problems, table.place(row.line, c), f"{row.variable} {y}") for y, c in at]
        if at and not problems.found:
            series[total] = _series([year for year, _ in at], np.array(found) * factor, target)
    table.raise_if_any(problems)
    return _dataset(series, seen, table).assign_coords(_land_view(beside))


def _beside(every: list[Row], chosen: Row) -> list[Row]:
    """Return the rows of the same model, scenario and region that stand beside the totals."""
    names = {*BESIDE, *SECTORS, *LAND}
    own = (chosen.model, chosen.scenario, chosen.region)
    return [row for row in every if row.variable in names and (row.model, row.scenario, row.region) == own]


def _read(beside: list[Row]) -> list[Row]:
    """Return those of them that say something: parts of net CO2 only where none is missing."""
    there = {row.variable for row in beside}
    land = next((name for name in LAND if name in there), "")
    parts = {*SECTORS, land} if {*SECTORS} <= there and land else set()
    kept = [row for row in beside if row.variable in parts or row.variable in BESIDE]
    return [
        row for row in kept if row.variable != "Carbon Intensity|GDP" or not _unlike(row.unit, UNITS["co2_per_gdp"])
    ]


def _land_view(beside: list[Row]) -> dict[str, str]:
    """Return how the land of a file counts, by the name of its row; nothing where no row says."""
    there = {row.variable for row in beside}
    return next(({"land_view": view} for name, view in LAND.items() if name in there), {})


def _dataset(series: dict[str, xr.DataArray], rows: Mapping[str, Row], table: Table) -> xr.Dataset:
    fixed = series.pop("co2_per_gdp", None)
    years = np.unique(np.concatenate([total["year"].values for total in series.values()]))
    # Joined before they share one axis, so that a gap of one row is not taken for the end of its years.
    aligned = {name: annual(total).reindex(year=years) for name, total in series.items()}
    parts = [aligned.pop(name) for name in ("wind", "solar") if name in aligned]
    if len(parts) == 2:
        aligned["wind_solar_capacity"] = (parts[0] + parts[1]).assign_attrs(units=UNITS["wind"])
    owners = {name: aligned.pop(name) for name in (*SECTORS.values(), "land") if name in aligned}
    totals = xr.Dataset(aligned).dropna("year", how="all")
    if owners:
        by_sector = xr.concat(list(owners.values()), xr.IndexVariable("sector", list(owners)))
        totals["net_co2_by_sector"] = by_sector.sel(year=totals["year"]).assign_attrs(units=UNITS["net_co2"])
    money = aligned["gdp"].attrs["units"] if "gdp" in aligned else "1"
    if fixed is not None and money != "1" and REFERENCE_YEAR in fixed["year"].values:
        totals["co2_per_gdp_2005"] = fixed.sel(year=REFERENCE_YEAR, drop=True)
    row = next(iter(rows.values()))
    attrs = {"source": table.path.name, "model": row.model, "scenario": row.scenario, "region": row.region}
    gwp = [found[0] for name in rows if name.startswith(KYOTO) and (found := re.search(r"SAR|AR\d", name))]
    return totals.assign_coords({"gwp": gwp[0]} if gwp else {}).assign_attrs(attrs)


def _rows(table: Table, problems: Problems) -> list[Row]:
    words = [cell.casefold() for cell in table.header]
    place = table.place(table.header_line, 0)
    for column in COLUMNS:
        if words.count(column) != 1:
            found = "is missing" if column not in words else f"stands {words.count(column)} times"
            problems.add(place, column, f"the column {found}", f"IAMC wide files have {', '.join(COLUMNS)} and years")
    table.raise_if_any(problems)
    model, scenario, region, variable, unit = (words.index(column) for column in COLUMNS)
    return [
        Row(line, cells[model], cells[scenario], cells[region], cells[variable], cells[unit], cells)
        for line, cells in table.rows
    ]


def _choose(rows: list[Row], table: Table, variable: str | None, wanted: Mapping[str, str | None]) -> list[Row]:
    if variable is None:
        known = [row for row in rows if row.variable in iamc_names.TOTALS or row.variable in CAPACITY]
        if not any(row.variable in iamc_names.TOTALS for row in known):
            emissions = _listed(row.variable for row in rows if "emissions" in row.variable.casefold())
            fix = "name one with --variable" if emissions else f"give one of {_listed(iamc_names.TOTALS)}"
            raise InputError([Problem(str(table.path), "variable", f"no total among: {emissions or 'nothing'}", fix)])
        rows = known
    else:
        rows = _only(rows, table, "variable", variable)
    for key in ("model", "scenario", "region"):
        choice = wanted[key]
        if choice is not None:
            rows = _only(rows, table, key, choice)
    regions = {row.region for row in rows}
    if len(regions) > 1:
        if "China" not in regions:
            found = f"{len(regions)} regions and no China: {_listed(regions)}"
            raise InputError([Problem(str(table.path), "region", found, "choose one with --region")])
        rows = _only(rows, table, "region", "China")
    pairs = {f"{row.model} / {row.scenario}" for row in rows}
    if len(pairs) > 1:
        found = f"{len(pairs)} pairs of model / scenario: {_listed(pairs)}"
        raise InputError([Problem(str(table.path), "model", found, "choose one with --model and --scenario")])
    return rows


def _only(rows: list[Row], table: Table, key: str, choice: str) -> list[Row]:
    kept = [row for row in rows if getattr(row, key) == choice]
    if not kept:
        there = {getattr(row, key) for row in rows}
        meant = [name for name in there if name.casefold() == choice.casefold()]
        meant = meant or difflib.get_close_matches(choice, there, 1)
        fix = f"did you mean {meant[0]!r}?" if meant else f"the file has {_listed(there)}"
        raise InputError([Problem(str(table.path), key, f"{choice!r} is not there", fix)])
    return kept


def _total_of(row: Row, asked: bool) -> tuple[str, str]:
    """Return what a row is read as, and in which unit."""
    if asked and row.variable not in iamc_names.TOTALS:
        # Asked for alone, a capacity is no total: as `co2` its unit is refused.
        name = "net_ghg" if row.variable.startswith(KYOTO) else "co2"
        return name, UNITS[name]
    names = {**iamc_names.TOTALS, **CAPACITY, **BESIDE, **SECTORS, **dict.fromkeys(LAND, "land")}
    return names[row.variable], UNITS.get(names[row.variable], UNITS["net_co2"])


def _unlike(unit: str, target: str) -> bool:
    """Return whether a unit is no unit of the same thing."""
    try:
        unit_factor(unit, target)
    except UnitError:
        return True
    return False


def _factor(unit: str, target: str, problems: Problems, place: str, key: str) -> float:
    """Factor to `target`; a total of emissions without "/yr" is a total of its year."""
    plain = re.sub(r"CO2(?:-?(?:equiv\.?|eq))(?!\w)", "CO2e", unit.strip().replace("₂", "2"))
    plain = re.sub(r"(?<=[^\s/*])(?=CO2)", " ", plain)
    if plain and "/" not in plain and target.endswith("/yr"):
        plain += "/yr"
    if not plain:
        problems.add(place, key, "has no unit", f'write "{target}"')
        return np.nan
    try:
        return unit_factor(plain, target)
    except UnitError as error:
        problems.add(place, key, str(error), f'write "{target}" or a unit like it')
        return np.nan


def _year_columns(table: Table, problems: Problems) -> dict[int, int]:
    years: dict[int, int] = {}
    for column, cell in enumerate(table.header):
        if any(character.isdigit() for character in cell):
            year = year_in(cell, problems, table.place(table.header_line, column), years)
            if year is not None:
                years[year] = column
    if not years and not problems.found:
        problems.add(table.place(table.header_line, 0), "year", "no column is a year", "add columns such as 2030")
    return years


def _series(years: list[int], values: np.ndarray, unit: str) -> xr.DataArray:
    return xr.DataArray(values, {"year": np.array(years, dtype=np.int64)}, "year", attrs={"units": unit})


def _listed(names: Iterable[str]) -> str:
    unique = sorted(set(names))
    more = f" and {len(unique) - LISTED} more" if len(unique) > LISTED else ""
    return ", ".join(unique[:LISTED]) + more
