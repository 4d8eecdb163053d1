"""The picture of a park's week: stacks add up to what flowed, and it says which week it shows."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from decarb.analysis.park import ParkResults
from decarb.errors import CallError
from decarb.report.figures import Picture, week
from decarb.report.figures.picture import Band, Line


@pytest.fixture(scope="module")
def steps(yizhuang_results: ParkResults) -> xr.Dataset:
    """The hours of the seed park."""
    assert yizhuang_results.steps is not None
    return yizhuang_results.steps


def _stacks(picture: Picture) -> tuple[np.ndarray, np.ndarray]:
    """Return the outer edges of what is stacked up and down."""
    bands = [mark for mark in picture.marks if isinstance(mark, Band)]
    return np.max([band.high for band in bands], axis=0), np.min([band.low for band in bands], axis=0)


def test_supply_is_load_and_what_is_taken_in_every_step(steps: xr.Dataset) -> None:
    picture = week(steps, "2021-07-01")
    above, below = _stacks(picture)
    (load,) = [mark for mark in picture.marks if isinstance(mark, Line)]
    np.testing.assert_allclose(above + below, load.y, atol=1e-9)
    assert len(load.y) == 2 * 7 * 24


def test_a_day_that_was_asked_for_is_the_first(steps: xr.Dataset) -> None:
    picture = week(steps, "2021-07-01")
    (load,) = [mark for mark in picture.marks if isinstance(mark, Line)]
    assert str(load.x[0])[:13] == "2021-07-01T00" and str(load.x[-1])[:13] == "2021-07-08T00"
    assert "2021-07-01" in picture.title


def test_by_default_the_week_of_the_largest_swing_is_shown_and_said(steps: xr.Dataset) -> None:
    residual = (steps["load"] - steps["wind_generation"] - steps["pv_generation"]).values.reshape(365, 24)
    swings = [np.ptp(residual[day : day + 7]) for day in range(365 - 6)]
    first = np.datetime64("2021-01-01") + int(np.argmax(swings))
    picture = week(steps)
    assert str(first) in picture.title
    assert f"{max(swings):.3f}".rstrip("0") in picture.notes[0]


def test_states_of_charge_stand_below_at_the_end_of_their_steps(steps: xr.Dataset) -> None:
    picture = week(steps, "2021-07-01", language="zh")
    assert picture.below is not None
    (first, *_) = picture.below.marks
    assert isinstance(first, Line) and first.label == "荷电状态：超级电容"
    assert str(first.x[0])[:13] == "2021-07-01T01"
    np.testing.assert_array_equal(
        first.y, steps["state_of_charge"].isel(store=0).sel(time=slice("2021-07-01", "2021-07-07"))
    )


def test_what_is_zero_all_week_is_named(steps: xr.Dataset) -> None:
    assert "Combined heat and power" in week(steps).notes[-1]


def test_the_last_day_of_the_record_shows_what_there_is(steps: xr.Dataset) -> None:
    (load,) = [mark for mark in week(steps, "2021-12-31").marks if isinstance(mark, Line)]
    assert len(load.y) == 2 * 24


@pytest.mark.parametrize("start", ["2022-01-01", "July", "2021-07"])
def test_a_day_outside_the_record_is_refused(steps: xr.Dataset, start: str) -> None:
    with pytest.raises(CallError, match="write one of 2021-01-01 to 2021-12-31"):
        week(steps, start)
