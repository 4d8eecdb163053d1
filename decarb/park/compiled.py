"""The compiler of all kernels, and where machine code is kept between runs.

numba looks at the file of a function to tell whether what it kept is still good, and not at the files of the functions
that it calls. So what is kept stands under a hash of every kernel.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numba

settings: Any = numba.config
PACKAGE: Final = Path(__file__).parents[1]


def compiled(**options: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return a numba compiler that caches on disk, or in memory where no folder can be written to."""

    def compiler(function: Callable[..., Any]) -> Callable[..., Any]:
        try:
            with _kept_in(_folder()):
                return numba.njit(cache=True, **options)(function)
        except RuntimeError:
            return numba.njit(**options)(function)

    return compiler


@lru_cache(maxsize=1)
def kernels_hash() -> str:
    """Return a hash of the source of every kernel."""
    found = hashlib.sha256()
    for file in sorted({*PACKAGE.rglob("kernel.py"), *PACKAGE.rglob("*_kernel.py")}):
        found.update(file.relative_to(PACKAGE).as_posix().encode() + b"\0" + file.read_bytes())
    return found.hexdigest()[:16]


@lru_cache(maxsize=1)
def _folder() -> str:
    """Return a folder that can be written to: the user's own choice, the package's, or one at home; else none."""
    chosen = (Path(settings.CACHE_DIR),) if settings.CACHE_DIR else (PACKAGE / "__pycache__", at_home())
    for place in chosen:
        try:
            folder = place / f"kernels-{kernels_hash()}"
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        return str(folder)
    return settings.CACHE_DIR


def at_home() -> Path:
    """Return the user's folder for what can be made again; the package's own where nobody is at home."""
    try:
        return Path.home() / ".cache" / "decarb"
    except RuntimeError:
        return PACKAGE / "__pycache__"


@contextmanager
def _kept_in(folder: str) -> Iterator[None]:
    """Let numba keep machine code in a folder; it asks where when a function is declared."""
    before, settings.CACHE_DIR = settings.CACHE_DIR, folder
    try:
        yield
    finally:
        settings.CACHE_DIR = before
