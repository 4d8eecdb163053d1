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
    deliverable_energy,
    dispatch,
    dispatch_steps,
    own_use,
)
from decarb.units import converted, strip
from decarb.units.convert import quantify
from decarb.units.registry import pint_unit

STEPS = 438  # of 20 hours
FLOWS = ("grid_import", "grid_export", "curtailment", "charge", "discharge", "unmet_load")
TOY = {
    "wind_capacity": 4.8,
    "pv_capacity": 1.3,
    "annual_load": 14000.0,
    "power_rating": 1.0,
    "energy_rating": 2.0,
    "round_trip_efficiency": 0.81,
    "minimum_state_of_charge": 0.1,
    "maximum_state_of_charge": 0.9,
    "self_discharge": 0.001,
    "import_limit": 1.0,
    "export_limit": 1.5,
}
EXTENSIVE = [name for name, unit in DESIGN.items() if unit in ("MW", "MWh", "MWh/yr")]


def design(**changes: Any) -> xr.Dataset:
    """The toy park with some sizes changed; a list makes a dimension `park`."""
    sizes = {}
    for name, value in (TOY | changes).items():
        array = value if isinstance(value, xr.DataArray) else xr.DataArray(value, dims="park" if np.ndim(value) else ())
        sizes[name] = array.assign_attrs(units=DESIGN[name])
    return xr.Dataset(sizes)


def series(values: Any, unit: str = "1", **places: list[str]) -> xr.DataArray:
    """Capacity factors from values (technology, [place,] time)."""
    coords = {"technology": ["wind", "pv"], **places, "time": clock(np.shape(values)[-1])}
    return xr.DataArray(values, coords, tuple(coords), attrs={"units": unit})


def shape(values: Any) -> xr.DataArray:
    return xr.DataArray(values, {"time": clock(len(values))}, ("time",), attrs={"units": "1"})


def clock(steps: int) -> pd.DatetimeIndex:
    return pd.date_range("2021-01-01", periods=steps, freq=pd.Timedelta(hours=HOURS_PER_YEAR / steps))


def weather(steps: int = STEPS, seed: int = 1, **places: list[str]) -> tuple[xr.DataArray, xr.DataArray]:
    draws = np.random.default_rng(seed)
    size = (2, *map(len, places.values()), steps)
    factors = draws.random(size) ** 2 * (draws.random(size) > 0.2)
    return series(factors, **places), shape(0.5 + draws.random(steps))


@st.composite
def parks(draw: st.DrawFn) -> xr.Dataset:
    """Parks of any size, with limits and stores that may be zero."""
    sizes = {name: st.one_of(st.just(0.0), st.floats(0.01, 20.0)) for name in EXTENSIVE}
    sizes["annual_load"] = st.floats(1000.0, 30000.0)
    values = {name: draw(size) for name, size in sizes.items()}
    low, high = sorted(draw(st.tuples(st.floats(0.0, 1.0), st.floats(0.0, 1.0))))
    return design(
        **values,
        round_trip_efficiency=draw(st.floats(0.05, 1.0)),
        minimum_state_of_charge=low,
        maximum_state_of_charge=high,
        self_discharge=draw(st.sampled_from([0.0, 0.00003, 0.01, 1.0])),
    )


def laws(count: int = 40) -> settings:
    return settings(max_examples=count, deadline=None, derandomize=True)


def assert_same_bits(one: xr.Dataset, other: xr.Dataset) -> None:
    xr.testing.assert_equal(one, other.transpose(*one.dims).reindex_like(one))


@laws()
@given(parks(), st.integers(0, 9))
def test_energy_balances_in_every_step_and_over_the_year(park: xr.Dataset, seed: int) -> None:
    steps, year = dispatch_steps(park, *weather(seed=seed)), dispatch(park, *weather(seed=seed))
    generation = steps["wind_generation"] + steps["pv_generation"]
    supply = generation + steps["grid_import"] + steps["discharge"] + steps["unmet_load"]
    use = steps["load"] + steps["grid_export"] + steps["curtailment"] + steps["charge"]
    assert float(np.abs(supply - use).max()) <= 1e-9 * float(steps["load"].mean())
    supply = year["generation"].sum() + year["grid_import"] + year["discharge"] + year["unmet_load"]
    use = year["load"] + year["grid_export"] + year["curtailment"] + year["charge"]
    assert abs(float(supply - use)) <= 1e-9 * float(year["load"])
    check_energy_balance(year)


