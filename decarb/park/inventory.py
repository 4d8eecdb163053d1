"""What a park emits in a year, by gas and line, as an ISO 14064-1 statement; what stands beside it is in no total."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import xarray as xr

from decarb.errors import InputError, Problem, UnitError
from decarb.units import declare_units, stamp
from decarb.variables import did_you_mean

DIRECT: Final = ("direct", "1 direct emissions and removals")
BOUGHT: Final = ("energy indirect", "2 imported energy")
LINES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        **dict.fromkeys(("natural_gas", "coal", "diesel", "fleet", "process"), DIRECT),
        **dict.fromkeys(("refrigerants", "wastewater", "fertiliser"), DIRECT),
        **dict.fromkeys(("electricity", "heat"), BOUGHT),
    }
)
"""Reported lines: group of ISO 14064-1:2006, category of ISO 14064-1:2018."""

NOT_QUANTIFIED: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "CH4 and N2O of burning fuel, about a hundredth of its CO2": DIRECT,
        "transport, travel and commuting": ("other indirect", "3 transport"),
        "goods and services bought, waste and water treated elsewhere": ("other indirect", "4 products used"),
        "use and end of life of what is sold": ("other indirect", "5 use of products"),
        "losses of the grid, making of the fuels bought, all else": ("other indirect", "6 other"),
    }
)
"""What a statement leaves out, with the group and category it would stand in."""

GASES: Final = ("CO2", "CH4", "N2O", "HFC134a")
SOURCES: Final = (
    *((line, "CO2") for line in ("natural_gas", "coal", "diesel", "fleet", "process")),
    ("refrigerants", "HFC134a"), ("wastewater", "CH4"), ("wastewater", "N2O"), ("fertiliser", "N2O"),
    ("electricity", "CO2"), ("heat", "CO2"),
)  # fmt: skip
"""Which gas leaves by which line; a line gives nothing of any other."""


@declare_units(
    {f"{line} {gas}": f"t {gas}/yr" for line, gas in SOURCES},
    natural_gas="Nm3/yr", gas_factor="t CO2/Nm3",
    coal="t/yr", coal_factor="t CO2/t",
    diesel="t/yr", diesel_factor="t CO2/t",
    fleet_fuel="t/yr", fleet_factor="t CO2/t",
    process_co2="t CO2/yr",
    refrigerant_leakage="t HFC134a/yr",
    wastewater_ch4="t CH4/yr", wastewater_n2o="t N2O/yr",
    fertiliser_n2o="t N2O/yr",
    grid_import="MWh/yr", grid_factor="t CO2/MWh",
    heat_import="GJ/yr", heat_factor="t CO2/GJ",
)  # fmt: skip
def emissions_by_source(
    *,
    natural_gas: xr.DataArray,
    gas_factor: xr.DataArray,
    coal: xr.DataArray,
    coal_factor: xr.DataArray,
    diesel: xr.DataArray,
    diesel_factor: xr.DataArray,
    fleet_fuel: xr.DataArray,
    fleet_factor: xr.DataArray,
    process_co2: xr.DataArray,
    refrigerant_leakage: xr.DataArray,
    wastewater_ch4: xr.DataArray,
    wastewater_n2o: xr.DataArray,
    fertiliser_n2o: xr.DataArray,
    grid_import: xr.DataArray,
    grid_factor: xr.DataArray,
    heat_import: xr.DataArray,
    heat_factor: xr.DataArray,
) -> dict[str, xr.DataArray]:
    """Return what leaves by each of `SOURCES`, under the key "line gas": activity times factor, each in its own gas.

    Electricity and heat are location-based: all that is bought, by the factor of the grid. What is made and used on
    site is in no line of its own, the rule of the 2021 verification: zero for wind and sun, the fuel for cogeneration.
    All refrigerant counts as HFC134a.

    References
    ----------
    goldwind-2021, ndrc-guidelines
    """
    return {
        "natural_gas CO2": natural_gas * gas_factor,
        "coal CO2": coal * coal_factor,
        "diesel CO2": diesel * diesel_factor,
        "fleet CO2": fleet_fuel * fleet_factor,
        "process CO2": process_co2,
        "refrigerants HFC134a": refrigerant_leakage,
        "wastewater CH4": wastewater_ch4,
        "wastewater N2O": wastewater_n2o,
        "fertiliser N2O": fertiliser_n2o,
        "electricity CO2": grid_import * grid_factor,
        "heat CO2": heat_import * heat_factor,
    }


def emissions_by_gas(**activities: Any) -> xr.DataArray:
    """Return emissions of a park by line and gas, location-based; the arguments are those of `emissions_by_source`.

    Returns
    -------
    xr.DataArray, [t/yr], (category, gas, ...)
        Tonnes of the gas that the column names, with `group` (2006) and `category_2018` of each line as coordinates.
    """
    return by_gas(emissions_by_source(**activities))


def by_gas(sources: Mapping[str, xr.DataArray]) -> xr.DataArray:
    """Return what leaves by each source as one array over lines and gases; nothing leaves by the other places."""
    arrays = xr.align(*map(xr.DataArray, sources.values()), join="exact")
    dims = {dim: size for array in arrays for dim, size in array.sizes.items()}
    labels = {name: index for array in arrays for name, index in array.coords.items() if name in dims}
    values = np.zeros((len(LINES), len(GASES), *dims.values()))
    for name, array in zip(sources, arrays, strict=True):
        line, gas = name.split()
        missing = {dim: size for dim, size in dims.items() if dim not in array.dims}
        values[list(LINES).index(line), GASES.index(gas)] = array.expand_dims(missing).transpose(*dims).values
    coords = {
        "category": list(LINES), "gas": list(GASES),
        "group": ("category", [group for group, _ in LINES.values()]),
        "category_2018": ("category", [category for _, category in LINES.values()]),
    }  # fmt: skip
    return stamp(xr.DataArray(values, {**coords, **labels}, ("category", "gas", *dims)), "t/yr")


def tonnes(emissions_by_gas: xr.DataArray, gas: str) -> xr.DataArray:
    """Return the column of one gas [t of that gas a year], (category, ...)."""
    return stamp(emissions_by_gas.sel(gas=gas, drop=True), f"t {gas}/yr")


def gwp_set(gwp100: xr.DataArray, report: str) -> xr.DataArray:
    """Return the 100-year warming potentials of one assessment report, chosen by name.

    Parameters
    ----------
    gwp100 : xr.DataArray, [1], (gas, report)
        Of `data/gwp.csv`, tonnes of CO2e for a tonne of the gas.

    Returns
    -------
    xr.DataArray, [t CO2e/t], (gas)
        With `report` as a coordinate.

    Raises
    ------
    InputError
        No such report.
    """
    known = tuple(map(str, gwp100["report"].values))
    if report not in known:
        raise InputError([Problem("park", "gwp", f'"{report}" is no report', did_you_mean(report, known))])
    return stamp(gwp100.sel(report=report), "t CO2e/t")


@declare_units("t CO2e/yr", emissions_by_gas="t/yr", gwp="t CO2e/t")
def statement(emissions_by_gas: xr.DataArray, gwp: xr.DataArray) -> xr.DataArray:
    """Return the lines of the statement in CO2e: each gas by its warming potential.

    Nothing is taken off for certificates, credits or removals.

    Parameters
    ----------
    emissions_by_gas : xr.DataArray, [t/yr], (category, gas, ...)
    gwp : xr.DataArray, [t CO2e/t], (gas)
        Of one report, as `gwp_set` gives it.

    Returns
    -------
    xr.DataArray, [t CO2e/yr], (category, ...)
        With `group`, `category_2018` and the `report` as coordinates.

    Raises
    ------
    UnitError
        The warming potentials name no report, or lack a gas.
    """
    lacking = sorted(set(emissions_by_gas["gas"].values) - set(gwp["gas"].values))
    if lacking:
        raise UnitError(f"gwp has no {', '.join(lacking)}; add the gas")
    if "report" not in gwp.coords:
        raise UnitError("gwp names no report; choose one with gwp_set")
    return (emissions_by_gas * gwp.sel(gas=emissions_by_gas["gas"])).sum("gas", skipna=False)


@declare_units(
    {"own_use": "MWh/yr", "own_use_at_grid_factor": "t CO2/yr", "agriculture_removal": "t CO2/yr",
     "biogenic_co2": "t CO2/yr"},
    own_use="MWh/yr", grid_factor="t CO2/MWh", agriculture_removal="t CO2/yr",
)  # fmt: skip
def information(own_use: xr.DataArray, grid_factor: xr.DataArray, agriculture_removal: xr.DataArray) -> xr.Dataset:
    """Return what stands beside the statement and in none of its totals; credits stand in the claim alone.

    Own electricity, and what it would have been as a purchase; removals as a line of their own, positive; biogenic
    CO2, zero because no system of a park burns biomass.
    """
    return xr.Dataset(
        {
            "own_use": own_use,
            "own_use_at_grid_factor": own_use * grid_factor,
            "agriculture_removal": agriculture_removal,
            "biogenic_co2": agriculture_removal * 0.0,
        }
    )


@declare_units("t CO2e/yr", statement="t CO2e/yr")
def credits_needed(statement: xr.DataArray) -> xr.DataArray:
    """Return the credits that a claim of neutrality needs: one for each ton of the statement, rounded up.

    Retiring them moves the park's claim and no emission.
    """
    return xr.apply_ufunc(np.ceil, statement.sum("category", skipna=False))
