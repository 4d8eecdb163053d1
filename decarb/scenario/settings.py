"""What is set over a file, as texts or as a mapping, and faults in it told once and with the key that was meant."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from numbers import Integral, Real
from typing import Any, Final

from decarb.errors import CallError, InputError, Problem
from decarb.scenario.fields import Spec
from decarb.scenario.park_schema import ParkSpec
from decarb.scenario.reading import Document, apply_settings, merge_mapping
from decarb.scenario.schema import ScenarioSpec
from decarb.units import parse_quantity

SET: Final = "--set "
"""What the place of a value begins with that was set on the command line."""

Settings = Sequence[str] | Mapping[str, Any]
"""What is set over a file: `key=value` texts, or a mapping of dotted keys to values."""


def with_settings(document: Document, settings: Settings) -> Document:
    """Return a document with what is set over it, and its kind as it was."""
    if isinstance(settings, Mapping) and all(isinstance(key, str) for key in settings):
        changed = with_keys(document, settings, "settings")
    elif isinstance(settings, (list, tuple)) and all(isinstance(text, str) for text in settings):
        with told_once():
            changed = apply_settings(document, settings)
    else:
        example = f'["{settings[:100]}"]' if isinstance(settings, str) else '["pv.on=false"] or {"pv.on": False}'
        raise CallError(f"settings are a list of texts or a mapping of dotted keys; write settings={example}")
    if changed.data.get("kind") != document.data.get("kind"):
        place = str(changed.place(("kind",)))
        key = "" if place.endswith(" kind") else "kind"
        raise InputError([Problem(place, key, "the kind of a file cannot be set", "name a file of the other kind")])
    return changed


def with_keys(document: Document, dotted: Mapping[str, Any], where: str = "replace") -> Document:
    """Return a document with dotted keys set, one after the other."""
    for key, value in dotted.items():
        document = merge_mapping(document, _nested(key.split("."), plain_values(value), document.data), where=where)
    return document


@contextmanager
def told_once(model: type[Spec] | None = None, document: Document | None = None) -> Iterator[None]:
    """Say a key once where it was set, and what was meant; a fault between fields stands where one of them was set."""
    try:
        yield
    except InputError as error:
        found = [_of_other_kind(problem, model) for problem in error.problems]
        placed = found if document is None else [_of_fields(problem, document) for problem in found]
        raise InputError([_once(problem) for problem in placed]) from None


def _once(problem: Problem) -> Problem:
    """Return a problem without the key that its place has said; what stands inside that key is part of the place."""
    if problem.where == f"{SET}{problem.key}":
        return replace(problem, key="")
    if f"{SET}{problem.key}".startswith(f"{problem.where}."):
        return replace(problem, where=f"{SET}{problem.key}", key="")
    return problem


def _of_fields(problem: Problem, document: Document) -> Problem:
    """Return a problem between the fields of a section at the first of them that was set on the command line."""
    inside: Any = document.data
    path = tuple(problem.key.split(".")) if problem.key else ()
    for key in path:
        inside = inside.get(key) if isinstance(inside, Mapping) else None
    if not isinstance(inside, Mapping):
        return problem
    named = [str(key) for key in re.findall(r"\w+", problem.found) if key in inside]
    marks = {name: str(document.place((*path, name))) for name in dict.fromkeys(named)}
    first = next((name for name, mark in marks.items() if mark.startswith(SET)), None)
    if first is None:
        return problem
    _, _, idle = problem.found.partition(" does not read ")
    drops = ", ".join(f"{SET}{'.'.join((*path, name))}=null" for name in idle.split(", ")) if idle else ""
    fix = problem.fix.replace("null drops what is extended", drops)
    return replace(problem, where=marks[first], key="", found=problem.found.removeprefix(f"{first}: "), fix=fix)


def _of_other_kind(problem: Problem, model: type[Spec] | None) -> Problem:
    """Return a problem, with the key that was meant where a park's was set in a scenario, or the reverse."""
    if problem.found != "unknown key":
        return problem
    first, rest = problem.key.partition(".")[0], problem.where.removeprefix("--set ")
    written = rest if rest != problem.where and rest.startswith(problem.key) else problem.key
    if model is ScenarioSpec and first == problem.key and first in ParkSpec.model_fields:
        return replace(problem, fix=f"that is a key of its park: write park.{written}")
    if model is ParkSpec and problem.key == "park":
        return replace(problem, fix=f"this is a park: write {written.removeprefix('park.')}" if "." in written else
                       "this is a park: write its keys at the top")  # fmt: skip
    return problem


def _nested(parts: Sequence[str], value: Any, there: Any) -> dict[Any, Any]:
    """Return the mapping that changes one value; where that is one year of a path, with its other years."""
    key = int(parts[0]) if parts[0].isdecimal() else parts[0]
    inside = there.get(key) if isinstance(there, Mapping) else None
    changed = {key: _nested(parts[1:], value, inside) if len(parts) > 1 else value}
    if isinstance(there, Mapping) and all(isinstance(known, int) for known in (key, *there)):
        return dict(sorted({**there, **changed}.items()))
    return changed


def plain_values(value: Any) -> Any:
    """Return a value as a file would hold it: quantities as text, numbers as Python's own."""
    if isinstance(value, Mapping):
        return {key: plain_values(inside) for key, inside in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain_values(inside) for inside in value]
    if hasattr(value, "unit") or hasattr(value, "units"):
        return str(parse_quantity(value))
    if isinstance(value, bool) or not isinstance(value, Real):
        return value
    return int(value) if isinstance(value, Integral) else float(value)
