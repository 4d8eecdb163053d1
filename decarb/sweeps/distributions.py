"""How an axis is spread: from a number between 0 and 1 to a value in the unit of its lever."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
from scipy.special import ndtr, ndtri

from decarb.errors import CallError, InputError, Problem, Problems, UnitError
from decarb.sweeps.schema import AxisSpec
from decarb.units import Quantity, counts_alike, read_quantity

LEAST_MASS: Final = 1e-6
"""Of a normal or log-normal distribution, that must lie between ends that cut it."""


@dataclass(frozen=True)
class Distribution:
    """How one axis is spread, in the unit of its lever.

    Attributes
    ----------
    kind : {"uniform", "triangular", "normal", "log-normal", "choice", "grid", "table"}
        A table has its own values; between its ends it counts as uniform here.
    low, high : float
        No value lies beyond; infinite for a normal distribution that nothing cuts.
    centre : float
        Mode, mean or median of a triangular, normal or log-normal distribution.
    spread : float
        Standard deviation of a normal distribution; for a log-normal one the factor that stands for it.
    points, weights : tuple of float
        The values of a choice or grid in order, and how often each comes.
    """

    kind: str
    low: float
    high: float
    centre: float = 0.0
    spread: float = 0.0
    points: tuple[float, ...] = ()
    weights: tuple[float, ...] = ()

    @classmethod
    def choice(cls, points: tuple[float, ...], weights: tuple[float, ...] = (), kind: str = "choice") -> Distribution:
        """Return the distribution that takes a few values, alike or by weight."""
        return cls(kind, min(points), max(points), points=points, weights=weights or (1.0,) * len(points))

    def at(self, uniform: np.ndarray) -> np.ndarray:
        """Return the values that lie above such shares of the distribution (its inverse cumulative function).

        Parameters
        ----------
        uniform : np.ndarray
            From 0 to less than 1, of any shape; at 0 a distribution without a low end is infinite.
        """
        share = np.asarray(uniform, dtype=float)
        if self.points:
            return _choice_at(self, share)
        return np.clip(_CONTINUOUS[self.kind](self, share), self.low, self.high)

    def mean(self) -> float:
        """Return the mean of all values."""
        return float(_MEANS[self.kind](self))

    def to_dict(self) -> dict[str, Any]:
        """Return what JSON can hold; an infinite end is None."""
        plain = asdict(self) | {"points": list(self.points), "weights": list(self.weights)}
        return plain | {end: plain[end] if math.isfinite(plain[end]) else None for end in ("low", "high")}

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Distribution:
        """Return the distribution of `to_dict`."""
        ends = {end: far if plain[end] is None else plain[end] for end, far in (("low", -math.inf), ("high", math.inf))}
        tuples = {key: tuple(plain[key]) for key in ("points", "weights")}
        return cls(**{**plain, **ends, **tuples})


def _uniform_at(said: Distribution, share: np.ndarray) -> np.ndarray:
    return said.low + share * (said.high - said.low)


def _triangular_at(said: Distribution, share: np.ndarray) -> np.ndarray:
    whole, before, after = said.high - said.low, said.centre - said.low, said.high - said.centre
    return np.where(
        share * whole < before,
        said.low + np.sqrt(share * (whole * before)),
        said.high - np.sqrt((1.0 - share) * (whole * after)),
    )


def _normal_at(said: Distribution, share: np.ndarray) -> np.ndarray:
    return said.centre + said.spread * _score(share, *_cuts(said))


def _log_normal_at(said: Distribution, share: np.ndarray) -> np.ndarray:
    return said.centre * np.exp(math.log(said.spread) * _score(share, *_cuts(said)))


def _choice_at(said: Distribution, share: np.ndarray) -> np.ndarray:
    ends = np.cumsum(said.weights) / math.fsum(said.weights)
    last = int(np.flatnonzero(said.weights)[-1])  # sums that round below 1 must not reach a value of no weight
    return np.asarray(said.points)[np.minimum(np.searchsorted(ends, share, side="right"), last)]


_CONTINUOUS: Final[Mapping[str, Callable[[Distribution, np.ndarray], np.ndarray]]] = {
    "uniform": _uniform_at, "table": _uniform_at, "triangular": _triangular_at, "normal": _normal_at,
    "log-normal": _log_normal_at,
}  # fmt: skip


def _cuts(said: Distribution) -> tuple[float, float]:
    """Return the normal scores of the ends."""
    if said.kind == "normal":
        return (said.low - said.centre) / said.spread, (said.high - said.centre) / said.spread
    size = math.log(said.spread)
    low = math.log(said.low / said.centre) / size if said.low > 0.0 else -math.inf
    return low, (math.log(said.high / said.centre) / size if math.isfinite(said.high) else math.inf)


def _score(share: np.ndarray, low: float, high: float) -> np.ndarray:
    """Return scores of a standard normal distribution between two of them, that lie above such shares of it."""
    if low == -math.inf and high == math.inf:
        return ndtri(share)
    if low > 0.0:  # far above the mean only the upper tail has digits
        above, beyond = ndtr(-low), ndtr(-high)
        return -ndtri(above - share * (above - beyond))
    below, until = ndtr(low), ndtr(high)
    return ndtri(below + share * (until - below))


def _mass(low: float, high: float) -> float:
    """Return the share of a standard normal distribution between two scores."""
    return float(ndtr(-low) - ndtr(-high)) if low > 0.0 else float(ndtr(high) - ndtr(low))


def _normal_mean(said: Distribution) -> float:
    low, high = _cuts(said)
    density = [math.exp(-0.5 * end * end) / math.sqrt(2.0 * math.pi) for end in (low, high)]
    return said.centre + said.spread * (density[0] - density[1]) / _mass(low, high)


def _log_normal_mean(said: Distribution) -> float:
    (low, high), size = _cuts(said), math.log(said.spread)
    return said.centre * math.exp(size * size / 2.0) * _mass(low - size, high - size) / _mass(low, high)


def _weighted_mean(said: Distribution) -> float:
    return float(np.average(said.points, weights=said.weights))


_MEANS: Final[Mapping[str, Callable[[Distribution], float]]] = {
    "uniform": lambda said: (said.low + said.high) / 2.0,
    "table": lambda said: (said.low + said.high) / 2.0,
    "triangular": lambda said: (said.low + said.centre + said.high) / 3.0,
    "normal": _normal_mean,
    "log-normal": _log_normal_mean,
    "choice": _weighted_mean,
    "grid": _weighted_mean,
}


def distribution_of(spec: AxisSpec, unit: str, low: float | None, high: float | None, now: float) -> Distribution:
    """Return how an axis is spread, in the unit of its lever.

    Parameters
    ----------
    spec : AxisSpec
        As it is written.
    unit : str
        Of the lever.
    low, high : float, optional
        The lever's own range in `unit`: the ends of a uniform, triangular or grid axis that states none.
    now : float
        Where the base scenario stands, in `unit`: a mode, mean or median that is not stated.

    Raises
    ------
    InputError
        At its place in the file: a quantity of another kind than the lever, ends that do not rise or have no row, a
        mode beyond them, ends that leave nothing of a normal distribution.
    """
    problems = Problems()
    stated = {key: _in_unit(spec, key, value, unit, problems) for key, value in spec.stated.items()}
    problems.raise_if_any()
    if "values" in stated:
        return Distribution.choice(stated["values"], stated.get("weights", ()), spec.distribution)
    if spec.distribution in ("normal", "log-normal"):
        return _checked_mass(spec, unit, _bell(spec, unit, stated, now))
    if spec.distribution == "table":
        ends = {end: _in_unit(spec, end, getattr(spec, end), unit, problems) for end in ("low", "high")}
        return Distribution("table", ends["low"], ends["high"])
    least, most = _ends(spec, unit, stated, low, high)
    if spec.distribution == "grid":
        points = np.linspace(least, most, stated["points"])
        return Distribution.choice(tuple(points.tolist()), kind="grid")
    if spec.distribution == "uniform":
        return Distribution("uniform", least, most)
    mode = stated.get("mode", now)
    if not least <= mode <= most:
        found = f"the mode {mode:g} {unit} does not lie between {least:g} and {most:g}"
        raise _problem(spec, "mode", found, "write a mode, or the ends, so that it does")
    return Distribution("triangular", least, most, mode)


def _in_unit(spec: AxisSpec, key: str, value: Any, unit: str, problems: Problems) -> Any:
    if isinstance(value, tuple):
        return tuple(_in_unit(spec, key, one, unit, problems) for one in value)
    if not isinstance(value, Quantity):
        return value
    try:
        number = read_quantity(value, unit).to(unit)
        if not counts_alike(value.unit, unit):
            raise UnitError(f'{value} is no amount in "{unit}"; write it in "{unit}"')
        return number
    except UnitError as error:
        found, _, fix = str(error).partition("; ")
        problems.add(spec.place(key), f"{spec.name}.{key}", found, fix)
        return math.nan


def _problem(spec: AxisSpec, key: str, found: str, fix: str) -> InputError:
    return InputError([Problem(spec.place(key), spec.name, found, fix)])


def _ends(spec: AxisSpec, unit: str, stated: Mapping[str, float], low: float | None, high: float | None
          ) -> tuple[float, float]:  # fmt: skip
    least, most = stated.get("low", low), stated.get("high", high)
    if least is None or most is None:
        missing = " and ".join(key for key, end in (("low", least), ("high", most)) if end is None)
        raise _problem(spec, "", f"no row of data/ gives its {missing} end", f"write {missing}")
    if not least < most:
        rows = [key for key in ("low", "high") if key not in stated]
        of_rows = f" ({' and '.join(rows)} from the rows of data/)" if rows else ""
        found = f"its low end {least:g} {unit} does not lie below its high end {most:g} {unit}{of_rows}"
        raise _problem(spec, "low" if "low" in stated else "high", found, "write both ends, the smaller one as low")
    return least, most


def _bell(spec: AxisSpec, unit: str, stated: Mapping[str, float], now: float) -> Distribution:
    """Return a normal or log-normal distribution: only ends that are written cut it."""
    low, high = stated.get("low", -math.inf), stated.get("high", math.inf)
    if spec.distribution == "normal":
        if not stated["deviation"] > 0.0:
            raise CallError(f"{spec.name}: the deviation {stated['deviation']:g} {unit} is not greater than 0")
        return Distribution("normal", low, high, stated.get("mean", now), stated["deviation"])
    median = stated.get("median", now)
    if not median > 0.0:
        found = f"the median {median:g} {unit} is not greater than 0"
        raise _problem(spec, "median", found, "write a normal distribution")
    if not high > 0.0:
        raise _problem(spec, "high", f"high {high:g} {unit} is not greater than 0", "write a positive one")
    return Distribution("log-normal", max(low, 0.0), high, median, stated["spread"])


def _checked_mass(spec: AxisSpec, unit: str, made: Distribution) -> Distribution:
    mass = _mass(*_cuts(made))
    if mass < LEAST_MASS:
        key = "low" if made.low > made.centre else "high"
        found = f"from {made.low:g} to {made.high:g} {unit} lies {mass:.1g} of the distribution around {made.centre:g}"
        raise _problem(spec, key, found, "write ends nearer to its centre")
    return made
