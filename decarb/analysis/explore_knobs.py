"""The knobs of the explorer: a few levers that a planner turns, each with its range and the fields it sets."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from decarb.analysis.levers import Lever, lever_of
from decarb.errors import CallError
from decarb.scenario.scenario import Scenario
from decarb.variables import did_you_mean

KNOBS: Final = ("wind", "solar", "storage", "rollout", "ccer")
"""All knobs, in the order in which they stand beside a figure."""
STORES: Final = ("supercapacitor", "lithium", "flow_battery")
SIZES: Final = ("power_rating", "energy_rating")
PACE: Final[Mapping[str, str]] = {
    "policy": "rollout.growth, -rollout.delay:range",
    "logistic": "rollout.growth:range",
    "bass": "rollout.innovation, rollout.imitation:range",
    "table": "rollout.table:factor",
}
"""Curve of the rollout -> what decides its pace. The lists of `policy` stay: they are written down."""
WITHOUT_ROWS: Final[Mapping[str, tuple[float, float]]] = {
    "wind": (0.5, 1.5),
    "solar": (0.5, 1.5),
    "storage": (0.0, 5.0),
    "rollout": (0.5, 1.5),
    "ccer": (0.2, 3.0),
}
"""Factors on what the scenario states, where no row of data/ gives a range; stores go as far as in `high-storage`."""
STEPS: Final = 40  # of a slider, about


@dataclass(frozen=True)
class Knob:
    """One knob: a number, how far it goes, and what it sets.

    Attributes
    ----------
    name : str
        Of `KNOBS`; its words are the rows `axis,knob-<name>` of `data/labels.csv`.
    unit : str
    low, high : float
        How far it goes: the ends of its rows in `data/`, as far as the scenario's own rules allow.
    now : float
        Where the scenario stands.
    origin : str
        Where its ends come from: "rows of data/" or "given".
    lever : Lever
        The fields that it moves.
    """

    name: str
    unit: str
    low: float
    high: float
    now: float
    origin: str
    lever: Lever

    @property
    def keys(self) -> tuple[str, ...]:
        """The dotted keys that it sets."""
        return tuple(term.field.key for term in self.lever.terms)

    @property
    def by(self) -> str:
        """What its number is: a `factor`, or a place in a `range`, -1 the end that hinders and 1 the end that helps."""
        return self.lever.by

    @property
    def on_site(self) -> bool:
        """Whether it changes what zones build, so that their hours are met again."""
        return any(key.startswith("park.") for key in self.keys)

    @property
    def step(self) -> float:
        """A round step, about a fortieth of the range, of which every place it may stand at is a multiple."""
        raw = (self.high - self.low) / STEPS
        tens = 10.0 ** math.floor(math.log10(raw))
        return next(tens * part for part in (5.0, 2.0, 1.0) if tens * part <= raw * (1.0 + 1e-9))

    def settings(self, place: float) -> dict[str, Any]:
        """Return the dotted keys and values that put it there; none where the scenario stands there."""
        return {} if place == self.now else self.lever.settings(place)

    def check(self, place: object) -> float:
        """Return a place as a number.

        Raises
        ------
        CallError
            It is no number, or lies outside the range.
        """
        if isinstance(place, bool) or not isinstance(place, (int, float)) or not self.low <= place <= self.high:
            raise CallError(f"{self.name}: {place!r} is not from {self.low:.4g} to {self.high:.4g}; write one of these")
        return float(place)


def knobs_of(scenario: Scenario) -> tuple[Knob, ...]:
    """Return the knobs of a scenario; what it does not have, such as stores, or has at zero, is no knob.

    Raises
    ------
    CallError
        The scenario takes no other value of one.
    """
    keys = {
        "wind": "power.wind.capacity:factor",
        "solar": "power.solar.capacity:factor",
        "storage": _stores(scenario),
        "rollout": PACE[scenario.spec.rollout.curve],
        "ccer": "credits.issued:factor",
    }
    made = [_knob(scenario, name, keys[name]) for name in KNOBS if keys[name]]
    return tuple(knob for knob in made if knob.by != "factor" or any(term.now.any() for term in knob.lever.terms))


def places(knobs: tuple[Knob, ...], settings: Mapping[str, float]) -> dict[str, float]:
    """Return where each knob stands: where it is set, else where the scenario has it.

    Raises
    ------
    CallError
        A knob is unknown, or a value lies outside its range.
    """
    known = {knob.name: knob for knob in knobs}
    for name in settings:
        if name not in known:
            raise CallError(f'"{name}" is no knob of this scenario; {did_you_mean(name, tuple(known))}')
    return {name: knob.check(settings.get(name, knob.now)) for name, knob in known.items()}


def _stores(scenario: Scenario) -> str:
    park = scenario.spec.park
    there = [name for name in STORES if getattr(park, name) is not None and getattr(park, name).on]
    keys = [f"park.{name}.{size}" for name in there for size in SIZES]
    return f"{', '.join(keys)}:factor" if keys and park.microgrid.on else ""


def _knob(scenario: Scenario, name: str, keys: str) -> Knob:
    try:
        lever = lever_of(scenario, keys)
    except CallError:  # no row gives a range for what this scenario states
        lever = lever_of(scenario, keys, WITHOUT_ROWS[name])
    low, high = (
        lever.furthest(scenario, lever.now, end) for end in (min(lever.low, lever.now), max(lever.high, lever.now))
    )
    if not low < high:
        raise CallError(f"{name}: {scenario.name} takes nothing but {lever.now:g}; explore another scenario")
    return Knob(name, lever.unit, low, high, lever.now, lever.origin, lever)
