"""A sweep file read and checked: the scenario it starts from, its axes, and how many scenarios are drawn and how."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any, Final

from decarb.errors import CallError, InputError, Problem, Problems
from decarb.scenario.document import Document, shown
from decarb.scenario.extending import is_shipped_name
from decarb.scenario.reading import read_document, validate
from decarb.scenario.settings import Settings, told_once, with_settings
from decarb.scenario.yaml_files import real_path
from decarb.sweeps.checks import check_axes, check_correlations, ranks
from decarb.sweeps.points import Points, points_of
from decarb.sweeps.schema import (
    DEFAULT_SCENARIOS,
    MAX_SCENARIOS,
    AxisSpec,
    CorrelationSpec,
    Dispatch,
    Method,
    SweepSpec,
)
from decarb.units import Quantity
from decarb.variables import did_you_mean, shipped

__all__ = ["AxisSpec", "SweepDesign", "load_sweep", "shipped_sweeps"]

FOLDER: Final = "sweeps"
SUFFIXES: Final = (".yaml", ".yml")
OWN_SIZE: Final = ("grid", "table")


@dataclass(frozen=True)
class SweepDesign:
    """A checked sweep file; the names of its axes are looked up when it is made ready.

    Attributes
    ----------
    name : str
        Its own, else that of the file.
    path : Path
    description : str
    base : str or Path
        The scenario it starts from: a shipped name or a file.
    method : {"sobol", "saltelli", "latin-hypercube", "grid", "table"}
    scenarios : int
        How many, where the call does not say.
    seed : int
    dispatch : {"direct", "surface", "auto"}
    axes : tuple of AxisSpec
        Those of a table are its columns.
    correlations : tuple of CorrelationSpec
    table : Path, optional
    table_digest : str
        SHA-256 of the table's file, else "".
    """

    name: str
    path: Path
    description: str
    base: str | Path
    method: Method
    scenarios: int
    seed: int
    dispatch: Dispatch
    axes: tuple[AxisSpec, ...]
    correlations: tuple[CorrelationSpec, ...] = ()
    table: Path | None = None
    table_digest: str = ""

    @cached_property
    def ranks(self) -> tuple[tuple[float, ...], ...] | None:
        """The rank correlation of every two axes; None where none is stated."""
        if not self.correlations:
            return None
        return ranks([axis.name for axis in self.axes], self.correlations)

    def to_dict(self) -> dict[str, Any]:
        """Return what JSON can hold: all that the file says, and files by their names alone."""
        return {
            "name": self.name,
            "description": self.description,
            "base": self.base if isinstance(self.base, str) else self.base.name,
            "method": self.method,
            "scenarios": self.scenarios,
            "seed": self.seed,
            "dispatch": self.dispatch,
            "axes": [axis.to_dict() for axis in self.axes],
            "correlations": [{"between": list(one.between), "value": one.value} for one in self.correlations],
            "table": None if self.table is None else self.table.name,
            "table_digest": self.table_digest,
        }

    @property
    def digest(self) -> str:
        """A hash of everything the design says; the base scenario has its own."""
        return hashlib.sha256(json.dumps(self.to_dict(), sort_keys=True).encode()).hexdigest()


def load_sweep(path_or_name: str | Path, settings: Settings = ()) -> SweepDesign:
    """Return a sweep from a file or by the name of a shipped one.

    Parameters
    ----------
    path_or_name : str or Path
    settings : sequence of str, or mapping
        `["seed=7"]` as on the command line, or `{"seed": 7}`; axes are changed in a file.

    Raises
    ------
    InputError
        With file, line and column of everything wrong that can be known before the axes are looked up.
    CallError
        An argument of another kind.
    """
    _check_settings(settings)
    document = with_settings(_document(path_or_name), settings)
    _check_kind(document)
    problems = Problems()
    with told_once(SweepSpec, document):
        base, points, table = _base(document, problems), *_points(document, problems)
        try:
            spec = validate(SweepSpec, document)
        except InputError as error:
            raise InputError([*error.problems, *problems.found]) from None
        axes = _axes(spec, document, points)
        check_axes(spec, document, axes, problems)
        check_correlations(spec, document, axes, problems)
        scenarios = _scenarios(spec, document, axes, points, problems)
        problems.raise_if_any()
    return SweepDesign(
        spec.name or Path(path_or_name).stem, document.path, spec.description.strip(), base, spec.method, scenarios,
        spec.seed, spec.dispatch, axes, spec.correlations, table, "" if points is None else points.digest,
    )  # fmt: skip


def shipped_sweeps() -> tuple[str, ...]:
    """Return the names of all shipped sweeps."""
    return tuple(sorted(path.stem for path in shipped("scenarios", FOLDER).glob("*.yaml")))


def _document(path_or_name: str | Path) -> Document:
    if not isinstance(path_or_name, (str, Path)):
        fix = 'write the name of a shipped sweep such as "national-uncertainty", or the path of your own'
        raise CallError(f"a {type(path_or_name).__name__} is no name of a sweep; {fix}")
    if is_shipped_name(path_or_name) and _shipped_file(str(path_or_name)) is None:
        for beside in (Path(f"{path_or_name}{suffix}") for suffix in SUFFIXES):
            if beside.is_file():
                said = f'no shipped sweep is called "{path_or_name}"'
                raise InputError([Problem(str(path_or_name), "", said, f"did you mean {beside}?")])
        if shipped("scenarios", f"{path_or_name}.yaml").is_file():
            fix = f"write a sweep with base: {path_or_name}, or name one of {', '.join(shipped_sweeps())}"
            raise InputError([Problem(str(path_or_name), "", "is a scenario, no sweep", fix)])
    return read_document(path_or_name, shipped=_shipped_file, shipped_names=shipped_sweeps())


def _shipped_file(name: str) -> Path | None:
    path = shipped("scenarios", FOLDER) / f"{name}.yaml"
    return path if path.is_file() else None


def _check_kind(document: Document) -> None:
    kind = document.data.get("kind", "sweep")
    if kind in ("scenario", "park"):
        fix = f"write a sweep with base: {document.path.name}" if kind == "scenario" else "name a sweep"
        raise InputError([Problem(str(document.place(("kind",))), "kind", f"this is a {kind}, no sweep", fix)])


def _check_settings(settings: Settings) -> None:
    """Refuse a setting inside an axis, whose name has dots of its own."""
    for setting in settings if isinstance(settings, (Mapping, list, tuple)) else ():
        key = str(setting).partition("=")[0].strip()
        if key.startswith("axes."):
            found, fix = "the name of an axis has dots of its own", "write a sweep that extends this one, with the axis"
            raise InputError([Problem(f"--set {shown(key)[1:-1]}", "", found, fix)])


def _base(document: Document, problems: Problems) -> str | Path:
    """Return the base scenario: a shipped name, or a file that lies in the folder of the file that names it."""
    base = document.data.get("base")
    if not isinstance(base, str) or not base:
        return ""
    if not is_shipped_name(base):
        return _beside(document, "base", base, SUFFIXES, "scenario.yaml", problems) or base
    names = tuple(path.stem for path in shipped("scenarios").glob("*.yaml"))
    if base not in names:
        beside = next(
            (f"{base}{suffix}" for suffix in SUFFIXES if (document.path.parent / f"{base}{suffix}").is_file()), ""
        )
        fix = f"write {beside}" if beside else did_you_mean(base, names)
        problems.add(str(document.place(("base",))), "base", f"no shipped scenario is called {shown(base)}", fix)
    return base


def _points(document: Document, problems: Problems) -> tuple[Points | None, Path | None]:
    """Return the table that is named, with its file."""
    name = document.data.get("table")
    path = _beside(document, "table", name, (".csv",), "points.csv", problems) if isinstance(name, str) else None
    if path is None:
        return None, None
    try:
        return points_of(path), path
    except InputError as error:
        problems.found += error.problems
        return None, path


def _beside(document: Document, key: str, name: str, suffixes: Sequence[str], example: str, problems: Problems
            ) -> Path | None:  # fmt: skip
    mark = document.place((key,))
    folder = (Path(mark.file) if mark.line is not None else document.path).parent
    pure = PurePosixPath(name)
    if pure.is_absolute() or ".." in pure.parts or re.search(r"[\\:\x00-\x1f]", name) or pure.suffix not in suffixes:
        fix = f"write a path inside the folder of the sweep, such as {example}"
        problems.add(str(mark), key, f"{shown(name)} is no {suffixes[0][1:].upper()} file beside this one", fix)
    elif not real_path(folder / name).is_relative_to(real_path(folder)):
        problems.add(str(mark), key, f"{shown(name)} leads outside its folder", "copy the file beside this one")
    elif not (folder / name).is_file():
        problems.add(str(mark), key, f"there is no file {shown(name)} beside this one", "check its name")
    else:
        return folder / name
    return None


def _axes(spec: SweepSpec, document: Document, points: Points | None) -> tuple[AxisSpec, ...]:
    if points is not None and spec.method == "table":
        ends = zip(points.values.min(axis=0).tolist(), points.values.max(axis=0).tolist(), strict=True)
        return tuple(
            AxisSpec(name, None, Quantity(low, unit), Quantity(high, unit), {"": place})
            for name, unit, place, (low, high) in zip(points.axes, points.units, points.places, ends, strict=True)
        )
    found = []
    for name, body in spec.axes.items():
        places = {key: str(document.place(("axes", name, key))) for key, value in body if value is not None}
        places[""] = str(document.place(("axes", name), key=True))
        found.append(AxisSpec.written(name, body, places))
    return tuple(found)


def _scenarios(spec: SweepSpec, document: Document, axes: Sequence[AxisSpec], points: Points | None,
               problems: Problems) -> int:  # fmt: skip
    if spec.method not in OWN_SIZE:
        return DEFAULT_SCENARIOS if spec.scenarios is None else spec.scenarios
    if spec.method == "grid":
        size = math.prod(axis.stated.get("points") or len(axis.stated.get("values", ())) or 1 for axis in axes)
        if size > MAX_SCENARIOS:
            where = str(document.place(("axes",), key=True))
            problems.add(where, "axes", f"a grid of {size:.3g} scenarios", f"keep it below {MAX_SCENARIOS:.0e}")
    else:
        size = 1 if points is None else len(points.values)
    if spec.scenarios not in (None, size):
        where, found = str(document.place(("scenarios",))), f"a {spec.method} has its own size, here {size:,}"
        problems.add(where, "scenarios", found, "delete it")
    return size
