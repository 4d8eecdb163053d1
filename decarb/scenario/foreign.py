"""Anybody's pathway, as an IAMC file or as two columns `year,<name> [unit]`, read as national totals over years."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np
import xarray as xr

from decarb.errors import CallError, InputError, Problem, Problems
from decarb.pathway.series import annual
from decarb.scenario import iamc_names
from decarb.scenario.cells import SHOWN, Table, number_in, read_table, year_in
from decarb.scenario.foreign_rows import HOME, LISTED, Row, Rows, filled, is_iamc, of_pair, of_region, read_rows, told
from decarb.scenario.foreign_sheets import SUFFIXES, read_sheet
from decarb.scenario.foreign_totals import beyond, factor, factor_of, gwp_of, land_view, says_something, total_of
from decarb.scenario.iamc_names import BESIDE, CAPACITY, LAND, REFERENCE_YEAR, SECTORS, UNITS
from decarb.tables import table_array
from decarb.units import converted, units_of

TOTALS: Mapping[str, str] = MappingProxyType({name: UNITS[name] for name in (*iamc_names.TOTALS.values(), "co2")})
"""Names a two-column file may use, with the unit they are read into."""
READABLE: Final = (".csv", *SUFFIXES)
"""How the names of files end that hold a pathway."""
NOTES: Final = ("read", "passed", "filled", "doubt")
"""Attributes in which what was read says what is to be known of it."""
SLIPPED: Final = "look at its unit and its digits"
UNLIKE: Final = 3.0
"""How many times a total of China may be its fossil CO2 of the same year, or a part of it."""


def read_pathway(
    path: str | Path,
    *,
    variable: str | None = None,
    region: str | None = None,
    model: str | None = None,
    scenario: str | None = None,
) -> xr.Dataset:
    """Totals over `year` from a file, in "Mt CO2/yr" and "Mt CO2e/yr", and what targets set beside them.

    Empty cells inside an IAMC row are gaps and are joined by straight lines where another row has the year; at its ends
    they are years the row does not cover (NaN). An IAMC row keeps what its name says; any other CO2 variable is
    an undeclared `co2`. The name of the land's row says its view, and parts of net CO2 are read where all are given.
    What was not read, where years were joined, and what contradicts itself stands in `attrs["read"]`, `attrs["filled"]`
    and `attrs["doubt"]`.

    Parameters
    ----------
    path : str or Path
        CSV, or a workbook with the sheet `data` or one sheet alone: an IAMC file (model, scenario, region, variable,
        unit, and years or `year` and `value`), or two columns `year,<name> [unit]`.
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
    table = table_of(Path(path))
    if is_iamc(table.header):
        return _read_iamc(read_rows(table), variable, region, {"model": model, "scenario": scenario})
    refuse_other_columns(table)
    for key, value in (("region", region), ("model", model), ("scenario", scenario)):
        if value is not None:
            raise CallError(f"{table.path} has two columns and no {key}; leave out --{key}")
    return _read_columns(table, variable)


def table_of(path: Path) -> Table:
    """Return the cells of a CSV file or a workbook.

    Raises
    ------
    InputError
        See `decarb.scenario.cells.read_table` and `decarb.scenario.foreign_sheets.read_sheet`.
    """
    return read_sheet(path) if path.suffix.lower() in SUFFIXES else read_table(path)


def refuse_other_columns(table: Table) -> None:
    """Raise `InputError` unless a table has two columns of which the first is the year."""
    if len(table.header) != 2 or table.header[0].casefold() != "year":
        found = f"the columns are {', '.join(repr(cell[:SHOWN]) for cell in table.header[:LISTED])}"
        fix = 'write "year,net_co2 [Mt CO2/yr]", or model,scenario,region,variable,unit and a column for each year'
        raise InputError([Problem(table.place(table.header_line, 0), "", found, fix)])


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
    ratio = factor(unit, TOTALS[total], problems, place, name)
    years: dict[int, int] = {}
    values = []
    for line, cells in table.rows:
        year = year_in(cells[0], problems, table.place(line, 0), years)
        if year is not None:
            years[year] = line
        values.append(number_in(cells[1], problems, table.place(line, 1), name))
    with np.errstate(over="ignore"):
        numbers = np.array(values) * ratio
    if odd := beyond(total, TOTALS[total], numbers):
        problems.add(table.place(table.rows[odd[0]][0], 1), name, odd[1], SLIPPED)
    table.raise_if_any(problems)
    series = _series(list(years), numbers, TOTALS[total])
    found = xr.Dataset({total: series})
    notes = {"filled": filled([], list(years)), "doubt": doubt(found)}
    return with_notes(found.assign_attrs(source=table.path.name), notes)


