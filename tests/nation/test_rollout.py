"""Caps hold in every year and what they cut waits; a fleet is what its vintages bring, year by year."""

from __future__ import annotations

import math
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis.extra.numpy import arrays
from rollout_samples import CAPACITY, COHORT, LAST_OBSERVED, YEARS, ZONES, array, chosen, named, national, rollout_of

from decarb.errors import DecarbError
from decarb.nation.adoption import CURVES, wanted_zones
from decarb.nation.rollout import (
    OF_NATION,
    built_under_caps,
    check_caps,
    fleet,
    operating_after,
    share_at_year_end,
)  # fmt: skip
from decarb.nation.vintages import added_in_year, standing

LEVELS = ["national", "provincial"]
# Any path, falling too, of two cohorts over 12 years; and caps that bind, never bind or close everything.
WANTED = arrays(float, (2, 12), elements=st.floats(0.0, 100.0))
CAP = st.one_of(st.just(math.inf), st.just(0.0), st.floats(0.1, 60.0))
LIFE = st.one_of(st.just(math.inf), st.floats(1.0, 15.0))


def fleet_of(**changes: xr.DataArray) -> xr.Dataset:
    return fleet(rollout_of(**changes), ZONES, CAPACITY, LAST_OBSERVED)


def tabled(years: dict[int, float], **changes: xr.DataArray) -> xr.Dataset:
    return fleet_of(rollout_curve=chosen("table"), rollout_table=named(years), **changes)


def test_no_zone_operates_before_the_first_year_of_the_rollout() -> None:
    listed = operating_after(array([2.0, 4.0, 4.5, 10.0], "zone", year=[2024, 2025, 2026, 2027]), 2025)
    assert listed.values.tolist() == [0.0, 0.0, 4.5, 10.0]
    made = fleet_of(rollout_curve=chosen("logistic"))
    past = made.sel(year=slice(None, LAST_OBSERVED))
    assert float(past.to_array().max()) == 0.0 < float(made["adopted_zones"].sel(year=2026).min())


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


@settings(max_examples=40)
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


@settings(max_examples=20)
@given(WANTED, st.floats(1.0, 15.0), st.floats(0.0, 1.0))
def test_operating_zones_are_the_sum_of_their_vintages(wanted: np.ndarray, life: float, renewed: float) -> None:
    made = built(wanted, 40.0, math.inf, 0.1, life, renewed)
    vintages = standing(added_in_year(made["built"]), array(1.0, "1"), array(life, "yr"), "zone")
    np.testing.assert_allclose(made["operating"], vintages, rtol=1e-9, atol=1e-9)


@settings(max_examples=20)
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


def test_a_cap_may_differ_by_year() -> None:
    rates = array([5.0, 0.0, 0.0, 20.0], "zone/yr", year=[2026, 2027, 2028, 2029])
    made = built([10.0, 10.0, 10.0, 30.0], build_rate=rates)
    assert made["built"].values.tolist() == [5.0, 5.0, 5.0, 25.0]
    assert made["waiting"].values.tolist() == [5.0, 5.0, 5.0, 5.0]
    check_caps(made, rates)
    with pytest.raises(DecarbError, match=r"than rollout\.build_rate allows in 2029"):
        check_caps(made, rates - 1.0 * (rates["year"] == 2029))


def test_a_zone_works_half_of_the_year_in_which_it_starts_and_retires() -> None:
    made = tabled({2030: 254.3}, rollout_lifetime=array(10.0, "yr"), rollout_renewed_share=array(0.0, "1"))
    # 254.3 of 2,543 zones are a tenth: half of it in 2030, half of it ten years later, when they retire.
    share = made["operating_share"].sel(level="national", archetype="metals")
    expected = [0.0, 0.05, 0.1, 0.1, 0.05, 0.0]
    np.testing.assert_allclose(share.sel(year=[2029, 2030, 2031, 2039, 2040, 2041]), expected, atol=1e-15)
    adopted = made["adopted_zones"].sel(level="national", archetype="metals", year=[2030, 2039, 2040])
    np.testing.assert_allclose(adopted, [11.04, 11.04, 0.0], rtol=1e-12)  # a tenth of 552 x 0.2
    at_end = share_at_year_end(made["adopted_zones"], ZONES).sel(level="national", archetype="metals")
    np.testing.assert_allclose(at_end.sel(year=[2029, 2030, 2039, 2040]), [0.0, 0.1, 0.1, 0.0], atol=1e-15)
    assert made["retired_zones"].sel(year=[2039, 2040]).values.tolist() == pytest.approx([0.0, 254.3])


