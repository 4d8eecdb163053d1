"""The power balance closes every year, parks are counted once, and a dry year raises the average factor."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
import pytest
import xarray as xr
from hypothesis import given

from decarb.errors import DecarbError
from decarb.nation import power
from decarb.tables import table_value

ENERGY = "TWh/yr"
GENERATION = st.floats(0.0, 20000.0)


def array(values: object, unit: str, **coords: object) -> xr.DataArray:
    return xr.DataArray(values, coords, tuple(coords), attrs={"units": unit})


def test_a_plant_works_half_of_the_year_in_which_it_is_built() -> None:
    capacity = array([100.0, 100.0, 300.0], "GW", year=[2025, 2026, 2027])
    generation = power.variable_generation(capacity, array(2000.0, "h/yr"))
    # 0.1 TW x 2,000 h = 200 TWh; then (0.1 + 0.3) / 2 x 2,000 h = 400 TWh.
    np.testing.assert_allclose(generation, [200.0, 200.0, 400.0], rtol=1e-14)
    assert generation.attrs["units"] == "TWh/yr"


def test_demand_grows_with_gdp_and_with_power_per_gdp() -> None:
    change = power.demand_change(array(5.0, "%/yr"), array(-1.0, "%/yr"))
    # 1.05 x 0.99 - 1.
    assert float(change) == pytest.approx(0.0395, rel=1e-12)


def demand(**parts: float) -> float:
    names = ("trend", "for_fuel", "for_fuel_in_zones", "charge", "discharge", "storage_change", "own_use",
             "for_captive_heat", "saved_in_zones")  # fmt: skip
    amounts = {name: array(parts.get(name, 0.0), ENERGY) for name in names}
    return float(power.demand(**amounts, line_loss_rate=array(parts.get("line_loss_rate", 0.0), "1")))


def test_demand_holds_replaced_fuel_and_losses_of_stores() -> None:
    # 1000 + 20 + 5 + (10 - 8 - 0.5).
    assert demand(trend=1000.0, for_fuel=20.0, for_fuel_in_zones=5.0, charge=10.0, discharge=8.0,
                  storage_change=0.5) == pytest.approx(1026.5)  # fmt: skip


def test_heat_pumps_for_captive_heat_add_to_demand_and_what_zones_save_comes_off() -> None:
    # 1000 + 20 + 12 - 30.
    assert demand(trend=1000.0, for_fuel=20.0, for_captive_heat=12.0, saved_in_zones=30.0) == pytest.approx(1002.0)


@given(st.floats(0.0, 500.0), st.floats(0.0, 0.2))
def test_power_used_on_site_saves_the_losses_of_its_way(own_use: float, rate: float) -> None:
    # Supply for a use is use / (1 - rate); on site the use alone is generated.
    supply_without, supply_with = 1000.0 / (1 - rate), (1000.0 - own_use) / (1 - rate) + own_use
    assert demand(trend=supply_without, own_use=own_use, line_loss_rate=rate) == pytest.approx(supply_with, rel=1e-12)


@pytest.mark.parametrize(
    ("path", "parks", "included", "expected"),
    [
        (500.0, 60.0, 1.0, 500.0),  # the path counts them already
        (500.0, 60.0, 0.0, 560.0),  # they come on top
        (50.0, 60.0, 1.0, 60.0),  # only what exceeds the path is new
        (500.0, 0.0, 0.0, 500.0),
    ],
)
def test_parks_are_counted_once(path: float, parks: float, included: float, expected: float) -> None:
    assert float(power.with_parks(array(path, ENERGY), array(parks, ENERGY), array(included, "1"))) == expected
    assert float(power.capacity_with_parks(array(path, "GW"), array(parks, "GW"), array(included, "1"))) == expected


def balance(demand: float, imports: float, nonfossil: float, least: float) -> xr.Dataset:
    return power.thermal_balance(
        array(demand, ENERGY), array(imports, ENERGY), array(nonfossil, ENERGY), array(least, "1")
    )


def test_thermal_plants_generate_what_is_missing() -> None:
    closed = balance(10000.0, -20.0, 4000.0, 0.02)
    # 10,000 demanded and 20 exported, less 4,000.
    assert float(closed["thermal_generation"]) == 6020.0
    assert float(closed["curtailment"]) == 0.0


def test_beyond_the_least_thermal_share_non_fossil_power_finds_no_use() -> None:
    closed = balance(10000.0, 0.0, 9900.0, 0.02)
    # At least 0.02 x 10,000 = 200 thermal; 9,900 + 200 - 10,000 = 100 too much.
    assert float(closed["thermal_generation"]) == 200.0
    assert float(closed["curtailment"]) == 100.0


@given(st.floats(1.0, 20000.0), st.floats(-500.0, 0.5), GENERATION, st.floats(0.0, 0.2))
def test_the_balance_closes_each_year(demand: float, imports: float, nonfossil: float, least: float) -> None:
    closed = balance(demand, imports, nonfossil, least)
    thermal, curtailment = float(closed["thermal_generation"]), float(closed["curtailment"])
    assert thermal + nonfossil - curtailment + imports == pytest.approx(demand, rel=1e-12, abs=1e-9)
    assert curtailment >= -1e-9
    assert thermal >= least * (demand - imports) - 1e-9
    if curtailment > 1e-6:
        assert thermal == pytest.approx(least * (demand - imports), rel=1e-12)
    used = power.used(array([nonfossil], ENERGY, technology=["wind"]), array(curtailment, ENERGY))
    assert float(used) <= demand - imports + 1e-9


def test_power_and_heat_emit_by_their_factors() -> None:
    co2 = power.power_heat_emissions(
        array(6000.0, ENERGY), array(0.8, "kg CO2/kWh"), array(5000.0, "PJ/yr"), array(0.11, "t CO2/GJ")
    )
    # 6,000 TWh x 0.8 Mt/TWh + 5,000 PJ x 0.11 Mt/PJ.
    assert float(co2) == pytest.approx(4800.0 + 550.0, rel=1e-12)


def test_the_closing_factor_brings_what_is_explained_to_the_inventory() -> None:
    inventory, explained = array(5142.0, "Mt CO2/yr"), array(5340.0, "Mt CO2/yr")
    factor = power.closing_factor(inventory, explained)
    assert float(factor) < 1.0
    assert float(power.closed(explained, factor)) == pytest.approx(5142.0, rel=1e-14)


def test_the_average_factor_is_co2_of_power_over_all_that_is_demanded() -> None:
    factor = power.average_factor(array(4800.0, "Mt CO2/yr"), array(10000.0, ENERGY))
    # 4,800 Mt / 10,000 TWh.
    assert float(factor) == pytest.approx(0.48, rel=1e-14)
    assert factor.attrs["units"] == "kg CO2/kWh"


@given(st.floats(0.0, 1500.0), st.floats(1.0, 500.0))
def test_the_average_factor_rises_in_a_dry_year(hydro: float, missing: float) -> None:
    def factor(water: float) -> float:
        thermal = balance(10000.0, 0.0, 3000.0 + water, 0.02)["thermal_generation"]
        co2 = power.power_heat_emissions(thermal, array(0.8, "kg CO2/kWh"), array(0.0, "PJ/yr"), array(0.1, "t CO2/GJ"))
        return float(power.average_factor(co2, array(10000.0, ENERGY)))

    assert factor(hydro) > factor(hydro + missing)


def contracts(bought: float, green: float, others: float, traded: float) -> xr.DataArray:
    return power.contracted_power(array(bought, ENERGY), array(green, "1"), array(others, ENERGY), array(traded, "1"))


def residual(co2: float, demanded: float, contracted: float, nonfossil: float = 20000.0) -> xr.DataArray:
    return power.residual_factor(
        array(co2, "Mt CO2/yr"), array(demanded, ENERGY), array(contracted, ENERGY), array(nonfossil, ENERGY)
    )


def test_contracts_are_those_of_parks_and_of_all_others() -> None:
    # 1000 x 0.5 + 9000 x 0.13.
    assert float(contracts(1000.0, 0.5, 9000.0, 0.13)) == pytest.approx(1670.0)


def test_the_residual_factor_spreads_the_same_co2_over_less_power() -> None:
    factor = residual(4800.0, 10000.0, 2000.0)
    # 4,800 Mt over 8,000 TWh; the average is 0.48.
    assert float(factor) == pytest.approx(0.6, rel=1e-14)
    assert factor.attrs["units"] == "kg CO2/kWh"


@given(
    st.floats(0.0, 8000.0), st.lists(st.floats(0.1, 3000.0), min_size=2, max_size=6),
    st.lists(st.floats(0.0, 0.95), min_size=6, max_size=6),
)  # fmt: skip
def test_over_all_consumers_contracts_and_the_rest_are_the_location_total(
    co2: float, used: list[float], shares: list[float]
) -> None:
    bought, share = np.array(used), np.array(shares[: len(used)])
    factor = float(residual(co2, bought.sum(), (bought * share).sum()))
    average = co2 / bought.sum()
    by_contracts = (bought * share * 0.0 + bought * (1.0 - share) * factor).sum()
    assert by_contracts == pytest.approx((bought * average).sum(), rel=1e-12)
    assert factor >= average * (1 - 1e-12)


@given(st.floats(0.0, 0.9), st.floats(0.0, 1.0))
def test_a_park_that_buys_green_power_makes_the_rest_dirtier_and_moves_no_ton(traded: float, green: float) -> None:
    before, after = contracts(800.0, 0.0, 9200.0, traded), contracts(800.0, green, 9200.0, traded)
    first, second = (residual(4800.0, 10000.0, float(contracted)) for contracted in (before, after))
    assert float(second) >= float(first)
    assert float(second) * (10000.0 - float(after)) == pytest.approx(4800.0, rel=1e-12)


def test_contracts_for_more_than_non_fossil_plants_generate_are_refused() -> None:
    years = {"year": [2030, 2040]}
    with pytest.raises(DecarbError, match="contracts in 2040 are 60 TWh more than non-fossil plants generate; write"):
        power.residual_factor(
            array([4800.0, 4800.0], "Mt CO2/yr", **years), array(10000.0, ENERGY),
            array([3000.0, 5060.0], ENERGY, **years), array([4000.0, 5000.0], ENERGY, **years),
        )  # fmt: skip
    assert float(residual(4800.0, 10000.0, 4000.0, nonfossil=4000.0)) == pytest.approx(0.8)


def test_contracts_for_all_that_is_demanded_are_refused() -> None:
    with pytest.raises(DecarbError, match=r"template\.green_power_share, power\.market_traded_share: contracts are .* "
                       "more than the rest of the demand can spare"):  # fmt: skip
        residual(100.0, 10000.0, 10000.0)


def test_the_published_factors_of_2023_give_the_share_that_is_traded() -> None:
    average, rest = (table_value("grid_factors", f"grid_factor_{name}", year=2023) for name in ("average", "residual"))
    traded = 1.0 - average.value / rest.value
    assert traded == pytest.approx(0.1296, abs=5e-5)
    row = table_value("parameters", "market_traded_share").value
    assert row == pytest.approx(traded, abs=5e-5)
    # And back: the average factor and that share give the published residual factor.
    assert float(residual(average.value * 9000.0, 9000.0, row * 9000.0)) == pytest.approx(rest.value, abs=1e-4)


def test_generation_is_as_observed_and_then_as_planned() -> None:
    labels = {"technology": ["wind", "hydro"], "year": [2025, 2026]}
    observed = array([[1135.0, np.nan], [1397.0, np.nan]], ENERGY, **labels)
    variable = array([[9.0, 1300.0], [0.0, 0.0]], ENERGY, **labels)
    firm = array([[0.0, 0.0], [9.0, 1410.0]], ENERGY, **labels)
    assert power.nonfossil_path(observed, variable, firm).values.tolist() == [[1135.0, 1300.0], [1397.0, 1410.0]]


def test_used_generation_is_unknown_where_nothing_is_known() -> None:
    generation = array([[1.0, np.nan], [2.0, np.nan]], ENERGY, technology=["wind", "hydro"], year=[2025, 2026])
    used = power.used(generation, array(0.5, ENERGY))
    assert float(used.sel(year=2025)) == 2.5
    assert bool(used.sel(year=2026).isnull())
