"""Every subset of levers has the series that the model gives it alone, and the parks are asked once for each way."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from decarb.analysis.totals_by_subset import Subsets, every_subset
from decarb.errors import CallError
from decarb.units import stamp

GROUPS = {"grid": ("grid",), "on-site wind": ("wind",), "rollout": ("zones",), "land": ("sink",), "activity": ("gdp",)}
YEARS = [2030, 2060]


def numbers(**values: float) -> xr.Dataset:
    return xr.Dataset({name: stamp(xr.DataArray(value), "Mt CO2/yr") for name, value in values.items()})


BEFORE = numbers(grid=2.0, wind=0.0, zones=0.0, sink=-1.0, gdp=1.0)
AFTER = numbers(grid=1.0, wind=3.0, zones=4.0, sink=-5.0, gdp=7.0)


def parks(inputs: xr.Dataset) -> xr.Dataset:
    return xr.Dataset({"made": inputs["wind"] * 2.0})


def nation(inputs: xr.Dataset, zone: xr.Dataset) -> xr.Dataset:
    """gdp x grid, less what zones make, with a sink that is only added."""
    year = xr.DataArray([1.0, 2.0], {"year": YEARS}, ("year",))
    net = inputs["gdp"] * inputs["grid"] * year - inputs["zones"] * zone["made"] + inputs["sink"]
    return xr.Dataset({"net_co2": stamp(net.transpose(..., "year"), "Mt CO2/yr")})


def by_hand(switched: set[str]) -> np.ndarray:
    inputs = BEFORE.assign({GROUPS[name][0]: AFTER[GROUPS[name][0]] for name in switched})
    return nation(inputs, parks(inputs))["net_co2"].values


def assert_as_by_hand(found: Subsets) -> None:
    names = list(found.levers)
    assert found.series.sizes["scenario"] == 2 ** len(names)
    for bits in product([0, 1], repeat=len(names)):
        number = sum(bit << place for place, bit in enumerate(bits))
        switched = {name for name, bit in zip(names, bits, strict=True) if bit}
        np.testing.assert_allclose(found.series["net_co2"].sel(scenario=number), by_hand(switched), rtol=1e-14)


def test_every_subset_has_the_series_the_model_gives_it_alone() -> None:
    found = every_subset(parks, nation, BEFORE, AFTER, GROUPS)
    assert set(found.levers) == set(GROUPS)
    assert_as_by_hand(found)


def test_a_sink_that_is_only_added_takes_no_evaluations_of_its_own() -> None:
    # 2^4 subsets of the rest; nothing and all; the sink alone, and all but the sink
    assert every_subset(parks, nation, BEFORE, AFTER, GROUPS).evaluations == 16 + 2 + 2


def test_a_lever_that_should_only_be_added_and_is_not_is_treated_as_any_other() -> None:
    def shrinking(inputs: xr.Dataset, zone: xr.Dataset) -> xr.Dataset:
        series = nation(inputs, zone)["net_co2"]
        return xr.Dataset({"net_co2": stamp(series + inputs["sink"] * inputs["gdp"], "Mt CO2/yr")})

    found = every_subset(parks, shrinking, BEFORE, AFTER, GROUPS)
    assert found.evaluations == 32 + 2 + 2
    alone = shrinking(BEFORE.assign(sink=AFTER["sink"], gdp=AFTER["gdp"]), parks(BEFORE))["net_co2"]
    place = [1 << list(found.levers).index(name) for name in ("land", "activity")]
    np.testing.assert_allclose(found.series["net_co2"].sel(scenario=sum(place)), alone, rtol=1e-14)


def test_the_parks_are_computed_once_for_each_way_in_which_they_differ() -> None:
    seen: list[float] = []

    def counted(inputs: xr.Dataset) -> xr.Dataset:
        if "scenario" not in inputs.dims:
            seen.append(float(inputs["wind"]))
        return parks(inputs)

    assert_as_by_hand(every_subset(counted, nation, BEFORE, AFTER, GROUPS))
    assert sorted(seen) == [0.0, 3.0]


def test_a_lever_that_moves_the_parks_though_it_should_not_is_found() -> None:
    def odd(inputs: xr.Dataset) -> xr.Dataset:
        return xr.Dataset({"made": inputs["wind"] * inputs["grid"]})

    found = every_subset(odd, nation, BEFORE, AFTER, GROUPS)
    inputs = BEFORE.assign(wind=AFTER["wind"], grid=AFTER["grid"], zones=AFTER["zones"])
    number = sum(1 << list(found.levers).index(name) for name in ("grid", "on-site wind", "rollout"))
    np.testing.assert_allclose(
        found.series["net_co2"].sel(scenario=number), nation(inputs, odd(inputs))["net_co2"], rtol=1e-14
    )


@given(st.lists(st.floats(-5.0, 5.0), min_size=5, max_size=5), st.lists(st.floats(-5.0, 5.0), min_size=5, max_size=5))
def test_the_first_and_last_subset_are_the_two_scenarios(first: list[float], last: list[float]) -> None:
    before, after = (numbers(**dict(zip(BEFORE, values, strict=True))) for values in (first, last))
    found = every_subset(parks, nation, before, after, GROUPS)
    for inputs, place in ((before, 0), (after, -1)):
        expected = nation(inputs, parks(inputs))["net_co2"]
        got = found.series["net_co2"]
        got = got.isel(scenario=place) if "scenario" in got.dims else got
        np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-9)


def test_progress_is_told_up_to_the_last_evaluation() -> None:
    told: list[tuple[int, int]] = []
    every_subset(parks, nation, BEFORE, AFTER, GROUPS, progress=lambda done, all_: told.append((done, all_)))
    assert told == [(16, 16)]


def test_more_levers_than_can_be_told_apart_are_refused() -> None:
    with pytest.raises(CallError, match=r"4 levers differ.*2\^?|raise limit"):
        every_subset(parks, nation, BEFORE, AFTER, GROUPS, limit=2)


def test_two_scenarios_that_do_not_differ_have_one_subset() -> None:
    found = every_subset(parks, nation, BEFORE, BEFORE, GROUPS)
    assert found.levers == {}
    assert found.series.sizes["scenario"] == 1
