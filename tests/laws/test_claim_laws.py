"""Laws of claims: trades and contracts move what parks say, and no ton, unless credit money is said to cause some."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
import xarray as xr
from hypothesis import given, settings
from nation_samples import Evaluate, scaled, stated

from decarb import model
from decarb.nation.totals import national

CLAIMS = {
    "ccer_issued", "ccer_retired", "ccer_surrendered", "ccer_held", "park_emissions_market", "claimed_net_emissions",
    "claims_gap", "claims_gap_certificates", "claims_gap_credits", "contracted_power", "grid_factor_residual",
}  # fmt: skip
SHARE = st.floats(0.0, 1.0)
AMOUNT = st.floats(0.0, 1e4)


@st.composite
def trades(draw: st.DrawFn) -> dict[str, float]:
    """Any amounts and shares; the market takes no more than non-fossil plants generated in 2020, a third of demand."""
    first = draw(SHARE)
    return {
        "ccer_displacement_share": draw(SHARE), "ccer_use_limit": draw(SHARE), "ccer_market_use": draw(SHARE),
        "green_power_share": draw(SHARE), "market_traded_share": draw(st.floats(0.0, 0.3)),
        "ccer_parks_first": first, "ccer_market_first": draw(SHARE) * (1.0 - first),
    }  # fmt: skip


@settings(max_examples=8)
@given(trades(), AMOUNT, AMOUNT)
def test_no_trade_without_additionality_moves_one_bit_of_what_is_physical(
    china: model.Evaluation, china_inputs: xr.Dataset, evaluate: Evaluate, shares: dict[str, float], issued: float,
    allowances: float,
) -> None:  # fmt: skip
    amounts = scaled(china_inputs, ccer_issued=issued, carbon_market_allowances=allowances)
    other = evaluate(stated(amounts, **shares, additionality=0.0))
    differing = {str(name) for name in china.annual if not other[name].identical(china.annual[name])}
    assert differing <= CLAIMS
    assert set(other) == set(china.annual)
    assert_books_hold(other)


def assert_near(found: xr.DataArray, expected: xr.DataArray, relative: float, absolute: float = 0.0) -> None:
    np.testing.assert_allclose(*xr.broadcast(found, expected), rtol=relative, atol=absolute)


def assert_books_hold(annual: xr.Dataset) -> None:
    """The claims gap is certificates and credits; every credit has one use or is held; no book is below zero."""
    gap = (annual["park_emissions"] - annual["claimed_net_emissions"]).sum("province")
    assert_near(annual["claims_gap"], gap, 1e-9, 1e-6)
    assert_near(annual["claims_gap"], annual["claims_gap_certificates"] + annual["claims_gap_credits"], 1e-12, 1e-9)
    certificates = (annual["park_emissions"] - annual["park_emissions_market"]).sum("province")
    assert_near(annual["claims_gap_certificates"], certificates, 1e-9, 1e-6)
    retired = annual["ccer_retired"].sum("province")
    assert_near(annual["claims_gap_credits"], retired, 1e-12, 1e-12)
    spoken_for = (retired + annual["ccer_surrendered"]).cumsum("year") + annual["ccer_held"]
    issued = annual["ccer_issued"].cumsum("year")
    assert bool((spoken_for <= issued * (1 + 1e-12) + 1e-9).all())
    assert_near(spoken_for, issued, 1e-9, 1e-6)
    for name in ("ccer_retired", "ccer_surrendered", "ccer_held", "ccer_issued"):
        assert float(annual[name].min()) >= 0.0
    assert float(annual["claimed_net_emissions"].min()) >= -1e-9


def test_the_shipped_books_hold(china: model.Evaluation) -> None:
    assert_books_hold(china.annual)
    assert float(china.annual["claims_gap_certificates"].sel(year=2050)) > 1.0
    assert float(china.annual["claims_gap_credits"].sel(year=2050)) > 1.0


@settings(max_examples=5)
@given(SHARE, st.floats(0.0, 0.3))
def test_over_parks_and_all_others_contracts_and_the_residual_are_the_location_total(
    china_inputs: xr.Dataset, evaluate: Evaluate, green: float, traded: float
) -> None:
    annual = evaluate(stated(china_inputs, green_power_share=green, market_traded_share=traded))
    average, residual = annual["grid_factor_average"], annual["grid_factor_residual"]
    here = annual["captured_co2"].sel(sector="power_heat")
    left = annual["power_co2"] * (1.0 - here / annual["power_heat_co2"])
    # All that stands in the books of parks and does not differ between them is direct; the rest is what they bought.
    by_factor = average - (1.0 - green) * residual
    differ = (annual["park_emissions"] - annual["park_emissions_market"]).sum("province")
    bought = (differ / by_factor.where(abs(by_factor) > 1e-3)).dropna("year")
    assert bought.sizes["year"] > 30 or abs(green - traded) < 0.05
    others = annual["electricity_demand"] - bought
    contracted = bought * green + others * traded
    np.testing.assert_allclose(annual["contracted_power"].sel(year=bought["year"]), contracted, rtol=1e-6)
    by_contract = contracted * 0.0 + (bought * (1.0 - green) + others * (1.0 - traded)) * residual
    by_place = (bought + others) * average
    np.testing.assert_allclose(by_contract, by_place, rtol=1e-6)
    np.testing.assert_allclose(by_place, left.sel(year=bought["year"]), rtol=1e-9)


def test_without_contracts_and_credits_a_claim_is_the_inventory(evaluate: Evaluate, china_inputs: xr.Dataset) -> None:
    none = evaluate(stated(scaled(china_inputs, ccer_issued=0.0), green_power_share=0.0, market_traded_share=0.0))
    np.testing.assert_allclose(none["claimed_net_emissions"], none["park_emissions"], rtol=1e-12)
    np.testing.assert_allclose(none["grid_factor_residual"], none["grid_factor_average"], rtol=1e-12)
    assert float(np.abs(none["claims_gap_credits"]).max()) == 0.0
    np.testing.assert_allclose(none["claims_gap"], 0.0, atol=1e-9)


@settings(max_examples=5)
@given(st.floats(0.01, 1.0), st.floats(0.0, 100.0), st.sampled_from([0.0, 1.0]))
def test_credit_money_that_acts_lowers_gross_co2_before_capture_by_what_it_causes(
    china: model.Evaluation, china_inputs: xr.Dataset, evaluate: Evaluate, additionality: float, issued: float,
    first: float,
) -> None:  # fmt: skip
    trade = {"additionality": additionality, "ccer_parks_first": first}
    acting = evaluate(stated(scaled(china_inputs, ccer_issued=issued), **trade))
    plain = evaluate(stated(scaled(china_inputs, ccer_issued=issued), ccer_parks_first=first))
    caused = acting["caused_abatement"]
    np.testing.assert_allclose(
        caused + acting["unmet_abatement"], additionality * acting["ccer_retired"].sum("province"), rtol=1e-12
    )
    assert bool((caused <= plain["power_heat_co2"]).all())

    def before_capture(annual: xr.Dataset) -> xr.DataArray:
        return annual["gross_co2"].sum("province") + annual["captured_co2"]

    fall = before_capture(plain) - before_capture(acting)
    expected = xr.where(fall["sector"] == "power_heat", caused, 0.0).transpose(*fall.dims)
    np.testing.assert_allclose(fall, expected, rtol=1e-9, atol=1e-8)
    # One pass: credits are the same, whether their money acts or not.
    for name in (*CLAIMS, "park_emissions", "grid_factor_average", "power_heat_co2", "electricity_demand", "other_co2"):
        assert acting[name].identical(plain[name]), name
    # What is no longer there cannot be caught twice: no total rises.
    for name in ("gross_co2", "net_co2", "net_ghg"):
        assert bool((national(acting[name]) <= national(plain[name]) + 1e-6).all())


def test_a_sweep_of_trades_gives_each_scenario_the_physics_of_none(
    china: model.Evaluation, china_inputs: xr.Dataset, evaluate: Evaluate
) -> None:
    random = np.random.default_rng(6)
    labels = {"scenario": list(range(50))}
    shares = {name: xr.DataArray(random.uniform(0.0, most, 50), labels)
              for name, most in (("green_power_share", 1.0), ("market_traded_share", 0.3), ("ccer_market_use", 1.0),
                                 ("ccer_parks_first", 0.5), ("ccer_market_first", 0.5))}  # fmt: skip
    paths = scaled(china_inputs, ccer_issued=xr.DataArray(random.uniform(0.0, 40.0, 50), labels))
    sweep = evaluate(stated(paths, **shares))
    for name, expected in china.annual.items():
        if name not in CLAIMS:
            assert bool((sweep[name] == expected).all()), name
    assert_books_hold(sweep)
    assert float(sweep["claims_gap"].sel(year=2050).std("scenario")) > 1.0
