"""From what a scenario says about its rollout, and the tables, to the arrays of the rollout."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import xarray as xr

from decarb.nation.adoption import CURVES
from decarb.nation.zones import ARCHETYPES, LEVELS
from decarb.scenario.fields import LAST_YEAR
from decarb.scenario.rollout_schema import CeilingSpec, RolloutSpec
from decarb.scenario.schema import ScenarioSpec
from decarb.scenario.stated import scalar, stated
from decarb.tables import Bound, table_array
from decarb.units import Quantity, stamp, strip

STATED: Final = {
    "anchor": "zone",
    "growth": "1/yr",
    "innovation": "1/yr",
    "imitation": "1/yr",
    "delay": "yr",
    "lifetime": "yr",
    "renewed_share": "1",
    "retrofit_age": "yr",
    "retrofit_share": "1",
}
"""Field of the rollout -> unit; its row of the tables and its input are `rollout_<field>`."""
CAPS: Final = {"build_rate": "zone/yr", "capacity_rate": "GW/yr"}
"""Field -> unit; there is no cap where it is left out."""


def rollout_inputs(spec: ScenarioSpec, bound: Bound = "value") -> dict[str, xr.DataArray]:
    """Return every input of the rollout: what the scenario states, and the tables' rows for all else.

    Parameters
    ----------
    spec : ScenarioSpec
    bound : {"value", "low", "high"}
        Which column of the parameter table fills what the scenario leaves out.

    Returns
    -------
    dict of str to xr.DataArray
        `scaled` [1], 0 for `clone`; `template_built` [1], 0 for `claim`; `rollout_curve` [1] (curve), 1 for the one
        that is chosen; `rollout_ceiling` [1], by level and archetype where the scenario tells them apart;
        `rollout_lists` and `rollout_table` [zone] in the years that they name; and one number for all other fields.
    """
    rollout = spec.rollout
    return {
        "scaled": stamp(xr.DataArray(float(rollout.mode != "clone")), "1"),
        "template_built": stamp(xr.DataArray(float(rollout.mode != "claim")), "1"),
        "rollout_curve": _one_hot(rollout.curve),
        "rollout_anchor_year": stamp(xr.DataArray(rollout.anchor_year), "1"),
        "rollout_ceiling": _ceiling(rollout, bound),
        "rollout_lists": _lists(rollout, bound),
        "rollout_table": _path(rollout.table or {}),
        "store_loss_change": stated(rollout.store_loss_change, "store_loss_change", "1/yr", bound),
        **{f"rollout_{field}": stated(getattr(rollout, field), f"rollout_{field}", unit, bound)
           for field, unit in STATED.items()},
        **{f"rollout_{field}": _cap(getattr(rollout, field), unit) for field, unit in CAPS.items()},
    }  # fmt: skip


def _one_hot(curve: str) -> xr.DataArray:
    chosen = [float(name == curve) for name in CURVES]
    return stamp(xr.DataArray(chosen, {"curve": list(CURVES)}, ("curve",)), "1")


def _ceiling(rollout: RolloutSpec, bound: Bound) -> xr.DataArray:
    """Return the ceiling of all zones, or by level and archetype: the lower of those that name a cohort."""
    everywhere = stated(rollout.ceiling, "rollout_ceiling", "1", bound)
    named = {name: getattr(rollout.ceiling_of, name) for name in CeilingSpec.model_fields}
    if all(own is None for own in named.values()):
        return everywhere
    of_level, of_archetype = (
        xr.DataArray([np.nan if named[name] is None else named[name].to("1") for name in names], {dim: list(names)})
        for dim, names in (("level", LEVELS), ("archetype", ARCHETYPES))
    )
    lower = xr.apply_ufunc(np.fmin, of_level, of_archetype)
    return stamp(lower.fillna(strip(everywhere, "1")), "1")


def _lists(rollout: RolloutSpec, bound: Bound) -> xr.DataArray:
    if rollout.lists is None:
        return table_array("parameters", "listed_zones", "year", bound=bound)
    return _path(rollout.lists)


def _path(stated: Mapping[int, Quantity]) -> xr.DataArray:
    """Return zones in the years that are named; NaN in the last year where none is."""
    values = {year: zones.to("zone") for year, zones in stated.items()} or {LAST_YEAR: np.nan}
    return stamp(xr.DataArray(list(values.values()), {"year": list(values)}, ("year",)), "zone")


def _cap(quantity: Quantity | None, unit: str) -> xr.DataArray:
    return stamp(xr.DataArray(np.inf), unit) if quantity is None else scalar(quantity, unit)
