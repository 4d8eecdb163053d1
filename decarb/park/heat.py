"""Steam and hot water of a park: what it takes to deliver them, and the power that comes with it."""

from __future__ import annotations

from typing import Final

import numpy as np
import xarray as xr

from decarb.errors import DecarbError
from decarb.park.supply import CHP, COAL, ELECTRIC, GAS, shares_in_year
from decarb.units import converted, declare_units, strip

BALANCE_TOLERANCE: Final = 1e-9  # of the demand


def heat_year(
    demand: xr.DataArray,
    shares: xr.DataArray,
    efficiency: xr.DataArray,
    power_to_heat: xr.DataArray,
    heat_shape: xr.DataArray,
    *,
    gas_calorific_value: xr.DataArray,
    coal_calorific_value: xr.DataArray,
    year: xr.DataArray | int,
    retirement_year: xr.DataArray | int | None = None,
    replacement: str = "heat_pump",
) -> xr.Dataset:
    """Return who delivers the heat of a park in a year, the fuel and power it takes, and the power it gives.

    Every supply keeps its share in every hour. A plant that makes heat and power follows the heat, never the load, and
    all its fuel is burned in the park.

    Parameters
    ----------
    demand : xr.DataArray, [GJ/yr]
        Heat at the consumer; losses of pipes are not told apart.
    shares : xr.DataArray, [1], (supply, ...)
        Of the demand, by any of `decarb.park.supply.SUPPLIES`; what is missing is none; they add to 1.
    efficiency : xr.DataArray, [1], (supply)
        Heat over fuel (lower heating value) or over electricity; of a heat pump its seasonal performance. Needed for
        every supply but `heat_import`.
    power_to_heat : xr.DataArray, [1], (supply)
        Electricity over heat of the plants in `CHP`.
    heat_shape : xr.DataArray, [1], (..., time)
        Mean 1, as `decarb.park.demand.heat_shape` gives it; its peak sets `chp_capacity`.
    gas_calorific_value, coal_calorific_value : xr.DataArray, [GJ/Nm3], [GJ/t]
    year, retirement_year, replacement
        As in `decarb.park.supply.shares_in_year`.

    Returns
    -------
    xr.Dataset
        [GJ/yr] `heat_demand`, `heat` (supply), `heat_import`, and the energy of fuels `heat_gas`, `heat_coal`;
        `heat_gas_volume` [Nm3/yr], `heat_coal_mass` [t/yr]; [MWh/yr] `heat_electricity` (heat pumps and electric
        boilers) and `chp_generation`; `chp_capacity` [MW].

    Raises
    ------
    DecarbError
        Shares that are none or do not add to 1, a supply that is unknown or has no efficiency, a plant that gives
        more than its fuel, or a replacement that retires itself.
    """
    _check_plants(efficiency, power_to_heat)
    heat = heat_by_supply(demand, shares_in_year(shares, year, retirement_year, replacement=replacement))
    gas, coal, electric, plants = ({"supply": list(group)} for group in (GAS, COAL, ELECTRIC, CHP))
    heat_gas, heat_coal = (fuel_energy(heat.sel(fuel), efficiency.sel(fuel)) for fuel in (gas, coal))
    generation = chp_generation(heat.sel(plants), power_to_heat.sel(plants))
    return xr.Dataset(
        {
            "heat_demand": converted(demand, "GJ/yr"),
            "heat": heat,
            "heat_import": heat.sel(supply="heat_import", drop=True),
            "heat_gas": heat_gas,
            "heat_gas_volume": gas_volume(heat_gas, gas_calorific_value),
            "heat_coal": heat_coal,
            "heat_coal_mass": coal_mass(heat_coal, coal_calorific_value),
            "heat_electricity": heat_electricity(heat.sel(electric), efficiency.sel(electric)),
            "chp_generation": generation,
            "chp_capacity": chp_capacity(generation, heat_shape),
        }
    )


@declare_units("GJ/yr", demand="GJ/yr", shares="1")
def heat_by_supply(demand: xr.DataArray, shares: xr.DataArray) -> xr.DataArray:
    """Return the heat that each supply delivers, (supply, ...)."""
    return shares * demand


@declare_units("GJ/yr", heat="GJ/yr", efficiency="1")
def fuel_energy(heat: xr.DataArray, efficiency: xr.DataArray) -> xr.DataArray:
    """Return the energy of the fuel behind the heat of some supplies; that of power made with it is inside."""
    return (heat / efficiency).sum("supply")


@declare_units("MWh/yr", heat="MWh/yr", efficiency="1")
def heat_electricity(heat: xr.DataArray, efficiency: xr.DataArray) -> xr.DataArray:
    """Return the electricity behind the heat of some supplies."""
    return (heat / efficiency).sum("supply")


@declare_units("Nm3/yr", energy="GJ/yr", calorific_value="GJ/Nm3")
def gas_volume(energy: xr.DataArray, calorific_value: xr.DataArray) -> xr.DataArray:
    """Return the volume of gas that holds an energy."""
    return energy / calorific_value


