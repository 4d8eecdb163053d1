from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from decarb.errors import CallError
from decarb.pathway import rates
from decarb.pathway.series import Reason, annual


def series(points: dict[int, float], units: str = "Mt CO2/yr") -> xr.DataArray:
    return xr.DataArray(list(points.values()), {"year": list(points)}, "year", name="co2", attrs={"units": units})


paths = st.dictionaries(st.integers(2010, 2070), st.integers(-99, 99).map(float), min_size=1, max_size=8).map(
    lambda points: series(dict(sorted(points.items())))
)


@pytest.mark.parametrize(
    ("points", "year"),
    [
        ({2020: 1, 2025: 3, 2030: 2}, 2025),
        ({2020: 1, 2025: 3, 2030: 3, 2035: 1}, 2025),  # flat
        ({2020: 3, 2025: 1, 2030: 3}, 2020),  # two equal maxima
        ({2020: 1, 2030: 2}, 2030),  # still rising
        ({2020: 0, 2030: 0}, 2020),
        ({2020: -3, 2030: -2}, 2030),
        ({2027: 5}, 2027),
    ],
)
def test_the_peak_is_the_first_year_of_the_global_maximum(points: dict[int, float], year: int) -> None:
    assert int(rates.peak_year(series(points))) == year
    assert float(rates.peak_value(series(points))) == max(points.values())


def test_the_rate_is_the_compound_one() -> None:
    # 12,000 x 0.92^30 = 983.55: 8 % a year leaves 8.2 % of the peak.
    path = series({2030: 12000, 2060: 12000 * 0.92**30})
    assert float(rates.mean_annual_reduction_rate(path, 2030, 2060)) == pytest.approx(0.08, rel=1e-12)
    assert float(rates.share_of_peak(path, 2060)) == pytest.approx(0.0820, abs=5e-5)


@given(st.floats(1e-3, 1e5), st.floats(1e-3, 1e5), st.integers(1, 60))
def test_the_rate_kept_every_year_leads_from_start_to_end(first: float, last: float, years: int) -> None:
    path = series({2020: first, 2020 + years: last})
    rate = float(rates.mean_annual_reduction_rate(path, 2020, 2020 + years))
    assert first * (1 - rate) ** years == pytest.approx(last, rel=1e-6)
    assert float(rates.required_rate(last, first, years)) == rate


@pytest.mark.parametrize(
    ("points", "reason"),
    [
        ({2030: 5, 2060: 1}, Reason.DEFINED),
        ({2030: 5, 2060: 0}, Reason.END_NOT_POSITIVE),
        ({2030: 5, 2060: -1}, Reason.END_NOT_POSITIVE),
        ({2030: 0, 2060: 1}, Reason.START_NOT_POSITIVE),
        ({2030: -5, 2060: -1}, Reason.START_NOT_POSITIVE),
        ({2031: 5, 2060: 1}, Reason.STARTS_LATE),
        ({2030: 5, 2059: 1}, Reason.ENDS_EARLY),
        ({2030: 5}, Reason.ENDS_EARLY),
    ],
)
def test_a_rate_is_undefined_with_its_reason_where_an_end_is_missing_or_not_positive(
    points: dict[int, float], reason: Reason
) -> None:
    code = rates.mean_annual_reduction_rate_reason(series(points), 2030, 2060)
    assert int(code) == reason
    assert code.dtype == np.int8
    assert bool(rates.mean_annual_reduction_rate(series(points), 2030, 2060).isnull()) == (reason != Reason.DEFINED)


def test_a_rate_over_no_years_is_a_wrong_call() -> None:
    with pytest.raises(CallError, match="2030 to 2030"):
        rates.mean_annual_reduction_rate(series({2030: 1}), 2030, 2030)


def test_steps_start_on_multiples_of_five_inside_the_series() -> None:
    # 100 -> 50 over 2025-2035 passes 75 in 2030; 2021-2025 and 2035-2038 are no full steps.
    steps = rates.rates_by_step(series({2021: 100, 2025: 100, 2035: 50, 2038: 50}))
    assert steps["step"].values.tolist() == ["2025-2030", "2030-2035"]
    assert steps.values == pytest.approx([1 - 0.75**0.2, 1 - (50 / 75) ** 0.2])
    assert rates.rates_by_step(series({2026: 1})).sizes["step"] == 0


def test_a_step_through_zero_has_no_rate_and_says_so() -> None:
    path = series({2050: 10, 2055: 5, 2060: 0, 2065: -5})
    assert rates.rates_by_step(path).isnull().values.tolist() == [False, True, True]
    codes = [Reason.DEFINED, Reason.END_NOT_POSITIVE, Reason.START_NOT_POSITIVE]
    assert rates.rates_by_step_reason(path).values.tolist() == codes


def test_year_on_year_compares_with_the_year_before() -> None:
    change = rates.year_on_year(series({2030: 100, 2031: 90, 2032: 99, 2033: 0, 2034: 5}))
    assert change["year"].values.tolist() == [2031, 2032, 2033, 2034]
    np.testing.assert_allclose(change, [0.1, -0.1, np.nan, np.nan], atol=1e-12)


def test_nothing_to_take_a_residual_leaves_no_required_rate() -> None:
    # 1 - (2/12)^(1/30) = 5.8 %: enough for a residual of 2 Gt from 12 Gt.
    assert float(rates.required_rate(2.0, 12.0, 30)) == pytest.approx(0.058, abs=5e-4)
    assert np.isnan(rates.required_rate(0.0, 12.0, 30))
    assert np.isnan(rates.required_rate(2.0, -12.0, 30))


