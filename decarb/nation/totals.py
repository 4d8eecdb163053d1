"""The three national totals, by province and sector, and the laws they obey."""

from __future__ import annotations

from typing import Final

import numpy as np
import xarray as xr

from decarb.errors import DecarbError
from decarb.units import declare_units, stamp, strip

UNALLOCATED: Final = "Unallocated"
"""The place of what has no provincial data: waste CO2, land, stored CO2 of biomass and air, gases other than CO2."""
EXTRA_SECTORS: Final = ("waste", "land", "removals")


@declare_units("Mt CO2/yr", emissions="Mt CO2/yr", captured="Mt CO2/yr")
def gross_co2(emissions: xr.DataArray, captured: xr.DataArray) -> xr.DataArray:
    """Return fuel and process CO2 after what is captured of it and stored: the official peak metric."""
    return emissions - captured


@declare_units("Mt CO2/yr", gross="Mt CO2/yr", waste="Mt CO2/yr", stored_removals="Mt CO2/yr", land="Mt CO2/yr")
def net_co2(
    gross: xr.DataArray, waste: xr.DataArray, stored_removals: xr.DataArray, land: xr.DataArray
) -> xr.DataArray:
    """Return gross CO2 with waste, less stored CO2 of biomass and air, with the land (negative: a sink).

    Parameters
    ----------
    gross : xr.DataArray, [Mt CO2/yr], (province, sector, year)
    waste, stored_removals, land : xr.DataArray, [Mt CO2/yr], (year)
        National; `stored_removals` is positive.
    """
    extra = xr.concat([waste, land, -stored_removals], dim=xr.IndexVariable("sector", list(EXTRA_SECTORS)))
    return _with_unallocated(gross, extra)


@declare_units("Mt CO2e/yr", net="Mt CO2/yr", non_co2="Mt CO2e/yr", land_non_co2="Mt CO2e/yr", gwp_co2="Mt CO2e/Mt CO2")
def net_ghg(
    net: xr.DataArray, non_co2: xr.DataArray, land_non_co2: xr.DataArray, gwp_co2: xr.DataArray
) -> xr.DataArray:
    """Return net emissions of all gases with land, in AR5 equivalents.

    Parameters
    ----------
    net : xr.DataArray, [Mt CO2/yr], (province, sector, year)
        As `net_co2` returns it.
    non_co2 : xr.DataArray, [Mt CO2e/yr], (sector, year)
        CH4, N2O and F-gases by source.
    land_non_co2 : xr.DataArray, [Mt CO2e/yr]
        CH4 and N2O of the land.
    gwp_co2 : xr.DataArray, [Mt CO2e/Mt CO2]
        1 by definition; the only way for CO2 to become CO2e.
    """
    others = non_co2.reindex(sector=net["sector"].values, fill_value=0.0)
    others = others + xr.where(net["sector"] == "land", land_non_co2, 0.0)
    return net * gwp_co2 + others.where(net["province"] == UNALLOCATED, 0.0)


def _with_unallocated(gross: xr.DataArray, extra: xr.DataArray) -> xr.DataArray:
    """Return the array with the extra sectors, whose values stand in the unallocated province."""
    provinces = [*gross["province"].values, UNALLOCATED]
    sectors = [*gross["sector"].values, *extra["sector"].values]
    inside = gross.reindex(province=provinces, sector=sectors, fill_value=0.0)
    outside = extra.reindex(sector=sectors, fill_value=0.0)
    return inside + outside.where(inside["province"] == UNALLOCATED, 0.0)


def summed(array: xr.DataArray, dims: str | tuple[str, ...]) -> xr.DataArray:
    """Return the sum over one or more dimensions, in the same unit; NaN stays NaN where nothing is known."""
    return stamp(array.sum(dims, min_count=1), array.attrs["units"])


def with_unallocated(gross: xr.DataArray, like: xr.DataArray) -> xr.DataArray:
    """Return gross CO2 on the provinces and sectors of a net total, zero where it has none."""
    full = gross.reindex(province=like["province"].values, sector=like["sector"].values, fill_value=0.0)
    return stamp(full, gross.attrs["units"])


def on_one_grid(annual: xr.Dataset, others: xr.Dataset) -> xr.Dataset:
    """Return all variables on the provinces and sectors of the totals; what does not exist there is zero."""
    wanted = {dim: annual[dim].values for dim in ("province", "sector")}
    full = {name: array.reindex({dim: labels for dim, labels in wanted.items() if dim in array.dims}, fill_value=0.0)
            for name, array in {**others.data_vars, **annual.data_vars}.items()}  # fmt: skip
    return xr.Dataset(full).transpose("scenario", "province", "sector", "technology", "year", missing_dims="ignore")


def national(total: xr.DataArray) -> xr.DataArray:
    """Return the sum over provinces and sectors, in the same unit."""
    return summed(total, ("province", "sector"))


def check_conservation(annual: xr.Dataset, tolerance: float = 1e-9) -> None:
    """Raise `DecarbError` unless the totals hold together.

    Gross CO2 differs from net CO2 only in the unallocated province; retired credits never exceed those issued; the
    claims are the parks' inventories less retired credits. None of them enters a total.

    Parameters
    ----------
    annual : xr.Dataset
        As `decarb.model.evaluate` returns it.
    """
    for name in ("gross_co2", "net_co2", "net_ghg"):
        if not bool(np.isfinite(annual[name]).all()):
            raise DecarbError(f"conservation: {name} is not finite somewhere; an input lacks a year or a province")
    gross, net = strip(annual["gross_co2"], "Mt CO2/yr"), strip(annual["net_co2"], "Mt CO2/yr")
    inside = gross["province"] != UNALLOCATED
    gap = float(np.abs((gross - net).where(inside, 0.0)).max())
    if gap > tolerance * float(np.abs(gross).sum()):
        raise DecarbError(f"conservation: gross and net CO2 of the provinces differ by {gap:.3g} Mt")
    retired, issued = annual["ccer_retired"].sum("province"), annual["ccer_issued"]
    if not bool((retired <= issued * (1 + tolerance)).all()):
        raise DecarbError("conservation: more credits are retired than were issued")
    unexplained = annual["park_emissions"] - annual["ccer_retired"] - annual["claimed_net_emissions"]
    if not bool((np.abs(unexplained) <= tolerance * annual["park_emissions"]).all()):
        raise DecarbError("conservation: the claims are not the parks' inventories less the credits they retired")
