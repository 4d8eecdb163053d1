"""A park run whole: it repeats to the bit, no published figure goes in, and its flags say what its numbers say."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from park_years import inputs_of, weather_of, year_of

from decarb.analysis import park_questions, park_run, park_stores
from decarb.analysis.park import ParkResults
from decarb.analysis.park_claim import on_announcement
from decarb.analysis.park_flags import flags_of
from decarb.analysis.park_questions import calibrated
from decarb.analysis.park_run import run_park
from decarb.park.dispatch import DESIGN, dispatch_steps
from decarb.park.series import drawn_yields
from decarb.park.statement import REPORTED, park_draws, park_year
from decarb.scenario.scenario import load_park
from decarb.units import Quantity, units_of
from decarb.variables import variables

NO_SURPLUS = (
    "wind.on=false", "pv.on=false", "supercapacitor.on=false", "heat.on=false", "water.on=false",
    "agriculture.on=false", "fleet.on=false",
)  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def few_draws() -> Iterator[None]:
    """Two weather years and some tens of parks to compare with: what is asked here needs no more."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(park_run, "SEEDS", 2)
        patch.setattr(park_questions, "COUNT", 40)
        yield


@pytest.fixture(scope="module")
def yizhuang(few_draws: None) -> ParkResults:
    """The shipped park on hours; copy before changing a value in place."""
    return run_park("yizhuang")


@pytest.fixture(scope="module")
def other_figures(yizhuang: ParkResults) -> ParkResults:
    """The same run in a world where twice as much was published."""
    read = park_questions.table_array

    def doubled(table: str, name: str, *dims: str, **selection: int) -> xr.DataArray:
        array = read(table, name, *dims, **selection)
        return array * 2.0 if name == "verified_ghg" else array

    with pytest.MonkeyPatch.context() as patch, xr.set_options(keep_attrs=True):
        patch.setattr(park_questions, "table_array", doubled)
        return run_park("yizhuang")


@pytest.fixture(scope="module")
def from_the_grid(few_draws: None) -> ParkResults:
    """A park whose stores have nothing but the grid to charge from, and no system of heat."""
    return run_park("yizhuang", settings=NO_SURPLUS, seed=7)


@pytest.fixture(scope="module")
def quarters(few_draws: None) -> ParkResults:
    return run_park("yizhuang", step="15 min")


def of_store(results: ParkResults, name: str, flow: str) -> float:
    value: float = results.systems[name]["annual"][flow][0]
    return value


def said(flags: tuple[str, ...], word: str) -> list[str]:
    return [flag for flag in flags if word in flag]


def flags_with(
    results: ParkResults, *settings: str, steps: xr.Dataset | None = None, step: str = "1 h", **annual: xr.DataArray
) -> tuple[str, ...]:
    """Flags of the same numbers under another file, with some flows of the year changed."""
    assert results.steps is not None
    return flags_of(load_park("yizhuang", settings), inputs_of("yizhuang", *settings), results.annual.assign(annual),
                    results.cost, results.steps if steps is None else steps, step)  # fmt: skip


def of_year(value: float) -> xr.DataArray:
    return xr.DataArray(value, attrs={"units": "MWh/yr"})


def test_the_same_seed_gives_the_same_bits_whatever_was_published(
    yizhuang: ParkResults, other_figures: ParkResults
) -> None:
    for name in ("annual", "spread", "cost", "multiplied", "steps"):
        xr.testing.assert_identical(getattr(other_figures, name), getattr(yizhuang, name))
    assert other_figures.standards == yizhuang.standards
    assert other_figures.flags == yizhuang.flags and other_figures.systems == yizhuang.systems
    assert other_figures.claim == yizhuang.claim


def test_published_figures_are_compared_with_and_nothing_else(
    yizhuang: ParkResults, other_figures: ParkResults
) -> None:
    before, after = (each.calibration for each in (yizhuang, other_figures))
    assert before is not None and after is not None
    ghg = [each["prior_percentile"].sel(constraint="verified_ghg").item() for each in (before, after)]
    assert 0.0 < ghg[0] < ghg[1] == 1.0  # 23,874 t lies above all that the assumptions can give
    share = [each["prior_percentile"].sel(constraint="clean_electricity_share").item() for each in (before, after)]
    assert share[0] == share[1]


