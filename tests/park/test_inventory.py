"""The ISO 14064-1 statement: each line is an activity times its factor, and claims change none of it."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings

from decarb.errors import InputError, UnitError
from decarb.park.inventory import (
    BOUGHT,
    DIRECT,
    GASES,
    LINES,
    NOT_QUANTIFIED,
    SOURCES,
    by_gas,
    credits_needed,
    emissions_by_gas,
    emissions_by_source,
    gwp_set,
    information,
    statement,
    tonnes,
)
from decarb.tables import table_array
from decarb.units.convert import quantify
from decarb.units.registry import dimension, pint_unit

ACTIVITIES = {
    "natural_gas": 2_000_000.0, "gas_factor": 0.002,
    "coal": 10.0, "coal_factor": 2.0,
    "diesel": 100.0, "diesel_factor": 3.1,
    "fleet_fuel": 20.0, "fleet_factor": 3.0,
    "process_co2": 70.0,
    "refrigerant_leakage": 0.05,
    "wastewater_ch4": 0.5, "wastewater_n2o": 0.01,
    "fertiliser_n2o": 0.02,
    "grid_import": 9000.0, "grid_factor": 0.6,
    "heat_import": 5000.0, "heat_factor": 0.11,
}  # fmt: skip
BY_HAND = {
    ("natural_gas", "CO2"): 4000.0,  # 2,000,000 Nm3 x 0.002 t/Nm3
    ("coal", "CO2"): 20.0,  # 10 t x 2
    ("diesel", "CO2"): 310.0,  # 100 t x 3.1
    ("fleet", "CO2"): 60.0,  # 20 t x 3
    ("process", "CO2"): 70.0,
    ("refrigerants", "HFC134a"): 0.05,
    ("wastewater", "CH4"): 0.5,
    ("wastewater", "N2O"): 0.01,
    ("fertiliser", "N2O"): 0.02,
    ("electricity", "CO2"): 5400.0,  # 9,000 MWh x 0.6 t/MWh
    ("heat", "CO2"): 550.0,  # 5,000 GJ x 0.11 t/GJ
}
GWP100 = table_array("gwp", "gwp100", "gas", "report")
AMOUNTS = [name for name in ACTIVITIES if not name.endswith("_factor")]


def quantities(**changes: Any) -> dict[str, xr.DataArray]:
    return {
        name: xr.DataArray(value, dims="park" if np.ndim(value) else (),
                           attrs={"units": emissions_by_source.units[name]})
        for name, value in (ACTIVITIES | changes).items()
    }  # fmt: skip


def stated(report: str = "AR5", **changes: Any) -> xr.DataArray:
    return statement(emissions_by_gas(**quantities(**changes)), gwp_set(GWP100, report))


def statement_of(*lines: float) -> xr.DataArray:
    return xr.DataArray(list(lines), dims="category", attrs={"units": "t CO2e/yr"})


def array(value: Any, unit: str) -> xr.DataArray:
    return xr.DataArray(value, attrs={"units": unit})


def test_each_line_and_gas_computed_by_hand() -> None:
    gases = emissions_by_gas(**quantities())
    assert gases.dims == ("category", "gas") and gases.attrs == {"units": "t/yr"}
    expected = {(line, gas): BY_HAND.get((line, gas), 0.0) for line in LINES for gas in GASES}
    assert gases.to_series().to_dict() == pytest.approx(expected)
    assert set(BY_HAND) == set(SOURCES)


def test_the_statement_weighs_each_gas_by_its_potential() -> None:
    lines = stated("AR5").to_series()
    assert lines["refrigerants"] == pytest.approx(65.0)  # 0.05 t x 1,300
    assert lines["wastewater"] == pytest.approx(16.65)  # 0.5 t x 28 + 0.01 t x 265
    assert lines["fertiliser"] == pytest.approx(5.3)  # 0.02 t x 265
    # 4,000 + 20 + 310 + 60 + 70 + 65 + 16.65 + 5.3 + 5,400 + 550
    assert stated("AR5").sum().item() == pytest.approx(10496.95)
    assert stated("AR5").attrs == {"units": "t CO2e/yr"}


def test_lines_stand_in_the_groups_of_2006_and_the_categories_of_2018() -> None:
    lines = stated()
    # 4,000 + 20 + 310 + 60 + 70 + 65 + 16.65 + 5.3 burned, leaked or decayed on site; 5,400 + 550 bought as energy
    by_group = lines.groupby("group").sum().to_series().to_dict()
    assert by_group == pytest.approx({"direct": 4546.95, "energy indirect": 5950.0})
    by_category = lines.groupby("category_2018").sum().to_series().to_dict()
    assert by_category == pytest.approx({DIRECT[1]: 4546.95, BOUGHT[1]: 5950.0})


def test_every_group_and_category_without_a_line_is_named_as_not_quantified() -> None:
    there = set(LINES.values()) | set(NOT_QUANTIFIED.values())
    assert {group for group, _ in there} == {"direct", "energy indirect", "other indirect"}
    assert sorted(category[0] for category in {category for _, category in there}) == list("123456")
    assert not {group for group, _ in LINES.values()} & {"other indirect"}


@settings(max_examples=40)
@given(st.lists(st.floats(0.0, 1e6), min_size=len(ACTIVITIES), max_size=len(ACTIVITIES)))
def test_lines_groups_and_gases_sum_to_the_same_total(values: list[float]) -> None:
    gases = emissions_by_gas(**quantities(**dict(zip(ACTIVITIES, values, strict=True))))
    gwp = gwp_set(GWP100, "AR6")
    lines = statement(gases, gwp)
    total = lines.sum().item()
    by_gas_first = sum((gases.sel(gas=gas).sum() * gwp.sel(gas=gas)).item() for gas in GASES)
    for other in (by_gas_first, lines.groupby("group").sum().sum().item()):
        assert other == pytest.approx(total, rel=1e-12)


@pytest.mark.parametrize("report", ["AR4", "AR6"])
def test_another_report_moves_the_lines_of_its_gases_alone(report: str) -> None:
    moved = (stated(report) != stated("AR5")).to_series()
    assert set(moved[moved].index) == {"refrigerants", "wastewater", "fertiliser"}
    assert stated(report)["report"].item() == report


@pytest.mark.parametrize("activity", AMOUNTS)
def test_an_activity_moves_its_own_line_and_gas_alone(activity: str) -> None:
    before = emissions_by_gas(**quantities())
    after = emissions_by_gas(**quantities(**{activity: 2 * ACTIVITIES[activity]}))
    moved = [place for place, differs in (before != after).to_series().items() if differs]
    assert len(moved) == 1
    assert after.sel(category=moved[0][0], gas=moved[0][1]) == pytest.approx(2 * BY_HAND[moved[0]])


@settings(max_examples=20)
@given(st.floats(1e-3, 1e3))
def test_twice_the_activities_twice_the_statement(factor: float) -> None:
    scaled = stated(**{name: factor * ACTIVITIES[name] for name in AMOUNTS})
    np.testing.assert_allclose(scaled, factor * stated(), rtol=1e-12)


def test_parks_stand_side_by_side_and_none_touches_another() -> None:
    both = stated(grid_import=[0.0, 9000.0], coal=[10.0, 0.0])
    assert both.dims == ("category", "park")
    xr.testing.assert_allclose(both.isel(park=0), stated(grid_import=0.0))
    xr.testing.assert_allclose(both.isel(park=1), stated(coal=0.0))
    assert both.sel(category="electricity").values.tolist() == [0.0, 5400.0]  # own electricity is in no line


def test_the_activities_may_have_different_dimensions_and_labels_must_agree() -> None:
    activities = quantities() | {
        "coal": xr.DataArray([10.0, 20.0], {"park": ["a", "b"]}, ("park",), attrs={"units": "t/yr"}),
        "grid_factor": xr.DataArray([0.5, 0.6, 0.7], {"draw": [0, 1, 2], "year": 2020}, ("draw",),
                                    attrs={"units": "t CO2/MWh"}),
    }  # fmt: skip
    gases = emissions_by_gas(**activities)
    assert dict(gases.sizes) == {"category": len(LINES), "gas": len(GASES), "park": 2, "draw": 3}
    assert gases.sel(category="coal", gas="CO2", park="b").values.tolist() == [40.0] * 3
    assert gases.sel(category="electricity", gas="CO2", park="a").values.tolist() == [4500.0, 5400.0, 6300.0]
    other = xr.DataArray([1.0, 2.0], {"park": ["b", "c"]}, ("park",), attrs={"units": "t/yr"})
    with pytest.raises(ValueError, match="park"):
        emissions_by_gas(**activities | {"diesel": other})


def test_what_is_not_known_stays_not_known_in_its_line_and_total_alone() -> None:
    lines = stated(process_co2=np.nan)
    assert lines.isnull().to_series().loc[lambda missing: missing].index.tolist() == ["process"]
    assert np.isnan(credits_needed(lines).item())


def test_a_statement_needs_the_potentials_of_a_named_report_for_all_gases() -> None:
    gases, gwp = emissions_by_gas(**quantities()), gwp_set(GWP100, "AR5")
    with pytest.raises(UnitError, match="CH4, N2O"):
        statement(gases, gwp.drop_sel(gas=["CH4", "N2O"]))
    with pytest.raises(UnitError, match="names no report"):
        statement(gases, gwp.drop_vars("report"))
    with pytest.raises(InputError, match=r'park: gwp: "AR55" is no report; did you mean .*"AR5"'):
        gwp_set(GWP100, "AR55")


def test_a_column_is_tonnes_of_its_own_gas() -> None:
    gases = emissions_by_gas(**quantities())
    assert tonnes(gases, "CH4").attrs == {"units": "t CH4/yr"}
    assert tonnes(gases, "CO2").sum().item() == pytest.approx(10410.0)  # 4,000 + 20 + 310 + 60 + 70 + 5,400 + 550
    assert tonnes(gases, "N2O").to_series()[["wastewater", "fertiliser"]].tolist() == [0.01, 0.02]


def test_factors_by_weight_or_energy_in_other_units_give_the_same_tons() -> None:
    swapped = quantities() | {
        "grid_factor": array(600.0, "kg CO2/MWh"), "grid_import": array(9.0, "GWh/yr"),
        "refrigerant_leakage": array(50.0, "kg HFC134a/yr"), "wastewater_ch4": array(500.0, "kg CH4/yr"),
    }  # fmt: skip
    xr.testing.assert_allclose(emissions_by_gas(**swapped), emissions_by_gas(**quantities()))


@pytest.mark.parametrize(
    ("name", "unit"),
    [("grid_factor", "t CO2e/MWh"), ("refrigerant_leakage", "t/yr"), ("grid_import", "GJ"), ("heat_import", "t/yr"),
     ("wastewater_n2o", "t CH4/yr"), ("process_co2", "t CO2e/yr")],
)  # fmt: skip
def test_a_quantity_of_another_kind_is_refused_by_name(name: str, unit: str) -> None:
    with pytest.raises(UnitError, match=name):
        emissions_by_gas(**quantities() | {name: array(1.0, unit)})


def test_removals_own_electricity_and_biogenic_co2_stand_beside_the_statement() -> None:
    beside = information(array(7000.0, "MWh/yr"), array(0.6, "t CO2/MWh"), array(12.0, "t CO2/yr"))
    # 7,000 MWh x 0.6 t/MWh = 4,200 t, had it been bought
    assert {name: value.item() for name, value in beside.items()} == {
        "own_use": 7000.0, "own_use_at_grid_factor": 4200.0, "agriculture_removal": 12.0, "biogenic_co2": 0.0,
    }  # fmt: skip
    assert beside["own_use_at_grid_factor"].attrs == {"units": "t CO2/yr"}


@settings(max_examples=60)
@given(st.lists(st.floats(0.0, 1e6), min_size=1, max_size=5))
def test_credits_are_the_least_whole_number_that_covers_the_statement(lines: list[float]) -> None:
    needed, total = credits_needed(statement_of(*lines)).item(), statement_of(*lines).sum().item()
    assert needed == int(needed)
    assert needed - 1.0 < total <= needed


def test_a_fraction_of_a_ton_takes_a_whole_credit_and_a_whole_ton_no_more() -> None:
    needed = [credits_needed(statement_of(*lines)).item() for lines in ((1.25, 1.0), (11900.0, 37.0), (0.0,))]
    assert needed == [3.0, 11937.0, 0.0]
    assert credits_needed(statement_of(1.0)).attrs == {"units": "t CO2e/yr"}


def test_results_have_the_units_they_declare() -> None:
    one = {name: quantify(value) for name, value in quantities().items()}
    for name, tons in emissions_by_source.__wrapped__(**one).items():
        declared = emissions_by_source.units["return"][name]  # type: ignore[index,call-overload]
        assert tons.data.check(pint_unit(declared).dimensionality)
    lines = statement.__wrapped__(quantify(emissions_by_gas(**quantities())), quantify(gwp_set(GWP100, "AR5")))
    assert lines.data.check(pint_unit(statement.units["return"]).dimensionality)
    needed = credits_needed.__wrapped__(quantify(statement_of(2.0)))
    assert needed.data.check(pint_unit(credits_needed.units["return"]).dimensionality)
    assert dimension(statement.units["return"]) == dimension(credits_needed.units["return"])
    own, factor, removal = array(2.0, "MWh/yr"), array(2.0, "t CO2/MWh"), array(2.0, "t CO2/yr")
    beside = information.__wrapped__(quantify(own), quantify(factor), quantify(removal))
    for name, unit in information.units["return"].items():  # type: ignore[union-attr]
        assert beside[name].data.check(pint_unit(unit).dimensionality), name


def test_sources_are_stacked_whatever_their_order() -> None:
    sources = emissions_by_source(**quantities())
    backwards = dict(reversed(sources.items()))
    xr.testing.assert_identical(by_gas(backwards), by_gas(sources))
