"""The public functions: load, run, check, convert."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import xarray as xr

import decarb
from decarb import model
from decarb.errors import CallError
from decarb.nation.totals import national
from decarb.park.statement import park_range, park_year
from decarb.pathway.targets import EMISSIONS, check_totals
from decarb.pathway.verdict import Verdict
from decarb.scenario.inputs import park_inputs, scenario_inputs
from decarb.scenario.parameters import assumptions
from decarb.scenario.scenario import Scenario, load_scenario
from decarb.tables import table_array, tables_hash
from decarb.units import Quantity, UnitFloat, dimension, stamp, units_of
from decarb.units.convert import convert as convert_units
from decarb.units.convert import quantify
from decarb.variables import variables

__all__ = ["Results", "Scenario", "check", "convert", "load_scenario", "quantify", "run"]

TOTALS: Final = ("gross_co2", "net_co2", "net_ghg")
BESIDE: Final = ("wind_solar_capacity", "nonfossil_share", "gdp")
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
    evaluation = model.evaluate(inputs, model.weather(inputs))
    seed_park = park_inputs(scenario.spec.park, scenario.spec.seed)
    uncertain = park_range(seed_park)
    park = park_year(seed_park).merge(uncertain.rename({name: f"{name}_range" for name in uncertain}))
    annual = _described(
        evaluation.annual.assign(inputs[["co2_per_gdp_2005", "includes_parks"]]).assign_coords(
            land_view=inputs.attrs["land_view"], gwp=inputs.attrs["gwp"]
        ),
        scenario,
    )
    return Results(
        annual=annual,
        verdict=judge(annual),
        park=_described(park, scenario),
        zone=_described(evaluation.zone, scenario),
        base=_described(evaluation.base, scenario),
        provenance=_provenance(scenario, evaluation.base),
    )


def judge(annual: xr.Dataset) -> Verdict:
    """Return the verdict on an `annual` Dataset, as a run or a results folder holds it."""
    totals = {name: national(annual[name]) for name in TOTALS} | {name: annual[name] for name in BESIDE}
    return check_totals(xr.Dataset(totals), co2_per_gdp_2005=annual["co2_per_gdp_2005"])


def check(pathway: Results | xr.Dataset | xr.DataArray) -> Verdict:
    """Judge a pathway by the same rules as a run.

    Parameters
    ----------
    pathway : Results, xr.Dataset or xr.DataArray
        A run; a Dataset of totals over `year`; or one series with `attrs["units"]` and an integer `year` coordinate.
        A series named `gross_co2`, `net_co2` or `net_ghg` is that total, any other CO2 series an undeclared one to
        which every CO2 metric applies. Dimensions `province` and `sector` are summed.

    Raises
    ------
    InputError, UnitError
        A series without unit, with holes, or with years out of order.

    Examples
    --------
    >>> falling = xr.DataArray([12000.0, 12000.0, 0.0], {"year": [2025, 2030, 2060]}, ("year",), "co2",
    ...                        attrs={"units": "Mt CO2/yr"})
    >>> check(falling).neutral_year
    2060
    """
    if isinstance(pathway, Results):
        return pathway.verdict
    if isinstance(pathway, xr.Dataset):
        if {*TOTALS, *BESIDE, "co2_per_gdp_2005"} <= set(pathway):
            return judge(pathway)
        known = [name for name in (*EMISSIONS, *BESIDE) if name in pathway]
        return check_totals(xr.Dataset({name: _summed(pathway[name]) for name in known}))
    if not isinstance(pathway, xr.DataArray):
        raise CallError(f"check takes Results, a Dataset or a DataArray; found {type(pathway).__name__}")
    name = pathway.name if pathway.name in EMISSIONS else "co2"
    if name == "co2" and dimension(units_of(pathway)) == dimension("Mt CO2e/yr"):
        name = "net_ghg"
    return check_totals(xr.Dataset({name: _summed(pathway)}))


def convert(quantity: str | Quantity | UnitFloat, unit: str, gwp: str | None = None) -> UnitFloat:
    """Return a quantity in another unit: a float with `.units`.

    Parameters
    ----------
    quantity : str or Quantity
        Such as "1 t CH4".
    unit : str
    gwp : {"AR4", "AR5", "AR6"}, optional
        The report whose 100-year values turn a gas into CO2e; never assumed.

    Examples
    --------
    >>> convert("1 t CH4", "t CO2e", gwp="AR6")
    27.9 t CO2e
    """
    return convert_units(quantity, unit, gwp, gwp_table=_gwp_table())


@lru_cache(maxsize=1)
def _gwp_table() -> Mapping[str, Mapping[str, float]]:
    reports = {report: table_array("gwp", "gwp100", "gas", report=report) for report in ("AR4", "AR5", "AR6")}
    return MappingProxyType({
        report: {"CO2": 1.0} | {str(gas): float(values.sel(gas=gas)) for gas in values["gas"].values}
        for report, values in reports.items()
    })


def _summed(array: xr.DataArray) -> xr.DataArray:
    extra = [dim for dim in ("province", "sector") if dim in array.dims]
    return stamp(array.sum(extra), units_of(array)) if extra else array


def _described(dataset: xr.Dataset, scenario: Scenario) -> xr.Dataset:
    """Return the Dataset with labels from the variable dictionary and attributes in the manner of CF."""
    known = variables()
    labelled = dataset.copy()
    for name in labelled.data_vars:
        if name in known:
            labels = {"long_name": known[name].label_en, "long_name_zh": known[name].label_zh}
            labelled[name].attrs = labelled[name].attrs | labels
    labelled.attrs = {
        "Conventions": "CF-1.11",
        "title": f"decarb scenario {scenario.name}",
        "source": f"decarb {decarb.__version__}",
        "weather": "synthetic-default",
        "seed": scenario.spec.seed,
    }
    return labelled


def _provenance(scenario: Scenario, base: xr.Dataset) -> Mapping[str, Any]:
    return MappingProxyType({
        "decarb": decarb.__version__,
        "scenario": scenario.name,
        "description": scenario.spec.description,
        "scenario_sha256": scenario.digest,
        "tables_sha256": tables_hash(),
        "seed": scenario.spec.seed,
        "land_view": scenario.spec.land_view,
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
