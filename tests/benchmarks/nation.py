"""Many scenarios of the nation in one call: how many a CPU-second, and how much memory each; prints both as JSON.

It runs in a process of its own, so that the peak of its memory is its own. The park results are given: every scenario
has the same template and zones, and all else that is swept differs in each.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from typing import Final

import numpy as np
import xarray as xr

from decarb import model
from decarb.scenario.inputs import scenario_inputs
from decarb.scenario.scenario import load_scenario
from decarb.units import stamp, units_of

SCENARIOS: Final = 1000
WARM: Final = 10  # scenarios of the call before, which loads what the first call loads
ROUNDS: Final = 3
SPREAD: Final = 0.1  # of each swept input to either side of its value
SWEPT: Final = (
    "rollout_growth", "rollout_ceiling", "heat_supply_change", "electrified_fuel_share", "fuel_saving_share",
    "green_power_share", "gdp_growth", "electricity_intensity_change", "intensity_change", "electrified_share_2060",
    "capacity", "fossil_factor", "capture_rate", "land_co2_2060", "non_co2_change", "ccer_issued",
)  # fmt: skip
"""Inputs of every part of the chain, so that no step stays without the dimension."""
BYTES_OF_RSS: Final = 1 if sys.platform == "darwin" else 1024  # unit of `ru_maxrss`


def swept(inputs: xr.Dataset, count: int) -> xr.Dataset:
    """Return the inputs of as many scenarios, each `SWEPT` input scaled on its own; shares stay at most 1."""
    draws = np.random.default_rng(2060)
    changed = {}
    for name in SWEPT:
        factor = xr.DataArray(draws.uniform(1.0 - SPREAD, 1.0 + SPREAD, count), dims="scenario")
        most = 1.0 if units_of(inputs[name]) == "1" else np.inf
        changed[name] = stamp((inputs[name] * factor).clip(max=np.maximum(inputs[name], most)), units_of(inputs[name]))
    return inputs.assign(changed)


def peak_memory() -> int:
    """Return the largest memory [bytes] that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * BYTES_OF_RSS


def main() -> None:
    """Measure and print."""
    inputs = scenario_inputs(load_scenario("china-2060").spec)
    series = model.weather(inputs)
    zone = model.evaluate(inputs, series).zone
    model.evaluate(swept(inputs, WARM), series, zone=zone)
    many = swept(inputs, SCENARIOS)
    before, times = peak_memory(), []
    for _ in range(ROUNDS):
        start = time.process_time()
        model.evaluate(many, series, zone=zone)
        times.append(time.process_time() - start)
    print(json.dumps({"rate": SCENARIOS / min(times), "memory": (peak_memory() - before) / SCENARIOS}))


if __name__ == "__main__":
    main()
