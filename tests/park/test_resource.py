"""Synthetic wind and sun: the stated yield is met, the seed decides the rest, and a place stands for itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import xarray as xr

from decarb.errors import DecarbError
from decarb.park.assumptions import ASSUMPTIONS
from decarb.park.photovoltaic import capacity_factor as of_modules
from decarb.park.resource import TECHNOLOGIES, capacity_factor, clear_sky
from decarb.park.wind import power_curve
from decarb.tables import table_array, table_value
from decarb.units import stamp

LATITUDE, LONGITUDE, TILT = 39.9, 116.4, 25.0
PLACES = {"Beijing": (LATITUDE, LONGITUDE), "Hainan": (19.2, 109.7), "Heilongjiang": (47.9, 127.8)}
STATED = 1150.0


def by_place(values: Any, names: list[str], unit: str) -> xr.DataArray:
    return xr.DataArray(np.broadcast_to(values, len(names)), {"province": names}, ("province",), attrs={"units": unit})


def given(**changes: tuple[float, str]) -> xr.Dataset:
    """Take the shipped rows, some of them changed."""
    other = {name: stamp(xr.DataArray(value), unit) for name, (value, unit) in changes.items()}
    return xr.Dataset({name: table_array("parameters", name) for name in ASSUMPTIONS} | other)


def stations() -> xr.DataArray:
    return table_array("provinces", "station_wind_speed", "province")


def shape(name: str) -> xr.DataArray:
    return table_array("weather_shape", name, "month", "hour")


def weather(*names: str, wind: Any = STATED, pv: Any = STATED, seed: int | list[int] = 2021,
            station: xr.DataArray | None = None, **changes: tuple[float, str]) -> xr.Dataset:  # fmt: skip
    wanted = list(names or ["Beijing"])
    latitude, longitude = zip(*PLACES.values(), strict=True)
    return capacity_factor(
        by_place(latitude, list(PLACES), "1"),
        by_place(longitude, list(PLACES), "1"),
        by_place(wind, wanted, "h/yr"),
        by_place(pv, wanted, "h/yr"),
        shape("wind_speed_ratio"),
        shape("air_temperature"),
        stations() if station is None else station,
        seed=seed,
        assumptions=given(**changes),
    )


def made(assumptions: xr.Dataset) -> xr.Dataset:
    """Make Beijing's weather from exactly these assumptions."""
    at = [by_place(value, ["Beijing"], unit) for value, unit in
          ((LATITUDE, "1"), (LONGITUDE, "1"), (STATED, "h/yr"), (STATED, "h/yr"))]  # fmt: skip
    return capacity_factor(*at, shape("wind_speed_ratio"), shape("air_temperature"), seed=1, assumptions=assumptions)


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
        shape("wind_speed_ratio"), shape("air_temperature"), stations(), seed=2021, assumptions=given(),
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


def test_several_years_at_once_are_the_same_bits_as_one_by_one() -> None:
    both = weather("Beijing", "Hainan", seed=[7, 8])
    assert both["capacity_factor"].dims == ("technology", "weather_seed", "province", "time")
    assert both["weather_seed"].values.tolist() == [7, 8]
    for seed in (7, 8):
        one = weather("Beijing", "Hainan", seed=seed)
        assert set(one) == set(both)
        for name in one:
            there = both[name].sel(weather_seed=seed, drop=True) if "weather_seed" in both[name].dims else both[name]
            xr.testing.assert_equal(there, one[name])


def test_each_year_may_have_a_yield_of_its_own() -> None:
    stated = xr.DataArray([[900.0], [1500.0]], {"weather_seed": [7, 8], "province": ["Beijing"]},
                          ("weather_seed", "province"), attrs={"units": "h/yr"})  # fmt: skip
    places = [by_place(value, ["Beijing"], "1") for value in (LATITUDE, LONGITUDE)]
    both = capacity_factor(
        *places, stated, by_place(STATED, ["Beijing"], "h/yr"), shape("wind_speed_ratio"), shape("air_temperature"),
        seed=[7, 8], assumptions=given(),
    )  # fmt: skip
    hours = both["capacity_factor"].sum("time").squeeze("province")
    np.testing.assert_allclose(hours.sel(technology="wind"), [900.0, 1500.0], rtol=1e-9)
    np.testing.assert_allclose(hours.sel(technology="pv"), STATED, rtol=1e-9)
    assert float(both["hub_height_wind_speed"].diff("weather_seed")[0, 0]) > 0.3


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
    plain = clear_sky(LATITUDE, LONGITUDE, TILT).sum() * 0.8
    whole = float(weather()["pv_full_load_hours_clear_sky"][0])
    assert 1700.0 < plain < 2000.0
    assert 1700.0 < whole < 2000.0
    assert whole == pytest.approx(plain, rel=0.03)  # cells, inverter and losses come to a ratio near 0.8


