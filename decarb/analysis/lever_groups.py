"""Levers as groups of inputs: which input belongs to which, and how groups merge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

import xarray as xr

from decarb.errors import CallError
from decarb.variables import did_you_mean

OTHER: Final = "other"
"""Inputs that differ and belong to no group."""

GROUPS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({
    "grid": (
        "capacity", "firm_generation", "nonfossil_generation", "full_load_hours", "includes_parks", "fossil_factor",
        "fossil_factor_change", "thermal_minimum_share", "net_imports", "net_imports_change", "line_loss_rate",
        "heat_supply", "heat_supply_change", "heat_factor",
    ),
    "on-site wind": (
        "wind_capacity", "wind_density", "wind_land_share", "land_area_per_load", "least_wind_full_load_hours",
    ),
    "on-site PV": ("pv_capacity", "pv_roof_density", "roof_area_per_load", "usable_roof_share"),
    "stores": (
        "power_rating", "energy_rating", "round_trip_efficiency", "minimum_state_of_charge",
        "maximum_state_of_charge", "self_discharge", "charge_below", "discharge_above", "store_loss_change",
    ),
    "rollout": (
        "scaled", "template_built", "annual_load", "import_limit", "export_limit", "grid_connection_per_load",
        "rollout_curve", "rollout_anchor", "rollout_anchor_year", "rollout_growth", "rollout_ceiling",
        "rollout_innovation", "rollout_imitation", "rollout_lists", "rollout_table", "rollout_delay",
        "rollout_lifetime", "rollout_renewed_share", "rollout_build_rate", "rollout_capacity_rate",
        "rollout_retrofit_age", "rollout_retrofit_share", "zone_share_of_national_co2", "provincial_zone_count",
        "development_zone_count", "national_zone_count", "archetype_mix", "zone_electricity_weight",
        "zone_fuel_weight", "zone_process_weight", "zone_heat_weight", "national_zone_size", "zone_size_spread",
        "listed_zone_count", "listed_zone_load", "listed_zone_co2",
    ),
    "electrification": ("electrified_share_2060", "electrified_fuel_share", "electricity_per_fuel"),
    "intensity trend": (
        "electricity_intensity_change", "intensity_start", "intensity_change.energy_industry",
        "intensity_change.manufacturing", "intensity_change.process",
    ),
    "efficiency, fuel and process change in zones": (
        "fuel_saving_share", "electricity_saving_share", "switched_fuel_share", "switched_fuel_factor",
        "process_change_share",
    ),
    "activity": ("gdp", "gdp_growth", "electricity_demand"),
    "other sectors": (
        "intensity_change.transport", "intensity_change.buildings", "intensity_change.agriculture",
        "intensity_change.construction",
    ),
    "capture and removal": (
        "capture_low", "capture_high", "capture_level", "capture_rate", "capture_share", "bioenergy_co2_factor",
    ),
    "land": ("land_co2", "land_co2_2060", "land_non_co2"),
    "non-CO2": ("non_co2_ghg", "non_co2_change"),
    "captive plants": (
        "captive_share", "captive_retirement_start", "captive_retirement_end", "captive_factor_ratio",
        "captive_heat_share", "captive_heat_electrified_share", "captive_heat_performance", "replaced_heat_factor",
    ),
    "credits": (
        "ccer_issued", "ccer_displacement_share", "additionality", "carbon_market_allowances", "ccer_use_limit",
        "ccer_market_use", "ccer_parks_first", "ccer_market_first", "green_power_share", "market_traded_share",
    ),
    "prices": (
        "cost_learned", "discount_rate", "plant_price", "park_plant_price", "plant_lifetime", "park_plant_lifetime",
        "plant_om_share", "park_plant_om_share", "plant_learning_rate", "firm_full_load_hours", "store_power_price",
        "store_energy_price", "store_lifetime", "store_om_share", "store_learning_rate", "stores_standing",
        "electric_heat_price", "boiler_price", "electric_heat_lifetime", "boiler_lifetime", "efficiency_lifetime",
        "electric_heat_om_share", "boiler_om_share", "efficiency_om_share", "heat_full_load_hours",
        "efficiency_investment", "industrial_price", "sector_fuel_price", "switched_fuel_price", "thermal_fuel_price",
        "credit_price", "allowance_price", "capture_price", "capture_plant_price",
    ),
})  # fmt: skip
"""Lever -> its inputs; `name.label` is the part of an input that stands at one label, such as one sector.

