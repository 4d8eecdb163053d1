"""The same scenario without one thing: without any park, and without each lever, in one call of the model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import xarray as xr

from decarb import model
from decarb.nation.lever_cost import LEVERS, NOTHING
from decarb.nation.template import BUILT, design_on_site
from decarb.units import stamp, units_of

STATED: Final = "stated"
NO_PARKS: Final = "no parks"
SCENARIOS: Final = (STATED, NO_PARKS, *LEVERS)
"""All scenarios of one run: as stated, and the same without what the name says."""

SET_TO_NONE: Final[Mapping[str, tuple[str, ...]]] = {
    NO_PARKS: ("rollout_ceiling",),
    "electrification": ("electrified_fuel_share",),
    "efficiency": ("fuel_saving_share", "electricity_saving_share"),
    "fuel switch": ("switched_fuel_share",),
    "process change": ("process_change_share",),
    "capture": ("capture_low", "capture_high"),
}
"""Inputs that are 0 in a scenario."""
NOT_BUILT: Final[Mapping[str, tuple[str, ...]]] = {
    "on-site wind": ("wind_capacity",),
    "on-site PV": ("pv_capacity",),
    "stores": ("power_rating", "energy_rating"),
}
"""Sizes that no zone builds in a scenario; its other plants and its stores stay as large as they are."""
HELD: Final[Mapping[str, str]] = {"national wind": "wind", "national solar": "solar"}
"""Technology whose national capacity stays as it was in the last observed year."""
CONTRACTS: Final = ("green_power_share", "market_traded_share")
"""Contracts move no ton, and the non-fossil power that they sell may not be there without a lever."""
OF_RUN: Final = (
    "gross_co2", "caused_abatement", "thermal_generation", "nonfossil_generation", "capacity", "captured_co2",
    "park_own_use", "park_generation", "park_wind_capacity", "park_pv_capacity", "park_power_rating",
    "park_energy_rating", "abated_by_lever", "electricity_for_fuel_in_zones", "electricity_saved",
    "ccer_retired",
)  # fmt: skip
"""What `decarb.nation.cost.national_cost` compares."""


def beside(inputs: xr.Dataset) -> xr.Dataset:
    """Return inputs of all `SCENARIOS` (scenario); what zones build comes from `zones_beside`.

    Parameters
    ----------
    inputs : xr.Dataset
        As `decarb.scenario.inputs` builds it, of one scenario.
    """
    changed: dict[str, dict[str, xr.DataArray]] = {}
    for scenario, names in SET_TO_NONE.items():
        for name in names:
            changed.setdefault(name, {})[scenario] = xr.zeros_like(inputs[name])
    changed["capacity"] = {scenario: held(inputs["capacity"], technology) for scenario, technology in HELD.items()}
    changed |= {name: dict.fromkeys(SCENARIOS[1:], xr.zeros_like(inputs[name])) for name in CONTRACTS}
    return inputs.assign({name: _stacked(inputs[name], others) for name, others in changed.items()})


def held(capacity: xr.DataArray, technology: str) -> xr.DataArray:
    """Return capacity with one technology as it was in the last observed year from there on, unit kept.

    Parameters
    ----------
    capacity : xr.DataArray, [GW], (technology, year)
    technology : str
    """
    year = capacity["year"]
    stays = (capacity["technology"] == technology) & (year > model.LAST_OBSERVED_YEAR)
    last = capacity.sel(year=model.LAST_OBSERVED_YEAR, drop=True)
    return stamp(xr.where(stays, last, capacity).transpose(*capacity.dims), units_of(capacity))


def zones_beside(inputs: xr.Dataset, base: xr.Dataset, series: xr.Dataset) -> xr.Dataset:
    """Return what a mean zone builds and does in all `SCENARIOS` (scenario); only distinct designs are dispatched.

    The template is fitted to each site first and loses a plant then, so that the rest of it stays as it is.

    Parameters
    ----------
    inputs : xr.Dataset
        Of one scenario.
    base, series : xr.Dataset
        As `decarb.model.base_year` and `decarb.model.weather` return them.
    """
    site = design_on_site(inputs)[[*BUILT, "export_limit"]]
    built = [name for name, sizes in NOT_BUILT.items() if any(bool((site[size] > 0.0).any()) for size in sizes)]
    fitted = {str(name): _stacked(array, {scenario: xr.zeros_like(array) for scenario in built
                                          if name in NOT_BUILT[scenario]}, (STATED, *built))
              for name, array in site.items()}  # fmt: skip
    # Fitting a site's own design to that site again changes nothing.
    zone = model.zone_with_template(inputs.assign(fitted), base, series)
    if not built:
        return zone
    place = [1 + built.index(scenario) if scenario in built else 0 for scenario in SCENARIOS]
    swept = [name for name in zone.data_vars if "scenario" in zone[name].dims]
    every = zone[swept].isel(scenario=place).assign_coords(scenario=list(SCENARIOS))
    return zone.drop_vars([*swept, "scenario"], errors="ignore").merge(every)


def evaluate_beside(inputs: xr.Dataset, series: xr.Dataset) -> model.Evaluation:
    """Return what the chain computes of a scenario and of the same without parks, and without each lever (scenario).

    Parameters
    ----------
    inputs, series : xr.Dataset
        Of one scenario, as `decarb.model.evaluate` takes them.
    """
    base = model.base_year(inputs)
    return model.evaluate(beside(inputs), series, zones_beside(inputs, base, series), base)


def without_each_lever(annual: xr.Dataset) -> xr.Dataset:
    """Return the runs whose difference is the cost of a lever, (without, ...): as stated, and without each lever.

    Parameters
    ----------
    annual : xr.Dataset
        Of all `SCENARIOS` (scenario).
    """
    runs = annual[list(OF_RUN)].sel(scenario=[STATED, *LEVERS]).rename(scenario="without")
    return runs.assign_coords(without=[NOTHING, *LEVERS])


def _stacked(
    stated: xr.DataArray, others: Mapping[str, xr.DataArray], scenarios: tuple[str, ...] = SCENARIOS
) -> xr.DataArray:
    """Return an array by scenario, as it is but where another is given; as it is where none is."""
    if not others:
        return stated
    values = np.stack([others.get(scenario, stated).values for scenario in scenarios])
    coords = {"scenario": list(scenarios)} | {name: stated[name] for name in stated.dims if name in stated.coords}
    return stamp(xr.DataArray(values, coords, ("scenario", *stated.dims)), units_of(stated))
