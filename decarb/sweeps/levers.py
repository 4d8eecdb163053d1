"""The axes of a design looked up in its base scenario, with everything that is wrong with them told at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

import numpy as np

from decarb.analysis.levers import Lever
from decarb.analysis.study import Study, check_straight, inputs_with, moved
from decarb.errors import CallError, InputError, Problem, Problems, UnitError
from decarb.sweeps.axes import Axes, Axis
from decarb.sweeps.design import AxisSpec, SweepDesign
from decarb.sweeps.distributions import Distribution, distribution_of
from decarb.sweeps.points import Points, points_of
from decarb.units import unit_factor

BETWEEN: Final = 0.37  # of an axis: where its straight line is checked
MOST_VALUES: Final = 100  # of a list or table, that the scenario is asked about
FARTHEST: Final = 1e-9  # quantile taken for the end of a distribution that has none

Found = TypeVar("Found")


@dataclass(frozen=True)
class Spread:
    """An axis as it is written, the lever it moves, between the ends that a scenario takes, and how it is spread."""

    spec: AxisSpec
    lever: Lever
    distribution: Distribution
    between: float
    """A value that it takes, where its straight line is checked."""


def axes_of(
    study: Study, design: SweepDesign, said: Callable[[str, int], None]
) -> tuple[tuple[Axis, ...], tuple[Distribution, ...]]:
    """Return the axes of a design in the inputs of its base scenario, and how each is spread.

    Names, units and ends of all axes are checked before the first one is moved, which takes longer.

    Parameters
    ----------
    study : Study
        Of the base scenario.
    design : SweepDesign
    said : callable
        Called with the name of an axis before it is moved, and how many are looked at with it.

    Raises
    ------
    InputError
        With the place of every axis that is no lever, has no range, moves nothing or the weather, or what another
        moves, or does not go in straight lines.
    """
    table = None if design.table is None else points_of(design.table)
    spreads = _each(
        design.axes, lambda number, spec: _spread(study, spec, None if table is None else _column(table, number))
    )

    def axis_of(number: int, spec: AxisSpec) -> Axis:
        said(f"axis {spec.name}", number + 1)
        lever = spreads[number].lever
        return Axis(spec.name, lever.unit, lever.by, lever.now, lever.low, lever.high, moved(study, lever, check=False))

    axes = Axes(tuple(_each(design.axes, axis_of)), study.inputs)
    try:
        axes.check_apart()
        _check_straight_together(study, axes, spreads)
    except CallError as error:
        found, _, fix = str(error).partition("; ")
        raise InputError([Problem(str(design.path), "axes", found.removeprefix("axes "), fix)]) from None
    return axes.each, tuple(each.distribution for each in spreads)


def _each(specs: Sequence[AxisSpec], found: Callable[[int, AxisSpec], Found]) -> list[Found]:
    """Return what is found for each axis; what is wrong is told of all of them at once, each at its place."""
    every, problems = [], Problems()
    for number, spec in enumerate(specs):
        try:
            every.append(found(number, spec))
        except InputError as error:
            problems.found += error.problems
        except (CallError, UnitError) as error:
            what, _, fix = str(error).partition("; ")
            problems.add(spec.place(), f"axes.{spec.name}", what.removeprefix(f"{spec.name}: "), fix)
    problems.raise_if_any()
    return every


def _column(table: Points, number: int) -> Callable[[str], np.ndarray]:
    """Return what gives the values of a column in a unit."""
    return lambda unit: table.values[:, number] * unit_factor(table.units[number], unit)


def _spread(study: Study, spec: AxisSpec, column: Callable[[str], np.ndarray] | None) -> Spread:
    if spec.low is not None and spec.low == spec.high:
        raise CallError(f"{spec.low} in all scenarios is no axis; leave it out, and state it in the base scenario")
    lever = study.lever(spec.name, None if spec.low is None or spec.high is None else (spec.low, spec.high))
    distribution = distribution_of(spec, lever.unit, lever.low, lever.high, lever.now)
    values = None if column is None else column(lever.unit)
    if lever.whole and not distribution.points:
        distribution = _whole(distribution, values)
    ends = distribution.at(np.array([FARTHEST, 1.0 - FARTHEST]))
    low, high = (float(end if np.isfinite(end) else far)
                 for end, far in zip((distribution.low, distribution.high), ends, strict=True))  # fmt: skip
    if low == high:
        raise CallError(f"from {low:g} to {high:g}{_of(lever)} there is nothing to vary; leave it out")
    low, high = _allowed(study, lever, low, high)
    lever, own = replace(lever, low=low, high=high), distribution.points if values is None else values
    place = low + BETWEEN * (high - low)
    inside = [float(value) for value in np.unique(own) if low <= value <= high]
    _check_taken(study, lever, (inside or [place])[:MOST_VALUES])
    return Spread(spec, lever, distribution, min(inside, key=lambda value: abs(value - place)) if inside else place)


def _check_taken(study: Study, lever: Lever, values: Sequence[float]) -> None:
    """Check that the scenario takes what lies between the ends, as it does not where it takes whole years alone."""
    for value in values:
        if not lever.allowed(study.scenario, value):
            found = f"{study.scenario.name} refuses {value:.6g}{_of(lever)}{_why(study, lever, value)}"
            raise CallError(f"{found}; write distribution: choice, or grid, with values that it takes")


def _whole(distribution: Distribution, values: np.ndarray | None) -> Distribution:
    """Return a uniform distribution over years as one over whole years, each as likely as another."""
    if values is not None:
        broken = values[values != np.round(values)]
        if broken.size:
            raise CallError(f"{broken[0]:g} is no whole year; write whole ones")
        return distribution
    if distribution.kind != "uniform":
        raise CallError(f"{distribution.kind} is not over whole years; write distribution: uniform, choice or grid")
    years = range(round(distribution.low), round(distribution.high) + 1)
    return Distribution.choice(tuple(float(year) for year in years))


def _allowed(study: Study, lever: Lever, low: float, high: float) -> tuple[float, float]:
    """Return the part of a range that the scenario's own rules take.

    Raises
    ------
    CallError, InputError
        They take none of it.
    """
    scenario = study.scenario
    starts = [place for place in (lever.now, low, high, (low + high) / 2.0) if low <= place <= high]
    start = next((place for place in starts if lever.allowed(scenario, place)), None)
    if start is None:
        found = f"{scenario.name} takes nothing from {low:g} to {high:g}{_of(lever)}{_why(study, lever, low)}"
        fix = f"write values around {lever.now:g}" if lever.allowed(scenario, lever.now) else "leave it out"
        raise CallError(f"{found}; {fix}")
    return lever.furthest(scenario, start, low), lever.furthest(scenario, start, high)


def _why(study: Study, lever: Lever, place: float) -> str:
    """Return why the scenario refuses a place, in brackets."""
    if lever.variable:
        return ""
    try:
        lever.set_in(study.scenario, place)
    except InputError as error:
        return f" ({error.problems[0].found})"
    return ""


def _of(lever: Lever) -> str:
    return "" if lever.unit == "1" else f" {lever.unit}"


def _check_straight_together(study: Study, axes: Axes, spreads: Sequence[Spread]) -> None:
    """Check that inputs follow all axes at once in straight lines; where they do not, say which axis is at fault.

    Raises
    ------
    CallError
        One does not follow its axis, or two axes act on each other.
    """
    fields = [one for one in spreads if one.lever.terms and not one.lever.whole]
    if not fields:  # whole years alone, or variables, which no setting states
        return
    places = {one.spec.name: one.between for one in fields}
    values = np.array([[places.get(axis.name, axis.now) for axis in axes.each]])
    settings = {key: said for one in fields for key, said in one.lever.settings(one.between).items()}
    names = [name for axis in axes.each if axis.name in places for name in axis.moved.changes]
    try:
        check_straight("the axes together", axes.at(values)[names].isel(scenario=0), inputs_with(study, settings))
    except (CallError, InputError):
        for one in fields:
            moved(study, one.lever)
        raise
