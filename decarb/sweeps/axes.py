"""The axes of a sweep in the model: how its inputs follow a number, in straight lines and at their own elements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import xarray as xr

from decarb.analysis.study import Moved
from decarb.errors import CallError
from decarb.units import units_of


@dataclass(frozen=True)
class Change:
    """The elements of one input that an axis moves: their flat places, and their values at each place of the axis."""

    where: np.ndarray
    values: np.ndarray


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

    @cached_property
    def changes(self) -> Mapping[str, Change]:
        """What it moves of each input."""
        return {str(name): _change(array) for name, array in self.moved.inputs.items()}

    def between(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the place before each value, and how far it is on the way to the next."""
        places = self.moved.places
        start = np.clip(np.searchsorted(places, values, side="right") - 1, 0, places.size - 2)
        return start, (values - places[start]) / (places[start + 1] - places[start])

    def allows(self, values: np.ndarray) -> np.ndarray:
        """Return where a scenario may say so."""
        return (values >= self.low) & (values <= self.high)


def _change(array: xr.DataArray) -> Change:
    flat = array.transpose("place", ...).values.reshape(array.sizes["place"], -1)
    differs = ((flat != flat[0]) & ~(np.isnan(flat) & np.isnan(flat[0]))).any(axis=0)
    return Change(np.flatnonzero(differs), flat[:, differs])


@dataclass(frozen=True, eq=False)
class Axes:
    """All axes of a sweep over the inputs of its base scenario."""

    each: tuple[Axis, ...]
    inputs: xr.Dataset

    @cached_property
    def still(self) -> Mapping[str, xr.DataArray]:
        """The inputs that an axis moves as the base scenario has them, on every dimension that an axis gives them."""
        found = {}
        for axis in self.each:
            for name, array in axis.moved.inputs.items():
                like = array.isel(place=0)
                found[str(name)] = self.inputs[name].broadcast_like(like).transpose(*like.dims)
        return found

    def at(self, values: np.ndarray) -> xr.Dataset:
        """Return the inputs that the axes move, along `scenario`.

        Parameters
        ----------
        values : np.ndarray, (scenario, axis)
            In the units of the axes, inside what they allow.
        """
        count = len(values)
        flat = {name: np.repeat(array.values.reshape(1, -1), count, axis=0) for name, array in self.still.items()}
        for axis, column in zip(self.each, values.T, strict=True):
            start, part = axis.between(column)
            rest, part = (1.0 - part)[:, np.newaxis], part[:, np.newaxis]
            for name, change in axis.changes.items():
                flat[name][:, change.where] = change.values[start] * rest + change.values[start + 1] * part
        return xr.Dataset({
            name: (("scenario", *array.dims), flat[name].reshape(count, *array.shape), {"units": units_of(array)})
            for name, array in self.still.items()
        }, self.inputs[list(self.still)].coords)  # fmt: skip


def check_apart(axes: Sequence[Axis]) -> None:
    """Check that no two axes move the same element of an input.

    Raises
    ------
    CallError
        Two do: which of them would count is not known.
    """
    taken: dict[tuple[str, int], str] = {}
    for axis in axes:
        for name, change in axis.changes.items():
            for place in change.where.tolist():
                other = taken.setdefault((name, place), axis.name)
                if other != axis.name:
                    raise CallError(f"axes {other} and {axis.name} both move {name}; leave one of them out")
