"""The chain on the shipped scenario: its base year, its history, and what the fence between park and nation lets by."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from nation_samples import in_2060, stated

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
    emitted = annual["power_heat_co2"] + annual["other_co2"].sum("sector")
    np.testing.assert_allclose(
        national(annual["gross_co2"]), emitted - annual["captured_co2"].sum("sector"), rtol=1e-12
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
    annual = china.annual.sel(year=2060)
    of_all = (china.zone["generation"] * china.base["zone_count"]).sum("province") / 1e6
    first, last = of_all.sel(vintage="first"), of_all.sel(vintage="last")
    expected = (first * annual["operating_share"] + (last - first) * annual["later_share"]).sum(["level", "archetype"])
    generation = annual["park_generation"]
    for technology in ("wind", "solar"):
        got, wanted = float(generation.sel(technology=technology)), float(expected.sel(technology=technology))
        assert got == pytest.approx(wanted, rel=1e-9)
    assert float(generation.sum()) == pytest.approx(float(generation.sel(technology=["wind", "solar"]).sum()))
    assert float(generation.sel(technology="solar")) > 0


def test_nothing_new_before_the_model_starts(china: model.Evaluation) -> None:
    past = china.annual.sel(year=slice(None, model.LAST_OBSERVED_YEAR))
    for name in ("adopted_zones", "operating_share", "later_share", "abated_by_lever", "electricity_for_fuel",
                 "electricity_for_fuel_in_zones", "electricity_saved", "park_generation", "park_own_use",
                 "park_emissions", "ccer_retired", "caused_abatement"):  # fmt: skip
        assert float(np.abs(past[name]).max()) == 0.0, name


def test_what_was_captured_before_is_inside_the_official_levels(china: model.Evaluation) -> None:
    history = china.annual.sel(year=slice(None, 2023))
    assert float(history["captured_co2"].max()) == 0.0
    assert float(history["removed_co2"].max()) == 0.0
    assert float(china.annual["captured_co2"].sel(year=2024).sum()) > 0.0


def test_a_scaled_template_stays_inside_the_roofs_and_land_of_a_zone(
    china: model.Evaluation, china_inputs: xr.Dataset
) -> None:
    given, load = china_inputs, china.base["zone_load"]
    # MWh/yr x m2 yr/MWh x kW/m2 are kW of PV; MWh/yr x ha yr/GWh are thousandths of a ha, a hundredth of a km2.
    roof = load * given["roof_area_per_load"] * given["usable_roof_share"]
    land = load * given["land_area_per_load"] / 1000.0 / 100.0 * given["wind_land_share"]
    room = {"pv": roof * given["pv_roof_density"] / 1000.0, "wind": land * given["wind_density"]}
    copies = load / given["annual_load"]
    for name, most in room.items():
        wanted = copies * given[f"{name}_capacity"]
        expected = wanted.where(wanted < most, most).transpose(*load.dims)
        np.testing.assert_allclose(china.zone[f"{name}_capacity"], expected, rtol=1e-9)
        assert bool((most < wanted).any())
    # Halls of logistics have roofs to spare for the template's PV.
    assert bool((room["pv"] > copies * given["pv_capacity"]).sel(archetype="logistics").all())
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
    for technology, name in hours.items():
        np.testing.assert_allclose(factor.sel(technology=technology).sum("time"), china_inputs[name], rtol=1e-6)


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
    annual, zone, base, given = china.annual.sel(year=2060), china.zone, china.base, china_inputs
    here = annual["operating_share"] * zone["covered_share"]
    caught = annual["captured_co2"]
    kept_co2 = 1.0 - (caught / (annual["gross_co2"].sum("province") + caught)).fillna(0.0)
    share = base["provincial_share"] * base["zone_share"] * here
    inside = share * annual["before_zones"] * kept_co2  # Mt after capture, before any lever of the template
    fuel = inside.sel(sector=["energy_industry", "manufacturing"])
    needed = 1.0 - given["fuel_saving_share"]
    electrified = fuel / kept_co2 * needed * given["electrified_fuel_share"]
    burnt = fuel * needed * (1.0 - given["electrified_fuel_share"])
    cleaner = 1.0 - given["switched_fuel_factor"] / given["fuel_factor"]
    process = inside.sel(sector="process") * (1.0 - given["process_change_share"])
    direct = (burnt * (1.0 - given["switched_fuel_share"] * cleaner)).sum(["sector", "level", "archetype"])
    direct = direct + process.sum(["level", "archetype"])
    # TWh for a Mt: PJ are Mt over t/GJ, and 3.6 of them a TWh.
    for_fuel = electrified / given["fuel_factor"] / 3.6 * given["electricity_per_fuel"]
    growth = float(annual["demand_trend"]) / float(china.annual["demand_trend"].sel(year=2024))
    own = zone["own_use"].sel(vintage="first") * annual["operating_share"]
    own = own + zone["own_use"].diff("vintage").isel(vintage=0, drop=True) * annual["later_share"]
    kept = zone["load"].isel(vintage=0) * (1.0 - given["electricity_saving_share"]) * annual["operating_share"]
    of_zones = base["zone_count"] * (kept * growth - own) / 1e6
    trend = (share * annual["electricity_for_fuel_by_sector"]).sum(["sector", "level", "archetype"])
    bought = of_zones.sum(["level", "archetype"]) + for_fuel.sum(["sector", "level", "archetype"]) + trend
    expected = direct + bought * annual["grid_factor_average"]
    assert float(direct.sum()) > 100.0 and float(bought.sum()) > 100.0
    np.testing.assert_allclose(annual["park_emissions"].sel(province=expected["province"]), expected, rtol=1e-9)
    green = float(given["green_power_share"])
    expected = direct + bought * (1.0 - green) * annual["grid_factor_residual"]
    np.testing.assert_allclose(annual["park_emissions_market"].sel(province=expected["province"]), expected, rtol=1e-9)


def test_parks_change_demand_by_replaced_fuel_savings_stores_and_saved_losses(
    china: model.Evaluation, china_inputs: xr.Dataset, no_template: xr.Dataset
) -> None:
    assert float(no_template["adopted_zones"].max()) == 0.0
    annual, rate = china.annual, china_inputs["line_loss_rate"]
    electrified = annual["abated_by_lever"].sel(lever="electrification")
    fuel = electrified / china_inputs["fuel_factor"] / 3.6  # Mt over t/GJ is PJ; PJ to TWh
    replaced = (fuel * china_inputs["electricity_per_fuel"]).sum("sector")
    saved = annual["electricity_saved"].sum("province")
    stores = annual["park_charge"] - annual["park_discharge"] - annual["park_storage_change"]
    losses = annual["park_own_use"] * rate / (1.0 - rate)
    for part in (replaced, saved, stores, losses):
        assert float(part.sel(year=2060)) > 1.0
    np.testing.assert_allclose(
        annual["electricity_demand"] - no_template["electricity_demand"],
        (replaced - saved) / (1.0 - rate) + stores - losses, rtol=1e-6, atol=1e-9,
    )  # fmt: skip


def test_a_zone_handed_in_gives_the_same_bits_as_one_computed(
    china: model.Evaluation, china_inputs: xr.Dataset, china_weather: xr.Dataset
) -> None:
    again = model.evaluate(china_inputs, china_weather, zone=china.zone)
    xr.testing.assert_identical(again.annual, china.annual)
    xr.testing.assert_identical(again.base, china.base)
    xr.testing.assert_identical(again.zone, china.zone)
    alone = model.zone_with_template(china_inputs, model.base_year(china_inputs), china_weather)
    xr.testing.assert_identical(alone, china.zone)


def test_a_clone_is_at_most_the_template_itself(
    china: model.Evaluation, china_inputs: xr.Dataset, china_weather: xr.Dataset
) -> None:
    cloned = model.evaluate(stated(china_inputs, scaled=0.0), china_weather)
    zone = cloned.zone
    assert 0.0 < float(zone["copies"].min()) < float(zone["copies"].max()) == 1.0
    for name in ("wind_capacity", "pv_capacity"):
        np.testing.assert_allclose(zone[name], zone["copies"] * float(china_inputs[name]), rtol=1e-12)
    covered = zone["copies"] * float(china_inputs["annual_load"]) / cloned.base["zone_load"]
    np.testing.assert_allclose(zone["covered_share"], covered, rtol=1e-12)
    # Zones use about a hundred times what the seed park does: a clone covers a hundredth of them.
    assert float(zone["covered_share"].max()) < 0.6
    assert in_2060(cloned.annual, "abated_by_lever") < 0.05 * in_2060(china.annual, "abated_by_lever")


def test_half_of_the_first_year_is_worked(china: model.Evaluation) -> None:
    count = china.base["zone_count"].sum("province")
    started = (china.annual["adopted_zones"] > 0.0).all(["level", "archetype"])
    first = china.annual.isel(year=int(started.argmax("year")))
    # The first 52 zones were listed in 2025 and take three years to build.
    assert int(first["year"]) == 2028
    assert float(first["adopted_zones"].sum()) == pytest.approx(52.0)
    np.testing.assert_allclose(first["operating_share"] * count, first["adopted_zones"] / 2.0, rtol=1e-12)
