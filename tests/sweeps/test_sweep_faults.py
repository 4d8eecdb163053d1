"""Nothing of a real sweep is lost where clients, workers and files go; a resume gives the same bytes."""

from __future__ import annotations

import errno
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import sweep_faults
import xarray as xr
from sweep_samples import written

from decarb import cli
from decarb.errors import CallError, DecarbError
from decarb.sweeps import run, store
from decarb.sweeps.block import block as computed_block
from decarb.sweeps.design import SweepDesign, load_sweep
from decarb.sweeps.lock import beside
from decarb.sweeps.run import Swept, plan_at, sweep
from decarb.sweeps.store import open_sweep, store_at
from decarb.sweeps.verify import verify_sweep

ROWS, BLOCK, BLOCKS = 950, 100, 10
DESIGN = """
kind: sweep
base: china-2060
method: sobol
seed: 7
axes:
  economy.gdp_growth: {distribution: uniform}
  capture.rate: {distribution: uniform}
  rollout.growth: {distribution: uniform}
"""
CLIENT = """
import sys
from decarb.sweeps.run import sweep
sweep(sys.argv[1], sys.argv[2], scenarios=int(sys.argv[3]), block=int(sys.argv[4]), workers=2, quiet=True)
"""
ROOT = Path(__file__).resolve().parents[2]
FORGOTTEN = ("seconds", "seal", "information")  # of a marker: how long the block took


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sweep file of three axes."""
    return written(tmp_path_factory.mktemp("design"), DESIGN, "three.yaml")


@pytest.fixture(scope="module")
def design(file: Path) -> SweepDesign:
    """The design of that file."""
    return load_sweep(file)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, design: SweepDesign) -> Path:
    """A whole store that nothing happened to, by one thread."""
    path = tmp_path_factory.mktemp("undisturbed") / "store.zarr"
    assert sweep(design, path, scenarios=ROWS, block=BLOCK, workers=1, quiet=True).whole
    return path


@pytest.fixture
def begun(tmp_path: Path, undisturbed: Path) -> Path:
    """A store of which the plan is made and no block is done."""
    path = tmp_path / "store.zarr"
    shutil.copytree(beside(undisturbed), beside(path), ignore=shutil.ignore_patterns("0*.json"))
    return path


@pytest.fixture
def copied(tmp_path: Path, undisturbed: Path) -> Path:
    """A copy of the whole store."""
    path = tmp_path / "store.zarr"
    shutil.copytree(undisturbed, path)
    shutil.copytree(beside(undisturbed), beside(path))
    return path


@pytest.fixture
def go_on(design: SweepDesign) -> Callable[..., Swept]:
    """Give the same sweep to a store again."""

    def again(path: Path, **said: object) -> Swept:
        given = {"scenarios": ROWS, "block": BLOCK, "workers": 2, "quiet": True} | said
        return sweep(design, path, **given)  # type: ignore[arg-type]

    return again


def marked(path: Path) -> int:
    return len(list((beside(path) / "blocks").glob("[0-9]*.json")))


def contents(path: Path) -> dict[str, bytes]:
    """Every file of a store and beside it; of markers what does not tell the time."""
    found = {one.relative_to(path).as_posix(): one.read_bytes() for one in path.rglob("*") if one.is_file()}
    for one in (beside(path) / "blocks").iterdir():
        said = json.loads(one.read_bytes())
        found[one.name] = json.dumps({key: said[key] for key in sorted(said) if key not in FORGOTTEN}).encode()
    return found


def assert_same(path: Path, undisturbed: Path) -> None:
    """Compare a store with the undisturbed one, byte for byte, and read all of it again."""
    here, there = contents(path), contents(undisturbed)
    assert sorted(name for name in {*here, *there} if here.get(name) != there.get(name)) == []
    assert verify_sweep(path).whole


def assert_closed(path: Path) -> None:
    """An unfinished store opens neither with plain xarray nor with decarb, which says how far it is."""
    with pytest.raises(FileNotFoundError):
        xr.open_zarr(path, consolidated=False)
    with pytest.raises(DecarbError, match=rf"{marked(path)} of {BLOCKS} blocks are done"):
        open_sweep(path)


@contextmanager
def client_at_work(file: Path, path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that runs the sweep, and is killed at the end."""
    command = [sys.executable, "-c", CLIENT, str(file), str(path), str(ROWS), str(BLOCK)]
    paths = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    with subprocess.Popen(command, env={**os.environ, "PYTHONPATH": paths}) as client:
        yield client
        client.kill()


