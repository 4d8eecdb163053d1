"""The axes of a sweep in the model: numbers that its inputs follow, and how far a scenario lets each go."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import xarray as xr

from decarb.analysis.moves import Moved, Moves
from decarb.errors import CallError


@dataclass(frozen=True, eq=False)
class Axis:
    """One number of a sweep.

    Attributes
    ----------
    name, unit : str
        As the design names it, and what its values are in.
    by : {"value", "factor", "range"}
        What its values are: the value itself, a factor on that of the base scenario, or a place between the ends of its
        rows, -1 to 1.
    now : float
        Where the base scenario stands.
    low, high : float
        Between which the scenario's own rules take it; a value outside makes no scenario.
    moved : Moved
        The inputs at a few places.
    """

    name: str
    unit: str
    by: str
    now: float
    low: float
    high: float
    moved: Moved

    def allows(self, values: np.ndarray) -> np.ndarray:
        """Return where a scenario may say so."""
        return (values >= self.low) & (values <= self.high)


@dataclass(frozen=True, eq=False)
class Axes:
    """All axes of a sweep over the inputs of its base scenario."""

    each: tuple[Axis, ...]
    inputs: xr.Dataset

    @cached_property
    def moves(self) -> Moves:
        """How the inputs follow them."""
        return Moves(tuple(axis.moved for axis in self.each), self.inputs)

    def at(self, values: np.ndarray) -> xr.Dataset:
        """Return the inputs that the axes move, along `scenario`.

        Parameters
        ----------
        values : np.ndarray, (scenario, axis)
            In the units of the axes, inside what they allow.
        """
        return self.moves.at(values)

    def check_apart(self) -> None:
        """Check that no two axes move the same element of an input.

        Raises
        ------
        CallError
            Two do: which of them would count is not known.
        """
        shared = self.moves.shared()
        if shared is not None:
            one, other, name = shared
            raise CallError(f"axes {self.each[one].name} and {self.each[other].name} both move {name}; "
                            "leave one of them out")  # fmt: skip
