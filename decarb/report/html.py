"""Pieces of a page in English or Chinese: the blocks of `decarb.markup`, a verdict with its word, a whole document."""

from __future__ import annotations

from typing import Final

from decarb.markup import Markup, badge, card, details, element, items, joined, markup, small, table
from decarb.report.words import named

__all__ = [
    "Markup", "card", "details", "document", "element", "items", "joined", "markup", "small", "table",
    "verdict_badge",
]  # fmt: skip

LANGUAGES: Final = {"en": "en", "zh": "zh-CN"}
"""Language of our words -> what a page says of itself."""
POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; form-action 'none'; "
    "base-uri 'none'"
)
"""What a page may load: nothing from anywhere."""
STYLE: Final = """
:root { color-scheme: light; }
body { font: 16px/1.5 system-ui, "Segoe UI", "Noto Sans", "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC",
  sans-serif; color: #1a1a1a; background: #ffffff; max-width: 72rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.25rem; margin-top: 2rem; }
table { border-collapse: collapse; margin: .5rem 0 1rem; display: block; overflow-x: auto; }
th, td { padding: .2rem .7rem; border-bottom: 1px solid #cccccc; vertical-align: top; font-weight: normal; }
thead th { border-bottom: 2px solid #555555; font-weight: bold; }
small { color: #444444; } summary { cursor: pointer; }
@media print { body { max-width: none; } table { display: table; } details > * { display: revert; } }
"""


def verdict_badge(verdict: str, language: str = "en") -> Markup:
    """Return a verdict of a target as a sign and a word of the language on a coloured ground."""
    return badge(verdict, named("verdict", verdict, language))


def document(title: str, *content: object, language: str = "en", head: object = "") -> Markup:
    """Return a whole page that loads nothing from anywhere.

    Parameters
    ----------
    title : str
        Of the page and its first line.
    *content
        Pieces and texts below it.
    language : {"en", "zh"}
    head : piece
        What else stands in the head, such as scripts.
    """
    top = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", title),
        element("style", Markup(STYLE)),
        head,
    )
    body = element("body", element("main", element("h1", title), *content))
    return joined([Markup("<!DOCTYPE html>\n"), element("html", top, body, lang=LANGUAGES[language])])
