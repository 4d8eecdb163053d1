from __future__ import annotations

import pytest
import xarray as xr

from decarb.pathway.judging import judge
from decarb.pathway.targets import TARGETS
from decarb.pathway.verdict import TargetVerdict

UNITS = {"net_ghg": "Mt CO2e/yr", "gdp": "CNY_2020", "nonfossil_share": "1", "wind_solar_capacity": "GW"}
BY_ID = {target.id: target for target in TARGETS}


def line(name: str, path: dict[int, float], **said: str) -> xr.DataArray:
    units = UNITS.get(name, "Mt CO2/yr")
    return xr.DataArray(list(path.values()), {"year": list(path), **said}, "year", name=name, attrs={"units": units})


def judged(target: str, *series: xr.DataArray) -> TargetVerdict:
    return judge(BY_ID[target], {str(one.name): one for one in series})


@pytest.mark.parametrize(
    ("path", "in_time", "before"),
    [
        ({2020: 8, 2028: 9, 2040: 1}, "pass", "pass"),
        ({2020: 8, 2030: 9, 2040: 1}, "pass", "fail"),
        ({2020: 8, 2031: 9, 2040: 1}, "fail", "fail"),
        ({2020: 8, 2060: 9}, "fail", "fail"),  # still rising, but already too late
        ({2020: 9, 2040: 9}, "pass", "pass"),  # flat: the first year
        ({2020: 9, 2035: 5, 2050: 9}, "pass", "pass"),  # two equal maxima: the first year
        ({2020: 8, 2030: 9}, "undefined", "fail"),  # may still rise; before 2030 it cannot have been
        ({2020: 8, 2028: 9, 2030: 7}, "pass", "pass"),
        ({2020: 9, 2029: 8}, "undefined", "undefined"),  # does not reach 2030
        ({2030: 9, 2040: 8}, "pass", "undefined"),  # nothing is known before 2030
        ({2031: 9, 2040: 8}, "undefined", "undefined"),
    ],
)
def test_the_peak_is_judged_only_where_the_series_shows_it(path: dict[int, float], in_time: str, before: str) -> None:
    gross = line("gross_co2", path)
    assert judged("peak-2030", gross).verdict == in_time
    assert judged("peak-before-2030", gross).verdict == before


def test_the_peak_year_decides() -> None:
    verdict = judged("peak-2030", line("gross_co2", {2020: 8, 2031: 9.5, 2040: 1}))
    assert verdict == TargetVerdict(
        "peak-2030", "gross_co2", 2031, "year", 2030, "fail", "maximum of 9.5 Mt CO2/yr in 2031"
    )
    assert "may still rise" in judged("peak-2030", line("gross_co2", {2020: 8, 2030: 9})).reason


@pytest.mark.parametrize(("left", "verdict"), [(93, "pass"), (93.1, "fail"), (100, "fail"), (0, "pass"), (-5, "pass")])
def test_the_2035_fall_counts_from_the_maximum_up_to_2035(left: float, verdict: str) -> None:
    ghg = line("net_ghg", {2025: 90, 2028: 100, 2035: left, 2060: 200}, land_view="inventory", gwp="AR5")
    found = judged("ndc-2035", ghg)
    assert found.verdict == verdict
    assert found.value == pytest.approx(1 - left / 100)
    assert "not declared" not in found.reason


@pytest.mark.parametrize(
    ("said", "verdict", "word"),
    [
        ({"land_view": "bookkeeping", "gwp": "AR5"}, "undefined", "land_view is bookkeeping"),
        ({"land_view": "inventory", "gwp": "AR6"}, "undefined", "gwp is AR6"),
        ({"gwp": "AR5"}, "pass", "not declared: land_view"),
        ({}, "pass", "not declared: land_view, gwp"),
    ],
)
def test_the_2035_fall_needs_the_counting_of_the_official_report(said: dict[str, str], verdict: str, word: str) -> None:
    found = judged("ndc-2035", line("net_ghg", {2025: 100, 2035: 50}, **said))
    assert found.verdict == verdict
    assert word in found.reason


def test_the_2035_fall_is_undefined_without_a_peak_above_zero_or_without_ghg() -> None:
    assert judged("ndc-2035", line("net_ghg", {2025: -1, 2035: -2})).verdict == "undefined"
    assert judged("ndc-2035", line("net_ghg", {2031: 9, 2035: 1})).verdict == "undefined"
    found = judged("ndc-2035", line("co2", {2025: 100, 2035: 50}))
    assert (found.verdict, found.total) == ("undefined", "net_ghg")


@pytest.mark.parametrize(
    ("path", "verdict", "word"),
    [
        ({2020: 9, 2060: 0}, "pass", "at or below zero from 2060"),
        ({2020: 9, 2060: 0.001}, "fail", "stays above zero to 2060"),
        ({2020: 9, 2070: 0}, "fail", "from 2070"),
        ({2020: 9, 2050: -1, 2060: 1}, "fail", "above it again"),
        ({2020: 9, 2050: -1, 2070: 1}, "fail", "above it again"),
        ({2020: 9, 2059: -1}, "undefined", "covers 2020-2059"),
        ({2020: -9, 2060: -9}, "pass", "from 2020"),
    ],
)
def test_neutral_means_by_2060_and_staying_so(path: dict[int, float], verdict: str, word: str) -> None:
    for target, total in (("neutral-2060-co2", "net_co2"), ("neutral-2060-ghg", "net_ghg")):
        found = judged(target, line(total, path))
        assert found.verdict == verdict
        assert word in found.reason
        assert found.value == (None if verdict == "undefined" else pytest.approx(path.get(2060, found.value)))


