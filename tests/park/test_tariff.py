"""Time-of-use prices of Beijing as they are printed, and a bill that only says what was metered and priced."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given, settings

from decarb.errors import CallError, UnitError
from decarb.park.clock import hours_of_year
from decarb.park.tariff import (
    PERIODS,
    annual_bill,
    bill,
    billed_demand,
    period_of_hour,
    period_price,
    period_ratio,
    price_series,
    stand_ins,
)  # fmt: skip
from decarb.tables import table_value
from decarb.units.convert import quantify
from decarb.units.registry import pint_unit, unit_factor

HOURS = hours_of_year()
PARTS = ("energy_cost", "demand_cost", "export_revenue", "electricity_bill")

# Printed by the grid company for 1 to 10 kV, in yuan of their year: agent purchase, then the periods. The purchase
# price of 2025 is not printed; it is what the spread implies.
PRINTED = {
    ("single_part", "2026-08"): (
        0.389702, {"critical": 1.17902075, "peak": 1.03872775, "flat": 0.72696575, "valley": 0.45417475}
    ),
    ("single_part", "2025-02"): (0.390224, {"peak": 1.14862175, "flat": 0.83644275, "valley": 0.56328575}),
    ("two_part", "2025-02"): (0.390224, {"peak": 0.88707675, "flat": 0.65294275, "valley": 0.41880875}),
}  # fmt: skip


def array(values: Any, unit: str, time: pd.DatetimeIndex = HOURS) -> xr.DataArray:
    """One value for all steps, or one for each."""
    return xr.DataArray(np.broadcast_to(values, time.size), {"time": time}, ("time",), attrs={"units": unit})


def ratio_of(tariff: str) -> xr.DataArray:
    def row(name: str) -> float:
        return table_value("tariffs", name, province="Beijing").to("1")

    return period_ratio(row(f"peak_ratio_{tariff}"), row(f"valley_ratio_{tariff}"), row("critical_ratio"))


def bill_of(grid_import: Any = 1.0, grid_export: Any = 0.0, price: Any = 0.5, export_price: Any = 0.3,
            demand_charge: str = "0 CNY_2025/kW/yr", time: pd.DatetimeIndex = HOURS) -> dict[str, float]:  # fmt: skip
    year = bill(
        array(grid_import, "MW", time),
        array(grid_export, "MW", time),
        array(price, "CNY_2025/kWh", time),
        array(export_price, "CNY_2025/kWh", time),
        demand_charge,
    )
    assert {name: part.attrs["units"] for name, part in year.items()} == dict.fromkeys(PARTS, "CNY_2025/yr")
    return {str(name): part.item() for name, part in year.items()}


def hours_in(period: str, month: int) -> list[int]:
    """Hours of any day of a month that lie in a period; every day must have the same."""
    days = period_of_hour(HOURS[HOURS.month == month]).values.reshape(-1, 24)
    assert (days == days[0]).all()
    return np.flatnonzero(days[0] == period).tolist()


@pytest.mark.parametrize("month", range(1, 13))
def test_periods_are_the_printed_ones(month: int) -> None:
    critical = {1: [18, 19, 20], 12: [18, 19, 20], 7: [11, 12, 16], 8: [11, 12, 16]}.get(month, [])
    assert hours_in("critical", month) == critical
    assert hours_in("peak", month) == [hour for hour in (10, 11, 12, 17, 18, 19, 20, 21) if hour not in critical]
    assert hours_in("flat", month) == [hour for hour in (7, 8, 9, 13, 14, 15, 16, 22) if hour not in critical]
    assert hours_in("valley", month) == [0, 1, 2, 3, 4, 5, 6, 23]


def test_every_hour_of_the_year_has_one_period() -> None:
    names, counts = np.unique(period_of_hour(HOURS), return_counts=True)
    # Critical: (31 + 31) days x 3 h in summer and as many in winter. Peak: 365 x 8 less 62 x 2 and 62 x 3. Flat: 365 x
    # 8 less 62 x 1. Valley: 365 x 8.
    assert dict(zip(names.tolist(), counts.tolist(), strict=True)) == {
        "critical": 372, "peak": 2610, "flat": 2858, "valley": 2920,
    }  # fmt: skip
    assert set(names) == set(PERIODS)


def test_a_quarter_of_an_hour_has_the_period_of_its_hour() -> None:
    quarters = pd.date_range("2021-01-01", "2022-01-01", freq="15min", inclusive="left")
    np.testing.assert_array_equal(period_of_hour(quarters), np.repeat(period_of_hour(HOURS).values, 4))


def test_times_with_a_zone_are_refused() -> None:
    with pytest.raises(CallError, match=r"zone UTC.*drop it"):
        period_of_hour(HOURS.tz_localize("UTC"))


@pytest.mark.parametrize(("tariff", "month"), PRINTED)
def test_the_ratios_rebuild_a_printed_price_set(tariff: str, month: str) -> None:
    purchase, printed = PRINTED[tariff, month]
    # Only ratios of prices count here, so the price year in the unit may be any.
    price = price_series(f"{printed['flat']} CNY_2025/kWh", f"{purchase} CNY_2025/kWh", ratio_of(tariff), HOURS)
    assert (price.attrs, price.dims) == ({"units": "CNY_2025/kWh"}, ("time",))
    for period, expected in printed.items():
        here = price.values[period_of_hour(HOURS).values == period]
        np.testing.assert_allclose(here, expected, rtol=0, atol=1e-6)
        assert (price["period"].values == period).sum() == here.size > 0


def test_a_ratio_on_the_whole_price_would_not_rebuild_it() -> None:
    printed = PRINTED["single_part", "2025-02"][1]
    assert abs(1.8 * printed["flat"] - printed["peak"]) > 0.3


def test_the_table_holds_the_printed_set_of_one_month_and_the_ratios_of_three_tariffs() -> None:
    purchase, printed = PRINTED["single_part", "2025-02"]
    place = {"province": "Beijing", "year": 2025, "month": 2}
    for period, price in printed.items():
        assert table_value("tariffs", f"electricity_price_{period}", **place).to("CNY_2025/kWh") == price
    assert table_value("tariffs", "agent_purchase_price", **place).to("CNY_2025/kWh") == purchase
    assert ratio_of("low_voltage").values.tolist() == [1.71 * 1.2, 1.71, 1.0, 0.36]


def test_money_of_another_price_year_is_converted_and_not_relabelled() -> None:
    flat = price_series("1 CNY_2020/kWh", "0 CNY_2025/kWh", ratio_of("two_part"), HOURS)
    assert np.unique(flat).tolist() == [pytest.approx(unit_factor("CNY_2020", "CNY_2025"))]
    assert unit_factor("CNY_2020", "CNY_2025") == pytest.approx(1.04003)  # the deflator, 2020 = 1


def test_a_period_costs_what_its_steps_cost() -> None:
    parts = ("0.8 CNY_2025/kWh", "0.4 CNY_2025/kWh", ratio_of("single_part"))
    by_period, by_step = period_price(*parts), price_series(*parts, HOURS)
    np.testing.assert_array_equal(by_period.sel(period=period_of_hour(HOURS)), by_step)
    assert by_period.sel(period="valley").item() == pytest.approx(0.8 - 0.4 * 0.7)


def test_feed_in_prices_are_yuan_of_the_year_of_the_tariff() -> None:
    # The same number of yuan from 2019 to 2025: with a tariff of 2025 none of it is converted.
    sold = table_value("tariffs", "feed_in_benchmark_price", province="Beijing")
    assert (sold.value, sold.unit) == (0.3598, "CNY_2025/kWh")


def test_what_stands_in_is_said_and_beijing_stands_in_for_every_other_province() -> None:
    assert any("February 2025" in said for said in stand_ins("Beijing"))
    assert any("demand charge" in said and "not known" in said for said in stand_ins("Beijing"))
    assert [said for said in stand_ins("Hebei") if said not in stand_ins("Beijing")] == [
        "Hebei: no time-of-use table is shipped; periods, ratios and prices of Beijing stand in"
    ]


def test_tariffs_of_many_provinces_are_priced_at_once() -> None:
    peak = xr.DataArray([1.6, 2.0], {"province": ["Beijing", "Hebei"]}, ("province",), attrs={"units": "1"})
    price = price_series("0.7 CNY_2025/kWh", "0.4 CNY_2025/kWh", period_ratio(peak, 0.4, 1.2), HOURS)
    at_noon = price.sel(time="2021-04-01 12:00").values.tolist()
    assert at_noon == pytest.approx([0.7 + 0.4 * 0.6, 0.7 + 0.4 * 1.0])


def test_a_bill_computed_by_hand() -> None:
    valley = np.isin(HOURS.hour, (23, *range(7)))
    january = HOURS.month == 1
    year = bill_of(
        grid_import=np.where(valley, 2.0, 1.0) + 2.0 * (january & (HOURS.hour == 12)),
        grid_export=np.where(HOURS.hour == 13, 0.5, 0.0),
        price=np.where(valley, 0.4, 0.8),
        export_price=0.36,
        demand_charge="480 CNY_2025/kW/yr",
    )
    # Valley 2,920 h x 2 MW x 400 CNY/MWh + rest 5,840 h x 1 MW x 800 + January noon 31 h x 2 MW more x 800.
    assert year["energy_cost"] == pytest.approx(2920 * 2 * 400 + 5840 * 800 + 31 * 2 * 800, rel=1e-12)
    # 40 CNY/kW a month: 3 MW in January, 2 MW in eleven months.
    assert year["demand_cost"] == pytest.approx(40_000 * (3 + 11 * 2), rel=1e-12)
    assert year["export_revenue"] == pytest.approx(365 * 0.5 * 360, rel=1e-12)
    assert year["electricity_bill"] == pytest.approx(
        year["energy_cost"] + year["demand_cost"] - year["export_revenue"], rel=1e-12
    )


def test_sales_may_earn_more_than_purchases_cost() -> None:
    assert bill_of(0.0, 1.0)["electricity_bill"] == pytest.approx(-8760 * 300)


def test_import_and_export_of_one_step_are_not_netted() -> None:
    assert bill_of(2.0, 2.0)["electricity_bill"] == pytest.approx(8760 * 2 * (500 - 300))


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1), st.floats(0.0, 50.0), st.integers(0, 8759), st.integers(0, 8759))
def test_moving_a_megawatt_hour_is_worth_the_difference_of_the_two_prices(
    seed: int, size: float, source: int, target: int
) -> None:
    draws = np.random.default_rng(seed)
    price, power = draws.uniform(-0.1, 1.2, HOURS.size), size * draws.uniform(0.0, 1.0, HOURS.size) + 1.0
    moved = power.copy()
    moved[source] -= 1.0
    moved[target] += 1.0
    saved = bill_of(power, price=price)["energy_cost"] - bill_of(moved, price=price)["energy_cost"]
    total = np.abs(price * power).sum() * 1000
    assert saved == pytest.approx((price[source] - price[target]) * 1000, abs=1e-11 * total)


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1), st.floats(1e-3, 1e3))
def test_twice_the_park_pays_twice(seed: int, scale: float) -> None:
    draws = np.random.default_rng(seed)
    power, sold, price = (draws.uniform(0.0, 1.0, HOURS.size) for _ in range(3))
    one = bill_of(power, sold, price, demand_charge="400 CNY_2025/kW/yr")
    many = bill_of(scale * power, scale * sold, price, demand_charge="400 CNY_2025/kW/yr")
    assert many == pytest.approx({name: scale * part for name, part in one.items()}, rel=1e-9, abs=1e-6 * scale)


def test_shorter_steps_of_the_same_power_cost_the_same() -> None:
    quarters = pd.date_range("2021-01-01", "2022-01-01", freq="15min", inclusive="left")
    power, price = np.random.default_rng(7).uniform(0.0, 2.0, (2, HOURS.size))
    hourly = bill_of(power, price=price, demand_charge="400 CNY_2025/kW/yr")
    fine = bill_of(np.repeat(power, 4), price=np.repeat(price, 4), demand_charge="400 CNY_2025/kW/yr", time=quarters)
    assert fine == pytest.approx(hourly, rel=1e-12)


def sums(power: np.ndarray, sold: np.ndarray, time: pd.DatetimeIndex = HOURS) -> dict[str, xr.DataArray]:
    """What `dispatch` would say of a year of powers [MW]."""
    hours = 8760.0 / time.size
    imported = array(power, "MW", time).groupby(period_of_hour(time).rename("period")).sum() * hours
    return {
        "import_by_period": imported.assign_attrs(units="MWh/yr"),
        "grid_export": xr.DataArray(sold.sum() * hours, attrs={"units": "MWh/yr"}),
        "demand": billed_demand(array(power, "MW", time)),
    }


@settings(max_examples=15)
@given(st.integers(0, 2**32 - 1), st.sampled_from([1, 2, 4]), st.floats(0.0, 1000.0))
def test_the_bill_of_sums_is_the_bill_of_steps(seed: int, parts: int, charge: float) -> None:
    time = pd.date_range("2021-01-01", periods=8760 * parts, freq=f"{60 // parts}min")
    power, sold = np.random.default_rng(seed).uniform(0.0, 3.0, (2, time.size))
    prices = ("0.8 CNY_2025/kWh", "0.4 CNY_2025/kWh", ratio_of("single_part"))
    rest = {"export_price": "0.36 CNY_2025/kWh", "demand_charge": f"{charge!r} CNY_2025/kW/yr"}
    steps = bill(array(power, "MW", time), array(sold, "MW", time), price_series(*prices, time), **rest)
    year = annual_bill(**sums(power, sold, time), price=period_price(*prices), **rest)
    for name in PARTS:
        assert year[name].item() == pytest.approx(steps[name].item(), rel=1e-12)
        assert year[name].attrs == {"units": "CNY_2025/yr"}
    assert year["energy_cost_by_period"].sum().item() == pytest.approx(steps["energy_cost"].item(), rel=1e-12)


def test_a_bill_of_sums_computed_by_hand() -> None:
    imported = xr.DataArray([10.0, 20.0, 30.0, 40.0], {"period": list(PERIODS)}, attrs={"units": "MWh/yr"})
    price = xr.DataArray([0.4, 0.8, 1.0, 1.2], {"period": list(reversed(PERIODS))}, attrs={"units": "CNY_2025/kWh"})
    year = annual_bill(imported, "5 MWh/yr", price, "0.3 CNY_2025/kWh", "2 MW", "480 CNY_2025/kW/yr")
    # Periods meet by name: 10 x 1,200 + 20 x 1,000 + 30 x 800 + 40 x 400, 2 MW x 480,000, less 5 x 300.
    assert year["energy_cost_by_period"].values.tolist() == pytest.approx([12_000, 20_000, 24_000, 16_000])
    assert year["electricity_bill"].item() == pytest.approx(72_000 + 960_000 - 1_500)


def test_a_period_without_a_price_is_refused() -> None:
    imported = xr.DataArray([1.0, 2.0], {"period": ["peak", "flat"]}, attrs={"units": "MWh/yr"})
    price = xr.DataArray([1.0], {"period": ["flat"]}, attrs={"units": "CNY_2025/kWh"})
    with pytest.raises(CallError, match="imports by flat, peak; prices by flat"):
        annual_bill(imported, "0 MWh/yr", price, "0 CNY_2025/kWh", "0 MW", "0 CNY_2025/kW/yr")


def test_shorter_steps_see_a_demand_that_hours_hide() -> None:
    quarters = pd.date_range("2021-01-01", periods=8760 * 4, freq="15min")
    power = np.where(quarters.minute == 15, 4.0, 0.0)  # 1 MW in the mean of every hour
    assert billed_demand(array(power, "MW", quarters)).item() == 4.0
    assert billed_demand(array(power.reshape(-1, 4).mean(axis=1), "MW")).item() == 1.0


def test_billed_demand_is_the_mean_of_twelve_months() -> None:
    power = np.where((HOURS.month == 3) & (HOURS.day == 1), 13.0, 1.0)
    assert billed_demand(array(power, "MW")).item() == pytest.approx((13 + 11 * 1) / 12)


def test_units_of_flows_and_prices_may_be_any_of_their_kind() -> None:
    swapped = bill(array(2000.0, "kW"), array(0.0, "GW"), "500 CNY_2025/MWh", "0 CNY_2020/kWh", "1 CNY_2025/W/yr")
    expected = bill_of(2.0, demand_charge="1000 CNY_2025/kW/yr")
    assert {str(name): part.item() for name, part in swapped.items()} == pytest.approx(expected)


def test_parks_are_billed_side_by_side_at_one_price() -> None:
    power = array(1.0, "MW") * xr.DataArray([1.0, 3.0], dims="park")
    power.attrs["units"] = "MW"
    year = bill(power, xr.zeros_like(power), "0.5 CNY_2025/kWh", "0 CNY_2025/kWh", "12 CNY_2025/kW/yr")
    assert year["electricity_bill"].values.tolist() == pytest.approx(
        [4_392_000.0, 13_176_000.0]
    )  # 8,760 x 500 + 12,000


def test_a_step_that_is_not_known_leaves_no_bill() -> None:
    power = np.ones(HOURS.size)
    power[4000] = np.nan
    year = bill_of(power, demand_charge="1 CNY_2025/kW/yr")
    assert np.isnan([year["energy_cost"], year["demand_cost"], year["electricity_bill"]]).all()


@pytest.mark.parametrize(
    "time",
    [
        HOURS[:-1],
        HOURS[:1],
        HOURS[:0],
        HOURS[::24],
        HOURS + pd.Timedelta(hours=1),
        pd.date_range("2024-01-01", periods=8760, freq="h"),
        pd.date_range("2024-01-01", periods=8784, freq="h"),
        HOURS[:-1].append(HOURS[-1:] + pd.Timedelta(hours=1)),
        pd.date_range("2021-01-01", periods=10512, freq="50min"),
    ],
    ids=["an hour short", "one hour", "nothing", "days", "shifted", "leap year cut", "leap year", "gap", "50 min"],
)
def test_steps_that_are_no_year_are_refused(time: pd.DatetimeIndex) -> None:
    with pytest.raises(CallError, match=r"bill: time: .*365 days"):
        bill_of(time=time)


@pytest.mark.parametrize("name", ["grid_export", "price", "export_price"])
def test_series_on_different_time_axes_are_refused(name: str) -> None:
    series = {"grid_import": array(1.0, "MW"), "grid_export": array(0.0, "MW"),
              "price": array(0.5, "CNY_2025/kWh"), "export_price": array(0.3, "CNY_2025/kWh"),
              "demand_charge": "0 CNY_2025/kW/yr"}  # fmt: skip
    bill(**series)
    series[name] = series[name].assign_coords(time=HOURS + pd.Timedelta(days=365))
    with pytest.raises(CallError, match=f"bill: {name} and grid_import"):
        bill(**series)


def test_energy_in_place_of_power_is_refused() -> None:
    with pytest.raises(UnitError, match="grid_import"):
        bill(array(1.0, "MWh"), array(0.0, "MW"), "0.5 CNY_2025/kWh", "0 CNY_2025/kWh", "0 CNY_2025/kW/yr")


def test_results_have_the_units_they_declare() -> None:
    flows = {name: quantify(array(2.0, unit)) for name, unit in (("grid_import", "MW"), ("grid_export", "MW"),
             ("price", "CNY_2025/MWh"), ("export_price", "CNY_2025/MWh"))}  # fmt: skip
    charge = quantify(xr.DataArray(2.0, attrs={"units": "CNY_2025/MW/yr"}))
    year = bill.__wrapped__(**flows, demand_charge=charge)
    for name in PARTS:
        assert year[name].data.check(pint_unit(bill.units["return"][name]).dimensionality), name
    amounts = [quantify(xr.DataArray(2.0, attrs={"units": "CNY_2025/kWh"})) for _ in range(2)]
    ratio = quantify(period_ratio(1.8, 0.3, 1.2))
    price = price_series.__wrapped__(*amounts, ratio, HOURS[:24])
    assert price.data.check(pint_unit(price_series.units["return"]).dimensionality)
