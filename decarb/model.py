"""The one chain: park -> nation -> pathway. Datasets in, Datasets out; a sweep is one more dimension."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import xarray as xr

from decarb.nation import (
    captive,
    credits,
    indicators,
    ledger,
    levers,
    power,
    rollout,
    sectors,
    sinks,
    template,
    totals,
    zones,
)  # fmt: skip
from decarb.nation.trends import carried_on, relative_to
from decarb.nation.vintages import VINTAGES, later_efficiency
from decarb.park import clock, demand, dispatch, resource, systems, tariff
from decarb.park.assumptions import ASSUMPTIONS
from decarb.park.scaling import STORE_RATINGS
from decarb.units import stamp, strip

OF_WEATHER: Final = (
    "latitude", "longitude", "park_wind_full_load_hours", "park_pv_full_load_hours", "wind_speed_ratio",
    "air_temperature", "station_wind_speed", *ASSUMPTIONS, *demand.ASSUMPTIONS, "heat_base_share", "electricity",
)  # fmt: skip
"""Inputs of `weather`, which all scenarios of one call share."""
LAST_OBSERVED_YEAR: Final = sectors.LAST_OBSERVED_YEAR
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
        What the template builds and does in a mean zone (province, level, archetype).
    base : xr.Dataset
        Levels, shares and scaling factors of the base year; how many zones there are and what they hold.
    """

    annual: xr.Dataset
    zone: xr.Dataset
    base: xr.Dataset


def evaluate(
    inputs: xr.Dataset, series: xr.Dataset, zone: xr.Dataset | None = None, base: xr.Dataset | None = None
) -> Evaluation:
    """Return the nation's pathway, and what its parks do in it, for a template, a rollout and the rest of the economy.

    Parameters
    ----------
    inputs : xr.Dataset
        As `decarb.scenario.inputs` builds it; any variable but those of the weather may carry a `scenario` dimension.
    series : xr.Dataset
        As `weather` returns it.
    zone : xr.Dataset, optional
        What `zone_with_template` returned for the same template and zones, so that no hour is computed again.
    base : xr.Dataset, optional
        What `base_year` returned for inputs that differ in nothing which it reads.

    Returns
    -------
    Evaluation

    Raises
    ------
    DecarbError
        A law is broken: an energy balance, a partition, a cap, or a credit used that was never issued.
    """
    if base is None:
        base = base_year(inputs)
    if zone is None:
        zone = zone_with_template(inputs, base, series)
    fleet = parks_in_nation(inputs, base, zone)
    acting = levers_in_zones(inputs, base, zone, fleet)
    economy = rest_of_economy(inputs, base, zone, fleet, acting)
    electricity = electricity_balance(inputs, base, fleet, economy)
    captured = capture(inputs, economy, electricity)
    grid = electricity_of_parks(inputs, base, zone, fleet, economy, electricity, captured)
    claims = park_claims(inputs, base, zone, fleet, acting, economy, electricity, captured, grid)
    annual = three_totals(inputs, base, acting, economy, electricity, captured, claims)
    annual = totals.on_one_grid(annual, xr.merge([claims, grid, economy, electricity, fleet], join="outer"))
    totals.check_conservation(annual)
    credits.check_ledger(annual)
    ledger.check_claims(annual)
    return Evaluation(annual=annual, zone=zone, base=base)


def base_year(inputs: xr.Dataset) -> xr.Dataset:
    """Return levels of the base year by sector, shares by province, zones, and the factors that scale the tables."""
    level = sectors.base_levels(
        inputs["official_energy_co2"], inputs["official_process_co2"], inputs["reported_national_co2"]
    )
    shares = sectors.provincial_shares(
        inputs["reported_provincial_co2"], inputs["gdp_share"], inputs["tibet_intensity_ratio"]
    )
    return (
        zones.zones_in_base(inputs, level, shares)
        .assign(power_and_heat(inputs, level))
        .assign(
            base_level=level,
            provincial_share=shares,
            scaling_of_national_table=sectors.scaling(level, inputs["reported_national_co2"]),
            scaling_of_provincial_table=sectors.scaling(
                level, totals.summed(inputs["reported_provincial_co2"], "province")
            ),
        )
    )


