"""The cost of a ton by lever: sorted, as wide as the tons, and no lever lost."""

from __future__ import annotations

import numpy as np
import pytest

from decarb.analysis.run import Results
from decarb.errors import CallError
from decarb.nation.lever_cost import LEVERS
from decarb.report.figures.captions import lever
from decarb.report.figures.cost_curve import cost_curve
from decarb.report.figures.picture import LANGUAGES, Bars


def test_blocks_stand_side_by_side_from_the_cheapest(results: Results) -> None:
    blocks = [mark for mark in cost_curve(results.cost).marks if isinstance(mark, Bars)]
    heights = [float(block.length[0]) for block in blocks]
    assert heights == sorted(heights) and heights[0] < 0.0 < heights[-1]
    edges = np.cumsum([0.0, *(float(np.asarray(block.width)) for block in blocks)])
    np.testing.assert_allclose([np.asarray(block.place)[0] for block in blocks], (edges[1:] + edges[:-1]) / 2.0)


def test_widths_are_the_tons_of_the_levers_that_have_a_cost(results: Results) -> None:
    at = results.cost.sel(year=2035)
    known = at["lever_abated"].where(at["lever_abatement_cost"].notnull(), 0.0)
    widths = [float(np.asarray(mark.width)) for mark in cost_curve(results.cost).marks if isinstance(mark, Bars)]
    np.testing.assert_allclose(sorted(widths), sorted(known.values[known.values > 0.0]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_lever_is_a_block_or_named_with_its_reason(results: Results, language: str) -> None:
    picture = cost_curve(results.cost, language=language)
    said = "\n".join((*(mark.label for mark in picture.marks if isinstance(mark, Bars)), *picture.notes))
    assert all(lever(name, language) in said for name in LEVERS)
    assert ("the nation emits less without it" if language == "en" else "没有它全国排放反而更低") in said


def test_no_lever_with_a_cost_leaves_an_empty_picture_that_says_why(results: Results) -> None:
    none = results.cost.copy(deep=True)
    none["lever_abatement_cost"][:] = np.nan
    none["lever_abatement_cost_reason"][:] = 5
    picture = cost_curve(none)
    assert not any(isinstance(mark, Bars) for mark in picture.marks)
    assert any("the nation emits the same without it: On-site wind" in note for note in picture.notes)


def test_a_year_that_is_not_there_is_refused(results: Results) -> None:
    with pytest.raises(CallError, match="no year 1999"):
        cost_curve(results.cost, 1999)
