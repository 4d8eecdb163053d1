"""The targets on a page: a sentence, a table, and why each is met or missed, in words of one language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

import numpy as np
import xarray as xr

from decarb.analysis.run import summed
from decarb.markup import Markup, element, table
from decarb.pathway.rules import PLATEAU, Rule, Target
from decarb.pathway.targets import TARGETS
from decarb.pathway.verdict import TargetVerdict, Verdict
from decarb.report.figures.captions import listed
from decarb.report.figures.picture import Language
from decarb.report.html import verdict_badge
from decarb.report.page_runs import Option
from decarb.report.terminal import shown
from decarb.report.words import named, phrase
from decarb.tables import sources
from decarb.units import units_of
from decarb.variables import label

RELATIONS: Final[Mapping[Rule, str]] = MappingProxyType({
    "peak": "≤", "peak_before": "<", "fall": "≥", "neutral": "≤", "rate": "≥", "required_rate": "≥",
    "intensity": "≤", "at_least": "≥",
})  # fmt: skip
"""Rule -> how a number has to stand to its threshold."""
KNOWN: Final[Mapping[str, Target]] = MappingProxyType({target.id: target for target in TARGETS})


def counted(verdict: Verdict, *, beside: bool = False) -> tuple[TargetVerdict, ...]:
    """Return the verdicts that count, or those that are only shown beside them."""
    return tuple(item for item in verdict.verdicts if KNOWN[item.target].beside is beside)


def sentence(verdict: Verdict, language: Language) -> str:
    """Return in one sentence how many targets are met, and which are not."""
    items = counted(verdict)
    names = {
        word: listed((named("target", item.target, language) for item in items if item.verdict == word), language)
        for word in ("fail", "undefined")
    }
    met = sum(item.verdict == "pass" for item in items)
    if met == len(items):
        return phrase("page-verdict-all", language, count=met)
    first = phrase("page-verdict-some", language, count=len(items), met=met, missed=names["fail"] or "0")
    return first + (phrase("page-verdict-open", language, open=names["undefined"]) if names["undefined"] else "")


def target_tables(options: Sequence[Option], language: Language) -> tuple[Markup, Markup]:
    """Return the table of the targets, and that of other readings shown beside them."""
    return tuple(  # type: ignore[return-value]
        _one(options[0], language, beside) if len(options) == 1 else _several(options, language, beside)
        for beside in (False, True)
    )


def _one(option: Option, language: Language, beside: bool) -> Markup:
    words = ("target", "verdict", "number", "threshold", "why", "total", "source")
    rows = [
        (
            named("target", item.target, language), verdict_badge(item.verdict, language), number(item, language),
            threshold(item), why(item, option.results.annual, language), label(item.total, language),
            sources()[KNOWN[item.target].source]["title"],
        )
        for item in counted(option.results.verdict, beside=beside)
    ]  # fmt: skip
    return table([phrase(f"page-{word}", language) for word in words], rows, right=(2, 3))


def _several(options: Sequence[Option], language: Language, beside: bool) -> Markup:
    """Return one column for each option: what it reaches, and whether that is enough."""
    judged = [counted(option.results.verdict, beside=beside) for option in options]
    rows = [
        (
            element("span", named("target", items[0].target, language), title=items[0].target),
            " / ".join(dict.fromkeys(map(threshold, items))),
            *(
                element("span", verdict_badge(item.verdict, language), " ", number(item, language),
                        title=why(item, option.results.annual, language))
                for item, option in zip(items, options, strict=True)
            ),
        )
        for items in zip(*judged, strict=True)
    ]  # fmt: skip
    head = [phrase("page-target", language), phrase("page-threshold", language), *(one.name for one in options)]
    return table(head, rows, right=(1,))


def number(item: TargetVerdict, language: Language) -> str:
    """Return the number that decides a target, as people read it."""
    return shown(item.value, item.unit) if item.value is not None else phrase("page-unknown", language)


def threshold(item: TargetVerdict) -> str:
    """Return what a target asks for, with how the number has to stand to it."""
    return f"{RELATIONS[KNOWN[item.target].rule]} {shown(item.threshold, item.unit)}"


def why(item: TargetVerdict, annual: xr.Dataset, language: Language) -> str:
    """Return why a target is met or missed; what has no number says why it has none."""
    target, value = KNOWN[item.target], item.value
    if value is None:
        return _undefined(target, language)
    return _WHY[target.rule](target, item, annual, language)


def _undefined(target: Target, language: Language) -> str:
    causes = {"fall": "land", "rate": "not-positive", "required_rate": "nothing-taken", "intensity": "not-positive"}
    return phrase(f"page-why-{causes.get(target.rule, 'not-covered')}", language)


def _peak(target: Target, item: TargetVerdict, annual: xr.Dataset, language: Language) -> str:
    year, value = highest(annual, target.total)
    series = summed(annual[target.total])
    near = int(series["year"].values[series.values >= value * (1.0 - PLATEAU)].max())
    said = phrase("page-why-peak", language, year=year, value=value, unit=units_of(series))
    return said + (phrase("page-why-plateau", language, near=near, share=PLATEAU) if near > year + 1 else "")


def _fall(target: Target, item: TargetVerdict, annual: xr.Dataset, language: Language) -> str:
    year, peak = highest(annual, target.total, target.year)
    unit = units_of(annual[target.total])
    return phrase("page-why-fall", language, value=item.value, year=year, peak=peak, unit=unit)


def _neutral(target: Target, item: TargetVerdict, annual: xr.Dataset, language: Language) -> str:
    series = summed(annual[target.total])
    reached = np.flatnonzero(series.values <= 0.0)
    if not reached.size:
        return phrase("page-why-above", language, year=int(series["year"].values[-1]))
    back = bool((series.values[reached[0] :] > 0.0).any())
    first = phrase("page-why-zero", language, year=int(series["year"].values[reached[0]]))
    return first + (phrase("page-why-back", language) if back else "")


def _rate(target: Target, item: TargetVerdict, annual: xr.Dataset, language: Language) -> str:
    return phrase("page-why-rate", language, value=item.value, first=target.first_year, last=target.year)


def _required(target: Target, item: TargetVerdict, annual: xr.Dataset, language: Language) -> str:
    return phrase("page-why-required", language, value=item.value, threshold=item.threshold, last=target.year)


def _intensity(target: Target, item: TargetVerdict, annual: xr.Dataset, language: Language) -> str:
    change = float(item.value or 0.0)
    way = "down" if change <= 0.0 else "up"
    return phrase(f"page-why-intensity-{way}", language, share=abs(change), year=target.year)


def _reached(target: Target, item: TargetVerdict, annual: xr.Dataset, language: Language) -> str:
    return phrase("page-why-reached", language, number=shown(item.value, item.unit), year=target.year)


_WHY: Final[Mapping[Rule, Callable[[Target, TargetVerdict, xr.Dataset, Language], str]]] = MappingProxyType({
    "peak": _peak, "peak_before": _peak, "fall": _fall, "neutral": _neutral, "rate": _rate,
    "required_rate": _required, "intensity": _intensity, "at_least": _reached,
})  # fmt: skip


def highest(annual: xr.Dataset, total: str, until: int | None = None) -> tuple[int, float]:
    """Return the year in which a national total is highest, up to some year, and how high it is, in its unit."""
    series = summed(annual[total]).sel(year=slice(None, until))
    return int(series.idxmax("year")), float(series.max())
