"""Capture is limited by what its sector emits; land goes from what was observed to what is assumed."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
import pytest
import xarray as xr
from hypothesis import given

from decarb.nation import sinks

CO2 = "Mt CO2/yr"
SECTORS = ["power_heat", "manufacturing", "process", "transport"]


def array(values: object, unit: str, **coords: object) -> xr.DataArray:
    return xr.DataArray(values, coords, tuple(coords), attrs={"units": unit})


def emissions(*values: float) -> xr.DataArray:
    return array(list(values), CO2, sector=SECTORS)


def test_the_capture_target_is_a_place_between_two_ends() -> None:
    target = [float(sinks.capture_target(array(1000.0, CO2), array(1820.0, CO2), array(level, "1")))
              for level in (0.0, 0.25, 1.0)]  # fmt: skip
    # 1000 + 0.25 x 820.
    assert target == [1000.0, 1205.0, 1820.0]


def test_origins_add_up_to_the_target() -> None:
    shares = array([0.45, 0.25, 0.2, 0.1], "1", origin=["fossil", "process", "biomass", "air"])
    of_origin = sinks.by_origin(array(1000.0, CO2), shares)
    np.testing.assert_allclose(of_origin, [450.0, 250.0, 200.0, 100.0], rtol=1e-14)


def test_capture_stands_at_stacks_and_kilns_in_proportion() -> None:
    captured = sinks.captured_by_sector(
        emissions(300.0, 100.0, 50.0, 80.0), array(200.0, CO2), array(30.0, CO2), array(0.9, "1")
    )
    # Fossil: 200 x 300/400 and 200 x 100/400; process: 30 < 0.9 x 50; no capture on a road.
    assert captured.values.tolist() == [150.0, 50.0, 30.0, 0.0]


def test_plants_catch_no_more_than_their_rate() -> None:
    captured = sinks.captured_by_sector(
        emissions(300.0, 100.0, 50.0, 80.0), array(1e4, CO2), array(1e4, CO2), array(0.9, "1")
    )
    np.testing.assert_allclose(captured, [270.0, 90.0, 45.0, 0.0], rtol=1e-14)


@given(st.lists(st.floats(0.0, 5000.0), min_size=4, max_size=4), st.floats(0.0, 3000.0), st.floats(0.0, 3000.0),
       st.floats(0.0, 1.0))  # fmt: skip
def test_capture_is_limited_by_rate_and_by_intent(
    emitted: list[float], fossil: float, process: float, rate: float
) -> None:
    stacks = emissions(*emitted)
    captured = sinks.captured_by_sector(stacks, array(fossil, CO2), array(process, CO2), array(rate, "1"))
    assert bool((captured >= 0).all())
    assert bool((captured <= rate * stacks).all())
    assert float(captured.sel(sector="process").sum()) <= process * (1 + 1e-12)
    assert float(captured.sel(sector=["power_heat", "manufacturing"]).sum()) <= fossil * (1 + 1e-12)


def test_what_finds_no_co2_at_the_plants_is_said() -> None:
    removed, captured = array(300.0, CO2), array(270.0 + 90.0 + 45.0, CO2)
    # 1,000 meant, 300 of biomass and air, 405 caught: 295 are missing; nothing is missing where more is caught.
    assert float(sinks.unmet_capture(array(1000.0, CO2), removed, captured)) == 295.0
    assert float(sinks.unmet_capture(array(600.0, CO2), removed, captured)) == 0.0


def test_land_is_held_before_it_was_observed_and_then_goes_straight_to_its_end() -> None:
    years = [2020, 2021, 2023, 2033, 2043]
    year = xr.DataArray(years, {"year": years}, ("year",))
    observed = array([np.nan, -250.0, -290.0, np.nan, np.nan], CO2, year=years)
    path = sinks.land_path(observed, array(-90.0, CO2), year)
    # -290 in 2023 to -90 in 2043: half of the way in 2033.
    assert path.values.tolist() == pytest.approx([-250.0, -250.0, -290.0, -190.0, -90.0])


def test_biomass_stores_no_more_than_its_plants_can_catch() -> None:
    rate, factor = array(0.9, "1"), array(1.1, "Mt CO2/TWh")
    # 400 TWh x 1.1 x 0.9 = 396 Mt of biomass, whatever is meant; 100 Mt of air on top.
    many = sinks.stored_removals(array(1000.0, CO2), array(100.0, CO2), array(400.0, "TWh/yr"), factor, rate)
    few = sinks.stored_removals(array(200.0, CO2), array(100.0, CO2), array(400.0, "TWh/yr"), factor, rate)
    assert (float(many), float(few)) == (pytest.approx(496.0), 300.0)
