"""The same park without some of its parts: the twin a park is judged against, and what its stores change."""

from __future__ import annotations

from typing import Final

import numpy as np
import xarray as xr

from decarb.units import declare_units, stamp, strip, units_of

TWIN: Final = "grid supply only"
ROUNDING: Final = 1e-9  # a smaller part of a bill or an emission is no change


def grid_supply_only(design: xr.Dataset, load_shape: xr.DataArray) -> xr.Dataset:
    """Return the business-as-usual twin: the same demands and heat plants, no wind, no PV, no stores.

    Its grid connection is as large as its load needs, at no cost: a park behind a smaller one was never an option.

    Parameters
    ----------
    design : xr.Dataset
        As `dispatch` takes it.
    load_shape : xr.DataArray, [1], (..., time)
        Load relative to its mean over the year.
    """
    peak = strip(design["annual_load"], "MW") * strip(load_shape, "1").max("time")
    limit = strip(design["import_limit"], "MW")
    enough = stamp(xr.where(peak > limit, peak, limit), "MW")
    nothing = {name: xr.zeros_like(design[name]) for name in ("wind_capacity", "pv_capacity")}
    return without_stores(design).assign(nothing | {"import_limit": enough})


def without_stores(design: xr.Dataset, *names: str) -> xr.Dataset:
    """Return the same park with some stores at size zero; without a name, all of them."""
    kept = ~design["store"].isin(names or design["store"].values)
    ratings = design[["power_rating", "energy_rating"]]
    return design.assign({name: stamp(size.where(kept, 0.0), units_of(size)) for name, size in ratings.items()})


@declare_units(
    {
        "storage_bill_change": "CNY_2025/yr",
        "storage_emission_change": "t CO2e/yr",
        "storage_system_emission_change": "t CO2e/yr",
        "storage_saves_money_raises_emissions": "1",
    },
    electricity_bill="CNY_2025/yr", bill_without="CNY_2025/yr", grid_import="MWh/yr", import_without="MWh/yr",
    grid_export="MWh/yr", export_without="MWh/yr", grid_factor="t CO2/MWh", gwp_co2="t CO2e/t CO2",
)  # fmt: skip
def storage_effect(
    electricity_bill: xr.DataArray,
    bill_without: xr.DataArray,
    grid_import: xr.DataArray,
    import_without: xr.DataArray,
    grid_export: xr.DataArray,
    export_without: xr.DataArray,
    grid_factor: xr.DataArray,
    gwp_co2: xr.DataArray,
) -> xr.Dataset:
    """Return what the stores change, and whether they save money while emissions rise.

    One factor stands for all hours of the grid, so power that is bought in the valley and used at the peak always
    emits its losses more. Emissions are the park's own, location-based: what it buys. A store that keeps own surplus
    from the grid lowers them and lowers what others are supplied; `storage_system_emission_change` counts that too.

    Parameters
    ----------
    electricity_bill, bill_without : xr.DataArray, [CNY_2025/yr]
        With the stores, and of the same park as `without_stores` gives it.
    grid_import, import_without, grid_export, export_without : xr.DataArray, [MWh/yr]
        Likewise.
    grid_factor : xr.DataArray, [kg CO2/kWh]
        Average of the grid, location-based.
    gwp_co2 : xr.DataArray, [t CO2e/t CO2]
        One, in every report.

    Returns
    -------
    xr.Dataset
        The changes by the stores, negative where they lower; `storage_saves_money_raises_emissions` is true or false,
        by the emissions of park and grid together.
    """
    bought, sold = grid_import - import_without, grid_export - export_without
    factor = grid_factor * gwp_co2
    money, emissions = electricity_bill - bill_without, bought * factor
    saves = money < -ROUNDING * np.abs(bill_without)
    # What the stores keep from the grid lowers the park's own books and what others are supplied alike.
    raises = (bought - sold) * factor > ROUNDING * np.abs(import_without * factor)
    return xr.Dataset(
        {
            "storage_bill_change": money,
            "storage_emission_change": emissions,
            "storage_system_emission_change": (bought - sold) * factor,
            "storage_saves_money_raises_emissions": saves & raises,
        }
    )
