"""How many zones have adopted the template, year by year."""

from __future__ import annotations

import numpy as np
import xarray as xr

from decarb.units import declare_units


@declare_units("zone", anchor="zone", zones="zone", growth="1/yr", ceiling="1")
def adopted_zones(
    year: xr.DataArray,
    *,
    anchor: xr.DataArray,
    anchor_year: xr.DataArray,
    growth: xr.DataArray,
    zones: xr.DataArray,
    ceiling: xr.DataArray,
) -> xr.DataArray:
    """Return zones in which the template operates at the end of a year: a logistic curve through one point.

    Parameters
    ----------
    year : xr.DataArray, (year)
        Calendar years.
    anchor, anchor_year : xr.DataArray
        The point: that many zones [zone] operate at the end of that year.
    growth : xr.DataArray, [1/yr]
        Continuous rate while few zones have adopted.
    zones, ceiling : xr.DataArray
        All zones [zone], and the share of them [1] that ever adopts.

    Notes
    -----
    A(t) = K / (1 + (K / A0 - 1) exp(-g (t - t0))), K = ceiling x zones, A0 <= K.
    """
    most = ceiling * zones
    start = np.minimum(anchor, most)
    ratio = xr.where(start > 0, most / xr.where(start > 0, start, 1.0), np.inf)
    curve = most / (1.0 + (ratio - 1.0) * np.exp(-growth * (year - anchor_year)))
    return xr.where(start > 0, curve, 0.0)


@declare_units("zone", curve="zone")
def operating_after(curve: xr.DataArray, last_observed_year: int) -> xr.DataArray:
    """Return the curve after the last observed year, and no zone before.

    Whatever ran earlier is inside the observed base: it brings no new abatement and has no books here.
    """
    return curve.where(curve["year"] > last_observed_year, 0.0)


@declare_units("1", adopted="zone", zones="zone")
def share_at_year_end(adopted: xr.DataArray, zones: xr.DataArray) -> xr.DataArray:
    """Return the share of zones in operation at the end of each year."""
    return (adopted / zones).clip(0.0, 1.0)


@declare_units("1", adopted="zone", zones="zone")
def operating_share(adopted: xr.DataArray, zones: xr.DataArray) -> xr.DataArray:
    """Return the share of zones in operation as a mean over each calendar year.

    A zone works half of the year in which it starts.

    Parameters
    ----------
    adopted : xr.DataArray, [zone], (year)
        At the end of each year.
    zones : xr.DataArray, [zone]
    """
    before = adopted.shift(year=1).where(adopted["year"] > adopted["year"].min(), adopted)
    return ((adopted + before) / 2.0 / zones).clip(0.0, 1.0)
