"""Where blocks run: what the runner asks of a pool of workers, and the pool of threads of this process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, Final, Protocol, TypeAlias

Task: TypeAlias = Callable[[int], Mapping[str, Any]]
AHEAD: Final = 2  # blocks in flight for each worker: one that runs and one that is ready


@dataclass(frozen=True)
class Ended:
    """One block that no longer runs, and how it ended.

    Parameters
    ----------
    block : int
    marker : mapping, optional
        What the task returned; None where it did not return.
    error : BaseException, optional
        What it raised.
    killed : bool
        Its worker died under it, or under a block beside it, as often as the cluster allows.
    """

    block: int
    marker: Mapping[str, Any] | None = None
    error: BaseException | None = None
    killed: bool = False


class Pool(Protocol):
    """Workers that run one task over many blocks; all methods are called from one thread."""

    def room(self) -> int:
        """Return how many more blocks may be started now; 0 or less where there is no room."""

    def start(self, block: int) -> None:
        """Start a block."""

    def ended(self, timeout: float) -> Ended | None:
        """Return a block that ended, after at most `timeout` seconds; None where none did."""

    def gone(self) -> str:
        """Return why no block can run here any more; empty while they can."""

    def close(self) -> None:
        """Take back what has not begun, and let go of the rest."""


class Threads:
    """Threads of this process; the kernels let go of the interpreter lock, so that they run side by side.

    Parameters
    ----------
    task : callable
        It is given the number of a block.
    workers : int
        How many threads.
    """

    def __init__(self, task: Task, workers: int) -> None:
        self._task = task
        self._workers = workers
        self._executor = ThreadPoolExecutor(workers, thread_name_prefix="decarb-block")
        self._running: dict[Future[Mapping[str, Any]], int] = {}
        self._finished: SimpleQueue[Future[Mapping[str, Any]]] = SimpleQueue()

    def room(self) -> int:
        """Return how many more blocks may be started now."""
        return AHEAD * self._workers - len(self._running)

    def start(self, block: int) -> None:
        """Start a block."""
        future = self._executor.submit(self._task, block)
        self._running[future] = block
        future.add_done_callback(self._finished.put)

    def ended(self, timeout: float) -> Ended | None:
        """Return a block that ended, after at most `timeout` seconds; None where none did."""
        try:
            future = self._finished.get(timeout=timeout)
            while future.cancelled():
                del self._running[future]
                future = self._finished.get_nowait()
        except Empty:
            return None
        block, error = self._running.pop(future), future.exception()
        return Ended(block, error=error) if error is not None else Ended(block, future.result())

    def gone(self) -> str:
        """Return the empty string: threads stay as long as the process."""
        return ""

    def close(self) -> None:
        """Take back what has not begun, and wait for what runs: a thread cannot be stopped."""
        self._executor.shutdown(wait=True, cancel_futures=True)
