from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from decarb.errors import CallError, InputError
from decarb.pathway.targets import check_totals
from decarb.scenario.foreign import read_pathway
from decarb.scenario.iamc_names import SECTORS

HEADER = "model,scenario,region,variable,unit,2020,2030,2060\n"
ROW = "M,S,China,Emissions|CO2,Mt CO2/yr,10,9,0\n"


def write(folder: Path, text: str, name: str = "mine.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def refusal(path: Path, **asked: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_pathway(path, **asked)
    return [str(problem).removeprefix(str(path)) for problem in caught.value.problems]


@pytest.mark.parametrize("name", ["gross_co2", "net_co2", "co2", "net_ghg"])
def test_two_columns_give_the_total_they_name(tmp_path: Path, name: str) -> None:
    unit = "Mt CO2e/yr" if name == "net_ghg" else "Mt CO2/yr"
    totals = read_pathway(write(tmp_path, f"year,{name} [{unit}]\n2020,11500.5\n2060,-3\n"))
    assert list(totals) == [name]
    assert totals["year"].values.tolist() == [2020, 2060]
    assert np.issubdtype(totals["year"].dtype, np.integer)
    assert totals[name].values.tolist() == [11500.5, -3]
    assert totals[name].attrs == {"units": unit}
    joined = "years of the file lie 40 apart from 2020 to 2060; those between lie on straight lines"
    assert totals.attrs == {"source": "mine.csv", "filled": joined}


@pytest.mark.parametrize(
    ("unit", "factor"),
    [
        ("Mt CO2", 1),
        ("Mt CO2/yr", 1),
        ("MtCO2", 1),
        ("MtCO2/yr", 1),
        ("MtCO₂/a", 1),
        ("Gt CO2/yr", 1e3),
        ("Gt CO2", 1e3),
        ("kt CO2/yr", 1e-3),
        ("t CO2", 1e-6),
        ("亿吨CO2", 100),
        ("万吨 CO2/年", 0.01),
    ],
)
def test_units_of_co2_become_megatonnes_a_year(tmp_path: Path, unit: str, factor: float) -> None:
    totals = read_pathway(write(tmp_path, f"year,net_co2 [{unit}]\n2020,8\n"))
    assert float(totals["net_co2"][0]) == pytest.approx(8 * factor, rel=1e-12)


@pytest.mark.parametrize("unit", ["Mt CO2-equiv/yr", "MtCO2e", "Mt CO2eq/yr", "Mt CO2-eq", "Mt CO2e/yr"])
def test_units_of_co2e_become_megatonnes_a_year(tmp_path: Path, unit: str) -> None:
    totals = read_pathway(write(tmp_path, f"year,net_ghg [{unit}]\n2020,8\n"))
    assert float(totals["net_ghg"][0]) == pytest.approx(8, rel=1e-12)
    assert totals["net_ghg"].attrs == {"units": "Mt CO2e/yr"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("year,net_co2\n2020,1\n", [':1:6: net_co2: has no unit; write "Mt CO2/yr"']),
        ("year,net_co2 []\n2020,1\n", [':1:6: net_co2: has no unit; write "Mt CO2/yr"']),
        ("year,net_co [Mt CO2/yr]\n2020,1\n", [":1:6: 'net_co' is no total; did you mean net_co2?"]),
        ("year,net_co2 [Mt CO2/yr]\n2030,1\n2020,1\n", [":3:1: year: 2020 comes after 2030"]),
        ("year,net_co2 [Mt CO2/yr]\n2030,1\n2030,1\n", [":3:1: year: 2030 is given twice"]),
        ("year,net_co2 [Mt CO2/yr]\n2030.5,1\n", [":2:1: year: '2030.5' is no whole year"]),
        ("year,net_co2 [Mt CO2/yr]\n2020,\n2030,1\n", [":2:6: net_co2: the cell is empty"]),
        ("year,net_co2 [Mt CO2/yr]\n2020,NaN\n2030,1\n", [":2:6: net_co2: 'NaN' is no finite number"]),
        ('year,net_co2 [Mt CO2/yr]\n2020,"1,5"\n', [":2:6: net_co2: '1,5' holds a comma"]),
        ("year,net_co2 [Mt CO2/yr]\n2020,1,5\n", [":2:1: 3 cells where the header has 2"]),
        ("year,net_co2 [Mt CO2/yr]\nx,inf\n1800,y\n", [":2:1: ", ":2:3: ", ":3:1: ", ":3:6: "]),
        ("jahr,net_co2 [Mt CO2/yr]\n2020,1\n", [":1:1: the columns are 'jahr', 'net_co2 [Mt CO2/yr]'"]),
        ("year,net_co2 [Mt CO2/yr],x\n2020,1,2\n", [":1:1: the columns are "]),
    ],
)
def test_every_fault_of_two_columns_is_reported_at_its_place(tmp_path: Path, text: str, said: list[str]) -> None:
    found = refusal(write(tmp_path, text))
    assert len(found) == len(said)
    for one, start in zip(found, said, strict=True):
        assert one.startswith(start)