@laws()
@given(parks(), st.integers(0, 9))
def test_a_store_stays_within_its_bounds_and_never_charges_and_discharges_at_once(park: xr.Dataset, seed: int) -> None:
    steps = dispatch_steps(park, *weather(seed=seed))
    charge, discharge = steps["charge"].values, steps["discharge"].values
    assert min(float(steps[name].min()) for name in FLOWS) >= 0.0
    assert not np.any((charge > 0.0) & (discharge > 0.0))
    assert max(charge.max(), discharge.max()) <= park["power_rating"].item() * (1 + 1e-12)
    level = steps["state_of_charge"].values
    assert level.min() >= park["minimum_state_of_charge"].item() - 1e-12
    assert level.max() <= park["maximum_state_of_charge"].item() + 1e-12
    assert steps["grid_import"].max() <= park["import_limit"] * (1 + 1e-12)
    assert steps["grid_export"].max() <= park["export_limit"] * (1 + 1e-12)


@laws()
@given(parks(), st.integers(0, 9))
def test_a_store_gives_back_what_it_took_less_its_losses(park: xr.Dataset, seed: int) -> None:
    steps, year = dispatch_steps(park, *weather(seed=seed)), dispatch(park, *weather(seed=seed))
    hours = HOURS_PER_YEAR / STEPS
    usable = (park["maximum_state_of_charge"] - park["minimum_state_of_charge"]).item()
    full = deliverable_energy(xr.Dataset({name: strip(park[name], unit) for name, unit in DESIGN.items()})).item()
    share = (steps["state_of_charge"].values - park["minimum_state_of_charge"].item()) / (usable or 1.0)
    end = share * full if usable else np.zeros(STEPS)
    start = np.concatenate([[end[-1] - year["storage_change"].item()], end[:-1]])
    lost = start * (1.0 - (1.0 - park["self_discharge"].item()) ** hours)
    taken = steps["charge"].values * hours * park["round_trip_efficiency"].item()
    given_back = steps["discharge"].values * hours
    np.testing.assert_allclose(end - start, taken - given_back - lost, atol=1e-9 * TOY["annual_load"])
    assert year["storage_change"] >= 0.0


def test_the_year_ends_with_the_store_where_it_began() -> None:
    factors, load = weather(8760)
    factors[0, -5:] = 1.0  # the store is filled in the last hours of the year, in more than one of them
    park = design(energy_rating=4.0)
    assert dispatch(park, factors, load)["storage_change"].item() == 0.0
    steps = dispatch_steps(park, factors, load)
    assert steps["state_of_charge"][-1] > 0.8
    # An hour cannot fill it: what the first hour finds is left from the year before.
    first = steps["state_of_charge"][0] - 0.1 + steps["discharge"][0] / (4.0 * 0.9)
    assert first > 0.7


def test_what_a_seasonal_store_gains_over_the_year_is_reported_and_no_energy_comes_free() -> None:
    factors = np.zeros((2, 1460))
    factors[0, 400:1000] = 1.0  # wind in summer alone: the last steps of the year cannot know how full the store was
    park = design(energy_rating=8000.0, power_rating=5.0, self_discharge=0.0, annual_load=5000.0)
    year = dispatch(park, series(factors), shape(np.ones(1460)))
    assert year["storage_change"] > 100.0
    kept = TOY["round_trip_efficiency"] * year["charge"] - year["discharge"]
    np.testing.assert_allclose(year["storage_change"], kept, rtol=1e-12)


@laws()
@given(parks(), st.integers(0, 9))
def test_annual_flows_are_the_sums_of_the_steps(park: xr.Dataset, seed: int) -> None:
    steps, year = dispatch_steps(park, *weather(seed=seed)), dispatch(park, *weather(seed=seed))
    hours = HOURS_PER_YEAR / STEPS
    for name in (*FLOWS, "load"):
        np.testing.assert_allclose(year[name], steps[name].sum() * hours, rtol=1e-9, atol=1e-6, err_msg=name)
    for name in ("wind", "pv"):
        np.testing.assert_allclose(year["generation"].sel(technology=name), steps[f"{name}_generation"].sum() * hours)


@laws(20)
@given(parks(), st.integers(0, 9))
def test_a_park_1024_times_as_large_has_flows_1024_times_as_large_bit_for_bit(park: xr.Dataset, seed: int) -> None:
    large = park.assign({name: (park[name] * 1024.0).assign_attrs(park[name].attrs) for name in EXTENSIVE})
    assert_same_bits(dispatch(park, *weather(seed=seed)) * 1024.0, dispatch(large, *weather(seed=seed)))


