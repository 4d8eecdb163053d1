"""Errors a person can act on: where, what was found, what to write instead."""

from __future__ import annotations

from dataclasses import dataclass, field


class DecarbError(Exception):
    """Anything `decarb` refuses; the message is meant to be shown as it is."""


class UnitError(DecarbError):
    """A quantity has no unit, an unknown one, or one of the wrong dimension."""


class DataError(DecarbError):
    """A shipped or user table holds a row that cannot be used."""


class CallError(DecarbError):
    """The call itself makes no sense: an existing output folder, an unknown option value."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong with an input.

    Examples
    --------
    >>> print(Problem("mine.yaml:12:15", "park.wind.capacity", "5 has no unit", 'write "5 MW"'))
    mine.yaml:12:15: park.wind.capacity: 5 has no unit; write "5 MW"
    """

    where: str
    key: str
    found: str
    fix: str = ""

    def __str__(self) -> str:
        place = ": ".join(part for part in (self.where, self.key) if part)
        said = "; ".join(part for part in (self.found, self.fix) if part)
        return f"{place}: {said}"


class InputError(DecarbError):
    """An input file or value is wrong; `problems` lists all that was found."""

    def __init__(self, problems: list[Problem] | tuple[Problem, ...]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))

    def __reduce__(self) -> tuple[type[InputError], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)


@dataclass
class Problems:
    """Collects problems so that all of them are reported at once.

    Examples
    --------
    >>> problems = Problems()
    >>> problems.add("mine.yaml:3:1", "seed", "'x' is no whole number", "write 1")
    >>> problems.raise_if_any()
    Traceback (most recent call last):
    decarb.errors.InputError: mine.yaml:3:1: seed: 'x' is no whole number; write 1
    """

    found: list[Problem] = field(default_factory=list)

    def add(self, where: str, key: str, found: str, fix: str = "") -> None:
        """Note one problem and go on."""
        self.found.append(Problem(where, key, found, fix))

    def raise_if_any(self) -> None:
        """Raise one `InputError` that holds every problem noted so far."""
        if self.found:
            raise InputError(self.found)
