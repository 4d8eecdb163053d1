"""From a scenario and the tables to arrays: what is stated wins, what is observed stays, each array has its unit."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import xarray as xr

from decarb.scenario.inputs import PARTS, YEARS, inputs_apart, scenario_inputs
from decarb.scenario.park_inputs import park_design
from decarb.scenario.scenario import load_scenario
from decarb.tables import provinces, table_array
from decarb.units import dimension, units_of

HAS_HOLES = ("reported_provincial_co2", "station_wind_speed", "listed_zone_load", "listed_zone_co2")
CHINA = load_scenario("china-2060")


def inputs_with(**sections: Any) -> xr.Dataset:
    return scenario_inputs(CHINA.replace(**sections).spec)


def test_every_input_has_a_unit_that_exists(china_inputs: xr.Dataset) -> None:
    for name, array in china_inputs.data_vars.items():
        dimension(units_of(array))
        assert array.size, name
    assert china_inputs["year"].values.tolist() == YEARS.tolist() == list(range(2020, 2061))
    assert china_inputs.attrs == {"scenario": "china-2060", "seed": 2021, "land_view": "inventory", "gwp": "AR5"}


def test_provinces_are_the_31_everywhere(china_inputs: xr.Dataset) -> None:
    assert china_inputs["province"].values.tolist() == list(provinces())
    for name, array in china_inputs.data_vars.items():
        if "province" in array.dims and name not in HAS_HOLES and name != "listed_zone_count":
            assert np.isfinite(array).all(), name


def test_a_stated_path_runs_through_its_years_on_straight_lines_and_stays() -> None:
    power = {"solar": {"capacity": {2035: "2500 GW", 2045: "3.5 TW"}}}
    solar = inputs_with(power=power)["capacity"].sel(technology="solar")
    assert units_of(solar) == "GW"
    observed = table_array("power", "capacity", "technology", "year", complete=False)
    last = float(observed.sel(technology="solar", year=2025))
    # From the last observed year: half way from 2025 to 2035 the line is half way up.
    assert float(solar.sel(year=2030)) == pytest.approx((last + 2500) / 2)
    assert solar.sel(year=[2025, 2035, 2040, 2045, 2060]).values == pytest.approx([last, 2500, 3000, 3500, 3500])


def test_what_is_observed_does_not_move_with_a_scenario(china_inputs: xr.Dataset) -> None:
    other = inputs_with(
        power={"wind": {"capacity": {2026: "1 GW"}}, "nuclear": {"generation": {2026: "1 TWh/yr"}}},
        economy={"gdp_growth": {2026: "-9 %/yr"}},
    )
    for name in ("capacity", "firm_generation", "gdp", "electricity_demand"):
        xr.testing.assert_identical(other[name].sel(year=slice(2025)), china_inputs[name].sel(year=slice(2025)))
    assert float(other["capacity"].sel(technology="wind", year=2026)) == 1
    assert float(other["firm_generation"].sel(technology="nuclear", year=2060)) == 1


def test_growth_keeps_each_value_until_the_next_year_named() -> None:
    growth = inputs_with(economy={"gdp_growth": {2030: "5 %/yr", 2040: "0.02 1/yr"}})["gdp_growth"]
    assert units_of(growth) == "1/yr"
    assert growth.sel(year=[2026, 2030, 2039, 2040, 2060]).values == pytest.approx([0.05, 0.05, 0.05, 0.02, 0.02])


def test_each_stated_value_goes_to_its_own_input(china_inputs: xr.Dataset) -> None:
    changes: dict[str, tuple[Any, float]] = {
        "rollout.growth": ("50 %/yr", 0.5),
        "rollout.ceiling": ("0.5", 0.5),
        "rollout.delay": ("2 yr", 2),
        "rollout.lifetime": ("20 yr", 20),
        "rollout.build_rate": ("30 zone/yr", 30),
        "zones.captive_share": ("0.11", 0.11),
        "zones.share_of_national_co2": ("0.13", 0.13),
        "zones.national_size": ("3", 3),
        "zones.size_spread": ("0.5", 0.5),
        "zones.grid_connection_per_load": ("1.5", 1.5),
        "template.electrified_fuel_share": ("0.12", 0.12),
        "template.fuel_saving_share": ("0.21", 0.21),
        "template.switched_fuel_factor": ("0.04 t CO2/GJ", 0.04),
        "template.green_power_share": ("0.22", 0.22),
        "captive.factor_ratio": ("1.2", 1.2),
        "captive.retirement_start": (2031, 2031),
        "power.market_traded_share": ("0.23", 0.23),
        "credits.additionality": ("0.24", 0.24),
        "credits.use_limit": ("0.02", 0.02),
        "economy.electricity_intensity_change": ("-3 %/yr", -0.03),
        "power.fossil_factor_change": ("-4 %/yr", -0.04),
        "power.heat_supply_change": ("-5 %/yr", -0.05),
        "power.thermal_minimum_share": ("0.14", 0.14),
        "capture.level": ("0.15", 0.15),
        "capture.rate": ("0.16", 0.16),
        "land.co2_2060": ("-2 Gt CO2/yr", -2000),
    }
    names = {
        "zones.share_of_national_co2": "zone_share_of_national_co2", "zones.national_size": "national_zone_size",
        "zones.size_spread": "zone_size_spread", "credits.use_limit": "ccer_use_limit",
    }  # fmt: skip
    for key in changes:
        section, _, field = key.partition(".")
        whole = f"{section}_{field}"
        names.setdefault(key, whole if whole in china_inputs else field)
    stated = scenario_inputs(CHINA.replace({key: text for key, (text, _) in changes.items()}).spec)
    for key, (_, number) in changes.items():
        assert np.unique(stated[names[key]]).tolist() == pytest.approx([number]), key
        assert np.unique(china_inputs[names[key]]).tolist() != pytest.approx([number]), key
    unmoved = set(china_inputs) - set(names.values())
    for name in unmoved:
        xr.testing.assert_identical(stated[name], china_inputs[name])


def test_a_point_on_the_curve_is_read_with_the_curve_that_has_one(china_inputs: xr.Dataset) -> None:
    logistic = inputs_with(rollout={"curve": "logistic", "anchor": "7 zone", "anchor_year": 2035, "growth": "9 %/yr"})
    assert logistic["rollout_curve"].sel(curve="logistic") == 1 and logistic["rollout_curve"].sum() == 1
    assert float(logistic["rollout_anchor"]) == 7 and float(logistic["rollout_anchor_year"]) == 2035
    assert china_inputs["rollout_curve"].sel(curve="policy") == 1


@pytest.mark.parametrize("sector", ["manufacturing", "transport", "process"])
def test_a_lever_of_a_sector_moves_that_sector_alone(sector: str, china_inputs: xr.Dataset) -> None:
    changed = inputs_with(sectors={sector: {"intensity_change": "-7 %/yr"}})["intensity_change"]
    moved = changed["sector"].values[~np.isclose(changed, china_inputs["intensity_change"], equal_nan=True)]
    assert moved.tolist() == [sector]
    assert float(changed.sel(sector=sector)) * {"1/yr": 1, "%/yr": 0.01}[units_of(changed)] == pytest.approx(-0.07)


def test_the_land_view_changes_history_and_future_together(china_inputs: xr.Dataset) -> None:
    bookkeeping = inputs_with(land_view="bookkeeping")
    assert bookkeeping.attrs["land_view"] == "bookkeeping"
    # The two views are 1.07 Gt apart in 2021.
    gap = bookkeeping["land_co2"].sel(year=2021) - china_inputs["land_co2"].sel(year=2021)
    assert float(gap) == pytest.approx(1070, abs=40)
    assert float(bookkeeping["land_co2_2060"]) > float(china_inputs["land_co2_2060"])


def test_the_ends_of_the_tables_ranges_can_be_read() -> None:
    low, value, high = (scenario_inputs(CHINA.spec, bound) for bound in ("low", "value", "high"))
    for name in ("capture_level", "heat_supply", "captive_share", "electricity_intensity_change", "rollout_ceiling",
                 "electrified_fuel_share", "market_traded_share", "zone_size_spread"):  # fmt: skip
        assert float(low[name].max()) < float(value[name].max()) < float(high[name].max()), name
    # What a scenario states is no assumption of the table.
    own = CHINA.replace({"rollout.growth": "13.1 %/yr"}).spec
    low, high = (scenario_inputs(own, bound) for bound in ("low", "high"))
    assert float(low["rollout_growth"]) == float(high["rollout_growth"]) == pytest.approx(0.131)
    for name in ("archetype_mix", "capture_share"):  # parts of a whole stay together
        xr.testing.assert_identical(low[name], high[name])


def test_the_park_of_a_scenario_is_the_template_without_its_cogeneration(china_inputs: xr.Dataset) -> None:
    design = park_design(CHINA.spec.park)
    for name in set(design) - {"chp_capacity"}:
        xr.testing.assert_identical(china_inputs[name].variable, design[name].variable)
    heated = CHINA.replace(
        {"park.heat.process_heat": "1000 TJ/yr", "park.heat.supply": {"gas_chp": 1, "heat_pump": 0, "gas_boiler": 0}}
    )
    assert float(park_design(heated.spec.park)["chp_capacity"]) > 0
    assert float(scenario_inputs(heated.spec)["chp_capacity"]) == 0


def test_each_part_reads_no_section_but_those_it_names() -> None:
    for part, sections in PARTS.items():
        only = SimpleNamespace(**{name: getattr(CHINA.spec, name) for name in sections})
        assert part(only, "value"), part.__name__


def test_no_input_comes_of_two_parts() -> None:
    names = [name for part in PARTS for name in part(CHINA.spec, "value")]
    assert len(names) == len(set(names))


def test_inputs_that_a_change_may_move_are_those_of_the_whole_scenario() -> None:
    other = CHINA.replace({"capture.rate": "0.71", "power.market_traded_share": "0.3"}).spec
    before, after, apart = scenario_inputs(CHINA.spec), scenario_inputs(other), inputs_apart(other, CHINA.spec)
    assert {"capture_rate", "market_traded_share"} <= set(apart)
    assert len(apart) < len(after) / 2
    assert before.assign(apart).identical(after)


def test_a_scenario_has_no_inputs_apart_from_itself() -> None:
    assert not inputs_apart(CHINA.spec, CHINA.spec).data_vars
