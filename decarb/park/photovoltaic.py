"""Photovoltaic modules: from the sky to the plane of the modules, their cells, and the inverter.

Not in it, and so part of `losses`: shade, snow, dirt, mismatch, cables, age, and reflection at flat angles.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import pandas as pd
import pvlib
import xarray as xr

from decarb.errors import DecarbError
from decarb.park.clock import CLOCK
from decarb.units import declare_units, stamp

STANDARD_IRRADIANCE: Final = 1000.0  # W/m2, at which a PV module gives its rated power (IEC 61215)
STANDARD_TEMPERATURE: Final = 25.0  # degrees Celsius of the cells at the rating (IEC 61215)
STILL_LOSS, WIND_LOSS = 25.0, 6.84  # W/m2/K and W s/m3/K, of modules on racks (Faiman 2008)
NOMINAL_EFFICIENCY: Final = 0.96  # of the inverter at its rating (PVWatts version 5)


@declare_units("W/m2", ghi="W/m2", dni="W/m2", dhi="W/m2", latitude="1", longitude="1", tilt="1", azimuth="1",
               albedo="1", sun_at="h")  # fmt: skip
def plane_irradiance(
    ghi: xr.DataArray,
    dni: xr.DataArray,
    dhi: xr.DataArray,
    *,
    latitude: float,
    longitude: float,
    tilt: float,
    azimuth: float = 180.0,
    albedo: float = 0.2,
    sun_at: float | str = "0.5 h",
) -> xr.DataArray:
    """Return the irradiance on tilted modules: beam, sky by Hay and Davies, and ground.

    The sun stands for a whole step where it is at one moment of it, so the hours of sunrise and sunset are rough.

    Parameters
    ----------
    ghi, dni, dhi : xr.DataArray, [W/m2], (..., time)
        Global horizontal, direct normal and diffuse horizontal irradiance of one place, over the step that starts at
        `time` (UTC+8, without a zone).
    latitude, longitude : float, [1]
        Degrees north and east.
    tilt, azimuth : float, [1]
        Degrees of the modules from the horizontal, and of where they look, clockwise from north.
    albedo : float, [1]
        Share the ground throws back.
    sun_at : str, [h]
        After the start of the step, the moment whose sun the irradiance belongs to.
    """
    ghi, dni, dhi = (array.transpose(..., "time") for array in xr.broadcast(ghi, dni, dhi))
    moments = pd.DatetimeIndex(ghi["time"].values).tz_localize(CLOCK) + pd.Timedelta(hours=float(sun_at))
    sun = pvlib.solarposition.get_solarposition(moments, latitude, longitude)
    above = pvlib.irradiance.get_extra_radiation(moments.day_of_year.to_numpy(float))
    on_module = pvlib.irradiance.get_total_irradiance(
        tilt, azimuth, sun["apparent_zenith"].to_numpy(), sun["azimuth"].to_numpy(), dni.values, ghi.values, dhi.values,
        dni_extra=above, albedo=albedo, model="haydavies",
    )  # fmt: skip
    return ghi.copy(data=np.asarray(on_module["poa_global"]))


@declare_units("1", irradiance="W/m2", air_temperature="1", wind_speed="m/s", still_loss="W/m2/K",
               wind_loss="W s/m3/K")  # fmt: skip
def cell_temperature(
    irradiance: xr.DataArray,
    air_temperature: xr.DataArray,
    wind_speed: xr.DataArray,
    *,
    still_loss: float | str = f"{STILL_LOSS} W/m2/K",
    wind_loss: float | str = f"{WIND_LOSS} W s/m3/K",
) -> xr.DataArray:
    """Return the temperature of the cells in degrees Celsius; modules flat on a roof run hotter than these on racks.

    Parameters
    ----------
    irradiance : xr.DataArray, [W/m2], (..., time)
        On the modules.
    air_temperature : xr.DataArray, [1], (..., time)
        Degrees Celsius.
    wind_speed : xr.DataArray, [m/s], (..., time)
        At the modules; a mast's 10 m cools them a little too much.
    still_loss, wind_loss : str, [W/m2/K] and [W s/m3/K]
        Heat the modules give off in still air, and what each m/s adds: Faiman's values for modules on racks.

    Notes
    -----
    ``T = T_air + E / (u0 + u1 v)``, the model of Faiman (2008) and IEC 61853-2.
    """
    return air_temperature + irradiance / (float(still_loss) + float(wind_loss) * wind_speed)


@declare_units("1", irradiance="W/m2", temperature="1", temperature_coefficient="1/K")
def dc_output(
    irradiance: xr.DataArray, temperature: xr.DataArray, *, temperature_coefficient: xr.DataArray | str = "-0.0035 1/K"
) -> xr.DataArray:
    """Return the direct current power of the modules over their rating: 1 at 1,000 W/m2 and 25 degrees.

    Parameters
    ----------
    irradiance : xr.DataArray, [W/m2], (..., time)
        On the modules.
    temperature : xr.DataArray, [1], (..., time)
        Of the cells, degrees Celsius.
    temperature_coefficient : str or xr.DataArray, [1/K]
        Change of power for each degree, as data sheets give it: -0.0035 for today's crystalline silicon.
    """
    change = 1.0 + float(temperature_coefficient) * (temperature - STANDARD_TEMPERATURE)
    return irradiance / STANDARD_IRRADIANCE * change.clip(min=0.0)


@declare_units("1", dc="1", dc_ac_ratio="1")
def ac_output(dc: xr.DataArray, *, dc_ac_ratio: float = 1.2) -> xr.DataArray:
    """Return what the inverter delivers, over the rating of the *modules*, cut at the inverter's own rating.

    Parameters
    ----------
    dc : xr.DataArray, [1], (..., time)
        Power of the modules over their rating.
    dc_ac_ratio : float, [1]
        Rating of the modules over that of the inverter, 1 or more.

    Notes
    -----
    Efficiency by load as in PVWatts version 5 (Dobos 2014): 96 % at the rating, less at a small part of it.
    """
    return xr.apply_ufunc(_inverter(dc_ac_ratio), dc)


def capacity_factor(
    irradiance: xr.DataArray,
    air_temperature: xr.DataArray,
    wind_speed: xr.DataArray,
    *,
    losses: float = 0.14,
    dc_ac_ratio: float = 1.2,
    temperature_coefficient: xr.DataArray | str = "-0.0035 1/K",
) -> xr.DataArray:
    """Return the power delivered over the rating of the modules, after losses.

    Parameters
    ----------
    irradiance : xr.DataArray, [W/m2], (..., time)
        On the modules, as `plane_irradiance` returns it.
    air_temperature : xr.DataArray, [1], (..., time)
        Degrees Celsius.
    wind_speed : xr.DataArray, [m/s], (..., time)
    losses : float, [1]
        Share lost before the inverter; 0.14 is PVWatts' default for a plain roof without shade.
    dc_ac_ratio : float, [1]
        Rating of the modules over that of the inverter.
    temperature_coefficient : str or xr.DataArray, [1/K]
        See `dc_output`.
    """
    if not 0.0 <= losses < 1.0:
        raise DecarbError(f"pv: losses of {losses:g} are no share; write a number from 0 to below 1")
    cells = cell_temperature(irradiance, air_temperature, wind_speed)
    dc = dc_output(irradiance, cells, temperature_coefficient=temperature_coefficient)
    return ac_output(stamp(dc * (1.0 - losses), "1"), dc_ac_ratio=dc_ac_ratio)


def output_chain(
    air_temperature: np.ndarray, wind_speed: float, *, losses: float, dc_ac_ratio: float, temperature_coefficient: float
) -> Callable[[np.ndarray], np.ndarray]:
    """Return the function from irradiance [W/m2] on the modules to `capacity_factor`, for plain arrays of one place.

    The same equations without labels and units, for a search that asks them a dozen times. Arguments are in degrees
    Celsius, m/s, 1 and 1/K.
    """
    inverter = _inverter(dc_ac_ratio)

    def output(irradiance: np.ndarray) -> np.ndarray:
        cells = cell_temperature.__wrapped__(irradiance, air_temperature, wind_speed, still_loss=STILL_LOSS,
                                             wind_loss=WIND_LOSS)  # fmt: skip
        dc = dc_output.__wrapped__(irradiance, cells, temperature_coefficient=temperature_coefficient)
        return inverter(np.asarray(dc * (1.0 - losses)))

    return output


def _inverter(dc_ac_ratio: float) -> Callable[[np.ndarray], np.ndarray]:
    """Return the function of `ac_output`, for plain arrays."""
    if dc_ac_ratio < 1.0:
        raise DecarbError(f"pv: modules over inverter is {dc_ac_ratio:g}; write 1 or more, such as 1.2")
    full = 1.0 / dc_ac_ratio / NOMINAL_EFFICIENCY

    def delivered(dc: np.ndarray) -> np.ndarray:
        return np.asarray(pvlib.inverter.pvwatts(dc, full, eta_inv_nom=NOMINAL_EFFICIENCY))

    return delivered
