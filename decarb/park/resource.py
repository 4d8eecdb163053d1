"""Wind and sun of a place as capacity factors: a synthetic year, scaled to a *stated* annual yield.

No weather file with a clear licence ships with the package, so the default is made: the sun's course and the clear
sky are computed, the clouds and the wind are drawn from a seed, turbines and modules turn them into power, and the
yield is what the caller states. What the series had said before scaling is reported beside it.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Final

import numpy as np
import pandas as pd
import xarray as xr
from scipy.optimize import brentq
from scipy.signal import lfilter
from scipy.special import betaincinv, ndtr

from decarb.errors import DecarbError
from decarb.park import photovoltaic, wind
from decarb.park.assumptions import assumed
from decarb.park.clock import by_hour, hours_of_year
from decarb.park.dispatch import HOURS_PER_YEAR
from decarb.park.sky import clear_sky
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
    seed: int | Sequence[int],
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
        The stated yields; of several weather years, (weather_seed, province) too.
    wind_speed_ratio : xr.DataArray, [1], (month, hour)
        Mean wind speed of that month and hour over the annual mean.
    air_temperature : xr.DataArray, [1], (month, hour)
        Mean of that month and hour, degrees Celsius.
    station_wind_speed : xr.DataArray, [m/s], (province), optional
        Annual mean at the height of a mast. Where no station stands (NaN, or no such province), the yield of wind
        before scaling is not known (NaN).
    seed : int or sequence of int
        The same seed, province and technology give the same series, whatever else is asked for. A sequence gives as
        many years, along `weather_seed`.
    assumptions : xr.Dataset
        Scalars named as in `decarb.park.assumptions.ASSUMPTIONS`.

    Returns
    -------
    xr.Dataset
        `capacity_factor` [1] (technology, province, time) and the most it can be, after losses or behind the inverter,
        `capacity_factor_limit` [1] (technology); before scaling `full_load_hours_unscaled` [h/yr], after it
        `full_load_hours` [h/yr], and the `yield_gap` [1] between them (technology, province);
        `pv_full_load_hours_clear_sky` [h/yr] (province), without any cloud; `hub_height_wind_speed` [m/s] (province),
        the mean that the stated yield implies, and `hub_height_wind_speed_unscaled`, the one the station gives. What
        a seed or its yield decides has `weather_seed` where several are asked for.

    Raises
    ------
    DecarbError
        No wind or no sky gives a stated yield, or an assumption is not given.
    """
    rows, time = assumed(assumptions), hours_of_year()
    seeds, names = np.atleast_1d(seed).tolist(), wind_full_load_hours["province"].values
    grid = {"weather_seed": seeds, "province": names}
    stated = np.stack([_on_grid(hours, grid) for hours in (wind_full_load_hours, pv_full_load_hours)])
    hub_speed = wind.log_law(
        _station_speed(station_wind_speed, names), hub_height=rows["wind_hub_height"],
        measured_at=rows["wind_mast_height"], roughness_length=rows["wind_roughness_length"],
    )  # fmt: skip
    rated = wind.rated_speed(rows["wind_specific_power"], rows["wind_power_coefficient"])
    fixed = {name: float(row) for name, row in rows.items()} | {"wind_rated_speed": float(rated)}
    ratio, air = (strip(by_hour(each, time), "1").values for each in (wind_speed_ratio, air_temperature))
    hub_speeds = hub_speed.values
    factors, before = np.empty((*stated.shape, time.size)), np.empty_like(stated)
    speeds, cloudless = np.empty(stated.shape[1:]), np.empty(names.size)
    where = [strip(each, "1").sel(province=names).values.tolist() for each in (latitude, longitude)]
    for place, name in enumerate(names):
        clear = clear_sky(where[0][place], where[1][place], fixed["pv_tilt"])
        modules = _modules(clear, air, fixed)
        cloudless[place] = _hours(modules(clear))
        for year, each in enumerate(seeds):
            at = (year, place)
            relative = _relative_wind(ratio, fixed, _generator(each, name, "wind"))
            factors[0, *at], before[0, *at], speeds[at] = _wind(stated[0, *at], hub_speeds[place], relative, fixed)
            cloudy = clear * _clearness(clear.size, fixed, _generator(each, name, "pv"))
            factors[1, *at], before[1, *at] = _pv(stated[1, *at], cloudy, modules)
    return _labelled(factors, before, speeds, cloudless, hub_speed, fixed, grid, time, one=np.ndim(seed) == 0)


def _labelled(
    factors: np.ndarray, before: np.ndarray, speeds: np.ndarray, cloudless: np.ndarray, hub_speed: xr.DataArray,
    fixed: Mapping[str, float], grid: Mapping[str, Sequence[Any]], time: pd.DatetimeIndex, one: bool,
) -> xr.Dataset:  # fmt: skip
    """Return what `capacity_factor` returns; without the dimension of the seeds where there is `one`."""
    of_both = {"technology": list(TECHNOLOGIES), **grid}
    made = stamp(xr.DataArray(factors, {**of_both, "time": time}, (*of_both, "time")), "1")
    unscaled, after = stamp(xr.DataArray(before, of_both, tuple(of_both)), "h/yr"), yearly_hours(made)
    limits = [1.0 - fixed["wind_losses"], 1.0 / fixed["pv_dc_ac_ratio"]]
    limit = xr.DataArray(limits, {"technology": list(TECHNOLOGIES)}, ("technology",))
    whole = xr.Dataset(
        {
            "capacity_factor": made,
            "capacity_factor_limit": stamp(limit, "1"),
            "full_load_hours_unscaled": unscaled,
            "full_load_hours": after,
            "yield_gap": yield_gap(unscaled, after),
            "pv_full_load_hours_clear_sky": _by_province(cloudless, np.asarray(grid["province"]), "h/yr"),
            "hub_height_wind_speed": stamp(xr.DataArray(speeds, grid, tuple(grid)), "m/s"),
            "hub_height_wind_speed_unscaled": hub_speed,
        },
        attrs={"weather": "synthetic-default", "seed": grid["weather_seed"][0]},
    )
    return whole.isel(weather_seed=0, drop=True) if one else whole


