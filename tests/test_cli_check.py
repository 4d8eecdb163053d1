"""`decarb check` of files: one pathway or thousands, and what is said of rows that are not read."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from cli_samples import Call, command_line
from openpyxl import Workbook

HEAD = "model,scenario,region,variable,unit,2020,2025,2030,2060\n"
MANY = HEAD + (
    "M,good,China,Emissions|CO2,Mt CO2/yr,10,10,9,-1\n"
    "M,bad,China,Emissions|CO2,Mt CO2/yr,10,10,9,1\n"
    "M,=1+1,China,Emissions|CO2,Mt CO2/yr,10,10,9,\n"
    "M,bad,China,Final Energy,EJ/yr,1,1,1,1\n"
)


@pytest.fixture
def decarb(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Call:
    monkeypatch.chdir(tmp_path)
    Path("many.csv").write_text(MANY, encoding="utf-8")
    return command_line(monkeypatch, capsys)


def test_several_pathways_are_refused_with_the_way_to_judge_all(decarb: Call) -> None:
    said = decarb("check", "many.csv")
    assert said.code == 1 and "3 pairs of model / scenario" in said.err and "--all" in said.err


def test_all_pathways_are_judged_and_written(decarb: Call) -> None:
    said = decarb("check", "many.csv", "--all", "--out", "verdicts.csv")
    assert said.code == 3
    assert "3 scenarios of many.csv, China" in said.out
    line = next(line for line in said.out.splitlines() if line.startswith("neutral-2060-co2"))
    assert line.split() == ["neutral-2060-co2", "1", "1", "1", "50.0%"]
    assert "neutral-2060-co2 undefined for 1, because net_co2: the series ends before" in said.out
    assert "read 3 of 4 series; not read: Final Energy (1)" in said.out
    written = pd.read_csv("verdicts.csv").set_index(["scenario", "target"])
    assert written.loc[("good", "neutral-2060-co2"), "verdict"] == "pass"
    assert written.loc[("'=1+1", "neutral-2060-co2"), "verdict"] == "undefined"
    assert pd.isna(written.loc[("'=1+1", "neutral-2060-co2"), "value"])
    assert "nan" not in Path("verdicts.csv").read_text().casefold() and "inf" not in Path("verdicts.csv").read_text()
    assert decarb("check", "many.csv", "--all", "--out", "verdicts.csv").code == 2


def test_the_counts_are_json_too(decarb: Call) -> None:
    found = json.loads(decarb("check", "many.csv", "--all", "--json").out)
    assert found["scenarios"] == 3
    assert found["targets"]["neutral-2060-co2"] == {
        "pass": 1, "fail": 1, "undefined": 1, "share": 0.5, "beside": False
    }  # fmt: skip
    assert found["targets"]["wind-solar-2030"]["share"] is None


def test_no_miss_is_a_success(decarb: Call) -> None:
    Path("good.csv").write_text(HEAD + MANY.splitlines()[1] + "\n")
    assert decarb("check", "good.csv", "--all", "--target", "neutral-2060-co2").code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["many.csv", "--out", "x.csv"], "write --all too"),
        (["many.csv", "--all", "--model", "M"], "--model chooses one scenario and --all judges every one"),
        (["china-2060", "--all"], "china-2060 is none"),
        (["many.csv", "--all", "--target", "neutral"], "is no target"),
        (["many.csv", "--all", "--out", "none/x.csv"], "no folder none"),
    ],
)
def test_calls_that_make_no_sense_are_refused(arguments: list[str], said: str, decarb: Call) -> None:
    found = decarb("check", *arguments)
    assert found.code == 2 and said in found.err


def test_what_is_not_read_is_said_on_the_error_stream_of_json(decarb: Call) -> None:
    said = decarb("check", "many.csv", "--scenario", "bad", "--json")
    assert json.loads(said.out)["neutral_year"] is None
    assert "many.csv: read 1 of 4 series; not read: Emissions|CO2 (2); Final Energy (1)" in said.err


def test_a_workbook_is_judged_like_its_csv(decarb: Call) -> None:
    book = Workbook()
    for line in MANY.splitlines():
        book.active.append([int(cell) if cell.lstrip("-").isdigit() else cell or None for cell in line.split(",")])
    book.active["B4"].data_type = "s"
    book.save("many.xlsx")
    one, other = (decarb("check", name, "--all", "--json") for name in ("many.csv", "many.xlsx"))
    assert one.code == other.code == 3
    assert json.loads(one.out)["targets"] == json.loads(other.out)["targets"]
