"""Numbers as JSON holds them: plain, each with its unit, and null only with a reason."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import numpy as np
import xarray as xr

from decarb.errors import DataError
from decarb.park.cost import REASONS, Reason
from decarb.units import Quantity, units_of

UNKNOWN: Final = "not known, or undefined for this park"
REASON_OF: Final = "_reason"


def number(value: Any, unit: str, reason: str = UNKNOWN) -> dict[str, Any]:
    """Return a number with its unit; null with a reason where it is none or not finite.

    Examples
    --------
    >>> number(4.8, "MW"), number(float("nan"), "yr", "never paid back")
    ({'value': 4.8, 'unit': 'MW'}, {'value': None, 'unit': 'yr', 'reason': 'never paid back'})
    """
    if value is None or not math.isfinite(float(value)):
        return {"value": None, "unit": unit, "reason": reason}
    whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    return {"value": int(value) if whole else float(value), "unit": unit}


def array_record(array: xr.DataArray, reasons: xr.DataArray | None = None) -> Any:
    """Return a number for a scalar; for more, one for each label, nested in the order of the dimensions.

    Parameters
    ----------
    array : xr.DataArray
        With a unit, unless it says true or false. Its attribute `reason` says why a number is not known: one text for
        all, or a mapping from labels of the first dimension.
    reasons : xr.DataArray, optional
        Codes of `decarb.park.cost.Reason`, over some of its dimensions.
    """
    if array.dims:
        dim = array.dims[0]
        return {
            _label(array, dim, place): array_record(
                _with_own_reason(array.isel({dim: place}), _label(array, dim, place)),
                reasons if reasons is None else reasons.isel({dim: place}, missing_dims="ignore"),
            )
            for place in range(array.sizes[dim])
        }
    if array.dtype == bool:
        return bool(array)
    code = Reason.NOT_KNOWN if reasons is None else Reason(int(reasons))
    own = array.attrs.get("reason")
    unsaid = own if isinstance(own, str) and own else UNKNOWN
    reason = unsaid if code in (Reason.NOT_KNOWN, Reason.DEFINED) else REASONS[code]
    return number(array.item(), units_of(array), reason)


def dataset_record(dataset: xr.Dataset) -> dict[str, Any]:
    """Return every variable of a Dataset; the codes in a `*_reason` stand as words where the figure is null."""
    return {
        str(name): array_record(array, dataset.get(f"{name}{REASON_OF}"))
        for name, array in dataset.data_vars.items()
        if not _is_reason(str(name), dataset)
    }


def plain(value: Any) -> Any:
    """Return what a mapping of settings holds as JSON takes it; quantities and (number, unit) pairs with their unit.

    Raises
    ------
    DataError
        It holds something that is no plain value.
    """
    if isinstance(value, xr.DataArray):
        return array_record(value)
    if isinstance(value, Quantity):
        return number(value.value, value.unit)
    if isinstance(value, Mapping):
        return {str(key): plain(inside) for key, inside in value.items()}
    if isinstance(value, (list, tuple)):
        return number(*value) if _is_pair(value) else [plain(inside) for inside in value]
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, date):
        return value.isoformat()
    raise DataError(
        f"{type(value).__name__} is no plain value; write a number with its unit, text, a list or a mapping"
    )


def _with_own_reason(part: xr.DataArray, label: str) -> xr.DataArray:
    """Return one part of an array with the reason of its label, where the array has one for each."""
    reasons = part.attrs.get("reason")
    return part.assign_attrs(reason=reasons.get(label, "")) if isinstance(reasons, Mapping) else part


def _is_pair(value: list[Any] | tuple[Any, ...]) -> bool:
    """Whether this is a number with its unit, as a tuple of two."""
    if not isinstance(value, tuple) or len(value) != 2 or not isinstance(value[1], str):
        return False
    return value[0] is None or (isinstance(value[0], (int, float, np.number)) and not isinstance(value[0], bool))


def _is_reason(name: str, dataset: xr.Dataset) -> bool:
    return name.endswith(REASON_OF) and name.removesuffix(REASON_OF) in dataset


def _label(array: xr.DataArray, dim: Any, place: int) -> str:
    return str(array[dim].values[place]) if dim in array.coords else str(place)
