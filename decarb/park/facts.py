"""What a park's year says to the rules of a standard: numbers that follow from it, and what its file reports."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
import xarray as xr

from decarb.errors import InputError, Problem
from decarb.park.inventory import tonnes
from decarb.park.standards import FACTS, energy_consumption
from decarb.units import Quantity, declare_units, stamp, strip, units_of
from decarb.variables import did_you_mean

CLEAN: Final = ("wind", "pv")
YEAR: Final[Mapping[str, str]] = MappingProxyType(
    {
        "statement": "t CO2e/yr",
        "emissions_by_gas": "t/yr",
        "grid_factor": "t CO2/MWh",
        "generation": "MWh/yr",
        "own_use": "MWh/yr",
        "grid_import": "MWh/yr",
        "grid_export": "MWh/yr",
        "curtailment": "MWh/yr",
        "certificates_sold": "MWh/yr",
        "contracted": "MWh/yr",
        "direct_line": "MWh/yr",
        "fuel_energy": "GJ/yr",
        "heat_import": "GJ/yr",
        "electricity_coal_equivalent": "tce/MWh",
        "coal_rate": "tce/MWh",
    }
)
"""What `facts` asks of a year: `statement` (category), `emissions_by_gas` (category, gas), `generation` (technology).

`contracted` is bought under green contracts or certificates, `direct_line` the part of it that reaches the park by a
line of its own. `coal_rate` is the coal burnt to supply electricity.
"""

REPORTED: Final = (
    "waste_heat_use_share", "solid_waste_use_share", "water_reuse_share", "product_energy_level",
    "claims_as_organisation", "reduction_plan_exists", "base_year_emissions", "planned_emissions",
)  # fmt: skip
"""What no model computes; without a word in the park file it is not known."""


@declare_units(
    "GJ/yr",
    natural_gas="Nm3/yr", gas_calorific_value="GJ/Nm3",
    coal="t/yr", coal_calorific_value="GJ/t",
    diesel="t/yr", diesel_calorific_value="GJ/t",
    fleet_fuel="t/yr", fleet_calorific_value="GJ/t",
)  # fmt: skip
def fuel_energy(
    *,
    natural_gas: xr.DataArray,
    gas_calorific_value: xr.DataArray,
    coal: xr.DataArray,
    coal_calorific_value: xr.DataArray,
    diesel: xr.DataArray,
    diesel_calorific_value: xr.DataArray,
    fleet_fuel: xr.DataArray,
    fleet_calorific_value: xr.DataArray,
) -> xr.DataArray:
    """Return the energy of all fuel burnt, by lower heating value."""
    return (
        natural_gas * gas_calorific_value
        + coal * coal_calorific_value
        + diesel * diesel_calorific_value
        + fleet_fuel * fleet_calorific_value
    )


@declare_units("MWh/yr", own_use="MWh/yr", generation="MWh/yr")
def clean_own_use(own_use: xr.DataArray, generation: xr.DataArray) -> xr.DataArray:
    """Return wind and sun used on site, the cautious way: all that is sold, curtailed or lost is theirs.

    Cogeneration follows the heat and is used first. Nothing where the stores lose more of the grid's power than the
    park makes.

    Parameters
    ----------
    own_use : xr.DataArray, [MWh/yr]
    generation : xr.DataArray, [MWh/yr], (technology)
    """
    fuelled = generation.sel(technology=[name for name in generation["technology"].values if name not in CLEAN])
    return positive_part(own_use - fuelled.sum("technology", skipna=False))


@declare_units("t CO2/yr", emissions="t CO2/yr", grid_import="MWh/yr", grid_export="MWh/yr", grid_factor="t CO2/MWh")
def accounted_co2(
    emissions: xr.DataArray, grid_import: xr.DataArray, grid_export: xr.DataArray, grid_factor: xr.DataArray
) -> xr.DataArray:
    """Return the CO2 that notice 910 counts: fuel, processes, and net purchases of electricity and heat.

    What a park exports is taken off what it buys, and no further: selling more than it buys earns nothing.

    Parameters
    ----------
    emissions : xr.DataArray, [t CO2/yr], (category)
        CO2 alone, with all purchases of electricity by the grid factor.

    References
    ----------
    ndrc-910-2025
    """
    bought_back = xr.where(grid_export < grid_import, grid_export, grid_import)
    return emissions.sum("category", skipna=False) - bought_back * grid_factor


@declare_units("1", clean_own_use="MWh/yr", contracted="MWh/yr", electricity_coal_equivalent="tce/MWh", energy="tce/yr")
def clean_energy_share(
    clean_own_use: xr.DataArray,
    contracted: xr.DataArray,
    electricity_coal_equivalent: xr.DataArray,
    energy: xr.DataArray,
) -> xr.DataArray:
    """Return the clean share of all energy used, undefined without energy.

    Clean is own wind and sun and green power bought; the grid's own non-fossil power is not counted again.
    """
    clean = (clean_own_use + contracted) * electricity_coal_equivalent
    return clean / energy.where(energy > 0)


@declare_units("1", clean_own_use="MWh/yr", direct_line="MWh/yr", electricity_used="MWh/yr")
def direct_green_supply_share(
    clean_own_use: xr.DataArray, direct_line: xr.DataArray, electricity_used: xr.DataArray
) -> xr.DataArray:
    """Return the share of electricity from own or directly connected wind and sun, undefined where none is used."""
    return (clean_own_use + direct_line) / electricity_used.where(electricity_used > 0)


def facts(
    year: xr.Dataset, reported: Mapping[str, object], *, credits_retired: object | None = None
) -> dict[str, object]:
    """Return every fact of one park that `standards.judge` asks for; None where nobody said.

    Parameters
    ----------
    year : xr.Dataset
        The variables of `YEAR`.
    reported : mapping
        What the park file says of `REPORTED`.
    credits_retired : quantity or None
        [t CO2e/yr]; None where the file says nothing of credits.

    Returns
    -------
    dict
        Quantities, shares as plain numbers, yes or no, or None; with `standards.ALTERNATIVES`.

    Raises
    ------
    InputError
        The year lacks a variable, or the file reports what is no such fact.
    """
    _check(year, reported)
    bought = year["grid_import"]
    own = unsold(clean_own_use(year["own_use"], year["generation"]), year["certificates_sold"])
    contracted, direct_line = (at_most(year[name], bought) for name in ("contracted", "direct_line"))
    used = electricity_consumed(year["generation"], year["grid_export"], year["curtailment"], bought)
    rates = {"": year["electricity_coal_equivalent"], "_coal_equivalent": year["coal_rate"]}
    other = (year["fuel_energy"], year["heat_import"])
    counted = beside_fuel(used, year["generation"])
    energy = {end: energy_consumption(counted, rate, *other) for end, rate in rates.items()}
    shares = {end: clean_energy_share(own, contracted, rate, energy[end]) for end, rate in rates.items()}
    green = direct_green_supply_share(own, direct_line, used)
    co2 = accounted_co2(tonnes(year["emissions_by_gas"], "CO2"), bought, year["grid_export"], year["grid_factor"])
    found: dict[str, object] = {name: reported.get(name) for name in REPORTED}
    found |= {
        "statement": _quantity(stamp(year["statement"].sum("category", skipna=False), units_of(year["statement"]))),
        "self_supply_emissions": Quantity(0.0, FACTS["self_supply_emissions"]),  # no line of the statement holds any
        "credits_retired": credits_retired,
        "co2": _quantity(co2),
        "green_power_co2": _quantity(green_power_co2(contracted, year["grid_factor"])),
        "direct_green_supply_share": _share(green),
        **{f"park_energy{end}": _quantity(total) for end, total in energy.items()},
        **{f"clean_energy_share{end}": _share(share) for end, share in shares.items()},
    }
    return found


def _check(year: xr.Dataset, reported: Mapping[str, object]) -> None:
    problems = [Problem("year", name, "is missing", f"give it in {YEAR[name]}") for name in YEAR if name not in year]
    problems += [
        Problem("reported", name, "is no fact that a park reports", did_you_mean(name, REPORTED))
        for name in sorted(reported.keys() - set(REPORTED))
    ]
    if problems:
        raise InputError(problems)


@declare_units("MWh/yr", clean_own_use="MWh/yr", certificates_sold="MWh/yr")
def unsold(clean_own_use: xr.DataArray, certificates_sold: xr.DataArray) -> xr.DataArray:
    """Return own wind and sun whose certificates the park still holds: what is sold is the buyer's."""
    return positive_part(clean_own_use - certificates_sold)


