"""The year of a site over its sizes, by interpolation: hours are run at the nodes alone.

A surface is built over the sizes that stand on a site, not over the factors that a planner moves. Where roofs, land or
wind set a limit the size no longer follows the factor, and no smooth line goes round that corner; over the sizes
themselves there is none. So each cell, a province and an archetype, may have a box and places of its own.

Every output at a place is the same weighted sum of its nodes, so what adds up at the nodes adds up everywhere. Where
the cubic would make a flow negative, the flow is nought and another one carries the difference, so that the energy
balance and the own use hold: what is curtailed too much is not sold, what is sold too much is bought.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import xarray as xr

from decarb.errors import CallError, DecarbError
from decarb.park import surface_kernel
from decarb.park.surface_box import blocks_of, checked_box, grid, inside
from decarb.variables import did_you_mean

Evaluate = Callable[[xr.DataArray], xr.Dataset]
"""Results of points (scenario, ..., axis): a Dataset whose variables carry `scenario` where a point moves them."""
Mapper = Callable[[Evaluate, Iterable[xr.DataArray]], Iterable[xr.Dataset]]

VERSION: Final = 1  # of the layout and of the dispatch behind it: another one finds no stored surface
BLOCK: Final = 64  # points of one call of `evaluate`
CARRIED: Final = {
    "curtailment": {"grid_export": -1.0},
    "charge": {"grid_export": -1.0},
    "discharge": {"grid_export": 1.0},
    "unmet_load": {"grid_import": -1.0},
    "grid_export": {"grid_import": 1.0, "own_use": -1.0},
    "grid_import": {"grid_export": 1.0, "own_use": -1.0},
}
"""What changes by how much when a flow is lifted to zero, in this order; all other flows are lifted before, alone."""
LANES: Final = 8  # outputs are filled up to a multiple: two full vectors of the machine


def build(
    evaluate: Evaluate,
    names: Sequence[str],
    low: Sequence[float] | xr.DataArray,
    high: Sequence[float] | xr.DataArray,
    counts: Sequence[int],
    *,
    carried: Mapping[str, Mapping[str, float]] = CARRIED,
    progress: Callable[[int, int], None] | None = None,
    block: int = BLOCK,
    mapper: Mapper = map,
) -> xr.Dataset:
    """Return the surface of what `evaluate` says over a box of one to four axes.

    Parameters
    ----------
    evaluate : callable
        Takes points (scenario, ..., axis), with the dimensions of `low` and `high` between, and returns a Dataset. It
        must be smooth in the points: no cubic goes round a corner between two nodes.
    names : sequence of str
        Of the axes.
    low, high : sequence of float, or xr.DataArray (..., axis)
        Ends of the axes. Dimensions besides `axis` are those of the cells, each with a box of its own; an end where
        nothing can be built is the same on both sides.
    counts : sequence of int
        Nodes of each axis, four or more.
    carried : mapping, optional
        As `CARRIED`, which keeps the balance of `decarb.park.dispatch.dispatch`.
    progress : callable, optional
        Called with the points done and their number after each block.
    block : int
        Points of one call of `evaluate`.
    mapper : callable
        Runs `evaluate` over the blocks and gives their results in order: `map`, or that of a pool or a cluster.

    Returns
    -------
    xr.Dataset
        `node_values` (..., node, output), the nodes in the order of the axes with the last one fastest; `axis_low`
        and `axis_high` (..., axis); `node_count` (axis); `never_negative` (output), flows below zero at no node; and
        each variable that no point moves, as it is. `attrs["layout"]` says in JSON which outputs are which variable.
        Plain arrays and labels: it can be written to netCDF and Zarr.

    Raises
    ------
    CallError
        Axes, ends and counts do not fit each other.
    DecarbError
        A result is not finite.

    Notes
    -----
    Node k of n lies at low + (high - low) (k / (n - 1))^2: dense where a size is small and its first part counts most.
    """
    lower, upper = checked_box(names, low, high, counts)
    points = inside(lower, upper, grid(counts))
    arrays, first = _evaluated(evaluate, points, block, mapper, progress)
    cells = tuple(map(str, lower.dims[:-1]))
    packed, layout, constants = [], [], {}
    for name, array in first.items():
        if "scenario" not in array.dims:
            constants[str(name)] = array
            continue
        values = np.concatenate(arrays.pop(str(name)))
        if not np.isfinite(values).all():
            raise DecarbError(f"surface: {name} is not finite at a node; evaluate must say a number everywhere")
        inner = [str(dim) for dim in array.dims if dim not in ("scenario", *cells)]
        if (values == values[:1]).all():
            constants[str(name)] = xr.DataArray(values[0], dims=(*cells, *inner), attrs=array.attrs)
            continue
        shape = values.shape[1 + len(cells) :]
        layout.append({"name": str(name), "dims": inner, "shape": shape, "attrs": dict(array.attrs)})
        packed.append(values.reshape(*values.shape[: 1 + len(cells)], -1))
    known = {*cells, *(dim for one in layout for dim in one["dims"]), *(d for c in constants.values() for d in c.dims)}
    labels = {name: first[name] for name in first.coords if name in known}
    nodes = np.moveaxis(np.concatenate(packed, axis=-1), 0, -2) if packed else np.empty((*lower.shape[:-1], 0, 0))
    surface = xr.Dataset(
        {"axis_low": lower, "axis_high": upper, "node_count": ("axis", np.array(counts, np.int64)), **constants},
        {"axis": list(names), **labels},
        {"version": VERSION, "constants": json.dumps(list(constants)), "carried": json.dumps(carried)},
    )
    return _with_nodes(surface, cells, nodes, layout)


def at(
    surface: xr.Dataset, points: np.ndarray | xr.DataArray, names: Sequence[str] | None = None
) -> xr.Dataset:  # fmt: skip
    """Return the results at points (scenario, ...): those of `evaluate` at the nodes, cubic between them.

    Each row hangs on its own point alone: any block of points gives the same bits. Of the names that are asked for one
    may carry what another is lifted by, so ask for the same ones throughout a sweep.

    Parameters
    ----------
    surface : xr.Dataset
        As `build` returns it, loaded.
    points : np.ndarray (scenario, axis), or xr.DataArray (scenario, ..., axis)
        One place for all cells, or one for each.
    names : sequence of str, optional
        Variables to compute; all where left out. For many calls take `narrowed` once, which copies once.

    Raises
    ------
    CallError
        A point lies outside its box, or a variable or axis is unknown.

    Notes
    -----
    The cubic of an axis runs through its four nearest nodes (Lagrange), in the root of the place.
    """
    if names is not None:
        surface = narrowed(surface, names)
    nodes = surface["node_values"]
    cells, shape = tuple(map(str, nodes.dims[:-2])), nodes.shape[:-2]
    number = int(np.prod(shape, dtype=int))
    places, labels = _places(surface, points, cells)
    low, high = (surface[name].values.reshape(number, -1) for name in ("axis_low", "axis_high"))
    results = np.empty((len(places), number, nodes.shape[-1]))
    scenario, cell, axis = surface_kernel.interpolate(
        np.ascontiguousarray(nodes.values).reshape(number, *nodes.shape[-2:]), surface["node_count"].values, low, high,
        places, *_carriers(surface), results,
    )  # fmt: skip
    if scenario >= 0:
        where = [str(surface[dim].values[i]) if dim in surface.coords else f"{dim} {i}"
                 for dim, i in zip(cells, np.unravel_index(cell, shape), strict=True)]  # fmt: skip
        found = places[scenario, min(cell, places.shape[1] - 1), axis]
        raise CallError(
            f"surface: {surface['axis'].values[axis]} is {found:g} in {', '.join([f'row {scenario}', *where])}; the "
            f"surface reaches from {low[cell, axis]:g} to {high[cell, axis]:g}; build it wider or run the hours"
        )
    found_at, start = {}, 0
    for one in json.loads(surface.attrs["layout"]):
        size = int(np.prod(one["shape"], dtype=int))
        values = results[:, :, start : start + size].reshape(len(places), *shape, *one["shape"])
        found_at[one["name"]] = (("scenario", *cells, *one["dims"]), values, one["attrs"])
        start += size
    constants = surface[json.loads(surface.attrs["constants"])]
    used = {*cells, *(dim for dims, *_ in found_at.values() for dim in dims)}
    return constants.assign(found_at).assign_coords({n: surface[n] for n in surface.coords if n in used} | labels)


def narrowed(surface: xr.Dataset, names: Sequence[str]) -> xr.Dataset:
    """Return the surface of some variables alone, so that nothing else is computed or kept.

    Raises
    ------
    CallError
        A variable is unknown.
    """
    layout, constants = (json.loads(surface.attrs[name]) for name in ("layout", "constants"))
    known = (*(one["name"] for one in layout), *constants)
    for name in names:
        if name not in known:
            raise CallError(f'surface: no variable is called "{name}"; {did_you_mean(name, known)}')
    labels = surface["output"].values
    columns = [np.flatnonzero(labels == one["name"]) for one in layout if one["name"] in names]
    values = surface["node_values"].values[..., np.concatenate(columns) if columns else []]
    kept = surface.drop_vars([name for name in constants if name not in names]).drop_dims("output")
    kept.attrs["constants"] = json.dumps([name for name in constants if name in names])
    cells = tuple(map(str, surface["node_values"].dims[:-2]))
    return _with_nodes(kept, cells, values, [one for one in layout if one["name"] in names])


def _evaluated(
    evaluate: Evaluate, points: xr.DataArray, block: int, mapper: Mapper, progress: Callable[[int, int], None] | None
) -> tuple[dict[str, list[np.ndarray]], xr.Dataset]:
    """Return values (scenario, ..., inner) of each block by variable, and the first block's result."""
    cells = {str(dim): points.sizes[dim] for dim in points.dims[1:-1]}
    arrays: dict[str, list[np.ndarray]] = {}
    first, number, done = None, points.sizes["scenario"], 0
    for result in mapper(evaluate, blocks_of(points, block)):
        first = result if first is None else first
        count = next((result.sizes[dim] for dim in result.dims if dim == "scenario"), min(block, number - done))
        for name, array in result.items():
            if "scenario" in array.dims:
                wide = array.variable.set_dims({"scenario": count, **cells, **array.sizes})
                inner = [dim for dim in array.dims if dim not in ("scenario", *cells)]
                arrays.setdefault(str(name), []).append(wide.transpose("scenario", *cells, *inner).values.astype(float))
        done += count
        if progress is not None:
            progress(done, number)
    assert first is not None
    return arrays, first


