"""Electricity by contracts and certificates: the market-based column, which moves no ton."""

from __future__ import annotations

from typing import Final

import numpy as np
import xarray as xr

from decarb.errors import InputError, Problem
from decarb.units import declare_units

ROUNDING: Final = 1e-9  # of what is bought or used


def residual_factor(factors: xr.DataArray, year: int) -> xr.DataArray:
    """Return the residual grid factor of a year; for want of one that of the nearest later year, else of the last.

    Parameters
    ----------
    factors : xr.DataArray, (year)
        Factor of what the market leaves, `grid_factor_residual` of `data/grid_factors.csv`, in its unit.

    Returns
    -------
    xr.DataArray
        With the year it was published for as the coordinate `factor_year`.
    """
    years = sorted(factors["year"].values.tolist())
    published = next((known for known in years if known >= year), years[-1])
    return factors.sel(year=published).rename(year="factor_year")


@declare_units("1", residual="t CO2/MWh", average="t CO2/MWh")
def residual_ratio(residual: xr.DataArray, average: xr.DataArray) -> xr.DataArray:
    """Return the residual factor of a grid over its average one, for the grid and the year that publish both."""
    return residual / average


@declare_units("t CO2/MWh", grid_factor="t CO2/MWh", ratio="1")
def local_residual(grid_factor: xr.DataArray, ratio: xr.DataArray) -> xr.DataArray:
    """Return the residual factor where only an average one is published: both in the nation's proportion.

    The nation's residual factor beside a province's average would make a park without any contract look cleaner or
    dirtier by the province it stands in.
    """
    return grid_factor * ratio


@declare_units(
    "t CO2/yr",
    purchases="MWh/yr", contracted="MWh/yr", residual_factor="t CO2/MWh", own_use="MWh/yr", certificates_sold="MWh/yr",
)  # fmt: skip
def electricity_market(
    purchases: xr.DataArray,
    contracted: xr.DataArray,
    residual_factor: xr.DataArray,
    own_use: xr.DataArray,
    certificates_sold: xr.DataArray,
) -> xr.DataArray:
    """Return emissions of electricity by contracts: contracted x 0, the rest x the residual factor.

    Electricity made and used on site is zero only as far as its certificates are unsold; what was sold counts like
    the rest. None of this moves a ton: over all consumers of a grid it adds up to the location total.

    Parameters
    ----------
    purchases, own_use : xr.DataArray, [MWh/yr]
        Electricity bought, and made and used on site.
    contracted : xr.DataArray, [MWh/yr]
        Of what is bought, covered by green power contracts or certificates of other plants.
    residual_factor : xr.DataArray, [t CO2/MWh]
        Of what contracts leave on the grid.
    certificates_sold : xr.DataArray, [MWh/yr]
        Certificates of the electricity made and used on site that others hold.

    Raises
    ------
    InputError
        More is contracted than bought, or more sold than used.
    """
    problems = [
        *_excess("contracts.green_power", contracted, purchases, "bought"),
        *_excess("contracts.certificates_sold", certificates_sold, own_use, "made and used on site"),
    ]
    if problems:
        raise InputError(problems)
    return (purchases - contracted + certificates_sold) * residual_factor


def _excess(key: str, part: xr.DataArray, whole: xr.DataArray, verb: str) -> list[Problem]:
    """Return the problem of a part that is more than its whole."""
    most = whole * (whole > 0)  # stores that lose more than a park makes leave less than nothing
    above = part - most
    if not bool(np.any(above > most * ROUNDING)):
        return []
    found = f"{float(np.max(above)):,.6g} MWh/yr more than is {verb}"
    return [Problem("park", key, found, f"write at most what is {verb}")]


@declare_units("t/yr", emissions_by_gas="t/yr", electricity="t CO2/yr")
def market_based(emissions_by_gas: xr.DataArray, electricity: xr.DataArray) -> xr.DataArray:
    """Return emissions by line and gas with electricity as `electricity_market` counts it; all else stays.

    Heat has no market here, so it keeps its location factor.
    """
    here = (emissions_by_gas["category"] == "electricity") & (emissions_by_gas["gas"] == "CO2")
    both = xr.where(here, electricity, emissions_by_gas)
    kept = {name: emissions_by_gas[name] for name in ("group", "category_2018") if name in emissions_by_gas.coords}
    return both.transpose("category", "gas", ...).assign_coords(kept)
