"""What a scenario file says, and where it says it: plain values with a mark on each key and value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

KeyPath = tuple[str | int, ...]

_SHOWN_CHARACTERS = 60
_SHOWN_DIGITS = 30


@dataclass(frozen=True)
class Mark:
    """A place a value came from: a file with line and column, both from 1, a cell of a sheet, or an argument.

    Examples
    --------
    >>> print(Mark("mine.yaml", 12, 15), Mark("--set seed"))
    mine.yaml:12:15 --set seed
    >>> print(Mark("mine.xlsx", 12, 2, "scenario"))
    mine.xlsx scenario!B12
    """

    file: str
    line: int | None = None
    column: int | None = None
    sheet: str = ""

    def __str__(self) -> str:
        if self.sheet:
            return f"{self.file} {self.sheet}" + (f"!{_letters(self.column or 1)}{self.line}" if self.line else "")
        return self.file if self.line is None else f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True)
class Node:
    """A value and its places; `content` is a dict or list of nodes, or a scalar.

    A `whole` node replaces what it meets in a merge, even where both are mappings.
    """

    content: Any
    mark: Mark
    key_mark: Mark | None = None
    whole: bool = False


@dataclass(frozen=True)
class Document:
    """Plain data with the place of each value (`marks`) and each key (`key_marks`), by key path.

    A mark still names the file or argument its value came from after `extends` and `--set`. The path `()` is the
    document itself.
    """

    path: Path
    data: dict[Any, Any]
    marks: Mapping[KeyPath, Mark]
    key_marks: Mapping[KeyPath, Mark] = field(default_factory=dict)

    def place(self, path: KeyPath, *, key: bool = False) -> Mark:
        """Where a value (or its key) stands; for a value that stands nowhere, where its nearest parent does."""
        for length in range(len(path), -1, -1):
            mark = (self.key_marks if key else self.marks).get(path[:length]) or self.marks.get(path[:length])
            if mark is not None:
                return mark
        return Mark(str(self.path))


def document_of(path: Path, root: Node) -> Document:
    """The document that a tree of nodes spells out."""
    marks: dict[KeyPath, Mark] = {}
    key_marks: dict[KeyPath, Mark] = {}

    def plain(node: Node, at: KeyPath) -> Any:
        marks[at] = node.mark
        if node.key_mark is not None:
            key_marks[at] = node.key_mark
        if isinstance(node.content, dict):
            return {key: plain(child, (*at, key)) for key, child in node.content.items()}
        if isinstance(node.content, list):
            return [plain(child, (*at, index)) for index, child in enumerate(node.content)]
        return node.content

    return Document(path, plain(root, ()), marks, key_marks)


def tree_of(data: Any, mark: Callable[[KeyPath], Mark], key_mark: Callable[[KeyPath], Mark], at: KeyPath = ()) -> Node:
    """The tree of nodes that holds plain data, with the places the two functions give."""
    content = data
    if isinstance(data, Mapping):
        content = {key: tree_of(value, mark, key_mark, (*at, key)) for key, value in data.items()}
    elif isinstance(data, (list, tuple)):
        content = [tree_of(value, mark, key_mark, (*at, index)) for index, value in enumerate(data)]
    return Node(content, mark(at), key_mark(at) if at else None)


def merged(base: Node, top: Node) -> Node:
    """`base` with what `top` says: mappings key by key, and anything else replaced.

    A path over the years is one thing: a mapping whose keys are all years replaces the one below it whole.
    """
    if not (isinstance(base.content, dict) and isinstance(top.content, dict)) or top.whole or _is_path(top.content):
        return top
    content = dict(base.content)
    for key, child in top.content.items():
        content[key] = merged(content[key], child) if key in content else child
    return Node(content, top.mark, top.key_mark)


def _is_path(content: dict[Any, Node]) -> bool:
    return bool(content) and all(isinstance(key, int) for key in content)


def key_text(path: KeyPath) -> str:
    """A key path as people write it.

    Examples
    --------
    >>> key_text(("park", "wind", "capacity"))
    'park.wind.capacity'
    """
    return ".".join(_cut(_visible(str(key))) for key in path)


def shown(value: Any) -> str:
    r"""A value as a message shows it: text in quotes, at most 60 characters, control characters escaped.

    Examples
    --------
    >>> shown("4.8\tMW"), shown(True), shown(None), shown({"a": 1})
    ('"4.8\\tMW"', 'true', 'nothing', 'a mapping')
    """
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, (list, tuple)):
        return "a list"
    if isinstance(value, int) and abs(value) >= 10**_SHOWN_DIGITS:
        return f"a number of more than {_SHOWN_DIGITS} digits"
    if isinstance(value, str):
        return f'"{_cut(_visible(value))}"'
    return _cut(_visible(str(value)))


def _letters(column: int) -> str:
    """A column as spreadsheets name it: A, B, ..., Z, AA."""
    before, last = divmod(column - 1, 26)
    return (_letters(before) if before else "") + chr(ord("A") + last)


def _visible(text: str) -> str:
    start = text[: _SHOWN_CHARACTERS + 1]
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in start)


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 3] + "..."
