"""A site's year by interpolation: exact at the nodes, in balance everywhere, never negative, near the hours between."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from surface_errors import measured_error

from decarb import model
from decarb.errors import CallError, DecarbError
from decarb.nation.template import design_on_site, room_in_zone
from decarb.park import surface, surface_axes, surface_box, surface_record
from decarb.park.dispatch import DESIGN, check_energy_balance, dispatch
from decarb.park.scaling import clone, scale
from decarb.units import stamp

NAMES = ("wind", "pv", "store")
COUNTS = (8, 7, 5)
PLACES = {"province": ["Hebei", "Tibet"]}
STORES = ["supercapacitor", "lithium"]
SIZES: dict[str, Any] = {
    "wind_capacity": 4.8, "pv_capacity": 1.3, "chp_capacity": 0.0, "annual_load": 14000.0, "power_rating": [0.2, 1.0],
    "energy_rating": [0.02, 2.0], "round_trip_efficiency": [0.9, 0.845], "minimum_state_of_charge": [0.0, 0.1],
    "maximum_state_of_charge": [1.0, 0.9], "self_discharge": [0.0, 0.0], "import_limit": 10.0, "export_limit": 3.0,
    "charge_below": 0.0, "discharge_above": 0.0,
}  # fmt: skip


def array(values: Any, unit: str = "1", **coords: Any) -> xr.DataArray:
    return xr.DataArray(values, coords, tuple(coords), attrs={"units": unit})


def template() -> xr.Dataset:
    return xr.Dataset({name: array(value, DESIGN[name], **({"store": STORES} if np.ndim(value) else {}))
                       for name, value in SIZES.items()})  # fmt: skip


def weather(hours: int = 2190) -> tuple[xr.DataArray, xr.DataArray]:
    random, time = np.random.default_rng(3), np.arange(hours)
    sun = np.clip(np.sin(time * np.pi / 3.0), 0.0, None) * random.random((2, hours))
    wind = random.random((2, hours)) ** 3
    factor = array(np.stack([wind, sun]), technology=["wind", "pv"], **PLACES, time=time)
    shape = 1.0 + 0.4 * np.sin(time / 3.7)
    return factor, array(shape / shape.mean(), time=time)


@pytest.fixture(scope="module")
def year() -> Callable[[xr.DataArray], xr.Dataset]:
    """The hours of parks at points of (wind, pv, store), each over the template's own."""
    factor, shape = weather()

    def evaluate(points: xr.DataArray) -> xr.Dataset:
        design = template().assign(surface_axes.sized(template(), points))
        return dispatch(design.assign(design[["wind_capacity"]].broadcast_like(factor["province"])), factor, shape)

    return evaluate


@pytest.fixture(scope="module")
def high() -> xr.DataArray:
    """Hebei has room for twice the template; in Tibet there is none for wind."""
    return xr.DataArray([[2.0, 2.0, 2.0], [0.0, 1.0, 2.0]], PLACES, ("province", "axis"))


@pytest.fixture(scope="module")
def built(year: Callable[[xr.DataArray], xr.Dataset], high: xr.DataArray) -> xr.Dataset:
    return surface.build(year, NAMES, xr.zeros_like(high), high, COUNTS)


def inside(high: xr.DataArray, count: int, seed: int = 1) -> xr.DataArray:
    shares = xr.DataArray(np.random.default_rng(seed).random((count, 3)), dims=("scenario", "axis"))
    return (high * shares).transpose("scenario", "province", "axis").assign_coords(axis=list(NAMES))


def of_points(function: Callable[..., Any], *more: Callable[..., Any]) -> Callable[[xr.DataArray], xr.Dataset]:
    """Results `a`, `b`, ... of the axes' values."""

    def evaluate(points: xr.DataArray) -> xr.Dataset:
        axes = [points.isel(axis=axis) for axis in range(points.sizes["axis"])]
        return xr.Dataset(
            {name: stamp(one(*axes), "MWh/yr") for name, one in zip("abc", (function, *more), strict=False)}
        )

    return evaluate


def test_hand_computed_cubic() -> None:
    # Nodes at 9 x (0, 1/9, 4/9, 1) = 0, 1, 4, 9; the cube of their roots is 0, 1, 8, 27; at 2.25 it is 1.5^3 = 3.375.
    one = surface.build(of_points(lambda x: np.sqrt(x) ** 3), ["x"], [0.0], [9.0], [4])
    np.testing.assert_allclose(one["node_values"].values[:, 0], [0.0, 1.0, 8.0, 27.0], rtol=1e-15)
    assert surface.at(one, np.array([[2.25]]))["a"].item() == pytest.approx(3.375, rel=1e-14)


