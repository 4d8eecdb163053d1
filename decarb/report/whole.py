"""Folders and files that are whole or not there, and that never take the place of something else."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from decarb.errors import CallError


@dataclass(frozen=True)
class Mark:
    """What tells a folder of ours: a JSON file in which `key` has `value`."""

    file: str
    key: str
    value: str

    def stands_in(self, folder: Path) -> bool:
        """Whether the folder is one of ours."""
        try:
            return json.loads((folder / self.file).read_text(encoding="utf-8")).get(self.key) == self.value
        except (OSError, ValueError, AttributeError):
            return False


def write_folder(folder: Path, fill: Callable[[Path], object], mark: Mark, *, replace: bool = False) -> Path:
    """Write a folder: under a temporary name first, renamed when whole.

    Parameters
    ----------
    folder : Path
        Must not exist, unless `replace` is true and it is one of ours.
    fill : callable
        Writes every file, the marked one among them, to the empty folder that it is given.
    mark : Mark
        What tells a folder of this kind.
    replace : bool
        Put the new folder in the place of the old.

    Raises
    ------
    CallError
        The folder exists and may not be replaced.
    OSError
        It cannot be written.
    """
    check_free_for(folder, mark, replace=replace)
    folder.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        fill(new)
        new.chmod(0o777 & ~_umask())
        _swap(new, folder) if folder.exists() else os.replace(new, folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return folder


def write_file(path: Path, fill: Callable[[Path], object], *, replace: bool = False) -> Path:
    """Write a file: under a temporary name in the same folder first, renamed when whole.

    Raises
    ------
    CallError
        The file exists and may not be replaced, or it is a folder.
    OSError
        It cannot be written.
    """
    check_free_file(path, replace=replace)
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.parent))
    try:
        fill(aside / path.name)
        os.replace(aside / path.name, path)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return path


def check_free_for(folder: Path, mark: Mark, *, replace: bool) -> None:
    """Raise `CallError` unless a folder may be written: known before the work, not after it."""
    if not folder.exists() and not folder.is_symlink():
        return
    if not replace:
        raise CallError(f"{folder} exists; name another folder or remove it")
    if not mark.stands_in(folder):
        raise CallError(f"{folder} exists and holds no {mark.file} of decarb; name another folder with --out")


def check_free_file(path: Path, *, replace: bool) -> None:
    """Raise `CallError` unless a file may be written: known before the work, not after it."""
    if path.is_dir():
        raise CallError(f"{path} is a folder; name a file")
    if not replace and (path.exists() or path.is_symlink()):
        raise CallError(f"{path} exists; name another file or remove it")


def write_json(path: Path, content: object) -> None:
    """Write plain values as JSON that any reader takes: no NaN, UTF-8, one line a value."""
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")


def _swap(new: Path, folder: Path) -> None:
    """Put `new` in the place of `folder`; what stood there comes back if that fails."""
    old = Path(tempfile.mkdtemp(prefix=f".{folder.name}-old-", dir=folder.parent))
    aside = old / folder.name
    try:
        os.replace(folder, aside)
        os.replace(new, folder)
    finally:
        if aside.exists() and not folder.exists():
            os.replace(aside, folder)
        shutil.rmtree(old, ignore_errors=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
