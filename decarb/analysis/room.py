"""What a lever could still do: the number that decides a target with the lever at the end of its rows that helps."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
import xarray as xr

from decarb.analysis.lever_groups import dimension_of
from decarb.analysis.subsets import what_differs
from decarb.units import converted, stamp, units_of

Margins = Callable[[xr.Dataset], Mapping[str, xr.DataArray]]

PULLED: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({
    "grid": ("capacity", "firm_generation", "fossil_factor_change", "thermal_minimum_share", "heat_supply_change"),
    "rollout": (
        "rollout_growth", "rollout_ceiling", "rollout_delay", "rollout_lists", "rollout_anchor", "rollout_innovation",
        "rollout_imitation", "rollout_renewed_share", "rollout_retrofit_share",
    ),
    "electrification": ("electrified_share_2060", "electrified_fuel_share"),
    "intensity trend": (
        "electricity_intensity_change", "intensity_change.energy_industry", "intensity_change.manufacturing",
        "intensity_change.process",
    ),
    "efficiency, fuel and process change in zones": (
        "fuel_saving_share", "electricity_saving_share", "switched_fuel_share", "process_change_share",
    ),
    "other sectors": (
        "intensity_change.transport", "intensity_change.buildings", "intensity_change.agriculture",
        "intensity_change.construction",
    ),
    "capture and removal": ("capture_level", "capture_rate"),
    "land": ("land_co2_2060",),
    "non-CO2": ("non_co2_change",),
    "captive plants": ("captive_retirement_start", "captive_retirement_end", "captive_heat_electrified_share"),
})  # fmt: skip
"""Lever -> what someone can pull. Activity is none, nor are measures of the world such as full-load hours; what a zone
builds is stated by the template and has no row; credits move claims."""


@dataclass(frozen=True)
class Room:
    """What is left in the rows of the tables.

    Attributes
    ----------
    of_lever : Mapping
        Target -> lever -> by how much the margin grows with the lever at its helping ends, 0 where no end helps.
    together : Mapping
        Target -> its margin with all levers there at once.
    """

    of_lever: Mapping[str, Mapping[str, float]]
    together: Mapping[str, float]


def room_left(
    nation: Callable[[xr.Dataset], xr.Dataset], margins: Margins, inputs: xr.Dataset,
    ends: Sequence[xr.Dataset], targets: Sequence[str],
) -> Room:  # fmt: skip
    """Return what each lever could still do for some targets, inside the range of its rows.

    Each input of a lever goes to the one of its two ends that helps by itself, then those of a lever together. What
    the scenario states has no row and stays.

    Parameters
    ----------
    nation : callable
        From inputs, some along `scenario`, to series over `year`.
    margins : callable
        From such series to the margin of each target; larger is better.
    inputs : xr.Dataset
        Of the scenario.
    ends : sequence of xr.Dataset
        Its inputs with the rows at their low and at their high ends.
    targets : sequence of str
        Asked for.
    """
    pulled = {lever: tuple(entry for entry in own if _movable(entry, inputs)) for lever, own in PULLED.items()}
    moves = [(entry, end) for own in pulled.values() for entry in own for end in _other_ends(entry, inputs, ends)]
    if not moves or not targets:
        return Room({name: {} for name in targets}, {})
    alone = _margins(nation, margins, inputs, [[], *([move] for move in moves)], targets)
    asked: list[list[tuple[str, xr.DataArray]]] = []
    of: list[tuple[str, str]] = []
    for target in targets:
        gains = alone[target][1:] - alone[target][0]
        best = _best(moves, gains)
        for lever, own in pulled.items():
            chosen = [best[entry] for entry in own if entry in best]
            if chosen:
                asked.append(chosen)
                of.append((target, lever))
        asked.append(list(best.values()))
        of.append((target, ""))
    found = _margins(nation, margins, inputs, asked, targets)
    of_lever: dict[str, dict[str, float]] = {target: dict.fromkeys(pulled, 0.0) for target in targets}
    together = {}
    for place, (target, lever) in enumerate(of):
        if lever:
            of_lever[target][lever] = max(float(found[target][place] - alone[target][0]), 0.0)
        else:
            together[target] = float(found[target][place])
    return Room(of_lever, together)


def _movable(entry: str, inputs: xr.Dataset) -> bool:
    return entry.partition(".")[0] in inputs


def _other_ends(entry: str, inputs: xr.Dataset, ends: Sequence[xr.Dataset]) -> list[xr.DataArray]:
    """Return the input with the entry at each end of its rows that is not where it stands."""
    name, _, label = entry.partition(".")
    found = []
    for end in ends:
        there = converted(end[name], units_of(inputs[name]))
        if label:
            dim = dimension_of(inputs[name], entry)
            there = xr.where(inputs[name][dim] == label, there, inputs[name]).transpose(*inputs[name].dims)
        there = there.assign_attrs(inputs[name].attrs)
        if what_differs(inputs[[name]], inputs[[name]].assign({name: there})):
            found.append(there)
    return found


def _best(moves: Sequence[tuple[str, xr.DataArray]], gains: np.ndarray) -> dict[str, tuple[str, xr.DataArray]]:
    """Return for each entry the end that helps most, where one helps."""
    best: dict[str, int] = {}
    for place, (entry, _) in enumerate(moves):
        if gains[place] > 0 and (entry not in best or gains[place] > gains[best[entry]]):
            best[entry] = place
    return {entry: moves[place] for entry, place in best.items()}


def _margins(
    nation: Callable[[xr.Dataset], xr.Dataset], margins: Margins, inputs: xr.Dataset,
    asked: Sequence[Sequence[tuple[str, xr.DataArray]]], targets: Sequence[str],
) -> dict[str, np.ndarray]:  # fmt: skip
    """Return the margins of the targets for each set of moved entries."""
    columns: dict[str, list[xr.DataArray]] = {}
    for place, moves in enumerate(asked):
        for entry, there in moves:
            name, _, label = entry.partition(".")
            column = columns.setdefault(name, [inputs[name]] * len(asked))
            mine = column[place]
            if label:
                dim = dimension_of(inputs[name], entry)
                there = xr.where(inputs[name][dim] == label, there, mine).transpose(*mine.dims)
            column[place] = there
    moved = {name: _stacked(column, units_of(inputs[name])) for name, column in columns.items()}
    series = nation(inputs.assign(moved))
    found = margins(series)
    return {name: np.broadcast_to(found[name].values.astype(float), (len(asked),)) for name in targets}


def _stacked(column: Sequence[xr.DataArray], unit: str) -> xr.DataArray:
    """Return arrays of one input along a leading `scenario`."""
    widest = max(column, key=lambda array: array.ndim)
    values = [array.broadcast_like(widest).transpose(*widest.dims).values for array in column]
    return stamp(xr.DataArray(np.stack(values), widest.coords, ("scenario", *widest.dims)), unit)
