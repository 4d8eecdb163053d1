"""HTML that is put together of pieces: text never becomes a tag, and a piece is never escaped twice."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decarb import markup as blocks
from decarb.markup import badge, card, details, element, items, joined, markup, small, table


class Reader(HTMLParser):
    """Reads what a browser would: its tags in order, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.said: list[str] = []
        self.attributes: list[str | None] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [value for _, value in attrs]

    def handle_data(self, data: str) -> None:
        self.said.append(data)


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1))
def test_any_text_comes_out_of_a_page_as_it_went_in_and_makes_no_tag(text: str) -> None:
    read = Reader(element("p", text, title=text))
    assert (read.tags, "".join(read.said), read.attributes) == (["p"], text, [text])


def test_a_piece_inside_a_piece_is_not_escaped_again() -> None:
    assert element("p", joined(["a & b", element("b", "<c>")])) == "<p>a &amp; b<b>&lt;c&gt;</b></p>"


@pytest.mark.parametrize("made", [table, details, items, card, small, badge])
def test_every_block_escapes_what_it_is_given(made: object) -> None:
    hostile = "<script>"
    arguments = {
        "table": ((hostile,), [(hostile, hostile)], hostile), "items": ([hostile],), "badge": (hostile, hostile),
    }  # fmt: skip
    page = getattr(blocks, made.__name__)(*arguments.get(made.__name__, (hostile,)))  # type: ignore[attr-defined]
    assert "<script" not in page and "&lt;script&gt;" in page
    assert markup(page) is page


def test_a_verdict_has_a_sign_and_a_word_beside_its_colour() -> None:
    shown = {word: Reader(badge(word)).said for word in ("pass", "fail", "undefined", "outside the scheme")}
    assert shown == {
        "pass": ["\u2713 pass"], "fail": ["\u2717 fail"], "undefined": ["? undefined"],
        "outside the scheme": ["\u2013 outside the scheme"],
    }  # fmt: skip


def test_rows_of_a_table_have_a_cell_for_each_column_and_the_first_names_them() -> None:
    read = Reader(table(("what", "number"), [("a", 1), ("b", None)], "words", right=(1,)))
    assert read.tags == ["table", "caption", "thead", "tr", "th", "th", "tbody", "tr", "th", "td", "tr", "th", "td"]
    assert read.attributes.count("text-align:right") == 3


def test_nothing_to_list_is_no_list() -> None:
    assert items([]) == small("") == ""
