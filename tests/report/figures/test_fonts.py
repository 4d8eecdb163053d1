"""Chinese words are drawn with glyphs of their own, or the way to a font is told."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from fontTools.ttLib import TTFont
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from decarb.errors import CallError
from decarb.report.figures import fonts
from decarb.report.figures.fonts import chinese_font, font_properties
from decarb.variables import shipped


@pytest.fixture(scope="module")
def font() -> Path:
    """The font of this machine."""
    try:
        return chinese_font()
    except CallError:
        pytest.skip("needs a font with Chinese glyphs, such as Debian's fonts-noto-cjk")


def test_the_font_has_a_glyph_for_every_sign_of_the_tables(font: Path) -> None:
    with TTFont(font, lazy=True, fontNumber=0) as opened:
        known = set(opened.getBestCmap())
    for table, column in (("labels.csv", "zh"), ("labels.csv", "en"), ("variables.csv", "label_zh")):
        with shipped("data", table).open(encoding="utf-8", newline="") as file:
            signs = {sign for row in csv.DictReader(file) for sign in row[column]}
        assert not {sign for sign in signs if ord(sign) not in known}, table


def test_of_a_collection_the_simplified_face_is_taken(font: Path) -> None:
    with TTFont(font, lazy=True, fontNumber=0) as opened:
        name = str(opened["name"].getBestFamilyName())
    assert not name.endswith(("JP", "KR", "TC", "HK"))


def _pixels(sign: str) -> np.ndarray:
    figure = Figure(figsize=(0.5, 0.5))
    figure.text(0.1, 0.2, sign, fontproperties=font_properties(chinese=True), fontsize=20)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., 0] < 128


def test_signs_are_drawn_and_no_two_are_the_same_box(font: Path) -> None:
    drawn = [_pixels(sign) for sign in "碳中和峰"]
    assert all(each.sum() > 20 for each in drawn)
    assert all((one != other).sum() > 20 for i, one in enumerate(drawn) for other in drawn[:i])


def test_a_machine_without_chinese_glyphs_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "findSystemFonts", lambda: ["/fonts/DejaVuSans.ttf", "/fonts/simhei.ttf"])
    with pytest.raises(CallError, match="fonts-noto-cjk"):
        chinese_font.__wrapped__()
