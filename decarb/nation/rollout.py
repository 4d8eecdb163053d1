"""How many zones are built and operate, year by year: what is wanted, under yearly caps, by age and by vintage."""

from __future__ import annotations

from typing import Final

import numpy as np
import xarray as xr

from decarb.errors import DecarbError
from decarb.nation.adoption import cohorts_of, national_zones, part_of_room, room
from decarb.nation.vintages import (
    SHORTEST_LIFE,
    added_in_year,
    mean_of_year,
    read_at,
    standing_with_retrofits,
    vintage_weight,
)  # fmt: skip
from decarb.units import declare_units, stamp, strip

OF_NATION: Final = (
    "rollout_anchor", "rollout_anchor_year", "rollout_growth", "rollout_innovation", "rollout_imitation",
    "rollout_lists", "rollout_table", "rollout_delay", "rollout_lifetime", "rollout_renewed_share",
    "rollout_build_rate", "rollout_capacity_rate", "rollout_retrofit_age", "rollout_retrofit_share",
    "store_loss_change",
)  # fmt: skip
"""Inputs of the rollout that hold for all zones of the nation alike; only its ceiling may tell zones apart."""


def fleet(
    inputs: xr.Dataset, zones: xr.DataArray, capacity_of_zone: xr.DataArray, last_observed_year: int
) -> xr.Dataset:
    """Return the zones that operate the template, what part of all zones they are, and how new their stores are.

    Nothing operates up to the last observed year: what ran by then is inside the observed base. All cohorts share one
    national path by their room, the caps cut all in the same proportion, and age is the same for all, so the caps are
    laid over the nation once.

    Parameters
    ----------
    inputs : xr.Dataset
        As of `decarb.nation.adoption.wanted_zones`, and `rollout_build_rate` [zone/yr] and `rollout_capacity_rate`
        [GW/yr] (infinite is no cap; may differ by year), `rollout_lifetime`, `rollout_retrofit_age` [yr],
        `rollout_renewed_share`, `rollout_retrofit_share` [1], `store_loss_change` [1/yr].
    zones : xr.DataArray, [zone], (level, archetype)
        Of the nation.
    capacity_of_zone : xr.DataArray, [GW], (..., level, archetype)
        Wind and PV that the template puts into a mean zone.
    last_observed_year : int
        The first zones start in the year after.

    Returns
    -------
    xr.Dataset
        `adopted_zones` [zone] (level, archetype, year), operating at the end of the year; `operating_share` [1], the
        same over all zones of the cohort, as a mean over the year: what starts or retires in a year counts half in it;
        `later_share` [1], the sum of the vintage weights of what operates, over all zones and as a mean over the year.
        `waiting_zones`, `built_zones`, `retired_zones` [zone] (year) of the nation at the end of the year: wanted and
        not built; built so far, renewals counted again; retired so far.

    Raises
    ------
    DecarbError
        An input but the ceiling tells zones apart, or a law of `check_caps` is broken.

    Notes
    -----
    A flow of the fleet is first x operating_share + (last - first) x later_share, with a zone's flow as built in the
    first and in the last year of the rollout; between the two it is taken as linear in what the stores lose.
    """
    _refuse_cohorts(inputs)
    space = room(zones, inputs["rollout_ceiling"])
    part = part_of_room(space)
    total = stamp(space.sum(cohorts_of(space)), "zone")
    wanted = operating_after(national_zones(inputs, total), last_observed_year)
    life, rate = inputs["rollout_lifetime"], inputs["rollout_build_rate"]
    made = built_under_caps(
        wanted, build_rate=rate, capacity_rate=inputs["rollout_capacity_rate"],
        capacity_of_zone=stamp(xr.dot(part, strip(capacity_of_zone, "GW"), dim=list(zones.dims)), "GW"),
        lifetime=life, renewed_share=inputs["rollout_renewed_share"],
    )  # fmt: skip
    check_caps(made, rate)
    weight = vintage_weight(
        inputs["store_loss_change"], inputs["year"], last_observed_year + 1, int(inputs["year"].max())
    )
    later = standing_with_retrofits(
        added_in_year(made["built"]), weight, life, inputs["rollout_retrofit_age"], inputs["rollout_retrofit_share"],
        "zone",
    )  # fmt: skip
    each = strip(inputs["rollout_ceiling"], "1").broadcast_like(zones) / total.where(total > 0, np.inf).drop_attrs()
    order = (..., *zones.dims, "year")
    of_cohort = {
        "adopted_zones": stamp((part * strip(made["operating"], "zone")).transpose(*order), "zone"),
        "operating_share": stamp((each * strip(mean_of_year(made["operating"]), "zone")).transpose(*order), "1"),
        "later_share": stamp((each * strip(mean_of_year(later), "zone")).transpose(*order), "1"),
    }
    of_nation = {f"{name}_zones": made[name] for name in ("waiting", "built", "retired")}
    return xr.Dataset(of_cohort | of_nation)