def test_the_fleet_is_of_the_vintage_of_its_builds_by_hand() -> None:
    made = tabled({2030: 254.3, 2039: 254.3, 2040: 508.6})
    # Losses fall by 1 % a year from 2026: weights (1 - 0.99^4) and (1 - 0.99^14) over (1 - 0.99^34).
    first, second = ((1.0 - 0.99**gone) / (1.0 - 0.99**34) for gone in (4, 14))
    later = made["later_share"].sel(level="provincial", archetype="general")
    np.testing.assert_allclose(later.sel(year=[2030, 2035]), [0.05 * first, 0.1 * first], rtol=1e-12)
    np.testing.assert_allclose(later.sel(year=[2040, 2045]), [0.1 * first + 0.05 * second, 0.1 * (first + second)],
                               rtol=1e-12)  # fmt: skip
    renewed = (1.0 - 0.99**29) / (1.0 - 0.99**34)
    # The first ones retire in 2055 and are renewed that day.
    assert float(later.sel(year=2058)) == pytest.approx(0.1 * (renewed + second), rel=1e-12)
    assert float(made["adopted_zones"].sel(year=2058).sum()) == pytest.approx(508.6, rel=1e-12)


def test_a_retrofit_moves_zones_to_the_vintage_of_its_year_by_hand() -> None:
    made = tabled({2030: 254.3}, rollout_retrofit_share=array(0.5, "1"), rollout_retrofit_age=array(10.0, "yr"))
    old, new = ((1.0 - 0.99**gone) / (1.0 - 0.99**34) for gone in (4, 14))
    later = made["later_share"].sel(level="national", archetype="general", year=[2039, 2041])
    np.testing.assert_allclose(later, [0.1 * old, 0.05 * old + 0.05 * new], rtol=1e-12)
    plain = tabled({2030: 254.3})
    np.testing.assert_allclose(made["operating_share"], plain["operating_share"], rtol=1e-12)


def test_stores_that_do_not_change_have_one_vintage() -> None:
    assert float(abs(fleet_of(store_loss_change=array(0.0, "%/yr"))["later_share"]).max()) == 0.0


@pytest.mark.parametrize("curve", CURVES)
def test_without_template_there_is_no_fleet(curve: str) -> None:
    none = fleet_of(rollout_curve=chosen(curve), rollout_ceiling=array(0.0, "1"), rollout_table=named({2030: 100.0}))
    assert float(abs(none.to_array()).max()) == 0.0


@settings(max_examples=15)
@given(
    st.sampled_from(CURVES), arrays(float, (2, 6), elements=st.floats(0.0, 1.0)), CAP, st.floats(0.1, 20.0),
    st.floats(1.0, 40.0), st.floats(0.0, 1.0), st.integers(1, 20), st.floats(0.0, 1.0),
)  # fmt: skip
def test_one_national_path_equals_the_paths_of_all_cohorts(
    curve: str, ceiling: np.ndarray, build_rate: float, capacity_rate: float, life: float, renewed: float, age: int,
    retrofitted: float,
) -> None:  # fmt: skip
    """The short way of `fleet` against the long one: caps and age laid over each cohort by itself."""
    sizes = array(np.linspace(0.0, 0.2, 12).reshape(2, 6), "GW", **COHORT)
    inputs = rollout_of(
        rollout_curve=chosen(curve), rollout_ceiling=array(ceiling, "1", **COHORT),
        rollout_table=named({2030: 100.0, 2055: 2500.0}), rollout_build_rate=array(build_rate, "zone/yr"),
        rollout_capacity_rate=array(capacity_rate, "GW/yr"), rollout_lifetime=array(life, "yr"),
        rollout_renewed_share=array(renewed, "1"), rollout_retrofit_age=array(float(age), "yr"),
        rollout_retrofit_share=array(retrofitted, "1"),
    )  # fmt: skip
    short = fleet(inputs, ZONES, sizes, LAST_OBSERVED)
    long = built_under_caps(
        operating_after(wanted_zones(inputs, ZONES), LAST_OBSERVED), build_rate=inputs["rollout_build_rate"],
        capacity_rate=inputs["rollout_capacity_rate"], capacity_of_zone=sizes, lifetime=inputs["rollout_lifetime"],
        renewed_share=inputs["rollout_renewed_share"],
    )  # fmt: skip
    np.testing.assert_allclose(short["adopted_zones"], long["operating"], rtol=1e-9, atol=1e-9)
    for name in ("built", "retired", "waiting"):
        np.testing.assert_allclose(short[f"{name}_zones"], national(long[name]), rtol=1e-9, atol=1e-9)
    added = added_in_year(long["built"])
    assert float((added * sizes).sum(["level", "archetype"]).max()) <= capacity_rate * (1 + 1e-9) + 1e-9
    # What operates is of some vintage: between none and all of it the last.
    assert bool((short["later_share"] >= -1e-12).all())
    assert bool((short["later_share"] <= short["operating_share"] + 1e-9).all())
    assert float(short["operating_share"].max()) <= float(ceiling.max()) * (1 + 1e-9)


