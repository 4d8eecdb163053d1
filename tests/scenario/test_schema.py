"""What a scenario file may say: units on every dimensional field, years in order, and nothing unknown."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from scenario_samples import SCENARIO, assert_refused, changed

from decarb.scenario.fields import FIRST_FREE_YEAR, LAST_YEAR
from decarb.scenario.schema import OriginSpec, ScenarioSpec
from decarb.units import Quantity, dimension

YEARS = st.integers(FIRST_FREE_YEAR, LAST_YEAR)
PATHS = {
    "economy.gdp_growth": "4 %/yr",
    "power.solar.capacity": "3000 GW",
    "power.wind.capacity": "3000 GW",
    "power.hydro.generation": "1500 TWh/yr",
    "credits.issued": "50 Mt CO2e/yr",
}


def test_what_a_scenario_leaves_out_is_none_and_not_a_number() -> None:
    spec = ScenarioSpec.model_validate(SCENARIO)
    assert (spec.seed, spec.land_view, spec.rollout.mode) == (2021, "inventory", "scale")
    assert spec.power.solar.capacity is spec.economy.gdp_growth is spec.capture.level is None


@pytest.mark.parametrize("key", ["nonsense", "park.nonsense", "park.lithium.nonsense", "power.solar.nonsense"])
def test_unknown_keys_are_refused_at_every_level(key: str) -> None:
    data = changed(SCENARIO, "power.solar.includes_parks", True)
    assert_refused(ScenarioSpec, changed(data, key, 1), key, "Extra inputs")


def test_a_spec_cannot_be_changed() -> None:
    spec = ScenarioSpec.model_validate(SCENARIO)
    with pytest.raises(ValidationError, match="frozen"):
        spec.seed = 1  # type: ignore[misc]
    with pytest.raises(ValidationError, match="frozen"):
        spec.park.wind.capacity = Quantity(1.0, "MW")  # type: ignore[misc,union-attr]


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
        ("name", "=1+1", "pattern"),
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
