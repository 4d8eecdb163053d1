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
    "credit_new_scheme_from", "credit_old_scheme_ets_end", "credit_old_scheme_halt", "credit_project_start_from",
    "credit_reductions_after",
)  # fmt: skip


@dataclass(frozen=True)
class CreditRules:
    """Who may use which credit: the project classes with a method, and the dates of the two schemes."""

    allowed: Mapping[str, bool]
    new_scheme_from: date
    old_scheme_ets_end: date
    old_scheme_halt: date
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

    field: Literal["retired", "project_class", "project_start", "reductions_from", "vintage"]
    reason: str


def objections(
    block: SerialBlock, rules: CreditRules, on: date, use: Use = "claim", year: int | None = None
) -> tuple[Objection, ...]:
    """Return everything that speaks against using a credit on a day; nothing where it can be used.

    Whatever the scheme, nothing is retired before it was reduced, nor for a `year` before its vintage. Credits of the
    old scheme keep the rules they were issued under: a claim may use them, the trading scheme until its cut-off; its
    halt is the last day that they can stand for. What is not known of a new credit speaks against it.

    Not checked, as no text of them was read: which classes and project starts the old scheme took, the five years
    between a reduction and the application for it in the new one, and the share of a surrender that credits may make
    up, which concerns no claim.

    References
    ----------
    ccer-measures-2023, ccer-classes-2024, ccer-relaunch-2024, ets-rules
    """
    own = _old_scheme_objections if block.scheme == "ccer-2012" else _new_scheme_objections
    return (*_order_objections(block, on, year), *own(block, rules, on, use))


def ineligible(
    block: SerialBlock, rules: CreditRules, on: date, use: Use = "claim", year: int | None = None
) -> tuple[str, ...]:
    """Return the reasons of `objections` in words."""
    return tuple(objection.reason for objection in objections(block, rules, on, use, year))


def _order_objections(block: SerialBlock, on: date, year: int | None) -> Iterator[Objection]:
    """Yield what is out of the order of time: project, reduction, retirement, and the year that is claimed."""
    first, when = _first_day(block)
    if first > on:
        yield Objection("vintage", f"its reductions begin on {when}, after the day of use")
    if year is not None and block.vintage > year:
        yield Objection("vintage", f"its vintage {block.vintage} lies after {year}, the year that is claimed")
    start = block.project_start
    if start is not None and start > (block.reductions_from or date(block.vintage, 12, 31)):
        yield Objection("project_start", f"the project started {start}, after its reductions of {block.vintage}")


def _old_scheme_objections(block: SerialBlock, rules: CreditRules, on: date, use: Use) -> Iterator[Objection]:
    if use == "ets" and on >= rules.old_scheme_ets_end:
        reason = f"credits of the old scheme cannot be surrendered from {rules.old_scheme_ets_end}"
        yield Objection("retired", reason)
    first, when = _first_day(block)
    if first > rules.old_scheme_halt:
        reason = f"its reductions begin on {when}, after the halt of the old scheme on {rules.old_scheme_halt}"
        yield Objection("vintage", reason)


def _first_day(block: SerialBlock) -> tuple[date, str]:
    """Return the day on which the reductions of a block begin, and how it is written."""
    if block.reductions_from is not None:
        return block.reductions_from, f"{block.reductions_from}"
    first = date(block.vintage, 1, 1)
    return first, f"{first} (1 January, for want of a day)"


def _new_scheme_objections(block: SerialBlock, rules: CreditRules, on: date, use: Use) -> Iterator[Objection]:
    if on < rules.new_scheme_from:
        yield Objection("retired", f"the new scheme issued nothing before {rules.new_scheme_from}")
    if not rules.allowed.get(block.project_class, False):
        known = block.project_class in rules.allowed
        said = "is outside the scheme" if known else "has no known method in it"
        yield Objection("project_class", f"{block.project_class} {said}")
    if block.project_start is None or block.project_start < rules.project_start_from:
        start = block.project_start or "on an unknown day"
        yield Objection("project_start", f"the project started {start}, not from {rules.project_start_from} on")
    first, when = _first_day(block)
    if first <= rules.reductions_after:
        yield Objection("reductions_from", f"its reductions begin on {when}, not after {rules.reductions_after}")
