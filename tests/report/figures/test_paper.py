"""A picture on paper holds what the picture holds, inside its edges, and leaves matplotlib as it was."""

from __future__ import annotations

import io

import matplotlib
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.text import Text
from picture_samples import ALL, TITLE, bars, cells, flows, lines


def _texts(figure: Figure) -> list[Text]:
    return [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]


@pytest.mark.parametrize("name", ALL)
def test_all_words_lie_inside_the_figure_and_are_no_formulae(name: str) -> None:
    figure = ALL[name].matplotlib()
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    texts = _texts(figure)
    assert TITLE in {text.get_text() for text in texts}
    page = figure.bbox.padded(1.0)
    for text in texts:
        box = text.get_window_extent(canvas.get_renderer())
        if page.overlaps(box):  # ticks beyond the ends of an axis are not drawn
            assert page.containsx(box.x0) and page.containsx(box.x1), text.get_text()
            assert page.containsy(box.y0) and page.containsy(box.y1), text.get_text()


def test_nothing_global_is_changed() -> None:
    before = dict(matplotlib.rcParams)
    lines().matplotlib()
    assert dict(matplotlib.rcParams) == before


def test_lines_bands_and_points_stand_where_the_picture_puts_them() -> None:
    above, below = lines().matplotlib().axes
    drawn = {str(line.get_label()): line for line in above.lines}
    np.testing.assert_array_equal(drawn["total"].get_ydata(), lines().marks[4].y)
    assert (drawn["target"].get_xdata()[0], drawn["target"].get_ydata()[0]) == (2024.0, 3.0)
    (band,) = [area for area in above.collections if area.get_label() == "range"]
    assert len(band.get_paths()) == 2  # the gap in its middle is not filled
    assert below.lines[0].get_label() == "share" and below.get_ylim() == (0.0, 1.0)


def test_the_legend_and_the_notes_stand_below() -> None:
    figure = lines().matplotlib()
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == list(lines().legend)
    assert "A note.\nAnother note." in {text.get_text() for text in figure.texts}


def test_stacked_bars_start_where_the_first_end() -> None:
    (axes,) = bars().matplotlib().axes
    first, second = (axes.patches[i : i + 3] for i in (0, 3))
    for one, other in zip(first, second, strict=True):
        assert one.get_x() + one.get_width() == other.get_x()
    assert axes.get_ylim() == (2.6, -0.6)


def test_cells_without_a_value_have_words_and_no_colour() -> None:
    axes, _ = cells(0.0).matplotlib().axes
    (mesh,) = axes.collections
    assert mesh.get_array().mask.ravel().tolist() == [False, False, True, False, False, False]
    assert {text.get_text() for text in axes.texts} == set("abcdef")
    assert (mesh.norm.vmin, mesh.norm.vmax) == (-5.0, 5.0)


def test_a_ribbon_is_as_thick_as_what_flows() -> None:
    (axes,) = flows().matplotlib().axes
    ribbons = [patch.get_path().vertices for patch in axes.patches if isinstance(patch, PathPatch)]
    thick = np.array([points[5][1] - points[2][1] for points in ribbons])
    np.testing.assert_allclose(thick / thick[0], np.array([6.0, 4.0, 7.0, 3.0]) / 6.0)


def test_the_same_picture_gives_the_same_bytes() -> None:
    first, second = io.BytesIO(), io.BytesIO()
    for held in (first, second):
        lines().matplotlib().savefig(held, dpi=30)
    assert first.getvalue() == second.getvalue()
