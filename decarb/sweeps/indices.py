"""Sobol indices of the rows of a sweep by SALib: the estimators, and what stands in their way."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import xarray as xr

from decarb.errors import CallError
from decarb.sweeps.outputs import Output, values_of
from decarb.sweeps.sample import group_size

try:
    from SALib.analyze import rbd_fast, sobol
except ImportError as error:
    raise CallError("what decides is told by SALib, which is not installed; pip install 'decarb[sweep]'") from error

Z: Final = 1.959963984540054  # normal score of a confidence of 95 %, both sides
LEFT_OUT_MOST: Final = 0.05  # of the groups; beyond it the indices do not hold
FEWEST_GROUPS: Final = 16
FLAT: Final = 1e-12  # relative: below it a number does not vary
GIVEN_DATA: Final = ("sobol", "latin-hypercube")
DRAWN: Final = 2**17  # pathways, where the rows follow no groups
FEWEST_ROWS: Final = 400
BATCHES: Final = 20  # of those rows, for the intervals
BATCH_LEAST: Final = 100  # rows


@dataclass(frozen=True, eq=False)
class Indices:
    """What decides one output.

    Attributes
    ----------
    output : Output
    first, first_error : np.ndarray, (axis,)
        First-order Sobol indices [1] and half their confidence intervals of 95 %; NaN where `why` says why not.
    total, total_error : np.ndarray, (axis,)
        Total order; NaN where the design does not give it.
    deviation : float
        Standard deviation of the output, in its unit.
    used, left_out : int
        Groups (of a saltelli design) or pathways behind the indices, and those left out for a member that was not
        computed or is undefined.
    cut : int
        Pathways at the end that make no whole group.
    estimator : {"sobol", "rbd-fast", ""}
    why : str
        Why there are no indices, else "".
    """

    output: Output
    first: np.ndarray
    first_error: np.ndarray
    total: np.ndarray
    total_error: np.ndarray
    deviation: float = np.nan
    used: int = 0
    left_out: int = 0
    cut: int = 0
    estimator: str = ""
    why: str = ""

    @property
    def holds(self) -> bool:
        """Whether there are indices, and few enough groups were left out for them to be those of the sweep."""
        return not self.why and self.left_out <= LEFT_OUT_MOST * (self.used + self.left_out)


def indices_of(store: xr.Dataset, output: Output, design: Mapping[str, Any], resamples: int, seed: int) -> Indices:
    """Return the indices of one output, by the estimator that the design of the sweep allows.

    Parameters
    ----------
    store : xr.Dataset
        The whole sweep.
    output : Output
    design : mapping
        What the sweep was asked for: `method`, and `correlations` where axes have some.
    resamples : int
        Of the bootstrap over groups.
    seed : int
    """
    axes = store.sizes["axis"]
    why = _why_none(design)
    if why:
        return _none(output, axes, why)
    if design["method"] == "saltelli":
        return _of_groups(values_of(store, output), output, axes, resamples, seed)
    return _of_rows(store, output, axes, seed)


def _why_none(design: Mapping[str, Any]) -> str:
    """Return why a design gives no indices, else ""."""
    method = str(design["method"])
    if design.get("correlations"):
        return "its axes are correlated, and a share of the variance belongs to one axis only where they are not"
    if method == "grid":
        return "a grid holds chosen points and draws from no range; sample with method saltelli"
    if method == "table":
        return "the rows of a table follow no known distribution; sample with method saltelli"
    if method != "saltelli" and method not in GIVEN_DATA:
        return f"method {method} is not known here; sample with method saltelli"
    return ""


def _none(output: Output, axes: int, why: str, **counts: Any) -> Indices:
    nothing = np.full(axes, np.nan)
    return Indices(output, nothing, nothing, nothing, nothing, why=why, **counts)


def _flat(values: np.ndarray) -> bool:
    return bool(np.ptp(values) <= FLAT * np.abs(values).max())


def _of_groups(values: np.ndarray, output: Output, axes: int, resamples: int, seed: int) -> Indices:
    """Return the indices from rows A, AB_1 .. AB_d, B of each group."""
    size = group_size(axes)
    groups = values[: values.size // size * size].reshape(-1, size)
    whole = ~np.isnan(groups).any(axis=1)
    kept = groups[whole]
    counts: dict[str, Any] = {"used": len(kept), "left_out": int((~whole).sum()), "cut": values.size - groups.size}
    if len(kept) < FEWEST_GROUPS:
        why = f"{len(kept)} whole groups of {size} pathways are too few; take {FEWEST_GROUPS * size:,} or more"
        return _none(output, axes, why, **counts)
    if _flat(kept):
        return _none(output, axes, "it does not vary", **counts)
    if _flat(kept[:, [0, -1]]):
        return _none(output, axes, "it varies in too few pathways to say; take more scenarios", **counts)
    problem = {"num_vars": axes, "names": _names(axes), "bounds": [[0, 1]] * axes}
    # Its own bootstrap takes a hundred times as long as `_intervals`: two resamples, and they are not used.
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Constant values", UserWarning)
        found = sobol.analyze(problem, kept.ravel(), calc_second_order=False, num_resamples=2, seed=1)
    first, total = (np.array(found[order], dtype=float) for order in ("S1", "ST"))
    first_error, total_error = _intervals(kept, resamples, seed)
    deviation = float(kept.std())
    return Indices(output, first, first_error, total, total_error, deviation, estimator="sobol", **counts)


def _intervals(groups: np.ndarray, resamples: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return half the intervals of first and total order, from groups drawn again with replacement.

    Notes
    -----
    Both orders are means over groups, over a variance that is made of two: a resample is a weight for each group.
    """
    count, axes = len(groups), groups.shape[1] - 2
    scaled = (groups - groups.mean()) / groups.std()
    start, moved, end = scaled[:, :1], scaled[:, 1:-1], scaled[:, -1:]
    terms = np.hstack([
        end * (moved - start), 0.5 * (start - moved) ** 2, 0.5 * (start + end), 0.5 * (start**2 + end**2),
    ])  # fmt: skip
    rng = np.random.default_rng(seed)
    means = np.empty((resamples, terms.shape[1]))
    for resample in means:
        weights = np.bincount(rng.integers(count, size=count), minlength=count)
        resample[:] = weights.astype(float) @ terms / count
    variance = means[:, -1:] - means[:, -2:-1] ** 2
    shares = np.divide(means[:, :-2], variance, out=np.zeros((resamples, 2 * axes)), where=variance > FLAT)
    half = Z * shares.std(axis=0, ddof=1)
    return half[:axes], half[axes:]


