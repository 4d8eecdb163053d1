"""Uses move power through the hours and leave the energy of the year alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from decarb.errors import DecarbError, UnitError
from decarb.park.demand import ASSUMPTIONS, USES, annual_load, heat_shape, load_shape, use_shapes
from decarb.tables import table_array
from decarb.units.convert import quantify
from decarb.units.registry import pint_unit

YEAR = pd.date_range("2021-01-01", periods=8760, freq="h", name="time")
QUARTERS = pd.date_range("2021-01-01", periods=35040, freq="15min", name="time")
MONDAY, SATURDAY, MIDWINTER = "2021-06-07", "2021-06-12", "2021-01-04"
GIVEN = {
    "process_shift_share": 0.5,
    "building_office_share": 0.5,
    "building_cooling_share": 0.25,
    "sports_evening_weight": 2.0,
    "sports_weekend_weight": 1.5,
    "heating_below": 16.0,
    "cooling_above": 24.0,
    "heat_base_share": 0.4,
}
SHARES = st.floats(0.0, 1.0)


def one(value: Any, *dims: str) -> xr.DataArray:
    return xr.DataArray(value, dims=dims, attrs={"units": "1"})


def temperatures(values: Any = 20.0, time: pd.DatetimeIndex = YEAR) -> xr.DataArray:
    return xr.DataArray(np.resize(values, time.size), {"time": time}, ("time",), attrs={"units": "1"})


def random_temperatures(seed: int = 1) -> xr.DataArray:
    return temperatures(np.random.default_rng(seed).normal(15.0, 12.0, YEAR.size))


def shapes(air: xr.DataArray | None = None, time: pd.DatetimeIndex | None = None, **changes: Any) -> xr.DataArray:
    rows = {name: value if isinstance(value, xr.DataArray) else one(value) for name, value in (GIVEN | changes).items()}
    return use_shapes(temperatures() if air is None else air, time=time, **rows)


def energies(**uses: float) -> xr.DataArray:
    return xr.DataArray(list(uses.values()), {"use": list(uses)}, ("use",), attrs={"units": "MWh/yr"})


SHAPES = shapes()


def busy_hours(shape: xr.DataArray, day: str) -> list[int]:
    of_day = shape.sel(time=day)
    return of_day["time"].dt.hour[of_day.values > 0].values.tolist()


@settings(max_examples=12, deadline=None, derandomize=True)
@given(SHARES, SHARES, SHARES, SHARES, st.floats(0.0, 4.0), st.floats(0.0, 4.0), st.integers(0, 9))
def test_every_use_has_mean_one_and_no_hour_is_negative(
    shift: float, office: float, cooling: float, base: float, evening: float, weekend: float, seed: int
) -> None:
    of_uses = shapes(random_temperatures(seed), process_shift_share=shift, building_office_share=office,
                     building_cooling_share=(1.0 - office) * cooling, heat_base_share=base,
                     sports_evening_weight=evening, sports_weekend_weight=weekend)  # fmt: skip
    assert of_uses["use"].values.tolist() == list(USES)
    assert of_uses.attrs == {"units": "1"}
    np.testing.assert_allclose(of_uses.mean("time"), 1.0, rtol=1e-12)
    assert float(of_uses.min()) >= -1e-12


def test_processes_run_two_shifts_of_working_days_and_a_rest_always() -> None:
    shifts = shapes(process_shift_share=1.0).sel(use="process")
    assert busy_hours(shifts, MONDAY) == list(range(6, 22))
    assert busy_hours(shifts, SATURDAY) == []
    # 2021 has 261 working days: each hour of a shift carries 8760 / (261 x 16) of the mean.
    assert float(shifts.max()) == pytest.approx(8760 / (261 * 16), rel=1e-12)
    half = shapes(process_shift_share=0.5).sel(use="process")
    np.testing.assert_allclose(half, 0.5 + 0.5 * shifts, rtol=1e-12)


def test_buildings_have_office_hours_cooling_and_a_rest() -> None:
    office = shapes(building_office_share=1.0, building_cooling_share=0.0).sel(use="buildings")
    assert busy_hours(office, MONDAY) == list(range(8, 18))
    assert busy_hours(office, SATURDAY) == []
    air = temperatures([10.0, 16.0, 20.0, 24.0, 27.0])
    cooled = shapes(air, building_office_share=0.0, building_cooling_share=0.6).sel(use="buildings")
    # Degrees above 24 are 3 in one hour of five: mean 0.6, so 3 / 0.6 = 5 times the mean, beside 0.4 that is flat.
    np.testing.assert_allclose(cooled[:5], [0.4, 0.4, 0.4, 0.4, 0.4 + 0.6 * 5.0], rtol=1e-12)


@pytest.mark.parametrize("office", [0.1, 0.3, 0.7, 0.9])
def test_shares_that_add_to_one_but_for_rounding_leave_no_hour_negative(office: float) -> None:
    of_building = shapes(building_office_share=office, building_cooling_share=1.0 - office + 1e-10)
    assert float(of_building.sel(use="buildings").min()) == 0.0


def test_where_it_is_never_warm_the_other_parts_of_a_building_take_the_hours_of_cooling() -> None:
    cold = temperatures(5.0)
    with_share, without = (shapes(cold, building_office_share=0.4, building_cooling_share=share).sel(use="buildings")
                           for share in (0.4, 0.0))  # fmt: skip
    # 0.4 office and 0.2 rest without cooling are two thirds and one third.
    two_thirds = shapes(cold, building_office_share=2 / 3, building_cooling_share=0.0).sel(use="buildings")
    np.testing.assert_allclose(with_share, two_thirds, rtol=1e-12)
    assert float(without.max()) < float(with_share.max())


def test_a_sports_centre_is_open_every_day_and_busier_in_the_evening_and_at_the_weekend() -> None:
    sports = shapes(sports_evening_weight=2.0, sports_weekend_weight=1.5).sel(use="sports")
    assert busy_hours(sports, MONDAY) == busy_hours(sports, SATURDAY) == list(range(6, 22))
    monday, saturday = (sports.sel(time=day) for day in (MONDAY, SATURDAY))
    assert float(monday[20] / monday[10]) == pytest.approx(2.0, rel=1e-12)
    np.testing.assert_allclose(saturday, 1.5 * monday.values, rtol=1e-12)


def test_water_is_flat_fields_have_daylight_in_summer_and_vehicles_charge_at_night() -> None:
    of_uses = shapes()
    np.testing.assert_allclose(of_uses.sel(use="water"), 1.0, rtol=1e-14)
    fields, vehicles = (of_uses.sel(use=use) for use in ("agriculture", "fleet"))
    assert busy_hours(fields, MONDAY) == list(range(6, 18))
    assert fields["time"].dt.month[fields.values > 0].to_series().unique().tolist() == [4, 5, 6, 7, 8, 9]
    # 183 days of 12 hours; 365 nights of 8 hours
    assert float(fields.max()) == pytest.approx(8760 / (183 * 12), rel=1e-12)
    assert busy_hours(vehicles, SATURDAY) == [*range(6), 22, 23]
    assert float(vehicles.max()) == pytest.approx(3.0, rel=1e-12)


def test_heat_is_a_base_and_the_degrees_of_cold() -> None:
    air = temperatures([10.0, 16.0, 20.0, 24.0, 14.0])
    # Degrees below 16 are 6, 0, 0, 0, 2: mean 1.6, so 3.75 and 1.25 times the mean.
    expected = [0.4 + 0.6 * 3.75, 0.4, 0.4, 0.4, 0.4 + 0.6 * 1.25]
    heat = heat_shape(air, heat_base_share=one(0.4), heating_below=one(16.0))
    np.testing.assert_allclose(heat[:5], expected, rtol=1e-12)
    xr.testing.assert_equal(heat, shapes(air).sel(use="heat", drop=True))
    np.testing.assert_array_equal(heat_shape(air, heat_base_share=one(1.0), heating_below=one(16.0)), 1.0)


@pytest.mark.parametrize("base", [0.0, 0.4])
def test_where_it_is_never_cold_heat_is_flat(base: float) -> None:
    heat = heat_shape(temperatures(30.0), heat_base_share=one(base), heating_below=one(16.0))
    np.testing.assert_allclose(heat, 1.0, rtol=1e-12)


def test_thresholds_move_the_hours_of_heat_and_cooling() -> None:
    air = random_temperatures()
    base, mild = shapes(air), shapes(air, heating_below=14.0, cooling_above=22.0)
    between = ((air >= 14.0) & (air < 16.0)).values
    assert bool((mild.sel(use="heat")[between] == mild.sel(use="heat").min()).all())
    assert bool((base.sel(use="heat")[between] > base.sel(use="heat").min()).all())
    assert not np.allclose(base.sel(use="buildings"), mild.sel(use="buildings"))


@pytest.mark.parametrize("name", sorted(GIVEN))
def test_a_sweep_of_an_assumption_is_each_value_alone(name: str) -> None:
    ends = {"sports_evening_weight": (1.0, 3.0), "sports_weekend_weight": (1.0, 2.0), "heating_below": (14.0, 18.0),
            "cooling_above": (22.0, 26.0)}.get(name, (0.0, 0.5))  # fmt: skip
    air = random_temperatures()
    together = shapes(air, **{name: one(list(ends), "scenario")})
    assert together.dims == ("use", "scenario", "time")
    for place, end in enumerate(ends):
        np.testing.assert_allclose(together.isel(scenario=place), shapes(air, **{name: end}), rtol=1e-12, atol=1e-15)


def test_places_have_their_own_weather() -> None:
    both = xr.concat([temperatures(5.0), random_temperatures()], dim=xr.IndexVariable("province", ["A", "B"]))
    together = shapes(both.assign_attrs(units="1"))
    np.testing.assert_allclose(together.sel(province="B"), shapes(random_temperatures()), rtol=1e-12)
    np.testing.assert_allclose(together.sel(province="A", use="heat"), 1.0, rtol=1e-12)  # as cold in every hour


def test_quarters_of_an_hour_hold_the_value_of_their_hour() -> None:
    air = random_temperatures()
    hourly, finer = shapes(air), shapes(air, time=QUARTERS)
    np.testing.assert_allclose(finer, np.repeat(hourly.values, 4, axis=-1), rtol=1e-12)
    assert finer["time"].equals(xr.DataArray(QUARTERS, dims="time", coords={"time": QUARTERS}))
    heats = (heat_shape(air, heat_base_share=one(0.4), heating_below=one(16.0), time=time) for time in (None, QUARTERS))
    np.testing.assert_allclose(*(heat.sel(time=MIDWINTER)[::4][:6] if heat.size > 8760 else heat.sel(time=MIDWINTER)[:6]
                                 for heat in heats), rtol=1e-12)  # fmt: skip


def test_a_temperature_of_quarters_is_used_as_it_is() -> None:
    air = temperatures([10.0, 12.0, 14.0, 16.0], QUARTERS)
    heat = heat_shape(air, heat_base_share=one(0.0), heating_below=one(16.0), time=QUARTERS)
    np.testing.assert_allclose(heat[:4], [2.0, 4 / 3, 2 / 3, 0.0], rtol=1e-12)  # 6, 4, 2, 0 over their mean 3


@pytest.mark.parametrize(
    ("time", "said"),
    [
        (pd.date_range("2021-01-01", periods=4, freq="3h"), "a step of time takes 0 days 03:00:00"),
        (YEAR[[0, 1, 3]], "differ in length"),
        (YEAR[[2, 1, 0]], "of an hour or less that rise"),
        (pd.date_range("2021-12-31T22:00", periods=8, freq="30min"), "no air_temperature at 2022-01-01 00:00:00"),
    ],
)
def test_steps_that_cannot_be_served_are_refused(time: pd.DatetimeIndex, said: str) -> None:
    with pytest.raises(DecarbError, match=said):
        shapes(time=time)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"process_shift_share": 1.1}, "process_shift_share is 1.1; write 0 to 1"),
        ({"heat_base_share": float("nan")}, "heat_base_share is nan; write 0 to 1"),
        ({"building_office_share": -0.1}, "building_office_share is -0.1"),
        ({"building_office_share": 0.7, "building_cooling_share": 0.4}, r"share \+ building_cooling_share is 1.1"),
        ({"sports_evening_weight": -1.0}, "sports_evening_weight is -1; write 0 or more"),
    ],
)  # fmt: skip
def test_shares_and_weights_that_are_none_are_refused(changes: dict[str, float], said: str) -> None:
    with pytest.raises(DecarbError, match=said):
        shapes(**changes)


@pytest.mark.parametrize("bound", ["value", "low", "high"])
def test_every_end_of_the_shipped_ranges_is_accepted(bound: Any) -> None:
    rows = {name: table_array("parameters", name, bound=bound) for name in ASSUMPTIONS}
    assert set(rows) | {"heat_base_share"} == set(GIVEN)
    assert float(use_shapes(random_temperatures(), heat_base_share=one(0.3), **rows).min()) >= 0.0


def test_the_load_is_the_sum_of_its_uses_in_every_hour() -> None:
    of_uses = shapes(random_temperatures())
    load = load_shape(energies(process=600.0, heat=300.0, fleet=100.0), of_uses)
    expected = sum(share * of_uses.sel(use=use, drop=True) for use, share in
                   (("process", 0.6), ("heat", 0.3), ("fleet", 0.1)))  # fmt: skip
    np.testing.assert_allclose(load, expected, rtol=1e-12)
    assert load.attrs == {"units": "1"} and load.dims == ("time",)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(st.lists(st.floats(0.0, 1e6), min_size=len(USES), max_size=len(USES)))
def test_twice_every_use_is_the_same_shape_and_twice_the_load(amounts: list[float]) -> None:
    once = energies(**dict(zip(USES, amounts, strict=True)))
    twice = energies(**{use: 2.0 * amount for use, amount in zip(USES, amounts, strict=True)})
    load = load_shape(once, SHAPES)
    np.testing.assert_allclose(load_shape(twice, SHAPES), load, rtol=1e-9)
    assert float(load.mean()) == pytest.approx(1.0, rel=1e-12)
    assert float(annual_load(twice)) == pytest.approx(2.0 * float(annual_load(once)), rel=1e-12)


def test_one_use_more_moves_the_load_by_its_own_hours_alone() -> None:
    of_uses = shapes()
    power = []
    for fleet in (0.0, 100.0):
        uses = energies(process=500.0, fleet=fleet)
        power.append(float(annual_load(uses)) * load_shape(uses, of_uses))
    np.testing.assert_allclose(power[1] - power[0], 100.0 * of_uses.sel(use="fleet"), rtol=1e-9, atol=1e-9)


def test_no_use_at_all_is_flat() -> None:
    np.testing.assert_array_equal(load_shape(energies(water=0.0, heat=0.0), shapes()), 1.0)
    assert float(annual_load(energies(water=0.0, heat=0.0))) == 0.0


def test_a_park_of_several_scenarios_is_each_alone() -> None:
    uses = xr.concat([energies(process=5.0, fleet=1.0), energies(process=0.0, fleet=2.0)], dim="scenario")
    together = load_shape(uses.assign_attrs(units="MWh/yr"), shapes())
    assert together.dims == ("scenario", "time")
    np.testing.assert_allclose(together[1], shapes().sel(use="fleet"), rtol=1e-12)


def test_a_use_that_is_unknown_or_negative_is_refused() -> None:
    with pytest.raises(DecarbError, match='"fleets" has no shape; did you mean "fleet"'):
        load_shape(energies(fleets=1.0), shapes())
    for amount in (-1.0, float("nan")):
        with pytest.raises(DecarbError, match="electricity is"):
            load_shape(energies(fleet=amount), shapes())


def test_energies_in_other_units_give_the_same_load() -> None:
    in_gwh = xr.DataArray([0.3, 0.7], {"use": ["fleet", "heat"]}, ("use",), attrs={"units": "GWh/yr"})
    np.testing.assert_allclose(load_shape(in_gwh, shapes()), load_shape(energies(fleet=300.0, heat=700.0), shapes()))
    assert float(annual_load(in_gwh)) == pytest.approx(1000.0)
    with pytest.raises(UnitError, match="electricity"):
        load_shape(in_gwh.drop_attrs(), shapes())


def test_a_temperature_without_a_unit_is_refused() -> None:
    with pytest.raises(UnitError, match="air_temperature"):
        shapes(temperatures().drop_attrs())


def test_results_have_the_units_they_declare() -> None:
    at_work = {"time": pd.DatetimeIndex([f"{MONDAY}T09", f"{MONDAY}T10"])}
    air = quantify(xr.DataArray([2.0, 30.0], at_work, ("time",), attrs={"units": "1"}))
    rows = {name: quantify(one([value], "park")) for name, value in GIVEN.items()}
    of_uses = use_shapes.__wrapped__(air, **rows)
    assert of_uses.data.check(pint_unit(use_shapes.units["return"]).dimensionality)
    heat = heat_shape.__wrapped__(air, heat_base_share=rows["heat_base_share"], heating_below=rows["heating_below"])
    assert heat.data.check(pint_unit(heat_shape.units["return"]).dimensionality)
    uses = quantify(energies(process=1.0, fleet=2.0))
    load = load_shape.__wrapped__(uses, quantify(shapes()))
    assert load.data.check(pint_unit(load_shape.units["return"]).dimensionality)
    assert annual_load.__wrapped__(uses).data.check(pint_unit(annual_load.units["return"]).dimensionality)
