"""The fields of a scenario that hold numbers, and the rows of the tables that give their ranges."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Final, Literal, get_args

import pandas as pd
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from decarb.scenario.schema import ScenarioSpec
from decarb.tables import read_table
from decarb.units import parse_quantity

Kind = Literal["quantity", "path", "whole"]

_NUMBER: Final = re.compile(r"[-+]?[0-9.]+( [^-0-9].*)?$")

ROWS: Final[Mapping[str, tuple[str, str]]] = {
    "zones.share_of_national_co2": ("zones", "zone_co2_share"),
    "land.co2_2060": ("parameters", "land_co2_2060_{land_view}"),
    "non_co2.*": ("parameters", "non_co2_change"),
    "credits.issued": ("parameters", "ccer_issued"),
    "capture.origin.*": ("parameters", "capture_share_{field}"),
}
"""Keys whose row does not bear their own name, or that of their section before it."""


@dataclass(frozen=True)
class Field:
    """One field of a scenario that holds numbers: its kind, unit, and for a whole number its limits."""

    key: str
    kind: Kind
    unit: str
    limits: tuple[float, float] | None = None


def fields_of_scenario() -> Mapping[str, Field]:
    """Return every field of a scenario file that holds numbers, by its dotted key."""
    return {field.key: field for field in _walk(ScenarioSpec, "")}


def _walk(model: type[BaseModel], prefix: str) -> Iterator[Field]:
    for name, info in model.model_fields.items():
        key = f"{prefix}{name}"
        if any(getattr(part, "__origin__", None) in (list, tuple) for part in _parts(info.annotation)):
            continue
        inner = [part for part in _parts(info.annotation) if isinstance(part, type) and issubclass(part, BaseModel)]
        if inner:
            yield from _walk(inner[0], f"{key}.")
            continue
        found = _field(key, info)
        if found is not None:
            yield found


def _field(key: str, info: FieldInfo) -> Field | None:
    examples = [info.examples] + [part.examples for part in _parts(info.annotation) if isinstance(part, FieldInfo)]
    example = next((str(given[0]) for given in examples if given), None)
    if example is not None and _NUMBER.match(example):
        is_path = any(getattr(part, "__origin__", None) is dict for part in _parts(info.annotation))
        return Field(key, "path" if is_path else "quantity", parse_quantity(example).unit)
    ends = [getattr(limit, end) for end in ("ge", "le") for limit in info.metadata if hasattr(limit, end)]
    if info.annotation is int and len(ends) == 2 and key.endswith("year"):
        return Field(key, "whole", "1", (float(ends[0]), float(ends[1])))
    return None


def _parts(annotation: Any) -> Iterator[Any]:
    """Yield an annotation and everything inside it: members of a union, what is annotated and with what."""
    yield annotation
    for inside in get_args(annotation):
        yield from _parts(inside)
    yield from getattr(annotation, "__metadata__", ())


def rows_of(key: str, land_view: str) -> pd.DataFrame:
    """Return the rows that fill a key which a scenario leaves out; none for what has no row."""
    *sections, name = key.split(".")
    table, variable = next((row for pattern, row in ROWS.items() if fnmatchcase(key, pattern)), ("parameters", ""))
    variable = variable.format(land_view=land_view, field=name)
    rows = read_table(table)
    for wanted in (variable,) if variable else (name, "_".join((*sections[-1:], name))):
        fitting = rows[rows["variable"] == wanted]
        # The one word of the key that names an entry of the table: a sector or a technology.
        for column in ("sector", "technology"):
            entries = set(fitting[column]) - {""}
            if entries:
                fitting = fitting[fitting[column].isin({*sections, name} & entries)]
        if len(fitting):
            return fitting.sort_values("year")
    return rows.iloc[:0]
