"""One sheet of an Excel workbook as text cells, each with its place; no formula is ever evaluated."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from decarb.errors import InputError, Problem, Problems
from decarb.scenario.cells import SHOWN, Table, content_of
from decarb.scenario.document import Mark
from decarb.scenario.workbook_file import SAVE_AGAIN, Bounds, UnreadableError, opened

if TYPE_CHECKING:
    from openpyxl import Workbook

SHEET: Final = "data"
"""Name of the sheet that IAMC workbooks keep their rows in."""
SUFFIXES: Final = (".xlsx", ".xlsm")
MOST_UNPACKED: Final = 200_000_000  # bytes that the parts of a workbook may hold together
MOST_RATIO: Final = 40
"""How many times its own size a workbook may unpack to, above `ALWAYS`: tables pack to a fifth."""
ALWAYS: Final = 10_000_000  # bytes
MOST_PARTS: Final = 2_000
MOST_CELLS: Final = 5_000_000
MOST_ROWS: Final = 2**20  # of a sheet in Excel
_SCALED: Final = re.compile(r"[0#?.],+(?![0#?,.])")
"""A comma behind the last digit of a number format: each divides by a thousand."""


def read_sheet(path: Path) -> Table:
    """Return the cells of the sheet `data`, or of the only sheet, as text.

    Whole numbers come without a point, so that a year is a year; a cell that holds a formula is refused, for what it
    shows is not in the file for certain. Hidden rows and columns are read like others; a hidden sheet is refused.

    Parameters
    ----------
    path : Path
        A workbook as Excel, WPS, LibreOffice or pyam write it.

    Raises
    ------
    InputError
        No readable workbook, too large, no such sheet, no rows, or formulas: each with its cell.
    """
    name, filled = _rows_of(path, content_of(path, "a workbook (.xlsx)"))
    if not filled:
        raise InputError(
            [Problem(f"{path} {name}", "", "the sheet is empty", "write a header and a row for each series")]
        )
    (header_line, header), *below = filled
    Table(path, (), header_line, header, tuple(below), name).refuse_unreadable()
    width = max(column + 1 for column, cell in enumerate(header) if cell)
    problems = Problems()
    for line, cells in below:
        beyond = next((column for column, cell in enumerate(cells[width:], width) if cell), None)
        if beyond is not None:
            place = str(Mark(str(path), line, beyond + 1, name))
            problems.add(place, "", f"{cells[beyond][:SHOWN]!r} stands under no header", "name the column, or clear it")
    even = tuple((line, (*cells[:width], *[""] * (width - len(cells)))) for line, cells in below)
    table = Table(path, (), header_line, header[:width], even, name)
    if not even:
        problems.add(table.place(header_line, 0), "", "the sheet has a header and no rows", "add a row for each series")
    table.raise_if_any(problems)
    return table


def holds_series(path: Path) -> bool:
    """Return whether a workbook has a sheet that is read, `data` or the only one; one of a scenario has others.

    Raises
    ------
    InputError
        No readable workbook, or too large.
    """
    with _opened(path, content_of(path, "a workbook (.xlsx)")) as book:
        names = [sheet.title.strip().casefold() for sheet in book.worksheets]
    return len(names) == 1 or SHEET in names


def _rows_of(path: Path, data: bytes) -> tuple[str, list[tuple[int, tuple[str, ...]]]]:
    """Return the name of the sheet and its rows that hold anything, each with its number."""
    with _opened(path, data) as book:
        sheets = {sheet.title: sheet for sheet in book.worksheets}
        name = _sheet_among(path, list(sheets))
        if sheets[name].sheet_state != "visible":
            fix = "show it, and look at what it holds"
            raise InputError([Problem(f"{path} {name}", "", "the sheet is hidden", fix)])
        sheets[name].reset_dimensions()  # what a file says of its own size may be wrong
        return name, list(_texts(path, name, sheets[name].iter_rows()))


@contextmanager
def _opened(path: Path, data: bytes) -> Iterator[Workbook]:
    """Open a workbook; what its reader raises inside is told as one fault of the file."""
    unpacked = min(MOST_UNPACKED, max(ALWAYS, MOST_RATIO * len(data)))
    try:
        with opened(path, data, Bounds(MOST_PARTS, unpacked, "keep the rows that matter")) as book:
            yield book
    except UnreadableError as error:
        found, fix = "cannot be read as a workbook", SAVE_AGAIN
        if error.old:
            found, fix = "is an old Excel file or has a password", "save it as .xlsx without one"
        raise InputError([Problem(str(path), "", found, fix)]) from error


def _sheet_among(path: Path, names: list[str]) -> str:
    alike = [name for name in names if name.strip().casefold() == SHEET]
    if len(alike) > 1:
        found = f"has {len(alike)} sheets called {SHEET!r}: {', '.join(map(repr, alike))}"
        raise InputError([Problem(str(path), "", found, "keep one of them")])
    if not alike and len(names) != 1:
        found = f"has {len(names)} sheets and none is called {SHEET!r}: {', '.join(map(repr, names))}"
        raise InputError([Problem(str(path), "", found[:500], f"call the one to read {SHEET!r}")])
    return alike[0] if alike else names[0]


def _texts(path: Path, sheet: str, rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[int, tuple[str, ...]]]:
    problems, count = Problems(), 0
    for line, row in enumerate(rows, 1):
        count += len(row) + 1
        if count > MOST_CELLS or line > MOST_ROWS:
            found = f"the sheet has more than {MOST_CELLS:,} cells or {MOST_ROWS:,} rows"
            raise InputError([Problem(f"{path} {sheet}", "", found, "keep the rows that matter")])
        for column, cell in enumerate(row):
            found, fix = _unread(cell)
            if found:
                problems.add(str(Mark(str(path), line, column + 1, sheet)), "", found, fix)
        if any(texts := tuple(_text(cell.value) for cell in row)):
            yield line, texts
    Table(path, (), 1, (), (), sheet).raise_if_any(problems)


def _unread(cell: Any) -> tuple[str, str]:
    """Return why a cell is not taken for what it shows, and what to do; nothing where it is."""
    if cell.data_type == "f":
        found = f"{_text(cell.value)[:SHOWN]!r} is a formula, and none is evaluated"
        return found, "paste the values (copy, paste special, values)"
    if cell.data_type == "n" and cell.value is not None and (way := _shown_as(cell.number_format or "")):
        return f"{cell.value} shows {way}", "write the plain number in the unit of its row"
    return "", ""


@cache
def _shown_as(number_format: str) -> str:
    """Return in which other size a number format shows a number; nothing where it shows the number itself."""
    plain = re.sub(r'"[^"]*"|\\.|_.|\[[^\]]*\]', "", number_format)
    return "as a percentage" if "%" in plain else "divided by thousands" if _SCALED.search(plain) else ""


def _text(value: Any) -> str:
    """Return what a cell holds: a number as it is, whole ones without a point, anything else in words."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(getattr(value, "text", value)).strip()  # an array formula holds its text
