"""A credit has one owner and one use: whatever is traded, none appears, disappears or is used twice."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import hypothesis.strategies as st
import pytest
import xarray as xr
from hypothesis import given

from decarb.errors import InputError, UnitError
from decarb.park.eligibility import credit_rules
from decarb.park.offset import (
    Ledger,
    SerialBlock,
    Transaction,
    account,
    allowance_cost,
    credit_cost,
    purchase,
    record,
    retire,
    retired_for,
    split,
    standing,
)
from decarb.tables import read_table
from decarb.units.convert import quantify
from decarb.units.registry import pint_unit

RULES = credit_rules(read_table("standards"))
DAY = date(2025, 6, 1)
OWNERS, PROJECTS = ("park", "trader", "works"), ("A", "B")


def block(project: str = "A", first: int = 1, last: int = 100, owner: str = "park", **changes: object) -> SerialBlock:
    given = {"project": project, "project_class": "offshore_wind", "vintage": 2022, "project_start": date(2020, 1, 1)}
    return SerialBlock(**given | {"first": first, "last": last, "owner": owner} | changes)  # type: ignore[arg-type]


def bought(*blocks: SerialBlock, on: date = DAY) -> Ledger:
    return record((), *(purchase(each, on, "exchange") for each in blocks))


def act(kind: str, first: int, last: int, owner: str = "park", to: str = "trader", project: str = "A") -> Transaction:
    return Transaction(kind, DAY, project, first, last, owner, to)  # type: ignore[arg-type]


def by_serial(blocks: tuple[SerialBlock, ...]) -> dict[tuple[str, int], tuple[str, str]]:
    """Owner and state of each serial; fails where one stands twice."""
    pairs = [((b.project, n), (b.owner, b.state)) for b in blocks for n in range(b.first, b.last + 1)]
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


def test_a_year_of_trade_computed_by_hand() -> None:
    ledger = record(
        bought(block(last=100)),
        act("transfer", 1, 30),
        act("retirement", 31, 70, to="claim 2025"),
        act("cancellation", 71, 80, to="issued in error"),
        act("retirement", 11, 20, owner="trader", to="another claim"),
    )
    assert [(b.serials, b.owner, b.state) for b in standing(ledger)] == [
        ("A 1-10", "trader", "held"),
        ("A 11-20", "trader", "retired"),
        ("A 21-30", "trader", "held"),
        ("A 31-70", "park", "retired"),
        ("A 71-80", "park", "cancelled"),
        ("A 81-100", "park", "held"),
    ]
    states = by_serial(account(ledger, "park")).values()
    assert {state: list(states).count(("park", state)) for state in ("held", "sold", "retired", "cancelled")} == {
        "held": 20, "sold": 30, "retired": 40, "cancelled": 10,
    }  # fmt: skip
    assert [b.serials for b in retired_for(ledger, "claim 2025")] == ["A 31-70"]
    assert retired_for(ledger, "issued in error") == ()


def test_what_is_sold_and_bought_back_is_held_once() -> None:
    ledger = record(bought(block()), act("transfer", 1, 50), act("transfer", 1, 50, owner="trader", to="park"))
    assert set(by_serial(account(ledger, "park")).values()) == {("park", "held")}
    again = record(ledger, act("transfer", 1, 50, to="works"))
    assert list(by_serial(account(again, "park")).values()).count(("park", "sold")) == 50
    assert list(by_serial(account(again, "trader")).values()) == [("trader", "sold")] * 50


@pytest.mark.parametrize(
    ("first_use", "second_use"),
    [
        (act("transfer", 1, 60), act("transfer", 60, 100, to="works")),
        (act("transfer", 1, 60), act("retirement", 60, 60, to="claim")),
        (act("transfer", 1, 60), act("cancellation", 41, 60, to="error")),
        (act("retirement", 1, 60, to="claim"), act("retirement", 60, 100, to="other")),
        (act("retirement", 1, 60, to="claim"), act("transfer", 1, 1)),
        (act("cancellation", 1, 60, to="error"), act("retirement", 60, 100, to="claim")),
    ],
)
def test_a_second_use_is_refused_and_both_entries_are_shown(first_use: Transaction, second_use: Transaction) -> None:
    once = record(bought(block()), first_use)
    with pytest.raises(InputError, match=re.escape(f"{second_use}; but")) as refused:
        record(once, second_use)
    assert str(refused.value).startswith("ledger:3: double use") and f"since entry 2: {first_use}" in str(refused.value)


def test_serials_that_were_bought_cannot_be_bought_again() -> None:
    with pytest.raises(InputError) as refused:
        bought(block(last=100), block(first=100, last=120, owner="trader"))
    said = str(refused.value)
    assert "purchase of A 100-120" in said and "since entry 1" in said and "purchase of A 1-100" in said
    assert len(standing(bought(block(last=100), block(first=101, last=120), block("B")))) == 3


def test_what_the_ledger_knows_is_bought_back_from_its_holder_and_from_nobody_else() -> None:
    sold = record(bought(block()), act("transfer", 1, 50))
    back = record(sold, purchase(block(first=11, last=50), DAY, "trader"))
    assert [(b.serials, b.owner) for b in standing(back)] == [
        ("A 1-10", "trader"), ("A 11-50", "park"), ("A 51-100", "park"),
    ]  # fmt: skip
    assert [(b.serials, b.state) for b in account(back, "trader")] == [("A 1-10", "held"), ("A 11-50", "sold")]
    for again, said in (
        (purchase(block(first=11, last=50), DAY, "exchange"), 'A 1-50 is held by "trader" since entry 2'),
        (purchase(block(first=11, last=60), DAY, "trader"), 'A 51-100 is held by "park" since entry 1'),
        (purchase(block(first=11, last=50, vintage=2023), DAY, "trader"), "describes A 1-50 otherwise than entry 2"),
    ):
        with pytest.raises(InputError, match=re.escape(said)):
            record(sold, again)


def test_nobody_sells_more_than_the_ledger_knows_of_them() -> None:
    sold = record(bought(block()), act("transfer", 91, 100))
    with pytest.raises(InputError, match="20 of them were never bought"):
        record(sold, purchase(block(first=91, last=120), DAY, "trader"))


def test_messages_show_where_each_entry_was_written() -> None:
    first = purchase(block(), DAY, "exchange", "mine.yaml:3:5: credits.0.bought")
    second = purchase(block(first=100, last=100), DAY, "exchange", "mine.yaml:9:5: credits.1.bought")
    with pytest.raises(InputError) as refused:
        record((), first, second)
    said = str(refused.value)
    assert said.startswith("mine.yaml:9:5: credits.1.bought: double use: 2025-06-01 purchase of A 100-100")
    assert "since mine.yaml:3:5: credits.0.bought: 2025-06-01 purchase of A 1-100" in said


def test_a_long_ledger_is_read_in_one_pass_over_its_entries() -> None:
    """Each entry is looked up among those of its project; a look at all of them would be seen in the count."""
    count, looks = 3000, 0

    class Counted(int):
        __slots__ = ()

        def __lt__(self, other: int) -> bool:
            nonlocal looks
            looks += 1
            return int.__lt__(self, other)

        __hash__ = int.__hash__

    ledger = bought(*(block("A", Counted(2 * n), Counted(2 * n)) for n in range(1, count + 1)))
    sales = (act("transfer", Counted(2 * n), Counted(2 * n)) for n in range(1, count + 1))
    assert len(standing(record(ledger, *sales))) == count
    assert 0 < looks < 300 * count


@pytest.mark.parametrize("spelling", ["a 1", "A 1 ", "A\u00a01", "Ａ　１", "A  1", "A\ufe0f 1"])
def test_a_project_is_one_project_however_its_name_is_spelt(spelling: str) -> None:
    ledger = bought(block("A 1"))
    with pytest.raises(InputError, match="double use"):
        record(ledger, purchase(block(spelling, 50, 60), DAY, "exchange"))
    used = record(ledger, act("retirement", 1, 40, to="claim", project=spelling))
    with pytest.raises(InputError, match="double use"):
        record(used, act("transfer", 40, 40, project="A 1"))
    assert [b.serials for b in standing(used)] == ["A 1 1-40", "A 1 41-100"]


def test_an_owner_is_one_owner_however_the_name_is_spelt() -> None:
    ledger = record(bought(block(owner="Park 1")), act("transfer", 1, 10, owner="park  1 ", to="works"))
    assert [(b.serials, b.state) for b in account(ledger, "PARK 1")] == [("A 11-100", "held"), ("A 1-10", "sold")]
    with pytest.raises(InputError, match="seller and buyer are one"):
        act("transfer", 1, 2, owner="park", to="Park ")
    after = retire(ledger, 90, owner="ｐark 1", on=DAY, claim="Park 2025", rules=RULES)
    assert [b.serials for b in retired_for(after, "park 2025")] == ["A 11-100"]
    back = record(ledger, purchase(block("a", 1, 10, owner="PARK 1", project_class="Offshore_wind"), DAY, "Works"))
    assert all(b.state == "held" for b in account(back, "park 1"))


def test_a_block_is_bounded_and_stands_for_what_was_reduced_before_it_was_bought() -> None:
    assert block(last=10**9).count == 10**9
    with pytest.raises(InputError, match=r"are 1,000,000,001 serials, more than 1,000,000,000"):
        block(last=10**9 + 1)
    purchase(block(vintage=2025), DAY, "exchange")
    with pytest.raises(InputError, match="bought: is of 2026, a later year"):
        purchase(block(vintage=2026), DAY, "exchange")


def test_no_vintage_after_the_claimed_year_is_retired_for_it() -> None:
    ledger = bought(block("A", last=10, vintage=2021), block("B", last=10, vintage=2023))
    after = retire(ledger, 10, owner="park", on=DAY, claim="2022", rules=RULES, year=2022)
    assert [b.project for b in retired_for(after, "2022")] == ["A"]
    with pytest.raises(InputError, match="B 1-10: its vintage 2023 lies after 2022"):
        retire(ledger, 11, owner="park", on=DAY, claim="2022", rules=RULES, year=2022)


def test_what_another_owns_cannot_be_used() -> None:
    with pytest.raises(InputError, match='A 1-100 is held by "park" since entry 1'):
        record(bought(block()), act("retirement", 1, 10, owner="trader", to="claim"))


def test_serials_never_bought_are_counted() -> None:
    with pytest.raises(InputError, match="21 of them were never bought"):
        record(bought(block(last=100)), act("retirement", 81, 121, to="claim"))


def test_entries_stand_in_order_of_time() -> None:
    ledger = bought(block())
    with pytest.raises(InputError, match="in order of time"):
        record(ledger, replace(act("transfer", 1, 10), on=date(2025, 5, 31)))
    record(ledger, act("transfer", 1, 10))


def test_one_entry_may_span_blocks_of_several_vintages() -> None:
    ledger = bought(block(last=50, vintage=2021), block(first=51, last=100, vintage=2022))
    moved = standing(record(ledger, act("transfer", 41, 60)))
    assert [(b.serials, b.vintage, b.owner) for b in moved] == [
        ("A 1-40", 2021, "park"), ("A 41-50", 2021, "trader"), ("A 51-60", 2022, "trader"), ("A 61-100", 2022, "park"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"first": 5, "last": 4}, "no range of serials"),
        ({"first": 0}, "no range of serials"),
        ({"owner": " "}, "owner: is empty"),
        ({"project_class": ""}, "project_class: is empty"),
        ({"project": "A\u200b"}, "project: holds the invisible character U+200B"),
        ({"owner": "\u202epark"}, "owner: holds the invisible character U+202E"),
        ({"state": "retird"}, 'did you mean "retired"'),
        ({"scheme": "vcs"}, '"vcs" is none'),
        ({"reductions_from": date(2021, 12, 31)}, "is not in the vintage 2022"),
    ],
)
def test_a_block_that_means_nothing_is_refused(changes: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=re.escape(said)):
        block(**changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (lambda: act("retire", 1, 2), 'did you mean "retirement"'),
        (lambda: act("transfer", 2, 1), "no range"),
        (lambda: act("transfer", 1, 2, to=""), "to: is empty"),
        (lambda: act("transfer", 1, 2, to="tra\u00adder"), "to: holds the invisible character U+00AD"),
        (lambda: act("transfer", 1, 2, project=" "), "project: is empty"),
        (lambda: act("transfer", 1, 2, to="park"), "seller and buyer are one"),
        (lambda: purchase(block(), DAY, "park"), "seller and buyer are one"),
        (lambda: act("purchase", 1, 2), "stands with a purchase"),
        (lambda: replace(act("transfer", 1, 100), bought=block(owner="trader")), "stands with a purchase"),
        (lambda: replace(purchase(block(), DAY, "exchange"), last=99), "is another block, A 1-100"),
        (lambda: purchase(block(state="sold"), DAY, "exchange"), "only held credits can be bought"),
    ],
)
def test_an_entry_that_means_nothing_is_refused(entry: object, said: str) -> None:
    with pytest.raises(InputError, match=re.escape(said)):
        entry()  # type: ignore[operator]


@given(st.integers(1, 50), st.integers(0, 50), st.integers(1, 110), st.integers(0, 60))
def test_parts_of_a_block_are_the_block(first: int, more: int, low: int, span: int) -> None:
    whole = block(first=first, last=first + more)
    inside, outside = split(whole, low, low + span)
    parts = ((inside,) if inside else ()) + outside
    assert by_serial(parts) == by_serial((whole,))
    assert all(low <= n <= low + span for _, n in by_serial((inside,) if inside else ()))
    assert not any(low <= n <= low + span for _, n in by_serial(outside))


entries = st.tuples(
    st.sampled_from(("purchase", "transfer", "retirement", "cancellation")), st.sampled_from(PROJECTS),
    st.integers(1, 20), st.integers(0, 8), st.sampled_from(OWNERS), st.sampled_from(OWNERS),
)  # fmt: skip


@given(st.lists(entries, max_size=25))
def test_random_trades_never_make_lose_or_share_a_credit(drawn: list[tuple[str, str, int, int, str, str]]) -> None:
    """Each serial is also kept by itself, the plain way; ledger and plain way must accept and say the same."""
    ledger: Ledger = ()
    plain: dict[tuple[str, int], tuple[str, str]] = {}
    for kind, project, first, more, owner, to in drawn:
        serials = [(project, n) for n in range(first, first + more + 1)]
        if kind in ("purchase", "transfer") and owner == to:
            continue
        if kind == "purchase":
            entry = purchase(block(project, first, first + more, to), DAY, owner)
            accepted = {plain.get(serial) for serial in serials} in ({None}, {(owner, "held")})
            change = (to, "held")
        else:
            entry = act(kind, first, first + more, owner, to, project)
            accepted = all(plain.get(serial) == (owner, "held") for serial in serials)
            change = {"transfer": (to, "held"), "retirement": (owner, "retired")}.get(kind, (owner, "cancelled"))
        if accepted:
            ledger = record(ledger, entry)
            plain |= dict.fromkeys(serials, change)
        else:
            with pytest.raises(InputError):
                record(ledger, entry)
    assert by_serial(standing(ledger)) == plain
    assert sum(b.count for b in standing(ledger)) == len(plain)
    now = [b for owner in OWNERS for b in account(ledger, owner) if b.state != "sold"]
    assert by_serial(tuple(now)) == plain


def test_the_oldest_vintage_is_retired_first_and_the_last_block_is_split() -> None:
    ledger = bought(
        block("B", vintage=2023, last=10), block("B", 11, 30, vintage=2021), block("A", vintage=2022, last=10),
        block("C", last=500, owner="trader", vintage=2021),
    )  # fmt: skip
    after = retire(ledger, 25, owner="park", on=DAY, claim="2025", rules=RULES)
    assert [b.serials for b in retired_for(after, "2025")] == ["A 1-5", "B 11-30"]
    assert len(after) == len(ledger) + 2
    everything = retire(after, 15, owner="park", on=DAY, claim="2026", rules=RULES)
    assert [b.serials for b in retired_for(everything, "2026")] == ["A 6-10", "B 1-10"]
    with pytest.raises(InputError, match="1 credits are wanted, 0 held by park are eligible"):
        retire(everything, 1, owner="park", on=DAY, claim="2027", rules=RULES)


@given(st.lists(st.tuples(st.integers(2021, 2025), st.integers(1, 30)), min_size=1, max_size=6), st.data())
def test_retirement_takes_what_is_wanted_and_nothing_younger_than_what_is_left(
    sizes: list[tuple[int, int]], data: st.DataObject
) -> None:
    blocks = [block(str(n), last=size, vintage=vintage) for n, (vintage, size) in enumerate(sizes)]
    wanted = data.draw(st.integers(1, sum(size for _, size in sizes)))
    after = retire(bought(*blocks), wanted, owner="park", on=DAY, claim="x", rules=RULES)
    assert sum(b.count for b in retired_for(after, "x")) == wanted
    left = [b.vintage for b in standing(after) if b.state == "held"]
    assert max(b.vintage for b in retired_for(after, "x")) <= min(left, default=9999)


def test_credits_that_are_not_eligible_are_passed_over_and_named() -> None:
    ledger = bought(block("A", last=10, project_class="onshore_wind", vintage=2021), block("B", last=10))
    after = retire(ledger, 10, owner="park", on=DAY, claim="x", rules=RULES)
    assert [b.project for b in retired_for(after, "x")] == ["B"]
    with pytest.raises(InputError, match="10 held by park are eligible; A 1-10: onshore_wind is outside the scheme"):
        retire(ledger, 11, owner="park", on=DAY, claim="x", rules=RULES)


@pytest.mark.parametrize("wanted", [0, -5, 1.5, True, "10"])
def test_no_part_of_a_credit_is_retired(wanted: object) -> None:
    with pytest.raises(InputError, match="whole number"):
        retire(bought(block()), wanted, owner="park", on=DAY, claim="x", rules=RULES)  # type: ignore[arg-type]


def money(value: float, unit: str) -> xr.DataArray:
    return xr.DataArray(value, attrs={"units": unit})


def test_credits_and_allowances_for_the_same_tonnes_computed_by_hand() -> None:
    tonnes, gwp_co2 = money(11937.0, "t CO2e"), money(1.0, "t CO2e/t CO2")
    assert credit_cost(tonnes, money(20.0, "CNY_2020/t CO2e")).item() == 238740.0  # 11,937 x 20
    allowances = allowance_cost(tonnes, money(42.85, "CNY_2021/t CO2"), gwp_co2)
    assert allowances.item() == pytest.approx(11937 * 42.85 / 1.04552)  # yuan of 2021 in those of 2020
    assert allowances.attrs == {"units": "CNY_2020"}


def test_a_credit_is_not_priced_as_an_allowance() -> None:
    with pytest.raises(UnitError, match="price"):
        credit_cost(money(1.0, "t CO2e"), money(20.0, "CNY_2020/t CO2"))


@pytest.mark.parametrize("function", [credit_cost, allowance_cost])
def test_results_have_the_units_they_declare(function: object) -> None:
    units = function.units  # type: ignore[attr-defined]
    one = {name: quantify(money(2.0, unit)) for name, unit in units.items() if name != "return"}
    result = function.__wrapped__(**one)  # type: ignore[attr-defined]
    assert result.data.check(pint_unit(units["return"]).dimensionality)
