"""The cost statement of a park: each sum by hand, what is not known, and the laws between its figures."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings

from decarb.errors import CallError, UnitError
from decarb.park import economics
from decarb.park.cost import Reason
from decarb.park.economics import PRICES, park_cost
from decarb.park.tariff import PERIODS
from decarb.park.twins import TWIN
from decarb.tables import table_value
from decarb.units import stamp, unit_factor
from decarb.units.convert import quantify
from decarb.units.registry import pint_unit
from decarb.variables import variables

LABELS = {
    "technology": ["wind", "pv", "chp"],
    "store": ["lithium", "flow_battery"],
    "period": list(PERIODS),
}
FLOW_UNITS = {
    "generation": "MWh/yr", "curtailment": "MWh/yr", "grid_import_by_period": "MWh/yr", "grid_export": "MWh/yr",
    "peak_import": "MW", "emissions": "t CO2e/yr", "unmet_load": "MWh/yr",
}  # fmt: skip
SIZES = {"wind_capacity": "MW", "pv_capacity": "MW", "power_rating": "MW", "energy_rating": "MWh"}


def array(values: Any, unit: str, dim: str = "") -> xr.DataArray:
    labels = {dim: LABELS[dim][: len(values)]} if dim else None
    return xr.DataArray(np.asarray(values, float), labels, (dim,) if dim else (), attrs={"units": unit})


def dataset(values: dict[str, Any], units: Any, dims: dict[str, str]) -> xr.Dataset:
    return xr.Dataset({name: array(value, units[name], dims.get(name, "")) for name, value in values.items()})


def prices(**changes: Any) -> xr.Dataset:
    """Wind at 4,000 CNY/kW and 1 %, PV at 3,000; stores at 100 CNY/kW and 400 CNY/kWh; 0.8 CNY/kWh at all hours."""
    values = {
        "generation_capex": [4000, 3000], "generation_om_share": [0.01, 0.01], "generation_lifetime": [20, 20],
        "degradation": [0, 0], "store_power_capex": [100, 100], "store_energy_capex": [400, 400],
        "store_om_share": [0.1, 0.1], "store_lifetime": [12, 12], "period_price": [0.8, 0.8, 0.8, 0.8],
        "export_price": 0.3, "demand_charge": 0, "discount_rate": 0.08,
    } | changes  # fmt: skip
    dims = {
        name: "technology" for name in ("generation_capex", "generation_om_share", "generation_lifetime", "degradation")
    }
    dims |= {name: "store" for name in values if name.startswith("store_")} | {"period_price": "period"}
    return dataset(values, PRICES, dims)


def design(**changes: Any) -> xr.Dataset:
    """1 MW of wind, nothing else."""
    values = {"wind_capacity": 1, "pv_capacity": 0, "power_rating": [0, 0], "energy_rating": [0, 0]} | changes
    return dataset(values, SIZES, {"power_rating": "store", "energy_rating": "store"})


def flows(**changes: Any) -> xr.Dataset:
    """2,000 MWh of wind, all used, and 3,000 MWh bought in the flat period."""
    values = {
        "generation": [2000, 0, 0], "curtailment": 0, "grid_import_by_period": [0, 0, 3000, 0], "grid_export": 0,
        "peak_import": 1, "emissions": 1800,
    } | changes  # fmt: skip
    return dataset(values, FLOW_UNITS, {"generation": "technology", "grid_import_by_period": "period"})


def twin(**changes: Any) -> xr.Dataset:
    """5,000 MWh bought in the flat period."""
    values = {"generation": [0, 0, 0], "grid_import_by_period": [0, 0, 5000, 0], "emissions": 3000} | changes
    return flows(**values)


def cost_of(own: xr.Dataset | None = None, other: xr.Dataset | None = None, sizes: xr.Dataset | None = None,
            at: xr.Dataset | None = None, **options: Any) -> xr.Dataset:  # fmt: skip
    chosen = {"start": 2025, "horizon": 20} | options
    return park_cost(own or flows(), other or twin(), sizes or design(), at or prices(), **chosen)


def test_a_statement_computed_by_hand() -> None:
    result = cost_of()
    # 1,000 kW x 4,000 CNY; 1 % of it a year; 3,000 and 5,000 MWh x 800 CNY.
    assert result["investment"].to_series().to_dict() == {"wind": 4e6, "pv": 0.0}
    assert result["total_investment"].item() == 4e6
    assert result["running_cost"].item() == pytest.approx(40_000)
    assert result["electricity_bill"].item() == pytest.approx(2.4e6)
    assert result["twin_electricity_bill"].item() == pytest.approx(4e6)
    assert result["annual_saving"].item() == pytest.approx(4e6 - 2.4e6 - 40_000)
    # The annuity of 20 years at 8 % is 0.10185221, its inverse 9.8181474.
    assert result["annualised_cost"].item() == pytest.approx(4e6 * 0.10185221 + 40_000 + 2.4e6, rel=1e-8)
    assert result["net_present_value"].item() == pytest.approx(1.56e6 * 9.8181474 - 4e6, rel=1e-7)
    assert result["simple_payback"].item() == pytest.approx(4 / 1.56)
    # (4,000,000 x 0.10185221 + 40,000) / 2,000 MWh = 223.7 CNY/MWh
    assert result["levelised_cost"].sel(technology="wind").item() == pytest.approx(0.22370442, rel=1e-7)
    # 1,200 t less for 407,408.8 + 40,000 - 1,600,000 CNY
    assert result["abatement"].item() == 1200
    assert result["abatement_cost"].item() == pytest.approx((4e6 * 0.10185221 + 40_000 - 1.6e6) / 1200, rel=1e-7)
    assert result["twin"].item() == TWIN


def test_stores_are_bought_again_when_they_wear_out() -> None:
    sizes = design(wind_capacity=0, power_rating=[1, 0], energy_rating=[2, 0])
    result = cost_of(flows(generation=[0, 0, 0], grid_import_by_period=[0, 0, 0, 5000]), sizes=sizes,
                     at=prices(discount_rate=0, period_price=[1, 1, 0.8, 0.8 - 0.02]))  # fmt: skip
    # 1,000 x 100 + 2,000 x 400; running cost on the power alone; saving 5,000 x 20 CNY less 10,000.
    assert result["store_investment"].values.tolist() == [900_000, 0]
    assert result["running_cost"].item() == pytest.approx(10_000)
    # Twenty years use 20 / 12 of it; 90,000 a year come back.
    assert result["net_present_value"].item() == pytest.approx(20 * 90_000 - 900_000 * 20 / 12)
    # At 450,000 in year 5 half is back; from year 12, when it is bought again, the hole is 720,000, and what is left
    # of the second comes back in the last: 300,000.
    assert result["simple_payback"].item() == pytest.approx(19 + (900_000 * 2 - 19 * 90_000) / (90_000 + 300_000))


def test_a_store_that_wears_out_sooner_is_worth_less() -> None:
    sizes = design(power_rating=[1, 0], energy_rating=[2, 0])
    worth = [cost_of(sizes=sizes, at=prices(store_lifetime=[life, 12]))["net_present_value"].item() for life in (16, 9)]
    assert worth[0] > worth[1]


def test_each_bill_has_its_price() -> None:
    own = flows().assign(
        natural_gas=array(1000, "Nm3/yr"), fresh_water=array(500, "m3/yr"), heat_import=array(10, "GJ/yr"),
    )  # fmt: skip
    at = prices().assign(gas_price=array(3, "CNY_2025/Nm3"), water_price=array(10, "CNY_2025/m3"))
    result = cost_of(own, at=at)
    assert result["gas_bill"].item() == 3000 and result["water_bill"].item() == 5000
    # The twin has the same demands, so neither moves the worth of the park; both stand in both yearly costs.
    assert result["net_present_value"].item() == pytest.approx(cost_of()["net_present_value"].item())
    assert (result["annualised_cost"] - cost_of()["annualised_cost"]).item() == pytest.approx(8000)
    assert (result["twin_annualised_cost"] - cost_of()["twin_annualised_cost"]).item() == pytest.approx(8000)
    assert "heat_bill" not in result
    assert "heat_import: used, but no price of it is known; left out" in result.attrs["notes"]


def test_a_twin_that_states_its_own_supply_pays_for_that() -> None:
    own, other = (each.assign(fresh_water=array(amount, "m3/yr")) for each, amount in ((flows(), 300), (twin(), 500)))
    result = cost_of(own, other, at=prices().assign(water_price=array(10, "CNY_2025/m3")))
    assert (result["annual_saving"] - cost_of()["annual_saving"]).item() == pytest.approx(2000)


def test_a_metered_cubic_metre_holds_less_gas_than_a_normal_one() -> None:
    price = economics.gas_price_at_normal_conditions("2.63 CNY_2025/m3", "1.073 m3/Nm3")
    assert (price.item(), price.attrs) == (pytest.approx(2.82199), {"units": "CNY_2025/Nm3"})
    with pytest.raises(UnitError, match=r"park_cost: gas_price: .*Nm3"):
        cost_of(flows().assign(natural_gas=array(1, "Nm3/yr")),
                at=prices().assign(gas_price=array(3, "CNY_2025/m3")))  # fmt: skip


def test_a_charge_on_demand_takes_the_highest_of_the_year_where_the_months_are_not_given() -> None:
    at = prices(demand_charge=480)
    bound = cost_of(at=at)
    assert bound["demand_cost"].item() == pytest.approx(1000 * 480)
    assert any("upper bound" in note for note in bound.attrs["notes"])
    months = flows().assign(billed_demand=array(0.6, "MW"))
    assert cost_of(months, at=at)["demand_cost"].item() == bound["demand_cost"].item()  # the twin's are not known
    known = cost_of(months, twin().assign(billed_demand=array(0.9, "MW")), at=at)
    assert known["demand_cost"].item() == pytest.approx(600 * 480)
    assert known["twin_electricity_bill"].item() == pytest.approx(4e6 + 900 * 480)
    assert not any("upper bound" in note for note in known.attrs["notes"])


def test_what_is_curtailed_has_no_part_in_the_levelised_cost() -> None:
    sizes, made = design(pv_capacity=1), flows(generation=[1500, 500, 0], curtailment=400)
    wasted, used = cost_of(made, sizes=sizes), cost_of(made.assign(curtailment=array(0, "MWh/yr")), sizes=sizes)
    # A fifth of all is curtailed, and of each: the rest costs 1 / 0.8 as much.
    np.testing.assert_allclose(wasted["levelised_cost"], used["levelised_cost"] / 0.8, rtol=1e-12)


def test_fading_raises_the_levelised_cost_by_hand() -> None:
    result = cost_of(at=prices(degradation=[0.5, 0], discount_rate=0), horizon=2)
    # Two of twenty years: 400,000 and 2 x 40,000 CNY for 2,000 + 1,000 MWh.
    assert result["levelised_cost"].sel(technology="wind").item() == pytest.approx(480 / 3000)


def test_nothing_built_costs_nothing_whatever_its_price() -> None:
    unknown = prices(store_energy_capex=[np.nan, 400], store_lifetime=[np.nan, 12], generation_capex=[4000, np.nan])
    assert cost_of(at=unknown)["net_present_value"].item() == cost_of()["net_present_value"].item()
    code = cost_of(at=unknown)["levelised_cost_reason"].sel(technology="pv")
    assert Reason(code.item()) is Reason.NO_ENERGY


def test_a_plant_of_unknown_size_leaves_the_worth_unknown() -> None:
    assert np.isnan(cost_of(sizes=design(pv_capacity=np.nan))["net_present_value"].item())


def test_a_store_of_unknown_price_leaves_the_worth_unknown_and_says_so() -> None:
    sizes = design(power_rating=[1, 0], energy_rating=[2, 0])
    result = cost_of(sizes=sizes, at=prices(store_energy_capex=[np.nan, 400]))
    assert np.isnan(result["net_present_value"].item()) and np.isnan(result["annualised_cost"].item())
    assert Reason(result["discounted_payback_reason"].item()) is Reason.NOT_KNOWN
    assert result["levelised_cost"].sel(technology="wind").item() > 0.0  # what is known stays known


@settings(max_examples=8)
@given(st.floats(0.0, 0.2), st.floats(5.0, 40.0), st.integers(1, 30), st.floats(500.0, 10_000.0))
def test_a_plant_that_sells_at_its_levelised_cost_is_worth_nothing(
    rate: float, life: float, horizon: int, capex: float
) -> None:
    sold = {"grid_import_by_period": [0, 0, 0, 0], "grid_export": 2000}
    idle = twin(grid_import_by_period=[0, 0, 0, 0])
    at = prices(discount_rate=rate, generation_lifetime=[life, 20], generation_capex=[capex, 3000])
    levelised = cost_of(flows(**sold), idle, at=at, horizon=horizon)["levelised_cost"].sel(technology="wind").item()
    at["export_price"] = array(levelised, "CNY_2025/kWh")
    worth = cost_of(flows(**sold), idle, at=at, horizon=horizon)["net_present_value"].item()
    assert worth == pytest.approx(0.0, abs=1e-9 * capex * 1000)


@settings(max_examples=6)
@given(st.floats(1e-3, 1e3))
def test_twice_the_park_costs_twice_and_pays_back_as_soon(scale: float) -> None:
    one = cost_of(sizes=design(power_rating=[1, 0], energy_rating=[2, 0]))

    def scaled(given: xr.Dataset) -> xr.Dataset:
        return given.map(lambda each: stamp(each * scale, each.attrs["units"]))

    sizes = scaled(design(power_rating=[1, 0], energy_rating=[2, 0]))
    many = cost_of(scaled(flows()), scaled(twin()), sizes)
    for name in ("total_investment", "annualised_cost", "net_present_value", "abatement", "running_cost"):
        np.testing.assert_allclose(many[name], scale * one[name], rtol=1e-9)
    for name in ("simple_payback", "discounted_payback", "levelised_cost", "abatement_cost"):
        np.testing.assert_allclose(many[name], one[name], rtol=1e-9)


def test_parks_are_judged_side_by_side() -> None:
    bought = xr.concat([flows()["grid_import_by_period"], twin()["grid_import_by_period"]], "park")
    result = cost_of(flows().assign(grid_import_by_period=bought))
    assert result["net_present_value"].dims == ("park",)
    assert result["net_present_value"].values[0] == pytest.approx(cost_of()["net_present_value"].item())
    codes = result["simple_payback_reason"].values.tolist()
    assert codes == [Reason.DEFINED, Reason.NEVER_PAID_BACK]


def test_money_of_another_price_year_is_converted_and_of_none_refused() -> None:
    old = prices().assign(generation_capex=array([4000, 3000], "CNY_2020/kW", "technology"))
    assert cost_of(at=old)["total_investment"].item() == pytest.approx(4e6 * unit_factor("CNY_2020", "CNY_2025"))
    with pytest.raises(UnitError, match=r"park_cost: generation_capex: .*price year"):
        cost_of(at=prices().assign(generation_capex=array([4000, 3000], "CNY/kW", "technology")))


def test_all_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(CallError) as refused:
        cost_of(flows().drop_vars("grid_export"), twin().drop_vars("emissions"), at=prices().drop_vars("export_price"))
    for said in ("flows lacks grid_export", "twin_flows lacks emissions", "prices lacks export_price"):
        assert said in str(refused.value)


def test_without_emissions_no_ton_has_a_cost() -> None:
    result = cost_of(flows().drop_vars("emissions"))
    assert "abatement_cost" not in result and "net_present_value" in result


def test_what_stands_in_is_noted() -> None:
    notes = cost_of(flows(unmet_load=5), province="Hebei").attrs["notes"]
    assert any(note.startswith("Hebei: no time-of-use table") for note in notes)
    assert any(note.startswith("unmet load") for note in notes)
    assert not any("Hebei" in note or "unmet" in note for note in cost_of().attrs["notes"])


def test_every_figure_stands_in_the_dictionary_with_its_unit() -> None:
    own = flows().assign(natural_gas=array(1, "Nm3/yr"), fresh_water=array(1, "m3/yr"), heat_import=array(1, "GJ/yr"),
                         coal=array(1, "t/yr"), diesel=array(1, "t/yr"))  # fmt: skip
    at = prices().assign(
        gas_price=array(1, "CNY_2025/Nm3"), water_price=array(1, "CNY_2025/m3"), heat_price=array(1, "CNY_2025/GJ"),
        coal_price=array(1, "CNY_2025/t"), diesel_price=array(1, "CNY_2025/t"),
    )  # fmt: skip
    for name, figure in cost_of(own, at=at).items():
        assert variables()[str(name)].unit == figure.attrs["units"], name
        assert set(map(str, figure.dims)) <= set(variables()[str(name)].dims), name


@pytest.mark.parametrize(
    ("variable", "technology", "year", "unit"),
    [("capex_power", name, year, "CNY_2025/kW") for name, year in (
        ("onshore_wind", 2020), ("distributed_pv", 2020), ("lfp_battery", 2025), ("vanadium_flow_battery", 2025),
        ("supercapacitor", 2018))]
    + [("capex_energy", name, year, "CNY_2025/kWh") for name, year in (
        ("lfp_battery", 2025), ("vanadium_flow_battery", 2025), ("supercapacitor", 2018))],
)  # fmt: skip
def test_every_part_that_the_tables_price_has_a_price_year_a_lifetime_and_a_running_cost(
    variable: str, technology: str, year: int, unit: str
) -> None:
    assert table_value("technologies", variable, technology=technology, year=year).to(unit) > 0.0
    assert table_value("technologies", "lifetime", technology=technology).to("yr") > 0.0
    assert 0.0 < table_value("technologies", "fixed_om_share", technology=technology).to("1/yr") <= 0.1


def test_power_and_energy_of_the_flow_battery_come_to_its_system_price() -> None:
    def row(variable: str, unit: str, bound: Any) -> float:
        return table_value("technologies", variable, technology="vanadium_flow_battery", year=2025, bound=bound).to(
            unit
        )

    for bound in ("low", "value", "high"):
        whole = row("capex_energy", "CNY_2025/kWh", bound) + row("capex_power", "CNY_2025/kW", bound) / 5.0
        assert whole == pytest.approx(row("system_price", "CNY_2025/kWh", bound), rel=5e-4)  # at five hours


def test_results_have_the_units_they_declare() -> None:
    for function in (economics.investment_in_power, economics.investment_in_energy, economics.running_cost,
                     economics.gas_price_at_normal_conditions):  # fmt: skip
        units = {name: unit for name, unit in function.units.items() if name != "return"}
        amounts = {name: quantify(xr.DataArray(2.0, attrs={"units": unit})) for name, unit in units.items()}
        result = function.__wrapped__(**amounts)
        assert result.data.check(pint_unit(function.units["return"]).dimensionality), function.__name__
    made, lost = quantify(flows()["generation"]), quantify(flows(curtailment=5)["curtailment"])
    used = economics.used_generation.__wrapped__(made, lost)
    assert used.data.check(pint_unit("MWh/yr").dimensionality)
