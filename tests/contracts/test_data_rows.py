"""Every shipped figure is sourced, readable and plausible, and the figures agree with each other."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from decarb.errors import DataError
from decarb.tables import provinces, read_rows, read_table, shipped, table_array, table_names, table_value
from decarb.units import unit_factor
from decarb.variables import DIMENSIONS, variables

SECTORS = {
    "agriculture", "buildings", "construction", "energy_industry", "manufacturing", "power_heat", "process",
    "transport",
}  # fmt: skip

GOOD = {
    "variable": "capacity",
    "technology": "wind",
    "year": "2021",
    "value": "328",
    "low": "",
    "high": "",
    "unit": "GW",
    "source": "ember-owid",
    "status": "read",
}


def official(name: str, year: int = 2021) -> float:
    return table_value("history", name, year=year).value


@pytest.mark.parametrize("name", table_names())
def test_every_row_is_sourced_readable_and_plausible(name: str) -> None:
    assert not read_table(name).empty


@pytest.mark.parametrize("name", table_names())
def test_no_two_rows_of_a_table_share_one_place(name: str) -> None:
    table = read_table(name)
    places = table[["variable", *(column for column in table.columns if column in DIMENSIONS)]]
    assert table[places.duplicated(keep=False)].index.tolist() == []


@pytest.mark.parametrize("name", table_names())
def test_every_row_fills_only_dimensions_of_its_variable(name: str) -> None:
    for line, row in read_table(name).iterrows():
        filled = {column for column in DIMENSIONS if column in row.index and str(row[column]) not in ("", "<NA>")}
        assert filled <= set(variables()[row["variable"]].dims), f"{name}.csv:{line}"


@pytest.mark.parametrize("name", table_names())
def test_every_province_is_one_of_the_31(name: str) -> None:
    assert set(read_table(name)["province"]) <= {*provinces(), ""}


def test_no_shipped_file_holds_a_download_address() -> None:
    for path in shipped("data").iterdir():
        assert "http" not in path.read_text(encoding="utf-8"), path.name


def planted(folder: Path, **changes: str) -> str:
    """What `read_rows` says of a copy of a good table with one bad row as its third line."""
    bad = GOOD | changes
    path = folder / "planted.csv"
    lines = [",".join(row) for row in (GOOD, GOOD.values(), bad.values())]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(DataError) as refused:
        read_rows(path)
    return str(refused.value)


def test_a_good_row_is_accepted(tmp_path: Path) -> None:
    path = tmp_path / "good.csv"
    path.write_text(f"{','.join(GOOD)}\n{','.join(GOOD.values())}\n", encoding="utf-8")
    assert read_rows(path).loc[2, "value"] == 328.0


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"source": ""}, 'source: "" is not in sources.yaml'),
        ({"source": "ember-owit"}, 'did you mean "ember-owid"'),
        ({"value": ""}, 'value: "" is no finite number'),
        ({"value": "nan"}, 'value: "nan" is no finite number'),
        ({"value": "inf"}, 'value: "inf" is no finite number'),
        ({"value": "1e999"}, 'value: "1e999" is no finite number'),
        ({"value": "3_28"}, 'value: "3_28" is no finite number'),
        ({"value": "３２８"}, "is no finite number"),
        ({"value": "about 300"}, "is no finite number"),
        ({"value": "-1"}, "value: -1 GW is outside 0 to 12000 GW"),
        ({"value": "328000"}, "value: 328000 GW is outside"),
        ({"high": "13000"}, "high: 13000 GW is outside"),
        ({"unit": "TW"}, "328 TW is outside 0 to 12000 GW"),
        ({"low": "nan"}, 'low: "nan" is no finite number'),
        ({"low": "400"}, "do not rise"),
        ({"high": "300"}, "do not rise"),
        ({"low": "400", "high": "300"}, "do not rise"),
        ({"unit": ""}, "unit: "),
        ({"unit": "GWW"}, 'unit: "GWW" is not a unit'),
        ({"unit": "GWh"}, 'unit: "GWh" is energy and "GW" is power'),
        ({"status": "guess"}, 'status: "guess" is none; write read, derived, assumption'),
        ({"status": "assumption"}, "an assumption without a range"),
        ({"status": "assumption", "low": "300"}, "an assumption without a range"),
        ({"variable": "capasity"}, '"capasity" is not in variables.csv; did you mean "capacity"'),
        ({"year": "2021.5"}, 'year: "2021.5" is no whole number'),
        ({"year": "２０２１"}, "is no whole number"),
    ],
)
def test_a_planted_bad_row_is_refused_with_its_line(tmp_path: Path, changes: dict[str, str], said: str) -> None:
    refusal = planted(tmp_path, **changes)
    assert refusal.startswith("planted.csv:3: ") and said in refusal
    assert "planted.csv:2" not in refusal


def test_all_faults_of_a_row_are_reported_at_once(tmp_path: Path) -> None:
    refusal = planted(tmp_path, source="x", value="y", unit="z", status="w", variable="v")
    assert [line.split(": ")[1] for line in refusal.splitlines()] == ["status", "source", "value", "variable", "unit"]


def test_fuels_and_processes_sum_to_fossil_co2_in_every_year() -> None:
    parts = ("coal_co2", "oil_co2", "gas_co2", "cement_co2", "flaring_co2", "other_industry_co2")
    summed = sum(table_array("history", part, "year") for part in parts)
    assert summed.sizes["year"] == 34
    np.testing.assert_allclose(summed, table_array("history", "fossil_co2", "year"), atol=0.0015)  # printed to 0.001


def test_the_official_inventory_of_2021_adds_up() -> None:
    energy, process, waste = (official(f"official_{part}_co2") for part in ("energy", "process", "waste"))
    assert energy + process == 11619  # the peak metric
    assert energy + process + waste == official("official_co2_without_land") == 11628
    assert official("official_co2_without_land") + official("official_land_co2") == official("official_co2_with_land")
    assert official("official_ghg_without_land") + official("official_land_ghg") == official("official_ghg_with_land")
    assert official("official_ghg_without_land") - official("official_co2_without_land") == 2686


def test_non_co2_gases_by_source_sum_to_the_inventory() -> None:
    gases = table_array("sectors", "non_co2_ghg", "sector", year=2021)
    assert gases.sum().item() == pytest.approx(2686.0, abs=1e-9)
    total = table_array("sectors", "official_sector_ghg", "sector", year=2021)
    assert total.sum().item() == pytest.approx(official("official_ghg_without_land"), abs=0.1)
    co2 = {"energy": 10095, "process": 1524, "waste": 9, "agriculture": 0}
    for sector, carbon in co2.items():
        assert (total - gases).sel(sector=sector).item() == pytest.approx(carbon, abs=1e-9)


def test_eight_sectors_sum_to_the_ceads_nation_in_every_year() -> None:
    sectors = table_array("sectors", "sector_co2", "sector", "year")
    assert set(sectors["sector"].values.tolist()) == SECTORS
    nation = table_array("history", "ceads_co2", "year").sel(year=sectors["year"])
    np.testing.assert_allclose(sectors.sum("sector"), nation, atol=0.05)


def test_provinces_exceed_their_nation_by_what_is_known_and_tibet_is_absent() -> None:
    by_province = table_array("provinces", "sector_co2", "province", "sector", year=2019)
    assert set(provinces()) - set(by_province["province"].values.tolist()) == {"Tibet"}
    nation = table_array("sectors", "sector_co2", "sector", year=2019)
    excess = (by_province.sum("province") / nation - 1).round(3)
    # CEADs itself: its provinces do not add to its nation, which is why only shares within a sector are used
    known = {"power_heat": 0.212, "energy_industry": 0.969, "manufacturing": -0.107, "process": -0.028,
             "transport": 0.003, "buildings": 0.118, "agriculture": 0.285, "construction": 0.571}  # fmt: skip
    assert dict(zip(excess["sector"].values.tolist(), excess.values.tolist(), strict=True)) == known


def test_generation_by_technology_sums_to_the_total_and_the_total_meets_demand() -> None:
    total = table_array("power", "generation_total", "year")
    assert total.sizes["year"] == 26
    by_technology = table_array("power", "generation", "technology", "year")
    np.testing.assert_allclose(by_technology.sum("technology"), total, atol=0.0151)  # eight cells printed to 0.01
    imports = table_array("power", "net_imports", "year")
    np.testing.assert_allclose(total + imports, table_array("power", "electricity_demand", "year"), atol=0.0101)


def test_consumption_by_sector_sums_to_the_total_where_all_four_are_known() -> None:
    sectors = table_array("power", "electricity_consumption", "sector", "year", complete=False).dropna("year")
    assert sectors["year"].values.tolist() == [2016, 2019, 2020, 2021, 2025]
    total = table_array("power", "electricity_consumption_total", "year").sel(year=sectors["year"])
    # NEA and CEC print rounded parts: off by at most 7.4 TWh, in the first print of 2020
    np.testing.assert_allclose(sectors.sum("sector"), total, atol=7.5)


def test_provincial_electricity_of_2024_is_the_national_figure() -> None:
    by_province = table_array("provinces", "electricity_consumption", "province", year=2024)
    assert by_province.sizes["province"] == 31
    assert by_province.sum().item() == pytest.approx(9849, abs=0.5)


def test_gdp_shares_sum_to_one_in_every_year() -> None:
    shares = table_array("provinces", "gdp_share", "province", "year")
    assert shares.shape == (31, 9)
    np.testing.assert_allclose(shares.sum("province"), 1.0, atol=1e-9)


def test_real_growth_chains_to_the_index_and_the_deflator_is_one_in_2020() -> None:
    index = table_array("gdp", "real_gdp_index", "year")
    growth = table_array("gdp", "real_gdp_growth", "year") * unit_factor("%/yr", "1/yr")
    np.testing.assert_allclose(index.values[1:] / index.values[:-1] - 1, growth[1:], atol=6e-5)
    assert index.sel(year=2020) == 1.0
    assert table_value("gdp", "gdp_deflator_index", year=2020).value == 1.0


def test_money_is_converted_by_the_deflator_of_the_gdp_table() -> None:
    for year in range(2015, 2026):
        index = table_value("gdp", "gdp_deflator_index", year=year).value
        assert unit_factor(f"CNY_{year}", "CNY_2020") == pytest.approx(1 / index, rel=1e-9)


def test_zones_sum_by_level_and_by_province() -> None:
    levels = table_array("zones", "zone_count", "level", year=2018)
    assert levels.sum().item() == 552 + 1991 == table_value("zones", "zone_count_total", year=2018).value
    by_province = table_array("zones", "provincial_zone_count", "province", year=2018)
    assert by_province.sizes["province"] == 31 and by_province.sum() == levels.sel(level="provincial") == 1991
    etdz = table_array("zones", "etdz_count", "province", year=2018)
    assert etdz.sizes["province"] == 31
    assert etdz.sum().item() == table_value("zones", "etdz_count_total", year=2018).value == 219


def test_fuel_energy_by_sector_sums_to_the_fuel() -> None:
    by_sector = table_array("sectors", "fuel_energy", "sector", "fuel", year=2019)
    assert set(by_sector["sector"].values.tolist()) == SECTORS - {"process"}
    total = table_array("sectors", "fuel_energy_total", "fuel", year=2019)
    np.testing.assert_allclose(by_sector.sum("sector"), total, atol=0.002)


def test_factors_per_mass_are_heat_times_factors_per_heat() -> None:
    per_mass = table_array("emission_factors", "fuel_factor", "fuel")
    heat = table_array("emission_factors", "net_calorific_value", "fuel").sel(fuel=per_mass["fuel"])
    per_heat = table_array("emission_factors", "fuel_energy_factor", "fuel").sel(fuel=per_mass["fuel"])
    np.testing.assert_allclose(heat * per_heat, per_mass, rtol=5e-4)
    gas = table_value("emission_factors", "gas_calorific_value", fuel="natural_gas")
    gas_factor = table_value("emission_factors", "fuel_energy_factor", fuel="natural_gas").to("kg CO2/GJ")
    expected = table_value("emission_factors", "gas_factor", fuel="natural_gas").value
    assert gas.value * gas_factor == pytest.approx(expected, rel=5e-4)


def test_the_grid_factor_lies_between_nothing_and_fossil_power_and_tibet_is_absent() -> None:
    fossil = table_array("grid_factors", "grid_factor_fossil", "year")
    average = table_array("grid_factors", "grid_factor_average", "year")
    residual = table_array("grid_factors", "grid_factor_residual", "year")
    assert bool(((average < residual) & (residual < fossil)).all())
    for year in (2021, 2022):
        factors = table_array("grid_factors", "grid_factor_average", "province", year=year)
        assert set(provinces()) - set(factors["province"].values.tolist()) == {"Tibet"}
        assert bool((factors < fossil.sel(year=year)).all())


def test_weather_covers_each_hour_of_each_month_and_each_province() -> None:
    speed = table_array("weather_shape", "wind_speed_ratio", "month", "hour")
    assert speed["month"].values.tolist() == list(range(1, 13)) and speed["hour"].values.tolist() == list(range(24))
    assert speed.mean().item() == pytest.approx(1.0, abs=0.01)
    monthly = table_array("capacity_factor_monthly", "capacity_factor", "technology", "province", "month", year=2020)
    assert monthly.shape == (2, 31, 12)
    days = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    for technology in ("solar", "onwind"):
        yearly = table_array("provinces", f"{technology}_capacity_factor", "province", year=2020)
        mean = np.average(monthly.sel(technology=technology), axis=1, weights=days)
        np.testing.assert_allclose(mean, yearly, atol=2e-4)


def test_peaks_of_other_economies_are_the_maxima_of_their_series() -> None:
    emissions = table_array("other_economies", "economy_co2", "economy", "year", complete=False)
    peaks = table_array("other_economies", "economy_peak_year", "economy")
    assert set(peaks["economy"].values.tolist()) == {"United States", "European Union (27)", "United Kingdom", "Japan"}
    np.testing.assert_array_equal(emissions.sel(economy=peaks["economy"]).idxmax("year"), peaks)


def test_the_location_of_a_province_is_told_apart_from_every_other() -> None:
    latitude = table_array("provinces", "latitude", "province")
    longitude = table_array("provinces", "longitude", "province")
    assert latitude.sizes["province"] == len(set(zip(latitude.values, longitude.values, strict=True))) == 31
