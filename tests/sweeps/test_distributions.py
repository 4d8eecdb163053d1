"""Distributions: their ends, quantiles and means, and what they make of the units and rows of a lever."""

from __future__ import annotations

import json
import math
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from decarb.errors import InputError
from decarb.sweeps.distributions import Distribution, distribution_of
from decarb.sweeps.schema import AxisBody, AxisSpec

BODY: TypeAdapter[AxisBody] = TypeAdapter(AxisBody)
INFINITE = math.inf


def axis(distribution: str, **stated: object) -> AxisSpec:
    return AxisSpec.written("x", BODY.validate_python({"distribution": distribution, **stated}), {"": "mine.yaml:3:5"})


SAMPLES = {
    "uniform": Distribution("uniform", -2.0, 6.0),
    "triangular": Distribution("triangular", 0.0, 10.0, 2.0),
    "triangular, mode at an end": Distribution("triangular", 0.0, 10.0, 10.0),
    "normal": Distribution("normal", -INFINITE, INFINITE, 3.0, 2.0),
    "normal, cut": Distribution("normal", 1.0, 4.0, 3.0, 2.0),
    "normal, its far tail": Distribution("normal", 23.0, 30.0, 3.0, 4.0),
    "log-normal": Distribution("log-normal", 0.0, INFINITE, 5.0, 1.5),
    "log-normal, cut": Distribution("log-normal", 4.0, 12.0, 5.0, 1.5),
    "choice": Distribution.choice((1.0, 5.0, 2.0), (1.0, 0.0, 3.0)),
    "grid": Distribution.choice((1.0, 2.0, 4.0), kind="grid"),
    "table": Distribution("table", 3.0, 4.0),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_no_value_lies_beyond_the_ends_and_larger_shares_give_no_smaller_ones(name: str) -> None:
    said = SAMPLES[name]
    values = said.at(np.linspace(0.0, 1.0, 10_001)[:-1])
    assert values.min() >= said.low and values.max() <= said.high
    assert said.points or (np.diff(values) >= 0.0).all()


@pytest.mark.parametrize("name", [name for name, one in SAMPLES.items() if not one.points])
def test_the_share_0_is_the_low_end_and_shares_near_1_the_high_end(name: str) -> None:
    said = SAMPLES[name]
    assert said.at(np.array(0.0)) == pytest.approx(said.low, rel=1e-12)
    if math.isfinite(said.high):
        assert said.at(np.array(1.0 - 2.0**-53)) == pytest.approx(said.high, rel=1e-7)


@pytest.mark.parametrize("name", SAMPLES)
def test_the_mean_is_that_of_evenly_spread_shares(name: str) -> None:
    shares = (np.arange(200_000) + 0.5) / 200_000
    assert SAMPLES[name].at(shares).mean() == pytest.approx(SAMPLES[name].mean(), rel=2e-4)


def test_quantiles_are_those_of_the_formula() -> None:
    # Triangular 0, 2, 10: below the mode lies 2/10 of it; F(x) = x^2 / 20 there, so F(1) = 0.05.
    assert SAMPLES["triangular"].at(np.array([0.05, 0.2])) == pytest.approx([1.0, 2.0], abs=1e-14)
    # Above, 1 - F(x) = (10 - x)^2 / 80, so 1 - F(6) = 0.2.
    assert SAMPLES["triangular"].at(np.array(0.8)) == pytest.approx(6.0, abs=1e-14)
    # Phi(1) = 0.841344746: one deviation, and one factor of spread, above the centre.
    assert SAMPLES["normal"].at(np.array(0.8413447460685429)) == pytest.approx(5.0, abs=1e-12)
    assert SAMPLES["log-normal"].at(np.array(0.8413447460685429)) == pytest.approx(7.5, abs=1e-12)
    # Cut at -1 and 0.5 deviations: Phi = 0.158655 and 0.691462; the middle is Phi^-1(0.425059) = -0.188966 deviations.
    assert SAMPLES["normal, cut"].at(np.array(0.5)) == pytest.approx(3.0 - 2.0 * 0.188966, abs=1e-5)


def test_each_choice_comes_as_often_as_its_weight() -> None:
    # Weights 1, 0, 3: a quarter, never, three quarters.
    assert SAMPLES["choice"].at(np.array([0.0, 0.2499, 0.25, 0.9999999])).tolist() == [1.0, 1.0, 2.0, 2.0]


@given(st.lists(st.floats(0.0, 1e6), min_size=1, max_size=50).filter(lambda weights: sum(weights) > 0.0))
def test_no_choice_of_weight_0_is_ever_taken(weights: list[float]) -> None:
    said = Distribution.choice(tuple(float(number) for number in range(len(weights))), tuple(weights))
    shares = np.append(np.linspace(0.0, 1.0, 200)[:-1], 1.0 - 2.0**-53)
    assert all(weights[int(value)] > 0.0 for value in said.at(shares))


@pytest.mark.parametrize("name", SAMPLES)
def test_a_distribution_goes_through_json_and_pickle(name: str) -> None:
    said = SAMPLES[name]
    assert Distribution.from_dict(json.loads(json.dumps(said.to_dict(), allow_nan=False))) == said
    assert pickle.loads(pickle.dumps(said)) == said


def test_ends_that_are_not_written_are_those_of_the_lever() -> None:
    assert distribution_of(axis("uniform"), "1/yr", 0.1, 0.2, 0.15) == Distribution("uniform", 0.1, 0.2)
    assert distribution_of(axis("uniform", low="5 %/yr"), "1/yr", 0.1, 0.2, 0.15) == Distribution("uniform", 0.05, 0.2)
    assert distribution_of(axis("grid", points=3), "1", 0.0, 1.0, 0.3).points == (0.0, 0.5, 1.0)


def test_a_centre_that_is_not_written_is_where_the_scenario_stands() -> None:
    assert distribution_of(axis("triangular"), "MW", 1.0, 3.0, 2.5).centre == 2.5
    assert distribution_of(axis("normal", deviation="500 kW"), "MW", 1.0, 3.0, 2.5) == Distribution(
        "normal", -INFINITE, INFINITE, 2.5, 0.5
    )
    assert distribution_of(axis("log-normal", spread=1.5), "MW", 1.0, 3.0, 2.5).centre == 2.5


def test_only_ends_that_are_written_cut_a_normal_distribution() -> None:
    said = distribution_of(axis("normal", mean="2 MW", deviation="1 MW", low="1 MW"), "MW", 1.5, 3.0, 2.5)
    assert (said.low, said.high) == (1.0, INFINITE)
    assert distribution_of(axis("log-normal", median=2, spread=1.5, low=-1), "1", 1.5, 3.0, 2.5).low == 0.0


def test_values_are_read_in_the_unit_of_the_lever() -> None:
    said = distribution_of(axis("choice", values=["1 GW", "500 MW"], weights=[1, 3]), "MW", None, None, 0.0)
    assert (said.points, said.weights, said.low, said.high) == ((1000.0, 500.0), (1.0, 3.0), 500.0, 1000.0)


def test_a_table_spreads_between_the_ends_of_its_column() -> None:
    spec = AxisSpec("x", None, *(axis("uniform", low="1 GW", high="2 GW").stated[end] for end in ("low", "high")))
    assert distribution_of(spec, "MW", None, None, 0.0) == Distribution("table", 1000.0, 2000.0)


@pytest.mark.parametrize(("spec", "unit", "said"), [
    (axis("uniform", low="1 MWh", high="2 MWh"), "MW", "expected power"),
    (axis("uniform", low=1, high=2), "MW", "1 has no unit"),
    (axis("uniform", low=1, high=2), "zone", 'is no amount in "zone"'),
    (axis("uniform"), "MW", "no row of data/ gives its low and high end; write low and high"),
    (axis("uniform", low="3 MW"), "MW", "gives its high end; write high"),
    (axis("triangular", low="3 MW", high="4 MW"), "MW", "the mode 2.5 MW does not lie between 3 and 4"),
    (axis("normal", mean="0 MW", deviation="1 MW", low="9 MW"), "MW", "lies 1e-19 of the distribution around 0"),
    (axis("log-normal", spread=1.1, high="-1 MW"), "MW", "is not greater than 0"),
    (axis("choice", values=["1 h", "2 h"]), "MW", "expected power"),
])  # fmt: skip
def test_what_the_lever_cannot_take_is_refused_at_its_place(spec: AxisSpec, unit: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        distribution_of(spec, unit, None, None, 2.5)
    assert said in str(caught.value) and str(caught.value).startswith("mine.yaml:3:5: x")


def test_one_written_end_beyond_the_end_of_the_rows_is_refused() -> None:
    with pytest.raises(InputError, match=r"low end 5 MW does not lie below its high end 3 MW \(high from the rows"):
        distribution_of(axis("uniform", low="5 MW"), "MW", 1.0, 3.0, 2.0)


def test_all_quantities_of_an_axis_are_told_at_once() -> None:
    with pytest.raises(InputError) as caught:
        distribution_of(axis("uniform", low="1 h", high="2 h"), "MW", None, None, 0.0)
    assert len(caught.value.problems) == 2
