"""Would this park count? Three rulebooks, each rule with its threshold, the park's number and a verdict."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any, Final, Literal

import pandas as pd
import xarray as xr

from decarb.errors import DataError, InputError, Problem, UnitError
from decarb.units import declare_units, read_quantity, stamp, strip, unit_factor
from decarb.variables import did_you_mean

StandardId = Literal["claim-2021", "ndrc-910-2025", "iso-14068-1"]
Judgement = Literal["pass", "fail", "not enough data", "outside the scheme"]
Relation = Literal[">=", "<=", ">"]
Known = Mapping[str, float | None]

MARGIN: Final = 1e-9
"""A share of exactly 90 % passes in spite of rounding."""

YES_NO: Final = "yes or no"
FACTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "statement": "t CO2e/yr",
        "self_supply_emissions": "t CO2e/yr",
        "credits_retired": "t CO2e/yr",
        "co2": "t CO2/yr",
        "green_power_co2": "t CO2/yr",
        "park_energy": "Mtce/yr",
        "clean_energy_share": "1",
        "direct_green_supply_share": "1",
        "waste_heat_use_share": "1",
        "solid_waste_use_share": "1",
        "water_reuse_share": "1",
        "product_energy_level": "1",
        "claims_as_organisation": YES_NO,
        "reduction_plan_exists": YES_NO,
        "base_year_emissions": "t CO2e/yr",
        "planned_emissions": "t CO2e/yr",
    }
)
"""What the rules ask of one calendar year, and in which unit.

