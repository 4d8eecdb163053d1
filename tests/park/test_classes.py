"""Copies of a mean park are not the parks: the error by hand, its signs, and how classes take it away."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given, settings

from decarb.errors import CallError
from decarb.park.classes import (
    COMPARED,
    SPREADS,
    SWINGS,
    bias_of_copies,
    classes,
    classes_needed,
    different_parks,
    flows_of,
    swung,
)
from decarb.park.dispatch import DESIGN, check_energy_balance, dispatch
from decarb.park.scaling import EXTENSIVE
from decarb.tables import table_array
from decarb.units import stamp

TEMPLATE: dict[str, Any] = {
    "wind_capacity": 4.8, "pv_capacity": 1.3, "chp_capacity": 0.0, "annual_load": 14000.0, "power_rating": [1.0, 0.5],
    "energy_rating": [2.0, 2.5], "round_trip_efficiency": [0.845, 0.65], "minimum_state_of_charge": [0.1, 0.0],
    "maximum_state_of_charge": [0.9, 1.0], "self_discharge": [0.00003, 0.0], "import_limit": 10.0,
    "export_limit": 6.1, "charge_below": 0.0, "discharge_above": 0.0,
}  # fmt: skip
STEPS = 292  # of 30 hours
TIME = pd.date_range("2021-01-01", periods=STEPS, freq="30h")


def array(values: Any, unit: str = "1", **coords: Any) -> xr.DataArray:
    return xr.DataArray(values, coords, tuple(coords), attrs={"units": unit})


def template(**changes: Any) -> xr.Dataset:
    sizes = {}
    for name, value in (TEMPLATE | changes).items():
        sizes[name] = array(value, DESIGN[name], **({"store": ["lithium", "flow_battery"]} if np.ndim(value) else {}))
    return xr.Dataset(sizes)


def spread(load: float = 0.9, generation: float = 0.5, store: float = 0.5, swing: float = 0.25) -> xr.Dataset:
    return xr.Dataset({name: array(value) for name, value in zip(SPREADS, (load, generation, store, swing),
                                                                  strict=True)})  # fmt: skip


def parks_of(loads: list[float], capacities: list[float], **changes: Any) -> xr.Dataset:
    """Parks with a load [MWh/yr] and wind alone [MW], all else alike."""
    parks = template(pv_capacity=0.0, power_rating=[0.0, 0.0], energy_rating=[0.0, 0.0], **changes)
    along = {
        name: xr.DataArray(values, dims="park", attrs={"units": DESIGN[name]})
        for name, values in {"annual_load": loads, "wind_capacity": capacities}.items()
    }
    parks = parks.assign(along).assign(load_swing=xr.DataArray(np.ones(len(loads)), dims="park", attrs={"units": "1"}))
    return parks.map(lambda size: size.broadcast_like(along["annual_load"]).transpose("park", ...))


def one_hour(design: xr.Dataset, shape: xr.DataArray) -> xr.Dataset:
    """A year that is a single hour: 1 MW of wind gives 1 MWh, no store, no limit."""
    load, generation = design["annual_load"], design["wind_capacity"]
    flows = {"load": load, "grid_import": (load - generation).clip(min=0.0),
             "grid_export": (generation - load).clip(min=0.0), "unmet_load": 0.0 * load}  # fmt: skip
    return xr.Dataset({name: stamp(flow, "MWh/yr") for name, flow in flows.items()})


def whole_year(design: xr.Dataset, shape: xr.DataArray) -> xr.Dataset:
    """A dispatch in seeded weather."""
    random = np.random.default_rng(5)
    factors = array(random.random((2, STEPS)) ** 3, technology=["wind", "pv"], time=TIME)
    flows = dispatch(design, factors, shape)
    check_energy_balance(flows)
    return flows


def shape() -> xr.DataArray:
    return array(1.0 + 0.5 * np.sin(np.arange(STEPS)), time=TIME)


def bias(parks: xr.Dataset, number: int, year: Any = one_hour) -> dict[str, float]:
    means = classes(parks, number)
    biases = bias_of_copies(flows_of(parks, shape(), year), flows_of(means, shape(), year), means["park_number"])
    return {name: float(biases[f"{name}_bias"]) for name in COMPARED}


def test_two_parks_and_copies_of_their_mean_by_hand() -> None:
    parks = parks_of([10.0, 10.0], [5.0, 15.0])
    # The parks buy 5 + 0, use 5 + 10 of their own and sell 0 + 5; two mean parks use 10 each and neither buy nor sell.
    assert bias(parks, 1) == pytest.approx({"grid_import": -1.0, "own_use": 1 / 3, "grid_export": -1.0})
    assert bias(parks, 2) == pytest.approx({"grid_import": 0.0, "own_use": 0.0, "grid_export": 0.0}, abs=1e-12)


def test_a_class_is_its_members_mean_and_shares_are_weighted_by_energy() -> None:
    parks = parks_of([10.0, 30.0, 8.0], [20.0, 3.0, 2.0])
    parks["round_trip_efficiency"] = xr.DataArray(
        [[0.8, 0.5], [0.6, 0.5], [0.95, 0.5]], {"store": parks["store"]}, ("park", "store"), attrs={"units": "1"}
    )
    found = classes(parks, 2)
    # Ratios 2, 0.1 and 0.25: the second and third park form the first class, (3 + 2) / 2 and (30 + 8) / 2 of them.
    assert found["park_number"].values.tolist() == [2.0, 1.0]
    assert found["wind_capacity"].values.tolist() == [2.5, 20.0]
    assert found["annual_load"].values.tolist() == [19.0, 10.0]
    # (30 x 0.6 + 8 x 0.95) / 38.
    assert float(found["round_trip_efficiency"][0, 0]) == pytest.approx(25.6 / 38, rel=1e-14)
    assert float(found["round_trip_efficiency"][0, 1]) == 0.5
    assert {name: found[name].attrs["units"] for name in DESIGN} == DESIGN


@settings(max_examples=20)
@given(st.lists(st.tuples(st.floats(1.0, 100.0), st.floats(0.0, 300.0)), min_size=1, max_size=12), st.data())
def test_copies_buy_and_sell_too_little_and_use_too_much(sizes: list[tuple[float, float]], data: st.DataObject) -> None:
    parks = parks_of(*map(list, zip(*sizes, strict=True)))  # type: ignore[arg-type]
    found = bias(parks, data.draw(st.integers(1, len(sizes))))
    assert not found["grid_import"] > 1e-9 and not found["grid_export"] > 1e-9 and not found["own_use"] < -1e-9


@settings(max_examples=15)
@given(st.integers(1, 12), st.integers(0, 5))
def test_what_classes_stand_for_adds_up_to_the_parks(number: int, seed: int) -> None:
    parks = different_parks(template(), spread(), count=12, seed=seed)
    found = classes(parks, number)
    for name in EXTENSIVE:
        total = (found[name] * found["park_number"]).sum("park")
        np.testing.assert_allclose(total, parks[name].sum("park"), rtol=1e-12, err_msg=name)


def test_as_many_classes_as_parks_have_no_error() -> None:
    parks = different_parks(template(), spread(), count=9, seed=4)
    assert bias(parks, 9, whole_year) == pytest.approx(dict.fromkeys(COMPARED, 0.0), abs=1e-9)


def test_parks_that_differ_in_size_alone_need_one_class() -> None:
    parks = different_parks(template(), spread(generation=0.0, store=0.0, swing=0.0), count=50, seed=4)
    assert float(parks["annual_load"].std()) > 1000.0
    assert bias(parks, 1, whole_year) == pytest.approx(dict.fromkeys(COMPARED, 0.0), abs=1e-9)


@pytest.mark.parametrize("differing", ["generation", "store", "swing"])
def test_each_other_difference_makes_an_error(differing: str) -> None:
    alike = {"generation": 0.0, "store": 0.0, "swing": 0.0}
    parks = different_parks(template(), spread(**(alike | {differing: 0.8})), count=60, seed=4)
    assert max(map(abs, bias(parks, 1, whole_year).values())) > 1e-4


def test_classes_take_the_error_of_different_generation_away() -> None:
    parks = different_parks(template(), spread(store=0.0, swing=0.0), count=200, seed=1)
    curve = classes_needed(parks, shape(), whole_year, array(0.05), numbers=(16, 1, 2, 4, 8))
    worst, number = curve["worst_bias"].values, curve["classes"].values
    assert number.tolist() == [1, 2, 4, 8, 16] and worst[-1] < 0.25 * worst[0]
    needed = float(curve["classes_needed"])
    # From the first number below the bound on, all are below it.
    assert (worst[number >= needed] < 0.05).all() and not worst[number < needed][-1] < 0.05
    single = bias(parks, 1, whole_year)
    for name in COMPARED:
        assert float(curve[f"{name}_bias"].sel(classes=1)) == pytest.approx(single[name], rel=1e-9)
    assert worst[0] == pytest.approx(max(map(abs, single.values())), rel=1e-9)


def test_a_bound_that_no_number_keeps_is_not_needed_but_unknown_with_its_reason() -> None:
    parks = parks_of([10.0, 10.0, 10.0], [5.0, 15.0, 16.0])
    curve = classes_needed(parks, shape(), one_hour, array(0.01), numbers=(1, 2, 8))
    # Of two classes the first holds 5 and 15: its mean buys nothing, where one of them buys 5. There are no 8 parks.
    assert curve["worst_bias"].to_series().to_dict() == {1: 1.0, 2: 1.0}
    assert np.isnan(float(curve["classes_needed"]))
    assert "2 classes still err by 100.00%, not below 1.00%" in curve.attrs["sentences"][1]


def test_a_flow_too_small_to_matter_does_not_count() -> None:
    parks = parks_of([1000.0, 1000.0], [500.0, 1001.0])
    # One park sells 1 of 2,000 MWh: copies of the mean park sell nothing, -100 % of a thousandth of a half.
    curve = classes_needed(parks, shape(), one_hour, array(0.01), numbers=(1,))
    assert float(curve["grid_export_bias"].sel(classes=1)) == -1.0
    assert float(curve["worst_bias"].sel(classes=1)) == pytest.approx(1 / 500)
    assert float(curve["classes_needed"]) == 1.0


def test_the_error_is_said_in_words() -> None:
    curve = classes_needed(parks_of([10.0, 10.0], [5.0, 15.0]), shape(), one_hour, array(0.01), numbers=(1, 2))
    copies, needed, caveat = curve.attrs["sentences"]
    assert copies == ("2 copies of the mean park, against 2 different parks: 100.0% less bought; "
                      "33.3% more used of what they make; 100.0% less sold.")  # fmt: skip
    assert needed == ("2 or more classes of parks are enough for errors below 1.00%; a flow under 1.00% of the load is "
                      "not counted, however wrong.")  # fmt: skip
    assert "assumed" in caveat


def test_one_class_that_is_enough_is_said_in_the_singular() -> None:
    curve = classes_needed(parks_of([10.0, 10.0], [5.0, 5.0]), shape(), one_hour, array(0.01), numbers=(1, 2))
    assert curve.attrs["sentences"][1].startswith("One class is enough for errors below 1.00%;")


def test_a_park_keeps_its_own_load_shape_among_others() -> None:
    parks = different_parks(template(), spread(), count=23, seed=2)
    together = flows_of(parks, shape(), whole_year)
    assert len(np.unique(parks["load_swing"])) == SWINGS
    for number in (0, 7, 22):
        alone = flows_of(parks.isel(park=[number]), shape(), whole_year)
        for name in (*COMPARED, "discharge", "load"):
            np.testing.assert_allclose(together[name].isel(park=[number]), alone[name], rtol=1e-12)


def test_parks_scatter_round_the_template_by_the_stated_spreads() -> None:
    parks = different_parks(template(), spread(), count=20000, seed=7)
    ratio = parks["wind_capacity"] / parks["annual_load"]
    store = parks["energy_rating"].isel(store=0) / parks["wind_capacity"]
    for values, sigma in ((parks["annual_load"], 0.9), (ratio, 0.5), (store, 0.5)):
        assert float(np.log(values).std()) == pytest.approx(sigma, rel=0.03)
    assert float(parks["annual_load"].mean()) == pytest.approx(14000.0, rel=0.04)
    assert float(ratio.mean()) == pytest.approx(4.8 / 14000.0, rel=0.02)
    assert float(parks["load_swing"].mean()) == pytest.approx(1.0, rel=0.01)
    np.testing.assert_allclose(parks["import_limit"] / parks["annual_load"], 10.0 / 14000.0, rtol=1e-12)
    np.testing.assert_allclose(parks["pv_capacity"] / parks["wind_capacity"], 1.3 / 4.8, rtol=1e-12)


def test_the_same_seed_gives_the_same_parks_and_each_difference_its_own_draws() -> None:
    one, same, other = (different_parks(template(), spread(generation=g), count=20, seed=3) for g in (0.5, 0.5, 0.7))
    xr.testing.assert_identical(one, same)
    for name in ("annual_load", "load_swing"):
        np.testing.assert_array_equal(one[name], other[name])
    assert not np.allclose(one["wind_capacity"], other["wind_capacity"])
    assert not np.allclose(one["annual_load"], different_parks(template(), spread(), count=20, seed=4)["annual_load"])


@given(st.floats(0.0, 6.0))
def test_a_swung_load_keeps_its_energy_and_is_never_negative(swing: float) -> None:
    swinging = swung(shape(), array(swing))
    assert float(swinging.mean()) == pytest.approx(float(shape().mean()), rel=1e-12)
    assert float(swinging.min()) >= 0.0


def test_a_swing_of_one_is_the_shape_and_of_none_an_even_load() -> None:
    np.testing.assert_allclose(swung(shape(), array(1.0)), shape(), rtol=1e-12)
    np.testing.assert_allclose(swung(shape(), array(0.0)), float(shape().mean()), rtol=1e-12)
    doubled = swung(array([0.8, 1.2], time=TIME[:2]), array(2.0))
    np.testing.assert_allclose(doubled, [0.6, 1.4], rtol=1e-12)


def test_the_shipped_spreads_and_bound_have_ranges() -> None:
    for name in (*SPREADS, "copy_bias_bound"):
        low, value, high = (float(table_array("parameters", name, bound=end)) for end in ("low", "value", "high"))
        assert 0.0 < low < value < high


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: different_parks(template(), spread(), count=0, seed=1), "0 parks"),
        (lambda: different_parks(template(), spread(load=-0.1), seed=1), "park_load_spread is -0.1"),
        (lambda: different_parks(template(), spread().drop_vars("store_ratio_spread"), seed=1), "store_ratio_spread"),
        (lambda: classes(parks_of([1.0], [1.0]), 2), "2 classes of 1 parks; write 1 to 1"),
        (lambda: classes(parks_of([1.0], [1.0]), 0), "0 classes"),
    ],
)
def test_what_makes_no_parks_or_classes_is_refused(call: Any, said: str) -> None:
    with pytest.raises(CallError, match=said):
        call()
