"""Published figures weigh the assumptions; they teach what the arithmetic allows, and nothing where it allows none."""

from __future__ import annotations

import re
from statistics import NormalDist

import hypothesis.strategies as st
import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings

from decarb.errors import CallError
from decarb.park.calibration import (
    calibration,
    effective_draws,
    informed,
    posterior,
    prior_percentile,
    rank_correlation,
    weights,
)
from decarb.park.learned import ENOUGH_DRAWS, Information
from decarb.tables import table_value

COUNT = 20000
GOLDEN = (5**0.5 - 1) / 2  # its multiples fill a unit square evenly
NORMAL = NormalDist()
Z95 = NORMAL.inv_cdf(0.95)


def draws(unit: str = "MWh/yr", **values: object) -> xr.Dataset:
    return xr.Dataset({name: ("draw", np.asarray(each, float), {"units": unit}) for name, each in values.items()})


def scalars(unit: str = "MWh/yr", **values: float) -> xr.Dataset:
    return xr.Dataset({name: xr.DataArray(each, attrs={"units": unit}) for name, each in values.items()})


def normals(count: int, step: float = 0.0) -> np.ndarray:
    """Quantiles of the standard normal at the middles of equal shares, or at multiples of a step: no chance in them."""
    places = [(at + 0.5) * step % 1.0 if step else (at + 0.5) / count for at in range(count)]
    return np.array([NORMAL.inv_cdf(place) for place in places])


def two_inputs(width: float) -> xr.Dataset:
    """Independent normal inputs: `known` of width 1 and `rest` of another."""
    return draws(known=normals(COUNT), rest=width * normals(COUNT, GOLDEN))


def added(inputs: xr.Dataset) -> xr.Dataset:
    return draws(total=(inputs["known"] + inputs["rest"]).values)


def test_a_normal_prior_and_a_normal_figure_give_the_posterior_of_the_textbook() -> None:
    prior = draws(total=normals(COUNT))
    weight = weights(prior, scalars(total=1.0), scalars(total=0.5))
    after = posterior(prior, weight)["total"].sel(belief="posterior")
    # Precision 1 + 1/0.25 = 5: variance 0.2, mean (1 x 0 + 4 x 1) / 5 = 0.8.
    expected = [0.8 - Z95 * 0.2**0.5, 0.8, 0.8 + Z95 * 0.2**0.5]
    np.testing.assert_allclose(after, expected, atol=0.003)
    # Effective share (E w)^2 / E w^2, with E exp(-(x - 1)^2 / (2 v)) = sqrt(v / (1 + v)) exp(-1 / (2 (1 + v))):
    # v = 0.25 gives 0.2998, v = 0.125 for the square 0.2137; 0.2998^2 / 0.2137 = 0.4205.
    assert float(effective_draws(weight)) == pytest.approx(0.4205 * COUNT, rel=2e-3)
    assert float(weight.sum()) == pytest.approx(1.0, abs=1e-12) and weight.attrs == {"units": "1"}


def test_the_prior_stands_beside_the_posterior_as_it_was_drawn() -> None:
    prior = draws(total=np.arange(101.0))
    beliefs = posterior(prior, weights(prior, scalars(total=40.0), scalars(total=30.0)))
    assert beliefs["total"].sel(belief="prior").values.tolist() == [5.0, 50.0, 95.0]
    assert beliefs["estimate"].values.tolist() == ["p5", "median", "p95"]
    assert beliefs["total"].attrs == {"units": "MWh/yr"}


def test_a_sum_teaches_each_of_two_equal_parts_what_the_textbook_says() -> None:
    inputs = two_inputs(1.0)
    result = calibration(inputs, added(inputs), scalars(total=1.5), scalars(total=0.5))
    # x given x + y = 1.5 +- 0.5: mean 1.5 / (2 + 0.25) = 2/3, variance 1 - 1 / 2.25 = 5/9; twice 2/3 is 4/3.
    for name in ("known", "rest"):
        assert float(result[name].sel(belief="posterior", estimate="median")) == pytest.approx(2 / 3, abs=0.01)
        assert float(result["width_ratio"].sel(input=name)) == pytest.approx((5 / 9) ** 0.5, abs=0.005)
        assert Information(int(result["information"].sel(input=name))) is Information.BARELY
    assert float(result["total"].sel(belief="posterior", estimate="median")) == pytest.approx(4 / 3, abs=0.01)


