"""The cells of a workbook, read without trust: sizes are checked before it is unpacked, and nothing is computed."""

from __future__ import annotations

import re
import warnings
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from decarb.errors import InputError
from decarb.scenario.document import Mark
from decarb.scenario.yaml_files import input_error, read_bytes

MAX_BYTES: Final = 4 * 1024**2
MAX_UNPACKED: Final = 32 * 1024**2
MAX_PARTS: Final = 500
MAX_ROWS: Final = 20_000
MAX_COLUMNS: Final = 50
MAX_TEXT: Final = 32_767  # characters of a cell: no workbook that Excel wrote holds more

_NOT_SHOWN: Final = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')  # in the format of a number: words, escapes, colours
_BROKEN: Final = (
    BadZipFile, InvalidFileException, KeyError, ValueError, TypeError, IndexError, AttributeError, SyntaxError,
    EOFError, NotImplementedError, RuntimeError, OSError, zlib.error,
)  # fmt: skip
"""What the reader of workbooks raises at files that are none, or are damaged; faults in XML are syntax errors."""


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
        _check_parts(path, raw)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of parts that we do not read, such as drop-downs of newer kinds
            book = load_workbook(BytesIO(raw), read_only=True, data_only=False, keep_links=False)
            names = {sheet.title: sheet.title.strip().casefold() for sheet in book.worksheets}
            _check_once(path, names, wanted)
            found = {name: list(_rows(path, book[title], name)) for title, name in names.items() if name in wanted}
            return found, tuple(names)
    except InputError:
        raise
    except _BROKEN as error:
        raise input_error(str(path), "", "is no workbook that can be read", _fix(raw)) from error


def _check_once(path: Path, names: Mapping[str, str], wanted: Sequence[str]) -> None:
    for name in wanted:
        same = [title for title, known in names.items() if known == name]
        if len(same) > 1:
            found = f"has {len(same)} sheets called {name}: {', '.join(map(repr, same))}"
            raise input_error(str(path), "", found, "rename or delete one of them")


def _fix(raw: bytes) -> str:
    if raw.startswith(b"\xd0\xcf\x11\xe0"):  # the container of old and of encrypted workbooks
        return "it is an old .xls or has a password; save it as .xlsx without one"
    return "save it again as .xlsx"


def _check_parts(path: Path, raw: bytes) -> None:
    """Refuse a file that unpacks to more than a scenario can be, or whose XML declares entities."""
    with ZipFile(BytesIO(raw)) as parts:
        sizes = [part.file_size for part in parts.infolist()]
        if len(sizes) > MAX_PARTS or sum(sizes) > MAX_UNPACKED:
            found = f"unpacks to {len(sizes):,} parts of {sum(sizes) / 1024**2:,.0f} MiB"
            fix = f"at most {MAX_PARTS} parts of {MAX_UNPACKED // 1024**2} MiB: copy your values into a new template"
            raise input_error(str(path), "", found, fix)
        for part in parts.infolist():
            if part.filename.endswith((".xml", ".rels")) and b"<!" in parts.read(part).replace(b"<!--", b""):
                raise input_error(str(path), "", f"{part.filename[:60]} declares a document type", _fix(raw))


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
