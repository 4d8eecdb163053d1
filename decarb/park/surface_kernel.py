"""Interpolation on a tensor grid, as machine code: cubic through the four nearest nodes of each axis.

The nodes of an axis lie at squares, ((0, 1, ... n-1) / (n-1))**2 of its box, so the root of a place is the number of
the node there: no search, and twice as dense at a quarter of the box as at its end. Each cell (a province and an
archetype, say) has a box, places and node values of its own. A cell's nodes stay in the cache while all scenarios
pass, and every result depends on its own row alone.
"""

from __future__ import annotations

import numpy as np

from decarb.park.compiled import compiled

NEAREST = 4  # nodes of an axis that a cubic runs through
SNAP = 1e-9  # of the distance between nodes: nearer than that is the node itself
SIXTH = 1.0 / 6.0
EDGE = 1e-9  # of the box: so far outside, a place counts as on the edge


@compiled(nogil=True)
def _stencil(axis: int, place: float, count: int, weights: np.ndarray) -> int:
    """Write the weights (axis, 4) of the four nearest nodes and return the first of them; `place` is 0 to 1 of the box.

    Lagrange: weight k is the product over j != k of (t - j) / (k - j), with t the place counted from the first node.
    """
    at = _number(place, count)
    first = min(max(int(at) - 1, 0), count - NEAREST)
    t = at - first
    before, after = t * (t - 1.0), (t - 2.0) * (t - 3.0)
    weights[axis, 0] = (1.0 - t) * after * SIXTH
    weights[axis, 1] = t * after * 0.5
    weights[axis, 2] = before * (3.0 - t) * 0.5
    weights[axis, 3] = before * (t - 2.0) * SIXTH
    return first


@compiled(nogil=True)
def _number(place: float, count: int) -> float:
    """Return the node that a place is at, counted with fractions; so near a node that it is one, the node itself."""
    at = np.sqrt(place) * (count - 1)
    near = float(int(at + 0.5))
    return near if abs(at - near) < SNAP else at


@compiled(nogil=True)
def _offsets(counts: np.ndarray) -> np.ndarray:
    """Return how far each run of four nodes along the last axis lies behind the first run of a stencil."""
    offsets = np.zeros(NEAREST ** (counts.size - 1), np.int64)
    runs = 1
    for axis in range(counts.size - 1):
        for run in range(runs - 1, -1, -1):
            for k in range(NEAREST - 1, -1, -1):
                offsets[run * NEAREST + k] = (offsets[run] + k) * counts[axis + 1]
        runs *= NEAREST
    return offsets


@compiled(nogil=True)
def _products(axes: int, weights: np.ndarray, product: np.ndarray) -> None:
    """Write the weight of each run over all axes but the last, in the order of `_offsets`."""
    runs = 1
    product[0] = 1.0
    for axis in range(axes - 1):
        for run in range(runs - 1, -1, -1):
            before = product[run]
            for k in range(NEAREST - 1, -1, -1):
                product[run * NEAREST + k] = before * weights[axis, k]
        runs *= NEAREST


@compiled(nogil=True, fastmath={"contract"})
def _weighted(nodes: np.ndarray, cell: int, first: int, offsets: np.ndarray, product: np.ndarray,
              weights: np.ndarray, axis: int, total: np.ndarray) -> None:  # fmt: skip
    """Write the weighted sum of the nodes (cell, node, output) of all runs, whose own weights are those of `axis`."""
    for j in range(total.size):
        total[j] = 0.0
    for run in range(offsets.size):
        part, start = product[run], first + offsets[run]
        a, b, c, d = part * weights[axis, 0], part * weights[axis, 1], part * weights[axis, 2], part * weights[axis, 3]
        for j in range(total.size):
            total[j] += (
                a * nodes[cell, start, j] + b * nodes[cell, start + 1, j]
                + c * nodes[cell, start + 2, j] + d * nodes[cell, start + 3, j]
            )  # fmt: skip


@compiled(nogil=True)
def _lift(total: np.ndarray, lifted: np.ndarray, carriers: np.ndarray, factors: np.ndarray) -> None:
    """Lift outputs that are below zero to zero, one after the other; their carriers take the difference."""
    for row in range(lifted.size):
        missing = -total[lifted[row]]
        if missing > 0.0:
            total[lifted[row]] = 0.0
            for k in range(carriers.shape[1]):
                total[carriers[row, k]] += factors[row, k] * missing


@compiled(nogil=True)
def interpolate(
    nodes: np.ndarray, counts: np.ndarray, low: np.ndarray, high: np.ndarray, points: np.ndarray,
    lifted: np.ndarray, carriers: np.ndarray, factors: np.ndarray, results: np.ndarray,
) -> tuple[int, int, int]:  # fmt: skip
    """Write the outputs at points; return the first (scenario, cell, axis) outside its box, or (-1, -1, -1).

    Parameters
    ----------
    nodes : float array (cell, node, output)
        Values at the nodes, the last axis fastest.
    counts : int array (axis,)
        Nodes of each axis, four or more.
    low, high : float array (cell, axis)
        The box of each cell.
    points : float array (scenario, cell or 1, axis)
        One place for all cells, or one for each.
    lifted : int array (row,)
        Outputs that may not be negative, in the order in which they are lifted to zero.
    carriers, factors : int, float array (row, carrier)
        Which outputs change when one is lifted, and by how much of it; no change is a factor of 0.
    results : float array (scenario, cell, output)
        Overwritten; undefined where a point is outside.
    """
    axes, outputs = counts.size, nodes.shape[2]
    offsets = _offsets(counts)
    product, weights = np.empty(offsets.size), np.empty((axes, NEAREST))
    width, inverse, slack = np.empty(axes), np.empty(axes), np.empty(axes)
    total = np.empty(outputs)
    for cell in range(nodes.shape[0]):
        at = 0 if points.shape[1] == 1 else cell
        for axis in range(axes):
            width[axis] = high[cell, axis] - low[cell, axis]
            inverse[axis] = 1.0 / width[axis] if width[axis] > 0.0 else 0.0
            slack[axis] = EDGE * max(width[axis], abs(low[cell, axis]))
        for scenario in range(points.shape[0]):
            first = 0
            for axis in range(axes):
                beyond = points[scenario, at, axis] - low[cell, axis]
                if not (-slack[axis] <= beyond <= width[axis] + slack[axis]):
                    return scenario, cell, axis
                place = min(max(beyond * inverse[axis], 0.0), 1.0)
                first = first * counts[axis] + _stencil(axis, place, counts[axis], weights)
            _products(axes, weights, product)
            _weighted(nodes, cell, first, offsets, product, weights, axes - 1, total)
            _lift(total, lifted, carriers, factors)
            for j in range(outputs):
                results[scenario, cell, j] = total[j]
    return -1, -1, -1
