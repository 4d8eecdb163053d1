"""What a ton costs that a lever abates: its even yearly cost less what it saves, over tonnes against a run without it.

Each lever is taken away alone. Two levers taken away together may differ from the sum, so the tonnes do not add up.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
import xarray as xr

from decarb.park.cost import Reason
from decarb.units import declare_units, stamp, strip

LEVERS: Final = (
    "on-site wind", "on-site PV", "stores", "electrification", "efficiency", "fuel switch", "process change",
    "national wind", "national solar", "capture",
)  # fmt: skip
"""Levers with tonnes of their own; those of parks stand first."""

REASONS: Final[Mapping[Reason, str]] = MappingProxyType(
    {
        Reason.DEFINED: "defined",
        Reason.NOT_KNOWN: "its cost or its tonnes are not known",
        Reason.NO_ABATEMENT: "the nation emits the same without it, so no ton has a cost",
        Reason.EMISSIONS_RISE: "the nation emits less without it, so there is no ton that is avoided",
    }
)
"""Why a lever has no cost of a ton, in the words of the nation."""


@declare_units("Mt CO2/yr", energy="TWh/yr", curtailment="TWh/yr", fossil_factor="Mt CO2/TWh")
def co2_at_thermal_plants(energy: xr.DataArray, curtailment: xr.DataArray, fossil_factor: xr.DataArray) -> xr.DataArray:
    """Return CO2 that thermal plants would emit for power that they do not generate now.

    What finds no use in the year is taken up first; only the rest is burnt for.

    Parameters
    ----------
    energy : xr.DataArray, [TWh/yr], (..., year)
        That another plant generates, or that nobody uses.
    curtailment : xr.DataArray, [TWh/yr], (..., year)
        Non-fossil generation of the nation that finds no use.
    fossil_factor : xr.DataArray, [Mt CO2/TWh], (..., year)
        Mean of thermal plants, closed to the inventory.

    Notes
    -----
    max(0, energy - curtailment) x factor: exactly what the power balance gives without that energy, while thermal
    plants run above their least share.
    """
    return (energy - curtailment).clip(0.0) * fossil_factor


@declare_units(
    "billion CNY_2025/yr", unburnt="Mt CO2/yr", fossil_factor="Mt CO2/TWh", price="billion CNY_2025/TWh"
)  # fmt: skip
def thermal_fuel_saved(unburnt: xr.DataArray, fossil_factor: xr.DataArray, price: xr.DataArray) -> xr.DataArray:
    """Return the fuel that thermal plants do not burn, in money.

    Parameters
    ----------
    unburnt : xr.DataArray, [Mt CO2/yr], (..., year)
        As `co2_at_thermal_plants` gives it.
    fossil_factor : xr.DataArray, [Mt CO2/TWh], (..., year)
    price : xr.DataArray, [billion CNY_2025/TWh]
        Of the fuel behind a unit of power; wear of the plants is left out.
    """
    return unburnt / fossil_factor * price


@declare_units("billion CNY_2025/yr", caught="Mt CO2/yr", price="billion CNY_2025/Mt CO2")
def cost_of_capture(caught: xr.DataArray, price: xr.DataArray) -> xr.DataArray:
    """Return what capture, transport and storage cost in a year, plants inside the price.

    Parameters
    ----------
    caught : xr.DataArray, [Mt CO2/yr], (..., year)
    price : xr.DataArray, [billion CNY_2025/Mt CO2], (year)
    """
    return caught * price


@declare_units("CNY_2025/t CO2", cost="CNY_2025/yr", saving="CNY_2025/yr", abated="t CO2/yr")
def lever_abatement_cost(cost: xr.DataArray, saving: xr.DataArray, abated: xr.DataArray) -> xr.DataArray:
    """Return what a ton costs; NaN where nothing is abated, and `lever_abatement_cost_reason` says why.

    Parameters
    ----------
    cost, saving : xr.DataArray, [CNY_2025/yr], (lever, year)
        Even yearly cost; power and fuel not bought, less what is bought instead.
    abated : xr.DataArray, [t CO2/yr], (lever, year)
        Against the same scenario without the lever.

    Examples
    --------
    >>> from decarb.units import stamp
    >>> money, mass = stamp(xr.DataArray(5.0), "CNY_2025/yr"), stamp(xr.DataArray(2.0), "t CO2/yr")
    >>> lever_abatement_cost(money, stamp(xr.DataArray(9.0), "CNY_2025/yr"), mass).item()
    -2.0
    """
    return (cost - saving) / abated.where(abated > 0.0)


def lever_abatement_cost_reason(cost: xr.DataArray, saving: xr.DataArray, abated: xr.DataArray) -> xr.DataArray:
    """Return the reason code of `lever_abatement_cost`, one of `REASONS`.

    Parameters
    ----------
    cost, saving : xr.DataArray, [CNY_2025/yr], (lever, year)
    abated : xr.DataArray, [t CO2/yr], (lever, year)
    """
    tonnes, money = strip(abated, "t CO2/yr"), strip(cost, "CNY_2025/yr") - strip(saving, "CNY_2025/yr")
    codes = (tonnes == 0.0) * int(Reason.NO_ABATEMENT) + (tonnes < 0.0) * int(Reason.EMISSIONS_RISE)
    known = tonnes.notnull() & (money.notnull() | (tonnes <= 0.0))
    return stamp(codes.where(known, int(Reason.NOT_KNOWN)).astype(np.int8), "1")


def by_lever(arrays: Mapping[str, xr.DataArray]) -> xr.DataArray:
    """Return arrays of one unit along `lever`, in the order of `LEVERS`; NaN for a lever that is not given.

    Parameters
    ----------
    arrays : mapping of lever to xr.DataArray, (..., year)
    """
    unknown = xr.full_like(next(iter(arrays.values())), np.nan)
    every = xr.broadcast(*(arrays.get(name, unknown) for name in LEVERS))
    stacked = np.stack([array.values for array in every])
    first = every[0]
    coords = {"lever": list(LEVERS)} | {name: first[name] for name in first.dims if name in first.coords}
    return xr.DataArray(stacked, coords, ("lever", *first.dims))
