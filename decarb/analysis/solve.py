"""The question turned round: which value of a lever makes a target hold, and what is missing where none does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from decarb.analysis.crossing import PARTS, Ask, Samples, refined, sampled, zoomed
from decarb.analysis.levers import Lever
from decarb.analysis.moves import Moved
from decarb.analysis.solution import EXACT, Found, Interval, Relaxation, Solution
from decarb.analysis.study import (
    BLOCK,
    BLOCK_OF_ZONES,
    Study,
    inputs_with,
    margins,
    moved,
    study_of,
    targets_of,
    why_undefined,
    zone_at_rest,
)
from decarb.analysis.wording import made_from
from decarb.errors import CallError, DecarbError, InputError
from decarb.pathway.judging import Target
from decarb.pathway.margins import margin_unit
from decarb.scenario.scenario import Scenario

__all__ = ["Found", "Interval", "Relaxation", "Solution", "solve_for"]

Progress = Callable[[int, int], None]

POINTS: Final = 33  # of the first grid
MOST_WHOLE: Final = 200  # whole numbers that are all tried, with no search between them
REACH: Final = 8.0  # how far outside its bounds a lever is looked at, in widths of its range
STEPS: Final = 24  # of a look outside, to either side
NEAREST: Final = 1 / 64  # of the range: first step outside
BRACKETS: Final = 2 * (PARTS + 1)  # values that a crossing takes where the margin is nearly a line
DIGITS: Final = (4, 6, 9)  # of a setting to copy, tried in turn


def solve_for(
    scenario: Study | Scenario | str | Path,
    target: str | Target | Sequence[str | Target],
    lever: str | Lever,
    bounds: Sequence[object] | None = None,
    tolerance: float = 1e-6,
    progress: Progress | None = None,
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
    progress : callable, optional
        Called with the values that are tried and how many it will likely be.

    Raises
    ------
    CallError
        A target or lever that does not exist, moves nothing, or has no range; bounds that the scenario refuses.
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
    ask = _Asked(study, targets, moves, moved(study, moves), progress)
    width = moves.high - moves.low
    samples = _inside(ask, moves, tolerance * width)
    for one, own in zip(targets, samples.margins, strict=True):
        if np.isnan(own).all():
            raise CallError(f"{one.id} is undefined wherever {moves.name} stands: {why_undefined(study, one)}")
    relaxation, looked = None, (moves.low, moves.high)
    if not samples.holds.any():
        ask.expected += 2 * STEPS + BRACKETS
        relaxation, looked = _outside(ask, study, moves, tolerance * width)
    now = Samples(*(np.array([moves.now]), *ask(np.array([moves.now]))))
    found = _solution(study, targets, moves, samples, now, relaxation, looked, tolerance * width)
    found = replace(found, digits=_digits(ask, found))
    ask.finish()
    return found


class _Asked:
    """The margins of the targets wherever the lever stands, each place asked once; where the scenario stands, first."""

    def __init__(
        self, study: Study, targets: Sequence[Target], lever: Lever, inputs: Moved, progress: Progress | None
    ) -> None:
        self.study, self.targets, self.lever, self.inputs, self.progress = study, targets, lever, inputs, progress
        self.zone = zone_at_rest(study, inputs)
        self.block = BLOCK if self.zone is not None else BLOCK_OF_ZONES
        self.known: dict[float, np.ndarray] = {}
        self.expected = int(lever.high - lever.low) + 2 if lever.whole else POINTS + 1 + BRACKETS

    def __call__(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return relative margins and margins (target, value)."""
        wanted = [float(value) for value in values]
        new = list(dict.fromkeys(value for value in self._and_now(wanted) if value not in self.known))
        for first in range(0, len(new), self.block):
            places = new[first : first + self.block]
            found = np.stack(margins(self.study, self.targets, self.inputs.at(np.array(places)), self.zone))
            self.known.update(zip(places, np.moveaxis(found, -1, 0), strict=True))
            if self.progress is not None:
                self.progress(len(self.known), max(self.expected, len(self.known)))
        relative, own = np.stack([self.known[value] for value in wanted], axis=-1)
        return relative, own

    def _and_now(self, wanted: list[float]) -> list[float]:
        """Return the wanted values, with where the scenario stands if that lies between them."""
        return [*wanted, self.lever.now] if min(wanted) <= self.lever.now <= max(wanted) else wanted

    def holds_with(self, settings: dict[str, Any]) -> bool:
        """Whether the targets hold in a run of the scenario with these settings of the lever's fields."""
        try:
            stated = inputs_with(self.study, settings)
        except InputError:
            return False
        changed = stated[list(self.inputs.inputs)].expand_dims("scenario")
        relative, _ = margins(self.study, self.targets, changed, self.zone)
        return bool((relative >= 0.0).all())

    def finish(self) -> None:
        """Say that all is done."""
        if self.progress is not None:
            self.progress(len(self.known), len(self.known))


def _digits(ask: _Asked, found: Solution) -> int:
    """Return with how few digits the settings of a solution still hold; one value is rounded inside what holds."""
    if found.by == "value" and found.intervals:
        return DIGITS[0]
    if not found.settings or found.settings == found.towards:
        return EXACT
    return next((digits for digits in DIGITS if ask.holds_with(found.rounded(digits))), EXACT)


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
    free = abs(lever.furthest(study.scenario, end, end + sign * float(steps[-1])) - end)
    if free < steps[-1]:
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
    placed, towards = _placed(samples, runs, value, relaxation, looked)
    spread = np.nanmax(samples.beside, axis=1) - np.nanmin(samples.beside, axis=1)
    return Solution(
        scenario=study.scenario.name, targets=names, margin_units={one.id: margin_unit(one) for one in targets},
        lever=lever.name, unit=lever.unit, by=lever.by, low=lever.low, high=lever.high, bounds_from=lever.origin,
        rising=bool(samples.least[-1] >= samples.least[0]), now=_found(now, names)[0],
        intervals=tuple(_interval(samples, run, names) for run in runs), value=value,
        settings={} if placed is None else lever.settings(placed),
        towards={} if towards is None else lever.settings(towards), digits=EXACT, best=tried[best], binding=binding,
        spread=dict(zip(names, spread.tolist(), strict=True)), relaxation=relaxation, outside=looked,
        curve=tuple(tried), tolerance=tolerance, made=made_from(study.scenario),
    )  # fmt: skip


def _placed(
    samples: Samples, runs: list[tuple[int, int]], value: float | None, relaxation: Relaxation | None,
    looked: tuple[float, float],
) -> tuple[float | None, float | None]:  # fmt: skip
    """Return where the lever is put, and the far end of what holds from there on: the same place inside of it."""
    if value is None:
        far = {"low": looked[0], "high": looked[1]}
        return (None, None) if relaxation is None else (relaxation.value, far[relaxation.bound])
    for first, last in runs:
        low, high = float(samples.values[first]), float(samples.values[last])
        if low <= value <= high:
            return value, high if value == low else low if value == high else value
    return value, value


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
