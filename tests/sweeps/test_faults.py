"""Nothing is lost when workers, schedulers and clients die: real processes, real files."""

from __future__ import annotations

import asyncio
import gc
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import dask
import pytest
from sweep_faults import (
    INTERRUPTED,
    ROWS,
    disk_full,
    first_time,
    left,
    patient,
    write,
    write_and_die_once,
    write_or_die,
    write_or_raise,
    written,
)

from decarb.sweeps.cluster import HOST, NO_DASHBOARD, connect, local_cluster
from decarb.sweeps.runner import Outcome, run_blocks

distributed = pytest.importorskip("distributed")
ROOT = Path(__file__).resolve().parents[2]
PATHS = os.pathsep.join([str(ROOT), str(ROOT / "tests"), *filter(None, [os.environ.get("PYTHONPATH")])])
COUNT = 24
FAULTS = ROOT / "tests" / "sweep_faults.py"
SERVER = """
import sys
from decarb.sweeps.cluster import local_cluster
if __name__ == "__main__":
    with local_cluster(1) as client:
        print(client.scheduler.address, flush=True)
        sys.stdin.read()
"""


@pytest.fixture(scope="module")
def cluster() -> Iterator[distributed.Client]:
    """Two worker processes that all tests share; what dies in one test is started again for the next."""
    with local_cluster(2) as client:
        yield client


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[int, bytes]:
    """The files of a run that nothing happened to."""
    folder = tmp_path_factory.mktemp("undisturbed")
    assert run_blocks(partial(write, str(folder)), range(COUNT), workers=1).whole
    return written(folder)


def pids(client: distributed.Client) -> set[int]:
    return set(client.run(os.getpid).values())


def test_processes_write_the_same_bits_as_threads_and_let_each_result_go(
    cluster: distributed.Client, tmp_path: Path, undisturbed: dict[int, bytes]
) -> None:
    most = 0

    def follow(block: int, marker: Mapping[str, Any] | None) -> None:
        nonlocal most
        assert marker == {"rows": ROWS}
        most = max(most, len(cluster.futures))

    cluster.wait_for_workers(2)
    outcome = run_blocks(partial(write, str(tmp_path)), range(COUNT), client=cluster, progress=follow)
    assert outcome == Outcome(tuple(range(COUNT)))
    assert written(tmp_path) == undisturbed
    assert most <= 2 * 2 + 1  # two for each worker in flight, and the one that was just collected
    assert len(pids(cluster)) == 2 and os.getpid() not in pids(cluster)


def test_a_worker_that_is_killed_in_a_block_costs_that_block_one_more_try(
    cluster: distributed.Client, tmp_path: Path, undisturbed: dict[int, bytes]
) -> None:
    outcome = run_blocks(partial(write_and_die_once, str(tmp_path), (5,)), range(COUNT), client=cluster)
    assert outcome == Outcome(tuple(range(COUNT)))
    assert written(tmp_path) == undisturbed


def test_all_workers_may_die_once(cluster: distributed.Client, tmp_path: Path, undisturbed: dict[int, bytes]) -> None:
    outcome = run_blocks(partial(write_and_die_once, str(tmp_path), (0, 1, 2, 3)), range(COUNT), client=cluster)
    assert outcome == Outcome(tuple(range(COUNT)))
    assert written(tmp_path) == undisturbed


def test_a_local_worker_that_died_comes_back_however_soon_dask_would_give_it_up(tmp_path: Path) -> None:
    """Dask looks once, some time after a death; a worker that happens to be away then is given up for good."""
    with dask.config.set({"distributed.deploy.lost-worker-timeout": "1 ms"}), local_cluster(1) as client:
        task = partial(write_and_die_once, str(tmp_path), (1,))
        assert run_blocks(task, range(4), client=client, patience=30.0) == Outcome((0, 1, 2, 3))


def test_a_block_that_always_kills_its_worker_fails_alone(
    cluster: distributed.Client, tmp_path: Path, undisturbed: dict[int, bytes]
) -> None:
    outcome = run_blocks(partial(write_or_die, str(tmp_path), 3), range(COUNT), client=cluster)
    assert outcome.done == (*range(3), *range(4, COUNT))
    assert set(outcome.failed) == {3} and outcome.failed[3].startswith("KilledWorker: ")
    assert not outcome.stopped
    assert written(tmp_path) == {block: data for block, data in undisturbed.items() if block != 3}


def test_errors_come_back_from_processes_as_they_are(cluster: distributed.Client, tmp_path: Path) -> None:
    outcome = run_blocks(partial(write_or_raise, str(tmp_path)), range(6), client=cluster)
    assert outcome.done == (0, 4, 5)
    assert dict(outcome.failed) == {
        1: "CallError: no such axis", 2: "MemoryError", 3: "PermissionError: [Errno 13] Permission denied: 'store'",
    }  # fmt: skip


def test_a_full_disk_stops_a_cluster_too(cluster: distributed.Client) -> None:
    outcome = run_blocks(disk_full, range(200), client=cluster, workers=2)
    # Four blocks are in flight, in any order: the first two may end after the third that found the disk full.
    assert set(outcome.done) <= {0, 1}
    assert len(outcome.failed) == 3
    assert "no room on the disk" in outcome.stopped


