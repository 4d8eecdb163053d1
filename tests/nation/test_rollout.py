"""Adoption is a logistic curve under its ceiling; caps hold in every year, and what they cut waits to be built."""

from __future__ import annotations

import math
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis.extra.numpy import arrays

from decarb.errors import DecarbError
from decarb.nation.rollout import (
    adopted_zones,
    built_under_caps,
    check_caps,
    operating_after,
    operating_share,
    share_at_year_end,
)
from decarb.nation.vintages import added_in_year, standing

YEARS = np.arange(2020, 2061)
COUNT = st.floats(0.1, 3000.0)
GROWTH = st.floats(0.0, 0.5)
LEVELS = ["national", "provincial"]
# Any path, falling too, of two cohorts over 12 years; and caps that bind, never bind or close everything.
WANTED = arrays(float, (2, 12), elements=st.floats(0.0, 100.0))
CAP = st.one_of(st.just(math.inf), st.just(0.0), st.floats(0.1, 60.0))
LIFE = st.one_of(st.just(math.inf), st.floats(1.0, 15.0))


def array(values: Any, unit: str, **coords: Any) -> xr.DataArray:
    return xr.DataArray(values, coords, tuple(coords), attrs={"units": unit})


def curve(anchor: float, growth: float, zones: float, ceiling: float, anchor_year: int = 2030) -> xr.DataArray:
    return adopted_zones(
        xr.DataArray(YEARS, {"year": YEARS}, ("year",)), anchor=array(anchor, "zone"),
        anchor_year=xr.DataArray(anchor_year), growth=array(growth, "1/yr"), zones=array(zones, "zone"),
        ceiling=array(ceiling, "1"),
    )  # fmt: skip


@given(COUNT, GROWTH, COUNT, st.floats(0.01, 1.0), st.sampled_from([2025, 2030, 2041]))
def test_adoption_passes_through_its_anchor_below_its_ceiling(
    anchor: float, growth: float, zones: float, ceiling: float, anchor_year: int
) -> None:
    adopted = curve(anchor, growth, zones, ceiling, anchor_year)
    assert float(adopted.sel(year=anchor_year)) == pytest.approx(min(anchor, ceiling * zones), rel=1e-12)
    assert float(adopted.max()) <= ceiling * zones * (1 + 1e-12)
    assert float(adopted.diff("year").min()) >= -1e-9 * zones


@given(st.floats(1.0, 400.0), GROWTH)
def test_the_odds_of_adoption_grow_at_the_stated_rate(anchor: float, growth: float) -> None:
    """Closed form: A / (K - A) = A0 / (K - A0) exp(g t)."""
    most = 500.0
    adopted = curve(anchor, growth, zones=1000.0, ceiling=0.5)
    odds = anchor / (most - anchor) * np.exp(growth * (YEARS - 2030.0))
    np.testing.assert_allclose(adopted, most * odds / (1.0 + odds), rtol=1e-9)


def test_seven_years_by_hand() -> None:
    adopted = curve(anchor=100.0, growth=math.log(3.0) / 7.0, zones=1000.0, ceiling=0.4)
    # K = 400, K/A0 - 1 = 3; seven years on exp(-g t) = 1/3, so 400 / (1 + 1) = 200; seven years before 400 / (1 + 9).
    np.testing.assert_allclose(adopted.sel(year=[2023, 2030, 2037]), [40.0, 100.0, 200.0], rtol=1e-13)


@pytest.mark.parametrize(("anchor", "ceiling"), [(0.0, 0.6), (100.0, 0.0), (0.0, 0.0)])
def test_nothing_grows_from_nothing(anchor: float, ceiling: float) -> None:
    assert curve(anchor, 0.13, 2543.0, ceiling).values.tolist() == [0.0] * YEARS.size


def test_a_zone_works_half_of_the_year_in_which_it_starts() -> None:
    adopted = array([2.0, 4.0, 4.0, 10.0], "zone", year=[2024, 2025, 2026, 2027])
    # (2 + 4) / 2 / 20 = 0.15, (4 + 4) / 2 / 20 = 0.2, (4 + 10) / 2 / 20 = 0.35; the first year has no year before.
    assert operating_share(adopted, array(20.0, "zone")).values.tolist() == pytest.approx([0.1, 0.15, 0.2, 0.35])
    assert share_at_year_end(adopted, array(20.0, "zone")).values.tolist() == pytest.approx([0.1, 0.2, 0.2, 0.5])


def test_no_zone_operates_before_the_first_list() -> None:
    listed = operating_after(array([2.0, 4.0, 4.5, 10.0], "zone", year=[2024, 2025, 2026, 2027]), 2025)
    assert listed.values.tolist() == [0.0, 0.0, 4.5, 10.0]