def power_and_heat(inputs: xr.Dataset, base_level: xr.DataArray) -> xr.Dataset:
    """Return what power plants and heat supply emit as observed, and the factors by which they go on."""
    year = inputs["year"]
    observed = power.thermal_balance(
        inputs["electricity_demand"], inputs["net_imports"],
        totals.summed(inputs["nonfossil_generation"], "technology"), inputs["thermal_minimum_share"],
    )  # fmt: skip
    standing = captive.standing_captive(year, inputs["captive_retirement_start"], inputs["captive_retirement_end"])
    fossil_factor = captive.fossil_factor_with_captive(
        carried_on(inputs["fossil_factor"], inputs["fossil_factor_change"], year), inputs["captive_share"],
        inputs["captive_factor_ratio"], standing,
    )  # fmt: skip
    heat_factor = captive.heat_factor_with_captive(
        inputs["heat_factor"], inputs["captive_heat_share"], standing, inputs["captive_heat_electrified_share"],
        inputs["replaced_heat_factor"],
    )  # fmt: skip
    heat = carried_on(inputs["heat_supply"], inputs["heat_supply_change"], year)
    unclosed = power.power_heat_emissions(observed["thermal_generation"], fossil_factor, heat, heat_factor)
    closure = power.closing_factor(
        base_level.sel(sector="power_heat", drop=True), unclosed.sel(year=sectors.BASE_YEAR, drop=True)
    )
    return xr.Dataset(
        {
            "captive_standing": standing,
            "fossil_factor": fossil_factor,
            "heat_factor": heat_factor,
            "heat_supply": heat,
            "power_closing_factor": closure,
            "power_heat_observed": power.closed(unclosed, closure),
        }
    )


def zone_with_template(inputs: xr.Dataset, base: xr.Dataset, series: xr.Dataset) -> xr.Dataset:
    """Return what the template builds and does in a mean zone: as built first and last (vintage), where stores lose."""
    return zone_of_sites(inputs, base, site_of_template(inputs, series))


def site_of_template(inputs: xr.Dataset, series: xr.Dataset) -> xr.Dataset:
    """Return the year of the template on a site of its own load, (province, archetype) and by vintage: the hours."""
    site = template.design_on_site(inputs)
    first, last = LAST_OBSERVED_YEAR + 1, int(inputs["year"][-1])
    by_vintage = later_efficiency(site["round_trip_efficiency"], inputs["store_loss_change"], first, last)
    on_site = _site_year(site.assign(round_trip_efficiency=by_vintage), series)
    no_store = {name: xr.zeros_like(site[name]) for name in STORE_RATINGS}
    without = _site_year(site.assign(no_store), series)["curtailment"]
    avoided = stamp(strip(without, "MWh/yr") - strip(on_site["curtailment"], "MWh/yr"), "MWh/yr")
    sizes = site[["wind_capacity", "pv_capacity", "power_rating", "energy_rating"]]
    return on_site.assign(curtailment_avoided=avoided).merge(sizes, join="exact")


def zone_of_sites(inputs: xr.Dataset, base: xr.Dataset, site: xr.Dataset) -> xr.Dataset:
    """Return what a mean zone builds and does, of the sites that it takes up: no hour is met again."""
    size = zones.size_classes(inputs["zone_size_spread"])
    copies = template.copies(base["zone_load"], inputs["annual_load"], size, inputs["scaled"])
    zone = template.in_zone(site, copies)
    return zone.merge(template.room_in_zone(inputs, base["zone_load"])).assign(
        copies=copies,
        zone_load=base["zone_load"],
        covered_share=template.covered_share(copies, inputs["annual_load"], base["zone_load"]),
    )


def _site_year(design: xr.Dataset, series: xr.Dataset) -> xr.Dataset:
    """Return the yearly flows of one site, checked, stores together and by the nation's names of technologies."""
    flows = dispatch.dispatch(design, series["capacity_factor"], series["load_shape"], series["period"])
    dispatch.check_energy_balance(flows)
    own = flows["generation"].sel(technology=list(NATIONAL_NAME))
    generation = template.used_generation(own, flows["curtailment"])
    moved = {name: totals.summed(flows[name], "store") for name in ("charge", "discharge", "storage_change")}
    plain = flows.drop_dims(["technology", "period", "store"]).assign(moved)
    return plain.assign(
        own_use=dispatch.own_use(flows["load"], flows["grid_import"], flows["unmet_load"]),
        generation=generation.assign_coords(technology=list(NATIONAL_NAME.values())),
    )


