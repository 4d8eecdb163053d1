"""A design made ready: its axes in the inputs of the model, and all that no axis moves, computed once and kept on disk.

A worker reads the plan from the folder beside the store: what is lost with a worker is read again, and no run depends
on what another machine would compute.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Final, get_args

import numpy as np
import xarray as xr

from decarb import model
from decarb.analysis.moves import Moved
from decarb.analysis.study import Study, study_of, targets_of
from decarb.errors import CallError, DecarbError
from decarb.nation.fused import PROVINCIAL, SERIES
from decarb.pathway.rules import Target
from decarb.pathway.targets import TARGETS
from decarb.sweeps import sites
from decarb.sweeps.axes import Axes, Axis
from decarb.sweeps.design import SweepDesign
from decarb.sweeps.distributions import Distribution
from decarb.sweeps.durable import flush_folders, write_whole
from decarb.sweeps.levers import axes_of
from decarb.sweeps.sample import Sampling, check_size, read_points
from decarb.sweeps.schema import Dispatch
from decarb.variables import did_you_mean

Progress = Callable[[str, int, int], None]

KEPT: Final = (
    "gross_co2", "net_co2", "net_ghg", "nonfossil_share", "wind_solar_capacity", "grid_factor_average",
    "adopted_zones", "park_emissions", "claimed_net_emissions", "claims_gap",
)  # fmt: skip
"""National series that a sweep keeps where nothing else is asked for."""
DIRECT_TO: Final = 10_000  # scenarios whose hours are simulated one by one where `dispatch` is auto
PROBES: Final = 999  # values of an axis that are looked at
PARTS: Final = ("inputs", "base", "site", "zone", "series", "surface")  # of a plan; the last one not in all
SAID: Final = ("name", "unit", "by", "now", "low", "high")  # of an axis
PLAN: Final = "plan.json"


@dataclass(frozen=True, eq=False, repr=False)
class Plan:
    """A sweep made ready.

    Attributes
    ----------
    sampling : Sampling
    axes : tuple of Axis
    targets : tuple of Target
    keep : tuple of str
        National series that are stored.
    inputs, base, site, zone, series : xr.Dataset
        Of the base scenario; `series` is its weather.
    moving : frozenset of {"power", "base", "site", "zone"}
        What an axis moves, and every scenario has of its own; `power` where it is power and heat alone of `base`.
    surface : xr.Dataset or None
        Annual results of sites, where they are interpolated instead.
    """

    sampling: Sampling
    axes: tuple[Axis, ...]
    targets: tuple[Target, ...]
    keep: tuple[str, ...]
    inputs: xr.Dataset
    base: xr.Dataset
    site: xr.Dataset
    zone: xr.Dataset
    series: xr.Dataset
    moving: frozenset[str]
    surface: xr.Dataset | None = None

    @cached_property
    def moved(self) -> Axes:
        """The axes over the inputs."""
        return Axes(self.axes, self.inputs)

    @property
    def dispatch(self) -> str:
        """How hours enter: `fixed` where no axis moves a site, else `direct` or `surface`."""
        return "fixed" if "site" not in self.moving else "direct" if self.surface is None else "surface"


def plan_of(
    design: SweepDesign,
    scenarios: int | None = None,
    *,
    dispatch: str | None = None,
    keep: Sequence[str] = (),
    targets: Sequence[str] | None = None,
    progress: Progress | None = None,
) -> Plan:
    """Return a design made ready for a number of scenarios.

    Parameters
    ----------
    design : SweepDesign
    scenarios : int, optional
        In place of the design's own; a grid and a table have their own.
    dispatch : {"direct", "surface", "auto"}, optional
        In place of the design's own. `auto` simulates hours up to 10,000 scenarios and interpolates beyond, where no
        more than four axes move a site.
    keep : sequence of str
        National series to store besides `KEPT`; `provincial_gross_co2` is by province and sector.
    targets : sequence of str, optional
        Targets to judge; by default all.
    progress : callable, optional
        Called with what is done, how many steps are done and how many there are.

    Raises
    ------
    CallError, InputError
        An axis is no lever, has no range, moves the weather or what another moves; a series or target is unknown.
    """
    check_asked(design, scenarios, dispatch=dispatch, keep=keep, targets=targets)
    said = progress or (lambda what, done, of: None)
    of = len(design.axes) + 1
    said("weather of the base scenario", 0, of)
    study = study_of(design.base)
    axes, distributions = axes_of(study, design, lambda what, done: said(what, done, of))
    sampling = _sampling(design, scenarios, axes, distributions)
    plan = _at_rest(study, sampling, axes, targets_of(targets) if targets else TARGETS,
                    tuple(dict.fromkeys([*KEPT, *keep])))  # fmt: skip
    return _with_hours(plan, dispatch or design.dispatch, said)


def check_asked(
    design: SweepDesign,
    scenarios: int | None = None,
    *,
    dispatch: str | None = None,
    keep: Sequence[str] = (),
    targets: Sequence[str] | None = None,
) -> None:
    """Check what is asked of a design, as `plan_of` takes it, before any work.

    Raises
    ------
    CallError, InputError
        A series, target or way of dispatch is unknown, or the number of scenarios cannot be.
    """
    known = (*SERIES, PROVINCIAL)
    for name in keep:
        if name not in known:
            raise CallError(f'"{name}": no national series is called so; {did_you_mean(name, known)}')
    if dispatch is not None and dispatch not in get_args(Dispatch):
        fix = did_you_mean(dispatch, get_args(Dispatch))
        raise CallError(f'dispatch: "{dispatch}" is no way to take the hours in; {fix}')
    if targets:
        targets_of(targets)
    check_size(design, scenarios)


def beyond(plan: Plan) -> tuple[str, ...]:
    """Return a sentence for each axis some of whose values no scenario takes: those scenarios are not computed."""
    said = []
    for number, (axis, spread) in enumerate(zip(plan.axes, plan.sampling.distributions, strict=True)):
        table = plan.sampling.table
        values = spread.at(np.linspace(0.0, 1.0, PROBES + 2)[1:-1]) if table is None else table[:, number]
        share = 1.0 - float(axis.allows(values).mean())
        if share > 0.0:
            unit = "" if axis.unit == "1" else f" {axis.unit}"
            taken = f"of {values.min():.6g} to {values.max():.6g} it takes {axis.low:.6g} to {axis.high:.6g}{unit}"
            said.append(f"axis {axis.name}: the base scenario refuses {100.0 * share:.2g} % of its values; {taken}")
    return tuple(said)


def _sampling(
    design: SweepDesign, scenarios: int | None, axes: Sequence[Axis], distributions: Sequence[Distribution]
) -> Sampling:
    table = None
    if design.table is not None:
        table = read_points(design.table, {axis.name: axis.unit for axis in axes})
    return Sampling.of(design, tuple(distributions), scenarios, table)


def _at_rest(study: Study, sampling: Sampling, axes: tuple[Axis, ...], targets: tuple[Target, ...],
             keep: tuple[str, ...]) -> Plan:  # fmt: skip
    """Return a plan with what no axis moves: what it does move carries `scenario` for two values of each."""
    inputs, series = study.inputs, study.series
    base = model.base_year(inputs)
    site = model.site_of_template(inputs, series)
    zone = model.zone_of_sites(inputs, base, site)
    marked = inputs.assign(Axes(axes, inputs).at(np.array([[axis.low for axis in axes]])))
    base_marked = model.base_year(marked)
    sites_marked = model.site_of_template(marked, series)
    zones_marked = model.zone_of_sites(marked, base_marked, sites_marked)
    found = {"base": base_marked, "site": sites_marked, "zone": zones_marked}
    moving = {name for name, dataset in found.items() if _moves(dataset)}
    if "base" in moving and not _moves(base_marked.drop_vars(list(model.power_and_heat(inputs, base["base_level"])))):
        moving = moving - {"base"} | {"power"}
    return Plan(sampling, axes, targets, keep, inputs, base, site, zone, series, frozenset(moving))


def _moves(dataset: xr.Dataset) -> bool:
    return "scenario" in dataset.dims


def _with_hours(plan: Plan, dispatch: str, said: Progress) -> Plan:
    """Return the plan with the surface that stands for hours, where an axis moves a site and one is wanted.

    Raises
    ------
    CallError
        A surface is wanted, and the axes move something that it does not know.
    """
    if "site" not in plan.moving or dispatch == "direct":
        return plan
    if dispatch == "auto" and plan.sampling.size <= DIRECT_TO:
        return plan
    try:
        found = sites.surface_of_sites(plan.inputs, plan.moved, plan.series, said)
    except CallError as error:
        if dispatch == "auto":
            return plan
        raise CallError(f"{error}; write dispatch: direct") from None
    return replace(plan, surface=found)


def write_plan(plan: Plan, folder: Path) -> str:
    """Write a plan into an empty folder and return its hash: that of every file in it."""
    parts = {name: getattr(plan, name) for name in PARTS}
    parts |= {f"axis{number}": axis.moved.inputs for number, axis in enumerate(plan.axes)}
    hashes = {}
    for name, dataset in parts.items():
        if dataset is not None:
            # In memory first: a full disk under an open HDF5 file ends the process.
            content = bytes(dataset.to_netcdf(engine="h5netcdf"))
            write_whole(folder / f"{name}.nc", content)
            hashes[name] = _digest(content)
    said = {
        "sampling": plan.sampling.to_dict(),
        "axes": [
            {key: getattr(axis, key) for key in SAID} | {"places": axis.moved.places.tolist()} for axis in plan.axes
        ],
        "targets": [target.id for target in plan.targets],
        "keep": list(plan.keep),
        "moving": sorted(plan.moving),
        "files": hashes,
    }  # fmt: skip
    content = json.dumps(said, indent=1, allow_nan=False).encode()
    write_whole(folder / PLAN, content)
    flush_folders([folder])
    return _digest(content)


@lru_cache(maxsize=2)
def read_plan(folder: Path, digest: str) -> Plan:
    """Return the plan of a folder.

    Raises
    ------
    DecarbError
        A file is missing or not the one that was written.
    """
    text = _bytes(folder / PLAN, digest).decode()
    said: dict[str, Any] = json.loads(text)
    parts = {name: _dataset(folder / f"{name}.nc", checked) for name, checked in said["files"].items()}
    axes = tuple(
        Axis(**{key: one[key] for key in SAID}, moved=Moved(np.array(one["places"]), parts[f"axis{number}"]))
        for number, one in enumerate(said["axes"])
    )  # fmt: skip
    inputs, base, site, zone, series = (parts[name] for name in PARTS[:-1])
    return Plan(
        Sampling.from_dict(said["sampling"]), axes, targets_of(said["targets"]), tuple(said["keep"]), inputs, base,
        site, zone, series, frozenset(said["moving"]), parts.get(PARTS[-1]),
    )  # fmt: skip


def _dataset(path: Path, digest: str) -> xr.Dataset:
    _bytes(path, digest)
    read = xr.load_dataset(path, engine="h5netcdf", decode_timedelta=False)
    texts = {name: array.astype(str) for name, array in read.variables.items() if array.dtype == object}
    return read.assign_coords({name: array for name, array in texts.items() if name in read.coords})


def _bytes(path: Path, digest: str) -> bytes:
    try:
        found = path.read_bytes()
    except FileNotFoundError:
        found = b""
    if _digest(found) != digest:
        raise DecarbError(f"{path}: the plan of this sweep is damaged; start the sweep again in a new folder")
    return found


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
