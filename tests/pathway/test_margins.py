"""A margin is zero where a target just holds, its sign is the verdict, and its size is what is missing.

What holds is found here again in plain numbers, year by year, and not by the rules that are tested.
"""

from __future__ import annotations

from itertools import pairwise

import hypothesis.strategies as st
import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings

from decarb.errors import CallError, InputError
from decarb.pathway.judging import Target, judge
from decarb.pathway.margins import Measures, margin, margin_unit, measures, relative_margin
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


def holds(target: Target, series: dict[str, xr.DataArray]) -> bool | None:
    """Whether a target holds, None where that cannot be said, by looking at one number after the other."""
    of = {name: dict(zip(YEARS.tolist(), array.values.tolist(), strict=True)) if array.dims else array.item()
          for name, array in series.items()}  # fmt: skip
    path, year, first = of[target.total], target.year, target.first_year
    if target.rule in ("peak", "peak_before"):
        found = next(at for at in path if path[at] == max(path.values()))
        return bool(found < 2030 if target.rule == "peak_before" else found <= 2030)
    if target.rule == "fall":
        top = max(value for at, value in path.items() if at <= year)
        return None if top <= 0 else path[year] <= (1 - target.threshold) * top * (1 + 1e-9)
    if target.rule == "neutral":
        below = [at for at in path if path[at] <= 0]
        return bool(below) and below[0] <= year and all(path[at] <= 0 for at in path if at >= below[0])
    if target.rule == "at_least":
        return bool(path[year] >= target.threshold * (1 - 1e-9))
    if target.rule == "intensity":
        before = path[first] / of["gdp"][first] if target.since else of["co2_per_gdp_2005"]
        return None if before <= 0 else path[year] / of["gdp"][year] <= (1 + target.threshold) * before * (1 + 1e-9)
    asked = (1 - target.threshold) ** (year - first) * path[first]
    if target.rule == "required_rate":
        asked = path[year] - of["net_co2"][year]
        if asked <= 0:
            return None
    return None if path[first] <= 0 or path[year] <= 0 else path[year] <= asked * (1 + 1e-9)


@settings(max_examples=15)
@given(HEIGHTS, HEIGHTS, HEIGHTS)
@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_the_sign_of_a_margin_is_the_verdict_and_both_are_what_the_numbers_say(
    name: str, gross: list[float], net: list[float], ghg: list[float]
) -> None:
    series, target = totals(gross, net, ghg), BY_NAME[name]
    found, relative = float(margin(target, series)), float(relative_margin(target, series))
    expected = {True: "pass", False: "fail", None: "undefined"}[holds(target, series)]
    assert judge(target, series).verdict == expected
    assert ("undefined" if np.isnan(found) else "pass" if found >= 0 else "fail") == expected
    assert np.isnan(relative) == np.isnan(found) and not relative * found < 0


@pytest.mark.parametrize(
    ("name", "gross", "net", "ghg"),
    [
        ("ndc-2035", 1.0, 1.0, [13000.0, 13000.0, 13000.0 * 0.93, 5e3, 0.0]),
        ("rate-2030-2060", [1.0, 11619.3, 1.0, 1.0, 11619.3 * 0.92**30], 1.0, 1.0),
        ("rate-2030-2050", [1.0, 11619.3, 1.0, 11619.3 * 0.92**20, 1.0], 1.0, 1.0),
        ("neutral-2060-co2", 1.0, [9e3, 9e3, 8e3, 1.0, 0.0], 1.0),
        ("peak-2030", [9e3, 11e3, 9e3, 11e3, 0.0], 1.0, 1.0),
        ("intensity-2030-vs-2025", [11000.0, 11000.0 * 1.3 * 0.83, 1.0, 1.0, 1.0], 1.0, 1.0),
        # 700 left = 12,000 x (700/12,000): exactly what is taken, 1,200 - 500.
        ("required-rate-2030-2060", [11e3, 12e3, 11e3, 5e3, 700.0], [1e4, 1e4, 9e3, 3e3, 0.0], 1.0),
    ],
)
def test_what_is_reached_exactly_holds_in_spite_of_rounding(
    name: str, gross: list[float] | float, net: list[float] | float, ghg: list[float] | float
) -> None:
    paths = [each if isinstance(each, list) else [each] * 5 for each in (gross, net, ghg)]
    series, target = totals(*paths), BY_NAME[name]
    assert float(margin(target, series)) == 0.0
    assert judge(target, series).verdict == "pass"


@pytest.mark.parametrize("last", [2040, 2031])
def test_a_peak_at_the_end_of_a_series_is_known_by_the_fall_after_it_alone(last: int) -> None:
    rising = path("gross_co2", [9e3, 12e3, 11e3, 5e3, 0.0]).sel(year=slice(None, 2030))
    assert bool(margin(BY_NAME["peak-2030"], {"gross_co2": rising}).isnull())
    longer = path("gross_co2", [9e3, 12e3, 11e3, 5e3, 0.0]).sel(year=slice(None, last))
    assert float(margin(BY_NAME["peak-2030"], {"gross_co2": longer})) == pytest.approx(200.0)
    fallen = path("gross_co2", [12e3, 11e3, 11e3, 5e3, 0.0]).sel(year=slice(None, 2030))
    assert float(margin(BY_NAME["peak-2030"], {"gross_co2": fallen})) == pytest.approx(1000.0)


