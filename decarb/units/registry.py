"""The units that exist, and what a unit text means: words, powers and `/`, read without any expression parser."""

from __future__ import annotations

import difflib
import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import pint
from pint.util import UnitsContainer

from decarb.errors import UnitError

REGISTRY: Final[pint.UnitRegistry[Any]] = pint.UnitRegistry(
    Path(__file__).with_name("definitions.txt"), on_redefinition="raise"
)

HFCS: Final = ("HFC23", "HFC32", "HFC125", "HFC134a", "HFC143a", "HFC4310mee")
GASES: Final = ("CO2", "CH4", "N2O", "SF6", "NF3", "CF4", "C2F6", *HFCS, "CO2e")

MAX_LENGTH: Final = 100

_NAMED_DIMENSIONS: Final = ("area", "volume", "speed", "energy", "power")

_PRICE_YEAR: Final = 'money is in yuan of a price year; write "CNY_2020" (2015 to 2025 are known)'
_OFFSET: Final = 'a temperature in degrees Celsius has an offset; write a difference in "K"'
_NO_FIXED_LENGTH: Final = 'a month has no fixed length; write "d" or "h"'

REFUSED: Final[Mapping[str, str]] = MappingProxyType(
    dict.fromkeys(("CNY", "RMB", "¥", "元", "万元", "亿元", "人民币", "USD", "EUR"), _PRICE_YEAR)
    | dict.fromkeys(("degC", "°C", "℃", "celsius", "摄氏度"), _OFFSET)
    | dict.fromkeys(("month", "months", "月"), _NO_FIXED_LENGTH)
)

Dimension = tuple[tuple[str, int], ...]
Terms = tuple[tuple[tuple[str, int], ...], ...]


@dataclass(frozen=True)
class Word:
    """One unit word: how it is shown, what pint calls it, its size in root units, and its dimension."""

    symbol: str
    pint_name: str
    factor: float
    dimension: Dimension


def _word(spelling: str) -> Word:
    name = REGISTRY.get_name(spelling)
    unit = REGISTRY.Unit(UnitsContainer({name: 1}))
    factor: Any = REGISTRY.get_root_units(unit)[0]
    return Word(REGISTRY.get_symbol(name), name, float(factor), sorted_dimension(unit.dimensionality))


def sorted_dimension(powers: Mapping[str, Any]) -> Dimension:
    """Powers of base dimensions as pairs in one order, zeros left out.

    Examples
    --------
    >>> sorted_dimension({"[time]": -1.0, "[mass]": 1, "[length]": 0})
    (('[mass]', 1), ('[time]', -1))
    """
    return tuple(sorted((str(name), int(power)) for name, power in powers.items() if power))


# A plain table beside pint: conversions read it and write nothing, so threads cannot disturb each other.
WORDS: Final[Mapping[str, Word]] = MappingProxyType(
    {spelling: _word(spelling) for spelling in REGISTRY} | {"CO2-equiv": _word("CO2e")}
)

_MASSES: Final = tuple(spelling for spelling, word in WORDS.items() if word.dimension == (("[mass]", 1),))
_DIMENSION_NAMES: Final = {
    sorted_dimension(REGISTRY.get_dimensionality(f"[{name}]")): name for name in _NAMED_DIMENSIONS
}


def _spellings() -> Mapping[str, tuple[str, ...]]:
    """Known spellings by their caseless form, for "did you mean"."""
    known: dict[str, tuple[str, ...]] = {}
    for spelling in (*WORDS, *(f"{mass} {gas}" for mass in _MASSES for gas in GASES)):
        caseless = spelling.replace(" ", "").casefold()
        known[caseless] = (*known.get(caseless, ()), spelling)
    return known


_SPELLINGS: Final = _spellings()


