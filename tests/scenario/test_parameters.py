"""Every assumption of the model can be read, with its range and its source."""

from __future__ import annotations

import json

from decarb.scenario.parameters import assumptions
from decarb.tables import read_table, sources
from decarb.variables import variables


def test_each_row_of_the_table_is_told_once() -> None:
    rows = assumptions()
    table = read_table("parameters")
    assert [row["variable"] for row in rows] == table["variable"].tolist()
    assert [row["value"] for row in rows] == table["value"].tolist()


def test_each_assumption_has_a_range_around_its_value_a_unit_and_a_source() -> None:
    for row in assumptions():
        assert row["low"] <= row["value"] <= row["high"], row  # type: ignore[operator]
        assert row["unit"] and row["variable"] in variables()
        assert row["source"] in sources()
        if row["status"] == "assumption":
            assert row["low"] < row["high"], row  # type: ignore[operator]


def test_a_cell_that_is_empty_is_left_out_and_json_can_hold_the_rest() -> None:
    rows = assumptions()
    assert all(value is not None and value != "" for row in rows for value in row.values())
    assert any("sector" in row for row in rows) and any("sector" not in row for row in rows)
    assert json.loads(json.dumps(rows, allow_nan=False)) == rows
    assert all(isinstance(row["year"], int) for row in rows if "year" in row)


def test_what_is_returned_is_the_callers_own() -> None:
    assumptions()[0]["value"] = -1.0
    assert assumptions()[0]["value"] != -1.0
