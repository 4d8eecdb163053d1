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

YEARS: Final = ("year", "retirement_start", "retirement_end")
"""How keys end that hold a calendar year."""
_NUMBER: Final = re.compile(r"[-+]?[0-9.]+( [^-0-9].*)?$")

ROWS: Final[Mapping[str, tuple[str, str]]] = {
    "zones.share_of_national_co2": ("zones", "zone_co2_share"),
    "land.co2_2060": ("parameters", "land_co2_2060_{land_view}"),
    "non_co2.*": ("parameters", "non_co2_change"),
    "zones.national_size": ("parameters", "national_zone_size"),
    "zones.size_spread": ("parameters", "zone_size_spread"),
    "zones.national_mix.*": ("archetypes", "national_zone_mix"),
    "zones.provincial_mix.*": ("archetypes", "provincial_zone_mix"),
    "rollout.lists": ("parameters", "listed_zones"),
    "template.*.*": ("archetypes", "{section}"),
    "credits.issued": ("parameters", "ccer_issued"),
    "credits.displacement_share": ("parameters", "ccer_displacement_share"),
    "credits.market_use": ("parameters", "ccer_market_use"),
    "credits.use_limit": ("credits", "ccer_use_limit"),
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
        if any(_is_many(part) for part in _parts(info.annotation)):
            continue
        inner = [part for part in _parts(info.annotation) if isinstance(part, type) and issubclass(part, BaseModel)]
        if inner:
            yield from _walk(inner[0], f"{key}.")
            continue
        found = _field(key, info)
        if found is not None:
            yield found


def _is_many(part: Any) -> bool:
    """Whether a field holds a list, or a mapping by another word than a year."""
    origin = getattr(part, "__origin__", None)
    return origin in (list, tuple) or (origin is dict and int not in _parts(get_args(part)[0]))


def _field(key: str, info: FieldInfo) -> Field | None:
    examples = [info.examples] + [part.examples for part in _parts(info.annotation) if isinstance(part, FieldInfo)]
    example = next((str(given[0]) for given in examples if given), None)
    if example is not None and _NUMBER.match(example):
        is_path = any(getattr(part, "__origin__", None) is dict for part in _parts(info.annotation))
        return Field(key, "path" if is_path else "quantity", parse_quantity(example).unit)
    parts = list(_parts(info.annotation))
    metadata = [*info.metadata, *(limit for part in parts if isinstance(part, FieldInfo) for limit in part.metadata)]
    ends = [getattr(limit, end) for end in ("ge", "le") for limit in metadata if hasattr(limit, end)]
    if int in parts and len(ends) >= 2 and key.endswith(YEARS):
        return Field(key, "whole", "1", (float(min(ends)), float(max(ends))))
    return None


def _parts(annotation: Any) -> Iterator[Any]:
    """Yield an annotation and everything inside it: members of a union, what is annotated and with what."""
    yield annotation
    for inside in get_args(annotation):
        yield from _parts(inside)
    yield from getattr(annotation, "__metadata__", ())


def table_of(key: str) -> str:
    """Return the table of `data/` whose rows fill a key which a scenario leaves out."""
    return _row_of(key)[0]


def _row_of(key: str) -> tuple[str, str]:
    return next((row for pattern, row in ROWS.items() if fnmatchcase(key, pattern)), ("parameters", ""))


def rows_of(key: str, land_view: str) -> pd.DataFrame:
    """Return the rows that fill a key which a scenario leaves out; none for what has no row."""
    *sections, name = key.split(".")
    table, variable = _row_of(key)
    variable = variable.format(land_view=land_view, field=name, section=sections[-1] if sections else "")
    rows = read_table(table)
    for wanted in (variable,) if variable else (name, "_".join((*sections[-1:], name))):
        fitting = rows[rows["variable"] == wanted]
        # The one word of the key that names an entry of the table: a sector, a technology, an archetype.
        for column in ("sector", "technology", "archetype"):
            entries = set(fitting[column]) - {""} if column in fitting else set()
            if entries:
                fitting = fitting[fitting[column].isin({*sections, name} & entries)]
        if len(fitting):
            return fitting.sort_values("year") if "year" in fitting else fitting
    return rows.iloc[:0]
