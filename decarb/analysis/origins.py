"""Where each input comes from: the field that may state it, and the rows of `data/` that fill it otherwise."""

from __future__ import annotations

from collections.abc import Mapping
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
    "capture_share": tuple(("parameters", f"capture_share_{name}") for name in ("fossil", "process", "biomass", "air")),
})  # fmt: skip
"""Input -> its rows, where they do not bear its own name in the table of parameters."""

FIXED: Final[Mapping[str, str]] = MappingProxyType({
    "gwp_co2": "1 by definition",
    "intensity_start": "1 in the last year of history, by definition",
    "net_imports_change": "0: net imports stay as last observed",
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
    "pv_site_limit": "zones.pv_site_limit",
    "wind_site_limit": "zones.wind_site_limit",
    "electrified_fuel_share": "zones.electrified_fuel_share",
    "scaled": "rollout.mode",
    "rollout_anchor": "rollout.anchor",
    "rollout_anchor_year": "rollout.anchor_year",
    "rollout_growth": "rollout.growth",
    "rollout_ceiling": "rollout.ceiling",
    "capture_level": "capture.level",
    "capture_rate": "capture.rate",
    "capture_share": "capture.origin",
    "land_co2": "land_view",
    "land_co2_2060": "land.co2_2060",
    "non_co2_change": "non_co2.*",
    "wind_capacity": "park.wind.capacity",
    "pv_capacity": "park.pv.capacity",
    "annual_load": "park",
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
    if first != "*":
        return _found(stated[first], rest) if first in stated else None
    named = {str(key): _found(part, rest) for key, part in stated.items()}
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
