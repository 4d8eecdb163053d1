"""The dispatch kernel: one rule, the same bits for a park wherever it stands and however large it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numpy as np
import pytest

from decarb.park import kernel
from decarb.park.kernel import (
    FLOWS,
    LANES,
    PARAMETERS,
    SLOTS,
    STATE,
    STORE,
    SUMS,
    annual_flows,
    annual_flows_alone,
    step_flows,
)

STEPS = 500
PERIODS = 4
EXTENSIVE = ("wind", "pv", "chp", "load", "export_limit", "import_limit", "power", "level_limit")
AMOUNTS = [row for row, name in enumerate(PARAMETERS) if name.rstrip("_012") in EXTENSIVE]
Series = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]

# One park, three steps, in MWh and in numbers that binary fractions hold exactly: wind 10, load 4, a store that charges
# at most 2 and discharges at most 2 a step, delivers 2 when full, gives back half and keeps half from step to step.
#   step 1: 10 - 4 = 6 over; charge min(6, 2, (2 - 0) / 0.5) = 2; sell 1; curtail 3; level 2 x 0.5 = 1
#   step 2: 0 - 4: 4 short; level 1 x 0.5 = 0.5, all discharged; buy 3; unmet 0.5; level 0
#   step 3: 5 - 4 = 1 over; charge 1; level 1 x 0.5 = 0.5
STORE_EXAMPLE = dict(zip(STORE, (2.0, 2.0, 0.5, 2.0, 0.5), strict=True))
EXAMPLE_WIND = np.array([[1.0, 0.0, 0.5]])
EXAMPLE_STEPS = {
    "grid_import": [0.0, 3.0, 0.0],
    "grid_export": [1.0, 0.0, 0.0],
    "curtailment": [3.0, 0.0, 0.0],
    "unmet_load": [0.0, 0.5, 0.0],
    "charge": [2.0, 0.0, 1.0],
    "discharge": [0.0, 0.5, 0.0],
}
EXAMPLE_LEVELS = [1.0, 0.0, 0.5]

# Two stores and two tariff periods; pv 8, load 2, each store takes and gives 2 a step, holds 3 and loses nothing.
# In the cheap period (0) stores charge where the net demand is below 3 and never discharge; in the dear one (1) they
# charge from own surplus and discharge where it is above 1.
#   step 1 (cheap, sun 0): short 2; 1 of grid power is free up to 3: the first charges 1, the second finds 3 - 3 = 0
#   step 2 (cheap, sun 1): over 6, 9 up to the threshold: the first takes 2, the second min(7, 2) = 2; sell 2
#   step 3 (dear, sun 0): short 2, 1 above the threshold: the first gives 1; buy 1
#   step 4 (dear, load 3 x 2): short 6, 5 above: the first gives 2, the second, 3 above, its 2; buy 2
#   step 5 (dear, sun 1/4): 2 - 2 = 0: an hour without any exchange
TWO_PERIODS = np.array([0, 0, 1, 1, 1])
TWO_SERIES = (
    np.zeros((1, 5)), np.array([[0.0, 1.0, 0.0, 0.0, 0.25]]), np.zeros((1, 5)), np.array([[1.0, 1.0, 1.0, 3.0, 1.0]]),
)  # fmt: skip
TWO_THRESHOLDS = np.array([[3.0, np.inf], [0.0, 1.0]])
TWO_STORE = dict(zip(STORE, (2.0, 3.0, 1.0, 1.0, 1.0), strict=True))
TWO_STEPS = {
    "grid_import": [3.0, 0.0, 1.0, 2.0, 0.0],
    "grid_export": [0.0, 2.0, 0.0, 0.0, 0.0],
    "charge_1": [1.0, 2.0, 0.0, 0.0, 0.0],
    "charge_2": [0.0, 2.0, 0.0, 0.0, 0.0],
    "discharge_1": [0.0, 0.0, 1.0, 2.0, 0.0],
    "discharge_2": [0.0, 0.0, 0.0, 2.0, 0.0],
}


def park(stores: dict[int, dict[str, float]], **sizes: float) -> np.ndarray:
    """Parameters (1, parameter) of one park with some stores, by slot."""
    nothing = {"efficiency": 1.0, "inverse_efficiency": 1.0, "retention": 1.0}
    values = dict.fromkeys(PARAMETERS, 0.0) | sizes
    for slot in range(SLOTS):
        values |= {f"{name}_{slot}": value for name, value in (nothing | stores.get(slot, {})).items()}
    return np.array([[values[name] for name in PARAMETERS]])


def example(slot: int) -> np.ndarray:
    return park({slot: STORE_EXAMPLE}, wind=10.0, load=4.0, export_limit=1.0, import_limit=3.0, pace=0.5)


def weather(steps: int = STEPS, rows: int = 1, seed: int = 1) -> Series:
    draws = np.random.default_rng(seed)
    wind, chp = draws.random((rows, steps)), draws.random((rows, steps))
    pv = draws.random((rows, steps)) * np.maximum(np.sin(np.arange(steps) * np.pi / 12), 0.0)
    return wind, pv, chp, 0.5 + draws.random((rows, steps))


def random_parks(count: int, seed: int = 2) -> np.ndarray:
    """Parameters (park, parameter) of parks with three stores that meet every limit in some step."""
    draws = np.random.default_rng(seed)
    columns = {
        "wind": draws.uniform(0.0, 8.0, count),
        "pv": draws.uniform(0.0, 4.0, count),
        "chp": draws.uniform(0.0, 1.0, count),
        "load": draws.uniform(1.0, 3.0, count),
        "export_limit": draws.uniform(0.2, 2.0, count),
        "import_limit": draws.uniform(0.2, 2.0, count),
        "pace": np.full(count, 0.25),
    }
    for slot in range(SLOTS):
        efficiency = draws.uniform(0.3, 1.0, count)
        columns |= {
            f"power_{slot}": draws.uniform(0.2, 2.0, count),
            f"level_limit_{slot}": draws.uniform(0.5, 6.0, count),
            f"efficiency_{slot}": efficiency,
            f"inverse_efficiency_{slot}": 1.0 / efficiency,
            f"retention_{slot}": np.where(np.arange(count) % 2, draws.uniform(0.9, 1.0, count), 1.0),
        }
    return np.column_stack([columns[name] for name in PARAMETERS])


def random_thresholds(parks: np.ndarray, seed: int = 4) -> np.ndarray:
    """Thresholds (park, period, threshold) that meet the kernel's conditions; some never discharge."""
    draws = np.random.default_rng(seed)
    limit = parks[:, PARAMETERS.index("import_limit")]
    below = draws.uniform(0.0, 1.0, (len(parks), PERIODS)) * limit[:, None]
    above = below + draws.choice([0.0, 0.3, np.inf], below.shape)
    below[:, 2] = above[:, 2] = 0.0  # self-consumption: what a store covers in full leaves nothing to exchange
    return np.stack([below, above], axis=-1).astype(parks.dtype)


