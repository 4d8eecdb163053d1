"""Wind: the profile is the one of the books, the turbine keeps its rating, and losses are a share."""

from __future__ import annotations

import math

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from decarb.errors import DecarbError, UnitError
from decarb.park.wind import capacity_factor, log_law, power_curve, power_law, rated_speed
from decarb.units.convert import quantify
from decarb.units.registry import pint_unit

SPEEDS = st.lists(st.floats(0.0, 60.0), min_size=1, max_size=30)


def over_time(values: object, unit: str = "m/s") -> xr.DataArray:
    return xr.DataArray(np.asarray(values, float), dims="time", attrs={"units": unit})


def a_curve(speeds: list[float], outputs: list[float], unit: str = "m/s") -> xr.DataArray:
    speed = xr.DataArray(speeds, dims="speed", attrs={"units": unit})
    return xr.DataArray(outputs, {"speed": speed}, "speed", attrs={"units": "1"})


def test_the_log_law_by_hand() -> None:
    # ln(80 / 0.1) / ln(10 / 0.1) = 6.684612 / 4.605170 = 1.451545
    at_hub = log_law(over_time([2.0, 5.0]), hub_height="80 m", roughness_length="0.1 m")
    np.testing.assert_allclose(at_hub, [2.903090, 7.257725], rtol=1e-6)
    assert at_hub.attrs == {"units": "m/s"}


def test_the_power_law_by_hand() -> None:
    # (80 / 10) ** (1 / 3) = 2
    np.testing.assert_allclose(power_law(over_time([3.0]), hub_height="80 m", exponent=1 / 3), [6.0], rtol=1e-12)
    np.testing.assert_allclose(power_law(over_time([3.0]), hub_height="0.08 km", exponent=1 / 3), [6.0], rtol=1e-12)


@given(SPEEDS, st.floats(11.0, 150.0), st.floats(0.001, 2.0))
def test_profiles_take_the_mast_as_it_is_and_rise_above_it(values: list[float], hub: float, rough: float) -> None:
    speed = over_time(values)
    same = log_law(speed, hub_height="10 m", roughness_length=f"{rough} m")
    xr.testing.assert_equal(same, speed)
    higher = log_law(speed, hub_height=f"{hub} m", roughness_length=f"{rough} m")
    assert bool((higher >= speed).all())
    twice = log_law(over_time(2.0 * speed.values), hub_height=f"{hub} m",
                    roughness_length=f"{rough} m")  # fmt: skip
    np.testing.assert_allclose(twice, 2.0 * higher, rtol=1e-12, atol=1e-300)  # atol: numbers too small for rtol


def test_rougher_ground_means_a_steeper_profile() -> None:
    ratios = [float(log_law(over_time([1.0]), roughness_length=f"{rough} m")[0]) for rough in (0.03, 0.1, 0.5, 1.0)]
    assert ratios == sorted(ratios)
    assert ratios[-1] == pytest.approx(2.0, rel=1e-12)  # ln(100) / ln(10)


@pytest.mark.parametrize("rough", ["0 m", "-0.1 m", "10 m", "30 m"])
def test_heights_inside_the_roughness_are_refused(rough: str) -> None:
    with pytest.raises(DecarbError, match="roughness length"):
        log_law(over_time([4.0]), roughness_length=rough)


@pytest.mark.parametrize("height", ["0 m", "-10 m"])
def test_heights_below_the_ground_are_refused(height: str) -> None:
    with pytest.raises(DecarbError, match="above the ground"):
        power_law(over_time([4.0]), hub_height=height)


def test_speeds_without_a_unit_or_in_another_are_caught() -> None:
    with pytest.raises(UnitError, match="no unit"):
        log_law(xr.DataArray([4.0], dims="time"))
    in_km = log_law(over_time([36.0], "km/h"), hub_height="10 m")
    np.testing.assert_allclose(in_km, [10.0], rtol=1e-12)


def test_a_turbine_stands_still_in_calm_and_storm_and_runs_at_its_rating_between() -> None:
    speed = np.array([0.0, 2.99, 3.0, 10.0, 24.9, 25.0, 40.0])
    np.testing.assert_array_equal(power_curve(speed, 3.0, 10.0, 25.0), [0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0])
    # (6^3 - 3^3) / (10^3 - 3^3) = 189 / 973.
    assert power_curve(np.array([6.0]), 3.0, 10.0, 25.0)[0] == pytest.approx(189 / 973, rel=1e-14)


def test_the_rated_speed_by_hand() -> None:
    # (2 * 224 / (0.45 * 1.225)) ** (1/3) = 812.698 ** (1/3) = 9.3321
    rated = rated_speed("224 W/m2", 0.45)
    assert rated.item() == pytest.approx(9.3321, abs=1e-4)
    assert rated.attrs == {"units": "m/s"}
    assert rated_speed("0.224 kW/m2", 0.45).item() == pytest.approx(rated.item(), rel=1e-12)


