"""What scenarios state differently: the value that holds, stated or left to a row, and nothing that is the same."""

from __future__ import annotations

from typing import Any

from decarb.analysis.differences import differences
from decarb.scenario.scenario import load_scenario

CHINA = load_scenario("china-2060")


def told(changes: dict[str, Any]) -> dict[str, list[tuple[str, str]]]:
    found = differences([CHINA, CHINA.replace(changes)])
    return {one.key: [(held.value, held.origin) for held in one.held] for one in found}


def test_a_row_of_the_tables_stands_beside_what_is_stated() -> None:
    assert told({"capture.level": "0.7"}) == {
        "capture.level": [("0.5", "data/parameters.csv"), ("0.7", "stated")]
    }  # fmt: skip


def test_what_one_states_as_its_row_has_it_is_no_difference_in_any_unit() -> None:
    assert told({"capture.level": "50 %", "description": "other words", "rollout.mode": "scale"}) == {}


def test_a_path_has_a_key_for_each_year_in_which_it_differs() -> None:
    found = told({"power.wind.capacity": {2035: "1.2 TW", 2040: "2 TW", 2060: "2000 GW"}})
    assert found == {
        "power.wind.capacity.2040": [("-", "between"), ("2 TW", "stated")],
        "power.wind.capacity.2060": [("2600 GW", "data/parameters.csv"), ("2000 GW", "stated")],
    }


def test_one_share_for_all_archetypes_is_the_share_of_each() -> None:
    found = differences([
        CHINA.replace({"template.fuel_saving_share": "0.2"}),
        CHINA.replace({"template.fuel_saving_share": {"electronics": "0.2"}}),
    ])  # fmt: skip
    assert {one.key.rpartition(".")[2] for one in found} == {
        "research_campus", "chemicals", "logistics", "metals", "general",
    }  # fmt: skip
    assert all(one.held[0].value == "0.2" and one.held[1].origin == "data/archetypes.csv" for one in found)


def test_a_system_that_a_park_lacks_is_not_there_and_takes_no_row() -> None:
    found = told({"park.water": None})
    assert found["park.water.demand"] == [("200 m3/d", "stated"), ("-", "absent")]
    assert found["park.water.on"] == [("true", "default"), ("-", "absent")]


def test_a_field_of_a_park_that_is_left_out_takes_the_row_that_the_park_computes_with() -> None:
    found = told({"park.lithium.round_trip_efficiency": "0.9", "park.water.reuse_share": "0.2"})
    assert [held[0][1] for held in found.values()] == ["data/technologies.csv", "data/parameters.csv"]
    assert found["park.lithium.round_trip_efficiency"][0][0] == "0.845"


def test_the_view_of_the_land_brings_its_own_row() -> None:
    found = told({"land_view": "bookkeeping"})
    assert list(found) == ["land_view", "land.co2_2060"]
    assert found["land.co2_2060"][0] != found["land.co2_2060"][1]
