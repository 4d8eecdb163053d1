"""The kinds of value a file may hold: each has a unit that must be written, a range that holds, and an example."""

from __future__ import annotations

import re
from typing import Annotated, Any, get_args, get_origin

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from decarb.scenario import credits, fields, park_schema, schema
from decarb.scenario.fields import FIRST_FREE_YEAR, LAST_YEAR, CapacityPath, Province, Range, Spec, reads
from decarb.tables import provinces
from decarb.units import Quantity, dimension, parse_quantity

KINDS = {
    name: found
    for name, found in (*vars(fields).items(), *vars(credits).items())
    if get_origin(found) is Annotated and get_args(found)[0] is Quantity
}
HOSTILE = ("nan", "inf", "-inf", "1e999", "9**9**9", "1e300", "=1+1", "__import__('os')", "4,8", "４", "")
PARTS = {
    found
    for module in (fields, schema, park_schema, credits)
    for found in vars(module).values()
    if isinstance(found, type) and issubclass(found, Spec) and "[" not in found.__name__
}


class HeatRange(Range[fields.Heat]):
    """A range of heat."""


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_quantity_has_an_example_that_it_accepts_and_no_bare_number(kind: str) -> None:
    adapter = TypeAdapter(KINDS[kind])
    (example,) = get_args(KINDS[kind])[-1].examples
    assert str(adapter.validate_python(example)) == example
    if parse_quantity(example).unit != "1":
        with pytest.raises(ValidationError, match="has no unit"):
            adapter.validate_python(parse_quantity(example).value)


@pytest.mark.parametrize("kind", KINDS)
def test_no_kind_of_quantity_takes_what_is_no_plain_finite_number(kind: str) -> None:
    adapter = TypeAdapter(KINDS[kind])
    unit = parse_quantity(get_args(KINDS[kind])[-1].examples[0]).unit
    for number in HOSTILE:
        with pytest.raises(ValidationError):
            adapter.validate_python(number if unit == "1" else f"{number} {unit}")


@pytest.mark.parametrize("value", [True, None, [], {}, b"1 MW", float("nan"), float("inf"), 10**400, 1j])
def test_a_quantity_is_text_or_a_number(value: Any) -> None:
    for kind in ("Power", "Share"):
        with pytest.raises(ValidationError):
            TypeAdapter(KINDS[kind]).validate_python(value)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_quantity_is_accepted_exactly_inside_its_range(value: float) -> None:
    adapter = TypeAdapter(Annotated[Quantity, reads("MW", -2.0, 7.0)])
    if -2.0 <= value <= 7.0:
        assert adapter.validate_python(f"{value!r} MW").to("MW") == value
    else:
        with pytest.raises(ValidationError, match=r"write a value inside|finite"):
            adapter.validate_python(f"{value!r} MW")


def test_the_range_is_that_of_the_quantity_and_not_of_its_number() -> None:
    adapter = TypeAdapter(fields.Power)
    assert adapter.validate_python("99999999 kW").to("MW") == pytest.approx(99999.999)
    with pytest.raises(ValidationError, match="200 GW is outside 0 to 100000 MW"):
        adapter.validate_python("200 GW")


@pytest.mark.parametrize(
    ("kind", "text"), [("Yield", "1150"), ("Zones", "100"), ("Vehicles", "40"), ("SelfDischarge", "0.1")]
)
def test_what_the_registry_takes_for_a_number_needs_its_word(kind: str, text: str) -> None:
    with pytest.raises(ValidationError, match="has no unit; write"):
        TypeAdapter(KINDS[kind]).validate_python(text)


@pytest.mark.parametrize(
    ("kind", "text"),
    [("Share", "0.5 zone"), ("Share", "0.5 vehicle"), ("Share", "4380 h/yr"), ("Share", "1 yr/yr/person"),
     ("Share", "1 kg/t"), ("Zones", "100 vehicle"), ("Zones", "100 h/yr"), ("Zones", "50 %"),
     ("Zones", "3 zone zone"), ("Vehicles", "40 zone"), ("Yield", "0.2 zone"), ("Yield", "13 %"),
     ("Growth", "1 zone/yr"), ("BuildRate", "40 vehicle/yr"), ("BuildRate", "40 %/yr"), ("Delay", "3 yr zone"),
     ("Performance", "3 h/yr")],
)  # fmt: skip
def test_what_counts_something_else_is_no_amount(kind: str, text: str) -> None:
    with pytest.raises(ValidationError, match=r"is no plain number; write it like|is no amount in .*; write it in"):
        TypeAdapter(KINDS[kind]).validate_python(text)


