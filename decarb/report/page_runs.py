"""What a page is made of: runs, whether they were computed a moment ago or stand in a results folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import xarray as xr

from decarb.analysis.run import Results, judge, run
from decarb.errors import CallError, InputError, Problem
from decarb.report.folder import FIX, RUN, read_annual
from decarb.scenario.scenario import Scenario, load_scenario, shipped_scenarios
from decarb.tables import tables_hash

What = Results | Scenario | str | Path

PARTS: Final = ("park", "zone", "base", "cost")
MOST: Final = 6
"""Options that can be read side by side."""


@dataclass(frozen=True, eq=False, repr=False)
class Option:
    """One scenario of a page.

    Attributes
    ----------
    name : str
        Its own among those of the page.
    results : Results
    scenario : Scenario or None
        What it was computed from, where that is at hand and gives the same numbers today.
    """

    name: str
    results: Results
    scenario: Scenario | None

    def __repr__(self) -> str:
        return f"Option({self.name!r})"


def options_of(
    what: What | Sequence[What], progress: Callable[[int, int], None] = lambda done, of: None
) -> tuple[Option, ...]:
    """Return what a page shows, each with a name of its own; scenarios are run, results folders read.

    Raises
    ------
    CallError
        Nothing is named, too much, or something of another kind.
    InputError
        A scenario or a results folder cannot be read.
    """
    many = [what] if isinstance(what, (Results, Scenario, str, Path)) else list(what)
    if not 1 <= len(many) <= MOST:
        raise CallError(f"a page shows 1 to {MOST} scenarios side by side; found {len(many)}")
    found = []
    for done, one in enumerate(many, 1):
        found.append(_option(one))
        progress(done, len(many))
    names = [option.name for option in found]
    numbered = [name if names.count(name) == 1 else f"{name} ({number})" for number, name in enumerate(names, 1)]
    return tuple(Option(name, option.results, option.scenario) for name, option in zip(numbered, found, strict=True))


def _option(what: What) -> Option:
    if isinstance(what, Results):
        return Option(str(what.provenance["scenario"]), what, _behind(what))
    if isinstance(what, (str, Path)) and Path(what).is_dir():
        results = read_results(Path(what))
        return Option(str(results.provenance["scenario"]), results, _behind(results))
    if isinstance(what, (Scenario, str, Path)):
        scenario = what if isinstance(what, Scenario) else load_scenario(what)
        return Option(scenario.name, run(scenario), scenario)
    raise CallError(f"a page takes Results, a results folder or a scenario; found {type(what).__name__}")


def read_results(folder: Path) -> Results:
    """Return a run as its results folder holds it; its verdict is judged again.

    Raises
    ------
    InputError
        The folder holds no whole run.
    """
    annual = read_annual(folder)
    try:
        provenance = json.loads((folder / RUN).read_text(encoding="utf-8"))
        parts = {name: xr.load_dataset(folder / f"{name}.nc", engine="h5netcdf") for name in PARTS}
        verdict = judge(annual)
        kept = {key: provenance[key] for key in provenance if key != "kind"}
        missing = [key for key in ("scenario", "stated", "assumptions", "tables_sha256") if key not in kept]
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise InputError([Problem(str(folder), "", f"cannot be read as a run: {error}", FIX)]) from None
    if missing:
        raise InputError([Problem(str(folder / RUN), ", ".join(missing), "is missing", FIX)])
    return Results(annual=annual, verdict=verdict, provenance=kept, **parts)


def _behind(results: Results) -> Scenario | None:
    """Return the shipped scenario that these results are of, if it states the same and the tables are the same."""
    name, known = str(results.provenance["scenario"]), results.provenance
    if name not in shipped_scenarios() or known["tables_sha256"] != tables_hash():
        return None
    scenario = load_scenario(name)
    return scenario if scenario.digest == known["scenario_sha256"] else None
