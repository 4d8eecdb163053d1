"""Files of capacity factors, netCDF and CSV: which kind a file is, its series as they stand, and the clock it names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import pandas as pd
import xarray as xr

from decarb.errors import InputError, Problem, Problems
from decarb.scenario.cells import Table, number_in, read_table
from decarb.tables import provinces
from decarb.variables import did_you_mean

TECHNOLOGIES: Final[Mapping[str, str]] = MappingProxyType({"wind": "wind", "onwind": "wind", "pv": "pv", "solar": "pv"})
"""What a file may call a technology, and what the model calls it."""

MAX_BYTES: Final = 200_000_000
_ENGINES: Final = {b"\x89HDF": "h5netcdf", b"CDF\x01": "scipy", b"CDF\x02": "scipy"}
_MOMENT: Final = re.compile(r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?)(Z|[+-]\d\d:\d\d)?")


def file_kind(path: Path) -> str:
    """Return what a file is, by its first bytes."""
    if not path.is_file():
        found = "is a directory" if path.is_dir() else "is not there"
        raise InputError([Problem(str(path), "", found, "name a netCDF, CSV, EPW, TMY3 or PVGIS file")])
    if path.stat().st_size > MAX_BYTES:
        found = f"has {path.stat().st_size / 1e6:,.0f} MB; at most {MAX_BYTES / 1e6:.0f} MB are read"
        raise InputError([Problem(str(path), "", found, "keep the year and the places that matter")])
    with path.open("rb") as file:
        head = file.read(4096)
    lines = head.removeprefix(b"\xef\xbb\xbf").split(b"\n", 2)
    if head[:4] in _ENGINES:
        return "netcdf"
    if path.suffix.casefold() in (".nc", ".nc4", ".cdf"):
        raise InputError([Problem(str(path), "", "is no netCDF file, whatever its name", "write it anew")])
    if lines[0].startswith(b"LOCATION,"):
        return "epw"
    if lines[0].startswith(b"Latitude (decimal degrees)"):
        return "pvgis"
    return "tmy3" if b"Date (MM/DD/YYYY)" in lines[-2 if len(lines) > 2 else -1] else "csv"


def read_netcdf(path: Path, place: str | None) -> tuple[xr.DataArray, list[Any]]:
    """Return capacity factors as a netCDF file has them, and what it says about its clock."""
    with path.open("rb") as opened:
        engine = _ENGINES[opened.read(4)]
    try:
        with xr.open_dataset(path, engine=engine) as file:
            wanted = _variables(file, path)
            if sum(array.nbytes for array in wanted.values()) > MAX_BYTES:
                raise InputError([Problem(str(path), "", "unpacks to more than 200 MB", "keep the year that matters")])
            loaded = {name: array.load() for name, array in wanted.items()}
            holders = (file.attrs, *(array["time"].attrs for array in loaded.values() if "time" in array.coords))
            clocks = [said[key] for said in holders for key in ("clock", "time_zone", "timezone") if key in said]
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        found = f"cannot be read as netCDF: {first_line(error)}"
        raise InputError([Problem(str(path), "", found, "write it anew, in the standard calendar")]) from error
    problems = Problems()
    parts = {name: _placed(name, array, path, place, problems) for name, array in loaded.items()}
    problems.raise_if_any()
    return _joined(parts, path), clocks


def _variables(file: xr.Dataset, path: Path) -> dict[str, xr.DataArray]:
    """Return the variables of a netCDF file that are capacity factors, by the file's names."""
    named = {str(name): array for name, array in file.data_vars.items()}
    if "capacity_factor" in named and "technology" in named["capacity_factor"].dims:
        both = named["capacity_factor"]
        named = {str(name): both.sel(technology=name, drop=True) for name in both["technology"].values}
    known = {name: array for name, array in named.items() if name in TECHNOLOGIES}
    if not known:
        found, advice = ", ".join(named) or "nothing", did_you_mean(next(iter(named), ""), tuple(TECHNOLOGIES))
        raise InputError([Problem(str(path), "", f"no capacity factors of wind or PV among: {found}", advice)])
    return known


def _placed(name: str, array: xr.DataArray, path: Path, place: str | None, problems: Problems) -> xr.DataArray:
    """Return one technology over (province or place, time), its unit and the names of its provinces checked."""
    found = len(problems.found)
    dims = {dim: "province" if dim == f"province_{name}" else str(dim) for dim in array.dims}
    for dim in set(dims.values()) - {"time", "province", "place"}:
        fix = did_you_mean(dim, ("time", "province", "place"))
        problems.add(str(path), name, f'"{dim}" is no dimension of a capacity factor', fix)
    if {"province", "place"} <= set(dims.values()):
        problems.add(str(path), name, "lies over province and place", "keep one of the two dimensions")
    if array.dtype.kind not in "iuf" or array.attrs.get("units", "1") not in ("1", "", "p.u.", "per unit"):
        what = array.attrs.get("units", array.dtype)
        problems.add(str(path), name, f'is in "{what}"', 'write output over rating, from 0 to 1, with the unit "1"')
    if "time" not in array.coords or array["time"].dtype.kind != "M":
        fix = 'give it units such as "hours since 2021-01-01 00:00:00", in the standard calendar'
        problems.add(str(path), name, "has no time that can be read", fix)
    if len(problems.found) > found:
        return array
    array = array.rename({dim: new for dim, new in dims.items() if dim != new}).reset_coords(drop=True)
    if "province" in array.dims:
        own = array["province"].values if "province" in array.coords else ["without names"]
        names = [_province(str(one), str(path), name, problems) for one in own]
        if len(set(names)) < len(names):
            problems.add(str(path), name, "one province stands twice", "keep one")
        array = array.assign_coords(province=names) if len(names) == array.sizes["province"] else array
    elif "place" not in array.dims:
        called = place or path.stem
        array = array.expand_dims({place_dimension([called]): [called]})
    return array.transpose(..., "time").astype(float)


