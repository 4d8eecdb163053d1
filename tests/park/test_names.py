"""Two spellings are one name where a reader cannot tell them apart, and what cannot be seen is no part of a name."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import given

from decarb.park.names import name_fault, name_key, same_name

SPELLINGS = (
    "p 1", "P 1 ", " P 1", "P\u00a01", "P  1", "P\t1", "Ｐ　１", "P \u200b1", "\u202eP 1", "P\ufe0f 1", "P\u034f 1",
    "P\u3164 1",
)  # fmt: skip


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_case_width_blanks_and_unseen_characters_make_no_other_name(spelling: str) -> None:
    assert same_name("P 1", spelling) and name_key(spelling) == "p 1"


@pytest.mark.parametrize("other", ["P1", "P 2", "P 1a", "P-1", "Q 1", "P 11"])
def test_another_number_or_letter_is_another_name(other: str) -> None:
    assert not same_name("P 1", other)


@given(st.text())
def test_the_key_of_a_key_is_the_key(name: str) -> None:
    assert name_key(name_key(name)) == name_key(name)


@given(st.text(), st.text(st.sampled_from(" \u00a0\u3000\t"), min_size=1))
def test_blanks_around_a_name_are_no_part_of_it(name: str, blanks: str) -> None:
    assert same_name(f"{blanks}{name}{blanks}", name)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a\u200bb", "U+200B"), ("\u202ea", "U+202E"), ("a\u00ad", "U+00AD"), ("a\u2060", "U+2060"), ("", "is empty"),
        (" \u3000", "is empty"), ("\ufe0f", "is empty"), ("\u3164", "is empty"),
    ],
)  # fmt: skip
def test_what_cannot_be_seen_is_refused_and_named(name: str, said: str) -> None:
    assert said in (name_fault(name) or "")


@pytest.mark.parametrize("name", ["wind-1", "亦庄 1 号", "=1+1 | **x**", "Ｐ１", "Zoë"])
def test_names_of_every_script_are_good(name: str) -> None:
    assert name_fault(name) is None
