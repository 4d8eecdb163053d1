"""`dev.py` sets up what a job needs, once, and repairs what was interrupted; no test installs anything."""

from __future__ import annotations

import ast
import importlib.util
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

SOURCE = Path(__file__).resolve().parents[2] / "dev.py"
LOCK = """\
jupyterlab==4.4 \\
    --hash=sha256:aa
    # notebook
numpy==2.4 ; python_full_version < '3.12' \\
    --hash=sha256:bb \\
    --hash=sha256:cc
    # core
numpy==2.5 ; python_full_version >= '3.12' \\
    --hash=sha256:dd
    # core
pluggy==1.5 \\
    --hash=sha256:ee
    # setup, test
pytest==9.2 \\
    --hash=sha256:ab
    # test
salib==1.6 \\
    --hash=sha256:ba
    # sweep
uv==0.7 \\
    --hash=sha256:ff
    # setup
"""


def load() -> ModuleType:
    """A fresh copy of dev.py."""
    spec = importlib.util.spec_from_file_location("dev_under_test", SOURCE)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Machine:
    """Stands in for the commands: notes each one, makes what `python -m venv` makes, fails where told to."""

    def __init__(self, dev: ModuleType, root: Path) -> None:
        self.dev, self.root = dev, root
        self.done: list[str] = []
        self.react: Callable[[str], int] = lambda command: 0
        self.answers: Callable[[str], str] = lambda command: "whole" if "ensurepip" in command else ""

    def call(self, *command: object) -> int:
        words = " ".join(map(str, command)).replace(str(self.root), "ROOT").replace(os.sep, "/")
        self.done.append(words)
        if "-m venv --clear" in words:
            self.make_venv("{}.{}.{}".format(*sys.version_info))
        return self.react(words)

    def ask(self, *command: object) -> str:
        return self.answers(" ".join(map(str, command)))

    def make_venv(self, version: str) -> None:
        python = self.dev.tool("python")
        python.parent.mkdir(parents=True, exist_ok=True)
        python.touch()
        (self.root.parent / "base").mkdir(exist_ok=True)
        (self.root / ".venv" / "pyvenv.cfg").write_text(
            f"home = {self.root.parent / 'base'}\nversion = {version}\n", encoding="utf-8"
        )

    def installs(self) -> list[str]:
        return [command for command in self.done if " install " in command]

    @property
    def stamp(self) -> Path:
        return self.root / ".venv" / "stamp.json"


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    root = tmp_path / "a folder 碳中和"
    root.mkdir()
    (root / "requirements.lock").write_text(LOCK, encoding="utf-8")
    (root / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
    dev = load()
    made = Machine(dev, root)
    dev.ROOT, dev.call, dev.ask = root, made.call, made.ask
    return made


def test_a_first_run_makes_the_venv_and_installs_by_hash_with_the_package_last(machine: Machine) -> None:
    assert machine.dev.main(["run", "--set", "a=1"]) == 0
    venv, uv, packages, itself, job = machine.done
    assert venv.endswith("-I -m venv --clear ROOT/.venv")
    assert "pip install" in uv and "--require-hashes --only-binary=:all: -r ROOT/.venv/uv.txt" in uv
    assert "uv pip install" in packages and packages.endswith("--require-hashes --no-deps -r ROOT/.venv/needed.txt")
    assert "uv pip install" in itself and itself.endswith("--no-index --no-build-isolation --no-deps -e .")
    assert job.endswith("decarb run china-2060 --set a=1")
    assert json.loads(machine.stamp.read_text(encoding="utf-8"))["groups"] == ["core", "report", "sweep"]


def test_a_second_run_does_the_job_and_nothing_else(machine: Machine) -> None:
    machine.dev.main(["run"])
    machine.done.clear()
    machine.dev.main(["run"])
    assert len(machine.done) == 1
    assert "decarb run" in machine.done[0]


@pytest.mark.parametrize(
    "name", ["requirements.lock", "pyproject.toml", ".venv/pyvenv.cfg"], ids=["lock", "metadata", "python"]
)
def test_a_change_of_what_the_stamp_stands_for_makes_the_set_up_anew(machine: Machine, name: str) -> None:
    machine.dev.main(["run"])
    machine.done.clear()
    path = machine.root / name
    path.write_text(path.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    machine.dev.main(["run"])
    assert "-m venv --clear" in machine.done[0]
    assert machine.dev.installed() == {"core", "report", "sweep"}


@pytest.mark.parametrize("stamp", ["", "[]", "{}", '{"digest": 1}', '{"digest": "0", "groups": ["core"]}'])
def test_a_stamp_that_is_broken_or_of_another_set_up_counts_for_nothing(machine: Machine, stamp: str) -> None:
    machine.dev.main(["run"])
    machine.stamp.write_text(stamp, encoding="utf-8")
    assert machine.dev.installed() == set()


def test_a_moved_venv_or_a_vanished_python_is_made_anew(machine: Machine) -> None:
    machine.dev.main(["run"])
    moved = machine.root.with_name("elsewhere")
    machine.root.rename(moved)
    machine.dev.ROOT = moved
    assert machine.dev.installed() == set()
    moved.rename(machine.root)
    machine.dev.ROOT = machine.root
    assert machine.dev.installed() == {"core", "report", "sweep"}
    (machine.root.parent / "base").rmdir()
    assert machine.dev.installed() == set()
    (machine.root.parent / "base").mkdir()
    machine.dev.tool("python").unlink()
    assert machine.dev.installed() == set()


def test_calling_it_with_another_python_makes_the_set_up_for_that_one(machine: Machine) -> None:
    machine.dev.main(["run"])
    machine.dev.sys = SimpleNamespace(version_info=(*sys.version_info[:1], sys.version_info[1] + 1, 0))
    assert machine.dev.installed() == set()
    machine.dev.sys = SimpleNamespace(version_info=(3, 8, 18))
    assert machine.dev.installed() == {"core", "report", "sweep"}, "a Python that is too old to run decarb has no say"


@pytest.mark.parametrize("step", ["-m venv", "uv.txt", "needed.txt", "-e ."])
def test_an_interrupted_set_up_is_made_anew(machine: Machine, step: str) -> None:
    def interrupt(command: str) -> int:
        if step in command:
            raise KeyboardInterrupt
        return 0

    machine.react = interrupt
    assert machine.dev.main(["run"]) == 130
    assert not machine.stamp.exists()
    machine.react = lambda command: 0
    machine.done.clear()
    assert machine.dev.main(["run"]) == 0
    assert "-m venv --clear" in machine.done[0]
    assert len(machine.installs()) == 3


def test_a_second_job_adds_its_packages_and_keeps_the_venv(machine: Machine) -> None:
    machine.dev.main(["run"])
    machine.done.clear()
    machine.dev.main(["lab"])
    assert not [command for command in machine.done if "-m venv" in command]
    assert machine.dev.installed() == {"core", "notebook", "report", "sweep"}
    machine.done.clear()
    machine.dev.main(["bench"])
    assert machine.installs() == []


def test_an_addition_that_was_interrupted_leaves_no_stamp(machine: Machine) -> None:
    machine.dev.main(["run"])
    machine.react = lambda command: int(command.endswith("needed.txt"))
    assert machine.dev.main(["lab"]) == 1
    assert not machine.stamp.exists()


@pytest.mark.parametrize(
    ("job", "names"),
    [
        ("run", ["numpy", "numpy", "pluggy", "salib"]),
        ("bench", ["numpy", "numpy", "pluggy", "salib"]),
        ("test", ["jupyterlab", "numpy", "numpy", "pluggy", "pytest", "salib"]),
        ("check", ["numpy", "numpy", "pluggy", "pytest", "salib"]),
        ("lab", ["jupyterlab", "numpy", "numpy", "pluggy", "salib"]),
    ],
)
def test_a_job_installs_only_what_it_needs(machine: Machine, job: str, names: list[str]) -> None:
    machine.dev.main([job])
    needed = (machine.root / ".venv" / "needed.txt").read_text(encoding="utf-8")
    assert [name for name, _, _ in machine.dev.entries(needed)] == names
    assert (machine.root / ".venv" / "uv.txt").read_text(encoding="utf-8") == LOCK[LOCK.index("uv==") :]


def test_a_lock_without_comments_is_installed_whole(machine: Machine) -> None:
    plain = "".join(line for line in LOCK.splitlines(keepends=True) if "#" not in line)
    (machine.root / "requirements.lock").write_text(plain, encoding="utf-8")
    machine.dev.main(["run"])
    assert "jupyterlab" in (machine.root / ".venv" / "needed.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("failing", ["uv.txt", " pip install --python"], ids=["no wheel of uv", "uv fails"])
def test_pip_does_it_by_hash_where_uv_does_not(machine: Machine, failing: str) -> None:
    machine.react = lambda command: int(failing in command)
    assert machine.dev.main(["run"]) == 0
    packages, itself = machine.installs()[-2:]
    assert "-m pip install" in packages and packages.endswith("--require-hashes --no-deps -r ROOT/.venv/needed.txt")
    assert "-m pip install" in itself and itself.endswith("--no-index --no-build-isolation --no-deps -e .")


def test_a_set_up_that_fails_says_so_and_does_not_start_the_job(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.react = lambda command: int("needed.txt" in command)
    assert machine.dev.main(["run"]) == 1
    assert "requirements.lock" in capsys.readouterr().err
    assert not [command for command in machine.done if "china-2060" in command]
    assert not machine.stamp.exists()


def test_uv_goes_to_the_index_of_the_users_pip_settings(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = "global.extra-index-url='https://b.example/simple'\nglobal.index-url='https://a.example/simple'"
    machine.answers = lambda command: "whole" if "ensurepip" in command else settings
    machine.dev.main(["run"])
    assert "--default-index https://a.example/simple --require-hashes" in machine.installs()[1]
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://c.example/simple")
    assert machine.dev.mirror(Path("python")) == []


def test_without_ensurepip_a_user_gets_the_line_to_type_and_root_gets_the_package(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine.dev.shutil, "which", lambda name, path=None: "/usr/bin/" + name)
    monkeypatch.setattr(machine.dev.os, "geteuid", lambda: 1000, raising=False)
    machine.answers = lambda command: ""
    with pytest.raises(machine.dev.Stop, match=r"apt-get update && apt-get install -y .*python3-venv"):
        machine.dev.make_venv("/usr/bin/python3")
    assert machine.done == []

    monkeypatch.setattr(machine.dev.os, "geteuid", lambda: 0, raising=False)
    machine.answers = lambda command: "whole" if machine.done else ""
    machine.dev.make_venv("/usr/bin/python3")
    update, get, venv = machine.done
    assert update == "apt-get update"
    assert get == "apt-get install -y --no-install-recommends python3-venv"
    assert "-m venv" in venv

    machine.answers = lambda command: ""
    with pytest.raises(machine.dev.Stop, match="apt-get update"):
        machine.dev.make_venv("/usr/bin/python3")

    monkeypatch.setattr(machine.dev.shutil, "which", lambda name, path=None: None)
    machine.answers = lambda command: ""
    with pytest.raises(machine.dev.Stop, match="complete Python"):
        machine.dev.make_venv("/usr/bin/python3")


def test_an_old_python_finds_the_newest_that_starts_or_says_what_to_install(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine.dev.shutil, "which", lambda name, path=None: f"/x/{name}")
    monkeypatch.setattr(machine.dev.os, "get_exec_path", lambda: ["/x"])
    machine.dev.sys = SimpleNamespace(version_info=(3, 9, 2), executable="/usr/bin/python3")
    starting = ("/x/python3.12 ", "/x/python3.11 ")
    machine.answers = lambda command: command.split()[0] if command.startswith(starting) else ""
    assert machine.dev.find_python() == "/x/python3.12"
    machine.answers = lambda command: ""
    with pytest.raises(machine.dev.Stop, match=r"Python 3\.11 or newer; this is 3\.9\.2 \(/usr/bin/python3\)"):
        machine.dev.find_python()


def test_the_running_python_is_used_if_it_is_new_enough(machine: Machine) -> None:
    machine.dev.sys = SimpleNamespace(
        version_info=(3, 11, 0), executable="/venv/python", _base_executable="/base/python"
    )
    assert machine.dev.find_python() == "/base/python"


def test_the_exit_code_of_the_job_is_the_exit_code(machine: Machine) -> None:
    machine.react = lambda command: 3 if "china-2060" in command else 0
    assert machine.dev.main(["run"]) == 3


def test_check_runs_all_four_and_fails_if_one_does(machine: Machine) -> None:
    machine.dev.main(["check"])
    machine.done.clear()
    machine.react = lambda command: 2 if "format" in command else 0
    assert machine.dev.main(["check"]) == 2
    expected = ("ruff check", "ruff format --check", "mypy decarb", "lint-imports")
    assert all(words in command for words, command in zip(expected, machine.done, strict=True))


@pytest.mark.parametrize("arguments", [[], ["-h"], ["--help"]])
def test_help_names_every_job_and_sets_nothing_up(
    machine: Machine, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert machine.dev.main(arguments) == 0
    said = capsys.readouterr().out
    assert all(f"\n  {job} " in said for job in ("run", "test", "bench", "lab", "check", "lock"))
    assert machine.done == []


def test_an_unknown_job_is_a_bad_call(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    assert machine.dev.main(["tset"]) == 2
    assert "'tset'" in capsys.readouterr().err
    assert machine.done == []


def test_the_environment_leads_to_the_venv_and_keeps_the_users_index(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PYTHONPATH", "PIP_TARGET", "PIP_INDEX_URL"):
        monkeypatch.setenv(name, "given")
    seen = machine.dev.environment()
    assert "PYTHONPATH" not in seen and "PIP_TARGET" not in seen
    assert seen["PIP_INDEX_URL"] == "given"
    assert seen["PATH"].startswith(str(machine.dev.tool("python").parent) + os.pathsep)


def test_commands_run_in_the_projects_folder_and_a_signal_has_its_code(tmp_path: Path) -> None:
    dev = load()
    dev.ROOT = tmp_path
    where = "import os, sys; print(os.getcwd())"
    assert Path(dev.ask(sys.executable, "-c", where)).samefile(tmp_path)
    assert dev.ask(sys.executable, "-c", "import sys; print('half'); sys.exit(1)") == ""
    assert dev.ask("no-such-program-anywhere") == ""
    assert dev.call(sys.executable, "-c", "import sys; open('mark', 'w').close(); sys.exit(7)") == 7
    assert (tmp_path / "mark").exists()
    if os.name == "posix":
        assert dev.call(sys.executable, "-c", "import os; os.kill(os.getpid(), 15)") == 143


def test_the_new_lock_says_below_each_entry_who_needs_it(machine: Machine) -> None:
    bare = "".join(line for line in LOCK.splitlines(keepends=True) if "#" not in line)
    parts = {
        "--extra notebook": "jupyterlab",
        "--extra report": "",
        "--extra sweep": "salib",
        "--extra test": "pluggy pytest",
        "--group setup": "pluggy uv",
    }

    def resolve(command: str) -> int:
        if "--generate-hashes" in command:
            (machine.root / "requirements.lock").write_text(bare, encoding="utf-8")
        return 0

    def names(command: str) -> str:
        if "compile" not in command:
            return ""
        own = " ".join(names for option, names in parts.items() if option in command)
        return "".join(f"{name}==1\n" for name in f"numpy {own}".split())

    machine.react, machine.answers = resolve, names
    machine.dev.write_lock([])
    assert (machine.root / "requirements.lock").read_text(encoding="utf-8") == LOCK
    machine.answers = lambda command: ""
    with pytest.raises(machine.dev.Stop, match="could not resolve"):
        machine.dev.write_lock([])


names = st.from_regex(r"[a-z][a-z0-9]{0,5}(-[a-z0-9]{1,3})?", fullmatch=True)
groups = st.sets(st.sampled_from(["core", "notebook", "report", "setup", "sweep", "test"]))


@given(st.lists(st.tuples(names, groups, st.integers(1, 3)), max_size=6))
def test_reading_a_lock_loses_no_line(written: list[tuple[str, set[str], int]]) -> None:
    texts = [
        f"{name}==1.0 \\\n"
        + " \\\n".join(["    --hash=sha256:ab"] * hashes)
        + (f"\n    # {', '.join(sorted(of))}\n" if of else "\n")
        for name, of, hashes in written
    ]
    read = load().entries("".join(texts))
    assert [text for _, _, text in read] == texts
    assert [(name, of) for name, of, _ in read] == [(name, of) for name, of, _ in written]


def test_any_python_from_3_8_on_can_read_it_with_the_standard_library_alone() -> None:
    tree = ast.parse(SOURCE.read_text(encoding="utf-8"), feature_version=(3, 8))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    modules = {alias.name for node in imports if isinstance(node, ast.Import) for alias in node.names}
    modules |= {str(node.module) for node in imports if isinstance(node, ast.ImportFrom)}
    assert modules <= sys.stdlib_module_names
