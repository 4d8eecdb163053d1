"""All pathways of a file at once are what each of them is alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from decarb.errors import InputError
from decarb.scenario.foreign import read_pathway
from decarb.scenario.foreign_many import read_pathways

HEAD = "model,scenario,region,variable,unit,2005,2020,2025,2030,2060\n"
TEXT = HEAD + (
    "M,A,China,Gross Emissions|CO2,Mt CO2/yr,,11,,12,1\n"
    "M,A,China,Emissions|CO2,Gt CO2/yr,,0.010,0.011,0.009,0\n"
    "M,A,China,Capacity|Electricity|Wind,GW,,1,2,3,4\n"
    "M,A,China,Capacity|Electricity|Solar,GW,,1,2,3,\n"
    "M,A,China,GDP|MER,billion CNY_2020/yr,,100,110,120,200\n"
    "M,A,China,Carbon Intensity|GDP,Mt CO2/billion CNY_2020,0.5,,,,\n"
    "M,A,China,Emissions|CO2|AFOLU [NGHGI],Mt CO2/yr,,-1,-1,-1,-1\n"
    "N,A,China,Emissions|CO2,Mt CO2/yr,,,20,18,\n"
    "N,A,China,GDP|MER,billion US$2010/yr,,,20,18,1\n"
    "N,B,World,Emissions|CO2,Mt CO2/yr,,1,1,1,1\n"
    "N,B,China,Capacity|Electricity|Wind,GW,,1,2,3,4\n"
    "M,A,China,Final Energy,EJ/yr,,1,1,1,1\n"
)


def write(folder: Path, text: str = TEXT) -> Path:
    path = folder / "mine.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_each_pathway_is_what_it_is_alone(tmp_path: Path) -> None:
    path = write(tmp_path)
    every = read_pathways(path)
    assert every["scenario"].values.tolist() == ["M / A", "N / A"]
    assert every["year"].values.tolist() == list(range(2020, 2061))
    for number, model in enumerate("MN"):
        alone = read_pathway(path, model=model, scenario="A")
        for name in ("gross_co2", "net_co2", "gdp", "wind_solar_capacity"):
            own = every[name].isel(scenario=number)
            if name in alone:
                np.testing.assert_array_equal(own.sel(year=alone["year"]), alone[name])
            else:
                assert own.isnull().all()
    assert every["land_view"].values.tolist() == ["inventory", ""]
    assert every["gdp_unit"].values.tolist() == ["CNY_2020/yr", "1"]
    np.testing.assert_allclose(every["co2_per_gdp_2005"], [0.5e-3, np.nan])


def test_what_is_not_read_is_said(tmp_path: Path) -> None:
    attrs = read_pathways(write(tmp_path)).attrs
    assert attrs["read"] == (
        "read 9 of 12 series; not read: Capacity|Electricity|Wind (1); Final Energy (1); 1 of other regions: World"
    )
    assert attrs["passed"] == "1 pairs of model / scenario have no total of China: N / B"
    assert attrs["filled"] == (
        "1 empty cell lies on straight lines: M / A Gross Emissions|CO2 2025; years of the file lie 5 apart from 2020 "
        "to 2030, 30 apart to 2060; those between lie on straight lines"
    )


def test_all_faults_of_all_scenarios_are_told_at_once(tmp_path: Path) -> None:
    text = HEAD + (
        "M,A,China,Emissions|CO2,Mt CO2/yr,,1,2,x,4\n"
        "M,B,China,Emissions|CO2,GW,,1,2,3,4\n"
        "M,C,China,Emissions|CO2,Mt CO2/yr,,,,,\n"
        "M,D,China,Emissions|CO2,Mt CO2/yr,,1,2,3,4\n"
        "M,D,China,Emissions|CO2,Mt CO2/yr,,1,2,3,4\n"
        "M,E,China,Emissions|CO2,GW,,1,2,3,4\n"
    )
    with pytest.raises(InputError) as caught:
        read_pathways(path := write(tmp_path, text))
    places = [str(problem).removeprefix(str(path)).split(": ")[0] for problem in caught.value.problems]
    assert places == [":2:40", ":3:1", ":4:1", ":6:1", ":7:1"]


def test_two_columns_are_one_pathway(tmp_path: Path) -> None:
    found = read_pathways(write(tmp_path, "year,net_co2 [Mt CO2/yr]\n2020,8\n2060,-1\n"))
    assert found["net_co2"].dims == ("scenario", "year") and found["name"].values.tolist() == ["mine"]