def test_the_statement_is_no_published_figure(yizhuang: ParkResults) -> None:
    assert yizhuang.annual["emissions"].item() != pytest.approx(11937.0, rel=0.02)
    low, high = (yizhuang.spread["emissions"].sel(estimate=end).item() for end in ("p5", "p95"))
    assert low < 11937.0 < high


def test_another_seed_gives_other_weather_and_other_draws() -> None:
    inputs = inputs_of("yizhuang")
    years = {seed: park_run.park_series(inputs, park_run.park_weather(inputs, [seed])) for seed in (2021, 7)}
    bought = [park_year(inputs, each.isel(weather_seed=0, drop=True))["grid_import"].item() for each in years.values()]
    assert bought[0] != bought[1] and bought[0] == pytest.approx(bought[1], rel=0.1)
    drawn = [
        park_draws(seeded := inputs.assign_attrs(seed=seed), each, drawn_yields(seeded, [seed]), draws=5)[0]
        for seed, each in years.items()
    ]
    for name in drawn[0]:
        assert not np.array_equal(drawn[0][name], drawn[1][name]), name


def test_the_year_of_a_run_is_that_of_the_short_way(yizhuang: ParkResults) -> None:
    alone = year_of(inputs_of("yizhuang"))
    for name in alone:
        np.testing.assert_allclose(yizhuang.annual[name], alone[name], rtol=1e-9, atol=1e-12, err_msg=str(name))


def test_every_result_has_a_unit_and_a_row_in_the_dictionary(yizhuang: ParkResults) -> None:
    for part in ("annual", "spread", "cost", "steps", "calibration", "multiplied"):
        dataset = getattr(yizhuang, part)
        assert {name for name in dataset if name not in variables()} == set(), part
    for part in ("annual", "spread", "steps"):
        dataset = getattr(yizhuang, part)
        assert {name for name in dataset if "units" not in dataset[name].attrs} == set(), part
    for name, system in yizhuang.systems.items():
        for flow, (value, unit) in system["annual"].items():
            assert unit and isinstance(value, float), (name, flow)


def test_the_steps_of_the_year_add_up_to_it(yizhuang: ParkResults) -> None:
    steps = yizhuang.steps
    assert steps is not None and steps.sizes["time"] == 8760
    for name in ("load", "grid_import", "grid_export", "curtailment", "unmet_load"):
        np.testing.assert_allclose(steps[name].sum("time"), yizhuang.annual[name], rtol=1e-9, atol=1e-6, err_msg=name)
    for name in ("charge", "discharge"):
        np.testing.assert_allclose(steps[name].sum("time"), yizhuang.annual[name], rtol=1e-9, atol=1e-6, err_msg=name)
    assert steps["grid_import"].max().item() == pytest.approx(yizhuang.annual["peak_import"].item())


def test_the_spread_holds_the_stated_year(yizhuang: ParkResults) -> None:
    for name in REPORTED:
        low, _, high = yizhuang.spread[name].values
        assert low < yizhuang.annual[name].item() < high, name
        assert units_of(yizhuang.spread[name]) == units_of(yizhuang.annual[name])


def test_the_claim_is_that_of_the_statement_and_its_groups_add_up(yizhuang: ParkResults) -> None:
    claim = yizhuang.claim
    assert claim.statement.to("t CO2e") == yizhuang.annual["emissions"].item()
    assert sum(part.to("t CO2e") for part in claim.groups.values()) == pytest.approx(claim.statement.to("t CO2e"))
    assert claim.market_statement is not None
    assert claim.market_statement.to("t CO2e") == yizhuang.annual["market_emissions"].item()


def test_three_rulebooks_judge_and_the_park_is_no_zero_carbon_park_today(yizhuang: ParkResults) -> None:
    verdicts = {standard.id: standard.verdict for standard in yizhuang.standards}
    assert set(verdicts) == {"claim-2021", "ndrc-910-2025", "iso-14068-1"}
    assert verdicts["ndrc-910-2025"] != "pass"


@pytest.mark.parametrize("name", ["chemicals", "electronics", "logistics"])
def test_only_the_park_with_published_figures_is_compared_with_them(yizhuang: ParkResults, name: str) -> None:
    assert yizhuang.calibration is not None and yizhuang.calibration.attrs["sentences"]
    nothing = xr.Dataset()
    assert calibrated(load_park(name), nothing, nothing) is None


