"""What the kernels of the nation take and give, and where it stands: rows of arrays, by names.

All arrays are float64 and C-contiguous; `row[PATH.gdp]` is a row by its name. Axes: year, sector (as of
`decarb.nation.sectors.SECTORS`), technology (wind, solar, bioenergy, then all others), province, level, archetype,
vintage (first, last), category of gas, origin of captured CO2 (as of `decarb.nation.sinks.ORIGINS`), curve of the
rollout (as of `decarb.nation.adoption.CURVES`).
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

POWER_HEAT, ENERGY_INDUSTRY, MANUFACTURING, PROCESS = range(4)  # first places of the sector axis
WIND, SOLAR, BIOENERGY = range(3)  # first places of the technology axis
FOSSIL, OF_PROCESS, BIOMASS, AIR = range(4)  # places of the origin axis
FIRST, LAST = range(2)  # places of the vintage axis
BASE, HISTORY, CONSUMPTION, OBSERVED = range(4)  # places of `Given.at`


class Numbers(NamedTuple):
    """Inputs that are one number."""

    electricity_intensity_change: int  # 1/yr
    power_closing_factor: int  # 1
    captive_heat_share: int  # 1
    captive_heat_electrified_share: int  # 1
    captive_heat_performance: int  # 1
    line_loss_rate: int  # 1
    net_imports_change: int  # 1/yr
    thermal_minimum_share: int  # 1
    green_power_share: int  # 1
    market_traded_share: int  # 1
    capture_level: int  # 1
    capture_rate: int  # 1
    bioenergy_co2_factor: int  # Mt CO2/TWh
    land_co2_2060: int  # Mt CO2/yr
    waste_co2: int  # Mt CO2/yr
    official_energy_co2: int  # Mt CO2/yr
    land_non_co2: int  # Mt CO2e/yr
    gwp_co2: int  # Mt CO2e/Mt CO2
    primary_energy: int  # Mtce/yr
    coal_per_power: int  # Mtce/TWh
    ccer_displacement_share: int  # 1
    ccer_use_limit: int  # 1
    ccer_market_use: int  # 1
    ccer_parks_first: int  # 1
    ccer_market_first: int  # 1
    additionality: int  # 1
    rollout_anchor: int  # zone
    rollout_anchor_year: int  # calendar year
    rollout_growth: int  # 1/yr
    rollout_innovation: int  # 1/yr
    rollout_imitation: int  # 1/yr
    rollout_delay: int  # yr
    rollout_lifetime: int  # yr
    rollout_renewed_share: int  # 1
    store_loss_change: int  # 1/yr
    rollout_retrofit_age: int  # yr
    rollout_retrofit_share: int  # 1
    rollout_ceiling: int  # 1, of all zones, or 1 where `Zones.room` holds it by cohort
    switched_fuel_factor: int  # Mt CO2/TWh
    template_built: int  # 1


class Paths(NamedTuple):
    """Inputs by year."""

    gdp: int  # CNY_2020/yr, NaN where not known
    gdp_growth: int  # 1/yr
    power_heat_observed: int  # Mt CO2/yr, NaN where not known
    gross_index: int  # 1, NaN where not known
    process_index: int  # 1, NaN where not known
    intensity_start: int  # 1, NaN where not known
    electricity_demand: int  # TWh/yr, NaN where not known
    heat_supply: int  # PJ/yr
    heat_factor: int  # Mt CO2/PJ
    fossil_factor: int  # Mt CO2/TWh
    captive_standing: int  # 1
    net_imports: int  # TWh/yr, NaN where not known
    capture_low: int  # Mt CO2/yr
    capture_high: int  # Mt CO2/yr
    land_co2: int  # Mt CO2/yr, NaN where not known
    ccer_issued: int  # Mt CO2e/yr
    carbon_market_allowances: int  # Mt CO2/yr
    rollout_lists: int  # zone, NaN where not known
    rollout_table: int  # zone, NaN where not known


class OfSector(NamedTuple):
    """Inputs by sector."""

    base_level: int  # Mt CO2/yr
    intensity_change: int  # 1/yr
    electrified_share_2060: int  # 1
    electricity_per_fuel: int  # 1
    fuel_factor: int  # Mt CO2/TWh


class OfTechnology(NamedTuple):
    """Inputs by technology."""

    full_load_hours: int  # h/yr
    includes_parks: int  # 1


class PathsOfTechnology(NamedTuple):
    """Inputs by technology and year."""

    nonfossil_generation: int  # TWh/yr, NaN where not known
    firm_generation: int  # TWh/yr
    capacity: int  # GW


class OfArchetype(NamedTuple):
    """Inputs by archetype."""

    fuel_saving_share: int  # 1
    electrified_fuel_share: int  # 1
    switched_fuel_share: int  # 1
    process_change_share: int  # 1
    electricity_saving_share: int  # 1


class OfCohort(NamedTuple):
    """Inputs by province, level and archetype."""

    zone_count: int  # zone
    zone_load: int  # TWh/yr, of one zone
    covered_share: int  # 1


class Flows(NamedTuple):
    """Flows of a mean zone by province, level, archetype and vintage."""

    load: int  # TWh/yr
    own_use: int  # TWh/yr
    charge: int  # TWh/yr
    discharge: int  # TWh/yr
    storage_change: int  # TWh/yr
    grid_import: int  # TWh/yr
    curtailment: int  # TWh/yr
    curtailment_avoided: int  # TWh/yr
    wind_generation: int  # TWh/yr
    solar_generation: int  # TWh/yr


class Sizes(NamedTuple):
    """Sizes of a mean zone by province, level and archetype; of stores in any number."""

    wind_capacity: int  # GW
    pv_capacity: int  # GW
    power_rating: int  # GW
    energy_rating: int  # GWh


class Series(NamedTuple):
    """What comes out, by year."""

    adopted_zones: int  # zone
    waiting_zones: int  # zone
    built_zones: int  # zone
    retired_zones: int  # zone
    park_generation: int  # TWh/yr
    park_load: int  # TWh/yr
    park_own_use: int  # TWh/yr
    park_charge: int  # TWh/yr
    park_discharge: int  # TWh/yr
    park_storage_change: int  # TWh/yr
    park_grid_import: int  # TWh/yr
    park_curtailment: int  # TWh/yr
    park_curtailment_avoided: int  # TWh/yr
    park_wind_capacity: int  # GW
    park_pv_capacity: int  # GW
    park_power_rating: int  # GW
    park_energy_rating: int  # GWh
    gdp: int  # CNY_2020/yr
    demand_trend: int  # TWh/yr
    load_growth: int  # 1
    before_zones: int  # Mt CO2/yr
    abated_by_lever: int  # Mt CO2/yr
    other_co2: int  # Mt CO2/yr
    electricity_for_fuel: int  # TWh/yr
    electricity_for_fuel_by_sector: int  # TWh/yr
    electricity_for_fuel_in_zones: int  # TWh/yr
    electricity_saved: int  # TWh/yr
    electricity_for_captive_heat: int  # TWh/yr
    captive_standing: int  # 1
    electricity_demand: int  # TWh/yr
    nonfossil_generation: int  # TWh/yr
    thermal_generation: int  # TWh/yr
    curtailment: int  # TWh/yr
    capacity: int  # GW
    wind_solar_capacity: int  # GW
    power_heat_co2: int  # Mt CO2/yr
    power_co2: int  # Mt CO2/yr
    captured_co2: int  # Mt CO2/yr
    removed_co2: int  # Mt CO2/yr
    unmet_capture: int  # Mt CO2/yr
    park_electricity_bought: int  # TWh/yr
    contracted_power: int  # TWh/yr
    grid_factor_average: int  # kg CO2/kWh
    grid_factor_residual: int  # kg CO2/kWh
    park_emissions: int  # Mt CO2e/yr
    park_emissions_market: int  # Mt CO2e/yr
    claimed_net_emissions: int  # Mt CO2e/yr
    claims_gap: int  # Mt CO2e/yr
    claims_gap_certificates: int  # Mt CO2e/yr
    claims_gap_credits: int  # Mt CO2e/yr
    ccer_issued: int  # Mt CO2e/yr
    ccer_retired: int  # Mt CO2e/yr
    ccer_surrendered: int  # Mt CO2e/yr
    ccer_held: int  # Mt CO2e
    caused_abatement: int  # Mt CO2/yr
    unmet_abatement: int  # Mt CO2/yr
    gross_co2: int  # Mt CO2/yr
    net_co2: int  # Mt CO2/yr
    net_ghg: int  # Mt CO2e/yr
    net_co2_beyond_gross: int  # Mt CO2/yr
    net_ghg_beyond_co2: int  # Mt CO2e/yr
    land_co2_path: int  # Mt CO2/yr
    nonfossil_share: int  # 1
    co2_per_gdp: int  # t CO2/CNY_2020


NUMBER: Final = Numbers(*range(len(Numbers._fields)))
PATH: Final = Paths(*range(len(Paths._fields)))
SECTOR: Final = OfSector(*range(len(OfSector._fields)))
TECHNOLOGY: Final = OfTechnology(*range(len(OfTechnology._fields)))
SUPPLY: Final = PathsOfTechnology(*range(len(PathsOfTechnology._fields)))
ARCHETYPE: Final = OfArchetype(*range(len(OfArchetype._fields)))
COHORT: Final = OfCohort(*range(len(OfCohort._fields)))
FLOW: Final = Flows(*range(len(Flows._fields)))
SIZE: Final = Sizes(*range(len(Sizes._fields)))
OUT: Final = Series(*range(len(Series._fields)))


class Given(NamedTuple):
    """Inputs of one scenario but its zones: rows by name, then the axes that the rows are named after."""

    number: np.ndarray
    path: np.ndarray
    sector: np.ndarray
    technology: np.ndarray
    supply: np.ndarray
    archetype: np.ndarray
    build_rate: np.ndarray  # zone/yr, (year,) or (1,)
    capacity_rate: np.ndarray  # GW/yr, (year,) or (1,)
    curve: np.ndarray  # 1, (curve,)
    capture_share: np.ndarray  # 1, (origin,)
    other_gas: np.ndarray  # Mt CO2e/yr, (category, year), NaN where not known
    other_gas_change: np.ndarray  # 1/yr, (category,)
    year: np.ndarray  # calendar years, consecutive
    at: np.ndarray  # places of the base year, the end of history, the year of zones' load, the last observed year


class Zones(NamedTuple):
    """Where zones stand, what they hold, and what a mean zone builds and does."""

    cohort: np.ndarray
    zone_share: np.ndarray  # 1, (province, sector, level, archetype)
    provincial_share: np.ndarray  # 1, (province, sector)
    room: np.ndarray  # 1, (level, archetype): what ever adopts of a cohort, over `rollout_ceiling`
    flow: np.ndarray
    plant: np.ndarray  # GW, (wind and PV, province, level, archetype)
    store: np.ndarray  # GW and GWh, (power and energy, province, level, archetype, store)


class OfProvince(NamedTuple):
    """Sums over the zones of each province."""

    load: int  # TWh/yr
    own_first: int  # TWh/yr, own use as built first
    own_step: int  # TWh/yr, what the last vintage adds to it
    saved: int  # TWh/yr, load that the levers save


class OfPlace(NamedTuple):
    """Parts of each province and sector, and, summed over provinces, of each sector of the nation."""

    in_zones: int  # 1, of the nation's sector
    abated: int  # 1, of the province's sector; in the sum, of the nation's
    electrified: int  # TWh/Mt CO2, electricity over all CO2 of the nation's sector
    direct: int  # 1, of the nation's sector: in zones after their levers


PROVINCE: Final = OfProvince(*range(len(OfProvince._fields)))
PLACE: Final = OfPlace(*range(len(OfPlace._fields)))


class Summed(NamedTuple):
    """Sums over the zones, as if every zone operated, each cohort as far as `Zones.room` says."""

    zones: np.ndarray  # zone, (1,)
    flow: np.ndarray  # TWh/yr, (as built first, what the last vintage adds), (flow)
    size: np.ndarray  # GW or GWh, (size,)
    province: np.ndarray  # (name, province)
    saving: np.ndarray  # TWh/yr, (province, archetype): load of zones
    held: np.ndarray  # 1, (province, sector, archetype): part of a province's sector in zones
    parts: np.ndarray  # 1, (all levers, electrification), (sector, archetype)
    place: np.ndarray  # (name, province, sector)
    nation: np.ndarray  # (name, sector): sums of `place`
    whole: np.ndarray  # 1, (sector,): sum of the provinces' shares


class RowsOfScratch(NamedTuple):
    """What lies between, by year."""

    operating: int  # 1, share of zones, mean of the year, over `Zones.room`
    later: int  # 1, how far those have gone towards the last vintage
    at_year_end: int  # 1, share of zones
    trend: int  # Mt CO2/yr, of one sector
    change: int  # 1/yr
    imports: int  # TWh/yr
    used: int  # TWh/yr, non-fossil generation that finds a use
    bioenergy: int  # TWh/yr
    first: int  # of whoever needs a row
    second: int
    third: int
    fourth: int
    fifth: int


class SectorsOfScratch(NamedTuple):
    """What lies between, by sector and year."""

    before: int  # Mt CO2/yr, before the levers of zones
    replaced_by: int  # TWh/yr, electricity in place of fuel
    emitted: int  # Mt CO2/yr
    captured: int  # Mt CO2/yr
    final: int  # Mt CO2/yr, `before` as far as capture and credit money leave it


ROW: Final = RowsOfScratch(*range(len(RowsOfScratch._fields)))
BY: Final = SectorsOfScratch(*range(len(SectorsOfScratch._fields)))


class Scratch(NamedTuple):
    """Room for what lies between."""

    row: np.ndarray  # (name, year)
    by: np.ndarray  # (name, sector, year)
    credits: np.ndarray  # Mt CO2e/yr, (wanted, retired), (1, year)
