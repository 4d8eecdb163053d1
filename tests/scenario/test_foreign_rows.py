"""Rows of IAMC files: wide and long say the same, each fault has its place, and nothing is dropped in silence."""

from __future__ import annotations

from pathlib import Path

import pytest
import xarray as xr

from decarb.errors import InputError
from decarb.scenario.foreign import read_pathway
from decarb.scenario.foreign_many import read_pathways
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
    assert attrs["filled"] == (
        "1 empty cell lies on straight lines: Gross Emissions|CO2 2030; "
        "years of the file lie 10 apart from 2020 to 2030, 30 apart to 2060; those between lie on straight lines"
    )
    whole = HEAD.replace("year,value", "2020,2021") + "M,S,China,Emissions|CO2,Mt CO2/yr,10000,9000\n"
    assert {"read", "filled", "doubt"}.isdisjoint(read_pathway(write(tmp_path, whole)).attrs)


@pytest.mark.parametrize(
    ("years", "said"),
    [
        ([2020, 2021, 2022, 2024, 2025], "1 apart from 2020 to 2022, 2 apart to 2024, 1 apart to 2025"),
        ([2030, 2031, 2049, 2050], "1 apart from 2030 to 2031, 18 apart to 2049, 1 apart to 2050"),
        ([2020, 2060], "40 apart from 2020 to 2060"),
        ([2005, 2010, 2015, 2020, 2030], "5 apart from 2005 to 2020, 10 apart to 2030"),
    ],
)
def test_it_is_said_between_which_years_lines_are_drawn(years: list[int], said: str) -> None:
    assert filled([], years) == f"years of the file lie {said}; those between lie on straight lines"


def test_nothing_is_said_where_every_year_is_given() -> None:
    assert filled([], [2030]) == filled([], [2030, 2031, 2032]) == filled([], []) == ""


@pytest.mark.parametrize(
    ("head", "row", "said"),
    [
        ("二〇三五,2040", "7,8", ":1:37: year: '二〇三五' is no year, and it holds numbers from line 2 on"),
        ("twenty,2040", "７,8", ":1:37: year: 'twenty' is no year, and it holds numbers from line 2 on"),
        ("percentile,2040", '"1,000",8', ":1:37: year: 'percentile' is no year, and it holds numbers from line 2 on"),
        ("Subannual,2040", "summer,8", ":2:35: Subannual: 'summer' is a part of a year"),
        ("year,value,2040", "2030,7,8", ':1:48: 2040: is a column beside "year" and "value"'),
        ("value,2040", "7,8", ":1:37: year: 'value' is no year"),
    ],
)
def test_a_column_that_would_be_lost_with_its_numbers_is_refused(
    head: str, row: str, said: str, tmp_path: Path
) -> None:
    text = f"model,scenario,region,variable,unit,{head}\nM,S,China,Emissions|CO2,Mt CO2/yr,{row}\n"
    (found,) = refusal(write(tmp_path, text))
    assert found.startswith(said)


def test_columns_of_words_are_passed_over_and_named(tmp_path: Path) -> None:
    text = (
        "model,scenario,region,variable,unit,Subannual,Category,empty,2020,2021\n"
        "M,S,China,Emissions|CO2,Mt CO2/yr,Year,C1,,10,9\n"
    )
    found = read_pathway(write(tmp_path, text))
    assert found["net_co2"].values.tolist() == [10, 9]
    assert found.attrs["read"] == "columns not read: Category"


@pytest.mark.parametrize("column", range(4))
def test_a_name_that_is_left_out_is_refused_at_its_place(column: int, tmp_path: Path) -> None:
    cells = ["M", "S", "China", "Emissions|CO2", "Mt CO2/yr", "10", "9", "0"]
    cells[column] = " "
    (found,) = refusal(write(tmp_path, WIDE.splitlines()[0] + "\n" + ",".join(cells) + "\n"))
    assert found.startswith(":2:") and "the cell is empty; fill it in" in found


