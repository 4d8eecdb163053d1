"""Where targets hold: known boxes are found, and what is said of them was counted on rows that had no say in them."""

from __future__ import annotations

import dataclasses
import importlib.util
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from variance_samples import swept, uniform

from decarb.errors import CallError
from decarb.sweeps import boxes, discovery, discovery_words
from decarb.sweeps.boxes import Condition, Rows, learned, measured
from decarb.sweeps.discovery import Discovery, discover
from decarb.sweeps.discovery_words import limits_words
from decarb.sweeps.distributions import Distribution

YEARS = Distribution.choice(tuple(float(year) for year in range(2030, 2045)))
AXES = (uniform(-0.02, 0.01), YEARS, uniform(), uniform())
UNITS = ("1/yr", "year", "1", "GW")
NAMES = [f"group.axis_{at}" for at in range(4)]

Rule = Callable[[np.ndarray], np.ndarray]


def store_of(rule: Rule, scenarios: int = 20_000, method: str = "sobol") -> xr.Dataset:
    return swept(lambda points: np.where(rule(points), 1.0, -1.0), AXES, scenarios, method, UNITS)


def corner(points: np.ndarray) -> np.ndarray:
    """A quarter of the first axis, 8 of 15 years and 60 % of the third: 0.25 x 8/15 x 0.6 = 8 % of all."""
    return (points[:, 0] < -0.0125) & (points[:, 1] <= 2037) & (points[:, 2] > 0.4)


def chance(share: float) -> Rule:
    return lambda points: np.random.default_rng(7).random(len(points)) < share


@pytest.mark.parametrize("method", ["sobol", "latin-hypercube", "saltelli"])
def test_a_corner_is_found_with_its_limits(method: str) -> None:
    found = discover(store_of(corner, method=method), "ndc-2035")
    (box,) = found.boxes
    change, years, third = box.conditions
    assert (change.axis, years.axis, third.axis) == (NAMES[0], NAMES[1], NAMES[2])
    assert change.low == -np.inf and change.high == pytest.approx(-0.0125, abs=2e-4)
    assert (years.low, years.high, years.points) == (-np.inf, 2037.0, True)
    assert third.high == np.inf and third.low == pytest.approx(0.4, abs=0.011)
    # The limits are a rounding off the truth: almost all inside meet, almost all that meet lie inside.
    assert box.density > 0.97 and box.coverage > 0.97 and box.mass == pytest.approx(0.08, abs=0.01)


def test_words_say_limits_with_units_density_and_coverage() -> None:
    first, second, halves, *rest = discover(store_of(corner), "ndc-2035").words()
    assert first == "ndc-2035 holds in 8 % of 20,000 pathways."
    assert "`group.axis_0` below -1.2" in second and " %/yr" in second
    assert "`group.axis_1` of at most 2037 and `group.axis_2` above 0.4" in second
    assert second.endswith("of those that meet).")
    assert halves == "One random half of the pathways gave the limits, the other half the shares inside them."
    assert rest == ["The ranges are assumptions, and the shares no probabilities."]


def test_a_noisy_corner_gets_the_density_of_its_noise() -> None:
    found = discover(store_of(lambda points: corner(points) & chance(0.8)(points), 50_000), "ndc-2035")
    (box,) = found.boxes
    # 80 % of the rows inside meet; 2,000 held-out rows know that to 0.9 points.
    assert box.density == pytest.approx(0.8, abs=0.03)
    assert box.density_error == pytest.approx(np.sqrt(0.8 * 0.2 / box.rows), rel=0.1)


def test_where_most_meet_the_misses_are_told() -> None:
    found = discover(store_of(lambda points: ~corner(points)), "ndc-2035")
    assert found.of == "missed" and found.to_dataset().attrs["of"] == "missed"
    (box,) = found.boxes
    assert box.density > 0.97 and box.coverage > 0.97
    assert found.words()[1].startswith("ndc-2035 is missed in") and found.words()[1].endswith("of those that miss).")


def test_chance_makes_no_box() -> None:
    for share in (0.1, 0.5, 0.9):
        found = discover(store_of(chance(share), 4_000), "ndc-2035")
        assert not found.boxes and "does better than the whole" in found.why
        assert "cannot be said shortly" in found.words()[1]


