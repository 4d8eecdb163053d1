"""What a run found, in a few plain lines and in order: the verdict, physics, claims, and what is left and why."""

from __future__ import annotations

from typing import Final

import xarray as xr

from decarb.analysis.economies import PLAN, economies_table
from decarb.analysis.run import Results, summed
from decarb.nation.spending import PRICED_FROM
from decarb.nation.template import CONSUMPTION_YEAR
from decarb.pathway.economies import in_one_line
from decarb.pathway.steepness import left_after
from decarb.pathway.targets import FALL, RATE, TARGETS
from decarb.pathway.verdict import Verdict
from decarb.report.cost import LEFT_OUT
from decarb.report.terminal import missed, shown, verdict_line
from decarb.scenario.zone_inputs import default_zones
from decarb.tables import table_value
from decarb.units import converted, stamp, units_of

TARGET_YEAR: Final = FALL.year  # of the 3,600 GW, beside the last year
SEED_PARK: Final = "yizhuang"  # whose published figures stand beside the model's
OWNERS: Final = 3  # largest emitters that are named
PROVINCES: Final = 3  # with lists of their own that are named
NOTHING: Final = 1e-9  # of a load: less is rounding
NONE: Final = "-"
MODES: Final = {
    "scale": "scaled to each zone",
    "clone": "copied as it is",
    "claim": "built nowhere, zones adopt its claim alone",
}


def findings(results: Results) -> tuple[str, ...]:
    """Return one line for each finding of a run, each with the number behind it."""
    annual, verdict = results.annual, results.verdict
    return (
        _verdict(verdict),
        *_parks(results),
        *_captive(annual),
        _residual(verdict),
        *_steepness(verdict),
        *_credits(annual),
        in_one_line(economies_table("low", _national(annual["gross_co2"])), scenario=PLAN),
        *_cost(results.cost),
        *_gaps(results),
    )


def _verdict(verdict: Verdict) -> str:
    names = ", ".join(item.target for item in missed(verdict))
    return f"verdict: {verdict_line(verdict)}" + (f"; missed: {names}" if names else "")


def _parks(results: Results) -> tuple[str, ...]:
    """Return what parks are, do and claim; one line where no zone ever adopts the template."""
    annual = results.annual
    if not bool((annual["adopted_zones"] > 0.0).any()):
        return ("parks: no zone adopts the template in any year, so nothing is built, abated or claimed",)
    return (
        _template(results), *_listed(results), *_effect(results), *_claims(annual), _capacity(annual),
        *_waiting(annual),
    )  # fmt: skip


def _template(results: Results) -> str:
    """Return which kind of rollout is shown, and how far the template reaches into the zones that adopted it."""
    annual, mode = results.annual, results.annual.attrs["rollout_mode"]
    kind = f"rollout.mode {mode}: the template is {MODES[mode]}"
    if mode == "claim":
        return kind
    last = _last(annual)
    operating = annual["operating_share"].sel(year=last)
    load = results.base["zone_count"] * results.zone["zone_load"] * operating
    if not bool((load > 0.0).any()):
        return f"{kind}; no zone operates it in {last}"
    covered = float((load * results.zone["covered_share"]).sum() / load.sum())
    needed = _in(annual, "park_load", last) * _in(annual, "load_growth", last)
    return (
        f"{kind}; in {last} it covers {covered:.1%} of the load of zones that adopted it, and "
        f"{_met(_in(annual, 'park_own_use', last) / needed, 'of what it covers')}; its plants are sized to the load "
        f"of {CONSUMPTION_YEAR}"
    )


def _met(share: float, of: str) -> str:
    """Return the share of a load that is met on site in words; stores that lose more than plants give meet none."""
    if share < -NOTHING:
        return "its stores take more power than its plants give"
    return f"meets {share:z.0%} {of}"