@pytest.mark.parametrize("axes", [1, 2, 3, 4])
def test_what_is_straight_in_every_axis_comes_out_as_it_is(axes: int) -> None:
    low, high = np.arange(axes) + 1.0, np.arange(axes) + 4.0
    evaluate = of_points(lambda *x: np.prod(np.stack([each + 2.0 for each in x]), axis=0) + 0.0 * x[0])
    one = surface.build(evaluate, list("wxyz"[:axes]), low, high, [4, 5, 6, 4][:axes])
    points = low + (high - low) * np.random.default_rng(2).random((50, axes))
    np.testing.assert_allclose(surface.at(one, points)["a"], np.prod(points + 2.0, axis=1), rtol=1e-12)


def test_nodes_are_exact(built: xr.Dataset, year: Callable[[xr.DataArray], xr.Dataset], high: xr.DataArray) -> None:
    grid = np.stack(np.meshgrid(*map(surface_box.node_places, COUNTS), indexing="ij"), axis=-1).reshape(-1, 3)
    shares = xr.DataArray(grid[::17], {"axis": list(NAMES)}, ("scenario", "axis"))
    points = (high * shares).transpose("scenario", "province", "axis")
    near, true = surface.at(built, points), year(points)
    assert set(near) == set(true)
    for name, values in true.items():
        np.testing.assert_array_equal(near[name].broadcast_like(values).transpose(*values.dims), values)
        assert near[name].attrs == values.attrs


def test_energy_balances_and_no_flow_is_negative(built: xr.Dataset, high: xr.DataArray) -> None:
    near = surface.at(built, inside(high, 400))
    check_energy_balance(near)
    assert all(float(values.min()) >= 0.0 for values in near.values())
    assert bool((near["charge"].sum("store") >= near["discharge"].sum("store")).all())


def test_a_cubic_below_zero_is_lifted_and_every_sum_is_kept() -> None:
    # Beyond the corner at 1.03 the cubic swings below zero before it; a + b is the same everywhere.
    evaluate = of_points(lambda x: np.maximum(x - 1.03, 0.0), lambda x: 5.0 - np.maximum(x - 1.03, 0.0), lambda x: -x)
    one = surface.build(evaluate, ["x"], [0.0], [2.0], [9], carried={"a": {"b": -1.0}})
    points = np.linspace(0.0, 2.0, 4001)[:, None]
    near = surface.at(one, points)
    assert surface.at(one.assign(never_negative=one["never_negative"] & False), points)["a"].min() < -0.005
    assert near["a"].min() == 0.0
    np.testing.assert_allclose(near["a"] + near["b"], 5.0, rtol=1e-14)
    assert near["c"].min() == -2.0  # what is negative at a node may be so


def test_generation_follows_its_size(built: xr.Dataset, high: xr.DataArray) -> None:
    points = inside(high, 100)
    made = surface.at(built, points)["generation"].sel(province="Hebei")
    for name in ("wind", "pv"):
        per_size = made.sel(technology=name) / points.sel(province="Hebei", axis=name)
        np.testing.assert_allclose(per_size, per_size[0], rtol=1e-9)


def test_more_wind_buys_less_and_sells_more(built: xr.Dataset) -> None:
    points = np.stack([np.linspace(0.0, 2.0, 81), np.full(81, 0.7), np.full(81, 1.1)], axis=1)
    only = built.isel(province=[0])
    near = surface.at(only, points).isel(province=0)
    assert bool((near["grid_import"].diff("scenario") < 0.0).all())
    assert bool((near["grid_export"].diff("scenario") >= -0.0005 * SIZES["annual_load"]).all())


@settings(max_examples=20)
@given(st.lists(st.integers(0, 60), max_size=4), st.randoms(use_true_random=False))
def test_any_block_in_any_order_gives_the_same_bits(built: xr.Dataset, high: xr.DataArray, cuts: list[int],
                                                    random: Any) -> None:  # fmt: skip
    points = inside(high, 60)
    whole = surface.at(built, points)["grid_import"].values
    order = list(range(60))
    random.shuffle(order)
    edges = sorted({0, *cuts, 60})
    parts = [surface.at(built, points.isel(scenario=order[a:b]))["grid_import"].values
             for a, b in pairwise(edges)]  # fmt: skip
    np.testing.assert_array_equal(np.concatenate(parts), whole[order])


