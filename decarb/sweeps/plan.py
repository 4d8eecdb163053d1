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
from typing import Any, Final

import numpy as np
import xarray as xr

from decarb import model
from decarb.analysis.levers import Lever
from decarb.analysis.study import Moved, Study, check_straight, inputs_with, moved, study_of, targets_of
from decarb.errors import CallError, DecarbError, InputError
from decarb.nation.fused import PROVINCIAL, SERIES
from decarb.pathway.rules import Target
from decarb.pathway.targets import TARGETS
from decarb.sweeps import sites
from decarb.sweeps.axes import Axes, Axis, check_apart
from decarb.sweeps.design import AxisSpec, SweepDesign
from decarb.sweeps.distributions import Distribution, distribution_of
from decarb.sweeps.sample import Sampling, read_points
from decarb.variables import did_you_mean

Progress = Callable[[str, int, int], None]

KEPT: Final = (
    "gross_co2", "net_co2", "net_ghg", "nonfossil_share", "wind_solar_capacity", "grid_factor_average",
    "adopted_zones", "park_emissions", "claimed_net_emissions", "claims_gap",
)  # fmt: skip
"""National series that a sweep keeps where nothing else is asked for."""
DIRECT_TO: Final = 10_000  # scenarios whose hours are simulated one by one where `dispatch` is auto
BETWEEN: Final = 0.37  # of an axis: where its straight line is checked
FARTHEST: Final = 1e-9  # quantile taken for the end of a distribution that has none
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
    known = (*SERIES, PROVINCIAL)
    unknown = sorted(set(keep) - set(known))
    if unknown:
        raise CallError(f"{unknown[0]}: no national series is called so; {did_you_mean(unknown[0], known)}")
    said = progress or (lambda what, done, of: None)
    of = len(design.axes) + 1
    said("weather of the base scenario", 0, of)
    study = study_of(design.base)
    axes, distributions, levers = [], [], []
    for number, spec in enumerate(design.axes):
        said(f"axis {spec.name}", number + 1, of)
        axis, distribution, lever = _axis(study, spec)
        axes.append(axis)
        distributions.append(distribution)
        levers.append(lever)
    check_apart(axes)
    _check_straight_together(study, axes, levers)
    sampling = _sampling(design, scenarios, axes, distributions)
    plan = _at_rest(study, sampling, tuple(axes), targets_of(targets) if targets else TARGETS,
                    tuple(dict.fromkeys([*KEPT, *keep])))  # fmt: skip
    return _with_hours(plan, dispatch or design.dispatch, said)


def _axis(study: Study, spec: AxisSpec) -> tuple[Axis, Distribution, Lever]:
    lever = study.lever(spec.name, None if spec.low is None or spec.high is None else (spec.low, spec.high))
    distribution = distribution_of(spec, lever.unit, lever.low, lever.high, lever.now)
    if lever.whole and not distribution.points:
        distribution = _whole(spec, distribution)
    ends = distribution.at(np.array([FARTHEST, 1.0 - FARTHEST]))
    low, high = (float(end if np.isfinite(end) else far)
                 for end, far in zip((distribution.low, distribution.high), ends, strict=True))  # fmt: skip
    if low == high:
        raise CallError(f"{spec.name}: from {low:g} to {high:g} {lever.unit} there is nothing to vary; leave it out")
    low, high = _allowed(study, lever, low, high)
    lever = replace(lever, low=low, high=high)
    return (
        Axis(spec.name, lever.unit, lever.by, lever.now, low, high, moved(study, lever, check=False)),
        distribution,
        lever,
    )


def _check_straight_together(study: Study, axes: Sequence[Axis], levers: Sequence[Lever]) -> None:
    """Check that inputs follow all axes at once in straight lines; where they do not, say which axis is at fault.

    Raises
    ------
    CallError
        One does not follow its axis, or two axes act on each other.
    """
    fields = [(axis, lever) for axis, lever in zip(axes, levers, strict=True) if lever.terms and not lever.whole]
    places = {axis.name: axis.low + BETWEEN * (axis.high - axis.low) for axis, _ in fields}
    values = np.array([[places.get(axis.name, axis.now) for axis in axes]])
    settings = {key: said for axis, lever in fields for key, said in lever.settings(places[axis.name]).items()}
    moving = Axes(tuple(axes), study.inputs)
    names = [name for axis, _ in fields for name in axis.changes]
    try:
        check_straight("the axes together", moving.at(values)[names].isel(scenario=0), inputs_with(study, settings))
    except (CallError, InputError):
        for _, lever in fields:
            moved(study, lever)
        raise


def _whole(spec: AxisSpec, distribution: Distribution) -> Distribution:
    """Return a uniform distribution over years as one over whole years, each as likely as another."""
    if distribution.kind != "uniform":
        raise CallError(f"{spec.name}: takes whole years; write distribution: uniform, choice or grid")
    years = range(round(distribution.low), round(distribution.high) + 1)
    return Distribution.choice(tuple(float(year) for year in years))


def _allowed(study: Study, lever: Lever, low: float, high: float) -> tuple[float, float]:
    """Return the part of a range that the scenario's own rules take.

    Raises
    ------
    CallError
        They take none of it.
    """
    scenario = study.scenario
    starts = [place for place in (lever.now, low, high, (low + high) / 2.0) if low <= place <= high]
    start = next((place for place in starts if lever.allowed(scenario, place)), None)
    if start is None:
        raise CallError(f"{lever.name}: {scenario.name} takes nothing from {low:g} to {high:g} {lever.unit}")
    return lever.furthest(scenario, start, low), lever.furthest(scenario, start, high)


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
            path = folder / f"{name}.nc"
            dataset.to_netcdf(path, engine="h5netcdf")
            hashes[name] = _digest(path.read_bytes())
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
    text = json.dumps(said, indent=1, allow_nan=False)
    (folder / PLAN).write_text(text, encoding="utf-8")
    return _digest(text.encode())


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
