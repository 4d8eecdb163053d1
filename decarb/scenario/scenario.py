"""A scenario as people hold it: what was written, checked, and ready to be changed or run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from decarb.errors import CallError, DataError, DecarbError, InputError, Problem, Problems
from decarb.markup import card, details, element, small, table
from decarb.model import evaluate, weather
from decarb.park.eligibility import credit_rules
from decarb.scenario.credits import KEY, park_credits
from decarb.scenario.extending import is_shipped_name
from decarb.scenario.fields import Spec
from decarb.scenario.inputs import scenario_inputs
from decarb.scenario.park_inputs import park_inputs
from decarb.scenario.park_schema import ParkSpec
from decarb.scenario.reach import check_reach
from decarb.scenario.reading import Document, merge_mapping, read_document, validate
from decarb.scenario.refusals import refusal
from decarb.scenario.schema import ScenarioSpec
from decarb.scenario.settings import Settings, plain_values, told_once, with_keys, with_settings
from decarb.scenario.zone_inputs import check_lists
from decarb.scenario.zone_list import folder_of_list, with_zone_lists
from decarb.tables import read_table
from decarb.variables import shipped

FOLDERS: Final = ("", "parks")
SUFFIXES: Final = (".yaml", ".yml", ".xlsx")
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
        changed = merge_mapping(with_keys(self.document, dotted), plain_values(sections))
        return Scenario(*_checked(ScenarioSpec, changed))

    def __repr__(self) -> str:
        return f"Scenario({self.name!r}, from {self.document.path}, park {self.spec.park.name!r})"

    def __str__(self) -> str:
        return f"{self.name}: {self.spec.description}".removesuffix(": ")

    def _repr_html_(self) -> str:
        said = [pair for pair in _flat(self.stated, ()) if pair[0] != "description"]
        made = f"scenario {self.digest[:8]}, seed {self.spec.seed}, land view {self.spec.land_view}"
        return card(
            self.name, element("p", self.spec.description),
            details(f"{len(said)} values stated; all else is a row of data/", table(("key", "value"), said)),
            small(f"{made}, from {self.document.path}"),
        )  # fmt: skip


def load_scenario(name_or_path: str | Path, settings: Settings = ()) -> Scenario:
    """Return a scenario from a file or by the name of a shipped one.

    Precedence: `settings` over the file, over what it extends, over the tables of `data/`.

    Parameters
    ----------
    name_or_path : str or Path
    settings : sequence of str, or mapping
        `["seed=7"]` as on the command line, or dotted keys such as `{"seed": 7}`.

    Raises
    ------
    InputError
        With file, line and column of everything wrong.
    CallError
        An argument of another kind.
    """
    document = with_settings(_document(name_or_path), settings)
    if document.data.get("kind") == "park":
        fix = f"write a scenario with park: {{extends: {Path(name_or_path).stem}}}; `decarb validate` checks a park"
        raise InputError([Problem(str(document.place(("kind",))), "kind", "this is a park, no scenario", fix)])
    return Scenario(*_checked(ScenarioSpec, document))


def scenario_of(stated: Mapping[str, Any]) -> Scenario:
    """Return the scenario that states what a run of it, or `Scenario.stated`, says was stated.

    Raises
    ------
    InputError
        It states something that a scenario cannot.
    """
    return Scenario(*_checked(ScenarioSpec, Document(Path(str(stated.get("name", ""))), dict(stated), {})))


def load_park(name_or_path: str | Path, settings: Settings = ()) -> ParkSpec:
    """Return a park from a park file, by the name of a shipped one, or the park of a scenario.

    Parameters
    ----------
    name_or_path : str or Path
    settings : sequence of str, or mapping
        `["pv.on=false"]` as on the command line, or dotted keys such as `{"pv.on": False}`; those of the file that is
        named: the park of a scenario has `park.pv.on`.

    Raises
    ------
    InputError
        With file, line and column of everything wrong.
    CallError
        An argument of another kind.
    """
    document = with_settings(_document(name_or_path), settings)
    if document.data.get("kind") == "scenario":
        return _checked(ScenarioSpec, document)[0].park
    return _checked(ParkSpec, document)[0]


def stated_in(name_or_path: str | Path) -> Mapping[str, Any]:
    """Return everything that a scenario or park file states, by its `kind`, with all it extends, once it is checked.

    Raises
    ------
    InputError
        With file, line and column of everything wrong.
    CallError
        An argument of another kind.
    """
    document = _document(name_or_path)
    return _checked(_model(document), document)[1].data


def validate_file(name_or_path: str | Path) -> Spec:
    """Return the checked content of a scenario or park file, by its `kind`.

    The tables are asked for all that the file leaves to them, and a scenario is computed once, so that a run does not
    find out first.

    Raises
    ------
    InputError
        With file, line and column of everything wrong.
    """
    document = _document(name_or_path)
    spec, document = _checked(_model(document), document)
    at, park = (("park",), spec.park) if isinstance(spec, ScenarioSpec) else ((), spec)
    if isinstance(park, ParkSpec):
        try:
            park_inputs(park, seed=0)
        except DataError as error:
            found, _, fix = str(error).partition("; ")
            place = document.place((*at, "province"))  # what the tables know depends on it
            raise InputError([Problem(str(place), ".".join((*at, "province")), found, fix)]) from error
    if isinstance(spec, ScenarioSpec):
        try:
            inputs = scenario_inputs(spec)
            evaluate(inputs, weather(inputs))
        except InputError:
            raise
        except DecarbError as error:
            raise refusal(error, document) from error
    return spec


def shipped_scenarios() -> tuple[str, ...]:
    """Return the names of all shipped scenario and park files."""
    return tuple(sorted(path.stem for folder in FOLDERS for path in shipped("scenarios", folder).glob("*.yaml")))


def _flat(stated: Any, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield every value that is stated, by its dotted key."""
    if isinstance(stated, Mapping):
        for key, inside in stated.items():
            yield from _flat(inside, (*path, str(key)))
    else:
        yield ".".join(path), ", ".join(map(str, stated)) if isinstance(stated, (list, tuple)) else str(stated)


