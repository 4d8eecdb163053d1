"""The arrays of a store: which there are, how they lie on the disk, and one block of one as bytes.

Zarr v3. Along `scenario` a chunk is a block and spans all other dimensions; all other arrays are one chunk. Chunk keys
have dots (`net_co2/c.12.0`), so an array is one folder. Text is of variable length (`vlen-utf8`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import xarray as xr
import zarr
from numcodecs.zstd import Zstd
from zarr.codecs import BytesCodec, Crc32cCodec, ZstdCodec
from zarr.storage import LocalStore

from decarb.errors import CallError

try:
    from google_crc32c import value as checksum
except ModuleNotFoundError:  # an older zarr brings the other one
    from crc32c import crc32c as checksum  # type: ignore[import-not-found, no-redef]

ROOT: Final = "zarr.json"
SCENARIO: Final = "scenario"
LEVEL: Final = -5  # of zstd: on pathways half the time of level 1, for 7 % more bytes
SHORT: Final = 16  # digits of a hash that stands in a message
_SEPARATOR: Final = {"name": "default", "separator": "."}


@dataclass(frozen=True)
class Variable:
    """One array of a store.

    Attributes
    ----------
    name : str
    dims : tuple of str
        `scenario` first, where it runs along it.
    dtype : str
        As numpy writes it, such as "float64"; "str" for text.
    shape : tuple of int
        Of one block, or of the whole where it does not run along `scenario`.
    unit : str
        Empty where it has none.
    values : str
        Hash of its values, where it does not run along `scenario`.
    """

    name: str
    dims: tuple[str, ...]
    dtype: str
    shape: tuple[int, ...]
    unit: str = ""
    values: str = ""

    @property
    def blocked(self) -> bool:
        """Whether it has one chunk for each block."""
        return self.dims[:1] == (SCENARIO,)

    def chunk(self, block: int) -> str:
        """Return the path of a chunk below the store."""
        return "/".join([self.name, ".".join(["c", str(block), *["0"] * (len(self.dims) - 1)])])


def template_of(like: xr.Dataset) -> xr.Dataset:
    """Return the Dataset that says what a store holds, with `scenario` as a coordinate.

    Raises
    ------
    CallError
        `scenario` is not the first dimension of a variable, or one along it holds anything but numbers.
    """
    full = like if SCENARIO in like.coords else like.assign_coords({SCENARIO: np.arange(like.sizes.get(SCENARIO, 0))})
    full = full.assign_coords({SCENARIO: full[SCENARIO].astype(np.int64)})
    full[SCENARIO].attrs.setdefault("long_name", "number of the scenario")
    for name, array in full.variables.items():
        if SCENARIO in array.dims and (array.dims[0] != SCENARIO or array.dtype.kind not in "fiub"):
            raise CallError(f"{name}: {array.dims} of {array.dtype}; give numbers with {SCENARIO} as first dimension")
        if array.dtype.kind not in "fiub" and not _is_text(array.dtype):
            raise CallError(f"{name}: {array.dtype} cannot be stored; give numbers or text")
    return full


def variables_of(template: xr.Dataset, block: int) -> tuple[Variable, ...]:
    """Return the arrays of a store in order of their names."""
    return tuple(_variable(str(name), template[name], block) for name in sorted(template.variables, key=str))


def _variable(name: str, array: xr.DataArray, block: int) -> Variable:
    dims = tuple(map(str, array.dims))
    blocked = SCENARIO in dims
    shape = (block, *array.shape[1:]) if blocked else array.shape
    dtype = "str" if _is_text(array.dtype) else str(array.dtype)
    values = "" if blocked else labels(array)
    return Variable(name, dims, dtype, tuple(map(int, shape)), str(array.attrs.get("units", "")), values)


def labels(array: xr.DataArray) -> str:
    """Return a short hash of the values of an array; text and numbers of any width alike."""
    plain = array.values.astype(object).ravel().tolist()
    return hashlib.sha256(repr([item if isinstance(item, str) else repr(item) for item in plain]).encode()).hexdigest()[
        :SHORT
    ]


def write_template(folder: Path, template: xr.Dataset, variables: tuple[Variable, ...], rows: int) -> None:
    """Write the metadata of every array, and the values of those that do not run along `scenario`.

    Parameters
    ----------
    folder : Path
        Empty or not there.
    template : xr.Dataset
        From `template_of`.
    variables : tuple of Variable
    rows : int
        Scenarios in all.
    """
    named, loose = _coordinates(template)
    attributes = plain(template.attrs) | ({"coordinates": " ".join(loose)} if loose else {})
    group = zarr.create_group(LocalStore(folder), zarr_format=3, attributes=attributes)
    for variable in variables:
        array = template[variable.name]
        beside = {"coordinates": " ".join(found)} if (found := named.get(variable.name)) else {}
        made = group.create_array(
            variable.name,
            shape=(rows, *variable.shape[1:]) if variable.blocked else variable.shape,
            chunks=tuple(max(size, 1) for size in variable.shape),
            dimension_names=variable.dims,
            attributes=plain(array.attrs) | beside,
            **_encoding(variable.dtype),
        )
        if not variable.blocked:
            made[...] = array.values.astype(object) if variable.dtype == "str" else array.values


def _coordinates(template: xr.Dataset) -> tuple[dict[str, list[str]], list[str]]:
    """Return which coordinates stand beside each variable, and those that stand beside none: as CF writes them."""
    extra = sorted(str(name) for name in template.coords if name not in template.dims)
    named = {
        str(name): [one for one in extra if set(template[one].dims) <= set(array.dims)]
        for name, array in template.data_vars.items()
    }
    return named, [one for one in extra if not any(one in found for found in named.values())]


def _encoding(dtype: str) -> dict[str, Any]:
    text = dtype == "str"
    return {
        "dtype": str if text else np.dtype(dtype),
        "fill_value": "" if text else _fill(dtype),
        "filters": "auto" if text else None,
        "serializer": "auto" if text else BytesCodec(endian="little"),
        "compressors": (ZstdCodec(level=LEVEL), Crc32cCodec()),
        "chunk_key_encoding": _SEPARATOR,
        "config": {"write_empty_chunks": True},
    }


def _fill(dtype: str) -> Any:
    """Return what a reader finds where a chunk is gone: no number, and of whole numbers none that means something."""
    kind = np.dtype(dtype).kind
    if kind == "u":
        return np.array(np.iinfo(dtype).max, dtype)[()]
    return np.array({"f": np.nan, "i": -1}.get(kind, 0), dtype)[()]


def bytes_of_chunk(variable: Variable, values: np.ndarray) -> bytes:
    """Return one chunk, byte for byte as zarr writes it; a block that is shorter than a chunk is filled up.

    Zarr hands each step of its codecs to another thread and back, which takes longer than the steps.

    Parameters
    ----------
    variable : Variable
        Of numbers.
    values : np.ndarray
        (rows, ...) with rows up to those of a block.
    """
    dtype = np.dtype(variable.dtype).newbyteorder("<")
    if len(values) < variable.shape[0]:
        full = np.full(variable.shape, _fill(variable.dtype), dtype)
        full[: len(values)] = values
        values = full
    pressed = Zstd(level=LEVEL).encode(np.ascontiguousarray(values, dtype))
    return bytes(pressed) + checksum(pressed).to_bytes(4, "little")


def decoded(store: Path, variable: Variable, first: int, rows: int) -> np.ndarray:
    """Return a block as it stands on the disk.

    Raises
    ------
    ValueError, RuntimeError, OSError
        A chunk does not decode.
    """
    array = zarr.open_array(LocalStore(store, read_only=True), path=variable.name, mode="r")
    return np.asarray(array[first : first + rows])


def plain(attributes: Mapping[Any, Any]) -> dict[str, Any]:
    """Return attributes as JSON takes them: numpy arrays as lists, numpy scalars as numbers."""
    return {str(key): value.tolist() if isinstance(value, np.ndarray | np.generic) else value
            for key, value in attributes.items()}  # fmt: skip


def _is_text(dtype: np.dtype) -> bool:
    return dtype.kind in "UOT"
