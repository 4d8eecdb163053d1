"""The one chain: park -> nation -> pathway. Datasets in, Datasets out; a sweep is one more dimension."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import xarray as xr

from decarb.nation import indicators, ledger, power, rollout, sectors, sinks, template, totals, zones
from decarb.nation.trends import carried_on, relative_to
from decarb.park import clock, demand, dispatch, resource, systems, tariff
from decarb.park.assumptions import ASSUMPTIONS

OF_WEATHER: Final = (
    "latitude", "longitude", "park_wind_full_load_hours", "park_pv_full_load_hours", "wind_speed_ratio",
    "air_temperature", "station_wind_speed", *ASSUMPTIONS, *demand.ASSUMPTIONS, "heat_base_share", "electricity",
)  # fmt: skip
"""Inputs of `weather`, which all scenarios of one call share."""
LAST_OBSERVED_YEAR: Final = 2025  # of generation, demand and GDP; rollout and levers act after it
NATIONAL_NAME: Final = {"wind": "wind", "pv": "solar"}


def weather(inputs: xr.Dataset) -> xr.Dataset:
    """Return synthetic weather of each province, the load shape and tariff periods, and the yields before scaling."""
    resources = resource.capacity_factor(
        inputs["latitude"], inputs["longitude"], inputs["park_wind_full_load_hours"],
        inputs["park_pv_full_load_hours"], inputs["wind_speed_ratio"], inputs["air_temperature"],
        inputs["station_wind_speed"], seed=int(inputs.attrs["seed"]), assumptions=inputs[list(ASSUMPTIONS)],
    )  # fmt: skip
    time = clock.hours_of_year()
    air = clock.by_hour(inputs["air_temperature"], time)
    return resources.assign(
        load_shape=systems.load_shape(inputs, air, inputs["electricity"], inputs["heat_base_share"]),
        period=tariff.period_of_hour(time),
    )


@dataclass(frozen=True)
class Evaluation:
    """What the chain computes.

    Attributes
    ----------
    annual : xr.Dataset
        The three totals [Mt CO2/yr, Mt CO2e/yr] (province, sector, year), claims (province, year) as variables of
        their own, and what decides them (year).
    zone : xr.Dataset
        What the template builds and does in a mean zone (province).
    base : xr.Dataset
        Levels, shares and scaling factors of the base year.
    """

    annual: xr.Dataset
    zone: xr.Dataset
    base: xr.Dataset


def evaluate(inputs: xr.Dataset, series: xr.Dataset) -> Evaluation:
    """Return the nation's pathway, and what its parks do in it, for a template, a rollout and the rest of the economy.

    Parameters
    ----------
    inputs : xr.Dataset
        As `decarb.scenario.inputs` builds it; any variable but those of the weather may carry a `scenario` dimension.
    series : xr.Dataset
        As `weather` returns it.

    Returns
    -------
    Evaluation

    Raises
    ------
    DecarbError
        A law is broken: an energy balance, a partition, or credits retired that were never issued.
    """
    base = base_year(inputs)
    zone = zone_with_template(inputs, base, series)
    fleet = parks_in_nation(inputs, base, zone)
    economy = rest_of_economy(inputs, base, zone, fleet)
    electricity = electricity_balance(inputs, base, fleet, economy)
    annual = three_totals(inputs, base, economy, electricity)
    claims = park_claims(inputs, base, zone, fleet, economy, electricity)
    annual = totals.on_one_grid(annual, xr.merge([claims, economy, electricity, fleet], join="outer"))
    totals.check_conservation(annual)
    return Evaluation(annual=annual, zone=zone, base=base)


def base_year(inputs: xr.Dataset) -> xr.Dataset:
    """Return levels of the base year by sector, shares by province, and the factors that scale the tables to them."""
    year = inputs["year"]
    level = sectors.base_levels(
        inputs["official_energy_co2"], inputs["official_process_co2"], inputs["reported_national_co2"]
    )
    shares = sectors.provincial_shares(
        inputs["reported_provincial_co2"], inputs["gdp_share"], inputs["tibet_intensity_ratio"]
    )
    observed = power.thermal_balance(
        inputs["electricity_demand"], inputs["net_imports"],
        totals.summed(inputs["nonfossil_generation"], "technology"), inputs["thermal_minimum_share"],
    )  # fmt: skip
    fossil_factor = carried_on(inputs["fossil_factor"], inputs["fossil_factor_change"], year)
    heat = carried_on(inputs["heat_supply"], inputs["heat_supply_change"], year)
    unclosed = power.power_heat_emissions(observed["thermal_generation"], fossil_factor, heat, inputs["heat_factor"])
    closure = power.closing_factor(
        level.sel(sector="power_heat", drop=True), unclosed.sel(year=sectors.BASE_YEAR, drop=True)
    )
    count = zones.zone_counts(
        inputs["provincial_zone_count"], inputs["development_zone_count"], inputs["national_zone_count"]
    )
    return xr.Dataset(
        {
            "base_level": level,
            "zone_count": count,
            "provincial_share": shares,
            "zone_share": zones.zone_share(level, inputs["zone_share_of_national_co2"], inputs["captive_share"]),
            "fossil_factor": fossil_factor,
            "heat_supply": heat,
            "power_closing_factor": closure,
            "power_heat_observed": power.closed(unclosed, closure),
            "scaling_of_national_table": sectors.scaling(level, inputs["reported_national_co2"]),
            "scaling_of_provincial_table": sectors.scaling(
                level, totals.summed(inputs["reported_provincial_co2"], "province")
            ),
        }
    )


def zone_with_template(inputs: xr.Dataset, base: xr.Dataset, series: xr.Dataset) -> xr.Dataset:
    """Return what the template builds and does in a mean zone of each province."""
    zone_load = template.zone_load(
        inputs["provincial_consumption"], inputs["industry_electricity_share"],
        base["zone_share"].sel(sector="manufacturing", drop=True), base["zone_count"],
    )  # fmt: skip
    design = template.design_in_zone(
        inputs[list(dispatch.DESIGN)], zone_load, inputs["wind_site_limit"], inputs["pv_site_limit"], inputs["scaled"]
    )
    flows = dispatch.dispatch(design, series["capacity_factor"], series["load_shape"], series["period"])
    dispatch.check_energy_balance(flows)
    own = flows["generation"].sel(technology=list(NATIONAL_NAME))
    generation = template.used_generation(own, flows["curtailment"])
    generation = generation.assign_coords(technology=list(NATIONAL_NAME.values()))
    moved = {name: totals.summed(flows[name], "store") for name in ("charge", "discharge", "storage_change")}
    sizes = design[["wind_capacity", "pv_capacity", "power_rating", "energy_rating"]]
    return (
        flows.drop_dims(["technology", "period", "store"])
        .assign(moved)
        .assign(
            zone_load=zone_load,
            covered_share=template.covered_share(design["annual_load"], zone_load),
            own_use=dispatch.own_use(flows["load"], flows["grid_import"], flows["unmet_load"]),
            generation=generation,
        )
        .merge(sizes, join="exact")
    )


def parks_in_nation(inputs: xr.Dataset, base: xr.Dataset, zone: xr.Dataset) -> xr.Dataset:
    """Return how many zones operate the template, and what they add up to."""
    count = base["zone_count"]
    number = totals.summed(count, "province")
    curve = rollout.adopted_zones(
        inputs["year"], anchor=inputs["rollout_anchor"], anchor_year=inputs["rollout_anchor_year"],
        growth=inputs["rollout_growth"], zones=number, ceiling=inputs["rollout_ceiling"],
    )  # fmt: skip
    adopted = rollout.operating_after(curve, LAST_OBSERVED_YEAR)
    flows = zone[["generation", "own_use", "charge", "discharge", "storage_change", "grid_import", "curtailment"]]
    sizes = zone[["wind_capacity", "pv_capacity"]]
    operating = rollout.operating_share(adopted, number)
    shares = xr.Dataset({"adopted_zones": adopted, "operating_share": operating})
    energy = template.of_all_zones(flows, count, operating, "TWh/yr")
    energy = energy.reindex(technology=inputs["technology"].values, fill_value=0.0)
    standing = template.of_all_zones(sizes, count, rollout.share_at_year_end(adopted, number), "GW")
    return xr.merge([shares, energy, standing])


def rest_of_economy(inputs: xr.Dataset, base: xr.Dataset, zone: xr.Dataset, fleet: xr.Dataset) -> xr.Dataset:
    """Return CO2 of all sectors but power and heat, by province, and the electricity that replaces their fuel."""
    year = inputs["year"]
    past = sectors.history(
        base["base_level"], inputs["gross_index"], inputs["process_index"], base["power_heat_observed"]
    ).dropna("year")
    gdp = carried_on(inputs["gdp"], inputs["gdp_growth"], year)
    trend = sectors.trend_emissions(
        past.sel(year=sectors.LAST_HISTORY_YEAR, drop=True), relative_to(gdp, sectors.LAST_HISTORY_YEAR),
        carried_on(inputs["intensity_start"], inputs["intensity_change"], year),
    )  # fmt: skip
    share = sectors.electrified_share(inputs["electrified_share_2060"], year, LAST_OBSERVED_YEAR)
    replaced = sectors.electrified(trend, share)
    national = sectors.joined(past, sectors.burnt(trend, replaced))
    of_province = sectors.by_province(national, base["provincial_share"])
    abated = sectors.abated_in_zones(
        of_province,
        base["zone_share"],
        fleet["operating_share"],
        zone["covered_share"],
        inputs["electrified_fuel_share"],
    )
    factors = (inputs["fuel_factor"], inputs["electricity_per_fuel"])
    return xr.Dataset(
        {
            "gdp": gdp,
            "abated_in_zones": abated,
            "other_co2": sectors.burnt(of_province, abated),
            "electricity_for_fuel": sectors.electricity_for_fuel(replaced, *factors),
            "electricity_for_fuel_in_zones": sectors.electricity_for_fuel(totals.summed(abated, "province"), *factors),
        }
    )


def electricity_balance(inputs: xr.Dataset, base: xr.Dataset, fleet: xr.Dataset, economy: xr.Dataset) -> xr.Dataset:
    """Return demand, generation by source, CO2 of power and heat, and what official targets ask of them."""
    year = inputs["year"]
    growth = power.demand_change(inputs["gdp_growth"], inputs["electricity_intensity_change"])
    demand = power.demand(
        carried_on(inputs["electricity_demand"], growth, year), economy["electricity_for_fuel"],
        economy["electricity_for_fuel_in_zones"], fleet["park_charge"], fleet["park_discharge"],
        fleet["park_storage_change"], fleet["park_own_use"], inputs["line_loss_rate"],
    )  # fmt: skip
    path = power.nonfossil_path(
        inputs["nonfossil_generation"], power.variable_generation(inputs["capacity"], inputs["full_load_hours"]),
        inputs["firm_generation"],
    )  # fmt: skip
    nonfossil = power.with_parks(path, fleet["park_generation"], inputs["includes_parks"])
    balance = power.thermal_balance(
        demand, carried_on(inputs["net_imports"], inputs["net_imports_change"], year),
        totals.summed(nonfossil, "technology"), inputs["thermal_minimum_share"],
    )  # fmt: skip
    thermal = balance["thermal_generation"]
    heat_only = power.power_heat_emissions(
        xr.zeros_like(thermal), base["fossil_factor"], base["heat_supply"], inputs["heat_factor"]
    )
    both = power.power_heat_emissions(thermal, base["fossil_factor"], base["heat_supply"], inputs["heat_factor"])
    power_heat = power.closed(both, base["power_closing_factor"])
    parks = xr.concat(
        [fleet["park_wind_capacity"], fleet["park_pv_capacity"]], dim=xr.IndexVariable("technology", ["wind", "solar"])
    )
    capacity = power.capacity_with_parks(
        inputs["capacity"],
        parks.reindex(technology=path["technology"].values, fill_value=0.0),
        inputs["includes_parks"],
    )
    return balance.assign(
        electricity_demand=demand,
        nonfossil_generation=nonfossil,
        power_heat_co2=power_heat,
        grid_factor_average=power.average_factor(
            power_heat, power.closed(heat_only, base["power_closing_factor"]), demand
        ),
        capacity=capacity,
        wind_solar_capacity=totals.summed(capacity, "technology"),
    )


def three_totals(inputs: xr.Dataset, base: xr.Dataset, economy: xr.Dataset, electricity: xr.Dataset) -> xr.Dataset:
    """Return gross CO2, net CO2 and net GHG by province and sector, and the figures that stand beside them."""
    year = inputs["year"]
    emitted = sectors.with_power(
        economy["other_co2"], electricity["power_heat_co2"],
        base["provincial_share"].sel(sector="power_heat", drop=True),
    )  # fmt: skip
    wanted = sinks.capture_target(inputs["capture_low"], inputs["capture_high"], inputs["capture_level"])
    of_origin = sinks.by_origin(wanted, inputs["capture_share"])
    captured = sinks.captured_by_sector(
        emitted, of_origin.sel(origin="fossil", drop=True), of_origin.sel(origin="process", drop=True),
        inputs["capture_rate"],
    )  # fmt: skip
    removed = totals.summed(of_origin.sel(origin=["biomass", "air"]), "origin")
    land = sinks.land_path(inputs["land_co2"], inputs["land_co2_2060"], year)
    non_co2 = carried_on(inputs["non_co2_ghg"], inputs["non_co2_change"], year)
    gross = totals.gross_co2(emitted, captured)
    net = totals.net_co2(gross, inputs["waste_co2"], removed, land)
    ghg = totals.net_ghg(net, non_co2.rename(category="sector"), inputs["land_non_co2"], inputs["gwp_co2"])
    burnt = totals.summed(emitted.sel(sector=emitted["sector"] != "process"), ("province", "sector"))
    coal = inputs["coal_per_power"]
    nonfossil = power.used(electricity["nonfossil_generation"], electricity["curtailment"])
    official = inputs["official_energy_co2"]
    factor = indicators.fossil_energy_factor(
        official, inputs["primary_energy"], nonfossil.sel(year=sectors.BASE_YEAR, drop=True), coal
    )
    return xr.Dataset(
        {
            "gross_co2": totals.with_unallocated(gross, net),
            "net_co2": net,
            "net_ghg": ghg,
            "captured_co2": totals.with_unallocated(captured, net),
            "removed_co2": removed,
            "land_co2_path": land,
            "nonfossil_share": indicators.nonfossil_share(burnt, nonfossil, coal, factor),
            "co2_per_gdp": indicators.co2_per_gdp(totals.summed(gross, ("province", "sector")), economy["gdp"]),
        }
    )


def park_claims(inputs: xr.Dataset, base: xr.Dataset, zone: xr.Dataset, fleet: xr.Dataset, economy: xr.Dataset,
                electricity: xr.Dataset) -> xr.Dataset:  # fmt: skip
    """Return what the parks emit by their own books, what they claim, and the credits between: no part of a total."""
    share = fleet["operating_share"]
    load_growth = relative_to(electricity["electricity_demand"], template.CONSUMPTION_YEAR)
    for_fuel = sectors.electricity_for_fuel(
        economy["abated_in_zones"], inputs["fuel_factor"], inputs["electricity_per_fuel"]
    )
    direct = ledger.direct_emissions_of_parks(
        economy["other_co2"], economy["abated_in_zones"], base["zone_share"], share, zone["covered_share"]
    )
    bought = ledger.electricity_bought_by_parks(
        zone["load"], zone["own_use"], load_growth, base["zone_count"], share, for_fuel
    )
    parks = ledger.park_emissions(direct, bought, electricity["grid_factor_average"], inputs["gwp_co2"])
    retired = ledger.credits_retired(parks, inputs["ccer_issued"])
    claimed = ledger.claimed_net_emissions(parks, retired)
    return xr.Dataset(
        {
            "park_emissions": parks,
            "ccer_issued": inputs["ccer_issued"],
            "ccer_retired": retired,
            "claimed_net_emissions": claimed,
            "claims_gap": ledger.claims_gap(parks, claimed),
        }
    )
