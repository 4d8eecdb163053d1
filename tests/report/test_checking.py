"""What is printed and written of verdicts on many pathways."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from rich.console import Console

from decarb.analysis.checking import Checked, check_file
from decarb.errors import CallError
from decarb.report.checking import checked_table, missed_by_some, shares_object, write_verdicts


@pytest.fixture
def checked(tmp_path: Path) -> Checked:
    path = tmp_path / "two.csv"
    path.write_text(
        "model,scenario,region,variable,unit,2020,2030,2060\n"
        "@M,S,China,Emissions|CO2,Mt CO2/yr,10,9,-1\nM,T,China,Emissions|CO2,Mt CO2/yr,10,9,-2\n"
    )
    return check_file(path, target="neutral-2060-co2")


def test_the_table_has_a_line_for_each_target(checked: Checked) -> None:
    console = Console(width=120)
    with console.capture() as said:
        console.print(checked_table(checked))
    assert said.get().splitlines()[-1].split() == ["neutral-2060-co2", "2", "0", "0", "100.0%"]


def test_the_object_is_plain_json(checked: Checked) -> None:
    assert json.loads(json.dumps(shares_object(checked), allow_nan=False))["scenarios"] == 2
    assert not missed_by_some(checked)


def test_the_file_is_safe_for_spreadsheets_and_takes_no_others_place(checked: Checked, tmp_path: Path) -> None:
    path = write_verdicts(checked, tmp_path / "out.csv")
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    assert [(row["model"], row["verdict"], row["value"]) for row in rows] == [
        ("'@M", "pass", "-1.0"), ("M", "pass", "-2.0")
    ]  # fmt: skip
    with pytest.raises(CallError, match="exists"):
        write_verdicts(checked, path)