def wait(client: subprocess.Popen[bytes], there: Callable[[], bool]) -> None:
    while not there():
        assert client.poll() is None
        time.sleep(0.002)


@pytest.mark.parametrize("workers", [2, 4])
def test_any_number_of_threads_writes_the_same_bytes(
    workers: int, begun: Path, go_on: Callable[..., Swept], undisturbed: Path
) -> None:
    assert go_on(begun, workers=workers).whole
    assert_same(begun, undisturbed)


def test_blocks_done_in_any_order_are_the_same_bytes(
    begun: Path, undisturbed: Path, go_on: Callable[..., Swept]
) -> None:
    empty = store_at(begun)
    empty.restore()
    task = run.BlockTask(empty, str(empty.header.identity["plan"]))
    for block in random.Random(5).sample(range(BLOCKS), BLOCKS):
        task(block)
    assert go_on(begun).whole
    assert_same(begun, undisturbed)


@pytest.mark.parametrize("size", [50, 333])
def test_the_size_of_a_block_does_not_enter_the_numbers(size: int, undisturbed: Path) -> None:
    plan = plan_at(undisturbed)
    parts = [computed_block(plan, first, min(size, ROWS - first)) for first in range(0, ROWS, size)]
    whole = computed_block(plan, 0, ROWS)
    for name in (str(name) for name, array in whole.variables.items() if "scenario" in array.dims):
        found = np.concatenate([part[name].values for part in parts])
        np.testing.assert_allclose(found, whole[name].values, rtol=1e-12, atol=0.0, err_msg=name)


def test_a_client_killed_at_random_moments_loses_nothing(
    file: Path, begun: Path, go_on: Callable[..., Swept], undisturbed: Path
) -> None:
    moments = random.Random(11)
    for _ in range(3):
        enough = marked(begun) + moments.randint(1, 2)
        with client_at_work(file, begun) as client:
            wait(client, lambda enough=enough: marked(begun) >= enough)  # type: ignore[misc]
            time.sleep(moments.uniform(0.0, 0.02))  # into the next blocks
            client.kill()
        assert client.returncode == -signal.SIGKILL
        assert 1 <= marked(begun) < BLOCKS
        assert_closed(begun)
    assert go_on(begun).whole
    assert_same(begun, undisturbed)


def test_a_second_client_is_told_who_is_at_work_and_takes_over_when_that_one_is_dead(
    file: Path, begun: Path, go_on: Callable[..., Swept], undisturbed: Path
) -> None:
    with client_at_work(file, begun) as client:
        wait(client, (beside(begun) / "holder.json").exists)
        client.send_signal(signal.SIGSTOP)
        with pytest.raises(CallError, match=rf"process {client.pid} on .* is at work on it; wait for it or stop it"):
            go_on(begun)
        client.kill()
    assert go_on(begun).whole
    assert_same(begun, undisturbed)


