"""The package as others meet it: a light import, names that resolve, and one version."""

from __future__ import annotations

import importlib
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import decarb as dc

ROOT = Path(dc.__file__).parents[1]
HEAVY = (
    "numpy",
    "pandas",
    "xarray",
    "pint",
    "numba",
    "pydantic",
    "matplotlib",
    "scipy",
    "pvlib",
    "rich",
    "typer",
    "zarr",
    "distributed",
    "sklearn",
    "SALib",
    "filelock",
)


def loaded_after(code: str) -> set[str]:
    """Return which heavy packages a fresh interpreter holds after running some code."""
    listed = f"import sys; sys.path.insert(0, {str(ROOT)!r}); {code}; print(*set({HEAVY!r}) & set(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", listed], capture_output=True, encoding="utf-8", check=True)
    return set(ran.stdout.split())


def test_the_import_loads_nothing_heavy_and_the_first_name_what_it_needs() -> None:
    assert loaded_after("import decarb; decarb.__version__; dir(decarb)") == set()
    # Reading a scenario needs units and the schema; no figure is drawn and no kernel compiled.
    assert loaded_after("import decarb; decarb.InputError") == set()


def test_help_of_the_command_line_loads_no_science() -> None:
    code = "import decarb.cli"
    assert loaded_after(code) <= {"typer", "rich"}


@pytest.mark.parametrize("name", dc.__all__)
def test_every_public_name_resolves_to_a_documented_thing(name: str) -> None:
    found = getattr(dc, name)
    assert found.__name__.rpartition(".")[2] == name
    assert found.__doc__ and found.__doc__.strip()[0].isupper()
    assert name in dir(dc)


def test_the_interface_that_later_work_relies_on_is_public() -> None:
    promised = {
        "load_scenario",
        "load_park",
        "run",
        "run_park",
        "ParkResults",
        "check",
        "convert",
        "quantify",
        "Results",
        "Scenario",
        "InputError",
        "UnitError",
    }
    assert promised <= set(dc.__all__)
    assert len(dc.__all__) == len(set(dc.__all__))
    namespace: dict[str, object] = {}
    exec("from decarb import *", namespace)
    assert set(dc.__all__) <= set(namespace)


def test_an_unknown_name_is_told_with_those_that_exist() -> None:
    with pytest.raises(AttributeError, match=r"no attribute 'simulate'; it has .*load_scenario.*run"):
        _ = dc.simulate
    assert not hasattr(dc, "nothing")


def test_errors_of_the_package_share_one_parent() -> None:
    errors = importlib.import_module("decarb.errors")
    for name in ("InputError", "UnitError", "DataError", "CallError"):
        assert issubclass(getattr(errors, name), dc.DecarbError)


def test_the_version_stands_in_one_place_only_by_name() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == dc.__version__
    assert project["scripts"] == {"decarb": "decarb.cli:main"}


@pytest.mark.parametrize("path", sorted((ROOT / "decarb").rglob("*.py")), ids=lambda path: path.stem)
def test_every_module_says_what_it_is_for(path: Path) -> None:
    first = path.read_text(encoding="utf-8").lstrip()
    assert first.startswith(('"""', 'r"""')) and len(first.splitlines()[0]) > 20
