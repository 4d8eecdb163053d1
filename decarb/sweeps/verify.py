"""Reads a store again, every byte of it, and says what is damaged, and which scenarios that concerns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from decarb.errors import DecarbError
from decarb.sweeps.arrays import ROOT, SCENARIO, decoded
from decarb.sweeps.durable import digest_of_file, is_partial, remove_partials
from decarb.sweeps.incoming import STATUS, counted
from decarb.sweeps.lock import locked
from decarb.sweeps.markers import Chunk, Marker, marked_blocks, read_marker
from decarb.sweeps.progress import shown
from decarb.sweeps.store import BLOCKS, TEMPLATE, Store, is_sound, store_at

AGAIN: Final = "run sweep-verify with --repair, then the sweep again"
RUN: Final = "run the sweep again"
REMOVE: Final = "remove it"


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a store.

    Attributes
    ----------
    kind : {"deleted", "truncated", "changed", "undecodable", "marker", "metadata", "surplus", "leftover", "root"}
    path : str
        Below the store, or with the name of the folder beside it.
    found : str
        In words, with what was expected.
    fix : str
    block : int, optional
    variable : str
        Empty where it concerns all of a block or none.
    scenarios : tuple of int, optional
        First and last that it concerns.
    """

    kind: str
    path: str
    found: str
    fix: str
    block: int | None = None
    variable: str = ""
    scenarios: tuple[int, int] | None = None

    def __str__(self) -> str:
        first = "" if self.block is None else f"block {self.block}"
        name = f"variable {self.variable}" if self.variable else ""
        which = "" if self.scenarios is None else f"scenarios {self.scenarios[0]} to {self.scenarios[1]}"
        place = ", ".join(part for part in (first, name, which) if part)
        return f"{self.path}: {f'{place}: ' if place else ''}{self.found}; {self.fix}"


@dataclass(frozen=True)
class Report:
    """What reading a store again found.

    Attributes
    ----------
    path : Path
    rows, blocks : int
        That the store should hold.
    sound : int
        Scenarios whose every byte is as it was written.
    missing : tuple of int
        Blocks without a marker: not done yet.
    faults : tuple of Fault
    repaired : bool
        Markers of damaged blocks were dropped, so that a rerun does them again.
    """

    path: Path
    rows: int
    blocks: int
    sound: int
    missing: tuple[int, ...]
    faults: tuple[Fault, ...]
    repaired: bool = False

    @property
    def whole(self) -> bool:
        """Whether every scenario is there and nothing is damaged, missing or too many."""
        return not self.missing and not self.faults

    def words(self) -> list[str]:
        """Return the report as lines."""
        lines = [f"{self.path}: {self.sound:,} of {self.rows:,} scenarios are sound"]
        if self.missing:
            done = self.blocks - len(self.missing)
            lines.append(f"{done:,} of {self.blocks:,} blocks are done; {RUN} to go on")
        if self.repaired and self.faults:
            lines.append(f"markers of damaged blocks are dropped, metadata are put back; {RUN} to go on")
        return [*lines, *map(str, self.faults)]


@shown("reading every byte of the sweep")
def verify_sweep(
    store: str | Path, *, repair: bool = False, progress: Callable[[int, int], object] | None = None
) -> Report:
    """Return what is wrong with a store after reading every file of it.

    Parameters
    ----------
    store : str or Path
        Whole or not.
    repair : bool
        Drop the markers of damaged blocks, put back metadata, remove what killed writers left, and keep readers out
        until a rerun is through. Files of others are named, never removed.
    progress : callable, optional
        Called with how many blocks are read and how many there are.

    Raises
    ------
    DecarbError
        There is no sweep, or its `sweep.json` is damaged.
    CallError
        A repair finds another client at work.
    """
    with locked(store_at(store).path) if repair else nullcontext():
        found = store_at(store)
        markers = marked_blocks(found.folder / BLOCKS)
        faults: list[Fault] = [*_of_static(found), *_of_numbers(found, markers)]
        damaged = []
        for block in range(found.blocks):
            wrong = list(_of_block(found, block, markers[block])) if block in markers else []
            damaged += [block] if wrong else []
            faults += wrong
            if progress is not None:
                progress(block + 1, found.blocks)
        missing = tuple(block for block in range(found.blocks) if block not in markers)
        faults += [*_of_root(found, bool(missing)), *_of_surplus(found)]
        if repair:
            _repair(found, [markers[block] for block in damaged], begun=bool(missing or damaged))
    lost = {*damaged, *missing}
    sound = sum(found.span(block)[1] for block in range(found.blocks) if block not in lost)
    return Report(found.path, found.header.rows, found.blocks, sound, missing, tuple(faults), repair)


def _of_static(store: Store) -> Iterator[Fault]:
    for file in store.header.static:
        if not is_sound(store.folder / TEMPLATE / file.path, file):
            path, there = f"{store.folder.name}/{TEMPLATE}/{file.path}", is_sound(store.path / file.path, file)
            fix = f"{RUN}, it puts it back" if there else "start the sweep again in a new store"
            yield Fault("metadata", path, "is missing or damaged", fix)
    for file in store.static():
        if not is_sound(store.path / file.path, file):
            name = file.path.split("/")[0]
            yield Fault("metadata", file.path, "is missing or damaged", f"{RUN}, it puts it back", variable=name)


