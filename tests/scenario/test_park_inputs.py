"""From a park file to arrays: what is stated wins, what is off has no size, and each array has its unit."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import pytest
import xarray as xr
from scenario_samples import PARKS, SYSTEMS

from decarb.errors import DataError
from decarb.park.clock import by_hour, hours_of_year
from decarb.park.design import DESIGN, STORE_SIZES
from decarb.park.systems import system_year
from decarb.park.tariff import PERIODS
from decarb.scenario import park_inputs as module
from decarb.scenario.park_inputs import INTENSITIES, SIZES, park_design, park_inputs, park_systems
from decarb.scenario.scenario import load_park
from decarb.scenario.stated import scalar
from decarb.tables import Bound, provinces, table_array, table_value
from decarb.units import Quantity, dimension, units_of

NOT_ALWAYS = ("power_to_heat", "heat_efficiency", "chp_retirement_year", "discharge_above", "station_wind_speed")
"""What only some supplies, parks, periods or provinces have."""


@lru_cache(maxsize=16)
def inputs_of(*settings: str, name: str = "yizhuang", bound: Bound = "value") -> xr.Dataset:
    return park_inputs(load_park(name, settings), seed=7, bound=bound)


def moved(*settings: str) -> set[str]:
    """The inputs that a setting moves."""
    before, after = inputs_of(), inputs_of(*settings)
    assert set(before) == set(after)
    return {str(name) for name in before if not before[name].variable.equals(after[name].variable)}


def stores_of(*settings: str) -> dict[str, xr.DataArray]:
    """What a park says of its stores, without what its other systems need."""
    return module._stores(load_park("yizhuang", settings), "value")


@pytest.mark.parametrize("name", PARKS)
def test_every_input_of_a_shipped_park_has_a_unit_that_exists_and_a_value(name: str) -> None:
    inputs = inputs_of(name=name)
    for key, array in inputs.data_vars.items():
        dimension(units_of(array))
        assert array.size, key
        if key not in NOT_ALWAYS:
            assert np.isfinite(array).all(), key
    assert set(DESIGN) <= set(inputs) and {units_of(inputs[key]) for key in STORE_SIZES} == set(STORE_SIZES.values())
    assert (inputs.attrs["park"], inputs.attrs["seed"], inputs.attrs["year"]) == (name, 7, PARKS[name]["year"])


def test_a_system_that_is_off_has_no_size_and_takes_only_its_own_load_along() -> None:
    of_load = {"electricity", "annual_load"}
    gone = {"wind": {"wind_capacity"}, "water": {"water_use", "water_treatment_capacity", *of_load},
            "heat": {"heat_on", "heat_base_share", *of_load}}  # fmt: skip
    for system, names in gone.items():
        assert moved(f"{system}.on=false") == names, system


@pytest.mark.parametrize("system", sorted({system for system, _, _ in SIZES.values()}))
def test_a_system_left_out_is_as_good_as_one_that_is_off(system: str) -> None:
    off, out = (
        module._systems(load_park("yizhuang", [setting]), "value")
        for setting in (f"{system}.on=false", f"{system}=null")
    )
    for name, (owner, _, unit) in SIZES.items():
        assert units_of(off[name]) == unit
        assert float(off[name]) == float(out[name])
        assert (float(off[name]) == 0.0) == (owner == system or name == "process_heat")


def test_each_stated_value_goes_to_its_own_input() -> None:
    numbers = {
        "wind_capacity": 3.3, "pv_capacity": 3.4, "water_use": 123, "water_treatment_capacity": 99,
        "agriculture_area": 2.5, "building_floor_area": 777, "sports_floor_area": 888, "process_heat": 999,
        "vehicles": 12, "water_return_share": 0.61, "treated_water_reuse_share": 0.62,
        "wastewater_electricity": 0.41, "water_reuse_electricity": 0.42,
        "irrigation_rate": 431, "fertiliser_nitrogen": 0.31, "agriculture_electricity_intensity": 44,
        "crown_share": 0.63,
        "building_electricity_intensity": 45, "building_heat_intensity": 0.46, "sports_electricity_intensity": 47,
        "sports_heat_intensity": 0.48, "vehicle_distance": 4900, "electric_vehicle_share": 0.64,
    }  # fmt: skip
    where = {**SIZES, **INTENSITIES}
    assert set(numbers) == set(where)
    settings = []
    for name, number in numbers.items():
        system, field, unit = where[name]
        settings.append(f"{system}.{field}={number}" + ("" if unit == "1" else f" {unit}"))
    stated = inputs_of(*settings)
    for name, number in numbers.items():
        assert float(stated[name]) == pytest.approx(number, rel=1e-12), name
        assert float(inputs_of()[name]) != pytest.approx(number), name
    follow = {"electricity", "annual_load", "heat_base_share", "annual_load_low"}  # it falls below its stated range
    assert moved(*settings) == set(numbers) | follow


def test_what_is_left_out_takes_its_row_and_its_range_moves_with_the_bound() -> None:
    low, value, high = (inputs_of(bound=bound) for bound in ("low", "value", "high"))
    for name in ("building_electricity_intensity", "vehicle_distance", "crown_share"):
        assert float(value[name]) == float(table_array("parameters", name))
        assert float(low[name]) < float(value[name]) < float(high[name]), name
    for name in ("wind_capacity", "natural_gas", "grid_factor", "wind_full_load_hours"):
        assert float(low[name]) == float(value[name]) == float(high[name]), name


def test_a_park_is_the_same_in_any_unit() -> None:
    other = inputs_of(
        "wind.capacity=4800 kW", "lithium.energy_rating=2000 kWh", "process.electricity=8000 MWh/yr",
        "water.demand=200000 L/d", "grid_factor=0.604 t CO2/MWh", "supercapacitor.self_discharge=0.0044 1/h",
    )  # fmt: skip
    xr.testing.assert_allclose(other, inputs_of(), rtol=1e-12)
    assert {name: units_of(array) for name, array in other.items()} == {
        name: units_of(array) for name, array in inputs_of().items()
    }


def test_the_design_of_a_park_has_the_units_that_dispatch_takes() -> None:
    design = park_design(load_park("yizhuang"))
    assert {name: units_of(design[name]) for name in DESIGN} == dict(DESIGN)
    assert set(design) - set(DESIGN) == {"electricity", "heat_base_share"}
    assert float(design["electricity"].sum()) == pytest.approx(float(design["annual_load"]), rel=1e-12)


def test_stores_stand_in_the_order_in_which_they_work() -> None:
    for order in (["lithium", "flow_battery"], ["flow_battery", "lithium"]):
        stores = stores_of(f"microgrid.order=[{', '.join(order)}]")
        assert stores["energy_rating"]["store"].values.tolist() == ["supercapacitor", *order]
        assert [float(stores["energy_rating"].sel(store=name)) for name in order] == [
            {"lithium": 2.0, "flow_battery": 0.8}[name] for name in order
        ]


@pytest.mark.parametrize("store", ["supercapacitor", "lithium", "flow_battery"])
def test_a_store_that_is_off_or_left_out_has_neither_power_nor_room(store: str) -> None:
    for setting in (f"{store}.on=false", f"{store}=null"):
        stores = stores_of(setting)
        for name in ("power_rating", "energy_rating"):
            assert float(stores[name].sel(store=store)) == 0.0
            assert (stores[name].drop_sel(store=store) > 0).all()
        assert (stores["round_trip_efficiency"] > 0).all()


def test_without_its_microgrid_every_store_stands_still() -> None:
    off = stores_of("microgrid.on=false")
    assert not off["power_rating"].any() and not off["energy_rating"].any()


def test_the_efficiency_of_a_store_is_stated_or_that_of_its_technology() -> None:
    usual = table_value("technologies", "round_trip_efficiency", technology="vanadium_flow_battery").to("1")
    stores = stores_of("lithium.round_trip_efficiency=91 %")["round_trip_efficiency"]
    assert float(stores.sel(store="lithium")) == pytest.approx(0.91)
    assert float(stores.sel(store="flow_battery")) == usual


def test_the_rule_of_the_microgrid_gives_the_thresholds_of_the_stores() -> None:
    shaved = module._grid(load_park("yizhuang", ["microgrid.rule=peak-shaving", "microgrid.demand_cap=2500 kW"]))
    assert shaved["charge_below"].values.tolist() == shaved["discharge_above"].values.tolist() == [2.5] * len(PERIODS)
    own = module._grid(load_park("yizhuang", ["microgrid.rule=self-consumption"]))
    assert not own["charge_below"].any() and not own["discharge_above"].any()
    by_price = module._grid(load_park("yizhuang"))
    assert float(by_price["charge_below"].sel(period="valley")) == 10.0  # its import limit
    assert math.isinf(float(by_price["discharge_above"].sel(period="flat")))


def test_a_stated_grid_factor_wins_over_that_of_the_province() -> None:
    stated = module._grid(load_park("yizhuang", ["grid_factor=0.7 kg CO2/kWh"]))["grid_factor"]
    assert (float(stated), "factor_year" in stated.coords) == (0.7, False)
    known = table_array("grid_factors", "grid_factor_average", "province", "year", complete=False).sel(
        province="Beijing"
    )
    for year, used in ((2020, 2021), (2022, 2022), (2050, 2023)):
        found = module._grid(load_park("yizhuang", ["grid_factor=null", f"year={year}"]))["grid_factor"]
        assert float(found) == float(known.sel(year=used)) and int(found["factor_year"]) == used


def test_a_province_without_a_factor_is_told_to_state_one() -> None:
    with pytest.raises(DataError, match=r'no factor for Tibet; state grid_factor, for example "0.6 kg CO2/kWh"'):
        module._grid(load_park("yizhuang", ["grid_factor=null", "province=Tibet"]))
    stated = load_park("yizhuang", ["province=Tibet"])
    assert float(module._grid(stated)["grid_factor"]) == 0.604


@pytest.mark.parametrize("province", [name for name in provinces() if name != "Tibet"])
def test_every_other_province_has_a_factor_and_a_place(province: str) -> None:
    park = load_park("yizhuang", ["grid_factor=null", f"province={province}", "year=2023"])
    assert 0.0 < float(module._grid(park)["grid_factor"]) < 1.5
    assert all(array.sizes["province"] == 1 for array in module._place(park).values())
    xr.Dataset(module._grid(park))  # two factors of different years stand beside each other


def test_contracts_are_bought_and_sold_apart() -> None:
    grid = module._grid(load_park("yizhuang", ["contracts={green_power: 2 GWh/yr, certificates_sold: 300 MWh/yr}"]))
    assert (float(grid["contracted"]), float(grid["certificates_sold"])) == (2000.0, 300.0)
    without = module._grid(load_park("yizhuang"))
    assert float(without["contracted"]) == float(without["certificates_sold"]) == 0.0


@pytest.mark.parametrize(
    ("written", "contracted", "sold"),
    [("{green_power: 2 GWh/yr}", 2000.0, 0.0), ("{certificates_sold: 300 MWh/yr}", 0.0, 300.0), ("{}", 0.0, 0.0)],
)
def test_each_key_of_the_contracts_may_be_left_out(written: str, contracted: float, sold: float) -> None:
    grid = module._grid(load_park("yizhuang", [f"contracts={written}"]))
    assert (float(grid["contracted"]), float(grid["certificates_sold"])) == (contracted, sold)
    assert {units_of(grid[name]) for name in ("contracted", "certificates_sold")} == {"MWh/yr"}


@pytest.mark.parametrize(("year", "published"), [(2020, 2021), (2022, 2022), (2050, 2023)])
def test_the_residual_stands_to_the_average_as_in_the_nation(year: int, published: int) -> None:
    rows = {
        name: table_array("grid_factors", f"grid_factor_{name}", year=published) for name in ("residual", "average")
    }
    for settings in ([], ["grid_factor=null"], ["province=Tibet"]):
        ratio = module._grid(load_park("yizhuang", [*settings, f"year={year}"]))["residual_ratio"]
        assert float(ratio) == pytest.approx(float(rows["residual"]) / float(rows["average"]), rel=1e-12)
        assert (int(ratio["residual_factor_year"]), units_of(ratio)) == (published, "1")
        assert 1.0 < float(ratio) < 1.5  # contracts take clean power and leave the rest


def test_heat_has_its_shares_and_its_efficiencies_and_a_stated_heat_pump_wins() -> None:
    heat = module._heat(load_park("chemicals"), "value")
    assert float(heat["heat_shares"].sum()) == pytest.approx(1.0)
    assert heat["heat_shares"].sel(supply=["coal_chp", "gas_boiler"]).values.tolist() == [0.7, 0.3]
    assert float(heat["chp_retirement_year"]) == 2030
    assert set(heat["heat_shares"]["supply"].values) >= set(heat["heat_efficiency"]["supply"].values)
    pumped = module._heat(load_park("yizhuang", ["heat.heat_pump_performance=5.5"]), "value")["heat_efficiency"]
    usual = module._heat(load_park("yizhuang"), "value")["heat_efficiency"]
    assert float(pumped.sel(supply="heat_pump")) == 5.5 != float(usual.sel(supply="heat_pump"))
    xr.testing.assert_equal(pumped.drop_sel(supply="heat_pump"), usual.drop_sel(supply="heat_pump"))


def test_a_park_without_heat_buys_none() -> None:
    for setting, on in (("heat=null", 0.0), ("heat.on=false", 0.0), ("heat.on=true", 1.0)):
        heat = module._heat(load_park("yizhuang", [setting]), "value")
        assert float(heat["heat_on"]) == on
        assert float(heat["heat_shares"].sum()) == pytest.approx(1.0)
        assert math.isnan(float(heat["chp_retirement_year"]))


@pytest.mark.parametrize(
    ("stated", "low", "high"),
    [("1150 h/yr", 800, 1600), ("2000 h/yr", 800, 2000), ("500 h/yr", 500, 1600), ("1600 h/yr", 800, 1600)],
)
def test_the_range_of_a_park_holds_what_is_stated(stated: str, low: float, high: float) -> None:
    park = inputs_of(f"wind.full_load_hours={stated}")
    assert [float(park[f"wind_full_load_hours_{end}"]) for end in ("low", "high")] == [low, high]
    assert units_of(park["wind_full_load_hours_low"]) == "h/yr"


def test_a_range_that_is_left_out_has_no_width() -> None:
    bare = inputs_of("ranges.wind_full_load_hours=null", "wind=null")
    assert float(bare["wind_full_load_hours_low"]) == float(bare["wind_full_load_hours_high"])


def test_the_gwp_of_a_park_is_that_of_its_report() -> None:
    ch4 = {
        name: module._inventory(load_park("yizhuang", [f"gwp={name}"]))["gwp"].sel(gas="CH4")
        for name in ("AR4", "AR5", "AR6")
    }
    assert [float(value) for value in ch4.values()] == [25.0, 28.0, 27.9]


def test_a_bare_park_has_only_its_processes() -> None:
    bare = inputs_of(*(f"{system}=null" for system in SYSTEMS if system != "microgrid"), "microgrid.on=false")
    assert float(bare["annual_load"]) == 8000.0 == float(bare["electricity"].sel(use="process"))
    assert not any(float(bare[name]) for name in SIZES)


def test_a_written_quantity_becomes_an_array_of_its_unit() -> None:
    array = scalar(Quantity(4800.0, "kW"), "MW")
    assert (float(array), array.dims, units_of(array)) == (4.8, (), "MW")


def test_the_systems_of_a_park_are_those_of_its_inputs() -> None:
    park = load_park("chemicals")
    inputs = park_inputs(park, seed=7)
    xr.testing.assert_identical(
        park_systems(park), system_year(inputs, by_hour(inputs["air_temperature"], hours_of_year()))
    )


def test_a_caller_cannot_change_what_the_next_one_gets() -> None:
    park = load_park("yizhuang")
    mine, systems = park_inputs(park, seed=7), park_systems(park)
    kept = mine["annual_load"].item(), systems["annual_load"].item()
    mine["annual_load"].values[...], systems["annual_load"].values[...] = 0.0, 0.0
    mine.attrs["park"] = "another"
    again = park_inputs(park, seed=8)
    assert (again["annual_load"].item(), park_systems(park)["annual_load"].item()) == kept
    assert again.attrs["park"] == park.name and again.attrs["seed"] == 8 and mine.attrs["seed"] == 7
