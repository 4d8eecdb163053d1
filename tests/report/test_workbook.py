from __future__ import annotations

import math
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from openpyxl import load_workbook

from decarb.errors import CallError
from decarb.report.workbook import Sheet, sheet_names, write_sheets

FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://example.org")', "\t=1")


def written(path: Path, sheet: Sheet, **more: Sheet):
    return load_workbook(write_sheets(path, {"data": sheet, **more}))


def test_text_that_looks_like_a_formula_comes_back_as_the_same_text(tmp_path: Path) -> None:
    sheet = written(tmp_path / "x.xlsx", Sheet(["=head"], [[text] for text in FORMULAS], notes=["=note"]))["data"]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert [cell.value for cell in cells] == ["=head", *FORMULAS, "=note"]
    assert {cell.data_type for cell in cells} == {"s"} and all(cell.quotePrefix for cell in cells)


def test_numbers_stay_numbers_and_what_is_not_known_stays_empty(tmp_path: Path) -> None:
    row = [1, 0.1, np.float64(2.5), np.int64(3), True, None, math.nan, math.inf, date(2060, 1, 1)]
    sheet = written(tmp_path / "x.xlsx", Sheet(list("abcdefghi"), [row]))["data"]
    assert [cell.value for cell in sheet[2]] == [1, 0.1, 2.5, 3, True, None, None, "inf", "2060-01-01"]
    assert [cell.data_type for cell in sheet[2]][:5] == ["n", "n", "n", "n", "b"]


def test_the_head_is_bold_and_stays_in_sight(tmp_path: Path) -> None:
    sheet = written(tmp_path / "x.xlsx", Sheet(["year", "net CO2"], [[2060, 1.0]], widths=[8, 20]))["data"]
    assert sheet.freeze_panes == "A2" and all(cell.font.bold for cell in sheet[1]) and not sheet["A2"].font.bold
    assert sheet.column_dimensions["B"].width == 20


def test_control_characters_are_written_out_and_never_lost(tmp_path: Path) -> None:
    sheet = written(tmp_path / "x.xlsx", Sheet(["a"], [["bell\x07"], ["省\n市"]]))["data"]
    assert [sheet["A2"].value, sheet["A3"].value] == ["bell\\x07", "省\n市"]


def test_names_of_sheets_are_fit_for_excel_and_each_stands_once() -> None:
    names = sheet_names(["a" * 40, "A" * 40, "History", "", "x:y", "'q'"])
    assert names[1:] == ("A" * 29 + " 2", "History 2", "2", "x-y", "q")
    assert len(names[0]) == 31 and len({name.casefold() for name in names}) == len(names)


def test_drop_downs_offer_lists_of_a_hidden_sheet(tmp_path: Path) -> None:
    offered = tuple(f"choice, {number}" for number in range(100))
    book = written(tmp_path / "x.xlsx", Sheet(["a", "b"], [["x", None]], choices={(0, 1): offered}))
    (found,) = book["data"].data_validations.dataValidation
    assert str(found.sqref) == "B2" and found.formula1 == "lists!$A$1:$A$100"
    assert book["lists"].sheet_state == "hidden" and [row[0].value for row in book["lists"]] == list(offered)


def test_a_file_that_stands_is_kept_unless_it_may_be_replaced(tmp_path: Path) -> None:
    path = write_sheets(tmp_path / "x.xlsx", {"a": Sheet(["a"], [])})
    with pytest.raises(CallError, match="exists"):
        write_sheets(path, {"a": Sheet(["a"], [])})
    write_sheets(path, {"b": Sheet(["a"], [])}, replace=True)
    assert load_workbook(path).sheetnames == ["b"] and [each.name for each in tmp_path.iterdir()] == ["x.xlsx"]


@pytest.mark.parametrize(("sheets", "words"), [
    ({}, "one sheet or more"),
    ({"a": Sheet(["a"], [[1, 2]])}, "row 2 has 2 cells"),
    ({"a": Sheet(["a"], [["x" * 40_000]])}, "a!A2"),
])  # fmt: skip
def test_what_no_workbook_can_hold_is_refused_and_nothing_is_left(tmp_path: Path, sheets, words: str) -> None:
    with pytest.raises(CallError, match=words):
        write_sheets(tmp_path / "x.xlsx", sheets)
    assert not list(tmp_path.iterdir())


def test_another_suffix_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CallError, match=r"ends in \.xlsx"):
        write_sheets(tmp_path / "x.csv", {"a": Sheet(["a"], [])})


def test_rows_are_as_high_as_their_words_and_print_on_pages_as_wide_as_the_sheet(tmp_path: Path) -> None:
    rows = [["short", 1.5], ["a word " * 20, 2], ["长句" * 30, 3], ["two\nlines", 4]]
    path = write_sheets(tmp_path / "mine.xlsx", {"data": Sheet(["words", "number"], rows, widths=[30, 10])})
    sheet = load_workbook(path)["data"]
    heights = [sheet.row_dimensions[row].height for row in range(2, 6)]
    assert heights[0] is None and [height / 15 for height in heights[1:]] == [6, 5, 2]
    assert sheet.page_setup.orientation == "landscape" and sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$1:$1"
    wide = write_sheets(tmp_path / "wide.xlsx", {"data": Sheet(["a", "b"], [[1, 2]], widths=[200, 100])})
    assert not load_workbook(wide)["data"].sheet_properties.pageSetUpPr.fitToPage
