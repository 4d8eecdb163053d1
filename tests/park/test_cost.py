"""Annuities, levelised cost, present value, payback and abatement cost: by hand, and by the laws that bind them."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings

from decarb.errors import CallError, UnitError
from decarb.park import cost
from decarb.park.cost import REASONS, Reason
from decarb.units import unit_factor
from decarb.units.convert import quantify
from decarb.units.registry import pint_unit

RATES = st.one_of(st.just(0.0), st.floats(1e-9, 0.5))
LIVES = st.floats(0.5, 60.0)
AMOUNTS = st.floats(1.0, 1e9)


def flow(*amounts: float, unit: str = "CNY_2025/yr", start: int = 2021) -> xr.DataArray:
    years = np.arange(start, start + len(amounts))
    return xr.DataArray(np.array(amounts), {"year": years}, ("year",), attrs={"units": unit})


def per_year(rate: float) -> str:
    return f"{rate!r} 1/yr"


def reason_of(code: xr.DataArray) -> Reason:
    assert code.dtype == np.int8
    return Reason(code.item())


def test_the_annuity_of_twenty_years_at_eight_percent() -> None:
    # 1.08^20 = 4.660957; 0.08 / (1 - 1 / 4.660957) = 0.08 / 0.785452 = 0.101852
    factor = cost.annuity_factor("8 %/yr", "20 yr")
    assert (factor.item(), factor.attrs) == (pytest.approx(0.101852, abs=5e-7), {"units": "1/yr"})


def test_without_discounting_the_annuity_is_an_even_share() -> None:
    assert cost.annuity_factor("0 1/yr", "25 yr").item() == 0.04


def test_a_tiny_rate_keeps_its_digits() -> None:
    # r / (1 - (1 + r)^-n) = 1/n + r (n + 1) / (2 n) + ...
    assert cost.annuity_factor("1e-12 1/yr", "20 yr").item() == pytest.approx(0.05 + 1e-12 * 21 / 40, rel=1e-15)


def test_rates_and_lives_in_other_units_say_the_same() -> None:
    lives = xr.DataArray([20 * 8760.0, 25 * 8760.0], dims="technology", attrs={"units": "h"})
    factors = cost.annuity_factor("6 %/yr", lives).values
    assert factors.tolist() == [cost.annuity_factor("0.06 1/yr", life).item() for life in ("20 yr", "25 yr")]


@settings(max_examples=40)
@given(RATES, LIVES)
def test_an_annuity_pays_at_least_the_investment_and_at_least_its_interest(rate: float, life: float) -> None:
    factor = cost.annuity_factor(per_year(rate), f"{life!r} yr").item()
    assert factor * life >= 1 - 1e-12
    assert factor >= rate


@settings(max_examples=40)
@given(RATES, st.integers(1, 50))
def test_the_payments_of_an_annuity_are_worth_the_investment(rate: float, life: int) -> None:
    yearly = cost.annuity_factor(per_year(rate), f"{life} yr").item()
    worth = cost.net_present_value(flow(0.0, *[yearly] * life), per_year(rate))
    assert worth.item() == pytest.approx(1.0, rel=1e-9)


@pytest.mark.parametrize(("rate", "life", "said"), [
    ("-1 1/yr", "20 yr", "discount_rate: -1 1/yr"), ("0.1 1/yr", "0 yr", "lifetime: 0 yr"),
    ("0.1 1/yr", "-3 yr", "lifetime: -3 yr"),
])  # fmt: skip
def test_impossible_rates_and_lives_are_refused(rate: str, life: str, said: str) -> None:
    with pytest.raises(CallError, match=said):
        cost.annuity_factor(rate, life)


def test_a_rate_without_its_year_is_refused() -> None:
    with pytest.raises(UnitError, match="discount_rate"):
        cost.annuity_factor(0.08, "20 yr")


def test_parts_are_annualised_with_lives_of_their_own() -> None:
    parts = {"technology": ["wind", "battery"]}
    investment = xr.DataArray([20_000.0, 6_000.0], parts, ("technology",), attrs={"units": "CNY_2025"})
    lives = xr.DataArray([25.0, 12.0], parts, ("technology",), attrs={"units": "yr"})
    yearly = cost.annualised_cost(investment, cost.annuity_factor("0 1/yr", lives), "100 CNY_2025/yr")
    assert yearly.values.tolist() == [900.0, 600.0]  # 20,000 / 25 + 100; 6,000 / 12 + 100
    assert yearly.attrs == {"units": "CNY_2025/yr"}


def test_a_part_that_wears_out_is_bought_again_and_what_is_left_comes_back() -> None:
    spent = cost.investment_flow("90 CNY_2025", "12 yr", start=2021, horizon=20)
    assert spent["year"].values.tolist() == list(range(2021, 2042))
    # Bought in 2021 and 2033; in 2041 the second is 8 of 12 years old, and a third of 90 is left.
    assert spent.where(spent != 0, drop=True).to_series().to_dict() == {2021: 90.0, 2033: 90.0, 2041: -30.0}


@pytest.mark.parametrize(("life", "bought"), [
    (20.0, {2021: 1.0}),  # worn out on the last day: nothing bought, nothing left
    (30.0, {2021: 1.0, 2041: -1 / 3}),
    (2.5, dict.fromkeys((2021, 2023, 2026, 2028, 2031, 2033, 2036, 2038), 1.0)),  # 2.5 falls in the third year
    (10.0, {2021: 1.0, 2031: 1.0}),
])  # fmt: skip
def test_purchases_fall_in_the_year_in_which_a_part_wears_out(life: float, bought: dict[int, float]) -> None:
    spent = cost.investment_flow("1 CNY_2025", f"{life} yr", start=2021, horizon=20)
    assert spent.where(spent != 0, drop=True).to_series().to_dict() == pytest.approx(bought)


@settings(max_examples=40)
@given(AMOUNTS, LIVES, st.integers(1, 40))
def test_undiscounted_a_horizon_pays_its_share_of_lives(price: float, life: float, horizon: int) -> None:
    spent = cost.investment_flow(f"{price!r} CNY_2025", f"{life!r} yr", start=2021, horizon=horizon)
    assert spent.sum().item() == pytest.approx(price * horizon / life, rel=1e-9)
    assert spent.sizes["year"] == horizon + 1
    assert (spent.isel(year=slice(None, -1)) >= 0).all() and spent[-1] <= 0


def test_investments_of_many_parts_keep_the_year_last() -> None:
    lives = xr.DataArray([5.0, 10.0], {"store": ["a", "b"]}, ("store",), attrs={"units": "yr"})
    spent = cost.investment_flow("1 CNY_2025", lives, start=2021, horizon=10)
    assert spent.dims == ("store", "year")
    assert spent.sum("year").values.tolist() == [2.0, 1.0]


def test_a_horizon_of_no_year_is_refused() -> None:
    with pytest.raises(CallError, match="horizon: 0 years"):
        cost.investment_flow("1 CNY_2025", "5 yr", start=2021, horizon=0)


def test_the_levelised_cost_computed_by_hand() -> None:
    price = cost.levelised_cost(flow(1000.0, 100.0, 100.0), flow(0.0, 1.1, 1.21, unit="MWh/yr"), "10 %/yr")
    # Costs 1,000 + 100 / 1.1 + 100 / 1.21 = 1,173.554; energy 1.1 / 1.1 + 1.21 / 1.21 = 2 MWh; 0.586777 CNY/kWh
    assert (price.item(), price.attrs) == (pytest.approx(0.586777, abs=5e-7), {"units": "CNY_2025/kWh"})


@settings(max_examples=40)
@given(RATES, st.integers(1, 40), AMOUNTS, st.floats(1e-3, 1e6))
def test_even_output_costs_the_annuity_over_the_energy(
    rate: float, life: int, investment: float, energy: float
) -> None:
    price = cost.levelised_cost(
        flow(investment, *[7.0] * life), flow(0.0, *[energy] * life, unit="kWh/yr"), per_year(rate)
    )
    factor = cost.annuity_factor(per_year(rate), f"{life} yr")
    yearly = cost.annualised_cost(f"{investment!r} CNY_2025", factor, "7 CNY_2025/yr").item()
    assert price.item() == pytest.approx(yearly / energy, rel=1e-9)


@settings(max_examples=40)
@given(RATES, st.lists(AMOUNTS, min_size=3, max_size=8), st.floats(1e-3, 1e3), st.data())
def test_levelised_cost_rises_with_cost_and_falls_with_energy_in_proportion(
    rate: float, amounts: list[float], scale: float, data: st.DataObject
) -> None:
    energies = data.draw(st.lists(AMOUNTS, min_size=len(amounts), max_size=len(amounts)))
    spent, delivered = np.array(amounts), np.array(energies)

    def price(costs: np.ndarray, energy: np.ndarray) -> float:
        return cost.levelised_cost(flow(*costs), flow(*energy, unit="kWh/yr"), per_year(rate)).item()

    one = price(spent, delivered)
    assert price(scale * spent, delivered) == pytest.approx(scale * one, rel=1e-9)
    assert price(spent, scale * delivered) == pytest.approx(one / scale, rel=1e-9)
    # Sold at its levelised cost, energy earns just what it costs.
    worth = cost.net_present_value(flow(*(one * delivered - spent)), per_year(rate)).item()
    assert worth == pytest.approx(0.0, abs=1e-9 * spent.sum())


def test_costs_and_energy_of_different_years_are_refused() -> None:
    with pytest.raises(CallError, match="2021-2022 beside 2022-2023"):
        cost.levelised_cost(flow(1.0, 1.0), flow(1.0, 1.0, unit="kWh/yr", start=2022), "5 %/yr")


def test_energy_that_is_never_delivered_has_no_cost() -> None:
    spent, idle = flow(1.0, 1.0), flow(0.0, 0.0, unit="kWh/yr")
    assert np.isnan(cost.levelised_cost(spent, idle, "5 %/yr").item())
    assert reason_of(cost.levelised_cost_reason(spent, idle)) is Reason.NO_ENERGY
    sold = flow(0.0, 1.0, unit="kWh/yr")
    assert reason_of(cost.levelised_cost_reason(spent, sold)) is Reason.DEFINED
    for unknown in ((flow(np.nan, 1.0), sold), (spent, flow(np.nan, 1.0, unit="kWh/yr"))):
        assert np.isnan(cost.levelised_cost(*unknown, "5 %/yr").item())
        assert reason_of(cost.levelised_cost_reason(*unknown)) is Reason.NOT_KNOWN


def test_a_saving_is_what_the_twin_spends_more_and_names_the_twin() -> None:
    saved = cost.saving_against(flow(1000.0, 20.0), flow(0.0, 300.0), twin="grid supply only")
    assert saved.values.tolist() == [-1000.0, 280.0]
    worth = cost.net_present_value(saved, "0 1/yr")
    assert (worth.item(), worth.attrs, worth["twin"].item()) == (-720.0, {"units": "CNY_2025"}, "grid supply only")
    assert cost.discounted_payback(saved, "0 1/yr")["twin"].item() == "grid supply only"


def test_a_twin_without_a_name_or_with_other_years_is_refused() -> None:
    with pytest.raises(CallError, match="twin: has no name"):
        cost.saving_against(flow(1.0), flow(1.0), twin=" ")
    with pytest.raises(CallError, match="2021-2022 beside 2022-2023"):
        cost.saving_against(flow(1.0, 1.0), flow(1.0, 1.0, start=2022), twin="grid")


@pytest.mark.parametrize("years", [[2021, 2023], [2022, 2021], [2021, 2021]])
def test_years_with_gaps_or_out_of_order_are_refused(years: list[int]) -> None:
    broken = flow(1.0, 1.0).assign_coords(year=years)
    for function in (cost.simple_payback, lambda saving: cost.net_present_value(saving, "5 %/yr")):
        with pytest.raises(CallError, match="write every year once, in order"):
            function(broken)
    with pytest.raises(CallError, match="one amount for each calendar year"):
        cost.simple_payback(flow(1.0, 1.0).rename(year="month"))


def test_the_net_present_value_computed_by_hand() -> None:
    # -1,000 + 600 / 1.1 + 605 / 1.21 = -1,000 + 545.4545 + 500
    assert cost.net_present_value(flow(-1000.0, 600.0, 605.0), "10 %/yr").item() == pytest.approx(45.4545, abs=5e-5)


@settings(max_examples=40)
@given(AMOUNTS, st.lists(st.floats(0.0, 1e6), min_size=1, max_size=20), st.floats(-0.5, 1.0), st.floats(-0.5, 1.0))
def test_the_worth_of_an_outlay_and_its_returns_falls_with_the_discount_rate(
    outlay: float, returns: list[float], one: float, other: float
) -> None:
    low, high = sorted((one, other))
    at_low, at_high = (cost.net_present_value(flow(-outlay, *returns), per_year(r)).item() for r in (low, high))
    assert at_high <= at_low + 1e-12 * abs(at_low)
    if high - low > 1e-6 and sum(returns) > 1e-3 * outlay:
        assert at_high < at_low


@settings(max_examples=40)
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=10), st.floats(-0.5, 1.0))
def test_the_twin_of_the_twin_loses_what_the_park_wins(amounts: list[float], rate: float) -> None:
    mine, theirs = flow(*amounts), flow(*[5.0] * len(amounts))
    worth = cost.net_present_value(cost.saving_against(mine, theirs, twin="a"), per_year(rate))
    back = cost.net_present_value(cost.saving_against(theirs, mine, twin="b"), per_year(rate))
    assert worth.item() == -back.item()


def test_money_of_two_price_years_is_converted_before_it_is_compared() -> None:
    old = flow(1000.0, unit="CNY_2020/yr")
    now = flow(1000.0 * unit_factor("CNY_2020", "CNY_2025"))
    assert cost.saving_against(now, old, twin="the same").item() == pytest.approx(0.0, abs=1e-9)
    assert cost.saving_against(flow(1000.0), old, twin="dearer").item() == pytest.approx(40.03)  # deflator 1.04003
    with pytest.raises(UnitError, match="price year"):
        cost.saving_against(flow(1000.0, unit="CNY/yr"), old, twin="no year")


def test_paybacks_computed_by_hand() -> None:
    saved = flow(-100.0, 40.0, 40.0, 40.0)
    assert cost.simple_payback(saved).item() == 2.5  # 20 of 40 are missing after two years
    # At 25 %: 32 + 25.6 + 20.48 = 78.08 of 100 in three years; with 40 more in the fourth, 16.384: 94.464. Never.
    assert np.isnan(cost.discounted_payback(flow(*saved.values, 40.0), "25 %/yr").item())
    # At 10 %: 36.3636 + 33.0579 = 69.4215; the third year brings 30.0526 of the 30.5785 missing; the fourth 27.3205.
    later = cost.discounted_payback(flow(*saved.values, 40.0), "10 %/yr")
    assert (later.item(), later.attrs) == (pytest.approx(3 + 0.5259 / 27.3205, abs=1e-5), {"units": "yr"})


def test_a_replacement_that_opens_the_hole_again_is_waited_for() -> None:
    # Paid back after two years, in the hole by 30 in the third, out of it half way through the fourth.
    assert cost.simple_payback(flow(-100.0, 60.0, 60.0, -50.0, 60.0)).item() == 3.5


@pytest.mark.parametrize(("amounts", "reason"), [
    ((-100.0, 40.0, 40.0), Reason.NEVER_PAID_BACK),
    ((-100.0, 120.0, -30.0), Reason.NEVER_PAID_BACK),
    ((-100.0,), Reason.NEVER_PAID_BACK),
    ((0.0, 40.0), Reason.NOTHING_SPENT),
    ((50.0, -40.0), Reason.NOTHING_SPENT),
    ((0.0, 0.0), Reason.NOTHING_SPENT),
    ((-100.0, np.nan, 140.0), Reason.NOT_KNOWN),
    ((np.nan, 1.0), Reason.NOT_KNOWN),
])  # fmt: skip
def test_a_payback_that_never_comes_is_undefined_and_says_why(amounts: tuple[float, ...], reason: Reason) -> None:
    assert np.isnan(cost.simple_payback(flow(*amounts)).item())
    assert reason_of(cost.payback_reason(flow(*amounts), "0 1/yr")) is reason


def test_a_payback_on_the_last_day_counts() -> None:
    assert cost.simple_payback(flow(-100.0, 60.0, 40.0)).item() == 2.0
    assert reason_of(cost.payback_reason(flow(-100.0, 60.0, 40.0), "0 1/yr")) is Reason.DEFINED


def test_the_reason_knows_the_discount_rate() -> None:
    saved = flow(-100.0, 60.0, 60.0)
    assert reason_of(cost.payback_reason(saved, "0 1/yr")) is Reason.DEFINED
    assert reason_of(cost.payback_reason(saved, "30 %/yr")) is Reason.NEVER_PAID_BACK


@settings(max_examples=40)
@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=12), RATES)
def test_a_payback_is_either_defined_and_inside_the_years_or_has_a_reason(amounts: list[float], rate: float) -> None:
    years = cost.discounted_payback(flow(*amounts), per_year(rate)).item()
    reason = reason_of(cost.payback_reason(flow(*amounts), per_year(rate)))
    assert np.isnan(years) == (reason is not Reason.DEFINED)
    assert np.isnan(years) or 0.0 <= years <= len(amounts) - 1


@settings(max_examples=40)
@given(AMOUNTS, st.lists(st.floats(0.0, 1e9), min_size=1, max_size=12), RATES)
def test_discounting_never_hastens_the_payback_of_an_outlay(outlay: float, returns: list[float], rate: float) -> None:
    saved = flow(-outlay, *returns)
    discounted, simple = cost.discounted_payback(saved, per_year(rate)).item(), cost.simple_payback(saved).item()
    assert np.isnan(discounted) or discounted >= simple - 1e-9


def test_parks_that_do_and_do_not_pay_back_stand_side_by_side() -> None:
    saved = xr.concat([flow(-100.0, 50.0, 100.0), flow(-100.0, 1.0, 1.0), flow(0.0, 1.0, 1.0)], "park")
    np.testing.assert_array_equal(cost.simple_payback(saved), [1.5, np.nan, np.nan])
    assert cost.payback_reason(saved, "0 1/yr").values.tolist() == [0, Reason.NEVER_PAID_BACK, Reason.NOTHING_SPENT]
    assert cost.simple_payback(saved).dims == ("park",)


def ton_cost(spent: float, twin_spent: float, emitted: float, twin_emitted: float) -> tuple[float, Reason]:
    amounts = (f"{spent} CNY_2025/yr", f"{twin_spent} CNY_2025/yr", f"{emitted} t CO2e/yr", f"{twin_emitted} t CO2e/yr")
    value = cost.abatement_cost(*amounts)
    assert value.attrs == {"units": "CNY_2025/t CO2e"}
    return value.item(), reason_of(cost.abatement_cost_reason(*amounts))


def test_abatement_costs_computed_by_hand() -> None:
    assert ton_cost(900.0, 500.0, 6.0, 10.0) == (100.0, Reason.DEFINED)  # 400 CNY more for 4 t less
    assert ton_cost(500.0, 900.0, 6.0, 10.0) == (-100.0, Reason.DEFINED)  # cheaper and cleaner
    assert ton_cost(500.0, 500.0, 6.0, 10.0) == (0.0, Reason.DEFINED)


@pytest.mark.parametrize(("emitted", "reason"), [(10.0, Reason.NO_ABATEMENT), (11.0, Reason.EMISSIONS_RISE)])
@pytest.mark.parametrize("spent", [400.0, 500.0, 900.0])
def test_without_abatement_no_ton_has_a_cost(emitted: float, reason: Reason, spent: float) -> None:
    value, why = ton_cost(spent, 500.0, emitted, 10.0)
    assert np.isnan(value) and why is reason


@pytest.mark.parametrize("missing", range(4))
def test_an_abatement_cost_of_what_is_not_known_says_so(missing: int) -> None:
    units = ("CNY_2025/yr", "CNY_2025/yr", "t CO2e/yr", "t CO2e/yr")
    amounts = [
        xr.DataArray(value, attrs={"units": unit}) for value, unit in zip((9.0, 5.0, 6.0, 8.0), units, strict=True)
    ]
    amounts[missing] = amounts[missing].copy(data=np.nan)
    assert np.isnan(cost.abatement_cost(*amounts).item())
    assert reason_of(cost.abatement_cost_reason(*amounts)) is Reason.NOT_KNOWN


def test_tons_of_co2_are_no_tons_of_co2e() -> None:
    with pytest.raises(UnitError, match="emissions"):
        cost.abatement_cost("1 CNY_2025/yr", "0 CNY_2025/yr", "1 t CO2/yr", "2 t CO2/yr")


def test_every_reason_has_its_words() -> None:
    assert set(REASONS) == set(Reason)
    assert len(set(REASONS.values())) == len(Reason)


def one(unit: str) -> xr.DataArray:
    return quantify(xr.DataArray([2.0, 2.0], {"year": [2021, 2022]}, ("year",), attrs={"units": unit}))


@pytest.mark.parametrize(("function", "arguments"), [
    (cost.annualised_cost, ("CNY_2025", "1/yr", "CNY_2025/yr")),
    (cost.levelised_cost, ("CNY_2025/yr", "MWh/yr")),
    (cost.abatement_cost, ("CNY_2025/yr", "CNY_2025/yr", "t CO2e/yr", "kt CO2e/yr")),
])  # fmt: skip
def test_results_have_the_units_they_declare(function: Any, arguments: tuple[str, ...]) -> None:
    quantities = [one(unit) for unit in arguments]
    if function is cost.abatement_cost:
        quantities[3] = 2 * quantities[3]
    # A rate stands in an exponent, as a plain number of the year it is compounded over.
    rate = (0.1,) if function is cost.levelised_cost else ()
    result = function.__wrapped__(*quantities, *rate)
    assert result.data.check(pint_unit(function.units["return"]).dimensionality)