def parks_in_nation(inputs: xr.Dataset, base: xr.Dataset, zone: xr.Dataset) -> xr.Dataset:
    """Return how many zones operate the template, and what they add up to."""
    count = base["zone_count"]
    number = totals.summed(count, "province")
    of_zone = template.capacity_of_zone(zone["wind_capacity"], zone["pv_capacity"], count)
    adopted = rollout.fleet(inputs, number, of_zone, LAST_OBSERVED_YEAR)
    flows = zone[["generation", "load", "own_use", "charge", "discharge", "storage_change", "grid_import",
                  "curtailment", "curtailment_avoided"]]  # fmt: skip
    first, last = (flows.sel(vintage=name, drop=True) for name in VINTAGES)
    energy = template.national_flows(
        first, last, count, adopted["operating_share"], adopted["later_share"], "TWh/yr"
    ).reindex(technology=inputs["technology"].values, fill_value=0.0)
    at_year_end = rollout.share_at_year_end(adopted["adopted_zones"], number)
    power_sizes = template.national(zone[["wind_capacity", "pv_capacity", "power_rating"]], count, at_year_end, "GW")
    energy_sizes = template.national(zone[["energy_rating"]], count, at_year_end, "GWh")
    return xr.merge([adopted, energy, power_sizes, energy_sizes])


def levers_in_zones(inputs: xr.Dataset, base: xr.Dataset, zone: xr.Dataset, fleet: xr.Dataset) -> xr.Dataset:
    """Return what the levers of adopted zones take of the sectors in which zones stand."""
    parts = levers.lever_parts(
        inputs["fuel_saving_share"], inputs["electrified_fuel_share"], inputs["switched_fuel_share"],
        inputs["process_change_share"], inputs["switched_fuel_factor"], inputs["fuel_factor"], inputs["template_built"],
    ).sel(sector=list(levers.ACTED_ON))  # fmt: skip
    of_zones = base["zone_share"].sel(sector=list(levers.ACTED_ON))
    electrified, adopted = parts.sel(lever=["electrification"]), (zone["covered_share"], fleet["operating_share"])
    return xr.Dataset(
        {
            "lever_parts": parts,
            "abated_share": levers.abated_share(parts, of_zones, *adopted),
            "electrified_share": levers.abated_share(electrified, of_zones, *adopted),
        }
    )


def rest_of_economy(inputs: xr.Dataset, base: xr.Dataset, zone: xr.Dataset, fleet: xr.Dataset,
                    acting: xr.Dataset) -> xr.Dataset:  # fmt: skip
    """Return CO2 of all sectors but power and heat, what zones abate of it, and the electricity that replaces fuel."""
    year, acted_on = inputs["year"], acting["sector"]
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
    before, here = national.sel(sector=acted_on), base["provincial_share"].sel(sector=acted_on)
    by_lever = levers.abated_nationally(
        acting["lever_parts"], base["zone_share"].sel(sector=acted_on), zone["covered_share"], here,
        fleet["operating_share"], before,
    ).reindex(sector=national["sector"].values, fill_value=0.0)  # fmt: skip
    growth = power.demand_change(inputs["gdp_growth"], inputs["electricity_intensity_change"])
    demand_trend = carried_on(inputs["electricity_demand"], growth, year)
    load_growth = relative_to(demand_trend, template.CONSUMPTION_YEAR)
    saving = levers.electricity_saved_if_all_adopt(
        inputs["electricity_saving_share"], base["zone_load"], base["zone_count"], zone["covered_share"],
        inputs["template_built"],
    )  # fmt: skip
    per_ton = (inputs["fuel_factor"], inputs["electricity_per_fuel"])
    electrified = levers.abated_by_province(acting["electrified_share"], before, here)
    return xr.Dataset(
        {
            "gdp": gdp,
            "demand_trend": demand_trend,
            "load_growth": load_growth,
            "before_zones": national,
            "abated_by_lever": by_lever,
            "other_co2": sectors.burnt(national, totals.summed(by_lever, "lever")),
            "electricity_for_fuel": sectors.electricity_for_fuel(replaced, *per_ton),
            "electricity_for_fuel_by_sector": sectors.electricity_by_sector(replaced, *per_ton),
            "electricity_for_fuel_in_zones": sectors.electricity_for_fuel(
                electrified, *(each.sel(sector=acted_on) for each in per_ton)
            ),
            "electricity_saved": levers.electricity_saved(saving, fleet["operating_share"], load_growth),
        }
    )


