"""Workbooks as people open them in Excel, WPS or LibreOffice: plain cells, a bold head that stays, no formula at all.

Text is text, also where it begins like a formula; a number is a number; what is not known is an empty cell.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from numbers import Integral, Real
from pathlib import Path
from typing import Any, Final

import numpy as np
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from decarb.errors import CallError
from decarb.report.cells import text_cell
from decarb.report.whole import check_free_file, write_file

LISTS: Final = "lists"
"""The hidden sheet that holds what drop-downs offer."""
LONGEST_NAME: Final = 31  # of a sheet, in characters: Excel refuses more
LONGEST_TEXT: Final = 32_767  # of a cell, in characters: Excel refuses more
LONGEST_SHEET: Final = 1_048_576  # in rows: Excel refuses more
LINE, HIGHEST = 15.0, 409.0  # points: of a line of text, and of the highest row that Excel takes
WIDEST_PAGE: Final = 250.0  # in characters, of a sheet that is still read when it is printed as wide as one page
WIDEST: Final = 60  # in characters, of a column whose width nobody says

_NOT_IN_NAMES: Final = re.compile(r"[\[\]:*?/\\]|[\x00-\x1f]")
_NOT_IN_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook.

    Attributes
    ----------
    head : sequence of str
        One word for each column; bold, and in sight however far one scrolls.
    rows : sequence of sequences
        Text, numbers, true or false, dates, or None for an empty cell.
    widths : sequence of float, optional
        Of the columns, in characters; by default as wide as their longest cell, at most 60, and longer text is broken.
    notes : sequence of str
        Lines below the rows.
    choices : mapping
        (row, column) -> what a drop-down at this cell offers; both count from 0, without the head. Other text than what
        is offered can be written: whoever reads the file judges it.
    inputs : sequence of int
        Columns that are shaded, as they are for people to write in.
    """

    head: Sequence[str]
    rows: Sequence[Sequence[Any]]
    widths: Sequence[float] | None = None
    notes: Sequence[str] = ()
    choices: Mapping[tuple[int, int], tuple[str, ...]] = field(default_factory=dict)
    inputs: Sequence[int] = ()


def write_sheets(path: str | Path, sheets: Mapping[str, Sheet], *, replace: bool = False) -> Path:
    r"""Write a workbook and return its path: whole or not there.

    Parameters
    ----------
    path : str or Path
        Ends in `.xlsx`.
    sheets : mapping
        Name -> sheet, in order. A name is made fit for Excel: at most 31 characters, none of `[]:*?/\`, each once.
    replace : bool
        Put the new file in the place of an old one.

    Raises
    ------
    CallError
        The file exists and may not be replaced, has another suffix, or there is no folder for it; there is no sheet, a
        row has more cells than the head, or a cell or a sheet holds more than Excel takes.
    OSError
        It cannot be written.
    """
    path = Path(path)
    check_free_workbook(path, replace=replace)
    book = workbook_of(sheets)
    return write_file(path, lambda new: book.save(new), replace=replace)


def check_free_workbook(path: Path, *, replace: bool = False) -> None:
    """Raise `CallError` unless a workbook may be written: known before the work, not after it."""
    if path.suffix.lower() != ".xlsx":
        raise CallError(f"{path} is no name of a workbook; name a file that ends in .xlsx")
    check_free_file(path, replace=replace)


def workbook_of(sheets: Mapping[str, Sheet]) -> Workbook:
    """Return the workbook that holds the sheets, with what its drop-downs offer on a hidden one.

    Raises
    ------
    CallError
        As `write_sheets`, of what is in it.
    """
    if not sheets:
        raise CallError("a workbook has one sheet or more; give one")
    book = Workbook()
    book.remove(book.worksheets[0])
    names = sheet_names((*sheets, LISTS))
    for name, sheet in zip(names, sheets.values(), strict=False):
        _fill(book.create_sheet(name), sheet)
    if any(sheet.choices for sheet in sheets.values()):
        _offer(book, dict(zip(names, sheets.values(), strict=False)), names[-1])
    return book


def sheet_names(names: Iterable[str]) -> tuple[str, ...]:
    """Return names that Excel takes, each once: shortened, without its signs, and numbered where two are alike.

    Examples
    --------
    >>> sheet_names(["net/gross", "Net-gross", "a" * 40])
    ('net-gross', 'Net-gross 2', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa')
    """
    given: list[str] = []
    taken = {"history", ""}  # Excel keeps the first for itself
    for name in names:
        fit = _NOT_IN_NAMES.sub("-", name).strip().strip("'")[:LONGEST_NAME]
        number, unique = 1, fit
        while unique.casefold() in taken:
            number += 1
            unique = f"{fit[: LONGEST_NAME - len(str(number)) - 1]} {number}".strip()
        taken.add(unique.casefold())
        given.append(unique)
    return tuple(given)


