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
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

import numba
import numpy as np
import pandas as pd
import xarray as xr
from nation import SCENARIOS, SWEPT
from optimum import optimum_rows

from decarb.park.design import DESIGN, STORE_SIZES, THRESHOLDS, layout
from decarb.park.dispatch import HOURS_PER_YEAR, blocks, dispatch
from decarb.park.kernel import LANES, OPERATIONS, PARAMETERS, STATE, SUMS, annual_flows, annual_flows_alone
from decarb.park.storage import STORES
from decarb.park.tariff import PERIODS, period_of_hour
from decarb.units import stamp

ROOT: Final = Path(__file__).resolve().parents[2]
PARKS: Final = 1024
STEPS: Final = 8760
ROUNDS: Final = 60
MANY_PARKS: Final = 5000
MANY_ROUNDS: Final = 12
QUARTERS: Final = 4  # steps an hour
# What python-microgrid's published interface needs for one park-year, measured here once with a numpy before 2. A kept
# figure: the package does not run beside today's numpy, so it is not measured again.
PYTHON_MICROGRID: Final = 4.0  # s a park-year
# CPU time of a run of the sequential evaluator of ema_workbench 2.5.3 on Python 3.11, least of three times 20,000 runs
# of an empty model with 25 real parameters and one outcome, measured here once on 2026-11-23: a kept figure.
EMA_WORKBENCH: Final = 131e-6  # s a run
CHAINS: Final = 4  # independent values an element in `arithmetic_loop`
DEPTHS: Final = (8, 16, 32)  # operations on each of them, which the compiler unrolls
WIDTHS: Final = (1024, 16384)
IMPORTS: Final = {
    "xarray": "import xarray",
    "decarb": "import decarb",
    "decarb.run": "import decarb; decarb.run",
}
Job = Callable[[], Any]
RUN_PARK: Final = "import decarb, time; decarb.run_park; before = time.process_time(); decarb.run_park('yizhuang')"
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


def random_design(parks: int = PARKS) -> xr.Dataset:
    """Return parks with three stores and thresholds by tariff period, which differ in their sizes."""
    draws = np.random.default_rng(2021)
    ranges = {
        "wind_capacity": (0.0, 9.6),
        "pv_capacity": (0.0, 2.6),
        "chp_capacity": (0.0, 1.0),
        "annual_load": (10000.0, 17000.0),
        "power_rating": (0.5, 2.0),
        "energy_rating": (1.0, 8.0),
        "round_trip_efficiency": (0.7, 0.9),
        "minimum_state_of_charge": (0.0, 0.2),
        "maximum_state_of_charge": (0.8, 1.0),
        "self_discharge": (0.0, 0.0001),
        "import_limit": (1.0, 10.0),
        "export_limit": (1.0, 6.0),
        "charge_below": (0.0, 1.0),
        "discharge_above": (1.0, 2.0),
    }
    inner = dict.fromkeys(STORE_SIZES, ("store", STORES)) | dict.fromkeys(THRESHOLDS, ("period", PERIODS))
    sizes = {}
    for name, unit in DESIGN.items():
        dim, labels = inner.get(name, ("", ()))
        shape, dims = ((len(labels), parks), (dim, "park")) if dim else ((parks,), ("park",))
        sizes[name] = stamp(xr.DataArray(draws.uniform(*ranges[name], shape), dims=dims), unit)
    return xr.Dataset(sizes, {"store": list(STORES), "period": list(PERIODS)})


def random_weather(steps: int = STEPS) -> tuple[xr.DataArray, xr.DataArray, xr.DataArray]:
    """Return capacity factors of wind, of a sun that sets and of CHP, a load shape, and tariff periods."""
    draws = np.random.default_rng(2060)
    time = pd.date_range("2021-01-01", periods=steps, freq=pd.Timedelta(hours=HOURS_PER_YEAR / steps))
    sun = np.maximum(np.sin((time.hour.to_numpy() + time.minute.to_numpy() / 60 - 6) * np.pi / 12), 0.0)
    factors = np.stack([draws.random(steps) ** 3, draws.random(steps) * sun, draws.random(steps)])
    clock = {"time": time}
    made = xr.DataArray(factors, {"technology": ["wind", "pv", "chp"], **clock}, ("technology", "time"))
    load = xr.DataArray(draws.uniform(0.5, 1.5, steps), clock, ("time",))
    return stamp(made, "1"), stamp(load, "1"), period_of_hour(time)


