"""Economies in a terminal and as CSV: the numbers of the table, and a dash where there is none."""

from __future__ import annotations

import io

import numpy as np
import pytest
import xarray as xr
from rich.console import Console

from decarb.analysis.economies import ECONOMIES, PLAN, economies_table
from decarb.report.economies import economies_frame, economies_view


@pytest.fixture(scope="module")
def table() -> xr.Dataset:
    years = np.arange(2020, 2061)
    path = np.interp(years, [2020, 2030, 2060], [11000.0, 12000.0, 3000.0])
    return economies_table(gross_co2=xr.DataArray(path, {"year": years}, ("year",), attrs={"units": "Mt CO2/yr"}))


@pytest.fixture(scope="module")
def said(table: xr.Dataset) -> list[str]:
    stream = io.StringIO()
    Console(file=stream, width=200).print(economies_view(table))
    return stream.getvalue().splitlines()


def test_each_economy_has_one_line_and_the_scenario_is_the_last(said: list[str]) -> None:
    assert said[0].startswith("Economies on one definition: CO2 to 2024, 8.2% of each peak left")
    assert [line.split("  ")[0] for line in said[2:]] == [*ECONOMIES, PLAN]


def test_a_pledged_peak_stands_in_brackets_and_none_is_a_dash(said: list[str]) -> None:
    def cells(name: str) -> list[str]:
        (line,) = [line for line in said if line.startswith(name + "  ")]
        return line.removeprefix(name).split()

    assert cells("China")[:3] == ["(2030)", "2060", "-"]
    assert cells("United States")[:2] == ["2005", "-"]
    assert cells("India")[0] == "-"
    assert cells("China")[-3:] == ["8.0%", "6.7%", "-"]
    # 12,000 to 3,000 in 30 years: 1 - 0.25^(1/30) = 4.5 %.
    assert (cells(PLAN)[0], cells(PLAN)[-1]) == ("2030", "4.5%")


def test_the_csv_has_a_row_each_with_units_in_its_headings(table: xr.Dataset) -> None:
    frame = economies_frame(table)
    assert frame.index.tolist() == [*ECONOMIES, PLAN] and frame.index.name == "economy"
    assert frame.loc["Japan", "required_rate_from_peak [1/yr]"] == pytest.approx(0.0654, abs=5e-5)
    assert frame.loc["China", "highest_value [Mt CO2/yr]"] == float(table["highest_value"].sel(economy="China"))
    assert np.isnan(frame.loc["United States", "goal_year [1]"])
    assert all("[" in column for column in frame.columns)
