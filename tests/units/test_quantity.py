"""Reading what people write: right, or refused with what to write instead."""

from __future__ import annotations

import math
import pickle
import pickletools
from dataclasses import FrozenInstanceError
from fractions import Fraction

import hypothesis.strategies as st
import numpy as np
import pint
import pytest
from hypothesis import given, settings

from decarb.errors import UnitError
from decarb.units.quantity import Quantity, UnitFloat, parse_quantity, read_quantity
from decarb.units.registry import REGISTRY, WORDS, pint_unit

ASCII = st.characters(codec="ascii")


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("4.8 MW", "kW", 4800.0),
        ("4.8MW", "MW", 4.8),
        ("  4.8   MW ", "MW", 4.8),
        ("10 kt", "t", 10_000.0),
        ("-3 % / yr", "1/yr", -0.03),
        ("+1e3MW", "GW", 1.0),
        (".5 MW", "MW", 0.5),
        ("5. MW", "MW", 5.0),
        ("5EJ", "PJ", 5000.0),
        ("5e3J", "kJ", 5.0),
        ("0 kW", "MW", 0.0),
        ("0.02 1/yr", "%/yr", 2.0),
        ("50 %", "1", 0.5),
        ("50%", "%", 50.0),
        ("0.5", "1", 0.5),
        ("480万千瓦", "GW", 4.8),
        ("3 亿吨 CO2", "Mt CO2", 300.0),
        ("0.5703 kgCO2/kWh", "t CO2/MWh", 0.5703),
        ("60 CNY_2020/t CO2", "CNY_2020/kg CO2", 0.06),
        ("3e6 m^2", "ha", 300.0),
    ],
)
def test_text_means_what_it_says(text: str, unit: str, value: float) -> None:
    assert read_quantity(text, unit).to(unit) == pytest.approx(value, rel=1e-14)


@pytest.mark.parametrize(
    ("text", "unit", "parts"),
    [
        ("5", "MW", ["5 has no unit", 'write "5 MW"']),
        (5, "MW", ["5 has no unit", 'write "5 MW"']),
        (np.float64(5), "MW", ["5 has no unit", 'write "5 MW"']),
        (UnitFloat(5, "1"), "MW", ["5 has no unit"]),
        ("5 mw", "MW", ['"mw"', '"MW"']),
        ("5 mW", "MW", ['"mW"', '"MW"']),
        ("5 kW", "kWh", ["is power", "expected energy", '"kWh"']),
        ("5 t CO2", "t CO2e", ["mass of CO2,", "mass of CO2e", "gwp="]),
        ("5 t CO2e", "t CO2", ["mass of CO2e,", "mass of CO2;"]),
        ("5 %", "MW", ["a plain number", "expected power"]),
        ("4.8 MW MW", "MW", ["power power", "expected power"]),
        ("9**9**9 MW", "MW", ["9**9**9 MW", '"4.8 MW"']),
        ("9 MW**9", "MW", ['"**"']),
        ("1,5 MW", "MW", ["comma", 'write "1.5 MW"']),
        ("1,500 MW", "MW", ["comma", 'write "1500 MW"']),
        ("1,500,000.5 MW", "MW", ["comma", 'write "1500000.5 MW"']),
        ("0,500 MW", "MW", ["comma", 'write "0.500 MW"']),
        ("1.500,5 MW", "MW", ["comma", 'write "1500.5 MW"']),
        ("1,2,3 MW", "MW", ["comma", "one decimal point"]),
        ("1,5", "1", ["comma", 'write "1.5"']),
        ("5 000 MW", "MW", ["space", 'write "5000 MW"']),
        ("NaN MW", "MW", ["NaN MW", '"4.8 MW"']),
        ("inf MW", "MW", ["inf MW", '"4.8 MW"']),
        ("1e999 MW", "MW", ["not a finite number"]),
        ("1e307 TW", "kW", ["not a finite number"]),
        ("４.８ MW", "MW", ["only look plain", 'write "4.8 MW"']),
        ("५ MW", "MW", ["only look plain", 'write "5 MW"']),
        ("−5 MW", "MW", ["only look plain", 'write "-5 MW"']),
        ("5\u00a0MW", "MW", ["only look plain", "xa0", 'write "5 MW"']),
        ("5 ㎿", "MW", ['write "5 MW"']),
        ("", "MW", ["empty", '"4.8 MW"']),
        ("   ", "MW", ["empty"]),
        ("MW", "MW", ["not a plain number"]),
        ("5 MW\n", "MW", ["invisible", "\\n"]),
        ("5\x00 MW", "MW", ["invisible", "x00"]),
        ("5\u200b MW", "MW", ["invisible", "u200b"]),
        ("5 MW" + " " * 97, "MW", ["101 characters"]),
        ("0x10 MW", "MW", ["not a plain number"]),
        ("1_000 MW", "MW", ["not a plain number"]),
        ("--5 MW", "MW", ["not a plain number"]),
        ("5-6 MW", "MW", ["not a plain number"]),
        ("~5 MW", "MW", ["not a plain number"]),
        ("5 % MW", "MW", ['"%"']),
        ("5 元", "CNY_2020", ["CNY_2020"]),
        ("20 degC", "K", ['"K"']),
        (0.5, "%", ['"0.5 %"', '"50 %"']),
        ("0.5", "%", ['"0.5 %"', '"50 %"']),
        (True, "1", ["yes or no"]),
        (None, "MW", ["nothing"]),
        ([5], "MW", ["a list"]),
        (5j, "1", ["a complex"]),
        (np.array([5.0]), "1", ["a ndarray"]),
        (math.nan, "1", ["nan", "not a finite number"]),
        (10**400, "1", ["not a finite number"]),
        (Quantity(math.inf, "MW"), "MW", ["not a finite number"]),
        (UnitFloat(math.nan, "MW"), "MW", ["not a finite number"]),
    ],
)
def test_what_would_need_a_guess_is_refused_with_the_fix(text: object, unit: str, parts: list[str]) -> None:
    with pytest.raises(UnitError) as caught:
        read_quantity(text, unit)
    for part in parts:
        assert part in str(caught.value)


