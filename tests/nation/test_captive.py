"""Captive plants: nothing changes while they stand, others make their power and heat when they close."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
import pytest
import xarray as xr
from hypothesis import given

from decarb.errors import DecarbError
from decarb.nation import captive, power
from decarb.tables import table_value

SHARE = st.floats(0.0, 1.0)


def array(values: object, unit: str = "1", **coords: object) -> xr.DataArray:
    return xr.DataArray(values, coords, tuple(coords), attrs={"units": unit})


def standing(start: object, end: object, years: list[int]) -> xr.DataArray:
    return captive.standing_captive(xr.DataArray(years, {"year": years}, ("year",)), array(start), array(end))


def test_captive_plants_close_on_a_straight_line() -> None:
    # From 2030 to 2055: a fifth is gone after 5 of 25 years.
    left = standing(2030.0, 2055.0, [2021, 2030, 2035, 2055, 2060])
    np.testing.assert_allclose(left, [1.0, 1.0, 0.8, 0.0, 0.0], rtol=1e-12)


def test_a_line_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(
        DecarbError, match=r"captive\.retirement_end: 2030 is not after captive\.retirement_start, 2030"
    ):
        standing(2030.0, 2030.0, [2030])


def test_years_of_closing_can_be_swept() -> None:
    years = [2035]
    left = captive.standing_captive(
        xr.DataArray(years, {"year": years}, ("year",)), array([2030.0, 2034.0], scenario=[0, 1]), array(2040.0)
    )
    # (2040 - 2035) / 10 and (2040 - 2035) / 6.
    np.testing.assert_allclose(left.transpose("scenario", "year").squeeze(), [0.5, 5 / 6], rtol=1e-12)


def fossil(factor: float, share: float, ratio: float, left: float) -> float:
    return float(captive.fossil_factor_with_captive(
        array(factor, "kg CO2/kWh"), array(share), array(ratio), array(left)
    ))  # fmt: skip


def test_the_fossil_factor_falls_to_that_of_the_other_plants() -> None:
    # Others at g, captive at 1.25 g, a fifth of power: mean g (0.8 + 0.2 x 1.25) = 1.05 g = 0.84, so g = 0.8.
    assert fossil(0.84, 0.2, 1.25, 0.0) == pytest.approx(0.8, rel=1e-12)
    # Half stand: a tenth of power at 1.25 g: 1.025 g.
    assert fossil(0.84, 0.2, 1.25, 0.5) == pytest.approx(0.82, rel=1e-12)


@given(st.floats(0.3, 1.5), SHARE, st.floats(1.0, 2.0), SHARE, SHARE)
def test_dirtier_plants_that_close_never_raise_the_factor(f: float, c: float, r: float, k: float, less: float) -> None:
    assert fossil(f, c, r, k * less) <= fossil(f, c, r, k) * (1 + 1e-12)
    assert f / r * (1 - 1e-12) <= fossil(f, c, r, 0.0) <= f * (1 + 1e-12)


def heat(left: float, share: float = 0.2, pumps: float = 0.5, boiler: float = 0.06) -> tuple[float, float]:
    supply, of = array(1000.0, "PJ/yr"), (array(share), array(left), array(pumps))
    factor = captive.heat_factor_with_captive(array(0.11, "t CO2/GJ"), *of, array(boiler, "t CO2/GJ"))
    co2 = power.power_heat_emissions(array(0.0, "TWh/yr"), array(0.0, "Mt CO2/TWh"), supply, factor)
    return float(co2), float(captive.electricity_for_captive_heat(supply, *of, array(2.5)))


def test_heat_pumps_and_gas_boilers_take_over_the_heat() -> None:
    co2, electricity = heat(left=0.25)
    # 1000 PJ x 0.2 x 0.75 = 150 PJ leave coal: 850 x 0.11 + 75 x 0.06 = 98 Mt; 75 PJ / 2.5 = 30 PJ = 8.333 TWh.
    assert co2 == pytest.approx(98.0, rel=1e-12)
    assert electricity == pytest.approx(30.0 / 3.6, rel=1e-12)


@given(st.floats(0.3, 1.5), SHARE, st.floats(1.0, 2.0), SHARE, SHARE)
def test_nothing_changes_while_all_stand(factor: float, share: float, ratio: float, of_heat: float, x: float) -> None:
    assert fossil(factor, share, ratio, 1.0) == pytest.approx(factor, rel=1e-12)
    co2, electricity = heat(left=1.0, share=of_heat, pumps=x)
    assert co2 == pytest.approx(110.0, rel=1e-12) and electricity == 0.0


def test_the_base_year_closes_as_without_captive_plants() -> None:
    """The year of the inventory lies before any plant closes, by the rows of the table."""
    left = standing(*(table_value("parameters", f"captive_retirement_{end}").value for end in ("start", "end")), [2021])
    rows = {name: array(table_value("parameters", name).value)
            for name in ("captive_share", "captive_factor_ratio", "captive_heat_share")}  # fmt: skip
    plain = (array(0.8426, "kg CO2/kWh"), array(0.11, "t CO2/GJ"))
    factor = captive.fossil_factor_with_captive(plain[0], rows["captive_share"], rows["captive_factor_ratio"], left)
    mean = captive.heat_factor_with_captive(
        plain[1], rows["captive_heat_share"], left, array(0.5), array(0.057, "t CO2/GJ")
    )
    amounts = (array(5678.0, "TWh/yr"), array(5048.0, "PJ/yr"))
    with_captive = power.power_heat_emissions(amounts[0], factor, amounts[1], mean)
    without = power.power_heat_emissions(amounts[0], plain[0], amounts[1], plain[1])
    np.testing.assert_allclose(with_captive, without, rtol=1e-14)
