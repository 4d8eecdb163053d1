"""What a park costs: annuities, levelised cost, net present value, payback, and cost of abatement.

Money is real: yuan of a price year, so discount rates are real too. Every flow of money belongs to a calendar year;
the first year is not discounted, a later one at its full distance from it. What does not vary may be given as text,
such as "8 %/yr". A figure that does not exist is NaN, and its companion `*_reason` says why in a `Reason` code.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType
from typing import Final

import numpy as np
import xarray as xr

from decarb.errors import CallError
from decarb.units import declare_units


class Reason(IntEnum):
    """Why a figure is undefined; small whole numbers, so that a sweep can store them."""

    DEFINED = 0
    NOT_KNOWN = 1
    NO_ENERGY = 2
    NOTHING_SPENT = 3
    NEVER_PAID_BACK = 4
    NO_ABATEMENT = 5
    EMISSIONS_RISE = 6


REASONS: Final[Mapping[Reason, str]] = MappingProxyType(
    {
        Reason.DEFINED: "defined",
        Reason.NOT_KNOWN: "an input is not known",
        Reason.NO_ENERGY: "no energy is delivered, so none has a cost",
        Reason.NOTHING_SPENT: "nothing more is spent than in the twin, so there is nothing to pay back",
        Reason.NEVER_PAID_BACK: "the savings never make good what was spent, within the years looked at",
        Reason.NO_ABATEMENT: "emissions are those of the twin, so no ton has a cost",
        Reason.EMISSIONS_RISE: "emissions are higher than in the twin, so there is no ton that is avoided",
    }
)
"""The words of each `Reason`."""


@declare_units("1/yr", discount_rate="1/yr", lifetime="yr")
def annuity_factor(discount_rate: xr.DataArray, lifetime: xr.DataArray) -> xr.DataArray:
    """Return the share of an investment that is due at the end of each year of its life.

    Parameters
    ----------
    discount_rate : xr.DataArray, [1/yr]
        Real, compounded yearly; zero gives 1 / lifetime.
    lifetime : xr.DataArray, [yr]
        Years in use.

    Raises
    ------
    CallError
        A rate of -100 % or less, or a lifetime that is not above zero.

    Notes
    -----
    r / (1 - (1 + r)^-n), written so that it keeps its digits where r is small.

    Examples
    --------
    >>> round(annuity_factor("8 %/yr", "20 yr").item(), 6)
    0.101852
    """
    rate, years = xr.DataArray(discount_rate), xr.DataArray(lifetime)
    _check_rate(rate)
    _check_lifetime(years)
    charged = rate.where(rate != 0.0, 1.0)
    return (charged / -np.expm1(-years * np.log1p(charged))).where(rate != 0.0, 1.0 / years)


@declare_units("CNY_2025/yr", investment="CNY_2025", annuity="1/yr", running_cost="CNY_2025/yr")
def annualised_cost(investment: xr.DataArray, annuity: xr.DataArray, running_cost: xr.DataArray) -> xr.DataArray:
    """Return the even yearly cost of an investment and of running it.

    Parts with lifetimes of their own, along `technology` or `store`, are annualised apart and may then be summed.

    Parameters
    ----------
    investment : xr.DataArray, [CNY_2025]
        Paid at the start.
    annuity : xr.DataArray, [1/yr]
        As `annuity_factor` gives it.
    running_cost : xr.DataArray, [CNY_2025/yr]
        Operation, maintenance, energy bought.
    """
    return investment * annuity + running_cost


@declare_units("CNY_2025/yr", investment="CNY_2025", lifetime="yr")
def investment_flow(investment: xr.DataArray, lifetime: xr.DataArray, *, start: int, horizon: int) -> xr.DataArray:
    """Return what is spent on a part in each year from `start` to `start + horizon`, (..., year).

    A part that wears out inside the horizon is bought again, at the same price, in the year in which it does. What is
    left of the last one comes back in the final year, negative, as the share of its lifetime still to run: a straight
    line, where a real sale may bring nothing. Without discounting the sum is investment x horizon / lifetime.

    Parameters
    ----------
    investment : xr.DataArray, [CNY_2025]
        Price of one.
    lifetime : xr.DataArray, [yr]
        Years in use.
    start, horizon : int
        Calendar year of the first purchase; years looked at.

    Raises
    ------
    CallError
        A lifetime not above zero, or a horizon below one year.

    Examples
    --------
    >>> flow = investment_flow("90 CNY_2025", "12 yr", start=2021, horizon=20)
    >>> flow.where(flow != 0, drop=True).to_series().to_dict()
    {2021: 90.0, 2033: 90.0, 2041: -30.0}
    """
    price, life = xr.DataArray(investment), xr.DataArray(lifetime)
    _check_lifetime(life)
    if horizon < 1:
        raise CallError(f"horizon: {horizon} years; look at one or more")
    age = xr.DataArray(np.arange(horizon + 1), {"year": np.arange(start, start + horizon + 1)}, ("year",))
    # Purchases fall at multiples of the lifetime: so many of them at or after the start of a year, before its end.
    # Division of a negative rounds up.
    bought = -(-(age + 1) // life) + (-age // life)
    left = (-(-horizon // life) * life - horizon) / life
    return (price * bought.where(age < horizon, -left)).transpose(..., "year")


@declare_units("CNY_2025/kWh", cost="CNY_2025/yr", energy="kWh/yr", discount_rate="1/yr")
def levelised_cost(cost: xr.DataArray, energy: xr.DataArray, discount_rate: xr.DataArray) -> xr.DataArray:
    """Return the constant price of energy at which discounted sales equal discounted costs (LCOE).

    Parameters
    ----------
    cost : xr.DataArray, [CNY_2025/yr], (..., year)
        Investment, replacement, running and residual value.
    energy : xr.DataArray, [kWh/yr], (..., year)
        What is delivered; energy that is curtailed has no place here.
    discount_rate : xr.DataArray, [1/yr]
        Real.

    Raises
    ------
    CallError
        The two do not cover the same consecutive years.
    """
    _check_years(cost, energy)
    weight = _weight(discount_rate, cost["year"])
    delivered = (energy * weight).sum("year", skipna=False)
    return (cost * weight).sum("year", skipna=False) / delivered.where(delivered > 0.0)


@declare_units("1", cost="CNY_2025/yr", energy="kWh/yr")
def levelised_cost_reason(cost: xr.DataArray, energy: xr.DataArray) -> xr.DataArray:
    """Return the reason code of `levelised_cost`."""
    delivered = energy.sum("year", skipna=False)
    codes = (delivered <= 0.0) * int(Reason.NO_ENERGY)
    return _code(codes, known=delivered.notnull() & cost.sum("year", skipna=False).notnull())


@declare_units("CNY_2025/yr", cost="CNY_2025/yr", twin_cost="CNY_2025/yr")
def saving_against(cost: xr.DataArray, twin_cost: xr.DataArray, *, twin: str) -> xr.DataArray:
    """Return what a park spends less than its business-as-usual twin in each year; negative where it spends more.

    Every figure of worth is against something: the name of the twin stays on the result as its coordinate `twin`.

    Parameters
    ----------
    cost, twin_cost : xr.DataArray, [CNY_2025/yr], (..., year)
        All money that the park, and the same park without the measures, spends: investment, bills, running cost.
    twin : str
        What the twin is, such as "grid supply only".

    Raises
    ------
    CallError
        The twin has no name, or the two do not cover the same consecutive years.
    """
    if not twin.strip():
        raise CallError('twin: has no name; write what the park is compared with, such as "grid supply only"')
    _check_years(cost, twin_cost)
    return (twin_cost - cost).assign_coords(twin=twin)


@declare_units("CNY_2025", saving="CNY_2025/yr", discount_rate="1/yr")
def net_present_value(saving: xr.DataArray, discount_rate: xr.DataArray) -> xr.DataArray:
    """Return the worth of a saving in the first of its years.

    Parameters
    ----------
    saving : xr.DataArray, [CNY_2025/yr], (..., year)
        As `saving_against` gives it.
    discount_rate : xr.DataArray, [1/yr]
        Real.

    Raises
    ------
    CallError
        Years that are not consecutive, or a rate of -100 % or less.
    """
    return _discounted(saving, discount_rate).sum("year", skipna=False)


@declare_units("yr", saving="CNY_2025/yr")
def simple_payback(saving: xr.DataArray) -> xr.DataArray:
    """Return the years after which savings have made good what was spent, undiscounted.

    Counted to the year from which the running sum *stays* at or above zero, since replacing a part can open the hole
    again; savings come evenly over their year. `payback_reason` says why it is NaN.

    Parameters
    ----------
    saving : xr.DataArray, [CNY_2025/yr], (..., year)
        As `saving_against` gives it.

    Examples
    --------
    >>> saving = xr.DataArray([-100.0, 40.0, 40.0, 40.0], {"year": [2021, 2022, 2023, 2024]}, ("year",))
    >>> simple_payback(saving.assign_attrs(units="CNY_2025/yr")).item()
    2.5
    """
    return _payback(_discounted(saving, xr.DataArray(0.0)))


@declare_units("yr", saving="CNY_2025/yr", discount_rate="1/yr")
def discounted_payback(saving: xr.DataArray, discount_rate: xr.DataArray) -> xr.DataArray:
    """Return the years after which discounted savings have made good what was spent; see `simple_payback`."""
    return _payback(_discounted(saving, discount_rate))


@declare_units("1", saving="CNY_2025/yr", discount_rate="1/yr")
def payback_reason(saving: xr.DataArray, discount_rate: xr.DataArray) -> xr.DataArray:
    """Return the reason code of `discounted_payback`, and at a rate of zero of `simple_payback`."""
    total = _discounted(saving, discount_rate).cumsum("year", skipna=False)
    end, never = total.isel(year=-1, drop=True), int(Reason.NEVER_PAID_BACK)
    codes = (end < 0.0) * never + (total >= 0.0).all("year") * int(Reason.NOTHING_SPENT)
    return _code(codes, known=end.notnull())


@declare_units(
    "CNY_2025/t CO2e",
    cost="CNY_2025/yr", twin_cost="CNY_2025/yr", emissions="t CO2e/yr", twin_emissions="t CO2e/yr",
)  # fmt: skip
def abatement_cost(
    cost: xr.DataArray, twin_cost: xr.DataArray, emissions: xr.DataArray, twin_emissions: xr.DataArray
) -> xr.DataArray:
    """Return what a ton costs that a park emits less than its twin; undefined where it emits no less.

    Below zero the ton saves money; among such tons the lower figure is not the better one, since little abatement
    makes it lower too. `abatement_cost_reason` says why it is NaN.

    Parameters
    ----------
    cost, twin_cost : xr.DataArray, [CNY_2025/yr]
        Even yearly costs, as `annualised_cost` gives them.
    emissions, twin_emissions : xr.DataArray, [t CO2e/yr]
        Physical, location-based: a credit or certificate abates nothing here.

    Examples
    --------
    >>> abatement_cost("3 CNY_2025/yr", "1 CNY_2025/yr", "6 t CO2e/yr", "10 t CO2e/yr").item()
    0.5
    """
    abatement = xr.DataArray(twin_emissions - emissions)
    return (cost - twin_cost) / abatement.where(abatement > 0.0)


@declare_units(
    "1", cost="CNY_2025/yr", twin_cost="CNY_2025/yr", emissions="t CO2e/yr", twin_emissions="t CO2e/yr"
)  # fmt: skip
def abatement_cost_reason(
    cost: xr.DataArray, twin_cost: xr.DataArray, emissions: xr.DataArray, twin_emissions: xr.DataArray
) -> xr.DataArray:
    """Return the reason code of `abatement_cost`."""
    abatement, extra = xr.DataArray(twin_emissions - emissions), xr.DataArray(cost - twin_cost)
    codes = (abatement == 0.0) * int(Reason.NO_ABATEMENT) + (abatement < 0.0) * int(Reason.EMISSIONS_RISE)
    return _code(codes, known=abatement.notnull() & extra.notnull())


def _payback(saving: xr.DataArray) -> xr.DataArray:
    """Return when the running sum crosses zero for the last time, on a straight line inside the year it does."""
    total = saving.cumsum("year", skipna=False)
    step = xr.DataArray(np.arange(saving.sizes["year"]), dims="year")
    last_below = step.where(total < 0.0, -1).max("year")
    paid = (last_below >= 0) & (total.isel(year=-1, drop=True) >= 0.0)
    hole = -total.isel(year=last_below.clip(min=0)).drop_vars("year", errors="ignore")
    gain = saving.isel(year=(last_below + 1).clip(max=step.size - 1)).drop_vars("year", errors="ignore")
    return (last_below + hole / gain.where(paid)).where(paid)


def _discounted(flow: xr.DataArray, discount_rate: xr.DataArray) -> xr.DataArray:
    _check_years(flow)
    return flow * _weight(discount_rate, flow["year"])


def _weight(discount_rate: xr.DataArray, year: xr.DataArray) -> xr.DataArray:
    """Return what a yuan of each year is worth in the first one."""
    rate = xr.DataArray(discount_rate)
    _check_rate(rate)
    return (1.0 + rate) ** -(year - year[0]).astype(float)


def _check_rate(rate: xr.DataArray) -> None:
    if not bool((rate > -1.0).all()):
        raise CallError(f"discount_rate: {float(rate.min()):g} 1/yr is no rate; write more than -1 1/yr")


def _check_lifetime(lifetime: xr.DataArray) -> None:
    if not bool((lifetime > 0.0).all()):
        raise CallError(f"lifetime: {float(lifetime.min()):g} yr; write more than 0 yr")


def _check_years(*flows: xr.DataArray) -> None:
    """Refuse flows that do not share their years, each one year after the one before."""
    for flow in flows:
        if "year" not in flow.dims or "year" not in flow.coords:
            raise CallError(f"year: the flow has dimensions {tuple(flow.dims)}; give one amount for each calendar year")
        years = flow["year"].values
        if not np.array_equal(years, np.arange(years[0], years[0] + years.size)):
            raise CallError(f"year: {years[0]} to {years[-1]} in {years.size} entries; write every year once, in order")
        if not np.array_equal(years, flows[0]["year"].values):
            first = flows[0]["year"].values
            raise CallError(f"year: {first[0]}-{first[-1]} beside {years[0]}-{years[-1]}; give both the same years")


def _code(codes: xr.DataArray, known: xr.DataArray) -> xr.DataArray:
    return codes.where(known, int(Reason.NOT_KNOWN)).astype(np.int8)
