"""What a scenario states, or else the row of the tables, as labelled arrays on the years of the model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import xarray as xr

from decarb.nation.zones import ARCHETYPES
from decarb.scenario.fields import FIRST_YEAR, LAST_YEAR
from decarb.tables import Bound, table_array
from decarb.units import Quantity, converted, stamp

YEARS: Final = np.arange(FIRST_YEAR, LAST_YEAR + 1)


def scalar(quantity: Quantity, unit: str) -> xr.DataArray:
    """Return one written quantity as an array without dimensions."""
    return stamp(xr.DataArray(quantity.to(unit)), unit)


def stated(
    quantity: Quantity | None, name: str, unit: str, bound: Bound, table: str = "parameters", **selection: Any
) -> xr.DataArray:
    """Return what the scenario states, else the row of the table at a bound, or its value where it has no range."""
    if quantity is not None:
        return scalar(quantity, unit)
    return converted(table_array(table, name, bound=bound, or_value=True, **selection), unit)


def joined(arrays: Mapping[str, xr.DataArray], dim: str = "technology") -> xr.DataArray:
    """Return arrays along a new dimension, in the unit of the first."""
    unit = next(iter(arrays.values())).attrs["units"]
    same = [converted(array, unit).reset_coords(drop=True) for array in arrays.values()]
    return stamp(xr.concat(same, dim=xr.IndexVariable(dim, list(arrays))), unit)


def knots(written: Mapping[int, Quantity] | None, name: str, unit: str, bound: Bound, **selection: Any) -> xr.DataArray:
    """Return values at a few years: the scenario's own path as a whole, else the rows of the table."""
    if written is None:
        return table_array("parameters", name, "year", bound=bound, **selection)
    years = sorted(written)
    return stamp(xr.DataArray([written[year].to(unit) for year in years], {"year": years}, ("year",)), unit)


def straight(points: Mapping[int, float], unit: str) -> xr.DataArray:
    """Return a yearly series on straight lines between points in order, held before the first and after the last."""
    values = np.interp(YEARS, list(points), list(points.values()))
    return stamp(xr.DataArray(values, {"year": YEARS}, ("year",)), unit)


def line(known: xr.DataArray, later: xr.DataArray) -> xr.DataArray:
    """Return a yearly series: what is known, then straight lines through later points, flat after the last."""
    unit = known.attrs["units"]
    points = xr.concat([known, converted(later, unit)], dim="year")
    return straight(dict(zip(points["year"].values.tolist(), points.values.tolist(), strict=True)), unit)


def steps(points: xr.DataArray) -> xr.DataArray:
    """Return a yearly series that keeps each point's value until the next, and the first before it."""
    place = np.clip(np.searchsorted(points["year"].values, YEARS, side="right") - 1, 0, None)
    return stamp(xr.DataArray(points.values[place], {"year": YEARS}, ("year",)), points.attrs["units"])


def by_archetype(name: str, bound: Bound, written: Mapping[Any, Quantity | None] | None = None) -> xr.DataArray:
    """Return a row for each archetype, and what the scenario states in its place."""
    rows = table_array("archetypes", name, "archetype", bound=bound).sel(archetype=list(ARCHETYPES)).copy()
    for archetype, quantity in (written or {}).items():
        if quantity is not None:
            rows.loc[archetype] = quantity.to(rows.attrs["units"])
    return stamp(rows, rows.attrs["units"])
