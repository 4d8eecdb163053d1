"""Where a function of one number changes between holding and failing: a grid first, then brackets around each change.

Plain arrays. A function is asked for many numbers at once and answers with a row for each condition, and with rows that
are kept beside them; a number holds where every condition is at or above zero. NaN fails.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

PARTS: Final = 8  # into which one round divides a bracket
CLOSE: Final = 1e-3  # of a bracket: how near the guessed crossing is looked at on both sides
ROUNDS: Final = 20
ZOOMS: Final = 4  # rounds in search of the best number

ROUNDING: Final = 1e-12  # relative: margins that count as equal

Ask = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True)
class Samples:
    """Numbers in rising order, the margins (condition, number) that were found there, and what is kept beside them."""

    values: np.ndarray
    margins: np.ndarray
    beside: np.ndarray

    @property
    def least(self) -> np.ndarray:
        """The smallest margin at each number; what is undefined is the worst."""
        return np.where(np.isnan(self.margins), -np.inf, self.margins).min(axis=0)

    @property
    def holds(self) -> np.ndarray:
        """Whether every condition holds."""
        return self.least >= 0.0

    def binding(self, at: int) -> int:
        """The condition with the smallest margin at one of the numbers."""
        return int(np.where(np.isnan(self.margins[:, at]), -np.inf, self.margins[:, at]).argmin())

    def runs(self) -> list[tuple[int, int]]:
        """First and last place of each run of numbers that hold."""
        edges = np.flatnonzero(np.diff(np.concatenate([[False], self.holds, [False]]).astype(int)))
        return [(int(first), int(after) - 1) for first, after in edges.reshape(-1, 2)]

    def best(self, near: float) -> int:
        """The place of the largest least margin; among equals the one nearest to a number."""
        highest = self.least.max()
        equal = np.flatnonzero(self.least >= highest - (ROUNDING * abs(highest) if np.isfinite(highest) else 0.0))
        return int(equal[np.abs(self.values[equal] - near).argmin()])


def sampled(ask: Ask, values: np.ndarray, known: Samples | None = None) -> Samples:
    """Return the samples with those at new numbers; a number that is known is not asked again."""
    new = np.unique(values) if known is None else np.setdiff1d(values, known.values)
    if known is None:
        return Samples(new, *ask(new))
    if not new.size:
        return known
    margins, beside = ask(new)
    joined = np.concatenate([known.values, new])
    order = joined.argsort()
    return Samples(
        joined[order],
        np.concatenate([known.margins, margins], axis=1)[:, order],
        np.concatenate([known.beside, beside], axis=1)[:, order],
    )


def refined(ask: Ask, samples: Samples, tolerance: float) -> Samples:
    """Return the samples with every change between holding and failing enclosed within `tolerance`.

    All brackets are divided in one call. Where the margin is a line, the crossing is found in two of them; a jump
    takes more.
    """
    for _ in range(ROUNDS):
        change = np.flatnonzero(np.diff(samples.holds.astype(int))).tolist()
        wide = [at for at in change if samples.values[at + 1] - samples.values[at] > tolerance]
        new = np.unique([value for at in wide for value in _inside(samples, at, tolerance)])
        if not np.setdiff1d(new, samples.values).size:
            break
        samples = sampled(ask, new, samples)
    return samples


def zoomed(ask: Ask, samples: Samples, near: float) -> Samples:
    """Return the samples with more of them around the best one, until one holds or they get no better."""
    for _ in range(ZOOMS):
        if samples.holds.any():
            break
        at, before = samples.best(near), samples.least.max()
        around = samples.values[max(at - 1, 0) : at + 2]
        samples = sampled(ask, np.concatenate([np.linspace(*pair, PARTS + 1) for pair in pairwise(around)]), samples)
        if samples.least.max() <= before:
            break
    return samples


def _inside(samples: Samples, at: int, tolerance: float) -> list[float]:
    """Return numbers inside a bracket: evenly, and close by the crossing of the straight line between its ends."""
    low, high = samples.values[at], samples.values[at + 1]
    inside = list(np.linspace(low, high, PARTS + 1)[1:-1])
    ends = samples.least[at : at + 2]
    if np.isfinite(ends).all():
        guess = low + (high - low) * ends[0] / (ends[0] - ends[1])
        close = max(CLOSE * (high - low), tolerance / 4.0)
        inside += [value for value in (guess - close, guess + close) if low < value < high]
    return inside
