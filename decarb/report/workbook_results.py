"""A run as one workbook: verdicts, the pathway, what it costs, parks and claims, and all that it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import xarray as xr

from decarb.analysis.run import Results
from decarb.pathway.targets import TARGETS
from decarb.report.cost import cost_rows
from decarb.report.field_lines import stated_values
from decarb.report.figures.picture import Language
from decarb.report.iamc import iamc_table
from decarb.report.page_targets import RELATIONS, why
from decarb.report.words import named, phrase
from decarb.report.workbook import Sheet, write_sheets
from decarb.scenario.schema import ScenarioSpec
from decarb.tables import sources
from decarb.units import units_of
from decarb.variables import label, variables

SHEETS: Final = ("verdicts", "data", "cost", "parks", "seed-park", "meta", "assumptions", "sources")
PLACES: Final = (
    "province",
    "region",
    "sector",
    "technology",
    "fuel",
    "archetype",
    "level",
    "category",
    "year",
    "month",
)
"""What a row of the tables may be about beside its variable."""
PARKS: Final = (
    "park_emissions", "park_emissions_market", "claimed_net_emissions", "claims_gap", "claims_gap_certificates",
    "claims_gap_credits", "adopted_zones", "caused_abatement",
)  # fmt: skip
"""What is shown of parks, each as a sum over all; never added to a national total."""
MODEL: Final = "decarb"
OWN_WORDS: Final = ("key", "variable", "rule", "counts", "low", "high", "reason")
"""Headings that no page has."""


def write_workbook(results: Results, path: str | Path, *, language: Language = "en", replace: bool = False) -> Path:
    """Write a run as one workbook for Excel, WPS or LibreOffice, and return its path.

    Parameters
    ----------
    results : Results
        As `decarb.run` returns it.
    path : str or Path
        Ends in `.xlsx`.
    language : {"en", "zh"}
        Of headings and labels; names of variables, keys and sources stay as they are.
    replace : bool
        Put the new file in the place of an old one.

    Raises
    ------
    CallError
        The file exists and may not be replaced, has another suffix, or there is no folder for it.
    OSError
        It cannot be written.
    """
    return write_sheets(path, result_sheets(results, language), replace=replace)


def result_sheets(results: Results, language: Language = "en") -> dict[str, Sheet]:
    """Return the sheets of such a workbook, by their names in a language; all of them plain rows."""
    made = (
        _verdicts(results, language), _data(results), _cost(results.cost, language), _parks(results.annual, language),
        _seed_park(results.park, language), _meta(results.provenance, language),
        _assumptions(results.provenance, language), _sources(results.provenance, language),
    )  # fmt: skip
    return {phrase(f"workbook-sheet-{name}", language): sheet for name, sheet in zip(SHEETS, made, strict=True)}


def _verdicts(results: Results, language: Language) -> Sheet:
    known = {target.id: target for target in TARGETS}
    words = ("key", "target", "verdict", "number", "rule", "threshold", "unit", "total", "counts", "why", "source")
    rows = []
    for item in results.verdict.verdicts:
        target = known[item.target]
        counts = phrase("workbook-beside" if target.beside else "workbook-counted", language)
        rows.append((
            item.target, named("target", item.target, language), named("verdict", item.verdict, language), item.value,
            RELATIONS[target.rule], item.threshold, item.unit, label(item.total, language), counts,
            why(item, results.annual, language), target.source,
        ))  # fmt: skip
    return Sheet(_words(words, language), rows)


def _data(results: Results) -> Sheet:
    table = iamc_table(results.annual, MODEL, str(results.provenance["scenario"]))
    return Sheet(list(table.columns), _cells(table))


def _cost(cost: xr.Dataset, language: Language) -> Sheet:
    """Return every figure with a column for each year; why one is not there stands at the end."""
    long = cost_rows(cost)
    keys = ["variable", "part", "unit"]
    years = sorted(set(long["year"]))
    rows = []
    for (variable, part, unit), group in long.groupby(keys, sort=False):
        values = dict(zip(group["year"], group["value"], strict=True))
        reasons = "; ".join(dict.fromkeys(reason for reason in group["reason"] if reason))
        rows.append((variable, label(str(variable), language), part, unit,
                     *(values.get(year) for year in years), reasons))  # fmt: skip
    head = [*_words(("variable", "quantity", "of", "unit"), language), *map(str, years), *_words(("reason",), language)]
    return Sheet(head, rows)


def _parks(annual: xr.Dataset, language: Language) -> Sheet:
    """Return what parks emit, claim and buy: the sum over all, then by province where it is known."""
    years = [int(year) for year in annual["year"].values]
    rows = []
    for name in PARKS:
        array = annual[name]
        every = array.sum([dim for dim in array.dims if dim != "year"])
        rows.append(_yearly(name, "", every, units_of(array), language))
        for province in array["province"].values if array.dims == ("province", "year") else ():
            of = named("province", str(province), language)
            rows.append(_yearly(name, of, array.sel(province=province), units_of(array), language))
    head = [*_words(("variable", "quantity", "of", "unit"), language), *map(str, years)]
    return Sheet(head, rows, notes=[phrase("page-claims-note", language)])


def _yearly(name: str, of: str, series: xr.DataArray, unit: str, language: Language) -> Sequence[Any]:
    return (name, label(name, language), of, unit, *series.transpose("year").values.tolist())


def _seed_park(park: xr.Dataset, language: Language) -> Sheet:
    """Return every figure of the park's year that is one number, or one for each entry of a dimension."""
    rows = []
    for name, array in park.data_vars.items():
        if array.ndim > 1 or array.dtype.kind not in "fiub" or str(name) not in variables():
            continue
        unit = "" if array.dtype == bool else units_of(array)
        for place in np.ndindex(*array.shape):
            of = ", ".join(str(array[dim].values[at]) for dim, at in zip(array.dims, place, strict=True))
            rows.append((str(name), label(str(name), language), of, array.values[place], unit))
    return Sheet(_words(("variable", "quantity", "of", "value", "unit"), language), rows)