def nearest(word: str) -> tuple[str, ...]:
    """Known spellings closest to `word`: slips of case first, then of letters.

    Examples
    --------
    >>> nearest("mw"), nearest("MWhr"), nearest("mtco2")
    (('MW',), ('MWh',), ('Mt CO2',))
    """
    caseless = unicodedata.normalize("NFKC", word).casefold()
    if caseless in _SPELLINGS:
        return _SPELLINGS[caseless]
    return tuple(s for key in difflib.get_close_matches(caseless, _SPELLINGS, n=1, cutoff=0.7) for s in _SPELLINGS[key])


def _read_word(token: str) -> tuple[tuple[str, int], ...]:
    """One token as (symbol, power) pairs; `tCO2` gives two."""
    spelling, caret, power_text = token.partition("^")
    if caret and not re.fullmatch(r"-?[1-3]", power_text):
        raise UnitError(f'"{token}" has no power from 1 to 3 after "^"; write it like "m^2"')
    power = int(power_text) if caret else 1
    if spelling in WORDS:
        return ((WORDS[spelling].symbol, power),)
    reason = _PRICE_YEAR if spelling.startswith("CNY") else REFUSED.get(spelling)
    if reason:
        raise UnitError(f'"{spelling}" cannot be used: {reason}')
    for mass in () if caret else _MASSES:
        gas = spelling.removeprefix(mass)
        if gas != spelling and gas in WORDS and WORDS[gas].symbol in GASES:
            return ((WORDS[mass].symbol, 1), (WORDS[gas].symbol, 1))
    meant = " or ".join(f'"{near}"' for near in nearest(spelling))
    fix = f"did you mean {meant}?" if meant else "the units are listed in decarb/units/definitions.txt"
    raise UnitError(f'"{spelling}" is not a unit; {fix}')


def _read_group(group: str, unit: str) -> tuple[tuple[str, int], ...]:
    terms = tuple(term for token in re.split(r" *\* *| +", group) for term in _read_word(token))
    if len(terms) > 1 and any(symbol == "%" for symbol, _ in terms):
        raise UnitError(f'"{unit}" multiplies "%" with a unit; write "%" alone or over something, as in "%/yr"')
    return terms


@lru_cache(maxsize=4096)
def parse_unit(unit: str) -> Terms:
    """Terms of a unit text: the numerator, then one group for each `/`.

    A space binds tighter than `/`, as people read `CNY_2020/t CO2`; `*` after `/` has two readings and is refused.

    Raises
    ------
    UnitError
        A word is unknown, or the text is empty, too long or ambiguous.

    Examples
    --------
    >>> parse_unit("tCO2/ha/year")
    ((('t', 1), ('CO2', 1)), (('ha', 1),), (('yr', 1),))
    """
    if len(unit) > MAX_LENGTH:
        raise UnitError(f'"{unit[:30]}..." has {len(unit)} characters; write a unit of at most {MAX_LENGTH}')
    for mark, example in (("**", "m^2"), ("(", "t/ha/yr"), (")", "t/ha/yr")):
        if mark in unit:
            raise UnitError(f'"{unit}" holds "{mark}", which units do not use; write it like "{example}"')
    first, *rest = (group.strip(" ") for group in unit.split("/"))
    if not all((first, *rest)):
        raise UnitError(f'"{unit}" is no complete unit; write it like "MW", "1/yr" or "kg CO2/kWh"')
    if any("*" in group for group in rest):
        raise UnitError(f'"{unit}" has "*" after "/", which can be read in two ways; write "a*b/c" or "a/b/c"')
    numerator = () if first == "1" else _read_group(first, unit)
    return (numerator, *(_read_group(group, unit) for group in rest))


def show_terms(terms: Sequence[Sequence[tuple[str, int]]]) -> str:
    """Unit text of terms as `parse_unit` gives them.

    Examples
    --------
    >>> show_terms([[], [("t", 1), ("CO2", 1)], [("m", 2)]])
    '1/t CO2/m2'
    """

    def show(symbol: str, power: int) -> str:
        if power == 1:
            return symbol
        return f"{symbol}{power}" if f"{symbol}{power}" in WORDS else f"{symbol}^{power}"

    return "/".join(" ".join(show(*term) for term in group) or "1" for group in terms)


