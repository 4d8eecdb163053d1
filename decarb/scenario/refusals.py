"""What the model refuses, told at the place in the file where the field stands that it names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from decarb.errors import DecarbError, InputError, Problem
from decarb.scenario.document import Document, KeyPath
from decarb.scenario.schema import ScenarioSpec


def refusal(error: DecarbError, document: Document) -> InputError:
    """Return an error of the model as one of the file: at the first field it names that the file states.

    Parameters
    ----------
    error : DecarbError
        Its text begins with the dotted keys of fields, parted by commas, where it is about fields; what stands after
        its first "; " is the fix.
    document : Document
        Of the scenario that was computed.
    """
    named, colon, said = str(error).partition(": ")
    paths: list[KeyPath] = [tuple(name.split(".")) for name in named.split(", ")]
    if not colon or any(path[0] not in ScenarioSpec.model_fields for path in paths):
        named, said, paths = "", str(error), [()]
    stated = [path for path in _precise(paths, said) if _stands(document, path)]
    found, _, fix = said.partition("; ")
    return InputError([Problem(str(document.place(stated[0] if stated else ())), named, found, fix)])


def _precise(paths: list[KeyPath], said: str) -> Iterator[KeyPath]:
    """Yield the fields of a section that the sentence names, then the sections or fields themselves."""
    words = said.split()
    for path in paths:
        yield from ((*path, word) for word in dict.fromkeys(words) if word.isidentifier())
    yield from paths


def _stands(document: Document, path: KeyPath) -> bool:
    inside: object = document.data
    for key in path:
        if not isinstance(inside, Mapping) or key not in inside:
            return False
        inside = inside[key]
    return True
