"""The notebooks: they run to their last assertion, stand twice and alike, and are committed without outputs."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

for needed in ("ipykernel", "jupytext", "nbclient", "nbformat", "plotly"):
    pytest.importorskip(needed)

import jupytext  # noqa: E402 - of an extra
import nbclient  # noqa: E402
import nbformat  # noqa: E402

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
SCENARIOS = "512"  # pathways: the fewest of which `summary` says what decides
MOST = 7
LONGEST = 10  # lines of a function

every = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def raw(path: Path) -> dict[str, Any]:
    """Return a notebook as it stands in its file."""
    return json.loads(path.read_text(encoding="utf-8"))


def code(path: Path) -> list[str]:
    """Return the cells of code."""
    return ["".join(cell["source"]) for cell in raw(path)["cells"] if cell["cell_type"] == "code"]


@every
def test_a_notebook_runs_to_its_last_assertion(path: Path, tmp_path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    own = {"IPYTHONDIR": str(tmp_path / "ipython"), "JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime")}
    places = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    settings = {"DECARB_NOTEBOOK_SCENARIOS": SCENARIOS, "PYTHONPATH": os.pathsep.join(places), "PYTHONUTF8": "1"}
    client = nbclient.NotebookClient(
        notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(FOLDER)}}
    )
    client.execute(env={**os.environ, **settings, **own})
    shown = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert [one for one in shown if one.output_type == "error"] == []
    drawn = [one for one in shown if "application/vnd.plotly.v1+json" in one.get("data", {})]
    asked = [cell for cell in code(path) if re.search(r"^dc\.figures\.", cell, re.MULTILINE)]
    assert len(drawn) == len(asked)


@every
def test_a_notebook_says_the_same_in_both_its_files(path: Path) -> None:
    pair = jupytext.read(path.with_suffix(".py"), fmt="py:percent")
    cells = [(cell["cell_type"], "".join(cell["source"])) for cell in raw(path)["cells"]]
    assert [(cell.cell_type, cell.source) for cell in pair.cells] == cells


@every
def test_a_notebook_is_committed_without_outputs_and_with_cells_named_once(path: Path) -> None:
    cells = raw(path)["cells"]
    assert [cell["id"] for cell in cells if cell.get("outputs") or cell.get("execution_count") is not None] == []
    assert [cell["metadata"] for cell in cells if cell["metadata"]] == []
    assert len({cell["id"] for cell in cells}) == len(cells)


@every
def test_a_notebook_asks_first_asserts_last_and_says_what_it_does_not_tell(path: Path) -> None:
    cells = raw(path)["cells"]
    first, last = ("".join(cell["source"]) for cell in (cells[0], cells[-1]))
    assert (cells[0]["cell_type"], cells[-1]["cell_type"]) == ("markdown", "markdown")
    assert first.splitlines()[0].startswith("# ") and first.splitlines()[0].endswith("?")
    assert last.startswith("**What this does not tell.**")
    headline = next(place for place, cell in enumerate(cells) if "## The headline" in "".join(cell["source"]))
    assert "assert " in "".join(cells[headline + 1]["source"])


@every
def test_functions_of_a_notebook_are_short_and_no_path_is_that_of_a_machine(path: Path) -> None:
    text = path.read_text(encoding="utf-8") + path.with_suffix(".py").read_text(encoding="utf-8")
    assert re.findall(r"(?<![\w.:/])/(?:home|root|tmp|work|usr|Users)/|[A-Z]:\\\\", text) == []
    functions = [node for cell in code(path) for node in ast.walk(ast.parse(cell)) if isinstance(node, ast.FunctionDef)]
    assert [node.name for node in functions if (node.end_lineno or 0) - node.lineno >= LONGEST] == []


def test_there_are_at_most_seven_and_the_list_names_each() -> None:
    listed = re.findall(r"\]\((\w+)\.ipynb\)", (FOLDER / "README.md").read_text(encoding="utf-8"))
    assert listed == [path.stem for path in NOTEBOOKS] == [path.stem for path in sorted(FOLDER.glob("*.py"))]
    assert 0 < len(NOTEBOOKS) <= MOST


def test_jupytext_keeps_the_pair_alike_by_the_settings_beside_it(tmp_path: Path) -> None:
    for name in ("jupytext.toml", NOTEBOOKS[0].name):
        (tmp_path / name).write_bytes((FOLDER / name).read_bytes())
    command = [sys.executable, "-m", "jupytext", "--quiet", "--sync", NOTEBOOKS[0].name]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    pair = NOTEBOOKS[0].with_suffix(".py").name
    assert (tmp_path / pair).read_text(encoding="utf-8") == (FOLDER / pair).read_text(encoding="utf-8")
