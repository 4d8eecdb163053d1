"""IAMC tables as the files that pyam opens: a workbook with `data` and `meta`, and netCDF."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import xarray as xr

from decarb.report.workbook import Sheet, workbook_of
from decarb.scenario.iamc_names import COLUMNS

DIMS: Final = ("time", "model", "scenario", "region")
"""Dimensions of a variable in netCDF, in the order in which pyam writes them; `time` is the calendar year."""
META_DIMS: Final = ("model", "scenario")


def write_iamc_workbook(table: pd.DataFrame, meta: pd.DataFrame, path: Path) -> None:
    """Write the table to the sheet `data` and the indicators to the sheet `meta`; the names of columns begin large.

    Parameters
    ----------
    table : pd.DataFrame
        As `decarb.report.iamc.iamc_table` gives it; where it has no number the cell is empty.
    meta : pd.DataFrame
        As `decarb.report.iamc_meta.iamc_meta` gives it.
    path : Path
        A new file.
    """
    sheets = {
        name: Sheet([_head(str(column)) for column in frame.columns], list(frame.itertuples(index=False)))
        for name, frame in (("data", table), ("meta", meta))
    }
    workbook_of(sheets).save(path)


def iamc_netcdf(table: pd.DataFrame, meta: pd.DataFrame) -> xr.Dataset:
    """Return the table as pyam's netCDF: each variable over year, model, scenario and region, and the indicators.

    A variable is called as pyam reads it, in `long_name`; `unit` is for pyam and `units` for everybody else. Where a
    variable has no value for a region or a year it is NaN.

    Parameters
    ----------
    table, meta : pd.DataFrame
        As `write_iamc_workbook` takes them.
    """
    years = [column for column in table.columns if column not in COLUMNS]
    labels = {dim: list(dict.fromkeys(table[dim])) for dim in DIMS[1:]}
    at = {dim: {label: number for number, label in enumerate(own)} for dim, own in labels.items()}
    shape = (len(years), *(len(labels[dim]) for dim in DIMS[1:]))
    arrays: dict[str, xr.Variable] = {}
    for (variable, unit), rows in table.groupby(["variable", "unit"], sort=False):
        values = np.full(shape, np.nan)
        model, scenario, region = (rows[dim].map(at[dim]).to_numpy() for dim in DIMS[1:])
        values[:, model, scenario, region] = rows[years].to_numpy(dtype=float).T
        attrs = {"long_name": variable, "unit": unit, "units": unit}
        arrays[str(variable)] = xr.Variable(DIMS, values, attrs)
    for name in (column for column in meta.columns if column not in META_DIMS):
        cells = np.empty((shape[1], shape[2]), dtype=object)
        cells[meta["model"].map(at["model"]), meta["scenario"].map(at["scenario"])] = meta[name].tolist()
        kinds = {type(value) for value in cells.ravel()}
        plain = cells.astype(int if kinds == {int} else float if kinds <= {int, float} else str)
        arrays[str(name)] = xr.Variable(META_DIMS, plain, {"long_name": str(name)})
    coords = {
        **{dim: np.array(own, dtype=object) for dim, own in labels.items()},
        "time": [int(year) for year in years],
    }
    return xr.Dataset(arrays, coords, {"title": "IAMC timeseries", "Conventions": "CF-1.11"})


def _head(column: str) -> str:
    return column.capitalize() if column in COLUMNS else column
