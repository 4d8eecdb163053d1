"""The workbook to write a scenario in: it says what the scenario states, to the last character, and asks the rest."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from decarb.errors import CallError
from decarb.report.workbook_template import HEAD, template_sheets, write_template
from decarb.scenario.describing import fields_of
from decarb.scenario.scenario import load_scenario, shipped_scenarios, stated_in
from decarb.scenario.schema import ScenarioSpec

SCENARIOS = [name for name in shipped_scenarios() if stated_in(name)["kind"] == "scenario"]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_template(tmp_path_factory.mktemp("books") / "china.xlsx", stated_in("china-2060"))


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_comes_back_from_its_workbook_as_it_was(tmp_path: Path, name: str) -> None:
    base, back = load_scenario(name), load_scenario(write_template(tmp_path / f"{name}.xlsx", stated_in(name)))
    assert back.spec == base.spec and back.digest == base.digest


def test_all_eight_scenarios_are_asked() -> None:
    assert len(SCENARIOS) == 8


@pytest.mark.parametrize(
    "written", ["12 %/yr", "12.0 %/yr", "12%/yr", "1.2e1 %/yr", "0.12 1/yr", "12.123456789012345678 %/yr"]
)
def test_any_way_to_write_a_quantity_comes_back_as_it_was_written(tmp_path: Path, written: str) -> None:
    stated = load_scenario("china-2060", {"rollout.growth": written, "zones.share_of_national_co2": "31 %"}).stated
    back = load_scenario(write_template(tmp_path / "x.xlsx", stated)).stated
    assert (back["rollout"]["growth"], back["zones"]) == (written, {"share_of_national_co2": "31 %"})


def test_every_field_of_the_schema_has_a_row_and_no_row_is_unknown(path: Path) -> None:
    book = load_workbook(path, read_only=True)
    keys = [row[0] for row in book["scenario"].iter_rows(min_row=2, values_only=True)]
    keys += [f"park.{row[0]}" for row in book["park"].iter_rows(min_row=2, values_only=True)]
    known = {key: field for key, field in fields_of(ScenarioSpec).items() if not field.is_listed}
    without_years = {key.rpartition(".")[0] if key.rpartition(".")[2].isdecimal() else key for key in keys}
    assert without_years == set(known) and len(keys) == len(set(keys))


def test_a_row_says_its_default_with_unit_range_source_and_status(path: Path) -> None:
    rows = {row[0]: dict(zip(HEAD, row, strict=True)) for row in load_workbook(path)["scenario"].values}
    growth = rows["rollout.growth"]
    told = ("value", "unit", "takes", "default", "low", "high", "source")
    assert [growth[word] for word in told] == [
        None, "%/yr", "0 to 200 %/yr", "13.1 %/yr", "8 %/yr", "20 %/yr", "ndrc-910-2025",
    ]  # fmt: skip
    assert growth["说明"] == "推广：推广增速"
    assert rows["power.wind.capacity.2035"]["default"] == "1200 GW" and rows["rollout.mode"]["value"] == "scale"


def test_choices_and_units_have_drop_downs(path: Path) -> None:
    book = load_workbook(path)
    row = {cell.value: cell.row for cell in book["scenario"]["A"]}
    place = {}
    for one in book["scenario"].data_validations.dataValidation:
        column = one.formula1.split("$")[1]
        offered = [cell.value for cell in book["lists"][column] if cell.value]
        place |= {
            f"{letter}{line}": offered for letter in "BC" for line in row.values() if f"{letter}{line}" in one.sqref
        }
    assert place[f"B{row['land_view']}"] == ["inventory", "bookkeeping"]
    assert place[f"C{row['power.wind.capacity.2035']}"] == ["GW", "MW", "万千瓦", "亿千瓦"]


def test_there_is_no_formula_and_the_first_sheet_tells_how_to_write_in_two_languages(path: Path) -> None:
    book = load_workbook(path)
    assert book.sheetnames == ["how to", "scenario", "park", "lists"]
    assert not [cell.coordinate for sheet in book for row in sheet for cell in row if cell.data_type == "f"]
    assert all(en and zh for en, zh in book["how to"].values)


def test_what_a_person_fills_in_is_what_is_read(path: Path, tmp_path: Path) -> None:
    book = load_workbook(path)
    sheet = book["scenario"]
    rows = {cell.value: cell.row for cell in sheet["A"]}
    sheet.cell(rows["rollout.growth"], 2, 9)
    sheet.cell(rows["power.wind.capacity.2035"], 2, 140_000)
    sheet.cell(rows["power.wind.capacity.2035"], 3, "万千瓦")
    sheet.cell(rows["power.wind.capacity.2060"], 2, 2600)
    book.save(tmp_path / "filled.xlsx")
    spec = load_scenario(tmp_path / "filled.xlsx").spec
    assert str(spec.rollout.growth) == "9 %/yr"
    assert {year: value.to("GW") for year, value in spec.power.wind.capacity.items()} == {2035: 1400.0, 2060: 2600.0}


def test_a_list_of_zones_that_is_not_beside_the_new_file_is_refused(tmp_path: Path) -> None:
    stated = {**stated_in("china-2060"), "zones": {"list": {"Hebei": {"file": "hebei.csv", "cohorts": []}}}}
    with pytest.raises(CallError, match=r"hebei\.csv is not beside"):
        write_template(tmp_path / "x.xlsx", stated)
    assert "zones.list.Hebei" in [row[0] for row in template_sheets(stated)["scenario"].rows]
