"""Laws of the whole chain: zones, provinces and the nation agree, and every lever pushes the right way."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from nation_samples import Evaluate, in_2060, scaled, stated

from decarb import model
from decarb.nation.levers import ACTED_ON
from decarb.nation.totals import UNITS, national
from decarb.nation.zones import ARCHETYPES, LEVELS, ZONE_SECTORS
from decarb.scenario.inputs import scenario_inputs
from decarb.scenario.scenario import load_scenario

COHORTS = ["level", "archetype"]
LEVERS = (
    ("capacity", 1.2, "gross_co2", -1),
    ("full_load_hours", 1.1, "gross_co2", -1),
    ("gdp_growth", 1.2, "gross_co2", +1),
    ("electricity_intensity_change", 2.0, "gross_co2", -1),
    ("intensity_change", 1.2, "gross_co2", -1),
    ("electrified_share_2060", 1.2, "other_co2", -1),
    ("electrified_share_2060", 1.2, "electricity_demand", +1),
    ("electrified_fuel_share", 1.5, "abated_by_lever", +1),
    ("electrified_fuel_share", 1.5, "electricity_demand", +1),
    ("fuel_saving_share", 1.5, "abated_by_lever", +1),
    ("fuel_saving_share", 1.5, "gross_co2", -1),
    ("switched_fuel_share", 1.5, "abated_by_lever", +1),
    ("switched_fuel_factor", 1.2, "abated_by_lever", -1),
    ("process_change_share", 1.5, "abated_by_lever", +1),
    ("electricity_saving_share", 1.5, "electricity_demand", -1),
    ("rollout_growth", 1.2, "abated_by_lever", +1),
    ("rollout_growth", 1.2, "other_co2", -1),
    ("rollout_ceiling", 1.3, "abated_by_lever", +1),
    ("rollout_delay", 2.0, "abated_by_lever", -1),
    ("captive_heat_performance", 1.3, "electricity_demand", -1),
    ("captive_factor_ratio", 1.1, "power_heat_co2", -1),
    ("capture_level", 1.5, "gross_co2", -1),
    ("land_co2_2060", 1.2, "net_co2", -1),
    ("land_co2_2060", 1.2, "net_ghg", -1),
    ("non_co2_change", 1.5, "net_ghg", -1),
)
SHARES = st.lists(st.floats(0.05, 1.0), min_size=6, max_size=6)


def taken_inside(inputs: xr.Dataset) -> xr.DataArray:
    """What the levers of a park take of the CO2 inside it, (sector, archetype), written out once more."""
    burnt = (1.0 - inputs["fuel_saving_share"]) * (1.0 - inputs["electrified_fuel_share"])
    cleaner = 1.0 - inputs["switched_fuel_factor"] / inputs["fuel_factor"]
    of_fuel = 1.0 - burnt * (1.0 - inputs["switched_fuel_share"] * cleaner)
    sector = inputs["fuel_factor"]["sector"]
    burns = sector.isin(["energy_industry", "manufacturing"])
    return xr.where(burns, of_fuel, xr.where(sector == "process", inputs["process_change_share"], 0.0))


def at_plants(annual: xr.Dataset) -> xr.DataArray:
    return xr.where(annual["sector"] == "power_heat", annual["power_heat_co2"] - annual["caused_abatement"], 0.0)


@settings(max_examples=6)
@given(SHARES, SHARES, SHARES, st.floats(1.0, 10.0), st.floats(0.05, 0.4), st.floats(0.05, 0.3))
def test_zones_and_the_rest_are_a_partition_of_each_province_and_sector(
    china_inputs: xr.Dataset, mix: list[float], fuel: list[float], heat: list[float], size: float, share: float,
    captive: float,
) -> None:  # fmt: skip
    kinds = {"archetype": list(ARCHETYPES)}
    base = model.base_year(
        stated(china_inputs, archetype_mix=xr.DataArray([mix, fuel], {"level": list(LEVELS), **kinds}),
               zone_fuel_weight=xr.DataArray(fuel, kinds), zone_heat_weight=xr.DataArray(heat, kinds),
               national_zone_size=size, zone_share_of_national_co2=share, captive_share=captive)
    )  # fmt: skip
    held = base["zone_share"].sum(COHORTS)
    assert float(base["zone_share"].min()) >= 0.0 and float(held.max()) <= 1.0 + 1e-12
    assert float(held.drop_sel(sector=list(ZONE_SECTORS)).max()) == 0.0
    assert float(held.sel(sector="power_heat").max()) <= captive
    # Of 10,095 + 1,524 Mt the stated share, captive power and heat among it.
    in_zones = base["base_level"] * base["provincial_share"] * base["zone_share"]
    assert float(in_zones.sum()) == pytest.approx(share * 11619.0, rel=1e-9)
    # The mix moves zones between archetypes and makes none.
    number = china_inputs["national_zone_count"] + china_inputs["provincial_zone_count"].sum()
    assert float(base["zone_count"].sum()) == pytest.approx(float(number), rel=1e-12)


def test_parks_other_zones_and_the_rest_are_what_each_province_emits(
    china: model.Evaluation, china_inputs: xr.Dataset
) -> None:
    annual, base = china.annual.drop_sel(province="Unallocated").sel(year=2060), china.base
    before = annual["before_zones"] + at_plants(annual)
    here = (before * base["provincial_share"]).sel(sector=base["sector"])
    adopted = annual["operating_share"] * china.zone["covered_share"]
    inside = here * base["zone_share"]
    in_parks = inside * adopted * (1.0 - taken_inside(china_inputs))
    in_other_zones = inside * (1.0 - adopted)
    outside = here * (1.0 - base["zone_share"].sum(COHORTS))
    emitted = in_parks.sum(COHORTS) + in_other_zones.sum(COHORTS) + outside
    of_nation = annual["other_co2"] + at_plants(annual)
    kept = (1.0 - annual["captured_co2"] / of_nation.where(of_nation > 0)).fillna(1.0)
    gross = annual["gross_co2"].sel(sector=base["sector"])
    np.testing.assert_allclose(gross, (emitted * kept).transpose(*gross.dims), rtol=1e-9, atol=1e-9)


def test_provinces_sum_to_the_nation_in_every_sector_and_year(china: model.Evaluation) -> None:
    annual = china.annual
    expected = annual["other_co2"] + at_plants(annual) - annual["captured_co2"]
    np.testing.assert_allclose(
        annual["gross_co2"].sum("province"), expected.transpose("sector", "year"), rtol=1e-12, atol=1e-9
    )
    for name in UNITS:
        own = annual[name].drop_sel(province="Unallocated").sum(["province", "sector"])
        outside = annual[name].sel(province="Unallocated").sum("sector")
        np.testing.assert_allclose(own + outside, national(annual[name]), rtol=1e-12)


def test_levers_abate_in_the_nation_what_they_abate_in_its_provinces(
    china: model.Evaluation, china_inputs: xr.Dataset
) -> None:
    annual, base = china.annual, china.base
    in_zones = base["zone_share"] * china.zone["covered_share"] * base["provincial_share"] * taken_inside(china_inputs)
    share = (in_zones.sum("province") * annual["operating_share"]).sum(COHORTS)
    expected = (share * annual["before_zones"].sel(sector=base["sector"])).transpose("sector", "year")
    by_lever = annual["abated_by_lever"]
    in_nation = by_lever.sum("lever").sel(sector=base["sector"])
    np.testing.assert_allclose(in_nation, expected, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(annual["before_zones"] - by_lever.sum("lever"), annual["other_co2"], rtol=1e-12)
    working = (by_lever.sel(year=2060) > 0.0).sum("lever")
    assert {name: int(working.sel(sector=name)) for name in ACTED_ON} == {
        "energy_industry": 3, "manufacturing": 3, "process": 1,
    }  # fmt: skip
    assert int(working.sum()) == 7 and bool((by_lever >= 0.0).all())


def test_what_parks_abate_stood_inside_their_zones(china: model.Evaluation) -> None:
    annual, base = china.annual, china.base
    of_zones = (base["zone_share"] * base["provincial_share"]).sum("province")
    inside = (of_zones * annual["operating_share"]).sum(COHORTS) * annual["before_zones"]
    abated = annual["abated_by_lever"].sum("lever").sel(sector=inside["sector"])
    assert bool((abated <= inside * (1 + 1e-12)).all())
    assert in_2060(annual, "abated_by_lever") > 10.0


def test_a_list_replaces_the_zones_of_its_province_and_of_no_other(
    china: model.Evaluation, china_inputs: xr.Dataset, china_weather: xr.Dataset
) -> None:
    at = {"province": "Beijing", "level": "national", "archetype": "electronics"}
    count, load = (china_inputs[f"listed_zone_{name}"].copy() for name in ("count", "load"))
    count.loc["Beijing"], load.loc["Beijing"] = 0.0, 0.0
    count.loc[at], load.loc[at] = 3.0, 6e6  # three zones that use 2 TWh each
    listed = model.evaluate(stated(china_inputs, listed_zone_count=count, listed_zone_load=load), china_weather)
    assert float(listed.base["zone_count"].sel(province="Beijing").sum()) == 3.0
    assert float(listed.base["zone_load"].sel(at)) == 2e6
    for name in ("zone_count", "zone_load", "zone_share"):
        others = (each.base[name].drop_sel(province="Beijing") for each in (listed, china))
        np.testing.assert_array_equal(*others, err_msg=name)
    assert all(bool(np.isfinite(array).all()) for array in listed.annual.values())
    # Beijing's zones are electronics and no metals: less is burnt in them, and fewer parks emit there.
    held = [each.base["zone_share"].sel(province="Beijing", sector="manufacturing").sum() for each in (listed, china)]
    assert 0.0 < float(held[0]) < float(held[1])
    emitted = [float(each.annual["park_emissions"].sel(province="Beijing", year=2050)) for each in (listed, china)]
    assert 0.0 < emitted[0] < emitted[1]


@pytest.fixture(scope="module")
def moved(china_inputs: xr.Dataset, evaluate: Evaluate) -> xr.Dataset:
    """One scenario for each lever, all else as shipped."""
    changes = sorted({(lever, factor) for lever, factor, _, _ in LEVERS})
    labels = {"scenario": [lever for lever, _ in changes]}
    assert len(set(labels["scenario"])) == len(changes)
    factors = {
        lever: xr.DataArray([factor if other == lever else 1.0 for other in labels["scenario"]], labels, ("scenario",))
        for lever, factor in changes
    }
    return evaluate(scaled(china_inputs, **factors))


@pytest.mark.parametrize(("lever", "factor", "name", "direction"), LEVERS)
def test_a_lever_pushes_the_right_way(
    china: model.Evaluation, moved: xr.Dataset, lever: str, factor: float, name: str, direction: int
) -> None:
    change = in_2060(moved.sel(scenario=lever), name) - in_2060(china.annual, name)
    assert direction * (factor - 1.0) * change > 1e-6 * abs(in_2060(china.annual, name))


@pytest.mark.parametrize("lever", ["land_co2_2060", "non_co2_change", "ccer_issued", "green_power_share"])
def test_gross_knows_nothing_of_land_other_gases_credits_and_contracts(
    china: model.Evaluation, evaluate: Evaluate, china_inputs: xr.Dataset, lever: str
) -> None:
    assert evaluate(scaled(china_inputs, **{lever: 1.5}))["gross_co2"].identical(china.annual["gross_co2"])


@pytest.mark.parametrize(
    ("origin", "lowers_gross"), [("fossil", True), ("process", True), ("biomass", False), ("air", False)]
)
def test_only_captured_fossil_and_process_co2_lowers_gross(
    china: model.Evaluation, evaluate: Evaluate, china_inputs: xr.Dataset, origin: str, lowers_gross: bool
) -> None:
    less = evaluate(scaled(china_inputs, capture_share=xr.where(china_inputs["origin"] == origin, 0.5, 1.0)))
    rise = {name: in_2060(less, name) - in_2060(china.annual, name) for name in UNITS}
    assert rise["net_co2"] > 1.0
    assert rise["net_ghg"] == pytest.approx(rise["net_co2"], rel=1e-9)
    assert rise["gross_co2"] == pytest.approx(rise["net_co2"] if lowers_gross else 0.0, rel=1e-9, abs=1e-9)


def test_no_sector_captures_more_than_its_plants_can_catch_and_the_rest_is_reported(
    evaluate: Evaluate, china_inputs: xr.Dataset
) -> None:
    greedy = evaluate(scaled(china_inputs, capture_high=20.0))
    emitted = greedy["gross_co2"].sum("province") + greedy["captured_co2"]
    rate = float(china_inputs["capture_rate"])
    assert bool((greedy["captured_co2"] <= rate * emitted * (1 + 1e-12)).all())
    caught = in_2060(greedy, "captured_co2")
    assert caught == pytest.approx(
        rate * float(emitted.sel(sector=["power_heat", "manufacturing", "energy_industry", "process"], year=2060).sum())
    )
    assert float(greedy["gross_co2"].min()) >= 0.0
    # Half way from 1,000 to 20 x 1,820 Mt; a tenth of it from air, a fifth from biomass, of which 400 TWh have
    # 1.1 Mt a TWh to give.
    wanted = 0.5 * (1000.0 + 20.0 * 1820.0)
    removed = 0.1 * wanted + 400.0 * 1.1 * rate
    assert in_2060(greedy, "removed_co2") == pytest.approx(removed)
    assert in_2060(greedy, "unmet_capture") == pytest.approx(wanted - removed - caught)


def test_every_province_captures_the_same_part_of_a_sector(
    china: model.Evaluation, evaluate: Evaluate, china_inputs: xr.Dataset
) -> None:
    none = evaluate(stated(scaled(china_inputs, capture_low=0.0), capture_level=0.0))
    assert float(none["captured_co2"].max()) == 0.0
    here = {name: annual["gross_co2"].sel(year=2050, sector=list(ZONE_SECTORS)).drop_sel(province="Unallocated")
            for name, annual in (("none", none), ("some", china.annual))}  # fmt: skip
    kept = here["some"] / here["none"]
    np.testing.assert_allclose(kept, kept.isel(province=0).broadcast_like(kept), rtol=1e-9)
    assert float(kept.max()) < 1.0


def test_the_average_factor_rises_in_a_dry_year(
    china: model.Evaluation, china_inputs: xr.Dataset, evaluate: Evaluate
) -> None:
    def rise(dry_year: int) -> xr.DataArray:
        dry = (china_inputs["technology"] == "hydro") & (china_inputs["year"] == dry_year)
        less = dict.fromkeys(("nonfossil_generation", "firm_generation"), xr.where(dry, 0.8, 1.0))
        return evaluate(scaled(china_inputs, **less))["grid_factor_average"] - china.annual["grid_factor_average"]

    observed, assumed = rise(2023), rise(2040)
    assert float(observed.sel(year=2023)) > 0.01
    assert float(assumed.sel(year=2040)) > 0.005
    np.testing.assert_allclose(assumed.drop_sel(year=2040), 0.0, atol=1e-15)


def test_parks_on_top_of_the_path_add_what_they_generate_and_no_more(
    china: model.Evaluation, evaluate: Evaluate, china_inputs: xr.Dataset
) -> None:
    on_top, variable = evaluate(scaled(china_inputs, includes_parks=0.0)), ["wind", "solar"]
    more = on_top["nonfossil_generation"] - china.annual["nonfossil_generation"]
    np.testing.assert_allclose(
        more.sel(technology=variable), on_top["park_generation"].sel(technology=variable), rtol=1e-9, atol=1e-9
    )
    assert float(more.sel(technology=variable, year=2060).min()) > 1.0
    np.testing.assert_allclose(on_top["thermal_generation"] - china.annual["thermal_generation"],
                               -more.sum("technology"), rtol=1e-9, atol=1e-9)  # fmt: skip
    # What was observed by 2025 holds the parks of its time.
    built = on_top["wind_solar_capacity"] - china.annual["wind_solar_capacity"]
    standing = on_top["park_wind_capacity"] + on_top["park_pv_capacity"]
    assert float(np.abs(built.sel(year=slice(None, 2025))).max()) == 0.0
    assert float(built.sel(year=2060)) == pytest.approx(float(standing.sel(year=2060) - standing.sel(year=2025)))


def test_power_that_finds_no_use_is_no_energy(evaluate: Evaluate, china_inputs: xr.Dataset) -> None:
    flooded, drowned = (evaluate(scaled(china_inputs, capacity=factor)) for factor in (4.0, 8.0))
    assert in_2060(drowned, "curtailment") > in_2060(flooded, "curtailment") > 0.0
    assert in_2060(drowned, "nonfossil_share") == pytest.approx(in_2060(flooded, "nonfossil_share"), rel=1e-12)


def test_the_two_views_of_the_land_are_a_gigatonne_apart_and_never_joined(
    china: model.Evaluation, evaluate: Evaluate
) -> None:
    spec = load_scenario("china-2060").spec
    book = evaluate(scenario_inputs(spec.model_copy(update={"land_view": "bookkeeping"})))
    gap = national(book["net_co2"]) - national(china.annual["net_co2"])
    # -278.7 against -1,346 Mt.
    assert float(gap.sel(year=2021)) == pytest.approx(1067.3, abs=0.1)
    assert bool((gap > 1000.0).all())
    assert book["gross_co2"].identical(china.annual["gross_co2"])
