"""What is printed of the reasons adds up as the reasons do, and the file holds every part."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest
import xarray as xr
from rich.console import Console

from decarb.analysis.why import Reason, Why
from decarb.errors import CallError
from decarb.report.why import HEADINGS, why_csv, why_lines, why_table, write_why
from decarb.units import stamp


def series(*values: float) -> xr.DataArray:
    return stamp(xr.DataArray(list(values), {"year": [2030, 2060]}, ("year",)), "Mt CO2/yr")


PARTS = {"activity": 5000.0, "grid": -3000.0, "intensity trend": -1000.0}
MISSED = Reason(
    target="neutral-2060-co2", total="net_co2", verdict="fail", rule="neutral", number=4477.0, threshold=0.0,
    unit="Mt CO2/yr", before=3477.0, parts=MappingProxyType(PARTS), lower_is_better=True,
    room=MappingProxyType({"grid": 900.0, "intensity trend": 2500.0}), nearest=120.0,
)  # fmt: skip
MET = Reason(
    target="nonfossil-2030", total="nonfossil_share", verdict="pass", rule="at_least", number=0.28, threshold=0.25,
    unit="1", before=0.24, parts=MappingProxyType({"activity": -0.01, "grid": 0.05, "intensity trend": 0.0}),
    lower_is_better=False, room=MappingProxyType({}), nearest=None,
)  # fmt: skip
SHARE = replace(MET, target="nonfossil-2035", verdict="fail", number=0.28, threshold=0.30)
UNKNOWN = Reason(
    target="rate-2030-2060", total="gross_co2", verdict="undefined", rule="rate", number=None, threshold=None,
    unit="1/yr", before=None, parts=MappingProxyType({}), lower_is_better=False, room=MappingProxyType({}),
    nearest=None, undefined="gross_co2 is not above zero in 2060",
)  # fmt: skip


@pytest.fixture
def told() -> Why:
    split = xr.concat([series(0.0, 5000.0), series(0.0, -3000.0), series(0.0, -1000.0)],
                      dim=xr.IndexVariable("group", list(PARTS)))  # fmt: skip
    totals = {"net_co2": series(3477.0, 4477.0), "net_co2_before": series(3477.0, 3477.0),
              "net_co2_parts": stamp(split, "Mt CO2/yr")}  # fmt: skip
    every = {key.replace("net_co2", name): array for name in ("gross_co2", "net_co2", "net_ghg")
             for key, array in totals.items()}  # fmt: skip
    inputs = {"activity": ("gdp_growth",), "grid": ("capacity",), "intensity trend": ("intensity_change",)}
    return Why("mine", "every lever held", (MISSED, MET, SHARE, UNKNOWN), xr.Dataset(every), inputs, 8, 1.25)


def test_a_missed_target_names_what_did_most_what_stands_against_it_and_what_is_left(told: Why) -> None:
    lines = why_lines(told)
    at = next(place for place, line in enumerate(lines) if line.startswith("neutral-2060-co2"))
    assert lines[at] == "neutral-2060-co2 fail: net CO2 of 2060 misses by 4,477 Mt CO2/yr"
    assert lines[at + 1].endswith("activity +5,000, grid -3,000, intensity trend -1,000")
    assert lines[at + 2].strip() == "did most: grid; stands most against it: activity"
    assert "missing most: intensity trend, whose rows have 2,500 Mt CO2/yr left" in lines[at + 3]
    assert "still miss by 120 Mt CO2/yr" in lines[at + 3]


def test_a_share_is_split_in_points_and_a_missing_number_says_why(told: Why) -> None:
    lines = why_lines(told)
    assert any("grid +5.00 points, activity -1.00 points" in line for line in lines)
    assert any(line.endswith("gross_co2 is not above zero in 2060") for line in lines)
    assert lines[-1] == "8 evaluations, 1.2 s of processor time"


def test_all_met_targets_take_one_line_with_what_each_has_to_spare(told: Why) -> None:
    met = [line for line in why_lines(told) if "nonfossil-2030" in line]
    # 0.28 less 0.25.
    assert met == ["met, with to spare: nonfossil-2030 3.00 points (--out FILE.csv has their parts)"]
    assert not any(line.startswith("met") for line in why_lines(replace(told, reasons=(MISSED, UNKNOWN))))


def test_the_table_has_a_row_for_each_lever_and_a_column_for_each_missed_target(told: Why) -> None:
    table = why_table(told)
    assert [column.header for column in table.columns] == ["", "neutral-2060-co2", "nonfossil-2035"]
    console = Console(width=120, record=True, file=io.StringIO())
    console.print(table)
    text = console.export_text()
    assert "-3,000" in text and "4,477" in text and "fail" in text


def test_in_the_file_the_parts_of_each_number_add_to_its_change(told: Why) -> None:
    rows = list(csv.DictReader(io.StringIO(why_csv(told))))
    assert tuple(rows[0]) == HEADINGS
    for what, year in {(row["what"], row["year"]) for row in rows}:
        values = {row["lever"]: row["value"] for row in rows if (row["what"], row["year"]) == (what, year)}
        if values["after"]:
            parts = [float(value) for name, value in values.items() if name not in ("before", "after", "threshold")]
            assert sum(parts) == pytest.approx(float(values["after"]) - float(values["before"]))


def test_a_file_that_is_there_is_not_replaced(told: Why, tmp_path: Path) -> None:
    path = write_why(told, tmp_path / "why.csv")
    assert path.read_text(encoding="utf-8") == why_csv(told)
    with pytest.raises(CallError, match=r"why\.csv exists"):
        write_why(told, path)
