"""Curves of adoption: closed forms, lists that step, tables that are kept, and cohorts that sum to the nation."""

from __future__ import annotations

import math
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis.extra.numpy import arrays
from rollout_samples import YEAR, YEARS, ZONES, array, chosen, named, national, rollout_of

from decarb.errors import DecarbError
from decarb.nation import adoption
from decarb.tables import table_array, table_value

RATE = st.floats(0.0, 0.5)
COUNT = st.floats(0.1, 3000.0)
LISTS = named({2025: 52.0, 2030: 100.0})
IN_2030 = xr.DataArray(2030)


def zone(number: Any) -> xr.DataArray:
    return array(number, "zone")


def logistic(anchor: float, growth: float, most: float, anchor_year: int = 2030) -> xr.DataArray:
    return adoption.logistic_zones(
        YEAR, anchor=zone(anchor), anchor_year=xr.DataArray(anchor_year), growth=array(growth, "1/yr"), most=zone(most)
    )


def bass(anchor: float, innovation: float, imitation: float, most: float = 500.0) -> xr.DataArray:
    return adoption.bass_zones(
        YEAR, anchor=zone(anchor), anchor_year=IN_2030, innovation=array(innovation, "1/yr"),
        imitation=array(imitation, "1/yr"), most=zone(most),
    )  # fmt: skip


@given(COUNT, RATE, COUNT, st.sampled_from([2025, 2030, 2041]))
def test_adoption_passes_through_its_anchor_below_its_ceiling(
    anchor: float, growth: float, most: float, anchor_year: int
) -> None:
    adopted = logistic(anchor, growth, most, anchor_year)
    assert float(adopted.sel(year=anchor_year)) == pytest.approx(min(anchor, most), rel=1e-12)
    assert float(adopted.max()) <= most * (1 + 1e-12)
    assert float(adopted.diff("year").min()) >= -1e-9 * most


@given(st.floats(1.0, 400.0), RATE)
def test_the_odds_of_adoption_grow_at_the_stated_rate(anchor: float, growth: float) -> None:
    """Closed form: A / (K - A) = A0 / (K - A0) exp(g t)."""
    odds = anchor / (500.0 - anchor) * np.exp(growth * (YEARS - 2030.0))
    np.testing.assert_allclose(logistic(anchor, growth, 500.0), 500.0 * odds / (1.0 + odds), rtol=1e-9)


def test_seven_years_by_hand() -> None:
    adopted = logistic(100.0, math.log(3.0) / 7.0, 400.0)
    # K / A0 - 1 = 3; seven years on exp(-g t) = 1/3, so 400 / (1 + 1) = 200; seven years before 400 / (1 + 9) = 40.
    np.testing.assert_allclose(adopted.sel(year=[2023, 2030, 2037]), [40.0, 100.0, 200.0], rtol=1e-13)


@settings(max_examples=30)
@given(st.floats(0.0, 3000.0), RATE, RATE, st.floats(0.0, 1000.0))
def test_bass_passes_through_its_anchor_below_its_ceiling(
    anchor: float, innovation: float, imitation: float, most: float
) -> None:
    curve = bass(anchor, innovation, imitation, most)
    assert float(curve.sel(year=2030)) == pytest.approx(min(anchor, most), rel=1e-9, abs=1e-9)
    assert float(curve.min()) >= 0.0 and float(curve.max()) <= most * (1 + 1e-12)
    assert float(curve.diff("year").min()) >= -1e-9 * most


@settings(max_examples=30)
@given(st.floats(0.001, 0.5), RATE)
def test_bass_from_nothing_is_the_closed_form(innovation: float, imitation: float) -> None:
    """F = (1 - exp(-(p + q) t)) / (1 + q / p exp(-(p + q) t)), and no zone before it starts."""
    decay = np.exp(-(innovation + imitation) * (YEARS - 2030.0).clip(0.0))
    expected = 500.0 * (1.0 - decay) / (1.0 + imitation / innovation * decay)
    np.testing.assert_allclose(bass(0.0, innovation, imitation), expected, rtol=1e-9, atol=1e-9)


@settings(max_examples=30)
@given(st.floats(1.0, 400.0), RATE)
def test_imitation_alone_is_the_logistic_curve(anchor: float, growth: float) -> None:
    np.testing.assert_allclose(bass(anchor, 0.0, growth), logistic(anchor, growth, 500.0), rtol=1e-9)


