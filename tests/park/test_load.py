"""The load shape moves power through the hours and leaves the year's energy alone."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import assume, given, settings

from decarb.errors import UnitError
from decarb.park.load import PARTS, load_shape
from decarb.units.convert import quantify
from decarb.units.registry import pint_unit

YEAR = pd.date_range("2021-01-01", periods=8760, freq="h")
MONDAY = "2021-06-07"
SATURDAY = "2021-06-12"
SHARES = st.floats(0.0, 1.0)


def temperatures(values: Any = 20.0) -> xr.DataArray:
    return xr.DataArray(np.broadcast_to(values, YEAR.size), {"time": YEAR}, ("time",), attrs={"units": "1"})


def shape_of(base: float = 0.0, shift: float = 0.0, office: float = 0.0, weather: float = 0.0,
             air: xr.DataArray | None = None) -> xr.DataArray:  # fmt: skip
    shares = dict(zip(PARTS, (base, shift, office, weather), strict=True))
    parts = {name: xr.DataArray(share, attrs={"units": "1"}) for name, share in shares.items()}
    return load_shape(temperatures() if air is None else air, **parts)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(SHARES, SHARES, SHARES, SHARES, st.integers(0, 9))
def test_the_mean_is_one_and_no_hour_is_negative(
    base: float, shift: float, office: float, weather: float, seed: int
) -> None:
    assume(base + shift + office + weather > 1e-3)
    air = temperatures(np.random.default_rng(seed).normal(15.0, 12.0, YEAR.size))
    shape = shape_of(base, shift, office, weather, air)
    assert float(shape.mean()) == pytest.approx(1.0, rel=1e-12)
    assert float(shape.min()) >= 0.0
    assert shape.attrs == {"units": "1"}


def test_two_shifts_work_from_six_to_ten_and_an_office_from_eight_to_six_on_working_days() -> None:
    for shares, hours in (({"shift": 1.0}, range(6, 22)), ({"office": 1.0}, range(8, 18))):
        shape = shape_of(**shares)
        monday = shape.sel(time=MONDAY)
        assert monday["time"].dt.hour[monday.values > 0].values.tolist() == list(hours)
        assert not shape.sel(time=SATURDAY).any()
        # 2021 has 261 working days: each working hour carries 8760 / (261 x hours) of the mean.
        assert float(monday.max()) == pytest.approx(8760 / (261 * len(hours)), rel=1e-12)


def test_working_days_need_more_than_weekends() -> None:
    shape = shape_of(0.4, 0.3, 0.2, 0.1, temperatures(5.0))
    day = shape["time"].dt.dayofweek
    assert float(shape.where(day < 5).mean()) > 1.2 * float(shape.where(day >= 5).mean())


def test_what_is_always_on_is_flat() -> None:
    np.testing.assert_allclose(shape_of(base=0.7), 1.0, rtol=1e-14)


def test_heating_and_cooling_follow_the_degrees_beyond_their_thresholds() -> None:
    air = temperatures(np.resize([10.0, 16.0, 20.0, 24.0, 27.0], YEAR.size))
    # Degrees 6, 0, 0, 0, 3 repeat 1,752 times: mean 9 / 5, so 6 / 1.8 and 3 / 1.8.
    np.testing.assert_allclose(shape_of(weather=1.0, air=air)[:5], [6 / 1.8, 0.0, 0.0, 0.0, 3 / 1.8], rtol=1e-12)


def test_each_share_is_its_part_of_the_energy_of_the_year() -> None:
    base, shift = shape_of(base=1.0), shape_of(shift=1.0)
    np.testing.assert_allclose(shape_of(base=0.25, shift=0.75), 0.25 * base + 0.75 * shift, rtol=1e-12)


def test_a_temperature_without_a_unit_is_refused() -> None:
    with pytest.raises(UnitError, match="air_temperature"):
        shape_of(base=1.0, air=temperatures().drop_attrs())


def test_the_result_has_the_unit_it_declares() -> None:
    at_work = {"time": pd.DatetimeIndex([f"{MONDAY}T09"])}
    one = {name: quantify(xr.DataArray([2.0], at_work, ("time",), attrs={"units": unit}))
           for name, unit in load_shape.units.items() if name != "return"}  # fmt: skip
    result = load_shape.__wrapped__(**one)
    assert result.data.check(pint_unit(load_shape.units["return"]).dimensionality)
