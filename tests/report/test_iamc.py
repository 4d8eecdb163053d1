"""The pathway under standard names: regions add up, and claims are no emissions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from decarb.analysis.run import Results, judge
from decarb.nation.totals import national
from decarb.pathway.targets import check_totals
from decarb.pathway.verdict import Verdict
from decarb.report.iamc import iamc_table, region_name
from decarb.scenario.foreign import read_pathway
from decarb.scenario.iamc_names import SECTORS, SUMS
from decarb.tables import provinces

YEARS = [str(year) for year in range(2020, 2061)]
TOTALS = {
    "Emissions|CO2": ("net_co2", "Mt CO2/yr"),
    "Gross Emissions|CO2": ("gross_co2", "Mt CO2/yr"),
    "Emissions|Kyoto Gases [AR5GWP100]": ("net_ghg", "Mt CO2-equiv/yr"),
}


@pytest.fixture(scope="module")
def table(run_folder: Path) -> pd.DataFrame:
    """The file as anybody would read it."""
    return pd.read_csv(run_folder / "pathway.csv")


def test_the_file_has_the_columns_of_an_iamc_wide_table(table: pd.DataFrame, run_folder: Path) -> None:
    assert table.columns.tolist() == ["model", "scenario", "region", "variable", "unit", "2005", *YEARS]
    assert not table.duplicated(["model", "scenario", "region", "variable"]).any()
    assert set(table["model"]) == {"decarb"} and set(table["scenario"]) == {"china-2060"}
    raw = (run_folder / "pathway.csv").read_bytes()
    assert raw.decode("utf-8").startswith("model,scenario,") and b"\r" not in raw
    assert np.isfinite(table[YEARS].to_numpy()).all()


@pytest.mark.parametrize("variable", TOTALS)
def test_china_is_the_sum_of_its_provinces_and_the_unallocated_rest(
    variable: str, table: pd.DataFrame, results: Results
) -> None:
    name, unit = TOTALS[variable]
    rows = table[table["variable"] == variable].set_index("region")
    parts = [f"China|{province}" for province in (*provinces(), "Unallocated")]
    assert sorted(rows.index) == sorted(["China", *parts]) and len(rows) == 33
    assert set(rows["unit"]) == {unit}
    np.testing.assert_allclose(rows.loc[parts, YEARS].sum(), rows.loc["China", YEARS].astype(float), rtol=1e-9)
    np.testing.assert_allclose(rows.loc["China", YEARS].astype(float), national(results.annual[name]), rtol=1e-12)
    beijing = results.annual[name].sel(province="Beijing").sum("sector")
    np.testing.assert_allclose(rows.loc["China|Beijing", YEARS].astype(float), beijing, rtol=1e-12)


def test_no_claim_of_a_park_is_in_the_table(table: pd.DataFrame) -> None:
    words = " ".join(table["variable"].unique()).casefold()
    for word in ("claim", "credit", "ccer", "park", "offset", "retired"):
        assert word not in words


def test_what_the_nation_alone_has_is_told_once_and_in_standard_units(table: pd.DataFrame, results: Results) -> None:
    rest = table[~table["variable"].isin(TOTALS)].set_index("variable")
    assert set(rest["region"]) == {"China"} and rest.index.is_unique
    solar = results.annual["capacity"].sel(technology="solar", year=2035)
    assert rest.loc["Capacity|Electricity|Solar", "2035"] == pytest.approx(float(solar))
    # 1 TWh is 0.0036 EJ.
    hydro = results.annual["nonfossil_generation"].sel(technology="hydro", year=2030)
    assert rest.loc["Secondary Energy|Electricity|Hydro", "2030"] == pytest.approx(float(hydro) * 0.0036)
    stored = (
        results.annual["captured_co2"].sum([dim for dim in results.annual["captured_co2"].dims if dim != "year"])
        + results.annual["removed_co2"]
    )
    assert rest.loc["Carbon Capture|Geological Storage", "2060"] == pytest.approx(float(stored.sel(year=2060)))
    units = rest["unit"].groupby(rest.index.str.split("|").str[0]).unique().map(list).to_dict()
    assert units == {
        "Capacity": ["GW"], "Carbon Capture": ["Mt CO2/yr"], "Carbon Removal": ["Mt CO2/yr"],
        "Carbon Intensity": ["Mt CO2/billion CNY_2020"],
        "Emissions": ["Mt CO2/yr"], "GDP": ["billion CNY_2020/yr"], "Primary Energy": ["%"],
        "Secondary Energy": ["EJ/yr"],
    }  # fmt: skip
    share = results.annual["nonfossil_share"].sel(year=2035)
    assert rest.loc["Primary Energy|Non-Fossil Share [Coal Equivalent]", "2035"] == pytest.approx(float(share) * 100)
    gdp = float(results.annual["gdp"].sel(year=2030))
    assert rest.loc["GDP|MER", "2030"] == pytest.approx(gdp / 1e9)


def test_2005_stands_for_co2_per_gdp_alone(table: pd.DataFrame, results: Results) -> None:
    told = table[table["2005"].notna()].set_index("variable")
    assert told.index.tolist() == ["Carbon Intensity|GDP"]
    per_gdp = float(results.annual["co2_per_gdp_2005"])  # t CO2 for one yuan; 1 Mt for a thousand million is 1e-3
    assert results.annual["co2_per_gdp_2005"].attrs["units"] == "t CO2/CNY_2020"
    assert told.loc["Carbon Intensity|GDP", "2005"] == pytest.approx(per_gdp * 1e3)


def test_sectors_land_and_what_is_removed_add_to_net_co2(table: pd.DataFrame, results: Results) -> None:
    rows = table[table["region"] == "China"].set_index("variable")[YEARS]
    parts = [*SECTORS, "Emissions|CO2|AFOLU [NGHGI]"]
    assert len(parts) == results.annual.sizes["sector"] == 11
    assert {name for name in rows.index if name.startswith("Emissions|CO2|")} == {*parts, *SUMS}
    np.testing.assert_allclose(rows.loc[parts].sum(), rows.loc["Emissions|CO2"], rtol=1e-9)
    assert (rows.loc["Emissions|CO2|AFOLU [NGHGI]"] < 0).all()


def test_sums_of_sectors_hold_what_their_names_say(table: pd.DataFrame) -> None:
    rows = table[table["region"] == "China"].set_index("variable")[YEARS]
    energy = [name for name in SECTORS if name.startswith("Emissions|CO2|Energy|")]
    assert len(energy) == 7
    np.testing.assert_allclose(rows.loc[energy].sum(), rows.loc["Emissions|CO2|Energy"], rtol=1e-12)
    both = rows.loc[["Emissions|CO2|Energy|Supply", "Emissions|CO2|Energy|Demand"]].sum()
    np.testing.assert_allclose(both, rows.loc["Emissions|CO2|Energy"], rtol=1e-12)
    fossil = rows.loc[["Emissions|CO2|Energy", "Emissions|CO2|Industrial Processes"]].sum()
    np.testing.assert_allclose(fossil, rows.loc["Emissions|CO2|Energy and Industrial Processes"], rtol=1e-12)
    stored = [name for name in rows.index if name.startswith("Carbon Capture|Geological Storage|")]
    every = rows.loc[stored].sum() + rows.loc["Carbon Removal|Geological Storage"]
    np.testing.assert_allclose(every, rows.loc["Carbon Capture|Geological Storage"], rtol=1e-12)


def test_all_electricity_is_what_its_sources_make_and_finds_use(table: pd.DataFrame, results: Results) -> None:
    rows = table[table["region"] == "China"].set_index("variable")[YEARS]
    sources = [name for name in rows.index if name.startswith("Secondary Energy|Electricity|")]
    assert len(sources) == 6
    unused = results.annual["curtailment"].values * 0.0036
    np.testing.assert_allclose(rows.loc[sources].sum() - unused, rows.loc["Secondary Energy|Electricity"], rtol=1e-12)


def same(one: object, other: object) -> bool:
    """Whether two figures are the same but for rounding."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(same(*pair) for pair in zip(one, other, strict=True))
    return one == other or (isinstance(one, float) and one == pytest.approx(other, rel=1e-9))


