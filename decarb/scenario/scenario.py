"""A scenario as people hold it: what was written, checked, and ready to be changed or run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from decarb.errors import InputError, Problem
from decarb.scenario.reading import Document, apply_settings, merge_mapping, read_document, validate
from decarb.scenario.schema import ParkSpec, ScenarioSpec, Spec
from decarb.variables import shipped

FOLDERS: Final = ("", "parks")
KINDS: Final[Mapping[str, type[Spec]]] = {"scenario": ScenarioSpec, "park": ParkSpec}

AnySpec = TypeVar("AnySpec", bound=Spec)


@dataclass(frozen=True, repr=False)
class Scenario:
    """A checked scenario; nothing in it changes, `replace` gives a new one.

    Attributes
    ----------
    spec : ScenarioSpec
        What it states, with units; a field that is None takes its row of the tables.
    document : Document
        The values as written, each with its file, line and column.
    """

    spec: ScenarioSpec
    document: Document

    @property
    def name(self) -> str:
        """The scenario's own name."""
        return self.spec.name

    @property
    def digest(self) -> str:
        """A hash of everything the scenario states."""
        return hashlib.sha256(json.dumps(self.document.data, sort_keys=True).encode()).hexdigest()

    def replace(self, changes: Mapping[str, Any] | None = None, /, **sections: Any) -> Scenario:
        """Return a scenario with other values, checked like a file.

        Parameters
        ----------
        changes : mapping, optional
            Dotted keys, such as `{"rollout.growth": "20 %/yr"}`.
        **sections
            Whole sections, such as `rollout={"growth": "20 %/yr"}`; what a section does not name stays.

        Raises
        ------
        InputError
            Naming every value that does not fit.
        """
        document = self.document
        for nested in (*(_nested(key, value) for key, value in (changes or {}).items()), sections):
            document = merge_mapping(document, nested)
        return Scenario(validate(ScenarioSpec, document), document)

    def __repr__(self) -> str:
        return f"Scenario({self.name!r}, from {self.document.path}, park {self.spec.park.name!r})"


def load_scenario(name_or_path: str | Path, settings: Sequence[str] = ()) -> Scenario:
    """Return a scenario from a file or by the name of a shipped one.

    Precedence: `settings` (`key=value`) over the file, over what it extends, over the tables of `data/`.

    Raises
    ------
    InputError
        With file, line and column of everything wrong.
    """
    document = apply_settings(_document(name_or_path), settings)
    if document.data.get("kind") == "park":
        fix = f"write a scenario with park: {{extends: {Path(name_or_path).stem}}}; `decarb validate` checks a park"
        raise InputError([Problem(str(document.place(("kind",))), "kind", "this is a park, no scenario", fix)])
    return Scenario(validate(ScenarioSpec, document), document)


def validate_file(name_or_path: str | Path) -> Spec:
    """Return the checked content of a scenario or park file, by its `kind`.

    Raises
    ------
    InputError
        With file, line and column of everything wrong.
    """
    document = _document(name_or_path)
    kind = document.data.get("kind", "scenario")
    return validate(KINDS.get(kind, ScenarioSpec) if isinstance(kind, str) else ScenarioSpec, document)


def shipped_scenarios() -> tuple[str, ...]:
    """Return the names of all shipped scenario and park files."""
    return tuple(sorted(path.stem for folder in FOLDERS for path in shipped("scenarios", folder).glob("*.yaml")))


def _document(name_or_path: str | Path) -> Document:
    return read_document(name_or_path, shipped=_shipped_file, shipped_names=shipped_scenarios())


def _shipped_file(name: str) -> Path | None:
    for folder in FOLDERS:
        path = shipped("scenarios", folder) / f"{name}.yaml"
        if path.is_file():
            return path
    return None


def _nested(dotted: str, value: Any) -> dict[Any, Any]:
    *parents, last = (int(part) if part.isdecimal() else part for part in dotted.split("."))
    nested: dict[Any, Any] = {last: value}
    for parent in reversed(parents):
        nested = {parent: nested}
    return nested
