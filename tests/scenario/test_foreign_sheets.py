"""Workbooks: what a cell shows is read where it is a value, and refused with its name where it is anything else."""

from __future__ import annotations

import datetime
import zipfile
from pathlib import Path
from typing import Any

import pytest
import xarray as xr
from openpyxl import Workbook, load_workbook

from decarb.errors import InputError
from decarb.scenario import foreign_sheets
from decarb.scenario.foreign import read_pathway
from decarb.scenario.foreign_sheets import holds_series, read_sheet

HEAD = ["Model", "Scenario", "Region", "Variable", "Unit", 2020, 2030.0, 2060]
ROW = ["M", "S", "China", "Emissions|CO2", "Mt CO2/yr", 10, 9.5, 0]


def book(folder: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    made = Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(folder / "mine.xlsx")
    return folder / "mine.xlsx"


def refusal(path: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_pathway(path)
    return [str(problem).removeprefix(str(path)) for problem in caught.value.problems]


@pytest.mark.parametrize("name", ["data", "Data", "Tabelle1"])
def test_a_workbook_says_what_the_same_csv_says(name: str, tmp_path: Path) -> None:
    csv = tmp_path / "mine.csv"
    csv.write_text("model,scenario,region,variable,unit,2020,2030,2060\nM,S,China,Emissions|CO2,Mt CO2/yr,10,9.5,0\n")
    found = read_pathway(book(tmp_path, {name: [HEAD, ROW]}))
    xr.testing.assert_identical(found, read_pathway(csv).assign_attrs(source="mine.xlsx"))


def test_the_sheet_data_is_read_among_several_and_none_is_guessed(tmp_path: Path) -> None:
    assert read_sheet(book(tmp_path, {"notes": [["x"]], "data": [HEAD, ROW]})).sheet == "data"
    (found,) = refusal(book(tmp_path, {"one": [HEAD, ROW], "two": [HEAD, ROW]}))
    assert found.startswith(": has 2 sheets and none is called 'data': 'one', 'two'")


def test_two_columns_stand_in_a_workbook_too(tmp_path: Path) -> None:
    found = read_pathway(book(tmp_path, {"a": [["year", "net_co2 [Mt CO2/yr]"], [2020, 8], [2060, -1.5]]}))
    assert found["net_co2"].values.tolist() == [8, -1.5]


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("=1+1", " data!G2: '=1+1' is a formula, and none is evaluated; paste the values"),
        ("9,5", " data!G2: Emissions|CO2 2030: '9,5' holds a comma"),
        ("n/a", " data!G2: Emissions|CO2 2030: 'n/a' is no number"),
        (True, " data!G2: Emissions|CO2 2030: 'TRUE' is no number"),
        ("#REF!", " data!G2: Emissions|CO2 2030: '#REF!' is no number"),
        (datetime.date(2030, 1, 1), " data!G2: Emissions|CO2 2030: '2030-01-01T00:00:00' is no number"),
    ],
)
def test_every_cell_that_is_no_number_is_named(cell: Any, said: str, tmp_path: Path) -> None:
    (found,) = refusal(book(tmp_path, {"data": [HEAD, [*ROW[:6], cell, 0]]}))
    assert found.startswith(said)


def test_all_formulas_are_named_at_once_and_so_are_cells_without_a_header(tmp_path: Path) -> None:
    assert len(refusal(book(tmp_path, {"data": [HEAD, [*ROW[:5], "=A1", "=A2", "=A3"]]}))) == 3
    assert refusal(book(tmp_path, {"data": [HEAD, [*ROW, None, 7]]})) == [
        " data!J2: '7' stands under no header; name the column, or clear it"
    ]


def test_a_cell_that_shows_a_percentage_is_not_taken_for_a_hundredth(tmp_path: Path) -> None:
    path = book(tmp_path, {"data": [HEAD, ROW]})
    made = load_workbook(path)
    made["data"]["G2"].number_format = "0.0%"
    made.save(path)
    assert refusal(path) == [" data!G2: 9.5 shows as a percentage; write the plain number in the unit of its row"]


