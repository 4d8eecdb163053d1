"""The three totals: what lowers which, where it stands, and the check that they hold together."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings

from decarb.errors import DecarbError
from decarb.model import Evaluation
from decarb.nation import totals

CO2, CO2E = "Mt CO2/yr", "Mt CO2e/yr"
PLACES = {"province": ["Hebei", "Tibet"], "sector": ["power_heat", "process"], "year": [2030]}
AMOUNT = st.floats(0.0, 5000.0)


def array(values: object, unit: str, **coords: object) -> xr.DataArray:
    return xr.DataArray(values, coords, tuple(coords), attrs={"units": unit})


def gross() -> xr.DataArray:
    return array([[[60.0], [30.0]], [[6.0], [4.0]]], CO2, **PLACES)


def net(waste: float = 9.0, removed: float = 15.0, land: float = -20.0) -> xr.DataArray:
    return totals.net_co2(gross(), *(array([value], CO2, year=[2030]) for value in (waste, removed, land)))


def test_captured_co2_lowers_gross() -> None:
    captured = array([[[10.0], [5.0]], [[0.0], [1.0]]], CO2, **PLACES)
    assert totals.gross_co2(gross(), captured).values.ravel().tolist() == [50.0, 25.0, 6.0, 3.0]


def test_net_is_gross_with_waste_less_removals_and_with_land() -> None:
    # 100 + 9 - 15 - 20.
    assert totals.national(net()).values.tolist() == [74.0]
    outside = net().sel(province=totals.UNALLOCATED, year=2030)
    assert {str(name): float(outside.sel(sector=name)) for name in outside["sector"].values} == {
        "power_heat": 0.0, "process": 0.0, "waste": 9.0, "land": -20.0, "removals": -15.0,
    }  # fmt: skip
    assert float(net().sel(province="Hebei").sum()) == 90.0


@settings(max_examples=20)
@given(AMOUNT, AMOUNT, AMOUNT)
def test_removals_and_land_never_touch_a_province(waste: float, removed: float, land: float) -> None:
    total = net(waste, removed, -land)
    np.testing.assert_array_equal(total.sel(province=["Hebei", "Tibet"], sector=["power_heat", "process"]), gross())
    assert totals.national(total).values == pytest.approx(100.0 + waste - removed - land, abs=1e-9)


def test_ghg_adds_the_other_gases_once_and_by_source() -> None:
    others = array([[3.0], [7.0]], CO2E, sector=["process", "waste"], year=[2030])
    ghg = totals.net_ghg(net(), others, array(2.0, CO2E), array(1.0, "t CO2e/t CO2"))
    # 74 + 3 + 7 + 2; the provinces hold CO2 alone.
    assert totals.national(ghg).values.tolist() == [86.0]
    outside = ghg.sel(province=totals.UNALLOCATED, year=2030)
    assert outside.sel(sector=["process", "waste", "land"]).values.tolist() == [3.0, 16.0, -18.0]
    assert float(ghg.sel(province="Hebei").sum()) == 90.0
    assert ghg.attrs["units"] == CO2E


def test_a_sum_knows_nothing_where_nothing_is_known() -> None:
    partly = array([[1.0, np.nan], [np.nan, np.nan]], CO2, sector=["process", "waste"], year=[2030, 2031])
    summed = totals.summed(partly, "sector")
    assert float(summed.sel(year=2030)) == 1.0
    assert bool(summed.sel(year=2031).isnull())
    assert summed.attrs == {"units": CO2}


def test_gross_on_the_places_of_net_is_zero_where_it_has_none() -> None:
    full = totals.with_unallocated(gross(), net())
    assert full.sizes == net().sizes
    assert float(full.sum()) == 100.0
    assert float(full.sel(province=totals.UNALLOCATED).sum()) == 0.0


def test_the_order_of_dimensions_is_that_of_the_design(china: Evaluation) -> None:
    for name in ("gross_co2", "net_co2", "net_ghg"):
        assert china.annual[name].dims == ("province", "sector", "year")


def test_the_evaluated_totals_hold_together(china: Evaluation) -> None:
    totals.check_conservation(china.annual)


@pytest.mark.parametrize(
    ("name", "factor", "message"),
    [
        ("net_co2", 1.001, "gross and net CO2 of the provinces differ"),
        ("ccer_retired", 1.001, "more credits are retired than were issued"),
        ("claimed_net_emissions", 1.001, "claims are not the parks' inventories"),
        ("net_ghg", np.nan, "net_ghg is not finite"),
        ("gross_co2", np.nan, "gross_co2 is not finite"),
        ("ccer_issued", np.nan, "more credits are retired"),
        ("claimed_net_emissions", np.nan, "claims are not the parks' inventories"),
    ],
)
def test_a_broken_law_is_named(china: Evaluation, name: str, factor: float, message: str) -> None:
    broken = china.annual.assign({name: (china.annual[name] * factor).assign_attrs(china.annual[name].attrs)})
    with pytest.raises(DecarbError, match=message):
        totals.check_conservation(broken)
