"""The arguments of a run of a park: what cannot be used is refused before anything is computed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pvlib
import pytest
from weather_samples import csv

from decarb.analysis.park_call import ParkCall, park_call, written_step
from decarb.errors import CallError, InputError
from decarb.scenario.scenario import load_park, load_scenario

TMY3 = Path(pvlib.__file__).parent / "data" / "723170TYA.CSV"
USUAL: dict[str, Any] = {"weather": None, "clock": None, "seed": 2021, "step": "1 h", "settings": ()}


def call(park: Any = "yizhuang", **changes: Any) -> ParkCall:
    return park_call(park, **{**USUAL, **changes})


def refusal(park: Any = "yizhuang", **changes: Any) -> str:
    with pytest.raises(CallError) as caught:
        call(park, **changes)
    return str(caught.value)


def test_a_park_is_taken_by_name_by_file_as_read_or_as_that_of_a_scenario(tmp_path: Path) -> None:
    spec = load_park("yizhuang")
    mine = tmp_path / "mine.yaml"
    mine.write_text("extends: yizhuang\n", encoding="utf-8")
    for park in ("yizhuang", mine, str(mine), spec, load_scenario("china-2060"), "china-2060"):
        assert call(park).spec == spec
    assert call("yizhuang", settings={"pv.on": False}).spec == call("yizhuang", settings=["pv.on=false"]).spec != spec


@pytest.mark.parametrize("park", [None, 3, 3.5, True, b"yizhuang", ["yizhuang"], {"kind": "park"}, object()])
def test_what_is_no_park_is_refused_with_what_is_one(park: Any) -> None:
    assert "is no park; " in refusal(park)
    wanted = "settings={" if isinstance(park, dict) else "what load_park returns"
    assert wanted in refusal(park)


def test_settings_go_over_files_alone() -> None:
    for park in (load_park("yizhuang"), load_scenario("china-2060")):
        for settings in (["pv.on=false"], {"pv.on": False}, "pv.on=false"):
            said = refusal(park, settings=settings)
            assert f"settings go over a file, and {type(park).__name__} is read already" in said
        assert call(park, settings=[]).spec == call(park, settings={}).spec
    assert 'write settings=["pv.on=false"]' in refusal(settings="pv.on=false")


@pytest.mark.parametrize("seed", [None, -1, 2**32, 2021.0, "2021", True, np.float64(3.0)])
def test_a_seed_is_a_whole_number_in_its_range(seed: Any) -> None:
    assert "is no whole number from 0 to 4294967295; write one such as 2021" in refusal(seed=seed)


def test_whole_numbers_of_numpy_are_seeds() -> None:
    found = call(seed=np.int64(7)).seed
    assert (found, type(found)) == (7, int)
    assert [call(seed=seed).seed for seed in (0, 2**32 - 1)] == [0, 2**32 - 1]


@pytest.mark.parametrize(
    ("written", "meant"),
    [("1h", "1 h"), ("15min", "15 min"), (" 5  min ", "5 min"), ("1 h", "1 h"), ("7min", "7 min"), ("x", "x")],
)
def test_a_step_may_be_written_without_its_blank(written: str, meant: str) -> None:
    assert written_step(written) == meant
    if meant in ("1 h", "15 min", "5 min"):
        assert call(step=written).step == meant
    else:
        assert f'"{meant}" is no length of a step; write one of 1 h, 15 min, 5 min' in refusal(step=written)


@pytest.mark.parametrize("step", [None, 1, 0.25])
def test_a_step_that_is_no_text_is_refused(step: Any) -> None:
    assert 'is no length of a step; write one such as "15 min"' in refusal(step=step)


def test_weather_is_a_file_that_is_there(tmp_path: Path) -> None:
    path = csv(tmp_path)
    assert call(weather=str(path)).weather == call(weather=path).weather == path
    for wrong in (3, True, {"wind": 1}, load_park("yizhuang"), b"x.csv"):
        assert "is no file; give the path of" in refusal(weather=wrong)
    with pytest.raises(InputError, match=r"nothing\.csv: is not there"):
        call(weather="nothing.csv")
    with pytest.raises(InputError, match="is a directory"):
        call(weather=tmp_path)


def test_a_clock_is_that_of_hours_in_a_file(tmp_path: Path) -> None:
    path = csv(tmp_path)
    assert call(weather=path, clock="UTC").clock == "UTC"
    assert "none is named; leave it out" in refusal(clock="UTC")
    assert "clock is a text" in refusal(weather=path, clock=8)
    assert "a weather file says its own clock" in refusal(weather=TMY3, clock="UTC")
    with pytest.raises(InputError, match='"China" is no clock; say it with clock="UTC'):
        call(weather=path, clock="China")
