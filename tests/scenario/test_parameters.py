"""Every assumption of the model can be read, with its range and its source."""

from __future__ import annotations

import json

from decarb.park.assumptions import ASSUMPTIONS as WEATHER
from decarb.park.classes import SPREADS
from decarb.scenario.parameters import OF_COST, OF_PARKS, assumptions, park_assumptions
from decarb.tables import read_table, sources
from decarb.variables import variables


def test_each_assumption_of_the_table_is_told_once() -> None:
    rows = assumptions()
    table = read_table("parameters")
    table = table[table["status"] != "read"]
    assert [row["variable"] for row in rows] == table["variable"].tolist()
    assert [row["value"] for row in rows] == table["value"].tolist()


def test_each_assumption_has_a_range_around_its_value_a_unit_and_a_source() -> None:
    for row in assumptions():
        assert row.keys() >= {"low", "high"}, row
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


def test_a_park_is_told_every_assumption_its_year_rests_on_and_none_of_the_nations() -> None:
    rows = park_assumptions()
    told = {row["variable"] for row in rows}
    assert told >= {*WEATHER, *SPREADS, *OF_COST}
    for table in OF_PARKS:
        assumed = read_table(table)
        assert told >= {*assumed.loc[assumed["status"] == "assumption", "variable"]}, table
    own = [row for row in rows if row in assumptions()]
    assert [row for row in rows if row not in own and row["status"] != "assumption"] == []
    national = {row["variable"] for row in assumptions()} - told
    assert {"listed_zones", "rollout_delay", "non_co2_change"} <= national
    assert all(row["unit"] and row["source"] in sources() and row["variable"] in variables() for row in rows)


def test_what_differs_between_rows_of_a_name_is_told_with_them() -> None:
    rows = park_assumptions()
    places = [{key: value for key, value in row.items() if key not in ("value", "low", "high", "note")} for row in rows]
    assert all(places.count(place) == 1 for place in places)
    assert {row["archetype"] for row in rows if row["variable"] == "wind_density"} >= {"research_campus", "metals"}
    assert json.loads(json.dumps(rows, allow_nan=False)) == rows


def test_what_is_returned_is_the_callers_own() -> None:
    assumptions()[0]["value"] = -1.0
    assert assumptions()[0]["value"] != -1.0
