"""Pictures as files, whole in themselves, and in notebooks."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest
from picture_samples import bars, lines

from decarb.errors import CallError

STARTS = {".png": b"\x89PNG\r\n\x1a\n", ".pdf": b"%PDF-", ".svg": b"<?xml"}


@pytest.mark.parametrize("ending", STARTS)
def test_paper_is_written_in_the_kind_that_the_ending_names(ending: str, tmp_path: Path) -> None:
    path = bars().save(tmp_path / f"bars{ending}")
    assert path.read_bytes().startswith(STARTS[ending])


def test_a_page_holds_all_it_needs_and_says_its_language(tmp_path: Path) -> None:
    page = lines("zh").save(tmp_path / "page.html").read_text(encoding="utf-8")
    assert page.startswith('<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<title>碳中和路径</title>')
    assert page.count("<html") == 1
    assert len(page) > 1_000_000 and not re.search(r'<(script|link|img)[^>]*(src|href)="(https?:)?//', page)


def test_a_file_is_replaced_only_where_asked(tmp_path: Path) -> None:
    path = bars().save(tmp_path / "bars.png")
    with pytest.raises(CallError, match="exists"):
        bars().save(path)
    assert bars().save(path, replace=True) == path


def test_another_ending_and_a_missing_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CallError, match=r"no kind of picture; name a file in \.png, \.pdf, \.svg, \.html"):
        bars().save(tmp_path / "bars.gif")
    with pytest.raises(CallError, match="no folder"):
        bars().save(tmp_path / "none" / "bars.png")


def test_a_notebook_shows_a_picture_with_or_without_plotly(monkeypatch: pytest.MonkeyPatch) -> None:
    assert lines()._repr_mimebundle_()["text/plain"] == "Picture('lines': <b>$x$ & y)"
    monkeypatch.setattr("decarb.report.figures.saving.find_spec", lambda name: None)
    assert lines()._repr_mimebundle_()["image/png"].startswith(STARTS[".png"])
    assert importlib.util.find_spec("plotly") is not None
