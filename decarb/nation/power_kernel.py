"""Power, capture and the books of parks in one scenario, as machine code: `decarb.model` from its balance of power on.

Arrays as of `decarb.nation.given_kernel`. Nothing is raised; a number says why a scenario is refused.
"""

from __future__ import annotations

from typing import Final

import numba
import numpy as np

from decarb.nation.credits_kernel import credit_accounts
from decarb.nation.given_kernel import (
    AIR,
    BIOENERGY,
    BIOMASS,
    BY,
    ENERGY_INDUSTRY,
    FIRST,
    FLOW,
    FOSSIL,
    LAST,
    MANUFACTURING,
    NUMBER,
    OBSERVED,
    OF_PROCESS,
    OUT,
    PATH,
    PLACE,
    POWER_HEAT,
    PROCESS,
    PROVINCE,
    ROW,
    SOLAR,
    SUPPLY,
    TECHNOLOGY,
    WIND,
    Given,
    Scratch,
    Summed,
)
from decarb.nation.places_kernel import COMPUTED

BEYOND_NONFOSSIL, BEYOND_DEMAND = 21, 22
ROUNDING: Final = 1e-9  # of what can be contracted, as of `decarb.nation.power`
TW_PER_GW: Final = 1e-3
TWH_PER_PJ: Final = 1.0 / 3.6


@numba.njit(nogil=True, error_model="numpy")
def hold(known: np.ndarray, out: np.ndarray) -> int:
    """Write a series up to its last known year, the first value before, the last one in gaps; return that place."""
    first, last = 0, known.size - 1
    while first < last and known[first] != known[first]:
        first += 1
    while last > first and known[last] != known[last]:
        last -= 1
    value = known[first]
    for at in range(last + 1):
        value = known[at] if known[at] == known[at] else value
        out[at] = value
    return last


@numba.njit(nogil=True, error_model="numpy")
def carry(known: np.ndarray, change: np.ndarray, out: np.ndarray) -> None:
    """Write a series as `hold` does, and a compound yearly change beyond its last known year."""
    last = hold(known, out)
    growth = 1.0
    for at in range(last + 1, known.size):
        growth *= 1.0 + change[at if change.size > 1 else 0]
        out[at] = out[last] * growth


@numba.njit(nogil=True, error_model="numpy")
def of_parks(summed: Summed, flow: int, scratch: Scratch, out: np.ndarray) -> None:
    """Write a flow of all parks [TWh/yr]: each build between the first and the last vintage."""
    first, step = summed.flow[FIRST, flow], summed.flow[LAST, flow]
    for at in range(out.size):
        out[at] = first * scratch.row[ROW.operating, at] + step * scratch.row[ROW.later, at]


@numba.njit(nogil=True, error_model="numpy")
def balance_power(given: Given, summed: Summed, scratch: Scratch, series: np.ndarray) -> None:
    """Write demand, non-fossil and thermal generation, capacity, and CO2 of power and heat.

    Notes
    -----
    As of `decarb.model.electricity_balance`.
    """
    years = given.year.size
    demand, thermal, curtailed, used = (
        series[OUT.electricity_demand], series[OUT.thermal_generation], series[OUT.curtailment], scratch.row[ROW.used]
    )  # fmt: skip
    _demand_power(given, series)
    _generate(given, summed, scratch, series)
    carry(
        given.path[PATH.net_imports],
        given.number[NUMBER.net_imports_change : NUMBER.net_imports_change + 1],
        scratch.row[ROW.imports],
    )
    least, closure = given.number[NUMBER.thermal_minimum_share], given.number[NUMBER.power_closing_factor]
    nonfossil, imports = series[OUT.nonfossil_generation], scratch.row[ROW.imports]
    for at in range(years):
        needed = demand[at] - imports[at]
        rest, minimum = needed - nonfossil[at], least * needed
        thermal[at] = np.maximum(rest, minimum)
    for at in range(years):
        surplus = nonfossil[at] + thermal[at] - (demand[at] - imports[at])
        curtailed[at] = np.maximum(surplus, 0.0)
    for at in range(years):
        used[at] = nonfossil[at] - curtailed[at]
    heat, per_heat, per_power = (
        given.path[PATH.heat_supply],
        given.path[PATH.heat_factor],
        given.path[PATH.fossil_factor],
    )
    both, of_power = series[OUT.power_heat_co2], series[OUT.power_co2]
    for at in range(years):
        both[at] = (thermal[at] * per_power[at] + heat[at] * per_heat[at]) * closure
    for at in range(years):
        of_power[at] = both[at] - heat[at] * per_heat[at] * closure


