"""Scenario files read safely, with what they extend and what is set on top, and a place for every value.

Precedence: `--set` over the file over what it extends over the tables' defaults.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from decarb.errors import InputError, Problems
from decarb.scenario.document import Document, KeyPath, Mark, Node, document_of, key_text, merged, shown, tree_of
from decarb.scenario.extending import EXTENDS, Library, is_shipped_name
from decarb.scenario.validation import validate
from decarb.scenario.yaml_files import input_error, read_tree
from decarb.scenario.yaml_nodes import MAX_DEPTH, parse_yaml
from decarb.scenario.yaml_scalars import MAX_DIGITS, plain_scalar

__all__ = ["Document", "Mark", "apply_settings", "merge_mapping", "read_document", "read_yaml", "validate"]

_NO_EXTENDS = ("extends works in files only", "write a file that extends it")
_EXAMPLE = "write key=value, such as park.wind.capacity='5 MW'"


def read_yaml(path: str | Path) -> Document:
    """The plain values of one YAML file and their places; `extends:` stays as it is written.

    Raises
    ------
    InputError
        With file, line and column: no readable UTF-8 file, not the YAML we read, or no mapping.

    Notes
    -----
    A file holds at most 1 MiB, 20,000 keys and values, and 20 levels.
    """
    return document_of(Path(path), read_tree(Path(path)))


def read_document(
    path_or_name: str | Path, *, shipped: Callable[[str], Path | None], shipped_names: Iterable[str] = ()
) -> Document:
    """The document a file or shipped name stands for, with every `extends:` in it resolved.

    Parameters
    ----------
    path_or_name : str or Path
        A file, or the name of a shipped one: small letters, digits and hyphens, no suffix.
    shipped : callable
        The file of a shipped name, or None.
    shipped_names : iterable of str
        The names to suggest where one is unknown.

    Raises
    ------
    InputError
        As `read_yaml`; and for an unknown name, a file outside the folder, a circle, or more than 5 steps.

    Notes
    -----
    A mapping at any level may say `extends:` with a shipped name or a `.yaml` file in the same folder. Mappings merge
    key by key, anything else replaces, and a mapping whose keys are all years replaces whole. A mapping that names what
    it extends starts from that alone, not from the one it overrides. The bound of 20,000 holds for the whole.
    """
    library = Library(shipped, tuple(shipped_names))
    if is_shipped_name(path_or_name):
        path = library.shipped_path(str(path_or_name), where=str(path_or_name))
    else:
        path = Path(path_or_name)
        suggestion = library.suggestion(path.stem)
        if suggestion and not path.exists():
            raise input_error(str(path), "", "no such file", suggestion)
    return document_of(path, library.resolved_file(path, str(path_or_name)))


def apply_settings(document: Document, settings: Sequence[str]) -> Document:
    """The document with each `a.b.c=value` set; a value is a YAML scalar, `[...]` or `{...}`.

    A single year can be set (`path.2030=0.4`); a mapping given as value merges as one in a file does.

    Raises
    ------
    InputError
        Naming every setting that cannot be read or put in its place.
    """
    problems = Problems()
    root = _tree(document)
    for text in settings:
        try:
            keys, value = _setting(text)
            root = _put(root, keys, value, ())
        except InputError as error:
            problems.found.extend(error.problems)
    problems.raise_if_any()
    return document_of(document.path, root)


def merge_mapping(document: Document, changes: Mapping[Any, Any], *, where: str = "replace") -> Document:
    """The document with nested changes made in Python, merged as a file is; their marks say `where`."""
    mark = Mark(where)
    top = tree_of(changes, lambda path: mark, lambda path: mark)
    _refuse_extends(top, ())
    return document_of(document.path, merged(_tree(document), top))


def _tree(document: Document) -> Node:
    return tree_of(document.data, document.place, lambda path: document.place(path, key=True))


def _setting(text: str) -> tuple[KeyPath, Node]:
    name, equals, value = text.partition("=")
    name, mark = name.strip(), Mark(f"--set {shown(name.strip())[1:-1]}")
    if not equals:
        raise input_error("--set", "", f'{shown(text)} has no "="', _EXAMPLE)
    parts = name.split(".")
    if not all(part and part == part.strip() for part in parts):
        raise input_error("--set", "", f"{shown(text)} names no key", _EXAMPLE)
    keys = tuple(_key(part) for part in parts)
    key = key_text(keys[:MAX_DEPTH])
    if len(keys) > MAX_DEPTH:
        raise input_error(str(mark), key, f"a key of more than {MAX_DEPTH} parts", "write a shorter one")
    node = parse_yaml(value, lambda line, column: mark)
    if node is None:
        raise input_error(str(mark), key, "no value after =", f"write {key}=null to leave it empty")
    block = isinstance(node.content, (dict, list)) and value.strip()[0] not in "[{"
    if block or "\n" in value:
        fix = "put the text in quotes, or write [...] or {...}"
        raise input_error(str(mark), key, f"{shown(value)} is more than one value", fix)
    if EXTENDS in keys:
        raise input_error(str(mark), key, *_NO_EXTENDS)
    _refuse_extends(node, keys)
    return keys, node


def _key(part: str) -> str | int:
    value = plain_scalar(part) if len(part) <= MAX_DIGITS else part
    return value if isinstance(value, int) and not isinstance(value, bool) else part


def _put(node: Node, keys: KeyPath, value: Node, at: KeyPath) -> Node:
    if not keys:
        return replace(merged(node, value), key_mark=value.mark)
    content = {} if node.content is None else node.content
    if not isinstance(content, dict):
        found = f"{key_text(at)} holds {shown(content)}, so no key can be set in it"
        raise input_error(str(value.mark), key_text((*at, *keys)), found, f"set {key_text(at)} as a whole")
    child = content.get(keys[0], Node(None, value.mark, value.mark))
    content = {**content, keys[0]: _put(child, keys[1:], value, (*at, keys[0]))}
    # A year that is set takes its place in the path and not the end of it.
    return replace(node, content=dict(sorted(content.items())) if all(isinstance(k, int) for k in content) else content)


def _refuse_extends(node: Node, at: KeyPath) -> None:
    """What is extended is read before anything is set on top, so it cannot be set there."""
    if isinstance(node.content, dict):
        if EXTENDS in node.content:
            raise input_error(str(node.mark), key_text((*at, EXTENDS)), *_NO_EXTENDS)
        for key, child in node.content.items():
            _refuse_extends(child, (*at, key))
