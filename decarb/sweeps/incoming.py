"""What a task hands to the store: refused unless it is exactly the block that was asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import xarray as xr

from decarb.errors import CallError
from decarb.sweeps.arrays import SCENARIO, Variable, labels

STATUS: Final = "status"


def values_of_block(variables: Sequence[Variable], data: xr.Dataset, first: int, rows: int) -> dict[str, np.ndarray]:
    """Return the values of one block by variable, in the order of dimensions of the store.

    Parameters
    ----------
    variables : sequence of Variable
        Those of the store.
    data : xr.Dataset
        Every variable along `scenario`; labels of other dimensions may stand beside them.
    first, rows : int
        The scenarios of the block.

    Raises
    ------
    CallError
        A variable is missing or unknown, or has other scenarios, labels, dimensions, types or units.
    """
    numbers = np.arange(first, first + rows)
    given = data if SCENARIO in data.coords else data.assign_coords({SCENARIO: numbers})
    _check_names(variables, given)
    if not np.array_equal(given[SCENARIO].values, numbers):
        raise CallError(f"{SCENARIO}: expected {first} to {first + rows - 1}, found others; give this block")
    for each in variables:
        if not each.blocked and each.name in given.variables and labels(given[each.name]) != each.values:
            raise CallError(f"{each.name}: has other values than in the store; give those of the template")
    return {each.name: _values(each, given[each.name], rows) for each in variables if each.blocked}


def counted(values: Mapping[str, np.ndarray]) -> dict[str, int]:
    """Return how many scenarios of a block have each status; nothing where the store has no status."""
    if STATUS not in values:
        return {}
    codes, counts = np.unique(values[STATUS], return_counts=True)
    return {str(code): int(count) for code, count in zip(codes.tolist(), counts, strict=True)}


def _check_names(variables: Sequence[Variable], given: xr.Dataset) -> None:
    found = set(map(str, given.variables))
    lacking = sorted({each.name for each in variables if each.blocked} - found)
    unknown = sorted(found - {each.name for each in variables})
    if lacking:
        raise CallError(f"{lacking[0]}: the store holds it and this block does not; give every variable")
    if unknown:
        raise CallError(f"{unknown[0]}: the store has no such variable; leave it out, or start a new store with it")


def _values(variable: Variable, array: xr.DataArray, rows: int) -> np.ndarray:
    name, unit, shape = variable.name, array.attrs.get("units", ""), (rows, *variable.shape[1:])
    if set(array.dims) != set(variable.dims):
        raise CallError(f"{name}: has dimensions {array.dims}, expected {variable.dims}")
    values = array.transpose(*variable.dims).values
    if values.shape != shape:
        raise CallError(f"{name}: has shape {values.shape}, expected {shape}")
    if not np.can_cast(values.dtype, variable.dtype, "safe"):
        raise CallError(f"{name}: holds {values.dtype}, expected {variable.dtype}")
    if variable.unit and unit != variable.unit:
        raise CallError(f'{name}: is in "{unit}", expected "{variable.unit}"')
    return values