def test_every_scenario_of_an_array_is_measured_as_alone() -> None:
    heights = [[1e4, 12e3, 11e3, 5e3, last] for last in (900.0, 0.0, -50.0, 5000.0)]
    many = xr.concat([path("gross_co2", each) for each in heights], "scenario")
    net = xr.concat([path("net_co2", [value - 300.0 for value in each]) for each in heights], "scenario")
    given_totals = {"gross_co2": many, "net_co2": net}
    for name in ("peak-2030", "rate-2030-2060", "required-rate-2030-2060"):
        together = margin(BY_NAME[name], given_totals)
        alone = [margin(BY_NAME[name], {key: array.isel(scenario=at) for key, array in given_totals.items()})
                 for at in range(4)]  # fmt: skip
        np.testing.assert_array_equal(together, [float(each) for each in alone])


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


def many(count: int, seed: int = 3) -> dict[str, xr.DataArray]:
    """Totals of many scenarios; GDP and the reference of 2005 are the same in all."""
    one, draw = totals([0.0] * 5, [0.0] * 5, [0.0] * 5), np.random.default_rng(seed)

    def drawn(name: str, low: float, high: float) -> xr.DataArray:
        values = np.stack([np.interp(YEARS, KNOTS, heights) for heights in draw.uniform(low, high, (count, 5))])
        return xr.DataArray(values, {"year": YEARS}, ("scenario", "year"), name, one[name].attrs)

    ranges = {"gross_co2": (-500.0, 13000.0), "net_co2": (-1500.0, 11000.0), "net_ghg": (-1500.0, 14000.0),
              "nonfossil_share": (0.1, 0.9), "wind_solar_capacity": (500.0, 6000.0)}  # fmt: skip
    return {**one, **{name: drawn(name, *ends) for name, ends in ranges.items()}}


def rows_of(found: Measures) -> list[np.ndarray]:
    return [found.value, found.margin, found.relative_margin, found.verdict]


def test_all_targets_at_once_say_bit_for_bit_what_each_says_alone() -> None:
    series = many(300)
    found = measures(TARGETS, series)
    assert found.targets == tuple(target.id for target in TARGETS)
    assert found.margin_unit == tuple(margin_unit(target) for target in TARGETS)
    assert {0, 1, 2} == set(np.unique(found.verdict))
    for at, target in enumerate(TARGETS):
        np.testing.assert_array_equal(
            found.margin[:, at], margin(target, series).broadcast_like(series["net_co2"][:, 0])
        )
        np.testing.assert_array_equal(found.relative_margin[:, at], relative_margin(target, series))


def test_each_scenario_is_judged_as_a_run_of_its_own() -> None:
    series = many(12)
    found = measures(TARGETS, series)
    codes = {"fail": 0, "pass": 1, "undefined": 2}
    for row in range(12):
        alone = {
            name: array.isel(scenario=row) if "scenario" in array.dims else array for name, array in series.items()
        }
        said = [judge(target, alone) for target in TARGETS]
        assert found.verdict[row].tolist() == [codes[one.verdict] for one in said]
        assert [None if np.isnan(value) else value for value in found.value[row]] == [one.value for one in said]
        assert found.value_unit == tuple(one.unit for one in said)


@given(st.lists(st.integers(1, 39), min_size=1, max_size=4, unique=True))
def test_blocks_of_any_size_give_the_same_bits(cuts: list[int]) -> None:
    series = many(40)
    edges = [0, *sorted(cuts), 40]
    parts = [
        rows_of(measures(TARGETS, {name: array.isel(scenario=slice(low, high)) if "scenario" in array.dims else array
                                   for name, array in series.items()}))
        for low, high in pairwise(edges)
    ]  # fmt: skip
    for whole, *pieces in zip(rows_of(measures(TARGETS, series)), *parts, strict=True):
        np.testing.assert_array_equal(whole, np.concatenate(pieces))


def test_what_was_not_computed_is_no_verdict_and_touches_no_neighbour() -> None:
    series, computed = many(10), np.array([True, False, True, True, False, True, True, True, True, True])
    holed = {name: array.where(xr.DataArray(computed, dims="scenario")) if "scenario" in array.dims else array
             for name, array in series.items()}  # fmt: skip
    found, whole = measures(TARGETS, holed, computed), measures(TARGETS, series)
    for holes, full in zip(rows_of(found), rows_of(whole), strict=True):
        np.testing.assert_array_equal(holes[computed], full[computed])
    assert np.isnan(found.margin[~computed]).all() and np.isnan(found.value[~computed]).all()
    assert (found.verdict[~computed] == 3).all()
    nothing = measures(TARGETS, holed, np.zeros(10, bool))
    assert nothing.margin.shape == (10, len(TARGETS)) and (nothing.verdict == 3).all()
    with pytest.raises(InputError, match="finite"):
        measures(TARGETS, holed)


def test_one_pathway_has_one_row_and_a_dimension_of_its_own_is_refused() -> None:
    series = totals([1e4] * 5, [1e4] * 5, [1e4] * 5)
    assert measures(TARGETS, series).margin.shape == (1, len(TARGETS))
    by_province = {**series, "net_co2": series["net_co2"].expand_dims(province=3)}
    with pytest.raises(CallError, match="province"):
        measures(TARGETS, by_province)
