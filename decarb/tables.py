"""The shipped tables: each number with its unit, range, source and status."""

from __future__ import annotations

import csv
import hashlib
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple

import numpy as np
import pandas as pd
import xarray as xr
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from decarb.errors import DataError, Problem, UnitError
from decarb.units import Quantity, canonical, unit_factor
from decarb.variables import did_you_mean, shipped, variables

__all__ = [
    "provinces", "read_rows", "read_table", "shipped", "source_keys", "sources", "table_array", "table_names",
    "table_value", "table_years", "tables_hash", "with_labels",
]  # fmt: skip

Bound = Literal["value", "low", "high"]

INDEX: Final = (
    "province", "region", "economy", "sector", "technology", "fuel", "gas", "report", "level", "archetype", "target",
    "category", "year", "month", "hour",
)  # fmt: skip
COLUMNS: Final = ("variable", *INDEX, "value", "low", "high", "unit", "source", "status", "note")
STATUSES: Final = ("read", "derived", "assumption")

_NEEDED: Final = ("variable", "value", "unit", "source", "status")
_WHOLE: Final = ("year", "month", "hour")
_NUMBERS: Final = ("value", "low", "high")
# float() alone would also take "nan", "1_000" and digits of other scripts.
_WHOLE_NUMBER: Final = re.compile(r"[0-9]{1,4}")
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_KEY: Final = re.compile(r"^([A-Za-z0-9_-]+):", re.MULTILINE)


class _Row(NamedTuple):
    """One row of a table: the index columns that it fills, its numbers, and what stands beside them."""

    line: int
    named: Mapping[str, str | int]
    numbers: Mapping[str, float]
    written: Mapping[str, str]


@lru_cache(maxsize=1)
def sources() -> Mapping[str, Mapping[str, Any]]:
    """Return where the figures come from: title, publisher, locator, licence and traps by source key.

    Raises
    ------
    DataError
        `data/sources.yaml` cannot be read, or an entry lacks one of the four.

    Examples
    --------
    >>> sources()["gwp-openclimatedata"]["licence"]
    'CC0 1.0'
    """
    try:
        entries = YAML(typ="safe", pure=True).load(shipped("data", "sources.yaml"))
    except YAMLError as error:
        raise DataError(f"sources.yaml: {error}") from error
    lacking = [
        f"sources.yaml: {key}: has no {field}; write one"
        for key, entry in entries.items()
        for field in ("title", "publisher", "locator", "licence")
        if not str(entry.get(field, "")).strip()
    ]
    if lacking:
        raise DataError("\n".join(lacking))
    return MappingProxyType({key: MappingProxyType(entry) for key, entry in entries.items()})


@lru_cache(maxsize=1)
def source_keys() -> frozenset[str]:
    """Return the keys of `sources`, without reading what they hold: every run asks for them, few for the rest."""
    return frozenset(_KEY.findall(shipped("data", "sources.yaml").read_text(encoding="utf-8")))


NAMES_ALONE: Final = frozenset({"labels", "variables"})
"""Files of `data/` that hold names and no figures."""


def table_names() -> tuple[str, ...]:
    """Return the names that `read_table` takes.

    Examples
    --------
    >>> "history" in table_names(), "variables" in table_names()
    (True, False)
    """
    return tuple(
        sorted(path.stem for path in shipped("data").glob("*.csv") if path.stem not in ("labels", "variables"))
    )


def with_labels(dataset: xr.Dataset) -> xr.Dataset:
    """Return the Dataset with the names of the variable dictionary on each variable that stands in it.

    Examples
    --------
    >>> with_labels(xr.Dataset({"gdp": 1.0}))["gdp"].attrs["long_name"]
    'Real GDP'
    """
    known, labelled = variables(), dataset.copy()
    for name in known.keys() & {str(name) for name in labelled.data_vars}:
        labels = {"long_name": known[name].label_en, "long_name_zh": known[name].label_zh}
        labelled[name].attrs = labelled[name].attrs | labels
    return labelled


