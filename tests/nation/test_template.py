"""The template in a zone: copied or scaled, within the room there is; and what all zones add up to."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings

from decarb.nation import template
from decarb.park.dispatch import DESIGN

SIZES = {
    "wind_capacity": 4.0, "pv_capacity": 1.0, "chp_capacity": 0.0, "annual_load": 20000.0, "power_rating": 1.0,
    "energy_rating": 3.0, "round_trip_efficiency": 0.8, "minimum_state_of_charge": 0.1,
    "maximum_state_of_charge": 0.9, "self_discharge": 0.0, "import_limit": 10.0, "export_limit": 5.0,
    "charge_below": 0.0, "discharge_above": 0.0,
}  # fmt: skip


def array(values: object, unit: str, **coords: object) -> xr.DataArray:
    return xr.DataArray(values, coords, tuple(coords), attrs={"units": unit})


def design(load: float, wind_limit: float = 1e9, pv_limit: float = 1e9, scaled: float = 1.0) -> dict[str, float]:
    park = xr.Dataset({name: array(value, DESIGN[name]) for name, value in SIZES.items()})
    sized = template.design_in_zone(
        park, array([load], "MWh/yr", province=["Hebei"]), array(wind_limit, "MW"), array(pv_limit, "MW"),
        array(scaled, "1"),
    )  # fmt: skip
    assert all(sized[name].attrs["units"] == DESIGN[name] for name in DESIGN)
    return {name: float(sized[name].sel(province="Hebei")) for name in DESIGN}


def test_zones_use_their_part_of_industrial_power() -> None:
    load = template.zone_load(array(500.0, "TWh/yr"), array(0.6, "1"), array(0.5, "1"), array(100.0, "zone"))
    # 500 TWh x 0.6 x 0.5 / 100 = 1.5 TWh = 1.5 million MWh.
    assert float(load) == pytest.approx(1.5e6, rel=1e-12)


def test_a_province_without_zones_has_no_mean_zone() -> None:
    assert bool(template.zone_load(array(5.0, "TWh/yr"), array(0.6, "1"), array(0.5, "1"), array(0.0, "zone")).isnull())


def test_a_clone_is_the_park_as_it_is() -> None:
    assert design(200000.0, wind_limit=2.0, scaled=0.0) == SIZES


@settings(max_examples=30)
@given(st.floats(0.01, 1000.0))
def test_without_limits_twice_the_load_is_twice_the_park(ratio: float) -> None:
    sized = design(SIZES["annual_load"] * ratio)
    intensive = {"round_trip_efficiency", "minimum_state_of_charge", "maximum_state_of_charge", "self_discharge"}
    for name, value in SIZES.items():
        assert sized[name] == pytest.approx(value if name in intensive else value * ratio, rel=1e-12)


def test_land_and_roofs_limit_the_park_and_its_store_follows_generation() -> None:
    sized = design(200000.0, wind_limit=30.0, pv_limit=5.0)
    # Ten times the load wants 40 MW of wind and 10 MW of PV; 35 MW have room: 7 times 5 MW, so 7 times the store.
    assert (sized["wind_capacity"], sized["pv_capacity"]) == (30.0, 5.0)
    assert (sized["power_rating"], sized["energy_rating"]) == (7.0, 21.0)
    assert (sized["annual_load"], sized["import_limit"], sized["export_limit"]) == (200000.0, 100.0, 50.0)


def test_a_clone_covers_its_own_small_load_and_never_more_than_all() -> None:
    covered = template.covered_share(array([20.0, 300.0], "GWh/yr", province=["Hebei", "Tibet"]), array(2e5, "MWh/yr"))
    assert covered.values.tolist() == [0.1, 1.0]


def test_curtailment_is_shared_by_technology() -> None:
    used = template.used_generation(
        array([[300.0, 0.0], [100.0, 0.0]], "MWh/yr", technology=["wind", "pv"], province=["Hebei", "Tibet"]),
        array([40.0, 0.0], "MWh/yr", province=["Hebei", "Tibet"]),
    )
    # A tenth of 400 is lost: 300 x 0.9 and 100 x 0.9.
    np.testing.assert_allclose(used, [[270.0, 0.0], [90.0, 0.0]], rtol=1e-14)


def test_all_zones_add_up_in_the_unit_asked_for() -> None:
    labels = {"province": ["Hebei", "Tibet"]}
    zone = xr.Dataset({"generation": array([1e5, 2e5], "MWh/yr", **labels)})
    fleet = template.of_all_zones(
        zone, array([100.0, 10.0], "zone", **labels), array([0.0, 0.5], "1", year=[2025, 2040]), "TWh/yr"
    )
    # (100 x 0.1 TWh + 10 x 0.2 TWh) x 0.5.
    np.testing.assert_allclose(fleet["park_generation"], [0.0, 6.0], rtol=1e-13)
    assert fleet["park_generation"].attrs == {"units": "TWh/yr"}