def test_outside_push_alone_leaves_a_constant_share_of_the_rest() -> None:
    # Of 500, 400 have not adopted; ten years on 400 exp(-0.1 x 10) have not.
    assert float(bass(100.0, 0.1, 0.0).sel(year=2040)) == pytest.approx(500.0 - 400.0 * np.exp(-1.0), rel=1e-12)


def test_without_any_reason_to_adopt_nothing_moves() -> None:
    assert bass(100.0, 0.0, 0.0).values.tolist() == [100.0] * YEARS.size
    assert bass(0.0, 0.0, 0.3).values.tolist() == [0.0] * YEARS.size
    assert bass(100.0, 0.1, 0.3, most=0.0).values.tolist() == [0.0] * YEARS.size
    assert logistic(0.0, 0.13, 500.0).values.tolist() == [0.0] * YEARS.size


def test_a_list_is_a_step_in_its_year() -> None:
    listed = adoption.listed_zones(LISTS)
    assert listed.sel(year=[2024, 2025, 2029, 2030, 2060]).values.tolist() == [0.0, 52.0, 52.0, 100.0, 100.0]


def test_each_scenario_has_its_own_lists() -> None:
    lists = xr.concat([LISTS, named({2027: 10.0})], dim="scenario").assign_attrs(units="zone")
    listed = adoption.listed_zones(lists).sel(year=[2026, 2027, 2031])
    assert listed.values.tolist() == [[52.0, 52.0, 100.0], [0.0, 10.0, 10.0]]
    on = adoption.listed_and_on(lists, growth=array(0.1, "1/yr"), most=zone(500.0))
    for place, own in enumerate((LISTS, named({2027: 10.0}))):
        alone = adoption.listed_and_on(own, growth=array(0.1, "1/yr"), most=zone(500.0))
        np.testing.assert_array_equal(on.isel(scenario=place), alone)


def test_after_the_last_list_zones_follow_a_logistic_curve() -> None:
    growth = array(math.log(3.0) / 7.0, "1/yr")
    curve = adoption.listed_and_on(LISTS, growth=growth, most=zone(400.0))
    # K = 400 and seven years treble the odds of 100 / 300: 200 in 2037, as in the sum of the logistic curve.
    np.testing.assert_allclose(curve.sel(year=[2024, 2029, 2030, 2037]), [0.0, 52.0, 100.0, 200.0], rtol=1e-13)
    low = adoption.listed_and_on(LISTS, growth=growth, most=zone(60.0))
    assert float(low.max()) == 60.0  # the ceiling cuts the list too
    assert float(adoption.listed_and_on(named({}), growth=growth, most=zone(60.0)).max()) == 0.0


def shipped(name: str, unit: str) -> xr.DataArray:
    return array(table_value("parameters", name).to(unit), unit)


def policy(delay: float = 3.0) -> xr.DataArray:
    lists = table_array("parameters", "listed_zones", "year").reindex(year=YEARS)
    most = zone(2543.0 * float(shipped("rollout_ceiling", "1")))
    return adoption.policy_zones(lists, delay=array(delay, "yr"), growth=shipped("rollout_growth", "1/yr"), most=most)


def test_the_default_is_not_faster_than_the_lists_and_starts_after_them() -> None:
    """52 to 100 in five years is 14 % a year, and 100 x (100 / 52)^2 = 369.8 in 2040."""
    pace = 100.0 * (100.0 / 52.0) ** ((YEARS - 2030) / 5.0)
    assert pace[YEARS == 2040][0] == pytest.approx(369.8, abs=0.05)
    assert pace[YEARS == 2031][0] / 100.0 - 1.0 == pytest.approx(0.1397, abs=5e-5)
    listed = policy(delay=0.0)
    assert bool((listed.sel(year=slice(2030, None)) <= pace[YEARS >= 2030] * (1 + 1e-12)).all())
    assert round(float(listed.sel(year=2040))) == 315  # the ceiling bends the curve
    operating = policy(delay=float(shipped("rollout_delay", "yr")))
    assert bool((operating <= listed).all())
    # Three years late: 52 in 2028, 100 in 2033, and in 2040 what was listed in 2037.
    assert operating.sel(year=[2025, 2027, 2028, 2032, 2033]).values.tolist() == [0.0, 0.0, 52.0, 52.0, 100.0]
    assert float(operating.sel(year=2040)) == pytest.approx(float(listed.sel(year=2037)), rel=1e-12)
    assert float(policy(math.inf).max()) == 0.0


