"""Sums over provinces, levels and archetypes, as machine code: what of a scenario meets no year.

The nation has one rollout curve, so the share of every cohort that operates is one number of the cohort times one
number of the year. Whatever a zone builds, holds or takes is therefore summed over zones first, here, and meets the
years in `decarb.nation.kernel`. Arrays as of `decarb.nation.given_kernel`.
"""

from __future__ import annotations

from typing import Final

import numba

from decarb.nation.given_kernel import (
    ARCHETYPE,
    COHORT,
    ENERGY_INDUSTRY,
    FIRST,
    FLOW,
    LAST,
    MANUFACTURING,
    NUMBER,
    PLACE,
    POWER_HEAT,
    PROCESS,
    PROVINCE,
    SECTOR,
    SIZE,
    Given,
    Summed,
    Zones,
)

COMPUTED: Final = 0
DIRTIER_FUEL: Final = 20
BURNS: Final = (ENERGY_INDUSTRY, MANUFACTURING)  # sectors whose fuel the levers of zones act on
ALL, ELECTRIFICATION = range(2)  # of `Summed.parts`


@numba.njit(nogil=True, error_model="numpy")
def sum_zones(zones: Zones, summed: Summed) -> None:
    """Write what all zones build and do: flows, sizes, and load and own use by province.

    Notes
    -----
    As of `decarb.nation.template.national_flows`, `decarb.nation.template.capacity_of_zone` and
    `decarb.nation.ledger.electricity_bought_by_parks`.
    """
    count = zones.cohort[COHORT.zone_count]
    provinces, levels, archetypes = count.shape
    summed.size[:] = 0.0
    summed.zones[0] = 0.0
    for name in range(zones.flow.shape[0]):
        first, step = 0.0, 0.0
        for p in range(provinces):
            for k in range(levels):
                for a in range(archetypes):
                    number, of_zone = count[p, k, a] * zones.room[k, a], zones.flow[name, p, k, a]
                    first += number * of_zone[FIRST]
                    step += number * (of_zone[LAST] - of_zone[FIRST])
        summed.flow[FIRST, name], summed.flow[LAST, name] = first, step
    for p in range(provinces):
        for k in range(levels):
            for a in range(archetypes):
                number = count[p, k, a] * zones.room[k, a]
                summed.zones[0] += number
                summed.size[SIZE.wind_capacity] += number * zones.plant[0, p, k, a]
                summed.size[SIZE.pv_capacity] += number * zones.plant[1, p, k, a]
                for store in range(zones.store.shape[4]):
                    summed.size[SIZE.power_rating] += number * zones.store[0, p, k, a, store]
                    summed.size[SIZE.energy_rating] += number * zones.store[1, p, k, a, store]
        _sum_province(zones, p, summed)


@numba.njit(nogil=True, error_model="numpy")
def _sum_province(zones: Zones, p: int, summed: Summed) -> None:
    count, load, own = zones.cohort[COHORT.zone_count, p], zones.flow[FLOW.load, p], zones.flow[FLOW.own_use, p]
    total, own_first, own_step = 0.0, 0.0, 0.0
    for k in range(count.shape[0]):
        for a in range(count.shape[1]):
            if count[k, a] > 0.0:  # where no zone stands, its load is not defined
                number = count[k, a] * zones.room[k, a]
                total += number * load[k, a, FIRST]
                own_first += number * own[k, a, FIRST]
                own_step += number * (own[k, a, LAST] - own[k, a, FIRST])
    summed.province[PROVINCE.load, p] = total
    summed.province[PROVINCE.own_first, p] = own_first
    summed.province[PROVINCE.own_step, p] = own_step