def electricity_balance(inputs: xr.Dataset, base: xr.Dataset, fleet: xr.Dataset, economy: xr.Dataset) -> xr.Dataset:
    """Return demand, generation by source, CO2 of power and heat, and what official targets ask of them."""
    year = inputs["year"]
    for_captive = captive.electricity_for_captive_heat(
        base["heat_supply"], inputs["captive_heat_share"], base["captive_standing"],
        inputs["captive_heat_electrified_share"], inputs["captive_heat_performance"],
    )  # fmt: skip
    demand = power.demand(
        economy["demand_trend"], economy["electricity_for_fuel"],
        totals.summed(economy["electricity_for_fuel_in_zones"], "province"), fleet["park_charge"],
        fleet["park_discharge"], fleet["park_storage_change"], fleet["park_own_use"], inputs["line_loss_rate"],
        for_captive, totals.summed(economy["electricity_saved"], "province"),
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
    heat, closure = (base["heat_supply"], base["heat_factor"]), base["power_closing_factor"]
    of_heat = power.closed(power.power_heat_emissions(xr.zeros_like(thermal), base["fossil_factor"], *heat), closure)
    power_heat = power.closed(power.power_heat_emissions(thermal, base["fossil_factor"], *heat), closure)
    of_power = sectors.burnt(power_heat, of_heat)
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
        power_co2=of_power,
        captive_standing=base["captive_standing"],
        electricity_for_captive_heat=for_captive,
        capacity=capacity,
        wind_solar_capacity=totals.summed(capacity, "technology"),
    )


def capture(inputs: xr.Dataset, economy: xr.Dataset, electricity: xr.Dataset) -> xr.Dataset:
    """Return what is captured of each sector and what that leaves, the CO2 of biomass and air that is stored."""
    emitted = sectors.all_sectors(economy["other_co2"], electricity["power_heat_co2"])
    wanted = sinks.capture_target(inputs["capture_low"], inputs["capture_high"], inputs["capture_level"])
    of_origin = sinks.by_origin(wanted, inputs["capture_share"])
    fossil, process, biomass, air = (of_origin.sel(origin=name, drop=True) for name in sinks.ORIGINS)
    captured = sinks.captured_by_sector(emitted, fossil, process, inputs["capture_rate"])
    removed = sinks.stored_removals(
        biomass, air, electricity["nonfossil_generation"].sel(technology="bioenergy", drop=True),
        inputs["bioenergy_co2_factor"], inputs["capture_rate"],
    )  # fmt: skip
    return xr.Dataset(
        {
            "emitted": emitted,
            "captured_co2": captured,
            "left": sectors.burnt(emitted, captured),
            "kept_share": sectors.kept_share(sectors.burnt(emitted, captured), emitted),
            "removed_co2": removed,
            "unmet_capture": sinks.unmet_capture(wanted, removed, totals.summed(captured, "sector")),
        }
    )


def electricity_of_parks(inputs: xr.Dataset, base: xr.Dataset, zone: xr.Dataset, fleet: xr.Dataset,
                         economy: xr.Dataset, electricity: xr.Dataset, captured: xr.Dataset) -> xr.Dataset:  # fmt: skip
    """Return what adopted parks draw from the grid, what is under contract, and the two factors of the grid."""
    trend = ledger.electrified_in_parks(
        economy["electricity_for_fuel_by_sector"], base["provincial_share"], base["zone_share"], zone["covered_share"],
        fleet["operating_share"],
    )  # fmt: skip
    bought = ledger.electricity_bought_by_parks(
        zone["load"].isel(vintage=0, drop=True), zone["own_use"], economy["load_growth"], base["zone_count"],
        ledger.share_by_vintage(fleet["operating_share"], fleet["later_share"]),
        stamp(economy["electricity_for_fuel_in_zones"] + trend, "TWh/yr"), economy["electricity_saved"],
    )  # fmt: skip
    of_parks, demand = totals.summed(bought, "province"), electricity["electricity_demand"]
    contracted = power.contracted_power(
        of_parks, inputs["green_power_share"], stamp(demand - of_parks, "TWh/yr"), inputs["market_traded_share"]
    )
    at_plants = captured["kept_share"].sel(sector="power_heat", drop=True)
    emitted = sectors.after_capture(electricity["power_co2"], at_plants)
    nonfossil = power.used(electricity["nonfossil_generation"], electricity["curtailment"])
    return xr.Dataset(
        {
            "park_electricity_bought": bought,
            "contracted_power": contracted,
            "grid_factor_average": power.average_factor(emitted, demand),
            "grid_factor_residual": power.residual_factor(emitted, demand, contracted, nonfossil),
        }
    )


