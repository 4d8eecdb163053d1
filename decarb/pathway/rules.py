"""The rules of the targets: each says once how far a pathway stands from its target, and why, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Literal

import numpy as np

from decarb.errors import CallError
from decarb.pathway import rates
from decarb.pathway.prepared import Pathway, Prepared, prepared
from decarb.pathway.series import MARGIN, Reason, in_words
from decarb.pathway.steepness import why_no_rate, why_not_required
from decarb.pathway.verdict import Totals, counted_with, not_given, series_for

Rule = Literal["peak", "peak_before", "fall", "neutral", "rate", "required_rate", "intensity", "at_least"]

UNITS: Mapping[str, str] = MappingProxyType(
    {
        "gross_co2": "Mt CO2/yr",
        "net_co2": "Mt CO2/yr",
        "net_ghg": "Mt CO2e/yr",
        "co2": "Mt CO2/yr",
        "wind_solar_capacity": "GW",
        "nonfossil_share": "1",
    }
)
"""Every series that can be judged and the unit it is judged in; `gdp` keeps its own."""

OFFICIAL: Mapping[str, str] = MappingProxyType({"land_view": "inventory", "gwp": "AR5"})
"""How the target of 2035 counts land and gases."""

FIXED = ("co2_per_gdp_2005",)
"""What is judged with and has no years."""

PLATEAU = 0.01  # of the maximum; what stays so near to it may turn with the next revision of a table


@dataclass(frozen=True)
class Target:
    """One target: the total it names, the number to reach and the year, and where it was read.

    `since` is the first year the series must cover where that is not `year` itself; `band_top` ends the band that
    begins at `threshold`. What is shown `beside` is another reading of a target: it is judged, but missing it misses
    no target.
    """

    id: str
    total: str
    threshold: float
    unit: str
    year: int
    source: str
    rule: Rule
    since: int | None = None
    band_top: float | None = None
    beside: bool = False

    @property
    def first_year(self) -> int:
        """First year the series must cover."""
        return self.year if self.since is None else self.since


@dataclass(frozen=True, eq=False)
class Measure:
    """How pathways stand to one target, over the dimensions of the prepared totals.

    Attributes
    ----------
    value, threshold : np.ndarray or float
        The number that decides, and the one it is held against.
    distance : np.ndarray
        By how much the target holds, negative where it is missed, zero where it just holds; NaN where undefined.
    size : np.ndarray or float
        What the distance is compared with.
    said : callable
        Why, in words; for one pathway alone.
    """

    value: np.ndarray
    distance: np.ndarray
    size: np.ndarray | float
    threshold: np.ndarray | float
    said: Callable[[], str]


def measure(target: Target, given: Prepared) -> Measure:
    """Return how far pathways stand from a target; undefined where their years do not reach.

    Parameters
    ----------
    target : Target
    given : Prepared
        As `ready` returns it for this target, or for more of them.
    """
    path = _path_of(target, given)
    covered = path.covers(target.first_year, target.year)
    if covered is not Reason.DEFINED:
        nothing = np.full(path.values.shape[:-1], np.nan)
        limit = np.nan if target.rule == "required_rate" else target.threshold
        said = partial(in_words, covered, path.array, target.first_year, target.year)
        return Measure(nothing, nothing, 1.0, limit, said)
    with np.errstate(all="ignore"):
        return _RULES[target.rule](target, path, given)


def ready(targets: Sequence[Target], totals: Totals) -> Prepared:
    """Return what some targets are judged on, each series checked and filled once.

    Raises
    ------
    CallError
        A series that a target needs is not there.
    InputError
        A series cannot be judged.
    """
    for target in targets:
        missing = absent(target, totals)
        if missing:
            raise CallError(f"{target.id}: {missing}; give it over years")
    names = [name if name in totals else "co2" for target in targets for name in needed(target)]
    return prepared(totals, (name for name in names if name not in FIXED), (name for name in names if name in FIXED))


def needed(target: Target) -> tuple[str, ...]:
    """Return the names of what a target is judged on: its total, and what its rule sets beside it."""
    beside = {"required_rate": ("net_co2",), "intensity": ("gdp",)}.get(target.rule, ())
    fixed = ("co2_per_gdp_2005",) if target.rule == "intensity" and target.since is None else ()
    return (target.total, *beside, *fixed)


def absent(target: Target, totals: Totals) -> str:
    """Say what a target needs and is not there; an undeclared `co2` stands for a CO2 total, but not for two."""
    for name in needed(target):
        stands = series_for(name, totals) if target.rule != "required_rate" and name == target.total else None
        if stands is None and name not in totals:
            why = "; what sinks and removals take is gross_co2 - net_co2" if target.rule == "required_rate" else ""
            return not_given(name, totals) + why
    return ""


def margin_unit(target: Target) -> str:
    """Return the unit of a target's margin: that of its series for a peak, for neutrality and for an amount."""
    if target.rule in ("peak", "peak_before"):
        return UNITS.get(target.total, target.unit)
    return {"fall": "1", "intensity": "1", "rate": rates.RATE, "required_rate": rates.RATE}.get(
        target.rule, target.unit
    )


