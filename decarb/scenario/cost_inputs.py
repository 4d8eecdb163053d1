"""What the nation's money is counted with: prices by year, lives, running cost, fuel and power, credits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import xarray as xr

from decarb.nation.sectors import SECTORS
from decarb.nation.spending import PRICED_FROM
from decarb.park.economics import gas_price_at_normal_conditions
from decarb.park.tariff import HOME
from decarb.scenario.park_inputs import TECHNOLOGY
from decarb.scenario.schema import ScenarioSpec
from decarb.scenario.stated import YEARS, joined, scalar, stated, straight
from decarb.tables import Bound, provinces, read_table, table_array
from decarb.units import converted, stamp, strip

FIRST_YEAR: Final = 2020
PLANTS: Final = {
    "wind": ("technologies", "onshore_wind"), "solar": ("technologies", "utility_pv"),
    "hydro": ("technologies", "hydro"), "nuclear": ("technologies", "nuclear"),
    "bioenergy": ("parameters", "bioenergy"),
}  # fmt: skip
"""Technology of the nation -> table and name of its price."""
OF_PARKS: Final = {"wind": "onshore_wind", "solar": "distributed_pv"}
FUEL_PRICES: Final = {"coal": "coal_price", "coke": "coke_price", "oil": "diesel_price"}
"""Fuel of the energy table -> the price per ton that stands for it; gas is sold by volume."""
CALORIFIC: Final = {"coal": "bituminous_coal", "coke": "coke", "oil": "diesel"}
GAS_YEAR: Final = 2024


def cost_inputs(spec: ScenarioSpec, bound: Bound = "value") -> dict[str, xr.DataArray]:
    """Return every input of `decarb.nation.cost`: what the scenario states, and the tables' rows for all else.

    Money is converted to yuan of 2025 by the deflator; a unit without a price year is refused where it is read. A
    row without a range keeps its value at every bound.

    Parameters
    ----------
    spec : ScenarioSpec
    bound : {"value", "low", "high"}
        Which column of a row that has a range.
    """
    coal = _fuel_price("coal", bound) if spec.cost.coal_price is None else _per_energy(
        scalar(spec.cost.coal_price, "CNY_2025/t"), "coal"
    )  # fmt: skip
    gas = _gas_price(bound)
    return {
        "cost_learned": stamp(xr.DataArray(float(spec.cost.curve == "learning")), "1"),
        "discount_rate": stated(spec.cost.discount_rate, "discount_rate", "1/yr", bound),
        **_plants(bound),
        **_stores(spec, bound),
        **_heat(bound),
        "industrial_price": _industrial_price(spec, bound),
        "sector_fuel_price": _sector_fuel_price(coal, gas, bound),
        "switched_fuel_price": gas,
        "thermal_fuel_price": _thermal_fuel_price(coal),
        "credit_price": _held("ccer_price", stated(spec.cost.credit_price, "credit_price", "CNY_2025/t CO2e", bound)),
        "allowance_price": _held(
            "ets_price", stated(spec.cost.allowance_price, "allowance_price", "CNY_2025/t CO2", bound)
        ),
        "capture_price": _by_year("parameters", "capture_cost", "CNY_2025/t CO2", bound),
        "capture_plant_price": converted(_row("parameters", "capture_capex", bound), "CNY_2025 yr/t CO2"),
    }


def _plants(bound: Bound) -> dict[str, xr.DataArray]:
    """Return prices, lives and running cost of plants, of the nation and of parks."""
    own = {name: ("technologies", technology) for name, technology in OF_PARKS.items()}
    nation, parks = PLANTS, {**PLANTS, **own}
    rates = {"wind": ("technologies", "onshore_wind"), "solar": ("parameters", "utility_pv")}
    life_of_solar = {**PLANTS, "solar": ("parameters", "utility_pv")}
    hours = table_array("parameters", "firm_full_load_hours", "technology", bound=bound)
    return {
        "plant_price": _prices(nation, "CNY_2025/kW", bound),
        "park_plant_price": _prices(parks, "CNY_2025/kW", bound),
        "plant_lifetime": _each(life_of_solar, "lifetime", bound),
        "park_plant_lifetime": _each(parks, "lifetime", bound),
        "plant_om_share": _each(nation, "fixed_om_share", bound),
        "park_plant_om_share": _each(parks, "fixed_om_share", bound),
        "plant_learning_rate": _each(rates, "learning_rate", bound).reindex(technology=list(PLANTS), fill_value=0.0),
        "firm_full_load_hours": hours.reindex(technology=list(PLANTS)),
    }


def _stores(spec: ScenarioSpec, bound: Bound) -> dict[str, xr.DataArray]:
    """Return prices, lives and running cost of stores, in the order in which the park's work.

    The table has each price for one year: it is held, unless it is to be learned.
    """
    known = read_table("technologies")
    learns = set(known.loc[known["variable"] == "learning_rate", "technology"])
    order = ("supercapacitor", *spec.park.microgrid.order)
    of_store = {name: ("technologies", TECHNOLOGY[name]) for name in order}
    rates = {name: _row("technologies", "learning_rate", bound, technology=technology)
             if technology in learns else stamp(xr.DataArray(0.0), "1")
             for name, (_, technology) in of_store.items()}  # fmt: skip
    return {
        "store_power_price": _prices(of_store, "CNY_2025/kW", bound, "capex_power", "store"),
        "store_energy_price": _prices(of_store, "CNY_2025/kWh", bound, "capex_energy", "store"),
        "store_lifetime": _each(of_store, "lifetime", bound, "store"),
        "store_om_share": _each(of_store, "fixed_om_share", bound, "store"),
        "store_learning_rate": joined(rates, "store"),
        "stores_standing": table_array("power", "storage_capacity", year=PRICED_FROM),
    }


def _heat(bound: Bound) -> dict[str, xr.DataArray]:
    """Return what electric heat, boilers for another fuel and efficiency cost, and how long they last."""
    names = {"electric_heat": "electric_heat", "boiler": "gas_boiler"}
    lives = {**names, "efficiency": "efficiency"}
    price = {f"{name}_price": converted(_row("parameters", "capex_power", bound, technology=row, year=PRICED_FROM),
                                        "CNY_2025/kW") for name, row in names.items()}  # fmt: skip
    life = {f"{name}_lifetime": _row("parameters", "lifetime", bound, technology=row) for name, row in lives.items()}
    om = {f"{name}_om_share": _row("parameters", "fixed_om_share", bound, technology=row)
          for name, row in lives.items()}  # fmt: skip
    hours = _row("parameters", "heat_full_load_hours", bound)
    saving = converted(_row("parameters", "efficiency_investment", bound), "CNY_2025 yr/tce")
    return {**price, **life, **om, "heat_full_load_hours": hours, "efficiency_investment": saving}


def _industrial_price(spec: ScenarioSpec, bound: Bound) -> xr.DataArray:
    """Return the price of power in industry: the benchmark of the province and one grid fee, held."""
    benchmark = table_array("tariffs", "feed_in_benchmark_price", "province", year=PRICED_FROM)
    everywhere = benchmark.sel(province=list(provinces()))
    fee = stated(spec.cost.electricity_grid_fee, "electricity_grid_fee", "CNY_2025/kWh", bound)
    return stamp(strip(everywhere, "CNY_2025/kWh") + strip(fee, "CNY_2025/kWh"), "CNY_2025/kWh")


def _sector_fuel_price(coal: xr.DataArray, gas: xr.DataArray, bound: Bound) -> xr.DataArray:
    """Return the price of each sector's mix of fuels of 2019; a process burns none and takes that of manufacturing."""
    prices = {"coal": coal, "coke": _fuel_price("coke", bound), "oil": _fuel_price("oil", bound), "gas": gas}
    energy = table_array("sectors", "fuel_energy", "sector", "fuel", year=2019).sel(fuel=list(prices))
    mean = (energy * joined(prices, "fuel")).sum("fuel") / energy.sum("fuel")
    everywhere = mean.reindex(sector=list(SECTORS)).fillna(mean.sel(sector="manufacturing", drop=True))
    return stamp(everywhere, "CNY_2025/GJ")


