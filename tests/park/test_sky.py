"""The sun and the cloudless sky: pvlib's own, place by place, at a fraction of the work."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pvlib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from decarb.park.clock import CLOCK, hours_of_year
from decarb.park.sky import Course, clear_sky, sun_above, sun_course

BEIJING, SANYA, MOHE, LHASA, KASHGAR = (39.9, 116.4), (18.3, 109.5), (53.5, 122.3), (29.7, 91.1), (39.5, 76.0)


def middles() -> pd.DatetimeIndex:
    return (hours_of_year() + pd.Timedelta(minutes=30)).tz_localize(CLOCK)


def site(place: tuple[float, float]) -> pvlib.location.Location:
    return pvlib.location.Location(*place, CLOCK, pvlib.location.lookup_altitude(*place))


@pytest.mark.parametrize("place", [BEIJING, SANYA, MOHE, LHASA, KASHGAR])
def test_the_sun_stands_where_pvlib_sees_it(place: tuple[float, float]) -> None:
    known = site(place).get_solarposition(middles())
    zenith, azimuth = sun_above(sun_course(), *place, site(place).altitude)
    np.testing.assert_allclose(zenith, known["apparent_zenith"], rtol=0.0, atol=1e-9)
    np.testing.assert_allclose(azimuth, known["azimuth"], rtol=0.0, atol=1e-8)


@pytest.mark.parametrize(
    ("place", "tilt"), [(BEIJING, 25.0), (SANYA, 0.0), (MOHE, 45.0), (LHASA, 30.0), (KASHGAR, 90.0)]
)
def test_the_sky_is_pvlibs_to_the_last_digits_in_every_hour_and_over_the_year(
    place: tuple[float, float], tilt: float
) -> None:
    sun = site(place).get_solarposition(middles())
    sky = site(place).get_clearsky(middles(), solar_position=sun)
    whole = pvlib.irradiance.get_total_irradiance(
        tilt, 180.0, sun["apparent_zenith"], sun["azimuth"], sky["dni"], sky["ghi"], sky["dhi"]
    )["poa_global"].fillna(0.0)
    np.testing.assert_allclose(clear_sky(*place, tilt), whole / 1000.0, rtol=1e-12, atol=1e-12)
    assert clear_sky(*place, tilt).sum() == pytest.approx(whole.sum() / 1000.0, rel=1e-13)
    np.testing.assert_array_equal(clear_sky(*place, tilt) > 0.0, whole > 0.0)


def test_the_sun_of_midsummer_noon_by_hand() -> None:
    # At the solstice the sun stands 23.44 degrees north: over Beijing 90 - 39.9 + 23.4 = 73.5 degrees high at its noon.
    zenith, azimuth = sun_above(sun_course(), *BEIJING, 50.0)
    day = hours_of_year().get_indexer(pd.date_range("2021-06-21", periods=24, freq="h"))
    assert 90.0 - zenith[day].min() == pytest.approx(73.5, abs=0.5)
    assert azimuth[day][zenith[day].argmin()] == pytest.approx(180.0, abs=20.0)


def test_days_are_those_of_universal_time() -> None:
    # The first eight hours of the year in UTC+8 lie in the last day of the year before.
    course = sun_course()
    assert course.day[:8].tolist() == [0] * 8 and course.day[8] == 1
    assert len(course.days) == 366 and course.days[0] == pd.Timestamp("2020-12-31", tz="UTC")
    assert course.day[-1] == 365


def test_hours_can_be_taken_apart() -> None:
    some = np.array([0, 100, 8759])
    part = sun_course().at(some)
    assert isinstance(part, Course) and part.day.tolist() == [0, sun_course().day[100], 365]
    for whole, few in zip(sun_above(sun_course(), *BEIJING, 50.0), sun_above(part, *BEIJING, 50.0), strict=True):
        np.testing.assert_allclose(few, whole[some], rtol=1e-14)


@settings(max_examples=25, deadline=None)
@given(st.floats(-60.0, 60.0), st.floats(-180.0, 180.0), st.floats(0.0, 90.0))
def test_no_sky_is_brighter_than_the_sun_and_half_of_all_hours_are_dark(
    latitude: float, longitude: float, tilt: float
) -> None:
    sky = clear_sky(latitude, longitude, tilt)
    assert sky.shape == (8760,) and sky.min() >= 0.0 and sky.max() < 1.4
    assert np.isfinite(sky).all() and 0.4 < (sky == 0.0).mean() < 0.6


def test_the_cached_sky_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        clear_sky(*BEIJING, 25.0)[0] = 1.0
