"""Buildings: intensities times floors, and degrees beyond their thresholds."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from decarb.errors import UnitError
from decarb.park.buildings import building_year, cooling_degrees, heating_degrees
from decarb.tables import table_value
from decarb.units.convert import quantify
from decarb.units.registry import pint_unit

DEGREES = st.lists(st.floats(-40.0, 45.0), min_size=1, max_size=20)


def plain(values: object) -> xr.DataArray:
    array = np.asarray(values, float)
    return xr.DataArray(array, dims=("time",)[: array.ndim], attrs={"units": "1"})


def test_a_year_by_hand() -> None:
    # 60,000 m2 x 80 kWh = 4,800 MWh; 60,000 m2 x 0.3 GJ = 18,000 GJ
    year = building_year("60000 m2", "80 kWh/m2/yr", "0.3 GJ/m2/yr")
    assert year["electricity"].item() == pytest.approx(4800.0, rel=1e-12)
    assert year["heat"].item() == pytest.approx(18000.0, rel=1e-12)
    assert (year["electricity"].attrs, year["heat"].attrs) == ({"units": "MWh/yr"}, {"units": "GJ/yr"})


@given(st.floats(0.0, 1e7), st.floats(0.0, 1000.0), st.floats(0.0, 5.0))
def test_twice_the_floors_need_twice_as_much_and_none_need_nothing(area: float, power: float, heat: float) -> None:
    floors = xr.DataArray([0.0, area, 2.0 * area], dims="park", attrs={"units": "m2"})
    year = building_year(floors, f"{power:f} kWh/m2/yr", f"{heat:f} GJ/m2/yr")
    for name in ("electricity", "heat"):
        none, once, twice = year[name].values
        assert none == 0.0
        assert twice == pytest.approx(2.0 * once, rel=1e-12)


def test_sports_need_more_on_each_floor_than_offices_by_the_shipped_rows() -> None:
    for kind in ("electricity_intensity", "heat_intensity"):
        sports, offices = (table_value("parameters", f"{use}_{kind}").value for use in ("sports", "building"))
        assert sports > offices > 0.0


def test_a_floor_without_a_unit_or_in_hectares_is_met() -> None:
    with pytest.raises(UnitError, match="floor_area"):
        building_year(xr.DataArray(5.0), "80 kWh/m2/yr", "0.3 GJ/m2/yr")
    assert building_year("1 ha", "80 kWh/m2/yr", "0 GJ/m2/yr")["electricity"].item() == pytest.approx(800.0)


def test_degrees_by_hand() -> None:
    air = plain([-5.0, 16.0, 20.0, 24.0, 31.5])
    np.testing.assert_array_equal(heating_degrees(air, plain(16.0)), [21.0, 0.0, 0.0, 0.0, 0.0])
    np.testing.assert_array_equal(cooling_degrees(air, plain(24.0)), [0.0, 0.0, 0.0, 0.0, 7.5])


@given(DEGREES, st.floats(5.0, 18.0), st.floats(0.0, 10.0))
def test_a_higher_threshold_never_heats_less_nor_cools_more(values: list[float], below: float, more: float) -> None:
    air = plain(values)
    assert bool((heating_degrees(air, plain(below + more)) >= heating_degrees(air, plain(below))).all())
    assert bool((cooling_degrees(air, plain(below + more)) <= cooling_degrees(air, plain(below))).all())
    both = heating_degrees(air, plain(below)) * cooling_degrees(air, plain(below + more))
    assert not both.any()  # never heated and cooled at once


def test_results_have_the_units_they_declare() -> None:
    one = {name: quantify(xr.DataArray([2.0], dims="park", attrs={"units": unit}))
           for name, unit in building_year.units.items() if name != "return"}  # fmt: skip
    year = building_year.__wrapped__(**one)
    for name, unit in building_year.units["return"].items():
        assert year[name].data.check(pint_unit(unit).dimensionality), name
