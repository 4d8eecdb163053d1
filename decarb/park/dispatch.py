"""What a park generates, stores, buys and sells in a year, from its sizes and its weather."""

from __future__ import annotations

from typing import Final

import numpy as np
import xarray as xr

from decarb.errors import DecarbError
from decarb.park import kernel
from decarb.units import declare_units, stamp, strip

DESIGN: Final = {
    "wind_capacity": "MW",
    "pv_capacity": "MW",
    "annual_load": "MWh/yr",
    "power_rating": "MW",
    "energy_rating": "MWh",
    "round_trip_efficiency": "1",
    "minimum_state_of_charge": "1",
    "maximum_state_of_charge": "1",
    "self_discharge": "1/h",
    "import_limit": "MW",
    "export_limit": "MW",
}
HOURS_PER_YEAR: Final = 8760.0  # a year of the model is a calendar year without leap day
SPIN_UP_STEPS: Final = 720  # steps at the year's end that find the level the year starts with
BALANCE_TOLERANCE: Final = 1e-9  # of the load


def dispatch(design: xr.Dataset, capacity_factor: xr.DataArray, load_shape: xr.DataArray) -> xr.Dataset:
    """Return the annual energy flows of each park in `design`.

    Own generation serves the load first; what is left charges the store, then is sold, then curtailed; what is
    missing comes from the store, then from the grid. No price is looked at. The year ends with the store where it
    began: the starting level is found by running the last steps of the year beforehand. What a seasonal store gains
    beyond that is its `storage_change`; it is never negative, so no energy comes free.

    Parameters
    ----------
    design : xr.Dataset
        The variables of `DESIGN` in their units, on any dimensions; what lacks a dimension is broadcast.
    capacity_factor : xr.DataArray, [1], (technology, place, time)
        Technologies `wind` and `pv`. `place` is the one further dimension (a province, a weather seed); a design
        that has the dimension too meets its own weather.
    load_shape : xr.DataArray, [1], (time) or (place, time)
        Load relative to its mean over the year.

    Returns
    -------
    xr.Dataset
        [MWh/yr] `generation` (technology), `load`, `grid_import`, `grid_export`, `curtailment`, `charge`,
        `discharge`, `unmet_load`, and the change of stored energy at the meter `storage_change`.

    Raises
    ------
    DecarbError
        A size is negative, not finite or impossible, the series do not share their time axis, or there is no weather
        for a place of the design.
    """
    sizes, weather, place = _aligned(design, capacity_factor, load_shape)
    steps = weather["time"].size
    hours = HOURS_PER_YEAR / steps
    shape = tuple(sizes.sizes.values())
    flat, park_weather = _flatten(sizes, weather, place, hours)
    order = np.argsort(park_weather, kind="stable")
    blocks, block_weather, slots = _blocks(flat[:, order], park_weather[order])
    wind, pv, load = (np.ascontiguousarray(weather[name].values) for name in ("wind", "pv", "load"))

    levels = np.zeros((len(blocks), kernel.LANES))
    sums = np.empty((len(blocks), len(kernel.FLOWS), kernel.LANES))
    tail = slice(-min(SPIN_UP_STEPS, steps), None)
    kernel.annual_flows(wind[:, tail], pv[:, tail], load[:, tail], block_weather, blocks, levels, sums)
    start = levels.copy()
    kernel.annual_flows(wind, pv, load, block_weather, blocks, levels, sums)

    def unblock(values: np.ndarray) -> np.ndarray:
        flat_values = np.empty(order.size)
        flat_values[order] = values.reshape(-1)[slots]
        return flat_values.reshape(shape)

    annual = {name: unblock(np.ascontiguousarray(sums[:, index])) for index, name in enumerate(kernel.FLOWS)}
    annual["storage_change"] = unblock(levels - start)
    flows = xr.Dataset({name: (tuple(sizes.sizes), values) for name, values in annual.items()}, coords=sizes.coords)
    potential = _at_parks(weather, sizes, place).sum("time") * hours
    flows["generation"] = xr.concat(
        [sizes["wind_capacity"] * potential["wind"], sizes["pv_capacity"] * potential["pv"]],
        dim=xr.IndexVariable("technology", ["wind", "pv"]),
    )
    flows["load"] = sizes["annual_load"] / HOURS_PER_YEAR * potential["load"]
    return flows.assign({name: stamp(array, "MWh/yr") for name, array in flows.items()})


