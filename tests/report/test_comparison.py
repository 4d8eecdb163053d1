"""A comparison for people: the same numbers in a terminal, a page and a workbook, in both languages, escaped."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path
from typing import Literal

import openpyxl
import pytest
from comparison_samples import HOSTILE, compared, hostile
from rich.console import Console

from decarb.analysis.comparison import Comparison
from decarb.analysis.run import Results
from decarb.errors import CallError
from decarb.report.comparison import fragment, lever_name, terminal_tables, views, write_comparison
from decarb.report.comparison_page import comparison_page, write_page
from decarb.report.figures.picture import Line
from decarb.report.figures.side_by_side import side_by_side

Words = Literal["en", "zh"]


@pytest.fixture(scope="module")
def found(results: Results) -> Comparison:
    return compared(results)


def printed(comparison: Comparison, language: Words) -> str:
    out = StringIO()
    for table in terminal_tables(comparison, language):
        Console(file=out, width=220).print(table)
    return out.getvalue()


def test_a_terminal_says_what_holds_where_it_comes_from_and_how_each_target_stands(found: Comparison) -> None:
    said = printed(found, "en")
    assert re.search(r"capture\.level +0\.5 \(row of data/parameters\.csv\) +1\b", said)
    assert re.search(
        r"Net GHG 7 % below its maximum in 2035 +\u2717 fail 6\.78 % \(margin -0\.224 points\) +\u2713 pass", said
    )
    assert "What each lever changes, against china-2060: Net CO2 [Mt CO2/yr]" in said


def test_chinese_words_stand_everywhere_but_in_keys_units_and_names(found: Comparison) -> None:
    for view in views(found, "zh"):
        for word in (view.title, *view.notes, *(str(row[0]) for row in view.rows[:1] if view.head[0] != "字段")):
            assert re.search(r"[\u4e00-\u9fff]", word), word
    assert "未达标" in printed(found, "zh") and "fail" not in printed(found, "zh")


def test_years_are_years_and_shares_are_per_cent(found: Comparison) -> None:
    rows = {(row[0], row[1]): row[2] for row in views(found)[2].rows}
    assert rows["Peak year of gross CO2", ""] == "2023"
    share = float(found.results["nonfossil_share"].sel(scenario="china-2060", year=2035))
    assert rows["Non-fossil share of energy [%]", "2035"] == f"{share * 100:.3g}"
    assert rows["Year of net zero CO2", ""] == "undefined"


def test_a_target_that_decides_nothing_says_so(found: Comparison) -> None:
    _, targets, *_ = views(found, "en")
    named = {str(row[0]) for row in targets.rows}
    assert "CO2 peaks before 2030 (shown beside)" in named and "CO2 peaks by 2030" in named


def test_a_page_escapes_what_others_wrote(results: Results) -> None:
    piece = fragment(hostile(results))
    assert "<script" not in piece and piece.count("&lt;script&gt;") >= 3


def test_a_page_is_whole_and_asks_nothing_of_any_network(results: Results, tmp_path: Path) -> None:
    page = comparison_page(hostile(results), "zh")
    assert page.startswith("<!DOCTYPE html>") and 'lang="zh-CN"' in page and "default-src &#x27;none&#x27;" in page
    assert not re.search(r"<(script|link|img)[^>]*(src|href)=", page) and HOSTILE not in page
    assert '"showSendToCloud": false' in page
    path = write_page(compared(results), tmp_path / "page.html")
    with pytest.raises(CallError, match="exists"):
        write_page(compared(results), path)


def test_a_workbook_holds_numbers_as_numbers_and_no_formula(results: Results, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(write_comparison(hostile(results), tmp_path / "both.xlsx"))
    assert book.sheetnames == ["inputs", "results", "verdicts", "why", "meta"]
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    rows = list(book["results"].iter_rows(values_only=True))
    first = next(row for row in rows if row[:2] == ("Gross CO2", 2060))
    assert first[2] == "Mt CO2/yr"
    expected = float(compared(results).results["gross_co2"].sel(scenario="china-2060", year=2060))
    assert first[3] == pytest.approx(expected, rel=1e-12)
    parts = [
        row for row in book["why"].iter_rows(min_row=2, values_only=True) if row[1] == "Net CO2" and row[3] == 2060
    ]
    gap = compared(results).results["net_co2"].sel(year=2060)
    assert sum(row[4] for row in parts) == pytest.approx(float(gap[1] - gap[0]), abs=1e-6)
    meta = {row[0]: row[1] for row in book["meta"].iter_rows(values_only=True)}
    assert meta["description"] == HOSTILE and len(meta["tables_sha256"]) == 64


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_figure_has_a_line_for_each_scenario_with_a_dash_of_its_own(found: Comparison, language: Words) -> None:
    picture = side_by_side(found.results, "gross_co2", language=language)
    lines = [mark for mark in picture.marks if isinstance(mark, Line)]
    assert [line.label for line in lines] == list(found.names)
    assert len({line.dash for line in lines}) == len({line.colour for line in lines}) == 2


def test_levers_that_are_told_as_one_have_both_names() -> None:
    assert lever_name("on-site wind + stores", "zh") == "园区风电 + 储能"


def test_a_notebook_shows_the_same_escaped(results: Results) -> None:
    page = hostile(results)._repr_html_()
    assert "<script" not in page and "&lt;script&gt;" in page
    assert all(said in page for said in ("\u2717 fail", "\u2713 pass", "land view inventory", "5 inputs differ"))
