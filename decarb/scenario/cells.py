"""A table of a file as text cells, each with its place; nothing is guessed about types."""

from __future__ import annotations

import csv
import io
import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from decarb.errors import InputError, Problem, Problems
from decarb.pathway.series import FIRST_YEAR, LAST_YEAR
from decarb.scenario.document import Mark

MAX_BYTES = 50_000_000
MAX_PROBLEMS = 50
SHOWN = 60

_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_PLAIN = re.compile(r"[0-9+\-.eE]*")
_HIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
"""Characters that are not seen, and that a terminal or a page obeys: control, direction, zero width."""
_NOT_CSV = (
    (b"\xff\xfe\x00\x00", "is UTF-32 text", "save it as UTF-8"),
    (b"\xff\xfe", "is UTF-16 text", "save it as UTF-8"),
    (b"\xfe\xff", "is UTF-16 text", "save it as UTF-8"),
    (b"PK\x03\x04", "is a workbook or a zip file", "save the sheet as CSV (UTF-8)"),
)

MAGIC = {
    b"PK": "an Excel or zip file",
    b"\x89PNG": "a picture",
    b"\x89HDF": "a netCDF file",
    b"\xd0\xcf": "an old Excel file",
}


@dataclass(frozen=True)
class Table:
    """Cells of a CSV file, or of one sheet of a workbook, without the spaces around them.

    Attributes
    ----------
    path : Path
    lines : tuple of str
        Of a CSV file, as they stand there; none of a sheet.
    header_line : int
    header : tuple of str
    rows : tuple of (int, tuple of str)
        Each row with the line it ends on.
    sheet : str
        Its name, or nothing for a CSV file.
    """

    path: Path
    lines: tuple[str, ...]
    header_line: int
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    sheet: str = ""

    def place(self, line: int, cell: int) -> str:
        """Give `file:line:column` of one cell, the column in characters from 1, or `file sheet!C12` in a workbook."""
        if self.sheet:
            return str(Mark(str(self.path), line, cell + 1, self.sheet))
        return f"{self.path}:{line}:{_column(self.lines[line - 1], cell)}"

    def refuse_unreadable(self) -> None:
        """Raise `InputError` for a title above the header, and for characters that a reader cannot see."""
        problems = Problems()
        below = max((sum(map(bool, cells)) for _, cells in self.rows), default=0)
        # Two columns of which one has no name are a table; a title has one cell however many commas stand behind it.
        if sum(map(bool, self.header)) == 1 and below > min(len(self.header), 2):
            title = next(cell for cell in self.header if cell)
            found = f"{title[:SHOWN]!r} stands alone above rows of {below} cells"
            problems.add(self.place(self.header_line, 0), "", found, "begin with the header; delete what is above it")
        for line, cells in ((self.header_line, self.header), *self.rows):
            if unseen := _HIDDEN.search("".join(cells)):
                at, cell = next((at, cell) for at, cell in enumerate(cells) if _HIDDEN.search(cell))
                found = f"{cell[:SHOWN]!a} holds the unseen character U+{ord(unseen[0]):04X}"
                problems.add(self.place(line, at), "", found, "type the cell anew")
        self.raise_if_any(problems)

    def raise_if_any(self, problems: Problems) -> None:
        """Raise what was found so far, cut to a length a person reads."""
        if len(problems.found) > MAX_PROBLEMS:
            more = Problem(str(self.path), "", f"and {len(problems.found) - MAX_PROBLEMS} more problems")
            raise InputError([*problems.found[:MAX_PROBLEMS], more])
        problems.raise_if_any()


def read_table(path: Path, row: str = "year") -> Table:
    """Cells of a UTF-8 CSV file, separated by commas; a byte order mark, as Excel writes it, is accepted.

    Parameters
    ----------
    path : Path
    row : str
        What a row holds, for the messages.

    Raises
    ------
    InputError
        No readable file, another encoding, no rows, rows of another length than the header, a quotation mark that is
        not closed on its line, or characters that are not seen.
    """
    lines = tuple(io.StringIO(_text(path), newline=None))
    read = list(_read(path, lines))
    filled = [(line, cells) for line, cells in read if any(cells)]
    if not filled:
        raise InputError([Problem(str(path), "", "the file is empty", f"write a header and a row for each {row}")])
    (header_line, header), *rows = filled
    table = Table(path, lines, header_line, header, tuple(rows))
    table.refuse_unreadable()
    problems = Problems()
    if len(header) == 1 and (mark := next((mark for mark in (";", "\t", "，") if mark in header[0]), None)):
        problems.add(table.place(header_line, 0), "", f"cells are separated by {mark!r}", 'separate them by ","')
    elif not rows:
        problems.add(table.place(header_line, 0), "", "the file has a header and no rows", f"add a row for each {row}")
    for line, cells in rows:
        if len(cells) != len(header):
            found = f"{len(cells)} cells where the header has {len(header)}"
            fix = 'write decimals with a point, as in "1.5"' if len(cells) > len(header) else "fill the row"
            problems.add(table.place(line, 0), "", found, fix)
    table.raise_if_any(problems)
    return table


