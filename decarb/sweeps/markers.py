"""One marker a block: it says that the block is on the disk, and what every chunk file of it must hold.

A marker is sealed with a hash of itself and carries the digest of its sweep, so that one that was cut off, edited, or
brought from another store is never trusted.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from decarb.errors import DecarbError
from decarb.sweeps.durable import flush_folders, write_whole

SEAL: Final = "seal"
DIGITS: Final = 8  # of a block number in a file name, so that names sort as numbers do


@dataclass(frozen=True)
class Chunk:
    """One file of a block.

    Attributes
    ----------
    path : str
        Below the store, with `/`.
    size : int
        Bytes.
    hash : str
        SHA-256 of the bytes.
    """

    path: str
    size: int
    hash: str


@dataclass(frozen=True)
class Marker:
    """What is known of a block that is done.

    Attributes
    ----------
    sweep : str
        Digest of the sweep it belongs to.
    block, first, rows : int
        Its number, its first scenario and how many it holds.
    seconds : float
        Processor time its task took; for information.
    status : mapping of str to int
        Status of a scenario -> how many of the block have it.
    chunks : tuple of Chunk
        One for each variable along `scenario`.
    """

    sweep: str
    block: int
    first: int
    rows: int
    seconds: float
    status: Mapping[str, int]
    chunks: tuple[Chunk, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the marker as plain values."""
        return {**asdict(self), "status": dict(self.status), "chunks": [asdict(chunk) for chunk in self.chunks]}


def marker_path(folder: Path, block: int) -> Path:
    """Return where the marker of a block lies."""
    return folder / f"{block:0{DIGITS}d}.json"


def write_marker(folder: Path, marker: Marker) -> None:
    """Write a marker, the last act on a block.

    Raises
    ------
    OSError
        It cannot be written; then there is none.
    """
    write_whole(marker_path(folder, marker.block), sealed(marker.to_dict()))
    flush_folders([folder])


def read_marker(path: Path) -> Marker:
    """Return the marker in a file.

    Raises
    ------
    DecarbError
        It is cut off, was changed after it was written, or is none.
    OSError
        It cannot be read.
    """
    said = unsealed(path)
    try:
        chunks = tuple(Chunk(**chunk) for chunk in said.pop("chunks"))
        return Marker(**said, chunks=chunks)
    except (KeyError, TypeError):
        raise DecarbError(f"{path}: is no marker of a block; remove it") from None


def marked_blocks(folder: Path) -> dict[int, Path]:
    """Return the markers of a folder by the number in their name; other files are left out."""
    if not folder.is_dir():
        return {}
    named = (path for path in folder.iterdir() if path.suffix == ".json" and path.stem.isdecimal())
    return {int(path.stem): path for path in sorted(named) if path == marker_path(folder, int(path.stem))}


def sealed(said: Mapping[str, Any]) -> bytes:
    """Return plain values as JSON that carries a hash of itself.

    Raises
    ------
    ValueError
        A number is not finite: JSON has no word for it.
    """
    return (json.dumps({**said, SEAL: seal_of(said)}, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def unsealed(path: Path) -> dict[str, Any]:
    """Return the plain values of a sealed file.

    Raises
    ------
    DecarbError
        It is cut off, was changed after it was written, or never was sealed.
    OSError
        It cannot be read.
    """
    try:
        said = json.loads(path.read_bytes())
        seal = said.pop(SEAL)
    except (ValueError, KeyError, AttributeError, TypeError):
        raise DecarbError(f"{path}: is cut off or no file of a sweep") from None
    if seal != seal_of(said):
        raise DecarbError(f"{path}: was changed after it was written: its seal does not fit")
    return said


def seal_of(said: Mapping[str, Any]) -> str:
    """Return the hash of plain values: the same for any order of keys and any layout.

    Examples
    --------
    >>> seal_of({"a": 1, "b": [2.0]}) == seal_of({"b": [2.0], "a": 1})
    True
    """
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()
