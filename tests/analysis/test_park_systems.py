"""Each of the twelve systems moves the flow it owns, and the lines of the statement that follow from it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import pytest
import xarray as xr
from park_years import in_a_row, inputs_of, year_of

from decarb.analysis.park_systems import OWNED, SIZE, systems_of
from decarb.scenario.scenario import load_park
from decarb.units import canonical
from decarb.variables import variables

STORES = ("supercapacitor", "lithium", "flow_battery")
LINEAR = {
    "wind": ("generation",),
    "pv": ("generation",),
    "water": ("treated_water", "reused_water", "water_electricity", "wastewater_ch4", "wastewater_n2o"),
    "agriculture": (
        "irrigation_demand", "irrigation_from_reuse", "fertiliser_n2o", "agriculture_electricity",
        "agriculture_removal",
    ),
    "sports": ("sports_electricity", "sports_heat"),
    "buildings": ("building_electricity", "building_heat"),
    "fleet": ("fleet_distance", "fleet_fuel", "fleet_electricity"),
}  # fmt: skip
"""Flows that are none without their system, and twice as much with twice its size."""
# The park has processes that need heat, and a plant for water that takes only part of it (60 of 160 m3/d), so that
# twice the plant treats twice as much.
BASE = ("heat.process_heat=5000 GJ/yr", "water.treatment_capacity=60 m3/d")
TWICE = {
    "wind": ("wind.capacity=9.6 MW",),
    "pv": ("pv.capacity=2.6 MW",),
    "flow_battery": ("flow_battery.power_rating=0.4 MW", "flow_battery.energy_rating=1.6 MWh"),
    "lithium": ("lithium.power_rating=2 MW", "lithium.energy_rating=4 MWh"),
    "supercapacitor": ("supercapacitor.power_rating=1 MW", "supercapacitor.energy_rating=0.04 MWh"),
    "microgrid": ("microgrid.import_limit=20 MW",),
    "water": ("water.treatment_capacity=120 m3/d",),
    "agriculture": ("agriculture.area=2 ha",),
    "sports": ("sports.floor_area=10000 m2",),
    "buildings": ("buildings.floor_area=120000 m2",),
    "heat": ("heat.process_heat=10000 GJ/yr",),
    "fleet": ("fleet.vehicles=80 vehicle",),
}
LIMITED = {
    "narrow": ("microgrid.import_limit=1 MW",),
    "narrow twice": ("microgrid.import_limit=2 MW",),
    "no export": ("microgrid.export_limit=0 MW",),
}
MOVES = {
    "wind": {"electricity": -1},
    "pv": {"electricity": -1},
    "flow_battery": {"electricity": 0},
    "lithium": {"electricity": 0},
    "supercapacitor": {"electricity": 0},
    "microgrid": {"electricity": 0},
    "water": {"wastewater": +1, "electricity": +1},
    "agriculture": {"fertiliser": +1, "electricity": +1},
    "sports": {"natural_gas": +1, "electricity": +1},
    "buildings": {"natural_gas": +1, "electricity": +1},
    "heat": {"natural_gas": +1, "electricity": +1},
    "fleet": {"fleet": +1, "electricity": +1},
}
"""Lines that a system adds to (+1), takes from (-1) or may move either way (0); it moves no other."""


@lru_cache(maxsize=1)
def settings_of() -> Mapping[str, tuple[str, ...]]:
    off = {f"{name} off": (f"{name}.on=false",) for name in SIZE}
    twice = {f"{name} twice": written for name, written in TWICE.items()}
    return {"whole": (), **off, **twice, **LIMITED}


@lru_cache(maxsize=1)
def years() -> xr.Dataset:
    """All parks of this file in one run."""
    return year_of(in_a_row({park: inputs_of("yizhuang", *BASE, *more) for park, more in settings_of().items()}))


@lru_cache(maxsize=64)
def systems(park: str) -> Mapping[str, Mapping[str, Any]]:
    spec = load_park("yizhuang", (*BASE, *settings_of()[park]))
    return systems_of(spec, years().sel(park=park, drop=True))


def annual(park: str, system: str, flow: str) -> float:
    return systems(park)[system]["annual"][flow][0]


def flow(park: str, name: str) -> float:
    return float(years()[name].sel(park=park))


def line(park: str, category: str) -> float:
    return float(years()["statement"].sel(park=park, category=category))


@pytest.mark.parametrize("park", ["whole", *(f"{name} off" for name in SIZE)])
def test_all_twelve_systems_stand_in_every_result(park: str) -> None:
    found = systems(park)
    assert tuple(found) == ("wind", "pv", "flow_battery", "lithium", "supercapacitor", "microgrid", "water",
                            "agriculture", "sports", "buildings", "heat", "fleet")  # fmt: skip
    assert [name for name, system in found.items() if not system["on"]] == ([park[:-4]] if park != "whole" else [])
    for name, system in found.items():
        assert {"on", "size", "annual"} <= system.keys() and system["annual"], name
        for owned, (value, unit) in system["annual"].items():
            assert np.isfinite(value) and canonical(unit), (name, owned)
            assert owned in variables() or owned.startswith("heat_by_"), (name, owned)


@pytest.mark.parametrize("name", SIZE)
def test_a_system_that_is_off_keeps_its_size(name: str) -> None:
    assert systems(f"{name} off")[name]["size"] == systems("whole")[name]["size"]


@pytest.mark.parametrize("name", SIZE)
def test_twice_the_size_is_said(name: str) -> None:
    value, unit = systems("whole")[name]["size"]
    assert systems(f"{name} twice")[name]["size"] == (pytest.approx(2 * value, rel=1e-12), unit)


@pytest.mark.parametrize(("name", "owned"), [(name, owned) for name, flows in LINEAR.items() for owned in flows])
def test_a_linear_flow_goes_with_its_system_and_doubles_with_it(name: str, owned: str) -> None:
    once = annual("whole", name, owned)
    assert once > 0.0
    assert annual(f"{name} off", name, owned) == 0.0
    assert annual(f"{name} twice", name, owned) == pytest.approx(2 * once, rel=1e-9)


@pytest.mark.parametrize("name", SIZE)
def test_a_system_leaves_the_linear_flows_of_the_others_alone(name: str) -> None:
    # Irrigation takes what water is reused, and floors take the heat that there is.
    shared = {"water": {"irrigation_from_reuse"}, "heat": {"building_heat", "sports_heat"}}.get(name, set())
    for other in LINEAR.keys() - {name}:
        for owned in set(LINEAR[other]) - shared:
            for park in (f"{name} off", f"{name} twice"):
                assert annual(park, other, owned) == pytest.approx(annual("whole", other, owned), rel=1e-9), owned


@pytest.mark.parametrize("name", SIZE)
def test_a_system_moves_its_own_lines_of_the_statement_and_no_other(name: str) -> None:
    for category in years()["category"].values:
        off, once, twice = (line(park, category) for park in (f"{name} off", "whole", f"{name} twice"))
        sign = MOVES[name].get(category)
        if sign is None:
            assert off == once == twice, category
        elif sign:
            assert sign * off < sign * once < sign * twice, category


@pytest.mark.parametrize(
    ("name", "category"), [("fleet", "fleet"), ("water", "wastewater"), ("agriculture", "fertiliser")]
)
def test_a_line_of_one_system_is_none_without_it_and_doubles_with_it(name: str, category: str) -> None:
    assert line(f"{name} off", category) == 0.0
    assert line(f"{name} twice", category) == pytest.approx(2 * line("whole", category), rel=1e-12)


def test_the_electricity_line_is_what_is_bought_times_the_stated_factor() -> None:
    bought = years()["statement"].sel(category="electricity", drop=True) / 0.604  # t CO2/MWh of the park file
    np.testing.assert_allclose(bought, years()["grid_import"], rtol=1e-12)


@pytest.mark.parametrize("name", ["wind", "pv"])
def test_purchases_fall_with_generation_and_by_no_more_than_it(name: str) -> None:
    once = annual("whole", name, "generation")
    for more, less in (("whole", f"{name} off"), (f"{name} twice", "whole")):
        saved = flow(less, "grid_import") - flow(more, "grid_import")
        assert 0.0 < saved < once
    twice = flow("whole", "grid_import") - flow(f"{name} twice", "grid_import")
    assert twice < flow(f"{name} off", "grid_import") - flow("whole", "grid_import")  # the second finds less to do
    assert flow(f"{name} twice", "grid_export") > flow("whole", "grid_export") > flow(f"{name} off", "grid_export")


@pytest.mark.parametrize("name", STORES)
def test_a_store_that_is_off_moves_nothing_and_a_larger_one_more_but_not_twice_as_much(name: str) -> None:
    for owned in ("charge", "discharge", "storage_change"):
        assert annual(f"{name} off", name, owned) == 0.0
    for owned in ("charge", "discharge"):
        once, twice = (annual(park, name, owned) for park in ("whole", f"{name} twice"))
        assert 1.5 * once < twice < 2.0 * once


@pytest.mark.parametrize("name", STORES)
def test_a_store_gives_back_less_than_it_took_by_its_efficiency(name: str) -> None:
    most = float(inputs_of("yizhuang", *BASE)["round_trip_efficiency"].sel(store=name))
    for park in ("whole", f"{name} twice"):
        assert 0.0 < annual(park, name, "discharge") <= most * annual(park, name, "charge")


def test_the_second_store_takes_what_the_first_leaves() -> None:
    whole, without, twice = (
        annual(park, "flow_battery", "discharge") for park in ("whole", "lithium off", "lithium twice")
    )
    assert twice < whole < without
    for park in ("flow_battery off", "flow_battery twice"):
        assert annual(park, "lithium", "discharge") == annual("whole", "lithium", "discharge")


def test_without_a_microgrid_the_stores_stand_still_and_the_park_buys_all_it_lacks_by_the_hour() -> None:
    park = "microgrid off"
    for name in STORES:
        assert systems(park)[name]["on"] and annual(park, name, "charge") == annual(park, name, "discharge") == 0.0
    assert annual(park, "microgrid", "grid_export") > annual("whole", "microgrid", "grid_export")
    gap = flow(park, "grid_import") - flow(park, "load") - flow(park, "grid_export")
    made = float(years()["generation"].sel(park=park).sum())
    assert gap + made == pytest.approx(0.0, abs=1e-6)


def test_a_connection_beyond_any_need_moves_nothing() -> None:
    # time-of-use charges up to the limit of the connection or the power of the store, which is smaller.
    for name in OWNED["microgrid"]:
        assert flow("microgrid twice", name) == flow("whole", name), name


def test_a_narrow_connection_delivers_its_limit_and_one_twice_as_wide_no_more_than_twice_as_much() -> None:
    narrow, wide = "narrow", "narrow twice"
    assert annual(narrow, "microgrid", "peak_import") == pytest.approx(1.0)
    assert annual(wide, "microgrid", "peak_import") == pytest.approx(2.0)
    bought = [annual(park, "microgrid", "grid_import") for park in (narrow, wide, "whole")]
    assert bought[0] < bought[1] < 2 * bought[0] and bought[1] < bought[2]
    unmet = [annual(park, "microgrid", "unmet_load") for park in (narrow, wide, "whole")]
    assert unmet[0] > unmet[1] > unmet[2] == 0.0


def test_without_export_the_surplus_is_curtailed() -> None:
    assert annual("no export", "microgrid", "grid_export") == 0.0
    kept = annual("no export", "microgrid", "curtailment")
    assert 0.99 * annual("whole", "microgrid", "grid_export") < kept


def test_twice_the_treatment_takes_from_what_left_untreated() -> None:
    # 60 m3/d x 365 d = 21,900 m3/yr more are treated, of 0.8 x 200 x 365 = 58,400 of wastewater.
    whole, twice = (systems(park)["water"]["annual"] for park in ("whole", "water twice"))
    assert whole["treated_water"][0] == pytest.approx(21900.0)
    assert whole["untreated_wastewater"][0] == pytest.approx(58400.0 - 21900.0)
    assert twice["untreated_wastewater"][0] == pytest.approx(58400.0 - 43800.0)
    for owned in ("wastewater", "water_demand"):
        assert whole[owned] == twice[owned]
    saved = whole["fresh_water"][0] - twice["fresh_water"][0]
    assert saved == pytest.approx(twice["reused_water"][0] - whole["reused_water"][0], rel=1e-12)


def test_without_water_the_fields_drink_fresh_water() -> None:
    # 1 ha x 3,000 m3/ha.
    assert annual("whole", "agriculture", "irrigation_from_reuse") == pytest.approx(3000.0)
    assert annual("water off", "agriculture", "irrigation_from_reuse") == 0.0
    assert annual("water off", "agriculture", "irrigation_fresh") == pytest.approx(3000.0)
    assert annual("water off", "water", "water_demand") == pytest.approx(3000.0)


def test_heat_of_processes_adds_to_the_demand_and_every_supply_keeps_its_share() -> None:
    # 60,000 m2 x 0.3 + 5,000 m2 x 0.6 + 5,000 GJ/yr of processes = 26,000 GJ/yr; half by heat pump, half by gas.
    whole, twice = (systems(park)["heat"]["annual"] for park in ("whole", "heat twice"))
    assert (whole["heat_demand"][0], twice["heat_demand"][0]) == (pytest.approx(26000.0), pytest.approx(31000.0))
    assert whole["heat_by_heat_pump"] == whole["heat_by_gas_boiler"] == (pytest.approx(13000.0), "GJ/yr")
    for owned in ("heat_gas", "heat_gas_volume", "heat_electricity", "heat_by_heat_pump", "heat_by_gas_boiler"):
        assert twice[owned][0] == pytest.approx(whole[owned][0] * 31 / 26, rel=1e-12), owned


def test_without_heat_the_park_burns_and_pumps_none_and_floors_need_none() -> None:
    found = systems("heat off")
    assert {value for value, _ in found["heat"]["annual"].values()} == {0.0}
    assert found["buildings"]["annual"]["building_heat"][0] == found["sports"]["annual"]["sports_heat"][0] == 0.0
    # 1,700,000 Nm3 of processes x 2.162 kg/Nm3.
    assert line("heat off", "natural_gas") == pytest.approx(1.7e6 * 2.162e-3, rel=1e-3)


@pytest.mark.parametrize(
    ("name", "owned", "more"),
    [
        ("water", "water_electricity", 0.0),
        ("agriculture", "agriculture_electricity", 0.0),
        ("fleet", "fleet_electricity", 0.0),
        # half of the heat by a heat pump of 3.8, 3.6 GJ to the MWh
        ("sports", "sports_electricity", 3000.0 / 2 / 3.8 / 3.6),
        ("buildings", "building_electricity", 18000.0 / 2 / 3.8 / 3.6),
        ("heat", "heat_electricity", 0.0),
    ],
)
def test_the_load_falls_by_the_electricity_of_the_system_and_of_its_heat(name: str, owned: str, more: float) -> None:
    fell = flow("whole", "load") - flow(f"{name} off", "load")
    assert fell == pytest.approx(annual("whole", name, owned) + more, rel=1e-9)


def test_the_gas_line_rises_by_what_heats_the_sports_hall() -> None:
    # 3,000 GJ / 2 / 0.97 = 1,546.4 GJ; at 38.931 MJ/Nm3 39,721 Nm3; x 2.162 kg = 85.9 t.
    assert line("whole", "natural_gas") - line("sports off", "natural_gas") == pytest.approx(85.9, rel=1e-3)


def test_the_microgrid_says_its_rule_and_the_order_of_the_stores() -> None:
    found = systems("whole")["microgrid"]
    assert found["rule"] == "time-of-use" and found["export_limit"] == (6.1, "MW")
    assert [name.split()[0] for name in found["order"]] == ["supercapacitor", "lithium", "flow_battery"]


def test_a_system_that_is_no_part_of_the_park_is_off_and_has_no_size() -> None:
    found = systems_of(
        load_park("logistics").model_copy(update={"fleet": None}), years().sel(park="fleet off", drop=True)
    )
    assert found["fleet"]["on"] is False and found["fleet"]["size"] is None


def test_each_flow_has_one_owner() -> None:
    owned = [flow for flows in OWNED.values() for flow in flows]
    assert len(owned) == len(set(owned)) and set(OWNED) <= set(SIZE)