@numba.njit(nogil=True, error_model="numpy")
def _demand_power(given: Given, series: np.ndarray) -> None:
    """Write consumption and losses of the nation with its parks, and the power of heat pumps for captive heat."""
    years, loss = given.year.size, given.number[NUMBER.line_loss_rate]
    by_pumps = (
        given.number[NUMBER.captive_heat_share]
        * given.number[NUMBER.captive_heat_electrified_share]
        / given.number[NUMBER.captive_heat_performance]
    )
    pumps, heat, stands = (
        series[OUT.electricity_for_captive_heat],
        given.path[PATH.heat_supply],
        given.path[PATH.captive_standing],
    )
    series[OUT.captive_standing, :] = stands
    for at in range(years):
        pumps[at] = heat[at] * TWH_PER_PJ * by_pumps * (1.0 - stands[at])
    demand, trend, fuel, zones, saved = (
        series[OUT.electricity_demand], series[OUT.demand_trend], series[OUT.electricity_for_fuel],
        series[OUT.electricity_for_fuel_in_zones], series[OUT.electricity_saved],
    )  # fmt: skip
    charge, discharge, stored, own = (
        series[OUT.park_charge], series[OUT.park_discharge], series[OUT.park_storage_change], series[OUT.park_own_use]
    )  # fmt: skip
    supplied, spared = 1.0 / (1.0 - loss), loss / (1.0 - loss)
    for at in range(years):
        demand[at] = trend[at] + (fuel[at] + zones[at] + pumps[at] - saved[at]) * supplied
    for at in range(years):
        demand[at] += charge[at] - discharge[at] - stored[at] - own[at] * spared


@numba.njit(nogil=True, error_model="numpy")
def _generate(given: Given, summed: Summed, scratch: Scratch, series: np.ndarray) -> None:
    """Write non-fossil generation and capacity, with parks in them or on top."""
    parks, stands, here = scratch.row[ROW.fourth], scratch.row[ROW.fifth], scratch.row[ROW.third]
    generation, standing, of_all_parks = (
        series[OUT.nonfossil_generation],
        series[OUT.capacity],
        series[OUT.park_generation],
    )
    for total in (generation, standing, of_all_parks):
        total[:] = 0.0
    for technology in range(given.technology.shape[1]):
        hours, inside = (
            given.technology[TECHNOLOGY.full_load_hours, technology] * TW_PER_GW,
            given.technology[TECHNOLOGY.includes_parks, technology],
        )
        capacity, firm = given.supply[SUPPLY.capacity, technology], given.supply[SUPPLY.firm_generation, technology]
        observed = given.supply[SUPPLY.nonfossil_generation, technology]
        years = capacity.size
        here[0] = capacity[0] * hours + firm[0]
        for at in range(1, years):
            here[at] = (capacity[at] + capacity[at - 1]) / 2.0 * hours + firm[at]
        for at in range(years):
            here[at] = observed[at] if observed[at] == observed[at] else here[at]
        parks[:] = 0.0
        stands[:] = 0.0
        if technology <= SOLAR:
            of_parks(summed, FLOW.wind_generation + technology, scratch, parks)
            stands[:] = series[OUT.park_wind_capacity] if technology == WIND else series[OUT.park_pv_capacity]
        for at in range(years):
            of_all_parks[at] += parks[at]
        for at in range(years):
            here[at] = inside * np.maximum(here[at], parks[at]) + (1.0 - inside) * (here[at] + parks[at])
        for at in range(years):
            larger = np.maximum(capacity[at], stands[at])
            standing[at] += inside * larger + (1.0 - inside) * (capacity[at] + stands[at])
        for at in range(years):
            generation[at] += here[at]
        if technology == BIOENERGY:
            scratch.row[ROW.bioenergy] = here
    series[OUT.wind_solar_capacity, :] = standing