def _refuse_cohorts(inputs: xr.Dataset) -> None:
    for name in OF_NATION:
        if cohorts_of(inputs[name]):
            raise DecarbError(
                f"{name}: tells zones apart by {', '.join(cohorts_of(inputs[name]))}; the nation has one rollout: give "
                f"one value, and state what differs in rollout_ceiling"
            )


@declare_units("1", adopted="zone", zones="zone")
def share_at_year_end(adopted: xr.DataArray, zones: xr.DataArray) -> xr.DataArray:
    """Return the share of each cohort's zones in operation at the end of each year, 0 where it has none.

    Parameters
    ----------
    adopted : xr.DataArray, [zone], (level, archetype, year)
    zones : xr.DataArray, [zone], (level, archetype)
    """
    return (adopted / zones.where(zones > 0)).fillna(0.0)


@declare_units("zone", curve="zone")
def operating_after(curve: xr.DataArray, last_observed_year: int) -> xr.DataArray:
    """Return the curve after the last observed year, and no zone before.

    Whatever ran earlier is inside the observed base: it brings no new abatement and has no books here.
    """
    return curve.where(curve["year"] > last_observed_year, 0.0)


@declare_units({"built": "zone", "operating": "zone", "retired": "zone", "waiting": "zone"},
               wanted="zone", build_rate="zone/yr", capacity_rate="GW/yr", capacity_of_zone="GW", lifetime="yr",
               renewed_share="1")  # fmt: skip
def built_under_caps(
    wanted: xr.DataArray,
    *,
    build_rate: xr.DataArray,
    capacity_rate: xr.DataArray,
    capacity_of_zone: xr.DataArray,
    lifetime: xr.DataArray,
    renewed_share: xr.DataArray,
) -> xr.Dataset:
    """Return what is built, operates, has retired and waits at the end of each year, under yearly caps.

    What a cap cuts is not lost: it waits and is built as soon as there is room, all cohorts in the same proportion.
    Nothing is ever taken down but by age; a zone that retires is renewed, under the same caps, as far as it is wanted.

    Parameters
    ----------
    wanted : xr.DataArray, [zone], (..., year)
        Zones that want to operate at the end of each year, under their ceiling. All of the first year is built in it.
    build_rate : xr.DataArray, [zone/yr], (..., year) or (...)
        Most zones that are built in a year, renewals among them; infinite is no cap. A cap is shared by all cohorts of
        the dimensions that it does not carry: one with `province` holds in each province.
    capacity_rate : xr.DataArray, [GW/yr], (..., year) or (...)
        The same for new wind and PV.
    capacity_of_zone : xr.DataArray, [GW], (..., year)
        Wind and PV of one zone built in that year.
    lifetime : xr.DataArray, [yr], (...)
        From the end of the year of the build; one year or more, infinite is never.
    renewed_share : xr.DataArray, [1], (...)
        Of retired zones, those that want the template again: 1 keeps them all, 0 none.

    Returns
    -------
    xr.Dataset
        `built` (all builds so far, renewals counted again), `operating`, `retired` (all so far), and `waiting` (wanted,
        or wanted again, and not built) [zone].

    Raises
    ------
    DecarbError
        A lifetime is too short, a cap is negative, or an argument tells zones apart that `wanted` does not.

    Notes
    -----
    need(t) = max(0, wanted(t) - built(t - 1) + renewed_share x retired(t)), retired(t) = built(t - lifetime),
    built(t) = built(t - 1) + need(t) x min(1, build_rate / sum of need, capacity_rate / sum of need x capacity).
    """
    given = {"build_rate": build_rate, "capacity_rate": capacity_rate, "capacity_of_zone": capacity_of_zone,
             "lifetime": lifetime, "renewed_share": renewed_share}  # fmt: skip
    _check_caps(wanted, given)
    every = wanted
    for array in given.values():
        every = every.broadcast_like(array.isel(year=0, drop=True) if "year" in array.dims else array)
    every = every.transpose(..., "year")
    lead = every.dims[:-1]
    life, again = _aligned(lifetime, lead), _aligned(renewed_share, lead)
    caps = [(_by_year(cap, every), _shared_axes(every, cap)) for cap in (build_rate, capacity_rate)]
    of_zone = _by_year(capacity_of_zone, every)
    built, retired, waiting = (np.zeros(every.shape) for _ in range(3))
    before = np.zeros(every.shape[:-1])
    for at in range(every.sizes["year"]):
        if at + 1 > life.min():  # none is old enough before
            retired[..., at] = read_at(built, np.broadcast_to(at - life, before.shape)[..., np.newaxis])[..., 0]
        need = np.maximum(every.data[..., at] - (before - again * retired[..., at]), 0.0)
        claims = (need, need * of_zone[..., at])
        part = np.minimum(*(_part(cap[..., at], claim, axes) for claim, (cap, axes) in zip(claims, caps, strict=True)))
        built[..., at] = before + part * need
        waiting[..., at] = need - part * need
        before = built[..., at]
    totals = {"built": built, "operating": built - retired, "retired": retired, "waiting": waiting}
    return xr.Dataset({name: every.copy(data=values) for name, values in totals.items()})


