"""What a park generates, stores, buys and sells in a year, from its sizes and its weather."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import xarray as xr

from decarb.errors import DecarbError
from decarb.park import kernel
from decarb.park.design import DESIGN, HOURS_PER_YEAR, TECHNOLOGIES, Layout, layout
from decarb.park.tariff import PERIODS
from decarb.units import declare_units, stamp, strip

__all__ = ["DESIGN", "HOURS_PER_YEAR", "blocks", "check_energy_balance", "dispatch", "dispatch_steps", "own_use"]

SPIN_UP: Final = 168.0  # h at the year's end that find the state which the year starts with
FEW: Final = 4  # parks that meet one weather: fewer are faster one by one than in a padded block
BALANCE_TOLERANCE: Final = 1e-9  # of the load

_LEFT: Final = ("grid_export", "curtailment", "unmet_load")
_MOVED: Final = ("charge", "discharge")


def dispatch(
    design: xr.Dataset,
    capacity_factor: xr.DataArray,
    load_shape: xr.DataArray,
    period: xr.DataArray | None = None,
) -> xr.Dataset:
    """Return the annual energy flows of each park in `design`.

    Own generation serves the load first. The supercapacitor evens out what is new against the mean of the last hour.
    The other stores, one after the other in the order of `store`, charge where the net demand lies below
    `charge_below` and discharge where it lies above `discharge_above`; with both at zero they take own surplus and
    serve own demand, and no price is looked at. What is left is sold, then curtailed; what is missing is bought. Ties
    are settled by the clock and by the file: of equal steps the earlier comes first, of equal stores the one named
    first, and own generation before the grid.

    The year ends with the stores where they began: the starting levels are found by running the last week of the year
    beforehand. What a seasonal store gains beyond that is its `storage_change`; it is never negative, so no energy
    comes free.

    Parameters
    ----------
    design : xr.Dataset
        The variables of `DESIGN` in their units; those of stores over `store`, any of `decarb.park.storage.STORES`,
        and the thresholds over `period`, or not. All other dimensions are of parks; what lacks one is broadcast.
    capacity_factor : xr.DataArray, [1], (technology, place, time)
        Technologies `wind`, `pv` and `chp`, where the design builds them. `place` is the one further dimension (a
        province, a weather seed); a design that has the dimension too meets its own weather.
    load_shape : xr.DataArray, [1], (time) or (place, time)
        Load relative to its mean over the year.
    period : xr.DataArray, (time), optional
        Tariff period of each step, of `decarb.park.tariff.PERIODS`. Without it every step is `flat`.

    Returns
    -------
    xr.Dataset
        [MWh/yr] `generation` (technology), `load`, `grid_import`, `grid_import_by_period` (period), `grid_export`,
        `curtailment`, `unmet_load`, `charge` (store), `discharge` (store), and the change of stored energy at the
        meter `storage_change` (store); [MW] `peak_import`, the highest mean of a step; [h/yr] `islanded_hours`, in
        which nothing is bought or sold.

    Raises
    ------
    DecarbError
        A size is negative, not finite or impossible, a store or period is unknown, the series do not share their time
        axis, or there is no weather for a place of the design.
    """
    parks = layout(design, capacity_factor, load_shape, period)
    few = parks.row.size < FEW * len(parks.series[0])
    lanes, annual_flows = (1, kernel.annual_flows_alone) if few else (kernel.LANES, kernel.annual_flows)
    parameters, thresholds, block_weather, lane = blocks(parks, lanes)
    states = np.zeros((len(parameters), len(kernel.STATE), lanes))
    imports = np.empty((len(parameters), len(PERIODS), lanes))
    sums = np.empty((len(parameters), len(kernel.SUMS), lanes))
    tail = _spin_up(parks)
    annual_flows(*(row[:, tail] for row in parks.series), parks.period[tail], block_weather, parameters,
                 thresholds, states, imports, sums)  # fmt: skip
    start = states.copy()
    annual_flows(*parks.series, parks.period, block_weather, parameters, thresholds, states, imports, sums)

    annual = dict(zip(kernel.SUMS, _unblocked(sums, lane).T, strict=True))
    bought = _unblocked(imports, lane)
    changes = _unblocked(states - start, lane)[:, : kernel.SLOTS]
    made = parks.parameters[: len(parks.series)] * np.stack([row.sum(axis=1)[parks.row] for row in parks.series])
    flows = {
        "generation": _array(parks, made[:-1].T, "MWh/yr", "technology"),
        "load": _array(parks, made[-1], "MWh/yr"),
        "grid_import": _array(parks, bought.sum(axis=1), "MWh/yr"),
        "grid_import_by_period": _array(parks, bought, "MWh/yr", "period"),
        **{name: _array(parks, annual[name], "MWh/yr") for name in _LEFT},
        **{name: _array(parks, _of_stores(parks, annual, name), "MWh/yr", "store") for name in _MOVED},
        "storage_change": _array(parks, changes[:, list(parks.slots)], "MWh/yr", "store"),
        "peak_import": _array(parks, annual["peak_import"] / parks.hours, "MW"),
        "islanded_hours": _array(parks, annual["islanded_steps"] * parks.hours, "h/yr"),
    }
    labels = {"technology": list(TECHNOLOGIES), "period": list(PERIODS), "store": list(parks.stores)}
    return xr.Dataset(flows, {**parks.coords, **labels})


def dispatch_steps(
    design: xr.Dataset,
    capacity_factor: xr.DataArray,
    load_shape: xr.DataArray,
    period: xr.DataArray | None = None,
) -> xr.Dataset:
    """Return every step of the year for a few parks: mean powers [MW] over the step that starts at `time`.

    Takes the arguments of `dispatch`, follows the same rule, and gives `wind_generation`, `pv_generation`,
    `chp_generation`, `load`, `grid_import`, `grid_export`, `curtailment`, `unmet_load`, (..., time), `charge` and
    `discharge`, (..., store, time), and `state_of_charge` [1] at the end of each step.
    """
    parks = layout(design, capacity_factor, load_shape, period)
    parameters = np.ascontiguousarray(parks.parameters.T)
    thresholds = np.ascontiguousarray(np.moveaxis(parks.thresholds, -1, 0))
    states = np.zeros((len(parameters), len(kernel.STATE)))
    steps = np.empty((len(parameters), len(kernel.FLOWS) + kernel.SLOTS, parks.time.size))
    tail = _spin_up(parks)
    kernel.step_flows(*(row[:, tail] for row in parks.series), parks.period[tail], parks.row, parameters, thresholds,
                      states, steps[..., tail])  # fmt: skip
    kernel.step_flows(*parks.series, parks.period, parks.row, parameters, thresholds, states, steps)

    powers = dict(zip(kernel.FLOWS, np.moveaxis(steps, 1, 0) / parks.hours, strict=False))
    flows = {}
    for name, size, series in zip((*TECHNOLOGIES, "load"), parks.parameters, parks.series, strict=False):
        power = (size / parks.hours)[:, None] * series[parks.row]
        flows[name if name == "load" else f"{name}_generation"] = _array(parks, power, "MW", "time")
    flows |= {name: _array(parks, powers[name], "MW", "time") for name in ("grid_import", *_LEFT)}
    flows |= {name: _array(parks, _of_stores(parks, powers, name), "MW", "store", "time") for name in _MOVED}
    levels = steps[:, len(kernel.FLOWS) :][:, list(parks.slots)]
    full = parks.parameters[[kernel.PARAMETERS.index(f"level_limit_{slot}") for slot in range(kernel.SLOTS)]].T
    full = full[:, list(parks.slots)]
    share = levels / np.where(full > 0.0, full, 1.0)[..., None]
    flows["state_of_charge"] = _array(parks, share, "1", "store", "time")
    result = xr.Dataset(flows, {**parks.coords, "store": list(parks.stores), "time": parks.time})
    low, high = (strip(design[f"{end}_state_of_charge"], "1") for end in ("minimum", "maximum"))
    charged = (low + (high - low) * result["state_of_charge"]).transpose(*result["state_of_charge"].dims)
    return result.assign(state_of_charge=stamp(charged, "1"))


@declare_units("MWh/yr", load="MWh/yr", grid_import="MWh/yr", unmet_load="MWh/yr")
def own_use(load: xr.DataArray, grid_import: xr.DataArray, unmet_load: xr.DataArray) -> xr.DataArray:
    """Return the load that own generation and stores met on site.

    Grid power that a store takes in counts as bought when it is bought, whatever it serves later: a park that fills
    its stores from the grid has an own use lower by their losses, and may have one below zero.
    """
    return load - grid_import - unmet_load


def check_energy_balance(flows: xr.Dataset, tolerance: float = BALANCE_TOLERANCE) -> None:
    """Raise `DecarbError` unless generation and supply equal use, for each park, to `tolerance` of its load.

    A park that generates more than it uses, or has no load at all, is measured by its generation.

    Notes
    -----
    generation + grid_import + discharge + unmet_load = load + grid_export + curtailment + charge, with generation
    summed over `technology`, charge and discharge over `store`.
    """
    generation = flows["generation"].sum("technology", skipna=False)
    given, taken = (flows[name].sum("store", skipna=False) for name in ("discharge", "charge"))
    supply = generation + flows["grid_import"] + given + flows["unmet_load"]
    use = flows["load"] + flows["grid_export"] + flows["curtailment"] + taken
    gap = np.abs(supply - use)
    if not bool((gap <= tolerance * np.maximum(flows["load"], generation)).all()):
        raise DecarbError(f"energy balance: {float(gap.max()):.3g} MWh are missing or too many; at most {tolerance:g} "
                          "of load or generation may be")  # fmt: skip


def _spin_up(parks: Layout) -> slice:
    """Return the steps that are run beforehand."""
    return slice(-min(max(round(SPIN_UP / parks.hours), 1), parks.time.size), None)


def _array(parks: Layout, values: np.ndarray, unit: str, *inner: str) -> xr.Variable:
    """Return values (park, *inner) on the dimensions of the parks."""
    return xr.Variable((*parks.dims, *inner), values.reshape((*parks.shape, *values.shape[1:])), {"units": unit})


def _of_stores(parks: Layout, flows: Mapping[str, np.ndarray], name: str) -> np.ndarray:
    """Return a flow of each store (park, store, ...) from those of the kernel's slots."""
    return np.stack([flows[f"{name}_{slot}"] for slot in range(kernel.SLOTS)], axis=1)[:, list(parks.slots)]


def _unblocked(values: np.ndarray, lane: np.ndarray) -> np.ndarray:
    """Return values (park, row) of blocks (block, row, lane)."""
    return values.transpose(0, 2, 1).reshape(-1, values.shape[1])[lane]


def blocks(parks: Layout, lanes: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return parameters and thresholds in padded blocks of one weather each, their weather, and each park's lane."""
    counts = np.bincount(parks.row)
    blocks_of = -(-counts // lanes)
    first_lane = (np.cumsum(blocks_of) - blocks_of) * lanes
    order = np.argsort(parks.row, kind="stable")
    rank = np.empty(order.size, np.int64)
    rank[order] = np.arange(order.size) - (np.cumsum(counts) - counts)[parks.row[order]]
    lane = first_lane[parks.row] + rank

    def blocked(values: np.ndarray) -> np.ndarray:
        padded = np.zeros((*values.shape[:-1], int(blocks_of.sum()) * lanes))
        padded[..., lane] = values
        return np.ascontiguousarray(np.moveaxis(padded.reshape(*values.shape[:-1], -1, lanes), -2, 0))

    return blocked(parks.parameters), blocked(parks.thresholds), np.repeat(np.arange(counts.size), blocks_of), lane