@pytest.mark.parametrize(
    ("kind", "text"),
    [("Share", "0.5"), ("Share", 0.5), ("Share", "50 %"), ("Share", "0.5 t/t"), ("Share", "0.5 zone/zone"),
     ("Yield", "48 d/yr"), ("Zones", "100 zones"), ("BuildRate", "1 zone/d"), ("Growth", "13 %/yr"),
     ("AnnualEnergy", "2 GW"), ("AnnualEnergy", "14 million kW h/yr")],
)  # fmt: skip
def test_every_way_to_say_the_same_amount_is_taken(kind: str, text: str | float) -> None:
    assert isinstance(TypeAdapter(KINDS[kind]).validate_python(text), Quantity)


def test_a_range_has_no_unit_of_one_and_says_its_reason() -> None:
    for kind, text, said in (
        ("Share", "1.5", "1.5 is outside 0 to 1; write"),
        ("Growth", "-1 %/yr", "-1 %/yr is outside 0 to 200 %/yr; write"),
        ("StoreLossChange", "50 %/yr", "outside -50 to 0 %/yr, stores built later lose no more than those built"),
        ("CaptiveRatio", "0.01", "0.01 is outside 0.8 to 2, captive coal"),
        ("CaptiveShare", "1", "1 is outside 0 to 0.5, captive coal is about an eighth of thermal capacity; write"),
    ):
        with pytest.raises(ValidationError, match=re.escape(said)):
            TypeAdapter(KINDS[kind]).validate_python(text)


@pytest.mark.parametrize("name", ["China", "Germany", "Unallocated", "", "x"])
def test_what_is_no_slip_of_a_province_gets_no_guess(name: str) -> None:
    with pytest.raises(ValidationError, match="is no province; known: Anhui, Beijing, ") as refused:
        TypeAdapter(Province).validate_python(name)
    assert "did you mean" not in str(refused.value)


def test_mass_of_one_gas_is_not_that_of_another() -> None:
    assert len({dimension(unit) for unit in ("t/yr", "t CO2/yr", "t CO2e/yr", "t HFC134a/yr")}) == 4
    for kind, text in (("CO2Mass", "1 t CO2e/yr"), ("CO2eMass", "1 t CO2/yr"), ("RefrigerantMass", "1 t/yr")):
        with pytest.raises(ValidationError, match="expected"):
            TypeAdapter(KINDS[kind]).validate_python(text)


@pytest.mark.parametrize("name", provinces())
def test_every_province_is_a_province(name: str) -> None:
    assert TypeAdapter(Province).validate_python(name) == name


@pytest.mark.parametrize(("name", "message"), [("Bejing", 'did you mean "Beijing"'), ("Unallocated", "is no province")])
def test_no_other_place_is_a_province(name: str, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        TypeAdapter(Province).validate_python(name)


@given(st.lists(st.integers(FIRST_FREE_YEAR, LAST_YEAR), min_size=1, max_size=5, unique=True))
def test_the_years_of_a_path_rise(years: list[int]) -> None:
    adapter, path = TypeAdapter(CapacityPath), dict.fromkeys(years, "1 GW")
    if years == sorted(years):
        assert list(adapter.validate_python(path)) == years
    else:
        with pytest.raises(ValidationError, match="sort the years"):
            adapter.validate_python(path)


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_the_ends_of_a_range_are_compared_across_units(low: float, high: float) -> None:
    written = {"low": f"{low!r} GJ/yr", "high": f"{high!r} MJ/yr"}
    if low <= high * 1e-3 * (1 - 1e-12):
        assert HeatRange.model_validate(written)
    elif low > high * 1e-3 * (1 + 1e-12):
        with pytest.raises(ValidationError, match="swap them"):
            HeatRange.model_validate(written)


@pytest.mark.parametrize("part", sorted(PARTS, key=str), ids=lambda part: part.__name__)
def test_every_part_of_a_file_is_strict_frozen_and_closed(part: type[BaseModel]) -> None:
    assert part.model_config.get("extra") == "forbid"
    assert part.model_config.get("frozen") and part.model_config.get("strict")
    assert part.__doc__
