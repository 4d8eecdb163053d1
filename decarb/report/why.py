"""Why each target is met or missed, for people: sentences, a table, and a CSV file of all parts."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from rich.table import Table
from rich.text import Text

from decarb.analysis.run import TOTALS
from decarb.analysis.why import Reason, Why
from decarb.analysis.wording import amount, signed
from decarb.pathway.targets import TARGETS
from decarb.report.terminal import STYLES, shown
from decarb.report.whole import write_file
from decarb.units import units_of

MOST: Final = 6
"""Levers named in a sentence; the rest is one number."""
HEADINGS: Final = ("scenario", "against", "what", "year", "verdict", "lever", "value", "unit")
SAYS: Final = {
    "peak": "gross CO2 of the highest year after {year} less that of the highest up to it",
    "peak_before": "gross CO2 of the highest year from {year} on less that of the highest before",
    "fall": "fall of {total} from its maximum to {year}",
    "neutral": "{total} of {year}",
    "rate": "mean fall of {total} in {since}-{year}",
    "required_rate": "mean fall of {total} in {since}-{year} less what sinks and removals ask for",
    "intensity": "change of CO2 per GDP to {year}",
    "at_least": "{total} of {year}",
}
"""What the number of a rule is."""


NAMES: Final = {
    "gross_co2": "gross CO2", "net_co2": "net CO2", "net_ghg": "net GHG", "nonfossil_share": "non-fossil share",
    "wind_solar_capacity": "wind and solar capacity",
}  # fmt: skip


def why_lines(why: Why) -> tuple[str, ...]:
    """Return a few sentences for each target that is missed, one for each that has no number, one for all met."""
    lines = [f"{why.scenario} against {why.against}: each part is a lever's mean effect over all orders; they add"]
    met = [reason for reason in why.reasons if reason.verdict == "pass"]
    for reason in why.reasons:
        if reason.verdict != "pass":
            lines.extend(_sentences(reason))
    return (*lines, *_met(met), f"{why.evaluations:,} evaluations, {why.seconds:.1f} s of processor time")


def _met(reasons: Sequence[Reason]) -> tuple[str, ...]:
    """Return in one line which targets are met and with how much to spare; the file has their parts."""
    if not reasons:
        return ()
    spare = (f"{one.target} {amount(abs(one.missed_by or 0.0), one.unit)}" for one in reasons)
    return (f"met, with to spare: {', '.join(spare)} (--out FILE.csv has their parts)",)


def _sentences(reason: Reason) -> list[str]:
    if reason.number is None or reason.threshold is None or reason.missed_by is None:
        return [f"{reason.target} {reason.verdict}: {reason.undefined}"]
    missed = amount(abs(reason.missed_by), reason.unit)
    first = f"{reason.target} {reason.verdict}: {number_said(reason)} misses by {missed}"
    if reason.before is None or reason.undefined:
        return [f"{first}; no split: {reason.undefined}"]
    parts = [f"{name} {signed(part, reason.unit)}" for name, part in _largest(reason)]
    changed = f"  from {shown(reason.before, reason.unit)} to {shown(reason.number, reason.unit)}: "
    lines = [first, changed + (", ".join(parts) if parts else "no lever moves it")]
    helps, hinders = reason.helping, reason.hindering
    if helps or hinders:
        most = f"did most: {helps[0][0]}" if helps else "no lever helps"
        against = f"; stands most against it: {hinders[0][0]}" if hinders else ""
        lines.append(f"  {most}{against}")
    if reason.nearest is not None:
        lines.append(f"  {_missing(reason)}")
    return lines


def _missing(reason: Reason) -> str:
    """Return which lever has most left in its rows, and where all of them together would lead."""
    if not reason.missing or reason.nearest is None:
        return "missing most: no row of the tables has anything left for it"
    left = f"missing most: {reason.missing}, whose rows have {amount(reason.room[reason.missing], reason.unit)} left"
    far = amount(abs(reason.nearest), reason.unit)
    return f"{left}; all rows at their helping ends would " + (
        f"still miss by {far}" if reason.nearest > 0 else f"hold with {far} to spare"
    )


def number_said(reason: Reason) -> str:
    """Return in words what the number of a reason is."""
    target = next((one for one in TARGETS if one.id == reason.target), None)
    if target is None:
        return reason.total
    total = NAMES.get(reason.total, reason.total)
    return SAYS[reason.rule].format(total=total, year=target.year, since=target.first_year)


def _largest(reason: Reason) -> list[tuple[str, float]]:
    parts = sorted(reason.parts.items(), key=lambda pair: -abs(pair[1]))
    parts = [(name, part) for name, part in parts if part]
    rest = sum(part for _, part in parts[MOST:])
    return parts[:MOST] + ([(f"{len(parts) - MOST} more", rest)] if len(parts) > MOST else [])


def why_table(why: Why) -> Table:
    """Return one row for each lever, one column for each missed target: by how much it moves the number that decides.

    Where nothing is missed, the targets that are met.
    """
    split = [reason for reason in why.reasons if reason.parts]
    reasons = [reason for reason in split if reason.verdict == "fail"] or split
    title = f"{why.scenario} against {why.against}: parts of the number that decides"
    table = Table(title=Text(title), title_justify="left", box=None, pad_edge=False)
    table.add_column("", overflow="fold")
    for reason in reasons:
        table.add_column(reason.target, justify="right", overflow="fold")
    table.add_row("unit", *(reason.unit for reason in reasons))
    table.add_row("before", *(_plain(reason.before, reason) for reason in reasons))
    for lever in why.inputs:
        table.add_row(lever, *(signed(reason.parts[lever], reason.unit).removesuffix(" points") for reason in reasons))
    table.add_row("after", *(_plain(reason.number, reason) for reason in reasons))
    table.add_row("threshold", *(_plain(reason.threshold, reason) for reason in reasons))
    table.add_row("verdict", *(Text(reason.verdict, STYLES[reason.verdict]) for reason in reasons))
    return table


def _plain(value: float | None, reason: Reason) -> str:
    return "-" if value is None else shown(value, reason.unit).removesuffix(f" {reason.unit}")


def why_csv(why: Why) -> str:
    """Return all parts as a long table: those of each target, then those of each total by year."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADINGS)
    years = {target.id: target.year for target in TARGETS}
    for reason in why.reasons:
        known = (why.scenario, why.against, reason.target, years.get(reason.target, ""), reason.verdict)
        said = {"before": reason.before, **reason.parts, "after": reason.number, "threshold": reason.threshold}
        for name, value in said.items():
            writer.writerow((*known, name, "" if value is None else repr(float(value)), reason.unit))
    for total in TOTALS:
        series = {"before": why.totals[f"{total}_before"], "after": why.totals[total]}
        if f"{total}_parts" in why.totals:
            parts = why.totals[f"{total}_parts"]
            series |= {str(name): parts.sel(group=name) for name in parts["group"].values}
        for year in why.totals["year"].values:
            for name, array in series.items():
                number = repr(float(array.sel(year=year)))
                writer.writerow((why.scenario, why.against, total, int(year), "", name, number, units_of(array)))
    return text.getvalue()


def write_why(why: Why, path: Path) -> Path:
    """Write `why_csv` to a new file, whole or not at all.

    Raises
    ------
    CallError
        The file exists, or there is no folder for it.
    """
    return write_file(path, lambda beside: beside.write_text(why_csv(why), encoding="utf-8"))
