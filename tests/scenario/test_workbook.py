"""Workbooks as people fill them: what is read is what they wrote, and what is wrong is told with its cell."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from decarb.errors import InputError
from decarb.scenario.scenario import load_park, load_scenario, validate_file

Rows = list[tuple[Any, ...]]
BASE: Rows = [("extends", "china-2060"), ("name", "mine")]


def book(folder: Path, rows: Rows = BASE, head: tuple[str, ...] = ("key", "value", "unit"), **more: Rows) -> Path:
    """Write a workbook by hand: the sheet `scenario`, and others by their names."""
    workbook = Workbook()
    workbook.remove(workbook.active)
    for name, content in {"scenario": rows, **more}.items():
        sheet = workbook.create_sheet(name)
        for row in (head, *content):
            sheet.append(row)
    workbook.save(folder / "mine.xlsx")
    return folder / "mine.xlsx"


def refused(path: Path) -> list[str]:
    with pytest.raises(InputError) as error:
        load_scenario(path)
    return [str(problem).removeprefix(f"{path} ") for problem in error.value.problems]


def test_a_number_and_the_unit_beside_it_are_one_quantity(tmp_path: Path) -> None:
    read = load_scenario(book(tmp_path, [*BASE, ("rollout.growth", 12.5, "%/yr"), ("rollout.ceiling", 0.5, None)]))
    assert read.stated["rollout"]["growth"] == "12.5 %/yr" and read.stated["rollout"]["ceiling"] == 0.5
    assert str(read.spec.rollout.growth) == "12.5 %/yr" and read.name == "mine"


def test_an_empty_value_leaves_what_is_extended_and_the_tables(tmp_path: Path) -> None:
    empty = [("rollout.growth", None, "%/yr"), ("rollout.mode", "  ", None)]
    assert load_scenario(book(tmp_path, [*BASE, *empty])).spec.rollout == load_scenario("china-2060").spec.rollout


def test_rows_of_years_are_one_path_in_order_whatever_the_order_of_the_rows(tmp_path: Path) -> None:
    rows = [("power.wind.capacity.2060", 3000, "GW"), ("power.wind.capacity.2035", 1300, "GW")]
    path = load_scenario(book(tmp_path, [*BASE, *rows])).spec.power.wind.capacity
    assert {year: str(value) for year, value in path.items()} == {2035: "1300 GW", 2060: "3000 GW"}
    assert list(path) == [2035, 2060]


def test_the_park_has_a_sheet_of_its_own_and_alone_it_is_a_park(tmp_path: Path) -> None:
    order = ("microgrid.order", "flow_battery, lithium")
    park = [("extends", "yizhuang"), ("wind.capacity", 5, "MW"), ("pv.on", False), order]
    assert str(load_scenario(book(tmp_path, park=park)).spec.park.wind.capacity) == "5 MW"
    alone = load_park(_alone(tmp_path, park))
    assert not alone.pv.on and alone.microgrid.order == ("flow_battery", "lithium")


def _alone(folder: Path, rows: Rows) -> Path:
    workbook = Workbook()
    workbook.active.title = "Park"
    for row in (("Key", "Value", "Unit"), *rows):
        workbook.active.append(row)
    workbook.save(folder / "park.xlsx")
    return folder / "park.xlsx"


@pytest.mark.parametrize(("unit", "read"), [("%/yr", "5 %/yr"), ("1/yr", "0.05 1/yr")])
def test_a_cell_formatted_in_per_cent_is_read_as_it_is_seen(tmp_path: Path, unit: str, read: str) -> None:
    path = book(tmp_path, [*BASE, ("rollout.growth", 0.05, unit), ("rollout.ceiling", 0.3, None)])
    workbook = load_workbook(path)
    workbook["scenario"]["B4"].number_format = "0.0%"
    workbook["scenario"]["B5"].number_format = '0"%"'  # a word that is shown, and no format in per cent
    workbook.save(path)
    rollout = load_scenario(path).stated["rollout"]
    assert (rollout["growth"], rollout["ceiling"]) == (read, 0.3)


def test_words_that_other_readers_take_for_no_or_nothing_stay_words(tmp_path: Path) -> None:
    rows = [("extends", "china-2060"), ("name", "no"), ("description", "NA"), ("park.name", 2060)]
    read = load_scenario(book(tmp_path, rows))
    assert (read.name, read.spec.description, read.spec.park.name) == ("no", "NA", "2060")


@pytest.mark.parametrize(("row", "said"), [
    (("rollout.growth", "=1+1", "%/yr"), "scenario!B4: rollout.growth: holds a formula; copy the cell"),
    (("rollout.growth", datetime(2030, 1, 2), "%/yr"), "scenario!B4: rollout.growth: holds the date 2030-01-02"),
    (("rollout.growth", "#REF!", "%/yr"), "scenario!B4: rollout.growth: holds #REF!"),
    (("rollout.growth", 5, None), 'scenario!B4: rollout.growth: 5 has no unit; write "5 %/yr" or "500 %/yr"'),
    (("rollout.growth", 5, "MW"), "scenario!B4: rollout.growth:"),
    (("rollout.growth", "5 1/yr", "%/yr"), 'scenario!B4: rollout.growth: says "5 1/yr" and the unit beside it is %/yr'),
    (("rollout.grwth", 5, "%/yr"), "scenario!A4: rollout.grwth: unknown key; did you mean growth?"),
    (("rollout.mode", "copy", None), 'scenario!B4: rollout.mode: "copy" is no choice here; write one of'),
    (("rollout.mode", "clone", "MW"), "scenario!B4: rollout.mode: takes no unit"),
    (("name", "other", None), "scenario!A4: name: stands in"),
    (("rollout..growth", 5, None), 'scenario!A4: "rollout..growth" is no key'),
    ((None, 5, None), 'scenario!B4: "5" has no key'),
    (("name.first", 5, None), "scenario!A4: name.first: says what name in"),
])  # fmt: skip
def test_what_is_wrong_is_told_with_its_cell(tmp_path: Path, row: tuple[Any, ...], said: str) -> None:
    (found,) = refused(book(tmp_path, [*BASE, row]))
    assert found.startswith(said), found


def test_all_that_is_wrong_is_told_at_once_in_the_order_of_the_rows(tmp_path: Path) -> None:
    rows = [("rollout.growth", 900, "%/yr"), *[("rollout.x" + str(number), 1) for number in range(8)]]
    found = refused(book(tmp_path, [*BASE, *rows]))
    assert [one.split(":")[0] for one in found] == ["scenario!B4", *(f"scenario!A{row}" for row in range(5, 13))]


def test_a_workbook_without_a_sheet_or_a_head_of_ours_says_what_to_write(tmp_path: Path) -> None:
    (no_head,) = refused(book(tmp_path, [], head=("a", "b")))
    assert no_head.startswith('scenario!A1: has no columns "key" and "value"')
    workbook = Workbook()
    workbook.active.title = "mine"
    workbook.save(tmp_path / "mine.xlsx")
    (no_sheet,) = refused(tmp_path / "mine.xlsx")
    assert 'has no sheet that is read, but "mine"' in no_sheet


def test_other_sheets_and_columns_are_the_writers_own(tmp_path: Path) -> None:
    rows = [(*row, None, "=1+1") for row in BASE]
    path = book(tmp_path, rows, head=("key", "value", "unit", "", "mine"), notes=[("=1+1",)])
    assert load_scenario(path).spec == load_scenario(book(tmp_path)).spec


def test_a_list_of_zones_is_found_beside_the_workbook(tmp_path: Path) -> None:
    (tmp_path / "hebei.csv").write_text("zone,level,archetype,electricity [GWh/yr]\nA,national,metals,900\n", "utf-8")
    read = load_scenario(book(tmp_path, [*BASE, ("zones.list.Hebei", "hebei.csv")]))
    assert read.spec.zones.list["Hebei"].cohorts[0].archetype == "metals"


def test_credits_are_rows_with_a_number_in_their_key(tmp_path: Path) -> None:
    entry = {"project": "P 1", "project_class": "wind", "scheme": "ccer-2023", "vintage": 2024, "first_serial": 1,
             "last_serial": 10, "bought": datetime(2025, 3, 1), "seller": "S"}  # fmt: skip
    park = [("extends", "yizhuang"), *((f"credits.0.{key}", value) for key, value in entry.items())]
    (credit,) = load_scenario(book(tmp_path, park=park)).spec.park.credits
    assert (credit.project, credit.bought.isoformat(), credit.last_serial) == ("P 1", "2025-03-01", 10)


def test_a_scenario_of_a_workbook_is_changed_and_checked_as_any_other(tmp_path: Path) -> None:
    read = load_scenario(book(tmp_path), ["rollout.growth=9 %/yr"])
    assert str(read.replace({"seed": 7}).spec.rollout.growth) == "9 %/yr"
    with pytest.raises(InputError, match="name: stands in"):
        validate_file(book(tmp_path, [*BASE, ("name", "twice")]))
