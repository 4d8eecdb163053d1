"""Pieces of HTML of which notebooks and pages are made: whatever goes in as text comes out escaped.

Nothing here knows the science or a language. A piece is `Markup`, text that is HTML already; anything else is escaped
where it is put into one, so that no caller has to think of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from html import escape
from types import MappingProxyType
from typing import Final

VOID: Final = ("br", "hr", "img", "input", "meta")
"""Elements that hold nothing and are not closed."""
SIGNS: Final[Mapping[str, str]] = MappingProxyType({"pass": "\u2713", "fail": "\u2717", "undefined": "?"})
"""Verdict -> the sign beside its word, so that nothing hangs on colour alone."""
COLOURS: Final[Mapping[str, str]] = MappingProxyType({"pass": "#00567f", "fail": "#a33c00", "undefined": "#555555"})
"""Verdict -> the ground under white letters: blue and brick, told apart with any colour vision; contrast over 6."""
OTHER_SIGN: Final = "\u2013"
"""The sign of a verdict that is none of the three, such as one out of scope."""


class Markup(str):
    """Text that is HTML already; never made of what somebody else wrote."""

    __slots__ = ()


def markup(value: object) -> Markup:
    """Return a piece as it is, and anything else as text, escaped.

    Examples
    --------
    >>> markup("<script>"), markup(markup("a & b"))
    ('&lt;script&gt;', 'a &amp; b')
    """
    return value if isinstance(value, Markup) else Markup(escape(str(value), quote=True))


def joined(parts: Iterable[object]) -> Markup:
    """Return pieces and texts one after the other.

    Examples
    --------
    >>> joined(["1 < 2", element("br"), "end"])
    '1 &lt; 2<br>end'
    """
    return Markup("".join(markup(part) for part in parts))


def element(tag: str, *content: object, **attributes: object) -> Markup:
    """Return an element with its content and attributes.

    Parameters
    ----------
    tag : str
    *content
        Pieces and texts.
    **attributes
        An underscore in a name is written as a hyphen, one at its end is dropped (`class_`); True stands without a
        value, None and False not at all.

    Examples
    --------
    >>> element("a", "R&D", href='x"y', class_="link", hidden=True, id=None)
    '<a href="x&quot;y" class="link" hidden>R&amp;D</a>'
    """
    said = "".join(
        f" {_name(name)}" if value is True else f' {_name(name)}="{markup(value)}"'
        for name, value in attributes.items()
        if value is not None and value is not False
    )
    return Markup(f"<{tag}{said}>" if tag in VOID else f"<{tag}{said}>{joined(content)}</{tag}>")


def _name(written: str) -> str:
    return written.rstrip("_").replace("_", "-")


def table(
    head: Sequence[object], rows: Iterable[Sequence[object]], caption: object = "", *, right: Collection[int] = ()
) -> Markup:
    """Return a table: a head, rows whose first cell names them, and a caption where there is one.

    Parameters
    ----------
    head : sequence
        One word for each column.
    rows : iterable of sequences
        Pieces and texts; None is an empty cell.
    caption : text or piece
    right : collection of int
        Columns, from 0, that are set to the right: numbers.
    """

    def cell(place: int, value: object, tag: str, scope: str | None = None) -> Markup:
        style = f"text-align:{'right' if place in right else 'left'}"
        return element(tag, "" if value is None else value, scope=scope, style=style)

    def row(values: Sequence[object]) -> Markup:
        first = [cell(0, values[0], "th", "row")] if values else []
        return element("tr", *first, *(cell(place, one, "td") for place, one in enumerate(values) if place))

    top = element("tr", *(cell(place, word, "th", "col") for place, word in enumerate(head)))
    named = [element("caption", caption, style="text-align:left;font-weight:bold")] if caption else []
    return element("table", *named, element("thead", top), element("tbody", *map(row, rows)), class_="decarb")


def details(summary: object, *content: object, opened: bool = False) -> Markup:
    """Return content that stands folded under one line."""
    return element("details", element("summary", summary), *content, open=opened)


def items(lines: Iterable[object]) -> Markup:
    """Return a list of lines; nothing where there is none.

    Examples
    --------
    >>> items(["a", "b"]), items([])
    ('<ul><li>a</li><li>b</li></ul>', '')
    """
    points = [element("li", line) for line in lines]
    return element("ul", *points) if points else Markup("")


def badge(verdict: str, word: str = "") -> Markup:
    """Return a verdict as a sign and a word on a coloured ground.

    Parameters
    ----------
    verdict : str
        "pass", "fail" or "undefined"; anything else is shown as it is, in grey.
    word : str
        What is read; by default the verdict itself.
    """
    ground = COLOURS.get(verdict, COLOURS["undefined"])
    style = f"background:{ground};color:#ffffff;padding:0 .4em;border-radius:.3em;white-space:nowrap"
    said = f"{SIGNS.get(verdict, OTHER_SIGN)} {word or verdict}"
    return element("span", said, class_=f"decarb-badge decarb-{_word(verdict)}", style=style)


def _word(verdict: str) -> str:
    return verdict if verdict in SIGNS else "other"


def card(title: object, *content: object) -> Markup:
    """Return what a notebook shows of an object: a bold line and what belongs to it."""
    return element("div", element("p", element("b", title)), *content, class_="decarb")


def small(text: object) -> Markup:
    """Return a line in small print, such as where numbers come from; nothing where it is empty."""
    return element("p", element("small", text)) if text else Markup("")
