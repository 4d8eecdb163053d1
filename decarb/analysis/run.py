"""One run: from a scenario to its totals, its verdict and where every number came from."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import xarray as xr

from decarb import __version__, model
from decarb.analysis.without import NO_PARKS, STATED, evaluate_beside, without_each_lever
from decarb.analysis.wording import made_by
from decarb.markup import card, small
from decarb.nation.cost import national_cost
from decarb.park.series import drawn_yields, in_weather, park_series, park_weather
from decarb.park.statement import SEEDS, park_range, park_year
from decarb.pathway.rules import Target
from decarb.pathway.targets import TARGETS, check_totals
from decarb.pathway.verdict import Verdict
from decarb.scenario.inputs import scenario_inputs
from decarb.scenario.parameters import assumptions
from decarb.scenario.park_inputs import park_inputs, park_systems
from decarb.scenario.scenario import Scenario, load_scenario
from decarb.tables import tables_hash, with_labels
from decarb.units import stamp, units_of

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
    cost : xr.Dataset
        What the nation and its parks spend and save (year), and the cost of a ton by lever (lever, year).
    provenance : Mapping
        Versions, hashes of scenario and tables, seed, weather, and every assumption with its range.
    """

    annual: xr.Dataset
    verdict: Verdict
    park: xr.Dataset
    zone: xr.Dataset
    base: xr.Dataset
    cost: xr.Dataset
    provenance: Mapping[str, Any]

    def __repr__(self) -> str:
        verdicts = [item.verdict for item in self.verdict.verdicts]
        missed = [f"{item.target} fail" for item in self.verdict.verdicts if item.verdict == "fail"]
        counts = [f"{verdicts.count(word)} {word}" for word in ("pass", "undefined") if word in verdicts]
        return f"Results({self.provenance['scenario']!r}: {', '.join([*missed, *counts])})"

    def __str__(self) -> str:
        return f"{self.provenance['scenario']}\n{self.verdict}\n{made_by(self.provenance)}"

    def _repr_html_(self) -> str:
        said = str(self.provenance.get("description", ""))
        return card(self.provenance["scenario"], small(said), self.verdict.table(), small(made_by(self.provenance)))


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
    nation = of_nation(scenario, inputs, evaluate_beside(inputs, series))
    park = seed_park(scenario)
    return Results(
        annual=nation.annual,
        verdict=judge(nation.annual),
        park=_described(park, scenario),
        zone=nation.zone,
        base=nation.base,
        cost=nation.cost,
        provenance=_provenance(scenario, nation.base),
    )


@dataclass(frozen=True, eq=False)
class Nation:
    """What `of_nation` returns: four parts of `Results`."""

    annual: xr.Dataset
    zone: xr.Dataset
    base: xr.Dataset
    cost: xr.Dataset


def of_nation(scenario: Scenario, inputs: xr.Dataset, evaluation: model.Evaluation) -> Nation:
    """Return yearly results, mean zones, the base year and what it costs, of a scenario and the same without levers.

    Parameters
    ----------
    scenario : Scenario
    inputs : xr.Dataset
        Of the scenario, as `decarb.scenario.inputs` builds it.
    evaluation : model.Evaluation
        As `decarb.analysis.without.evaluate_beside` returns it for these inputs.
    """
    every = evaluation.annual
    stated, without_parks = (every.sel(scenario=name, drop=True) for name in (STATED, NO_PARKS))
    zone = evaluation.zone.sel(scenario=STATED, drop=True) if "scenario" in evaluation.zone.dims else evaluation.zone
    annual = (
        stated.assign(inputs[["co2_per_gdp_2005", "includes_parks"]])
        .assign(gross_co2_without_parks=summed(without_parks["gross_co2"]))
        .assign_coords(land_view=inputs.attrs["land_view"], gwp=inputs.attrs["gwp"])
    )
    cost = national_cost(inputs, evaluation.base, zone, without_each_lever(every))
    return Nation(*(_described(part, scenario) for part in (annual, zone, evaluation.base, cost)))


def seed_park(scenario: Scenario) -> xr.Dataset:
    """Return the year of a scenario's own park as written, and (estimate) the range of what is not known of it."""
    spec, seed = scenario.spec.park, scenario.spec.seed
    inputs, systems = park_inputs(spec, seed), park_systems(spec)
    seeds = range(seed, seed + SEEDS)
    yields = drawn_yields(inputs, seeds)
    stated = park_series(inputs, park_weather(inputs, [seed]).isel(weather_seed=0, drop=True), systems)
    drawn = in_weather(stated, park_weather(inputs, seeds, yields))
    uncertain = park_range(inputs, drawn, yields, systems)
    ranges = uncertain.rename({name: f"{name}_range" for name in uncertain})
    return park_year(inputs, stated, systems).merge(ranges, compat="no_conflicts")


def judge(annual: xr.Dataset, targets: Iterable[Target] = TARGETS) -> Verdict:
    """Return the verdict on an `annual` Dataset, as a run or a results folder holds it."""
    totals = {name: summed(annual[name]) for name in TOTALS} | {name: annual[name] for name in BESIDE}
    net = annual["net_co2"]
    parts = summed(net, ("province",)) if "sector" in net.dims else annual.get("net_co2_by_sector")
    beside = annual["co2_per_gdp_2005"]
    return check_totals(xr.Dataset(totals), targets, co2_per_gdp_2005=beside, net_co2_by_sector=parts)


def summed(array: xr.DataArray, dims: tuple[str, ...] = ("province", "sector")) -> xr.DataArray:
    """Return the sum over provinces and sectors, where there are any, in the same unit; a hole stays a hole."""
    extra = [dim for dim in dims if dim in array.dims]
    # Rounding depends on how an array lies in memory: in one order, a run and its file give the same bits.
    ordered = array.copy(data=np.ascontiguousarray(array.values))
    return stamp(ordered.sum(extra, skipna=False), units_of(array)) if extra else array


def _described(dataset: xr.Dataset, scenario: Scenario) -> xr.Dataset:
    """Return the Dataset with labels from the variable dictionary and attributes in the manner of CF."""
    labelled = with_labels(dataset)
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
