"""What a page rests on: assumptions with ranges, sources, and how everything can be computed again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from decarb.markup import Markup, details, element, joined, table
from decarb.report.figures.captions import land_note
from decarb.report.figures.picture import Language
from decarb.report.page_runs import Option
from decarb.report.words import phrase
from decarb.tables import sources
from decarb.variables import label

PLACES: Final = ("sector", "technology", "fuel", "archetype", "category", "province", "region", "year")
"""What a row may be about beside its variable."""
SYNTHETIC: Final = "synthetic-default"
LISTED: Final = "assumption-rows"
"""Name of the table that can be filtered."""


def assumptions_table(options: Sequence[Option], language: Language) -> Markup:
    """Return every assumption that any of the runs rests on: value, range, unit, status, source and note."""
    rows = _rows(options)
    head = ("quantity", "of", "value", "range", "unit", "status", "source", "note")
    cells = [_cells(row, language) for row in rows]
    listed = table([phrase(f"page-{word}", language) for word in head], cells, right=(2, 3))
    count = phrase("page-filter-shown", language, shown=len(rows), count=len(rows))
    search = element(
        "p",
        element("label", phrase("page-filter", language), " ", element("input", type="search", id=f"{LISTED}-filter")),
        " ",
        element("output", count, id=f"{LISTED}-count", for_=f"{LISTED}-filter", aria_live="polite"),
        class_="filter",
    )
    said = element("p", phrase("page-assumptions-note", language, count=len(rows)))
    return joined([said, search, element("div", listed, id=LISTED, class_="scroll")])


def sources_table(language: Language) -> Markup:
    """Return where the figures of all tables come from."""
    head = ("source", "publisher", "where", "licence", "note")
    rows = [
        (
            element("span", entry["title"], title=key), _dated(entry), entry["locator"], entry["licence"],
            entry.get("note", ""),
        )
        for key, entry in sources().items()
    ]  # fmt: skip
    return details(phrase("page-sources-count", language, count=len(rows)), table(_words(head, language), rows))


def made(option: Option, language: Language) -> Markup:
    """Return with what a run was computed: version, hashes, seed, land view, packages and what was stated."""
    known, annual = option.results.provenance, option.results.annual
    packages = ", ".join(f"{name} {number}" for name, number in known.get("packages", {}).items())
    rows = [
        ("scenario", known["scenario"]), ("version", known["decarb"]), ("hash-scenario", known["scenario_sha256"]),
        ("hash-tables", known["tables_sha256"]), ("seed", known["seed"]), ("land-view", land_note(annual, language)),
        ("gwp", annual["gwp"].item()), ("weather", _weather(known["weather"], language)),
        ("packages", f"Python {known['python']}; {packages}"),
    ]  # fmt: skip
    told = element("dl", *(part for name, value in rows for part in
                           (element("dt", phrase(f"page-{name}", language)), element("dd", value))))  # fmt: skip
    stated = json.dumps(_plain(known["stated"]), indent=2, ensure_ascii=False)
    return joined([told, details(phrase("page-stated", language), element("pre", stated))])


def _weather(name: str, language: Language) -> str:
    return phrase("page-weather-synthetic", language) if name == SYNTHETIC else name


def _rows(options: Sequence[Option]) -> list[Mapping[str, Any]]:
    """Return the assumptions of all runs, each once."""
    found = {json.dumps(row, sort_keys=True): row for one in options for row in one.results.provenance["assumptions"]}
    return list(found.values())


def _cells(row: Mapping[str, Any], language: Language) -> tuple[object, ...]:
    about = ", ".join(str(row[place]) for place in PLACES if place in row)
    ends = f"{_short(row['low'])} – {_short(row['high'])}" if "low" in row and "high" in row else None
    title = sources()[row["source"]]["title"] if row["source"] in sources() else row["source"]
    return (
        element("span", label(row["variable"], language), title=row["variable"]), about, _short(row["value"]),
        ends or phrase("page-no-range", language), row["unit"], phrase(f"page-status-{row['status']}", language),
        element("span", row["source"], title=title), row.get("note", ""),
    )  # fmt: skip


def _short(value: float) -> str:
    return f"{value:,.10g}"


def _dated(entry: Mapping[str, Any]) -> str:
    return f"{entry['publisher']}, {entry['year']}" if entry.get("year") else str(entry["publisher"])


def _words(names: Sequence[str], language: Language) -> list[str]:
    return [phrase(f"page-{name}", language) for name in names]


def _plain(value: Any) -> Any:
    """Return what a scenario states as JSON takes it, with years as keys."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inside) for key, inside in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inside) for inside in value]
    return value if value is None or isinstance(value, (str, bool, int, float)) else str(value)
