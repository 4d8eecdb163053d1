"""Rows of an IAMC file, wide (a column for each year) or long (`year` and `value`), and the choice among them."""

from __future__ import annotations

import difflib
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import Final

import numpy as np

from decarb.errors import InputError, Problem, Problems
from decarb.pathway.series import FIRST_YEAR, LAST_YEAR
from decarb.scenario import iamc_names
from decarb.scenario.cells import SHOWN, Table, number_in, numbers_in, year_in
from decarb.scenario.iamc_names import CAPACITY, COLUMNS

LISTED: Final = 8
LONG: Final = ("year", "value")
HOME: Final = "China"
PART_OF_YEAR: Final = "subannual"


@dataclass(frozen=True)
class Row:
    """One series of a file: what it is, and its cells over the years of the file.

    `lines` says of a long file on which line each cell stands, 0 where there is none; in a wide file all stand on
    `line`.
    """

    line: int
    model: str
    scenario: str
    region: str
    variable: str
    unit: str
    cells: tuple[str, ...]
    lines: tuple[int, ...] = ()


@dataclass(frozen=True)
class Rows:
    """All series of a file.

    Attributes
    ----------
    table : Table
    years : tuple of int
        That the file names, in order.
    columns : tuple of int
        In which each of them stands; in a long file that of the values.
    rows : tuple of Row
    notes : tuple of str
        Names of columns that hold words alone and were not read.
    """

    table: Table
    years: tuple[int, ...]
    columns: tuple[int, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()

    def place(self, row: Row, at: int | None = None) -> str:
        """Return where a row stands, or its cell of one year."""
        if at is None:
            return self.table.place(row.line, 0)
        return self.table.place(row.lines[at] if row.lines else row.line, self.columns[at])

    def numbers(self, row: Row, problems: Problems) -> np.ndarray:
        """Return the values of a row over `years`, NaN where a cell is empty; what is no number is noted."""
        values = numbers_in(row.cells)
        if values is None:
            values = [
                number_in(cell, problems, self.place(row, at), f"{row.variable} {self.years[at]}") if cell else np.nan
                for at, cell in enumerate(row.cells)
            ]
        return np.array(values)


def is_iamc(header: Iterable[str]) -> bool:
    """Return whether a table has the columns of an IAMC file rather than two of its own."""
    words = {cell.casefold() for cell in header}
    return "variable" in words or {"region", "unit"} <= words


def read_rows(table: Table) -> Rows:
    """Return the series of a wide or long table.

    Raises
    ------
    InputError
        A column that is missing, stands twice or holds numbers and is no year, a part of a year, a row without a name,
        a year that is none, or one that a series has twice.
    """
    words = [cell.casefold() for cell in table.header]
    problems = Problems()
    long = set(LONG) <= set(words)
    for column in (*COLUMNS, *(LONG if long else ())):
        if words.count(column) != 1:
            found = "is missing" if column not in words else f"stands {words.count(column)} times"
            fix = f"IAMC files have {', '.join(COLUMNS)} and a column for each year, or year and value"
            problems.add(table.place(table.header_line, 0), column, f"the column {found}", fix)
    if not problems.found:
        _refuse_unnamed(table, words, problems)
        notes = _other_columns(table, {*COLUMNS, *LONG} if long else {*COLUMNS}, problems, long=long)
    rows = Rows(table, (), (), ()) if problems.found else (_long if long else _wide)(table, words, problems)
    table.raise_if_any(problems)
    return replace(rows, notes=notes)


def _refuse_unnamed(table: Table, words: list[str], problems: Problems) -> None:
    """Note each row without a name: what is left out in a merged cell would be another series."""
    for column in (words.index(name) for name in COLUMNS if name != "unit"):
        for line, cells in table.rows:
            if not cells[column]:
                fix = "fill it in; of merged cells only the first holds the name"
                problems.add(table.place(line, column), table.header[column], "the cell is empty", fix)


def _other_columns(table: Table, known: Collection[str], problems: Problems, *, long: bool) -> tuple[str, ...]:
    """Return the names of the columns that hold words alone; others that are no year would be lost with their numbers.

    A column `subannual` says which part of a year a row is about: here it is the whole of it.
    """
    notes = []
    for column, cell in enumerate(table.header):
        word, place = cell.casefold(), table.place(table.header_line, column)
        if word in known or (_yearlike(cell) and not long):
            continue
        held = [(line, cells[column]) for line, cells in table.rows if cells[column]]
        if word == PART_OF_YEAR:
            for line, part in held:
                if part.casefold() not in ("year", "annual"):
                    found = f"{part[:SHOWN]!r} is a part of a year"
                    problems.add(table.place(line, column), cell, found, 'give the total of the year, as "Year"')
        elif long and _yearlike(cell):
            problems.add(place, cell, 'is a column beside "year" and "value"', "give the years in one of the two ways")
        elif number := next((line for line, text in held if _holds_number(text)), 0):
            name = "the column has no name" if not cell else f"{cell[:SHOWN]!r} is no year"
            said = f"{name}, and it holds {'values' if not cell else 'numbers'} from line {number} on"
            problems.add(place, "year", said, "write its year" if not cell else "write the year, or delete the column")
        elif held:
            notes.append(cell or f"column {column + 1}")
    return tuple(notes)


def _yearlike(cell: str) -> bool:
    """Return whether the name of a column is meant for a year, well written or not."""
    return any(character.isdigit() for character in cell)


def _holds_number(text: str) -> bool:
    plain = unicodedata.normalize("NFKC", text).replace(",", "")
    return numbers_in([plain]) is not None


def _wide(table: Table, words: list[str], problems: Problems) -> Rows:
    years: dict[int, int] = {}
    for column, cell in enumerate(table.header):
        if _yearlike(cell):
            year = year_in(cell, problems, table.place(table.header_line, column), years)
            if year is not None:
                years[year] = column
    if not years and not problems.found:
        problems.add(table.place(table.header_line, 0), "year", "no column is a year", "add columns such as 2030")
    heads, columns = [words.index(column) for column in COLUMNS], tuple(years.values())
    rows = (
        _row(line, [cells[head] for head in heads], tuple(cells[column] for column in columns))
        for line, cells in table.rows
    )
    return Rows(table, tuple(years), columns, tuple(rows))


def _long(table: Table, words: list[str], problems: Problems) -> Rows:
    heads, (year, value) = [words.index(column) for column in COLUMNS], (words.index(column) for column in LONG)
    known = {str(each): each for each in range(FIRST_YEAR, LAST_YEAR + 1)}
    found: dict[tuple[str, ...], dict[int, tuple[int, str]]] = {}
    for line, cells in table.rows:
        at = known.get(cells[year]) or year_in(cells[year], problems, table.place(line, year), ())
        series = found.setdefault(tuple(cells[head] for head in heads), {})
        if at in series:
            said = f"{at} is given again; line {series[at][0]} has it already"
            problems.add(table.place(line, year), cells[heads[3]], said, "keep one of the two")
        elif at is not None:
            series[at] = line, cells[value]
    years = sorted({at for series in found.values() for at in series})
    rows = []
    for head, series in found.items():
        if series:
            spots = [series.get(at, (0, "")) for at in years]
            lines = tuple(line for line, _ in spots)
            rows.append(_row(min(filter(None, lines)), head, tuple(cell for _, cell in spots), lines))
    return Rows(table, tuple(years), (value,) * len(years), tuple(rows))


def _row(line: int, head: Sequence[str], cells: tuple[str, ...], lines: tuple[int, ...] = ()) -> Row:
    model, scenario, region, variable, unit = head
    return Row(line, model, scenario, region, variable, unit, cells, lines)


def of_region(given: Rows, variable: str | None, region: str | None) -> list[Row]:
    """Return the rows of the totals, or of one variable, in one region: the one asked for, China, or the only one.

    Raises
    ------
    InputError
        No such row, or several regions and no China.
    """
    if variable is None:
        rows = [row for row in given.rows if row.variable in iamc_names.TOTALS or row.variable in CAPACITY]
        if not any(row.variable in iamc_names.TOTALS for row in rows):
            emissions = listed(row.variable for row in given.rows if "emissions" in row.variable.casefold())
            fix = "name one with --variable" if emissions else f"give one of {listed(iamc_names.TOTALS)}"
            found = f"no total among: {emissions or 'nothing'}"
            raise InputError([Problem(str(given.table.path), "variable", found, fix)])
    else:
        rows = only(list(given.rows), given.table, "variable", variable)
    if region is not None:
        return only(rows, given.table, "region", region)
    regions = {row.region for row in rows}
    if len(regions) > 1:
        if HOME not in regions:
            found = f"{len(regions)} regions and no {HOME}: {listed(regions)}"
            raise InputError([Problem(str(given.table.path), "region", found, "choose one with --region")])
        return only(rows, given.table, "region", HOME)
    return rows


def of_pair(rows: list[Row], table: Table, wanted: Mapping[str, str | None]) -> list[Row]:
    """Return the rows of one model and scenario.

    Raises
    ------
    InputError
        There is none, or several.
    """
    for key, choice in wanted.items():
        if choice is not None:
            rows = only(rows, table, key, choice)
    pairs = {f"{row.model} / {row.scenario}" for row in rows}
    if len(pairs) > 1:
        found = f"{len(pairs):,} pairs of model / scenario: {listed(pairs)}"
        fix = "choose one with --model and --scenario, or judge each of them with --all"
        raise InputError([Problem(str(table.path), "model", found, fix)])
    return rows


def only(rows: list[Row], table: Table, key: str, choice: str) -> list[Row]:
    """Return the rows in which a column holds a word; refused, with what was meant, where there is none."""
    kept = [row for row in rows if getattr(row, key) == choice]
    if not kept:
        there = {getattr(row, key) for row in rows}
        meant = [name for name in there if name.casefold() == choice.casefold()]
        meant = meant or difflib.get_close_matches(choice, there, 1)
        fix = f"did you mean {meant[0]!r}?" if meant else f"the file has {listed(there)}"
        raise InputError([Problem(str(table.path), key, f"{choice!r} is not there", fix)])
    return kept


def told(given: Rows, read: Iterable[Row]) -> str:
    """Return how many rows of a file were read, and which were not; nothing where all were.

    Examples
    --------
    See `decarb.scenario.foreign.read_pathway`, which keeps it as `attrs["read"]`.
    """
    used = {row.line for row in read}
    left = [row for row in given.rows if row.line not in used]
    columns = f"columns not read: {listed(given.notes)}" if given.notes else ""
    if not left:
        return columns
    regions = {row.region for row in given.rows if row.line in used}
    elsewhere = [row.region for row in left if row.region not in regions]
    variables = Counter(row.variable for row in left if row.region in regions)
    ranked = variables.most_common()
    said = [f"{name} ({count:,})" for name, count in ranked[:LISTED]]
    rest = [count for _, count in ranked[LISTED:]]
    said += [f"{len(rest):,} more variables ({sum(rest):,})"] if rest else []
    said += [f"{len(elsewhere):,} of other regions: {listed(elsewhere)}"] if elsewhere else []
    rows = f"read {len(used):,} of {len(given.rows):,} series; not read: {'; '.join(said)}"
    return f"{rows}; {columns}" if columns else rows


def filled(gaps: Sequence[str], years: Sequence[int]) -> str:
    """Return where straight lines stand: in empty cells, and between the years that are given; or nothing.

    Examples
    --------
    >>> filled(["Emissions|CO2 2021"], [2020, 2021, 2022])
    '1 empty cell lies on straight lines: Emissions|CO2 2021'
    >>> filled([], [2010, 2015, 2020, 2030, 2040])
    'years of the file lie 5 apart from 2010 to 2020, 10 apart to 2040; those between lie on straight lines'
    """
    cells = "empty cell lies" if len(gaps) == 1 else "empty cells lie"
    said = [f"{len(gaps):,} {cells} on straight lines: {_first(gaps)}"] if gaps else []
    runs = [(step, list(pairs)[-1][1]) for step, pairs in groupby(pairwise(years), lambda pair: pair[1] - pair[0])]
    if any(step > 1 for step, _ in runs):
        (step, end), *more = runs
        apart = [f"{step} apart from {years[0]} to {end}", *(f"{step} apart to {end}" for step, end in more)]
        said.append(f"years of the file lie {_first(apart)}; those between lie on straight lines")
    return "; ".join(said)


def _first(said: Sequence[str]) -> str:
    """Return the first few of what is said, and how many more there are."""
    return ", ".join(said[:LISTED]) + (f" and {len(said) - LISTED:,} more" if len(said) > LISTED else "")


def listed(names: Iterable[str]) -> str:
    """Return names in order, the first few of them where they are many."""
    return _first(sorted(set(names)))
