"""What is captured, what the land takes up, and the gases other than CO2."""

from __future__ import annotations

from typing import Final

import numpy as np
import xarray as xr

from decarb.units import declare_units

ORIGINS: Final = ("fossil", "process", "biomass", "air")


@declare_units("Mt CO2/yr", low="Mt CO2/yr", high="Mt CO2/yr", level="1")
def capture_target(low: xr.DataArray, high: xr.DataArray, level: xr.DataArray) -> xr.DataArray:
    """Return the CO2 to be captured and stored: a place between the low and high ends of a published range.

    Parameters
    ----------
    low, high : xr.DataArray, [Mt CO2/yr], (year)
    level : xr.DataArray, [1]
        0 is the low end, 1 the high end.
    """
    return low + level * (high - low)


@declare_units("Mt CO2/yr", target="Mt CO2/yr", share="1")
def by_origin(target: xr.DataArray, share: xr.DataArray) -> xr.DataArray:
    """Return CO2 to be captured by its origin: fossil, process, biomass or air.

    Only fossil and process CO2 lowers gross CO2; only that of biomass and air is a removal.

    Parameters
    ----------
    target : xr.DataArray, [Mt CO2/yr], (year)
    share : xr.DataArray, [1], (origin)
        Adds to 1.
    """
    return target * share


@declare_units("Mt CO2/yr", emissions="Mt CO2/yr", fossil="Mt CO2/yr", process="Mt CO2/yr", capture_rate="1")
def captured_by_sector(
    emissions: xr.DataArray, fossil: xr.DataArray, process: xr.DataArray, capture_rate: xr.DataArray
) -> xr.DataArray:
    """Return fossil and process CO2 captured in each sector, never more than its plants can catch.

    Fossil capture stands at power and heat, manufacturing and the energy industry, in proportion to what they emit.

    Parameters
    ----------
    emissions : xr.DataArray, [Mt CO2/yr], (sector, year)
        Of the nation; every province captures the same part of a sector.
    fossil, process : xr.DataArray, [Mt CO2/yr], (year)
        What the nation means to capture of either origin.
    capture_rate : xr.DataArray, [1]
        Most of a sector's CO2 that can be captured.
    """
    sector = emissions["sector"]
    at_stacks = emissions.where(sector.isin(["power_heat", "manufacturing", "energy_industry"]), 0.0)
    at_kilns = emissions.where(sector == "process", 0.0)
    wanted = _spread(fossil, at_stacks) + _spread(process, at_kilns)
    return wanted.clip(max=capture_rate * emissions)


def _spread(amount: xr.DataArray, over: xr.DataArray) -> xr.DataArray:
    total = over.sum("sector")
    return amount * over / xr.where(total > 0, total, 1.0)


@declare_units("Mt CO2/yr", biomass="Mt CO2/yr", air="Mt CO2/yr", bioenergy="TWh/yr", bioenergy_co2_factor="Mt CO2/TWh",
               capture_rate="1")  # fmt: skip
def stored_removals(
    biomass: xr.DataArray, air: xr.DataArray, bioenergy: xr.DataArray, bioenergy_co2_factor: xr.DataArray,
    capture_rate: xr.DataArray,
) -> xr.DataArray:  # fmt: skip
    """Return stored CO2 of biomass and air, (year): of biomass no more than bioenergy plants can catch.

    Nothing limits what is taken from the air, and neither needs energy here.

    Parameters
    ----------
    biomass, air : xr.DataArray, [Mt CO2/yr], (year)
        What the nation means to store of either origin.
    bioenergy : xr.DataArray, [TWh/yr], (year)
        Power from biomass.
    bioenergy_co2_factor : xr.DataArray, [Mt CO2/TWh]
        CO2 of the biomass burnt for it.
    capture_rate : xr.DataArray, [1]
        Most of a plant's CO2 that can be captured.
    """
    return xr.DataArray(np.minimum(biomass, bioenergy * bioenergy_co2_factor * capture_rate)) + air


@declare_units("Mt CO2/yr", wanted="Mt CO2/yr", removed="Mt CO2/yr", captured="Mt CO2/yr")
def unmet_capture(wanted: xr.DataArray, removed: xr.DataArray, captured: xr.DataArray) -> xr.DataArray:
    """Return what was meant to be captured and found no CO2 at the plants, (year).

    Parameters
    ----------
    wanted : xr.DataArray, [Mt CO2/yr], (year)
        Of all origins.
    removed : xr.DataArray, [Mt CO2/yr], (year)
        Of biomass and air.
    captured : xr.DataArray, [Mt CO2/yr], (year)
        Of fossil fuel and processes, in all sectors.
    """
    return (wanted - removed - captured).clip(0.0)


@declare_units("Mt CO2/yr", observed="Mt CO2/yr", final="Mt CO2/yr")
def land_path(observed: xr.DataArray, final: xr.DataArray, year: xr.DataArray) -> xr.DataArray:
    """Return CO2 of the land, negative where it takes up: as observed, then a straight line to the final year.

    Parameters
    ----------
    observed : xr.DataArray, [Mt CO2/yr], (year)
        One view, inventory or bookkeeping; the two are never joined. NaN where it was not observed.
    final : xr.DataArray, [Mt CO2/yr]
        In the last year of `year`.
    year : xr.DataArray, (year)
        The years wanted.
    """
    observed = observed.dropna("year")
    last = observed["year"].values[-1]
    share = ((year - last) / (year.values[-1] - last)).clip(0.0, 1.0)
    known = observed.reindex(year=year.values, method="ffill").fillna(observed.isel(year=0, drop=True))
    return known + share * (final - observed.isel(year=-1, drop=True))
