"""The store: nothing is lost, nothing half is taken for whole, and no other sweep is joined to it."""

from __future__ import annotations

import errno
import os
import pickle
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from itertools import permutations
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import xarray as xr
import zarr
from store_samples import BLOCKS, HEADER, ROWS, TARGETS, YEARS, block, contents, filled, made, whole

from decarb.errors import CallError, DecarbError
from decarb.sweeps import durable
from decarb.sweeps.lock import locked
from decarb.sweeps.store import Store, create, open_or_create, open_sweep, store_at

HERE = Path(__file__).resolve().parents[1]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sweep.zarr"


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    path = tmp_path_factory.mktemp("whole") / "sweep.zarr"
    whole(path)
    return contents(path)


def test_a_whole_store_opens_with_plain_xarray_and_holds_what_was_written(path: Path) -> None:
    whole(path)
    expected = block(0, ROWS)
    assert open_sweep(path)["target"].dtype.kind == "U"
    for found in (open_sweep(path), open_sweep(path, check=False), xr.open_zarr(path, consolidated=False)):
        loaded = found.load()
        assert set(loaded.coords) == set(expected.coords)
        for name in expected.variables:
            same = np.array_equal if expected[name].dtype.kind == "U" else np.testing.assert_array_equal
            assert same(loaded[name].values.tolist(), expected[name].values.tolist()) in (None, True)
        assert loaded["verdict"].dtype == np.int8 and loaded["net_co2"].dtype == np.float64
        assert loaded["scenario"].dtype == np.int64
        assert loaded["net_co2"].attrs == expected["net_co2"].attrs and loaded.attrs == expected.attrs
        assert loaded["status"].attrs == {"flag_values": [0, 1], "flag_meanings": "computed refused"}
        # 9 * 100 + 2060
        assert float(loaded["net_co2"].sel(scenario=9, year=2060)) == 2960.0
        assert float(loaded["margin"].sel(scenario=7, target="碳中和")) == 1.0


def test_a_block_is_one_chunk_with_zstd_and_crc32c_and_text_is_read_without_a_warning(path: Path) -> None:
    whole(path)
    array = zarr.open_array(path, path="net_co2", mode="r")
    assert array.chunks == (4, 2)
    assert [type(codec).__name__ for codec in array.metadata.codecs] == ["BytesCodec", "ZstdCodec", "Crc32cCodec"]
    assert sorted(file.name for file in (path / "net_co2").iterdir()) == ["c.0.0", "c.1.0", "c.2.0", "zarr.json"]
    assert open_sweep(path)["target"].values.tolist() == TARGETS
    assert dict(open_sweep(path).chunksizes)["scenario"] == (4, 4, 2)


def test_chunks_of_nothing_but_fill_values_are_written_too(path: Path) -> None:
    store = made(path)
    first = block(0, 4)
    store.write(0, first.assign(net_co2=first["net_co2"].copy(data=np.full((4, 2), np.nan))))
    assert (path / "net_co2" / "c.0.0").is_file() and (path / "status" / "c.0").is_file()


def test_an_unfinished_store_does_not_open(path: Path) -> None:
    store = filled(path, [0, 2])
    with pytest.raises(DecarbError, match=r"2 of 3 blocks are done; run the sweep again to go on"):
        open_sweep(path)
    with pytest.raises(FileNotFoundError):
        xr.open_zarr(path, consolidated=False)
    with pytest.raises(DecarbError, match="2 of 3 blocks"):
        store.finish()
    store.write(1, block(4, 4))
    with pytest.raises(DecarbError, match="3 of 3 blocks"):  # not finished by its client
        open_sweep(path)
    store.finish()
    assert open_sweep(path).sizes["scenario"] == ROWS


@pytest.mark.parametrize("order", list(permutations(range(BLOCKS))))
def test_any_order_of_blocks_gives_the_same_bytes(
    path: Path, order: tuple[int, ...], undisturbed: dict[str, bytes]
) -> None:
    filled(path, order).finish()
    assert contents(path) == undisturbed


def test_a_resumed_store_is_bit_identical_wherever_it_was_cut_off(path: Path, undisturbed: dict[str, bytes]) -> None:
    for done in range(BLOCKS + 1):
        filled(path, range(done))
        whole(path)
        assert contents(path) == undisturbed
        shutil.rmtree(path)
        shutil.rmtree(path.with_name("sweep.zarr.sweep"))


