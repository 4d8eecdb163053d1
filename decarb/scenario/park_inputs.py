"""From what a park file says, and the tables, to the arrays one park is computed with."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
import xarray as xr

from decarb.errors import DataError
from decarb.park.assumptions import ASSUMPTIONS as WEATHER
from decarb.park.clock import by_hour, hours_of_year
from decarb.park.demand import ASSUMPTIONS
from decarb.park.design import DESIGN, STORE_SIZES
from decarb.park.inventory import GASES, gwp_set
from decarb.park.market import residual_factor, residual_ratio
from decarb.park.rules import thresholds
from decarb.park.supply import CHP, SUPPLIES
from decarb.park.systems import system_year
from decarb.scenario.park_schema import ParkSpec, Ranges
from decarb.scenario.stated import scalar
from decarb.tables import Bound, table_array, table_value
from decarb.units import Quantity, stamp, units_of

SIZES: Final = {
    "wind_capacity": ("wind", "capacity", "MW"),
    "pv_capacity": ("pv", "capacity", "MW"),
    "water_use": ("water", "demand", "m3/d"),
    "water_treatment_capacity": ("water", "treatment_capacity", "m3/d"),
    "agriculture_area": ("agriculture", "area", "ha"),
    "building_floor_area": ("buildings", "floor_area", "m2"),
    "sports_floor_area": ("sports", "floor_area", "m2"),
    "process_heat": ("heat", "process_heat", "GJ/yr"),
    "vehicles": ("fleet", "vehicles", "vehicle"),
}
"""Input -> the system and field that state it; zero where the system is off or no part of the park."""
INTENSITIES: Final = {
    "water_return_share": ("water", "return_share", "1"),
    "treated_water_reuse_share": ("water", "reuse_share", "1"),
    "wastewater_electricity": ("water", "treatment_electricity", "kWh/m3"),
    "water_reuse_electricity": ("water", "reuse_electricity", "kWh/m3"),
    "irrigation_rate": ("agriculture", "irrigation", "m3/ha/yr"),
    "fertiliser_nitrogen": ("agriculture", "nitrogen", "t/ha/yr"),
    "agriculture_electricity_intensity": ("agriculture", "electricity", "MWh/ha/yr"),
    "crown_share": ("agriculture", "crown_share", "1"),
    "building_electricity_intensity": ("buildings", "electricity_intensity", "kWh/m2/yr"),
    "building_heat_intensity": ("buildings", "heat_intensity", "GJ/m2/yr"),
    "sports_electricity_intensity": ("sports", "electricity_intensity", "kWh/m2/yr"),
    "sports_heat_intensity": ("sports", "heat_intensity", "GJ/m2/yr"),
    "vehicle_distance": ("fleet", "distance", "km/yr"),
    "electric_vehicle_share": ("fleet", "electric_share", "1"),
}
"""Input -> the system and field that may state it; else the row of the same name in the tables."""
ROWS: Final = (
    "building_hot_water_share", "sports_hot_water_share", "wastewater_oxygen_demand", "wastewater_nitrogen",
    "vehicle_fuel_use", "vehicle_electricity_use", "wind_variability", "pv_variability", "load_variability",
    "variability_persistence",
)  # fmt: skip
FACTORS: Final = (
    "wastewater_ch4_capacity", "wastewater_ch4_correction", "wastewater_n2o_share", "fertiliser_n2o_share",
    "tree_growth_removal",
)  # fmt: skip
"""Rows of the table of emission factors, read at their value: guidelines give most of them no range."""
OF_WATER: Final = ("wastewater_electricity", "water_reuse_electricity")  # intensities that stand in that table too
TECHNOLOGY: Final = {
    "supercapacitor": "supercapacitor",
    "lithium": "lfp_battery",
    "flow_battery": "vanadium_flow_battery",
}
"""Store -> what the table of technologies calls it."""
PROCESS: Final = {
    "process_electricity": ("electricity", "MWh/yr"),
    "natural_gas": ("natural_gas", "Nm3/yr"),
    "coal": ("coal", "t/yr"),
    "diesel": ("diesel", "t/yr"),
    "refrigerant_leakage": ("refrigerant_leakage", "t HFC134a/yr"),
    "process_co2": ("co2", "t CO2/yr"),
}
COAL: Final = "bituminous_coal"
NO_SUPPLY: Final = {name: float(name == "heat_import") for name in SUPPLIES}  # of a park that needs no heat
NO_POWER: Final = Quantity(0.0, "MWh/yr")
NO_YIELD: Final = Quantity(1000.0, "h/yr")  # of a plant that is no part of the park: its capacity is zero


def park_inputs(park: ParkSpec, seed: int, bound: Bound = "value") -> xr.Dataset:
    """Return every input of one park's year: what its file states, its ranges, and the tables' rows for all else.

    Parameters
    ----------
    park : ParkSpec
    seed : int
        Of the synthetic weather and of all draws.
    bound : {"value", "low", "high"}
        Which column of the tables fills what the file leaves out.
    """
    return _inputs_and_systems(park, bound)[0].copy(deep=True).assign_attrs(seed=seed)


def park_systems(park: ParkSpec, bound: Bound = "value") -> xr.Dataset:
    """Return the year of a park's systems, as `decarb.park.systems.system_year` gives it for its `park_inputs`."""
    return _inputs_and_systems(park, bound)[1].copy(deep=True)


