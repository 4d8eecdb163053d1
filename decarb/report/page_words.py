"""What a page says in sentences: what a run found, and what it cannot tell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import xarray as xr

from decarb.analysis.run import Results, summed
from decarb.markup import Markup, element, items
from decarb.nation.spending import PRICED_FROM
from decarb.pathway.steepness import left_after
from decarb.pathway.targets import FALL, RATE
from decarb.report.figures.picture import Language
from decarb.report.html import verdict_badge
from decarb.report.page_tables import national
from decarb.report.page_targets import highest, number
from decarb.report.terminal import shown
from decarb.report.words import named, phrase
from decarb.units import units_of
from decarb.variables import label

HEADLINES: Final = ("peak-2030", "ndc-2035", "neutral-2060-co2", "rate-2030-2060")
"""Targets whose numbers stand on cards below the title."""
LIMITS: Final = ("forecast", "weather", "power", "capture", "zones", "claims", "past")


def brief(results: Results, language: Language) -> Markup:
    """Return a list of what a run found: peak, fall, what is left and whose it is, parks, claims and money."""
    return items(_found(results, language))


def cards(results: Results, language: Language) -> Markup:
    """Return the numbers that are asked for first, each with its verdict, and the claims gap beside them."""
    shown_first = {item.target: item for item in results.verdict.verdicts if item.target in HEADLINES}
    found = [
        element(
            "li", element("b", number(item, language)), element("span", named("target", name, language)),
            verdict_badge(item.verdict, language), class_=item.verdict,
        )
        for name, item in ((name, shown_first[name]) for name in HEADLINES)
    ]  # fmt: skip
    gap = national(results.annual, "claims_gap")
    last = int(gap["year"].values[-1])
    amount = shown(float(gap.sel(year=last)), units_of(gap))
    said = phrase("page-in", language, what=label("claims_gap", language), year=last)
    return element("ul", *found, element("li", element("b", amount), element("span", said)), class_="cards")


def limits(language: Language) -> Markup:
    """Return a list of what no page of this kind can tell."""
    return items(phrase(f"page-limit-{name}", language) for name in LIMITS)


def _found(results: Results, language: Language) -> Iterator[str]:
    annual, verdict = results.annual, results.verdict
    last = int(annual["year"].values[-1])
    peak, height = highest(annual, "gross_co2")
    gross = summed(annual["gross_co2"])
    below, end = (1.0 - float(gross.sel(year=year)) / height for year in (RATE.first_year, last))
    yield phrase("page-brief-peak", language, peak=peak, height=height, below=below, end=end)
    years = RATE.year - RATE.first_year
    low, high = (left_after(rate, years).item() for rate in (RATE.band_top or RATE.threshold, RATE.threshold))
    if verdict.mean_annual_reduction_rate is not None:
        rate = shown(verdict.mean_annual_reduction_rate, "1/yr")
        yield phrase("page-brief-rate", language, rate=rate.removesuffix("/yr"), low=low, high=high)
    if verdict.residual_owners is not None:
        yield _residual(verdict.residual_owners, language)
    yield from _of_parks(annual, last, language)
    priced = results.cost.sel(year=results.cost["year"] > PRICED_FROM)
    nation, parks = (float(priced[name].sum()) for name in ("national_investment", "investment_of_parks"))
    chinese = {"nation_trillion": nation / 1000.0, "parks_hundred_million": parks * 10.0}
    yield phrase("page-brief-cost", language, first=PRICED_FROM + 1, nation=nation, parks=parks, **chinese)


def _residual(owners: dict[str, float], language: Language) -> str:
    emitting = {name: value for name, value in owners.items() if value > 0.0}
    total, largest = sum(emitting.values()), max(emitting, key=lambda name: emitting[name])
    return phrase(
        "page-brief-residual", language, gross=total, owner=named("sector", largest, language),
        share=emitting[largest] / total, taken=total - sum(owners.values()), net=sum(owners.values()),
    )  # fmt: skip


def _of_parks(annual: xr.Dataset, last: int, language: Language) -> Iterator[str]:
    zones = national(annual, "adopted_zones")
    if not bool((zones > 0.0).any()):
        yield phrase("page-brief-no-parks", language)
        return
    caused = national(annual, "caused_abatement")
    change = summed(annual["gross_co2"]) + caused - annual["gross_co2_without_parks"]
    near, far = (float(change.sel(year=year)) for year in (FALL.year, last))
    yield phrase("page-brief-parks", language, zones=float(zones.sel(year=last)), near=near, far=far)
    amounts = {
        word: float(national(annual, name).sel(year=last))
        for word, name in (("emitted", "park_emissions"), ("claimed", "claimed_net_emissions"), ("gap", "claims_gap"),
                           ("credits", "claims_gap_credits"), ("certificates", "claims_gap_certificates"))
    }  # fmt: skip
    bought = float(caused.sel(year=last))
    name = "page-brief-claims-money" if bought > 0.0 else "page-brief-claims"
    yield phrase(name, language, **amounts, caused=bought)
