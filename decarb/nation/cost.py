"""What the pathway costs: investment by technology and year, what parks save, credits, and the cost of a ton by lever.

Arrays of the nation alone; provinces matter for the price of power and are summed at once.
"""

from __future__ import annotations

from typing import Final

import xarray as xr

from decarb.nation import bills, lever_cost, power, spending
from decarb.nation.spending import MONEY, PRICED_FROM, built_each_year, even_yearly_cost
from decarb.nation.vintages import mean_of_year
from decarb.units import stamp, strip

PARK_PLANTS: Final = {"wind": "park_wind_capacity", "solar": "park_pv_capacity"}
ON_SITE: Final = {"wind": "on-site wind", "solar": "on-site PV"}
PARTS: Final = (
    "outside_parks", "built_outside", "store_power", "store_energy", "own_use", "saved_power", "efficiency",
    "electrification", "fuel switch",
)  # fmt: skip
"""What only enters other amounts."""
IN_ZONES: Final = ("electricity_for_fuel_in_zones", "electricity_saved")
STORE_FLOWS: Final = ("charge", "discharge", "storage_change")
FREE: Final = stamp(xr.DataArray(0.0), "1/yr")
ROUNDING: Final = 1e-9  # of park generation; what lies below is no plant beyond the path
Amounts = dict[str, xr.DataArray]


def national_cost(
    inputs: xr.Dataset,
    base: xr.Dataset,
    zone: xr.Dataset,
    fleet: xr.Dataset,
    economy: xr.Dataset,
    electricity: xr.Dataset,
    annual: xr.Dataset,
) -> xr.Dataset:
    """Return what the nation and its parks spend and save in each year, and the cost of a ton by lever.

    Its dimension `lever` is `decarb.nation.lever_cost.LEVERS`: keep it apart from a Dataset with other levers.

    Parameters
    ----------
    inputs, base, zone, fleet, economy, electricity, annual : xr.Dataset
        As the chain of `decarb.model` makes them; `inputs` with the variables of `decarb.scenario.cost_inputs`.

    Returns
    -------
    xr.Dataset
        Money in billion CNY_2025 a year: investment (`plant_investment` outside parks, `park_plant_investment`,
        `park_store_investment`, heat, efficiency, fuel switch, capture), `path_investment` + `investment_beyond_path` =
        `national_investment`, bills, credits beside allowances, and `lever_*`. `lever_abatement_cost` [CNY_2025/t CO2]
        is NaN where `lever_abatement_cost_reason` is not 0.
    """
    economy = economy.assign({name: stamp(_national(economy[name]), economy[name].attrs["units"]) for name in IN_ZONES})
    beyond = _share_beyond_path(inputs, fleet, electricity)
    spent = _investment(inputs, fleet, economy, electricity, annual)
    billed = _bills(inputs, base, zone, fleet, economy)
    sums = _sums(spent, beyond)
    used = stamp(_national(annual["ccer_retired"]), "Mt CO2e/yr")
    credits = {
        "credit_spending": bills.credit_spending(used, inputs["credit_price"]),
        "allowance_spending": bills.allowance_spending(used, inputs["allowance_price"], inputs["gwp_co2"]),
    }
    cost = _lever_costs(inputs, spent, annual, beyond)
    tonnes = _lever_tonnes(inputs, base, fleet, economy, electricity, annual, spent, beyond)
    saving = _lever_savings(inputs, base, fleet, billed, cost, tonnes, beyond)
    levers = {
        "lever_cost": stamp(lever_cost.by_lever(cost), MONEY),
        "lever_saving": stamp(lever_cost.by_lever(saving), MONEY),
        "lever_abated": stamp(lever_cost.by_lever(tonnes), "Mt CO2/yr"),
    }
    per_ton = {
        "lever_abatement_cost": lever_cost.lever_abatement_cost(*levers.values()),
        "lever_abatement_cost_reason": lever_cost.lever_abatement_cost_reason(*levers.values()),
    }
    shown = {name: array for name, array in (spent | billed).items() if name not in PARTS}
    every = {"technology": electricity["technology"].values}
    shown["park_plant_investment"] = shown["park_plant_investment"].reindex(every, fill_value=0.0)
    return xr.Dataset({**shown, **sums, **credits, **levers, **per_ton})


