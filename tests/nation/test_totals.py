"""The three totals: what lowers which, where it stands, and the check that they hold together."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings

from decarb.errors import DecarbError
from decarb.nation import totals

CO2, CO2E = "Mt CO2/yr", "Mt CO2e/yr"
PLACES = {"province": ["Hebei", "Tibet"], "sector": ["power_heat", "process"], "year": [2030]}
AMOUNT = st.floats(0.0, 5000.0)


def array(values: object, unit: str, **coords: object) -> xr.DataArray:
    return xr.DataArray(values, coords, tuple(coords), attrs={"units": unit})


def gross() -> xr.DataArray:
    return array([[[60.0], [30.0]], [[6.0], [4.0]]], CO2, **PLACES)


def made(waste: float = 9.0, removed: float = 15.0, land: float = -20.0, co2: xr.DataArray | None = None) -> xr.Dataset:
    yearly = (array([value], CO2, year=[2030]) for value in (waste, removed, land))
    others = array([[3.0], [7.0]], CO2E, sector=["process", "waste"], year=[2030])
    of_gross = gross() if co2 is None else co2
    return totals.three_totals(of_gross, *yearly, others, array(2.0, CO2E), array(1.0, "t CO2e/t CO2"))


def test_gross_stands_in_its_provinces_and_sectors_and_nowhere_else() -> None:
    found = made()["gross_co2"]
    assert found.dims == ("province", "sector", "year")
    np.testing.assert_array_equal(found.sel(province=["Hebei", "Tibet"], sector=["power_heat", "process"]), gross())
    assert float(abs(found.sel(province=totals.UNALLOCATED)).sum()) == 0.0
    assert float(abs(found.sel(sector=list(totals.EXTRA_SECTORS))).sum()) == 0.0


def test_without_provinces_the_same_totals_are_national() -> None:
    whole, alone = made(), made(co2=gross().sum("province").assign_attrs(units=CO2))
    for name in totals.UNITS:
        np.testing.assert_array_equal(alone[name], whole[name].sum("province"))
    totals.check_conservation(alone)


def test_what_is_captured_lowers_every_total_alike() -> None:
    less = made(co2=(gross() * 0.5).assign_attrs(units=CO2))
    # Half of 100.
    for name in totals.UNITS:
        assert totals.national(made()[name] - less[name].values).values.tolist() == [50.0]


def test_net_is_gross_with_waste_less_removals_and_with_land() -> None:
    found = made()
    # 100 + 9 - 15 - 20.
    assert totals.national(found["gross_co2"]).values.tolist() == [100.0]
    assert totals.national(found["net_co2"]).values.tolist() == [74.0]
    outside = found["net_co2"].sel(province=totals.UNALLOCATED, year=2030)
    assert {str(name): float(outside.sel(sector=name)) for name in outside["sector"].values} == {
        "power_heat": 0.0, "process": 0.0, "waste": 9.0, "land": -20.0, "removals": -15.0,
    }  # fmt: skip
    assert float(found["net_co2"].sel(province="Hebei").sum()) == 90.0


@settings(max_examples=20)
@given(AMOUNT, AMOUNT, AMOUNT)
def test_removals_and_land_never_touch_a_province(waste: float, removed: float, land: float) -> None:
    total = made(waste, removed, -land)["net_co2"]
    np.testing.assert_array_equal(total.sel(province=["Hebei", "Tibet"], sector=["power_heat", "process"]), gross())
    assert totals.national(total).values == pytest.approx(100.0 + waste - removed - land, abs=1e-9)


def test_ghg_adds_the_other_gases_once_and_by_source() -> None:
    ghg = made()["net_ghg"]
    # 74 + 3 + 7 + 2; the provinces hold CO2 alone.
    assert totals.national(ghg).values.tolist() == [86.0]
    outside = ghg.sel(province=totals.UNALLOCATED, year=2030)
    assert outside.sel(sector=["process", "waste", "land"]).values.tolist() == [3.0, 16.0, -18.0]
    assert float(ghg.sel(province="Hebei").sum()) == 90.0
    assert ghg.attrs["units"] == CO2E


@settings(max_examples=20)
@given(AMOUNT, AMOUNT, AMOUNT)
def test_what_stands_between_two_totals_adds_up_to_their_difference(waste: float, removed: float, land: float) -> None:
    found = made(waste, removed, -land)
    for first, second, name in totals.BETWEEN:
        gap = totals.national(found[second]) - totals.national(found[first]).values
        np.testing.assert_allclose(found[name].sum("sector"), gap, rtol=1e-12, atol=1e-9)
    totals.check_conservation(found)


@pytest.mark.parametrize("swept", ["gross", "land", "both"])
def test_a_sweep_is_each_scenario_alone(swept: str) -> None:
    factor, land = (
        ([1.0, 0.5, 0.0] if swept != "land" else [1.0] * 3),
        ([-20.0, -10.0, 0.0] if swept != "gross" else [-20.0] * 3),
    )
    scenario = {"scenario": [0, 1, 2]}
    co2 = gross() * array(factor, "1", **scenario) if swept != "land" else gross()
    of_land = (
        array([[each] for each in land], CO2, **scenario, year=[2030])
        if swept != "gross"
        else array([-20.0], CO2, year=[2030])
    )
    sweep = totals.three_totals(
        co2.assign_attrs(units=CO2), array([9.0], CO2, year=[2030]), array([15.0], CO2, year=[2030]), of_land,
        array([[3.0], [7.0]], CO2E, sector=["process", "waste"], year=[2030]), array(2.0, CO2E),
        array(1.0, "t CO2e/t CO2"),
    )  # fmt: skip
    assert all(sweep[name].dims == ("scenario", "province", "sector", "year") for name in totals.UNITS)
    for place in range(3):
        alone = made(land=land[place], co2=(gross() * factor[place]).assign_attrs(units=CO2))
        xr.testing.assert_allclose(sweep.isel(scenario=place, drop=True), alone)
    totals.check_conservation(sweep)


def test_a_sum_knows_nothing_where_nothing_is_known() -> None:
    partly = array([[1.0, np.nan], [np.nan, np.nan]], CO2, sector=["process", "waste"], year=[2030, 2031])
    summed = totals.summed(partly, "sector")
    assert float(summed.sel(year=2030)) == 1.0
    assert bool(summed.sel(year=2031).isnull())
    assert summed.attrs == {"units": CO2}


def test_what_stands_beside_the_totals_is_zero_where_it_does_not_exist() -> None:
    captured = array([[[6.0], [3.0]], [[1.0], [2.0]]], CO2, **PLACES)
    yearly = array([5.0], CO2, year=[2030])
    grid = totals.on_one_grid(made(), xr.Dataset({"captured_co2": captured, "other": yearly}))
    assert grid["captured_co2"].sizes == made()["net_co2"].sizes
    assert float(grid["captured_co2"].sum()) == 12.0
    assert float(grid["captured_co2"].sel(province=totals.UNALLOCATED).sum()) == 0.0
    assert grid["net_co2"].dims == ("province", "sector", "year")
    assert grid["other"].values.tolist() == [5.0]


@pytest.mark.parametrize(
    ("name", "factor", "message"),
    [
        ("net_co2", 1.001, "gross and net CO2 of the provinces differ"),
        ("net_ghg", 1.001, "net_ghg is not net_co2 with net_ghg_beyond_co2; it is off by"),
        ("net_co2_beyond_gross", 1.001, "net_co2 is not gross_co2 with net_co2_beyond_gross"),
        ("net_ghg_beyond_co2", np.nan, "net_ghg is not net_co2 with net_ghg_beyond_co2"),
        ("net_ghg", np.nan, "net_ghg is not finite"),
        ("gross_co2", np.inf, "gross_co2 is not finite"),
    ],
)
def test_a_broken_law_is_named(name: str, factor: float, message: str) -> None:
    good = made()
    broken = good.assign({name: (good[name] * factor).assign_attrs(good[name].attrs)})
    with pytest.raises(DecarbError, match=message), np.errstate(invalid="ignore"):
        totals.check_conservation(broken)