@pytest.mark.parametrize(
    ("points", "year", "held"),
    [
        ({2020: 9, 2060: 0}, 2060, 1),  # exact zero counts
        ({2050: 9, 2060: -9}, 2055, 1),  # the line crosses exactly there
        ({2050: 9, 2060: -8}, 2056, 1),
        ({2050: 9, 2060: 1}, None, 0),
        ({2020: 9, 2040: -1, 2050: 1, 2060: -1}, 2038, 0),  # down, up, down
        ({2020: 9, 2060: -1, 2070: 1}, 2056, 0),  # not held beyond 2060
        ({2020: 9, 2070: 0}, 2070, 1),
        ({2020: 0, 2060: 0}, 2020, 1),
        ({2020: -1, 2060: -2}, 2020, 1),  # never positive
        ({2020: 9, 2059: -1}, 2056, None),
        ({2020: 9, 2059: 1}, None, None),
        ({2020: 9, 2040: -1, 2050: 1}, 2038, 0),  # broken before the series ends: known
        ({2060: 0}, 2060, 1),
    ],
)
def test_neutral_is_the_first_year_at_or_below_zero_and_held_if_it_stays(
    points: dict[int, float], year: int | None, held: int | None
) -> None:
    path = series(points)
    found = [rates.neutral_year(path), rates.neutral_held(path)]
    assert [None if bool(value.isnull()) else int(value) for value in found] == [year, held]


def test_no_neutral_year_is_told_apart_from_a_short_series() -> None:
    assert int(rates.neutral_year_reason(series({2020: 9, 2060: 1}))) == Reason.NEVER_AT_ZERO
    assert int(rates.neutral_year_reason(series({2020: 9, 2059: 1}))) == Reason.ENDS_EARLY
    assert int(rates.neutral_year_reason(series({2020: 9, 2059: 0}))) == Reason.DEFINED


def test_cumulative_sums_every_covered_year_from_2020() -> None:
    # 2020 to 2022 on the line 10, 8, 6; 2018 and 2019 stay out.
    total = rates.cumulative(series({2018: 14, 2022: 6}))
    assert float(total) == 24
    assert total.attrs["units"] == "Mt CO2"
    assert float(rates.cumulative(series({2030: 5}))) == 5
    assert np.isnan(rates.cumulative(series({2018: 5, 2019: 5})))


def test_share_of_peak_needs_a_peak_above_zero() -> None:
    assert float(rates.share_of_peak(series({2030: 8, 2060: -2}))) == -0.25
    assert int(rates.share_of_peak_reason(series({2030: 0, 2060: -2}))) == Reason.PEAK_NOT_POSITIVE
    assert np.isnan(rates.share_of_peak(series({2030: 0, 2060: -2})))
    assert int(rates.share_of_peak_reason(series({2030: 8, 2050: 2}))) == Reason.ENDS_EARLY


def all_figures(path: xr.DataArray) -> dict[str, xr.DataArray]:
    return {
        "peak_year": rates.peak_year(path),
        "rate": rates.mean_annual_reduction_rate(path, 2030, 2060),
        "reason": rates.mean_annual_reduction_rate_reason(path, 2030, 2060),
        "steps": rates.rates_by_step(path),
        "step_reasons": rates.rates_by_step_reason(path),
        "neutral_year": rates.neutral_year(path),
        "neutral_reason": rates.neutral_year_reason(path),
        "neutral_held": rates.neutral_held(path),
        "share": rates.share_of_peak(path),
        "share_reason": rates.share_of_peak_reason(path),
    }


@settings(max_examples=30)
@given(paths)
def test_a_figure_is_missing_exactly_where_a_reason_is_given(path: xr.DataArray) -> None:
    found = all_figures(path)
    for value, reason in (
        ("rate", "reason"),
        ("steps", "step_reasons"),
        ("neutral_year", "neutral_reason"),
        ("share", "share_reason"),
    ):
        assert (found[value].isnull() == (found[reason] != 0)).all(), value


@settings(max_examples=30)
@given(paths)
def test_the_size_of_the_nation_changes_no_year_and_no_rate(path: xr.DataArray) -> None:
    larger = all_figures((path * 1024).assign_attrs(path.attrs))
    for name, value in all_figures(path).items():
        xr.testing.assert_equal(value, larger[name])


@settings(max_examples=30)
@given(paths)
def test_a_given_year_on_the_line_changes_nothing(path: xr.DataArray) -> None:
    full = all_figures(annual(path))
    for name, value in all_figures(path).items():
        xr.testing.assert_equal(value, full[name])


@settings(max_examples=30)
@given(st.lists(st.lists(st.integers(-9, 9), min_size=5, max_size=5), min_size=1, max_size=4))
def test_many_scenarios_give_what_each_gives_alone(values: list[list[int]]) -> None:
    years = [2020, 2030, 2041, 2050, 2060]
    many = xr.DataArray(values, {"year": years}, ("scenario", "year"), attrs={"units": "Mt CO2/yr"})
    together = all_figures(many)
    for at in range(len(values)):
        for name, alone in all_figures(many.isel(scenario=at)).items():
            xr.testing.assert_equal(together[name].isel(scenario=at), alone)


def test_units_are_stamped_and_not_inherited() -> None:
    path = series({2020: 8, 2060: 2}).assign_attrs(long_name="old")
    assert rates.mean_annual_reduction_rate(path, 2020, 2060).attrs == {"units": "1/yr"}
    assert rates.residual(path).attrs == rates.peak_value(path).attrs == {"units": "Mt CO2/yr"}
    assert rates.share_of_peak(path).attrs == {"units": "1"}