def test_one_place_for_all_cells_is_the_same_place_in_each(built: xr.Dataset) -> None:
    points = np.random.default_rng(4).random((20, 3)) * [0.0, 1.0, 2.0]
    wide = xr.DataArray(points, dims=("scenario", "axis")).expand_dims(province=["Tibet", "Hebei"])
    xr.testing.assert_identical(surface.at(built, points), surface.at(built, wide))


def test_some_variables_alone_are_those_of_all(built: xr.Dataset, high: xr.DataArray) -> None:
    points, names = inside(high, 20), ["charge", "grid_import", "unmet_load"]
    near = surface.at(built, points, names)
    assert set(near) == set(names)
    assert "scenario" not in near["unmet_load"].dims  # no point moves it, so it stands as it is
    np.testing.assert_allclose(near["grid_import"], surface.at(built, points)["grid_import"], rtol=5e-3)


def test_built_by_threads_in_any_blocks_it_is_the_same(year: Callable[[xr.DataArray], xr.Dataset],
                                                       high: xr.DataArray) -> None:  # fmt: skip
    done: list[tuple[int, int]] = []
    one = surface.build(year, NAMES, 0.0 * high, high, (4, 4, 4), progress=lambda *at: done.append(at), block=27)
    assert done == [(27, 64), (54, 64), (64, 64)]
    with ThreadPoolExecutor(2) as pool:
        xr.testing.assert_identical(one, surface.build(year, NAMES, 0.0 * high, high, (4, 4, 4), block=10,
                                                       mapper=pool.map))  # fmt: skip


def test_a_file_gives_the_same_surface_back(built: xr.Dataset, high: xr.DataArray, tmp_path: Path) -> None:
    built.to_netcdf(tmp_path / "surface.nc", engine="h5netcdf")
    read = xr.load_dataset(tmp_path / "surface.nc", engine="h5netcdf")
    xr.testing.assert_identical(surface.at(read, inside(high, 5)), surface.at(built, inside(high, 5)))


def test_the_error_is_small_and_more_nodes_make_it_smaller(
    built: xr.Dataset, high: xr.DataArray, year: Callable[[xr.DataArray], xr.Dataset]
) -> None:
    coarse = surface.build(year, NAMES, 0.0 * high, high, (4, 4, 4))
    worst, worse = (measured_error(one, year, 300, 6)["worst_error"] for one in (built, coarse))
    assert worst.attrs["units"] == "%"
    assert float(worst.sel(flow="grid_import").max()) <= 0.5  # points of load
    assert float(worst.sel(flow="grid_import").max()) < 0.5 * float(worse.sel(flow="grid_import").max())


def test_the_error_is_that_of_a_hand_computed_point() -> None:
    # Straight at the nodes and 0.2 beside them everywhere else: 0.2 of a load of 10 are 2 %.
    def jagged(points: xr.DataArray) -> xr.Dataset:
        x = points.isel(axis=0)
        at_node = np.isclose(np.sqrt(x) * 3.0 % 1.0, 0.0) | np.isclose(np.sqrt(x) * 3.0 % 1.0, 1.0)
        return xr.Dataset({"grid_import": x + xr.where(at_node, 0.0, 0.2), "load": xr.full_like(x, 10.0)})

    found = measured_error(surface.build(jagged, ["x"], [0.0], [1.0], [4]), jagged, 256, 2)
    assert found["worst_error"].item() == pytest.approx(2.0)
    assert found["mean_error"].item() == pytest.approx(2.0)


@pytest.mark.parametrize(("point", "said"), [
    ([2.1, 0, 0], "wind is 2.1 .*Hebei"), ([0, -0.1, 0], "pv is -0.1"), ([0, 0, np.nan], "store is nan"),
    ([0.1, 0, 0], "wind is 0.1 .*Tibet.* to 0;"),
])  # fmt: skip
def test_points_outside_the_box_are_refused(built: xr.Dataset, point: list[float], said: str) -> None:
    with pytest.raises(CallError, match=said):
        surface.at(built, np.array([[0.0, 0.0, 0.0], point]))