@numba.njit(nogil=True, error_model="numpy")
def capture(given: Given, scratch: Scratch, series: np.ndarray) -> None:
    """Write what is captured of each sector and what it leaves, and the CO2 of biomass and air that is stored.

    Notes
    -----
    As of `decarb.model.capture`: in proportion to what stacks or kilns emit, and never more than `capture_rate` of it.
    """
    years, rate = given.year.size, given.number[NUMBER.capture_rate]
    of_stacks, of_kilns, wanted = scratch.row[ROW.first], scratch.row[ROW.second], scratch.row[ROW.third]
    for at in range(years):
        scratch.by[BY.emitted, POWER_HEAT, at] += series[OUT.power_heat_co2, at]
        scratch.by[BY.before, POWER_HEAT, at] += series[OUT.power_heat_co2, at]
        wanted[at] = given.path[PATH.capture_low][at] + given.number[NUMBER.capture_level] * (
            given.path[PATH.capture_high][at] - given.path[PATH.capture_low][at]
        )
        stacks = scratch.by[BY.emitted, POWER_HEAT, at] + scratch.by[BY.emitted, ENERGY_INDUSTRY, at]
        stacks += scratch.by[BY.emitted, MANUFACTURING, at]
        kilns = scratch.by[BY.emitted, PROCESS, at]
        of_stacks[at] = wanted[at] * given.capture_share[FOSSIL] / (stacks if stacks > 0.0 else 1.0)
        of_kilns[at] = wanted[at] * given.capture_share[OF_PROCESS] / (kilns if kilns > 0.0 else 1.0)
    series[OUT.captured_co2, :] = 0.0
    for sector in range(scratch.by.shape[1]):
        emitted, captured, final = (
            scratch.by[BY.emitted, sector],
            scratch.by[BY.captured, sector],
            scratch.by[BY.final, sector],
        )
        for at in range(years):
            part = of_kilns[at] if sector == PROCESS else (of_stacks[at] if sector < PROCESS else 0.0)
            caught = np.minimum(part * emitted[at], rate * emitted[at])
            captured[at] = caught
            series[OUT.captured_co2, at] += caught
        for at in range(years):
            kept = (emitted[at] - captured[at]) / emitted[at]
            final[at] = scratch.by[BY.before, sector, at] * (kept if emitted[at] != 0.0 else 1.0)
    for at in range(years):
        from_plants = scratch.row[ROW.bioenergy, at] * given.number[NUMBER.bioenergy_co2_factor] * rate
        biomass = wanted[at] * given.capture_share[BIOMASS]
        removed = np.minimum(biomass, from_plants) + wanted[at] * given.capture_share[AIR]
        unmet = wanted[at] - removed - series[OUT.captured_co2, at]
        series[OUT.removed_co2, at] = removed
        series[OUT.unmet_capture, at] = np.maximum(unmet, 0.0)


@numba.njit(nogil=True, error_model="numpy")
def _buy(p: int, growth: np.ndarray, summed: Summed, scratch: Scratch, out: np.ndarray) -> None:
    """Write what the parks of a province buy [TWh/yr] but for fuel: what they use less what they save and make."""
    load, first, step = (
        summed.province[PROVINCE.load, p] - summed.province[PROVINCE.saved, p],
        summed.province[PROVINCE.own_first, p],
        summed.province[PROVINCE.own_step, p],
    )
    for at in range(out.size):
        needed = (load * growth[at] - first) * scratch.row[ROW.operating, at] - step * scratch.row[ROW.later, at]
        out[at] = np.maximum(needed, 0.0)


