"""One YAML file from disk to a tree of marked values."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from decarb.errors import InputError, Problem
from decarb.scenario.document import Mark, Node, shown
from decarb.scenario.yaml_nodes import parse_yaml

MAX_BYTES = 1024 * 1024

_BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "starts with a byte order mark (BOM)", "save it as UTF-8 without BOM"),
    (b"\xff\xfe", "is not UTF-8 (it looks like UTF-16)", "save it as UTF-8"),
    (b"\xfe\xff", "is not UTF-8 (it looks like UTF-16)", "save it as UTF-8"),
)
_CHINESE = re.compile("[\u4e00-\u9fff]")


def input_error(where: str, key: str, found: str, fix: str) -> InputError:
    """The error that holds one problem."""
    return InputError([Problem(where, key, found, fix)])


def read_tree(path: Path) -> Node:
    """The tree of one file: a mapping, with the place of each key and value.

    Raises
    ------
    InputError
        If it is no readable UTF-8 file of at most 1 MiB that holds a mapping in the YAML we read.
    """
    file = str(path)
    text = _decoded(read_bytes(path), file)
    root = parse_yaml(text, lambda line, column: Mark(file, line, column))
    if root is None or root.content is None:
        raise input_error(file, "", "is empty", 'write "key: value" lines')
    if not isinstance(root.content, dict):
        raise input_error(str(root.mark), "", f"holds {shown(root.content)} alone", 'write "key: value" lines')
    return root


def real_path(path: Path) -> Path:
    """The path with every symlink followed; a loop of symlinks is left for reading to refuse."""
    try:
        return Path(os.path.realpath(path))
    except ValueError:
        raise input_error(shown(str(path)), "", "is no path", "take the odd characters out of it") from None


def read_bytes(path: Path, most: int = MAX_BYTES, what: str = ".yaml file") -> bytes:
    """The bytes of one ordinary file.

    Parameters
    ----------
    path : Path
    most : int
        Bytes it may hold.
    what : str
        It should be, for messages.

    Raises
    ------
    InputError
        There is no such file, it is no ordinary one, it cannot be read, or it is larger.
    """
    file = str(path)
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise input_error(file, "", "is a folder", f"name a {what} in it")
        # A pipe or a device would hang or never end.
        if not stat.S_ISREG(mode):
            raise input_error(file, "", "is no ordinary file", f"save it as a {what} first")
        with path.open("rb") as stream:
            raw = stream.read(most + 1)
    except FileNotFoundError:
        raise input_error(file, "", "no such file", "check the path") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise input_error(file, "", f"cannot be read ({reason})", "check the path and its permissions") from None
    if len(raw) > most:
        raise input_error(file, "", f"is larger than {most // 1024**2} MiB", "shorten it: a scenario is a few kB")
    return raw


def _decoded(raw: bytes, file: str) -> str:
    for mark, found, fix in _BYTE_ORDER_MARKS:
        if raw.startswith(mark):
            raise input_error(file, "", found, fix)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8")
        place = Mark(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
        guess = " (it looks like GBK)" if _looks_like_gbk(raw) else ""
        raise input_error(str(place), "", f"is not UTF-8{guess}", "save it as UTF-8") from None
    if "\0" in text:
        raise input_error(file, "", "is no text (it holds NUL characters)", "save it as UTF-8 text")
    return text


def _looks_like_gbk(raw: bytes) -> bool:
    try:
        return bool(_CHINESE.search(raw.decode("gb18030")))
    except UnicodeDecodeError:
        return False