def _of_numbers(store: Store, markers: dict[int, Path]) -> Iterator[Fault]:
    """Find markers of blocks that are none."""
    for block, path in markers.items():
        if block >= store.blocks:
            found = f"there is no block {block}, the last is {store.blocks - 1}"
            yield Fault("surplus", _shown(store, path), found, REMOVE)


def _of_block(store: Store, block: int, path: Path) -> Iterator[Fault]:
    """Find what is wrong with a block that says it is done: its marker, its bytes, its numbers."""
    first, rows = store.span(block)
    scenarios = (first, first + rows - 1)
    try:
        marker = read_marker(path)
    except (DecarbError, OSError) as error:
        yield Fault("marker", _shown(store, path), f"is no marker: {error}", AGAIN, block, "", scenarios)
        return
    if not store.fits(block, marker):
        found = "is the marker of another block or another sweep"
        yield Fault("marker", _shown(store, path), found, AGAIN, block, "", scenarios)
        return
    wrong = [fault for chunk in marker.chunks for fault in _of_chunk(store, block, chunk, scenarios)]
    yield from wrong
    if not wrong:
        yield from _of_values(store, block, marker, scenarios)


def _of_chunk(store: Store, block: int, chunk: Chunk, scenarios: tuple[int, int]) -> Iterator[Fault]:
    """Find what is wrong with the bytes of one file."""
    path, name = store.path / chunk.path, chunk.path.split("/")[0]
    try:
        size = path.stat().st_size
        same = size == chunk.size and digest_of_file(path) == chunk.hash
    except FileNotFoundError:
        kind, found = "deleted", "is not there"
    except OSError as error:
        kind, found = "changed", f"cannot be read: {error.strerror}"
    else:
        if same:
            return
        kind = "truncated" if size < chunk.size else "changed"
        found = f"has {size} of {chunk.size} bytes" if size != chunk.size else "holds other bytes than were written"
    yield Fault(kind, chunk.path, found, AGAIN, block, name, scenarios)


def _of_values(store: Store, block: int, marker: Marker, scenarios: tuple[int, int]) -> Iterator[Fault]:
    """Decode every chunk of a block; count its scenarios and their status."""
    for variable in store.along():
        path = variable.chunk(block)
        try:
            values = decoded(store.path, variable, marker.first, marker.rows)
        except (ValueError, RuntimeError, OSError) as error:
            yield Fault("undecodable", path, f"does not decode: {error}", AGAIN, block, variable.name, scenarios)
            continue
        numbers = np.arange(scenarios[0], scenarios[1] + 1)
        if variable.name == SCENARIO and not np.array_equal(values, numbers):
            found = f"does not number scenarios {scenarios[0]} to {scenarios[1]}"
            yield Fault("changed", path, found, AGAIN, block, SCENARIO, scenarios)
        if variable.name == STATUS and counted({STATUS: values}) != dict(marker.status):
            found = f"counts {counted({STATUS: values})}, the marker says {dict(marker.status)}"
            yield Fault("changed", path, found, AGAIN, block, STATUS, scenarios)


def _of_root(store: Store, missing: bool) -> Iterator[Fault]:
    """Find a store that opens though it is not whole, and one that does not though it is."""
    path = store.path / ROOT
    root = next(file for file in store.header.static if file.path == ROOT)
    if missing and path.exists():
        yield Fault("root", ROOT, "readers take the store for whole, it is not", AGAIN)
    if not missing and not is_sound(path, root):
        found = "is damaged" if path.exists() else "is not there, though all blocks are done"
        yield Fault("root", ROOT, found, f"{RUN}, it puts it back")


def _of_surplus(store: Store) -> Iterator[Fault]:
    """Find files that no sweep wrote, or that a writer left when it was killed."""
    expected = {file.path for file in store.header.static}
    expected |= {variable.chunk(block) for variable in store.along() for block in range(store.blocks)}
    for path in sorted(store.path.rglob("*")) if store.path.is_dir() else []:
        name = path.relative_to(store.path).as_posix()
        if path.is_dir() and not any(path.iterdir()) and not any(one.startswith(f"{name}/") for one in expected):
            yield Fault("surplus", name, "is a folder that this sweep did not make", REMOVE)
        if path.is_dir() or name in expected:
            continue
        if is_partial(path.name):
            yield Fault("leftover", name, "was left by a writer that was killed", f"{RUN}, it removes it")
        else:
            yield Fault("surplus", name, "is a file that this sweep did not write", REMOVE)


def _repair(store: Store, markers: list[Path], *, begun: bool) -> None:
    for path in markers:
        path.unlink(missing_ok=True)
    remove_partials(store.path)
    store.restore()
    store.close() if begun else store.finish()


def _shown(store: Store, path: Path) -> str:
    return path.relative_to(store.folder.parent).as_posix()
