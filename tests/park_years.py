"""Years of parks by a short way: inputs of a file and settings, several parks in a row, one synthetic weather."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import pytest
import xarray as xr

from decarb.park.series import park_series, park_weather
from decarb.park.statement import park_year
from decarb.scenario import park_inputs as of_file
from decarb.scenario.scenario import load_park
from decarb.units import stamp, units_of

SEED = 2021
READ_ONCE = {name: lru_cache(maxsize=None)(getattr(of_file, name)) for name in ("table_array", "table_value")}
"""What reads rows of tables: many parks ask for the same ones."""


@lru_cache(maxsize=64)
def inputs_of(name: str, *settings: str) -> xr.Dataset:
    """Inputs of a park file with some settings; copy before changing a value in place."""
    with pytest.MonkeyPatch.context() as patch:
        for read, cached in READ_ONCE.items():
            patch.setattr(of_file, read, cached)
        return of_file.park_inputs(load_park(name, settings), SEED)


@lru_cache(maxsize=8)
def weather_of(name: str) -> xr.Dataset:
    """One synthetic year at a park's place, scaled to its stated yields."""
    return park_weather(inputs_of(name), [SEED]).isel(weather_seed=0, drop=True)


def year_of(inputs: xr.Dataset, name: str = "yizhuang") -> xr.Dataset:
    """The year of a park, or of parks in a row, in the weather of a named one."""
    return park_year(inputs, park_series(inputs, weather_of(name)))


def in_a_row(parks: Mapping[str, xr.Dataset]) -> xr.Dataset:
    """Parks along `park`; what is the same for all stays without the dimension."""
    names = xr.IndexVariable("park", list(parks))
    return xr.concat(list(parks.values()), dim=names, data_vars="different", coords="minimal", compat="equals",
                     join="exact", combine_attrs="override")  # fmt: skip


def changed(inputs: xr.Dataset, **values: float | xr.DataArray) -> xr.Dataset:
    """The inputs with some of them set to numbers in their own units."""
    return inputs.assign(
        {
            name: stamp(
                xr.full_like(inputs[name], value) if isinstance(value, float) else value, units_of(inputs[name])
            )
            for name, value in values.items()
        }
    )


def times(inputs: xr.Dataset, factor: float | xr.DataArray, *names: str) -> xr.Dataset:
    """The inputs with some of them times a factor."""
    return changed(inputs, **{name: inputs[name] * factor for name in names})
