"""What a run found besides its verdict, in a few plain lines: what the parks change and what they claim."""

from __future__ import annotations

from typing import Final

import xarray as xr

from decarb.analysis.run import Results, summed
from decarb.pathway.targets import TARGETS
from decarb.tables import table_value

TARGET_YEAR: Final = 2035  # of the 3,600 GW, beside the last year
RATE: Final = next(item for item in TARGETS if item.id == "rate-2030-2060")
SEED_PARK: Final = "yizhuang"  # whose published figures stand beside the model's
MODES: Final = {"scale": "scaled to each zone", "clone": "copied as it is"}


def findings(results: Results) -> tuple[str, ...]:
    """Return one line for each finding of a run, each with the number behind it."""
    return (
        *_seed_park(results),
        _template(results),
        _effect(results.annual),
        _capacity(results.annual),
        _claims(results.annual),
        _residual(results.annual),
        *_gaps(results),
    )


def _seed_park(results: Results) -> tuple[str, ...]:
    park = results.park
    generation, load = float(park["generation"].sum()), float(park["load"])
    low, high = (float(park["emissions_range"].sel(estimate=end)) for end in ("p5", "p95"))
    said = (
        f"seed park, one year: {float(park['emissions']):,.0f} t CO2e (assumption range {low:,.0f} to {high:,.0f}); "
        f"it generates {generation / load:.0%} of its load and meets {float(park['self_sufficiency']):z.0%} on site"
    )
    if results.provenance["stated"]["park"]["name"] != SEED_PARK:
        return (said,)
    share = table_value("park_yizhuang", "clean_electricity_share", year=2020).value
    total = table_value("park_yizhuang", "verified_ghg", year=2020).value
    return said, f"  published of it: {share:.0%} clean power and {total:,.0f} t CO2e, compared with and not put in"


def _template(results: Results) -> str:
    zone, mode = results.zone, results.annual.attrs["rollout_mode"]
    provinces = zone.sizes["province"]
    covered = float(zone["covered_share"].mean())
    bound = {
        name: int((zone[f"{name}_capacity"] >= zone[f"{name}_site_limit"] * (1 - 1e-9)).sum())
        for name in ("wind", "pv")
    }
    own = float((zone["own_use"] / zone["load"]).mean())
    return (
        f"template {MODES[mode]} ({mode}): it covers {covered:.1%} of a mean zone and meets {own:.0%} of the load "
        f"it covers; room limits wind in {bound['wind']} and PV in {bound['pv']} of {provinces} provinces"
    )


def _effect(annual: xr.Dataset) -> str:
    change = summed(annual["gross_co2"]) - annual["gross_co2_without_parks"]
    last = int(annual["year"].values[-1])
    zones = float(annual["adopted_zones"].sel(year=last))
    changes = " and ".join(f"{float(change.sel(year=year)):+,.1f} Mt in {year}" for year in (TARGET_YEAR, last))
    return (
        f"{zones:,.0f} zones operate it in {last}; against the same scenario without any park, gross CO2 changes by "
        f"{changes}"
    )


def _capacity(annual: xr.Dataset) -> str:
    parks = sum(float(annual[f"park_{name}_capacity"].sel(year=TARGET_YEAR)) for name in ("wind", "pv"))
    target = next(item.threshold for item in TARGETS if item.id == f"wind-solar-{TARGET_YEAR}")
    inside = annual["includes_parks"].sel(technology=["wind", "solar"])
    words = {1.0: "inside the national path", 0.0: "on top of the national path"}
    counted = words.get(float(inside.mean()), "partly inside the national path")
    return f"parks hold {parks:,.0f} GW of wind and PV in {TARGET_YEAR}, {counted}; the target is {target:,.0f} GW"


def _claims(annual: xr.Dataset) -> str:
    last = int(annual["year"].values[-1])
    emitted, retired, net = (
        float(summed(annual[name]).sel(year=last)) for name in ("park_emissions", "ccer_retired", "net_co2")
    )
    return (
        f"claims beside physics in {last}: parks emit {emitted:,.0f} Mt CO2e by their own books and retire "
        f"{retired:,.0f} Mt of credits, so they claim {emitted - retired:,.0f} Mt; the nation's net CO2 is "
        f"{net:,.0f} Mt with or without the credits"
    )


def _residual(annual: xr.Dataset) -> str:
    """Return what is left in the last year and who takes it; a rate never reaches zero."""
    first, last = RATE.first_year, RATE.year
    gross, net = (summed(annual[name]) for name in ("gross_co2", "net_co2"))
    left, land = float(gross.sel(year=last)), -float(annual["land_co2_path"].sel(year=last))
    low, high = ((1.0 - rate) ** (last - first) for rate in (RATE.band_top or RATE.threshold, RATE.threshold))
    removed, stays = float(annual["removed_co2"].sel(year=last)), float(net.sel(year=last))
    return (
        f"left in {last}: {left:,.0f} Mt gross CO2, {left / float(gross.sel(year=first)):.1%} of {first} (the 8-10 % "
        f"band leaves {high:.1%} to {low:.1%}, never zero); land takes {land:,.0f} Mt, stored biomass and air CO2 "
        f"{removed:,.0f} Mt; {stays:,.0f} Mt net CO2 stays"
    )


def _gaps(results: Results) -> tuple[str, ...]:
    """Return where two sources of one thing meet, and by how much they miss each other."""
    annual, closing = results.annual, results.provenance["base_year"]["power_closing_factor"]
    reported = table_value("history", "nonfossil_share", year=2025).value
    factor = table_value("grid_factors", "grid_factor_average", year=2023).to("kg CO2/kWh")
    share, average = (
        float(annual["nonfossil_share"].sel(year=2025)),
        float(annual["grid_factor_average"].sel(year=2023)),
    )
    return (
        f"base year: generation, heat and their factors, times {closing:.3f}, meet the inventory's power and heat",
        f"model against reported: non-fossil share of 2025 {share:.1%} against {reported:.0%}; grid factor of 2023 "
        f"{average:.3f} against {factor:.3f} kg CO2/kWh",
    )
