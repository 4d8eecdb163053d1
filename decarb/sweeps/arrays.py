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
from zarr.codecs import BytesCodec, Crc32cCodec, ZstdCodec
from zarr.storage import LocalStore, MemoryStore

from decarb.errors import CallError

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
    fill: Any = "" if text else np.array(np.nan if dtype.startswith("float") else 0, dtype)[()]
    return {
        "dtype": str if text else np.dtype(dtype),
        "fill_value": fill,
        "filters": "auto" if text else None,
        "serializer": "auto" if text else BytesCodec(endian="little"),
        "compressors": (ZstdCodec(level=LEVEL), Crc32cCodec()),
        "chunk_key_encoding": _SEPARATOR,
        "config": {"write_empty_chunks": True},
    }


class Press:
    """Turns blocks of values into the bytes of chunk files, by zarr and in memory: for one thread at a time."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, tuple[int, ...]], tuple[zarr.Array, dict[str, Any]]] = {}

    def bytes_of(self, variable: Variable, values: np.ndarray) -> memoryview:
        """Return one chunk; a block that is shorter than a chunk is filled up.

        Parameters
        ----------
        variable : Variable
        values : np.ndarray
            (rows, ...) with rows up to those of a block.
        """
        key = (variable.dtype, variable.shape)
        if key not in self._made:
            held: dict[str, Any] = {}
            encoding = _encoding(variable.dtype)
            self._made[key] = (
                zarr.create_array(MemoryStore(held), shape=variable.shape, chunks=variable.shape, **encoding),
                held,
            )
        array, held = self._made[key]
        if len(values) < variable.shape[0]:
            full = np.full(variable.shape, array.fill_value, variable.dtype)
            full[: len(values)] = values
            values = full
        array[...] = np.ascontiguousarray(values, variable.dtype)
        chunk = next(name for name in held if not name.endswith(ROOT))
        return memoryview(held.pop(chunk).as_numpy_array()).cast("B")


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
