"""YAML text to a tree of marked values; nothing the text says is ever run.

The subset is what a planner needs: YAML 1.2 core scalars (`NO`, `on` and `1_000` are text), one document, no tags,
anchors, aliases, merge keys or duplicate keys. The parser's events are read one by one and reading stops at the first
bound exceeded, so that a hostile file costs no more than an honest one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
)

from decarb.errors import InputError, Problems
from decarb.scenario.document import KeyPath, Mark, Node, key_text, shown
from decarb.scenario.yaml_scalars import FORBIDDEN, MAX_DIGITS, Place, check_characters, is_integer, plain_scalar

MAX_NODES = 20_000
MAX_DEPTH = 20

_SYNTAX = (
    ("character '\\t'", False, "a tab stands where YAML wants spaces", "indent with spaces"),
    ("mapping values are not allowed", False, 'no ":" can stand here', "quote text that holds one, or align the keys"),
    ("could not find expected ':'", True, "a key without its value", 'write "key: value"'),
    ("unexpected end of stream", True, "a quote opens here and never closes", "close the quote"),
    ("expected ',' or", True, "a bracket opens here and is not well closed", "check its commas and close it"),
    ("expected <block end>", False, "this does not fit the lines above", "align the keys, and quote special text"),
    ("cannot start any token", False, "no value starts with this character", "put the text in quotes"),
)


@dataclass
class _Open:
    """A collection whose end has not come yet, and the key that waits for its value."""

    content: Any
    path: KeyPath
    key: str | int | None = None
    key_mark: Mark | None = None

    def next_path(self) -> KeyPath:
        return (*self.path, len(self.content) if self.key is None else self.key)

    def put(self, node: Node) -> None:
        if self.key is None:
            self.content.append(node)
        else:
            self.content.setdefault(self.key, node)
        self.key = None


def parse_yaml(text: str, place: Place) -> Node | None:
    """The tree of marked values that YAML text holds, or None where it holds nothing.

    Parameters
    ----------
    text : str
        The text; `place(line, column)` names each place in it.

    Raises
    ------
    InputError
        With every fault found up to the first that makes the rest unreadable.
    """
    problems = Problems()
    check_characters(text, place)
    root: Node | None = None
    open_: list[_Open] = []
    count = 0
    for event in _events(text, place, problems):
        here = place(event.start_mark.line + 1, event.start_mark.column + 1)
        if isinstance(event, DocumentStartEvent) and root is not None:
            _refuse(problems, here, (), "a second document starts here", "keep one document in a file")
        if isinstance(event, CollectionEndEvent):
            open_.pop()
        if not isinstance(event, NodeEvent):
            continue
        count += 1
        if count > MAX_NODES:
            _refuse(problems, here, (), f"more than {MAX_NODES:,} keys and values", "split the file or shorten it")
        parent = open_[-1] if open_ else None
        if parent is not None and isinstance(parent.content, dict) and parent.key is None:
            parent.key, parent.key_mark = _key(event, parent, here, problems), here
            continue
        path = parent.next_path() if parent else ()
        _check_properties(event, here, path, problems)
        node = _node(event, here, path, parent, problems)
        if parent is None:
            root = node
        else:
            parent.put(node)
        if isinstance(node.content, (dict, list)):
            open_.append(_Open(node.content, path))
            if len(open_) > MAX_DEPTH:
                _refuse(problems, here, path[:3], f"nested more than {MAX_DEPTH} deep", "flatten it")
    problems.raise_if_any()
    return root


def _node(event: NodeEvent, here: Mark, path: KeyPath, parent: _Open | None, problems: Problems) -> Node:
    key_mark = parent.key_mark if parent else None
    if isinstance(event, ScalarEvent):
        if not event.value and event.implicit[0]:
            # The parser puts a value that is not there at the next token, which may be lines away.
            here = key_mark or here
        return Node(_scalar(event, here, path, problems), here, key_mark)
    if isinstance(event, AliasEvent):
        return Node(None, here, key_mark)
    return Node({} if isinstance(event, MappingStartEvent) else [], here, key_mark)


def _key(event: NodeEvent, parent: _Open, here: Mark, problems: Problems) -> str | int:
    if not isinstance(event, ScalarEvent):
        _refuse(problems, here, parent.path, "a key that is no plain word or number", "write a plain key")
    _check_properties(event, here, parent.path, problems)
    value = _scalar(event, here, parent.path, problems)
    if value == "<<" and event.implicit[0]:
        _refuse(problems, here, parent.path, 'the merge key "<<" is not read', "write the keys out, or use extends")
    visible = str(value).strip() and str(value).isprintable()
    if isinstance(value, bool) or not isinstance(value, (str, int)) or not visible:
        found = f"the key {shown(event.value)} is neither a word nor a whole number"
        _refuse(problems, here, parent.path, found, "rename it, or put it in quotes if it is meant as text")
    if value in parent.content:
        first = parent.content[value].key_mark
        _note(problems, here, (*parent.path, value), f"written twice (first at {first})", "keep one of them")
    return value


def _scalar(event: ScalarEvent, here: Mark, path: KeyPath, problems: Problems) -> Any:
    value = event.value
    bad = FORBIDDEN.search(value)
    if bad:
        _note(problems, here, path, f"holds the character U+{ord(bad[0]):04X}", "delete it")
    if not event.implicit[0]:
        return value
    if is_integer(value) and len(value) > MAX_DIGITS:
        _note(problems, here, path, f"a number of {len(value)} digits", "write it like 1.5e30, or in quotes")
        return 0
    return plain_scalar(value)


def _check_properties(event: NodeEvent, here: Mark, path: KeyPath, problems: Problems) -> None:
    tag = getattr(event, "tag", None)
    if isinstance(event, AliasEvent) or event.anchor is not None:
        sign = "*" if isinstance(event, AliasEvent) else "&"
        found = f"the YAML {'alias' if sign == '*' else 'anchor'} {shown(sign + event.anchor)} is not read"
        _note(problems, here, path, found, "write the value itself, or quote the text")
    if tag is not None:
        _note(problems, here, path, f"the YAML tag {shown(str(tag))} is not read", "delete it, or quote the text")


def _events(text: str, place: Place, problems: Problems) -> Iterator[Event]:
    last = place(1, 1)
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            last = place(event.start_mark.line + 1, event.start_mark.column + 1)
            yield event
    except MarkedYAMLError as error:
        _refuse_syntax(error, last, place, problems)
    except (YAMLError, OverflowError, ValueError):
        # An escape such as "\UFFFFFFFF" names no character, and the parser passes Python's own complaint on.
        _refuse(problems, last, (), "what follows cannot be read", "check the escapes and quotes after this place")


def _refuse_syntax(error: MarkedYAMLError, last: Mark, place: Place, problems: Problems) -> NoReturn:
    said = str(error.problem)
    unknown = ("", False, f"YAML cannot be read: {shown(said)[1:-1]}", "check the text at this place")
    _, at_context, found, fix = next((known for known in _SYNTAX if known[0] in said), unknown)
    mark = (at_context and error.context_mark) or error.problem_mark or error.context_mark
    _refuse(problems, place(mark.line + 1, mark.column + 1) if mark else last, (), found, fix)


def _note(problems: Problems, here: Mark, path: KeyPath, found: str, fix: str) -> None:
    problems.add(str(here), key_text(path), found, fix)


def _refuse(problems: Problems, here: Mark, path: KeyPath, found: str, fix: str) -> NoReturn:
    _note(problems, here, path, found, fix)
    raise InputError(problems.found)