def test_three_steps_of_a_year_computed_by_hand() -> None:
    # In units of 1 MW x 2,920 h (a third of the year): wind 4, load 2. The store is rated 4, half of it usable; it
    # returns a quarter, so one way keeps sqrt(1/4) = 1/2 and it delivers 4 x 1/2 x 1/2 = 1 when full.
    #   step 1: 4 - 2 = 2 over; charge min(2, 1) = 1; sell 0.5; curtail 0.5; level start + 1/4
    #   step 2: 2 short; discharge the level; buy at most 1.25; level 0
    #   step 3: 3 - 2 = 1 over; charge 1; level 1/4, which is also the start
    # So step 2 finds a level of 1/2: 2 - 0.5 = 1.5 are missing, 1.25 are bought, 0.25 are unmet.
    step = HOURS_PER_YEAR / 3
    park = design(
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
        np.testing.assert_allclose(steps[name], values, rtol=1e-14, atol=1e-14, err_msg=name)
    for name in FLOWS:
        np.testing.assert_allclose(year[name], sum(expected[name]) * step, rtol=1e-14, err_msg=name)
        assert (year[name].attrs, steps[name].attrs) == ({"units": "MWh/yr"}, {"units": "MW"})
    assert year["generation"].to_series().to_dict() == {"wind": 7.0 * step, "pv": 0.0}
    assert (year["load"].item(), year["storage_change"].item()) == (6.0 * step, 0.0)
    # 6 - 1.25 - 0.25 = 4.5.
    assert own_use(year["load"], year["grid_import"], year["unmet_load"]).item() == 4.5 * step


def test_the_annual_load_is_met_in_full_where_its_shape_has_a_mean_of_one() -> None:
    year = dispatch(design(), weather()[0], shape(np.resize([0.5, 1.5], STEPS)))
    assert year["load"].item() == pytest.approx(TOY["annual_load"], rel=1e-12)


def test_what_the_grid_does_not_take_is_curtailed_and_what_it_does_not_give_is_unmet() -> None:
    free = dispatch(design(import_limit=1e3, export_limit=1e3), *weather())
    bound = dispatch(design(import_limit=1.0, export_limit=1.0), *weather())
    shut = dispatch(design(import_limit=0.0, export_limit=0.0), *weather())
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
    park = design(**empty)
    year, steps = dispatch(park, *weather()), dispatch_steps(park, *weather())
    assert (year["charge"].item(), year["discharge"].item(), year["storage_change"].item()) == (0.0, 0.0, 0.0)
    assert np.all(steps["state_of_charge"] == park["minimum_state_of_charge"])
    assert year["grid_import"] > 0.0


def test_a_park_without_load_sells_or_curtails_all_it_generates() -> None:
    year = dispatch(design(annual_load=0.0), *weather())
    used = year["grid_export"] + year["curtailment"]
    lost = year["charge"] - year["discharge"]
    assert (year["grid_import"].item(), year["unmet_load"].item(), year["discharge"].item()) == (0.0, 0.0, 0.0)
    np.testing.assert_allclose(used + lost, year["generation"].sum(), rtol=1e-12)
    check_energy_balance(year)


def test_a_park_without_generation_buys_its_load() -> None:
    year = dispatch(design(wind_capacity=0.0, pv_capacity=0.0, import_limit=1e3), *weather())
    np.testing.assert_allclose(year["grid_import"], year["load"], rtol=1e-12)
    for name in ("grid_export", "curtailment", "charge", "discharge", "unmet_load"):
        assert year[name].item() == 0.0


def test_a_store_saves_purchases_and_costs_its_losses() -> None:
    with_store, without = (dispatch(design(energy_rating=size), *weather()) for size in (20.0, 0.0))
    assert with_store["grid_import"] + with_store["unmet_load"] < without["grid_import"] + without["unmet_load"]
    assert 0.0 < with_store["discharge"] <= TOY["round_trip_efficiency"] * with_store["charge"]


def test_the_energy_of_a_park_without_a_store_does_not_depend_on_the_length_of_a_step() -> None:
    factors, load = weather(8760)
    park = design(energy_rating=0.0)
    hourly = dispatch(park, factors, load)
    quarters = dispatch(park, series(np.repeat(factors.values, 4, axis=-1)), shape(np.repeat(load.values, 4)))
    assert min(hourly[name].item() for name in ("grid_import", "grid_export", "curtailment", "unmet_load")) > 0.0
    xr.testing.assert_allclose(hourly, quarters, rtol=1e-12)


def test_self_discharge_over_an_hour_is_the_same_in_quarters_of_an_hour() -> None:
    factors, load = np.zeros((2, 8760)), np.zeros(8760)
    factors[0, -2] = 1.0  # one hour of wind, then an hour in which nothing happens but self-discharge
    park = design(self_discharge=0.36, annual_load=1.0)
    hourly = dispatch_steps(park, series(factors), shape(load))
    quarters = dispatch_steps(park, series(np.repeat(factors, 4, axis=-1)), shape(np.repeat(load, 4)))
    kept = {
        steps: float(flows["state_of_charge"][-1] - 0.1) / float(flows["state_of_charge"][-1 - steps] - 0.1)
        for steps, flows in ((1, hourly), (4, quarters))
    }
    assert kept == pytest.approx({1: 0.64, 4: 0.64}, rel=1e-12)


def test_parks_in_any_order_and_any_batch_give_the_same_bits() -> None:
    draws = np.random.default_rng(5)
    wind, rating = draws.uniform(0.0, 9.0, 70), draws.uniform(0.0, 9.0, 70)
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
    factors, load = weather(province=names)
    wind = xr.DataArray([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], {"province": names}, ("province", "park"))
    whole = dispatch(design(wind_capacity=wind), factors, load)
    for name in names:
        here = factors.sel(province=name, drop=True)
        alone = dispatch(design(wind_capacity=wind.sel(province=name, drop=True)), here, load)
        xr.testing.assert_equal(alone, whole.sel(province=name, drop=True))
    inner = wind.transpose("park", "province").drop_vars("province")
    turned = dispatch(design(wind_capacity=inner), factors.drop_vars("province"), load)
    assert turned["grid_import"].dims == ("park", "province")  # parks of one place do not lie together
    named = turned.assign_coords(province=names).transpose("technology", "province", "park")
    xr.testing.assert_equal(named, whole)
    some = dispatch(design(wind_capacity=wind.sel(province=["Tibet", "Beijing"])), factors, load)
    xr.testing.assert_equal(some, whole.sel(province=["Tibet", "Beijing"]))
    steps = dispatch_steps(design(wind_capacity=wind.sel(province=["Tibet", "Beijing"])), factors, load)
    np.testing.assert_allclose(steps["grid_import"].sum("time") * HOURS_PER_YEAR / STEPS, some["grid_import"])
    check_energy_balance(whole)


def test_units_of_the_inputs_are_converted() -> None:
    park, (factors, load) = design(), weather()
    swapped = park.assign(
        wind_capacity=converted(park["wind_capacity"], "kW"),
        annual_load=converted(park["annual_load"], "GWh/yr"),
        round_trip_efficiency=converted(park["round_trip_efficiency"], "%"),
    )
    xr.testing.assert_allclose(
        dispatch(swapped, converted(factors, "%"), load), dispatch(park, factors, load), rtol=1e-12
    )


@pytest.mark.parametrize("name", DESIGN)
@pytest.mark.parametrize("value", [-0.01, np.nan, np.inf])
def test_sizes_that_are_negative_or_not_finite_are_refused_by_name(name: str, value: float) -> None:
    with pytest.raises(DecarbError, match=name):
        dispatch(design(**{name: [TOY[name], value]}), *weather())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"round_trip_efficiency": 0.0}, "round_trip_efficiency must lie above 0"),
        ({"round_trip_efficiency": 1.01}, "round_trip_efficiency must lie above 0"),
        ({"minimum_state_of_charge": 0.95}, "above maximum_state_of_charge"),
        ({"maximum_state_of_charge": 1.2}, "maximum_state_of_charge must not lie above 1"),
        ({"self_discharge": 1.5}, "self_discharge must not lie above 1"),
    ],
)
def test_impossible_stores_are_refused(changes: dict[str, float], said: str) -> None:
    for function in (dispatch, dispatch_steps):
        with pytest.raises(DecarbError, match=said):
            function(design(**changes), *weather())


