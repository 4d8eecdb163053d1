"""What the stores of a park do beyond its balance, and what the park costs with them and without."""

from __future__ import annotations

import xarray as xr

from decarb.park import economics, tariff
from decarb.park.dispatch import DESIGN, dispatch, dispatch_steps
from decarb.park.statement import burnt, burnt_mass
from decarb.park.storage import cycle_fade, deliverable_energy, equivalent_cycles, ramp_cover, service_life
from decarb.park.twins import grid_supply_only, storage_effect, without_stores
from decarb.scenario.park_prices import appraisal_horizon
from decarb.scenario.park_schema import ParkSpec
from decarb.units import declare_units, stamp


def with_stores(year: xr.Dataset, inputs: xr.Dataset, prices: xr.Dataset) -> xr.Dataset:
    """Return the year with what each store loses, how often it turns over, and how long it lasts."""
    full = deliverable_energy(
        *(
            inputs[name]
            for name in ("energy_rating", "round_trip_efficiency", "minimum_state_of_charge", "maximum_state_of_charge")
        )
    )
    prices = prices.sel(store=inputs["store"])
    cycles = equivalent_cycles(year["discharge"], full)
    lives = (cycles, prices["store_cycle_life"], prices["store_calendar_life"])
    return year.assign(
        power_rating=inputs["power_rating"],
        deliverable_energy=full,
        storage_loss=storage_loss(year["charge"], year["discharge"], year["storage_change"]),
        equivalent_cycles=cycles,
        cycle_fade=cycle_fade(*lives, prices["fade_at_end_of_life"]),
        service_life=service_life(*lives),
    )


@declare_units("MWh/yr", charge="MWh/yr", discharge="MWh/yr", storage_change="MWh/yr")
def storage_loss(charge: xr.DataArray, discharge: xr.DataArray, storage_change: xr.DataArray) -> xr.DataArray:
    """Return what goes into stores and neither comes out nor stays."""
    return charge - discharge - storage_change


def supercapacitor_effect(inputs: xr.Dataset, quarter: xr.Dataset) -> dict[str, xr.DataArray]:
    """Return what the supercapacitor does on steps of a quarter of an hour, where it has something to do."""
    design = inputs[list(DESIGN)]
    name = "supercapacitor"
    arguments = (quarter["capacity_factor"], quarter["load_shape"], quarter["period"])
    steps, bare = (dispatch_steps(each, *arguments) for each in (design, without_stores(design, name)))
    exchange, exchange_without = (stamp(each["grid_import"] - each["grid_export"], "MW") for each in (steps, bare))
    return {
        f"{name}_discharge_at_15_min": energy_of(
            steps["discharge"].sel(store=name, drop=True).assign_attrs(units="MW")
        ),
        f"{name}_ramp_cover_at_15_min": ramp_cover(exchange, exchange_without),
    }


@declare_units("MWh/yr", power="MWh/yr")
def energy_of(power: xr.DataArray) -> xr.DataArray:
    """Return the energy of a year of mean powers; a power is an energy for each year."""
    return power.mean("time")


def park_cost_against_twin(spec: ParkSpec, inputs: xr.Dataset, series: xr.Dataset, year: xr.Dataset, steps: xr.Dataset,
          prices: xr.Dataset) -> xr.Dataset:  # fmt: skip
    """Return the cost statement against the twin, and what the stores change."""
    design = inputs[list(DESIGN)]
    arguments = (series["capacity_factor"], series["load_shape"], series["period"])
    supplies = {
        "natural_gas": burnt(inputs["natural_gas"], year["heat_gas_volume"]),
        "fresh_water": year["fresh_water"],
        "heat_import": year["heat_import"],
        "coal": burnt_mass(inputs["coal"], year["heat_coal_mass"]),
        "diesel": burnt_mass(inputs["diesel"], year["fleet_fuel"]),
    }
    twin = dispatch(grid_supply_only(design, series["load_shape"]), *arguments)
    bare = dispatch(without_stores(design), *arguments)
    # Load that is not met emits nothing and abates nothing: the twin's purchases are counted without it.
    change = stamp(twin["grid_import"] - year["grid_import"] - year["unmet_load"], "MWh/yr")
    twin = twin.assign(emissions=more_emissions(year["emissions"], change, inputs["grid_factor"]))
    flows = year.assign(supplies).assign(billed_demand=tariff.billed_demand(steps["grid_import"]))
    money = prices.assign(store_lifetime=year["service_life"])
    horizon = appraisal_horizon()
    cost = economics.park_cost(
        flows.drop_vars("power_rating"), twin, design, money, start=spec.year, horizon=horizon, province=spec.province
    )
    without = tariff.annual_bill(
        bare["grid_import_by_period"], bare["grid_export"], prices["period_price"], prices["export_price"],
        bare["peak_import"], prices["demand_charge"],
    )  # fmt: skip
    effect = storage_effect(
        cost["electricity_bill"], without["electricity_bill"], year["grid_import"], bare["grid_import"],
        year["grid_export"], bare["grid_export"], inputs["grid_factor"], stamp(xr.DataArray(1.0), "t CO2e/t CO2"),
    )  # fmt: skip
    notes = (*cost.attrs["notes"], f"prices of 2025, held for {horizon} years from {spec.year}")
    return cost.merge(effect, compat="override").assign_attrs(notes=notes)


@declare_units("t CO2e/yr", emissions="t CO2e/yr", bought_more="MWh/yr", grid_factor="t CO2/MWh")
def more_emissions(emissions: xr.DataArray, bought_more: xr.DataArray, grid_factor: xr.DataArray) -> xr.DataArray:
    """Return what a park that buys more power emits, location-based; a ton of CO2 is a ton of CO2e."""
    return emissions + bought_more * grid_factor
