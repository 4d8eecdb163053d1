"""A sweep is the same model with one more dimension: each scenario of it is what it would be alone."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import xarray as xr
from nation_samples import OF_ZONE, Evaluate, along, scaled, stated

from decarb import model
from decarb.nation.adoption import CURVES
from decarb.nation.totals import UNITS
from decarb.nation.zones import ARCHETYPES, LEVELS

FACTORS = xr.DataArray([1.0, 0.9], {"scenario": [0, 1]}, ("scenario",))
ROUNDING = 1e-11  # a few units in the last place of the nation's 10,000 TWh, from which small rests are taken
SWEPT = (
    ("capture_level",), ("gdp_growth",), ("full_load_hours", "includes_parks"), ("rollout_lists",),
    ("pv_capacity", "store_loss_change"), ("zone_share_of_national_co2", "captive_share"),
    ("ccer_issued", "carbon_market_allowances", "green_power_share", "non_co2_ghg"),
)  # fmt: skip
# Shares that add to 1, limits of the store, whole years, calendar years and 1 by definition cannot be scaled and still
# make sense.
FIXED = {
    "capture_share", "minimum_state_of_charge", "maximum_state_of_charge", "round_trip_efficiency", "gdp_share",
    "scaled", "template_built", "rollout_curve", "rollout_anchor_year", "rollout_retrofit_age",
    "captive_retirement_start", "captive_retirement_end", "gwp_co2",
}  # fmt: skip


def assert_same(sweep: xr.Dataset, alone: xr.Dataset, place: int) -> None:
    together = sweep.isel(scenario=place, drop=True)
    assert set(together) == set(alone)
    for name, expected in alone.items():
        got = together[name].transpose(*expected.dims)
        np.testing.assert_allclose(got, expected, rtol=1e-12, atol=ROUNDING, err_msg=f"{name} in scenario {place}")


@pytest.mark.parametrize("names", SWEPT, ids=" ".join)
def test_a_sweep_is_the_same_model_with_one_more_dimension(
    names: tuple[str, ...], china: model.Evaluation, china_inputs: xr.Dataset, evaluate: Evaluate
) -> None:
    sweep = evaluate(scaled(china_inputs, **dict.fromkeys(names, FACTORS)))
    assert "scenario" in sweep.dims
    assert_same(sweep, china.annual, 0)
    assert_same(sweep, evaluate(scaled(china_inputs, **dict.fromkeys(names, 0.9))), 1)


def test_every_input_but_the_weather_may_be_swept_at_once_each_in_its_own_way(
    china: model.Evaluation, china_inputs: xr.Dataset, evaluate: Evaluate
) -> None:
    random = np.random.default_rng(4)
    names = [str(name) for name in china_inputs if name not in {*model.OF_WEATHER, *FIXED}]
    assert len(names) > 120
    factors = {name: FACTORS.copy(data=[1.0, random.uniform(0.95, 1.05)]) for name in names}
    # Weights that add to 1, and shares at nothing, move as such.
    own = {"additionality": FACTORS - 0.9, "ccer_parks_first": 1.0 - FACTORS, "rollout_retrofit_share": FACTORS / 2.0}
    sweep = evaluate(stated(scaled(china_inputs, **factors), **own))
    assert all(sweep[name].dims[0] == "scenario" for name in UNITS)
    for place in range(FACTORS.size):
        alone = {name: float(factor[place]) for name, factor in factors.items()}
        own_alone = {name: float(value[place]) for name, value in own.items()}
        assert_same(sweep, evaluate(stated(scaled(china_inputs, **alone), **own_alone)), place)


def curves() -> dict[str, xr.DataArray]:
    chosen = ("logistic", "bass", "policy")
    one_hot = [[float(name == curve) for name in CURVES] for curve in chosen]
    return {"rollout_curve": xr.DataArray(one_hot, {"scenario": [0, 1, 2], "curve": list(CURVES)})}


def zones_apart() -> dict[str, xr.DataArray]:
    random = np.random.default_rng(2)
    labels = {"scenario": [0, 1, 2], "archetype": list(ARCHETYPES)}
    names = ("fuel_saving_share", "electricity_saving_share", "electrified_fuel_share", "switched_fuel_share",
             "process_change_share")  # fmt: skip
    by_archetype = {name: xr.DataArray(random.uniform(0.0, 0.4, (3, 6)), labels) for name in names}
    cohorts = {"scenario": [0, 1, 2], "level": list(LEVELS), "archetype": list(ARCHETYPES)}
    return {"rollout_ceiling": xr.DataArray(random.uniform(0.0, 1.0, (3, 2, 6)), cohorts), **by_archetype}


def modes() -> dict[str, xr.DataArray]:
    labels = {"scenario": [0, 1, 2]}
    return {"scaled": xr.DataArray([1.0, 0.0, 1.0], labels), "template_built": xr.DataArray([1.0, 1.0, 0.0], labels)}


def caps() -> dict[str, xr.DataArray]:
    labels = {"scenario": [0, 1, 2]}
    return {
        "rollout_build_rate": xr.DataArray([np.inf, 20.0, 60.0], labels),
        "rollout_capacity_rate": xr.DataArray([2.0, np.inf, 1.0], labels),
        "rollout_retrofit_share": xr.DataArray([0.0, 0.5, 1.0], labels),
        "rollout_retrofit_age": xr.DataArray([12.0, 5.0, 8.0], labels),
        "captive_retirement_start": xr.DataArray([2030.0, 2026.0, 2040.0], labels),
        "captive_retirement_end": xr.DataArray([2055.0, 2040.0, 2060.0], labels),
    }


@pytest.mark.parametrize("case", [curves, zones_apart, modes, caps])
def test_choices_are_swept_like_numbers(
    case: Callable[[], dict[str, xr.DataArray]], china_inputs: xr.Dataset, evaluate: Evaluate
) -> None:
    values = case()
    sweep = evaluate(stated(china_inputs, **values))
    loads = []
    for place in (1, 2):
        own = {name: value.isel(scenario=place, drop=True) for name, value in values.items()}
        alone = evaluate(stated(china_inputs, **own))
        assert_same(sweep, alone, place)
        loads.append(float(alone["park_grid_import"].sum()))
    assert abs(loads[1] / loads[0] - 1.0) > 0.01


def test_what_a_zone_builds_hangs_on_no_other_input(
    china: model.Evaluation, china_inputs: xr.Dataset, china_weather: xr.Dataset
) -> None:
    others = [str(name) for name in china_inputs if name not in {*OF_ZONE, *model.OF_WEATHER}]
    assert len(others) > 90
    inputs = scaled(china_inputs, **dict.fromkeys(others, FACTORS))
    base = model.base_year(inputs)
    unread = {"zone_share", "captive_standing", "fossil_factor", "heat_factor", "heat_supply"}
    zone = model.zone_with_template(inputs, base, china_weather)
    assert "scenario" not in zone.dims and "scenario" in base[sorted(unread)].dims
    xr.testing.assert_identical(zone, china.zone)


def test_numbers_by_name_find_their_scenario_and_archetype(china_inputs: xr.Dataset, evaluate: Evaluate) -> None:
    share = dict(zip(ARCHETYPES, (0.1, 0.2, 0.3, 0.4, 0.5, 0.6), strict=True))
    turned = dict(reversed(share.items()))
    first, second = (
        evaluate(stated(china_inputs, process_change_share=along(each, "archetype"))) for each in (share, turned)
    )
    np.testing.assert_allclose(first["gross_co2"], second["gross_co2"], rtol=1e-13)
