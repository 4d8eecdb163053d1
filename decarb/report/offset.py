"""What credits for a park's claim cost: what was paid, the market price of all that it needs; allowances beside it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import pandas as pd
import xarray as xr

from decarb.errors import DataError
from decarb.park.claim import MONEY, Claim
from decarb.park.offset import allowance_cost, credit_cost
from decarb.tables import read_table
from decarb.units import Quantity, stamp, unit_factor

CREDIT: Final = "ccer_price"
ALLOWANCE: Final = "ets_price"
CONVERTED: Final = f"All money is in {MONEY}: that of other years was converted by the deflator of the economy."
GWP_CO2: Final = Quantity(1.0, "t CO2e/t CO2")  # by definition


@dataclass(frozen=True)
class MarketPrice:
    """A price of one year as `data/credits.csv` has it: with its range where there is one, and how it is known."""

    year: int
    value: Quantity
    low: Quantity | None
    high: Quantity | None
    status: str


@dataclass(frozen=True)
class OffsetCost:
    """What all the credits of a claim would cost, and the same tonnes as allowances, at the prices of one year."""

    as_credits: Quantity
    credit_price: MarketPrice
    as_allowances: Quantity
    allowance_price: MarketPrice


def offset_cost(claim: Claim) -> OffsetCost:
    """Return what the credits that a claim needs would cost at market prices, whoever has retired them or not.

    Credits at their price, allowances at the mean price of the trading scheme, both of one year, so that they compare:
    the nearest to the period for which both are known. Money of 2025. No park has to surrender allowances.

    Raises
    ------
    DataError
        `data/credits.csv` has no year with both prices.

    References
    ----------
    ccer-2025, ccer-relaunch-2024, icap
    """
    year = _price_year(claim.last_day.year)
    credit, allowance = _price(CREDIT, year), _price(ALLOWANCE, year)
    tonnes = _array(Quantity(float(claim.needed), "t CO2e"))
    as_credits = credit_cost(tonnes, _array(credit.value))
    as_allowances = allowance_cost(tonnes, _array(allowance.value), _array(GWP_CO2))
    return OffsetCost(_money(as_credits), credit, _money(as_allowances), allowance)


def _price_year(year: int) -> int:
    """Return the year with both prices that lies nearest; of two, the later."""
    rows = read_table("credits")
    known = [set(rows.loc[rows["variable"] == name, "year"].astype(int)) for name in (CREDIT, ALLOWANCE)]
    both = set.intersection(*known)
    if not both:
        raise DataError(f"credits.csv: no year has both {CREDIT} and {ALLOWANCE}; write one with both")
    return min(both, key=lambda each: (abs(each - year), -each))


@lru_cache(maxsize=64)
def _price(variable: str, year: int) -> MarketPrice:
    rows = read_table("credits")
    row = rows[(rows["variable"] == variable) & (rows["year"] == year)].iloc[0]
    value, low, high = (
        None if pd.isna(row[end]) else Quantity(float(row[end]), row["unit"]) for end in ("value", "low", "high")
    )
    assert value is not None  # the table holds no row without a value
    return MarketPrice(year, value, low, high, str(row["status"]))


def _array(quantity: Quantity) -> xr.DataArray:
    return stamp(xr.DataArray(float(quantity.value)), quantity.unit)


def _money(cost: xr.DataArray) -> Quantity:
    return Quantity(float(cost) * unit_factor(str(cost.attrs["units"]), MONEY), MONEY)


def offset_record(claim: Claim) -> dict[str, Any]:
    """Return what was paid for the retired credits, and what all the claim needs would cost at market prices."""
    cost = offset_cost(claim)
    reason = "no credits were retired" if claim.credits == () else "the file does not say what was paid"
    paid = None if claim.paid is None or not claim.credits else claim.paid.to(MONEY)
    return {
        "paid": {"value": paid, "unit": MONEY} | ({} if paid is not None else {"reason": reason}),
        "needed": {"value": claim.needed, "unit": "t CO2e"},
        "needed_as_credits": _cost_record(cost.as_credits, cost.credit_price, "t CO2e"),
        "needed_as_allowances": _cost_record(cost.as_allowances, cost.allowance_price, "t CO2"),
        "money": CONVERTED,
    }


def _cost_record(cost: Quantity, price: MarketPrice, per: str) -> dict[str, Any]:
    unit = f"{MONEY}/{per}"
    ends = {"value": price.value, "low": price.low, "high": price.high}
    amounts = {end: None if amount is None else amount.to(unit) for end, amount in ends.items()}
    price_record = {**amounts, "unit": unit, "status": price.status}
    return {"value": cost.value, "unit": cost.unit, "price_year": price.year, "price": price_record}


def price_text(price: dict[str, Any]) -> str:
    """Return a price of `offset_record` in words, with its range where it has one, and whether it is assumed."""
    said = f"{price['value']:,.2f} {price['unit']}"
    spread = "no range known" if price["low"] is None else f"range {price['low']:,.2f} to {price['high']:,.2f}"
    return f"{said} ({spread}{', an assumption' if price['status'] == 'assumption' else ''})"
