"""Laws of credits in the whole chain: trades move claims and no ton, unless additionality says that they do."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings

from decarb import model
from decarb.nation.credits import check_ledger
from decarb.nation.ledger import check_claims
from decarb.nation.totals import BETWEEN, UNITS, national

SHARE = st.floats(0.0, 1.0)
FEW = settings(max_examples=3)


def traded(
    inputs: xr.Dataset, weather: xr.Dataset, zone: xr.Dataset, *, issued: float = 1.0, **shares: float | xr.DataArray
) -> xr.Dataset:
    """The annual results with other trades: issues times a factor, and shares as they are given."""
    given = {name: xr.DataArray(share).assign_attrs(units="1") for name, share in shares.items()}
    path = (issued * inputs["ccer_issued"]).assign_attrs(inputs["ccer_issued"].attrs)
    return model.evaluate(inputs.assign({**given, "ccer_issued": path}), weather, zone=zone).annual


@FEW
@given(st.floats(0.0, 50.0), SHARE, SHARE, SHARE, st.sampled_from([(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (0.3, 0.6)]))
def test_random_trades_without_additionality_move_not_one_bit_of_a_total(
    china_inputs: xr.Dataset, china_weather: xr.Dataset, china: model.Evaluation, issued: float, use: float,
    displaced: float, green: float, first: tuple[float, float],
) -> None:  # fmt: skip
    other = traded(
        china_inputs, china_weather, china.zone, issued=issued, ccer_market_use=use, ccer_displacement_share=displaced,
        green_power_share=0.5 * green, ccer_parks_first=first[0], ccer_market_first=first[1], additionality=0.0,
    )  # fmt: skip
    for name in (*UNITS, "power_heat_co2", "other_co2", "grid_factor_average"):
        np.testing.assert_array_equal(other[name], china.annual[name], err_msg=name)
    assert float(abs(other["caused_abatement"]).max()) == 0.0
    check_ledger(other)
    check_claims(other)


@FEW
@given(st.floats(0.0, 200.0), SHARE)
def test_credits_cause_what_additionality_says_and_never_more_than_is_there(
    china_inputs: xr.Dataset, china_weather: xr.Dataset, china: model.Evaluation, issued: float, additionality: float
) -> None:
    some = traded(china_inputs, china_weather, china.zone, issued=issued, additionality=additionality)
    used = some["ccer_retired"].sum("province")
    whole = some["caused_abatement"] + some["unmet_abatement"]
    np.testing.assert_allclose(whole, additionality * used, rtol=1e-12, atol=1e-9)
    there = china.annual["gross_co2"].sel(sector="power_heat").sum("province")
    assert bool((some["caused_abatement"] <= there * (1 + 1e-12)).all())
    fall = national(china.annual["gross_co2"]) - national(some["gross_co2"])
    np.testing.assert_allclose(fall, some["caused_abatement"], rtol=1e-9, atol=1e-6)
    assert float(some["gross_co2"].min()) >= -1e-9


def test_the_claims_of_a_sweep_are_those_of_its_scenarios(
    china_inputs: xr.Dataset, china_weather: xr.Dataset, china: model.Evaluation
) -> None:
    uses = xr.DataArray([0.0, 1.0], {"scenario": [0, 1]}, ("scenario",))
    sweep = traded(china_inputs, china_weather, china.zone, ccer_market_use=uses)
    for place, use in enumerate(uses.values):
        alone = traded(china_inputs, china_weather, china.zone, ccer_market_use=float(use))
        for name in ("ccer_retired", "ccer_surrendered", "ccer_held", "claims_gap", "claims_gap_credits"):
            np.testing.assert_allclose(sweep[name].isel(scenario=place), alone[name], rtol=1e-12, atol=1e-9)
    assert bool((sweep["gross_co2"] == china.annual["gross_co2"]).all())


def test_whoever_comes_first_takes_most(
    china_inputs: xr.Dataset, china_weather: xr.Dataset, china: model.Evaluation
) -> None:
    rules = {"scenario": ["parks", "shared", "market"]}
    first, last = (xr.DataArray(weights, rules, ("scenario",)) for weights in ([1.0, 0.0, 0.0], [0.0, 0.0, 1.0]))
    annual = traded(china_inputs, china_weather, china.zone, ccer_parks_first=first, ccer_market_first=last)
    parks, shared, market = annual["ccer_retired"].sum(["province", "year"]).values
    assert parks > shared > market


def test_the_totals_of_a_run_stand_on_bridges_that_add(china: model.Evaluation) -> None:
    for first, second, name in BETWEEN:
        gap = national(china.annual[second]) - national(china.annual[first]).values
        np.testing.assert_allclose(china.annual[name].sum("sector"), gap, rtol=1e-9, atol=1e-6)
    of_2021 = {name: float(national(china.annual[name]).sel(year=2021)) for name in ("gross_co2", "net_co2")}
    # The official inventory: 10,095 + 1,524, and with waste and land 10,282.
    assert of_2021 == pytest.approx({"gross_co2": 11619.0, "net_co2": 10282.0}, abs=1e-6)
