"""What a run says is computed from the run, each number of it, in one order and each thing once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from decarb import api
from decarb.analysis.run import Results, judge, summed
from decarb.report.cost import LEFT_OUT
from decarb.report.findings import findings
from decarb.report.terminal import verdict_line

ORDER = (
    "verdict:", "rollout.mode", "physics:", "claims gap in 2060:", "parks hold", "left in 2060:", "steepness:",
    "credits in 2060:", "other economies", "model against reported:", "seed park",
)  # fmt: skip


@pytest.fixture(scope="module")
def clone() -> Results:
    return api.run("clone-yizhuang")


def line(results: Results, start: str) -> str:
    (found,) = [said for said in findings(results) if said.startswith(start)]
    return found


def after(results: Results, start: str) -> str:
    said = findings(results)
    (at,) = [place for place, each in enumerate(said) if each.startswith(start)]
    return said[at + 1]


def with_yearly(results: Results, **series: tuple[list[float], str]) -> Results:
    """The run with series of one's own: values from 2020 to 2060 on a straight line between first and last."""
    years = results.annual["year"]
    made = {
        name: xr.DataArray(np.linspace(values[0], values[-1], years.size), {"year": years}, ("year",),
                           attrs={"units": unit})
        for name, (values, unit) in series.items()
    }  # fmt: skip
    return replace(results, annual=results.annual.assign(made))


def test_findings_come_in_one_order_and_none_twice(results: Results) -> None:
    said = findings(results)
    places = [next(at for at, each in enumerate(said) if each.startswith(start)) for start in ORDER]
    assert places == sorted(places) and places[0] == 0
    assert len(set(said)) == len(said)
    assert max(map(len, said)) < 240


def test_the_verdict_comes_first_and_names_what_is_missed(results: Results) -> None:
    said = line(results, "verdict:")
    missed = [item.target for item in results.verdict.verdicts if item.verdict == "fail"]
    assert verdict_line(results.verdict) in said
    for name in ("neutral-2060-co2", "rate-2030-2060"):
        assert (name in said) == (name in missed)
    assert "required-rate" not in said  # shown beside: it misses no target


def test_the_seed_park_stands_beside_its_published_figures(results: Results) -> None:
    park = line(results, "seed park")
    low, high = (float(results.park["emissions_range"].sel(estimate=end)) for end in ("p5", "p95"))
    assert f"{float(results.park['emissions']):,.0f} t CO2e (assumption range {low:,.0f} to {high:,.0f})" in park
    assert "50% clean power and 11,937 t CO2e" in line(results, "  published")


def test_another_park_has_no_published_figures_beside_it(results: Results) -> None:
    provenance = {**results.provenance, "stated": {"park": {"name": "mine"}}}
    assert not [said for said in findings(replace(results, provenance=provenance)) if "published" in said]


def test_a_park_that_makes_nothing_itself_meets_0_per_cent_and_not_minus_0(results: Results) -> None:
    bare = replace(results, park=results.park.assign(self_sufficiency=-1e-17))
    assert "meets 0% on site" in line(bare, "seed park")


def test_a_clone_covers_about_one_per_cent_of_the_zones_and_says_that_it_is_a_clone(clone: Results) -> None:
    said = line(clone, "rollout.mode clone: the template is copied as it is")
    load = clone.base["zone_count"] * clone.zone["zone_load"]
    covered = float((load * clone.zone["covered_share"]).sum() / load.sum())
    # One mean size in each cohort, and all cohorts on one curve: zones that adopted are like all.
    assert 0.001 < covered < 0.03 and f"in 2060 it covers {covered:.1%} of the load of zones that adopted it" in said


def test_every_kind_of_rollout_is_named(results: Results) -> None:
    assert "scaled to each zone; in 2060 it covers 100.0%" in line(results, "rollout.mode scale")
    claim = replace(results, annual=results.annual.assign_attrs(rollout_mode="claim"))
    assert line(claim, "rollout.mode claim") == (
        "rollout.mode claim: the template is built nowhere, zones adopt its claim alone"
    )


