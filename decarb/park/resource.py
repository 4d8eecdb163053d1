"""Wind and sun of a place as capacity factors: a synthetic year, scaled to a *stated* annual yield.

No weather file with a clear licence ships with the package, so the default is made: the sun's course and the clear
sky are computed, the clouds and the wind are drawn from a seed, and the yield is what the caller states. What the
series had said before scaling is reported beside it.
"""

from __future__ import annotations

import zlib
from functools import lru_cache
from typing import Final

import numpy as np
import pandas as pd
import pvlib
import xarray as xr
from scipy.optimize import brentq
from scipy.signal import lfilter
from scipy.stats import beta, norm, weibull_min

from decarb.errors import DecarbError
from decarb.park.dispatch import HOURS_PER_YEAR
from decarb.units import stamp, strip

CLOCK: Final = "Etc/GMT-8"  # UTC+8, the one clock of mainland China
CALENDAR_YEAR: Final = 2021  # 8,760 hours; the base year of the model
STANDARD_IRRADIANCE: Final = 1000.0  # W/m2, at which a PV module gives its rated power (IEC 61215)
WEIBULL_SHAPE: Final = 1.5
WIND_PERSISTENCE: Final = 0.77  # correlation of one hour's wind with the next
CLEARNESS_SHAPE: Final = (2.0, 1.2)  # of the beta distribution of a day's clearness
CLEARNESS_PERSISTENCE: Final = 0.4  # correlation of one day's clearness with the next
PV_SCALE_LIMIT: Final = 3.0  # most that a stated yield may lift the synthetic sky
SPEED_BRACKET: Final = (0.5, 20.0)  # m/s, where the mean wind speed is looked for


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


def capacity_factor(
    latitude: xr.DataArray,
    longitude: xr.DataArray,
    wind_full_load_hours: xr.DataArray,
    pv_full_load_hours: xr.DataArray,
    wind_speed_ratio: xr.DataArray,
    *,
    seed: int,
    tilt: float,
    performance_ratio: float,
) -> xr.Dataset:
    """Return synthetic capacity factors of wind and PV that give the stated full-load hours.

    Clouds and wind are random and independent: real weather links them, and neighbouring provinces share it.

    Parameters
    ----------
    latitude, longitude : xr.DataArray, [1], (province)
        Degrees north and east.
    wind_full_load_hours, pv_full_load_hours : xr.DataArray, [h/yr], (province)
        The stated yields.
    wind_speed_ratio : xr.DataArray, [1], (month, hour)
        Mean wind speed of that month and hour over the annual mean.
    seed : int
        The same seed, province and technology give the same series, whatever else is asked for.
    tilt, performance_ratio : float, [1]
        Degrees of the modules from the horizontal, facing south; AC energy over energy at rated efficiency.

    Returns
    -------
    xr.Dataset
        `capacity_factor` [1] (technology, province, time) and, before scaling, `pv_full_load_hours_unscaled` [h/yr]
        (province); `hub_height_wind_speed` [m/s] (province) is the mean speed that the stated yield implies.
    """
    latitude, longitude = strip(latitude, "1"), strip(longitude, "1")
    wind_hours, pv_hours = strip(wind_full_load_hours, "h/yr"), strip(pv_full_load_hours, "h/yr")
    time = hours_of_year()
    speed_ratio = strip(by_hour(wind_speed_ratio, time), "1").values
    factors, unscaled, speeds = [], [], []
    for province in wind_hours["province"].values:
        wind, speed = _wind(float(wind_hours.sel(province=province)), speed_ratio, _generator(seed, province, "wind"))
        clear = clear_sky(float(latitude.sel(province=province)), float(longitude.sel(province=province)), tilt)
        pv, before = _pv(float(pv_hours.sel(province=province)), clear * performance_ratio,
                         _generator(seed, province, "pv"))  # fmt: skip
        factors.append(np.stack([wind, pv]))
        unscaled.append(before)
        speeds.append(speed)
    coords = {"technology": ["wind", "pv"], "province": wind_hours["province"].values, "time": time}
    array = xr.DataArray(np.stack(factors, axis=1), coords, ("technology", "province", "time"))
    of_province = {"province": coords["province"]}
    return xr.Dataset(
        {
            "capacity_factor": stamp(array, "1"),
            "pv_full_load_hours_unscaled": stamp(xr.DataArray(unscaled, of_province, ("province",)), "h/yr"),
            "hub_height_wind_speed": stamp(xr.DataArray(speeds, of_province, ("province",)), "m/s"),
        },
        attrs={"weather": "synthetic-default", "seed": seed},
    )


