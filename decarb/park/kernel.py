"""The dispatch of many parks over one year, as machine code.

Parks are the innermost axis, in padded blocks of `LANES`, so that one step of a block is a handful of vector
instructions; all parks of a block share one weather row. Every amount is an energy per step in one unit (MWh),
so a doubled park is a doubled array, bit for bit.

The state of a store is the energy it can still *deliver* (`level`): the discharging loss is paid on the way in.
Emptying a store is then an exact zero, and no store decays into subnormal numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numpy as np

LANES = 32
PARAMETERS = (
    "wind",  # generation at capacity factor 1, energy per step
    "pv",  # the same for PV
    "load",  # mean load, energy per step
    "charge_limit",  # energy per step, at the meter
    "discharge_limit",  # energy per step, at the meter
    "level_limit",  # deliverable energy of the full store
    "efficiency",  # round trip, 0 < efficiency <= 1
    "inverse_efficiency",
    "export_limit",  # energy per step
    "import_limit",  # energy per step
    "retention",  # share of the level kept over one step
)
FLOWS = ("grid_import", "grid_export", "curtailment", "charge", "discharge", "unmet_load")
OPERATIONS = 28  # a fused multiply-add, an addition, a product, a minimum or a maximum counts as one, per park-step

# min and max may assume that no NaN comes in; `dispatch` has checked that.
_FAST = {"contract", "nsz", "nnan"}


def compiled(**options: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return a numba compiler that caches on disk, or in memory where no folder can be written to."""

    def compiler(function: Callable[..., Any]) -> Callable[..., Any]:
        try:
            return numba.njit(cache=True, **options)(function)
        except RuntimeError:
            return numba.njit(**options)(function)

    return compiler


@numba.njit(inline="always")
def _step(net, level, charge_limit, discharge_limit, level_limit, efficiency, inverse_efficiency,
          export_limit, import_limit, zero):  # fmt: skip
    """Serve one step: own generation first, then the store, then the grid."""
    surplus = max(net, zero)
    deficit = surplus - net
    charge = min(min(surplus, charge_limit), (level_limit - level) * inverse_efficiency)
    discharge = min(min(deficit, discharge_limit), level)
    surplus = surplus - charge
    deficit = deficit - discharge
    grid_export = min(surplus, export_limit)
    grid_import = min(deficit, import_limit)
    # Rounding must not lift the level over its limit or below zero: the next step would charge a negative amount.
    level = min(max(level + charge * efficiency - discharge, zero), level_limit)
    return grid_import, grid_export, surplus - grid_export, charge, discharge, deficit - grid_import, level


@compiled(fastmath=_FAST, nogil=True)
def annual_flows(wind, pv, load, block_weather, parameters, levels, flows):
    """Add up a year of flows for blocks of parks.

    Parameters
    ----------
    wind, pv, load : float array (weather, step)
        Capacity factors, and load relative to its mean.
    block_weather : int array (block,)
        The weather row that the parks of a block share.
    parameters : float array (block, parameter, lane)
        In the order of `PARAMETERS`.
    levels : float array (block, lane)
        Deliverable energy at the start; holds the level at the end when the call returns.
    flows : float array (block, flow, lane)
        Overwritten with the sums over all steps, in the order of `FLOWS`.
    """
    zero = parameters.dtype.type(0)
    p = np.empty((len(PARAMETERS), LANES), parameters.dtype)
    level = np.empty(LANES, parameters.dtype)
    total = np.empty((len(FLOWS), LANES), parameters.dtype)
    for block in range(parameters.shape[0]):
        weather = block_weather[block]
        p[:] = parameters[block]
        level[:] = levels[block]
        total[:] = zero
        for step in range(wind.shape[1]):
            wind_now, pv_now, load_now = wind[weather, step], pv[weather, step], load[weather, step]
            for i in range(LANES):
                net = p[0, i] * wind_now + p[1, i] * pv_now - p[2, i] * load_now
                bought, sold, lost, charge, discharge, unmet, level[i] = _step(
                    net, level[i] * p[10, i], p[3, i], p[4, i], p[5, i], p[6, i], p[7, i], p[8, i], p[9, i], zero
                )
                total[0, i] += bought
                total[1, i] += sold
                total[2, i] += lost
                total[3, i] += charge
                total[4, i] += discharge
                total[5, i] += unmet
        levels[block] = level
        flows[block] = total


@compiled(fastmath=_FAST, nogil=True)
def step_flows(wind, pv, load, park_weather, parameters, levels, flows):
    """Write every step of a few parks: the same rule as `annual_flows`, one park at a time.

    Parameters
    ----------
    wind, pv, load : float array (weather, step)
    park_weather : int array (park,)
    parameters : float array (park, parameter)
    levels : float array (park,)
        Deliverable energy at the start; holds the level at the end when the call returns.
    flows : float array (park, flow + 1, step)
        Overwritten: the flows in the order of `FLOWS`, then the level at the end of the step.
    """
    zero = parameters.dtype.type(0)
    for park in range(parameters.shape[0]):
        p = parameters[park]
        weather = park_weather[park]
        level = levels[park]
        for step in range(wind.shape[1]):
            net = p[0] * wind[weather, step] + p[1] * pv[weather, step] - p[2] * load[weather, step]
            bought, sold, lost, charge, discharge, unmet, level = _step(
                net, level * p[10], p[3], p[4], p[5], p[6], p[7], p[8], p[9], zero
            )
            flows[park, 0, step] = bought
            flows[park, 1, step] = sold
            flows[park, 2, step] = lost
            flows[park, 3, step] = charge
            flows[park, 4, step] = discharge
            flows[park, 5, step] = unmet
            flows[park, 6, step] = level
        levels[park] = level
