"""Adoption is a logistic curve through its anchor and under its ceiling; a zone works half of its first year."""

from __future__ import annotations

import math

import hypothesis.strategies as st
import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings

from decarb.nation.rollout import adopted_zones, operating_after, operating_share, share_at_year_end

YEARS = np.arange(2020, 2061)
COUNT = st.floats(0.1, 3000.0)
GROWTH = st.floats(0.0, 0.5)


def array(values: object, unit: str, **coords: object) -> xr.DataArray:
    return xr.DataArray(values, coords, tuple(coords), attrs={"units": unit})


def curve(anchor: float, growth: float, zones: float, ceiling: float, anchor_year: int = 2030) -> xr.DataArray:
    return adopted_zones(
        xr.DataArray(YEARS, {"year": YEARS}, ("year",)), anchor=array(anchor, "zone"),
        anchor_year=xr.DataArray(anchor_year), growth=array(growth, "1/yr"), zones=array(zones, "zone"),
        ceiling=array(ceiling, "1"),
    )  # fmt: skip


@given(COUNT, GROWTH, COUNT, st.floats(0.01, 1.0), st.sampled_from([2025, 2030, 2041]))
def test_adoption_passes_through_its_anchor_below_its_ceiling(
    anchor: float, growth: float, zones: float, ceiling: float, anchor_year: int
) -> None:
    adopted = curve(anchor, growth, zones, ceiling, anchor_year)
    assert float(adopted.sel(year=anchor_year)) == pytest.approx(min(anchor, ceiling * zones), rel=1e-12)
    assert float(adopted.max()) <= ceiling * zones * (1 + 1e-12)
    assert float(adopted.diff("year").min()) >= -1e-9 * zones


@given(st.floats(1.0, 400.0), GROWTH)
def test_the_odds_of_adoption_grow_at_the_stated_rate(anchor: float, growth: float) -> None:
    """Closed form: A / (K - A) = A0 / (K - A0) exp(g t)."""
    most = 500.0
    adopted = curve(anchor, growth, zones=1000.0, ceiling=0.5)
    odds = anchor / (most - anchor) * np.exp(growth * (YEARS - 2030.0))
    np.testing.assert_allclose(adopted, most * odds / (1.0 + odds), rtol=1e-9)


def test_seven_years_by_hand() -> None:
    adopted = curve(anchor=100.0, growth=math.log(3.0) / 7.0, zones=1000.0, ceiling=0.4)
    # K = 400, K/A0 - 1 = 3; seven years on exp(-g t) = 1/3, so 400 / (1 + 1) = 200; seven years before 400 / (1 + 9).
    np.testing.assert_allclose(adopted.sel(year=[2023, 2030, 2037]), [40.0, 100.0, 200.0], rtol=1e-13)


@pytest.mark.parametrize(("anchor", "ceiling"), [(0.0, 0.6), (100.0, 0.0), (0.0, 0.0)])
def test_nothing_grows_from_nothing(anchor: float, ceiling: float) -> None:
    assert curve(anchor, 0.13, 2543.0, ceiling).values.tolist() == [0.0] * YEARS.size


def test_a_zone_works_half_of_the_year_in_which_it_starts() -> None:
    adopted = array([2.0, 4.0, 4.0, 10.0], "zone", year=[2024, 2025, 2026, 2027])
    # (2 + 4) / 2 / 20 = 0.15, (4 + 4) / 2 / 20 = 0.2, (4 + 10) / 2 / 20 = 0.35; the first year has no year before.
    assert operating_share(adopted, array(20.0, "zone")).values.tolist() == pytest.approx([0.1, 0.15, 0.2, 0.35])
    assert share_at_year_end(adopted, array(20.0, "zone")).values.tolist() == pytest.approx([0.1, 0.2, 0.2, 0.5])


def test_no_zone_operates_before_the_first_list() -> None:
    listed = operating_after(array([2.0, 4.0, 4.5, 10.0], "zone", year=[2024, 2025, 2026, 2027]), 2025)
    assert listed.values.tolist() == [0.0, 0.0, 4.5, 10.0]


@settings(max_examples=30)
@given(COUNT, GROWTH)
def test_shares_lie_between_none_and_all(anchor: float, growth: float) -> None:
    adopted = curve(anchor, growth, zones=1000.0, ceiling=1.0)
    share = operating_share(adopted, array(1000.0, "zone"))
    assert bool(((share >= 0) & (share <= 1)).all())
