"""Blocks on the worker processes of dask.distributed: the one module that imports it.

A cluster is never started by an import and never kept: `local_cluster` and `connect` are for one `with` each.
"""

from __future__ import annotations

import logging
import pickle
import signal
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import contextmanager
from io import BytesIO
from queue import Empty, SimpleQueue
from typing import Any, Final
from uuid import uuid4

import dask
from distributed import Client, Future, KilledWorker, LocalCluster, Worker, WorkerPlugin
from distributed.client import AllExit

from decarb.errors import CallError
from decarb.sweeps.pool import AHEAD, Ended, Task

ANSWER: Final = 5.0  # s: how long a scheduler may take to answer before it is asked again
SURVEY: Final = 2.0  # s between two looks at how many workers there are
DEATHS: Final = 1  # deaths of a worker under a block that a local cluster forgives
FOREVER: Final = "1000 days"  # dask gives a worker up that is away, for whatever reason, so long after it once died
RETURNS: Final = 2  # times a block is started again where the cluster dropped it
CONNECT: Final = 30.0  # s
HOST: Final = "127.0.0.1"
NO_DASHBOARD: Final = {"dashboard": False, "dashboard_address": f"{HOST}:0"}  # nor the port that a dashboard has


def told(record: logging.LogRecord) -> bool:
    """Return whether asyncio may say what it found: not that dask ended a gather when it was interrupted."""
    return record.exc_info is None or record.exc_info[0] is not AllExit


logging.getLogger("asyncio").addFilter(told)


@contextmanager
def local_cluster(processes: int) -> Iterator[Client]:
    """Yield the client of a few worker processes on this machine, each with one thread; they end with the block.

    Notes
    -----
    Workers are new processes: a script that uses this must guard its main part with `if __name__ == "__main__":`.
    Memory is not limited for each; a worker that the system ends is started again, and so is its block.

    Raises
    ------
    CallError
        `processes` is not positive.
    """
    if processes < 1:
        raise CallError(f"workers: {processes} is not positive; write 1 or more")
    settings = {
        "distributed.scheduler.allowed-failures": DEATHS,
        "distributed.deploy.lost-worker-timeout": FOREVER,
        "distributed.logging.distributed": "critical",
    }
    with (
        dask.config.set(settings),
        LocalCluster(
            n_workers=processes, threads_per_worker=1, processes=True, host=HOST, memory_limit=0,
            scheduler_kwargs=NO_DASHBOARD, silence_logs=logging.CRITICAL,
        ) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):  # fmt: skip
        client.register_plugin(LeaveInterrupts())
        yield client


