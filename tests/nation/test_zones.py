"""Zones are a part of what is there: a partition, never more than the whole."""

from __future__ import annotations

from itertools import pairwise

import hypothesis.strategies as st
import numpy as np
import pytest
import xarray as xr
from hypothesis import assume, given, settings
from scipy import integrate
from scipy.stats import lognorm

from decarb.errors import CallError, DecarbError
from decarb.nation.sectors import SECTORS as ALL_SECTORS
from decarb.nation.sectors import base_levels, provincial_shares
from decarb.nation.zones import (
    ARCHETYPES,
    COHORTS,
    LEVELS,
    ZONE_SECTORS,
    check_partition,
    share_inside,
    size_classes,
    sized,
    weights_by_sector,
    zone_counts,
    zone_load,
    zone_share,
    zones_in_base,
)
from decarb.scenario.scenario import load_scenario
from decarb.scenario.zone_inputs import zone_inputs
from decarb.tables import provinces, table_array
from decarb.units import stamp

SECTORS = ["power_heat", "energy_industry", "manufacturing", "process", "transport"]
SHARE = st.floats(0.0, 1.0)
WEIGHTS = st.lists(st.floats(0.0, 10.0), min_size=6, max_size=6)
PLACES = {"province": ["Hebei", "Tibet"]}
COHORT = {"level": list(LEVELS), "archetype": list(ARCHETYPES)}


def array(values: object, unit: str, **coords: object) -> xr.DataArray:
    return xr.DataArray(values, coords, tuple(coords), attrs={"units": unit})


def mix(national: list[float], provincial: list[float]) -> xr.DataArray:
    return array([national, provincial], "1", **COHORT)


ONE_KIND = mix([0, 0, 0, 0, 0, 1], [0, 0, 0, 0, 0, 1])


def counted(archetype_mix: xr.DataArray) -> xr.DataArray:
    return zone_counts(array([10.0, 2.0], "zone", **PLACES), array([3.0, 1.0], "zone", **PLACES),
                       array(20.0, "zone"), archetype_mix)  # fmt: skip


def shipped(**changes: xr.DataArray) -> tuple[xr.Dataset, xr.DataArray, xr.DataArray]:
    """Inputs of the shipped zones, CO2 by sector of the base year, and the provinces' shares."""
    names = list(provinces())
    reported = table_array("sectors", "sector_co2", "sector", year=2019).sel(sector=list(ALL_SECTORS))
    level = base_levels(table_array("history", "official_energy_co2", year=2021),
                        table_array("history", "official_process_co2", year=2021), reported)  # fmt: skip
    share = provincial_shares(
        table_array("provinces", "sector_co2", "province", "sector", year=2019).reindex(
            province=names, sector=list(ALL_SECTORS)
        ),
        table_array("provinces", "gdp_share", "province", year=2019),
        table_array("parameters", "tibet_intensity_ratio"),
    )
    inputs = xr.Dataset(zone_inputs(load_scenario("china-2060").spec)).assign(
        provincial_consumption=table_array("provinces", "electricity_consumption", "province", year=2024),
        industry_electricity_share=array(0.64, "1"),
    )
    return inputs.assign(changes), level, share


def test_the_published_share_is_laid_over_industry_and_captive_power() -> None:
    level = array([500.0, 50.0, 300.0, 100.0, 50.0], "Mt CO2/yr", sector=SECTORS)
    share = share_inside(level, array(0.3, "1"), array(0.1, "1"))
    # 0.3 x 1000 = 300 Mt over 0.1 x 500 + 50 + 300 + 100 = 500 Mt: 0.6 of each, and of power only its captive tenth.
    np.testing.assert_allclose(share, [0.06, 0.6, 0.6, 0.6, 0.0], rtol=1e-14)


@given(st.lists(st.floats(1.0, 5000.0), min_size=5, max_size=5), SHARE, SHARE)
def test_zones_and_the_rest_are_a_partition_of_the_nation(levels: list[float], share: float, captive: float) -> None:
    level = array(levels, "Mt CO2/yr", sector=SECTORS)
    room = captive * levels[0] + sum(levels[1:4])
    assume(abs(share * sum(levels) - room) > 1e-6 * room)
    if share * sum(levels) > room:
        with pytest.raises(DecarbError, match="more than industry and captive power emit"):
            share_inside(level, array(share, "1"), array(captive, "1"))
        return
    inside = share_inside(level, array(share, "1"), array(captive, "1"))
    assert bool(((inside >= 0) & (inside <= 1)).all())
    assert float(inside.sel(sector="power_heat")) <= captive
    assert float((inside * level).sum()) == pytest.approx(share * sum(levels), rel=1e-12)