`green_power_co2` is what `co2` would be less if green power that is bought counted as zero. `statement` is the
ISO 14064-1 total before any credit; `co2` is CO2 alone, of fuel, processes and net purchases of
electricity and heat; `park_energy` as `energy_consumption` counts it; `product_energy_level` the worst level of any
product under the national limits (1 is best); `planned_emissions` what the park's own plan allows in the year.
"""

ALTERNATIVES: Final[Mapping[str, str]] = MappingProxyType(
    {"park_energy_coal_equivalent": "Mtce/yr", "clean_energy_share_coal_equivalent": "1"}
)
"""The same numbers with electricity at the coal burnt to supply it: shown beside what is judged, never judged."""

CONVENTION: Final = (
    "electricity in tce by its calorific value; the alternative counts it at the coal burnt to supply it"
)


@declare_units("tce/yr", electricity="MWh/yr", electricity_coal_equivalent="tce/MWh", fuel="tce/yr", heat="tce/yr")
def energy_consumption(
    electricity: xr.DataArray, electricity_coal_equivalent: xr.DataArray, fuel: xr.DataArray, heat: xr.DataArray
) -> xr.DataArray:
    """Return the energy a park uses, in coal equivalent by calorific value.

    Electricity counts at 0.1229 kgce/kWh, not at the coal burnt to make it (about 0.3): the park's own wind and sun
    too. The choice moves the core indicator by up to the ratio of the two.

    Parameters
    ----------
    electricity : xr.DataArray, [MWh/yr]
        All that is used, bought or made on site from wind and sun.
    electricity_coal_equivalent : xr.DataArray, [tce/MWh]
    fuel, heat : xr.DataArray, [tce/yr]
        Fuel burnt on site, for own generation too, and heat bought; GJ are converted at 29.3076 GJ/tce.

    References
    ----------
    gb-2589-2020, ndrc-910-2025
    """
    return electricity * electricity_coal_equivalent + fuel + heat


@declare_units("t CO2/tce", co2="t CO2/yr", energy="tce/yr")
def core_indicator(co2: xr.DataArray, energy: xr.DataArray) -> xr.DataArray:
    """Return CO2 for each unit of energy used, the core indicator of a zero-carbon park; undefined without energy.

    CO2 alone, and no credit lowers it. The energy is that of `energy_consumption`.

    References
    ----------
    ndrc-910-2025
    """
    return co2 / energy.where(energy > 0)


@dataclass(frozen=True)
class Threshold:
    """One number of a standard: what it bounds, for which size of park, and where it was read."""

    standard: str
    rule: str
    level: str
    value: float
    source: str


@dataclass(frozen=True)
class RuleVerdict:
    """One rule judged; `value` is None where the facts do not say, `threshold` where no class applies.

    `alternative` is the number under the other convention of coal equivalent, `convention` says which is which.
    """

    rule: str
    relation: Relation
    threshold: float | None
    value: float | None
    unit: str
    verdict: Judgement
    reason: str
    source: str
    alternative: float | None = None
    convention: str = ""


@dataclass(frozen=True)
class StandardVerdict:
    """One standard judged rule by rule; a park that is outside by kind or size is not judged as a whole."""

    id: StandardId
    rules: tuple[RuleVerdict, ...]
    verdict: Judgement

    def to_dict(self) -> dict[str, Any]:
        """Give the entry of `park.json`: plain numbers, text and null."""
        return {"id": self.id, "rules": [asdict(rule) for rule in self.rules], "verdict": self.verdict}


@dataclass(frozen=True)
class _Rule:
    """How a rule takes its number from the facts; a `gate` decides whether the standard applies at all."""

    standard: StandardId
    name: str
    unit: str
    relation: Relation
    needs: tuple[str, ...]
    value: Callable[..., float] = float
    gate: bool = False
    by_size: bool = False


def _difference(whole: float, part: float) -> float:
    return whole - part


def _uncovered(statement: float, retired: float) -> float:
    return max(statement - retired, 0.0)


def _indicator(co2: float, energy: float) -> float:
    numbers = (stamp(xr.DataArray(n), FACTS[name]) for n, name in ((co2, "co2"), (energy, "park_energy")))
    return float(core_indicator(*numbers))


def _exists(_: float) -> float:
    return 1.0


_OLD: Final = "claim-2021"
_NDRC: Final = "ndrc-910-2025"
_ISO: Final = "iso-14068-1"
_ALTERNATIVE: Final = {name.removesuffix("_coal_equivalent"): name for name in ALTERNATIVES}
_NOT_FOR: Final = {_NDRC: "no class is so small", _ISO: "the standard is not for territories"}
_TONNES: Final = "t CO2e/yr"
RULES: Final = (
    _Rule(_OLD, "statement_exists", "1", ">=", ("statement",), _exists),
    _Rule(_OLD, "self_supply_emissions", _TONNES, "<=", ("self_supply_emissions",)),
    _Rule(_OLD, "uncovered_emissions", _TONNES, "<=", ("statement", "credits_retired"), _uncovered),
    _Rule(_NDRC, "park_energy", "Mtce/yr", ">=", ("park_energy",), gate=True),
    _Rule(_NDRC, "core_indicator", "t CO2/tce", "<=", ("co2", "park_energy"), _indicator, by_size=True),
    _Rule(_NDRC, "clean_energy_share", "1", ">=", ("clean_energy_share",)),
    _Rule(_NDRC, "direct_green_supply_share", "1", ">=", ("direct_green_supply_share",)),
    _Rule(_NDRC, "product_energy_level", "1", "<=", ("product_energy_level",)),
    _Rule(_NDRC, "solid_waste_use_share", "1", ">=", ("solid_waste_use_share",)),
    _Rule(_NDRC, "waste_heat_use_share", "1", ">=", ("waste_heat_use_share",)),
    _Rule(_NDRC, "water_reuse_share", "1", ">=", ("water_reuse_share",)),
    _Rule(_ISO, "claims_as_organisation", "1", ">=", ("claims_as_organisation",), gate=True),
    _Rule(_ISO, "reduction_plan_exists", "1", ">=", ("reduction_plan_exists",)),
    _Rule(_ISO, "emissions_reduced", _TONNES, ">", ("base_year_emissions", "statement"), _difference),
    _Rule(_ISO, "emissions_above_plan", _TONNES, "<=", ("statement", "planned_emissions"), _difference),
    _Rule(_ISO, "uncovered_emissions", _TONNES, "<=", ("statement", "credits_retired"), _uncovered),
)
"""Offsets stand in the rules of the two claims alone: no rule of the zero-carbon park reads them."""


def thresholds(rows: pd.DataFrame) -> tuple[Threshold, ...]:
    """Return the thresholds that stand in the rows of `data/standards.csv`, each in the unit of its rule.

    Raises
    ------
    DataError
        A rule has no threshold, or lacks one for a size class.
    """
    units = {(rule.standard, rule.name): rule.unit for rule in RULES}
    found = tuple(
        Threshold(*key, row["level"], row["value"] * unit_factor(row["unit"], units[key]), row["source"])
        for row in rows.to_dict("records")
        if (key := (row["target"], row["variable"])) in units
    )
    there = {(limit.standard, limit.rule): {each.level for each in found if each.rule == limit.rule} for limit in found}
    lacking = [f"{rule.standard} {rule.name}" for rule in RULES if (rule.standard, rule.name) not in there]
    if not lacking:
        by_size = (rule for rule in RULES if rule.by_size)
        sizes = there[_NDRC, "park_energy"]
        lacking = [f"{r.name} {level}" for r in by_size for level in sorted(sizes - there[r.standard, r.name])]
    if lacking:
        raise DataError(f"standards.csv: no row for {', '.join(lacking)}; write one each")
    return found


def read_facts(facts: Mapping[str, object]) -> dict[str, float | None]:
    """Return every fact of `FACTS` and `ALTERNATIVES` as a number in its unit; None for what is left out or NaN.

    Parameters
    ----------
    facts : mapping of name to text, quantity, scalar DataArray, number (where the unit is "1"), bool or None

    Raises
    ------
    InputError
        With every unknown name, wrong unit, negative number and share above one.
    """
    units = {**FACTS, **ALTERNATIVES}
    unknown = sorted(facts.keys() - units.keys())
    problems = [Problem("facts", name, "is no fact of a park", did_you_mean(name, tuple(units))) for name in unknown]
    known: dict[str, float | None] = {}
    for name, unit in units.items():
        try:
            known[name] = _number(facts.get(name), unit)
        except UnitError as error:
            problems.append(Problem("facts", name, str(error)))
            continue
        number, most = known[name], 1.0 if "_share" in name else math.inf
        if number is not None and not 0 <= number <= most + MARGIN:
            wrong = "negative" if number < 0 else f"more than {most:g}"
            problems.append(Problem("facts", name, f"{facts[name]} is {wrong}", "correct it"))
    if problems:
        raise InputError(problems)
    return known


def _number(value: object, unit: str) -> float | None:
    if unit == YES_NO:
        if value is not None and not isinstance(value, bool):
            raise UnitError(f"{value!r} is neither yes nor no; write True or False")
        return None if value is None else float(value)
    if isinstance(value, xr.DataArray):
        value = float(strip(value, unit))
        return None if math.isnan(value) else value
    return None if value is None else read_quantity(value, unit).to(unit)


def judge(facts: Mapping[str, object], limits: tuple[Threshold, ...]) -> tuple[StandardVerdict, ...]:
    """Judge a park by every standard: the numbers decide, and what is not known is neither passed nor failed.

    A standard fails with one rule, passes with all, and is undecided where one that is not known could still fail it.
    A park that the standard is not for is outside, with every number still shown.

    Parameters
    ----------
    facts : mapping
        As `read_facts` takes them.
    limits : tuple of Threshold
        As `thresholds` gives them.
    """
    known = read_facts(facts)
    ids = tuple(dict.fromkeys(rule.standard for rule in RULES))
    return tuple(_standard(id_, known, [limit for limit in limits if limit.standard == id_]) for id_ in ids)


def _standard(standard: StandardId, known: Known, limits: list[Threshold]) -> StandardVerdict:
    rules = tuple(_judged(rule, known, limits) for rule in RULES if rule.standard == standard)
    said = {rule.verdict for rule in rules}
    order: tuple[Judgement, ...] = ("outside the scheme", "fail", "not enough data", "pass")
    return StandardVerdict(standard, rules, next(verdict for verdict in order if verdict in said))


def _judged(rule: _Rule, known: Known, limits: list[Threshold]) -> RuleVerdict:
    value, reason = _value(rule.value, rule.needs, known)
    beside = tuple(_ALTERNATIVE.get(name, name) for name in rule.needs)
    counted = beside != rule.needs  # in coal equivalent, so the convention moves it
    limit, outside = _limit(rule, known, limits)
    verdict: Judgement
    if outside:
        verdict, reason = "outside the scheme", "no class is so small; the threshold of the smallest is shown"
    elif value is None or limit is None:
        verdict, reason = "not enough data", reason or "the size, and so the class, is not known"
    elif _meets(value, rule.relation, limit.value):
        verdict = "pass"
    else:
        verdict, reason = ("outside the scheme", _NOT_FOR[rule.standard]) if rule.gate else ("fail", "")
    if rule.name == "core_indicator" and limit is not None and not outside:
        verdict, reason = _with_green_power(verdict, reason, known, rule.relation, limit.value)
    source = next(each.source for each in limits if each.rule == rule.name)
    threshold = limit.value if limit else None
    alternative, convention = (_value(rule.value, beside, known)[0], CONVENTION) if counted else (None, "")
    said = (verdict, reason, source, alternative, convention)
    return RuleVerdict(rule.name, rule.relation, threshold, value, rule.unit, *said)


def _with_green_power(
    verdict: Judgement, reason: str, known: Known, relation: Relation, threshold: float
) -> tuple[Judgement, str]:
    """Return "not enough data" where it decides how green power that is bought counts: the annex was not read."""
    co2, green, energy = (known[name] for name in ("co2", "green_power_co2", "park_energy"))
    if co2 is None or green is None or energy is None or green == 0.0:
        return verdict, reason
    other = _indicator(max(co2 - green, 0.0), energy)
    said = f"with green power bought as zero it is {other:.3g}; how it counts was not read"
    decides = not math.isnan(other) and _meets(other, relation, threshold) != (verdict == "pass")
    return ("not enough data", said) if decides else (verdict, said)


def _value(rule: Callable[..., float], needs: tuple[str, ...], known: Known) -> tuple[float | None, str]:
    """Return the park's number, or why there is none."""
    lacking = [name for name in needs if known[name] is None]
    if lacking:
        return None, f"not known: {', '.join(lacking)}"
    value = rule(*(known[name] for name in needs))
    return (None, f"undefined at this {needs[-1]}") if math.isnan(value) else (value, "")


def _limit(rule: _Rule, known: Known, limits: list[Threshold]) -> tuple[Threshold | None, bool]:
    """Return the threshold for a park of this size, and whether it is smaller than any class."""
    own = {limit.level: limit for limit in limits if limit.rule == rule.name}
    if not rule.by_size:
        return min(own.values(), key=lambda limit: limit.value), False
    energy = known["park_energy"]
    classes = sorted((limit for limit in limits if limit.rule == "park_energy"), key=lambda limit: limit.value)
    if energy is None:
        return None, False
    reached = [size.level for size in classes if _meets(energy, ">=", size.value)]
    return (own[reached[-1]], False) if reached else (own[classes[0].level], True)


def _meets(value: float, relation: Relation, threshold: float) -> bool:
    above = value - threshold
    if relation == "<=":
        return above <= MARGIN
    return above >= -MARGIN if relation == ">=" else above > MARGIN
