"""A design and its weather, checked, free of units, and laid out as the dispatch kernel takes them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import xarray as xr

from decarb.errors import DecarbError
from decarb.park import kernel
from decarb.park.storage import STORES, deliverable_energy
from decarb.park.tariff import PERIODS
from decarb.units import strip
from decarb.variables import did_you_mean

TECHNOLOGIES: Final = ("wind", "pv", "chp")
SIZES: Final = {
    "wind_capacity": "MW",
    "pv_capacity": "MW",
    "chp_capacity": "MW",
    "annual_load": "MWh/yr",
    "import_limit": "MW",
    "export_limit": "MW",
}
STORE_SIZES: Final = {
    "power_rating": "MW",
    "energy_rating": "MWh",
    "round_trip_efficiency": "1",
    "minimum_state_of_charge": "1",
    "maximum_state_of_charge": "1",
    "self_discharge": "1/h",
}
THRESHOLDS: Final = {"charge_below": "MW", "discharge_above": "MW"}
DESIGN: Final = SIZES | STORE_SIZES | THRESHOLDS

HOURS_PER_YEAR: Final = 8760.0  # a year of the model is a calendar year without leap day
SMOOTHING_TIME: Final = 1.0  # h, an assumption: slower changes are left to the stores that follow


@dataclass(frozen=True)
class Layout:
    """Parks of a design in a row, and the weather they meet.

    Attributes
    ----------
    dims, shape, coords :
        Of the parks: every dimension of the design but `store` and `period`.
    stores : tuple of str
        The design's, in its order; `slots` says where each stands in the kernel.
    hours : float
        Length of a step [h].
    parameters, thresholds : float array (parameter, park), (period, threshold, park)
        As `decarb.park.kernel` names them, in MWh per step.
    series : tuple of float array (row, step)
        Capacity factors of `TECHNOLOGIES`, then load over its mean; `row` is that of each park.
    period : int array (step,)
    time : xr.DataArray
    """

    dims: tuple[Hashable, ...]
    shape: tuple[int, ...]
    coords: Mapping[Hashable, Any]
    stores: tuple[str, ...]
    slots: tuple[int, ...]
    hours: float
    parameters: np.ndarray
    thresholds: np.ndarray
    series: tuple[np.ndarray, ...]
    row: np.ndarray
    period: np.ndarray
    time: xr.DataArray


def layout(
    design: xr.Dataset, capacity_factor: xr.DataArray, load_shape: xr.DataArray, period: xr.DataArray | None
) -> Layout:
    """Return the arguments of `decarb.park.dispatch.dispatch` as the kernel takes them.

    Raises
    ------
    DecarbError
        As `dispatch` says.
    """
    sizes = _sizes(design)
    dims = {dim: n for size in sizes.values() for dim, n in size.sizes.items() if dim not in ("store", "period")}
    stores = _stores(design, sizes)
    asked = ("supercapacitor", *(name for name in stores if name != "supercapacitor"))
    slots = tuple(asked.index(name) for name in stores)
    place, weather = _weather(capacity_factor, load_shape, design, sizes)
    time = load_shape["time"]
    hours = HOURS_PER_YEAR / time.size
    now, periods = _periods(period, time, sizes, design)
    return Layout(
        dims=tuple(dims),
        shape=tuple(dims.values()),
        coords={name: coord for name, coord in design.coords.items() if set(coord.dims) <= set(dims)},
        stores=stores,
        slots=slots,
        hours=hours,
        parameters=_parameters(sizes, dims, slots, hours),
        thresholds=_thresholds(sizes, dims, periods) * hours,
        series=tuple(np.ascontiguousarray(weather[name]) for name in (*TECHNOLOGIES, "load")),
        row=_row_of_parks(dims, place, len(weather["load"])),
        period=now,
        time=time,
    )


def _sizes(design: xr.Dataset) -> dict[str, xr.Variable]:
    """Return the variables of `DESIGN` without units, each of them possible."""
    missing = [name for name in DESIGN if name not in design]
    if missing:
        raise DecarbError(f"dispatch: the design lacks {', '.join(missing)}")
    sizes = {name: strip(design[name], unit).variable for name, unit in DESIGN.items()}
    for name, size in sizes.items():
        endless = np.isposinf(size.values) if name == "discharge_above" else False
        wrong = ~((np.isfinite(size.values) & (size.values >= 0.0)) | endless)
        if wrong.any():
            raise DecarbError(f"dispatch: {name} must be finite and not negative; found {size.values[wrong][0]:g}")
    efficiency = sizes["round_trip_efficiency"].values
    if (efficiency <= 0.0).any() or (efficiency > 1.0).any():
        raise DecarbError(f"dispatch: round_trip_efficiency must lie above 0 and not above 1; found "
                          f"{efficiency.min():g} to {efficiency.max():g}")  # fmt: skip
    for low, high in (("minimum_state_of_charge", "maximum_state_of_charge"), ("charge_below", "discharge_above")):
        if bool((sizes[low] > sizes[high]).any()):
            raise DecarbError(f"dispatch: {low} lies above {high}; write it at or below")
    for name in ("maximum_state_of_charge", "self_discharge"):
        if (sizes[name].values > 1.0).any():
            raise DecarbError(f"dispatch: {name} must not lie above 1; found {float(sizes[name].max()):g}")
    for name in ("period", "store"):
        odd = [size for size in (*SIZES, *(STORE_SIZES if name == "period" else THRESHOLDS))
               if name in sizes[size].dims]  # fmt: skip
        if odd:
            raise DecarbError(f"dispatch: {_listed(odd)} must not vary over {name}")
    return sizes


def _stores(design: xr.Dataset, sizes: Mapping[str, xr.Variable]) -> tuple[str, ...]:
    """Return the stores of the design in its order."""
    if not any("store" in sizes[name].dims for name in STORE_SIZES) or "store" not in design.coords:
        raise DecarbError(f"dispatch: the design names no store; give {', '.join(STORE_SIZES)} a dimension store with "
                          f"some of {', '.join(STORES)}")  # fmt: skip
    names = tuple(map(str, design["store"].values))
    _check_names("store", names, STORES)
    return names


def _parameters(sizes: Mapping[str, xr.Variable], dims: Mapping[Hashable, int], slots: tuple[int, ...],
                hours: float) -> np.ndarray:  # fmt: skip
    """Return the kernel's parameters (parameter, park), amounts in MWh per step."""
    parks = int(np.prod(tuple(dims.values()), dtype=int))

    def flat(name: str, **inner: int) -> np.ndarray:
        return sizes[name].set_dims({**inner, **dims}).values.reshape((*inner.values(), parks))

    parameters = np.zeros((len(kernel.PARAMETERS), parks))
    at = kernel.PARAMETERS.index
    for name in ("wind", "pv", "chp"):
        parameters[at(name)] = flat(f"{name}_capacity") * hours
    parameters[at("load")] = flat("annual_load") / HOURS_PER_YEAR * hours
    parameters[at("export_limit")] = flat("export_limit") * hours
    parameters[at("import_limit")] = flat("import_limit") * hours
    parameters[at("pace")] = -np.expm1(-hours / SMOOTHING_TIME)
    store = {name: flat(name, store=len(slots)) for name in STORE_SIZES}
    efficiency = store["round_trip_efficiency"]
    of_stores: dict[str, Any] = {
        "power": store["power_rating"] * hours,
        "level_limit": deliverable_energy.__wrapped__(*(store[name] for name in tuple(STORE_SIZES)[1:5])),
        "efficiency": efficiency,
        "inverse_efficiency": 1.0 / efficiency,
        "retention": (1.0 - store["self_discharge"]) ** hours,
    }
    for name, values in of_stores.items():
        for slot, row in zip(slots, values, strict=True):
            parameters[at(f"{name}_{slot}")] = row
    return parameters