def test_what_zones_meet_on_site_is_of_their_load_in_the_last_year(results: Results) -> None:
    # 50 of 200 TWh at first, and a load twice as high in 2060: 12.5 %, printed as 12 %.
    own = {"park_own_use": ([0.0, 50.0], "TWh/yr"), "park_load": ([0.0, 200.0], "TWh/yr")}
    grown = with_yearly(results, **own, load_growth=([1.0, 2.0], "1"))
    assert line(grown, "rollout.mode").endswith("meets 12% of what it covers; its plants are sized to the load of 2024")


def test_a_share_below_zero_is_never_printed(results: Results) -> None:
    words = "its stores take more power than its plants give"
    drained = with_yearly(results, park_own_use=([0.0, -3.0], "TWh/yr"))
    assert f"and {words}; its plants are sized" in line(drained, "rollout.mode")
    losing = replace(results, park=results.park.assign(self_sufficiency=-0.02))
    assert line(losing, "seed park").endswith(f"of its load and {words}")
    assert not [said for said in (*findings(drained), *findings(losing)) if "meets -" in said]


def test_a_fleet_that_is_gone_covers_nothing(results: Results) -> None:
    gone = results.annual["operating_share"].where(results.annual["year"] < 2060, 0.0)
    closed = replace(results, annual=results.annual.assign(operating_share=gone))
    assert line(closed, "rollout.mode").endswith("scaled to each zone; no zone operates it in 2060")


def test_lists_of_zones_say_how_many_of_the_tables_they_stand_in_place_of(results: Results) -> None:
    assert not [said for said in findings(results) if said.startswith("zones.list")]
    count = results.base["zone_count"].copy(deep=True)
    before = float(count.sel(province="Hebei").sum())
    count.loc[{"province": "Hebei"}] = 0.0
    count.loc[{"province": "Hebei", "level": "provincial", "archetype": "metals"}] = 7.0
    said = {**results.provenance["stated"], "zones": {"list": {"Hebei": {"file": "hebei.csv"}}}}
    listed = replace(
        results, base=results.base.assign(zone_count=count), provenance={**results.provenance, "stated": said}
    )
    assert line(listed, "zones.list") == (
        f"zones.list: 7 zones listed in Hebei stand in place of {before:,.0f} of the tables; the nation has "
        f"{2543 - before + 7:,.0f} zones with them"
    )


def test_credit_money_is_told_apart_from_physics(results: Results) -> None:
    change = summed(results.annual["gross_co2"]) - results.annual["gross_co2_without_parks"]
    caused = results.annual["caused_abatement"]
    assert float(caused.sum()) == 0.0 and "credit money" not in line(results, "physics:")
    # 40 Mt of the fall in 2060, and 15 in 2035, are what credits cause: the rest is physics.
    money = with_yearly(results, caused_abatement=([0.0, 40.0], "Mt CO2/yr"))
    said = line(money, "physics:")
    for year, part in ((2035, 15.0), (2060, 40.0)):
        assert f"{float(change.sel(year=year)) + part:+,.1f} Mt in {year}" in said
    assert said.endswith("; beside it, credit money -15.0 Mt in 2035 and -40.0 Mt in 2060 (credits.additionality)")


def test_zones_that_build_nothing_take_up_the_claim(results: Results) -> None:
    claim = replace(results, annual=results.annual.assign_attrs(rollout_mode="claim"))
    zones = float(results.annual["adopted_zones"].sel(year=2060).sum())
    assert f"{zones:,.0f} zones take up the claim in 2060" in line(claim, "physics:")
    assert not [said for said in findings(claim) if "assumed, with ranges (template" in said]


