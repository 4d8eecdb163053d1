"""Datasets on disk: netCDF that xarray, pyam and others open, and Zarr."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import xarray as xr


def write_netcdf(dataset: xr.Dataset, path: Path) -> None:
    """Write a Dataset as netCDF 4, each variable with its unit as `units` and as `unit`, which tools of the IAMC read.

    Parameters
    ----------
    dataset : xr.Dataset
    path : Path
        A new file.
    """
    with_both_units(dataset).to_netcdf(path, engine="h5netcdf")


def write_zarr(datasets: Mapping[str, xr.Dataset], path: Path) -> None:
    """Write Datasets as groups of one Zarr store (format 3), text as text of any length.

    Opened again with `xr.open_zarr(path, group=name, consolidated=False)`.

    Parameters
    ----------
    datasets : mapping
        Group -> Dataset.
    path : Path
        A new folder.
    """
    for name, dataset in datasets.items():
        plain = _with_long_text(with_both_units(dataset))
        plain.to_zarr(path, group=name, mode="w-", zarr_format=3, consolidated=False)


def with_both_units(dataset: xr.Dataset) -> xr.Dataset:
    """Return the Dataset with `unit` beside `units` on everything that has one."""
    marked = dataset.copy()
    for name in marked.variables:
        units = marked[name].attrs.get("units")
        if units is not None:
            marked[name].attrs = {**marked[name].attrs, "unit": units}
    return marked


def _with_long_text(dataset: xr.Dataset) -> xr.Dataset:
    """Return the Dataset without text of fixed width, for which Zarr has no settled form."""
    text = {
        name: (array.dims, array.values.astype(object), array.attrs)
        for name, array in dataset.variables.items()
        if array.dtype.kind == "U"
    }
    labels = {name: array for name, array in text.items() if name in dataset.coords}
    return dataset.assign({name: text[name] for name in text.keys() - labels.keys()}).assign_coords(labels)