def test_a_worker_killed_between_its_chunks_and_its_marker_costs_that_block_one_more_try(
    begun: Path, go_on: Callable[..., Swept], undisturbed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(run, "BlockTask", sweep_faults.DiesOnceUnmarked)
    assert go_on(begun, processes=True).whole
    assert (beside(begun) / ".once-unmarked").exists()  # it did die
    assert_same(begun, undisturbed)


def test_a_block_that_always_kills_its_worker_fails_alone_with_its_scenarios(
    begun: Path, go_on: Callable[..., Swept], undisturbed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed")
    with monkeypatch.context() as patched:
        patched.setattr(run, "BlockTask", sweep_faults.AlwaysDies)
        found = go_on(begun, processes=True, workers=1)
    assert (found.whole, found.done, set(found.failed)) == (False, BLOCKS - 1, {sweep_faults.DEADLY})
    assert found.failed[sweep_faults.DEADLY].startswith("scenarios 300 to 399: KilledWorker: ")
    assert set(store_at(begun).failures()) == {sweep_faults.DEADLY}
    assert_closed(begun)
    assert go_on(begun).whole
    assert store_at(begun).failures() == {}
    assert_same(begun, undisturbed)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9])


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("name", ["net_co2/c.4.0", "status/c.4", "scenario/c.4", "zarr.json", "margin/zarr.json",
                                  "year/c.0"])  # fmt: skip
@pytest.mark.parametrize("harm", [cut, Path.unlink])
def test_a_file_cut_off_or_deleted_is_found_and_made_again(
    name: str, harm: Callable[[Path], None], copied: Path, go_on: Callable[..., Swept], undisturbed: Path
) -> None:
    harm(copied / name)
    report = verify_sweep(copied)
    assert [fault.path for fault in report.faults if fault.kind != "undecodable"] == [name]
    with pytest.raises(DecarbError):
        open_sweep(copied)
    assert go_on(copied).whole
    assert_same(copied, undisturbed)


def test_a_flipped_bit_is_found_named_and_made_again_after_a_repair(
    copied: Path, go_on: Callable[..., Swept], undisturbed: Path
) -> None:
    flip(copied / "value/c.4.0")
    report = verify_sweep(copied, repair=True)
    assert not report.whole and report.sound == ROWS - BLOCK
    said = "value/c.4.0: block 4, variable value, scenarios 400 to 499: holds other bytes than were written"
    assert str(report.faults[0]).startswith(said)
    assert_closed(copied)
    assert go_on(copied).whole
    assert_same(copied, undisturbed)


@pytest.mark.parametrize("harm", [cut, flip, Path.unlink])
def test_a_marker_that_is_damaged_is_not_trusted(
    harm: Callable[[Path], None], copied: Path, go_on: Callable[..., Swept], undisturbed: Path
) -> None:
    harm(beside(copied) / "blocks" / "00000004.json")
    assert store_at(copied).missing() == [4]
    assert go_on(copied).whole
    assert_same(copied, undisturbed)


@pytest.mark.parametrize("name", ["status", "verdict"])
def test_whole_numbers_of_a_chunk_that_is_gone_read_as_no_code(name: str, copied: Path) -> None:
    """Plain xarray reads on where a chunk is gone: what it finds there must not say computed, or missed."""
    for chunk in (copied / name).glob("c.4*"):
        chunk.unlink()
    with xr.open_zarr(copied, consolidated=False) as read:
        found, codes = read[name].values, read[name].attrs["flag_values"]
    assert found.dtype == np.int8
    assert not set(found[400:500].ravel().tolist()) & set(codes)
    assert set(found[:400].ravel().tolist()) <= set(codes)


@pytest.mark.parametrize("name", ["plan/plan.json", "plan/zone.nc", "template/net_co2/zarr.json"])
def test_a_plan_and_a_template_that_are_damaged_are_made_again(
    name: str, copied: Path, go_on: Callable[..., Swept], undisturbed: Path
) -> None:
    (copied / "net_co2/c.4.0").unlink()  # so that the plan is needed
    flip(beside(copied) / name)
    assert go_on(copied).whole
    assert (beside(copied) / name).read_bytes() == (beside(undisturbed) / name).read_bytes()
    assert_same(copied, undisturbed)


def test_folders_of_markers_and_reasons_that_are_gone_are_made_again(
    copied: Path, go_on: Callable[..., Swept], undisturbed: Path
) -> None:
    for name in ("blocks", "failed"):
        shutil.rmtree(beside(copied) / name)
    assert go_on(copied).whole
    assert_same(copied, undisturbed)


