"""Lines and columns that fit."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from decarb.report.figures.typesetting import NEVER_FIRST, amount, columns, ems, wrapped

WORDS = st.text("ab 碳中和，。2060", max_size=60)


@settings(max_examples=40)
@given(text=WORDS, width=st.floats(8.0, 30.0))
def test_lines_keep_every_sign_and_start_with_no_stop(text: str, width: float) -> None:
    lines = wrapped(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert not any(line[:1] in NEVER_FIRST for line in lines[1:] if line)


@settings(max_examples=40)
@given(labels=st.lists(st.text("abc碳", min_size=1, max_size=20), min_size=1, max_size=15).map(tuple))
def test_columns_of_a_legend_fit_the_width_where_more_than_one_stands(labels: tuple[str, ...]) -> None:
    count = columns(labels, 60.0)
    assert 1 <= count <= len(labels)
    assert count == 1 or count * (max(map(ems, labels)) + 4.0) <= 60.0


@settings(max_examples=40)
@given(value=st.floats(-1e12, 1e12))
def test_amounts_have_four_digits_or_all_before_the_point(value: float) -> None:
    said = float(amount(value).replace(",", ""))
    assert abs(said - value) <= max(0.5e-3 * abs(value), 1e-12)
    assert "e" not in amount(value)