@numba.njit(nogil=True, error_model="numpy")
def trade_power(given: Given, summed: Summed, scratch: Scratch, series: np.ndarray) -> int:
    """Write what parks buy, contracts and the two factors of the grid; return 0, or why contracts cannot hold.

    Notes
    -----
    As of `decarb.model.electricity_of_parks`. What the parks of a province have too much of, no other province uses.
    """
    years, bought = given.year.size, series[OUT.park_electricity_bought]
    operating, growth, trend = (
        scratch.row[ROW.operating],
        series[OUT.load_growth],
        scratch.row[ROW.first],
    )
    bought[:] = 0.0
    for p in range(summed.province.shape[1]):
        _buy(p, growth, summed, scratch, trend)  # the row is free until the trend is written
        for at in range(years):
            bought[at] += trend[at]
    trend[:] = 0.0
    for sector in range(scratch.by.shape[1]):
        before, replaced = scratch.by[BY.before, sector], scratch.by[BY.replaced_by, sector]
        electrified, inside = summed.nation[PLACE.electrified, sector], summed.nation[PLACE.in_zones, sector]
        if inside != 0.0:
            for at in range(years):
                trend[at] += electrified * before[at] + inside * replaced[at]
    for at in range(years):
        bought[at] += trend[at] * operating[at]
    green, traded = given.number[NUMBER.green_power_share], given.number[NUMBER.market_traded_share]
    contracted, demand, average = (
        series[OUT.contracted_power],
        series[OUT.electricity_demand],
        series[OUT.grid_factor_average],
    )
    residual, power_co2 = series[OUT.grid_factor_residual], series[OUT.power_co2]
    emitted, caught = scratch.by[BY.emitted, POWER_HEAT], scratch.by[BY.captured, POWER_HEAT]
    for at in range(years):
        contracted[at] = bought[at] * green + (demand[at] - bought[at]) * traded
    for at in range(years):
        kept = (emitted[at] - caught[at]) / emitted[at]
        average[at] = power_co2[at] * (kept if emitted[at] != 0.0 else 1.0) / demand[at]
    for at in range(years):
        residual[at] = average[at] * demand[at] / (demand[at] - contracted[at])
    beyond_nonfossil, beyond_demand = 0, 0
    for at in range(years):
        beyond_nonfossil |= 1 if contracted[at] > scratch.row[ROW.used, at] * (1.0 + ROUNDING) else 0
        beyond_demand |= 1 if contracted[at] > demand[at] * (1.0 - ROUNDING) else 0
    if beyond_nonfossil:
        return BEYOND_NONFOSSIL
    return BEYOND_DEMAND if beyond_demand else COMPUTED


@numba.njit(nogil=True, error_model="numpy")
def keep_books(given: Given, summed: Summed, scratch: Scratch, series: np.ndarray) -> int:
    """Write inventories and claims of parks and the credits between; return 0, or why credits are refused.

    Notes
    -----
    As of `decarb.model.park_claims`. Provinces matter only where books of one lie below zero: it asks for no credit.
    """
    years, gwp = given.year.size, given.number[NUMBER.gwp_co2]
    fuel, left, wanted = scratch.row[ROW.first], scratch.row[ROW.second], scratch.credits[0, 0]
    bought, average, residual = (
        series[OUT.park_electricity_bought],
        series[OUT.grid_factor_average],
        series[OUT.grid_factor_residual],
    )
    by_place, by_market, operating = (
        series[OUT.park_emissions],
        series[OUT.park_emissions_market],
        scratch.row[ROW.operating],
    )
    uncontracted = 1.0 - given.number[NUMBER.green_power_share]
    fuel[:] = 0.0
    for sector in range(scratch.by.shape[1]):
        inside, final = summed.nation[PLACE.direct, sector], scratch.by[BY.final, sector]
        if inside != 0.0:
            for at in range(years):
                fuel[at] += inside * final[at] * operating[at]
    for at in range(years):
        by_place[at] = (fuel[at] + bought[at] * average[at]) * gwp
    for at in range(years):
        by_market[at] = (fuel[at] + bought[at] * (uncontracted * residual[at])) * gwp
    wanted[:] = by_market
    if not _never_negative(uncontracted, gwp, summed, scratch, series):
        _want_by_province(uncontracted, gwp, summed, scratch, series)
    emitted, caught = scratch.by[BY.emitted, POWER_HEAT], scratch.by[BY.captured, POWER_HEAT]
    for at in range(years):
        left[at] = emitted[at] - caught[at]
    number, path, row = given.number, given.path, scratch.row
    status = credit_accounts(
        path[PATH.ccer_issued], number[NUMBER.ccer_displacement_share], average, given.at[OBSERVED],
        path[PATH.carbon_market_allowances], number[NUMBER.ccer_use_limit], number[NUMBER.ccer_market_use],
        number[NUMBER.ccer_parks_first], number[NUMBER.ccer_market_first], gwp, number[NUMBER.additionality], left,
        scratch.credits[0], row[ROW.third : ROW.fifth], series[OUT.ccer_issued], series[OUT.ccer_surrendered],
        series[OUT.ccer_held], row[ROW.fifth], scratch.credits[1], series[OUT.caused_abatement],
        series[OUT.unmet_abatement],
    )  # fmt: skip
    claimed, gap = series[OUT.claimed_net_emissions], series[OUT.claims_gap]
    certificates, retired = series[OUT.claims_gap_certificates], scratch.credits[1, 0]
    series[OUT.ccer_retired, :] = retired
    series[OUT.claims_gap_credits, :] = retired
    for at in range(years):
        claimed[at] = by_market[at] - retired[at]
    for at in range(years):
        certificates[at] = by_place[at] - by_market[at]
    for at in range(years):
        gap[at] = certificates[at] + retired[at]
    return status


