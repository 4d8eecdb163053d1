"""A document checked against a pydantic model, every problem told at its place and in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from enum import Enum
from inspect import isclass
from types import UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from decarb.errors import DataError, InputError, Problem, UnitError
from decarb.scenario.document import Document, KeyPath, Mark, key_text, shown

AnyModel = TypeVar("AnyModel", bound=BaseModel)

_MAPPING = ("a mapping", 'write "key: value" lines below the key')
_LIST = ("a list", "write it like [1, 2]")
_KINDS = {
    "int": ("a whole number", "write a whole number"),
    "float": ("a number", "write a number"),
    "bool": ("true or false", "write true or false"),
    "string": ("text", "write text"),
    "model": _MAPPING,
    "dict": _MAPPING,
    "mapping": _MAPPING,
    "dataclass": _MAPPING,
    "list": _LIST,
    "tuple": _LIST,
    "set": _LIST,
    "frozen": _LIST,
    "none": ("empty", "write null"),
}
_TAG_FAULTS = {"union_tag_invalid": "literal_error", "union_tag_not_found": "missing"}
_LIMITS = {
    "greater_than": ("{value} is not greater than {gt}", "write a number greater than {gt}"),
    "greater_than_equal": ("{value} is less than {ge}", "write {ge} or more"),
    "less_than": ("{value} is not less than {lt}", "write a number less than {lt}"),
    "less_than_equal": ("{value} is more than {le}", "write {le} or less"),
    "multiple_of": ("{value} is no multiple of {multiple_of}", "write a multiple of {multiple_of}"),
    "finite_number": ("{value} is not finite", "write a finite number"),
    "string_too_short": ("{value} is too short", "write at least {min_length} characters"),
    "string_too_long": ("{value} is too long", "write at most {max_length} characters"),
    "string_pattern_mismatch": ("{value} has the wrong form", "write text that matches {pattern}"),
    "too_short": ("{actual_length} entries are too few", "write at least {min_length}"),
    "too_long": ("{actual_length} entries are too many", "write at most {max_length}"),
}


def validate(model: type[AnyModel], document: Document) -> AnyModel:
    """The model's instance for a document.

    Raises
    ------
    InputError
        With one problem for each fault pydantic finds, in the order of the file. A text a validator raises is shown as
        it is, with what stands after its first "; " as the fix.
    """
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        problems = {_problem(model, document, detail): None for detail in error.errors(include_url=False)}
    except (UnitError, DataError) as error:
        problems = {(Mark(str(document.path)), Problem(str(document.path), "", *_split(error))): None}
    raise InputError([problem for _, problem in sorted(problems, key=lambda found: _order(found[0], document))])


def _order(mark: Mark, document: Document) -> tuple[bool, str, int, int]:
    return mark.file != str(document.path), mark.file, mark.line or 0, mark.column or 0


def _problem(model: type[BaseModel], document: Document, detail: ErrorDetails) -> tuple[Mark, Problem]:
    kind, loc = detail["type"], detail["loc"]
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        # A tagged union complains at the mapping; what is wrong or missing is its tag.
        kind, loc = _TAG_FAULTS[kind], (*loc, detail["ctx"]["discriminator"].strip("'"))
        detail = {**detail, "type": kind, "loc": loc, "input": detail["ctx"].get("tag")}
    if kind == "missing":
        parent = _path(document.data, loc[:-1])
        mark, path = document.place(parent, key=True), (*parent, loc[-1])
        found, fix = "this key is missing", f"add {shown(loc[-1])[1:-1]}{_example(model, loc, ': ')}"
    else:
        path = _path(document.data, loc)
        mark = document.place(path, key=kind == "extra_forbidden" or loc[-1:] == ("[key]",))
        found, fix = _words(model, detail)
    return mark, Problem(str(mark), key_text(path), found, fix)


def _words(model: type[BaseModel], detail: ErrorDetails) -> tuple[str, str]:
    kind, loc, value, context = detail["type"], detail["loc"], detail["input"], detail.get("ctx", {})
    if kind == "extra_forbidden":
        names = [name for place in _places(model, loc[:-1]) for name in _fields(place)]
        return "unknown key", _suggestion(loc[-1], names)
    if kind in ("value_error", "assertion_error"):
        return _split(context["error"])
    if kind in ("literal_error", "enum"):
        return f"{shown(value)} is no choice here", _suggestion(
            value, [c for at in _places(model, loc) for c in _choices(at)]
        )
    if kind in _LIMITS:
        found, fix = _LIMITS[kind]
        words = {**{name: _number(limit) for name, limit in context.items()}, "value": shown(value)}
        return found.format_map(words), fix.format_map(words)
    wanted, fix = _KINDS.get(kind.split("_")[0], ("", ""))
    if not wanted:
        return f"{shown(value)} cannot be used", detail["msg"][:1].lower() + detail["msg"][1:]
    if loc[-1:] == ("[key]",):
        return f"the key {shown(value)} is not {wanted}", f"{fix} without quotes"
    if wanted == "text" and isinstance(value, (int, float)):
        return f"{shown(value)} is not text", f'write "{shown(value)}"'
    return f"{shown(value)} is not {wanted}", fix + _example(model, loc, ", for example ")


def _number(limit: Any) -> Any:
    return int(limit) if isinstance(limit, float) and limit.is_integer() else limit


def _split(error: Exception) -> tuple[str, str]:
    found, _, fix = str(error).partition("; ")
    return found, fix


def _suggestion(wrong: object, allowed: Sequence[Any]) -> str:
    names = {str(name).lower(): str(name) for name in allowed}
    near = get_close_matches(str(wrong)[:100].lower(), names, n=1)
    if near:
        return f"did you mean {names[near[0]]}?"
    if not names:
        return "delete it"
    return f"write {'one of ' if len(names) > 1 else ''}{', '.join(names.values())}"


def _example(model: type[BaseModel], loc: tuple[int | str, ...], before: str) -> str:
    for place in _places(model, loc[:-1]):
        field = _fields(place).get(loc[-1]) if loc else None
        if field is not None and field.examples:
            return before + shown(field.examples[0])
    choices = [str(choice) for place in _places(model, loc) for choice in _choices(place)]
    return before + " or ".join(choices) if choices else ""


def _path(data: Any, loc: tuple[int | str, ...]) -> KeyPath:
    """The part of pydantic's location that stands in the data; it also names union members and validators."""
    path: list[int | str] = []
    for entry in loc:
        inside = isinstance(data, Mapping) and entry in data
        if inside or (isinstance(data, list) and isinstance(entry, int) and entry < len(data)):
            data = data[entry]
            path.append(entry)
    return tuple(path)


