"""The dispatch of many parks over one year, as machine code.

Parks are the innermost axis, in padded blocks of `LANES`, so that one step of a block is a handful of vector
instructions; all parks of a block share one weather row. Every amount is an energy per step in one unit (MWh),
so a doubled park is a doubled array, bit for bit.

The state of a store is the energy it can still *deliver* (`level`): the discharging loss is paid on the way in.
Emptying a store is then an exact zero, and no store decays into subnormal numbers. A store without size moves an exact
zero, so every park has all `SLOTS`.
"""

from __future__ import annotations

from collections.abc import Callable

import numba
import numpy as np

from decarb.park.compiled import compiled

LANES = 32
SLOTS = 3  # stores in the order in which they are asked; the first one smooths, the others follow thresholds
PARK = (
    "wind",  # generation at capacity factor 1, energy per step
    "pv",  # the same for PV
    "chp",  # the same for combined heat and power
    "load",  # mean load, energy per step
    "export_limit",  # energy per step
    "import_limit",  # energy per step
    "pace",  # share of a change that the running mean of the net takes up in one step
)
STORE = (
    "power",  # most that is taken or given in a step, at the meter
    "level_limit",  # deliverable energy of the full store
    "efficiency",  # round trip, 0 < efficiency <= 1
    "inverse_efficiency",
    "retention",  # share of the level kept over one step
)
PARAMETERS = (*PARK, *(f"{name}_{slot}" for slot in range(SLOTS) for name in STORE))
THRESHOLDS = ("charge_below", "discharge_above")  # energy per step, in each tariff period
STATE = ("level_0", "level_1", "level_2", "mean")
FLOWS = (
    "grid_import", "grid_export", "curtailment", "unmet_load",
    "charge_0", "charge_1", "charge_2", "discharge_0", "discharge_1", "discharge_2",
)  # fmt: skip
SUMS = (*FLOWS[1:], "peak_import", "islanded_steps")  # over the year; import is summed in each period
OPERATIONS = 78  # a fused multiply-add, an addition, a product, a minimum, a comparison counts as one, per park-step

# min and max may assume that no NaN comes in; `dispatch` has checked that.
_FAST = {"contract", "nsz", "nnan"}


@numba.njit(inline="always")
def _exchange(up, down, level, power, level_limit, efficiency, inverse_efficiency):
    """Return what a store takes, what it gives, and its level afterwards; at most one of `up` and `down` is not 0."""
    charge = min(min(up, power), (level_limit - level) * inverse_efficiency)
    discharge = min(min(down, power), level)
    # Rounding must not lift the level over its limit: the next step would charge a negative amount.
    return charge, discharge, min(level + charge * efficiency - discharge, level_limit)


@numba.njit(inline="always")
def _step(
    net, charge_below, discharge_above, export_limit, import_limit, pace, mean,
    level_0, power_0, level_limit_0, efficiency_0, inverse_efficiency_0,
    level_1, power_1, level_limit_1, efficiency_1, inverse_efficiency_1,
    level_2, power_2, level_limit_2, efficiency_2, inverse_efficiency_2, zero,
):  # fmt: skip
    """Serve one step: own generation has served the load, then come the stores in their order, then the grid."""
    # The first store sees only what is new against the running mean. It neither buys nor sells past the grid's limits.
    mean = mean + pace * (net - mean)
    fast = net - mean
    charge_0, discharge_0, level_0 = _exchange(
        max(min(fast, net + import_limit), zero), max(min(-fast, export_limit - net), zero),
        level_0, power_0, level_limit_0, efficiency_0, inverse_efficiency_0,
    )  # fmt: skip
    net = net - charge_0 + discharge_0

    # The others take surplus, and grid power up to one threshold; they give where the net demand passes the other.
    charge_1, discharge_1, level_1 = _exchange(
        max(net + charge_below, zero), max(-net - discharge_above, zero),
        level_1, power_1, level_limit_1, efficiency_1, inverse_efficiency_1,
    )  # fmt: skip
    net = net - charge_1 + discharge_1
    charge_2, discharge_2, level_2 = _exchange(
        max(net + charge_below, zero), max(-net - discharge_above, zero),
        level_2, power_2, level_limit_2, efficiency_2, inverse_efficiency_2,
    )  # fmt: skip
    net = net - charge_2 + discharge_2

    surplus = max(net, zero)
    deficit = surplus - net
    grid_export = min(surplus, export_limit)
    grid_import = min(deficit, import_limit)
    return (
        grid_import, grid_export, surplus - grid_export, deficit - grid_import,
        charge_0, charge_1, charge_2, discharge_0, discharge_1, discharge_2, level_0, level_1, level_2, mean,
    )  # fmt: skip


