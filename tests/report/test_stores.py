"""Datasets on disk: units under both names, and text that Zarr takes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import xarray as xr

from decarb.report.stores import with_both_units, write_netcdf, write_zarr

SAMPLE = xr.Dataset(
    {
        "co2": ("province", [1.0, 2.0], {"units": "Mt CO2/yr"}),
        "label": ("province", np.array(["a", "北京"])),
    },
    {"province": ["Beijing", "Anhui"], "view": "inventory"},
)


def test_what_has_a_unit_has_it_under_both_names_and_nothing_else_gets_one() -> None:
    found = with_both_units(SAMPLE)
    assert found["co2"].attrs == {"units": "Mt CO2/yr", "unit": "Mt CO2/yr"}
    assert not found["label"].attrs and SAMPLE["co2"].attrs == {"units": "Mt CO2/yr"}


def test_netcdf_and_zarr_keep_every_value(tmp_path: Path) -> None:
    write_netcdf(SAMPLE, tmp_path / "one.nc")
    write_zarr({"first": SAMPLE, "second": SAMPLE}, tmp_path / "one.zarr")
    xr.testing.assert_equal(xr.load_dataset(tmp_path / "one.nc", engine="h5netcdf"), SAMPLE)
    for group in ("first", "second"):
        with xr.open_zarr(tmp_path / "one.zarr", group=group, consolidated=False) as found:
            xr.testing.assert_equal(found.load(), SAMPLE)
            assert found["co2"].attrs["unit"] == "Mt CO2/yr"
