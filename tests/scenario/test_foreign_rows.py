"""Rows of IAMC files: wide and long say the same, each fault has its place, and nothing is dropped in silence."""

from __future__ import annotations

from pathlib import Path

import pytest
import xarray as xr

from decarb.errors import InputError
from decarb.scenario.foreign import read_pathway
from decarb.scenario.foreign_rows import filled

WIDE = (
    "model,scenario,region,variable,unit,2020,2030,2060\n"
    "M,S,China,Emissions|CO2,Mt CO2/yr,10,9,0\n"
    "M,S,China,Gross Emissions|CO2,Mt CO2/yr,11,,1\n"
    "M,S,China,Final Energy,EJ/yr,1,2,3\n"
)
HEAD = "model,scenario,region,variable,unit,year,value\n"
LONG = HEAD + (
    "M,S,China,Emissions|CO2,Mt CO2/yr,2060,0\n"
    "M,S,China,Emissions|CO2,Mt CO2/yr,2020,10\n"
    "M,S,China,Emissions|CO2,Mt CO2/yr,2030,9\n"
    "M,S,China,Gross Emissions|CO2,Mt CO2/yr,2020,11\n"
    "M,S,China,Gross Emissions|CO2,Mt CO2/yr,2060,1\n"
    "M,S,China,Final Energy,EJ/yr,2020,1\n"
)


def write(folder: Path, text: str) -> Path:
    path = folder / "mine.csv"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(path: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_pathway(path)
    return [str(problem).removeprefix(str(path)) for problem in caught.value.problems]


def test_long_and_wide_say_the_same(tmp_path: Path) -> None:
    wide, long = read_pathway(write(tmp_path, WIDE)), read_pathway(write(tmp_path, LONG))
    xr.testing.assert_identical(wide, long)
    assert wide["gross_co2"].values.tolist() == [11, 8.5, 1]


def test_what_is_not_read_and_what_is_filled_is_said(tmp_path: Path) -> None:
    attrs = read_pathway(write(tmp_path, WIDE)).attrs
    assert attrs["read"] == "read 2 of 3 series; not read: Final Energy (1)"
    assert attrs["filled"] == "1 empty cell lies on straight lines: Gross Emissions|CO2 2030"
    whole = "".join(line for line in WIDE.splitlines(keepends=True) if "Gross" not in line and "Final" not in line)
    assert {"read", "filled"}.isdisjoint(read_pathway(write(tmp_path, whole)).attrs)


@pytest.mark.parametrize(
    ("years", "said"),
    [
        ([2020, 2021, 2022, 2024, 2025, 2026], "the file leaves out 2023, which lies on straight lines"),
        ([2020, 2025, 2030, 2040, 2045, 2055, 2060], "the file leaves out 2035, 2050, which lie on straight lines"),
        ([2005, 2020, 2021, 2022, 2023], ""),
        ([2005, 2010, 2015, 2020, 2030, 2040, 2050], ""),
        ([2030], ""),
    ],
)
def test_a_year_that_a_run_of_years_leaves_out_is_named(years: list[int], said: str) -> None:
    assert filled([], years) == said


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("M,S,China,Emissions|CO2,Mt CO2/yr,2030,8\n", ":8:35: Emissions|CO2: 2030 is given again; line 4 has it"),
        ("M,S,China,Emissions|CO2,Mt CO2/yr,,8\n", ":8:35: year: '' is no whole year"),
        ("M,S,China,Emissions|CO2,Mt CO2/yr,2030.5,8\n", ":8:35: year: '2030.5' is no whole year"),
        ("M,S,China,Emissions|CO2,Mt CO2/yr,2040,x\n", ":8:40: Emissions|CO2 2040: 'x' is no number"),
        ("M,S,China,Emissions|CO2,Gt CO2/yr,2040,1\n", ":8:1: Emissions|CO2: is given again; line 2 has it"),
        ("M,S,China,Emissions|Kyoto Gases [AR5GWP100],x,2040,1\n", ":8:1: Emissions|Kyoto Gases [AR5GWP100]: "),
    ],
)
def test_every_fault_of_a_long_file_has_its_line_and_column(row: str, said: str, tmp_path: Path) -> None:
    (found,) = refusal(write(tmp_path, LONG + row))
    assert found.startswith(said)


def test_values_under_no_header_are_refused_and_a_note_is_passed_over(tmp_path: Path) -> None:
    text = "model,scenario,region,variable,unit,note,2020,,2060\nM,S,China,Emissions|CO2,Mt CO2/yr,printed,10,9,0\n"
    assert refusal(write(tmp_path, text)) == [
        ":1:47: year: the column has no name and values from line 2 on; write its year"
    ]
    assert read_pathway(write(tmp_path, text.replace(",9,", ",,")))["year"].values.tolist() == [2020, 2060]


def test_a_long_file_with_two_columns_of_values_is_refused(tmp_path: Path) -> None:
    text = HEAD.replace("value", "value,value") + "M,S,China,Emissions|CO2,Mt CO2/yr,2020,1,2\n"
    assert ":1:1: value: the column stands 2 times" in refusal(write(tmp_path, text))[0]
