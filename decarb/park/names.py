"""Names that people type: when two of them are one, and which characters no name may hold."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

FORMAT: Final = "Cf"  # of Unicode: joins, directions, spaces of no width

# Letters and marks that Unicode says are not to be shown: fillers, joiners, variation selectors.
_UNSEEN: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)


@lru_cache(maxsize=4096)
def name_key(name: str) -> str:
    """Return what two spellings of one name share: names are compared by it, and shown as they were written.

    Width, case and the number of blanks make no other name, nor does anything that cannot be seen. Letters of two
    scripts that look alike do.

    Examples
    --------
    >>> name_key("Ｐ\u00a0 1 "), name_key("p\u200b 1")
    ('p 1', 'p 1')
    """
    found = name
    for _ in range(2):  # folding can undo the normal form, and the normal form the folding
        found = unicodedata.normalize("NFKC", unicodedata.normalize("NFD", found).casefold())
    seen = "".join(mark for mark in _UNSEEN.sub("", found) if mark.isspace() or not _is_unseen(mark))
    return " ".join(seen.split())


def same_name(one: str, other: str) -> bool:
    """Whether two spellings are one name."""
    return name_key(one) == name_key(other)


def name_fault(name: str) -> str | None:
    """Return what is wrong with a name, None where nothing is.

    Examples
    --------
    >>> name_fault("wind\u200b-1"), name_fault(" "), name_fault("wind-1")
    ('holds the invisible character U+200B', 'is empty', None)
    """
    unseen = next((mark for mark in name if unicodedata.category(mark) == FORMAT), None)
    if unseen is not None:
        return f"holds the invisible character U+{ord(unseen):04X}"
    return None if name_key(name) else "is empty"


def _is_unseen(mark: str) -> bool:
    return unicodedata.category(mark) in (FORMAT, "Cc")