@pytest.mark.parametrize(
    ("number_format", "scaled"),
    [
        ("0.0,", True),
        ("#,##0,,", True),
        ('0," Mt"', True),
        ("#,##0;-#,##0,", True),
        ("#,##0.00", False),
        ('0"1,"', False),
    ],
)
def test_a_cell_that_shows_another_size_than_it_holds_is_refused(
    number_format: str, scaled: bool, tmp_path: Path
) -> None:
    path = book(tmp_path, {"data": [HEAD, ROW]})
    made = load_workbook(path)
    made["data"]["G2"].number_format = number_format
    made.save(path)
    if scaled:
        assert refusal(path)[0].startswith(" data!G2: 9.5 shows divided by thousands; write the plain number")
    else:
        assert read_pathway(path)["net_co2"].values.tolist() == [10, 9.5, 0]


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_refused(state: str, tmp_path: Path) -> None:
    path = book(tmp_path, {"data": [HEAD, ROW], "notes": [["x"]]})
    made = load_workbook(path)
    made["data"].sheet_state = state
    made.save(path)
    assert refusal(path) == [" data: the sheet is hidden; show it, and look at what it holds"]


def test_two_sheets_of_one_name_are_refused(tmp_path: Path) -> None:
    path = book(tmp_path, {"data": [HEAD, ROW], "DATA ": [HEAD, ROW]})
    assert refusal(path) == [": has 2 sheets called 'data': 'data', 'DATA '; keep one of them"]


def test_a_title_above_the_header_and_unseen_characters_are_refused(tmp_path: Path) -> None:
    (found,) = refusal(book(tmp_path, {"data": [["My pathways"], HEAD, ROW]}))
    assert found.startswith(" data!A1: 'My pathways' stands alone above rows of")
    (found,) = refusal(book(tmp_path, {"data": [HEAD, ["M\u202e", *ROW[1:]]]}))
    assert found == " data!A2: 'M\\u202e' holds the unseen character U+202E; type the cell anew"


@pytest.mark.parametrize("rows", [[], [[None]], [HEAD]])
def test_an_empty_sheet_is_refused(rows: list[list[Any]], tmp_path: Path) -> None:
    assert len(refusal(book(tmp_path, {"data": rows}))) == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "cannot be read as a workbook"),
        (b"PK\x03\x04 half", "cannot be read as a workbook"),
        (b"\xd0\xcf\x11\xe0 old", "is an old Excel file or has a password"),
        (b"model,scenario\n", "cannot be read as a workbook"),
    ],
)
def test_what_is_no_workbook_is_refused(content: bytes, said: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.xlsx"
    path.write_bytes(content)
    (found,) = refusal(path)
    assert said in found


def test_a_damaged_or_strange_archive_is_refused(tmp_path: Path) -> None:
    path = book(tmp_path, {"data": [HEAD, ROW]})
    whole = path.read_bytes()
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("hello.txt", "no workbook")
    assert "cannot be read" in refusal(path)[0]
    for end in (30, len(whole) // 2, len(whole) - 5):
        path.write_bytes(whole[:end])
        assert "cannot be read" in refusal(path)[0]


def test_what_unpacks_too_large_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = book(tmp_path, {"data": [HEAD, ROW]})
    monkeypatch.setattr(foreign_sheets, "MOST_UNPACKED", 1000)
    assert "at most" in refusal(path)[0]
    monkeypatch.setattr(foreign_sheets, "MOST_UNPACKED", 10**9)
    whole = path.read_bytes()
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/strings.xml", b"<t>a</t>" * 2_000_000)
    assert "at most 2,000 parts of 10 MiB are read" in refusal(path)[0]
    path.write_bytes(whole)
    monkeypatch.setattr(foreign_sheets, "MOST_CELLS", 5)
    assert refusal(path) == [" data: the sheet has more than 5 cells or 1,048,576 rows; keep the rows that matter"]
    monkeypatch.setattr(foreign_sheets, "MOST_CELLS", 10**6)
    monkeypatch.setattr(foreign_sheets, "MOST_ROWS", 1)
    assert refusal(path) == [" data: the sheet has more than 1,000,000 cells or 1 rows; keep the rows that matter"]


@pytest.mark.parametrize(("names", "holds"), [(["data", "meta"], True), (["x"], True), (["scenario", "park"], False)])
def test_a_workbook_of_a_scenario_is_told_from_one_of_series(names: list[str], holds: bool, tmp_path: Path) -> None:
    assert holds_series(book(tmp_path, {name: [HEAD, ROW] for name in names})) is holds
