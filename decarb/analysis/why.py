"""Why a scenario meets or misses each target: the number that decides, split by lever so that the parts add exactly."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import xarray as xr

from decarb import model
from decarb.analysis.attribution import check_comparable
from decarb.analysis.held import without_levers
from decarb.analysis.lever_groups import GROUPS
from decarb.analysis.room import Room, room_left
from decarb.analysis.run import BESIDE, TOTALS, summed
from decarb.analysis.shapley import mean_effect
from decarb.analysis.totals_by_subset import LIMIT, Nation, Parks, Progress, Subsets, every_subset
from decarb.analysis.wording import made_from
from decarb.errors import DecarbError
from decarb.markup import badge, card, details, items, small, table
from decarb.model import LAST_OBSERVED_YEAR
from decarb.pathway.margins import margin, margin_unit
from decarb.pathway.rules import Rule, Target
from decarb.pathway.targets import SHOWN_BESIDE, TARGETS, check_totals
from decarb.pathway.verdict import TargetVerdict
from decarb.scenario.inputs import scenario_inputs
from decarb.scenario.scenario import Scenario, load_scenario
from decarb.units import stamp, units_of

HELD: Final = f"every lever held in {LAST_OBSERVED_YEAR}"
LOWER_IS_BETTER: Final[frozenset[Rule]] = frozenset({"peak", "peak_before", "neutral", "intensity"})
FROM_ZERO: Final[frozenset[Rule]] = frozenset({"peak", "peak_before", "required_rate"})
"""Rules whose number is a distance: a peak's, of the highest later year from the highest before; a rate's, from the
rate that is required."""
TOLERANCE: Final = 1e-9
NAMED: Final = 5  # levers of a target that are named in print


@dataclass(frozen=True, repr=False)
class Reason:
    """One target and the number that decides it, split by lever.

    Attributes
    ----------
    target, total, verdict : str
        As the verdict has them.
    rule : str
        How the target judges.
    number, threshold : float or None
        The number that decides, and where the target just holds; None where it is undefined.
    unit : str
    before : float or None
        The number without the levers, or in the other scenario.
    parts : Mapping
        Lever -> its part of `number` less `before`; they add exactly.
    lower_is_better : bool
    room : Mapping
        Of a missed target: lever -> how far the number comes nearer with the lever's rows at their helping ends.
    nearest : float or None
        Of a missed target: by how much it is missed with all of them there at once, negative where it then holds.
    undefined : str
        Why there is no number, or no split of it; else "".
    """

    target: str
    total: str
    verdict: str
    rule: str
    number: float | None
    threshold: float | None
    unit: str
    before: float | None
    parts: Mapping[str, float]
    lower_is_better: bool
    room: Mapping[str, float]
    nearest: float | None
    undefined: str = ""

    def __repr__(self) -> str:
        return f"Reason({self.target} {self.verdict}, {len(self.parts)} levers)"

    def __str__(self) -> str:
        if self.number is None or self.missed_by is None:
            return f"{self.target} {self.verdict}: {self.undefined}"
        how = "missed by" if self.missed_by > 0 else "holds with"
        said = f"{self.target} {how} {_amount(abs(self.missed_by), self.unit)}"
        if self.before is None or self.undefined:
            return f"{said}: no split, {self.undefined}"
        largest = sorted(self.parts.items(), key=lambda pair: -abs(pair[1]))
        rest = sum(part for _, part in largest[NAMED:])
        named = largest[:NAMED] + ([(f"{len(largest) - NAMED} more", rest)] if len(largest) > NAMED else [])
        parts = "".join(f", {name} {_amount(part, self.unit, '+')}" for name, part in named)
        return f"{said}: {_amount(self.before, self.unit)} before{parts}, {_amount(self.number, self.unit)} after"

    @property
    def missed_by(self) -> float | None:
        """By how much the target is missed, negative where it holds."""
        if self.number is None or self.threshold is None:
            return None
        return (self.number - self.threshold) * (1.0 if self.lower_is_better else -1.0)

    @property
    def missing(self) -> str:
        """The lever whose rows have most left for a missed target; "" where none has."""
        return max(self.room, key=lambda lever: self.room[lever]) if any(self.room.values()) else ""

    @property
    def helping(self) -> tuple[tuple[str, float], ...]:
        """The levers that move the number towards the target, the strongest first."""
        return self._sorted(towards=True)

    @property
    def hindering(self) -> tuple[tuple[str, float], ...]:
        """The levers that move the number away from the target, the strongest first."""
        return self._sorted(towards=False)

    def _sorted(self, *, towards: bool) -> tuple[tuple[str, float], ...]:
        sign = -1.0 if self.lower_is_better is towards else 1.0
        own = [(name, part) for name, part in self.parts.items() if part * sign > 0]
        return tuple(sorted(own, key=lambda pair: -abs(pair[1])))


@dataclass(frozen=True, repr=False)
class Why:
    """Every verdict of a scenario with its reasons.

    Attributes
    ----------
    scenario, against : str
        Names; `against` says what the scenario is measured from.
    reasons : tuple of Reason
        One for each target, in the order of the verdict.
    totals : xr.Dataset
        `gross_co2`, `net_co2` and `net_ghg` (year), the same `_before`, and `_parts` (group, year) that add to the
        difference.
    inputs : Mapping
        Lever -> the inputs that differ.
    evaluations : int
    seconds : float
        Processor time it took.
    made : str
        Version, hashes and seed that it rests on.
    """

    scenario: str
    against: str
    reasons: tuple[Reason, ...]
    totals: xr.Dataset
    inputs: Mapping[str, tuple[str, ...]]
    evaluations: int
    seconds: float
    made: str = ""

    def __repr__(self) -> str:
        return f"Why({self._counts()}; {self.scenario!r} against {self.against!r}, {len(self.inputs)} levers)"

    def __str__(self) -> str:
        missed = [f"\n  {reason}" for reason in self._counted() if reason.verdict == "fail"]
        made = f"\n{self.made}" if self.made else ""
        return f"{self.scenario} against {self.against}: {self._counts()}{''.join(missed)}{made}"

    def _counted(self) -> tuple[Reason, ...]:
        return tuple(reason for reason in self.reasons if reason.target not in SHOWN_BESIDE)

    def _counts(self) -> str:
        words = {"pass": "met", "fail": "missed", "undefined": "not judged"}
        verdicts = [reason.verdict for reason in self._counted()]
        return ", ".join(f"{verdicts.count(key)} {word}" for key, word in words.items())

    def _repr_html_(self) -> str:
        rows = ((one.target, badge(one.verdict), str(one).removeprefix(f"{one.target} ")) for one in self.reasons)
        levers = details(
            "Inputs of each lever", items(f"{name}: {', '.join(own)}" for name, own in self.inputs.items())
        )
        note = "each part is a lever's mean effect over all orders in which levers can be pulled; the parts add exactly"
        title = f"{self.scenario} against {self.against}"
        return card(title, table(("target", "verdict", "why"), rows), levers, small(note), small(self.made))


def why(
    scenario: Scenario | str | Path, against: Scenario | str | Path | None = None, *,
    groups: Mapping[str, Sequence[str]] = GROUPS, limit: int = LIMIT, progress: Progress | None = None,
    series: xr.Dataset | None = None,
) -> Why:  # fmt: skip
    """Return for each target the number that decides it, split by lever.

    Each lever's part is its mean effect over all orders in which levers can be pulled (Shapley): levers that work only
    together, such as on-site wind and the rollout, share what they do in equal parts.

    Parameters
    ----------
    scenario : Scenario, str or Path
    against : Scenario, str or Path, optional
        What it is measured from; by default the same scenario with every lever held in the last observed year.
    groups : mapping
        Lever -> inputs.
    limit : int
        Most levers told apart; each more doubles the work.
    progress : callable, optional
        Called with the evaluations that are done and all of them.
    series : xr.Dataset, optional
        As `decarb.model.weather` returns it for the scenario, to save its seconds.

    Raises
    ------
    InputError, CallError
        A scenario cannot be read, or the two are unlike.
    DecarbError
        The parts do not add up.
    """
    started = time.process_time()
    chosen = _loaded(scenario)
    after = scenario_inputs(chosen.spec)
    other = None if against is None else _loaded(against)
    before = without_levers(after) if other is None else scenario_inputs(other.spec)
    check_comparable(before, after, ("land_view", "gwp"))
    parks, nation = chain_in(model.weather(after) if series is None else series)
    found = every_subset(parks, nation, before, after, groups, limit=limit, progress=progress)
    counted = {"land_view": after.attrs["land_view"], "gwp": after.attrs["gwp"]}

    def margins(series: xr.Dataset) -> Mapping[str, xr.DataArray]:
        totals = _totals(series, after, counted)
        return {target.id: margin(target, totals) for target in TARGETS}

    by_subset = margins(found.series)
    judged = {one.target: one for one in _verdicts(found.series.isel(scenario=-1, drop=True), after, counted)}
    missed = [target.id for target in TARGETS if judged[target.id].verdict == "fail"]
    zone = parks(after)
    ends = [scenario_inputs(chosen.spec, end) for end in ("low", "high")]
    room = room_left(lambda inputs: nation(inputs, zone), margins, after, ends, missed)
    return Why(
        scenario=chosen.name,
        against=HELD if other is None else other.name,
        reasons=tuple(
            _reason(target, judged[target.id], by_subset[target.id], list(found.levers), room) for target in TARGETS
        ),
        totals=totals_by_lever(found)
        .assign_coords(counted)
        .assign_attrs(title=f"decarb scenario {chosen.name}", against="" if other is None else other.name),
        inputs=MappingProxyType(dict(found.levers)),
        evaluations=found.evaluations,
        seconds=time.process_time() - started,
        made=made_from(chosen),
    )


def chain_in(weather: xr.Dataset) -> tuple[Parks, Nation]:
    """Return what the zones do and what the nation then does, both in one weather, as `every_subset` asks for them."""

    def parks(inputs: xr.Dataset) -> xr.Dataset:
        return model.zone_with_template(inputs, model.base_year(inputs), weather)

    def nation(inputs: xr.Dataset, zone: xr.Dataset) -> xr.Dataset:
        annual = model.evaluate(inputs, weather, zone=zone).annual
        return xr.Dataset({name: summed(annual[name]) for name in (*TOTALS, *BESIDE)})

    return parks, nation


def _loaded(scenario: Scenario | str | Path) -> Scenario:
    return scenario if isinstance(scenario, Scenario) else load_scenario(scenario)


def _totals(series: xr.Dataset, inputs: xr.Dataset, counted: Mapping[str, str]) -> dict[str, xr.DataArray]:
    totals = {str(name): array.assign_coords(counted) for name, array in series.items()}
    return totals | {"co2_per_gdp_2005": inputs["co2_per_gdp_2005"]}


def _verdicts(series: xr.Dataset, inputs: xr.Dataset, counted: Mapping[str, str]) -> tuple[TargetVerdict, ...]:
    """Return what a run of the scenario says of each target."""
    named = xr.Dataset({name: array.rename(name) for name, array in series.items()}).assign_coords(counted)
    return check_totals(named, co2_per_gdp_2005=inputs["co2_per_gdp_2005"]).verdicts


def _reason(target: Target, judged: TargetVerdict, margins: xr.DataArray, levers: Sequence[str], room: Room) -> Reason:
    lower = target.rule in LOWER_IS_BETTER
    start = 0.0 if target.rule in FROM_ZERO else target.threshold
    numbers = start + margins * (-1.0 if lower else 1.0)
    number, before = float(numbers.isel(scenario=-1)), float(numbers.isel(scenario=0))
    known: dict[str, Any] = {
        "target": target.id, "total": target.total, "verdict": judged.verdict, "rule": target.rule,
        "unit": margin_unit(target), "lower_is_better": lower,
        "room": MappingProxyType(dict(room.of_lever.get(target.id, {}))),
        "nearest": -room.together[target.id] if target.id in room.together else None,
    }  # fmt: skip
    if np.isnan(number):
        return Reason(**known, number=None, threshold=None, before=None, parts={}, undefined=judged.reason)
    holes = int(numbers.isnull().sum())
    if holes:
        said = f"undefined in {holes} of {numbers.size} subsets of the levers"
        return Reason(**known, number=number, threshold=start, before=_or_none(before), parts={}, undefined=said)
    parts = {name: float(mean_effect(numbers, place)) for place, name in enumerate(levers)}
    _check(target.id, sum(parts.values()), number - before, max(abs(number), abs(before), *map(abs, parts.values())))
    return Reason(**known, number=number, threshold=start, before=before, parts=MappingProxyType(parts))


def totals_by_lever(found: Subsets) -> xr.Dataset:
    """Return the three totals (year), the same `_before`, and `_parts` (group, year) that add to the difference.

    Raises
    ------
    DecarbError
        The parts do not add up.
    """
    arrays: dict[str, xr.DataArray] = {}
    for name in TOTALS:
        series = found.series[name]
        unit = units_of(series)
        first, last = (series.isel(scenario=at, drop=True) for at in (0, -1))
        parts = [mean_effect(series, place) for place in range(len(found.levers))]
        split = xr.concat(parts, dim=xr.IndexVariable("group", list(found.levers))) if parts else None
        arrays |= {name: stamp(last, unit), f"{name}_before": stamp(first, unit)}
        if split is not None:
            gap = float(abs(split.sum("group") - (last - first)).max())
            _check(name, gap, 0.0, float(max(abs(last).max(), abs(split).max())))
            arrays[f"{name}_parts"] = stamp(split, unit)
    return xr.Dataset(arrays)


def _amount(value: float, unit: str, sign: str = "") -> str:
    """Return a number as people read it, a share or rate in %."""
    if unit in ("1", "1/yr"):
        return f"{value:{sign}.2%}{unit[1:]}"
    return f"{value:{sign},.1f}" + ("" if sign else f" {unit}")


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else value


def _check(name: str, found: float, expected: float, scale: float) -> None:
    if abs(found - expected) > TOLERANCE * max(scale, 1e-12):
        raise DecarbError(f"why: the parts of {name} add to {found:.9g} and not to {expected:.9g}")
