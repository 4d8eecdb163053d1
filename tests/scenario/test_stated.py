"""What a scenario states stands before the tables; paths are straight lines or steps on the years of the model."""

from __future__ import annotations

import numpy as np
import xarray as xr

from decarb.scenario import stated
from decarb.units import Quantity


def series(**values: float) -> xr.DataArray:
    years = [int(name[1:]) for name in values]
    return xr.DataArray(list(values.values()), {"year": years}, ("year",), attrs={"units": "GW"})


def test_what_is_written_stands_before_the_table() -> None:
    row = stated.stated(None, "capture_rate", "1", "value")
    assert float(row) == 0.9
    assert float(stated.stated(None, "capture_rate", "1", "low")) == 0.8
    assert float(stated.stated(Quantity(0.25, "1"), "capture_rate", "1", "low")) == 0.25


def test_written_units_become_those_asked_for() -> None:
    written = stated.stated(Quantity(2.0, "GW"), "capture_rate", "MW", "value")
    assert (float(written), written.attrs["units"]) == (2000.0, "MW")


def test_a_line_goes_straight_between_points_and_is_held_outside_them() -> None:
    path = stated.line(series(y2023=10.0), series(y2033=30.0))
    assert path.sel(year=[2020, 2023, 2028, 2033, 2060]).values.tolist() == [10.0, 10.0, 20.0, 30.0, 30.0]


def test_steps_keep_a_value_until_the_next() -> None:
    path = stated.steps(series(y2026=1.0, y2031=2.0))
    assert path.sel(year=[2020, 2026, 2030, 2031, 2060]).values.tolist() == [1.0, 1.0, 1.0, 2.0, 2.0]


def test_a_path_of_ones_own_replaces_the_rows_as_a_whole() -> None:
    own = stated.knots({2040: Quantity(3.0, "TW")}, "capacity", "GW", "value", technology="wind")
    assert own["year"].values.tolist() == [2040] and own.values.tolist() == [3000.0]
    rows = stated.knots(None, "capacity", "GW", "value", technology="wind")
    assert rows["year"].values.tolist() == [2035, 2060]


def test_arrays_join_in_the_unit_of_the_first() -> None:
    one, other = (xr.DataArray(1.0, attrs={"units": unit}) for unit in ("MW", "GW"))
    both = stated.joined({"wind": one, "solar": other})
    np.testing.assert_allclose(both, [1.0, 1000.0])
    assert both.attrs["units"] == "MW"
