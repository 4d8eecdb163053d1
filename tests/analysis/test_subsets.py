"""Which inputs differ and who owns them: label by label, in any unit, and with no dimension where all are alike."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from decarb.analysis.subsets import active_groups, in_units_of, mixed_inputs, owners_of, what_differs
from decarb.errors import CallError
from decarb.units import stamp


def inputs(of_power: float, of_roads: float, gdp: float, unit: str = "Mt CO2/yr") -> xr.Dataset:
    sectors = xr.DataArray([of_power, of_roads], {"sector": ["power", "roads"]}, ("sector",))
    return xr.Dataset({"co2": stamp(sectors, unit), "gdp": stamp(xr.DataArray(gdp), "1")})


def test_another_unit_of_the_same_amount_is_no_difference() -> None:
    before, after = inputs(1.0, 2.0, 3.0), inputs(1e6, 2e6, 3.0, unit="t CO2/yr")
    assert what_differs(before, in_units_of(before, after)) == {}


def test_a_label_goes_to_the_group_that_names_it_and_the_rest_to_other() -> None:
    differing = what_differs(inputs(1.0, 2.0, 3.0), inputs(5.0, 6.0, 7.0))
    active = active_groups({"grid": ("co2.power",)}, differing)
    assert active == {"grid": ("co2.power",), "other": ("co2", "gdp")}


def test_each_subset_has_the_inputs_of_those_that_switched() -> None:
    before, after = inputs(1.0, 2.0, 3.0), inputs(5.0, 6.0, 7.0)
    active = {"grid": ("co2.power",), "other": ("co2", "gdp")}
    mixed = mixed_inputs(before, after, owners_of(active, before), np.arange(4), 2)
    assert mixed["co2"].dims == ("scenario", "sector")
    assert mixed["co2"].values.tolist() == [[1.0, 2.0], [5.0, 2.0], [1.0, 6.0], [5.0, 6.0]]
    assert mixed["gdp"].values.tolist() == [3.0, 3.0, 7.0, 7.0]


def test_what_stands_alike_in_all_subsets_asked_has_no_scenario() -> None:
    before, after = inputs(1.0, 2.0, 3.0), inputs(5.0, 2.0, 7.0)
    active = {"grid": ("co2.power",), "activity": ("gdp",)}
    mixed = mixed_inputs(before, after, owners_of(active, before), np.array([2, 3]), 2)
    assert mixed["gdp"].dims == () and float(mixed["gdp"]) == 7.0
    assert mixed["co2"].sel(sector="power").values.tolist() == [1.0, 5.0]


def test_inputs_that_one_of_the_two_lacks_are_named() -> None:
    with pytest.raises(CallError, match="gdp stand in one of the two only"):
        in_units_of(inputs(1.0, 2.0, 3.0), inputs(1.0, 2.0, 3.0).drop_vars("gdp"))