def _read(path: Path, lines: Sequence[str]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield the rows, each with its line; one that goes on over a line end has swallowed rows, and is refused."""
    reader, before = csv.reader(lines, strict=True), 0
    said, fix = "a quotation mark is not closed on its line", "close it, or double it inside a cell"
    try:
        for cells in reader:
            if reader.line_num > before + 1:
                raise InputError([Problem(f"{path}:{before + 1}:{_quote(lines[before])}", "", said, fix)])
            before = reader.line_num
            yield before, tuple(cell.strip() for cell in cells)
    except csv.Error as error:
        place, swallowed = f"{path}:{before + 1}:{_quote(lines[before])}", reader.line_num > before + 1
        found, fix = (said, fix) if swallowed else (f"is no CSV: {error}", "save it as CSV (UTF-8)")
        raise InputError([Problem(place, "", found, fix)]) from error


def _quote(line: str) -> int:
    """Return the column of the last quotation mark of a line, or 1."""
    return line.rfind('"') + 1 or 1


def numbers_in(cells: Sequence[str]) -> list[float] | None:
    """Return the numbers of cells, NaN for an empty one; nothing where one holds anything else than a finite number.

    Examples
    --------
    >>> numbers_in(["1.5", "", "-2e3"]), numbers_in(["1.5", "1_000"]), numbers_in(["nan"])
    ([1.5, nan, -2000.0], None, None)
    """
    if not _PLAIN.fullmatch("".join(cells)):
        return None
    try:
        values = [float(cell) if cell else math.nan for cell in cells]
    except ValueError:
        return None
    return None if math.inf in values or -math.inf in values else values


def number_in(text: str, problems: Problems, place: str, key: str) -> float:
    """Finite number of a cell; otherwise NaN, with the fault noted."""
    value = float(text) if _NUMBER.fullmatch(text) else math.nan
    if not math.isfinite(value):
        problems.add(place, key, *_fault(text))
    return value


def year_in(text: str, problems: Problems, place: str, before: Iterable[int]) -> int | None:
    """Calendar year of a cell, later than those `before` it; otherwise None, with the fault noted."""
    earlier = list(before)
    if not re.fullmatch(r"[0-9]{1,9}", text):
        problems.add(place, "year", f"{text[:SHOWN]!r} is no whole year", 'write calendar years such as "2030"')
    elif not FIRST_YEAR <= int(text) <= LAST_YEAR:
        problems.add(place, "year", f"{text} lies outside {FIRST_YEAR}-{LAST_YEAR}", "write calendar years")
    elif int(text) in earlier:
        problems.add(place, "year", f"{text} is given twice", "keep one of the two")
    elif earlier and int(text) < earlier[-1]:
        problems.add(place, "year", f"{text} comes after {earlier[-1]}", "sort the years")
    else:
        return int(text)
    return None


def _fault(text: str) -> tuple[str, str]:
    shown, plain = repr(text[:SHOWN]), unicodedata.normalize("NFKC", text)
    if not text:
        return "the cell is empty", "write a number, or leave the line out"
    if plain != text and _NUMBER.fullmatch(plain):
        return f"{shown} has full-width characters", f'write "{plain}"'
    if re.fullmatch(r"[+-]?[0-9]+(,[0-9]+)+", text):
        point, thousands = text.replace(",", ".", 1), text.replace(",", "")
        return f"{shown} holds a comma", f'write "{point}" for a decimal, "{thousands}" for thousands'
    if re.fullmatch(r"[+-]?(nan|inf|infinity)", text.casefold()) or _NUMBER.fullmatch(text):
        return f"{shown} is no finite number", "write the number, or leave the year out"
    return f"{shown} is no number", 'write it like "10282.5"'


def content_of(path: Path, kind: str = "a CSV file") -> bytes:
    """Return the bytes of a file that is not too large.

    Raises
    ------
    InputError
        There is no such file, it is too large, or it cannot be read.
    """
    if path.is_dir():
        raise InputError([Problem(str(path), "", "is a directory", f"name {kind}")])
    if not path.is_file():
        found = "is no regular file" if path.exists() else "is not there"
        raise InputError([Problem(str(path), "", found, f"name {kind}")])
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= MAX_BYTES else b""
    except OSError as error:
        raise InputError([Problem(str(path), "", f"cannot be read: {error.strerror}", "check its rights")]) from error
    if size > MAX_BYTES:
        found = f"has {size / 1e6:,.0f} MB; at most {MAX_BYTES / 1e6:.0f} MB are read"
        raise InputError([Problem(str(path), "", found, "keep the rows that matter")])
    return data


def _text(path: Path) -> str:
    data = content_of(path)
    for start, found, fix in _NOT_CSV:
        if data.startswith(start):
            raise InputError([Problem(str(path), "", found, fix)])
    if b"\x00" in data:
        fix = "save it as CSV (UTF-8)"
        raise InputError([Problem(str(path), "", "holds zero bytes: it is UTF-16 or no text at all", fix)])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].split(b"\n")
        place = f"{path}:{len(before)}:{len(before[-1]) + 1}"
        raise InputError([Problem(place, "", f"is not UTF-8{_looks_like(data)}", "save it as UTF-8")]) from error


def _looks_like(data: bytes) -> str:
    for start, kind in MAGIC.items():
        if data.startswith(start):
            return f" (it looks like {kind})"
    try:
        data.decode("gb18030")
    except UnicodeDecodeError:
        return ""
    return " (it looks like GBK)"


def _column(line: str, cell: int) -> int:
    quoted, commas = False, 0
    for position, character in enumerate(line, 1):
        if commas == cell:
            return position
        quoted ^= character == '"'
        commas += character == "," and not quoted
    return max(1, len(line.rstrip("\n")))