@pytest.mark.parametrize("number", [0, 9, 20, 33, 45])
def test_a_client_cut_off_at_any_file_is_followed_by_one_that_goes_on(
    path: Path, number: int, undisturbed: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    left = iter(range(number))

    def replace(old: Any, new: Any) -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt
        os.replace(old, new)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(durable, "os", SimpleNamespace(**{**vars(os), "replace": replace}))
        whole(path)
    whole(path)
    assert contents(path) == undisturbed


@pytest.mark.parametrize("size", [1, 3, 10, 50])
def test_block_size_changes_no_value(path: Path, size: int) -> None:
    store = made(path, size=size)
    for number in range(store.blocks):
        store.write(number, block(*store.span(number)))
    store.finish()
    xr.testing.assert_equal(open_sweep(path).load()[["net_co2", "margin"]], block(0, ROWS)[["net_co2", "margin"]])


def test_two_writers_of_one_block_leave_one_whole_block(path: Path, undisturbed: dict[str, bytes]) -> None:
    store = made(path)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: store.write(number, block(*store.span(number))), [0, 1, 2, 0, 1, 2, 1, 1]))
    store.finish()
    assert contents(path) == undisturbed


def test_a_store_goes_to_another_process_as_it_is(path: Path) -> None:
    store = made(path)
    again = pickle.loads(pickle.dumps(store))
    assert again == store and b"pint" not in pickle.dumps(store)
    assert again.write(0, block(0, 4))["rows"] == 4
    assert store.done() == {0}


def test_a_marker_says_rows_seconds_and_how_many_scenarios_have_each_status(path: Path) -> None:
    said = made(path).write(1, block(4, 4), seconds=0.5)
    assert (said["block"], said["first"], said["rows"], said["seconds"]) == (1, 4, 4, 0.5)
    assert said["status"] == {"0": 3, "1": 1}  # of 4, 5, 6 and 7 number 5 was not computed
    assert all((path / chunk["path"]).stat().st_size == chunk["size"] for chunk in said["chunks"])


def _truncate(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])


@pytest.mark.parametrize("damage", [Path.unlink, _truncate])
@pytest.mark.parametrize("name", ["net_co2/c.1.0", "status/c.1", "scenario/c.1"])
def test_a_lost_or_short_chunk_is_not_done_and_does_not_open_and_is_done_again(
    path: Path, name: str, damage: Any, undisturbed: dict[str, bytes]
) -> None:
    whole(path)
    damage(path / name)
    with pytest.raises(DecarbError, match="2 of 3 blocks"):
        open_sweep(path)
    store = made(path)
    assert store.missing() == [1]
    assert not (path / "zarr.json").exists()  # readers are kept out from here on
    whole(path)
    assert contents(path) == undisturbed


@pytest.mark.parametrize("content", [b"", b"{", b"{}"])
def test_a_block_whose_marker_is_damaged_is_done_again(
    path: Path, content: bytes, undisturbed: dict[str, bytes]
) -> None:
    whole(path)
    (path.with_name("sweep.zarr.sweep") / "blocks" / "00000002.json").write_bytes(content)
    assert made(path).missing() == [2]
    whole(path)
    assert contents(path) == undisturbed


def test_the_marker_of_another_block_or_store_is_not_trusted(path: Path, tmp_path: Path) -> None:
    store = filled(path)
    other = open_or_create(tmp_path / "other.zarr", {**HEADER, "seed": 8}, block(0, 0), ROWS, 4)
    other.write(0, block(0, 4))
    markers = store.folder / "blocks"
    shutil.copy(markers / "00000001.json", markers / "00000002.json")
    shutil.copy(other.folder / "blocks" / "00000000.json", markers / "00000000.json")
    assert store.done() == {1}


def test_damaged_or_lost_metadata_are_put_back(path: Path, undisturbed: dict[str, bytes]) -> None:
    whole(path)
    (path / "zarr.json").unlink()
    with pytest.raises(DecarbError, match="3 of 3 blocks"):
        open_sweep(path)
    (path / "net_co2" / "zarr.json").write_text("{}")
    (path / "target" / "c.0").unlink()
    whole(path)
    assert contents(path) == undisturbed


def test_a_lost_label_is_told_and_not_read_as_nothing(path: Path) -> None:
    whole(path)
    (path / "target" / "c.0").unlink()
    with pytest.raises(DecarbError, match=r"target/c\.0: is missing"):
        open_sweep(path)


def test_what_a_killed_writer_left_is_removed(path: Path, undisturbed: dict[str, bytes]) -> None:
    store = filled(path, [0])
    for folder in (path / "net_co2", store.folder / "blocks", path):
        (folder / f".c.1.0-{'0f' * 16}.partial").write_bytes(b"half")
    assert store.done() == {0}
    whole(path)
    assert contents(path) == undisturbed


