"""Quantities as people write them: "4.8 MW", read without guessing, and floats that remember their unit."""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from numbers import Real
from typing import Any, Final, NoReturn

import pint

from decarb.errors import UnitError
from decarb.units.registry import (
    MAX_LENGTH,
    canonical,
    describe,
    dimension,
    parse_unit,
    sorted_dimension,
    unit_factor,
)

_NUMBER: Final = r"[+-]?(?!0[xXoObB][0-9])(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
# The unit starts with a letter or a sign such as %; "1/yr" is the one that starts with a digit.
_QUANTITY: Final = re.compile(rf"(?P<number>{_NUMBER})(?: *(?P<unit>[^\W\d_].*|[%¥°(].*)| +(?P<inverse>1 */.*))?")
_COMMA: Final = re.compile(r"(?P<number>[+-]?[0-9][0-9,.]*,[0-9][0-9,.]*)(?P<rest>.*)")
_THOUSANDS: Final = re.compile(r"[+-]?[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]+)?")
_SPACED: Final = re.compile(r"(?P<number>[+-]?[0-9]{1,3}( [0-9]{3})+)(?P<rest>( *[^\W\d_]| *%).*)")
_MINUS_SIGNS: Final = str.maketrans("\u2212\u2013\u2014", "---")


def _plain_number(value: float) -> str:
    return repr(float(value)).removesuffix(".0")


