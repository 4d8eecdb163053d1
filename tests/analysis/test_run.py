"""A run keeps what it was asked, what it used, and what the same scenario without parks would have been."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from park_years import SEED, inputs_of, year_of

from decarb import api, model
from decarb.analysis.run import Results, beside_no_parks, judge, summed
from decarb.errors import DecarbError
from decarb.nation import credits
from decarb.park.statement import REPORTED
from decarb.units import stamp


def test_what_a_scenario_states_stands_in_its_provenance(results: Results) -> None:
    changed = api.run(api.load_scenario("china-2060", ["rollout.growth=20 %/yr"]))
    assert changed.provenance["stated"]["rollout"]["growth"] == "20 %/yr"
    assert changed.provenance["scenario_sha256"] != results.provenance["scenario_sha256"]


def test_the_scenario_without_parks_is_the_same_until_parks_operate(results: Results) -> None:
    change = summed(results.annual["gross_co2"]) - results.annual["gross_co2_without_parks"]
    assert float(np.abs(change.sel(year=slice(None, 2025))).max()) < 1e-9
    assert float(np.abs(change.sel(year=2040))) > 1e-3


def test_two_scenarios_in_one_call_are_the_two_one_by_one(china_inputs: xr.Dataset, china: model.Evaluation) -> None:
    both, series = beside_no_parks(china_inputs), model.weather(china_inputs)
    together = model.evaluate(both, series, zone=china.zone).annual
    alone = model.evaluate(both.isel(scenario=1, drop=True), series, zone=china.zone).annual
    assert float(alone["adopted_zones"].sum()) == 0.0 < float(china.annual["adopted_zones"].sum())
    for name in ("gross_co2", "net_co2", "net_ghg", "electricity_demand"):
        xr.testing.assert_allclose(together[name].isel(scenario=0, drop=True), china.annual[name], rtol=1e-14)
        xr.testing.assert_allclose(together[name].isel(scenario=1, drop=True), alone[name], rtol=1e-14)


def test_the_verdict_is_that_of_the_annual_series(results: Results) -> None:
    assert judge(results.annual).to_dict() == results.verdict.to_dict()


def test_each_variable_with_a_dictionary_row_carries_both_labels(results: Results) -> None:
    for name in ("gross_co2", "net_ghg", "claimed_net_emissions", "gross_co2_without_parks", "park_generation"):
        assert {"units", "long_name", "long_name_zh"} <= set(results.annual[name].attrs)


def test_the_seed_park_is_the_year_of_its_own_file_with_its_range(results: Results) -> None:
    alone = year_of(inputs_of("yizhuang"))
    for name in alone:
        np.testing.assert_allclose(results.park[name], alone[name], rtol=1e-9, atol=1e-12, err_msg=str(name))
    for name in REPORTED:
        low, _, high = results.park[f"{name}_range"].values
        assert low < results.park[name].item() < high, name
    assert results.park["statement_range"].sizes == {"estimate": 3, "category": 10}


def test_the_seed_park_takes_the_seed_of_its_scenario(results: Results) -> None:
    # That of the shipped scenario is the one that parks run with alone.
    assert results.provenance["seed"] == SEED


def test_a_broken_law_gives_no_results(monkeypatch: pytest.MonkeyPatch) -> None:
    shared = credits.credits_by_province
    more = lambda wanted, used: stamp(shared(wanted, used) + 1e3, "Mt CO2e/yr")  # noqa: E731
    monkeypatch.setattr("decarb.nation.credits.credits_by_province", more)
    with pytest.raises(DecarbError, match="credits"):
        api.run("china-2060")
