"""The store of a sweep: a Zarr v3 group, filled block by block, that opens only when it is whole.

Beside `<STORE>` lies `<STORE>.sweep/`: `sweep.json` (what it is of), `template/` (every file that belongs to no block),
`blocks/` (one marker a block), `failed/` (one reason a block) and `lock`. The root `zarr.json` enters the store last,
so that no reader takes an unfinished one for a whole one.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import xarray as xr

from decarb.errors import CallError, DecarbError
from decarb.sweeps.arrays import ROOT, Variable, bytes_of_chunk, template_of, variables_of, write_template
from decarb.sweeps.durable import digest_of_file, flush_folders, read_back, remove_partials, write_whole
from decarb.sweeps.header import HEADER, Header, check_same, header_of, read_header, write_header
from decarb.sweeps.incoming import counted, values_of_block
from decarb.sweeps.lock import beside, check_place
from decarb.sweeps.markers import Chunk, Marker, marked_blocks, marker_path, read_marker, write_marker

TEMPLATE: Final = "template"
BLOCKS: Final = "blocks"
FAILED: Final = "failed"


@dataclass(frozen=True)
class Store:
    """A store on the disk; safe to send to other processes that see the same folder.

    Attributes
    ----------
    path : Path
    header : Header
    """

    path: Path
    header: Header

    @property
    def folder(self) -> Path:
        """The folder beside the store."""
        return beside(self.path)

    @property
    def blocks(self) -> int:
        """How many blocks there are."""
        return -(-self.header.rows // self.header.block)

    @property
    def progress(self) -> str:
        """How far it is, in words: "3 of 100 blocks"."""
        return f"{len(self.done())} of {self.blocks} blocks"

    def span(self, block: int) -> tuple[int, int]:
        """Return the first scenario of a block and how many it holds.

        Raises
        ------
        CallError
            There is no such block.
        """
        if not 0 <= block < self.blocks:
            raise CallError(f"block {block}: this store has blocks 0 to {self.blocks - 1}")
        first = block * self.header.block
        return first, min(self.header.block, self.header.rows - first)

    def along(self) -> tuple[Variable, ...]:
        """Return the variables that run along `scenario`."""
        return tuple(variable for variable in self.header.variables if variable.blocked)

    def write(self, block: int, data: xr.Dataset, seconds: float = 0.0) -> dict[str, Any]:
        """Write one block, read it back, and mark it; safe to repeat, and beside another writer of the same block.

        Parameters
        ----------
        block : int
        data : xr.Dataset
            Every variable along `scenario`, for the scenarios of the block.
        seconds : float
            Processor time that the block took, for information.

        Returns
        -------
        dict
            What the marker says: `block`, `first`, `rows`, `seconds`, `status` (how many scenarios have each),
            `chunks`.

        Raises
        ------
        CallError
            The data are not those of this block of this store.
        OSError
            The disk is full or read-only; the block is not marked.
        DecarbError
            The disk gives back other bytes than were written.
        """
        first, rows = self.span(block)
        values = values_of_block(self.header.variables, data, first, rows)
        chunks = tuple(self._write_chunk(block, variable, values[variable.name]) for variable in self.along())
        flush_folders(sorted({(self.path / chunk.path).parent for chunk in chunks}))
        marker = Marker(self.header.digest, block, first, rows, seconds, counted(values), chunks)
        write_marker(self.folder / BLOCKS, marker)
        marker_path(self.folder / FAILED, block).unlink(missing_ok=True)
        return marker.to_dict()

    def _write_chunk(self, block: int, variable: Variable, values: np.ndarray) -> Chunk:
        path = self.path / variable.chunk(block)
        content = bytes_of_chunk(variable, values)
        write_whole(path, content)
        return Chunk(variable.chunk(block), len(content), read_back(path, content))

    def fail(self, block: int, reason: str) -> None:
        """Note why a block failed; the note goes when the block is written. A disk that is full takes no note."""
        first, rows = self.span(block)
        said = {"block": block, "first": first, "rows": rows, "reason": reason}
        text = (json.dumps(said, ensure_ascii=False) + "\n").encode()
        with suppress(OSError):  # it is for people; what the run returns says it too
            write_whole(marker_path(self.folder / FAILED, block), text)

    def failures(self) -> dict[int, str]:
        """Return the blocks that failed in the last run, with the reason of each."""
        found = {block: path.read_bytes() for block, path in marked_blocks(self.folder / FAILED).items()}
        return {block: str(json.loads(text)["reason"]) for block, text in found.items()}

    def done(self) -> set[int]:
        """Return the blocks with a sound marker whose files are all there in the right size.

        Cheap: no data are read. `decarb.sweeps.verify` reads every byte.
        """
        found = marked_blocks(self.folder / BLOCKS)
        return {block for block in range(self.blocks) if block in found and self._is_done(block, found[block])}

    def _is_done(self, block: int, path: Path) -> bool:
        try:
            marker = read_marker(path)
            sizes = [(self.path / chunk.path).stat().st_size for chunk in marker.chunks]
        except (DecarbError, OSError):
            return False
        return self.fits(block, marker) and sizes == [chunk.size for chunk in marker.chunks]

    def fits(self, block: int, marker: Marker) -> bool:
        """Whether a marker is of this block of this sweep and names every chunk of it."""
        paths = [variable.chunk(block) for variable in self.along()]
        same = (marker.sweep, marker.block, marker.first, marker.rows) == (self.header.digest, block, *self.span(block))
        return same and [chunk.path for chunk in marker.chunks] == paths

    def missing(self) -> list[int]:
        """Return the blocks that are still to be done, in order."""
        return sorted(set(range(self.blocks)) - self.done())

    def finish(self) -> Path:
        """Let readers in, once every block is done.

        Raises
        ------
        DecarbError
            A block is missing.
        """
        if self.missing():
            raise DecarbError(f"{self.path}: {self.progress} are done; run the sweep again to go on")
        self.restore()
        remove_partials(self.path)
        write_whole(self.path / ROOT, (self.folder / TEMPLATE / ROOT).read_bytes())
        flush_folders([self.path])
        return self.path

    def close(self) -> None:
        """Keep readers out while a block is missing: the root `zarr.json` goes, its copy beside the store stays."""
        if (self.path / ROOT).exists():
            (self.path / ROOT).unlink()
            flush_folders([self.path])

    def static(self) -> tuple[Chunk, ...]:
        """Return the files that lie in the store from the beginning: metadata and labels, without the root."""
        return tuple(file for file in self.header.static if file.path != ROOT)

    def restore(self) -> None:
        """Put back every folder, and every file that belongs to no block, that is missing or damaged.

        Raises
        ------
        DecarbError
            A file is damaged in the store and beside it.
        """
        for name in (BLOCKS, FAILED):
            (self.folder / name).mkdir(exist_ok=True)
        folders = set()
        for file in self.header.static:
            copy, path = self.folder / TEMPLATE / file.path, self.path / file.path
            if not is_sound(copy, file):
                if not is_sound(path, file):
                    raise DecarbError(f"{copy}: is missing or damaged; start the sweep again in a new store")
                copy.parent.mkdir(parents=True, exist_ok=True)
                write_whole(copy, path.read_bytes())
                folders.add(copy.parent)
            if file.path != ROOT and not is_sound(path, file):
                path.parent.mkdir(parents=True, exist_ok=True)
                write_whole(path, copy.read_bytes())
                folders |= {path.parent, path.parent.parent}
        flush_folders(sorted(folders))


def create(store: str | Path, header: Mapping[str, Any], template: xr.Dataset, rows: int, block: int) -> Store:
    """Make an empty store.

    Parameters
    ----------
    store : str or Path
    header : mapping
        Plain values that decide what every scenario is; `information` is kept beside them and never compared.
    template : xr.Dataset
        Every variable with its attributes, `scenario` of any length, labels as they are.
    rows, block : int
        Scenarios in all, and in a block.

    Raises
    ------
    CallError
        Something lies there, nothing can be written there, or a variable cannot be stored.
    """
    path = Path(store).absolute()
    check_place(path)
    if (beside(path) / HEADER).exists():
        raise CallError(f"{path} holds a sweep; name another store")
    return _create(path, *_described(header, template, rows, block))


def open_or_create(store: str | Path, header: Mapping[str, Any], template: xr.Dataset, rows: int, block: int) -> Store:
    """Return the store of a sweep, new or to be gone on with; hold it with `locked` first.

    In one that is gone on with, readers are kept out while a block is missing, what killed writers left is removed,
    and damaged metadata are put back.

    Raises
    ------
    CallError
        As `create`, or another sweep lies there: every key that differs is named with both values.
    DecarbError
        Its `sweep.json` is damaged.
    """
    path = Path(store).absolute()
    if not (beside(path) / HEADER).exists():
        return create(path, header, template, rows, block)
    check_place(path)
    found = store_at(path)
    check_same(path, found.header, _described(header, template, rows, block)[0])
    if found.missing():
        found.close()
    remove_partials(path)
    remove_partials(found.folder)
    found.restore()
    return found


def store_at(store: str | Path) -> Store:
    """Return the store at a path, whole or not.

    Raises
    ------
    DecarbError
        There is none, or its `sweep.json` is damaged.
    """
    path = Path(store).absolute()
    return Store(path, read_header(beside(path)))


def open_sweep(store: str | Path, *, check: bool = True, chunks: Any = None) -> xr.Dataset:
    """Return a whole sweep as a Dataset that is read when it is used.

    Parameters
    ----------
    store : str or Path
    check : bool
        Look first whether every file is there in its size. A chunk that is not there reads as NaN without a word.
    chunks : optional
        For xarray. Default: one dask chunk for each block.

    Raises
    ------
    DecarbError
        The store is unfinished or a file of it is missing.
    """
    path = Path(store).absolute()
    if check:
        found = store_at(path)
        if found.missing() or not (path / ROOT).exists():
            raise DecarbError(f"{path}: {found.progress} are done; run the sweep again to go on")
        lost = [file.path for file in found.header.static if not is_sound(path / file.path, file)]
        if lost:
            raise DecarbError(f"{path / lost[0]}: is missing or damaged; run the sweep again to put it back")
    given = {} if chunks is None else chunks
    return _with_plain_text(xr.open_zarr(path, consolidated=False, zarr_format=3, chunks=given, decode_times=False))


def _with_plain_text(dataset: xr.Dataset) -> xr.Dataset:
    """Return a Dataset whose text is of fixed width, as in memory: numpy does not cast the type that zarr reads."""
    text = {name: array for name, array in dataset.variables.items() if array.dtype.kind in "OT"}
    return dataset.assign({name: array.copy(data=np.array(array.values.tolist(), str)) for name, array in text.items()})


def is_sound(path: Path, file: Chunk) -> bool:
    """Whether a file holds what it should, byte for byte."""
    try:
        return path.stat().st_size == file.size and digest_of_file(path) == file.hash
    except OSError:
        return False


def _described(header: Mapping[str, Any], template: xr.Dataset, rows: int, block: int) -> tuple[Header, xr.Dataset]:
    full = template_of(template)
    return header_of(header, rows, block, variables_of(full, max(min(block, rows), 1))), full


def _create(path: Path, header: Header, template: xr.Dataset) -> Store:
    """Write the template beside the store, then `sweep.json`, then the store: what is cut off is begun again."""
    folder = beside(path)
    shutil.rmtree(folder / TEMPLATE, ignore_errors=True)
    for name in (TEMPLATE, BLOCKS, FAILED):
        (folder / name).mkdir(parents=True, exist_ok=True)
    write_template(folder / TEMPLATE, template, header.variables, header.rows)
    files = sorted(file for file in (folder / TEMPLATE).rglob("*") if file.is_file())
    static = tuple(
        Chunk(file.relative_to(folder / TEMPLATE).as_posix(), file.stat().st_size, digest_of_file(file))
        for file in files
    )
    for file in files:
        write_whole(file, file.read_bytes())
    flush_folders([*sorted({file.parent for file in files}), folder, folder.parent])
    store = Store(path, replace(header, static=static))
    write_header(folder, store.header)
    store.path.mkdir(parents=True, exist_ok=True)
    store.restore()
    return store
