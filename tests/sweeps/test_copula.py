"""Correlated axes: which matrices there can be, and what stays as it was."""

from __future__ import annotations

import numpy as np
import pytest

from decarb.errors import CallError
from decarb.sweeps.copula import cholesky_factor, correlated


def uniform(axes: int, count: int) -> np.ndarray:
    return (np.random.default_rng(1).random((axes, count)) + 1e-9) / (1.0 + 2e-9)


def test_the_factor_gives_back_the_correlation_of_scores() -> None:
    ranks = [[1.0, 0.5, 0.0], [0.5, 1.0, -0.3], [0.0, -0.3, 1.0]]
    factor = cholesky_factor(ranks)
    # 2 sin(pi 0.5 / 6) = 2 sin 15 degrees = 0.517638; 2 sin(-9 degrees) = -0.312869.
    expected = [[1.0, 0.517638, 0.0], [0.517638, 1.0, -0.312869], [0.0, -0.312869, 1.0]]
    assert factor @ factor.T == pytest.approx(np.array(expected), abs=1e-6)


def test_axes_that_correlate_with_none_and_the_first_of_others_stay() -> None:
    shares = uniform(4, 100)
    ranks = np.eye(4)
    ranks[1, 3] = ranks[3, 1] = 0.6
    moved = correlated(shares, cholesky_factor(ranks.tolist()))
    assert moved[:3].tobytes() == shares[:3].tobytes()
    assert (moved[3] != shares[3]).all()


def test_no_share_reaches_0_or_1() -> None:
    shares = np.array([[1e-300, 1.0 - 2.0**-53], [1e-300, 1.0 - 2.0**-53], [1e-300, 1.0 - 2.0**-53]])
    moved = correlated(shares, cholesky_factor([[1.0, 0.9, 0.5], [0.9, 1.0, 0.5], [0.5, 0.5, 1.0]]))
    assert (moved > 0.0).all() and (moved < 1.0).all()


@pytest.mark.parametrize(("ranks", "said"), [
    ([[1.0, 0.5]], "no symmetric matrix"),
    ([[1.0, 0.5], [0.4, 1.0]], "no symmetric matrix"),
    ([[1.0, 1.0], [1.0, 1.0]], "outside -1 to 1"),
    ([[2.0, 0.5], [0.5, 2.0]], "outside -1 to 1"),
    ([[1.0, 0.9, -0.9], [0.9, 1.0, 0.9], [-0.9, 0.9, 1.0]], "contradict each other"),
])  # fmt: skip
def test_what_is_no_correlation_matrix_is_refused(ranks: list[list[float]], said: str) -> None:
    with pytest.raises(CallError, match=said):
        cholesky_factor(ranks)
