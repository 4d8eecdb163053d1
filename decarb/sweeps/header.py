"""`sweep.json`: what a store is of. Two that differ in it are never joined."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from decarb.errors import CallError, DecarbError
from decarb.sweeps.arrays import Variable, plain
from decarb.sweeps.durable import flush_folders, write_whole
from decarb.sweeps.markers import Chunk, seal_of, sealed, unsealed

HEADER: Final = "sweep.json"
KIND: Final = "decarb-sweep"
FORMAT: Final = 1
CHANGED: Final = frozenset(("decarb", "code", "tables"))  # keys of an identity that no call can ask for otherwise
INFORMATION: Final = "information"
PACKAGES: Final = ("dask", "numba", "numcodecs", "numpy", "scipy", "xarray", "zarr")
LONGEST: Final = 60  # characters of a value in a message


@dataclass(frozen=True)
class Header:
    """What stands in `sweep.json`.

    Attributes
    ----------
    identity : mapping
        Plain values that decide what every scenario is: model version, digests, seed, method.
    rows, block : int
        Scenarios in all, and in a block.
    variables : tuple of Variable
    static : tuple of Chunk
        Files of the store that belong to no block, with their hashes.
    information : mapping
        For people: nothing depends on it.
    """

    identity: Mapping[str, Any]
    rows: int
    block: int
    variables: tuple[Variable, ...]
    static: tuple[Chunk, ...]
    information: Mapping[str, Any]

    @property
    def table(self) -> tuple[tuple[int, int], ...]:
        """The blocks: first scenario and rows of each."""
        return tuple((first, min(self.block, self.rows - first)) for first in range(0, self.rows, self.block))

    @property
    def digest(self) -> str:
        """Hash of all that decides the content of a block, and of nothing else."""
        return seal_of(self.compared())

    def compared(self) -> dict[str, Any]:
        """Return what two headers must share."""
        return {
            "format": FORMAT,
            "rows": self.rows,
            "block": self.block,
            **self.identity,
            "variables": {each.name: _shown(each) for each in self.variables},
        }


def header_of(said: Mapping[str, Any], rows: int, block: int, variables: tuple[Variable, ...]) -> Header:
    """Return a header, still without files.

    Parameters
    ----------
    said : mapping
        Plain values; what stands under `information` is kept and never compared.

    Raises
    ------
    CallError
        A value is no plain one, or the counts make no blocks.
    """
    if rows < 1 or block < 1:
        raise CallError(f"{rows} scenarios in blocks of {block}: give at least one of each")
    taken = sorted({"format", "rows", "block", "variables"} & set(said))
    if taken:
        raise CallError(f"{taken[0]}: the store writes that key itself; use another name")
    try:
        known = json.loads(json.dumps(plain(said), allow_nan=False))
    except (TypeError, ValueError) as error:
        raise CallError(f"the header of a sweep takes plain finite values: {error}") from None
    information = {**known.pop(INFORMATION, {}), "python": platform.python_version(), "packages": _packages()}
    return Header(known, rows, block, variables, (), information)


def write_header(folder: Path, header: Header) -> None:
    """Write `sweep.json`: from then on the folder is a sweep."""
    said = {
        "kind": KIND,
        "format": FORMAT,
        "identity": dict(header.identity),
        "rows": header.rows,
        "block": header.block,
        "blocks": [list(pair) for pair in header.table],
        "variables": [asdict(variable) for variable in header.variables],
        "static": [asdict(file) for file in header.static],
        INFORMATION: dict(header.information),
    }
    write_whole(folder / HEADER, sealed(said))
    flush_folders([folder])


def read_header(folder: Path) -> Header:
    """Return the header of a sweep.

    Raises
    ------
    DecarbError
        There is none, it is damaged, or another version of decarb wrote it.
    """
    path = folder / HEADER
    try:
        said = unsealed(path)
    except FileNotFoundError:
        raise DecarbError(
            f"{folder}: holds no {HEADER}; name a store that `decarb sweep` wrote, and move both folders together"
        ) from None
    except DecarbError as error:
        raise DecarbError(f"{error}; put it back from a copy, or start the sweep again in a new store") from None
    if said.get("kind") != KIND or said.get("format") != FORMAT:
        found = f"{said.get('kind')} {said.get('format')}"
        raise DecarbError(f"{path}: is {found}, expected {KIND} {FORMAT}; use the decarb that wrote it")
    variables = [{**each, "dims": tuple(each["dims"]), "shape": tuple(each["shape"])} for each in said["variables"]]
    return Header(
        said["identity"], said["rows"], said["block"], tuple(Variable(**each) for each in variables),
        tuple(Chunk(**each) for each in said["static"]), said[INFORMATION],
    )  # fmt: skip


def check_same(store: Path, there: Header, here: Header) -> None:
    """Raise `CallError` that names every key in which two headers differ, with both values."""
    old, new = _flat(there.compared()), _flat(here.compared())
    differing = [key for key in sorted({*old, *new}) if old.get(key) != new.get(key)]
    if differing:
        listed = "\n".join(f"  {key}: {_said(old, key)} there, {_said(new, key)} asked for" for key in differing)
        if CHANGED.intersection(key.rpartition(".")[2] for key in differing):
            listed += "\n  decarb or its data changed since: finish with those that began it, or name another store"
        raise CallError(f"{store} holds another sweep; name another store, or ask for the same:\n{listed}")


def _shown(variable: Variable) -> str:
    """Return a variable on one line; the rows of a block stand elsewhere."""
    shape = variable.shape[1:] if variable.blocked else variable.shape
    parts = (f"({', '.join(variable.dims)})", variable.dtype, *map(str, shape), variable.unit, variable.values)
    return " ".join(part for part in parts if part)


def _flat(said: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    """Return nested values under keys with dots."""
    found: dict[str, Any] = {}
    for key, value in said.items():
        found |= _flat(value, f"{before}{key}.") if isinstance(value, Mapping) else {f"{before}{key}": value}
    return found


def _said(flat: Mapping[str, Any], key: str) -> str:
    if key not in flat:
        return "nothing"
    text = json.dumps(flat[key], ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _packages() -> dict[str, str]:
    return {name: version(name) for name in PACKAGES}
