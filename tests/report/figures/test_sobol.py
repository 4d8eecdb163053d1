"""Sobol bars: the numbers and intervals of the indices, and the reason where there are none."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from variance_samples import ishigami, swept, uniform

from decarb.errors import CallError
from decarb.report.figures.picture import LANGUAGES, Bars
from decarb.report.figures.sobol import sobol
from decarb.sweeps.variance import variance_by_axis


@pytest.fixture(scope="module")
def indices() -> xr.Dataset:
    return variance_by_axis(swept(ishigami, [uniform(-np.pi, np.pi)] * 3, 5 * 2**8)).to_dataset()


def test_bars_are_both_orders_with_their_intervals_the_strongest_first(indices: xr.Dataset) -> None:
    first, total = (mark for mark in sobol(indices).marks if isinstance(mark, Bars))
    one = indices.isel(output=0)
    ranked = one["total_order"].sortby(one["total_order"], ascending=False)["axis"]
    np.testing.assert_allclose(total.length, one["total_order"].sel(axis=ranked))
    np.testing.assert_allclose(first.length, one["first_order"].sel(axis=ranked))
    assert total.high is not None
    np.testing.assert_allclose(total.high - total.length, one["total_order_error"].sel(axis=ranked))
    assert (np.diff(total.length) <= 0.0).all()


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_there_are_no_indices_the_reason_stands_below(indices: xr.Dataset, language: str) -> None:
    none = indices.copy(deep=True)
    for name in ("first_order", "first_order_error", "total_order", "total_order_error"):
        none[name][:] = np.nan
    none["why"] = none["why"].astype(object)
    none["why"][:] = "a grid holds chosen points"
    picture = sobol(none, language=language)
    assert not any(isinstance(mark, Bars) for mark in picture.marks)
    assert "a grid holds chosen points" in picture.notes[0]


def test_first_order_alone_has_one_bar_a_row(indices: xr.Dataset) -> None:
    alone = indices.copy(deep=True)
    alone["total_order"][:] = np.nan
    (bars,) = (mark for mark in sobol(alone).marks if isinstance(mark, Bars))
    np.testing.assert_array_equal(bars.place, np.arange(3.0))


def test_axes_that_are_not_drawn_are_counted(indices: xr.Dataset) -> None:
    many = xr.concat([indices.assign_coords(axis=[f"a{copy}.{at}" for at in range(3)]) for copy in range(5)], "axis",
                     data_vars="minimal", coords="minimal", compat="override", join="outer")  # fmt: skip
    assert any(note.startswith("3 more axes") for note in sobol(many).notes)


def test_an_output_that_is_not_there_is_refused(indices: xr.Dataset) -> None:
    with pytest.raises(CallError, match="is no output"):
        sobol(indices, "net_ghg 1999")
    with pytest.raises(CallError, match="no indices"):
        sobol(xr.Dataset())
