"""What a park pays for electricity: the period of each hour, the price of each step, and the bill of a year.

Periods and rule are those of Beijing since September 2023. A ratio moves the price of the purchased energy alone:
wires, losses and funds cost the same at every hour, so the delivered price spreads less than the ratios say.

The shipped prices are of one month and of the single-part tariff, which has no charge on demand; that of the two-part
tariff is not known. `stand_ins` says in words what they stand in for.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
import xarray as xr

from decarb.errors import CallError
from decarb.units import declare_units

PERIODS: Final = ("critical", "peak", "flat", "valley")

# Hours by their start, local time; source `beijing-tou-2023`. What is not listed is flat.
PEAK_HOURS: Final = (10, 11, 12, 17, 18, 19, 20, 21)
VALLEY_HOURS: Final = (23, 0, 1, 2, 3, 4, 5, 6)
SUMMER_MONTHS: Final = (7, 8)
SUMMER_CRITICAL_HOURS: Final = (11, 12, 16)  # 16:00 is no peak hour: critical lifts it from flat
WINTER_MONTHS: Final = (1, 12)
WINTER_CRITICAL_HOURS: Final = (18, 19, 20)

YEAR: Final = pd.Timedelta(days=365)
LONGEST_STEP: Final = pd.Timedelta(hours=1)
HOME: Final = "Beijing"  # the province whose table is shipped


def period_of_hour(time: pd.DatetimeIndex) -> xr.DataArray:
    """Return the time-of-use period in Beijing of each step: one of `PERIODS`.

    Parameters
    ----------
    time : pd.DatetimeIndex
        Starts of steps of an hour or less, in UTC+8 without a zone.

    Raises
    ------
    CallError
        The times carry a zone.

    References
    ----------
    `beijing-tou-2023`

    Examples
    --------
    >>> day = pd.date_range("2021-07-01 09:00", periods=4, freq="h")
    >>> period_of_hour(day).values.tolist()
    ['flat', 'peak', 'critical', 'critical']
    """
    if time.tz is not None:
        raise CallError(f"time: zone {time.tz}; the clock is UTC+8, so convert to it and drop it: tz_localize(None)")
    month, hour = time.month, time.hour
    summer = np.isin(month, SUMMER_MONTHS) & np.isin(hour, SUMMER_CRITICAL_HOURS)
    winter = np.isin(month, WINTER_MONTHS) & np.isin(hour, WINTER_CRITICAL_HOURS)
    rules = [summer | winter, np.isin(hour, PEAK_HOURS), np.isin(hour, VALLEY_HOURS)]
    return xr.DataArray(np.select(rules, ["critical", "peak", "valley"], "flat"), {"time": time}, ("time",))


@declare_units("1", peak_ratio="1", valley_ratio="1", critical_ratio="1")
def period_ratio(peak_ratio: xr.DataArray, valley_ratio: xr.DataArray, critical_ratio: xr.DataArray) -> xr.DataArray:
    """Return the purchase price of each period over the flat one, (period).

    Parameters
    ----------
    peak_ratio, valley_ratio : xr.DataArray, [1]
        Over flat: 1.6 and 0.4 in the two-part tariff, 1.8 and 0.3 in the single-part one.
    critical_ratio : xr.DataArray, [1]
        Over *peak*.

    Examples
    --------
    >>> period_ratio(1.8, 0.3, 1.2).to_series().to_dict()
    {'critical': 2.16, 'peak': 1.8, 'flat': 1.0, 'valley': 0.3}
    """
    ratios = (peak_ratio * critical_ratio, peak_ratio, 1.0, valley_ratio)
    parts = xr.broadcast(*(xr.DataArray(ratio) for ratio in ratios))
    return xr.concat(parts, xr.IndexVariable("period", list(PERIODS)), coords="minimal", compat="override")


@declare_units("CNY_2025/kWh", flat_price="CNY_2025/kWh", agent_purchase="CNY_2025/kWh", ratio="1")
def period_price(flat_price: xr.DataArray, agent_purchase: xr.DataArray, ratio: xr.DataArray) -> xr.DataArray:
    """Return the delivered price of each period, (period).

    Parameters
    ----------
    flat_price : xr.DataArray, [CNY_2025/kWh]
        Delivered price of the flat period.
    agent_purchase : xr.DataArray, [CNY_2025/kWh]
        The part of it that pays for the energy the grid company buys for its customers.
    ratio : xr.DataArray, [1], (period)
        As `period_ratio` gives it; all ones for a price without periods.

    Notes
    -----
    flat + purchase x (ratio - 1). It rebuilds the price sets that the grid company prints to 1e-6.

    References
    ----------
    `beijing-tou-2023`, `beijing-prices-2025`
    """
    return flat_price + agent_purchase * (ratio - 1.0)


@declare_units("CNY_2025/kWh", flat_price="CNY_2025/kWh", agent_purchase="CNY_2025/kWh", ratio="1")
def price_series(
    flat_price: xr.DataArray, agent_purchase: xr.DataArray, ratio: xr.DataArray, time: pd.DatetimeIndex
) -> xr.DataArray:
    """Return the delivered price of each step, (time); its coordinate `period` says why it is what it is.

    The first three arguments are those of `period_price`; `time` is as `period_of_hour` takes it.
    """
    return period_price.__wrapped__(flat_price, agent_purchase, ratio).sel(period=period_of_hour(time))


def stand_ins(province: str) -> tuple[str, ...]:
    """Return in words what the shipped prices stand in for in a year of a park in `province`.

    Examples
    --------
    >>> len(stand_ins("Beijing")), stand_ins("Hebei")[-1]
    (2, 'Hebei: no time-of-use table is shipped; periods, ratios and prices of Beijing stand in')
    """
    said = (
        "electricity: the prices of February 2025, 1 to 10 kV, stand for all months",
        "electricity: single-part tariff, no charge on demand; the demand charge of the two-part tariff is not known",
    )
    if province == HOME:
        return said
    return (*said, f"{province}: no time-of-use table is shipped; periods, ratios and prices of {HOME} stand in")


@declare_units("MW", grid_import="MW")
def billed_demand(grid_import: xr.DataArray) -> xr.DataArray:
    """Return the mean over twelve months of each month's highest import: what a charge on demand multiplies.

    Parameters
    ----------
    grid_import : xr.DataArray, [MW], (..., time)
        Mean powers over equal steps of a year. The meter takes quarters of an hour, so hourly steps understate it.
    """
    month = xr.DataArray(pd.DatetimeIndex(grid_import["time"].values).month.to_numpy(), dims="time", name="month")
    return grid_import.groupby(month).max(skipna=False).mean("month", skipna=False)


BILL: Final = {name: "CNY_2025/yr" for name in ("energy_cost", "demand_cost", "export_revenue", "electricity_bill")}


@declare_units(
    BILL | {"energy_cost_by_period": "CNY_2025/yr"},
    import_by_period="MWh/yr", grid_export="MWh/yr", price="CNY_2025/MWh", export_price="CNY_2025/MWh",
    demand="MWh/yr", demand_charge="CNY_2025/MWh",
)  # fmt: skip
def annual_bill(
    import_by_period: xr.DataArray,
    grid_export: xr.DataArray,
    price: xr.DataArray,
    export_price: xr.DataArray,
    demand: xr.DataArray,
    demand_charge: xr.DataArray,
) -> xr.Dataset:
    """Return the bill of a year from its sums by period: the same as `bill`, without the steps.

    Parameters
    ----------
    import_by_period : xr.DataArray, [MWh/yr], (..., period)
        As `dispatch` gives it.
    grid_export : xr.DataArray, [MWh/yr]
        Sold in the year, at one price.
    price : xr.DataArray, [CNY_2025/kWh], (..., period)
        As `period_price` gives it.
    export_price : xr.DataArray, [CNY_2025/kWh]
        What a sale earns.
    demand : xr.DataArray, [MW]
        As `billed_demand` gives it; the highest import of the whole year is an upper bound of it.
    demand_charge : xr.DataArray, [CNY_2025/kW/yr]
        As `bill` takes it.

    Returns
    -------
    xr.Dataset
        [CNY_2025/yr] the variables of `bill`, and `energy_cost_by_period` (..., period).

    Raises
    ------
    CallError
        Imports and prices do not have the same periods.
    """
    bought, asked = (sorted(array["period"].values.tolist()) for array in (import_by_period, price))
    if bought != asked:
        found = f"imports by {', '.join(bought)}; prices by {', '.join(asked)}"
        raise CallError(f"annual_bill: period: {found}; give a price for each period")
    by_period = import_by_period * price
    parts = _bill(by_period.sum("period", skipna=False), demand * demand_charge, grid_export * export_price)
    return parts.assign(energy_cost_by_period=by_period)


@declare_units(
    BILL,
    grid_import="MWh/yr", grid_export="MWh/yr", price="CNY_2025/MWh", export_price="CNY_2025/MWh",
    demand_charge="CNY_2025/MWh",
)  # fmt: skip
def bill(
    grid_import: xr.DataArray,
    grid_export: xr.DataArray,
    price: xr.DataArray,
    export_price: xr.DataArray,
    demand_charge: xr.DataArray,
) -> xr.Dataset:
    """Return what a year of electricity costs, and what its parts are.

    Import and export are metered apart, step by step; nothing is netted. The demand charge is on the highest mean
    power of a step in each calendar month: the meter takes quarters of an hour, so hourly steps understate it.

    Parameters
    ----------
    grid_import, grid_export : xr.DataArray, [MW], (..., time)
        Mean powers over equal steps, of an hour or less, that cover one year of 365 days.
    price, export_price : xr.DataArray, [CNY_2025/kWh], (..., time) or without time
        Delivered price of a purchase; what a sale earns.
    demand_charge : xr.DataArray, [CNY_2025/kW/yr]
        Twelve times the monthly charge of the two-part tariff; zero in the single-part one.

    Returns
    -------
    xr.Dataset
        [CNY_2025/yr] `energy_cost`, `demand_cost`, `export_revenue`, and `electricity_bill` = energy + demand -
        export; it is negative where sales earn more than purchases cost.

    Raises
    ------
    CallError
        A series covers no whole year, or two series do not share their time axis.

    Examples
    --------
    >>> time = pd.date_range("2021-01-01", periods=8760, freq="h")
    >>> power = xr.DataArray(np.ones(8760), {"time": time}, ("time",), attrs={"units": "kW"})
    >>> year = bill(power, xr.zeros_like(power), "0.5 CNY_2025/kWh", "0 CNY_2025/kWh", "240 CNY_2025/kW/yr")
    >>> year["energy_cost"].item(), year["electricity_bill"].item()
    (4380.0, 4620.0)
    """
    time = pd.DatetimeIndex(grid_import["time"].values)
    _check_year(time)
    for name, series in {"grid_export": grid_export, "price": price, "export_price": export_price}.items():
        if isinstance(series, xr.DataArray) and "time" in series.dims and not series["time"].to_index().equals(time):
            raise CallError(f"bill: {name} and grid_import do not share their time axis; put both on one")
    # A power in MWh/yr is an energy a year: its mean over the year is the year's energy, whatever the step, and money
    # per power and year is money per MWh.
    energy_cost = (grid_import * price).mean("time", skipna=False)
    export_revenue = (grid_export * export_price).mean("time", skipna=False)
    return _bill(energy_cost, billed_demand.__wrapped__(grid_import) * demand_charge, export_revenue)


def _bill(energy_cost: xr.DataArray, demand_cost: xr.DataArray, export_revenue: xr.DataArray) -> xr.Dataset:
    """Return the parts of a bill and what they come to."""
    return xr.Dataset(
        {
            "energy_cost": energy_cost,
            "demand_cost": demand_cost,
            "export_revenue": export_revenue,
            "electricity_bill": energy_cost + demand_cost - export_revenue,
        }
    )


def _check_year(time: pd.DatetimeIndex) -> None:
    """Refuse steps that are not equal parts of an hour, or cover anything but one calendar year without leap day."""
    step = YEAR / max(len(time), 1)
    parts = LONGEST_STEP / step
    regular = parts >= 1.0 and parts.is_integer() and bool((time[1:] - time[:-1] == step).all())
    if not regular or time[0] != pd.Timestamp(time[0].year, 1, 1) or time[0].is_leap_year:
        found = f"{len(time)} steps" + (f" from {time[0]} to {time[-1]}" if len(time) else "")
        fix = "give equal steps of an hour or less that cover one year of 365 days from 1 January"
        raise CallError(f"bill: time: {found}; {fix}")