def test_refusal_says_where_it_happened_when_told() -> None:
    with pytest.raises(UnitError, match=r'^mine\.yaml:12:15: park\.wind: 5 has no unit; write "5 MW"$'):
        read_quantity(5, "MW", where="mine.yaml:12:15", key="park.wind")
    with pytest.raises(UnitError, match=r"^5 has no unit"):
        read_quantity(5, "MW")


def test_long_text_is_cut_in_the_message() -> None:
    with pytest.raises(UnitError) as caught:
        read_quantity("9" * 1_000_000 + " MW", "MW")
    assert len(str(caught.value)) < 200


def test_hostile_texts_are_refused_without_a_hang() -> None:
    hostile = ["9**9**9 MW", "9" * 99, "1e" + "9" * 90 + " MW", "," * 100, "1," * 50, "1 " * 50, "(" * 100, "m^" * 50]
    for text in hostile:
        with pytest.raises(UnitError):
            read_quantity(text, "MW")


def test_quantity_keeps_what_was_written() -> None:
    assert str(read_quantity("4.8MW", "kW")) == "4.8 MW"
    assert str(read_quantity("10 kt", "t")) == "10 kt"
    assert str(read_quantity("3 年", "yr")) == "3 年"
    assert str(read_quantity("0.5", "1")) == "0.5"


def test_quantity_equals_by_value_and_unit_and_is_frozen() -> None:
    assert Quantity(1.0, "MW") == Quantity(1.0, "MW") != Quantity(1000.0, "kW")
    assert len({Quantity(1.0, "MW"), Quantity(1.0, "MW")}) == 1
    with pytest.raises(FrozenInstanceError):
        Quantity(1.0, "MW").value = 2.0  # type: ignore[misc]
    with pytest.raises(UnitError):
        Quantity(1.0, "megawatt")


def test_pickle_of_a_quantity_holds_nothing_of_pint() -> None:
    for source in (read_quantity("4.8 MW", "kW"), read_quantity(REGISTRY.Quantity(4.8, pint_unit("MW")), "kW")):
        data = pickle.dumps(source)
        texts = {argument for _, argument, _ in pickletools.genops(data) if isinstance(argument, str)}
        assert b"pint" not in data and b"numpy" not in data
        assert {text for text in texts if "." in text} == {"decarb.units.quantity"}
        assert pickle.loads(data) == source