def _listed(results: Results) -> tuple[str, ...]:
    """Return how many zones planners' own lists name, and in place of how many of the tables."""
    own = list((results.provenance["stated"].get("zones") or {}).get("list") or {})
    if not own:
        return ()
    count = results.base["zone_count"]
    named, replaced = (float(zones.sel(province=own).sum()) for zones in (count, default_zones()))
    whose = ", ".join(own) if len(own) <= PROVINCES else f"{len(own)} provinces"
    return (
        f"zones.list: {named:,.0f} zones listed in {whose} stand in place of {replaced:,.0f} of the tables; the "
        f"nation has {float(count.sum()):,.0f} zones with them",
    )


def _effect(results: Results) -> tuple[str, ...]:
    """Return what zones do to gross CO2 of the nation, what credit money does beside it, and what is assumed."""
    annual, base = results.annual, results.base
    last, claim = _last(annual), annual.attrs["rollout_mode"] == "claim"
    caused = _national(annual["caused_abatement"])
    change = _national(annual["gross_co2"]) + caused - annual["gross_co2_without_parks"]
    years = (TARGET_YEAR, last)
    changes = " and ".join(f"{float(change.sel(year=year)):+z,.1f} Mt in {year}" for year in years)
    bought = " and ".join(f"{float(-caused.sel(year=year)):+z,.1f} Mt in {year}" for year in years)
    money = f"; beside it, credit money {bought} (credits.additionality)" if bool((caused > 0.0).any()) else ""
    said = (
        f"physics: {_in(annual, 'adopted_zones', last):,.0f} zones {'take up the claim' if claim else 'operate it'} in "
        f"{last}; against the same scenario without any park, gross CO2 changes by {changes}{money}"
    )
    if claim:
        return (said,)
    fuel, saved = (_in(annual, name, last) for name in ("abated_by_lever", "electricity_saved"))
    factor = stamp(base["fossil_factor"] * base["power_closing_factor"], units_of(base["fossil_factor"]))
    at_margin = saved * float(converted(factor, "Mt CO2/TWh").sel(year=last))
    return (
        said,
        f"  assumed, with ranges (template.*): in {last} zones save {saved:,.0f} TWh of power ({at_margin:,.0f} Mt if "
        f"thermal plants made it), abate {fuel:,.0f} Mt of fuel and process CO2 and take "
        f"{_in(annual, 'electricity_for_fuel_in_zones', last):,.0f} TWh in place of fuel; their plants give "
        f"{_in(annual, 'park_generation', last):,.0f} TWh",
    )


def _claims(annual: xr.Dataset) -> tuple[str, ...]:
    """Return what parks emit beside what they claim, and by which papers the two part."""
    last = _last(annual)
    emitted, claimed, gap, net = (
        _in(annual, name, last) for name in ("park_emissions", "claimed_net_emissions", "claims_gap", "net_co2")
    )
    shares = {part: _in(annual, f"claims_gap_{part}", last) for part in ("credits", "certificates")}
    sign = "-" if shares["certificates"] < 0 else "+"
    caused = _in(annual, "caused_abatement", last)
    money = f", {caused:,.0f} Mt less by credit money (credits.additionality)" if caused > 0 else ""
    return (
        f"claims gap in {last}: parks emit {emitted:,.0f} Mt CO2e by their own books "
        f"({_in(annual, 'park_emissions_market', last):,.0f} market-based) and claim {claimed:,.0f} Mt: {gap:,.0f} Mt "
        f"= {shares['credits']:,.0f} credits {sign} {abs(shares['certificates']):,.0f} certificates",
        f"  the nation's net CO2 is {net:,.0f} Mt{money or ', which no claim changes'}",
    )


