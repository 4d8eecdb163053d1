from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from decarb.errors import InputError
from decarb.scenario.workbook_cells import MAX_PARTS, MAX_ROWS, read_sheets


def refused(path: Path) -> str:
    with pytest.raises(InputError) as error:
        read_sheets(path, ("scenario",))
    return str(error.value)


def repacked(path: Path, part: str, content: bytes) -> Path:
    """Put other content into one part of a workbook."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, inside in {**parts, part: content}.items():
            new.writestr(name, inside)
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    workbook = Workbook()
    workbook.active.title = "scenario"
    workbook.active.append(("key", "value"))
    workbook.save(tmp_path / "mine.xlsx")
    return tmp_path / "mine.xlsx"


@pytest.mark.parametrize("content", [b"", b"key,value\n", b"\xd0\xcf\x11\xe0" + b"\0" * 600, b"PK\x03\x04broken"])
def test_what_is_no_workbook_is_refused_with_what_to_do(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "mine.xlsx").write_bytes(content)
    assert "is no workbook that can be read; " in refused(tmp_path / "mine.xlsx")


def test_an_old_or_encrypted_workbook_says_so(tmp_path: Path) -> None:
    (tmp_path / "mine.xlsx").write_bytes(b"\xd0\xcf\x11\xe0" + b"\0" * 600)
    assert "old .xls or has a password" in refused(tmp_path / "mine.xlsx")


def test_a_file_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(path: Path) -> None:
    assert "unpacks to" in refused(repacked(path, "xl/media/zeros.bin", b"\0" * 40_000_000))
    assert path.stat().st_size < 100_000


def test_a_file_of_too_many_parts_is_refused(path: Path) -> None:
    with zipfile.ZipFile(path, "a") as parts:
        for number in range(MAX_PARTS):
            parts.writestr(f"xl/media/{number}.bin", b"")
    assert "parts of" in refused(path)


def test_xml_that_declares_entities_is_refused(path: Path) -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    assert "declares a document type" in refused(repacked(path, "xl/sharedStrings.xml", bomb))


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml"])
def test_a_damaged_part_is_refused_in_words(path: Path, part: str) -> None:
    assert "is no workbook that can be read" in refused(repacked(path, part, b"<broken"))


def test_a_row_far_down_is_refused_and_not_left_out(path: Path) -> None:
    workbook = load_workbook(path)
    workbook["scenario"].cell(MAX_ROWS + 5, 1, "rollout.growth")
    workbook.save(path)
    assert f"more than {MAX_ROWS:,} rows" in refused(path)


def test_a_folder_and_a_file_that_is_not_there_are_refused(tmp_path: Path) -> None:
    assert "no such file" in refused(tmp_path / "mine.xlsx")
    (tmp_path / "mine.xlsx").mkdir()
    assert "is a folder" in refused(tmp_path / "mine.xlsx")


def test_two_sheets_of_one_name_are_refused(path: Path) -> None:
    workbook = load_workbook(path)
    workbook.create_sheet("scenario ")
    workbook.save(path)
    assert "has 2 sheets called scenario" in refused(path)
