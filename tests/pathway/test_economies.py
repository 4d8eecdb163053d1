"""Economies on one definition: an open maximum is no peak, and the same end asks what the years left allow."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from decarb.pathway.economies import compared, in_one_line, in_words, times_as_fast

NAMES = ["China", "Fallen", "Rising"]
NONE = np.nan


def by_economy(values: list[float]) -> xr.DataArray:
    return xr.DataArray(values, {"economy": NAMES}, ("economy",), attrs={"units": "1"})


def share(value: float | list[float]) -> xr.DataArray:
    return xr.DataArray(value, dims=() if isinstance(value, float) else "band", attrs={"units": "1"})


def emissions() -> xr.DataArray:
    """2000 to 2020; China from 2005 on still rising, one that falls 3 % a year from 2004 on, one rising, no goal."""
    years = np.arange(2000, 2021)
    china = np.where(years < 2005, np.nan, 100.0 + 2.0 * (years - 2005))  # 130 in 2020
    fallen = 200.0 * np.where(years < 2004, 1.02 ** (years - 2004.0), 0.97 ** (years - 2004.0))
    rising = 10.0 * 1.05 ** (years - 2000.0)
    return xr.DataArray(
        [china, fallen, rising], {"economy": NAMES, "year": years}, ("economy", "year"), attrs={"units": "Mt CO2/yr"}
    )


@pytest.fixture
def table() -> xr.Dataset:
    return compared(emissions(), by_economy([2060, 2050, NONE]), by_economy([2030, NONE, NONE]), share(0.25))


def test_a_maximum_in_the_last_year_is_no_peak_and_a_pledge_counts_in_its_place(table: xr.Dataset) -> None:
    np.testing.assert_array_equal(table["peak_year"], [NONE, 2004, NONE])
    np.testing.assert_array_equal(table["counted_peak_year"], [2030, 2004, NONE])
    np.testing.assert_allclose(table["highest_value"], [130.0, 200.0, 10.0 * 1.05**20])


def test_the_years_left_and_the_same_end_give_the_required_rates(table: xr.Dataset) -> None:
    # A quarter left: China 2030-2060 1 - 0.25^(1/30) = 4.52 %; the fallen one 2004-2050 1 - 0.25^(1/46) = 2.97 %.
    np.testing.assert_array_equal(table["years_from_peak_to_goal"], [30, 46, NONE])
    np.testing.assert_allclose(table["required_rate_from_peak"], [0.0452, 0.0297, NONE], atol=5e-5)
    # From 2020: China 130 to 32.5 in 40 years, 3.41 %; the other is at 200 x 0.97^16 = 122.85, to 50 in 30, 2.95 %.
    np.testing.assert_array_equal(table["years_left"], [40, 30, NONE])
    np.testing.assert_allclose(table["required_rate_from_now"], [0.0341, 0.0295, NONE], atol=5e-5)
    np.testing.assert_allclose(times_as_fast(table, "China"), [0.04516 / 0.02969, NONE], rtol=1e-3)


def test_past_rates_count_from_the_peak_and_over_ten_years(table: xr.Dataset) -> None:
    # China 110 in 2010, 130 in 2020: 1 - (130/110)^(1/10) = -1.68 %, and no ten years were slower growth than those.
    np.testing.assert_allclose(table["rate_since_peak"], [NONE, 0.03, NONE], atol=1e-12)
    np.testing.assert_allclose(table["rate_last_decade"], [-0.0168, 0.03, -0.05], atol=5e-5)
    np.testing.assert_allclose(table["fastest_decade_rate"], [-0.0168, 0.03, -0.05], atol=5e-5)
    np.testing.assert_allclose(table["share_of_highest"], [1.0, 0.97**16, 1.0])
    assert int(table["fastest_decade_end"].sel(economy="China")) == 2020


def test_the_fastest_ten_years_are_found_where_they_lie() -> None:
    # 1,000 held to 2005, 700 from 2006 on: every ten years across the step fall by 1 - 0.7^(1/10) = 3.50 %.
    path = emissions().copy()
    path.loc[{"economy": "Fallen"}] = np.where(path["year"] <= 2005, 1000.0, 700.0)
    found = compared(path, by_economy([NONE] * 3), by_economy([NONE] * 3), share(0.1)).sel(economy="Fallen")
    assert float(found["fastest_decade_rate"]) == pytest.approx(1 - 0.7**0.1)
    assert 2010 <= int(found["fastest_decade_end"]) <= 2015
    assert int(found["peak_year"]) == 2000  # flat: the first year


def test_a_short_series_has_no_decade() -> None:
    path = emissions().sel(year=slice(2012, None))
    found = compared(path, by_economy([NONE] * 3), by_economy([NONE] * 3), share(0.1))
    assert found["rate_last_decade"].isnull().all()
    assert found["fastest_decade_rate"].isnull().all()
    assert found["fastest_decade_end"].isnull().all()


def test_a_goal_that_has_passed_or_left_nothing_has_no_rate() -> None:
    passed = compared(emissions(), by_economy([2020, 2004, 2019]), by_economy([NONE] * 3), share(0.25))
    assert passed["required_rate_from_now"].isnull().all()
    assert passed["required_rate_from_peak"].isnull().all()
    nothing = compared(emissions(), by_economy([2060] * 3), by_economy([2030] * 3), share(0.0))
    assert nothing["required_rate_from_peak"].isnull().all()


@settings(max_examples=8)
@given(st.floats(0.01, 0.9), st.floats(0.5, 1000.0))
def test_the_size_of_an_economy_changes_no_rate_and_a_smaller_rest_asks_more(left: float, size: float) -> None:
    goals, peaks = by_economy([2060, 2050, 2070]), by_economy([2030, NONE, 2040])
    one = compared(emissions(), goals, peaks, share([left, left / 2]))
    larger = compared((emissions() * size).assign_attrs(units="Mt CO2/yr"), goals, peaks, share(left))
    for name in ("rate_last_decade", "fastest_decade_rate", "required_rate_from_peak", "required_rate_from_now"):
        alike = one[name].isel(band=0) if "band" in one[name].dims else one[name]
        np.testing.assert_allclose(larger[name], alike, rtol=1e-9, atol=1e-12)
    assert (one["required_rate_from_peak"].diff("band") > 0).all()


def test_every_figure_has_its_unit(table: xr.Dataset) -> None:
    units = {str(name): table[name].attrs["units"] for name in table}
    assert units.pop("highest_value") == "Mt CO2/yr"
    assert {name for name, unit in units.items() if unit == "1/yr"} == {
        "rate_since_peak", "rate_last_decade", "fastest_decade_rate", "planned_rate", "required_rate_from_peak",
        "required_rate_from_now",
    }  # fmt: skip


def test_the_words_hold_the_numbers_and_name_who_has_no_peak(table: xr.Dataset) -> None:
    first, second, third = in_words(table)
    assert "China 4.5% a year over 2030-2060; Fallen 3.0% over 46 years" in first
    assert "from 2020 to the goal: China 3.4% a year; Fallen 3.0% over 30 years" in second
    assert third == "fastest ten years of any of the others: 3.0% a year, Fallen in 2004-2014"
    goals = compared(emissions(), by_economy([2060, 2050, 2070]), by_economy([2030, NONE, NONE]), share(0.25))
    assert "Rising no peak so far" in in_words(goals)[0]


def with_plan() -> xr.Dataset:
    """What China plans stands in a row of its own: 120 in 2020, 150 in 2030 and 75 in 2060, in straight lines."""
    years = np.arange(2000, 2061)
    plan = xr.DataArray(np.interp(years, [2020, 2030, 2060], [120.0, 150.0, 75.0]), {"year": years}, ("year",))
    plan = plan.where(plan["year"] >= 2020).expand_dims(economy=["plan"])
    paths = xr.concat([emissions(), plan], "economy", join="outer").assign_attrs(emissions().attrs)
    names = {"economy": [*NAMES, "plan"]}
    goals, pledged = (
        xr.DataArray(values, names, ("economy",), attrs={"units": "1"})
        for values in ([2060, 2050, NONE, 2060], [2030, NONE, NONE, 2030])
    )
    return compared(paths, goals, pledged, share(0.25), until=2020)


def test_a_plan_has_its_own_peak_and_rate_and_counts_what_happened_up_to_now_alone() -> None:
    plan = with_plan().sel(economy="plan")
    assert [int(plan[name]) for name in ("peak_year", "counted_peak_year", "last_year", "goal_year")] == [
        2030, 2030, 2020, 2060,
    ]  # fmt: skip
    # 150 to 75 in 30 years: 1 - 0.5^(1/30) = 2.28 %; from 120 in 2020 to 0.25 x 150 = 37.5: 1 - 0.3125^(1/40) = 2.87 %.
    assert float(plan["planned_rate"]) == pytest.approx(1 - 0.5 ** (1 / 30))
    assert float(plan["required_rate_from_now"]) == pytest.approx(1 - 0.3125 ** (1 / 40))
    # Slowest fall per value at the end: 100 in 2050, 75 in 2060: 1 - 0.75^(1/10) = 2.84 %.
    assert float(plan["fastest_decade_rate"]) == pytest.approx(1 - 0.75**0.1)
    assert int(plan["fastest_decade_end"]) == 2060
    assert bool(plan["rate_since_peak"].isnull()) and bool(plan["rate_last_decade"].isnull())


def test_a_plan_changes_no_row_of_the_others() -> None:
    alone = compared(emissions(), by_economy([2060, 2050, NONE]), by_economy([2030, NONE, NONE]), share(0.25))
    xr.testing.assert_allclose(with_plan().sel(economy=NAMES), alone)
    assert bool(alone["planned_rate"].isnull().all())


def test_a_plan_through_zero_has_no_rate_and_no_warning() -> None:
    path = emissions().copy()
    path.loc[{"economy": "Fallen"}] = np.linspace(100.0, -100.0, 21)
    found = compared(path, by_economy([NONE, 2020, NONE]), by_economy([NONE] * 3), share(0.25)).sel(economy="Fallen")
    assert bool(found["planned_rate"].isnull())
    assert bool(found["required_rate_from_now"].isnull())


def test_the_words_keep_a_plan_apart_from_those_it_is_compared_with() -> None:
    lines = in_words(with_plan(), scenario="plan")
    assert lines[3] == "plan: peak 2030, from there to 2060 2.3% a year; its fastest ten years 2.8% in 2050-2060"
    assert not any("plan" in line for line in lines[:3])
    assert lines[0].endswith("Fallen 3.0% over 46 years: 1.5 to 1.5 times as fast")
    assert in_one_line(with_plan(), scenario="plan") == (
        "other economies, the same share of the peak left: China 4.5% a year against 3.0% to 3.0% from peak to goal, "
        "3.4% a year against 3.0% to 3.0% from 2020; plan: 2.3%"
    )
