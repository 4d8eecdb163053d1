"""What credits cost: by hand, at the price of a year that is named, beside allowances that nobody has to buy."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from decarb.errors import DataError
from decarb.park.claim import Claim
from decarb.park.offset import SerialBlock
from decarb.report.offset import claim_cost, offset_cost, offset_record
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


@pytest.mark.parametrize(
    ("year", "credit_year", "allowance_year"),
    [(2019, 2020, 2021), (2020, 2020, 2021), (2022, 2024, 2021), (2030, 2025, 2025)],
)
def test_the_nearest_published_price_stands_in_and_is_named(year: int, credit_year: int, allowance_year: int) -> None:
    cost = offset_cost(claim(first_day=date(year, 1, 1), last_day=date(year, 12, 31)))
    assert (cost.credit_year, cost.allowance_year) == (credit_year, allowance_year)
    if year == 2020:  # 11,937 t at 20 yuan of 2020
        assert cost.as_credits.value == pytest.approx(11937 * 20 * unit_factor("CNY_2020", "CNY_2025"))
        assert cost.as_credits.unit == cost.as_allowances.unit == "CNY_2025"


def test_no_credits_are_needed_for_nothing() -> None:
    assert offset_cost(claim(statement=Quantity(0.0, "t CO2e"))).as_credits.value == 0.0


def test_what_was_paid_stands_beside_what_the_market_asks() -> None:
    offset = offset_record(claim(statement=Quantity(100.25, "t CO2e"), paid=Quantity(2020.0, "CNY_2020")))
    assert offset["needed"] == {"value": 101, "unit": "t CO2e"}  # a fraction of a ton needs a whole credit
    assert offset["paid"] == {"value": pytest.approx(2020 * TO_2025), "unit": "CNY_2025"}
    # Prices of 2020 and, for want of 2020, of 2021: 101 x 20 yuan of 2020, 101 x 42.85 yuan of 2021.
    assert offset["needed_as_credits"] == {
        "value": pytest.approx(101 * 20 * TO_2025), "unit": "CNY_2025", "price_year": 2020,
    }  # fmt: skip
    assert offset["needed_as_allowances"] == {
        "value": pytest.approx(101 * 42.85 / 1.04552 * TO_2025), "unit": "CNY_2025", "price_year": 2021,
    }  # fmt: skip
    assert offset_record(claim())["paid"]["reason"] == "the file does not say what was paid"
    assert offset_record(claim(credits=()))["paid"]["reason"] == "no credits were retired"


def test_cost_is_credits_at_their_price_beside_allowances_at_theirs() -> None:
    cost = claim_cost(claim(), credit_year=2020, allowance_year=2021)
    assert cost == pytest.approx({"as_credits": 11937 * 20, "as_allowances": 11937 * 42.85 / 1.04552})
    high = claim_cost(claim(), credit_year=2020, allowance_year=2021, bound="high")
    assert high["as_credits"] == pytest.approx(11937 * 30) and high["as_allowances"] == cost["as_allowances"]


def test_a_year_without_a_price_is_refused() -> None:
    with pytest.raises(DataError, match="ets_price"):
        claim_cost(claim(), credit_year=2020, allowance_year=2019)
