"""What a scenario says of its rollout stands in one input each; the rest are rows of the tables."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import xarray as xr
from scenario_samples import SCENARIO, changed

from decarb.nation.adoption import CURVES
from decarb.nation.rollout import OF_NATION
from decarb.scenario.rollout_inputs import rollout_inputs
from decarb.scenario.schema import ScenarioSpec
from decarb.tables import Bound, table_array
from decarb.units import converted, units_of

BOUNDS: tuple[Bound, ...] = ("low", "value", "high")
NUMBERS: dict[str, tuple[str | int, float, str]] = {
    "anchor": ("7 zone", 7.0, "logistic"),
    "anchor_year": (2041, 2041.0, "logistic"),
    "growth": ("50 %/yr", 0.5, "logistic"),
    "innovation": ("2 %/yr", 0.02, "bass"),
    "imitation": ("3 %/yr", 0.03, "bass"),
    "delay": ("8760 h", 1.0, "policy"),
    "ceiling": ("50 %", 0.5, "policy"),
    "build_rate": ("40 zone/yr", 40.0, "policy"),
    "capacity_rate": ("500 MW/yr", 0.5, "policy"),
    "lifetime": ("20 yr", 20.0, "policy"),
    "renewed_share": ("0.25", 0.25, "policy"),
    "retrofit_age": ("11 yr", 11.0, "policy"),
    "retrofit_share": ("0.75", 0.75, "policy"),
}


def inputs_of(_bound: Bound = "value", /, **rollout: Any) -> dict[str, xr.DataArray]:
    data = changed(SCENARIO, "rollout", rollout)
    return rollout_inputs(ScenarioSpec.model_validate(data), _bound)


def test_every_input_of_the_rollout_is_there_with_its_unit() -> None:
    inputs = inputs_of()
    assert set(inputs) == {*OF_NATION, "rollout_curve", "rollout_ceiling", "scaled", "template_built"}
    assert all(isinstance(units_of(array), str) for array in inputs.values())


@pytest.mark.parametrize("field", NUMBERS)
def test_each_stated_value_goes_to_its_own_input(field: str) -> None:
    text, number, curve = NUMBERS[field]
    changes: dict[str, Any] = {field: text}
    usual, stated = inputs_of(curve=curve), inputs_of(curve=curve, **changes)
    assert float(stated[f"rollout_{field}"]) == pytest.approx(number, rel=1e-12)
    for name in set(usual) - {f"rollout_{field}"}:
        xr.testing.assert_identical(stated[name], usual[name])


def test_better_stores_are_an_input_of_their_own() -> None:
    assert float(inputs_of(store_loss_change="-3 %/yr")["store_loss_change"]) == pytest.approx(-0.03)


@pytest.mark.parametrize(("mode", "scaled", "built"), [("scale", 1, 1), ("clone", 0, 1), ("claim", 1, 0)])
def test_a_mode_says_how_large_the_template_is_and_whether_it_is_built(mode: str, scaled: int, built: int) -> None:
    inputs = inputs_of(mode=mode)
    assert (float(inputs["scaled"]), float(inputs["template_built"])) == (scaled, built)


@pytest.mark.parametrize("curve", CURVES)
def test_one_curve_is_chosen(curve: str) -> None:
    own: dict[str, Any] = {"table": {2030: "100 zone"}} if curve == "table" else {}
    weights = inputs_of(curve=curve, **own)["rollout_curve"]
    assert weights["curve"].values.tolist() == list(CURVES)
    assert weights.sum() == weights.sel(curve=curve) == 1.0


def test_lists_and_tables_stand_in_their_years() -> None:
    inputs = inputs_of(lists={2026: "60 zone", 2031: "90 zone"})
    assert inputs["rollout_lists"].to_series().to_dict() == {2026: 60.0, 2031: 90.0}
    assert bool(inputs["rollout_table"].isnull().all())
    table = inputs_of(curve="table", table={2030: "100 zone", 2040: "300 zone"})
    assert table["rollout_table"].to_series().to_dict() == {2030: 100.0, 2040: 300.0}
    rows = table_array("parameters", "listed_zones", "year")
    xr.testing.assert_identical(table["rollout_lists"], rows)


@pytest.mark.parametrize("name", ["rollout_ceiling", "rollout_delay", "rollout_lifetime", "store_loss_change"])
def test_the_ends_of_the_tables_ranges_can_be_read(name: str) -> None:
    low, value, high = (float(inputs_of(bound)[name]) for bound in BOUNDS)
    assert low < value < high


def test_what_is_stated_has_no_range() -> None:
    assert {float(inputs_of(bound, delay="2 yr")["rollout_delay"]) for bound in BOUNDS} == {2.0}
    # What was listed in 2025 is read; what is wanted by 2030 has a range.
    lists = [inputs_of(bound)["rollout_lists"].values.tolist() for bound in BOUNDS]
    assert lists == [[52.0, 60.0], [52.0, 100.0], [52.0, 150.0]]


def test_without_a_cap_there_is_none() -> None:
    inputs = inputs_of()
    for name, unit in (("rollout_build_rate", "zone/yr"), ("rollout_capacity_rate", "GW/yr")):
        assert units_of(inputs[name]) == unit and float(inputs[name]) == np.inf
    assert float(inputs_of(build_rate="0 zone/yr")["rollout_build_rate"]) == 0.0


def test_a_ceiling_may_differ_and_the_lower_of_two_holds() -> None:
    ceiling = inputs_of(ceiling_of={"national": 0.5, "metals": 0.2, "general": 0.55})["rollout_ceiling"]
    usual = float(converted(inputs_of()["rollout_ceiling"], "1"))
    assert ceiling.dims == ("level", "archetype") and units_of(ceiling) == "1"
    of = {(level, kind): float(ceiling.sel(level=level, archetype=kind))
          for level in ("national", "provincial") for kind in ("metals", "general", "logistics")}  # fmt: skip
    assert of == {
        ("national", "metals"): 0.2, ("national", "general"): 0.5, ("national", "logistics"): 0.5,
        ("provincial", "metals"): 0.2, ("provincial", "general"): 0.55, ("provincial", "logistics"): usual,
    }  # fmt: skip
