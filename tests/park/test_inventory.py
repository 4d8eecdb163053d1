"""The ISO 14064-1 statement: each line is an activity times its factor, and claims change none of it."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings

from decarb.errors import UnitError
from decarb.park.inventory import GROUPS, credits_needed, inventory
from decarb.units.convert import quantify
from decarb.units.registry import dimension, pint_unit

ACTIVITIES = {
    "natural_gas": 2_000_000.0,
    "gas_factor": 0.002,
    "diesel": 100.0,
    "diesel_factor": 3.1,
    "refrigerant_leakage": 0.05,
    "grid_import": 9000.0,
    "grid_factor": 0.6,
    "heat_import": 5000.0,
    "heat_factor": 0.11,
    "gwp_co2": 1.0,
    "gwp_refrigerant": 1300.0,
}


def quantities(**changes: Any) -> dict[str, xr.DataArray]:
    return {name: xr.DataArray(value, dims="park" if np.ndim(value) else (), attrs={"units": inventory.units[name]})
            for name, value in (ACTIVITIES | changes).items()}  # fmt: skip


def statement_of(*lines: float) -> xr.DataArray:
    return xr.DataArray(list(lines), dims="category", attrs={"units": "t CO2e/yr"})


def test_each_line_computed_by_hand() -> None:
    statement = inventory(**quantities())
    assert statement.to_series().to_dict() == pytest.approx({
        "natural_gas": 4000.0,  # 2,000,000 Nm3 x 0.002 t/Nm3
        "diesel": 310.0,  # 100 t x 3.1
        "refrigerants": 65.0,  # 0.05 t x 1,300
        "electricity": 5400.0,  # 9,000 MWh x 0.6 t/MWh
        "heat": 550.0,  # 5,000 GJ x 0.11 t/GJ
    })  # fmt: skip
    assert statement.attrs == {"units": "t CO2e/yr"}


def test_groups_are_those_of_the_2006_edition() -> None:
    statement = inventory(**quantities())
    assert statement["group"].to_series().to_dict() == GROUPS
    by_group = statement.groupby("group").sum().to_series().to_dict()
    # 4,000 + 310 + 65 burned or leaked on site; 5,400 + 550 bought as energy.
    assert by_group == pytest.approx({"direct": 4375.0, "energy indirect": 5950.0})


def test_electricity_that_is_generated_and_used_on_site_counts_as_zero() -> None:
    statement = inventory(**quantities(grid_import=[0.0, 9000.0]))
    assert statement.sel(category="electricity").values.tolist() == [0.0, 5400.0]
    rest = statement.drop_sel(category="electricity")
    xr.testing.assert_equal(rest.isel(park=0), rest.isel(park=1))


def test_factors_by_weight_or_energy_in_other_units_give_the_same_tons() -> None:
    swapped = quantities()
    swapped["grid_factor"] = xr.DataArray(600.0, attrs={"units": "kg CO2/MWh"})
    swapped["grid_import"] = xr.DataArray(9.0, attrs={"units": "GWh/yr"})
    swapped["refrigerant_leakage"] = xr.DataArray(50.0, attrs={"units": "kg HFC134a/yr"})
    xr.testing.assert_allclose(inventory(**swapped), inventory(**quantities()))


@pytest.mark.parametrize(
    ("name", "unit"),
    [("grid_factor", "t CO2e/MWh"), ("refrigerant_leakage", "t/yr"), ("grid_import", "GJ"), ("heat_import", "t/yr")],
)
def test_a_quantity_of_another_kind_is_refused_by_name(name: str, unit: str) -> None:
    with pytest.raises(UnitError, match=name):
        inventory(**quantities() | {name: xr.DataArray(1.0, attrs={"units": unit})})


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.floats(0.0, 1e6), min_size=1, max_size=5))
def test_credits_are_the_least_whole_number_that_covers_the_statement(lines: list[float]) -> None:
    statement = statement_of(*lines)
    needed, total = credits_needed(statement).item(), statement.sum().item()
    assert needed == int(needed)
    assert needed - 1.0 < total <= needed


def test_a_fraction_of_a_ton_takes_a_whole_credit_and_a_whole_ton_no_more() -> None:
    assert [credits_needed(statement_of(*lines)).item() for lines in ((1.25, 1.0), (11900.0, 37.0), (0.0,))] == [
        3.0,
        11937.0,
        0.0,
    ]
    assert credits_needed(statement_of(1.0)).attrs == {"units": "t CO2e/yr"}


def test_results_have_the_units_they_declare() -> None:
    one = {name: quantify(array) for name, array in quantities().items()}
    statement = inventory.__wrapped__(**one)
    assert statement.data.check(pint_unit(inventory.units["return"]).dimensionality)
    needed = credits_needed.__wrapped__(quantify(statement_of(2.0)))
    assert needed.data.check(pint_unit(credits_needed.units["return"]).dimensionality)
    assert dimension(inventory.units["return"]) == dimension(credits_needed.units["return"])