@declare_units("t/yr", energy="GJ/yr", calorific_value="GJ/t")
def coal_mass(energy: xr.DataArray, calorific_value: xr.DataArray) -> xr.DataArray:
    """Return the mass of coal that holds an energy."""
    return energy / calorific_value


@declare_units("MWh/yr", heat="MWh/yr", power_to_heat="1")
def chp_generation(heat: xr.DataArray, power_to_heat: xr.DataArray) -> xr.DataArray:
    """Return the electricity that plants make with their heat."""
    return (heat * power_to_heat).sum("supply")


@declare_units("MW", generation="MW", heat_shape="1")
def chp_capacity(generation: xr.DataArray, heat_shape: xr.DataArray) -> xr.DataArray:
    """Return the electric rating of plants that follow the heat: their mean power times the peak of the heat.

    A planner would build less and let a boiler take the peak, so this is the most that the share can need. With
    `chp_capacity_factor` it gives back the generation of the year.
    """
    return generation * heat_shape.max("time")


@declare_units("1", heat_shape="1")
def chp_capacity_factor(heat_shape: xr.DataArray) -> xr.DataArray:
    """Return the output over the rating of plants that follow the heat, (..., time)."""
    return heat_shape / heat_shape.max("time")


@declare_units(
    "1", process_heat="GJ/yr", building_heat="GJ/yr", sports_heat="GJ/yr", building_hot_water_share="1",
    sports_hot_water_share="1",
)  # fmt: skip
def heat_base_share(
    process_heat: xr.DataArray,
    building_heat: xr.DataArray,
    sports_heat: xr.DataArray,
    building_hot_water_share: xr.DataArray,
    sports_hot_water_share: xr.DataArray,
) -> xr.DataArray:
    """Return the part of a park's heat that the weather leaves alone: processes and hot water.

    Parameters
    ----------
    process_heat, building_heat, sports_heat : xr.DataArray, [GJ/yr]
    building_hot_water_share, sports_hot_water_share : xr.DataArray, [1]
        Of the heat of buildings and of the sports centre.

    Returns
    -------
    xr.DataArray, [1]
        1 where no heat is needed.
    """
    steady = process_heat + building_heat * building_hot_water_share + sports_heat * sports_hot_water_share
    total = xr.DataArray(process_heat + building_heat + sports_heat)
    return xr.where(total > 0, steady / total.where(total > 0), 1.0)


def check_heat_balance(flows: xr.Dataset, tolerance: float = BALANCE_TOLERANCE) -> None:
    """Raise `DecarbError` unless the supplies deliver the demand, and fuel covers the heat and power made from it.

    Parameters
    ----------
    flows : xr.Dataset
        As `heat_year` returns it.
    tolerance : float, [1]
        Of the demand.

    Notes
    -----
    sum of heat over supply = heat_demand, none negative
    heat of gas_chp and coal_chp + chp_generation <= heat_gas + heat_coal
    """
    demand, heat = flows["heat_demand"], flows["heat"]
    gap = np.abs(heat.sum("supply") - demand)
    if not bool((gap <= tolerance * demand).all()):
        raise DecarbError(f"heat balance: {float(gap.max()):.3g} GJ/yr are missing or too many; at most {tolerance:g} "
                          "of the demand may be")  # fmt: skip
    if bool((heat < 0.0).any()):
        raise DecarbError(f"heat balance: a supply delivers {float(heat.min()):.3g} GJ/yr; none may be negative")
    made = heat.sel(supply=list(CHP)).sum("supply") + strip(flows["chp_generation"], "GJ/yr")
    lacking = made - flows["heat_gas"] - flows["heat_coal"]
    if not bool((lacking <= tolerance * demand).all()):
        raise DecarbError(f"heat balance: plants give {float(lacking.max()):.3g} GJ/yr more than the fuel they burn")


def _check_plants(efficiency: xr.DataArray, power_to_heat: xr.DataArray) -> None:
    """Raise where a supply has no efficiency, or a plant gives more heat and power than its fuel holds."""
    needed = {"efficiency": (efficiency, (*ELECTRIC, *GAS, *COAL)), "power_to_heat": (power_to_heat, CHP)}
    for name, (array, supplies) in needed.items():
        lacking = sorted({*supplies} - {*array["supply"].values.tolist()})
        if lacking:
            raise DecarbError(f"heat: {name} lacks {', '.join(lacking)}; give one for each of {', '.join(supplies)}")
        values = strip(array, "1").sel(supply=list(supplies))
        if not bool(((values > 0.0) & np.isfinite(values)).all()):
            raise DecarbError(f"heat: {name} must lie above 0; found {float(values.min()):g}")
    plants = {"supply": list(CHP)}
    given = strip(efficiency, "1").sel(plants) * (1.0 + strip(power_to_heat, "1").sel(plants))
    if not bool((given <= 1.0 + BALANCE_TOLERANCE).all()):
        raise DecarbError(f"heat: a plant gives {float(given.max()):g} times its fuel as heat and power; lower its "
                          "efficiency or its power_to_heat")  # fmt: skip
