"""Vintages are running sums: they equal the sum over every build and year, retire on time, and lose no zone."""

from __future__ import annotations

import math
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis.extra.numpy import arrays
from park_years import inputs_of, weather_of

from decarb.errors import DecarbError
from decarb.nation import vintages
from decarb.park.dispatch import DESIGN, dispatch, own_use
from decarb.park.series import park_series
from decarb.units import stamp

YEARS = np.arange(2026, 2046)
ADDED = arrays(float, YEARS.size, elements=st.floats(0.0, 100.0))
BRINGS = arrays(float, YEARS.size, elements=st.floats(0.0, 10.0))


def array(values: Any, unit: str, **coords: Any) -> xr.DataArray:
    return xr.DataArray(values, coords, tuple(coords), attrs={"units": unit})


def yearly(values: Any, unit: str = "zone") -> xr.DataArray:
    return array(values, unit, year=YEARS[: len(values)])


def by_vintage(added: np.ndarray, brings: np.ndarray, lifetime: int, age: int = 99, share: float = 0.0) -> list[float]:
    """The sum over each year and each build that the package never holds: here, where it is small, as a proof."""
    totals = []
    for now in range(added.size):
        total = 0.0
        for built in range(now + 1):
            if now - built < lifetime:
                moved = share if age <= now - built else 0.0
                total += added[built] * (
                    (1.0 - moved) * brings[built] + (moved * brings[built + age] if moved else 0.0)
                )
        totals.append(total)
    return totals


@settings(max_examples=20)
@given(ADDED, BRINGS, st.integers(1, 25))
def test_running_sums_equal_the_sum_over_vintages(added: np.ndarray, brings: np.ndarray, lifetime: int) -> None:
    standing = vintages.standing(yearly(added), yearly(brings, "GW"), array(lifetime, "yr"), "GW")
    np.testing.assert_allclose(standing, by_vintage(added, brings, lifetime), rtol=1e-9, atol=1e-9)


@settings(max_examples=20)
@given(ADDED, BRINGS, st.integers(1, 25), st.integers(1, 12), st.floats(0.0, 1.0))
def test_retrofits_equal_the_sum_over_vintages(
    added: np.ndarray, brings: np.ndarray, lifetime: int, age: int, share: float
) -> None:
    standing = vintages.standing_with_retrofits(
        yearly(added), yearly(brings, "GW"), array(lifetime, "yr"), array(age, "yr"), array(share, "1"), "GW"
    )
    np.testing.assert_allclose(standing, by_vintage(added, brings, lifetime, age, share), rtol=1e-9, atol=1e-9)


@settings(max_examples=20)
@given(ADDED, st.floats(1.0, 30.0), st.integers(1, 12), st.floats(0.0, 1.0))
def test_a_retrofit_moves_zones_and_changes_no_count(
    added: np.ndarray, lifetime: float, age: int, share: float
) -> None:
    """Where every vintage brings one zone, retrofits change nothing, at a lifetime of part years too."""
    one, life = yearly(np.ones(YEARS.size)), array(lifetime, "yr")
    kept = vintages.standing_with_retrofits(yearly(added), one, life, array(age, "yr"), array(share, "1"), "zone")
    np.testing.assert_allclose(kept, vintages.standing(yearly(added), one, life, "zone"), rtol=1e-9, atol=1e-9)


def test_a_retrofit_by_hand() -> None:
    added, brings = yearly([10.0, 0.0, 0.0, 0.0, 0.0]), yearly([1.0, 2.0, 3.0, 4.0, 5.0], "MW")
    args = added, brings, array(4.0, "yr"), array(2.0, "yr"), array(0.25, "1")
    # 10 MW of the first vintage; after two years 2.5 zones take what is built then: 7.5 x 1 + 2.5 x 3; gone after 4.
    assert vintages.standing_with_retrofits(*args, "MW").values.tolist() == [10.0, 10.0, 15.0, 15.0, 0.0]
    assert vintages.retrofitted_in_year(added, args[2], args[3], args[4]).values.tolist() == [0.0, 0.0, 2.5, 0.0, 0.0]
    late = vintages.retrofitted_in_year(added, args[2], array(4.0, "yr"), args[4])
    assert late.values.tolist() == [0.0] * 5  # as old as its life: it retires