def test_pint_quantities_of_any_registry_are_read_by_their_words() -> None:
    other = pint.UnitRegistry()
    assert read_quantity(other.Quantity(4.8, "megawatt"), "MW") == Quantity(4.8, "MW")
    assert read_quantity(other.Quantity(3, "kWh/m**2/year"), "kWh/m2/yr").to("kWh/m2/yr") == 3.0
    assert read_quantity(other.Quantity(5, "percent"), "1").to("1") == 0.05
    assert read_quantity(other.Quantity(0.5, ""), "1").to("1") == 0.5
    assert read_quantity(REGISTRY.Quantity(2.0, pint_unit("t CO2/MWh")), "kg CO2/kWh").to("kg CO2/kWh") == 2.0


@pytest.mark.parametrize(
    ("value", "unit", "target"),
    [
        (1.0, "horsepower", "MW"),
        (1.0, "knot", "t"),
        (20.0, "degC", "K"),
        (1.0, "kWh", "kW"),
        (math.nan, "MW", "MW"),
        (np.array([1.0]), "MW", "MW"),
    ],
)
def test_pint_quantities_outside_our_words_are_refused(value: object, unit: str, target: str) -> None:
    with pytest.raises(UnitError):
        read_quantity(pint.UnitRegistry().Quantity(value, unit), target)


def test_a_word_that_means_something_else_in_another_registry_is_refused() -> None:
    other = pint.UnitRegistry()
    other.define("nautical_speed = 1852 meter / hour = kt")
    with pytest.raises(UnitError, match="means something else"):
        parse_quantity(other.Quantity(10, "nautical_speed"))


def test_unit_float_is_a_frozen_float_with_a_unit() -> None:
    weight = UnitFloat(27.9, "t CO2e")
    assert (weight, repr(weight), str(weight), f"{weight:.0f}") == (27.9, "27.9 t CO2e", "27.9 t CO2e", "28")
    assert type(weight + 1) is float
    assert read_quantity(weight, "kg CO2e").to("kg CO2e") == 27900.0
    copy = pickle.loads(pickle.dumps(weight))
    assert (copy, copy.units, type(copy)) == (27.9, "t CO2e", UnitFloat)
    with pytest.raises(AttributeError, match="frozen"):
        weight.units = "kg"
    with pytest.raises(AttributeError, match="frozen"):
        del weight.units


@settings(deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from(sorted(set(WORDS) - {"percent"})))
def test_what_is_printed_reads_back_as_the_same_quantity(value: float, unit: str) -> None:
    quantity = Quantity(value, unit)
    assert parse_quantity(str(quantity)) == quantity


@settings(deadline=None)
@given(
    st.from_regex(
        r"[+-]?([0-9]{1,12}(\.[0-9]{0,9})?|\.[0-9]{1,9})([eE][+-]?[0-9]{1,2})?", fullmatch=True, alphabet=ASCII
    ),
    st.sampled_from(["", " ", "  "]),
    st.sampled_from(["MW", "EJ", "%", "t CO2", "千瓦时", "kWh/m^2"]),
)
def test_every_plain_decimal_number_is_read_exactly(number: str, gap: str, unit: str) -> None:
    assert parse_quantity(f"{number}{gap}{unit}") == Quantity(float(Fraction(number)), unit)


@settings(deadline=None)
@given(st.text(alphabet="0123456789.,eE+-*/^_ %MWkhtCO2٣４x()", max_size=20))
def test_a_number_is_never_taken_from_a_text_with_other_marks(text: str) -> None:
    try:
        quantity = parse_quantity(text)
    except UnitError:
        return
    assert not set(text) & set(",_x٣４")
    assert str(quantity.unit) in ("1", " ".join(text.split())[-len(quantity.unit) :])


@settings(deadline=None)
@given(st.text(max_size=110) | st.none() | st.booleans() | st.floats() | st.integers() | st.binary(max_size=5))
def test_anything_is_a_quantity_or_a_unit_error(source: object) -> None:
    try:
        quantity = read_quantity(source, "1")
    except UnitError:
        return
    assert math.isfinite(quantity.value) and math.isfinite(quantity.to("1"))


@settings(deadline=None)
@given(st.floats(1e-9, 1e9), st.sampled_from(["kW", "MW", "万千瓦", "GW", "kWh/d", "TWh/yr", "EJ/yr"]))
def test_converting_there_and_back_returns_the_number(value: float, unit: str) -> None:
    there = Quantity(value, unit).to("MW")
    assert Quantity(there, "MW").to(unit) == pytest.approx(value, rel=1e-14)
