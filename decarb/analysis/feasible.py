"""Two levers at once: where on their plane targets hold, what bounds that place, and what is missing if it is empty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Final

import numpy as np
import xarray as xr

from decarb.analysis.levers import Lever
from decarb.analysis.moves import Moves
from decarb.analysis.study import Study, margins, moved, study_of, targets_of, zone_at_rest
from decarb.errors import CallError, DecarbError
from decarb.pathway.judging import Target
from decarb.pathway.margins import margin_unit
from decarb.scenario.scenario import Scenario

POINTS: Final = 21  # of the grid, for each lever
OUTSIDE: Final = (1 / 16, 1 / 8, 1 / 4, 1 / 2, 1.0, 2.0, 4.0, 8.0)  # of the range, past each bound
ACROSS: Final = 9  # values of the other lever there
HALVINGS: Final = 8  # of the last step outside


def feasible_set(
    scenario: Study | Scenario | str | Path,
    target: str | Target | Sequence[str | Target],
    lever_x: str | Lever,
    lever_y: str | Lever,
    bounds_x: Sequence[object] | None = None,
    bounds_y: Sequence[object] | None = None,
    points: int = POINTS,
) -> xr.Dataset:
    """Return the margins of targets over two levers, and the line along which they just hold together.

    Parameters
    ----------
    scenario, target, lever_x, lever_y, bounds_x, bounds_y
        As for `decarb.analysis.solve.solve_for`, for each lever.
    points : int
        Of the grid for each lever, ends included.

    Returns
    -------
    xr.Dataset
        `margin` (target, x, y) in `margin_unit` (target); `holds` (x, y); `binding` (x, y), the target with the
        smallest margin beside its size; `boundary_x`, `boundary_y` and `boundary_target` (point), where the
        smallest margin crosses zero on the lines of the grid, by linear interpolation. The attributes name levers and
        units, and `limits`: the targets and ends of levers that bound the feasible set. Where it is empty:
        `best_x`, `best_y`, and the nearest relaxation: `relaxed_bound`, `relaxed_by` and `relaxed_share`, past that
        bound, and the point `relaxed_x`, `relaxed_y`, which lies outside; NaN and "" where none was found.

    Raises
    ------
    CallError
        As for `solve_for`, or both levers move the same input, or the grid has fewer than two points.
    """
    if points < 2:
        raise CallError(f"points: {points} make no grid; write 2 or more")
    study, targets = study_of(scenario), targets_of(target)
    levers = (study.lever(lever_x, bounds_x), study.lever(lever_y, bounds_y))
    inputs = (moved(study, levers[0]), moved(study, levers[1]))
    moves = Moves(inputs, study.inputs)
    shared = moves.shared()
    if shared is not None:
        raise CallError(f"both levers move {shared[-1]}; name two levers that move different inputs")
    asked = _Asked(study, targets, moves, zone_at_rest(study, *inputs))
    axes = tuple(_axis(lever, points) for lever in levers)
    relative, own = asked.grid(axes)
    least = np.where(np.isnan(relative), -np.inf, relative)
    boundary = _boundary(axes, least.min(axis=0), least)
    names = np.array([one.id for one in targets])
    plane = xr.Dataset(
        {
            "margin": (("target", "x", "y"), own),
            "holds": (("x", "y"), least.min(axis=0) >= 0.0),
            "binding": (("x", "y"), names[least.argmin(axis=0)]),
            "boundary_x": (("point",), boundary[:, 0]),
            "boundary_y": (("point",), boundary[:, 1]),
            "boundary_target": (("point",), names[boundary[:, 2].astype(int)]),
        },
        {"target": names, "x": axes[0], "y": axes[1], "margin_unit": ("target", [margin_unit(one) for one in targets])},
        {f"{key}_{axis}": value for axis, lever in zip("xy", levers, strict=True)
         for key, value in (("lever", lever.name), ("unit", lever.unit), ("now", lever.now), ("bounds", lever.origin))},
    )  # fmt: skip
    if bool(plane["holds"].any()):
        return plane.assign_attrs(limits="; ".join(_limits(plane, levers)))
    best = np.unravel_index(least.min(axis=0).argmax(), plane["holds"].shape)
    found = {f"best_{axis}": float(values[at]) for axis, values, at in zip("xy", axes, best, strict=True)}
    return plane.assign_attrs(limits="", **found, **_relaxation(asked, levers, axes))


def _axis(lever: Lever, points: int) -> np.ndarray:
    if lever.whole:
        return np.unique(np.linspace(lever.low, lever.high, points).round())
    return np.linspace(lever.low, lever.high, points)


@dataclass(frozen=True, eq=False)
class _Asked:
    """What is asked of a scenario: the margins of its targets wherever two levers stand."""

    study: Study
    targets: Sequence[Target]
    inputs: Moves
    zone: xr.Dataset | None

    def grid(self, axes: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        """Return relative margins and margins (target, x, y)."""
        pairs = np.array(list(product(*axes)))
        relative, own = margins(self.study, self.targets, self.inputs.at(pairs), self.zone)
        shape = (len(self.targets), *(axis.size for axis in axes))
        return relative.reshape(shape), own.reshape(shape)


def _boundary(axes: Sequence[np.ndarray], least: np.ndarray, margins_of: np.ndarray) -> np.ndarray:
    """Return x, y and the binding target wherever the least margin crosses zero along a line of the grid."""
    points: list[tuple[float, float, float]] = []
    for along in (0, 1):
        lines, values = np.moveaxis(least, along, 0), axes[along]
        for at, across in np.argwhere((lines[:-1] >= 0) != (lines[1:] >= 0)):
            before, after = lines[at, across], lines[at + 1, across]
            if not np.isfinite([before, after]).all():
                continue
            crossing = values[at] + (values[at + 1] - values[at]) * before / (before - after)
            fails = int(at + 1 if before >= 0 else at)
            place = (fails, int(across)) if along == 0 else (int(across), fails)
            other = axes[1 - along][across]
            point = (crossing, other) if along == 0 else (other, crossing)
            points.append((*point, float(margins_of[:, *place].argmin())))
    return np.array(sorted(set(points))).reshape(-1, 3)


def _limits(plane: xr.Dataset, levers: tuple[Lever, Lever]) -> list[str]:
    """Return the targets and the ends of levers that bound the feasible set."""
    found = sorted(set(plane["boundary_target"].values.tolist()))
    for axis, lever in zip("xy", levers, strict=True):
        ends = (("low", 0), ("high", -1))
        found += [f"the {end} end of {lever.name}" for end, at in ends if bool(plane["holds"].isel({axis: at}).any())]
    return found


def _relaxation(asked: _Asked, levers: tuple[Lever, Lever], axes: Sequence[np.ndarray]) -> dict[str, str | float]:
    """Return the bound that must give least, as a share of its range, for all targets to hold somewhere."""
    nearest: dict[str, str | float] = {
        "relaxed_bound": "", "relaxed_by": np.nan, "relaxed_share": np.inf, "relaxed_x": np.nan, "relaxed_y": np.nan,
    }  # fmt: skip
    for place, end in product((0, 1), ("low", "high")):
        lever = levers[place]
        other = np.unique(axes[1 - place][np.linspace(0, axes[1 - place].size - 1, ACROSS).round().astype(int)])
        found = _past(asked, levers, place, end, other, float(nearest["relaxed_share"]))
        if found is not None:
            share, value, across = found
            x, y = (value, across) if place == 0 else (across, value)
            nearest = {
                "relaxed_bound": f"the {end} end of {lever.name}", "relaxed_by": share * (lever.high - lever.low),
                "relaxed_share": share, "relaxed_x": x, "relaxed_y": y,
            }  # fmt: skip
    return nearest if nearest["relaxed_bound"] else nearest | {"relaxed_share": np.nan}


def _past(
    asked: _Asked, levers: tuple[Lever, Lever], place: int, end: str, other: np.ndarray, nearer_than: float
) -> tuple[float, float, float] | None:
    """Return how far past one bound a point holds [share of the range], and the point; None where none is nearer."""
    lever = levers[place]
    bound, width = (lever.low, -(lever.high - lever.low)) if end == "low" else (lever.high, lever.high - lever.low)

    def holding(shares: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        axes = [other, other]
        axes[place] = bound + width * shares
        relative, _ = asked.grid(axes)
        least = np.moveaxis(np.where(np.isnan(relative), -np.inf, relative).min(axis=0), place, 0)
        return (least >= 0.0).any(axis=1), least.argmax(axis=1)

    nearer = [share for share in OUTSIDE if share < nearer_than]
    shares = np.array([share for share in nearer if lever.allowed(asked.study.scenario, bound + width * share)])
    if not shares.size or lever.whole:
        return None
    try:
        holds, at = holding(shares)
    except DecarbError:  # the model refuses what lies too far outside
        shares = shares[shares <= OUTSIDE[2]]
        if not shares.size:
            return None
        holds, at = holding(shares)
    if not holds.any():
        return None
    first = int(holds.argmax())
    low, high, across = (shares[first - 1] if first else 0.0), float(shares[first]), int(at[first])
    for _ in range(HALVINGS // 2):
        inside = np.linspace(low, high, HALVINGS + 1)[1:]
        holds, at = holding(inside)
        first = int(holds.argmax())
        low, high, across = (inside[first - 1] if first else low), float(inside[first]), int(at[first])
    return high, bound + width * high, float(other[across])