@pytest.mark.parametrize(
    ("rate", "verdict", "above"),
    [(0.0799, "fail", False), (0.08, "pass", False), (0.1, "pass", False), (0.12, "pass", True)],
)
def test_a_rate_of_exactly_the_threshold_passes_in_spite_of_rounding(rate: float, verdict: str, above: bool) -> None:
    gross = line("gross_co2", {year: 11619.3 * (1 - rate) ** (year - 2030) for year in range(2030, 2061)})
    for target in ("rate-2030-2060", "rate-2030-2050"):
        found = judged(target, gross)
        assert found.verdict == verdict
        assert found.value == pytest.approx(rate)
        assert ("above the band of 8% to 10%" in found.reason) == above


def test_a_rate_through_zero_is_undefined_and_the_shorter_one_is_not() -> None:
    gross = line("gross_co2", {2030: 100, 2050: 10, 2060: 0})
    assert judged("rate-2030-2060", gross).verdict == "undefined"
    assert "zero or negative" in judged("rate-2030-2060", gross).reason
    assert judged("rate-2030-2050", gross).verdict == "pass"


def test_the_required_rate_follows_from_what_sinks_take() -> None:
    # R = 10 - (-2) = 12 is more than the 10 that are left: passed; R = 10 - 1 = 9 is less: missed.
    gross = line("gross_co2", {2030: 100, 2060: 10})
    passed = judged("required-rate-2030-2060", gross, line("net_co2", {2060: -2}))
    assert passed.verdict == "pass"
    assert passed.threshold == pytest.approx(1 - 0.12 ** (1 / 30))
    assert judged("required-rate-2030-2060", gross, line("net_co2", {2060: 1})).verdict == "fail"
    assert judged("required-rate-2030-2060", gross, line("net_co2", {2060: 0})).verdict == "pass"
    missing = judged("required-rate-2030-2060", gross)
    assert (missing.verdict, missing.threshold) == ("undefined", None)
    assert "net_co2 is not given" in missing.reason
    assert judged("required-rate-2030-2060", gross, line("net_co2", {2060: 10})).verdict == "undefined"


@pytest.mark.parametrize(("left", "verdict"), [(83, "pass"), (84, "fail"), (-1, "pass")])
def test_the_five_year_intensity_is_emissions_over_real_gdp(left: float, verdict: str) -> None:
    # 100/100 in 2025 against (left x 1.25)/125 in 2030: a change of left - 100 percent.
    found = judged(
        "intensity-2030-vs-2025",
        line("gross_co2", {2025: 100, 2030: left * 1.25}),
        line("gdp", {2025: 100, 2030: 125}),
    )
    assert found.verdict == verdict
    assert found.value == pytest.approx(left / 100 - 1)


def test_the_intensity_against_2005_needs_its_reference() -> None:
    series = [line("gross_co2", {2030: 105}), line("gdp", {2030: 300})]
    reference = xr.DataArray(1.0, name="co2_per_gdp_2005", attrs={"units": "Mt CO2/CNY_2020"})
    found = judged("intensity-2030-vs-2005", *series, reference)
    assert (found.verdict, found.value) == ("pass", pytest.approx(-0.65))
    assert judged("intensity-2030-vs-2005", *series, reference * 0.99).verdict == "fail"
    assert judged("intensity-2030-vs-2005", *series, reference * 0).verdict == "undefined"
    assert judged("intensity-2030-vs-2005", *series).reason.startswith("co2_per_gdp_2005 is not given")
    assert judged("intensity-2030-vs-2005", series[0]).reason == "gdp is not given (given: gross_co2)"
    short = line("gdp", {2029: 300})
    assert judged("intensity-2030-vs-2005", series[0], short, reference).verdict == "undefined"


@pytest.mark.parametrize(
    ("target", "total", "year", "met", "missed"),
    [
        ("nonfossil-2030", "nonfossil_share", 2030, 0.25, 0.2499),
        ("nonfossil-2035", "nonfossil_share", 2035, 0.30, 0.2999),
        ("wind-solar-2030", "wind_solar_capacity", 2030, 1200, 1199.9),
        ("wind-solar-2035", "wind_solar_capacity", 2035, 3600, 3599.9),
    ],
)
def test_shares_and_capacities_must_be_there_in_their_year(
    target: str, total: str, year: int, met: float, missed: float
) -> None:
    assert judged(target, line(total, {year: met})).verdict == "pass"
    assert judged(target, line(total, {year: missed})).verdict == "fail"
    assert judged(target, line(total, {year - 1: met})).verdict == "undefined"


def test_an_undeclared_total_is_judged_and_said_to_be_undeclared() -> None:
    found = judged("neutral-2060-co2", line("co2", {2020: 9, 2060: -1}))
    assert (found.total, found.verdict) == ("co2", "pass")
    assert "does not say that it is net_co2" in found.reason


def test_another_total_never_stands_in() -> None:
    found = judged("peak-2030", line("net_co2", {2020: 8, 2028: 9, 2040: 1}))
    assert (found.total, found.verdict) == ("gross_co2", "undefined")


def test_a_peak_on_a_plateau_says_how_long_it_lasts() -> None:
    flat = {2020: 990.0, 2023: 1000.0, 2024: 999.9, 2030: 995.0, 2040: 500.0}
    said = judged("peak-2030", line("gross_co2", flat)).reason
    assert said == "maximum of 1,000.0 Mt CO2/yr in 2023, within 1% of it as late as 2030"
    steep = judged("peak-2030", line("gross_co2", flat | {2024: 980.0, 2030: 900.0}))
    assert steep.reason == "maximum of 1,000.0 Mt CO2/yr in 2023"
