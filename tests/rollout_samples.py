"""Inputs of a rollout made by hand: what the tests of curves, caps and vintages share."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from decarb.nation.adoption import CURVES
from decarb.nation.zones import ARCHETYPES, LEVELS

YEARS = np.arange(2020, 2061)
YEAR = xr.DataArray(YEARS, {"year": YEARS}, ("year",))
COHORT = {"level": list(LEVELS), "archetype": list(ARCHETYPES)}
LAST_OBSERVED = 2025


def array(values: Any, unit: str, **coords: Any) -> xr.DataArray:
    return xr.DataArray(values, coords, tuple(coords), attrs={"units": unit})


def named(years: dict[int, float], unit: str = "zone") -> xr.DataArray:
    """Numbers in some years, NaN in the others."""
    return array([years.get(year, np.nan) for year in YEARS.tolist()], unit, year=YEARS)


def chosen(*curves: str) -> xr.DataArray:
    """One curve, or one in each scenario."""
    one_hot = [[float(name == curve) for name in CURVES] for curve in curves]
    if len(curves) == 1:
        return array(one_hot[0], "1", curve=list(CURVES))
    return array(one_hot, "1", scenario=list(range(len(curves))), curve=list(CURVES))


ZONES = array(np.outer([552.0, 1991.0], [0.1, 0.1, 0.2, 0.1, 0.2, 0.3]), "zone", **COHORT)
CAPACITY = array(np.full((2, 6), 0.05), "GW", **COHORT)
SHIPPED: dict[str, xr.DataArray] = {
    "rollout_curve": chosen("policy"),
    "rollout_anchor": array(100.0, "zone"),
    "rollout_anchor_year": array(2030, "1"),
    "rollout_growth": array(13.1, "%/yr"),
    "rollout_ceiling": array(0.6, "1"),
    "rollout_innovation": array(0.33, "%/yr"),
    "rollout_imitation": array(6.3, "%/yr"),
    "rollout_lists": named({2025: 52.0, 2030: 100.0}),
    "rollout_table": named({}),
    "rollout_delay": array(3.0, "yr"),
    "rollout_lifetime": array(25.0, "yr"),
    "rollout_renewed_share": array(1.0, "1"),
    "rollout_build_rate": array(np.inf, "zone/yr"),
    "rollout_capacity_rate": array(np.inf, "GW/yr"),
    "rollout_retrofit_age": array(12.0, "yr"),
    "rollout_retrofit_share": array(0.0, "1"),
    "store_loss_change": array(-1.0, "%/yr"),
}


def rollout_of(**changes: xr.DataArray) -> xr.Dataset:
    """The rollout of the tables, with some inputs changed."""
    return xr.Dataset(SHIPPED | changes).assign_coords(year=YEAR.assign_attrs(units="1"))


def national(array: xr.DataArray) -> xr.DataArray:
    return array.sum(["level", "archetype"])