def _thresholds(sizes: Mapping[str, xr.Variable], dims: Mapping[Hashable, int],
                periods: Mapping[str, int]) -> np.ndarray:  # fmt: skip
    """Return the thresholds (period, threshold, park) [MW]; a store never buys past the import limit."""
    wide = {"period": max(sizes[name].sizes.get("period", 1) for name in THRESHOLDS), **dims}
    below, above = (sizes[name].set_dims(wide).values.reshape(wide["period"], -1) for name in THRESHOLDS)
    limit = sizes["import_limit"].set_dims(dims).values.reshape(-1)
    given = np.stack([np.minimum(below, limit), above], axis=1)
    return given[[periods.get(name, 0) for name in PERIODS]]


def _periods(period: xr.DataArray | None, time: xr.DataArray, sizes: Mapping[str, xr.Variable],
             design: xr.Dataset) -> tuple[np.ndarray, Mapping[str, int]]:  # fmt: skip
    """Return the number of each step's period, and where each period stands in the design."""
    varies = any("period" in sizes[name].dims for name in THRESHOLDS)
    if varies and "period" not in design.coords:
        raise DecarbError(f"dispatch: the design does not name its periods; label them with some of {_listed(PERIODS)}")
    known = {str(name): row for row, name in enumerate(design["period"].values)} if varies else {}
    _check_names("period", tuple(known), PERIODS)
    if period is None:
        if any(bool((sizes[name] != sizes[name].isel(period=0)).any())
               for name in THRESHOLDS if "period" in sizes[name].dims):  # fmt: skip
            raise DecarbError("dispatch: thresholds differ between periods; give the period of each step")
        return np.full(time.size, PERIODS.index("flat")), dict.fromkeys(PERIODS, 0)
    if period.dims != ("time",) or not period["time"].equals(time):
        raise DecarbError("dispatch: period and load_shape do not share their time axis; put both on one")
    now = np.full(time.size, -1)
    for number, name in enumerate(PERIODS):
        now[period.values == name] = number
    if (now < 0).any():
        _check_names("period", tuple(map(str, np.unique(period.values[now < 0]))), PERIODS)
    absent = [name for number, name in enumerate(PERIODS) if varies and name not in known and (now == number).any()]
    if absent:
        raise DecarbError(f"dispatch: the design has no thresholds in the period {_listed(absent)}; add them")
    return now, known


