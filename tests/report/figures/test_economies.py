"""Economies side by side: each rate where the table has one, and nothing where it has none."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from decarb.analysis.economies import economies_table
from decarb.errors import CallError
from decarb.report.figures.economies import RATES, economies
from decarb.report.figures.picture import LANGUAGES, Bars, Points


@pytest.fixture(scope="module")
def table() -> xr.Dataset:
    return economies_table("low")


def test_points_are_the_rates_of_the_table(table: xr.Dataset) -> None:
    points = [mark for mark in economies(table).marks if isinstance(mark, Points)]
    shown = [rate for rate in RATES if bool(table[rate.name].notnull().any())]
    assert len(points) == len(shown) == 4  # no plan without a scenario
    for mark, rate in zip(points, shown, strict=True):
        np.testing.assert_allclose(mark.x, table[rate.name].dropna("economy"))
        np.testing.assert_array_equal(mark.y, np.flatnonzero(table[rate.name].notnull()))


def test_a_bar_leads_from_the_last_ten_years_to_what_is_needed(table: xr.Dataset) -> None:
    (bars,) = (mark for mark in economies(table).marks if isinstance(mark, Bars))
    both = table.sel(economy=table["required_rate_from_now"].notnull())
    np.testing.assert_allclose(bars.start, both["rate_last_decade"])
    np.testing.assert_allclose(bars.start + bars.length, both["required_rate_from_now"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_pledged_peaks_stand_in_brackets_and_no_goal_is_said(table: xr.Dataset, language: str) -> None:
    picture = economies(table, language=language)
    rows = dict(zip(table["economy"].values, picture.y.categories or (), strict=True))
    assert "(2030) → 2060" in rows["China"] and "2005 → –" in rows["United States"] and "– → 2070" in rows["India"]
    assert picture.notes[-1].endswith("United States." if language == "en" else "美国。")


def test_several_ends_of_the_band_at_once_are_refused(table: xr.Dataset) -> None:
    with pytest.raises(CallError, match="choose one of all but economy"):
        economies(table.expand_dims(bound=2))
