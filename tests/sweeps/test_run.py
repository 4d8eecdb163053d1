"""A sweep as it is called: what is wrong is said before work and leaves nothing, and a store is gone on with or not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sweep_samples import written

import decarb as dc
from decarb.errors import CallError, InputError
from decarb.sweeps.lock import beside, locked
from decarb.sweeps.run import Swept, plan_at, sweep

TEXT = """
base: china-2060
seed: 5
axes:
  capture.level: {distribution: uniform, low: 0.2, high: 1.2}
  rollout.growth: {distribution: uniform}
"""
SIZE = 12


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("run")


@pytest.fixture(scope="module")
def swept(folder: Path) -> Swept:
    return sweep(written(folder, TEXT), folder / "s.zarr", scenarios=SIZE, block=5, keep=["gdp"], quiet=True)


def again(folder: Path, text: str = TEXT, **asked: Any) -> Swept:
    """Ask for the store of `swept` once more; a file of the same name stands elsewhere."""
    (folder / "again").mkdir(exist_ok=True)
    given = {"scenarios": SIZE, "block": 5, "keep": ["gdp"], **asked}
    return sweep(written(folder / "again", text), folder / "s.zarr", quiet=True, **given)


def test_a_sweep_says_what_it_did_and_which_axis_went_too_far(swept: Swept) -> None:
    assert swept.whole and (swept.scenarios, swept.blocks, swept.done) == (SIZE, 3, 3)
    lines = swept.words()
    assert "12 scenarios in 3 of 3 blocks" in lines[0]
    refused = swept.status[100]
    assert sum(swept.status.values()) == SIZE and refused
    assert lines[1].startswith(f"{refused} scenario") and lines[1].endswith("outside what a scenario may say")
    assert lines[2].startswith("  axis capture.level: the base scenario refuses 20 % of its values")  # 1 to 1.2 of 0.2
    assert lines[2].endswith("it takes 0.2 to 1")


def test_a_whole_store_is_gone_on_with_in_no_time_also_under_another_description(swept: Swept, folder: Path) -> None:
    assert again(folder).whole
    assert again(folder, f"description: Other words.\n{TEXT}", keep="gdp").whole, "one name alone is a list of one"


@pytest.mark.parametrize(("text", "asked", "said"), [
    (TEXT, {"scenarios": 13}, "rows: 12 there, 13 asked for"),
    (TEXT, {"block": 6}, "block: 5 there, 6 asked for"),
    (TEXT, {"keep": ()}, 'keep: ["gdp"] there, [] asked for'),
    (TEXT, {"targets": "ndc-2035"}, 'targets: "all" there, ["ndc-2035"] asked for'),
    (TEXT, {"dispatch": "direct"}, 'sweep.dispatch: "auto" there, "direct" asked for'),
    (TEXT.replace("seed: 5", "seed: 6"), {}, "sweep.seed: 5 there, 6 asked for"),
    (TEXT.replace("high: 1.2", "high: 1.1"), {}, 'sweep.axes.capture.level.high: "1.2" there, "1.1" asked for'),
])  # fmt: skip
def test_another_sweep_is_refused_and_named_by_what_differs(
    swept: Swept, folder: Path, text: str, asked: dict[str, Any], said: str
) -> None:
    with pytest.raises(CallError) as caught:
        again(folder, text, **asked)
    assert f"  {said}" in str(caught.value).splitlines()


def test_a_store_that_is_moved_with_what_lies_beside_it_is_whole(folder: Path) -> None:
    first = sweep(written(folder, TEXT, "moved.yaml"), folder / "old.zarr", scenarios=4, quiet=True)
    place = folder / "一个 'new' place"
    place.mkdir()
    first.store.rename(place / "new.zarr")
    with pytest.raises(dc.DecarbError, match="move both folders together"):
        dc.open_sweep(place / "new.zarr")
    beside(first.store).rename(beside(place / "new.zarr"))
    assert dc.open_sweep(place / "new.zarr").sizes["scenario"] == 4
    assert sweep(folder / "moved.yaml", place / "new.zarr", scenarios=4, quiet=True).whole


def test_a_scenario_that_was_not_computed_is_not_computed_again(swept: Swept) -> None:
    stored = dc.open_sweep(swept.store)
    refused = int(stored["scenario"].values[stored["status"].values == 100][0])
    with pytest.raises(
        CallError, match=rf"scenario {refused} was not computed: capture\.level is 1\.\d+, and the base"
    ):
        dc.regenerate(swept.store, [refused])


@pytest.mark.parametrize("asked", [["a"], [None], [float("nan")], [[0, 1]]])
def test_only_numbers_of_scenarios_are_computed_again(swept: Swept, asked: list[Any]) -> None:
    with pytest.raises(CallError, match="this sweep has scenarios 0 to 11"):
        dc.regenerate(swept.store, asked)


@pytest.mark.parametrize(("asked", "said"), [
    ({"scenarios": 1.5}, "scenarios: 1.5 is no whole number"), ({"scenarios": "5"}, "scenarios: '5' is no whole"),
    ({"scenarios": True}, "scenarios: True is no whole"), ({"block": 0}, "block: 0 is no whole number of 1 or more"),
    ({"workers": -1}, "workers: -1 is no whole number"), ({"dispatch": "x"}, 'dispatch: "x" is no way'),
    ({"scheduler": "tcp://127.0.0.1:1", "processes": True}, "three ways to run"),
])  # fmt: skip
def test_a_wrong_call_is_refused_before_anything_is_made(tmp_path: Path, asked: dict[str, Any], said: str) -> None:
    with pytest.raises(CallError, match=said):
        sweep(written(tmp_path, TEXT), tmp_path / "new" / "s.zarr", quiet=True, **asked)
    assert [each.name for each in tmp_path.iterdir()] == ["mine.yaml"]


def test_a_place_without_a_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CallError, match="/ is no name of a store"):
        sweep(written(tmp_path, TEXT), "/", quiet=True)
    with pytest.raises(CallError, match="out: a int is no place"):
        sweep(written(tmp_path, TEXT), 5, quiet=True)  # type: ignore[arg-type]
    with pytest.raises(CallError, match="/ is no name of a store"):
        plan_at("/")


def test_a_sweep_that_cannot_be_made_ready_leaves_nothing(tmp_path: Path) -> None:
    bad = written(tmp_path, TEXT.replace("capture.level", "capture.levl"))
    with pytest.raises(InputError, match="did you mean"):
        sweep(bad, tmp_path / "s.zarr", quiet=True)
    assert list(tmp_path.iterdir()) == [bad]


def test_a_sweep_that_is_stopped_while_it_is_made_ready_leaves_nothing_and_is_begun_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("decarb.sweeps.run.plan_of", stop)
        with pytest.raises(KeyboardInterrupt):
            sweep(written(tmp_path, TEXT), tmp_path / "s.zarr", scenarios=4, quiet=True)
    assert [each.name for each in tmp_path.iterdir()] == ["mine.yaml"]
    assert sweep(tmp_path / "mine.yaml", tmp_path / "s.zarr", scenarios=4, quiet=True).whole


def test_a_lock_on_a_store_that_is_there_stays(swept: Swept) -> None:
    with locked(swept.store):
        pass
    assert (beside(swept.store) / "lock").is_file()
