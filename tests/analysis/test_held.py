"""Levers that are held stand still, and an empty template changes nothing that no zone has adopted."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from decarb import model
from decarb.analysis.held import OF_TEMPLATE, held_after, without_levers
from decarb.errors import CallError
from decarb.nation.totals import national


def test_paths_keep_their_value_and_yearly_changes_stop(china_inputs: xr.Dataset) -> None:
    held = held_after(china_inputs, 2030)
    wind = held["capacity"].sel(technology="wind")
    assert set(wind.sel(year=slice(2030, None)).values) == {float(china_inputs["capacity"].sel(year=2030)[0])}
    assert float(np.abs(held["gdp_growth"].sel(year=slice(2031, None))).max()) == 0.0
    xr.testing.assert_equal(held.sel(year=slice(None, 2030))["capacity"],
                            china_inputs.sel(year=slice(None, 2030))["capacity"])  # fmt: skip


def test_what_was_observed_and_then_ends_is_left_alone(china_inputs: xr.Dataset) -> None:
    held = held_after(china_inputs, 2030)
    xr.testing.assert_equal(held["electricity_demand"], china_inputs["electricity_demand"])


def test_an_empty_template_changes_nothing_where_no_zone_has_adopted(
    china_inputs: xr.Dataset, china_weather: xr.Dataset
) -> None:
    empty, held = without_levers(china_inputs), held_after(china_inputs, model.LAST_OBSERVED_YEAR)
    assert all(float(np.abs(empty[name]).max()) == 0.0 for name in OF_TEMPLATE if name in empty)
    first, second = (
        national(model.evaluate(inputs, china_weather).annual["net_ghg"]).values for inputs in (empty, held)
    )
    np.testing.assert_allclose(first, second, rtol=1e-12)


@pytest.mark.parametrize("year", [2024, 2061])
def test_a_year_that_was_observed_or_is_none_of_the_model_is_refused(china_inputs: xr.Dataset, year: int) -> None:
    with pytest.raises(CallError, match=f"{year} is no year in which levers can be held"):
        held_after(china_inputs, year)
