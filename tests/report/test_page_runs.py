from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from decarb.analysis.run import Results
from decarb.errors import CallError, InputError
from decarb.report.page_runs import options_of, read_results


def test_a_results_folder_gives_what_was_run(results: Results, run_folder: Path) -> None:
    read = read_results(run_folder)
    assert read.verdict == results.verdict
    for name in ("annual", "park", "zone", "base", "cost"):
        before, after = getattr(results, name), getattr(read, name)
        assert set(map(str, before.data_vars)) == set(map(str, after.data_vars))
        assert all(np.array_equal(before[one].values, after[one].values, equal_nan=before[one].dtype.kind == "f")
                   for one in before.data_vars)  # fmt: skip
    assert read.provenance["scenario_sha256"] == results.provenance["scenario_sha256"]


def test_the_scenario_behind_results_is_found_only_where_it_is_the_same(results: Results, run_folder: Path) -> None:
    options = options_of([results, run_folder])
    assert [option.name for option in options] == ["china-2060 (1)", "china-2060 (2)"]
    assert all(option.scenario is not None and option.scenario.name == "china-2060" for option in options)
    changed = Results(**{**vars(results), "provenance": {**results.provenance, "scenario_sha256": "0"}})
    assert options_of(changed)[0].scenario is None


def test_what_is_no_run_is_refused(results: Results, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"holds no run\.json"):
        options_of(tmp_path)
    with pytest.raises(CallError, match="1 to 6 scenarios"):
        options_of([results] * 7)
    with pytest.raises(CallError, match="1 to 6 scenarios"):
        options_of([])
    with pytest.raises(CallError, match="found int"):
        options_of([3])  # type: ignore[list-item]


def test_a_folder_that_is_not_whole_is_named(results: Results, run_folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "half"
    copy.mkdir()
    for file in run_folder.iterdir():
        if file.name != "cost.nc":
            (copy / file.name).write_bytes(file.read_bytes())
    with pytest.raises(InputError, match=r"cost\.nc"):
        read_results(copy)
