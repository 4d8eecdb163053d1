"""A comparison as one page that works offline: its tables, and a figure of each total of every scenario."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from decarb.analysis.comparison import Comparison
from decarb.markup import element
from decarb.report.comparison import fragment
from decarb.report.figures.picture import Language
from decarb.report.figures.side_by_side import side_by_side
from decarb.report.page_figures import Drawn
from decarb.report.page_shell import check_drawable, document
from decarb.report.whole import write_file
from decarb.report.words import phrase

TOTALS: Final = ("gross_co2", "net_co2")


def comparison_page(comparison: Comparison, language: Language = "en") -> str:
    """Return the page of a comparison: one document that loads nothing from anywhere.

    Raises
    ------
    CallError
        What draws its figures is not installed.
    """
    check_drawable()
    drawn = Drawn(language)
    figures = [drawn.figure(side_by_side(comparison.results, total, language=language)) for total in TOTALS]
    title = phrase("compare-title", language, names=", ".join(comparison.names))
    main = element("main", *figures, fragment(comparison, language), id="main")
    return document(title, language, [element("header", element("h1", title)), main], drawn.data)


def write_page(comparison: Comparison, path: Path, language: Language = "en") -> Path:
    """Write the page of a comparison to a new file, whole or not at all.

    Raises
    ------
    CallError
        The file exists, there is no folder for it, or as of `comparison_page`.
    """
    page = comparison_page(comparison, language)
    return write_file(path, lambda beside: beside.write_text(page, encoding="utf-8"))