def test_another_sweep_is_refused_and_every_key_that_differs_is_named_with_both_values(path: Path) -> None:
    filled(path, [0])
    other = {**HEADER, "seed": 8, "design": {"axes": {"growth": [0.1, 0.3]}}, "method": "sobol"}
    with pytest.raises(CallError) as refused:
        open_or_create(path, other, block(0, 0).drop_vars("margin"), 11, 5)
    said = str(refused.value)
    for line in (
        "seed: 7 there, 8 asked for", "design.axes.growth: [0.1, 0.2] there, [0.1, 0.3] asked for",
        'method: nothing there, "sobol" asked for', "rows: 10 there, 11 asked for", "block: 4 there, 5 asked for",
        'variables.margin: "(scenario, target) float64 2" there, nothing asked for',
    ):  # fmt: skip
        assert line in said
    assert "model_version" not in said and store_at(path).done() == {0}


def test_other_labels_and_units_make_another_sweep_and_information_does_not(path: Path) -> None:
    made(path)
    other = block(0, 0).assign_coords(year=YEARS + 1)
    other["net_co2"].attrs["units"] = "ktCO2/yr"
    with pytest.raises(CallError) as refused:
        open_or_create(path, HEADER, other, ROWS, 4)
    assert "variables.year" in str(refused.value) and "ktCO2/yr" in str(refused.value)
    assert made(path, {**HEADER, "information": {"started": "another day"}}).missing() == [0, 1, 2]


@pytest.mark.parametrize("content", [b"", b"{}", None])
def test_a_damaged_header_is_refused(path: Path, content: bytes | None) -> None:
    header = made(path).folder / "sweep.json"
    header.write_bytes(header.read_bytes().replace(b'"seed": 7', b'"seed": 8') if content is None else content)
    with pytest.raises(DecarbError, match=r"sweep\.json"):
        made(path)


def test_a_folder_that_is_no_sweep_is_refused_and_left_alone(path: Path) -> None:
    path.mkdir()
    (path / "thesis.txt").write_text("mine")
    with pytest.raises(CallError, match="holds no sweep"), locked(path):
        pass
    with pytest.raises(CallError, match="holds no sweep"):
        made(path)
    assert [file.name for file in path.parent.iterdir()] == ["sweep.zarr"]


def test_a_foreign_folder_beside_the_store_is_refused(path: Path) -> None:
    beside = path.with_name("sweep.zarr.sweep")
    beside.mkdir()
    (beside / "thesis.txt").write_text("mine")
    with pytest.raises(CallError, match=r"thesis\.txt, which is not of a sweep"):
        made(path)


def test_a_file_in_the_place_of_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    for path in (tmp_path / "file", tmp_path / "file" / "sweep.zarr"):
        with pytest.raises(CallError, match="is a file"):
            made(path)


@pytest.mark.skipif(os.name == "nt", reason="permissions of folders")
def test_a_read_only_folder_is_refused_before_any_work() -> None:
    """The superuser writes everywhere: as that one, become nobody for a moment."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o555)
    root = os.geteuid() == 0
    try:
        if root:
            os.seteuid(65534)
        with pytest.raises(CallError, match=r"cannot be written: .*Permission denied; name another place"):
            made(folder / "sweep.zarr")
    finally:
        if root:
            os.seteuid(0)
        folder.chmod(0o755)
        shutil.rmtree(folder)


def test_create_never_takes_the_place_of_a_sweep(path: Path) -> None:
    made(path)
    with pytest.raises(CallError, match="holds a sweep"):
        create(path, HEADER, block(0, 0), ROWS, 4)


CHILD = "import sys; from pathlib import Path; from store_samples import *; from decarb.sweeps.lock import locked\n"


def _child(code: str, path: Path, **options: Any) -> subprocess.Popen:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parent)])}
    return subprocess.Popen(
        [sys.executable, "-c", f"{CHILD}path = Path({str(path)!r})\n{code}"],
        env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, **options,
    )  # fmt: skip


@pytest.mark.skipif(os.name == "nt", reason="limits of processes")
def test_a_file_size_limit_fails_the_block_marks_nothing_and_leaves_nothing_half(
    path: Path, undisturbed: dict[str, bytes]
) -> None:
    code = """
import resource
store = filled(path, [0])
resource.setrlimit(resource.RLIMIT_FSIZE, (40, 40))
try:
    store.write(1, block(4, 4))
except OSError as error:
    print(error.errno, sorted(store.done()))
