"""The hours of the model's year: one clock, 8,760 steps, and values by month and hour laid out on them."""

from __future__ import annotations

from typing import Final

import pandas as pd
import xarray as xr

from decarb.units import stamp

CLOCK: Final = "Etc/GMT-8"  # UTC+8, the one clock of mainland China
CALENDAR_YEAR: Final = 2021  # 8,760 hours; the base year of the model


def hours_of_year() -> pd.DatetimeIndex:
    """Return the starts of all hours of the model year, in UTC+8 without a zone.

    Examples
    --------
    >>> len(hours_of_year())
    8760
    """
    return pd.date_range(f"{CALENDAR_YEAR}-01-01", f"{CALENDAR_YEAR + 1}-01-01", freq="h", inclusive="left",
                         name="time")  # fmt: skip


def by_hour(of_month: xr.DataArray, time: pd.DatetimeIndex) -> xr.DataArray:
    """Return a value by (month, hour) for every step of a year, in the same unit."""
    month, hour = (xr.DataArray(part.to_numpy(), dims="time") for part in (time.month, time.hour))
    series = of_month.sel(month=month, hour=hour).drop_vars(["month", "hour"]).assign_coords(time=time)
    return stamp(series, of_month.attrs["units"])
