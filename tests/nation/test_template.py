"""The template in a zone: copied or scaled, within the room there is; and what all zones add up to."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings

from decarb.nation import template
from decarb.nation.zones import LEVELS, size_classes
from decarb.park.design import STORE_SIZES
from decarb.park.dispatch import DESIGN, dispatch
from decarb.park.scaling import clone, scale

SIZES = {
    "wind_capacity": 4.0, "pv_capacity": 1.0, "chp_capacity": 0.0, "annual_load": 17520.0, "power_rating": 1.0,
    "energy_rating": 3.0, "round_trip_efficiency": 0.8, "minimum_state_of_charge": 0.1,
    "maximum_state_of_charge": 0.9, "self_discharge": 0.0, "import_limit": 10.0, "export_limit": 5.0,
    "charge_below": 0.0, "discharge_above": 0.0,
}  # fmt: skip
ROWS = {
    "roof_area_per_load": (1e3, "m2 yr/MWh"), "land_area_per_load": (1e3, "ha yr/GWh"), "usable_roof_share": (0.5, "1"),
    "wind_land_share": (0.5, "1"), "wind_density": (6.0, "MW/km2"), "pv_roof_density": (0.2, "kW/m2"),
    "least_wind_full_load_hours": (800.0, "h/yr"), "grid_connection_per_load": (4.0, "1"), "scaled": (1.0, "1"),
    "template_built": (1.0, "1"),
}  # fmt: skip
PLACES = {"province": ["Hebei", "Tibet"]}


def array(values: object, unit: str, **coords: object) -> xr.DataArray:
    return xr.DataArray(values, coords, tuple(coords), attrs={"units": unit})


def given_inputs(**changes: float) -> xr.Dataset:
    park = {name: array(value, DESIGN[name]) for name, value in SIZES.items()}
    rows = {name: array(changes.pop(name, value), unit) for name, (value, unit) in ROWS.items()}
    assert not changes
    return xr.Dataset({**park, **rows, "park_wind_full_load_hours": array([1200.0, 500.0], "h/yr", **PLACES)})


def site(province: str = "Hebei", **changes: float) -> dict[str, float]:
    sized = template.design_on_site(given_inputs(**changes))
    assert all(sized[name].attrs["units"] == DESIGN[name] for name in DESIGN)
    return {name: float(sized[name].broadcast_like(array([0, 0], "1", **PLACES)).sel(province=province))
            for name in DESIGN}  # fmt: skip


def with_store(inputs: xr.Dataset) -> xr.Dataset:
    named = {name: inputs[name].expand_dims(store=["lithium"]) for name in STORE_SIZES}
    return inputs.assign(named)


def weather(hours: int = 2190) -> tuple[xr.DataArray, xr.DataArray]:
    random = np.random.default_rng(3)
    time = np.arange(hours)
    factor = xr.DataArray(random.random((3, 2, hours)), {"technology": ["wind", "pv", "chp"], **PLACES, "time": time})
    shape = 1.0 + 0.5 * np.sin(time / 3.7)
    return factor.assign_attrs(units="1"), array(shape / shape.mean(), "1", time=time)


def test_a_clone_is_the_park_as_it_is_whatever_room_there_is() -> None:
    assert site(scaled=0.0, roof_area_per_load=0.0, land_area_per_load=0.0, grid_connection_per_load=0.1) == SIZES


def test_with_room_enough_a_scaled_site_of_the_same_load_is_the_park() -> None:
    assert site() == SIZES


def test_land_and_roofs_limit_the_park_and_its_store_follows_generation() -> None:
    sized = site(land_area_per_load=5.70776255707763, roof_area_per_load=0.2853881278538813)
    # 17.52 GWh: 100 ha, half of it for wind, 6 MW/km2: 3 MW; 5,000 m2 of roof, half usable, 0.2 kW/m2: 0.5 MW.
    assert (sized["wind_capacity"], sized["pv_capacity"]) == (pytest.approx(3.0), pytest.approx(0.5))
    # 3.5 of 5 MW stand: 0.7 of the store; the load and what it may buy stay.
    assert (sized["power_rating"], sized["energy_rating"]) == (pytest.approx(0.7), pytest.approx(2.1))
    assert (sized["annual_load"], sized["import_limit"]) == (17520.0, 10.0)


def test_no_turbine_stands_where_the_wind_is_too_weak() -> None:
    assert site("Tibet")["wind_capacity"] == 0.0 and site("Tibet")["pv_capacity"] == 1.0


def test_a_site_sells_no_more_than_its_connection_carries_and_buys_by_the_template() -> None:
    # 17,520 MWh a year are 2 MW in the mean; a connection of 1.5 times that carries 3 MW.
    sized = site(grid_connection_per_load=1.5)
    assert (sized["export_limit"], sized["import_limit"]) == (pytest.approx(3.0), 10.0)


@pytest.mark.parametrize("scaled", [0.0, 1.0])
def test_a_claim_builds_nothing_and_keeps_the_load(scaled: float) -> None:
    sized = site(scaled=scaled, template_built=0.0)
    built = {"wind_capacity", "pv_capacity", "chp_capacity", "power_rating", "energy_rating"}
    assert sized == {name: 0.0 if name in built else value for name, value in SIZES.items()}


def test_room_grows_with_the_load() -> None:
    inputs = given_inputs()
    one, two = (template.room_in_zone(inputs, array(load, "MWh/yr")) for load in (1e4, 2e4))
    for name in ("wind_limit", "pv_limit"):
        np.testing.assert_allclose(two[name], 2.0 * one[name], rtol=1e-14)


def test_scale_fills_a_zone_and_clone_puts_one_park_in_it() -> None:
    load, own = array([5e6, 1e4], "MWh/yr", **PLACES), array(2e4, "MWh/yr")
    alike = array([1.0, 1.0, 1.0], "1", size=[0, 1, 2])
    assert template.copies(load, own, alike, array(1.0, "1")).values.tolist() == [250.0, 0.5]
    # A zone that uses half of what the template does takes half of it.
    assert template.copies(load, own, alike, array(0.0, "1")).values.tolist() == [1.0, 0.5]


def test_a_small_zone_is_wholly_cloned_and_a_large_one_not() -> None:
    load, own = array([40.0], "MWh/yr", province=["Hebei"]), array(20.0, "MWh/yr")
    sizes = array([0.1, 0.4, 2.5], "1", size=[0, 1, 2])
    number = template.copies(load, own, sizes, array(0.0, "1"))
    # Zones of 4, 16 and 100 MWh take 4, 16 and 20 MWh of the template: 40 of 120 MWh, a third; copies 0.2, 0.8 and 1.
    assert number.values == pytest.approx(2.0 / 3.0)
    assert template.covered_share(number, own, load).values == pytest.approx(1.0 / 3.0)


@given(st.floats(1.0, 1e9), st.floats(1.0, 1e6), st.floats(0.0, 3.0), st.sampled_from([0.0, 1.0]))
def test_the_template_never_covers_more_than_the_zone(load: float, own: float, sigma: float, scaled: float) -> None:
    of_zone, of_park = array(load, "MWh/yr"), array(own, "MWh/yr")
    number = template.copies(of_zone, of_park, size_classes(array(sigma, "1")), array(scaled, "1"))
    covered = float(template.covered_share(number, of_park, of_zone))
    assert 0.0 <= covered <= 1.0
    assert float(number) * own <= load * (1.0 + 1e-12)
    if scaled:
        assert covered == pytest.approx(1.0, rel=1e-12)


def test_a_zone_without_load_takes_nothing() -> None:
    none, own = array([0.0], "MWh/yr", province=["Hebei"]), array(20.0, "MWh/yr")
    for scaled in (0.0, 1.0):
        number = template.copies(none, own, size_classes(array(0.9, "1")), array(scaled, "1"))
        assert number.values.tolist() == template.covered_share(number, own, none).values.tolist() == [0.0]


@pytest.mark.parametrize("scaled", [0.0, 1.0])
def test_sizes_of_zones_even_out_exactly(scaled: float) -> None:
    """A dispatch of each size of zone by itself has the mean that one dispatch of the site gives."""
    inputs = with_store(given_inputs(scaled=scaled, land_area_per_load=5.0, roof_area_per_load=0.5))
    factor, shape = weather()
    park, own, sizes = inputs[list(DESIGN)], inputs["annual_load"], size_classes(array(0.9, "1"))
    load = array([[9000.0, 50000.0]] * 2, "MWh/yr", **PLACES, level=list(LEVELS))
    number = template.copies(load, own, sizes, array(scaled, "1"))
    mean = template.in_zone(dispatch(template.design_on_site(inputs), factor, shape), number)
    of_sizes = []
    for size in sizes.values:
        of_size = array(load * size, "MWh/yr", **PLACES, level=list(LEVELS))
        design = clone(park, (of_size / own).clip(max=1.0).drop_attrs())
        if scaled:
            design = scale(park, of_size, template.room_in_zone(inputs, of_size))
        of_sizes.append(dispatch(design, factor, shape))
    alone = xr.concat(of_sizes, "size", coords="minimal", compat="override")
    for name in ("generation", "grid_import", "grid_export", "curtailment", "charge", "storage_change", "load"):
        np.testing.assert_allclose(
            mean[name], alone[name].mean("size").transpose(*mean[name].dims), rtol=1e-11, atol=1e-7, err_msg=name
        )


def test_curtailment_is_shared_by_technology() -> None:
    used = template.used_generation(
        array([[300.0, 0.0], [100.0, 0.0]], "MWh/yr", technology=["wind", "pv"], province=["Hebei", "Tibet"]),
        array([40.0, 0.0], "MWh/yr", province=["Hebei", "Tibet"]),
    )
    # A tenth of 400 is lost: 300 x 0.9 and 100 x 0.9.
    np.testing.assert_allclose(used, [[270.0, 0.0], [90.0, 0.0]], rtol=1e-14)


def test_shares_rates_and_hours_are_not_multiplied() -> None:
    flows = xr.Dataset({"grid_import": array(2.0, "MWh/yr"), "islanded_hours": array(5.0, "h/yr")})
    zone = template.in_zone(flows, array([3.0, 4.0], "1", **PLACES))
    assert zone["grid_import"].values.tolist() == [6.0, 8.0] and float(zone["islanded_hours"]) == 5.0
    assert zone["grid_import"].attrs == {"units": "MWh/yr"}


KINDS = {"level": ["national", "provincial"], "archetype": ["metals", "general"]}
COUNT = array([[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]], "zone", **PLACES, **KINDS)
YEARS = {"year": [2026, 2027]}


def of_zone(factor: float) -> xr.Dataset:
    return xr.Dataset({"load": array(factor * np.arange(1.0, 9.0).reshape(2, 2, 2), "GWh/yr", **PLACES, **KINDS)})


def shares(seed: int, **extra: list[int]) -> xr.DataArray:
    labels = {**extra, **KINDS, **YEARS}
    return array(np.random.default_rng(seed).random([len(names) for names in labels.values()]), "1", **labels)


def test_all_zones_add_up_in_the_unit_asked_for() -> None:
    half = array(np.full((2, 2, 2), 0.5), "1", **KINDS, **YEARS)
    fleet = template.national(of_zone(1.0), COUNT, half, "TWh/yr")
    # 1 + 4 + ... + 64 = 204 GWh, half of it.
    np.testing.assert_allclose(fleet["park_load"], [0.102, 0.102], rtol=1e-14)
    assert fleet["park_load"].attrs == {"units": "TWh/yr"}


def test_vintages_lie_between_the_first_and_the_last() -> None:
    full, none = (array(np.full((2, 2, 2), value), "1", **KINDS, **YEARS) for value in (1.0, 0.0))
    total = {"first": 204.0, "last": 612.0, "middle": 408.0}
    for name, later in (("first", none), ("last", full), ("middle", 0.5 * full)):
        fleet = template.national_flows(
            of_zone(1.0), of_zone(3.0), COUNT, full, later.assign_attrs(units="1"), "GWh/yr"
        )
        np.testing.assert_allclose(fleet["park_load"], total[name], rtol=1e-14)


@settings(max_examples=20)
@given(st.integers(0, 1000), st.booleans())
def test_provinces_sum_to_the_nation(seed: int, swept: bool) -> None:
    operating, later = shares(seed, **({"scenario": [0, 1, 2]} if swept else {})), shares(seed + 1)
    flows = (of_zone(1.0), of_zone(1.5))
    nation = template.national_flows(*flows, COUNT, operating, later, "TWh/yr")["park_load"]
    alone = [template.national_flows(*flows, COUNT.where(COUNT["province"] == place, 0.0), operating, later,
                                     "TWh/yr")["park_load"] for place in PLACES["province"]]  # fmt: skip
    np.testing.assert_allclose(alone[0] + alone[1], nation, rtol=1e-13)


def test_the_mean_capacity_of_a_cohort_is_weighted_by_zones() -> None:
    one = array(np.arange(1.0, 9.0).reshape(2, 2, 2), "MW", **PLACES, **KINDS)
    mean = template.capacity_of_zone(one, one, COUNT)
    # National metals: (1 zone x 2 MW + 5 zones x 10 MW) / 6.
    assert float(mean.sel(level="national", archetype="metals")) == pytest.approx(52e-3 / 6.0)
