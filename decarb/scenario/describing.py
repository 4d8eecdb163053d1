"""What each field of a scenario or park file takes: its dotted key, kind, unit, plausible range and choices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from functools import lru_cache
from types import MappingProxyType, NoneType, UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic import BaseModel, WithJsonSchema
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from decarb.scenario.fields import Reads, Spec, known_province
from decarb.tables import provinces
from decarb.units import Quantity

Kind = Literal["quantity", "path", "choice", "yes-no", "whole", "text", "day", "list"]

ANY: Final = "*"
"""Stands in a key for a name or number that the file gives: a province, or the place of an entry in a list."""


@dataclass(frozen=True)
class SchemaField:
    """One field of a file.

    Attributes
    ----------
    key : str
        Dotted, such as "rollout.growth"; `*` stands for a name that the file gives.
    kind : str
        A quantity; a path (years -> quantities); a choice or a list of choices; yes or no; a whole number; text; a day.
    unit : str
        In which its plausible range is told, and that a person may write; "" where there is none.
    limits : pair of float, optional
        Plausible low and high end of a quantity [unit], or of a whole number.
    years : pair of int, optional
        First and last year of a path.
    choices : tuple of str
        What can be written, where it is a choice; else nothing.
    default : object
        What a file that leaves it out says, None where its row of the tables does, or where it is not there at all.
    needed : bool
        Its section cannot be written without it.
    part_of : str
        The key of the section that need not be written at all, such as a park's "wind"; "" where there is none.
    """

    key: str
    kind: Kind
    unit: str = ""
    limits: tuple[float, float] | None = None
    years: tuple[int, int] | None = None
    choices: tuple[str, ...] = ()
    default: Any = None
    needed: bool = False
    part_of: str = ""

    def is_of_whole(self, section: str) -> bool:
        """Whether it stands in a section that is written as a whole: a range, or parts that add to 1."""
        return (
            self.needed
            and self.key.rpartition(".")[0] == section
            and (self.part_of == section or self.key.endswith((".low", ".high")))
        )

    @property
    def is_listed(self) -> bool:
        """Whether its key has a part that the file gives."""
        return ANY in self.key.split(".")


@lru_cache(maxsize=8)
def fields_of(model: type[Spec]) -> Mapping[str, SchemaField]:
    """Return every field of a schema by its key, in the order of the schema; `kind` aside, which names the schema.

    Examples
    --------
    >>> from decarb.scenario.schema import ScenarioSpec
    >>> growth = fields_of(ScenarioSpec)["rollout.growth"]
    >>> growth.kind, growth.unit, growth.limits
    ('quantity', '1/yr', (0.0, 2.0))
    """
    found = (field for field in _of_model(model, "", "") if field.key.split(".")[-1] != "kind")
    return MappingProxyType({field.key: field for field in found})


def field_at(model: type[Spec], key: str) -> SchemaField | None:
    """Return the field at a key as a file writes it, with years and names in it; None where there is none.

    Examples
    --------
    >>> from decarb.scenario.schema import ScenarioSpec
    >>> field_at(ScenarioSpec, "power.wind.capacity.2035").key
    'power.wind.capacity'
    """
    known = fields_of(model)
    section, _, last = key.rpartition(".")
    if key in known:
        return known[key]
    if last.isdecimal() and section in known and known[section].kind == "path":
        return known[section]
    listed = (field for field in known.values() if field.is_listed and key.count(".") == field.key.count("."))
    return next((field for field in listed if fnmatchcase(key, field.key)), None)


def _of_model(model: type[BaseModel], prefix: str, part_of: str) -> Iterator[SchemaField]:
    for name, info in model.model_fields.items():
        default = None if info.default is PydanticUndefined else info.default
        yield from _of_type(
            f"{prefix}{name}", info.annotation, tuple(info.metadata), default, info.is_required(), part_of
        )


def _of_type(
    key: str, annotation: Any, metadata: tuple[Any, ...], default: Any, needed: bool, part_of: str
) -> Iterator[SchemaField]:
    """Yield the field of a type, or the fields inside it; each form of a field that has two."""
    forms = list(_forms(annotation, metadata))
    optional = any(form is NoneType for form, _ in forms)
    for form, said in forms:
        if form is NoneType:
            continue
        if isinstance(form, type) and issubclass(form, BaseModel) and not _text_schema(said):
            yield from _of_model(form, f"{key}.", key if optional and default is None else part_of)
        elif get_origin(form) is dict and int not in [one for one, _ in _forms(get_args(form)[0])]:
            names, inside = get_args(form)
            for name in _choices(names) or (ANY,):
                yield from _of_type(f"{key}.{name}", inside, (), None, False, part_of)
        elif get_origin(form) is tuple and not _choices(get_args(form)[0]):
            yield from _of_type(f"{key}.{ANY}", get_args(form)[0], (), None, False, part_of)
        else:
            yield _field(key, form, said, default, needed, part_of)


def _field(key: str, form: Any, metadata: tuple[Any, ...], default: Any, needed: bool, part_of: str) -> SchemaField:
    def made(kind: Kind, unit: str = "", **more: Any) -> SchemaField:
        return SchemaField(key, kind, unit, default=default, needed=needed, part_of=part_of, **more)

    if _text_schema(metadata):
        return made("text")
    if form is Quantity or get_origin(form) is dict:
        of_path = get_origin(form) is dict
        ((_, said),) = _forms(get_args(form)[1]) if of_path else ((form, metadata),)
        reads = next(one for one in said if isinstance(one, Reads))
        years = _ends(next(_forms(get_args(form)[0]))[1]) if of_path else None
        return made("path" if of_path else "quantity", reads.unit, limits=(reads.low, reads.high), years=years)
    if get_origin(form) is tuple:
        return made("list", choices=_choices(get_args(form)[0]))
    if form is bool:
        return made("yes-no", choices=("true", "false"))
    if form is int:
        return made("whole", limits=_ends(metadata))
    if form is date:
        return made("day")
    choices = _choices(form) or (provinces() if _is_province(metadata) else ())
    return made("choice" if choices else "text", choices=choices)


def _forms(annotation: Any, metadata: tuple[Any, ...] = ()) -> Iterator[tuple[Any, tuple[Any, ...]]]:
    """Yield each member of a union with all that is annotated of it."""
    if get_origin(annotation) in (Union, UnionType):
        for member in get_args(annotation):
            yield from _forms(member, metadata)
    elif get_origin(annotation) is Annotated:
        inside, *said = get_args(annotation)
        flat = (more for one in said for more in (one, *(one.metadata if isinstance(one, FieldInfo) else ())))
        yield from _forms(inside, (*metadata, *flat))
    else:
        yield annotation, metadata


def _ends(metadata: tuple[Any, ...]) -> tuple[int, int] | None:
    """Return the smallest and largest whole number that is allowed, where both are said."""
    ends = [getattr(one, end) for end in ("ge", "le") for one in metadata if hasattr(one, end)]
    return (int(ends[0]), int(ends[1])) if len(ends) == 2 else None


def _choices(annotation: Any) -> tuple[str, ...]:
    return tuple(str(one) for form, _ in _forms(annotation) if get_origin(form) is Literal for one in get_args(form))


def _text_schema(metadata: tuple[Any, ...]) -> bool:
    """Whether a file writes text where the schema holds what that text stands for, such as the path of a list."""
    return any(isinstance(one, WithJsonSchema) and (one.json_schema or {}).get("type") == "string" for one in metadata)


def _is_province(metadata: tuple[Any, ...]) -> bool:
    return any(getattr(one, "func", None) is known_province for one in metadata)