@pytest.mark.parametrize("harm", [cut, flip])
def test_a_sweep_json_that_is_damaged_is_refused_with_a_way_out(
    harm: Callable[[Path], None], copied: Path, go_on: Callable[..., Swept]
) -> None:
    harm(beside(copied) / "sweep.json")
    with pytest.raises(DecarbError, match=r"sweep\.json: .*; put it back from a copy, or start the sweep again"):
        go_on(copied)


def test_a_disk_that_takes_no_note_of_a_failed_block_still_lists_it(
    begun: Path, go_on: Callable[..., Swept], undisturbed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, content: bytes) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    store_at(begun).restore()
    with monkeypatch.context() as patched:
        patched.setattr(store, "write_whole", full)
        found = go_on(begun)
    assert found.done == 0 and "make room and resume" in found.stopped
    first = next(iter(found.failed.values()))
    assert "No space left on device" in first and str(begun) in first  # which file
    assert go_on(begun).whole
    assert_same(begun, undisturbed)


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond a size in bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_file_size_limit_stops_the_run_and_leaves_nothing_half_written(
    begun: Path, go_on: Callable[..., Swept], undisturbed: Path
) -> None:
    store_at(begun).restore()
    with largest_file((undisturbed / "net_co2/c.3.0").stat().st_size - 1):
        found = go_on(begun)
    assert not found.whole and "make room and resume" in found.stopped
    assert "File too large" in next(iter(found.failed.values()))
    assert [path for folder in (begun, beside(begun)) for path in folder.rglob(".*.partial")] == []
    assert_closed(begun)
    assert go_on(begun).whole
    assert_same(begun, undisturbed)


@pytest.mark.parametrize(
    ("changed", "said", "words"),
    [
        ({"seed": 8}, {}, r"sweep\.seed: 7 there, 8 asked for"),
        ({}, {"block": 50}, r"block: 100 there, 50 asked for"),
        ({}, {"scenarios": 900}, r"sweep\.scenarios: 950 there, 900 asked for"),
        ({}, {"keep": ["net_co2", "captured_co2"]}, r"keep: \[\] there, \[.captured_co2.\] asked for"),
    ],
)
def test_another_design_is_refused_and_the_key_that_differs_is_named(
    changed: Mapping[str, int], said: Mapping[str, object], words: str, copied: Path, design: SweepDesign,
    undisturbed: Path,
) -> None:  # fmt: skip
    given = {"scenarios": ROWS, "block": BLOCK, "quiet": True} | dict(said)
    with pytest.raises(CallError, match=words):
        sweep(replace(design, **changed), copied, **given)  # type: ignore[arg-type]
    assert_same(copied, undisturbed)


def test_the_command_says_what_is_left_and_exits_with_1_until_the_store_is_whole(
    file: Path, begun: Path, undisturbed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def said(*command: object) -> tuple[int, list[str]]:
        monkeypatch.setattr(sys, "argv", ["decarb", *map(str, command)])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        return int(stopped.value.code or 0), capsys.readouterr().out.splitlines()

    again = ("sweep", file, "--out", begun, "--n", ROWS, "--block", BLOCK, "--workers", 2)
    with monkeypatch.context() as patched:
        patched.setattr(run, "BlockTask", sweep_faults.AlwaysFails)
        assert said(*again) == (1, [
            f"{begun}: 9 of 10 blocks are done; the same command goes on with the rest",
            "block 3 failed, scenarios 300 to 399: ValueError: no such pathway",
        ])  # fmt: skip
    code, lines = said("sweep-verify", begun)
    assert (code, lines[1]) == (1, "9 of 10 blocks are done; run the sweep again to go on")
    code, lines = said(*again)
    assert code == 0 and lines[0].startswith(f"{begun}: 950 scenarios in 10 of 10 blocks, ")
    assert said("sweep-verify", begun) == (0, [f"{begun}: 950 of 950 scenarios are sound"])
    assert_same(begun, undisturbed)
