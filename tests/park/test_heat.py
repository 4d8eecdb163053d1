"""Heat: each supply delivers its share, fuel covers what is made of it, and each lever moves what it owns."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from decarb.errors import DecarbError, UnitError
from decarb.park import heat
from decarb.park.heat import check_heat_balance, chp_capacity_factor, heat_base_share, heat_year
from decarb.park.supply import CHP, SUPPLIES, shifted
from decarb.tables import table_array
from decarb.units.convert import quantify
from decarb.units.registry import pint_unit

HOURS = 8760.0


def array(value: Any, unit: str, *dims: str) -> xr.DataArray:
    return xr.DataArray(value, dims=dims, attrs={"units": unit})


def by_supply(**values: Any) -> xr.DataArray:
    return xr.DataArray([float(value) for value in values.values()], {"supply": list(values)}, ("supply",),
                        attrs={"units": "1"})  # fmt: skip


EFFICIENCY = by_supply(heat_pump=4.0, electric_boiler=1.0, gas_boiler=0.8, coal_boiler=0.5, gas_chp=0.4, coal_chp=0.5)
POWER_TO_HEAT = by_supply(gas_chp=1.0, coal_chp=0.3)
SHAPE = array(np.tile([0.5, 1.5, 1.0, 1.0], 2190), "1", "time")  # mean 1, peak 1.5
RATIO = {"gas_calorific_value": array(0.04, "GJ/Nm3"), "coal_calorific_value": array(20.0, "GJ/t")}
FLOWS = ("heat_gas", "heat_coal", "heat_electricity", "chp_generation", "heat_import", "chp_capacity")


def year_of(demand: Any = 36000.0, year: int = 2020, retirement_year: Any = None, replacement: str = "heat_pump",
            efficiency: xr.DataArray = EFFICIENCY, power_to_heat: xr.DataArray = POWER_TO_HEAT,
            shares: xr.DataArray | None = None, **written: float) -> xr.Dataset:  # fmt: skip
    demanded = demand if isinstance(demand, xr.DataArray) else array(demand, "GJ/yr")
    return heat_year(demanded, by_supply(**written) if shares is None else shares, efficiency, power_to_heat, SHAPE,
                     year=year, retirement_year=retirement_year, replacement=replacement, **RATIO)  # fmt: skip


def flows(**written: Any) -> dict[str, float]:
    year = year_of(**written)
    return {name: float(year[name]) for name in FLOWS}


NONE = dict.fromkeys(FLOWS, 0.0)


@pytest.mark.parametrize(
    ("supply", "expected"),
    [
        ("heat_pump", {"heat_electricity": 2500.0}),  # 36,000 GJ = 10,000 MWh, over 4
        ("electric_boiler", {"heat_electricity": 10000.0}),
        ("gas_boiler", {"heat_gas": 45000.0}),  # 36,000 / 0.8
        ("coal_boiler", {"heat_coal": 72000.0}),  # 36,000 / 0.5
        # 36,000 / 0.4 GJ of gas; 10,000 MWh x 1; x 1.5 / 8,760 h
        ("gas_chp", {"heat_gas": 90000.0, "chp_generation": 10000.0, "chp_capacity": 15000.0 / HOURS}),
        ("coal_chp", {"heat_coal": 72000.0, "chp_generation": 3000.0, "chp_capacity": 4500.0 / HOURS}),
        ("heat_import", {"heat_import": 36000.0}),
    ],
)
def test_each_supply_alone_by_hand(supply: str, expected: dict[str, float]) -> None:
    assert flows(**{supply: 1.0}) == pytest.approx(NONE | expected, rel=1e-12)


def test_fuels_by_volume_and_mass_by_hand() -> None:
    year = year_of(gas_boiler=0.5, coal_boiler=0.5)
    # 18,000 / 0.8 / 0.04 Nm3; 18,000 / 0.5 / 20 t
    assert year["heat_gas_volume"].item() == pytest.approx(562_500.0, rel=1e-12)
    assert year["heat_coal_mass"].item() == pytest.approx(1800.0, rel=1e-12)


def test_every_flow_carries_its_unit() -> None:
    units = {name: data.attrs["units"] for name, data in year_of(gas_chp=1.0).items()}
    assert units == {
        "heat_demand": "GJ/yr", "heat": "GJ/yr", "heat_import": "GJ/yr", "heat_gas": "GJ/yr", "heat_coal": "GJ/yr",
        "heat_gas_volume": "Nm3/yr", "heat_coal_mass": "t/yr", "heat_electricity": "MWh/yr",
        "chp_generation": "MWh/yr", "chp_capacity": "MW",
    }  # fmt: skip


OLD_PARK = {"coal_chp": 0.5, "gas_boiler": 0.25, "coal_boiler": 0.25}


def moved(after: dict[str, float], before: dict[str, float]) -> dict[str, float]:
    return {name: after[name] - before[name] for name in FLOWS if abs(after[name] - before[name]) > 1e-9}


def test_the_heat_pump_lever_moves_gas_into_electricity() -> None:
    before = flows(**OLD_PARK)
    shares = shifted(by_supply(**OLD_PARK), by_supply(gas_boiler=0.4), to="heat_pump")
    # 40 % of 9,000 GJ = 3,600 GJ = 1,000 MWh leave the boiler: 4,500 GJ of gas less, 250 MWh more
    assert moved(flows(shares=shares), before) == pytest.approx({"heat_gas": -4500.0, "heat_electricity": 250.0})


def test_electrification_ends_all_burning_in_boilers() -> None:
    before = flows(**OLD_PARK)
    shares = shifted(by_supply(**OLD_PARK), by_supply(gas_boiler=1.0, coal_boiler=1.0), to="electric_boiler")
    # 9,000 / 0.8 GJ of gas and 9,000 / 0.5 GJ of coal; 18,000 GJ = 5,000 MWh
    expected = {"heat_gas": -11250.0, "heat_coal": -18000.0, "heat_electricity": 5000.0}
    assert moved(flows(shares=shares), before) == pytest.approx(expected)


def test_a_fuel_switch_takes_the_ratio_of_the_two_efficiencies() -> None:
    before = flows(**OLD_PARK)
    shares = shifted(by_supply(**OLD_PARK), by_supply(coal_boiler=0.5), to="gas_boiler")
    # 4,500 GJ of heat: 9,000 GJ of coal become 5,625 GJ of gas
    assert moved(flows(shares=shares), before) == pytest.approx({"heat_coal": -9000.0, "heat_gas": 5625.0})


def test_the_end_of_a_plant_takes_its_coal_and_its_power() -> None:
    before, after = (flows(year=year, retirement_year=2030, **OLD_PARK) for year in (2029, 2030))
    # 18,000 GJ = 5,000 MWh of heat: 36,000 GJ of coal and 1,500 MWh of power end, the heat pump takes 1,250 MWh
    expected = {"heat_coal": -36000.0, "chp_generation": -1500.0, "chp_capacity": -1500.0 * 1.5 / HOURS,
                "heat_electricity": 1250.0}  # fmt: skip
    assert moved(after, before) == pytest.approx(expected)


def test_a_plant_gives_its_generation_back_from_rating_and_capacity_factor() -> None:
    year = year_of(gas_chp=0.3, heat_pump=0.7)
    factor = chp_capacity_factor(SHAPE)
    assert float(factor.max()) == 1.0
    assert float((year["chp_capacity"] * factor).mean()) * HOURS == pytest.approx(float(year["chp_generation"]))


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.lists(st.floats(0.0, 1.0), min_size=7, max_size=7), st.floats(0.0, 1e8))
def test_heat_is_balanced_whatever_the_shares(weights: list[float], demand: float) -> None:
    total = sum(weights)
    if total < 1e-3:
        weights, total = [1.0] * 7, 7.0
    written = {name: weight / total for name, weight in zip(SUPPLIES, weights, strict=True)}
    check_heat_balance(year_of(demand, **written))
    check_heat_balance(year_of(demand, year=2040, retirement_year=2030, **written))


@settings(max_examples=20, deadline=None, derandomize=True)
@given(st.floats(0.0, 1e8))
def test_twice_the_demand_doubles_every_flow(demand: float) -> None:
    year = year_of(array([demand, 2.0 * demand], "GJ/yr", "park"), **dict.fromkeys(SUPPLIES, 1 / 7))
    for name, flow in year.items():
        np.testing.assert_allclose(flow.isel(park=1), 2.0 * flow.isel(park=0), rtol=1e-12, err_msg=name)


def test_no_demand_is_no_flow_and_no_gap() -> None:
    year = year_of(0.0, gas_chp=0.5, coal_boiler=0.5)
    check_heat_balance(year)
    assert all(not flow.any() and bool(flow.notnull().all()) for flow in year.values())


@pytest.mark.parametrize(
    ("name", "wrong", "said"),
    [
        ("heat", 1.0 + 1e-6, "missing or too many"),
        ("heat", float("nan"), "missing or too many"),
        ("heat_demand", 0.999, "missing or too many"),
        ("chp_generation", 2.0, "more than the fuel"),
        ("heat_gas", 0.5, "more than the fuel"),
    ],
)
def test_a_planted_gap_is_found(name: str, wrong: float, said: str) -> None:
    year = year_of(gas_chp=1.0)
    broken = year.assign({name: (year[name] * wrong).assign_attrs(year[name].attrs)})
    with pytest.raises(DecarbError, match=said):
        check_heat_balance(broken)


def test_a_supply_that_takes_heat_is_found() -> None:
    year = year_of(gas_chp=1.0)
    crossed = year["heat"] + by_supply(heat_pump=5.0, gas_boiler=-5.0).reindex_like(year["heat"], fill_value=0.0)
    with pytest.raises(DecarbError, match="none may be negative"):
        check_heat_balance(year.assign(heat=crossed.assign_attrs(year["heat"].attrs)))


def test_plants_that_give_more_than_their_fuel_are_refused() -> None:
    with pytest.raises(DecarbError, match=r"gives 1\.04 times its fuel"):  # 0.4 x (1 + 1.6)
        year_of(gas_chp=1.0, power_to_heat=by_supply(gas_chp=1.6, coal_chp=0.3))


def test_a_supply_without_an_efficiency_is_named() -> None:
    with pytest.raises(DecarbError, match="efficiency lacks gas_boiler"):
        year_of(heat_pump=1.0, efficiency=EFFICIENCY.drop_sel(supply="gas_boiler"))
    with pytest.raises(DecarbError, match="power_to_heat lacks coal_chp"):
        year_of(heat_pump=1.0, power_to_heat=by_supply(gas_chp=1.0))


@pytest.mark.parametrize("value", [0.0, -0.5, float("nan"), float("inf")])
def test_efficiencies_that_are_none_are_refused(value: float) -> None:
    with pytest.raises(DecarbError, match="must lie above 0"):
        year_of(heat_pump=1.0, efficiency=xr.where(EFFICIENCY["supply"] == "heat_pump", value, EFFICIENCY,
                                                   keep_attrs=True).assign_attrs(units="1"))  # fmt: skip


def test_demand_in_other_units_gives_the_same_flows_and_without_one_is_refused() -> None:
    in_power = flows(demand=array(10000.0, "MWh/yr"), **OLD_PARK)
    assert in_power == pytest.approx(flows(demand=36000.0, **OLD_PARK), rel=1e-12)
    with pytest.raises(UnitError, match="demand"):
        year_of(xr.DataArray(5.0), heat_pump=1.0)


def test_the_steady_part_of_heat_by_hand() -> None:
    # (100 + 300 x 0.1 + 50 x 0.4) / 450 = 150 / 450
    heats = (array(value, "GJ/yr") for value in (100.0, 300.0, 50.0))
    assert float(heat_base_share(*heats, array(0.1, "1"), array(0.4, "1"))) == pytest.approx(1 / 3, rel=1e-12)


def test_where_no_heat_is_needed_all_of_it_is_steady() -> None:
    zeros = (array([0.0, 8.0], "GJ/yr", "park") for _ in range(3))
    np.testing.assert_allclose(heat_base_share(*zeros, array(0.0, "1"), array(0.5, "1")), [1.0, 0.5])


@pytest.mark.parametrize("end", ["value", "high"])
def test_no_end_of_the_shipped_ranges_lets_a_plant_give_more_than_its_fuel(end: Any) -> None:
    for plant in CHP:
        warm, power = (float(table_array("technologies", name, technology=plant, bound=end))
                       for name in ("conversion_efficiency", "power_to_heat"))  # fmt: skip
        assert 0.5 < warm * (1.0 + power) <= 1.0, plant


@pytest.mark.parametrize(
    "function",
    [heat.heat_by_supply, heat.fuel_energy, heat.heat_electricity, heat.gas_volume, heat.coal_mass,
     heat.chp_generation, heat.chp_capacity, heat.chp_capacity_factor, heat.heat_base_share],
    ids=lambda function: function.__name__,
)  # fmt: skip
def test_results_have_the_units_they_declare(function: Any) -> None:
    one = {name: quantify(array([[2.0]], unit, "supply", "time")) for name, unit in function.units.items()
           if name != "return"}  # fmt: skip
    result = function.__wrapped__(**one)
    assert result.data.check(pint_unit(function.units["return"]).dimensionality)