@lru_cache(maxsize=8)
def _inputs_and_systems(park: ParkSpec, bound: Bound) -> tuple[xr.Dataset, xr.Dataset]:
    """Return the inputs of a park, and the year of its systems, which they hold in part."""
    written = _systems(park, bound) | _stores(park, bound) | _grid(park) | _heat(park, bound) | _inventory(park)
    inputs = xr.Dataset(written | _place(park) | shared_weather(bound))
    inputs.attrs = {"park": park.name, "province": park.province, "year": park.year, "gwp": park.gwp,
                    "chp_replacement": park.heat.chp_replaced_by if park.heat else "heat_pump"}  # fmt: skip
    year = system_year(inputs, by_hour(inputs["air_temperature"], hours_of_year()))
    inputs = inputs.assign(year[["annual_load", "chp_capacity", "electricity", "heat_base_share"]])
    return inputs.assign(_range_ends(park.ranges, inputs)), year


def park_design(park: ParkSpec, bound: Bound = "value") -> dict[str, xr.DataArray]:
    """Return the sizes of a park in the units of `decarb.park.dispatch.DESIGN`, and its load's `electricity` by use."""
    inputs = park_inputs(park, seed=0, bound=bound)
    return {name: inputs[name] for name in (*DESIGN, "electricity", "heat_base_share")}


def shared_weather(bound: Bound) -> dict[str, xr.DataArray]:
    """Return what the synthetic weather takes from the tables, the same everywhere."""
    return {
        "wind_speed_ratio": table_array("weather_shape", "wind_speed_ratio", "month", "hour"),
        "air_temperature": table_array("weather_shape", "air_temperature", "month", "hour"),
        **{name: table_array("parameters", name, bound=bound) for name in (*WEATHER, *ASSUMPTIONS)},
    }


def _systems(park: ParkSpec, bound: Bound) -> dict[str, xr.DataArray]:
    sizes = {name: scalar(_size(park, system, field, unit), unit) for name, (system, field, unit) in SIZES.items()}
    stated = {name: _stated(park, system, field) for name, (system, field, _) in INTENSITIES.items()}
    intensities = {
        name: _row(name, bound) if value is None else scalar(value, INTENSITIES[name][2])
        for name, value in stated.items()
    }
    yields = {
        f"{name}_full_load_hours": scalar(_stated(park, name, "full_load_hours") or NO_YIELD, "h/yr")
        for name in ("wind", "pv")
    }
    factors = {name: table_array("emission_factors", name) for name in FACTORS}
    return {name: _row(name, bound) for name in ROWS} | factors | sizes | intensities | yields


def _stores(park: ParkSpec, bound: Bound) -> dict[str, xr.DataArray]:
    """Return the stores' sizes in the order in which they work; what has no controller stands still."""
    order = ("supercapacitor", *park.microgrid.order)
    columns: dict[str, list[float]] = {name: [] for name in STORE_SIZES}
    for name in order:
        store = getattr(park, name)
        runs = store is not None and store.on and park.microgrid.on
        usual = table_value("technologies", "round_trip_efficiency", bound=bound, technology=TECHNOLOGY[name])
        stated = None if store is None else store.round_trip_efficiency
        columns["round_trip_efficiency"].append((stated or usual).to("1"))
        for field, unit in STORE_SIZES.items():
            if field != "round_trip_efficiency":
                columns[field].append(getattr(store, field).to(unit) if runs else 0.0)
    along = {"store": list(order)}
    return {name: stamp(xr.DataArray(columns[name], along, ("store",)), unit) for name, unit in STORE_SIZES.items()}


def _grid(park: ParkSpec) -> dict[str, xr.DataArray]:
    grid = park.microgrid
    limits = {name: scalar(getattr(grid, name), "MW") for name in ("import_limit", "export_limit")}
    cap = scalar(grid.demand_cap or grid.import_limit, "MW")
    rules = thresholds(grid.rule, limits["import_limit"], cap)
    factor = park.grid_factor
    contracts = park.contracts
    return {
        **limits,
        **{str(name): array for name, array in rules.items()},
        "grid_factor": _average_factor(park) if factor is None else scalar(factor, "kg CO2/kWh"),
        "residual_ratio": _residual_ratio(park.year),
        "contracted": scalar((contracts and contracts.green_power) or NO_POWER, "MWh/yr"),
        "certificates_sold": scalar((contracts and contracts.certificates_sold) or NO_POWER, "MWh/yr"),
    }


