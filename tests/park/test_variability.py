"""Inside the hour: every hour keeps its mean and its bounds, nights stay dark, and the seed decides the rest."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from decarb.errors import CallError, DecarbError
from decarb.park.clock import hours_of_year
from decarb.park.tariff import period_of_hour
from decarb.park.variability import refine, relative_deviation

DIVISORS = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60]
MEANS = st.lists(st.one_of(st.just(0.0), st.just(1.0), st.floats(1e-6, 1.0)), min_size=1, max_size=48)


def hourly(values: Any, unit: str = "1", **others: list[str]) -> xr.DataArray:
    array = np.asarray(values, float)
    time = pd.date_range("2021-03-01", periods=array.shape[-1], freq="h", name="time")
    return xr.DataArray(array, {**others, "time": time}, (*others, "time"), attrs={"units": unit})


def finer(series: xr.DataArray, steps: int = 4, deviation: Any = 0.2, persistence: float = 0.5,
          **options: Any) -> xr.DataArray:  # fmt: skip
    return refine(series, steps, deviation, persistence, **({"seed": 7, "name": "wind"} | options))


def by_the_hour(fine: xr.DataArray, steps: int) -> np.ndarray:
    return fine.values.reshape(*fine.shape[:-1], -1, steps)


@given(MEANS, st.sampled_from(DIVISORS), st.floats(0.0, 5.0), st.floats(0.0, 0.999), st.integers(0, 2**31))
def test_every_hour_keeps_its_mean_and_every_step_its_bounds(
    values: list[float], steps: int, deviation: float, persistence: float, seed: int
) -> None:
    own = hourly(values)
    fine = finer(own, steps, deviation, persistence, seed=seed)
    np.testing.assert_allclose(by_the_hour(fine, steps).mean(-1), own, rtol=0.0, atol=1e-12)
    assert bool(((fine >= 0.0) & (fine <= 1.0)).all())
    assert fine.sizes["time"] == len(values) * steps


@given(MEANS, st.sampled_from(DIVISORS[1:]))
def test_nights_stay_dark_and_full_hours_stay_full(values: list[float], steps: int) -> None:
    fine = by_the_hour(finer(hourly(values), steps, 0.5), steps)
    assert not fine[np.asarray(values) == 0.0].any()
    assert (fine[np.asarray(values) == 1.0] == 1.0).all()


@pytest.mark.parametrize("steps", DIVISORS)
def test_steps_start_with_their_hour_and_keep_the_clock(steps: int) -> None:
    own = hourly(np.full(30, 0.5))
    time = finer(own, steps).indexes["time"]
    assert (time[::steps] == own.indexes["time"]).all()
    assert time.tz is None
    assert set(np.diff(time)) == {np.timedelta64(60 // steps, "m")}
    assert time[-1] == pd.Timestamp("2021-03-02 06:00") - pd.Timedelta(minutes=60 // steps)


def test_a_year_of_quarter_hours_has_the_periods_of_its_hours() -> None:
    year = xr.DataArray(np.full(8760, 0.5), {"time": hours_of_year()}, ("time",), attrs={"units": "1"})
    fine = finer(year)
    assert fine.sizes["time"] == 35040
    np.testing.assert_array_equal(period_of_hour(fine.indexes["time"])[::4], period_of_hour(year.indexes["time"]))


@pytest.mark.parametrize("deviation", [0.05, 0.15])
@pytest.mark.parametrize("persistence", [0.0, 0.5, 0.8])
def test_quarter_hours_deviate_as_stated(deviation: float, persistence: float) -> None:
    own = hourly(np.full(8760, 0.5))
    fine = finer(own, 4, deviation, persistence)
    by_hand = np.sqrt(((by_the_hour(fine, 4) / 0.5 - 1.0) ** 2).mean())
    assert by_hand == pytest.approx(deviation, rel=0.02)
    assert relative_deviation(fine, own).item() == pytest.approx(by_hand, rel=1e-12)


def test_five_minutes_are_the_same_process_seen_closer() -> None:
    # Of n steps with correlation r ** (4 k / n) at a distance of k, the variance about the mean is 1 - mean(r).
    def about(steps: int) -> float:
        gaps = np.abs(np.subtract.outer(np.arange(steps), np.arange(steps)))
        return 1.0 - float((0.5 ** (4.0 * gaps / steps)).mean())

    own = hourly(np.full(8760, 0.5))
    expected = 0.1 * np.sqrt(about(12) / about(4))
    assert relative_deviation(finer(own, 12, 0.1), own).item() == pytest.approx(expected, rel=0.02)


def test_steps_follow_the_ones_before_them() -> None:
    own = hourly(np.full(8760, 0.5))
    jumps = [float(np.abs(finer(own, 60, 0.1, memory).diff("time")).mean()) for memory in (0.0, 0.5, 0.9)]
    assert jumps[0] > 2.0 * jumps[1] > 2.0 * jumps[2]


def test_an_hour_near_its_bound_moves_less_and_as_a_whole() -> None:
    high, middle, low = (relative_deviation(finer(hourly(np.full(2000, mean)), 4, 0.2), hourly(np.full(2000, mean)))
                         for mean in (0.95, 0.5, 1e-3))  # fmt: skip
    assert high < 0.06 < middle
    assert low.item() == pytest.approx(middle.item(), rel=1e-9)  # near zero the deviations shrink with the mean
    wild = finer(hourly(np.full(500, 0.1)), 4, 5.0)
    assert float(wild.min()) == 0.0
    assert relative_deviation(wild, hourly(np.full(500, 0.1))) < 5.0


def test_without_a_bound_a_load_keeps_its_unit_and_its_mean() -> None:
    load = hourly(np.linspace(500.0, 2500.0, 240), "kW")
    fine = finer(load, 4, 0.1, upper=None, name="load")
    assert fine.attrs == {"units": "kW"}
    np.testing.assert_allclose(by_the_hour(fine, 4).mean(-1), load, rtol=1e-12)
    assert float(fine.max()) > 2500.0
    scaled = finer(hourly(np.linspace(0.5, 2.5, 240), "MW"), 4, 0.1, upper=None, name="load")
    np.testing.assert_allclose(scaled * 1000.0, fine, rtol=1e-12)


def test_bounds_may_differ_by_plant() -> None:
    both = hourly(np.full((2, 400), 0.6), technology=["wind", "pv"])
    limit = xr.DataArray([0.9, 0.65], {"technology": ["wind", "pv"]}, ("technology",))
    fine = finer(both, upper=limit)
    assert bool((fine <= limit).all())
    assert fine.sel(technology="wind").max() > 0.7
    np.testing.assert_allclose(by_the_hour(fine, 4).mean(-1), both, atol=1e-12)


def test_deviations_may_differ_by_plant() -> None:
    both = hourly(np.full((2, 2000), 0.5), technology=["wind", "pv"])
    stated = xr.DataArray([0.05, 0.2], {"technology": ["wind", "pv"]}, ("technology",))
    np.testing.assert_allclose(relative_deviation(finer(both, deviation=stated), both), stated, rtol=0.05)


def test_the_same_seed_gives_the_same_bits_and_another_seed_or_name_others() -> None:
    own = hourly(np.full(48, 0.5))
    xr.testing.assert_identical(finer(own), finer(own))
    for other in (finer(own, seed=8), finer(own, name="load")):
        assert not np.isclose(other, finer(own)).any()


def test_a_place_does_not_depend_on_its_neighbours() -> None:
    three = hourly(np.full((3, 48), 0.5), province=["Hebei", "Beijing", "Hainan"])
    whole = finer(three)
    xr.testing.assert_equal(finer(three.sel(province=["Beijing"])), whole.sel(province=["Beijing"]))
    assert not np.isclose(whole.sel(province="Hebei"), whole.sel(province="Beijing")).any()


def test_one_step_or_no_deviation_changes_nothing() -> None:
    own = hourly(np.linspace(0.0, 1.0, 24))
    np.testing.assert_array_equal(finer(own, 1), own)
    np.testing.assert_array_equal(finer(own, 4, 0.0), np.repeat(own.values, 4))


@pytest.mark.parametrize("steps", [0, -4, 7, 61, 120, 4.0])
def test_steps_that_do_not_divide_an_hour_are_refused(steps: Any) -> None:
    with pytest.raises(CallError, match="do not divide an hour"):
        finer(hourly([0.5]), steps)


@pytest.mark.parametrize(("deviation", "persistence"), [(-0.1, 0.5), (np.inf, 0.5), (np.nan, 0.5), (0.1, 1.0),
                                                        (0.1, -0.1), (0.1, np.nan)])  # fmt: skip
def test_deviations_that_are_none_are_refused(deviation: float, persistence: float) -> None:
    with pytest.raises(CallError, match="deviation"):
        finer(hourly([0.5]), 4, deviation, persistence)


@pytest.mark.parametrize("value", [-0.01, 1.01, np.nan])
def test_series_outside_their_bounds_are_refused(value: float) -> None:
    with pytest.raises(DecarbError, match="wind: hourly means must lie between 0 and 1"):
        finer(hourly([0.5, value]))


def test_series_that_are_not_hourly_are_refused() -> None:
    gap = hourly([0.5, 0.5, 0.5])[[0, 2]]
    fine = finer(hourly([0.5, 0.5]))
    bare = hourly([0.5]).drop_vars("time")
    for series in (gap, fine, bare):
        with pytest.raises(DecarbError, match="is not hourly"):
            finer(series)
