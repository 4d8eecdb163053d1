"""A comparison for people: the same four tables for a terminal, a page and a workbook, in English or Chinese."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import xarray as xr
from rich.table import Table as TerminalTable
from rich.text import Text

from decarb.analysis.comparison import Comparison
from decarb.analysis.differences import ABSENT, BETWEEN, DEFAULT, NOTHING, STATED, Held
from decarb.analysis.run import TOTALS
from decarb.markup import OTHER_SIGN, SIGNS, Markup, badge, element, items, joined, small, table
from decarb.pathway.targets import SHOWN_BESIDE
from decarb.report.figures.picture import Language
from decarb.report.terminal import STYLES
from decarb.report.words import named, phrase
from decarb.report.workbook import Sheet, write_sheets
from decarb.units import units_of
from decarb.variables import label

YEARS: Final = (2030, 2035, 2060)
"""Years of which results are shown; a workbook has all."""
SHARES: Final[Mapping[str, str]] = {"1": "%", "1/yr": "%/yr"}
"""Unit of a share or rate -> how it is shown; the number is then a hundred times as large."""
CALENDAR: Final = ("peak_year", "neutral_year")
"""Figures that are calendar years."""
SPLIT: Final = ("gross_co2", "net_co2")
WHOLE: Final = 100.0  # from which a number is shown without decimals


@dataclass(frozen=True)
class Judged:
    """One verdict in a table: shown with sign, word and colour, and with the number that decides beside it."""

    verdict: str
    word: str
    said: str

    def __str__(self) -> str:
        return f"{SIGNS.get(self.verdict, OTHER_SIGN)} {self.word} {self.said}"


@dataclass(frozen=True)
class View:
    """One table for people: cells are text or `Judged`; columns from `right` on hold numbers."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    right: int
    notes: tuple[str, ...] = ()


def views(comparison: Comparison, language: Language = "en") -> tuple[View, ...]:
    """Return the tables of a comparison: inputs, verdicts, results, and for each total what the levers change.

    Parameters
    ----------
    comparison : Comparison
    language : {"en", "zh"}
    """
    split = [total for total in SPLIT if comparison.why]
    return (
        _inputs(comparison, language), _verdicts(comparison, language), _results(comparison, language),
        *(_levers(comparison, total, language) for total in split),
    )  # fmt: skip


def notes(comparison: Comparison, language: Language = "en") -> tuple[str, ...]:
    """Return what a reader has to know of all of it: totals that are unlike, and differences that are not split."""
    found = []
    for word in comparison.unlike:
        said = ", ".join(f"{name}: {comparison.results[word].sel(scenario=name).item()}" for name in comparison.names)
        found.append(phrase("compare-unlike", language, word=word, said=said))
    refused = comparison.refused.items()
    found += [phrase("compare-refused", language, scenario=name, why=why) for name, why in refused]
    return tuple(found)


def made(comparison: Comparison, language: Language = "en") -> str:
    """Return where the numbers come from: version, tables and scenarios, by the first eight signs of their hashes."""
    hashes = [f"{name} {_short(run['scenario_sha256'])}" for name, run in _runs(comparison)]
    versions = dict.fromkeys(str(run["decarb"]) for _, run in _runs(comparison))
    tables = dict.fromkeys(_short(run["tables_sha256"]) for _, run in _runs(comparison))
    said = {"version": versions, "tables": tables, "scenarios": hashes}
    return phrase("compare-made", language, **{key: ", ".join(parts) for key, parts in said.items()})


def terminal_tables(comparison: Comparison, language: Language = "en") -> tuple[TerminalTable, ...]:
    """Return the tables of a comparison for a terminal."""
    return tuple(_in_terminal(view) for view in views(comparison, language))


def fragment(comparison: Comparison, language: Language = "en") -> Markup:
    """Return the tables of a comparison as a piece of a page, the inputs last, everything escaped."""
    first, *later = views(comparison, language)
    parts = [
        joined([
            element("h2", view.title),
            table(view.head, [[_in_page(cell) for cell in row] for row in view.rows],
                  right=range(view.right, len(view.head))),
            *(small(note) for note in view.notes),
        ])
        for view in (*later, first)
    ]  # fmt: skip
    return joined([items(notes(comparison, language)), *parts, small(made(comparison, language))])


