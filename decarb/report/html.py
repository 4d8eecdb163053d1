"""What a page in two languages adds to the pieces of `decarb.markup`: which it is in, and a verdict with its word."""

from __future__ import annotations

from typing import Final

from decarb.markup import Markup, badge
from decarb.report.words import named

LANGUAGES: Final = {"en": "en", "zh": "zh-CN"}
"""Language of our words -> what a page says of itself."""


def verdict_badge(verdict: str, language: str = "en") -> Markup:
    """Return a verdict of a target as a sign and a word of the language on a coloured ground."""
    return badge(verdict, named("verdict", verdict, language))
