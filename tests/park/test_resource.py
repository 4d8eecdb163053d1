"""Synthetic wind and sun: the stated yield is met, the seed decides the rest, and a place stands for itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import xarray as xr

from decarb.errors import DecarbError
from decarb.park.resource import by_hour, capacity_factor, clear_sky, hours_of_year, power_curve
from decarb.tables import table_array

LATITUDE, LONGITUDE, TILT, PERFORMANCE = 39.9, 116.4, 25.0, 0.8
PLACES = {"Beijing": (LATITUDE, LONGITUDE), "Hainan": (19.2, 109.7), "Heilongjiang": (47.9, 127.8)}
STATED = 1150.0


def by_place(values: Any, names: list[str], unit: str) -> xr.DataArray:
    return xr.DataArray(np.broadcast_to(values, len(names)), {"province": names}, ("province",), attrs={"units": unit})


def weather(*names: str, wind: Any = STATED, pv: Any = STATED, seed: int = 2021) -> xr.Dataset:
    wanted = list(names or ["Beijing"])
    latitude, longitude = zip(*PLACES.values(), strict=True)
    return capacity_factor(
        by_place(latitude, list(PLACES), "1"),
        by_place(longitude, list(PLACES), "1"),
        by_place(wind, wanted, "h/yr"),
        by_place(pv, wanted, "h/yr"),
        table_array("weather_shape", "wind_speed_ratio", "month", "hour"),
        seed=seed,
        tilt=TILT,
        performance_ratio=PERFORMANCE,
    )


def lag_one(values: np.ndarray) -> float:
    return float(np.corrcoef(values[:-1], values[1:])[0, 1])


def test_stated_full_load_hours_are_met() -> None:
    stated = {"wind": [800.0, 1600.0, 2600.0], "pv": [1050.0, 1300.0, 1150.0]}
    factors = weather(*PLACES, **stated)["capacity_factor"]
    for technology, hours in stated.items():
        np.testing.assert_allclose(factors.sel(technology=technology).sum("time"), hours, rtol=1e-6)


def test_stated_yields_may_come_in_another_unit() -> None:
    stated = by_place(STATED / 24.0, ["Beijing"], "d/yr")
    plain = weather()
    swapped = capacity_factor(
        by_place(LATITUDE, ["Beijing"], "1"), by_place(LONGITUDE, ["Beijing"], "1"), stated, stated,
        table_array("weather_shape", "wind_speed_ratio", "month", "hour"), seed=2021, tilt=TILT,
        performance_ratio=PERFORMANCE,
    )  # fmt: skip
    xr.testing.assert_allclose(swapped, plain, rtol=1e-6)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_capacity_factors_lie_between_zero_and_one(seed: int) -> None:
    factors = weather(*PLACES, wind=2600.0, pv=1500.0, seed=seed)["capacity_factor"]
    assert float(factors.min()) == 0.0
    assert float(factors.max()) <= 1.0
    assert bool(factors.notnull().all())


def test_nights_are_dark_and_noons_are_not() -> None:
    pv = weather(*PLACES)["capacity_factor"].sel(technology="pv")
    hour = pv["time"].dt.hour
    assert not pv.sel(time=(hour < 3) | (hour >= 21)).any()
    assert bool((pv.sel(time=hour == 12).mean("time") > 0.2).all())


def test_the_sun_stands_highest_near_noon_in_beijing_time() -> None:
    # 116.4 E lies 3.6 degrees west of the clock's meridian, so the sun's noon is near 12:14: inside the hour from 12.
    daily = clear_sky(LATITUDE, LONGITUDE, TILT).reshape(365, 24).mean(axis=0)
    assert daily.argmax() in (11, 12)
    assert daily[:12].sum() == pytest.approx(daily[12:].sum(), rel=0.2)


def test_the_same_seed_gives_the_same_bits_and_another_seed_other_weather() -> None:
    one, again, other = weather(seed=7), weather(seed=7), weather(seed=8)
    xr.testing.assert_identical(one, again)
    for technology in ("wind", "pv"):
        series = one["capacity_factor"].sel(technology=technology)
        assert not np.array_equal(series, other["capacity_factor"].sel(technology=technology))


def test_the_weather_of_a_province_does_not_depend_on_what_else_is_asked_for() -> None:
    whole = weather("Heilongjiang", "Beijing", "Hainan")
    for name in PLACES:
        xr.testing.assert_equal(weather(name), whole.sel(province=[name]))
    assert not np.array_equal(*(whole["capacity_factor"].sel(technology="wind", province=name)
                                for name in ("Beijing", "Hainan")))  # fmt: skip


def test_the_yield_of_one_technology_does_not_touch_the_other() -> None:
    less, more = (weather(wind=hours)["capacity_factor"] for hours in (800.0, 1600.0))
    xr.testing.assert_equal(less.sel(technology="pv"), more.sel(technology="pv"))


@pytest.mark.parametrize("seed", range(5))
def test_wind_remembers_the_hour_before(seed: int) -> None:
    wind = weather(seed=seed)["capacity_factor"].sel(technology="wind", province="Beijing").values
    assert 0.4 < lag_one(wind) < 0.95


def test_cloudy_days_follow_cloudy_days_more_often_than_chance() -> None:
    clear = clear_sky(LATITUDE, LONGITUDE, TILT).reshape(365, 24).sum(axis=1)
    correlations = []
    for seed in range(5):
        pv = weather(seed=seed)["capacity_factor"].sel(technology="pv", province="Beijing").values
        correlations.append(lag_one(pv.reshape(365, 24).sum(axis=1) / clear))
    assert 0.2 < np.mean(correlations) < 0.6  # 0.4 by construction, less what the inverter cuts


def test_clouds_and_wind_are_drawn_apart() -> None:
    clear = clear_sky(LATITUDE, LONGITUDE, TILT).reshape(365, 24).sum(axis=1)
    correlations = []
    for seed in range(5):
        wind, pv = weather(seed=seed)["capacity_factor"].sel(province="Beijing").values
        # One stream of draws for both would give the wind of the n-th hour the rank of the n-th day's sky.
        correlations.append(np.corrcoef(wind[:365], pv.reshape(365, 24).sum(axis=1) / clear)[0, 1])
    assert abs(np.mean(correlations)) < 0.2


def test_more_yield_means_more_wind() -> None:
    speeds = weather(*PLACES, wind=[800.0, 1150.0, 2600.0])["hub_height_wind_speed"]
    assert speeds.attrs == {"units": "m/s"}
    assert np.all(np.diff(speeds) > 0.3)
    assert 3.0 < float(speeds[0]) < float(speeds[-1]) < 8.0


@pytest.mark.parametrize("hours", [0.0, -1.0, 8000.0, 9000.0, np.nan, np.inf])
def test_wind_yields_that_no_wind_gives_are_refused(hours: float) -> None:
    with pytest.raises(DecarbError, match="wind: no mean wind speed gives"):
        weather(wind=hours)


@pytest.mark.parametrize("hours", [-1.0, 5000.0, np.nan, np.inf])
def test_pv_yields_that_no_sky_gives_are_refused(hours: float) -> None:
    with pytest.raises(DecarbError, match="pv: no sky gives"):
        weather(pv=hours)


def test_a_clear_sky_over_beijing_gives_1700_to_2000_full_load_hours() -> None:
    # 1,750-1,860 h at a performance ratio of 0.8 over Yizhuang; wider here, for any version of pvlib.
    assert 1700.0 < clear_sky(LATITUDE, LONGITUDE, TILT).sum() * PERFORMANCE < 2000.0


def test_a_clear_sky_alone_overstates_the_stated_yield_by_half() -> None:
    assert 1.4 < clear_sky(LATITUDE, LONGITUDE, TILT).sum() * PERFORMANCE / STATED < 1.8


def test_the_yield_before_scaling_lies_below_the_clear_sky_and_is_reported() -> None:
    before = weather()["pv_full_load_hours_unscaled"]
    assert before.attrs == {"units": "h/yr"}
    clear = clear_sky(LATITUDE, LONGITUDE, TILT).sum() * PERFORMANCE
    # The mean of a day's clearness is 2 / (2 + 1.2) = 0.625 of the clear sky.
    assert float(before[0]) == pytest.approx(0.625 * clear, rel=0.1)
    xr.testing.assert_equal(before, weather(pv=1300.0)["pv_full_load_hours_unscaled"])


def test_results_say_that_they_are_synthetic_and_from_which_seed() -> None:
    assert weather(seed=5).attrs == {"weather": "synthetic-default", "seed": 5}


def test_the_cached_sky_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        clear_sky(LATITUDE, LONGITUDE, TILT)[0] = 1.0


def test_a_value_by_month_and_hour_lands_on_its_month_and_hour() -> None:
    of_month = xr.DataArray(
        np.arange(12)[:, None] * 100.0 + np.arange(24), {"month": range(1, 13), "hour": range(24)}, ("month", "hour"),
        attrs={"units": "m/s"},
    )  # fmt: skip
    series = by_hour(of_month, hours_of_year())
    assert (series.sel(time="2021-01-01T00").item(), series.sel(time="2021-12-31T23").item()) == (0.0, 1123.0)
    assert series.sel(time="2021-03-09T14").item() == 214.0
    assert series.attrs == {"units": "m/s"}


def test_a_turbine_stands_still_in_calm_and_storm_and_runs_at_its_rating_between() -> None:
    speed = np.array([0.0, 2.99, 3.0, 10.0, 24.9, 25.0, 40.0])
    np.testing.assert_array_equal(power_curve(speed), [0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0])
    # (6^3 - 3^3) / (10^3 - 3^3) = 189 / 973.
    assert power_curve(np.array([6.0]))[0] == pytest.approx(189 / 973, rel=1e-14)
