"""How the load of a park moves through the hours of a year."""

from __future__ import annotations

from typing import Final

import xarray as xr

from decarb.units import declare_units

PARTS: Final = ("base_share", "shift_share", "office_share", "weather_share")


@declare_units("1", base_share="1", shift_share="1", office_share="1", weather_share="1", air_temperature="1",
               heating_below="1", cooling_above="1")  # fmt: skip
def load_shape(
    air_temperature: xr.DataArray,
    base_share: xr.DataArray,
    shift_share: xr.DataArray,
    office_share: xr.DataArray,
    weather_share: xr.DataArray,
    *,
    heating_below: float = 16.0,
    cooling_above: float = 24.0,
) -> xr.DataArray:
    """Return hourly load relative to its mean, for two shifts of work, an office, and heating and cooling.

    The shape is an assumption: no park load series with a clear licence was found. It moves when power is used,
    never how much.

    Parameters
    ----------
    air_temperature : xr.DataArray, [1], (..., time)
        Degrees Celsius in the hour that starts at `time`.
    base_share, shift_share, office_share, weather_share : xr.DataArray, [1]
        Parts of the annual energy: always on; 06-22 on working days; 08-18 on working days; proportional to the
        degrees below `heating_below` and above `cooling_above`.

    Returns
    -------
    xr.DataArray, [1], (..., time)
        Mean 1 over the year.
    """
    hour, working = air_temperature["time"].dt.hour, air_temperature["time"].dt.dayofweek < 5
    shift = xr.where(working & (hour >= 6) & (hour < 22), 1.0, 0.0)
    office = xr.where(working & (hour >= 8) & (hour < 18), 1.0, 0.0)
    degrees = (heating_below - air_temperature).clip(min=0.0) + (air_temperature - cooling_above).clip(min=0.0)
    parts = ((base_share, xr.ones_like(hour, float)), (shift_share, shift), (office_share, office),
             (weather_share, degrees))  # fmt: skip
    means = ((share, part, part.mean("time")) for share, part in parts)
    shape = sum(share * part / xr.where(mean > 0, mean, 1.0) for share, part, mean in means)
    return shape / shape.mean("time")
