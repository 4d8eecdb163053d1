"""The fleet: distance is driven on fuel or on electricity, never on both."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings

from decarb.errors import InputError, UnitError
from decarb.park.fleet import fleet_year
from decarb.tables import table_array, table_value
from decarb.units.convert import quantify
from decarb.units.registry import REGISTRY, pint_unit
from decarb.variables import variables

PARK = {
    "vehicles": 40.0,
    "distance": 20_000.0,
    "electric_share": 0.25,
    "fuel_use": 0.00015,
    "electricity_use": 0.0005,
}


def inputs(**changes: Any) -> dict[str, xr.DataArray]:
    return {name: xr.DataArray(value, dims="park" if np.ndim(value) else (), attrs={"units": fleet_year.units[name]})
            for name, value in (PARK | changes).items()}  # fmt: skip


def year(**changes: Any) -> xr.Dataset:
    return fleet_year(**inputs(**changes))


def test_each_flow_computed_by_hand() -> None:
    assert {name: array.item() for name, array in year().items()} == pytest.approx({
        "fleet_distance": 800_000.0,  # 40 x 20,000 km
        "fleet_fuel": 90.0,  # 600,000 km x 0.15 kg
        "fleet_electricity": 100.0,  # 200,000 km x 0.5 kWh
    })  # fmt: skip


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.floats(0.0, 1.0), st.floats(0.0, 1e5), st.floats(0.0, 1e5))
def test_every_kilometre_is_driven_once(share: float, vehicles: float, distance: float) -> None:
    flows = year(electric_share=share, vehicles=vehicles, distance=distance)
    on_fuel = flows["fleet_fuel"].item() / PARK["fuel_use"]
    on_electricity = flows["fleet_electricity"].item() / PARK["electricity_use"]
    assert on_fuel + on_electricity == pytest.approx(vehicles * distance, rel=1e-12)
    assert min(on_fuel, on_electricity) >= 0.0


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.floats(1e-3, 1e5))
def test_twice_the_vehicles_have_twice_the_flows(vehicles: float) -> None:
    once, twice = year(vehicles=vehicles), year(vehicles=2.0 * vehicles)
    for name in once:
        assert twice[name].item() == 2.0 * once[name].item() > 0.0


def test_no_vehicle_is_no_flow() -> None:
    assert {name: array.item() for name, array in year(vehicles=0.0).items()} == dict.fromkeys(year(), 0.0)


def test_electrification_takes_fuel_away_and_leaves_the_distance() -> None:
    fuel, electric = year(electric_share=0.0), year(electric_share=1.0)
    assert fuel["fleet_electricity"] == electric["fleet_fuel"] == 0.0
    assert fuel["fleet_fuel"].item() == pytest.approx(120.0)  # 800,000 km x 0.15 kg
    assert electric["fleet_electricity"].item() == pytest.approx(400.0)  # 800,000 km x 0.5 kWh
    assert fuel["fleet_distance"] == electric["fleet_distance"]


def test_kinds_of_vehicles_along_a_dimension_add_up() -> None:
    kinds = year(vehicles=[30.0, 10.0], fuel_use=[0.0001, 0.0003])
    assert kinds["fleet_fuel"].dims == ("park",)
    # 30 x 20,000 x 0.75 x 0.1 kg = 45 t; 10 x 20,000 x 0.75 x 0.3 kg = 45 t
    assert kinds["fleet_fuel"].values.tolist() == pytest.approx([45.0, 45.0])
    assert kinds["fleet_distance"].sum().item() == year()["fleet_distance"].item()


def test_parks_and_scenarios_broadcast() -> None:
    swept = inputs(vehicles=[0.0, 40.0, 400.0])
    swept["electric_share"] = xr.DataArray([0.25, 1.0], dims="scenario", attrs={"units": "1"})
    flows = fleet_year(**swept)
    assert dict(flows["fleet_fuel"].sizes) == {"park": 3, "scenario": 2}
    xr.testing.assert_allclose(flows.isel(park=1, scenario=0), year())
    assert not flows["fleet_fuel"].isel(scenario=1).any()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"vehicles": -1.0}, "fleet: vehicles: -1 is below zero"),
        ({"distance": np.nan}, "fleet: distance: is not a finite number"),
        ({"electric_share": 25.0}, "fleet: electric_share: 25 is above 1"),
        ({"fuel_use": -0.1}, "fleet: fuel_use: -0.1 is below zero"),
        ({"electricity_use": np.inf}, "fleet: electricity_use: is not a finite number"),
    ],
)
def test_what_cannot_be_is_refused_by_name(changes: dict[str, float], said: str) -> None:
    with pytest.raises(InputError, match=said):
        year(**changes)


@pytest.mark.parametrize(
    ("name", "unit"), [("fuel_use", "kg CO2/km"), ("distance", "km"), ("electricity_use", "kW/km")]
)
def test_a_quantity_of_another_kind_is_refused_by_name(name: str, unit: str) -> None:
    with pytest.raises(UnitError, match=name):
        fleet_year(**inputs() | {name: xr.DataArray(1.0, attrs={"units": unit})})


def test_results_have_the_units_they_declare() -> None:
    one = {name: quantify(array) for name, array in inputs().items()}
    computed, expected = fleet_year.__wrapped__(**one), year()
    for name, unit in fleet_year.units["return"].items():  # type: ignore[union-attr]
        quantity = REGISTRY.Quantity(computed[name].data).to(pint_unit(unit))
        assert float(quantity.magnitude) == pytest.approx(expected[name].item(), rel=1e-12)


def test_every_result_is_in_the_dictionary_with_its_unit() -> None:
    for name, unit in fleet_year.units["return"].items():  # type: ignore[union-attr]
        assert variables()[name].unit == unit


@pytest.mark.parametrize("bound", ["low", "value", "high"])
def test_the_shipped_assumptions_are_inputs_as_they_stand(bound: Any) -> None:
    rows = {"distance": "vehicle_distance", "electric_share": "electric_vehicle_share",
            "fuel_use": "vehicle_fuel_use", "electricity_use": "vehicle_electricity_use"}  # fmt: skip
    given = {name: table_array("parameters", row, bound=bound) for name, row in rows.items()}
    flows = fleet_year(vehicles="40 vehicle", **given)
    # 40 vehicles burn less than a tenth of the park's 11,937 t: 350 t of diesel at 3.145 t CO2.
    assert 0.0 < flows["fleet_fuel"] < 350.0


def test_the_shipped_electric_drive_is_three_times_as_efficient_as_the_diesel() -> None:
    diesel = table_value("emission_factors", "net_calorific_value", fuel="diesel").to("kWh/t")
    burnt = table_value("parameters", "vehicle_fuel_use").to("t/km") * diesel
    # 0.15 kg x 12.04 kWh/kg = 1.81 kWh; an electric drive needs a quarter to two fifths of it.
    assert 0.25 < table_value("parameters", "vehicle_electricity_use").to("kWh/km") / burnt < 0.4