@pytest.mark.parametrize(
    "setting",
    ["year=2022", "province=Hebei", "wind.capacity=4.7 MW", "pv.capacity=2.6 MW", "wind.on=false", "pv=null"],
)
def test_the_same_park_in_another_year_or_place_or_with_other_plants_is_compared_with_none(setting: str) -> None:
    assert calibrated(load_park("yizhuang", (setting,)), xr.Dataset(), xr.Dataset()) is None


def test_plants_in_another_unit_are_the_published_ones_whatever_stores_stand_beside_them() -> None:
    spec = load_park("yizhuang", ("wind.capacity=4800 kW", "lithium.on=false"))
    assert park_questions._is_published(spec, "park_yizhuang", spec.year)


def test_a_comparison_says_which_share_was_meant_is_not_known_and_what_its_ranges_saw(yizhuang: ParkResults) -> None:
    assert yizhuang.calibration is not None
    share, ranges = yizhuang.calibration.attrs["sentences"][-2:]
    said_of = re.search(r"used on site over the load, 50% lies above (\d+)% of the prior draws", share)
    assert said_of and "never published" in share
    # What is used on site is less than what is generated: more draws lie below the figure.
    made = yizhuang.calibration["prior_percentile"].sel(constraint="clean_electricity_share").item()
    assert 100.0 * made < int(said_of[1]) <= 100
    assert "published figures in view" in ranges and "no independent evidence" in ranges


def test_copies_of_the_template_are_set_beside_different_parks(yizhuang: ParkResults) -> None:
    found = yizhuang.multiplied
    assert found is not None and found.attrs["parks"] == park_questions.COUNT
    assert found["classes"].values[0] == 1 and bool(np.isfinite(found["worst_bias"]).all())
    worst = [abs(found[f"{name}_bias"]) for name in ("grid_import", "own_use", "grid_export")]
    np.testing.assert_allclose(found["worst_bias"], np.maximum.reduce(worst), rtol=1e-12)
    assert found["worst_bias"].values[-1] < found["worst_bias"].values[0]


def test_stores_that_only_move_grid_power_save_money_and_raise_emissions_and_are_flagged(
    from_the_grid: ParkResults,
) -> None:
    cost = from_the_grid.cost
    (flag,) = said(from_the_grid.flags, "raise emissions")
    assert cost["storage_bill_change"].item() < 0.0 < cost["storage_emission_change"].item()
    # All that the stores lose is bought on top.
    lost = sum(of_store(from_the_grid, name, "storage_loss") for name in ("lithium", "flow_battery"))
    assert lost > 0.0
    assert cost["storage_emission_change"].item() == pytest.approx(lost * 0.604, rel=1e-6)
    assert f"{-cost['storage_bill_change'].item():,.0f} CNY_2025/yr" in flag
    assert f"{cost['storage_emission_change'].item():,.0f} t CO2e/yr" in flag


def test_stores_that_keep_own_surplus_lower_the_parks_books_and_raise_those_of_park_and_grid(
    yizhuang: ParkResults,
) -> None:
    (flag,) = said(yizhuang.flags, "raise emissions")
    cost = yizhuang.cost
    books, whole = (cost[f"storage_{name}change"].item() for name in ("emission_", "system_emission_"))
    assert books < 0.0 < whole and cost["storage_bill_change"].item() < 0.0  # others are supplied less
    assert f"by {whole:,.0f} t CO2e/yr, park and grid together (in the park's own books {books:+,.0f})" in flag
    lost = sum(of_store(yizhuang, name, "storage_loss") for name in ("supercapacitor", "lithium", "flow_battery"))
    assert whole == pytest.approx(lost * 0.604, rel=0.01)  # and what they hold at the end of the year


def test_stores_that_lower_all_emissions_are_not_flagged(yizhuang: ParkResults) -> None:
    lossless = yizhuang.cost.assign(storage_saves_money_raises_emissions=xr.DataArray(False))
    flags = flags_of(yizhuang.spec, inputs_of("yizhuang"), yizhuang.annual, lossless, yizhuang.steps, "1 h")
    assert said(flags, "raise emissions") == []


