"""All scenarios of one run are the scenarios one by one, and each lacks what its name says and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from nation_samples import scaled, stated

from decarb import model
from decarb.analysis.without import (
    CONTRACTS,
    HELD,
    NO_PARKS,
    NOT_BUILT,
    OF_RUN,
    SCENARIOS,
    SET_TO_NONE,
    STATED,
    beside,
    evaluate_beside,
    held,
    without_each_lever,
    zones_beside,
)
from decarb.nation.lever_cost import LEVERS, NOTHING

BEYOND = 6.0  # times the national path of wind and solar, so that power finds no use


@pytest.fixture(scope="module")
def every(china_inputs: xr.Dataset, china_weather: xr.Dataset) -> model.Evaluation:
    return evaluate_beside(china_inputs, china_weather)


def gross(annual: xr.Dataset) -> xr.DataArray:
    return annual["gross_co2"].sum(["province", "sector"])


def test_each_lever_is_taken_away_once() -> None:
    assert {*SET_TO_NONE, *NOT_BUILT, *HELD} == {NO_PARKS, *LEVERS}
    assert len(SET_TO_NONE) + len(NOT_BUILT) + len(HELD) == len(SCENARIOS) - 1


def test_the_stated_scenario_is_the_one_that_runs_alone(every: model.Evaluation, china: model.Evaluation) -> None:
    for swept, one in ((every.annual, china.annual), (every.zone, china.zone)):
        for name, alone in one.items():
            together = swept[name]
            together = together.sel(scenario=STATED, drop=True) if "scenario" in together.dims else together
            np.testing.assert_allclose(together.transpose(*alone.dims), alone, rtol=1e-13, atol=1e-12, err_msg=name)


@pytest.mark.parametrize("scenario", [*SET_TO_NONE, *HELD])
def test_each_scenario_in_one_call_is_itself_alone(
    scenario: str, every: model.Evaluation, china: model.Evaluation, china_inputs: xr.Dataset,
    china_weather: xr.Dataset,
) -> None:  # fmt: skip
    changed = stated(china_inputs, **{name: china_inputs[name] * 0.0 for name in SET_TO_NONE.get(scenario, ())})
    if scenario in HELD:
        changed["capacity"] = held(china_inputs["capacity"], HELD[scenario])
    alone = model.evaluate(changed, china_weather, zone=china.zone).annual
    for name in ("gross_co2", "thermal_generation", "capacity", "park_own_use"):
        xr.testing.assert_allclose(every.annual[name].sel(scenario=scenario, drop=True), alone[name], rtol=1e-12)


@pytest.mark.parametrize("scenario", list(NOT_BUILT))
def test_a_plant_goes_and_the_rest_of_the_zone_stays(scenario: str, every: model.Evaluation) -> None:
    zone = every.zone.sel(scenario=[STATED, scenario])
    for size in ("wind_capacity", "pv_capacity", "power_rating", "energy_rating"):
        as_stated, without = zone[size].transpose("scenario", ...).values
        assert as_stated.sum() > 0.0
        np.testing.assert_array_equal(without, as_stated * (size not in NOT_BUILT[scenario]))
    adopted = every.annual["adopted_zones"].sel(scenario=[STATED, scenario])
    np.testing.assert_array_equal(*adopted.transpose("scenario", ...).values)


def test_own_plants_spare_line_losses_where_the_path_counts_them(every: model.Evaluation) -> None:
    more = gross(every.annual).sel(year=2060)
    for lever in ("on-site wind", "on-site PV"):
        assert float(more.sel(scenario=lever) - more.sel(scenario=STATED)) > 0.1


def test_held_capacity_is_that_of_the_last_observed_year(china_inputs: xr.Dataset) -> None:
    capacity = china_inputs["capacity"]
    wind = held(capacity, "wind")
    np.testing.assert_array_equal(wind.sel(technology="solar"), capacity.sel(technology="solar"))
    np.testing.assert_array_equal(wind.sel(year=slice(None, 2025)), capacity.sel(year=slice(None, 2025)))
    assert bool(
        (wind.sel(technology="wind", year=slice(2026, None)) == capacity.sel(technology="wind", year=2025)).all()
    )


def test_tonnes_see_what_finds_no_use(china_inputs: xr.Dataset, china_weather: xr.Dataset) -> None:
    """Where wind and sun give too much, saved power is curtailed and spares less CO2 than thermal plants emit."""
    late = china_inputs["capacity"]["year"] > model.LAST_OBSERVED_YEAR
    factor = xr.where(late, BEYOND, 1.0)
    windy = scaled(china_inputs, capacity=factor)
    annual = evaluate_beside(windy, china_weather).annual.sel(year=2060)
    alone = stated(windy, fuel_saving_share=windy["fuel_saving_share"] * 0.0,
                   electricity_saving_share=windy["electricity_saving_share"] * 0.0)  # fmt: skip
    without = model.evaluate(alone, china_weather).annual.sel(year=2060)
    assert float(without["curtailment"]) > 0.0
    more = gross(without) - gross(annual).sel(scenario=STATED)
    np.testing.assert_allclose(gross(annual).sel(scenario="efficiency") - gross(annual).sel(scenario=STATED), more)
    saved = float(annual["electricity_saved"].sel(scenario=STATED).sum())
    assert 0.0 < float(more) < 0.5 * saved  # thermal plants emit more than 0.5 Mt/TWh


def test_no_contract_sells_power_that_a_lever_took_along(china_inputs: xr.Dataset) -> None:
    for name in CONTRACTS:
        share = beside(china_inputs)[name]
        assert share.sel(scenario=STATED).item() == china_inputs[name].item() > 0.0
        assert not bool(share.drop_sel(scenario=STATED).any())


def test_a_template_that_is_built_nowhere_has_one_design(
    china_inputs: xr.Dataset, china_weather: xr.Dataset, china: model.Evaluation
) -> None:
    claimed = stated(china_inputs, template_built=0.0)
    assert "scenario" not in zones_beside(claimed, china.base, china_weather).dims


def test_what_the_cost_compares_stands_by_lever(every: model.Evaluation) -> None:
    runs = without_each_lever(every.annual)
    assert runs["without"].values.tolist() == [NOTHING, *LEVERS]
    assert set(runs.data_vars) == set(OF_RUN)
    for name, scenario in ((NOTHING, STATED), ("capture", "capture")):
        one, of_all = runs.sel(without=name), every.annual.sel(scenario=scenario)
        np.testing.assert_array_equal(one["gross_co2"], of_all["gross_co2"])


def test_no_scenario_beside_has_a_base_year_of_its_own(china_inputs: xr.Dataset) -> None:
    """So that one base year serves all of them."""
    xr.testing.assert_identical(model.base_year(beside(china_inputs)), model.base_year(china_inputs))
