"""A run keeps what it was asked, what it used, and what the same scenario without parks would have been."""

from __future__ import annotations

import numpy as np
import pytest
from park_years import SEED, inputs_of, year_of

from decarb import api
from decarb.analysis.run import Results, judge, summed
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


def test_a_lever_abates_what_a_run_without_it_emits_more(results: Results) -> None:
    settings = ["template.fuel_saving_share=0", "template.electricity_saving_share=0"]
    without = api.run(api.load_scenario("china-2060", settings))
    more = summed(without.annual["gross_co2"]) - summed(results.annual["gross_co2"])
    np.testing.assert_allclose(results.cost["lever_abated"].sel(lever="efficiency"), more, atol=1e-6)
    assert not bool(without.cost["lever_abated"].sel(lever="efficiency").any())


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