def dispatch_steps(design: xr.Dataset, capacity_factor: xr.DataArray, load_shape: xr.DataArray) -> xr.Dataset:
    """Return every step of the year for a few parks: mean powers [MW] over the step that starts at `time`.

    Takes the arguments of `dispatch`, follows the same rule, and adds `state_of_charge` [1] at the end of each step.
    """
    sizes, weather, place = _aligned(design, capacity_factor, load_shape)
    steps = weather["time"].size
    hours = HOURS_PER_YEAR / steps
    flat, park_weather = _flatten(sizes, weather, place, hours)
    wind, pv, load = (np.ascontiguousarray(weather[name].values) for name in ("wind", "pv", "load"))
    parameters = np.ascontiguousarray(flat.T)
    levels = np.zeros(len(parameters))
    series = np.empty((len(parameters), len(kernel.FLOWS) + 1, steps))
    tail = slice(-min(SPIN_UP_STEPS, steps), None)
    kernel.step_flows(wind[:, tail], pv[:, tail], load[:, tail], park_weather, parameters, levels, series[..., tail])
    kernel.step_flows(wind, pv, load, park_weather, parameters, levels, series)

    dims = (*sizes.sizes, "time")
    shape = tuple(sizes.sizes.values())
    coords = {**sizes.coords, "time": weather["time"]}

    def unflatten(values: np.ndarray) -> xr.DataArray:
        return xr.DataArray(values.reshape(*shape, steps), coords, dims)

    flows = xr.Dataset(
        {name: stamp(unflatten(series[:, index] / hours), "MW") for index, name in enumerate(kernel.FLOWS)}
    )
    here = _at_parks(weather, sizes, place)
    for technology in ("wind", "pv"):
        power = sizes[f"{technology}_capacity"] * here[technology]
        flows[f"{technology}_generation"] = stamp(power.transpose(*dims), "MW")
    flows["load"] = stamp((sizes["annual_load"] / HOURS_PER_YEAR * here["load"]).transpose(*dims), "MW")
    usable = sizes["maximum_state_of_charge"] - sizes["minimum_state_of_charge"]
    share = unflatten(series[:, -1]) / xr.where(deliverable_energy(sizes) > 0, deliverable_energy(sizes), 1.0)
    flows["state_of_charge"] = stamp(sizes["minimum_state_of_charge"] + usable * share, "1")
    return flows


@declare_units("MWh/yr", load="MWh/yr", grid_import="MWh/yr", unmet_load="MWh/yr")
def own_use(load: xr.DataArray, grid_import: xr.DataArray, unmet_load: xr.DataArray) -> xr.DataArray:
    """Return the load that own generation and stores met on site."""
    return load - grid_import - unmet_load


def deliverable_energy(sizes: xr.Dataset) -> xr.DataArray:
    """Return the energy [MWh] that the full store delivers: one way's loss is the root of the round trip."""
    usable = sizes["maximum_state_of_charge"] - sizes["minimum_state_of_charge"]
    return sizes["energy_rating"] * usable * np.sqrt(sizes["round_trip_efficiency"])


def check_energy_balance(flows: xr.Dataset, tolerance: float = BALANCE_TOLERANCE) -> None:
    """Raise `DecarbError` unless generation and supply equal use, for each park, to `tolerance` of its load.

    A park that generates more than it uses, or has no load at all, is measured by its generation.

    Notes
    -----
    generation + grid_import + discharge + unmet_load = load + grid_export + curtailment + charge
    """
    generation = flows["generation"].sum("technology")
    supply = generation + flows["grid_import"] + flows["discharge"] + flows["unmet_load"]
    use = flows["load"] + flows["grid_export"] + flows["curtailment"] + flows["charge"]
    gap = np.abs(supply - use)
    if not bool((gap <= tolerance * np.maximum(flows["load"], generation)).all()):
        raise DecarbError(f"energy balance: {float(gap.max()):.3g} MWh are missing or too many; at most {tolerance:g} "
                          "of load or generation may be")  # fmt: skip


