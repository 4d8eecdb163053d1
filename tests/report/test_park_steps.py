"""The steps of a park in a file: named, with units, and with what they were run with."""

from __future__ import annotations

from pathlib import Path

import pytest
import xarray as xr
from park_samples import along, toy_park

from decarb.analysis.park import ParkResults
from decarb.errors import CallError
from decarb.report.park_steps import steps_record
from decarb.variables import variables


def steps() -> xr.Dataset:
    return xr.Dataset(
        {
            "load": along("time", {"0": 1.0, "1": 2.0}, "MW"),
            "state_of_charge": xr.DataArray([[0.5, 0.6]], {"store": ["lithium"]}, ("store", "time")),
            "period": xr.DataArray(["peak", "flat"], dims="time"),
        },
        {"report": "AR5", "factor_year": 2021},
    )


def test_each_variable_has_its_name_and_the_unit_of_a_step() -> None:
    record = steps_record(toy_park(steps=steps()))
    # The dictionary's load is a year's energy; that of a step is a power.
    assert record["load"].attrs == {"units": "MW", "long_name": variables()["load"].label_en}
    assert record["state_of_charge"].attrs == {"units": "1", "long_name": variables()["state_of_charge"].label_en}
    assert "units" not in record["period"].attrs
    assert all(array.attrs["long_name"] for array in (*record.data_vars.values(), *record.coords.values()))
    assert set(record.coords) == {"time", "store"}


def test_the_file_says_what_it_was_run_with(tmp_path: Path) -> None:
    weather = {"name": "mine.nc", "notes": "the leap day (24 hours) was left out"}
    said = {"decarb": "0.1.0", "seed": 7, "step": "15 min", "weather": weather}
    record = steps_record(toy_park(steps=steps(), provenance=said))
    assert {name: record.attrs[name] for name in ("park", "park_year", "step", "seed", "weather", "clock")} == {
        "park": "toy", "park_year": 2020, "step": "15 min", "seed": 7, "weather": "mine.nc", "clock": "UTC+8"
    }  # fmt: skip
    assert record.attrs["Conventions"].startswith("CF-") and "toy" in record.attrs["title"]
    assert "year 2021" in record.attrs["comment"] and "leap day" in record.attrs["weather_notes"]
    record.to_netcdf(tmp_path / "x.nc", engine="h5netcdf")
    assert xr.load_dataset(tmp_path / "x.nc", engine="h5netcdf").attrs["seed"] == 7


def test_the_results_stay_as_they_were() -> None:
    park = toy_park(steps=steps())
    steps_record(park)
    assert park.steps is not None
    xr.testing.assert_identical(park.steps, steps())


def test_every_step_of_a_real_park_is_in_the_dictionary(yizhuang_results: ParkResults) -> None:
    record = steps_record(yizhuang_results)
    assert set(record.data_vars) - {"period"} <= set(variables())
    assert all("units" in array.attrs for array in record.data_vars.values() if array.dtype.kind == "f")
    assert set(record.coords) <= set(record.dims)


def test_results_without_steps_are_refused() -> None:
    with pytest.raises(CallError, match="toy: these results hold no steps"):
        steps_record(toy_park())
