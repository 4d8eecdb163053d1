"""What the pathway costs: investment by technology and year, what parks save, credits, and the cost of a ton by lever.

Arrays of the nation alone; provinces matter for the price of power and are summed at once. A lever costs, saves and
abates what the nation does less the same nation without it.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import xarray as xr

from decarb.nation import bills, lever_cost, power, spending, totals
from decarb.nation.spending import MONEY, PRICED_FROM, built_each_year, even_yearly_cost
from decarb.park.cost import Reason
from decarb.units import stamp, strip

PARK_PLANTS: Final = {"wind": "park_wind_capacity", "solar": "park_pv_capacity"}
ON_SITE: Final = {"on-site wind": "wind", "on-site PV": "solar"}
PARTS: Final = ("store_power", "store_energy")
"""What only enters other amounts."""
COST_NOT_KNOWN: Final = ("process change",)
FREE: Final = stamp(xr.DataArray(0.0), "1/yr")
ROUNDING: Final = 1e-9  # of park generation, and of national CO2; what lies below is no plant and no ton
Amounts = dict[str, xr.DataArray]


def national_cost(inputs: xr.Dataset, base: xr.Dataset, zone: xr.Dataset, runs: xr.Dataset) -> xr.Dataset:
    """Return what the nation and its parks spend and save in each year, and the cost of a ton by lever.

    Its dimension `lever` is `decarb.nation.lever_cost.LEVERS`: keep it apart from a Dataset with other levers.

    Parameters
    ----------
    inputs, base, zone : xr.Dataset
        As the chain of `decarb.model` makes them; `inputs` with the variables of `decarb.scenario.cost_inputs`.
    runs : xr.Dataset, (without, ...)
        What the chain gives a year: without `NOTHING`, which is the scenario as stated, and without each of `LEVERS`.

    Returns
    -------
    xr.Dataset
        Money in billion CNY_2025 a year: investment (`plant_investment` outside parks, `park_plant_investment`,
        `park_store_investment`, heat, efficiency, fuel switch, capture), `path_investment` + `investment_beyond_path` =
        `national_investment`, bills, credits beside allowances, and `lever_*`. `lever_*` is to the nation, plants and
        the fuel that is burnt. `lever_park_*` is to the parks, at what they pay; NaN for levers that no park pays for,
        and no cost of a ton for plants in parks that the path counts. A cost of a ton [CNY_2025/t CO2] is NaN where
        its `_reason` is not 0.
    """
    stated = runs.sel(without=lever_cost.NOTHING, drop=True)
    spent, billed = _investment(inputs, runs), _bills(inputs, runs, _power_price(inputs, base, zone))
    beyond = _share_beyond_path(inputs, stated)
    change = _change(_flows(inputs, runs, spent, billed))
    levers = _to_nation(change) | _to_parks(change, _counted_by_path(beyond))
    shown = {name: array.sel(without=lever_cost.NOTHING, drop=True) for name, array in (spent | billed).items()}
    sums = _sums(shown, beyond)
    used = totals.national(stated["ccer_retired"])
    credits = {
        "credit_spending": bills.credit_spending(used, inputs["credit_price"]),
        "allowance_spending": bills.allowance_spending(used, inputs["allowance_price"], inputs["gwp_co2"]),
    }
    every = {"technology": stated["technology"].values}
    shown["park_plant_investment"] = shown["park_plant_investment"].reindex(every, fill_value=0.0)
    return xr.Dataset({**shown, **sums, **credits, **levers}).drop_vars(PARTS)


def _flows(inputs: xr.Dataset, annual: xr.Dataset, spent: Amounts, billed: Amounts) -> Amounts:
    """Return what each run costs and saves a year, to the nation and to its parks, and what it emits."""
    plants, parks, capture = _even_costs(inputs, annual, spent)
    burnt = lever_cost.thermal_fuel(annual["thermal_generation"], inputs["thermal_fuel_price"])
    bought = billed["electricity_bill_saved"] - billed["electricity_for_fuel_bill"]
    return {
        "cost": plants + parks + capture,
        "saving": billed["fuel_bill_saved"] - burnt,
        "park_cost": parks,
        "park_saving": billed["fuel_bill_saved"] + bought,
        # What credit money causes is no work of a lever.
        "emitted": totals.national(annual["gross_co2"]) + annual["caused_abatement"],
    }


def _change(flows: Amounts) -> Amounts:
    """Return what the stated run costs and saves more than the run without each lever, and emits less."""
    stated = {name: array.sel(without=lever_cost.NOTHING, drop=True) for name, array in flows.items()}
    others = {name: array.sel(without=list(lever_cost.LEVERS)) for name, array in flows.items()}
    change = {
        name: (stated[name] - array).rename(without="lever").transpose(..., "lever", "year")
        for name, array in others.items()
    }
    known = ~change["cost"]["lever"].isin(COST_NOT_KNOWN)
    tonnes = -change.pop("emitted")
    some = abs(tonnes) > ROUNDING * stated["emitted"]
    money = {name: stamp(array.where(known), MONEY) for name, array in change.items()}
    return money | {"abated": stamp(tonnes.where(some, 0.0), "Mt CO2/yr")}


def _to_nation(change: Amounts) -> Amounts:
    """Return what a ton of each lever costs the nation."""
    cost, saving, abated = change["cost"], change["saving"], change["abated"]
    return {
        "lever_cost": cost,
        "lever_saving": saving,
        "lever_abated": abated,
        "lever_abatement_cost": lever_cost.lever_abatement_cost(cost, saving, abated),
        "lever_abatement_cost_reason": lever_cost.lever_abatement_cost_reason(cost, saving, abated),
    }


def _to_parks(change: Amounts, counted: xr.DataArray) -> Amounts:
    """Return what a ton of each lever costs the parks; none of plants that the national path has without parks too."""
    of_parks = change["abated"]["lever"].isin(lever_cost.OF_PARKS)
    cost, saving = (stamp(change[name].where(of_parks), MONEY) for name in ("park_cost", "park_saving"))
    reason = lever_cost.lever_abatement_cost_reason(cost, saving, change["abated"])
    reason = reason.where(~counted | (reason != int(Reason.DEFINED)), int(Reason.NOTHING_SPENT))
    per_ton = lever_cost.lever_abatement_cost(cost, saving, change["abated"])
    return {
        "lever_park_cost": cost,
        "lever_park_saving": saving,
        "lever_park_abatement_cost": stamp(per_ton.where(reason == int(Reason.DEFINED)), "CNY_2025/t CO2"),
        "lever_park_abatement_cost_reason": stamp(reason.astype(np.int8), "1"),
    }


def _counted_by_path(beyond: xr.DataArray) -> xr.DataArray:
    """Return of which levers the plants stand in the national path (lever, year)."""
    inside = [beyond.sel(technology=name, drop=True) == 0.0 for name in ON_SITE.values()]
    levers = {"lever": list(lever_cost.LEVERS)}
    return xr.concat(inside, dim=xr.IndexVariable("lever", list(ON_SITE))).reindex(levers, fill_value=False)


def _investment(inputs: xr.Dataset, annual: xr.Dataset) -> Amounts:
    """Return investment of each kind, replacement inside."""
    learned, rate = inputs["cost_learned"], inputs["plant_learning_rate"]
    capacity = _national_capacity(inputs, annual)
    parks, variable = _park_capacity(annual), {"technology": list(PARK_PLANTS)}
    inside = strip(parks, "GW").reindex(technology=capacity["technology"].values, fill_value=0.0)
    outside = stamp((strip(capacity, "GW") - inside).clip(0.0), "GW")
    price = spending.price_of_builds(inputs["plant_price"], capacity, rate, learned)
    park_price = spending.price_of_builds(inputs["park_plant_price"], capacity, rate, learned).sel(variable)
    stores = spending.capacity_of_stores(inputs["stores_standing"], annual["park_power_rating"])
    store_rate, life = inputs["store_learning_rate"], inputs["store_lifetime"]
    power_price = spending.price_of_builds(inputs["store_power_price"], stores, store_rate, learned)
    energy_price = spending.price_of_builds(inputs["store_energy_price"], stores, store_rate, learned)
    rated = spending.investment(built_each_year(annual["park_power_rating"], life, "GW"), power_price)
    held = spending.investment_in_energy(built_each_year(annual["park_energy_rating"], life, "GWh"), energy_price)
    hours, abated = inputs["heat_full_load_hours"], annual["abated_by_lever"]
    heat = spending.capacity_for(totals.national(annual["electricity_for_fuel_in_zones"]), hours)
    moved = bills.fuel_switched(
        abated.sel(lever="fuel switch", drop=True), inputs["fuel_factor"], inputs["switched_fuel_factor"]
    )
    boilers = spending.capacity_for(moved, hours)
    saved = bills.fuel_not_burnt(abated.sel(lever="efficiency", drop=True), inputs["fuel_factor"])
    both = stamp(strip(saved, "PJ/yr") + strip(totals.national(annual["electricity_saved"]), "PJ/yr"), "PJ/yr")
    saving = built_each_year(both, inputs["efficiency_lifetime"], "PJ/yr")
    return {
        "plant_investment": spending.investment(built_each_year(outside, inputs["plant_lifetime"], "GW"), price),
        "park_plant_investment": spending.investment(
            built_each_year(parks, inputs["park_plant_lifetime"].sel(variable), "GW"), park_price
        ),
        "park_store_investment": stamp(rated + held, MONEY),
        "store_power": rated,
        "store_energy": held,
        "electric_heat_investment": spending.investment(
            built_each_year(heat, inputs["electric_heat_lifetime"], "GW"), inputs["electric_heat_price"]
        ),
        "fuel_switch_investment": spending.investment(
            built_each_year(boilers, inputs["boiler_lifetime"], "GW"), inputs["boiler_price"]
        ),
        "efficiency_capex_total": spending.investment_in_efficiency(saving, inputs["efficiency_investment"]),
        "capture_investment": spending.investment_in_capture(
            totals.national(annual["captured_co2"]), inputs["capture_plant_price"]
        ),
    }


def _even_costs(
    inputs: xr.Dataset, annual: xr.Dataset, spent: Amounts
) -> tuple[xr.DataArray, xr.DataArray, xr.DataArray]:
    """Return the even yearly cost of plants outside parks, of all that parks build, and of capture."""

    def even(name: str, kind: str, om_share: xr.DataArray | None = None) -> xr.DataArray:
        labels = {"technology": spent[name]["technology"].values} if "technology" in spent[name].dims else {}
        running = inputs[f"{kind}_om_share"] if om_share is None else om_share
        cost = even_yearly_cost(
            spent[name], inputs[f"{kind}_lifetime"].sel(labels), running.sel({} if om_share is not None else labels),
            inputs["discount_rate"], PRICED_FROM,
        )  # fmt: skip
        return cost.sum([dim for dim in ("technology", "store") if dim in cost.dims])

    # Stores run at a share of their power part.
    parks = (
        even("park_plant_investment", "park_plant")
        + even("store_power", "store") + even("store_energy", "store", FREE)
        + even("electric_heat_investment", "electric_heat") + even("fuel_switch_investment", "boiler")
        + even("efficiency_capex_total", "efficiency")
    )  # fmt: skip
    caught = totals.national(annual["captured_co2"])
    return even("plant_investment", "plant"), parks, lever_cost.cost_of_capture(caught, inputs["capture_price"])


def _sums(spent: Amounts, beyond: xr.DataArray) -> Amounts:
    """Return national investment as the path and what parks add beyond it, and beside it all that parks spend."""
    plants = spent["park_plant_investment"]
    added = (plants * beyond).sum("technology")
    others = spent["park_store_investment"].sum("store") + sum(
        spent[name] for name in ("electric_heat_investment", "fuel_switch_investment", "efficiency_capex_total")
    )
    own = plants.sum("technology")
    path = spent["plant_investment"].sum("technology") + own - added + spent["capture_investment"]
    parts = {"path_investment": path, "investment_beyond_path": added + others,
             "national_investment": path + added + others, "investment_of_parks": own + others}  # fmt: skip
    return {name: stamp(array, MONEY) for name, array in parts.items()}


def _power_price(inputs: xr.Dataset, base: xr.Dataset, zone: xr.Dataset) -> xr.DataArray:
    """Return what parks pay for power, each province by what its zones would use of their own."""
    own = zone["own_use"].isel(vintage=0, drop=True) if "vintage" in zone["own_use"].dims else zone["own_use"]
    amount = stamp(strip(own, "MWh/yr").fillna(0.0) * strip(base["zone_count"], "zone"), "MWh/yr")
    return bills.mean_price(inputs["industrial_price"], amount)


def _bills(inputs: xr.Dataset, annual: xr.Dataset, price: xr.DataArray) -> Amounts:
    """Return what power and fuel parks no longer buy, and what they buy instead."""
    factor, fuel_price, abated = inputs["fuel_factor"], inputs["sector_fuel_price"], annual["abated_by_lever"]
    of_use = bills.electricity_bill(annual["park_own_use"], price)
    of_saving = bills.electricity_bill(totals.national(annual["electricity_saved"]), price)
    for_fuel = bills.electricity_bill(totals.national(annual["electricity_for_fuel_in_zones"]), price)
    no_longer = abated.sel(lever=["efficiency", "electrification"])
    burnt = bills.fuel_bill_saved(stamp(no_longer.sum("lever"), "Mt CO2/yr"), fuel_price, factor)
    switched = bills.switching_saved(
        abated.sel(lever="fuel switch", drop=True), fuel_price, inputs["switched_fuel_price"], factor,
        inputs["switched_fuel_factor"],
    )  # fmt: skip
    return {
        "electricity_bill_saved": stamp(of_use + of_saving, MONEY),
        "electricity_for_fuel_bill": for_fuel,
        "fuel_bill_saved": stamp(burnt + switched, MONEY),
    }


def _share_beyond_path(inputs: xr.Dataset, annual: xr.Dataset) -> xr.DataArray:
    """Return the part of the parks' generation by technology that the national path does not count already."""
    path = power.nonfossil_path(
        inputs["nonfossil_generation"], power.variable_generation(inputs["capacity"], inputs["full_load_hours"]),
        inputs["firm_generation"],
    )  # fmt: skip
    made = strip(annual["park_generation"], "TWh/yr")
    added = strip(annual["nonfossil_generation"], "TWh/yr") - strip(path, "TWh/yr")
    some = added > ROUNDING * made
    return (added / made.where(made > 0.0)).where(some & (made > 0.0), 0.0).clip(0.0, 1.0)


def _national_capacity(inputs: xr.Dataset, annual: xr.Dataset) -> xr.DataArray:
    """Return capacity of every technology: as the balance has it, or for firm plants what their energy needs."""
    given = strip(annual["capacity"], "GW")
    firm = spending.firm_capacity(annual["nonfossil_generation"], inputs["firm_full_load_hours"])
    return stamp(given.where(inputs["firm_full_load_hours"].isnull(), strip(firm, "GW")), "GW")


def _park_capacity(annual: xr.Dataset) -> xr.DataArray:
    """Return capacity of parks by technology."""
    each = [strip(annual[name], "GW") for name in PARK_PLANTS.values()]
    return stamp(xr.concat(each, dim=xr.IndexVariable("technology", list(PARK_PLANTS))), "GW")
