"""What is set over a file: the same by text and by mapping, each fault told once, with the key that was meant."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from decarb.errors import CallError, InputError
from decarb.scenario.scenario import load_park, load_scenario
from decarb.units import Quantity

CHINA = load_scenario("china-2060")


def told(way: Any, *arguments: Any) -> str:
    with pytest.raises(InputError) as caught:
        way(*arguments)
    return str(caught.value)


def test_a_setting_is_named_once() -> None:
    said = told(load_park, "yizhuang", ["wind.capacity=5", "pv.capacity=x"])
    assert '--set wind.capacity: 5 has no unit; write "5 MW"' in said.splitlines()
    assert said.count("pv.capacity") == 1
    assert told(load_park, "yizhuang", ["seed="]).startswith("--set seed: no value after =")
    # Where the setting is a whole section, the key inside it is part of the place.
    assert told(load_park, "yizhuang", ["wind={capacity: 5}"]).startswith("--set wind.capacity: 5 has no unit")
    year = told(load_scenario, "china-2060", ["rollout.curve=table", "rollout.table={2030: 100}"])
    assert year.startswith('--set rollout.table.2030: 100 has no unit; write "100 zone"')


def test_a_fault_between_fields_stands_where_one_was_set() -> None:
    said = told(load_scenario, "china-2060", ["rollout.growth=5 %/yr", "rollout.curve=bass"])
    assert said.startswith("--set rollout.curve: bass does not read growth; write curve: policy or logistic")
    assert "delete growth (--set rollout.growth=null)" in said
    said = told(load_scenario, "china-2060", ["rollout.anchor=50 zone"])
    assert said.startswith("--set rollout.anchor: curve: policy does not read anchor") and said.count("\n") == 0
    said = told(load_scenario, "china-2060", ["captive.retirement_start=2050", "captive.retirement_end=2040"])
    assert said.startswith("--set captive.retirement_end: retirement_end 2040 is not after retirement_start 2050")


def test_a_key_of_the_other_kind_of_file_is_told_with_its_place(tmp_path: Path) -> None:
    for way in (load_scenario, load_park):
        said = told(way, "china-2060", ["wind.capacity=5 MW"])
        assert "wind: unknown key; that is a key of its park: write park.wind.capacity" in said
    assert "this is a park: write wind.capacity" in told(load_park, "yizhuang", ["park.wind.capacity=5 MW"])
    mine = tmp_path / "mine.yaml"
    mine.write_text('extends: china-2060\nname: mine\nwind: {capacity: "5 MW"}\n', encoding="utf-8")
    assert "mine.yaml:3:1: wind: unknown key; that is a key of its park: write park.wind" in told(load_scenario, mine)
    mine.write_text('extends: yizhuang\nname: mine\npark: {pv: {capacity: "5 MW"}}\n', encoding="utf-8")
    assert "this is a park: write its keys at the top" in told(load_park, mine)
    assert "did you mean wind?" in told(load_park, "yizhuang", ["wnd.capacity=5 MW"])
    # A section of a path may be called as a system of a park; there, the fix is the usual one.
    assert "its park" not in told(load_scenario, "china-2060", ["rollout.wind=5 MW"])


@pytest.mark.parametrize("settings", [["kind=park"], ["kind=null"], {"kind": "park"}])
def test_the_kind_of_a_file_cannot_be_set(settings: Any) -> None:
    for way in (load_scenario, load_park):
        said = told(way, "china-2060", settings)
        assert "kind: the kind of a file cannot be set; name a file of the other kind" in said
    assert load_scenario("china-2060", ["kind=scenario"]).spec == CHINA.spec


def test_a_mapping_of_settings_is_as_good_as_their_texts() -> None:
    texts = load_park("yizhuang", ["pv.on=false", "wind.capacity=9 MW", "sports=null"])
    assert load_park("yizhuang", {"pv.on": False, "wind.capacity": Quantity(9.0, "MW"), "sports": None}) == texts
    assert load_scenario("china-2060", {"seed": np.int64(5)}).spec.seed == 5
    assert "settings: wind.capacity: 5 has no unit" in told(load_park, "yizhuang", {"wind.capacity": 5})


@pytest.mark.parametrize("settings", ["pv.on=false", 5, None, [("pv.on", False)], {1: 2}, b"pv.on=false"])
def test_settings_of_another_kind_are_refused_with_an_example(settings: Any) -> None:
    with pytest.raises(CallError, match=r"write settings=\["):
        load_park("yizhuang", settings)
