"""The workbook in which a scenario or a park is written: a row for each field, what it is and what holds without it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd

from decarb.errors import CallError
from decarb.report.field_lines import Line, Model, field_lines
from decarb.report.field_table import described, takes, units_offered, written
from decarb.report.whole import check_free_file
from decarb.report.words import labels, phrase
from decarb.report.workbook import Sheet, write_sheets
from decarb.scenario.park_schema import ParkSpec
from decarb.scenario.schema import ScenarioSpec
from decarb.scenario.workbook import PARK, SCENARIO

HEAD: Final = (
    "key", "value", "unit", "what it is", "说明", "takes", "default", "low", "high", "source", "status", "note",
)  # fmt: skip
WIDTHS: Final = (44, 22, 16, 46, 40, 30, 18, 14, 14, 22, 12, 60)
VALUE_COLUMN, UNIT_COLUMN = HEAD.index("value"), HEAD.index("unit")
HOW_TO: Final = "how to"

_QUANTITY: Final = re.compile(r"(?P<number>[-+0-9.eE]+)(?: *(?P<unit>\S.*))?")


def write_template(path: str | Path, stated: Mapping[str, Any]) -> Path:
    """Write a workbook that says what a scenario or park states, and has an empty row for all else it could say.

    Parameters
    ----------
    path : str or Path
        Ends in `.xlsx`; must not exist.
    stated : mapping
        As a file holds it, with all it extends: `Scenario.stated`, or the same of a park.

    Raises
    ------
    CallError
        The file exists or has another suffix; a list of zones that is named is not beside the new file.
    OSError
        It cannot be written.
    """
    path = Path(path)
    check_free_file(path, replace=False)
    _check_lists(path, stated)
    return write_sheets(path, template_sheets(stated))


def template_sheets(stated: Mapping[str, Any]) -> dict[str, Sheet]:
    """Return the sheets of such a workbook: how to write in it, and those that are read."""
    sheets = {HOW_TO: how_to_sheet()}
    if stated["kind"] == PARK:
        return sheets | {PARK: _sheet(stated, ParkSpec, PARK)}
    own = {key: value for key, value in stated.items() if key != PARK}
    return sheets | {SCENARIO: _sheet(own, ScenarioSpec, SCENARIO), PARK: _sheet(stated[PARK], ParkSpec, PARK)}


def how_to_sheet() -> Sheet:
    """Return what a person needs to know to write in the workbook, in English and Chinese."""
    names = [name for kind, name in labels() if kind == "phrase" and name.startswith("workbook-how-to-")]
    rows = [[phrase(name), phrase(name, "zh")] for name in sorted(names)]
    return Sheet(["How to write a scenario here", "如何在此填写情景"], rows, widths=(70, 60))


def _sheet(stated: Mapping[str, Any], model: Model, name: str) -> Sheet:
    lines = [line for line in field_lines(stated, model) if name == PARK or not line.key.startswith(f"{PARK}.")]
    choices: dict[tuple[int, int], tuple[str, ...]] = {}
    for row, line in enumerate(lines):
        if line.field.choices and line.field.kind != "list":
            choices[row, VALUE_COLUMN] = line.field.choices
        if line.field.unit:
            choices[row, UNIT_COLUMN] = units_offered(line.field)
    return Sheet(HEAD, [_cells(line, name) for line in lines], WIDTHS, choices=choices,
                 inputs=(VALUE_COLUMN, UNIT_COLUMN))  # fmt: skip


def _cells(line: Line, sheet: str) -> Sequence[Any]:
    full = line.field.key if sheet == SCENARIO else f"{PARK}.{line.field.key}"
    begin = 0 if sheet == SCENARIO else 1
    words = [described(full, language, begin=begin) for language in ("en", "zh")]
    value, unit = _value_and_unit(line)
    return (line.key, value, unit, *words, takes(line.field), *_default(line))


def _value_and_unit(line: Line) -> tuple[Any, str | None]:
    """Return the cells of a value and its unit, such that they are read as what was stated."""
    field, value = line.field, line.value
    usual = units_offered(field)[0] if field.unit else "1"
    if field.kind == "list" and value is not None:
        return ", ".join(value), None
    match = _QUANTITY.fullmatch(value) if field.unit and isinstance(value, str) else None
    if match is None:
        return value, None if usual == "1" or (value is not None and not field.unit) else usual
    number, unit = float(match["number"]), match["unit"]
    # What a spreadsheet would hand back in another form stays text: what is read is what was written.
    if unit is None or f"{match['number']} {unit}" != value:
        return value, None
    return (number if f"{number:.15g}" == match["number"] else match["number"]), unit


def _default(line: Line) -> Sequence[Any]:
    """Return the cells of what holds where nothing is written: of its row of data/, or of the schema."""
    row, field = line.default, line.field
    if row is None:
        needed = phrase("field-needed" if field.part_of else "field-always") if field.needed else None
        shown = needed if field.default in (None, "") else _plain(field.default)
        return (shown, None, None, None, None, None)
    ends = [None if pd.isna(row[end]) else written(row[end], row["unit"]) for end in ("value", "low", "high")]
    if field.kind == "yes-no":
        ends = [None if pd.isna(row[end]) else str(bool(row[end])).lower() for end in ("value", "low", "high")]
    return (*ends, row["source"], row["status"], row["note"])


def _plain(value: Any) -> Any:
    """Return a default of the schema as it is written in a cell."""
    if isinstance(value, tuple):
        return ", ".join(value)
    return str(value).lower() if isinstance(value, bool) else value


def _check_lists(path: Path, stated: Mapping[str, Any]) -> None:
    """Refuse to name lists of zones that the new file would not find beside it."""
    lists = (stated.get("zones") or {}).get("list") or {}
    gone = [str(one["file"]) for one in lists.values() if not (path.parent / one["file"]).is_file()]
    if gone:
        raise CallError(f"{', '.join(gone)} is not beside {path}; copy it there first")
