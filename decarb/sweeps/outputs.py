"""The numbers of a sweep that are asked about: which one, over which scenarios, and how it is called in words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import xarray as xr

from decarb.errors import CallError
from decarb.pathway.targets import SHOWN_BESIDE
from decarb.sweeps.sample import group_size
from decarb.variables import did_you_mean, variables

OF_TARGETS: Final = ("margin", "value")
"""Variables of a store along `target`; all others that can be asked about run along `year`."""
CHOSEN: Final = ("grid", "table")
"""Methods whose rows are chosen and not drawn: their shares have no error of sampling."""
COMPUTED: Final = 0
"""The status of a scenario that was computed."""


@dataclass(frozen=True)
class Output:
    """One number of each scenario: a series in one year, or what a target is judged on.

    Attributes
    ----------
    name : str
        Variable of the store.
    at : int or str
        The year or the target.
    unit : str
    words : str
        As it stands in a sentence: "gross CO2 in 2060".
    """

    name: str
    at: int | str
    unit: str
    words: str

    @property
    def key(self) -> str:
        """Its name where several stand side by side: `gross_co2 2060`, `margin ndc-2035`."""
        return f"{self.name} {self.at}"


def output_of(store: xr.Dataset, name: str, *, year: int | None = None, target: str | None = None) -> Output:
    """Return one output of a sweep by its name, and its year or target.

    Raises
    ------
    CallError
        The store has no such series, year or target; both are named, or neither.
    """
    by_target = name in OF_TARGETS
    along = "target" if by_target else "year"
    series = [str(one) for one in store.data_vars if set(store[one].dims) == {"scenario", "year"}]
    known = (*series, *(one for one in OF_TARGETS if one in store))
    if name not in known:
        raise CallError(f'"{name}" is no output of this sweep; {did_you_mean(name, known)}')
    at, other = (target, year) if by_target else (year, target)
    if at is None or other is not None:
        example = 'target="ndc-2035"' if by_target else "year=2060"
        raise CallError(f"{name}: runs along {along}; name one {along} and nothing else, such as {example}")
    if at not in store[along].values:
        has = did_you_mean(at, tuple(str(one) for one in store[along].values))
        raise CallError(f"{name}: the sweep has no {along} {at}; {has}")
    if by_target:
        unit = str(store[f"{name}_unit"].sel(target=at).values) if f"{name}_unit" in store.coords else "1"
        said = f"the margin of {at}" if name == "margin" else f"the number that decides {at}"
        return Output(name, str(at), unit, said)
    return Output(name, int(at), str(store[name].attrs.get("units", "1")), f"{called(store, name)} in {at}")


def called(store: xr.Dataset, name: str) -> str:
    """Return a series by its label, as it stands inside a sentence."""
    label = variables()[name].label_en if name in variables() else str(store[name].attrs.get("long_name", name))
    return label[0].lower() + label[1:] if label[1:2].islower() else label


def values_of(store: xr.Dataset, output: Output) -> np.ndarray:
    """Return an output for every scenario; NaN where the scenario was not computed or the number is undefined."""
    along = "target" if output.name in OF_TARGETS else "year"
    found = store[output.name].sel({along: output.at}).values.astype(float)
    known = np.isfinite(found) & (store["status"].values == COMPUTED)
    return np.where(known, found, np.nan)


def design_of(store: xr.Dataset) -> dict[str, Any]:
    """Return the design of a sweep as it stands in the store.

    Raises
    ------
    CallError
        The Dataset is no sweep, or holds a part of its scenarios.
    """
    missing = [name for name in ("input", "status") if name not in store]
    if missing or "sweep" not in store.attrs:
        what = ", ".join([*missing, *(() if "sweep" in store.attrs else ("the attribute sweep",))])
        raise CallError(f"this Dataset is no sweep: it lacks {what}; open the store that a sweep wrote")
    count = store.sizes["scenario"]
    if "scenario" in store.coords and not np.array_equal(store["scenario"].values, np.arange(count)):
        raise CallError("scenario: does not run from 0 without a gap; give the whole store, not a part of it")
    design: dict[str, Any] = json.loads(store.attrs["sweep"])
    return design


def name_of(store: xr.Dataset, design: Mapping[str, Any]) -> str:
    """Return the name of a sweep: its own, or that of its design."""
    return str(store.attrs.get("name", design.get("name", "")))


def units_of_axes(store: xr.Dataset) -> dict[str, str]:
    """Return the axes of a sweep with their units, in order."""
    units = store["axis_unit"].values if "axis_unit" in store.coords else ["1"] * store.sizes["axis"]
    return {str(axis): str(unit) for axis, unit in zip(store["axis"].values, units, strict=True)}


def kinds_of_axes(store: xr.Dataset) -> dict[str, str]:
    """Return what the values of each axis are: a value, a factor on the base, or a place in a range; "" if unsaid."""
    kinds = store["axis_by"].values if "axis_by" in store.coords else [""] * store.sizes["axis"]
    return {str(axis): str(kind) for axis, kind in zip(store["axis"].values, kinds, strict=True)}


def rows_together(design: Mapping[str, Any], axes: int) -> int:
    """Return how many rows share values as one group; 0 where rows were chosen and not drawn, as in a grid."""
    method = str(design["method"])
    return 0 if method in CHOSEN else group_size(axes) if method == "saltelli" else 1


def error_of_share(met: np.ndarray, computed: np.ndarray, together: int) -> float:
    """Return the standard error [1] of the share of computed rows that meet something.

    Parameters
    ----------
    met, computed : np.ndarray of bool, (row,)
    together : int
        Of `rows_together`.

    Notes
    -----
    sqrt(sum_g (met_g - p n_g)^2) / n, over groups g of rows that share values: those are not independent of each
    other. With one row in a group it is sqrt(p (1 - p) / n).
    """
    count = int(computed.sum())
    if not count or not together:
        return 0.0
    share = float((met & computed).sum()) / count
    apart = np.where(computed, met - share, 0.0)
    each = np.add.reduceat(apart, np.arange(0, apart.size, together))
    return float(np.sqrt((each**2).sum()) / count)


def axis_words(name: str) -> str:
    """Return an axis as it stands in a sentence: its key as it is written, and of several keys the first.

    Examples
    --------
    >>> axis_words("economy.gdp_growth"), axis_words("power.*.capacity:factor"), axis_words("a.*, b.c, d:range")
    ('`economy.gdp_growth`', '`power.*.capacity:factor`', '`a.*` (with 2 more keys)')
    """
    first, *rest = name.split(", ")
    return f"`{first}`" + (f" (with {len(rest)} more key{'s' * (len(rest) > 1)})" if rest else "")


def listed(parts: list[str]) -> str:
    """Return words with commas and an `and` before the last.

    Examples
    --------
    >>> listed(["a"]), listed(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    return " and ".join(part for part in (", ".join(parts[:-1]), parts[-1]) if part) if parts else ""


def binding(store: xr.Dataset) -> tuple[str, ...]:
    """Return the targets of a sweep that a pathway can miss: those that are not only shown beside."""
    return tuple(str(name) for name in store["target"].values if str(name) not in SHOWN_BESIDE)
