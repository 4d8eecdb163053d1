"""The systems of a park put together: what they use adds up, and balances are looked at before anything is given."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest
import xarray as xr
from park_years import changed, in_a_row, inputs_of, times

from decarb.errors import DecarbError, InputError
from decarb.park import systems
from decarb.park.clock import by_hour, hours_of_year
from decarb.park.demand import USES
from decarb.park.systems import by_use, heat_where, load_shape, system_year, total_heat
from decarb.units.convert import quantify
from decarb.units.registry import pint_unit
from decarb.variables import variables


def year_of(inputs: xr.Dataset) -> xr.Dataset:
    return system_year(inputs, by_hour(inputs["air_temperature"], hours_of_year()))


@lru_cache(maxsize=1)
def yizhuang() -> xr.Dataset:
    return year_of(inputs_of("yizhuang"))


def use(year: xr.Dataset, name: str) -> float:
    return float(year["electricity"].sel(use=name))


def test_the_load_is_the_sum_of_its_uses_in_the_order_of_the_shapes() -> None:
    # 8,000 process + 60,000 m2 x 80 kWh + 5,000 m2 x 120 kWh + ... by hand in the tests of each system.
    year = yizhuang()
    assert tuple(year["electricity"]["use"].values) == USES
    assert year["annual_load"].item() == pytest.approx(year["electricity"].sum().item(), rel=1e-14)
    assert (use(year, "process"), use(year, "buildings"), use(year, "sports")) == pytest.approx((8000.0, 4800.0, 600.0))
    for name in ("water", "agriculture", "fleet", "heat"):
        assert use(year, name) == year[f"{name}_electricity"].item() > 0.0


def test_shapes_have_mean_one() -> None:
    inputs, year = inputs_of("yizhuang"), yizhuang()
    air = by_hour(inputs["air_temperature"], hours_of_year())
    for shape in (load_shape(inputs, air, year["electricity"], year["heat_base_share"]), year["heat_shape"]):
        assert shape.sizes == {"time": 8760}
        assert shape.mean().item() == pytest.approx(1.0, rel=1e-12)
        assert shape.min().item() >= 0.0


def test_heat_of_floors_and_processes_is_the_demand_and_its_steady_part_the_base() -> None:
    # 60,000 m2 x 0.3 = 18,000; 5,000 m2 x 0.6 = 3,000; processes 7,000 GJ/yr.
    inputs = changed(inputs_of("yizhuang"), process_heat=7000.0)
    year = year_of(inputs)
    assert (year["building_heat"].item(), year["sports_heat"].item()) == pytest.approx((18000.0, 3000.0))
    assert year["heat_demand"].item() == pytest.approx(28000.0)
    hot = 18000.0 * inputs["building_hot_water_share"] + 3000.0 * inputs["sports_hot_water_share"]
    assert year["heat_base_share"].item() == pytest.approx(((7000.0 + hot) / 28000.0).item(), rel=1e-12)
    assert year["heat_base_share"].item() > yizhuang()["heat_base_share"].item()


def test_more_steady_heat_flattens_its_shape() -> None:
    steady = year_of(changed(inputs_of("yizhuang"), process_heat=1e6))
    assert steady["heat_shape"].max().item() < yizhuang()["heat_shape"].max().item()


def test_without_a_system_of_heat_floors_go_without_and_keep_their_electricity() -> None:
    cold = year_of(changed(inputs_of("yizhuang"), heat_on=0.0, process_heat=0.0))
    for name in ("building_heat", "sports_heat", "heat_demand", "heat_gas", "heat_electricity", "chp_generation"):
        assert cold[name].item() == 0.0, name
    assert cold["heat_base_share"].item() == 1.0
    assert use(cold, "buildings") == use(yizhuang(), "buildings")
    np.testing.assert_allclose(cold["heat_shape"], 1.0, rtol=1e-12)


def test_water_knows_what_the_fields_drink() -> None:
    year = yizhuang()
    assert year["irrigation_demand"].item() == pytest.approx(3000.0)  # 1 ha
    assert year["water_demand"].item() == pytest.approx(200.0 * 365.0 + 3000.0)
    assert year["irrigation_from_reuse"].item() <= year["reused_water"].item()
    dry = year_of(changed(inputs_of("yizhuang"), water_treatment_capacity=0.0))
    assert dry["irrigation_from_reuse"].item() == dry["reused_water"].item() == 0.0
    assert dry["fresh_water"].item() == dry["water_demand"].item()


def test_a_plant_of_heat_and_power_gives_the_load_none_of_its_power() -> None:
    inputs = inputs_of("yizhuang")
    all_gas = xr.zeros_like(inputs["heat_shares"]).where(inputs["heat_shares"]["supply"] != "gas_chp", 1.0)
    year = year_of(changed(inputs, heat_shares=all_gas))
    # 21,000 GJ x 0.75 / 3.6 = 4,375 MWh.
    assert year["chp_generation"].item() == pytest.approx(4375.0)
    assert use(year, "heat") == 0.0
    assert year["annual_load"].item() == pytest.approx(yizhuang()["annual_load"].item() - use(yizhuang(), "heat"))
    assert year["chp_capacity"].item() == pytest.approx(4375.0 / 8760.0 * year["heat_shape"].max().item())


@pytest.mark.parametrize(("year", "retired"), [(2029, False), (2030, True), (2045, True)])
def test_a_plant_retires_in_its_year_and_its_heat_goes_to_the_replacement(year: int, retired: bool) -> None:
    inputs = inputs_of("chemicals").assign_attrs(year=year)
    heat = year_of(inputs)["heat"] / year_of(inputs)["heat_demand"]
    expected = {"coal_chp": 0.0, "gas_boiler": 1.0} if retired else {"coal_chp": 0.7, "gas_boiler": 0.3}
    assert {name: heat.sel(supply=name).item() for name in expected} == pytest.approx(expected)


def test_parks_in_a_row_are_the_parks_one_by_one() -> None:
    inputs = inputs_of("yizhuang")
    parks = {"small": times(inputs, 0.5, "building_floor_area", "water_use"), "same": inputs,
             "large": times(inputs, 3.0, "vehicles", "process_electricity", "agriculture_area")}  # fmt: skip
    together = year_of(in_a_row(parks))
    for name, alone in parks.items():
        xr.testing.assert_allclose(together.sel(park=name, drop=True), year_of(alone), rtol=1e-12)


def test_every_flow_has_a_unit_of_its_dictionary_row() -> None:
    for name, array in yizhuang().drop_dims("time").items():
        assert pint_unit(array.attrs["units"]).dimensionality == pint_unit(variables()[name].unit).dimensionality, name


@pytest.mark.parametrize(
    ("name", "value"), [("water_use", -1.0), ("vehicles", np.nan), ("electric_vehicle_share", 1.5)]
)
def test_an_impossible_input_is_refused_by_name(name: str, value: float) -> None:
    words = {"water_use": "demand", "vehicles": "vehicles", "electric_vehicle_share": "electric_share"}
    with pytest.raises(InputError, match=words[name]):
        year_of(changed(inputs_of("yizhuang"), **{name: value}))


@pytest.mark.parametrize(
    ("function", "name", "balance"), [("water_year", "fresh_water", "water"), ("heat_year", "heat", "heat")]
)
def test_a_balance_that_does_not_close_stops_the_year(
    monkeypatch: pytest.MonkeyPatch, function: str, name: str, balance: str
) -> None:
    right = getattr(systems, function)

    def leaking(*arguments: object, **more: object) -> xr.Dataset:
        flows = right(*arguments, **more)
        return flows.assign({name: (flows[name] * 0.999).assign_attrs(flows[name].attrs)})

    monkeypatch.setattr(systems, function, leaking)
    with pytest.raises(DecarbError, match=f"{balance} balance"):
        year_of(inputs_of("yizhuang"))


@pytest.mark.parametrize("function", [heat_where, total_heat])
def test_results_have_the_units_they_declare(function: object) -> None:
    units = function.units  # type: ignore[attr-defined]
    one = {name: quantify(xr.DataArray(2.0, attrs={"units": unit})) for name, unit in units.items() if name != "return"}
    result = function.__wrapped__(**one)  # type: ignore[attr-defined]
    assert result.data.check(pint_unit(units["return"]).dimensionality)


def test_uses_are_put_side_by_side_with_parks_and_without() -> None:
    parts = {name: xr.DataArray(float(place), attrs={"units": "MWh/yr"}) for place, name in enumerate(USES)}
    parts["water"] = xr.DataArray([7.0, 8.0], dims="park", attrs={"units": "GWh/yr"})
    together = by_use(**parts)
    assert together.attrs["units"] == "MWh/yr" and set(together.dims) == {"use", "park"}
    assert together.sel(use="water").values.tolist() == [7000.0, 8000.0]
    assert together.sel(use="heat").values.tolist() == [6.0, 6.0]
