"""Levers as groups of inputs: which input belongs to which, how groups merge, and how a lever is held still."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

import numpy as np
import xarray as xr

from decarb.errors import CallError
from decarb.model import LAST_OBSERVED_YEAR
from decarb.units import converted, stamp, units_of
from decarb.variables import did_you_mean

OTHER: Final = "other"
"""Inputs that differ and belong to no group."""

GROUPS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({
    "grid": (
        "capacity", "firm_generation", "nonfossil_generation", "full_load_hours", "includes_parks", "fossil_factor",
        "fossil_factor_change", "thermal_minimum_share", "net_imports", "net_imports_change", "line_loss_rate",
        "heat_supply", "heat_supply_change", "heat_factor",
    ),
    "on-site wind": ("wind_capacity", "wind_site_limit"),
    "on-site PV": ("pv_capacity", "pv_site_limit"),
    "stores": (
        "power_rating", "energy_rating", "round_trip_efficiency", "minimum_state_of_charge",
        "maximum_state_of_charge", "self_discharge", "charge_below", "discharge_above",
    ),
    "rollout": (
        "scaled", "rollout_anchor", "rollout_anchor_year", "rollout_growth", "rollout_ceiling", "annual_load",
        "zone_share_of_national_co2", "captive_share", "provincial_zone_count", "development_zone_count",
        "national_zone_count",
    ),
    "electrification": ("electrified_share_2060", "electrified_fuel_share", "electricity_per_fuel"),
    "efficiency": (
        "electricity_intensity_change", "intensity_start", "intensity_change.energy_industry",
        "intensity_change.manufacturing", "intensity_change.process",
    ),
    "activity": ("gdp", "gdp_growth", "electricity_demand"),
    "other sectors": (
        "intensity_change.transport", "intensity_change.buildings", "intensity_change.agriculture",
        "intensity_change.construction",
    ),
    "capture and removal": ("capture_low", "capture_high", "capture_level", "capture_rate", "capture_share"),
    "land": ("land_co2", "land_co2_2060", "land_non_co2"),
    "non-CO2": ("non_co2_ghg", "non_co2_change"),
    "credits": ("ccer_issued",),
})  # fmt: skip
"""Lever -> its inputs; `name.label` is the part of an input that stands at one label, such as one sector."""

MERGES: Final = (
    ("on-site wind", "on-site PV"),
    ("on-site wind + on-site PV", "stores"),
    ("land", "non-CO2"),
    ("efficiency", "other sectors"),
    ("rollout", "on-site wind + on-site PV + stores"),
    ("capture and removal", "land + non-CO2"),
)
"""Which groups become one, in this order, while more differ than are told apart."""

YEARLY_CHANGES: Final = (
    "gdp_growth", "electricity_intensity_change", "intensity_change", "fossil_factor_change", "heat_supply_change",
    "net_imports_change", "non_co2_change",
)  # fmt: skip


def checked_groups(groups: Mapping[str, Sequence[str]], inputs: xr.Dataset) -> dict[str, tuple[str, ...]]:
    """Return the groups; each entry names an input, or one label of it, and stands in one group only.

    Raises
    ------
    CallError
        Naming the entry that is no input, or stands twice.
    """
    if OTHER in groups:
        raise CallError(f'groups: "{OTHER}" is what belongs to no group; give the group another name')
    seen: dict[str, str] = {}
    for group, entries in groups.items():
        for entry in entries:
            name, _, label = entry.partition(".")
            if name not in inputs:
                known = tuple(str(key) for key in inputs)
                raise CallError(f'groups: {group}: "{entry}" is no input; {did_you_mean(name, known)}')
            if label:
                dimension_of(inputs[name], entry)
            twice = [other for other in seen if other in (entry, name) or other.startswith(f"{entry}.")]
            if twice:
                raise CallError(f'groups: "{entry}" of {group} stands in {seen[twice[0]]} too; keep it in one lever')
            seen[entry] = group
    return {group: tuple(entries) for group, entries in groups.items()}


def dimension_of(array: xr.DataArray, entry: str) -> str:
    """Return the dimension in which the label of `name.label` stands.

    Raises
    ------
    CallError
        It stands in none.
    """
    name, _, label = entry.partition(".")
    for dim in array.dims:
        if label in array[dim].values.astype(str):
            return str(dim)
    labels = tuple(str(known) for dim in array.dims for known in array[dim].values)
    raise CallError(f'groups: "{entry}": {name} has no label "{label}"; {did_you_mean(label, labels)}')


def merged(
    groups: Mapping[str, Sequence[str]], active: Sequence[str], limit: int, merges: Sequence[tuple[str, str]] = MERGES
) -> dict[str, tuple[str, ...]]:
    """Return the groups with pairs of `merges` made one until no more than `limit` of them are active.

    Parameters
    ----------
    groups : mapping of str to sequence of str
    active : sequence of str
        Groups with inputs that differ; only merging two of these helps.
    limit : int
    merges : sequence of pairs
        Tried in order. A pair of which one is idle stands for the other.

    Examples
    --------
    >>> merged({"a": ("x",), "b": ("y",), "c": ("z",)}, ["a", "b", "c"], 2, [("a", "b")])
    {'a + b': ('x', 'y'), 'c': ('z',)}
    """
    joined = {name: tuple(entries) for name, entries in groups.items()}
    standing: dict[str, str] = {}
    left = set(active)
    for first, second in merges:
        if len(left) <= limit:
            break
        one, two = standing.get(first, first), standing.get(second, second)
        if not {one, two} <= left:
            standing[f"{first} + {second}"] = one if one in left else two
            continue
        both = f"{one} + {two}"
        entries = joined[one] + joined[two]
        joined = {both if name == one else name: held for name, held in joined.items() if name != two}
        joined[both] = entries
        left = (left - {one, two}) | {both}
        standing[f"{first} + {second}"] = both
    return joined


def held_after(inputs: xr.Dataset, year: int) -> xr.Dataset:
    """Return the inputs with every lever held where it stands in `year`.

    Paths keep their value of that year, yearly changes stop, straight lines to a final year stay where they are, and
    no further zone adopts. Observed series that end before are left alone.

    Parameters
    ----------
    inputs : xr.Dataset
        As `decarb.scenario.inputs` builds it.
    year : int
        Not before the last observed year: no lever moved what was observed.

    Raises
    ------
    CallError
        The year is earlier than that, or no year of the model.
    """
    last = int(inputs["year"][-1])
    if not LAST_OBSERVED_YEAR <= year <= last:
        raise CallError(
            f"{year} is no year in which levers can be held; name one from {LAST_OBSERVED_YEAR}, the last observed "
            f"year, to {last} (lmdi splits the change between any two years)"
        )
    return inputs.assign({str(name): _held(str(name), inputs, year) for name in inputs})


def _held(name: str, inputs: xr.Dataset, year: int) -> xr.DataArray:
    array, later = inputs[name], inputs["year"] > year
    if name in _BY_RULE:
        return _BY_RULE[name](inputs, year)
    if name in YEARLY_CHANGES:
        return stamp(array.where(~later, 0.0), units_of(array))
    if "year" in array.dims:
        still = array.sel(year=year, drop=True)
        return array.where(~later | array.isnull(), still).transpose(*array.dims).assign_attrs(array.attrs)
    return array


def _line_held(
    final: xr.DataArray, start: xr.DataArray | float, first: int, inputs: xr.Dataset, year: int
) -> xr.DataArray:
    """Return the final value that keeps a straight line from `start` in `first` where it is in `year`."""
    years = inputs["year"]
    reached = ((year - first) / (years - first).clip(1)).where(years > year, 1.0)
    return stamp(start + (final - start) * reached, units_of(final))


def _electrified_held(inputs: xr.Dataset, year: int) -> xr.DataArray:
    return _line_held(inputs["electrified_share_2060"], 0.0, LAST_OBSERVED_YEAR, inputs, year)


def _land_held(inputs: xr.Dataset, year: int) -> xr.DataArray:
    observed = converted(inputs["land_co2"], units_of(inputs["land_co2_2060"])).dropna("year")
    last = int(observed["year"][-1])
    return _line_held(inputs["land_co2_2060"], observed.sel(year=last, drop=True), last, inputs, year)


def _rollout_held(inputs: xr.Dataset, year: int) -> xr.DataArray:
    """Return an anchor year that moves along with the calendar, so that the curve stands still after `year`."""
    moved = inputs["rollout_anchor_year"] + np.maximum(inputs["year"] - year, 0)
    return moved.assign_attrs(inputs["rollout_anchor_year"].attrs)


_BY_RULE: Final[Mapping[str, Callable[[xr.Dataset, int], xr.DataArray]]] = MappingProxyType({
    "electrified_share_2060": _electrified_held,
    "land_co2_2060": _land_held,
    "rollout_anchor_year": _rollout_held,
})  # fmt: skip
