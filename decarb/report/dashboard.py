"""The explorer as a page that this machine serves to its own browser: the same sliders, the same answers."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

from decarb.analysis.explore import Explorable, explorable, explore
from decarb.analysis.explore_knobs import Knob
from decarb.analysis.study import Study
from decarb.errors import CallError, DecarbError
from decarb.markup import element
from decarb.report.exploring import (
    answer,
    asked,
    headline,
    knob_label,
    picture,
    ranges,
    refusal,
    slider_ends,
    status,
)
from decarb.report.figures.picture import Language, language_of
from decarb.report.figures.saving import OFFLINE
from decarb.report.words import phrase
from decarb.scenario.scenario import Scenario

try:
    import panel
    from panel.io.server import Server
except ImportError:
    raise CallError('the dashboard needs panel; pip install "decarb[dashboard]"') from None

HOST: Final = "127.0.0.1"
"""Nobody but this machine is served."""
NAMES: Final = (HOST, "localhost")
WIDTH: Final = 360  # px, of the column of sliders


def dashboard(
    scenario: Explorable | Study | Scenario | str | Path = "china-2060", *, language: Language = "en"
) -> panel.Row:
    """Return a Panel app whose sliders turn a scenario's knobs; each move runs the model and is answered beside it.

    Parameters
    ----------
    scenario : Explorable, Study, Scenario, str or Path
        As `decarb.analysis.explore.explore` takes it; what `explorable` made serves many readers at once.
    language : {"en", "zh"}

    Raises
    ------
    CallError, InputError
        The scenario cannot be read, or the figure needs a package that is not installed.
    DecarbError
        The model refuses the scenario as it is. What it refuses later stands on the page.
    """
    language = language_of(language)
    panel.extension("plotly")
    ready = explorable(scenario)
    stated = explore(ready)
    sliders = {knob.name: _slider(knob, language) for knob in ready.knobs}
    back = panel.widgets.Button(label=phrase("explore-reset", language), width=WIDTH)
    said, verdict, words = _words(), _words(), _words()
    chart = panel.pane.Plotly(config=OFFLINE)

    def turned(_: object = None) -> None:
        began = time.monotonic()
        try:
            explored = asked(ready, stated, {name: float(slider.value or 0.0) for name, slider in sliders.items()})
        except DecarbError as error:
            said.object = refusal(error, language)
            return
        verdict.object = headline(explored, language)
        words.object = answer(explored, stated, language)
        chart.object = picture(explored, language).plotly()
        said.object = status(time.monotonic() - began, language)

    def reset(_: object) -> None:
        for knob in ready.knobs:
            sliders[knob.name].value = knob.now
        turned()

    for slider in sliders.values():
        slider.param.watch(turned, "value_throttled")
    back.on_click(reset)
    turned()
    title = _words(element("h1", phrase("explore-title", language, of=ready.study.scenario.name)))
    beside = panel.Column(title, *sliders.values(), back, said, _words(ranges(ready, language)), width=WIDTH + 20)
    return panel.Row(beside, panel.Column(verdict, chart, words))


def server(scenario: str | Path, *, port: int, language: str = "en") -> Server:
    """Return a server of the dashboard of a scenario, not yet started; it answers this machine alone.

    Parameters
    ----------
    scenario : str or Path
    port : int
    language : {"en", "zh"}

    Raises
    ------
    CallError
        The port is taken; and as of `dashboard`, before anything is served.
    InputError, DecarbError
        As of `dashboard`.
    """
    language = language_of(language)
    ready = explorable(scenario)
    explore(ready)  # what it refuses is said here, and the first reader does not wait
    title = phrase("explore-title", language, of=ready.study.scenario.name)
    try:
        return panel.serve(
            lambda: dashboard(ready, language=language), address=HOST, port=port, title=title, verbose=False,
            websocket_origin=[f"{name}:{port}" for name in NAMES], start=False, show=False,
        )  # fmt: skip
    except OSError as error:
        raise CallError(
            f"port {port} cannot be had: {error.strerror}; write another one, as --port {port + 1}"
        ) from None


def serve_until_stopped(started: Server, *, browser: bool) -> None:
    """Serve until somebody interrupts it, which panel takes as the end.

    Parameters
    ----------
    started : Server
        As `server` returns it.
    browser : bool
        Open it in a browser.
    """
    started.start()
    if browser:
        started.show("/")
    started.io_loop.start()


def _slider(knob: Knob, language: Language) -> panel.widgets.FloatSlider:
    low, high = slider_ends(knob)
    return panel.widgets.FloatSlider(
        label=knob_label(knob, language),
        value=knob.now,
        start=low,
        end=high,
        step=knob.step,
        format="0.[000]",
        width=WIDTH,
    )


def _words(text: str = "") -> panel.pane.HTML:
    return panel.pane.HTML(text, sizing_mode="stretch_width")
