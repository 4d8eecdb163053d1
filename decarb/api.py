"""The public functions: load, run, write, check, ask why and what would have to change, convert."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

import xarray as xr

from decarb.analysis.attribution import Attribution, between_scenarios
from decarb.analysis.explanation import explain
from decarb.analysis.feasible import feasible_set
from decarb.analysis.park import ParkResults
from decarb.analysis.park_run import run_park
from decarb.analysis.park_scaled import scale_park
from decarb.analysis.run import BESIDE, JUDGED, Results, judge, run, summed
from decarb.analysis.solve import Solution, solve_for
from decarb.errors import CallError
from decarb.pathway.targets import EMISSIONS, check_totals
from decarb.pathway.verdict import Verdict
from decarb.report.park import write_park
from decarb.scenario.inputs import scenario_inputs
from decarb.scenario.scenario import Scenario, load_park, load_scenario
from decarb.tables import table_array
from decarb.units import Quantity, UnitFloat, dimension, units_of
from decarb.units.convert import convert as convert_units
from decarb.units.convert import quantify

__all__ = [
    "Attribution", "ParkResults", "Results", "Scenario", "Solution", "attribute", "check", "convert", "explain",
    "feasible_set", "load_park", "load_scenario", "quantify", "run", "run_park", "scale_park", "solve_for",
    "write_park",
]  # fmt: skip


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
        if set(JUDGED) <= set(pathway):
            return judge(pathway)
        known = [name for name in (*EMISSIONS, *BESIDE) if name in pathway]
        return check_totals(xr.Dataset({name: summed(pathway[name]) for name in known}))
    if not isinstance(pathway, xr.DataArray):
        raise CallError(f"check takes Results, a Dataset or a DataArray; found {type(pathway).__name__}")
    name = pathway.name if pathway.name in EMISSIONS else "co2"
    if name == "co2" and dimension(units_of(pathway)) == dimension("Mt CO2e/yr"):
        name = "net_ghg"
    return check_totals(xr.Dataset({name: summed(pathway)}))


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
