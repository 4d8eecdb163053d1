"""Totals made ready to be judged: each checked and filled once, as plain numbers, however many targets name it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr

from decarb.errors import UnitError
from decarb.pathway.series import Reason, annual, check_series, covered_by
from decarb.units import unit_factor

__all__ = ["Pathway", "Prepared", "on_dims", "prepared"]


@dataclass(frozen=True, eq=False)
class Pathway:
    """One total in every year that it covers.

    Attributes
    ----------
    array : xr.DataArray, (..., year)
        As it was given, for what is said of it: its name, and how land and gases were counted.
    years : np.ndarray of int, (year,)
        Every calendar year from the first to the last.
    values : np.ndarray of float, (..., year)
        Over the dimensions of `Prepared`, of length 1 where the total does not change along one.
    unit : str
    """

    array: xr.DataArray
    years: np.ndarray
    values: np.ndarray
    unit: str

    def in_year(self, year: int) -> np.ndarray:
        """Return the value in one year, NaN where the path does not cover it."""
        at = year - int(self.years[0])
        return self.values[..., at] if 0 <= at < self.years.size else np.full(self.values.shape[:-1], np.nan)

    def up_to(self, year: int) -> int:
        """Return how many years there are up to and with one."""
        return int(np.searchsorted(self.years, year, side="right"))

    def covers(self, first: int, last: int) -> Reason:
        """Return whether the path reaches both years."""
        return covered_by(self.years, first, last)

    def to(self, unit: str) -> Pathway:
        """Return the path in another unit."""
        factor = unit_factor(self.unit, unit)
        if factor == 1:
            return Pathway(self.array, self.years, self.values, unit)
        array = (self.array * factor).assign_attrs(units=unit)
        return Pathway(array, self.years, self.values * factor, unit)


@dataclass(frozen=True, eq=False)
class Prepared:
    """Totals ready to be judged.

    Attributes
    ----------
    dims : tuple of str
        Every dimension of the totals but `year`, in the order of all their arrays.
    paths : mapping of str to Pathway
    fixed : mapping of str to xr.DataArray
        What has no years.
    """

    dims: tuple[str, ...]
    paths: Mapping[str, Pathway]
    fixed: Mapping[str, xr.DataArray]

    def fixed_in(self, name: str, unit: str) -> np.ndarray:
        """Return what has no years in a unit; "/yr", where it stands in the unit that it carries, cancels."""
        array = self.fixed[name]
        try:
            factor = unit_factor(str(array.attrs.get("units", "1")).removesuffix("/yr"), unit)
        except UnitError as error:
            raise UnitError(f"{name}: {error}") from error
        return on_dims(array, self.dims) * factor


def prepared(totals: Mapping[str, xr.DataArray], names: Iterable[str], fixed: Iterable[str] = ()) -> Prepared:
    """Return some totals over every year that they cover.

    Parameters
    ----------
    totals : mapping of str to xr.DataArray, (..., year)
        A year in which a series has no number at all is one that it does not cover.
    names, fixed : iterable of str
        Totals over years, and what has none.

    Raises
    ------
    InputError
        See `decarb.pathway.series.check_series`.
    """
    series = {name: totals[name] for name in dict.fromkeys(names)}
    beside = {name: totals[name] for name in dict.fromkeys(fixed)}
    found = {str(dim): None for array in (*series.values(), *beside.values()) for dim in array.dims if dim != "year"}
    dims = tuple(found)
    return Prepared(dims, {name: _path(name, array, dims) for name, array in series.items()}, beside)


def on_dims(array: xr.DataArray, dims: tuple[str, ...]) -> np.ndarray:
    """Return the values over dimensions in this order, with length 1 where the array has none of that name."""
    own = tuple(dim for dim in dims if dim in array.dims)
    values = np.asarray(array.values if array.dims == own else array.transpose(*own).values, dtype=float)
    return values.reshape(tuple(array.sizes[dim] if dim in own else 1 for dim in dims))


def _path(name: str, given: xr.DataArray, dims: tuple[str, ...]) -> Pathway:
    if "year" in given.dims and bool(np.isnan(_number(given)).any()):
        given = given.dropna("year", how="all")
    check_series(given)
    years = given["year"].values
    if years[-1] - years[0] + 1 != years.size:
        given = annual(given)
        years = given["year"].values
    return Pathway(given.rename(name), years, on_dims(given, (*dims, "year")), given.attrs["units"])


def _number(array: xr.DataArray) -> np.ndarray:
    """Return the values where they are numbers at all; whatever else they are is told by the check."""
    return array.values if np.issubdtype(array.dtype, np.number) else np.zeros(1)
