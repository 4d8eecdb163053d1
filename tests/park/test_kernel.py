"""The dispatch kernel: one rule, the same bits for a park wherever it stands and however large it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numpy as np
import pytest

from decarb.park import kernel
from decarb.park.kernel import FLOWS, LANES, PARAMETERS, annual_flows, step_flows

STEPS = 500
AMOUNTS = ("wind", "pv", "load", "charge_limit", "discharge_limit", "level_limit", "export_limit", "import_limit")

# One park, three steps, in MWh and in numbers that binary fractions hold exactly: wind 10, load 4, a store that charges
# at most 3 and discharges at most 2 a step, delivers 2 when full, gives back half and keeps half from step to step.
#   step 1: 10 - 4 = 6 over; charge min(6, 3, (2 - 0) / 0.5) = 3; sell 1; curtail 2; level 3 x 0.5 = 1.5
#   step 2: 0 - 4: 4 short; level 1.5 x 0.5 = 0.75, all discharged; buy 3; unmet 0.25; level 0
#   step 3: 5 - 4 = 1 over; charge 1; level 1 x 0.5 = 0.5
EXAMPLE = dict(zip(PARAMETERS, (10.0, 0.0, 4.0, 3.0, 2.0, 2.0, 0.5, 2.0, 1.0, 3.0, 0.5), strict=True))
EXAMPLE_WIND = np.array([[1.0, 0.0, 0.5]])
EXAMPLE_STEPS = {
    "grid_import": [0.0, 3.0, 0.0],
    "grid_export": [1.0, 0.0, 0.0],
    "curtailment": [2.0, 0.0, 0.0],
    "charge": [3.0, 0.0, 1.0],
    "discharge": [0.0, 0.75, 0.0],
    "unmet_load": [0.0, 0.25, 0.0],
}
EXAMPLE_LEVELS = [1.5, 0.0, 0.5]


def weather(steps: int = STEPS, rows: int = 1, seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    draws = np.random.default_rng(seed)
    wind = draws.random((rows, steps))
    pv = draws.random((rows, steps)) * np.maximum(np.sin(np.arange(steps) * np.pi / 12), 0.0)
    return wind, pv, 0.5 + draws.random((rows, steps))


def random_parks(count: int, seed: int = 2) -> np.ndarray:
    """Parameters (park, parameter) of parks that meet every limit in some step."""
    draws = np.random.default_rng(seed)
    efficiency = draws.uniform(0.3, 1.0, count)
    columns = {
        "wind": draws.uniform(0.0, 8.0, count),
        "pv": draws.uniform(0.0, 4.0, count),
        "load": draws.uniform(1.0, 3.0, count),
        "charge_limit": draws.uniform(0.2, 2.0, count),
        "discharge_limit": draws.uniform(0.2, 2.0, count),
        "level_limit": draws.uniform(0.5, 6.0, count),
        "efficiency": efficiency,
        "inverse_efficiency": 1.0 / efficiency,
        "export_limit": draws.uniform(0.2, 2.0, count),
        "import_limit": draws.uniform(0.2, 2.0, count),
        "retention": np.where(np.arange(count) % 2, draws.uniform(0.9, 1.0, count), 1.0),
    }
    return np.column_stack([columns[name] for name in PARAMETERS])


def annual(parks: np.ndarray, series: tuple[np.ndarray, ...], fill: np.ndarray | None = None) -> tuple[Any, Any]:
    """Flows (park, flow) and end levels of parks in blocks; `fill` are the parameters of lanes without a park."""
    blocks = -(-len(parks) // LANES)
    padded = np.zeros((blocks * LANES, len(PARAMETERS)), parks.dtype)
    if fill is not None:
        padded[:] = fill
    padded[: len(parks)] = parks
    parameters = np.ascontiguousarray(padded.reshape(blocks, LANES, -1).transpose(0, 2, 1))
    levels = np.zeros((blocks, LANES), parks.dtype)
    flows = np.full((blocks, len(FLOWS), LANES), np.nan, parks.dtype)
    annual_flows(*series, np.zeros(blocks, np.int64), parameters, levels, flows)
    return flows.transpose(0, 2, 1).reshape(-1, len(FLOWS))[: len(parks)], levels.reshape(-1)[: len(parks)]


def by_step(parks: np.ndarray, series: tuple[np.ndarray, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Flows with the level last (park, flow + 1, step), and end levels."""
    levels = np.zeros(len(parks))
    flows = np.full((len(parks), len(FLOWS) + 1, series[0].shape[1]), np.nan)
    step_flows(*series, np.zeros(len(parks), np.int64), parks, levels, flows)
    return flows, levels


