"""Whether PV of a file runs by day where the park stands: hours of another clock or column show at night."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import xarray as xr

from decarb.errors import InputError, Problem
from decarb.tables import table_array

NIGHT: Final = (22.0, 3.0)  # hours of solar time; the sun is down in all provinces on all days
NIGHT_SHARE: Final = 0.01  # of the year's output, which single precision and rounding never reach
NOON: Final = (10.0, 15.0)  # hours of solar time, between which the middle of a year's output lies for any tilt
UTC_OFFSET: Final = 8.0  # h
DEGREES_PER_HOUR: Final = 15.0  # that the earth turns


def daylight_notes(pv: xr.DataArray, province: str, path: Path, fix: str) -> str:
    """Return a word where the middle of PV's day stands far from noon, and refuse PV that runs at night.

    Parameters
    ----------
    pv : xr.DataArray, [1], (time)
        Capacity factors, each over the hour that starts at its time, UTC+8.
    province : str
        Where the park lies; the sun is taken at its longitude.
    path : Path
        The file, for the message.
    fix : str
        What to do about it.

    Raises
    ------
    InputError
        More than `NIGHT_SHARE` of a year's output falls into `NIGHT`.
    """
    total = float(pv.sum())
    if not total > 0.0:
        return ""
    hour = solar_hour(pv["time"], province)
    dark = float(pv.where((hour >= NIGHT[0]) | (hour < NIGHT[1]), 0.0).sum()) / total
    if dark > NIGHT_SHARE:
        share, hours = f"{100.0 * dark:.0f} % of its year", f"between {NIGHT[0]:g} and {NIGHT[1]:g} h"
        found = f"PV runs at night: {share} falls {hours} by the sun of {province}"
        raise InputError([Problem(str(path), "pv", found, fix)])
    middle = middle_of_day(pv, hour)
    if NOON[0] <= middle <= NOON[1]:
        return ""
    return f"PV has the middle of its day at {middle:.1f} h by the sun of {province}: is the clock of the file another?"


def solar_hour(time: xr.DataArray, province: str) -> xr.DataArray:
    """Return the middle of each hour of UTC+8 by the mean sun of a province, 0 to 24."""
    longitude = float(table_array("provinces", "longitude", "province").sel(province=province))
    return (time.dt.hour + 0.5 + longitude / DEGREES_PER_HOUR - UTC_OFFSET) % 24.0


def middle_of_day(output: xr.DataArray, hour: xr.DataArray) -> float:
    """Return the hour around which output lies, on the circle of a day.

    Examples
    --------
    >>> hours = xr.DataArray([23.5, 0.5], dims="time")
    >>> round(middle_of_day(xr.ones_like(hours), hours) + 1.0) % 24
    1
    """
    angle = hour * (2.0 * np.pi / 24.0)
    turned = np.arctan2(float((output * np.sin(angle)).sum()), float((output * np.cos(angle)).sum()))
    return float(turned * 24.0 / (2.0 * np.pi)) % 24.0
