"""Supplies of heat: shares stay whole, whatever goes over from one to another."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from decarb.errors import DecarbError, UnitError
from decarb.park.supply import CHP, SUPPLIES, shares_in_year, shifted

PARTS = st.lists(st.floats(0.0, 1.0), min_size=len(SUPPLIES), max_size=len(SUPPLIES))


def by_supply(**values: Any) -> xr.DataArray:
    return xr.DataArray([float(value) for value in values.values()], {"supply": list(values)}, ("supply",),
                        attrs={"units": "1"})  # fmt: skip


def series(array: xr.DataArray) -> dict[str, float]:
    """What is not zero, by supply."""
    return {name: value for name, value in array.to_series().to_dict().items() if value != 0.0}


OLD_PARK = {"coal_chp": 0.5, "gas_boiler": 0.3, "heat_import": 0.2}


def test_a_part_of_a_share_goes_over_by_hand() -> None:
    # 40 % of 0.5 and 100 % of 0.2 go: 0.2 + 0.2 to the heat pump, 0.3 stay with coal.
    after = shifted(by_supply(**OLD_PARK), by_supply(coal_chp=0.4, heat_import=1.0), to="heat_pump")
    assert series(after) == pytest.approx({"heat_pump": 0.4, "gas_boiler": 0.3, "coal_chp": 0.3})
    assert after.attrs == {"units": "1"}
    assert after["supply"].values.tolist() == list(SUPPLIES)


@given(PARTS, PARTS, st.sampled_from(SUPPLIES))
def test_shares_stay_whole_and_only_the_one_that_takes_over_grows(
    weights: list[float], parts: list[float], to: str
) -> None:
    total = sum(weights)
    if total < 1e-3:
        weights, total = [1.0] * len(SUPPLIES), float(len(SUPPLIES))
    shares = by_supply(**{name: weight / total for name, weight in zip(SUPPLIES, weights, strict=True)})
    after = shifted(shares, by_supply(**dict(zip(SUPPLIES, parts, strict=True))), to=to)
    assert after.sum().item() == pytest.approx(1.0, abs=1e-12)
    assert bool((after >= -1e-15).all())
    grown = (after > shares + 1e-12).sel(supply=[name for name in SUPPLIES if name != to])
    assert not grown.any()


def test_a_sweep_of_parts_is_each_part_alone() -> None:
    shares = by_supply(**OLD_PARK)
    parts = xr.DataArray([[0.0, 0.5, 1.0]], {"supply": ["gas_boiler"]}, ("supply", "scenario"), attrs={"units": "1"})
    together = shifted(shares, parts, to="heat_pump")
    for place in range(3):
        alone = shifted(shares, parts.isel(scenario=place), to="heat_pump")
        np.testing.assert_allclose(together.isel(scenario=place), alone, rtol=0, atol=0)


def test_shares_that_miss_one_are_refused_with_their_sum() -> None:
    with pytest.raises(DecarbError, match=r"add to 0\.9; make them add to 1"):
        shares_in_year(by_supply(gas_boiler=0.5, heat_pump=0.4), 2020)
    two = xr.DataArray([[0.5, 0.5], [0.5, 0.7]], {"supply": ["gas_boiler", "heat_pump"]}, ("supply", "park"),
                       attrs={"units": "1"})  # fmt: skip
    with pytest.raises(DecarbError, match=r"add to 1\.2"):
        shares_in_year(two, 2020)


def test_thirds_written_with_six_digits_are_whole() -> None:
    thirds = by_supply(gas_boiler=0.333333, heat_pump=0.333333, coal_boiler=0.333334 - 5e-7)
    assert shares_in_year(thirds, 2020).sum().item() == pytest.approx(1.0, abs=1e-15)


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ({"gas_boiler": 1.5, "heat_pump": -0.5}, "shares of the supplies reach from -0.5 to 1.5"),
        ({"gas_boiler": 1.0, "heat_pump": np.nan}, "reach from nan"),
        ({"gas_boilr": 1.0}, '"gas_boilr" is no supply; did you mean "gas_boiler"'),
    ],
)
def test_shares_that_are_none_are_refused(shares: dict[str, float], said: str) -> None:
    with pytest.raises(DecarbError, match=said):
        shares_in_year(by_supply(**shares), 2020)


def test_a_part_beyond_the_whole_is_refused() -> None:
    with pytest.raises(DecarbError, match=r"part of the supplies reach from 0 to 1\.2"):
        shifted(by_supply(**OLD_PARK), by_supply(gas_boiler=1.2), to="heat_pump")


def test_a_supply_named_twice_is_refused() -> None:
    twice = xr.DataArray([0.5, 0.5], {"supply": ["heat_pump", "heat_pump"]}, ("supply",), attrs={"units": "1"})
    with pytest.raises(DecarbError, match="names a supply twice"):
        shares_in_year(twice, 2020)


def test_shares_without_a_unit_are_refused() -> None:
    with pytest.raises(UnitError, match="shares"):
        shares_in_year(by_supply(heat_pump=1.0).drop_attrs(), 2020)


def test_plants_deliver_until_the_year_they_retire_in() -> None:
    shares = by_supply(**OLD_PARK)
    years = xr.DataArray([2029, 2030, 2031], {"year": [2029, 2030, 2031]}, ("year",), attrs={"units": "1"})
    after = shares_in_year(shares, years, 2030, replacement="electric_boiler")
    assert after.sel(supply="coal_chp").values.tolist() == [0.5, 0.0, 0.0]
    assert after.sel(supply="electric_boiler").values.tolist() == [0.0, 0.5, 0.5]
    assert set(after.sel(supply="gas_boiler").values) == {0.3}  # a boiler is no plant of power
    for year in years.values:
        xr.testing.assert_allclose(after.sel(year=year, drop=True),
                                   shares_in_year(shares, int(year), 2030, replacement="electric_boiler"))  # fmt: skip


def test_without_a_year_of_retirement_nothing_retires() -> None:
    assert series(shares_in_year(by_supply(**OLD_PARK), 2100)) == pytest.approx(OLD_PARK)


def test_each_supply_may_have_its_own_year() -> None:
    years = by_supply(coal_chp=2025, gas_boiler=2035)
    shares = by_supply(**OLD_PARK)
    at_2030, at_2035 = (series(shares_in_year(shares, year, years, replacement="gas_chp")) for year in (2030, 2035))
    assert at_2030 == pytest.approx({"gas_chp": 0.5, "gas_boiler": 0.3, "heat_import": 0.2})
    assert at_2035 == pytest.approx({"gas_chp": 0.8, "heat_import": 0.2})


@pytest.mark.parametrize("retirement_year", [2030, by_supply(gas_chp=2040)])
def test_a_replacement_that_retires_itself_is_refused(retirement_year: Any) -> None:
    with pytest.raises(DecarbError, match='replacement "gas_chp" retires too'):
        shares_in_year(by_supply(**OLD_PARK), 2020, retirement_year, replacement="gas_chp")


def test_an_unknown_replacement_is_met_with_the_nearest() -> None:
    with pytest.raises(DecarbError, match=r'replacement: "heatpump" is no supply; did you mean "heat_pump"'):
        shares_in_year(by_supply(**OLD_PARK), 2020, replacement="heatpump")


def test_the_plants_of_power_are_supplies() -> None:
    assert set(CHP) < set(SUPPLIES)
