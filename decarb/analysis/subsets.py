"""Subsets of levers: which inputs of two scenarios differ, which lever owns them, and what has switched in each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import xarray as xr

from decarb.analysis.lever_groups import OTHER, dimension_of
from decarb.errors import CallError
from decarb.units import converted, units_of

SAME: Final = 1e-12  # relative; what changing a unit may leave


def in_units_of(before: xr.Dataset, after: xr.Dataset) -> xr.Dataset:
    """Return `after` with each input in the unit it has in `before`.

    Raises
    ------
    CallError
        The two are not the same inputs on the same coordinates.
    """
    _check_same_inputs(before, after)
    return after.assign({str(name): converted(after[name], units_of(before[name])) for name in before})


def what_differs(before: xr.Dataset, after: xr.Dataset) -> dict[str, xr.DataArray]:
    """Return the inputs that differ, each with the places at which it does."""
    found = {str(name): _differs(before[name], after[name]) for name in before}
    return {name: places for name, places in found.items() if bool(places.any())}


def active_groups(
    groups: Mapping[str, Sequence[str]], differing: Mapping[str, xr.DataArray]
) -> dict[str, tuple[str, ...]]:
    """Return the groups in which something differs, each with its differing inputs; what is left is "other"."""
    found: dict[str, tuple[str, ...]] = {}
    left = dict(differing)
    for group, entries in groups.items():
        own = []
        for entry in entries:
            name = entry.partition(".")[0]
            if name in left and bool(_at(left[name], entry).any()):
                own.append(entry)
                left[name] = left[name] & ~_covers(left[name], entry)
        if own:
            found[group] = tuple(own)
    rest = tuple(name for name, places in left.items() if bool(places.any()))
    return found | ({OTHER: rest} if rest else {})


def owners_of(active: Mapping[str, Sequence[str]], inputs: xr.Dataset) -> dict[str, xr.DataArray]:
    """Return for each input that differs the number of the group that switches it, label by label where needed."""
    owners: dict[str, xr.DataArray] = {}
    numbered = [(place, entry) for place, entries in enumerate(active.values()) for entry in entries]
    # A whole input comes first, so that the labels that other groups claim are then taken out of it.
    for place, entry in sorted(numbered, key=lambda pair: "." in pair[1]):
        name = entry.partition(".")[0]
        owners[name] = xr.where(_covers(inputs[name], entry), place, owners.get(name, xr.DataArray(place)))
    return owners


def mixed_inputs(
    before: xr.Dataset, after: xr.Dataset, owners: Mapping[str, xr.DataArray], numbers: np.ndarray, count: int
) -> xr.Dataset:
    """Return the inputs of a few subsets of `count` groups over `scenario`; what is alike in all of them has none.

    Parameters
    ----------
    before, after : xr.Dataset
    owners : mapping
        As `owners_of` returns it.
    numbers : np.ndarray
        Of the subsets: one bit for each group, set where it stands at `after`.
    count : int
        Of the groups.
    """
    bits = (numbers[:, np.newaxis] >> np.arange(count)) & 1 == 1
    alike = bits.all(axis=0) | ~bits.any(axis=0)
    switch = xr.DataArray(bits, {"scenario": numbers}, ("scenario", "group"))
    mixed = {}
    for name, owner in owners.items():
        if alike[np.unique(owner.values)].all():
            on = switch.isel(scenario=0, drop=True).isel(group=owner)
        else:
            on = switch.isel(group=owner)
        mixed[name] = _switched(on, before[name], after[name])
    return before.assign(mixed)


def _switched(on: xr.DataArray, before: xr.DataArray, after: xr.DataArray) -> xr.DataArray:
    mixed = xr.where(on, after, before)
    order = [dim for dim in ("scenario", *after.dims) if dim in mixed.dims]
    mixed = mixed.transpose(*order, ...)
    return mixed.assign_attrs(before.attrs)


def _covers(array: xr.DataArray, entry: str) -> xr.DataArray:
    """Return where of an input an entry speaks: everywhere, or at its label."""
    _, _, label = entry.partition(".")
    if not label:
        return xr.DataArray(True)
    dim = dimension_of(array, entry)
    return xr.DataArray(array[dim].values.astype(str) == label, {dim: array[dim].values}, (dim,))


def _at(places: xr.DataArray, entry: str) -> xr.DataArray:
    return places & _covers(places, entry)


def _differs(before: xr.DataArray, after: xr.DataArray) -> xr.DataArray:
    one, two = xr.broadcast(before, after)
    return one.copy(data=~np.isclose(one, two, rtol=SAME, atol=0.0, equal_nan=True))


def _check_same_inputs(before: xr.Dataset, after: xr.Dataset) -> None:
    """Refuse inputs that cannot switch one by one."""
    lonely = sorted(map(str, set(before) ^ set(after)))
    if lonely:
        raise CallError(f"attribution: {', '.join(lonely)} stand in one of the two only; give both the same inputs")
    for dim in sorted(map(str, {*before.dims, *after.dims})):
        if dim == "scenario":
            raise CallError('attribution: the inputs have a "scenario" dimension already; select one scenario')
        labels = [list(inputs[dim].values) for inputs in (before, after) if dim in inputs.dims]
        if len(labels) == 2 and labels[0] != labels[1]:
            raise CallError(
                f'attribution: "{dim}" is {_few(labels[0])} in one and {_few(labels[1])} in the other; give both the '
                "same labels in one order"
            )


def _few(labels: list[Any]) -> str:
    said = ", ".join(map(str, labels[:4]))
    return said + (f" and {len(labels) - 4} more" if len(labels) > 4 else "")
