"""A margin is zero where a target just holds, its sign is the verdict, and its size is what is missing."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
import pytest
import xarray as xr
from hypothesis import assume, given, settings

from decarb.errors import CallError
from decarb.pathway.judging import Target, judge
from decarb.pathway.margins import margin, margin_unit, relative_margin
from decarb.pathway.targets import TARGETS
from decarb.units import dimension

BY_NAME = {target.id: target for target in TARGETS}
YEARS = np.arange(2025, 2061)
KNOTS = [2025, 2030, 2035, 2050, 2060]
HEIGHTS = st.lists(st.floats(-3000.0, 14000.0), min_size=5, max_size=5)


def path(name: str, heights: list[float], unit: str = "Mt CO2/yr") -> xr.DataArray:
    values = np.interp(YEARS, KNOTS, heights)
    return xr.DataArray(values, {"year": YEARS}, ("year",), name, {"units": unit})


def flat(name: str, value: float, unit: str) -> xr.DataArray:
    return path(name, [value] * 5, unit)


def totals(gross: list[float], net: list[float], ghg: list[float]) -> dict[str, xr.DataArray]:
    return {
        "gross_co2": path("gross_co2", gross),
        "net_co2": path("net_co2", net),
        "net_ghg": path("net_ghg", ghg, "Mt CO2e/yr"),
        "gdp": path("gdp", [1.0, 1.3, 1.5, 2.0, 2.3], "1"),
        "nonfossil_share": path("nonfossil_share", [0.2, 0.26, 0.29, 0.5, 0.8], "1"),
        "wind_solar_capacity": path("wind_solar_capacity", [1840.0, 2800.0, 3600.0, 5000.0, 8000.0], "GW"),
        "co2_per_gdp_2005": xr.DataArray(25000.0, attrs={"units": "Mt CO2"}),
    }


@settings(max_examples=12)
@given(HEIGHTS, HEIGHTS, HEIGHTS)
@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_the_sign_of_a_margin_is_the_verdict(name: str, gross: list[float], net: list[float], ghg: list[float]) -> None:
    given_totals = totals(gross, net, ghg)
    target = BY_NAME[name]
    found, judged = float(margin(target, given_totals)), judge(target, given_totals)
    relative = float(relative_margin(target, given_totals))
    assume(found == 0.0 or not abs(relative) < 1e-8)
    assert np.isnan(relative) == np.isnan(found)
    expected = {"pass": found >= 0, "fail": found < 0, "undefined": np.isnan(found)}
    assert expected[judged.verdict], (found, judged)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("peak-2030", 200.0),  # 12,000 in 2030 over 11,800 in 2031
        ("ndc-2035", 1 - 11000 / 12500 - 0.07),
        ("neutral-2060-co2", -500.0),
        ("rate-2030-2060", 1 - (1200 / 12000) ** (1 / 30) - 0.08),
        ("required-rate-2030-2060", (700 / 12000) ** (1 / 30) - (1200 / 12000) ** (1 / 30)),
        ("intensity-2030-vs-2025", 1 - (12000 / 1.3) / 11000 - 0.17),
        ("nonfossil-2035", -0.01),
        ("wind-solar-2035", 0.0),
    ],
)
def test_margins_by_hand(name: str, expected: float) -> None:
    series = totals([11000.0, 12000.0, 11000.0, 5000.0, 1200.0], [1e4, 1e4, 9e3, 3e3, 500.0],
                    [12000.0, 12500.0, 11000.0, 5000.0, 2000.0])  # fmt: skip
    assert float(margin(BY_NAME[name], series)) == pytest.approx(expected, rel=1e-12, abs=1e-12)


def test_a_path_that_comes_back_above_zero_fails_by_how_far_it_came_back() -> None:
    back = path("net_co2", [5000.0, -100.0, 250.0, -50.0, -400.0])
    assert float(margin(BY_NAME["neutral-2060-co2"], {"net_co2": back})) == -250.0
    assert float(margin(BY_NAME["neutral-2060-co2"], {"net_co2": path("net_co2", [5e3, 4e3, 3e3, 1.0, 0.0])})) == 0.0


def test_a_margin_is_found_for_every_scenario_at_once() -> None:
    both = xr.concat([path("net_co2", [1e4, 1e4, 8e3, 2e3, last]) for last in (300.0, -20.0)], "scenario")
    together = margin(BY_NAME["neutral-2060-co2"], {"net_co2": both})
    assert together.dims == ("scenario",)
    assert together.values.tolist() == [-300.0, 20.0]


def test_bookkeeping_land_leaves_the_2035_target_undefined() -> None:
    series = path("net_ghg", [12000.0, 12500.0, 11000.0, 5000.0, 0.0], "Mt CO2e/yr")
    assert float(margin(BY_NAME["ndc-2035"], {"net_ghg": series.assign_coords(land_view="inventory")})) > 0
    assert bool(margin(BY_NAME["ndc-2035"], {"net_ghg": series.assign_coords(land_view="bookkeeping")}).isnull())


def test_a_series_that_ends_early_leaves_a_target_undefined() -> None:
    short = path("net_co2", [1e4, 1e4, 8e3, 2e3, 0.0]).sel(year=slice(None, 2055))
    assert bool(margin(BY_NAME["neutral-2060-co2"], {"net_co2": short}).isnull())


def test_a_total_that_is_not_there_is_named() -> None:
    with pytest.raises(CallError, match="net_co2 is not given"):
        margin(BY_NAME["neutral-2060-co2"], {"gross_co2": flat("gross_co2", 1.0, "Mt CO2/yr")})


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.id)
def test_every_margin_has_a_unit(target: Target) -> None:
    assert dimension(margin_unit(target)) is not None


def test_an_amount_in_another_unit_is_converted() -> None:
    terawatts = flat("wind_solar_capacity", 3.7, "TW")
    assert float(margin(BY_NAME["wind-solar-2035"], {"wind_solar_capacity": terawatts})) == pytest.approx(100.0)
