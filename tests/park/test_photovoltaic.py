"""PV: dark at night, at its rating under standard conditions, weaker when hot, never above the inverter."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pvlib
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from decarb.errors import DecarbError, UnitError
from decarb.park.photovoltaic import ac_output, capacity_factor, cell_temperature, dc_output, plane_irradiance

BEIJING = {"latitude": 39.9, "longitude": 116.4}
JUNE = pd.date_range("2021-06-21", periods=24, freq="h")


def over_time(values: object, unit: str) -> xr.DataArray:
    return xr.DataArray(np.atleast_1d(np.asarray(values, float)), dims="time", attrs={"units": unit})


def sky(ghi: float = 0.0, dni: float = 0.0, dhi: float = 0.0, time: pd.DatetimeIndex = JUNE) -> list[xr.DataArray]:
    return [xr.DataArray(np.full(time.size, value), {"time": time}, "time", attrs={"units": "W/m2"})
            for value in (ghi, dni, dhi)]  # fmt: skip


def output(irradiance: object, air: object = 25.0, wind: object = 1.0, **options: Any) -> xr.DataArray:
    series = over_time(irradiance, "W/m2"), over_time(air, "1"), over_time(wind, "m/s")
    return capacity_factor(*series, **options)


def test_without_light_there_is_no_power() -> None:
    assert not plane_irradiance(*sky(), tilt=30.0, **BEIJING).any()
    assert not output(np.zeros(5), np.linspace(-30.0, 40.0, 5), np.ones(5)).any()


def test_modules_give_their_rating_under_standard_conditions() -> None:
    rated = dc_output(over_time(1000.0, "W/m2"), over_time(25.0, "1"))
    assert rated.item() == 1.0
    assert rated.attrs == {"units": "1"}
    # 500 W/m2 at 45 degrees: 0.5 * (1 - 20 * 0.0035) = 0.465
    assert dc_output(over_time(500.0, "W/m2"), over_time(45.0, "1")).item() == pytest.approx(0.465, rel=1e-12)


def test_cells_by_hand() -> None:
    # 20 + 800 / (25 + 6.84 * 2) = 20 + 800 / 38.68 = 40.683
    cells = cell_temperature(over_time(800.0, "W/m2"), over_time(20.0, "1"), over_time(2.0, "m/s"))
    assert cells.item() == pytest.approx(40.683, abs=1e-3)


def test_cells_are_those_of_pvlib() -> None:
    light, air, wind = np.linspace(0.0, 1100.0, 12), np.linspace(-20.0, 40.0, 12), np.linspace(0.0, 12.0, 12)
    cells = cell_temperature(over_time(light, "W/m2"), over_time(air, "1"), over_time(wind, "m/s"))
    np.testing.assert_allclose(cells, pvlib.temperature.faiman(light, air, wind), rtol=1e-12)


def test_the_inverter_by_hand() -> None:
    # ratio 1: full = 1 / 0.96; zeta = 0.5 * 0.96 = 0.48;
    # 0.96 / 0.9637 * (-0.0162 * 0.48 - 0.0059 / 0.48 + 0.9858) = 0.96203; half of it
    assert ac_output(over_time(0.5, "1"), dc_ac_ratio=1.0).item() == pytest.approx(0.481015, abs=1e-5)
    # Far above its rating it gives 1 / ratio of the modules' rating.
    assert ac_output(over_time(1.1, "1"), dc_ac_ratio=1.25).item() == pytest.approx(0.8, rel=1e-12)


def test_the_whole_chain_by_hand() -> None:
    # cells 25 + 600 / 31.84 = 43.844; dc 0.6 * (1 - 18.844 * 0.0035) * 0.86 = 0.481968; ratio 1.2: zeta = 0.555227;
    # 0.96 / 0.9637 * (-0.008995 - 0.010626 + 0.9858) = 0.962470; 0.463880
    assert output(600.0).item() == pytest.approx(0.463880, abs=2e-5)


@given(st.floats(50.0, 800.0), st.floats(-30.0, 40.0), st.floats(0.5, 20.0))
def test_hotter_cells_give_less_and_wind_cools_them(irradiance: float, air: float, warmer: float) -> None:
    cool, warm, windy = output([irradiance] * 3, [air, air + warmer, air + warmer], [1.0, 1.0, 5.0]).values
    assert warm < cool
    assert warm < windy


@given(st.floats(0.0, 1500.0), st.floats(-40.0, 45.0), st.floats(0.0, 30.0), st.floats(1.0, 2.0))
def test_output_stays_between_zero_and_the_inverter(irradiance: float, air: float, wind: float, ratio: float) -> None:
    given_off = output(irradiance, air, wind, dc_ac_ratio=ratio).item()
    assert 0.0 <= given_off <= 1.0 / ratio + 1e-12


def test_a_larger_coefficient_costs_more_on_hot_days_and_gives_more_on_cold_ones() -> None:
    for air, sign in ((40.0, -1.0), (-30.0, 1.0)):
        weak, strong = (output(500.0, air, temperature_coefficient=f"{value} 1/K").item() for value in (-0.002, -0.005))
        assert np.sign(strong - weak) == sign


def test_losses_lower_the_yield() -> None:
    assert output(600.0, losses=0.2).item() < output(600.0, losses=0.1).item() < output(600.0, losses=0.0).item()


def test_flat_modules_see_the_sky_as_it_is_measured() -> None:
    # Without beam all that comes is diffuse: a flat module sees the whole sky and no ground.
    flat = plane_irradiance(*sky(ghi=200.0, dhi=200.0), tilt=0.0, **BEIJING)
    np.testing.assert_allclose(flat, 200.0, rtol=1e-9)
    assert flat.attrs == {"units": "W/m2"}
    # A wall sees half the sky, and half the ground that throws back a fifth: 100 + 0.2 * 200 / 2 = 120.
    wall = plane_irradiance(*sky(ghi=200.0, dhi=200.0), tilt=90.0, **BEIJING)
    np.testing.assert_allclose(wall, 120.0, rtol=1e-9)


def test_east_sees_the_morning_and_west_the_afternoon() -> None:
    light = sky(dni=800.0)
    east, west = (plane_irradiance(*light, tilt=40.0, azimuth=side, albedo=0.0, **BEIJING) for side in (90.0, 270.0))
    assert east[:12].sum() > 1.5 * west[:12].sum()
    assert west[13:].sum() > 1.5 * east[13:].sum()
    assert float(east.sum()) == pytest.approx(float(west.sum()), rel=0.05)


def test_the_sun_stands_where_the_clock_of_china_says() -> None:
    # 21 June at 39.9 N: 90 - (39.9 - 23.44) = 73.5 degrees high; at 116.4 E it is noon at 12:16 (UTC+8).
    direct = plane_irradiance(*sky(dni=1000.0), tilt=0.0, albedo=0.0, sun_at="16 min", **BEIJING)
    assert int(direct.values.argmax()) == 12
    assert float(direct.max()) == pytest.approx(1000.0 * np.sin(np.radians(73.54)), rel=1e-3)
    assert not direct[:4].any()  # it rises at 4:46


def test_the_sky_is_brighter_around_the_sun_by_hand() -> None:
    # Noon of 21 June: zenith 16.46, so 13.54 degrees off modules at 30. Beam 800 * 0.97221 = 777.77; a share of
    # 800 / 1321 = 0.6056 of the sky's 100 comes from near the sun: 100 * (0.6056 * 0.97221 / 0.95902
    # + 0.3944 * (1 + 0.86603) / 2) = 98.19
    noon = plane_irradiance(*sky(dni=800.0, dhi=100.0), tilt=30.0, albedo=0.0, sun_at="16 min", **BEIJING)[12]
    assert noon.item() == pytest.approx(777.77 + 98.19, abs=0.5)


def test_the_moment_of_the_sun_moves_with_the_label() -> None:
    light = sky(dni=1000.0)
    shifted = [part.assign_coords(time=JUNE + pd.Timedelta(hours=1)) for part in light]
    late = plane_irradiance(*light, tilt=25.0, sun_at="1 h", **BEIJING)
    label = plane_irradiance(*shifted, tilt=25.0, sun_at="0 h", **BEIJING)
    np.testing.assert_array_equal(late, label)


def test_several_years_at_one_place_go_through_together() -> None:
    ghi, dni, dhi = sky(ghi=500.0, dni=400.0, dhi=200.0)
    years = xr.concat([ghi, ghi * 0.5], dim="draw").assign_attrs(units="W/m2")
    both = plane_irradiance(years, dni, dhi, tilt=25.0, **BEIJING)
    assert both.dims == ("draw", "time")
    xr.testing.assert_allclose(both.isel(draw=0), plane_irradiance(ghi, dni, dhi, tilt=25.0, **BEIJING))


def test_choices_that_make_no_sense_are_refused() -> None:
    with pytest.raises(DecarbError, match="modules over inverter"):
        output(600.0, dc_ac_ratio=0.9)
    for losses in (-0.1, 1.0):
        with pytest.raises(DecarbError, match="are no share"):
            output(600.0, losses=losses)
    with pytest.raises(UnitError, match="irradiance"):
        dc_output(over_time(1.0, "kWh"), over_time(25.0, "1"))
