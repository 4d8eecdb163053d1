"""Pages that are made of what stands elsewhere: READMEs, variables, sources, public names, notebooks."""

from __future__ import annotations

import inspect
import re
import shutil
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

import decarb
from decarb import tables
from decarb.variables import VariableInfo, variables

ROOT = Path(__file__).parents[1]

GROUPS = {
    "Scenarios and parks": "load_scenario load_park new_scenario Scenario",
    "Runs": "run run_park scale_park Results ParkResults write_results write_park write_workbook",
    "Targets": "check check_file bridge economies",
    "Why, and what would have to change": "why attribute explain compare solve_for feasible_set "
    "Why Attribution Comparison Solution",
    "Many pathways": "load_sweep sweep open_sweep summary regenerate regenerate_hours verify_sweep Swept Answer",
    "For people": "figures write_report explorer",
    "Units": "convert quantify",
    "Errors": "DecarbError InputError UnitError CallError",
}
"""Public names by what they are for; one that is public and stands nowhere here comes under "More"."""


def write(folder: Path) -> None:
    """Write every generated page; a page that has not changed keeps its date, so that Sphinx need not read it again."""
    pages = {
        "readme.md": linked(ROOT / "README.md"),
        "readme_zh.md": linked(ROOT / "README.zh.md"),
        "contributing.md": linked(ROOT / "CONTRIBUTING.md"),
        "glossary.md": glossary(),
        "sources.md": sources(),
        "api.md": api(),
        ".gitignore": "*\n",
    }
    (folder / "notebooks").mkdir(parents=True, exist_ok=True)
    for name, text in pages.items():
        page = folder / name
        if not page.exists() or page.read_text(encoding="utf-8") != text:
            page.write_text(text, encoding="utf-8")
    found = {notebook.name: notebook for notebook in (ROOT / "notebooks").glob("[1-9]*.ipynb")}
    for old in (folder / "notebooks").iterdir():
        if old.name not in found:
            old.unlink()
    for name, notebook in found.items():
        shutil.copy2(notebook, folder / "notebooks" / name)


def linked(page: Path) -> str:
    """Return a page of the checkout's folder with its links as they are seen from the folder of generated pages."""
    own = {"README.md": "readme.md", "README.zh.md": "readme_zh.md", "CONTRIBUTING.md": "contributing.md"}

    def moved(link: re.Match[str]) -> str:
        target = link[1]
        if "://" in target or target.startswith("#"):
            return link[0]
        if target.startswith("docs/"):
            return f"]({target.replace('docs/', '../', 1)})"
        return f"]({own.get(target, '../../' + target)})"

    return re.sub(r"\]\(([^)\s]+)\)", moved, page.read_text(encoding="utf-8"))


def glossary() -> str:
    """Return the page of all variables: name, both labels, unit, dimensions, IAMC name and what it is."""
    text = [
        "# Glossary\n",
        f"The {len(variables())} variables of the dictionary `data/variables.csv`: what results, tables and files call "
        "them, in which unit, over which dimensions. In Python: `decarb.variables.variable(name)`. "
        "A variable with an IAMC name is exported under it.\n",
    ]
    for initial, group in groupby(sorted(variables().values(), key=_name), key=lambda one: one.name[0].upper()):
        text += [
            f"\n## {initial}\n",
            "| variable | English, 中文 | unit | over | what it is |",
            "|---|---|---|---|---|",
        ]
        text += [row(one) for one in group]
    return "\n".join(text) + "\n"


def _name(one: VariableInfo) -> str:
    return one.name


def row(one: VariableInfo) -> str:
    """Return the row of one variable."""
    said = cell(one.description)
    if one.iamc:
        said += f" IAMC: `{cell(one.iamc)}`"
    labels = f"{cell(one.label_en)}, {cell(one.label_zh)}"
    return f"| `{one.name}` | {labels} | {cell(one.unit)} | {cell(', '.join(one.dims))} | {said.strip()} |"


def cell(text: str) -> str:
    """Return text that stays inside its cell of a Markdown table."""
    return re.sub(r"([|*_<\[\]])", r"\\\1", text)


def sources() -> str:
    """Return the page of all sources, by the key that rows of `data/` name."""
    known = tables.sources()
    text = [
        "# Sources\n",
        f"The {len(known)} sources of `data/sources.yaml`. A row of `data/*.csv` names one by its key "
        "in the column `source`.\n",
        "| key | what | by, year | where | licence | note |",
        "|---|---|---|---|---|---|",
    ]
    for key, one in sorted(known.items()):
        by = ", ".join(str(one[part]) for part in ("publisher", "year") if part in one)
        said = (one["title"], by, one["locator"], one["licence"], one.get("note", ""))
        text.append(f"| `{key}` | " + " | ".join(map(cell, said)) + " |")
    return "\n".join(text) + "\n"


def api() -> str:
    """Return the page of all public names, grouped by what they are for."""
    named = {name for names in GROUPS.values() for name in names.split()}
    groups = {title: [name for name in names.split() if name in decarb.__all__] for title, names in GROUPS.items()}
    groups["More"] = [name for name in decarb.__all__ if name not in named]
    text = [
        "# Public names\n",
        "All of them are attributes of the package: `import decarb as dc`, then `dc.run(...)`. Results are xarray "
        "Datasets with `units` on each variable; their names stand in the [glossary](glossary.md).\n",
    ]
    for title, names in groups.items():
        if names:
            text += [f"\n## {title}\n", "```{eval-rst}", *documented(names), "```\n"]
    return "\n".join(text)


def documented(names: Iterable[str]) -> Iterable[str]:
    """Give the directive of each name: a class with what it offers, a module with its functions, a function."""
    for name in names:
        found = getattr(decarb, name)
        if inspect.ismodule(found):
            yield f".. automodule:: {found.__name__}\n   :members:\n   :imported-members:\n"
        elif inspect.isclass(found):
            yield f".. autoclass:: decarb.{name}\n   :members:\n"
        else:
            yield f".. autofunction:: decarb.{name}\n"