@settings(max_examples=25)
@given(WEIGHTS, WEIGHTS, WEIGHTS, WEIGHTS, st.floats(0.1, 20.0))
def test_cohorts_are_a_partition_of_what_stands_inside(
    parts: list[float], fuel: list[float], process: list[float], heat: list[float], size: float
) -> None:
    assume(sum(parts) > 0.1)
    kinds = {"archetype": list(ARCHETYPES)}
    weight = weights_by_sector(*(array(each, "1", **kinds) for each in (fuel, process, heat)))
    inside = array([0.1, 0.6, 0.7, 0.5, 0.0], "1", sector=SECTORS)
    count = counted(mix(parts, parts[::-1]))
    share = zone_share(inside, count, sized(weight, array(size, "1")))
    check_partition(share)
    held = (count * sized(weight, array(size, "1"))).sum(COHORTS).reindex(sector=SECTORS, fill_value=0.0) > 0
    np.testing.assert_allclose(share.sum(COHORTS), inside.where(held, 0.0).transpose("province", "sector"), rtol=1e-12)


def test_a_share_too_large_is_refused_with_the_most_there_is() -> None:
    level = array([500.0, 50.0, 300.0, 100.0, 50.0], "Mt CO2/yr", sector=SECTORS)
    with pytest.raises(DecarbError, match=r"zones\.share_of_national_co2: 0\.6 .*emit \(0\.5\); write less"):
        share_inside(level, array(0.6, "1"), array(0.1, "1"))
    with pytest.raises(DecarbError, match="write less"):
        share_inside(level, array([0.3, 0.6], "1", scenario=[0, 1]), array(0.1, "1"))


def test_a_broken_partition_is_refused_with_province_sector_and_fix() -> None:
    weight = sized(array([[1.0] * 6], "1", sector=["process"], archetype=list(ARCHETYPES)), array(1.0, "1"))
    share = zone_share(array([1.1], "1", sector=["process"]), counted(ONE_KIND), weight)
    with pytest.raises(DecarbError, match=r"zones: Hebei: zones hold 1\.1 of process, not 0 to 1; write less, or"):
        check_partition(share)
    for wrong in (np.nan, -0.1):
        with pytest.raises(DecarbError, match="Tibet: zones hold"):
            check_partition(stamp(share.where(share["province"] == "Hebei", wrong).clip(max=0.05), "1"))


def test_no_zone_holds_transport() -> None:
    assert "transport" not in ZONE_SECTORS


def test_national_zones_are_spread_like_the_class_whose_places_are_known() -> None:
    counts = counted(mix([0, 0, 1, 0, 0, 3], [0, 0, 0, 0, 0, 1]))
    assert counts.dims == ("province", "level", "archetype")
    # 20 x 3/4 and 20 x 1/4 national zones, a quarter of them chemical; 10 and 2 provincial ones, none of them.
    assert counts.sel(archetype="chemicals").values.tolist() == [[3.75, 0.0], [1.25, 0.0]]
    assert counts.sum("archetype").values.tolist() == [[15.0, 10.0], [5.0, 2.0]]


@settings(max_examples=30)
@given(WEIGHTS, WEIGHTS)
def test_a_mix_moves_zones_and_makes_none(national: list[float], provincial: list[float]) -> None:
    assume(min(sum(national), sum(provincial)) > 1e-3)
    assert float(counted(mix(national, provincial)).sum()) == pytest.approx(32.0, rel=1e-12)


@pytest.mark.parametrize("national", [[0.0] * 6, [-0.1, 1.1, 0, 0, 0, 0]])
def test_a_level_without_zones_or_less_than_none_is_refused(national: list[float]) -> None:
    with pytest.raises(DecarbError, match="archetype_mix: a part is negative or a level has no zones"):
        counted(mix(national, [1.0] * 6))


