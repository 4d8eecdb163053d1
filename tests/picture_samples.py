"""Small pictures that hold every mark, with words that would break what reads markup or formulae in them."""

from __future__ import annotations

from typing import Final

import numpy as np

from decarb.report.figures.picture import (
    Axis,
    Band,
    Bars,
    Cells,
    Flows,
    Language,
    Level,
    Line,
    Panel,
    Picture,
    Points,
    Span,
)

YEARS: Final = np.arange(2020.0, 2026.0)
NAMES: Final = ("wind", "solar", "hydro")
TITLE: Final = "<b>$x$ & y"
NONE: Final = Axis("", hidden=True)


def lines(language: Language = "en") -> Picture:
    """Lines with a gap, a band, points with ranges, a span, two levels, and a plane below."""
    falls = np.array([5.0, 4.0, np.nan, 2.0, 1.0, 0.0])
    return Picture(
        "lines", TITLE if language == "en" else "碳中和路径",
        (
            Span(2020, 2022, "history"), Level(2024, "peak", of="x"), Level(0.0, "zero"),
            Band(YEARS, falls - 1.0, falls + 1.0, "range", "#009E73", hatch="/"),
            Line(YEARS, falls, "total", "#000000", "dash"),
            Points(np.array([2024.0]), np.array([3.0]), "target", "#D55E00", "circle-open", ("said",),
                   np.array([2.0]), np.array([5.0])),
        ),
        Axis("Year"), Axis("Power [MW]"), ("A note.", "Another note."), language,
        Panel((Line(YEARS, np.linspace(0.0, 1.0, 6), "share", "#0072B2"),), Axis("Share", (0.0, 1.0), share=True)),
    )  # fmt: skip


def bars(upright: bool = False) -> Picture:
    """Two stacked rows of bars, the second with a range."""
    first, second = np.array([3.0, -2.0, 1.0]), np.array([1.0, -1.0, 2.0])
    marks = (
        Bars(NAMES, first, "first", "#0072B2", upright=upright),
        Bars(NAMES, second, "second", "#E69F00", first, upright=upright, hatch="x", words=("4", "-3", "3"),
             low=first + second - 0.5, high=first + second + 0.5),
    )  # fmt: skip
    named, plain = Axis("", categories=NAMES), Axis("CO2 [Mt CO2/yr]")
    x, y = (named, plain) if upright else (plain, named)
    return Picture("bars", TITLE, marks, x, y)


def cells(centre: float | None = None) -> Picture:
    """Two rows of three cells, one of them empty."""
    values = np.array([[1.0, 2.0, np.nan], [-3.0, 4.0, 5.0]])
    words = np.array([["a", "b", "c"], ["d", "e", "f"]])
    grid = Cells(NAMES, ("above", "below"), values, words, "CO2 [Mt CO2/yr]", centre)
    return Picture("cells", TITLE, (grid,), Axis("column"), Axis("row"))


def flows() -> Picture:
    """Two sources, a node between, and two uses."""
    sankey = Flows(
        ("wind", "grid", "park", "load", "export"), ("#56B4E9", "#999999", "#000000", "#0072B2", "#E69F00"),
        (0, 0, 1, 2, 2), (0, 1, 2, 2), (2, 2, 3, 4), np.array([6.0, 4.0, 7.0, 3.0]), "MWh/yr",
    )  # fmt: skip
    return Picture("flows", TITLE, (sankey,), NONE, NONE)


ALL: Final = {
    "lines": lines(),
    "bars": bars(),
    "upright": bars(upright=True),
    "cells": cells(),
    "diverging": cells(0.0),
    "flows": flows(),
}