def sheets(comparison: Comparison, language: Language = "en") -> dict[str, Sheet]:
    """Return the sheets of a workbook: inputs, results by year, verdicts, why by year, and meta; numbers as numbers."""
    names = comparison.names
    inputs = Sheet(
        (phrase("compare-key", language), *names),
        [(one.key, *(_held(held, language) for held in one.held)) for one in comparison.inputs],
    )
    quantity, year, unit = (phrase(name, language) for name in ("compare-quantity", "year", "page-unit"))
    results = Sheet((quantity, year, unit, *names), list(_every_result(comparison, language)))
    heads = ("page-target", "page-scenario", "page-verdict", "page-number", "page-threshold", "page-unit",
             "compare-margin", "page-unit", "page-why")  # fmt: skip
    verdicts = Sheet([phrase(name, language) for name in heads], list(_every_verdict(comparison, language)))
    lever = (phrase("page-scenario", language), quantity, phrase("compare-lever", language))
    why = Sheet((*lever, year, phrase("page-value", language), unit), list(_every_part(comparison, language)),
                notes=[phrase("compare-why-note", language)])  # fmt: skip
    keys = ("decarb", "scenario", "description", "scenario_sha256", "tables_sha256", "seed", "land_view", "weather")
    runs = _runs(comparison)
    meta = Sheet(("", *names), [(key, *(str(run[key]) for _, run in runs)) for key in keys],
                 notes=notes(comparison, language))  # fmt: skip
    return {"inputs": inputs, "results": results, "verdicts": verdicts, "why": why, "meta": meta}


def write_comparison(comparison: Comparison, path: Path, language: Language = "en") -> Path:
    """Write the workbook of a comparison to a new .xlsx file, whole or not at all.

    Raises
    ------
    CallError
        The file exists, is called otherwise, or there is no folder for it.
    """
    return write_sheets(path, sheets(comparison, language))


def lever_name(name: str, language: Language = "en") -> str:
    """Return how a lever is called; of several that are told as one, each.

    Examples
    --------
    >>> lever_name("land + non-CO2"), lever_name("stores", "zh")
    ('Land + Non-CO2 gases', '储能')
    """
    return " + ".join(named("lever", part, language) for part in name.split(" + "))


def _runs(comparison: Comparison) -> list[tuple[str, Mapping[str, Any]]]:
    return list(zip(comparison.names, comparison.provenance, strict=True))


def _short(digest: object) -> str:
    return str(digest)[:8]


def _inputs(comparison: Comparison, language: Language) -> View:
    rows = tuple((one.key, *(_held(held, language) for held in one.held)) for one in comparison.inputs)
    empty = () if rows else (phrase("compare-inputs-none", language),)
    head = (phrase("compare-key", language), *comparison.names)
    return View(phrase("compare-inputs", language), head, rows, len(head), empty)


def _held(held: Held, language: Language) -> str:
    """Return a value, and where it comes from unless the scenario states it."""
    if held.origin == STATED:
        return held.value
    if held.origin in (ABSENT, BETWEEN):
        return phrase(f"compare-from-{held.origin}", language)
    said = "compare-from-default" if held.origin == DEFAULT else "compare-from-row"
    return phrase("compare-with", language, value=held.value, beside=phrase(said, language, table=held.origin))


def _results(comparison: Comparison, language: Language) -> View:
    """Return series at a few years, then the figures of the verdicts."""
    rows = []
    for name, array in comparison.results.items():
        words = f"{label(str(name), language)}{_bracket(str(name), array)}"
        if "year" not in array.dims:
            rows.append((words, "", *(_number(value, str(name), array, language) for value in array.values)))
            continue
        for year in YEARS:
            own = array.sel(year=year).values
            rows.append((words, str(year), *(_number(value, str(name), array, language) for value in own)))
    head = (phrase("compare-quantity", language), phrase("year", language), *comparison.names)
    note = phrase("compare-claims-note", language)
    return View(phrase("compare-results", language), head, tuple(rows), 1, (note,))


def _verdicts(comparison: Comparison, language: Language) -> View:
    judged = comparison.verdicts
    rows = []
    for target in judged["target"].values:
        own = judged.sel(target=target)
        cells = []
        for name in comparison.names:
            one = own.sel(scenario=name)
            verdict = str(one["verdict"].item())
            said = _amount(float(one["value"]), str(own["unit"].item()))
            spare = _margin(float(one["margin"]), str(own["margin_unit"].item()), language)
            beside = f"{phrase('compare-margin', language)} {spare}"
            both = phrase("compare-with", language, value=said, beside=beside) if said and spare else said
            cells.append(Judged(verdict, named("verdict", verdict, language), both))
        rows.append((_target(str(target), language), *cells))
    head = (phrase("page-target", language), *comparison.names)
    return View(phrase("compare-verdicts", language), head, tuple(rows), len(head))


def _target(name: str, language: Language) -> str:
    """Return the words of a target, and of one that decides nothing that it is shown beside the others."""
    said = named("target", name, language)
    if name not in SHOWN_BESIDE:
        return said
    return phrase("compare-with", language, value=said, beside=phrase("workbook-beside", language))


