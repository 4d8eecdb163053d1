"""The verdict as a short table for a terminal."""

from __future__ import annotations

from typing import Final

import xarray as xr
from rich.table import Table
from rich.text import Text

from decarb.nation.sectors import BASE_YEAR
from decarb.pathway.targets import SHOWN_BESIDE
from decarb.pathway.verdict import TargetVerdict, Verdict, shown

__all__ = ["base_year_table", "missed", "shown", "verdict_line", "verdict_table"]

STYLES: Final = {"pass": "green", "fail": "red", "undefined": "yellow"}


def verdict_table(verdict: Verdict, title: str) -> Table:
    """Return each target with the number that decides it, its threshold, the verdict and its reason.

    What is only shown beside the targets comes last, its verdict in brackets.
    """
    table = Table(title=Text(title), title_justify="left", box=None, pad_edge=False)
    for heading in ("Target", "Total", "Number", "Threshold", "Verdict", "Why"):
        table.add_column(heading, overflow="fold", justify="right" if heading in ("Number", "Threshold") else "left")
    counted = _counted(verdict)
    for item in sorted(verdict.verdicts, key=lambda each: each not in counted):
        said = item.verdict if item in counted else f"({item.verdict})"
        cells = (item.target, item.total, shown(item.value, item.unit), shown(item.threshold, item.unit))
        table.add_row(*map(Text, cells), Text(said, STYLES[item.verdict]), Text(item.reason))
    return table


def base_year_table(base: xr.Dataset) -> Table:
    """Return the level of each sector in the base year, and the factors that lift the two tables to it."""
    table = Table(
        title=Text(f"Base year {BASE_YEAR}, official inventory"), title_justify="left", box=None, pad_edge=False
    )
    for heading in ("Sector", "Mt CO2/yr", "x national table", "x provincial table"):
        table.add_column(heading, justify="left" if heading == "Sector" else "right")
    for sector in base["sector"].values:
        row = base.sel(sector=sector)
        factors = (float(row[f"scaling_of_{name}_table"]) for name in ("national", "provincial"))
        table.add_row(str(sector), f"{float(row['base_level']):,.0f}", *(f"{factor:.3f}" for factor in factors))
    return table


def verdict_line(verdict: Verdict) -> str:
    """Return how many targets are met, missed and undefined; what is only shown beside them is not counted."""
    words = {"pass": "met", "fail": "missed", "undefined": "not judged"}
    counts = [(sum(item.verdict == key for item in _counted(verdict)), word) for key, word in words.items()]
    beside = len(verdict.verdicts) - len(_counted(verdict))
    return ", ".join(f"{number} {word}" for number, word in counts) + (f", {beside} shown beside" if beside else "")


def missed(verdict: Verdict) -> tuple[TargetVerdict, ...]:
    """Return the targets that the pathway misses; what is only shown beside them does not count."""
    return tuple(item for item in _counted(verdict) if item.verdict == "fail")


def _counted(verdict: Verdict) -> tuple[TargetVerdict, ...]:
    return tuple(item for item in verdict.verdicts if item.target not in SHOWN_BESIDE)
