"""A run on disk: whole or not there, and never in the place of something else."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import stat
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from decarb.analysis.run import Results, judge, run
from decarb.errors import CallError, InputError
from decarb.report import folder as folders
from decarb.report.folder import check_free, read_annual, write_results

TOTALS = {"gross_co2": "Mt CO2/yr", "net_co2": "Mt CO2/yr", "net_ghg": "Mt CO2e/yr"}


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def light(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write a run of one small file, where only the folder matters."""

    def fill(results: Results, folder: Path) -> None:
        (folder / "run.json").write_text(json.dumps({"kind": folders.MARK, "seed": results.provenance["seed"]}))

    monkeypatch.setattr(folders, "_fill", fill)


@pytest.mark.parametrize("engine", [None, "h5netcdf"])
def test_plain_xarray_opens_the_totals(engine: Any, run_folder: Path, results: Results) -> None:
    with xr.open_dataset(run_folder / "annual.nc", engine=engine) as annual:
        for name, unit in TOTALS.items():
            assert annual[name].dims == ("province", "sector", "year")
            assert annual[name].attrs["units"] == unit and annual[name].attrs["long_name"]
            np.testing.assert_array_equal(annual[name], results.annual[name])
        assert np.issubdtype(annual["year"].dtype, np.integer)
        assert annual["province"].size == 32 and "Unallocated" in annual["province"].values
        assert (str(annual["land_view"].values), str(annual["gwp"].values)) == ("inventory", "AR5")
        assert annual.attrs["Conventions"].startswith("CF-")
        assert {"park_emissions", "ccer_retired", "claimed_net_emissions"} <= set(annual)
        assert annual["claimed_net_emissions"].dims == ("province", "year")


def test_run_json_tells_versions_hashes_seed_and_assumptions(run_folder: Path, results: Results) -> None:
    run_json = json.loads((run_folder / "run.json").read_text(encoding="utf-8"))
    assert run_json.pop("kind") == "decarb-results"
    assert run_json == dict(results.provenance)
    assert all({"low", "high", "unit", "source"} <= set(row) for row in run_json["assumptions"])


def test_verdict_json_is_plain_and_every_null_has_its_reason(run_folder: Path, results: Results) -> None:
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    text = (run_folder / "verdict.json").read_text(encoding="utf-8")
    verdict = json.loads(text, parse_constant=refuse)
    assert verdict == json.loads(json.dumps(results.verdict.to_dict()))
    for item in verdict["verdicts"]:
        assert set(item) == {"target", "total", "value", "unit", "threshold", "verdict", "reason"}
        assert item["verdict"] in ("pass", "fail", "undefined") and item["reason"]
    assert {key for key, value in verdict.items() if value is None} <= set(verdict["undefined"])


def test_the_same_scenario_gives_the_same_files(run_folder: Path, tmp_path: Path) -> None:
    again = write_results(run("china-2060"), tmp_path / "again")
    first, second = contents(run_folder), contents(again)
    assert set(first) == set(second)
    for name in first:
        if name.endswith(".nc"):
            xr.testing.assert_identical(xr.load_dataset(run_folder / name), xr.load_dataset(again / name))
        elif name.endswith(".xlsx"):  # a workbook says when it was made
            for sheet in ("data", "meta"):
                pd.testing.assert_frame_equal(*(pd.read_excel(at / name, sheet) for at in (run_folder, again)))
        elif name != "SHA256SUMS":
            assert first[name] == second[name], name


def test_a_folder_read_back_gives_the_same_verdict(run_folder: Path, results: Results) -> None:
    assert judge(read_annual(run_folder)) == results.verdict


def test_every_unit_stands_as_unit_and_units(run_folder: Path) -> None:
    for file in sorted(run_folder.glob("*.nc")):
        with xr.open_dataset(file, engine="h5netcdf") as part:
            marked = [array for array in part.variables.values() if "units" in array.attrs or "unit" in array.attrs]
            assert marked and all(array.attrs["unit"] == array.attrs["units"] for array in marked), file


def test_a_run_stands_in_zarr_too_where_asked_for(results: Results, tmp_path: Path) -> None:
    folder = write_results(results, tmp_path / "run", zarr=True)
    for part in folders.PARTS:
        with xr.open_zarr(folder / "results.zarr", group=part, consolidated=False) as found:
            xr.testing.assert_equal(found.load(), getattr(results, part))
            for name, array in getattr(results, part).data_vars.items():
                assert found[name].attrs["unit"] == found[name].attrs["units"] == array.attrs["units"]
    assert json.loads((folder / "results.zarr" / "annual" / "zarr.json").read_text())["zarr_format"] == 3


