"""A scenario or park file to begin from: it extends another, and every field that may change is in it as a comment."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pandas as pd

from decarb.errors import CallError
from decarb.nation.zones import ARCHETYPES
from decarb.report.field_lines import Line, Model, field_lines
from decarb.report.field_table import described, takes, written
from decarb.report.whole import check_free_file, write_file
from decarb.report.words import phrase
from decarb.report.workbook_template import write_template
from decarb.scenario.extending import is_shipped_name
from decarb.scenario.park_schema import ParkSpec
from decarb.scenario.rollout_schema import READS
from decarb.scenario.scenario import stated_in
from decarb.scenario.schema import ScenarioSpec
from decarb.scenario.workbook import PARK, SCENARIO, SUFFIX

FROM: Final = {SCENARIO: "china-2060", PARK: "yizhuang"}
"""What a new file begins from, where nothing else is said."""
NOT_OFFERED: Final = ("name", "description")
COMMENT: Final = "# "
NOT_BARE: Final = ("null", "true", "false", "yes", "no", "on", "off", "y", "n")
"""Words that some readers of YAML take for something else than text."""


@dataclass
class _Section:
    """Fields and sections below one heading; years and archetypes stand on one line."""

    key: str
    inside: dict[str, _Section | Line] = field(default_factory=dict)

    @property
    def is_flow(self) -> bool:
        """Whether its values belong together: the years of a path, archetypes, or fields none of which stands alone."""
        return bool(self.key) and all(
            isinstance(one, Line) and (name.isdecimal() or name in ARCHETYPES or one.field.is_of_whole(self.key))
            for name, one in self.inside.items()
        )


def new_scenario(path: str | Path, base: str | Path | None = None, *, park: bool = False, language: str = "en") -> Path:
    """Write a scenario or park file to begin from, and return its path.

    Parameters
    ----------
    path : str or Path
        A `.yaml` file: it extends the other, and what one may change stands in it as comments with unit, default and
        range. Or a workbook, `.xlsx`: it states all that the other states, and has a row for each further field.
    base : str or Path, optional
        The scenario or park to begin from; by default "china-2060" or "yizhuang".
    park : bool
        A park file, not a scenario.
    language : {"en", "zh"}
        Of the comments; a workbook holds both.

    Raises
    ------
    CallError
        The file exists or has another suffix, or a `.yaml` file would extend one that is not beside it.
    InputError
        What it begins from is wrong.
    """
    path = Path(path)
    kind = PARK if park else SCENARIO
    if path.suffix.lower() not in (".yaml", ".yml", SUFFIX):
        raise CallError(f"{path} is no name of a scenario; name a file that ends in .yaml or .xlsx")
    check_free_file(path, replace=False)
    base = FROM[kind] if base is None else base
    stated = stated_in(base)
    if stated["kind"] != kind:
        if not park:
            raise CallError(f"{base} is a park, no scenario; add --park for a park file")
        if path.suffix.lower() != SUFFIX:
            raise CallError(
                f"{base} is a scenario, which no park extends; name a park, or a workbook for what it states"
            )
        stated = stated[PARK]
    stated = {**stated, "name": name_of(path)}
    if path.suffix.lower() == SUFFIX:
        return write_template(path, stated)
    text = starting_text(stated, _extended(base, path, stated), language)
    return write_file(path, lambda new: new.write_text(text, encoding="utf-8"))


def name_of(path: Path) -> str:
    """Return the name that a file gives its scenario: small letters, digits and hyphens.

    Examples
    --------
    >>> name_of(Path("My plan_2.yaml")), name_of(Path("规划.yaml"))
    ('my-plan-2', 'mine')
    """
    return re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-")[:64].strip("-") or "mine"


def starting_text(stated: Mapping[str, Any], extends: str, language: str = "en") -> str:
    """Return a file that extends another and changes nothing, with what it may change as comments.

    Parameters
    ----------
    stated : mapping
        What the other states, with the new name.
    extends : str
        How the other is called.
    language : {"en", "zh"}
        Of the comments.
    """
    kind = str(stated["kind"])
    model: Model = ScenarioSpec if kind == SCENARIO else ParkSpec
    head = [
        f"# yaml-language-server: $schema={kind}.schema.json",
        *(
            f"## {phrase(f'starting-{number}', language, kind=kind, flag=' --park' * (kind == PARK))}"
            for number in (1, 2, 3)
        ),
        f"kind: {kind}",
        f"extends: {extends}",
        f"name: {_scalar(stated['name'])}",
        f"description: {_scalar(phrase('starting-description', language, base=extends))}",
    ]
    return "\n".join([*head, *_below(_tree(stated, model), 0, kind, language)]) + "\n"


def _extended(base: str | Path, path: Path, stated: Mapping[str, Any]) -> str:
    """Return how the new file names the one that it extends."""
    if is_shipped_name(base):
        return str(base)
    file = Path(base)
    if file.suffix.lower() not in (".yaml", ".yml"):
        raise CallError(
            f"{path} can extend a .yaml file alone, and {file} is none; begin a workbook: name a .xlsx file"
        )
    if file.resolve().parent != path.resolve().parent:
        raise CallError(f"{file} is not beside {path}; write the new file into its folder")
    return json.dumps(file.name, ensure_ascii=False)


def _tree(stated: Mapping[str, Any], model: Model) -> _Section:
    """Return what one may change, by section; a system that the other leaves out is no part of it."""
    lines = [line for line in field_lines(stated, model) if not line.field.is_listed]
    absent = {line.field.part_of for line in lines if line.field.needed and _value(line) is None}
    curve = (stated.get("rollout") or {}).get("curve", "policy")
    root = _Section("")
    for line in lines:
        parts = line.key.split(".")
        idle = parts[0] == "rollout" and curve not in READS.get(parts[1], (curve,))
        is_named = parts[-1] in NOT_OFFERED or line.field.part_of in absent - {""}
        if _value(line) is not None and not idle and not is_named:
            _place(root, parts, line)
    return root


def _place(root: _Section, parts: list[str], line: Line) -> None:
    """Put a field into its section; where one share for all is stated, the shares of each are left out."""
    at = root
    for length, part in enumerate(parts[:-1], start=1):
        inside = at.inside.setdefault(part, _Section(".".join(parts[:length])))
        if isinstance(inside, Line):
            return
        at = inside
    at.inside[parts[-1]] = line


def _value(line: Line) -> Any:
    """Return what holds now: what is stated, what the row of data/ says, or what the schema does."""
    if line.value is not None:
        return line.value
    if line.default is None:
        return line.field.default if line.field.default != "" else None
    number, unit = line.default["value"], str(line.default["unit"])
    if line.field.kind == "yes-no":
        return bool(number)
    return int(number) if line.field.kind == "whole" else written(number, unit)


def _below(section: _Section, depth: int, kind: str, language: str) -> Iterator[str]:
    before = f"{COMMENT}{'  ' * depth}"
    for name, inside in section.inside.items():
        if isinstance(inside, Line):
            yield f"{before}{name}: {_scalar(_value(inside))}  # {_said(inside, kind, language)}"
        elif inside.is_flow:
            lines = {one: line for one, line in inside.inside.items() if isinstance(line, Line)}
            flow = ", ".join(f"{one}: {_scalar(_value(line))}" for one, line in lines.items())
            last = next(reversed(lines.values()))
            yield f"{before}{name}: {{{flow}}}  # {_said(last, kind, language, of=inside.key)}"
        else:
            if not depth:
                yield ""
            yield f"{before}{name}:"
            yield from _below(inside, depth + 1, kind, language)


def _said(line: Line, kind: str, language: str, of: str = "") -> str:
    """Return what a field is, what it takes, and its default and range by data/; of several, those of the last."""
    key = of or line.key
    full = key if kind == SCENARIO else f"{PARK}.{key}"
    parts = [described(full, language, begin=full.count(".")), takes(line.field, language)]
    if line.default is not None and line.field.kind != "yes-no":
        row = line.default
        default = written(row["value"], row["unit"])
        values = {"default": default, "source": row["source"], "of": f" {line.key.split('.')[-1]}" if of else ""}
        if pd.isna(row["low"]):
            parts.append(phrase("starting-default", language, **values))
        else:
            ends = {"low": f"{row['low']:g}", "high": written(row["high"], row["unit"])}
            parts.append(phrase("starting-range", language, **values, **ends))
    return "; ".join(parts)


def _scalar(value: Any) -> str:
    """Return a value as YAML reads it back: names bare, other text in quotes."""
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_scalar, value))}]"
    if isinstance(value, str) and (value.lower() in NOT_BARE or not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", value)):
        return json.dumps(value, ensure_ascii=False)
    return value if isinstance(value, str) else json.dumps(value)
