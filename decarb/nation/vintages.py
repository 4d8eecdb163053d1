"""What the builds of all years bring together: running sums, retirement as a shifted sum, never vintage by year."""

from __future__ import annotations

from typing import Final

import numpy as np
import xarray as xr

from decarb.errors import DecarbError
from decarb.units import declare_units, stamp, strip, units_of

VINTAGES: Final = ("first", "last")
"""The two builds of a zone that are dispatched: in the first year of the rollout, and in the last of the model."""
SHORTEST_LIFE: Final = 1.0  # yr; what is built at the end of a year works at least through the next


def read_at(series: np.ndarray, place: np.ndarray) -> np.ndarray:
    """Return what a series holds at fractional places of its last axis, 0 before its first.

    Parameters
    ----------
    series : np.ndarray, (..., year)
    place : np.ndarray, (..., place)
        0 is the first year; up to the last place of `series`, -inf included. Between two places on a straight line.
    """
    lead = np.broadcast_shapes(series.shape[:-1], place.shape[:-1])
    rows = np.broadcast_to(series, (*lead, series.shape[-1])).reshape(-1, series.shape[-1])
    wanted = np.broadcast_to(np.maximum(place, -1.0), (*lead, place.shape[-1])).reshape(rows.shape[0], -1)
    low = np.floor(wanted).astype(np.intp)
    each, part = np.arange(rows.shape[0])[:, np.newaxis], wanted - low
    high = np.minimum(low + 1, series.shape[-1] - 1)
    from_low = rows[each, np.maximum(low, 0)] * ((1.0 - part) * (low >= 0))
    return (from_low + rows[each, high] * part).reshape(*lead, place.shape[-1])


def delayed(series: xr.DataArray, delay: xr.DataArray) -> xr.DataArray:
    """Return a yearly series as it was `delay` before: 0 where that lies before its first year.

    Parameters
    ----------
    series : xr.DataArray, any unit, (..., year)
        Consecutive years.
    delay : xr.DataArray, [yr], (...)
        Not negative; part of a year lies on the straight line between two; infinite is never.

    Raises
    ------
    DecarbError
        The delay is negative.

    Examples
    --------
    >>> built = xr.DataArray([4.0, 8.0, 8.0], {"year": [2026, 2027, 2028]}, attrs={"units": "zone"})
    >>> delayed(built, xr.DataArray(1.5, attrs={"units": "yr"})).values.tolist()
    [0.0, 2.0, 6.0]
    """
    plain = strip(delay, "yr")
    if bool((plain < 0.0).any()):
        raise DecarbError(f"delay: {float(plain.min()):g} yr would look ahead; write 0 yr or more")
    return stamp(_delayed(series, plain), units_of(series))


def _delayed(series: xr.DataArray, delay: xr.DataArray) -> xr.DataArray:
    def shifted(values: np.ndarray, years: np.ndarray) -> np.ndarray:
        return read_at(values, np.arange(values.shape[-1]) - years[..., np.newaxis])

    return xr.apply_ufunc(shifted, series, delay, input_core_dims=[["year"], []], output_core_dims=[["year"]])


@declare_units("zone", at_year_end="zone")
def added_in_year(at_year_end: xr.DataArray) -> xr.DataArray:
    """Return what each year adds to a running count; the first year adds all that it ends with.

    Parameters
    ----------
    at_year_end : xr.DataArray, [zone], (..., year)
    """
    return at_year_end - at_year_end.shift(year=1).where(at_year_end["year"] > at_year_end["year"].min(), 0.0)


def mean_of_year(at_year_end: xr.DataArray) -> xr.DataArray:
    """Return the mean over each calendar year: what starts or ends in a year counts half in it.

    Parameters
    ----------
    at_year_end : xr.DataArray, any unit, (..., year)
        The first year has no year before and keeps its value.
    """
    first = at_year_end["year"].min()
    before = at_year_end.shift(year=1).where(at_year_end["year"] > first, at_year_end)
    return stamp((at_year_end + before) / 2.0, units_of(at_year_end))