def canonical(unit: str) -> str:
    """The one spelling of a unit text in stored files.

    Examples
    --------
    >>> canonical("MtCO2/year"), canonical("m^2"), canonical("千瓦*h"), canonical("1")
    ('Mt CO2/yr', 'm2', 'kW h', '1')
    """
    return show_terms(parse_unit(unit))


def _signed(unit: str) -> list[tuple[Word, int]]:
    numerator, *denominators = parse_unit(unit)
    below = [(WORDS[symbol], -power) for group in denominators for symbol, power in group]
    return [(WORDS[symbol], power) for symbol, power in numerator] + below


@lru_cache(maxsize=4096)
def dimension(unit: str) -> Dimension:
    """The dimension of a unit text as sorted (base dimension, power) pairs; empty for a plain number.

    Examples
    --------
    >>> dimension("t CO2/yr"), dimension("%")
    ((('[CO2]', 1), ('[mass]', 1), ('[time]', -1)), ())
    """
    powers: dict[str, int] = {}
    for word, power in _signed(unit):
        for name, exponent in word.dimension:
            powers[name] = powers.get(name, 0) + exponent * power
    return sorted_dimension(powers)


def describe(unit: str) -> str:
    """The dimension of a unit text in words.

    Examples
    --------
    >>> describe("kWh"), describe("Mt CO2/yr"), describe("%")
    ('energy', 'mass of CO2 / time', 'a plain number')
    """

    def name(symbol: str, power: int) -> str:
        found = WORDS[symbol].dimension
        plain = _DIMENSION_NAMES.get(found) or (found[0][0].strip("[]").replace("_", " ") if found else "number")
        return plain if power == 1 else f"{plain}^{power}"

    if not dimension(unit):
        return "a plain number"
    groups = (" ".join(name(*term) for term in group) or "1" for group in parse_unit(unit))
    text = " / ".join(groups)
    return re.sub(rf"\bmass ({'|'.join(GASES)})\b", r"mass of \1", text)


@lru_cache(maxsize=4096)
def unit_factor(source: str, target: str) -> float:
    """What a value in `source` is multiplied by to stand in `target`.

    Raises
    ------
    UnitError
        The two have different dimensions, or one of them is no unit.

    Examples
    --------
    >>> unit_factor("TWh/yr", "GW"), unit_factor("万千瓦", "MW"), unit_factor("kt", "t")
    (0.1141552511415525, 10.0, 1000.0)
    """
    if dimension(source) != dimension(target):
        raise UnitError(
            f'"{source}" is {describe(source)} and "{target}" is {describe(target)}; write a unit of the same dimension'
        )
    powers: dict[Word, int] = {}
    for word, power in (*_signed(source), *((word, -power) for word, power in _signed(target))):
        powers[word] = powers.get(word, 0) + power
    # Common words cancel, and sizes are mostly whole numbers: the only rounding is the one division.
    try:
        above = math.prod(word.factor**power for word, power in powers.items() if power > 0)
        below = math.prod(word.factor**-power for word, power in powers.items() if power < 0)
        factor = above / below
    except OverflowError:
        factor = math.inf
    if not 0 < factor < math.inf:
        raise UnitError(f'the ratio of "{source}" to "{target}" is beyond all numbers; write fewer words')
    return factor


def pint_unit(unit: str) -> pint.Unit:
    """The unit as pint knows it, in our own registry.

    Examples
    --------
    >>> str(pint_unit("kg CO2/kWh"))
    'CO2 * kg / kWh'
    """
    powers: dict[str, int] = {}
    for word, power in _signed(unit):
        powers[word.pint_name] = powers.get(word.pint_name, 0) + power
    return REGISTRY.Unit(UnitsContainer(powers))