The trend of intensity holds all that made industry need less for a unit of GDP: structure, the mix of fuels,
electrification so far, and efficiency. What zones do beyond it stands apart."""

MERGES: Final = (
    ("on-site wind", "on-site PV"),
    ("on-site wind + on-site PV", "stores"),
    ("land", "non-CO2"),
    ("electrification", "efficiency, fuel and process change in zones"),
    ("intensity trend", "other sectors"),
    ("grid", "captive plants"),
    ("rollout", "on-site wind + on-site PV + stores"),
    ("capture and removal", "land + non-CO2"),
)
"""Which groups become one, in this order, while more differ than are told apart."""


def checked_groups(groups: Mapping[str, Sequence[str]], inputs: xr.Dataset) -> dict[str, tuple[str, ...]]:
    """Return the groups; each entry names an input, or one label of it, and stands in one group only.

    Raises
    ------
    CallError
        Naming the entry that is no input, or stands twice.
    """
    if OTHER in groups:
        raise CallError(f'groups: "{OTHER}" is what belongs to no group; give the group another name')
    seen: dict[str, str] = {}
    for group, entries in groups.items():
        for entry in entries:
            name, _, label = entry.partition(".")
            if name not in inputs:
                known = tuple(str(key) for key in inputs)
                raise CallError(f'groups: {group}: "{entry}" is no input; {did_you_mean(name, known)}')
            if label:
                dimension_of(inputs[name], entry)
            twice = [other for other in seen if other in (entry, name) or other.startswith(f"{entry}.")]
            if twice:
                raise CallError(f'groups: "{entry}" of {group} stands in {seen[twice[0]]} too; keep it in one lever')
            seen[entry] = group
    return {group: tuple(entries) for group, entries in groups.items()}


def dimension_of(array: xr.DataArray, entry: str) -> str:
    """Return the dimension in which the label of `name.label` stands.

    Raises
    ------
    CallError
        It stands in none.
    """
    name, _, label = entry.partition(".")
    for dim in array.dims:
        if label in array[dim].values.astype(str):
            return str(dim)
    labels = tuple(str(known) for dim in array.dims for known in array[dim].values)
    raise CallError(f'groups: "{entry}": {name} has no label "{label}"; {did_you_mean(label, labels)}')


def merged(
    groups: Mapping[str, Sequence[str]], active: Sequence[str], limit: int, merges: Sequence[tuple[str, str]] = MERGES
) -> dict[str, tuple[str, ...]]:
    """Return the groups with pairs of `merges` made one until no more than `limit` of them are active.

    Parameters
    ----------
    groups : mapping of str to sequence of str
    active : sequence of str
        Groups with inputs that differ; only merging two of these helps.
    limit : int
    merges : sequence of pairs
        Tried in order. A pair of which one is idle stands for the other.

    Examples
    --------
    >>> merged({"a": ("x",), "b": ("y",), "c": ("z",)}, ["a", "b", "c"], 2, [("a", "b")])
    {'a + b': ('x', 'y'), 'c': ('z',)}
    """
    joined = {name: tuple(entries) for name, entries in groups.items()}
    standing: dict[str, str] = {}
    left = set(active)
    for first, second in merges:
        if len(left) <= limit:
            break
        one, two = standing.get(first, first), standing.get(second, second)
        if not {one, two} <= left:
            standing[f"{first} + {second}"] = one if one in left else two
            continue
        both = f"{one} + {two}"
        entries = joined[one] + joined[two]
        joined = {both if name == one else name: held for name, held in joined.items() if name != two}
        joined[both] = entries
        left = (left - {one, two}) | {both}
        standing[f"{first} + {second}"] = both
    return joined
