"""What a unit counts: a share is no number of zones and no hours of a year."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decarb.units import counts_alike
from decarb.units.kinds import COUNTED
from decarb.units.registry import WORDS

PLAIN = ("1", "%", "t/t", "kW h/kW h", "zone/zone")


@pytest.mark.parametrize("unit", PLAIN)
def test_a_plain_number_is_a_share_a_per_cent_or_a_unit_over_itself(unit: str) -> None:
    assert counts_alike(unit, "1")


@pytest.mark.parametrize("unit", ["zone", "vehicle", "person", "park", "h/yr", "kg/t", "zone/vehicle"])
def test_what_is_counted_is_no_plain_number(unit: str) -> None:
    assert not counts_alike(unit, "1")


@given(st.sampled_from([*COUNTED, "h/yr", "MW", "t CO2/yr", *PLAIN]),
       st.sampled_from([*COUNTED, "h/yr", "MW", "t CO2/yr", *PLAIN]))  # fmt: skip
def test_counting_alike_is_the_same_in_both_directions(one: str, other: str) -> None:
    assert counts_alike(one, other) == counts_alike(other, one)
    assert counts_alike(one, one)


def test_every_counting_word_has_no_dimension_and_size_one() -> None:
    for word in COUNTED:
        assert WORDS[word].dimension == () and WORDS[word].factor == 1.0