@pytest.mark.parametrize(
    ("name", "unit"), [("net_co2", "Mt CO2e/yr"), ("net_ghg", "Mt CO2/yr"), ("co2", "GW"), ("co2", "Mt"), ("co2", "x")]
)
def test_a_unit_of_something_else_is_refused(tmp_path: Path, name: str, unit: str) -> None:
    (found,) = refusal(write(tmp_path, f"year,{name} [{unit}]\n2020,1\n"))
    assert found.startswith(f":1:6: {name}: ")
    assert f'"{unit}' in found


def test_any_named_column_can_be_asked_for_as_an_undeclared_co2_total(tmp_path: Path) -> None:
    path = write(tmp_path, "year,emissions [Mt CO2/yr]\n2020,1\n")
    assert list(read_pathway(path, variable="emissions")) == ["co2"]
    assert "--variable 'emissions'" in refusal(path)[0]
    assert "not 'other'" in refusal(path, variable="other")[0]
    with pytest.raises(CallError, match="leave out --region"):
        read_pathway(path, region="China")


def test_a_wide_file_gives_the_three_totals_and_the_capacity(tmp_path: Path) -> None:
    text = (
        "Model,SCENARIO,Region,Variable,Unit,2020,2030,2060\n"
        "M,S,China,Gross Emissions|CO2,Gt CO2/yr,11,12,1\n"
        "M,S,China,Emissions|CO2,MtCO2,10,9,0\n"
        "M,S,China,Emissions|Kyoto Gases [AR5GWP100],Mt CO2-equiv/yr,13,12,2\n"
        "M,S,China,Capacity|Electricity|Wind,GW,1,2,3\n"
        "M,S,China,Capacity|Electricity|Solar,MW,1000,2000,4000\n"
        "M,S,China,Emissions|Kyoto Gases [AR4GWP100],Mt CO2-equiv/yr,1,1,1\n"
        "M,S,China,GDP|PPP,billion,text,,\n"
        "M,S,World,Emissions|CO2,Mt CO2/yr,1,1,1\n"
    )
    totals = read_pathway(write(tmp_path, text))
    assert {name: totals[name].values.tolist() for name in totals} == {
        "gross_co2": [11000, 12000, 1000],
        "net_co2": [10, 9, 0],
        "net_ghg": [13, 12, 2],
        "wind_solar_capacity": [2, 4, 7],
    }
    assert totals["gwp"].item() == "AR5"
    assert [totals[name].attrs["units"] for name in totals] == ["Mt CO2/yr", "Mt CO2/yr", "Mt CO2e/yr", "GW"]
    assert totals.attrs == {
        "source": "mine.csv", "model": "M", "scenario": "S", "region": "China",
        "read": "read 5 of 8 series; not read: Emissions|Kyoto Gases [AR4GWP100] (1); GDP|PPP (1); "
                "1 of other regions: World",
        "filled": "years of the file lie 10 apart from 2020 to 2030, 30 apart to 2060; "
                  "those between lie on straight lines",
        "doubt": "net_co2 of 2020 is 10 Mt CO2/yr, where China's fossil CO2 was 10,897 Mt CO2/yr (gcb-2025): look at "
                 "its unit and its digits; net_ghg of 2020 is 13 Mt CO2e/yr, where China's fossil CO2 was 10,897 Mt "
                 "CO2/yr (gcb-2025): look at its unit and its digits",
    }  # fmt: skip


def test_one_capacity_alone_is_not_taken_for_both(tmp_path: Path) -> None:
    text = HEADER + ROW + "M,S,China,Capacity|Electricity|Wind,GW,1,2,3\n"
    assert list(read_pathway(write(tmp_path, text))) == ["net_co2"]


