"""Laws of the whole chain: a sweep is the same model, credits move no ton, and levers push the right way."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pytest
import xarray as xr

from decarb import model
from decarb.nation.totals import national
from decarb.park import demand
from decarb.park.assumptions import ASSUMPTIONS
from decarb.scenario.inputs import scenario_inputs
from decarb.scenario.scenario import load_scenario

TOTALS = ("gross_co2", "net_co2", "net_ghg")
CLAIMS = ("ccer_issued", "ccer_retired", "claimed_net_emissions", "claims_gap")
FACTORS = xr.DataArray([0.8, 1.0, 1.1], {"scenario": [0, 1, 2]}, ("scenario",))
# Held by the weather and the shape of the load, which all scenarios share.
OF_WEATHER = {
    "latitude", "longitude", "park_wind_full_load_hours", "park_pv_full_load_hours", "wind_speed_ratio",
    "air_temperature", "station_wind_speed", "electricity", "heat_base_share", *ASSUMPTIONS, *demand.ASSUMPTIONS,
}  # fmt: skip
ROUNDING = 1e-11  # a few units in the last place of the nation's 10,000 TWh, from which small rests are taken
SWEPT = (
    ("rollout_growth",), ("capture_level",), ("gdp_growth",), ("full_load_hours",), ("land_co2_2060",),
    ("pv_capacity",), ("includes_parks",), ("zone_share_of_national_co2", "captive_share"),
    ("electricity_demand", "heat_supply", "non_co2_ghg", "ccer_issued"),
)  # fmt: skip

Evaluate = Callable[..., xr.Dataset]


def scaled(inputs: xr.Dataset, factors: Mapping[str, float | xr.DataArray]) -> xr.Dataset:
    """The inputs with some of them times a factor, in their own units."""
    return inputs.assign(
        {name: (inputs[name] * factor).assign_attrs(inputs[name].attrs) for name, factor in factors.items()}
    )


@pytest.fixture(scope="module")
def evaluate(china_inputs: xr.Dataset, china_weather: xr.Dataset) -> Evaluate:
    """The annual results of the shipped scenario with some inputs times a factor."""

    def annual(**factors: float | xr.DataArray) -> xr.Dataset:
        return model.evaluate(scaled(china_inputs, factors), china_weather).annual

    return annual


def in_2060(annual: xr.Dataset, name: str) -> float:
    return float(annual[name].sel(year=2060).sum())


def assert_same(sweep: xr.Dataset, evaluate: Evaluate, names: tuple[str, ...]) -> None:
    for place in range(FACTORS.size):
        alone = evaluate(**dict.fromkeys(names, float(FACTORS[place])))
        together = sweep.isel(scenario=place, drop=True)
        assert set(together) == set(alone)
        for name, expected in alone.items():
            got = together[name].transpose(*expected.dims)
            np.testing.assert_allclose(
                got, expected, rtol=1e-12, atol=ROUNDING, err_msg=f"{name} by {', '.join(names)}"
            )


@pytest.mark.parametrize("names", SWEPT, ids=" ".join)
def test_a_sweep_is_the_same_model_with_one_more_dimension(evaluate: Evaluate, names: tuple[str, ...]) -> None:
    sweep = evaluate(**dict.fromkeys(names, FACTORS))
    assert "scenario" in sweep.dims
    assert_same(sweep, evaluate, names)


def test_every_input_but_the_weather_may_be_swept_at_once(china_inputs: xr.Dataset, evaluate: Evaluate) -> None:
    # Shares that add to 1, limits of the store and calendar years cannot all be scaled at once and still make sense.
    fixed = {"capture_share", "minimum_state_of_charge", "maximum_state_of_charge", "round_trip_efficiency",
             "rollout_anchor_year", "gdp_share", "scaled"}  # fmt: skip
    names = tuple(str(name) for name in china_inputs if name not in OF_WEATHER | fixed)
    assert len(names) > 50
    sweep = evaluate(**dict.fromkeys(names, FACTORS))
    assert all(sweep[name].dims[0] == "scenario" for name in TOTALS)
    assert_same(sweep, evaluate, names)


@pytest.mark.parametrize("factor", [0.0, 10.0])
def test_credits_move_claims_and_not_one_bit_of_a_total(
    china: model.Evaluation, evaluate: Evaluate, factor: float
) -> None:
    other = evaluate(ccer_issued=factor)
    differing = {name for name in china.annual if not other[name].identical(china.annual[name])}
    assert differing == set(CLAIMS)


def test_without_credits_a_claim_is_the_inventory(evaluate: Evaluate) -> None:
    none = evaluate(ccer_issued=0.0)
    assert none["claimed_net_emissions"].equals(none["park_emissions"])


def test_retired_credits_were_issued_and_make_the_claims_gap(china: model.Evaluation) -> None:
    annual = china.annual
    retired = annual["ccer_retired"].sum("province")
    assert bool((retired <= annual["ccer_issued"] * (1 + 1e-12)).all())
    np.testing.assert_allclose(annual["claims_gap"], retired, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(
        annual["claimed_net_emissions"], annual["park_emissions"] - annual["ccer_retired"], rtol=1e-12
    )


@pytest.mark.parametrize(
    ("lever", "factor", "name", "direction"),
    [
        ("capacity", 1.2, "gross_co2", -1),
        ("full_load_hours", 1.1, "gross_co2", -1),
        ("gdp_growth", 1.2, "gross_co2", +1),
        ("electricity_intensity_change", 2.0, "gross_co2", -1),
        ("intensity_change", 1.2, "gross_co2", -1),
        ("electrified_share_2060", 1.2, "other_co2", -1),
        ("electrified_share_2060", 1.2, "electricity_demand", +1),
        ("electrified_fuel_share", 1.5, "abated_in_zones", +1),
        ("rollout_growth", 1.2, "abated_in_zones", +1),
        ("rollout_ceiling", 1.3, "abated_in_zones", +1),
        ("rollout_growth", 1.2, "other_co2", -1),
        ("capture_level", 1.5, "gross_co2", -1),
        ("land_co2_2060", 1.2, "net_co2", -1),
        ("land_co2_2060", 1.2, "net_ghg", -1),
        ("non_co2_change", 1.5, "net_ghg", -1),
    ],
)
def test_a_lever_pushes_the_right_way(
    china: model.Evaluation, evaluate: Evaluate, lever: str, factor: float, name: str, direction: int
) -> None:
    moved = in_2060(evaluate(**{lever: factor}), name) - in_2060(china.annual, name)
    assert direction * moved > 1e-6 * abs(in_2060(china.annual, name))


@pytest.mark.parametrize("lever", ["land_co2_2060", "non_co2_change", "ccer_issued"])
def test_gross_knows_nothing_of_land_other_gases_and_credits(
    china: model.Evaluation, evaluate: Evaluate, lever: str
) -> None:
    assert evaluate(**{lever: 1.5})["gross_co2"].identical(china.annual["gross_co2"])


@pytest.mark.parametrize(
    ("origin", "lowers_gross"), [("fossil", True), ("process", True), ("biomass", False), ("air", False)]
)
def test_only_captured_fossil_and_process_co2_lowers_gross(
    china: model.Evaluation, evaluate: Evaluate, china_inputs: xr.Dataset, origin: str, lowers_gross: bool
) -> None:
    only = xr.where(china_inputs["origin"] == origin, 0.5, 1.0)
    less = evaluate(capture_share=only)
    rise = {name: in_2060(less, name) - in_2060(china.annual, name) for name in TOTALS}
    assert rise["net_co2"] > 1.0
    assert rise["net_ghg"] == pytest.approx(rise["net_co2"], rel=1e-9)
    assert rise["gross_co2"] == pytest.approx(rise["net_co2"] if lowers_gross else 0.0, rel=1e-9, abs=1e-9)


def test_no_sector_captures_more_than_its_plants_can_catch(evaluate: Evaluate, china_inputs: xr.Dataset) -> None:
    greedy = evaluate(capture_high=20.0)
    emitted = greedy["gross_co2"] + greedy["captured_co2"]
    rate = float(china_inputs["capture_rate"])
    assert bool((greedy["captured_co2"] <= rate * emitted * (1 + 1e-12)).all())
    assert in_2060(greedy, "captured_co2") == pytest.approx(
        rate * float(emitted.sel(sector=["power_heat", "manufacturing", "energy_industry", "process"], year=2060).sum())
    )
    assert float(greedy["gross_co2"].min()) >= 0.0


def test_the_average_factor_rises_in_a_dry_year(
    china: model.Evaluation, china_inputs: xr.Dataset, china_weather: xr.Dataset
) -> None:
    def rise(dry_year: int) -> xr.DataArray:
        dry = (china_inputs["technology"] == "hydro") & (china_inputs["year"] == dry_year)
        water = dict.fromkeys(("nonfossil_generation", "firm_generation"), xr.where(dry, 0.8, 1.0))
        annual = model.evaluate(scaled(china_inputs, water), china_weather).annual
        return annual["grid_factor_average"] - china.annual["grid_factor_average"]

    observed, assumed = rise(2023), rise(2040)
    assert float(observed.sel(year=2023)) > 0.01
    assert float(assumed.sel(year=2040)) > 0.005
    np.testing.assert_allclose(assumed.drop_sel(year=2040), 0.0, atol=1e-15)


def test_parks_on_top_of_the_path_add_what_they_generate_and_no_more(
    china: model.Evaluation, evaluate: Evaluate
) -> None:
    on_top = evaluate(includes_parks=0.0)
    more = on_top["nonfossil_generation"] - china.annual["nonfossil_generation"]
    variable = ["wind", "solar"]
    np.testing.assert_allclose(
        more.sel(technology=variable), on_top["park_generation"].sel(technology=variable), rtol=1e-9, atol=1e-9
    )
    assert float(more.sel(technology=variable, year=2060).min()) > 1.0
    np.testing.assert_allclose(on_top["thermal_generation"] - china.annual["thermal_generation"],
                               -more.sum("technology"), rtol=1e-9, atol=1e-9)  # fmt: skip


def test_observed_capacity_holds_the_parks_of_its_time(china: model.Evaluation, evaluate: Evaluate) -> None:
    on_top = evaluate(includes_parks=0.0)
    more = on_top["wind_solar_capacity"] - china.annual["wind_solar_capacity"]
    standing = on_top["park_wind_capacity"] + on_top["park_pv_capacity"]
    assert float(np.abs(more.sel(year=slice(None, 2025))).max()) == 0.0
    assert float(more.sel(year=2060)) == pytest.approx(float(standing.sel(year=2060) - standing.sel(year=2025)))


def test_power_that_finds_no_use_is_no_energy(evaluate: Evaluate) -> None:
    flooded, drowned = evaluate(capacity=4.0), evaluate(capacity=8.0)
    assert in_2060(drowned, "curtailment") > in_2060(flooded, "curtailment") > 0.0
    assert in_2060(drowned, "nonfossil_share") == pytest.approx(in_2060(flooded, "nonfossil_share"), rel=1e-12)


def test_the_two_views_of_the_land_are_a_gigatonne_apart_and_never_joined(china_weather: xr.Dataset) -> None:
    spec = load_scenario("china-2060").spec
    book, inventory = (
        model.evaluate(scenario_inputs(spec.model_copy(update={"land_view": view})), china_weather).annual
        for view in ("bookkeeping", "inventory")
    )
    gap = national(book["net_co2"]) - national(inventory["net_co2"])
    # -278.7 against -1,346 Mt.
    assert float(gap.sel(year=2021)) == pytest.approx(1067.3, abs=0.1)
    assert bool((gap > 1000.0).all())
    assert book["gross_co2"].identical(inventory["gross_co2"])


def test_what_parks_abate_stood_inside_their_zones(china: model.Evaluation) -> None:
    annual = china.annual
    before = annual["other_co2"] + annual["abated_in_zones"]
    inside = (before * china.base["zone_share"] * annual["operating_share"]).reindex_like(before)
    assert bool((annual["abated_in_zones"] <= inside.fillna(0.0) * (1 + 1e-12)).all())
    assert in_2060(annual, "abated_in_zones") > 0.0
