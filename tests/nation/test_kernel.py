"""The kernels of the nation: sums by hand, one rule for carrying on, and the same bits from any thread."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import hypothesis.strategies as st
import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from nation_samples import scaled

from decarb import model
from decarb.nation import fused, given_kernel, places_kernel
from decarb.nation.given_kernel import COHORT, FIRST, FLOW, LAST, PLACE, PROVINCE, SIZE
from decarb.nation.power_kernel import carry
from decarb.nation.trends import carried_on

YEARS = np.arange(2020, 2061)


@settings(max_examples=40)
@given(
    st.dictionaries(st.integers(0, 40), st.floats(0.1, 1e4), min_size=1, max_size=41),
    st.lists(st.floats(-0.2, 0.2), min_size=41, max_size=41),
    st.booleans(),
)
def test_a_series_is_carried_on_as_by_the_labelled_rule(
    known: dict[int, float], change: list[float], one: bool
) -> None:
    values, pace, out = np.full(41, np.nan), np.array(change[:1] if one else change), np.empty(41)
    values[list(known)] = list(known.values())
    carry(values, pace, out)
    year = xr.DataArray(YEARS, {"year": YEARS}, ("year",))
    labelled = (
        xr.DataArray(change[0], attrs={"units": "1/yr"}) if one else year.copy(data=pace).assign_attrs(units="1/yr")
    )
    series = xr.DataArray(values, {"year": YEARS}, ("year",), attrs={"units": "TWh/yr"})
    np.testing.assert_allclose(out, carried_on(series, labelled, year), rtol=1e-12)


@pytest.fixture
def two_provinces() -> tuple[given_kernel.Zones, given_kernel.Summed]:
    """Two provinces, one sector beside the four of zones, one level and one archetype: 10 and 30 zones, half adopt."""
    sizes = {"year": 41, "province": 2, "sector": 5, "archetype": 1}
    cohort = np.zeros((len(given_kernel.OfCohort._fields), 2, 1, 1))
    cohort[COHORT.zone_count, :, 0, 0] = 10.0, 30.0
    cohort[COHORT.zone_load, :, 0, 0] = 2.0, 1.0
    cohort[COHORT.covered_share, :, 0, 0] = 1.0, 0.5
    flow = np.zeros((len(given_kernel.Flows._fields), 2, 1, 1, 2))
    flow[FLOW.own_use, :, 0, 0, FIRST], flow[FLOW.own_use, :, 0, 0, LAST] = (0.4, 0.2), (0.5, 0.2)
    zones = given_kernel.Zones(
        cohort=cohort, zone_share=np.full((2, 5, 1, 1), 0.3), provincial_share=np.full((2, 5), 0.5),
        room=np.full((1, 1), 0.5), flow=flow, plant=np.full((2, 2, 1, 1), 0.01), store=np.full((2, 2, 1, 1, 3), 0.001),
    )  # fmt: skip
    return zones, fused._summed(sizes)


def test_zones_add_up_by_hand(two_provinces: tuple[given_kernel.Zones, given_kernel.Summed]) -> None:
    zones, summed = two_provinces
    places_kernel.sum_zones(zones, summed)
    assert summed.zones[0] == pytest.approx(20.0)  # (10 + 30) / 2
    # First: 5 x 0.4 + 15 x 0.2 = 5; the last vintage adds 5 x 0.1.
    assert summed.flow[:, FLOW.own_use].tolist() == pytest.approx([5.0, 0.5])
    assert summed.province[PROVINCE.own_first].tolist() == pytest.approx([2.0, 3.0])
    assert summed.province[PROVINCE.own_step].tolist() == pytest.approx([0.5, 0.0])
    # 20 zones of 0.01 GW wind; three stores of 0.001 GW each.
    assert summed.size[SIZE.wind_capacity] == pytest.approx(0.2)
    assert summed.size[SIZE.power_rating] == pytest.approx(0.06)


def test_places_add_up_by_hand(two_provinces: tuple[given_kernel.Zones, given_kernel.Summed]) -> None:
    zones, summed = two_provinces
    places_kernel.sum_places(zones, summed)
    assert summed.held[:, 1, 0].tolist() == pytest.approx([0.15, 0.075])  # 0.3 x covered x 0.5
    assert summed.place[PLACE.in_zones, :, 1].tolist() == pytest.approx([0.075, 0.0375])  # half of the nation each
    assert summed.saving[:, 0].tolist() == pytest.approx([10.0, 7.5])  # 5 x 2 x 1 and 15 x 1 x 0.5
    assert summed.whole.tolist() == pytest.approx([1.0] * 5)


def test_names_of_rows_are_those_of_the_labelled_chain(china: model.Evaluation, china_inputs: xr.Dataset) -> None:
    for names in (given_kernel.Numbers, given_kernel.Paths, given_kernel.OfSector, given_kernel.OfArchetype):
        assert set(names._fields) <= set(map(str, (*china_inputs, *china.base)))
    assert set(given_kernel.Series._fields) == set(fused.SERIES)


def test_threads_give_the_same_bits_as_one_call(china: model.Evaluation, china_inputs: xr.Dataset) -> None:
    factor = xr.DataArray(np.linspace(0.9, 1.1, 400), dims="scenario")
    many = scaled(china_inputs, gdp_growth=factor, capture_level=factor)

    def part(first: int) -> xr.Dataset:
        return fused.national_pathway(many.isel(scenario=slice(first, first + 100)), china.base, china.zone)

    whole = fused.national_pathway(many, china.base, china.zone)
    with ThreadPoolExecutor(4) as pool:
        together = xr.concat(list(pool.map(part, range(0, 400, 100))), "scenario")
    for name in (*fused.SERIES, "status"):
        np.testing.assert_array_equal(together[name], whole[name], err_msg=name)