def _places(model: type[BaseModel], loc: tuple[int | str, ...]) -> list[Any]:
    """The types that may stand at a location: one, or several where the model has a union."""
    places: list[Any] = [model]
    for entry in loc:
        inside = [option for place in places for option in _inside(place, entry)]
        named = [place for place in places if getattr(place, "__name__", None) == entry or _is_tagged(place, entry)]
        places = inside or named or places
    return places


def _inside(place: Any, entry: int | str) -> Iterator[Any]:
    fields, arguments = _fields(place), get_args(place)
    if entry in fields:
        yield from _options(fields[entry].annotation)
    elif isclass(get_origin(place)) and arguments:
        if issubclass(get_origin(place), Mapping):
            yield from _options(arguments[-1])
        elif issubclass(get_origin(place), Sequence) and isinstance(entry, int):
            yield from _options(arguments[min(entry, len(arguments) - 1)] if arguments[-1] is not ... else arguments[0])


def _options(annotation: Any) -> Iterator[Any]:
    if get_origin(annotation) in (Union, UnionType):
        for option in get_args(annotation):
            yield from _options(option)
    elif get_origin(annotation) is Annotated:
        yield from _options(get_args(annotation)[0])
    else:
        yield annotation


def _fields(place: Any) -> dict[int | str, FieldInfo]:
    if not (isclass(place) and issubclass(place, BaseModel)):
        return {}
    return {field.alias or name: field for name, field in place.model_fields.items()}


def _is_tagged(place: Any, tag: object) -> bool:
    return any(tag in _choices(option) for field in _fields(place).values() for option in _options(field.annotation))


def _choices(place: Any) -> list[Any]:
    if isclass(place) and issubclass(place, Enum):
        return [member.value for member in place]
    return list(get_args(place)) if get_origin(place) is Literal else []
