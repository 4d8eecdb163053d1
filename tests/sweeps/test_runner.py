"""The runner: which blocks are done, failed or left, whatever the tasks do."""

from __future__ import annotations

import io
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from sweep_faults import ROWS, disk_full, nothing, patient, write, write_or_raise

from decarb.errors import CallError
from decarb.sweeps.cluster import check_plain, connect, local_cluster
from decarb.sweeps.pool import AHEAD, Ended, Threads
from decarb.sweeps.progress import Progress
from decarb.sweeps.runner import Outcome, active_client, run_blocks, run_on
from decarb.units.registry import pint_unit

ROOT = Path(__file__).resolve().parents[2]


class Gauge:
    """A task that counts how many of it were asked for and how many ran side by side."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.inside = self.most = 0
        self.asked: list[int] = []

    def __call__(self, block: int) -> Mapping[str, int]:
        with self.lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
            self.asked.append(block)
        with self.lock:
            self.inside -= 1
        return {"rows": ROWS}


@given(blocks=st.lists(st.integers(0, 10_000), unique=True, max_size=40), workers=st.integers(1, 4), bad=st.data())
def test_every_block_is_done_or_failed_and_never_both_in_any_order_on_any_number_of_threads(
    blocks: list[int], workers: int, bad: st.DataObject
) -> None:
    failing = bad.draw(st.sets(st.sampled_from(blocks))) if blocks else set()
    asked: list[int] = []

    def task(block: int) -> Mapping[str, int]:
        asked.append(block)
        if block in failing:
            raise ValueError(f"block {block}")
        return {"rows": ROWS}

    outcome = run_blocks(task, blocks, workers=workers)
    assert outcome.done == tuple(sorted(set(blocks) - failing))
    assert dict(outcome.failed) == {block: f"ValueError: block {block}" for block in failing}
    assert outcome.whole == (not failing)
    assert sorted(asked) == sorted(blocks)  # an error that comes from the block itself is not tried again


def test_no_more_threads_than_asked_for_run_at_a_time() -> None:
    gauge = Gauge()
    run_blocks(gauge, range(50), workers=2)
    assert gauge.most <= 2


def test_at_most_two_blocks_a_worker_are_in_flight() -> None:
    pool = Threads(nothing, 3)
    started = 0
    while pool.room() > 0:
        pool.start(started)
        started += 1
    assert started == AHEAD * 3 == 6
    ended = [pool.ended(10.0) for _ in range(started)]
    assert sorted(end.block for end in ended if end is not None) == list(range(started))
    assert pool.room() == 6 and pool.ended(0.0) is None
    pool.close()


def test_a_block_that_raises_is_listed_with_its_reason_and_the_others_are_written(tmp_path: Path) -> None:
    outcome = run_blocks(partial(write_or_raise, str(tmp_path)), range(6), workers=2)
    assert outcome.done == (0, 4, 5)
    assert dict(outcome.failed) == {
        1: "CallError: no such axis", 2: "MemoryError", 3: "PermissionError: [Errno 13] Permission denied: 'store'",
    }  # fmt: skip
    assert not outcome.stopped and not outcome.whole


@pytest.mark.parametrize(("retries", "tries"), [(0, 1), (1, 2), (3, 4)])
def test_a_block_whose_folder_or_memory_failed_is_tried_again_alone_and_as_often_as_asked(
    retries: int, tries: int
) -> None:
    gauge, begun = Gauge(), []

    def task(block: int) -> Mapping[str, int]:
        marker = gauge(block)
        if block == 0:
            begun.append(len(gauge.asked))
            raise MemoryError
        return marker

    outcome = run_blocks(task, range(20), workers=2, retries=retries)
    assert outcome.done == tuple(range(1, 20)) and dict(outcome.failed) == {0: "MemoryError"}
    assert gauge.asked.count(0) == tries
    assert gauge.asked[20:] == [0] * retries  # after all others


def test_a_block_that_fails_once_by_its_folder_is_done_in_the_end() -> None:
    seen: list[int] = []

    def task(block: int) -> Mapping[str, int]:
        seen.append(block)
        if seen.count(block) == 1:
            raise TimeoutError("the folder does not answer")
        return {"rows": ROWS}

    assert run_blocks(task, range(5), workers=2) == Outcome((0, 1, 2, 3, 4))


def test_a_full_disk_stops_the_run_after_three_blocks_and_is_not_tried_again() -> None:
    outcome = run_blocks(disk_full, range(100), workers=1)
    # Blocks 0 and 1 pass; 2, 3 and 4 fail; one or two more were ready on the only thread.
    assert outcome.done == (0, 1)
    assert set(outcome.failed) >= {2, 3, 4} and len(outcome.failed) <= 5
    assert "no room on the disk" in outcome.stopped and not outcome.whole


def test_a_disk_that_another_library_found_full_is_found_full() -> None:
    def task(block: int) -> Mapping[str, int]:
        try:
            return disk_full(block + 2)
        except OSError as error:
            raise RuntimeError("the chunk could not be written") from error

    assert run_blocks(task, range(50), workers=1).stopped


def test_progress_hears_of_each_block_once_and_in_the_thread_that_asked() -> None:
    heard: dict[int, Any] = {}

    def follow(block: int, marker: Mapping[str, Any] | None) -> None:
        assert threading.current_thread() is threading.main_thread() and block not in heard
        heard[block] = marker

    run_blocks(lambda block: {"rows": 1 // block}, range(4), workers=2, progress=follow)
    assert heard == {0: None, 1: {"rows": 1}, 2: {"rows": 0}, 3: {"rows": 0}}


def test_an_interrupt_takes_back_what_has_not_begun_and_leaves_what_is_done(tmp_path: Path) -> None:
    def follow(block: int, marker: Mapping[str, Any] | None) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_blocks(partial(write, str(tmp_path)), range(100), workers=1, progress=follow)
    # One block ended and was told of; of the one in flight beside it and the one that took its place, some may end.
    assert 1 <= len(list(tmp_path.glob("[0-9]*"))) <= 1 + AHEAD
    assert not list(tmp_path.glob(".[0-9]*"))  # nothing half written


def test_sigterm_ends_a_run_with_its_exit_code_and_whole_files(tmp_path: Path) -> None:
    script = (
        "import sys; from functools import partial; from sweep_faults import patient; "
        "from decarb.sweeps.runner import run_blocks; run_blocks(partial(patient, sys.argv[1]), range(50), workers=2)"
    )
    paths = os.pathsep.join([str(ROOT), str(ROOT / "tests"), *filter(None, [os.environ.get("PYTHONPATH")])])
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], env={**os.environ, "PYTHONPATH": paths}
    ) as run:
        while len(list(tmp_path.glob(".begun-*"))) < 2:
            assert run.poll() is None
        run.send_signal(signal.SIGTERM)
        (tmp_path / ".go").touch()
        assert run.wait(30) == 128 + signal.SIGTERM
    assert len(list(tmp_path.glob("[0-9]*"))) >= 2  # the two that ran were let end
    assert len(list(tmp_path.glob("[0-9]*"))) < 50
    assert not list(tmp_path.glob(".[0-9]*"))


def test_the_handler_of_sigterm_is_put_back() -> None:
    before = signal.getsignal(signal.SIGTERM)
    run_blocks(nothing, range(3), workers=1)
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"blocks": [1, 2, 1]}, "1 stand more than once"), ({"blocks": [1], "workers": 0}, "0 is not positive"),
        ({"blocks": [1], "retries": -1}, "-1 is negative"),
    ],
)  # fmt: skip
def test_a_call_that_makes_no_sense_is_refused(asked: dict[str, Any], said: str) -> None:
    with pytest.raises(CallError, match=said):
        run_blocks(nothing, **asked)


def test_no_blocks_make_a_whole_run() -> None:
    assert run_blocks(nothing, []) == Outcome(()) and run_blocks(nothing, []).whole


class Deadly:
    """A pool on which some blocks end all workers, and so look like all others that were in flight."""

    def __init__(self, deadly: set[int], workers: int) -> None:
        self.deadly, self.workers = deadly, workers
        self.running: list[int] = []
        self.dead: list[int] = []
        self.companies: list[set[int]] = []

    def room(self) -> int:
        return AHEAD * self.workers - len(self.running)

    def start(self, block: int) -> None:
        self.running.append(block)

    def ended(self, timeout: float) -> Ended | None:
        if not self.dead and self.deadly & set(self.running[: self.workers]):
            self.companies.append(set(self.running))
            self.dead = list(self.running)
        if not self.running:
            return None
        block = self.running.pop(0)
        if block in self.dead:
            self.dead.remove(block)
            return Ended(block, killed=True)
        return Ended(block, {"rows": ROWS})

    def gone(self) -> str:
        return ""

    def close(self) -> None:
        self.running.clear()


@given(count=st.integers(0, 30), deadly=st.sets(st.integers(0, 29)), workers=st.integers(1, 4))
def test_only_blocks_that_kill_their_worker_alone_fail_whoever_lay_beside_them(
    count: int, deadly: set[int], workers: int
) -> None:
    pool = Deadly(deadly, workers)
    outcome = run_on(pool, range(count))
    guilty = deadly & set(range(count))
    assert outcome.done == tuple(sorted(set(range(count)) - guilty))
    assert set(outcome.failed) == guilty
    assert all(reason.startswith("KilledWorker: ") for reason in outcome.failed.values())
    assert all({block} in pool.companies for block in guilty)


def test_a_task_for_workers_is_plain_and_its_pickle_knows_no_unit(tmp_path: Path) -> None:
    task = partial(patient, str(tmp_path))
    check_plain(task)
    assert b"pint" not in pickle.dumps(task).replace(str(tmp_path).encode(), b"")


def test_a_task_with_a_quantity_or_that_cannot_be_pickled_is_refused() -> None:
    with pytest.raises(CallError, match="with a unit"):
        check_plain(partial(write, {"axis": [5 * pint_unit("MW")]}))  # type: ignore[arg-type]
    with pytest.raises(CallError, match="use a function of a module"):
        check_plain(lambda block: {"rows": block})


def test_an_address_where_nobody_answers_is_a_wrong_call() -> None:
    for address in ("tcp://127.0.0.1:9", "no address"):
        with pytest.raises(CallError, match="none answers at"), connect(address, timeout=0.5):
            pass


def test_a_local_cluster_has_workers() -> None:
    with pytest.raises(CallError, match="0 is not positive"), local_cluster(0):
        pass


def test_without_a_client_none_is_active_and_the_runner_imports_no_cluster() -> None:
    assert active_client() is None
    script = (
        "import sys, decarb.sweeps.runner as r; assert r.active_client() is None; "
        "r.run_blocks(lambda block: {'rows': 1}, range(3)); assert 'distributed' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)


class Clock:
    """A clock that the test turns."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_progress_says_rate_and_time_left_in_plain_lines_at_most_each_five_per_cent() -> None:
    text, clock = io.StringIO(), Clock()
    with Progress(1_000_000, before=200_000, console=Console(file=text, width=40), clock=clock) as progress:
        for block in range(80):
            clock.now += 0.5
            progress(block, {"rows": 10_000})
    lines = text.getvalue().splitlines()
    assert lines[0] == "decarb: sweep ..."
    # 10,000 scenarios each half second; from 20 % on there are 16 lines of five per cent to come.
    assert lines[1] == "decarb: sweep: 250,000 of 1,000,000, 20,000 scenarios/s, 38 s left"
    assert len(lines) == 1 + 16
    assert lines[-1] == "decarb: sweep: 1,000,000 of 1,000,000, 20,000 scenarios/s, 0 s left"


def test_progress_says_at_once_that_a_block_failed() -> None:
    text = io.StringIO()
    with Progress(1_000_000, console=Console(file=text), clock=Clock()) as progress:
        progress(0, None)
    assert text.getvalue().splitlines()[-1].endswith("1 block failed")


def test_progress_in_a_terminal_is_a_bar_with_rate_and_counts() -> None:
    text, clock = io.StringIO(), Clock()
    console = Console(file=text, force_terminal=True, width=140, color_system=None)
    with Progress(20_000, console=console, clock=clock) as progress:
        clock.now = 2.0
        progress(0, {"rows": 10_000})
        progress(1, None)
    assert "10,000 of 20,000" in text.getvalue()
    assert "5,000 scenarios/s, 1 block failed" in text.getvalue()
