"""The user's own weather: capacity factors, or a station's year of sun and wind, on the model's 8,760 hours.

netCDF and CSV files hold capacity factors; EPW, TMY3 and PVGIS files hold weather. The leap day goes, the clock becomes
UTC+8, and every yield is reported as it was found, whatever it is then scaled to.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pandas as pd
import xarray as xr

from decarb.errors import CallError, InputError, Problem, Problems, UnitError
from decarb.park import resource
from decarb.park.yields import LARGEST_CORRECTION, to_full_load_hours, yearly_hours
from decarb.scenario.daylight import daylight_notes
from decarb.scenario.stations import UTC_OFFSET, on_model_year, read_station, station_capacity_factor
from decarb.scenario.weather_files import TECHNOLOGIES, file_kind, place_dimension, read_csv, read_netcdf
from decarb.units import Quantity, read_quantity, stamp
from decarb.variables import did_you_mean

ROUNDING: Final = 1e-6  # by which single precision may leave 0 to 1
SAY_CLOCK: Final = 'say it with clock="UTC+8" or clock="UTC" (on the command line --clock UTC+8)'
BY_DAY: Final = {
    True: f"are the columns swapped, or is the clock another? {SAY_CLOCK}",
    False: "the station stands under another sun; bring a file of a place near the park",
}
"""What to do about PV at night, by whether the caller may say the clock."""
NO_LARGER: Final = "check the place, the unit and the clock of the file, or state a yield that such hours can give"
_CLOCK: Final = re.compile(r"\bUTC(?:([+-])(\d{1,2})(?::?(\d\d))?)?(?![\w+-])")


def read_weather(
    path: str | Path,
    *,
    full_load_hours: Mapping[str, str | Quantity | xr.DataArray] | None = None,
    place: str | None = None,
    technology: str | None = None,
    clock: str | None = None,
    largest_correction: float = LARGEST_CORRECTION,
) -> xr.Dataset:
    """Return capacity factors from a file, on the model's year and clock, scaled to stated yields where asked.

    Parameters
    ----------
    path : str or Path
        netCDF: a variable for each technology over `time` and, if it has any, `province`; or `capacity_factor`
        (technology, province, time). CSV: `time [UTC+8]` and columns such as `wind`, `Beijing wind` or, with
        `technology`, `Beijing`. EPW, TMY3 and PVGIS typical years: see `read_station`.
    full_load_hours : mapping of technology to text or xr.DataArray, [h/yr], (province), optional
        Stated yields: `{"wind": "1150 h/yr"}`. What is not named stays as it was found.
    place : str, optional
        The one province or place to read, or the name of a series that has none; by default the file's.
    technology : {"wind", "pv"}, optional
        What the columns of provinces are.
    clock : str, optional
        "UTC", "UTC+8" and so on, where the file does not say it, or says it wrongly.
    largest_correction : float, [1]
        How many times a series may be scaled up or down.

    Returns
    -------
    xr.Dataset
        `capacity_factor` [1] (technology, province, time); `full_load_hours_unscaled` and `full_load_hours` [h/yr],
        and `correction` [1] between them, (technology, province). Where the names are no provinces, the dimension is
        `place`. What was done to the file stands in the attribute `notes`.

    Raises
    ------
    InputError
        With everything wrong in the file, or with every yield that would need a larger correction.
    CallError
        An argument that this kind of file cannot use.
    """
    path = Path(path)
    factors, notes = _as_found(path, place, technology, clock)
    return _labelled(_with_yields(factors, full_load_hours or {}, largest_correction, path), path, notes)


def park_weather(
    path: str | Path,
    province: str,
    full_load_hours: Mapping[str, str | Quantity | xr.DataArray],
    *,
    needed: Collection[str] = ("wind", "pv"),
    technology: str | None = None,
    clock: str | None = None,
    largest_correction: float = LARGEST_CORRECTION,
) -> xr.Dataset:
    """Return one park's capacity factors from a file, scaled to its stated yields.

    The file's one place stands for the park, whatever it is called; of several, the park's province is taken.

    Parameters
    ----------
    path, technology, clock, largest_correction
        As `read_weather` takes them.
    province : str
        Where the park lies.
    full_load_hours : mapping of technology to text or xr.DataArray, [h/yr]
        Stated yields; a technology that is not named stays as it was found, one that is not needed is not scaled.
    needed : collection of {"wind", "pv"}
        What the park has. Of what it has not, a file may say nothing: its capacity factors are then zero.

    Returns
    -------
    xr.Dataset
        `capacity_factor` [1] (technology, time) of wind and PV; `full_load_hours_unscaled`, `full_load_hours` [h/yr]
        and `correction` [1] (technology); `capacity_factor_limit` [1] (technology), 1 where only the file knows it.
        What was done to the file stands in the attribute `notes`.

    Raises
    ------
    InputError
        As `read_weather`; or the file lacks a needed technology, or has several places and not the park's, or its PV
        runs at night.
    CallError
        An argument that this kind of file cannot use, or a technology that no file has.
    """
    path = Path(path)
    unknown = sorted({*needed, *full_load_hours} - set(resource.TECHNOLOGIES))
    if unknown:
        raise CallError(
            f'weather: "{unknown[0]}" is no technology of a file; {did_you_mean(unknown[0], resource.TECHNOLOGIES)}'
        )
    factors, notes = _as_found(path, None, technology, clock)
    factors, said = _of_park(factors, province, path)
    there, problems = tuple(map(str, factors["technology"].values)), Problems()
    for name in sorted(set(needed) - set(there)):
        problems.add(
            str(path), name, f"the file has {' and '.join(there)} alone", f"add the hours of {name}, or build none"
        )
    problems.raise_if_any()
    fix = BY_DAY[file_kind(path) in ("netcdf", "csv")]
    sun = daylight_notes(factors.sel(technology="pv", drop=True), province, path, fix) if "pv" in needed else ""
    stated = {name: hours for name, hours in full_load_hours.items() if name in needed}
    weather = _with_yields(factors, stated, largest_correction, path, NO_LARGER)
    lacking = [name for name in resource.TECHNOLOGIES if name not in there]
    whole = weather.reindex(
        technology=list(resource.TECHNOLOGIES), fill_value={**dict.fromkeys(weather, 0.0), "correction": 1.0}
    )
    most = stamp(xr.ones_like(whole["correction"]), "1")  # what the file's plants lose is in its numbers
    words = [
        word for word in (notes, said, sun, *(f"the file has no {name}, nor has the park" for name in lacking)) if word
    ]
    return _labelled(whole.assign(capacity_factor_limit=most), path, "; ".join(words))


def _of_park(factors: xr.DataArray, province: str, path: Path) -> tuple[xr.DataArray, str]:
    """Return the series of the park's province or of the file's only place, and a word where that is another one."""
    dim, names = factors.dims[1], tuple(map(str, factors[factors.dims[1]].values))
    if province in names:
        return factors.sel({dim: province}, drop=True), ""
    if len(names) > 1:
        found = f"{len(names)} places, and none is {province}"
        raise InputError([Problem(str(path), str(dim), found, did_you_mean(province, names))])
    return factors.isel({dim: 0}, drop=True), f"{names[0]} stands for the park in {province}"


def _labelled(weather: xr.Dataset, path: Path, notes: str) -> xr.Dataset:
    return weather.assign_attrs(weather=path.name, clock=f"UTC+{UTC_OFFSET}", notes=notes)


def _as_found(path: Path, place: str | None, technology: str | None, clock: str | None) -> tuple[xr.DataArray, str]:
    """Return a file's capacity factors (technology, province or place, time) on the model's year, and what was done."""
    kind = file_kind(path)
    if technology is not None and (kind != "csv" or technology not in TECHNOLOGIES):
        raise CallError(f'{path}: technology is "wind" or "pv", for a CSV file with columns of provinces')
    if kind in ("netcdf", "csv"):
        raw, clocks = read_netcdf(path, place) if kind == "netcdf" else read_csv(path, place, technology)
        _check_factors(raw, path)
        factors, notes = on_model_year(raw.clip(0.0, 1.0), _offset(clock, clocks, path), path)
        return stamp(_only(factors, place, path), "1"), notes
    if clock is not None:
        check_clock(clock, path, kind)
    station = read_station(path)
    named = place or station.attrs["place"]
    factors = station_capacity_factor(station).expand_dims({place_dimension([named]): [named]}, axis=1)
    return stamp(factors, "1"), str(station.attrs["notes"])


def _with_yields(
    factors: xr.DataArray, stated: Mapping[str, Any], largest: float, path: Path, too_far: str = ""
) -> xr.Dataset:
    """Return capacity factors, scaled where a yield is stated, with the yields before and after.

    `too_far` says what to do where a correction is too large, for callers who cannot allow a larger one.
    """
    problems, there = Problems(), tuple(map(str, factors["technology"].values))
    for name in sorted(set(stated) - set(there)):
        problems.add(str(path), "full_load_hours", f'the file has no "{name}"', did_you_mean(name, there))
    scaled, corrections = [], []
    for name in there:
        part = factors.sel(technology=name, drop=True)
        correction = xr.ones_like(part.isel(time=0, drop=True))
        if name in stated:
            try:
                part, correction = to_full_load_hours(part, _stated(stated[name], part), largest_correction=largest)
            except InputError as error:
                problems.found += [
                    replace(p, where=str(path), key=f"{p.key} {name}".strip(),
                            fix=too_far if too_far and "largest_correction" in p.fix else p.fix)
                    for p in error.problems
                ]  # fmt: skip
        scaled.append(part.transpose(..., "time"))
        corrections.append(correction)
    problems.raise_if_any()
    along = xr.IndexVariable("technology", list(there))
    after = stamp(xr.concat(scaled, along), "1")
    return xr.Dataset(
        {
            "capacity_factor": after,
            "full_load_hours_unscaled": yearly_hours(factors),
            "full_load_hours": yearly_hours(after),
            "correction": stamp(xr.concat(corrections, along), "1"),
        }
    )


def _stated(stated: Any, part: xr.DataArray) -> xr.DataArray:
    """Return a stated yield at the places of a series."""
    if not isinstance(stated, xr.DataArray):
        written = read_quantity(stated, "h/yr", key="full_load_hours")
        if written.unit == "1":  # hours a year are a share, so a bare number would pass as so many years a year
            raise UnitError(f'full_load_hours: {stated} has no unit; write "{stated} h/yr"')
        return stamp(xr.DataArray(written.to("h/yr")), "h/yr")
    for dim in [dim for dim in stated.dims if dim in part.dims]:
        lacking = [str(name) for name in part[dim].values if name not in stated.indexes[dim]]
        if lacking:
            raise InputError([Problem("", "", f"no yield is stated for {', '.join(lacking)}", f"state it by {dim}")])
        stated = stated.sel({dim: part[dim]})
    return stated


def _check_factors(raw: xr.DataArray, path: Path) -> None:
    """Raise an error that names every series with a gap or a value outside 0 to 1."""
    problems = Problems()
    for technology in raw["technology"].values:
        for place in raw[raw.dims[1]].values:
            series = raw.sel({"technology": technology, raw.dims[1]: place})
            for wrong, found, fix in (
                (series.isnull(), "have no value", "fill the gaps"),
                ((series < -ROUNDING) | (series > 1.0 + ROUNDING), "lie outside 0 to 1", "write output over rating"),
            ):
                if wrong.any():
                    first = series[int(wrong.values.argmax())]
                    at = f"{pd.Timestamp(first['time'].item()):%Y-%m-%d %H:%M}"
                    said = f"{int(wrong.sum()):,} of {wrong.size:,} hours {found}, the first {first.item():g} at {at}"
                    problems.add(str(path), f"{place} {technology}", said, fix)
    problems.raise_if_any()


def check_clock(clock: object, path: Path, kind: str) -> None:
    """Raise an error unless a clock that the caller says can be used for a kind of file."""
    if not isinstance(clock, str):
        raise CallError(f'{path}: clock is a text such as "UTC+8"; found {type(clock).__name__}')
    if kind not in ("netcdf", "csv"):
        raise CallError(f"{path}: a weather file says its own clock; leave it out")
    _offset(clock, (), path)


def _offset(clock: str | None, said: Iterable[Any], path: Path) -> float:
    """Return by how many hours a clock is ahead of UTC: what the caller says, else what the file says."""
    for text in [clock] if clock is not None else said:
        if written := _CLOCK.search(str(text)):
            sign, hours, minutes = written.groups(default="0")
            return (-1.0 if sign == "-" else 1.0) * (int(hours) + int(minutes) / 60.0)
    found = f'"{clock}" is no clock' if clock is not None else "the file does not say by which clock its hours run"
    raise InputError([Problem(str(path), "time", found, SAY_CLOCK)])


def _only(factors: xr.DataArray, place: str | None, path: Path) -> xr.DataArray:
    """Return the series of one place, or all."""
    dim, names = factors.dims[1], tuple(map(str, factors[factors.dims[1]].values))
    if place is not None and place not in names:
        raise InputError([Problem(str(path), str(dim), f'"{place}" is not there', did_you_mean(place, names))])
    return factors if place is None else factors.sel({dim: [place]})
