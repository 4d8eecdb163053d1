"""The cost of a pathway, put together: a small nation by hand, and laws."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from decarb.nation.cost import PARTS, national_cost
from decarb.nation.lever_cost import LEVERS, NOTHING, OF_PARKS
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


def mean_of_year(at_end: np.ndarray) -> np.ndarray:
    """Half of what is added in a year works in it."""
    return (at_end + np.concatenate([at_end[:1], at_end[:-1]])) / 2.0


def small_run(includes_parks: float, zones: float, gone: str = "") -> xr.Dataset:
    """A nation whose parks add 1 GW of wind and of PV, 2 TWh and 1 TWh a year, each year from 2026 on; one lever gone.

    Power of 5,000 TWh less savings; thermal plants make what others do not, at 0.8 Mt/TWh; 2,000 Mt elsewhere.
    """

    def there(lever: str) -> float:
        return float(lever != gone)

    parks = {"wind": zones * GROWTH * there("on-site wind"), "solar": zones * GROWTH * there("on-site PV")}
    path = {name: 100.0 + 10.0 * GROWTH * there(f"national {name}") for name in parks}
    capacity = array(0.0, "GW", technology=TECHNOLOGIES, year=YEARS)
    made, whole = (array(value, "TWh/yr", technology=TECHNOLOGIES, year=YEARS) for value in (0.0, 100.0))
    late = YEARS > 2025
    for place, (name, hours) in enumerate({"wind": 2.0, "solar": 1.0}.items()):
        inside = np.maximum(path[name], parks[name])
        capacity[place] = includes_parks * inside + (1.0 - includes_parks) * (path[name] + parks[name])
        made[place] = hours * mean_of_year(parks[name])
        whole[place, late] = hours * mean_of_year(path[name])[late] + (1.0 - includes_parks) * made.values[place, late]
    abated = array(0.0, "Mt CO2/yr", lever=FROM_PARKS, sector=SECTORS, year=YEARS)
    for place, lever in enumerate(FROM_PARKS):
        abated[place, int(lever == "process change")] = zones * 0.9 * GROWTH * there(lever)
    extra, saved = 0.5 * zones * GROWTH * there("electrification"), zones * GROWTH * there("efficiency")
    thermal = 5000.0 + extra - saved - whole.sum("technology").values
    caught = 2.0 * GROWTH * there("capture")
    emitted = 2000.0 + 0.8 * thermal - abated.sum(["lever", "sector"]).values - caught
    rated = zones * GROWTH * there("stores")
    return xr.Dataset({
        "gross_co2": array(emitted / 2.0, "Mt CO2/yr", province=["Beijing", "Tibet"], year=YEARS),
        "caused_abatement": yearly(0.0, "Mt CO2/yr"),
        "thermal_generation": yearly(thermal, "TWh/yr"), "nonfossil_generation": whole, "capacity": capacity,
        "park_wind_capacity": yearly(parks["wind"], "GW"), "park_pv_capacity": yearly(parks["solar"], "GW"),
        "park_power_rating": array(0.1 * rated, "GW", store=STORES, year=YEARS),
        "park_energy_rating": array(0.2 * rated, "GWh", store=STORES, year=YEARS),
        "park_generation": made, "park_own_use": stamp(made.sum("technology"), "TWh/yr"),
        "abated_by_lever": abated, "electricity_for_fuel_in_zones": yearly(extra, "TWh/yr"),
        "electricity_saved": yearly(saved, "TWh/yr"),
        "ccer_retired": array(5.0 * zones, "Mt CO2e/yr", province=["Beijing", "Tibet"], year=YEARS),
        "captured_co2": array(caught / 2.0, "Mt CO2/yr", province=["Beijing", "Tibet"], year=YEARS),
    })  # fmt: skip


def small_nation(includes_parks: float = 1.0, zones: float = 1.0) -> dict[str, xr.Dataset]:
    runs = [small_run(includes_parks, zones, lever) for lever in (NOTHING, *LEVERS)]
    return {
        "inputs": small_inputs(includes_parks),
        "base": xr.Dataset({"zone_count": array([3.0, 1.0], "zone", province=["Beijing", "Tibet"])}),
        "zone": xr.Dataset({"own_use": array(10.0, "MWh/yr", province=["Beijing", "Tibet"])}),
        "runs": xr.concat(runs, xr.IndexVariable("without", [NOTHING, *LEVERS]), combine_attrs="override"),
    }


def cost_of(includes_parks: float = 1.0, zones: float = 1.0) -> xr.Dataset:
    return national_cost(**small_nation(includes_parks, zones))


def cost_with(name: str, more: xr.DataArray | float, times: float = 1.0) -> xr.Dataset:
    """The cost where each run without a lever has more of something, or so many times as much."""
    nation = small_nation()
    runs = nation["runs"].copy()
    lacking = runs["without"] != NOTHING
    array_ = runs[name]
    runs[name] = stamp(array_.where(~lacking, array_ * times + more), array_.attrs["units"])
    return national_cost(**nation | {"runs": runs})


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


def a_ton(cost: xr.Dataset, lever: str, year: int, name: str = "lever") -> tuple[float, Reason]:
    at = {"lever": lever, "year": year}
    figure = f"{name}_abatement_cost"
    return cost[figure].sel(at).item(), Reason(int(cost[f"{figure}_reason"].sel(at)))


def test_tonnes_are_those_of_the_nation_less_the_nation_without_the_lever() -> None:
    emitted = small_nation(0.0)["runs"]["gross_co2"].sum("province")
    more = emitted.sel(without=list(LEVERS)) - emitted.sel(without=NOTHING, drop=True)
    np.testing.assert_allclose(ON_TOP["lever_abated"], more, atol=1e-9)
    # In the fifth year wind on site makes 2 x 4.5 TWh
    assert ON_TOP["lever_abated"].sel(lever="on-site wind", year=2030).item() == pytest.approx(9.0 * 0.8)


def test_what_credit_money_causes_is_no_ton_of_a_lever() -> None:
    nation = small_nation()
    runs, caused = nation["runs"].copy(), yearly(7.0, "Mt CO2/yr") * (nation["runs"]["without"] != "stores")
    runs["gross_co2"] = stamp(runs["gross_co2"] - caused / 2.0, "Mt CO2/yr")
    runs["caused_abatement"] = stamp(runs["caused_abatement"] + caused, "Mt CO2/yr")
    with_credits = national_cost(**nation | {"runs": runs})
    np.testing.assert_allclose(with_credits["lever_abated"], INSIDE["lever_abated"], atol=1e-9)


def test_plants_on_site_that_the_path_counts_only_cost_what_they_cost_more() -> None:
    for lever in ("on-site wind", "on-site PV"):
        assert a_ton(INSIDE, lever, 2030)[1] == Reason.NO_ABATEMENT
        # a GW a year at 4,000 in place of 5,000 CNY/kW over 50 years; in 2030 four and a half of them
        assert INSIDE["lever_cost"].sel(lever=lever, year=2030).item() == pytest.approx(-1.0 / 50.0 * 4.5)
        assert INSIDE["lever_park_cost"].sel(lever=lever, year=2030).item() == pytest.approx(4.0 / 50.0 * 4.5)


def test_plants_on_site_that_the_path_counts_have_no_ton_of_the_park() -> None:
    cost = cost_with("gross_co2", 0.5)  # in both provinces, as line losses would: 1 Mt more without them
    assert a_ton(cost, "on-site wind", 2030)[0] == pytest.approx(-90.0)  # -0.09 billion, no fuel, 1 Mt
    assert a_ton(cost, "on-site wind", 2030, "lever_park")[1] == Reason.NOTHING_SPENT
    assert a_ton(ON_TOP, "on-site wind", 2030, "lever_park")[1] == Reason.DEFINED


def test_a_ton_of_each_lever_by_hand() -> None:
    # 5 billion a GW over 50 years, 2 TWh of coal at 0.25 CNY/kWh, 1.6 Mt; on site 4 billion, to the park 0.55 CNY/kWh
    assert a_ton(ON_TOP, "national wind", 2030)[0] == pytest.approx((5e9 / 50 - 0.5e9) / 1.6e6)
    assert a_ton(ON_TOP, "on-site wind", 2030)[0] == pytest.approx((4e9 / 50 - 0.5e9) / 1.6e6)
    assert a_ton(ON_TOP, "on-site wind", 2030, "lever_park")[0] == pytest.approx((4e9 / 50 - 1.1e9) / 1.6e6)
    assert a_ton(INSIDE, "capture", 2030)[0] == pytest.approx(400.0)
    # In the sixth year: 6 x (0.9 - 0.5 x 0.8) Mt; fuel 10 PJ at 30 less 0.5 TWh, coal 0.25 or power 0.55 CNY/kWh, six
    # times; 0.1 GW a year at 2,000 CNY/kW over 50 years, half of the last year's
    built = 0.1 * 2.0 * 5.5 / 50.0
    for name, price in (("lever", 0.25), ("lever_park", 0.55)):
        electrified = (built - (0.3 - 0.5 * price) * 6) / (0.5 * 6) * 1e3
        assert a_ton(INSIDE, "electrification", 2031, name)[0] == pytest.approx(electrified)
    # 0.9 Mt are 10 PJ at 30 CNY/GJ, and 1 TWh: to the park 0.25 CNY/kWh x 6 TWh beyond the nation's fuel
    saved = INSIDE[["lever_saving", "lever_park_saving"]].sel(lever="efficiency", year=2031)
    assert saved["lever_saving"].item() == pytest.approx(6 * (0.3 + 0.25))
    assert saved["lever_park_saving"].item() == pytest.approx(6 * (0.3 + 0.55))
    assert a_ton(INSIDE, "efficiency", 2031)[0] < 0.0


def test_what_is_not_known_says_so() -> None:
    for name in ("lever", "lever_park"):
        assert a_ton(INSIDE, "process change", 2030, name)[1] == Reason.NOT_KNOWN
    assert INSIDE["lever_abated"].sel(lever="process change", year=2030).item() == pytest.approx(4.5)


def test_no_park_pays_for_levers_of_the_nation() -> None:
    others = [lever for lever in LEVERS if lever not in OF_PARKS]
    assert others == ["national wind", "national solar", "capture"]
    for name in ("cost", "saving", "abatement_cost"):
        assert bool(ON_TOP[f"lever_park_{name}"].sel(lever=others).isnull().all())


@pytest.mark.parametrize(
    ("tonnes", "reason"), [(0.2, Reason.DEFINED), (0.0, Reason.NO_ABATEMENT), (-0.2, Reason.EMISSIONS_RISE)]
)  # fmt: skip
def test_stores_abate_what_the_nation_emits_more_without_them(tonnes: float, reason: Reason) -> None:
    assert a_ton(cost_with("gross_co2", tonnes / 2.0), "stores", 2030)[1] == reason


def test_rounding_of_the_nation_is_no_ton() -> None:
    assert a_ton(cost_with("gross_co2", 0.0, times=1.0 + 1e-12), "stores", 2030)[1] == Reason.NO_ABATEMENT


def test_a_dry_year_takes_no_plant_down() -> None:
    nation = small_nation()
    dry = nation["runs"].copy(deep=True)
    dry["nonfossil_generation"].loc[{"technology": "hydro", "year": 2028}] = 60.0
    cost = national_cost(**nation | {"runs": dry})
    np.testing.assert_allclose(cost["plant_investment"], INSIDE["plant_investment"])


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
    runs = xr.concat([each["runs"] for each in several], "scenario", combine_attrs="override")
    together = national_cost(**several[0] | {"runs": runs})
    for place, each in enumerate(several):
        alone = national_cost(**each)
        for name, array_ in alone.items():
            np.testing.assert_allclose(
                together[name].isel(scenario=place).transpose(*array_.dims), array_, rtol=1e-9, atol=1e-12
            )


def test_power_of_zones_may_come_by_province() -> None:
    nation = small_nation()
    split = xr.DataArray([0.25, 0.75], {"province": ["Beijing", "Tibet"]}, ("province",))
    of_zones = {name: stamp(nation["runs"][name] * split, "TWh/yr")
                for name in ("electricity_for_fuel_in_zones", "electricity_saved")}  # fmt: skip
    cost = national_cost(**nation | {"runs": nation["runs"].assign(of_zones)})
    xr.testing.assert_allclose(cost, INSIDE)


def test_every_result_stands_in_the_dictionary_in_its_unit() -> None:
    assert not set(PARTS) & set(INSIDE)
    for name, result in INSIDE.items():
        entry = variables()[str(name)]
        assert (result.attrs["units"], set(result.dims)) == (entry.unit, set(entry.dims)), name
