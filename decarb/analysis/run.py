"""One run: from a scenario to its totals, its verdict and where every number came from."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import xarray as xr

from decarb import __version__, model
from decarb.park.series import drawn_yields, park_series, park_weather
from decarb.park.statement import SEEDS, park_range, park_year
from decarb.pathway.targets import check_totals
from decarb.pathway.verdict import Verdict
from decarb.scenario.inputs import scenario_inputs
from decarb.scenario.parameters import assumptions
from decarb.scenario.park_inputs import park_inputs
from decarb.scenario.scenario import Scenario, load_scenario
from decarb.tables import tables_hash
from decarb.units import stamp, units_of
from decarb.variables import variables

TOTALS: Final = ("gross_co2", "net_co2", "net_ghg")
BESIDE: Final = ("wind_solar_capacity", "nonfossil_share", "gdp")
JUDGED: Final = (*TOTALS, *BESIDE, "co2_per_gdp_2005")
PACKAGES: Final = ("numpy", "xarray", "pandas", "scipy", "numba", "pint", "pvlib", "h5netcdf")


@dataclass(frozen=True, repr=False)
class Results:
    """What a run computed.

    Attributes
    ----------
    annual : xr.Dataset
        The three totals (province, sector, year), claims as variables of their own, and what decides them.
    verdict : Verdict
        Each target judged, and the figures behind it.
    park : xr.Dataset
        The seed park's year as written, and (estimate) the range of what is not known of it.
    zone : xr.Dataset
        What the template builds and does in a mean zone of each province.
    base : xr.Dataset
        Levels, shares and scaling factors of the base year.
    provenance : Mapping
        Versions, hashes of scenario and tables, seed, weather, and every assumption with its range.
    """

    annual: xr.Dataset
    verdict: Verdict
    park: xr.Dataset
    zone: xr.Dataset
    base: xr.Dataset
    provenance: Mapping[str, Any]

    def __repr__(self) -> str:
        said = ", ".join(f"{item.target} {item.verdict}" for item in self.verdict.verdicts)
        return f"Results({self.provenance['scenario']!r}: {said})"


def run(scenario: Scenario | str | Path) -> Results:
    """Run a scenario from its park to the verdict on the nation's pathway.

    Parameters
    ----------
    scenario : Scenario, str or Path
        What `load_scenario` gives, or takes.

    Raises
    ------
    InputError
        The scenario cannot be read.
    DecarbError
        The model refuses an input, or a law of conservation does not hold.

    Examples
    --------
    >>> results = run("china-2060")
    >>> results.annual["gross_co2"].sel(year=2021).sum().round().item()
    11619.0
    """
    if not isinstance(scenario, Scenario):
        scenario = load_scenario(scenario)
    inputs = scenario_inputs(scenario.spec)
    series = model.weather(inputs)
    evaluation = model.evaluate(inputs, series)
    without_parks = model.evaluate(inputs.assign(rollout_anchor=xr.zeros_like(inputs["rollout_anchor"])), series)
    seed_park = park_inputs(scenario.spec.park, scenario.spec.seed)
    seed = scenario.spec.seed
    seeds = range(seed, seed + SEEDS)
    yields = drawn_yields(seed_park, seeds)
    uncertain = park_range(seed_park, park_series(seed_park, park_weather(seed_park, seeds, yields)), yields)
    stated = park_series(seed_park, park_weather(seed_park, [seed]))
    park = park_year(seed_park, stated.isel(weather_seed=0, drop=True))
    park = park.merge(uncertain.rename({name: f"{name}_range" for name in uncertain}), compat="no_conflicts")
    annual = _described(
        evaluation.annual.assign(inputs[["co2_per_gdp_2005", "includes_parks"]])
        .assign(gross_co2_without_parks=summed(without_parks.annual["gross_co2"]))
        .assign_coords(land_view=inputs.attrs["land_view"], gwp=inputs.attrs["gwp"]),
        scenario,
    )
    return Results(
        annual=annual,
        verdict=judge(annual),
        park=_described(park, scenario),
        zone=_described(evaluation.zone.assign(inputs[["wind_site_limit", "pv_site_limit"]]), scenario),
        base=_described(evaluation.base, scenario),
        provenance=_provenance(scenario, evaluation.base),
    )


def judge(annual: xr.Dataset) -> Verdict:
    """Return the verdict on an `annual` Dataset, as a run or a results folder holds it."""
    totals = {name: summed(annual[name]) for name in TOTALS} | {name: annual[name] for name in BESIDE}
    return check_totals(xr.Dataset(totals), co2_per_gdp_2005=annual["co2_per_gdp_2005"])


def summed(array: xr.DataArray) -> xr.DataArray:
    """Return the sum over provinces and sectors, where there are any, in the same unit; a hole stays a hole."""
    extra = [dim for dim in ("province", "sector") if dim in array.dims]
    # Rounding depends on how an array lies in memory: in one order, a run and its file give the same bits.
    ordered = array.copy(data=np.ascontiguousarray(array.values))
    return stamp(ordered.sum(extra, skipna=False), units_of(array)) if extra else array


def _described(dataset: xr.Dataset, scenario: Scenario) -> xr.Dataset:
    """Return the Dataset with labels from the variable dictionary and attributes in the manner of CF."""
    known = variables()
    labelled = dataset.copy()
    for name in known.keys() & set(labelled.data_vars):
        labels = {"long_name": known[name].label_en, "long_name_zh": known[name].label_zh}
        labelled[name].attrs = labelled[name].attrs | labels
    labelled.attrs = {
        "Conventions": "CF-1.11",
        "title": f"decarb scenario {scenario.name}",
        "source": f"decarb {__version__}",
        "weather": "synthetic-default",
        "seed": scenario.spec.seed,
        "rollout_mode": scenario.spec.rollout.mode,
    }
    return labelled


def _provenance(scenario: Scenario, base: xr.Dataset) -> Mapping[str, Any]:
    return MappingProxyType({
        "decarb": __version__,
        "scenario": scenario.name,
        "description": scenario.spec.description,
        "scenario_sha256": scenario.digest,
        "tables_sha256": tables_hash(),
        "seed": scenario.spec.seed,
        "land_view": scenario.spec.land_view,
        "stated": scenario.stated,
        "weather": "synthetic-default",
        "python": platform.python_version(),
        "packages": {name: version(name) for name in PACKAGES},
        "base_year": {
            "power_closing_factor": float(base["power_closing_factor"]),
            **{name: {str(sector): float(base[name].sel(sector=sector)) for sector in base["sector"].values}
               for name in ("scaling_of_national_table", "scaling_of_provincial_table")},
        },
        "assumptions": assumptions(),
    })  # fmt: skip