def _capacity(annual: xr.Dataset) -> str:
    parks = sum(_in(annual, f"park_{name}_capacity", TARGET_YEAR) for name in ("wind", "pv"))
    target = next(item.threshold for item in TARGETS if item.id == f"wind-solar-{TARGET_YEAR}")
    inside = annual["includes_parks"].sel(technology=["wind", "solar"])
    words = {1.0: "inside the national path", 0.0: "on top of the national path"}
    counted = words.get(float(inside.mean()), "partly inside the national path")
    return (
        f"parks hold {parks:,.0f} GW of wind and PV in {TARGET_YEAR}, {parks / target:.1%} of the {target:,.0f} GW "
        f"target and {counted} (includes_parks)"
    )


def _waiting(annual: xr.Dataset) -> tuple[str, ...]:
    """Return how many zones wait under caps, where any do."""
    if not bool((annual["waiting_zones"] > 0).any()):
        return ()
    waiting, last = annual["waiting_zones"], _last(annual)
    most = int(waiting.idxmax("year"))
    return (
        f"caps: up to {float(waiting.max()):,.0f} zones wait, in {most}, and {float(waiting.sel(year=last)):,.0f} "
        f"still in {last}",
    )


def _captive(annual: xr.Dataset) -> tuple[str, ...]:
    standing = annual["captive_standing"]
    halved, gone = (standing["year"].where(standing <= part + 1e-9).min() for part in (0.5, 0.0))
    last = _last(annual)
    ends = f"gone in {int(gone)}" if bool(gone.notnull()) else f"{float(standing.sel(year=last)):.0%} left in {last}"
    half = f"half of them run in {int(halved)}, " if bool(halved.notnull()) else ""
    heat = f"; their heat takes {_in(annual, 'electricity_for_captive_heat', last):,.0f} TWh of power in {last}"
    return (f"captive coal plants: {half}{ends}{heat}",)


def _residual(verdict: Verdict) -> str:
    """Return what is left in the last year, whose it is and who takes it."""
    owners = verdict.residual_owners
    if owners is None:
        return f"left in {RATE.year}: {verdict.undefined['residual_owners']}"
    ranked = sorted(owners.items(), key=lambda item: -item[1])
    total = sum(value for value in owners.values() if value > 0)
    emitting = [f"{owner} {value / total:.0%}" for owner, value in ranked if value > 0]
    taking = [f"{owner} {-value:,.0f}" for owner, value in reversed(ranked) if value < 0]
    whose = f" ({', '.join(emitting[:OWNERS])})" if emitting else ""
    return (
        f"left in {RATE.year}: {total:,.0f} Mt CO2 emitted{whose}, taken by {' and '.join(taking) or 'nobody'} Mt; "
        f"{sum(owners.values()):,.0f} Mt net CO2 stays"
    )


def _steepness(verdict: Verdict) -> tuple[str, str]:
    """Return how steep gross CO2 falls, and how steep it would have to, all from this scenario's own numbers."""
    first, last, target = RATE.first_year, RATE.year, FALL.year
    most, least = (left_after(rate, last - first).item() for rate in (RATE.threshold, RATE.band_top or RATE.threshold))
    failing, share = verdict.first_failing_year, verdict.share_of_peak_2060
    slow = f"below {RATE.threshold:.0%} from {failing}" if failing is not None else f"first failing year: {NONE}"
    left = NONE if share is None else f"{share:.1%}"
    step = (verdict.rates_by_step or {}).get(f"{first}-{target}")
    return (
        f"steepness: {_rate(verdict.mean_annual_reduction_rate)} over {first}-{last}, {_rate(verdict.rate_2030_2050)} "
        f"over {first}-2050, {slow}; {left} of the peak left in {last} (8-10 %/yr leave {least:.1%} to {most:.1%})",
        f"  to {target} {_rate(step)}, then {_rate(verdict.rate_still_required)} to what sinks and removals take; at "
        f"{FALL.threshold:.0%} below the peak in {target}: {_rate(verdict.rate_to_target)}, then "
        f"{_rate(verdict.rate_after_target)}",
    )


