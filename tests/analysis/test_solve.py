"""The question turned round: a forward run at the solution hits, a step outside misses, and a grid agrees."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from decarb import model
from decarb.analysis.feasible import feasible_set
from decarb.analysis.levers import lever_of
from decarb.analysis.solution import setting_line
from decarb.analysis.solve import Solution, solve_for
from decarb.analysis.study import Study, margins, moved, targets_of, zone_at_rest
from decarb.errors import CallError, InputError
from decarb.pathway.judging import Target
from decarb.pathway.margins import margin
from decarb.scenario.inputs import scenario_inputs
from decarb.scenario.scenario import load_scenario

HALF = Target("many-zones-2050", "adopted_zones", 1000.0, "zone", 2050, "decarb-assumption", "at_least")


@pytest.fixture(scope="module")
def study(china_inputs: xr.Dataset, china_weather: xr.Dataset) -> Study:
    """The shipped scenario, with the inputs and the weather that all tests share."""
    return Study(load_scenario("china-2060"), china_inputs, china_weather)


def ndc_margin(study: Study, inputs: xr.Dataset) -> float:
    """The margin of the 2035 target in a run of its own."""
    ghg = model.evaluate(inputs, study.series).annual["net_ghg"].sum(["province", "sector"])
    series = ghg.rename("net_ghg").assign_attrs(units="Mt CO2e/yr")
    return float(margin(targets_of("ndc-2035")[0], {"net_ghg": series}))


Told = tuple[Solution, list[tuple[int, int]], int]


@pytest.fixture(scope="module")
def told(study: Study) -> Told:
    """The level of capture that the 2035 target needs, what was said on the way, and how often zones were run."""
    said: list[tuple[int, int]] = []
    runs: list[int] = []
    with pytest.MonkeyPatch.context() as patch:
        zones = model.zone_with_template

        def counted(*given: xr.Dataset) -> xr.Dataset:
            runs.append(1)
            return zones(*given)

        patch.setattr(model, "zone_with_template", counted)
        solution = solve_for(study, "ndc-2035", "capture.level", progress=lambda done, of: said.append((done, of)))
    return solution, said, len(runs)


def test_no_hour_is_run_again_for_a_lever_that_leaves_zones_as_they_are(told: Told) -> None:
    assert told[2] == 1


def test_how_much_is_done_rises_until_all_is_done(told: Told) -> None:
    solution, said, _ = told
    done = [count for count, _ in said]
    assert len(said) > 2 and done == sorted(done)
    assert all(count <= of for count, of in said)
    assert said[-1] == (len(solution.curve), len(solution.curve))


@pytest.mark.parametrize(("name", "factors", "at_rest"), [
    ("capture_level", (0.0, 1.0), True), ("rollout_growth", ("5 %/yr", "14 %/yr"), True),
    ("zone_size_spread", (0.1, 1.0), False), ("national_zone_size", (1.0, 3.0), False),
])  # fmt: skip
def test_zones_at_rest_are_found_by_what_they_take_over(
    study: Study, name: str, factors: tuple[object, object], at_rest: bool
) -> None:
    moves = moved(study, study.lever(name, factors))
    zone = zone_at_rest(study, moves)
    assert (zone is not None) == at_rest
    targets, changed = targets_of(["ndc-2035", "peak-2030"]), moves.at(moves.places)
    for again, once in zip(margins(study, targets, changed, zone), margins(study, targets, changed), strict=True):
        np.testing.assert_array_equal(again, once)


@pytest.mark.parametrize("digits", [2, 3, 4])
def test_rounded_settings_still_hold(study: Study, told: Told, digits: int) -> None:
    ((low, high),) = [(part.low, part.high) for part in told[0].intervals]
    (text,) = told[0].rounded(digits).values()
    assert low <= float(text) <= high
    assert len(text) <= len("0.") + digits


@pytest.mark.parametrize(("lever", "bounds"), [
    ("capture.level, -land.co2_2060:range", None), ("capture.level, capture.rate", (0.9, 1.1)),
])  # fmt: skip
def test_the_line_to_copy_holds_when_it_is_copied(study: Study, lever: str, bounds: tuple[float, float] | None) -> None:
    solution = solve_for(study, "ndc-2035", lever, bounds)
    line = str(solution).splitlines()[-1]
    assert line == setting_line(solution.rounded())
    settings = [part.strip(' "') for part in line.split("--set ")[1:]]
    assert [setting.partition("=")[0] for setting in settings] == list(solution.settings)
    copied = scenario_inputs(load_scenario("china-2060", settings).spec)
    coarse = scenario_inputs(study.scenario.replace(solution.rounded(3)).spec)
    assert 0.0 <= ndc_margin(study, copied) <= ndc_margin(study, coarse) < 1e-3
    assert solution.digits == 4


def test_a_forward_run_at_the_solution_hits_and_a_step_outside_misses(study: Study, told: Told) -> None:
    solution = told[0]
    ((low, high),) = [(part.low, part.high) for part in solution.intervals]
    assert (high, solution.value, solution.binding) == (1.0, low, "ndc-2035")
    hit = scenario_inputs(study.scenario.replace(solution.settings).spec)
    missed = scenario_inputs(study.scenario.replace({"capture.level": low - 2.0 * solution.tolerance}).spec)
    assert 0.0 <= ndc_margin(study, hit) < 1e-6
    assert -1e-6 < ndc_margin(study, missed) < 0.0
    assert json.loads(json.dumps(solution.to_dict(), allow_nan=False))["intervals"][0]["high_limit"].startswith(
        "the high"
    )
    assert "ndc-2035 holds for capture.level from 0.5" in str(solution)


def test_brute_force_on_a_grid_agrees(study: Study) -> None:
    solution = solve_for(study, ["ndc-2035", "peak-2030"], "capture_level")
    lever = study.lever("capture_level")
    grid = np.linspace(0.0, 1.0, 101)
    relative, _ = margins(study, targets_of(["ndc-2035", "peak-2030"]), moved(study, lever).at(grid))
    inside = np.array([any(part.low <= value <= part.high for part in solution.intervals) for value in grid])
    np.testing.assert_array_equal((relative >= 0.0).all(axis=0), inside)
    assert 0 < inside.sum() < 101


@pytest.fixture(scope="module")
def logistic(study: Study) -> Study:
    """The same with a logistic curve through 100 zones in 2030."""
    scenario = study.scenario.replace({"rollout.curve": "logistic", "rollout.anchor": "100 zone"})
    return Study(scenario, scenario_inputs(scenario.spec), study.series)


def test_the_growth_that_adoption_needs_is_that_of_the_logistic(logistic: Study) -> None:
    solution = solve_for(logistic, HALF, "rollout_growth", bounds=("5 %/yr", "60 %/yr"))
    zones = float(model.base_year(logistic.inputs)["zone_count"].sum())
    most = float(logistic.inputs["rollout_ceiling"]) * zones
    start = float(logistic.inputs["rollout_anchor"])
    # A / (K - A) grows as exp(g t) from 2030 to 2050.
    needed = math.log(1000.0 / (most - 1000.0) * (most - start) / start) / 20.0
    assert solution.value == pytest.approx(needed, abs=1e-6)


def test_where_no_value_inside_holds_the_nearest_outside_is_named(study: Study) -> None:
    beyond = replace(HALF, threshold=1500.0)
    solution = solve_for(study, beyond, "rollout_growth", bounds=("5 %/yr", "14 %/yr"))
    assert solution.intervals == () and solution.value is None
    assert solution.best.value == pytest.approx(0.14)
    assert solution.relaxation is not None and solution.relaxation.bound == "high"
    wide = solve_for(study, beyond, "rollout_growth", bounds=("5 %/yr", "100 %/yr"))
    assert solution.relaxation.value == pytest.approx(wide.value, abs=1e-5)
    assert "the nearest value outside is" in str(solution)
    assert "no value of rollout_growth inside" in str(solution)


def test_a_lever_without_influence_is_said_to_move_nothing(study: Study) -> None:
    solution = solve_for(study, "neutral-2060-co2", "thermal_minimum_share")
    assert solution.spread["neutral-2060-co2"] == pytest.approx(0.0, abs=1e-6)
    assert solution.relaxation is None
    assert solution.outside[0] == 0.0  # a share below zero is no share
    assert "nor does any value outside" in str(solution)
    assert "the lever does not move it" in str(solution) and "the best is" not in str(solution)


def test_a_year_is_solved_among_whole_years(logistic: Study) -> None:
    target = replace(HALF, threshold=200.0, year=2040)
    solution = solve_for(logistic, target, "rollout.anchor_year", bounds=(2028, 2040))
    values = [found.value for found in solution.curve]
    assert values == list(range(2028, 2041))
    ((low, high),) = [(part.low, part.high) for part in solution.intervals]
    holding = [found.value for found in solution.curve if (found.margins[HALF.id] or -1.0) >= 0.0]
    assert (low, high) == (min(holding), max(holding))
    assert solution.settings["rollout.anchor_year"] == solution.value == 2030


@pytest.mark.parametrize(
    ("target", "lever", "bounds", "message"),
    [
        ("rate-2030", "capture.level", None, 'did you mean "rate-2030'),
        ("ndc-2035", "rollout.grow", None, "rollout.growth"),
        ("ndc-2035", "rollout.mode", None, "no field of a scenario that holds a number"),
        ("ndc-2035", "capture_level", (1.0, 0.0), "does not lie below"),
        ("ndc-2035", "capture_level", (0.0, 0.5, 1.0), "a pair"),
        ("ndc-2035", "capture.level", (0, 5), r"refuses 5, the high bound .* outside 0 to 1.*--bounds 0:1$"),
        ("ndc-2035", "rollout.growth", ("5 %/yr", "900 %/yr"), r'--bounds "5 %/yr:[0-9]+ %/yr"$'),
        ("ndc-2035", "capacity", None, "write bounds"),
        ("ndc-2035", "air_temperature", (0.9, 1.1), "moves the weather"),
        (replace(HALF, total="zones"), "capture_level", None, "no yearly result"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused(
    study: Study, target: str | Target, lever: str, bounds: tuple[float, ...] | None, message: str
) -> None:
    with pytest.raises((CallError, InputError), match=message):
        solve_for(study, target, lever, bounds)


def test_an_end_of_the_rows_that_the_scenario_refuses_is_named_with_bounds_that_it_takes(study: Study) -> None:
    scenario = study.scenario.replace({"rollout.ceiling": "0.7", "rollout.ceiling_of.metals": "0.6"})
    apart = replace(study, scenario=scenario)
    with pytest.raises(CallError, match=r"refuses 0.3, the low end of the lever's rows .*--bounds 0.6:0.9$"):
        solve_for(apart, "ndc-2035", "rollout.ceiling")


def test_an_undefined_target_is_refused_with_its_reason(study: Study) -> None:
    book = replace(study, inputs=study.inputs.assign_attrs(land_view="bookkeeping"))
    with pytest.raises(CallError, match="land_view is bookkeeping"):
        solve_for(book, "ndc-2035", "capture_level")


def test_the_boundary_of_two_levers_is_where_the_margin_is_zero(study: Study) -> None:
    plane = feasible_set(study, "ndc-2035", "capture_level", "capacity", bounds_y=(0.9, 1.1), points=7)
    assert 0 < int(plane["holds"].sum()) < 49
    pairs = list(zip(plane["boundary_x"].values, plane["boundary_y"].values, strict=True))
    for x, y in pairs[:3]:
        found = solve_for(study, "ndc-2035", "capture_level", bounds=(0.0, 1.0)) if y == 1.0 else None
        inputs = study.inputs.assign(capture_level=xr.full_like(study.inputs["capture_level"], x))
        free = inputs["year"] > model.LAST_OBSERVED_YEAR
        inputs["capacity"] = xr.where(free, inputs["capacity"] * y, inputs["capacity"]).assign_attrs(
            study.inputs["capacity"].attrs
        )
        assert ndc_margin(study, inputs) == pytest.approx(0.0, abs=2e-3)
        assert found is None or found.value == pytest.approx(x, abs=0.02)
    assert "ndc-2035" in plane.attrs["limits"]


def test_an_empty_plane_names_the_bound_that_must_give_least(study: Study) -> None:
    target = replace(HALF, threshold=1500.0)
    plane = feasible_set(study, target, "rollout_growth", "capture_level", ("5 %/yr", "14 %/yr"), points=3)
    assert not bool(plane["holds"].any())
    assert plane.attrs["relaxed_bound"] == "the high end of rollout_growth"
    alone = solve_for(study, target, "rollout_growth", ("5 %/yr", "14 %/yr")).relaxation
    assert alone is not None
    assert plane.attrs["relaxed_by"] == pytest.approx(alone.by, rel=5e-3)


def test_two_levers_on_one_input_are_refused(study: Study) -> None:
    with pytest.raises(CallError, match="both levers move capture_level"):
        feasible_set(study, "ndc-2035", "capture_level", "capture_level")


def test_levers_are_read_from_fields_and_rows() -> None:
    scenario = load_scenario("china-2060")
    growth = lever_of(scenario, "rollout.growth")
    assert (growth.low, growth.high, growth.now, growth.unit) == (8.0, 20.0, 13.1, "%/yr")
    path = lever_of(scenario, "power.*.capacity")
    # The narrowest row: solar of 2035, 2,100 to 2,800 about 2,400 GW.
    assert path.by == "factor"
    assert (path.low, path.high) == pytest.approx((2100 / 2400, 2800 / 2400))
    assert path.settings(1.1)["power.wind.capacity"][2035].startswith("1320")
    many = lever_of(scenario, "capture.level, -land.co2_2060:range")
    assert many.settings(1.0) == {"capture.level": "1", "land.co2_2060": "-1750 Mt CO2/yr"}
    assert many.settings(0.0) == {"capture.level": "0.5", "land.co2_2060": "-1346 Mt CO2/yr"}
    assert lever_of(scenario, "rollout.anchor_year").whole


def test_a_share_of_all_archetypes_is_the_share_of_each() -> None:
    scenario = load_scenario("china-2060").replace({"template.fuel_saving_share": "0.2"})
    one = lever_of(scenario, "template.fuel_saving_share.chemicals")
    assert (one.now, one.low, one.high) == (0.2, 0.03, 0.2)


def test_captive_plants_close_in_whole_years_inside_their_rows() -> None:
    lever = lever_of(load_scenario("china-2060"), "captive.retirement_end")
    assert lever.whole and (lever.now, lever.low, lever.high) == (2055, 2045, 2060)
    assert lever.origin == "rows of data/"


def test_a_share_by_archetype_is_no_target(study: Study) -> None:
    with pytest.raises(CallError, match="a share by level, archetype has no sum"):
        solve_for(study, replace(HALF, total="operating_share", unit="1"), "rollout_growth", ("5 %/yr", "14 %/yr"))