def test_a_supercapacitor_has_more_to_do_on_shorter_steps_and_the_flag_says_both(
    yizhuang: ParkResults, quarters: ParkResults
) -> None:
    on_hours, on_quarters = (of_store(each, "supercapacitor", "discharge") for each in (yizhuang, quarters))
    assert 1.5 * on_hours < on_quarters
    assert of_store(yizhuang, "supercapacitor", "discharge_at_15_min") == pytest.approx(on_quarters, rel=1e-9)
    (flag,) = said(yizhuang.flags, "the supercapacitor")
    for number in (f"{on_hours:,.1f} MWh/yr", "1 h", f"{on_quarters:,.1f} MWh/yr", "15 min"):
        assert number in flag
    assert on_quarters < 0.01 * yizhuang.annual["load"].item()  # no energy worth the name
    assert 0.0 < of_store(yizhuang, "supercapacitor", "ramp_cover_at_15_min") < 1.0


def test_a_year_on_quarter_hours_has_the_same_energy_and_higher_peaks(
    yizhuang: ParkResults, quarters: ParkResults
) -> None:
    assert quarters.steps is not None and quarters.steps.sizes["time"] == 4 * 8760
    lengths = np.unique(np.diff(quarters.steps["time"].values))
    assert lengths.tolist() == [pd.Timedelta("15min").to_timedelta64()]
    np.testing.assert_allclose(quarters.annual["load"], yizhuang.annual["load"], rtol=1e-9)
    np.testing.assert_allclose(quarters.annual["generation"], yizhuang.annual["generation"], rtol=1e-9, atol=1e-9)
    assert quarters.annual["peak_import"].item() > yizhuang.annual["peak_import"].item()
    assert quarters.annual["grid_import"].item() == pytest.approx(yizhuang.annual["grid_import"].item(), rel=0.05)
    assert quarters.provenance["step"] == "15 min" and yizhuang.provenance["step"] == "1 h"


def test_a_supercapacitor_that_is_off_or_has_no_controller_has_no_flag(yizhuang: ParkResults) -> None:
    for setting in ("supercapacitor.on=false", "microgrid.on=false"):
        assert said(flags_with(yizhuang, setting), "the supercapacitor delivers") == []


def test_a_microgrid_that_is_off_names_the_stores_that_stand_still(yizhuang: ParkResults) -> None:
    (flag,) = said(flags_with(yizhuang, "microgrid.on=false", "lithium.on=false"), "the microgrid is off")
    assert "supercapacitor, flow_battery stand still" in flag and "lithium" not in flag
    stores = [f"{name}.on=false" for name in ("supercapacitor", "lithium", "flow_battery")]
    assert said(flags_with(yizhuang, "microgrid.on=false", *stores), "the microgrid is off") == []
    assert said(yizhuang.flags, "the microgrid is off") == []


def test_without_heat_the_floors_that_go_without_are_named(yizhuang: ParkResults, from_the_grid: ParkResults) -> None:
    (flag,) = said(from_the_grid.flags, "no system of heat")
    assert "buildings and sports go without" in flag
    (flag,) = said(flags_with(yizhuang, "heat.on=false", "sports.on=false"), "no system of heat")
    assert "buildings go without" in flag and "sports" not in flag
    assert (
        said(flags_with(yizhuang, "heat.on=false", "sports.on=false", "buildings.on=false"), "no system of heat") == []
    )
    assert said(yizhuang.flags, "no system of heat") == []


def test_load_that_is_not_met_is_flagged_with_its_amount(yizhuang: ParkResults) -> None:
    load = yizhuang.annual["load"].item()
    (flag,) = said(flags_with(yizhuang, unmet_load=of_year(1234.4)), "not met")
    assert flag.startswith(f"1,234 MWh/yr of load ({1234.4 / load:.1%}) are not met") and "flatter" in flag
    assert said(flags_with(yizhuang, unmet_load=of_year(0.0009 * load)), "not met") == []
    assert said(yizhuang.flags, "not met") == []


def test_generation_that_is_curtailed_is_flagged_with_its_share(yizhuang: ParkResults) -> None:
    made = yizhuang.annual["generation"].sum().item()
    (flag,) = said(flags_with(yizhuang, curtailment=of_year(1234.4)), "curtailed")
    assert flag == f"1,234 MWh/yr of own generation ({1234.4 / made:.1%}) are curtailed at the export limit"
    assert said(flags_with(yizhuang, curtailment=of_year(0.0009 * made)), "curtailed") == []
    assert said(yizhuang.flags, "curtailed") == []


