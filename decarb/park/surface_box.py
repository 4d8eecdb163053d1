"""The box of a surface: its axes, where the nodes lie in it, and points inside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
import xarray as xr

from decarb.errors import CallError
from decarb.park.surface_kernel import NEAREST

MOST_AXES: Final = 4


def node_places(count: int) -> np.ndarray:
    """Return where the nodes of an axis lie, 0 to 1 of its box.

    Examples
    --------
    >>> node_places(5)
    array([0.    , 0.0625, 0.25  , 0.5625, 1.    ])
    """
    return np.linspace(0.0, 1.0, count) ** 2


def checked_box(names: Sequence[str], low: Any, high: Any, counts: Sequence[int]) -> tuple[xr.DataArray, xr.DataArray]:
    """Return the ends of the axes (..., axis), checked against each other."""
    axes = len(names)
    if not 1 <= axes <= MOST_AXES:
        raise CallError(f"surface: {axes} axes; name 1 to {MOST_AXES}, and run the hours for more")
    if len(set(names)) < axes:
        raise CallError(f"surface: an axis stands twice in {', '.join(names)}; keep one")
    if len(counts) != axes or min(counts) < NEAREST:
        raise CallError(f"surface: nodes {list(counts)} for {axes} axes; write {NEAREST} or more for each")
    ends = [end if isinstance(end, xr.DataArray) else xr.DataArray(np.asarray(end, float), dims="axis")
            for end in (low, high)]  # fmt: skip
    for which, end in zip(("low", "high"), ends, strict=True):
        if end.sizes.get("axis") != axes:
            raise CallError(f"surface: {which} is on {dict(end.sizes)}; give it one number for each of {axes} axes")
    lower, upper = xr.broadcast(*(end.drop_vars("axis", errors="ignore") for end in ends))
    if not bool((np.isfinite(lower) & np.isfinite(upper) & (lower <= upper)).all()):
        raise CallError("surface: low lies above high, or an end is not finite; write numbers, low at or below high")
    ordered = [end.transpose(..., "axis").drop_attrs().astype(float) for end in (lower, upper)]
    return ordered[0].assign_coords(axis=list(names)), ordered[1].assign_coords(axis=list(names))


def grid(counts: Sequence[int]) -> np.ndarray:
    """Return the nodes (node, axis), 0 to 1 of the box, the last axis fastest."""
    places = np.meshgrid(*(node_places(count) for count in counts), indexing="ij")
    return np.stack([place.ravel() for place in places], axis=-1)


def inside(low: xr.DataArray, high: xr.DataArray, shares: np.ndarray) -> xr.DataArray:
    """Return points (scenario, ..., axis) at shares (scenario, axis) of each box."""
    share = xr.DataArray(shares, dims=("scenario", "axis"))
    return (low + (high - low) * share).transpose("scenario", *low.dims)


def blocks_of(points: xr.DataArray, block: int) -> Iterator[xr.DataArray]:
    """Yield points in runs of so many."""
    for first in range(0, points.sizes["scenario"], block):
        yield points.isel(scenario=slice(first, first + block))