@declare_units("MWh/yr", generation="MWh/yr", grid_export="MWh/yr", curtailment="MWh/yr", grid_import="MWh/yr")
def electricity_consumed(
    generation: xr.DataArray, grid_export: xr.DataArray, curtailment: xr.DataArray, grid_import: xr.DataArray
) -> xr.DataArray:
    """Return the electricity a park consumes, losses of its stores with it."""
    return generation.sum("technology", skipna=False) - grid_export - curtailment + grid_import


@declare_units("MWh/yr", electricity="MWh/yr", generation="MWh/yr")
def beside_fuel(electricity: xr.DataArray, generation: xr.DataArray) -> xr.DataArray:
    """Return the electricity whose energy is not already counted as fuel burnt on site."""
    fuelled = generation.sel(technology=[name for name in generation["technology"].values if name not in CLEAN])
    return positive_part(electricity - fuelled.sum("technology", skipna=False))


@declare_units("t CO2/yr", contracted="MWh/yr", grid_factor="t CO2/MWh")
def green_power_co2(contracted: xr.DataArray, grid_factor: xr.DataArray) -> xr.DataArray:
    """Return what the core indicator would count less if green power that is bought counted as zero."""
    return contracted * grid_factor


@declare_units("MWh/yr", part="MWh/yr", whole="MWh/yr")
def at_most(part: xr.DataArray, whole: xr.DataArray) -> xr.DataArray:
    """Return what is contracted as far as there is something to contract for: a draw may use less than the park."""
    return xr.where(part > whole, whole, part).clip(min=0.0)


def positive_part(amount: xr.DataArray) -> xr.DataArray:
    """Return an amount where it is above zero, and zero where not, in whatever unit it is."""
    return (amount + np.abs(amount)) / 2.0


def _quantity(array: xr.DataArray) -> Quantity | None:
    value = float(array)
    return None if math.isnan(value) else Quantity(value, units_of(array))


def _share(array: xr.DataArray) -> float | None:
    value = float(strip(array, "1"))
    return None if math.isnan(value) else value
