"""What a park costs, and what that is worth against its twin on grid supply only.

Every later year repeats the first: no price moves, no load grows. Generation fades in the levelised cost alone, since
a faded year has flows of its own. Heat plants stand in both, with the same cost, and are left out of both.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import xarray as xr

from decarb.errors import CallError, UnitError
from decarb.park import cost, tariff
from decarb.park.twins import TWIN
from decarb.units import converted, declare_units, stamp, strip

GENERATORS: Final = ("wind", "pv")

PRICES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "generation_capex": "CNY_2025/kW",  # (technology)
        "generation_om_share": "1/yr",  # (technology), of the investment
        "generation_lifetime": "yr",  # (technology)
        "degradation": "1/yr",  # (technology), of the first year's generation
        "store_power_capex": "CNY_2025/kW",  # (store)
        "store_energy_capex": "CNY_2025/kWh",  # (store), of the energy rating
        "store_om_share": "1/yr",  # (store), of the investment in power
        "store_lifetime": "yr",  # (store), the shorter of calendar and cycles
        "period_price": "CNY_2025/kWh",  # (period)
        "export_price": "CNY_2025/kWh",
        "demand_charge": "CNY_2025/kW/yr",
        "discount_rate": "1/yr",
    }
)
"""What `park_cost` asks of `prices`; money of another price year is converted by the deflator, or refused."""

SUPPLIES: Final[Mapping[str, tuple[str, str, str]]] = MappingProxyType(
    {
        "natural_gas": ("gas_bill", "Nm3/yr", "gas_price"),
        "fresh_water": ("water_bill", "m3/yr", "water_price"),
        "heat_import": ("heat_bill", "GJ/yr", "heat_price"),
        "coal": ("coal_bill", "t/yr", "coal_price"),
        "diesel": ("diesel_bill", "t/yr", "diesel_price"),
    }
)
"""What else a park may buy: the bill, the unit of the amount, and the price; each counts where both are given."""


@declare_units("CNY_2025/Nm3", gas_price="CNY_2025/m3", gas_metered_volume="m3/Nm3")
def gas_price_at_normal_conditions(gas_price: xr.DataArray, gas_metered_volume: xr.DataArray) -> xr.DataArray:
    """Return the price of a normal cubic metre (0 degrees Celsius) from that of a metered one.

    Parameters
    ----------
    gas_price : xr.DataArray, [CNY_2025/m3]
        As printed, for the volume that the meter counts.
    gas_metered_volume : xr.DataArray, [m3/Nm3]
        Metered volume of a normal cubic metre: 1.073 where meters count at 20 degrees Celsius.
    """
    return xr.DataArray(gas_price * gas_metered_volume)


@declare_units("CNY_2025", rating="MW", price="CNY_2025/MW")
def investment_in_power(rating: xr.DataArray, price: xr.DataArray) -> xr.DataArray:
    """Return what a rating of power costs; nothing where there is none, though its price be unknown."""
    return _priced(rating, price)


@declare_units("CNY_2025", rating="MWh", price="CNY_2025/MWh")
def investment_in_energy(rating: xr.DataArray, price: xr.DataArray) -> xr.DataArray:
    """Return what a rating of energy costs; nothing where there is none, though its price be unknown."""
    return _priced(rating, price)


@declare_units("CNY_2025/yr", investment="CNY_2025", om_share="1/yr")
def running_cost(investment: xr.DataArray, om_share: xr.DataArray) -> xr.DataArray:
    """Return the yearly cost of operation and maintenance."""
    return _priced(investment, om_share)


@declare_units("MWh/yr", generation="MWh/yr", curtailment="MWh/yr")
def used_generation(generation: xr.DataArray, curtailment: xr.DataArray) -> xr.DataArray:
    """Return the generation (technology) that finds a use; what is curtailed is shared by all in proportion."""
    total = generation.sum("technology", skipna=False)
    return (generation * (1.0 - curtailment / total.where(total > 0.0))).where(~(total <= 0.0), generation)


def park_cost(
    flows: xr.Dataset,
    twin_flows: xr.Dataset,
    design: xr.Dataset,
    prices: xr.Dataset,
    *,
    start: int,
    horizon: int,
    province: str = tariff.HOME,
) -> xr.Dataset:
    """Return the cost statement of a park: investment, bills, levelised cost, and worth against `TWIN`.

    Parameters
    ----------
    flows, twin_flows : xr.Dataset
        What `dispatch` gives for the park and for its `grid_supply_only`. Optional: `billed_demand` [MW] as
        `tariff.billed_demand` gives it, in both (else `peak_import` stands in, an upper bound); `emissions`
        [t CO2e/yr], physical and location-based, in both; amounts of `SUPPLIES`. Supplies that only the park's flows
        hold are the same in the twin.
    design : xr.Dataset
        As `dispatch` takes it.
    prices : xr.Dataset
        The variables of `PRICES`; a price of `SUPPLIES` where it is known.
    start, horizon : int
        Calendar year of the investment; years of operation looked at, the first is the one after.
    province : str
        Named in the notes where another's prices stand in.

    Returns
    -------
    xr.Dataset
        `investment` (technology), `store_investment` (store), `total_investment` [CNY_2025]; `running_cost`, the parts
        of the electricity bill, other bills, `annualised_cost`, and of the twin `twin_electricity_bill` and
        `twin_annualised_cost` [CNY_2025/yr]; `levelised_cost` (technology); `annual_saving`, `net_present_value`,
        `simple_payback`, `discounted_payback`; with emissions also `abatement` and `abatement_cost`. A figure that
        may be undefined has a `*_reason` beside it. `attrs["notes"]` says what stands in and what is left out.

    Raises
    ------
    CallError
        A price or a flow is missing, or the horizon is below one year.
    """
    _check_names(flows, twin_flows, prices)
    price = xr.Dataset({name: _stated(prices, name, unit) for name, unit in PRICES.items()})
    plants, stores = _plants(flows, design, price, start, horizon), _stores(design, price, start, horizon)
    running = stamp(plants["running"].sum("technology", skipna=False) + stores["running"].sum("store", skipna=False),
                    "CNY_2025/yr")  # fmt: skip
    demand = _demand(flows, twin_flows)
    bills, twin_bills = (_bills(each, prices, price, demand) for each in (flows, _with_supplies(twin_flows, flows)))
    due, twin_due = _due(bills), _due(twin_bills)
    even = stamp(plants["even"].sum("technology", skipna=False) + stores["even"].sum("store", skipna=False) + due,
                 "CNY_2025/yr")  # fmt: skip

    outlay = plants["outlay"].sum("technology", skipna=False) + stores["outlay"].sum("store", skipna=False)
    in_use = (outlay["year"] > start).astype(float)
    spent = stamp(outlay + in_use * (due + running), "CNY_2025/yr")
    saving = cost.saving_against(spent, stamp(in_use * twin_due, "CNY_2025/yr"), twin=TWIN)
    rate, at_once = price["discount_rate"], stamp(xr.DataArray(0.0), "1/yr")
    result = xr.Dataset(
        {
            "investment": plants["price"],
            "store_investment": stores["price"],
            "total_investment": stamp(
                plants["price"].sum("technology", skipna=False) + stores["price"].sum("store", skipna=False), "CNY_2025"
            ),
            "running_cost": running,
            **bills,
            "annualised_cost": even,
            "twin_electricity_bill": twin_bills["electricity_bill"],
            "twin_annualised_cost": stamp(twin_due, "CNY_2025/yr"),
            "levelised_cost": plants["levelised_cost"],
            "levelised_cost_reason": plants["levelised_cost_reason"],
            "annual_saving": stamp(twin_due - due - running, "CNY_2025/yr"),
            "net_present_value": cost.net_present_value(saving, rate),
            "simple_payback": cost.simple_payback(saving),
            "simple_payback_reason": cost.payback_reason(saving, at_once),
            "discounted_payback": cost.discounted_payback(saving, rate),
            "discounted_payback_reason": cost.payback_reason(saving, rate),
            "discount_rate": rate,
        },
        {"twin": TWIN},
        {"notes": _notes(flows, prices, province, demand)},
    )
    if "emissions" not in flows:
        return result
    amounts = (even, result["twin_annualised_cost"], flows["emissions"], twin_flows["emissions"])
    abated = strip(twin_flows["emissions"], "t CO2e/yr") - strip(flows["emissions"], "t CO2e/yr")
    return result.assign(
        abatement=stamp(abated, "t CO2e/yr"),
        abatement_cost=cost.abatement_cost(*amounts),
        abatement_cost_reason=cost.abatement_cost_reason(*amounts),
    )


def _priced(size: xr.DataArray, price: xr.DataArray) -> xr.DataArray:
    """Return size x price, and zero for no size whatever the price, even where none is known."""
    return xr.DataArray(size * price).where(~(xr.DataArray(size) <= 0.0), 0.0)


def _stated(given: xr.Dataset, name: str, unit: str) -> xr.DataArray:
    """Return a variable in its unit; a wrong one is named."""
    try:
        return converted(given[name], unit)
    except UnitError as error:
        raise UnitError(f"park_cost: {name}: {error}") from None


def _plants(flows: xr.Dataset, design: xr.Dataset, price: xr.Dataset, start: int, horizon: int) -> xr.Dataset:
    """Return the money of wind and PV: price, running cost, even cost, outlay by year and levelised cost."""
    sizes = [strip(design[f"{name}_capacity"], "MW") for name in GENERATORS]
    capacity = stamp(xr.concat(sizes, xr.IndexVariable("technology", list(GENERATORS))), "MW")
    price = price.sel(technology=list(GENERATORS))
    paid = investment_in_power(capacity, price["generation_capex"])
    running = running_cost(paid, price["generation_om_share"])
    plants = _worth(paid, running, price["generation_lifetime"], price["discount_rate"], start, horizon)
    used = used_generation(flows["generation"], flows["curtailment"]).sel(technology=list(GENERATORS))
    age = plants["year"] - start
    fading = (1.0 - strip(price["degradation"], "1/yr")) ** (age - 1).clip(min=0)
    energy = stamp(used * fading * (age > 0), "MWh/yr")
    spent = stamp(plants["outlay"] + plants["running"] * (age > 0), "CNY_2025/yr")
    return plants.assign(
        levelised_cost=cost.levelised_cost(spent, energy, price["discount_rate"]),
        levelised_cost_reason=cost.levelised_cost_reason(spent, energy),
    )


def _stores(design: xr.Dataset, price: xr.Dataset, start: int, horizon: int) -> xr.Dataset:
    """Return the money of the stores: price, running cost, even cost and outlay by year."""
    price = price.sel(store=design["store"])
    power = investment_in_power(design["power_rating"], price["store_power_capex"])
    energy = investment_in_energy(design["energy_rating"], price["store_energy_capex"])
    both = stamp(power + energy, "CNY_2025")
    running = running_cost(power, price["store_om_share"])
    return _worth(both, running, price["store_lifetime"], price["discount_rate"], start, horizon)


def _worth(
    price: xr.DataArray, running: xr.DataArray, lifetime: xr.DataArray, rate: xr.DataArray, start: int, horizon: int
) -> xr.Dataset:
    """Return price and running cost of parts, their even cost, and their outlay by year."""
    # What is not there has no lifetime either; any will do.
    life = stamp(xr.where(price == 0.0, float(horizon), lifetime), "yr")
    return xr.Dataset(
        {
            "price": price,
            "running": running,
            "even": cost.annualised_cost(price, cost.annuity_factor(rate, life), running),
            "outlay": cost.investment_flow(price, life, start=start, horizon=horizon),
        }
    )


def _demand(flows: xr.Dataset, twin_flows: xr.Dataset) -> str:
    """Return what a charge on demand multiplies, of one kind for both: an upper bound of one would not compare."""
    return "billed_demand" if "billed_demand" in flows and "billed_demand" in twin_flows else "peak_import"


def _bills(flows: xr.Dataset, prices: xr.Dataset, price: xr.Dataset, demand: str) -> xr.Dataset:
    """Return the electricity bill and its parts, and the bill of each supply that has a price."""
    bills = tariff.annual_bill(
        flows["grid_import_by_period"], flows["grid_export"], price["period_price"], price["export_price"],
        flows[demand], price["demand_charge"],
    )  # fmt: skip
    others = {}
    for name, (bill, unit, paid) in SUPPLIES.items():
        if name in flows and paid in prices:
            each = _stated(prices, paid, "CNY_2025/" + unit.removesuffix("/yr"))
            others[bill] = stamp(_stated(flows, name, unit) * each, "CNY_2025/yr")
    return bills.assign(others)


def _due(bills: xr.Dataset) -> xr.DataArray:
    """Return what all bills come to."""
    others = [bills[name] for name, _, _ in SUPPLIES.values() if name in bills]
    return sum(others, start=bills["electricity_bill"])


def _with_supplies(twin_flows: xr.Dataset, flows: xr.Dataset) -> xr.Dataset:
    """Return the twin's flows with the park's supplies where it states none of its own: the demands are the same."""
    return twin_flows.assign({name: flows[name] for name in SUPPLIES if name in flows and name not in twin_flows})


def _notes(flows: xr.Dataset, prices: xr.Dataset, province: str, demand: str) -> tuple[str, ...]:
    """Return in words what stands in for what, and what is left out."""
    notes = [*tariff.stand_ins(province), "heat plants: no price is known; they stand in the twin too"]
    notes += [
        f"{name}: used, but no price of it is known; left out"
        for name, (_, _, paid) in SUPPLIES.items()
        if name in flows and paid not in prices and bool((flows[name] > 0.0).any())
    ]
    if demand == "peak_import" and bool((prices["demand_charge"] > 0.0).any()):
        notes.append("demand charge: the highest import of the year stands for that of every month, an upper bound")
    if "unmet_load" in flows and bool((flows["unmet_load"] > 0.0).any()):
        notes.append("unmet load: the twin serves it and pays for it, so the saving is too high by its price")
    return tuple(notes)


def _check_names(flows: xr.Dataset, twin_flows: xr.Dataset, prices: xr.Dataset) -> None:
    """Refuse what is incomplete, naming all that is missing."""
    needed = ("grid_import_by_period", "grid_export", "peak_import")
    wanted = {
        "flows": (flows, ("generation", "curtailment", *needed)),
        "twin_flows": (twin_flows, (*needed, *(["emissions"] if "emissions" in flows else []))),
        "prices": (prices, tuple(PRICES)),
    }
    missing = [f"{where} lacks {name}" for where, (given, names) in wanted.items() for name in names
               if name not in given]  # fmt: skip
    if missing:
        raise CallError(f"park_cost: {'; '.join(missing)}; add what is missing with its unit")
