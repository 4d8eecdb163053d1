"""Laws of parks in the nation: captive plants, vintages, caps, and parks that take the claim and build nothing."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from nation_samples import Evaluate, in_2060, scaled, stated

from decarb import model
from decarb.nation.totals import UNITS

COHORTS = ["level", "archetype"]
CAPTIVE = ("captive_share", "captive_factor_ratio", "captive_heat_share", "captive_heat_electrified_share",
           "captive_heat_performance", "replaced_heat_factor")  # fmt: skip
OF_PARKS = {
    "adopted_zones", "operating_share", "later_share", "waiting_zones", "built_zones", "retired_zones", "park_load",
    "park_grid_import", "park_emissions", "park_emissions_market", "claimed_net_emissions", "claims_gap",
    "claims_gap_certificates", "claims_gap_credits", "ccer_issued", "ccer_retired", "ccer_surrendered", "ccer_held",
    "contracted_power", "grid_factor_residual", "park_electricity_bought",
}  # fmt: skip
"""What a park that builds nothing has all the same: zones, their load, and books and claims about it."""


def test_captive_plants_move_no_bit_before_the_first_closes(
    china: model.Evaluation, china_inputs: xr.Dataset, evaluate: Evaluate
) -> None:
    other = evaluate(
        stated(scaled(china_inputs, **dict.fromkeys(CAPTIVE, 1.3)), captive_retirement_start=2026.0,
               captive_retirement_end=2035.0)
    )  # fmt: skip
    observed = slice(None, model.LAST_OBSERVED_YEAR)
    for name in (*UNITS, "power_heat_co2", "electricity_demand", "thermal_generation", "grid_factor_average"):
        before = china.annual[name].sel(year=observed)
        assert other[name].sel(year=observed).identical(before), name
        assert float(np.abs(other[name] - china.annual[name]).max()) > 1e-4, name


def test_captive_plants_that_close_leave_cleaner_power_and_electric_heat(
    china: model.Evaluation, china_inputs: xr.Dataset, evaluate: Evaluate
) -> None:
    early = evaluate(stated(china_inputs, captive_retirement_end=2031.0))
    # In 2040, 10 of 25 years into the line, three fifths still stand: 15 % of the heat, half of it to pumps of 2.5.
    heat = float(china.base["heat_supply"].sel(year=2040)) / 3.6  # PJ to TWh
    more = (early["electricity_demand"] - china.annual["electricity_demand"]).sel(year=2040)
    lost = 1.0 - float(china_inputs["line_loss_rate"])
    assert float(more) == pytest.approx(heat * 0.15 * 0.6 * 0.5 / 2.5 / lost, rel=1e-6)
    factor = {name: annual["power_co2"].sel(year=2040) / annual["thermal_generation"].sel(year=2040)
              for name, annual in (("late", china.annual), ("early", early))}  # fmt: skip
    # 13 % of fossil power and 10 % dirtier: 1 / 1.013 without them, (1 + 0.013 x 0.6) / 1.013 with three fifths.
    assert float(factor["early"] / factor["late"]) == pytest.approx(1.0 / (1.0 + 0.013 * 0.6), rel=1e-9)


def test_parks_that_take_the_claim_and_build_nothing_leave_the_physics_of_no_template(
    china: model.Evaluation, no_template: xr.Dataset, china_inputs: xr.Dataset, evaluate: Evaluate
) -> None:
    claimed = evaluate(stated(china_inputs, template_built=0.0))
    xr.testing.assert_identical(claimed["adopted_zones"], china.annual["adopted_zones"])
    for name in claimed:
        if name in ("abated_by_lever", "other_co2", "electricity_saved", "park_generation", "park_charge"):
            assert claimed[name].identical(no_template[name]), name
        elif name not in OF_PARKS:
            # Rounding: a load added up hour by hour is not to the last bit the load of the year.
            np.testing.assert_allclose(claimed[name], no_template[name], rtol=1e-13, atol=1e-10, err_msg=str(name))
    for name in UNITS:
        np.testing.assert_allclose(claimed[name], no_template[name], rtol=1e-14)
    # Their books are not lowered by anything they did, and what they say of themselves is.
    assert in_2060(claimed, "park_emissions") > in_2060(china.annual, "park_emissions")
    assert in_2060(claimed, "claims_gap") > 100.0 > in_2060(no_template, "claims_gap") == 0.0


def test_without_parks_there_is_nothing_to_claim(no_template: xr.Dataset) -> None:
    for name in ("adopted_zones", "park_load", "park_emissions", "park_emissions_market", "claimed_net_emissions",
                 "claims_gap", "ccer_retired", "abated_by_lever", "electricity_saved", "park_generation"):  # fmt: skip
        assert float(np.abs(no_template[name]).max()) == 0.0, name


def losses(annual: xr.Dataset) -> xr.DataArray:
    """What stores lose of what they take in."""
    lost = annual["park_charge"] - annual["park_discharge"] - annual["park_storage_change"]
    return (lost / annual["park_charge"]).sel(year=slice(2028, None))


def test_later_vintages_lose_less_and_retrofits_bring_older_ones_up(
    china: model.Evaluation, china_inputs: xr.Dataset, evaluate: Evaluate
) -> None:
    alike = evaluate(stated(china_inputs, store_loss_change=0.0))
    retrofitted = evaluate(stated(china_inputs, rollout_retrofit_share=1.0))
    assert float(alike["later_share"].max()) == 0.0
    np.testing.assert_allclose(losses(alike), losses(alike)[0], rtol=1e-6)
    assert bool((losses(china.annual)[1:] < losses(alike)[1:]).all())
    assert bool((losses(retrofitted) <= losses(china.annual) * (1 + 1e-12)).all())
    assert in_2060(retrofitted, "later_share") > in_2060(china.annual, "later_share")
    assert bool((retrofitted["later_share"] <= retrofitted["operating_share"] * (1 + 1e-12)).all())
    # A retrofit makes no zone and moves no fuel.
    for name in ("adopted_zones", "operating_share", "abated_by_lever"):
        xr.testing.assert_identical(retrofitted[name], china.annual[name])
    assert in_2060(retrofitted, "electricity_demand") < in_2060(china.annual, "electricity_demand")


def test_stores_of_the_fleet_lie_between_its_first_and_last_vintage(china: model.Evaluation) -> None:
    zone = china.zone
    lost = (zone["charge"] - zone["discharge"] - zone["storage_change"]) * china.base["zone_count"]
    ends = (lost.sum("province") * china.annual["operating_share"]).sum(COHORTS).sel(year=2060) / 1e6
    annual = china.annual.sel(year=2060)
    of_fleet = float(annual["park_charge"] - annual["park_discharge"] - annual["park_storage_change"])
    assert float(ends.sel(vintage="last")) < of_fleet < float(ends.sel(vintage="first"))


def test_under_a_cap_zones_wait_and_none_is_lost(
    china: model.Evaluation, china_inputs: xr.Dataset, evaluate: Evaluate
) -> None:
    capped = evaluate(stated(china_inputs, rollout_build_rate=25.0))
    assert float(china.annual["waiting_zones"].max()) == 0.0
    operating, wanted = (each["adopted_zones"].sum(COHORTS) for each in (capped, china.annual))
    np.testing.assert_allclose(operating + capped["waiting_zones"], wanted, rtol=1e-9, atol=1e-9)
    assert float(capped["waiting_zones"].max()) > 50.0
    assert float(capped["built_zones"].diff("year").max()) == pytest.approx(25.0)
    np.testing.assert_allclose(operating, capped["built_zones"] - capped["retired_zones"], rtol=1e-9, atol=1e-9)
    assert in_2060(capped, "gross_co2") > in_2060(china.annual, "gross_co2")


def test_a_cap_on_capacity_holds_for_the_wind_and_pv_that_parks_add(
    china: model.Evaluation, china_inputs: xr.Dataset, evaluate: Evaluate
) -> None:
    def added(annual: xr.Dataset) -> xr.DataArray:
        return (annual["park_wind_capacity"] + annual["park_pv_capacity"]).diff("year")

    capped = evaluate(stated(china_inputs, rollout_capacity_rate=2.0))
    assert float(added(china.annual).max()) > 2.0
    assert float(added(capped).max()) <= 2.0 * (1 + 1e-9)
    assert float(capped["waiting_zones"].max()) > 0.0


def test_a_kind_of_zone_with_no_room_adopts_nothing_and_the_others_go_on(
    china: model.Evaluation, china_inputs: xr.Dataset, evaluate: Evaluate
) -> None:
    archetype = china.base["archetype"]
    closed = evaluate(stated(china_inputs, rollout_ceiling=xr.where(archetype == "metals", 0.0, 0.6)))
    by_kind = closed["adopted_zones"].sel(year=2060).sum("level")
    assert float(by_kind.sel(archetype="metals")) == 0.0
    assert float(by_kind.drop_sel(archetype="metals").min()) > 0.0
    assert in_2060(closed, "adopted_zones") < in_2060(china.annual, "adopted_zones")
    # Metals burn six times what a general zone does.
    assert in_2060(closed, "abated_by_lever") < 0.9 * in_2060(china.annual, "abated_by_lever")