@pytest.mark.parametrize("unit", ["%", "", "Mt", "1"])
def test_gdp_is_an_index_only_where_its_unit_is_money_or_says_so(unit: str, tmp_path: Path) -> None:
    (found,) = refusal(write(tmp_path, WIDE + f"M,S,China,GDP|MER,{unit},1,2,3\n"))
    assert found.startswith(":5:1: GDP|MER, in money or an index: ")
    for money in ("billion US$2010/yr", "index (2020 = 1)"):
        assert read_pathway(write(tmp_path, WIDE + f"M,S,China,GDP|MER,{money},1,2,3\n"))["gdp"].attrs["units"] == "1"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            "Emissions|Kyoto Gases [AR5GWP100],Gt CO2e/yr,1,1e308,1",
            ":5:58: Emissions|Kyoto Gases [AR5GWP100] 2030: inf is",
        ),
        ("Primary Energy|Non-Fossil Share [Coal Equivalent],1,0.2,0.3,25", "2060: 25 is outside 0 to 1 1"),
        ("GDP|MER,billion US$2010/yr,1,-1,2", ":5:40: GDP|MER 2030: -1 is outside 0 to inf 1"),
        ("Capacity|Electricity|Wind,TW,1,2,3000", "Capacity|Electricity|Wind 2060: 3e+06 is outside 0 to 100000 GW"),
    ],
)
def test_what_the_whole_world_does_not_reach_is_refused_with_its_cell(row: str, said: str, tmp_path: Path) -> None:
    path = write(tmp_path, WIDE + f"M,S,China,{row}\n")
    (found,) = refusal(path)
    assert said in found and "look at its unit and its digits" in found
    with pytest.raises(InputError, match="is outside"):
        read_pathways(path)


def test_wind_without_solar_is_not_read_and_net_above_gross_is_doubted(tmp_path: Path) -> None:
    text = WIDE.replace("yr,11,,1", "yr,8,9,1") + "M,S,China,Capacity|Electricity|Wind,GW,1,2,3\n"
    path = write(tmp_path, text)
    for attrs, some in ((read_pathway(path).attrs, ""), (read_pathways(path).attrs, " in 1 scenarios")):
        assert "Capacity|Electricity|Wind (1)" in attrs["read"]
        assert (
            attrs["doubt"]
            .split("; ")[-1]
            .startswith(f"net CO2 lies above gross CO2{some}, by up to 2 Mt CO2/yr between 2020 and 20")
        )


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
        ":1:47: year: the column has no name, and it holds values from line 2 on; write its year"
    ]
    assert read_pathway(write(tmp_path, text.replace(",9,", ",,")))["year"].values.tolist() == [2020, 2060]


def test_a_long_file_with_two_columns_of_values_is_refused(tmp_path: Path) -> None:
    text = HEAD.replace("value", "value,value") + "M,S,China,Emissions|CO2,Mt CO2/yr,2020,1,2\n"
    assert ":1:1: value: the column stands 2 times" in refusal(write(tmp_path, text))[0]


@pytest.mark.parametrize(
    ("unit", "value", "region", "doubted"),
    [("Mt CO2/yr", 10.5, "China", True), ("Gt CO2/yr", 10.5, "China", False), ("Mt CO2/yr", 36000, "China", True),
     ("Mt CO2/yr", 36000, "World", False)],
)  # fmt: skip
def test_a_total_that_cannot_be_chinas_is_doubted(
    unit: str, value: float, region: str, doubted: bool, tmp_path: Path
) -> None:
    path = write(tmp_path, WIDE.splitlines()[0] + f"\nM,S,{region},Emissions|CO2,{unit},{value},9,0\n")
    for read in (read_pathway, read_pathways):
        said = read(path).attrs.get("doubt", "")
        assert ("net_co2 of 2020 is " in said and "China's fossil CO2 was 1" in said) is doubted
