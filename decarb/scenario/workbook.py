"""A scenario or a park from a workbook: rows of key, value and unit, each value with its cell as its place.

The sheet `scenario` holds the scenario's own keys, the sheet `park` those of its park; `park` alone is a park. Other
sheets and columns are the writer's own. An empty value says nothing: the row of `data/` holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from pathlib import Path
from typing import Any, Final

from decarb.errors import Problems
from decarb.scenario.describing import SchemaField, field_at
from decarb.scenario.document import KeyPath, Mark, Node, key_text, shown
from decarb.scenario.fields import Spec
from decarb.scenario.park_schema import ParkSpec
from decarb.scenario.schema import ScenarioSpec
from decarb.scenario.workbook_cells import Cell, Row, read_sheets
from decarb.scenario.yaml_files import input_error
from decarb.scenario.yaml_nodes import MAX_DEPTH

SUFFIX: Final = ".xlsx"
SCENARIO: Final = "scenario"
PARK: Final = "park"
KEY: Final = "key"
VALUE: Final = "value"
UNIT: Final = "unit"
MODELS: Final[Mapping[str, type[Spec]]] = {SCENARIO: ScenarioSpec, PARK: ParkSpec}
_MAX_DIGITS: Final = 9  # of a year or a place in a list


def workbook_tree(path: Path) -> Node:
    """The tree of one workbook, with the cell of each key and value.

    Raises
    ------
    InputError
        It is no workbook, has no sheet of ours, or with the cell of everything that cannot be read in it: a formula, a
        fault of the spreadsheet, a key that stands twice, a date where none belongs.
    """
    sheets, names = read_sheets(path, (SCENARIO, PARK))
    if not sheets:
        there = ", ".join(shown(name) for name in names[:5]) or "no sheet"
        fix = f'name the sheet of a scenario "{SCENARIO}" and that of its park "{PARK}", or begin with `decarb new`'
        raise input_error(str(path), "", f"has no sheet that is read, but {there}", fix)
    problems = Problems()
    trees = {name: _sheet_tree(rows, name, Mark(str(path), sheet=name), problems) for name, rows in sheets.items()}
    problems.raise_if_any()
    if SCENARIO not in trees:
        return trees[PARK]
    root = trees[SCENARIO]
    if PARK not in trees or len(trees[PARK].content) == 1:  # its kind alone
        return root
    if PARK in root.content:
        found = f"stands in the sheet {SCENARIO} and as a sheet of its own"
        raise input_error(str(root.content[PARK].mark), PARK, found, "write the park in one of the two")
    return Node({**root.content, PARK: trees[PARK]}, root.mark)


def _sheet_tree(rows: Sequence[Row], name: str, mark: Mark, problems: Problems) -> Node:
    """Return what one sheet says, as a mapping of mappings."""
    columns = {str(cell.value).strip().casefold(): column for column, cell in rows[0].items()} if rows else {}
    if KEY not in columns or VALUE not in columns:
        where = str(Mark(mark.file, 1, 1, mark.sheet))
        problems.add(where, "", f'has no columns "{KEY}" and "{VALUE}"', "write key, value and unit into the first row")
        return Node({}, mark)
    sheet = _Said(MODELS[name], {("kind",): Node(name, mark, mark)})
    for row in rows[1:]:
        key, value, unit = (row.get(columns.get(column, -1)) for column in (KEY, VALUE, UNIT))
        if value is None or (value.kind == "text" and not value.value.strip()):
            continue
        if key is None:
            problems.add(str(value.mark), "", f"{shown(str(value.value))} has no key", "write its key, or delete it")
        else:
            _take(sheet, key, value, unit, problems)
    return Node({}, mark) if problems.found else _nested(sheet.values, mark, sheet.model)


@dataclass
class _Said:
    """What the rows of a sheet have said so far: the value of each key, and a key inside each section."""

    model: type[Spec]
    values: dict[KeyPath, Node]
    inside: dict[KeyPath, KeyPath] = field(default_factory=dict)

    def near(self, key: KeyPath) -> KeyPath | None:
        """Return the key that was said and is this one, a part of it, or holds it."""
        if key in self.values or key in self.inside:
            return key if key in self.values else self.inside[key]
        return next((key[:length] for length in range(1, len(key)) if key[:length] in self.values), None)


def _take(sheet: _Said, key: Cell, value: Cell, unit: Cell | None, problems: Problems) -> None:
    """Note one value under its key, or what is wrong with it."""
    written = str(key.value).strip()
    path = tuple(int(part) if part.isdecimal() and len(part) <= _MAX_DIGITS else part for part in written.split("."))
    if len(path) > MAX_DEPTH or not all(str(part).strip() for part in path):
        problems.add(str(key.mark), "", f"{shown(written)} is no key", "write one such as rollout.growth")
        return
    near = sheet.near(path)
    if near == path and path != ("kind",):
        found = f"stands in {sheet.values[near].key_mark} too"
        problems.add(str(key.mark), key_text(path), found, "keep one of the two rows")
    elif near is not None and near != path:
        found = f"says what {key_text(near)} in {sheet.values[near].key_mark} says"
        problems.add(str(key.mark), key_text(path), found, "keep one value for all, or one for each")
    try:
        content = _content(value, unit, field_at(sheet.model, written))
    except ValueError as error:
        found, _, fix = str(error).partition("; ")
        problems.add(str(value.mark), key_text(path), found, fix)
        content = None
    if isinstance(content, list):
        content = [Node(one, value.mark) for one in content]
    sheet.values.setdefault(path, Node(content, value.mark, key.mark))
    for length in range(1, len(path)):
        sheet.inside.setdefault(path[:length], path)


def _content(value: Cell, unit: Cell | None, known: SchemaField | None) -> Any:
    """Return what a file would say; `ValueError` says what is wrong with the cell."""
    said = _unit(unit)
    kind = known.kind if known else "text" if said == "" else "quantity"
    if said and kind not in ("quantity", "path"):
        raise ValueError(f"takes no unit, and {shown(said)} stands beside it; empty the cell of the unit")
    if value.kind == "formula":
        raise ValueError("holds a formula; copy the cell and paste it as a value")
    if value.kind == "error":
        raise ValueError(f"holds {value.value}; write the value itself")
    if value.kind == "date":
        return _day(value.value, kind)
    if value.kind == "number":
        return _number(value, said, kind, known=known is not None)
    if value.kind == "yes-no":
        return value.value if kind != "text" else str(value.value).lower()
    return _text(value.value.strip(), said, kind)


def _unit(cell: Cell | None) -> str:
    if cell is None:
        return ""
    if cell.kind in ("formula", "error", "date", "yes-no"):
        raise ValueError(f"has no readable unit in {cell.mark}; write the unit as text")
    text = str(cell.value).strip()
    return "" if text == "1" else text


def _day(value: Any, kind: str) -> str:
    """Return a day as files write it; a cell that a spreadsheet has made a date by itself is refused."""
    if kind != "day" or not isinstance(value, datetime) or value.time() != time():
        shown_as = value.date().isoformat() if isinstance(value, datetime) else value
        raise ValueError(f"holds the date {shown_as}; set the format of the cell to text and write the value again")
    return value.date().isoformat()


def _number(cell: Cell, unit: str, kind: str, *, known: bool) -> Any:
    number = int(cell.value) if float(cell.value).is_integer() and abs(cell.value) < 1e15 else float(cell.value)
    if kind not in ("quantity", "path"):
        return str(number) if kind == "text" and known else number
    if cell.percent:
        return _per_cent(float(cell.value), unit)
    return f"{_plain(number)} {unit}" if unit else number


def _per_cent(share: float, unit: str) -> str:
    """Return what a cell shows that is formatted in per cent, with the unit beside it."""
    if unit in ("", "%"):
        return f"{_plain(share * 100)} %"
    if unit.startswith("%/"):
        return f"{_plain(share * 100)} {unit}"
    if unit.startswith("1/"):
        return f"{_plain(share)} {unit}"
    raise ValueError(f"shows {_plain(share * 100)}% and the unit beside it is {unit}; set its format to a number")


def _plain(number: float) -> str:
    return f"{number:.15g}"


def _text(text: str, unit: str, kind: str) -> Any:
    if kind == "yes-no" and text.casefold() in ("true", "false"):
        return text.casefold() == "true"
    if kind == "whole" and text.isdecimal() and len(text) <= _MAX_DIGITS:
        return int(text)
    if kind == "list":
        return [part.strip() for part in text.strip("[]").split(",")]
    if kind not in ("quantity", "path") or not unit or text.endswith(unit):
        return text
    if any(character.isalpha() or character in "%‰" for character in text.replace("e", "").replace("E", "")):
        raise ValueError(f"says {shown(text)} and the unit beside it is {unit}; write the number alone")
    return f"{text} {unit}"


def _nested(leaves: Mapping[KeyPath, Node], mark: Mark, model: type[Spec]) -> Node:
    """Return mappings of mappings; what numbers name is a path in the order of its years, or a list."""
    content: dict[Any, Any] = {}
    for path, leaf in leaves.items():
        inside = content
        for part in path[:-1]:
            inside = inside.setdefault(part, {})
        inside[path[-1]] = leaf
    return _node(content, (), mark, model)


def _node(content: Mapping[Any, Any] | Node, at: KeyPath, mark: Mark, model: type[Spec]) -> Node:
    if isinstance(content, Node):
        return content
    first = _first(content)
    numbered = all(isinstance(key, int) for key in content)
    keys = sorted(content) if numbered else list(content)
    children = {key: _node(content[key], (*at, key), mark, model) for key in keys}
    if numbered and _is_list((*at, keys[0], *_below(content[keys[0]])), model):
        return Node(list(children.values()), first.mark, first.key_mark)
    return Node(children, mark if not at else first.mark, None if not at else first.key_mark)


def _is_list(path: KeyPath, model: type[Spec]) -> bool:
    found = field_at(model, ".".join(map(str, path)))
    return found is not None and found.is_listed


def _first(content: Mapping[Any, Any] | Node) -> Node:
    return content if isinstance(content, Node) else _first(next(iter(content.values())))


def _below(content: Mapping[Any, Any] | Node) -> KeyPath:
    """Return the key of any one value inside."""
    if isinstance(content, Node):
        return ()
    key = next(iter(content))
    return (key, *_below(content[key]))
