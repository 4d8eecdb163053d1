"""Wind and sun of a place as capacity factors: a synthetic year, scaled to a *stated* annual yield.

No weather file with a clear licence ships with the package, so the default is made: the sun's course and the clear
sky are computed, the clouds and the wind are drawn from a seed, turbines and modules turn them into power, and the
yield is what the caller states. What the series had said before scaling is reported beside it.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
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
from decarb.park import photovoltaic, wind
from decarb.park.assumptions import assumed
from decarb.park.clock import CLOCK, by_hour, hours_of_year
from decarb.park.dispatch import HOURS_PER_YEAR
from decarb.park.yields import yearly_hours, yield_gap
from decarb.units import stamp, strip

TECHNOLOGIES: Final = ("wind", "pv")
PV_SCALE_LIMIT: Final = 3.0  # most that a stated yield may lift the synthetic sky
SPEED_BRACKET: Final = (0.5, 20.0)  # m/s, where the mean wind speed is looked for


def capacity_factor(
    latitude: xr.DataArray,
    longitude: xr.DataArray,
    wind_full_load_hours: xr.DataArray,
    pv_full_load_hours: xr.DataArray,
    wind_speed_ratio: xr.DataArray,
    air_temperature: xr.DataArray,
    station_wind_speed: xr.DataArray | None = None,
    *,
    seed: int,
    assumptions: xr.Dataset,
) -> xr.Dataset:
    """Return synthetic capacity factors of wind and PV that give the stated full-load hours, and what was before.

    Clouds and wind are random and independent: real weather links them, and neighbouring provinces share it. The
    course of the wind and the air over day and year is one station's, in Beijing.

    Parameters
    ----------
    latitude, longitude : xr.DataArray, [1], (province)
        Degrees north and east.
    wind_full_load_hours, pv_full_load_hours : xr.DataArray, [h/yr], (province)
        The stated yields.
    wind_speed_ratio : xr.DataArray, [1], (month, hour)
        Mean wind speed of that month and hour over the annual mean.
    air_temperature : xr.DataArray, [1], (month, hour)
        Mean of that month and hour, degrees Celsius.
    station_wind_speed : xr.DataArray, [m/s], (province), optional
        Annual mean at the height of a mast. Where no station stands (NaN, or no such province), the yield of wind
        before scaling is not known (NaN).
    seed : int
        The same seed, province and technology give the same series, whatever else is asked for.
    assumptions : xr.Dataset
        Scalars named as in `decarb.park.assumptions.ASSUMPTIONS`.

    Returns
    -------
    xr.Dataset
        `capacity_factor` [1] (technology, province, time) and the most it can be, after losses or behind the inverter,
        `capacity_factor_limit` [1] (technology); before scaling `full_load_hours_unscaled` [h/yr], after it
        `full_load_hours` [h/yr], and the `yield_gap` [1] between them (technology, province);
        `pv_full_load_hours_clear_sky` [h/yr] (province), without any cloud; `hub_height_wind_speed` [m/s] (province),
        the mean that the stated yield implies, and `hub_height_wind_speed_unscaled`, the one the station gives.

    Raises
    ------
    DecarbError
        No wind or no sky gives a stated yield, or an assumption is not given.
    """
    stated_wind, stated_pv = strip(wind_full_load_hours, "h/yr"), strip(pv_full_load_hours, "h/yr")
    names, time, rows = stated_wind["province"].values, hours_of_year(), assumed(assumptions)
    ratio = strip(by_hour(wind_speed_ratio, time), "1").values
    air = by_hour(air_temperature, time)
    hub_speed = wind.log_law(
        _station_speed(station_wind_speed, names), hub_height=rows["wind_hub_height"],
        measured_at=rows["wind_mast_height"], roughness_length=rows["wind_roughness_length"],
    )  # fmt: skip
    places = {"lat": strip(latitude, "1"), "lon": strip(longitude, "1")}
    of_wind, of_pv = [], []
    for name in names:
        relative = _relative_wind(ratio, rows, _generator(seed, name, "wind"))
        of_wind.append(
            _wind(float(stated_wind.sel(province=name)), float(hub_speed.sel(province=name)), relative, rows)
        )
        where = (float(places[part].sel(province=name)) for part in ("lat", "lon"))
        clear = clear_sky(*where, float(rows["pv_tilt"]))
        of_pv.append(_pv(float(stated_pv.sel(province=name)), clear, air, rows, _generator(seed, name, "pv")))
    wind_factors, wind_before, wind_speeds = zip(*of_wind, strict=True)
    pv_factors, pv_before, pv_clear = zip(*of_pv, strict=True)
    of_both = {"technology": list(TECHNOLOGIES), "province": names}
    factors = stamp(
        xr.DataArray(np.stack([wind_factors, pv_factors]), {**of_both, "time": time}, (*of_both, "time")), "1"
    )
    unscaled = stamp(xr.DataArray(np.stack([wind_before, pv_before]), of_both, tuple(of_both)), "h/yr")
    after = yearly_hours(factors)
    limits = [1.0 - float(rows["wind_losses"]), 1.0 / float(rows["pv_dc_ac_ratio"])]
    limit = xr.DataArray(limits, {"technology": list(TECHNOLOGIES)}, ("technology",))
    return xr.Dataset(
        {
            "capacity_factor": factors,
            "capacity_factor_limit": stamp(limit, "1"),
            "full_load_hours_unscaled": unscaled,
            "full_load_hours": after,
            "yield_gap": yield_gap(unscaled, after),
            "pv_full_load_hours_clear_sky": _by_province(pv_clear, names, "h/yr"),
            "hub_height_wind_speed": _by_province(wind_speeds, names, "m/s"),
            "hub_height_wind_speed_unscaled": hub_speed,
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
    relative = np.nan_to_num(on_module["poa_global"].to_numpy()) / photovoltaic.STANDARD_IRRADIANCE
    relative.flags.writeable = False
    return relative


def _station_speed(known: xr.DataArray | None, names: np.ndarray) -> xr.DataArray:
    """Return the mean wind speed of the stations of provinces, NaN where none stands."""
    if known is None:
        return _by_province((np.nan,) * names.size, names, "m/s")
    return stamp(known.reindex(province=names), known.attrs["units"])


def _relative_wind(ratio: np.ndarray, rows: Mapping[str, xr.DataArray], draws: np.random.Generator) -> np.ndarray:
    """Return hourly wind speeds over their annual mean."""
    ranks = norm.cdf(_persistent(draws, ratio.size, float(rows["wind_persistence"])))
    relative = weibull_min.ppf(ranks, float(rows["wind_weibull_shape"])) * ratio
    return np.asarray(relative / relative.mean())


def _wind(
    stated_hours: float, hub_speed: float, relative: np.ndarray, rows: Mapping[str, xr.DataArray]
) -> tuple[np.ndarray, float, float]:
    """Return capacity factors with the stated yield, the hours before scaling, and the mean speed that gives it."""
    rated = wind.rated_speed(rows["wind_specific_power"], rows["wind_power_coefficient"])
    low, full, high = float(rows["wind_cut_in_speed"]), float(rated), float(rows["wind_cut_out_speed"])
    kept = 1.0 - float(rows["wind_losses"])

    def output(mean_speed: float) -> np.ndarray:
        return kept * wind.power_curve(mean_speed * relative, low, full, high)

    def excess(mean_speed: float) -> float:
        return float(output(mean_speed).mean() * HOURS_PER_YEAR - stated_hours)

    if not excess(SPEED_BRACKET[0]) <= 0.0 <= excess(SPEED_BRACKET[1]):
        raise DecarbError(f"wind: no mean wind speed gives {stated_hours:g} h/yr; state a lower yield")
    speed = float(brentq(excess, *SPEED_BRACKET, xtol=1e-10))
    before = float(output(hub_speed).mean() * HOURS_PER_YEAR) if np.isfinite(hub_speed) else np.nan
    return output(speed), before, speed


def _pv(
    stated_hours: float,
    clear: np.ndarray,
    air: xr.DataArray,
    rows: Mapping[str, xr.DataArray],
    draws: np.random.Generator,
) -> tuple[np.ndarray, float, float]:
    """Return capacity factors with the stated yield, the hours before scaling, and those of a clear sky."""
    ranks = norm.cdf(_persistent(draws, clear.size // 24, float(rows["clearness_persistence"])))
    mean, concentration = float(rows["clearness_mean"]), float(rows["clearness_concentration"])
    cloudy = clear * np.repeat(beta.ppf(ranks, mean * concentration, (1.0 - mean) * concentration), 24)
    day = clear > 0.0
    whole = np.zeros(day.size)
    chain = photovoltaic.output_chain(
        air.values[day], float(rows["module_wind_speed"]), losses=float(rows["pv_losses"]),
        dc_ac_ratio=float(rows["pv_dc_ac_ratio"]),
        temperature_coefficient=float(strip(rows["pv_temperature_coefficient"], "1/K")),
    )  # fmt: skip

    def output(sky: np.ndarray) -> np.ndarray:
        result = whole.copy()
        result[day] = chain(sky[day] * photovoltaic.STANDARD_IRRADIANCE)
        return result

    def hours(sky: np.ndarray) -> float:
        return float(output(sky).mean() * HOURS_PER_YEAR)

    def excess(scale: float) -> float:
        return hours(cloudy * scale) - stated_hours

    before = hours(cloudy)
    if not excess(0.0) <= 0.0 <= excess(PV_SCALE_LIMIT):
        raise DecarbError(f"pv: no sky gives {stated_hours:g} h/yr here; the synthetic one gives {before:.0f} h/yr")
    scale = float(brentq(excess, 0.0, PV_SCALE_LIMIT, xtol=1e-10))
    return output(cloudy * scale), before, hours(clear)


def _persistent(draws: np.random.Generator, size: int, correlation: float) -> np.ndarray:
    """Return standard normal values of which each remembers the one before."""
    fresh = draws.standard_normal(size)
    fresh[1:] *= np.sqrt(1.0 - correlation**2)
    return np.asarray(lfilter([1.0], [1.0, -correlation], fresh))


def _generator(seed: int, province: str, technology: str) -> np.random.Generator:
    return np.random.default_rng([seed, zlib.crc32(str(province).encode()), zlib.crc32(technology.encode())])


def _by_province(values: tuple[float, ...], names: np.ndarray, unit: str) -> xr.DataArray:
    return stamp(xr.DataArray(list(values), {"province": names}, ("province",)), unit)
