"""The inputs behind the terms of a total, by what they describe: trends, zones, sites, stores, levers, credits."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

LEVEL: Final = ("official_energy_co2", "reported_national_co2", "gross_index", "process_index")
TREND: Final = (*LEVEL, "gdp", "gdp_growth", "intensity_start", "intensity_change")
ROLLOUT: Final = (
    "rollout_curve", "rollout_lists", "rollout_delay", "rollout_growth", "rollout_ceiling", "rollout_anchor",
    "rollout_anchor_year", "rollout_innovation", "rollout_imitation", "rollout_table", "rollout_lifetime",
    "rollout_renewed_share", "rollout_build_rate", "rollout_capacity_rate",
)  # fmt: skip
ZONES: Final = (
    "zone_share_of_national_co2", "captive_share", "provincial_zone_count", "development_zone_count",
    "national_zone_count", "archetype_mix", "national_zone_size", "zone_size_spread", "zone_electricity_weight",
    "zone_fuel_weight", "zone_process_weight", "zone_heat_weight", "listed_zone_count", "listed_zone_load",
    "listed_zone_co2", "annual_load", "scaled", "template_built", "provincial_consumption",
    "industry_electricity_share", *ROLLOUT,
)  # fmt: skip
SITES: Final = (
    "roof_area_per_load", "usable_roof_share", "pv_roof_density", "land_area_per_load", "wind_land_share",
    "wind_density", "least_wind_full_load_hours", "grid_connection_per_load", "import_limit", "export_limit",
)  # fmt: skip
STORES: Final = (
    "power_rating", "energy_rating", "round_trip_efficiency", "minimum_state_of_charge", "maximum_state_of_charge",
    "self_discharge", "charge_below", "discharge_above", "store_loss_change", "rollout_retrofit_age",
    "rollout_retrofit_share",
)  # fmt: skip
PARKS: Final = ("wind_capacity", "pv_capacity", *SITES, *STORES, *ZONES)
LEVERS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({
    "efficiency": ("fuel_saving_share",),
    "electrification": ("electrified_fuel_share", "fuel_saving_share"),
    "fuel switch": ("switched_fuel_share", "switched_fuel_factor", "fuel_factor", "electrified_fuel_share",
                    "fuel_saving_share"),
    "process change": ("process_change_share",),
})  # fmt: skip
"""Lever of the template -> its inputs; a later one acts on what the earlier ones left."""
CAPTIVE: Final = (
    "captive_share", "captive_retirement_start", "captive_retirement_end", "captive_factor_ratio",
    "captive_heat_share", "captive_heat_electrified_share", "replaced_heat_factor",
)  # fmt: skip
CREDITS: Final = (
    "additionality", "ccer_issued", "ccer_displacement_share", "carbon_market_allowances", "ccer_use_limit",
    "ccer_market_use", "ccer_parks_first", "ccer_market_first", "green_power_share", "market_traded_share",
)  # fmt: skip
WHERE: Final = ("reported_provincial_co2", "gdp_share", "tibet_intensity_ratio")
