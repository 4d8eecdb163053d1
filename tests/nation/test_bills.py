"""What parks no longer buy and what credits cost: sums by hand."""

from __future__ import annotations

import pytest
import xarray as xr

from decarb.nation.bills import (
    allowance_spending,
    credit_spending,
    electricity_bill,
    fuel_bill_saved,
    fuel_not_burnt,
    fuel_switched,
    mean_price,
    switching_saved,
)
from decarb.units import stamp


def plain(value: float, unit: str) -> xr.DataArray:
    return stamp(xr.DataArray(value), unit)


def test_one_price_weighs_each_province_by_what_it_buys() -> None:
    along = {"province": ["Beijing", "Tibet"]}
    price = stamp(xr.DataArray([0.6, 0.8], along, ("province",)), "CNY_2025/kWh")
    amount = stamp(xr.DataArray([[3.0, 0.0], [0.0, 1.0]], along, ("province", "level")), "MWh/yr")
    assert mean_price(price, amount).item() == pytest.approx(0.65)  # (3 x 0.6 + 0.8) / 4
    assert mean_price(price, stamp(amount * 0.0, "MWh/yr")).item() == pytest.approx(0.7)


def test_a_bill_is_energy_times_price() -> None:
    assert electricity_bill(plain(10.0, "TWh/yr"), plain(0.65, "CNY_2025/kWh")).item() == pytest.approx(6.5)


def by_sector(values: list[float], unit: str) -> xr.DataArray:
    return stamp(xr.DataArray(values, {"sector": ["manufacturing", "transport"]}, ("sector",)), unit)


def test_fuel_and_its_bill_follow_from_co2_and_the_factor_of_each_sector() -> None:
    abated = by_sector([9.0, 7.0], "Mt CO2/yr")
    factor, price = by_sector([0.09, 0.07], "t CO2/GJ"), by_sector([30.0, 150.0], "CNY_2025/GJ")
    # 100 PJ each; 100 PJ x 30 + 100 PJ x 150 CNY/GJ = 3 + 15 billion
    assert fuel_not_burnt(abated, factor).item() == pytest.approx(200.0)
    assert fuel_bill_saved(abated, price, factor).item() == pytest.approx(18.0)


def test_a_switch_moves_the_energy_behind_the_difference_and_costs_the_dearer_fuel() -> None:
    abated = by_sector([3.5, 0.0], "Mt CO2/yr")
    factor, price = by_sector([0.09, 0.05], "t CO2/GJ"), by_sector([30.0, 30.0], "CNY_2025/GJ")
    gas, gas_price = plain(0.055, "t CO2/GJ"), plain(70.0, "CNY_2025/GJ")
    # 3.5 Mt / (0.09 - 0.055) = 100 PJ; 100 PJ x (30 - 70) = -4 billion; where gas is no cleaner nothing moves
    assert fuel_switched(abated, factor, gas).item() == pytest.approx(100.0)
    assert switching_saved(abated, price, gas_price, factor, gas).item() == pytest.approx(-4.0)


def test_the_same_tonnes_as_credits_and_as_allowances() -> None:
    used, gwp = plain(10.0, "Mt CO2e/yr"), plain(1.0, "t CO2e/t CO2")
    assert credit_spending(used, plain(70.76, "CNY_2025/t CO2e")).item() == pytest.approx(0.7076)
    assert allowance_spending(used, plain(62.36, "CNY_2025/t CO2"), gwp).item() == pytest.approx(0.6236)
