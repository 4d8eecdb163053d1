"""A user's own table of scenarios: one row for each, one column with its unit for each axis."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from decarb.errors import InputError, Problem, Problems, UnitError
from decarb.scenario.cells import MAX_PROBLEMS, Table, number_in, read_table
from decarb.scenario.document import shown
from decarb.sweeps.schema import MAX_AXES
from decarb.units import canonical, counts_alike, unit_factor

MAX_BYTES: Final = 10_000_000


@dataclass(frozen=True, eq=False)
class Points:
    """The rows of a table, in the units it is written in.

    Attributes
    ----------
    path : Path
    axes, units : tuple of str
        Name and unit of each column.
    places : tuple of str
        `file:line:column` of each unit.
    values : np.ndarray, (scenario, axis)
    digest : str
        SHA-256 of the file.
    """

    path: Path
    axes: tuple[str, ...]
    units: tuple[str, ...]
    places: tuple[str, ...]
    values: np.ndarray
    digest: str

    def in_units(self, units: Mapping[str, str]) -> np.ndarray:
        """Return the values in the unit of each axis: float64, (scenario, axis).

        Raises
        ------
        InputError
            Naming every column with a unit of another kind.
        """
        problems, factors = Problems(), np.ones(len(self.axes))
        for column, (name, written) in enumerate(zip(self.axes, self.units, strict=True)):
            wanted = units[name]
            try:
                factors[column] = unit_factor(written, wanted)
            except UnitError as error:
                problems.add(self.places[column], name, str(error), f'write the column in "{wanted}"')
                continue
            if not counts_alike(written, wanted):
                problems.add(self.places[column], name, f'"{written}" is not "{wanted}"', f'write "{wanted}"')
        problems.raise_if_any()
        return self.values * factors


def points_of(path: Path) -> Points:
    """Return the scenarios of a CSV file: names of the axes in the first row, units in the second, then numbers.

    Raises
    ------
    InputError
        With line and column of everything wrong: a name twice or empty, an unknown unit, a cell that is no finite
        number; or for a file of more than 10 MB.
    """
    if path.is_file() and path.stat().st_size > MAX_BYTES:
        found = f"has {path.stat().st_size / 1e6:.1f} MB; at most {MAX_BYTES / 1e6:g} MB are read"
        raise InputError([Problem(str(path), "", found, "write a sweep with axes in place of so long a table")])
    table, problems = read_table(path, row="scenario"), Problems()
    _check_names(table, problems)
    (line, units), *rows = table.rows
    places = tuple(table.place(line, column) for column in range(len(units)))
    for name, unit, place in zip(table.header, units, places, strict=True):
        _check_unit(name, unit, place, problems)
    if not rows:
        problems.add(places[0], "", "no row follows the units", "add a row for each scenario")
    values = _numbers(table, rows, problems)
    table.raise_if_any(problems)
    return Points(path, table.header, units, places, values, hashlib.sha256(path.read_bytes()).hexdigest())


def read_points(path: Path, units: Mapping[str, str]) -> np.ndarray:
    """Return the scenarios of a CSV file in the unit of each axis: float64, (scenario, axis).

    Raises
    ------
    InputError
        As `points_of`, and for columns of a unit of another kind than their axis.
    """
    return points_of(path).in_units(units)


def _check_names(table: Table, problems: Problems) -> None:
    if len(table.header) > MAX_AXES:
        found = f"{len(table.header)} columns; a sweep has at most {MAX_AXES} axes"
        problems.add(table.place(table.header_line, 0), "", found, "leave columns out")
    for column, name in enumerate(table.header):
        where = table.place(table.header_line, column)
        if not name:
            problems.add(where, "", "a column without a name", "write the name of its axis, or take the column out")
        elif name in table.header[:column]:
            problems.add(where, name, "the column stands twice", "keep one")


def _check_unit(name: str, unit: str, place: str, problems: Problems) -> None:
    if not unit:
        problems.add(place, name, "has no unit", 'write its unit in the second row, "1" for a plain number')
        return
    try:
        canonical(unit)
    except UnitError as error:
        found, _, fix = str(error).partition("; ")
        problems.add(place, name, found, fix or "write the units in the second row")


def _numbers(table: Table, rows: Sequence[tuple[int, tuple[str, ...]]], problems: Problems) -> np.ndarray:
    values, unplaced = np.empty((len(rows), len(table.header))), Problems()
    for position, (line, cells) in enumerate(rows):
        values[position] = [number_in(cell, unplaced, "", "") for cell in cells]
        # A place is counted out in the line, which is dear: only for the cells that need one.
        for column in np.flatnonzero(~np.isfinite(values[position])).tolist():
            place = table.place(line, column)
            problems.add(place, table.header[column], f"{shown(cells[column])} is no finite number", "write a number")
        if len(problems.found) > MAX_PROBLEMS:
            return np.full_like(values, math.nan)
    return values
