"""A station's typical year of sun and wind, from EPW, TMY3 and PVGIS files, on the model's 8,760 hours."""

from __future__ import annotations

import io
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeVar

import numpy as np
import pandas as pd
import pvlib
import xarray as xr

from decarb.errors import InputError, Problem, Problems
from decarb.park import photovoltaic, wind
from decarb.park.assumptions import ASSUMPTIONS, assumed
from decarb.park.clock import hours_of_year
from decarb.scenario.weather_files import file_kind, first_line
from decarb.tables import table_array
from decarb.units import stamp

HOURS: Final = 8760
UTC_OFFSET: Final = 8  # hours that the model's clock is ahead of UTC

_STATION: Final = MappingProxyType(
    {
        "ghi": ("ghi", "W/m2", 0.0, 1600.0),
        "dni": ("dni", "W/m2", 0.0, 1600.0),
        "dhi": ("dhi", "W/m2", 0.0, 1600.0),
        "air_temperature": ("temp_air", "1", -80.0, 65.0),
        "wind_speed": ("wind_speed", "m/s", 0.0, 95.0),
    }
)  # our name: pvlib's, unit, and what nature allows, for these files write 9999 and -9900 where a value is missing

Labelled = TypeVar("Labelled", xr.DataArray, xr.Dataset)


def read_station(path: str | Path) -> xr.Dataset:
    """Return a typical year of weather from an EPW, TMY3 or PVGIS file, on the model's year and clock.

    Returns
    -------
    xr.Dataset
        `ghi`, `dni`, `dhi` [W/m2], `air_temperature` [1] (degrees Celsius) and `wind_speed` [m/s] at 10 m, (time); the
        attributes `latitude`, `longitude`, `place`, `notes`, and `sun_at`: the moment of a step whose sun it saw.
    """
    path = Path(path)
    frame, about, lag = _station_frame(path, file_kind(path))
    lacking = [theirs for theirs, *_ in _STATION.values() if theirs not in frame]
    if lacking:
        raise InputError([Problem(str(path), "", f"has no column {', '.join(lacking)}", "export the file anew")])
    index = pd.DatetimeIndex(frame.index)
    time = index.tz_localize(None)
    raw, problems = xr.Dataset(coords={"time": time}), Problems()
    for ours, (theirs, unit, least, most) in _STATION.items():
        values = pd.to_numeric(frame[theirs], errors="coerce").to_numpy(float)
        wrong = np.flatnonzero(~((values >= least) & (values <= most)))
        if wrong.size:
            first = f"{frame[theirs].iloc[wrong[0]]} at {time[wrong[0]]:%m-%d %H:%M}"
            found = f"{wrong.size:,} of {values.size:,} hours lie outside {least:g} to {most:g}, the first {first}"
            problems.add(str(path), ours, found, "fill the gaps: such values mean that none was measured")
        raw[ours] = stamp(xr.DataArray(values, dims="time"), unit)
    problems.raise_if_any()
    zone = index.tz.utcoffset(None) if index.tz is not None else None
    offset = zone.total_seconds() / 3600.0 if zone is not None else 0.0
    station, notes = on_model_year(raw, offset, path, lag)
    return station.assign_attrs(about, notes=notes)


def station_capacity_factor(
    station: xr.Dataset,
    *,
    hub_height: str | None = None,
    roughness_length: str = "0.5 m",
    tilt: float | None = None,
    azimuth: float = 180.0,
) -> xr.DataArray:
    """Return capacity factors [1] (technology, time) of a generic turbine and of modules, in a station's weather.

    Turbine and modules are those of the parameter table, as in the synthetic weather.

    Parameters
    ----------
    station : xr.Dataset
        As `read_station` returns it.
    hub_height, roughness_length : str, [m]
        See `decarb.park.wind.log_law`; the first by default as the parameter table says, the second that of a suburb:
        an airport's mast stands in smoother ground, and turns the yield up.
    tilt, azimuth : float, [1]
        Degrees of the modules from the horizontal (by default as the parameter table says), and clockwise from north.
    """
    rows = assumed(xr.Dataset({name: table_array("parameters", name) for name in ASSUMPTIONS}))
    hub_speed = wind.log_law(
        station["wind_speed"], hub_height=rows["wind_hub_height"] if hub_height is None else hub_height,
        roughness_length=roughness_length,
    )  # fmt: skip
    turning = wind.capacity_factor(
        hub_speed, cut_in=rows["wind_cut_in_speed"], cut_out=rows["wind_cut_out_speed"],
        rated=wind.rated_speed(rows["wind_specific_power"], rows["wind_power_coefficient"]),
        losses=float(rows["wind_losses"]),
    )  # fmt: skip
    irradiance = photovoltaic.plane_irradiance(
        station["ghi"], station["dni"], station["dhi"], latitude=station.attrs["latitude"],
        longitude=station.attrs["longitude"], azimuth=azimuth, sun_at=station.attrs["sun_at"],
        tilt=float(rows["pv_tilt"]) if tilt is None else tilt,
    )  # fmt: skip
    shining = photovoltaic.capacity_factor(
        irradiance, station["air_temperature"], station["wind_speed"], losses=float(rows["pv_losses"]),
        dc_ac_ratio=float(rows["pv_dc_ac_ratio"]), temperature_coefficient=rows["pv_temperature_coefficient"],
    )  # fmt: skip
    return stamp(xr.concat([turning, shining], xr.IndexVariable("technology", ["wind", "pv"])), "1")


