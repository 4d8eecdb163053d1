"""Ratios measured in one run, as a table and in `results/bench.json`: `python3 dev.py bench`.

A ratio of two times from the same minutes says the same on a fast machine and on a slow one. Each time is the best of
many, taken in turns, so that a busy neighbour disturbs all alike. It shows; it does not judge.

The arithmetic bound is the rate of fused multiply-adds. Cores that have adders beside their multiply-adders pass it,
so the rate of both in equal parts stands beside it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import numba
import numpy as np
import xarray as xr

from decarb.park.dispatch import DESIGN, HOURS_PER_YEAR, deliverable_energy, dispatch
from decarb.park.kernel import FLOWS, LANES, OPERATIONS, PARAMETERS, annual_flows
from decarb.units import stamp

ROOT: Final = Path(__file__).resolve().parents[2]
PARKS: Final = 1024
STEPS: Final = 8760
ROUNDS: Final = 100
CHAINS: Final = 4  # independent values an element in `arithmetic_loop`
DEPTHS: Final = (8, 16, 32)  # operations on each of them, which the compiler unrolls
WIDTHS: Final = (1024, 16384)
IMPORTS: Final = {
    "xarray": "import xarray",
    "decarb": "import decarb",
    "decarb.run": "import decarb; decarb.run",
}
Job = Callable[[], Any]
RUN: Final = "import decarb, time; decarb.run; before = time.process_time(); decarb.run('china-2060')"


@dataclass(frozen=True)
class Measure:
    """One measured value; `floor` and `ceiling` say what it should reach, where something is asked of it."""

    name: str
    value: float
    unit: str
    against: str
    floor: float | None = None
    ceiling: float | None = None


def arithmetic_loop(depth: int, fused: bool) -> Callable[..., None]:
    """Return a loop of `CHAINS` x `depth` operations an element: multiply-adds, or half of them additions."""

    @numba.njit(fastmath={"contract"})
    def loop(factor, offset, values, results):  # type: ignore[no-untyped-def]
        for i in range(values.size):
            a = values[i]
            b = a + offset
            c = b + offset
            d = c + offset
            for _ in range(depth):
                a = a * factor + offset
                b = b * factor + offset
                c = c * factor + offset if fused else c + factor
                d = d * factor + offset if fused else d + factor
            results[i] = a + b + c + d

    return loop


def arithmetic_jobs(dtype: type, fused: bool = True) -> dict[int, Job]:
    """Return loops by the number of their operations: which shape is fastest differs from one machine to the next."""
    jobs: dict[int, Job] = {}
    for depth in DEPTHS:
        loop = arithmetic_loop(depth, fused)
        for width in WIDTHS:
            values: np.ndarray = np.ones(width, dtype)
            results: np.ndarray = np.empty(width, dtype)
            jobs[width * depth * CHAINS] = partial(loop, dtype(0.999), dtype(0.001), values, results)
    return jobs


def random_design() -> xr.Dataset:
    """Return `PARKS` parks that differ in their sizes and share their weather."""
    draws = np.random.default_rng(2021)
    ranges = {
        "wind_capacity": (0.0, 9.6),
        "pv_capacity": (0.0, 2.6),
        "annual_load": (10000.0, 17000.0),
        "power_rating": (0.5, 2.0),
        "energy_rating": (1.0, 8.0),
        "round_trip_efficiency": (0.7, 0.9),
        "minimum_state_of_charge": (0.0, 0.2),
        "maximum_state_of_charge": (0.8, 1.0),
        "self_discharge": (0.0, 0.0001),
        "import_limit": (1.0, 10.0),
        "export_limit": (1.0, 6.0),
    }
    return xr.Dataset({
        name: stamp(xr.DataArray(draws.uniform(*ranges[name], PARKS), dims="park"), unit)
        for name, unit in DESIGN.items()
    })  # fmt: skip


def random_weather() -> tuple[xr.DataArray, xr.DataArray]:
    """Return capacity factors of wind and of a sun that sets, and a load shape."""
    draws = np.random.default_rng(2060)
    sun = np.maximum(np.sin((np.arange(STEPS) - 6) * np.pi / 12), 0.0)
    factors = np.stack([draws.random(STEPS) ** 3, draws.random(STEPS) * sun])
    coords = {"technology": ["wind", "pv"]}
    load = xr.DataArray(draws.uniform(0.5, 1.5, STEPS), dims="time")
    return stamp(xr.DataArray(factors, coords, ("technology", "time")), "1"), stamp(load, "1")


def blocks_of(design: xr.Dataset) -> np.ndarray:
    """Return the kernel's parameters (block, parameter, lane) of the design, in MWh an hour."""
    columns = {
        "wind": design["wind_capacity"],
        "pv": design["pv_capacity"],
        "load": design["annual_load"] / HOURS_PER_YEAR,
        "charge_limit": design["power_rating"],
        "discharge_limit": design["power_rating"],
        "level_limit": deliverable_energy(design),
        "efficiency": design["round_trip_efficiency"],
        "inverse_efficiency": 1.0 / design["round_trip_efficiency"],
        "export_limit": design["export_limit"],
        "import_limit": design["import_limit"],
        "retention": 1.0 - design["self_discharge"],
    }
    flat = np.stack([columns[name].values for name in PARAMETERS])
    return np.ascontiguousarray(flat.reshape(len(PARAMETERS), -1, LANES).transpose(1, 0, 2))