def test_a_free_remainder_takes_up_the_figure_and_nothing_is_learned_of_the_rest() -> None:
    inputs = two_inputs(10.0)
    result = calibration(inputs, added(inputs), scalars(total=3.0), scalars(total=0.5), remainder="rest")
    # Variance of `known`: 1 - 1 / (1 + 100 + 0.25) = 0.99; of `rest`: 100 - 100^2 / 101.25 = 1.23 of 100.
    assert float(result["width_ratio"].sel(input="known")) == pytest.approx(0.995, abs=0.005)
    assert float(result["width_ratio"].sel(input="rest")) == pytest.approx((1.23 / 100) ** 0.5, abs=0.005)
    codes = {str(name): Information(int(code)) for name, code in zip(
        result["input"].values, result["information"].values, strict=True)}  # fmt: skip
    assert codes == {"known": Information.NOTHING, "rest": Information.LEARNED}
    assert float(result["rank_correlation"].sel(constraint="total", input="rest")) > 0.99
    assert "proves nothing" in " ".join(result.attrs["sentences"])


def test_a_figure_that_no_input_moves_teaches_nothing() -> None:
    inputs = two_inputs(1.0)
    result = calibration(inputs, draws(total=np.full(COUNT, 7.0)), scalars(total=9.0), scalars(total=1.0))
    assert float(result["effective_draws"]) == pytest.approx(COUNT)
    np.testing.assert_allclose(result["width_ratio"], 1.0, rtol=1e-9)
    np.testing.assert_allclose(result["median_shift"], 0.0, atol=1e-9)
    assert set(result["information"].values.tolist()) == {int(Information.NOTHING)}
    assert bool(result["rank_correlation"].isnull().all())
    assert "cannot inform any" in " ".join(result.attrs["sentences"])


def test_two_figures_count_together() -> None:
    inputs = two_inputs(1.0)
    outputs = draws(one=inputs["known"].values, other=inputs["rest"].values)
    weight = weights(outputs, scalars(one=1.0, other=-1.0), scalars(one=0.5, other=1.0))
    after = posterior(inputs, weight).sel(belief="posterior", estimate="median")
    # 1 x 4 / 5 and -1 x 1 / 2, each as if alone.
    assert float(after["known"]) == pytest.approx(0.8, abs=0.02)
    assert float(after["rest"]) == pytest.approx(-0.5, abs=0.02)


def test_a_published_figure_has_a_place_among_the_prior_draws() -> None:
    prior = draws(total=[1.0, 2.0, 3.0, 4.0], share=[1.0, 1.0, 2.0, 2.0])
    below = prior_percentile(prior, scalars(total=2.5, share=1.0))
    # 2 of 4 are below; none is below and 2 of 4 are equal, half of which count.
    assert below.to_series().to_dict() == {"total": 0.5, "share": 0.25}
    ends = prior_percentile(prior, scalars(total=0.5, share=9.0))
    assert ends.to_series().to_dict() == {"total": 0.0, "share": 1.0}


def test_units_of_figures_and_tolerances_are_converted() -> None:
    prior = draws("GWh/yr", total=[10.0, 11.0, 12.0])
    same = weights(prior, scalars("GWh/yr", total=11.0), scalars("GWh/yr", total=1.0))
    other = weights(prior, scalars("MWh/yr", total=11000.0), scalars("kWh/yr", total=1e6))
    np.testing.assert_allclose(same, other, rtol=1e-12)
    assert float(prior_percentile(prior, scalars("MWh/yr", total=11500.0))[0]) == pytest.approx(2 / 3)


def test_a_figure_far_from_every_draw_is_said_to_be_and_gives_no_posterior() -> None:
    inputs = two_inputs(1.0)
    result = calibration(inputs, added(inputs), scalars(total=500.0), scalars(total=0.01))
    assert float(result["effective_draws"]) < ENOUGH_DRAWS
    assert bool(result["known"].sel(belief="posterior").isnull().all())
    assert bool(result["known"].sel(belief="prior").notnull().all())
    assert set(result["information"].values.tolist()) == {int(Information.TOO_FEW_DRAWS)}
    said = " ".join(result.attrs["sentences"])
    assert "above every prior draw" in said and "no posterior is stated" in said


