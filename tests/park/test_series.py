"""What a dispatch follows: the stated yields, heat and tariff on any step, and hours that keep their means."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from park_years import SEED, changed, inputs_of, weather_of

from decarb.errors import CallError
from decarb.park.clock import by_hour, hours_of_year
from decarb.park.series import (
    STEPS_PER_HOUR,
    YIELDS,
    drawn_yields,
    finer_series,
    in_weather,
    park_series,
    park_weather,
    scaled_weather,
    steps_per_hour,
)
from decarb.park.systems import load_shape, system_year
from decarb.park.tariff import PERIODS, period_of_hour

QUARTERS = 4


@lru_cache(maxsize=1)
def hourly() -> xr.Dataset:
    return park_series(inputs_of("chemicals"), weather_of("chemicals"))


@lru_cache(maxsize=4)
def finer(steps: int, seed: int = SEED) -> xr.Dataset:
    inputs = inputs_of("chemicals").assign_attrs(seed=seed)
    return finer_series(inputs, hourly(), steps, weather_of("chemicals")["capacity_factor_limit"])


def means(series: xr.DataArray, steps: int) -> np.ndarray:
    """Means of the steps inside each hour."""
    values = series.transpose(..., "time").values
    return values.reshape(*values.shape[:-1], -1, steps).mean(axis=-1)


def test_weather_gives_the_stated_yields_in_every_year() -> None:
    years = park_weather(inputs_of("yizhuang"), [SEED, SEED + 1])
    assert years["weather_seed"].values.tolist() == [SEED, SEED + 1]
    assert "province" not in years["capacity_factor"].dims
    hours = years["capacity_factor"].sum("time")
    np.testing.assert_allclose(hours.sel(technology=["wind", "pv"]), 1150.0, rtol=1e-6)
    first, second = (years["capacity_factor"].sel(weather_seed=seed) for seed in years["weather_seed"])
    assert not np.array_equal(first, second)


def triangle(low: float, middle: float, high: float, rank: np.ndarray) -> np.ndarray:
    """Quantiles of a triangle by the textbook."""
    turn = (middle - low) / (high - low)
    rising = low + np.sqrt(rank * (high - low) * (middle - low))
    falling = high - np.sqrt((1.0 - rank) * (high - low) * (high - middle))
    return np.where(rank < turn, rising, falling)


@pytest.mark.parametrize("count", [1, 2, 7, 40])
def test_each_weather_year_has_the_yield_of_its_own_part_of_the_range(count: int) -> None:
    inputs, seeds = inputs_of("yizhuang"), list(range(SEED, SEED + count))
    yields = drawn_yields(inputs, seeds)
    assert set(yields) == set(YIELDS) and yields["weather_seed"].values.tolist() == seeds
    for name in YIELDS:
        low, middle, high = (inputs[part].item() for part in (f"{name}_low", name, f"{name}_high"))
        edges = triangle(low, middle, high, np.linspace(0.0, 1.0, count + 1))
        found = np.sort(yields[name])
        assert bool(((edges[:-1] <= found) & (found <= edges[1:])).all()), name
        assert yields[name].attrs == {"units": "h/yr"}


def test_yields_of_wind_and_sun_are_drawn_apart_and_in_no_order() -> None:
    yields = drawn_yields(inputs_of("yizhuang"), range(400))
    ranks = [yields[name].argsort().argsort().values for name in YIELDS]
    assert abs(np.corrcoef(*ranks)[0, 1]) < 0.1  # two standard deviations of 400 pairs
    assert abs(np.corrcoef(ranks[0], np.arange(400))[0, 1]) < 0.1


def test_the_seed_of_a_park_draws_its_yields_and_a_range_without_width_gives_the_stated_one() -> None:
    inputs, seeds = inputs_of("yizhuang"), range(5)
    one, same, other = (drawn_yields(inputs.assign_attrs(seed=seed), seeds) for seed in (SEED, SEED, SEED + 1))
    xr.testing.assert_identical(one, same)
    assert not np.array_equal(one["wind_full_load_hours"], other["wind_full_load_hours"])
    fixed = drawn_yields(changed(inputs, wind_full_load_hours_low=1150.0, wind_full_load_hours_high=1150.0), seeds)
    assert fixed["wind_full_load_hours"].values.tolist() == [1150.0] * 5
    xr.testing.assert_identical(fixed["pv_full_load_hours"], one["pv_full_load_hours"])


def hours_of(wind: list[float], pv: list[float]) -> xr.Dataset:
    seeds = list(range(len(wind)))
    return xr.Dataset({name: ("weather_seed", values, {"units": "h/yr"}) for name, values in zip(
        YIELDS, (wind, pv), strict=True)}, {"weather_seed": seeds})  # fmt: skip


def test_weather_of_drawn_yields_gives_each_year_its_own() -> None:
    yields = hours_of([900.0, 1500.0], [1100.0, 1250.0])
    years = park_weather(inputs_of("yizhuang"), [0, 1], yields)
    made = years["capacity_factor"].sum("time")
    for name in ("wind", "pv"):
        np.testing.assert_allclose(made.sel(technology=name), yields[f"{name}_full_load_hours"], rtol=1e-6)


def test_one_year_of_a_file_is_scaled_to_every_yield_and_keeps_its_hours() -> None:
    weather, yields = weather_of("yizhuang"), hours_of([600.0, 1150.0, 1700.0], [1000.0, 1150.0, 1300.0])
    scaled = scaled_weather(weather, yields)["capacity_factor"]
    assert scaled.sizes == {"technology": 2, "weather_seed": 3, "time": 8760} and scaled.attrs == {"units": "1"}
    for name in ("wind", "pv"):
        own = weather["capacity_factor"].sel(technology=name)
        here = scaled.sel(technology=name)
        np.testing.assert_allclose(here.sum("time"), yields[f"{name}_full_load_hours"], rtol=1e-6)
        np.testing.assert_allclose(here.isel(weather_seed=1), own, rtol=1e-6, atol=1e-9)
        assert bool((here.where(own == 0.0, 0.0) == 0.0).all()) and here.min() >= 0.0 and here.max() <= 1.0
        by_hour = here.isel(time=np.argsort(own.values))
        assert float(by_hour.diff("time").min()) > -1e-12  # a windier hour stays the windier one


def test_a_technology_that_a_file_leaves_at_zero_stays_there() -> None:
    weather = weather_of("yizhuang")
    still = weather.assign(capacity_factor=weather["capacity_factor"].where(weather["technology"] != "pv", 0.0))
    scaled = scaled_weather(still, hours_of([900.0, 1500.0], [1100.0, 1250.0]))["capacity_factor"]
    assert float(np.abs(scaled.sel(technology="pv")).max()) == 0.0
    np.testing.assert_allclose(scaled.sel(technology="wind").sum("time"), [900.0, 1500.0], rtol=1e-6)


def test_one_year_does_not_depend_on_the_others() -> None:
    alone = park_weather(inputs_of("yizhuang"), [SEED + 1])
    together = park_weather(inputs_of("yizhuang"), [SEED, SEED + 1])
    xr.testing.assert_identical(
        alone["capacity_factor"].isel(weather_seed=0), together["capacity_factor"].isel(weather_seed=1)
    )


def test_a_series_holds_the_weather_as_it_is_and_the_load_of_the_systems() -> None:
    inputs = inputs_of("chemicals")
    series = hourly()
    assert set(series) == {"capacity_factor", "load_shape", "period"}
    assert series["capacity_factor"].sizes == {"technology": 3, "time": 8760}
    for name in ("wind", "pv"):
        np.testing.assert_array_equal(
            series["capacity_factor"].sel(technology=name),
            weather_of("chemicals")["capacity_factor"].sel(technology=name),
        )
    air = by_hour(inputs["air_temperature"], hours_of_year())
    systems = system_year(inputs, air)
    shape = load_shape(inputs, air, systems["electricity"], systems["heat_base_share"])
    xr.testing.assert_identical(series["load_shape"].variable, shape.variable)
    assert {series[name].attrs["units"] for name in ("capacity_factor", "load_shape")} == {"1"}


def test_cogeneration_follows_the_heat_and_its_rating_gives_back_its_year() -> None:
    inputs = inputs_of("chemicals")
    factor = hourly()["capacity_factor"].sel(technology="chp")
    systems = system_year(inputs, by_hour(inputs["air_temperature"], hours_of_year()))
    assert factor.max().item() == pytest.approx(1.0, rel=1e-14) and factor.min().item() > 0.0
    made = factor.mean().item() * inputs["chp_capacity"].item() * 8760.0
    assert made == pytest.approx(systems["chp_generation"].item(), rel=1e-12)
    np.testing.assert_allclose(factor / factor.mean(), systems["heat_shape"], rtol=1e-12)


def test_periods_are_those_of_the_clock() -> None:
    period = hourly()["period"]
    np.testing.assert_array_equal(period, period_of_hour(hourly()["time"].to_index()))
    assert set(np.unique(period)) == set(PERIODS)
    # March: valley from 23 to 7, peak from 10 to 13 and 17 to 22.
    march = period[period["time"].dt.month == 3]
    for hour, name in ((3, "valley"), (8, "flat"), (11, "peak"), (19, "peak"), (23, "valley")):
        assert set(march[march["time"].dt.hour == hour].values) == {name}


def test_weather_years_pass_through() -> None:
    two = park_weather(inputs_of("yizhuang"), [1, 2])
    series = park_series(inputs_of("yizhuang"), two)
    assert series["capacity_factor"].sizes == {"technology": 3, "weather_seed": 2, "time": 8760}
    assert series["capacity_factor"].sel(technology="chp").std("weather_seed").max().item() == 0.0
    assert series["load_shape"].dims == ("time",)


def test_known_systems_give_the_same_series() -> None:
    inputs = inputs_of("chemicals")
    systems = system_year(inputs, by_hour(inputs["air_temperature"], hours_of_year()))
    xr.testing.assert_identical(park_series(inputs, weather_of("chemicals"), systems), hourly())


def test_other_weather_leaves_heat_load_and_tariff() -> None:
    inputs = inputs_of("chemicals")
    one, two = park_weather(inputs, [1]).isel(weather_seed=0, drop=True), park_weather(inputs, [2, 3])
    xr.testing.assert_identical(in_weather(park_series(inputs, one), two), park_series(inputs, two))
    xr.testing.assert_identical(in_weather(park_series(inputs, two), one), park_series(inputs, one))


@pytest.mark.parametrize("steps", [4, 12])
def test_every_hour_keeps_its_mean_on_finer_steps(steps: int) -> None:
    fine = finer(steps)
    assert fine.sizes["time"] == 8760 * steps
    np.testing.assert_allclose(means(fine["load_shape"], steps), hourly()["load_shape"], rtol=1e-9, atol=1e-12)
    coarse = hourly()["capacity_factor"].transpose("technology", "time")
    got = means(fine["capacity_factor"].transpose("technology", "time"), steps)
    assert fine["capacity_factor"]["technology"].values.tolist() == coarse["technology"].values.tolist()
    np.testing.assert_allclose(got, coarse, rtol=1e-9, atol=1e-12)


def test_gusts_and_clouds_stay_inside_what_a_plant_can_give() -> None:
    fine, limit = finer(QUARTERS)["capacity_factor"], weather_of("chemicals")["capacity_factor_limit"]
    for name in ("wind", "pv"):
        each = fine.sel(technology=name)
        assert each.min().item() >= 0.0
        assert each.max().item() <= limit.sel(technology=name).item() * (1 + 1e-12)
    night = hourly()["capacity_factor"].sel(technology="pv") == 0.0
    assert float(fine.sel(technology="pv").values.reshape(-1, QUARTERS)[night.values].max()) == 0.0


def test_wind_sun_and_load_change_inside_the_hour_and_heat_does_not() -> None:
    fine = finer(QUARTERS)
    inside = {name: fine["capacity_factor"].sel(technology=name).values.reshape(-1, QUARTERS).std(axis=1)
              for name in ("wind", "pv", "chp")}  # fmt: skip
    assert inside["wind"].max() > 0.0 and inside["pv"].max() > 0.0 and inside["chp"].max() == 0.0
    assert fine["load_shape"].values.reshape(-1, QUARTERS).std(axis=1).max() > 0.0


def test_without_variability_a_finer_year_repeats_the_hours() -> None:
    still = changed(inputs_of("chemicals"), wind_variability=0.0, pv_variability=0.0, load_variability=0.0)
    fine = finer_series(still, hourly(), QUARTERS, weather_of("chemicals")["capacity_factor_limit"])
    np.testing.assert_allclose(fine["load_shape"], np.repeat(hourly()["load_shape"].values, QUARTERS), rtol=1e-12)


def test_steps_inside_an_hour_lie_in_its_period() -> None:
    fine = finer(QUARTERS)
    np.testing.assert_array_equal(fine["period"], np.repeat(hourly()["period"].values, QUARTERS))
    lengths = np.unique(np.diff(fine["time"].values))
    assert lengths.tolist() == [pd.Timedelta("15min").to_timedelta64()]


def test_the_same_seed_gives_the_same_bits_and_another_other_gusts() -> None:
    again = finer_series(inputs_of("chemicals"), hourly(), QUARTERS, weather_of("chemicals")["capacity_factor_limit"])
    xr.testing.assert_identical(again, finer(QUARTERS))
    other = finer(QUARTERS, SEED + 1)
    assert not np.array_equal(other["load_shape"], again["load_shape"])
    assert not np.array_equal(
        other["capacity_factor"].sel(technology="wind"), again["capacity_factor"].sel(technology="wind")
    )


def test_a_step_divides_the_hour() -> None:
    for step, count in STEPS_PER_HOUR.items():
        assert pd.Timedelta(step.replace(" ", "")) * count == pd.Timedelta("1h")
        assert steps_per_hour(step) == count


@pytest.mark.parametrize("step", ["2 h", "15min", "", "1"])
def test_a_step_that_is_not_offered_is_refused_with_those_that_are(step: str) -> None:
    with pytest.raises(CallError, match="1 h, 15 min, 5 min"):
        steps_per_hour(step)
