"""What a run says besides its verdict is computed from the run, each number of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from decarb import api
from decarb.analysis.run import Results, summed
from decarb.report.findings import findings


@pytest.fixture(scope="module")
def clone() -> Results:
    return api.run("clone-yizhuang")


def line(results: Results, start: str) -> str:
    (found,) = [said for said in findings(results) if said.startswith(start)]
    return found


def test_the_seed_park_stands_beside_its_published_figures(results: Results) -> None:
    park = line(results, "seed park")
    low, high = (float(results.park["emissions_range"].sel(estimate=end)) for end in ("p5", "p95"))
    assert f"{float(results.park['emissions']):,.0f} t CO2e (assumption range {low:,.0f} to {high:,.0f})" in park
    assert "50% clean power and 11,937 t CO2e" in line(results, "  published")


def test_another_park_has_no_published_figures_beside_it() -> None:
    other = api.run(api.load_scenario("china-2060").replace({"park.name": "mine"}))
    assert not [said for said in findings(other) if "published" in said]


def test_a_park_that_makes_nothing_itself_meets_0_per_cent_and_not_minus_0(results: Results) -> None:
    bare = replace(results, park=results.park.assign(self_sufficiency=-1e-17))
    assert "meets 0% on site" in line(bare, "seed park")


def test_a_clone_covers_about_one_per_cent_of_a_zone_and_says_that_it_is_a_clone(clone: Results) -> None:
    said = line(clone, "template copied as it is (clone)")
    covered = float(clone.zone["covered_share"].mean())
    assert 0.002 < covered < 0.03 and f"{covered:.1%} of a mean zone" in said
    assert "wind in 0 and PV in 0" in said


def test_a_scaled_template_says_where_room_limits_it(results: Results) -> None:
    bound = int((results.zone["wind_capacity"] >= results.zone["wind_site_limit"] * 0.999).sum())
    assert f"wind in {bound} and" in line(results, "template scaled to each zone (scale)")


def test_the_effect_of_the_parks_is_that_against_the_same_scenario_without_any(results: Results) -> None:
    none = api.run(api.load_scenario("china-2060").replace({"rollout.anchor": "0 zone"}))
    for year in (2035, 2060):
        change = float((summed(results.annual["gross_co2"]) - summed(none.annual["gross_co2"])).sel(year=year))
        assert f"{change:+,.1f} Mt in {year}" in line(results, "1,192 zones")
    assert "+0.0 Mt in 2035" in line(none, "0 zones")


def test_claims_and_physics_stand_in_one_line_and_are_not_added(results: Results) -> None:
    said = line(results, "claims beside physics")
    net = float(summed(results.annual["net_co2"]).sel(year=2060))
    retired = float(summed(results.annual["ccer_retired"]).sel(year=2060))
    assert (
        f"retire {retired:,.0f} Mt of credits, so they claim" in said
        and f"net CO2 is {net:,.0f} Mt with or without the credits" in said
    )


@pytest.mark.parametrize(("included", "words"), [(True, "inside the national path"), (False, "on top of")])
def test_it_says_whether_the_national_path_includes_the_parks(included: bool, words: str) -> None:
    settings = [f"power.{name}.includes_parks={str(included).lower()}" for name in ("wind", "solar")]
    assert words in line(api.run(api.load_scenario("china-2060", settings)), "parks hold")


def test_gaps_between_model_and_reports_are_printed(results: Results) -> None:
    share = float(results.annual["nonfossil_share"].sel(year=2025))
    assert f"{share:.1%} against 21%" in line(results, "model against reported")
    assert f"{float(results.base['power_closing_factor']):.3f}" in line(results, "base year")


def test_what_is_left_and_who_takes_it_add_up(results: Results) -> None:
    said = line(results, "left in 2060")
    gross, net = (float(summed(results.annual[name]).sel(year=2060)) for name in ("gross_co2", "net_co2"))
    assert f"{gross:,.0f} Mt gross CO2" in said and f"{net:,.0f} Mt net CO2 stays" in said
    assert "leaves 8.2% to 4.2%, never zero" in said  # 0.92^30 = 0.0820, 0.90^30 = 0.0424