@numba.njit(nogil=True, error_model="numpy")
def sum_places(zones: Zones, summed: Summed) -> None:
    """Write what zones hold of each province and sector by archetype, and the load that they could save on."""
    provinces, sectors, levels, archetypes = zones.zone_share.shape
    count, load, covered = (
        zones.cohort[COHORT.zone_count], zones.cohort[COHORT.zone_load], zones.cohort[COHORT.covered_share]
    )  # fmt: skip
    summed.whole[:] = 0.0
    for p in range(provinces):
        for a in range(archetypes):
            total = 0.0
            for k in range(levels):
                inside = load[p, k, a] * count[p, k, a] * covered[p, k, a]
                total += inside * zones.room[k, a] if inside == inside else 0.0  # NaN: no zone stands there
            summed.saving[p, a] = total
        for sector in range(sectors):
            inside = 0.0
            for a in range(archetypes):
                held = 0.0
                for k in range(levels):
                    held += zones.zone_share[p, sector, k, a] * covered[p, k, a] * zones.room[k, a]
                summed.held[p, sector, a] = held
                inside += held
            summed.place[PLACE.in_zones, p, sector] = zones.provincial_share[p, sector] * inside
            summed.whole[sector] += zones.provincial_share[p, sector]


@numba.njit(nogil=True, error_model="numpy")
def act(given: Given, zones: Zones, summed: Summed) -> int:
    """Write what the levers of zones take of each province and sector; return 0, or `DIRTIER_FUEL` for a worse fuel.

    Notes
    -----
    As of `decarb.nation.levers` and `decarb.nation.ledger.direct_emissions_of_parks`. Power and heat of zones' own
    plants are not in what the levers leave.
    """
    if not _write_parts(given, summed):
        return DIRTIER_FUEL
    provinces, sectors, archetypes = summed.held.shape
    built = given.number[NUMBER.template_built]
    summed.nation[:] = 0.0
    for p in range(provinces):
        saved = 0.0
        for a in range(archetypes):
            saved += summed.saving[p, a] * (given.archetype[ARCHETYPE.electricity_saving_share, a] * built)
        summed.province[PROVINCE.saved, p] = saved
        for sector in range(sectors):
            share = zones.provincial_share[p, sector]
            abated, electrified, inside = 0.0, 0.0, summed.place[PLACE.in_zones, p, sector]
            if POWER_HEAT < sector <= PROCESS:
                for a in range(archetypes):
                    abated += summed.parts[ALL, sector, a] * summed.held[p, sector, a]
                    electrified += summed.parts[ELECTRIFICATION, sector, a] * summed.held[p, sector, a]
            per_ton = given.sector[SECTOR.electricity_per_fuel, sector] / given.sector[SECTOR.fuel_factor, sector]
            direct = inside - share * abated if sector != POWER_HEAT else 0.0
            electrified *= share * per_ton
            summed.place[PLACE.abated, p, sector] = abated
            summed.place[PLACE.electrified, p, sector] = electrified
            summed.place[PLACE.direct, p, sector] = direct
            summed.nation[PLACE.in_zones, sector] += inside
            summed.nation[PLACE.abated, sector] += share * abated
            summed.nation[PLACE.electrified, sector] += electrified
            summed.nation[PLACE.direct, sector] += direct
    return COMPUTED


@numba.njit(nogil=True, error_model="numpy")
def _write_parts(given: Given, summed: Summed) -> bool:
    """Write the part of a sector's CO2 in a covered zone that all levers take, and electrification; False if dirtier.

    Notes
    -----
    Saved e, electrified (1 - e) x, switched (1 - e)(1 - x) s (1 - f / f_sector) in the sectors that burn fuel; changed
    c in processes.
    """
    factor, built = given.number[NUMBER.switched_fuel_factor], given.number[NUMBER.template_built]
    summed.parts[:] = 0.0
    for a in range(given.archetype.shape[1]):
        saved, switched_share = (
            given.archetype[ARCHETYPE.fuel_saving_share, a], given.archetype[ARCHETYPE.switched_fuel_share, a]
        )  # fmt: skip
        electrified = (1.0 - saved) * given.archetype[ARCHETYPE.electrified_fuel_share, a]
        burnt = (1.0 - saved) * (1.0 - given.archetype[ARCHETYPE.electrified_fuel_share, a])
        for sector in BURNS:
            of_sector = given.sector[SECTOR.fuel_factor, sector]
            if switched_share > 0.0 and factor > of_sector:
                return False
            switched = burnt * switched_share * (1.0 - factor / of_sector)
            summed.parts[ALL, sector, a] = built * (saved + electrified + switched)
            summed.parts[ELECTRIFICATION, sector, a] = built * electrified
        summed.parts[ALL, PROCESS, a] = built * given.archetype[ARCHETYPE.process_change_share, a]
    return True