def read_back(table: pd.DataFrame, folder: Path) -> Verdict:
    path = folder / "pathway.csv"
    table.to_csv(path, index=False)
    return check_totals(read_pathway(path))


def test_a_verdict_on_the_file_is_the_verdict_on_the_run(run_folder: Path, results: Results) -> None:
    read = check_totals(read_pathway(run_folder / "pathway.csv")).to_dict()
    assert "undefined" not in {item["verdict"] for item in read["verdicts"]}
    run = results.verdict.to_dict()
    assert [key for key in run if not same(read[key], run[key])] == []


def test_the_bookkeeping_view_survives_the_file(results: Results, tmp_path: Path) -> None:
    annual = results.annual.assign_coords(land_view="bookkeeping")
    read = read_back(iamc_table(annual, "m", "s"), tmp_path)
    found = {item.target: item for item in read.verdicts}["ndc-2035"]
    assert (found.verdict, found.reason) == (
        "undefined", "land_view is bookkeeping; the target counts with inventory",
    )  # fmt: skip
    assert same(read.to_dict(), judge(annual).to_dict())


def test_a_file_without_a_part_has_no_owners_and_the_same_totals(results: Results, tmp_path: Path) -> None:
    table = iamc_table(results.annual, "m", "s")
    read = read_back(table[table["variable"] != "Emissions|CO2|Waste"], tmp_path)
    assert read.undefined["residual_owners"] == "net_co2 is not given by sector"
    assert read.residual_2060 == pytest.approx(results.verdict.residual_2060)


def test_our_own_reader_gets_back_the_totals(run_folder: Path, results: Results) -> None:
    read = read_pathway(run_folder / "pathway.csv")
    for name in ("gross_co2", "net_co2", "net_ghg"):
        np.testing.assert_allclose(read[name], national(results.annual[name]), rtol=1e-12)
    np.testing.assert_allclose(read["wind_solar_capacity"], results.annual["wind_solar_capacity"], rtol=1e-12)


def test_units_of_the_dataset_do_not_matter(results: Results) -> None:
    in_gt = results.annual.assign(net_co2=(results.annual["net_co2"] / 1000).assign_attrs(units="Gt CO2/yr"))
    once, again = (iamc_table(annual, "m", "s") for annual in (results.annual, in_gt))
    pd.testing.assert_frame_equal(once, again, rtol=1e-12)


def test_regions_are_named_below_china() -> None:
    assert region_name("Inner Mongolia") == "China|Inner Mongolia"
