"""Where targets hold: the few limits on a few axes within which most pathways meet them (scenario discovery)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import xarray as xr

from decarb.errors import CallError
from decarb.pathway.margins import MET
from decarb.sweeps.boxes import Box, Rows, learned, measured
from decarb.sweeps.discovery_words import ALL, pathways, sentences
from decarb.sweeps.outputs import (
    COMPUTED,
    binding,
    design_of,
    error_of_share,
    kinds_of_axes,
    rows_together,
    units_of_axes,
)
from decarb.variables import did_you_mean

UNDEFINED: Final = 2
"""Codes of `verdict`."""
DRAWN: Final = 200_000  # pathways at most
FEWEST: Final = 40  # pathways that meet, and that do not
DEPTH: Final = 3  # limits of a box
LEAF: Final = 0.01  # of the pathways, in a leaf of the tree


@dataclass(frozen=True, eq=False, repr=False)
class Discovery:
    """Where targets hold.

    Attributes
    ----------
    targets : tuple of str
        All of them are to hold.
    named : str
        As they were asked for: "all", or their names.
    axes : dict of str to str
        The axes with their units.
    pathways, met, undefined : int
        How many were computed; of those, how many meet the targets, and for how many one is undefined, which counts
        as not met.
    left_out : int
        Not computed.
    drawn : int
        Pathways that were looked at: one half to find the boxes, the other for what is said of them.
    boxes : tuple of Box
        The densest first; they do not overlap but for rounding. Of the pathways that meet the targets, or, where more
        than half do, of those that miss one.
    why : str
        Why there is no box, else "".
    kinds : mapping of str to str
        What the values of each axis are: a value, a factor on the base scenario, or a place in a range.
    error : float
        Standard error [1] of the share that meets the targets.
    """

    targets: tuple[str, ...]
    named: str
    axes: dict[str, str]
    pathways: int
    met: int
    undefined: int
    left_out: int
    drawn: int
    boxes: tuple[Box, ...]
    why: str = ""
    kinds: Mapping[str, str] = field(default_factory=dict)
    error: float = 0.0

    @property
    def of(self) -> str:
        """What the boxes tell apart: "met", or "missed" where more than half of the pathways meet the targets."""
        return "missed" if 2 * self.met > self.pathways else "met"

    def to_dataset(self) -> xr.Dataset:
        """Return the boxes: limits over (box, axis) in the axis' unit, NaN where open; shares [1] over `box`.

        The attribute `of` says whose shares: of pathways that met the targets, or of those that missed one.
        """
        limits = np.full((2, len(self.boxes), len(self.axes)), np.nan)
        names = list(self.axes)
        for at, box in enumerate(self.boxes):
            for one in box.conditions:
                limits[:, at, names.index(one.axis)] = one.low, one.high
        limits[np.isinf(limits)] = np.nan
        said = {
            "density": f"share of the pathways inside in which the targets are {self.of}",
            "density_error": "standard error of density",
            "coverage": f"share of all pathways in which they are {self.of} that lie inside",
            "mass": "share of all pathways that lie inside",
        }
        shares = {
            name: ("box", np.array([getattr(box, name) for box in self.boxes], float),
                   {"units": "1", "long_name": long_name})
            for name, long_name in said.items()
        }  # fmt: skip
        counts = {name: getattr(self, name) for name in ("pathways", "met", "undefined", "left_out", "drawn", "why")}
        return xr.Dataset(
            {"low": (("box", "axis"), limits[0]), "high": (("box", "axis"), limits[1]), **shares},
            {
                "box": np.arange(1, len(self.boxes) + 1),
                "axis": names,
                "axis_unit": ("axis", list(self.axes.values())),
                "axis_by": ("axis", [self.kinds.get(name, "") for name in names]),
            },
            {"targets": " ".join(self.targets), "of": self.of, **counts},
        )

    def __repr__(self) -> str:
        return f"Discovery({self.named!r}, {self.met:,} of {self.pathways:,}, {len(self.boxes)} boxes)"

    def __str__(self) -> str:
        return "\n".join(self.words())

    def words(self) -> list[str]:
        """Return where the targets hold, in sentences."""
        return sentences(self)


def discover(
    store: xr.Dataset,
    target: str | Sequence[str] = ALL,
    *,
    depth: int = DEPTH,
    leaf: float = LEAF,
    seed: int = 0,
) -> Discovery:
    """Return where a target holds, or several together.

    Parameters
    ----------
    store : xr.Dataset
        A whole sweep: `input` (scenario, axis), `status` (scenario), `verdict` (scenario, target), and the design as
        attribute `sweep`.
    target : str or sequence of str
        One target, several that are to hold together, or "all": every one that is not only shown beside.
    depth : int
        Limits of one box at most.
    leaf : float
        Share of the pathways that a leaf of the tree holds at least.
    seed : int
        Of the draw and of the halves.

    Raises
    ------
    CallError
        The Dataset is no whole sweep, it has no such target, or an option makes no sense.

    Notes
    -----
    Boxes are those of `decarb.sweeps.boxes.learned`. What is told of them is counted on the half that had no say in
    them. Rows of one group of a saltelli design share values of axes: a group is drawn whole and stays in one half.
    An undefined verdict counts as not met.

    References
    ----------
    Bryant & Lempert (2010), Technological Forecasting & Social Change 77, 34-49: density and coverage.
    """
    if depth < 1 or not 0.0 < leaf < 0.5:
        raise CallError(f"depth {depth} and leaf {leaf:g}: write a depth from 1 and a share above 0 and below 0.5")
    design = design_of(store)
    names = _targets(store, target)
    axes = units_of_axes(store)
    verdict = store["verdict"].sel(target=list(names)).values
    computed = np.flatnonzero(store["status"].values == COMPUTED)
    met = (verdict == MET).all(axis=1)
    together = rows_together(design, len(axes))
    size = max(together, 1)
    rng = np.random.default_rng(seed)
    at = _drawn(computed, size, rng)
    told = ~met if 2 * met[computed].sum() > computed.size else met
    rows = Rows(store["input"].isel(scenario=at).values, told[at], at // size, axes)
    found, why = _boxes(rows, rng, depth, leaf)
    undefined = int((verdict[computed] == UNDEFINED).any(axis=1).sum())
    return Discovery(
        names, target if isinstance(target, str) else " ".join(names), axes, computed.size, int(met[computed].sum()),
        undefined, met.size - computed.size, at.size, found, why, kinds_of_axes(store),
        error_of_share(met, store["status"].values == COMPUTED, together),
    )  # fmt: skip


def _targets(store: xr.Dataset, target: str | Sequence[str]) -> tuple[str, ...]:
    if target == ALL:
        return binding(store)
    names = (target,) if isinstance(target, str) else tuple(target)
    known = tuple(str(name) for name in store["target"].values)
    unknown = [name for name in names if name not in known]
    if unknown or not names:
        found = f'"{unknown[0]}" is no target of this sweep' if unknown else "no target is named"
        raise CallError(f"{found}; {did_you_mean(unknown[0] if unknown else '', known)}")
    return names


def _drawn(rows: np.ndarray, size: int, rng: np.random.Generator) -> np.ndarray:
    """Return rows of as many whole groups as may be looked at, drawn at random, in their order."""
    groups = np.unique(rows // size)
    most = max(1, DRAWN // size)
    if groups.size <= most:
        return rows
    return rows[np.isin(rows // size, rng.choice(groups, most, replace=False))]


def _boxes(rows: Rows, rng: np.random.Generator, depth: int, leaf: float) -> tuple[tuple[Box, ...], str]:
    """Return the boxes learned on one half of the groups and measured on the other, and why there are none."""
    fewer = min(int(rows.met.sum()), int((~rows.met).sum()))
    if fewer < FEWEST:
        return (), f"{pathways(fewer)} of {rows.met.size:,} {'is' if fewer == 1 else 'are'} too few to learn from"
    groups = np.unique(rows.groups)
    first = np.isin(rows.groups, rng.choice(groups, groups.size // 2, replace=False))
    learning, other = rows.where(first), rows.where(~first)
    if learning.met.all() or other.met.all() or not (learning.met.any() and other.met.any()):
        return (), "too few groups of pathways to learn from"
    told = learned(learning, depth=depth, leaf=leaf, seed=int(rng.integers(2**31)))
    boxes = [box for one in told if (box := measured(one, other)) is not None]
    boxes.sort(key=lambda box: -box.density)
    return tuple(boxes), "" if boxes else f"no box of up to {depth} limits does better than the whole"
