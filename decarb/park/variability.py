"""What happens inside an hour: hourly wind, sun and load on finer steps, without moving any hour's mean.

A store of seconds and minutes has nothing to do in hourly means. The steps inside an hour are drawn from a seed; no
measured minute stands behind them, and wind, sun and load move apart from each other.
"""

from __future__ import annotations

import zlib
from typing import Final

import numpy as np
import pandas as pd
import xarray as xr
from scipy.signal import lfilter

from decarb.errors import CallError, DecarbError
from decarb.units import declare_units, stamp, units_of

MINUTES: Final = 60  # of an hour
QUARTERS: Final = 4  # of an hour: deviation and persistence are stated for quarter-hours
ROUNDING: Final = 1e-9  # by which a series may leave its bounds, over the upper one


def refine(
    hourly: xr.DataArray,
    steps_per_hour: int,
    deviation: xr.DataArray | float,
    persistence: xr.DataArray | float,
    *,
    seed: int,
    name: str,
    upper: xr.DataArray | float | None = 1.0,
) -> xr.DataArray:
    """Return a series on steps inside the hours, each hour's mean kept, between zero and an upper bound.

    The deviations are in proportion to the hour's mean: nothing moves at night or in a calm. An hour near a bound moves
    less than stated, as a whole, so that its mean stays: a turbine at its rating is steady.

    Parameters
    ----------
    hourly : xr.DataArray, (..., time)
        Means of whole hours from 0 to `upper`, in any unit that the result keeps.
    steps_per_hour : int
        Divides 60: 4 for quarter-hours, 12 for five minutes.
    deviation : float or xr.DataArray, [1], (...)
        Standard deviation of quarter-hours about the mean of their hour, over that mean.
    persistence : float or xr.DataArray, [1]
        Correlation of one quarter-hour's deviation with the next, before the hour's mean is put right.
    seed : int
        The same seed, name and labels give the same deviations, whatever else is asked for.
    name : str
        What is drawn ("wind", "pv", "load"): each has deviations of its own.
    upper : float or xr.DataArray, (...), optional
        Bound, in the unit of `hourly`; None where there is none.

    Returns
    -------
    xr.DataArray, (..., time)
        By the same clock; the first step of an hour starts with it.

    Raises
    ------
    CallError
        The steps do not divide an hour, or the deviation or persistence is none.
    DecarbError
        The series is not hourly, has gaps, or leaves its bounds.

    Notes
    -----
    ``v = m (1 + s e)``, where `e` is an autoregressive normal process whose correlation falls with time alone, whatever
    the steps, less its mean in each hour; `s` is `deviation` over its standard deviation in quarter-hours, or less
    where ``0 <= v <= upper`` asks for it.
    """
    spread, memory = float(np.max(deviation)), float(persistence)
    if not (
        isinstance(steps_per_hour, int | np.integer) and 0 < steps_per_hour <= MINUTES and MINUTES % steps_per_hour == 0
    ):
        raise CallError(f"{name}: {steps_per_hour} steps do not divide an hour into minutes; write 4, 6, 12 or so")
    if not (float(np.min(deviation)) >= 0.0 and np.isfinite(spread) and 0.0 <= memory < 1.0):
        raise CallError(f"{name}: deviation {spread:g} must be 0 or more, and persistence {memory:g} 0 to below 1")
    series = hourly.transpose(..., "time")
    time = _finer(series, steps_per_hour, name)
    bound = xr.DataArray(np.inf if upper is None else upper)
    over, leaves = series - bound, np.where(np.isfinite(bound), bound, 1.0).max() * ROUNDING
    if not bool(((series >= 0.0) & (over <= leaves)).all()):
        raise DecarbError(f"{name}: hourly means must lie between 0 and {float(bound.max()):g}, without gaps")
    unrest = _unrest(series, steps_per_hour, memory, seed, name) * deviation
    shrunk = _room(series, unrest, bound)
    fine = (series * (1.0 + shrunk * unrest)).clip(0.0, bound).transpose(*series.dims, "step")  # clips rounding alone
    shape = (*fine.shape[:-2], time.size)
    coords = {key: part for key, part in series.coords.items() if "time" not in part.dims}
    refined = xr.DataArray(fine.values.reshape(shape), {**coords, "time": time}, series.dims)
    return stamp(refined, units_of(hourly))


