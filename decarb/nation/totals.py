"""The three national totals, by province and sector, what lies between them, and the laws they obey."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Final

import numpy as np
import xarray as xr

from decarb.errors import DecarbError
from decarb.units import declare_units, stamp, strip

UNALLOCATED: Final = "Unallocated"
"""The place of what has no provincial data: waste CO2, land, stored CO2 of biomass and air, gases other than CO2."""
EXTRA_SECTORS: Final = ("waste", "land", "removals")
UNITS: Final = {"gross_co2": "Mt CO2/yr", "net_co2": "Mt CO2/yr", "net_ghg": "Mt CO2e/yr"}
BETWEEN: Final = (("gross_co2", "net_co2", "net_co2_beyond_gross"), ("net_co2", "net_ghg", "net_ghg_beyond_co2"))
"""Two totals, and the variable that holds what the second counts beyond the first."""


@declare_units(
    {"gross_co2": "Mt CO2/yr", "net_co2": "Mt CO2/yr", "net_ghg": "Mt CO2e/yr",
     "net_co2_beyond_gross": "Mt CO2/yr", "net_ghg_beyond_co2": "Mt CO2e/yr"},
    gross="Mt CO2/yr", waste="Mt CO2/yr", stored_removals="Mt CO2/yr", land="Mt CO2/yr", non_co2="Mt CO2e/yr",
    land_non_co2="Mt CO2e/yr", gwp_co2="Mt CO2e/Mt CO2",
)  # fmt: skip
def three_totals(
    gross: xr.DataArray,
    waste: xr.DataArray,
    stored_removals: xr.DataArray,
    land: xr.DataArray,
    non_co2: xr.DataArray,
    land_non_co2: xr.DataArray,
    gwp_co2: xr.DataArray,
) -> xr.Dataset:
    """Return gross CO2, net CO2 and net GHG on one grid of places and sectors, and what lies between them.

    Each total is written once: at 1,000 scenarios one of them takes 115 MB.

    Parameters
    ----------
    gross : xr.DataArray, [Mt CO2/yr], (province, sector, year)
        Fuel and process CO2 after what is captured of it and stored: the official peak metric. Without `province`
        the totals are national, which is all that a sweep needs.
    waste, stored_removals, land : xr.DataArray, [Mt CO2/yr], (year)
        National; `stored_removals`, of biomass and air, is positive, `land` negative where it takes up.
    non_co2 : xr.DataArray, [Mt CO2e/yr], (sector, year)
        CH4, N2O and F-gases by source.
    land_non_co2 : xr.DataArray, [Mt CO2e/yr]
        CH4 and N2O of the land.
    gwp_co2 : xr.DataArray, [Mt CO2e/Mt CO2]
        1 by definition; the only way for CO2 to become CO2e.

    Returns
    -------
    xr.Dataset
        The three totals (province, sector, year) with the province `UNALLOCATED` and `EXTRA_SECTORS`;
        `net_co2_beyond_gross` [Mt CO2/yr] and `net_ghg_beyond_co2` [Mt CO2e/yr] (sector, year), national.

    Notes
    -----
    net = gross + waste + land - stored removals; GHG = net x gwp_co2 + other gases.
    """
    sectors = [*gross["sector"].values, *EXTRA_SECTORS]
    extra = xr.concat([waste, land, -stored_removals], dim=xr.IndexVariable("sector", list(EXTRA_SECTORS)))
    beyond_gross = extra.reindex(sector=sectors, fill_value=0.0)
    others = non_co2.reindex(sector=sectors, fill_value=0.0)
    beyond_co2 = others + xr.where(others["sector"] == "land", land_non_co2, 0.0)
    of_gross = _with_places(gross, sectors, beyond_gross, beyond_co2, gwp_co2)
    net = _with_outside(of_gross.copy(), beyond_gross)
    ghg = _with_outside(of_gross.copy(data=net.data * _placed(gwp_co2, of_gross.dims)), beyond_co2)
    totals = dict(zip(UNITS, (of_gross, net, ghg), strict=True))
    return xr.Dataset(totals | {"net_co2_beyond_gross": beyond_gross, "net_ghg_beyond_co2": beyond_co2})


def _with_places(gross: xr.DataArray, sectors: list[str], *others: xr.DataArray) -> xr.DataArray:
    """Return gross CO2 with the unallocated province, if it has provinces, and the dimensions of all others."""
    flat = (other.isel(sector=0, drop=True) if "sector" in other.dims else other for other in others)
    whole = xr.broadcast(gross, *flat)[0]
    whole = whole.transpose(..., *(dim for dim in ("province", "sector", "year") if dim in gross.dims))
    labels: dict[Hashable, Any] = {dim: whole[dim] for dim in whole.dims if dim in whole.coords} | {"sector": sectors}
    if "province" in whole.dims:
        labels["province"] = [*whole["province"].values, UNALLOCATED]
    sizes = {dim: len(labels[dim]) if dim in labels else size for dim, size in whole.sizes.items()}
    values = np.zeros(tuple(sizes.values()))
    values[tuple(slice(size) for size in whole.shape)] = whole.data
    return xr.DataArray(values, labels, whole.dims)


def _with_outside(total: xr.DataArray, outside: xr.DataArray) -> xr.DataArray:
    """Return a total to which national figures by sector were added, in the unallocated province if it has one."""
    place = {"province": slice(-1, None)} if "province" in total.dims else {}
    total[place] = total[place] + _placed(outside, total.dims)
    return total


def _placed(array: xr.DataArray, dims: tuple[Hashable, ...]) -> np.ndarray:
    """Return the values in this order of dimensions, with an axis of one for each that they lack."""
    return array.expand_dims([dim for dim in dims if dim not in array.dims]).transpose(*dims).data


def summed(array: xr.DataArray, dims: str | tuple[str, ...]) -> xr.DataArray:
    """Return the sum over one or more dimensions, in the same unit; NaN stays NaN where nothing is known."""
    plain = array.sum(dims, skipna=False)
    if bool(plain.isnull().any()):
        plain = array.sum(dims, min_count=1)
    return stamp(plain, array.attrs["units"])


def on_one_grid(annual: xr.Dataset, others: xr.Dataset) -> xr.Dataset:
    """Return all variables on the provinces and sectors of the totals; what does not exist there is zero."""
    wanted = {dim: annual[dim].values for dim in ("province", "sector") if dim in annual.dims}
    full = {}
    for name, array in {**others.data_vars, **annual.data_vars}.items():
        missing = {dim: labels for dim, labels in wanted.items()
                   if dim in array.dims and not np.array_equal(array[dim].values, labels)}  # fmt: skip
        full[name] = array.reindex(missing, fill_value=0.0) if missing else array
    dims = ("scenario", "province", "sector", "technology", ..., "year")
    return xr.Dataset(full).transpose(*dims, missing_dims="ignore")


def national(total: xr.DataArray) -> xr.DataArray:
    """Return the sum over provinces and sectors, in the same unit."""
    return summed(total, tuple(dim for dim in ("province", "sector") if dim in total.dims))


def check_conservation(annual: xr.Dataset, tolerance: float = 1e-9) -> None:
    """Check that the totals hold together; no claim and no credit is a part of them.

    Gross CO2 differs from net CO2 only in the unallocated province, and the totals from each other by exactly the
    terms that stand beside them.

    Parameters
    ----------
    annual : xr.Dataset
        As `decarb.model.evaluate` returns it.
    tolerance : float
        Of the gross CO2 of the nation over all years.

    Raises
    ------
    DecarbError
        A total is not finite, or a law does not hold.
    """
    places, whole = {}, {}
    for name, unit in UNITS.items():
        places[name] = strip(annual[name], unit).sum("sector", skipna=False)
        whole[name] = places[name].sum([dim for dim in places[name].dims if dim == "province"], skipna=False)
        if not bool(np.isfinite(whole[name]).all()):
            raise DecarbError(f"conservation: {name} is not finite somewhere; an input lacks a year or a province")
    allowed = tolerance * float(abs(whole["gross_co2"]).sum("year").max())
    if "province" in annual["net_co2"].dims:
        between = (places["gross_co2"] - places["net_co2"]).drop_sel(province=UNALLOCATED)
        gap = float(np.abs(between.values).max())
        if gap > allowed:
            raise DecarbError(f"conservation: gross and net CO2 of the provinces differ by {gap:.3g} Mt")
    for first, second, name in BETWEEN:
        term = strip(annual[name], UNITS[second]).sum("sector", skipna=False)
        gap = float(np.abs((whole[first] + term - whole[second]).values).max())
        if not gap <= allowed:
            raise DecarbError(f"conservation: {second} is not {first} with {name}; it is off by {gap:.3g} Mt")