@pytest.mark.parametrize(("change", "said"), [
    ({"names": list("abcde"), "low": [0.0] * 5, "high": [1.0] * 5, "counts": [4] * 5}, "5 axes"),
    ({"names": []}, "0 axes"), ({"names": ["x", "x"]}, "twice"), ({"counts": [3, 4]}, "4 or more"),
    ({"counts": [4]}, "4 or more"), ({"high": [1.0]}, "one number for each"), ({"low": [2.0, 0.0]}, "low lies above"),
    ({"high": [np.inf, 1.0]}, "not finite"),
])  # fmt: skip
def test_a_box_that_makes_no_sense_is_refused(change: dict[str, Any], said: str) -> None:
    box = {"names": ["x", "y"], "low": [0.0, 0.0], "high": [1.0, 1.0], "counts": [4, 4]} | change
    with pytest.raises(CallError, match=said):
        surface.build(of_points(lambda x, y: x), **box)


def test_what_the_surface_does_not_hold_is_refused(built: xr.Dataset) -> None:
    with pytest.raises(CallError, match='did you mean "grid_import"'):
        surface.at(built, np.zeros((1, 3)), ["grid_imports"])
    with pytest.raises(CallError, match="with 3 axes"):
        surface.at(built, np.zeros((1, 2)))
    lacking = xr.DataArray(np.zeros((1, 1, 3)), {"province": ["Hebei"]}, ("scenario", "province", "axis"))
    with pytest.raises(CallError, match="lack Tibet"):
        surface.at(built, lacking)


def test_a_result_that_is_no_number_is_refused() -> None:
    with pytest.raises(DecarbError, match="a is not finite"):
        surface.build(of_points(lambda x: x.where(x < 1.0)), ["x"], [0.0], [1.0], [4])


def inputs(**changes: xr.DataArray) -> tuple[xr.Dataset, xr.Dataset]:
    factor, shape = weather(24)
    series = {"capacity_factor": factor, "load_shape": shape}
    given = template().assign(store_loss_change=array(-0.01, "1/yr"), gdp=array(1.0, "1"))
    return (given.assign({name: value for name, value in changes.items() if name not in series}),
            xr.Dataset(series | {name: value for name, value in changes.items() if name in series}))  # fmt: skip


def test_the_address_follows_all_that_moves_a_site_and_nothing_else() -> None:
    box = (NAMES, [0.0, 0.0, 0.0], [2.0, 2.0, 2.0], (5, 5, 5))
    now = surface_record.address(*inputs(), *box)
    assert now == surface_record.address(*inputs(), *box) == surface_record.address(*inputs(gdp=array(2.0)), *box)
    others = [
        surface_record.address(*inputs(wind_capacity=array(5.0, "MW")), *box),
        surface_record.address(*inputs(wind_capacity=array(4.8, "GW")), *box),
        surface_record.address(*inputs(store_loss_change=array(0.0, "1/yr")), *box),
        surface_record.address(*inputs(capacity_factor=weather(24)[0] * 1.000001), *box),
        surface_record.address(
            *inputs(capacity_factor=weather(24)[0].assign_coords(province=["Hebei", "Hunan"])), *box
        ),
        surface_record.address(*inputs(), ("wind", "pv", "lithium"), *box[1:]),
        surface_record.address(*inputs(), *box[:2], [2.0, 2.0, 2.1], box[3]),
        surface_record.address(*inputs(), *box[:3], (5, 5, 6)),
    ]
    assert len({now, *others}) == 1 + len(others)
    with pytest.raises(CallError, match="wind_capacity varies over scenario"):
        surface_record.address(*inputs(wind_capacity=array([1.0, 2.0], "MW", scenario=[0, 1])), *box)


def test_sites_stand_where_their_sizes_were_put(high: xr.DataArray) -> None:
    points = inside(high, 30)
    park = surface_axes.reference(template(), template(), NAMES)
    found = surface_axes.places(park, park.assign(surface_axes.sized(park, points)), NAMES)
    np.testing.assert_allclose(found, points, rtol=1e-12)


def test_one_store_alone_is_an_axis() -> None:
    names = ("pv", "lithium")
    points = xr.DataArray([[1.0, 0.5]], {"axis": list(names)}, ("scenario", "axis"))
    park = surface_axes.reference(template(), template(), names)
    sizes = surface_axes.sized(park, points)
    np.testing.assert_array_equal(
        sizes["energy_rating"].sel(store=STORES).transpose("scenario", "store"), [[0.02, 1.0]]
    )
    np.testing.assert_array_equal(surface_axes.places(park, park.assign(sizes), names), points)


