"""The nation's pathway of many scenarios, one after the other, as machine code: the sums of `decarb.model.evaluate`.

The labelled chain is the definition; this is the same arithmetic without labels, of the nation as a whole. Each
scenario is computed alone, so its bits hang on no neighbour. Nothing is raised: a scenario that the chain would refuse
gets a number instead, a key of `STATUS` in `decarb.nation.fused`.

Units and axes of all arrays stand in `decarb.nation.given_kernel`. Inputs are those of one scenario: `pathways` writes
what differs between scenarios into them, one scenario after the other. `decarb.nation.places_kernel` sums over the
zones before any year is met; only what parks buy is cut at zero in each province, and so theirs are the only sums over
(province, year).

Floor and distance: 41 years need about 30,000 operations (8 sectors x 30, 31 provinces x 8, 250 others), 300 divisions
or exponentials of a chain, and 50 kB that stay in the cache: 1.5 us at four operations in each of two vector units a
cycle. Measured are 8 to 9 us: loops of 41 years are short, and their heads and tails cost as much as their middles.
"""

from __future__ import annotations

from typing import Final

import numba
import numpy as np

from decarb.nation.given_kernel import (
    BASE,
    BY,
    CONSUMPTION,
    FLOW,
    HISTORY,
    NUMBER,
    OBSERVED,
    OUT,
    PATH,
    PLACE,
    POWER_HEAT,
    PROCESS,
    PROVINCE,
    ROW,
    SECTOR,
    SIZE,
    Given,
    Scratch,
    Summed,
    Zones,
)
from decarb.nation.places_kernel import COMPUTED, act, sum_places, sum_zones
from decarb.nation.power_kernel import balance_power, capture, carry, hold, keep_books, of_parks, trade_power
from decarb.nation.rollout_kernel import SCRATCH, fleet_curve
from decarb.park.compiled import compiled

NOT_FINITE, BAD_CREDITS, BEYOND_EMISSIONS, NO_NUMBER, NOT_CONSERVED = range(23, 28)
TOLERANCE: Final = 1e-9  # of credits and claims, as of `decarb.nation.credits` and `decarb.nation.ledger`
T_PER_MT: Final = 1e6


@numba.njit(nogil=True, error_model="numpy")
def _pathway(given: Given, acting: int, summed: Summed, scratch: Scratch, series: np.ndarray) -> int:
    """Write all series of one scenario and return 0, or why it is refused, in the order of the labelled chain."""
    status = _run_fleet(given, summed, scratch, series)
    if status != COMPUTED or acting != COMPUTED:
        return status if status != COMPUTED else acting
    _run_economy(given, summed, scratch, series)
    balance_power(given, summed, scratch, series)
    capture(given, scratch, series)
    status = trade_power(given, summed, scratch, series)
    if status != COMPUTED:
        return status
    status = keep_books(given, summed, scratch, series)
    if status != COMPUTED:
        return status
    _total(given, summed, scratch, series)
    return _refused(scratch, series)


