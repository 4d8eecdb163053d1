"""Latin hypercube by row: permutations without a list, and numbers that keep inside their stratum."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from decarb.sweeps.strata import permuted, stratified


@given(st.integers(1, 3000), st.integers(0, 2**63 - 1))
def test_every_stratum_is_taken_once(size: int, seed: int) -> None:
    found = permuted(np.arange(size), seed, size, 2)
    assert (np.sort(found, axis=1) == np.arange(size)).all()


@pytest.mark.parametrize("size", [2, 5, 7, 33, 129])
def test_two_rows_may_take_any_two_strata_alike(size: int) -> None:
    found = np.stack([permuted(np.array([0, size - 1]), seed, size, 1)[0] for seed in range(3000)]).astype(int)
    pairs = np.bincount(found[:, 0] * size + found[:, 1], minlength=size * size)[~np.eye(size, dtype=bool).ravel()]
    assert chisquare(pairs).pvalue > 1e-4


def test_neighbours_do_not_stay_together() -> None:
    found = permuted(np.arange(10_000), 1, 10_000, 4) / 10_000.0
    for axis in found:
        assert abs(np.corrcoef(axis[1:], axis[:-1])[0, 1]) < 0.04  # 4 standard errors: 4 / 100
        assert abs(np.corrcoef(axis, np.arange(10_000))[0, 1]) < 0.04


def test_an_axis_more_leaves_the_strata_of_the_others() -> None:
    few, many = (permuted(np.arange(50), 3, 50, axes) for axes in (2, 5))
    assert (many[:2] == few).all()


def test_the_last_of_a_billion_strata_stays_below_1() -> None:
    size = 10**9
    values = stratified(1, size, 3, size - 1000, 1000)
    strata = permuted(np.arange(size - 1000, size), 1, size, 3)
    assert values.max() < 1.0 and values.min() > 0.0
    assert np.abs(values * size - strata - 0.5).max() <= 0.5
