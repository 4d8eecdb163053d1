"""Rules of the microgrid: what each asks of the stores, and what they do to a year when they are followed."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given, settings

from decarb.errors import CallError, UnitError
from decarb.park.dispatch import dispatch_steps
from decarb.park.rules import RULES, thresholds
from decarb.park.tariff import PERIODS, period_of_hour

INF = np.inf
DAY = pd.date_range("2021-04-01", periods=24, freq="h")  # valley 23-7, peak 10-13 and 17-22, flat in between


def by_period(rule: Any, import_limit: Any = "6 MW", demand_cap: Any = "2 MW") -> dict[str, dict[str, float]]:
    limits = thresholds(rule, import_limit, demand_cap)
    assert [array.attrs for array in limits.values()] == [{"units": "MW"}] * 2
    return {str(name): array.to_series().to_dict() for name, array in limits.items()}


def per_park(values: list[float], unit: str = "MW") -> xr.DataArray:
    return xr.DataArray(values, {"park": range(len(values))}, ("park",), attrs={"units": unit})


def day(rule: str, load: list[float] | np.ndarray, demand_cap: str = "2 MW", wind: Any = 0.0,
        stores: dict[str, float] | None = None) -> xr.Dataset:  # fmt: skip
    """One day of a park whose stores hold up to an hour of their power, without losses."""
    power = stores or {"lithium": 1.0}

    def of_store(unit: str, *values: float) -> xr.DataArray:
        return xr.DataArray(list(values) * (1 if len(values) > 1 else len(power)), {"store": list(power)}, ("store",),
                            attrs={"units": unit})  # fmt: skip

    def scalar(value: float, unit: str) -> xr.DataArray:
        return xr.DataArray(value, attrs={"units": unit})

    mean = float(np.mean(load))
    design = xr.Dataset(
        {
            "wind_capacity": scalar(1.0, "MW"), "pv_capacity": scalar(0.0, "MW"), "chp_capacity": scalar(0.0, "MW"),
            "annual_load": scalar(mean * 8760.0, "MWh/yr"),
            "import_limit": scalar(6.0, "MW"), "export_limit": scalar(6.0, "MW"),
            "power_rating": of_store("MW", *power.values()), "energy_rating": of_store("MWh", *power.values()),
            "round_trip_efficiency": of_store("1", 1.0), "minimum_state_of_charge": of_store("1", 0.0),
            "maximum_state_of_charge": of_store("1", 1.0), "self_discharge": of_store("1/h", 0.0),
            **thresholds(rule, "6 MW", demand_cap),
        }
    )  # fmt: skip
    # The model's year has 8,760 h whatever the steps: 365 such days are one.
    hours = pd.date_range("2021-01-01", periods=8760, freq="h")
    made = np.stack([np.tile(np.broadcast_to(wind, 24), 365), np.zeros(8760), np.zeros(8760)])
    factors = xr.DataArray(made, {"technology": ["wind", "pv", "chp"], "time": hours}, ("technology", "time"))
    shape = xr.DataArray(np.tile(np.asarray(load) / mean, 365), {"time": hours}, ("time",))
    stamped = (factors.assign_attrs(units="1"), shape.assign_attrs(units="1"))
    return dispatch_steps(design, *stamped, period_of_hour(hours)).sel(time=DAY)


def hours_of(series: xr.DataArray) -> list[int]:
    return np.flatnonzero(series.values > 1e-12).tolist()


def test_self_consumption_looks_at_no_period() -> None:
    nothing = dict.fromkeys(PERIODS, 0.0)
    assert by_period("self-consumption") == {"charge_below": nothing, "discharge_above": nothing}


def test_time_of_use_fills_in_the_valley_and_empties_at_the_peaks() -> None:
    assert by_period("time-of-use") == {
        "charge_below": {"critical": 0.0, "peak": 0.0, "flat": 0.0, "valley": 6.0},
        "discharge_above": {"critical": 0.0, "peak": 0.0, "flat": INF, "valley": INF},
    }


def test_peak_shaving_levels_at_its_cap_in_every_period() -> None:
    level = dict.fromkeys(PERIODS, 2.0)
    assert by_period("peak-shaving") == {"charge_below": level, "discharge_above": level}


def test_a_limit_without_end_is_one() -> None:
    assert by_period("time-of-use", import_limit=xr.DataArray(INF, attrs={"units": "MW"}))["charge_below"] == {
        "critical": 0.0, "peak": 0.0, "flat": 0.0, "valley": INF,
    }  # fmt: skip
    assert by_period("peak-shaving", demand_cap=xr.DataArray(INF, attrs={"units": "MW"}))["charge_below"]["flat"] == INF


@settings(max_examples=30)
@given(st.sampled_from(RULES), st.floats(0.0, 1e6), st.floats(0.0, 1e6), st.floats(1e-3, 1e3))
def test_no_rule_charges_and_discharges_at_one_demand_and_thresholds_grow_with_the_park(
    rule: str, limit: float, cap: float, scale: float
) -> None:
    one, many = (thresholds(rule, per_park([size * limit]), per_park([size * cap])) for size in (1.0, scale))
    assert bool((one["charge_below"] <= one["discharge_above"]).all())
    for name in one:
        np.testing.assert_allclose(many[name], scale * one[name], rtol=1e-12)


def test_units_of_limits_may_be_any_of_their_kind() -> None:
    assert by_period("time-of-use", import_limit="6000 kW") == by_period("time-of-use")
    with pytest.raises(UnitError, match="demand_cap"):
        thresholds("peak-shaving", "6 MW", "2 MWh")


def test_parks_with_rules_and_sizes_of_their_own_stand_side_by_side() -> None:
    rules = xr.DataArray(list(RULES), {"park": range(3)}, ("park",))
    together = thresholds(rules, per_park([6.0, 7.0, 8.0]), per_park([1.0, 2.0, 3.0]))
    assert together["charge_below"].dims == ("period", "park")
    for park, rule in enumerate(RULES):
        alone = thresholds(rule, f"{6.0 + park} MW", f"{1.0 + park} MW")
        for name in alone:
            np.testing.assert_array_equal(together[name].sel(park=park), alone[name])


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("time of use", r'"time of use" is no rule of a microgrid; did you mean "time-of-use"'),
        ("peak_shaving", r'did you mean "peak-shaving"'),
        ("", r"known: peak-shaving, self-consumption, time-of-use"),
        (xr.DataArray(["time-of-use", "none"], dims="park"), r'"none" is no rule'),
    ],
)
def test_an_unknown_rule_is_met_with_the_nearest(rule: Any, said: str) -> None:
    with pytest.raises(CallError, match=said):
        thresholds(rule, "6 MW", "2 MW")


@pytest.mark.parametrize("value", [-1.0, np.nan])
def test_a_limit_that_is_none_is_refused(value: float) -> None:
    with pytest.raises(CallError, match=r"import_limit: found .* MW; write 0 MW or more"):
        thresholds("time-of-use", per_park([1.0, value]), "2 MW")
    with pytest.raises(CallError, match="demand_cap"):
        thresholds("time-of-use", "2 MW", per_park([1.0, value]))


def test_followed_for_a_day_time_of_use_takes_the_first_valley_hour_and_the_first_peak_hour() -> None:
    followed = day("time-of-use", np.ones(24))
    # The store holds an hour. It fills at 23:00, the first hour of the valley, and the year begins with it full; it
    # empties at 10:00, the first of the equal peak hours, and stays empty until 23:00.
    assert hours_of(followed["charge"].sel(store="lithium")) == [23]
    assert hours_of(followed["discharge"].sel(store="lithium")) == [10]
    assert followed["grid_import"].values[[9, 10, 11, 23]].tolist() == pytest.approx([1.0, 0.0, 1.0, 2.0])


def test_followed_for_a_day_time_of_use_keeps_own_surplus_for_the_peak() -> None:
    # From 07:00 to 09:00 wind exceeds the load by 0.5 MW; the store is full from the valley, so all of it is sold.
    followed = day("time-of-use", np.ones(24) * 0.5, wind=np.isin(np.arange(24), (7, 8)) * 1.0)
    assert hours_of(followed["grid_export"]) == [7, 8]
    # 0.5 MW of load in each peak hour: the hour's energy lasts for two.
    assert hours_of(followed["discharge"].sel(store="lithium")) == [10, 11]


def test_followed_for_a_day_self_consumption_takes_surplus_alone_and_gives_it_back_at_once() -> None:
    followed = day("self-consumption", np.ones(24) * 0.5, wind=np.isin(np.arange(24), (7, 8)) * 1.0)
    assert hours_of(followed["charge"].sel(store="lithium")) == [7, 8]
    assert hours_of(followed["discharge"].sel(store="lithium")) == [9, 10]
    assert hours_of(followed["grid_export"]) == []


def test_followed_for_a_day_peak_shaving_levels_the_import() -> None:
    load = np.ones(24)
    load[12] = 2.8
    followed = day("peak-shaving", load, demand_cap="2 MW")
    assert followed["grid_import"].max().item() == pytest.approx(2.0)  # 2.8 of load, 0.8 of it from the store
    # At 13:00 it takes 1 MW back, up to the cap, but has room for 0.8 alone.
    assert followed["charge"].sel(store="lithium").values[13] == pytest.approx(0.8)


def test_of_two_stores_the_first_serves_and_the_second_takes_what_it_leaves() -> None:
    load = np.ones(24)
    load[12] = 3.5
    stores = {"lithium": 1.0, "flow_battery": 1.0}
    followed = day("peak-shaving", load, stores=stores)["discharge"].sel(time=DAY[12])
    # 1.5 MW over the cap: 1 from the first in the file, 0.5 from the second; the other order turns them round.
    assert followed.sel(store=["lithium", "flow_battery"]).values.tolist() == pytest.approx([1.0, 0.5])
    turned = day("peak-shaving", load, stores=dict(reversed(stores.items())))["discharge"].sel(time=DAY[12])
    assert turned.sel(store=["lithium", "flow_battery"]).values.tolist() == pytest.approx([0.5, 1.0])