@numba.njit(nogil=True, error_model="numpy")
def _run_fleet(given: Given, summed: Summed, scratch: Scratch, series: np.ndarray) -> int:
    """Write zones in operation and what they add up to; return 0 or why there is no rollout."""
    number, path, row = given.number, given.path, scratch.row
    ceiling, capacity = number[NUMBER.rollout_ceiling], summed.size[SIZE.wind_capacity] + summed.size[SIZE.pv_capacity]
    most = ceiling * summed.zones[0]
    status = fleet_curve(
        given.year, given.year[given.at[OBSERVED]], most, given.curve, number[NUMBER.rollout_anchor],
        number[NUMBER.rollout_anchor_year], number[NUMBER.rollout_growth], number[NUMBER.rollout_innovation],
        number[NUMBER.rollout_imitation], path[PATH.rollout_lists], path[PATH.rollout_table],
        number[NUMBER.rollout_delay], given.build_rate, given.capacity_rate,
        capacity / summed.zones[0] if most > 0.0 else 0.0, number[NUMBER.rollout_lifetime],
        number[NUMBER.rollout_renewed_share], number[NUMBER.store_loss_change], number[NUMBER.rollout_retrofit_age],
        number[NUMBER.rollout_retrofit_share], row[ROW.first : ROW.first + SCRATCH], row[ROW.fifth],
        series[OUT.built_zones], series[OUT.adopted_zones], series[OUT.retired_zones], series[OUT.waiting_zones],
        row[ROW.operating], row[ROW.later],
    )  # fmt: skip
    if status != COMPUTED:
        return status
    each = ceiling / most if most > 0.0 else 0.0
    for at in range(given.year.size):
        row[ROW.operating, at] *= each
        row[ROW.later, at] *= each
        row[ROW.at_year_end, at] = each * series[OUT.adopted_zones, at]
    of_parks(summed, FLOW.load, scratch, series[OUT.park_load])
    of_parks(summed, FLOW.own_use, scratch, series[OUT.park_own_use])
    of_parks(summed, FLOW.charge, scratch, series[OUT.park_charge])
    of_parks(summed, FLOW.discharge, scratch, series[OUT.park_discharge])
    of_parks(summed, FLOW.storage_change, scratch, series[OUT.park_storage_change])
    of_parks(summed, FLOW.grid_import, scratch, series[OUT.park_grid_import])
    of_parks(summed, FLOW.curtailment, scratch, series[OUT.park_curtailment])
    of_parks(summed, FLOW.curtailment_avoided, scratch, series[OUT.park_curtailment_avoided])
    for at in range(given.year.size):
        series[OUT.park_wind_capacity, at] = summed.size[SIZE.wind_capacity] * scratch.row[ROW.at_year_end, at]
        series[OUT.park_pv_capacity, at] = summed.size[SIZE.pv_capacity] * scratch.row[ROW.at_year_end, at]
        series[OUT.park_power_rating, at] = summed.size[SIZE.power_rating] * scratch.row[ROW.at_year_end, at]
        series[OUT.park_energy_rating, at] = summed.size[SIZE.energy_rating] * scratch.row[ROW.at_year_end, at]
    return COMPUTED


@numba.njit(nogil=True, error_model="numpy")
def _run_economy(given: Given, summed: Summed, scratch: Scratch, series: np.ndarray) -> None:
    """Write GDP, demand by trend, CO2 of the sectors before and after the levers of zones, and power in place of fuel.

    Notes
    -----
    As of `decarb.model.rest_of_economy`.
    """
    years, operating = given.year.size, scratch.row[ROW.operating]
    _run_activity(given, scratch, series)
    before_all, left_all, for_fuel = series[OUT.before_zones], series[OUT.other_co2], series[OUT.electricity_for_fuel]
    in_zones = series[OUT.electricity_for_fuel_in_zones]
    abated_all = series[OUT.abated_by_lever]
    for total in (before_all, left_all, for_fuel, in_zones, abated_all):
        total[:] = 0.0
    for sector in range(given.sector[SECTOR.base_level].size):
        _run_sector(given, sector, scratch)
        before, replaced, emitted = (
            scratch.by[BY.before, sector],
            scratch.by[BY.replaced_by, sector],
            scratch.by[BY.emitted, sector],
        )
        abated, electrified = summed.nation[PLACE.abated, sector], summed.nation[PLACE.electrified, sector]
        for at in range(years):
            before_all[at] += before[at]
        for at in range(years):
            for_fuel[at] += replaced[at]
        for at in range(years):
            abated_all[at] += abated * operating[at] * before[at]
        for at in range(years):
            emitted[at] = before[at] - abated * operating[at] * before[at]
        for at in range(years):
            left_all[at] += emitted[at]
        if electrified != 0.0:
            for at in range(years):
                in_zones[at] += electrified * operating[at] * before[at]
    saved_all, growth, saved = series[OUT.electricity_saved], series[OUT.load_growth], 0.0
    for of_province in summed.province[PROVINCE.saved]:
        saved += of_province
    for at in range(years):
        saved_all[at] = saved * operating[at] * growth[at]
    series[OUT.electricity_for_fuel_by_sector, :] = for_fuel


