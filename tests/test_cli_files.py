"""Commands that make files for people: they write what loads, and never over what stands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_samples import Call, command_line
from openpyxl import load_workbook

from decarb.analysis.run import Results
from decarb.scenario.scenario import load_scenario


@pytest.fixture
def decarb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Call the command line in an empty folder, in this process."""
    monkeypatch.chdir(tmp_path)
    return command_line(monkeypatch, capsys)


@pytest.mark.parametrize("arguments", [("own.yaml", "--park", "--language", "zh"), ("own.xlsx", "--park")])
def test_what_new_writes_validates_as_it_is(decarb: Call, arguments: tuple[str, ...]) -> None:
    made = decarb("new", *arguments)
    assert (made.code, made.err) == (0, "") and f"decarb validate {arguments[0]}" in made.out
    checked = decarb("validate", arguments[0])
    assert (checked.code, "is valid" in checked.out) == (0, True), checked.err


def test_new_begins_from_what_is_named(decarb: Call, tmp_path: Path) -> None:
    assert decarb("new", "mine.xlsx", "--from", "late-peak").code == 0
    assert load_scenario(tmp_path / "mine.xlsx").spec.power == load_scenario("late-peak").spec.power


def test_new_keeps_what_stands(decarb: Call, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("mine", encoding="utf-8")
    said = decarb("new", "mine.yaml")
    assert said.code == 2 and "mine.yaml exists" in said.err
    assert (tmp_path / "mine.yaml").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(("arguments", "words"), [
    (("mine.txt",), "ends in .yaml or .xlsx"),
    (("mine.yaml", "--language", "de"), "write en or zh"),
    (("mine.yaml", "--from", "yizhuang"), "add --park"),
    (("no/mine.yaml",), "no folder"),
])  # fmt: skip
def test_a_wrong_call_is_told_and_nothing_is_written(
    decarb: Call, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    said = decarb("new", *arguments)
    assert said.code == 2 and words in said.err and not list(tmp_path.iterdir())


def test_faults_of_a_workbook_are_told_with_their_cells(decarb: Call, tmp_path: Path) -> None:
    decarb("new", "mine.xlsx")
    book = load_workbook(tmp_path / "mine.xlsx")
    row = {cell.value: cell.row for cell in book["scenario"]["A"]}["rollout.growth"]
    book["scenario"].cell(row, 2, "=1+1")
    book["park"]["B4"] = "nonsense"
    book.save(tmp_path / "mine.xlsx")
    said = decarb("validate", "mine.xlsx")
    assert said.code == 1 and f"mine.xlsx scenario!B{row}: rollout.growth: holds a formula" in said.err


def test_the_schema_is_json_on_the_output_stream_or_in_a_new_file(decarb: Call, tmp_path: Path) -> None:
    assert json.loads(decarb("schema").out)["title"] == "Scenario of decarb"
    assert "$schema=park.schema.json" in decarb("schema", "--park", "--out", "park.schema.json").out
    assert json.loads((tmp_path / "park.schema.json").read_text("utf-8"))["title"] == "Park of decarb"
    assert decarb("schema", "--out", "park.schema.json").code == 2


def test_a_run_writes_a_workbook_beside_its_folder(
    decarb: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, results: Results
) -> None:
    monkeypatch.setattr("decarb.analysis.run.run", lambda scenario: results)
    monkeypatch.setattr("decarb.report.folder.write_results", lambda results, folder, **options: folder)
    said = decarb("run", "china-2060", "--out", "own", "--xlsx", "own.xlsx", "--language", "zh")
    assert said.code == 0 and "written to own and own.xlsx" in said.out
    assert load_workbook(tmp_path / "own.xlsx", read_only=True).sheetnames[0] == "结论"


def test_a_place_that_is_taken_is_told_before_the_run(
    decarb: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(scenario: object) -> Results:
        raise AssertionError("this was to be refused before the run")

    monkeypatch.setattr("decarb.analysis.run.run", refuse)
    (tmp_path / "own.xlsx").touch()
    for name, words in (("own.xlsx", "exists"), ("own.csv", "ends in .xlsx")):
        said = decarb("run", "china-2060", "--out", "own", "--xlsx", name)
        assert said.code == 2 and words in said.err
