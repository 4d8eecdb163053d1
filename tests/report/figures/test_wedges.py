"""Wedges: they add exactly, what raises is told apart, and small levers are named."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import xarray as xr

from decarb.errors import CallError
from decarb.report.figures.picture import LANGUAGES, Band, Line
from decarb.report.figures.wedges import wedges

YEARS = np.array([2025, 2040, 2060])
BEFORE = np.array([10_000.0, 10_500.0, 11_000.0])
PARTS = {
    "activity": [0.0, 2_000.0, 5_000.0],
    "grid": [0.0, -4_000.0, -9_000.0],
    "land + non-CO2": [0.0, -1_000.0, -2_500.0],
    "electrification": [0.0, 400.0, -600.0],  # raises first, lowers later
    "stores": [0.0, -1.0, -3.0],
    "my own": [0.0, 2.0, 1.0],
    "prices": [0.0, 0.0, 0.0],
}


def totals() -> xr.Dataset:
    parts = xr.DataArray(
        list(PARTS.values()), {"group": list(PARTS), "year": YEARS}, ("group", "year"), attrs={"units": "Mt CO2/yr"}
    )
    before = xr.DataArray(BEFORE, {"year": YEARS}, "year", attrs={"units": "Mt CO2/yr"})
    after = (before + parts.sum("group")).assign_attrs(units="Mt CO2/yr")
    return xr.Dataset({"net_co2_before": before, "net_co2": after, "net_co2_parts": parts}, attrs={"against": ""})


def test_what_raises_and_the_wedges_add_to_the_scenario_in_each_year() -> None:
    marks = wedges(totals()).marks
    before, *raised, after = [mark.y for mark in marks if isinstance(mark, Line)]
    lowered = sum(mark.high - mark.low for mark in marks if isinstance(mark, Band))
    np.testing.assert_allclose(before, BEFORE / 1000.0)
    np.testing.assert_allclose(raised[-1] - lowered, after, rtol=1e-12)
    np.testing.assert_allclose(after[-1], 3.898)  # 11 + 5 - 9 - 2.5 - 0.6 - 0.003 + 0.001


def test_wedges_lie_on_each_other_without_gap_from_the_highest_line_to_the_scenario() -> None:
    marks = wedges(totals()).marks
    bands = [mark for mark in marks if isinstance(mark, Band)]
    lines = [mark for mark in marks if isinstance(mark, Line)]
    np.testing.assert_allclose(bands[-1].low, lines[-1].y)
    for upper, lower in pairwise(bands):
        np.testing.assert_allclose(upper.low, lower.high)
    np.testing.assert_allclose(bands[0].high, lines[-2].y)


def test_each_lever_has_a_colour_of_its_own() -> None:
    bands = [mark for mark in wedges(totals()).marks if isinstance(mark, Band)]
    assert len({band.colour for band in bands}) == len(bands) == 4  # grid, land and gases, electrification, the rest


@pytest.mark.parametrize("language", LANGUAGES)
def test_levers_that_raise_and_small_ones_are_named(language: str) -> None:
    picture = wedges(totals(), language=language)
    said = "\n".join(picture.notes)
    expected = {
        "en": ("raise it: Activity", "smaller levers are"),
        "zh": ("推高排放的有：经济活动", "其余措施包括"),
    }
    assert all(words in said for words in expected[language])
    assert "my own" in said and ("Stores" if language == "en" else "储能") in said
    assert "rices" not in said and "价格" not in said  # what does nothing is no lever here
    assert "2025" in "".join(picture.legend)


def test_another_scenario_stands_by_its_name() -> None:
    named = totals().assign_attrs(against="china-2060", title="decarb scenario neutral-2060")
    picture = wedges(named)
    assert "china-2060" in picture.legend and "neutral-2060" in picture.title


def test_what_it_is_measured_from_is_not_guessed() -> None:
    unsaid = wedges(totals().drop_attrs(deep=False))
    assert not any("held" in label for label in unsaid.legend) and "Without these levers" in unsaid.legend


def test_nothing_to_split_is_refused() -> None:
    with pytest.raises(CallError, match="no lever differs"):
        wedges(totals().drop_vars("net_co2_parts"))
    with pytest.raises(CallError, match="lacks net_ghg"):
        wedges(totals(), "net_ghg")
