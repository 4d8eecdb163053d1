"""Axes looked up in the base scenario: all that is wrong with them is told at once, each at its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from sweep_samples import written

from decarb.errors import CallError, InputError
from decarb.sweeps.design import load_sweep
from decarb.sweeps.plan import beyond, check_asked, plan_of

BASE = "base: china-2060\naxes:\n  rollout.growth: {distribution: uniform}\n"


def faults(folder: Path, text: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        plan_of(load_sweep(written(folder, text)))
    return [line.removeprefix(f"{folder}/") for line in str(caught.value).splitlines()]


def test_all_axes_that_cannot_be_are_told_at_once_with_their_places(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        BASE
        + """  capture.levl: {distribution: uniform}
  capture.level: {distribution: uniform, low: 3 MW, high: 5 MW}
  rollout.ceiling: {distribution: uniform, low: 3, high: 5}
  "nothing.*": {distribution: uniform}
  captive.retirement_start: {distribution: normal, deviation: 3}
  rollout.innovation: {distribution: uniform}
""",
    )
    assert [line.partition(" ")[0] for line in found] == [f"mine.yaml:{number}:3:" for number in range(4, 10)]
    for line, said in zip(found, (
        'did you mean "capture.level"', 'write it in "1"', "takes nothing from 3 to 5 (3 is outside 0 to 1); write",
        "no field of a scenario", "normal is not over whole years", "does not read innovation); leave it out",
    ), strict=True):  # fmt: skip
        assert said in line and ";" in line, line


def test_an_axis_that_moves_the_weather_or_nothing_is_told_with_its_place(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        BASE
        + "  air_temperature: {distribution: uniform, low: 0.9, high: 1.1}\n"
        + "  park.wind.full_load_hours: {distribution: uniform, low: 1900 h/yr, high: 2300 h/yr}\n",
    )
    assert found[0].startswith("mine.yaml:4:3: axes.air_temperature: moves the weather")
    assert found[1].startswith("mine.yaml:5:3: axes.park.wind.full_load_hours: the model does not change")


def test_two_axes_on_one_input_are_told_with_their_file(tmp_path: Path) -> None:
    found = faults(tmp_path, BASE + '  "rollout.gro*": {distribution: uniform}\n')
    assert found == ["mine.yaml: axes: rollout.growth and rollout.gro* both move rollout_growth; leave one of them out"]


@pytest.mark.parametrize(("rows", "said"), [
    ("captive.retirement_start\n1\n2030\n2032.5\n2034\n", "2032.5 is no whole year; write whole ones"),
    ("capture.level,rollout.growth\n%,%/yr\n40,8\n40,9\n", "40 % in all scenarios is no axis; leave it out"),
    ("rollout.grwth\n%/yr\n8\n9\n", 'did you mean "rollout.growth"'),
])  # fmt: skip
def test_a_column_that_is_no_axis_is_told_at_its_place(tmp_path: Path, rows: str, said: str) -> None:
    written(tmp_path, rows, "points.csv")
    found = faults(tmp_path, "base: china-2060\nmethod: table\ntable: points.csv\n")
    assert len(found) == 1 and found[0].startswith("points.csv:2:1: axes.") and said in found[0]


def test_whole_years_of_a_table_are_an_axis(tmp_path: Path) -> None:
    written(tmp_path, "captive.retirement_start\n1\n2030\n2034\n", "points.csv")
    plan = plan_of(load_sweep(written(tmp_path, "base: china-2060\nmethod: table\ntable: points.csv\n")))
    assert (plan.axes[0].low, plan.axes[0].high) == (2030.0, 2034.0) and beyond(plan) == ()


def test_a_sweep_over_a_calendar_year_alone_is_made_ready(tmp_path: Path) -> None:
    text = "base: china-2060\naxes:\n  captive.retirement_start: {distribution: uniform, low: 2030, high: 2034}\n"
    assert plan_of(load_sweep(written(tmp_path, text)), 4).axes[0].by == "value"


def test_years_of_age_are_chosen_and_not_drawn(tmp_path: Path) -> None:
    axis = "  rollout.retrofit_age: {{distribution: {}}}\n"
    drawn = faults(tmp_path, BASE + axis.format("uniform, low: 10 yr, high: 20 yr"))
    assert len(drawn) == 1 and drawn[0].startswith(
        "mine.yaml:4:3: axes.rollout.retrofit_age: china-2060 refuses 13.7 yr"
    )
    assert "12.5 yr" in faults(tmp_path, BASE + axis.format("choice, values: [10 yr, 12.5 yr, 20 yr]"))[0]
    plan = plan_of(load_sweep(written(tmp_path, BASE + axis.format("choice, values: [10 yr, 13 yr, 20 yr]"))), 4)
    assert plan.axes[1].name == "rollout.retrofit_age"


def test_values_that_no_scenario_takes_are_told_with_their_axis(tmp_path: Path) -> None:
    text = "base: china-2060\naxes:\n  capture.level: {distribution: uniform, low: -0.5, high: 1.5}\n"
    # From -0.5 to 1.5 half lies between 0 and 1.
    (said,) = beyond(plan_of(load_sweep(written(tmp_path, text)), 20))
    assert said.startswith("axis capture.level: the base scenario refuses 50 % of its values; of -0.49")
    assert said.endswith("it takes 0 to 1")


@pytest.mark.parametrize(("asked", "said"), [
    ({"dispatch": "surfce"}, 'dispatch: "surfce" is no way to take the hours in; did you mean "surface"?'),
    ({"keep": ["gross_co"]}, '"gross_co": no national series is called so; did you mean "gross_co2"?'),
    ({"scenarios": 10**10}, "10,000,000,000 scenarios; write 1 to 1,000,000,000"),
    ({"scenarios": 0}, "0 scenarios; write 1"),
    ({"targets": ["neutral"]}, "is no target"),
])  # fmt: skip
def test_what_cannot_be_asked_is_refused_before_any_work(asked: dict[str, object], said: str) -> None:
    with pytest.raises((CallError, InputError)) as caught:
        check_asked(load_sweep("storage-mix"), **asked)  # type: ignore[arg-type]
    assert said in str(caught.value)


def test_a_grid_takes_no_other_size(tmp_path: Path) -> None:
    text = "base: china-2060\nmethod: grid\naxes:\n  capture.level: {distribution: grid, points: 3}\n"
    with pytest.raises(CallError, match="its grid has 3 scenarios, and 5 are asked; leave the number out"):
        check_asked(load_sweep(written(tmp_path, text)), 5)