@numba.njit(nogil=True, error_model="numpy")
def _run_activity(given: Given, scratch: Scratch, series: np.ndarray) -> None:
    """Write GDP and demand by trend; in rows 0 to 2 of the scratch what sectors share.

    Those are CO2 of the sectors that close the years of history (NaN where not known), GDP over that of the last year
    of history, and how far the years are from the last observed year to the last of all.
    """
    years = given.year.size
    carry(given.path[PATH.gdp], given.path[PATH.gdp_growth], series[OUT.gdp])
    change, growth, intensity = (
        scratch.row[ROW.change],
        given.path[PATH.gdp_growth],
        given.number[NUMBER.electricity_intensity_change],
    )
    for at in range(years):
        change[at] = (1.0 + growth[at]) * (1.0 + intensity) - 1.0
    carry(given.path[PATH.electricity_demand], change, series[OUT.demand_trend])
    trend, load_growth = series[OUT.demand_trend], series[OUT.load_growth]
    consumption = trend[given.at[CONSUMPTION]]
    for at in range(years):
        load_growth[at] = trend[at] / consumption
    elsewhere, activity, passed = scratch.row[ROW.first], scratch.row[ROW.second], scratch.row[ROW.third]
    total, process, gdp = (
        given.sector[SECTOR.base_level].sum(),
        given.sector[SECTOR.base_level, PROCESS],
        series[OUT.gdp],
    )
    of_all, of_process, observed = (
        given.path[PATH.gross_index],
        given.path[PATH.process_index],
        given.path[PATH.power_heat_observed],
    )
    for at in range(years):
        elsewhere[at] = total * of_all[at] - observed[at] - process * of_process[at]
    start, year, now, first = gdp[given.at[HISTORY]], given.year, given.year[given.at[OBSERVED]], given.at[OBSERVED]
    span = year[years - 1] - now
    for at in range(years):
        activity[at] = gdp[at] / start
    for at in range(years):
        passed[at] = (year[at] - now) / span if at > first else 0.0


@numba.njit(nogil=True, error_model="numpy")
def _run_sector(given: Given, sector: int, scratch: Scratch) -> None:
    """Write CO2 of one sector of the nation, history and then the trend, and the power that replaces its fuel."""
    years = given.year.size
    elsewhere, activity, passed = scratch.row[ROW.first], scratch.row[ROW.second], scratch.row[ROW.third]
    trend, before, replaced = scratch.row[ROW.trend], scratch.by[BY.before, sector], scratch.by[BY.replaced_by, sector]
    level, start = given.sector[SECTOR.base_level, sector], given.at[HISTORY]
    part = level / (
        given.sector[SECTOR.base_level].sum()
        - given.sector[SECTOR.base_level, POWER_HEAT]
        - given.sector[SECTOR.base_level, PROCESS]
    )
    if sector == POWER_HEAT:
        first = given.path[PATH.power_heat_observed][start]
    else:
        first = level * given.path[PATH.process_index][start] if sector == PROCESS else part * elsewhere[start]
    carry(given.path[PATH.intensity_start], given.sector[SECTOR.intensity_change, sector : sector + 1], trend)
    final = given.sector[SECTOR.electrified_share_2060, sector]
    per_ton = final * (given.sector[SECTOR.electricity_per_fuel, sector] / given.sector[SECTOR.fuel_factor, sector])
    for at in range(years):
        trend[at] = first * activity[at] * trend[at]
    for at in range(years):
        replaced[at] = trend[at] * passed[at] * per_ton
    if sector == POWER_HEAT:  # it has its own balance
        before[:] = 0.0
        return
    for at in range(years):
        before[at] = trend[at] - trend[at] * (final * passed[at])
    for at in range(years):
        if elsewhere[at] == elsewhere[at]:
            before[at] = level * given.path[PATH.process_index][at] if sector == PROCESS else part * elsewhere[at]