def _weather(capacity_factor: xr.DataArray, load_shape: xr.DataArray, design: xr.Dataset,
             sizes: Mapping[str, xr.Variable]) -> tuple[Hashable | None, dict[str, np.ndarray]]:  # fmt: skip
    """Return the weather's own dimension, if any, and capacity factors and load (row, step) by name."""
    factors, shape = strip(capacity_factor, "1"), strip(load_shape, "1")
    if not factors["time"].equals(shape["time"]):
        raise DecarbError("dispatch: capacity_factor and load_shape do not share their time axis; put both on one")
    places = [dim for dim in dict.fromkeys((*factors.dims, *shape.dims)) if dim not in ("technology", "time")]
    if len(places) > 1:
        raise DecarbError(f"dispatch: weather may vary over one dimension, not over {_listed(places)}")
    given = set(map(str, factors["technology"].values))
    unfed = [name for name in TECHNOLOGIES if name not in given and sizes[f"{name}_capacity"].values.any()]
    if unfed:
        raise DecarbError(f"dispatch: there is no capacity factor of {_listed(unfed)}, which the design builds; add it")
    place = places[0] if places else None
    found = {name: factors.sel(technology=name, drop=True) for name in TECHNOLOGIES if name in given} | {"load": shape}
    weather = {name: np.zeros((1, shape.sizes["time"])) for name in TECHNOLOGIES}
    for name, array in found.items():
        values = _at_named_places(array, design, place).transpose(..., "time").values
        wrong = ~(np.isfinite(values) & (values >= 0.0))
        if wrong.any():
            raise DecarbError(f"dispatch: {name} must be finite and not negative; found {values[wrong][0]:g}")
        weather[name] = values if values.ndim == 2 else values[None]
    rows = max(map(len, weather.values()))
    return place, {name: np.ascontiguousarray(np.broadcast_to(values, (rows, values.shape[1])))
                   for name, values in weather.items()}  # fmt: skip


def _at_named_places(weather: xr.DataArray, design: xr.Dataset, place: Hashable | None) -> xr.DataArray:
    """Return the weather of the design's places, in the design's order, where both name them."""
    if place not in weather.coords or place not in design.indexes:
        return weather
    missing = [name for name in design[place].values if name not in weather.indexes[place]]
    if missing:
        raise DecarbError(f"dispatch: there is no weather for {place} {_listed(missing)}")
    return weather.sel({place: design[place].values})


def _row_of_parks(dims: Mapping[Hashable, int], place: Hashable | None, rows: int) -> np.ndarray:
    """Return the weather row of each park."""
    shape = tuple(dims.values())
    if place not in dims:
        if rows > 1:
            raise DecarbError(f"dispatch: there is weather for {rows} of {place}; the design names none")
        return np.zeros(int(np.prod(shape, dtype=int)), np.int64)
    row = xr.Variable(place, np.arange(dims[place]) if rows > 1 else np.zeros(dims[place], np.int64))
    return row.set_dims(dims).values.reshape(-1)


def _check_names(kind: str, names: tuple[str, ...], known: tuple[str, ...]) -> None:
    for name in names:
        if name not in known:
            raise DecarbError(f'dispatch: "{name}" is no {kind}; {did_you_mean(name, known)}')
        if names.count(name) > 1:
            raise DecarbError(f"dispatch: the {kind} {name} stands twice; keep one")


def _listed(names: Iterable[object]) -> str:
    return ", ".join(map(str, names))