def test_the_effect_of_the_parks_is_that_against_the_same_scenario_without_any(results: Results) -> None:
    change = summed(results.annual["gross_co2"]) - results.annual["gross_co2_without_parks"]
    said = line(results, "physics:")
    for year in (2035, 2060):
        assert f"{float(change.sel(year=year)):+,.1f} Mt in {year}" in said
    zones = results.annual["adopted_zones"].sel(year=2060)
    assert f"{float(zones.sum()):,.0f} zones operate it in 2060" in said


def test_claims_and_physics_are_never_added(results: Results) -> None:
    said = line(results, "claims gap in 2060:")
    emitted, claimed, gap = (
        float(summed(results.annual[name]).sel(year=2060))
        for name in ("park_emissions", "claimed_net_emissions", "claims_gap")
    )
    assert f"parks emit {emitted:,.0f} Mt" in said and f"claim {claimed:,.0f} Mt: {gap:,.0f} Mt" in said
    net = float(summed(results.annual["net_co2"]).sel(year=2060))
    assert after(results, "claims gap") == f"  the nation's net CO2 is {net:,.0f} Mt, which no claim changes"


def test_the_claims_gap_is_split_into_credits_and_certificates(results: Results) -> None:
    unit = "Mt CO2e/yr"
    split = with_yearly(results, claims_gap=([0, 70], unit), claims_gap_credits=([0, 100], unit),
                        claims_gap_certificates=([0, -30], unit), park_emissions_market=([0, 555], unit))  # fmt: skip
    said = line(split, "claims gap in 2060:")
    assert "by their own books (555 market-based)" in said
    assert said.endswith(": 70 Mt = 100 credits - 30 certificates")


def test_the_share_of_the_parks_in_the_3600_gw_is_printed(results: Results) -> None:
    parks = sum(float(results.annual[f"park_{name}_capacity"].sel(year=2035)) for name in ("wind", "pv"))
    assert f"{parks:,.0f} GW of wind and PV in 2035, {parks / 3600:.1%} of the 3,600 GW target" in line(
        results, "parks hold"
    )


@pytest.mark.parametrize(
    ("included", "words"),
    [((1.0, 1.0), "inside the national path"), ((0.0, 0.0), "on top of"), ((1.0, 0.0), "partly inside")],
)
def test_it_says_whether_the_national_path_includes_the_parks(
    included: tuple[float, float], words: str, results: Results
) -> None:
    said = results.annual["includes_parks"].copy(deep=True)
    said.loc[{"technology": ["wind", "solar"]}] = list(included)
    assert words in line(replace(results, annual=results.annual.assign(includes_parks=said)), "parks hold")


def test_zones_that_wait_are_told_where_any_do(results: Results) -> None:
    assert line(with_yearly(results, waiting_zones=([0, 80], "zone")), "caps:") == (
        "caps: up to 80 zones wait, in 2060, and 80 still in 2060"
    )
    none = with_yearly(results, waiting_zones=([0, 0], "zone"))
    assert not [said for said in findings(none) if said.startswith("caps")]


def test_captive_plants_are_told_by_when_they_stop(results: Results) -> None:
    # 1 in 2020 to 0 in 2060 in a straight line: a half in 2040.
    power = {"electricity_for_captive_heat": ([0.0, 300.0], "TWh/yr")}
    gone = with_yearly(results, captive_standing=([1.0, 0.0], "1"), **power)
    assert line(gone, "captive") == (
        "captive coal plants: half of them run in 2040, gone in 2060; their heat takes 300 TWh of power in 2060"
    )
    stay = with_yearly(results, captive_standing=([1.0, 0.8], "1"), **power)
    assert line(stay, "captive").startswith("captive coal plants: 80% left in 2060; their heat")


