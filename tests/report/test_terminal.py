"""What a terminal shows: each target with the number that decides it, and a count that agrees with the exit code."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.table import Table

from decarb.analysis.run import Results
from decarb.pathway.targets import TARGETS
from decarb.report.terminal import base_year_table, missed, shown, verdict_line, verdict_table


def text_of(table: Table, width: int = 200) -> str:
    stream = io.StringIO()
    Console(file=stream, width=width).print(table)
    return stream.getvalue()


def test_each_target_has_its_line_with_number_threshold_and_word(results: Results) -> None:
    said = text_of(verdict_table(results.verdict, "china-2060")).splitlines()
    assert said[0].strip() == "china-2060"
    for item in results.verdict.verdicts:
        (line,) = [line for line in said if line.split()[:1] == [item.target]]
        beside = item.target in {target.id for target in TARGETS if target.beside}
        assert (f" ({item.verdict}) " if beside else f" {item.verdict} ") in line
        assert shown(item.value, item.unit) in line and shown(item.threshold, item.unit) in line


def test_a_narrow_terminal_loses_no_target(results: Results) -> None:
    said = text_of(verdict_table(results.verdict, "x"), width=60)
    assert "".join(said.split()).count("pass") >= sum(item.verdict == "pass" for item in results.verdict.verdicts)


def test_names_from_files_are_text_and_no_markup(results: Results) -> None:
    reason = replace(results.verdict.verdicts[0], reason="[bold]why[/bold]")
    verdict = replace(results.verdict, verdicts=(reason,))
    said = text_of(verdict_table(verdict, "[red]mine[/red].csv"))
    assert "[red]mine[/red].csv" in said and "[bold]why[/bold]" in said


@given(st.lists(st.sampled_from(["pass", "fail", "undefined"]), min_size=len(TARGETS), max_size=len(TARGETS)))
def test_the_count_agrees_with_what_is_missed(results: Results, words: list[str]) -> None:
    verdicts = tuple(
        replace(item, verdict=word) for item, word in zip(results.verdict.verdicts, words, strict=True)
    )  # fmt: skip
    verdict = replace(results.verdict, verdicts=verdicts)
    beside = {target.id for target in TARGETS if target.beside}
    counted = [item.verdict for item in verdicts if item.target not in beside]
    met, fails, unjudged = (counted.count(word) for word in ("pass", "fail", "undefined"))
    assert verdict_line(verdict) == f"{met} met, {fails} missed, {unjudged} not judged, {len(beside)} shown beside"
    assert len(missed(verdict)) == fails
    assert not {item.target for item in missed(verdict)} & beside


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (None, "Mt CO2/yr", "-"), (0.0, "1", "0 %"), (-0.205, "1", "-20.5 %"), (0.08, "1/yr", "8 %/yr"),
        (2060, "year", "2060"), (3600.4, "GW", "3,600 GW"), (-5.0, "Mt CO2/yr", "-5 Mt CO2/yr"),
    ],
)  # fmt: skip
def test_numbers_are_shown_as_people_read_them(value: float | None, unit: str, text: str) -> None:
    assert shown(value, unit) == text


def test_the_base_year_table_gives_levels_and_the_factors_that_reach_them(results: Results) -> None:
    said = text_of(base_year_table(results.base))
    assert "2021" in said.splitlines()[0]
    for sector in results.base["sector"].values:
        row = results.base.sel(sector=sector)
        (line,) = [line for line in said.splitlines() if line.split()[:1] == [str(sector)]]
        assert line.split()[1:] == [
            f"{float(row['base_level']):,.0f}",
            f"{float(row['scaling_of_national_table']):.3f}",
            f"{float(row['scaling_of_provincial_table']):.3f}",
        ]
