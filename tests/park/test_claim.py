"""A claim adds up: each serial once, groups to the total, a whole credit for a fraction of a ton."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from decarb.errors import InputError
from decarb.park.claim import Claim
from decarb.park.offset import SerialBlock
from decarb.units import Quantity

RETIRED = SerialBlock("a", "onshore_wind", 2015, 1, 11937, "P", "retired", "ccer-2012")


def claim(**changes: Any) -> Claim:
    stated: dict[str, Any] = {
        "park": "Yizhuang", "boundary": "One site", "first_day": date(2020, 1, 1), "last_day": date(2020, 12, 31),
        "standard": "ISO 14064-1:2006", "statement": Quantity(11.937, "kt CO2e"),
        "grid_factor": Quantity(604.0, "kg CO2/MWh"), "grid_factor_source": "Beijing convention",
        "credits": (RETIRED,),
    }  # fmt: skip
    return Claim(**stated | changes)


@given(st.integers(0, 50_000), st.one_of(st.none(), st.integers(1, 50_000)))
def test_what_is_covered_is_never_more_than_what_was_retired(statement: int, credits: int | None) -> None:
    blocks = () if credits is None else (replace(RETIRED, last=credits),)
    made = claim(statement=Quantity(float(statement), "t CO2e"), credits=blocks)
    assert made.retired == (credits or 0) and made.uncovered == max(0, statement - (credits or 0))
    assert made.needed == statement
    unknown = replace(made, credits=None)
    assert unknown.retired is None and unknown.uncovered is None and unknown.needed == statement


@given(st.integers(0, 40_000), st.integers(0, 40_000))
def test_groups_are_accepted_exactly_when_they_add_to_the_total(direct: int, indirect: int) -> None:
    groups = {"direct": Quantity(float(direct), "t CO2e"), "energy indirect": Quantity(float(indirect), "t CO2e")}
    total = Quantity(float(direct + indirect), "t CO2e")
    assert claim(statement=total, groups=groups).statement == total
    with pytest.raises(InputError, match="they add to"):
        claim(statement=Quantity(total.value + 1.0, "t CO2e"), groups=groups)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"park": " "}, "park: is empty"),
        ({"park": "Yi\u200bzhuang"}, "park: holds the invisible character U+200B"),
        ({"boundary": ""}, "boundary: is empty"),
        ({"last_day": date(2019, 12, 31)}, "lies before 2020-01-01"),
        ({"statement": Quantity(1.0, "t CO2")}, "statement"),
        ({"statement": Quantity(-1.0, "t CO2e")}, "is negative"),
        ({"grid_factor": Quantity(1.0, "t CO2e/MWh")}, "grid_factor"),
        ({"high": Quantity(1.0, "MWh")}, "high"),
        ({"market_statement": Quantity(1.0, "t CO2")}, "market_statement"),
        ({"removals": Quantity(-1.0, "t CO2")}, "removals: -1 t CO2 is negative"),
        ({"paid": Quantity(1.0, "t CO2e")}, "paid"),
        ({"announced": Quantity(1.0, "t CO2")}, "announced"),
        ({"announced": Quantity(-1.0, "t CO2e")}, "announced: -1 t CO2e is negative"),
        ({"unmet_load": Quantity(1.0, "MW")}, "unmet_load"),
        ({"unmet_load": Quantity(-1.0, "MWh")}, "unmet_load: -1 MWh is negative"),
        ({"groups": {"direct": Quantity(1.0, "t CO2e")}}, "they add to 1.00 t CO2e, not to 11,937.00"),
        ({"groups": {"indirect": Quantity(11937.0, "t CO2e")}}, "groups.indirect: is no group"),
    ],
)
def test_a_claim_that_means_nothing_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=re.escape(said)):
        claim(**changes)


def test_only_retired_credits_count_and_each_serial_once() -> None:
    retired = SerialBlock("a", "mangrove", 2022, 1, 10, "P", "retired")
    with pytest.raises(InputError, match="a 1-10 is held; retire it"):
        claim(credits=(replace(retired, state="held"),))
    with pytest.raises(InputError, match="a 10-12 meets a 1-10; count a serial once"):
        claim(credits=(retired, replace(retired, first=10, last=12)))
    for spelling in ("A", "a ", "ａ"):
        with pytest.raises(InputError, match="count a serial once"):
            claim(
                credits=(retired, replace(retired, project="b"), replace(retired, project=spelling, first=10, last=12))
            )
    apart = claim(credits=(retired, replace(retired, first=11, last=12), replace(retired, project="b")))
    assert apart.retired == 22


def test_a_park_that_went_without_power_is_not_covered_by_any_number_of_credits() -> None:
    assert claim().covered is True and claim(unmet_load=Quantity(0.0, "MWh")).covered is True
    short = claim(unmet_load=Quantity(2.0, "kWh"))
    assert short.uncovered == 0 and short.covered is False and short.went_without == Quantity(2.0, "kWh")
    assert claim(credits=None, unmet_load=Quantity(1.0, "MWh")).covered is False
    assert claim(credits=()).covered is False and claim(credits=None).covered is None


def test_what_was_announced_covers_nothing() -> None:
    announced = Quantity(11937.0, "t CO2e")
    unknown, none = (claim(credits=credits, announced=announced) for credits in (None, ()))
    assert (unknown.retired, unknown.uncovered, unknown.covered) == (None, None, None)
    assert (none.retired, none.uncovered, none.covered) == (0, 11937.0, False)