def _meta(provenance: Mapping[str, Any], language: Language) -> Sheet:
    """Return with what the run was computed, and every value that the scenario states."""
    packages = ", ".join(f"{name} {number}" for name, number in provenance["packages"].items())
    rows: list[Sequence[Any]] = [
        (phrase(f"page-{word}", language), provenance[key])
        for word, key in (
            ("scenario", "scenario"), ("version", "decarb"), ("hash-scenario", "scenario_sha256"),
            ("hash-tables", "tables_sha256"), ("seed", "seed"), ("land-view", "land_view"), ("weather", "weather"),
        )
    ]  # fmt: skip
    rows += [(phrase("page-packages", language), f"Python {provenance['python']}; {packages}"), (None, None)]
    rows += [(phrase("page-stated", language), None)]
    stated = stated_values(provenance["stated"], ScenarioSpec)
    rows += [(key, ", ".join(value) if isinstance(value, (list, tuple)) else value) for key, value in stated.items()]
    return Sheet(_words(("key", "value"), language), rows, widths=(50, 90))


def _assumptions(provenance: Mapping[str, Any], language: Language) -> Sheet:
    head = ("variable", "quantity", "of", "value", "low", "high", "unit", "status", "source", "note")
    rows = [
        (
            row["variable"], label(row["variable"], language),
            ", ".join(str(row[place]) for place in PLACES if place in row), row["value"], row.get("low"),
            row.get("high"), row["unit"], phrase(f"page-status-{row['status']}", language), row["source"],
            row.get("note"),
        )
        for row in provenance["assumptions"]
    ]  # fmt: skip
    return Sheet(_words(head, language), rows, notes=[phrase("page-assumptions-note", language, count=len(rows))])


def _sources(provenance: Mapping[str, Any], language: Language) -> Sheet:
    """Return the sources that the assumptions and the targets name."""
    used = {row["source"] for row in provenance["assumptions"]} | {target.source for target in TARGETS}
    head = ("key", "source", "publisher", "year", "where", "licence", "note")
    fields = ("title", "publisher", "year", "locator", "licence", "note")
    rows = [(key, *(entry.get(field) for field in fields)) for key, entry in sources().items() if key in used]
    return Sheet(_words(head, language), rows)


def _cells(table: pd.DataFrame) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in table.astype(object).itertuples(index=False, name=None)]


def _words(names: Sequence[str], language: Language) -> list[str]:
    return [phrase(f"workbook-{name}" if name in OWN_WORDS else f"page-{name}", language) for name in names]
