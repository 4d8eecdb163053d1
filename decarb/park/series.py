"""What the dispatch of a park follows: wind and sun, cogeneration, the load and the tariff, on steps of any length."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
import xarray as xr
from scipy.stats import triang

from decarb.errors import CallError
from decarb.park import resource
from decarb.park.assumptions import ASSUMPTIONS
from decarb.park.clock import by_hour
from decarb.park.heat import chp_capacity_factor
from decarb.park.systems import load_shape, system_year
from decarb.park.tariff import period_of_hour
from decarb.park.variability import refine
from decarb.park.yields import to_full_load_hours
from decarb.units import stamp

YIELDS: Final = ("wind_full_load_hours", "pv_full_load_hours")


def park_weather(inputs: xr.Dataset, seeds: Sequence[int], yields: xr.Dataset | None = None) -> xr.Dataset:
    """Return synthetic capacity factors of wind and PV in several weather years, and their yields before scaling.

    Parameters
    ----------
    inputs : xr.Dataset
        As `decarb.scenario.park_inputs` builds it.
    seeds : sequence of int
        One for each weather year.
    yields : xr.Dataset, [h/yr], (weather_seed), optional
        `YIELDS` of each year; by default the stated ones in all.
    """
    place = inputs["province"].values
    given = inputs[list(YIELDS)] if yields is None else yields
    wind, pv = (given[name].reset_coords(drop=True).expand_dims(province=place) for name in YIELDS)
    years = resource.capacity_factor(
        inputs["latitude"], inputs["longitude"], wind, pv, inputs["wind_speed_ratio"], inputs["air_temperature"],
        inputs["station_wind_speed"], seed=list(seeds), assumptions=inputs[list(ASSUMPTIONS)],
    )  # fmt: skip
    return years.isel(province=0, drop=True).reset_coords(drop=True)


def drawn_yields(inputs: xr.Dataset, seeds: Sequence[int]) -> xr.Dataset:
    """Return a yield of wind and of PV for each weather year, spread evenly over the triangles of their ranges.

    As many equally likely strata as years, one yield from each, in random order: few years cover the range.

    Returns
    -------
    xr.Dataset, [h/yr], (weather_seed)
        `YIELDS`.
    """
    found = {}
    for name in YIELDS:
        stream = np.random.default_rng([int(inputs.attrs["seed"]), zlib.crc32(name.encode())])
        low, middle, high = (float(inputs[part]) for part in (f"{name}_low", name, f"{name}_high"))
        ranks = (stream.permutation(len(seeds)) + stream.random(len(seeds))) / len(seeds)
        width = high - low
        drawn = triang.ppf(ranks, (middle - low) / width, low, width) if width > 0.0 else np.full(len(seeds), middle)
        found[name] = stamp(xr.DataArray(drawn, {"weather_seed": list(seeds)}, ("weather_seed",)), "h/yr")
    return xr.Dataset(found)


def scaled_weather(weather: xr.Dataset, yields: xr.Dataset) -> xr.Dataset:
    """Return one weather year scaled to several yields, (weather_seed): what a file gives for `park_weather`."""
    parts = []
    for technology in weather["technology"].values:
        factors = weather["capacity_factor"].sel(technology=technology, drop=True)
        hours = yields[f"{technology}_full_load_hours"]
        made = bool((factors > 0.0).any())
        parts.append(to_full_load_hours(factors, hours, largest_correction=np.inf)[0] if made
                     else factors.expand_dims(weather_seed=hours["weather_seed"].values))  # fmt: skip
    along = xr.IndexVariable("technology", weather["technology"].values)
    together = xr.concat(parts, along, coords="minimal", compat="override", join="exact")
    return xr.Dataset({"capacity_factor": stamp(together.transpose("technology", "weather_seed", "time"), "1")})


def park_series(inputs: xr.Dataset, weather: xr.Dataset, systems: xr.Dataset | None = None) -> xr.Dataset:
    """Return what the dispatch of a park follows, on the steps of its weather.

    Parameters
    ----------
    inputs : xr.Dataset
        As `decarb.scenario.park_inputs` builds it.
    weather : xr.Dataset
        With `capacity_factor` [1] (technology, ..., time) of wind and PV.
    systems : xr.Dataset, optional
        The year of the park's systems, where it is known, on the steps of the weather; else computed.

    Returns
    -------
    xr.Dataset
        `capacity_factor` [1], cogeneration with it; `load_shape` [1] (time); `period` of the tariff (time).
    """
    time = pd.DatetimeIndex(weather["time"].values, name="time")
    air = by_hour(inputs["air_temperature"], time)
    systems = system_year(inputs, air) if systems is None else systems
    shape = load_shape(inputs, air, systems["electricity"], systems["heat_base_share"])
    return _in_weather(weather, chp_capacity_factor(systems["heat_shape"]), shape, period_of_hour(time))


def in_weather(series: xr.Dataset, weather: xr.Dataset) -> xr.Dataset:
    """Return the same park in other weather on the same steps: its heat, load and tariff stay.

    Parameters
    ----------
    series : xr.Dataset
        As `park_series` gives it.
    weather : xr.Dataset
        As for `park_series`.
    """
    heat = series["capacity_factor"].sel(technology="chp", drop=True)
    heat = heat.isel({dim: 0 for dim in heat.dims if dim != "time"}, drop=True)
    return _in_weather(weather, heat, series["load_shape"], series["period"])


def _in_weather(weather: xr.Dataset, heat: xr.DataArray, shape: xr.DataArray, period: xr.DataArray) -> xr.Dataset:
    renewable = weather["capacity_factor"]
    chp = heat.broadcast_like(renewable.isel(technology=0, drop=True)).expand_dims(technology=["chp"])
    factors = xr.concat([renewable, chp], dim="technology", coords="minimal", compat="override")
    together = stamp(factors.transpose("technology", ..., "time"), "1")
    return xr.Dataset({"capacity_factor": together, "load_shape": shape, "period": period})


def finer_series(inputs: xr.Dataset, series: xr.Dataset, steps_per_hour: int, limit: xr.DataArray) -> xr.Dataset:
    """Return the same year on steps inside the hours, with gusts, clouds and switching; every hour keeps its mean.

    Parameters
    ----------
    inputs : xr.Dataset
        With `wind_variability`, `pv_variability`, `load_variability` and `variability_persistence` [1].
    series : xr.Dataset
        As `park_series` gives it, on hours.
    steps_per_hour : int
        4 for quarter-hours.
    limit : xr.DataArray, [1], (technology)
        Most that wind and PV can give, after losses or behind the inverter.
    """
    seed, persistence = int(inputs.attrs["seed"]), float(inputs["variability_persistence"])
    factors = series["capacity_factor"]
    parts = [
        refine(factors.sel(technology=name, drop=True), steps_per_hour, float(inputs[f"{name}_variability"]),
               persistence, seed=seed, name=name, upper=float(limit.sel(technology=name)))
        for name in ("wind", "pv")
    ]  # fmt: skip
    load = refine(series["load_shape"], steps_per_hour, float(inputs["load_variability"]), persistence, seed=seed,
                  name="load", upper=None)  # fmt: skip
    time = pd.DatetimeIndex(load["time"].values, name="time")
    steady = factors.sel(technology="chp", drop=True).sel(time=time.floor("h")).assign_coords(time=time)
    together = xr.concat([*parts, steady], dim=xr.IndexVariable("technology", ["wind", "pv", "chp"]), coords="minimal",
                         compat="override")  # fmt: skip
    return xr.Dataset(
        {
            "capacity_factor": stamp(together, "1"),
            "load_shape": stamp(load, "1"),
            "period": period_of_hour(time),
        }
    )


STEPS_PER_HOUR: Final = {"1 h": 1, "15 min": 4, "5 min": 12}
"""Lengths of a step that a park can be computed on."""


def steps_per_hour(step: str) -> int:
    """Return how many steps of a length are in an hour.

    Raises
    ------
    CallError
        A length that is not offered.
    """
    if step not in STEPS_PER_HOUR:
        raise CallError(f'step: "{step}" is no length of a step; write one of {", ".join(STEPS_PER_HOUR)}')
    return STEPS_PER_HOUR[step]
