"""Inputs that follow one number or several, in straight lines between a few places of each, at their own elements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import xarray as xr


@dataclass(frozen=True)
class Change:
    """The elements of one input that a number moves: their flat places, and their values at each place of it."""

    where: np.ndarray
    values: np.ndarray


@dataclass(frozen=True, eq=False)
class Moved:
    """The inputs that a lever moves, at a few of its places, between and beyond which they go in straight lines."""

    places: np.ndarray
    inputs: xr.Dataset

    @cached_property
    def changes(self) -> Mapping[str, Change]:
        """What it moves of each input."""
        return {str(name): _change(array) for name, array in self.inputs.items()}

    def between(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the place before each value, and how far it is on the way to the next."""
        start = np.clip(np.searchsorted(self.places, values, side="right") - 1, 0, self.places.size - 2)
        return start, (values - self.places[start]) / (self.places[start + 1] - self.places[start])

    def at(self, values: np.ndarray) -> xr.Dataset:
        """Return the moved inputs along `scenario`, one for each value of the lever."""
        return Moves((self,), self.inputs.isel(place=0)).at(values[:, np.newaxis])


@dataclass(frozen=True, eq=False)
class Moves:
    """Several numbers over the inputs of one scenario; no two move the same element."""

    each: tuple[Moved, ...]
    inputs: xr.Dataset

    @cached_property
    def still(self) -> Mapping[str, xr.DataArray]:
        """The inputs that move as the scenario has them, on every dimension that a move gives them."""
        found = {}
        for moved in self.each:
            for name, array in moved.inputs.items():
                like = array.isel(place=0)
                found[str(name)] = self.inputs[name].broadcast_like(like).transpose(*like.dims)
        return found

    def at(self, values: np.ndarray) -> xr.Dataset:
        """Return the inputs that move, along `scenario`.

        Parameters
        ----------
        values : np.ndarray, (scenario, number)
            One column for each move.
        """
        count = len(values)
        flat = {name: np.repeat(array.values.reshape(1, -1), count, axis=0) for name, array in self.still.items()}
        for moved, column in zip(self.each, values.T, strict=True):
            start, part = moved.between(column)
            rest, part = (1.0 - part)[:, np.newaxis], part[:, np.newaxis]
            for name, change in moved.changes.items():
                before, after = change.values[start], change.values[start + 1]
                flat[name][:, change.where] = np.where(before == after, after, before * rest + after * part)
        return xr.Dataset({
            name: (("scenario", *array.dims), flat[name].reshape(count, *array.shape), self.inputs[name].attrs)
            for name, array in self.still.items()
        }, self.inputs[list(self.still)].coords)  # fmt: skip

    def shared(self) -> tuple[int, int, str] | None:
        """Return two moves, by their places, that move the same element of an input, and its name."""
        taken: dict[tuple[str, int], int] = {}
        for number, moved in enumerate(self.each):
            for name, change in moved.changes.items():
                for place in change.where.tolist():
                    other = taken.setdefault((name, place), number)
                    if other != number:
                        return other, number, name
        return None


def _change(array: xr.DataArray) -> Change:
    flat = array.transpose("place", ...).values.reshape(array.sizes["place"], -1)
    differs = ((flat != flat[0]) & ~(np.isnan(flat) & np.isnan(flat[0]))).any(axis=0)
    return Change(np.flatnonzero(differs), flat[:, differs])