def clock(steps: int) -> np.ndarray:
    return np.arange(steps) // 5 % PERIODS


def annual(parks: np.ndarray, series: Series, fill: float | None = None, lanes: int = LANES,
           thresholds: np.ndarray | None = None, period: np.ndarray | None = None) -> tuple[Any, Any, Any]:  # fmt: skip
    """Imports (park, period), sums (park, sum) and end states; `fill` stands in lanes without a park."""
    limits = random_thresholds(parks) if thresholds is None else thresholds
    now = clock(series[0].shape[1]) if period is None else period
    blocks = -(-len(parks) // lanes)

    def blocked(values: np.ndarray) -> np.ndarray:
        padded = np.full((blocks * lanes, *values.shape[1:]), fill or 0.0, parks.dtype)
        padded[: len(parks)] = values
        return np.ascontiguousarray(np.moveaxis(padded.reshape(blocks, lanes, *values.shape[1:]), 1, -1))

    states = np.zeros((blocks, len(STATE), lanes), parks.dtype)
    imports = np.full((blocks, limits.shape[1], lanes), np.nan, parks.dtype)
    sums = np.full((blocks, len(SUMS), lanes), np.nan, parks.dtype)
    run = annual_flows if lanes == LANES else annual_flows_alone
    run(*series, now, np.zeros(blocks, np.int64), blocked(parks), blocked(limits), states, imports, sums)
    return tuple(
        np.moveaxis(values, 1, -1).reshape(-1, values.shape[1])[: len(parks)] for values in (imports, sums, states)
    )  # type: ignore[return-value]


def by_step(parks: np.ndarray, series: Series, thresholds: np.ndarray | None = None,
            period: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Flows with the levels last (park, flow + slot, step), and end states."""
    limits = random_thresholds(parks) if thresholds is None else thresholds
    now = clock(series[0].shape[1]) if period is None else period
    states = np.zeros((len(parks), len(STATE)))
    flows = np.full((len(parks), len(FLOWS) + SLOTS, series[0].shape[1]), np.nan)
    step_flows(*series, now, np.zeros(len(parks), np.int64), parks, limits, states, flows)
    return flows, states


def example_series() -> Series:
    return EXAMPLE_WIND, np.zeros((1, 3)), np.zeros((1, 3)), np.ones((1, 3))


def parameter(name: str) -> int:
    return PARAMETERS.index(name)


@pytest.mark.parametrize("slot", [1, 2])
def test_three_steps_computed_by_hand(slot: int) -> None:
    zero = np.zeros((1, 1, 2))
    flows, states = by_step(example(slot), example_series(), zero, np.zeros(3, np.int64))
    found = dict(zip(FLOWS, flows[0].tolist(), strict=False))
    for name, values in EXAMPLE_STEPS.items():
        assert found[f"{name}_{slot}" if name in ("charge", "discharge") else name] == values, name
    assert flows[0, len(FLOWS) + slot].tolist() == EXAMPLE_LEVELS
    assert states[0, slot] == EXAMPLE_LEVELS[-1]
    for lanes in (1, LANES):
        imports, sums, _ = annual(example(slot), example_series(), None, lanes, zero, np.zeros(3, np.int64))
        year = dict(zip(SUMS, sums[0].tolist(), strict=True))
        assert imports.tolist() == [[3.0]]
        assert (year["grid_export"], year["curtailment"], year["unmet_load"]) == (1.0, 3.0, 0.5)
        assert (year[f"charge_{slot}"], year[f"discharge_{slot}"], year["peak_import"]) == (3.0, 0.5, 3.0)
        assert year["islanded_steps"] == 1.0


def test_two_stores_and_two_tariff_periods_computed_by_hand() -> None:
    sizes = park({1: TWO_STORE, 2: TWO_STORE}, pv=8.0, load=2.0, export_limit=9.0, import_limit=9.0, pace=0.5)
    flows, _ = by_step(sizes, TWO_SERIES, TWO_THRESHOLDS[None], TWO_PERIODS)
    expected = {name: TWO_STEPS.get(name, [0.0] * 5) for name in FLOWS}
    assert dict(zip(FLOWS, flows[0].tolist(), strict=False)) == expected
    imports, sums, _ = annual(sizes, TWO_SERIES, None, LANES, TWO_THRESHOLDS[None], TWO_PERIODS)
    assert imports.tolist() == [[3.0, 3.0]]
    assert dict(zip(SUMS, sums[0].tolist(), strict=True))["islanded_steps"] == 1.0


def test_the_first_store_evens_out_what_is_new_against_the_running_mean() -> None:
    # Wind 4, pace 1/2, an ideal store of power 1. Mean: 2, 3, 1.5, 0.75; new: 2, 1, -1.5, -0.75.
    # It takes min(2, 1) = 1 and 1, gives min(1.5, 1) = 1 and 0.75; the grid gets 4 - 1, 4 - 1, 0 + 1, 0 + 0.75.
    store = dict(zip(STORE, (1.0, 9.0, 1.0, 1.0, 1.0), strict=True))
    sizes = park({0: store}, wind=4.0, export_limit=9.0, import_limit=9.0, pace=0.5)
    series = (np.array([[1.0, 1.0, 0.0, 0.0]]), *(np.zeros((1, 4)) for _ in range(3)))
    flows, states = by_step(sizes, series, np.zeros((1, 1, 2)), np.zeros(4, np.int64))
    assert flows[0, FLOWS.index("charge_0")].tolist() == [1.0, 1.0, 0.0, 0.0]
    assert flows[0, FLOWS.index("discharge_0")].tolist() == [0.0, 0.0, 1.0, 0.75]
    assert flows[0, FLOWS.index("grid_export")].tolist() == [3.0, 3.0, 1.0, 0.75]
    assert states[0].tolist() == [0.25, 0.0, 0.0, 0.75]


def test_the_first_store_never_makes_import_or_export_pass_their_limits() -> None:
    # Load 16, then 1.5, pace 1/8: the mean is -2, then -1.9375. The net of the second step, -1.5, lies above it, which
    # would charge 0.4375; but no more than 1 may be bought, and 0.5 are short already.
    store = dict(zip(STORE, (9.0, 9.0, 1.0, 1.0, 1.0), strict=True))
    sizes = park({0: store}, load=1.0, export_limit=2.0, import_limit=1.0, pace=0.125)
    none = np.zeros((1, 2))
    flows, states = by_step(sizes, (none, none, none, np.array([[16.0, 1.5]])), np.zeros((1, 1, 2)), np.zeros(2, int))
    found = dict(zip(FLOWS, flows[0, :, 1].tolist(), strict=False))
    assert (found["charge_0"], found["grid_import"], found["unmet_load"]) == (0.0, 1.0, 0.5)
    assert states[0, STATE.index("mean")] == -1.9375
    steps, _ = by_step(random_parks(400), weather())
    at = FLOWS.index
    unmet, lost = steps[:, at("unmet_load")], steps[:, at("curtailment")]
    assert not np.any((unmet > 1e-12) & (steps[:, at("charge_0")] > 0.0))
    assert not np.any((lost > 1e-12) & (steps[:, at("discharge_0")] > 0.0))


@pytest.mark.parametrize("slot", range(SLOTS))
def test_a_store_without_size_changes_nothing_bit_for_bit(slot: int) -> None:
    parks, series = random_parks(40), weather()
    empty = parks.copy()
    empty[:, [parameter(f"power_{slot}"), parameter(f"level_limit_{slot}")]] = 0.0
    limits = random_thresholds(parks)
    other = empty.copy()
    other[:, [parameter(f"{name}_{slot}") for name in ("efficiency", "inverse_efficiency", "retention")]] = 1.0
    other[:, parameter(f"power_{slot}")] = 7.0  # power without energy
    for one, two in zip(
        annual(empty, series, thresholds=limits), annual(other, series, thresholds=limits), strict=True
    ):
        np.testing.assert_array_equal(one, two)
    _, sums, states = annual(empty, series, thresholds=limits)
    assert not sums[:, [SUMS.index(f"charge_{slot}"), SUMS.index(f"discharge_{slot}")]].any()
    assert not states[:, slot].any()


def test_each_generator_meets_its_own_series() -> None:
    sizes = park({}, wind=2.0, pv=3.0, chp=5.0, export_limit=99.0)
    series = (np.array([[1.0, 0.0, 0.0]]), np.array([[0.0, 1.0, 0.0]]), np.array([[0.0, 0.0, 1.0]]), np.ones((1, 3)))
    flows, _ = by_step(sizes, series)
    assert flows[0, FLOWS.index("grid_export")].tolist() == [2.0, 3.0, 5.0]


def test_annual_flows_are_the_sums_of_the_steps() -> None:
    parks, series = random_parks(40), weather()
    imports, sums, states = annual(parks, series)
    steps, end = by_step(parks, series)
    bought, sold = steps[:, 0], steps[:, 1]
    assert np.all(sums.max(axis=0) > 0.0) and np.all(imports.max(axis=0) > 0.0)  # none is compared at zero alone
    np.testing.assert_allclose(sums[:, : len(FLOWS) - 1], steps[:, 1 : len(FLOWS)].sum(axis=-1), rtol=1e-12)
    for period in range(PERIODS):
        np.testing.assert_allclose(imports[:, period], bought[:, clock(STEPS) == period].sum(axis=-1), rtol=1e-12)
    np.testing.assert_allclose(sums[:, SUMS.index("peak_import")], bought.max(axis=-1), rtol=1e-12)
    np.testing.assert_array_equal(sums[:, SUMS.index("islanded_steps")], ((bought == 0) & (sold == 0)).sum(axis=-1))
    np.testing.assert_allclose(states, end, rtol=1e-12, atol=1e-12)


def test_a_park_1024_times_as_large_has_flows_1024_times_as_large_bit_for_bit() -> None:
    parks, series, limits = random_parks(40), weather(), random_thresholds(random_parks(40))
    large = parks.copy()
    large[:, AMOUNTS] *= 1024.0
    small = annual(parks, series, thresholds=limits)
    grown = annual(large, series, thresholds=limits * 1024.0)
    steps = SUMS.index("islanded_steps")
    small[1][:, steps] /= 1024.0  # a count does not grow
    for small_result, large_result in zip(small, grown, strict=True):
        np.testing.assert_array_equal(small_result * 1024.0, large_result)


def test_a_park_alone_in_a_batch_and_in_any_lane_gives_the_same_bits() -> None:
    parks, series = random_parks(2 * LANES + 5), weather()
    limits = random_thresholds(parks)
    whole = annual(parks, series, thresholds=limits)
    order = np.random.default_rng(3).permutation(len(parks))
    for one, other in zip(whole, annual(parks[order], series, thresholds=limits[order]), strict=True):
        np.testing.assert_array_equal(other, one[order])
    for at in (0, LANES - 1, LANES, len(parks) - 1):
        for lanes in (1, LANES):
            alone = annual(parks[at : at + 1], series, None, lanes, limits[at : at + 1])
            for one, other in zip(whole, alone, strict=True):
                np.testing.assert_array_equal(other[0], one[at])


@pytest.mark.parametrize("fill", [1.0, 1e9])
def test_padding_lanes_never_leak_into_parks(fill: float) -> None:
    parks, series = random_parks(3), weather()
    for plain, padded in zip(annual(parks, series), annual(parks, series, fill), strict=True):
        np.testing.assert_array_equal(plain, padded)


def test_each_block_meets_its_own_weather_and_starts_in_its_own_state() -> None:
    series = weather(rows=2)
    sizes = random_parks(1)
    limits = random_thresholds(sizes)
    parameters = np.ascontiguousarray(np.repeat(sizes, LANES, axis=0).T[None].repeat(3, axis=0))
    thresholds = np.ascontiguousarray(np.repeat(limits[0][..., None], LANES, axis=-1)[None].repeat(3, axis=0))
    states = np.zeros((3, len(STATE), LANES))
    states[2, 1] = 0.4
    start = states.copy()
    imports, sums = np.empty((3, PERIODS, LANES)), np.empty((3, len(SUMS), LANES))
    annual_flows(*series, clock(STEPS), np.array([1, 0, 0]), parameters, thresholds, states, imports, sums)
    for block, row in ((0, 1), (1, 0)):
        here = tuple(array[row : row + 1] for array in series)
        _, expected, end = annual(sizes, here, thresholds=limits)  # type: ignore[arg-type]
        np.testing.assert_array_equal(sums[block].T, np.repeat(expected, LANES, axis=0))
        np.testing.assert_array_equal(states[block].T, np.repeat(end, LANES, axis=0))
    # The energy a store starts with is energy it need not charge or that it delivers once more.
    for slot in range(SLOTS):
        charged, given = (sums[:, SUMS.index(f"{name}_{slot}")] for name in ("charge", "discharge"))
        kept = charged * sizes[0, parameter(f"efficiency_{slot}")] - given
        np.testing.assert_allclose(kept - (states - start)[:, slot], 0.0, atol=1e-9)


def test_levels_stay_within_their_limit_and_no_flow_is_ever_negative() -> None:
    parks = random_parks(400)
    steps, _ = by_step(parks, weather())
    assert steps.min() == 0.0
    for slot in range(SLOTS):
        level, limit = steps[:, len(FLOWS) + slot], parks[:, parameter(f"level_limit_{slot}"), None]
        assert np.all(level <= limit)
        assert np.any(level == limit) and np.any(level == 0.0)  # both ends are met
        charge, discharge = (steps[:, FLOWS.index(f"{name}_{slot}")] for name in ("charge", "discharge"))
        assert not np.any((charge > 0.0) & (discharge > 0.0))


def test_an_empty_store_holds_an_exact_zero_and_never_a_subnormal_number() -> None:
    parks = random_parks(100)
    parks[:, [parameter(f"retention_{slot}") for slot in range(SLOTS)]] = 0.99997
    wind, pv, chp, load = weather()
    for series in (wind, pv, chp):
        series[:, STEPS // 2 :] = 0.0
    steps, _ = by_step(parks, (wind, pv, chp, load), np.zeros((100, PERIODS, 2)))
    for slot in (1, 2):
        level = steps[:, len(FLOWS) + slot]
        assert np.all(level[:, -1] == 0.0)
        assert np.all((level == 0.0) | (level > np.finfo(float).tiny))


def test_single_precision_in_gives_single_precision_out() -> None:
    parks, series = random_parks(40), weather()
    limits = random_thresholds(parks)
    exact = annual(parks, series, thresholds=limits)
    narrow = tuple(array.astype(np.float32) for array in series)
    single = annual(parks.astype(np.float32), narrow, thresholds=limits.astype(np.float32))  # type: ignore[arg-type]
    assert {values.dtype for values in single} == {np.dtype(np.float32)}
    flows = slice(0, SUMS.index("islanded_steps"))
    np.testing.assert_allclose(single[1][:, flows], exact[1][:, flows], rtol=1e-4, atol=1e-4)


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
    states, flows = np.zeros((1, len(STATE))), np.empty((1, len(FLOWS) + SLOTS, 3))
    once = np.zeros(3, np.int64)
    fresh(*example_series(), once, once[:1], example(1), np.zeros((1, 1, 2)), states, flows)
    assert flows[0, FLOWS.index("charge_1")].tolist() == EXAMPLE_STEPS["charge"]
