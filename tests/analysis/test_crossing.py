"""Every change between holding and failing is enclosed: one crossing, several, plateaus, jumps and none."""

from __future__ import annotations

from collections.abc import Callable

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from decarb.analysis.crossing import Ask, Samples, refined, sampled, zoomed

GRID = np.linspace(0.0, 1.0, 33)


def asked(*functions: Callable[[np.ndarray], np.ndarray]) -> Ask:
    def ask(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        rows = np.stack([function(values) for function in functions])
        return rows, 2.0 * rows

    return ask


def found(ask: Ask, tolerance: float = 1e-9) -> tuple[Samples, list[tuple[float, float]]]:
    samples = refined(ask, zoomed(ask, sampled(ask, GRID), near=0.5), tolerance)
    return samples, [(samples.values[first], samples.values[last]) for first, last in samples.runs()]


@given(st.floats(0.01, 0.99), st.sampled_from([-1.0, 1.0]), st.sampled_from([1.0, 3.0]))
def test_one_crossing_is_enclosed_from_the_side_that_holds(root: float, slope: float, power: float) -> None:
    ask = asked(lambda values: slope * np.sign(values - root) * np.abs(values - root) ** power)
    _, ((low, high),) = found(ask)
    end = low if slope > 0 else high
    assert 0.0 <= slope * (end - root) <= 1e-9


@given(st.floats(0.0, 6.0))
def test_each_interval_of_a_wave_is_found(phase: float) -> None:
    _, runs = found(asked(lambda values: np.sin(20.0 * values + phase)), 1e-7)
    ends = np.array([end for run in runs for end in run if 0.0 < end < 1.0])
    np.testing.assert_allclose(np.sin(20.0 * ends + phase), 0.0, atol=20.0 * 1e-7)
    dense = np.sin(20.0 * np.linspace(0.0, 1.0, 20001) + phase) >= 0.0
    # A piece shorter than the step of the grid may be missed at either end.
    assert abs(sum(high - low for low, high in runs) - dense.mean()) < 2.0 / 32.0
    assert abs(len(runs) - int(np.diff(dense.astype(int), prepend=0).clip(0).sum())) <= 1


def test_a_plateau_at_zero_holds_and_one_below_fails() -> None:
    _, runs = found(asked(lambda values: np.minimum(0.0, np.maximum(values - 0.6, -0.1))))
    ((low, high),) = runs
    assert low == pytest.approx(0.6, abs=1e-9)
    assert high == 1.0
    _, runs = found(asked(lambda values: np.full(values.shape, -0.1)))
    assert runs == []


def test_a_jump_is_enclosed_as_a_crossing_is() -> None:
    _, ((low, high),) = found(asked(lambda values: np.where(values > 1 / 3, 5.0, -2.0)))
    assert low == pytest.approx(1 / 3, abs=1e-9)
    assert high == 1.0


def test_where_nothing_holds_on_the_grid_the_best_place_is_looked_at_again() -> None:
    # Holds within 0.001 of 0.515, between two points of the grid at 0.5 and 0.53125.
    _, ((low, high),) = found(asked(lambda values: 0.001 - np.abs(values - 0.515)))
    assert (low, high) == pytest.approx((0.514, 0.516), abs=1e-9)


def test_the_best_place_is_looked_at_once_more_where_it_gets_no_better() -> None:
    seen: list[int] = []

    def ask(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        seen.append(values.size)
        return (values - 1.5)[None], values[None]

    samples = zoomed(ask, sampled(ask, GRID), near=0.5)
    # The best is the high end: 33 of the grid, then 7 inside the last step, and no third call.
    assert seen == [33, 7]
    assert not samples.holds.any()


def test_all_conditions_must_hold_and_the_one_that_ends_it_is_named() -> None:
    samples, ((low, high),) = found(asked(lambda values: values - 0.2, lambda values: 0.7 - values))
    assert (low, high) == pytest.approx((0.2, 0.7), abs=1e-9)
    assert samples.binding(0) == 0
    assert samples.binding(samples.values.size - 1) == 1


def test_what_is_undefined_fails() -> None:
    _, ((low, high),) = found(asked(lambda values: np.where(values > 0.5, np.nan, 1.0)))
    assert low == 0.0
    assert high == pytest.approx(0.5, abs=1e-9)


def test_no_value_is_asked_twice_and_what_stands_beside_keeps_its_place() -> None:
    seen: list[float] = []

    def ask(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        seen.extend(values.tolist())
        return (values - 0.4)[None], (10.0 * values)[None]

    samples = refined(ask, sampled(ask, GRID), 1e-6)
    assert len(seen) == len(set(seen)) < 80
    np.testing.assert_array_equal(samples.beside[0], 10.0 * samples.values)


def test_among_equally_good_values_the_nearest_is_the_best() -> None:
    samples = sampled(asked(lambda values: np.full(values.shape, -1.0)), GRID)
    assert samples.values[samples.best(0.3)] == pytest.approx(0.3125)
