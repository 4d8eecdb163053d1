"""Verification: every fault on the disk is found, named with its scenarios, and mended by a rerun."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from store_samples import HEADER, ROWS, block, contents, filled, whole

from decarb.errors import CallError, DecarbError
from decarb.sweeps import store as stores
from decarb.sweeps.lock import locked
from decarb.sweeps.markers import Chunk, Marker, write_marker
from decarb.sweeps.store import open_or_create
from decarb.sweeps.verify import verify_sweep


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "sweep.zarr"
    whole(path)
    return path


def beside(path: Path) -> Path:
    return path.with_name("sweep.zarr.sweep")


def truncate(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-3])


def flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def lengthen(file: Path) -> None:
    file.write_bytes(file.read_bytes() + b"x")


def test_a_whole_store_is_whole(path: Path) -> None:
    seen: list[tuple[int, int]] = []
    report = verify_sweep(path, progress=lambda done, of: seen.append((done, of)))
    assert report.whole and report.sound == ROWS and seen == [(1, 3), (2, 3), (3, 3)]
    assert report.words() == [f"{path}: 10 of 10 scenarios are sound"]


@pytest.mark.parametrize(
    ("damage", "kind", "found"),
    [
        (Path.unlink, "deleted", "is not there"),
        (truncate, "truncated", "bytes"),
        (lengthen, "changed", "bytes"),
        (flip, "changed", "holds other bytes"),
    ],
)
@pytest.mark.parametrize("variable", ["net_co2", "margin", "verdict", "status", "scenario"])
def test_a_damaged_chunk_is_found_with_block_variable_and_scenarios_and_a_rerun_mends_it(
    path: Path, damage: Callable[[Path], None], kind: str, found: str, variable: str
) -> None:
    before = contents(path)
    damage(next((path / variable).glob("c.1*")))
    report = verify_sweep(path)
    assert not report.whole and report.sound == 6  # scenarios 4 to 7 of 10
    (fault,) = report.faults
    assert (fault.kind, fault.block, fault.variable, fault.scenarios) == (kind, 1, variable, (4, 7))
    assert found in fault.found and f"block 1, variable {variable}, scenarios 4 to 7" in str(fault)
    assert contents(path) != before and verify_sweep(path).faults == report.faults  # looking changes nothing
    assert verify_sweep(path, repair=True).repaired
    assert not (path / "zarr.json").exists() and verify_sweep(path).missing == (1,)
    whole(path)
    assert verify_sweep(path).whole and contents(path) == before


def test_the_last_block_is_short(path: Path) -> None:
    flip(path / "margin" / "c.2.0")
    report = verify_sweep(path)
    assert report.faults[0].scenarios == (8, 9) and report.sound == 8


def test_a_chunk_of_another_block_or_store_in_its_place_is_found(path: Path, tmp_path: Path) -> None:
    shutil.copy(path / "net_co2" / "c.0.0", path / "net_co2" / "c.1.0")
    assert [(fault.block, fault.variable) for fault in verify_sweep(path).faults] == [(1, "net_co2")]
    other = open_or_create(tmp_path / "other.zarr", {**HEADER, "seed": 8}, block(0, 0), ROWS, 4)
    other.write(0, block(0, 4) * 2)
    shutil.copy(other.path / "net_co2" / "c.0.0", path / "net_co2" / "c.0.0")
    assert [fault.block for fault in verify_sweep(path).faults] == [0, 1]


def test_several_faults_are_all_named(path: Path) -> None:
    flip(path / "margin" / "c.0.0")
    (path / "net_co2" / "c.0.0").unlink()
    truncate(path / "status" / "c.2")
    report = verify_sweep(path)
    assert [(fault.kind, fault.block) for fault in report.faults] == [("changed", 0), ("deleted", 0), ("truncated", 2)]
    assert report.sound == 4


def test_a_damaged_marker_and_one_of_another_store_are_found(path: Path, tmp_path: Path) -> None:
    before = contents(path)
    truncate(beside(path) / "blocks" / "00000000.json")
    other = open_or_create(tmp_path / "other.zarr", {**HEADER, "seed": 8}, block(0, 0), ROWS, 4)
    other.write(1, block(4, 4))
    shutil.copy(other.folder / "blocks" / "00000001.json", beside(path) / "blocks")
    report = verify_sweep(path, repair=True)
    assert [(fault.kind, fault.block) for fault in report.faults] == [("marker", 0), ("marker", 1)]
    assert "another sweep" in report.faults[1].found
    whole(path)
    assert contents(path) == before


def test_a_deleted_marker_makes_the_block_missing(path: Path) -> None:
    (beside(path) / "blocks" / "00000001.json").unlink()
    report = verify_sweep(path)
    assert report.missing == (1,) and "2 of 3 blocks are done" in report.words()[1]
    assert [fault.kind for fault in report.faults] == ["root"]  # it opens as if whole
    verify_sweep(path, repair=True)
    assert not verify_sweep(path).faults


def test_the_marker_of_a_block_beyond_the_last_is_too_many(path: Path) -> None:
    write_marker(beside(path) / "blocks", Marker("x", 3, 12, 4, 0.0, {}, (Chunk("net_co2/c.3.0", 1, "y"),)))
    (fault,) = verify_sweep(path).faults
    assert fault.kind == "surplus" and "no block 3, the last is 2" in fault.found


def test_an_unfinished_store_is_not_whole_and_its_done_blocks_are_read(tmp_path: Path) -> None:
    store = filled(tmp_path / "sweep.zarr", [0, 2])
    report = verify_sweep(store.path)
    assert not report.whole and report.missing == (1,) and not report.faults and report.sound == 6
    flip(store.path / "margin" / "c.2.0")
    assert [fault.block for fault in verify_sweep(store.path).faults] == [2]


@pytest.mark.parametrize("name", ["net_co2/c.3.0", "thesis.txt", "ours/zarr.json", "net_co2/c/0/0"])
def test_a_file_that_no_sweep_wrote_is_named_and_left_alone(path: Path, name: str) -> None:
    (path / name).parent.mkdir(parents=True, exist_ok=True)
    (path / name).write_text("mine")
    report = verify_sweep(path, repair=True)
    assert [(fault.kind, fault.path) for fault in report.faults] == [("surplus", name)]
    assert report.sound == ROWS and (path / name).read_text() == "mine"


def test_what_a_killed_writer_left_is_named_and_repaired(path: Path) -> None:
    left = path / "margin" / f".c.0.0-{'0f' * 16}.partial"
    left.write_bytes(b"half")
    assert [fault.kind for fault in verify_sweep(path).faults] == ["leftover"]
    verify_sweep(path, repair=True)
    assert not left.exists() and verify_sweep(path).whole


@pytest.mark.parametrize("name", ["net_co2/zarr.json", "target/c.0", "year/c.0", "zarr.json"])
@pytest.mark.parametrize("damage", [Path.unlink, flip])
def test_damaged_metadata_are_found_and_put_back(path: Path, name: str, damage: Callable[[Path], None]) -> None:
    before = contents(path)
    damage(path / name)
    faults = verify_sweep(path).faults
    assert {"root" if name == "zarr.json" else "metadata"} <= {fault.kind for fault in faults}
    assert {fault.path for fault in faults if fault.kind in ("root", "metadata")} == {name}
    verify_sweep(path, repair=True)
    whole(path)
    assert contents(path) == before


def test_a_block_that_was_written_wrong_is_found_by_decoding(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes that fit their marker but not their metadata: what no hash of the bytes can show."""
    store = stores.store_at(path)
    chunk = path / "margin" / "c.1.0"
    flip(chunk)
    marker = stores.read_marker(beside(path) / "blocks" / "00000001.json")
    chunks = tuple(
        Chunk(each.path, each.size, stores.digest_of_file(chunk)) if each.path == "margin/c.1.0" else each
        for each in marker.chunks
    )
    write_marker(store.folder / "blocks", Marker(**{**marker.__dict__, "chunks": chunks}))
    (fault,) = verify_sweep(path).faults
    assert (fault.kind, fault.block, fault.variable) == ("undecodable", 1, "margin")


def test_counts_of_status_are_checked_against_the_data(path: Path) -> None:
    store = stores.store_at(path)
    marker = stores.read_marker(beside(path) / "blocks" / "00000001.json")
    assert dict(marker.status) == {"0": 3, "1": 1}
    write_marker(store.folder / "blocks", Marker(**{**marker.__dict__, "status": {"0": 4}}))
    (fault,) = verify_sweep(path).faults
    assert fault.variable == "status" and "the marker says {'0': 4}" in fault.found


def test_a_repair_waits_for_no_client_and_a_look_needs_no_lock(path: Path) -> None:
    with locked(path):
        assert verify_sweep(path).whole
        with pytest.raises(CallError, match="is at work on it"):
            verify_sweep(path, repair=True)


def test_no_store_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(DecarbError, match=r"holds no sweep\.json"):
        verify_sweep(tmp_path / "nothing")
    assert np.array_equal(list(tmp_path.iterdir()), [])