@settings(max_examples=30)
@given(COUNT, GROWTH)
def test_shares_lie_between_none_and_all(anchor: float, growth: float) -> None:
    adopted = curve(anchor, growth, zones=1000.0, ceiling=1.0)
    share = operating_share(adopted, array(1000.0, "zone"))
    assert bool(((share >= 0) & (share <= 1)).all())


def built(
    wanted: Any, build_rate: Any = math.inf, capacity_rate: Any = math.inf, of_zone: Any = 0.1, life: float = math.inf,
    renewed: float = 1.0,
) -> xr.Dataset:  # fmt: skip
    """What is built of a path: one cohort, or one for each level."""
    path = np.asarray(wanted)
    coords: dict[str, Any] = {"level": LEVELS} if path.ndim == 2 else {}
    made = [value if isinstance(value, xr.DataArray) else array(value, unit)
            for value, unit in ((build_rate, "zone/yr"), (capacity_rate, "GW/yr"), (of_zone, "GW"))]  # fmt: skip
    return built_under_caps(
        array(path, "zone", **coords, year=np.arange(2026, 2026 + path.shape[-1])), build_rate=made[0],
        capacity_rate=made[1], capacity_of_zone=made[2], lifetime=array(life, "yr"),
        renewed_share=array(renewed, "1"),
    )  # fmt: skip


def test_what_a_cap_cuts_waits_and_is_built_later() -> None:
    made = built([10.0, 50.0, 50.0, 50.0, 50.0], build_rate=15.0)
    # 10, then 40 wanted and 15 built: 25 wait, 10 wait, none waits; built 10, 25, 40, 50, 50.
    assert made["built"].values.tolist() == [10.0, 25.0, 40.0, 50.0, 50.0]
    assert made["waiting"].values.tolist() == [0.0, 25.0, 10.0, 0.0, 0.0]
    assert {made[name].attrs["units"] for name in made} == {"zone"}


def test_a_capacity_cap_slows_adoption_by_hand() -> None:
    made = built([10.0, 50.0, 50.0, 50.0], capacity_rate=array(2000.0, "MW/yr"), of_zone=0.1)
    # 2 GW a year are 20 zones of 0.1 GW: 10, 30, 50, 50.
    assert made["built"].values.tolist() == pytest.approx([10.0, 30.0, 50.0, 50.0], rel=1e-12)


def test_a_cap_on_the_nation_is_shared_and_one_by_level_is_not() -> None:
    wanted = [[30.0, 30.0], [10.0, 10.0]]
    shared = built(wanted, build_rate=20.0)
    # 20 of 40 in the first year, half of each; the other half in the second.
    assert shared["built"].values.tolist() == [[15.0, 30.0], [5.0, 10.0]]
    each = built(wanted, build_rate=array([20.0, 2.0], "zone/yr", level=LEVELS))
    assert each["built"].values.tolist() == [[20.0, 30.0], [2.0, 4.0]]
    larger = built(wanted, capacity_rate=7.0, of_zone=array([0.4, 0.2], "GW", level=LEVELS))
    # 30 x 0.4 + 10 x 0.2 = 14 GW are wanted and 7 allowed: half of each.
    assert larger["built"].values.tolist() == [[15.0, 30.0], [5.0, 10.0]]


def test_zones_retire_at_their_age_and_are_renewed_under_the_same_cap() -> None:
    path = [20.0, 20.0, 20.0, 20.0, 20.0, 20.0]
    kept = built(path, life=3.0)
    # Built in 2026, retired at the end of 2029 and built again that day.
    assert kept["operating"].values.tolist() == path
    assert kept["built"].values.tolist() == [20.0, 20.0, 20.0, 40.0, 40.0, 40.0]
    half = built(path, life=3.0, renewed=0.5)
    assert half["operating"].values.tolist() == [20.0, 20.0, 20.0, 10.0, 10.0, 10.0]
    capped = built(path, build_rate=8.0, life=3.0)
    # 8, 16, then 20; the 8 of 2026 retire in 2029 and are built again, those of 2027 in 2030, the 4 of 2028 in 2031.
    assert capped["operating"].values.tolist() == [8.0, 16.0, 20.0, 20.0, 20.0, 20.0]
    assert added_in_year(capped["built"]).values.tolist() == [8.0, 8.0, 4.0, 8.0, 8.0, 4.0]


def test_a_falling_path_is_followed_as_fast_as_zones_retire() -> None:
    path = [20.0, 20.0, 10.0, 10.0, 5.0]
    assert built(path)["operating"].values.tolist() == [20.0] * 5  # nothing is taken down by itself
    assert built(path, life=3.0)["operating"].values.tolist() == [20.0, 20.0, 20.0, 10.0, 10.0]


