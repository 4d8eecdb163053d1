"""Sliders of a page: they look up the nearest of many scenarios that the model computed, and never interpolate."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
import xarray as xr

from decarb.analysis.explore_grid import nearest
from decarb.analysis.run import TOTALS
from decarb.errors import CallError
from decarb.markup import Markup, element, joined, table
from decarb.pathway.margins import VERDICTS
from decarb.report.figures.captions import listed
from decarb.report.figures.palette import FAINT, look
from decarb.report.figures.picture import Axis, Language, Level, Line, Picture
from decarb.report.html import verdict_badge
from decarb.report.page_tables import figure, unit_said
from decarb.report.page_targets import KNOWN, RELATIONS
from decarb.report.terminal import shown
from decarb.report.words import named, phrase
from decarb.units import units_of
from decarb.variables import label

PRECISION: Final = 0.1
"""Mt a year, CO2 or CO2e: to this the totals of a page are rounded."""
MEGATONNES: Final = 1000.0  # in a gigatonne
QUANTITIES: Final = (
    ("gross_co2", 2035), ("net_co2", 2060), ("net_ghg", 2060), ("nonfossil_share", 2035),
    ("wind_solar_capacity", 2035), ("adopted_zones", 2060), ("claims_gap", 2060), ("claims_gap_credits", 2060),
)  # fmt: skip
STEPS: Final = 200  # of a slider, at least
CODES: Final = {"met": "pass", "missed": "fail", "undefined": "undefined"}
"""Verdict of many scenarios -> verdict of one."""


def slider_panel(computed: xr.Dataset, name: str, language: Language, drawing: Markup) -> Markup:
    """Return sliders, what they chose in words, a figure, and tables of the scenario as stated and the chosen one.

    Parameters
    ----------
    computed : xr.Dataset
        As `decarb.analysis.explore_grid.grid` returns it.
    name : str
        Of the scenario that the sliders start from.
    language : {"en", "zh"}
    drawing : Markup
        What is made of `slider_picture`.
    """
    known, first = _known(computed), _stated(computed)
    count, precision = computed.sizes["scenario"], f"{PRECISION:g}"
    notes = [
        phrase("page-slider-of", language, scenario=name),
        phrase("page-slider-note", language, count=f"{count:,}", precision=precision),
    ]
    back = element("button", phrase("page-slider-back", language), type="button", id="slider-back")
    places = listed((_place(computed[knob], language) for knob in known), language)
    said = phrase("page-slider-exact", language, places=places)
    badges = [
        element("template", verdict_badge(CODES[word], language), id=f"badge-{code}")
        for code, word in enumerate(VERDICTS) if word in CODES
    ]  # fmt: skip
    return joined([
        *(element("p", note) for note in notes),
        element("div", *(_slider(computed[knob], language) for knob in known), class_="sliders"),
        element("p", back),
        element("p", said, id="slider-said", role="status", aria_live="polite"),
        drawing, *badges,
        element("div", element("div", _targets(computed, first, language)),
                element("div", _quantities(computed, first, language)), class_="chosen"),
    ])  # fmt: skip


def slider_picture(computed: xr.Dataset, language: Language) -> Picture:
    """Return the three totals of the scenario as stated (thin) and of the chosen one (thick), which starts the same."""
    first, marks = _stated(computed), []
    for total in TOTALS:
        series, seen = computed[total].isel(scenario=first), look("total", total)
        years, values = series["year"].values.astype(float), _gigatonnes(series)
        label_of = label(total, language)
        thin = Line(years, values, phrase("page-slider-stated", language, total=label_of), FAINT, seen.dash, 1.5)
        thick = Line(years, values, phrase("page-slider-chosen", language, total=label_of), seen.colour, seen.dash, 3.0)
        marks += [thin, thick]
    low = min(float(computed[total].min()) for total in TOTALS) / MEGATONNES
    high = max(float(computed[total].max()) for total in TOTALS) / MEGATONNES
    ends = (min(low, 0.0) - 0.5, high + 0.5)
    return Picture(
        "choice", phrase("page-slider-figure", language), (Level(0.0), *marks),
        Axis(phrase("page-year", language)), Axis(phrase("page-slider-axis", language), ends), language=language,
    )  # fmt: skip


def slider_data(computed: xr.Dataset, language: Language) -> dict[str, Any]:
    """Return what the page's script looks up: places of the knobs, totals by year, verdicts and numbers in words."""
    totals = np.stack([computed[total].values for total in TOTALS])
    whole = np.round(totals / PRECISION).astype("<i4")
    return {
        "knobs": [_knob_data(computed[name], language) for name in _known(computed)],
        "stated": _stated(computed),
        "years": computed["year"].values.tolist(),
        "totals": base64.b64encode(whole.tobytes()).decode("ascii"),
        "scale": PRECISION / MEGATONNES,
        "lines": [phrase("page-slider-chosen", language, total=label(total, language)) for total in TOTALS],
        "verdicts": ["".join(map(str, column)) for column in computed["verdict"].values.T.tolist()],
        "numbers": [_worded(words) for words in _numbers(computed, language)],
        "quantities": [_worded(words) for words in _amounts(computed)],
        "nearest": phrase("page-slider-nearest", language, places="{places}"),
        "exact": phrase("page-slider-exact", language, places="{places}"),
        "between": "、" if language == "zh" else ", ",
    }