@dataclass(frozen=True)
class Year:
    """What the bare kernel takes for a year of parks, and room for what it gives."""

    run: Callable[..., None]
    series: tuple[np.ndarray, ...]
    period: np.ndarray
    parameters: np.ndarray
    thresholds: np.ndarray

    def __call__(self) -> None:
        """Run the kernel from empty stores."""
        count, _, lanes = self.parameters.shape
        dtype = self.parameters.dtype
        states: np.ndarray = np.zeros((count, len(STATE), lanes), dtype)
        imports: np.ndarray = np.empty((count, len(PERIODS), lanes), dtype)
        sums: np.ndarray = np.empty((count, len(SUMS), lanes), dtype)
        weather = np.zeros(count, np.int64)
        self.run(*self.series, self.period, weather, self.parameters, self.thresholds, states, imports, sums)

    def parts(self) -> list[Year]:
        """Return a job for each block: short ones find the moments when no neighbour is busy."""
        return [replace(self, parameters=self.parameters[at : at + 1], thresholds=self.thresholds[at : at + 1])
                for at in range(len(self.parameters))]  # fmt: skip

    def narrow(self) -> Year:
        """Return the same year in single precision."""
        return replace(
            self,
            series=tuple(values.astype(np.float32) for values in self.series),
            parameters=self.parameters.astype(np.float32),
            thresholds=self.thresholds.astype(np.float32),
        )

    def without_stores(self) -> Year:
        """Return the same year with empty stores."""
        sizes = [row for row, name in enumerate(PARAMETERS) if name.startswith(("power_", "level_limit_"))]
        empty = self.parameters.copy()
        empty[:, sizes] = 0.0
        return replace(self, parameters=empty)


def kernel_year(design: xr.Dataset, weather: tuple[xr.DataArray, ...], lanes: int = LANES) -> Year:
    """Return the bare kernel's year of a design."""
    parks = layout(design, *weather)
    parameters, thresholds, _, _ = blocks(parks, lanes)
    return Year(annual_flows if lanes > 1 else annual_flows_alone, parks.series, parks.period, parameters, thresholds)


def best_times(jobs: Mapping[Any, Job], rounds: int = ROUNDS) -> dict[Any, float]:
    """Return the best wall time [s] of each job; they take turns, and the first turn, which compiles, is not timed."""
    best = dict.fromkeys(jobs, float("inf"))
    for turn in range(rounds + 1):
        for name, job in jobs.items():
            before = time.perf_counter()
            job()
            if turn:
                best[name] = min(best[name], time.perf_counter() - before)
    return best


def kernel_measures() -> list[Measure]:
    """Return the kernel beside what this machine's arithmetic allows."""
    hourly = kernel_year(random_design(), random_weather())
    quarters = kernel_year(random_design(LANES), random_weather(QUARTERS * STEPS))
    loops = {
        "float64": arithmetic_jobs(np.float64),
        "float32": arithmetic_jobs(np.float32),
        "mixed": arithmetic_jobs(np.float64, fused=False),
    }
    kernels = {"kernel": hourly, "single": hourly.narrow(), "empty": hourly.without_stores(), "quarters": quarters}
    times = best_times({
        **{(name, block): job for name, year in kernels.items() for block, job in enumerate(year.parts())},
        **{(kind, count): job for kind, jobs in loops.items() for count, job in jobs.items()},
    })  # fmt: skip
    peak = {kind: max(count / times[kind, count] for count in jobs) for kind, jobs in loops.items()}
    rates = {
        name: year.parameters.shape[0] * LANES * year.period.size
        / sum(times[name, block] for block in range(len(year.parameters)))
        for name, year in kernels.items()
    }  # fmt: skip
    bound = f"fused multiply-adds in this run / {OPERATIONS} operations a park-step"
    both = f"multiply-adds and additions, half each / {OPERATIONS} operations a park-step"
    share = {kind: rates[name] * OPERATIONS / peak[kind]
             for kind, name in (("float64", "kernel"), ("float32", "single"), ("mixed", "kernel"))}  # fmt: skip
    return [
        Measure("dispatch kernel, float64", share["float64"], "1", bound, floor=0.75),
        Measure("dispatch kernel, float32", share["float32"], "1", bound, floor=0.7),
        Measure("dispatch kernel, float64, all units", share["mixed"], "1", both),
        Measure("dispatch kernel, rate", rates["kernel"], "park-step/s", f"{PARKS} parks, hours, one core"),
        Measure("dispatch kernel, rate at 15 min", rates["quarters"], "park-step/s", f"{LANES} parks, one core"),
        Measure("fused multiply-adds, rate", peak["float64"], "1/s", "best of several loops, one core"),
        Measure("dispatch kernel, empty stores", rates["empty"] / rates["kernel"], "1",
                "rate of the same kernel, stores in use", floor=0.9),
    ]  # fmt: skip


