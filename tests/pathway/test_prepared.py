"""Totals made ready to be judged: every year once, the numbers those of `annual`, whatever the order of dimensions."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from decarb.errors import InputError, UnitError
from decarb.pathway.prepared import on_dims, prepared
from decarb.pathway.series import Reason, annual


def path(values: list[float], years: list[int], unit: str = "Mt CO2/yr") -> xr.DataArray:
    return xr.DataArray(values, {"year": years}, ("year",), "net_co2", {"units": unit})


@given(
    st.lists(st.integers(2000, 2060), min_size=2, max_size=6, unique=True).map(sorted),
    st.lists(st.floats(-1e4, 1e4), min_size=6, max_size=6),
)
def test_years_between_those_given_are_those_of_annual(years: list[int], values: list[float]) -> None:
    series = path(values[: len(years)], years)
    found = prepared({"net_co2": series}, ["net_co2"]).paths["net_co2"]
    np.testing.assert_array_equal(found.values, annual(series))
    assert found.years.tolist() == list(range(years[0], years[-1] + 1))


def test_a_year_without_any_number_is_not_covered() -> None:
    series = path([np.nan, 3.0, 1.0, np.nan], [2029, 2030, 2031, 2032])
    found = prepared({"net_co2": series}, ["net_co2"]).paths["net_co2"]
    assert found.years.tolist() == [2030, 2031] and found.values.tolist() == [3.0, 1.0]
    assert found.in_year(2031) == 1.0 and np.isnan(found.in_year(2029)) and np.isnan(found.in_year(2032))
    assert (found.up_to(2030), found.up_to(2020), found.up_to(2060)) == (1, 0, 2)
    assert found.covers(2030, 2031) is Reason.DEFINED and found.covers(2030, 2032) is Reason.ENDS_EARLY


def test_totals_with_and_without_scenarios_stand_on_the_same_dimensions() -> None:
    one = path([1.0, 2.0], [2030, 2031])
    many = xr.concat([one, 2 * one, 3 * one], "scenario").transpose("year", "scenario").assign_attrs(one.attrs)
    found = prepared({"a": one, "b": many, "c": xr.DataArray(5.0)}, ["a", "b"], ["c"])
    assert found.dims == ("scenario",)
    assert found.paths["a"].values.shape == (1, 2) and found.paths["b"].values.shape == (3, 2)
    assert (found.paths["a"].values * found.paths["b"].in_year(2031)[:, np.newaxis]).shape == (3, 2)
    assert found.fixed_in("c", "1").tolist() == [5.0]
    assert on_dims(many, ("year", "scenario")).shape == (2, 3)


def test_another_unit_scales_the_numbers_and_what_is_said_of_them() -> None:
    found = prepared({"net_co2": path([1.5, 2.0], [2030, 2031], "Gt CO2/yr")}, ["net_co2"]).paths["net_co2"]
    in_mt = found.to("Mt CO2/yr")
    assert in_mt.values.tolist() == [1500.0, 2000.0] and in_mt.array.values.tolist() == [1500.0, 2000.0]
    assert in_mt.array.attrs == {"units": "Mt CO2/yr"} and in_mt.unit == "Mt CO2/yr"
    with pytest.raises(UnitError):
        found.to("GW")


def test_a_hole_is_refused() -> None:
    both = [path([1.0, end], [2030, 2031]) for end in (np.nan, 2.0)]
    with pytest.raises(InputError, match="finite"):
        prepared({"net_co2": xr.concat(both, "scenario")}, ["net_co2"])


def test_what_has_no_years_is_converted_and_told_by_its_name() -> None:
    given_totals = {"net_co2": path([1.0], [2030]), "fixed": xr.DataArray(2.0, attrs={"units": "Gt CO2/yr"})}
    found = prepared(given_totals, ["net_co2"], ["fixed"])
    assert float(found.fixed_in("fixed", "Mt CO2")) == 2000.0
    with pytest.raises(UnitError, match="fixed"):
        found.fixed_in("fixed", "GW")