@declare_units("1", refined="1", hourly="1")
def relative_deviation(refined: xr.DataArray, hourly: xr.DataArray) -> xr.DataArray:
    """Return the standard deviation of steps about their hour's mean over that mean, as it came out.

    It is a mean square over the hours with anything in them, and lies below the stated deviation as far as hours stand
    near their bounds.
    """
    means = hourly.transpose(..., "time").values
    steps = refined.transpose(..., "time").values.reshape(*means.shape, -1)
    square = np.where(means > 0.0, ((steps - means[..., None]) ** 2).mean(-1) / np.where(means > 0.0, means, 1.0) ** 2,
                      np.nan)  # fmt: skip
    return xr.DataArray(np.sqrt(np.nanmean(square, axis=-1)), dims=[dim for dim in hourly.dims if dim != "time"])


def _finer(series: xr.DataArray, steps_per_hour: int, name: str) -> pd.DatetimeIndex:
    """Return the starts of the steps; `series` must be hourly."""
    hours = series.indexes.get("time")
    hour = pd.Timedelta(hours=1)
    if not isinstance(hours, pd.DatetimeIndex) or (hours[1:] - hours[:-1] != hour).any():
        raise DecarbError(f"{name}: the series is not hourly; give means of hours in a row, each labelled by its start")
    within = pd.to_timedelta(np.arange(steps_per_hour) * (MINUTES // steps_per_hour), unit="min").to_numpy()
    return pd.DatetimeIndex((hours.to_numpy()[:, None] + within).ravel(), name="time")


def _unrest(series: xr.DataArray, steps: int, memory: float, seed: int, name: str) -> xr.DataArray:
    """Return deviations of mean zero in each hour; in quarter-hours their standard deviation is 1."""
    hours, others = series.sizes["time"], series.dims[:-1]
    shape = tuple(series.sizes[dim] for dim in others)
    fresh = np.empty((*shape, hours * steps))
    for row in np.ndindex(shape):
        labels = [str(series[dim].values[at]) if dim in series.coords else str(at)
                  for dim, at in zip(others, row, strict=True)]  # fmt: skip
        stream = [seed, *(zlib.crc32(word.encode()) for word in (name, *labels))]
        fresh[row] = np.random.default_rng(stream).standard_normal(hours * steps)
    correlation = memory ** (QUARTERS / steps)
    fresh[..., 1:] *= np.sqrt(1.0 - correlation**2)
    process = lfilter([1.0], [1.0, -correlation], fresh, axis=-1).reshape(*shape, hours, steps)
    about = process - process.mean(axis=-1, keepdims=True)
    gaps = np.abs(np.subtract.outer(np.arange(QUARTERS), np.arange(QUARTERS)))
    known = 1.0 - (memory**gaps).mean()  # the variance of four quarters about their mean
    return xr.DataArray(about / np.sqrt(known), series.coords, (*series.dims, "step"))


def _room(series: xr.DataArray, unrest: xr.DataArray, bound: xr.DataArray) -> xr.DataArray:
    """Return by which share each hour's deviations must shrink to stay between zero and the bound."""
    deepest, highest = -unrest.min("step"), unrest.max("step")
    above = (bound / series.where(series > 0.0) - 1.0).clip(min=0.0)
    down = (1.0 / deepest.where(deepest > 0.0)).fillna(1.0)
    up = (above / highest.where(highest > 0.0)).fillna(1.0)
    return xr.where(down < up, down, up).clip(max=1.0)