def test_what_another_client_restarts_is_run_again(cluster: distributed.Client, tmp_path: Path) -> None:
    """A restart drops all blocks in flight; the runner starts them again, though not for ever."""
    restarted = threading.Event()

    def restart() -> None:
        while not list(tmp_path.glob(".begun-*")):
            restarted.wait(0.01)
        (tmp_path / ".go").touch()
        with connect(cluster.scheduler.address) as other:
            other.restart(timeout=30)
        restarted.set()

    thread = threading.Thread(target=restart)
    thread.start()
    outcome = run_blocks(partial(patient, str(tmp_path)), range(8), client=cluster)
    thread.join()
    assert restarted.is_set() and outcome == Outcome(tuple(range(8)))


def test_a_cluster_without_workers_stops_the_run_when_patience_ends(tmp_path: Path) -> None:
    nobody = distributed.LocalCluster(n_workers=0, host=HOST, scheduler_kwargs=NO_DASHBOARD)
    with nobody, distributed.Client(nobody, set_as_default=False) as client:
        outcome = run_blocks(partial(write, str(tmp_path)), range(3), client=client, patience=0.5)
    assert outcome.done == () and not outcome.failed
    assert outcome.stopped.startswith("the dask cluster had no worker or gave no answer for 0.5 s")


@pytest.fixture
def server() -> Iterator[subprocess.Popen[str]]:
    """A process with a scheduler and a worker; both end with it."""
    command = [sys.executable, "-c", SERVER]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        env={**os.environ, "PYTHONPATH": PATHS},
    ) as process:  # fmt: skip
        yield process
        process.kill()


def test_a_scheduler_that_goes_away_stops_the_run_and_another_finishes_it(
    server: subprocess.Popen[str], cluster: distributed.Client, tmp_path: Path, undisturbed: dict[int, bytes]
) -> None:
    assert server.stdout is not None

    def follow(block: int, marker: Mapping[str, Any] | None) -> None:
        if first_time(str(tmp_path), "kill"):
            server.kill()

    with connect(server.stdout.readline().strip()) as client:
        outcome = run_blocks(partial(write, str(tmp_path)), range(COUNT), client=client, progress=follow)
    assert "scheduler is gone" in outcome.stopped
    assert 1 <= len(outcome.done) < COUNT and not outcome.failed
    assert set(outcome.done) <= set(written(tmp_path))
    assert run_blocks(partial(write, str(tmp_path)), left(tmp_path, COUNT), client=cluster).whole
    assert written(tmp_path) == undisturbed


def test_a_scheduler_that_no_longer_answers_stops_the_run_when_patience_ends(
    server: subprocess.Popen[str], tmp_path: Path
) -> None:
    assert server.stdout is not None

    def follow(block: int, marker: Mapping[str, Any] | None) -> None:
        server.send_signal(signal.SIGSTOP)

    with connect(server.stdout.readline().strip()) as client:
        outcome = run_blocks(partial(write, str(tmp_path)), range(COUNT), client=client, progress=follow, patience=1.0)
        server.kill()
    assert "gave no answer for 1 s" in outcome.stopped and len(outcome.done) < COUNT


def test_a_client_that_is_closed_stops_the_run(cluster: distributed.Client, tmp_path: Path) -> None:
    with connect(cluster.scheduler.address) as client:
        outcome = run_blocks(
            partial(write, str(tmp_path)), range(COUNT), client=client, progress=lambda block, marker: client.close()
        )
    assert "its client was closed" in outcome.stopped and len(outcome.done) < COUNT


def test_a_client_killed_at_random_moments_leaves_whole_files_and_a_resume_gives_the_same_bits(
    cluster: distributed.Client, tmp_path: Path, undisturbed: dict[int, bytes]
) -> None:
    moments = random.Random(6)
    for attempt in range(5):
        where = cluster.scheduler.address if attempt % 2 else "threads"
        enough = len(written(tmp_path)) + moments.randint(1, 3)
        command = [sys.executable, str(FAULTS), str(tmp_path), str(COUNT), where]
        with subprocess.Popen(command, env={**os.environ, "PYTHONPATH": PATHS}) as client:
            while len(written(tmp_path)) < enough:
                assert client.poll() is None
            client.send_signal(signal.SIGKILL)
        assert client.returncode == -signal.SIGKILL
        there = written(tmp_path)
        assert there == {block: undisturbed[block] for block in there} and len(there) < COUNT
    assert run_blocks(partial(write, str(tmp_path)), left(tmp_path, COUNT), workers=2).whole
    assert written(tmp_path) == undisturbed


def test_an_interrupt_from_the_terminal_ends_client_and_workers_without_a_word(
    tmp_path: Path, undisturbed: dict[int, bytes]
) -> None:
    """A terminal sends it to all of them at once."""
    command = [sys.executable, str(FAULTS), str(tmp_path), "2000", "processes"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
        env={**os.environ, "PYTHONPATH": PATHS},
    ) as client:  # fmt: skip
        while len(written(tmp_path)) < 3:
            assert client.poll() is None
        os.killpg(client.pid, signal.SIGINT)
        said = client.communicate(timeout=30)[0]
    assert (client.returncode, said) == (INTERRUPTED, "")
    assert all(data == undisturbed.get(block, data) for block, data in written(tmp_path).items())


@pytest.mark.parametrize(("error", "said"), [(distributed.client.AllExit, ""), (ValueError, "ValueError")])
def test_asyncio_says_nothing_of_a_gather_that_was_ended(
    error: type[Exception], said: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def ended() -> None:
        raise error

    async def never_asked() -> None:
        task = asyncio.ensure_future(ended())
        await asyncio.sleep(0.01)
        del task

    asyncio.run(never_asked())
    gc.collect()
    assert said in caplog.text and bool(caplog.text) is bool(said)