def example_series() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return EXAMPLE_WIND, np.zeros((1, 3)), np.ones((1, 3))


def test_three_steps_computed_by_hand() -> None:
    flows, levels = by_step(np.array([list(EXAMPLE.values())]), example_series())
    assert dict(zip(FLOWS, flows[0].tolist(), strict=False)) == EXAMPLE_STEPS
    assert flows[0, -1].tolist() == EXAMPLE_LEVELS
    assert levels.tolist() == EXAMPLE_LEVELS[-1:]


def test_the_year_of_three_steps_computed_by_hand() -> None:
    flows, levels = annual(np.array([list(EXAMPLE.values())]), example_series())
    assert dict(zip(FLOWS, flows[0].tolist(), strict=True)) == {name: sum(v) for name, v in EXAMPLE_STEPS.items()}
    assert levels.tolist() == EXAMPLE_LEVELS[-1:]


def test_wind_and_pv_each_meet_their_own_series() -> None:
    park = EXAMPLE | {"wind": 2.0, "pv": 3.0, "load": 0.0, "charge_limit": 0.0, "export_limit": 99.0}
    flows, _ = by_step(
        np.array([list(park.values())]), (np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]]), np.ones((1, 2)))
    )
    assert flows[0, FLOWS.index("grid_export")].tolist() == [2.0, 3.0]


def test_annual_flows_are_the_sums_of_the_steps() -> None:
    parks, series = random_parks(40), weather()
    flows, levels = annual(parks, series)
    steps, end = by_step(parks, series)
    assert np.all(flows.max(axis=0) > 0.0)  # no flow is compared at zero alone
    np.testing.assert_allclose(flows, steps[:, :-1].sum(axis=-1), rtol=1e-12)
    np.testing.assert_allclose(levels, end, rtol=1e-12, atol=1e-12)


def test_a_park_1024_times_as_large_has_flows_1024_times_as_large_bit_for_bit() -> None:
    parks, series = random_parks(40), weather()
    large = parks.copy()
    large[:, [PARAMETERS.index(name) for name in AMOUNTS]] *= 1024.0
    for small_result, large_result in zip(annual(parks, series), annual(large, series), strict=True):
        np.testing.assert_array_equal(small_result * 1024.0, large_result)


def test_a_park_alone_in_a_batch_and_in_any_lane_gives_the_same_bits() -> None:
    parks, series = random_parks(2 * LANES + 5), weather()
    flows, levels = annual(parks, series)
    order = np.random.default_rng(3).permutation(len(parks))
    shuffled_flows, shuffled_levels = annual(parks[order], series)
    np.testing.assert_array_equal(shuffled_flows, flows[order])
    np.testing.assert_array_equal(shuffled_levels, levels[order])
    for park in (0, LANES - 1, LANES, len(parks) - 1):
        np.testing.assert_array_equal(annual(parks[park : park + 1], series)[0][0], flows[park])


@pytest.mark.parametrize("fill", [1.0, 1e9])
def test_padding_lanes_never_leak_into_parks(fill: float) -> None:
    parks, series = random_parks(3), weather()
    alone = annual(parks, series)
    for plain, padded in zip(alone, annual(parks, series, np.full(len(PARAMETERS), fill)), strict=True):
        np.testing.assert_array_equal(plain, padded)