@settings(max_examples=60)
@given(WANTED, CAP, CAP, LIFE, st.floats(0.0, 1.0))
def test_caps_hold_and_nothing_is_lost(
    wanted: np.ndarray, build_rate: float, capacity_rate: float, life: float, renewed: float
) -> None:
    of_zone = array([0.3, 0.1], "GW", level=LEVELS)
    made = built(wanted, build_rate, capacity_rate, of_zone, life, renewed)
    added = added_in_year(made["built"])
    assert float(added.min()) >= 0.0
    assert float(added.sum("level").max()) <= build_rate * (1 + 1e-9) + 1e-9
    assert float((added * of_zone).sum("level").max()) <= capacity_rate * (1 + 1e-9) + 1e-9
    assert bool((made["operating"] <= np.maximum.accumulate(wanted, axis=-1) + 1e-9).all())  # so no ceiling is passed
    # All that is wanted, or wanted again, is built or waits: wanted - built - waiting + renewed x retired = 0, except
    # that a path which falls takes nothing down.
    owed = array(wanted, "zone", level=LEVELS, year=made["year"].values) + renewed * made["retired"]
    np.testing.assert_allclose(made["built"] + made["waiting"], np.maximum(owed, made["built"] - added), atol=1e-9)
    check_caps(made, array(build_rate, "zone/yr"))


@settings(max_examples=30)
@given(WANTED, st.floats(1.0, 15.0), st.floats(0.0, 1.0))
def test_operating_zones_are_the_sum_of_their_vintages(wanted: np.ndarray, life: float, renewed: float) -> None:
    made = built(wanted, 40.0, math.inf, 0.1, life, renewed)
    vintages = standing(added_in_year(made["built"]), array(1.0, "1"), array(life, "yr"), "zone")
    np.testing.assert_allclose(made["operating"], vintages, rtol=1e-9, atol=1e-9)


@settings(max_examples=30)
@given(WANTED)
def test_without_caps_or_age_what_is_wanted_is_built(wanted: np.ndarray) -> None:
    rising = np.maximum.accumulate(wanted, axis=-1)
    made = built(rising)
    np.testing.assert_allclose(made["operating"], rising, rtol=1e-12)
    assert float(made["waiting"].max()) == float(made["retired"].max()) == 0.0


def test_nothing_wanted_nothing_built() -> None:
    made = built(np.zeros((2, 5)), build_rate=0.0, capacity_rate=0.0, life=2.0)
    assert float(made.to_array().max()) == 0.0


def test_every_scenario_stands_alone() -> None:
    rates = array([5.0, math.inf, 12.0], "zone/yr", scenario=[0, 1, 2])
    wanted = [[3.0, 20.0, 40.0], [2.0, 20.0, 20.0]]
    together = built(wanted, build_rate=rates, life=2.0)
    for place, rate in enumerate(rates.values):
        alone = built(wanted, build_rate=rate, life=2.0)
        for name in alone:
            chosen = together[name].isel(scenario=place, drop=True).transpose(*alone[name].dims)
            np.testing.assert_array_equal(chosen, alone[name])


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"build_rate": -1.0}, "build_rate: -1 is negative"),
        ({"capacity_rate": math.nan}, "capacity_rate: nan is negative or no number"),
        ({"life": 0.5}, "lifetime: 0.5 yr; write 1 yr or more"),
        (
            {"of_zone": array([0.1, 0.2], "GW", province=["Hebei", "Tibet"])},
            "tells zones apart by province.*take a mean",
        ),
    ],
)
def test_a_cap_that_cannot_be_is_refused(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(DecarbError, match=said):
        built([1.0, 2.0], **changed)


@pytest.mark.parametrize(
    ("name", "values", "said"),
    [
        ("built", [10.0, 5.0, 30.0], "fewer zones are built than before in 2027"),
        ("built", [10.0, 20.0, 31.0], "more zones are built than rollout.build_rate allows in 2028"),
        ("operating", [10.0, 20.0, 25.0], "neither operate nor have retired in 2028"),
        ("waiting", [-1.0, 0.0, 0.0], "a number of zones is negative in 2026"),
    ],
)
def test_a_broken_law_is_found_with_its_year(name: str, values: list[float], said: str) -> None:
    made = built([10.0, 20.0, 30.0], build_rate=10.0)
    check_caps(made, array(10.0, "zone/yr"))
    spoilt = made.assign({name: made[name].copy(data=values)})
    if name == "built":
        spoilt = spoilt.assign(operating=spoilt["built"])
    with pytest.raises(DecarbError, match=said):
        check_caps(spoilt, array(10.0, "zone/yr"))
