from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
import xarray as xr

from decarb.analysis.run import Results, judge
from decarb.pathway.rules import Rule
from decarb.pathway.targets import TARGETS
from decarb.pathway.verdict import Verdict
from decarb.report.page_targets import RELATIONS, sentence, why


def made(results: Results, **factors: float) -> tuple[xr.Dataset, Verdict]:
    """The same run with some totals times a factor that grows to 2060."""
    annual = results.annual.copy()
    grows = xr.DataArray(np.linspace(0.0, 1.0, annual.sizes["year"]) ** 3, {"year": annual["year"]}, ("year",))
    for name, factor in factors.items():
        annual[name] = (annual[name] * (1.0 + (factor - 1.0) * grows)).assign_attrs(annual[name].attrs)
    return annual, judge(annual)


def test_each_rule_says_how_a_number_has_to_stand() -> None:
    assert set(RELATIONS) == set(get_args(Rule))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_verdict_has_a_reason_with_its_number(results: Results, language: str) -> None:
    said = {item.target: why(item, results.annual, language) for item in results.verdict.verdicts}  # type: ignore[arg-type]
    assert set(said) == {target.id for target in TARGETS}
    assert "12,080" in said["peak-2030"] and "2030" in said["peak-2030"]
    assert "6.78%" in said["ndc-2035"] and "13,460" in said["ndc-2035"]
    assert "2.29%" in said["required-rate-2030-2060"] and "6.21%" in said["required-rate-2030-2060"]
    assert "62.9%" in said["intensity-2030-vs-2005"] and "2060" in said["neutral-2060-co2"]


def test_the_sentence_counts_what_is_met_missed_and_open(results: Results) -> None:
    assert sentence(results.verdict, "en").startswith("6 of 11 targets are met. Missed: ")
    _, below = made(results, gross_co2=-1.0)
    assert "Cannot be judged: " in sentence(below, "en") and "无法判定：" in sentence(below, "zh")


@pytest.mark.parametrize(
    ("factors", "target", "said"),
    [
        ({"gross_co2": -1.0}, "rate-2030-2060", "no yearly rate leads there"),
        ({"gross_co2": 3.0}, "peak-2030", "the highest year is 20"),
        ({"gross_co2": 3.0}, "intensity-2030-vs-2025", "CO2 for each unit of GDP"),
        ({"net_co2": -1.0}, "neutral-2060-co2", "at or below zero from 2052"),
    ],
)
def test_other_pathways_say_why_too(results: Results, factors: dict[str, float], target: str, said: str) -> None:
    annual, verdict = made(results, **factors)
    item = next(one for one in verdict.verdicts if one.target == target)
    assert said in why(item, annual, "en")
