"""Whether axes and correlations of a sweep file fit its method, and each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from decarb.errors import CallError, Problems
from decarb.scenario.document import Document, shown
from decarb.sweeps.copula import cholesky_factor
from decarb.sweeps.schema import MAX_AXES, AxisSpec, CorrelationSpec, SweepSpec
from decarb.variables import did_you_mean

UNCORRELATED: Final = ("saltelli", "grid", "table")


def check_axes(spec: SweepSpec, document: Document, axes: Sequence[AxisSpec], problems: Problems) -> None:
    """Note axes that the method does not take."""
    if spec.method == "table":
        if spec.axes:
            where = str(document.place(("axes",), key=True))
            problems.add(where, "axes", "the axes of a table are its columns", "delete axes, or choose another method")
        if spec.table is None:
            where = str(document.place(("method",)))
            problems.add(where, "method", "table needs a file", "add table: points.csv")
        return
    if spec.table is not None:
        where = str(document.place(("table",), key=True))
        problems.add(where, "table", f"method {spec.method} reads no table", "write method: table, or delete it")
    if not axes:
        where = str(document.place(("axes",), key=True))
        problems.add(where, "axes", "a sweep without an axis", "write the name of a lever with its distribution")
    if len(axes) > MAX_AXES:
        where = str(document.place(("axes",), key=True))
        problems.add(where, "axes", f"{len(axes)} axes are too many", f"write at most {MAX_AXES}")
    for axis in axes:
        if spec.method == "grid" and axis.distribution not in ("grid", "choice"):
            found, fix = f"{axis.distribution} is no grid", "write distribution: grid with points, or choice"
        elif spec.method == "grid" and "weights" in axis.stated:
            found, fix = "weights have no meaning in a grid, which takes all values", "delete them"
        elif spec.method != "grid" and axis.distribution == "grid":
            found, fix = f"method {spec.method} draws, and a grid is not drawn", "write distribution: choice"
        else:
            continue
        problems.add(axis.place("weights" if "weights" in found else "distribution"), f"axes.{axis.name}", found, fix)


def check_correlations(spec: SweepSpec, document: Document, axes: Sequence[AxisSpec], problems: Problems) -> None:
    """Note correlations of what is no axis, twice of one pair, with a method without them, or that contradict."""
    if not spec.correlations:
        return
    where = str(document.place(("correlations",), key=True))
    if spec.method in UNCORRELATED:
        reason = "its indices need independent axes" if spec.method == "saltelli" else "its rows are given"
        fix = "delete them, or write method: sobol"
        problems.add(where, "correlations", f"method {spec.method} takes none: {reason}", fix)
        return
    names, seen, before = tuple(axis.name for axis in axes), set(), len(problems.found)
    for number, one in enumerate(spec.correlations):
        for end, name in enumerate(one.between):
            if name not in names:
                at = ("correlations", number, "between", end)
                fix = did_you_mean(name, names)
                problems.add(str(document.place(at)), "correlations", f"{shown(name)} is no axis", fix)
        place, pair = str(document.place(("correlations", number))), frozenset(one.between)
        if len(pair) == 1:
            problems.add(place, "correlations", f"{shown(one.between[0])} with itself", "name two axes")
        elif pair in seen:
            problems.add(place, "correlations", "these two axes stand twice", "keep one value")
        seen.add(pair)
    if len(problems.found) == before:
        try:
            cholesky_factor(ranks(names, spec.correlations))
        except CallError as error:
            found, _, fix = str(error).partition("; ")
            problems.add(where, "correlations", found, fix)


def ranks(names: Sequence[str], correlations: Sequence[CorrelationSpec]) -> tuple[tuple[float, ...], ...]:
    """Return the rank correlation of every two axes: 1 on the diagonal, 0 where none is stated."""
    stated = {frozenset(one.between): one.value for one in correlations}
    return tuple(
        tuple(1.0 if one == other else stated.get(frozenset((one, other)), 0.0) for other in names) for one in names
    )
