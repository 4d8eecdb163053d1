"""How steep the fall must be, the first year that is too slow, and the owner of the rest."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from decarb.errors import CallError
from decarb.pathway import rates, steepness
from decarb.pathway.series import Reason


def series(points: dict[int, float], units: str = "Mt CO2/yr") -> xr.DataArray:
    return xr.DataArray(list(points.values()), {"year": list(points)}, "year", name="co2", attrs={"units": units})


def number(value: xr.DataArray) -> float | None:
    return None if bool(value.isnull()) else float(value)


def test_eight_and_ten_per_cent_leave_what_the_source_left_unsaid() -> None:
    # 0.92^30 = 0.08197, 0.9^30 = 0.04239; over the 20 years to 2050: 0.1887 and 0.1216.
    kept = xr.DataArray([0.08, 0.10], dims="band")
    np.testing.assert_allclose(steepness.left_after(kept, 30), [0.08197, 0.04239], atol=5e-6)
    np.testing.assert_allclose(steepness.left_after(kept, 20), [0.1887, 0.1216], atol=5e-5)


@settings(max_examples=40)
@given(st.floats(-0.2, 0.3), st.integers(1, 30))
def test_a_kept_rate_and_the_fall_it_makes_are_one_thing(rate: float, years: int) -> None:
    left = steepness.left_after(rate, years)
    assert float(steepness.implied_rate(1 - left, years)) == pytest.approx(rate, abs=1e-9)
    assert left.attrs == {"units": "1"}


@pytest.mark.parametrize(("fall", "rate"), [(0.07, 0.0144), (0.10, 0.0209), (0.0, 0.0), (-0.1, -0.0192)])
def test_the_target_for_2035_stands_for_little_a_year(fall: float, rate: float) -> None:
    # 0.93^(1/5) = 0.98559; 0.90^(1/5) = 0.97915; 1.1^(1/5) = 1.01924.
    assert float(steepness.implied_rate(fall, 5)) == pytest.approx(rate, abs=5e-5)


def test_a_fall_to_zero_or_below_is_no_rate() -> None:
    assert np.isnan(steepness.implied_rate(xr.DataArray([1.0, 1.2]), 5)).all()


@pytest.mark.parametrize(
    ("residual", "fall", "rate"),
    [(1.0, 0.07, 0.0920), (1.0, 0.10, 0.0908), (0.5, 0.07, 0.1168), (0.5, 0.10, 0.1157), (2.0, 0.07, 0.0665)],
)
def test_after_the_2035_target_about_nine_per_cent_a_year_lead_to_one_gigatonne(
    residual: float, fall: float, rate: float
) -> None:
    # From 12 Gt: 1 - (1/11.16)^(1/25) = 9.20 %, 1 - (1/10.8)^(1/25) = 9.08 %; 0.5 Gt 11.6 to 11.7 %; 2 Gt 6.65 %.
    assert float(steepness.rate_after_target(fall, 12.0, residual)) == pytest.approx(rate, abs=5e-5)


@settings(max_examples=40)
@given(st.floats(0.0, 0.5), st.floats(1.0, 20.0), st.floats(0.1, 0.9))
def test_target_and_rest_lead_together_from_peak_to_residual(fall: float, peak: float, part: float) -> None:
    residual = part * peak * (1 - fall)
    after = steepness.rate_after_target(fall, peak, residual)
    reached = peak * steepness.left_after(steepness.implied_rate(fall, 5), 5)
    assert float(reached * steepness.left_after(after, 25)) == pytest.approx(residual, rel=1e-9)


def test_what_a_pathway_still_owes_counts_from_its_own_value() -> None:
    # 8,100 in 2035 to 6,561 in 2037 is twice 10 %; the years before do not matter.
    path = series({2020: 1.0, 2030: 12000.0, 2035: 8100.0, 2060: 10.0})
    assert float(steepness.rate_still_required(path, 6561.0, end=2037)) == pytest.approx(0.1, rel=1e-12)
    assert np.isnan(steepness.rate_still_required(path, 0.0))
    assert np.isnan(steepness.rate_still_required(series({2036: 9.0, 2060: 1.0}), 1.0))


def test_no_required_rate_has_its_reason() -> None:
    start = xr.DataArray([12.0, 12.0, 12.0, 0.0, -1.0, np.nan], dims="scenario")
    residual = xr.DataArray([1.0, 0.0, -2.0, 1.0, -1.0, 1.0], dims="scenario")
    codes = steepness.required_rate_reason(residual, start)
    late, begin, end = Reason.STARTS_LATE, Reason.START_NOT_POSITIVE, Reason.END_NOT_POSITIVE
    assert codes.values.tolist() == [Reason.DEFINED, end, end, begin, begin, late]
    assert codes.dtype == np.int8
    assert (rates.required_rate(residual, start, 30).isnull() == (codes != 0)).all()


@settings(max_examples=30)
@given(st.lists(st.integers(-3, 9), min_size=2, max_size=9))
def test_a_missing_year_on_year_rate_has_its_reason(values: list[int]) -> None:
    path = series({2030 + at: float(value) for at, value in enumerate(values)})
    codes = steepness.year_on_year_reason(path)
    assert codes.dtype == np.int8
    xr.testing.assert_equal(rates.year_on_year(path).isnull().rename(None), (codes != 0).rename(None))


@pytest.mark.parametrize(
    ("points", "year", "kept"),
    [
        ({2030: 100, 2031: 92, 2032: 84.64}, None, 1),  # exactly 8 % a year
        ({2030: 100, 2031: 92, 2032: 84.65}, 2032, 0),
        ({2030: 100, 2031: 85, 2032: 84.64}, None, 1),  # slow in 2032, but fast enough since 2030
        ({2030: 100, 2031: 93, 2032: 50}, 2031, 0),  # made good later: it failed all the same
        ({2030: 100, 2031: 100, 2032: 100}, 2031, 0),  # flat
        ({2030: 100, 2031: 0, 2032: 0}, None, 1),  # exact zero is below any path
        ({2030: 100, 2031: -5, 2032: -9}, None, 1),  # negative tail
        ({2030: 100, 2031: -5, 2032: 90}, 2032, 0),  # crossing back above the path
        ({2030: 0, 2031: -1, 2032: -1}, None, None),  # no rate starts at zero
        ({2030: -5, 2031: -6, 2032: 9}, None, None),
        ({2031: 100, 2032: 1}, None, None),  # starts late
        ({2030: 100, 2031: 92}, None, None),  # ends early, not failed so far
        ({2030: 100, 2031: 99}, 2031, 0),  # ends early, failed already
        ({2020: 500, 2030: 100, 2032: 84.64}, 2031, 0),  # the straight line lies above the even fall: 92.32
    ],
)
def test_the_first_failing_year_is_the_first_above_the_even_fall(
    points: dict[int, float], year: int | None, kept: int | None
) -> None:
    path = series(points)
    assert number(steepness.first_failing_year(path, 0.08, end=2032)) == year
    assert number(steepness.rate_kept(path, 0.08, end=2032)) == kept


@settings(max_examples=40)
@given(st.lists(st.integers(-2, 9), min_size=1, max_size=8), st.integers(2028, 2031), st.floats(-0.5, 0.5))
def test_a_failing_year_its_absence_and_its_reason_agree(values: list[int], first: int, rate: float) -> None:
    path = series({first + at: float(value) for at, value in enumerate(values)})
    failing = steepness.first_failing_year(path, rate, end=2034)
    kept = number(steepness.rate_kept(path, rate, end=2034))
    reason = Reason(int(steepness.first_failing_year_reason(path, end=2034)))
    assert (kept == 0) == bool(failing.notnull())
    if kept is None:
        assert reason is not Reason.DEFINED
    if kept == 1:
        assert reason is Reason.DEFINED
        end = rates.mean_annual_reduction_rate(path, 2030, 2034)
        assert bool(end.isnull()) or float(end) >= rate - 1e-8
    if kept == 0:
        until = int(failing)
        assert float(rates.mean_annual_reduction_rate(path, 2030, until)) < rate


def test_a_failing_year_of_many_scenarios_is_that_of_each_alone() -> None:
    years = [2030, 2031, 2032]
    many = xr.DataArray(
        [[100, 92, 84], [100, 93, 84], [0, 1, 1]], {"year": years}, ("scenario", "year"), attrs={"units": "Mt CO2/yr"}
    )
    np.testing.assert_array_equal(steepness.first_failing_year(many, 0.08, end=2032), [np.nan, 2031, np.nan])
    np.testing.assert_array_equal(steepness.rate_kept(many, 0.08, end=2032), [1, 0, np.nan])
    reasons = [Reason.DEFINED, Reason.DEFINED, Reason.START_NOT_POSITIVE]
    assert steepness.first_failing_year_reason(many, end=2032).values.tolist() == reasons


def test_a_rate_over_no_years_is_a_wrong_call() -> None:
    with pytest.raises(CallError, match="2030 to 2030"):
        steepness.first_failing_year(series({2030: 1}), 0.08, end=2030)


def parts(values: list[list[float]]) -> xr.DataArray:
    coords = {"sector": ["power_heat", "process", "transport"], "year": [2050, 2060]}
    return xr.DataArray(values, coords, ("sector", "year"), name="gross_co2", attrs={"units": "Mt CO2/yr"})


def test_the_residual_belongs_to_those_who_emit_it() -> None:
    # 2060: 300 + 600 + 100 = 1,000, so 30, 60 and 10 %; 2055 lies halfway: 400, 600, 200 of 1,200.
    emissions = parts([[500, 300], [600, 600], [300, 100]])
    left = steepness.owners_of_residual(emissions)
    np.testing.assert_allclose(left["share"], [0.3, 0.6, 0.1])
    assert left["largest"].item() == "process"
    assert left["residual"].attrs == {"units": "Mt CO2/yr"}
    np.testing.assert_allclose(steepness.owners_of_residual(emissions, 2055)["share"], [1 / 3, 1 / 2, 1 / 6])


def test_of_equal_owners_the_first_is_named_and_of_nothing_none() -> None:
    assert steepness.owners_of_residual(parts([[9, 5], [9, 5], [9, 0]]))["largest"].item() == "power_heat"
    nothing = steepness.owners_of_residual(parts([[9, 0], [9, 0], [9, 0]]))
    assert nothing["largest"].item() == ""
    assert nothing["share"].isnull().all()
    assert steepness.owners_of_residual(parts([[9, 1]] * 3), 2061)["largest"].item() == ""


@settings(max_examples=20)
@given(st.lists(st.floats(0, 1e4), min_size=3, max_size=3).filter(lambda values: sum(values) > 1e-3))
def test_shares_add_to_one_and_the_largest_has_the_largest(values: list[float]) -> None:
    left = steepness.owners_of_residual(parts([[1, value] for value in values]))
    assert float(left["share"].sum()) == pytest.approx(1.0)
    assert float(left["share"].sel(sector=left["largest"].item())) == float(left["share"].max())


def test_owners_are_named_scenario_by_scenario() -> None:
    emissions = xr.concat([parts([[9, 1], [9, 2], [9, 3]]), parts([[9, 3], [9, 2], [9, 0]])], dim="scenario")
    assert steepness.owners_of_residual(emissions)["largest"].values.tolist() == ["transport", "power_heat"]


@pytest.mark.parametrize(
    ("emissions", "owner", "said"),
    [
        (parts([[9, 1]] * 3), "origin", "no dimension 'origin'; name one of sector, year"),
        (parts([[9, 1], [9, -1], [9, 1]]), "sector", "gross_co2: a part is below zero in 2060"),
    ],
)
def test_what_has_no_shares_is_refused(emissions: xr.DataArray, owner: str, said: str) -> None:
    with pytest.raises(CallError, match=said):
        steepness.owners_of_residual(emissions, owner=owner)


def test_the_rate_that_sinks_and_removals_ask_for() -> None:
    # 12,000 in 2030; 1,200 - (-300) = 1,500 are taken in 2060: 1 - 0.125^(1/30) = 6.70 %.
    gross, net = series({2030: 12000.0, 2060: 1200.0}), series({2030: 10000.0, 2060: -300.0})
    assert float(steepness.required_by_sinks(gross, net)) == pytest.approx(1 - 0.125 ** (1 / 30))
    assert steepness.why_not_required(gross, net) == ""


@pytest.mark.parametrize(
    ("gross", "net", "said"),
    [
        ({2030: 9, 2060: 1}, {2060: 1}, "sinks and removals take 0 Mt CO2/yr in 2060: no rate is enough"),
        ({2030: 9, 2060: 1}, {2060: 4}, "sinks and removals take -3 Mt CO2/yr in 2060: no rate is enough"),
        ({2030: 0, 2060: 1}, {2060: -4}, "start is zero or negative"),
        ({2030: -9, 2060: 1}, {2060: -4}, "start is zero or negative"),
        ({2031: 9, 2060: 1}, {2060: -4}, "covers 2031-2060"),
        ({2030: 9, 2060: 1}, {2030: 4, 2059: -4}, "covers 2030-2059"),
        ({2030: 9, 2060: 0}, {2060: -4}, ""),  # exactly zero: what is taken still asks for a rate
        ({2030: 9, 2060: -2}, {2060: -4}, ""),
    ],
)
def test_no_rate_that_sinks_ask_for_has_its_reason(gross: dict[int, float], net: dict[int, float], said: str) -> None:
    paths = series(gross), series(net)
    assert said in (why := steepness.why_not_required(*paths))
    assert bool(steepness.required_by_sinks(*paths).isnull()) == bool(why)


def test_no_mean_rate_has_its_reason_in_words() -> None:
    assert steepness.why_no_rate(series({2030: 9, 2060: 1}), 2030, 2060) == ""
    assert "9 Mt CO2/yr in 2030, 0 Mt CO2/yr in 2060" in steepness.why_no_rate(series({2030: 9, 2060: 0}), 2030, 2060)
