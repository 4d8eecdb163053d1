"""The clock: 8,760 hours by one zone, and values by month and hour on the hours they belong to."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from decarb.park.clock import CLOCK, by_hour, hours_of_year


def test_the_year_has_every_hour_once_and_no_leap_day() -> None:
    hours = hours_of_year()
    assert (len(hours), hours[0], hours[-1]) == (8760, pd.Timestamp("2021-01-01"), pd.Timestamp("2021-12-31 23:00"))
    assert set(np.diff(hours)) == {np.timedelta64(1, "h")}
    assert hours.tz is None


def test_the_clock_is_eight_hours_ahead_of_utc_all_year() -> None:
    for moment in ("2021-01-01", "2021-07-01"):
        assert pd.Timestamp(moment, tz=CLOCK).utcoffset() == pd.Timedelta(hours=8)


def test_a_value_by_month_and_hour_lands_on_its_month_and_hour() -> None:
    of_month = xr.DataArray(
        np.arange(12)[:, None] * 100.0 + np.arange(24), {"month": range(1, 13), "hour": range(24)}, ("month", "hour"),
        attrs={"units": "m/s"},
    )  # fmt: skip
    series = by_hour(of_month, hours_of_year())
    assert (series.sel(time="2021-01-01T00").item(), series.sel(time="2021-12-31T23").item()) == (0.0, 1123.0)
    assert series.sel(time="2021-03-09T14").item() == 214.0
    assert series.attrs == {"units": "m/s"}
