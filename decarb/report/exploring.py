"""What the explorer says of a setting, once for notebook and dashboard: verdicts, amounts, notes, and the figure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Final

import xarray as xr

from decarb.analysis.explore import Explorable, Explored, explore
from decarb.analysis.explore_knobs import Knob
from decarb.errors import DecarbError
from decarb.markup import Markup, details, element, items, joined, small, table
from decarb.nation.spending import PRICED_FROM
from decarb.pathway.verdict import TargetVerdict
from decarb.report.figures.pathway import pathway
from decarb.report.figures.picture import Language, Picture
from decarb.report.html import LANGUAGES, verdict_badge
from decarb.report.page_tables import figure, national
from decarb.report.page_targets import counted, number, sentence, threshold, why
from decarb.report.words import named, phrase
from decarb.units import units_of
from decarb.variables import label

PHYSICS: Final = (
    ("gross_co2", 2035), ("gross_co2", 2060), ("net_co2", 2060), ("net_ghg", 2035), ("net_ghg", 2060),
    ("wind_solar_capacity", 2035), ("adopted_zones", 2060),
)  # fmt: skip
CLAIMS: Final = tuple(
    (name, 2060) for name in ("park_emissions", "claimed_net_emissions", "claims_gap", "claims_gap_credits",
                              "claims_gap_certificates", "ccer_issued")
)  # fmt: skip
COST: Final = (("national_investment", 2035), ("national_investment", 2060), ("investment_of_parks", 2060))
ORIGINS: Final = {"rows of data/": "explore-origin-rows", "given": "explore-origin-given"}
STYLE: Final = """
table.decarb { border-collapse: collapse; margin: 0 0 1rem; font-size: 14px; line-height: 1.45; }
table.decarb th, table.decarb td { padding: .15rem .7rem .15rem 0; vertical-align: top; border-bottom: 1px solid #ddd; }
table.decarb tbody th { font-weight: normal; } table.decarb td:not(:last-child) { white-space: nowrap; }
"""
"""Of the tables, which a notebook and the dashboard would set too tight."""
NEAR: Final = 1e-9  # of a step
DIGITS: Final = 10  # of a place, so that 0.30000000000000004 is 0.3
Row = tuple[str, str, float, float]


def knob_label(knob: Knob, language: Language) -> str:
    """Return what a knob is called."""
    return named("axis", f"knob-{knob.name}", language)


def asked(ready: Explorable, stated: Explored, places: Mapping[str, float]) -> Explored:
    """Return what the model says of the sliders; where all stand as the scenario has them, that is known already."""
    turned = {name: place for name, place in places.items() if place != stated.places[name]}
    return explore(ready, turned) if turned else stated


def slider_ends(knob: Knob) -> tuple[float, float]:
    """Return the first and the last step of a slider inside the range of a knob.

    Where the scenario stands is a step, too, but for paths that are far from round.
    """
    low, high = (math.ceil(knob.low / knob.step - NEAR), math.floor(knob.high / knob.step + NEAR))
    return round(low * knob.step, DIGITS), round(high * knob.step, DIGITS)


def ranges(ready: Explorable, language: Language) -> Markup:
    """Return how far each knob goes, where that range comes from, and which fields of a scenario it sets."""
    lines = [
        phrase("explore-range", language, of=knob_label(knob, language), low=knob.low, high=knob.high, now=knob.now,
               origin=phrase(ORIGINS[knob.origin], language), keys=", ".join(knob.keys))
        for knob in ready.knobs
    ]  # fmt: skip
    return details(phrase("explore-ranges", language), items([phrase("explore-exact", language), *lines]))


def status(seconds: float, language: Language) -> Markup:
    """Return how long the model took."""
    return small(phrase("explore-done", language, seconds=seconds))


def refusal(error: DecarbError, language: Language) -> Markup:
    """Return why the model refuses a setting, so that nobody takes what still stands there for its answer."""
    return element("p", phrase("explore-refused", language, why=error), role="alert", style="color:#a33c00")


def headline(explored: Explored, language: Language) -> Markup:
    """Return in one sentence how many targets a setting meets, and which it misses."""
    said = element("b", sentence(explored.verdict, language))
    return element("p", said, class_="decarb-verdict", lang=LANGUAGES[language], style="font-size:16px")


def answer(explored: Explored, stated: Explored, language: Language) -> Markup:
    """Return a setting in tables: each target, and amounts beside those of the scenario as stated.

    Parameters
    ----------
    explored, stated : Explored
        The setting, and the scenario with every knob where it has it.
    language : {"en", "zh"}
    """
    additional = explored.additionality
    on_claims = "explore-claims-ton" if additional > 0.0 else "explore-claims-only"
    return element(
        "div",
        element("style", Markup(STYLE)),
        _targets(explored, stated, language),
        _amounts("physics", _in_years(explored.annual, stated.annual, PHYSICS, language), language),
        _amounts("claims", _in_years(explored.annual, stated.annual, CLAIMS, language), language),
        small(phrase(on_claims, language, share=additional)),
        _amounts("cost", _added_up(explored.cost, stated.cost, language), language),
        small(joined([phrase("explore-sets", language), " ", element("code", explored.command())])),
        lang=LANGUAGES[language],
    )


def picture(explored: Explored, language: Language) -> Picture:
    """Return the pathway of a setting with its targets."""
    return pathway(explored.annual, explored.verdict, language=language)


def _targets(explored: Explored, stated: Explored, language: Language) -> Markup:
    before = {item.target: item for item in stated.verdict.verdicts}
    rows = [
        (
            named("target", item.target, language), verdict_badge(item.verdict, language), number(item, language),
            threshold(item), _judged(before[item.target], language), why(item, explored.annual, language),
        )
        for item in counted(explored.verdict)
    ]  # fmt: skip
    head = [
        phrase("page-target", language), phrase("page-verdict", language), phrase("page-number", language),
        phrase("page-threshold", language), phrase("explore-as-stated", language), phrase("page-why", language),
    ]  # fmt: skip
    return table(head, rows, phrase("explore-targets", language), right=(2, 3))


def _judged(item: TargetVerdict, language: Language) -> Markup:
    return joined([verdict_badge(item.verdict, language), " ", number(item, language)])


def _amounts(what: str, rows: Iterator[Row], language: Language) -> Markup:
    words = ("explore-chosen", "explore-as-stated", "explore-change", "page-unit")
    head = [phrase("page-quantity", language), *(phrase(word, language) for word in words)]
    body = [
        (name, figure(value, unit), figure(before, unit), _signed(value - before, unit), "" if unit == "1" else unit)
        for name, unit, value, before in rows
    ]
    return table(head, body, phrase(f"explore-{what}", language), right=(1, 2, 3))


def _signed(change: float, unit: str) -> str:
    text = figure(change, unit)
    return f"+{text}" if change > 0.0 and text.strip("0. %") else text


def _in_years(
    chosen: xr.Dataset, stated: xr.Dataset, wanted: tuple[tuple[str, int], ...], language: Language
) -> Iterator[Row]:
    for name, year in wanted:
        series, before = national(chosen, name), national(stated, name)
        said = phrase("explore-in", language, of=label(name, language), year=year)
        yield said, units_of(series), float(series.sel(year=year)), float(before.sel(year=year))


def _added_up(chosen: xr.Dataset, stated: xr.Dataset, language: Language) -> Iterator[Row]:
    first = PRICED_FROM + 1
    for name, last in COST:
        value, before = (float(cost[name].sel(year=slice(first, last)).sum()) for cost in (chosen, stated))
        said = phrase("explore-sum", language, of=label(name, language), first=first, last=last)
        yield said, units_of(chosen[name]).removesuffix("/yr"), value, before