def test_a_table_is_kept_in_its_years_and_joined_by_straight_lines() -> None:
    table = named({2030: 100.0, 2040: 300.0, 2050: 250.0})
    path = adoption.tabled_zones(table, most=zone(400.0))
    # 2032: 100 + 2 / 10 x 200 = 140; 2045: half way between 300 and 250.
    expected = [0.0, 100.0, 140.0, 300.0, 275.0, 250.0, 250.0]
    np.testing.assert_allclose(path.sel(year=[2029, 2030, 2032, 2040, 2045, 2050, 2060]), expected)
    assert float(adoption.tabled_zones(table, most=zone(120.0)).max()) == 120.0
    assert float(adoption.tabled_zones(named({}), most=zone(400.0)).max()) == 0.0


@settings(max_examples=40)
@given(arrays(float, (3, YEARS.size), elements=st.one_of(st.just(math.nan), st.floats(0.0, 100.0))))
def test_each_row_of_tables_is_interpolated_by_itself(tables: np.ndarray) -> None:
    path = adoption.tabled_zones(array(tables, "zone", scenario=[0, 1, 2], year=YEARS), most=zone(1e9))
    for row, values in zip(path.transpose("scenario", "year").values, tables, strict=True):
        known = ~np.isnan(values)
        expected = np.interp(YEARS, YEARS[known], values[known], left=0.0) if known.any() else np.zeros(YEARS.size)
        np.testing.assert_allclose(row, expected, rtol=1e-12, atol=1e-12)


def test_each_scenario_follows_the_curve_that_it_chose() -> None:
    curves = [*adoption.CURVES]
    inputs = rollout_of(rollout_table=named({2030: 100.0, 2050: 900.0}))
    together = adoption.wanted_zones(inputs.assign(rollout_curve=chosen(*curves)), ZONES)
    assert together.dims == ("scenario", "level", "archetype", "year") and together.attrs == {"units": "zone"}
    in_2050 = national(together).sel(year=2050).values
    assert len(set(in_2050.round(3))) == len(curves)
    for place, curve in enumerate(curves):
        alone = adoption.wanted_zones(inputs.assign(rollout_curve=chosen(curve)), ZONES)
        np.testing.assert_allclose(together.isel(scenario=place), alone, rtol=1e-13)
    assert in_2050[curves.index("table")] == pytest.approx(900.0, rel=1e-12)


@pytest.mark.parametrize("curve", adoption.CURVES)
def test_a_ceiling_of_zero_gives_no_zone_in_any_curve(curve: str) -> None:
    inputs = rollout_of(rollout_curve=chosen(curve), rollout_table=named({2030: 100.0}))
    assert float(adoption.wanted_zones(inputs, ZONES).max()) > 0.0
    none = inputs.assign(rollout_ceiling=array(0.0, "1"))
    assert adoption.wanted_zones(none, ZONES).values.tolist() == np.zeros((2, 6, YEARS.size)).tolist()


@settings(max_examples=20)
@given(arrays(float, (2, 6), elements=st.floats(0.05, 1.0)), st.sampled_from(adoption.CURVES))
def test_cohorts_sum_to_the_nation_and_none_passes_its_ceiling(ceiling: np.ndarray, curve: str) -> None:
    own = array(ceiling, "1", level=ZONES["level"].values, archetype=ZONES["archetype"].values)
    inputs = rollout_of(rollout_curve=chosen(curve), rollout_ceiling=own, rollout_table=named({2030: 1.0, 2060: 3e3}))
    wanted = adoption.wanted_zones(inputs, ZONES)
    space = adoption.room(ZONES, own)
    total = zone(float(space.sum()))
    np.testing.assert_allclose(national(wanted), adoption.national_zones(inputs, total), rtol=1e-12, atol=1e-12)
    assert bool((wanted <= space * (1 + 1e-12)).all())


def test_a_shared_logistic_curve_is_a_logistic_curve_of_each_cohort() -> None:
    wanted = adoption.wanted_zones(rollout_of(rollout_curve=chosen("logistic")), ZONES)
    metals = wanted.sel(level="national", archetype="metals")
    # 552 x 0.2 of 2,543 zones: as large a part of the 100 zones of 2030, with a ceiling of 0.6 of their own number.
    own = logistic(100.0 * 110.4 / 2543.0, 0.131, 0.6 * 110.4)
    np.testing.assert_allclose(metals, own, rtol=1e-12)


def test_an_unknown_curve_is_refused() -> None:
    odd = array([1.0], "1", curve=["gompertz"])
    with pytest.raises(DecarbError, match="gompertz: no such curve; write logistic, bass, policy, table"):
        adoption.wanted_zones(rollout_of(rollout_curve=odd), ZONES)
