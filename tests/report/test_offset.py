"""What credits cost: by hand, at the price of a year that is named, beside allowances that nobody has to buy."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from decarb.errors import DataError
from decarb.park.claim import Claim
from decarb.park.offset import SerialBlock
from decarb.report import offset as prices
from decarb.report.offset import offset_cost, offset_record, price_text
from decarb.tables import read_table
from decarb.units import Quantity, unit_factor

TO_2025 = unit_factor("CNY_2020", "CNY_2025")
RETIRED = SerialBlock("a", "onshore_wind", 2015, 1, 11937, "P", "retired", "ccer-2012")


def claim(**changes: Any) -> Claim:
    stated: dict[str, Any] = {
        "park": "Yizhuang", "boundary": "One site", "first_day": date(2020, 1, 1), "last_day": date(2020, 12, 31),
        "standard": "ISO 14064-1:2006", "statement": Quantity(11.937, "kt CO2e"),
        "grid_factor": Quantity(604.0, "kg CO2/MWh"), "grid_factor_source": "Beijing convention",
        "credits": (RETIRED,),
    }  # fmt: skip
    return Claim(**stated | changes)


@pytest.mark.parametrize(("year", "price_year"), [(2019, 2024), (2020, 2024), (2024, 2024), (2025, 2025), (2030, 2025)])
def test_both_prices_are_of_the_nearest_year_that_has_both(year: int, price_year: int) -> None:
    cost = offset_cost(claim(first_day=date(year, 1, 1), last_day=date(year, 12, 31)))
    assert cost.credit_price.year == cost.allowance_price.year == price_year
    if price_year == 2025:  # 11,937 t at 70.76 and at 62.36 yuan of 2025
        assert cost.as_credits.value == pytest.approx(11937 * 70.76)
        assert cost.as_allowances.value == pytest.approx(11937 * 62.36)
    assert cost.as_credits.unit == cost.as_allowances.unit == "CNY_2025"


def with_rows(monkeypatch: pytest.MonkeyPatch, *changed: tuple[str, int, dict[str, object]]) -> None:
    """Let prices come from the table with some rows changed; None takes a row out."""
    rows = read_table("credits")
    for variable, year, changes in changed:
        at = (rows["variable"] == variable) & (rows["year"] == year)
        for key, value in changes.items():
            rows.loc[at, key] = value
        rows = rows if changes else rows[~at]
    monkeypatch.setattr(prices, "read_table", lambda name: rows)
    prices._price.cache_clear()
    monkeypatch.setattr(prices, "_price", prices._price.__wrapped__)


def test_of_two_years_as_near_the_later_one_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    with_rows(monkeypatch, ("ccer_price", 2024, {"year": 2021}))  # then 2021 and 2025 have both
    cost = offset_cost(claim(first_day=date(2023, 1, 1), last_day=date(2023, 12, 31)))
    assert cost.credit_price.year == 2025


def test_a_price_that_is_assumed_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    with_rows(monkeypatch, ("ccer_price", 2024, {"status": "assumption", "low": 30.0, "high": 90.0}))
    price = offset_record(claim())["needed_as_credits"]["price"]
    assert price["status"] == "assumption"
    to_2025 = unit_factor("CNY_2024", "CNY_2025")
    assert (price["low"], price["high"]) == pytest.approx((30 * to_2025, 90 * to_2025))
    assert price_text(price).endswith(f"(range {30 * to_2025:,.2f} to {90 * to_2025:,.2f}, an assumption)")


def test_no_year_with_both_prices_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with_rows(monkeypatch, ("ccer_price", 2024, {}), ("ccer_price", 2025, {}))
    with pytest.raises(DataError, match="no year has both ccer_price and ets_price"):
        offset_cost(claim())


def test_no_credits_are_needed_for_nothing() -> None:
    assert offset_cost(claim(statement=Quantity(0.0, "t CO2e"))).as_credits.value == 0.0


def test_what_was_paid_stands_beside_what_the_market_asks() -> None:
    offset = offset_record(claim(statement=Quantity(100.25, "t CO2e"), paid=Quantity(2020.0, "CNY_2020")))
    assert offset["needed"] == {"value": 101, "unit": "t CO2e"}  # a fraction of a ton needs a whole credit
    assert offset["paid"] == {"value": pytest.approx(2020 * TO_2025), "unit": "CNY_2025"}
    # The first year with both prices is 2024: 101 x 63.4 and 101 x 95.96 yuan of 2024.
    to_2025 = unit_factor("CNY_2024", "CNY_2025")
    assert offset["needed_as_credits"] == {
        "value": pytest.approx(101 * 63.4 * to_2025), "unit": "CNY_2025", "price_year": 2024,
        "price": {"value": pytest.approx(63.4 * to_2025), "low": None, "high": None, "unit": "CNY_2025/t CO2e",
                  "status": "read"},
    }  # fmt: skip
    assert offset["needed_as_allowances"] == {
        "value": pytest.approx(101 * 95.96 * to_2025), "unit": "CNY_2025", "price_year": 2024,
        "price": {"value": pytest.approx(95.96 * to_2025), "low": None, "high": None, "unit": "CNY_2025/t CO2",
                  "status": "read"},
    }  # fmt: skip
    assert "CNY_2025" in offset["money"] and "deflator" in offset["money"]
    assert offset_record(claim())["paid"]["reason"] == "the file does not say what was paid"
    assert offset_record(claim(credits=()))["paid"]["reason"] == "no credits were retired"
