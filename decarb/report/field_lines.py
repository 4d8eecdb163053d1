"""Every field that a file can state, one after the other: what is stated, and the row of `data/` that else holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from decarb.report.field_table import default_rows
from decarb.scenario.describing import SchemaField, field_at, fields_of
from decarb.scenario.park_schema import ParkSpec
from decarb.scenario.schema import ScenarioSpec

FREE_YEARS: Final = (2030, 2040, 2050, 2060)
"""Years that are offered for a path which no row of the tables gives."""

Model = type[ScenarioSpec] | type[ParkSpec]


@dataclass(frozen=True)
class Line:
    """One row of a sheet: a field, and the year where it is a path."""

    key: str
    field: SchemaField
    value: Any = None
    default: pd.Series | None = None


def field_lines(stated: Mapping[str, Any], model: Model) -> Iterator[Line]:
    """Yield every field that a file can state, in the order of the schema, and the years of paths."""
    said = stated_values(stated, model)
    land_view = str(said.get("land_view", "inventory"))
    for key, field in fields_of(model).items():
        if field.kind == "path":
            yield from _years(key, field, said, default_rows(_full(key, model), land_view))
        elif field.is_listed:
            for one, value in said.items():
                if field_at(model, one) == field:
                    yield Line(one, field, value)
        else:
            rows = default_rows(_full(key, model), land_view)
            yield Line(key, field, said.get(key), rows.iloc[0] if len(rows) else None)


def _years(key: str, field: SchemaField, said: Mapping[str, Any], rows: pd.DataFrame) -> Iterator[Line]:
    """Yield the years of a path that are stated, those of its rows, or else some that are free."""
    first, last = field.years or (0, 0)
    by_year = {int(row["year"]): row for _, row in rows.iterrows() if not pd.isna(row["year"])}
    held = next((row for _, row in rows.iterrows() if pd.isna(row["year"])), None)  # one value for all years
    own = {int(one.rpartition(".")[2]): value for one, value in said.items() if one.rpartition(".")[0] == key}
    free = {year for year in by_year if first <= year <= last} or set(FREE_YEARS)
    for year in sorted(free | set(own)):
        yield Line(f"{key}.{year}", field, own.get(year), by_year.get(year, held))


def stated_values(stated: Mapping[Any, Any], model: Model) -> dict[str, Any]:
    """Return each value that is stated by its dotted key; a list of zones as the file that it was read from."""
    return dict(_said(stated, "", model))


def _said(stated: Mapping[Any, Any], before: str, model: Model) -> Iterator[tuple[str, Any]]:
    for name, value in stated.items():
        key = f"{before}{name}"
        found = field_at(model, key)
        if isinstance(value, Mapping) and found is not None and found.kind == "text":
            yield key, value["file"]
        elif isinstance(value, Mapping):
            yield from _said(value, f"{key}.", model)
        elif isinstance(value, (list, tuple)) and (found is None or found.kind != "list"):
            yield from _said(dict(enumerate(value)), f"{key}.", model)
        elif value is not None and key.rpartition(".")[2] != "kind":
            yield key, value


def _full(key: str, model: Model) -> str:
    return key if model is ScenarioSpec else f"park.{key}"
