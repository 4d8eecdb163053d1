"""A sweep beside the model it runs: rates, what surrounds the model, two workers, memory; prints all as JSON.

It runs in a process of its own. A second way in, `memory PLAN HASH ROWS FOLDER`, sweeps in a fresh process, whose peak
is then its own. Times of many workers are wall times; a loop of pure arithmetic beside them says what two cores of
this machine give in the same minutes.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, Final

import numba
import xarray as xr
from nation import peak_memory

from decarb import model
from decarb.nation.fused import national_pathway
from decarb.sweeps.block import block, wanted
from decarb.sweeps.cluster import local_cluster
from decarb.sweeps.design import load_sweep
from decarb.sweeps.lock import beside, locked
from decarb.sweeps.plan import Plan, plan_of, read_plan, write_plan
from decarb.sweeps.run import BlockTask
from decarb.sweeps.runner import run_blocks
from decarb.sweeps.sample import rows
from decarb.sweeps.store import Store, create

SWEEP: Final = "national-uncertainty"
ROWS: Final = 10_000  # scenarios of a block, and of a call of the fused chain
FEW: Final = 1_000  # of a call of the labelled chain, and with provinces
BLOCKS: Final = 12
ROUNDS: Final = 3
FEW_ROWS, MANY_ROWS = 20_000, 200_000  # of the two sweeps whose memory is compared
SPIN: Final = 30_000_000  # steps of the control loop: about a tenth of a second
Rates = dict[str, float]


def least(clock: Callable[[], float], jobs: dict[str, Callable[[], Any]], rounds: int = ROUNDS) -> Rates:
    """Return the least time [s] of each job; they take turns, and the first turn, which compiles, is not timed."""
    best = dict.fromkeys(jobs, float("inf"))
    for turn in range(rounds + 1):
        for name, job in jobs.items():
            before = clock()
            job()
            if turn:
                best[name] = min(best[name], clock() - before)
    return best


@numba.njit(nogil=True)
def spin(steps: int) -> float:
    """Return a number that takes as many dependent steps of arithmetic, without the lock of the interpreter."""
    value = 0.5
    for _ in range(steps):
        value = value * 3.6 * (1.0 - value)
    return value


def control(threads: int) -> None:
    """Run as many control loops on some threads as a sweep has blocks."""
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(spin, [SPIN] * BLOCKS))


def model_alone(plan: Plan, inputs: xr.Dataset) -> xr.Dataset:
    """Return national series of scenarios whose inputs are there: what a sweep cannot do without."""
    base = plan.base
    if "power" in plan.moving:
        base = base.assign(model.power_and_heat(inputs, base["base_level"]))
    return national_pathway(inputs, base, plan.zone, keep=wanted(plan))


def fresh_store(path: Path, plan: Plan, scenarios: int) -> tuple[Store, BlockTask]:
    """Return an empty store in place of what lies there, with its plan beside it, and the task that fills it."""
    for there in (path, beside(path)):
        shutil.rmtree(there, ignore_errors=True)
    with locked(path):
        folder = beside(path) / "plan"
        folder.mkdir()
        digest = write_plan(plan, folder)
        store = create(path, {"plan": digest}, block(plan, 0, 1), scenarios, ROWS)
    task = BlockTask(store, digest)
    read_plan(folder, digest)
    return store, task


def swept_whole(path: Path, plan: Plan, scenarios: int, clock: Callable[[], float], **how: Any) -> float:
    """Return the time [s] that all blocks of a sweep take, from sample to marker, with the plan given."""
    store, task = fresh_store(path, plan, scenarios)
    before = clock()
    outcome = run_blocks(task, range(store.blocks), **how)
    taken = clock() - before
    if not outcome.whole:
        raise RuntimeError(f"the sweep that is measured failed: {outcome}")
    shutil.rmtree(path)
    return taken


def chain_rates(plan: Plan) -> Rates:
    """Return scenarios a CPU-second of the fused chain, of it with provinces, and how many times the labelled chain."""
    inputs = plan.inputs.assign(plan.moved.at(rows(plan.sampling, 0, ROWS)))
    base = plan.base.assign(model.power_and_heat(inputs, plan.base["base_level"]))
    few, its_base = inputs.isel(scenario=slice(FEW)), base.isel(scenario=slice(FEW))
    found = least(time.process_time, {
        "fused": lambda: national_pathway(inputs, base, plan.zone),
        "provinces": lambda: national_pathway(few, its_base, plan.zone, provinces=True),
        "same": lambda: national_pathway(few, its_base, plan.zone),
        "labelled": lambda: model.evaluate(few, plan.series, zone=plan.zone, base=its_base),
    })  # fmt: skip
    return {
        "fused": ROWS / found["fused"],
        "provinces": FEW / found["provinces"],
        "over_labelled": found["labelled"] / found["same"],
    }


def sweep_rates(plan: Plan, path: Path) -> Rates:
    """Return the CPU time [s] of a scenario in the model alone and in the whole sweep, on one thread."""
    inputs = plan.inputs.assign(plan.moved.at(rows(plan.sampling, 0, ROWS)))
    alone = least(time.process_time, {"alone": partial(model_alone, plan, inputs)}, 2 * ROUNDS)["alone"] / ROWS
    scenarios = BLOCKS * ROWS
    whole = min(swept_whole(path, plan, scenarios, time.process_time, workers=1) for _ in range(2)) / scenarios
    again = least(time.process_time, {"alone": partial(model_alone, plan, inputs)}, ROUNDS)["alone"] / ROWS
    return {"alone": min(alone, again), "whole": whole}


def worker_rates(plan: Plan, path: Path) -> Rates:
    """Return the share of two workers' time that is not lost, of threads, of processes and of the control loop."""
    timed = partial(swept_whole, path, plan, BLOCKS * ROWS, time.perf_counter)
    taken: dict[str, list[float]] = {}
    for _ in range(2):
        for threads in (1, 2):
            taken.setdefault(f"control{threads}", []).append(
                least(time.perf_counter, {"": partial(control, threads)}, 1)[""]
            )
            taken.setdefault(f"threads{threads}", []).append(timed(workers=threads))
    for processes in (1, 2):
        with local_cluster(processes) as client:
            client.wait_for_workers(processes)
            timed(client=client)  # each worker imports and loads its kernels
            taken[f"processes{processes}"] = [timed(client=client) for _ in range(2)]
    best = {name: min(times) for name, times in taken.items()}
    return {kind: best[f"{kind}1"] / best[f"{kind}2"] / 2.0 for kind in ("control", "threads", "processes")}


def memory_of(folder: Path, digest: str, scenarios: int, path: Path) -> int:
    """Return the peak memory [bytes] of a fresh process that sweeps as many scenarios on one thread."""
    command = [sys.executable, __file__, "memory", str(folder), digest, str(scenarios), str(path)]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main() -> None:
    """Measure and print."""
    if sys.argv[1:2] == ["memory"]:
        folder, digest, scenarios, path = sys.argv[2:]
        swept_whole(Path(path), read_plan(Path(folder), digest), int(scenarios), time.perf_counter, workers=1)
        print(peak_memory())
        return
    with tempfile.TemporaryDirectory() as place:
        folder, path = Path(place) / "plan", Path(place) / "store.zarr"
        folder.mkdir()
        plan = plan_of(load_sweep(SWEEP), MANY_ROWS)
        digest = write_plan(plan, folder)
        few, many = (memory_of(folder, digest, count, path) for count in (FEW_ROWS, MANY_ROWS))
        found = {**chain_rates(plan), **sweep_rates(plan, path), **worker_rates(plan, path)}
    print(json.dumps({**found, "memory": many / few}))


if __name__ == "__main__":
    main()