def standing(added: xr.DataArray, brings: xr.DataArray, lifetime: xr.DataArray, unit: str) -> xr.DataArray:
    """Return what all builds still in operation at the end of each year add up to.

    Every build keeps what it brought in its own year until it retires: nothing wears, nothing is improved.

    Parameters
    ----------
    added : xr.DataArray, [zone], (..., year)
        Zones built in each year.
    brings : xr.DataArray, unit of one zone, (..., year)
        What one zone built in that year has or does: a size, a flow, a cost to run.
    lifetime : xr.DataArray, [yr], (...)
        Infinite: nothing retires.
    unit : str
        Of the result, such as "GW".

    Notes
    -----
    S(t) = C(t) - C(t - lifetime), C(t) = sum of added(v) x brings(v) over v <= t.
    """
    running = (strip(added, "zone") * strip(brings, unit)).cumsum("year")
    return stamp(_less_retired(running.assign_coords(year=added["year"]), strip(lifetime, "yr")), unit)


def standing_with_retrofits(
    added: xr.DataArray, brings: xr.DataArray, lifetime: xr.DataArray, age: xr.DataArray, share: xr.DataArray, unit: str
) -> xr.DataArray:
    """Return what all builds add up to when a share of each year's build is brought up to date once, at one age.

    A retrofit moves a zone from its own vintage to the one of the year of the retrofit; the zone still retires when it
    would have, so the count of zones does not change.

    Parameters
    ----------
    added, brings, lifetime, unit
        As of `standing`.
    age : xr.DataArray, [yr], (...)
        Whole years from build to retrofit; at or beyond the lifetime nothing is left to retrofit.
    share : xr.DataArray, [1], (...)
        Of each year's build.

    Raises
    ------
    DecarbError
        The age is no whole number, or the share lies outside 0 to 1.
    """
    moved = retrofitted_in_year(added, lifetime, age, share)
    left = stamp(strip(lifetime, "yr") - strip(age, "yr"), "yr").clip(0.0, keep_attrs=True)
    gained = standing(moved, brings, left, unit)
    # What leaves its own vintage, dated by the year of the build and read at the year of the retrofit.
    own = stamp(_delayed(strip(brings, unit), strip(age, "yr")), unit)
    return stamp(standing(added, brings, lifetime, unit) + gained - standing(moved, own, left, unit), unit)


@declare_units("zone", added="zone", lifetime="yr", age="yr", share="1")
def retrofitted_in_year(
    added: xr.DataArray, lifetime: xr.DataArray, age: xr.DataArray, share: xr.DataArray
) -> xr.DataArray:
    """Return zones that are brought up to date at the end of each year.

    Parameters
    ----------
    added : xr.DataArray, [zone], (..., year)
        Zones built in each year.
    lifetime, age : xr.DataArray, [yr], (...)
        From build to retirement, and to retrofit in whole years.
    share : xr.DataArray, [1], (...)
        Of each year's build.

    Raises
    ------
    DecarbError
        The age is no whole number of years, or the share lies outside 0 to 1.
    """
    moved = _delayed(added, age) * share.where(age < lifetime, 0.0)
    if bool((age != np.floor(age)).any()) or bool((age < SHORTEST_LIFE).any()):
        raise DecarbError(f"retrofit age: {age.values.tolist()} yr; write whole years from {SHORTEST_LIFE:g} yr on")
    if bool(((share < 0.0) | (share > 1.0)).any()):
        raise DecarbError(f"retrofit share: {share.values.tolist()}; write shares from 0 to 1")
    return moved


def _less_retired(running: xr.DataArray, lifetime: xr.DataArray) -> xr.DataArray:
    if bool((lifetime < 0.0).any()):
        raise DecarbError(f"lifetime: {float(lifetime.min()):g} yr is negative; write a number of years")
    return running - _delayed(running, lifetime)


