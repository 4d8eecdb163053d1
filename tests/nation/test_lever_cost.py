"""What a ton costs by lever, and why it has no cost."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from decarb.nation.lever_cost import (
    LEVERS,
    OF_PARKS,
    REASONS,
    cost_of_capture,
    lever_abatement_cost,
    lever_abatement_cost_reason,
    thermal_fuel,
)
from decarb.park.cost import Reason
from decarb.units import stamp


def plain(value: float, unit: str) -> xr.DataArray:
    return stamp(xr.DataArray(value), unit)


def of_a_ton(cost: float, saving: float, abated: float) -> tuple[float, Reason]:
    amounts = plain(cost, "billion CNY_2025/yr"), plain(saving, "billion CNY_2025/yr"), plain(abated, "Mt CO2/yr")
    return lever_abatement_cost(*amounts).item(), Reason(lever_abatement_cost_reason(*amounts).item())


def test_a_ton_costs_what_is_spent_less_what_is_saved() -> None:
    # (12 - 4) billion over 40 Mt
    assert of_a_ton(12.0, 4.0, 40.0) == (pytest.approx(200.0), Reason.DEFINED)
    assert of_a_ton(4.0, 12.0, 40.0) == (pytest.approx(-200.0), Reason.DEFINED)


@pytest.mark.parametrize(
    ("cost", "abated", "reason"),
    [
        (1.0, 0.0, Reason.NO_ABATEMENT),
        (0.0, 0.0, Reason.NO_ABATEMENT),
        (1.0, -3.0, Reason.EMISSIONS_RISE),
        (1.0, np.nan, Reason.NOT_KNOWN),
        (np.nan, 2.0, Reason.NOT_KNOWN),
        (np.nan, 0.0, Reason.NO_ABATEMENT),
    ],
)
def test_without_an_abated_ton_there_is_no_cost_but_a_reason(cost: float, abated: float, reason: Reason) -> None:
    amount, why = of_a_ton(cost, 0.0, abated)
    assert np.isnan(amount)
    assert why == reason
    assert REASONS[why]


@given(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3), st.floats(-1e3, 1e3))
def test_a_figure_and_its_reason_always_agree(cost: float, saving: float, abated: float) -> None:
    amount, why = of_a_ton(cost, saving, abated)
    assert np.isnan(amount) == (why != Reason.DEFINED)


def test_the_fuel_of_thermal_plants_follows_what_they_generate() -> None:
    # 100 TWh at 250 CNY/MWh
    assert thermal_fuel(plain(100.0, "TWh/yr"), plain(250.0, "CNY_2025/MWh")).item() == pytest.approx(25.0)


def test_capture_costs_its_price() -> None:
    assert cost_of_capture(plain(1000.0, "Mt CO2/yr"), plain(300.0, "CNY_2025/t CO2")).item() == pytest.approx(300.0)


def test_parks_pay_for_the_first_levers() -> None:
    assert LEVERS[: len(OF_PARKS)] == OF_PARKS
    assert not [lever for lever in OF_PARKS if lever.startswith("national") or lever == "capture"]