def _residual_ratio(year: int) -> xr.DataArray:
    """Return the nation's residual over its average factor, in the year or the nearest later one that has both."""
    residual = residual_factor(table_array("grid_factors", "grid_factor_residual", "year"), year)
    published = int(residual["factor_year"])
    ratio = residual_ratio(residual, table_array("grid_factors", "grid_factor_average", year=published))
    return ratio.rename(factor_year="residual_factor_year")


def _average_factor(park: ParkSpec) -> xr.DataArray:
    """Return the average factor of the park's province, in its year or the nearest one known."""
    known = table_array("grid_factors", "grid_factor_average", "province", "year", complete=False)
    if park.province not in known["province"].values or bool(known.sel(province=park.province).isnull().all()):
        raise DataError(
            f'grid_factors.csv: no factor for {park.province}; state grid_factor, for example "0.6 kg CO2/kWh"'
        )
    own = known.sel(province=park.province, drop=True).dropna("year")
    return own.sel(year=park.year, method="nearest").rename(year="factor_year")


def _heat(park: ParkSpec, bound: Bound) -> dict[str, xr.DataArray]:
    heat = park.heat
    stated = heat.supply.shares if heat else {}
    shares = {name: stated[name].to("1") if name in stated else 0.0 for name in SUPPLIES} if stated else NO_SUPPLY
    efficiency = table_array("technologies", "conversion_efficiency", "technology")
    own = [name for name in SUPPLIES if name in efficiency["technology"].values]
    performance = table_array("technologies", "seasonal_performance", technology="heat_pump", year=2020)
    if heat and heat.heat_pump_performance:
        performance = scalar(heat.heat_pump_performance, "1")
    of_supply = efficiency.sel(technology=own).rename(technology="supply")
    retires = np.nan if heat is None or heat.chp_retires is None else float(heat.chp_retires)
    return {
        "heat_on": stamp(xr.DataArray(float(heat is not None and heat.on)), "1"),
        "heat_shares": stamp(xr.DataArray(list(shares.values()), {"supply": list(shares)}, ("supply",)), "1"),
        "heat_efficiency": stamp(
            xr.concat([of_supply, performance.expand_dims(supply=["heat_pump"])], dim="supply", coords="minimal",
                      compat="override"), "1"
        ),
        "power_to_heat": table_array("technologies", "power_to_heat", "technology", bound=bound)
        .sel(technology=list(CHP)).rename(technology="supply"),
        "chp_retirement_year": stamp(xr.DataArray(retires), "1"),
        "gas_calorific_value": table_array("emission_factors", "gas_calorific_value", fuel="natural_gas"),
        "coal_calorific_value": table_array("emission_factors", "net_calorific_value", fuel=COAL),
    }  # fmt: skip


def _inventory(park: ParkSpec) -> dict[str, xr.DataArray]:
    stated = {name: scalar(getattr(park.process, field), unit) for name, (field, unit) in PROCESS.items()}
    return stated | {
        "gas_factor": table_array("emission_factors", "gas_factor", fuel="natural_gas"),
        "coal_factor": table_array("emission_factors", "fuel_factor", fuel=COAL),
        "diesel_factor": table_array("emission_factors", "fuel_factor", fuel="diesel"),
        "heat_factor": table_array("emission_factors", "heat_factor"),
        "gwp": gwp_set(table_array("gwp", "gwp100", "gas", "report"), park.gwp).sel(gas=list(GASES)),
        "line_uncertainty": table_array("inventory", "line_uncertainty", "category"),
    }


def _place(park: ParkSpec) -> dict[str, xr.DataArray]:
    return {
        "latitude": table_array("provinces", "latitude", "province").sel(province=[park.province]),
        "longitude": table_array("provinces", "longitude", "province").sel(province=[park.province]),
        "station_wind_speed": table_array("provinces", "station_wind_speed", "province").reindex(
            province=[park.province]
        ),
    }


def _range_ends(ranges: Ranges, given: xr.Dataset) -> dict[str, xr.DataArray]:
    """Return the low and high end of each range, widened where the stated value lies outside."""
    ends: dict[str, xr.DataArray] = {}
    for name in Ranges.model_fields:
        written, unit = getattr(ranges, name), units_of(given[name])
        low, high = (given[name], given[name]) if written is None else (
            scalar(written.low, unit).clip(max=given[name]), scalar(written.high, unit).clip(min=given[name])
        )  # fmt: skip
        ends |= {f"{name}_low": stamp(low, unit), f"{name}_high": stamp(high, unit)}
    return ends


def _size(park: ParkSpec, system: str, field: str, unit: str) -> Quantity:
    part = getattr(park, system)
    return getattr(part, field) if part is not None and part.on else Quantity(0.0, unit)


def _stated(park: ParkSpec, system: str, field: str) -> Quantity | None:
    part = getattr(park, system)
    return None if part is None else getattr(part, field)


def _row(name: str, bound: Bound) -> xr.DataArray:
    return table_array("emission_factors" if name in OF_WATER else "parameters", name, bound=bound)
