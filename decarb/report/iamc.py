"""Results as an IAMC wide table: model, scenario, region, variable, unit and a column for each year.

Names follow the common definitions of the consortium; `decarb.scenario.iamc_names` says where these hold none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import pandas as pd
import xarray as xr

from decarb.nation.totals import summed
from decarb.scenario.iamc_names import BESIDE, COLUMNS, LAND, REFERENCE_YEAR, SECTORS, SUMS, TOTALS
from decarb.units import strip

NATION: Final = "China"
UNITS: Final = {
    "gross_co2": ("Mt CO2/yr", "Mt CO2/yr"),
    "net_co2": ("Mt CO2/yr", "Mt CO2/yr"),
    "net_ghg": ("Mt CO2e/yr", "Mt CO2-equiv/yr"),
    "nonfossil_share": ("%", "%"),
    "gdp": ("billion CNY_2020/yr", "billion CNY_2020/yr"),
    "co2_per_gdp": ("Mt CO2/billion CNY_2020", "Mt CO2/billion CNY_2020"),
}
"""Variable -> its unit in the table, and that unit in IAMC words."""
SOURCES: Final = {"wind": "Wind", "solar": "Solar", "hydro": "Hydro", "nuclear": "Nuclear", "bioenergy": "Biomass"}
"""Technology -> its word under `Capacity|Electricity` and `Secondary Energy|Electricity`."""

Row = tuple[str, str, str, Mapping[int, float]]
"""Region, variable, unit and the value of each year."""


def iamc_table(annual: xr.Dataset, model: str, scenario: str) -> pd.DataFrame:
    """Return the pathway under standard names; `China` is the sum of its provinces and `China|Unallocated`.

    What the model knows for the nation alone stands under `China` only. The sectors of net CO2, the land and what is
    removed add to it, and their sums stand beside them; the name of the land's row says how it counts. All electricity
    is that of its sources less what finds no use. CO2 for each unit of GDP stands for 2005 too, from which a target
    counts; no other row has that year. Claims of parks are left out: they are no emissions.

    Parameters
    ----------
    annual : xr.Dataset
        As a run gives it.
    model, scenario : str
        What stands in the first two columns.
    """
    rows = list(_rows(annual))
    years = sorted({year for *_, values in rows for year in values})
    cells = [(model, scenario, *head, *(values.get(year) for year in years)) for *head, values in rows]
    return pd.DataFrame(cells, columns=[*COLUMNS, *map(str, years)])


def _rows(annual: xr.Dataset) -> Iterator[Row]:
    for variable, name in TOTALS.items():
        unit, words = UNITS[name]
        by_province = strip(annual[name], unit).sum("sector").transpose("province", "year")
        yield NATION, variable, words, _by_year(by_province.sum("province"))
        for province in by_province["province"].values:
            yield region_name(str(province)), variable, words, _by_year(by_province.sel(province=province))
    yield from _parts(annual)
    yield from _power(annual)
    for variable, name in BESIDE.items():
        unit, words = UNITS[name]
        values = _by_year(strip(annual[name], unit))
        if name == "co2_per_gdp":
            values = {REFERENCE_YEAR: float(strip(annual["co2_per_gdp_2005"], unit))} | values
        yield NATION, variable, words, values


def _parts(annual: xr.Dataset) -> Iterator[Row]:
    """Yield net CO2 by sector, with the land under the name of its view."""
    unit, words = UNITS["net_co2"]
    parts = strip(annual["net_co2"], unit).sum("province")
    view = str(annual["land_view"].item())
    land = next(name for name, counted in LAND.items() if view.startswith(counted))
    for variable, sector in (*SECTORS.items(), (land, "land")):
        yield NATION, variable, words, _by_year(parts.sel(sector=sector))
    for variable, under in SUMS.items():
        inside = [sector for name, sector in SECTORS.items() if f"{name}|".startswith(under)]
        yield NATION, variable, words, _by_year(parts.sel(sector=inside).sum("sector"))


def _power(annual: xr.Dataset) -> Iterator[Row]:
    captured = strip(annual["captured_co2"], "Mt CO2/yr")
    process, every = captured.sel(sector="process"), strip(summed(annual["captured_co2"], "sector"), "Mt CO2/yr")
    removed = strip(annual["removed_co2"], "Mt CO2/yr")
    for variable, stored in (
        ("Carbon Capture", every + removed),
        ("Carbon Capture|Geological Storage", every + removed),
        ("Carbon Capture|Geological Storage|Fossil", every - process),
        ("Carbon Capture|Geological Storage|Industrial Processes", process),
        ("Carbon Removal|Geological Storage", removed),
    ):
        yield NATION, variable, "Mt CO2/yr", _by_year(stored)
    for technology, word in SOURCES.items():
        capacity = strip(annual["capacity"].sel(technology=technology), "GW")
        yield NATION, f"Capacity|Electricity|{word}", "GW", _by_year(capacity)
    generation = strip(annual["nonfossil_generation"], "EJ/yr")
    fossil, unused = (strip(annual[name], "EJ/yr") for name in ("thermal_generation", "curtailment"))
    total = generation.sum("technology") + fossil - unused
    yield NATION, "Secondary Energy|Electricity", "EJ/yr", _by_year(total)
    for technology, word in SOURCES.items():
        own = generation.sel(technology=technology)
        yield NATION, f"Secondary Energy|Electricity|{word}", "EJ/yr", _by_year(own)
    yield NATION, "Secondary Energy|Electricity|Fossil", "EJ/yr", _by_year(fossil)


def _by_year(series: xr.DataArray) -> dict[int, float]:
    return {int(year): float(value) for year, value in zip(series["year"].values, series.values, strict=True)}


def region_name(province: str) -> str:
    """Return the IAMC name of a province.

    Examples
    --------
    >>> region_name("Guangdong"), region_name("Unallocated")
    ('China|Guangdong', 'China|Unallocated')
    """
    return f"{NATION}|{province}"
