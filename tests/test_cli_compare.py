"""`decarb compare`: what it prints and writes, and what it refuses before it computes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cli_samples import Call, command_line
from comparison_samples import compared

from decarb.analysis.run import Results


@pytest.fixture
def decarb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Call the command line in an empty folder, in this process."""
    monkeypatch.chdir(tmp_path)
    return command_line(monkeypatch, capsys)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, results: Results) -> list[Any]:
    """Put a comparison that is there in the place of the work, and keep what it was asked for."""
    kept: list[Any] = []

    def ready(*scenarios: Any, why: bool, progress: Any) -> Any:
        kept.append(([one.name for one in scenarios], why))
        progress(1, 1)
        return found

    found = compared(results)
    monkeypatch.setattr("decarb.analysis.comparison.compare", ready)
    return kept


def test_it_prints_four_tables_and_writes_both_files(decarb: Call, asked: list[Any]) -> None:
    said = decarb("compare", "china-2060", "late-peak", "no-template", "--xlsx", "a.xlsx", "--html", "a.html")
    assert said.code == 0 and asked == [(["china-2060", "late-peak", "no-template"], True)]
    for title in ("Inputs that differ", "Targets", "What the nation then does", "What each lever changes"):
        assert title in said.out
    assert said.out.splitlines()[-2:] == ["written to a.xlsx", "written to a.html"]
    assert Path("a.xlsx").is_file() and Path("a.html").is_file()


def test_words_are_chinese_where_they_are_asked_for(decarb: Call, asked: list[Any]) -> None:
    said = decarb("compare", "china-2060", "late-peak", "--language", "zh", "--no-why")
    assert "不同的输入" in said.out and asked == [(["china-2060", "late-peak"], False)]


@pytest.mark.parametrize(
    ("arguments", "told", "code"),
    [
        (["china-2060"], "china-2060 alone; name another scenario", 2),
        (["china-2060", "late-peak", "--language", "fr"], "write en or zh", 2),
        (["china-2060", "late-peak", "--xlsx", "there.xlsx"], "there.xlsx exists", 2),
        (["china-2060", "late-peak", "--html", "there.html"], "there.html exists", 2),
        (["china-2060", "late-peak", "--html", "x.txt"], "x.txt is no name of a page; write one that ends in .html", 2),
        (["china-2060", "late-peak", "--xlsx", "x.xlsx", "--html", "x.xlsx"], "x.xlsx is no name of a page", 2),
        (["china-2060", "late-peak", "--xlsx", "a.csv"], "ends in .xlsx", 2),
        (["china-2060", "no-such"], "no-such", 1),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_refused_before_the_work(
    arguments: list[str], told: str, code: int, decarb: Call, asked: list[Any]
) -> None:
    Path("there.xlsx").touch()
    Path("there.html").touch()
    said = decarb("compare", *arguments)
    assert (said.code, asked) == (code, []) and told in said.err