def read_csv(path: Path, place: str | None, technology: str | None) -> tuple[xr.DataArray, list[Any]]:
    """Return capacity factors as a CSV file has them, and what it says about its clock."""
    table, problems = read_table(path), Problems()
    heading = table.header[0]
    if not re.fullmatch(r"time(\s*\[.*\])?", heading.casefold()):
        fix = 'write "time [UTC+8]" and a column for each series'
        problems.add(table.place(table.header_line, 0), "", f'the first column is "{heading[:60]}", not time', fix)
    columns = [_column(table, index, place, technology, problems) for index in range(1, len(table.header))]
    for index, column in enumerate(columns):
        if column in columns[:index]:
            problems.add(table.place(table.header_line, index + 1), "", "the column stands twice", "keep one")
    table.raise_if_any(problems)
    moments = [_moment(cells[0], table, line, problems) for line, cells in table.rows]
    values = np.empty((len(columns), len(table.rows)))
    for row, (line, cells) in enumerate(table.rows):
        for index, text in enumerate(cells[1:]):
            before = len(problems.found)
            values[index, row] = number_in(text, problems, "", table.header[index + 1])
            if len(problems.found) > before:
                problems.found[-1] = replace(problems.found[-1], where=table.place(line, index + 1))
    zones = sorted({zone for _, zone in moments if zone})
    if len(zones) > 1:
        problems.add(table.place(table.header_line, 0), "time", f"clocks change: {', '.join(zones)}", "use one clock")
    table.raise_if_any(problems)
    time = pd.DatetimeIndex([moment for moment, _ in moments])
    parts = {}
    for name in dict.fromkeys(name for name, _ in columns):
        series = {where: values[index] for index, (one, where) in enumerate(columns) if one == name}
        dim = place_dimension(series)
        parts[name] = xr.DataArray(np.stack([*series.values()]), {dim: [*series], "time": time}, (dim, "time"))
    return _joined(parts, path), [*(f"UTC{zone}" for zone in zones), heading.upper()]


def _column(table: Table, index: int, place: str | None, technology: str | None, problems: Problems) -> tuple[str, str]:
    """Return the technology and the place of a column, from its heading."""
    where, heading = table.place(table.header_line, index), table.header[index]
    before, _, last = heading.rpartition(" ")
    if last in TECHNOLOGIES:
        own = place or table.path.stem
        return TECHNOLOGIES[last], _province(before, where, "", problems) if before else own
    if technology is None:
        fix = f'{did_you_mean(last, tuple(TECHNOLOGIES))} Write "wind" or "Beijing wind", or say technology="wind"'
        problems.add(where, "", f'"{heading[:60]}" names no technology', fix)
        return "", heading
    return TECHNOLOGIES[technology], _province(heading, where, "", problems)


def _moment(text: str, table: Table, line: int, problems: Problems) -> tuple[datetime, str]:
    """Return the time of a cell, and its clock as "+08:00" where it has one."""
    written = _MOMENT.fullmatch(text)
    try:
        moment, zone = written.groups(default="") if written else ("", "")
        return datetime.fromisoformat(moment), zone.replace("Z", "+00:00")
    except ValueError:
        problems.add(table.place(line, 0), "time", f'"{text[:60]}" is no time', 'write it like "2021-01-31 23:00"')
        return datetime.min, ""


def _joined(parts: Mapping[str, xr.DataArray], path: Path) -> xr.DataArray:
    """Return capacity factors (technology, province or place, time); all technologies have the same places."""
    by_name = {TECHNOLOGIES[name]: part for name, part in parts.items()}
    ordered = [by_name[name] for name in ("wind", "pv") if name in by_name]
    first, places = ordered[0], ordered[0].dims[0]
    alike = all(set(part.dims) == set(first.dims) and set(part[places].values) == set(first[places].values)
                and part.indexes["time"].equals(first.indexes["time"]) for part in ordered)  # fmt: skip
    if len(by_name) < len(parts) or not alike:
        found = f"{', '.join(parts)}: one technology stands twice, or they differ in their places or hours"
        raise InputError([Problem(str(path), "", found, "give each technology once, for the same places and hours")])
    along = xr.IndexVariable("technology", [name for name in ("wind", "pv") if name in by_name])
    return xr.concat([part.sel({places: first[places]}) for part in ordered], along)


def first_line(error: Exception) -> str:
    """Return the start of an error's message, or its name where it has none."""
    return (str(error).strip() or type(error).__name__).splitlines()[0][:120]


def place_dimension(names: Iterable[str]) -> str:
    """Return the dimension of series with these names: "province" where all are provinces, else "place"."""
    return "province" if set(names) <= set(provinces()) else "place"


def _province(name: str, where: str, key: str, problems: Problems) -> str:
    """Return a province's name as the tables write it."""
    known = {one.replace(" ", "").casefold(): one for one in provinces()}
    if name.replace(" ", "").casefold() not in known:
        problems.add(where, key, f'"{name[:60]}" is no province', did_you_mean(name, provinces()))
    return known.get(name.replace(" ", "").casefold(), name)
