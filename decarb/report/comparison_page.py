"""A comparison as one page that works offline: its tables, and a figure of each total of every scenario."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from decarb.analysis.comparison import Comparison
from decarb.errors import CallError
from decarb.report.comparison import fragment
from decarb.report.figures.picture import Language
from decarb.report.figures.saving import OFFLINE
from decarb.report.figures.side_by_side import side_by_side
from decarb.report.html import Markup, document, element
from decarb.report.whole import write_file
from decarb.report.words import phrase

try:
    from plotly.io import to_html
    from plotly.offline import get_plotlyjs
except ImportError:
    raise CallError('a page needs plotly; pip install "decarb[report]"') from None

TOTALS: Final = ("gross_co2", "net_co2")


def comparison_page(comparison: Comparison, language: Language = "en") -> str:
    """Return the page of a comparison: one document that loads nothing from anywhere."""
    drawn = [side_by_side(comparison.results, total, language=language).plotly() for total in TOTALS]
    figures = [Markup(to_html(one, include_plotlyjs=False, full_html=False, config=OFFLINE)) for one in drawn]
    script = element("script", Markup(get_plotlyjs()))
    title = phrase("compare-title", language, names=", ".join(comparison.names))
    return document(title, *figures, fragment(comparison, language), language=language, head=script)


def write_page(comparison: Comparison, path: Path, language: Language = "en") -> Path:
    """Write the page of a comparison to a new file, whole or not at all.

    Raises
    ------
    CallError
        The file exists, or there is no folder for it.
    """
    page = comparison_page(comparison, language)
    return write_file(path, lambda beside: beside.write_text(page, encoding="utf-8"))
