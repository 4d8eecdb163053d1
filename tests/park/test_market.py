"""Contracts and certificates move claims between consumers of a grid, and no ton."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings

from decarb.errors import InputError
from decarb.park.inventory import GASES, LINES
from decarb.park.market import electricity_market, local_residual, market_based, residual_factor, residual_ratio
from decarb.tables import table_array
from decarb.units.convert import quantify
from decarb.units.registry import pint_unit

AMOUNTS = st.floats(1.0, 1e6)
SHARES = st.floats(0.0, 1.0)


def array(value: Any, unit: str) -> xr.DataArray:
    return xr.DataArray(value, dims="consumer" if np.ndim(value) else (), attrs={"units": unit})


def market(bought: Any, contracted: Any = 0.0, factor: float = 0.6, own: Any = 0.0, sold: Any = 0.0) -> xr.DataArray:
    energy = {"purchases": bought, "contracted": contracted, "own_use": own, "certificates_sold": sold}
    named = {name: array(value, "MWh/yr") for name, value in energy.items()}
    return electricity_market(**named, residual_factor=array(factor, "t CO2/MWh"))


def by_gas() -> xr.DataArray:
    values = np.arange(1.0, len(LINES) * len(GASES) + 1).reshape(len(LINES), len(GASES))
    return xr.DataArray(values, {"category": list(LINES), "gas": list(GASES)}, ("category", "gas"),
                        attrs={"units": "t/yr"}).assign_coords(group=("category", ["x"] * len(LINES)))  # fmt: skip


def test_contracts_count_zero_and_the_rest_by_the_residual_factor() -> None:
    assert market(9000.0).item() == 5400.0  # 9,000 x 0.6
    assert market(9000.0, contracted=4000.0).item() == 3000.0  # (9,000 - 4,000) x 0.6
    assert market(9000.0, contracted=9000.0).item() == 0.0
    assert market(9000.0).attrs == {"units": "t CO2/yr"}


def test_own_electricity_is_zero_only_while_its_certificates_are_unsold() -> None:
    assert market(9000.0, own=7000.0).item() == 5400.0
    assert market(9000.0, own=7000.0, sold=2000.0).item() == pytest.approx(6600.0)  # (9,000 + 2,000) x 0.6


@settings(max_examples=60)
@given(st.lists(st.tuples(AMOUNTS, SHARES, AMOUNTS, SHARES), min_size=2, max_size=6), st.floats(0.1, 1.0))
def test_over_all_consumers_of_a_grid_the_market_column_is_the_location_total(
    consumers: list[tuple[float, float, float, float]], location: float
) -> None:
    bought, contracted, own, sold = (np.array(column) for column in zip(*consumers, strict=True))
    contracted, sold = contracted * bought * 0.9, sold * own
    # what contracts leave carries all emissions of the grid; a certificate sold is one of the contracts
    residual = location * bought.sum() / (bought - contracted + sold).sum()
    column = market(bought, contracted, residual, own, sold)
    assert column.sum().item() == pytest.approx(location * bought.sum(), rel=1e-9)


@settings(max_examples=40)
@given(AMOUNTS, SHARES, AMOUNTS, SHARES, st.floats(1e-3, 1e3))
def test_twice_the_park_twice_the_column(bought: float, share: float, own: float, sold: float, factor: float) -> None:
    once = market(bought, share * bought, own=own, sold=sold * own)
    many = market(factor * bought, factor * (share * bought), own=factor * own, sold=factor * (sold * own))
    assert many.item() == pytest.approx(factor * once.item(), rel=1e-9, abs=1e-6)


def test_more_contracted_than_bought_and_more_sold_than_used_are_refused_together() -> None:
    with pytest.raises(InputError) as refused:
        market([9000.0, 5000.0], contracted=[1000.0, 5250.0], own=100.0, sold=[0.0, 130.0])
    assert list(map(str, refused.value.problems)) == [
        "park: contracts.green_power: 250 MWh/yr more than is bought; write at most what is bought",
        "park: contracts.certificates_sold: 30 MWh/yr more than is made and used on site; "
        "write at most what is made and used on site",
    ]


def test_a_park_whose_stores_lose_more_than_it_makes_is_not_refused() -> None:
    assert market(9000.0, own=-5.0).item() == 5400.0
    with pytest.raises(InputError, match=r"certificates_sold: 1 MWh/yr more"):
        market(9000.0, own=-5.0, sold=1.0)


def test_the_market_column_differs_in_electricity_alone_and_leaves_the_location_column() -> None:
    location = by_gas()
    column = market_based(location, array(1234.0, "t CO2/yr"))
    assert column.sel(category="electricity", gas="CO2").item() == 1234.0
    assert int((column != location).sum()) == 1
    xr.testing.assert_identical(location, by_gas())
    xr.testing.assert_identical(column["group"], location["group"])
    assert column.attrs == {"units": "t/yr"} and column.dims == location.dims


def test_the_market_column_takes_the_dimensions_of_the_contracts() -> None:
    column = market_based(by_gas(), array([1.0, 2.0], "t CO2/yr"))
    assert column.dims == ("category", "gas", "consumer")
    assert column.sel(category="electricity", gas="CO2").values.tolist() == [1.0, 2.0]
    assert column.sel(category="coal", gas="CO2").values.tolist() == [5.0, 5.0]  # the second line of four gases


@pytest.mark.parametrize(("year", "published"), [(2020, 2021), (2021, 2021), (2022, 2022), (2023, 2023), (2030, 2023)])
def test_a_year_without_a_residual_factor_takes_the_nearest_later_and_says_so(year: int, published: int) -> None:
    factors = table_array("grid_factors", "grid_factor_residual", "year")
    taken = residual_factor(factors, year)
    assert taken["factor_year"].item() == published and taken.item() == factors.sel(year=published).item()
    assert taken.attrs["units"] == factors.attrs["units"]


def test_the_local_residual_keeps_the_proportion_of_the_nation() -> None:
    # 0.6 over 0.5 of the nation: 0.3 of a province becomes 0.36
    ratio = residual_ratio(array(600.0, "kg CO2/MWh"), array(0.5, "kg CO2/kWh"))
    assert (ratio.item(), ratio.attrs) == (pytest.approx(1.2), {"units": "1"})
    assert local_residual(array(0.3, "kg CO2/kWh"), ratio).item() == pytest.approx(0.36)


@given(st.floats(0.05, 1.2), st.floats(0.05, 1.2), st.floats(1.0, 2.0))
def test_without_contracts_the_columns_of_two_provinces_differ_from_location_by_one_factor(
    one: float, other: float, ratio: float
) -> None:
    rest = local_residual(array([one, other], "t CO2/MWh"), array(ratio, "1"))
    column = electricity_market(*(array(value, "MWh/yr") for value in (1000.0, 0.0)), rest,
                                *(array(0.0, "MWh/yr") for _ in range(2)))  # fmt: skip
    np.testing.assert_allclose(column / np.array([1000.0 * one, 1000.0 * other]), ratio, rtol=1e-12)


@pytest.mark.parametrize("function", [electricity_market, residual_ratio, local_residual])
def test_results_have_the_units_they_declare(function: Any) -> None:
    units = function.units
    one = {name: quantify(array(2.0, str(unit))) for name, unit in units.items() if name != "return"}
    result = function.__wrapped__(**one)
    assert result.data.check(pint_unit(str(units["return"])).dimensionality)
