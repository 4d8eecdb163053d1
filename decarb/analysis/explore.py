"""One scenario asked what if, in under a second a question: wind, solar, stores, pace of the rollout, credits.

It is the whole chain, hour by hour where stores change, and gives the numbers of a run; what no knob moves is computed
once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import xarray as xr

from decarb import model
from decarb.analysis.explore_knobs import Knob, knobs_of, places
from decarb.analysis.moves import Moved
from decarb.analysis.run import judge, of_nation
from decarb.analysis.solution import setting_line
from decarb.analysis.study import Study, inputs_with, moved, study_of
from decarb.analysis.without import beside, zones_beside
from decarb.pathway.verdict import Verdict
from decarb.scenario.scenario import Scenario
from decarb.variables import shipped

KEPT: Final = 16  # sizes of stores whose zones are kept


@dataclass(frozen=True, eq=False, repr=False)
class Explorable:
    """A scenario made ready to be asked: what all settings of its knobs share.

    Attributes
    ----------
    study : Study
        The scenario, its inputs and its weather.
    knobs : tuple of Knob
    base : xr.Dataset
        Its base year.
    on_site : Mapping of str to Moved
        The inputs that knobs move which change what zones build.
    zones : dict
        Zones whose hours were met, by the places of these knobs; `explore` fills it.
    """

    study: Study
    knobs: tuple[Knob, ...]
    base: xr.Dataset
    on_site: Mapping[str, Moved]
    zones: dict[tuple[float, ...], xr.Dataset] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Explorable({self.study.scenario.name!r}: {', '.join(knob.name for knob in self.knobs)})"


@dataclass(frozen=True, eq=False, repr=False)
class Explored:
    """What a scenario becomes with its knobs at one place each.

    Attributes
    ----------
    places : Mapping of str to float
        Where each knob stands.
    scenario : Scenario
        The scenario with what was set: `run` of it gives the same numbers.
    stated : Mapping
        What was set, as dotted keys and values; empty where every knob stands as the scenario has it.
    annual, zone, cost : xr.Dataset
        As of `decarb.analysis.run.Results`.
    verdict : Verdict
    additionality : float
        Part of each credit that parks use [1] that lowers a national total; 0 where credits move claims alone.
    """

    places: Mapping[str, float]
    scenario: Scenario
    stated: Mapping[str, Any]
    annual: xr.Dataset
    zone: xr.Dataset
    cost: xr.Dataset
    verdict: Verdict
    additionality: float

    @property
    def claims_gap(self) -> xr.DataArray:
        """What parks emit and do not claim [Mt CO2e/yr] (year)."""
        return self.annual["claims_gap"]

    @property
    def investment(self) -> xr.DataArray:
        """What the nation invests [billion CNY_2025/yr] (year)."""
        return self.cost["national_investment"]

    def command(self) -> str:
        """Return the line that runs it."""
        name, path = self.scenario.name, self.scenario.document.path
        file = name if str(path) == str(shipped("scenarios") / f"{name}.yaml") else str(path)
        return " ".join(filter(None, ["decarb run", file, setting_line(self.stated)]))

    def __repr__(self) -> str:
        said = ", ".join(f"{name} {place:g}" for name, place in self.places.items())
        missed = [item.target for item in self.verdict.verdicts if item.verdict == "fail"]
        verdict = f"misses {', '.join(missed)}" if missed else "misses nothing"
        return f"Explored({self.scenario.name!r}, {said}: {verdict})"


def explorable(scenario: Explorable | Study | Scenario | str | Path) -> Explorable:
    """Return a scenario made ready to be asked; it takes a second or two, so make it once.

    Raises
    ------
    CallError, InputError
        The scenario cannot be read, or leaves a knob nothing to turn.
    """
    if isinstance(scenario, Explorable):
        return scenario
    study = study_of(scenario)
    knobs = knobs_of(study.scenario)
    levers = {knob.name: replace(knob.lever, low=knob.low, high=knob.high) for knob in knobs if knob.on_site}
    moves = {name: moved(study, lever, check=False) for name, lever in levers.items()}
    return Explorable(study, knobs, model.base_year(study.inputs), moves)


def explore(
    scenario: Explorable | Study | Scenario | str | Path, settings: Mapping[str, float] | None = None
) -> Explored:
    """Return what a scenario becomes with some of its knobs turned.

    Parameters
    ----------
    scenario : Explorable, Study, Scenario, str or Path
        What `explorable` made, so that only the first question waits; or what it takes.
    settings : mapping of str to float, optional
        Knob -> where it stands, in its unit; the others stay where the scenario has them.

    Raises
    ------
    CallError
        A knob is unknown, or a value lies outside its range.
    DecarbError
        The model refuses what was set.

    Examples
    --------
    >>> explored = explore("china-2060", {"wind": 1.2})
    >>> explored.stated
    mappingproxy({'power.wind.capacity': {2035: '1440 GW', 2060: '3120 GW'}})
    """
    ready = explorable(scenario)
    at = places(ready.knobs, settings or {})
    stated = _stated(ready.knobs, at)
    changed = ready.study.scenario.replace(stated)
    inputs = _inputs(ready, at)
    zones = _zones(ready, tuple(at[name] for name in ready.on_site), inputs)
    evaluation = model.evaluate(beside(inputs), ready.study.series, zones, ready.base)
    nation = of_nation(changed, inputs, evaluation)
    return Explored(
        places=MappingProxyType(at),
        scenario=changed,
        stated=MappingProxyType(stated),
        annual=nation.annual,
        zone=nation.zone,
        cost=nation.cost,
        verdict=judge(nation.annual),
        additionality=float(inputs["additionality"]),
    )


def _stated(knobs: Iterable[Knob], at: Mapping[str, float]) -> dict[str, Any]:
    return {key: said for knob in knobs for key, said in knob.settings(at[knob.name]).items()}


def _inputs(ready: Explorable, at: Mapping[str, float]) -> xr.Dataset:
    """Return the inputs with every knob at its place.

    Sizes in a park follow their knob in a straight line, which is quicker than reading the park again.
    """
    elsewhere = [knob for knob in ready.knobs if knob.name not in ready.on_site]
    inputs = inputs_with(ready.study, _stated(elsewhere, at))
    for knob in ready.knobs:
        if knob.name in ready.on_site and at[knob.name] != knob.now:
            there = ready.on_site[knob.name].at(np.array([at[knob.name]]))
            inputs = inputs.assign(there.isel(scenario=0))
    return inputs


def _zones(ready: Explorable, at: tuple[float, ...], inputs: xr.Dataset) -> xr.Dataset:
    """Return what a mean zone builds and does, as it is and without each of its plants: hours, met once for a size."""
    found = ready.zones.get(at)
    if found is None:
        found = zones_beside(inputs, ready.base, ready.study.series)
        if len(ready.zones) >= KEPT:
            ready.zones.pop(next(iter(ready.zones)), None)
        ready.zones[at] = found
    return found