@declare_units("1", capacity="GW", first_capacity="GW", learning_rate="1")
def learned_price(capacity: xr.DataArray, first_capacity: xr.DataArray, learning_rate: xr.DataArray) -> xr.DataArray:
    """Return the price of a year's build over the first price, by the experience curve.

    That a price follows what has been built, and not time, materials or trade, is the curve's assumption.

    Parameters
    ----------
    capacity : xr.DataArray, [GW], (..., year)
        All that was ever built by then, in the world that learns; above 0.
    first_capacity : xr.DataArray, [GW], (...)
        The same when the first price held.
    learning_rate : xr.DataArray, [1], (...)
        Fall of the price for each doubling.

    Notes
    -----
    p = (C / C0) ^ log2(1 - rate).

    References
    ----------
    learning-rates
    """
    return np.exp(np.log2(1.0 - learning_rate) * np.log(capacity / first_capacity))


@declare_units("1", efficiency="1", loss_change="1/yr")
def bettered_efficiency(
    efficiency: xr.DataArray, loss_change: xr.DataArray, year: xr.DataArray, first_year: int
) -> xr.DataArray:
    """Return the efficiency of the stores built in each year: what is lost changes at a compound rate.

    Parameters
    ----------
    efficiency : xr.DataArray, [1], (...)
        Of what was built up to `first_year`.
    loss_change : xr.DataArray, [1/yr], (...)
        Negative where later builds lose less.
    year : xr.DataArray, (year)

    Notes
    -----
    1 - (1 - efficiency)(1 + loss_change)^(year - first_year): never above 1.
    """
    return 1.0 - (1.0 - efficiency) * (1.0 + loss_change) ** (year - first_year).clip(0)


@declare_units("1", round_trip_efficiency="1", store_loss_change="1/yr")
def later_efficiency(
    round_trip_efficiency: xr.DataArray, store_loss_change: xr.DataArray, first_year: int, last_year: int
) -> xr.DataArray:
    """Return the efficiency of the template's stores as built in the first year of the rollout, and in the last.

    Parameters
    ----------
    round_trip_efficiency : xr.DataArray, [1], (..., store)
        Of what is built in `first_year`.
    store_loss_change : xr.DataArray, [1/yr], (...)
        Yearly change of what is lost in a round trip.
    first_year, last_year : int

    Returns
    -------
    xr.DataArray, [1], (..., store, vintage)
    """
    built = xr.DataArray([first_year, last_year], {"vintage": list(VINTAGES)}, ("vintage",))
    return bettered_efficiency.__wrapped__(round_trip_efficiency, store_loss_change, built, first_year)


@declare_units("1", store_loss_change="1/yr")
def vintage_weight(
    store_loss_change: xr.DataArray, year: xr.DataArray, first_year: int, last_year: int
) -> xr.DataArray:
    """Return how far the losses of stores built in each year have gone from the first year's to the last year's.

    A zone built in between is taken as that mixture of the two. Its losses are exactly that; its flows nearly: against
    a direct dispatch of the seed park they are wrong by 0.01 % of its load, and by less than 0.1 % where losses fall
    by 2 % a year and stores are ten times as large.

    Parameters
    ----------
    store_loss_change : xr.DataArray, [1/yr], (...)
    year : xr.DataArray, (year)
        Years of the build; up to `first_year` the weight is 0.
    first_year, last_year : int

    Notes
    -----
    w(v) = ((1 + c)^(v - first) - 1) / ((1 + c)^(last - first) - 1), and 0 where nothing changes.
    """
    pace = np.log1p(store_loss_change)
    whole = np.expm1((last_year - first_year) * pace)
    return np.expm1((year - first_year).clip(0) * pace) / whole.where(whole != 0.0, np.inf)
