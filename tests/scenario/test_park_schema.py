"""What a park file may say: each system can be left out, switched off and sized, and a fault is told in its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from scenario_samples import PARK, PARK_TEXT, PARKS, SYSTEMS, assert_refused, changed, place, quantities, without

from decarb.errors import InputError
from decarb.scenario.park_schema import SLOW_STORES, HeatSupply, Microgrid, ParkSpec, Store
from decarb.scenario.scenario import load_park
from decarb.units import parse_quantity
from decarb.variables import shipped

WRITTEN = {key: (name, quantity) for name, park in PARKS.items() for key, quantity in quantities(park)}
DIMENSIONAL = [key for key, (_, quantity) in WRITTEN.items() if quantity.unit != "1"]
OPTIONAL = {
    "lithium.round_trip_efficiency": "0.9", "water.return_share": "0.7", "water.reuse_share": "0.5",
    "water.treatment_electricity": "0.4 kWh/m3", "water.reuse_electricity": "0.9 kWh/m3",
    "agriculture.irrigation": "100 m3/ha/yr", "agriculture.nitrogen": "100 kg/ha/yr",
    "agriculture.electricity": "1 MWh/ha/yr", "agriculture.crown_share": "0.2",
    "sports.electricity_intensity": "100 kWh/m2/yr", "sports.heat_intensity": "0.1 GJ/m2/yr",
    "buildings.electricity_intensity": "100 kWh/m2/yr", "buildings.heat_intensity": "0.1 GJ/m2/yr",
    "heat.heat_pump_performance": "4", "heat.chp_retires": 2030, "fleet.distance": "1000 km/yr",
    "fleet.electric_share": "0.9", "microgrid.demand_cap": "2 MW",
}  # fmt: skip
FAULTS: dict[str, tuple[str, str, str]] = {
    # key -> what stands in the file, what a person writes instead, and what is said
    "wind.capacity": ('"4.8 MW"', "4.75", 'wind.capacity: 4.75 has no unit; write "4.75 MW"'),
    "pv.capacity": ('"1.3 MW"', '"=1.3 MW"', "pv.capacity: "),
    "lithium.energy_rating": ('"2 MWh"', '"2 MW"', 'lithium.energy_rating: "2 MW" is power, expected energy'),
    "flow_battery.self_discharge": ('"0.01 %/h"', '"0.01 1/s"', "flow_battery.self_discharge: 0.01 1/s is outside"),
    "microgrid.rule": ("time-of-use  #", "time-of-day  #", "microgrid.rule: \"time-of-day\" is no choice here"),
    "microgrid.order": (
        "[lithium, flow_battery]", "[lithium, lithium]",
        "microgrid.order: lithium and lithium is no order; name lithium and flow_battery once each",
    ),
    "watter": ("water:", "watter:", "watter: unknown key; did you mean water?"),
    "sports.floor_area": ('"5000 m2"', '"-5000 m2"', "sports.floor_area: -5000 m2 is outside 0 to 1e+08 m2"),
    "heat.supply": (
        "heat_pump: 0.5\n    gas", "heat_pump: 0.4\n    gas", "heat.supply: the shares add to 0.9; make them add to 1"
    ),
    "fleet.vehicles": ('"40 vehicle"', "41", 'fleet.vehicles: 41 has no unit; write "41 vehicle"'),
    "process.co2": ('"0 t CO2/yr"', '"0 t CO2e/yr"', "process.co2: "),
    "ranges.annual_load": ('{low: "10 GWh', '{low: "18 GWh', "ranges.annual_load: low 18 GWh/yr lies above high"),
}  # fmt: skip
FIRST = {"heat.supply": "heat_pump: 0.4"}
"""Where a fault of a whole mapping is shown: at its first entry."""


def test_the_shipped_park_states_its_capacity_in_quotes() -> None:
    assert '  capacity: "4.8 MW"\n' in PARK_TEXT
    assert len(DIMENSIONAL) > 35 and len(PARKS) >= 4


@pytest.mark.parametrize("key", DIMENSIONAL)
def test_a_dimensional_field_needs_its_unit_and_its_dimension(key: str) -> None:
    name, quantity = WRITTEN[key]
    park = PARKS[name]
    assert_refused(ParkSpec, changed(park, key, quantity.value), key, "has no unit")
    assert_refused(ParkSpec, changed(park, key, f"{quantity.value} kg"), key, "is mass, expected ")


@pytest.mark.parametrize("key", WRITTEN)
@pytest.mark.parametrize("number", ["-1", "nan", "inf", "1e999", "1e300", "9**9**9"])
def test_no_size_of_a_park_is_negative_endless_or_absurd(key: str, number: str) -> None:
    name, quantity = WRITTEN[key]
    text = number if quantity.unit == "1" else f"{number} {quantity.unit}"
    with pytest.raises(ValidationError):
        ParkSpec.model_validate(changed(PARKS[name], key, text))


def test_the_shipped_parks_are_of_four_kinds_and_have_every_system_between_them() -> None:
    specs = [ParkSpec.model_validate(park) for park in PARKS.values()]
    assert {"research_campus", "electronics", "chemicals", "logistics"} <= {spec.archetype for spec in specs}
    assert all(any(getattr(spec, system) for spec in specs) for system in SYSTEMS)
    seed = ParkSpec.model_validate(PARK)
    assert all(getattr(seed, system).on for system in SYSTEMS)


@pytest.mark.parametrize("system", [name for name in SYSTEMS if name != "microgrid"])
def test_a_system_can_be_left_out(system: str) -> None:
    left_out = ParkSpec.model_validate(without(PARK, system))
    assert getattr(left_out, system) is None
    assert getattr(load_park("yizhuang", [f"{system}=null"]), system) is None


def test_the_grid_connection_can_be_switched_off_but_not_left_out() -> None:
    assert_refused(ParkSpec, without(PARK, "microgrid"), "microgrid", "required")


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_system_that_is_switched_off_keeps_its_size(system: str) -> None:
    off = load_park("yizhuang", [f"{system}.on=false"])
    on = ParkSpec.model_validate(PARK)
    assert getattr(off, system).on is False
    assert getattr(off, system).model_copy(update={"on": True}) == getattr(on, system)
    for other in set(SYSTEMS) - {system}:
        assert getattr(off, other) == getattr(on, other)


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("value", ["no", 0, "", None, "false"])
def test_a_switch_is_true_or_false(system: str, value: Any) -> None:
    assert_refused(ParkSpec, changed(PARK, f"{system}.on", value), f"{system}.on", "boolean")


@pytest.mark.parametrize("system", [*SYSTEMS, "process", "ranges"])
def test_a_key_that_no_system_has_is_refused_with_advice(system: str) -> None:
    assert_refused(ParkSpec, changed(PARK, f"{system}.nonsense", 1), f"{system}.nonsense", "Extra inputs")
    real = next(iter(PARK[system]))
    with pytest.raises(InputError, match=f"{system}.{real}x: unknown key; did you mean {real}"):
        load_park("yizhuang", [f"{system}.{real}x=1"])
    with pytest.raises(InputError, match=f"{system}x: unknown key; did you mean {system}"):
        load_park("yizhuang", [f"{system}x={{}}"])


@pytest.mark.parametrize("key", OPTIONAL)
def test_what_a_system_leaves_out_is_none_and_can_be_set(key: str) -> None:
    system, field = key.split(".")
    assert getattr(getattr(load_park("yizhuang"), system), field) is None
    set_so = getattr(getattr(load_park("yizhuang", [f"{key}={OPTIONAL[key]}"]), system), field)
    assert set_so == (parse_quantity(OPTIONAL[key]) if isinstance(OPTIONAL[key], str) else OPTIONAL[key])


def test_a_unit_of_the_same_dimension_says_the_same() -> None:
    in_kw = ParkSpec.model_validate(changed(PARK, "wind.capacity", "4800 kW"))
    assert in_kw.wind is not None
    assert (in_kw.wind.capacity.to("MW"), in_kw.wind.capacity.unit) == (4.8, "kW")


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_store_has_room_between_its_levels(low: float, high: float) -> None:
    data = {**PARK["lithium"], "minimum_state_of_charge": low, "maximum_state_of_charge": high}
    if low <= high:
        assert Store.model_validate(data)
    else:
        with pytest.raises(ValidationError, match="swap them"):
            Store.model_validate(data)


@given(st.lists(st.sampled_from([*SLOW_STORES, "supercapacitor"]), max_size=4))
def test_an_order_names_each_slow_store_once(order: list[str]) -> None:
    data = {**PARK["microgrid"], "order": order}
    if sorted(order) == sorted(SLOW_STORES):
        assert Microgrid.model_validate(data).order == tuple(order)
    else:
        with pytest.raises(ValidationError, match=r"once each|lithium"):
            Microgrid.model_validate(data)


@pytest.mark.parametrize("rule", ["self-consumption", "time-of-use", "peak-shaving"])
def test_peak_shaving_alone_needs_a_cap(rule: str) -> None:
    data = {**PARK["microgrid"], "rule": rule}
    assert Microgrid.model_validate({**data, "demand_cap": "2 MW"}).rule == rule
    if rule == "peak-shaving":
        with pytest.raises(ValidationError, match="peak-shaving needs a demand_cap; write one"):
            Microgrid.model_validate(data)
    else:
        assert Microgrid.model_validate(data).demand_cap is None


@given(st.dictionaries(st.sampled_from(list(HeatSupply.model_fields)), st.integers(0, 100), max_size=7))
def test_heat_is_delivered_by_shares_that_add_to_one(parts: dict[str, int]) -> None:
    shares = {name: part / 100 for name, part in parts.items()}
    if sum(parts.values()) == 100:
        supply = HeatSupply.model_validate(shares)
        assert {name: share.to("1") for name, share in supply.shares.items()} == shares
    else:
        with pytest.raises(ValidationError, match="make them add to 1"):
            HeatSupply.model_validate(shares)


def test_the_ends_of_a_range_are_compared_across_units() -> None:
    key = "ranges.annual_load"
    assert ParkSpec.model_validate(changed(PARK, key, {"low": "10 GWh/yr", "high": "17000 MWh/yr"}))
    assert_refused(ParkSpec, changed(PARK, key, {"low": "10 GWh/yr", "high": "1700 MWh/yr"}), key, "lies above high")


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("reported.product_energy_level", 4, "less than or equal to 3"),
        ("reported.product_energy_level", 0, "greater than or equal to 1"),
        ("reported.product_energy_level", "1", "integer"),
        ("reported.claims_as_organisation", "yes", "boolean"),
        ("reported.waste_heat_use_share", 1.01, "outside 0 to 1"),
        ("reported.base_year_emissions", "10 t CO2/yr", "CO2e"),
        ("contracts.certificates_sold", 2, "has no unit"),
        ("gwp", "AR7", "AR6"),
        ("archetype", "campus", "research_campus"),
        ("year", 2014, "2015"),
        ("year", 2061, "2060"),
        ("year", "2020", "integer"),
        ("heat.chp_replaced_by", "coal_chp", "heat_pump"),
        ("heat.supply", {}, "the shares add to 0"),
        ("province", "=HYPERLINK(1)", "is no province"),
        ("name", "=cmd|' /C calc'!A0", "pattern"),
        ("credits", {}, "tuple"),
    ],
)
def test_names_choices_and_limits_are_checked(key: str, value: Any, message: str) -> None:
    base = changed(PARK, "contracts.green_power", "2 GWh/yr") if key.startswith("contracts") else PARK
    assert_refused(ParkSpec, changed(base, key, value), key, message)


def test_all_faults_are_told_at_once_each_in_its_place(tmp_path: Path) -> None:
    text = PARK_TEXT
    for old, new, _ in FAULTS.values():
        assert old in text
        text = text.replace(old, new, 1)
    file = tmp_path / "bad.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_park(file)
    said = [str(problem) for problem in caught.value.problems]
    assert len(said) == len(FAULTS)
    for line, (key, (_, new, message)) in zip(said, FAULTS.items(), strict=True):
        where, _, told = line.removeprefix(f"{file}:").partition(": ")
        assert where == place(text, FIRST.get(key, new)), line
        assert told.startswith(message)
        assert "; " in told or "expected" in told, "no fix is named"


ENTRY = (
    "{project: wind-1, project_class: onshore_wind, scheme: ccer-2012, vintage: 2015, first_serial: 1, "
    'last_serial: 100, bought: "2020-12-01", seller: exchange, retired: "2021-01-28"}'
)  # fmt: skip
BAD_CREDITS = {
    "no list": ("credits: {}", "{}", "credits: a mapping is not a list"),
    "no day": (ENTRY.replace("2020-12-01", "2020-13-01"), '"2020-13-01"', "credits.0.bought: "),
    "no serial": (ENTRY.replace("last_serial: 100", "last_serial: 0"), "0, bought", "credits.0.last_serial: 0"),
    "unknown key": (ENTRY.replace("project:", "projcet:"), "projcet", "projcet: unknown key; did you mean project?"),
    "two uses of one block": (ENTRY.replace("}", ', sold: "2021-02-01", sold_to: x}'), "{project", "credits.0: "),
    "no unit of the price": (ENTRY.replace("}", ", price: 80}"), "80}", "credits.0.price: 80 has no unit"),
    "blank seller": (ENTRY.replace("exchange", '" "'), '" "', "credits.0.seller: is blank"),
    "the same serials twice": (ENTRY + "\n  - " + ENTRY.replace("t_serial: 1,", "t_serial: 100,"), None, "double use"),
    "not eligible": (ENTRY.replace("ccer-2012", "ccer-2023"), "onshore", "could not be retired on 2021-01-28"),
}  # fmt: skip


@pytest.mark.parametrize(("entries", "needle", "message"), BAD_CREDITS.values(), ids=BAD_CREDITS)
def test_wrong_credits_are_told_in_their_place(entries: str, needle: str | None, message: str, tmp_path: Path) -> None:
    text = PARK_TEXT + (entries if entries.startswith("credits") else f"credits:\n  - {entries}") + "\n"
    file = tmp_path / "bad.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_park(file)
    said = str(caught.value)
    assert message in said
    if needle is not None:
        start = len(PARK_TEXT)
        lines, column = PARK_TEXT.count("\n"), place(text[start:], needle).split(":")
        assert f"{file}:{lines + int(column[0])}:{column[1]}: credits" in said
    else:  # both entries are shown
        last = PARK_TEXT.count("\n")
        assert f"{file}:{last + 2}:" in said and f"{file}:{last + 3}:" in said


def test_credits_that_are_good_are_kept_in_their_order(tmp_path: Path) -> None:
    file = tmp_path / "good.yaml"
    second = ENTRY.replace("first_serial: 1,", "first_serial: 101,").replace("last_serial: 100", "last_serial: 150")
    file.write_text(f"{PARK_TEXT}credits:\n  - {ENTRY}\n  - {second}\n", encoding="utf-8")
    credits = load_park(file).credits
    assert credits is not None and [entry.first_serial for entry in credits] == [1, 101]
    assert load_park(shipped("scenarios", "parks/yizhuang.yaml")).credits is None
