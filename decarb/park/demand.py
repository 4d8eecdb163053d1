"""What uses electricity in a park, and how each use moves through the hours of a year.

The shapes are assumptions: no load series of a park with a clear licence was found. They move when power is used,
never how much.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
import xarray as xr

from decarb.errors import DecarbError
from decarb.park.buildings import cooling_degrees, heating_degrees
from decarb.units import declare_units
from decarb.variables import did_you_mean

USES: Final = ("process", "buildings", "sports", "water", "agriculture", "fleet", "heat")
ASSUMPTIONS: Final = (
    "process_shift_share", "building_office_share", "building_cooling_share", "sports_evening_weight",
    "sports_weekend_weight", "heating_below", "cooling_above",
)  # fmt: skip
"""Arguments of `use_shapes` that are rows of `data/parameters.csv` under the same names."""

# Hours of the day on the clock of the park, from the first up to but not including the second.
SHIFTS: Final = (6, 22)  # two of eight hours, on working days
OFFICE: Final = (8, 18)  # on working days
OPEN: Final = (6, 22)  # a sports centre, every day
EVENING: Final = (18, 22)
DAYLIGHT: Final = (6, 18)  # pumps and greenhouses
CHARGING: Final = (22, 6)  # vehicles, through midnight
GROWING: Final = (4, 9)  # April to September
WORKING_DAYS: Final = 5  # Monday to Friday; public holidays are working days here
SHARE_TOLERANCE: Final = 1e-9  # by which shares may pass 1
LONGEST_STEP: Final = pd.Timedelta(hours=1)


@declare_units(
    "1", air_temperature="1", process_shift_share="1", building_office_share="1", building_cooling_share="1",
    sports_evening_weight="1", sports_weekend_weight="1", heating_below="1", cooling_above="1", heat_base_share="1",
)  # fmt: skip
def use_shapes(
    air_temperature: xr.DataArray,
    *,
    process_shift_share: xr.DataArray,
    building_office_share: xr.DataArray,
    building_cooling_share: xr.DataArray,
    sports_evening_weight: xr.DataArray,
    sports_weekend_weight: xr.DataArray,
    heating_below: xr.DataArray,
    cooling_above: xr.DataArray,
    heat_base_share: xr.DataArray,
    time: pd.DatetimeIndex | None = None,
) -> xr.DataArray:
    """Return the power of each use relative to its mean over the year.

    Processes run two shifts of working days and, for the rest of their energy, always. Buildings have office hours,
    cooling by the degrees above a threshold, and a rest that is always on. A sports centre is open from 06 to 22,
    busier in the evening and at the weekend. Water is flat, agriculture follows the daylight of April to September,
    vehicles charge from 22 to 06, and the electricity of heat follows `heat_shape`, as if a heat pump worked equally
    well in the cold.

    Parameters
    ----------
    air_temperature : xr.DataArray, [1], (..., time)
        Degrees Celsius in the step that starts at `time`.
    process_shift_share : xr.DataArray, [1]
        Part of process energy in the two shifts.
    building_office_share, building_cooling_share : xr.DataArray, [1]
        Parts of building energy in office hours and for cooling; together at most 1.
    sports_evening_weight, sports_weekend_weight : xr.DataArray, [1]
        Power in the evening over that of the other open hours, and at the weekend over that of a working day.
    heating_below, cooling_above : xr.DataArray, [1]
        Degrees Celsius.
    heat_base_share : xr.DataArray, [1]
        Part of the heat that the weather leaves alone, as `decarb.park.heat.heat_base_share` gives it.
    time : pd.DatetimeIndex, optional
        Steps of an hour or less, all alike; those of `air_temperature` where left out. Everything is piecewise
        constant within the hour: nothing is interpolated.

    Returns
    -------
    xr.DataArray, [1], (use, ..., time)
        Mean 1 over the steps given, which should be those of a whole year; `USES` along `use`. Flat where a use would
        never occur (the fields in a winter).

    Raises
    ------
    DecarbError
        A share lies outside 0 to 1, the two of a building pass 1, a weight is negative, steps differ or are longer
        than an hour, or there is no temperature for some.
    """
    for name, share in (("process_shift_share", process_shift_share), ("heat_base_share", heat_base_share),
                        ("building_office_share", building_office_share),
                        ("building_cooling_share", building_cooling_share),
                        ("building_office_share + building_cooling_share",
                         building_office_share + building_cooling_share)):  # fmt: skip
        _check_between(name, share, 1.0)
    for name, weight in (("sports_evening_weight", sports_evening_weight),
                         ("sports_weekend_weight", sports_weekend_weight)):  # fmt: skip
        _check_between(name, weight)
    air = _on_steps(air_temperature, time)
    clock = air["time"].dt
    working = clock.dayofweek < WORKING_DAYS
    flat = xr.ones_like(air["time"], float)
    cooling = cooling_degrees.__wrapped__(air, cooling_above)
    evening = 1.0 + (sports_evening_weight - 1.0) * _within(clock.hour, EVENING)
    weekend = 1.0 + (sports_weekend_weight - 1.0) * ~working
    shapes = {
        "process": process_shift_share * _relative(flat * (working & _within(clock.hour, SHIFTS)))
        + (1.0 - process_shift_share) * flat,
        "buildings": building_office_share * _relative(flat * (working & _within(clock.hour, OFFICE)))
        + building_cooling_share * _relative(cooling)
        + (1.0 - building_office_share - building_cooling_share).clip(min=0.0) * flat,
        "sports": _within(clock.hour, OPEN) * evening * weekend,
        "water": flat,
        "agriculture": flat
        * (_within(clock.hour, DAYLIGHT) & (clock.month >= GROWING[0]) & (clock.month <= GROWING[1])),
        "fleet": flat * _within(clock.hour, CHARGING),
        "heat": _heat(air, heat_base_share, heating_below),
    }
    uses = xr.IndexVariable("use", list(USES))
    together = xr.concat(xr.broadcast(*(_mean_one(shapes[use]) for use in USES)), dim=uses)
    return together.transpose("use", ..., "time")


@declare_units("1", air_temperature="1", heat_base_share="1", heating_below="1")
def heat_shape(
    air_temperature: xr.DataArray,
    *,
    heat_base_share: xr.DataArray,
    heating_below: xr.DataArray,
    time: pd.DatetimeIndex | None = None,
) -> xr.DataArray:
    """Return the heat that a park needs relative to its mean: a base that never rests, and the degrees of cold.

    The `heat` of `use_shapes`; a plant that makes heat and power follows it too.

    Parameters
    ----------
    air_temperature : xr.DataArray, [1], (..., time)
        Degrees Celsius in the step that starts at `time`.
    heat_base_share : xr.DataArray, [1]
        Part of the year's heat for processes and hot water.
    heating_below : xr.DataArray, [1]
        Degrees Celsius.
    time : pd.DatetimeIndex, optional
        As in `use_shapes`.

    Returns
    -------
    xr.DataArray, [1], (..., time)
        Mean 1; flat where it is never cold.
    """
    _check_between("heat_base_share", heat_base_share, 1.0)
    return _mean_one(_heat(_on_steps(air_temperature, time), heat_base_share, heating_below))


@declare_units("1", electricity="MWh/yr", shapes="1")
def load_shape(electricity: xr.DataArray, shapes: xr.DataArray) -> xr.DataArray:
    """Return the load of a park relative to its mean, from the energy of its uses.

    Parameters
    ----------
    electricity : xr.DataArray, [MWh/yr], (use, ...)
        Any of `USES`; what is missing is none.
    shapes : xr.DataArray, [1], (use, ..., time)
        As `use_shapes` gives them.

    Returns
    -------
    xr.DataArray, [1], (..., time)
        Mean 1; flat where nothing is used.

    Raises
    ------
    DecarbError
        A use has no shape, or uses a negative or unknown amount.
    """
    known = shapes["use"].values.tolist()
    for use in electricity["use"].values.tolist():
        if use not in known:
            raise DecarbError(f'demand: "{use}" has no shape; {did_you_mean(use, tuple(known))}')
    _check_between("electricity", electricity)
    total = electricity.sum("use")
    mixed = xr.dot(electricity / total.where(total > 0), shapes.sel(use=electricity["use"]), dim="use")
    return _mean_one(mixed.where(total > 0, 1.0).transpose(..., "time"))


@declare_units("MWh/yr", electricity="MWh/yr")
def annual_load(electricity: xr.DataArray) -> xr.DataArray:
    """Return the electricity of all uses.

    Examples
    --------
    >>> uses = xr.DataArray([8.0, 2.0], {"use": ["process", "water"]}, ("use",), attrs={"units": "GWh/yr"})
    >>> annual_load(uses).item()
    10000.0
    """
    return electricity.sum("use")


def _heat(air: xr.DataArray, base_share: xr.DataArray, heating_below: xr.DataArray) -> xr.DataArray:
    cold = _relative(heating_degrees.__wrapped__(air, heating_below))
    return base_share + (1.0 - base_share) * cold


def _relative(part: xr.DataArray) -> xr.DataArray:
    """Return a part over its mean, and nothing where there is none of it."""
    mean = part.mean("time")
    return part / xr.where(mean > 0, mean, 1.0)


def _mean_one(shape: xr.DataArray) -> xr.DataArray:
    """Return a shape over its mean, and flat where there is none of it."""
    mean = shape.mean("time")
    return xr.where(mean > 0, shape / xr.where(mean > 0, mean, 1.0), 1.0)


def _within(hour: xr.DataArray, span: tuple[int, int]) -> xr.DataArray:
    """Return which hours of the day lie in a span, which may run through midnight."""
    first, last = span
    return (hour >= first) & (hour < last) if first < last else (hour >= first) | (hour < last)


def _on_steps(air_temperature: xr.DataArray, time: pd.DatetimeIndex | None) -> xr.DataArray:
    """Return the temperature on the steps asked for: that of the hour in which each begins."""
    own = pd.DatetimeIndex(air_temperature["time"].values)
    steps = own if time is None else time
    lengths = steps[1:] - steps[:-1]
    if len(lengths) and not (lengths[0] == lengths).all():
        raise DecarbError("demand: the steps of time differ in length; write steps that are all alike")
    if len(lengths) and not pd.Timedelta(0) < lengths[0] <= LONGEST_STEP:
        raise DecarbError(f"demand: a step of time takes {lengths[0]}; write steps of an hour or less that rise")
    if time is None or time.equals(own):
        return air_temperature
    unknown = steps.floor("h").difference(own)
    if len(unknown):
        raise DecarbError(f"demand: there is no air_temperature at {unknown[0]}; give one for every hour of time")
    return air_temperature.sel(time=steps.floor("h")).assign_coords(time=steps)


def _check_between(name: str, value: xr.DataArray, most: float | None = None) -> None:
    """Raise where a share or an amount is negative, above `most`, or no number."""
    value = xr.DataArray(value)
    right = (value >= 0.0) & np.isfinite(value)
    if not bool((right if most is None else right & (value <= most + SHARE_TOLERANCE)).all()):
        found = f"{float(value.min()):g} to {float(value.max()):g}" if value.ndim else f"{float(value):g}"
        raise DecarbError(f"demand: {name} is {found}; write {'0 or more' if most is None else f'0 to {most:g}'}")
