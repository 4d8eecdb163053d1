"""The report: one page for planners that works from disk, with verdicts, figures, tables, assumptions and sources."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import xarray as xr

from decarb.analysis.explore_grid import grid
from decarb.markup import Markup, element, joined
from decarb.nation.spending import PRICED_FROM
from decarb.report.figures.captions import listed
from decarb.report.figures.picture import Language, language_of
from decarb.report.page_assumptions import assumptions_table, made, sources_table
from decarb.report.page_figures import Drawn
from decarb.report.page_runs import Option, What, options_of
from decarb.report.page_shell import check_free_page, document
from decarb.report.page_sliders import only_computed, slider_data, slider_panel, slider_picture
from decarb.report.page_tables import BY_YEAR, by_year, claims_tables, cost_tables
from decarb.report.page_targets import sentence, target_tables
from decarb.report.page_words import brief, cards, limits
from decarb.report.whole import write_file
from decarb.report.words import phrase
from decarb.scenario.scenario import Scenario

Progress = Callable[[int, int], None]

SLIDERS: Final = "slider"
"""Name of the figure that the sliders redraw."""
STEPS: Final = 100
"""Parts in which progress is told: runs, then sliders, then the page."""
RUNS_TAKE, SLIDERS_TAKE = 40, 50


def write_report(
    what: What | Sequence[What],
    path: str | Path,
    *,
    language: Language = "en",
    sliders: bool = True,
    replace: bool = False,
    progress: Progress | None = None,
) -> Path:
    """Write a page for planners and return its path: one file that works from disk and asks nothing of any network.

    Parameters
    ----------
    what : Results, Scenario, str or Path, or several of them
        What `run` returns, a results folder, or a scenario, its file or the name of a shipped one; several stand side
        by side.
    path : str or Path
        Of the page; ends in .html.
    language : {"en", "zh"}
    sliders : bool
        Whether to compute several hundred scenarios around the first one, for sliders that look them up; a few seconds.
    replace : bool
        Write over a file that exists.
    progress : callable, optional
        Called with what is done, and of how much.

    Raises
    ------
    CallError
        The file exists or has another ending, the language is unknown, or `what` is of another kind.
    InputError
        A scenario or a results folder cannot be read.
    OSError
        It cannot be written.
    """
    path, said = Path(path), progress or (lambda done, of: None)
    check_free_page(path, replace=replace)
    language = language_of(language)
    options = options_of(what, lambda done, of: said(RUNS_TAKE * done // of, STEPS))
    asked = options[0].scenario if sliders else None
    computed = (
        None if asked is None else _around(asked, lambda done, of: said(RUNS_TAKE + SLIDERS_TAKE * done // of, STEPS))
    )
    text = page(options, language, computed, why_none="gone" if sliders else "asked")
    write_file(path, lambda new: new.write_bytes(text.encode("utf-8")), replace=replace)
    said(STEPS, STEPS)
    return path


def page(
    options: Sequence[Option], language: Language, computed: xr.Dataset | None = None, *, why_none: str = "asked"
) -> str:
    """Return the text of a page.

    Parameters
    ----------
    options : sequence of Option
        As `decarb.report.page_runs.options_of` returns them.
    language : {"en", "zh"}
    computed : xr.Dataset, optional
        As `decarb.analysis.explore_grid.grid` returns it for the first of them: what the sliders look up.
    why_none : {"asked", "gone"}
        Why there are no sliders, where there are none.
    """
    drawn = Drawn(language)
    parts = list(_parts(options, language, computed, why_none, drawn))
    title = phrase("page-title", language, names=listed((option.name for option in options), language))
    data: dict[str, Any] = {
        **drawn.data,
        "filter-words": phrase("page-filter-shown", language, shown="{shown}", count="{count}"),
    }
    if computed is not None:
        data["slider-data"] = slider_data(computed, language)
    contents = element(
        "nav",
        element("ul", *(element("li", element("a", heading, href=f"#{name}")) for name, heading, _ in parts)),
        aria_label=phrase("page-contents", language),
    )
    head = element("header", element("h1", title), *_verdicts(options, language), contents)
    sections = [
        element(
            "section", element("h2", heading, id=f"{name}-title"), content, id=name, aria_labelledby=f"{name}-title"
        )
        for name, heading, content in parts
    ]
    noscript = element("noscript", element("p", phrase("page-no-script", language)))
    main = element("main", noscript, *sections, id="main")
    return document(title, language, [head, main, element("footer", phrase("page-offline", language))], data)


def _verdicts(options: Sequence[Option], language: Language) -> Iterator[Markup]:
    for option in options:
        name = element("small", option.name) if len(options) > 1 else ""
        yield element("p", name, sentence(option.results.verdict, language), class_="verdict")
        yield element("p", option.results.provenance.get("description", ""), class_="about")
    if len(options) == 1:
        yield cards(options[0].results, language)


def _parts(
    options: Sequence[Option], language: Language, computed: xr.Dataset | None, why_none: str, drawn: Drawn
) -> Iterator[tuple[str, str, Markup]]:
    """Yield each part of the page: its name, its heading and what stands in it."""

    def part(name: str, *content: object) -> tuple[str, str, Markup]:
        return name, phrase(f"page-{name}", language), joined(content)

    def wide(table: object, kind: str = "wide") -> Markup:
        return element("div", table, class_=kind)

    targets, beside = target_tables(options, language)
    emitted, claimed = claims_tables(options, language)
    yield part("brief", *(joined([_named(option, options), brief(option.results, language)]) for option in options))
    yield part("targets", wide(targets, "wide targets"), element("h3", phrase("page-beside", language)),
               wide(beside, "wide targets"))  # fmt: skip
    if computed is None:
        why = phrase(f"page-slider-off-{why_none}", language)
        yield part("what-if", element("p", phrase("page-slider-off", language, why=why)))
    else:
        drawing = drawn.figure(slider_picture(computed, language), SLIDERS)
        yield part("what-if", slider_panel(computed, options[0].name, language, drawing))
    yield part("nation", drawn.section("nation", options), drawn.section("others", options[:1]))
    yield part(
        "parks-claims", element("p", phrase("page-claims-note", language)),
        _beside(emitted, claimed, len(options)),
        drawn.section("parks", options),
    )  # fmt: skip
    yield part("money", element("p", phrase("page-cost-note", language, first=PRICED_FROM + 1)),
               wide(cost_tables(options, language)), drawn.section("money", options))  # fmt: skip
    yield part("provinces", drawn.section("provinces", options))
    yield part("by-year", wide(by_year(options, BY_YEAR, language)))
    yield part("park", element("p", phrase("page-park-note", language)), drawn.section("park", options))
    yield part("limits", limits(language))
    yield part("assumptions", assumptions_table(options, language))
    yield part("sources", sources_table(language))
    yield part("made", *(joined([_named(option, options), made(option, language)]) for option in options))


def _beside(emitted: Markup, claimed: Markup, count: int) -> Markup:
    """Return what parks emit and what they claim: side by side where there is room, never in one table."""
    apart = [element("div", one, class_="wide") for one in (emitted, claimed)]
    return element("div", *apart, class_="pair") if count == 1 else joined(apart)


def _named(option: Option, options: Sequence[Option]) -> Markup:
    return element("h3", option.name) if len(options) > 1 else Markup("")


def _around(scenario: Scenario, said: Progress) -> xr.Dataset:
    """Return the scenarios around one, which the sliders look up."""
    return only_computed(grid(scenario, progress=said))
