from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from decarb.errors import CallError
from decarb.report.json_schema import json_schema, write_json_schema
from decarb.scenario.reading import read_yaml
from decarb.scenario.scenario import shipped_scenarios, stated_in
from decarb.scenario.schema import ScenarioSpec
from decarb.variables import shipped

jsonschema = pytest.importorskip("jsonschema")


@pytest.fixture(scope="module", params=["scenario", "park"])
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def schemas() -> Mapping[str, Any]:
    return {kind: json_schema(kind) for kind in ("scenario", "park")}


def as_json(value: Any) -> Any:
    """Return what YAML read as JSON holds it: years are text there."""
    return json.loads(json.dumps(value))


def faults(schema: Mapping[str, Any], value: Any) -> list[str]:
    return [error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(as_json(value))]


def test_it_is_a_schema_of_the_dialect_it_names_and_names_no_place(kind: str, schemas: Mapping[str, Any]) -> None:
    jsonschema.Draft202012Validator.check_schema(schemas[kind])
    assert schemas[kind]["$schema"] == jsonschema.Draft202012Validator.META_SCHEMA["$schema"]
    assert "$id" not in schemas[kind]


@pytest.mark.parametrize("name", shipped_scenarios())
def test_every_shipped_file_fits_as_it_is_written_and_with_all_it_extends(
    name: str, schemas: Mapping[str, Any]
) -> None:
    stated = stated_in(name)
    folder = shipped("scenarios", "parks" if stated["kind"] == "park" else "")
    written = read_yaml(folder / f"{name}.yaml").data
    assert faults(schemas[stated["kind"]], stated) == []
    assert faults(schemas[stated["kind"]], written) == []


@pytest.mark.parametrize("change", [
    {"rollout": {"growth": 5}},  # no unit
    {"rollout": {"growth": "fast"}},
    {"rollout": {"grwth": "5 %/yr"}},
    {"rollout": {"ceiling": 1.5}},
    {"rollout": {"mode": "copy"}},
    {"seed": "x"},
    {"park": {"wind": {"capacity": 4.8}}},
    {"sectors": {"process": {"electrified_share_2060": "half"}}},
])  # fmt: skip
def test_what_an_editor_can_see_is_refused(change: Mapping[str, Any], schemas: Mapping[str, Any]) -> None:
    base = {"kind": "scenario", "extends": "china-2060", "name": "mine"}
    assert faults(schemas["scenario"], base) == []
    assert len(faults(schemas["scenario"], base | change)) == 1


def test_a_file_that_extends_nothing_needs_its_park(schemas: Mapping[str, Any]) -> None:
    assert faults(schemas["scenario"], {"kind": "scenario", "name": "mine"})


@pytest.mark.parametrize("text", ["4.8 MW", "4.8MW", "-1346 Mt CO2/yr", "1e3 GW", "480 万千瓦", "5 1/yr", ".5 %/yr"])
def test_each_form_of_a_quantity_that_is_read_fits_the_pattern(text: str, schemas: Mapping[str, Any]) -> None:
    growth = schemas["scenario"]["$defs"]["RolloutSpec"]["properties"]["growth"]
    assert faults(growth, text) == [] and faults(growth, "5") and faults(growth, 5) and faults(growth, "1e3")


def test_fields_are_described_with_their_range(schemas: Mapping[str, Any]) -> None:
    growth = schemas["scenario"]["$defs"]["RolloutSpec"]["properties"]["growth"]
    assert growth["description"] == "growth of adoption: 0 to 200 %/yr"
    assert growth["anyOf"][0]["examples"] == ["13.1 %/yr"]
    assert set(ScenarioSpec.model_fields) < set(schemas["scenario"]["properties"])


def test_a_file_of_it_is_new_and_whole(tmp_path: Path) -> None:
    path = write_json_schema(tmp_path / "park.schema.json", "park")
    assert json.loads(path.read_text("utf-8"))["title"] == "Park of decarb"
    with pytest.raises(CallError, match="exists"):
        write_json_schema(path)
