"""A file or folder is whole or not there, and never in the place of something else."""

from __future__ import annotations

import json
import stat
import sys
from pathlib import Path

import pytest

from decarb.errors import CallError
from decarb.report.whole import Mark, check_free_file, check_free_for, write_file, write_folder, write_json

OURS = Mark("toy.json", "kind", "toy")


def fill(folder: Path) -> None:
    write_json(folder / "toy.json", {"kind": "toy", "name": "园区"})


def test_a_folder_is_known_by_its_mark_alone(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "one", fill, OURS)
    assert OURS.stands_in(folder) and not OURS.stands_in(tmp_path)
    assert json.loads((folder / "toy.json").read_text(encoding="utf-8"))["name"] == "园区"
    for other in (
        Mark("toy.json", "kind", "other"),
        Mark("toy.json", "schema", "toy"),
        Mark("run.json", "kind", "toy"),
    ):
        assert not other.stands_in(folder)
        with pytest.raises(CallError, match="holds no"):
            write_folder(folder, fill, other, replace=True)
    check_free_for(tmp_path / "two", OURS, replace=False)


def test_a_fill_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def half(path: Path) -> None:
        (path / "half" if path.is_dir() else path).write_text("half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_folder(tmp_path / "one", half, OURS)
    with pytest.raises(KeyboardInterrupt):
        write_file(tmp_path / "file.nc", half)
    assert list(tmp_path.iterdir()) == []


def test_an_old_file_stays_until_the_new_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "file.txt"
    path.write_text("old")

    def fails(new: Path) -> None:
        new.write_text("half")
        assert path.read_text() == "old"
        raise OSError("no space")

    with pytest.raises(OSError, match="no space"):
        write_file(path, fails, replace=True)
    assert path.read_text() == "old"
    with pytest.raises(CallError, match="exists; name another file"):
        write_file(path, lambda new: new.touch())
    write_file(path, lambda new: new.write_text("new"), replace=True)
    assert path.read_text() == "new" and list(tmp_path.iterdir()) == [path]


def test_folders_and_links_to_nowhere_are_in_the_way_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(CallError, match="is a folder"):
        check_free_file(tmp_path, replace=True)
    with pytest.raises(CallError, match="exists"):
        check_free_file(tmp_path / "link", replace=False)
    check_free_file(tmp_path / "free", replace=False)


@pytest.mark.skipif(sys.platform == "win32", reason="file modes are those of POSIX")
def test_what_is_written_is_as_readable_as_any_other_file(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain.txt").touch()
    folder, file = write_folder(tmp_path / "one", fill, OURS), write_file(tmp_path / "file", Path.touch)
    assert stat.S_IMODE(folder.stat().st_mode) == stat.S_IMODE((tmp_path / "plain").stat().st_mode)
    assert stat.S_IMODE(file.stat().st_mode) == stat.S_IMODE((tmp_path / "plain.txt").stat().st_mode)


def test_json_holds_no_nan(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json(tmp_path / "x.json", {"x": float("nan")})
