"""The chain on the shipped scenario: its base year, its history, and what the fence between park and nation lets by."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from decarb import model
from decarb.errors import DecarbError
from decarb.nation.totals import UNALLOCATED, national
from decarb.nation.trends import carried_on
from decarb.park.tariff import period_of_hour

HISTORY = Path(__file__).parents[1] / "data" / "history.csv"


def global_carbon_budget() -> dict[int, float]:
    """Fossil CO2 [Mt] by year, read without the package."""
    with HISTORY.open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if row["variable"] == "fossil_co2"]
    return {int(row["year"]): float(row["value"]) for row in rows}


@pytest.mark.parametrize(
    ("total", "official"),
    [
        ("gross_co2", 10095.0 + 1524.0),
        ("net_co2", 10095.0 + 1524.0 + 9.0 - 1346.0),
        ("net_ghg", 12999.0),
    ],
)
def test_the_base_year_is_the_official_inventory(china: model.Evaluation, total: str, official: float) -> None:
    assert float(national(china.annual[total]).sel(year=2021)) == pytest.approx(official, rel=1e-3)


@pytest.mark.parametrize("year", [2020, 2022, 2023])
def test_history_is_the_official_level_times_the_index(china: model.Evaluation, year: int) -> None:
    budget = global_carbon_budget()
    expected = 11619.0 * budget[year] / budget[2021]
    assert float(national(china.annual["gross_co2"]).sel(year=year)) == pytest.approx(expected, rel=1e-9)


def test_energy_and_process_keep_their_official_levels(china: model.Evaluation) -> None:
    by_sector = china.annual["gross_co2"].sel(year=2021).sum("province")
    assert float(by_sector.sel(sector="process")) == pytest.approx(1524.0, rel=1e-9)
    assert float(by_sector.drop_sel(sector="process").sum()) == pytest.approx(10095.0, rel=1e-9)


def test_sectors_add_up_to_their_own_balances(china: model.Evaluation) -> None:
    annual = china.annual
    emitted = annual["power_heat_co2"] + annual["other_co2"].sum(["province", "sector"])
    np.testing.assert_allclose(
        national(annual["gross_co2"]), emitted - annual["captured_co2"].sum(["province", "sector"]), rtol=1e-12
    )


def test_provinces_with_the_unallocated_rest_are_the_nation(china: model.Evaluation) -> None:
    for name in ("gross_co2", "net_co2", "net_ghg"):
        total = china.annual[name]
        provinces = total.drop_sel(province=UNALLOCATED)
        assert provinces.sizes["province"] == 31
        rest = total.sel(province=UNALLOCATED).sum("sector")
        np.testing.assert_allclose(provinces.sum(["province", "sector"]) + rest, national(total), rtol=1e-12)
    assert float(np.abs(china.annual["gross_co2"].sel(province=UNALLOCATED)).sum()) == 0.0


def test_tibet_is_small_and_never_zero(china: model.Evaluation) -> None:
    tibet = china.annual["gross_co2"].sel(province="Tibet", year=2021)
    emitting = china.base["base_level"]["sector"].values
    assert bool((tibet.sel(sector=emitting) > 0).all())
    assert float(tibet.sum()) < 0.01 * 11619.0


def test_power_and_heat_meet_the_inventory_in_the_base_year(china: model.Evaluation) -> None:
    assert float(china.annual["power_heat_co2"].sel(year=2021)) == pytest.approx(
        float(china.base["base_level"].sel(sector="power_heat")), rel=1e-12
    )


def test_thermal_generation_of_the_base_year_is_what_was_generated(china: model.Evaluation) -> None:
    # Coal 5,334 + gas 287 + oil 57 TWh.
    assert float(china.annual["thermal_generation"].sel(year=2021)) == pytest.approx(5678.0, abs=1.0)


def test_the_balance_of_power_closes_every_year(china: model.Evaluation, china_inputs: xr.Dataset) -> None:
    annual = china.annual
    supply = annual["thermal_generation"] + annual["nonfossil_generation"].sum("technology") - annual["curtailment"]
    imports = carried_on(china_inputs["net_imports"], china_inputs["net_imports_change"], china_inputs["year"])
    np.testing.assert_allclose(supply + imports, annual["electricity_demand"], rtol=1e-9)


def test_parks_bring_wind_and_solar_to_the_nation(china: model.Evaluation) -> None:
    generation = china.annual["park_generation"].sel(year=2060)
    zone = (china.zone["generation"] * china.base["zone_count"]).sum("province") / 1e6
    new = china.annual["operating_share"].sel(year=2060)
    for technology in ("wind", "solar"):
        assert float(generation.sel(technology=technology)) == pytest.approx(
            float(zone.sel(technology=technology) * new), rel=1e-9
        )
    assert float(generation.sum()) == pytest.approx(float(generation.sel(technology=["wind", "solar"]).sum()))
    assert float(generation.sel(technology="solar")) > 0


def test_nothing_new_before_the_model_starts(china: model.Evaluation) -> None:
    past = china.annual.sel(year=slice(None, model.LAST_OBSERVED_YEAR))
    for name in ("operating_share", "abated_in_zones", "electricity_for_fuel", "park_generation", "park_own_use"):
        assert float(np.abs(past[name]).max()) == 0.0


def test_what_was_captured_before_is_inside_the_official_levels(china: model.Evaluation) -> None:
    history = china.annual.sel(year=slice(None, 2023))
    assert float(history["captured_co2"].max()) == 0.0
    assert float(history["removed_co2"].max()) == 0.0
    assert float(china.annual["captured_co2"].sel(year=2024).sum()) > 0.0


def test_a_scaled_template_stays_inside_the_room_of_a_zone(china: model.Evaluation, china_inputs: xr.Dataset) -> None:
    assert bool((china.zone["pv_capacity"] <= china_inputs["pv_site_limit"]).all())
    assert bool((china.zone["wind_capacity"] <= china_inputs["wind_site_limit"]).all())
    np.testing.assert_allclose(china.zone["covered_share"], 1.0)


def test_a_share_of_zones_beyond_industry_is_refused(china_inputs: xr.Dataset, china_weather: xr.Dataset) -> None:
    greedy = china_inputs.assign(zone_share_of_national_co2=xr.DataArray(0.9, attrs={"units": "1"}))
    with pytest.raises(DecarbError, match="share_of_national_co2"):
        model.evaluate(greedy, china_weather)


def test_an_evaluation_repeats_bit_for_bit_and_leaves_its_inputs_alone(
    china: model.Evaluation, china_inputs: xr.Dataset, china_weather: xr.Dataset
) -> None:
    before = china_inputs.copy(deep=True)
    again = model.evaluate(china_inputs, china_weather)
    xr.testing.assert_identical(again.annual, china.annual)
    xr.testing.assert_identical(china_inputs, before)


def test_weather_has_a_year_for_each_province(china_weather: xr.Dataset, china_inputs: xr.Dataset) -> None:
    factor = china_weather["capacity_factor"]
    assert factor.sizes == {"technology": 2, "province": 31, "time": 8760}
    hours = {"wind": "park_wind_full_load_hours", "pv": "park_pv_full_load_hours"}
    for technology, stated in hours.items():
        np.testing.assert_allclose(factor.sel(technology=technology).sum("time"), china_inputs[stated], rtol=1e-6)


def test_the_load_follows_the_template_and_the_tariff_its_clock(
    china_weather: xr.Dataset, china_inputs: xr.Dataset
) -> None:
    shape = china_weather["load_shape"]
    assert shape.dims == ("time",) and float(shape.mean()) == pytest.approx(1.0, rel=1e-12)
    office = china_inputs.assign(electricity=china_inputs["electricity"].where(china_inputs["use"] == "buildings", 0.0))
    office["electricity"].attrs = china_inputs["electricity"].attrs
    of_offices = model.weather(office)["load_shape"]
    assert float(of_offices.std()) > 1.2 * float(shape.std())  # offices rest at night, shifts do not
    np.testing.assert_array_equal(china_weather["period"], period_of_hour(shape["time"].to_index()))


def test_a_zone_has_its_stores_in_one_and_no_power_of_cogeneration(
    china: model.Evaluation, china_inputs: xr.Dataset
) -> None:
    zone = china.zone
    assert {"store", "period"}.isdisjoint(zone["charge"].dims) and float(china_inputs["chp_capacity"]) == 0.0
    assert set(zone["generation"]["technology"].values) == set(model.NATIONAL_NAME.values())
    # All stores of a zone are those of the template, larger by one factor.
    factors = [zone[name] / china_inputs[name] for name in ("power_rating", "energy_rating")]
    np.testing.assert_allclose(factors[0], factors[1], rtol=1e-9)
    assert float(factors[0].std("store").max()) < 1e-9 < float(factors[0].min())
    lost = zone["charge"] - zone["discharge"] - zone["storage_change"]
    assert bool((lost > 0.0).all())
    balance = zone["generation"].sum("technology") + zone["grid_import"] + zone["discharge"] + zone["unmet_load"]
    # `used_generation` has taken the curtailment off.
    np.testing.assert_allclose(balance, zone["load"] + zone["grid_export"] + zone["charge"], rtol=1e-9)


def test_every_variable_of_the_year_has_a_unit(china: model.Evaluation) -> None:
    assert [name for name, array in china.annual.items() if "units" not in array.attrs] == []


def test_the_books_of_parks_are_their_fuel_and_the_power_they_buy(
    china: model.Evaluation, china_inputs: xr.Dataset
) -> None:
    annual, zone, count = china.annual.sel(year=2060), china.zone, china.base["zone_count"]
    abated = annual["abated_in_zones"].sum("sector")
    fuel_of_zones = ((annual["other_co2"] + annual["abated_in_zones"]) * china.base["zone_share"]).sum("sector")
    direct = fuel_of_zones * annual["operating_share"] - abated
    growth = annual["electricity_demand"] / china.annual["electricity_demand"].sel(year=2024)
    bought = (zone["load"] * growth - zone["own_use"]) / 1e6 * count * annual["operating_share"]
    per_fuel = china_inputs["electricity_per_fuel"] / china_inputs["fuel_factor"] / 3.6  # TWh for a Mt
    bought = bought + (annual["abated_in_zones"] * per_fuel).sum("sector")
    expected = direct + bought * annual["grid_factor_average"]
    np.testing.assert_allclose(annual["park_emissions"].sel(province=expected["province"]), expected, rtol=1e-9)


def test_parks_change_demand_by_replaced_fuel_stores_and_saved_losses(
    china: model.Evaluation, china_inputs: xr.Dataset, china_weather: xr.Dataset
) -> None:
    nobody = china_inputs.assign(rollout_anchor=china_inputs["rollout_anchor"] * 0.0)
    nobody["rollout_anchor"].attrs = china_inputs["rollout_anchor"].attrs
    without = model.evaluate(nobody, china_weather).annual
    assert float(without["adopted_zones"].max()) == 0.0
    annual, rate = china.annual, china_inputs["line_loss_rate"]
    fuel = (
        annual["abated_in_zones"].sum("province") / china_inputs["fuel_factor"] / 3.6
    )  # Mt over t/GJ is PJ; PJ to TWh
    replaced = (fuel * china_inputs["electricity_per_fuel"]).sum("sector")
    assert float(replaced.sel(year=2060)) > 1.0
    stores = annual["park_charge"] - annual["park_discharge"] - annual["park_storage_change"]
    saved = annual["park_own_use"] * rate / (1.0 - rate)
    assert float(saved.sel(year=2060)) > 1.0
    np.testing.assert_allclose(
        annual["electricity_demand"] - without["electricity_demand"],
        replaced + stores - saved, rtol=1e-6, atol=1e-9,
    )  # fmt: skip
