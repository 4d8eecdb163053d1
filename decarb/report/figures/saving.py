"""Pictures as files and in notebooks."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from decarb.errors import CallError
from decarb.report.figures.picture import Picture
from decarb.report.html import LANGUAGES
from decarb.report.whole import check_parent, write_file

DOTS: Final = 150  # an inch
PAPER: Final[Mapping[str, Mapping[str, Any]]] = MappingProxyType({
    ".png": {"format": "png", "dpi": DOTS},
    ".pdf": {"format": "pdf", "metadata": {"CreationDate": None}},
    ".svg": {"format": "svg", "metadata": {"Date": None}},
})  # fmt: skip
"""How matplotlib writes each ending; the day of writing is left out, so that one run gives one file."""
OFFLINE: Final = {"displaylogo": False, "showSendToCloud": False, "plotlyServerURL": ""}
"""What plotly is told of a page: no button of it sends the figure to a server."""
HTML: Final = ".html"


def save(picture: Picture, path: Path, *, replace: bool = False) -> Path:
    """Write a picture to a .png, .pdf or .svg (paper) or .html (screen, whole in one file), and return the path.

    Parameters
    ----------
    picture : Picture
    path : Path
        Its ending says what is written.
    replace : bool
        Put it in the place of a file that stands there.

    Raises
    ------
    CallError
        Another ending, no folder, a file that may not be replaced, no plotly, no font with Chinese glyphs.
    """
    ending = path.suffix.casefold()
    if ending not in (*PAPER, HTML):
        raise CallError(f'{path}: "{path.suffix}" is no kind of picture; name a file in {", ".join((*PAPER, HTML))}')

    def fill(new: Path) -> None:
        if ending == HTML:
            new.write_text(page(picture), encoding="utf-8")
        else:
            picture.matplotlib().savefig(new, **PAPER[ending])

    check_parent(path)
    return write_file(path, fill, replace=replace)


def page(picture: Picture) -> str:
    """Return a page that holds the picture and all that draws it: it needs no network.

    Raises
    ------
    CallError
        plotly is not installed.
    """
    html: str = picture.plotly().to_html(include_plotlyjs=True, full_html=True, config=OFFLINE,
                                         div_id=picture.name)  # fmt: skip
    head = html.index("<head>") + len("<head>")
    lang, title = LANGUAGES[picture.language], escape(picture.title)
    return f'<!DOCTYPE html>\n<html lang="{lang}">\n<head>\n<title>{title}</title>{html[head:]}'


def mimebundle(picture: Picture) -> Mapping[str, Any]:
    """Return what a notebook shows: plotly's figure where plotly can show it, else a PNG; its title as text always."""
    bundle: dict[str, Any] = {"text/plain": repr(picture)}
    on_screen = dict(picture.plotly()._repr_mimebundle_()) if find_spec("plotly") is not None else {}
    if on_screen:
        return on_screen | bundle
    held = BytesIO()
    picture.matplotlib().savefig(held, **PAPER[".png"])
    return bundle | {"image/png": held.getvalue()}
