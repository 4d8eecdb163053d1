"""The public functions: load, run, write, check, ask why and what would have to change, convert."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

import xarray as xr

from decarb.analysis import comparison, feasible, park_run, solve
from decarb.analysis import run as running
from decarb.analysis import why as asking
from decarb.analysis.attribution import Attribution, between_scenarios
from decarb.analysis.comparison import Comparison
from decarb.analysis.economies import economies_table
from decarb.analysis.explanation import explain
from decarb.analysis.park import ParkResults
from decarb.analysis.park_scaled import scale_park
from decarb.analysis.run import BESIDE, JUDGED, Results, judge, summed
from decarb.analysis.solve import Solution
from decarb.analysis.why import Why
from decarb.errors import CallError
from decarb.pathway import bridge as bridges
from decarb.pathway.targets import EMISSIONS, TARGETS, check_totals, target_named
from decarb.pathway.verdict import Verdict
from decarb.report.park import write_park
from decarb.scenario.inputs import scenario_inputs
from decarb.scenario.scenario import Scenario, load_park, load_scenario
from decarb.sweeps.progress import shown
from decarb.tables import table_array
from decarb.units import Quantity, UnitFloat, dimension, units_of
from decarb.units.convert import convert as convert_units
from decarb.units.convert import quantify

__all__ = [
    "Attribution", "Comparison", "ParkResults", "Results", "Scenario", "Solution", "Why", "attribute", "bridge",
    "check", "compare", "convert", "economies", "explain", "feasible_set", "load_park", "load_scenario",
    "quantify", "run", "run_park", "scale_park", "solve_for", "why", "write_park",
]  # fmt: skip

run = shown("running the scenario")(running.run)
run_park = shown("running the park")(park_run.run_park)
compare = shown("comparing")(comparison.compare)
why = shown("asking why")(asking.why)
solve_for = shown("solving")(solve.solve_for)
feasible_set = shown("asking where the targets hold")(feasible.feasible_set)


@shown("splitting the difference by lever")
def attribute(before: Scenario | str, after: Scenario | str, total: str = "net_co2") -> Attribution:
    """Return by which levers a national total of two scenarios differs, year by year; the parts add exactly.

    Parameters
    ----------
    before, after : Scenario or str
        What `load_scenario` gives or takes. They must share their weather.
    total : {"net_co2", "gross_co2", "net_ghg"}

    Raises
    ------
    InputError, CallError
        A scenario cannot be read, or the two are unlike.
    """
    first, second = (
        scenario_inputs((each if isinstance(each, Scenario) else load_scenario(each)).spec) for each in (before, after)
    )
    return between_scenarios(first, second, total)


def bridge(results: Results | xr.Dataset, first_total: str, second_total: str, year: int | None = None) -> xr.Dataset:
    """Return what lies between two national totals of a run: first + the sum of terms = second, exactly.

    Parameters
    ----------
    results : Results or xr.Dataset
        A run, or its `annual`.
    first_total, second_total : {"gross_co2", "net_co2", "net_ghg"}
    year : int, optional
        One year; all of them where it is left out.

    Raises
    ------
    CallError
        A total or a year is not there.
    """
    annual = results.annual if isinstance(results, Results) else results
    return bridges.bridge(annual, first_total, second_total, year)


def economies(results: Results | None = None) -> xr.Dataset:
    """Return peaks, goals and rates of six economies on one definition, and of a run beside them.

    Parameters
    ----------
    results : Results, optional
        Its gross CO2 becomes a row of its own.
    """
    return economies_table("low", None if results is None else summed(results.annual["gross_co2"]))


def check(pathway: Results | xr.Dataset | xr.DataArray, target: str | None = None) -> Verdict:
    """Judge a pathway by the same rules as a run.

    Parameters
    ----------
    pathway : Results, xr.Dataset or xr.DataArray
        A run; a Dataset of totals over `year`; or one series with `attrs["units"]` and an integer `year` coordinate.
        A series named `gross_co2`, `net_co2` or `net_ghg` is that total, any other CO2 series an undeclared one to
        which every CO2 metric applies. Dimensions `province` and `sector` are summed.
    target : str, optional
        One target alone, such as "ndc-2035"; "ndc-2035:net_ghg" also says on which total it is to be judged.

    Raises
    ------
    InputError, UnitError
        A series without unit, with holes, or with years out of order; a target on a total that it is not defined on,
        with what lies between the two.
    CallError
        There is no such target.

    Examples
    --------
    >>> falling = xr.DataArray([12000.0, 12000.0, 0.0], {"year": [2025, 2030, 2060]}, ("year",), "co2",
    ...                        attrs={"units": "Mt CO2/yr"})
    >>> check(falling).neutral_year
    2060
    """
    if isinstance(pathway, Results):
        if target is None:
            return pathway.verdict
        pathway = pathway.annual
    targets = TARGETS
    if target is not None:
        targets = (target_named(target, pathway if isinstance(pathway, xr.Dataset) else None),)
    if isinstance(pathway, xr.Dataset):
        if set(JUDGED) <= set(pathway):
            return judge(pathway, targets)
        known = {name: summed(pathway[name]) for name in (*EMISSIONS, *BESIDE) if name in pathway}
        beside = [name for name in ("co2_per_gdp_2005", "net_co2_by_sector") if name in pathway]
        return check_totals(xr.Dataset(known).assign(pathway[beside]), targets)
    if not isinstance(pathway, xr.DataArray):
        raise CallError(f"check takes Results, a Dataset or a DataArray; found {type(pathway).__name__}")
    name = pathway.name if pathway.name in EMISSIONS else "co2"
    if name == "co2" and dimension(units_of(pathway)) == dimension("Mt CO2e/yr"):
        name = "net_ghg"
    return check_totals(xr.Dataset({name: summed(pathway)}), targets)


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
    return MappingProxyType(
        {
            report: {"CO2": 1.0} | {str(gas): float(values.sel(gas=gas)) for gas in values["gas"].values}
            for report, values in reports.items()
        }
    )
