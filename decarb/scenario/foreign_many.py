"""Every pathway of an IAMC file at once: national totals over `scenario` and `year`."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Final

import numpy as np
import xarray as xr

from decarb.errors import Problems
from decarb.pathway.series import annual
from decarb.scenario import iamc_names
from decarb.scenario.foreign import SLIPPED, complete, doubt, read_pathway, table_of, with_notes
from decarb.scenario.foreign_rows import Row, Rows, filled, is_iamc, listed, of_region, read_rows, told
from decarb.scenario.foreign_totals import beyond, factor_of, gwp_of, land_view, says_something, total_of
from decarb.scenario.iamc_names import BESIDE, LAND, REFERENCE_YEAR, UNITS

Pair = tuple[str, str]
"""Model and scenario."""
INDEX: Final = "1"
"""Unit of GDP in money that CO2 for each unit of GDP does not count in."""


def read_pathways(path: str | Path, *, variable: str | None = None, region: str | None = None) -> xr.Dataset:
    """Return the totals of all pairs of model and scenario in a file, and what targets set beside them.

    Read as `decarb.scenario.foreign.read_pathway` reads one of them; parts of net CO2 are not, for they decide nothing.

    Parameters
    ----------
    path : str or Path
        An IAMC file, wide or long, CSV or workbook; two columns hold one pathway.
    variable : str, optional
        The one variable to read; by default the known ones.
    region : str, optional
        By default "China", or the only region.

    Returns
    -------
    xr.Dataset, (scenario, year)
        Over every year from the first to the last; NaN where a pathway does not cover a year. Labels of `scenario` are
        "model / scenario"; `model`, `name`, `land_view`, `gwp` and `gdp_unit` stand beside them, empty where the file
        does not say.

    Raises
    ------
    InputError
        With the place of everything wrong in the file.
    """
    table = table_of(Path(path))
    if not is_iamc(table.header):
        return _one(Path(path), variable, region)
    given = read_rows(table)
    chosen = of_region(given, variable, region)
    totals = [row for row in chosen if variable is not None or row.variable in iamc_names.TOTALS]
    pairs = {pair: number for number, pair in enumerate(dict.fromkeys(_pair(row) for row in totals))}
    home = chosen[0].region
    known = {*BESIDE, *LAND} if variable is None else set()
    beside = [row for row in given.rows if row.variable in known and row.region == home and _pair(row) in pairs]
    used = [row for row in chosen if _pair(row) in pairs]
    used += [row for row in beside if row.variable in BESIDE and says_something(row)]
    series, gaps = _series_of(given, used, pairs, asked=variable is not None)
    lands = [row for row in beside if row.variable in LAND]
    found = _dataset(series, np.array(given.years))
    covered = np.any([~np.isnan(values).all(axis=0) for _, values in series.values()], axis=0)
    notes = {
        "read": told(given, [*complete(used), *lands]),
        "filled": filled(gaps, np.array(given.years)[covered].tolist()),
        "passed": _passed(given, pairs, home),
        "doubt": doubt(found, home),
    }
    attrs = {"source": table.path.name, "region": home}
    return with_notes(found.assign_coords(_labels(pairs, used, lands)).assign_attrs(attrs), notes)


def _one(path: Path, variable: str | None, region: str | None) -> xr.Dataset:
    one = read_pathway(path, variable=variable, region=region)
    empty = {name: ("scenario", [""]) for name in ("model", "land_view", "gwp", "gdp_unit")}
    return one.expand_dims(scenario=[path.stem]).assign_coords(empty | {"name": ("scenario", [path.stem])})


def _pair(row: Row) -> Pair:
    return row.model, row.scenario


def _series_of(
    given: Rows, used: list[Row], pairs: dict[Pair, int], *, asked: bool
) -> tuple[dict[str, tuple[str, np.ndarray]], list[str]]:
    """Return the unit and the values (scenario, year) of each total, and the cells inside rows that are empty."""
    problems = Problems()
    seen: dict[tuple[str, str, str], int] = {}
    ratios: dict[tuple[str, str], float] = {}
    series: dict[str, tuple[str, np.ndarray]] = {}
    gaps: list[str] = []
    for row in used:
        key = (row.variable, row.model, row.scenario)
        if key in seen:
            said = f"is given again for {row.model} / {row.scenario}; line {seen[key]} has it already"
            problems.add(given.place(row), row.variable, said, "keep one of the two")
            continue
        seen[key] = row.line
        total, target = total_of(row, asked=asked)
        unit = (row.variable, row.unit)
        if unit not in ratios or np.isnan(ratios[unit]):
            ratios[unit] = factor_of(row, target, problems, given.place(row))
        with np.errstate(over="ignore"):
            values = given.numbers(row, problems) * ratios[unit]
        if odd := beyond(total, target, values):
            problems.add(given.place(row, odd[0]), f"{row.variable} {given.years[odd[0]]}", odd[1], SLIPPED)
        there = np.flatnonzero(~np.isnan(values))
        if not there.size and not any(row.cells):
            problems.add(given.place(row), row.variable, "has no number in any year", "give it values, or leave it out")
            continue
        if there.size and there[-1] - there[0] + 1 != there.size:
            empty = (at for at in range(there[0], there[-1]) if not row.cells[at])
            gaps += [f"{row.model} / {row.scenario} {row.variable} {given.years[at]}" for at in empty]
        if total not in series:
            series[total] = UNITS[total], np.full((len(pairs), len(given.years)), np.nan)
        series[total][1][pairs[_pair(row)]] = values
    given.table.raise_if_any(problems)
    return series, gaps


def _dataset(series: dict[str, tuple[str, np.ndarray]], years: np.ndarray) -> xr.Dataset:
    """Return the totals over every year, with gaps joined by straight lines."""
    fixed = series.pop("co2_per_gdp", None)
    covered = np.any([~np.isnan(values).all(axis=0) for _, values in series.values()], axis=0)
    first, last = years[covered][0], years[covered][-1]
    every = np.arange(first, last + 1)
    full = {name: (unit, _every_year(values, years, every)) for name, (unit, values) in series.items()}
    if {"wind", "solar"} <= full.keys():
        full["wind_solar_capacity"] = UNITS["wind"], full["wind"][1] + full["solar"][1]
    found = xr.Dataset(
        {
            name: (("scenario", "year"), values, {"units": unit})
            for name, (unit, values) in full.items()
            if name not in ("wind", "solar")
        },
        {"year": every},
    )
    if fixed is not None and REFERENCE_YEAR in years:
        unit, values = fixed
        found["co2_per_gdp_2005"] = ("scenario", values[:, years == REFERENCE_YEAR][:, 0], {"units": unit})
    return found


def _every_year(values: np.ndarray, years: np.ndarray, every: np.ndarray) -> np.ndarray:
    """Return values (scenario, year) in every year: rows that cover the same years are joined together."""
    full = np.full((len(values), every.size), np.nan)
    there = ~np.isnan(values)
    patterns, which = np.unique(there, axis=0, return_inverse=True)
    for number, pattern in enumerate(patterns):
        if pattern.any():
            rows = np.flatnonzero(which.ravel() == number)
            coords = {"year": years[pattern]}
            given = xr.DataArray(values[np.ix_(rows, pattern)], coords, ("scenario", "year"), attrs={"units": INDEX})
            joined = annual(given)
            start = int(joined["year"][0]) - every[0]
            full[rows, start : start + joined.sizes["year"]] = joined.values
    return full


def _labels(pairs: dict[Pair, int], used: list[Row], lands: list[Row]) -> dict[str, tuple[str, list[str]]]:
    """Return what tells the scenarios apart and how each counts."""
    names: dict[Pair, list[str]] = defaultdict(list)
    money = dict.fromkeys(pairs, "")
    for row in (*used, *lands):
        names[_pair(row)].append(row.variable)
        if row.variable == "GDP|MER":
            money[_pair(row)] = total_of(row, asked=False)[1]
    return {
        "scenario": ("scenario", [f"{model} / {scenario}" for model, scenario in pairs]),
        "model": ("scenario", [model for model, _ in pairs]),
        "name": ("scenario", [scenario for _, scenario in pairs]),
        "land_view": ("scenario", [land_view(names[pair]) for pair in pairs]),
        "gwp": ("scenario", [gwp_of(names[pair]) for pair in pairs]),
        "gdp_unit": ("scenario", list(money.values())),
    }


def _passed(given: Rows, pairs: dict[Pair, int], region: str) -> str:
    """Return which pairs of the file have no total in the region; nothing where all have."""
    left = {f"{model} / {scenario}" for model, scenario in (_pair(row) for row in given.rows)} - {
        f"{model} / {scenario}" for model, scenario in pairs
    }
    return f"{len(left):,} pairs of model / scenario have no total of {region}: {listed(left)}" if left else ""