"""
    with _child(code, path) as child:
        said = child.communicate()[0].split(maxsplit=1)
    assert said == [str(errno.EFBIG), "[0]\n"]
    assert not list(path.rglob("*.partial"))
    whole(path)
    assert contents(path) == undisturbed


def test_a_second_client_is_told_who_holds_the_store_and_the_system_lets_go_of_a_killed_one(path: Path) -> None:
    with _child("with locked(path):\n print('held', flush=True)\n sys.stdin.read()", path) as child:
        assert child.stdout is not None and child.stdout.readline() == "held\n"
        told = rf"process {child.pid} on .*, since .* UTC, is at work on it"
        with pytest.raises(CallError, match=told), locked(path):
            pass
        child.kill()
        child.communicate()
    with locked(path) as held:
        assert held == path
        with pytest.raises(CallError, match=f"process {os.getpid()} on"), locked(path):
            pass
    with locked(path):
        pass


def test_a_writer_killed_between_its_files_leaves_a_block_that_is_not_done(
    path: Path, undisturbed: dict[str, bytes]
) -> None:
    code = """
import os, signal
from types import SimpleNamespace
from decarb.sweeps import durable
store, real = made(path), os.replace
left = int(sys.stdin.readline())
def replace(old, new):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
    real(old, new)
durable.os = SimpleNamespace(**{**vars(os), "replace": replace})
store.write(0, block(0, 4))
"""
    for left in (0, 3):
        with _child(code, path) as child:
            child.communicate(f"{left}\n")
        assert child.returncode != 0
        assert store_at(path).done() == set() and list(path.rglob("*.partial"))
    whole(path)
    assert contents(path) == undisturbed


def test_a_failed_block_keeps_its_reason_until_it_is_done(path: Path) -> None:
    store = made(path)
    store.fail(1, "MemoryError: 碳")
    assert store.failures() == {1: "MemoryError: 碳"}
    store.write(1, block(4, 4))
    assert store.failures() == {}


def _other(**changes: Any) -> xr.Dataset:
    return block(4, 4).assign(**changes)


WRONG = {
    "margin: the store holds it": block(4, 4).drop_vars("margin"),
    "extra: the store has no such variable": _other(extra=("scenario", np.zeros(4))),
    "scenario: expected 4 to 7": block(0, 4),
    "scenario: expected": block(4, 3),
    "year: has other values": block(4, 4).assign_coords(year=YEARS + 1),
    "status: holds int64": _other(status=("scenario", np.zeros(4, np.int64))),
    "status: has dimensions": _other(status=(("scenario", "year"), np.zeros((4, 2), np.int8))),
    'net_co2: is in "ktCO2/yr", expected "MtCO2/yr"': _other(
        net_co2=(("scenario", "year"), np.zeros((4, 2)), {"units": "ktCO2/yr"})
    ),
}


@pytest.mark.parametrize("message", WRONG)
def test_a_block_that_is_not_the_one_asked_for_is_refused(path: Path, message: str) -> None:
    store = made(path)
    with pytest.raises(CallError, match=message):
        store.write(1, WRONG[message])
    assert store.done() == set()


def test_the_order_of_dimensions_of_a_block_does_not_matter(path: Path, undisturbed: dict[str, bytes]) -> None:
    store = made(path)
    for number in range(BLOCKS):
        store.write(number, block(*store.span(number)).transpose(..., "scenario"))
    store.finish()
    assert contents(path) == undisturbed


def test_what_reads_back_differently_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = made(path)
    real = os.replace

    def corrupt(old: Path, new: Path) -> None:
        old.write_bytes(old.read_bytes()[:-1] + b"?")
        real(old, new)

    monkeypatch.setattr(durable, "os", SimpleNamespace(**{**vars(os), "replace": corrupt}))
    with pytest.raises(DecarbError, match="reads back"):
        store.write(0, block(0, 4))
    assert store.done() == set()


@pytest.mark.parametrize("header", [{"seed": float("nan")}, {"seed": object()}, {"rows": 1}])
def test_a_header_takes_plain_finite_values_under_keys_of_its_own(path: Path, header: dict[str, Any]) -> None:
    with pytest.raises(CallError, match=r"plain finite values|writes that key itself"):
        made(path, header)


@pytest.mark.parametrize("number", [-1, 3])
def test_a_block_that_is_none_is_refused(path: Path, number: int) -> None:
    with pytest.raises(CallError, match="has blocks 0 to 2"):
        made(path).write(number, block(0, 4))


def test_no_store_is_told_in_words(path: Path) -> None:
    with pytest.raises(DecarbError, match=r"holds no sweep\.json"):
        open_sweep(path)
    assert isinstance(made(path), Store)


def test_other_code_is_told_apart_from_another_design(path: Path) -> None:
    begun = HEADER | {"code": "a"}
    made(path, begun)
    with pytest.raises(CallError, match="decarb or its data changed since"):
        made(path, begun | {"code": "b"})
    with pytest.raises(CallError, match="holds another sweep") as told:
        made(path, begun | {"seed": 8})
    assert "changed since" not in str(told.value)