@pytest.mark.parametrize("value", [-0.01, np.nan, np.inf])
def test_series_that_are_negative_or_not_finite_are_refused_by_name(value: float) -> None:
    factors, load = weather()
    broken = factors.copy()
    broken[1, 7] = value
    with pytest.raises(DecarbError, match="dispatch: pv must be finite"):
        dispatch(design(), broken, load)
    broken = load.copy()
    broken[7] = value
    with pytest.raises(DecarbError, match="dispatch: load must be finite"):
        dispatch(design(), factors, broken)


def test_designs_and_weather_that_do_not_fit_are_refused() -> None:
    factors, load = weather()
    later = load.assign_coords(time=load["time"] + np.timedelta64(1, "D"))
    by_province = weather(province=["Beijing", "Hebei"])[0]
    for park, sun, use, said in (
        (design().drop_vars("annual_load"), factors, load, "lacks annual_load"),
        (design(), factors, later, "time axis"),
        (design(), factors, load.isel(time=slice(9)), "time axis"),
        (design(), by_province, load, "the design names none"),
        (design(), by_province.expand_dims(weather_seed=[1]), load, "one dimension"),
        (design(wind_capacity=xr.DataArray([1.0], {"province": ["Tibet"]}, ("province",))), by_province, load, "Tibet"),
        (xr.Dataset({name: size.drop_attrs() for name, size in design().items()}), factors, load, "no unit"),
    ):
        with pytest.raises(DecarbError, match=said):
            dispatch(park, sun, use)


@pytest.mark.parametrize("name", [*FLOWS, "load", "generation"])
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
