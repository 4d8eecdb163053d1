"""The parks' books: what they emit and buy, what contracts and credits let them say, and the gap between the two."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings

from decarb.errors import DecarbError
from decarb.nation import ledger, levers

CO2, CO2E, ENERGY = "Mt CO2/yr", "Mt CO2e/yr", "TWh/yr"
ONE = xr.DataArray(1.0, attrs={"units": "t CO2e/t CO2"})
LEVELS = {"level": ["national", "provincial"]}
COHORTS = LEVELS | {"archetype": ["metals", "general"]}
PLACES = {"province": ["Hebei", "Tibet"]}
YEARS = {"year": [2030, 2060]}
AMOUNT = st.floats(0.0, 1000.0)
SHARE = st.floats(0.0, 1.0)
FEW = settings(max_examples=30)


def array(values: object, unit: str, **coords: object) -> xr.DataArray:
    return xr.DataArray(values, coords, tuple(coords), attrs={"units": unit})


def drawn(seed: int, unit: str, top: float = 1.0, **coords: list[object]) -> xr.DataArray:
    """Numbers from 0 to `top` on these labels."""
    values = np.random.default_rng(seed).uniform(0.0, top, [len(labels) for labels in coords.values()])
    return array(values, unit, **coords)


def test_a_park_holds_its_zones_part_of_a_sector_less_what_its_levers_take() -> None:
    names = {"sector": ["manufacturing", "transport"]}
    direct = ledger.direct_emissions_of_parks(
        array([[1000.0], [500.0]], CO2, **names, year=[2040]), array([1.0, 1.0], "1", **names),
        array([0.6, 0.0], "1", **names), array(1.0, "1"), array([0.5], "1", year=[2040]),
        array([[0.2], [0.1]], "1", lever=["efficiency", "electrification"], sector=["manufacturing"]),
    )  # fmt: skip
    # 1,000 Mt x 0.6 in zones x 0.5 adopted = 300, of which levers take 0.3; transport stands in no zone.
    assert direct.item() == pytest.approx(210.0)


def test_each_cohort_of_zones_counts_with_its_own_adoption_and_cover() -> None:
    names = {"sector": ["manufacturing", "process"]}
    direct = ledger.direct_emissions_of_parks(
        array([[400.0], [200.0]], CO2, **names, year=[2030]), array([[0.25, 0.5]], "1", province=["Hebei"], **names),
        array([[[0.1, 0.2], [0.3, 0.0]]], "1", province=["Hebei"], **names, **LEVELS),
        array([[1.0, 0.4]], "1", province=["Hebei"], **LEVELS), array([[0.5], [0.25]], "1", **LEVELS, year=[2030]),
        array([[0.0, 0.5]], "1", lever=["process change"], **names),
    )  # fmt: skip
    # Manufacturing: 100 x (0.1 x 0.5 x 1 + 0.2 x 0.25 x 0.4) = 7; process: 100 x 0.3 x 0.5 x 1 x 0.5 = 7.5.
    assert direct.dims == ("province", "year")
    assert direct.item() == pytest.approx(14.5)


def test_power_and_heat_of_zones_stand_at_the_plant() -> None:
    names = {"sector": ["power_heat", "process"]}
    direct = ledger.direct_emissions_of_parks(
        array([100.0, 100.0], CO2, **names), array([1.0, 1.0], "1", **names), array([0.9, 0.1], "1", **names),
        array(1.0, "1"), array(1.0, "1"), array([[0.0]], "1", lever=["process change"], sector=["process"]),
    )  # fmt: skip
    assert float(direct) == pytest.approx(10.0)


@FEW
@given(st.integers(0, 99))
def test_parks_and_everything_else_are_a_partition(seed: int) -> None:
    names = {"sector": ["manufacturing", "process"]}
    lever, kinds = {"lever": list(levers.LEVERS)}, {"archetype": COHORTS["archetype"]}
    national, share = drawn(seed, CO2, 900.0, **names, **YEARS), drawn(seed + 1, "1", **PLACES, **names)
    zone_share, covered = (
        drawn(seed + 2, "1", 0.25, **PLACES, **names, **COHORTS),
        drawn(seed + 3, "1", **PLACES, **COHORTS),
    )
    operating, parts = drawn(seed + 4, "1", **COHORTS, **YEARS), drawn(seed + 5, "1", 0.25, **lever, **names, **kinds)
    parks = ledger.direct_emissions_of_parks(national, share, zone_share, covered, operating, parts)
    taken = levers.abated_share(parts, zone_share, covered, operating)
    inside = (zone_share * covered * operating).sum(["level", "archetype"])
    rest = (national * share * (1.0 - inside)).sum("sector")
    after = (national * share * (1.0 - taken)).sum("sector")
    np.testing.assert_allclose((parks + rest).transpose(*after.dims), after, rtol=1e-12)
    assert bool((parks >= 0.0).all())


def test_parks_buy_what_they_do_not_generate() -> None:
    bought = ledger.electricity_bought_by_parks(
        array([1.0, 0.1], ENERGY, **PLACES), array([0.3, 0.3], ENERGY, **PLACES),
        array([1.0, 2.0], "1", year=[2025, 2050]), array([100.0, 10.0], "zone", **PLACES),
        array([0.1, 0.5], "1", year=[2025, 2050]),
        array([[0.0, 2.0], [0.0, 0.5]], ENERGY, **PLACES, year=[2025, 2050]),
    )  # fmt: skip
    # Hebei: (1 - 0.3) x 100 x 0.1 = 7, (2 - 0.3) x 100 x 0.5 + 2 = 87; Tibet generates more than it uses and buys
    # only what replaces its fuel.
    np.testing.assert_allclose(bought.transpose("province", "year"), [[7.0, 87.0], [0.0, 0.5]], rtol=1e-13)


def test_a_cohort_without_zones_buys_nothing_though_its_load_is_not_known() -> None:
    bought = ledger.electricity_bought_by_parks(
        array([1.0, np.nan], ENERGY, **LEVELS), array([0.5, np.nan], ENERGY, **LEVELS), array(1.0, "1"),
        array([10.0, 0.0], "zone", **LEVELS), array([0.5, 0.5], "1", **LEVELS), array(0.0, ENERGY),
    )  # fmt: skip
    # (1 - 0.5) x 10 x 0.5.
    assert float(bought) == pytest.approx(2.5)
    direct = ledger.direct_emissions_of_parks(
        array([100.0], CO2, sector=["process"]), array([1.0], "1", sector=["process"]),
        array([[0.5, 0.0]], "1", sector=["process"], **LEVELS), array([1.0, np.nan], "1", **LEVELS),
        array([0.5, 0.5], "1", **LEVELS), array([[0.0]], "1", lever=["process change"], sector=["process"]),
    )  # fmt: skip
    assert float(direct) == pytest.approx(25.0)


def test_later_parks_use_more_of_their_own_and_savings_are_not_bought() -> None:
    share = ledger.share_by_vintage(array([[0.5]], "1", level=["national"], year=[2040]),
                                    array([[0.2]], "1", level=["national"], year=[2040]))  # fmt: skip
    bought = ledger.electricity_bought_by_parks(
        array([2.0], ENERGY, level=["national"]), array([[1.0, 1.5]], ENERGY, level=["national"],
        vintage=["first", "last"]), array([1.5], "1", year=[2040]), array([10.0], "zone", level=["national"]), share,
        array([0.25], ENERGY, year=[2040]), array([2.0], ENERGY, year=[2040]),
    )  # fmt: skip
    # Load 2 x 10 x 0.5 x 1.5 = 15, saved 2, own use 10 x (1 x 0.3 + 1.5 x 0.2) = 6, for fuel 0.25.
    assert bought.item() == pytest.approx(7.25)


@FEW
@given(st.integers(0, 99))
def test_vintages_are_a_partition_of_what_operates(seed: int) -> None:
    operating = drawn(seed, "1", **COHORTS, **YEARS)
    later = (drawn(seed + 1, "1", **COHORTS, **YEARS) * operating).assign_attrs(units="1")
    share = ledger.share_by_vintage(operating, later)
    np.testing.assert_allclose(share.sum("vintage"), operating, rtol=1e-12, atol=1e-15)
    first, last = drawn(seed + 2, ENERGY, **COHORTS), drawn(seed + 3, ENERGY, **COHORTS)
    both = xr.concat([first, last], dim=xr.IndexVariable("vintage", ["first", "last"]))
    by_vintage = (both * share).sum(["vintage", "level", "archetype"])
    by_contract = (first * operating + (last - first) * later).sum(["level", "archetype"])
    np.testing.assert_allclose(by_vintage, by_contract, rtol=1e-9)


def test_a_park_answers_for_the_power_it_buys() -> None:
    emitted = ledger.park_emissions(array(200.0, CO2), array(85.0, ENERGY), array(0.4, "kg CO2/kWh"), ONE)
    # 200 + 85 TWh x 0.4 Mt/TWh.
    assert float(emitted) == pytest.approx(234.0)
    assert emitted.attrs["units"] == CO2E


def test_power_under_contract_counts_zero_and_the_rest_the_residual_factor() -> None:
    emitted = ledger.market_based_emissions(
        array(200.0, CO2), array(80.0, ENERGY), array(0.25, "1"), array(0.5, "kg CO2/kWh"), ONE
    )
    # 200 + 80 x 0.75 x 0.5 = 230.
    assert float(emitted) == pytest.approx(230.0)


@FEW
@given(st.lists(st.floats(0.1, 1000.0), min_size=3, max_size=3), st.lists(st.floats(0.0, 0.9), min_size=3, max_size=3))
def test_what_contracts_take_from_some_books_stands_in_those_of_others(bought: list[float], green: list[float]) -> None:
    """Over all consumers of a grid, market-based books add to location-based ones."""
    power, share = array(bought, ENERGY, buyer=[0, 1, 2]), array(green, "1", buyer=[0, 1, 2])
    average = 0.5
    rest = float((power * (1.0 - share)).sum())
    residual = array(average * sum(bought) / rest, "kg CO2/kWh")
    none = array(0.0, CO2)
    market = ledger.market_based_emissions(none, power, share, residual, ONE)
    location = ledger.park_emissions(none, power, array(average, "kg CO2/kWh"), ONE)
    assert float(market.sum()) == pytest.approx(float(location.sum()), rel=1e-12)


def test_the_gap_is_what_certificates_and_credits_make_of_it() -> None:
    location = array([[234.0], [10.0]], CO2E, **PLACES, year=[2040])
    market = array([[200.0], [14.0]], CO2E, **PLACES, year=[2040])
    used = array([[34.0], [1.0]], CO2E, **PLACES, year=[2040])
    claimed = ledger.claimed_net_emissions(market, used)
    assert claimed.values.tolist() == [[166.0], [13.0]]
    gap = ledger.claims_gap_in_parts(location, market, used)
    # Certificates 34 - 4 = 30, credits 35; and 244 emitted less 179 claimed.
    assert {str(name): each.item() for name, each in gap.items()} == {
        "claims_gap": 65.0, "claims_gap_certificates": 30.0, "claims_gap_credits": 35.0,
    }  # fmt: skip
    assert float((location - claimed).sum()) == 65.0


def books(location: float, market: float, used: float) -> xr.Dataset:
    """What the model writes of one province and year."""
    place = {"province": ["Hebei"], "year": [2040]}
    three = [array([[each]], CO2E, **place) for each in (location, market, used)]
    named = dict(zip(("park_emissions", "park_emissions_market", "ccer_retired"), three, strict=True))
    claimed = ledger.claimed_net_emissions(*three[1:])
    return xr.Dataset(named | {"claimed_net_emissions": claimed}).merge(ledger.claims_gap_in_parts(*three))


@FEW
@given(AMOUNT, AMOUNT, SHARE)
def test_books_that_follow_the_rules_hold(location: float, market: float, part: float) -> None:
    ledger.check_claims(books(location, market, part * market))


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("claimed_net_emissions", 1.0, "claims are not the parks' market-based inventories"),
        ("claims_gap", 1.0, "is not the sum of certificates and credits; off by 1 Mt"),
        ("claims_gap_credits", -1.0, "is not the sum of certificates and credits"),
        ("park_emissions", 1.0, "is not what parks emit less what they claim"),
        ("claims_gap", np.nan, "is not the sum of certificates and credits"),
    ],
)
def test_a_broken_claim_is_named(name: str, change: float, message: str) -> None:
    good = books(200.0, 180.0, 60.0)
    with pytest.raises(DecarbError, match=message):
        ledger.check_claims(good.assign({name: (good[name] + change).assign_attrs(units=CO2E)}))


def test_parks_cannot_use_more_credits_than_they_emit() -> None:
    with pytest.raises(DecarbError, match="more credits than they have emissions; off by 20 Mt"):
        ledger.check_claims(books(200.0, 180.0, 200.0))
