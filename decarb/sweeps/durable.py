"""Files that outlive a power cut: written under a temporary name, flushed to the disk, renamed when whole."""

from __future__ import annotations

import hashlib
import os
import re
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from decarb.errors import DecarbError

PIECE: Final = 1 << 20  # bytes read back at once: stays in the cache of the processor
_PARTIAL: Final = re.compile(r"\..+-[0-9a-f]{32}\.partial")


def write_whole(path: Path, content: bytes | memoryview) -> None:
    """Write a file so that its name never stands for half of it, whoever else writes it or is killed.

    The name is safe on the disk after `flush_folders` on its folder.

    Raises
    ------
    OSError
        The disk is full, the folder is read-only or the file too large; nothing is left behind.
    """
    partial = path.with_name(f".{path.name}-{uuid.uuid4().hex}.partial")
    try:
        with open(partial, "xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise OSError(error.errno, error.strerror, str(path)) from error  # a full disk does not say which file
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def flush_folders(folders: Iterable[Path]) -> None:
    """Flush the names in folders to the disk, where the system can do that."""
    if os.name == "nt":
        return
    for folder in folders:
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def read_back(path: Path, content: bytes | memoryview) -> str:
    """Return the SHA-256 of a file after reading it again and comparing it with what was written.

    What is read comes from the memory of the machine where that still holds it.

    Raises
    ------
    DecarbError
        It holds something else.
    """
    written, at, found = memoryview(content).cast("B"), 0, hashlib.sha256()
    with open(path, "rb", buffering=0) as file:
        while piece := file.read(PIECE):
            if piece != bytes(written[at : at + len(piece)]):
                raise DecarbError(
                    f"{path}: reads back other bytes than were written, from byte {at} on; check the disk"
                )
            found.update(piece)
            at += len(piece)
    if at != len(written):
        raise DecarbError(f"{path}: reads back {at} of {len(written)} bytes; check the disk")
    return found.hexdigest()


def digest_of_file(path: Path) -> str:
    """Return the SHA-256 of a file, read a piece at a time."""
    found = hashlib.sha256()
    with open(path, "rb", buffering=0) as file:
        while piece := file.read(PIECE):
            found.update(piece)
    return found.hexdigest()


def is_partial(name: str) -> bool:
    """Whether a file name is one under which `write_whole` was at work."""
    return _PARTIAL.fullmatch(name) is not None


def remove_partials(folder: Path) -> None:
    """Take away what writers that were killed left in a folder and below it."""
    for path in folder.rglob(".*.partial"):
        if is_partial(path.name):
            path.unlink(missing_ok=True)