def _cost(cost: xr.Dataset) -> tuple[str, str]:
    """Return what the nation and its parks spend and save, and all that these sums leave out."""
    last = _last(cost)
    ahead = cost.sel(year=cost["year"] > PRICED_FROM)
    nation, parks = (float(ahead[name].sum()) for name in ("national_investment", "investment_of_parks"))
    saved = sum(_in(cost, name, last) for name in ("electricity_bill_saved", "fuel_bill_saved"))
    return (
        f"cost from {PRICED_FROM + 1} to {last}, undiscounted: the nation invests {nation:,.0f} billion CNY_2025, the "
        f"parks {parks:,.0f}; in {last} they save {saved:,.0f} a year and pay "
        f"{_in(cost, 'electricity_for_fuel_bill', last):,.0f} for power in place of fuel (cost.csv)",
        f"  left out: {LEFT_OUT}",
    )


def _credits(annual: xr.Dataset) -> tuple[str, ...]:
    last = _last(annual)
    issued, used = _in(annual, "ccer_issued", last), _in(annual, "ccer_retired", last)
    surrendered, held = _in(annual, "ccer_surrendered", last), _in(annual, "ccer_held", last)
    market = f", {surrendered:,.0f} surrendered in the carbon market, {held:,.0f} Mt held at the end of the year"
    zones = table_value("zones", "zone_count_total", year=2018).value
    per_park = table_value("park_yizhuang", "verified_ghg", year=2020).to("Mt CO2e/yr")
    traded = table_value("credits", "ccer_volume", year=2025)
    return (
        f"credits in {last}: {issued:,.0f} Mt issued, {used:,.0f} used by parks{market}; {zones:,.0f} clones of the "
        f"seed park would need {zones * per_park:,.0f} Mt a year, {traded.value:,.1f} Mt were traded in 2025",
    )


def _gaps(results: Results) -> tuple[str, ...]:
    """Return where two sources of one thing meet, and by how much they miss each other."""
    annual, closing = results.annual, results.provenance["base_year"]["power_closing_factor"]
    reported = table_value("history", "nonfossil_share", year=2025).value
    factor = table_value("grid_factors", "grid_factor_average", year=2023).to("kg CO2/kWh")
    share, average = _in(annual, "nonfossil_share", 2025), _in(annual, "grid_factor_average", 2023)
    return (
        f"model against reported: non-fossil share of 2025 {share:.1%} against {reported:.0%}; grid factor of 2023 "
        f"{average:.3f} against {factor:.3f} kg CO2/kWh; generation and heat of the base year times {closing:.3f} "
        f"meet the inventory",
        *_seed_park(results),
    )


def _seed_park(results: Results) -> tuple[str, ...]:
    park = results.park
    generation, load = float(park["generation"].sum()), float(park["load"])
    low, high = (float(park["emissions_range"].sel(estimate=end)) for end in ("p5", "p95"))
    said = (
        f"seed park, one year: {float(park['emissions']):,.0f} t CO2e (assumption range {low:,.0f} to {high:,.0f}); "
        f"it generates {generation / load:.0%} of its load and {_met(float(park['self_sufficiency']), 'on site')}"
    )
    if results.provenance["stated"]["park"]["name"] != SEED_PARK:
        return (said,)
    share = table_value("park_yizhuang", "clean_electricity_share", year=2020).value
    total = table_value("park_yizhuang", "verified_ghg", year=2020).value
    return said, f"  published of it: {share:.0%} clean power and {total:,.0f} t CO2e, compared with and not put in"


def _national(array: xr.DataArray, *kept: str) -> xr.DataArray:
    """Return the sum over all dimensions but the years and what is kept; a hole stays a hole."""
    return summed(array, tuple(str(dim) for dim in array.dims if dim not in ("year", *kept)))


def _in(annual: xr.Dataset, name: str, year: int) -> float:
    return float(_national(annual[name]).sel(year=year))


def _last(annual: xr.Dataset) -> int:
    return int(annual["year"].values[-1])


def _rate(value: float | None) -> str:
    return shown(value, "1/yr")