def _of_rows(store: xr.Dataset, output: Output, axes: int, seed: int) -> Indices:
    """Return first order from independent rows, drawn at random and in a random order."""
    values = values_of(store, output)
    defined = np.flatnonzero(~np.isnan(values))
    counts: dict[str, Any] = {"used": int(defined.size), "left_out": int(values.size - defined.size)}
    if defined.size < FEWEST_ROWS:
        return _none(output, axes, f"{defined.size} pathways are too few; take {FEWEST_ROWS} or more", **counts)
    if _flat(values[defined]):
        return _none(output, axes, "it does not vary", **counts)
    rng = np.random.default_rng(seed)
    drawn = np.sort(rng.choice(defined, min(DRAWN, defined.size), replace=False))
    mixed = rng.permutation(drawn.size)
    points, numbers = store["input"].isel(scenario=drawn).values[mixed], values[drawn][mixed]
    batches = np.array_split(np.arange(numbers.size), min(BATCHES, numbers.size // BATCH_LEAST))
    first = _balanced(points, numbers)
    spread = np.array([_balanced(points[batch], numbers[batch]) for batch in batches])
    error = Z * spread.std(axis=0, ddof=1) / np.sqrt(len(batches))
    nothing = np.full(axes, np.nan)
    deviation = float(values[defined].std())
    return Indices(output, first, error, nothing, nothing, deviation, estimator="rbd-fast", **counts)


def _balanced(points: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    """Return first-order indices by random balance designs; zero of all axes where the numbers are the same."""
    if _flat(numbers):
        return np.zeros(points.shape[1])
    problem = {"num_vars": points.shape[1], "names": _names(points.shape[1])}
    # Its own bootstrap draws rows twice, which a spectrum takes for structure: two, and they are not used.
    with np.errstate(invalid="ignore"):
        found = rbd_fast.analyze(problem, points, numbers, num_resamples=2)
    return np.array(found["S1"], dtype=float)


def _names(axes: int) -> list[str]:
    """Return names as SALib asks for them; nothing is told by them."""
    return [str(axis) for axis in range(axes)]
