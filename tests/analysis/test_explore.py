"""The explorer gives the numbers of a run, moves what it says, and refuses what it does not know."""

from __future__ import annotations

import math

import numpy as np
import pytest
import xarray as xr

from decarb.analysis.explore import Explorable, Explored, explorable, explore
from decarb.analysis.explore_grid import grid, nearest
from decarb.analysis.explore_knobs import KNOBS, Knob, knobs_of
from decarb.analysis.run import TOTALS, Results, run, summed
from decarb.analysis.study import Study
from decarb.errors import CallError
from decarb.scenario.scenario import load_scenario
from decarb.units import stamp

SAME = 1e-9  # of the largest number of a series
TURNED = {"wind": 0.9, "solar": 1.1, "storage": 2.5, "rollout": -0.5, "ccer": 2.0}
CODES = {"fail": 0, "pass": 1, "undefined": 2}
STORES = ("supercapacitor", "lithium", "flow_battery")


@pytest.fixture(scope="module")
def ready(china_inputs: xr.Dataset, china_weather: xr.Dataset) -> Explorable:
    return explorable(Study(load_scenario("china-2060"), china_inputs, china_weather))


@pytest.fixture(scope="module")
def stated(ready: Explorable) -> Explored:
    return explore(ready)


@pytest.fixture(scope="module")
def few(ready: Explorable) -> xr.Dataset:
    return grid(ready, {"wind": [1.0, 1.25], "storage": [1.0, 2.5], "ccer": [0.2, 3.0]})


def knob(ready: Explorable, name: str) -> Knob:
    return next(one for one in ready.knobs if one.name == name)


def check_same(found: xr.Dataset, wanted: xr.Dataset) -> None:
    assert list(found) == list(wanted)
    for name in wanted:
        if wanted[name].dtype.kind == "f":
            scale = np.nanmax(np.abs(wanted[name].values), initial=0.0)
            xr.testing.assert_allclose(found[name], wanted[name], rtol=0.0, atol=SAME * scale)


def test_with_every_knob_as_stated_it_gives_the_numbers_of_the_run(stated: Explored, results: Results) -> None:
    check_same(stated.annual, results.annual)
    check_same(stated.cost, results.cost)
    assert stated.verdict == results.verdict
    assert not stated.stated


def test_with_every_knob_turned_it_gives_the_numbers_of_a_run_of_that_scenario(ready: Explorable) -> None:
    explored = explore(ready, TURNED)
    ran = run(explored.scenario)
    check_same(explored.annual, ran.annual)
    check_same(explored.cost, ran.cost)
    check_same(explored.zone, ran.zone)
    assert [(one.target, one.verdict) for one in explored.verdict.verdicts] == [
        (one.target, one.verdict) for one in ran.verdict.verdicts
    ]


def test_credits_move_claims_and_no_ton(ready: Explorable, stated: Explored) -> None:
    explored = explore(ready, {"ccer": 3.0})
    for name in TOTALS:
        np.testing.assert_array_equal(explored.annual[name].values, stated.annual[name].values)
    assert explored.additionality == 0.0
    assert float(explored.claims_gap.sel(year=2060)) > float(stated.claims_gap.sel(year=2060)) + 50.0


def test_additional_credits_move_tons_too(ready: Explorable) -> None:
    study = ready.study
    scenario = study.scenario.replace({"credits.additionality": "0.5"})
    half = study.inputs.assign(additionality=stamp(xr.DataArray(0.5), "1"))
    other = explorable(Study(scenario, half, study.series))
    found = grid(other, {"ccer": [1.0, 3.0]})
    assert (found["gross_co2"].sel(year=2060).diff("scenario") < -10.0).all()


def test_more_wind_meets_the_target_of_2035_that_the_scenario_misses(ready: Explorable, stated: Explored) -> None:
    def verdict(of: Explored) -> str:
        return next(one.verdict for one in of.verdict.verdicts if one.target == "ndc-2035")

    more = explore(ready, {"wind": 1.25})
    assert (verdict(stated), verdict(more)) == ("fail", "pass")
    assert float(more.investment.sel(year=2035)) > float(stated.investment.sel(year=2035))


def test_hours_are_met_once_for_each_size_of_the_stores(ready: Explorable, stated: Explored) -> None:
    explore(ready, {"storage": 2.5})
    met = dict(ready.zones)
    explore(ready, {"storage": 2.5, "rollout": 1.0, "solar": 1.1})
    assert ready.zones.keys() == met.keys()
    assert all(ready.zones[at] is zones for at, zones in met.items())


def test_every_combination_of_the_grid_is_what_a_single_question_gives(ready: Explorable, few: xr.Dataset) -> None:
    assert few.sizes["scenario"] == 8
    for number in (1, 6):
        row = few.isel(scenario=number)
        explored = explore(ready, {name: float(row[name]) for name in KNOBS})
        for name in (*TOTALS, "claims_gap"):
            single = summed(explored.annual[name])
            np.testing.assert_allclose(row[name], single, rtol=0.0, atol=SAME * float(abs(single).max()))
        codes = [CODES[one.verdict] for one in explored.verdict.verdicts]
        assert row["verdict"].values.tolist() == codes