def test_each_block_meets_its_own_weather_and_starts_at_its_own_level() -> None:
    series = weather(rows=2)
    parameters = np.ascontiguousarray(np.repeat(random_parks(1), LANES, axis=0).T[None].repeat(3, axis=0))
    levels = np.zeros((3, LANES))
    levels[2] = 0.4
    start = levels.copy()
    flows = np.empty((3, len(FLOWS), LANES))
    annual_flows(*series, np.array([1, 0, 0]), parameters, levels, flows)
    for block, row in ((0, 1), (1, 0)):
        expected, end = annual(random_parks(1), tuple(array[row : row + 1] for array in series))
        np.testing.assert_array_equal(flows[block].T, np.repeat(expected, LANES, axis=0))
        np.testing.assert_array_equal(levels[block], np.repeat(end, LANES))
    # The energy a store starts with is energy it need not charge or that it delivers once more.
    efficiency = parameters[1, PARAMETERS.index("efficiency")]
    stored = flows[:, FLOWS.index("charge")] * efficiency - flows[:, FLOWS.index("discharge")] - (levels - start)
    np.testing.assert_allclose(stored[1:], 0.0, atol=1e-9)


def test_levels_stay_within_their_limit_and_no_flow_is_ever_negative() -> None:
    parks = random_parks(400)
    steps, _ = by_step(parks, weather())
    level, limit = steps[:, -1], parks[:, PARAMETERS.index("level_limit"), None]
    assert steps.min() == 0.0
    assert np.all(level <= limit)
    assert np.any(level == limit) and np.any(level == 0.0)  # both ends are met


def test_an_empty_store_holds_an_exact_zero_and_never_a_subnormal_number() -> None:
    parks = random_parks(100)
    parks[:, PARAMETERS.index("retention")] = 0.99997
    wind, pv, load = weather()
    wind[:, STEPS // 2 :] = pv[:, STEPS // 2 :] = 0.0
    steps, _ = by_step(parks, (wind, pv, load))
    level = steps[:, -1]
    assert np.all(level[:, -1] == 0.0)
    assert np.all((level == 0.0) | (level > np.finfo(float).tiny))


def test_without_a_store_nothing_is_charged_or_discharged() -> None:
    parks = random_parks(20)
    parks[:, [PARAMETERS.index(name) for name in ("charge_limit", "discharge_limit", "level_limit")]] = 0.0
    flows, levels = annual(parks, weather())
    assert not flows[:, [FLOWS.index("charge"), FLOWS.index("discharge")]].any()
    assert not levels.any()


def test_single_precision_in_gives_single_precision_out() -> None:
    parks, series = random_parks(40), weather()
    exact, _ = annual(parks, series)
    single, levels = annual(parks.astype(np.float32), tuple(array.astype(np.float32) for array in series))
    assert single.dtype == levels.dtype == np.float32
    np.testing.assert_allclose(single, exact, rtol=1e-4)


def test_the_kernel_is_compiled_in_memory_where_no_cache_folder_can_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []
    compile_now = numba.njit

    def without_cache(*args: Any, cache: bool = False, **options: Any) -> Callable[..., Any]:
        asked.append(cache)
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return compile_now(*args, **options)

    monkeypatch.setattr(numba, "njit", without_cache)
    fresh = kernel.compiled(fastmath={"contract"}, nogil=True)(kernel.step_flows.py_func)
    assert asked == [True, False]
    levels, flows = np.zeros(1), np.empty((1, len(FLOWS) + 1, 3))
    fresh(*example_series(), np.zeros(1, np.int64), np.array([list(EXAMPLE.values())]), levels, flows)
    assert dict(zip(FLOWS, flows[0].tolist(), strict=False)) == EXAMPLE_STEPS