@pytest.mark.parametrize(("value", "who"), [(True, "all"), (False, "none")])
def test_all_or_none_is_said_so(value: bool, who: str) -> None:
    found = discover(store_of(lambda points: np.full(len(points), value), 500), "ndc-2035")
    assert found.words()[0] == f"ndc-2035 holds in {who} of 500 pathways."
    assert not found.boxes and len(found.words()) == 2


def test_a_handful_is_too_few_to_learn_from() -> None:
    found = discover(store_of(lambda points: np.arange(len(points)) < 30, 1_000), "ndc-2035")
    assert "30 pathways of 1,000 are too few" in found.why
    assert found.words()[0] == "ndc-2035 holds in 3 % of 1,000 pathways."


def test_an_undefined_verdict_counts_as_not_met_and_what_was_not_computed_is_left_out() -> None:
    store = store_of(corner)
    at = np.flatnonzero(store["verdict"].values[:, 0] == 1)
    store["verdict"][at[:7], 0] = 2
    store["status"][at[7:10]], store["verdict"][at[7:10], 0] = 1, 3
    found = discover(store, "ndc-2035")
    assert (found.pathways, found.met, found.undefined, found.left_out) == (19_997, at.size - 10, 7, 3)
    said = " ".join(found.words())
    assert "7 pathways with an undefined verdict; each counts as not met." in said
    assert "3 pathways left out: not computed." in said


def two_targets() -> xr.Dataset:
    store = store_of(lambda points: points[:, 2] > 0.5)
    other = (store["input"].values[:, 3] > 0.5).astype(np.int8)
    verdict = np.stack([store["verdict"].values[:, 0], other, np.zeros_like(other)], 1)
    return xr.Dataset(
        {"input": store["input"], "status": store["status"], "verdict": (("scenario", "target"), verdict)},
        store.drop_dims(["target", "year"]).coords | {"target": ["ndc-2035", "peak-2030", "peak-before-2030"]},
        store.attrs,
    )


def test_several_targets_hold_together_and_what_is_beside_is_not_among_all() -> None:
    store = two_targets()
    together, whole = discover(store, ["ndc-2035", "peak-2030"]), discover(store)
    assert whole.targets == together.targets == ("ndc-2035", "peak-2030")
    assert whole.boxes == together.boxes and len(whole.boxes) == 1
    assert {one.axis for one in whole.boxes[0].conditions} == {NAMES[2], NAMES[3]}
    assert together.words()[0] == "ndc-2035 and peak-2030 hold together in 25 % of 20,000 pathways."
    assert whole.words()[0] == "Every target holds in 25 % of 20,000 pathways."


def test_a_dataset_holds_the_boxes_with_open_ends_missing() -> None:
    found = discover(store_of(corner), "ndc-2035")
    dataset = found.to_dataset()
    assert dict(dataset.sizes) == {"box": 1, "axis": 4} and dataset["box"].values.tolist() == [1]
    assert dataset["high"].values[0, 1] == 2037.0 and np.isnan(dataset["low"].values[0, 1])
    assert np.isnan(dataset["high"].values[0, 3]) and dataset["density"].item() == found.boxes[0].density
    assert dataset.attrs["met"] == found.met


def test_the_same_seed_gives_the_same_boxes() -> None:
    store = store_of(lambda points: corner(points) & chance(0.8)(points))
    assert discover(store, "ndc-2035", seed=3).boxes == discover(store, "ndc-2035", seed=3).boxes
    assert discover(store, "ndc-2035", seed=4).boxes != discover(store, "ndc-2035", seed=3).boxes
    assert discover(store.chunk(scenario=700), "ndc-2035", seed=3).boxes == discover(store, "ndc-2035", seed=3).boxes