def _by_year(array: xr.DataArray, every: xr.DataArray) -> np.ndarray:
    """Return an array on the dimensions of `every`, of length one where it does not carry them, but by year."""
    return _aligned(array.broadcast_like(every["year"]), every.dims)


def _part(cap: np.ndarray, claim: np.ndarray, axes: tuple[int, ...]) -> np.ndarray:
    """Return how much of what is claimed fits under a cap."""
    claimed = claim.sum(axes, keepdims=True)
    return np.divide(cap, claimed, out=np.ones(np.broadcast_shapes(cap.shape, claimed.shape)), where=claimed > cap)


def _aligned(array: xr.DataArray, dims: tuple[object, ...]) -> np.ndarray:
    return array.expand_dims([dim for dim in dims if dim not in array.dims]).transpose(*dims).values


def _shared_axes(every: xr.DataArray, cap: xr.DataArray) -> tuple[int, ...]:
    return tuple(every.get_axis_num(dim) for dim in cohorts_of(every) if dim not in cap.dims)


def _check_caps(wanted: xr.DataArray, given: dict[str, xr.DataArray]) -> None:
    for name, array in given.items():
        finer = [dim for dim in cohorts_of(array) if dim not in wanted.dims]
        if finer:
            raise DecarbError(
                f"{name}: tells zones apart by {', '.join(finer)}, the zones wanted do not; take a mean over "
                f"{', '.join(finer)}, or give one value for the nation"
            )
        if bool((array < 0.0).any()) or bool(array.isnull().any()):
            raise DecarbError(f"{name}: {float(array.min()):g} is negative or no number; write 0 or more")
    if bool((given["lifetime"] - SHORTEST_LIFE < 0.0).any()):
        raise DecarbError(f"lifetime: {float(given['lifetime'].min()):g} yr; write {SHORTEST_LIFE:g} yr or more")


def check_caps(rollout: xr.Dataset, build_rate: xr.DataArray, *, tolerance: float = 1e-9) -> None:
    """Check that nothing is unbuilt or lost, and that no year builds more zones than its cap.

    Parameters
    ----------
    rollout : xr.Dataset
        As `built_under_caps` returns it.
    build_rate : xr.DataArray, [zone/yr], (..., year) or (...)
    tolerance : float
        Of the largest number built.

    Raises
    ------
    DecarbError
        A law is broken, with its year.
    """
    allowed = tolerance * max(float(rollout["built"].max()), 1.0)
    added = strip(added_in_year(rollout["built"]), "zone")
    cap = strip(build_rate, "zone/yr")
    together = added.sum([dim for dim in cohorts_of(added) if dim not in cap.dims])
    found = {
        "fewer zones are built than before": added < -allowed,
        "more zones are built than rollout.build_rate allows": together > cap + allowed,
        "zones that were built neither operate nor have retired":
            abs(rollout["built"] - rollout["operating"] - rollout["retired"]) > allowed,
        "a number of zones is negative": (rollout[["operating", "retired", "waiting"]].to_array() < -allowed),
    }  # fmt: skip
    for what, broken in found.items():
        years = broken.any([dim for dim in broken.dims if dim != "year"])
        if bool(years.any()):
            raise DecarbError(f"rollout: {what} in {int(years['year'][years.argmax('year')])}")