def test_a_folder_that_exists_is_refused_unless_it_may_be_replaced(
    light: None, results: Results, tmp_path: Path
) -> None:
    folder = write_results(results, tmp_path / "deep" / "down" / "run")
    with pytest.raises(CallError, match="exists; name another folder or remove it"):
        write_results(results, folder)
    (folder / "old.txt").write_text("old")
    assert write_results(results, folder, replace=True) == folder
    assert set(contents(folder)) == {"run.json", "SHA256SUMS"}
    assert [path.name for path in folder.parent.iterdir()] == ["run"]


@pytest.mark.parametrize(
    "run_json", [None, "", "[]", "3", '{"kind": "other"}', '{"decarb": "0.1.0"}', b"\xff\xfe", "{"], ids=repr
)
def test_a_folder_that_is_not_ours_is_never_replaced(
    run_json: str | bytes | None, results: Results, tmp_path: Path
) -> None:
    folder = tmp_path / "theirs"
    folder.mkdir()
    (folder / "thesis.txt").write_text("years of work")
    if run_json is not None:
        (folder / "run.json").write_bytes(run_json if isinstance(run_json, bytes) else run_json.encode())
    before = contents(tmp_path)
    with pytest.raises(CallError, match=r"holds no run\.json of decarb"):
        write_results(results, folder, replace=True)
    assert contents(tmp_path) == before


