"""The explorer of notebooks and the dashboard: a slider is moved, the model answers, and what it refuses is said."""

from __future__ import annotations

from typing import Any

import pytest
import xarray as xr

from decarb.analysis.explore import Explorable, explorable
from decarb.analysis.study import Study
from decarb.errors import CallError
from decarb.scenario.scenario import load_scenario

ipywidgets = pytest.importorskip("ipywidgets", reason="needs ipywidgets")
panel = pytest.importorskip("panel", reason="needs panel")
pytest.importorskip("plotly", reason="needs plotly")

from decarb.report.dashboard import dashboard  # noqa: E402
from decarb.report.explorer import PLOTLY, explorer  # noqa: E402
from decarb.report.exploring import slider_ends  # noqa: E402

TITLES = {"en": "turn a knob", "zh": "调节参数"}
MET = {"en": ("6 of 11 targets", "7 of 11 targets"), "zh": ("达到6项", "达到7项")}


@pytest.fixture(scope="module")
def ready(china_inputs: xr.Dataset, china_weather: xr.Dataset) -> Explorable:
    return explorable(Study(load_scenario("china-2060"), china_inputs, china_weather))


def parts(widget: Any, kind: type) -> list[Any]:
    return [part for part in widget.children if isinstance(part, kind)]


def text(widget: Any) -> str:
    return " ".join(part.value for part in parts(widget, ipywidgets.HTML))


def panes(app: Any) -> str:
    return " ".join(pane.object for pane in app.select(panel.pane.HTML))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_slider_of_a_notebook_asks_the_model_and_back_brings_it_back(ready: Explorable, language: Any) -> None:
    widget = explorer(ready, language=language)
    before, after = MET[language]
    assert TITLES[language] in text(widget) and before in text(widget)
    (chart,), (back,) = parts(widget, ipywidgets.Output), parts(widget, ipywidgets.Button)
    drawn = chart.outputs[0]["data"][PLOTLY]
    wind = parts(widget, ipywidgets.FloatSlider)[0]
    wind.value = 1.25
    assert after in text(widget)
    assert "power.wind.capacity.2035=1500 GW" in text(widget)
    assert chart.outputs[0]["data"][PLOTLY] != drawn
    back.click()
    assert wind.value == 1.0 and before in text(widget)


def test_a_refusal_of_the_model_stands_in_the_widget(ready: Explorable) -> None:
    widget = explorer(ready)
    wind = parts(widget, ipywidgets.FloatSlider)[0]
    wind.max = 9.0
    wind.value = 9.0
    assert "The model refuses this setting" in text(widget) and "1.25" in text(widget)
    wind.value = 1.2
    assert "The model refuses" not in text(widget)


def test_a_language_that_is_none_is_refused(ready: Explorable) -> None:
    with pytest.raises(CallError, match='"de" is no language'):
        explorer(ready, language="de")  # type: ignore[arg-type]


def test_a_slider_has_its_scenario_on_a_step_inside_the_range(ready: Explorable) -> None:
    for knob in ready.knobs:
        low, high = slider_ends(knob)
        assert knob.low <= low <= knob.now <= high <= knob.high
        assert (knob.now - low) / knob.step == pytest.approx(round((knob.now - low) / knob.step))


def test_the_dashboard_answers_as_the_notebook_does(ready: Explorable) -> None:
    app = dashboard(ready, language="zh")
    wind = app.select(panel.widgets.FloatSlider)[0]
    (chart,) = app.select(panel.pane.Plotly)
    drawn = chart.object
    assert MET["zh"][0] in panes(app)
    wind.value = 1.25
    with panel.param.edit_constant(wind):
        wind.value_throttled = 1.25
    assert MET["zh"][1] in panes(app)
    assert chart.object is not drawn
