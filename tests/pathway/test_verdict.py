from __future__ import annotations

import json
from dataclasses import fields

import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from decarb.pathway.targets import check_totals
from decarb.pathway.verdict import TargetVerdict, Verdict

UNITS = {"gross_co2": "Mt CO2/yr", "net_co2": "Mt CO2/yr", "co2": "Mt CO2/yr", "net_ghg": "Mt CO2e/yr"}


def totals(**paths: dict[int, float]) -> xr.Dataset:
    return xr.Dataset(
        {
            name: xr.DataArray(list(path.values()), {"year": list(path)}, "year", attrs={"units": UNITS[name]})
            for name, path in paths.items()
        }
    )


def test_the_figures_of_a_pathway_by_hand() -> None:
    # Gross 12,000 -> 1,200 in 30 years: 1 - 0.1^(1/30) = 7.39 %; R = 1,200 + 300 = 1,500: 1 - 0.125^(1/30) = 6.70 %.
    verdict = check_totals(totals(gross_co2={2030: 12000, 2060: 1200}, net_co2={2030: 10000, 2060: -300}))
    assert (verdict.peak_year, verdict.peak_value) == (2030, 12000)
    assert verdict.mean_annual_reduction_rate == pytest.approx(1 - 0.1 ** (1 / 30))
    assert verdict.rate_2030_2050 == pytest.approx(1 - (4800 / 12000) ** (1 / 20))
    assert verdict.required_rate == pytest.approx(1 - 0.125 ** (1 / 30))
    assert verdict.cumulative == pytest.approx(31 * 6600)
    assert verdict.share_of_peak_2060 == pytest.approx(0.1)
    assert (verdict.neutral_year, verdict.neutral_held, verdict.residual_2060) == (2060, True, -300)
    assert list(verdict.rates_by_step or {}) == [f"{year}-{year + 5}" for year in range(2030, 2060, 5)]
    assert verdict.undefined == {}
    assert verdict.totals["net_co2"] == {"unit": "Mt CO2/yr", "first_year": 2030, "last_year": 2060}


def test_net_co2_decides_neutrality_and_gross_co2_the_peak() -> None:
    verdict = check_totals(totals(gross_co2={2030: 9, 2040: 5, 2060: 1}, net_co2={2030: 3, 2040: 4, 2060: -1}))
    assert (verdict.peak_year, verdict.residual_2060) == (2030, -1)


def test_an_absent_total_leaves_its_figures_out_and_is_not_replaced() -> None:
    verdict = check_totals(totals(net_co2={2030: 9, 2060: 1}))
    assert verdict.peak_year is verdict.rates_by_step is verdict.cumulative is None
    assert verdict.undefined["peak_year"] == "gross_co2 is not given (given: net_co2)"
    assert verdict.residual_2060 == 1
    assert check_totals(totals(gross_co2={2030: 9, 2060: 1})).residual_2060 is None


def test_an_undeclared_co2_total_has_every_co2_figure_but_the_required_rate() -> None:
    verdict = check_totals(totals(co2={2020: 8, 2030: 9, 2060: 0}))
    assert (verdict.peak_year, verdict.neutral_year, verdict.neutral_held) == (2030, 2060, True)
    assert set(verdict.undefined) == {"required_rate", "mean_annual_reduction_rate", "rates_by_step.2055-2060"}
    assert "zero or negative" in verdict.undefined["mean_annual_reduction_rate"]


def test_figures_beyond_the_end_of_a_series_are_undefined() -> None:
    verdict = check_totals(totals(co2={2020: 8, 2055: 1}))
    for key in ("mean_annual_reduction_rate", "neutral_year", "neutral_held", "residual_2060", "share_of_peak_2060"):
        assert getattr(verdict, key) is None
        assert "covers 2020-2055" in verdict.undefined[key]
    assert verdict.rate_2030_2050 is not None


def test_a_path_that_never_reaches_zero_says_how_far_it_gets() -> None:
    verdict = check_totals(totals(net_co2={2020: 8, 2060: 2}))
    assert verdict.neutral_year is None
    assert verdict.neutral_held is False
    assert verdict.undefined["neutral_year"] == "net_co2: the series stays above zero (2 Mt CO2/yr in 2060)"


def test_a_required_rate_needs_something_that_takes_the_residual() -> None:
    verdict = check_totals(totals(gross_co2={2030: 9, 2060: 1}, net_co2={2030: 9, 2060: 1}))
    assert verdict.required_rate is None
    assert "take 0 Mt CO2/yr in 2060" in verdict.undefined["required_rate"]


def test_all_zeros_and_a_single_year_are_judged_without_a_warning() -> None:
    verdict = check_totals(totals(co2={2020: 0, 2060: 0}))
    assert (verdict.peak_year, verdict.neutral_year, verdict.cumulative) == (2020, 2020, 0)
    assert "never above zero" in verdict.undefined["share_of_peak_2060"]
    single = check_totals(totals(co2={2027: 5}))
    assert (single.peak_year, single.cumulative, single.rates_by_step) == (2027, 5, {})
    assert "starts after" not in single.undefined["neutral_year"]


def nulls(value: object, path: str = "") -> set[str]:
    if isinstance(value, dict):
        return {found for key, inner in value.items() for found in nulls(inner, f"{path}.{key}".lstrip("."))}
    return {path} if value is None else set()


paths = st.dictionaries(st.integers(2010, 2070), st.integers(-9, 9), min_size=1, max_size=7).map(
    lambda path: dict(sorted(path.items()))
)


@settings(max_examples=40)
@given(st.sampled_from(["gross_co2", "net_co2", "co2", "net_ghg"]), paths)
def test_every_null_has_its_reason_and_the_object_is_plain_json(name: str, path: dict[int, float]) -> None:
    found = check_totals(totals(**{name: path})).to_dict()
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    verdicts = found.pop("verdicts")
    undefined = found.pop("undefined")
    assert nulls(found) == set(undefined)
    assert all(undefined.values())
    for verdict in verdicts:
        assert (verdict["value"] is None) == (verdict["verdict"] == "undefined")
        assert verdict["reason"]


def test_the_object_has_the_fields_it_promises() -> None:
    found = check_totals(totals(co2={2020: 8, 2060: 2})).to_dict()
    assert set(found) == {field.name for field in fields(Verdict)}
    named = ["target", "total", "value", "unit", "threshold", "verdict", "reason"]
    assert list(found["verdicts"][0]) == named == [field.name for field in fields(TargetVerdict)]
    assert type(found["peak_year"]) is type(found["verdicts"][0]["value"]) is int
    assert type(found["neutral_held"]) is bool
