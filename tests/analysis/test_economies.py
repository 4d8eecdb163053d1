"""China beside five other economies, from the shipped tables."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from decarb.analysis.economies import CHINA, ECONOMIES, PLAN, economies_table
from decarb.pathway.economies import in_one_line, in_words, times_as_fast
from decarb.tables import read_table, table_array

GOAL = ["China", "European Union (27)", "United Kingdom", "Japan"]


@pytest.fixture(scope="module")
def table() -> xr.Dataset:
    return economies_table()


def test_peaks_are_those_of_the_table(table: xr.Dataset) -> None:
    for name, variable in (("peak_year", "economy_peak_year"), ("highest_value", "economy_peak_co2")):
        known = table_array("other_economies", variable, "economy")
        np.testing.assert_array_equal(table[name].sel(economy=known["economy"]), known)
    assert table["economy"].values.tolist() == list(ECONOMIES)
    assert table["peak_year"].sel(economy=["China", "India"]).isnull().all()


def test_a_goal_is_stated_or_there_is_none(table: xr.Dataset) -> None:
    np.testing.assert_array_equal(table["goal_year"], [2060, 2050, 2050, np.nan, 2050, 2070])
    np.testing.assert_array_equal(table["years_from_peak_to_goal"], [30, 71, 79, np.nan, 37, np.nan])


def test_from_peak_to_goal_china_must_be_about_twice_as_fast_as_europe(table: xr.Dataset) -> None:
    # 0.92^30 = 0.08197 of the peak left. EU: 1 - 0.08197^(1/71) = 3.46 %; UK, 79 years, 3.12 %; Japan, 37, 6.54 %.
    rates = table["required_rate_from_peak"].sel(economy=GOAL)
    np.testing.assert_allclose(rates, [0.08, 0.0346, 0.0312, 0.0654], atol=5e-5)
    times = times_as_fast(table, "China").sel(economy=GOAL[1:])
    np.testing.assert_allclose(times, [2.31, 2.57, 1.22], atol=0.005)


def test_from_2024_on_all_must_be_about_as_fast(table: xr.Dataset) -> None:
    # EU: 0.08197 x 4,117.4 = 337.5 from 2,426.2 in 26 years: 1 - 0.13911^(1/26) = 7.31 %.
    rates = table["required_rate_from_now"].sel(economy=GOAL)
    np.testing.assert_allclose(rates, [0.0671, 0.0731, 0.0653, 0.0808], atol=5e-5)


def test_no_economy_has_fallen_for_ten_years_at_much_more_than_half_the_band(table: xr.Dataset) -> None:
    # The United Kingdom came nearest, 4.4 % a year in the ten years to 2020, a pandemic year.
    assert float(table["fastest_decade_rate"].max()) == pytest.approx(0.0440, abs=5e-5)
    assert int(table["fastest_decade_end"].sel(economy="United Kingdom")) == 2020
    decade = table["rate_last_decade"].sel(economy=["European Union (27)", "United Kingdom", "United States", "Japan"])
    np.testing.assert_allclose(decade, [0.0223, 0.0333, 0.0120, 0.0267], atol=5e-5)


def test_the_high_end_of_the_band_leaves_less_and_asks_more(table: xr.Dataset) -> None:
    high = economies_table("high")
    assert float(high["residual_share"]) == pytest.approx(0.9**30)
    assert (high["required_rate_from_now"] > table["required_rate_from_now"]).sum() == 5
    assert float(high["required_rate_from_peak"].sel(economy="China")) == pytest.approx(0.10)


def test_the_words_are_those_of_the_table(table: xr.Dataset) -> None:
    said = in_words(table)
    assert "China 8.0% a year over 2030-2060; European Union (27) 3.5% over 71 years" in said[0]
    assert "India no peak so far" in said[0] and "United States" not in said[0]
    assert "from 2024 to the goal: China 6.7% a year; European Union (27) 7.3% over 26 years" in said[1]
    assert said[2].endswith("4.4% a year, United Kingdom in 2010-2020")


def plan(unit: str = "Mt CO2/yr", size: float = 1.0) -> xr.DataArray:
    """12,000 to 2030, then evenly to 3,000 in 2060."""
    years = np.arange(2020, 2061)
    values = np.interp(years, [2030, 2060], [12000.0, 3000.0]) * size
    return xr.DataArray(values, {"year": years}, ("year",), attrs={"units": unit}).assign_coords(land_view="inventory")


def test_a_scenario_stands_in_its_own_row_with_the_goal_of_china(table: xr.Dataset) -> None:
    with_plan = economies_table(gross_co2=plan())
    assert with_plan["economy"].values.tolist() == [*ECONOMIES, PLAN]
    xr.testing.assert_allclose(with_plan.sel(economy=list(ECONOMIES)), table)
    own = with_plan.sel(economy=PLAN)
    assert (int(own["goal_year"]), int(own["peak_year"]), int(own["last_year"])) == (2060, 2020, 2024)
    # 12,000 to 3,000 over the 40 years from the first year of the flat peak: 1 - 0.25^(1/40).
    assert float(own["planned_rate"]) == pytest.approx(1 - 0.25 ** (1 / 40))
    assert in_one_line(with_plan, CHINA, PLAN).endswith("China, this scenario: 3.4%")
    assert len(in_words(with_plan, CHINA, PLAN)) == 4


def test_the_unit_of_the_scenario_does_not_matter() -> None:
    in_gt = economies_table(gross_co2=plan("Gt CO2/yr", 1e-3))
    xr.testing.assert_allclose(in_gt, economies_table(gross_co2=plan()))


def test_one_vintage_of_one_budget_and_one_list_of_pledges_stand_behind_all() -> None:
    rows = read_table("other_economies")
    for start, source in (("economy_co2", "gcb-2025"), ("economy_neutral_year", "pledges")):
        assert set(rows.loc[rows["variable"] == start, "source"]) == {source}
