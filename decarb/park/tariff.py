"""What a park pays for electricity: the period of each hour, the price of each step, and the bill of a year.

Periods and rule are those of Beijing since September 2023. A ratio moves the price of the purchased energy alone:
wires, losses and funds cost the same at every hour, so the delivered price spreads less than the ratios say.
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
def price_series(
    flat_price: xr.DataArray, agent_purchase: xr.DataArray, ratio: xr.DataArray, time: pd.DatetimeIndex
) -> xr.DataArray:
    """Return the delivered price of each step; its coordinate `period` says why it is what it is.

    Parameters
    ----------
    flat_price : xr.DataArray, [CNY_2025/kWh]
        Delivered price of the flat period.
    agent_purchase : xr.DataArray, [CNY_2025/kWh]
        The part of it that pays for the energy the grid company buys for its customers.
    ratio : xr.DataArray, [1], (period)
        As `period_ratio` gives it; all ones for a price without periods.
    time : pd.DatetimeIndex
        As `period_of_hour` takes it.

    Returns
    -------
    xr.DataArray
        [CNY_2025/kWh], (time).

    Notes
    -----
    flat + purchase x (ratio - 1). It rebuilds the price sets that the grid company prints to 1e-6.

    References
    ----------
    `beijing-tou-2023`, `beijing-prices-2025`
    """
    delivered = flat_price + agent_purchase * (ratio - 1.0)
    return delivered.sel(period=period_of_hour(time))


@declare_units(
    dict.fromkeys(("energy_cost", "demand_cost", "export_revenue", "electricity_bill"), "CNY_2025/yr"),
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
    month = xr.DataArray(time.month.to_numpy(), dims="time", name="month")
    highest = grid_import.groupby(month).max(skipna=False)
    demand_cost = highest.mean("month", skipna=False) * demand_charge
    return xr.Dataset(
        {
            "energy_cost": energy_cost,
            "demand_cost": demand_cost,
            "export_revenue": export_revenue,
            "electricity_bill": energy_cost + demand_cost - export_revenue,
        }
    )


def _check_year(time: pd.DatetimeIndex) -> None:
    """Refuse steps that are not equal, or cover anything but one calendar year without leap day."""
    step = YEAR / max(len(time), 1)
    regular = step <= LONGEST_STEP and bool((time[1:] - time[:-1] == step).all())
    if not regular or time[0] != pd.Timestamp(time[0].year, 1, 1) or time[0].is_leap_year:
        found = f"{len(time)} steps" + (f" from {time[0]} to {time[-1]}" if len(time) else "")
        fix = "give equal steps of an hour or less that cover one year of 365 days from 1 January"
        raise CallError(f"bill: time: {found}; {fix}")
