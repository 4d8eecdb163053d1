"""Lines of text and columns of a legend that fit; widths are counted in ems, of which a Chinese sign takes one."""

from __future__ import annotations

import math
import re
import unicodedata
from typing import Final

LATIN: Final = 0.56  # em; mean width of a letter of DejaVu Sans and of Open Sans
NEVER_FIRST: Final = "，。、；：！？）》」』】％%)]},.;:!?"
NEVER_LAST: Final = "（《“‘「『【〔([{"
_PIECES: Final = re.compile(r"[^\S\n]+|[ᄀ-ᅟ⺀-鿿豈-﫿︰-﹏＀-｠]|[^\sᄀ-ᅟ⺀-鿿豈-﫿︰-﹏＀-｠]+")


def ems(text: str) -> float:
    """Return about how wide a line of text is, in ems.

    Examples
    --------
    >>> ems("总排放"), round(ems("total"), 2)
    (3.0, 2.8)
    """
    return sum(1.0 if is_wide(sign) else LATIN for sign in text)


def is_wide(text: str) -> bool:
    """Return whether a text has a Chinese sign in it, or another as wide."""
    return any(unicodedata.east_asian_width(sign) in "WF" for sign in text)


def wrapped(text: str, width: float) -> tuple[str, ...]:
    """Return the lines that a text takes in a width in ems, broken between words or Chinese signs.

    No line begins with a stop or ends with an opening bracket.

    Examples
    --------
    >>> wrapped("one two three", 5.0), wrapped("到2060年实现碳中和。", 6.0)
    (('one two', 'three'), ('到2060年实', '现碳中和。'))
    >>> wrapped("下降7%（national-uncertainty）", 8.0)
    ('下降7%', '（national-uncertainty）')
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for piece in _PIECES.findall(paragraph):
            if line and ems((line + piece).rstrip()) > width and not (piece[0] in NEVER_FIRST or piece.isspace()):
                kept = line.rstrip().rstrip(NEVER_LAST)
                lines.append((kept or line).rstrip())
                line = line.rstrip()[len(kept) :] if kept else ""
            line += piece if line or not piece.isspace() else ""
        lines.append(line.rstrip())
    return tuple(lines)


def columns(labels: tuple[str, ...], width: float, key: float = 4.0) -> int:
    """Return into how many columns the entries of a legend go, each with a key of some ems before its words.

    Examples
    --------
    >>> columns(("wind", "solar", "hydro"), 30.0), columns(("wind", "a name that is far longer"), 30.0)
    (3, 1)
    """
    widest = max((ems(label) for label in labels), default=0.0) + key
    fitting = max(1, min(len(labels), math.floor(width / widest)))
    return math.ceil(len(labels) / math.ceil(len(labels) / fitting)) if labels else 1


def amount(value: float, *, share: bool = False) -> str:
    """Return a number as people read it: four digits, thousands apart, never an exponent; "-" where there is none.

    Examples
    --------
    >>> amount(12345.678), amount(0.0123456), amount(float("nan")), amount(-3.0), amount(0.0752, share=True)
    ('12,346', '0.01235', '-', '-3', '7.52 %')
    """
    if not math.isfinite(value):
        return "-"
    if share:
        return f"{amount(100.0 * value)} %"
    if value == 0.0:
        return "0"
    text = f"{value:,.{max(0, min(12, 3 - math.floor(math.log10(abs(value)))))}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
