"""The font of a picture on paper: matplotlib's own, or, for Chinese, one of this machine that has the glyphs."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final

import matplotlib
from fontTools.ttLib import TTCollection, TTFont, TTLibError  # type: ignore[import-untyped]
from matplotlib.font_manager import FontProperties, findSystemFonts

from decarb.errors import CallError
from decarb.report.whole import write_file

LATIN: Final = "DejaVu Sans"
"""Comes with matplotlib, so English pictures look the same on every machine."""
SCREEN: Final = (
    "Open Sans, Segoe UI, Helvetica Neue, Arial, Noto Sans CJK SC, Noto Sans SC, Source Han Sans SC, PingFang SC, "
    "Hiragino Sans GB, Microsoft YaHei, WenQuanYi Micro Hei, SimHei, sans-serif"
)
"""A page takes the first that the reader's machine has, sign by sign."""
FILES: Final = (
    "notosanscjk-regular", "notosanscjksc-regular", "notosanssc-regular", "notosanssc", "notosanssc[wght]",
    "notosanssc-vf", "sourcehansanssc-regular", "sourcehansanscn-regular", "sourcehansans-regular", "sourcehansans",
    "sourcehansans-vf", "pingfang", "hiragino sans gb", "msyh", "deng", "wqy-microhei", "wqy-zenhei",
    "stheiti light", "stheiti medium", "simhei", "notoserifcjk-regular", "simsun", "songti", "arial unicode",
    "droidsansfallbackfull", "droidsansfallback",
)  # fmt: skip
"""File names of fonts with simplified Chinese, the best for figures first, small and without their ending."""
SIMPLIFIED: Final = ("SC", "GB", "CN")
"""How faces for simplified Chinese end their names in a collection; other faces draw some signs in another form."""
NEEDED: Final = "碳中和达峰减排"
INSTALL: Final = (
    "this machine has no font with Chinese glyphs; install one (Debian, Ubuntu: apt install fonts-noto-cjk or "
    "fonts-wqy-microhei; Fedora: dnf install google-noto-sans-cjk-fonts; Windows and macOS bring one), or draw the "
    "figure in English"
)


def font_properties(chinese: bool) -> FontProperties:
    """Return the font of all words of a picture.

    Raises
    ------
    CallError
        The words are Chinese and this machine has no font for them.
    """
    return FontProperties(fname=str(chinese_font())) if chinese else FontProperties(family=LATIN)


@lru_cache(maxsize=1)
def chinese_font() -> Path:
    """Return a font file of this machine with Chinese glyphs, in the form they have in simplified Chinese.

    matplotlib reads the first face of a collection only; where another is the simplified one, it is taken out into a
    file of matplotlib's own cache.

    Raises
    ------
    CallError
        There is none; the message says how to install one.
    """
    found = {Path(name).stem.casefold(): Path(name) for name in sorted(findSystemFonts(), reverse=True)}
    for stem in FILES:
        if stem in found:
            font = _face(found[stem])
            if font is not None:
                return font
    raise CallError(INSTALL)


def _face(path: Path) -> Path | None:
    """Return a file whose first face is that of simplified Chinese, or nothing where it lacks the glyphs."""
    try:
        if path.suffix.casefold() not in (".ttc", ".otc"):
            with TTFont(path, lazy=True) as font:
                return path if _has_glyphs(font) else None
        with TTCollection(str(path), lazy=True) as collection:
            named = [(_family(face), face) for face in collection.fonts]
            simplified = [face for name, face in named if name.endswith(SIMPLIFIED) and "Mono" not in name]
            chosen = simplified[0] if simplified else collection.fonts[0]
            if not _has_glyphs(chosen):
                return None
            return path if chosen is collection.fonts[0] else _taken_out(chosen, path)
    except (OSError, TTLibError):
        return None


def _has_glyphs(font: TTFont) -> bool:
    known = font.getBestCmap() or {}
    return all(ord(sign) in known for sign in NEEDED)


def _family(font: TTFont) -> str:
    return str(font["name"].getBestFamilyName() or "")


def _taken_out(face: TTFont, path: Path) -> Path:
    """Return a file of its own for one face of a collection: written once, named by the state of the collection."""
    state = path.stat()
    ending = "ttf" if "glyf" in face else "otf"
    name = f"{_family(face).replace(' ', '')}-{state.st_size}-{state.st_mtime_ns}.{ending}"
    target = Path(matplotlib.get_cachedir()) / name
    if not target.is_file():
        write_file(target, lambda new: face.save(new), replace=True)
    return target
