"""A picture on a screen holds what the picture holds."""

from __future__ import annotations

import importlib
import sys

import numpy as np
import plotly.graph_objects as go
import pytest
from picture_samples import ALL, bars, cells, flows, lines

from decarb.errors import CallError


@pytest.mark.parametrize("name", ALL)
def test_every_mark_is_drawn_and_valid(name: str) -> None:
    figure = ALL[name].plotly()
    assert len(figure.data) >= len(ALL[name].legend) and figure.to_json()
    assert figure.layout.title.text == "&lt;b&gt;$x$ &amp; y"


def test_lines_bands_and_points_stand_where_the_picture_puts_them() -> None:
    figure, by_name = lines().plotly(), {}
    for trace in figure.data:
        by_name.setdefault(trace.name, []).append(trace)
    (total,), (target,) = by_name["total"], by_name["target"]
    np.testing.assert_array_equal(total.y, lines().marks[4].y)
    assert total.line.dash == "dash" and target.marker.symbol == "circle-open"
    assert (target.error_y.array[0], target.error_y.arrayminus[0]) == (2.0, 1.0)
    assert [len(part.x) for part in by_name["range"]] == [2, 3]  # the gap in its middle is not filled
    assert [part.showlegend for part in by_name["range"]] == [True, False]
    assert by_name["share"][0].yaxis == "y2"


def test_each_point_says_its_label_its_value_and_its_unit() -> None:
    figure = lines().plotly()
    (total,) = [trace for trace in figure.data if trace.name == "total"]
    assert total.hovertext[1] == "<b>total</b><br>Year: 2021<br>Power [MW]: 4"
    (band, *_) = [trace for trace in figure.data if trace.name == "range"]
    assert band.hovertext[0].endswith("Power [MW]: 4 ... 6 (Δ 2)")


def test_spans_levels_and_notes_have_their_words() -> None:
    figure = lines().plotly()
    assert [note.text for note in figure.layout.annotations] == ["history", "peak", "zero", "A note.<br>Another note."]
    assert [shape.type for shape in figure.layout.shapes] == ["rect", "line", "line"]


def test_stacked_bars_start_where_the_first_end() -> None:
    first, second, words = bars().plotly().data
    assert first.orientation == "h" and tuple(second.base) == tuple(first.x)
    assert tuple(words.text) == ("4", "-3", "3")
    assert tuple(words.textposition) == ("middle right", "middle left", "middle right")
    assert tuple(bars().plotly().layout.yaxis.range) == (2.6, -0.6)


def test_colours_of_cells_are_centred_where_asked() -> None:
    (plain, _), (centred, _) = cells().plotly().data, cells(0.0).plotly().data
    assert (plain.zmin, plain.zmax) == (-3.0, 5.0) and (centred.zmin, centred.zmax) == (-5.0, 5.0)
    assert plain.colorscale != centred.colorscale


def test_words_on_cells_are_black_or_white_as_the_colour_asks() -> None:
    coloured, written = cells().plotly().data
    ink = dict(zip(np.asarray(coloured.z).ravel().tolist(), written.textfont.color, strict=True))
    assert ink[-3.0] == "#FFFFFF" and ink[5.0] == "#000000"
    assert list(written.text) == [word for row in cells().marks[0].words for word in row]


def test_flows_keep_their_amounts() -> None:
    (sankey,) = flows().plotly().data
    np.testing.assert_array_equal(sankey.link.value, [6.0, 4.0, 7.0, 3.0])
    assert sankey.node.label[2] == "park  10 MWh/yr"


def test_nobody_needs_plotly_to_hear_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("plotly", "plotly.graph_objects", "plotly.colors"):
        monkeypatch.setitem(sys.modules, name, None)
    for name in ("screen", "screen_marks"):
        monkeypatch.delitem(sys.modules, f"decarb.report.figures.{name}", raising=False)
    with pytest.raises(CallError, match=r'pip install "decarb\[report\]"'):
        importlib.import_module("decarb.report.figures.screen")


def test_a_template_of_the_reader_stays_as_it_is() -> None:
    before = go.Figure().layout.template
    lines().plotly()
    assert go.Figure().layout.template == before
