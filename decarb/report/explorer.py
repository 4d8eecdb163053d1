"""The explorer in a notebook: sliders that call the model, a figure, verdicts, amounts and claims."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any, Final

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
from decarb.report.figures.picture import Language, Picture, language_of
from decarb.report.words import phrase
from decarb.scenario.scenario import Scenario

try:
    import ipywidgets
except ImportError:  # the name stays importable, so that `from decarb import *` works without the extra
    ipywidgets = None

PLOTLY: Final = "application/vnd.plotly.v1+json"
WIDTHS: Final = {"width": "62em", "max_width": "98%"}
ALONE: Final = {"width": "auto", "align_self": "flex-start"}
NAMES: Final = {"description_width": "30em"}


def explorer(
    scenario: Explorable | Study | Scenario | str | Path = "china-2060", *, language: Language = "en"
) -> ipywidgets.VBox:
    """Return a widget whose sliders turn a scenario's knobs; each move runs the model and is answered below.

    Parameters
    ----------
    scenario : Explorable, Study, Scenario, str or Path
        As `decarb.analysis.explore.explore` takes it.
    language : {"en", "zh"}

    Raises
    ------
    CallError, InputError
        The scenario cannot be read, or the widget or the figure needs a package that is not installed.
    DecarbError
        The model refuses the scenario as it is. What it refuses later stands in the widget.
    """
    if ipywidgets is None:
        raise CallError('the explorer needs ipywidgets; pip install "decarb[notebook]"')
    language = language_of(language)
    ready = explorable(scenario)
    stated = explore(ready)
    sliders = {knob.name: _slider(knob, language) for knob in ready.knobs}
    back = ipywidgets.Button(description=phrase("explore-reset", language), layout=ALONE)
    said, verdict, words = ipywidgets.HTML(), ipywidgets.HTML(), ipywidgets.HTML()
    chart = ipywidgets.Output()

    def turned(_: object = None) -> None:
        began = time.monotonic()
        said.value = phrase("explore-working", language)
        try:
            explored = asked(ready, stated, {name: slider.value for name, slider in sliders.items()})
        except DecarbError as error:
            said.value = refusal(error, language)
            return
        verdict.value = headline(explored, language)
        words.value = answer(explored, stated, language)
        chart.outputs = (_shown(picture(explored, language)),)
        said.value = status(time.monotonic() - began, language)

    def reset(_: object) -> None:
        for knob in ready.knobs:
            sliders[knob.name].unobserve(turned, "value")
            sliders[knob.name].value = knob.now
            sliders[knob.name].observe(turned, "value")
        turned()

    for slider in sliders.values():
        slider.observe(turned, "value")
    back.on_click(reset)
    turned()
    title = ipywidgets.HTML(element("h3", phrase("explore-title", language, of=ready.study.scenario.name)))
    told = ipywidgets.HTML(ranges(ready, language))
    return ipywidgets.VBox([title, *sliders.values(), back, said, verdict, chart, words, told])


def _slider(knob: Knob, language: Language) -> ipywidgets.FloatSlider:
    low, high = slider_ends(knob)
    return ipywidgets.FloatSlider(
        value=knob.now, min=low, max=high, step=knob.step, description=knob_label(knob, language),
        continuous_update=False, readout_format=".3f", style=NAMES, layout=WIDTHS,
    )  # fmt: skip


def _shown(drawn: Picture) -> dict[str, Any]:
    """Return a figure as the cells of a notebook hold one; it is put in the place of the last one at once."""
    bundle = {PLOTLY: json.loads(drawn.plotly().to_json()), "text/plain": drawn.title}
    return {"output_type": "display_data", "data": bundle, "metadata": {}}