@numba.njit(nogil=True, error_model="numpy")
def _total(given: Given, summed: Summed, scratch: Scratch, series: np.ndarray) -> None:
    """Write the three totals, what lies between them, and the two figures beside them, as of `decarb.model`."""
    years, base = given.year.size, given.at[BASE]
    burnt, left = scratch.row[ROW.first], scratch.row[ROW.second]
    gross, caused, operating = series[OUT.gross_co2], series[OUT.caused_abatement], scratch.row[ROW.operating]
    for total in (gross, burnt, left):
        total[:] = 0.0
    for sector in range(scratch.by.shape[1]):
        emitted, captured, final = (
            scratch.by[BY.emitted, sector],
            scratch.by[BY.captured, sector],
            scratch.by[BY.final, sector],
        )
        whole, abated = summed.whole[sector], summed.nation[PLACE.abated, sector]
        if sector == POWER_HEAT:
            for at in range(years):
                stays = emitted[at] - captured[at] - caused[at]
                final[at] = scratch.by[BY.before, sector, at] * (stays / emitted[at] if emitted[at] != 0.0 else 1.0)
                left[at] -= caused[at]
        for at in range(years):
            gross[at] += final[at] * (whole - abated * operating[at])
        for at in range(years):
            left[at] += emitted[at] - captured[at]
        if sector != PROCESS:
            for at in range(years):
                burnt[at] += emitted[at]
    _write_land(given, series)
    series[OUT.net_ghg_beyond_co2, :] = given.number[NUMBER.land_non_co2]
    for category in range(given.other_gas_change.size):
        carry(given.other_gas[category], given.other_gas_change[category : category + 1], scratch.row[ROW.third])
        for at in range(years):
            series[OUT.net_ghg_beyond_co2, at] += scratch.row[ROW.third, at]
    beyond, land, removed, waste = (
        series[OUT.net_co2_beyond_gross],
        series[OUT.land_co2_path],
        series[OUT.removed_co2],
        given.number[NUMBER.waste_co2],
    )
    gwp, used, coal = given.number[NUMBER.gwp_co2], scratch.row[ROW.used], given.number[NUMBER.coal_per_power]
    per_ton = (given.number[NUMBER.primary_energy] - used[base] * coal) / given.number[NUMBER.official_energy_co2]
    for at in range(years):
        beyond[at] = waste + land[at] - removed[at]
    net, ghg, others = series[OUT.net_co2], series[OUT.net_ghg], series[OUT.net_ghg_beyond_co2]
    share, per_gdp = series[OUT.nonfossil_share], series[OUT.co2_per_gdp]
    gdp = series[OUT.gdp]
    for at in range(years):
        net[at] = gross[at] + beyond[at]
    for at in range(years):
        ghg[at] = net[at] * gwp + others[at]
    for at in range(years):
        share[at] = used[at] * coal / (used[at] * coal + burnt[at] * per_ton)
    for at in range(years):
        per_gdp[at] = left[at] * T_PER_MT / gdp[at]


@numba.njit(nogil=True, error_model="numpy")
def _write_land(given: Given, series: np.ndarray) -> None:
    """Write CO2 of the land: as observed, then a straight line to the last year."""
    known, year, out = given.path[PATH.land_co2], given.year, series[OUT.land_co2_path]
    last, end = hold(known, out), known.size - 1
    for at in range(last + 1, known.size):
        passed = (year[at] - year[last]) / (year[end] - year[last])
        out[at] = out[last] + passed * (given.number[NUMBER.land_co2_2060] - out[last])


@numba.njit(nogil=True, error_model="numpy")
def _refused(scratch: Scratch, series: np.ndarray) -> int:
    """Return why totals, credits or claims break a law, 0 where none does; a comparison with NaN breaks it."""
    issued, retired, surrendered, held = (
        series[OUT.ccer_issued], series[OUT.ccer_retired], series[OUT.ccer_surrendered], series[OUT.ccer_held]
    )  # fmt: skip
    gross, net, ghg = series[OUT.gross_co2], series[OUT.net_co2], series[OUT.net_ghg]
    years, whole, most, emitted = series.shape[1], 0.0, 1.0, 1.0
    for at in range(years):
        whole += abs(gross[at])
        most = max(most, issued[at])
        emitted = max(emitted, series[OUT.park_emissions, at])
        if not np.isfinite(gross[at] + net[at] + ghg[at]):
            return NOT_FINITE
    left, owed = 0.0, TOLERANCE * most
    for at in range(years):
        if not abs(net[at] + series[OUT.net_ghg_beyond_co2, at] - ghg[at]) <= TOLERANCE * whole:
            return NOT_CONSERVED
    for at in range(years):
        if not min(issued[at], retired[at], surrendered[at]) >= -owed or np.isnan(retired[at]):
            return BAD_CREDITS
        left += issued[at] - retired[at] - surrendered[at]
        if not left >= -owed or not abs(held[at] - left) <= owed:
            return BAD_CREDITS
    for at in range(years):
        # What parks want is cut at zero in each province: more of it than their books hold is a book below zero.
        if not scratch.credits[0, 0, at] - series[OUT.park_emissions_market, at] <= TOLERANCE * emitted:
            return BEYOND_EMISSIONS
    return COMPUTED


