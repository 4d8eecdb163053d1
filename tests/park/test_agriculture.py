"""What grows on a park: each flow goes with the area, reuse comes before fresh water, removal stands alone."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings

import decarb.park.agriculture
from decarb.errors import InputError, UnitError
from decarb.park.agriculture import agriculture_year, irrigation_demand
from decarb.park.water import water_year
from decarb.tables import table_array
from decarb.units.convert import quantify
from decarb.units.registry import REGISTRY, pint_unit
from decarb.variables import variables

PARK = {
    "area": 2.0,
    "irrigation": 3000.0,
    "nitrogen": 0.2,
    "n2o_share": 0.01,
    "electricity": 50.0,
    "crown_share": 0.25,
    "removal": 10.0,
    "reused_water": 4000.0,
}
POSITIVE = st.floats(1e-3, 1e4)


def inputs(**changes: Any) -> dict[str, xr.DataArray]:
    return {
        name: xr.DataArray(value, dims="park" if np.ndim(value) else (),
                           attrs={"units": agriculture_year.units[name]})
        for name, value in (PARK | changes).items()
    }  # fmt: skip


def year(**changes: Any) -> xr.Dataset:
    return agriculture_year(**inputs(**changes))


def test_each_flow_computed_by_hand() -> None:
    assert {name: array.item() for name, array in year().items()} == pytest.approx({
        "irrigation_demand": 6000.0,  # 2 ha x 3,000 m3
        "irrigation_from_reuse": 4000.0,  # all there is
        "irrigation_fresh": 2000.0,
        "fertiliser_n2o": 0.004 * 44 / 28,  # 2 ha x 0.2 t N = 0.4 t; x 0.01
        "agriculture_electricity": 100.0,  # 2 ha x 50 MWh
        "agriculture_removal": 5.0,  # 2 ha x 0.25 under crowns x 10 t
    })  # fmt: skip
    assert year()["fertiliser_n2o"].attrs == {"units": "t N2O/yr"}
    assert year()["agriculture_removal"].attrs == {"units": "t CO2/yr"}


@settings(max_examples=60, deadline=None, derandomize=True)
@given(POSITIVE, POSITIVE, st.one_of(st.just(0.0), POSITIVE))
def test_irrigation_takes_reuse_first_and_never_more_than_it_needs(area: float, depth: float, reused: float) -> None:
    flows = year(area=area, irrigation=depth, reused_water=reused)
    needed = flows["irrigation_demand"].item()
    assert flows["irrigation_from_reuse"].item() == min(needed, reused)
    assert flows["irrigation_fresh"].item() == pytest.approx(max(needed - reused, 0.0), abs=1e-9 * needed)
    assert (flows["irrigation_from_reuse"] + flows["irrigation_fresh"]).item() == pytest.approx(needed, rel=1e-12)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(POSITIVE)
def test_twice_the_area_and_the_reuse_has_twice_the_flows(area: float) -> None:
    once, twice = year(area=area), year(area=2.0 * area, reused_water=2.0 * PARK["reused_water"])
    for name in once:
        assert twice[name].item() == 2.0 * once[name].item()


def test_no_area_is_no_flow() -> None:
    flows = year(area=0.0)
    assert {name: array.item() for name, array in flows.items()} == dict.fromkeys(flows, 0.0)
    without_water = year(area=0.0, reused_water=0.0)
    assert {name: array.item() for name, array in without_water.items()} == dict.fromkeys(flows, 0.0)


@pytest.mark.parametrize(
    ("factor", "moved"),
    [
        ("nitrogen", {"fertiliser_n2o"}),
        ("n2o_share", {"fertiliser_n2o"}),
        ("electricity", {"agriculture_electricity"}),
        ("crown_share", {"agriculture_removal"}),
        ("removal", {"agriculture_removal"}),
    ],
)
def test_a_factor_doubles_its_own_flow_alone(factor: str, moved: set[str]) -> None:
    once, twice = year(), year(**{factor: 2.0 * PARK[factor]})
    assert {name for name in once if twice[name].item() == pytest.approx(2.0 * once[name].item())} == moved
    assert all(twice[name].item() == once[name].item() for name in set(once) - moved)


def test_removal_is_positive_and_touches_no_emission() -> None:
    bare, wooded = year(crown_share=0.0), year(crown_share=1.0)
    assert bare["agriculture_removal"] == 0.0 and wooded["agriculture_removal"] == 20.0
    assert wooded["fertiliser_n2o"].item() == bare["fertiliser_n2o"].item() > 0.0


def test_irrigation_is_part_of_the_water_of_the_park() -> None:
    plant = {
        "demand": "50000 m3/yr", "treatment_capacity": "1 m3/d", "return_share": 0.8, "reuse_share": 0.5,
        "treatment_electricity": "0.3 kWh/m3", "reuse_electricity": "0.8 kWh/m3", "oxygen_demand": "0.4 kg/m3",
        "methane_capacity": "0.25 kg CH4/kg", "methane_correction": 0.03, "nitrogen": "0.04 kg/m3",
        "n2o_share": 0.016,
    }  # fmt: skip
    fields = inputs()
    needed = irrigation_demand(fields["area"], fields["irrigation"])
    dry, wet = water_year(**plant), water_year(**plant, irrigation=needed)
    flows = agriculture_year(**fields | {"reused_water": wet["reused_water"]})
    # 1 m3/d treated, half of it reused: 182.5 m3 of the 6,000 that the fields need.
    assert flows["irrigation_from_reuse"].item() == pytest.approx(182.5)
    assert flows["irrigation_demand"].item() == needed.item() == 6000.0
    assert (wet["water_demand"] - dry["water_demand"]).item() == pytest.approx(6000.0)
    assert (wet["fresh_water"] - dry["fresh_water"]).item() == pytest.approx(6000.0)  # reuse is no larger than before
    assert flows["irrigation_fresh"] <= wet["fresh_water"]


def test_parks_and_scenarios_broadcast_and_each_is_as_it_would_be_alone() -> None:
    area, shares = [0.0, 1.0, 30.0], [0.005, 0.02]
    swept = inputs(area=area)
    swept["n2o_share"] = xr.DataArray(shares, dims="scenario", attrs={"units": "1"})
    flows = agriculture_year(**swept)
    assert dict(flows["fertiliser_n2o"].sizes) == {"park": 3, "scenario": 2}
    for park, hectares in enumerate(area):
        for scenario, share in enumerate(shares):
            alone = year(area=hectares, n2o_share=share)
            xr.testing.assert_allclose(flows.isel(park=park, scenario=scenario), alone)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"area": -1.0}, "agriculture: area: -1 is below zero"),
        ({"removal": -10.0}, "agriculture: removal: -10 is below zero"),
        ({"crown_share": 1.2}, "agriculture: crown_share: 1.2 is above 1"),
        ({"n2o_share": np.nan}, "agriculture: n2o_share: is not a finite number"),
        ({"reused_water": np.inf}, "agriculture: reused_water: is not a finite number"),
    ],
)
def test_what_cannot_be_is_refused_by_name(changes: dict[str, float], said: str) -> None:
    with pytest.raises(InputError, match=said):
        year(**changes)


@pytest.mark.parametrize(("name", "unit"), [("area", "m"), ("removal", "t/ha/yr"), ("nitrogen", "t N2O/ha/yr")])
def test_a_quantity_of_another_kind_is_refused_by_name(name: str, unit: str) -> None:
    with pytest.raises(UnitError, match=name):
        agriculture_year(**inputs() | {name: xr.DataArray(1.0, attrs={"units": unit})})


def test_an_area_in_mu_or_square_metres_is_the_same_area() -> None:
    for unit, size in (("mu", 30.0), ("m2", 20_000.0)):  # 15 mu or 10,000 m2 to the hectare
        area = xr.DataArray(size, attrs={"units": unit})
        xr.testing.assert_allclose(agriculture_year(**inputs() | {"area": area}), year())


def test_results_have_the_units_they_declare(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = year()
    factor = REGISTRY.Quantity(44 / 28, pint_unit("t N2O/t"))
    monkeypatch.setattr(decarb.park.agriculture, "N2O_PER_NITROGEN", factor)
    one = {name: quantify(array) for name, array in inputs().items()}
    computed = agriculture_year.__wrapped__(**one)
    for name, unit in agriculture_year.units["return"].items():  # type: ignore[union-attr]
        quantity = REGISTRY.Quantity(computed[name].data).to(pint_unit(unit))
        assert float(quantity.magnitude) == pytest.approx(expected[name].item(), rel=1e-12)
    needed = irrigation_demand.__wrapped__(one["area"], one["irrigation"])
    assert needed.data.check(pint_unit("m3/yr").dimensionality)


def test_every_result_is_in_the_dictionary_with_its_unit() -> None:
    for name, unit in agriculture_year.units["return"].items():  # type: ignore[union-attr]
        assert variables()[name].unit == unit


@pytest.mark.parametrize("bound", ["low", "value", "high"])
def test_the_shipped_assumptions_are_inputs_as_they_stand(bound: Any) -> None:
    rows = {
        "irrigation": ("parameters", "irrigation_rate"),
        "nitrogen": ("parameters", "fertiliser_nitrogen"),
        "electricity": ("parameters", "agriculture_electricity_intensity"),
        "crown_share": ("parameters", "crown_share"),
        "n2o_share": ("emission_factors", "fertiliser_n2o_share"),
        "removal": ("emission_factors", "tree_growth_removal"),
    }
    given = {name: table_array(*row, bound=bound) for name, row in rows.items()}
    flows = agriculture_year(area="1 ha", reused_water="40000 m3/yr", **given)
    assert flows["irrigation_fresh"] == 0.0 < flows["irrigation_demand"]
    # One hectare is small beside the 11,937 t of the park: under 5 t of removal, under 50 kg of N2O.
    assert flows["agriculture_removal"] < 5.0 and 0.0 < flows["fertiliser_n2o"] < 0.05
