"""The official base split by sector and province, its history, its trends, and what electricity replaces."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
import pytest
import xarray as xr
from hypothesis import given

from decarb.nation import sectors

CO2 = "Mt CO2/yr"
TONNES = st.floats(1.0, 5000.0)


def array(values: object, unit: str, **coords: object) -> xr.DataArray:
    return xr.DataArray(values, coords, tuple(coords), attrs={"units": unit})


def of_sectors(unit: str = CO2, **values: float) -> xr.DataArray:
    return array([values.get(name, 0.0) for name in sectors.SECTORS], unit, sector=list(sectors.SECTORS))


def test_official_energy_is_split_as_reported_and_process_stands_as_it_is() -> None:
    reported = of_sectors(power_heat=50.0, manufacturing=30.0, process=7.0)
    level = sectors.base_levels(array(160.0, CO2), array(15.0, CO2), reported)
    # 160 x 50 / (50 + 30) = 100 and 160 x 30 / 80 = 60; the reported process of 7 has no say in either.
    assert level.sel(sector=["power_heat", "manufacturing", "process"]).values.tolist() == [100.0, 60.0, 15.0]
    assert float(level.sum()) == 175.0


@given(st.lists(TONNES, min_size=8, max_size=8), TONNES, TONNES)
def test_sectors_always_add_up_to_the_official_total(reported: list[float], energy: float, process: float) -> None:
    table = array(reported, CO2, sector=list(sectors.SECTORS))
    level = sectors.base_levels(array(energy, CO2), array(process, CO2), table)
    assert float(level.sum()) == pytest.approx(energy + process, rel=1e-12)


def test_tibet_takes_its_share_of_gdp_and_the_others_share_the_rest() -> None:
    reported = array([[30.0], [10.0], [np.nan]], CO2, province=["Hebei", "Hainan", "Tibet"], sector=["transport"])
    gdp = array([0.6, 0.36, 0.04], "1", province=["Hebei", "Hainan", "Tibet"])
    shares = sectors.provincial_shares(reported, gdp, array(0.5, "1"))
    # Tibet 0.04 x 0.5 = 0.02; of the other 0.98 Hebei has 30/40 and Hainan 10/40.
    np.testing.assert_allclose(shares.squeeze("sector"), [0.735, 0.245, 0.02], rtol=1e-14)


def test_history_follows_the_index_and_the_other_sectors_close_the_year() -> None:
    level = of_sectors(power_heat=50.0, manufacturing=30.0, process=20.0)
    index = array([1.0, 1.1], "1", year=[2021, 2022])
    process = array([1.0, 0.9], "1", year=[2021, 2022])
    past = sectors.history(level, index, process, array([50.0, 60.0], CO2, year=[2021, 2022]))
    # 2022: 100 x 1.1 = 110, less power 60 and process 20 x 0.9 = 18 leaves 32 for the fuel of manufacturing.
    got = past.sel(year=2022, sector=["power_heat", "manufacturing", "process"])
    np.testing.assert_allclose(got, [60.0, 32.0, 18.0], rtol=1e-14)
    np.testing.assert_allclose(past.sel(year=2021), level)


def test_a_trend_is_activity_times_intensity() -> None:
    years = {"year": [2024, 2025]}
    trend = sectors.trend_emissions(array(100.0, CO2), array([1.1, 1.2], "1", **years), array([0.9, 0.8], "1", **years))
    # 100 x 1.1 x 0.9 and 100 x 1.2 x 0.8.
    np.testing.assert_allclose(trend, [99.0, 96.0], rtol=1e-14)


def test_scaling_lifts_the_table_to_the_level() -> None:
    level, reported = of_sectors(transport=12.0), of_sectors(transport=10.0) + 1e-300
    reported.attrs["units"] = CO2
    assert float(sectors.scaling(level, reported).sel(sector="transport")) == pytest.approx(1.2)


def test_electrified_share_is_a_straight_line_that_starts_after_the_start_year() -> None:
    years = [2020, 2025, 2026, 2040, 2060]
    year = xr.DataArray(years, {"year": years}, ("year",))
    share = sectors.electrified_share(array(0.7, "1"), year, 2025)
    # 0.7 x (year - 2025) / 35, and none before.
    np.testing.assert_allclose(share, [0.0, 0.0, 0.02, 0.3, 0.7], rtol=1e-13)


@given(TONNES, st.floats(0.0, 1.0))
def test_what_is_replaced_and_what_is_still_burnt_are_the_whole(trend: float, share: float) -> None:
    whole = array(trend, CO2)
    replaced = sectors.electrified(whole, array(share, "1"))
    burnt = sectors.burnt(whole, replaced)
    assert float(replaced) == pytest.approx(trend * share)
    assert 0.0 <= float(burnt) <= trend
    assert float(burnt + replaced) == pytest.approx(trend, rel=1e-14)


def test_history_wins_where_it_is_known_and_power_waits_for_its_own_balance() -> None:
    names = ["power_heat", "transport"]
    past = array([[9.0], [8.0]], CO2, sector=names, year=[2023])
    future = array([[1.0, 2.0], [3.0, 4.0]], CO2, sector=names, year=[2023, 2024])
    series = sectors.joined(past, future)
    assert series.sel(sector="transport").values.tolist() == [8.0, 4.0]
    assert series.sel(sector="power_heat").values.tolist() == [0.0, 0.0]


def test_provinces_of_a_sector_add_to_the_nation() -> None:
    national = array([[10.0], [20.0]], CO2, sector=["transport", "process"], year=[2030])
    share = array([[0.9, 0.4], [0.1, 0.6]], "1", province=["Hebei", "Tibet"], sector=["transport", "process"])
    spread = sectors.by_province(national, share)
    assert spread.sel(province="Tibet", year=2030).values.tolist() == [1.0, 12.0]
    np.testing.assert_allclose(spread.sum("province").transpose("sector", "year"), national)


def test_all_sectors_are_the_others_with_power_and_heat() -> None:
    others = array([[0.0, 0.0], [5.0, 6.0]], CO2, sector=["power_heat", "transport"], year=[2030, 2031])
    every = sectors.all_sectors(others, array([40.0, 30.0], CO2, year=[2030, 2031]))
    assert every.values.tolist() == [[40.0, 30.0], [5.0, 6.0]]


def test_the_kept_share_is_one_where_nothing_was_emitted() -> None:
    after, before = (array(values, CO2, sector=["process", "transport"]) for values in ([30.0, 0.0], [40.0, 0.0]))
    assert sectors.kept_share(after, before).values.tolist() == [0.75, 1.0]


def test_provinces_take_their_share_less_what_their_zones_abate_and_what_is_captured() -> None:
    names, places, years = ["process", "transport"], ["Hebei", "Tibet"], [2025, 2060]
    before = array([[100.0, 80.0], [50.0, 40.0]], CO2, sector=names, year=years)
    kept = array([[1.0, 0.5], [1.0, 1.0]], "1", sector=names, year=years)
    share = array([[0.75, 0.6], [0.25, 0.4]], "1", province=places, sector=names)
    abated = array([[[0.0, 0.2]], [[0.0, 0.1]]], "1", province=places, sector=["process"], year=years)
    spread = sectors.in_provinces(before, kept, share, abated)
    # Process of 2060: 80 x 0.5 kept = 40, of which 0.75 x (1 - 0.2) = 0.6 and 0.25 x (1 - 0.1) = 0.225.
    np.testing.assert_allclose(spread.sel(sector="process", year=2060), [24.0, 9.0], rtol=1e-14)
    np.testing.assert_allclose(spread.sel(sector="process", year=2025), [75.0, 25.0], rtol=1e-14)
    # No lever in transport: 40 x 0.6 and 40 x 0.4.
    np.testing.assert_allclose(spread.sel(sector="transport", year=2060), [24.0, 16.0], rtol=1e-14)
    assert spread.dims == ("province", "sector", "year")


@given(st.integers(0, 10**6))
def test_provinces_add_to_the_nation_after_levers_and_capture(seed: int) -> None:
    random = np.random.default_rng(seed)
    names, places, years = list(sectors.SECTORS), ["Hebei", "Hainan", "Tibet"], [2025, 2060]
    before = array(random.uniform(0, 3000, (2, 8, 2)), CO2, scenario=[0, 1], sector=names, year=years)
    kept = array(random.uniform(0, 1, (8, 2)), "1", sector=names, year=years)
    weights = random.uniform(0.01, 1, (3, 8))
    share = array(weights / weights.sum(axis=0), "1", province=places, sector=names)
    abated = array(random.uniform(0, 1, (2, 3, 2, 2)), "1", scenario=[0, 1], province=places,
                   sector=["manufacturing", "process"], year=years)  # fmt: skip
    spread = sectors.in_provinces(before, kept, share, abated)
    in_nation = (abated * share).sum("province").reindex(sector=names, fill_value=0.0)
    wanted = kept * before * (1.0 - in_nation)
    np.testing.assert_allclose(spread.sum("province"), wanted.transpose("scenario", "sector", "year"), rtol=1e-12)
    assert spread.dims == ("scenario", "province", "sector", "year")


def test_electricity_for_fuel_turns_tonnes_into_energy_and_energy_into_power() -> None:
    avoided = array([80.0, 9.0], CO2, sector=["manufacturing", "transport"])
    factor = array([80.0, 72.0], "Mt CO2/EJ", sector=["manufacturing", "transport"])
    ratio = array([0.9, 0.4], "1", sector=["manufacturing", "transport"])
    electricity = sectors.electricity_for_fuel(avoided, factor, ratio)
    # 80 / 80 = 1 EJ and 9 / 72 = 0.125 EJ of fuel; 0.9 + 0.05 = 0.95 EJ of power, 277.78 TWh each.
    assert float(electricity) == pytest.approx(0.95 * 1000 / 3.6, rel=1e-12)
    assert electricity.attrs["units"] == "TWh/yr"