def tables_hash() -> str:
    """Return the SHA-256 of the names and bytes of all data files: runs with the same hash read the same numbers."""
    digest = hashlib.sha256()
    for path in sorted(shipped("data").iterdir()):
        content = path.read_bytes()
        digest.update(f"{path.name}\n{len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


@lru_cache(maxsize=1)
def provinces() -> tuple[str, ...]:
    """Return the 31 provinces in their fixed, alphabetical order.

    Examples
    --------
    >>> len(provinces()), provinces()[:2]
    (31, ('Anhui', 'Beijing'))
    """
    return tuple(table_array("provinces", "population", "province", year=2020)["province"].values.tolist())


def read_table(name: str) -> pd.DataFrame:
    """Return one shipped table in long form, the line of the file as index.

    Parameters
    ----------
    name : str
        One of `table_names()`.

    Returns
    -------
    pd.DataFrame
        Columns `COLUMNS`; text that a file leaves empty stays "", so that "NA" and "NO" are text too.

    Raises
    ------
    DataError
        The table does not exist, or with every row of it that cannot be used.
    """
    return _table(name).copy()


@lru_cache(maxsize=64)
def _table(name: str) -> pd.DataFrame:
    return _typed(_records(name))


@lru_cache(maxsize=64)
def _records(name: str) -> Mapping[int, Mapping[str, str]]:
    """Return the rows of a shipped table as text, by line; read once in a session, whatever becomes of the file."""
    if name not in table_names():
        raise DataError(f'"{name}" is no table of data/; {did_you_mean(name, table_names())}')
    return _checked(shipped("data", f"{name}.csv"))


def read_rows(path: Path) -> pd.DataFrame:
    """Return the rows of a file in the form of the shipped tables, every one checked.

    A row needs a variable of the dictionary, a finite value in its plausible range with `low <= value <= high`, a unit
    of its dimension, a source of `data/sources.yaml` and a status; an assumption needs both ends of its range.

    Raises
    ------
    DataError
        With file, line, column and remedy of every bad row at once.
    """
    return _typed(_checked(path))


def _checked(path: Path) -> dict[int, dict[str, str]]:
    """Return the rows of a file as text, by line."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        header = next(reader, [])
        rows = [(reader.line_num, cells) for cells in reader]
    wrong = [f'unknown column "{name}"' for name in header if name not in COLUMNS]
    wrong += [f'no column "{name}"' for name in _NEEDED if name not in header]
    if wrong:
        raise DataError(f"{path.name}:1: {', '.join(wrong)}; the columns are {', '.join(COLUMNS)}")
    blank = dict.fromkeys(COLUMNS, "")
    records: dict[int, dict[str, str]] = {}
    problems: list[Problem] = []
    for line, cells in rows:
        where = f"{path.name}:{line}"
        if len(cells) != len(header):
            problems.append(Problem(where, "", f"{len(cells)} cells, not {len(header)}", "quote cells with commas"))
            continue
        records[line] = blank | dict(zip(header, cells, strict=True))
        problems += _row_problems(where, records[line])
    if problems:
        raise DataError("\n".join(map(str, problems)))
    return records


def _typed(records: Mapping[int, Mapping[str, str]]) -> pd.DataFrame:
    text = {name: [row[name] for row in records.values()] for name in COLUMNS}
    whole = {name: pd.array([int(cell) if cell else None for cell in text[name]], dtype="Int64") for name in _WHOLE}
    numbers = {name: [float(cell) if cell else math.nan for cell in text[name]] for name in _NUMBERS}
    return pd.DataFrame({**text, **whole, **numbers}, index=pd.Index(list(records), name="line"))


def _row_problems(where: str, row: Mapping[str, str]) -> Iterator[Problem]:
    for name in _WHOLE:
        if row[name] and not _WHOLE_NUMBER.fullmatch(row[name]):
            yield Problem(where, name, f'"{row[name]}" is no whole number', "write digits alone")
    if row["status"] not in STATUSES:
        yield Problem(where, "status", f'"{row["status"]}" is none', f"write {', '.join(STATUSES)}")
    if row["source"] not in source_keys():
        fix = did_you_mean(row["source"], tuple(sorted(source_keys())))
        yield Problem(where, "source", f'"{row["source"]}" is not in sources.yaml', fix)
    if row["status"] == "assumption" and not (row["low"] and row["high"]):
        yield Problem(where, "low, high", "an assumption without a range", "write both ends")
    numbers: dict[str, float] = {}
    for name in _NUMBERS:
        if row[name] and _NUMBER.fullmatch(row[name]) and math.isfinite(float(row[name])):
            numbers[name] = float(row[name])
        elif row[name] or name == "value":
            yield Problem(where, name, f'"{row[name]}" is no finite number', "write a plain decimal")
    ordered = [numbers[name] for name in ("low", "value", "high") if name in numbers]
    if ordered != sorted(ordered):
        yield Problem(where, "low, value, high", f"{ordered} do not rise", "order them")
    yield from _meaning_problems(where, row, numbers)


def _meaning_problems(where: str, row: Mapping[str, str], numbers: Mapping[str, float]) -> Iterator[Problem]:
    """Yield what only the dictionary can say: unknown variable, unit of another dimension, implausible size."""
    info = variables().get(row["variable"])
    if info is None:
        fix = did_you_mean(row["variable"], tuple(variables()))
        yield Problem(where, "variable", f'"{row["variable"]}" is not in variables.csv', fix)
    try:
        canonical(row["unit"])
        factor = unit_factor(row["unit"], info.unit) if info else math.nan
    except UnitError as error:
        yield Problem(where, "unit", str(error))
        return
    for name, number in numbers.items():
        if info and not info.minimum <= number * factor <= info.maximum:
            found = f"{number:g} {row['unit']} is outside {info.minimum:g} to {info.maximum:g} {info.unit}"
            yield Problem(where, name, found, "correct it, or widen the range in variables.csv")


def table_array(
    name: str,
    variable: str,
    *dims: str,
    bound: Bound = "value",
    or_value: bool = False,
    complete: bool = True,
    **selection: str | int,
) -> xr.DataArray:
    """Return one variable of a table as a labelled array.

    A row is named by exactly the index columns that it fills: `("year",)` finds the national rows of a variable that
    also has provincial ones. Only a year that all such rows share need not be named. Nothing is summed, filled or
    interpolated.

    Parameters
    ----------
    name : str
        Table.
    variable : str
        Variable of the table.
    *dims : str
        Index columns that become dimensions, in this order; coordinates are sorted.
    bound : {"value", "low", "high"}
        Which end of the range.
    or_value : bool
        Take the value of rows without a range, or refuse them (the default).
    complete : bool
        Refuse an array with holes (the default), or leave NaN in them.
    **selection : str or int
        One wanted entry for each other index column, such as `year=2019`.

    Returns
    -------
    xr.DataArray
        Attributes `units` (of the rows; of the dictionary where they differ), `source` and `status`.

    Raises
    ------
    DataError
        Nothing fits, rows fill further columns, two rows share one place, a place is empty, or a bound is not known.

    Examples
    --------
    >>> table_array("gwp", "gwp100", "gas", report="AR6").sel(gas="CH4").item()
    27.9
    """
    wanted = tuple(sorted(selection.items()))
    return _array(name, variable, dims, bound, or_value, complete, wanted).copy()  # nobody writes into what is kept


@lru_cache(maxsize=4096)
def _array(
    name: str, variable: str, dims: tuple[str, ...], bound: Bound, or_value: bool, complete: bool,
    selection: tuple[tuple[str, str | int], ...],
) -> xr.DataArray:  # fmt: skip
    rows = _rows_named(name, variable, dims, dict(selection))
    where = f"{name}.csv: {variable}"
    places = [tuple(row.named[dim] for dim in dims) for row in rows]
    often = Counter(places)
    twice = [str(row.line) for row, place in zip(rows, places, strict=True) if often[place] > 1]
    if twice:
        raise DataError(f"{where}: lines {', '.join(twice)} share one place; keep one")
    units = {row.written["unit"] for row in rows}
    unit = units.pop() if len(units) == 1 else variables()[variable].unit
    ends = [row.numbers.get(bound, row.numbers["value"] if or_value else math.nan) for row in rows]
    values = np.array([end * unit_factor(row.written["unit"], unit) for end, row in zip(ends, rows, strict=True)])
    if np.isnan(values).any():
        line = rows[int(np.isnan(values).argmax())].line
        raise DataError(f'{where}: line {line} has no {bound}; read bound="value"')
    labels = [sorted(set(along)) for along in zip(*places, strict=True)] if dims else []
    coords = {dim: np.array(along) for dim, along in zip(dims, labels, strict=True)}
    position = [{label: at for at, label in enumerate(along)} for along in labels]
    array = np.full([len(along) for along in labels], np.nan)
    for place, value in zip(places, values, strict=True):
        array[tuple(at[label] for at, label in zip(position, place, strict=True))] = value
    if complete and np.isnan(array).any():
        first = {dim: coords[dim][at].item() for dim, at in zip(dims, np.argwhere(np.isnan(array))[0], strict=True)}
        found = f"{int(np.isnan(array).sum())} of {array.size} places are empty, the first is {first}"
        raise DataError(f"{where}: {found}; select fewer rows, or pass complete=False to get NaN there")
    attrs = {"units": unit} | {
        key: ";".join(sorted({row.written[key] for row in rows})) for key in ("source", "status")
    }
    return xr.DataArray(array, coords, dims, name=variable, attrs=attrs)


def table_value(name: str, variable: str, *, bound: Bound = "value", **selection: str | int) -> Quantity:
    """Return one number of a table with its unit; the arguments are those of `table_array`.

    Examples
    --------
    >>> print(table_value("history", "official_energy_co2", year=2021))
    10095 Mt CO2/yr
    """
    array = table_array(name, variable, bound=bound, or_value=False, complete=True, **selection)
    return Quantity(array.item(), array.attrs["units"])


def table_years(name: str, variable: str, **selection: str | int) -> list[int]:
    """Return the years for which a table has one variable, in order; `selection` as for `table_array`.

    Examples
    --------
    >>> table_years("provinces", "sector_co2", province="Beijing", sector="transport")
    [2019]
    """
    return sorted(int(row.named["year"]) for row in _rows_named(name, variable, ("year",), selection))


@lru_cache(maxsize=64)
def _groups(name: str) -> Mapping[str, tuple[_Row, ...]]:
    """Return the rows of each variable."""
    groups = defaultdict(list)
    for line, row in _records(name).items():
        index = {column: int(row[column]) if column in _WHOLE else row[column] for column in INDEX if row[column]}
        numbers = {column: float(row[column]) for column in _NUMBERS if row[column]}
        groups[row["variable"]].append(_Row(line, index, numbers, row))
    return {variable: tuple(rows) for variable, rows in groups.items()}


def _rows_named(name: str, variable: str, dims: tuple[str, ...], selection: Mapping[str, str | int]) -> list[_Row]:
    """Return the rows that fill exactly the columns of `dims` and `selection`, and at most one year besides."""
    for column in (*dims, *selection):
        if column not in INDEX:
            raise DataError(f'{name}.csv: "{column}" is no index column; {did_you_mean(column, INDEX)}')
    groups = _groups(name)
    if variable not in groups:
        raise DataError(f'{name}.csv: no variable "{variable}"; {did_you_mean(variable, tuple(groups))}')
    rows = groups[variable]
    for column, wanted in selection.items():
        known = tuple(str(row.named[column]) for row in rows if column in row.named)
        rows = tuple(row for row in rows if row.named.get(column) == wanted)
        if not rows:
            raise DataError(f'{name}.csv: {variable} has no {column} "{wanted}"; {did_you_mean(wanted, known)}')
    asked = {*dims, *selection}
    exact = [row for row in rows if row.named.keys() == asked]
    if exact:
        return exact
    of_a_year = [row for row in rows if row.named.keys() == asked | {"year"}]
    if len({row.named["year"] for row in of_a_year}) == 1:
        return of_a_year
    ways = sorted({" ".join(column for column in INDEX if column in row.named) or "none" for row in rows})
    raise DataError(f"{name}.csv: {variable}: the index columns named do not fit; rows fill: {'; '.join(ways)}")
