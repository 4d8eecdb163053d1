from __future__ import annotations

import pytest

from decarb.scenario.describing import field_at, fields_of
from decarb.scenario.park_schema import ParkSpec
from decarb.scenario.schema import ScenarioSpec
from decarb.units import read_quantity


def test_every_leaf_of_both_schemas_is_a_field_and_a_scenario_holds_all_of_a_park() -> None:
    scenario, park = fields_of(ScenarioSpec), fields_of(ParkSpec)
    assert {key.removeprefix("park.") for key in scenario if key.startswith("park.")} == set(park)
    assert not [key for key in (*scenario, *park) if key.endswith("kind")]


@pytest.mark.parametrize(("key", "kind", "unit", "limits"), [
    ("rollout.growth", "quantity", "1/yr", (0.0, 2.0)),
    ("power.wind.capacity", "path", "GW", (0.0, 5e4)),
    ("template.fuel_saving_share", "quantity", "1", (0.0, 1.0)),
    ("template.fuel_saving_share.chemicals", "quantity", "1", (0.0, 1.0)),
    ("zones.usable_roof_share.metals", "quantity", "1", (0.0, 1.0)),
    ("captive.retirement_start", "whole", "", (2026, 2100)),
    ("park.wind.on", "yes-no", "", None),
    ("park.microgrid.order", "list", "", None),
    ("park.name", "text", "", None),
])  # fmt: skip
def test_a_field_says_what_it_takes(key: str, kind: str, unit: str, limits: object) -> None:
    field = fields_of(ScenarioSpec)[key]
    assert (field.kind, field.unit, field.limits) == (kind, unit, limits)


def test_choices_are_those_of_the_schema_and_provinces_those_of_the_tables() -> None:
    fields = fields_of(ScenarioSpec)
    assert fields["land_view"].choices == ("inventory", "bookkeeping")
    assert len(fields["park.province"].choices) == 31


@pytest.mark.parametrize(("key", "found"), [
    ("power.wind.capacity.2035", "power.wind.capacity"),
    ("zones.list.Hebei", "zones.list.*"),
    ("park.credits.0.bought", "park.credits.*.bought"),
    ("rollout.growth.2035", None),
    ("rollout.grwth", None),
])  # fmt: skip
def test_a_key_with_years_and_names_in_it_is_found(key: str, found: str | None) -> None:
    field = field_at(ScenarioSpec, key)
    assert (field.key if field else None) == found


def test_the_unit_of_a_field_reads_its_own_limits() -> None:
    for field in fields_of(ScenarioSpec).values():
        if field.unit and field.limits:
            assert read_quantity(f"{field.limits[1]:g} {field.unit}".removesuffix(" 1"), field.unit)


def test_what_belongs_together_is_of_one_whole() -> None:
    fields = fields_of(ScenarioSpec)
    whole = {key for key, field in fields.items() if field.is_of_whole(key.rpartition(".")[0])}
    assert {"capture.origin.air", "park.ranges.annual_load.low", "zones.national_mix.metals"} <= whole
    assert "rollout.growth" not in whole
