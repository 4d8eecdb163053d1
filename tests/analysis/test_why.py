"""The number that decides each verdict, split: the parts add exactly, and say the same as the run itself."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from decarb import model
from decarb.analysis.run import judge
from decarb.analysis.why import HELD, Reason, Why, why
from decarb.errors import CallError
from decarb.nation.totals import national
from decarb.scenario.scenario import load_scenario

FEW = {
    "activity": ("gdp_growth",),
    "capture and removal": ("capture_level", "capture_low", "capture_high"),
    "land": ("land_co2", "land_co2_2060"),
}
"""Three levers; all else that is held is the one lever "other"."""


@pytest.fixture(scope="module")
def told(china_weather: xr.Dataset) -> Why:
    return why("china-2060", groups=FEW, series=china_weather)


def of(told: Why, target: str) -> Reason:
    return next(reason for reason in told.reasons if reason.target == target)


def test_it_says_what_it_was_made_with(told: Why) -> None:
    made = load_scenario("china-2060").digest[:8]
    assert f"scenario {made}, tables " in told.made and "seed 2021, land view inventory" in told.made
    assert told.made in told._repr_html_() and str(told).endswith(told.made)


def test_the_parts_add_to_the_number_that_decides(told: Why) -> None:
    assert told.against == HELD
    for reason in told.reasons:
        if reason.number is not None and not reason.undefined:
            assert reason.before is not None
            scale = 1e-9 * max(1.0, abs(reason.number), *map(abs, reason.parts.values()))
            assert sum(reason.parts.values()) == pytest.approx(reason.number - reason.before, abs=scale)


def test_the_number_of_a_neutral_target_is_the_total_of_its_year(told: Why, china: model.Evaluation) -> None:
    net = float(national(china.annual["net_co2"]).sel(year=2060))
    reason = of(told, "neutral-2060-co2")
    assert reason.number == pytest.approx(net, rel=1e-9)
    assert reason.missed_by == pytest.approx(net, rel=1e-9)
    assert reason.helping[0][0] in told.inputs and reason.hindering[0][0] == "activity"


def test_parts_of_a_total_add_to_its_change_in_every_year(told: Why, china: model.Evaluation) -> None:
    for name in ("gross_co2", "net_co2", "net_ghg"):
        np.testing.assert_allclose(told.totals[name], national(china.annual[name]), rtol=1e-9)
        change = told.totals[name] - told.totals[f"{name}_before"]
        np.testing.assert_allclose(told.totals[f"{name}_parts"].sum("group"), change, rtol=1e-9, atol=1e-6)
    observed = told.totals["net_ghg_parts"].sel(year=slice(None, model.LAST_OBSERVED_YEAR))
    assert float(np.abs(observed).max()) < 1e-6  # no lever moved what was observed


def test_a_verdict_is_that_of_the_run(told: Why, china: model.Evaluation, china_inputs: xr.Dataset) -> None:
    counted = {key: china_inputs.attrs[key] for key in ("land_view", "gwp")}
    annual = china.annual.assign(china_inputs[["co2_per_gdp_2005"]]).assign_coords(counted)
    said = {item.target: item.verdict for item in judge(annual).verdicts}
    assert {reason.target: reason.verdict for reason in told.reasons} == said


def test_a_missed_target_says_what_is_left_in_the_rows_and_a_met_one_does_not(told: Why) -> None:
    for reason in told.reasons:
        assert (reason.nearest is not None) == (reason.verdict == "fail")
        assert all(left >= 0.0 for left in reason.room.values())
    missed = of(told, "neutral-2060-co2")
    assert missed.missing and missed.nearest is not None and missed.missed_by is not None
    assert missed.nearest < missed.missed_by


def test_against_another_scenario_only_what_differs_has_a_part(china_weather: xr.Dataset) -> None:
    more = load_scenario("china-2060").replace({"capture.level": 1.0})
    told = why(more, "china-2060", series=china_weather)
    assert set(told.inputs) == {"capture and removal"}
    assert told.inputs["capture and removal"] == ("capture_level",)
    reason = of(told, "neutral-2060-co2")
    assert reason.before is not None and reason.number is not None
    assert reason.parts["capture and removal"] == pytest.approx(reason.number - reason.before, rel=1e-9)
    assert told.against == "china-2060"


def test_print_says_what_is_missed_and_by_which_parts_in_a_few_lines(told: Why) -> None:
    lines = str(told).splitlines()
    beside = {"peak-before-2030", "rate-2030-2050", "required-rate-2030-2060"}
    missed = [one for one in told.reasons if one.verdict == "fail" and one.target not in beside]
    met = [one for one in told.reasons if one.verdict == "pass" and one.target not in beside]
    assert lines[0] == f"china-2060 against {HELD}: {len(met)} met, {len(missed)} missed, 0 not judged"
    assert len(lines) == 2 + len(missed) and max(map(len, lines)) < 300
    reason = of(told, "neutral-2060-co2")
    assert f"  neutral-2060-co2 missed by {reason.missed_by:,.1f} Mt CO2/yr: {reason.before:,.1f}" in str(told)
    assert f", activity {reason.parts['activity']:+,.1f}" in str(reason)
    assert str(of(told, "nonfossil-2030")).startswith("nonfossil-2030 holds with ")
    assert len(repr(told)) < 120 and repr(reason) == f"Reason(neutral-2060-co2 fail, {len(told.inputs)} levers)"


def test_another_view_of_the_land_is_refused(china_weather: xr.Dataset) -> None:
    other = load_scenario("china-2060").replace({"land_view": "bookkeeping"})
    with pytest.raises(CallError, match="land_view is bookkeeping in one scenario and inventory in the other"):
        why("china-2060", other, series=china_weather)
