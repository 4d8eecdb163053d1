"""Results as an IAMC wide table: model, scenario, region, variable, unit and a column for each year."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd
import xarray as xr

from decarb.nation.totals import summed
from decarb.units import strip

NATION: Final = "China"
INDEX: Final = ("model", "scenario", "region", "variable", "unit")
TOTALS: Final = {
    "Emissions|CO2": ("net_co2", "Mt CO2/yr", "Mt CO2/yr"),
    "Gross Emissions|CO2": ("gross_co2", "Mt CO2/yr", "Mt CO2/yr"),
    "Emissions|Kyoto Gases [AR5GWP100]": ("net_ghg", "Mt CO2e/yr", "Mt CO2-equiv/yr"),
}
"""IAMC name -> variable, its unit here, and that unit in IAMC words."""
GENERATION: Final = {"wind": "Wind", "solar": "Solar", "hydro": "Hydro", "nuclear": "Nuclear", "bioenergy": "Biomass"}


def iamc_table(annual: xr.Dataset, model: str, scenario: str) -> pd.DataFrame:
    """Return the pathway under standard names; `China` is the sum of its provinces and `China|Unallocated`.

    What the model knows for the nation alone stands under `China` only. Claims of parks are left out: they are no
    emissions.

    Parameters
    ----------
    annual : xr.Dataset
        As a run gives it.
    model, scenario : str
        What stands in the first two columns.
    """
    years = annual["year"].values
    rows = [(region, variable, unit, *values) for region, variable, unit, values in _series(annual)]
    table = pd.DataFrame(rows, columns=["region", "variable", "unit", *(str(year) for year in years)])
    table.insert(0, "scenario", scenario)
    table.insert(0, "model", model)
    return table


def _series(annual: xr.Dataset) -> Iterator[tuple[str, str, str, np.ndarray]]:
    """Yield region, variable, unit and yearly values."""
    for variable, (name, unit, words) in TOTALS.items():
        by_province = strip(annual[name], unit).sum("sector").transpose("province", "year")
        yield NATION, variable, words, by_province.sum("province").values
        for province in by_province["province"].values:
            yield region_name(str(province)), variable, words, by_province.sel(province=province).values
    captured = strip(summed(annual["captured_co2"], ("province", "sector")), "Mt CO2/yr")
    removed = strip(annual["removed_co2"], "Mt CO2/yr")
    yield NATION, "Carbon Capture|Geological Storage", "Mt CO2/yr", (captured + removed).values
    for technology in ("wind", "solar"):
        capacity = strip(annual["capacity"].sel(technology=technology), "GW")
        yield NATION, f"Capacity|Electricity|{GENERATION[technology]}", "GW", capacity.values
    for technology, word in GENERATION.items():
        generation = strip(annual["nonfossil_generation"].sel(technology=technology), "EJ/yr")
        yield NATION, f"Secondary Energy|Electricity|{word}", "EJ/yr", generation.values
    thermal = strip(annual["thermal_generation"], "EJ/yr")
    yield NATION, "Secondary Energy|Electricity|Fossil", "EJ/yr", thermal.values


def region_name(province: str) -> str:
    """Return the IAMC name of a province.

    Examples
    --------
    >>> region_name("Guangdong"), region_name("Unallocated")
    ('China|Guangdong', 'China|Unallocated')
    """
    return f"{NATION}|{province}"
