#!/usr/bin/env python3
"""Set up decarb in `.venv` and do one job: `python3 dev.py` lists the jobs.

Any Python from 3.8 on can start this file; it looks for the newer one that decarb needs. Only what the job needs is
installed, from `requirements.lock`, every hash checked. The stamp that says "done" is written last: a set-up that was
interrupted is made anew, a finished one costs nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
OLDEST = (3, 11)
EXTRAS = ("dashboard", "docs", "iamc", "notebook", "report", "sweep", "test")
JOBS = {
    "run": (["core", "report", "sweep"], "main job: scenarios/china-2060.yaml into results/china-2060/"),
    "test": (["core", *EXTRAS], "all tests on up to four cores; arguments go to pytest (-n 0 for one process)"),
    "bench": (["core", "sweep"], "measured ratios beside their bounds, also into results/bench.json"),
    "lab": (["core", "notebook", "sweep"], "JupyterLab on the notebooks in notebooks/"),
    "docs": (["core", "docs"], "the documentation as web pages, into results/docs/"),
    "check": (["core", "sweep", "test"], "lint, format, types and layers"),
    "lock": (["core"], "write requirements.lock from pyproject.toml; --upgrade takes the newest versions"),
}
HELP = "usage: python3 dev.py JOB [ARGUMENT ...]\n\n" + "\n".join(
    f"  {job:6} {does}" for job, (_, does) in JOBS.items()
)
# Settings that would lead an import or an install past .venv. Where the user's packages come from is not among them.
MISLEADING = ("PYTHONHOME", "PYTHONPATH", "__PYVENV_LAUNCHER__", "PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT")


class Stop(Exception):
    """A reason to stop that the user can act on."""


def tool(name: str) -> Path:
    """Path of a program of `.venv`."""
    return ROOT / ".venv" / ("Scripts" if os.name == "nt" else "bin") / (name + (".exe" if os.name == "nt" else ""))


def environment() -> dict[str, str]:
    """Environment of every command: the user's, with `.venv` first."""
    kept = {name: value for name, value in os.environ.items() if name not in MISLEADING}
    path = os.pathsep.join([str(tool("python").parent), kept.get("PATH", "")])
    return {**kept, "PATH": path, "VIRTUAL_ENV": str(ROOT / ".venv"), "PYTHONUTF8": "1"}


def call(*command: object) -> int:
    """Exit code of a command run in the project's folder; 128 + n where signal n ended it."""
    code = subprocess.call([str(word) for word in command], cwd=str(ROOT), env=environment())
    return code if code >= 0 else 128 - code


