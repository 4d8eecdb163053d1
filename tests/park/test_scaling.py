"""One template on many sites: ratios are kept until roofs, land or wind end them, and copies add up."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given, settings

from decarb.errors import CallError, UnitError
from decarb.park.dispatch import DESIGN, dispatch
from decarb.park.scaling import EXTENSIVE, GENERATORS, clone, land_area, roof_area, scale, site_limits
from decarb.tables import table_array, table_value
from decarb.units import converted
from decarb.units.convert import quantify
from decarb.units.registry import pint_unit

STORES = ["lithium", "flow_battery"]
SIZES: dict[str, Any] = {
    "wind_capacity": 4.8, "pv_capacity": 1.3, "chp_capacity": 0.6, "annual_load": 14000.0, "power_rating": [1.0, 0.5],
    "energy_rating": [2.0, 2.5], "round_trip_efficiency": [0.845, 0.65], "minimum_state_of_charge": [0.1, 0.0],
    "maximum_state_of_charge": [0.9, 1.0], "self_discharge": [0.00003, 0.0], "import_limit": 3.0, "export_limit": 2.0,
    "charge_below": [0.0, 0.7], "discharge_above": [0.0, np.inf],
}  # fmt: skip
LABELS = {"store": STORES, "period": ["flat", "valley"]}


def array(values: Any, unit: str = "1", **coords: Any) -> xr.DataArray:
    return xr.DataArray(values, coords, tuple(coords), attrs={"units": unit})


def park(**changes: Any) -> xr.Dataset:
    """The toy park with some sizes changed."""
    sizes = {}
    for name, value in (SIZES | changes).items():
        dim = "period" if name in ("charge_below", "discharge_above") else "store"
        sizes[name] = array(value, DESIGN[name], **({dim: LABELS[dim]} if np.ndim(value) else {}))
    return xr.Dataset(sizes)


def limits(wind: float = np.inf, pv: float = np.inf) -> xr.Dataset:
    return xr.Dataset({"wind_limit": array(wind, "MW"), "pv_limit": array(pv, "MW")})


def load(value: float) -> xr.DataArray:
    return array(value, "MWh/yr")


def year(design: xr.Dataset, steps: int = 438) -> xr.Dataset:
    """Flows in seeded weather of 20-hour steps."""
    random = np.random.default_rng(3)
    time = pd.date_range("2021-01-01", periods=steps, freq="20h")
    factors = array(random.random((3, steps)) ** 2, technology=["wind", "pv", "chp"], time=time)
    period = xr.DataArray(np.where(np.arange(steps) % 3 == 0, "valley", "flat"), {"time": time}, ("time",))
    return dispatch(design, factors, array(0.5 + random.random(steps), time=time), period)


def assert_sizes(design: xr.Dataset, expected: xr.Dataset, **changed: Any) -> None:
    assert set(design) == set(DESIGN)
    for name, unit in DESIGN.items():
        assert design[name].attrs == {"units": unit}
        np.testing.assert_allclose(design[name], changed.get(name, expected[name]), rtol=1e-14, err_msg=name)


def test_scaled_to_its_own_load_a_park_is_itself_bit_for_bit() -> None:
    same = scale(park(), load(14000.0), limits(4.8, 1.3))
    for name in DESIGN:
        assert np.array_equal(same[name], park()[name]), name


@settings(max_examples=12)
@given(st.floats(1e-3, 1e3))
def test_without_a_binding_limit_twice_the_load_is_twice_every_size(factor: float) -> None:
    once, twice = (scale(park(), load(14000.0 * factor * n), limits()) for n in (1, 2))
    assert_sizes(twice, once, **{name: 2.0 * once[name] for name in EXTENSIVE})


def test_twice_the_load_is_twice_every_flow() -> None:
    once, twice = year(park()), year(scale(park(), load(28000.0)))
    for name in ("grid_import", "grid_export", "curtailment", "unmet_load", "charge", "discharge", "peak_import"):
        np.testing.assert_allclose(twice[name], 2.0 * once[name], rtol=1e-9, atol=1e-9, err_msg=name)
    assert float(once["grid_import"]) > 0 and float(once["charge"].sum()) > 0
    np.testing.assert_allclose(twice["islanded_hours"], once["islanded_hours"])


@settings(max_examples=25)
@given(st.floats(0.0, 20.0), st.floats(0.0, 5.0), st.floats(100.0, 1e6))
def test_a_limit_binds_exactly_or_not_at_all(wind: float, pv: float, annual: float) -> None:
    sized, ratio = scale(park(), load(annual), limits(wind, pv)), annual / 14000.0
    assert float(sized["wind_capacity"]) == min(4.8 * ratio, wind)
    assert float(sized["pv_capacity"]) == min(1.3 * ratio, pv)
    assert float(sized["chp_capacity"]) == pytest.approx(0.6 * ratio, rel=1e-14)


def test_stores_follow_the_generators_and_the_connection_the_load() -> None:
    sized = scale(park(), load(140000.0), limits(wind=20.5, pv=7.0))
    # Ten times the load wants 48 + 13 + 6 = 67 MW; 20.5 + 7 + 6 = 33.5 MW stand, five times 6.7 MW.
    np.testing.assert_allclose(sized["power_rating"], [5.0, 2.5], rtol=1e-14)
    np.testing.assert_allclose(sized["energy_rating"], [10.0, 12.5], rtol=1e-14)
    assert (float(sized["import_limit"]), float(sized["export_limit"])) == (30.0, 20.0)
    np.testing.assert_allclose(sized["charge_below"], [0.0, 7.0], rtol=1e-14)
    assert sized["discharge_above"].values.tolist() == [0.0, np.inf]
    assert sized["round_trip_efficiency"].values.tolist() == [0.845, 0.65]


def test_where_wind_finds_no_room_a_template_without_wind_has_the_larger_stores() -> None:
    wanted, room = load(28000.0), limits(wind=0.0, pv=2.6)
    # With wind 4.8 + 1.3 + 0.6 = 6.7 MW become 0 + 2.6 + 1.2 = 3.8; without it all that stands doubles.
    for wind, ratio in ((4.8, 3.8 / 6.7), (0.0, 2.0)):
        site = scale(park(wind_capacity=wind), wanted, room)
        np.testing.assert_allclose(site["energy_rating"], ratio * np.array([2.0, 2.5]), rtol=1e-12)


def test_a_store_without_generators_follows_the_load() -> None:
    bare = park(**dict.fromkeys(GENERATORS, 0.0))
    sized = scale(bare, load(28000.0), limits(9.0, 9.0))
    assert sized["power_rating"].values.tolist() == [2.0, 1.0] and float(sized["wind_capacity"]) == 0.0


def test_each_site_has_its_own_load_and_room() -> None:
    places = {"province": ["Hebei", "Tibet"]}
    room = xr.Dataset({"wind_limit": array([1.0, 100.0], "MW", archetype=["metals", "logistics"])})
    sized = scale(park(), array([14.0, 140.0], "GWh/yr", **places), room)
    expected = {"metals": [1.0, 1.0], "logistics": [4.8, 48.0]}
    for archetype, sizes in expected.items():
        np.testing.assert_allclose(sized["wind_capacity"].sel(archetype=archetype), sizes, rtol=1e-14)
    assert sized["pv_capacity"].dims == ("province",)


@settings(max_examples=10)
@given(st.integers(0, 3000))
def test_n_copies_have_n_times_the_flows(number: int) -> None:
    one, many = year(park()), year(clone(park(), number))
    for name in ("generation", "load", "grid_import", "grid_export", "curtailment", "charge", "discharge"):
        np.testing.assert_allclose(many[name], number * one[name], rtol=1e-9, atol=1e-6, err_msg=name)


def test_one_copy_is_the_park_and_shares_are_never_multiplied() -> None:
    assert_sizes(clone(park(), 1), park())
    assert_sizes(clone(park(), 3), park(), **{name: 3.0 * park()[name] for name in EXTENSIVE})
    assert clone(park(), array([1.0, 2.0], zones=[1, 2]))["wind_capacity"].values.tolist() == [4.8, 9.6]


def test_room_is_roofs_and_land_by_hand() -> None:
    roof = roof_area(load(100000.0), array(2.0, "m2 yr/MWh"))
    land = land_area(array(100.0, "GWh/yr"), array(3.0, "ha yr/GWh"))
    assert (float(roof), float(land)) == (200000.0, 300.0)
    room = site_limits(
        roof, land, usable_roof_share=array(0.5), pv_roof_density=array(0.2, "kW/m2"), wind_land_share=array(0.4),
        wind_density=array(5.0, "MW/km2"), wind_full_load_hours=array([799.0, 800.0], "h/yr", province=["A", "B"]),
        least_wind_full_load_hours=array(800.0, "h/yr"),
    )  # fmt: skip
    # 200,000 m2 x 0.5 x 0.2 kW/m2 = 20 MW; 3 km2 x 0.4 x 5 MW/km2 = 6 MW where the wind is enough.
    assert float(room["pv_limit"]) == pytest.approx(20.0, rel=1e-12)
    np.testing.assert_allclose(room["wind_limit"], [0.0, 6.0], rtol=1e-12)
    assert room["wind_limit"].attrs == room["pv_limit"].attrs == {"units": "MW"}


def test_equations_hold_with_quantities() -> None:
    given = {"annual_load": load(100.0), "roof_area_per_load": array(2.0, "m2 yr/MWh")}
    area = roof_area.__wrapped__(**{name: quantify(value) for name, value in given.items()})
    assert float(area.data.to(pint_unit("m2")).magnitude) == pytest.approx(float(roof_area(**given)))
    given = {"annual_load": load(100.0), "land_area_per_load": array(2.0, "ha yr/MWh")}
    area = land_area.__wrapped__(**{name: quantify(value) for name, value in given.items()})
    assert float(area.data.to(pint_unit("ha")).magnitude) == pytest.approx(float(land_area(**given)))
    given = {
        "roof_area": array(7.0, "m2"), "land_area": array(3.0, "ha"), "usable_roof_share": array(0.3),
        "pv_roof_density": array(0.2, "kW/m2"), "wind_land_share": array(0.4), "wind_density": array(5.0, "MW/km2"),
        "wind_full_load_hours": array(9.0, "h/yr"), "least_wind_full_load_hours": array(1.0, "h/yr"),
    }  # fmt: skip
    room = site_limits.__wrapped__(**{name: quantify(value) for name, value in given.items()})
    for name, expected in site_limits(**given).items():
        assert float(room[name].data.to(pint_unit("MW")).magnitude) == pytest.approx(float(expected)), name


def shipped_limits(annual: xr.DataArray, hours: float = 1150.0) -> xr.Dataset:
    """Room of each archetype by the shipped rows."""

    def row(name: str) -> xr.DataArray:
        return table_array("archetypes", name, "archetype")

    return site_limits(
        roof_area(annual, row("roof_area_per_load")), land_area(annual, row("land_area_per_load")),
        **{name: row(name) for name in ("usable_roof_share", "wind_land_share", "wind_density")},
        pv_roof_density=table_array("archetypes", "pv_roof_density"), wind_full_load_hours=array(hours, "h/yr"),
        least_wind_full_load_hours=table_array("archetypes", "least_wind_full_load_hours"),
    )  # fmt: skip


def test_the_shipped_rows_give_the_template_its_roofs_and_less_land_than_its_turbines_take() -> None:
    room = shipped_limits(load(14000.0))
    own = scale(park(), load(14000.0), room.sel(archetype="research_campus"))
    # 14 GWh x 0.8 ha yr/GWh = 11.2 ha; x 0.3 x 6 MW/km2 = 0.2016 MW: the rest of 4.8 MW stands on the neighbours'.
    assert (float(own["wind_capacity"]), float(own["pv_capacity"])) == (pytest.approx(0.2016), 1.3)
    # A site of heavy industry has less ground still for its load.
    for heavy in ("chemicals", "metals"):
        assert float(scale(park(), load(14000.0), room)["wind_capacity"].sel(archetype=heavy)) < own["wind_capacity"]
    assert bool((shipped_limits(load(14000.0), hours=500.0)["wind_limit"] == 0.0).all())


def test_six_archetypes_have_every_row() -> None:
    for name in ("roof_area_per_load", "land_area_per_load", "usable_roof_share", "wind_land_share", "wind_density"):
        rows = table_array("archetypes", name, "archetype")
        assert set(rows["archetype"].values.tolist()) == {
            "research_campus", "electronics", "chemicals", "logistics", "metals", "general",
        }  # fmt: skip
    assert converted(table_array("archetypes", "pv_roof_density"), "MW/km2").item() == 170.0
    assert table_value("archetypes", "least_wind_full_load_hours", bound="low").value < 800


@pytest.mark.parametrize(
    ("template", "annual", "room", "said"),
    [
        (park(annual_load=0.0), 1.0, limits(), "the template's annual_load is 0"),
        (park(), -1.0, limits(), "annual_load is -1 MWh/yr"),
        (park(), 1.0, limits(wind=-2.0), "wind_limit is -2 MW"),
    ],
)
def test_what_cannot_be_scaled_is_refused(template: xr.Dataset, annual: float, room: xr.Dataset, said: str) -> None:
    with pytest.raises(CallError, match=said):
        scale(template, load(annual), room)


def test_fewer_than_no_copies_and_bare_numbers_are_refused() -> None:
    with pytest.raises(CallError, match="-1 copies"):
        clone(park(), -1)
    with pytest.raises(UnitError, match="has no unit"):
        scale(park(), xr.DataArray(1.0))


def test_a_load_that_is_not_known_gives_sizes_that_are_not_known() -> None:
    assert bool(scale(park(), load(np.nan), limits())["wind_capacity"].isnull())
