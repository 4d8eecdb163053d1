"""A planner's own list of zones: a CSV file beside the scenario, read into cohorts by level and archetype."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from decarb.errors import InputError, Problem, Problems, UnitError
from decarb.nation.zones import ARCHETYPES, LEVELS
from decarb.scenario.cells import Table, number_in, read_table
from decarb.scenario.document import Document, shown
from decarb.scenario.fields import Listed, Spec, Text, Zones, reads
from decarb.scenario.park_schema import Archetype
from decarb.scenario.yaml_files import real_path
from decarb.units import Quantity, canonical, unit_factor
from decarb.variables import did_you_mean

AT: Final = ("zones", "list")
AMOUNTS: Final[Mapping[str, str]] = {
    "electricity": "GWh/yr", "fuel_co2": "kt CO2/yr", "process_co2": "kt CO2/yr", "heat_co2": "kt CO2/yr",
}  # fmt: skip
NEEDED: Final = ("zone", "level", "archetype", "electricity")
MAX_BYTES: Final = 2_000_000
MOST: Final = 1e8  # of an amount, in its unit: a wrong unit stands out before

_HEADING: Final = re.compile(r"([a-z_0-9]+)(?:\s*\[([^\]]*)\])?")

Level = Literal["national", "provincial"]
ListEnergy = Annotated[Quantity, reads("GWh/yr", 0.0, MOST), Field(examples=["1200 GWh/yr"])]
ListCO2 = Annotated[Quantity, reads("kt CO2/yr", 0.0, MOST), Field(examples=["350 kt CO2/yr"])]


class CohortSpec(Spec):
    """Zones of one level and archetype in a list, added up; CO2 that the list has no column for is left out."""

    level: Level
    archetype: Archetype
    zones: Zones
    electricity: ListEnergy
    fuel_co2: ListCO2 | None = None
    process_co2: ListCO2 | None = None
    heat_co2: ListCO2 | None = None


class ZoneListSpec(Spec):
    """What a list of zones adds up to."""

    file: Text
    cohorts: Annotated[tuple[CohortSpec, ...], Listed, Field(min_length=1)]


def _is_read(value: Any) -> Any:
    if isinstance(value, str):
        raise ValueError(f"the list {shown(value)} was not read; load the scenario with load_scenario")
    return value


ZoneList = Annotated[
    ZoneListSpec, BeforeValidator(_is_read),
    WithJsonSchema({"type": "string", "description": "CSV file in the scenario's folder", "examples": ["hebei.csv"]}),
]  # fmt: skip
"""In a file the path of a list; `with_zone_lists` puts in its place what the list adds up to."""


@dataclass(frozen=True)
class ZoneRow:
    """One zone of a list; amounts in the units of `AMOUNTS`, those without a column left out."""

    name: str
    level: str
    archetype: str
    amounts: Mapping[str, float]


def with_zone_lists(document: Document, problems: Problems | None = None) -> Document:
    """Return a document in which each list of zones is replaced by what it adds up to.

    So a scenario holds all that it runs with, and its hash follows the lists.

    Parameters
    ----------
    document : Document
        Of a scenario; `zones.list` maps provinces to CSV files, each relative to the file that names it.
    problems : Problems, optional
        Takes the faults, so that the rest of the document can be checked beside them: a list that cannot be used
        stands in it as an empty one, and the document is no scenario to run.

    Raises
    ------
    InputError
        A path leads outside the folder, or a list cannot be used, with every fault of every list; not where
        `problems` takes them.
    """
    faults = Problems() if problems is None else problems
    data: Any = document.data
    for key in AT:
        data = data.get(key) if isinstance(data, Mapping) else None
    if not isinstance(data, Mapping):
        return document
    read = dict(data)
    for province, name in data.items():
        if isinstance(name, str):
            try:
                read[province] = summed(read_zone_list(_path(document, province, name)), name)
            except InputError as error:
                faults.found += error.problems
                read[province] = ZoneListSpec.model_construct(file=name, cohorts=())
    if problems is None:
        faults.raise_if_any()
    zones = {**document.data[AT[0]], AT[1]: read}
    return replace(document, data={**document.data, AT[0]: zones})


def read_zone_list(path: Path) -> tuple[ZoneRow, ...]:
    """Return the zones of a CSV file: `zone, level, archetype, electricity [GWh/yr]` and, if known, CO2.

    The CO2 columns are `fuel_co2`, `process_co2` and `heat_co2` (the zone's own power and heat plants), each with a
    unit such as [kt CO2/yr]. A column may be left out; a cell may not.

    Raises
    ------
    InputError
        With line and column of everything wrong.
    """
    if path.is_file() and path.stat().st_size > MAX_BYTES:
        found = f"has {path.stat().st_size / 1e6:.1f} MB; at most {MAX_BYTES / 1e6:g} MB are read"
        raise InputError([Problem(str(path), "", found, "write one line for each zone")])
    table, problems = read_table(path, row="zone"), Problems()
    columns = _columns(table, problems)
    table.raise_if_any(problems)
    rows = tuple(_row(table, line, cells, columns, problems) for line, cells in table.rows)
    seen: dict[str, int] = {}
    for row, (line, _) in zip(rows, table.rows, strict=True):
        first = seen.setdefault(row.name.casefold(), line)  # "A" and "a" are one zone
        if row.name and first != line:
            where = table.place(line, columns["zone"][0])
            problems.add(where, "zone", f"{shown(row.name)} stands on line {first} too", "keep one of the two")
    table.raise_if_any(problems)
    return rows


def summed(rows: tuple[ZoneRow, ...], file: str) -> dict[str, Any]:
    """Return cohorts of level and archetype as a scenario file would hold them, in a fixed order."""
    cohorts = []
    for level, archetype in ((level, archetype) for level in LEVELS for archetype in ARCHETYPES):
        members = [row for row in rows if (row.level, row.archetype) == (level, archetype)]
        if members:
            amounts = {
                name: f"{sum(row.amounts[name] for row in members)!r} {AMOUNTS[name]}" for name in members[0].amounts
            }
            cohorts.append({"level": level, "archetype": archetype, "zones": f"{len(members)} zone", **amounts})
    return {"file": file, "cohorts": cohorts}


def folder_of_list(document: Document, province: Any) -> Path:
    """Return the folder in which the list of a province stands: that of the file which names it."""
    mark = document.place((*AT, province))
    return (Path(mark.file) if mark.line is not None else document.path).parent


def _path(document: Document, province: Any, name: str) -> Path:
    """Return the file that a scenario names, if it lies in the folder of the file that says so."""
    mark, folder = document.place((*AT, province)), folder_of_list(document, province)
    pure = PurePosixPath(name)
    key = ".".join((*AT, str(province)))
    if pure.is_absolute() or ".." in pure.parts or re.search(r"[\\:\x00-\x1f]", name) or pure.suffix != ".csv":
        fix = "write a path inside the scenario's folder, such as hebei.csv"
        raise InputError([Problem(str(mark), key, f"{shown(name)} is no CSV file beside this one", fix)])
    path = folder / name
    if not real_path(path).is_relative_to(real_path(folder)):
        found = f"{shown(name)} leads outside its folder"
        raise InputError([Problem(str(mark), key, found, "copy the file into the scenario's folder")])
    if not path.is_file():
        found = f"there is no file {shown(name)} beside this one"
        raise InputError([Problem(str(mark), key, found, "check its name")])
    return path


def _columns(table: Table, problems: Problems) -> dict[str, tuple[int, float]]:
    """Return the place of each column, and the factor from its unit to that of `AMOUNTS`."""
    columns: dict[str, tuple[int, float]] = {}
    for index, heading in enumerate(table.header):
        where, written = table.place(table.header_line, index), _HEADING.fullmatch(heading.casefold())
        name = written[1] if written else heading
        unit = heading[heading.index("[") + 1 : -1].strip() if "[" in heading and heading.endswith("]") else ""
        if name not in {*NEEDED, *AMOUNTS}:
            fix = did_you_mean(name, tuple(dict.fromkeys((*NEEDED, *AMOUNTS))))
            problems.add(where, "", f"{shown(heading)} is no column of a list of zones", fix)
        elif name in columns:
            problems.add(where, name, "the column stands twice", "keep one")
        else:
            columns[name] = (index, _factor(name, unit, where, problems))
    for name in NEEDED:
        if name not in columns:
            unit = f" [{AMOUNTS[name]}]" if name in AMOUNTS else ""
            problems.add(table.place(table.header_line, 0), name, "this column is missing", f'add "{name}{unit}"')
    return columns


def _factor(name: str, unit: str, where: str, problems: Problems) -> float:
    if name not in AMOUNTS:
        if unit:
            problems.add(where, name, f"has the unit {shown(unit)}", f'write "{name}"')
        return 1.0
    if not unit:
        problems.add(where, name, "has no unit", f'write "{name} [{AMOUNTS[name]}]"')
        return 1.0
    try:
        if not canonical(unit).endswith("/yr"):
            raise UnitError(f"{shown(unit)} is no amount in a year")
        return unit_factor(unit, AMOUNTS[name])
    except UnitError as error:
        problems.add(where, name, str(error), f'write "{name} [{AMOUNTS[name]}]"')
        return 1.0


def _row(table: Table, line: int, cells: tuple[str, ...], columns: Mapping[str, tuple[int, float]],
         problems: Problems) -> ZoneRow:  # fmt: skip
    said = {name: cells[index] for name, (index, _) in columns.items()}
    where = {name: table.place(line, index) for name, (index, _) in columns.items()}
    if not said["zone"]:
        problems.add(where["zone"], "zone", "the cell is empty", "write the zone's name")
    for name, known in (("level", LEVELS), ("archetype", ARCHETYPES)):
        if said[name] not in known:
            found = f"{shown(said[name])} is none" if said[name] else "the cell is empty"
            problems.add(where[name], name, found, did_you_mean(said[name], known))
    amounts = {}
    for name in (name for name in AMOUNTS if name in columns):
        amounts[name] = number_in(said[name], problems, where[name], name) * columns[name][1]
        if amounts[name] < 0.0:
            problems.add(where[name], name, f"{amounts[name]:g} {AMOUNTS[name]} is negative", "write 0 or more")
        elif amounts[name] > MOST:
            found = f"{amounts[name]:g} {AMOUNTS[name]} is more than the nation has"
            problems.add(where[name], name, found, "check the unit of the column")
    if amounts.get("electricity") == 0.0:
        problems.add(where["electricity"], "electricity", "a zone that uses nothing", "write its use, or take it out")
    return ZoneRow(said["zone"], said["level"], said["archetype"], amounts)