def test_each_scenario_and_province_has_its_own_life() -> None:
    added = array([[2.0, 4.0, 0.0], [1.0, 1.0, 1.0]], "zone", province=["Hebei", "Tibet"], year=[2026, 2027, 2028])
    life = array([1.0, 1.5, math.inf], "yr", scenario=[0, 1, 2])
    standing = vintages.standing(added, array([1.0, 2.0], "GW", province=["Hebei", "Tibet"]), life, "GW")
    # Hebei runs to 2, 6, 6. One year: less 0, 2, 6. One and a half: less 0, 1, 4, means of two years. Never: less 0.
    hebei = standing.sel(province="Hebei").transpose("scenario", "year")
    np.testing.assert_allclose(hebei, [[2.0, 4.0, 0.0], [2.0, 5.0, 2.0], [2.0, 6.0, 6.0]])
    # Tibet runs to 2, 4, 6 with 2 GW a zone.
    tibet = standing.sel(province="Tibet").transpose("scenario", "year")
    np.testing.assert_allclose(tibet, [[2.0, 2.0, 2.0], [2.0, 3.0, 3.0], [2.0, 4.0, 6.0]])


@settings(max_examples=20)
@given(ADDED, st.floats(0.0, 30.0), st.integers(0, 20))
def test_delays_add_where_one_is_of_whole_years(added: np.ndarray, delay: float, whole: int) -> None:
    twice = vintages.delayed(vintages.delayed(yearly(added), array(float(whole), "yr")), array(delay, "yr"))
    once = vintages.delayed(yearly(added), array(delay + whole, "yr"))
    np.testing.assert_allclose(twice, once, rtol=1e-9, atol=1e-9)


def test_a_delay_by_hand_keeps_the_unit() -> None:
    listed = yearly([52.0, 52.0, 60.0, 100.0])
    late = vintages.delayed(listed, array(13140.0, "h"))
    # 13,140 h are one and a half years: (0 + 52) / 2, (52 + 52) / 2, (52 + 60) / 2.
    np.testing.assert_allclose(late, [0.0, 26.0, 52.0, 56.0], rtol=1e-12)
    assert late.attrs == {"units": "zone"}
    assert vintages.delayed(listed, array(0.0, "yr")).values.tolist() == listed.values.tolist()


def test_nothing_built_brings_nothing() -> None:
    none = yearly(np.zeros(YEARS.size))
    brings = yearly(np.full(YEARS.size, 7.0), "TWh/yr")
    args = none, brings, array(25.0, "yr")
    assert float(abs(vintages.standing(*args, "TWh/yr")).max()) == 0.0
    retrofitted = vintages.standing_with_retrofits(*args, array(12.0, "yr"), array(1.0, "1"), "TWh/yr")
    assert float(abs(retrofitted).max()) == 0.0


@settings(max_examples=20)
@given(ADDED)
def test_what_is_added_sums_to_what_stands(added: np.ndarray) -> None:
    count = yearly(np.cumsum(added))
    np.testing.assert_allclose(vintages.added_in_year(count).cumsum("year"), count, rtol=1e-12, atol=1e-9)
    assert float(vintages.added_in_year(count)[0]) == added[0]


def test_what_starts_or_ends_in_a_year_counts_half() -> None:
    mean = vintages.mean_of_year(yearly([2.0, 4.0, 4.0, 0.0], "GW"))
    assert mean.values.tolist() == [2.0, 3.0, 4.0, 2.0] and mean.attrs == {"units": "GW"}


def test_a_price_falls_by_the_learning_rate_with_each_doubling() -> None:
    price = vintages.learned_price(yearly([100.0, 200.0, 800.0], "GW"), array(0.1, "TW"), array(19.0, "%"))
    np.testing.assert_allclose(price, [1.0, 0.81, 0.81**3], rtol=1e-12)


@settings(max_examples=20)
@given(st.floats(0.0, 1.0), st.floats(-0.1, 0.1))
def test_better_stores_never_give_more_than_they_take(efficiency: float, change: float) -> None:
    year = xr.DataArray(YEARS, {"year": YEARS}, ("year",))
    later = vintages.bettered_efficiency(array(efficiency, "1"), array(min(change, 0.0), "1/yr"), year, 2030)
    assert float(later.max()) <= 1.0 and bool((later.diff("year") >= 0.0).all())
    assert float(abs(later.sel(year=slice(None, 2030)) - efficiency).max()) < 1e-15


def test_losses_fall_by_hand() -> None:
    year = xr.DataArray([2025, 2027], {"year": [2025, 2027]}, ("year",))
    better = vintages.bettered_efficiency(array(0.8, "1"), array(-10.0, "%/yr"), year, 2025)
    # 1 - 0.2 x 0.9^2 = 0.838.
    np.testing.assert_allclose(better, [0.8, 0.838], rtol=1e-12)


@pytest.mark.parametrize(
    ("age", "share", "said"), [(2.5, 0.5, "2.5 yr; write whole years"), (0.0, 0.5, "whole"), (2.0, 1.5, "share: 1.5")]
)
def test_a_retrofit_that_cannot_be_is_refused(age: float, share: float, said: str) -> None:
    with pytest.raises(DecarbError, match=said):
        vintages.retrofitted_in_year(yearly([1.0, 1.0]), array(25.0, "yr"), array(age, "yr"), array(share, "1"))


