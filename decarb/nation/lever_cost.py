"""What a ton costs that a lever abates: its even yearly cost less what it saves, over tonnes against a run without it.

Each lever is taken away alone, and all else of the scenario stands. Two levers taken away together may differ from the
sum, so the tonnes do not add up.
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
NOTHING: Final = "nothing"
"""What the scenario as stated lacks, among those that lack a lever."""
OF_PARKS: Final = LEVERS[: LEVERS.index("national wind")]
"""Levers that parks pay for."""

REASONS: Final[Mapping[Reason, str]] = MappingProxyType(
    {
        Reason.DEFINED: "defined",
        Reason.NOT_KNOWN: "its cost or its tonnes are not known",
        Reason.NOTHING_SPENT: "the national path has as many plants without it, so parks do not pay for the tonnes",
        Reason.NO_ABATEMENT: "the nation emits the same without it, so no ton has a cost",
        Reason.EMISSIONS_RISE: "the nation emits less without it, so there is no ton that is avoided",
    }
)
"""Why a lever has no cost of a ton, in the words of the nation."""


@declare_units("billion CNY_2025/yr", generation="TWh/yr", price="billion CNY_2025/TWh")
def thermal_fuel(generation: xr.DataArray, price: xr.DataArray) -> xr.DataArray:
    """Return the fuel that thermal plants burn, in money.

    Parameters
    ----------
    generation : xr.DataArray, [TWh/yr], (..., year)
        Of thermal plants.
    price : xr.DataArray, [billion CNY_2025/TWh]
        Of the fuel behind a unit of power; wear of the plants is left out.
    """
    return generation * price


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
