"""A solution in words: differences have units, factors and ranges say what they mean, and rounding stays inside."""

from __future__ import annotations

from dataclasses import replace

import hypothesis.strategies as st
import pytest
from hypothesis import given

from decarb.analysis.solution import Found, Interval, Relaxation, Solution, rounded_towards, setting_line
from decarb.analysis.wording import amount

AT = Found(0.5, {"ndc-2035": -0.001})
HOLDS = Solution(
    scenario="plan", targets=("ndc-2035",), margin_units={"ndc-2035": "1"}, lever="capture.level", unit="1",
    by="value", low=0.0, high=1.0, bounds_from="given", rising=True, now=AT,
    intervals=(Interval(0.541314, 1.0, "ndc-2035", "the high end of the lever"),), value=0.541314,
    settings={"capture.level": "0.541314"}, towards={"capture.level": "1"}, digits=4,
    best=Found(1.0, {"ndc-2035": 0.1}),
    binding="ndc-2035", spread={"ndc-2035": 0.000248}, relaxation=None, outside=(0.0, 1.0), curve=(AT,), tolerance=1e-6,
)  # fmt: skip
FAILS = replace(HOLDS, intervals=(), value=None, settings={}, towards={}, best=Found(0.9, {"ndc-2035": -8.02067e-05}))


def test_where_it_holds_the_line_to_copy_stands_below() -> None:
    assert str(HOLDS).splitlines() == [
        "ndc-2035 holds for capture.level from 0.541314 (ndc-2035) to 1 (the high end of the lever); plan has 0.5",
        "--set capture.level=0.5414",
    ]


def test_where_the_scenario_holds_as_it_stands_there_is_nothing_to_copy() -> None:
    inside = replace(HOLDS, settings={"capture.level": "0.7"}, towards={"capture.level": "0.7"})
    assert "--set" not in str(inside)
    assert inside.rounded(1) == {"capture.level": "0.7"}


def test_what_is_missing_is_said_in_points_and_in_units() -> None:
    assert "the best is 0.9, missing ndc-2035 by 0.008 points (the lever moves it by 0.025 points);" in str(FAILS)
    tons = replace(
        FAILS, margin_units={"ndc-2035": "Mt CO2/yr"}, best=Found(0.9, {"ndc-2035": -1520.4}),
        spread={"ndc-2035": 12.34},
    )  # fmt: skip
    assert "missing ndc-2035 by 1,520 Mt CO2/yr (the lever moves it by 12.3 Mt CO2/yr);" in str(tons)


def test_a_lever_that_moves_nothing_has_no_best_value() -> None:
    still = replace(FAILS, lever="rollout.lifetime", unit="yr", low=20.0, high=30.0, spread={"ndc-2035": 1e-16})
    assert str(still) == (
        "no value of rollout.lifetime inside 20 to 30 yr makes ndc-2035 hold; missing ndc-2035 by 0.008 points "
        "(the lever does not move it); nor does any value outside that was tried, 0 to 1 yr"
    )


def test_a_factor_says_that_it_multiplies_and_what_each_value_becomes() -> None:
    both = replace(
        HOLDS, lever="capture.level,capture.rate", by="factor", value=1.05, now=Found(1.0, {}),
        intervals=(Interval(1.05, 1.1, "ndc-2035", "the high end of the lever"),),
        settings={"capture.level": "0.525", "capture.rate": "0.945"},
        towards={"capture.level": "0.55", "capture.rate": "0.99"},
    )  # fmt: skip
    first, second = str(both).splitlines()
    assert "from 1.05 times (ndc-2035) to 1.1 times (" in first
    assert first.endswith("plan stands at 1 times; 1.05 times each: capture.level 0.525, capture.rate 0.945")
    assert second == "--set capture.level=0.525 --set capture.rate=0.945"


@pytest.mark.parametrize(("rising", "value", "words"), [
    (True, 0.563, "0.563 of the way to the helping ends"), (False, -0.563, "0.563 of the way to the helping ends"),
    (True, -0.2, "0.2 of the way to the hindering ends"), (True, 0.0, "0 of the way"),
])  # fmt: skip
def test_a_place_in_a_range_says_to_which_ends(rising: bool, value: float, words: str) -> None:
    along = replace(HOLDS, by="range", rising=rising, intervals=(Interval(value, value, "ndc-2035", "peak-2030"),))
    assert f"from {words} (ndc-2035) to {words} (peak-2030)" in str(along)


def test_the_nearest_value_outside_comes_with_its_line() -> None:
    past = replace(
        FAILS, relaxation=Relaxation(1.234567, "high", 0.234567, 0.2), settings={"capture.level": "1.234567"},
        towards={"capture.level": "9"},
    )  # fmt: skip
    first, second = str(past).splitlines()
    assert first.endswith("the nearest value outside is 1.23457, 0.234567 past the high end")
    assert second == "--set capture.level=1.235"


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.integers(1, 6))
def test_a_rounded_number_lies_between_its_own_and_the_far_end(value: float, far: float, digits: int) -> None:
    text = rounded_towards({"a.b": f"{value!r} GW"}, {"a.b": f"{far!r} GW"}, digits)["a.b"]
    number = float(text.removesuffix(" GW"))
    assert min(value, far) <= number <= max(value, far)
    # A step of so many digits is at most 10 ** (1 - digits) of the number.
    assert abs(number - value) <= max(abs(value), abs(number)) * 10.0 ** (1 - digits) or number == value


def test_paths_are_rounded_and_set_by_year_and_whole_years_stay() -> None:
    settings = {"power.wind.capacity": {2035: "1370.94 GW"}, "rollout.anchor_year": 2031}
    far = {"power.wind.capacity": {2035: "1500 GW"}, "rollout.anchor_year": 2040}
    rounded = rounded_towards(settings, far, 4)
    assert rounded == {"power.wind.capacity": {2035: "1371 GW"}, "rollout.anchor_year": 2031}
    assert setting_line(rounded) == '--set "power.wind.capacity.2035=1371 GW" --set rollout.anchor_year=2031'


@given(st.floats(1e-9, 1e6), st.sampled_from(["1", "1/yr", "Mt CO2/yr"]))
def test_an_amount_is_within_one_part_in_twenty_and_has_a_unit(value: float, unit: str) -> None:
    number, _, said = amount(value, unit).partition(" ")
    scale = 1.0 if unit == "Mt CO2/yr" else 100.0
    assert float(number.replace(",", "")) / scale == pytest.approx(value, rel=0.05)
    assert said == (unit if unit == "Mt CO2/yr" else "points")
