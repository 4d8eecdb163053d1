"""Numbers in JSON: plain, with their unit, and null only with a reason."""

from __future__ import annotations

import json
import math
from datetime import date
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from park_samples import along, scalar

from decarb.errors import DataError, UnitError
from decarb.park.cost import REASONS, Reason
from decarb.report.record import UNKNOWN, array_record, dataset_record, number, plain
from decarb.units import Quantity


@given(st.one_of(st.floats(), st.integers(-(2**53), 2**53), st.none()))
def test_a_number_is_finite_or_null_with_its_reason(value: float | None) -> None:
    said = number(value, "MW", "not metered")
    json.dumps(said, allow_nan=False)
    if value is None or not math.isfinite(value):
        assert said == {"value": None, "unit": "MW", "reason": "not metered"}
    else:
        assert said == {"value": value, "unit": "MW"}


def test_an_array_is_nested_by_its_labels() -> None:
    array = xr.DataArray(
        [[1.0, np.nan]], {"store": ["lithium"], "period": ["peak", "flat"]}, ("store", "period"), attrs={"units": "MWh"}
    )
    assert array_record(array) == {
        "lithium": {
            "peak": {"value": 1.0, "unit": "MWh"},
            "flat": {"value": None, "unit": "MWh", "reason": UNKNOWN},
        }
    }
    assert array_record(xr.DataArray(np.array([True]), {"store": ["lithium"]}, ("store",))) == {"lithium": True}


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_stands_as_words_where_the_figure_is_null_and_nowhere_else(reason: Reason) -> None:
    figures = along("technology", {"wind": 1.0, "pv": np.nan}, "yr")
    codes = xr.DataArray(np.full(2, reason, np.int8), dims="technology")
    said = dataset_record(xr.Dataset({"payback": figures, "payback_reason": codes}))
    assert list(said) == ["payback"] and said["payback"]["wind"] == {"value": 1.0, "unit": "yr"}
    unsaid = reason in (Reason.NOT_KNOWN, Reason.DEFINED)
    assert said["payback"]["pv"]["reason"] == (UNKNOWN if unsaid else REASONS[reason])


def test_one_reason_may_stand_for_all_labels() -> None:
    figures = along("technology", {"wind": np.nan, "pv": np.nan}, "yr")
    said = dataset_record(xr.Dataset({"payback": figures, "payback_reason": xr.DataArray(np.int8(4))}))
    assert said["payback"]["pv"]["reason"] == REASONS[Reason.NEVER_PAID_BACK]


def test_a_reason_of_an_array_is_told_where_a_number_is_not_known() -> None:
    figures = along("technology", {"wind": np.nan, "pv": np.nan, "chp": 1.0}, "h/yr")
    one = array_record(figures.assign_attrs(reason="no station in the tables"))
    assert one["wind"] == {"value": None, "unit": "h/yr", "reason": "no station in the tables"}
    assert one["chp"] == {"value": 1.0, "unit": "h/yr"}
    each = array_record(figures.assign_attrs(reason={"pv": "no part of the park", "chp": "x"}))
    assert [each[name].get("reason") for name in ("wind", "pv", "chp")] == [UNKNOWN, "no part of the park", None]
    # A code says more than the words for all.
    codes = xr.DataArray(np.int8(Reason.NO_ENERGY))
    said = dataset_record(xr.Dataset({"cost": figures.assign_attrs(reason="x"), "cost_reason": codes}))
    assert said["cost"]["wind"]["reason"] == REASONS[Reason.NO_ENERGY]


def test_a_number_without_a_unit_is_refused() -> None:
    with pytest.raises(UnitError, match='"load" has no unit'):
        dataset_record(xr.Dataset({"load": xr.DataArray(1.0)}))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (Quantity(4.8, "MW"), {"value": 4.8, "unit": "MW"}),
        ((4.8, "MW"), {"value": 4.8, "unit": "MW"}),
        ((None, "MW"), {"value": None, "unit": "MW", "reason": UNKNOWN}),
        ((np.float64(2.0), "MW"), {"value": 2.0, "unit": "MW"}),
        (["a", "b"], ["a", "b"]),
        (("a", "b"), ["a", "b"]),
        ({2020: {"x": (True, None)}}, {"2020": {"x": [True, None]}}),
        (np.int64(3), 3),
        (math.nan, None),
        (date(2020, 1, 1), "2020-01-01"),
        (scalar(1.0, "MW"), {"value": 1.0, "unit": "MW"}),
    ],
)
def test_settings_become_plain_values(value: Any, said: Any) -> None:
    assert plain(value) == said
    json.dumps(plain(value), allow_nan=False)


def test_what_is_no_plain_value_is_refused() -> None:
    with pytest.raises(DataError, match="object is no plain value"):
        plain({"x": object()})