@numba.njit(nogil=True, error_model="numpy")
def _never_negative(uncontracted: float, gwp: float, summed: Summed, scratch: Scratch, series: np.ndarray) -> bool:
    """Return whether no factor of the parks' market-based books lies below zero, in any province."""
    below = 0
    direct, in_zones, electrified = (
        summed.place[PLACE.direct], summed.place[PLACE.in_zones], summed.place[PLACE.electrified]
    )  # fmt: skip
    for p in range(summed.place.shape[1]):
        for sector in range(summed.place.shape[2]):
            least = min(direct[p, sector], in_zones[p, sector], electrified[p, sector])
            below |= 1 if least < 0.0 else 0
    residual = series[OUT.grid_factor_residual]
    for at in range(residual.size):
        below |= 1 if residual[at] < 0.0 else 0
    for sector in range(scratch.by.shape[1]):
        if summed.nation[PLACE.in_zones, sector] != 0.0:
            before, replaced, final = (
                scratch.by[BY.before, sector],
                scratch.by[BY.replaced_by, sector],
                scratch.by[BY.final, sector],
            )
            for at in range(residual.size):
                below |= 1 if before[at] < 0.0 or replaced[at] < 0.0 or final[at] < 0.0 else 0
    return below == 0 and uncontracted >= 0.0 and gwp >= 0.0


@numba.njit(nogil=True, error_model="numpy")
def _want_by_province(uncontracted: float, gwp: float, summed: Summed, scratch: Scratch, series: np.ndarray) -> None:
    """Write the credits that parks want: their market-based books, those of a province below zero being none."""
    years, wanted, books, operating = (
        series.shape[1],
        scratch.credits[0, 0],
        scratch.row[ROW.third],
        scratch.row[ROW.operating],
    )
    wanted[:] = 0.0
    for p in range(summed.province.shape[1]):
        _buy(p, series[OUT.load_growth], summed, scratch, books)
        for sector in range(scratch.by.shape[1]):
            electrified, inside = summed.place[PLACE.electrified, p, sector], summed.place[PLACE.in_zones, p, sector]
            for at in range(years):
                trend = (
                    electrified * scratch.by[BY.before, sector, at] + inside * scratch.by[BY.replaced_by, sector, at]
                )
                books[at] += trend * operating[at]
        for at in range(years):
            books[at] *= uncontracted * series[OUT.grid_factor_residual, at]
        for sector in range(scratch.by.shape[1]):
            for at in range(years):
                books[at] += summed.place[PLACE.direct, p, sector] * scratch.by[BY.final, sector, at] * operating[at]
        for at in range(years):
            wanted[at] += np.maximum(books[at] * gwp, 0.0)
