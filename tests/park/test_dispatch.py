"""A year of a park: what is generated and bought is used, and storing energy makes none."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given, settings

from decarb.errors import DecarbError
from decarb.park.dispatch import (
    DESIGN,
    HOURS_PER_YEAR,
    check_energy_balance,
    dispatch,
    dispatch_steps,
    own_use,
)
from decarb.park.storage import STORES, deliverable_energy, ramp_cover
from decarb.park.tariff import PERIODS, period_of_hour
from decarb.units import converted, stamp
from decarb.units.convert import quantify
from decarb.units.registry import pint_unit

STEPS = 438  # of 20 hours
ALONE = ("grid_import", "grid_export", "curtailment", "unmet_load")
MOVED = ("charge", "discharge")
TOY: dict[str, Any] = {
    "wind_capacity": 4.8,
    "pv_capacity": 1.3,
    "chp_capacity": 0.2,
    "annual_load": 14000.0,
    "import_limit": 1.0,
    "export_limit": 1.5,
    "power_rating": {"supercapacitor": 0.5, "lithium": 1.0, "flow_battery": 0.5},
    "energy_rating": {"supercapacitor": 0.1, "lithium": 2.0, "flow_battery": 3.0},
    "round_trip_efficiency": {"supercapacitor": 0.92, "lithium": 0.81, "flow_battery": 0.65},
    "minimum_state_of_charge": {"supercapacitor": 0.0, "lithium": 0.1, "flow_battery": 0.0},
    "maximum_state_of_charge": {"supercapacitor": 1.0, "lithium": 0.9, "flow_battery": 1.0},
    "self_discharge": {"supercapacitor": 0.005, "lithium": 0.001, "flow_battery": 0.0},
    "charge_below": {"critical": 0.0, "peak": 0.0, "flat": 0.2, "valley": 0.9},
    "discharge_above": {"critical": 0.0, "peak": 0.0, "flat": 0.3, "valley": np.inf},
}
EXTENSIVE = [name for name, unit in DESIGN.items() if unit in ("MW", "MWh", "MWh/yr")]


def design(**changes: Any) -> xr.Dataset:
    """The toy park with some sizes changed; a list makes a dimension `park`, a mapping one of stores or periods."""
    sizes = {}
    for name, value in (TOY | changes).items():
        if isinstance(value, dict):
            dim = "store" if set(value) <= set(STORES) else "period"
            value = xr.DataArray(list(value.values()), {dim: list(value)}, (dim,))
        elif not isinstance(value, xr.DataArray):
            value = xr.DataArray(value, dims="park" if np.ndim(value) else ())
        sizes[name] = value.assign_attrs(units=DESIGN[name])
    return xr.Dataset(sizes)


def one_store(**changes: Any) -> xr.Dataset:
    """The toy park with a lithium store alone and thresholds at zero: self-consumption."""
    lithium = {name: {"lithium": sizes["lithium"]} for name, sizes in TOY.items()
               if isinstance(sizes, dict) and "lithium" in sizes}  # fmt: skip
    plain = lithium | {"charge_below": 0.0, "discharge_above": 0.0, "chp_capacity": 0.0}
    sizes = {name: {"lithium": value} if name in lithium else value for name, value in changes.items()}
    return design(**(plain | sizes))


def series(values: Any, unit: str = "1", **places: list[str]) -> xr.DataArray:
    """Capacity factors from values (technology, [place,] time)."""
    names = ["wind", "pv", "chp"][: len(values)]
    coords = {"technology": names, **places, "time": clock(np.shape(values)[-1])}
    return xr.DataArray(values, coords, tuple(coords), attrs={"units": unit})


def shape(values: Any) -> xr.DataArray:
    return xr.DataArray(values, {"time": clock(len(values))}, ("time",), attrs={"units": "1"})


def clock(steps: int) -> pd.DatetimeIndex:
    return pd.date_range("2021-01-01", periods=steps, freq=pd.Timedelta(hours=HOURS_PER_YEAR / steps))


def periods(steps: int = STEPS) -> xr.DataArray:
    return period_of_hour(clock(steps))


def weather(steps: int = STEPS, seed: int = 1, **places: list[str]) -> tuple[xr.DataArray, xr.DataArray, xr.DataArray]:
    draws = np.random.default_rng(seed)
    size = (3, *map(len, places.values()), steps)
    factors = draws.random(size) ** 2 * (draws.random(size) > 0.2)
    return series(factors, **places), shape(0.5 + draws.random(steps)), periods(steps)


def repeated(inputs: tuple[xr.DataArray, ...], times: int) -> tuple[xr.DataArray, xr.DataArray, xr.DataArray]:
    """The same powers on shorter steps."""
    factors, load, period = inputs
    short = shape(np.repeat(load.values, times))
    return (
        series(np.repeat(factors.values, times, axis=-1)),
        short,
        xr.DataArray(np.repeat(period.values, times), {"time": short["time"]}, ("time",)),
    )


@st.composite
def parks(draw: st.DrawFn, stores: tuple[str, ...] = STORES) -> xr.Dataset:
    """Parks of any size, with limits, stores and thresholds that may be zero, and stores in any order."""
    size = st.one_of(st.just(0.0), st.floats(0.01, 20.0))
    values: dict[str, Any] = {name: draw(size) for name in tuple(DESIGN)[:6]}
    values["annual_load"] = draw(st.floats(1000.0, 30000.0))
    order = draw(st.permutations(stores))
    for name in ("power_rating", "energy_rating"):
        values[name] = {store: draw(size) for store in order}
    bounds = {store: sorted(draw(st.tuples(st.floats(0.0, 1.0), st.floats(0.0, 1.0)))) for store in order}
    values["minimum_state_of_charge"] = {store: low for store, (low, _) in bounds.items()}
    values["maximum_state_of_charge"] = {store: high for store, (_, high) in bounds.items()}
    values["round_trip_efficiency"] = {store: draw(st.floats(0.05, 1.0)) for store in order}
    values["self_discharge"] = {store: draw(st.sampled_from([0.0, 0.00003, 0.01, 1.0])) for store in order}
    below = {period: draw(size) for period in PERIODS}
    values["charge_below"] = below
    values["discharge_above"] = {
        period: low + draw(st.sampled_from([0.0, 1.0, np.inf])) for period, low in below.items()
    }
    return design(**values)


def laws(count: int = 40) -> settings:
    return settings(max_examples=count, deadline=None, derandomize=True)


def assert_same_bits(one: xr.Dataset, other: xr.Dataset) -> None:
    xr.testing.assert_equal(one, other.transpose(*one.dims).reindex_like(one))


@laws()
@given(parks(), st.integers(0, 9))
def test_energy_balances_in_every_step_and_over_the_year(park: xr.Dataset, seed: int) -> None:
    steps, year = dispatch_steps(park, *weather(seed=seed)), dispatch(park, *weather(seed=seed))
    generation = steps["wind_generation"] + steps["pv_generation"] + steps["chp_generation"]
    supply = generation + steps["grid_import"] + steps["discharge"].sum("store") + steps["unmet_load"]
    use = steps["load"] + steps["grid_export"] + steps["curtailment"] + steps["charge"].sum("store")
    assert float(np.abs(supply - use).max()) <= 1e-9 * float(steps["load"].mean())
    supply = year["generation"].sum() + year["grid_import"] + year["discharge"].sum() + year["unmet_load"]
    use = year["load"] + year["grid_export"] + year["curtailment"] + year["charge"].sum()
    assert abs(float(supply - use)) <= 1e-9 * float(max(year["load"], year["generation"].sum()))
    check_energy_balance(year)


@laws()
@given(parks(), st.integers(0, 9))
def test_a_store_stays_within_its_bounds_and_never_charges_and_discharges_at_once(park: xr.Dataset, seed: int) -> None:
    steps = dispatch_steps(park, *weather(seed=seed))
    assert min(float(steps[name].min()) for name in (*ALONE, *MOVED)) >= 0.0
    assert not ((steps["charge"] > 0.0) & (steps["discharge"] > 0.0)).any()
    for name in MOVED:
        assert (steps[name] <= park["power_rating"] * (1 + 1e-12)).all()
    assert (steps["state_of_charge"] >= park["minimum_state_of_charge"] - 1e-12).all()
    assert (steps["state_of_charge"] <= park["maximum_state_of_charge"] + 1e-12).all()
    assert (steps["grid_import"] <= park["import_limit"] * (1 + 1e-12)).all()
    assert (steps["grid_export"] <= park["export_limit"] * (1 + 1e-12)).all()


@laws()
@given(parks(), st.integers(0, 9))
def test_a_store_gives_back_what_it_took_less_its_losses(park: xr.Dataset, seed: int) -> None:
    steps, year = dispatch_steps(park, *weather(seed=seed)), dispatch(park, *weather(seed=seed))
    hours = HOURS_PER_YEAR / STEPS
    low, high = park["minimum_state_of_charge"], park["maximum_state_of_charge"]
    full = deliverable_energy(park["energy_rating"], park["round_trip_efficiency"], low, high)
    usable = xr.where(high > low, high - low, 1.0)
    end = ((steps["state_of_charge"] - low) / usable * full).transpose("store", "time")
    start = end.shift(time=1)
    start[:, 0] = end[:, -1] - year["storage_change"]
    lost = start * (1.0 - (1.0 - park["self_discharge"]) ** hours)
    kept = (steps["charge"] * park["round_trip_efficiency"] - steps["discharge"]) * hours - lost
    np.testing.assert_allclose(end - start, kept.transpose("store", "time"), atol=1e-9 * TOY["annual_load"])
    assert (year["storage_change"] >= -1e-9 * full).all()


def test_the_year_ends_with_the_stores_where_they_began() -> None:
    factors, load, _ = weather(8760)
    factors[0, -5:] = 1.0  # the store is filled in the last hours of the year, in more than one of them
    park = one_store(energy_rating=4.0)
    assert dispatch(park, factors, load)["storage_change"].item() == 0.0
    steps = dispatch_steps(park, factors, load).sel(store="lithium")
    assert steps["state_of_charge"][-1] > 0.8
    # An hour cannot fill it: what the first hour finds is left from the year before.
    first = steps["state_of_charge"][0] - 0.1 + steps["discharge"][0] / (4.0 * 0.9)
    assert first > 0.7


def test_what_a_seasonal_store_gains_over_the_year_is_reported_and_no_energy_comes_free() -> None:
    factors = np.zeros((2, 1460))
    factors[0, 400:1000] = 1.0  # wind in summer alone: the last steps of the year cannot know how full the store was
    park = one_store(energy_rating=8000.0, power_rating=5.0, self_discharge=0.0, annual_load=5000.0)
    year = dispatch(park, series(factors), shape(np.ones(1460))).sel(store="lithium")
    assert year["storage_change"] > 100.0
    kept = 0.81 * year["charge"] - year["discharge"]
    np.testing.assert_allclose(year["storage_change"], kept, rtol=1e-12)


@laws()
@given(parks(), st.integers(0, 9))
def test_annual_flows_are_the_sums_of_the_steps(park: xr.Dataset, seed: int) -> None:
    steps, year = dispatch_steps(park, *weather(seed=seed)), dispatch(park, *weather(seed=seed))
    hours = HOURS_PER_YEAR / STEPS
    for name in (*ALONE, *MOVED, "load"):
        np.testing.assert_allclose(year[name], steps[name].sum("time") * hours, rtol=1e-9, atol=1e-6, err_msg=name)
    by_period = steps["grid_import"].groupby(periods().rename("period")).sum() * hours
    found = year["grid_import_by_period"].sel(period=by_period["period"])
    np.testing.assert_allclose(found, by_period, rtol=1e-9, atol=1e-6)
    np.testing.assert_allclose(year["peak_import"], steps["grid_import"].max(), rtol=1e-12)
    alone = (steps["grid_import"] == 0.0) & (steps["grid_export"] == 0.0)
    assert year["islanded_hours"].item() == pytest.approx(alone.sum().item() * hours)
    for name in ("wind", "pv", "chp"):
        np.testing.assert_allclose(year["generation"].sel(technology=name), steps[f"{name}_generation"].sum() * hours)


@laws(20)
@given(parks(), st.integers(0, 9))
def test_a_park_1024_times_as_large_has_flows_1024_times_as_large_bit_for_bit(park: xr.Dataset, seed: int) -> None:
    large = park.assign({name: (park[name] * 1024.0).assign_attrs(park[name].attrs) for name in EXTENSIVE})
    small, grown = dispatch(park, *weather(seed=seed)), dispatch(large, *weather(seed=seed))
    assert grown["islanded_hours"].item() == small["islanded_hours"].item()
    assert_same_bits(small.drop_vars("islanded_hours") * 1024.0, grown.drop_vars("islanded_hours"))


@laws(20)
@given(parks(("flow_battery",)), st.sampled_from([1e3, 1.0]), st.booleans())
def test_the_same_powers_on_shorter_steps_give_the_same_energies(park: xr.Dataset, limit: float, cheap: bool) -> None:
    # Where a store fills within a step, its rest may meet a limit, or be sold while the start was bought, which the
    # mean of the step does not show. So limits bind only without a store, and a store that buys is seen net.
    park = park.assign(
        import_limit=stamp(xr.DataArray(limit), "MW"), export_limit=stamp(xr.DataArray(limit), "MW"),
        self_discharge=stamp(park["self_discharge"] * 0.0, "1/h"),
        energy_rating=stamp(park["energy_rating"] * (limit > 1.0), "MWh"),
        charge_below=stamp(np.minimum(park["charge_below"], limit) * cheap, "MW"),
    )  # fmt: skip
    whole, quarters = (dispatch(park, *inputs) for inputs in (weather(), repeated(weather(), 4)))
    for flows in (whole, quarters):
        flows["net_import"] = flows["grid_import"] - flows["grid_export"]
    apart = () if cheap else (*ALONE, "grid_import_by_period")
    for name in (*apart, *MOVED, "net_import", "storage_change", "generation", "load"):
        np.testing.assert_allclose(quarters[name], whole[name], rtol=1e-9, atol=1e-9 * 14000.0, err_msg=name)


@laws(20)
@given(parks(), st.integers(0, 9))
def test_a_park_whose_stores_have_no_size_equals_one_without(park: xr.Dataset, seed: int) -> None:
    empty = park.assign(energy_rating=stamp(park["energy_rating"] * 0.0, "MWh"))
    year = dispatch(empty, *weather(seed=seed))
    without = dispatch(park.isel(store=slice(0, 0)), *weather(seed=seed))
    assert not any(year[name].any() for name in (*MOVED, "storage_change"))
    xr.testing.assert_equal(year.drop_dims("store"), without.drop_dims("store"))


def test_four_steps_of_a_year_with_two_stores_and_two_prices_computed_by_hand() -> None:
    # In units of 1 MW x 2,190 h (a quarter of the year); load 2 and in step 4 three times as much, PV 8 in step 2.
    # Ideal stores of power 2 that hold 2 each, named flow battery first. Valley: charge where the net demand is below
    # 3, discharge never; peak: charge from own surplus, discharge above 1.
    #   start: the year before ended with both empty (below)
    #   step 1 (valley): short 2; the flow battery takes 3 - 2 = 1, lithium finds nothing left below 3; buy 3
    #   step 2 (valley): over 6; the flow battery has room for 1, lithium takes 2; sell 3
    #   step 3 (peak): short 2, 1 above the threshold: the flow battery gives 1; buy 1
    #   step 4 (peak): short 6, 5 above: the flow battery gives its last 1, lithium, at 4 above, gives 2; buy 3
    step = HOURS_PER_YEAR / 4
    both = dict.fromkeys(("flow_battery", "lithium"), 1.0)
    names = ("round_trip_efficiency", "maximum_state_of_charge")
    park = design(
        wind_capacity=0.0, pv_capacity=8.0, chp_capacity=0.0, annual_load=2.0 * HOURS_PER_YEAR, import_limit=9.0,
        export_limit=9.0, power_rating={store: 2.0 for store in both}, energy_rating={s: 2.0 * step for s in both},
        **dict.fromkeys(names, both), minimum_state_of_charge=0.0, self_discharge=0.0,
        charge_below={"peak": 0.0, "valley": 3.0}, discharge_above={"peak": 1.0, "valley": np.inf},
    )  # fmt: skip
    load = shape([1.0, 1.0, 1.0, 3.0])
    factors = series([[0.0] * 4, [0.0, 1.0, 0.0, 0.0]])
    period = xr.DataArray(["valley", "valley", "peak", "peak"], {"time": load["time"]}, ("time",))
    steps, year = dispatch_steps(park, factors, load, period), dispatch(park, factors, load, period)
    expected = {
        "grid_import": [3.0, 0.0, 1.0, 3.0],
        "grid_export": [0.0, 3.0, 0.0, 0.0],
        "charge": [[1.0, 1.0, 0.0, 0.0], [0.0, 2.0, 0.0, 0.0]],
        "discharge": [[0.0, 0.0, 1.0, 1.0], [0.0, 0.0, 0.0, 2.0]],
        "state_of_charge": [[0.5, 1.0, 0.5, 0.0], [0.0, 1.0, 1.0, 0.0]],
    }
    assert steps["store"].values.tolist() == ["flow_battery", "lithium"]
    for name, values in expected.items():
        np.testing.assert_allclose(steps[name], values, rtol=1e-14, atol=1e-14, err_msg=name)
    bought = year["grid_import_by_period"].to_series() / step
    assert bought.to_dict() == pytest.approx({"critical": 0.0, "peak": 4.0, "flat": 0.0, "valley": 3.0})
    turned = dispatch_steps(park.isel(store=[1, 0]), factors, load, period)
    np.testing.assert_allclose(turned["charge"], expected["charge"], rtol=1e-14, atol=1e-14)  # now lithium comes first


def test_stores_never_charge_past_the_import_limit() -> None:
    wide = {period: 50.0 for period in PERIODS}
    park = design(charge_below=wide, discharge_above=dict.fromkeys(PERIODS, np.inf), energy_rating=1e4,
                  power_rating=50.0, import_limit=2.0)  # fmt: skip
    steps = dispatch_steps(park, *weather())
    short = steps["load"] - steps["wind_generation"] - steps["pv_generation"] - steps["chp_generation"]
    assert (steps["grid_import"] <= 2.0 + 1e-12).all() and steps["charge"].sum() > 0.0
    np.testing.assert_allclose(steps["unmet_load"].where(short <= 2.0, 0.0), 0.0, atol=1e-12)


def test_a_supercapacitor_evens_out_quarters_of_an_hour() -> None:
    factors, load, _ = weather(35040)
    flat = xr.ones_like(load).assign_attrs(units="1")
    ends = {"charge_below": 0.0, "discharge_above": 0.0, "import_limit": 50.0, "export_limit": 50.0}
    small = {"supercapacitor": 0.0, "lithium": 0.0, "flow_battery": 0.0}
    with_store, without = (
        dispatch_steps(design(**ends, energy_rating=small | {"supercapacitor": size}), factors, flat)
        for size in (2.0, 0.0)
    )
    exchange, exchange_without = (stamp(flows["grid_import"] - flows["grid_export"], "MW")
                                  for flows in (with_store, without))  # fmt: skip
    assert 0.1 < ramp_cover(exchange, exchange_without).item() < 1.0


def test_three_steps_of_a_year_computed_by_hand() -> None:
    # In units of 1 MW x 2,920 h (a third of the year): wind 4, load 2. The store is rated 4, half of it usable; it
    # returns a quarter, so one way keeps sqrt(1/4) = 1/2 and it delivers 4 x 1/2 x 1/2 = 1 when full.
    #   step 1: 4 - 2 = 2 over; charge min(2, 1) = 1; sell 0.5; curtail 0.5; level start + 1/4
    #   step 2: 2 short; discharge the level; buy at most 1.25; level 0
    #   step 3: 3 - 2 = 1 over; charge 1; level 1/4, which is also the start
    # So step 2 finds a level of 1/2: 2 - 0.5 = 1.5 are missing, 1.25 are bought, 0.25 are unmet.
    step = HOURS_PER_YEAR / 3
    park = one_store(
        wind_capacity=4.0, pv_capacity=0.0, annual_load=2.0 * HOURS_PER_YEAR, power_rating=1.0, energy_rating=4 * step,
        round_trip_efficiency=0.25, minimum_state_of_charge=0.25, maximum_state_of_charge=0.75, self_discharge=0.0,
        import_limit=1.25, export_limit=0.5,
    )  # fmt: skip
    inputs = series([[1.0, 0.0, 0.75], [0.0, 0.0, 0.0]]), shape([1.0, 1.0, 1.0])
    expected = {
        "grid_import": [0.0, 1.25, 0.0],
        "grid_export": [0.5, 0.0, 0.0],
        "curtailment": [0.5, 0.0, 0.0],
        "charge": [1.0, 0.0, 1.0],
        "discharge": [0.0, 0.5, 0.0],
        "unmet_load": [0.0, 0.25, 0.0],
        "load": [2.0, 2.0, 2.0],
        "wind_generation": [4.0, 0.0, 3.0],
        "state_of_charge": [0.5, 0.25, 0.375],  # 0.25 + 0.5 x level
    }
    steps, year = dispatch_steps(park, *inputs), dispatch(park, *inputs)
    for name, values in expected.items():
        np.testing.assert_allclose(steps[name].squeeze(), values, rtol=1e-14, atol=1e-14, err_msg=name)
    for name in (*ALONE, *MOVED):
        np.testing.assert_allclose(year[name], sum(expected[name]) * step, rtol=1e-14, err_msg=name)
        assert (year[name].attrs, steps[name].attrs) == ({"units": "MWh/yr"}, {"units": "MW"})
    assert year["generation"].to_series().to_dict() == {"wind": 7.0 * step, "pv": 0.0, "chp": 0.0}
    assert (year["load"].item(), year["storage_change"].item()) == (6.0 * step, 0.0)
    assert (year["peak_import"].item(), year["peak_import"].attrs["units"]) == (1.25, "MW")
    assert (year["islanded_hours"].item(), year["islanded_hours"].attrs["units"]) == (pytest.approx(step), "h/yr")
    # 6 - 1.25 - 0.25 = 4.5.
    assert own_use(year["load"], year["grid_import"], year["unmet_load"]).item() == 4.5 * step


def test_the_annual_load_is_met_in_full_where_its_shape_has_a_mean_of_one() -> None:
    year = dispatch(design(), weather()[0], shape(np.resize([0.5, 1.5], STEPS)), periods())
    assert year["load"].item() == pytest.approx(TOY["annual_load"], rel=1e-12)


def test_what_the_grid_does_not_take_is_curtailed_and_what_it_does_not_give_is_unmet() -> None:
    free, bound, shut = (dispatch(one_store(import_limit=limit, export_limit=limit), *weather())
                         for limit in (1e3, 1.0, 0.0))  # fmt: skip
    assert (free["curtailment"].item(), free["unmet_load"].item()) == (0.0, 0.0)
    assert (shut["grid_export"].item(), shut["grid_import"].item()) == (0.0, 0.0)
    assert 0.0 < bound["curtailment"] < shut["curtailment"]
    assert 0.0 < bound["unmet_load"] < shut["unmet_load"]
    for limited in (bound, shut):  # limits move energy between two flows and leave the rest alone
        np.testing.assert_allclose(limited["grid_export"] + limited["curtailment"], free["grid_export"], rtol=1e-12)
        np.testing.assert_allclose(limited["grid_import"] + limited["unmet_load"], free["grid_import"], rtol=1e-12)
        xr.testing.assert_equal(limited[["charge", "discharge"]], free[["charge", "discharge"]])


@pytest.mark.parametrize("empty", [{"energy_rating": 0.0}, {"power_rating": 0.0}, {"minimum_state_of_charge": 0.9}])
def test_a_store_without_room_or_power_does_nothing(empty: dict[str, float]) -> None:
    park = one_store(**empty)
    year, steps = dispatch(park, *weather()), dispatch_steps(park, *weather())
    assert (year["charge"].item(), year["discharge"].item(), year["storage_change"].item()) == (0.0, 0.0, 0.0)
    assert np.all(steps["state_of_charge"] == park["minimum_state_of_charge"])
    assert year["grid_import"] > 0.0


def test_a_park_without_load_sells_or_curtails_all_it_generates() -> None:
    year = dispatch(one_store(annual_load=0.0), *weather())
    used = year["grid_export"] + year["curtailment"]
    lost = year["charge"].sum() - year["discharge"].sum()
    assert (year["grid_import"].item(), year["unmet_load"].item(), year["discharge"].item()) == (0.0, 0.0, 0.0)
    np.testing.assert_allclose(used + lost, year["generation"].sum(), rtol=1e-12)
    check_energy_balance(year)


def test_a_park_without_generation_buys_its_load() -> None:
    year = dispatch(one_store(wind_capacity=0.0, pv_capacity=0.0, import_limit=1e3), *weather())
    np.testing.assert_allclose(year["grid_import"], year["load"], rtol=1e-12)
    for name in ("grid_export", "curtailment", "charge", "discharge", "unmet_load"):
        assert year[name].item() == 0.0


def test_a_store_saves_purchases_and_costs_its_losses() -> None:
    with_store, without = (dispatch(one_store(energy_rating=size), *weather()) for size in (20.0, 0.0))
    assert with_store["grid_import"] + with_store["unmet_load"] < without["grid_import"] + without["unmet_load"]
    assert 0.0 < with_store["discharge"].item() <= 0.81 * with_store["charge"].item()


def test_self_discharge_over_an_hour_is_the_same_in_quarters_of_an_hour() -> None:
    factors, load = np.zeros((2, 8760)), np.zeros(8760)
    factors[0, -2] = 1.0  # one hour of wind, then an hour in which nothing happens but self-discharge
    park = one_store(self_discharge=0.36, annual_load=1.0)
    hourly = dispatch_steps(park, series(factors), shape(load))
    quarters = dispatch_steps(park, series(np.repeat(factors, 4, axis=-1)), shape(np.repeat(load, 4)))
    kept = {
        steps: float(flows["state_of_charge"][0, -1] - 0.1) / float(flows["state_of_charge"][0, -1 - steps] - 0.1)
        for steps, flows in ((1, hourly), (4, quarters))
    }
    assert kept == pytest.approx({1: 0.64, 4: 0.64}, rel=1e-12)


def test_parks_in_any_order_and_any_batch_give_the_same_bits() -> None:
    draws = np.random.default_rng(5)
    wind, rating = draws.uniform(0.0, 9.0, 70), draws.uniform(0.0, 9.0, (70,))
    whole = dispatch(design(wind_capacity=wind, energy_rating=rating), *weather())
    order = draws.permutation(70)
    shuffled = dispatch(design(wind_capacity=wind[order], energy_rating=rating[order]), *weather())
    xr.testing.assert_equal(shuffled, whole.isel(park=order))
    halves = [dispatch(design(wind_capacity=wind[part], energy_rating=rating[part]), *weather())
              for part in (slice(0, 33), slice(33, None))]  # fmt: skip
    xr.testing.assert_equal(xr.concat(halves, "park"), whole)
    alone = dispatch(design(wind_capacity=float(wind[41]), energy_rating=float(rating[41])), *weather())
    xr.testing.assert_equal(alone, whole.isel(park=41))


def test_each_park_meets_the_weather_of_its_own_place_whatever_the_order() -> None:
    names = ["Beijing", "Hebei", "Tibet"]
    factors, load, period = weather(province=names)
    wind = xr.DataArray([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], {"province": names}, ("province", "park"))
    whole = dispatch(design(wind_capacity=wind), factors, load, period)
    for name in names:
        here = factors.sel(province=name, drop=True)
        alone = dispatch(design(wind_capacity=wind.sel(province=name, drop=True)), here, load, period)
        xr.testing.assert_equal(alone, whole.sel(province=name, drop=True))
    inner = wind.transpose("park", "province").drop_vars("province")
    turned = dispatch(design(wind_capacity=inner), factors.drop_vars("province"), load, period)
    assert turned["grid_import"].dims == ("park", "province")  # parks of one place do not lie together
    named = turned.assign_coords(province=names).transpose("province", "park", ...)
    xr.testing.assert_equal(named, whole)
    some = dispatch(design(wind_capacity=wind.sel(province=["Tibet", "Beijing"])), factors, load, period)
    xr.testing.assert_equal(some, whole.sel(province=["Tibet", "Beijing"]))
    steps = dispatch_steps(design(wind_capacity=wind.sel(province=["Tibet", "Beijing"])), factors, load, period)
    np.testing.assert_allclose(steps["grid_import"].sum("time") * HOURS_PER_YEAR / STEPS, some["grid_import"])
    check_energy_balance(whole)


def test_units_of_the_inputs_are_converted() -> None:
    park, (factors, load, period) = design(), weather()
    swapped = park.assign(
        wind_capacity=converted(park["wind_capacity"], "kW"),
        annual_load=converted(park["annual_load"], "GWh/yr"),
        round_trip_efficiency=converted(park["round_trip_efficiency"], "%"),
    )
    xr.testing.assert_allclose(
        dispatch(swapped, converted(factors, "%"), load, period), dispatch(park, factors, load, period), rtol=1e-12
    )


@pytest.mark.parametrize("name", DESIGN)
@pytest.mark.parametrize("value", [-0.01, np.nan, np.inf])
def test_sizes_that_are_negative_or_not_finite_are_refused_by_name(name: str, value: float) -> None:
    given = dict.fromkeys(TOY[name], value) if isinstance(TOY[name], dict) else [TOY[name], value]
    if name == "discharge_above" and value == np.inf:
        dispatch(design(**{name: given}), *weather())  # never to discharge is a rule
        return
    with pytest.raises(DecarbError, match=name):
        dispatch(design(**{name: given}), *weather())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"round_trip_efficiency": 0.0}, "round_trip_efficiency must lie above 0"),
        ({"round_trip_efficiency": 1.01}, "round_trip_efficiency must lie above 0"),
        ({"minimum_state_of_charge": 0.95}, "above maximum_state_of_charge"),
        ({"maximum_state_of_charge": 1.2}, "maximum_state_of_charge must not lie above 1"),
        ({"self_discharge": 1.5}, "self_discharge must not lie above 1"),
        ({"charge_below": 2.0, "discharge_above": 1.0}, "charge_below lies above discharge_above"),
        (
            {"charge_below": {"flat": 0.0, "night": 0.0}, "discharge_above": {"flat": 1.0, "night": 1.0}},
            '"night" is no period',
        ),
        ({"charge_below": {"flat": 0.0}, "discharge_above": {"flat": 1.0}}, "no thresholds in the period critical"),
        ({"import_limit": dict.fromkeys(PERIODS, 1.0)}, "import_limit must not vary over period"),
    ],
)
def test_impossible_stores_and_rules_are_refused(changes: dict[str, Any], said: str) -> None:
    for function in (dispatch, dispatch_steps):
        with pytest.raises(DecarbError, match=said):
            function(design(**changes), *weather())


@pytest.mark.parametrize("value", [-0.01, np.nan, np.inf])
def test_series_that_are_negative_or_not_finite_are_refused_by_name(value: float) -> None:
    factors, load, period = weather()
    broken = factors.copy()
    broken[1, 7] = value
    with pytest.raises(DecarbError, match="dispatch: pv must be finite"):
        dispatch(design(), broken, load, period)
    broken = load.copy()
    broken[7] = value
    with pytest.raises(DecarbError, match="dispatch: load must be finite"):
        dispatch(design(), factors, broken, period)


def test_designs_and_weather_that_do_not_fit_are_refused() -> None:
    factors, load, period = weather()
    later = load.assign_coords(time=load["time"] + np.timedelta64(1, "D"))
    by_province = weather(province=["Beijing", "Hebei"])[0]
    toy = design()
    tibet = design(wind_capacity=xr.DataArray([1.0], {"province": ["Tibet"]}, ("province",)))
    for park, sun, use, now, said in (
        (toy.drop_vars("annual_load"), factors, load, period, "lacks annual_load"),
        (toy, factors, later, period, "time axis"),
        (toy, factors, load.isel(time=slice(9)), period, "time axis"),
        (toy, factors, load, period.isel(time=slice(9)), "time axis"),
        (toy, factors, load, period.where(period != "flat", "fllat"), 'did you mean "flat"'),
        (toy, factors, load, None, "give the period of each step"),
        (toy, factors.sel(technology=["wind", "pv"]), load, period, "no capacity factor of chp"),
        (toy, by_province, load, period, "the design names none"),
        (toy, by_province.expand_dims(weather_seed=[1]), load, period, "one dimension"),
        (tibet, by_province, load, period, "Tibet"),
        (toy.assign_coords(store=["supercapacitor", "lithum", "flow_battery"]), factors, load, period, "lithium"),
        (toy.assign_coords(store=["lithium", "lithium", "flow_battery"]), factors, load, period, "stands twice"),
        (toy.sel(store="lithium", drop=True), factors, load, period, "names no store"),
        (xr.Dataset({name: size.drop_attrs() for name, size in toy.items()}), factors, load, period, "no unit"),
    ):
        with pytest.raises(DecarbError, match=said):
            dispatch(park, sun, use, now)


@pytest.mark.parametrize("name", [*ALONE, *MOVED, "load", "generation"])
def test_a_missing_kilowatt_hour_is_found(name: str) -> None:
    year = dispatch(design(wind_capacity=[4.8, 1.0]), *weather())
    check_energy_balance(year)
    with pytest.raises(DecarbError, match="energy balance"):
        check_energy_balance(year.assign({name: year[name] + xr.DataArray([0.0, 1e-3], dims="park")}))
    with pytest.raises(DecarbError, match="energy balance"):
        check_energy_balance(year.assign({name: year[name] * np.nan}))


def test_own_use_has_the_unit_it_declares() -> None:
    energy = {
        name: quantify(xr.DataArray(1.0, attrs={"units": "GJ/yr"})) for name in ("load", "grid_import", "unmet_load")
    }
    result = own_use.__wrapped__(**energy)
    assert result.data.check(pint_unit(own_use.units["return"]).dimensionality)