def test_a_grid_says_its_knobs_units_and_series(ready: Explorable, few: xr.Dataset) -> None:
    assert few["wind"].attrs["sets"] == "power.wind.capacity"
    assert (few["wind"].attrs["now"], few["wind"].attrs["units"]) == (1.0, "1")
    assert few["storage"].attrs["origin"] == "given"
    assert few["net_ghg"].attrs["units"] == "Mt CO2e/yr"
    assert not few["status"].any()
    assert grid(ready, {"rollout": [-1.0]}).sizes["scenario"] == 1


def test_a_grid_tells_how_far_it_is(ready: Explorable) -> None:
    told: list[tuple[int, int]] = []
    grid(ready, {"rollout": [-1.0, 0.0, 1.0]}, progress=lambda done, of: told.append((done, of)))
    assert told == [(3, 3)]


def test_the_nearest_combination_is_the_one_that_was_computed(few: xr.Dataset) -> None:
    found = few.isel(scenario=nearest(few, {"wind": 1.2, "storage": 1.4, "ccer": 2.0}))
    assert [float(found[name]) for name in KNOBS] == [1.25, 1.0, 1.0, 0.0, 3.0]
    with pytest.raises(CallError, match="windy"):
        nearest(few, {"windy": 1.0})


@pytest.mark.parametrize("value", [9.0, math.nan, True, "1.2"])
def test_a_place_outside_the_range_is_refused_with_the_range(ready: Explorable, value: float) -> None:
    with pytest.raises(CallError, match=r"wind: .* is not from 0\.8333 to 1\.25"):
        explore(ready, {"wind": value})


def test_an_unknown_knob_is_refused_with_what_was_meant(ready: Explorable) -> None:
    with pytest.raises(CallError, match='did you mean "storage"'):
        explore(ready, {"storages": 1.0})
    with pytest.raises(CallError, match="storages"):
        grid(ready, {"storages": [1.0]})


def test_too_many_combinations_are_refused_before_any_work(ready: Explorable) -> None:
    many = np.linspace(0.9, 1.1, 150).tolist()
    with pytest.raises(CallError, match="22,500 combinations"):
        grid(ready, {"wind": many, "solar": many})


def test_knobs_keep_to_the_rows_and_say_what_they_set(ready: Explorable) -> None:
    assert tuple(one.name for one in ready.knobs) == KNOBS
    wind = knob(ready, "wind")
    assert (wind.low, wind.now, wind.high) == pytest.approx((1000 / 1200, 1.0, 1.25))
    assert wind.origin == "rows of data/"
    assert knob(ready, "rollout").keys == ("rollout.growth", "rollout.delay")
    assert [one.name for one in ready.knobs if one.on_site] == ["storage"]


def test_a_scenario_stands_on_a_step_of_every_knob(ready: Explorable) -> None:
    for one in ready.knobs:
        assert one.now / one.step == pytest.approx(round(one.now / one.step))
        assert 20 <= (one.high - one.low) / one.step <= 100


def test_what_a_scenario_does_not_have_is_no_knob() -> None:
    scenario = load_scenario("china-2060")
    bare = scenario.replace({f"park.{store}.on": False for store in STORES})
    assert "storage" not in [one.name for one in knobs_of(bare)]
    none = scenario.replace({"credits.issued": {2030: "0 Mt CO2e/yr"}})
    assert "ccer" not in [one.name for one in knobs_of(none)]


@pytest.mark.parametrize("curve, key", [("logistic", "rollout.growth"), ("bass", "rollout.imitation")])
def test_the_pace_is_that_of_the_chosen_curve(curve: str, key: str) -> None:
    knobs = knobs_of(load_scenario("china-2060").replace({"rollout.curve": curve}))
    assert key in next(one for one in knobs if one.name == "rollout").keys


def test_a_path_without_rows_is_turned_inside_a_range_that_says_it_was_given() -> None:
    own = load_scenario("china-2060").replace({"power.wind.capacity": {2030: "900 GW", 2045: "2000 GW"}})
    wind = next(one for one in knobs_of(own) if one.name == "wind")
    assert (wind.low, wind.high, wind.origin) == (0.5, 1.5, "given")


def test_the_line_to_copy_sets_what_was_turned(ready: Explorable) -> None:
    explored = explore(ready, {"wind": 1.2})
    assert explored.command() == (
        'decarb run china-2060 --set "power.wind.capacity.2035=1440 GW" --set "power.wind.capacity.2060=3120 GW"'
    )
    assert "wind 1.2" in repr(explored) and "neutral-2060-co2" in repr(explored)
