"""The ledger of credits: one owner and one use for each, a stock never below zero, and what their money causes."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings

from decarb.errors import DecarbError
from decarb.nation import credits
from decarb.tables import table_value

CO2, CO2E, STOCK, FACTOR = "Mt CO2/yr", "Mt CO2e/yr", "Mt CO2e", "kg CO2/kWh"
ONE = xr.DataArray(1.0, attrs={"units": "t CO2e/t CO2"})
AMOUNT = st.floats(0.0, 1000.0)
SHARE = st.floats(0.0, 1.0)
FEW = settings(max_examples=30)
SERIES = st.lists(AMOUNT, min_size=4, max_size=4)
RULES = ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0))


def array(values: object, unit: str, **coords: object) -> xr.DataArray:
    return xr.DataArray(values, coords, tuple(coords), attrs={"units": unit})


def yearly(values: list[float], unit: str = CO2E) -> xr.DataArray:
    return array(values, unit, year=list(range(2025, 2025 + len(values))))


def accounts(new: list[float], parks: list[float], market: list[float], *rule: float) -> xr.Dataset:
    first, last = (array(weight, "1") for weight in rule or (0.0, 0.0))
    return credits.yearly_accounts(yearly(new), yearly(parks), yearly(market), first, last)


def ledger(new: list[float], parks: list[float], market: list[float], *rule: float) -> xr.Dataset:
    found = accounts(new, parks, market, *rule)
    return xr.Dataset(
        {"ccer_issued": yearly(new), "ccer_retired": found["used_by_parks"], "ccer_surrendered": found["surrendered"],
         "ccer_held": found["held"]}
    )  # fmt: skip


def issued(path: list[float], share: float, factor: list[float]) -> list[float]:
    return credits.credits_issued(yearly(path), array(share, "1"), yearly(factor, FACTOR), 2025).values.tolist()


def test_credits_for_displaced_electricity_fall_to_zero_as_the_grid_factor_does() -> None:
    factor = [0.6, 0.3, 0.15, 0.0]
    assert issued([100.0] * 4, 1.0, factor) == [100.0, 50.0, 25.0, 0.0]
    # With 0.7 of them for electricity: 100 x (1 - 0.7 x (1 - 0.5)) = 65, then 47.5, and 30 stay.
    assert issued([100.0] * 4, 0.7, factor) == pytest.approx([100.0, 65.0, 47.5, 30.0])


@FEW
@given(SERIES, SHARE, st.lists(st.floats(0.0, 1.2), min_size=4, max_size=4))
def test_no_year_issues_more_than_its_path_or_less_than_nothing(
    path: list[float], share: float, factor: list[float]
) -> None:
    found = np.array(issued(path, share, factor))
    assert bool(((found >= 0.0) & (found <= np.array(path) * (1 + 1e-12))).all())
    assert found[0] == (path[0] if factor[0] > 0.0 else pytest.approx(path[0] * (1.0 - share)))


def test_a_dry_year_issues_no_more_than_the_path_says() -> None:
    assert issued([10.0, 10.0], 1.0, [0.5, 0.6]) == [10.0, 10.0]


def test_the_market_wants_a_part_of_the_limit() -> None:
    wanted = credits.credits_wanted_by_market(yearly([8000.0], CO2), array(0.05, "1"), array(0.1, "1"), ONE)
    # 8,000 Mt x 5 % x 0.1.
    assert wanted.values.tolist() == [pytest.approx(40.0)]


def test_a_scarce_year_is_shared_by_the_rule_and_what_is_left_is_kept() -> None:
    new, parks, market = [40.0, 100.0, 0.0], [60.0, 10.0, 80.0], [20.0, 30.0, 20.0]
    # In proportion: 40 x 60/80 = 30 and 10; then all 40 that are asked, 60 kept; then 60 x 80/100 = 48 and 12.
    shared = accounts(new, parks, market)
    assert shared["used_by_parks"].values.tolist() == pytest.approx([30.0, 10.0, 48.0])
    assert shared["surrendered"].values.tolist() == pytest.approx([10.0, 30.0, 12.0])
    assert shared["held"].values.tolist() == pytest.approx([0.0, 60.0, 0.0])
    # Parks first: all 40, then what they ask, then the 60 that were kept.
    assert accounts(new, parks, market, 1.0, 0.0)["used_by_parks"].values.tolist() == [40.0, 10.0, 60.0]
    # The market first: parks take what it leaves, 20, 10 and 40.
    assert accounts(new, parks, market, 0.0, 1.0)["used_by_parks"].values.tolist() == [20.0, 10.0, 40.0]
    assert shared["held"].attrs["units"] == STOCK


@pytest.mark.parametrize("rule", RULES)
@FEW
@given(SERIES, SERIES, SERIES)
def test_opening_and_issued_are_used_or_kept_under_every_rule(
    rule: tuple[float, float], new: list[float], parks: list[float], market: list[float]
) -> None:
    found = accounts(new, parks, market, *rule)
    opening = found["held"].shift(year=1, fill_value=0.0)
    used = found["used_by_parks"] + found["surrendered"]
    np.testing.assert_allclose(opening + new, used + found["held"], rtol=1e-12, atol=1e-9)
    assert bool((found["held"] >= 0.0).all()) and bool((found["surrendered"] >= 0.0).all())
    assert bool((found["used_by_parks"] <= np.array(parks) * (1 + 1e-12)).all())
    assert bool((found["surrendered"] <= np.array(market) * (1 + 1e-12) + 1e-9).all())
    np.testing.assert_allclose(used, np.minimum(np.array(parks) + market, opening + new), rtol=1e-12, atol=1e-9)
    credits.check_ledger(ledger(new, parks, market, *rule))


def test_a_sweep_of_rules_is_each_rule_alone() -> None:
    new, parks, market = [40.0, 100.0, 0.0], [60.0, 10.0, 80.0], [20.0, 30.0, 20.0]
    first, last = (array(list(weights), "1", scenario=[0, 1, 2]) for weights in zip(*RULES, strict=True))
    sweep = credits.yearly_accounts(yearly(new), yearly(parks), yearly(market), first, last)
    for place, rule in enumerate(RULES):
        xr.testing.assert_allclose(sweep.isel(scenario=place, drop=True), accounts(new, parks, market, *rule))


def test_weights_that_promise_more_than_all_are_refused() -> None:
    with pytest.raises(DecarbError, match=r"credits\.priority.*write parks, market or shared"):
        accounts([1.0], [1.0], [1.0], 0.8, 0.4)


@FEW
@given(st.lists(AMOUNT, min_size=3, max_size=3), SHARE)
def test_provinces_use_in_proportion_and_never_more_than_they_want(want: list[float], part: float) -> None:
    wanted = array([[each] for each in want], CO2E, province=["Hebei", "Hainan", "Tibet"], year=[2030])
    used = array([part * sum(want)], CO2E, year=[2030])
    found = credits.credits_by_province(wanted, used)
    assert float(found.sum()) == pytest.approx(part * sum(want), rel=1e-12, abs=1e-9)
    np.testing.assert_allclose(found, part * wanted, rtol=1e-9, atol=1e-9)


def test_every_movement_stands_once_where_it_leaves_and_once_where_it_arrives() -> None:
    entries = credits.credit_entries(yearly([10.0, 5.0]), yearly([4.0, 6.0]), yearly([1.0, 2.0]))
    assert entries.sum("account").values.tolist() == [[0.0, 0.0]] * 3
    assert ((entries != 0.0).sum("account") == 2).all()
    balances = credits.account_balances(entries)
    # Held: 10 - 4 - 1 = 5, then 5 + 5 - 6 - 2 = 2.
    assert {str(name): balances.sel(account=name).values.tolist() for name in balances["account"].values} == {
        "projects": [-10.0, -15.0], "held": [5.0, 2.0], "parks": [4.0, 10.0], "market": [1.0, 3.0],
    }  # fmt: skip


@FEW
@given(SERIES, SERIES, SERIES)
def test_the_columns_of_all_accounts_add_to_nothing_in_every_year(
    new: list[float], parks: list[float], market: list[float]
) -> None:
    entries = credits.credit_entries(yearly(new), yearly(parks), yearly(market))
    np.testing.assert_array_equal(entries.sum("account"), 0.0)
    np.testing.assert_allclose(credits.account_balances(entries).sum("account"), 0.0, atol=1e-9)


def test_a_credit_sold_twice_is_refused_with_both_uses() -> None:
    good = ledger([10.0, 0.0], [8.0, 0.0], [2.0, 0.0])
    credits.check_ledger(good)
    twice = good.assign(ccer_surrendered=yearly([2.0, 8.0]))
    with pytest.raises(DecarbError, match=r"used twice in 2026 .*issued 10, parks 8, market 10") as refused:
        credits.check_ledger(twice)
    assert str(refused.value).endswith("give each credit one owner and one use")


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("ccer_held", [3.0, 2.0], "a movement is missing or stands twice in 2025"),
        ("ccer_held", [2.0, np.nan], "a movement is missing or stands twice in 2026"),
        ("ccer_retired", [-1.0, 0.0], "parks moves a negative or undefined number of credits in 2025"),
        ("ccer_issued", [10.0, np.nan], "issued moves a negative or undefined number of credits in 2026"),
    ],
)
def test_a_broken_book_is_named_with_its_year(name: str, values: list[float], message: str) -> None:
    good = ledger([10.0, 0.0], [6.0, 0.0], [2.0, 0.0])
    unit = good[name].attrs["units"]
    with pytest.raises(DecarbError, match=message):
        credits.check_ledger(good.assign({name: yearly(values, unit)}))


def test_the_scenario_that_breaks_the_law_is_the_one_shown() -> None:
    good = ledger([10.0, 0.0], [6.0, 0.0], [2.0, 0.0])
    fine = array([0.0, 1.0], "1", scenario=["a", "b"])
    broken = good.assign(ccer_surrendered=(good["ccer_surrendered"] + 5.0 * fine).assign_attrs(units=CO2E))
    with pytest.raises(DecarbError, match="parks 6, market 7"):
        credits.check_ledger(broken)


@FEW
@given(SERIES, SERIES, SHARE, AMOUNT)
def test_trades_without_additionality_move_no_ton_and_with_it_never_more_than_is_there(
    new: list[float], parks: list[float], additionality: float, at_plants: float
) -> None:
    used = accounts(new, parks, [0.0] * 4)["used_by_parks"]
    plants = yearly([at_plants] * 4, CO2)
    none = credits.caused_abatement(used, array(0.0, "1"), plants, ONE)
    assert bool((none["caused_abatement"] == 0.0).all()) and bool((none["unmet_abatement"] == 0.0).all())
    assert (plants - none["caused_abatement"]).identical(plants - xr.zeros_like(plants))
    some = credits.caused_abatement(used, array(additionality, "1"), plants, ONE)
    assert bool(((some["caused_abatement"] >= 0.0) & (some["caused_abatement"] <= at_plants)).all())
    whole = some["caused_abatement"] + some["unmet_abatement"]
    np.testing.assert_allclose(whole, additionality * used, rtol=1e-12, atol=1e-9)


def test_what_no_plant_emits_cannot_be_abated_and_is_reported() -> None:
    found = credits.caused_abatement(yearly([50.0, 50.0]), array(0.8, "1"), yearly([100.0, 30.0], CO2), ONE)
    # 50 x 0.8 = 40: all of it, and then 30 of it.
    assert found["caused_abatement"].values.tolist() == [40.0, 30.0]
    assert found["unmet_abatement"].values.tolist() == [0.0, 10.0]
    with pytest.raises(DecarbError, match=r"credits\.additionality.*write a share"):
        credits.caused_abatement(yearly([1.0]), array(1.5, "1"), yearly([1.0], CO2), ONE)


def test_the_accounts_of_the_model_are_a_good_ledger() -> None:
    share = {name: array(value, "1") for name, value in (
        ("ccer_displacement_share", 0.5), ("ccer_use_limit", 0.05), ("ccer_market_use", 0.1), ("ccer_parks_first", 0.0),
        ("ccer_market_first", 0.0),
    )}  # fmt: skip
    inputs = xr.Dataset(
        {**share, "ccer_issued": yearly([20.0, 80.0]), "carbon_market_allowances": yearly([8000.0, 8000.0], CO2),
         "gwp_co2": ONE}
    )  # fmt: skip
    wanted = array([[30.0, 15.0], [10.0, 5.0]], CO2E, province=["Hebei", "Tibet"], year=[2025, 2026])
    found = credits.credit_accounts(inputs, wanted, yearly([0.6, 0.3], FACTOR), 2025)
    # 2026: 80 x (1 - 0.5 x 0.5) = 60. Parks ask 40 and the market 40 of 20; then 20 and 40 of 60.
    assert found["ccer_issued"].values.tolist() == [20.0, 60.0]
    assert found["ccer_retired"].values.tolist() == [[7.5, 15.0], [2.5, 5.0]]
    assert found["ccer_surrendered"].values.tolist() == [10.0, 40.0]
    credits.check_ledger(found)


def test_2543_clones_need_three_times_the_trade_of_a_year() -> None:
    zones = sum(
        table_value("zones", "zone_count", level=level, year=2018).value for level in ("national", "provincial")
    )
    inventory = table_value("park_yizhuang", "verified_ghg", year=2020).to("Mt CO2e/yr")
    traded = table_value("credits", "ccer_volume", year=2025).to("Mt CO2e/yr")
    # 2,543 x 11,937 t = 30.4 Mt against 8.84 Mt.
    assert zones * inventory == pytest.approx(30.36, abs=0.01)
    assert zones * inventory / traded == pytest.approx(3.43, abs=0.01)
