"""The cells of a workbook of ours: what each holds and where it stands; nothing is computed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from decarb.scenario.document import Mark
from decarb.scenario.workbook_file import SAVE_AGAIN, Bounds, UnreadableError, opened
from decarb.scenario.yaml_files import input_error, read_bytes

MAX_BYTES: Final = 4 * 1024**2
MAX_UNPACKED: Final = 32 * 1024**2
MAX_PARTS: Final = 500
MAX_ROWS: Final = 20_000
MAX_COLUMNS: Final = 50
MAX_TEXT: Final = 32_767  # characters of a cell: no workbook that Excel wrote holds more

_NOT_SHOWN: Final = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')  # in the format of a number: words, escapes, colours
_BOUNDS: Final = Bounds(MAX_PARTS, MAX_UNPACKED, "copy your values into a new template", plain=True)


@dataclass(frozen=True)
class Cell:
    """One cell that is not empty.

    Attributes
    ----------
    value : str, bool, int, float, date
        As it stands; of a formula its text.
    mark : Mark
    kind : str
        "text", "number", "yes-no", "date", "formula" or "error".
    percent : bool
        It shows a hundred times its number and a per-cent sign.
    """

    value: Any
    mark: Mark
    kind: str
    percent: bool = False


Row = Mapping[int, Cell]
"""The cells of one row that are not empty, by column, from 0."""


def read_sheets(path: Path, wanted: Sequence[str]) -> tuple[dict[str, list[Row]], tuple[str, ...]]:
    """Return the rows of the wanted sheets that are there, and the names of all sheets.

    Raises
    ------
    InputError
        It is no workbook, or one that is larger than a scenario can be.
    """
    raw = read_bytes(path, MAX_BYTES, "workbook (.xlsx)")
    try:
        with opened(path, raw, _BOUNDS) as book:
            names = {sheet.title: sheet.title.strip().casefold() for sheet in book.worksheets}
            _check_once(path, names, wanted)
            found = {name: list(_rows(path, book[title], name)) for title, name in names.items() if name in wanted}
            return found, tuple(names)
    except UnreadableError as error:
        fix = "it is an old .xls or has a password; save it as .xlsx without one" if error.old else SAVE_AGAIN
        raise input_error(str(path), "", "is no workbook that can be read", fix) from error


def _check_once(path: Path, names: Mapping[str, str], wanted: Sequence[str]) -> None:
    for name in wanted:
        same = [title for title, known in names.items() if known == name]
        if len(same) > 1:
            found = f"has {len(same)} sheets called {name}: {', '.join(map(repr, same))}"
            raise input_error(str(path), "", found, "rename or delete one of them")


def _rows(path: Path, sheet: Any, name: str) -> Iterator[Row]:
    sheet.reset_dimensions()  # what a file says of its own size is not believed
    for number, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS), start=1):
        if number > MAX_ROWS:
            mark = Mark(str(path), number, 1, name)
            raise input_error(str(mark), "", f"more than {MAX_ROWS:,} rows", "delete the rows below yours")
        yield {column: _cell(cell, Mark(str(path), number, column + 1, name))
               for column, cell in enumerate(cells) if cell.value not in (None, "")}  # fmt: skip


def _cell(cell: Any, mark: Mark) -> Cell:
    value = cell.value
    if cell.data_type == "f":
        return Cell(str(value), mark, "formula")
    if cell.data_type == "e":
        return Cell(str(value), mark, "error")
    if isinstance(value, bool):
        return Cell(value, mark, "yes-no")
    if isinstance(value, (int, float)):
        return Cell(value, mark, "number", percent="%" in _NOT_SHOWN.sub("", cell.number_format or ""))
    if isinstance(value, (date, datetime, time, timedelta)):
        return Cell(value, mark, "date")
    if len(str(value)) > MAX_TEXT:
        raise input_error(str(mark), "", f"holds {len(str(value)):,} characters", f"write at most {MAX_TEXT:,}")
    return Cell(str(value), mark, "text")
