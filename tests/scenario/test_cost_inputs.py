"""Prices of the nation: from the tables by year and in money of 2025, or as a scenario states them."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from decarb.errors import InputError
from decarb.scenario.cost_inputs import PLANTS, YEARS, cost_inputs
from decarb.scenario.scenario import load_scenario
from decarb.tables import provinces, table_value
from decarb.units import dimension, unit_factor, units_of

CHINA = load_scenario("china-2060")


def inputs_of(*settings: str) -> dict[str, xr.DataArray]:
    return cost_inputs(load_scenario("china-2060", settings).spec)


DEFAULT = inputs_of()
STATED = {
    "cost.discount_rate": ("discount_rate", "6 %/yr", 0.06),
    "cost.credit_price": ("credit_price", "123 CNY_2025/t CO2e", 123.0),
    "cost.allowance_price": ("allowance_price", "234 CNY_2025/t CO2", 234.0),
}


@pytest.mark.parametrize("bound", ["value", "low", "high"])
def test_every_input_has_a_unit_and_no_hole_but_the_hours_of_wind_and_solar(bound: str) -> None:
    for name, array in cost_inputs(CHINA.spec, bound).items():  # type: ignore[arg-type]
        dimension(units_of(array))
        if name == "firm_full_load_hours":
            assert array.isnull().values.tolist() == [True, True, False, False, False]
        else:
            assert bool(array.notnull().all()) and bool((array >= 0.0).all()), name
        if "year" in array.dims:
            np.testing.assert_array_equal(array["year"], YEARS)


def test_all_money_is_of_one_price_year() -> None:
    units = {units_of(array) for array in DEFAULT.values() if "CNY" in units_of(array)}
    assert units and all("CNY_2025" in unit for unit in units)


def test_a_price_is_that_of_the_table_in_its_years_and_on_a_line_between() -> None:
    deflator = unit_factor("CNY_2020", "CNY_2025")
    price = DEFAULT["plant_price"].sel(technology="solar")
    known = {year: table_value("technologies", "capex_power", technology="utility_pv", year=year).value
             for year in (2030, 2040)}  # fmt: skip
    for year, value in known.items():
        assert price.sel(year=year).item() == pytest.approx(value * deflator)
    assert price.sel(year=2035).item() == pytest.approx(sum(known.values()) / 2 * deflator)
    assert DEFAULT["plant_price"]["technology"].values.tolist() == list(PLANTS)


def test_a_price_of_one_year_is_held() -> None:
    stores = DEFAULT["store_energy_price"]
    assert bool((stores == stores.sel(year=2025)).all())
    assert stores.sel(store="lithium", year=2060).item() == 385.0


def test_stores_stand_in_the_order_of_the_park() -> None:
    turned = inputs_of("park.microgrid.order=[flow_battery, lithium]")
    assert turned["store_lifetime"]["store"].values.tolist() == ["supercapacitor", "flow_battery", "lithium"]
    assert turned["store_lifetime"].sel(store="lithium") == DEFAULT["store_lifetime"].sel(store="lithium")


def test_power_costs_the_benchmark_of_the_province_and_the_fee() -> None:
    price = DEFAULT["industrial_price"]
    assert price["province"].values.tolist() == list(provinces())
    assert price.sel(province="Beijing").item() == pytest.approx(0.3598 + 0.25)
    dearer = inputs_of("cost.electricity_grid_fee=0.35 CNY_2025/kWh")["industrial_price"]
    np.testing.assert_allclose(dearer - price, 0.1)


def test_a_fuel_costs_its_price_over_its_heat() -> None:
    # 464.08 CNY_2025/t over 23.204 GJ/t is 20 CNY/GJ; 0.3034 tce/MWh x 29.3076 GJ/tce of it for power
    cheap = inputs_of("cost.coal_price=464.08 CNY_2025/t")
    assert cheap["thermal_fuel_price"].item() == pytest.approx(20.0 * 0.3034 * 29.3076)
    # power and heat burn coal most of all, transport oil
    fuel = DEFAULT["sector_fuel_price"]
    assert fuel.sel(sector="power_heat") < fuel.sel(sector="manufacturing") < fuel.sel(sector="transport")


def test_credits_and_allowances_cost_what_they_did_and_then_hold() -> None:
    allowance = DEFAULT["allowance_price"]
    np.testing.assert_allclose(allowance.sel(year=[2025, 2026, 2060]), 62.36)
    assert allowance.sel(year=2024).item() == pytest.approx(95.96 * unit_factor("CNY_2024", "CNY_2025"))
    np.testing.assert_allclose(DEFAULT["credit_price"].sel(year=[2025, 2060]), 70.76)


@pytest.mark.parametrize("key", STATED)
def test_what_a_scenario_states_holds_after_2025_and_moves_nothing_else(key: str) -> None:
    name, text, value = STATED[key]
    stated = inputs_of(f"{key}={text}")
    late = stated[name].sel(year=[2026, 2060]) if "year" in stated[name].dims else stated[name]
    np.testing.assert_allclose(late, value)
    if "year" in stated[name].dims:
        np.testing.assert_array_equal(stated[name].sel(year=2025), DEFAULT[name].sel(year=2025))
    moved = {other for other in DEFAULT if not stated[other].identical(DEFAULT[other])}
    assert moved == {name}


def test_learning_is_a_switch() -> None:
    learned = inputs_of("cost.curve=learning")
    assert (DEFAULT["cost_learned"].item(), learned["cost_learned"].item()) == (0.0, 1.0)
    rates = DEFAULT["plant_learning_rate"]
    assert rates.sel(technology=["hydro", "nuclear", "bioenergy"]).values.tolist() == [0.0] * 3
    assert bool((rates.sel(technology=["wind", "solar"]) > 0.0).all())


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("cost.credit_price=70 CNY/t CO2e", "price year"),
        ("cost.credit_price=70", "unit"),
        ("cost.discount_rate=90 %/yr", "outside"),
        ("cost.curve=magic", "table"),
        ("cost.gas=1", "gas"),
    ],
)
def test_a_price_without_its_year_or_a_field_that_is_none_is_refused(setting: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        inputs_of(setting)
