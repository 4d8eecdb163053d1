"""The cost of a pathway, put together: a small nation by hand, and laws."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from decarb.nation.cost import PARTS, national_cost
from decarb.nation.lever_cost import LEVERS
from decarb.park.cost import Reason
from decarb.units import stamp
from decarb.variables import variables

YEARS = np.arange(2024, 2032)
TECHNOLOGIES = ["wind", "solar", "hydro", "nuclear", "bioenergy"]
STORES = ["supercapacitor", "lithium", "flow_battery"]
SECTORS = ["manufacturing", "process"]
FROM_PARKS = ["efficiency", "electrification", "fuel switch", "process change"]


def array(values: object, unit: str, **labels: list[str] | np.ndarray) -> xr.DataArray:
    shape = [len(each) for each in labels.values()]
    return stamp(xr.DataArray(np.broadcast_to(np.array(values, float), shape).copy(), labels, tuple(labels)), unit)


def yearly(values: object, unit: str) -> xr.DataArray:
    return array(values, unit, year=YEARS)


def by_technology(values: list[float], unit: str) -> xr.DataArray:
    return array(values, unit, technology=TECHNOLOGIES)


GROWTH = np.clip(YEARS - 2025, 0, None)  # what grows by one each year from 2026 on


def small_inputs(includes_parks: float = 1.0) -> xr.Dataset:
    price = array(5000.0, "CNY_2025/kW", technology=TECHNOLOGIES, year=YEARS)
    observed = array(100.0, "TWh/yr", technology=TECHNOLOGIES, year=YEARS).where(YEARS <= 2025)
    capacity = xr.concat([yearly(100.0 + 10.0 * GROWTH, "GW")] * 2 + [yearly(0.0, "GW")] * 3,
                         xr.IndexVariable("technology", TECHNOLOGIES))  # fmt: skip
    once = dict.fromkeys(("electric_heat_lifetime", "boiler_lifetime", "efficiency_lifetime"), array(50.0, "yr"))
    running = {f"{name}_om_share": array(0.0, "1/yr") for name in ("electric_heat", "boiler", "efficiency")}
    return xr.Dataset(
        {
            **once, **running,
            "cost_learned": array(0.0, "1"), "discount_rate": array(0.0, "1/yr"),
            "plant_price": price, "park_plant_price": stamp(price * 0.8, "CNY_2025/kW"),
            "plant_lifetime": by_technology([50.0] * 5, "yr"), "park_plant_lifetime": by_technology([50.0] * 5, "yr"),
            "plant_om_share": by_technology([0.0] * 5, "1/yr"),
            "park_plant_om_share": by_technology([0.0] * 5, "1/yr"),
            "plant_learning_rate": by_technology([0.0] * 5, "1"),
            "firm_full_load_hours": by_technology([np.nan, np.nan, 4000.0, 8000.0, 5000.0], "h/yr"),
            "store_power_price": array(1000.0, "CNY_2025/kW", store=STORES, year=YEARS),
            "store_energy_price": array(1000.0, "CNY_2025/kWh", store=STORES, year=YEARS),
            "store_lifetime": array(50.0, "yr", store=STORES), "store_om_share": array(0.02, "1/yr", store=STORES),
            "store_learning_rate": array(0.0, "1", store=STORES), "stores_standing": array(100.0, "GW"),
            "electric_heat_price": array(2000.0, "CNY_2025/kW"), "boiler_price": array(400.0, "CNY_2025/kW"),
            "heat_full_load_hours": array(5000.0, "h/yr"),
            "efficiency_investment": array(3000.0, "CNY_2025 yr/tce"),
            "industrial_price": array([0.5, 0.7], "CNY_2025/kWh", province=["Beijing", "Tibet"]),
            "sector_fuel_price": array(30.0, "CNY_2025/GJ", sector=SECTORS),
            "fuel_factor": array(0.09, "t CO2/GJ", sector=SECTORS),
            "switched_fuel_price": array(70.0, "CNY_2025/GJ"), "switched_fuel_factor": array(0.055, "t CO2/GJ"),
            "thermal_fuel_price": array(250.0, "CNY_2025/MWh"),
            "credit_price": yearly(70.76, "CNY_2025/t CO2e"), "allowance_price": yearly(62.36, "CNY_2025/t CO2"),
            "gwp_co2": array(1.0, "t CO2e/t CO2"),
            "capture_price": yearly(400.0, "CNY_2025/t CO2"),
            "capture_plant_price": array(1500.0, "CNY_2025 yr/t CO2"),
            "nonfossil_generation": observed, "capacity": stamp(capacity, "GW"),
            "full_load_hours": by_technology([2000.0, 1000.0, 0.0, 0.0, 0.0], "h/yr"),
            "firm_generation": array([[0.0], [0.0], [100.0], [100.0], [100.0]], "TWh/yr", technology=TECHNOLOGIES,
                                     year=YEARS),
            "includes_parks": by_technology([includes_parks] * 5, "1"),
        }
    )  # fmt: skip


def small_nation(includes_parks: float = 1.0, zones: float = 1.0) -> dict[str, xr.Dataset]:
    """A nation whose parks add 1 GW of wind and of PV, 2 TWh and 1 TWh a year, in every year from 2026 on."""
    inputs = small_inputs(includes_parks)
    parks = yearly(zones * GROWTH, "GW")
    mean = (zones * GROWTH + np.concatenate([[0.0], zones * GROWTH[:-1]])) / 2.0
    made = array(0.0, "TWh/yr", technology=TECHNOLOGIES, year=YEARS)
    made[0], made[1] = 2.0 * mean, mean
    path_wind_solar = 100.0 + 10.0 * (GROWTH + np.concatenate([[0.0], GROWTH[:-1]])) / 2.0
    path = array(100.0, "TWh/yr", technology=TECHNOLOGIES, year=YEARS)
    late = YEARS > 2025
    path[0, late], path[1, late] = 2.0 * path_wind_solar[late], path_wind_solar[late]
    on_top = 1.0 - includes_parks
    capacity = inputs["capacity"].copy()
    capacity[:2] = capacity[:2] + on_top * parks.values
    abated = array(0.0, "Mt CO2/yr", lever=FROM_PARKS, sector=SECTORS, year=YEARS)
    abated[:3, 0], abated[3, 1] = zones * 0.9 * GROWTH, zones * 0.2 * GROWTH
    return {
        "inputs": inputs,
        "base": xr.Dataset({
            "zone_count": array([3.0, 1.0], "zone", province=["Beijing", "Tibet"]),
            "fossil_factor": yearly(0.8, "Mt CO2/TWh"), "power_closing_factor": array(1.0, "1"),
        }),
        "zone": xr.Dataset({"own_use": array(10.0, "MWh/yr", province=["Beijing", "Tibet"])}),
        "fleet": xr.Dataset({
            "park_wind_capacity": parks, "park_pv_capacity": parks,
            "park_power_rating": array(0.1 * zones * GROWTH, "GW", store=STORES, year=YEARS),
            "park_energy_rating": array(0.2 * zones * GROWTH, "GWh", store=STORES, year=YEARS),
            "park_generation": made, "park_own_use": stamp(made.sum("technology"), "TWh/yr"),
        }),
        "economy": xr.Dataset({
            "abated_by_lever": abated, "electricity_for_fuel_in_zones": yearly(0.5 * zones * GROWTH, "TWh/yr"),
            "electricity_saved": yearly(zones * GROWTH, "TWh/yr"),
        }),
        "electricity": xr.Dataset({
            "capacity": capacity, "nonfossil_generation": stamp(path + on_top * made, "TWh/yr"),
            "curtailment": yearly(0.0, "TWh/yr"),
        }),
        "annual": xr.Dataset({
            "ccer_retired": array(5.0 * zones, "Mt CO2e/yr", province=["Beijing", "Tibet"], year=YEARS),
            "captured_co2": array(GROWTH, "Mt CO2/yr", province=["Beijing", "Tibet"], year=YEARS),
        }),
    }  # fmt: skip


def cost_of(includes_parks: float = 1.0, zones: float = 1.0) -> xr.Dataset:
    return national_cost(**small_nation(includes_parks, zones))


INSIDE, ON_TOP = cost_of(1.0), cost_of(0.0)


def test_parks_inside_the_path_are_counted_once() -> None:
    year = {"year": 2026}
    # 10 GW of wind a year, 1 of them in parks; 100 GW that stood in 2024 are replaced at 2 GW a year.
    # Outside: (9 + 2) x 5,000 CNY/kW = 55 billion; in parks 1 x 4,000 = 4 billion
    assert INSIDE["plant_investment"].sel(technology="wind", **year).item() == pytest.approx(55.0)
    assert INSIDE["park_plant_investment"].sel(technology="wind", **year).item() == pytest.approx(4.0)
    # firm plants: 100 TWh at 4,000, 8,000 and 5,000 h are 25, 12.5 and 20 GW; a fiftieth a year is replaced
    firm = (25.0 + 12.5 + 20.0) / 50.0 * 5.0
    # capture of 2 Mt at 1,500 CNY per ton a year: 3 billion
    assert INSIDE["path_investment"].sel(year).item() == pytest.approx(2 * (55.0 + 4.0) + firm + 3.0)


def test_parks_on_top_of_the_path_stand_beyond_it_and_the_path_does_not_change() -> None:
    plants = ON_TOP["park_plant_investment"].sum("technology")
    np.testing.assert_allclose(ON_TOP["plant_investment"].sel(technology="wind", year=2026), 60.0)  # (10 + 2) x 5
    np.testing.assert_allclose(
        ON_TOP["investment_beyond_path"] - INSIDE["investment_beyond_path"], plants, atol=1e-12
    )  # fmt: skip


@pytest.mark.parametrize("cost", [INSIDE, ON_TOP], ids=["inside", "on top"])
def test_the_national_sum_is_the_path_and_what_parks_add(cost: xr.Dataset) -> None:
    whole = cost["national_investment"]
    np.testing.assert_allclose(whole, cost["path_investment"] + cost["investment_beyond_path"], rtol=1e-12)
    outside = cost["plant_investment"].sum("technology") + cost["capture_investment"]
    np.testing.assert_allclose(whole, outside + cost["investment_of_parks"], rtol=1e-12)


def test_bills_and_credits_by_hand() -> None:
    at = {"year": 2027}
    # own use: wind (1 + 2) / 2 x 2 TWh, PV half of it: 4.5; saved 2 TWh; price (3 x 0.5 + 0.7) / 4 = 0.55 CNY/kWh
    assert INSIDE["electricity_bill_saved"].sel(at).item() == pytest.approx(6.5 * 0.55)
    assert INSIDE["electricity_for_fuel_bill"].sel(at).item() == pytest.approx(1.0 * 0.55)
    # 1.8 Mt at 0.09 are 20 PJ at 30 CNY/GJ, twice; 1.8 / 0.035 = 51.43 PJ at 30 - 70
    assert INSIDE["fuel_bill_saved"].sel(at).item() == pytest.approx(2 * 0.6 - 1.8 / 0.035 * 0.04)
    # 10 Mt as credits and as allowances
    assert INSIDE["credit_spending"].sel(at).item() == pytest.approx(0.7076)
    assert INSIDE["allowance_spending"].sel(at).item() == pytest.approx(0.6236)


def a_ton(cost: xr.Dataset, lever: str, year: int) -> tuple[float, Reason]:
    at = {"lever": lever, "year": year}
    return cost["lever_abatement_cost"].sel(at).item(), Reason(int(cost["lever_abatement_cost_reason"].sel(at)))


def test_on_site_plants_abate_only_where_the_path_does_not_count_them() -> None:
    for lever in ("on-site wind", "on-site PV"):
        assert a_ton(INSIDE, lever, 2030)[1] == Reason.NO_ABATEMENT
        assert a_ton(ON_TOP, lever, 2030)[1] == Reason.DEFINED
    # 4 billion a year over 50 years for 1 GW that makes 2 TWh, which saves 2 x 0.55; 2 x 0.8 Mt
    assert a_ton(ON_TOP, "on-site wind", 2030)[0] == pytest.approx((4e9 / 50 - 1.1e9) / 1.6e6)


def test_a_ton_of_each_lever_by_hand() -> None:
    # 5 billion per GW over 50 years; 2 TWh at 0.25 CNY/kWh of coal; 1.6 Mt
    assert a_ton(ON_TOP, "national wind", 2030)[0] == pytest.approx((5e9 / 50 - 0.5e9) / 1.6e6)
    assert a_ton(INSIDE, "capture", 2030)[0] == pytest.approx(400.0)
    # In the sixth year: 6 x (0.9 - 0.5 x 0.8) Mt; fuel 10 PJ at 30, power 0.5 TWh at 0.55 CNY/kWh, six times;
    # 0.1 GW a year at 2,000 CNY/kW over 50 years, half of the last year's
    built = 0.1 * 2.0 * 5.5 / 50.0
    electrified = (built - (0.3 - 0.275) * 6) / (0.5 * 6) * 1e3
    assert a_ton(INSIDE, "electrification", 2031)[0] == pytest.approx(electrified)
    assert a_ton(INSIDE, "efficiency", 2031)[0] < 0.0


def test_what_is_not_known_says_so() -> None:
    assert a_ton(INSIDE, "process change", 2030)[1] == Reason.NOT_KNOWN
    assert a_ton(INSIDE, "stores", 2030)[1] == Reason.NOT_KNOWN


def test_stores_abate_what_they_save_of_curtailment_less_what_they_lose() -> None:
    nation = small_nation()
    lost = {"park_charge": 3.0, "park_discharge": 2.5, "park_storage_change": 0.0}
    fleet = nation["fleet"].assign({name: yearly(value, "TWh/yr") for name, value in lost.items()})
    for avoided, reason in ((1.0, Reason.DEFINED), (0.5, Reason.NO_ABATEMENT), (0.2, Reason.EMISSIONS_RISE)):
        given_run = fleet.assign(park_curtailment_avoided=yearly(avoided, "TWh/yr"))
        cost = national_cost(**nation | {"fleet": given_run})
        assert a_ton(cost, "stores", 2030)[1] == reason
        tonnes = cost["lever_abated"].sel(lever="stores", year=2030).item()
        assert tonnes == pytest.approx((avoided - 0.5) * 0.8)


def test_without_zones_no_lever_of_parks_has_a_cost() -> None:
    none = cost_of(0.0, zones=0.0)
    of_parks = none.sel(lever=[name for name in LEVERS if not name.startswith("national") and name != "capture"])
    assert bool(of_parks["lever_abatement_cost"].isnull().all())
    assert set(np.unique(of_parks["lever_abatement_cost_reason"])) <= {Reason.NO_ABATEMENT, Reason.NOT_KNOWN}
    assert float(none["investment_of_parks"].sum()) == 0.0


@given(st.floats(0.0, 50.0), st.floats(0.0, 1.0))
@settings(max_examples=8, deadline=None)
def test_a_cost_of_a_ton_is_finite_exactly_where_it_is_defined(zones: float, includes: float) -> None:
    cost = cost_of(float(round(includes)), zones)
    amount, reason = cost["lever_abatement_cost"], cost["lever_abatement_cost_reason"]
    assert bool((np.isfinite(amount) == (reason == int(Reason.DEFINED))).all())
    # No tiny tonnage makes a huge figure: twice the zones, the same ton.
    assert float(np.abs(amount).max()) < 1e5


def test_a_sweep_is_each_of_its_scenarios() -> None:
    several = [small_nation(0.0, zones) for zones in (0.5, 1.0, 3.0)]
    parts = ("fleet", "economy", "electricity", "annual")
    swept = several[0] | {
        part: xr.concat([each[part] for each in several], "scenario", combine_attrs="override") for part in parts
    }
    together = national_cost(**swept)
    for place, each in enumerate(several):
        alone = national_cost(**each)
        for name, array_ in alone.items():
            np.testing.assert_allclose(
                together[name].isel(scenario=place).transpose(*array_.dims), array_, rtol=1e-9, atol=1e-12
            )


def test_power_of_zones_may_come_by_province() -> None:
    nation = small_nation()
    split = xr.DataArray([0.25, 0.75], {"province": ["Beijing", "Tibet"]}, ("province",))
    of_zones = {name: stamp(nation["economy"][name] * split, "TWh/yr")
                for name in ("electricity_for_fuel_in_zones", "electricity_saved")}  # fmt: skip
    cost = national_cost(**nation | {"economy": nation["economy"].assign(of_zones)})
    xr.testing.assert_allclose(cost, INSIDE)


def test_every_result_stands_in_the_dictionary_in_its_unit() -> None:
    assert not set(PARTS) & set(INSIDE)
    for name, result in INSIDE.items():
        entry = variables()[str(name)]
        assert (result.attrs["units"], set(result.dims)) == (entry.unit, set(entry.dims)), name
