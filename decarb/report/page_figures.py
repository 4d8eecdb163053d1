"""The figures of a page: drawn in the reader's browser, with title and notes as text beside them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

import xarray as xr

from decarb.analysis.economies import economies_table
from decarb.analysis.run import Results, summed
from decarb.markup import Markup, element, items, joined
from decarb.pathway.targets import FALL, RATE
from decarb.report.figures.budget import budget
from decarb.report.figures.claims import claims
from decarb.report.figures.cost_curve import cost_curve
from decarb.report.figures.economies import economies
from decarb.report.figures.energy import energy
from decarb.report.figures.pathway import pathway
from decarb.report.figures.picture import Cells, Language, Picture
from decarb.report.figures.rates import rates
from decarb.report.figures.tiles import tiles
from decarb.report.page_runs import Option

Drawing = Callable[[Results, Language], Picture]

SECTIONS: Final[Mapping[str, tuple[Drawing, ...]]] = MappingProxyType(
    {
        "nation": (
            lambda results, language: pathway(results.annual, results.verdict, language=language),
            lambda results, language: rates(results.annual, language=language),
            lambda results, language: budget(results.annual, language=language),
        ),
        "others": (lambda results, language: economies(_beside(results), language=language),),
        "parks": (lambda results, language: claims(results.annual, language=language),),
        "provinces": (
            lambda results, language: tiles(results.annual, "gross_co2", FALL.year, language=language),
            lambda results, language: tiles(results.annual, "gross_co2", RATE.year, language=language),
        ),
        "money": (lambda results, language: cost_curve(results.cost, FALL.year, language=language),),
        "park": (lambda results, language: energy(results.park, language=language),),
    }
)
"""Part of a page -> its figures."""
TOP: Final = 44
"""px above a drawing whose title stands beside it."""


class Drawn:
    """The figures of one page, each with a name under which the page's script finds it."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self.data: dict[str, Any] = {}

    def section(self, name: str, options: Sequence[Option]) -> Markup:
        """Return the figures of one part of a page: of several scenarios side by side."""
        return joined(
            self._row([draw(option.results, self._language) for option in options]) for draw in SECTIONS[name]
        )

    def _row(self, pictures: Sequence[Picture]) -> Markup:
        """Return one picture of each scenario, side by side where their words leave room for that."""
        wide = any(isinstance(mark, Cells) for mark in pictures[0].marks)
        kind = f"figures{' cells' if wide else ' side' if len(pictures) > 1 else ''}"
        return element("div", *map(self.figure, pictures), class_=kind)

    def figure(self, picture: Picture, name: str = "") -> Markup:
        """Return one figure, and keep what is drawn of it."""
        key = name or f"figure-{len(self.data) + 1}"
        drawing = self.data[f"{key}-drawing"] = plotted(picture)
        plot = element(
            "div", class_="plot", id=f"{key}-plot", data_from=f"{key}-drawing", role="img", aria_label=picture.title,
            style=f"min-height:{drawing['layout']['height']}px",
        )  # fmt: skip
        return element(
            "figure", element("figcaption", element("h3", picture.title)), plot,
            element("div", items(picture.notes), class_="notes") if picture.notes else "", id=key,
        )  # fmt: skip


def plotted(picture: Picture) -> dict[str, Any]:
    """Return what plotly draws: as wide as its place, without the title and the notes that stand beside it."""
    figure = replace(picture, title="", notes=()).plotly()
    cut = max(0, figure.layout.margin.t - TOP)
    figure.update_layout(
        width=None, autosize=True, height=figure.layout.height - cut, margin_t=figure.layout.margin.t - cut, title=None
    )
    return json.loads(figure.to_json())


def _beside(results: Results) -> xr.Dataset:
    return economies_table("low", summed(results.annual["gross_co2"]))