def _peak(target: Target, path: Pathway, given: Prepared) -> Measure:
    split = path.up_to(int(target.threshold) - (target.rule == "peak_before"))
    before, after = path.values[..., :split], path.values[..., split:]
    year, end = path.years[path.values.argmax(-1)], path.years[-1]
    # A maximum in the last year may still rise: without a lower year after it nothing is known.
    later = after.max(-1) if after.size else np.where(year < end, path.values[..., -1], np.nan)
    height = path.values.max(-1)
    distance = before.max(-1) - later

    def said() -> str:
        if np.isnan(distance):
            return f"the maximum lies in {int(year)}, where the series ends: it may still rise"
        near = int(path.years[path.values >= height - PLATEAU * abs(height)].max())
        plateau = f", within {PLATEAU:.0%} of it as late as {near}" if near > int(year) + 1 else ""
        return f"maximum of {float(height):,.1f} {path.unit} in {int(year)}{plateau}"

    return Measure(year, distance, abs(height), target.threshold, said)


def _fall(target: Target, path: Pathway, given: Prepared) -> Measure:
    counted = counted_with(path.array)
    unlike = [key for key, wanted in OFFICIAL.items() if not counted.get(key, wanted).startswith(wanted)]
    before = path.values[..., : path.up_to(target.year)]
    top = before.max(-1)
    fall = 1.0 - path.in_year(target.year) / rates.positive(top)
    distance = _exact(fall * np.nan if unlike else fall - target.threshold, target.threshold)

    def said() -> str:
        if unlike:
            return f"{unlike[0]} is {counted[unlike[0]]}; the target counts with {OFFICIAL[unlike[0]]}"
        if np.isnan(fall):
            return in_words(Reason.PEAK_NOT_POSITIVE, path.array, target.year, target.year)
        silent = [key for key in OFFICIAL if key not in counted]
        note = f"; not declared: {', '.join(silent)}" if silent else ""
        year = int(path.years[before.argmax(-1)])
        return f"{float(fall):.2%} below the maximum of {float(top):,.1f} {path.unit} in {year}{note}"

    return Measure(fall, distance, abs(target.threshold), target.threshold, said)


def _neutral(target: Target, path: Pathway, given: Prepared) -> Measure:
    above = path.values - target.threshold if target.threshold else path.values
    reached = np.logical_or.accumulate(above <= 0, axis=-1)
    end = above[..., path.up_to(target.year - 1) :].max(-1)
    back = np.where(reached, above, -np.inf).max(-1)
    # A path that came back above zero fails by how far it came back, even where it ends below zero.
    distance = 0.0 - np.where(back > 0, back, end)

    def said() -> str:
        line = "zero" if target.threshold == 0 else f"{target.threshold:,.6g} {target.unit}"
        if not reached.any():
            return f"stays above {line} to {path.years[-1]}"
        year = path.years[reached.argmax(-1)]
        return f"at or below {line} from {int(year)}" + (", and above it again later" if float(back) > 0 else "")

    return Measure(path.in_year(target.year), distance, abs(path.values.max(-1)), target.threshold, said)