@given(st.floats(50.0, 800.0), st.floats(0.1, 0.59), st.floats(1.01, 3.0))
def test_a_larger_rotor_is_full_in_weaker_wind(power: float, share: float, more: float) -> None:
    usual = rated_speed(f"{power} W/m2", share).item()
    assert rated_speed(f"{power * more} W/m2", share).item() == pytest.approx(usual * more ** (1 / 3), rel=1e-12)
    assert rated_speed(f"{power} W/m2", share, air_density="0.9 kg/m3").item() > usual
    # At its rated speed the rotor takes just its rating from the stream: rho v^3 c / 2.
    assert 1.225 * usual**3 * share / 2.0 == pytest.approx(power, rel=1e-12)


@pytest.mark.parametrize(("power", "share"), [("0 W/m2", 0.45), ("-5 W/m2", 0.45), ("224 W/m2", 0.0)])
def test_rotors_that_are_none_are_refused(power: str, share: float) -> None:
    with pytest.raises(DecarbError, match="must lie above 0"):
        rated_speed(power, share)


def test_the_generic_turbine_comes_near_a_real_one_for_weak_wind() -> None:
    # Nordex N117/2400, output over rating at 4 to 12 m/s (wind turbine library of windpowerlib 0.2.2).
    speeds = np.arange(4.0, 13.0)
    real = np.array([0.064, 0.148, 0.268, 0.432, 0.637, 0.850, 0.969, 1.0, 1.0])
    generic = power_curve(speeds, 3.0, rated_speed("224 W/m2", 0.45).item(), 25.0)
    assert np.abs(generic - real).max() < 0.06


def test_the_generic_turbine_by_hand() -> None:
    # (6^3 - 3^3) / (10^3 - 3^3) = 189 / 973, less a tenth
    output = capacity_factor(over_time([0.0, 2.9, 6.0, 10.0, 24.9, 25.0, 40.0]), losses=0.1)
    np.testing.assert_allclose(output, [0.0, 0.0, 0.9 * 189 / 973, 0.9, 0.9, 0.0, 0.0], rtol=1e-12)
    assert output.attrs == {"units": "1"}


@given(SPEEDS, st.floats(0.0, 0.99))
def test_output_never_falls_with_the_wind_and_keeps_its_rating(values: list[float], losses: float) -> None:
    speed = np.sort(values)
    output = capacity_factor(over_time(speed), losses=losses).values
    assert np.all(np.diff(output[speed < 25.0]) >= 0.0)
    assert np.all(output[speed >= 25.0] == 0.0)
    assert np.all((output >= 0.0) & (output <= 1.0 - losses))


@given(SPEEDS, st.floats(0.0, 0.99))
def test_losses_take_the_same_share_of_every_hour(values: list[float], losses: float) -> None:
    whole, kept = (capacity_factor(over_time(values), losses=share) for share in (0.0, losses))
    np.testing.assert_allclose(kept, whole * (1.0 - losses), rtol=1e-12)


def test_the_users_own_curve_is_read_between_its_points_and_nowhere_else() -> None:
    curve = a_curve([3.0, 5.0, 12.0], [0.0, 0.2, 1.0])
    output = capacity_factor(over_time([2.9, 4.0, 5.0, 12.0, 12.1]), curve, losses=0.0)
    np.testing.assert_allclose(output, [0.0, 0.1, 0.2, 1.0, 0.0], rtol=1e-12)
    in_km = a_curve([10.8, 18.0, 43.2], [0.0, 0.2, 1.0], "km/h")
    np.testing.assert_allclose(capacity_factor(over_time([4.0]), in_km, losses=0.0), [0.1], rtol=1e-12)


@pytest.mark.parametrize(
    ("speeds", "outputs"),
    [([3.0, 3.0], [0.0, 1.0]), ([5.0, 3.0], [0.0, 1.0]), ([3.0, 5.0], [0.0, 1.2]), ([3.0, 5.0], [-0.1, 1.0]),
     ([3.0, 5.0], [0.0, math.nan]), ([3.0], [1.0])],
)  # fmt: skip
def test_curves_that_are_none_are_refused(speeds: list[float], outputs: list[float]) -> None:
    with pytest.raises(DecarbError, match="a power curve needs"):
        capacity_factor(over_time([4.0]), a_curve(speeds, outputs))


def test_turbines_and_losses_that_are_none_are_refused() -> None:
    with pytest.raises(DecarbError, match="must rise"):
        capacity_factor(over_time([4.0]), cut_in="11 m/s")
    for losses in (-0.1, 1.0):
        with pytest.raises(DecarbError, match="are no share"):
            capacity_factor(over_time([4.0]), losses=losses)


def test_a_gap_in_the_wind_stays_a_gap() -> None:
    gap = over_time([math.nan])
    for curve in (None, a_curve([3.0, 12.0], [0.0, 1.0])):
        assert np.isnan(capacity_factor(log_law(gap), curve).values).all()


def test_the_rated_speed_is_a_speed_in_any_units() -> None:
    one = {name: quantify(xr.DataArray([2.0], dims="time", attrs={"units": unit})) for name, unit in
           (("specific_power", "W/m2"), ("power_coefficient", "1"), ("air_density", "kg/m3"))}  # fmt: skip
    computed = rated_speed.__wrapped__(**one)
    assert computed.data.check(pint_unit("m/s").dimensionality)
    assert computed.data.to(pint_unit("m/s")).magnitude.item() == pytest.approx(1.0)  # (2 * 2 / (2 * 2)) ** (1/3)