def test_capacities_add_up_only_where_both_are_given(tmp_path: Path) -> None:
    text = HEADER + ROW + "M,S,China,Capacity|Electricity|Wind,GW,1,2,\nM,S,China,Capacity|Electricity|Solar,GW,,3,4\n"
    capacity = read_pathway(write(tmp_path, text))["wind_solar_capacity"]
    np.testing.assert_array_equal(capacity, [np.nan, 5, np.nan])


def test_gaps_are_joined_and_ends_are_not_extrapolated(tmp_path: Path) -> None:
    text = HEADER + ROW.replace("10,9,0", "10,,6") + "M,S,China,Gross Emissions|CO2,Mt CO2/yr,,8,\n"
    totals = read_pathway(write(tmp_path, text))
    # 10 to 6 over 40 years is 9 in 2030.
    assert totals["net_co2"].values.tolist() == [10, 9, 6]
    np.testing.assert_array_equal(totals["gross_co2"], [np.nan, 8, np.nan])
    found = check_totals(totals)
    assert found.residual_2060 == 6
    assert "covers 2030-2030" in found.undefined["mean_annual_reduction_rate"]


def test_years_that_no_row_covers_are_left_out(tmp_path: Path) -> None:
    totals = read_pathway(write(tmp_path, HEADER + ROW.replace("10,9,0", ",9,")))
    assert totals["year"].values.tolist() == [2030]


def test_a_zero_crossed_in_a_gap_is_found_beside_another_row(tmp_path: Path) -> None:
    text = (
        "model,scenario,region,variable,unit,2050,2051,2053\n"
        "M,S,China,Emissions|CO2,Mt CO2/yr,0.1,,-0.2\n"
        "M,S,China,Gross Emissions|CO2,Mt CO2/yr,1,1,1\n"
    )
    assert check_totals(read_pathway(write(tmp_path, text))).neutral_year == 2051


def test_a_variable_that_is_asked_for_is_an_undeclared_co2_total(tmp_path: Path) -> None:
    text = HEADER + ROW + "M,S,China,Emissions|CO2|Energy,Mt CO2/yr,8,7,-1\n"
    path = write(tmp_path, text)
    assert list(read_pathway(path)) == ["net_co2"]
    totals = read_pathway(path, variable="Emissions|CO2|Energy")
    assert {name: totals[name].values.tolist() for name in totals} == {"co2": [8, 7, -1]}
    assert list(read_pathway(path, variable="Emissions|CO2")) == ["net_co2"]
    assert "did you mean 'Emissions|CO2|Energy'?" in refusal(path, variable="emissions|co2|energy")[0]


@pytest.mark.parametrize(
    ("variable", "gwp"),
    [
        ("Emissions|Kyoto Gases [AR6GWP100]", "AR6"),
        ("Emissions|Kyoto Gases (AR4-GWP100)", "AR4"),
        ("Emissions|Kyoto Gases", None),
    ],
)
def test_other_kyoto_totals_are_read_when_asked_for(tmp_path: Path, variable: str, gwp: str | None) -> None:
    path = write(tmp_path, HEADER + f"M,S,China,{variable},Mt CO2-equiv/yr,3,2,1\n")
    totals = read_pathway(path, variable=variable)
    assert list(totals) == ["net_ghg"]
    assert (totals["gwp"].item() if "gwp" in totals.coords else None) == gwp
    assert "name one with --variable" in refusal(path)[0]


def test_a_capacity_or_co2e_series_is_no_co2_total(tmp_path: Path) -> None:
    text = HEADER + "M,S,China,Capacity|Electricity|Wind,GW,1,2,3\nM,S,China,Emissions|All,Mt CO2e/yr,1,1,1\n"
    path = write(tmp_path, text)
    for variable in ("Capacity|Electricity|Wind", "Emissions|All"):
        (found,) = refusal(path, variable=variable)
        assert found.startswith(f":{2 if 'Wind' in variable else 3}:1: {variable}: ")


def test_the_region_is_china_or_the_only_one_or_must_be_said(tmp_path: Path) -> None:
    india, world = ROW.replace("China", "India"), ROW.replace("China", "World")
    assert read_pathway(write(tmp_path, HEADER + india)).attrs["region"] == "India"
    assert read_pathway(write(tmp_path, HEADER + india + ROW)).attrs["region"] == "China"
    assert read_pathway(write(tmp_path, HEADER + india + ROW), region="India").attrs["region"] == "India"
    assert refusal(write(tmp_path, HEADER + india + world)) == [
        ": region: 2 regions and no China: India, World; choose one with --region"
    ]
    assert "did you mean 'India'?" in refusal(write(tmp_path, HEADER + india), region="india")[0]
    assert "the file has India" in refusal(write(tmp_path, HEADER + india), region="Brazil")[0]


