"""The rows of a sweep: any of them at any time, each from the seed and its number alone."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
from scipy.stats import qmc

from decarb.errors import CallError
from decarb.sweeps.copula import cholesky_factor, correlated
from decarb.sweeps.design import SweepDesign
from decarb.sweeps.distributions import Distribution
from decarb.sweeps.points import read_points
from decarb.sweeps.schema import MAX_SCENARIOS, MAX_SEED
from decarb.sweeps.strata import stratified

__all__ = ["Sampling", "check_size", "group_size", "read_points", "rows"]

HALF_STEP: Final = 2.0**-31
"""Half the distance between the numbers of a Sobol sequence of 30 bits: it keeps them from 0."""
STRIDE: Final = 2**17
"""Rows between two sequences that are kept: how far a block runs forward at most."""

Ranks = tuple[tuple[float, ...], ...]


@dataclass(frozen=True, eq=False)
class Sampling:
    """All that the rows of a sweep depend on.

    Attributes
    ----------
    method : {"sobol", "saltelli", "latin-hypercube", "grid", "table"}
    seed : int
    size : int
        Number of scenarios; for a Latin hypercube every row depends on it.
    distributions : tuple of Distribution
        One for each axis, in order.
    correlations : tuple of tuple of float, optional
        Rank correlations of all axes.
    table : np.ndarray, optional, (scenario, axis)
        The rows themselves, in the units of the axes.
    """

    method: str
    seed: int
    size: int
    distributions: tuple[Distribution, ...]
    correlations: Ranks | None = None
    table: np.ndarray | None = None

    def __post_init__(self) -> None:
        if self.method not in _METHODS:
            raise CallError(f'"{self.method}" is no method of sampling; write one of {", ".join(_METHODS)}')
        if not 1 <= self.size <= MAX_SCENARIOS:
            raise CallError(f"{self.size} scenarios; write 1 to {MAX_SCENARIOS:,}")
        if not 0 <= self.seed <= MAX_SEED:
            raise CallError(f"the seed {self.seed} lies outside 0 to {MAX_SEED}; write another")
        if not self.distributions:
            raise CallError("a sweep without an axis; write one")
        if self.method in ("sobol", "saltelli") and self._dimensions > qmc.Sobol.MAXDIM:
            raise CallError(f"{self._dimensions} dimensions; a Sobol sequence has at most {qmc.Sobol.MAXDIM}")
        if self.method in ("saltelli", "grid", "table") and self.correlations is not None:
            raise CallError(f"{self.method} takes no correlations; write method: sobol or latin-hypercube")
        self._check_size()
        self._check_shapes()

    @classmethod
    def of(
        cls,
        design: SweepDesign,
        distributions: tuple[Distribution, ...],
        scenarios: int | None = None,
        table: np.ndarray | None = None,
        seed: int | None = None,
    ) -> Sampling:
        """Return the sampling of a design with its distributions, for another number of scenarios where one is given.

        Raises
        ------
        CallError
            A grid or table has another size than is asked for.
        """
        check_size(design, scenarios)
        size = design.scenarios if scenarios is None else scenarios
        return cls(design.method, design.seed if seed is None else seed, size, distributions, design.ranks, table)

    @property
    def axes(self) -> int:
        """How many axes there are."""
        return len(self.distributions)

    @property
    def _dimensions(self) -> int:
        return self.axes * (2 if self.method == "saltelli" else 1)

    def _check_size(self) -> None:
        own = self.size
        if self.method == "grid":
            if not all(one.points for one in self.distributions):
                raise CallError("a grid takes axes with points alone; write distribution: grid or choice")
            own = math.prod(len(one.points) for one in self.distributions)
        elif self.method == "table":
            own = -1 if self.table is None else len(self.table)
        if own != self.size:
            raise CallError(f"the {self.method} has {max(own, 0):,} rows, not {self.size:,}; give it its own size")

    def _check_shapes(self) -> None:
        if self.table is not None and (self.method != "table" or self.table.shape != (self.size, self.axes)):
            raise CallError(f"a table of shape {self.table.shape}; method table takes ({self.size}, {self.axes})")
        if self.correlations is not None and len(self.correlations) != self.axes:
            raise CallError(f"correlations of {len(self.correlations)} axes, and there are {self.axes}")
        if self.correlations is not None:
            cholesky_factor(self.correlations)

    def to_dict(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        return {
            "method": self.method,
            "seed": self.seed,
            "size": self.size,
            "distributions": [one.to_dict() for one in self.distributions],
            "correlations": None if self.correlations is None else [list(row) for row in self.correlations],
            "table": None if self.table is None else self.table.tolist(),
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Sampling:
        """Return the sampling of `to_dict`."""
        ranks, table = plain["correlations"], plain["table"]
        return cls(
            plain["method"], plain["seed"], plain["size"],
            tuple(Distribution.from_dict(one) for one in plain["distributions"]),
            None if ranks is None else tuple(tuple(row) for row in ranks),
            None if table is None else np.array(table, dtype=float),
        )  # fmt: skip


def check_size(design: SweepDesign, scenarios: int | None) -> None:
    """Check that a design can have a number of scenarios.

    Raises
    ------
    CallError
        A grid or table has another size than is asked for, or it is too many or none.
    """
    if design.method in ("grid", "table") and scenarios not in (None, design.scenarios):
        found = f"{design.name}: its {design.method} has {design.scenarios:,} scenarios, and {scenarios:,} are asked"
        raise CallError(f"{found}; leave the number out")
    if scenarios is not None and not 1 <= scenarios <= MAX_SCENARIOS:
        raise CallError(f"{scenarios:,} scenarios; write 1 to {MAX_SCENARIOS:,}")


def group_size(axes: int) -> int:
    """Return how many rows a group of the method `saltelli` has: A, one for each axis, and B."""
    return axes + 2


def rows(sampling: Sampling, first: int, count: int) -> np.ndarray:
    """Return some rows of a sweep: float64, (scenario, axis), in the units of the axes.

    Row `i` is the same in whatever block it is asked for.

    Parameters
    ----------
    sampling : Sampling
    first, count : int
        The first row, from 0, and how many.

    Raises
    ------
    CallError
        There are no such rows.

    Notes
    -----
    `sobol`: a scrambled Sobol sequence. `saltelli`: groups of `axes + 2` rows A, AB_1 to AB_axes, B from one scrambled
    sequence of twice the dimensions, where AB_j is A with the value of B on axis j. `latin-hypercube`: each axis takes
    each of `size` equal strata once; of correlated axes only the first keeps this. `grid`: the last axis runs fastest.

    References
    ----------
    Saltelli et al. (2010), "Variance based sensitivity analysis of model output", table 2, row (b).
    """
    if first < 0 or count < 0 or first + count > sampling.size:
        raise CallError(f"rows {first} to {first + count - 1} of {sampling.size}; ask for rows that are there")
    if not count:
        return np.empty((0, sampling.axes))
    return _METHODS[sampling.method](sampling, first, count)


def _sobol(sampling: Sampling, first: int, count: int) -> np.ndarray:
    return _spread(sampling, _sequence(sampling.axes, sampling.seed, first, count))


def _saltelli(sampling: Sampling, first: int, count: int) -> np.ndarray:
    axes, size = sampling.axes, group_size(sampling.axes)
    group, beyond = first // size, -(-(first + count) // size)
    uniform = _sequence(2 * axes, sampling.seed, group, beyond - group)
    one, two = _spread(sampling, uniform[:axes]), _spread(sampling, uniform[axes:])
    groups = np.repeat(one[:, np.newaxis, :], size, axis=1)
    every = np.arange(axes)
    groups[:, 1 + every, every] = two
    groups[:, -1] = two
    start = first - group * size
    return groups.reshape(-1, axes)[start : start + count].copy()


def _latin_hypercube(sampling: Sampling, first: int, count: int) -> np.ndarray:
    return _spread(sampling, stratified(sampling.seed, sampling.size, sampling.axes, first, count))


def _grid(sampling: Sampling, first: int, count: int) -> np.ndarray:
    digits = np.unravel_index(np.arange(first, first + count), [len(one.points) for one in sampling.distributions])
    columns = [np.asarray(one.points)[digit] for one, digit in zip(sampling.distributions, digits, strict=True)]
    return np.stack(columns, axis=1)


def _table(sampling: Sampling, first: int, count: int) -> np.ndarray:
    assert sampling.table is not None  # checked where the sampling was made
    return sampling.table[first : first + count].copy()


_METHODS: Final[Mapping[str, Callable[[Sampling, int, int], np.ndarray]]] = {
    "sobol": _sobol, "saltelli": _saltelli, "latin-hypercube": _latin_hypercube, "grid": _grid, "table": _table,
}  # fmt: skip


def _spread(sampling: Sampling, uniform: np.ndarray) -> np.ndarray:
    """Return uniform numbers, (axis, scenario), as values of the axes, (scenario, axis)."""
    if sampling.correlations is not None:
        uniform = correlated(uniform, cholesky_factor(sampling.correlations))
    values = np.empty(uniform.shape[::-1])
    for axis, (distribution, share) in enumerate(zip(sampling.distributions, uniform, strict=True)):
        values[:, axis] = distribution.at(share)
    return values


def _sequence(dimensions: int, seed: int, first: int, count: int) -> np.ndarray:
    """Return part of a scrambled Sobol sequence: greater than 0 and less than 1, (axis, scenario)."""
    start = first - first % STRIDE
    engine = deepcopy(_sequence_at(dimensions, seed, start))
    if first > start:
        engine.fast_forward(first - start)
    # A draw from the very start warns of every length but a power of two, so that draw is of one.
    parts = [engine.random(1), engine.random(count - 1)] if first == 0 and count > 1 else [engine.random(count)]
    return np.ascontiguousarray(np.concatenate(parts).T) + HALF_STEP


@lru_cache(maxsize=64)
def _sequence_at(dimensions: int, seed: int, first: int) -> qmc.Sobol:
    """Return the sequence before row `first`; to be copied, never drawn from.

    Going forward takes time with the distance, so it starts from the sequence at the row of one binary digit less.
    """
    if first == 0:
        return qmc.Sobol(dimensions, scramble=True, rng=seed)
    step = first & -first
    engine = deepcopy(_sequence_at(dimensions, seed, first - step))
    engine.fast_forward(step)
    return engine
