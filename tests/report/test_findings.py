"""What a run says is computed from the run, each number of it, in one order and each thing once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from decarb import api
from decarb.analysis.run import Results, judge, summed
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
    assert 0.001 < covered < 0.03 and f"it covers {covered:.1%} of the zones' load" in said


def test_every_kind_of_rollout_is_named(results: Results) -> None:
    assert "scaled to each zone; it covers 100.0%" in line(results, "rollout.mode scale")
    claim = replace(results, annual=results.annual.assign_attrs(rollout_mode="claim"))
    assert line(claim, "rollout.mode claim") == (
        "rollout.mode claim: the template is built nowhere, zones adopt its claim alone"
    )


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
