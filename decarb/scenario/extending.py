"""What `extends:` stands for: a shipped file, or one beside the file that asks."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path

from decarb.scenario.document import KeyPath, Node, key_text, merged, shown
from decarb.scenario.workbook import SUFFIX, workbook_tree
from decarb.scenario.yaml_files import input_error, read_tree, real_path
from decarb.scenario.yaml_nodes import MAX_NODES

MAX_EXTENDS = 5
MAX_FILES = 50
EXTENDS = "extends"

_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
_BESIDE = re.compile(r"(?:\./)?([^./\\:][^/\\:]*\.ya?ml)")

Chain = tuple[tuple[Path, str], ...]


def read_file(path: Path) -> Node:
    """The tree of one file, a workbook or YAML; `extends:` stays as it is written."""
    return workbook_tree(path) if path.suffix.lower() == SUFFIX else read_tree(path)


def is_shipped_name(name: object) -> bool:
    """Whether this is how a shipped file is named: small letters, digits and hyphens.

    Examples
    --------
    >>> is_shipped_name("china-2060"), is_shipped_name("mine.yaml")
    (True, False)
    """
    return isinstance(name, str) and _NAME.fullmatch(name) is not None


@dataclass
class Library:
    """Finds what is extended, reads each file once, and counts what all of it holds together."""

    shipped: Callable[[str], Path | None]
    names: tuple[str, ...]
    trees: dict[Path, Node] = field(default_factory=dict)
    count: int = 0

    def resolved_file(self, path: Path, name: str, chain: Chain = (), where: str = "", key: str = "") -> Node:
        """The tree of one file with everything it extends.

        `chain` holds the files that led here, and `where` and `key` the place that asked for this one.
        """
        real = real_path(path)
        steps = (*chain, (real, name))
        said = " -> ".join(step for _, step in steps)
        if any(real == passed for passed, _ in chain):
            raise input_error(where, key, f"{said} goes round in a circle", "take one step out")
        if len(chain) > MAX_EXTENDS:
            raise input_error(where, key, f"{said} is more than {MAX_EXTENDS} steps", "join some of the files")
        if real not in self.trees:
            if len(self.trees) == MAX_FILES:
                raise input_error(where, key, f"a scenario of more than {MAX_FILES} files", "join some of them")
            self.trees[real] = read_file(path)
        return self._resolved(self.trees[real], path, steps, ())

    def shipped_path(self, name: str, where: str = "", key: str = "") -> Path:
        """The file of a shipped name."""
        path = self.shipped(name)
        if path is None:
            fix = self.suggestion(name) or "write " + (", ".join(self.names) or "a file such as mine.yaml")
            raise input_error(where, key, f"no shipped file is called {shown(name)}", fix)
        return path

    def suggestion(self, name: str) -> str:
        """The shipped name that may have been meant, as a question; empty where none is near."""
        near = get_close_matches(name.lower(), self.names, n=1)
        return f"did you mean {near[0]}?" if near else ""

    def _resolved(self, node: Node, path: Path, chain: Chain, at: KeyPath) -> Node:
        self.count += 1
        if self.count > MAX_NODES:
            found = f"more than {MAX_NODES:,} values with all that is extended"
            raise input_error(str(node.mark), key_text(at), found, "extend fewer or smaller files")
        if isinstance(node.content, list):
            items = [self._resolved(child, path, chain, (*at, index)) for index, child in enumerate(node.content)]
            return replace(node, content=items)
        if not isinstance(node.content, dict):
            return node
        own = {key: child for key, child in node.content.items() if key != EXTENDS}
        top = replace(node, content={key: self._resolved(own[key], path, chain, (*at, key)) for key in own})
        if EXTENDS not in node.content:
            return top
        return self._extended(top, node.content[EXTENDS], path, chain, at)

    def _extended(self, top: Node, extends: Node, path: Path, chain: Chain, at: KeyPath) -> Node:
        where, key = str(extends.mark), key_text((*at, EXTENDS))
        base = self.resolved_file(self._path(extends, path, where, key), str(extends.content), chain, where, key)
        # A mapping that says what it extends starts from that alone, not from the mapping it overrides.
        return replace(merged(base, top), whole=bool(at))

    def _path(self, extends: Node, path: Path, where: str, key: str) -> Path:
        name = extends.content
        if is_shipped_name(name):
            own = [f"{name}{suffix}" for suffix in (".yaml", ".yml") if (path.parent / f"{name}{suffix}").is_file()]
            if own and self.shipped(name) is None:
                raise input_error(where, key, f"no shipped file is called {shown(name)}", f"write {own[0]}")
            return self.shipped_path(name, where, key)
        beside = _BESIDE.fullmatch(name) if isinstance(name, str) else None
        if beside is None:
            fix = "write a shipped name such as china-2060, or a file in the same folder such as mine.yaml"
            raise input_error(where, key, f"{shown(name)} is no shipped name and no file beside this one", fix)
        candidate = path.parent / beside[1]
        if not real_path(candidate).is_relative_to(real_path(path.parent)):
            raise input_error(where, key, f"{shown(name)} leads outside its folder", "copy the file beside this one")
        if not candidate.exists():
            raise input_error(where, key, f"there is no file {shown(name)} beside this one", "check its name")
        return candidate