def on_model_year(raw: Labelled, offset: float, path: Path, lag: int = 0) -> tuple[Labelled, str]:
    """Return series on the hours of the model's year, and a word on what was done.

    The leap day goes by the file's own clock; the rest is turned as a ring, so that no hour is lost or made.

    Parameters
    ----------
    raw : xr.DataArray or xr.Dataset, (..., time)
        Each label the start of an hour, by a clock `offset` hours ahead of UTC; typical years may mix their years.
    lag : int
        1 where labels are the ends of hours.

    Raises
    ------
    InputError
        Without the leap day, the labels are not each hour of a year once.
    """
    labels = pd.DatetimeIndex(raw["time"].values).round("s")
    odd = np.flatnonzero(labels.isna() | (labels.minute != 0) | (labels.second != 0))
    if odd.size or offset != int(offset):
        found = f"the clock is UTC{offset:+g}"
        if odd.size:
            found = f"label {odd[0] + 1} ({labels[odd][0]}) is no full hour"
        fix = "give hourly means, each labelled by its full hour, such as 2021-01-31 23:00"
        raise InputError([Problem(str(path), "time", found, fix)])
    leap = np.asarray((labels.month == 2) & (labels.day == 29))
    skipped = np.asarray(labels.is_leap_year & (labels.month > 2), int)
    slot = (np.asarray(labels.day_of_year) - 1 - skipped) * 24 + np.asarray(labels.hour)
    count, problems = np.bincount(slot[~leap], minlength=HOURS), Problems()
    total = f"{count.sum():,} hours without the leap day, where {HOURS:,} are needed"
    for wrong, word, fix in ((count > 1, "more than once", "keep one year"), (count == 0, "never", "fill the gap")):
        if wrong.any():
            first = f"{hours_of_year()[int(wrong.argmax())]:%m-%d %H:%M}"
            problems.add(str(path), "time", f"{total}: {wrong.sum():,} come {word}, the first {first}", fix)
    problems.raise_if_any()
    order = np.flatnonzero(~leap)[np.argsort(slot[~leap])]
    turn = UTC_OFFSET - int(offset)
    turned = raw.isel(time=order).roll(time=turn - lag).assign_coords(time=hours_of_year())
    notes = [f"the leap day ({leap.sum()} hours) was left out"] if leap.any() else []
    notes += [f"the clock was turned from UTC{int(offset):+d} to UTC+{UTC_OFFSET}"] if turn else []
    return turned, "; ".join(notes)


def _station_frame(path: Path, kind: str) -> tuple[pd.DataFrame, dict[str, Any], int]:
    """Return a weather file's rows, what it says of its place, and whether labels are ends (1) or starts of hours."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        if kind == "epw":
            frame, meta = pvlib.iotools.read_epw(io.StringIO(text))
            place, sun_at, lag = meta["city"], 0.5, 0
        elif kind == "tmy3":
            frame, meta = pvlib.iotools.read_tmy3(io.StringIO(text))
            place, sun_at, lag = meta["Name"], 0.5, 1
        elif kind == "pvgis":
            rows = text.partition("\ntime(UTC)")[2].splitlines()[: HOURS + 1]
            if len(rows) <= HOURS or len({row.count(",") for row in rows}) > 1:
                raise ValueError(f"it has fewer than {HOURS:,} full rows")
            frame, said = pvlib.iotools.read_pvgis_tmy(io.BytesIO(text.encode()), pvgis_format="csv")
            meta = said["inputs"]
            place, sun_at, lag = path.stem, meta.get("irradiance time offset", 0.5), 0
        else:
            raise InputError([Problem(str(path), "", "is no weather file", "give an EPW, TMY3 or PVGIS file")])
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        found = f"cannot be read as {kind.upper()}: {first_line(error)}"
        raise InputError([Problem(str(path), "", found, "export the file anew, as UTF-8 text")]) from error
    about = {"latitude": meta["latitude"], "longitude": meta["longitude"], "place": str(place).strip().strip('"')}
    return frame, {**about, "sun_at": f"{sun_at:g} h"}, lag
