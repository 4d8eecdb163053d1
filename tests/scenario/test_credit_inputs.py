"""Credits as a scenario states them: what it leaves out comes from the tables, and one rule says who comes first."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import xarray as xr
from scenario_samples import SCENARIO, assert_refused, changed

from decarb.scenario.credit_inputs import credit_inputs
from decarb.scenario.schema import ScenarioSpec
from decarb.tables import table_value
from decarb.variables import variable


def inputs(bound: Any = "value", **stated: Any) -> dict[str, xr.DataArray]:
    spec = ScenarioSpec.model_validate(changed(SCENARIO, "credits", stated))
    return credit_inputs(spec, bound)


def test_what_a_scenario_leaves_out_is_the_row_of_its_table() -> None:
    found = inputs()
    for name, table in (("additionality", "parameters"), ("ccer_market_use", "parameters"),
                        ("ccer_displacement_share", "parameters"), ("ccer_use_limit", "credits")):  # fmt: skip
        assert float(found[name]) == table_value(table, name).value
        assert float(inputs("high")[name]) == table_value(table, name, bound="high").value
    assert float(found["additionality"]) == 0.0
    np.testing.assert_array_equal(found["carbon_market_allowances"], np.full(41, 8000.0))


def test_every_input_is_in_the_dictionary_with_its_unit_and_every_year() -> None:
    for name, array in inputs().items():
        assert array.attrs["units"] == variable(name).unit
        assert set(array.dims) <= {"year"}
        assert bool(np.isfinite(array).all())


def test_issues_start_with_the_relaunch_and_run_straight_through_what_is_named() -> None:
    table = inputs()["ccer_issued"]
    assert table.sel(year=[2020, 2023, 2024, 2025, 2030, 2060]).values.tolist() == [0.0, 0.0, 0.0, 9.5, 50.0, 100.0]
    own = inputs(issued={2030: "29.5 Mt CO2e/yr", 2040: "0 Mt CO2e/yr"})["ccer_issued"]
    # As observed to 9.5 in 2025, in five years to 29.5, then to 0 in ten, and nothing after.
    found = own.sel(year=[2024, 2025, 2026, 2030, 2035, 2060]).values.tolist()
    assert found == pytest.approx([0.0, 9.5, 13.5, 29.5, 14.75, 0.0])


def test_allowances_fall_from_those_of_today_along_what_is_named() -> None:
    falling = inputs(allowances={2035: "4000 Mt CO2/yr", 2060: "1000 Mt CO2/yr"})["carbon_market_allowances"]
    assert falling.sel(year=[2020, 2025, 2030, 2035, 2060]).values.tolist() == [8000.0, 8000.0, 6000.0, 4000.0, 1000.0]


def test_what_is_stated_is_what_the_model_gets() -> None:
    found = inputs(additionality="0.4", displacement_share="50 %", use_limit="10 %", market_use="1")
    names = ("additionality", "ccer_displacement_share", "ccer_use_limit", "ccer_market_use")
    assert [float(found[name]) for name in names] == [0.4, 0.5, 0.1, 1.0]


@pytest.mark.parametrize(
    ("priority", "weights"), [("shared", (0.0, 0.0)), ("parks", (1.0, 0.0)), ("market", (0.0, 1.0))]
)
def test_one_rule_says_who_comes_first(priority: str, weights: tuple[float, float]) -> None:
    found = inputs(priority=priority)
    assert (float(found["ccer_parks_first"]), float(found["ccer_market_first"])) == weights


def test_credits_are_shared_where_nothing_is_said() -> None:
    assert float(inputs()["ccer_parks_first"]) == float(inputs()["ccer_market_first"]) == 0.0


@pytest.mark.parametrize(
    ("key", "value", "place", "message"),
    [
        ("priority", "projects", "priority", "shared"),
        ("additionality", "1.2", "additionality", "outside 0 to 1"),
        ("use_limit", "-5 %", "use_limit", "outside 0 to 1"),
        ("allowances", {2030: "8000"}, "allowances.2030", "no unit"),
        ("allowances", {2030: "8 Gt CO2e/yr"}, "allowances.2030", "CO2"),
        ("issued", {2025: "8 Mt CO2e/yr"}, "issued.2025", "greater than or equal"),
        ("stock", "1 Mt CO2e", "stock", "Extra inputs"),
    ],
)
def test_bad_input_is_refused_at_its_key(key: str, value: Any, place: str, message: str) -> None:
    assert_refused(ScenarioSpec, changed(SCENARIO, f"credits.{key}", value), f"credits.{place}", message)
