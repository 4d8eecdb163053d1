"""How many zones want to operate the template, year by year: four curves, and who of the zones adopts.

The caps under which wanted zones are built stand in `decarb.nation.rollout`.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import xarray as xr

from decarb.errors import DecarbError
from decarb.nation.vintages import delayed
from decarb.units import declare_units, stamp, strip

COHORTS: Final = ("province", "level", "archetype")
"""Dimensions that tell zones apart."""
CURVES: Final = ("logistic", "bass", "policy", "table")
"""Ways in which the nation's zones adopt, in the order of the `curve` dimension."""


def cohorts_of(array: xr.DataArray) -> list[str]:
    """Return the dimensions of an array that tell zones apart."""
    return [dim for dim in COHORTS if dim in array.dims]


@declare_units("zone", anchor="zone", growth="1/yr", most="zone")
def logistic_zones(
    year: xr.DataArray, *, anchor: xr.DataArray, anchor_year: xr.DataArray, growth: xr.DataArray, most: xr.DataArray
) -> xr.DataArray:
    """Return zones in which the template operates at the end of a year: a logistic curve through one point.

    Parameters
    ----------
    year : xr.DataArray, (year)
        Calendar years.
    anchor, anchor_year : xr.DataArray, (...)
        The point: that many zones [zone] operate at the end of that year.
    growth : xr.DataArray, [1/yr], (...)
        Continuous rate while few zones have adopted.
    most : xr.DataArray, [zone], (...)
        Zones that ever adopt.

    Notes
    -----
    A(t) = K A0 / (A0 + (K - A0) exp(-g (t - t0))), A0 <= K; nothing grows from nothing.
    """
    start = anchor.clip(max=most)
    below = start + (most - start) * np.exp(-growth * (year - anchor_year))
    return most * start / below.where(start > 0, np.inf)


@declare_units("zone", anchor="zone", innovation="1/yr", imitation="1/yr", most="zone")
def bass_zones(
    year: xr.DataArray,
    *,
    anchor: xr.DataArray,
    anchor_year: xr.DataArray,
    innovation: xr.DataArray,
    imitation: xr.DataArray,
    most: xr.DataArray,
) -> xr.DataArray:
    """Return zones in which the template operates at the end of a year: the Bass curve through one point.

    Zones adopt because someone outside asks for it, and because others did.

    Parameters
    ----------
    year, anchor, anchor_year, most
        As of `logistic_zones`.
    innovation, imitation : xr.DataArray, [1/yr], (...)
        Of the zones that have not adopted, those that do in a year by themselves, and if all others had.

    Notes
    -----
    dF/dt = (p + q F)(1 - F), F = A / K. Through F0 at t0, with e = exp(-(p + q)(t - t0)):
    F = (p + q F0 - p (1 - F0) e) / (p + q F0 + q (1 - F0) e), and 0 before the curve starts. p = 0 is the logistic
    curve of growth q.
    """
    first = xr.where(most > 0, anchor / most.where(most > 0, np.inf), 0.0).clip(max=1.0)
    decay = np.exp(-(innovation + imitation) * (year - anchor_year))
    pace = innovation + imitation * first
    below = pace + imitation * (1.0 - first) * decay
    share = (pace - innovation * (1.0 - first) * decay) / below.where(below > 0, np.inf)
    return most * share.where(below > 0, first).clip(0.0, 1.0)


@declare_units("zone", lists="zone")
def listed_zones(lists: xr.DataArray) -> xr.DataArray:
    """Return zones named by all lists so far: a step in the year of each list, none before the first.

    A listed zone does not operate yet. A list withdraws no zone.

    Parameters
    ----------
    lists : xr.DataArray, [zone], (..., year)
        All zones named by the end of the years that have a list; NaN in the others.
    """
    return lists.fillna(0.0).reduce(np.maximum.accumulate, "year", keep_attrs=True)


@declare_units("zone", lists="zone", growth="1/yr", most="zone")
def listed_and_on(lists: xr.DataArray, *, growth: xr.DataArray, most: xr.DataArray) -> xr.DataArray:
    """Return listed zones up to the last list, then a logistic curve from there: what follows no list has said.

    Parameters
    ----------
    lists : xr.DataArray, [zone], (..., year)
        As of `listed_zones`.
    growth, most
        As of `logistic_zones`.
    """
    year, listed = lists["year"], listed_zones.__wrapped__(lists).clip(max=most)
    last = year.where(lists.notnull(), year.min()).max("year")
    then = logistic_zones.__wrapped__(
        year, anchor=lists.max("year").fillna(0.0), anchor_year=last, growth=growth, most=most
    )
    return listed.where(year <= last, then)


@declare_units("zone", lists="zone", delay="yr", growth="1/yr", most="zone")
def policy_zones(lists: xr.DataArray, *, delay: xr.DataArray, growth: xr.DataArray, most: xr.DataArray) -> xr.DataArray:
    """Return zones that operate when the lists are followed: each listed zone starts `delay` after its list.

    This is the default, and it is no faster than the lists. 52 zones were listed in 2025 and about 100 are wanted by
    2030: 14 % a year, which would be about 370 listed in 2040. No list, budget or law asks for more. No listed park
    had reported its core indicator, so a zone operates some years after its list, and none before 2026. A faster path
    is a choice: state `growth`, or another curve.

    Parameters
    ----------
    lists : xr.DataArray, [zone], (..., year)
        As of `listed_zones`.
    delay : xr.DataArray, [yr], (...)
        From list to operation; infinite is never.
    growth, most
        As of `logistic_zones`; the curve goes on from the last list.
    """
    listed = listed_and_on.__wrapped__(lists, growth=growth, most=most)
    return strip(delayed(stamp(listed, "zone"), stamp(delay, "yr")), "zone")


