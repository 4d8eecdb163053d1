"""One client at a time works on a store; the system lets go when that client dies."""

from __future__ import annotations

import json
import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from decarb.errors import CallError
from decarb.sweeps.durable import is_partial, write_whole
from decarb.sweeps.header import HEADER

LOCK: Final = "lock"
HOLDER: Final = "holder.json"
PLAN: Final = "plan"
OWN: Final = (LOCK, HOLDER, "template", PLAN, "blocks", "failed")
"""What may stand beside a store before `sweep.json` does."""


def plan_folder(store: Path) -> Path:
    """Return the folder of the plan beside a store."""
    return beside(store) / PLAN


def beside(store: Path) -> Path:
    """Return the folder beside a store: plan, markers and all else that is not data.

    Raises
    ------
    CallError
        The path has no name, so nothing can lie beside it.
    """
    if not store.name:
        raise CallError(f"{store} is no name of a store; write one, such as results/mine.zarr")
    return store.with_name(f"{store.name}.sweep")


@contextmanager
def locked(store: str | Path) -> Iterator[Path]:
    """Hold a store while a sweep runs or a repair is made; gives its absolute path.

    Raises
    ------
    CallError
        Another client holds it (it is named), nothing can be written there, or something else lies there.
    """
    path = Path(store).absolute()
    check_place(path)
    folder = beside(path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / LOCK, timeout=0)
        lock.acquire()
    except Timeout:
        raise CallError(f"{path}: {_holder(folder)} is at work on it; wait for it or stop it") from None
    except OSError as error:
        raise CallError(f"{path}: cannot be locked: {error.strerror or error}; name another place") from error
    try:
        me = {"pid": os.getpid(), "host": socket.gethostname(), "since": f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC"}
        write_whole(folder / HOLDER, json.dumps(me).encode())
        yield path
    finally:
        (folder / HOLDER).unlink(missing_ok=True)
        if [each.name for each in _listed(folder)] == [LOCK]:  # nothing was begun, so nothing is left
            with suppress(OSError):
                (folder / LOCK).unlink()
                folder.rmdir()
        lock.release()


def check_place(store: Path) -> None:
    """Raise `CallError` unless a sweep may be written at a path: known before the work, not after it."""
    folder = beside(store)
    for each in (store, folder):
        if each.exists() and not each.is_dir():
            raise CallError(f"{each} is a file; name another store")
    if not (folder / HEADER).is_file():
        _check_ours(store, folder)
    for each in (store, folder, store.parent):
        _check_writable(store, each)


def _check_ours(store: Path, folder: Path) -> None:
    if store.is_dir() and any(store.iterdir()):
        raise CallError(f"{store} exists and holds no sweep: there is no {folder.name}/{HEADER}; name another store")
    foreign = [each.name for each in _listed(folder) if each.name not in OWN and not is_partial(each.name)]
    if foreign:
        raise CallError(f"{folder} holds {foreign[0]}, which is not of a sweep; name another store")


def _listed(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _check_writable(store: Path, folder: Path) -> None:
    """Try to make something in a folder, or in the nearest one above it that is there."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    if not folder.is_dir():
        raise CallError(f"{store} cannot be written: {folder} is a file, no folder; name another place")
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise CallError(f"{store} cannot be written: {folder}: {error.strerror}; name another place") from error


def _holder(folder: Path) -> str:
    try:
        said = json.loads((folder / HOLDER).read_bytes())
        return f"process {said['pid']} on {said['host']}, since {said['since']},"
    except (OSError, ValueError, KeyError, TypeError):
        return "another client"