class UnitFloat(float):
    """A float that knows its unit: it computes as a float and prints as a quantity.

    Arithmetic gives plain floats: the unit of a product is for its author to say.

    Examples
    --------
    >>> weight = UnitFloat(27.9, "t CO2e")
    >>> weight, weight.units, weight * 2
    (27.9 t CO2e, 't CO2e', 55.8)
    """

    __slots__ = ("units",)
    units: str

    def __new__(cls, value: float, units: str) -> UnitFloat:
        """Make a float that carries `units`."""
        self = super().__new__(cls, value)
        object.__setattr__(self, "units", units)
        return self

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a UnitFloat is frozen: {name} cannot be set")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"a UnitFloat is frozen: {name} cannot be deleted")

    def __repr__(self) -> str:
        return _written(self, self.units)

    __str__ = __repr__

    def __reduce__(self) -> tuple[type[UnitFloat], tuple[float, str]]:
        return type(self), (float(self), self.units)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with the unit it was written in; nothing of pint inside.

    Equal means the same number and the same unit text: compare sizes with `to`.

    Examples
    --------
    >>> capacity = read_quantity("4.8MW", "kW")
    >>> str(capacity), capacity.to("kW")
    ('4.8 MW', 4800.0)
    """

    value: float
    unit: str

    def __post_init__(self) -> None:
        parse_unit(self.unit)

    def __str__(self) -> str:
        return _written(self.value, self.unit)

    def to(self, unit: str) -> float:
        """The number that says the same in `unit`.

        Raises
        ------
        UnitError
            `unit` has another dimension, or the number does not fit a float there.
        """
        converted = self.value * unit_factor(self.unit, unit)
        if not math.isfinite(converted):
            raise UnitError(f'"{self}" is not a finite number of "{unit}"; write a finite number')
        return converted


def _written(value: float, unit: str) -> str:
    return _plain_number(value) if unit == "1" else f"{_plain_number(value)} {unit}"


def _advised(unit: str) -> str:
    """The unit as people write it: a rate in per cent."""
    return f"%{unit[1:]}" if unit.startswith("1/") else unit


def _shown(text: str) -> str:
    """The text for a message: short, and with what cannot be seen made visible."""
    cut = text if len(text) <= 40 else f"{text[:30]}..."
    return f'"{repr(cut)[1:-1]}"'


def _plain_text(text: str) -> str:
    """`text` with full-width forms, digits of other scripts and typographic minus signs as plain ones."""
    digits = (str(unicodedata.decimal(c)) if c.isdecimal() else c for c in unicodedata.normalize("NFKC", text))
    return "".join(digits).translate(_MINUS_SIGNS)


def _refuse_number(text: str, unit: str) -> NoReturn:
    """Say why `text` starts with no number we read, and what to write."""
    if comma := _COMMA.fullmatch(text):
        number, rest = comma["number"], comma["rest"]
        if _THOUSANDS.fullmatch(number):
            fix = f'"{number.replace(",", "")}{rest}" (a decimal mark is a point)'
        elif number.count(",") > 1:
            fix = f'it with one decimal point, like "{_written(4.8, unit)}"'
        else:
            fix = f'"{number.replace(".", "").replace(",", ".")}{rest}"'
        raise UnitError(f"{_shown(text)} has a comma in its number; write {fix}")
    if spaced := _SPACED.fullmatch(text):
        raise UnitError(
            f'{_shown(text)} has a space in its number; write "{spaced["number"].replace(" ", "")}{spaced["rest"]}"'
        )
    raise UnitError(f'{_shown(text)} is not a plain number and a unit; write it like "{_written(4.8, unit)}"')


def _finite(value: float, shown: str, unit: str) -> float:
    if not math.isfinite(value):
        raise UnitError(f'{shown} is not a finite number; write one like "{_written(4.8, unit)}"')
    return value


def _parse_text(text: str, unit: str) -> Quantity:
    example = _written(4.8, unit)
    if len(text) > MAX_LENGTH:
        raise UnitError(f'{_shown(text)} has {len(text)} characters; write a short quantity like "{example}"')
    text = text.strip(" ")
    if not text:
        raise UnitError(f'the text is empty; write a quantity like "{example}"')
    if any(unicodedata.category(character).startswith("C") for character in text):
        raise UnitError(f'{_shown(text)} holds an invisible character; write plain text like "{example}"')
    plain = _plain_text(text)
    if plain != text:
        raise UnitError(f'{_shown(text)} holds characters that only look plain; write "{plain}"')
    match = _QUANTITY.fullmatch(text)
    if match is None:
        _refuse_number(text, unit)
    value = _finite(float(match["number"]), _shown(text), unit)
    return Quantity(value, " ".join((match["unit"] or match["inverse"] or "1").split()))


def _parse_real(number: Real, unit: str) -> Quantity:
    try:
        value = float(number)
    except OverflowError:
        value = math.inf
    return Quantity(_finite(value, _plain_number(value), unit), "1")


def _parse_pint(quantity: pint.Quantity[Any]) -> Quantity:
    unit = f"{quantity.units:~C}".replace("**", "^").replace("*", " ") or "1"
    if not isinstance(quantity.magnitude, Real):
        raise UnitError(f'a pint quantity in "{unit}" is no single number; pass one number, or a DataArray for many')
    # Another registry may mean something else by the same word, as "kt" for knots: its dimension gives it away.
    if sorted_dimension(quantity.dimensionality) != dimension(unit):
        raise UnitError(f'"{quantity}" means something else by "{unit}" than decarb does; write it as text')
    return Quantity(_finite(float(quantity.magnitude), str(quantity), unit), canonical(unit))


def parse_quantity(source: object, unit: str = "MW") -> Quantity:
    """The quantity that `source` says, whatever its dimension; `unit` only serves the examples in messages.

    Raises
    ------
    UnitError
        `source` cannot be read without guessing.

    Examples
    --------
    >>> parse_quantity("10 kt")
    Quantity(value=10.0, unit='kt')
    >>> parse_quantity("1,5 MW")
    Traceback (most recent call last):
    decarb.errors.UnitError: "1,5 MW" has a comma in its number; write "1.5 MW"
    """
    if isinstance(source, str):
        return _parse_text(source, unit)
    if isinstance(source, Quantity):
        return Quantity(_finite(source.value, str(source), unit), source.unit)
    if isinstance(source, UnitFloat):
        return Quantity(_finite(float(source), str(source), unit), source.units)
    if isinstance(source, pint.Quantity):
        return _parse_pint(source)
    if isinstance(source, Real) and not isinstance(source, bool):
        return _parse_real(source, unit)
    what = "nothing" if source is None else "yes or no" if isinstance(source, bool) else f"a {type(source).__name__}"
    raise UnitError(f'{what} is not a quantity; write text like "{_written(4.8, unit)}"')


def read_quantity(text: object, unit: str, *, where: str = "", key: str = "") -> Quantity:
    """The quantity that `text` says, sure to convert to `unit`.

    A number without a unit is accepted only where `unit` is "1"; for "%" it would have two meanings.

    Parameters
    ----------
    text : str, Quantity, UnitFloat, pint.Quantity or number
        What was written, at most 100 characters.
    unit : str
        A unit of the expected dimension.
    where, key : str
        Put before the message, as in "mine.yaml:12:15: park.wind.capacity: ...".

    Raises
    ------
    UnitError
        The text has no unit, an unknown one, another dimension, or a number that is not plain and finite.

    Examples
    --------
    >>> read_quantity("50 %", "1").to("1"), read_quantity(0.5, "1").to("1"), read_quantity("480 万千瓦", "GW").to("GW")
    (0.5, 0.5, 4.8)
    >>> read_quantity(5, "MW", where="mine.yaml:12:15", key="park.wind.capacity")
    Traceback (most recent call last):
    decarb.errors.UnitError: mine.yaml:12:15: park.wind.capacity: 5 has no unit; write "5 MW"
    """
    expected = dimension(unit)
    try:
        quantity = parse_quantity(text, unit)
        if expected and quantity.unit == "1":
            written = f'"{_written(quantity.value, _advised(unit))}"'
            if unit.startswith("1/"):
                written += f' or "{_written(quantity.value * 100, _advised(unit))}"'
            raise UnitError(f"{quantity} has no unit; write {written}")
        if canonical(unit) == "%" and quantity.unit == "1" and isinstance(text, (str, Real)):
            per_cent = _written(quantity.value * 100, unit)
            raise UnitError(f'{quantity} may be a share or per cent; write "{quantity} %" or "{per_cent}"')
        if dimension(quantity.unit) != expected:
            raise UnitError(_wrong_dimension(quantity, unit))
        quantity.to(unit)
    except UnitError as error:
        place = "".join(f"{part}: " for part in (where, key) if part)
        raise UnitError(f"{place}{error}") from None
    return quantity


def _wrong_dimension(quantity: Quantity, unit: str) -> str:
    said, meant = describe(quantity.unit), describe(unit)
    found = f'"{quantity}" is {said}, expected {meant}'
    if "CO2e" in meant and "CO2e" not in said:
        return f'{found}; write CO2e, which a gas becomes by convert(..., gwp="AR5")'
    return f'{found}; write it in "{_advised(unit)}"'
