"""From a park's year to the facts that the rules ask for: what is computed, what is reported, what nobody said."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings

from decarb.errors import InputError
from decarb.park.facts import (
    REPORTED,
    YEAR,
    accounted_co2,
    beside_fuel,
    clean_energy_share,
    clean_own_use,
    direct_green_supply_share,
    electricity_consumed,
    facts,
    fuel_energy,
    green_power_co2,
    positive_part,
    unsold,
)
from decarb.park.inventory import GASES, LINES, gwp_set, statement
from decarb.park.standards import ALTERNATIVES, FACTS, StandardVerdict, judge, read_facts, thresholds
from decarb.tables import read_table, table_array
from decarb.units import Quantity, stamp
from decarb.units.convert import quantify
from decarb.units.registry import pint_unit

LIMITS = thresholds(read_table("standards"))
GWP = gwp_set(table_array("gwp", "gwp100", "gas", "report"), "AR5")


def array(value: float, unit: str) -> xr.DataArray:
    return xr.DataArray(value, attrs={"units": unit})


def plants(**generation: float) -> xr.DataArray:
    return xr.DataArray(list(generation.values()), {"technology": list(generation)}, ("technology",),
                        attrs={"units": "MWh/yr"})  # fmt: skip


def year(wind: float = 5500.0, pv: float = 1500.0, chp: float = 0.0, gas: float = 2e6, **changes: float) -> xr.Dataset:
    """A park of about 14 GWh: half of it bought, and two million Nm3 of gas."""
    numbers = {
        "own_use": 7000.0, "grid_import": 7000.0, "grid_export": 0.0, "curtailment": 0.0, "contracted": 0.0,
        "certificates_sold": 0.0, "direct_line": 0.0, "grid_factor": 0.6, "fuel_energy": gas * 0.038931,
        "heat_import": 0.0, "electricity_coal_equivalent": 0.1229, "coal_rate": 0.3034,
    } | changes  # fmt: skip
    scalars = {name: array(value, YEAR[name]) for name, value in numbers.items()}
    zero = np.zeros((len(LINES), len(GASES)))
    gases = xr.DataArray(zero, {"category": list(LINES), "gas": list(GASES)}, ("category", "gas"))
    gases.loc["natural_gas", "CO2"] = gas * 2.1622e-3
    gases.loc["electricity", "CO2"] = numbers["grid_import"] * numbers["grid_factor"]
    gases.loc["wastewater", "CH4"] = 3.0
    gases = stamp(gases, "t/yr")
    return xr.Dataset({
        **scalars, "generation": plants(wind=wind, pv=pv, chp=chp), "emissions_by_gas": gases,
        "statement": statement(gases, GWP),
    })  # fmt: skip


def known(reported: dict[str, object] | None = None, **changes: float) -> dict[str, float | None]:
    return read_facts(facts(year(**changes), reported or {}))


def said(standard: str, verdicts: tuple[StandardVerdict, ...]) -> StandardVerdict:
    return next(verdict for verdict in verdicts if verdict.id == standard)


def test_the_facts_of_a_year_by_hand() -> None:
    found = known()
    # gas 2,000,000 x 2.1622 kg = 4,324.4 t; electricity 7,000 x 0.6 = 4,200 t; CH4 3 t x 28 = 84 t CO2e
    assert found["statement"] == pytest.approx(8608.4)
    assert found["co2"] == pytest.approx(8524.4)
    # 14,000 MWh x 0.1229 = 1,720.6 tce; 2,000,000 x 0.038931 GJ / 29.3076 = 2,656.72 tce
    assert found["park_energy"] == pytest.approx(4377.32e-6, rel=1e-5)
    assert found["clean_energy_share"] == pytest.approx(7000 * 0.1229 / 4377.32, rel=1e-5)
    assert found["direct_green_supply_share"] == pytest.approx(0.5)
    # at the coal burnt: 14,000 x 0.3034 = 4,247.6 tce
    assert found["park_energy_coal_equivalent"] == pytest.approx(6904.32e-6, rel=1e-5)
    assert found["clean_energy_share_coal_equivalent"] == pytest.approx(7000 * 0.3034 / 6904.32, rel=1e-5)
    assert found["self_supply_emissions"] == 0.0 and found["credits_retired"] is None


def test_every_fact_is_given_and_what_nobody_said_is_none() -> None:
    found = facts(year(), {})
    assert set(found) == {*FACTS, *ALTERNATIVES}
    assert {name for name, value in found.items() if value is None} == {*REPORTED, "credits_retired"}


def test_a_park_of_four_ktce_is_outside_the_scheme_with_its_core_indicator_shown() -> None:
    verdict = said("ndrc-910-2025", judge(facts(year(), {}), LIMITS))
    assert verdict.verdict == "outside the scheme"
    core = next(rule for rule in verdict.rules if rule.rule == "core_indicator")
    assert core.value == pytest.approx(8524.4 / 4377.32, rel=1e-5) and core.threshold == 0.2
    assert core.alternative == pytest.approx(8524.4 / 6904.32, rel=1e-5)
    assert core.source == "ndrc-910-2025"


def test_the_claim_of_2021_stands_or_falls_with_the_credits_retired() -> None:
    said_by = {
        credits: said("claim-2021", judge(facts(year(), {}, credits_retired=credits), LIMITS)).verdict
        for credits in (None, Quantity(8608.0, "t CO2e/yr"), Quantity(8609.0, "t CO2e/yr"))
    }
    assert list(said_by.values()) == ["not enough data", "fail", "pass"]


@settings(max_examples=30)
@given(st.floats(0.0, 7000.0), st.floats(0.0, 1e5))
def test_contracts_and_credits_never_move_co2_energy_or_the_core_indicator(contracted: float, credit: float) -> None:
    plain, papers = facts(year(), {}), facts(year(contracted=contracted), {}, credits_retired=f"{credit} t CO2e/yr")
    moved = {name for name in plain if plain[name] != papers[name]}
    beside = {"credits_retired", "green_power_co2", "clean_energy_share", "clean_energy_share_coal_equivalent"}
    assert moved <= beside


def test_green_power_that_is_bought_is_said_apart_at_the_grid_factor() -> None:
    # 3,000 MWh x 0.6 t/MWh; of 9,000 MWh no more counts than the 7,000 that are bought
    found = [known(contracted=contracted)["green_power_co2"] for contracted in (0.0, 3000.0, 9000.0)]
    assert found == pytest.approx([0.0, 1800.0, 4200.0])


def test_green_contracts_are_clean_but_only_a_direct_line_is_direct() -> None:
    # clean (7,000 + 3,000) x 0.1229 / 4,377.32; direct (7,000 + 1,000) / 14,000
    found = known(contracted=3000.0, direct_line=1000.0)
    assert found["clean_energy_share"] == pytest.approx(10000 * 0.1229 / 4377.32, rel=1e-5)
    assert found["direct_green_supply_share"] == pytest.approx(8 / 14)
    assert known(contracted=3000.0)["direct_green_supply_share"] == pytest.approx(0.5)


def test_an_all_electric_park_on_green_power_is_all_clean_and_no_more() -> None:
    found = known(gas=0.0, contracted=7000.0, direct_line=7000.0)
    shares = ("clean_energy_share", "clean_energy_share_coal_equivalent", "direct_green_supply_share")
    assert [found[name] for name in shares] == pytest.approx([1.0] * 3)
    assert facts(year(contracted=9000.0, direct_line=8000.0), {}) == facts(
        year(contracted=7000.0, direct_line=7000.0), {}
    )


def test_cogeneration_is_no_clean_power_and_its_fuel_is_the_energy() -> None:
    # Of 9,000 MWh made 1,000 are sold, and those are wind and sun: 8,000 of own use less 2,000 of the plant.
    found = known(chp=2000.0, own_use=8000.0, grid_export=1000.0, grid_import=6000.0)
    assert found["direct_green_supply_share"] == pytest.approx(6000 / 14000)
    # The 2,000 are counted as the gas they were made of: 12,000 MWh of electricity beside it.
    assert found["park_energy"] == pytest.approx((12000 * 0.1229 + 2656.72) * 1e-6, rel=1e-5)
    assert found["clean_energy_share"] == pytest.approx(6000 * 0.1229 / (12000 * 0.1229 + 2656.72), rel=1e-5)


def test_a_plant_that_makes_more_than_is_used_leaves_no_clean_power() -> None:
    found = known(chp=9000.0, own_use=8000.0, grid_export=8000.0, grid_import=6000.0)
    assert found["direct_green_supply_share"] == found["clean_energy_share"] == 0.0


def test_certificates_that_were_sold_are_the_clean_power_of_others() -> None:
    # (7,000 - 2,000) of 14,000 MWh
    found, whole = known(certificates_sold=2000.0), known()
    assert found["direct_green_supply_share"] == pytest.approx(5 / 14)
    assert found["clean_energy_share"] == pytest.approx(5000 * 0.1229 / 4377.32, rel=1e-5)
    assert found["park_energy"] == whole["park_energy"] and found["co2"] == whole["co2"]
    assert known(certificates_sold=9000.0)["direct_green_supply_share"] == 0.0


def test_what_the_stores_lose_is_consumed_and_what_is_curtailed_is_not() -> None:
    # 7,000 made and 7,000 bought, 13,900 of them used: 100 are lost in stores, and 6,900 are own
    lost = known(own_use=6900.0)
    assert lost["direct_green_supply_share"] == pytest.approx(6900 / 14000)
    assert lost["park_energy"] == known()["park_energy"]
    curtailed = known(own_use=6900.0, curtailment=100.0)
    assert curtailed["direct_green_supply_share"] == pytest.approx(6900 / 13900)
    assert curtailed["park_energy"] == pytest.approx((13900 * 0.1229 + 2656.72) * 1e-6, rel=1e-5)


def test_export_lowers_what_is_bought_and_never_below_nothing() -> None:
    co2 = [known(grid_export=export)["co2"] for export in (0.0, 2000.0, 7000.0, 50000.0)]
    # 2,000 x 0.6 = 1,200 t less; 4,324.4 t is the gas alone
    assert co2 == pytest.approx([8524.4, 7324.4, 4324.4, 4324.4])
    assert known(grid_export=50000.0)["statement"] == known()["statement"]


def test_a_park_without_plants_or_energy_has_no_share_rather_than_a_wrong_one() -> None:
    none = known(wind=0.0, pv=0.0, own_use=0.0)
    assert none["clean_energy_share"] == 0.0 and none["direct_green_supply_share"] == 0.0
    empty = known(wind=0.0, pv=0.0, own_use=0.0, grid_import=0.0, gas=0.0)
    assert empty["clean_energy_share"] is None and empty["direct_green_supply_share"] is None
    assert known(own_use=-5.0)["clean_energy_share"] == 0.0  # stores lost more than the plants made
    unused = clean_energy_share(
        *(array(n, u) for n, u in ((1.0, "MWh/yr"), (0.0, "MWh/yr"), (0.1, "tce/MWh"), (0.0, "tce/yr")))
    )
    assert np.isnan(unused)


@settings(max_examples=40)
@given(st.lists(st.floats(0.0, 1e5), min_size=3, max_size=3), st.floats(0.0, 1.0))
def test_clean_own_use_is_what_cogeneration_leaves_of_own_use_and_never_less_than_nothing(
    made: list[float], used: float
) -> None:
    wind, pv, chp = made
    own = array(used * sum(made), "MWh/yr")
    clean = clean_own_use(own, plants(wind=wind, pv=pv, chp=chp)).item()
    assert clean == pytest.approx(max(own.item() - chp, 0.0), abs=1e-9)
    assert clean <= (wind + pv) * (1 + 1e-9) + 1e-9  # what is sold or lost was theirs
    assert clean_own_use(own, plants(wind=wind, pv=pv)).item() == pytest.approx(own.item())
    assert clean_own_use(array(-1.0, "MWh/yr"), plants(wind=wind, pv=pv)).item() == 0.0


def test_a_positive_part_has_no_sign_left() -> None:
    values = xr.DataArray([-2.0, 0.0, 3.0], dims="park")
    assert positive_part(values).values.tolist() == [0.0, 0.0, 3.0]


@settings(max_examples=20)
@given(st.floats(1e-2, 1e2))
def test_twice_the_park_twice_the_tonnes_and_the_same_shares(factor: float) -> None:
    flows = ("own_use", "grid_import", "grid_export", "curtailment", "certificates_sold", "contracted", "direct_line",
             "heat_import")  # fmt: skip
    base = year(own_use=6400.0, grid_export=500.0, curtailment=40.0, certificates_sold=200.0, contracted=1000.0,
                direct_line=300.0, heat_import=100.0)  # fmt: skip
    scaled = {name: base[name].item() * factor for name in flows}
    once, many = (
        read_facts(facts(each, {})) for each in (base, year(5500 * factor, 1500 * factor, gas=2e6 * factor, **scaled))
    )
    for name in ("co2", "green_power_co2", "park_energy", "park_energy_coal_equivalent"):
        assert many[name] == pytest.approx(factor * once[name], rel=1e-9)  # type: ignore[operator]
    for name in ("clean_energy_share", "direct_green_supply_share", "clean_energy_share_coal_equivalent"):
        assert many[name] == pytest.approx(once[name], rel=1e-9)


def test_what_the_file_reports_passes_as_it_is() -> None:
    reported: dict[str, object] = {
        "waste_heat_use_share": Quantity(60.0, "%"), "solid_waste_use_share": 0.8, "product_energy_level": 2,
        "claims_as_organisation": True, "reduction_plan_exists": False, "base_year_emissions": "9 kt CO2e/yr",
    }  # fmt: skip
    found = facts(year(), reported)
    assert {name: found[name] for name in reported} == reported
    assert read_facts(found)["base_year_emissions"] == 9000.0 and found["planned_emissions"] is None


def test_the_share_of_water_reused_is_what_the_park_reports_and_nothing_else() -> None:
    treated = year().assign(water_reuse_rate=array(0.6, "1"))  # of its own plant: no share of all wastewater
    for each in (treated, year()):
        assert facts(each, {"water_reuse_share": 0.9})["water_reuse_share"] == 0.9
        assert facts(each, {})["water_reuse_share"] is None


def test_a_missing_variable_and_an_unknown_report_are_named_together() -> None:
    with pytest.raises(InputError) as refused:
        facts(year().drop_vars(["coal_rate", "grid_export"]), {"waste_heat_share": 0.5})
    assert [problem.key for problem in refused.value.problems] == ["grid_export", "coal_rate", "waste_heat_share"]
    assert 'did you mean "waste_heat_use_share"' in str(refused.value)


def test_fuel_counts_by_its_lower_heating_value() -> None:
    energy = fuel_energy(
        natural_gas=array(1000.0, "Nm3/yr"), gas_calorific_value=array(0.04, "GJ/Nm3"),
        coal=array(2.0, "t/yr"), coal_calorific_value=array(23.0, "GJ/t"),
        diesel=array(3.0, "t/yr"), diesel_calorific_value=array(43.0, "GJ/t"),
        fleet_fuel=array(1.0, "t/yr"), fleet_calorific_value=array(45.0, "GJ/t"),
    )  # fmt: skip
    assert energy.item() == pytest.approx(260.0)  # 40 + 46 + 129 + 45
    assert energy.attrs == {"units": "GJ/yr"}


@pytest.mark.parametrize(
    "function",
    [
        fuel_energy, clean_own_use, accounted_co2, clean_energy_share, direct_green_supply_share, unsold,
        electricity_consumed, beside_fuel, green_power_co2,
    ],
)  # fmt: skip
def test_results_have_the_units_they_declare(function: Any) -> None:
    along = {"generation": "technology", "emissions": "category"}
    one = {
        name: quantify(plants(wind=2.0, chp=2.0) if along.get(name) == "technology" else
                       array(2.0, unit).expand_dims(along[name]) if name in along else array(2.0, unit))
        for name, unit in function.units.items() if name != "return"
    }  # fmt: skip
    result = function.__wrapped__(**one)
    assert result.data.check(pint_unit(function.units["return"]).dimensionality)
