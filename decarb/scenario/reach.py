"""What a rollout asks for, against the zones that there are: paths above all ceilings, falls that no age allows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import xarray as xr

from decarb.errors import Problems
from decarb.model import LAST_OBSERVED_YEAR
from decarb.nation.adoption import room, tabled_zones
from decarb.nation.rollout import built_under_caps, operating_after
from decarb.scenario.document import Document, KeyPath
from decarb.scenario.rollout_inputs import rollout_inputs
from decarb.scenario.schema import ScenarioSpec
from decarb.scenario.stated import YEARS
from decarb.scenario.zone_inputs import zones_of_nation
from decarb.units import Quantity, stamp

ROUNDING: Final = 1e-9  # of the most zones that adopt, so that a path which runs at its ceiling passes
CLOSER: Final = 0.01  # zones, within which a falling path is followed


def check_reach(spec: ScenarioSpec, document: Document) -> None:
    """Refuse a path that names more zones than ever adopt, or that falls faster than zones grow old.

    What is above would be cut, and what falls too fast would not be followed, and neither would be told.

    Parameters
    ----------
    spec : ScenarioSpec
    document : Document
        For the places of the years.

    Raises
    ------
    InputError
        With every path, and the year.

    Notes
    -----
    The most that ever adopt: the sum over levels and archetypes of the lower of their ceilings times their zones, with
    those of own lists in the place of the tables'. A ceiling of 0 is no template at all, whatever the path.
    """
    rollout, problems = spec.rollout, Problems()
    paths: dict[KeyPath, Quantity] = {
        ("rollout", name, year): zones
        for name, path in (("lists", rollout.lists), ("table", rollout.table))
        for year, zones in (path or {}).items()
    }
    if rollout.anchor is not None:
        paths["rollout", "anchor"] = rollout.anchor
    if not paths:
        return
    inputs = rollout_inputs(spec)
    space = room(zones_of_nation(spec.zones), inputs["rollout_ceiling"])
    most = float(space.sum())
    if most <= 0.0:
        return
    for path, zones in _highest(paths).items():
        if zones.to("zone") > most * (1.0 + ROUNDING):
            found = f"{zones}, and {most:g} zones ever adopt (each ceiling times its zones)"
            _add(problems, document, path, found, "write less, or raise ceiling or ceiling_of")
    if rollout.table is not None and not problems.found:
        _check_fall(inputs, space, rollout.table, document, problems)
    problems.raise_if_any()


def _highest(paths: Mapping[KeyPath, Quantity]) -> dict[KeyPath, Quantity]:
    """Return the highest point of each path: one problem is enough."""
    highest: dict[str | int, KeyPath] = {}
    for path, zones in paths.items():
        top = highest.setdefault(path[1], path)
        if zones.to("zone") > paths[top].to("zone"):
            highest[path[1]] = path
    return {path: paths[path] for path in highest.values()}


def _check_fall(
    inputs: Mapping[str, xr.DataArray], space: xr.DataArray, table: Mapping[int, Quantity], document: Document,
    problems: Problems,
) -> None:  # fmt: skip
    """Note the first year in which more zones operate than the table says: none of them is old enough to close."""
    path = inputs["rollout_table"].reindex(year=YEARS)
    wanted = operating_after(tabled_zones(stamp(path, "zone"), most=stamp(space.sum(), "zone")), LAST_OBSERVED_YEAR)
    made = built_under_caps(
        wanted, build_rate=stamp(xr.DataArray(np.inf), "zone/yr"), capacity_rate=stamp(xr.DataArray(np.inf), "GW/yr"),
        capacity_of_zone=stamp(xr.DataArray(0.0), "GW"), lifetime=inputs["rollout_lifetime"],
        renewed_share=inputs["rollout_renewed_share"],
    )  # fmt: skip
    over = made["operating"] - wanted
    if not bool((over > CLOSER).any()):
        return
    year = int(over["year"][(over > CLOSER).argmax("year")])
    falls = [known for known in table if known >= year]
    found = (
        f"{float(wanted.sel(year=year)):.4g} zones in {year}, and {float(made['operating'].sel(year=year)):.4g} still "
        f"operate: none closes before it is {float(inputs['rollout_lifetime']):g} years old (rollout.lifetime)"
    )
    fix = "let it fall later or less, or write a shorter lifetime"
    _add(problems, document, ("rollout", "table", falls[0]), found, fix)


def _add(problems: Problems, document: Document, path: KeyPath, found: str, fix: str) -> None:
    problems.add(str(document.place(path)), ".".join(map(str, path)), found, fix)
