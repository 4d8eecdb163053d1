"""Weather files as people bring them, made small: shared by the tests of the readers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from decarb.errors import InputError
from decarb.scenario.weather import read_weather


def series(year: int = 2021, hours: int = 8760, start: str = "01-01") -> xr.DataArray:
    """Make a year in which each hour has its own value."""
    time = pd.date_range(f"{year}-{start}", periods=hours, freq="h")
    return xr.DataArray(np.linspace(0.0, 0.8, hours), {"time": time}, "time", attrs={"units": "1"})


def by_day(wind: xr.DataArray) -> xr.DataArray:
    """Keep what falls between 8 and 18 h, as PV has it."""
    return wind.where(wind["time"].dt.hour.isin(range(8, 18)), 0.0)


def netcdf(folder: Path, clock: str | None = "UTC+8", **variables: xr.DataArray) -> Path:
    path = folder / "mine.nc"
    xr.Dataset(variables, attrs={} if clock is None else {"clock": clock}).to_netcdf(path, engine="h5netcdf")
    return path


def csv(folder: Path, header: str = "time [UTC+8],wind", change: Callable[[list[str]], object] | None = None,
        year: int = 2021) -> Path:  # fmt: skip
    """Write 2,190 h/yr of each column: wind a quarter of its rating in every hour, PV half of it from 7 to 19 h."""
    hours = pd.date_range(f"{year}", f"{year + 1}", freq="h")[:-1]
    sunny = [name.endswith("pv") for name in header.split(",")[1:]]
    lines = [
        f"{at:%Y-%m-%d %H:%M}"
        + "".join("," + (("0.5" if 7 <= at.hour < 19 else "0") if sun else "0.25") for sun in sunny)
        for at in hours
    ]
    if change is not None:
        change(lines)
    path = folder / "park.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def refusal(path: Path, **options: object) -> str:
    with pytest.raises(InputError) as caught:
        read_weather(path, **options)
    assert all(str(problem).startswith(str(path)) for problem in caught.value.problems)
    return str(caught.value)