def ask(*command: object) -> str:
    """What a command prints; nothing where it fails."""
    words = [str(word) for word in command]
    try:
        done = subprocess.run(
            words, cwd=str(ROOT), env=environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
    except OSError:
        return ""
    return done.stdout.decode("utf-8", "replace").strip() if done.returncode == 0 else ""


def find_python() -> str:
    """Path of a Python that is new enough: the running one, else the newest on PATH that starts."""
    if sys.version_info >= OLDEST:
        return getattr(sys, "_base_executable", None) or sys.executable
    names = ["python3.14", "python3.13", "python3.12", "python3.11", "python3", "python"]
    places = [shutil.which(name, path=folder) for name in names for folder in os.get_exec_path()]
    for command in [*([place] for place in places if place), ["py", "-3"]]:
        answer = ask(*command, "-I", "-c", f"import sys; print(sys.version_info >= {OLDEST} and sys.executable or '')")
        if answer:
            return answer
    here = "{}.{}.{} ({})".format(*sys.version_info[:3], sys.executable)
    raise Stop(
        f"decarb needs Python 3.11 or newer; this is {here} and PATH holds no newer one. Install one (Debian, Ubuntu: "
        "apt-get install python3; macOS: brew install python; Windows: winget install Python.Python.3.13) and repeat."
    )


def digest() -> str:
    """Hash of all that a set-up depends on: the lock, the project's metadata, the Python and the place."""
    parts = [str(ROOT).encode("utf-8", "surrogateescape")]
    parts += [(ROOT / name).read_bytes() for name in ("requirements.lock", "pyproject.toml", ".venv/pyvenv.cfg")]
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def installed() -> set[str]:
    """Groups of the finished set-up in `.venv`; none where it does not fit the files, the place or this Python."""
    try:
        stamp = json.loads((ROOT / ".venv" / "stamp.json").read_text(encoding="utf-8"))
        settings = (ROOT / ".venv" / "pyvenv.cfg").read_text(encoding="utf-8")
        fits = stamp["digest"] == digest() and tool("python").exists()
        groups = set(stamp["groups"])
    except (OSError, ValueError, KeyError, TypeError):
        return set()
    made_by = dict(re.findall(r"^(\w+) *= *(.*)$", settings, re.MULTILINE))
    fits = fits and Path(made_by.get("home", "")).is_dir()
    called_with = "{}.{}.".format(*sys.version_info)
    fits = fits and (sys.version_info < OLDEST or made_by.get("version", "").startswith(called_with))
    return groups if fits else set()


def set_up(groups: list[str]) -> None:
    """Make `.venv` hold at least these groups of the lock, and the package; do nothing where it does."""
    present = installed()
    if present.issuperset(groups):
        return
    wanted = sorted(present.union(groups))
    print(f"Setting up .venv for {' + '.join(wanted)}. This happens once.", file=sys.stderr, flush=True)
    stamp, draft = ROOT / ".venv" / "stamp.json", ROOT / ".venv" / "stamp.draft"
    if stamp.exists():
        stamp.unlink()
    if not present:
        make_venv(find_python())
    install(wanted)
    draft.write_text(json.dumps({"digest": digest(), "groups": wanted}), encoding="utf-8")
    os.replace(str(draft), str(stamp))


def make_venv(python: str) -> None:
    """Make an empty `.venv`; on a bare Debian, root gets the missing package and others get the line to type."""
    whole = (python, "-I", "-c", "import ensurepip, venv; print('whole')")
    if not ask(*whole):
        real = os.path.realpath(python)
        package = "python3-venv" if real == os.path.realpath("/usr/bin/python3") else os.path.basename(real) + "-venv"
        get = ["apt-get", "install", "-y", "--no-install-recommends", package]
        if not shutil.which("apt-get"):
            raise Stop(f"{python} comes without ensurepip; install a complete Python and repeat.")
        if os.geteuid() != 0 or call("apt-get", "update") or call(*get) or not ask(*whole):
            line = "apt-get update && " + " ".join(get)
            raise Stop(f"{python} comes without ensurepip. Type this line as root, then repeat:\n  {line}")
    if call(python, "-I", "-m", "venv", "--clear", ROOT / ".venv"):
        raise Stop(f"{python} could not make {ROOT / '.venv'}; its reason stands above.")


def entries(lock: str) -> list[tuple[str, set[str], str]]:
    """Name, groups and text of each entry; the groups stand in a comment below it, and without one all need it."""
    found = []
    for text in re.split(r"^(?=\w)", lock, flags=re.MULTILINE)[1:]:
        comment = re.search(r"^ +# (.*)", text, re.MULTILINE)
        found.append((re.split(r"[^\w.-]", text)[0], set(comment.group(1).split(", ")) if comment else set(), text))
    return found


def install(groups: list[str]) -> None:
    """Install these groups of the lock, then the package: with uv, or with pip where uv does not do it."""
    python = tool("python")
    lock = entries((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    needed, only_uv = ROOT / ".venv" / "needed.txt", ROOT / ".venv" / "uv.txt"
    only_uv.write_text("".join(text for name, _, text in lock if name == "uv"), encoding="utf-8")
    wanted = {"setup", *groups}
    rest = [text for name, of, text in lock if name != "uv" and (not of or of & wanted)]
    needed.write_text("".join(rest), encoding="utf-8")

    pip = [python, "-I", "-m", "pip", "install", "--disable-pip-version-check"]
    uv = [tool("uv"), "pip", "install", "--python", python, *mirror(python)]
    has_uv = call(*pip, "--quiet", "--require-hashes", "--only-binary=:all:", "-r", only_uv) == 0
    for installer in [uv, pip] if has_uv else [pip]:
        packages = [*installer, "--require-hashes", "--no-deps", "-r", needed]
        itself = [*installer, "--no-index", "--no-build-isolation", "--no-deps", "-e", "."]
        if call(*packages) == 0 and call(*itself) == 0:
            return
    raise Stop("The packages of requirements.lock could not all be installed; the reason stands above.")


def mirror(python: Path) -> list[str]:
    """Options that send uv to the index of the user's pip settings, which uv does not read."""
    if "UV_DEFAULT_INDEX" in os.environ or "UV_INDEX_URL" in os.environ:
        return []
    settings = ask(python, "-I", "-m", "pip", "config", "list")
    named = dict(re.findall(r"^(\S+)\.index-url='(.+)'", settings, re.MULTILINE))
    index = named.get(":env:") or named.get("install") or named.get("global")
    return ["--default-index", index] if index else []


def write_lock(arguments: list[str]) -> int:
    """Resolve pyproject.toml for all platforms and Pythons at once, and note below each entry who needs it."""
    path = ROOT / "requirements.lock"
    resolve = [tool("uv"), "pip", "compile", "pyproject.toml", "--universal", "--python-version", "3.11", "--quiet"]
    resolve += ["--no-emit-index-url", "--no-annotate", "--no-header", *mirror(tool("python"))]
    whole = [word for extra in EXTRAS for word in ("--extra", extra)] + ["--group", "setup"]
    if call(*resolve, *whole, "--generate-hashes", "--output-file", path, *arguments):
        raise Stop("uv found no set of versions; its reason stands above and requirements.lock is as it was.")
    parts = {"core": [], "setup": ["--group", "setup"], **{extra: ["--extra", extra] for extra in EXTRAS}}
    needs = {part: {name for name, _, _ in entries(ask(*resolve, "-c", path, *more))} for part, more in parts.items()}
    if not all(needs.values()):
        raise Stop("uv could not resolve one group of pyproject.toml alone; requirements.lock now lacks its comments.")
    lines = []
    for name, _, text in entries(path.read_text(encoding="utf-8")):
        groups = ["core"] if name in needs["core"] else [part for part in sorted(parts) if name in needs[part]]
        lines.append(re.sub(r"^ +#.*\n", "", text, flags=re.MULTILINE) + f"    # {', '.join(groups)}\n")
    path.write_text("".join(lines), encoding="utf-8")
    return 0


def commands(job: str, arguments: list[str]) -> list[list[object]]:
    """Command lines of one job."""
    python = tool("python")
    if job == "check":
        return [
            [python, "-m", "ruff", "check", *arguments],
            [python, "-m", "ruff", "format", "--check", *arguments],
            [python, "-m", "mypy", *(arguments or ["decarb"])],
            [tool("lint-imports")],
        ]
    first = {
        "run": [tool("decarb"), "run", "china-2060"],
        "test": [python, "-m", "pytest", "-n", "auto", "--maxprocesses=4", "--dist=loadfile"],
        "bench": [python, "tests/benchmarks/bench.py"],
        "docs": [python, "-m", "sphinx", "-W", "--keep-going", "docs", "results/docs"],
        "lab": [python, "-m", "jupyterlab", "notebooks"],
    }
    return [[*first[job], *arguments]]


def main(arguments: list[str]) -> int:
    """Exit code of the job that the arguments name: that of its command, or of its first command that failed."""
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(HELP)
        return 0
    job, rest = arguments[0], arguments[1:]
    if job not in JOBS:
        print(f"dev.py: no job is called {job!r}\n\n{HELP}", file=sys.stderr)
        return 2
    try:
        set_up(JOBS[job][0])
        codes = [write_lock(rest)] if job == "lock" else [call(*command) for command in commands(job, rest)]
    except Stop as reason:
        print(f"dev.py: {reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return next((code for code in codes if code), 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