def _with_nodes(
    surface: xr.Dataset, cells: tuple[str, ...], nodes: np.ndarray, layout: list[dict[str, Any]]
) -> xr.Dataset:
    """Return the surface with node values (..., node, output), filled up to whole vectors."""
    labels = [one["name"] for one in layout for _ in range(int(np.prod(one["shape"], dtype=int)))]
    never = np.zeros(len(labels), bool)
    start = 0
    for one in layout:
        size = int(np.prod(one["shape"], dtype=int))
        never[start : start + size] = (nodes[..., start : start + size] >= 0.0).all()
        start += size
    more = -len(labels) % LANES
    filled = np.concatenate([nodes, np.zeros((*nodes.shape[:-1], more))], axis=-1)
    made = surface.assign(
        node_values=((*cells, "node", "output"), np.ascontiguousarray(filled)),
        never_negative=("output", np.concatenate([never, np.zeros(more, bool)])),
    )
    return made.assign_coords(output=[*labels, *[""] * more]).assign_attrs(layout=json.dumps(layout))


def _places(
    surface: xr.Dataset, points: np.ndarray | xr.DataArray, cells: tuple[str, ...]
) -> tuple[np.ndarray, dict[str, Any]]:
    """Return points (scenario, cell or 1, axis) in the order of the surface, and the labels of the scenarios."""
    if not isinstance(points, xr.DataArray):
        points = xr.DataArray(np.asarray(points, float), dims=("scenario", "axis"))
    odd = set(map(str, points.dims)) ^ {"scenario", "axis"}
    if odd - set(cells) or points.sizes["axis"] != surface.sizes["axis"]:
        raise CallError(f"surface: points on {dict(points.sizes)}; give (scenario, axis) or (scenario, "
                        f"{', '.join(cells)}, axis) with {surface.sizes['axis']} axes")  # fmt: skip
    for dim in ("axis", *cells):
        if dim in points.indexes and dim in surface.indexes and not points.indexes[dim].equals(surface.indexes[dim]):
            missing = surface.indexes[dim].difference(points.indexes[dim])
            if len(missing):
                raise CallError(f"surface: the points lack {', '.join(map(str, missing))} of {dim}; add them")
            points = points.sel({dim: surface.indexes[dim]})
    own = any(dim in points.dims for dim in cells)
    sizes = {"scenario": points.sizes["scenario"], **({dim: surface.sizes[dim] for dim in cells} if own else {})}
    wide = points.variable.set_dims({**sizes, "axis": points.sizes["axis"]}).transpose(*sizes, "axis")
    values = np.ascontiguousarray(wide.values, float).reshape(points.sizes["scenario"], -1, points.sizes["axis"])
    return values, {"scenario": points["scenario"]} if "scenario" in points.coords else {}