def test_a_negative_time_is_refused() -> None:
    with pytest.raises(DecarbError, match="-1 yr would look ahead; write 0 yr or more"):
        vintages.delayed(yearly([1.0, 2.0]), array(-1.0, "yr"))
    with pytest.raises(DecarbError, match="lifetime: -3 yr is negative"):
        vintages.standing(yearly([1.0, 2.0]), array(1.0, "GW"), array(-3.0, "yr"), "GW")


def test_the_weight_of_a_vintage_is_its_part_of_all_better_losses() -> None:
    year = xr.DataArray([2020, 2026, 2043, 2060], {"year": [2020, 2026, 2043, 2060]}, ("year",))
    weight = vintages.vintage_weight(array([-1.0, 0.0, 2.0], "%/yr", scenario=[0, 1, 2]), year, 2026, 2060)
    # (1 - 0.99^17) / (1 - 0.99^34) = 1 / (1 + 0.99^17); no change has no later vintage; 1 / (1 + 1.02^17) in growth.
    expected = np.array([[0.0, 0.0, 1 / (1 + 0.99**17), 1.0], [0.0] * 4, [0.0, 0.0, 1 / (1 + 1.02**17), 1.0]])
    np.testing.assert_allclose(weight.transpose("scenario", "year"), expected, rtol=1e-12)


@settings(max_examples=20)
@given(st.floats(0.05, 1.0), st.floats(-0.2, 0.05))
def test_losses_of_a_vintage_are_the_weighted_mixture_of_the_two_ends(efficiency: float, change: float) -> None:
    """Exact by construction: what is approximate is that flows follow losses on a straight line."""
    year = xr.DataArray(YEARS, {"year": YEARS}, ("year",))
    ends = vintages.later_efficiency(array(efficiency, "1"), array(change, "1/yr"), 2026, 2045)
    first, last = (1.0 - ends.sel(vintage=name, drop=True) for name in vintages.VINTAGES)
    weight = vintages.vintage_weight(array(change, "1/yr"), year, 2026, 2045)
    own = vintages.bettered_efficiency(array(efficiency, "1"), array(change, "1/yr"), year, 2026)
    np.testing.assert_allclose(1.0 - own, first + (last - first) * weight, rtol=1e-6, atol=1e-12)


def test_the_two_vintages_of_stores_by_hand() -> None:
    stores = array([0.85, 0.65], "1", store=["lithium", "flow_battery"])
    ends = vintages.later_efficiency(stores, array(-1.0, "%/yr"), 2026, 2060)
    assert ends.dims == ("store", "vintage") and ends.attrs == {"units": "1"}
    # 0.99^34 = 0.710553: losses of 0.15 and 0.35 become 0.106583 and 0.248694.
    np.testing.assert_allclose(ends.sel(vintage="first"), stores)
    np.testing.assert_allclose(ends.sel(vintage="last"), [0.893417, 0.751306], atol=5e-7)


@pytest.mark.parametrize("stores", [1.0, 10.0])
def test_a_mixture_of_two_dispatched_vintages_is_within_a_thousandth_of_the_load(stores: float) -> None:
    """Against the direct dispatch of the years between, at the fastest change that the tables give."""
    built = xr.DataArray([2026, 2032, 2038, 2043, 2049, 2054, 2060], dims="year")
    built = built.assign_coords(year=built.values)
    change = array(-2.0, "%/yr")
    design = inputs_of("yizhuang")[list(DESIGN)]
    for name in ("power_rating", "energy_rating"):
        design[name] = stamp(design[name] * stores, DESIGN[name])
    design["round_trip_efficiency"] = vintages.bettered_efficiency(design["round_trip_efficiency"], change, built, 2026)
    series = park_series(inputs_of("yizhuang"), weather_of("yizhuang"))
    flows = dispatch(design, series["capacity_factor"], series["load_shape"], series["period"])
    flows = flows.assign(own_use=own_use(flows["load"], flows["grid_import"], flows["unmet_load"]))
    weight = vintages.vintage_weight(change, built, 2026, 2060)
    for name in ("grid_import", "own_use", "charge", "discharge", "grid_export", "curtailment"):
        direct = flows[name].sum("store") if "store" in flows[name].dims else flows[name]
        first, last = (direct.sel(year=year, drop=True) for year in (2026, 2060))
        wrong = float(abs(first + (last - first) * weight - direct).max())
        assert wrong < 1e-3 * float(flows["load"].max()), name
        assert wrong <= 0.05 * float(abs(last - first)), name
    assert float(flows["own_use"].sel(year=2060) - flows["own_use"].sel(year=2026)) > 0.0
