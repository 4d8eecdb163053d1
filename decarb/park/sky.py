"""The sun's course and the cloudless sky of a place, hour by hour: what a synthetic year of PV begins with.

Where the sun stands among the stars depends on the moment alone. It is computed once, and each place adds its own
horizon.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import pandas as pd
import pvlib
from pvlib import spa

from decarb.park.clock import CLOCK, hours_of_year
from decarb.park.photovoltaic import STANDARD_IRRADIANCE

EARTH_LAG: Final = 67.0  # s, terrestrial less universal time: pvlib's own default
REFRACTION: Final = 0.5667  # degrees at sunrise and sunset (Reda and Andreas 2004)
AIR_TEMPERATURE: Final = 12.0  # degrees Celsius, for the refraction alone: pvlib's own default
PASCAL_PER_MILLIBAR: Final = 100.0
EPOCH: Final = pd.Timestamp(0, tz="UTC")
BELOW_HORIZON: Final = 2.0  # degrees, more than air can lift the sun: lower, it is night


@dataclass(frozen=True)
class Course:
    """Where the sun stands in the middle of each hour of the year, the same from every place.

    Attributes
    ----------
    days : pd.DatetimeIndex
        That the year touches, in UTC.
    day : np.ndarray
        Position of each hour among the days.
    sidereal_time, right_ascension, declination : np.ndarray, degrees
        Of Greenwich, and of the sun.
    distance : np.ndarray, astronomical units
    above_air : np.ndarray, W/m2
        Irradiance outside the atmosphere.
    """

    days: pd.DatetimeIndex
    day: np.ndarray
    sidereal_time: np.ndarray
    right_ascension: np.ndarray
    declination: np.ndarray
    distance: np.ndarray
    above_air: np.ndarray

    def at(self, hours: np.ndarray) -> Course:
        """Return the course in some of the hours."""
        of_hour = (self.day, self.sidereal_time, self.right_ascension, self.declination, self.distance, self.above_air)
        return Course(self.days, *(part[hours] for part in of_hour))


@lru_cache(maxsize=1)
def sun_course() -> Course:
    """Return the sun's course over the model year, by the algorithm of Reda and Andreas (2004)."""
    moments = (hours_of_year() + pd.Timedelta(minutes=30)).tz_localize(CLOCK)
    seconds = (moments - EPOCH).total_seconds().to_numpy()
    dates = moments.tz_convert("UTC").normalize()
    nowhere = (0.0, 0.0, 0.0, 0.0, 0.0)  # latitude, longitude, height, pressure, temperature: of no use here
    sidereal, ascension, declination = spa.solar_position(seconds, *nowhere, EARTH_LAG, REFRACTION, 1, sst=True)
    distance = spa.earthsun_distance(seconds, EARTH_LAG, 1)
    above = pvlib.irradiance.get_extra_radiation(moments).to_numpy()
    return Course(dates.unique(), dates.unique().get_indexer(dates), sidereal, ascension, declination, distance, above)


def sun_above(course: Course, latitude: float, longitude: float, altitude: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the sun's apparent zenith angle and its azimuth at a place, in degrees.

    The parallax and the refraction of the air are in it.

    Parameters
    ----------
    course : Course
    latitude, longitude : float
        Degrees north and east.
    altitude : float
        Metres above the sea.
    """
    hour_angle = spa.local_hour_angle(course.sidereal_time, longitude, course.right_ascension)
    parallax, reduced = spa.equatorial_horizontal_parallax(course.distance), spa.uterm(latitude)
    across, along = spa.xterm(reduced, latitude, altitude), spa.yterm(reduced, latitude, altitude)
    shift = spa.parallax_sun_right_ascension(across, parallax, hour_angle, course.declination)
    declination = spa.topocentric_sun_declination(course.declination, across, along, parallax, shift, hour_angle)
    hour_angle = spa.topocentric_local_hour_angle(hour_angle, shift)
    elevation = spa.topocentric_elevation_angle_without_atmosphere(latitude, declination, hour_angle)
    millibar = pvlib.atmosphere.alt2pres(altitude) / PASCAL_PER_MILLIBAR
    lifted = spa.atmospheric_refraction_correction(millibar, AIR_TEMPERATURE, elevation, REFRACTION)
    zenith = spa.topocentric_zenith_angle(spa.topocentric_elevation_angle(elevation, lifted))
    azimuth = spa.topocentric_azimuth_angle(spa.topocentric_astronomers_azimuth(hour_angle, declination, latitude))
    return zenith, azimuth


@lru_cache(maxsize=256)
def clear_sky(latitude: float, longitude: float, tilt: float) -> np.ndarray:
    """Return the hourly irradiance on tilted modules under a cloudless sky, over standard irradiance; read-only.

    Ineichen-Perez clear sky with the Linke turbidity that pvlib ships, isotropic transposition, no snow, no shade.

    Parameters
    ----------
    latitude, longitude : float
        Degrees north and east.
    tilt : float
        Degrees of the modules from the horizontal; they look south.
    """
    course, altitude = sun_course(), pvlib.location.lookup_altitude(latitude, longitude)
    relative = np.zeros(course.day.size)
    hours = np.flatnonzero(_may_be_up(course, latitude, longitude))
    zenith, azimuth = sun_above(course.at(hours), latitude, longitude, altitude)
    up = zenith < 90.0
    hours, zenith, azimuth = hours[up], zenith[up], azimuth[up]
    masses = pvlib.atmosphere.get_absolute_airmass(
        pvlib.atmosphere.get_relative_airmass(zenith), pvlib.atmosphere.alt2pres(altitude)
    )
    of_day = pvlib.clearsky.lookup_linke_turbidity(course.days, latitude, longitude).to_numpy()
    sky = pvlib.clearsky.ineichen(zenith, masses, of_day[course.day[hours]], altitude, course.above_air[hours])
    on_module = pvlib.irradiance.get_total_irradiance(tilt, 180.0, zenith, azimuth, sky["dni"], sky["ghi"], sky["dhi"])
    relative[hours] = np.nan_to_num(on_module["poa_global"]) / STANDARD_IRRADIANCE
    relative.flags.writeable = False
    return relative


def _may_be_up(course: Course, latitude: float, longitude: float) -> np.ndarray:
    """Return in which hours the sun is up, or so little below the horizon that the air may lift it."""
    hour_angle = np.radians(course.sidereal_time + longitude - course.right_ascension)
    north, declination = np.radians(latitude), np.radians(course.declination)
    height = np.sin(north) * np.sin(declination) + np.cos(north) * np.cos(declination) * np.cos(hour_angle)
    return np.asarray(height > -np.sin(np.radians(BELOW_HORIZON)))