def printable(text: str) -> str:
    r"""Return text with the characters that no workbook can hold written out, such as "\x07".

    Examples
    --------
    >>> printable("net\x07CO2\n")
    'net\\x07CO2\n'
    """
    return _NOT_IN_XML.sub(lambda found: found[0].encode("unicode_escape", "surrogatepass").decode("ascii"), text)


def _fill(sheet: Worksheet, content: Sheet) -> None:
    if len(content.rows) + len(content.notes) + 2 > LONGEST_SHEET:
        raise CallError(f"sheet {sheet.title}: {len(content.rows):,} rows are more than a workbook holds; write a CSV")
    for number, cells in enumerate((content.head, *content.rows), start=1):
        if len(cells) > len(content.head):
            raise CallError(f"sheet {sheet.title}: row {number} has {len(cells)} cells and {len(content.head)} columns")
        for column, value in enumerate(cells, start=1):
            _write(sheet.cell(number, column), value)
    for column in range(1, len(content.head) + 1):
        head = sheet.cell(1, column)
        head.font, head.fill = Font(bold=True), PatternFill("solid", fgColor="E8EDF2")
        head.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0  # as many pages as it takes
    for number, line in enumerate(content.notes, start=len(content.rows) + 3):
        _write(sheet.cell(number, 1), line)
        sheet.cell(number, 1).font = Font(italic=True, color="555555")
    _set_widths(sheet, content)


def _write(cell: Cell, value: Any) -> None:
    """Write one value as what it is; text never becomes a formula."""
    if isinstance(value, (bool, np.bool_)):
        cell.value = bool(value)
    elif value is None or (isinstance(value, Real) and math.isnan(value)):
        return
    elif isinstance(value, Real) and math.isfinite(value):
        cell.value = int(value) if isinstance(value, Integral) else float(value)
    else:
        text = printable(value.isoformat() if isinstance(value, date) else str(value))
        if len(text) > LONGEST_TEXT:
            raise CallError(
                f"{cell.parent.title}!{cell.coordinate}: {len(text):,} characters are more than a cell holds"
            )
        cell.value = text
        cell.data_type = "s"
        cell.quotePrefix = text_cell(text) != text


def _set_widths(sheet: Worksheet, content: Sheet) -> None:
    said = content.widths or [_width(content, column) for column in range(len(content.head))]
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=sum(said) <= WIDEST_PAGE)
    for column, width in enumerate(said):
        sheet.column_dimensions[get_column_letter(column + 1)].width = width
    for cells in sheet.iter_rows(min_row=2, max_row=1 + len(content.rows)):
        lines = [_lines(cell.value, width) for cell, width in zip(cells, said, strict=False)]
        for cell, count in zip(cells, lines, strict=False):
            cell.alignment = Alignment(wrap_text=count > 1, vertical="top")
            if cell.column - 1 in content.inputs:
                cell.fill = PatternFill("solid", fgColor="FFF9E0")
        if max(lines, default=1) > 1:  # no program measures a row that another one wrote
            sheet.row_dimensions[cells[0].row].height = min(HIGHEST, LINE * max(lines))


def _lines(value: Any, width: float) -> int:
    """Return on how many lines a value stands in a column, a little above for words that do not break."""
    if not isinstance(value, str):
        return 1
    wide = (_cells_wide(line) for line in value.split("\n"))
    return sum(math.ceil(1.1 * each / width) if each > width else 1 for each in wide)


def _width(content: Sheet, column: int) -> float:
    texts = (_shown(cells[column]) for cells in (content.head, *content.rows) if column < len(cells))
    return min(WIDEST, max(map(_cells_wide, texts), default=0) + 2)


def _shown(value: Any) -> str:
    if isinstance(value, Real) and not isinstance(value, Integral):
        return f"{value:.9g}"
    return "" if value is None else str(value)


def _cells_wide(text: str) -> int:
    """Return how wide text stands, in Latin characters; a Chinese one is as wide as two."""
    return max(sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line) for line in text.split("\n"))


def _offer(book: Workbook, sheets: Mapping[str, Sheet], name: str) -> None:
    """Write what drop-downs offer to a hidden sheet, one column for each list, and hang the drop-downs on their cells.

    A list that is written into the drop-down itself may hold 255 characters and no comma; one on a sheet has no limit.
    """
    lists = book.create_sheet(name)
    lists.sheet_state = "hidden"
    columns: dict[tuple[str, ...], int] = {}
    for title, sheet in sheets.items():
        offers: dict[tuple[str, ...], DataValidation] = {}
        for (row, column), offered in sheet.choices.items():
            if offered not in columns:
                columns[offered] = len(columns) + 1
                for number, text in enumerate(offered, start=1):
                    _write(lists.cell(number, columns[offered]), text)
            if offered not in offers:
                letter = get_column_letter(columns[offered])
                source = f"{name}!${letter}$1:${letter}${len(offered)}"
                offers[offered] = DataValidation(type="list", formula1=source, showErrorMessage=False)
                book[title].add_data_validation(offers[offered])
            offers[offered].add(book[title].cell(row + 2, column + 1))
