"""Floors that are lit, cooled and heated: offices and halls, and the sports and health centre."""

from __future__ import annotations

import xarray as xr

from decarb.units import declare_units


@declare_units(
    {"electricity": "MWh/yr", "heat": "GJ/yr"},
    floor_area="m2", electricity_intensity="MWh/m2/yr", heat_intensity="GJ/m2/yr",
)  # fmt: skip
def building_year(
    floor_area: xr.DataArray, electricity_intensity: xr.DataArray, heat_intensity: xr.DataArray
) -> xr.Dataset:
    """Return the electricity and the heat that floors need in a year.

    Intensities are those of the place as stated: they do not follow the weather, only their hours do. Electricity
    holds light, machines and cooling, and none of the power that makes the heat. `buildings` and `sports` are the
    same sum with other intensities; swimming pools and showers make the second the larger one.

    Parameters
    ----------
    floor_area : xr.DataArray, [m2]
    electricity_intensity : xr.DataArray, [MWh/m2/yr]
    heat_intensity : xr.DataArray, [GJ/m2/yr]
        Room heat and hot water at the radiator and the tap, not fuel.

    Returns
    -------
    xr.Dataset
        `electricity` [MWh/yr] and `heat` [GJ/yr].

    Examples
    --------
    >>> year = building_year("1000 m2", "80 kWh/m2/yr", "0.3 GJ/m2/yr")
    >>> year["electricity"].item(), year["heat"].item()
    (80.0, 300.0)
    """
    area = xr.DataArray(floor_area)
    return xr.Dataset({"electricity": area * electricity_intensity, "heat": area * heat_intensity})


@declare_units("1", air_temperature="1", heating_below="1")
def heating_degrees(air_temperature: xr.DataArray, heating_below: xr.DataArray) -> xr.DataArray:
    """Return by how many degrees the air is too cold: room heat is proportional to them.

    Walls store no heat here, and the sun and people give none: real heating lags behind and starts later.

    Parameters
    ----------
    air_temperature : xr.DataArray, [1], (..., time)
        Degrees Celsius in the step that starts at `time`.
    heating_below : xr.DataArray, [1]
        Degrees Celsius at which heating begins.
    """
    return (heating_below - air_temperature).clip(min=0.0)


@declare_units("1", air_temperature="1", cooling_above="1")
def cooling_degrees(air_temperature: xr.DataArray, cooling_above: xr.DataArray) -> xr.DataArray:
    """Return by how many degrees the air is too warm: cooling is proportional to them; humidity is left out.

    Parameters
    ----------
    air_temperature : xr.DataArray, [1], (..., time)
        Degrees Celsius in the step that starts at `time`.
    cooling_above : xr.DataArray, [1]
        Degrees Celsius at which cooling begins.
    """
    return (air_temperature - cooling_above).clip(min=0.0)
