"""Each system of a park as people look for it: whether it is on, how large it is, and the flows it owns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import xarray as xr

from decarb.scenario.park_schema import ParkSpec
from decarb.units import units_of

SIZE: Final[Mapping[str, tuple[str, str]]] = {
    "wind": ("capacity", "MW"),
    "pv": ("capacity", "MW"),
    "flow_battery": ("energy_rating", "MWh"),
    "lithium": ("energy_rating", "MWh"),
    "supercapacitor": ("energy_rating", "MWh"),
    "microgrid": ("import_limit", "MW"),
    "water": ("treatment_capacity", "m3/d"),
    "agriculture": ("area", "ha"),
    "sports": ("floor_area", "m2"),
    "buildings": ("floor_area", "m2"),
    "heat": ("process_heat", "GJ/yr"),
    "fleet": ("vehicles", "vehicle"),
}
"""System -> the field that says how large it is."""
OWNED: Final[Mapping[str, tuple[str, ...]]] = {
    "microgrid": (
        "grid_import", "grid_export", "curtailment", "unmet_load", "peak_import", "islanded_hours", "own_use",
        "self_sufficiency", "self_consumption",
    ),
    "water": (
        "water_demand", "fresh_water", "wastewater", "treated_water", "untreated_wastewater", "reused_water",
        "water_reuse_rate", "water_electricity", "wastewater_ch4", "wastewater_n2o",
    ),
    "agriculture": (
        "irrigation_demand", "irrigation_from_reuse", "irrigation_fresh", "fertiliser_n2o", "agriculture_electricity",
        "agriculture_removal",
    ),
    "sports": ("sports_electricity", "sports_heat"),
    "buildings": ("building_electricity", "building_heat"),
    "heat": (
        "heat_demand", "heat_gas", "heat_gas_volume", "heat_coal", "heat_coal_mass", "heat_electricity", "heat_import",
        "chp_generation", "chp_capacity",
    ),
    "fleet": ("fleet_distance", "fleet_fuel", "fleet_electricity"),
}  # fmt: skip
OF_PLANTS: Final = ("generation", "full_load_hours", "full_load_hours_unscaled")
OF_STORES: Final = (
    "charge", "discharge", "storage_change", "storage_loss", "power_rating", "deliverable_energy", "equivalent_cycles",
    "cycle_fade", "service_life",
)  # fmt: skip


def systems_of(spec: ParkSpec, annual: xr.Dataset) -> dict[str, dict[str, Any]]:
    """Return all twelve systems by name; what is no part of the park is off and has no size.

    Parameters
    ----------
    spec : ParkSpec
    annual : xr.Dataset
        A park's year, with the figures of plants (technology), stores (store) and heat (supply).
    """
    named = annual.assign(
        chp_generation=annual["generation"].sel(technology="chp", drop=True),
        building_electricity=annual["electricity"].sel(use="buildings", drop=True),
        sports_electricity=annual["electricity"].sel(use="sports", drop=True),
    )
    return {name: _system(name, getattr(spec, name), named) | _words(name, spec) for name in SIZE}


def _system(name: str, part: Any, annual: xr.Dataset) -> dict[str, Any]:
    field, unit = SIZE[name]
    return {
        "on": part is not None and part.on,
        "size": None if part is None else (getattr(part, field).to(unit), unit),
        "annual": {owned: (float(array), units_of(array)) for owned, array in _owned(name, annual).items()},
    }


def _owned(name: str, annual: xr.Dataset) -> dict[str, xr.DataArray]:
    if name in ("wind", "pv"):
        return {owned: annual[owned].sel(technology=name) for owned in OF_PLANTS if owned in annual}
    if name in annual["store"].values:
        of_store = {owned: annual[owned].sel(store=name) for owned in OF_STORES if owned in annual}
        only = {key: annual[key] for key in annual if str(key).startswith(f"{name}_")}
        return of_store | {str(key).removeprefix(f"{name}_"): array for key, array in only.items()}
    owned = {key: annual[key] for key in OWNED[name] if key in annual}
    if name == "heat":
        owned |= {f"heat_by_{supply}": annual["heat"].sel(supply=supply) for supply in annual["supply"].values}
    return owned


def _words(name: str, spec: ParkSpec) -> dict[str, Any]:
    """Return what of a system is no number."""
    if name != "microgrid":
        return {}
    grid = spec.microgrid
    return {
        "export_limit": (grid.export_limit.to("MW"), "MW"),
        "rule": grid.rule,
        "order": ["supercapacitor (fast changes alone)", *grid.order],
    }
