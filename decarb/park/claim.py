"""What a park claims for a period, and the credits it retired for it; a claim moves no ton."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Final

from decarb.errors import Problems, UnitError
from decarb.park.names import name_fault, name_key
from decarb.park.offset import SerialBlock
from decarb.units import Quantity, read_quantity
from decarb.variables import did_you_mean

MONEY: Final = "CNY_2025"
GROUPS: Final = {"direct": "直接排放", "energy indirect": "能源间接排放", "other indirect": "其他间接排放"}
"""The groups of ISO 14064-1:2006, and what they are called in Chinese."""

ROUNDING: Final = 1e-6  # of the total, within which groups add to it


@dataclass(frozen=True)
class Claim:
    """What a park claims for one period, and the credits it retired for it.

    `statement` is the location-based ISO 14064-1 total [t CO2e] before credits, `low` and `high` its assumption range,
    `market_statement` the market-based total beside it. `groups` are those of the 2006 edition and add to `statement`.
    `removals` [t CO2] are taken off nothing. `credits` come from `decarb.park.offset.retired_for`; None is not known,
    an empty tuple is none. `paid` is what they cost, where that is known. `announced` [t CO2e] is what was said to be
    retired without a serial: it covers nothing. `unmet_load` [MWh] was not delivered: a park that went without power
    claims no neutrality.
    """

    park: str
    boundary: str
    first_day: date
    last_day: date
    standard: str
    statement: Quantity
    grid_factor: Quantity
    grid_factor_source: str
    credits: tuple[SerialBlock, ...] | None = ()
    low: Quantity | None = None
    high: Quantity | None = None
    market_statement: Quantity | None = None
    groups: Mapping[str, Quantity] = field(default_factory=dict)
    removals: Quantity | None = None
    not_quantified: tuple[str, ...] = ()
    paid: Quantity | None = None
    announced: Quantity | None = None
    unmet_load: Quantity | None = None

    def __post_init__(self) -> None:
        problems = Problems()
        if fault := name_fault(self.park):
            problems.add("claim", "park", fault, "write a name that can be seen")
        for key in ("boundary", "standard", "grid_factor_source"):
            if not getattr(self, key).strip():
                problems.add("claim", key, "is empty", "write what the claim is about")
        if self.last_day < self.first_day:
            problems.add("claim", "last_day", f"{self.last_day} lies before {self.first_day}", "swap them")
        amounts = {"statement": "t CO2e", "market_statement": "t CO2e", "low": "t CO2e", "high": "t CO2e"}
        amounts |= {"grid_factor": "t CO2/MWh", "removals": "t CO2", "paid": MONEY}
        amounts |= {"announced": "t CO2e", "unmet_load": "MWh"}
        for key, unit in amounts.items():
            _check_amount(problems, key, getattr(self, key), unit)
        for name, amount in self.groups.items():
            if name not in GROUPS:
                problems.add("claim", f"groups.{name}", "is no group", did_you_mean(name, tuple(GROUPS)))
            _check_amount(problems, f"groups.{name}", amount, "t CO2e")
        problems.raise_if_any()
        if self.groups:
            total, parts = self.statement.to("t CO2e"), sum(part.to("t CO2e") for part in self.groups.values())
            if abs(parts - total) > ROUNDING * max(total, 1.0):
                problems.add("claim", "groups", f"they add to {parts:,.2f} t CO2e, not to {total:,.2f}", "correct one")
        _check_credits(problems, self.credits or ())
        problems.raise_if_any()

    @property
    def retired(self) -> int | None:
        """Credits retired for the claim, each for 1 t CO2e; None where that is not known."""
        return None if self.credits is None else sum(block.count for block in self.credits)

    @property
    def uncovered(self) -> float | None:
        """Tonnes of CO2e that no retired credit stands against; None where credits are not known."""
        return None if self.retired is None else max(0.0, self.statement.to("t CO2e") - self.retired)

    @property
    def covered(self) -> bool | None:
        """Whether the park may speak of neutrality: each ton has its credit, and all load was met; None, not known."""
        if self.went_without is not None:
            return False
        return None if self.uncovered is None else self.uncovered == 0.0

    @property
    def went_without(self) -> Quantity | None:
        """Load that was not met; None where all was, or where that is not known."""
        return self.unmet_load if self.unmet_load is not None and self.unmet_load.value > 0.0 else None

    @property
    def needed(self) -> int:
        """Credits that the claim needs: one for each ton of the statement, rounded up."""
        return math.ceil(self.statement.to("t CO2e"))


def _check_amount(problems: Problems, key: str, quantity: Quantity | None, unit: str) -> None:
    try:
        if quantity is not None and read_quantity(quantity, unit).value < 0:
            problems.add("claim", key, f"{quantity} is negative", "write what was emitted or removed, from 0")
    except UnitError as error:
        problems.add("claim", key, str(error))


def _check_credits(problems: Problems, credits: tuple[SerialBlock, ...]) -> None:
    """Note every block that is not retired, and every serial that stands twice."""
    for block in credits:
        if block.state != "retired":
            problems.add("claim", "credits", f"{block.serials} is {block.state}", "retire it for this claim first")
    ordered = sorted(credits, key=lambda block: (name_key(block.project), block.first, block.last))
    for before, block in pairwise(ordered):
        if name_key(block.project) == name_key(before.project) and block.first <= before.last:
            problems.add("claim", "credits", f"{block.serials} meets {before.serials}", "count a serial once")
