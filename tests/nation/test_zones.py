"""Zones are a part of what is there: a partition, never more than the whole."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
import pytest
import xarray as xr
from hypothesis import assume, given

from decarb.errors import DecarbError
from decarb.model import Evaluation
from decarb.nation.zones import ZONE_SECTORS, zone_counts, zone_share

SECTORS = ["power_heat", "energy_industry", "manufacturing", "process", "transport"]
SHARE = st.floats(0.0, 1.0)


def array(values: object, unit: str, **coords: object) -> xr.DataArray:
    return xr.DataArray(values, coords, tuple(coords), attrs={"units": unit})


def test_the_published_share_is_laid_over_industry_and_captive_power() -> None:
    level = array([500.0, 50.0, 300.0, 100.0, 50.0], "Mt CO2/yr", sector=SECTORS)
    share = zone_share(level, array(0.3, "1"), array(0.1, "1"))
    # 0.3 x 1000 = 300 Mt over 0.1 x 500 + 50 + 300 + 100 = 500 Mt: 0.6 of each, and of power only its captive tenth.
    np.testing.assert_allclose(share, [0.06, 0.6, 0.6, 0.6, 0.0], rtol=1e-14)


@given(st.lists(st.floats(1.0, 5000.0), min_size=5, max_size=5), SHARE, SHARE)
def test_zones_and_the_rest_are_a_partition(levels: list[float], share: float, captive: float) -> None:
    level = array(levels, "Mt CO2/yr", sector=SECTORS)
    room = captive * levels[0] + sum(levels[1:4])
    assume(abs(share * sum(levels) - room) > 1e-6 * room)
    if share * sum(levels) > room:
        with pytest.raises(DecarbError, match="more than industry and captive power emit"):
            zone_share(level, array(share, "1"), array(captive, "1"))
        return
    inside = zone_share(level, array(share, "1"), array(captive, "1"))
    assert bool(((inside >= 0) & (inside <= 1)).all())
    assert float(inside.sel(sector="power_heat")) <= captive
    assert float((inside * level).sum()) == pytest.approx(share * sum(levels), rel=1e-12)


def test_a_share_too_large_is_refused_with_the_most_there_is() -> None:
    level = array([500.0, 50.0, 300.0, 100.0, 50.0], "Mt CO2/yr", sector=SECTORS)
    with pytest.raises(DecarbError, match=r"zones\.share_of_national_co2: 0\.6 .*emit \(0\.5\); write less"):
        zone_share(level, array(0.6, "1"), array(0.1, "1"))


def test_one_share_too_large_among_many_is_refused() -> None:
    level = array([500.0, 50.0, 300.0, 100.0, 50.0], "Mt CO2/yr", sector=SECTORS)
    with pytest.raises(DecarbError, match="write less"):
        zone_share(level, array([0.3, 0.6], "1", scenario=[0, 1]), array(0.1, "1"))


def test_no_zone_holds_transport() -> None:
    assert "transport" not in ZONE_SECTORS


def test_national_zones_are_spread_like_the_class_whose_places_are_known() -> None:
    names = {"province": ["Hebei", "Tibet"]}
    counts = zone_counts(array([10.0, 2.0], "zone", **names), array([3.0, 1.0], "zone", **names), array(20.0, "zone"))
    # 10 + 20 x 3/4 and 2 + 20 x 1/4.
    assert counts.values.tolist() == [25.0, 7.0]


def test_the_shipped_zones_are_those_of_the_2018_catalogue(china: Evaluation) -> None:
    # 1,991 of provincial and 552 of national level.
    assert float(china.base["zone_count"].sum()) == pytest.approx(2543.0)
    assert bool((china.base["zone_count"] > 0).all())
