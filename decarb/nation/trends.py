"""A known series carried on into the years the model asks for."""

from __future__ import annotations

import xarray as xr

from decarb.units import stamp, strip


def carried_on(known: xr.DataArray, change: xr.DataArray, year: xr.DataArray) -> xr.DataArray:
    """Return `known` where it is known, and beyond its last year a compound yearly change.

    Before its first year the first value is held. Years without a value (NaN) count as not known; a change that is no
    number leaves none from its year on.

    Parameters
    ----------
    known : xr.DataArray, any unit, (..., year)
    change : xr.DataArray, [1/yr], (...) or (..., year)
        The change of a year leads from the year before into it.
    year : xr.DataArray, (year)
        The years wanted.

    Examples
    --------
    >>> known = xr.DataArray([100.0], {"year": [2021]}, attrs={"units": "TWh/yr"})
    >>> change = xr.DataArray(0.1, attrs={"units": "1/yr"})
    >>> wanted = xr.DataArray([2020, 2021, 2022, 2023], dims="year", coords={"year": [2020, 2021, 2022, 2023]})
    >>> carried_on(known, change, wanted).values.round(1)
    array([100., 100., 110., 121.])
    """
    known = known.dropna("year", how="all")
    held = known.reindex(year=year.values, method="ffill").fillna(known.isel(year=0, drop=True))
    growth = (1.0 + strip(change, "1/yr")).where(year > known["year"].values[-1], 1.0)
    return stamp(held * growth.cumprod("year", skipna=False), known.attrs["units"])


def relative_to(series: xr.DataArray, year: int) -> xr.DataArray:
    """Return a series over its value in one year [1]."""
    return stamp(series / series.sel(year=year, drop=True), "1")
