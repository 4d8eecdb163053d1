"""A park's steps as one netCDF file: every variable with its name and unit, and what the whole year was run with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import xarray as xr

from decarb.analysis.park import ParkResults
from decarb.errors import CallError
from decarb.park.clock import CALENDAR_YEAR
from decarb.variables import label, variables

CONVENTIONS: Final = "CF-1.8"
CLOCK: Final = "UTC+8"
OF_COORDINATES: Final = {"time": "Start of the step", "store": "Store", "technology": "Technology"}


def steps_record(results: ParkResults) -> xr.Dataset:
    """Return the steps of a park's year as a file holds them: named, with units, and with what they were run with.

    Coordinates that say nothing about a step are left out.

    Raises
    ------
    CallError
        The results hold no steps.
    """
    if results.steps is None:
        raise CallError(f"{results.name}: these results hold no steps; run the park again")
    steps = results.steps.reset_coords(drop=True)
    named = {name: array.assign_attrs(_attributes(str(name), array)) for name, array in steps.data_vars.items()}
    coords = {
        name: array.assign_attrs(long_name=OF_COORDINATES.get(str(name), str(name)))
        for name, array in steps.coords.items()
    }
    return xr.Dataset(named, coords, _about(results))


def _attributes(name: str, array: xr.DataArray) -> dict[str, str]:
    """Return the name of a variable, and its unit where it is a number: that of the step, not that of its year."""
    said = {"long_name": label(name) if name in variables() else name.replace("_", " ")}
    if "units" not in array.attrs and array.dtype.kind in "iuf" and name in variables():
        said["units"] = variables()[name].unit
    return said


def _about(results: ParkResults) -> dict[str, str | int]:
    said = results.provenance
    weather = said.get("weather", {})
    about: dict[str, str | int] = {
        "Conventions": CONVENTIONS,
        "title": f"The year of the park {results.name}, step by step",
        "source": f"decarb {said.get('decarb', '')}".strip(),
        "park": results.name,
        "province": results.province,
        "park_year": results.year,
        "step": str(said.get("step", "")),
        "seed": int(said.get("seed", 0)),
        "weather": str(weather.get("name", "") if isinstance(weather, Mapping) else weather),
        "weather_notes": str(weather.get("notes", "") if isinstance(weather, Mapping) else ""),
        "clock": CLOCK,
        "comment": (
            f"The calendar is that of the model's year {CALENDAR_YEAR}, 8,760 h without a leap day, whatever year the "
            "park states. Powers are means over the step that starts at its time; a state of charge is that at its end."
        ),
    }
    return {name: value for name, value in about.items() if value != ""}
