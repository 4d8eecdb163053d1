"""No text becomes a formula, and none is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from decarb.report.cells import text_cell


@given(st.text())
def test_text_is_kept_and_never_starts_a_formula(text: str) -> None:
    found = text_cell(text)
    assert found.removeprefix("'") == text.removeprefix("'") or found == text
    assert found.endswith(text) and not found.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