def test_a_demand_cap_that_is_passed_is_flagged_with_hours_and_excess(yizhuang: ParkResults) -> None:
    settings = ("microgrid.rule=peak-shaving", "microgrid.demand_cap=2 MW")
    bought = xr.DataArray(np.full(17520, 2.0), dims="time", attrs={"units": "MW"})  # steps of half an hour
    bought[:6] = [2.5, 2.1, 2.1, 2.1, 2.1, 3.25]
    (flag,) = said(flags_with(yizhuang, *settings, steps=xr.Dataset({"grid_import": bought})), "demand cap")
    assert flag == (
        "the demand cap of 2 MW is passed in 3 h/yr, by up to 1.25 MW: the stores are too small or empty"
    )  # fmt: skip
    kept = xr.Dataset({"grid_import": bought.clip(max=2.0)})
    assert said(flags_with(yizhuang, *settings, steps=kept), "demand cap") == []
    other = flags_with(yizhuang, "microgrid.demand_cap=2 MW", steps=xr.Dataset({"grid_import": bought}))
    off = flags_with(yizhuang, *settings, "microgrid.on=false", steps=xr.Dataset({"grid_import": bought}))
    assert said(other, "demand cap") == said(off, "demand cap") == []  # no rule keeps it


def test_a_store_that_never_works_is_flagged(yizhuang: ParkResults) -> None:
    idle = yizhuang.annual["discharge"].where(yizhuang.annual["store"] != "lithium", 0.0)
    (flag,) = said(flags_with(yizhuang, discharge=idle), "never works")
    assert flag == "lithium never works under the rule time-of-use: it costs and changes nothing"
    for setting in ("lithium.on=false", "microgrid.on=false"):
        assert said(flags_with(yizhuang, setting, discharge=idle), "never works") == []
    assert said(yizhuang.flags, "never works") == []


def test_power_of_a_plant_that_burns_fuel_is_flagged_with_its_share(yizhuang: ParkResults) -> None:
    burning = yizhuang.annual["generation"].copy()
    burning.loc["chp"] = 0.4 * yizhuang.annual["load"].item()
    (flag,) = said(flags_with(yizhuang, generation=burning), "cogeneration")
    assert "40% of the load: self-sufficiency counts it, the clean shares do not" in flag
    assert said(yizhuang.flags, "cogeneration") == []


def test_a_plant_that_is_too_large_for_its_site_is_flagged_and_the_templates_wind_is(yizhuang: ParkResults) -> None:
    (flag,) = said(yizhuang.flags, "has room for")
    room = yizhuang.annual["wind_limit"].item()
    assert flag == f"wind: 4.8 MW stands where a site of this kind and load has room for {room:,.2f} MW"
    assert 0.0 < room < 4.8 and yizhuang.annual["pv_limit"].item() > 1.3
    assert said(flags_with(yizhuang, f"wind.capacity={room} MW"), "has room for") == []


@pytest.mark.parametrize(("stated", "flagged"), [("1700 h/yr", 1), ("1600 h/yr", 0), ("800 h/yr", 0), ("799 h/yr", 1)])
def test_a_range_that_does_not_hold_its_value_is_flagged(yizhuang: ParkResults, stated: str, flagged: int) -> None:
    flags = said(flags_with(yizhuang, f"wind.full_load_hours={stated}"), "was widened")
    assert len(flags) == flagged
    if flagged:
        assert flags[0].startswith("ranges.wind_full_load_hours: ") and "lies outside 800 h/yr to 1600 h/yr" in flags[0]
    assert said(flags_with(yizhuang, "ranges.wind_full_load_hours=null"), "was widened") == []
    for nothing in ("wind.on=false", "wind=null"):  # the yield of no plant is in no result
        range_of_none = "ranges.wind_full_load_hours={low: 1700 h/yr, high: 1800 h/yr}"
        assert said(flags_with(yizhuang, nothing, range_of_none), "was widened") == []


def test_a_grid_factor_of_another_year_is_flagged(yizhuang: ParkResults) -> None:
    (flag,) = said(flags_with(yizhuang, "grid_factor=null"), "the grid factor is that of")
    assert flag == "the grid factor is that of 2021, used for 2020"
    for settings in (("grid_factor=null", "year=2022"), ()):
        assert said(flags_with(yizhuang, *settings), "the grid factor is that of") == []


