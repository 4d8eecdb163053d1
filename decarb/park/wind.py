"""Wind turbines: the speed at the hub, what a turbine makes of it, and what is lost on the way.

The power curve knows no air density: at 3,000 m the air is a quarter thinner, and turbines give less.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import xarray as xr

from decarb.errors import DecarbError
from decarb.units import declare_units, strip

STANDARD_AIR_DENSITY: Final = "1.225 kg/m3"  # dry air at 15 degrees and sea level (ISO 2533)


@declare_units("m/s", speed="m/s", hub_height="m", measured_at="m", roughness_length="m")
def log_law(
    speed: xr.DataArray,
    *,
    hub_height: xr.DataArray | str = "100 m",
    measured_at: xr.DataArray | str = "10 m",
    roughness_length: xr.DataArray | str = "0.5 m",
) -> xr.DataArray:
    """Return the wind speed at the hub from the speed at a lower height, over rough ground.

    The same roughness is taken under the mast and under the turbine, by day and night. A mast at an airport stands in
    smoother ground (0.03 m) than a park does, and the profile is steeper at night.

    Parameters
    ----------
    speed : xr.DataArray, [m/s], (..., time)
        Mean over the step that starts at `time`.
    hub_height, measured_at : str or xr.DataArray, [m]
        Above the ground.
    roughness_length : str or xr.DataArray, [m]
        About 0.03 in open fields, 0.1 with hedges, 0.5 among suburban buildings, 1 in a town.

    Raises
    ------
    DecarbError
        A height does not lie above the roughness.

    Notes
    -----
    ``v(h) = v(r) ln(h / z0) / ln(r / z0)``: neutral air, level ground, the lowest 100 to 150 m.

    Examples
    --------
    >>> speed = xr.DataArray([4.0], dims="time", attrs={"units": "m/s"})
    >>> log_law(speed, hub_height="100 m", roughness_length="0.1 m").values
    array([6.])
    """
    hub, mast, rough = float(hub_height), float(measured_at), float(roughness_length)
    if not 0.0 < rough < min(hub, mast):
        raise DecarbError(
            f"wind: a roughness length of {rough:g} m must lie between 0 and both heights ({mast:g} and {hub:g} m)"
        )
    return speed * (np.log(hub / rough) / np.log(mast / rough))


@declare_units("m/s", speed="m/s", hub_height="m", measured_at="m", exponent="1")
def power_law(
    speed: xr.DataArray,
    *,
    hub_height: float | str = "100 m",
    measured_at: float | str = "10 m",
    exponent: float = 0.2,
) -> xr.DataArray:
    """Return the wind speed at the hub from the speed at a lower height, by an exponent fitted to a site.

    Parameters
    ----------
    speed : xr.DataArray, [m/s], (..., time)
    hub_height, measured_at : str, [m]
        Above the ground.
    exponent : float, [1]
        Near 0.14 over open fields by day, 0.2 as IEC 61400-1 assumes on land, 0.3 and more over towns and at night.

    Notes
    -----
    ``v(h) = v(r) (h / r) ** exponent``.
    """
    hub, mast = float(hub_height), float(measured_at)
    if not (hub > 0.0 and mast > 0.0):
        raise DecarbError(f"wind: heights must lie above the ground; found {mast:g} and {hub:g} m")
    return speed * (hub / mast) ** exponent


@declare_units("m/s", specific_power="W/m2", power_coefficient="1", air_density="kg/m3")
def rated_speed(
    specific_power: xr.DataArray | str,
    power_coefficient: xr.DataArray | float,
    *,
    air_density: xr.DataArray | str = STANDARD_AIR_DENSITY,
) -> xr.DataArray:
    """Return the wind speed at which a rotor of this size gives its generator's rating.

    A turbine for weak wind is one with a large rotor: little rating for each square metre.

    Parameters
    ----------
    specific_power : str or xr.DataArray, [W/m2]
        Rating over swept area: about 220 for weak wind, 400 for strong.
    power_coefficient : float or xr.DataArray, [1]
        Share of the wind's power that becomes electricity below the rating: 0.45 is good, 0.593 the limit of Betz.
    air_density : str or xr.DataArray, [kg/m3]

    Notes
    -----
    ``v = (p / (rho c / 2)) ** (1 / 3)``, the power of a stream of air.

    Examples
    --------
    >>> rated_speed("245 W/m2", 0.4).round(2).item()
    10.0
    """
    power, share, density = (xr.DataArray(part) for part in (specific_power, power_coefficient, air_density))
    for name, value in (("specific power", power), ("power coefficient", share), ("air density", density)):
        if not bool((value > 0.0).all()):
            raise DecarbError(f"wind: the {name} is {float(value.min()):g}; it must lie above 0")
    return (2.0 * power / (share * density)) ** (1.0 / 3.0)


def power_curve(speed: np.ndarray, cut_in: float, rated: float, cut_out: float) -> np.ndarray:
    """Return the output of a generic turbine over its rating; speeds in m/s at the hub.

    The rotor takes a fixed share of the wind's power, less what it needs to turn at all, until the generator is full.
    At the knee a real curve is rounder: there the generic one gives up to a tenth of the rating more.

    Examples
    --------
    >>> power_curve(np.array([2.0, 10.0, 26.0]), 3.0, 10.0, 25.0)
    array([0., 1., 0.])
    """
    partial = np.clip((speed**3 - cut_in**3) / (rated**3 - cut_in**3), 0.0, 1.0)
    return np.where(speed >= cut_out, 0.0, partial)


@declare_units("1", hub_speed="m/s", curve="1", cut_in="m/s", rated="m/s", cut_out="m/s", losses="1")
def capacity_factor(
    hub_speed: xr.DataArray,
    curve: xr.DataArray | None = None,
    *,
    cut_in: xr.DataArray | str = "3 m/s",
    rated: xr.DataArray | str = "10 m/s",
    cut_out: xr.DataArray | str = "25 m/s",
    losses: float = 0.1,
) -> xr.DataArray:
    """Return the output of a turbine over its rating, after losses.

    The curve is read at the mean speed of the step: gusts within it, which a cubic curve would reward, are left out.

    Parameters
    ----------
    hub_speed : xr.DataArray, [m/s], (..., time)
    curve : xr.DataArray, [1], (speed), optional
        Output over rating of a turbine, at speeds [m/s] that rise; nothing below the first and above the last.
        Without it, the generic turbine of `power_curve`.
    cut_in, rated, cut_out : str or xr.DataArray, [m/s]
        Of the generic turbine; `rated_speed` gives the second from the size of a rotor.
    losses : float, [1]
        Share lost to wakes, standstill, cables and dirt; an assumption of about a tenth.

    Raises
    ------
    DecarbError
        Speeds of the curve do not rise, its values leave 0 to 1, or losses do.
    """
    if not 0.0 <= losses < 1.0:
        raise DecarbError(f"wind: losses of {losses:g} are no share; write a number from 0 to below 1")
    if curve is None:
        low, full, high = float(cut_in), float(rated), float(cut_out)
        if not 0.0 <= low < full < high:
            raise DecarbError(f"wind: cut-in, rated and cut-out speed must rise; found {low:g}, {full:g}, {high:g} m/s")
        output = hub_speed.copy(data=power_curve(hub_speed.values, low, full, high))
    else:
        speeds, shares = strip(curve["speed"], "m/s").values, curve.values
        if not (speeds.size > 1 and (np.diff(speeds) > 0.0).all() and ((shares >= 0.0) & (shares <= 1.0)).all()):
            raise DecarbError("wind: a power curve needs speeds that rise, and outputs over rating from 0 to 1")
        output = hub_speed.copy(data=np.interp(hub_speed.values, speeds, shares, left=0.0, right=0.0))
    return output * (1.0 - losses)
