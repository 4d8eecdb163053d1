"""A scenario in a person's hands: loaded by name or file, changed into another one, never changed itself."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from decarb.errors import CallError, InputError
from decarb.scenario.fields import FIRST_FREE_YEAR, LAST_YEAR
from decarb.scenario.park_schema import ParkSpec
from decarb.scenario.scenario import Scenario, load_park, load_scenario, shipped_scenarios, validate_file
from decarb.scenario.schema import ScenarioSpec
from decarb.units import Quantity, UnitFloat
from decarb.units.registry import REGISTRY
from decarb.variables import shipped

CHINA = load_scenario("china-2060")
ENTRY = {
    "project": "w", "project_class": "onshore_wind", "scheme": "ccer-2012", "vintage": 2015, "first_serial": 1,
    "last_serial": 9, "bought": "2020-12-01", "seller": "x",
}  # fmt: skip
SOLAR = {2035: "2500 GW", 2060: "3000 GW"}


def solar_path(scenario: Scenario) -> dict[int, float]:
    return {year: value.to("GW") for year, value in (scenario.spec.power.solar.capacity or {}).items()}


def test_a_name_and_its_file_are_the_same_scenario(tmp_path: Path) -> None:
    by_path = load_scenario(shipped("scenarios", "china-2060.yaml"))
    assert (by_path.spec, by_path.digest) == (CHINA.spec, CHINA.digest)
    assert repr(CHINA).startswith("Scenario('china-2060', from ")
    mine = tmp_path / "mine.yaml"
    mine.write_text("extends: china-2060\nname: mine\n", encoding="utf-8")
    assert load_scenario(mine).spec.park == load_scenario(str(mine)).spec.park == CHINA.spec.park


@pytest.mark.parametrize("name", shipped_scenarios())
def test_every_shipped_file_is_valid_and_bears_its_own_name(name: str) -> None:
    spec = validate_file(name)
    assert isinstance(spec, (ScenarioSpec, ParkSpec))
    assert spec.name == name


def test_settings_go_over_the_file_and_the_file_over_what_it_extends(tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text('extends: china-2060\nname: mine\nseed: 5\nrollout: {delay: "2 yr"}\n', encoding="utf-8")
    loaded = load_scenario(mine, ["seed=6"])
    assert (loaded.spec.seed, loaded.spec.name, loaded.spec.land_view) == (6, "mine", "inventory")
    assert str(loaded.spec.rollout.delay) == "2 yr"
    assert loaded.spec.rollout.mode == "scale"


def test_replace_gives_another_scenario_and_leaves_the_first() -> None:
    before = (CHINA.spec, CHINA.digest, json.dumps(CHINA.document.data))
    other = CHINA.replace({"park.wind.capacity": "9 MW"}, land_view="bookkeeping", rollout={"mode": "clone"})
    assert str(other.spec.park.wind.capacity) == "9 MW"
    assert (other.spec.land_view, other.spec.rollout.mode) == ("bookkeeping", "clone")
    assert other.spec.park.pv == CHINA.spec.park.pv
    assert (CHINA.spec, CHINA.digest, json.dumps(CHINA.document.data)) == before
    assert other.digest != CHINA.digest
    with pytest.raises(FrozenInstanceError):
        other.spec = CHINA.spec  # type: ignore[misc]


@given(year=st.integers(FIRST_FREE_YEAR, LAST_YEAR), value=st.integers(0, 40_000))
def test_one_year_of_a_path_is_changed_in_its_place_by_every_way(year: int, value: int) -> None:
    first = CHINA.replace({"power.solar.capacity": SOLAR})
    wanted = dict(sorted({2035: 2500.0, 2060: 3000.0, year: float(value)}.items()))
    by_key = first.replace({f"power.solar.capacity.{year}": f"{value} GW"})
    assert list(solar_path(by_key).items()) == list(wanted.items())
    text = "power.solar.capacity={2035: 2500 GW, 2060: 3000 GW}"
    by_setting = load_scenario("china-2060", [text, f"power.solar.capacity.{year}={value} GW"])
    assert list(solar_path(by_setting).items()) == list(wanted.items())
    assert by_setting.digest == by_key.digest


def test_a_whole_path_replaces_the_one_before() -> None:
    again = CHINA.replace({"power.solar.capacity": SOLAR}).replace({"power.solar.capacity": {2040: "5 TW"}})
    assert solar_path(again) == {2040: 5000}


@pytest.mark.parametrize(
    "capacity", [Quantity(5000.0, "kW"), UnitFloat(5000.0, "kW"), REGISTRY.Quantity(5000.0, "kW"), "5000 kW"]
)
def test_a_quantity_of_any_kind_is_as_good_as_its_text(capacity: Any) -> None:
    given_so = CHINA.replace({"park.wind.capacity": capacity})
    assert given_so.spec.park.wind.capacity == Quantity(5000.0, "kW")
    assert given_so.digest == CHINA.replace({"park.wind.capacity": "5000 kW"}).digest
    assert given_so.digest != CHINA.replace({"park.wind.capacity": "5000 MW"}).digest


def test_numbers_of_numpy_are_numbers() -> None:
    changed = CHINA.replace({"seed": np.int64(3), "capture.level": np.float64(0.25)})
    assert (changed.spec.seed, str(changed.spec.capture.level)) == (3, "0.25")
    assert changed.digest == CHINA.replace({"seed": 3, "capture.level": 0.25}).digest


def test_the_digest_is_of_what_is_said_and_not_of_how_it_is_written(tmp_path: Path) -> None:
    text = shipped("scenarios", "china-2060.yaml").read_text(encoding="utf-8")
    other = tmp_path / "other.yaml"
    moved = text.replace("seed: 2021\n", "") + "# a comment\nseed:   2021\n"
    other.write_text(moved, encoding="utf-8")
    assert load_scenario(other).digest == CHINA.digest
    other.write_text(moved.replace("2021", "2022"), encoding="utf-8")
    assert load_scenario(other).digest != CHINA.digest


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"park.wind.capacity": 5}, 'replace: park.wind.capacity: 5 has no unit; write "5 MW"'),
        ({"park.wind.capacity": "5 MWh"}, "is energy, expected power"),
        ({"park.wind.capasity": "5 MW"}, "park.wind.capasity: unknown key; did you mean capacity?"),
        ({"rolout.growth": "1 %/yr"}, "rolout: unknown key; did you mean rollout?"),
        ({"seed.2030": 1}, "seed: a mapping is not a whole number"),
        ({"": 1}, "unknown key"),
        ({"park.wind.capacity": float("nan")}, "not a finite number"),
        ({"extends": "china-2060"}, "extends works in files only"),
        ({"economy.gdp_growth": {2040: "2 %/yr", 2030: "1 %/yr"}}, "the year 2030 comes after 2040"),
    ],
)
def test_a_change_that_does_not_fit_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as caught:
        CHINA.replace(changes)
    assert message in str(caught.value)


@pytest.mark.parametrize("changes", ["seed=1", {5: 1}, [("seed", 1)]])
def test_changes_are_a_mapping_of_dotted_keys(changes: Any) -> None:
    with pytest.raises(CallError, match="dotted keys"):
        CHINA.replace(changes)


def test_all_that_does_not_fit_is_told_at_once() -> None:
    with pytest.raises(InputError) as caught:
        CHINA.replace({"seed": "x", "park.wind.capacity": 5})
    assert len(caught.value.problems) == 2


def test_a_park_is_validated_as_a_park_and_not_run_as_a_scenario() -> None:
    assert isinstance(validate_file("yizhuang"), ParkSpec)
    with pytest.raises(InputError, match=r"this is a park, no scenario; write .*extends: yizhuang"):
        load_scenario("yizhuang")


@pytest.mark.parametrize("kind", ["scenarios", "", "[park]", "{a: 1}", "1"])
def test_an_unknown_kind_is_told_and_not_guessed(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "odd.yaml"
    file.write_text(f"extends: china-2060\nkind: {kind}\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"odd\.yaml:2:\d+: kind: "):
        validate_file(file)


def test_a_park_is_loaded_by_name_by_file_or_from_a_scenario(tmp_path: Path) -> None:
    park = load_park("yizhuang")
    assert park == load_park(shipped("scenarios", "parks/yizhuang.yaml")) == load_park("china-2060") == CHINA.spec.park
    mine = tmp_path / "mine.yaml"
    mine.write_text('extends: yizhuang\nname: mine\nwind: {capacity: "9 MW"}\n', encoding="utf-8")
    wind = load_park(mine).wind
    assert wind is not None and (str(wind.capacity), str(wind.full_load_hours)) == ("9 MW", "1150 h/yr")


def test_settings_of_a_park_go_over_its_file_by_the_keys_of_that_file() -> None:
    of_park = load_park("yizhuang", ["pv.capacity=2 MW", "fleet.on=false", "sports=null"])
    of_scenario = load_park("china-2060", ["park.pv.capacity=2 MW", "park.fleet.on=false", "park.sports=null"])
    assert of_park == of_scenario
    assert of_park.fleet is not None and not of_park.fleet.on and of_park.sports is None
    with pytest.raises(InputError, match=r"--set pv.capacity: pv: unknown key"):
        load_park("china-2060", ["pv.capacity=2 MW"])
    with pytest.raises(InputError, match=r"--set park.pv.capacity: park: unknown key"):
        load_park("yizhuang", ["park.pv.capacity=2 MW"])


def test_a_park_of_a_scenario_with_a_fault_elsewhere_is_not_run() -> None:
    with pytest.raises(InputError, match=r"rollout\.growth"):
        load_park("china-2060", ["rollout.growth=5"])


def test_every_way_in_refuses_a_serial_that_is_used_twice(tmp_path: Path) -> None:
    entry = json.dumps(ENTRY)
    (tmp_path / "park.yaml").write_text(f"extends: yizhuang\ncredits:\n  - {entry}\n  - {entry}\n", encoding="utf-8")
    (tmp_path / "scenario.yaml").write_text("extends: china-2060\npark: {extends: park.yaml}\n", encoding="utf-8")
    ways: list[tuple[Any, str]] = [
        (load_park, "park.yaml"), (validate_file, "park.yaml"), (load_park, "scenario.yaml"),
        (load_scenario, "scenario.yaml"), (validate_file, "scenario.yaml"),
    ]  # fmt: skip
    for way, name in ways:
        with pytest.raises(InputError, match=r"park\.yaml:4:.*double use.*park\.yaml:3:"):
            way(tmp_path / name)
    with pytest.raises(InputError, match="double use"):
        CHINA.replace({"park.credits": [ENTRY, ENTRY]})


def told(way: Any, *arguments: Any) -> str:
    with pytest.raises(InputError) as caught:
        way(*arguments)
    return str(caught.value)


@pytest.mark.parametrize("name", [None, 5, {"kind": "park"}, CHINA, b"yizhuang"])
def test_what_is_no_name_of_a_file_is_refused(name: Any) -> None:
    for way in (load_park, load_scenario, validate_file):
        with pytest.raises(CallError, match="is no name of a file; write the name of a shipped file"):
            way(name)


@pytest.mark.parametrize("suffix", [".yaml", ".yml"])
def test_a_file_without_its_suffix_is_found_out(suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path(f"my-park{suffix}").write_text("extends: yizhuang\nname: my-park\n", encoding="utf-8")
    assert told(load_park, "my-park") == f'my-park: no shipped file is called "my-park"; did you mean my-park{suffix}?'
    Path(f"yizhuang{suffix}").write_text("not read", encoding="utf-8")
    assert load_park("yizhuang").name == "yizhuang"  # a shipped name is the shipped file


def test_what_only_the_tables_refuse_is_found_when_a_file_is_validated(tmp_path: Path) -> None:
    text = shipped("scenarios", "parks/logistics.yaml").read_text(encoding="utf-8")
    assert "grid_factor:" in text and "\ngrid_factor:" not in text  # it takes that of its province
    mine = tmp_path / "mine.yaml"
    mine.write_text(text.replace("province: Tianjin", "province: Tibet"), encoding="utf-8")
    line = text[: text.index("province:")].count("\n") + 1
    assert told(validate_file, mine).startswith(
        f"{mine}:{line}:11: province: grid_factors.csv: no factor for Tibet; state"
    )
    (tmp_path / "scenario.yaml").write_text("extends: china-2060\npark: {extends: mine.yaml}\n", encoding="utf-8")
    assert f"{mine}:{line}:11: park.province: " in told(validate_file, tmp_path / "scenario.yaml")
    mine.write_text(mine.read_text(encoding="utf-8") + 'grid_factor: "0.3 kg CO2/kWh"\n', encoding="utf-8")
    assert isinstance(validate_file(mine), ParkSpec)