def _rate(target: Target, path: Pathway, given: Prepared) -> Measure:
    first, last = target.first_year, target.year
    rate = _mean_rate(path, first, last)

    def said() -> str:
        if np.isnan(rate):
            return why_no_rate(path.array, first, last)
        reason = f"{float(rate):.2%} a year over {first}-{last}"
        if target.band_top is not None and float(rate) > target.band_top + MARGIN:
            reason += f", above the band of {target.threshold:.0%} to {target.band_top:.0%}"
        return reason

    distance = _exact(rate - target.threshold, target.threshold)
    return Measure(rate, distance, abs(target.threshold), target.threshold, said)


def _required_rate(target: Target, path: Pathway, given: Prepared) -> Measure:
    first, last = target.first_year, target.year
    net = given.paths["net_co2"].to(path.unit)
    taken = path.in_year(last) - net.in_year(last)
    required = rates.compound(path.in_year(first), taken, rates.years_between(first, last))
    rate = _mean_rate(path, first, last)

    def said() -> str:
        why = why_not_required(path.array, net.array, first, last) or why_no_rate(path.array, first, last)
        asked = f"what sinks and removals take in {last} requires {float(required):.2%}"
        return why or f"{float(rate):.2%} a year, where {asked}"

    return Measure(rate, _exact(rate - required, required), abs(required), required, said)


def _intensity(target: Target, path: Pathway, given: Prepared) -> Measure:
    gdp = given.paths["gdp"]
    now = path.in_year(target.year) / gdp.in_year(target.year)
    if target.since is not None:
        before = path.in_year(target.since) / gdp.in_year(target.since)
    else:
        before = _reference(given, path, gdp)
    change = now / rates.positive(before) - 1.0

    def said() -> str:
        covered = gdp.covers(target.first_year, target.year)
        if covered is not Reason.DEFINED:
            return in_words(covered, gdp.array, target.first_year, target.year)
        if np.isnan(change):
            return "the CO2 intensity it is compared with is zero or negative"
        return f"CO2 for each unit of GDP changes by {float(change):.1%} to {target.year}"

    distance = _exact(target.threshold - change, target.threshold)
    return Measure(change, distance, abs(target.threshold), target.threshold, said)


def _at_least(target: Target, path: Pathway, given: Prepared) -> Measure:
    value = path.in_year(target.year)

    def said() -> str:
        number = f"{float(value):.1%}" if target.unit == "1" else f"{float(value):,.6g} {target.unit}"
        return f"{number} in {target.year}"

    distance = _exact(value - target.threshold, target.threshold)
    return Measure(value, distance, abs(target.threshold) or 1.0, target.threshold, said)


_RULES: Mapping[Rule, Callable[[Target, Pathway, Prepared], Measure]] = MappingProxyType(
    {
        "peak": _peak,
        "peak_before": _peak,
        "fall": _fall,
        "neutral": _neutral,
        "rate": _rate,
        "required_rate": _required_rate,
        "intensity": _intensity,
        "at_least": _at_least,
    }
)


def _exact(distance: np.ndarray, threshold: np.ndarray | float) -> np.ndarray:
    """Return the distance, zero where only rounding keeps it from zero."""
    return np.where(abs(distance) <= MARGIN * (1.0 + np.abs(threshold)), 0.0, distance)


def _mean_rate(path: Pathway, first: int, last: int) -> np.ndarray:
    return rates.compound(path.in_year(first), path.in_year(last), rates.years_between(first, last))


def _path_of(target: Target, given: Prepared) -> Pathway:
    path = given.paths[target.total if target.total in given.paths else "co2"]
    amount = margin_unit(target) not in ("1", rates.RATE)
    return path.to(margin_unit(target)) if amount else path


def _reference(given: Prepared, path: Pathway, gdp: Pathway) -> np.ndarray:
    """Return CO2 per GDP of 2005 over the unit of `gdp`; "/yr" stands in both totals and cancels."""
    mass, money = path.unit.removesuffix("/yr"), gdp.unit.removesuffix("/yr")
    return given.fixed_in("co2_per_gdp_2005", mass if money == "1" else f"{mass}/{money}")
