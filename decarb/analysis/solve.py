"""The question turned round: which value of a lever makes a target hold, and what is missing where none does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from decarb.analysis.crossing import Ask, Samples, refined, sampled, zoomed
from decarb.analysis.levers import Lever
from decarb.analysis.study import Study, margins, moved, study_of, targets_of, why_undefined
from decarb.errors import CallError, DecarbError
from decarb.pathway.judging import Target
from decarb.pathway.margins import margin_unit
from decarb.scenario.scenario import Scenario

POINTS: Final = 33  # of the first grid
MOST_WHOLE: Final = 200  # whole numbers that are all tried, with no search between them
REACH: Final = 8.0  # how far outside its bounds a lever is looked at, in widths of its range
STEPS: Final = 24  # of a look outside, to either side
NEAREST: Final = 1 / 64  # of the range: first step outside
HALVINGS: Final = 60  # to find how far a scenario may go


@dataclass(frozen=True)
class Interval:
    """Values of the lever for which all targets hold, and what ends them: a target, or the end of the lever."""

    low: float
    high: float
    low_limit: str
    high_limit: str


@dataclass(frozen=True)
class Found:
    """One value of the lever, and the margin of each target there; None where a target is undefined."""

    value: float
    margins: dict[str, float | None]


@dataclass(frozen=True)
class Relaxation:
    """The nearest value outside the bounds for which all targets hold: past which bound, and by how much."""

    value: float
    bound: str
    by: float
    share_of_range: float


@dataclass(frozen=True)
class Solution:
    """Which values of one lever make the targets hold.

    Attributes
    ----------
    scenario, lever, unit : str
    targets : tuple of str
    low, high : float
        Where it was looked for, and `bounds_from` where these ends come from.
    now : Found
        Where the scenario stands.
    intervals : tuple of Interval
        All values inside the bounds that hold; none where it is empty.
    value : float or None
        The one of them nearest to where the scenario stands.
    settings : dict
        Dotted keys that put the lever there, as `Scenario.replace` takes them.
    best : Found
        The value inside the bounds with the largest least margin.
    binding : str
        The target that is hardest at `best`, or at the end of the interval nearest to where the scenario stands.
    spread : dict
        By how much the lever moves each margin inside its bounds.
    relaxation : Relaxation or None
        Where nothing inside the bounds holds: the nearest value outside, or None where none was found.
    outside : tuple of float
        The lowest and highest value that was looked at; beyond the bounds where nothing inside them holds.
    curve : tuple of Found
        Every value that was tried.
    tolerance : float
        Within which an end of an interval lies, in `unit`.
    """

    scenario: str
    targets: tuple[str, ...]
    margin_units: dict[str, str]
    lever: str
    unit: str
    low: float
    high: float
    bounds_from: str
    now: Found
    intervals: tuple[Interval, ...]
    value: float | None
    settings: dict[str, Any]
    best: Found
    binding: str
    spread: dict[str, float]
    relaxation: Relaxation | None
    outside: tuple[float, float]
    curve: tuple[Found, ...]
    tolerance: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers, text and lists, never NaN."""
        return asdict(self)

    def __str__(self) -> str:
        said = " and ".join(self.targets)
        verb = "holds" if len(self.targets) == 1 else "hold"
        if self.intervals:
            ends = [(self._with_unit(part.low), self._with_unit(part.high), part) for part in self.intervals]
            where = "; ".join(
                f"from {low} ({part.low_limit}) to {high} ({part.high_limit})" for low, high, part in ends
            )
            return f"{said} {verb} for {self.lever} {where}; {self.scenario} has {self._with_unit(self.now.value)}"
        text = (
            f"no value of {self.lever} inside {self.low:.6g} to {self._with_unit(self.high)} makes {said} hold; "
            f"the best is {self._with_unit(self.best.value)}, missing {self._missed()}"
        )
        if self.relaxation is None:
            low, high = self.outside
            return f"{text}; nor does any value outside that was tried, {low:.6g} to {self._with_unit(high)}"
        past = self.relaxation
        return (
            f"{text}; the nearest value outside is {self._with_unit(past.value)}, {self._with_unit(past.by)} past the "
            f"{past.bound} end"
        )

    def _with_unit(self, value: float) -> str:
        return f"{value:.6g}" if self.unit == "1" else f"{value:.6g} {self.unit}"

    def _missed(self) -> str:
        parts = []
        for name, margin in self.best.margins.items():
            if margin is None:
                parts.append(f"{name}, which is undefined")
            elif margin < 0:
                unit = "" if self.margin_units[name] == "1" else f" {self.margin_units[name]}"
                parts.append(f"{name} by {-margin:.6g}{unit} (the lever moves it by {self.spread[name]:.3g})")
        return " and ".join(parts)