def _on_grid(stated: xr.DataArray, grid: Mapping[str, Any]) -> np.ndarray:
    """Return stated yields [h/yr] as numbers by weather year and province."""
    hours = strip(stated, "h/yr")
    hours = hours.sel({dim: labels for dim, labels in grid.items() if dim in hours.dims}).transpose(
        *grid, missing_dims="ignore"
    )
    return np.broadcast_to(hours.values, [len(labels) for labels in grid.values()])


def _station_speed(known: xr.DataArray | None, names: np.ndarray) -> xr.DataArray:
    """Return the mean wind speed of the stations of provinces, NaN where none stands."""
    if known is None:
        return _by_province(np.full(names.size, np.nan), names, "m/s")
    return stamp(known.reindex(province=names), known.attrs["units"])


def _relative_wind(ratio: np.ndarray, fixed: Mapping[str, float], draws: np.random.Generator) -> np.ndarray:
    """Return hourly wind speeds over their annual mean: a Weibull wind, with the course of the day and the year."""
    ranks = ndtr(_persistent(draws, ratio.size, fixed["wind_persistence"]))
    relative = (-np.log1p(-ranks)) ** (1.0 / fixed["wind_weibull_shape"]) * ratio
    return np.asarray(relative / relative.mean())


def _wind(
    stated_hours: float, hub_speed: float, relative: np.ndarray, fixed: Mapping[str, float]
) -> tuple[np.ndarray, float, float]:
    """Return capacity factors with the stated yield, the hours before scaling, and the mean speed that gives it."""
    low, full, high = (fixed[f"wind_{name}_speed"] for name in ("cut_in", "rated", "cut_out"))
    kept = 1.0 - fixed["wind_losses"]

    def output(mean_speed: float) -> np.ndarray:
        return kept * wind.power_curve(mean_speed * relative, low, full, high)

    @cache  # the search asks for its two ends again
    def excess(mean_speed: float) -> float:
        return _hours(output(mean_speed)) - stated_hours

    if not excess(SPEED_BRACKET[0]) <= 0.0 <= excess(SPEED_BRACKET[1]):
        raise DecarbError(f"wind: no mean wind speed gives {stated_hours:g} h/yr; state a lower yield")
    speed = float(brentq(excess, *SPEED_BRACKET, xtol=1e-10))
    return output(speed), _hours(output(hub_speed)) if np.isfinite(hub_speed) else np.nan, speed


def _modules(clear: np.ndarray, air: np.ndarray, fixed: Mapping[str, float]) -> Callable[[np.ndarray], np.ndarray]:
    """Return the function from the light of a year, over standard irradiance, to the capacity factors of a place."""
    day = np.flatnonzero(clear)
    chain = photovoltaic.output_chain(
        air[day], fixed["module_wind_speed"], losses=fixed["pv_losses"], dc_ac_ratio=fixed["pv_dc_ac_ratio"],
        temperature_coefficient=fixed["pv_temperature_coefficient"],
    )  # fmt: skip

    def output(light: np.ndarray) -> np.ndarray:
        result = np.zeros(clear.size)
        result[day] = chain(light[day] * photovoltaic.STANDARD_IRRADIANCE)
        return result

    return output


def _clearness(hours: int, fixed: Mapping[str, float], draws: np.random.Generator) -> np.ndarray:
    """Return which part of a clear sky's light comes through, the same all day."""
    ranks = ndtr(_persistent(draws, hours // 24, fixed["clearness_persistence"]))
    mean, concentration = fixed["clearness_mean"], fixed["clearness_concentration"]
    return np.repeat(betaincinv(mean * concentration, (1.0 - mean) * concentration, ranks), 24)


def _pv(
    stated_hours: float, cloudy: np.ndarray, modules: Callable[[np.ndarray], np.ndarray]
) -> tuple[np.ndarray, float]:
    """Return capacity factors with the stated yield, and the hours before scaling."""

    @cache
    def excess(scale: float) -> float:
        return _hours(modules(cloudy * scale)) - stated_hours

    before = _hours(modules(cloudy))
    if not excess(0.0) <= 0.0 <= excess(PV_SCALE_LIMIT):
        raise DecarbError(f"pv: no sky gives {stated_hours:g} h/yr here; the synthetic one gives {before:.0f} h/yr")
    scale = float(brentq(excess, 0.0, PV_SCALE_LIMIT, xtol=1e-10))
    return modules(cloudy * scale), before


def _hours(factors: np.ndarray) -> float:
    """Return full-load hours of a year of hourly capacity factors."""
    return float(factors.mean() * HOURS_PER_YEAR)


def _persistent(draws: np.random.Generator, size: int, correlation: float) -> np.ndarray:
    """Return standard normal values of which each remembers the one before."""
    fresh = draws.standard_normal(size)
    fresh[1:] *= np.sqrt(1.0 - correlation**2)
    return np.asarray(lfilter([1.0], [1.0, -correlation], fresh))


def _generator(seed: int, province: str, technology: str) -> np.random.Generator:
    return np.random.default_rng([seed, zlib.crc32(str(province).encode()), zlib.crc32(technology.encode())])


def _by_province(values: np.ndarray, names: np.ndarray, unit: str) -> xr.DataArray:
    return stamp(xr.DataArray(values, {"province": names}, ("province",)), unit)
