"""Scenarios side by side: parts add to the difference, unlike totals are not split, and names never meet."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from comparison_samples import compared

from decarb.analysis import comparison as comparisons
from decarb.analysis.comparison import Comparison, compare, largest_parts, told_apart
from decarb.analysis.run import TOTALS, Results, summed
from decarb.errors import CallError
from decarb.pathway.margins import margin
from decarb.pathway.targets import TARGETS
from decarb.scenario.scenario import load_scenario, scenario_of

CHINA = load_scenario("china-2060")


@pytest.fixture(scope="module")
def found(results: Results) -> Comparison:
    return compared(results)


def test_levers_add_to_the_difference_of_every_total_in_every_year(found: Comparison) -> None:
    split = found.why["china-2060 (2)"]
    assert set(map(str, split["group"].values)) == {"rollout", "capture and removal"}
    for total in TOTALS:
        first, other = found.results[total].values
        np.testing.assert_allclose(split[f"{total}_parts"].sum("group").values, other - first, atol=1e-6)
        assert float(abs(split[f"{total}_parts"]).max()) > 1


def test_results_are_those_of_the_runs_with_their_units(found: Comparison, results: Results) -> None:
    own = found.results.sel(scenario="china-2060")
    for total in TOTALS:
        assert own[total].attrs["units"] == results.annual[total].attrs["units"]
        assert own[total].values.tolist() == summed(results.annual[total]).values.tolist()
    assert own["claims_gap"].values.tolist() == results.annual["claims_gap"].values.tolist()
    assert float(own["peak_year"]) == results.verdict.peak_year
    assert bool(own["neutral_year"].isnull()) == (results.verdict.neutral_year is None)


def test_a_margin_is_negative_where_the_verdict_is_fail(found: Comparison, results: Results) -> None:
    for one in results.verdict.verdicts:
        said = found.verdicts.sel(scenario="china-2060", target=one.target)
        assert said["verdict"].item() == one.verdict
        assert (float(said["margin"]) < 0) == (one.verdict == "fail")
    series = {name: summed(results.annual[name]) for name in TOTALS}
    target = next(one for one in TARGETS if one.id == "ndc-2035")
    expected = float(margin(target, series))
    assert float(found.verdicts["margin"].sel(scenario="china-2060", target="ndc-2035")) == expected


def test_the_words_name_inputs_verdicts_and_levers(found: Comparison) -> None:
    said = str(found)
    assert "4 inputs differ" in said and "ndc-2035: china-2060 fail, china-2060 (2) pass" in said
    assert "net CO2 of 2060" in said and "capture and removal -" in said and "rollout +" in said
    assert "\n" not in repr(found) and repr(found).startswith("Comparison('china-2060', 'china-2060 (2)'")


def test_names_never_meet() -> None:
    assert told_apart(["a", "a", "a (2)", "a"]) == ("a", "a (3)", "a (2)", "a (4)")


def test_the_rest_of_the_levers_is_one_part_and_nothing_is_lost() -> None:
    parts = xr.DataArray(
        [[5.0], [-7.0], [0.0], [1.0], [2.0]], {"group": list("abcde"), "year": [2060]}, ("group", "year")
    )
    found = largest_parts(xr.Dataset({"net_co2_parts": parts}), "net_co2", 2060, most=2)
    assert found == [("b", -7.0), ("a", 5.0), ("2 more", 3.0)]


@pytest.mark.parametrize(("key", "value"), [("land_view", "bookkeeping"), ("seed", 7)])
def test_unlike_scenarios_stand_side_by_side_and_are_not_split(key: str, value: object, results: Results) -> None:
    other = CHINA.replace({key: value})
    stated = {**results.provenance, "stated": other.stated}
    annual = results.annual.assign_coords(land_view=other.spec.land_view)
    found = compare(results, replace(results, annual=annual, provenance=stated))
    assert not found.why and key in found.refused["china-2060 (2)"]
    assert any("not split" in line for line in found.words())
    assert found.unlike == (("land_view",) if key == "land_view" else ())


def test_what_a_run_stated_gives_its_scenario_again(results: Results) -> None:
    assert scenario_of(results.provenance["stated"]).digest == results.provenance["scenario_sha256"]


def test_a_scenario_beside_itself_differs_in_nothing(results: Results) -> None:
    found = compare(results, results, why=False)
    assert (found.inputs, found.moved, dict(found.why), dict(found.refused)) == ((), (), {}, {})
    assert "no verdict differs" in str(found)


def test_progress_counts_runs_and_splits(results: Results, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparisons, "_split", lambda first, other: "no")
    said: list[tuple[int, int]] = []
    compare(results, results, results, progress=lambda done, of: said.append((done, of)))
    assert said == [(1, 5), (2, 5), (3, 5), (4, 5), (5, 5)]


def test_more_than_eight_are_refused_before_anything_is_read() -> None:
    with pytest.raises(CallError, match="9 scenarios; name 2 to 8"):
        compare(*["no-such-scenario"] * 9)
