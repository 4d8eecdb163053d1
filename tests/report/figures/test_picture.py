"""What a picture says of itself before anything draws it."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from picture_samples import NAMES, bars, cells, lines

from decarb.errors import CallError
from decarb.report.figures.picture import Axis, Line, Picture


def test_figures_load_neither_of_the_libraries_that_draw_them() -> None:
    said = "import sys, decarb.report.figures; print(sorted({'matplotlib', 'plotly'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_categories_stand_at_their_order_and_numbers_where_they_are() -> None:
    axis = Axis("", categories=NAMES)
    np.testing.assert_array_equal(axis.places(["hydro", "wind"]), [2.0, 0.0])
    np.testing.assert_array_equal(Axis("").places(np.array([2030.0])), [2030.0])
    assert axis.worded_ticks == ((0.0, "wind"), (1.0, "solar"), (2.0, "hydro"))


def test_an_unknown_category_is_refused() -> None:
    with pytest.raises(CallError, match='"tidal" is no category of the axis "Source"; it has wind'):
        Axis("Source", categories=NAMES).places(["tidal"])


def test_years_have_no_comma_large_numbers_have_and_shares_are_per_cent() -> None:
    assert [Axis("").said(value) for value in (2030, 12345.6, "wind")] == ["2030", "12,346", "wind"]
    assert Axis("", share=True).said(0.251) == "25.1 %"
    assert Axis("", times=True).said(np.datetime64("2021-08-13T05:00:00")) == "2021-08-13 05:00"


def test_the_legend_names_each_label_once_and_none_where_there_is_one_only() -> None:
    assert lines().legend == ("range", "total", "target", "share")
    assert bars().legend == ("first", "second")
    one = Line(np.zeros(1), np.zeros(1), "only", "#000000")
    assert Picture("one", "", (one, one), Axis(""), Axis("")).legend == ()


def test_a_grid_of_cells_gives_its_names_to_the_axes_the_first_row_on_top() -> None:
    grid = cells()
    assert grid.x.categories == NAMES and grid.y.categories == ("above", "below")
    assert grid.y.ends == (1.5, -0.5)


def test_chinese_words_are_seen_wherever_they_stand() -> None:
    assert lines("zh").has_chinese and not lines().has_chinese
    assert Picture("one", "", (), Axis("年份"), Axis("")).has_chinese