def test_a_large_sweep_is_drawn_from_by_whole_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery, "DRAWN", 5_000)
    rng = np.random.default_rng(0)
    drawn = discovery._drawn(np.arange(60_000), 6, rng)
    # 5,000 // 6 = 833 whole groups of 6 rows.
    assert drawn.size == 833 * 6 and (np.bincount(drawn // 6)[np.unique(drawn // 6)] == 6).all()
    assert np.ptp(drawn) > 55_000, "from all of the sweep"
    found = discover(store_of(corner, method="saltelli"), "ndc-2035")
    assert found.drawn == 833 * 6 and found.pathways == 20_000
    assert "One random half of 4,998 pathways drawn at random gave the limits" in " ".join(found.words())


def test_no_group_stands_in_both_halves(monkeypatch: pytest.MonkeyPatch) -> None:
    halves: list[set[int]] = []
    learn, measure = boxes.learned, boxes.measured

    def learning(rows: Rows, **options: int) -> list[tuple[Condition, ...]]:
        halves.append(set(rows.groups.tolist()))
        return learn(rows, **options)  # type: ignore[arg-type]

    def measuring(conditions: tuple[Condition, ...], rows: Rows) -> boxes.Box | None:
        halves.append(set(rows.groups.tolist()))
        return measure(conditions, rows)

    monkeypatch.setattr(discovery, "learned", learning)
    monkeypatch.setattr(discovery, "measured", measuring)
    discover(store_of(corner, method="saltelli"), "ndc-2035")
    assert len(halves) == 2 and not halves[0] & halves[1]
    assert len(halves[0] | halves[1]) == -(-20_000 // 6)


def rows_of(points: np.ndarray, met: np.ndarray, groups: np.ndarray | None = None) -> Rows:
    axes = {f"axis{at}": "1" for at in range(points.shape[1])}
    return Rows(points, met, np.arange(len(met)) if groups is None else groups, axes)


def test_the_numbers_of_a_box_are_counts() -> None:
    points = np.linspace(0.005, 0.995, 100)[:, np.newaxis]
    met = np.zeros(100, bool)
    met[:30] = met[90:95] = True
    box = measured((Condition("axis0", "1", -np.inf, 0.4),), rows_of(points, met))
    # 40 rows inside, 30 of them meet; 35 of 100 meet in all.
    assert box is not None
    assert (box.density, box.coverage, box.mass, box.rows) == (30 / 40, 30 / 35, 40 / 100, 40)
    # sqrt(30 x 0.25^2 + 10 x 0.75^2 + 0.5) / 40
    assert box.density_error == pytest.approx(np.sqrt(1.875 + 5.625 + 0.5) / 40)


def test_rows_that_come_in_groups_know_less() -> None:
    points = np.linspace(0.005, 0.995, 100)[:, np.newaxis]
    met = np.arange(100) < 30
    inside = (Condition("axis0", "1", -np.inf, 0.4),)
    alone = measured(inside, rows_of(points, met))
    grouped = measured(inside, rows_of(points, met, np.arange(100) // 10))
    assert alone is not None and grouped is not None
    assert grouped.density_error > 2.0 * alone.density_error


def test_a_box_that_does_no_better_than_all_or_holds_few_rows_is_none() -> None:
    points = np.linspace(0.005, 0.995, 100)[:, np.newaxis]
    even = np.arange(100) % 2 == 0
    assert measured((Condition("axis0", "1", -np.inf, 0.4),), rows_of(points, even)) is None
    assert measured((Condition("axis0", "1", -np.inf, 0.2),), rows_of(points, np.arange(100) < 20)) is None


@settings(max_examples=25)
@given(st.floats(0.15, 0.85), st.floats(-1e4, 1e4), st.floats(1e-3, 1e4))
def test_told_limits_lie_within_a_twentieth_of_the_axis_of_the_learned(cut: float, low: float, span: float) -> None:
    points = low + span * np.random.default_rng(1).random((2_000, 1))
    met = points[:, 0] > low + cut * span
    ((condition,),) = learned(rows_of(points, met), depth=3, leaf=0.01, seed=0)
    assert condition.high == np.inf
    assert abs(condition.low - (low + cut * span)) <= span / 20.0


def test_two_parts_that_are_both_boxes_are_told_as_one() -> None:
    points = np.random.default_rng(2).random((4_000, 2))
    # The tree must cut axis1 to find the rest below; above 0.5 of axis0 all meet, whatever it cuts there.
    met = (points[:, 0] > 0.5) & (chance(0.98)(points) | (points[:, 1] > 0.5))
    told = learned(rows_of(points, met), depth=3, leaf=0.01, seed=0)
    assert len(told) == 1 and [one.axis for one in told[0]] == ["axis0"]


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (Condition("a.b_c", "1", 0.71, np.inf), "`a.b_c` above 0.71"),
        (Condition("a", "1/yr", -np.inf, -0.012), "`a` below -1.2 %/yr"),
        (Condition("a", "GW", 1200.0, 3600.0), "`a` from 1,200 GW to 3,600 GW"),
        (Condition("a", "year", 2038.0, np.inf, True), "`a` of at least 2038"),
        (Condition("a", "year", 2038.0, 2038.0, True), "`a` of 2038"),
        (Condition("p.*.q:factor", "1", 0.9, 1.1), "`p.*.q:factor` from 0.9 to 1.1"),
    ],
)
def test_limits_read_as_people_say_them(condition: Condition, said: str) -> None:
    assert limits_words(condition) == said


@pytest.mark.parametrize(
    ("share", "error", "said"),
    [
        (0.834, 0.01, "83 %"),
        (0.0312, 0.0005, "3.1 %"),
        (0.0312, 0.01, "3 %"),
        (0.00123, 0.00005, "0.12 %"),
        (0.0004, 0.01, "less than 1 %"),
        (0.9996, 0.01, "more than 99 %"),
        (1.0, 0.01, "100 %"),
        (0.0, 0.01, "0 %"),
    ],
)
def test_a_share_has_no_more_digits_than_it_is_known_to(share: float, error: float, said: str) -> None:
    assert discovery_words._percent(share, error) == said


@pytest.mark.parametrize(
    ("target", "options", "said"),
    [
        ("ndc-2053", {}, "ndc-2035"),
        ([], {}, "no target is named"),
        ("ndc-2035", {"depth": 0}, "depth 0"),
        ("ndc-2035", {"leaf": 0.5}, "leaf 0.5"),
    ],
)
def test_a_wrong_call_is_told_what_to_write(target: str | Sequence[str], options: dict[str, float], said: str) -> None:
    with pytest.raises(CallError, match=said):
        discover(store_of(corner, 200), target, **options)  # type: ignore[arg-type]


def test_a_sweep_of_which_nothing_was_computed_says_so() -> None:
    store = store_of(corner, 200)
    store["status"][:] = 1
    store["verdict"][:] = 3
    found: Discovery = discover(store, "ndc-2035")
    assert found.words()[0] == "No pathway was computed." and found.left_out == 200


def test_without_scikit_learn_the_command_to_install_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.tree", None)
    spec = importlib.util.spec_from_file_location("without_trees", Path(boxes.__file__))
    assert spec is not None and spec.loader is not None
    with pytest.raises(CallError, match=r"pip install 'decarb\[sweep\]'"):
        spec.loader.exec_module(importlib.util.module_from_spec(spec))


def test_a_limit_says_what_the_values_of_its_axis_are() -> None:
    limit = Condition("economy.gdp_growth", "1", 0.92, np.inf)
    assert limits_words(limit, "factor") == "`economy.gdp_growth` above 0.92 times the base"
    assert limits_words(limit, "range").endswith("above 0.92 (-1: the low end of its rows, 1: the high end)")
    assert limits_words(limit, "value") == limits_words(limit) == "`economy.gdp_growth` above 0.92"
    several = Condition("a.*, b, c:range", "1", -np.inf, 0.5)
    assert limits_words(several) == "`a.*` (with 2 more keys) below 0.5"


def test_a_store_that_says_its_axes_are_factors_has_them_told_so() -> None:
    store = store_of(lambda points: points[:, 2] > 0.5).assign_coords(
        axis_by=("axis", ["value", "value", "factor", ""])
    )
    found = discover(store, "ndc-2035")
    assert " times the base" in " ".join(found.words())
    assert found.to_dataset()["axis_by"].values.tolist() == ["value", "value", "factor", ""]


def test_a_target_is_told_in_three_sentences_at_most() -> None:
    found = discover(store_of(lambda points: points[:, 2] > 0.5), "ndc-2035")
    many = dataclasses.replace(found, boxes=found.boxes * 4)
    assert len(discovery_words.findings(many)) == 3
