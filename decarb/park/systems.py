"""What the systems of a park use and give in a year, put together: water, fields, floors, heat, vehicles, processes."""

from __future__ import annotations

from typing import Any

import xarray as xr

from decarb.park import demand
from decarb.park.agriculture import agriculture_year, irrigation_demand
from decarb.park.buildings import building_year
from decarb.park.fleet import fleet_year
from decarb.park.heat import check_heat_balance, heat_base_share, heat_year
from decarb.park.water import check_water_balance, water_year
from decarb.units import declare_units


def system_year(inputs: xr.Dataset, air_temperature: xr.DataArray) -> xr.Dataset:
    """Return the yearly flows of every system but wind, PV and the stores, and what they make of the park's load.

    Parameters
    ----------
    inputs : xr.Dataset
        As `decarb.scenario.park_inputs` builds it; a system that is off has no size.
    air_temperature : xr.DataArray, [1], (time)
        Degrees Celsius.

    Returns
    -------
    xr.Dataset
        The flows of `water_year`, `agriculture_year`, `fleet_year` and `heat_year`; `building_heat`, `sports_heat`
        [GJ/yr]; `electricity` [MWh/yr] (use) and its sum `annual_load`; `heat_shape` [1] (time), and `heat_base_share`
        [1], the part of heat that the weather leaves alone.

    Raises
    ------
    DecarbError
        A balance of water or heat does not close, or an input is impossible.
    """
    water, fleet = _water(inputs), _fleet(inputs)
    fields = _agriculture(inputs, water["reused_water"])
    buildings, sports = (
        building_year(
            inputs[f"{kind}_floor_area"], inputs[f"{kind}_electricity_intensity"], inputs[f"{kind}_heat_intensity"]
        )
        for kind in ("building", "sports")
    )
    process, rooms, baths = (
        heat_where(part, inputs["heat_on"]) for part in (inputs["process_heat"], buildings["heat"], sports["heat"])
    )
    base_share = heat_base_share(
        process, rooms, baths, inputs["building_hot_water_share"], inputs["sports_hot_water_share"]
    )
    heat_shape = demand.heat_shape(air_temperature, heat_base_share=base_share, heating_below=inputs["heating_below"])
    retirement = inputs["chp_retirement_year"]
    heat = heat_year(
        total_heat(process, rooms, baths), inputs["heat_shares"], inputs["heat_efficiency"], inputs["power_to_heat"],
        heat_shape,
        gas_calorific_value=inputs["gas_calorific_value"], coal_calorific_value=inputs["coal_calorific_value"],
        year=int(inputs.attrs["year"]), retirement_year=retirement, replacement=inputs.attrs["chp_replacement"],
    )  # fmt: skip
    check_water_balance(water)
    check_heat_balance(heat)
    uses = {
        "process": inputs["process_electricity"],
        "buildings": buildings["electricity"],
        "sports": sports["electricity"],
        "water": water["water_electricity"],
        "agriculture": fields["agriculture_electricity"],
        "fleet": fleet["fleet_electricity"],
        "heat": heat["heat_electricity"],
    }
    electricity = by_use(**uses)
    return xr.merge([water, fields, fleet, heat], join="exact", compat="no_conflicts").assign(
        building_heat=rooms,
        sports_heat=baths,
        electricity=electricity,
        annual_load=demand.annual_load(electricity),
        heat_base_share=base_share,
        heat_shape=heat_shape,
    )


def load_shape(
    inputs: xr.Dataset, air_temperature: xr.DataArray, electricity: xr.DataArray, heat_base_share: xr.DataArray
) -> xr.DataArray:
    """Return the load of a park over its mean, [1] (time), from what `system_year` says of its uses and its heat.

    Parameters
    ----------
    inputs : xr.Dataset
        With the variables of `decarb.park.demand.ASSUMPTIONS`.
    air_temperature : xr.DataArray, [1], (time)
        Degrees Celsius.
    electricity : xr.DataArray, [MWh/yr], (use)
    heat_base_share : xr.DataArray, [1]
    """
    assumed: Any = {name: inputs[name] for name in demand.ASSUMPTIONS}
    return demand.load_shape(
        electricity, demand.use_shapes(air_temperature, **assumed, heat_base_share=heat_base_share)
    )


@declare_units("GJ/yr", heat="GJ/yr", on="1")
def heat_where(heat: xr.DataArray, on: xr.DataArray) -> xr.DataArray:
    """Return heat where there is a system to deliver it; without one, floors and processes go without."""
    return heat * on


@declare_units("GJ/yr", process="GJ/yr", buildings="GJ/yr", sports="GJ/yr")
def total_heat(process: xr.DataArray, buildings: xr.DataArray, sports: xr.DataArray) -> xr.DataArray:
    """Return the heat that all consumers of a park need."""
    return process + buildings + sports


@declare_units("MWh/yr", **dict.fromkeys(demand.USES, "MWh/yr"))
def by_use(
    process: xr.DataArray, buildings: xr.DataArray, sports: xr.DataArray, water: xr.DataArray,
    agriculture: xr.DataArray, fleet: xr.DataArray, heat: xr.DataArray,
) -> xr.DataArray:  # fmt: skip
    """Return electricity along `use`."""
    parts = xr.broadcast(*map(xr.DataArray, (process, buildings, sports, water, agriculture, fleet, heat)))
    return xr.concat(parts, dim=xr.IndexVariable("use", list(demand.USES)), coords="minimal", compat="override")


def _water(inputs: xr.Dataset) -> xr.Dataset:
    return water_year(
        demand=inputs["water_use"], treatment_capacity=inputs["water_treatment_capacity"],
        return_share=inputs["water_return_share"], reuse_share=inputs["treated_water_reuse_share"],
        treatment_electricity=inputs["wastewater_electricity"], reuse_electricity=inputs["water_reuse_electricity"],
        oxygen_demand=inputs["wastewater_oxygen_demand"], methane_capacity=inputs["wastewater_ch4_capacity"],
        methane_correction=inputs["wastewater_ch4_correction"], nitrogen=inputs["wastewater_nitrogen"],
        n2o_share=inputs["wastewater_n2o_share"],
        irrigation=irrigation_demand(inputs["agriculture_area"], inputs["irrigation_rate"]),
    )  # fmt: skip


def _agriculture(inputs: xr.Dataset, reused_water: xr.DataArray) -> xr.Dataset:
    return agriculture_year(
        area=inputs["agriculture_area"], irrigation=inputs["irrigation_rate"], nitrogen=inputs["fertiliser_nitrogen"],
        n2o_share=inputs["fertiliser_n2o_share"], electricity=inputs["agriculture_electricity_intensity"],
        crown_share=inputs["crown_share"], removal=inputs["tree_growth_removal"], reused_water=reused_water,
    )  # fmt: skip


def _fleet(inputs: xr.Dataset) -> xr.Dataset:
    return fleet_year(
        vehicles=inputs["vehicles"], distance=inputs["vehicle_distance"],
        electric_share=inputs["electric_vehicle_share"], fuel_use=inputs["vehicle_fuel_use"],
        electricity_use=inputs["vehicle_electricity_use"],
    )  # fmt: skip
