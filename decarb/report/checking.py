"""Verdicts on many pathways: the table that is printed, the object of `--json` and the CSV file of every scenario."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pandas as pd
from rich.table import Table
from rich.text import Text

from decarb.analysis import checking
from decarb.analysis.checking import Checked
from decarb.report.cells import text_cell
from decarb.report.whole import write_file
from decarb.sweeps.progress import shown

HEADS: Final = ("Target", "Pass", "Fail", "Undefined", "Share that passes")

check_file = shown("reading the file")(checking.check_file)


def checked_table(checked: Checked) -> Table:
    """Return how many scenarios meet each target; what is only shown beside the targets stands in brackets."""
    title = f"{checked.judged.sizes['scenario']:,} scenarios of {checked.source}, {checked.region}"
    table = Table(title=Text(title), title_justify="left", box=None, pad_edge=False)
    for heading in HEADS:
        table.add_column(heading, justify="left" if heading == "Target" else "right")
    shares = checked.shares().sort_values("beside", kind="stable")
    for target, found in shares.iterrows():
        counts = (f"{found[word]:,}" for word in ("pass", "fail", "undefined"))
        share = "-" if pd.isna(found["share"]) else f"{found['share']:.1%}"
        table.add_row(Text(f"({target})" if found["beside"] else str(target)), *counts, share)
    return table


def missed_by_some(checked: Checked) -> bool:
    """Return whether a scenario misses a target; what is only shown beside the targets does not count."""
    shares = checked.shares()
    return bool(shares.loc[~shares["beside"], "fail"].any())


def shares_object(checked: Checked) -> dict[str, Any]:
    """Return the counts as plain values, null for a share that does not exist."""
    shares = checked.shares()
    targets = {
        str(target): {
            **{word: int(found[word]) for word in ("pass", "fail", "undefined")},
            "share": None if pd.isna(found["share"]) else float(found["share"]),
            "beside": bool(found["beside"]),
        }
        for target, found in shares.iterrows()
    }
    scenarios = int(checked.judged.sizes["scenario"])
    found = {"source": checked.source, "region": checked.region, "scenarios": scenarios, "targets": targets}
    return found | {"undefined_because": checked.causes(), "notes": list(checked.notes)}


def write_verdicts(checked: Checked, path: Path) -> Path:
    """Write one row for each scenario and target to a new CSV file; a number that does not exist is an empty cell.

    Raises
    ------
    CallError
        The file exists, or there is no folder for it.
    """
    frame = checked.frame()
    for name in ("model", "scenario"):
        frame[name] = frame[name].map(text_cell)
    return write_file(path, lambda beside: frame.to_csv(beside, index=False, encoding="utf-8", lineterminator="\n"))
