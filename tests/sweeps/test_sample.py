"""Rows of a sweep: the same in whatever block, spread as they should be, and in the order SALib reads."""

from __future__ import annotations

import json
import math
import pickle
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from SALib.analyze import sobol
from scipy.stats import kstest, spearmanr

from decarb.errors import CallError
from decarb.sweeps import sample
from decarb.sweeps.distributions import Distribution
from decarb.sweeps.sample import STRIDE, Sampling, rows

UNIT = Distribution("uniform", 0.0, 1.0)
MIXED = (
    UNIT,
    Distribution("triangular", 0.0, 10.0, 2.0),
    Distribution("normal", 1.0, 4.0, 3.0, 2.0),
    Distribution("log-normal", 0.0, math.inf, 5.0, 1.5),
    Distribution.choice((1.0, 5.0, 2.0), (1.0, 0.5, 3.0)),
)
RANKS = (
    (1.0, 0.0, -0.4, 0.0, 0.2), (0.0, 1.0, 0.0, 0.0, 0.0), (-0.4, 0.0, 1.0, 0.3, 0.0), (0.0, 0.0, 0.3, 1.0, 0.0),
    (0.2, 0.0, 0.0, 0.0, 1.0),
)  # fmt: skip
GRID = (Distribution.choice((1.0, 2.0, 3.0), kind="grid"), Distribution.choice((5.0, 4.0)),
        Distribution.choice(tuple(map(float, range(10)))))  # fmt: skip
SIZE = 60
SAMPLINGS = {
    "sobol": Sampling("sobol", 3, SIZE, MIXED),
    "sobol, correlated": Sampling("sobol", 3, SIZE, MIXED, RANKS),
    "saltelli": Sampling("saltelli", 3, SIZE, MIXED),
    "latin-hypercube": Sampling("latin-hypercube", 3, SIZE, MIXED),
    "latin-hypercube, correlated": Sampling("latin-hypercube", 3, SIZE, MIXED, RANKS),
    "grid": Sampling("grid", 3, SIZE, GRID),
    "table": Sampling("table", 3, SIZE, GRID, table=np.arange(3.0 * SIZE).reshape(SIZE, 3)),
}


def uniform(method: str, seed: int, size: int, axes: int, ranks: sample.Ranks | None = None) -> Sampling:
    return Sampling(method, seed, size, (UNIT,) * axes, ranks)


@pytest.mark.parametrize("name", SAMPLINGS)
@given(st.integers(0, SIZE), st.integers(0, SIZE))
def test_a_row_is_the_same_in_every_block(name: str, one: int, other: int) -> None:
    first, beyond = sorted((one, other))
    block = rows(SAMPLINGS[name], first, beyond - first)
    assert block.tobytes() == rows(SAMPLINGS[name], 0, SIZE)[first:beyond].tobytes()
    assert block.flags.c_contiguous and block.dtype == np.float64


@pytest.mark.parametrize("method", ["sobol", "saltelli", "latin-hypercube"])
@settings(max_examples=30)
@given(first=st.integers(0, 10**7), count=st.integers(1, 3))
@example(first=2 * 10**8, count=3)
@example(first=STRIDE - 1, count=2)
def test_rows_far_out_are_the_same_in_every_block(method: str, first: int, count: int) -> None:
    far = uniform(method, 5, 10**9, 3)
    alone = np.concatenate([rows(far, first + step, 1) for step in range(count)])
    assert alone.tobytes() == rows(far, first, count).tobytes()


@pytest.mark.parametrize("method", ["sobol", "saltelli", "latin-hypercube"])
def test_long_blocks_agree_with_short_ones(method: str) -> None:
    long = replace(SAMPLINGS[method], size=300_000)
    whole = rows(long, 120_000, 30_000)
    parts = [rows(long, first, 7_500) for first in range(120_000, 150_000, 7_500)]
    assert whole.tobytes() == np.concatenate(parts).tobytes()


def test_the_sequence_at_a_row_is_the_one_that_ran_there() -> None:
    run = sample.qmc.Sobol(3, scramble=True, rng=5)
    run.fast_forward(5 * STRIDE + 17)
    expected = run.random(4) + sample.HALF_STEP
    assert rows(uniform("sobol", 5, 10**9, 3), 5 * STRIDE + 17, 4).tobytes() == expected.tobytes()


@pytest.mark.parametrize("method", ["sobol", "saltelli"])
def test_a_row_does_not_depend_on_how_many_there_are(method: str) -> None:
    few, many = SAMPLINGS[method], replace(SAMPLINGS[method], size=10**6)
    assert rows(few, 10, 50).tobytes() == rows(many, 10, 50).tobytes()


@pytest.mark.parametrize("name", ["sobol", "saltelli", "latin-hypercube"])
def test_another_seed_gives_other_rows(name: str) -> None:
    other = replace(SAMPLINGS[name], seed=4)
    assert (rows(SAMPLINGS[name], 0, SIZE) != rows(other, 0, SIZE))[:, :4].all()


@pytest.mark.parametrize("method", ["sobol", "latin-hypercube"])
@pytest.mark.parametrize("seed", [0, 1, 2**63 - 1])
def test_every_axis_is_uniform_and_no_two_go_together(method: str, seed: int) -> None:
    values = rows(uniform(method, seed, 4096, 6), 0, 4096)
    assert values.min() > 0.0 and values.max() < 1.0
    # Both methods put one row into each of 4,096 equal strata of each axis, so each share is met within one of them.
    assert max(kstest(column, "uniform").statistic for column in values.T) <= 1.0 / 4096 + 1e-9
    rest = np.corrcoef(values.T) - np.eye(6)
    assert np.abs(rest).max() < 0.06  # 4 standard errors of 4,096 independent rows: 4 / 64


