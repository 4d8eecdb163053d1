"""Curves of adoption: closed forms, lists that step, tables that are kept, and cohorts that sum to the nation."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings

from decarb.errors import DecarbError
from decarb.nation import adoption, rollout
from decarb.nation.vintages import delayed
from decarb.tables import table_array, table_value

YEARS = np.arange(2020, 2061)
RATE = st.floats(0.0, 0.5)


def array(values: Any, unit: str, **coords: Any) -> xr.DataArray:
    return xr.DataArray(values, coords, tuple(coords), attrs={"units": unit})


YEAR = xr.DataArray(YEARS, {"year": YEARS}, ("year",))
LISTS = array([52.0, 100.0], "zone", year=[2025, 2030])


def bass(anchor: float, innovation: float, imitation: float, zones: float = 1000.0, ceiling: float = 0.5,
         anchor_year: int = 2030) -> xr.DataArray:  # fmt: skip
    return adoption.bass_zones(
        YEAR, anchor=array(anchor, "zone"), anchor_year=xr.DataArray(anchor_year),
        innovation=array(innovation, "1/yr"), imitation=array(imitation, "1/yr"), zones=array(zones, "zone"),
        ceiling=array(ceiling, "1"),
    )  # fmt: skip


def logistic(anchor: Any, growth: float, zones: Any, ceiling: Any) -> xr.DataArray:
    return rollout.adopted_zones(
        YEAR, anchor=anchor, anchor_year=xr.DataArray(2030), growth=array(growth, "1/yr"), zones=zones, ceiling=ceiling
    )


@settings(max_examples=30)
@given(st.floats(0.0, 3000.0), RATE, RATE, st.floats(0.0, 1.0))
def test_bass_passes_through_its_anchor_below_its_ceiling(
    anchor: float, innovation: float, imitation: float, ceiling: float
) -> None:
    curve = bass(anchor, innovation, imitation, ceiling=ceiling)
    most = 1000.0 * ceiling
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
    alone = logistic(array(anchor, "zone"), growth, array(1000.0, "zone"), array(0.5, "1"))
    np.testing.assert_allclose(bass(anchor, 0.0, growth), alone, rtol=1e-9)


def test_outside_push_alone_leaves_a_constant_share_of_the_rest() -> None:
    # Of 500, 400 have not adopted; ten years on 400 exp(-0.1 x 10) have not.
    assert float(bass(100.0, 0.1, 0.0).sel(year=2040)) == pytest.approx(500.0 - 400.0 * np.exp(-1.0), rel=1e-12)


def test_without_any_reason_to_adopt_nothing_moves() -> None:
    assert bass(100.0, 0.0, 0.0).values.tolist() == [100.0] * YEARS.size
    assert bass(0.0, 0.0, 0.3).values.tolist() == [0.0] * YEARS.size
    assert bass(100.0, 0.1, 0.3, ceiling=0.0).values.tolist() == [0.0] * YEARS.size


def test_a_list_is_a_step_and_operates_after_a_delay() -> None:
    listed = adoption.listed_zones(LISTS, YEAR)
    assert listed.sel(year=[2024, 2025, 2029, 2030, 2060]).values.tolist() == [0.0, 52.0, 52.0, 100.0, 100.0]
    operating = delayed(listed, array(3.0, "yr"))
    assert operating.sel(year=[2027, 2028, 2032, 2033]).values.tolist() == [0.0, 52.0, 52.0, 100.0]


def test_lists_may_differ_by_scenario_and_level() -> None:
    lists = array([[[1.0, 4.0], [2.0, 2.0]]], "zone", scenario=["a"], level=["national", "provincial"],
                  year=[2025, 2030])  # fmt: skip
    listed = adoption.listed_zones(lists, YEAR)
    assert listed.sel(scenario="a", year=2031).values.tolist() == [4.0, 2.0]


def test_after_the_last_list_zones_follow_a_logistic_curve() -> None:
    listed = adoption.listed_zones(LISTS, YEAR)
    zones, ceiling = array(1000.0, "zone"), array(0.4, "1")
    growth = float(np.log(3.0) / 7.0)
    curve = adoption.listed_and_on(listed, last_list=2030, growth=array(growth, "1/yr"), zones=zones, ceiling=ceiling)
    # K = 400 and seven years treble the odds of 100 / 300: 200 in 2037, as in the sum of the logistic curve.
    np.testing.assert_allclose(curve.sel(year=[2024, 2029, 2030, 2037]), [0.0, 52.0, 100.0, 200.0], rtol=1e-13)
    low = adoption.listed_and_on(
        listed, last_list=2030, growth=array(growth, "1/yr"), zones=zones, ceiling=array(0.06, "1")
    )
    assert float(low.max()) == 60.0  # the ceiling cuts the list too


def test_the_pace_of_the_lists_by_hand() -> None:
    pace = adoption.pace_of_lists(LISTS, YEAR)
    # (100 / 52)^(1/5) - 1 = 13.97 % a year; ten years on 100 x (100 / 52)^2 = 369.8.
    assert float(pace.sel(year=2031) / pace.sel(year=2030)) - 1.0 == pytest.approx(0.1397, abs=5e-5)
    assert float(pace.sel(year=2040)) == pytest.approx(100.0 * (100.0 / 52.0) ** 2, rel=1e-12)


def shipped(name: str, unit: str) -> xr.DataArray:
    return array(table_value("parameters", name).to(unit), unit)


def test_no_shipped_curve_is_faster_than_the_lists() -> None:
    """From 2030 on, where all curves meet at 100 zones, each falls behind 14 % a year: 315, 236 and 315 to 370."""
    lists = table_array("parameters", "listed_zones", "year")
    pace = adoption.pace_of_lists(lists, YEAR)
    zones, ceiling = array(2543.0, "zone"), shipped("rollout_ceiling", "1")
    point = {"anchor": shipped("rollout_anchor", "zone"), "zones": zones, "ceiling": ceiling}
    growth = shipped("rollout_growth", "1/yr")
    curves = {
        "logistic": rollout.adopted_zones(YEAR, anchor_year=xr.DataArray(2030), growth=growth, **point),
        "bass": adoption.bass_zones(
            YEAR, anchor_year=xr.DataArray(2030), innovation=shipped("rollout_innovation", "1/yr"),
            imitation=shipped("rollout_imitation", "1/yr"), **point,
        ),
        "lists": adoption.listed_and_on(
            adoption.listed_zones(lists, YEAR), last_list=2030, growth=growth, zones=zones, ceiling=ceiling
        ),
    }  # fmt: skip
    in_2040 = {name: round(float(curve.sel(year=2040))) for name, curve in curves.items()}
    assert in_2040 == {"logistic": 315, "bass": 236, "lists": 315} and round(float(pace.sel(year=2040))) == 370
    for name, curve in curves.items():
        assert bool((curve <= pace + 1e-9).sel(year=slice(2030, None)).all()), name


def test_a_table_is_kept_in_its_years_and_joined_by_straight_lines() -> None:
    table = array([100.0, 300.0, 300.0], "zone", year=[2030, 2040, 2050])
    path = adoption.tabled_zones(table, YEAR, zones=array(1000.0, "zone"), ceiling=array(0.3, "1"))
    # 2032: 100 + 2 / 10 x 200 = 140.
    expected = [0.0, 100.0, 140.0, 300.0, 300.0, 300.0]
    np.testing.assert_allclose(path.sel(year=[2029, 2030, 2032, 2040, 2050, 2060]), expected)


@pytest.mark.parametrize(
    ("values", "ceiling", "said"),
    [
        ([100.0, 90.0], 1.0, "fewer zones in 2040 than in 2030.*state rollout.lifetime"),
        ([100.0, 301.0], 0.3, "100 to 301 zones where 0 to 300 may adopt"),
        ([-1.0, 90.0], 1.0, "-1 to 90 zones"),
    ],
)
def test_a_table_that_cannot_be_is_refused(values: list[float], ceiling: float, said: str) -> None:
    table = array(values, "zone", year=[2030, 2040])
    with pytest.raises(DecarbError, match=said):
        adoption.tabled_zones(table, YEAR, zones=array(1000.0, "zone"), ceiling=array(ceiling, "1"))


def test_a_table_may_fall_where_zones_retire() -> None:
    table = array([100.0, 80.0], "zone", year=[2030, 2040])
    path = adoption.tabled_zones(table, YEAR, zones=array(1000.0, "zone"), ceiling=array(1.0, "1"), retires=True)
    assert float(path.sel(year=2035)) == pytest.approx(90.0)


def test_a_list_withdraws_no_zone() -> None:
    with pytest.raises(DecarbError, match=r"rollout\.lists: fewer zones in 2030 than in 2025"):
        adoption.listed_zones(array([52.0, 50.0], "zone", year=[2025, 2030]), YEAR)


@settings(max_examples=30)
@given(st.floats(1.0, 400.0), RATE, st.floats(0.2, 0.9), st.floats(0.2, 0.9))
def test_cohorts_sum_to_the_nation_whoever_adopts(anchor: float, growth: float, first: float, second: float) -> None:
    """Shared by room and grown at one rate, the curves of the cohorts add to the national one."""
    zones = array(
        [[552.0, 100.0], [1891.0, 0.0]], "zone", level=["national", "provincial"], archetype=["light", "heavy"]
    )
    ceiling = array([first, second], "1", archetype=["light", "heavy"])
    room = (zones * ceiling).assign_attrs(units="zone")
    national = logistic(array(anchor, "zone"), growth, room.sum().assign_attrs(units="zone"), array(1.0, "1"))
    shared = adoption.shared_among(national, room)
    np.testing.assert_allclose(shared.sum(["level", "archetype"]), national, rtol=1e-12)
    point = adoption.shared_among(array(anchor, "zone"), room)
    np.testing.assert_allclose(
        logistic(point, growth, zones, ceiling).transpose(*shared.dims), shared, rtol=1e-9, atol=1e-12
    )


def test_where_none_may_adopt_none_is_shared_out() -> None:
    shared = adoption.shared_among(array(10.0, "zone"), array([0.0, 0.0], "zone", level=["national", "provincial"]))
    assert shared.values.tolist() == [0.0, 0.0]
