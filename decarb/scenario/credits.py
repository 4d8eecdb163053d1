"""Credits as a park file lists them, and the ledger they make: what was bought, and what became of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Annotated, Any, Final

import xarray as xr
from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from decarb.errors import InputError, Problem
from decarb.park.eligibility import CreditRules, objections
from decarb.park.names import name_fault, same_name
from decarb.park.offset import (
    MAX_COUNT,
    Kind,
    Ledger,
    Scheme,
    SerialBlock,
    Transaction,
    credit_cost,
    purchase,
    record,
    retired_for,
    standing,
    too_many,
)  # fmt: skip
from decarb.scenario.fields import LAST_YEAR, Listed, Spec, reads
from decarb.units import Quantity, stamp

MAX_ENTRIES: Final = 500  # with every key written they stay below the 20,000 keys and values that a file may hold
FIRST_YEAR: Final = 2005  # the Kyoto Protocol in force: no credit of China is older
KEY: Final = "credits"
CHINA: Final = timezone(timedelta(hours=8))

Place = Callable[[int, str], str]
"""Where the value of a key of an entry stands: a file with line and column."""

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _day(value: Any) -> date:
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ValueError(f'"{value}" is no day of the calendar; write one like "2021-01-28"') from None
    shown = f'"{value[:40]}"' if isinstance(value, str) else type(value).__name__
    raise ValueError(f'{shown} is no date; write it like "2021-01-28"')


def _said(value: str) -> str:
    if not value.strip():
        raise ValueError("is blank; write a name")
    if fault := name_fault(value):
        raise ValueError(f"{fault}; write a name that can be seen")
    return value


Day = Annotated[date, BeforeValidator(_day), Field(examples=["2021-01-28"])]
Party = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_said)]
Serial = Annotated[int, Field(ge=1, le=10**12)]
Year = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]
CreditPrice = Annotated[Quantity, reads("CNY_2025/t CO2e", 0.0, 1e5), Field(examples=["80 CNY_2025/t CO2e"])]


class CreditEntry(Spec):
    """One block of serials that was bought, and the one use it was put to; without a use it is held.

    `owner` is the park where it is left out, `retired_for` the year of the file. Only what the park owns is retired
    for its claim.
    """

    project: Party
    project_class: Party
    scheme: Scheme
    vintage: Year
    first_serial: Serial
    last_serial: Serial
    owner: Party | None = None
    project_start: Day | None = None
    reductions_from: Day | None = None
    bought: Day
    seller: Party
    price: CreditPrice | None = None
    sold: Day | None = None
    sold_to: Party | None = None
    retired: Day | None = None
    retired_for: Year | None = None
    cancelled: Day | None = None
    cancelled_because: Party | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> CreditEntry:
        if self.last_serial < self.first_serial:
            raise ValueError(f"last_serial {self.last_serial} lies before first_serial {self.first_serial}; swap them")
        if (count := self.last_serial - self.first_serial + 1) > MAX_COUNT:
            raise ValueError(f"first_serial and last_serial {too_many(count)}; correct one of them")
        if self.vintage > self.bought.year:
            raise ValueError(f"vintage {self.vintage} lies after bought {self.bought}; correct one of them")
        if self.reductions_from and self.reductions_from.year != self.vintage:
            raise ValueError(
                f"reductions_from {self.reductions_from} is not in the vintage; split the block by vintage"
            )
        for day, partner in (("sold", "sold_to"), ("cancelled", "cancelled_because")):
            if (getattr(self, day) is None) != (getattr(self, partner) is None):
                raise ValueError(f"{day} and {partner} stand together; write both or none")
        if self.retired_for is not None and self.retired is None:
            raise ValueError("retired_for names a year, but nothing was retired; add retired with its day")
        uses = [(name, day) for name in ("sold", "retired", "cancelled") if (day := getattr(self, name)) is not None]
        if len(uses) > 1:
            both = " and ".join(f"{name} {day}" for name, day in uses)
            raise ValueError(f"{both} are two uses of the same serials; write one, or split the block")
        for name, day in uses:
            if day < self.bought:
                raise ValueError(f"{name} {day} lies before bought {self.bought}; correct one of the days")
        return self


CreditList = Annotated[tuple[CreditEntry, ...], Listed, Field(max_length=MAX_ENTRIES)]
"""The `credits` of a park file, at most `MAX_ENTRIES`: left out is not known, an empty list is none."""


@dataclass(frozen=True)
class ParkCredits:
    """What became of a park's credits.

    Attributes
    ----------
    ledger : Ledger
        Every purchase, sale, retirement and cancellation, in order of time.
    retired : tuple of SerialBlock
        Those that were retired for the claim of the year.
    held : tuple of SerialBlock
        Those that the park still has.
    paid : Quantity or None
        What was paid for the retired ones; None where a price was not written.
    """

    ledger: Ledger
    retired: tuple[SerialBlock, ...]
    held: tuple[SerialBlock, ...]
    paid: Quantity | None


def park_credits(
    entries: Sequence[CreditEntry] | None,
    *,
    park: str,
    year: int,
    rules: CreditRules,
    place: Place | None = None,
    today: date | None = None,
) -> ParkCredits | None:
    """Return what became of the credits that a park file lists; None where it does not say.

    Parameters
    ----------
    entries : sequence of CreditEntry, optional
        As the file holds them.
    park : str
        Who owns what names no owner.
    year : int
        The year that is claimed.
    rules : CreditRules
        As `decarb.park.eligibility.credit_rules` gives them.
    place : callable, optional
        Where the value of a key of an entry was written, such as `mine.yaml:12:5`.
    today : date, optional
        The last day on which anything can have been retired; the day in China by default.

    Raises
    ------
    InputError
        A serial has two owners or two uses, with both entries and their places; or a retired block is not the park's,
        was retired on a day that has not come, or was not eligible on it, with every reason.
    """
    if entries is None:
        return None
    steps = sorted(_steps(entries, park, year, place), key=lambda step: step.on)
    ledger = record((), *steps)
    _check_retired(entries, park, year, rules, place, today or datetime.now(CHINA).date())
    claim = _claim(park, year)
    held = tuple(block for block in standing(ledger) if block.state == "held" and same_name(block.owner, park))
    return ParkCredits(ledger, retired_for(ledger, claim), held, _paid(entries, year))


def _claim(park: str, year: int) -> str:
    return f"{park} {year}"


def _steps(entries: Sequence[CreditEntry], park: str, year: int, place: Place | None) -> Iterator[Transaction]:
    for number, entry in enumerate(entries):
        block = _block(entry, park)
        yield purchase(block, entry.bought, entry.seller, _where(place, number, "bought"))
        uses: tuple[tuple[str, Kind, date | None, str], ...] = (
            ("sold", "transfer", entry.sold, entry.sold_to or ""),
            ("retired", "retirement", entry.retired, _claim(park, entry.retired_for or year)),
            ("cancelled", "cancellation", entry.cancelled, entry.cancelled_because or ""),
        )
        for key, kind, day, to in uses:
            if day is not None:
                said = _where(place, number, key)
                yield Transaction(kind, day, block.project, block.first, block.last, block.owner, to, place=said)


def _block(entry: CreditEntry, park: str) -> SerialBlock:
    return SerialBlock(
        project=entry.project, project_class=entry.project_class, vintage=entry.vintage, first=entry.first_serial,
        last=entry.last_serial, owner=entry.owner or park, scheme=entry.scheme, project_start=entry.project_start,
        reductions_from=entry.reductions_from,
    )  # fmt: skip


def _where(place: Place | None, number: int, key: str) -> str:
    said = f"{KEY}.{number}.{key}"
    return said if place is None else f"{place(number, key)}: {said}"


def _check_retired(
    entries: Sequence[CreditEntry], park: str, year: int, rules: CreditRules, place: Place | None, today: date
) -> None:
    problems = []
    for number, entry in enumerate(entries):
        if entry.retired is not None:
            block = _block(entry, park)
            for key, reason, fix in _faults(entry, block, park, year, rules, today):
                problems.append(Problem(_where(place, number, key), "", f"{block.serials} {reason}", fix))
    if problems:
        raise InputError(problems)


def _faults(
    entry: CreditEntry, block: SerialBlock, park: str, year: int, rules: CreditRules, today: date
) -> Iterator[tuple[str, str, str]]:
    """Yield the key, the reason and the remedy of all that speaks against the retirement of an entry."""
    day, claimed = entry.retired or today, entry.retired_for or year
    if not same_name(block.owner, park):
        reason = f'belong to "{block.owner}" and count for no claim of "{park}"'
        yield "owner", reason, "leave them out, or write the park's purchase of them first"
    if day > today:
        yield "retired", f"are retired on {day}, a day that has not come", f"write a day up to {today}, or leave it out"
    for objection in objections(block, rules, day, year=claimed):
        reason = f"could not be retired on {day}: {objection.reason}"
        yield objection.field, reason, "retire another block, or correct what was written"


def _paid(entries: Sequence[CreditEntry], year: int) -> Quantity | None:
    """Return what was paid for the credits of one year's claim, as far as every price is known."""
    retired = [entry for entry in entries if entry.retired is not None and (entry.retired_for or year) == year]
    if any(entry.price is None for entry in retired):
        return None
    counts = [entry.last_serial - entry.first_serial + 1.0 for entry in retired]
    prices = [entry.price.to("CNY_2025/t CO2e") for entry in retired if entry.price is not None]
    cost = credit_cost(
        stamp(xr.DataArray(counts, dims="block"), "t CO2e"),
        stamp(xr.DataArray(prices, dims="block"), "CNY_2025/t CO2e"),
    )
    return Quantity(float(cost.sum()), cost.attrs["units"])
