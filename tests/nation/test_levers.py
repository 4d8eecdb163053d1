"""Levers of the template: each takes its part of what the one before left, and provinces add up to the nation."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings

from decarb.errors import DecarbError
from decarb.nation import levers
from decarb.nation.sectors import SECTORS, electricity_for_fuel

CO2 = "Mt CO2/yr"
PLACES = {"province": ["Hebei", "Tibet"]}
COHORTS = {"level": ["national", "provincial"], "archetype": ["chemicals", "general"]}
YEARS = {"year": [2025, 2030, 2060]}
SHARE = st.floats(0.0, 1.0)


def array(values: object, unit: str = "1", **coords: object) -> xr.DataArray:
    return xr.DataArray(values, coords, tuple(coords), attrs={"units": unit})


def uneven(seed: int, scale: float = 1.0, unit: str = "1", **coords: list[object]) -> xr.DataArray:
    shape = [len(labels) for labels in coords.values()]
    return array(np.random.default_rng(seed).uniform(0.0, scale, shape), unit, **coords)


def parts(
    saved: object = 0.0, electrified: object = 0.0, switched: object = 0.0, changed: object = 0.0,
    new_fuel: float = 0.056, built: float = 1.0, **coords: object,
) -> xr.DataArray:  # fmt: skip
    of = coords or {"archetype": ["general"]}
    shares = [array(np.broadcast_to(share, len(of["archetype"])), **of)  # type: ignore[arg-type]
              for share in (saved, electrified, switched, changed)]  # fmt: skip
    burnt = array([0.1, 0.07, 0.08, 0.08, 0.07, 0.08, 0.07, 0.07], "t CO2/GJ", sector=list(SECTORS))
    return levers.lever_parts(*shares, array(new_fuel, "t CO2/GJ"), burnt, array(built))


def test_each_lever_acts_on_what_the_one_before_left() -> None:
    taken = parts(saved=0.1, electrified=0.2, switched=0.5, changed=0.3).squeeze("archetype")
    of_fuel = taken.sel(sector="manufacturing")
    # 0.1; 0.9 x 0.2 = 0.18; 0.9 x 0.8 x 0.5 x (1 - 0.056 / 0.08) = 0.36 x 0.3 = 0.108; a boiler is no kiln.
    np.testing.assert_allclose(of_fuel.sel(lever=list(levers.LEVERS)), [0.1, 0.18, 0.108, 0.0], rtol=1e-12)
    # A kiln's limestone is no fuel.
    assert taken.sel(sector="process").values.tolist() == [0.0, 0.0, 0.0, 0.3]
    # 0.36 x (1 - 0.056 / 0.07) = 0.072 where a cleaner mix is burnt already.
    assert float(taken.sel(sector="energy_industry", lever="fuel switch")) == pytest.approx(0.072)


def test_levers_touch_the_sectors_of_zones_alone() -> None:
    taken = parts(saved=0.5, electrified=0.5, switched=0.5, changed=0.5)
    others = [name for name in SECTORS if name not in levers.ACTED_ON]
    assert "power_heat" in others and len(others) == 5
    assert float(np.abs(taken.sel(sector=others)).max()) == 0.0


@settings(max_examples=40)
@given(SHARE, SHARE, SHARE, SHARE, st.floats(0.0, 0.07))
def test_no_sector_gives_more_than_it_emits(e: float, x: float, s: float, c: float, factor: float) -> None:
    taken = parts(e, x, s, c, new_fuel=factor)
    assert float(taken.min()) >= 0.0
    assert float(taken.sum("lever").max()) <= 1.0 + 1e-12
    # What is left is burnt at the mix of both fuels: (1 - e) (1 - x) (1 - s + s f / f_sector).
    left = 1.0 - taken.sum("lever").sel(sector="manufacturing")
    assert float(left.squeeze()) == pytest.approx((1 - e) * (1 - x) * (1 - s + s * factor / 0.08), abs=1e-12)


def test_zones_that_take_the_claim_alone_abate_nothing() -> None:
    assert float(np.abs(parts(0.5, 0.5, 0.5, 0.5, built=0.0)).max()) == 0.0


def test_a_switch_to_a_dirtier_fuel_is_refused() -> None:
    with pytest.raises(DecarbError, match=r"template\.switched_fuel_factor: 0\.075 t CO2/GJ is dirtier than the fuels "
                       r"of energy_industry, 0\.07 t CO2/GJ; write a smaller factor"):  # fmt: skip
        parts(switched=0.1, new_fuel=0.075)
    assert float(np.abs(parts(switched=0.0, new_fuel=0.075)).max()) == 0.0


def test_archetypes_keep_their_own_shares() -> None:
    taken = parts(electrified=[0.1, 0.4], archetype=["chemicals", "general"])
    found = taken.sel(lever="electrification", sector="manufacturing")
    assert found.sel(archetype="general").item() == pytest.approx(0.4)
    assert found.sel(archetype="chemicals").item() == pytest.approx(0.1)


def nation(seed: int) -> dict[str, xr.DataArray]:
    """Zones of uneven size and kind in two provinces; shares of a sector add to 1 over provinces."""
    zones = uneven(seed, 0.2, **PLACES, sector=list(SECTORS), **COHORTS)
    of_provinces = uneven(seed + 1, **PLACES, sector=list(SECTORS)) + 0.01
    return {
        "zone_share": zones,
        "covered_share": uneven(seed + 2, **PLACES, **COHORTS),
        "operating_share": uneven(seed + 3, **COHORTS, **YEARS).cumsum("year").clip(0.0, 1.0).assign_attrs(units="1"),
        "provincial_share": (of_provinces / of_provinces.sum("province")).assign_attrs(units="1"),
        "national_co2": uneven(seed + 4, 3000.0, CO2, sector=list(SECTORS), **YEARS),
    }


def test_abated_is_part_of_the_sector_times_zones_cover_and_operation() -> None:
    one = {"province": ["Hebei"], "level": ["national"], "archetype": ["general"]}
    zones = array(np.full((1, 8, 1, 1), 0.5), province=["Hebei"], sector=list(SECTORS),
                  level=["national"], archetype=["general"])  # fmt: skip
    share = levers.abated_share(
        parts(saved=0.1, electrified=0.2), zones, array([[[0.8]]], **one),
        array([[[0.0, 0.5]]], level=["national"], archetype=["general"], year=[2025, 2040]),
    )  # fmt: skip
    # (0.1 + 0.9 x 0.2) x 0.5 x 0.8 x 0.5 = 0.056.
    assert share.sel(sector="manufacturing").values.ravel().tolist() == pytest.approx([0.0, 0.056])
    assert share.dims == ("province", "sector", "year")


@settings(max_examples=15)
@given(st.integers(0, 10**6), SHARE, SHARE, SHARE, SHARE)
def test_the_nation_abates_what_its_provinces_do(seed: int, e: float, x: float, s: float, c: float) -> None:
    place = nation(seed)
    of = parts([e, e / 2], [x / 2, x], [s, s / 3], [c / 4, c], **{"archetype": COHORTS["archetype"]})
    share = levers.abated_share(of, place["zone_share"], place["covered_share"], place["operating_share"])
    national = levers.abated_nationally(of, place["zone_share"], place["covered_share"], place["provincial_share"],
                                        place["operating_share"], place["national_co2"])  # fmt: skip
    tonnes = levers.abated_by_province(share, place["national_co2"], place["provincial_share"])
    assert national.dims == ("lever", "sector", "year")
    np.testing.assert_allclose(tonnes.sum("province"), national.sum("lever"), rtol=1e-12, atol=1e-9)


def test_some_levers_and_sectors_can_be_asked_for_alone() -> None:
    place = nation(3)
    of = parts(0.1, [0.2, 0.4], 0.3, 0.2, **{"archetype": COHORTS["archetype"]})
    whole = levers.abated_share(of, place["zone_share"], place["covered_share"], place["operating_share"])
    some = of.sel(sector=list(levers.ACTED_ON))
    each = [levers.abated_share(some.sel(lever=[lever]), place["zone_share"], place["covered_share"],
                                place["operating_share"]) for lever in levers.LEVERS]  # fmt: skip
    np.testing.assert_allclose(sum(each), whole.sel(sector=list(levers.ACTED_ON)), rtol=1e-12)


def test_a_sweep_of_a_share_is_the_scenarios_one_by_one() -> None:
    place = nation(5)
    wanted = []
    shares = [0.0, 0.3, 0.9]
    for share in shares:
        of = parts(0.1, share, 0.2, 0.1, **{"archetype": COHORTS["archetype"]})
        wanted.append(levers.abated_nationally(of, **place))
    plain = [array([value, value], archetype=COHORTS["archetype"]) for value in (0.1, 0.2, 0.1)]
    swept = array(np.repeat(shares, 2).reshape(3, 2), scenario=[0, 1, 2], archetype=COHORTS["archetype"])
    burnt = array([0.1, 0.07, 0.08, 0.08, 0.07, 0.08, 0.07, 0.07], "t CO2/GJ", sector=list(SECTORS))
    of = levers.lever_parts(plain[0], swept, plain[1], plain[2], array(0.056, "t CO2/GJ"), burnt, array(1.0))
    found = levers.abated_nationally(of, **place)
    assert found.dims == ("scenario", "lever", "sector", "year")
    np.testing.assert_allclose(found, xr.concat(wanted, "scenario"), rtol=1e-12, atol=1e-12)


def test_only_electrified_fuel_needs_power() -> None:
    place = nation(7)
    of = parts(0.2, 0.0, 0.5, 0.5, **{"archetype": COHORTS["archetype"]})
    abated = levers.abated_nationally(of, **place).sel(lever="electrification", drop=True)
    factor = array(np.full(8, 0.08), "t CO2/GJ", sector=list(SECTORS))
    ratio = array(np.full(8, 0.7), sector=list(SECTORS))
    assert float(np.abs(electricity_for_fuel(abated.assign_attrs(units=CO2), factor, ratio)).max()) == 0.0


def saved(count: object = 10.0, load: float = 100.0, share: float = 0.1, built: float = 1.0) -> xr.DataArray:
    one = {"province": ["Hebei"], "level": ["national"], "archetype": ["general"]}
    return levers.electricity_saved_if_all_adopt(
        array([share], archetype=["general"]), array([[[load]]], "GWh/yr", **one), array([[[count]]], "zone", **one),
        array([[[0.5]]], **one), array(built),
    )  # fmt: skip


def test_electricity_saved_is_of_the_covered_load_of_operating_zones_and_grows_with_demand() -> None:
    operating = array([[[0.2, 0.6]]], level=["national"], archetype=["general"], year=[2030, 2060])
    growth = array([1.0, 1.5], year=[2030, 2060])
    # 100 GWh x 10 zones x 0.5 covered x 0.1 = 50 GWh = 0.05 TWh; x 0.2 = 0.01; x 0.6 x 1.5 = 0.045.
    here = levers.electricity_saved(saved(), operating, growth)
    assert here.attrs["units"] == "TWh/yr" and here.dims == ("province", "year")
    np.testing.assert_allclose(here.squeeze("province"), [0.01, 0.045], rtol=1e-12)
    assert float(saved(built=0.0).max()) == 0.0


def test_where_no_zone_stands_nothing_is_saved() -> None:
    assert float(saved(count=0.0, load=np.nan).sum()) == 0.0
