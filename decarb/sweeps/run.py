"""A sweep from its design to a whole store, here or on a cluster, from the beginning or from where it was left."""

from __future__ import annotations

import importlib
import json
import shutil
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import xarray as xr
from dask.system import CPU_COUNT

import decarb
from decarb.errors import CallError, DecarbError
from decarb.markup import card, items
from decarb.scenario.scenario import load_scenario
from decarb.sweeps.block import OUTSIDE, REASONS
from decarb.sweeps.block import block as computed_block
from decarb.sweeps.code import code_hash
from decarb.sweeps.design import SweepDesign, load_sweep
from decarb.sweeps.header import HEADER, check_same
from decarb.sweeps.lock import beside, locked, plan_folder
from decarb.sweeps.markers import marker_path, read_marker
from decarb.sweeps.plan import KEPT, Plan, beyond, check_asked, plan_of, read_plan, write_plan
from decarb.sweeps.progress import Progress, say, span, steps
from decarb.sweeps.runner import Outcome, active_client, run_blocks
from decarb.sweeps.store import BLOCKS, Store, open_or_create, store_at
from decarb.tables import tables_hash, with_labels

if TYPE_CHECKING:
    from distributed import Client

MOST_ROWS: Final = 10_000  # scenarios in a block
MOST_ROWS_OF_SITES: Final = 1_000  # where each has hours of its own
FEWEST_BLOCKS: Final = 8  # of a sweep that is large enough
FEWEST_ROWS: Final = 250  # in a block: a task of less is lost in what surrounds it
LARGEST_CHUNK: Final = 16 * 2**20  # bytes
"""Of one variable in one block, before compression."""


