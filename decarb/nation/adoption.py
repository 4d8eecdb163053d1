"""How many zones want the template, year by year: outside push and imitation, lists of policy, a table of one's own.

The logistic curve stands in `decarb.nation.rollout`, with the caps under which wanted zones are built.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import xarray as xr

from decarb.errors import DecarbError
from decarb.nation import rollout
from decarb.nation.vintages import read_at
from decarb.units import declare_units


@declare_units("zone", anchor="zone", innovation="1/yr", imitation="1/yr", zones="zone", ceiling="1")
def bass_zones(
    year: xr.DataArray,
    *,
    anchor: xr.DataArray,
    anchor_year: xr.DataArray,
    innovation: xr.DataArray,
    imitation: xr.DataArray,
    zones: xr.DataArray,
    ceiling: xr.DataArray,
) -> xr.DataArray:
    """Return zones in which the template operates at the end of a year: the Bass curve through one point.

    Zones adopt because someone outside asks for it, and because others did.

    Parameters
    ----------
    year : xr.DataArray, (year)
        Calendar years.
    anchor, anchor_year : xr.DataArray
        The point: that many zones [zone] operate at the end of that year.
    innovation, imitation : xr.DataArray, [1/yr], (...)
        Of the zones that have not adopted, those that do in a year by themselves, and if all others had.
    zones, ceiling : xr.DataArray, (...)
        All zones [zone], and the share of them [1] that ever adopts.

    Notes
    -----
    dF/dt = (p + q F)(1 - F), F = A / K, K = ceiling x zones. Through F0 at t0, with e = exp(-(p + q)(t - t0)):
    F = (p + q F0 - p (1 - F0) e) / (p + q F0 + q (1 - F0) e), and 0 before the curve starts. p = 0 is the logistic
    curve of growth q.
    """
    most = ceiling * zones
    first = xr.where(most > 0, anchor / most.where(most > 0, 1.0), 0.0).clip(max=1.0)
    decay = np.exp(-(innovation + imitation) * (year - anchor_year))
    pace = innovation + imitation * first
    below = pace + imitation * (1.0 - first) * decay
    share = (pace - innovation * (1.0 - first) * decay) / below.where(below > 0, 1.0)
    return most * share.where(below > 0, first).clip(0.0, 1.0)


@declare_units("zone", lists="zone")
def listed_zones(lists: xr.DataArray, year: xr.DataArray) -> xr.DataArray:
    """Return zones named by all lists so far: a step in the year of each list, none before the first.

    A listed zone does not operate yet: `decarb.nation.vintages.delayed` says when it does.

    Parameters
    ----------
    lists : xr.DataArray, [zone], (..., year)
        All zones named by the end of the years that have a list. A list withdraws no zone.
    year : xr.DataArray, (year)
        The years wanted.

    Raises
    ------
    DecarbError
        A later list names fewer zones in all.
    """
    _check_never_falls(lists, "lists")
    place = np.searchsorted(lists["year"].values, year.values, side="right") - 1.0
    return _placed(lists, place, year)


@declare_units("zone", lists="zone")
def pace_of_lists(lists: xr.DataArray, year: xr.DataArray) -> xr.DataArray:
    """Return zones if the pace from the first list to the last went on: what a rollout is held against.

    Parameters
    ----------
    lists : xr.DataArray, [zone], (..., year)
        All zones named by the end of the years that have a list; two or more.
    year : xr.DataArray, (year)
        The years wanted.

    Notes
    -----
    52 in 2025 and 100 in 2030 are 14 % a year and about 370 in 2040.
    """
    first, last = lists.isel(year=0, drop=True), lists.isel(year=-1, drop=True)
    start, end = lists["year"].values[0], lists["year"].values[-1]
    return last * (last / first) ** ((year - end) / (end - start))


@declare_units("zone", listed="zone", growth="1/yr", zones="zone", ceiling="1")
def listed_and_on(
    listed: xr.DataArray,
    *,
    last_list: int,
    growth: xr.DataArray,
    zones: xr.DataArray,
    ceiling: xr.DataArray,
) -> xr.DataArray:
    """Return listed zones up to the last list, then a logistic curve from there: what follows no list has said.

    Parameters
    ----------
    listed : xr.DataArray, [zone], (..., year)
        As `listed_zones` returns it.
    last_list : int
        Year of the last list.
    growth, zones, ceiling : xr.DataArray
        As of `decarb.nation.rollout.adopted_zones`.
    """
    known = listed.clip(max=ceiling * zones)
    then = rollout.adopted_zones.__wrapped__(
        listed["year"], anchor=known.sel(year=last_list, drop=True), anchor_year=xr.DataArray(last_list),
        growth=growth, zones=zones, ceiling=ceiling,
    )  # fmt: skip
    return known.where(listed["year"] <= last_list, then)


@declare_units("zone", table="zone", zones="zone", ceiling="1")
def tabled_zones(
    table: xr.DataArray, year: xr.DataArray, *, zones: xr.DataArray, ceiling: xr.DataArray, retires: bool = False
) -> xr.DataArray:
    """Return a planner's own path: straight lines between the years of a table, flat after it, 0 before it.

    Parameters
    ----------
    table : xr.DataArray, [zone], (..., year)
        Zones in operation at the end of the years it names, in order.
    year : xr.DataArray, (year)
        The years wanted.
    zones, ceiling : xr.DataArray, (...)
        All zones [zone], and the share of them [1] that ever adopts.
    retires : bool
        A lifetime is stated, so that a path may fall as zones retire.

    Raises
    ------
    DecarbError
        The table passes the ceiling, is negative, or falls without a stated lifetime.
    """
    most = ceiling * zones
    if bool((table > most * (1.0 + 1e-9)).any()) or bool((table < 0.0).any()):
        raise DecarbError(
            f"rollout.table: {float(table.min()):g} to {float(table.max()):g} zones where 0 to {float(most.min()):g} "
            f"may adopt (ceiling x zones); write less, or raise rollout.ceiling"
        )
    if not retires:
        _check_never_falls(table, "table")
    knots = table["year"].values
    place = np.where(year.values < knots[0], -np.inf, np.interp(year.values, knots, np.arange(knots.size)))
    return _placed(table, place, year)


@declare_units("zone", national="zone", room="zone")
def shared_among(national: xr.DataArray, room: xr.DataArray) -> xr.DataArray:
    """Return national zones spread over provinces, levels and archetypes, each in proportion to its room.

    Which kind adopts first is not known: none is preferred. A national logistic curve is then the sum of logistic
    curves of the same growth.

    Parameters
    ----------
    national : xr.DataArray, [zone], (..., year)
    room : xr.DataArray, [zone], (..., province, level, archetype)
        Most that ever adopts in each cohort: its ceiling times its zones.
    """
    total = room.sum(rollout.cohorts_of(room))
    return national * room / total.where(total > 0, 1.0)


def _placed(known: xr.DataArray, place: np.ndarray, year: xr.DataArray) -> xr.DataArray:
    values = known.transpose(..., "year")
    coords = {name: array for name, array in known.coords.items() if "year" not in array.dims}
    return xr.DataArray(read_at(values.data, place), {**coords, "year": year.values}, values.dims)


def _check_never_falls(known: xr.DataArray, key: str) -> None:
    falls = (known.diff("year") < 0.0).any([dim for dim in known.dims if dim != "year"])
    for (earlier, later), fall in zip(pairwise(known["year"].values), falls.values, strict=True):
        if fall:
            raise DecarbError(
                f"rollout.{key}: fewer zones in {later} than in {earlier}; zones do not close by themselves: "
                f"write as many or more, or state rollout.lifetime"
            )
