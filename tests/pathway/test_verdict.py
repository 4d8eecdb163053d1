from __future__ import annotations

import json
from dataclasses import fields

import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from decarb.errors import InputError
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


def test_print_says_what_is_missed_and_why_and_names_the_rest() -> None:
    verdict = check_totals(totals(co2={2025: 12000, 2030: 12000, 2060: 6000}))
    lines = str(verdict).splitlines()
    missed = [one for one in verdict.verdicts if one.verdict == "fail"]
    assert lines[: len(missed)] == [f"{one.target} fail: {one.reason}" for one in missed]
    assert lines[len(missed)].startswith("pass: peak-2030")
    assert lines[len(missed) + 1].startswith("undefined: ") and "nonfossil-2030" in lines[len(missed) + 1]
    assert lines[-1] == "peak 2025, neutral -" and len(lines) == len(missed) + 3
    assert repr(verdict).startswith("Verdict(peak-2030 pass, ") and "\n" not in repr(verdict)


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
    assert set(verdict.undefined) == {"residual_owners", "largest_owner"}
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
    assert set(verdict.undefined) == {
        "required_rate", "rate_after_target", "rate_still_required", "mean_annual_reduction_rate",
        "rates_by_step.2055-2060", "year_on_year.2060", "residual_owners", "largest_owner",
    }  # fmt: skip
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


def test_the_steepness_of_a_pathway_by_hand() -> None:
    gross, net = {2030: 12000, 2035: 11400, 2060: 1200}, {2030: 10000, 2035: 9000, 2060: 200}
    verdict = check_totals(totals(gross_co2=gross, net_co2=net))
    # 1,000 are taken in 2060. From 11,400 in 2035: 1 - (1000/11400)^(1/25) = 9.28 %.
    assert verdict.rate_still_required == pytest.approx(1 - (1000 / 11400) ** (1 / 25))
    # 7 % below the peak is 11,160 in 2035: 1 - 0.93^(1/5) = 1.44 % to there, 1 - (1000/11160)^(1/25) = 9.20 % after.
    assert verdict.rate_to_target == pytest.approx(1 - 0.93**0.2) == pytest.approx(0.0144, abs=5e-5)
    assert verdict.rate_after_target == pytest.approx(1 - (1000 / 11160) ** (1 / 25)) == pytest.approx(0.092, abs=5e-4)
    # 11,880 in 2031 is 1 % below 2030, and 8 % is asked.
    assert (verdict.first_failing_year, verdict.rate_kept) == (2031, False)
    assert verdict.year_on_year is not None and verdict.year_on_year["2031"] == pytest.approx(0.01)
    assert list(verdict.year_on_year) == [str(year) for year in range(2031, 2061)]


def test_the_target_of_2035_counts_from_a_peak_before_2030_as_well() -> None:
    # Peak 12,500 in 2025, 12,000 in 2030: 0.93 x 12,500 = 11,625 in 2035, 1 - (11625/12000)^(1/5) = 0.63 % a year.
    verdict = check_totals(totals(gross_co2={2025: 12500, 2030: 12000, 2060: 1200}))
    assert verdict.rate_to_target == pytest.approx(1 - (11625 / 12000) ** 0.2)
    # A later peak does not count: 12,500 is the maximum up to 2035.
    late = check_totals(totals(gross_co2={2030: 12000, 2035: 12500, 2040: 13000, 2060: 1200}))
    assert late.rate_to_target == pytest.approx(1 - (11625 / 12000) ** 0.2)


def test_a_kept_rate_has_no_failing_year_and_says_so() -> None:
    kept = check_totals(totals(gross_co2={year: 12000 * 0.92 ** (year - 2030) for year in range(2030, 2061)}))
    assert (kept.first_failing_year, kept.rate_kept) == (None, True)
    assert kept.undefined["first_failing_year"] == "no year fails: 8% a year are kept to 2060"
    short = check_totals(totals(gross_co2={year: 12000 * 0.92 ** (year - 2030) for year in range(2030, 2055)}))
    assert (short.first_failing_year, short.rate_kept) == (None, None)
    assert "covers 2030-2054, needs 2030 and 2060" in short.undefined["rate_kept"]


@pytest.mark.parametrize(
    ("path", "failing", "kept", "peak", "neutral"),
    [
        ({2020: 9, 2030: 9, 2060: 0}, 2031, False, 2020, 2060),  # a flat peak, and exactly zero in 2060
        ({2020: 9, 2025: 5, 2030: 9, 2031: 0, 2060: 0}, None, True, 2020, 2031),  # two equal maxima, then zero
        ({2030: 9, 2031: -1, 2060: -5}, None, True, 2030, 2031),  # a negative tail
        ({2030: 9, 2031: -1, 2050: -1, 2060: 2}, 2057, False, 2030, 2031),  # down, and above the path again
        ({2020: 0, 2060: 0}, None, None, 2020, 2020),  # zero all along: no rate to keep
        ({2020: -2, 2060: -1}, None, None, 2060, 2020),
    ],
)
def test_zeros_crossings_flat_and_equal_peaks_have_one_meaning(
    path: dict[int, float], failing: int | None, kept: bool | None, peak: int, neutral: int
) -> None:
    # -1 to 2 from 2050 to 2060 is 0.8 in 2056 and 1.1 in 2057; 9 x 0.92^26 = 1.03, 9 x 0.92^27 = 0.95.
    verdict = check_totals(totals(co2=path))
    assert (verdict.peak_year, verdict.neutral_year) == (peak, neutral)
    assert verdict.rate_kept is kept
    assert verdict.first_failing_year == failing


def by_sector(parts: dict[str, list[float]]) -> xr.DataArray:
    return xr.DataArray(
        list(parts.values()), {"sector": list(parts), "year": [2030, 2060]}, ("sector", "year"),
        attrs={"units": "Mt CO2/yr"},
    )  # fmt: skip


def test_the_residual_has_owners_that_add_to_it() -> None:
    parts = by_sector({"power_heat": [9, 4], "process": [2, 1], "land": [-1, -2], "removals": [0, -1]})
    found = check_totals(totals(net_co2={2030: 10, 2060: 2}), net_co2_by_sector=parts)
    assert found.residual_owners == {"power_heat": 4, "process": 1, "land": -2, "removals": -1}
    assert sum(found.residual_owners.values()) == found.residual_2060 == 2
    assert found.largest_owner == "power_heat"
    assert found.units["residual_owners"] == "Mt CO2/yr"
    in_gt = (parts / 1000).assign_attrs(units="Gt CO2/yr")
    again = check_totals(totals(net_co2={2030: 10, 2060: 2}), net_co2_by_sector=in_gt)
    assert again.residual_owners == pytest.approx(found.residual_owners)


def test_where_nothing_is_emitted_nobody_owns_it() -> None:
    found = check_totals(
        totals(net_co2={2030: 8, 2060: -2}), net_co2_by_sector=by_sector({"process": [9, 0], "land": [-1, -2]})
    )
    assert (found.largest_owner, found.undefined["largest_owner"]) == (None, "nothing is emitted in 2060")


def test_parts_that_miss_their_total_are_refused_and_a_short_series_has_no_owners() -> None:
    parts = by_sector({"process": [9, 1], "land": [-1, -2]})
    with pytest.raises(InputError, match="miss the total by up to 5"):
        check_totals(totals(net_co2={2030: 8, 2060: 4}), net_co2_by_sector=parts)
    short = check_totals(totals(net_co2={2030: 8, 2060: -1}), net_co2_by_sector=parts.sel(year=[2030]))
    assert "does not reach 2060" in short.undefined["residual_owners"]
