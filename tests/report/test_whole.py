"""A file or folder is whole or not there, and never in the place of something else."""

from __future__ import annotations

import json
import stat
import sys
from pathlib import Path

import pytest

from decarb.errors import CallError
from decarb.report.whole import (
    Mark,
    check_free_file,
    check_free_for,
    check_parent,
    file_beside,
    leftovers,
    write_file,
    write_folder,
    write_json,
)

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


def test_a_file_is_written_first_and_renamed_last(tmp_path: Path) -> None:
    path = tmp_path / "hours.nc"
    with file_beside(path, Path.touch):
        assert not path.exists()
    assert path.exists() and list(tmp_path.iterdir()) == [path]
    inside: list[str] = []
    with pytest.raises(KeyboardInterrupt), file_beside(tmp_path / "two.nc", Path.touch):
        inside.append("done")
        raise KeyboardInterrupt
    with pytest.raises(OSError, match="full"), file_beside(tmp_path / "three.nc", fails):
        inside.append("never")
    assert inside == ["done"] and list(tmp_path.iterdir()) == [path]


def fails(new: Path) -> None:
    raise OSError(28, "full", str(new))


def test_a_fault_of_the_disk_names_the_path_that_was_asked_for(tmp_path: Path) -> None:
    def hidden(new: Path) -> None:
        raise OSError(f"Unable to create file (name = '{new}')")

    for write in (write_file, lambda path, fill: write_folder(path, fill, OURS)):
        for fill in (fails, hidden):
            with pytest.raises(OSError) as caught:
                write(tmp_path / "mine.nc", fill)
            assert caught.value.filename == str(tmp_path / "mine.nc")
            assert ".mine.nc-" not in str(caught.value)
    with pytest.raises(OSError) as inside:
        write_folder(tmp_path / "mine", lambda new: fails(new / "park.json"), OURS)
    assert inside.value.filename == str(tmp_path / "mine" / "park.json")


def test_folders_for_a_file_are_not_made(tmp_path: Path) -> None:
    with pytest.raises(CallError, match=r"no folder .*nowhere; make it first"):
        write_file(tmp_path / "nowhere" / "hours.nc", Path.touch)
    (tmp_path / "file").touch()
    with pytest.raises(CallError, match=r"file is a file, no folder; name another place"):
        check_free_file(tmp_path / "file" / "hours.nc", replace=False)
    with pytest.raises(CallError, match="file is a file; name a folder"):
        check_free_for(tmp_path / "file", OURS, replace=True)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_place_is_tried_before_the_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check_parent(tmp_path / "a" / "b" / "c", made=True)
    with pytest.raises(CallError, match=r"no folder .*b; make it first"):
        check_parent(tmp_path / "a" / "b" / "c")
    (tmp_path / "file").touch()
    with pytest.raises(CallError, match="file is a file"):
        check_parent(tmp_path / "file" / "b" / "c", made=True)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]

    def refused(*arguments: object, **options: object) -> str:
        raise PermissionError(13, "Permission denied", "/tmp/.c-12345678")

    monkeypatch.setattr("decarb.report.whole.tempfile.mkdtemp", refused)
    with pytest.raises(CallError, match=r"c cannot be written: .*: Permission denied; name another place") as caught:
        check_parent(tmp_path / "c")
    assert ".c-" not in str(caught.value)


def killed_between_two_renames(folder: Path) -> Path:
    """Leave what a run leaves that was killed when the old folder had been set aside and the new one stood ready."""
    write_folder(folder, fill, OURS)
    old, new = (folder.with_name(f".{folder.name}-{tail}") for tail in ("old-abcdefgh", "1234_678"))
    old.mkdir()
    folder.rename(old / folder.name)
    new.mkdir()
    return old


def test_what_a_killed_run_set_aside_is_put_back(tmp_path: Path) -> None:
    folder = tmp_path / "one"
    old = killed_between_two_renames(folder)
    with pytest.raises(CallError, match=r"was set aside as .*old-abcdefgh.one by a run that was stopped"):
        write_folder(folder, fill, OURS)

    def broken(new: Path) -> None:
        raise OSError("no space")

    with pytest.raises(OSError, match="no space"):
        write_folder(folder, broken, OURS, replace=True)
    assert OURS.stands_in(folder) and not old.exists()
    assert [path.name for path in leftovers(folder)] == [".one-1234_678"]


def test_what_others_left_beside_is_not_taken_for_ours(tmp_path: Path) -> None:
    for name in (".one-two-12345678", ".one-1234567", ".one", "one-12345678", ".one-old-1234567", ".two-12345678"):
        (tmp_path / name).mkdir()
    assert leftovers(tmp_path / "one") == () == leftovers(tmp_path / "no" / "one")
    # Where something stands there again, what was set aside stays where it is and is told.
    old = killed_between_two_renames(tmp_path / "one")
    (tmp_path / ".one").rmdir()
    (old / "one").rename(tmp_path / "kept")
    write_folder(tmp_path / "one", fill, OURS, replace=True)
    assert set(leftovers(tmp_path / "one")) == {old, tmp_path / ".one-1234_678"}
