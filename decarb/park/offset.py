"""Credits as serial blocks: who owns each, and the one use it is put to; they move claims and no emission."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, Literal, get_args

import xarray as xr

from decarb.errors import InputError, Problem, Problems
from decarb.park.eligibility import CreditRules, Use, ineligible
from decarb.park.names import name_fault, name_key, same_name
from decarb.units import declare_units
from decarb.variables import did_you_mean

State = Literal["held", "sold", "retired", "cancelled"]
Kind = Literal["purchase", "transfer", "retirement", "cancellation"]
Scheme = Literal["ccer-2012", "ccer-2023"]

MAX_COUNT: Final = 10**9  # credits in one block; all of the old scheme are taken for 77 million (data/credits.csv)

_USED: Final[Mapping[Kind, State]] = {"retirement": "retired", "cancellation": "cancelled"}


@dataclass(frozen=True)
class SerialBlock:
    """Credits of one project and vintage with consecutive serials, both ends included; each stands for 1 t CO2e.

    Serials count within a project, however its name is spelt. `scheme` is the rulebook they were issued under:
    "ccer-2012" until the halt of 2017, "ccer-2023" since the relaunch. `reductions_from` is the first day of the
    reductions, in the vintage year.
    """

    project: str
    project_class: str
    vintage: int
    first: int
    last: int
    owner: str
    state: State = "held"
    scheme: Scheme = "ccer-2023"
    project_start: date | None = None
    reductions_from: date | None = None

    def __post_init__(self) -> None:
        problems = Problems()
        for key in ("project", "project_class", "owner"):
            if fault := name_fault(getattr(self, key)):
                problems.add(self.serials, key, fault, "write a name that can be seen")
        if not 1 <= self.first <= self.last:
            problems.add(self.serials, "first, last", "are no range of serials", "write first <= last, from 1")
        elif self.count > MAX_COUNT:
            problems.add(self.serials, "first, last", too_many(self.count), "correct one of them")
        for key, known in (("state", get_args(State)), ("scheme", get_args(Scheme))):
            found = getattr(self, key)
            if found not in known:
                problems.add(self.serials, key, f'"{found}" is none', did_you_mean(found, known))
        if self.reductions_from and self.reductions_from.year != self.vintage:
            found = f"{self.reductions_from} is not in the vintage {self.vintage}"
            problems.add(self.serials, "reductions_from", found, "split the block by vintage")
        problems.raise_if_any()

    @property
    def count(self) -> int:
        """Credits in the block."""
        return self.last - self.first + 1

    @property
    def serials(self) -> str:
        """The block as it stands in a register."""
        return f"{self.project} {self.first}-{self.last}"


@dataclass(frozen=True)
class Transaction:
    """One entry: `owner` sells, retires or cancels serials; `to` is the buyer, the claim or the reason.

    In a purchase `owner` is the seller, mostly outside the ledger, and `bought` the block as the buyer then holds it.
    `place` is where the entry was written, such as a file with line and key; messages show it.
    """

    kind: Kind
    on: date
    project: str
    first: int
    last: int
    owner: str
    to: str
    bought: SerialBlock | None = None
    place: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        problems, block = Problems(), self.bought
        if self.kind not in get_args(Kind):
            problems.add(str(self), "kind", f'"{self.kind}" is none', did_you_mean(self.kind, get_args(Kind)))
        if not 1 <= self.first <= self.last:
            problems.add(str(self), "first, last", "are no range of serials", "write first <= last, from 1")
        for key in ("project", "owner", "to"):
            if fault := name_fault(getattr(self, key)):
                problems.add(str(self), key, fault, "write a name that can be seen")
        if self.kind in ("purchase", "transfer") and same_name(self.owner, self.to):
            problems.add(str(self), "owner, to", "seller and buyer are one", "write both sides")
        if (self.kind == "purchase") != (block is not None):
            problems.add(str(self), "bought", "stands with a purchase, and only there", "write it with purchase(...)")
        if block and (block.project, block.first, block.last, block.owner) != (
            self.project, self.first, self.last, self.to
        ):  # fmt: skip
            problems.add(str(self), "bought", f"is another block, {block.serials}", "write it with purchase(...)")
        if block and block.state != "held":
            problems.add(str(self), "bought", f"is {block.state}", "only held credits can be bought")
        if block and block.vintage > self.on.year:
            problems.add(str(self), "bought", f"is of {block.vintage}, a later year", "correct the day or the vintage")
        problems.raise_if_any()

    def __str__(self) -> str:
        return f'{self.on} {self.kind} of {self.project} {self.first}-{self.last} by "{self.owner}", to "{self.to}"'


Ledger = tuple[Transaction, ...]


def too_many(count: int) -> str:
    """Return what is said of a block that no register can have issued."""
    return f"are {count:,} serials, more than {MAX_COUNT:,}"


@dataclass(frozen=True)
class _Standing:
    """A block as it is now, the number of the entry that made it so, and who owned it before, by key."""

    block: SerialBlock
    entry: int
    purpose: str = ""
    before: frozenset[str] = frozenset()


def split(block: SerialBlock, first: int, last: int) -> tuple[SerialBlock | None, tuple[SerialBlock, ...]]:
    """Return the part of a block from serial `first` to `last`, and the parts outside it.

    Examples
    --------
    >>> inside, outside = split(SerialBlock("A", "mangrove", 2022, 1, 100, "park"), 41, 60)
    >>> inside.serials, [part.serials for part in outside]
    ('A 41-60', ['A 1-40', 'A 61-100'])
    """
    ends = (block.first, min(block.last, first - 1)), (max(block.first, last + 1), block.last)
    outside = tuple(replace(block, first=low, last=high) for low, high in ends if low <= high)
    low, high = max(block.first, first), min(block.last, last)
    return (replace(block, first=low, last=high) if low <= high else None), outside


def purchase(block: SerialBlock, on: date, seller: str, place: str = "") -> Transaction:
    """Return the entry by which a block is held by its owner: new to the ledger, or bought from who holds it there."""
    return Transaction("purchase", on, block.project, block.first, block.last, seller, block.owner, block, place)


def record(ledger: Ledger, *entries: Transaction) -> Ledger:
    """Return the ledger with more entries.

    Raises
    ------
    InputError
        A serial would get a second owner or a second use, was never bought, or an entry goes back in time; the
        message shows both entries.
    """
    longer = (*ledger, *entries)
    _replay(longer)
    return longer


def standing(ledger: Ledger) -> tuple[SerialBlock, ...]:
    """Return all credits of the ledger as they are now: each serial once, held, retired or cancelled."""
    return tuple(piece.block for piece in _replay(ledger))


def account(ledger: Ledger, owner: str) -> tuple[SerialBlock, ...]:
    """Return all credits that `owner` ever had, and what became of each: held, sold, retired or cancelled."""
    pieces, key = _replay(ledger), name_key(owner)
    own = tuple(piece.block for piece in pieces if name_key(piece.block.owner) == key)
    gone = (piece.block for piece in pieces if name_key(piece.block.owner) != key and key in piece.before)
    return own + tuple(replace(block, owner=owner, state="sold") for block in gone)


def retired_for(ledger: Ledger, claim: str) -> tuple[SerialBlock, ...]:
    """Return the credits that were retired for a claim."""
    return tuple(p.block for p in _replay(ledger) if p.block.state == "retired" and same_name(p.purpose, claim))


def retire(
    ledger: Ledger,
    wanted: int,
    *,
    owner: str,
    on: date,
    claim: str,
    rules: CreditRules,
    use: Use = "claim",
    year: int | None = None,
) -> Ledger:
    """Return the ledger with `wanted` credits of `owner` retired for a claim: eligible ones, oldest vintage first.

    Parameters
    ----------
    wanted : int
        Credits, each for 1 t CO2e: `credits_needed` of the statement.
    use : {"claim", "ets"}
        A claim of the park, or the surrender in the national trading scheme.
    year : int, optional
        The year that is claimed; no vintage after it serves.

    Raises
    ------
    InputError
        Not enough held credits are eligible; says which are not and why.
    """
    if isinstance(wanted, bool) or not isinstance(wanted, int) or wanted < 1:
        found = f"{wanted!r} is no number of credits"
        raise InputError([Problem("ledger", claim, found, "write a whole number from 1")])
    held = [block for block in standing(ledger) if same_name(block.owner, owner) and block.state == "held"]
    why = {block: ineligible(block, rules, on, use, year) for block in held}
    entries, missing = [], wanted
    for block in sorted((b for b in held if not why[b]), key=lambda b: (b.vintage, b.project, b.first)):
        taken = min(block.count, missing)
        if taken:
            last = block.first + taken - 1
            entries.append(Transaction("retirement", on, block.project, block.first, last, owner, claim))
        missing -= taken
    if missing:
        refused = "".join(f"; {block.serials}: {', '.join(reasons)}" for block, reasons in why.items() if reasons)
        found = f"{wanted} credits are wanted, {wanted - missing} held by {owner} are eligible{refused}"
        raise InputError([Problem("ledger", claim, found, "buy eligible credits first")])
    return record(ledger, *entries)


def _replay(ledger: Ledger) -> tuple[_Standing, ...]:
    """Return what stands after all entries, by project and serial; each is looked up, so long ledgers stay quick."""
    books: dict[str, list[_Standing]] = {}
    for number, entry in enumerate(ledger, 1):
        book = books.setdefault(name_key(entry.project), [])
        low = bisect_left(book, entry.first, key=lambda piece: piece.block.last)
        high = bisect_right(book, entry.last, lo=low, key=lambda piece: piece.block.first)
        touched = tuple(book[low:high])
        if conflicts := tuple(_conflicts(ledger, number, touched)):
            raise InputError(conflicts)
        book[low:high] = sorted(_moved(entry, number, touched), key=lambda piece: piece.block.first)
    return tuple(piece for project in sorted(books) for piece in books[project])


def _moved(entry: Transaction, number: int, touched: Sequence[_Standing]) -> Iterator[_Standing]:
    if entry.bought and not touched:
        yield _Standing(entry.bought, number)
    for piece in touched:
        inside, outside = split(piece.block, entry.first, entry.last)
        yield from (replace(piece, block=block) for block in outside)
        if inside and entry.kind in _USED:
            yield _Standing(replace(inside, state=_USED[entry.kind]), number, entry.to, piece.before)
        elif inside:
            yield _Standing(replace(inside, owner=entry.to), number, before=piece.before | {name_key(entry.owner)})


def _conflicts(ledger: Ledger, number: int, touched: Sequence[_Standing]) -> Iterator[Problem]:
    """Yield why an entry cannot follow those before it; both are shown."""
    entry, where = ledger[number - 1], _where(ledger, number)
    if number > 1 and entry.on < ledger[number - 2].on:
        yield Problem(where, "on", f"{entry} stands after {ledger[number - 2]}", "put the entries in order of time")
    for piece in touched:
        since = ledger[piece.entry - 1]
        if not same_name(piece.block.owner, entry.owner) or piece.block.state != "held":
            now = f'{piece.block.serials} is {piece.block.state} by "{piece.block.owner}"'
            found = f"{entry}; but {now} since {since.place or f'entry {piece.entry}'}: {since}"
            yield Problem(where, "double use", found, "a credit has one owner and one use; strike one of the entries")
        elif entry.bought and _nature(entry.bought) != _nature(piece.block):
            found = f"{entry} describes {piece.block.serials} otherwise than {since.place or f'entry {piece.entry}'}"
            yield Problem(where, "bought", found, "write the same project, class, scheme, vintage and days")
    known = sum(min(entry.last, p.block.last) - max(entry.first, p.block.first) + 1 for p in touched)
    unknown = entry.last - entry.first + 1 - known
    sellers = {name_key(piece.block.owner) for piece in touched}
    if unknown > 0 and (entry.kind != "purchase" or sellers == {name_key(entry.owner)}):
        yield Problem(where, "serials", f"{entry}: {unknown} of them were never bought", "record their purchase first")


def _where(ledger: Ledger, number: int) -> str:
    return ledger[number - 1].place or f"ledger:{number}"


def _nature(block: SerialBlock) -> SerialBlock:
    """Return what stays as it is whoever holds the block, and whichever part of it."""
    project, project_class = name_key(block.project), name_key(block.project_class)
    return replace(block, project=project, project_class=project_class, first=1, last=1, owner="anyone", state="held")


@declare_units("CNY_2020", amount="t CO2e", price="CNY_2020/t CO2e")
def credit_cost(amount: xr.DataArray, price: xr.DataArray) -> xr.DataArray:
    """Return what credits cost at a price.

    Examples
    --------
    >>> credit_cost("11937 t CO2e", "80 CNY_2020/t CO2e")
    954960 CNY_2020
    """
    return amount * price


@declare_units("CNY_2020", amount="t CO2e", price="CNY_2020/t CO2", gwp_co2="t CO2e/t CO2")
def allowance_cost(amount: xr.DataArray, price: xr.DataArray, gwp_co2: xr.DataArray) -> xr.DataArray:
    """Return what the same tonnes would cost as allowances, which cover CO2 and cap it; a park need buy none."""
    return amount / gwp_co2 * price
