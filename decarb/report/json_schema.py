"""The schema of scenario and park files as JSON Schema, by which editors check and complete what is typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from decarb.report.whole import write_file, write_json
from decarb.report.words import labels, named
from decarb.scenario.extending import EXTENDS
from decarb.scenario.fields import Spec
from decarb.scenario.workbook import MODELS, PARK, SCENARIO

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
TITLES: Final = {SCENARIO: "Scenario of decarb", PARK: "Park of decarb"}
BASE: Final = {
    "type": "string",
    "description": "a shipped name such as china-2060, or a .yaml file in the same folder; what is written here comes "
    "on top of it",
    "examples": ["china-2060", "yizhuang", "mine.yaml"],
}


def json_schema(kind: str = SCENARIO) -> dict[str, Any]:
    """Return the schema of a scenario or park file, before or after what it extends is resolved.

    Quantities are text with a unit, shares also plain numbers. What a section must hold is not asked, since any section
    may take it from what is extended, nor are rules between fields: `decarb validate` checks all.

    Parameters
    ----------
    kind : {"scenario", "park"}
    """
    model: type[Spec] = MODELS[kind]
    schema = model.model_json_schema()
    needed = schema.pop("required")
    for section in (schema, *schema["$defs"].values()):
        _open(section)
    schema["anyOf"] = [{"required": [EXTENDS]}, {"required": needed}]
    return {"$schema": DIALECT, **schema, "title": TITLES[kind]}


def write_json_schema(path: Path, kind: str = SCENARIO) -> Path:
    """Write the schema to a new file and return its path.

    Raises
    ------
    CallError
        The file exists, or there is no folder for it.
    OSError
        It cannot be written.
    """
    return write_file(path, lambda new: write_json(new, json_schema(kind)))


def _open(section: dict[str, Any]) -> None:
    """Let a section take what it lacks from what it extends, and say what its fields are."""
    if "properties" not in section:
        return
    section.pop("required", None)
    for name, field in section["properties"].items():
        _describe(name, field)
    section["properties"] = {EXTENDS: BASE, **section["properties"]}


def _describe(name: str, field: dict[str, Any]) -> None:
    """Put what a field is before its range."""
    if ("field", name) not in labels():
        return
    said = [named("field", name), *dict.fromkeys(_ranges(field))]
    field["description"] = ": ".join(said)


def _ranges(field: Mapping[str, Any]) -> Iterator[str]:
    if "description" in field:
        yield str(field["description"])
    for form in field.get("anyOf", ()):
        yield from _ranges(form)