def kernel_jobs(blocks: np.ndarray, series: tuple[np.ndarray, ...], dtype: type = np.float64) -> list[Job]:
    """Return one year from full stores, a job for each block: short ones find the moments when no neighbour is busy."""
    weather: list[np.ndarray] = [values[None].astype(dtype) for values in series]
    jobs: list[Job] = []
    for block in range(len(blocks)):
        parameters: np.ndarray = blocks[block : block + 1].astype(dtype)
        levels = parameters[:, PARAMETERS.index("level_limit")].copy()
        flows: np.ndarray = np.empty((1, len(FLOWS), LANES), dtype)
        jobs.append(partial(kernel_year, weather, parameters, levels, flows))
    return jobs


def kernel_year(weather: list[np.ndarray], parameters: np.ndarray, levels: np.ndarray, flows: np.ndarray) -> None:
    """Run the kernel and leave the levels as they were."""
    annual_flows(*weather, np.zeros(len(parameters), np.int64), parameters, levels.copy(), flows)


def best_times(jobs: Mapping[Any, Job]) -> dict[Any, float]:
    """Return the best wall time [s] of each job; they take turns, and the first turn, which compiles, is not timed."""
    best = dict.fromkeys(jobs, float("inf"))
    for turn in range(ROUNDS + 1):
        for name, job in jobs.items():
            before = time.perf_counter()
            job()
            if turn:
                best[name] = min(best[name], time.perf_counter() - before)
    return best


def kernel_measures() -> list[Measure]:
    """Return the kernel beside what this machine's arithmetic allows, and the public call beside the kernel."""
    design, (factors, load) = random_design(), random_weather()
    blocks, series = blocks_of(design), (*factors.values, load.values)
    loops = {
        "float64": arithmetic_jobs(np.float64),
        "float32": arithmetic_jobs(np.float32),
        "mixed": arithmetic_jobs(np.float64, fused=False),
    }
    kernels = {
        "kernel": kernel_jobs(blocks, series),
        "single": kernel_jobs(blocks, series, np.float32),
        "empty": kernel_jobs(blocks, (0.0 * series[0], 0.0 * series[1], series[2])),
    }
    times = best_times({
        "dispatch": partial(dispatch, design, factors, load),
        **{(name, block): job for name, jobs in kernels.items() for block, job in enumerate(jobs)},
        **{(kind, count): job for kind, jobs in loops.items() for count, job in jobs.items()},
    })  # fmt: skip
    peak = {kind: max(count / times[kind, count] for count in jobs) for kind, jobs in loops.items()}
    year = {name: sum(times[name, block] for block in range(len(blocks))) for name in kernels}
    rate, single = PARKS * STEPS / year["kernel"], PARKS * STEPS / year["single"]
    bound = f"fused multiply-adds in this run / {OPERATIONS} operations a park-hour"
    both = f"multiply-adds and additions, half each / {OPERATIONS} operations a park-hour"
    return [
        Measure("dispatch kernel, float64", rate * OPERATIONS / peak["float64"], "1", bound, floor=0.3),
        Measure("dispatch kernel, float32", single * OPERATIONS / peak["float32"], "1", bound),
        Measure("dispatch kernel, float64, all units", rate * OPERATIONS / peak["mixed"], "1", both),
        Measure("dispatch kernel, rate", rate, "park-h/s", f"{PARKS} parks, one core"),
        Measure("fused multiply-adds, rate", peak["float64"], "1/s", "best of several loops, one core"),
        Measure("dispatch kernel, empty stores", year["empty"] / year["kernel"], "1", "the same kernel, stores in use"),
        Measure("dispatch()", times["dispatch"] / year["kernel"], "1", "the kernel alone, the same parks"),
    ]


def cpu_seconds(code: str, since: str = "0") -> float:
    """Return the CPU time, user and system, that a fresh interpreter needs for `code`, less that of `since`."""
    command = [sys.executable, "-c", f"{code}; import time; print(time.process_time() - {since})"]
    return float(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()[-1])


def process_measures() -> list[Measure]:
    """Return what it costs to import the package, and one full run."""
    rounds = [{name: cpu_seconds(code) for name, code in IMPORTS.items()} for _ in range(4)]
    best = {name: min(times[name] for times in rounds) for name in IMPORTS}
    run = min(cpu_seconds(RUN, since="before") for _ in range(2))
    return [
        Measure("import decarb", best["decarb"] / best["xarray"], "1", "import xarray, CPU", ceiling=1.3),
        Measure("import of all that a run needs", best["decarb.run"] / best["xarray"], "1", "import xarray, CPU"),
        Measure('decarb.run("china-2060")', run, "s", "CPU of one run after imports"),
    ]


def table(measures: list[Measure]) -> str:
    """Return the measures as lines of text."""
    rows = [("", "value", "unit", "asked", "against")]
    for measure in measures:
        limits = ((">=", measure.floor), ("<=", measure.ceiling))
        asked = " ".join(f"{sign} {limit:g}" for sign, limit in limits if limit is not None)
        rows.append((measure.name, f"{measure.value:.3g}", measure.unit, asked, measure.against))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def main() -> None:
    """Measure, show and write."""
    measures = kernel_measures() + process_measures()
    path = ROOT / "results" / "bench.json"
    path.parent.mkdir(exist_ok=True)
    text = json.dumps([asdict(measure) for measure in measures], indent=2, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")
    print(table(measures))


if __name__ == "__main__":
    main()
