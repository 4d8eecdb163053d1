"""What a number counts: zones, vehicles and hours of a year have no dimension, and are no shares."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import Final

from decarb.units.registry import WORDS, Dimension, dimension, parse_unit

COUNTED: Final = ("park", "person", "vehicle", "zone")
"""Words that have no dimension and say what is counted."""

Kind = tuple[tuple[tuple[str, int], ...], tuple[tuple[Dimension, int], ...]]


@lru_cache(maxsize=4096)
def kind_of(unit: str) -> Kind:
    """What a unit text counts, and for one without a dimension what stands above and below in it.

    Examples
    --------
    >>> kind_of("%") == kind_of("1") == kind_of("t/t")
    True
    >>> kind_of("zone"), kind_of("zone/yr") == kind_of("1/yr")
    (((('zone', 1),), ()), False)
    >>> kind_of("h/yr") == kind_of("d/yr"), kind_of("h/yr") == kind_of("1")
    (True, False)
    """
    numerator, *denominators = parse_unit(unit)
    powers: Counter[str] = Counter()
    for symbol, power in (*numerator, *((symbol, -power) for group in denominators for symbol, power in group)):
        powers[symbol] += power
    counted = tuple(sorted((symbol, power) for symbol, power in powers.items() if symbol in COUNTED and power))
    if dimension(unit):
        return counted, ()
    sided: Counter[tuple[Dimension, int]] = Counter()
    for symbol, power in powers.items():
        if WORDS[symbol].dimension and power:
            sided[WORDS[symbol].dimension, 1 if power > 0 else -1] += abs(power)
    return counted, tuple(sorted(sided.elements()))


def counts_alike(unit: str, other: str) -> bool:
    """Whether two unit texts say numbers of the same things, beside having one dimension.

    A plain number is a share, a per cent, or a ratio of one unit to itself: no zones, and no hours of a year.

    Examples
    --------
    >>> counts_alike("h/yr", "1"), counts_alike("%", "1"), counts_alike("vehicle", "zone"), counts_alike("MW", "kW")
    (False, True, False, True)
    """
    return kind_of(unit) == kind_of(other)