def test_several_models_or_scenarios_must_be_told_apart(tmp_path: Path) -> None:
    path = write(tmp_path, HEADER + ROW + ROW.replace("M,S", "M,T").replace("10", "20") + ROW.replace("M,S", "N,T"))
    (found,) = refusal(path)
    assert "3 pairs of model / scenario: M / S, M / T, N / T; choose one with --model and --scenario" in found
    assert float(read_pathway(path, model="M", scenario="T")["net_co2"][0]) == 20
    assert read_pathway(path, model="N").attrs["scenario"] == "T"
    assert "2 pairs" in refusal(path, model="M")[0]


def test_long_lists_are_cut(tmp_path: Path) -> None:
    rows = "".join(ROW.replace("M,S", f"M,S{number:02}") for number in range(20))
    assert "M / S07 and 12 more;" in refusal(write(tmp_path, HEADER + rows))[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEADER + ROW + ROW, [":3:1: Emissions|CO2: is given again; line 2 has it already"]),
        (HEADER + ROW.replace("Mt CO2/yr", ""), [":2:1: Emissions|CO2: has no unit"]),
        (HEADER + ROW.replace("Mt CO2/yr", "Mt CO2e/yr"), [":2:1: Emissions|CO2: "]),
        (HEADER + ROW.replace("10,9,0", "10,x,0"), [":2:38: Emissions|CO2 2030: 'x' is no number"]),
        (HEADER + ROW.replace("10,9,0", "10,nan,inf"), [":2:38: ", ":2:42: "]),
        (HEADER + ROW.replace("10,9,0", ",,"), [":2:1: Emissions|CO2: has no number in any year"]),
        (HEADER.replace("2030", "2019") + ROW, [":1:42: year: 2019 comes after 2020"]),
        (HEADER.replace("2030", "2020") + ROW, [":1:42: year: 2020 is given twice"]),
        (HEADER.replace("2030", "2030.5") + ROW, [":1:42: year: '2030.5' is no whole year"]),
        (HEADER.replace("2030", "２０３０") + ROW, [":1:42: year: '２０３０' is no whole year"]),
        (HEADER.replace("model,", "mod,") + ROW, [":1:1: model: the column is missing"]),
        (HEADER.replace("unit", "region") + ROW, [":1:1: region: the column stands 2 times", ":1:1: unit: "]),
        (
            "model,scenario,region,variable,unit,value\n" + "M,S,China,Emissions|CO2,Mt CO2/yr,1\n",
            [":1:37: year: 'value' is no year"],
        ),
        (HEADER + ROW.replace("Emissions|CO2", "GDP"), [": variable: no total among: nothing; give one of"]),
    ],
)
def test_every_fault_of_a_wide_file_is_reported_at_its_place(tmp_path: Path, text: str, said: list[str]) -> None:
    found = refusal(write(tmp_path, text))
    assert len(found) == len(said)
    for one, start in zip(found, said, strict=True):
        assert one.startswith(start)


def test_columns_without_a_year_are_passed_over(tmp_path: Path) -> None:
    text = HEADER.replace("unit,", "unit,note,") + ROW.replace("yr,", "yr,as printed,")
    assert read_pathway(write(tmp_path, text))["net_co2"].values.tolist() == [10, 9, 0]


def test_a_byte_order_mark_is_accepted_as_excel_writes_it(tmp_path: Path) -> None:
    plain, marked = write(tmp_path, HEADER + ROW), write(tmp_path, "\ufeff" + HEADER + ROW, "marked.csv")
    xr.testing.assert_equal(read_pathway(plain), read_pathway(marked))


PER_GDP = "M,S,China,Carbon Intensity|GDP,Mt CO2/billion CNY_2020"


