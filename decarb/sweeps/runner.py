"""Runs one task over many blocks, on threads or on a dask cluster, and never loses what is done.

A block ends in one of three ways: done, failed with a reason, or not run because the run stopped. One that fails takes
no other with it. What a task wrote is the record: a run that was cut off is resumed by giving the blocks that are left.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType, MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from dask.system import CPU_COUNT

from decarb.errors import CallError
from decarb.sweeps.pool import Ended, Pool, Task, Threads

if TYPE_CHECKING:
    from distributed import Client

Follow: TypeAlias = Callable[[int, Mapping[str, Any] | None], None]
POLL: Final = 0.5  # s: how often a cluster is asked whether it is still there
PATIENCE: Final = 300.0  # s without any worker, after which a run stops
FULL: Final = tuple(code for code in (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", None)) if code is not None)
FULL_LIMIT: Final = 3  # blocks that find the disk full before the run stops
TERMINATED: Final = 128 + signal.SIGTERM  # exit code of a process that ended so


@dataclass(frozen=True)
class Outcome:
    """What became of the blocks of one run.

    Parameters
    ----------
    done : tuple of int
        Blocks whose task returned, in order of their numbers.
    failed : mapping of int to str
        Blocks that failed, with the reason.
    stopped : str
        Why the run ended before all blocks were tried; empty where it did not. Blocks that stand in neither list
        were not run, or were cut off: what their task wrote decides.
    """

    done: tuple[int, ...]
    failed: Mapping[int, str] = field(default_factory=dict)
    stopped: str = ""

    @property
    def whole(self) -> bool:
        """Whether every block is done."""
        return not self.failed and not self.stopped


def run_blocks(
    task: Task, blocks: Sequence[int], *, client: Client | None = None, workers: int | None = None,
    progress: Follow | None = None, retries: int = 1, patience: float = PATIENCE,
) -> Outcome:  # fmt: skip
    """Return what became of the blocks of a sweep, each given to one task.

    Parameters
    ----------
    task : callable
        Given the number of a block, it writes the block and returns a small mapping. It must be safe to repeat: a
        block whose worker dies is run again. For a cluster it must be picklable and hold no quantity with a unit.
    blocks : sequence of int
        Numbers of the blocks to run, each once.
    client : distributed.Client, optional
        The cluster to run on. Default: threads of this process.
    workers : int, optional
        Threads, or workers of the cluster to keep busy. Default: the processors this process may use, or all workers.
    progress : callable, optional
        Called in this thread with each block that ended and what its task returned; None where it failed.
    retries : int
        How often a block is run again, alone and at the end, where it raised an OSError or ran out of memory.
    patience : float, [s]
        How long the cluster may be without any worker before the run stops.

    Raises
    ------
    CallError
        A block stands twice in the list, `workers` is not positive, or the task cannot be sent to workers.
    KeyboardInterrupt, SystemExit
        Ctrl-C, or SIGTERM (exit code 143): what has not begun is taken back, what is done stays.

    Notes
    -----
    At most two blocks for each worker are in flight. A worker that dies takes what it held with it, also what it had
    finished; so each result is collected and let go of at once. A cluster gives a block up when its workers died
    several times; blocks that lay beside it on those workers look guilty too. Each suspect is therefore run once more
    with nothing beside it, after all others: only one that kills its worker alone has failed.
    """
    _check(blocks, workers, retries)
    return run_on(_pool(task, client, workers, patience), blocks, progress=progress, retries=retries)


def run_on(pool: Pool, blocks: Sequence[int], *, progress: Follow | None = None, retries: int = 1) -> Outcome:
    """Return what became of blocks that are run on a pool, which is closed at the end; see `run_blocks`."""
    run = _Run(deque(blocks), retries, progress)
    with _terminable():
        try:
            run.drive(pool)
        finally:
            pool.close()
        for late in iter(lambda: pool.ended(0.0), None):
            run.take(late)
    return Outcome(tuple(sorted(run.done)), MappingProxyType(dict(sorted(run.failed.items()))), run.stopped)


def active_client() -> Client | None:
    """Return the dask client that is active in this process, or None; dask.distributed is not imported for it."""
    distributed = sys.modules.get("distributed")
    if distributed is None:
        return None
    try:
        client: Client = distributed.default_client()
    except ValueError:  # its way to say that there is none
        return None
    return client if client.status == "running" and not client.asynchronous else None


class _Run:
    """The state of one run: what waits, what is to run alone, and what ended."""

    def __init__(self, waiting: deque[int], retries: int, follow: Follow | None) -> None:
        self.waiting = waiting
        self.suspects: deque[int] = deque()
        self.alone: int | None = None
        self.running = 0
        self.tries: Counter[int] = Counter()
        self.retries = retries
        self.follow = follow
        self.done: list[int] = []
        self.failed: dict[int, str] = {}
        self.full = 0
        self.stopped = ""

    def drive(self, pool: Pool) -> None:
        """Run all blocks, or until the run is stopped."""
        while self.waiting or self.running or self.suspects:
            self.stopped = self.stopped or pool.gone()
            if self.stopped:
                return
            self.start(pool)
            ended = pool.ended(POLL)
            if ended is not None:
                self.take(ended)

    def start(self, pool: Pool) -> None:
        """Start what there is room for; a suspect only when nothing else runs or waits."""
        if self.suspects and not self.waiting and not self.running:
            self.alone = self.suspects.popleft()
            pool.start(self.alone)
            self.running += 1
        for _ in range(min(pool.room(), len(self.waiting))):
            pool.start(self.waiting.popleft())
            self.running += 1

    def take(self, ended: Ended) -> None:
        """Note how a block ended."""
        self.running -= 1
        lonely, self.alone = ended.block == self.alone, None
        if ended.marker is not None:
            self.done.append(ended.block)
        elif ended.killed and not lonely:
            self.suspects.append(ended.block)
            return
        elif self._is_worth_another(ended):
            self.tries[ended.block] += 1
            self.suspects.append(ended.block)
            return
        else:
            self.failed[ended.block] = reason_of(ended)
            self._mind_the_disk(ended)
        if self.follow is not None:
            self.follow(ended.block, ended.marker)

    def _is_worth_another(self, ended: Ended) -> bool:
        passing = isinstance(ended.error, (OSError, MemoryError)) and not _is_full(ended.error)
        return passing and self.tries[ended.block] < self.retries

    def _mind_the_disk(self, ended: Ended) -> None:
        if _is_full(ended.error):
            self.full += 1
        if self.full >= FULL_LIMIT and not self.stopped:
            self.stopped = f"{self.full} blocks found no room on the disk; make room and resume"


def reason_of(ended: Ended) -> str:
    """Return why a block failed, in one line.

    Examples
    --------
    >>> reason_of(Ended(3, error=ValueError("no such axis")))
    'ValueError: no such axis'
    """
    if ended.killed:
        return "KilledWorker: the block ended its worker each time it ran alone; it may need more memory than there is"
    said = " ".join(str(ended.error).split())
    return f"{type(ended.error).__name__}: {said}" if said else type(ended.error).__name__


def _is_full(error: BaseException | None) -> bool:
    """Whether an error, or one it came from, says that the disk or the file-size limit is full."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in FULL:
            return True
        if any(os.strerror(code) in str(error) for code in FULL):  # what it came from is lost between processes
            return True
        error = error.__cause__ or error.__context__
    return False


def _check(blocks: Sequence[int], workers: int | None, retries: int) -> None:
    twice = sorted(block for block, count in Counter(blocks).items() if count > 1)
    if twice:
        raise CallError(f"blocks: {', '.join(map(str, twice))} stand more than once; give each once")
    if workers is not None and workers < 1:
        raise CallError(f"workers: {workers} is not positive; write 1 or more")
    if retries < 0:
        raise CallError(f"retries: {retries} is negative; write 0 or more")


def _pool(task: Task, client: Client | None, workers: int | None, patience: float) -> Pool:
    if client is None:
        return Threads(task, workers or CPU_COUNT)
    from decarb.sweeps.cluster import Workers  # dask.distributed may not be installed; whoever has a client has it

    return Workers(task, client, workers, patience)


@contextmanager
def _terminable() -> Iterator[None]:
    """Let SIGTERM end the run as Ctrl-C does, where nobody else minds it."""

    def end(_number: int, _frame: FrameType | None) -> None:
        raise SystemExit(TERMINATED)

    in_main = threading.current_thread() is threading.main_thread()
    if not in_main or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
