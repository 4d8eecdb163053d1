"""What people read of a sweep: the same numbers in the terminal, as JSON and as rows, and never as probabilities."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from rich.console import Console
from sweep_summary_samples import TARGETS, few

from decarb.errors import CallError
from decarb.report.sweep import COLUMNS, summary_record, summary_rows, terminal_summary, write_summary
from decarb.sweeps.summary import Summary, summarise


class Found:
    """Stands for what decides: one number by output and axis, one of them undefined."""

    def to_dataset(self) -> xr.Dataset:
        return xr.Dataset(
            {"first_order": (("output", "axis"), [[0.61, np.nan]], {"units": "1"}),
             "low": (("output", "axis"), [[0.7, 2.0]]), "why": ("output", ["=because"])},
            {"output": ["net_co2 2060"], "axis": ["capture.level", "=1+1"], "axis_unit": ("axis", ["1", "GW"])},
            {"targets": "ndc-2035"},
        )  # fmt: skip

    def words(self) -> list[str]:
        return ["capture.level decides 61 % of [bold]net CO2[/bold]."]


@pytest.fixture(scope="module")
def summary() -> Summary:
    return summarise(few(), years=(2030, 2060), quantiles=(0.0, 0.5, 1.0))


def text_of(renderable: object, width: int = 200) -> str:
    stream = io.StringIO()
    Console(file=stream, width=width).print(renderable)
    return stream.getvalue()


def rows(summary: Summary, **beside: Found) -> list[dict[str, str]]:
    return [dict(zip(COLUMNS, row, strict=True)) for row in summary_rows(summary, **beside)]


def test_every_target_and_series_has_its_line_in_the_terminal(summary: Summary) -> None:
    said = text_of(terminal_summary(summary))
    assert said.splitlines()[0].strip() == "few (base china-2060, sobol, seed 7): 10 pathways"
    assert [line.split()[0] for line in said.splitlines() if line.split()[:1] in ([name] for name in TARGETS)] == [
        "peak-2030", "ndc-2035", "rate-2030-2060"]  # fmt: skip
    (line,) = [line for line in said.splitlines() if line.startswith("ndc-2035")]
    assert line.split()[1:] == ["4", "of", "8", "35", "4", "of", "8", "0", "2", "75", "%", "112", "%", "150", "%"]
    assert any(line.startswith("(rate-2030-2050)") for line in said.splitlines())
    (line,) = [line for line in said.splitlines() if line.startswith("Net CO2  ")]
    assert line.split()[-2:] == ["350", "-3.5"]
    assert "0 to 700" in said and "-7 to 0" in said


def test_no_rendering_takes_ranges_for_probabilities(summary: Summary) -> None:
    for said in (text_of(terminal_summary(summary)), json.dumps(summary_record(summary)), str(rows(summary))):
        assert "assumption range, not probability" in said.lower()


def test_what_decides_and_where_targets_hold_stand_below_as_text_and_no_markup(summary: Summary) -> None:
    said = text_of(terminal_summary(summary, Found(), Found()))
    assert said.count("- capture.level decides 61 % of [bold]net CO2[/bold].") == 2
    assert said.index("What decides") < said.index("Where targets hold")


def test_a_narrow_terminal_loses_no_target(summary: Summary) -> None:
    said = text_of(terminal_summary(summary), width=50)
    assert all(name in "".join(said.split()) for name in TARGETS)


def test_json_and_rows_hold_the_numbers_of_the_summary(summary: Summary) -> None:
    record, listed = summary_record(summary, Found()), rows(summary, variance=Found())
    by_name = {one["target"]: one for one in record["targets"]}
    for name in TARGETS:
        own = summary.targets.sel(target=name)
        assert by_name[name]["met"] == int(own["met"]) and by_name[name]["share_met"] == float(own["share_met"])
        (row,) = [row for row in listed if row["variable"] == "missed" and row["label"] == name]
        assert (row["value"], row["unit"]) == (str(int(own["missed"])), "1")
    (series,) = [one for one in record["series"] if one["variable"] == "net_co2"]
    assert series["quantiles"]["0.5"] == [350.0, -3.5] and series["unit"] == "Mt CO2/yr"
    (row,) = [row for row in listed if (row["variable"], row["label"], row["quantile"]) == ("net_co2", "2060", "0.5")]
    assert (row["value"], row["unit"]) == ("-3.5", "Mt CO2/yr")
    (row,) = [row for row in listed if (row["variable"], row["label"], row["quantile"]) == ("value", "peak-2030", "1")]
    assert (row["value"], row["unit"]) == ("1.5", "year")
    assert record["status"][1] == {
        "status": 7, "count": 1, "sentence": "a grid factor below zero; write a smaller share"}  # fmt: skip
    assert record["variance"]["words"] == Found().words() and "discovery" not in record


def test_a_number_of_an_axis_has_its_unit_and_what_is_undefined_is_empty(summary: Summary) -> None:
    listed = [row for row in rows(summary, discovery=Found()) if row["part"] == "discovery"]
    units = {(row["variable"], row["axis"]): (row["value"], row["unit"]) for row in listed}
    assert units["low", "'=1+1"] == ("2.0", "GW") and units["first_order", "capture.level"] == ("0.61", "1")
    assert units["first_order", "'=1+1"] == ("", "1")
    assert summary_record(summary, Found())["variance"]["numbers"]["data_vars"]["first_order"]["data"] == [[0.61, None]]


def test_no_cell_is_a_formula(summary: Summary) -> None:
    named = replace(summary, sweep={**summary.sweep, "name": "=HYPERLINK(1)"})
    cells = [cell for row in rows(named, variance=Found(), discovery=Found()) for cell in row.values()]
    assert "'=HYPERLINK(1)" in cells and "'=because" in cells
    unsafe = [cell for cell in cells if cell.startswith(("=", "+", "@", "-")) and not cell[1:2].isdigit()]
    assert unsafe == []


def test_a_folder_holds_both_and_is_replaced_only_when_asked(summary: Summary, tmp_path: Path) -> None:
    folder = write_summary(tmp_path / "said", summary, Found())
    assert sorted(each.name for each in folder.iterdir()) == ["summary.csv", "summary.json"]
    assert json.loads((folder / "summary.json").read_text(encoding="utf-8")) == summary_record(summary, Found())
    with (folder / "summary.csv").open(encoding="utf-8", newline="") as file:
        read = list(csv.reader(file))
    assert [tuple(row) for row in read] == [COLUMNS, *summary_rows(summary, Found())]
    with pytest.raises(CallError, match="exists"):
        write_summary(folder, summary)
    write_summary(folder, summary, replace=True)
    assert "variance" not in json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    foreign = tmp_path / "mine"
    foreign.mkdir()
    with pytest.raises(CallError, match=r"summary\.json"):
        write_summary(foreign, summary, replace=True)


@pytest.mark.parametrize("name", ["a.json", "a.csv"])
def test_a_file_is_one_of_the_two_and_whole(name: str, summary: Summary, tmp_path: Path) -> None:
    path = write_summary(tmp_path / name, summary)
    assert [each.name for each in tmp_path.iterdir()] == [name] and path.stat().st_size > 1000
    with pytest.raises(CallError, match="exists"):
        write_summary(path, summary)


def test_another_kind_of_file_is_refused(summary: Summary, tmp_path: Path) -> None:
    with pytest.raises(CallError, match=r"found \.xlsx"):
        write_summary(tmp_path / "a.xlsx", summary)


def test_a_sweep_of_which_nothing_was_computed_can_be_written(tmp_path: Path) -> None:
    store = few()
    store["status"][:] = 7
    store["verdict"][:] = 3
    found = summarise(store, years=[2060])
    assert "None of 10 pathways was computed." in text_of(terminal_summary(found))
    write_summary(tmp_path / "a.json", found)
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["targets"][0]["share_met"] is None
