"""The power balance: what thermal plants must generate, and what that emits where the plants stand."""

from __future__ import annotations

from typing import Final

import numpy as np
import xarray as xr

from decarb.errors import DecarbError
from decarb.units import declare_units

ROUNDING: Final = 1e-9  # of what can be contracted


@declare_units("TWh/yr", capacity="TW", full_load_hours="h/yr")
def variable_generation(capacity: xr.DataArray, full_load_hours: xr.DataArray) -> xr.DataArray:
    """Return generation of wind and solar from capacity at the ends of years.

    A plant works half of the year in which it is built.

    Parameters
    ----------
    capacity : xr.DataArray, [TW], (technology, year)
    full_load_hours : xr.DataArray, [h/yr], (technology)
    """
    before = capacity.shift(year=1).where(capacity["year"] > capacity["year"].min(), capacity)
    return (capacity + before) / 2.0 * full_load_hours


@declare_units("1/yr", gdp_growth="1/yr", intensity_change="1/yr")
def demand_change(gdp_growth: xr.DataArray, intensity_change: xr.DataArray) -> xr.DataArray:
    """Return the yearly change of electricity demand: growth of GDP, and of demand per GDP."""
    return (1.0 + gdp_growth) * (1.0 + intensity_change) - 1.0


@declare_units("TWh/yr", trend="TWh/yr", for_fuel="TWh/yr", for_fuel_in_zones="TWh/yr", charge="TWh/yr",
               discharge="TWh/yr", storage_change="TWh/yr", own_use="TWh/yr", line_loss_rate="1",
               for_captive_heat="TWh/yr", saved_in_zones="TWh/yr")  # fmt: skip
def demand(
    trend: xr.DataArray,
    for_fuel: xr.DataArray,
    for_fuel_in_zones: xr.DataArray,
    charge: xr.DataArray,
    discharge: xr.DataArray,
    storage_change: xr.DataArray,
    own_use: xr.DataArray,
    line_loss_rate: xr.DataArray,
    for_captive_heat: xr.DataArray | str = "0 TWh/yr",
    saved_in_zones: xr.DataArray | str = "0 TWh/yr",
) -> xr.DataArray:
    """Return consumption and losses of the nation with its parks.

    Electricity in place of fuel adds to the trend, what zones save comes off, both with the losses on the way to the
    meter; the losses of the parks' stores add where they stand; what parks generate and use on site crosses no grid and
    saves its losses, which are `line_loss_rate` of what would have been supplied for it.

    Parameters
    ----------
    trend, for_fuel, for_fuel_in_zones : xr.DataArray, [TWh/yr], (..., year)
    charge, discharge, storage_change, own_use : xr.DataArray, [TWh/yr], (year)
        Of all parks that are new since the observed base.
    line_loss_rate : xr.DataArray, [1]
        Of supplied electricity.
    for_captive_heat : xr.DataArray, [TWh/yr], (year)
        Of the heat pumps that stand in for captive plants.
    saved_in_zones : xr.DataArray, [TWh/yr], (year)
        What adopted zones no longer need.
    """
    store_losses = charge - discharge - storage_change
    saved_losses = own_use * line_loss_rate / (1.0 - line_loss_rate)
    at_meter = for_fuel + for_fuel_in_zones + for_captive_heat - saved_in_zones
    return trend + at_meter / (1.0 - line_loss_rate) + store_losses - saved_losses


def _counted_once(path: xr.DataArray, parks: xr.DataArray, includes_parks: xr.DataArray) -> xr.DataArray:
    """Return the national path with the parks: inside it as far as it reaches, or on top of it."""
    return includes_parks * np.maximum(path, parks) + (1.0 - includes_parks) * (path + parks)


@declare_units("TWh/yr", path="TWh/yr", parks="TWh/yr", includes_parks="1")
def with_parks(path: xr.DataArray, parks: xr.DataArray, includes_parks: xr.DataArray) -> xr.DataArray:
    """Return non-fossil generation by technology with the parks' own, counted once.

    Parameters
    ----------
    path : xr.DataArray, [TWh/yr], (technology, year)
        The national path.
    parks : xr.DataArray, [TWh/yr], (technology, year)
        Generation of new parks.
    includes_parks : xr.DataArray, [1], (technology)
        1: the path counts park plants, as national statistics do, and only what exceeds it is new; 0: they come on
        top.
    """
    return _counted_once(path, parks, includes_parks)


