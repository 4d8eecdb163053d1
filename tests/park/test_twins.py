"""The same park without its parts, and a store that saves money while emissions rise."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given, settings

from decarb.park import tariff
from decarb.park.dispatch import DESIGN, dispatch
from decarb.park.rules import thresholds
from decarb.park.twins import TWIN, grid_supply_only, storage_effect, without_stores
from decarb.units.convert import quantify
from decarb.units.registry import pint_unit

HOURS = pd.date_range("2021-01-01", periods=8760, freq="h")
PERIOD = tariff.period_of_hour(HOURS)
CHANGES = ("storage_bill_change", "storage_emission_change", "storage_system_emission_change")
PARTS = ("electricity_bill", "bill_without", "grid_import", "import_without", "grid_export", "export_without")


def scalar(value: float, unit: str) -> xr.DataArray:
    return xr.DataArray(value, attrs={"units": unit})


def design(
    rule: str = "time-of-use", pv: float = 1.0, chp: float = 0.0, import_limit: float = 4.0, efficiency: float = 0.64
) -> xr.Dataset:
    """A park of 1 MW with a store of 1 MW and 2 MWh, a lossy one."""
    values = {
        "wind_capacity": 0.0, "pv_capacity": pv, "chp_capacity": chp, "annual_load": 8760.0,
        "import_limit": import_limit, "export_limit": 4.0,
    }  # fmt: skip
    stores = {
        "power_rating": 1.0, "energy_rating": 2.0, "round_trip_efficiency": efficiency, "minimum_state_of_charge": 0.0,
        "maximum_state_of_charge": 1.0, "self_discharge": 0.0,
    }  # fmt: skip
    return xr.Dataset(
        {name: scalar(value, DESIGN[name]) for name, value in values.items()}
        | {name: scalar(value, DESIGN[name]).expand_dims(store=["lithium"]) for name, value in stores.items()}
        | dict(thresholds(rule, f"{import_limit} MW", "1 MW"))
    )


def weather() -> tuple[xr.DataArray, xr.DataArray]:
    """A sun of rectangles, and a load that is higher by day."""
    sun = np.isin(HOURS.hour, range(8, 16)) * 1.0
    factors = np.stack([np.zeros(8760), 3.0 * sun, np.full(8760, 0.5)])
    labels = {"technology": ["wind", "pv", "chp"], "time": HOURS}
    shape = np.where((HOURS.hour >= 8) & (HOURS.hour < 20), 1.5, 0.5)
    return (
        xr.DataArray(factors, labels, ("technology", "time"), attrs={"units": "1"}),
        xr.DataArray(shape, {"time": HOURS}, ("time",), attrs={"units": "1"}),
    )


def effect_of(park: xr.Dataset) -> dict[str, Any]:
    """What the store of a park changes, at Beijing's ratios and 0.6 kg/kWh."""
    factors, load = weather()
    with_them, without = (dispatch(each, factors, load, PERIOD) for each in (park, without_stores(park)))
    price = tariff.period_price("0.84 CNY_2025/kWh", "0.39 CNY_2025/kWh", tariff.period_ratio(1.8, 0.3, 1.2))
    bills = [
        tariff.annual_bill(each["grid_import_by_period"], each["grid_export"], price, "0.36 CNY_2025/kWh", "0 MW",
                           "0 CNY_2025/kW/yr")["electricity_bill"]
        for each in (with_them, without)
    ]  # fmt: skip
    effect = storage_effect(*bills, with_them["grid_import"], without["grid_import"], with_them["grid_export"],
                            without["grid_export"], "0.6 kg CO2/kWh", "1 t CO2e/t CO2")  # fmt: skip
    assert effect["storage_saves_money_raises_emissions"].dtype == bool
    return {str(name): array.item() for name, array in effect.items()}


def test_a_store_that_buys_at_night_saves_money_raises_emissions_and_is_flagged() -> None:
    effect = effect_of(design(pv=0.0))
    # Nothing is generated: what it delivers cost 1 / 0.64 times as much energy in the valley. It delivers 2 x 0.8 MWh
    # a day, so it buys 2.5 and emits the 0.9 that are lost: 365 x 0.9 x 0.6 t.
    assert effect["storage_emission_change"] == pytest.approx(365 * 0.9 * 0.6)
    assert effect["storage_system_emission_change"] == pytest.approx(effect["storage_emission_change"])
    assert effect["storage_bill_change"] < 0.0
    assert effect["storage_saves_money_raises_emissions"] is True