def call_measures() -> list[Measure]:
    """Return the public call beside the kernel, for many parks and for one."""
    weather = random_weather()
    many, one = random_design(MANY_PARKS), random_design(1).isel(park=0)
    crowd = best_times(
        {"call": partial(dispatch, many, *weather), "kernel": kernel_year(many, weather)}, MANY_ROUNDS
    )  # fmt: skip
    alone = best_times({"call": partial(dispatch, one, *weather), "kernel": kernel_year(one, weather, 1)})
    kept = f"python-microgrid's {PYTHON_MICROGRID:g} s a park-year, a kept figure"
    return [
        Measure(f"dispatch(), {MANY_PARKS:,} parks", crowd["call"] / crowd["kernel"], "1", "the kernel alone",
                ceiling=1.15),
        Measure("one park, kernel", PYTHON_MICROGRID / alone["kernel"], "1", kept, floor=10000.0),
        Measure("one park, dispatch()", PYTHON_MICROGRID / alone["call"], "1", kept),
        Measure("one park, kernel, time", alone["kernel"] * 1e3, "ms", "a year of hours"),
        Measure("one park, dispatch(), time", alone["call"] * 1e3, "ms", "a year of hours, labels and checks"),
    ]  # fmt: skip


def optimum_measures() -> list[Measure]:
    """Return how far each rule of the microgrid stays from the least bill."""
    return [Measure(*row) for row in optimum_rows()]


def cpu_seconds(code: str, since: str = "0") -> float:
    """Return the CPU time, user and system, that a fresh interpreter needs for `code`, less that of `since`."""
    command = [sys.executable, "-c", f"{code}; import time; print(time.process_time() - {since})"]
    return float(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()[-1])


def process_measures() -> list[Measure]:
    """Return what it costs to import the package, and one full run."""
    rounds = [{name: cpu_seconds(code) for name, code in IMPORTS.items()} for _ in range(4)]
    best = {name: min(times[name] for times in rounds) for name in IMPORTS}
    run, park = (min(cpu_seconds(code, since="before") for _ in range(3)) for code in (RUN, RUN_PARK))
    return [
        Measure("import decarb", best["decarb"] / best["xarray"], "1", "import xarray, CPU", ceiling=1.3),
        Measure("import of all that a run needs", best["decarb.run"] / best["xarray"], "1", "import xarray, CPU"),
        Measure(
            'decarb.run("china-2060")',
            run,
            "s",
            "CPU of one run after imports, compiled kernels loaded in it",
            ceiling=2.0,
        ),
        Measure('decarb.run_park("yizhuang")', park, "s", "CPU of one park whole: 4,000 draws, 1,000 parks"),
    ]


def nation_measures() -> list[Measure]:
    """Return how many scenarios of the nation one call computes, park results given."""
    command = [sys.executable, str(ROOT / "tests" / "benchmarks" / "nation.py")]
    said = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)
    call = f"one call of {SCENARIOS:,}, {len(SWEPT)} inputs swept, park results given"
    return [
        Measure("scenarios of the nation, rate", said["rate"], "1/s", f"CPU; {call}", floor=500.0),
        Measure(
            "scenarios of the nation, memory", said["memory"] / 2**20, "MiB", "peak beyond that of a small call, each"
        ),
    ]


def sweep_measures() -> list[Measure]:
    """Return a sweep beside the model that it runs."""
    command = [sys.executable, str(ROOT / "tests" / "benchmarks" / "sweeps.py")]
    said = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)
    beside = said["whole"] - said["alone"]
    axes = "the axes of national-uncertainty, CPU"
    loop = "of the control loop of this run"
    return [
        Measure("fused nation, rate", said["fused"], "1/s", f"10,000 in a call, {axes}", floor=20000.0),
        Measure("fused nation, provinces, rate", said["provinces"], "1/s", f"1,000 in a call, {axes}", floor=20000.0),
        Measure("fused nation", said["over_labelled"], "1", "labelled chain, both given the base year", floor=20.0),
        Measure("sweep", said["alone"] / said["whole"], "1", "rate of the model alone, inputs given", floor=0.7),
        Measure("sweep, rate", 1.0 / said["whole"], "1/s", "CPU, from sample to marker, plan given", floor=20000.0),
        Measure("sweep, time beside the model", beside * 1e6, "us", "CPU a scenario, of sample, inputs, checks, store"),
        Measure("sweep, two threads", said["threads"], "1", f"of two of one; {said['control']:.2g} {loop}",
                floor=0.9 * said["control"]),
        Measure("sweep, two processes", said["processes"], "1", f"of two of one; {said['control']:.2g} {loop}",
                floor=0.85 * said["control"]),
        Measure("sweep, peak memory", said["memory"], "1", "200,000 scenarios / 20,000, same block", ceiling=1.05),
        Measure("sweep, lighter than ema_workbench", EMA_WORKBENCH / beside, "1",
                f"its {EMA_WORKBENCH * 1e6:g} us a run, a kept figure / time beside the model", floor=10.0),
    ]  # fmt: skip


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
    measures = kernel_measures() + call_measures() + optimum_measures() + process_measures() + nation_measures()
    measures += sweep_measures()
    path = ROOT / "results" / "bench.json"
    path.parent.mkdir(exist_ok=True)
    text = json.dumps([asdict(measure) for measure in measures], indent=2, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")
    print(table(measures))


if __name__ == "__main__":
    main()
