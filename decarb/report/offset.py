"""What credits for a park's claim cost: what was paid, the market price of all that it needs; allowances beside it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import xarray as xr

from decarb.park.claim import MONEY, Claim
from decarb.park.offset import allowance_cost, credit_cost
from decarb.tables import Bound, read_table, table_value
from decarb.units import Quantity, stamp, unit_factor


def claim_cost(claim: Claim, *, credit_year: int, allowance_year: int, bound: Bound = "value") -> dict[str, float]:
    """Return what the retired credits cost at the market price of a year, and the same tonnes as allowances.

    Both in yuan of 2020. The price a park really paid is rarely published; no park has to surrender allowances.

    Raises
    ------
    DataError
        `data/credits.csv` has no price of that year, or no such bound of it.

    References
    ----------
    ccer-2020, ccer-2025, ets-2021, icap
    """
    return _market_cost(claim.retired or 0, credit_year, allowance_year, bound)


def _market_cost(credits: int, credit_year: int, allowance_year: int, bound: Bound = "value") -> dict[str, float]:
    credit, allowance = _price("ccer_price", credit_year, bound), _price("ets_price", allowance_year)
    tonnes, gwp_co2 = _array(Quantity(credits, "t CO2e")), _array(Quantity(1.0, "t CO2e/t CO2"))
    return {
        "as_credits": float(credit_cost(tonnes, _array(credit))),
        "as_allowances": float(allowance_cost(tonnes, _array(allowance), gwp_co2)),
    }


@lru_cache(maxsize=64)
def _price(variable: str, year: int, bound: Bound = "value") -> Quantity:
    return table_value("credits", variable, year=year, bound=bound)


@dataclass(frozen=True)
class OffsetCost:
    """What all the credits of a claim would cost, and the same tonnes as allowances, at prices of stated years."""

    as_credits: Quantity
    credit_year: int
    as_allowances: Quantity
    allowance_year: int


def offset_cost(claim: Claim) -> OffsetCost:
    """Return what the credits that a claim needs would cost at market prices, whoever has retired them or not.

    Credits at the CCER price of the year nearest to the period, allowances at the mean price of the trading scheme
    likewise; money of 2025. No park has to surrender allowances: they stand beside for comparison.

    References
    ----------
    ccer-2020, ccer-2025, ets-2021, icap
    """
    credit_year, allowance_year = (_price_year(name, claim.last_day.year) for name in ("ccer_price", "ets_price"))
    cost = _market_cost(claim.needed, credit_year, allowance_year)
    money = {name: Quantity(value * unit_factor("CNY_2020", MONEY), MONEY) for name, value in cost.items()}
    return OffsetCost(money["as_credits"], credit_year, money["as_allowances"], allowance_year)


def _price_year(variable: str, year: int) -> int:
    """Return the year with a price that lies nearest; of two, the later."""
    rows = read_table("credits")
    years = rows.loc[rows["variable"] == variable, "year"]
    return min((int(known) for known in years), key=lambda known: (abs(known - year), -known))


def _array(quantity: Quantity) -> xr.DataArray:
    return stamp(xr.DataArray(float(quantity.value)), quantity.unit)


def offset_record(claim: Claim) -> dict[str, Any]:
    """Return what was paid for the retired credits, and what all the claim needs would cost at market prices."""
    cost = offset_cost(claim)
    reason = "no credits were retired" if claim.credits == () else "the file does not say what was paid"
    paid = None if claim.paid is None or not claim.credits else claim.paid.to(MONEY)
    return {
        "paid": {"value": paid, "unit": MONEY} | ({} if paid is not None else {"reason": reason}),
        "needed": {"value": claim.needed, "unit": "t CO2e"},
        "needed_as_credits": {"value": cost.as_credits.value, "unit": MONEY, "price_year": cost.credit_year},
        "needed_as_allowances": {"value": cost.as_allowances.value, "unit": MONEY, "price_year": cost.allowance_year},
    }
