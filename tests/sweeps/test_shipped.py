"""The shipped sweeps: ranges are those of data/, and none is tuned."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest

from decarb.analysis.lever_fields import rows_of
from decarb.analysis.levers import Lever
from decarb.analysis.study import Study, study_of
from decarb.scenario.scenario import load_scenario
from decarb.sweeps.design import SweepDesign, load_sweep, shipped_sweeps
from decarb.sweeps.distributions import distribution_of
from decarb.sweeps.plan import Plan, plan_of
from decarb.units import unit_factor

BOTH = ("national-uncertainty", "storage-mix")


@lru_cache(maxsize=1)
def study() -> Study:
    return study_of("china-2060")


@lru_cache(maxsize=1)
def storage_mix() -> Plan:
    return plan_of(load_sweep("storage-mix"), 14)


def levers(design: SweepDesign) -> dict[str, Lever]:
    ends = {axis.name: None if axis.low is None or axis.high is None else (axis.low, axis.high) for axis in design.axes}
    return {name: study().lever(name, bounds) for name, bounds in ends.items()}


def test_what_is_shipped_is_loaded_and_starts_from_what_is_shipped() -> None:
    assert set(BOTH) <= set(shipped_sweeps())
    for name in shipped_sweeps():
        design = load_sweep(name)
        assert load_scenario(design.base).name == "china-2060"
        assert design.description.endswith("."), name


def test_national_uncertainty_has_twenty_axes_or_more_and_states_no_range_of_its_own() -> None:
    design = load_sweep("national-uncertainty")
    assert len(design.axes) >= 20
    assert all((axis.low, axis.high, axis.stated) == (None, None, {}) for axis in design.axes)
    assert {axis.distribution for axis in design.axes} == {"uniform"}


@pytest.mark.parametrize("name", BOTH)
def test_an_axis_that_states_no_ends_takes_those_of_its_rows(name: str) -> None:
    design, checked = load_sweep(name), 0
    for axis, lever in zip(design.axes, levers(design).values(), strict=True):
        if axis.low is not None:
            continue
        spread = distribution_of(axis, lever.unit, lever.low, lever.high, lever.now)
        found = [_ends_of_rows(term.field.key, lever.unit if lever.by == "value" else term.field.unit)
                 for term in lever.terms]  # fmt: skip
        if lever.by == "range":
            assert (spread.low, spread.high) == (-1.0, 1.0)
            for term, (low, high) in zip(lever.terms, found, strict=True):
                assert set(np.round(term.low, 12)) <= set(np.round(low, 12)), "-1 is the low end of each row"
                assert set(np.round(term.high, 12)) <= set(np.round(high, 12)), "1 is the high end of each row"
        elif lever.by == "value":
            assert (spread.low, spread.high) == pytest.approx((found[0][0][0], found[0][1][0]), rel=1e-12)
        else:  # a factor: as far as every field of it stays inside its own rows
            for term in lever.terms:
                assert _inside(term.now * spread.low, term.low, term.high), axis.name
                assert _inside(term.now * spread.high, term.low, term.high), axis.name
        checked += 1
    assert checked >= 2


def _ends_of_rows(key: str, unit: str) -> tuple[np.ndarray, np.ndarray]:
    """Return low and high of the rows of a field, straight from the table."""
    rows = rows_of(key, study().scenario.spec.land_view)
    factors = np.array([unit_factor(written, unit) for written in rows["unit"]])
    return rows["low"].to_numpy(float) * factors, rows["high"].to_numpy(float) * factors


def _inside(values: np.ndarray, one: np.ndarray, other: np.ndarray) -> bool:
    room = 1e-9 * np.abs(values)
    return bool(((values >= np.minimum(one, other) - room) & (values <= np.maximum(one, other) + room)).all())


def test_storage_mix_moves_sites_and_states_what_no_row_gives() -> None:
    plan = storage_mix()
    assert {"site", "zone"} <= plan.moving and plan.dispatch == "direct"
    stated = {axis.name for axis in load_sweep("storage-mix").axes if axis.low is not None}
    assert stated == {"park.wind.capacity:factor", "park.pv.capacity:factor", "park.*.energy_rating:factor"}
    moved = {str(name) for axis in plan.axes for name in axis.moved.inputs}
    assert {"wind_capacity", "pv_capacity", "energy_rating"} <= moved
