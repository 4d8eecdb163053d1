"""How far a surface lies from what it was built of: what several tests of surfaces ask."""

from __future__ import annotations

import json
from typing import Final

import numpy as np
import xarray as xr

from decarb.park.surface import BLOCK, Evaluate, Mapper, at
from decarb.park.surface_box import blocks_of, inside

JUDGED: Final = ("grid_import", "own_use", "curtailment", "grid_export")
PERCENT: Final = 100.0


def measured_error(
    surface: xr.Dataset,
    evaluate: Evaluate,
    points: int = 256,
    seed: int = 0,
    *,
    load: str = "load",
    block: int = BLOCK,
    mapper: Mapper = map,
) -> xr.Dataset:
    """Return how far the surface lies from `evaluate` at random points of its box, over the load.

    Parameters
    ----------
    surface : xr.Dataset
    evaluate : callable
        That it was built of.
    points : int
        Drawn evenly over the box.
    seed : int
    load : str
        What the errors are measured by.
    block, mapper
        As `build` takes them.

    Returns
    -------
    xr.Dataset
        [%, points of load] `worst_error` and `mean_error` (flow, ...) of import, own use, curtailment and export, by
        cell; all further dimensions, vintages among them, are taken together.
    """
    low, high = surface["axis_low"], surface["axis_high"]
    drawn = inside(low, high, np.random.default_rng(seed).random((points, low.sizes["axis"])))
    flows = [name for name in JUDGED if name in {*surface["output"].values, *json.loads(surface.attrs["constants"])}]
    worst, total = [], []
    for part, true in zip(blocks_of(drawn, block), mapper(evaluate, blocks_of(drawn, block)), strict=True):
        near = at(surface, part, flows)
        gap = abs(near - true[flows]) / true[load].drop_attrs() * PERCENT
        over = [dim for dim in gap.dims if dim not in low.dims]
        number = part.sizes["scenario"]
        worst.append(gap.max(over))
        total.append(gap.mean(over) * number)
    found = {
        "worst_error": xr.concat(worst, "part").max("part").to_dataarray("flow"),
        "mean_error": xr.concat(total, "part").sum("part").to_dataarray("flow") / points,
    }
    percent = {name: array.drop_attrs().assign_attrs(units="%") for name, array in found.items()}
    return xr.Dataset(percent, attrs={"points": points, "seed": seed})
