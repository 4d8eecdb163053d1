"""What decides: how much of the spread of a number each axis accounts for, alone and with others.

Shares are of the variance inside the ranges of the assumptions. They rank assumptions; they are no probabilities.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import xarray as xr

from decarb.errors import CallError
from decarb.sweeps.indices import Indices, indices_of
from decarb.sweeps.outputs import Output, design_of, name_of, output_of, units_of_axes
from decarb.sweeps.variance_words import sentences

ASKED: Final[tuple[tuple[str, int | None, str | None], ...]] = (
    ("gross_co2", 2060, None),
    ("net_co2", 2060, None),
    ("net_ghg", 2060, None),
    ("margin", None, "ndc-2035"),
)
"""What is told where nothing else is asked: variable, and year or target."""


@dataclass(frozen=True, eq=False, repr=False)
class Variance:
    """What decides each of some outputs.

    Attributes
    ----------
    axes : tuple of str
    axis_units : tuple of str
    indices : tuple of Indices
    sweep : str
        Its name.
    """

    axes: tuple[str, ...]
    axis_units: tuple[str, ...]
    indices: tuple[Indices, ...]
    sweep: str = ""

    def __repr__(self) -> str:
        return f"Variance({len(self.indices)} outputs by {len(self.axes)} axes)"

    def __str__(self) -> str:
        return "\n".join(self.words())

    def to_dataset(self) -> xr.Dataset:
        """Return the indices and their half-intervals [1] over (output, axis), with counts and reasons by output."""
        said = {
            "first_order": "share of the variance that the axis decides alone",
            "first_order_error": "half of the 95 % interval of first_order",
            "total_order": "share of the variance that the axis decides alone and with others",
            "total_order_error": "half of the 95 % interval of total_order",
        }
        parts = ("first", "first_error", "total", "total_error")
        shares = {
            name: (("output", "axis"), np.array([getattr(one, part) for one in self.indices]),
                   {"units": "1", "long_name": long_name})
            for part, (name, long_name) in zip(parts, said.items(), strict=True)
        }  # fmt: skip
        columns = ("deviation", "used", "left_out", "cut", "holds", "estimator", "why")
        rest = {name: ("output", [getattr(one, name) for one in self.indices]) for name in columns}
        outputs = [one.output for one in self.indices]
        coords = {
            "output": [output.key for output in outputs],
            "output_unit": ("output", [output.unit for output in outputs]),
            "axis": list(self.axes),
            "axis_unit": ("axis", list(self.axis_units)),
        }
        return xr.Dataset(shares | rest, coords, {"title": self.sweep})

    def words(self) -> list[str]:
        """Return what decides each output, in sentences."""
        return sentences(self.indices, self.axes)


def sobol_indices(
    store: xr.Dataset,
    output: str,
    *,
    year: int | None = None,
    target: str | None = None,
    resamples: int = 100,
    seed: int = 0,
) -> Variance:
    """Return how much of the variance of one output each axis decides.

    Parameters
    ----------
    store : xr.Dataset
        A whole sweep: `input` (scenario, axis), `status` (scenario), the output, and the design as attribute `sweep`.
    output : str
        A series of the nation, with `year`, or `margin` or `value`, with `target`.
    year : int, optional
    target : str, optional
    resamples : int
        Of the bootstrap over the groups of a saltelli design.
    seed : int

    Returns
    -------
    Variance
        Without indices, and with the reason, where the design gives none or the output does not vary.

    Raises
    ------
    CallError
        The Dataset is no whole sweep, or has no such output, year or target.

    Notes
    -----
    S_i = V(E(Y | X_i)) / V(Y) and T_i = 1 - V(E(Y | X_~i)) / V(Y). A saltelli design gives both, by the estimators
    of Saltelli et al. (2010), Computer Physics Communications 181, 259-270. A group with a member that was not
    computed is left out whole. Other independent samples give S_i alone, by random balance designs (Plischke 2010,
    Reliability Engineering & System Safety 95, 354-360) with the correction of Tissot and Prieur (2012), on at most
    131,072 pathways drawn at random; the interval is that of the mean of 20 parts. Both are those of SALib.
    """
    asked = output_of(store, output, year=year, target=target)
    return _variance(store, [asked], resamples, seed)


def variance_by_axis(store: xr.Dataset, *, resamples: int = 100, seed: int = 0) -> Variance:
    """Return what decides gross CO2, net CO2 and net GHG in 2060, and the margin of the target of 2035.

    What the sweep does not keep is left out. Parameters and errors are those of `sobol_indices`.
    """
    asked = []
    for name, year, target in ASKED:
        along, at = ("year", year) if target is None else ("target", target)
        if name in store and along in store.coords and at in store[along].values:
            asked.append(output_of(store, name, year=year, target=target))
    return _variance(store, asked, resamples, seed)


def _variance(store: xr.Dataset, asked: list[Output], resamples: int, seed: int) -> Variance:
    if resamples < 2:
        raise CallError(f"resamples: {resamples} give no interval; write 2 or more, such as 100")
    if seed < 0:
        raise CallError(f"seed: {seed} is negative; write a whole number from 0")
    axes = units_of_axes(store)
    design = design_of(store)
    found = tuple(indices_of(store, output, design, resamples, seed) for output in asked)
    return Variance(tuple(axes), tuple(axes.values()), found, name_of(store, design))