def _aligned(design: xr.Dataset, capacity_factor: xr.DataArray,
             load_shape: xr.DataArray) -> tuple[xr.Dataset, xr.Dataset, str]:  # fmt: skip
    """Return sizes and weather, checked and free of units, and the name of the weather's own dimension."""
    missing = [name for name in DESIGN if name not in design]
    if missing:
        raise DecarbError(f"dispatch: the design lacks {', '.join(missing)}")
    sizes = xr.Dataset(dict(zip(DESIGN, xr.broadcast(*(strip(design[n], unit) for n, unit in DESIGN.items())),
                                strict=True)))  # fmt: skip
    factors, shape = strip(capacity_factor, "1"), strip(load_shape, "1")
    if not factors["time"].equals(shape["time"]):
        raise DecarbError("dispatch: capacity_factor and load_shape do not share their time axis; put both on one")
    places = [dim for dim in factors.dims if dim not in ("technology", "time")]
    if len(places) > 1:
        raise DecarbError(f"dispatch: weather may vary over one dimension, not over {', '.join(map(str, places))}")
    place = str(places[0]) if places else "place"
    if not places:
        factors = factors.expand_dims(place)
    weather = xr.Dataset(
        {
            "wind": factors.sel(technology="wind", drop=True),
            "pv": factors.sel(technology="pv", drop=True),
            "load": shape,
        }
    )
    weather = weather.map(lambda array: array.broadcast_like(weather["wind"])).transpose(place, "time")
    weather = _at_named_places(weather, sizes, place)
    for name, array in (*sizes.items(), *weather.items()):
        if not bool(np.isfinite(array).all()) or bool((array < 0).any()):
            raise DecarbError(f"dispatch: {name} must be finite and not negative; found {float(array.min()):g} to "
                              f"{float(array.max()):g}")  # fmt: skip
    efficiency = sizes["round_trip_efficiency"]
    if bool((efficiency <= 0).any() or (efficiency > 1).any()):
        raise DecarbError("dispatch: round_trip_efficiency must lie above 0 and not above 1")
    if bool((sizes["minimum_state_of_charge"] > sizes["maximum_state_of_charge"]).any()):
        raise DecarbError("dispatch: minimum_state_of_charge lies above maximum_state_of_charge")
    for name in ("maximum_state_of_charge", "self_discharge"):
        if bool((sizes[name] > 1).any()):
            raise DecarbError(f"dispatch: {name} must not lie above 1; found {float(sizes[name].max()):g}")
    return sizes, weather, place


def _at_named_places(weather: xr.Dataset, sizes: xr.Dataset, place: str) -> xr.Dataset:
    """Return the weather of the design's places, in the design's order, where both name them."""
    if place not in sizes.coords or place not in weather.coords or place not in sizes.dims:
        return weather
    missing = [str(name) for name in sizes[place].values if name not in weather.indexes[place]]
    if missing:
        raise DecarbError(f"dispatch: there is no weather for {place} {', '.join(missing)}")
    return weather.sel({place: sizes[place]})


def _at_parks(weather: xr.Dataset, sizes: xr.Dataset, place: str) -> xr.Dataset:
    """Return the weather without its own dimension where the design does not have it."""
    return weather if place in sizes.dims else weather.isel({place: 0}, drop=True)


def _flatten(sizes: xr.Dataset, weather: xr.Dataset, place: str, hours: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the kernel's parameters (parameter, park) in MWh per step, and the weather row of each park."""
    efficiency = sizes["round_trip_efficiency"]
    power = sizes["power_rating"] * hours
    by_name = {
        "wind": sizes["wind_capacity"] * hours,
        "pv": sizes["pv_capacity"] * hours,
        "load": sizes["annual_load"] / HOURS_PER_YEAR * hours,
        "charge_limit": power,
        "discharge_limit": power,
        "level_limit": deliverable_energy(sizes),
        "efficiency": efficiency,
        "inverse_efficiency": 1.0 / efficiency,
        "export_limit": sizes["export_limit"] * hours,
        "import_limit": sizes["import_limit"] * hours,
        "retention": (1.0 - sizes["self_discharge"]) ** hours,
    }
    dims = tuple(sizes.sizes)
    flat = np.stack([by_name[name].transpose(*dims).values.reshape(-1) for name in kernel.PARAMETERS])
    rows = xr.DataArray(np.arange(weather.sizes[place]), dims=place)
    if place not in sizes.dims and weather.sizes[place] > 1:
        raise DecarbError(f"dispatch: there is weather for {weather.sizes[place]} of {place}; the design names none")
    wanted = rows.broadcast_like(sizes["wind_capacity"]).transpose(*dims) if place in sizes.dims else None
    park_weather = np.zeros(flat.shape[1], np.int64) if wanted is None else wanted.values.reshape(-1)
    return flat, park_weather


def _blocks(flat: np.ndarray, park_weather: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pad parks, sorted by weather, into blocks of one weather each; `slots` is where each park went."""
    counts = np.bincount(park_weather)
    blocks_of = -(-counts // kernel.LANES)
    first_block = np.concatenate([[0], np.cumsum(blocks_of)[:-1]])
    first_park = np.concatenate([[0], np.cumsum(counts)[:-1]])
    slots = first_block[park_weather] * kernel.LANES + np.arange(park_weather.size) - first_park[park_weather]
    padded = np.zeros((len(flat), int(blocks_of.sum()) * kernel.LANES))
    padded[:, slots] = flat
    blocks = padded.reshape(len(flat), -1, kernel.LANES).transpose(1, 0, 2)
    block_weather = np.repeat(np.arange(counts.size), blocks_of)
    return np.ascontiguousarray(blocks), block_weather, slots