def _document(name_or_path: str | Path) -> Document:
    if not isinstance(name_or_path, (str, Path)):
        fix = 'write the name of a shipped file such as "yizhuang", or the path of your own'
        raise CallError(f"a {type(name_or_path).__name__} is no name of a file; {fix}")
    if is_shipped_name(name_or_path) and _shipped_file(str(name_or_path)) is None:
        for beside in (Path(f"{name_or_path}{suffix}") for suffix in SUFFIXES):
            if beside.is_file():
                said = f'no shipped file is called "{name_or_path}"'
                raise InputError([Problem(str(name_or_path), "", said, f"did you mean {beside}?")])
    return read_document(name_or_path, shipped=_shipped_file, shipped_names=shipped_scenarios())


def _model(document: Document) -> type[Spec]:
    """Return the schema of a file by its kind; that of a scenario where it says none that is known."""
    kind = document.data.get("kind", "scenario")
    return KINDS.get(kind, ScenarioSpec) if isinstance(kind, str) else ScenarioSpec


def _checked(model: type[AnySpec], document: Document) -> tuple[AnySpec, Document]:
    """Return what a document says, once its credits have one owner and one use each, and it with its lists read.

    What is wrong with lists of zones and with all else is told at once.
    """
    unread = Problems()
    document = with_zone_lists(document, unread)
    try:
        with told_once(model, document):
            spec = validate(model, document)
            if isinstance(spec, ScenarioSpec) and not unread.found:
                _check_zones(spec, document)
    except InputError as error:
        raise InputError([*error.problems, *unread.found]) from None
    unread.raise_if_any()
    park = spec.park if isinstance(spec, ScenarioSpec) else spec
    if isinstance(park, ParkSpec) and park.credits:
        at = ("park", KEY) if park is not spec else (KEY,)
        park_credits(
            park.credits, park=park.name, year=park.year, rules=credit_rules(read_table("standards")),
            place=lambda number, key: str(document.place((*at, number, key))),
        )  # fmt: skip
    return spec, document


def _check_zones(spec: ScenarioSpec, document: Document) -> None:
    """Refuse lists of more than their province holds, and a rollout that no number of zones can follow."""
    lists = spec.zones.list or {}
    check_lists(lists, lambda province: str(folder_of_list(document, province) / lists[province].file))
    check_reach(spec, document)


def _shipped_file(name: str) -> Path | None:
    for folder in FOLDERS:
        path = shipped("scenarios", folder) / f"{name}.yaml"
        if path.is_file():
            return path
    return None
