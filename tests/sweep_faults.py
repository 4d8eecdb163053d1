"""Toy blocks for the tests of the runner: plain functions of a module, so that worker processes can import them."""

from __future__ import annotations

import errno
import hashlib
import os
import signal
import sys
import time
from collections.abc import Mapping
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any

from decarb.errors import CallError
from decarb.sweeps.cluster import connect, local_cluster
from decarb.sweeps.markers import marker_path
from decarb.sweeps.run import BlockTask
from decarb.sweeps.runner import run_blocks
from decarb.sweeps.store import BLOCKS

ROWS = 100
INTERRUPTED = 130
ROUNDS = 20_000  # of hashing: a few tens of milliseconds
DEADLY = 3  # the block of a real sweep that goes wrong


def content(block: int) -> bytes:
    """What a block must hold: it depends on the number alone."""
    digest = str(block).encode()
    for _ in range(ROUNDS):
        digest = hashlib.sha256(digest).digest()
    return digest


def write(folder: str, block: int) -> Mapping[str, int]:
    """Write one block whole or not at all."""
    data = content(block)
    beside = Path(folder) / f".{block}-{os.getpid()}-{time.monotonic_ns()}"
    with beside.open("wb") as file:
        file.write(data[:16])
        file.write(data[16:])
        file.flush()
        os.fsync(file.fileno())
    beside.replace(Path(folder) / f"{block:04d}")
    return {"rows": ROWS}


def written(folder: Path) -> dict[int, bytes]:
    """What stands in a folder, whole files alone."""
    return {int(path.name): path.read_bytes() for path in folder.glob("[0-9]*")}


def first_time(folder: str, name: str) -> bool:
    """Whether nobody asked this before, in any process."""
    try:
        os.close(os.open(Path(folder) / f".once-{name}", os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return False
    return True


def die() -> None:
    """End this process as the system does when memory is short."""
    os.kill(os.getpid(), signal.SIGKILL)


def write_and_die_once(folder: str, deadly: tuple[int, ...], block: int) -> Mapping[str, int]:
    """Die in the middle of some blocks, the first time alone."""
    if block in deadly and first_time(folder, str(block)):
        die()
    return write(folder, block)


def write_or_die(folder: str, deadly: int, block: int) -> Mapping[str, int]:
    """Die in the middle of one block, each time."""
    if block == deadly:
        die()
    return write(folder, block)


def write_or_raise(folder: str, block: int) -> Mapping[str, int]:
    """Raise another error in each of three blocks."""
    if block == 1:
        raise CallError("no such\naxis")
    if block == 2:
        raise MemoryError
    if block == 3:
        raise PermissionError(errno.EACCES, "Permission denied", "store")
    return write(folder, block)


def disk_full(block: int) -> Mapping[str, int]:
    """Find no room on the disk from block 2 on."""
    if block >= 2:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "store")
    return {"rows": ROWS}


def nothing(block: int) -> Mapping[str, int]:
    """Do nothing: what is left is the runner's own work."""
    return {"rows": 0}


def patient(folder: str, block: int) -> Mapping[str, int]:
    """Wait until the tests say so; write what was asked."""
    Path(folder, f".begun-{block}").touch()
    while not Path(folder, ".go").exists():
        time.sleep(0.01)
    return write(folder, block)


class DiesOnceUnmarked(BlockTask):
    """A real block that is killed once: its chunks are written and its marker is not."""

    def __call__(self, block: int) -> dict[str, Any]:
        """Return what the marker of the block says."""
        found = super().__call__(block)
        if block == DEADLY and first_time(str(self.store.folder), "unmarked"):
            marker_path(self.store.folder / BLOCKS, block).unlink()
            die()
        return found


class AlwaysDies(BlockTask):
    """A real block that kills its worker each time."""

    def __call__(self, block: int) -> dict[str, Any]:
        """Return what the marker of the block says."""
        if block == DEADLY:
            die()
        return super().__call__(block)


class AlwaysFails(BlockTask):
    """A real block that raises what nobody foresaw."""

    def __call__(self, block: int) -> dict[str, Any]:
        """Return what the marker of the block says."""
        if block == DEADLY:
            raise ValueError("no such pathway")
        return super().__call__(block)


def left(folder: Path, count: int) -> list[int]:
    """Blocks that are not written."""
    there = {int(path.name) for path in folder.glob("[0-9]*")}
    return [block for block in range(count) if block not in there]


def main(folder: str, count: int, where: str) -> None:
    """Run what is left of the blocks of a folder, as a client that can be killed: on an address, threads, processes."""
    task = partial(write, folder)
    blocks = left(Path(folder), count)
    cluster = {"threads": nullcontext, "processes": partial(local_cluster, 2)}.get(where, partial(connect, where))
    try:
        with cluster() as client:
            outcome = run_blocks(task, blocks, client=client, workers=2)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    sys.exit(0 if outcome.whole else 1)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
