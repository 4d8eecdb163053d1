"""A scenario as people hold it: what was written, checked, and ready to be changed or run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Integral, Real
from pathlib import Path
from typing import Any, Final, TypeVar

from decarb.errors import CallError, InputError, Problem
from decarb.park.eligibility import credit_rules
from decarb.scenario.credits import KEY, park_credits
from decarb.scenario.fields import Spec
from decarb.scenario.park_schema import ParkSpec
from decarb.scenario.reading import Document, apply_settings, merge_mapping, read_document, validate
from decarb.scenario.schema import ScenarioSpec
from decarb.tables import read_table
from decarb.units import parse_quantity
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
        return hashlib.sha256(json.dumps(self.stated, sort_keys=True).encode()).hexdigest()

    @property
    def stated(self) -> Mapping[str, Any]:
        """Everything the scenario states, with all it extends; what is not here takes its row of the tables."""
        return self.document.data

    def replace(self, changes: Mapping[str, Any] | None = None, /, **sections: Any) -> Scenario:
        """Return a scenario with other values, checked like a file.

        Parameters
        ----------
        changes : mapping, optional
            Dotted keys, such as `{"rollout.growth": "20 %/yr"}`; a single year of a path can be named too.
        **sections
            Whole sections, such as `rollout={"growth": "20 %/yr"}`; what a section does not name stays.

        Raises
        ------
        InputError
            Naming every value that does not fit.
        CallError
            `changes` is no mapping of dotted keys.
        """
        dotted = {} if changes is None else changes
        if not isinstance(dotted, Mapping) or not all(isinstance(key, str) for key in dotted):
            raise CallError('replace takes dotted keys; write {"rollout.growth": "20 %/yr"}')
        document = self.document
        for key, value in dotted.items():
            document = merge_mapping(document, _nested(key.split("."), _plain(value), document.data))
        document = merge_mapping(document, _plain(sections))
        return Scenario(_checked(ScenarioSpec, document), document)

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
    return Scenario(_checked(ScenarioSpec, document), document)


def load_park(name_or_path: str | Path, settings: Sequence[str] = ()) -> ParkSpec:
    """Return a park from a park file, by the name of a shipped one, or the park of a scenario.

    Raises
    ------
    InputError
        With file, line and column of everything wrong.
    """
    document = apply_settings(_document(name_or_path), settings)
    if document.data.get("kind") == "scenario":
        return _checked(ScenarioSpec, document).park
    return _checked(ParkSpec, document)


def validate_file(name_or_path: str | Path) -> Spec:
    """Return the checked content of a scenario or park file, by its `kind`.

    Raises
    ------
    InputError
        With file, line and column of everything wrong.
    """
    document = _document(name_or_path)
    kind = document.data.get("kind", "scenario")
    return _checked(KINDS.get(kind, ScenarioSpec) if isinstance(kind, str) else ScenarioSpec, document)


def shipped_scenarios() -> tuple[str, ...]:
    """Return the names of all shipped scenario and park files."""
    return tuple(sorted(path.stem for folder in FOLDERS for path in shipped("scenarios", folder).glob("*.yaml")))


def _document(name_or_path: str | Path) -> Document:
    return read_document(name_or_path, shipped=_shipped_file, shipped_names=shipped_scenarios())


def _checked(model: type[AnySpec], document: Document) -> AnySpec:
    """Return what a document says, once its credits have one owner and one use each."""
    spec = validate(model, document)
    park = spec.park if isinstance(spec, ScenarioSpec) else spec
    if isinstance(park, ParkSpec) and park.credits:
        at = ("park", KEY) if park is not spec else (KEY,)
        park_credits(
            park.credits, park=park.name, year=park.year, rules=credit_rules(read_table("standards")),
            place=lambda number, key: str(document.place((*at, number, key))),
        )  # fmt: skip
    return spec


def _shipped_file(name: str) -> Path | None:
    for folder in FOLDERS:
        path = shipped("scenarios", folder) / f"{name}.yaml"
        if path.is_file():
            return path
    return None


def _nested(parts: Sequence[str], value: Any, there: Any) -> dict[Any, Any]:
    """Return the mapping that changes one value; where that is one year of a path, with its other years."""
    key = int(parts[0]) if parts[0].isdecimal() else parts[0]
    inside = there.get(key) if isinstance(there, Mapping) else None
    changed = {key: _nested(parts[1:], value, inside) if len(parts) > 1 else value}
    if isinstance(there, Mapping) and all(isinstance(known, int) for known in (key, *there)):
        return dict(sorted({**there, **changed}.items()))
    return changed


def _plain(value: Any) -> Any:
    """Return a value as a file would hold it: quantities as text, numbers as Python's own."""
    if isinstance(value, Mapping):
        return {key: _plain(inside) for key, inside in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inside) for inside in value]
    if hasattr(value, "unit") or hasattr(value, "units"):
        return str(parse_quantity(value))
    if isinstance(value, bool) or not isinstance(value, Real):
        return value
    return int(value) if isinstance(value, Integral) else float(value)
