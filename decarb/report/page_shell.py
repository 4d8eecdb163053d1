"""The shell of a page: one file that asks nothing of any network, and runs no script but its own.

Its policy names each script by the hash of its text, so that no other would run even if text were not escaped. Data
stand in scripts of the type JSON, which no browser runs.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from decarb.errors import CallError
from decarb.markup import Markup, element, joined
from decarb.report.figures.picture import Language
from decarb.report.html import LANGUAGES
from decarb.report.whole import check_free_file
from decarb.report.words import phrase

try:
    from plotly.offline import get_plotlyjs
except ImportError:  # told when a page is asked for, so that the package can be imported without the extra
    get_plotlyjs = None

SUFFIX: Final = ".html"
UNSAFE: Final[Mapping[int, str]] = {ord(mark): f"\\u{ord(mark):04x}" for mark in "<>&\u2028\u2029"}
"""Signs that could end a script, start a comment or break a line in it -> how JSON writes them too."""
POLICY: Final = (
    "default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; "
    "base-uri 'none'; form-action 'none'"
)


def check_drawable() -> None:
    """Raise `CallError` where what draws the figures of a page is not installed."""
    if get_plotlyjs is None:
        raise CallError('a page needs plotly for its figures; pip install "decarb[report]"')


def check_free_page(path: Path, *, replace: bool = False) -> None:
    """Raise `CallError` unless a page can be drawn and written to a path: known before the work, not after it."""
    check_drawable()
    if path.suffix.lower() != SUFFIX:
        raise CallError(f"{path} is no name of a page; write one that ends in {SUFFIX}")
    check_free_file(path, replace=replace)


def document(title: str, language: Language, body: Sequence[object], data: Mapping[str, Any]) -> str:
    """Return a whole page.

    Parameters
    ----------
    title : str
    language : {"en", "zh"}
    body : sequence
        Pieces and texts.
    data : mapping
        Name -> what the page's script reads under it.
    """
    scripts = [_code(get_plotlyjs()), _code(_beside("page.js"))]
    allowed = " ".join(f"'sha256-{_hash(script)}'" for script in scripts)
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=POLICY.format(scripts=allowed)),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light"),
        element("title", title),
        element("style", Markup(_beside("page.css"))),
    )
    held = [element("script", Markup(safe_json(each)), type="application/json", id=name) for name, each in data.items()]
    run = [Markup(f"<script>{script}</script>") for script in scripts]
    whole = element(
        "body", element("a", phrase("page-skip", language), href="#main", class_="skip"), *body, *held, *run
    )
    return joined([Markup("<!DOCTYPE html>\n"), element("html", head, whole, lang=LANGUAGES[language]), Markup("\n")])


def safe_json(value: object) -> str:
    r"""Return plain values as JSON that can stand inside a script of a page.

    Examples
    --------
    >>> print(safe_json({"a": "</script><!--"}))
    {"a":"\u003c/script\u003e\u003c!--"}
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.translate(UNSAFE)


def _code(text: str) -> str:
    """Return a script as a browser reads it: its lines end as the hash has them."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _hash(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")


def _beside(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")
