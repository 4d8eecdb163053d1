"""The written pages against what they speak of: every variable, every source, the same numbers in both languages."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import decarb as dc
from decarb.pathway.targets import TARGETS
from decarb.scenario.scenario import shipped_scenarios
from decarb.tables import sources
from decarb.variables import variables

ROOT = Path(__file__).parents[2]
ENGLISH, CHINESE = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh.md"))
NUMBER = re.compile(r"(?<![A-Za-z0-9.,])-?\d+(?:,\d{3})*(?:\.\d+)?")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the checkout in which the documentation was built, in a process of its own; a warning fails."""
    pytest.importorskip("myst_nb", reason="the extra docs is not installed")
    folder = tmp_path_factory.mktemp("checkout")
    shutil.copytree(ROOT / "docs", folder / "docs", ignore=shutil.ignore_patterns("_generated"))
    for each in ROOT.iterdir():
        if each.name != "docs":
            (folder / each.name).symlink_to(each)
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", str(folder / "docs"), str(folder / "site")]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def pages(built: Path) -> Path:
    """Return the folder of the pages that are made of tables and docstrings."""
    return built / "docs" / "_generated"


def test_the_documentation_is_built_without_a_warning_and_no_page_names_another_host(built: Path) -> None:
    pages = {page.name: page.read_text(encoding="utf-8") for page in (built / "site").glob("*.html")}
    assert {"index.html", "methods.html", "parks.html", "nation.html", "sweeps.html"} <= set(pages)
    for name, text in pages.items():
        assert not re.findall(r'<(?:script|img|link)[^>]*(?:src|href)="https?://', text), name


def rows(page: str, start: str) -> list[list[str]]:
    """Return the cells of the rows of a page's tables that begin with some text."""
    return [line.strip("|").split("|") for line in page.splitlines() if line.startswith(start)]


def test_the_glossary_has_every_variable_with_its_unit_and_both_labels(pages: Path) -> None:
    lines = (pages / "glossary.md").read_text(encoding="utf-8").splitlines()
    by_name = {line.split("`")[1]: line.replace("\\", "") for line in lines if line.startswith("| `")}
    assert set(by_name) == set(variables())
    for name, one in variables().items():
        assert all(part in by_name[name] for part in (one.label_en, one.label_zh, one.unit, one.iamc)), name


def test_a_cell_of_the_glossary_holds_no_bar_of_its_own(pages: Path) -> None:
    lines = (pages / "glossary.md").read_text(encoding="utf-8").splitlines()
    found = [line for line in lines if line.startswith("| `")]
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in found} == {6}
    assert any("\\|" in line for line in found)  # IAMC names have bars


def test_the_page_of_sources_has_every_source(pages: Path) -> None:
    text = (pages / "sources.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE) == sorted(sources())


def test_the_page_of_public_names_has_every_one(pages: Path) -> None:
    text = (pages / "api.md").read_text(encoding="utf-8")
    for name in dc.__all__:
        assert re.search(rf"^\.\. auto\w+:: decarb\.(\w+\.)*{name}$", text, re.MULTILINE), name


@pytest.mark.parametrize("page", ["methods.md", "nation.md"])
def test_what_the_methods_quote_is_a_source_or_a_target_or_a_scenario(page: str) -> None:
    known = {*sources(), *(target.id for target in TARGETS), *shipped_scenarios(), "time-of-use", "peak-shaving"}
    known |= {"self-consumption", "national-uncertainty", "storage-mix"}
    quoted = re.findall(r"`([a-z0-9]+-[a-z0-9-]+)`", (ROOT / "docs" / page).read_text(encoding="utf-8"))
    assert quoted
    assert set(quoted) <= known


def test_both_readmes_have_the_same_table_of_scenarios() -> None:
    tables = [
        {row[0].split("`")[1]: NUMBER.findall(" ".join(row[1:])) for row in rows(page, "| `")[:8]}
        for page in (ENGLISH, CHINESE)
    ]
    assert set(tables[0]) == {path.stem for path in (ROOT / "scenarios").glob("*.yaml")}
    assert all(len(numbers) == 6 for numbers in tables[0].values())
    assert tables[0] == tables[1]


def test_the_table_of_the_backcast_is_the_same_on_both_pages() -> None:
    found = []
    for name in ("backcast.md", "methods.md"):
        table = rows((ROOT / "docs" / name).read_text(encoding="utf-8"), "| `")
        found.append({row[0].split("`")[1]: NUMBER.findall(" ".join(row[1:]))[-9:] for row in table if len(row) >= 10})
    assert len(found[0]) == 5
    assert found[0] == found[1]


def test_the_chinese_readme_says_no_number_that_english_pages_do_not() -> None:
    english = ENGLISH + "".join(page.read_text(encoding="utf-8") for page in sorted((ROOT / "docs").glob("*.md")))
    known = set(NUMBER.findall(english.replace("\u2013", " ").replace("-", " -")))
    known |= {number.lstrip("-") for number in known}
    spoken = re.sub(r"```.*?```|`[^`]*`|\]\([^)]*\)", " ", CHINESE, flags=re.DOTALL)
    assert {number for number in NUMBER.findall(spoken.replace("—", " "))} <= known