def test_a_store_that_keeps_own_surplus_and_loses_some_lowers_the_parks_books_and_is_flagged() -> None:
    effect = effect_of(design("self-consumption", pv=1.0))
    # 3 MW of sun meet 1.5 MW of load for eight hours: of the surplus 2.5 MWh a day go in, 1.6 come out.
    assert effect["storage_emission_change"] == pytest.approx(-365 * 1.6 * 0.6)
    assert effect["storage_bill_change"] < 0.0
    # What others are supplied falls by 2.5: park and grid together emit the losses.
    assert effect["storage_system_emission_change"] == pytest.approx(365 * 0.9 * 0.6)
    assert effect["storage_saves_money_raises_emissions"] is True


def test_a_store_that_keeps_own_surplus_and_loses_nothing_is_not_flagged() -> None:
    effect = effect_of(design("self-consumption", pv=1.0, efficiency=1.0))
    # 2 MWh a day go in and come out: the park buys less, others are supplied as much less.
    assert effect["storage_emission_change"] == pytest.approx(-365 * 2.0 * 0.6)
    assert effect["storage_bill_change"] < 0.0
    assert effect["storage_system_emission_change"] == pytest.approx(0.0, abs=1e-6)
    assert effect["storage_saves_money_raises_emissions"] is False


def test_a_store_that_costs_money_is_not_flagged_though_emissions_rise() -> None:
    with_losses = storage_effect("11 CNY_2025/yr", "10 CNY_2025/yr", "6 MWh/yr", "5 MWh/yr", "0 MWh/yr", "0 MWh/yr",
                                 "0.6 kg CO2/kWh", "1 t CO2e/t CO2")  # fmt: skip
    assert with_losses["storage_emission_change"].item() == pytest.approx(0.6)
    assert not with_losses["storage_saves_money_raises_emissions"].item()


@settings(max_examples=40)
@given(st.floats(-1e9, 1e9), st.floats(0.0, 1e6), st.floats(0.0, 1e6), st.floats(0.0, 1.5))
def test_no_store_no_effect(bill: float, bought: float, sold: float, factor: float) -> None:
    money, imports, exports = f"{bill!r} CNY_2025/yr", f"{bought!r} MWh/yr", f"{sold!r} MWh/yr"
    effect = storage_effect(money, money, imports, imports, exports, exports, f"{factor!r} kg CO2/kWh",
                            "1 t CO2e/t CO2")  # fmt: skip
    assert [effect[name].item() for name in CHANGES] == [0.0] * 3
    assert not effect["storage_saves_money_raises_emissions"].item()


def test_rounding_is_no_change() -> None:
    effect = storage_effect("999999.9999999 CNY_2025/yr", "1000000 CNY_2025/yr", "5000.0000001 MWh/yr", "5000 MWh/yr",
                            "0 MWh/yr", "0 MWh/yr", "0.6 kg CO2/kWh", "1 t CO2e/t CO2")  # fmt: skip
    assert not effect["storage_saves_money_raises_emissions"].item()


def test_effects_have_the_units_they_declare() -> None:
    given = {name: quantify(scalar(2.0 + at, storage_effect.units[name])) for at, name in enumerate(PARTS)}
    factors = {name: quantify(scalar(0.5, storage_effect.units[name])) for name in ("grid_factor", "gwp_co2")}
    effect = storage_effect.__wrapped__(**given, **factors)
    for name in CHANGES:
        assert effect[name].data.check(pint_unit(storage_effect.units["return"][name]).dimensionality), name


def test_the_twin_has_the_same_load_and_heat_plants_and_nothing_else() -> None:
    park = design(pv=1.0, chp=0.4)
    twin = grid_supply_only(park, weather()[1])
    for name in ("wind_capacity", "pv_capacity", "power_rating", "energy_rating"):
        assert not twin[name].any() and twin[name].attrs == park[name].attrs, name
    for name in ("annual_load", "chp_capacity", "export_limit", "import_limit", "round_trip_efficiency"):
        xr.testing.assert_identical(twin[name], park[name])
    assert park["pv_capacity"].item() == 1.0  # the park itself is left as it was
    assert TWIN == "grid supply only"


def test_the_twin_buys_all_that_its_heat_plants_do_not_make_and_leaves_no_load_unmet() -> None:
    factors, load = weather()
    park = design(pv=1.0, chp=0.4, import_limit=0.5)
    flows = dispatch(grid_supply_only(park, load), factors, load, PERIOD)
    # 1 MW of load on average, 0.2 MW of it from the plant.
    assert flows["grid_import"].item() == pytest.approx(8760 * 0.8)
    assert flows["unmet_load"].item() == 0.0
    assert dispatch(park, factors, load, PERIOD)["unmet_load"].item() > 0.0


def test_many_parks_have_a_twin_each() -> None:
    load = xr.DataArray([8760.0, 17520.0], {"park": ["a", "b"]}, attrs={"units": "MWh/yr"})
    twins = grid_supply_only(design(import_limit=2.0).assign(annual_load=load), weather()[1])
    assert twins["import_limit"].values.tolist() == [2.0, 3.0]  # peaks of 1.5 and 3 MW
