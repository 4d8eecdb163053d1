"""The files that say what is installed agree with each other: pyproject.toml, requirements.lock, environment.yml."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]
METADATA = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = METADATA["project"]
EXTRAS = PROJECT["optional-dependencies"]
DECLARED = {"core": PROJECT["dependencies"], "setup": METADATA["dependency-groups"]["setup"], **EXTRAS}
LOCKED_GROUPS = ("core", "dashboard", "docs", "iamc", "notebook", "report", "setup", "sweep", "test")
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
ENTRIES = re.split(r"^(?=\w)", LOCK, flags=re.MULTILINE)[1:]


def locked(name: str) -> list[tuple[Requirement, set[str]]]:
    """Pinned requirements of one package, a line for each range of Pythons, with the groups that need it."""
    found = []
    for entry in ENTRIES:
        pin = Requirement(entry.split("\\")[0].strip())
        if canonicalize_name(pin.name) == canonicalize_name(name):
            found.append((pin, set(entry.strip().splitlines()[-1].strip(" #").split(", "))))
    return found


def test_conda_and_pip_users_get_the_same_packages_and_bounds() -> None:
    environment = YAML(typ="safe").load(ROOT / "environment.yml")
    lines = [line for line in environment["dependencies"] if isinstance(line, str)]
    expected = [*DECLARED["core"], *DECLARED["notebook"], *DECLARED["sweep"], *DECLARED["test"]]
    assert sorted(lines) == sorted(["pip", f"python{PROJECT['requires-python']}", *expected])
    assert environment["channels"] == ["conda-forge"]
    assert {"pip": ["-e ."]} in environment["dependencies"]


@pytest.mark.parametrize("group", sorted(DECLARED))
def test_dependencies_have_one_lower_bound_and_no_other(group: str) -> None:
    for line in DECLARED[group]:
        assert re.fullmatch(r"[a-z][a-z0-9.-]*>=\d+(\.\d+)*", line), line


@pytest.mark.parametrize("group", LOCKED_GROUPS)
def test_the_lock_holds_each_declared_package_for_its_group_and_within_its_bound(group: str) -> None:
    for line in DECLARED[group]:
        wanted = Requirement(line)
        pins = locked(wanted.name)
        assert pins, f"requirements.lock lacks {wanted.name}; run: python3 dev.py lock"
        for pin, groups in pins:
            assert groups & {group, "core"}, (line, groups)
            assert all(wanted.specifier.contains(part.version) for part in pin.specifier), (line, str(pin))


@pytest.mark.parametrize("python", ["3.11.0", "3.12.0", "3.13.0", "3.14.0"])
def test_one_lock_gives_each_python_exactly_one_version(python: str) -> None:
    machine = {"python_version": python[:4], "python_full_version": python, "sys_platform": "linux"}
    for name in ("numpy", "pint", "scipy", "xarray", "zarr", "uv", "salib", "scikit-learn", "distributed"):
        fitting = [pin for pin, _ in locked(name) if pin.marker is None or pin.marker.evaluate(machine)]
        assert len(fitting) == 1, (name, fitting)


def test_every_locked_package_is_pinned_hashed_and_says_who_needs_it() -> None:
    assert len(ENTRIES) > 100
    for entry in ENTRIES:
        pin, *rest = entry.rstrip("\n").splitlines()
        assert re.fullmatch(r"[a-z0-9-]+==[\w.+]+( ; [^@]+)? \\", pin), pin
        *hashes, comment = rest
        assert hashes, pin
        assert all(re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", line) for line in hashes), pin
        groups = comment.removeprefix("    # ").split(", ")
        assert set(groups) <= set(LOCKED_GROUPS), (pin, comment)
        assert "core" not in groups or groups == ["core"], (pin, comment)


def test_the_lock_names_no_host_index_or_path() -> None:
    assert not re.search(r"://|index|find-links|file:|--(?!hash)|\.whl|(?<!sha256)[/@]", LOCK)


def test_a_run_needs_no_test_tool_and_tests_need_no_jupyterlab() -> None:
    assert all(groups == {"test"} for _, groups in locked("pytest-xdist"))
    assert all(groups == {"notebook"} for _, groups in locked("jupyterlab"))


def test_a_run_and_the_tests_have_what_a_sweep_needs() -> None:
    source = (ROOT / "dev.py").read_text(encoding="utf-8")
    jobs = dict(re.findall(r'^    "(\w+)": \(\[(.*?)\]', source, re.MULTILINE))
    assert all('"sweep"' in jobs[job] or "*EXTRAS" in jobs[job] for job in ("run", "test", "bench", "lab", "check")), (
        jobs
    )
    assert set(EXTRAS["sweep"]) & set(EXTRAS["cluster"]) == {"distributed>=2025.1"}


def test_continuous_integration_does_what_a_newcomer_does() -> None:
    script = ROOT / ".ci" / "run"
    assert script.read_text(encoding="utf-8").splitlines()[-1] == "python3 dev.py test"
    assert os.name == "nt" or os.access(script, os.X_OK)


def test_the_wheel_ships_tables_scenarios_and_unit_definitions(tmp_path: Path) -> None:
    pytest.importorskip("hatchling")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    built = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("data", "scenarios"):
        kept = {path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob("[!.]*.*") if path.is_file()}
        assert kept
        assert {f"decarb/_shipped/{name}" for name in kept} <= names
    assert {"decarb/units/definitions.txt", "decarb/errors.py"} <= names
    assert not [name for name in names if not name.startswith(("decarb/", "decarb-"))]