def test_limits_lie_outside_the_surface(built: xr.Dataset, year: Callable[[xr.DataArray], xr.Dataset]) -> None:
    # Room for 2.4 of 4.8 MW of wind and all PV: 3.7 of 6.1 MW stand, and so much of the store.
    room = xr.Dataset({"wind_limit": array([2.4, 0.0], "MW", **PLACES), "pv_limit": array(9.0, "MW")})
    park = surface_axes.reference(template(), template(), NAMES)
    site = scale(template(), template()["annual_load"], room)
    place = surface_axes.places(park, site, NAMES)
    np.testing.assert_allclose(place.sel(province="Hebei").squeeze(), [0.5, 1.0, 3.7 / 6.1], rtol=1e-12)
    reached = surface_axes.reach(park, NAMES, (2.0, 2.0, 2.0), room)
    np.testing.assert_allclose(reached.sel(province="Hebei"), [0.5, 2.0, 2.0])
    near, true = surface_axes.of_sites(built, park, site)["grid_import"], year(place)["grid_import"]
    assert float(abs(near - true).max()) < 0.005 * SIZES["annual_load"]


def test_twice_the_site_has_twice_the_flows_in_as_many_hours(built: xr.Dataset) -> None:
    park = surface_axes.reference(template(), template(), NAMES)
    small = clone(template(), 1.0).assign(wind_capacity=array(0.0, "MW"))
    one, two = (surface_axes.of_sites(built, park, clone(small, number)) for number in (1.0, 2.0))
    np.testing.assert_allclose(two["grid_import"], 2.0 * one["grid_import"], rtol=1e-12)
    np.testing.assert_array_equal(two["islanded_hours"], one["islanded_hours"])


@pytest.mark.parametrize(("change", "said"), [
    ({"export_limit": array(2.9, "MW")}, "export_limit"),
    ({"round_trip_efficiency": array([0.9, 0.8], "1", store=STORES)}, "round_trip_efficiency"),
    ({"energy_rating": array([0.02, 1.0], "MWh", store=STORES)}, "energy_rating"),
])  # fmt: skip
def test_a_site_that_the_surface_does_not_know_is_refused(change: dict[str, Any], said: str) -> None:
    park = surface_axes.reference(template(), template(), NAMES)
    with pytest.raises(CallError, match=said):
        surface_axes.places(park, template().assign(change), NAMES)


@pytest.mark.parametrize(("names", "said"), [
    (("wnd",), 'did you mean "wind"'), (("store", "lithium"), "move the same sizes"),
    (("flow_battery",), "nothing that flow_battery moves"),
])  # fmt: skip
def test_axes_that_a_park_does_not_have_are_refused(names: tuple[str, ...], said: str) -> None:
    with pytest.raises(CallError, match=said):
        surface_axes.reference(template(), template(), names)


@pytest.mark.parametrize("scaled", [0.0, 1.0])
def test_import_of_shipped_zones_is_within_half_a_point_of_load(
    china_inputs: xr.Dataset, china_weather: xr.Dataset, scaled: float
) -> None:
    few = ["Beijing", "Qinghai", "Guangdong"]
    inputs = china_inputs.sel(province=few).assign(scaled=array(scaled))
    series = china_weather.sel(province=few)
    park = surface_axes.reference(inputs, design_on_site(inputs), NAMES)
    room = room_in_zone(inputs, inputs["annual_load"]) if scaled else xr.Dataset()
    cells = xr.zeros_like(room_in_zone(inputs, inputs["annual_load"])["wind_limit"])
    top = surface_axes.reach(park, NAMES, (2.0, 2.0, 2.0), room) + cells.drop_attrs()

    def evaluate(points: xr.DataArray) -> xr.Dataset:
        as_is = {"scaled": array(0.0), "export_limit": park["export_limit"]}
        return model.site_of_template(inputs.assign(surface_axes.sized(park, points)).assign(as_is), series)

    one = surface.build(evaluate, NAMES, xr.zeros_like(top), top, (11, 9, 7))
    error = measured_error(one, evaluate, 256, 8)["worst_error"]
    assert float(error.sel(flow=["grid_import", "own_use"]).max()) <= 0.5