def annual(lanes: int) -> Callable[..., None]:
    """Return the kernel for blocks of so many parks: the same rule, unrolled for them by the compiler."""

    @compiled(fastmath=_FAST, nogil=True)
    def annual_flows(wind, pv, chp, load, period, block_weather, parameters, thresholds, states, imports, sums):
        """Add up a year of flows for blocks of parks.

        Parameters
        ----------
        wind, pv, chp, load : float array (weather, step)
            Capacity factors, and load relative to its mean.
        period : int array (step,)
            The tariff period of each step: a row of `thresholds` and of `imports`.
        block_weather : int array (block,)
            The weather row that the parks of a block share.
        parameters : float array (block, parameter, lane)
            In the order of `PARAMETERS`.
        thresholds : float array (block, period, threshold, lane)
            In the order of `THRESHOLDS`; charge_below <= discharge_above, charge_below <= import_limit.
        states : float array (block, state, lane)
            Deliverable energies and the running mean of the net at the start, in the order of `STATE`; holds those at
            the end when the call returns.
        imports : float array (block, period, lane)
            Overwritten with the import in each period.
        sums : float array (block, sum, lane)
            Overwritten with the sums, and the highest import, in the order of `SUMS`.
        """
        zero, one = parameters.dtype.type(0), parameters.dtype.type(1)
        # Few arrays: the compiler proves of each pair that they do not overlap, and gives up where there are many.
        p = np.empty((len(PARAMETERS), lanes), parameters.dtype)
        limits = np.empty((thresholds.shape[1], 2, lanes), parameters.dtype)
        running = np.empty((len(STATE) + len(SUMS), lanes), parameters.dtype)
        bought_in = np.empty((thresholds.shape[1], lanes), parameters.dtype)
        for block in range(parameters.shape[0]):
            weather = block_weather[block]
            p[:] = parameters[block]
            limits[:] = thresholds[block]
            running[: len(STATE)] = states[block]
            running[len(STATE) :] = zero
            bought_in[:] = zero
            for step in range(wind.shape[1]):
                wind_now, pv_now, chp_now = wind[weather, step], pv[weather, step], chp[weather, step]
                load_now, now = load[weather, step], period[step]
                for i in range(lanes):
                    net = p[0, i] * wind_now + p[1, i] * pv_now + p[2, i] * chp_now - p[3, i] * load_now
                    (
                        bought, sold, lost, unmet, in_0, in_1, in_2, out_0, out_1, out_2,
                        running[0, i], running[1, i], running[2, i], running[3, i],
                    ) = _step(
                        net, limits[now, 0, i], limits[now, 1, i], p[4, i], p[5, i], p[6, i], running[3, i],
                        running[0, i] * p[11, i], p[7, i], p[8, i], p[9, i], p[10, i],
                        running[1, i] * p[16, i], p[12, i], p[13, i], p[14, i], p[15, i],
                        running[2, i] * p[21, i], p[17, i], p[18, i], p[19, i], p[20, i], zero,
                    )  # fmt: skip
                    bought_in[now, i] += bought
                    running[4, i] += sold
                    running[5, i] += lost
                    running[6, i] += unmet
                    running[7, i] += in_0
                    running[8, i] += in_1
                    running[9, i] += in_2
                    running[10, i] += out_0
                    running[11, i] += out_1
                    running[12, i] += out_2
                    running[13, i] = max(running[13, i], bought)
                    running[14, i] += one if bought + sold <= zero else zero
            states[block] = running[: len(STATE)]
            sums[block] = running[len(STATE) :]
            imports[block] = bought_in

    return annual_flows


annual_flows = annual(LANES)
annual_flows_alone = annual(1)


@compiled(fastmath=_FAST, nogil=True)
def step_flows(wind, pv, chp, load, period, park_weather, parameters, thresholds, states, flows):
    """Write every step of a few parks: the same rule as `annual_flows`, one park at a time.

    Parameters
    ----------
    wind, pv, chp, load : float array (weather, step)
    period : int array (step,)
    park_weather : int array (park,)
    parameters : float array (park, parameter)
    thresholds : float array (park, period, threshold)
    states : float array (park, state)
        At the start; holds those at the end when the call returns.
    flows : float array (park, flow + slot, step)
        Overwritten: the flows in the order of `FLOWS`, then the levels at the end of the step.
    """
    zero = parameters.dtype.type(0)
    for park in range(parameters.shape[0]):
        p = parameters[park]
        weather = park_weather[park]
        state = states[park]
        for step in range(wind.shape[1]):
            now = period[step]
            net = (
                p[0] * wind[weather, step] + p[1] * pv[weather, step] + p[2] * chp[weather, step]
                - p[3] * load[weather, step]
            )  # fmt: skip
            moved = _step(
                net, thresholds[park, now, 0], thresholds[park, now, 1], p[4], p[5], p[6], state[3],
                state[0] * p[11], p[7], p[8], p[9], p[10],
                state[1] * p[16], p[12], p[13], p[14], p[15],
                state[2] * p[21], p[17], p[18], p[19], p[20], zero,
            )  # fmt: skip
            for flow in range(len(FLOWS)):
                flows[park, flow, step] = moved[flow]
            for slot in range(SLOTS):
                flows[park, len(FLOWS) + slot, step] = moved[len(FLOWS) + slot]
            for row in range(len(STATE)):
                state[row] = moved[len(FLOWS) + row]