@declare_units("zone", table="zone", most="zone")
def tabled_zones(table: xr.DataArray, *, most: xr.DataArray) -> xr.DataArray:
    """Return a planner's own path: straight lines between the years of a table, flat after it, 0 before it.

    Parameters
    ----------
    table : xr.DataArray, [zone], (..., year)
        Zones in operation at the end of the years that it names; NaN in the others.
    most : xr.DataArray, [zone], (...)
        Zones that ever adopt: it cuts the path.
    """
    path = xr.apply_ufunc(_between, table, input_core_dims=[["year"]], output_core_dims=[["year"]])
    return path.clip(max=most)


def _between(known: np.ndarray) -> np.ndarray:
    """Return rows (..., year) with straight lines over what is NaN, the last number after it, and 0 before the first.

    Each row has its own gaps.
    """
    places, none = np.arange(known.shape[-1]), known.shape[-1]
    before = np.maximum.accumulate(np.where(np.isnan(known), -1, places), axis=-1)
    after = np.minimum.accumulate(np.where(np.isnan(known), none, places)[..., ::-1], axis=-1)[..., ::-1]
    after = np.where(after < none, after, before)
    filled = np.nan_to_num(known)
    low, high = (np.take_along_axis(filled, np.maximum(at, 0), axis=-1) for at in (before, after))
    part = (places - before) / np.maximum(after - before, 1)
    return np.where(before < 0, 0.0, low + (high - low) * part)


def national_zones(inputs: xr.Dataset, most: xr.DataArray) -> xr.DataArray:
    """Return zones of the nation that want to operate at the end of each year, by the curve that is chosen.

    Parameters
    ----------
    inputs : xr.Dataset
        `rollout_curve` [1] (curve): 1 for the one that is chosen, 0 for the others; and what the curves read:
        `rollout_anchor`, `rollout_anchor_year`, `rollout_growth`, `rollout_innovation`, `rollout_imitation`,
        `rollout_lists` and `rollout_table` (year), `rollout_delay`. No cohort has a curve of its own.
    most : xr.DataArray, [zone], (...)
        Zones that ever adopt, in the nation.

    Raises
    ------
    DecarbError
        A curve is unknown.
    """
    unknown = set(inputs["curve"].values.tolist()) - set(CURVES)
    if unknown:
        raise DecarbError(f"rollout_curve: {', '.join(sorted(unknown))}: no such curve; write {', '.join(CURVES)}")
    year, growth = inputs["year"], inputs["rollout_growth"]
    point = {"anchor": inputs["rollout_anchor"], "anchor_year": inputs["rollout_anchor_year"], "most": most}
    curves = {
        "logistic": logistic_zones(year, growth=growth, **point),
        "bass": bass_zones(
            year, innovation=inputs["rollout_innovation"], imitation=inputs["rollout_imitation"], **point
        ),
        "policy": policy_zones(inputs["rollout_lists"], delay=inputs["rollout_delay"], growth=growth, most=most),
        "table": tabled_zones(inputs["rollout_table"], most=most),
    }
    chosen = strip(inputs["rollout_curve"], "1")
    parts = [strip(curves[str(name)], "zone") * chosen.sel(curve=name, drop=True) for name in chosen["curve"].values]
    return stamp(sum(parts[1:], parts[0]).transpose(..., "year"), "zone")


@declare_units("zone", zones="zone", ceiling="1")
def room(zones: xr.DataArray, ceiling: xr.DataArray) -> xr.DataArray:
    """Return the zones of each cohort that ever adopt.

    Parameters
    ----------
    zones : xr.DataArray, [zone], (level, archetype)
    ceiling : xr.DataArray, [1], (...)
        May differ by level and archetype.
    """
    return (ceiling * zones).transpose(..., *zones.dims)


@declare_units("1", room="zone")
def part_of_room(room: xr.DataArray) -> xr.DataArray:
    """Return the part of national adoption that falls to each cohort: its part of the room.

    Which kind adopts first is not known: none is preferred.

    Parameters
    ----------
    room : xr.DataArray, [zone], (..., level, archetype)
        Most that ever adopts in each cohort.
    """
    total = room.sum(cohorts_of(room))
    return room / total.where(total > 0, np.inf)


def wanted_zones(inputs: xr.Dataset, zones: xr.DataArray) -> xr.DataArray:
    """Return zones of each cohort that want to operate at the end of each year, before any cap.

    The national curve is shared out by room, so a national logistic curve is the sum of logistic curves of the same
    growth. `decarb.nation.rollout.fleet` cuts it by caps and starts it after the last observed year.

    Parameters
    ----------
    inputs : xr.Dataset
        As of `national_zones`, and `rollout_ceiling` [1], which may differ by level and archetype.
    zones : xr.DataArray, [zone], (level, archetype)
        Of the nation.

    Returns
    -------
    xr.DataArray, [zone], (..., level, archetype, year)
    """
    space = room(zones, inputs["rollout_ceiling"])
    national = national_zones(inputs, stamp(space.sum(cohorts_of(space)), "zone"))
    shared = part_of_room(space) * strip(national, "zone")
    return stamp(shared.transpose(..., *zones.dims, "year"), "zone")
