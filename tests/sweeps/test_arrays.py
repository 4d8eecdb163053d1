"""A chunk is what zarr itself would write, byte for byte, so that plain zarr reads it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr
import zarr

from decarb.sweeps.arrays import Variable, bytes_of_chunk, decoded, template_of, variables_of, write_template


@pytest.mark.parametrize("dtype", ["float64", "float32", "int8", "int64", "uint16", "bool"])
@pytest.mark.parametrize("rows", [7, 4])  # of a whole block, and of the last one
def test_a_chunk_is_byte_for_byte_what_zarr_writes(dtype: str, rows: int, tmp_path: Path) -> None:
    values = np.random.default_rng(5).integers(0, 2, (rows, 3)).astype(dtype)
    template = template_of(xr.Dataset({"flow": (("scenario", "year"), np.zeros((1, 3), dtype))}))
    variables = variables_of(template, 7)
    flow = next(each for each in variables if each.name == "flow")
    write_template(tmp_path / "store", template, variables, 7)
    array = zarr.open_array(tmp_path / "store", path="flow", mode="r+")
    full = np.full((7, 3), array.fill_value, dtype)
    full[:rows] = values
    array[...] = full
    assert (tmp_path / "store" / flow.chunk(0)).read_bytes() == bytes_of_chunk(flow, values)


def test_numbers_of_the_other_byte_order_and_layout_are_the_same_chunk() -> None:
    variable = Variable("flow", ("scenario", "year"), "float64", (4, 3))
    values = np.arange(12.0).reshape(4, 3)
    for other in (values.astype(">f8"), np.asfortranarray(values), values.astype("float32")):
        assert bytes_of_chunk(variable, other) == bytes_of_chunk(variable, values)


def test_a_chunk_with_a_flipped_byte_does_not_decode(tmp_path: Path) -> None:
    template = template_of(xr.Dataset({"flow": (("scenario",), np.zeros(1))}))
    variables = variables_of(template, 4)
    flow = next(each for each in variables if each.name == "flow")
    write_template(tmp_path / "store", template, variables, 4)
    content = bytearray(bytes_of_chunk(flow, np.arange(4.0)))
    path = tmp_path / "store" / flow.chunk(0)
    path.write_bytes(bytes(content))
    np.testing.assert_array_equal(decoded(tmp_path / "store", flow, 0, 4), np.arange(4.0))
    content[9] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises((ValueError, RuntimeError)):
        decoded(tmp_path / "store", flow, 0, 4)