def park_claims(inputs: xr.Dataset, base: xr.Dataset, zone: xr.Dataset, fleet: xr.Dataset, acting: xr.Dataset,
                economy: xr.Dataset, electricity: xr.Dataset, captured: xr.Dataset,
                grid: xr.Dataset) -> xr.Dataset:  # fmt: skip
    """Return what the parks emit by their own books, what they claim, and the credits between: no part of a total."""
    direct = ledger.direct_emissions_of_parks(
        sectors.after_capture(economy["before_zones"], captured["kept_share"]), base["provincial_share"],
        base["zone_share"], zone["covered_share"], fleet["operating_share"], acting["lever_parts"],
    )  # fmt: skip
    bought, average = grid["park_electricity_bought"], grid["grid_factor_average"]
    by_place = ledger.park_emissions(direct, bought, average, inputs["gwp_co2"])
    by_market = ledger.market_based_emissions(
        direct, bought, inputs["green_power_share"], grid["grid_factor_residual"], inputs["gwp_co2"]
    )
    accounts = credits.credit_accounts(inputs, by_market, average, LAST_OBSERVED_YEAR)
    used = accounts["ccer_retired"]
    at_plants = captured["left"].sel(sector="power_heat", drop=True)
    caused = credits.caused_abatement(
        totals.summed(used, "province"), inputs["additionality"], at_plants, inputs["gwp_co2"]
    )
    claims = accounts.assign(
        park_emissions=by_place,
        park_emissions_market=by_market,
        claimed_net_emissions=ledger.claimed_net_emissions(by_market, used),
    )
    return claims.merge(ledger.claims_gap_in_parts(by_place, by_market, used)).merge(caused)


def three_totals(inputs: xr.Dataset, base: xr.Dataset, acting: xr.Dataset, economy: xr.Dataset,
                 electricity: xr.Dataset, captured: xr.Dataset, claims: xr.Dataset) -> xr.Dataset:  # fmt: skip
    """Return gross CO2, net CO2 and net GHG by province and sector, and the figures that stand beside them."""
    year, emitted = inputs["year"], captured["emitted"]
    left = sectors.less_at_plants(captured["left"], claims["caused_abatement"])
    gross = sectors.in_provinces(
        sectors.all_sectors(economy["before_zones"], electricity["power_heat_co2"]),
        sectors.kept_share(left, emitted), base["provincial_share"], acting["abated_share"],
    )  # fmt: skip
    land = sinks.land_path(inputs["land_co2"], inputs["land_co2_2060"], year)
    non_co2 = carried_on(inputs["non_co2_ghg"], inputs["non_co2_change"], year)
    three = totals.three_totals(
        gross, inputs["waste_co2"], captured["removed_co2"], land, non_co2.rename(category="sector"),
        inputs["land_non_co2"], inputs["gwp_co2"],
    )  # fmt: skip
    coal = inputs["coal_per_power"]
    nonfossil = power.used(electricity["nonfossil_generation"], electricity["curtailment"])
    factor = indicators.fossil_energy_factor(
        inputs["official_energy_co2"], inputs["primary_energy"], nonfossil.sel(year=sectors.BASE_YEAR, drop=True), coal
    )
    burnt = totals.summed(emitted.sel(sector=emitted["sector"] != "process"), "sector")
    return three.assign(
        captured_co2=captured["captured_co2"].reindex(sector=three["sector"].values, fill_value=0.0),
        unmet_capture=captured["unmet_capture"],
        removed_co2=captured["removed_co2"],
        land_co2_path=land,
        nonfossil_share=indicators.nonfossil_share(burnt, nonfossil, coal, factor),
        co2_per_gdp=indicators.co2_per_gdp(totals.summed(left, "sector"), economy["gdp"]),
    )