def test_a_clear_sky_alone_overstates_the_stated_yield_by_half() -> None:
    assert 1.4 < float(weather()["pv_full_load_hours_clear_sky"][0]) / STATED < 1.8


def test_the_yield_of_pv_before_scaling_is_the_clearness_of_the_clear_sky() -> None:
    before = weather()["full_load_hours_unscaled"].sel(technology="pv")
    clear = weather()["pv_full_load_hours_clear_sky"]
    assert before.attrs == clear.attrs == {"units": "h/yr"}
    # The mean clearness is 0.625; cool cells under clouds give a little more.
    assert float(before[0] / clear[0]) == pytest.approx(0.63, rel=0.08)
    brighter = weather(clearness_mean=(0.7, "1"))["full_load_hours_unscaled"].sel(technology="pv")
    assert float(brighter[0] / before[0]) == pytest.approx(0.7 / 0.625, rel=0.05)


def test_the_yields_before_scaling_over_twenty_seeds_lie_in_the_published_evidence() -> None:
    before = xr.concat([weather(seed=seed)["full_load_hours_unscaled"].isel(province=0) for seed in range(20)], "seed")
    low, high = before.min("seed"), before.max("seed")
    # Wind: 800 h in 2013 to 1,600 h; PV: 1,050-1,300 h are planned. Nothing here knows these figures.
    assert low.sel(technology="wind") > 800.0 and high.sel(technology="wind") < 1600.0
    assert low.sel(technology="pv") > 1050.0 and high.sel(technology="pv") < 1300.0


def test_the_yield_of_wind_before_scaling_by_hand() -> None:
    # The station's 1.79 m/s are 1.79 * ln(90) / ln(10) = 3.498 m/s at the hub; 224 W/m2 at 0.45 are rated at
    # (2 * 224 / (0.45 * 1.225)) ** (1/3) = 9.332 m/s. A Weibull wind of shape 1.5 without the course of the day:
    mean, rated = 3.498, 9.332
    ranks = (np.arange(200_000) + 0.5) / 200_000
    speed = (-np.log(1.0 - ranks)) ** (1.0 / 1.5)
    hours = power_curve(speed / speed.mean() * mean, 3.0, rated, 25.0).mean() * 0.9 * 8760.0
    usual = weather()
    assert float(usual["hub_height_wind_speed_unscaled"][0]) == pytest.approx(mean, abs=1e-3)
    # The course of the day and the year spreads the speeds, and power goes with their cube.
    before = float(usual["full_load_hours_unscaled"].sel(technology="wind")[0])
    assert hours < before < 1.15 * hours


def test_the_stations_mean_wind_explains_the_three_capacity_factors_it_comes_from() -> None:
    # N117/2400 (224 W/m2) at 1.9 and 2.2 times the station's wind: 11.7 and 16.1 %; N90/2500 (393 W/m2): 7.6 %.
    station = table_value("provinces", "station_wind_speed", province="Beijing").to("m/s")
    for times, power, published in ((1.9, 224.0, 0.117), (2.2, 224.0, 0.161), (1.9, 393.0, 0.076)):
        tried = weather(
            station=stamp(xr.DataArray([station * times], {"province": ["Beijing"]}, ("province",)), "m/s"),
            wind_hub_height=(10.0, "m"), wind_specific_power=(power, "W/m2"), wind_losses=(0.0, "1"),
        )  # fmt: skip
        got = float(tried["full_load_hours_unscaled"].sel(technology="wind")[0]) / 8760.0
        assert got == pytest.approx(published, rel=0.1)  # the generic curve, not the turbine's own


def test_yields_before_scaling_do_not_know_the_stated_ones() -> None:
    one, other = weather(wind=800.0, pv=1300.0), weather(wind=1600.0, pv=1050.0)
    xr.testing.assert_equal(one["full_load_hours_unscaled"], other["full_load_hours_unscaled"])
    gap = one["full_load_hours_unscaled"] / one["full_load_hours"] - 1.0
    np.testing.assert_allclose(one["yield_gap"], gap, rtol=1e-12)
    assert (one["yield_gap"] != other["yield_gap"]).all()
    np.testing.assert_allclose(one["full_load_hours"].squeeze(), [800.0, 1300.0], rtol=1e-9)


def test_where_no_station_stands_the_yield_of_wind_before_scaling_is_not_known() -> None:
    before = weather("Beijing", "Hainan")["full_load_hours_unscaled"]
    assert bool(before.sel(technology="pv").notnull().all())
    assert before.sel(technology="wind").isnull().values.tolist() == [False, True]
    own = stamp(xr.DataArray([3.0, 4.0], {"province": ["Hainan", "Beijing"]}, ("province",)), "m/s")
    assert bool(made(given())["full_load_hours_unscaled"].sel(technology="wind").isnull().all())
    measured = weather("Beijing", "Hainan", station=own)
    assert bool(measured["full_load_hours_unscaled"].notnull().all())
    np.testing.assert_allclose(measured["hub_height_wind_speed_unscaled"], np.array([4.0, 3.0]) * np.log10(90.0))


