"""What a park emits in a year, as an ISO 14064-1 statement in the three groups of the 2006 edition."""

from __future__ import annotations

from typing import Final

import numpy as np
import xarray as xr

from decarb.units import declare_units

GROUPS: Final = {
    "natural_gas": "direct",
    "diesel": "direct",
    "refrigerants": "direct",
    "electricity": "energy indirect",
    "heat": "energy indirect",
}
"""Reported lines and their ISO 14064-1:2006 group; other indirect emissions (travel, goods, waste) are not covered."""


@declare_units(
    "t CO2e/yr",
    natural_gas="Nm3/yr", gas_factor="t CO2/Nm3",
    diesel="t/yr", diesel_factor="t CO2/t",
    refrigerant_leakage="t HFC134a/yr",
    grid_import="MWh/yr", grid_factor="t CO2/MWh",
    heat_import="GJ/yr", heat_factor="t CO2/GJ",
    gwp_co2="t CO2e/t CO2", gwp_refrigerant="t CO2e/t HFC134a",
)  # fmt: skip
def inventory(
    *,
    natural_gas: xr.DataArray,
    gas_factor: xr.DataArray,
    diesel: xr.DataArray,
    diesel_factor: xr.DataArray,
    refrigerant_leakage: xr.DataArray,
    grid_import: xr.DataArray,
    grid_factor: xr.DataArray,
    heat_import: xr.DataArray,
    heat_factor: xr.DataArray,
    gwp_co2: xr.DataArray,
    gwp_refrigerant: xr.DataArray,
) -> xr.DataArray:
    """Return location-based emissions of a park by reported line.

    Electricity that is generated and used on site counts as zero, the rule of the 2021 verification; nothing is
    taken off for certificates or credits. CH4 and N2O from burning are left out (below 1 % of its CO2).

    Returns
    -------
    xr.DataArray, [t CO2e/yr], (category, ...)
        With the ISO 14064-1:2006 `group` of each category as a coordinate.
    """
    lines = {
        "natural_gas": natural_gas * gas_factor * gwp_co2,
        "diesel": diesel * diesel_factor * gwp_co2,
        "refrigerants": refrigerant_leakage * gwp_refrigerant,
        "electricity": grid_import * grid_factor * gwp_co2,
        "heat": heat_import * heat_factor * gwp_co2,
    }
    statement = xr.concat(
        xr.broadcast(*map(xr.DataArray, lines.values())), dim=xr.IndexVariable("category", list(GROUPS))
    )
    return statement.assign_coords(group=("category", list(GROUPS.values())))


@declare_units("t CO2e/yr", statement="t CO2e/yr")
def credits_needed(statement: xr.DataArray) -> xr.DataArray:
    """Return the credits that a claim of neutrality needs: one for each ton of the statement, rounded up.

    Retiring them moves the park's claim and no emission.
    """
    return xr.apply_ufunc(np.ceil, statement.sum("category"))
