"""Who may use which credit, and when: the rules of the two schemes, and every reason against a credit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, Literal

import pandas as pd

from decarb.errors import DataError

if TYPE_CHECKING:
    from decarb.park.offset import SerialBlock

Use = Literal["claim", "ets"]

_RULE_DATES: Final = (
    "credit_new_scheme_from", "credit_old_scheme_ets_end", "credit_project_start_from", "credit_reductions_after",
)  # fmt: skip


@dataclass(frozen=True)
class CreditRules:
    """Who may use which credit: the project classes with a method, and the dates of the two schemes."""

    allowed: Mapping[str, bool]
    new_scheme_from: date
    old_scheme_ets_end: date
    project_start_from: date
    reductions_after: date


def credit_rules(rows: pd.DataFrame) -> CreditRules:
    """Return the rules that stand in the rows of `data/standards.csv`; dates there are written like 20200922.

    Raises
    ------
    DataError
        A rule has no row.
    """
    classes = rows[rows["variable"] == "credit_class_allowed"]
    found = dict(zip(rows["variable"], rows["value"], strict=True))
    lacking = [name for name in _RULE_DATES if name not in found] + ["credit_class_allowed"] * classes.empty
    if lacking:
        raise DataError(f"standards.csv: no row for {', '.join(lacking)}; write one each")
    dates = {name.removeprefix("credit_"): date.fromisoformat(f"{found[name]:.0f}") for name in _RULE_DATES}
    allowed = {str(name): bool(value) for name, value in zip(classes["technology"], classes["value"], strict=True)}
    return CreditRules(allowed, **dates)


@dataclass(frozen=True)
class Objection:
    """One reason against a credit, and the field of the block or of its use that it concerns."""

    field: Literal["retired", "project_class", "project_start", "reductions_from"]
    reason: str


def objections(block: SerialBlock, rules: CreditRules, on: date, use: Use = "claim") -> tuple[Objection, ...]:
    """Return everything that speaks against using a credit on a day; nothing where it can be used.

    Credits of the old scheme keep the rules they were issued under: a claim may use them, the trading scheme until
    its cut-off. What is not known of a new credit speaks against it. Two rules are not checked: the five years between
    a reduction and the application for it, and the share of a surrender that credits may make up; neither text was
    read, and a claim is no surrender.

    References
    ----------
    ccer-measures-2023, ccer-classes-2024, ccer-relaunch-2024, ets-rules
    """
    if block.scheme == "ccer-2012":
        end = rules.old_scheme_ets_end
        late = use == "ets" and on >= end
        return (Objection("retired", f"credits of the old scheme cannot be surrendered from {end}"),) if late else ()
    return tuple(_new_scheme_objections(block, rules, on))


def ineligible(block: SerialBlock, rules: CreditRules, on: date, use: Use = "claim") -> tuple[str, ...]:
    """Return the reasons of `objections` in words."""
    return tuple(objection.reason for objection in objections(block, rules, on, use))


def _new_scheme_objections(block: SerialBlock, rules: CreditRules, on: date) -> Iterator[Objection]:
    if on < rules.new_scheme_from:
        yield Objection("retired", f"the new scheme issued nothing before {rules.new_scheme_from}")
    if not rules.allowed.get(block.project_class, False):
        known = block.project_class in rules.allowed
        said = "is outside the scheme" if known else "has no known method in it"
        yield Objection("project_class", f"{block.project_class} {said}")
    if block.project_start is None or block.project_start < rules.project_start_from:
        start = block.project_start or "on an unknown day"
        yield Objection("project_start", f"the project started {start}, not from {rules.project_start_from} on")
    first = block.reductions_from or date(block.vintage, 1, 1)
    if first <= rules.reductions_after:
        assumed = "" if block.reductions_from else " (1 January, for want of a day)"
        reason = f"its reductions begin on {first}{assumed}, not after {rules.reductions_after}"
        yield Objection("reductions_from", reason)