def test_assumptions_that_are_not_given_are_all_named() -> None:
    with pytest.raises(DecarbError, match="weather: no wind_losses, pv_losses; take what is not stated"):
        made(given().drop_vars(["pv_losses", "wind_losses"]))


@pytest.mark.parametrize(
    ("change", "technology", "sign"),
    [
        ({"wind_hub_height": (120.0, "m")}, "wind", 1), ({"wind_roughness_length": (0.5, "m")}, "wind", -1),
        ({"wind_specific_power": (393.0, "W/m2")}, "wind", -1), ({"wind_losses": (0.18, "1")}, "wind", -1),
        ({"wind_power_coefficient": (0.4, "1")}, "wind", -1), ({"wind_cut_in_speed": (3.5, "m/s")}, "wind", -1),
        ({"pv_losses": (0.2, "1")}, "pv", -1), ({"pv_temperature_coefficient": (-0.0045, "1/K")}, "pv", -1),
        ({"pv_dc_ac_ratio": (1.9, "1")}, "pv", -1), ({"module_wind_speed": (3.0, "m/s")}, "pv", 1),
        ({"pv_tilt": (0.0, "1")}, "pv", -1),
    ],
)  # fmt: skip
def test_each_assumption_moves_its_own_yield_by_the_right_sign(
    change: dict[str, tuple[float, str]], technology: str, sign: int
) -> None:
    usual, other = weather(), weather(**change)
    moved = (other["full_load_hours_unscaled"] - usual["full_load_hours_unscaled"]).isel(province=0)
    (still,) = set(TECHNOLOGIES) - {technology}
    assert np.sign(moved.sel(technology=technology)) == sign
    assert moved.sel(technology=still) == 0.0
    np.testing.assert_allclose(other["full_load_hours"], STATED, rtol=1e-9)  # and is scaled to the stated one


def test_no_hour_passes_what_the_plant_can_deliver() -> None:
    strong = weather(*PLACES, wind=2600.0, pv=1500.0)
    limit = strong["capacity_factor_limit"]
    np.testing.assert_allclose(limit, [0.9, 1.0 / 1.2])
    assert bool((strong["capacity_factor"] <= limit * (1.0 + 1e-12)).all())
    assert float(strong["capacity_factor"].sel(technology="wind").max()) == pytest.approx(0.9)


def test_hot_days_give_less_than_cold_ones_under_the_same_sky() -> None:
    usual = weather()["capacity_factor"].sel(technology="pv", province="Beijing")
    hotter = capacity_factor(
        by_place(LATITUDE, ["Beijing"], "1"), by_place(LONGITUDE, ["Beijing"], "1"),
        by_place(STATED, ["Beijing"], "h/yr"), by_place(STATED, ["Beijing"], "h/yr"), shape("wind_speed_ratio"),
        stamp(shape("air_temperature") + 20.0, "1"), stations(), seed=2021, assumptions=given(),
    )  # fmt: skip
    assert usual.sum() == pytest.approx(float(hotter["capacity_factor"].sel(technology="pv").sum()), rel=1e-9)
    less = hotter["full_load_hours_unscaled"] - weather()["full_load_hours_unscaled"]
    # 20 degrees at -0.35 % a degree are 7 %.
    assert float(less.sel(technology="pv")[0] / STATED) == pytest.approx(-0.07, abs=0.01)


def test_the_chain_is_the_one_of_the_modules() -> None:
    clear = clear_sky(LATITUDE, LONGITUDE, TILT) * 1000.0
    series = [stamp(xr.DataArray(values, dims="time"), unit) for values, unit in
              ((clear, "W/m2"), (np.full(8760, 10.0), "1"), (np.ones(8760), "m/s"))]  # fmt: skip
    flat = stamp(shape("air_temperature") * 0.0 + 10.0, "1")
    calm = capacity_factor(
        by_place(LATITUDE, ["Beijing"], "1"), by_place(LONGITUDE, ["Beijing"], "1"),
        by_place(STATED, ["Beijing"], "h/yr"), by_place(STATED, ["Beijing"], "h/yr"), shape("wind_speed_ratio"),
        flat, seed=1, assumptions=given(),
    )  # fmt: skip
    assert float(calm["pv_full_load_hours_clear_sky"][0]) == pytest.approx(float(of_modules(*series).sum()), rel=1e-12)


def test_results_say_that_they_are_synthetic_and_from_which_seed() -> None:
    assert weather(seed=5).attrs == {"weather": "synthetic-default", "seed": 5}