def test_finer_steps_say_what_stays_on_hours(yizhuang: ParkResults, quarters: ParkResults) -> None:
    assert len(said(quarters.flags, "are computed on hours")) == 1
    assert said(yizhuang.flags, "are computed on hours") == []


def test_credits_without_serials_put_their_reason_beside_the_verdict_they_decide(yizhuang: ParkResults) -> None:
    found = {standard.id: {rule.rule: rule.reason for rule in standard.rules} for standard in yizhuang.standards}
    for name in ("claim-2021", "iso-14068-1"):
        reason = found[name]["uncovered_emissions"]
        assert re.fullmatch(
            r"credits announced, no serials; the statement exceeds them in \d+% of the draws", reason
        ), name  # fmt: skip
    assert not any("announced" in reason for reason in found["ndrc-910-2025"].values())
    # Three of four draws lie above 5 kt; one that equals them does not.
    emissions = xr.DataArray([5000.0, 5001.0, 6000.0, 9000.0], dims="draw", attrs={"units": "t CO2e/yr"})
    again = on_announcement(yizhuang.standards, Quantity(5.0, "kt CO2e/yr"), emissions)
    for before, after in zip(yizhuang.standards, again, strict=True):
        assert after.verdict == before.verdict
        for rule, told in zip(before.rules, after.rules, strict=True):
            changed = rule.rule == "uncovered_emissions"
            assert told.verdict == rule.verdict and (told.reason == rule.reason or changed)
            assert not changed or told.reason.endswith("exceeds them in 75% of the draws")


def test_load_that_is_not_met_is_no_abatement() -> None:
    """A park with no plant and no store, behind a connection too small for it, is its twin with less load."""
    off = (f"{name}.on=false" for name in ("wind", "pv", "lithium", "flow_battery", "supercapacitor"))
    settings = (*off, "microgrid.import_limit=1 MW")
    spec, inputs = load_park("yizhuang", settings), inputs_of("yizhuang", *settings)
    series = park_run.park_series(inputs, weather_of("yizhuang"))
    prices, year = park_run.park_prices(spec), park_year(inputs, series)
    steps = dispatch_steps(
        inputs[list(DESIGN)], *(series[name] for name in ("capacity_factor", "load_shape", "period"))
    )
    year = park_stores.with_stores(year, inputs, prices)
    cost = park_stores.park_cost_against_twin(spec, inputs, series, year, steps, prices)
    assert year["unmet_load"].item() > 1000.0
    assert cost["abatement"].item() == pytest.approx(0.0, abs=1e-6)


def test_fuel_of_vehicles_and_of_heat_is_in_what_the_park_buys(
    yizhuang: ParkResults, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = {}

    def looked_at(flows: xr.Dataset, *arguments: object, **more: object) -> xr.Dataset:
        seen.update({name: flows[name].item() for name in ("coal", "diesel", "natural_gas")})
        raise StopIteration

    monkeypatch.setattr(park_stores.economics, "park_cost", looked_at)
    inputs = inputs_of("yizhuang")
    series = park_run.park_series(inputs, weather_of("yizhuang"))
    with pytest.raises(StopIteration):
        park_stores.park_cost_against_twin(
            yizhuang.spec, inputs, series, yizhuang.annual, yizhuang.steps, park_run.park_prices(yizhuang.spec)
        )
    assert seen["diesel"] == pytest.approx(50.0 + yizhuang.annual["fleet_fuel"].item())
    assert seen["coal"] == yizhuang.annual["heat_coal_mass"].item() == 0.0
    assert seen["natural_gas"] == pytest.approx(1.7e6 + yizhuang.annual["heat_gas_volume"].item())


def test_a_run_says_what_it_ran_on(yizhuang: ParkResults, from_the_grid: ParkResults) -> None:
    assert (yizhuang.provenance["seed"], from_the_grid.provenance["seed"]) == (2021, 7)
    weather = yizhuang.provenance["weather"]
    assert weather["name"] == "synthetic-default"
    assert weather["full_load_hours"]["wind"][0] == pytest.approx(1150.0, rel=1e-6)
    assert 800.0 <= weather["full_load_hours_unscaled"]["wind"][0] <= 1600.0
    assert repr(yizhuang).startswith("ParkResults('yizhuang': claim-2021")
