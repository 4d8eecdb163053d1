"""A workbook opened without trust: what it unpacks to is known first, nothing is computed, no other file is read."""

from __future__ import annotations

import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zipfile import BadZipFile, ZipFile

from decarb.errors import InputError, Problem

if TYPE_CHECKING:
    from openpyxl import Workbook

MIB: Final = 1024**2  # bytes
OLD: Final = b"\xd0\xcf\x11\xe0"
"""How the container of old and of encrypted workbooks begins."""
SAVE_AGAIN: Final = "save it as .xlsx again"

_BROKEN: Final = (
    BadZipFile, KeyError, ValueError, TypeError, IndexError, AttributeError, SyntaxError, EOFError,
    NotImplementedError, RuntimeError, OSError, zlib.error,
)  # fmt: skip
"""What the reader of workbooks raises at files that are none, or are damaged; faults in XML are syntax errors."""


class UnreadableError(Exception):
    """The file is no workbook, or a damaged one; `old` where it is of the old kind or has a password."""

    def __init__(self, *, old: bool) -> None:
        super().__init__("no readable workbook")
        self.old = old


@dataclass(frozen=True)
class Bounds:
    """What a workbook may be.

    Attributes
    ----------
    parts, unpacked : int
        How many parts it may unpack to, and how many bytes they may hold together.
    fix : str
        What to do about one that holds more.
    plain : bool
        Whether XML that declares anything, such as entities, is refused; every part is read for that.
    """

    parts: int
    unpacked: int
    fix: str
    plain: bool = False


@contextmanager
def opened(path: Path, data: bytes, bounds: Bounds) -> Iterator[Workbook]:
    """Open a workbook to be read; what its reader raises inside the `with` is one fault of the file.

    Parameters
    ----------
    path : Path
        Named in errors.
    data : bytes
        What the file holds.
    bounds : Bounds

    Raises
    ------
    InputError
        It is more than the bounds allow.
    UnreadableError
        It is no workbook, or damaged.
    """
    # Here and not above: it takes a tenth of a second, and every scenario comes through the modules that call this.
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        _check_parts(path, data, bounds)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of parts that are not read, such as drop-downs of newer kinds
            yield load_workbook(BytesIO(data), read_only=True, data_only=False, keep_links=False)
    except InputError:
        raise
    except (*_BROKEN, InvalidFileException) as error:
        raise UnreadableError(old=data.startswith(OLD)) from error


def _check_parts(path: Path, data: bytes, bounds: Bounds) -> None:
    with ZipFile(BytesIO(data)) as packed:
        parts = packed.infolist()
        size = sum(part.file_size for part in parts)
        if len(parts) > bounds.parts or size > bounds.unpacked:
            found = f"unpacks to {len(parts):,} parts of {size / MIB:,.0f} MiB"
            fix = f"at most {bounds.parts:,} parts of {bounds.unpacked / MIB:,.0f} MiB are read: {bounds.fix}"
            raise InputError([Problem(str(path), "", found, fix)])
        for part in parts if bounds.plain else ():
            if part.filename.endswith((".xml", ".rels")) and b"<!" in packed.read(part).replace(b"<!--", b""):
                found = f"{part.filename[:60]} declares a document type"
                raise InputError([Problem(str(path), "", found, SAVE_AGAIN)])
