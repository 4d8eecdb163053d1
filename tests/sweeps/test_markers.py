"""Markers: one that was cut off, edited or brought from elsewhere is never trusted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decarb.errors import DecarbError
from decarb.sweeps.markers import Chunk, Marker, marked_blocks, marker_path, read_marker, seal_of, sealed, write_marker

MARKER = Marker("ab", 12, 48, 4, 0.25, {"0": 3, "1": 1}, (Chunk("net_co2/c.12.0", 99, "cd"),))


def test_a_marker_reads_back_as_it_was_written(tmp_path: Path) -> None:
    write_marker(tmp_path, MARKER)
    assert (tmp_path / "00000012.json").is_file()
    assert read_marker(marker_path(tmp_path, 12)) == MARKER
    assert [file.name for file in tmp_path.iterdir()] == ["00000012.json"]


def test_a_marker_cut_off_at_any_byte_is_refused(tmp_path: Path) -> None:
    write_marker(tmp_path, MARKER)
    path = marker_path(tmp_path, 12)
    content = path.read_bytes()
    for length in range(len(content) - 1):  # the last byte is the end of the line
        path.write_bytes(content[:length])
        with pytest.raises(DecarbError, match="cut off"):
            read_marker(path)


@pytest.mark.parametrize(("key", "value"), [("rows", 5), ("block", 13), ("sweep", "ac"), ("status", {"0": 4})])
def test_a_marker_that_was_edited_is_refused(tmp_path: Path, key: str, value: object) -> None:
    write_marker(tmp_path, MARKER)
    path = marker_path(tmp_path, 12)
    path.write_text(json.dumps({**json.loads(path.read_text()), key: value}))
    with pytest.raises(DecarbError, match="changed after it was written"):
        read_marker(path)


@pytest.mark.parametrize("content", [b"[]", b"1", b'"seal"', b"{}", b"\xff\xfe", b"null"])
def test_a_file_that_is_no_marker_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "00000001.json").write_bytes(content)
    with pytest.raises(DecarbError, match="cut off or no file of a sweep"):
        read_marker(tmp_path / "00000001.json")


def test_another_sealed_file_in_the_place_of_a_marker_is_refused(tmp_path: Path) -> None:
    (tmp_path / "00000001.json").write_bytes(sealed({"kind": "decarb-sweep", "chunks": []}))
    with pytest.raises(DecarbError, match="no marker"):
        read_marker(tmp_path / "00000001.json")


def test_only_files_with_the_name_of_a_block_count_as_markers(tmp_path: Path) -> None:
    for name in ("00000003.json", "3.json", "00000004.json.bak", ".00000005.json-aa.partial", "x.json"):
        (tmp_path / name).touch()
    assert list(marked_blocks(tmp_path)) == [3]
    assert marked_blocks(tmp_path / "not there") == {}


@given(st.dictionaries(st.text(max_size=3), st.integers() | st.floats(allow_nan=False, allow_infinity=False)))
def test_a_seal_does_not_depend_on_order_and_survives_the_file(said: dict[str, float]) -> None:
    said.pop("seal", None)
    again = json.loads(sealed(said))
    assert again.pop("seal") == seal_of(dict(reversed(said.items()))) == seal_of(again)


def test_a_number_that_is_not_finite_has_no_place_in_a_sealed_file() -> None:
    with pytest.raises(ValueError, match="JSON"):
        sealed({"seconds": float("nan")})