@given(st.integers(1, 400), st.integers(0, 2**63 - 1), st.integers(1, 5))
@example(1, 0, 1)
@example(2, 0, 1)
def test_a_latin_hypercube_takes_each_stratum_once(size: int, seed: int, axes: int) -> None:
    values = rows(uniform("latin-hypercube", seed, size, axes), 0, size)
    strata = np.sort((values * size).astype(int), axis=0)
    assert (strata == np.arange(size)[:, np.newaxis]).all()


def test_sobol_covers_the_square_better_than_chance() -> None:
    values = rows(uniform("sobol", 1, 4096, 8), 0, 4096)
    # Each of 64 x 64 boxes holds exactly one of 4,096 rows of the first two axes: a (0, m, 2)-net.
    boxes = (values[:, 0] * 64).astype(int) * 64 + (values[:, 1] * 64).astype(int)
    assert np.unique(boxes).size == 4096


def test_correlated_axes_have_the_rank_correlation_and_keep_their_distribution() -> None:
    for method in ("sobol", "latin-hypercube"):
        values = rows(Sampling(method, 7, 20_000, MIXED[:4], tuple(row[:4] for row in RANKS[:4])), 0, 20_000)
        found = spearmanr(values).statistic
        assert found == pytest.approx(np.array(RANKS)[:4, :4], abs=0.02)  # 3 standard errors: 3 / 141
        shares = (np.arange(20_000) + 0.5) / 20_000
        for column, said in zip(values.T, MIXED, strict=False):
            assert np.quantile(column, [0.1, 0.5, 0.9]) == pytest.approx(
                np.quantile(said.at(shares), [0.1, 0.5, 0.9]), rel=0.04
            )


def test_a_grid_takes_all_combinations_with_the_last_axis_fastest() -> None:
    expected = list(product((1.0, 2.0, 3.0), (5.0, 4.0), map(float, range(10))))
    assert rows(SAMPLINGS["grid"], 0, SIZE).tolist() == [list(one) for one in expected]


def test_a_group_of_saltelli_is_a_then_one_axis_of_b_each_then_b() -> None:
    first, *between, last = rows(SAMPLINGS["saltelli"], 7, 7)
    for axis, row in enumerate(between):
        assert row[axis] == last[axis] and np.delete(row, axis).tolist() == np.delete(first, axis).tolist()
    assert (first != last)[:4].all()


def ishigami(values: np.ndarray) -> np.ndarray:
    x, y, z = values.T
    return np.sin(x) + 7.0 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x)


def test_salib_finds_the_indices_of_ishigami_in_these_rows() -> None:
    # a = 7, b = 0.1: V1 = (1 + b pi^4/5)^2 / 2 = 4.3459, V2 = a^2/8 = 6.125, V13 = 8 b^2 pi^8/225 = 3.3737, and
    # their sum is 13.8446: S1 = V1/V, V2/V, 0 and ST = (V1 + V13)/V, V2/V, V13/V. Over seeds the error is 0.002.
    axis, count = Distribution("uniform", -math.pi, math.pi), 5 * 2**13
    values = rows(Sampling("saltelli", 2, count, (axis,) * 3), 0, count)
    problem = {"num_vars": 3, "names": ["x", "y", "z"], "bounds": [[-math.pi, math.pi]] * 3}
    found = sobol.analyze(problem, ishigami(values), calc_second_order=False, num_resamples=2, seed=1)
    assert found["S1"] == pytest.approx([0.3139, 0.4424, 0.0], abs=0.01)
    assert found["ST"] == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.01)


@pytest.mark.parametrize("name", SAMPLINGS)
def test_a_sampling_goes_through_json_and_pickle(name: str) -> None:
    made = SAMPLINGS[name]
    for other in (Sampling.from_dict(json.loads(json.dumps(made.to_dict(), allow_nan=False))),
                  pickle.loads(pickle.dumps(made))):  # fmt: skip
        assert rows(other, 0, SIZE).tobytes() == rows(made, 0, SIZE).tobytes()


@pytest.mark.parametrize(("first", "count"), [(-1, 2), (59, 2), (0, -1), (61, 0)])
def test_rows_that_are_not_there_are_refused(first: int, count: int) -> None:
    with pytest.raises(CallError, match="ask for rows that are there"):
        rows(SAMPLINGS["sobol"], first, count)


@pytest.mark.parametrize(("changes", "said"), [
    ({"method": "sobel"}, "no method of sampling"),
    ({"size": 0}, "0 scenarios"),
    ({"size": 10**9 + 1}, "1000000001 scenarios"),
    ({"seed": -1}, "the seed -1 lies outside"),
    ({"distributions": ()}, "without an axis"),
    ({"distributions": (UNIT,) * 21_202}, "21202 dimensions"),
    ({"method": "grid"}, "points alone"),
    ({"method": "grid", "distributions": GRID, "size": 59}, "the grid has 60 rows, not 59"),
    ({"method": "table"}, "the table has 0 rows"),
    ({"table": np.zeros((SIZE, 5))}, "method table takes"),
    ({"method": "saltelli", "correlations": RANKS}, "saltelli takes no correlations"),
    ({"correlations": RANKS[:3]}, "correlations of 3 axes"),
])  # fmt: skip
def test_a_sampling_that_cannot_be_is_refused(changes: dict[str, object], said: str) -> None:
    with pytest.raises(CallError, match=said):
        replace(SAMPLINGS["sobol"], **changes)  # type: ignore[arg-type]
