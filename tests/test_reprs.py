"""What a notebook shows: a short line with the verdict, and HTML with word, sign, units and origin, all escaped."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
import xarray as xr

import decarb as dc
from decarb.analysis.shapley import Attribution
from decarb.analysis.solution import Found, Interval, Solution
from decarb.analysis.why import Reason, Why
from decarb.sweeps.answer import Answer
from decarb.sweeps.run import Swept

HOSTILE = "<script>alert(1)</script>"
PLACE = Found(0.5, {HOSTILE: -1.0})
SOLUTION = Solution(
    scenario=HOSTILE, targets=(HOSTILE,), margin_units={HOSTILE: "1"}, lever="capture.level", unit="1", by="value",
    low=0.0, high=1.0, bounds_from="rows of data/", rising=True, now=PLACE,
    intervals=(Interval(0.6, 1.0, "a", "b"),), value=0.6, settings={"capture.level": "0.6"},
    towards={"capture.level": "1"}, digits=4, best=PLACE, binding=HOSTILE, spread={HOSTILE: 1.0}, relaxation=None,
    outside=(0.0, 1.0), curve=(), tolerance=0.01,
)  # fmt: skip
REASON = Reason(
    target=HOSTILE, total="net_co2", verdict="fail", rule="neutral", number=5.0, threshold=0.0, unit="Mt CO2/yr",
    before=9.0, parts=MappingProxyType({HOSTILE: -4.0}), lower_is_better=True, room=MappingProxyType({}), nearest=None,
)  # fmt: skip
YEARS = xr.DataArray(np.zeros(41), {"year": np.arange(2020, 2061)}, ("year",), attrs={"units": "Mt CO2/yr"})
PARTS = xr.DataArray(
    np.stack([np.full(41, 2.0), np.zeros(41)]), {"group": [HOSTILE, "idle"], "year": YEARS["year"]}, ("group", "year"),
    attrs={"units": "Mt CO2/yr"},
)  # fmt: skip


def made(results: dc.Results, park: dc.ParkResults) -> dict[str, Any]:
    """Return one of each public result, as far as it can be with a script in every text."""
    said = MappingProxyType({**results.provenance, "scenario": HOSTILE, "description": HOSTILE})
    judged = tuple(replace(one, reason=HOSTILE) for one in results.verdict.verdicts)
    verdict = replace(results.verdict, verdicts=judged)
    summary = SimpleNamespace(
        sweep={"name": HOSTILE, "seed": 7}, scenarios=3, headline=lambda: [HOSTILE], words=lambda: [HOSTILE, "b"]
    )
    return {
        "Results": replace(results, verdict=verdict, provenance=said),
        "Verdict": verdict,
        "TargetVerdict": judged[0],
        "ParkResults": replace(park, name=HOSTILE, flags=(HOSTILE,)),
        "Scenario": dc.load_scenario("china-2060").replace({"description": HOSTILE}),
        "Why": Why(HOSTILE, "b", (REASON,), xr.Dataset(), MappingProxyType({HOSTILE: (HOSTILE,)}), 2, 1.0, HOSTILE),
        "Solution": SOLUTION,
        "Attribution": Attribution(YEARS, YEARS + 2.0, PARTS, MappingProxyType({HOSTILE: ("x",)})),
        "Swept": Swept(Path(HOSTILE.replace("/", "")), 1000, 4, 4, {0: 1000}, {}, "", 1.0),
        "Answer": Answer(summary, None, None),  # type: ignore[arg-type]
    }


@pytest.fixture(scope="module")
def shown(results: dc.Results, yizhuang_results: dc.ParkResults) -> dict[str, Any]:
    return made(results, yizhuang_results)


def test_no_text_of_a_result_becomes_a_tag(shown: dict[str, Any]) -> None:
    for name, one in shown.items():
        page = one._repr_html_()
        assert "<script" not in page.lower(), name
        assert "&lt;script&gt;" in page, name


def test_a_repr_is_one_line(shown: dict[str, Any]) -> None:
    for name, one in shown.items():
        assert "\n" not in repr(one) and len(repr(one)) < 500, name
        assert repr(one).startswith(f"{name}("), name


def test_a_run_says_verdict_units_and_origin(results: dc.Results) -> None:
    page, text = results._repr_html_(), str(results)
    for said in ("\u2717 fail", "\u2713 pass", "Mt CO2/yr", "peak year 2023", "land view inventory", "seed 2021"):
        assert said in page
    for origin in (results.provenance["scenario_sha256"][:8], results.provenance["tables_sha256"][:8], dc.__version__):
        assert origin in page and origin in text
    assert repr(results).startswith("Results('china-2060': ndc-2035 fail, ") and repr(results).endswith("pass)")


def test_a_park_says_its_standing_under_each_rulebook(yizhuang_results: dc.ParkResults) -> None:
    page = yizhuang_results._repr_html_()
    for said in ("claim-2021", "\u2713 pass", "\u2013 outside the scheme", "t CO2e/yr", "seed 2021"):
        assert said in page
    assert yizhuang_results.flags[0] in str(yizhuang_results)


def test_a_scenario_says_what_it_states_and_its_hash() -> None:
    scenario = dc.load_scenario("china-2060", ["rollout.lists={2026: 30 zone, 2030: 60 zone}"])
    page = scenario._repr_html_()
    assert scenario.digest[:8] in page and "rollout.lists.2030" in page and "60 zone" in page
    assert str(scenario).startswith("china-2060: The seed park")


def test_a_solution_says_whether_the_target_can_be_met() -> None:
    assert "\u2713 can be met" in SOLUTION._repr_html_() and "0.6 to 1" in repr(SOLUTION)
    none = replace(SOLUTION, intervals=(), value=None, settings={}, towards={})
    assert "\u2717 cannot be met" in none._repr_html_() and "no value holds" in repr(none)


def test_an_attribution_shows_what_moves_and_counts_the_rest(shown: dict[str, Any]) -> None:
    page = shown["Attribution"]._repr_html_()
    assert "idle" not in page and "1 of 2 groups change nothing" in page
    assert "2055" not in page and all(str(year) in page for year in (2020, 2030, 2040, 2050, 2060))