@dataclass(frozen=True, repr=False)
class Swept:
    """What became of a sweep.

    Attributes
    ----------
    store : Path
    scenarios, blocks : int
        In all.
    done : int
        Blocks that are whole on disk, those of earlier runs among them.
    status : Mapping
        How many scenarios of them have each status; 0 is computed.
    failed : Mapping
        Blocks that failed in this run, with first and last scenario and reason.
    stopped : str
        Why the run ended early, else "".
    seconds : float
        Of this run.
    beyond : tuple of str
        Which axes go farther than a scenario may.
    """

    store: Path
    scenarios: int
    blocks: int
    done: int
    status: Mapping[int, int]
    failed: Mapping[int, str]
    stopped: str
    seconds: float
    beyond: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether every scenario is there."""
        return self.done == self.blocks

    def words(self) -> list[str]:
        """Return what became of it, in lines."""
        done = f"{self.done:,} of {self.blocks:,} blocks"
        lines = [f"{self.store}: {self.scenarios:,} scenarios in {done}, {span(self.seconds)}" if self.whole else
                 f"{self.store}: {done} are done; the same command goes on with the rest"]  # fmt: skip
        invalid = {code: count for code, count in self.status.items() if code}
        for code, count in invalid.items():
            were = "scenario was" if count == 1 else "scenarios were"
            lines += [f"{count:,} {were} not computed: {REASONS[code]}"]
            lines += [f"  {said}" for said in self.beyond if code == OUTSIDE]
        lines += [f"block {block} failed, {reason}" for block, reason in self.failed.items()]
        return [*lines, *([f"stopped: {self.stopped}"] if self.stopped else [])]

    def __repr__(self) -> str:
        how = "whole" if self.whole else f"{self.done:,} of {self.blocks:,} blocks"
        return f"Swept({str(self.store)!r}: {self.scenarios:,} scenarios, {how})"

    def __str__(self) -> str:
        return "\n".join(self.words())

    def _repr_html_(self) -> str:
        return card(f"Sweep of {self.scenarios:,} scenarios", items(self.words()))


@dataclass(frozen=True)
class BlockTask:
    """Computes one block and writes it; plain, so that it can be sent to a worker that sees the same folder."""

    store: Store
    plan: str

    def __call__(self, block: int) -> dict[str, Any]:
        """Return what the marker of the block says."""
        plan = read_plan(plan_folder(self.store.path), self.plan)
        first, count = self.store.span(block)
        begun = time.thread_time()
        found = computed_block(plan, first, count)
        return self.store.write(block, found, time.thread_time() - begun)


def sweep(
    design: SweepDesign | str | Path,
    out: str | Path,
    *,
    scenarios: int | None = None,
    workers: int | None = None,
    processes: bool = False,
    scheduler: str | None = None,
    client: Client | None = None,
    block: int | None = None,
    keep: Sequence[str] = (),
    targets: Sequence[str] | None = None,
    dispatch: str | None = None,
    quiet: bool = False,
) -> Swept:
    """Run a sweep into a store, or go on with one that was left.

    Parameters
    ----------
    design : SweepDesign, str or Path
        A shipped name or a file.
    out : str or Path
        The store: a folder that this sweep wrote, or none yet. Beside it lies `OUT.sweep`.
    scenarios : int, optional
        How many, in place of the design's own number.
    workers : int, optional
        Threads, or processes, or workers of a cluster to keep busy. Default: as many as there are.
    processes : bool
        Worker processes on this machine in place of threads.
    scheduler : str, optional
        Address of a dask scheduler whose workers see the folder of the store.
    client : distributed.Client, optional
        By default the one that is active, if any.
    block : int, optional
        Scenarios in a block. Default: up to 10,000, and no more than 16 MB of one variable.
    keep : sequence of str
        National series to store besides the default ones.
    targets : sequence of str, optional
        Targets to judge. Default: all.
    dispatch : {"direct", "surface", "auto"}, optional
        In place of the design's own.
    quiet : bool
        Show no progress.

    Returns
    -------
    Swept
        Also where blocks failed: they are listed, the others are on disk, and the same call goes on with the rest.

    Raises
    ------
    InputError, CallError
        The design is wrong, the store holds another sweep or something else, or another client is at work on it.
    DecarbError
        The store or its plan is damaged.
    """
    begun = time.monotonic()
    loaded = design if isinstance(design, SweepDesign) else load_sweep(design)
    keep, targets = _listed(keep), None if targets is None else _listed(targets)
    _check_counts(scenarios=scenarios, workers=workers, block=block)
    check_asked(loaded, scenarios, dispatch=dispatch, keep=keep, targets=targets)
    _check_way(client, scheduler, workers, processes)
    if not isinstance(out, (str, Path)):
        raise CallError(f"out: a {type(out).__name__} is no place; write the path of a store")
    with locked(out) as path:
        store, digest = _store(path, loaded, scenarios, block, tuple(keep), targets, dispatch, quiet)
        missing = store.missing()
        outcome, far = Outcome(()), beyond(read_plan(plan_folder(path), digest))
        if missing:
            say([f"{said}; scenarios with others are not computed" for said in far], quiet=quiet)
            rows = {number: store.span(number)[1] for number in range(store.blocks)}
            before = sum(rows.values()) - sum(rows[number] for number in missing)
            with (
                _workers(client, scheduler, workers, processes) as found,
                Progress(sum(rows.values()), before=before, what=f"sweeping {loaded.name}", quiet=quiet) as progress,
            ):
                outcome = run_blocks(
                    BlockTask(store, digest), missing, client=found, workers=workers, progress=progress
                )
        for number, reason in outcome.failed.items():
            store.fail(number, reason)
        if not store.missing():
            store.finish()
        return replace(_swept(store, outcome, time.monotonic() - begun), beyond=far)


def plan_at(store: str | Path) -> Plan:
    """Return the plan of the sweep in a store, whole or not.

    Raises
    ------
    DecarbError
        There is no sweep, or its plan is damaged.
    """
    found = store_at(store)
    return read_plan(plan_folder(found.path), str(found.header.identity["plan"]))


def _store(path: Path, design: SweepDesign, scenarios: int | None, block: int | None, keep: tuple[str, ...],
           targets: Sequence[str] | None, dispatch: str | None, quiet: bool) -> tuple[Store, str]:  # fmt: skip
    """Return the store and the hash of its plan; the plan of one that is gone on with is read, not made again."""
    size = design.scenarios if scenarios is None else scenarios
    said_of = {**design.to_dict(), "scenarios": size, "dispatch": dispatch or design.dispatch}
    identity = {
        "decarb": decarb.__version__,
        "code": code_hash(),
        "tables": tables_hash(),
        "sweep": _compared(said_of),
        "base": load_scenario(design.base).digest,
        "targets": list(targets) if targets else "all",
        "keep": sorted(set(keep) - set(KEPT)),
    }
    folder = plan_folder(path)

    def made() -> tuple[str, xr.Dataset, Plan]:
        with steps("making the sweep ready", quiet=quiet) as said:
            plan = plan_of(design, scenarios, dispatch=dispatch, keep=keep, targets=targets, progress=said)
            said("the first scenario; a new version compiles its chain now, once", len(plan.axes), len(plan.axes))
            template = _template(plan, said_of)
        shutil.rmtree(folder, ignore_errors=True)  # damaged, or of a sweep cut off before its header was written
        folder.mkdir()
        return write_plan(plan, folder), template, plan

    if (beside(path) / HEADER).exists():
        there = store_at(path).header
        digest, rows = str(there.identity["plan"]), block or there.block
        check_same(path, there, replace(there, identity=identity | {"plan": digest}, rows=size, block=rows))
        try:
            template = _template(read_plan(folder, digest), said_of)
        except DecarbError:  # damaged: the same inputs make the same plan again
            again, template, _ = made()
            if again != digest:
                raise
    else:
        digest, template, plan = made()
        rows = block or rows_of_block(plan, template)
    return open_or_create(path, identity | {"plan": digest}, template, size, rows), digest


def _compared(design: Mapping[str, Any]) -> dict[str, Any]:
    """Return what two runs of a sweep must share, so that an axis that differs is named; a description may change."""
    axes = {
        each["name"]: {"place": number, **{key: said for key, said in each.items() if key != "name"}}
        for number, each in enumerate(design["axes"])
    }
    return {key: said for key, said in design.items() if key != "description"} | {"axes": axes}


def _template(plan: Plan, design: Mapping[str, Any]) -> xr.Dataset:
    """Return one scenario as every block has them, with labels and what it is of."""
    found = with_labels(computed_block(plan, 0, 1))
    found.attrs = {
        "Conventions": "CF-1.11",
        "title": f"decarb sweep {design['name']}",
        "source": f"decarb {decarb.__version__}",
        "sweep": json.dumps(design, ensure_ascii=False),
        "base": design["base"],
        "method": plan.sampling.method,
        "seed": plan.sampling.seed,
        "scenarios": plan.sampling.size,
        "dispatch": plan.dispatch,
        "ranges": "ranges of assumptions, no probabilities",
    }
    if plan.surface is not None:
        found.attrs["surface_worst_import_error"] = plan.surface.attrs["worst_import_error"]  # % of load, at 256 points
    return found


def rows_of_block(plan: Plan, template: xr.Dataset) -> int:
    """Return how many scenarios a block takes: the same wherever and however often the sweep runs."""
    widest = max(array.nbytes for name, array in template.variables.items() if "scenario" in array.dims)
    most = MOST_ROWS_OF_SITES if plan.dispatch == "direct" else MOST_ROWS
    fair = max(-(-plan.sampling.size // FEWEST_BLOCKS), FEWEST_ROWS)
    return int(max(min(most, fair, LARGEST_CHUNK // widest), 1))


def _listed(names: str | Sequence[str]) -> tuple[str, ...]:
    """Return names as a tuple, also where one is given alone."""
    return (names,) if isinstance(names, str) else tuple(names)


def _check_counts(**counts: int | None) -> None:
    for name, number in counts.items():
        if number is not None and (not isinstance(number, int) or isinstance(number, bool) or number < 1):
            raise CallError(f"{name}: {number!r} is no whole number of 1 or more; write one")


def _check_way(client: Client | None, scheduler: str | None, workers: int | None, processes: bool) -> None:
    """Check how a sweep is to run, before any work."""
    if sum((client is not None, scheduler is not None, processes)) > 1:
        raise CallError("client, scheduler and processes are three ways to run; give one of them")
    if scheduler is not None or processes:
        _cluster()


@contextmanager
def _workers(
    client: Client | None, scheduler: str | None, workers: int | None, processes: bool
) -> Iterator[Client | None]:
    """Yield the dask client to run on; None for threads of this process."""
    if scheduler is not None or processes:
        cluster = _cluster()
        with cluster.connect(scheduler) if scheduler else cluster.local_cluster(workers or CPU_COUNT) as found:
            yield found
        return
    yield client or active_client()


def _cluster() -> Any:
    try:
        return importlib.import_module("decarb.sweeps.cluster")
    except ModuleNotFoundError as error:
        raise CallError(
            f"{error.name} is not installed; write pip install 'decarb[sweep]', or run on threads"
        ) from None


def _swept(store: Store, outcome: Outcome, seconds: float) -> Swept:
    done = store.done()
    status: Counter[int] = Counter()
    for block in done:
        marker = read_marker(marker_path(store.folder / BLOCKS, block))
        status.update({int(code): count for code, count in marker.status.items()})
    failed = {}
    for number, reason in outcome.failed.items():
        first, rows = store.span(number)
        failed[number] = f"scenarios {first} to {first + rows - 1}: {reason}"
    return Swept(store.path, store.header.rows, store.blocks, len(done), dict(sorted(status.items())), failed,
                 outcome.stopped, seconds)  # fmt: skip