@declare_units(
    {"thermal_generation": "TWh/yr", "curtailment": "TWh/yr"},
    demand="TWh/yr", net_imports="TWh/yr", nonfossil="TWh/yr", thermal_minimum_share="1",
)  # fmt: skip
def thermal_balance(
    demand: xr.DataArray, net_imports: xr.DataArray, nonfossil: xr.DataArray, thermal_minimum_share: xr.DataArray
) -> xr.Dataset:
    """Return the thermal generation that closes the year, and non-fossil generation that finds no use.

    A yearly balance: it does not see calm weeks. The least thermal share stands for what they need.

    Parameters
    ----------
    demand : xr.DataArray, [TWh/yr], (year)
        Consumption and losses.
    net_imports : xr.DataArray, [TWh/yr], (year)
        Negative where the nation exports.
    nonfossil : xr.DataArray, [TWh/yr], (year)
        What non-fossil plants can generate.
    thermal_minimum_share : xr.DataArray, [1]
        Of generation.

    Notes
    -----
    thermal = consumption + losses + net exports - non-fossil generation, and never below its least share.
    """
    needed = demand - net_imports
    thermal = np.maximum(needed - nonfossil, thermal_minimum_share * needed)
    return xr.Dataset({"thermal_generation": thermal, "curtailment": (nonfossil + thermal - needed).clip(0.0)})


@declare_units("Mt CO2/yr", thermal_generation="TWh/yr", fossil_factor="Mt CO2/TWh",
               heat_supply="PJ/yr", heat_factor="Mt CO2/PJ")  # fmt: skip
def power_heat_emissions(
    thermal_generation: xr.DataArray, fossil_factor: xr.DataArray, heat_supply: xr.DataArray, heat_factor: xr.DataArray
) -> xr.DataArray:
    """Return CO2 of power plants and heat supply, at the plant, as generation, heat and their factors explain it.

    Parameters
    ----------
    thermal_generation : xr.DataArray, [TWh/yr], (year)
    fossil_factor : xr.DataArray, [Mt CO2/TWh], (year)
        Mean of all fossil plants.
    heat_supply : xr.DataArray, [PJ/yr], (year)
        Central heating; `heat_factor` [Mt CO2/PJ] is its guideline factor.
    """
    return thermal_generation * fossil_factor + heat_supply * heat_factor


@declare_units("1", inventory="Mt CO2/yr", explained="Mt CO2/yr")
def closing_factor(inventory: xr.DataArray, explained: xr.DataArray) -> xr.DataArray:
    """Return the factor by which generation, heat and their factors miss the inventory in the base year.

    Above 1: the inventory holds more than they explain.
    """
    return inventory / explained


@declare_units("Mt CO2/yr", explained="Mt CO2/yr", factor="1")
def closed(explained: xr.DataArray, factor: xr.DataArray) -> xr.DataArray:
    """Return CO2 of power and heat on the level of the inventory."""
    return explained * factor


@declare_units("kg CO2/kWh", power_co2="Mt CO2/yr", demand="TWh/yr")
def average_factor(power_co2: xr.DataArray, demand: xr.DataArray) -> xr.DataArray:
    """Return the average (location-based) grid factor: CO2 of power over all electricity consumed and lost.

    An output: it may rise in a dry year.

    Parameters
    ----------
    power_co2 : xr.DataArray, [Mt CO2/yr], (year)
        Of power, without heat, after capture.
    demand : xr.DataArray, [TWh/yr], (year)
        Consumption and losses.
    """
    return power_co2 / demand


@declare_units("TWh/yr", bought_by_parks="TWh/yr", green_power_share="1", demand_of_others="TWh/yr",
               market_traded_share="1")  # fmt: skip