def test_what_targets_set_beside_the_totals_is_read_with_them(tmp_path: Path) -> None:
    text = (
        "model,scenario,region,variable,unit,2005,2025,2030,2060\n"
        "M,S,China,Gross Emissions|CO2,Mt CO2/yr,,100,105,10\n"
        "M,S,China,GDP|MER,billion CNY_2020/yr,,400,500,900\n"
        "M,S,China,Primary Energy|Non-Fossil Share [Coal Equivalent],%,,21,26,80\n"
        f"{PER_GDP},0.6,,,\n"
    )
    totals = read_pathway(write(tmp_path, text))
    assert totals["year"].values.tolist() == [2025, 2030, 2060]
    assert totals["gdp"].values.tolist() == [4e11, 5e11, 9e11] and totals["gdp"].attrs["units"] == "CNY_2020/yr"
    assert totals["nonfossil_share"].values.tolist() == [0.21, 0.26, 0.8]
    assert float(totals["co2_per_gdp_2005"]) == pytest.approx(0.6e-3)  # t CO2 for one yuan
    found = {item.target: item for item in check_totals(totals).verdicts}
    # 105/500 = 0.21 against 0.6 in 2005, -65 %; against 100/400 = 0.25 in 2025, -16 %.
    assert (found["intensity-2030-vs-2005"].verdict, found["intensity-2030-vs-2005"].value) == (
        "pass", pytest.approx(-0.65),
    )  # fmt: skip
    assert (found["intensity-2030-vs-2025"].verdict, found["intensity-2030-vs-2025"].value) == (
        "fail", pytest.approx(-0.16),
    )  # fmt: skip
    assert found["nonfossil-2030"].verdict == "pass"


@pytest.mark.parametrize("unit", ["billion US$2010/yr", "billion CNY_2020", "trillion yuan"])
def test_gdp_in_other_money_serves_as_an_index(unit: str, tmp_path: Path) -> None:
    text = (
        "model,scenario,region,variable,unit,2005,2025,2030\n"
        "M,S,China,Gross Emissions|CO2,Mt CO2/yr,,100,105\n"
        f"M,S,China,GDP|MER,{unit},,40,50\n{PER_GDP},0.6,,\n"
    )
    totals = read_pathway(write(tmp_path, text))
    assert totals["gdp"].attrs["units"] == "1" and "co2_per_gdp_2005" not in totals
    found = {item.target: item for item in check_totals(totals).verdicts}
    assert found["intensity-2030-vs-2025"].value == pytest.approx(-0.16)
    assert found["intensity-2030-vs-2005"].reason.startswith("co2_per_gdp_2005 is not given")


def test_co2_per_gdp_of_other_money_or_years_is_passed_over(tmp_path: Path) -> None:
    text = HEADER + ROW + "M,S,China,GDP|MER,billion CNY_2020/yr,1,2,3\n"
    for row in ("M,S,China,Carbon Intensity|GDP,Mt CO2/billion US$2010,1,1,1\n", f"{PER_GDP},1,1,1\n"):
        assert set(read_pathway(write(tmp_path, text + row))) == {"net_co2", "gdp"}


@pytest.mark.parametrize(
    ("rows", "view"),
    [
        (["Emissions|CO2|AFOLU [NGHGI]"], "inventory"),
        (["Emissions|CO2|AFOLU"], "bookkeeping"),
        (["Emissions|CO2|AFOLU [NGHGI]", "Emissions|CO2|AFOLU"], "bookkeeping"),
        ([], None),
    ],
)
def test_the_name_of_the_land_row_says_its_view(rows: list[str], view: str | None, tmp_path: Path) -> None:
    land = "".join(f"M,S,China,{name},Mt CO2/yr,-1,-1,-1\n" for name in rows)
    elsewhere = "M,S,India,Emissions|CO2|AFOLU,Mt CO2/yr,-1,-1,-1\n"
    totals = read_pathway(write(tmp_path, HEADER + ROW + land + elsewhere))
    assert list(totals) == ["net_co2"]
    assert (totals["land_view"].item() if "land_view" in totals.coords else None) == view


def test_parts_of_net_co2_are_read_where_none_is_missing(tmp_path: Path) -> None:
    names = [*SECTORS, "Emissions|CO2|AFOLU [NGHGI]"]
    rows = [f"M,S,China,{name},Mt CO2/yr,{at},{at},{at}\n" for at, name in enumerate(names)]
    whole = read_pathway(write(tmp_path, HEADER + ROW.replace("10,9,0", "55,55,55") + "".join(rows)))
    parts = whole["net_co2_by_sector"]
    assert parts.sel(year=2060).to_series().to_dict() == {
        owner: at for at, owner in enumerate([*SECTORS.values(), "land"])
    }
    assert check_totals(whole).largest_owner == "land"  # the last and largest: 10
    text = HEADER + ROW + "".join(rows[1:])
    assert list(read_pathway(write(tmp_path, text))) == ["net_co2"]
    with pytest.raises(InputError, match="miss the total"):
        check_totals(read_pathway(write(tmp_path, HEADER + ROW + "".join(rows))))
