"""Sites of a sweep from a surface: built once over the sizes that its axes give them, then looked up."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
import xarray as xr
from dask.system import CPU_COUNT

from decarb import model
from decarb.errors import CallError
from decarb.nation import template
from decarb.park import surface
from decarb.park.compiled import at_home
from decarb.park.design import DESIGN
from decarb.park.surface_axes import of_sites, reach, reference, sized
from decarb.park.surface_record import address
from decarb.sweeps.axes import Axes
from decarb.sweeps.code import code_hash
from decarb.sweeps.durable import write_whole
from decarb.units import stamp, strip

Progress = Callable[[str, int, int], None]
Mapper = Callable[..., Iterable[float]]

NODES: Final = {1: (17,), 2: (13, 11), 3: (11, 9, 7), 4: (9, 7, 6, 6)}  # by how many axes the surface has
DIGITS: Final = 16  # of the two hashes in the name of a surface that is kept
POINTS: Final = 256  # at which its error is measured again
AT_ONCE: Final = 32  # of them in memory together
PERCENT: Final = 100.0
WORST: Final = 0.5  # percentage points of load, of import
FLOWS: Final = (
    "load", "own_use", "charge", "discharge", "storage_change", "grid_import", "grid_export", "curtailment",
    "curtailment_avoided", "generation", "wind_capacity", "pv_capacity", "power_rating", "energy_rating",
)  # fmt: skip
"""What the nation takes of a site, and what carries its balance."""
BY: Final = {
    "wind_capacity": "wind",
    "pv_capacity": "pv",
    "power_rating": "store_power",
    "energy_rating": "store_energy",
}


def surface_of_sites(inputs: xr.Dataset, axes: Axes, series: xr.Dataset, progress: Progress) -> xr.Dataset:
    """Return the surface of the sites that the axes can make, with its error measured again at random points.

    Parameters
    ----------
    inputs : xr.Dataset
        Of the base scenario.
    axes : Axes
    series : xr.Dataset
        Weather.
    progress : callable
        Called with what is done, how much of it, and of how much.

    Returns
    -------
    xr.Dataset
        As of `decarb.park.surface.build`; `worst_import_error` [%] in its attributes, of load at 256 points.

    Raises
    ------
    CallError
        The axes move what no surface knows, or its error is larger than half a point of load.
    """
    ends = [inputs.assign(axes.at(_corner(axes, end))).isel(scenario=0) for end in ("low", "high")]
    names = _names(inputs, ends)
    park = _park(inputs, names)
    room = template.room_in_zone(inputs, inputs["annual_load"]) if float(inputs["scaled"]) > 0.0 else xr.Dataset()
    factors = [max(_most(end, inputs, name) for end in (inputs, *ends)) for name in names]
    cells = xr.ones_like(model.site_of_template(inputs, series)["grid_import"].isel(vintage=0, drop=True)).drop_attrs()
    high = (reach(park, names, factors, room) * cells).transpose(..., "axis")

    def evaluate(points: xr.DataArray) -> xr.Dataset:
        built = inputs.assign(park).assign(sized(park, points)).assign(scaled=_plain(0.0), template_built=_plain(1.0))
        return model.site_of_template(built, series)

    box = (names, xr.zeros_like(high), high, NODES[len(names)])
    file = _file(address(inputs.assign(park), series, *box))
    with ThreadPoolExecutor(CPU_COUNT) as pool:
        said = partial(progress, "surface of sites")
        made = kept(file, lambda: surface.build(evaluate, *box, progress=said, mapper=pool.map))
        progress("error of the surface", 0, 1)
        made = surface.narrowed(made, [name for name in FLOWS if name in _known(made)])
        error = import_error(made, inputs, axes, series, pool.map)
    if not error <= WORST:
        file.unlink(missing_ok=True)
        raise CallError(f"surface: misses the import of a site by {error:.2g} % of its load, {WORST:g} % are allowed")
    return made.assign_attrs(worst_import_error=error, error_points=POINTS)


def import_error(made: xr.Dataset, inputs: xr.Dataset, axes: Axes, series: xr.Dataset, mapper: Mapper = map) -> float:
    """Return how far imports by the surface lie from those by the hours at random places of the axes.

    Both ways are those of the sweep, from the axes on; the largest gap over all sites and vintages, % of load.
    """
    low, high = (_corner(axes, end) for end in ("low", "high"))
    values = low + np.random.default_rng(0).random((POINTS, low.size)) * (high - low)

    def gap(part: np.ndarray) -> float:
        scenarios = inputs.assign(axes.at(part))
        true, near = model.site_of_template(scenarios, series), from_surface(made, inputs, scenarios)
        return float((abs(near["grid_import"] - true["grid_import"]) / true["load"]).max(skipna=False)) * PERCENT

    return float(np.max([*mapper(gap, np.array_split(values, -(-POINTS // AT_ONCE)))]))


def kept(file: Path, build: Callable[[], xr.Dataset]) -> xr.Dataset:
    """Return the surface that an earlier sweep kept in a file, or a new one that is kept for later.

    What is kept carries checksums, and is trusted no further than its error says, which every sweep measures again.
    """
    try:
        return xr.load_dataset(file, engine="h5netcdf", decode_timedelta=False)
    except (OSError, ValueError, KeyError, RuntimeError):
        made = build()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, bytes(made.to_netcdf(engine="h5netcdf", encoding={"node_values": {"fletcher32": True}})))
        for other in file.parent.glob("*.nc"):
            if other.name[-len(file.name) + DIGITS :] != file.name[DIGITS:]:
                other.unlink(missing_ok=True)  # of code that is no more
    except OSError:  # there is no place to keep it
        pass
    return made


def _file(name: str) -> Path:
    """Return where a surface is kept, by the hash of its content and of the code."""
    folder = at_home() / "surfaces"
    return folder / f"{name[:DIGITS]}-{code_hash()[:DIGITS]}.nc"


def from_surface(made: xr.Dataset, base: xr.Dataset, inputs: xr.Dataset) -> xr.Dataset:
    """Return the year of the sites of each scenario, as `decarb.model.site_of_template` would, by interpolation.

    Parameters
    ----------
    made : xr.Dataset
        As `surface_of_sites` returns it.
    base, inputs : xr.Dataset
        Of the base scenario, and of scenarios.
    """
    names = [str(name) for name in made["axis"].values]
    return of_sites(made, _park(base, names), template.design_on_site(inputs))


def _corner(axes: Axes, end: str) -> np.ndarray:
    return np.array([[getattr(axis, end) for axis in axes.each]])


def _names(inputs: xr.Dataset, ends: list[xr.Dataset]) -> tuple[str, ...]:
    """Return the axes of the surface: what moves, and the stores, which follow the plants of a site."""
    moved = {name for name in DESIGN if any(not end[name].equals(inputs[name]) for end in ends)}
    strange = sorted(moved - set(BY))
    if strange:
        raise CallError(f"surface: an axis moves {strange[0]}; a surface knows {', '.join(BY)}")
    if float(inputs["scaled"]) > 0.0 and moved & {"wind_capacity", "pv_capacity"}:
        moved |= {"power_rating", "energy_rating"}
    if {"power_rating", "energy_rating"} <= moved and all(_alike(end, inputs) for end in ends):
        return (*(name for size, name in BY.items() if size in moved and not name.startswith("store")), "store")
    return tuple(name for size, name in BY.items() if size in moved)


def _alike(end: xr.Dataset, inputs: xr.Dataset) -> bool:
    """Whether power and energy of the stores move in one proportion."""
    power, energy = (_ratio(end, inputs, name) for name in ("power_rating", "energy_rating"))
    return bool(np.ptp([*power, *energy]) <= 1e-9 * max(*power, 1.0))


def _ratio(end: xr.Dataset, inputs: xr.Dataset, name: str) -> list[float]:
    ours, theirs = (np.atleast_1d(strip(one[name], DESIGN[name]).values) for one in (inputs, end))
    return (theirs[ours > 0.0] / ours[ours > 0.0]).tolist()


def _most(end: xr.Dataset, inputs: xr.Dataset, name: str) -> float:
    sizes = [size for size, axis in BY.items() if axis == name] or ["power_rating", "energy_rating"]
    return max(max(_ratio(end, inputs, size)) for size in sizes)


def _park(inputs: xr.Dataset, names: list[str] | tuple[str, ...]) -> xr.Dataset:
    return reference(inputs, template.design_on_site(inputs), names)


def _plain(value: float) -> xr.DataArray:
    return stamp(xr.DataArray(value), "1")


def _known(made: xr.Dataset) -> set[str]:
    return {*map(str, made["output"].values), *map(str, made.data_vars)}
