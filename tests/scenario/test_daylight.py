"""PV of a file runs by day where the park stands, or it is another column or another clock."""

from __future__ import annotations

from pathlib import Path

import hypothesis.strategies as st
import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings

from decarb.errors import InputError
from decarb.park.clock import hours_of_year
from decarb.scenario.daylight import daylight_notes, middle_of_day, solar_hour
from decarb.tables import table_array

HERE = Path("mine.nc")
EAST = ("Beijing", "Heilongjiang", "Shanghai", "Hainan")
WEST = ("Xinjiang", "Tibet", "Qinghai")


def pv_of(hours: range, turned: int = 0) -> xr.DataArray:
    """PV at full output in some hours of each day, and nothing in the others."""
    time = hours_of_year()
    day = np.isin(np.asarray(time.hour), hours).astype(float)
    return xr.DataArray(np.roll(day, turned), {"time": time}, ("time",))


def test_hours_of_the_sun_are_those_of_the_longitude() -> None:
    time = xr.DataArray(hours_of_year()[:2], dims="time")
    # 0:30 by UTC+8 at longitude L is 0.5 + L / 15 - 8 by the mean sun there.
    for province in ("Beijing", "Xinjiang"):
        longitude = float(table_array("provinces", "longitude", "province").sel(province=province))
        wanted = (0.5 + longitude / 15.0 - 8.0) % 24.0
        assert solar_hour(time, province).values[0] == pytest.approx(wanted)
    assert solar_hour(time, "Xinjiang").values[0] > 22.0  # it is still the evening before


@pytest.mark.parametrize("province", [*EAST, *WEST])
def test_a_day_around_noon_passes_without_a_word(province: str) -> None:
    late = 2 if province in WEST else 0
    assert daylight_notes(pv_of(range(6 + late, 19 + late)), province, HERE, "fix") == ""


def test_what_is_on_all_day_is_no_pv() -> None:
    # Five hours of 24 lie in the night: 21 %.
    with pytest.raises(InputError, match=r"mine\.nc: pv: PV runs at night: 21 % of its year .* of Beijing; fix"):
        daylight_notes(pv_of(range(24)), "Beijing", HERE, "fix")


@pytest.mark.parametrize("turned", [-12, -8, 8, 12])
def test_the_clock_of_another_part_of_the_world_is_refused(turned: int) -> None:
    with pytest.raises(InputError, match="PV runs at night"):
        daylight_notes(pv_of(range(6, 19), turned), "Beijing", HERE, "fix")


@pytest.mark.parametrize(("turned", "middle"), [(-3, "9.3"), (3, "15.3")])
def test_a_clock_some_hours_off_is_told_and_not_refused(turned: int, middle: str) -> None:
    # 7 to 18 h has its middle at 12.5 h by the clock, a quarter of an hour less by the sun of Beijing.
    said = daylight_notes(pv_of(range(7, 18), turned), "Beijing", HERE, "fix")
    assert f"the middle of its day at {middle} h by the sun of Beijing: is the clock of the file another?" in said


def test_a_hundredth_at_night_is_no_night() -> None:
    day = pv_of(range(8, 18))
    dim = xr.where(day["time"].dt.hour == 0, 0.09, day)  # 0.09 of 10.09 h is 0.9 %
    assert daylight_notes(dim, "Beijing", HERE, "fix") == ""
    with pytest.raises(InputError, match="at night: 1 %"):
        daylight_notes(xr.where(day["time"].dt.hour == 0, 0.13, day), "Beijing", HERE, "fix")


def test_pv_that_never_runs_says_nothing() -> None:
    assert daylight_notes(pv_of(range(0)), "Beijing", HERE, "fix") == ""


@settings(max_examples=30)
@given(st.floats(0.0, 23.99), st.floats(0.01, 100.0))
def test_one_hour_alone_is_its_own_middle(hour: float, output: float) -> None:
    found = middle_of_day(xr.DataArray([output]), xr.DataArray([hour]))
    assert abs((found - hour + 12.0) % 24.0 - 12.0) < 1e-6