def _fuel_price(fuel: str, bound: Bound) -> xr.DataArray:
    rows = read_table("parameters")
    year = int(rows.loc[rows["variable"] == FUEL_PRICES[fuel], "year"].max())
    return _per_energy(converted(_row("parameters", FUEL_PRICES[fuel], bound, year=year), "CNY_2025/t"), fuel)


def _per_energy(price: xr.DataArray, fuel: str) -> xr.DataArray:
    heat = table_array("emission_factors", "net_calorific_value", fuel=CALORIFIC[fuel])
    return stamp(strip(price, "CNY_2025/t") / strip(heat, "GJ/t"), "CNY_2025/GJ")


def _gas_price(bound: Bound) -> xr.DataArray:
    """Return the price of gas per energy; Beijing's stands for every province."""
    printed = _row("tariffs", "gas_price", bound, province=HOME, year=GAS_YEAR)
    normal = gas_price_at_normal_conditions(printed, table_array("parameters", "gas_metered_volume"))
    heat = table_array("emission_factors", "gas_calorific_value", fuel="natural_gas")
    return stamp(strip(normal, "CNY_2025/Nm3") / strip(heat, "GJ/Nm3"), "CNY_2025/GJ")


def _thermal_fuel_price(coal: xr.DataArray) -> xr.DataArray:
    """Return the coal behind a unit of power that thermal plants supply."""
    rate = table_array("power", "coal_rate", "year").isel(year=-1, drop=True)
    return stamp(strip(coal, "CNY_2025/GJ") * strip(rate, "GJ/MWh"), "CNY_2025/MWh")