def test_an_input_without_range_is_called_so() -> None:
    inputs = draws(fixed=np.full(400, 3.0), free=normals(400))
    result = calibration(inputs, draws(total=normals(400)), scalars(total=0.0), scalars(total=0.3))
    assert Information(int(result["information"].sel(input="fixed"))) is Information.NOT_UNCERTAIN
    assert np.isnan(float(result["width_ratio"].sel(input="fixed")))
    assert np.isnan(float(result["rank_correlation"].sel(input="fixed", constraint="total")))
    assert Information(int(result["information"].sel(input="free"))) is Information.LEARNED


def test_a_range_that_moves_without_narrowing_has_taught_something() -> None:
    levels = np.array([[[0.0, 1.0, 2.0], [0.5, 1.5, 2.5]]])
    beliefs = xr.Dataset({"load": (("belief", "estimate"), levels[0], {"units": "MW"})},
                         {"belief": ["prior", "posterior"], "estimate": ["p5", "median", "p95"]})  # fmt: skip
    learned = informed(beliefs).sel(input="load")
    assert (float(learned["width_ratio"]), float(learned["median_shift"])) == (1.0, 0.25)
    assert Information(int(learned["information"])) is Information.BARELY


def test_ranks_see_any_rise_and_ties_share_a_rank() -> None:
    inputs = draws(rise=[1.0, 2.0, 3.0, 4.0], fall=[9.0, 4.0, 2.0, 0.0], step=[0.0, 0.0, 1.0, 1.0])
    table = rank_correlation(inputs, draws(total=[1.0, 10.0, 100.0, 1000.0])).sel(constraint="total")
    assert float(table.sel(input="rise")) == 1.0 and float(table.sel(input="fall")) == -1.0
    # Ranks 1.5, 1.5, 3.5, 3.5 and 1 to 4: 4 / sqrt(4 x 5).
    assert float(table.sel(input="step")) == pytest.approx(4 / 20**0.5)


@settings(max_examples=30)
@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e3), st.integers(0, 99))
def test_weights_always_sum_to_one(figure: float, tolerance: float, seed: int) -> None:
    prior = draws(total=np.random.default_rng(seed).normal(size=50))
    weight = weights(prior, scalars(total=figure), scalars(total=tolerance))
    assert float(weight.sum()) == pytest.approx(1.0, abs=1e-9) and bool((weight >= 0.0).all())
    assert 1.0 - 1e-9 <= float(effective_draws(weight)) <= 50.0 + 1e-9


@settings(max_examples=8)
@given(st.permutations(range(60)))
def test_the_order_of_draws_changes_nothing(order: list[int]) -> None:
    prior = draws(total=np.sin(np.arange(60.0)))
    figure, tolerance = scalars(total=0.2), scalars(total=3.0)
    first, second = (posterior(each, weights(each, figure, tolerance)) for each in (prior, prior.isel(draw=order)))
    xr.testing.assert_allclose(first, second, rtol=1e-9)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: weights(draws(total=[1.0]), scalars(share=1.0), scalars(share=1.0)), "outputs lack share"),
        (lambda: weights(draws(total=[1.0]), scalars(), scalars()), "outputs lack any figure"),
        (lambda: weights(draws(total=[1.0]), scalars(total=1.0), scalars()), "tolerance of total"),
        (lambda: weights(draws(total=[1.0]), scalars(total=1.0), scalars(total=0.0)), "tolerance of total"),
        (lambda: weights(draws(total=[1.0, np.nan]), scalars(total=1.0), scalars(total=1.0)), "not finite in 1 draws"),
        (lambda: prior_percentile(scalars(total=1.0), scalars(total=1.0)), "stack all draws into one, `draw`"),
        (lambda: calibration(draws(load=[1.0]), draws(total=[1.0]), scalars(total=1.0), scalars(total=1.0),
                             remainder="gas"), "'gas' is no input; write one of load"),
    ],
)  # fmt: skip
def test_what_cannot_be_weighed_is_refused(call: object, said: str) -> None:
    with pytest.raises(CallError, match=re.escape(said)):
        call()  # type: ignore[operator]


def test_the_tolerances_of_the_seed_park_are_5_points_and_10_percent() -> None:
    assert table_value("park_yizhuang", "clean_electricity_share_tolerance", year=2020).value == 0.05
    total = table_value("park_yizhuang", "verified_ghg", year=2020).value
    for bound, part in (("low", 0.05), ("value", 0.1), ("high", 0.2)):
        tolerance = table_value("park_yizhuang", "verified_ghg_tolerance", bound=bound, year=2020)  # type: ignore[arg-type]
        assert tolerance.value == pytest.approx(part * total, abs=0.01)
