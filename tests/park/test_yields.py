"""Yields: a stated one is met, the order of hours is kept, and what no factor gives is refused."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from hypothesis import assume, given
from hypothesis import strategies as st

from decarb.errors import InputError
from decarb.park.yields import to_full_load_hours, yearly_hours, yield_gap
from decarb.units.convert import quantify
from decarb.units.registry import pint_unit

FACTORS = st.lists(st.one_of(st.just(0.0), st.just(1.0), st.floats(1e-4, 1.0)), min_size=2, max_size=60)


@given(FACTORS, st.floats(0.01, 1.0))
def test_the_stated_yield_is_met_and_the_order_of_hours_kept(values: list[float], share: float) -> None:
    assume(any(values))
    own = xr.DataArray(values, dims="time", attrs={"units": "1"})
    possible = float((own > 0).mean()) * 8760.0 * share
    scaled, correction = to_full_load_hours(own, f"{possible!r} h/yr", largest_correction=1e9)
    assert float(yearly_hours(scaled)) == pytest.approx(possible, rel=1e-9)
    assert scaled.attrs == correction.attrs == {"units": "1"}
    after = scaled.values[np.argsort(values, kind="stable")]
    assert np.all(np.diff(after) >= 0.0)
    assert np.all((scaled.values >= 0.0) & (scaled.values <= 1.0))
    assert np.all((scaled.values == 0.0) == (own.values == 0.0))
    np.testing.assert_allclose(scaled, np.minimum(own.values * correction.item(), 1.0), rtol=1e-12)


@given(FACTORS)
def test_a_yield_that_is_right_already_changes_nothing(values: list[float]) -> None:
    assume(any(values))
    own = xr.DataArray(values, dims="time", attrs={"units": "1"})
    scaled, correction = to_full_load_hours(own, yearly_hours(own))
    np.testing.assert_allclose(scaled, own, rtol=1e-9)
    assert correction.item() == pytest.approx(1.0, rel=1e-9)


def test_large_corrections_are_refused_unless_asked_for() -> None:
    low = xr.DataArray(np.full((2, 4), [[0.1], [0.3]]), {"province": ["Sichuan", "Hebei"]}, ("province", "time"),
                       attrs={"units": "1"})  # fmt: skip
    with pytest.raises(InputError) as caught:
        to_full_load_hours(low, "4380 h/yr")
    (problem,) = caught.value.problems
    assert problem.key == "Sichuan"
    assert "876 h/yr cannot be made 4,380 h/yr: that is 5 times, past 3 times" in str(problem)
    scaled, correction = to_full_load_hours(low, "4380 h/yr", largest_correction=5.0)
    np.testing.assert_allclose(correction, [5.0, 5.0 / 3.0], rtol=1e-12)
    np.testing.assert_allclose(scaled, 0.5, rtol=1e-12)
    with pytest.raises(InputError, match="Hebei"):  # three times down is as far as three times up
        to_full_load_hours(low, "600 h/yr")


@pytest.mark.parametrize("stated", ["0 h/yr", "-5 h/yr", "6571 h/yr"])
def test_yields_that_no_factor_gives_are_refused(stated: str) -> None:
    own = xr.DataArray([0.0, 0.5, 0.5, 0.5], dims="time", attrs={"units": "1"})  # at most 6,570 h
    with pytest.raises(InputError, match="cannot be made"):
        to_full_load_hours(own, stated, largest_correction=1e9)


def test_the_gap_is_what_lacked_over_what_was_stated() -> None:
    unscaled, stated = (xr.DataArray(values, dims="technology", attrs={"units": "h/yr"})
                        for values in ([920.0, 1380.0, 5.0], [1150.0, 1150.0, 0.0]))  # fmt: skip
    gap = yield_gap(unscaled, stated)
    np.testing.assert_allclose(gap, [-0.2, 0.2, np.nan], rtol=1e-12)
    assert gap.attrs == {"units": "1"}


def test_the_gap_is_a_number_whatever_the_unit_of_the_hours() -> None:
    one = {name: quantify(xr.DataArray([value], dims="time", attrs={"units": "h/yr"}))
           for name, value in (("unscaled", 920.0), ("stated", 1150.0))}  # fmt: skip
    gap = yield_gap.__wrapped__(**one)
    assert gap.data.check(pint_unit("1").dimensionality)
    assert gap.data.to(pint_unit("1")).magnitude.item() == pytest.approx(-0.2)