def _investment(
    inputs: xr.Dataset, fleet: xr.Dataset, economy: xr.Dataset, electricity: xr.Dataset, annual: xr.Dataset
) -> Amounts:
    """Return investment of each kind, replacement inside."""
    learned, rate = inputs["cost_learned"], inputs["plant_learning_rate"]
    capacity = _national_capacity(inputs, electricity)
    parks, variable = _park_capacity(fleet), {"technology": list(PARK_PLANTS)}
    inside = strip(parks, "GW").reindex(technology=capacity["technology"].values, fill_value=0.0)
    outside = stamp((strip(capacity, "GW") - inside).clip(0.0), "GW")
    built = built_each_year(outside, inputs["plant_lifetime"], "GW")
    price = spending.price_of_builds(inputs["plant_price"], capacity, rate, learned)
    park_price = spending.price_of_builds(inputs["park_plant_price"], capacity, rate, learned).sel(variable)
    stores = spending.capacity_of_stores(inputs["stores_standing"], fleet["park_power_rating"])
    store_rate, life = inputs["store_learning_rate"], inputs["store_lifetime"]
    power_price = spending.price_of_builds(inputs["store_power_price"], stores, store_rate, learned)
    energy_price = spending.price_of_builds(inputs["store_energy_price"], stores, store_rate, learned)
    rated = spending.investment(built_each_year(fleet["park_power_rating"], life, "GW"), power_price)
    held = spending.investment_in_energy(built_each_year(fleet["park_energy_rating"], life, "GWh"), energy_price)
    heat = spending.capacity_for(economy["electricity_for_fuel_in_zones"], inputs["heat_full_load_hours"])
    abated, hours = economy["abated_by_lever"], inputs["heat_full_load_hours"]
    moved = bills.fuel_switched(
        abated.sel(lever="fuel switch", drop=True), inputs["fuel_factor"], inputs["switched_fuel_factor"]
    )
    boilers = spending.capacity_for(moved, hours)
    saved = bills.fuel_not_burnt(abated.sel(lever="efficiency", drop=True), inputs["fuel_factor"])
    both = stamp(strip(saved, "PJ/yr") + strip(economy["electricity_saved"], "PJ/yr"), "PJ/yr")
    saving = built_each_year(both, inputs["efficiency_lifetime"], "PJ/yr")
    return {
        "outside_parks": outside,
        "built_outside": built,
        "plant_investment": spending.investment(built, price),
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
            stamp(_national(annual["captured_co2"]), "Mt CO2/yr"), inputs["capture_plant_price"]
        ),
    }


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


def _bills(inputs: xr.Dataset, base: xr.Dataset, zone: xr.Dataset, fleet: xr.Dataset, economy: xr.Dataset) -> Amounts:
    """Return what power and fuel parks no longer buy, and what they buy instead."""
    own = zone["own_use"].isel(vintage=0, drop=True) if "vintage" in zone["own_use"].dims else zone["own_use"]
    amount = stamp(strip(own, "MWh/yr").fillna(0.0) * strip(base["zone_count"], "zone"), "MWh/yr")
    price = bills.mean_price(inputs["industrial_price"], amount)
    factor, fuel_price, abated = inputs["fuel_factor"], inputs["sector_fuel_price"], economy["abated_by_lever"]
    of_use = bills.electricity_bill(fleet["park_own_use"], price)
    of_saving = bills.electricity_bill(economy["electricity_saved"], price)
    fuel = {
        name: bills.fuel_bill_saved(abated.sel(lever=name, drop=True), fuel_price, factor)
        for name in ("efficiency", "electrification")
    }
    switched = bills.switching_saved(
        abated.sel(lever="fuel switch", drop=True), fuel_price, inputs["switched_fuel_price"], factor,
        inputs["switched_fuel_factor"],
    )  # fmt: skip
    return {
        "own_use": of_use,
        "saved_power": of_saving,
        "efficiency": fuel["efficiency"],
        "electrification": fuel["electrification"],
        "fuel switch": switched,
        "electricity_bill_saved": stamp(of_use + of_saving, MONEY),
        "electricity_for_fuel_bill": bills.electricity_bill(economy["electricity_for_fuel_in_zones"], price),
        "fuel_bill_saved": stamp(sum(fuel.values(), start=switched), MONEY),
    }


