"""The IAMC files of a run: pyam and plain xarray read from each the table that was written."""

from __future__ import annotations

import gc
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from decarb.analysis.run import Results
from decarb.pathway.targets import check_totals
from decarb.report.iamc import iamc_table
from decarb.report.iamc_files import DIMS, iamc_netcdf, write_iamc_workbook
from decarb.report.iamc_meta import iamc_meta
from decarb.scenario.foreign import read_pathway

OF_PANDAS = "ignore::DeprecationWarning"  # raised by pandas where pyam calls it
DIGITS = 1e-15  # a workbook keeps sixteen digits of a number
ORDER = ["model", "scenario", "region", "variable", "unit", "year"]


@pytest.fixture(scope="module")
def table(results: Results) -> pd.DataFrame:
    return iamc_table(results.annual, "decarb", "china-2060")


@pytest.fixture(scope="module")
def meta(results: Results) -> pd.DataFrame:
    return iamc_meta(results.annual, results.verdict, "decarb", "china-2060")


@pytest.fixture(scope="module")
def pyam() -> Any:
    return pytest.importorskip("pyam", reason='needs the [iamc] extra: pip install "decarb[iamc]"')


def long(table: pd.DataFrame) -> pd.DataFrame:
    """The table with one row for each number, as pyam sorts it."""
    melted = table.melt(ORDER[:-1], var_name="year", value_name="value").dropna().astype({"year": int})
    return melted.sort_values(ORDER).reset_index(drop=True)


def opened(pyam: Any, path: Path) -> Any:
    """The file as pyam opens it; it leaves a workbook open, which is closed here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        frame = pyam.read_netcdf(path) if path.suffix == ".nc" else pyam.IamDataFrame(path)
        gc.collect()
    return frame


def read(frame: Any) -> pd.DataFrame:
    data = frame.data.dropna(subset="value").sort_values(ORDER).reset_index(drop=True)
    return data.astype({"year": int})[[*ORDER, "value"]]


@pytest.mark.filterwarnings(OF_PANDAS)
@pytest.mark.parametrize("file", ["pathway.csv", "pathway.xlsx", "pathway.nc"])
def test_pyam_reads_back_what_was_written(file: str, pyam: Any, run_folder: Path, table: pd.DataFrame) -> None:
    frame = opened(pyam, run_folder / file)
    rounded = DIGITS if file.endswith(".xlsx") else 0
    pd.testing.assert_frame_equal(read(frame), long(table), check_dtype=False, rtol=rounded, atol=0)


@pytest.mark.filterwarnings(OF_PANDAS)
@pytest.mark.parametrize("file", ["pathway.xlsx", "pathway.nc"])
def test_pyam_reads_the_indicators(file: str, pyam: Any, run_folder: Path, meta: pd.DataFrame) -> None:
    frame = opened(pyam, run_folder / file)
    found = frame.meta.reset_index().iloc[0].to_dict()
    own = meta.iloc[0].to_dict()
    assert found.keys() == own.keys()
    for name, value in own.items():
        assert found[name] == (value if isinstance(value, str) else pytest.approx(value, rel=DIGITS)), name


@pytest.mark.filterwarnings(OF_PANDAS)
def test_pyam_finds_that_provinces_and_sectors_add_up(pyam: Any, run_folder: Path) -> None:
    frame = pyam.IamDataFrame(run_folder / "pathway.csv").filter(year=2005, keep=False)
    for variable in ("Emissions|CO2", "Gross Emissions|CO2", "Emissions|Kyoto Gases [AR5GWP100]"):
        assert frame.check_aggregate_region(variable, region="China", rtol=1e-9) is None
    china = frame.filter(region="China")
    for variable in ("Emissions|CO2|Energy", "Emissions|CO2|Energy|Demand", "Emissions|CO2|Energy|Supply"):
        assert china.check_aggregate(variable, rtol=1e-9) is None


def test_plain_xarray_reads_the_netcdf(run_folder: Path, table: pd.DataFrame) -> None:
    with xr.open_dataset(run_folder / "pathway.nc", engine="h5netcdf") as found:
        assert found["time"].values.tolist() == [int(year) for year in table.columns[5:]]
        solar = found["Capacity|Electricity|Solar"]
        assert set(solar.dims) == set(DIMS) and solar.attrs["unit"] == solar.attrs["units"] == "GW"
        own = table[table["variable"] == "Capacity|Electricity|Solar"].iloc[0, 5:].astype(float)
        china = solar.sel(region="China", model="decarb", scenario="china-2060")
        np.testing.assert_array_equal(china, own)
        assert solar.sel(region="China|Beijing").isnull().all()
        assert str(found["Target|peak-2030"].item()) in ("pass", "fail", "undefined")


def test_the_workbook_is_judged_like_the_run(run_folder: Path, results: Results) -> None:
    found = check_totals(read_pathway(run_folder / "pathway.xlsx"))
    assert {item.target: item.verdict for item in found.verdicts} == {
        item.target: item.verdict for item in results.verdict.verdicts
    }


def test_several_scenarios_and_hostile_names_stand_in_one_file(
    table: pd.DataFrame, meta: pd.DataFrame, tmp_path: Path
) -> None:
    two = pd.concat([table, table.assign(scenario="=1+1")])
    metas = pd.concat([meta, meta.assign(scenario="=1+1", **{"Year of net zero CO2": 2059})])
    found = iamc_netcdf(two, metas)
    assert found["scenario"].values.tolist() == ["china-2060", "=1+1"]
    np.testing.assert_array_equal(*(found["Emissions|CO2"].sel(scenario=name) for name in found["scenario"].values))
    write_iamc_workbook(two, metas, tmp_path / "two.xlsx")
    assert read_pathway(tmp_path / "two.xlsx", scenario="=1+1").attrs["scenario"] == "=1+1"


@pytest.mark.filterwarnings(OF_PANDAS)
def test_a_workbook_that_pyam_wrote_is_read(pyam: Any, run_folder: Path, tmp_path: Path) -> None:
    pytest.importorskip("xlsxwriter", reason="pyam writes workbooks with xlsxwriter")
    pyam.IamDataFrame(run_folder / "pathway.csv").to_excel(tmp_path / "theirs.xlsx")
    theirs, ours = (read_pathway(path) for path in (tmp_path / "theirs.xlsx", run_folder / "pathway.csv"))
    xr.testing.assert_allclose(theirs, ours, rtol=1e-12)