def _levers(comparison: Comparison, total: str, language: Language) -> View:
    """Return by how much each lever changes a total in a few years, between the first scenario and each other."""
    first, unit = comparison.names[0], units_of(comparison.results[total])
    levers = dict.fromkeys(
        str(name) for split in comparison.why.values() if f"{total}_parts" in split
        for name in split["group"].values
    )  # fmt: skip
    columns = [(name, year) for name in comparison.why for year in YEARS]

    def part(name: str, year: int, lever: str) -> str:
        split = comparison.why[name]
        if f"{total}_parts" not in split or lever not in split["group"].values:
            return NOTHING
        return _plain(float(split[f"{total}_parts"].sel(group=lever, year=year)), "+")

    def whole(name: str, year: int) -> str:
        split = comparison.why[name].sel(year=year)
        return _plain(float(split[total] - split[f"{total}_before"]), "+")

    rows = [(lever_name(lever, language), *(part(*column, lever) for column in columns)) for lever in levers]
    rows.append((phrase("compare-difference", language), *(whole(*column) for column in columns)))
    subject = f"{label(total, language)} [{unit}]"
    title = phrase("compare-titled", language, title=phrase("compare-why", language, first=first), subject=subject)
    heads = (phrase("compare-in-year", language, scenario=name, year=year) for name, year in columns)
    note = phrase("compare-why-note", language)
    return View(title, (phrase("compare-lever", language), *heads), tuple(rows), 1, (note,))


def _every_result(comparison: Comparison, language: Language) -> Iterator[tuple[object, ...]]:
    for name, array in comparison.results.items():
        words, unit = label(str(name), language), "" if name in CALENDAR else units_of(array)
        if "year" not in array.dims:
            yield words, None, unit, *map(_or_none, array.values)
            continue
        for year in array["year"].values:
            yield words, int(year), unit, *map(_or_none, array.sel(year=year).values)


def _every_verdict(comparison: Comparison, language: Language) -> Iterator[tuple[object, ...]]:
    for target in comparison.verdicts["target"].values:
        for name in comparison.names:
            one = comparison.verdicts.sel(target=target, scenario=name)
            yield (
                _target(str(target), language), name, named("verdict", str(one["verdict"].item()), language),
                _or_none(one["value"]), _or_none(one["threshold"]), str(one["unit"].item()), _or_none(one["margin"]),
                str(one["margin_unit"].item()), str(one["reason"].item()),
            )  # fmt: skip


def _every_part(comparison: Comparison, language: Language) -> Iterator[tuple[object, ...]]:
    for name, split in comparison.why.items():
        for total in TOTALS:
            if f"{total}_parts" not in split:
                continue
            parts, words, unit = split[f"{total}_parts"], label(total, language), units_of(split[total])
            for lever in map(str, parts["group"].values):
                for year in parts["year"].values:
                    value = float(parts.sel(group=lever, year=year))
                    yield name, words, lever_name(lever, language), int(year), value, unit


def _bracket(name: str, array: xr.DataArray) -> str:
    unit = units_of(array)
    return "" if name in CALENDAR else f" [{SHARES.get(unit, unit)}]"


def _number(value: float, name: str, array: xr.DataArray, language: Language) -> str:
    if np.isnan(value):
        return phrase("compare-no-figure", language)
    if name in CALENDAR:
        return f"{value:.0f}"
    return _plain(value * (100.0 if units_of(array) in SHARES else 1.0))


def _amount(value: float, unit: str) -> str:
    """Return a number with its unit; nothing where there is none."""
    if np.isnan(value):
        return ""
    if unit == "year":
        return f"{value:.0f}"
    return f"{_plain(value * (100.0 if unit in SHARES else 1.0))} {SHARES.get(unit, unit)}"


def _margin(value: float, unit: str, language: Language) -> str:
    """Return how far a target is met or missed, of a share or rate in points of 1 %; nothing where it is undefined."""
    if np.isnan(value):
        return ""
    if unit in SHARES:
        return phrase("compare-points", language, amount=_plain(value * 100.0, "+"))
    return f"{_plain(value, '+')} {unit}"


def _plain(value: float, sign: str = "") -> str:
    """Return a number as people read it: whole from a hundred on, else with three digits; nothing has no sign."""
    if value == 0.0:
        return "0"
    return f"{value:{sign},.0f}" if abs(value) >= WHOLE else f"{value:{sign}.3g}"


def _or_none(value: Any) -> float | None:
    return None if np.isnan(float(value)) else float(value)


def _in_page(cell: object) -> object:
    return joined([badge(cell.verdict, cell.word), " ", cell.said]) if isinstance(cell, Judged) else cell


def _in_terminal(view: View) -> TerminalTable:
    found = TerminalTable(title=Text(view.title), title_justify="left", box=None, pad_edge=False)
    found.caption, found.caption_justify = Text("\n".join(view.notes)) if view.notes else None, "left"
    for place, word in enumerate(view.head):
        found.add_column(Text(word), overflow="fold", justify="right" if place >= view.right else "left")
    for row in view.rows:
        found.add_row(*(Text(str(cell), STYLES[cell.verdict] if isinstance(cell, Judged) else "") for cell in row))
    return found
