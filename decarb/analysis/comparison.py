"""Scenarios side by side: what differs in their inputs, in what they compute, in their verdicts, and by which lever."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import xarray as xr

from decarb import model
from decarb.analysis.attribution import check_comparable
from decarb.analysis.differences import Difference, differences
from decarb.analysis.run import BESIDE, TOTALS, Results, run, summed
from decarb.analysis.totals_by_subset import every_subset
from decarb.analysis.why import chain_in, totals_by_lever
from decarb.analysis.wording import made_by, signed
from decarb.errors import CallError
from decarb.markup import Markup, badge, card, details, items, small, table
from decarb.pathway.margins import margin, margin_unit
from decarb.pathway.targets import TARGETS
from decarb.scenario.inputs import scenario_inputs
from decarb.scenario.scenario import Scenario, load_scenario, scenario_of
from decarb.units import stamp, units_of
from decarb.variables import variable

Given = Scenario | Results | str | Path
Progress = Callable[[int, int], None]

FEWEST, MOST = 2, 8  # scenarios side by side
LIMIT: Final = 10
"""Levers told apart: 2^10 = 1,024 evaluations for each scenario that is held against the first."""
SERIES: Final = (
    "claims_gap", "claims_gap_credits", "claims_gap_certificates", "nonfossil_share", "wind_solar_capacity",
)  # fmt: skip
SPENT: Final = ("national_investment", "investment_of_parks")
FIGURES: Final = (
    "peak_year", "peak_value", "neutral_year", "mean_annual_reduction_rate", "rate_2030_2050", "required_rate",
    "residual_2060",
)  # fmt: skip
"""Figures of a verdict that are shown; years and rates are NaN where they are undefined."""
NAMED: Final = 3  # levers of a sentence
SHOWN: Final = "net_co2"


@dataclass(frozen=True, repr=False)
class Comparison:
    """Scenarios side by side; the first is what the others are held against.

    Attributes
    ----------
    names : tuple of str
        Of the scenarios; two of one name are told apart by a number.
    inputs : tuple of Difference
        Every key on which they differ, and what holds in each.
    results : xr.Dataset
        Over (scenario, year): national totals, claims, shares and investment, each with its unit; over (scenario): the
        figures of the verdict, NaN where one is undefined. `land_view` and `gwp` (scenario) say how each counts.
    verdicts : xr.Dataset
        Over (scenario, target): `verdict`, `value`, `threshold`, `margin` and `reason`; `unit` and `margin_unit`
        (target) are coordinates. A margin is negative where the target is missed.
    why : Mapping of str to xr.Dataset
        Name of another scenario -> the three totals, the same `_before` in the first scenario, and `_parts`
        (group, year) by lever, which add to the difference.
    refused : Mapping of str to str
        Name of another scenario -> why its difference from the first is not split.
    provenance : tuple of Mapping
        That of each run.
    """

    names: tuple[str, ...]
    inputs: tuple[Difference, ...]
    results: xr.Dataset
    verdicts: xr.Dataset
    why: Mapping[str, xr.Dataset]
    refused: Mapping[str, str]
    provenance: tuple[Mapping[str, Any], ...]

    @property
    def moved(self) -> tuple[str, ...]:
        """Targets whose verdict is not the same in all scenarios."""
        said = self.verdicts["verdict"]
        return tuple(str(name) for name in said["target"].values if len(set(said.sel(target=name).values)) > 1)

    @property
    def unlike(self) -> tuple[str, ...]:
        """Which of `land_view` and `gwp` are not the same in all scenarios."""
        return tuple(word for word in ("land_view", "gwp") if len(set(self.results[word].values)) > 1)

    def words(self) -> list[str]:
        """Return what differs, in sentences."""
        first, *others = self.names
        lines = [f"{' and '.join(others)} against {first}: {_count(len(self.inputs), 'input')} differ"]
        lines += [self._unlike_said(word) for word in self.unlike]
        for name in self.moved:
            said = self.verdicts["verdict"].sel(target=name)
            lines.append(f"{name}: {', '.join(f'{one} {said.sel(scenario=one).item()}' for one in self.names)}")
        if not self.moved:
            lines.append("no verdict differs")
        return lines + [line for other in others for line in self._difference(other)]

    def _unlike_said(self, word: str) -> str:
        said = ", ".join(f"{name} {self.results[word].sel(scenario=name).item()}" for name in self.names)
        return f"{word} is not the same ({said}): net totals are unlike totals and stand side by side only"

    def _difference(self, other: str) -> Iterator[str]:
        """Yield by how much a total of the last year differs, and which levers make most of it."""
        series = self.results[SHOWN].isel(year=-1)
        year, unit = int(series["year"]), units_of(self.results[SHOWN])
        first, second = (float(series.sel(scenario=name)) for name in (self.names[0], other))
        label = variable(SHOWN).label_en
        said = f"{other}: {label[:1].lower()}{label[1:]} of {year} {signed(second - first, unit)} {unit}"
        if other in self.refused:
            yield f"{said}; not split: {self.refused[other]}"
        elif other in self.why and f"{SHOWN}_parts" in self.why[other]:
            parts = largest_parts(self.why[other], SHOWN, year)
            yield f"{said}: {', '.join(f'{name} {signed(part, unit)}' for name, part in parts) or 'no lever moves it'}"
        else:
            yield said

    def __repr__(self) -> str:
        moved = ", ".join(self.moved) or "none"
        return f"Comparison({', '.join(map(repr, self.names))}: verdicts that differ: {moved})"

    def __str__(self) -> str:
        return "\n".join(self.words())

    def _repr_html_(self) -> str:
        inputs = details(
            f"{_count(len(self.inputs), 'input')} differ",
            table(
                ("key", *self.names),
                ((one.key, *(f"{held.value} ({held.origin})" for held in one.held)) for one in self.inputs),
            ),
        )
        made = [f"{name}: {made_by(one)}" for name, one in zip(self.names, self.provenance, strict=True)]
        title = f"Comparison of {', '.join(self.names)}"
        return card(title, self._verdict_table(), items(self.words()), inputs, *map(small, made))

    def _verdict_table(self) -> Markup:
        said = self.verdicts["verdict"]
        rows = ((name, *(badge(str(one)) for one in said.sel(target=name).values)) for name in said["target"].values)
        return table(("target", *self.names), rows)


def compare(
    first: Given, second: Given, *more: Given, why: bool = True, progress: Progress | None = None
) -> Comparison:
    """Return what differs between scenarios: inputs, results, verdicts, and the share of each lever in it.

    Each of the others is held against the first; a lever's share is its mean effect over all orders in which the
    levers can be pulled, and the shares add exactly.

    Parameters
    ----------
    first, second, *more : Scenario, Results, str or Path
        What `load_scenario` gives or takes, or what `run` gave; two to eight.
    why : bool
        Split the differences by lever, which takes a second or more for each.
    progress : callable, optional
        Called with how many pieces of the work are done, and of how many.

    Raises
    ------
    CallError
        Fewer than two or more than eight scenarios.
    InputError
        One cannot be read.
    DecarbError
        The model refuses an input, or the shares do not add up.
    """
    given = (first, second, *more)
    if len(given) > MOST:
        raise CallError(f"compare: {len(given)} scenarios; name {FEWEST} to {MOST}")
    told = progress or (lambda done, of: None)
    steps = len(given) + (len(given) - 1 if why else 0)
    scenarios = [_scenario(one) for one in given]
    names = told_apart([one.name for one in scenarios])
    ran: list[Results] = []
    for one, scenario in zip(given, scenarios, strict=True):
        ran.append(one if isinstance(one, Results) else run(scenario))
        told(len(ran), steps)
    split, refused = {}, {}
    for place, name in enumerate(names[1:], start=1) if why else ():
        found = _split(scenarios[0], scenarios[place])
        if isinstance(found, str):
            refused[name] = found
        else:
            split[name] = found
        told(len(ran) + place, steps)
    return Comparison(
        names=names,
        inputs=differences(scenarios),
        results=_results(names, ran),
        verdicts=_verdicts(names, ran),
        why=MappingProxyType(split),
        refused=MappingProxyType(refused),
        provenance=tuple(one.provenance for one in ran),
    )


def told_apart(names: Sequence[str]) -> tuple[str, ...]:
    """Return names of which none stands twice.

    Examples
    --------
    >>> told_apart(["a", "b", "a"])
    ('a', 'b', 'a (2)')
    """
    seen: Counter[str] = Counter()
    found: list[str] = []
    for name in names:
        unused = name
        while unused in found or (unused != name and unused in names):
            seen[name] += 1
            unused = f"{name} ({seen[name] + 1})"
        found.append(unused)
    return tuple(found)


def largest_parts(split: xr.Dataset, total: str, year: int, most: int = NAMED) -> list[tuple[str, float]]:
    """Return the levers that move a total of one year most, the rest as one; none that moves nothing.

    Parameters
    ----------
    split : xr.Dataset
        As `Comparison.why` holds it.
    total : {"gross_co2", "net_co2", "net_ghg"}
    year : int
    most : int
        Levers by name.
    """
    parts = split[f"{total}_parts"].sel(year=year)
    pairs = ((str(name), float(parts.sel(group=name))) for name in parts["group"].values)
    ranked = sorted(((name, part) for name, part in pairs if part), key=lambda pair: -abs(pair[1]))
    rest = ranked[most:]
    return [*ranked[:most], *([(f"{len(rest)} more", sum(part for _, part in rest))] if rest else [])]


def _scenario(given: Given) -> Scenario:
    if isinstance(given, Results):
        return scenario_of(given.provenance["stated"])
    return given if isinstance(given, Scenario) else load_scenario(given)


def _split(first: Scenario, other: Scenario) -> xr.Dataset | str:
    """Return three totals by lever, or why they cannot be split."""
    before, after = (scenario_inputs(one.spec) for one in (first, other))
    try:
        check_comparable(before, after, ("land_view", "gwp"))
        return totals_by_lever(every_subset(*chain_in(model.weather(after)), before, after, limit=LIMIT))
    except CallError as error:
        return str(error)


def _results(names: Sequence[str], ran: Sequence[Results]) -> xr.Dataset:
    """Return what the runs computed for the nation, over scenario and year."""
    series = {name: [summed(one.annual[name]) for one in ran] for name in TOTALS}
    series |= {name: [one.annual[name] for one in ran] for name in SERIES}
    series |= {name: [one.cost[name] for one in ran] for name in SPENT}
    arrays = {name: _along(names, found) for name, found in series.items()}
    figures = {name: _figure(names, name, [getattr(one.verdict, name) for one in ran]) for name in FIGURES}
    counted = {word: ("scenario", [str(one.annual[word].item()) for one in ran]) for word in ("land_view", "gwp")}
    return xr.Dataset(arrays | figures).assign_coords(counted)


def _along(names: Sequence[str], series: Sequence[xr.DataArray]) -> xr.DataArray:
    """Return series along `scenario`, in the unit that they share."""
    unit = units_of(series[0])
    values = np.stack([one.reset_coords(drop=True).values for one in series])
    return stamp(xr.DataArray(values, {"scenario": list(names), "year": series[0]["year"]}, ("scenario", "year")), unit)


def _figure(names: Sequence[str], name: str, values: Sequence[float | None]) -> xr.DataArray:
    numbers = [np.nan if value is None else float(value) for value in values]
    return stamp(xr.DataArray(numbers, {"scenario": list(names)}, ("scenario",)), variable(name).unit)


def _verdicts(names: Sequence[str], ran: Sequence[Results]) -> xr.Dataset:
    """Return each target as each scenario meets it, with by how much."""
    judged = [{one.target: one for one in each.verdict.verdicts} for each in ran]
    targets = [target for target in TARGETS if all(target.id in each for each in judged)]

    def over(read: Callable[[Any], Any], kind: type) -> tuple[tuple[str, str], np.ndarray]:
        found = [[read(each[target.id]) for target in targets] for each in judged]
        return ("scenario", "target"), np.array(found, dtype=kind)

    def number(value: float | None) -> float:
        return np.nan if value is None else value

    plain = (*BESIDE, "co2_per_gdp_2005")
    totals = [
        {name: summed(each.annual[name]) for name in TOTALS} | {name: each.annual[name] for name in plain}
        for each in ran
    ]
    margins = [[float(margin(target, of)) for target in targets] for of in totals]
    return xr.Dataset(
        {
            "verdict": over(lambda one: one.verdict, object),
            "value": over(lambda one: number(one.value), float),
            "threshold": over(lambda one: number(one.threshold), float),
            "margin": (("scenario", "target"), np.array(margins)),
            "reason": over(lambda one: one.reason, object),
        },
        {
            "scenario": list(names),
            "target": [target.id for target in targets],
            "unit": ("target", [target.unit for target in targets]),
            "margin_unit": ("target", [margin_unit(target) for target in targets]),
        },
    )


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