def only_computed(computed: xr.Dataset) -> xr.Dataset:
    """Return the scenarios of a grid that the model computed.

    Raises
    ------
    CallError
        The scenario as stated is not among them.
    """
    there = np.flatnonzero(computed["status"].values == 0)
    if nearest(computed, {}) not in there:
        raise CallError("the scenario as stated was not computed; leave the sliders out with --no-sliders")
    return computed.isel(scenario=there)


def _known(computed: xr.Dataset) -> tuple[str, ...]:
    return tuple(str(name) for name, knob in computed.coords.items() if "by" in knob.attrs)


def _stated(computed: xr.Dataset) -> int:
    return nearest(computed, {})


def _gigatonnes(series: xr.DataArray) -> np.ndarray:
    return series.values / MEGATONNES


def _slider(knob: xr.DataArray, language: Language) -> Markup:
    name, said = str(knob.name), knob.attrs
    ident, marks = f"slider-{name}", np.unique(knob.values)
    at = ", ".join(_worded_place(knob, place) for place in marks)
    return element(
        "div",
        element("label", named("axis", f"knob-{name}", language), for_=ident),
        element("input", type="range", id=ident, min=said["low"], max=said["high"], step=_step(said),
                value=said["now"], list=f"{ident}-marks", aria_describedby=f"{ident}-of",
                aria_valuetext=_worded_place(knob, said["now"])),
        element("datalist", *(element("option", value=place) for place in marks), id=f"{ident}-marks"),
        element("output", _worded_place(knob, said["now"]), id=f"{ident}-at", for_=ident),
        element("small", phrase("page-slider-computed", language, places=at), id=f"{ident}-of"),
        class_="slider",
    )  # fmt: skip


def _step(said: Mapping[str, Any]) -> float:
    """Return a small step of a slider, of which a whole number leads from its lower end to where the scenario is."""
    small = (said["high"] - said["low"]) / STEPS
    below = said["now"] - said["low"]
    return float(below / np.ceil(below / small)) if below > 0.0 else float(small)


def _worded_place(knob: xr.DataArray, place: float) -> str:
    """Return where a knob stands: a factor, or a part of the way to the ends of its rows."""
    return f"×{place:.3g}" if knob.attrs["by"] == "factor" else f"{place:+.2g}" if place else "0"


def _place(knob: xr.DataArray, language: Language) -> str:
    words = _worded_place(knob, knob.attrs["now"])
    return f"{phrase(f'page-knob-{knob.name}', language)} {words}"


def _knob_data(knob: xr.DataArray, language: Language) -> dict[str, Any]:
    places, at = np.unique(knob.values, return_inverse=True)
    return {
        "name": str(knob.name), "label": phrase(f"page-knob-{knob.name}", language), "now": knob.attrs["now"],
        "low": knob.attrs["low"], "high": knob.attrs["high"], "places": places.tolist(), "at": at.ravel().tolist(),
        "words": [_worded_place(knob, place) for place in places],
        "sign": "×" if knob.attrs["by"] == "factor" else "",
    }  # fmt: skip


def _numbers(computed: xr.Dataset, language: Language) -> Iterator[list[str]]:
    """Yield for each target the number that decides it in every scenario, as people read it."""
    for target, unit in zip(computed["target"].values, computed["value_unit"].values, strict=True):
        values = computed["value"].sel(target=target).values
        yield [shown(value, str(unit)) if np.isfinite(value) else phrase("page-unknown", language) for value in values]


def _amounts(computed: xr.Dataset) -> Iterator[list[str]]:
    for name, year in QUANTITIES:
        series = computed[name].sel(year=year)
        yield [figure(value, units_of(series)) for value in series.values]


def _worded(words: Sequence[str]) -> dict[str, Any]:
    """Return texts once, and for each scenario which one it has."""
    once, at = np.unique(np.array(words), return_inverse=True)
    return {"words": once.tolist(), "at": at.ravel().tolist()}


def _targets(computed: xr.Dataset, first: int, language: Language) -> Markup:
    rows = []
    for place, (name, words) in enumerate(zip(computed["target"].values, _numbers(computed, language), strict=True)):
        target, code = KNOWN[str(name)], int(computed["verdict"].values[first, place])
        badge = verdict_badge(CODES[VERDICTS[code]], language)
        own = target.rule == "required_rate"
        limit = f"{RELATIONS[target.rule]} {shown(target.threshold, target.unit)}"
        asked = phrase("page-own-threshold", language) if own else limit
        rows.append((
            named("target", target.id, language), asked, element("span", badge, " ", words[first]),
            element("span", badge, " ", element("span", words[first]), id=f"target-{place}"),
        ))  # fmt: skip
    head = [phrase(f"page-{word}", language) for word in ("target", "threshold", "as-stated", "chosen")]
    return table(head, rows, right=(1,))


def _quantities(computed: xr.Dataset, first: int, language: Language) -> Markup:
    rows = [
        (phrase("page-in", language, what=label(name, language), year=year), unit_said(units_of(computed[name])),
         words[first], element("span", words[first], id=f"quantity-{place}"))
        for place, ((name, year), words) in enumerate(zip(QUANTITIES, _amounts(computed), strict=True))
    ]  # fmt: skip
    head = [phrase(f"page-{word}", language) for word in ("quantity", "unit", "as-stated", "chosen")]
    return table(head, rows, right=(2, 3))
