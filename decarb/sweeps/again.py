"""Scenarios of a sweep computed once more from their seed, with all that the store does not keep."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import xarray as xr

from decarb import model
from decarb.errors import CallError
from decarb.nation import template
from decarb.park.dispatch import dispatch_steps
from decarb.sweeps.plan import Plan
from decarb.sweeps.run import plan_at
from decarb.sweeps.sample import rows
from decarb.variables import did_you_mean


def regenerate(store: str | Path, scenarios: Sequence[int]) -> model.Evaluation:
    """Return chosen scenarios of a sweep in full: every province and sector, zones, hours simulated.

    The chain is the one of a single run, not the fused one, and hours are simulated where the sweep interpolated them.

    Parameters
    ----------
    store : str or Path
        Of a sweep, whole or not.
    scenarios : sequence of int
        Their numbers; up to a few hundred at once, of 0.5 MiB each.

    Returns
    -------
    Evaluation
        Along `scenario`, with their numbers.

    Raises
    ------
    CallError
        The sweep has no such scenario, or one whose axes lie outside what the base scenario takes.
    DecarbError
        The model refuses one.
    """
    plan = plan_at(store)
    inputs, numbers = _inputs(plan, scenarios)
    found = model.evaluate(inputs, plan.series)
    parts = {name: getattr(found, name) for name in ("annual", "zone", "base")}
    return model.Evaluation(**{
        name: part.assign_coords(scenario=numbers) if "scenario" in part.dims else part for name, part in parts.items()
    })  # fmt: skip


def regenerate_hours(store: str | Path, scenarios: Sequence[int], province: str, archetype: str) -> xr.Dataset:
    """Return the hours of one kind of site in chosen scenarios of a sweep: the template on its own load.

    Parameters
    ----------
    store : str or Path
        Of a sweep, whole or not.
    scenarios : sequence of int
        Their numbers.
    province, archetype : str
        Where the site stands, and of what kind it is.

    Returns
    -------
    xr.Dataset, (scenario, ..., time)
        Mean powers [MW] over the hour that starts at `time`, as `decarb.park.dispatch.dispatch_steps` gives them; no
        `scenario` where no axis moves a site.

    Raises
    ------
    CallError
        The sweep has no such scenario, or the nation no such place or kind.
    """
    plan = plan_at(store)
    inputs, numbers = _inputs(plan, scenarios)
    design, factor = template.design_on_site(inputs), plan.series["capacity_factor"]
    for dim, wanted in (("province", province), ("archetype", archetype)):
        known = tuple(map(str, plan.inputs[dim].values))
        if wanted not in known:
            raise CallError(f'"{wanted}" is no {dim}; {did_you_mean(wanted, known)}')
        design = design.sel({dim: wanted}, drop=True) if dim in design.dims else design
        factor = factor.sel({dim: wanted}, drop=True) if dim in factor.dims else factor
    steps = dispatch_steps(design, factor, plan.series["load_shape"], plan.series["period"])
    return steps.assign_coords(scenario=numbers) if "scenario" in steps.dims else steps


def _inputs(plan: Plan, scenarios: Sequence[int]) -> tuple[xr.Dataset, np.ndarray]:
    """Return the inputs of chosen scenarios, and their numbers."""
    wanted, last = np.atleast_1d(np.asarray(scenarios)), plan.sampling.size - 1
    if not wanted.size:
        raise CallError(f"no scenario is named; name some of 0 to {last}")
    wrong = [one for one in wanted.ravel().tolist() if not isinstance(one, int) or not 0 <= one <= last]
    if wrong or wanted.ndim > 1:
        raise CallError(f"scenario {wrong[0] if wrong else wanted.tolist()}: this sweep has scenarios 0 to {last}")
    values = np.concatenate([rows(plan.sampling, number, 1) for number in wanted.tolist()])
    _check_taken(plan, wanted, values)
    return plan.inputs.assign(plan.moved.at(values)), wanted.astype(np.int64)


def _check_taken(plan: Plan, numbers: np.ndarray, values: np.ndarray) -> None:
    for axis, column in zip(plan.axes, values.T, strict=True):
        refused = np.flatnonzero(~axis.allows(column))
        if refused.size:
            unit = "" if axis.unit == "1" else f" {axis.unit}"
            found = f"{axis.name} is {column[refused[0]]:.6g}{unit}, and the base scenario takes {axis.low:.6g} to"
            raise CallError(
                f"scenario {numbers[refused[0]]} was not computed: {found} {axis.high:.6g}{unit}; name another"
            )
