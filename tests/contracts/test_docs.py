"""What the pages tell people to type: commands with options that exist, calls that bind, files that are read."""

from __future__ import annotations

import ast
import inspect
import re
import shlex
from pathlib import Path
from typing import get_args

import pytest
import typer

import decarb as dc
from decarb.cli import app
from decarb.sweeps.design import load_sweep, shipped_sweeps
from decarb.sweeps.plan import KEPT
from decarb.sweeps.schema import Method

ROOT = Path(__file__).parents[2]
PAGES = (
    "README.md", "README.zh.md", "docs/methods.md", "docs/nation.md", "docs/backcast.md", "docs/parks.md",
    "docs/scenarios.md", "docs/sweeps.md", "docs/cluster.md",
)  # fmt: skip
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`(decarb [^`]+)`")


def blocks(page: str, language: str) -> list[str]:
    """Return the blocks of a page in one language; "" is that of commands and of what they print."""
    return [body for said, body in FENCE.findall((ROOT / page).read_text(encoding="utf-8")) if said == language]


def commands() -> list[str]:
    """Return every `decarb` command of the pages, in blocks and in lines."""
    found = []
    for page in PAGES:
        text = (ROOT / page).read_text(encoding="utf-8")
        found += [line for body in blocks(page, "") for line in body.splitlines() if line.startswith("decarb ")]
        found += INLINE.findall(FENCE.sub("", text))
    return sorted(set(found))


def python() -> list[tuple[str, str]]:
    return [(page, body) for page in PAGES for body in blocks(page, "python")]


def parsed(line: str) -> None:
    """Parse one command as the command line would, and run nothing."""
    words = [word for word in shlex.split(line, comments=True)[1:] if word not in ("...", "\N{HORIZONTAL ELLIPSIS}")]
    known_commands = typer.main.get_group(app).commands
    assert words[0] in known_commands, f"{line}: there is no command {words[0]}"
    command = known_commands[words[0]]
    # A mention in a sentence may leave the rest out, an option it names must be there.
    options = {word.partition("=")[0] for word in words[1:] if word.startswith("--")}
    known = {name for parameter in command.params for name in parameter.opts}
    assert options <= {*known, "--help"}, f"{line}: {words[0]} has no {', '.join(sorted(options - known))}"
    if len(words) > 1 and "..." not in line:
        command.make_context(words[0], words[1:])


@pytest.mark.parametrize("line", commands(), ids=lambda line: line[:60].strip())
def test_every_command_of_the_pages_is_one_that_the_command_line_takes(line: str) -> None:
    parsed(line)


@pytest.mark.parametrize("line", ["decarb sweeps x", "decarb sweep x --rows 5", "decarb sweep x --n none"])
def test_a_command_that_does_not_exist_is_found(line: str) -> None:
    with pytest.raises((AssertionError, typer.BadParameter)):
        parsed(line)


def calls(body: str) -> list[ast.Call]:
    """Return the calls `dc.name(...)` of some code."""
    found = [node for node in ast.walk(ast.parse(body)) if isinstance(node, ast.Call)]
    return [one for one in found if isinstance(one.func, ast.Attribute) and ast.unparse(one.func.value) == "dc"]


def bound(call: ast.Call) -> None:
    assert isinstance(call.func, ast.Attribute)
    assert call.func.attr in dc.__all__, f"there is no dc.{call.func.attr}"
    given = {word.arg: word.value for word in call.keywords if word.arg}
    inspect.signature(getattr(dc, call.func.attr)).bind(*call.args, **given)


@pytest.mark.parametrize(("page", "body"), python(), ids=lambda text: text.splitlines()[0][:40])
def test_every_call_in_the_pages_is_one_that_python_takes(page: str, body: str) -> None:
    for call in calls(body):
        bound(call)


@pytest.mark.parametrize("code", ["dc.sweep('x', 'y', n=5)", "dc.sweeps('x', 'y')", "dc.open_sweep()"])
def test_a_call_that_python_would_refuse_is_found(code: str) -> None:
    with pytest.raises((AssertionError, TypeError)):
        bound(calls(code)[0])


def test_the_sweep_of_the_page_is_one_that_is_read(tmp_path: Path) -> None:
    sweeps = [body for body in blocks("docs/sweeps.md", "yaml") if "kind: sweep" in body]
    assert sweeps
    for body in sweeps:
        (tmp_path / "mine.yaml").write_text(body, encoding="utf-8")
        design = load_sweep(tmp_path / "mine.yaml")
        assert {axis.distribution for axis in design.axes} >= {"uniform", "triangular", "normal", "log-normal"}


def test_the_table_of_the_page_is_one_that_is_read(tmp_path: Path) -> None:
    (table,) = [body for body in blocks("docs/sweeps.md", "") if body.startswith("capture.level,")]
    (tmp_path / "points.csv").write_text(table, encoding="utf-8")
    (tmp_path / "mine.yaml").write_text("base: china-2060\nmethod: table\ntable: points.csv\n", encoding="utf-8")
    design = load_sweep(tmp_path / "mine.yaml")
    assert [axis.name for axis in design.axes] == table.splitlines()[0].split(",")
    assert design.scenarios == len(table.splitlines()) - 2


def test_the_page_names_every_shipped_sweep_method_and_default_series() -> None:
    page = (ROOT / "docs/sweeps.md").read_text(encoding="utf-8")
    for name in (*shipped_sweeps(), *get_args(Method), *KEPT):
        assert f"`{name}`" in page, f"docs/sweeps.md says nothing of {name}"


@pytest.mark.parametrize("page", PAGES)
def test_every_link_of_a_page_leads_to_a_file(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text):
        assert target.startswith("https://") or (ROOT / page).parent.joinpath(target).exists(), f"{page}: {target}"
