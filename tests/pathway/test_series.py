from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from decarb.errors import CallError, InputError
from decarb.pathway.series import REASONS, Reason, annual, check_series, coverage, in_words, value_in


def series(points: dict[int, float], units: str = "Mt CO2/yr") -> xr.DataArray:
    return xr.DataArray(list(points.values()), {"year": list(points)}, "year", name="co2", attrs={"units": units})


paths = st.dictionaries(st.integers(2010, 2070), st.integers(-99, 99).map(float), min_size=1, max_size=8).map(
    lambda points: series(dict(sorted(points.items())))
)


def test_gaps_are_joined_by_straight_lines_and_nothing_is_extrapolated() -> None:
    # 40 over 4 years is 10 a year; the year after 2034 is not there.
    full = annual(series({2030: 100, 2034: 60, 2035: 61}))
    assert full["year"].values.tolist() == [2030, 2031, 2032, 2033, 2034, 2035]
    assert full.values.tolist() == [100, 90, 80, 70, 60, 61]
    assert full.attrs == {"units": "Mt CO2/yr"}


@given(paths)
def test_given_years_keep_their_values_and_a_full_series_stays_as_it_is(path: xr.DataArray) -> None:
    full = annual(path)
    assert full.sel(year=path["year"]).values.tolist() == path.values.tolist()
    xr.testing.assert_identical(annual(full), full)


@pytest.mark.parametrize(
    ("before", "after", "span", "zero"), [(0.1, -0.2, 3, 1), (0.7, -2.1, 4, 1), (1e4 / 3, -1e4, 8, 2)]
)
def test_a_line_through_exact_zero_gives_zero_whatever_the_rounding(
    before: float, after: float, span: int, zero: int
) -> None:
    assert float(value_in(series({2050: before, 2050 + span: after}), 2050 + zero)) == 0.0


def test_small_positive_totals_are_not_taken_for_zero() -> None:
    assert float(value_in(series({2020: 1e4, 2050: 1e-9, 2060: 1e-9}), 2055)) == 1e-9


@given(st.floats(1e-3, 1e5), st.integers(2, 40))
def test_a_flat_stretch_stays_exactly_flat(value: float, span: int) -> None:
    assert set(annual(series({2020: value, 2020 + span: value})).values.tolist()) == {value}


def test_every_scenario_is_joined_alone() -> None:
    both = xr.concat([series({2030: 4, 2032: 0}), series({2030: 0, 2032: 8})], "scenario").assign_attrs(units="GW")
    assert annual(both).sel(year=2031).values.tolist() == [2, 4]


def test_blocks_of_scenarios_are_joined_lazily_and_alike() -> None:
    both = xr.concat([series({2030: 4, 2032: 0}), series({2030: 0, 2032: 8})], "scenario").assign_attrs(units="GW")
    lazy = annual(both.chunk(scenario=1))
    assert lazy.chunks is not None
    xr.testing.assert_identical(lazy.compute(), annual(both))


def test_a_year_outside_the_series_has_no_value() -> None:
    assert np.isnan(value_in(series({2030: 4, 2032: 0}), 2033))


@pytest.mark.parametrize(
    ("first", "last", "reason"),
    [
        (2030, 2040, Reason.DEFINED),
        (2029, 2040, Reason.STARTS_LATE),
        (2030, 2041, Reason.ENDS_EARLY),
        (2050, 2060, Reason.ENDS_EARLY),
    ],
)
def test_coverage_needs_both_years(first: int, last: int, reason: Reason) -> None:
    assert coverage(series({2030: 1, 2040: 1}), first, last) is reason


def test_swapped_years_are_a_wrong_call() -> None:
    with pytest.raises(CallError, match="swap them"):
        coverage(series({2030: 1}), 2031, 2030)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (series({2030: 1, 2029: 1}), "2030 is followed by 2029"),
        (xr.DataArray([1.0, 2.0], {"year": [2030, 2030]}, "year", attrs={"units": "GW"}), "2030 is followed by 2030"),
        (series({2030: np.nan}), "no finite number"),
        (series({2030: np.inf}), "no finite number"),
        (series({2030: "7"}), "no finite number"),
        (series({2030.0: 1}), "years are float64"),
        (series({20300: 1}), "20300 lies outside"),
        (series({1899: 1}), "1899 lies outside"),
        (series({}), "no years"),
        (xr.DataArray([1.0], dims="year", attrs={"units": "GW"}), "no years"),
        (xr.DataArray(1.0, attrs={"units": "GW"}), "no years"),
        (series({2030: 1}).drop_attrs(), "has no unit"),
    ],
)
def test_a_series_that_cannot_be_judged_is_refused(wrong: xr.DataArray, said: str) -> None:
    with pytest.raises(InputError, match=said):
        check_series(wrong)


def test_all_faults_of_a_series_are_reported_at_once() -> None:
    with pytest.raises(InputError) as caught:
        check_series(series({2030: np.nan, 1020: 1}).drop_attrs())
    assert len(caught.value.problems) == 4


def test_every_reason_has_its_words() -> None:
    assert set(REASONS) == set(Reason)
    said = in_words(Reason.END_NOT_POSITIVE, series({2030: 1200, 2060: -3}), 2030, 2060)
    assert "zero or negative" in said
    assert "(1,200 Mt CO2/yr in 2030, -3 Mt CO2/yr in 2060)" in said
