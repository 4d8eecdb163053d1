"""What is said of a surface beside its numbers: of what it was built."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import xarray as xr

from decarb.errors import CallError
from decarb.park.design import DESIGN
from decarb.park.surface import VERSION
from decarb.park.surface_box import checked_box
from decarb.units import units_of

MOVING: Final = (*DESIGN, "store_loss_change")
"""Inputs that move the year of a site."""
SERIES: Final = ("capacity_factor", "load_shape", "period")
TEXT: Final = "OUS"  # kinds of arrays that hold labels


def address(
    inputs: xr.Dataset,
    series: xr.Dataset,
    names: Sequence[str],
    low: Sequence[float] | xr.DataArray,
    high: Sequence[float] | xr.DataArray,
    counts: Sequence[int],
) -> str:
    """Return a name of the content: the same for the same weather, template and box, another for any other.

    Parameters
    ----------
    inputs : xr.Dataset
        Of the base scenario; what `MOVING` names in it counts, and its last year, up to which stores get better.
    series : xr.Dataset
        Weather, load shape and tariff periods.
    names, low, high, counts
        As `build` takes them.

    Raises
    ------
    CallError
        An input that moves a site varies over `scenario`: make it an axis, or run the hours.
    """
    moving = inputs[[name for name in MOVING if name in inputs]]
    varied = [str(name) for name, array in moving.items() if "scenario" in array.dims]
    if varied:
        raise CallError(f"surface: {', '.join(varied)} varies over scenario; give what the base scenario says, and "
                        "make it an axis or run the hours")  # fmt: skip
    lower, upper = checked_box(names, low, high, counts)
    digest = hashlib.sha256(json.dumps([VERSION, list(names), list(map(int, counts))]).encode())
    last = [int(inputs["year"][-1])] if "year" in inputs.coords else []
    digest.update(json.dumps(last).encode())
    weather = {name: series[name] for name in SERIES if name in series}
    for name, array in {**dict(moving), **weather, "low": lower, "high": upper}.items():
        _digest(digest, str(name), array)
    return digest.hexdigest()


def _digest(digest: Any, name: str, array: xr.DataArray) -> None:
    """Add an array: its name, unit, dimensions, labels and bytes."""
    unit = units_of(array) if "units" in array.attrs else ""
    digest.update(json.dumps([name, unit, list(map(str, array.dims)), array.shape, array.dtype.kind]).encode())
    for one in (array, *(array[dim] for dim in array.dims if dim in array.coords)):
        values = np.ascontiguousarray(one.values)
        digest.update(
            json.dumps(values.astype(str).tolist()).encode() if values.dtype.kind in "OUS" else values.tobytes()
        )