def contracted_power(
    bought_by_parks: xr.DataArray,
    green_power_share: xr.DataArray,
    demand_of_others: xr.DataArray,
    market_traded_share: xr.DataArray,
) -> xr.DataArray:
    """Return the non-fossil power that its buyers claim by contract, parks and all others, (year).

    A contract builds no plant here and moves no ton: it says whose the power is.

    Parameters
    ----------
    bought_by_parks : xr.DataArray, [TWh/yr], (year)
        What adopted parks draw from the grid.
    green_power_share : xr.DataArray, [1]
        Of that, under contract.
    demand_of_others : xr.DataArray, [TWh/yr], (year)
        Consumption and losses of all other consumers.
    market_traded_share : xr.DataArray, [1]
        Of that, under contract.
    """
    return bought_by_parks * green_power_share + demand_of_others * market_traded_share


@declare_units("kg CO2/kWh", power_co2="Mt CO2/yr", demand="TWh/yr", contracted="TWh/yr", nonfossil="TWh/yr")
def residual_factor(
    power_co2: xr.DataArray, demand: xr.DataArray, contracted: xr.DataArray, nonfossil: xr.DataArray
) -> xr.DataArray:
    """Return the grid factor of the power that nobody contracted: CO2 of power over what contracts leave.

    Who buys green power counts it as zero; whoever counts the rest by the average factor counts that power twice.

    Parameters
    ----------
    power_co2 : xr.DataArray, [Mt CO2/yr], (year)
        Of power, without heat, after capture.
    demand : xr.DataArray, [TWh/yr], (year)
        Consumption and losses.
    contracted : xr.DataArray, [TWh/yr], (year)
        As `contracted_power` gives it.
    nonfossil : xr.DataArray, [TWh/yr], (year)
        Non-fossil generation that finds a use.

    Raises
    ------
    DecarbError
        More is contracted than non-fossil plants generate, or all that is demanded.

    Notes
    -----
    Over all consumers of the grid, contracted x 0 + (demand - contracted) x residual = CO2 of power.
    """
    _refuse_contracts(contracted, nonfossil * (1.0 + ROUNDING), "non-fossil plants generate")
    _refuse_contracts(contracted, demand * (1.0 - ROUNDING), "the rest of the demand can spare")
    return power_co2 / (demand - contracted)


def _refuse_contracts(contracted: xr.DataArray, most: xr.DataArray, whose: str) -> None:
    excess = contracted - most
    if bool((excess > 0.0).any()):
        worst = excess.isel(excess.argmax(list(excess.dims))) if excess.dims else excess
        when = f" in {int(worst['year'])}" if "year" in worst.coords else ""
        raise DecarbError(
            f"template.green_power_share, power.market_traded_share: contracts{when} are {float(worst):,.4g} TWh more "
            f"than {whose}; write smaller shares"
        )


@declare_units("GW", capacity="GW", parks="GW", includes_parks="1")
def capacity_with_parks(capacity: xr.DataArray, parks: xr.DataArray, includes_parks: xr.DataArray) -> xr.DataArray:
    """Return capacity by technology at the end of each year, parks counted once.

    Parameters
    ----------
    capacity : xr.DataArray, [GW], (technology, year)
        The national path.
    parks : xr.DataArray, [GW], (technology, year)
        Of new parks.
    includes_parks : xr.DataArray, [1], (technology)
        As for `with_parks`.
    """
    return _counted_once(capacity, parks, includes_parks)


@declare_units("TWh/yr", generation="TWh/yr", curtailment="TWh/yr")
def used(generation: xr.DataArray, curtailment: xr.DataArray) -> xr.DataArray:
    """Return non-fossil generation of all technologies that finds a use."""
    return generation.sum("technology", min_count=1) - curtailment


@declare_units("TWh/yr", observed="TWh/yr", variable="TWh/yr", firm="TWh/yr")
def nonfossil_path(observed: xr.DataArray, variable: xr.DataArray, firm: xr.DataArray) -> xr.DataArray:
    """Return non-fossil generation by technology: as observed, then wind and solar by capacity and the rest as given.

    Parameters
    ----------
    observed : xr.DataArray, [TWh/yr], (technology, year)
        NaN after the last observed year.
    variable, firm : xr.DataArray, [TWh/yr], (technology, year)
        By capacity and by energy; a technology has one of them and zero of the other.
    """
    return observed.combine_first(variable + firm)
