"""Boxes in the space of the axes in which something mostly holds: learned by a short tree, measured on other rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from decarb.errors import CallError

try:
    from sklearn.tree import DecisionTreeClassifier
except ImportError as error:
    found = "where targets hold is found by scikit-learn, which is not installed"
    raise CallError(f"{found}; pip install 'decarb[sweep]'") from error

LEAST: Final = 25  # rows in a leaf of the tree
OF_MET: Final = 0.25  # of all that meet: a leaf need not hold more
PARTS: Final = 20  # of what a box spans of an axis: the coarsest step of the limits that are told
POINTS: Final = 50  # values, up to which an axis takes a few points and no range
SURE: Final = 2.0  # standard errors by which a box must do better than all rows


@dataclass(frozen=True)
class Condition:
    """What a box asks of one axis: values from `low` to `high`, both included; infinite where an end is open.

    `points` says that the axis takes a few values alone, and the ends are two of them.
    """

    axis: str
    unit: str
    low: float
    high: float
    points: bool = False


@dataclass(frozen=True)
class Box:
    """A part of the space of the axes, and what was found in it on rows that had no say in its limits.

    Attributes
    ----------
    conditions : tuple of Condition
    density, density_error : float
        Share [1] of the rows inside that meet, and its standard error.
    coverage : float
        Share [1] of all rows that meet which lie inside.
    mass : float
        Share [1] of all rows that lie inside.
    rows : int
        How many lie inside.
    """

    conditions: tuple[Condition, ...]
    density: float
    density_error: float
    coverage: float
    mass: float
    rows: int


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows of a sweep to learn from or to count.

    Attributes
    ----------
    points : np.ndarray, (row, axis)
        In the units of the axes.
    met : np.ndarray of bool, (row,)
    groups : np.ndarray of int, (row,)
        Rows of one group are not independent of each other.
    axes : mapping of str to str
        The axes in order, with their units.
    """

    points: np.ndarray
    met: np.ndarray
    groups: np.ndarray
    axes: Mapping[str, str]

    def where(self, kept: np.ndarray) -> Rows:
        """Return some of the rows."""
        return Rows(self.points[kept], self.met[kept], self.groups[kept], self.axes)

    def inside(self, conditions: tuple[Condition, ...]) -> np.ndarray:
        """Return which rows lie inside a box."""
        kept = np.ones(self.met.size, bool)
        for one in conditions:
            column = self.points[:, list(self.axes).index(one.axis)]
            kept &= (column >= one.low) & (column <= one.high)
        return kept


def learned(rows: Rows, *, depth: int, leaf: float, seed: int) -> list[tuple[Condition, ...]]:
    """Return the conditions of each box that a classification tree finds; none where it finds none.

    Parameters
    ----------
    rows : Rows
        Some that meet and some that do not.
    depth : int
        Limits of one box at most.
    leaf : float
        Share of the rows that a leaf holds at least; less where few rows meet.
    seed : int
        Which of two axes that do equally well is taken.

    Notes
    -----
    CART (Breiman et al. 1984) by scikit-learn. A leaf makes a box where at most half as many rows fail as do among
    all rows; where none is so good, the densest leaf makes one. Two halves that are both boxes are told as one. Limits
    are rounded to what a reader needs; points of an axis that takes a few stay exact.
    """
    share = float(rows.met.mean())
    least = max(LEAST, round(min(leaf, OF_MET * share) * rows.met.size))
    grown = DecisionTreeClassifier(max_depth=depth, min_samples_leaf=least, random_state=seed)
    tree = grown.fit(rows.points, rows.met).tree_
    densities = tree.value[:, 0, 1] / tree.value[:, 0].sum(axis=1)
    best = float(densities[tree.children_left < 0].max())
    if tree.node_count == 1 or best <= share:
        return []
    everywhere = np.tile([-np.inf, np.inf], (len(rows.axes), 1))
    enough = min(best, (1.0 + share) / 2.0)
    told = [_conditions(limits, rows) for limits in _parts(tree, densities, enough, 0, everywhere)]
    return [box for box in dict.fromkeys(told) if box]


def _parts(tree: Any, densities: np.ndarray, enough: float, node: int, limits: np.ndarray) -> list[np.ndarray]:
    """Return the limits (axis, low and high) of the parts below a node that are dense enough."""
    left, right = tree.children_left[node], tree.children_right[node]
    if left < 0:
        return [limits] if densities[node] >= enough else []
    below, above = limits.copy(), limits.copy()
    below[tree.feature[node], 1] = above[tree.feature[node], 0] = tree.threshold[node]
    found = [*_parts(tree, densities, enough, left, below), *_parts(tree, densities, enough, right, above)]
    return [limits] if [id(part) for part in found] == [id(below), id(above)] else found


def _conditions(limits: np.ndarray, rows: Rows) -> tuple[Condition, ...]:
    """Return the limits of a box as they are told, without those that leave nothing out."""
    told = []
    groups = np.unique(rows.groups).size
    for (axis, unit), (low, high), column in zip(rows.axes.items(), limits, rows.points.T, strict=True):
        if np.isinf(low) and np.isinf(high):
            continue
        values = np.unique(column)
        few = values.size <= min(POINTS, groups / 2)
        low, high = _between(values, low, high) if few else _rounded(values, low, high)
        low, high = (-np.inf if low <= values[0] else low), (np.inf if high >= values[-1] else high)
        if np.isfinite(low) or np.isfinite(high):
            told.append(Condition(axis, unit, float(low), float(high), few))
    return tuple(told)


def _between(values: np.ndarray, low: float, high: float) -> tuple[float, float]:
    """Return the outermost points inside limits of which the lower is left out."""
    inside = values[(values > low) & (values <= high)]
    return float(inside[0]), float(inside[-1])


def _rounded(values: np.ndarray, low: float, high: float) -> tuple[float, float]:
    """Return limits rounded to a power of ten that goes at least `PARTS` times into what lies between them."""
    span = min(high, float(values[-1])) - max(low, float(values[0]))
    digits = -int(np.floor(np.log10(span / PARTS)))
    return round(low, digits), round(high, digits)


def measured(conditions: tuple[Condition, ...], rows: Rows) -> Box | None:
    """Return a box with what is found in it; None where it does no better than all rows, beyond chance.

    Parameters
    ----------
    conditions : tuple of Condition
    rows : Rows
        Those that had no say in the conditions.

    Notes
    -----
    The standard error of the density p is that of a ratio over groups: sqrt(sum_g (met_g - p n_g)^2) / n, with half
    a row added, for a box in which all rows meet is not known without error.
    """
    within, met = rows.inside(conditions), rows.met
    count = int(within.sum())
    if count < LEAST:
        return None
    density = float(met[within].mean())
    each = np.bincount(rows.groups[within], met[within] - density)
    error = float(np.sqrt((each**2).sum() + 0.5)) / count
    if density - float(met.mean()) <= SURE * error:
        return None
    return Box(conditions, density, error, float(met[within].sum() / met.sum()), count / met.size, count)
