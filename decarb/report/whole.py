"""Folders and files that are whole or not there, and that never take the place of something else."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from decarb.errors import CallError

_RANDOM: Final = "[a-z0-9_]{8}"  # what tempfile puts behind a prefix


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

    Where an earlier call was killed while it replaced the folder, what stood there is put back first.

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
        It cannot be written; the path is the one that was asked for, never a temporary one.
    """
    if replace:
        _put_back(folder)
    check_free_for(folder, mark, replace=replace)
    with _aside(folder) as new:
        fill(new)
        new.chmod(0o777 & ~_umask())
        _swap(new, folder) if folder.exists() else os.replace(new, folder)
    return folder


def write_file(path: Path, fill: Callable[[Path], object], *, replace: bool = False) -> Path:
    """Write a file: under a temporary name in the same folder first, renamed when whole.

    Raises
    ------
    CallError
        The file exists and may not be replaced, or it is a folder, or there is no folder for it.
    OSError
        It cannot be written; the path is the one that was asked for, never a temporary one.
    """
    with file_beside(path, fill, replace=replace):
        return path


@contextmanager
def file_beside(path: Path, fill: Callable[[Path], object], *, replace: bool = False) -> Iterator[None]:
    """Write a file under a temporary name, do what stands inside, and rename the file once that has been done.

    Raises
    ------
    CallError, OSError
        As `write_file`.
    """
    check_free_file(path, replace=replace)
    with _aside(path) as beside:
        fill(beside / path.name)
        yield
        os.replace(beside / path.name, path)


def check_free_for(folder: Path, mark: Mark, *, replace: bool) -> None:
    """Raise `CallError` unless a folder may be written: known before the work, not after it."""
    if not folder.exists() and not folder.is_symlink():
        if not replace and (old := _set_aside(folder)):
            found = f"what stood at {folder} was set aside as {old[0]} by a run that was stopped"
            raise CallError(f"{found}; move it back or remove it")
        return
    if folder.is_file():
        raise CallError(f"{folder} is a file; name a folder")
    if not replace:
        raise CallError(f"{folder} exists; name another folder or remove it")
    if not mark.stands_in(folder):
        raise CallError(f"{folder} exists and holds no {mark.file} of decarb; name another folder with --out")


def check_free_file(path: Path, *, replace: bool) -> None:
    """Raise `CallError` unless a file may be written: known before the work, not after it."""
    check_parent(path)
    if path.is_dir():
        raise CallError(f"{path} is a folder; name a file")
    if not replace and (path.exists() or path.is_symlink()):
        raise CallError(f"{path} exists; name another file or remove it")


def check_parent(path: Path, *, made: bool = False) -> None:
    """Raise `CallError` unless a file or folder can be written at a path: known before the work, not after it.

    Parameters
    ----------
    path : Path
    made : bool
        Folders on the way that are not there will be made; else that is refused.
    """
    parent = path.parent
    while made and not parent.exists() and not parent.is_symlink():
        parent = parent.parent
    if parent.exists() and not parent.is_dir():
        raise CallError(f"{parent} is a file, no folder; name another place than {path}")
    if not parent.is_dir():
        raise CallError(f"no folder {parent}; make it first, or name another place than {path}")
    try:
        tempfile.TemporaryDirectory(prefix=f".{path.name}-", dir=parent).cleanup()
    except OSError as error:
        raise CallError(f"{path} cannot be written: {parent}: {error.strerror}; name another place") from error


def leftovers(path: Path) -> tuple[Path, ...]:
    """Return what runs that were killed left beside a file or folder, unless one of them is still at work."""
    if not path.parent.is_dir():
        return ()
    known = re.compile(rf"\.{re.escape(path.name)}-(old-)?{_RANDOM}")
    return tuple(sorted(each for each in path.parent.iterdir() if known.fullmatch(each.name)))


def write_json(path: Path, content: object) -> None:
    """Write plain values as JSON that any reader takes: no NaN, UTF-8, one line a value."""
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")


@contextmanager
def _aside(path: Path) -> Iterator[Path]:
    """Give an empty folder beside a path, and take away what is left of it; faults are told by the path itself."""
    new = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.parent))
        yield new
    except OSError as error:
        raise _told(error, path, new) from error
    finally:
        if new is not None:
            shutil.rmtree(new, ignore_errors=True)


def _told(error: OSError, path: Path, new: Path | None) -> OSError:
    """Return a fault of the disk as one of the path that was asked for."""

    def shown(text: str) -> str:
        return text if new is None else text.replace(str(new / path.name), str(path)).replace(str(new), str(path))

    at = str(path) if new is None or error.filename is None else shown(str(error.filename))
    return OSError(error.errno, shown(error.strerror or str(error)), at)


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


def _set_aside(folder: Path) -> tuple[Path, ...]:
    """Return what stood at a folder and was set aside by calls that were killed before they were done."""
    return tuple(each / folder.name for each in leftovers(folder) if (each / folder.name).is_dir())


def _put_back(folder: Path) -> None:
    """Put back what stood at a folder, where it was set aside and nothing has taken its place."""
    old = _set_aside(folder)
    if len(old) == 1 and not folder.exists() and not folder.is_symlink():
        os.replace(old[0], folder)
        old[0].parent.rmdir()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
