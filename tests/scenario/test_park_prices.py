"""What a park pays: rows of the year nearest its own, money of a named year, and no price that is not known."""

from __future__ import annotations

import pytest
import xarray as xr
from scenario_samples import PARKS

from decarb.park.tariff import PERIODS
from decarb.scenario.park_inputs import TECHNOLOGY
from decarb.scenario.park_prices import PLANTS, appraisal_horizon, park_prices
from decarb.scenario.scenario import load_park
from decarb.tables import provinces, read_table, table_array
from decarb.units import dimension, unit_factor, units_of


def prices(*settings: str, name: str = "yizhuang") -> xr.Dataset:
    return park_prices(load_park(name, settings))


@pytest.mark.parametrize("name", PARKS)
def test_every_price_of_a_shipped_park_has_a_unit_and_is_positive(name: str) -> None:
    found = prices(name=name)
    for key, array in found.data_vars.items():
        dimension(units_of(array))
        assert (array >= 0).all() and (key == "demand_charge" or (array > 0).all()), key
    assert found["generation_capex"]["technology"].values.tolist() == list(PLANTS)
    assert found["store_power_capex"]["store"].values.tolist() == list(TECHNOLOGY)


def test_money_is_of_a_named_year() -> None:
    for name in ("generation_capex", "store_power_capex", "store_energy_capex", "period_price", "export_price"):
        assert units_of(prices()[name]).startswith("CNY_20"), name


@pytest.mark.parametrize(("year", "row"), [(2016, 2020), (2020, 2020), (2024, 2020), (2026, 2030), (2060, 2060)])
def test_a_plant_costs_what_it_does_in_the_year_nearest_the_park(year: int, row: int) -> None:
    capex = prices(f"year={year}")["generation_capex"]
    for kind, technology in PLANTS.items():
        wanted = table_array("technologies", "capex_power", technology=technology, year=row)
        assert float(capex.sel(technology=kind)) * unit_factor(units_of(capex), units_of(wanted)) == pytest.approx(
            float(wanted)
        )


def test_of_two_years_equally_near_the_later_is_taken() -> None:
    # 2025 lies five years from 2020 and from 2030.
    xr.testing.assert_equal(prices("year=2025")["generation_capex"], prices("year=2030")["generation_capex"])


def test_stores_of_different_price_years_are_in_money_of_one() -> None:
    found = prices()["store_energy_capex"]
    lithium = table_array("technologies", "capex_energy", technology="lfp_battery", year=2025)
    assert units_of(found) != units_of(lithium)
    same = float(found.sel(store="lithium")) * unit_factor(units_of(found), units_of(lithium))
    assert same == pytest.approx(float(lithium))


def test_power_is_dearest_at_the_critical_hours_and_cheapest_in_the_valley() -> None:
    tariff = prices()["period_price"].sel(period=list(PERIODS)).values.tolist()
    assert tariff == sorted(tariff, reverse=True) and len(set(tariff)) == 4


@pytest.mark.parametrize("province", provinces())
def test_gas_and_water_have_a_price_only_where_the_province_has_one(province: str) -> None:
    rows = read_table("tariffs")
    found = prices(f"province={province}")
    for name in ("gas_price", "water_price"):
        assert (name in found) == bool(((rows["variable"] == name) & (rows["province"] == province)).any())
    assert float(found["export_price"]) > 0


def test_prices_are_of_the_place_and_year_and_not_of_the_size() -> None:
    other = prices("wind.capacity=50 MW", "lithium=null", "water.on=false", "process.electricity=90 GWh/yr")
    xr.testing.assert_identical(other, prices())


def test_a_park_is_judged_by_whole_years_of_operation() -> None:
    assert appraisal_horizon() == float(table_array("parameters", "appraisal_horizon")) > 0