def _lever_costs(inputs: xr.Dataset, spent: Amounts, annual: xr.Dataset, beyond: xr.DataArray) -> Amounts:
    """Return the even yearly cost of each lever; of plants in parks, that of the part that the path does not count."""

    def even(name: str, lifetime: xr.DataArray, om_share: xr.DataArray) -> xr.DataArray:
        return even_yearly_cost(spent[name], lifetime, om_share, inputs["discount_rate"], PRICED_FROM)

    def even_of(name: str, kind: str) -> xr.DataArray:
        return even(name, inputs[f"{kind}_lifetime"], inputs[f"{kind}_om_share"])

    caught = stamp(_national(annual["captured_co2"]), "Mt CO2/yr")
    # Stores run at a share of their power part.
    stores = even_of("store_power", "store") + even("store_energy", inputs["store_lifetime"], FREE)
    cost = {
        "stores": stores.sum("store"),
        "electrification": even_of("electric_heat_investment", "electric_heat"),
        "efficiency": even_of("efficiency_capex_total", "efficiency"),
        "fuel switch": even_of("fuel_switch_investment", "boiler"),
        "capture": lever_cost.cost_of_capture(caught, inputs["capture_price"]),
    }
    variable = {"technology": list(ON_SITE)}
    parks, path = (
        even_yearly_cost(
            spent[f"{kind}_investment"].sel(variable), inputs[f"{kind}_lifetime"].sel(variable),
            inputs[f"{kind}_om_share"].sel(variable), inputs["discount_rate"], PRICED_FROM,
        )
        for kind in ("park_plant", "plant")
    )  # fmt: skip
    for name, lever in ON_SITE.items():
        cost[lever], cost[f"national {name}"] = _of(parks, name) * _of(beyond, name), _of(path, name)
    return cost


def _lever_tonnes(
    inputs: xr.Dataset, base: xr.Dataset, fleet: xr.Dataset, economy: xr.Dataset, electricity: xr.Dataset,
    annual: xr.Dataset, spent: Amounts, beyond: xr.DataArray,
) -> Amounts:  # fmt: skip
    """Return what the nation emits less than without each lever; none for stores where no run without them is known."""
    factor = _thermal_factor(base)

    def burnt(energy: xr.DataArray) -> xr.DataArray:
        return lever_cost.co2_at_thermal_plants(stamp(energy, "TWh/yr"), electricity["curtailment"], factor)

    made, total = strip(fleet["park_generation"], "TWh/yr"), strip(electricity["nonfossil_generation"], "TWh/yr")
    extra, saved = (strip(economy[name], "TWh/yr") for name in ("electricity_for_fuel_in_zones", "electricity_saved"))
    abated = strip(economy["abated_by_lever"], "Mt CO2/yr").sum("sector")
    tonnes = {str(lever): abated.sel(lever=lever, drop=True) for lever in abated["lever"].values}
    tonnes["electrification"] = tonnes["electrification"] - burnt(extra)
    tonnes["efficiency"] = tonnes["efficiency"] + burnt(saved)
    tonnes["capture"] = strip(_national(annual["captured_co2"]), "Mt CO2/yr")
    added, outside = burnt(made * beyond), burnt((total - made).clip(0.0) * _share_new(inputs, spent))
    for name, lever in ON_SITE.items():
        tonnes[lever], tonnes[f"national {name}"] = _of(added, name), _of(outside, name)
    if "park_curtailment_avoided" in fleet:
        charge, discharge, change = (strip(fleet[f"park_{name}"], "TWh/yr") for name in STORE_FLOWS)
        tonnes["stores"] = burnt(strip(fleet["park_curtailment_avoided"], "TWh/yr")) - burnt(
            charge - discharge - change
        )
    return tonnes


