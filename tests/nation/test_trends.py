"""A known series is kept, held before it starts, and grows by the year's own change after it ends."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
import pytest
import xarray as xr
from hypothesis import given

from decarb.nation.trends import carried_on, relative_to

YEARS = [2020, 2021, 2022, 2023, 2024]
YEAR = xr.DataArray(YEARS, {"year": YEARS}, ("year",))


def array(values: object, unit: str, **coords: object) -> xr.DataArray:
    return xr.DataArray(values, coords, tuple(coords), attrs={"units": unit})


def test_a_change_leads_from_the_year_before_into_its_own() -> None:
    known = array([np.nan, 100.0, 110.0, np.nan, np.nan], "TWh/yr", year=YEARS)
    change = array([9.0, 9.0, 9.0, 0.1, -0.5], "1/yr", year=YEARS)
    series = carried_on(known, change, YEAR)
    # Held at 100 in 2020; as known to 2022 whatever the change; 110 x 1.1 = 121; 121 x 0.5 = 60.5.
    np.testing.assert_allclose(series, [100.0, 100.0, 110.0, 121.0, 60.5], rtol=1e-14)
    assert series.attrs == {"units": "TWh/yr"}


def test_a_change_may_be_written_in_percent() -> None:
    series = carried_on(array([100.0], "TWh/yr", year=[2022]), array(10.0, "%/yr"), YEAR)
    np.testing.assert_allclose(series, [100.0, 100.0, 100.0, 110.0, 121.0], rtol=1e-13)


@given(st.floats(-0.9, 0.9), st.floats(0.001, 1e6))
def test_growth_is_compound(change: float, start: float) -> None:
    series = carried_on(array([start], "Mt CO2/yr", year=[2020]), array(change, "1/yr"), YEAR)
    np.testing.assert_allclose(series, [start * (1 + change) ** n for n in range(5)], rtol=1e-12)


def test_a_series_over_its_value_in_one_year() -> None:
    relative = relative_to(array([2.0, 4.0, 5.0], "TWh/yr", year=[2020, 2021, 2022]), 2021)
    assert relative.values.tolist() == [0.5, 1.0, 1.25]
    assert relative.attrs == {"units": "1"}


def test_a_series_without_the_year_is_refused() -> None:
    with pytest.raises(KeyError):
        relative_to(array([2.0], "TWh/yr", year=[2020]), 2021)


def test_a_change_that_is_no_number_leaves_none_from_its_year_on() -> None:
    years = [2021, 2022, 2023, 2024]
    known = xr.DataArray([100.0], {"year": [2021]}, attrs={"units": "TWh/yr"})
    change = xr.DataArray([0.0, 0.1, np.nan, 0.1], {"year": years}, attrs={"units": "1/yr"})
    found = carried_on(known, change, xr.DataArray(years, {"year": years}, dims="year"))
    np.testing.assert_allclose(found.values, [100.0, 110.0, np.nan, np.nan])