def _carriers(surface: xr.Dataset) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return which outputs are lifted in which order, and the carriers and factors (row, carrier) of each."""
    never, labels = surface["never_negative"].values, surface["output"].values
    carried: dict[str, dict[str, float]] = json.loads(surface.attrs["carried"])
    outputs, start = {}, 0
    for one in json.loads(surface.attrs["layout"]):
        size = int(np.prod(one["shape"], dtype=int))
        outputs[one["name"]] = xr.DataArray(np.arange(start, start + size).reshape(one["shape"]), dims=one["dims"])
        start += size
    rows: list[tuple[int, list[tuple[int, float]]]] = [
        (int(output), []) for output in np.flatnonzero(never) if labels[output] not in carried
    ]
    for name, shares in carried.items():
        own = outputs.get(name, xr.DataArray(np.empty(0, np.int64)))
        wide = {other: outputs[other].broadcast_like(own).transpose(*own.dims, ...).values.reshape(own.size, -1)
                for other in shares if other in outputs and own.size}  # fmt: skip
        rows += [
            (int(output), [(int(one), shares[other] / all_of.shape[1])
                           for other, all_of in wide.items() for one in all_of[row]])
            for row, output in enumerate(own.values.ravel()) if never[output]
        ]  # fmt: skip
    most = max((len(to) for _, to in rows), default=0)
    carriers, factors = np.zeros((len(rows), most), np.int64), np.zeros((len(rows), most))
    for row, (_, to) in enumerate(rows):
        for k, (other, factor) in enumerate(to):
            carriers[row, k], factors[row, k] = other, factor
    return np.array([output for output, _ in rows], np.int64), carriers, factors
