"""What a file may say: units on every dimensional field, plausible sizes, years in order, and nothing unknown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Annotated, Any, get_args, get_origin

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from decarb.scenario import schema
from decarb.scenario.reading import read_yaml
from decarb.scenario.schema import FIRST_FREE_YEAR, LAST_YEAR, OriginSpec, ParkSpec, ScenarioSpec, Spec, Store
from decarb.units import Quantity, dimension, parse_quantity
from decarb.variables import shipped

PARK = read_yaml(shipped("scenarios", "parks/yizhuang.yaml")).data
SCENARIO: dict[str, Any] = {"kind": "scenario", "name": "mine", "park": PARK}
YEARS = st.integers(FIRST_FREE_YEAR, LAST_YEAR)
PATHS = {
    "economy.gdp_growth": "4 %/yr",
    "power.solar.capacity": "3000 GW",
    "power.wind.capacity": "3000 GW",
    "power.hydro.generation": "1500 TWh/yr",
    "credits.issued": "50 Mt CO2e/yr",
}


def changed(data: dict[str, Any], key: str, value: Any) -> dict[str, Any]:
    """The data with one dotted key set."""
    copy = deepcopy(data)
    *parents, last = key.split(".")
    place = copy
    for parent in parents:
        place = place.setdefault(parent, {})
    place[last] = value
    return copy


def quantities(data: dict[str, Any], at: str = "") -> Iterator[tuple[str, str]]:
    """Every dotted key of a park that holds a quantity."""
    for key, value in data.items():
        if isinstance(value, dict):
            yield from quantities(value, f"{at}{key}.")
        elif key not in ("kind", "name", "description", "province"):
            yield f"{at}{key}", str(value)


DIMENSIONAL = {key: text for key, text in quantities(PARK) if parse_quantity(text).unit != "1"}


KINDS = {
    name: found
    for name, found in vars(schema).items()
    if get_origin(found) is Annotated and get_args(found)[0] is Quantity
}


def assert_refused(model: type[BaseModel], data: dict[str, Any], key: str, message: str) -> None:
    with pytest.raises(ValidationError) as caught:
        model.model_validate(data)
    (error,) = caught.value.errors()
    assert key.startswith(".".join(str(part) for part in error["loc"] if part != "[key]"))
    assert re.search(message, error["msg"])


def test_the_shipped_park_states_its_capacity_in_quotes() -> None:
    assert '  capacity: "4.8 MW"\n' in shipped("scenarios", "parks/yizhuang.yaml").read_text(encoding="utf-8")
    assert len(DIMENSIONAL) > 20


@pytest.mark.parametrize("key", DIMENSIONAL)
def test_a_dimensional_field_needs_its_unit_and_its_dimension(key: str) -> None:
    number = parse_quantity(DIMENSIONAL[key]).value
    assert_refused(ParkSpec, changed(PARK, key, number), key, "has no unit")
    assert_refused(ParkSpec, changed(PARK, key, f"{number} kg"), key, "is mass, expected ")


@pytest.mark.parametrize("key", [key for key, _ in quantities(PARK)])
@pytest.mark.parametrize("number", ["-1", "nan", "inf", "1e999", "1e300"])
def test_no_size_of_a_park_is_negative_endless_or_absurd(key: str, number: str) -> None:
    unit = parse_quantity(dict(quantities(PARK))[key]).unit
    text = number if unit == "1" else f"{number} {unit}"
    with pytest.raises(ValidationError):
        ParkSpec.model_validate(changed(PARK, key, text))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_quantity_has_an_example_that_it_accepts_and_no_bare_number(kind: str) -> None:
    adapter = TypeAdapter(KINDS[kind])
    (example,) = get_args(KINDS[kind])[-1].examples
    assert str(adapter.validate_python(example)) == example
    if parse_quantity(example).unit != "1":
        with pytest.raises(ValidationError, match="has no unit"):
            adapter.validate_python(parse_quantity(example).value)


def test_every_part_of_a_file_is_strict_frozen_and_closed() -> None:
    parts = [found for found in vars(schema).values() if isinstance(found, type) and issubclass(found, Spec)]
    assert len(parts) > 20
    for part in parts:
        assert part.model_config.get("extra") == "forbid", part
        assert part.model_config.get("frozen") and part.model_config.get("strict"), part


def test_a_unit_of_the_same_dimension_says_the_same() -> None:
    in_kw = ParkSpec.model_validate(changed(PARK, "wind.capacity", "4800 kW"))
    assert in_kw.wind.capacity.to("MW") == 4.8
    assert in_kw.wind.capacity.unit == "kW"


def test_what_a_scenario_leaves_out_is_none_and_not_a_number() -> None:
    spec = ScenarioSpec.model_validate(SCENARIO)
    assert (spec.seed, spec.land_view, spec.rollout.mode) == (2021, "inventory", "scale")
    assert spec.power.solar.capacity is spec.economy.gdp_growth is spec.capture.level is None


@pytest.mark.parametrize("model", [ParkSpec, ScenarioSpec])
@pytest.mark.parametrize("key", ["nonsense", "load.nonsense"])
def test_unknown_keys_are_refused_at_every_level(model: type[Spec], key: str) -> None:
    if model is ScenarioSpec:
        key = f"park.{key}"
    assert_refused(model, changed(PARK if model is ParkSpec else SCENARIO, key, 1), key, "Extra inputs")


def test_a_spec_cannot_be_changed() -> None:
    spec = ScenarioSpec.model_validate(SCENARIO)
    with pytest.raises(ValidationError, match="frozen"):
        spec.seed = 1  # type: ignore[misc]
    with pytest.raises(ValidationError, match="frozen"):
        spec.park.wind.capacity = Quantity(1.0, "MW")  # type: ignore[misc]


@pytest.mark.parametrize("key", PATHS)
@given(years=st.lists(YEARS, min_size=1, max_size=5, unique=True))
def test_a_path_is_accepted_exactly_when_its_years_rise(key: str, years: list[int]) -> None:
    data = changed(SCENARIO, key, dict.fromkeys(years, PATHS[key]))
    if years == sorted(years):
        ScenarioSpec.model_validate(data)
    else:
        assert_refused(ScenarioSpec, data, key, r"the year \d+ comes after \d+; sort the years")


@pytest.mark.parametrize("key", PATHS)
def test_a_path_has_a_year_and_only_free_ones(key: str) -> None:
    assert_refused(ScenarioSpec, changed(SCENARIO, key, {}), key, "at least 1")
    for year in (FIRST_FREE_YEAR - 1, LAST_YEAR + 1):
        assert_refused(ScenarioSpec, changed(SCENARIO, key, {year: PATHS[key]}), f"{key}.{year}", "than or equal")
    assert_refused(ScenarioSpec, changed(SCENARIO, key, {"2035": PATHS[key]}), f"{key}.2035", "integer")


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_store_has_room_between_its_levels(low: float, high: float) -> None:
    data = {**PARK["store"], "minimum_state_of_charge": low, "maximum_state_of_charge": high}
    if low <= high:
        assert Store.model_validate(data)
    else:
        with pytest.raises(ValidationError, match="swap them"):
            Store.model_validate(data)


def test_the_ends_of_a_range_are_compared_across_units() -> None:
    key = "ranges.annual_load"
    assert ParkSpec.model_validate(changed(PARK, key, {"low": "10 GWh/yr", "high": "17000 MWh/yr"}))
    assert_refused(ParkSpec, changed(PARK, key, {"low": "10 GWh/yr", "high": "1700 MWh/yr"}), key, "lies above high")


@given(st.lists(st.integers(0, 100), min_size=4, max_size=4))
def test_captured_co2_comes_from_somewhere_and_only_once(parts: list[int]) -> None:
    shares = dict(zip(("fossil", "process", "biomass", "air"), (part / 100 for part in parts), strict=True))
    if sum(parts) == 100:
        OriginSpec.model_validate(shares)
    else:
        with pytest.raises(ValidationError, match="make them add to 1"):
            OriginSpec.model_validate(shares)


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("park.province", "Bejing", 'did you mean "Beijing"'),
        ("park.province", "Unallocated", "is no province"),
        ("land_view", "both", "inventory"),
        ("rollout.mode", "copy", "clone"),
        ("seed", True, "valid integer"),
        ("seed", "2021", "valid integer"),
        ("seed", 2**32, "less than or equal"),
        ("name", "China 2060", "pattern"),
        ("name", "../etc", "pattern"),
        ("power.solar.includes_parks", "yes", "boolean"),
        ("description", "x" * 2001, "2000 characters"),
    ],
)
def test_names_and_choices_are_checked(key: str, value: Any, message: str) -> None:
    assert_refused(ScenarioSpec, changed(SCENARIO, key, value), key, message)


def test_tonnes_of_co2_and_of_co2e_are_not_the_same() -> None:
    assert dimension("Mt CO2/yr") != dimension("Mt CO2e/yr")
    assert_refused(ScenarioSpec, changed(SCENARIO, "land.co2_2060", "-1 Mt CO2e/yr"), "land.co2_2060", "CO2e")
    assert_refused(
        ScenarioSpec, changed(SCENARIO, "credits.issued", {2030: "1 Mt CO2/yr"}), "credits.issued.2030", "CO2e"
    )