def test_each_scenario_of_a_fleet_stands_alone() -> None:
    scenario = [0, 1, 2]
    swept = {
        "rollout_growth": array([8.0, 13.1, 20.0], "%/yr", scenario=scenario),
        "rollout_build_rate": array(
            np.where(YEARS <= 2040, [[math.inf], [20.0], [40.0]], [[math.inf], [0.0], [9.0]]),
            "zone/yr",
            scenario=scenario,
            year=YEARS,
        ),
        "rollout_lifetime": array([10.0, 25.0, 7.5], "yr", scenario=scenario),
        "store_loss_change": array([0.0, -1.0, -2.0], "%/yr", scenario=scenario),
        "rollout_retrofit_share": array([0.0, 0.5, 1.0], "1", scenario=scenario),
        "rollout_ceiling": array([0.3, 0.6, 0.9], "1", scenario=scenario),
    }
    together = fleet_of(**swept)
    assert together["operating_share"].dims == ("scenario", "level", "archetype", "year")
    for place in scenario:
        alone = fleet_of(**{name: value.isel(scenario=place, drop=True) for name, value in swept.items()})
        for name in alone:
            np.testing.assert_allclose(together[name].isel(scenario=place), alone[name], rtol=1e-12, atol=1e-15)


def test_a_cap_makes_zones_wait_and_says_so() -> None:
    free, capped = fleet_of(), fleet_of(rollout_build_rate=array(20.0, "zone/yr"))
    assert float(free["waiting_zones"].max()) == 0.0
    # The list of 2025 starts in 2028 with 52 zones: 20 are built, 32 wait, 12 a year later, then none.
    assert capped["waiting_zones"].sel(year=[2027, 2028, 2029, 2030]).values.tolist() == pytest.approx([0, 32, 12, 0])
    assert capped["built_zones"].sel(year=[2028, 2029, 2030]).values.tolist() == pytest.approx([20.0, 40.0, 52.0])
    # 1 GW a year are 20 zones of 0.05 GW.
    xr.testing.assert_allclose(fleet_of(rollout_capacity_rate=array(1.0, "GW/yr")), capped)


@pytest.mark.parametrize("name", OF_NATION)
def test_only_the_ceiling_tells_zones_apart(name: str) -> None:
    inputs = rollout_of()
    by_level = inputs[name].expand_dims(level=LEVELS).assign_attrs(inputs[name].attrs)
    with pytest.raises(DecarbError, match=f"{name}: tells zones apart by level.*rollout_ceiling"):
        fleet(inputs.assign({name: by_level}), ZONES, CAPACITY, LAST_OBSERVED)


def test_a_fleet_carries_its_units_and_years() -> None:
    made = fleet_of()
    units = {str(name): array.attrs["units"] for name, array in made.items()}
    assert units == {
        "adopted_zones": "zone", "operating_share": "1", "later_share": "1", "waiting_zones": "zone",
        "built_zones": "zone", "retired_zones": "zone",
    }  # fmt: skip
    assert made["adopted_zones"].dims == ("level", "archetype", "year") and made["built_zones"].dims == ("year",)
    assert made["year"].values.tolist() == YEARS.tolist()
