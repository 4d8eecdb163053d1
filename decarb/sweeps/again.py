"""Scenarios of a sweep computed once more from their seed, with all that the store does not keep."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import xarray as xr

from decarb import model
from decarb.errors import CallError
from decarb.sweeps.run import plan_at
from decarb.sweeps.sample import rows


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
        The sweep has no such scenario.
    DecarbError
        The model refuses one.
    """
    plan = plan_at(Path(store))
    wanted = np.atleast_1d(np.asarray(scenarios))
    wrong = [number for number in wanted.tolist() if number != int(number) or not 0 <= number < plan.sampling.size]
    if wrong or not wanted.size:
        last = plan.sampling.size - 1
        raise CallError(
            f"scenario {wrong[0] if wrong else ''}: this sweep has scenarios 0 to {last}".replace(" :", ":")
        )
    values = np.concatenate([rows(plan.sampling, int(number), 1) for number in wanted])
    inputs = plan.inputs.assign(plan.moved.at(values))
    found = model.evaluate(inputs, plan.series)
    numbers = {"scenario": wanted.astype(np.int64)}
    given = {
        name: xr.Dataset(dataset).assign_coords(numbers) if "scenario" in dataset.dims else dataset
        for name, dataset in (("annual", found.annual), ("zone", found.zone), ("base", found.base))
    }
    return model.Evaluation(**given)