@numba.njit(nogil=True, error_model="numpy")
def _not_finite(rows: np.ndarray) -> int:
    """Return `NO_NUMBER` where a series holds none somewhere, else 0."""
    lacking = 0
    for name in range(rows.shape[0]):
        for at in range(rows.shape[1]):
            lacking |= 0 if abs(rows[name, at]) < np.inf else 1
    return NO_NUMBER if lacking else COMPUTED


@numba.njit(nogil=True, error_model="numpy")
def _spread(zones: Zones, summed: Summed, scratch: Scratch, cells: np.ndarray, computed: bool) -> None:
    """Write gross CO2 of each province and sector, as of `decarb.nation.sectors.in_provinces`."""
    if not computed:
        cells[:] = np.nan
        return
    for p in range(cells.shape[0]):
        for sector in range(cells.shape[1]):
            share, abated = zones.provincial_share[p, sector], summed.place[PLACE.abated, p, sector]
            for at in range(cells.shape[2]):
                cells[p, sector, at] = (
                    scratch.by[BY.final, sector, at] * share * (1.0 - abated * scratch.row[ROW.operating, at])
                )


@compiled(nogil=True, error_model="numpy")
def pathways(
    given: Given, zones: Zones, row: np.ndarray, moved: np.ndarray, place: np.ndarray, moves: np.ndarray,
    summed: Summed, scratch: Scratch, series: np.ndarray, kept: np.ndarray, out: np.ndarray, cells: np.ndarray,
    status: np.ndarray,
) -> None:  # fmt: skip
    """Write the kept series of each scenario, and 0 or why it was refused.

    Parameters
    ----------
    given, zones : Given, Zones
        Inputs of one scenario, views of `row`.
    row : float array (number,)
        All inputs behind one another.
    moved : float array (scenario, moving)
        What differs between the scenarios.
    place : int array (moving,)
        Where in `row` each column of `moved` stands.
    moves : bool array (3,)
        Whether anything moves that `sum_places`, `sum_zones` and `act` read.
    summed, scratch : Summed, Scratch
        Overwritten.
    series : float array (series, year)
        Overwritten, in the order of `Series`.
    kept : int array (kept,)
        Series that are wanted.
    out : float array (kept, scenario, year)
        Written; NaN where the status is not 0.
    cells : float array (scenario or 0, province, sector, year)
        Written where it has room: gross CO2 [Mt CO2/yr].
    status : int8 array (scenario,)
        Written.
    """
    acting = COMPUTED
    for scenario in range(moved.shape[0]):
        for at in range(place.size):
            row[place[at]] = moved[scenario, at]
        if moves[0] or scenario == 0:
            sum_places(zones, summed)
        if moves[1] or scenario == 0:
            sum_zones(zones, summed)
        if moves[2] or scenario == 0:
            acting = act(given, zones, summed)
        found = _pathway(given, acting, summed, scratch, series)
        found = _not_finite(series) if found == COMPUTED else found
        status[scenario] = found
        for at in range(kept.size):
            for year in range(series.shape[1]):
                out[at, scenario, year] = series[kept[at], year] if found == COMPUTED else np.nan
        if cells.shape[0] > 0:
            _spread(zones, summed, scratch, cells[scenario], found == COMPUTED)