def solve_for(
    scenario: Study | Scenario | str | Path,
    target: str | Target | Sequence[str | Target],
    lever: str | Lever,
    bounds: Sequence[object] | None = None,
    tolerance: float = 1e-6,
) -> Solution:
    """Return every value of one lever for which a target, or several at once, hold.

    Parameters
    ----------
    scenario : Study, Scenario, str or Path
        What `load_scenario` gives or takes; a `Study` where several questions share one weather.
    target : str, Target or several
        Names of `decarb.pathway.targets.TARGETS`; a `Target` of one's own may name any yearly result of the model.
    lever : str
        A key, several keys or a pattern, as `decarb.analysis.levers.lever_of` reads them, or the name of an input.
    bounds : pair, optional
        By default the low and high end of the rows of `data/`.
    tolerance : float
        How near an end of an interval is found, as a share of the range.

    Raises
    ------
    CallError
        A target or lever that does not exist, moves nothing, or has no range.
    InputError, DecarbError
        The scenario or the model refuses a value inside the bounds.

    Notes
    -----
    One grid of 33 values, all whole years for a year, then brackets round every change. What holds on a stretch
    shorter than the grid's step may be missed, except round the best value where nothing holds.

    Examples
    --------
    >>> solution = solve_for("china-2060", "rate-2030-2060", "capture.level")
    >>> solution.to_dict()["lever"]
    'capture.level'
    """
    study, targets = study_of(scenario), targets_of(target)
    moves = study.lever(lever, bounds)
    inputs, width = moved(study, moves), moves.high - moves.low

    def ask(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return margins(study, targets, inputs.at(values))

    samples = _inside(ask, moves, tolerance * width)
    for one, own in zip(targets, samples.margins, strict=True):
        if np.isnan(own).all():
            raise CallError(f"{one.id} is undefined wherever {moves.name} stands: {why_undefined(study, one)}")
    relaxation, looked = None, (moves.low, moves.high)
    if not samples.holds.any():
        relaxation, looked = _outside(ask, study, moves, tolerance * width)
    now = Samples(*(np.array([moves.now]), *ask(np.array([moves.now]))))
    return _solution(study, targets, moves, samples, now, relaxation, looked, tolerance * width)


def _inside(ask: Ask, lever: Lever, tolerance: float) -> Samples:
    if lever.whole:
        if lever.high - lever.low >= MOST_WHOLE:
            raise CallError(f"{lever.name}: more than {MOST_WHOLE} whole numbers; write narrower bounds")
        return sampled(ask, np.arange(lever.low, lever.high + 1.0))
    samples = sampled(ask, np.linspace(lever.low, lever.high, POINTS))
    return refined(ask, zoomed(ask, samples, lever.now), tolerance)


def _outside(ask: Ask, study: Study, lever: Lever, tolerance: float) -> tuple[Relaxation | None, tuple[float, float]]:
    """Return the nearest value past a bound that holds, and how far it was looked for."""
    width, reach = lever.high - lever.low, REACH
    while reach > NEAREST:
        sides = {name: _places(study, lever, name, width * reach) for name in ("low", "high")}
        looked = (float(sides["low"].min(initial=lever.low)), float(sides["high"].max(initial=lever.high)))
        try:
            found = [_past(ask, lever, name, places, tolerance) for name, places in sides.items() if places.size]
        except DecarbError:  # the model refuses what lies too far outside
            reach /= 2.0
            continue
        holding = [one for one in found if one is not None]
        return min(holding, key=lambda one: one.by, default=None), looked
    return None, (lever.low, lever.high)


def _places(study: Study, lever: Lever, bound: str, reach: float) -> np.ndarray:
    """Return values past a bound, denser near it, as far as a scenario may say them."""
    end, sign = (lever.low, -1.0) if bound == "low" else (lever.high, 1.0)
    if lever.whole:
        steps = np.arange(1.0, min(reach, MOST_WHOLE) + 1.0)
    else:
        steps = np.geomspace(NEAREST * (lever.high - lever.low), reach, STEPS)
    if not lever.allowed(study.scenario, end + sign * steps[-1]):
        free, refused = 0.0, float(steps[-1])
        for _ in range(HALVINGS):
            middle = (free + refused) / 2.0
            free, refused = (middle, refused) if lever.allowed(study.scenario, end + sign * middle) else (free, middle)
        steps = np.append(steps[steps < free], free) if not lever.whole else steps[steps <= free]
    return end + sign * steps[steps > 0.0]


def _past(ask: Ask, lever: Lever, bound: str, places: np.ndarray, tolerance: float) -> Relaxation | None:
    end = lever.low if bound == "low" else lever.high
    samples = sampled(ask, np.append(places, end))
    if not lever.whole:
        samples = refined(ask, samples, tolerance)
    holding = samples.values[samples.holds]
    if not holding.size:
        return None
    value = float(holding[np.abs(holding - end).argmin()])
    return Relaxation(value, bound, abs(value - end), abs(value - end) / (lever.high - lever.low))


def _solution(study: Study, targets: Sequence[Target], lever: Lever, samples: Samples, now: Samples,
              relaxation: Relaxation | None, looked: tuple[float, float], tolerance: float) -> Solution:  # fmt: skip
    names = tuple(target.id for target in targets)
    runs = samples.runs()
    best, value, binding = _nearest(samples, runs, lever.now, names)
    tried = _found(samples, names)
    placed = value if value is not None else relaxation.value if relaxation is not None else None
    spread = np.nanmax(samples.beside, axis=1) - np.nanmin(samples.beside, axis=1)
    return Solution(
        scenario=study.scenario.name, targets=names, margin_units={one.id: margin_unit(one) for one in targets},
        lever=lever.name, unit=lever.unit, low=lever.low, high=lever.high, bounds_from=lever.origin,
        now=_found(now, names)[0], intervals=tuple(_interval(samples, run, names) for run in runs), value=value,
        settings={} if placed is None else lever.settings(placed), best=tried[best], binding=binding,
        spread=dict(zip(names, spread.tolist(), strict=True)), relaxation=relaxation, outside=looked,
        curve=tuple(tried), tolerance=tolerance,
    )  # fmt: skip


def _found(samples: Samples, names: tuple[str, ...]) -> list[Found]:
    rows = samples.beside.T.tolist()
    return [
        Found(float(value), {name: None if np.isnan(one) else one for name, one in zip(names, row, strict=True)})
        for value, row in zip(samples.values, rows, strict=True)
    ]


def _nearest(
    samples: Samples, runs: list[tuple[int, int]], now: float, names: tuple[str, ...]
) -> tuple[int, float | None, str]:
    """Return the place of the best value, the holding value nearest to `now`, and what binds."""
    best = samples.best(now)
    if not runs:
        return best, None, names[samples.binding(best)]
    ends = [(float(np.clip(now, samples.values[first], samples.values[last])), first, last) for first, last in runs]
    value, first, last = min(ends, key=lambda end: abs(end[0] - now))
    # The end that faces the scenario, or the nearer one where it stands inside.
    at = first if abs(samples.values[first] - now) <= abs(samples.values[last] - now) else last
    return best, value, names[samples.binding(at)]


def _interval(samples: Samples, run: tuple[int, int], names: tuple[str, ...]) -> Interval:
    first, last = run
    low = "the low end of the lever" if first == 0 else names[samples.binding(first - 1)]
    is_end = last == samples.values.size - 1
    high = "the high end of the lever" if is_end else names[samples.binding(last + 1)]
    return Interval(float(samples.values[first]), float(samples.values[last]), low, high)
