"""Cumulative CO2: sums of whole years from 2020, none invented to compare with."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from decarb.analysis.run import Results
from decarb.errors import CallError
from decarb.report.figures.budget import budget
from decarb.report.figures.picture import LANGUAGES, Line

UNIT = {"units": "Mt CO2/yr"}


def pathway(gross: list[float], net: list[float], start: int = 2020) -> xr.Dataset:
    years = np.arange(start, start + len(gross))
    series = {"gross_co2": ("year", gross, UNIT), "net_co2": ("year", net, UNIT)}
    return xr.Dataset(series, {"year": years, "land_view": "bookkeeping"})


def test_the_sum_runs_from_2020_and_leaves_out_what_was_before() -> None:
    picture = budget(pathway([9000.0, 1000.0, 2000.0, 3000.0], [9000.0, 1000.0, 1000.0, -500.0], start=2019))
    gross, net = (mark for mark in picture.marks if isinstance(mark, Line))
    np.testing.assert_array_equal(gross.x, [2020, 2021, 2022])
    np.testing.assert_allclose(gross.y, [1.0, 3.0, 6.0])  # Gt
    np.testing.assert_allclose(net.y, [1.0, 2.0, 1.5])
    assert "highest in 2021, with 2.0 Gt" in "".join(picture.notes)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_run_ends_where_the_verdict_has_its_sum(results: Results, language: str) -> None:
    picture = budget(results.annual, language=language)
    gross = next(mark for mark in picture.marks if isinstance(mark, Line))
    np.testing.assert_allclose(gross.y[-1] * 1000.0, results.verdict.cumulative)
    assert "2035" in repr(picture.marks) and "china-2060" in picture.title


def test_the_view_of_the_land_is_said() -> None:
    assert "by bookkeeping" in budget(pathway([1.0, 1.0], [1.0, 1.0])).notes[0]


def test_a_series_that_ends_before_2020_is_refused() -> None:
    with pytest.raises(CallError, match="ends in 2019"):
        budget(pathway([1.0, 1.0], [1.0, 1.0], start=2018))