@lru_cache(maxsize=256)
def clear_sky(latitude: float, longitude: float, tilt: float) -> np.ndarray:
    """Return the hourly irradiance on tilted modules under a cloudless sky, over standard irradiance; read-only.

    Ineichen-Perez clear sky with the Linke turbidity that pvlib ships, isotropic transposition, no snow, no shade.
    """
    middle = (hours_of_year() + pd.Timedelta(minutes=30)).tz_localize(CLOCK)
    place = pvlib.location.Location(latitude, longitude, CLOCK, pvlib.location.lookup_altitude(latitude, longitude))
    sun = place.get_solarposition(middle)
    sky = place.get_clearsky(middle, solar_position=sun)
    on_module = pvlib.irradiance.get_total_irradiance(
        tilt, 180.0, sun["apparent_zenith"], sun["azimuth"], sky["dni"], sky["ghi"], sky["dhi"]
    )
    relative = np.nan_to_num(on_module["poa_global"].to_numpy()) / STANDARD_IRRADIANCE
    relative.flags.writeable = False
    return relative


def power_curve(speed: np.ndarray, cut_in: float = 3.0, rated: float = 10.0, cut_out: float = 25.0) -> np.ndarray:
    """Return the output of a generic low-wind turbine over its rating; speeds in m/s at the hub.

    Examples
    --------
    >>> power_curve(np.array([2.0, 10.0, 26.0]))
    array([0., 1., 0.])
    """
    partial = np.clip((speed**3 - cut_in**3) / (rated**3 - cut_in**3), 0.0, 1.0)
    return np.where(speed >= cut_out, 0.0, partial)


def _wind(stated_hours: float, speed_ratio: np.ndarray, draws: np.random.Generator) -> tuple[np.ndarray, float]:
    """Return capacity factors with the stated yield, and the mean wind speed that gives it."""
    ranks = norm.cdf(_persistent(draws, speed_ratio.size, WIND_PERSISTENCE))
    relative = weibull_min.ppf(ranks, WEIBULL_SHAPE) * speed_ratio
    relative /= relative.mean()

    def excess(mean_speed: float) -> float:
        return float(power_curve(mean_speed * relative).mean() * HOURS_PER_YEAR - stated_hours)

    if not excess(SPEED_BRACKET[0]) <= 0.0 <= excess(SPEED_BRACKET[1]):
        raise DecarbError(f"wind: no mean wind speed gives {stated_hours:g} h/yr; state up to about 5000 h/yr")
    speed = brentq(excess, *SPEED_BRACKET, xtol=1e-10)
    return power_curve(speed * relative), float(speed)


def _pv(stated_hours: float, clear: np.ndarray, draws: np.random.Generator) -> tuple[np.ndarray, float]:
    """Return capacity factors with the stated yield, cut at the inverter's rating, and the hours before scaling."""
    days = clear.size // 24
    clearness = beta.ppf(norm.cdf(_persistent(draws, days, CLEARNESS_PERSISTENCE)), *CLEARNESS_SHAPE)
    cloudy = clear * np.repeat(clearness, 24)
    before = float(cloudy.mean() * HOURS_PER_YEAR)

    def excess(scale: float) -> float:
        return float(np.minimum(cloudy * scale, 1.0).mean() * HOURS_PER_YEAR - stated_hours)

    if not excess(0.0) <= 0.0 <= excess(PV_SCALE_LIMIT):
        raise DecarbError(f"pv: no sky gives {stated_hours:g} h/yr here; the synthetic one gives {before:.0f} h/yr")
    scale = brentq(excess, 0.0, PV_SCALE_LIMIT, xtol=1e-12)
    return np.minimum(cloudy * scale, 1.0), before


def _persistent(draws: np.random.Generator, size: int, correlation: float) -> np.ndarray:
    """Return standard normal values of which each remembers the one before."""
    fresh = draws.standard_normal(size)
    fresh[1:] *= np.sqrt(1.0 - correlation**2)
    return np.asarray(lfilter([1.0], [1.0, -correlation], fresh))


def _generator(seed: int, province: str, technology: str) -> np.random.Generator:
    return np.random.default_rng([seed, zlib.crc32(str(province).encode()), zlib.crc32(technology.encode())])
