"""The indicators of a scenario: numbers where there are any, else a sentence, and never a zero in their place."""

from __future__ import annotations

import dataclasses

import pytest

from decarb.analysis.run import Results
from decarb.report.iamc_meta import FIGURES, iamc_meta


def test_one_row_holds_the_figures_and_the_verdicts(results: Results) -> None:
    meta = iamc_meta(results.annual, results.verdict, "decarb", "china-2060")
    assert len(meta) == 1 and meta.columns[:2].tolist() == ["model", "scenario"]
    row = meta.iloc[0]
    assert row["Peak year of gross CO2"] == results.verdict.peak_year
    rate = row["Mean annual reduction rate of gross CO2 2030-2060 [share a year]"]
    assert rate == results.verdict.mean_annual_reduction_rate
    assert (row["Land view"], row["GWP"]) == ("inventory", "AR5")
    verdicts = {item.target: item.verdict for item in results.verdict.verdicts}
    assert {name: row[f"Target|{name}"] for name in verdicts} == verdicts


@pytest.mark.parametrize("figure", FIGURES)
def test_what_is_undefined_is_a_sentence(figure: str, results: Results) -> None:
    verdict = dataclasses.replace(results.verdict, undefined={figure: "it never ends"}, **{figure: None})
    others = {key: 1 for key in FIGURES if key != figure and getattr(verdict, key) is None}
    row = iamc_meta(results.annual, dataclasses.replace(verdict, **others), "m", "s").iloc[0]
    assert row[FIGURES[figure]] == "undefined: it never ends"
