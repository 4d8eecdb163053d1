"""The rollout of one scenario, as machine code: what is wanted, built under caps, and how new its stores are.

The same sums as `decarb.nation.adoption`, `decarb.nation.rollout` and `decarb.nation.vintages`, of the nation as a
whole and without labels. Nothing is raised: what those modules refuse is returned as a number of `REFUSED`.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

import numpy as np

from decarb.park.compiled import compiled

LOGISTIC, BASS, POLICY, TABLE = range(4)  # places of `chosen`
COMPUTED: Final = 0
DELAY, BUILD_RATE, CAPACITY_RATE, CAPACITY_OF_ZONE, RENEWED_SHARE, LIFETIME, RETROFIT_AGE, RETROFIT_SHARE = range(1, 9)
NO_NUMBER: Final = 9
REFUSED: Final = MappingProxyType(
    {
        DELAY: "rollout.delay is negative or no number; write 0 yr or more",
        BUILD_RATE: "rollout.build_rate is negative or no number; write 0 zones a year or more",
        CAPACITY_RATE: "rollout.capacity_rate is negative or no number; write 0 GW a year or more",
        CAPACITY_OF_ZONE: "the wind and PV of a mean zone is negative or no number; write sizes of 0 or more",
        RENEWED_SHARE: "rollout.renewed_share is negative or no number; write 0 or more",
        LIFETIME: "rollout.lifetime is below 1 yr or no number; write 1 yr or more",
        RETROFIT_AGE: "rollout.retrofit_age is no whole number of years from 1 yr on; write one",
        RETROFIT_SHARE: "rollout.retrofit_share lies outside 0 to 1; write a share",
        NO_NUMBER: "rollout: an anchor, a pace, store_loss_change or the weight of a curve is no number; write one",
    }
)
"""What `fleet_curve` returns -> why nothing was computed, in the order in which it looks."""
SHORTEST_LIFE: Final = 1.0  # yr, as of `decarb.nation.vintages`
SCRATCH: Final = 3  # rows of scratch


@compiled(nogil=True, error_model="numpy")
def fleet_curve(
    year: np.ndarray, last_observed: float, most: float, chosen: np.ndarray, anchor: float, anchor_year: float,
    growth: float, innovation: float, imitation: float, lists: np.ndarray, table: np.ndarray, delay: float,
    build_rate: np.ndarray, capacity_rate: np.ndarray, capacity_of_zone: float, lifetime: float, renewed_share: float,
    loss_change: float, retrofit_age: float, retrofit_share: float, scratch: np.ndarray, wanted: np.ndarray,
    built: np.ndarray, operating: np.ndarray, retired: np.ndarray, waiting: np.ndarray, operating_mean: np.ndarray,
    later_mean: np.ndarray,
) -> int:  # fmt: skip
    """Write the rollout of the nation and return 0, or write nothing and return why, a key of `REFUSED`.

    Every array is one of float64 over (year,); what is written is overwritten whole.

    Parameters
    ----------
    year : float array (year,)
        Consecutive calendar years.
    last_observed : float
        Calendar year; nothing operates up to it.
    most : float, zone
        Zones that ever adopt: ceiling x zones, summed over all cohorts.
    chosen : float array (4,), 1
        Weight of each curve, in the order `LOGISTIC`, `BASS`, `POLICY`, `TABLE`: one is 1, the others 0.
    anchor, anchor_year : float, zone and calendar year
        The point through which the logistic and the Bass curve go.
    growth, innovation, imitation : float, 1/yr
    lists, table : float array (year,), zone
        NaN in years without an entry.
    delay : float, yr
        From list to operation; infinite is never.
    build_rate, capacity_rate : float array (year,) or (1,), zone/yr and GW/yr
        Caps of each year, or of every year alike; infinite is no cap.
    capacity_of_zone : float, GW
        Wind and PV of a mean zone: over all cohorts, each by its part of the room.
    lifetime : float, yr
        Infinite is never.
    renewed_share : float, 1
    loss_change : float, 1/yr
        Yearly change of what stores lose.
    retrofit_age, retrofit_share : float, yr and 1
        Age in whole years.
    scratch : float array (`SCRATCH`, year)
        Overwritten.
    wanted, built, operating, retired, waiting : float array (year,), zone
        Written: at the end of each year, as of `decarb.nation.rollout.built_under_caps`; `wanted` is 0 up to the last
        observed year.
    operating_mean, later_mean : float array (year,), zone
        Written: what operates, and the sum of its vintage weights, as means over the year. Times ceiling and divided
        by `most` (0 where that is 0) they are `operating_share` and `later_share` of a cohort.

    Notes
    -----
    For 41 years at most 41 exponentials and about 2,000 other operations.
    """
    status = _refused(
        delay, build_rate, capacity_rate, capacity_of_zone, renewed_share, lifetime, retrofit_age, retrofit_share
    )
    if status != COMPUTED:
        return status
    read = anchor + anchor_year + growth + innovation + imitation + loss_change + chosen.sum()
    if read != read:  # a curve that is not chosen says nothing, but what is no number is no input
        return NO_NUMBER
    start = 0
    while start < year.size and year[start] <= last_observed:
        start += 1
    wanted[:] = 0.0
    if chosen[LOGISTIC] != 0.0:
        _add_logistic(year, start, anchor, anchor_year, growth, most, chosen[LOGISTIC], wanted)
    if chosen[BASS] != 0.0:
        _add_bass(year, start, anchor, anchor_year, innovation, imitation, most, chosen[BASS], wanted)
    if chosen[POLICY] != 0.0:
        _add_policy(year, start, lists, delay, growth, most, chosen[POLICY], scratch[0], wanted)
    if chosen[TABLE] != 0.0:
        _add_table(start, table, most, chosen[TABLE], wanted)
    _build(
        start, wanted, build_rate, capacity_rate, capacity_of_zone, lifetime, renewed_share, built, operating, retired,
        waiting,
    )  # fmt: skip
    _mean_of_year(operating, operating_mean)
    first_build = last_observed + 1.0 - year[0]
    _weigh(first_build, built, lifetime, loss_change, retrofit_age, retrofit_share, scratch, later_mean)
    return COMPUTED


@compiled(nogil=True, error_model="numpy")
def _refused(
    delay: float, build_rate: np.ndarray, capacity_rate: np.ndarray, capacity_of_zone: float, renewed_share: float,
    lifetime: float, retrofit_age: float, retrofit_share: float,
) -> int:  # fmt: skip
    """Return why nothing can be computed, in the order in which the labelled functions look; 0 where all is well."""
    if not delay >= 0.0:
        return DELAY
    for cap in build_rate:
        if not cap >= 0.0:
            return BUILD_RATE
    for cap in capacity_rate:
        if not cap >= 0.0:
            return CAPACITY_RATE
    if not capacity_of_zone >= 0.0:
        return CAPACITY_OF_ZONE
    if not renewed_share >= 0.0:
        return RENEWED_SHARE
    if not lifetime >= SHORTEST_LIFE:
        return LIFETIME
    if retrofit_age != np.floor(retrofit_age) or retrofit_age < SHORTEST_LIFE:
        return RETROFIT_AGE
    if retrofit_share < 0.0 or retrofit_share > 1.0:
        return RETROFIT_SHARE
    return COMPUTED


@compiled(nogil=True, error_model="numpy")
def _read_at(series: np.ndarray, place: float) -> float:
    """Return what a series holds at a fractional place up to its last, 0 before its first; -inf is before it."""
    if not place > -1.0:
        return 0.0
    low = int(np.floor(place))
    part = place - low
    high = min(low + 1, series.size - 1)
    return (series[low] * (1.0 - part) if low >= 0 else 0.0) + series[high] * part


@compiled(nogil=True, error_model="numpy")
def _logistic(year: float, start: float, anchor_year: float, growth: float, most: float) -> float:
    """Return A(t) = K A0 / (A0 + (K - A0) exp(-g (t - t0))), `start` being A0 <= K; 0 where A0 is."""
    if start <= 0.0:
        return 0.0
    return most * start / (start + (most - start) * np.exp(-growth * (year - anchor_year)))


@compiled(nogil=True, error_model="numpy")
def _add_logistic(
    year: np.ndarray, start: int, anchor: float, anchor_year: float, growth: float, most: float, weight: float,
    wanted: np.ndarray,
) -> None:  # fmt: skip
    first = most if anchor > most else anchor
    for at in range(start, year.size):
        wanted[at] += weight * _logistic(year[at], first, anchor_year, growth, most)


@compiled(nogil=True, error_model="numpy")
def _add_bass(
    year: np.ndarray, start: int, anchor: float, anchor_year: float, innovation: float, imitation: float, most: float,
    weight: float, wanted: np.ndarray,
) -> None:  # fmt: skip
    if not most > 0.0:
        return
    first = anchor / most
    first = 1.0 if first > 1.0 else first
    pace = innovation + imitation * first
    for at in range(start, year.size):
        decay = np.exp(-(innovation + imitation) * (year[at] - anchor_year))
        below = pace + imitation * (1.0 - first) * decay
        share = (pace - innovation * (1.0 - first) * decay) / below if below > 0.0 else first
        share = 0.0 if share < 0.0 else share
        wanted[at] += weight * most * (1.0 if share > 1.0 else share)


@compiled(nogil=True, error_model="numpy")
def _add_policy(
    year: np.ndarray, start: int, lists: np.ndarray, delay: float, growth: float, most: float, weight: float,
    path: np.ndarray, wanted: np.ndarray,
) -> None:  # fmt: skip
    """Add what follows the lists `delay` later; `path` is scratch: listed zones, and the logistic curve from there."""
    last, anchor, listed = 0, 0.0, 0.0
    for at in range(year.size):
        if lists[at] == lists[at]:  # not NaN
            anchor = max(anchor, lists[at])
            last = at
    for at in range(last + 1):
        listed = max(listed, lists[at]) if lists[at] == lists[at] else listed
        path[at] = most if listed > most else listed
    first = most if anchor > most else anchor
    needed = min(float(year.size), year.size + 1.0 - delay)  # nobody asks for what starts after the last year
    for at in range(last + 1, year.size):
        path[at] = _logistic(year[at], first, year[last], growth, most) if at < needed else 0.0
    for at in range(start, year.size):
        wanted[at] += weight * _read_at(path, at - delay)


@compiled(nogil=True, error_model="numpy")
def _add_table(start: int, table: np.ndarray, most: float, weight: float, wanted: np.ndarray) -> None:
    """Add straight lines between the named years, flat after the last, 0 before the first, cut at the ceiling."""
    before, after = -1, 0
    for at in range(table.size):
        if table[at] == table[at]:
            before = at
        after = max(after, at)
        while after < table.size and table[after] != table[after]:
            after += 1
        if before < 0 or at < start:
            continue
        value = table[before]
        if after < table.size and after > before:
            value += (table[after] - table[before]) * ((at - before) / (after - before))
        wanted[at] += weight * (most if value > most else value)


@compiled(nogil=True, error_model="numpy")
def _build(
    start: int, wanted: np.ndarray, build_rate: np.ndarray, capacity_rate: np.ndarray, capacity_of_zone: float,
    lifetime: float, renewed_share: float, built: np.ndarray, operating: np.ndarray, retired: np.ndarray,
    waiting: np.ndarray,
) -> None:  # fmt: skip
    """Build what is wanted, or wanted again, as far as the tighter cap lets; the rest waits."""
    for series in (built, operating, retired, waiting):
        series[:start] = 0.0
    before = 0.0
    for at in range(start, wanted.size):
        gone = _read_at(built, at - lifetime)
        need = wanted[at] - (before - renewed_share * gone)
        need = 0.0 if need < 0.0 else need
        cap = build_rate[at if build_rate.size > 1 else 0]
        part = cap / need if need > cap else 1.0
        cap, claim = capacity_rate[at if capacity_rate.size > 1 else 0], need * capacity_of_zone
        part = min(part, cap / claim) if claim > cap else part
        before += part * need
        built[at] = before
        retired[at] = gone
        operating[at] = before - gone
        waiting[at] = need - part * need


@compiled(nogil=True, error_model="numpy")
def _mean_of_year(at_year_end: np.ndarray, mean: np.ndarray) -> None:
    mean[0] = at_year_end[0]
    for at in range(1, mean.size):
        mean[at] = (at_year_end[at] + at_year_end[at - 1]) / 2.0


@compiled(nogil=True, error_model="numpy")
def _weigh(
    first_build: float, built: np.ndarray, lifetime: float, loss_change: float, age: float, share: float,
    scratch: np.ndarray, later_mean: np.ndarray,
) -> None:  # fmt: skip
    """Write the sum of the vintage weights of what operates, retrofits moved to their own year, as a mean of the year.

    With r(v) = (1 + c)^(v - first) - 1 the weight is r(v) / r(last). r is a running sum of terms of one sign, so it is
    as exact where c is small as where it is large.
    """
    later_mean[:] = 0.0
    if loss_change == 0.0 or not loss_change >= -1.0:
        return
    weight, own, gained = scratch[0], scratch[1], scratch[2]
    years = built.size
    weight[0] = 0.0
    for at in range(1, years):
        grows = at > first_build
        weight[at] = weight[at - 1] + loss_change * (1.0 + weight[at - 1]) if grows else 0.0
    whole = weight[years - 1]
    if whole == 0.0:
        return
    moves = share > 0.0 and age < lifetime
    shift = int(min(age, float(years)))
    own_sum, gained_sum, before = 0.0, 0.0, 0.0
    for at in range(years):
        own_sum += (built[at] - before) * weight[at]
        before = built[at]
        own[at] = own_sum
        if moves and at >= shift:
            added = built[at - shift] - (built[at - shift - 1] if at > shift else 0.0)
            gained_sum += added * share * (weight[at] - weight[at - shift])
        gained[at] = gained_sum
    before = 0.0  # nothing stands at the end of the first year, nor before it
    for at in range(years):
        now = own[at] - _read_at(own, at - lifetime)
        if moves:
            now += gained[at] - _read_at(gained, at - (lifetime - age))
        later_mean[at] = (now + before) / (2.0 * whole)
        before = now
