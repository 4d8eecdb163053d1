"""Where each input comes from: the field that may state it, and the rows of `data/` that fill it otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from decarb.tables import read_table

Rows = tuple[tuple[str, str], ...]

ROWS: Final[Mapping[str, Rows]] = MappingProxyType({
    "official_energy_co2": (("history", "official_energy_co2"),),
    "official_process_co2": (("history", "official_process_co2"),),
    "waste_co2": (("history", "official_waste_co2"),),
    "reported_national_co2": (("sectors", "sector_co2"),),
    "reported_provincial_co2": (("provinces", "sector_co2"),),
    "gdp_share": (("provinces", "gdp_share"),),
    "gross_index": (("history", "fossil_co2"),),
    "process_index": (("history", "cement_co2"), ("history", "other_industry_co2")),
    "non_co2_ghg": (("sectors", "non_co2_ghg"),),
    "land_co2": (("history", "official_land_co2"), ("history", "land_use_co2_bookkeeping")),
    "land_co2_2060": (("parameters", "land_co2_2060_inventory"), ("parameters", "land_co2_2060_bookkeeping")),
    "land_non_co2": (("history", "official_land_ghg"), ("history", "official_land_co2")),
    "gdp": (("gdp", "real_gdp_index"), ("gdp", "real_gdp")),
    "fuel_factor": (("sectors", "fuel_energy"), ("emission_factors", "fuel_energy_factor")),
    "electricity_demand": (("power", "electricity_demand"),),
    "net_imports": (("power", "net_imports"),),
    "nonfossil_generation": (("power", "generation"),),
    "capacity": (("power", "capacity"), ("parameters", "capacity")),
    "firm_generation": (("parameters", "generation"),),
    "fossil_factor": (("grid_factors", "grid_factor_fossil"),),
    "heat_factor": (("emission_factors", "heat_factor"),),
    "line_loss_rate": (("power", "line_loss_rate"),),
    "provincial_consumption": (("provinces", "electricity_consumption"),),
    "industry_electricity_share": (("power", "electricity_consumption"),),
    "provincial_zone_count": (("zones", "provincial_zone_count"),),
    "development_zone_count": (("zones", "etdz_count"),),
    "national_zone_count": (("zones", "zone_count"),),
    "zone_share_of_national_co2": (("zones", "zone_co2_share"),),
    "capture_low": (("sinks", "capture_need"),),
    "capture_high": (("sinks", "capture_need"),),
    "round_trip_efficiency": (("technologies", "round_trip_efficiency"),),
    "coal_per_power": (("power", "coal_rate"),),
    "co2_per_gdp_2005": (("history", "fossil_co2"), ("gdp", "real_gdp_index"), ("gdp", "real_gdp")),
    "latitude": (("provinces", "latitude"),),
    "longitude": (("provinces", "longitude"),),
    "station_wind_speed": (("provinces", "station_wind_speed"),),
    "park_pv_full_load_hours": (("provinces", "solar_capacity_factor"),),
    "wind_speed_ratio": (("weather_shape", "wind_speed_ratio"),),
    "air_temperature": (("weather_shape", "air_temperature"),),
    "archetype_mix": (("archetypes", "national_zone_mix"), ("archetypes", "provincial_zone_mix")),
    **{name: (("archetypes", name),) for name in (
        "zone_electricity_weight", "zone_fuel_weight", "zone_process_weight", "zone_heat_weight",
        "roof_area_per_load", "land_area_per_load", "usable_roof_share", "wind_land_share", "wind_density",
        "pv_roof_density", "least_wind_full_load_hours", "fuel_saving_share", "electricity_saving_share",
        "electrified_fuel_share", "switched_fuel_share", "process_change_share",
    )},
    "switched_fuel_factor": (("emission_factors", "fuel_energy_factor"),),
    "replaced_heat_factor": (("emission_factors", "fuel_energy_factor"), ("technologies", "conversion_efficiency")),
    "rollout_lists": (("parameters", "listed_zones"),),
    "ccer_use_limit": (("credits", "ccer_use_limit"),),
    "plant_price": (("technologies", "capex_power"), ("parameters", "capex_power")),
    "park_plant_price": (("technologies", "capex_power"), ("parameters", "capex_power")),
    "store_power_price": (("technologies", "capex_power"),),
    "store_energy_price": (("technologies", "capex_energy"),),
    **{f"{of}_{name}": (("technologies", name), ("parameters", name)) for of in ("plant", "park_plant", "store")
       for name in ("lifetime", "learning_rate")},
    **{f"{of}_om_share": (("technologies", "fixed_om_share"), ("parameters", "fixed_om_share"))
       for of in ("plant", "park_plant", "store")},
    **{f"{of}_price": (("parameters", "capex_power"),) for of in ("electric_heat", "boiler")},
    **{f"{of}_{name}": (("parameters", row),) for of in ("electric_heat", "boiler", "efficiency")
       for name, row in (("lifetime", "lifetime"), ("om_share", "fixed_om_share"))},
    "stores_standing": (("power", "storage_capacity"),),
    "industrial_price": (("tariffs", "feed_in_benchmark_price"), ("parameters", "electricity_grid_fee")),
    "sector_fuel_price": (
        ("sectors", "fuel_energy"), ("parameters", "coal_price"), ("parameters", "coke_price"),
        ("parameters", "diesel_price"), ("tariffs", "gas_price"),
    ),
    "switched_fuel_price": (("tariffs", "gas_price"), ("parameters", "gas_metered_volume")),
    "thermal_fuel_price": (("parameters", "coal_price"), ("power", "coal_rate")),
    "credit_price": (("credits", "ccer_price"), ("parameters", "credit_price")),
    "allowance_price": (("credits", "ets_price"), ("parameters", "allowance_price")),
    "capture_price": (("parameters", "capture_cost"),),
    "capture_plant_price": (("parameters", "capture_capex"),),
    "capture_share": tuple(("parameters", f"capture_share_{name}") for name in ("fossil", "process", "biomass", "air")),
})  # fmt: skip
"""Input -> its rows, where they do not bear its own name in the table of parameters."""

FIXED: Final[Mapping[str, str]] = MappingProxyType({
    "gwp_co2": "1 by definition",
    "intensity_start": "1 in the last year of history, by definition",
    "net_imports_change": "0: net imports stay as last observed",
    "chp_capacity": "0: what a template's cogeneration makes is thermal power, which the balance closes with",
    "rollout_build_rate": "infinite: no cap, unless a scenario states one",
    "rollout_capacity_rate": "infinite: no cap, unless a scenario states one",
    "rollout_table": "no path of zones, unless a scenario states one",
    "listed_zone_count": "no list of zones, unless a scenario names one",
    "listed_zone_load": "no list of zones, unless a scenario names one",
    "listed_zone_co2": "no list of zones, unless a scenario names one",
})  # fmt: skip
"""Inputs that neither a scenario nor a row sets."""

FIELDS: Final[Mapping[str, str]] = MappingProxyType({
    "gdp_growth": "economy.gdp_growth",
    "electricity_intensity_change": "economy.electricity_intensity_change",
    "intensity_change": "sectors.*.intensity_change",
    "electrified_share_2060": "sectors.*.electrified_share_2060",
    "electricity_per_fuel": "sectors.*.electricity_per_fuel",
    "capacity": "power.*.capacity",
    "full_load_hours": "power.*.full_load_hours",
    "includes_parks": "power.*.includes_parks",
    "firm_generation": "power.*.generation",
    "fossil_factor_change": "power.fossil_factor_change",
    "heat_supply_change": "power.heat_supply_change",
    "thermal_minimum_share": "power.thermal_minimum_share",
    "zone_share_of_national_co2": "zones.share_of_national_co2",
    "captive_share": "zones.captive_share",
    "archetype_mix": "zones.*_mix",
    "national_zone_size": "zones.national_size",
    "zone_size_spread": "zones.size_spread",
    "usable_roof_share": "zones.usable_roof_share",
    "wind_land_share": "zones.wind_land_share",
    "grid_connection_per_load": "zones.grid_connection_per_load",
    "listed_zone_count": "zones.list",
    "listed_zone_load": "zones.list",
    "listed_zone_co2": "zones.list",
    "scaled": "rollout.mode",
    "template_built": "rollout.mode",
    **{f"rollout_{name}": f"rollout.{name}" for name in (
        "curve", "anchor", "anchor_year", "growth", "ceiling", "innovation", "imitation", "lists", "delay", "table",
        "build_rate", "capacity_rate", "lifetime", "renewed_share", "retrofit_age", "retrofit_share",
    )},
    "store_loss_change": "rollout.store_loss_change",
    **{name: f"template.{name}" for name in (
        "fuel_saving_share", "electricity_saving_share", "electrified_fuel_share", "switched_fuel_share",
        "switched_fuel_factor", "process_change_share", "green_power_share",
    )},
    **{f"captive_{name}": f"captive.{name}" for name in (
        "retirement_start", "retirement_end", "factor_ratio", "heat_share", "heat_electrified_share",
        "heat_performance",
    )},
    "market_traded_share": "power.market_traded_share",
    "ccer_issued": "credits.issued",
    "ccer_displacement_share": "credits.displacement_share",
    "additionality": "credits.additionality",
    "carbon_market_allowances": "credits.allowances",
    "ccer_use_limit": "credits.use_limit",
    "ccer_market_use": "credits.market_use",
    "ccer_parks_first": "credits.priority",
    "ccer_market_first": "credits.priority",
    "cost_learned": "cost.curve",
    "discount_rate": "cost.discount_rate",
    "credit_price": "cost.credit_price",
    "allowance_price": "cost.allowance_price",
    "industrial_price": "cost.electricity_grid_fee",
    "sector_fuel_price": "cost.coal_price",
    "thermal_fuel_price": "cost.coal_price",
    "capture_level": "capture.level",
    "capture_rate": "capture.rate",
    "capture_share": "capture.origin",
    "land_co2": "land_view",
    "land_co2_2060": "land.co2_2060",
    "non_co2_change": "non_co2.*",
    "wind_capacity": "park.wind.capacity",
    "pv_capacity": "park.pv.capacity",
    "annual_load": "park",
    "heat_base_share": "park",
    "import_limit": "park.microgrid.import_limit",
    "export_limit": "park.microgrid.export_limit",
    "charge_below": "park.microgrid.rule",
    "discharge_above": "park.microgrid.rule",
    "electricity": "park",
    "power_rating": "park.*.power_rating",
    "energy_rating": "park.*.energy_rating",
    "minimum_state_of_charge": "park.*.minimum_state_of_charge",
    "maximum_state_of_charge": "park.*.maximum_state_of_charge",
    "self_discharge": "park.*.self_discharge",
    "round_trip_efficiency": "park.*.round_trip_efficiency",
})  # fmt: skip
"""Input -> the field of a scenario that may state it; `*` stands for a name such as a sector."""


def origin_of(name: str, stated: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return where an input comes from, in plain words and numbers.

    Parameters
    ----------
    name : str
        An input of the model.
    stated : mapping, optional
        What the scenario states, as `Scenario.stated` or the provenance of a run.

    Returns
    -------
    dict
        `input`; `field` and `stated`, what the scenario says there, where it may state it; `fixed`, why
        nobody states it; and `rows`, one entry for
        each variable of a table, with the number of rows, their sources and statuses, and the one value and range where
        there is one row.

    Examples
    --------
    >>> origin_of("rollout_ceiling")["rows"][0]["status"]
    ['assumption']
    """
    said: dict[str, Any] = {"input": name}
    if name in FIELDS:
        said["field"] = FIELDS[name]
        found = _found(stated or {}, FIELDS[name].split("."))
        if found is not None:
            said["stated"] = found
    if name in FIXED:
        said["fixed"] = FIXED[name]
    said["rows"] = [entry for table, variable in ROWS.get(name, (("parameters", name),))
                    if (entry := dict(_rows(table, variable)))]  # fmt: skip
    return said


def _found(stated: Any, path: list[str]) -> Any:
    """Return what stands at a path, by name where the path leaves a name open; None where nothing does."""
    if not path:
        return stated
    if not isinstance(stated, Mapping):
        return None
    first, *rest = path
    if "*" not in first:
        return _found(stated[first], rest) if first in stated else None
    named = {str(key): _found(part, rest) for key, part in stated.items() if fnmatchcase(str(key), first)}
    return {key: part for key, part in named.items() if part is not None} or None


@lru_cache(maxsize=256)
def _rows(table: str, variable: str) -> Mapping[str, Any]:
    whole = read_table(table)
    rows = whole[whole["variable"] == variable]
    if rows.empty:
        return {}
    entry: dict[str, Any] = {
        "table": f"{table}.csv", "variable": variable, "count": len(rows),
        "sources": sorted(set(rows["source"])), "status": sorted(set(rows["status"])),
    }  # fmt: skip
    if len(rows) == 1:
        row = rows.iloc[0]
        ends = {name: float(row[name]) for name in ("value", "low", "high") if row[name] == row[name]}
        entry |= {**ends, "unit": str(row["unit"])}
    return entry
