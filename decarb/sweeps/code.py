"""The code that decides what a scenario is: a store or a surface of another one is never gone on with."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Final

PACKAGE: Final = Path(__file__).parents[1]
CHAIN: Final = ("analysis", "model.py", "nation", "park", "pathway", "scenario", "sweeps", "units")
"""Parts of the package that decide what a scenario is."""


@lru_cache(maxsize=1)
def code_hash() -> str:
    """Return a hash of these parts."""
    found = hashlib.sha256()
    for file in sorted(file for part in CHAIN for file in _sources(PACKAGE / part)):
        found.update(file.relative_to(PACKAGE).as_posix().encode() + b"\0" + file.read_bytes())
    return found.hexdigest()


def _sources(path: Path) -> list[Path]:
    return [path] if path.is_file() else list(path.rglob("*.py"))
