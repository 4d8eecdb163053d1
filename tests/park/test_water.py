"""Water neither appears nor is lost, and only what is treated on site emits on site."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings

import decarb.park.water
from decarb.errors import DecarbError, InputError, UnitError
from decarb.park.water import N2O_PER_NITROGEN, check_water_balance, water_year
from decarb.tables import table_array
from decarb.units import stamp
from decarb.units.convert import quantify
from decarb.units.registry import REGISTRY, pint_unit
from decarb.variables import variables

PARK = {
    "demand": 100_000.0,
    "treatment_capacity": 60_000.0,
    "return_share": 0.8,
    "reuse_share": 0.5,
    "treatment_electricity": 0.0003,
    "reuse_electricity": 0.0008,
    "oxygen_demand": 0.0004,
    "methane_capacity": 0.25,
    "methane_correction": 0.03,
    "nitrogen": 0.00004,
    "n2o_share": 0.016,
    "irrigation": 20_000.0,
}
SIZES = ("demand", "treatment_capacity", "irrigation")
FLOWS = ("water_demand", "fresh_water", "wastewater", "treated_water", "untreated_wastewater", "reused_water",
         "water_electricity", "wastewater_ch4", "wastewater_n2o")  # fmt: skip
SHARES = st.floats(0.0, 1.0)
VOLUMES = st.one_of(st.just(0.0), st.floats(1e-3, 1e9))


def inputs(**changes: Any) -> dict[str, xr.DataArray]:
    return {name: xr.DataArray(value, dims="park" if np.ndim(value) else (), attrs={"units": water_year.units[name]})
            for name, value in (PARK | changes).items()}  # fmt: skip


def year(**changes: Any) -> xr.Dataset:
    return water_year(**inputs(**changes))


def test_each_flow_computed_by_hand() -> None:
    flows = year()
    assert {name: array.item() for name, array in flows.items()} == pytest.approx({
        "water_demand": 120_000.0,  # 100,000 + 20,000 of irrigation
        "wastewater": 80_000.0,  # 0.8 x 100,000: irrigation does not return
        "treated_water": 60_000.0,  # what the plant takes
        "untreated_wastewater": 20_000.0,
        "reused_water": 30_000.0,  # 0.5 x 60,000
        "fresh_water": 90_000.0,  # 120,000 - 30,000
        "water_reuse_rate": 0.25,  # 30,000 / 120,000
        "water_electricity": 42.0,  # 60,000 x 0.3 + 30,000 x 0.8 = 42,000 kWh
        "wastewater_ch4": 0.18,  # 60,000 x 0.4 kg = 24 t; x 0.25 x 0.03
        "wastewater_n2o": 0.0384 * 44 / 28,  # 60,000 x 0.04 kg = 2.4 t N; x 0.016
    })  # fmt: skip
    assert flows["wastewater_ch4"].attrs == {"units": "t CH4/yr"}
    assert flows["wastewater_n2o"].attrs == {"units": "t N2O/yr"}


def test_the_mass_of_n2o_is_that_of_two_nitrogen_and_one_oxygen() -> None:
    assert pytest.approx((2 * 14 + 16) / (2 * 14)) == N2O_PER_NITROGEN


def test_a_flow_by_the_day_is_the_same_as_by_the_year() -> None:
    by_day = inputs(demand=200.0, treatment_capacity=200.0)
    for name in ("demand", "treatment_capacity"):
        by_day[name].attrs["units"] = "m3/d"
    xr.testing.assert_allclose(water_year(**by_day), year(demand=73_000.0, treatment_capacity=73_000.0))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(VOLUMES, VOLUMES, VOLUMES, SHARES, SHARES)
def test_water_is_conserved_whatever_the_plant_and_the_shares(
    demand: float, capacity: float, irrigation: float, returned: float, reused: float
) -> None:
    flows = year(demand=demand, treatment_capacity=capacity, irrigation=irrigation, return_share=returned,
                 reuse_share=reused)  # fmt: skip
    check_water_balance(flows)
    assert flows["treated_water"] <= min(capacity, flows["wastewater"].item())
    assert 0.0 <= flows["water_reuse_rate"] <= 1.0
    assert all(np.isfinite(flows[name]) and flows[name] >= 0.0 for name in FLOWS)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(VOLUMES, VOLUMES, VOLUMES)
def test_twice_the_park_has_twice_the_flows_and_the_same_reuse_rate(
    demand: float, capacity: float, irrigation: float
) -> None:
    sizes = dict(zip(SIZES, (demand, capacity, irrigation), strict=True))
    once, twice = year(**sizes), year(**{name: 2.0 * size for name, size in sizes.items()})
    for name in FLOWS:
        assert twice[name].item() == 2.0 * once[name].item()
    assert twice["water_reuse_rate"].item() == once["water_reuse_rate"].item()


def test_no_water_is_no_flow_and_no_reuse_rate() -> None:
    flows = year(**dict.fromkeys(SIZES, 0.0))
    assert {name: array.item() for name, array in flows.items()} == dict.fromkeys(flows, 0.0)


def test_without_a_plant_all_wastewater_leaves_and_nothing_is_emitted_on_site() -> None:
    flows = year(treatment_capacity=0.0)
    assert flows["untreated_wastewater"] == flows["wastewater"] == 80_000.0
    assert flows["fresh_water"] == flows["water_demand"]
    for name in ("reused_water", "water_electricity", "wastewater_ch4", "wastewater_n2o"):
        assert flows[name] == 0.0


def test_irrigation_is_left_out_where_none_is_given() -> None:
    without = {name: value for name, value in inputs().items() if name != "irrigation"}
    xr.testing.assert_identical(water_year(**without), year(irrigation=0.0))


def test_reuse_saves_fresh_water_one_for_one_and_moves_no_gas() -> None:
    none, all_of_it = year(reuse_share=0.0), year(reuse_share=1.0)
    assert (none["fresh_water"] - all_of_it["fresh_water"]).item() == pytest.approx(60_000.0)
    assert all_of_it["water_electricity"] > none["water_electricity"]
    for name in ("wastewater_ch4", "wastewater_n2o", "wastewater", "treated_water"):
        assert all_of_it[name].item() == none[name].item()


@pytest.mark.parametrize(
    ("factor", "flow"),
    [("oxygen_demand", "wastewater_ch4"), ("methane_capacity", "wastewater_ch4"),
     ("methane_correction", "wastewater_ch4"), ("nitrogen", "wastewater_n2o"), ("n2o_share", "wastewater_n2o")],
)  # fmt: skip
def test_a_factor_of_one_gas_moves_that_gas_alone(factor: str, flow: str) -> None:
    once, twice = year(), year(**{factor: 2.0 * PARK[factor]})
    for name in once:
        assert twice[name].item() == pytest.approx(once[name].item() * (2.0 if name == flow else 1.0))


def test_parks_and_scenarios_broadcast_and_each_is_as_it_would_be_alone() -> None:
    demand, share = [0.0, 50_000.0, 200_000.0], [0.2, 0.9]
    swept = inputs(demand=demand)
    swept["reuse_share"] = xr.DataArray(share, dims="scenario", attrs={"units": "1"})
    flows = water_year(**swept)
    check_water_balance(flows)
    assert dict(flows["fresh_water"].sizes) == {"park": 3, "scenario": 2}
    for park, volume in enumerate(demand):
        for scenario, reused in enumerate(share):
            alone = year(demand=volume, reuse_share=reused)
            xr.testing.assert_allclose(flows.isel(park=park, scenario=scenario), alone)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"demand": -1.0}, "water: demand: -1 is below zero"),
        ({"treatment_capacity": np.nan}, "water: treatment_capacity: is not a finite number"),
        ({"irrigation": -5.0}, "water: irrigation: -5 is below zero"),
        ({"return_share": 80.0}, "water: return_share: 80 is above 1"),
        ({"reuse_share": 1.01}, "water: reuse_share: 1.01 is above 1"),
        ({"methane_correction": 3.0}, "water: methane_correction: 3 is above 1"),
        ({"n2o_share": -0.1}, "water: n2o_share: -0.1 is below zero"),
    ],
)
def test_what_cannot_be_is_refused_by_name(changes: dict[str, float], said: str) -> None:
    with pytest.raises(InputError, match=said):
        year(**changes)


@pytest.mark.parametrize(
    ("name", "unit"),
    [("demand", "m3"), ("oxygen_demand", "kg CO2/m3"), ("methane_capacity", "kg/kg"), ("nitrogen", "t")],
)
def test_a_quantity_of_another_kind_is_refused_by_name(name: str, unit: str) -> None:
    with pytest.raises(UnitError, match=name):
        water_year(**inputs() | {name: xr.DataArray(1.0, attrs={"units": unit})})


@pytest.mark.parametrize(
    ("flow", "said"),
    [
        ("fresh_water", "fresh_water [+] reused_water is not water_demand"),
        ("untreated_wastewater", "treated_water [+] untreated_wastewater is not wastewater"),
    ],
)
def test_the_balance_finds_a_thousandth_that_is_missing(flow: str, said: str) -> None:
    flows = year()
    leaking = flows.assign({flow: stamp(flows[flow] * 0.999, "m3/yr")})
    with pytest.raises(DecarbError, match=said):
        check_water_balance(leaking)
    check_water_balance(leaking, tolerance=1e-2)


def test_the_balance_finds_water_that_comes_from_nowhere() -> None:
    moved = {  # both sums still hold
        "reused_water lies above": {"reused_water": 70_000.0, "fresh_water": 50_000.0},
        "wastewater lies above": {"wastewater": 130_000.0, "untreated_wastewater": 70_000.0},
        "untreated_wastewater lies below zero": {"treated_water": 90_000.0, "untreated_wastewater": -10_000.0},
    }
    for said, values in moved.items():
        changed = {name: xr.DataArray(value, attrs={"units": "m3/yr"}) for name, value in values.items()}
        with pytest.raises(DecarbError, match=said):
            check_water_balance(year().assign(changed))


def test_one_bad_park_among_good_ones_is_found_and_units_are_read() -> None:
    flows = year(demand=[1000.0, 2000.0])
    kilo = flows.assign(fresh_water=stamp(flows["fresh_water"] * 1000.0, "L/yr"))
    check_water_balance(kilo)
    bad = flows["fresh_water"] + xr.DataArray([0.0, 1.0], dims="park")
    with pytest.raises(DecarbError, match="by 1 m3/yr"):
        check_water_balance(flows.assign(fresh_water=stamp(bad, "m3/yr")))


def test_results_have_the_units_they_declare(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = year()
    monkeypatch.setattr(decarb.park.water, "N2O_PER_NITROGEN", REGISTRY.Quantity(44 / 28, pint_unit("t N2O/t")))
    computed = water_year.__wrapped__(**{name: quantify(array) for name, array in inputs().items()})
    for name, unit in water_year.units["return"].items():  # type: ignore[union-attr]
        quantity = REGISTRY.Quantity(computed[name].data).to(pint_unit(unit))
        assert float(quantity.magnitude) == pytest.approx(expected[name].item(), rel=1e-12)


def test_every_result_is_in_the_dictionary_with_its_unit() -> None:
    for name, unit in water_year.units["return"].items():  # type: ignore[union-attr]
        assert variables()[name].unit == unit


@pytest.mark.parametrize("bound", ["low", "value", "high"])
def test_the_shipped_assumptions_are_inputs_as_they_stand(bound: Any) -> None:
    rows = {
        "return_share": ("parameters", "water_return_share"),
        "reuse_share": ("parameters", "treated_water_reuse_share"),
        "oxygen_demand": ("parameters", "wastewater_oxygen_demand"),
        "nitrogen": ("parameters", "wastewater_nitrogen"),
        "treatment_electricity": ("emission_factors", "wastewater_electricity"),
        "reuse_electricity": ("emission_factors", "water_reuse_electricity"),
        "methane_correction": ("emission_factors", "wastewater_ch4_correction"),
    }
    given = {name: table_array(*row, bound=bound) for name, row in rows.items()}
    given["methane_capacity"] = table_array("emission_factors", "wastewater_ch4_capacity")
    given["n2o_share"] = table_array("emission_factors", "wastewater_n2o_share")
    flows = water_year(demand="200 m3/d", treatment_capacity="200 m3/d", **given)
    check_water_balance(flows)
    # 73,000 m3 a year at most, so under 73 MWh for each kWh/m3, and less than a ton of methane.
    assert 0.0 < flows["water_electricity"] < 73.0 * (0.6 + 1.0)
    assert 0.0 < flows["wastewater_ch4"] < 1.0 and 0.0 < flows["wastewater_n2o"] < 0.2