def test_what_is_left_its_owners_and_who_takes_it_add_up(results: Results) -> None:
    said = line(results, "left in 2060")
    net = summed(results.annual["net_co2"], ("province",)).sel(year=2060)
    emitted = float(net.where(net > 0).sum())
    assert f"{emitted:,.0f} Mt CO2 emitted" in said and f"{float(net.sum()):,.0f} Mt net CO2 stays" in said
    largest = str(net["sector"].values[int(net.argmax("sector"))])
    assert f"({largest} {float(net.max()) / emitted:.0%}, " in said
    assert f"taken by land {-float(net.sel(sector='land')):,.0f} and removals" in said


def test_a_residual_that_nobody_takes_says_so(results: Results) -> None:
    net = results.annual["net_co2"].copy(deep=True)
    net.loc[{"sector": ["land", "removals"]}] = 0.0
    annual = results.annual.assign(net_co2=net)
    assert "taken by nobody Mt" in line(replace(results, annual=annual, verdict=judge(annual)), "left in 2060")


def test_steepness_is_that_of_the_scenario_itself(results: Results) -> None:
    said, then = line(results, "steepness:"), after(results, "steepness:")
    verdict = results.verdict
    assert "(8-10 %/yr leave 4.2% to 8.2%)" in said  # 0.92^30 = 0.0820, 0.90^30 = 0.0424
    assert f"{verdict.share_of_peak_2060:.1%} of the peak left in 2060" in said
    assert f"below 8% from {verdict.first_failing_year}" in said
    step = (verdict.rates_by_step or {})["2030-2035"]
    rates = (step, verdict.rate_still_required, verdict.rate_to_target, verdict.rate_after_target)
    assert all(rate is not None and f"{rate * 100:.3g} %/yr" in then for rate in rates)


def test_a_path_without_a_rate_shows_none(results: Results) -> None:
    gross = results.annual["gross_co2"] * 0.0
    annual = results.annual.assign(gross_co2=gross.assign_attrs(results.annual["gross_co2"].attrs))
    flat = replace(results, annual=annual, verdict=judge(annual))
    assert "steepness: - over 2030-2060, - over 2030-2050, first failing year: -; - of the peak" in line(flat, "steep")


def test_credits_stand_beside_what_2543_clones_would_need(results: Results) -> None:
    # 2,543 x 11,937 t = 30.36 Mt a year; 8.84 Mt were traded in 2025.
    said = line(results, "credits in 2060:")
    assert "2,543 clones of the seed park would need 30 Mt a year, 8.8 Mt were traded in 2025" in said
    used = float(summed(results.annual["ccer_retired"]).sel(year=2060))
    assert f"{used:,.0f} used by parks" in said
    full = with_yearly(results, ccer_surrendered=([0, 44], "Mt CO2e/yr"), ccer_held=([0, 55], "Mt CO2e"))
    assert "44 surrendered in the carbon market, 55 Mt held" in line(full, "credits in 2060:")


def test_gaps_between_model_and_reports_are_printed(results: Results) -> None:
    share = float(results.annual["nonfossil_share"].sel(year=2025))
    said = line(results, "model against reported")
    assert f"{share:.1%} against 21%" in said
    assert f"times {float(results.base['power_closing_factor']):.3f}" in said


def test_other_economies_take_one_line(results: Results) -> None:
    said = line(results, "other economies")
    assert "China 8.0% a year against 3.1% to 6.5% from peak to goal" in said and "this scenario: " in said


def test_the_cost_is_that_of_the_run_and_names_what_it_leaves_out(results: Results) -> None:
    ahead = results.cost.sel(year=slice(2026, None))
    said = line(results, "cost from 2026")
    assert f"the nation invests {float(ahead['national_investment'].sum()):,.0f} billion" in said
    assert f"the parks {float(ahead['investment_of_parks'].sum()):,.0f};" in said
    assert after(results, "cost from 2026") == f"  left out: {LEFT_OUT}"
    for omission in ("grids", "thermal plants", "electrification outside parks", "captive plants", "biomass and air"):
        assert omission in LEFT_OUT
