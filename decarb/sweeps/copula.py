"""Axes that move together: rank correlations put into independent samples by a Gaussian copula."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from scipy.special import ndtr, ndtri

from decarb.errors import CallError

LOWEST: Final = 2.0**-64
HIGHEST: Final = 1.0 - 2.0**-53
"""Ends of what the normal distribution gives back, so that no score is infinite."""
LEAST_EIGENVALUE: Final = 1e-9


def cholesky_factor(ranks: Sequence[Sequence[float]]) -> np.ndarray:
    """Return the lower factor that turns independent normal scores into scores with these rank correlations.

    Parameters
    ----------
    ranks : (axis, axis)
        Spearman's rank correlations, 1 on the diagonal.

    Raises
    ------
    CallError
        The matrix is not square, symmetric and positive definite.

    Notes
    -----
    Normal scores whose ranks correlate by `s` correlate by `2 sin(pi s / 6)` themselves. A choice among few values has
    ties, which weaken its rank correlation.

    References
    ----------
    Pearson (1907), "On further methods of determining correlation".

    Examples
    --------
    >>> cholesky_factor([[1.0, 0.5], [0.5, 1.0]]).round(4).tolist()
    [[1.0, 0.0], [0.5176, 0.8556]]
    """
    matrix = np.asarray(ranks, float)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not np.array_equal(matrix, matrix.T):
        raise CallError("the correlations form no symmetric matrix; write one value for each pair of axes")
    if not (np.diag(matrix) == 1.0).all() or (np.abs(matrix[~np.eye(len(matrix), dtype=bool)]) >= 1.0).any():
        raise CallError("a correlation lies outside -1 to 1; write one between them")
    of_scores = 2.0 * np.sin(np.pi * matrix / 6.0)
    np.fill_diagonal(of_scores, 1.0)
    least = float(np.linalg.eigvalsh(of_scores)[0])
    if least < LEAST_EIGENVALUE:
        found = f"the correlations contradict each other (least eigenvalue {least:.3g})"
        raise CallError(f"{found}; bring some of them nearer to 0")
    return np.linalg.cholesky(of_scores)


def correlated(uniform: np.ndarray, factor: np.ndarray) -> np.ndarray:
    """Return uniform numbers with the correlations of a factor.

    Axes that correlate with none stay as they are, and so does the first of those that do; in a Latin hypercube only
    these stay spread over their strata.

    Parameters
    ----------
    uniform : np.ndarray, (axis, scenario)
        Independent, greater than 0 and less than 1.
    factor : np.ndarray, (axis, axis)
        As `cholesky_factor` gives it.
    """
    moved = [axis for axis in range(len(factor)) if factor[axis, :axis].any()]
    causes = sorted({int(cause) for axis in moved for cause in np.flatnonzero(factor[axis])})
    scores = {cause: ndtri(uniform[cause]) for cause in causes}
    result = uniform.copy()
    for axis in moved:
        total = np.zeros(uniform.shape[1])
        # One term after the other: a matrix product rounds differently in blocks of other lengths.
        for cause in np.flatnonzero(factor[axis]).tolist():
            total += factor[axis, cause] * scores[cause]
        result[axis] = np.clip(ndtr(total), LOWEST, HIGHEST)
    return result
