from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from openpyxl import Workbook, load_workbook

from decarb.analysis.run import Results
from decarb.errors import CallError
from decarb.report.iamc import iamc_table
from decarb.report.workbook_results import PARKS, write_workbook
from decarb.tables import sources


@pytest.fixture(scope="module")
def path(results: Results, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_workbook(results, tmp_path_factory.mktemp("books") / "run.xlsx")


@pytest.fixture(scope="module")
def book(path: Path) -> Workbook:
    return load_workbook(path)


def table(book: Workbook, sheet: str) -> list[dict[str, object]]:
    head, *rows = book[sheet].values
    return [dict(zip(head, row, strict=True)) for row in rows if row[0] is not None]


def test_every_verdict_stands_with_its_number(book: Workbook, results: Results) -> None:
    rows = {row["Key"]: row for row in table(book, "verdicts")}
    assert set(rows) == {item.target for item in results.verdict.verdicts}
    for item in results.verdict.verdicts:
        assert rows[item.target]["Number"] == pytest.approx(item.value, rel=1e-14)
        assert rows[item.target]["Verdict"] == item.verdict
    assert {row["Counts"] for row in rows.values()} == {"counts", "shown beside"}


def test_the_data_are_those_of_the_iamc_table(book: Workbook, results: Results) -> None:
    wanted = iamc_table(results.annual, "decarb", "china-2060")
    found = table(book, "data")
    assert [row["variable"] for row in found] == wanted["variable"].tolist()
    assert [row["2060"] for row in found] == pytest.approx(wanted["2060"].tolist(), rel=1e-14, nan_ok=True)


def test_parks_emit_and_claim_in_rows_of_their_own_whose_provinces_add_up(book: Workbook) -> None:
    rows = [row for row in table(book, "parks and claims") if row["Variable"] in PARKS]
    emitted = [row for row in rows if row["Variable"] == "park_emissions"]
    total, *provinces = (float(row["2060"]) for row in emitted)
    assert len(provinces) == 32 and total == pytest.approx(sum(provinces))
    gap = {row["Variable"]: float(row["2060"]) for row in rows if not row["Of"]}
    assert gap["park_emissions"] - gap["claimed_net_emissions"] == pytest.approx(gap["claims_gap"])


def test_a_figure_that_does_not_exist_is_an_empty_cell_with_a_reason(book: Workbook) -> None:
    rows = [row for row in table(book, "cost") if row["Variable"] == "lever_abatement_cost"]
    assert any(row["2060"] is None and row["Why there is no number"] for row in rows)
    assert all(row["2060"] is not None or row["Why there is no number"] for row in rows)


def test_the_run_can_be_told_from_the_sheet_meta(book: Workbook, results: Results) -> None:
    said = dict(book["meta"].iter_rows(min_row=2, values_only=True))
    assert said["SHA-256 of what the scenario states"] == results.provenance["scenario_sha256"]
    assert said["SHA-256 of the tables"] == results.provenance["tables_sha256"]
    assert said["park.wind.capacity"] == "4.8 MW" and said["rollout.mode"] == "scale"


def test_every_assumption_has_its_source_on_a_sheet(book: Workbook, results: Results) -> None:
    assumptions = table(book, "assumptions")[: len(results.provenance["assumptions"])]
    assert [row["Variable"] for row in assumptions] == [row["variable"] for row in results.provenance["assumptions"]]
    listed = {row["Key"]: row["Source"] for row in table(book, "sources")}
    assert {row["Source"] for row in assumptions} <= set(listed)
    assert all(sources()[key]["title"] == title for key, title in listed.items())


def test_no_cell_is_a_formula_and_every_number_is_finite(book: Workbook) -> None:
    cells = [cell for sheet in book for row in sheet for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert all(np.isfinite(cell.value) for cell in cells if isinstance(cell.value, float))


def test_in_chinese_sheets_and_heads_are_chinese_and_the_numbers_are_the_same(
    book: Workbook, results: Results, tmp_path: Path
) -> None:
    own = load_workbook(write_workbook(results, tmp_path / "run.xlsx", language="zh"))
    assert own.sheetnames == ["结论", "数据", "成本", "园区与声明", "样板园区", "计算依据", "假设", "来源"]
    for mine, other in zip(own, book, strict=True):
        numbers = [
            [cell for row in sheet.values for cell in row if isinstance(cell, (int, float))] for sheet in (mine, other)
        ]
        assert numbers[0] == numbers[1]


def test_a_workbook_that_stands_is_kept(path: Path, results: Results) -> None:
    with pytest.raises(CallError, match="exists"):
        write_workbook(results, path)