def _lever_savings(
    inputs: xr.Dataset, base: xr.Dataset, fleet: xr.Dataset, billed: Amounts, cost: Amounts, tonnes: Amounts,
    beyond: xr.DataArray,
) -> Amounts:  # fmt: skip
    """Return what each lever saves: parks' at what they pay, national plants' at the fuel of thermal plants."""
    nothing = xr.zeros_like(cost["capture"])
    saving = {
        "stores": nothing,  # what they shift stands in own use, and so with wind and PV
        "electrification": billed["electrification"] - billed["electricity_for_fuel_bill"],
        "efficiency": billed["efficiency"] + billed["saved_power"],
        "fuel switch": billed["fuel switch"],
        "capture": nothing,
    }
    made = strip(fleet["park_generation"], "TWh/yr")
    on_site = made.sum("technology")
    per_energy = billed["own_use"] / on_site.where(on_site > 0.0)
    for name, lever in ON_SITE.items():
        saving[lever] = (per_energy * _of(made, name) * _of(beyond, name)).fillna(0.0)
        saving[f"national {name}"] = lever_cost.thermal_fuel_saved(
            stamp(tonnes[f"national {name}"], "Mt CO2/yr"), _thermal_factor(base), inputs["thermal_fuel_price"]
        )
    return saving


def _thermal_factor(base: xr.Dataset) -> xr.DataArray:
    """Return CO2 per generation of thermal plants, closed to the inventory."""
    return stamp(strip(base["fossil_factor"], "Mt CO2/TWh") * strip(base["power_closing_factor"], "1"), "Mt CO2/TWh")


def _share_beyond_path(inputs: xr.Dataset, fleet: xr.Dataset, electricity: xr.Dataset) -> xr.DataArray:
    """Return the part of the parks' generation by technology that the national path does not count already."""
    path = power.nonfossil_path(
        inputs["nonfossil_generation"], power.variable_generation(inputs["capacity"], inputs["full_load_hours"]),
        inputs["firm_generation"],
    )  # fmt: skip
    made = strip(fleet["park_generation"], "TWh/yr")
    added = strip(electricity["nonfossil_generation"], "TWh/yr") - strip(path, "TWh/yr")
    some = added > ROUNDING * made
    return (added / made.where(made > 0.0)).where(some & (made > 0.0), 0.0).clip(0.0, 1.0)


def _share_new(inputs: xr.Dataset, spent: Amounts) -> xr.DataArray:
    """Return the part of wind and solar outside parks that was built after the last observed year and still stands."""
    variable = {"technology": list(ON_SITE)}
    stock, built = spent["outside_parks"].sel(variable), spent["built_outside"].sel(variable)
    young = spending.standing_since(built, inputs["plant_lifetime"].sel(variable), PRICED_FROM, "GW")
    mean = strip(mean_of_year(stock), "GW")
    return (strip(young, "GW") / mean.where(mean > 0.0)).fillna(0.0).clip(0.0, 1.0)


def _national_capacity(inputs: xr.Dataset, electricity: xr.Dataset) -> xr.DataArray:
    """Return capacity of every technology: as the balance has it, or for firm plants what their energy needs."""
    given = strip(electricity["capacity"], "GW")
    firm = spending.capacity_for(electricity["nonfossil_generation"], inputs["firm_full_load_hours"])
    return stamp(given.where(inputs["firm_full_load_hours"].isnull(), strip(firm, "GW")), "GW")


def _park_capacity(fleet: xr.Dataset) -> xr.DataArray:
    """Return capacity of parks by technology."""
    each = [strip(fleet[name], "GW") for name in PARK_PLANTS.values()]
    return stamp(xr.concat(each, dim=xr.IndexVariable("technology", list(PARK_PLANTS))), "GW")


def _of(array: xr.DataArray, technology: str) -> xr.DataArray:
    """Return one technology, unit kept."""
    return array.sel(technology=technology, drop=True)


def _national(amount: xr.DataArray) -> xr.DataArray:
    """Return an amount summed over provinces and sectors."""
    return amount.sum([dim for dim in ("province", "sector") if dim in amount.dims])
