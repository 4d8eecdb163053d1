"""The linear programme finds the least bill of small cases that can be worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from benchmarks.optimum import least_bill

STORE = {
    "power_rating": (1.0, "MW"), "energy_rating": (1.25, "MWh"), "round_trip_efficiency": (0.64, "1"),
    "minimum_state_of_charge": (0.0, "1"), "maximum_state_of_charge": (1.0, "1"), "self_discharge": (0.0, "1/h"),
}  # fmt: skip


def design(**changes: float) -> xr.Dataset:
    """A store that delivers 1 MWh of the 1.5625 it takes, behind a grid of 3 MW."""
    values = {"import_limit": (3.0, "MW"), "export_limit": (3.0, "MW"), **STORE}
    values |= {name: (value, values[name][1]) for name, value in changes.items()}
    return xr.Dataset({
        name: xr.DataArray([value], {"store": ["lithium"]}, ("store",), attrs={"units": unit}) if name in STORE
        else xr.DataArray(value, attrs={"units": unit})
        for name, (value, unit) in values.items()
    })  # fmt: skip


def least(design: xr.Dataset, net: list[float], price: list[float], sold: float = 100.0) -> float:
    return least_bill(design, np.array(net), np.array(price), sold)["bill"]


def test_without_a_store_each_step_pays_its_price() -> None:
    assert least(design(power_rating=0.0), [1.0, 2.0, -1.0], [300.0, 500.0, 500.0]) == pytest.approx(300 + 1000 - 100)


def test_a_store_shifts_where_the_spread_pays_for_its_losses() -> None:
    # Two cheap steps charge 0.78125 each or 1 and 0.5625: 1.5625 x 300 bought for 1 x 800 saved.
    assert least(design(), [1.0, 1.0, 1.0], [300.0, 300.0, 800.0]) == pytest.approx(600 + 1.5625 * 300)
    # At 400 for 800 / 0.64 it would cost 625 to save 600: it stays idle.
    assert least(design(), [1.0, 1.0, 1.0], [400.0, 400.0, 600.0]) == pytest.approx(400 + 400 + 600)


def test_a_store_ends_where_it_began_and_its_year_is_a_ring() -> None:
    # The dear step is the first: what it delivers was charged at the end.
    assert least(design(), [1.0, 1.0, 1.0], [800.0, 300.0, 300.0]) == pytest.approx(600 + 1.5625 * 300)


def test_surplus_is_kept_where_that_is_worth_more_than_its_sale() -> None:
    # 1 MWh of surplus becomes 0.64 of an hour at 800, not 100 from a sale.
    assert least(design(), [-1.0, 1.0], [500.0, 800.0]) == pytest.approx(0.36 * 800)
    assert least(design(export_limit=0.0, power_rating=0.0), [-1.0, 1.0], [500.0, 800.0]) == pytest.approx(800)


def test_a_grid_that_is_too_small_has_no_bill() -> None:
    with pytest.raises(RuntimeError, match="HiGHS"):
        least(design(import_limit=0.5), [2.0, 2.0], [300.0, 300.0])