def test_files_and_dangling_links_are_in_the_way_too(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for name in ("file", "link"):
        for replace in (False, True):
            with pytest.raises(CallError, match=name):
                check_free(tmp_path / name, replace=replace)
    check_free(tmp_path / "free", replace=False)


@pytest.mark.parametrize("place", ["file/run", "file/deep/run", "deep/link/run"])
def test_a_place_that_cannot_be_made_is_a_bad_call_before_the_run(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(CallError, match="name another place"):
        check_free(tmp_path / place, replace=False)
    check_free(tmp_path / "deep" / "down" / "run", replace=False)
    assert {path.name for path in (tmp_path / "deep").iterdir()} == {"link"}


FAILURES = [OSError(errno.ENOSPC, "No space left on device"), ValueError("broken"), KeyboardInterrupt()]


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: type(failure).__name__)
@pytest.mark.parametrize("old", [False, True])
def test_a_broken_run_leaves_no_half_result_and_the_old_one_as_it_was(
    failure: BaseException, old: bool, light: None, results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "run"
    if old:
        write_results(results, folder)
    before = contents(tmp_path)

    def broken(results: Results, folder: Path) -> None:
        (folder / "annual.nc").write_bytes(b"half")
        raise failure

    monkeypatch.setattr(folders, "_fill", broken)
    with pytest.raises(type(failure)):
        write_results(results, folder, replace=True)
    assert contents(tmp_path) == before
    assert [path.name for path in tmp_path.iterdir()] == ["run"] * old


@pytest.mark.parametrize("step", [1, 2])
def test_a_failed_exchange_brings_the_old_results_back(
    step: int, light: None, results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_results(results, tmp_path / "run")
    (folder / "run.json").write_text(json.dumps({"kind": folders.MARK, "seed": "old"}))
    before = contents(tmp_path)
    rename, calls = os.replace, iter(range(1, 99))

    def fails_once(source: Path, target: Path) -> None:
        if next(calls) == step:
            raise PermissionError(errno.EACCES, "in use", str(target))
        rename(source, target)

    monkeypatch.setattr(os, "replace", fails_once)
    with pytest.raises(PermissionError):
        write_results(results, folder, replace=True)
    assert contents(tmp_path) == before
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_a_parent_that_cannot_be_written_is_an_error_and_nothing_else(
    results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_only(*arguments: Any, **options: Any) -> str:
        raise PermissionError(errno.EACCES, "Permission denied", str(tmp_path))

    monkeypatch.setattr(tempfile, "mkdtemp", read_only)
    with pytest.raises(PermissionError):
        write_results(results, tmp_path / "run")
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OSError):
        write_results(results, tmp_path / "file" / "run")
    assert set(contents(tmp_path)) == {"file"}


@pytest.mark.skipif(sys.platform == "win32", reason="file modes are those of POSIX")
def test_results_are_as_readable_as_any_other_folder(light: None, results: Results, tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    folder = write_results(results, tmp_path / "run")
    assert stat.S_IMODE(folder.stat().st_mode) == stat.S_IMODE((tmp_path / "plain").stat().st_mode)


@pytest.mark.parametrize(
    ("file", "damage", "message"),
    [
        ("run.json", None, r"broken: this folder holds no run\.json of decarb"),
        ("run.json", '{"kind": "decarb-results", "assumptions": 5}', r"run\.json: is not what the run wrote"),
        ("SHA256SUMS", None, r"SHA256SUMS: cannot be read: the folder is not whole"),
        ("SHA256SUMS", "", r"annual\.nc: is not what the run wrote"),
        ("annual.nc", None, r"annual\.nc: is missing; run the scenario again"),
        ("annual.nc", "text", r"annual\.nc: is not what the run wrote, says SHA256SUMS; run the scenario again"),
        ("park.nc", None, r"park\.nc: is missing"),
        ("park.nc", "half", r"park\.nc: is not what the run wrote"),
    ],
)
def test_a_damaged_folder_is_refused_with_its_file(
    file: str, damage: str | None, message: str, run_folder: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(run_folder, broken)
    if damage == "half":
        (broken / file).write_bytes((run_folder / file).read_bytes()[:5000])
    elif damage is None:
        (broken / file).unlink()
    else:
        (broken / file).write_text(damage)
    with pytest.raises(InputError, match=message):
        read_annual(broken)


def test_a_table_saved_again_by_a_spreadsheet_and_files_beside_it_change_nothing(
    run_folder: Path, results: Results, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(run_folder, copy)
    (copy / "pathway.csv").write_text("saved again")
    (copy / "notes.txt").write_text("mine")
    assert judge(read_annual(copy)) == results.verdict


def test_the_sums_are_those_that_sha256sum_checks_and_are_written_last(results: Results, tmp_path: Path) -> None:
    folder = write_results(results, tmp_path / "run", zarr=True)
    said = dict(reversed(line.split("  ")) for line in (folder / "SHA256SUMS").read_text().splitlines())
    assert set(said) == {path.name for path in folder.iterdir() if path.is_file()} - {"SHA256SUMS"}
    assert all(hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest for name, digest in said.items())
    assert (folder / "SHA256SUMS").stat().st_mtime_ns >= max(path.stat().st_mtime_ns for path in folder.rglob("*.*"))


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        ("text", r"annual\.nc: cannot be read"),
        ("half", r"annual\.nc: cannot be read"),
        ("no gdp", r"annual\.nc: holds no gdp with a unit"),
        ("no unit", r"annual\.nc: holds no net_co2 with a unit"),
        ("2050", r"annual\.nc: year: holds 2020 to 2050, 31 values, and a run holds each year from 2020 to 2060"),
        ("hole", r"annual\.nc: gross_co2: has a value that is no finite number; run the scenario again"),
        ("other unit", r'annual\.nc: gross_co2: "MW" is power'),
        ("no province", r"annual\.nc: gross_co2: has no dimension province"),
        ("half years", r"annual\.nc: year: holds 2020\.5 to 2060\.5"),
    ],
)
def test_a_folder_of_another_version_is_refused_with_its_file(
    damage: str, message: str, run_folder: Path, results: Results, tmp_path: Path
) -> None:
    """The sums say that the files are what some run wrote."""
    broken = tmp_path / "broken"
    shutil.copytree(run_folder, broken)
    whole, file = (run_folder / "annual.nc").read_bytes(), broken / "annual.nc"
    if damage in ("text", "half"):
        file.write_bytes(b"text" if damage == "text" else whole[: len(whole) // 2])
    elif damage == "no gdp":
        results.annual.drop_vars("gdp").to_netcdf(file, engine="h5netcdf")
    elif damage == "no unit":
        bare = results.annual.assign(net_co2=results.annual["net_co2"].drop_attrs())
        bare.to_netcdf(file, engine="h5netcdf")
    changed = {
        "2050": lambda annual: annual.sel(year=slice(None, 2050)),
        "hole": lambda annual: annual.assign(gross_co2=annual["gross_co2"].where(annual["year"] != 2044)),
        "other unit": lambda annual: annual.assign(gross_co2=annual["gross_co2"].assign_attrs(units="MW")),
        "no province": lambda annual: annual.assign(gross_co2=annual["gross_co2"].sum("province", keep_attrs=True)),
        "half years": lambda annual: annual.assign_coords(year=annual["year"] + 0.5),
    }
    if damage in changed:
        changed[damage](results.annual).to_netcdf(file, engine="h5netcdf")
    sums, before = broken / "SHA256SUMS", hashlib.sha256(whole).hexdigest()
    sums.write_text(sums.read_text().replace(before, hashlib.sha256(file.read_bytes()).hexdigest()))
    with pytest.raises(InputError, match=message) as refused:
        read_annual(broken)
    assert str(refused.value).isprintable() and "HDF" not in str(refused.value)