def test_zones_use_their_part_of_industrial_power_by_number_weight_and_size() -> None:
    weight = sized(array([1, 1, 1, 1, 4, 1], "1", archetype=list(ARCHETYPES)), array(3.0, "1"))
    count = counted(mix([0, 0, 0, 0, 0, 1], [0, 0, 0, 0, 0.5, 0.5]))
    load = zone_load(array([140.0, 1.0], "TWh/yr", **PLACES), array(0.5, "1"), array(0.5, "1"), count, weight)
    # Hebei: 35 TWh over 15 x 3 + 5 x 4 + 5 x 1 = 70: 0.5 TWh for a general provincial zone, 2 for metals, 1.5 national.
    hebei = load.sel(province="Hebei")
    assert float(hebei.sel(level="provincial", archetype="general")) == pytest.approx(5e5, rel=1e-12)
    assert float(hebei.sel(level="provincial", archetype="metals")) == pytest.approx(2e6, rel=1e-12)
    assert float(hebei.sel(level="national", archetype="general")) == pytest.approx(1.5e6, rel=1e-12)
    np.testing.assert_allclose((load * count).sum(COHORTS), [35e6, 0.25e6], rtol=1e-12)


def test_a_province_without_zones_has_zones_without_load() -> None:
    none = counted(ONE_KIND) * 0.0
    load = zone_load(array([5.0, 1.0], "TWh/yr", **PLACES), array(0.6, "1"), array(0.5, "1"), stamp(none, "zone"),
                     sized(array([1.0] * 6, "1", archetype=list(ARCHETYPES)), array(1.0, "1")))  # fmt: skip
    assert float(load.sum()) == 0.0


def test_size_classes_are_the_conditional_means_of_the_log_normal() -> None:
    # mean 1: the scale is exp(-s^2 / 2); a class of n is n times the mean taken between two quantiles.
    sigma, number = 0.9, 3
    sizes = size_classes(array(sigma, "1"), number)
    law = lognorm(sigma, scale=np.exp(-(sigma**2) / 2.0))
    edges = [law.ppf(step / number) for step in range(number)] + [law.ppf(1 - 1e-13)]
    expected = [number * integrate.quad(lambda x: x * law.pdf(x), low, high, limit=500)[0]
                for low, high in pairwise(edges)]  # fmt: skip
    np.testing.assert_allclose(sizes, expected, rtol=1e-4)


@given(st.floats(0.0, 3.0), st.integers(1, 20))
def test_sizes_have_mean_one_and_rise(sigma: float, number: int) -> None:
    sizes = size_classes(array(sigma, "1"), number)
    assert float(sizes.mean()) == pytest.approx(1.0, rel=1e-14)
    assert bool((sizes.diff("size") >= -1e-12).all()) and bool((sizes >= 0.0).all())
    if sigma == 0.0:
        np.testing.assert_allclose(sizes, 1.0, rtol=1e-12)


@pytest.mark.parametrize(("spread", "number"), [(-0.1, 3), (0.5, 0)])
def test_no_class_and_a_negative_spread_are_refused(spread: float, number: int) -> None:
    with pytest.raises(CallError, match="size_classes"):
        size_classes(array(spread, "1"), number)


def test_the_shipped_zones_are_those_of_the_2018_catalogue_and_hold_their_share() -> None:
    inputs, level, share = shipped()
    base = zones_in_base(inputs, level, share)
    np.testing.assert_allclose(base["zone_count"].sum(("province", "archetype")), [552.0, 1991.0], rtol=1e-12)
    held = (base["zone_share"] * level * share).sum()
    assert float(held) == pytest.approx(0.31 * float(level.sum()), rel=1e-12)
    assert {name: array.attrs["units"] for name, array in base.items()} == {
        "zone_count": "zone", "zone_load": "MWh/yr", "zone_share": "1"
    }  # fmt: skip


def test_the_mean_shipped_zone_lies_inside_the_range_of_published_ones() -> None:
    inputs, level, share = shipped()
    base = zones_in_base(inputs, level, share)
    co2 = (base["zone_share"] * level * share).sum(("province", "sector")) / base["zone_count"].sum("province")
    # Single parks read span 0.38 to 15 Mt: no cohort of shipped zones is above; those without industry are below.
    assert float(co2.max()) < 15.0
    assert bool((co2.sel(archetype=["chemicals", "metals", "general"]) > 0.38).all())


def test_a_sweep_gives_each_scenario_what_it_gives_alone() -> None:
    swept = {"zone_share_of_national_co2": array([0.2, 0.31], "1", scenario=[0, 1]),
             "national_zone_size": array([1.0, 6.0], "1", scenario=[0, 1])}  # fmt: skip
    together = zones_in_base(*shipped(**swept))
    for at in (0, 1):
        alone = zones_in_base(*shipped(**{name: values.sel(scenario=at, drop=True) for name, values in swept.items()}))
        for name in alone:
            own = together[name].sel(scenario=at, drop=True) if "scenario" in together[name].dims else together[name]
            xr.testing.assert_allclose(own.transpose(*alone[name].dims), alone[name], rtol=1e-13)
