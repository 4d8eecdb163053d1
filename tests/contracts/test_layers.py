"""The layers of the design hold: who may import whom."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).resolve().parents[2]
KERNELS = sorted({*(ROOT / "decarb").rglob("kernel.py"), *(ROOT / "decarb").rglob("*_kernel.py")})
BETWEEN_KERNELS = ("kernel", "compiled")  # what a kernel may take of this package, by how its name ends


def imported(source: str) -> set[str]:
    """Top-level names that a module imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names.add("relative" if node.level else str(node.module).split(".")[0])
    return names


def test_every_contract_of_pyproject_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    code = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True, no_logo=True)
    said = capsys.readouterr().out
    assert code == 0, said
    assert "3 kept, 0 broken" in said


def of_the_package(source: str) -> set[str]:
    """Modules of the package that a module imports from."""
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom)]
    return {str(node.module) for node in nodes if str(node.module).startswith("decarb")}


@pytest.mark.parametrize("path", KERNELS, ids=lambda path: f"{path.parent.name}.{path.stem}")
def test_a_kernel_imports_numpy_numba_and_other_kernels_only(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    words_of_the_language = {"__future__", "collections", "math", "types", "typing"}
    assert imported(source) - words_of_the_language <= {"numba", "numpy", "decarb"}
    assert all(module.endswith(BETWEEN_KERNELS) for module in of_the_package(source))


def test_there_is_a_kernel_to_look_at() -> None:
    assert ROOT / "decarb" / "park" / "kernel.py" in KERNELS


def test_imports_inside_functions_and_relative_ones_are_seen() -> None:
    assert imported("import a.b\ndef f():\n    from c.d import e\nfrom . import g") == {"a", "c", "relative"}