def _read_iamc(given: Rows, variable: str | None, region: str | None, pair: Mapping[str, str | None]) -> xr.Dataset:
    rows = of_pair(of_region(given, variable, region), given.table, pair)
    beside = _beside(given, rows[0]) if variable is None else []
    problems, years = Problems(), np.array(given.years)
    series: dict[str, xr.DataArray] = {}
    seen: dict[str, Row] = {}
    gaps: list[str] = []
    for row in (*rows, *_used(beside)):
        if row.variable in seen:
            said = f"is given again; line {seen[row.variable].line} has it already"
            problems.add(given.place(row), row.variable, said, "keep one of the two")
            continue
        seen[row.variable] = row
        total, target = total_of(row, asked=variable is not None)
        ratio = factor_of(row, target, problems, given.place(row))
        with np.errstate(over="ignore"):
            values = given.numbers(row, problems) * ratio
        if odd := beyond(total, target, values):
            problems.add(given.place(row, odd[0]), f"{row.variable} {given.years[odd[0]]}", odd[1], SLIPPED)
        at = np.flatnonzero([bool(cell) for cell in row.cells])
        if not at.size:
            problems.add(given.place(row), row.variable, "has no number in any year", "give it values, or leave it out")
        elif not problems.found:
            series[total] = _series(years[at].tolist(), values[at], target)
            gaps += [f"{row.variable} {years[empty]}" for empty in range(at[0], at[-1]) if not row.cells[empty]]
    given.table.raise_if_any(problems)
    view = land_view(row.variable for row in beside)
    read = [*complete(seen.values()), *(row for row in beside if row.variable in LAND)]
    totals = _dataset(series, seen).assign_coords({"land_view": view} if view else {})
    first = rows[0]
    attrs = {"source": given.table.path.name, "model": first.model, "scenario": first.scenario, "region": first.region}
    covered = sorted({int(year) for one in series.values() for year in one["year"].values})
    notes = {"read": told(given, read), "filled": filled(gaps, covered), "doubt": doubt(totals, first.region)}
    return with_notes(totals.assign_attrs(attrs), notes)


def with_notes(totals: xr.Dataset, notes: Mapping[str, str]) -> xr.Dataset:
    """Return totals with the notes that say something."""
    return totals.assign_attrs({key: note for key, note in notes.items() if note})


def notes_of(totals: xr.Dataset) -> tuple[str, ...]:
    """Return what is to be known of totals that were read."""
    return tuple(str(totals.attrs[key]) for key in NOTES if key in totals.attrs)


def complete(rows: Iterable[Row]) -> list[Row]:
    """Return rows without those of wind or of solar where the other is missing: alone they say nothing."""
    there = defaultdict(set)
    for row in (every := list(rows)):
        there[row.model, row.scenario].add(row.variable)
    return [row for row in every if row.variable not in CAPACITY or {*CAPACITY} <= there[row.model, row.scenario]]


def doubt(totals: xr.Dataset, region: str = HOME) -> str:
    """Return what the totals say against one another and, of China, against its history; nothing where they do not.

    Net CO2 is gross CO2 less what is taken up; a hundredth more is waste burnt and rounding. A total of China that is
    less than a third or more than three times its fossil CO2 of that year is in another unit.

    References
    ----------
    `gcb-2025`
    """
    said = list(_unlike_history(totals)) if region == HOME else []
    if {"net_co2", "gross_co2"} <= set(totals):
        above = totals["net_co2"] - totals["gross_co2"]
        there = above > 0.01 * abs(totals["gross_co2"])
        if there.any():
            years = totals["year"].values[there.any([dim for dim in there.dims if dim != "year"])]
            said.append(
                f"net CO2 lies above gross CO2{_in_how_many(there.any('year'))}, by up to {float(above.max()):,.0f} "
                f"Mt CO2/yr between {years[0]} and {years[-1]}: see that land and removals have the sign of other rows"
            )
    return "; ".join(said)


def _unlike_history(totals: xr.Dataset) -> Iterator[str]:
    """Yield the totals that cannot be of China, with the first year that says so."""
    emitted = table_array("other_economies", "economy_co2", "economy", "year", complete=False).sel(economy=HOME)
    emitted = converted(emitted.dropna("year"), "Mt CO2/yr")
    for name in (name for name in TOTALS if name in totals):
        own, known = xr.align(totals[name], emitted, join="inner")
        odd = (own < known / UNLIKE) | (own > known * UNLIKE)
        if odd.any():
            year = int(own["year"].values[odd.any([dim for dim in odd.dims if dim != "year"]).values][0])
            first, fossil = float(own.where(odd).sel(year=year).min()), float(known.sel(year=year))
            said = f"{first:,.6g} {units_of(totals[name])}{_in_how_many(odd.any('year'))}"
            was = f"China's fossil CO2 was {fossil:,.0f} Mt CO2/yr (gcb-2025)"
            yield f"{name} of {year} is {said}, where {was}: {SLIPPED}"


def _in_how_many(there: xr.DataArray) -> str:
    return f" in {int(there.sum()):,} scenarios" if "scenario" in there.dims else ""


def _beside(given: Rows, chosen: Row) -> list[Row]:
    """Return the rows of the same model, scenario and region that stand beside the totals."""
    names = {*BESIDE, *SECTORS, *LAND}
    own = (chosen.model, chosen.scenario, chosen.region)
    return [row for row in given.rows if row.variable in names and (row.model, row.scenario, row.region) == own]


def _used(beside: list[Row]) -> list[Row]:
    """Return those of them that say something: parts of net CO2 only where none is missing."""
    there = {row.variable for row in beside}
    land = next((name for name in LAND if name in there), "")
    parts = {*SECTORS, land} if {*SECTORS} <= there and land else set()
    return [row for row in beside if (row.variable in parts or row.variable in BESIDE) and says_something(row)]


def _dataset(series: dict[str, xr.DataArray], rows: Mapping[str, Row]) -> xr.Dataset:
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
    report = gwp_of(rows)
    return totals.assign_coords({"gwp": report} if report else {})


def _series(years: list[int], values: np.ndarray, unit: str) -> xr.DataArray:
    return xr.DataArray(values, {"year": np.array(years, dtype=np.int64)}, "year", attrs={"units": unit})
