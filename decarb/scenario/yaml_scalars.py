"""What an unquoted word of YAML means, and which characters may stand in a text."""

from __future__ import annotations

import re
from collections.abc import Callable

from decarb.errors import Problems
from decarb.scenario.document import Mark

# The parser's time grows with the square of a token's length, and the tokens that matter end with their line.
MAX_LINE = 10_000
MAX_DIGITS = 30
# Control characters, line breaks that editors do not count, byte order marks, lone surrogates and non-characters.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")

Place = Callable[[int, int], Mark]

_NULL = re.compile(r"null|Null|NULL|~|")
_BOOL = re.compile(r"true|True|TRUE|false|False|FALSE")
_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


def plain_scalar(text: str) -> str | int | float | bool | None:
    """The value of an unquoted scalar under the core schema of YAML 1.2.

    Examples
    --------
    >>> [plain_scalar(text) for text in ("~", "NO", "true", "0o17", "007", "1e3", "1_000", "12:30", "2021-01-01")]
    [None, 'NO', True, 15, 7, 1000.0, '1_000', '12:30', '2021-01-01']
    """
    if _NULL.fullmatch(text):
        return None
    if _BOOL.fullmatch(text):
        return text.lower() == "true"
    if _INT.fullmatch(text):
        return int(text, {"0o": 8, "0x": 16}.get(text[:2], 10))
    if _FLOAT.fullmatch(text):
        return float(re.sub(r"\.(?=[inIN])", "", text))
    return text


def is_integer(text: str) -> bool:
    """Whether an unquoted scalar is a whole number."""
    return _INT.fullmatch(text) is not None


def check_characters(text: str, place: Place) -> None:
    """Refuse what makes text unreadable or dear to read, before the parser sees it."""
    problems = Problems()
    bad = FORBIDDEN.search(text)
    if bad:
        line = text.count("\n", 0, bad.start()) + 1
        here = place(line, bad.start() - text.rfind("\n", 0, bad.start()))
        problems.add(str(here), "", f"holds the character U+{ord(bad[0]):04X}", "delete it")
    for number, line_text in enumerate(text.split("\n"), start=1):
        if len(line_text) > MAX_LINE:
            problems.add(str(place(number, 1)), "", f"a line of {len(line_text):,} characters", "break it into several")
        if line_text.startswith("%"):
            problems.add(str(place(number, 1)), "", 'a line starts with "%"', "leave YAML directives out")
    problems.raise_if_any()
