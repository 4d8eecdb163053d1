"""Cells of tables that spreadsheets open."""

from __future__ import annotations

from typing import Final

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # wide ones: some East Asian settings


def text_cell(text: str) -> str:
    """Return text with an apostrophe in front where a spreadsheet would take it for a formula.

    Examples
    --------
    >>> text_cell("=1+1"), text_cell("net CO2")
    ("'=1+1", 'net CO2')
    """
    return f"'{text}" if text.startswith(_FORMULA) else text
