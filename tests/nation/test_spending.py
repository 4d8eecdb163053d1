"""What is built and what it costs: sums by hand, and laws."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from decarb.errors import UnitError
from decarb.nation.spending import (
    MONEY,
    PRICED_FROM,
    built_each_year,
    capacity_for,
    capacity_of_stores,
    even_yearly_cost,
    firm_capacity,
    investment,
    investment_in_capture,
    investment_in_efficiency,
    investment_in_energy,
    price_of_builds,
    standing_since,
)
from decarb.units import stamp

FIRST = 2024


def yearly(values: list[float], unit: str, first: int = FIRST) -> xr.DataArray:
    years = np.arange(first, first + len(values))
    return stamp(xr.DataArray(np.array(values, float), {"year": years}, ("year",)), unit)


def plain(value: float, unit: str) -> xr.DataArray:
    return stamp(xr.DataArray(value), unit)


def test_a_stock_that_stands_still_is_replaced_evenly_for_ever() -> None:
    built = built_each_year(yearly([30.0] * 40, "GW"), plain(10.0, "yr"), "GW")
    assert built.attrs["units"] == "GW/yr"
    assert built.values[0] == 0.0
    np.testing.assert_allclose(built[1:], 3.0)  # 30 GW that last 10 years


def test_what_is_added_is_bought_again_when_it_wears_out() -> None:
    stock = yearly([0.0, 8.0, *[8.0] * 10], "GW")
    built = built_each_year(stock, plain(4.0, "yr"), "GW")
    assert built.values.tolist() == [0, 8, 0, 0, 0, 8, 0, 0, 0, 8, 0, 0]


@given(
    st.lists(st.floats(0.0, 20.0), min_size=2, max_size=30), st.integers(1, 40), st.floats(0.0, 100.0)
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_builds_less_what_wears_out_give_the_stock_back(steps: list[float], life: int, start: float) -> None:
    stock = start + np.cumsum([0.0, *steps])
    built = built_each_year(yearly(stock.tolist(), "GW"), plain(float(life), "yr"), "GW").values
    for now in range(stock.size):
        own = built[max(0, now - life + 1) : now + 1].sum()
        old = start * max(0.0, 1.0 - now / life)
        assert own + old == pytest.approx(stock[now], rel=1e-9, abs=1e-9)


def test_a_stock_that_shrinks_faster_than_it_wears_out_needs_nothing() -> None:
    built = built_each_year(yearly([10.0, 5.0, 5.0], "GW"), plain(10.0, "yr"), "GW")
    assert built.values.tolist() == [0.0, 0.0, 1.0]


def test_lives_along_technology_meet_stocks_along_scenario() -> None:
    life = stamp(xr.DataArray([4.0, 5.5], {"technology": ["a", "b"]}, ("technology",)), "yr")
    stock = stamp(xr.DataArray(np.random.default_rng(3).uniform(1, 9, (3, 2, 12)).cumsum(-1),
                               {"year": np.arange(2024, 2036), "technology": ["a", "b"]},
                               ("scenario", "technology", "year")), "GW")  # fmt: skip
    together = built_each_year(stock, life, "GW")
    for scenario in range(3):
        for name in ("a", "b"):
            one = built_each_year(stock[scenario].sel(technology=name, drop=True), life.sel(technology=name), "GW")
            np.testing.assert_array_equal(together[scenario].sel(technology=name), one)


def test_investment_is_size_times_price() -> None:
    # 10 GW at 5,000 CNY/kW: 50 billion; 2 GWh at 1,000 CNY/kWh: 2 billion
    assert investment(plain(10.0, "GW/yr"), plain(5000.0, "CNY_2025/kW")).item() == pytest.approx(50.0)
    assert investment_in_energy(plain(2.0, "GWh/yr"), plain(1000.0, "CNY_2025/kWh")).item() == pytest.approx(2.0)


def test_money_of_another_year_is_deflated_and_money_without_a_year_is_refused() -> None:
    older = investment(plain(1.0, "GW/yr"), plain(1000.0, "CNY_2020/kW"))
    assert older.item() == pytest.approx(1.04003)  # the deflator of 2025, 2020 = 1
    price = xr.DataArray(1000.0, attrs={"units": "CNY/kW"})
    with pytest.raises(UnitError, match="price year"):
        investment(plain(1.0, "GW/yr"), price)


def test_a_learned_price_falls_by_its_rate_with_each_doubling_and_starts_from_the_table() -> None:
    table = yearly([1000.0, 1000.0, 1200.0, 1200.0], "CNY_2025/kW")
    capacity = yearly([50.0, 100.0, 200.0, 400.0], "GW")
    price = price_of_builds(table, capacity, plain(0.2, "1"), plain(1.0, "1"))
    np.testing.assert_allclose(price, [1000.0, 1000.0, 800.0, 640.0])
    assert price.attrs["units"] == "CNY_2025/kW"


def test_without_learning_the_table_stands() -> None:
    table, capacity = yearly([1000.0, 1000.0, 900.0], "CNY_2025/kW"), yearly([0.0, 0.0, 400.0], "GW")
    for rate, learned in ((0.2, 0.0), (0.0, 1.0)):
        kept = price_of_builds(table, capacity, plain(rate, "1"), plain(learned, "1"))
        np.testing.assert_array_equal(kept, table)


def test_stores_of_the_nation_and_of_parks_learn_together() -> None:
    assert capacity_of_stores(plain(144.7, "GW"), yearly([0.3], "GW")).item() == pytest.approx(145.0)


def test_the_even_cost_is_the_annuity_and_the_running_share_of_what_stands() -> None:
    # 100 billion at the end of 2026, 4 years, no interest: 25 a year and 2 to run, half of it in the first and last
    spent = yearly([7.0, 7.0, 100.0, 0.0, 0.0, 0.0, 0.0, 0.0], MONEY)
    cost = even_yearly_cost(spent, plain(4.0, "yr"), plain(0.02, "1/yr"), plain(0.0, "1/yr"), PRICED_FROM)
    np.testing.assert_allclose(cost, [0.0, 0.0, 13.5, 27.0, 27.0, 27.0, 13.5, 0.0])


@given(st.floats(0.0, 0.2), st.floats(1.0, 30.0))
@settings(max_examples=30, deadline=None)
def test_even_costs_discounted_over_a_life_are_worth_the_investment(rate: float, life: float) -> None:
    whole = float(round(life))
    spent = yearly([0.0, 0.0, 1.0, 0.0], MONEY)
    cost = even_yearly_cost(spent, plain(whole, "yr"), plain(0.0, "1/yr"), plain(rate, "1/yr"), PRICED_FROM)
    if whole > 2.0:
        worth = sum(cost.values[3] / (1.0 + rate) ** year for year in range(1, int(whole) + 1))
        assert worth == pytest.approx(1.0, rel=1e-9)


def test_what_stands_is_what_was_built_after_the_year_and_has_not_worn_out() -> None:
    stands = standing_since(yearly([5.0, 5.0, 2.0, 2.0, 2.0], "GW/yr"), plain(2.0, "yr"), PRICED_FROM, "GW")
    np.testing.assert_allclose(stands, [0.0, 0.0, 1.0, 3.0, 4.0])


def test_capacity_is_energy_over_hours_and_none_without_energy() -> None:
    assert capacity_for(plain(7.901, "TWh/yr"), plain(7901.0, "h/yr")).item() == pytest.approx(1.0)
    assert capacity_for(plain(0.0, "TWh/yr"), plain(np.nan, "h/yr")).item() == 0.0


def test_capture_plants_are_paid_for_when_more_is_caught_than_ever_before() -> None:
    caught = yearly([0.0, 10.0, 4.0, 12.0], "Mt CO2/yr")
    spent = investment_in_capture(caught, plain(1500.0, "CNY_2025 yr/t CO2"))
    np.testing.assert_allclose(spent, [0.0, 15.0, 0.0, 3.0])


def test_efficiency_is_paid_for_by_the_energy_it_saves_in_a_year() -> None:
    # 29.3076 PJ are 1 Mtce, at 3,000 CNY a tce saved each year: 3 billion
    spent = investment_in_efficiency(plain(29.3076, "PJ/yr/yr"), plain(3000.0, "CNY_2025 yr/tce"))
    assert spent.item() == pytest.approx(3.0)


def test_firm_capacity_is_what_the_best_year_so_far_needed() -> None:
    # 1,400 TWh at 3,500 h are 400 GW; the dry year and the one after it build none
    made = yearly([1400.0, 1000.0, 1400.0, 1750.0], "TWh/yr")
    assert firm_capacity(made, plain(3500.0, "h/yr")).values.tolist() == [400.0, 400.0, 400.0, 500.0]


@given(st.lists(st.floats(0.0, 2000.0), min_size=1, max_size=20))
def test_firm_capacity_never_falls_and_always_suffices(made: list[float]) -> None:
    capacity = firm_capacity(yearly(made, "TWh/yr"), plain(4000.0, "h/yr")).values
    assert bool((np.diff(capacity) >= 0.0).all())
    assert bool((capacity * 4.0 >= np.array(made) - 1e-9).all())
