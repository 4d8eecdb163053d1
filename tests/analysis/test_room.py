"""What a lever could still do: at the ends that help, never below nothing, all together in one call."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
import xarray as xr

from decarb.analysis.room import room_left
from decarb.units import stamp

Inputs = xr.Dataset


def inputs(level: float, rate: float, growth: float, roads: float, steel: float) -> Inputs:
    change = xr.DataArray([roads, steel], {"sector": ["transport", "manufacturing"]}, ("sector",))
    numbers = {"capture_level": level, "capture_rate": rate, "rollout_growth": growth}
    return xr.Dataset(
        {name: stamp(xr.DataArray(value), "1") for name, value in numbers.items()}
        | {"intensity_change": stamp(change, "1/yr")}
    )


HERE = inputs(0.5, 0.9, 0.1, -0.02, -0.05)
LOW, HIGH = inputs(0.0, 0.8, 0.1, -0.04, -0.08), inputs(1.0, 0.95, 0.3, -0.01, -0.03)


def nation(given: Inputs) -> xr.Dataset:
    """100 less 10 x level x rate, 100 x change of each sector added, and a rollout that harms: 5 x growth."""
    change = given["intensity_change"].sum("sector")
    co2 = 100.0 - 10.0 * given["capture_level"] * given["capture_rate"] + 100.0 * change
    return xr.Dataset({"co2": co2 + 5.0 * given["rollout_growth"]})


def margins(series: xr.Dataset) -> Mapping[str, xr.DataArray]:
    return {"goal": 80.0 - series["co2"]}


def known() -> Inputs:
    """With the entries that the groups name and this toy lacks left out, `room_left` takes the rest."""
    sectors = ["transport", "manufacturing", "energy_industry", "process", "buildings", "agriculture", "construction"]
    return HERE.reindex(sector=sectors, fill_value=0.0)


def test_each_lever_goes_to_its_helping_ends_together() -> None:
    sectors = known()["sector"].values
    ends = [end.reindex(sector=sectors, fill_value=0.0) for end in (LOW, HIGH)]
    room = room_left(nation, margins, known(), ends, ["goal"])
    # Capture: 10 x (1.0 x 0.95 - 0.5 x 0.9) = 5; transport: 100 x 0.02; manufacturing: 100 x 0.03; growth only harms.
    assert room.of_lever["goal"]["capture and removal"] == pytest.approx(5.0)
    assert room.of_lever["goal"]["other sectors"] == pytest.approx(2.0)
    assert room.of_lever["goal"]["intensity trend"] == pytest.approx(3.0)
    assert room.of_lever["goal"]["rollout"] == 0.0
    # 80 - (100 - 9.5 + 100 x (-0.04 - 0.08) + 5 x 0.1) = 80 - 79
    assert room.together["goal"] == pytest.approx(1.0)


def test_what_a_scenario_states_has_no_room() -> None:
    room = room_left(nation, margins, known(), [known(), known()], ["goal"])
    assert room.of_lever == {"goal": {}} and room.together == {}
