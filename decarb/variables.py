"""The variable dictionary: what each name means, in which unit, over which dimensions, and how it is called."""

from __future__ import annotations

import csv
import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

from decarb.errors import DataError, Problem, UnitError
from decarb.units import canonical

DIMENSIONS: Final = (
    "scenario", "province", "region", "economy", "level", "archetype", "sector", "technology", "store", "fuel",
    "gas", "report", "target", "category", "use", "supply", "period", "year", "month", "hour", "time",
    "classes", "input", "constraint", "size", "vintage", "curve", "lever", "account",
)  # fmt: skip

_COLUMNS: Final = ["variable", "unit", "dims", "label_en", "label_zh", "iamc", "minimum", "maximum", "description"]


@dataclass(frozen=True)
class VariableInfo:
    """One entry of the dictionary; `minimum` and `maximum` bound what is plausible, in `unit`."""

    name: str
    unit: str
    dims: tuple[str, ...]
    label_en: str
    label_zh: str
    iamc: str
    minimum: float
    maximum: float
    description: str


def shipped(kind: Literal["data", "scenarios"], name: str = "") -> Path:
    """Return where a shipped file or folder lies: the checkout first, then inside the installed package.

    The one place that knows; it stands here because the dictionary is the lowest module that reads a shipped file.

    Parameters
    ----------
    kind : {"data", "scenarios"}
        Folder.
    name : str
        File inside it; the folder itself where empty.

    Raises
    ------
    DataError
        The package was installed without its data.

    Examples
    --------
    >>> shipped("data", "variables.csv").is_file()
    True
    """
    package = Path(__file__).resolve().parent
    for root in (package.parent, package / "_shipped"):
        if (root / "data" / "sources.yaml").is_file():
            return root / kind / name
    raise DataError("data/sources.yaml: found neither beside nor inside the decarb package; install decarb again")


def did_you_mean(name: object, known: Iterator[str] | tuple[str, ...]) -> str:
    """Return the advice for a name that is not known: the nearest ones, or a few that exist.

    Examples
    --------
    >>> did_you_mean("capasity", ("capacity", "generation"))
    'did you mean "capacity"?'
    """
    names = sorted(set(known))
    near = difflib.get_close_matches(str(name), names, n=3, cutoff=0.6)
    if near:
        return "did you mean " + " or ".join(f'"{match}"' for match in near) + "?"
    return "known: " + ", ".join(names[:8]) + (", ..." if len(names) > 8 else "")


@lru_cache(maxsize=1)
def variables() -> Mapping[str, VariableInfo]:
    """Return the whole dictionary by name.

    Raises
    ------
    DataError
        With every row of `data/variables.csv` that cannot be used.
    """
    return read_variables(shipped("data", "variables.csv"))


def read_variables(path: Path) -> Mapping[str, VariableInfo]:
    """Return the dictionary that stands in a file of the form of `data/variables.csv`.

    Raises
    ------
    DataError
        With every row that cannot be used.
    """
    found: dict[str, VariableInfo] = {}
    problems: list[Problem] = []
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        header = next(rows, [])
        if header != _COLUMNS:
            raise DataError(f"{path.name}:1: found columns {','.join(header)}; write {','.join(_COLUMNS)}")
        for cells in rows:
            where = f"{path.name}:{rows.line_num}"
            if len(cells) != len(_COLUMNS):
                found_cells = f"{len(cells)} cells, not {len(_COLUMNS)}"
                problems.append(Problem(where, "", found_cells, "quote cells with commas"))
                continue
            row = dict(zip(_COLUMNS, cells, strict=True))
            wrong = list(_entry_problems(where, row, found))
            problems += wrong
            if not wrong:
                found[row["variable"]] = _entry(row)
    if problems:
        raise DataError("\n".join(map(str, problems)))
    return MappingProxyType(found)


def _entry(row: Mapping[str, str]) -> VariableInfo:
    return VariableInfo(
        name=row["variable"],
        unit=row["unit"],
        dims=tuple(row["dims"].split()),
        label_en=row["label_en"],
        label_zh=row["label_zh"],
        iamc=row["iamc"],
        minimum=float(row["minimum"]),
        maximum=float(row["maximum"]),
        description=row["description"],
    )


def _entry_problems(where: str, row: Mapping[str, str], found: Mapping[str, VariableInfo]) -> Iterator[Problem]:
    name = row["variable"]
    if name in found:
        yield Problem(where, name, "stands twice", "keep one row")
    for column in ("variable", "label_en", "label_zh", "description"):
        if not row[column].strip():
            yield Problem(where, name, f"has no {column}", "write one")
    try:
        canonical(row["unit"])
    except UnitError as error:
        yield Problem(where, name, f'unit "{row["unit"]}": {error}')
    for dim in row["dims"].split():
        if dim not in DIMENSIONS:
            yield Problem(where, name, f'"{dim}" is no dimension', did_you_mean(dim, DIMENSIONS))
    span = f'range "{row["minimum"]}" to "{row["maximum"]}"'
    try:
        if not float(row["minimum"]) < float(row["maximum"]):
            yield Problem(where, name, f"{span} does not rise", "write the smaller number as minimum")
    except ValueError:
        yield Problem(where, name, f"{span} is no pair of numbers", "write both")


def variable(name: str) -> VariableInfo:
    """Return the dictionary's entry for one variable.

    Raises
    ------
    DataError
        The name is not in the dictionary.

    Examples
    --------
    >>> variable("generation").unit, variable("generation").label_zh
    ('TWh/yr', '发电量')
    """
    known = variables()
    if name not in known:
        raise DataError(f'data/variables.csv: "{name}" is no variable; {did_you_mean(name, tuple(known))}')
    return known[name]


def label(name: str, language: Literal["en", "zh"] = "en") -> str:
    """Return how a variable is called on an axis or in a table head.

    Raises
    ------
    DataError
        The name is not in the dictionary, or the language is neither "en" nor "zh".

    Examples
    --------
    >>> label("grid_factor_average"), label("grid_factor_average", "zh")
    ('Average grid factor', '电力平均二氧化碳排放因子')
    """
    labels = {"en": variable(name).label_en, "zh": variable(name).label_zh}
    if language not in labels:
        raise DataError(f'"{language}" is no language of the labels; write "en" or "zh"')
    return labels[language]
