"""Stores wear by their cycles and their age, and are judged by the ramps they take away."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given

from decarb.errors import CallError
from decarb.park.storage import (
    capacity_after,
    cycle_fade,
    deliverable_energy,
    equivalent_cycles,
    ramp_cover,
    service_life,
)
from decarb.units.convert import quantify
from decarb.units.registry import pint_unit


def array(values: Any, unit: str) -> xr.DataArray:
    dims = ("store",) if np.ndim(values) else ()
    return xr.DataArray(values, dims=dims, attrs={"units": unit})


def power(values: list[float]) -> xr.DataArray:
    time = pd.date_range("2021-01-01", periods=len(values), freq="15min")
    return xr.DataArray(values, {"time": time}, ("time",), attrs={"units": "MW"})


def test_the_deliverable_energy_computed_by_hand() -> None:
    # 10 MWh, of which 0.9 - 0.1 is used; one way keeps sqrt(0.81) = 0.9: 10 x 0.8 x 0.9 = 7.2.
    found = deliverable_energy(*(array(value, unit) for value, unit in ((10.0, "MWh"), (0.81, "1"), (0.1, "1"),
                                                                        (0.9, "1"))))  # fmt: skip
    assert found.item() == pytest.approx(7.2) and found.attrs["units"] == "MWh"


def test_cycles_are_discharge_over_what_the_store_delivers_and_a_store_without_size_makes_none() -> None:
    found = equivalent_cycles(array([720.0, 0.0], "MWh/yr"), array([7.2, 0.0], "MWh"))
    np.testing.assert_allclose(found, [100.0, 0.0])
    assert found.attrs["units"] == "1/yr"


def test_a_year_of_fade_computed_by_hand() -> None:
    # 250 of 5,000 cycles are 0.05 of a life, 1 of 20 years another 0.05: 0.1 of a fade of 0.25.
    fade = cycle_fade(array(250.0, "1/yr"), 5000, "20 yr", 0.25)
    assert fade.item() == pytest.approx(0.025)
    assert capacity_after(fade, "10 yr").item() == pytest.approx(0.75)


def test_service_ends_with_the_shorter_of_two_lives() -> None:
    # 500 of 5,000 cycles a year: 10 years; 100: 50 years, so age decides; none: age.
    found = service_life(array([500.0, 100.0, 0.0], "1/yr"), 5000, "15 yr")
    assert found.values.tolist() == [10.0, 15.0, 15.0]


@given(st.floats(0.0, 1e4), st.floats(1.0, 1e6), st.floats(0.5, 50.0), st.floats(0.01, 1.0))
def test_at_the_end_of_service_no_less_than_the_stated_fade_is_lost_and_no_more_than_twice(
    cycles: float, cycle_life: float, lifetime: float, end: float
) -> None:
    lives = (array(cycles, "1/yr"), cycle_life, f"{lifetime!r} yr")
    lost = cycle_fade(*lives, end).item() * service_life(*lives).item()  # type: ignore[arg-type]
    assert end * (1 - 1e-12) <= lost <= 2.0 * end * (1 + 1e-12)


@given(st.floats(0.0, 1.0), st.floats(0.0, 40.0))
def test_capacity_only_falls_and_never_below_nothing(fade: float, years: float) -> None:
    now, later = (capacity_after(array(fade, "1/yr"), array(at, "yr")).item() for at in (years, years + 1.0))
    assert 0.0 <= later <= now <= 1.0


def test_the_share_of_ramps_taken_away_computed_by_hand() -> None:
    # Without: 4 + 4 + 2 = 10; with: 1 + 1 + 2 = 4; so 1 - 4 / 10. The other way round: 1 - 10 / 4.
    without, with_store = power([0.0, 4.0, 0.0, -2.0]), power([0.0, 1.0, 0.0, -2.0])
    assert ramp_cover(with_store, without).item() == pytest.approx(0.6)
    assert ramp_cover(without, with_store).item() == pytest.approx(-1.5)
    assert ramp_cover(without, without).item() == 0.0
    assert np.isnan(ramp_cover(without, power([1.0] * 4)).item())


def test_lives_of_nothing_and_exchanges_on_two_clocks_are_refused() -> None:
    for life, years, said in ((0.0, "10 yr", "cycle_life"), (5000.0, "0 yr", "lifetime")):
        with pytest.raises(CallError, match=said):
            service_life("100 1/yr", life, years)  # type: ignore[arg-type]
        with pytest.raises(CallError, match=said):
            cycle_fade("100 1/yr", life, years, 0.2)  # type: ignore[arg-type]
    with pytest.raises(CallError, match="time axis"):
        ramp_cover(power([0.0, 1.0]), power([0.0, 1.0, 2.0]))


@pytest.mark.parametrize(
    ("function", "units"),
    [
        (deliverable_energy, ("GJ", "1", "1", "1")),
        (equivalent_cycles, ("GJ/yr", "kWh")),
        (cycle_fade, ("1/yr", "1", "yr", "1")),
        (service_life, ("1/yr", "1", "yr")),
        (capacity_after, ("1/yr", "yr")),
    ],
)
def test_each_result_has_the_unit_it_declares(function: Any, units: tuple[str, ...]) -> None:
    names = tuple(name for name in function.units if name != "return")
    arguments = [quantify(array(0.5, unit)) for unit in units]
    if function in (service_life, equivalent_cycles):  # it compares with zero, or with infinity, which have no unit
        sizes = [array(0.5, unit) for unit in units]
        assert function(*sizes).attrs["units"] == function.units["return"]
        return
    result = function.__wrapped__(**dict(zip(names, arguments, strict=True)))
    assert xr.DataArray(result).data.check(pint_unit(function.units["return"]).dimensionality)
