from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from page_samples import HOSTILE, option, small_grid

from decarb.analysis.run import Results
from decarb.errors import CallError
from decarb.report.page import page, write_report

pytest.importorskip("plotly")


@pytest.fixture(scope="module")
def pages(results: Results) -> dict[str, str]:
    computed = small_grid()
    return {language: page([option(results)], language, computed) for language in ("en", "zh")}  # type: ignore[arg-type]


def shown(text: str) -> str:
    """What a reader sees: no scripts, no tags."""
    return re.sub(r"<[^>]*>", " ", re.sub(r"(?s)<(script|style|template)\b.*?</\1>", " ", text))


def test_all_parts_stand_on_a_page_and_are_linked_from_its_head(pages: dict[str, str]) -> None:
    for text in pages.values():
        linked = re.findall(r'<li><a href="#([a-z-]+)">', text)
        assert len(linked) == 13
        assert all(f'<section id="{name}"' in text for name in linked)


def test_names_of_places_in_a_page_stand_once(pages: dict[str, str]) -> None:
    names = re.findall(r'<[a-z]+[^>]*? id="([^"]+)"', pages["en"])
    assert len(names) == len(set(names)) > 40


def test_a_page_is_whole_in_both_languages(pages: dict[str, str]) -> None:
    english, chinese = shown(pages["en"]), shown(pages["zh"])
    assert '<html lang="en">' in pages["en"] and '<html lang="zh-CN">' in pages["zh"]
    assert not re.search(r"[\u4e00-\u9fff]", english.split("124 sources")[0].split("Sources")[0])
    headings = re.findall(r"<(?:h[123]|label|caption|th scope=\"col\")[^>]*>(.*?)</", pages["zh"])
    plain = [re.sub(r"<[^>]*>", "", heading) for heading in headings]
    assert [one for one in plain if one and not re.search(r"[\u4e00-\u9fff]|^\d{4}$|^[A-Z]{2}", one)] == []
    assert "11项目标中达到6项" in chinese and "6 of 11 targets are met" in english
    assert "6.78 %" in english and "6.78 %" in chinese


def test_a_page_asks_nothing_of_any_network(pages: dict[str, str]) -> None:
    class Loads(HTMLParser):
        found: list[str]

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            known = dict(attrs)
            asked = [known[name] for name in ("src", "srcset", "data", "action", "poster") if name in known]
            if tag == "link" or asked or not str(known.get("href", "#")).startswith("#"):
                self.found.append(f"{tag} {known}")

    reader = Loads()
    reader.found = []
    reader.feed(pages["en"])
    assert reader.found == []
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', pages["en"])
    assert policy is not None and policy[1].startswith("default-src &#x27;none&#x27;")
    assert "unsafe-eval" not in policy[1] and "http" not in policy[1]


def test_a_page_stays_small(pages: dict[str, str]) -> None:
    assert all(len(text.encode()) < 8e6 for text in pages.values())


def test_several_stand_side_by_side_and_their_words_never_become_a_part_of_the_page(results: Results) -> None:
    stated = {**results.provenance["stated"], "description": HOSTILE}
    text = page([option(results, "mine"), option(results, HOSTILE, description=HOSTILE, stated=stated)], "en")
    assert "<img" not in text and text.count("<script") == text.count("</script>")
    assert "<script>document" not in text
    assert "&lt;/script&gt;&lt;script&gt;document.title" in text
    assert shown(text).count("6 of 11 targets are met") == 2
    assert re.search(r"<th[^>]*>mine</th><th[^>]*>&lt;/script", text)
    assert "they were not asked for" in text


def test_a_page_is_written_whole_and_never_over_another(
    results: Results, tmp_path: Path, pages: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("decarb.report.page.page", lambda options, *_, **__: pages["en"])
    path = tmp_path / "mine.html"
    told: list[tuple[int, int]] = []
    assert write_report(results, path, sliders=False, progress=lambda done, of: told.append((done, of))) == path
    assert path.read_text(encoding="utf-8").startswith("<!DOCTYPE html>") and told[-1] == (100, 100)
    with pytest.raises(CallError, match="exists; name another file"):
        write_report(results, path, sliders=False)
    assert [each.name for each in tmp_path.iterdir()] == ["mine.html"]


@pytest.mark.parametrize(
    ("name", "language", "said"),
    [
        ("mine.pdf", "en", "ends in .html"),
        ("mine.html", "de", 'write "en" or "zh"'),
        ("no/mine.html", "en", "no folder"),
    ],
)
def test_what_cannot_be_written_is_known_before_the_run(tmp_path: Path, name: str, language: str, said: str) -> None:
    with pytest.raises(CallError, match=said):
        write_report("china-2060", tmp_path / name, language=language)  # type: ignore[arg-type]
