"""Where the nodes and bands of a Sankey lie: one layout for screen and paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from decarb.errors import CallError
from decarb.report.figures.picture import Flows

NODE_WIDTH: Final = 0.025  # of the width of the figure
GAP: Final = 0.05  # between two nodes of a column, of the height


@dataclass(frozen=True)
class Node:
    """A node: its left edge, its lower and upper end in a unit square, and what flows through it."""

    left: float
    low: float
    high: float
    amount: float


@dataclass(frozen=True)
class Ribbon:
    """A flow between two nodes: its lower ends at its source and target, and how thick it is."""

    source: int
    target: int
    from_low: float
    to_low: float
    thick: float


def laid_out(flows: Flows) -> tuple[tuple[Node, ...], tuple[Ribbon, ...]]:
    """Return the nodes and the ribbons in a unit square, from the top in the order of the nodes; y rises upwards.

    Raises
    ------
    CallError
        An amount is negative or no number, or a flow does not lead to a later column.
    """
    amounts = np.asarray(flows.amounts, dtype=float)
    if not np.all(np.isfinite(amounts)) or np.any(amounts < 0.0):
        raise CallError("a flow is negative or no number; give each flow the direction in which it is positive")
    if any(flows.layers[a] >= flows.layers[b] for a, b in zip(flows.sources, flows.targets, strict=True)):
        raise CallError("a flow leads back to its own or an earlier column; give its target a later layer")
    through = _through(flows, amounts)
    columns = [[i for i, own in enumerate(flows.layers) if own == layer] for layer in sorted(set(flows.layers))]
    gap = gap_of(flows)
    scale = min(
        (1.0 - gap * (len(column) - 1)) / max(through[column].sum(), np.finfo(float).tiny) for column in columns
    )
    nodes: dict[int, Node] = {}
    for place, column in enumerate(columns):
        left = (1.0 - NODE_WIDTH) * place / max(1, len(columns) - 1)
        height = scale * through[column].sum() + gap * (len(column) - 1)
        top = 0.5 + height / 2.0
        for node in column:
            nodes[node] = Node(left, top - scale * through[node], top, float(through[node]))
            top -= scale * through[node] + gap
    placed = tuple(nodes[i] for i in range(len(flows.nodes)))
    return placed, _ribbons(flows, amounts * scale, placed)


def gap_of(flows: Flows) -> float:
    """Return the gap between two nodes of a column, of the height: all gaps of the longest take half of it at most."""
    deepest = max(flows.layers.count(layer) for layer in flows.layers)
    return min(GAP, 0.5 / max(1, deepest - 1))


def _through(flows: Flows, amounts: np.ndarray) -> np.ndarray:
    """Return what flows through each node: the larger of what enters and what leaves it."""
    entering = np.bincount(flows.targets, amounts, len(flows.nodes))
    return np.maximum(entering, np.bincount(flows.sources, amounts, len(flows.nodes)))


def _ribbons(flows: Flows, thick: np.ndarray, nodes: tuple[Node, ...]) -> tuple[Ribbon, ...]:
    """Return the flows from the top of each node, those to and from higher nodes first, so that few cross."""
    leaving, entering = ([node.high for node in nodes] for _ in range(2))
    low_from, low_to = np.zeros(thick.size), np.zeros(thick.size)
    for i in sorted(range(thick.size), key=lambda i: -nodes[flows.targets[i]].high):
        leaving[flows.sources[i]] -= thick[i]
        low_from[i] = leaving[flows.sources[i]]
    for i in sorted(range(thick.size), key=lambda i: -nodes[flows.sources[i]].high):
        entering[flows.targets[i]] -= thick[i]
        low_to[i] = entering[flows.targets[i]]
    return tuple(
        Ribbon(a, b, float(low_from[i]), float(low_to[i]), float(thick[i]))
        for i, (a, b) in enumerate(zip(flows.sources, flows.targets, strict=True))
    )