class LeaveInterrupts(WorkerPlugin):
    """Lets workers leave Ctrl-C, which a terminal sends to all processes, to the one that started them."""

    def setup(self, worker: Worker) -> None:
        """Ignore it from now on, in the main thread of a worker."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def connect(address: str, timeout: float = CONNECT) -> Iterator[Client]:
    """Yield a client of the scheduler at an address such as `tcp://10.0.0.5:8786`.

    Parameters
    ----------
    address : str
    timeout : float, [s]
        How long to try.

    Raises
    ------
    CallError
        No scheduler answers there.
    """
    try:
        client = Client(address, timeout=timeout, set_as_default=False)
    except (OSError, ValueError) as error:
        why = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise CallError(
            f"scheduler: none answers at {address} ({why}); start one with: dask scheduler, and give its address"
        ) from None
    with client:
        yield client


class Workers:
    """The workers of a dask cluster, as a pool that the runner can use.

    Parameters
    ----------
    task : callable
        Picklable and plain: it holds no quantity with a unit.
    client : distributed.Client
        Not asynchronous.
    workers : int, optional
        How many to keep busy. Default: as many threads as the cluster has, counted again as it grows and shrinks.
    patience : float, [s]
        How long there may be no worker.
    """

    def __init__(self, task: Task, client: Client, workers: int | None, patience: float) -> None:
        if client.asynchronous:
            raise CallError("client: is asynchronous; make it with Client(..., asynchronous=False)")
        check_plain(task)
        self._task, self._client, self._workers, self._patience = task, client, workers, patience
        self._name = f"decarb_block-{uuid4().hex[:8]}"
        self._running: dict[Future, int] = {}
        self._finished: SimpleQueue[Future] = SimpleQueue()
        self._started = 0
        self._dropped: dict[int, int] = {}
        self._threads = 0
        self._seen = time.monotonic()
        self._surveyed = -SURVEY

    def room(self) -> int:
        """Return how many more blocks may be started now; a cluster that starts with the work is given some."""
        return AHEAD * (self._workers or max(self._threads, 1)) - len(self._running)

    def start(self, block: int) -> None:
        """Start a block."""
        self._started += 1
        key = f"{self._name}-{block}-{self._started}"
        future = self._client.submit(self._task, block, key=key, pure=False, retries=0)
        self._running[future] = block
        future.add_done_callback(self._finished.put)

    def ended(self, timeout: float) -> Ended | None:
        """Return a block that ended, after at most `timeout` seconds; None where none did."""
        try:
            future = self._finished.get(timeout=timeout)
        except Empty:
            return None
        if self._client.status != "running":
            return None
        ended = self._end_of(future)
        if ended is None:
            return None
        del self._running[future]
        future.release()
        self._seen = time.monotonic()
        return ended

    def gone(self) -> str:
        """Return why no block can run on this cluster any more; empty while they can."""
        if self._client.status == "running":
            self._survey()
        if self._client.status != "running":
            return "the dask scheduler is gone, or its client was closed; resume with a new one"
        if time.monotonic() - self._seen > self._patience:
            return f"the dask cluster had no worker or gave no answer for {self._patience:g} s; mend it and resume"
        return ""

    def close(self) -> None:
        """Let go of all blocks in flight, without waiting; one that runs may still end."""
        for future in self._running:
            future.release()
        self._running.clear()

    def _end_of(self, future: Future) -> Ended | None:
        """Return how a block ended; None where it is on its way again."""
        block = self._running.get(future)
        if block is None:
            return None
        if future.status == "cancelled":
            return self._again(future, block)
        if future.status == "error":
            error = future.exception()
            return Ended(block, error=error, killed=isinstance(error, KilledWorker))
        try:
            return Ended(block, future.result(timeout=ANSWER))
        except (OSError, CancelledError):  # its worker went away with the result: it is computed again
            future.add_done_callback(self._finished.put)
            return None

    def _again(self, future: Future, block: int) -> Ended | None:
        """Start a block again that the cluster dropped, such as by a restart; not for ever."""
        self._dropped[block] = self._dropped.get(block, 0) + 1
        if self._dropped[block] > RETURNS:
            return Ended(block, error=CancelledError("the dask cluster dropped the block"))
        del self._running[future]
        self.start(block)
        return None

    def _survey(self) -> None:
        """Count the workers, now and then."""
        now = time.monotonic()
        if now - self._surveyed < SURVEY:
            return
        try:
            threads: Mapping[str, int] = self._client.nthreads(callback_timeout=ANSWER)
        except (OSError, CancelledError):  # the state of the client says whether it comes back
            threads = {}
        self._surveyed = time.monotonic()
        self._threads = sum(threads.values())
        if threads:
            self._seen = self._surveyed


def check_plain(task: Task) -> None:
    """Refuse a task that cannot be sent to workers as it is.

    Raises
    ------
    CallError
        It cannot be pickled, or it holds a quantity with a unit: a worker whose registry lacks the unit would wait
        for ever.
    """
    try:
        _Plain(BytesIO()).dump(task)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise CallError(f"task: cannot be sent to workers ({error}); use a function of a module") from None


class _Plain(pickle.Pickler):
    """A pickler that refuses what has a unit."""

    def reducer_override(self, thing: Any) -> Any:
        """Look at each thing before it is written."""
        kind = thing if isinstance(thing, type) else type(thing)
        if any(str(parent.__module__).partition(".")[0] == "pint" for parent in kind.__mro__):
            raise CallError(f"task: holds a {kind.__name__} with a unit; give workers numbers and unit strings")
        return NotImplemented