def _held(known: str, later: xr.DataArray) -> xr.DataArray:
    """Return a price by year: as it was where the table has it, on straight lines between, and held after 2025."""
    unit = later.attrs["units"]
    rows = table_array("credits", known, "year")
    past = strip(rows, unit).sel(year=slice(FIRST_YEAR, PRICED_FROM))
    before = np.interp(YEARS, past["year"].values, past.values)
    values = np.where(YEARS > PRICED_FROM, float(later), before)
    return stamp(xr.DataArray(values, {"year": YEARS}, ("year",)), unit)


def _prices(of: Mapping[str, tuple[str, str]], unit: str, bound: Bound, variable: str = "capex_power",
            dim: str = "technology") -> xr.DataArray:  # fmt: skip
    return joined({name: _by_year(table, variable, unit, bound, technology=technology)
                    for name, (table, technology) in of.items()}, dim)  # fmt: skip


def _each(of: Mapping[str, tuple[str, str]], variable: str, bound: Bound, dim: str = "technology") -> xr.DataArray:
    return joined({name: _row(table, variable, bound, technology=technology)
                    for name, (table, technology) in of.items()}, dim)  # fmt: skip


def _by_year(table: str, variable: str, unit: str, bound: Bound, **selection: Any) -> xr.DataArray:
    """Return a yearly series on straight lines between the years of a table, held before and after them."""
    known = _row(table, variable, bound, "year", **selection)
    return straight(dict(zip(known["year"].values.tolist(), strip(known, unit).values.tolist(), strict=True)), unit)


def _row(table: str, variable: str, bound: Bound, *dims: str, **selection: Any) -> xr.DataArray:
    """Return a row, or the rows along `dims`, each at its bound where it has a range."""
    return table_array(table, variable, *dims, bound=bound, or_value=True, **selection)
