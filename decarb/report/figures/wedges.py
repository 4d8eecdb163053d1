"""From every lever held to the scenario: one wedge a lever, and they add exactly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np
import xarray as xr

from decarb.errors import CallError
from decarb.nation.sectors import LAST_OBSERVED_YEAR
from decarb.report.figures.captions import axis_label, check_one, land_note, lever, listed, titled, together
from decarb.report.figures.palette import BLACK, LOOKS, ROUND, Look
from decarb.report.figures.picture import Axis, Band, Language, Level, Line, Mark, Picture
from decarb.report.words import phrase
from decarb.units import strip, units_of
from decarb.variables import label

SHOWN: Final = 8
"""Wedges of their own; the rest is one."""
SMALL: Final = 0.02
"""Share of the largest wedge below which a lever has none of its own."""
REST: Final = Look("#BBBBBB", "dot", ".")


class Wedge(NamedTuple):
    """One lever, or the rest of them: how it is called, how it looks, and what it does [Gt/yr], (year)."""

    name: str
    look: Look
    part: xr.DataArray


def wedges(totals: xr.Dataset, total: str = "net_co2", *, language: Language = "en") -> Picture:
    """Return how each lever moves a national total: what raises it lifts a line, from which wedges lead down.

    In each year the total without the levers, what raises it, and the wedges that lower it add to the scenario. A
    planner may dispute the split: it is the mean over all orders of pulling the levers.

    Parameters
    ----------
    totals : xr.Dataset
        `Why.totals`: `total`, `total_before` (year) and `total_parts` (group, year) [Mt CO2/yr or Mt CO2e/yr]. Its
        attributes name the scenario (`title`) and what it is measured `against` ("": every lever held).
    total : {"net_co2", "gross_co2", "net_ghg"}
    language : {"en", "zh"}

    Raises
    ------
    CallError
        The Dataset lacks the total, or no lever differs.
    """
    if f"{total}_parts" not in totals and f"{total}_before" in totals:
        raise CallError(f"{total}: no lever differs, so there is nothing to split")
    check_one(totals, total, f"{total}_before", f"{total}_parts")
    unit = f"G{units_of(totals[total]).removeprefix('M')}"
    before, after, parts = (strip(totals[name], unit) for name in (f"{total}_before", total, f"{total}_parts"))
    own, rest = _split(parts)
    looks = _looks(own)
    found = [Wedge(lever(name, language), looks[name], parts.sel(group=name, drop=True)) for name in own]
    if rest:
        called = phrase("wedges-rest", language, count=len(rest))
        found.append(Wedge(called, REST, parts.sel(group=rest).sum("group")))
    years = totals["year"].values
    raised = _raising(years, before.values, found, language)
    return Picture(
        name="wedges",
        title=titled(phrase("wedges-title", language, total=label(total, language)), totals, language),
        marks=(
            *_lowering(years, after.values, found),
            Line(years, before.values, _before(totals, language), BLACK, "dash", 1.5),
            *raised,
            Line(years, after.values, phrase("wedges-after", language), BLACK, "solid", 3.0),
            Level(0.0),
        ),
        x=Axis(phrase("year", language), (float(years[0]), float(years[-1]))),
        y=Axis(axis_label(total, language, unit)),
        notes=(
            together([phrase("wedges-lines", language) if raised else "", phrase("wedges-note", language)], language),
            together(_said(found, rest, int(years[-1]), language), language),
            *([land_note(totals, language)] if total != "gross_co2" and land_note(totals, language) else []),
        ),
        language=language,
    )


def _split(parts: xr.DataArray) -> tuple[list[str], list[str]]:
    """Return the levers with wedges of their own, the largest first, and those of the rest; none that does nothing."""
    reach = abs(parts).max("year")
    ranked = [str(name) for name in reach.sortby(reach, ascending=False)["group"].values]
    large = [name for name in ranked if float(reach.sel(group=name)) > SMALL * float(reach.max())][:SHOWN]
    return large, [name for name in ranked if name not in large and float(reach.sel(group=name)) > 0.0]


def _looks(names: list[str]) -> Mapping[str, Look]:
    """Return a look for each lever: its own, else one that no other has."""
    own = {name: LOOKS["lever"][name] for name in names if name in LOOKS["lever"]}
    taken = {one.colour for one in own.values()}
    free = iter([one for one in ROUND if one.colour not in taken])
    return {name: own[name] if name in own else next(free) for name in names}


def _lowering(years: np.ndarray, after: np.ndarray, found: list[Wedge]) -> list[Mark]:
    """Return the wedges of all that lowers, stacked on the scenario, the largest on top."""
    marks: list[Mark] = []
    low = after
    for one in reversed(found):
        high = low - np.minimum(one.part.values, 0.0)
        if np.any(high > low):
            marks.append(Band(years, low, high, one.name, one.look.colour, 0.8, one.look.hatch))
        low = high
    return marks[::-1]


def _raising(years: np.ndarray, before: np.ndarray, found: list[Wedge], language: Language) -> list[Mark]:
    """Return a line for each lever that raises, each on top of the one before."""
    marks: list[Mark] = []
    height = before
    for one in found:
        higher = height + np.maximum(one.part.values, 0.0)
        if np.any(higher > height):
            said = phrase("wedges-raised", language, lever=one.name)
            marks.append(Line(years, higher, said, one.look.colour, "dot" if marks else "longdash", 2.5))
        height = higher
    return marks


def _before(totals: xr.Dataset, language: Language) -> str:
    """Return what the scenario is measured from."""
    if "against" not in totals.attrs:
        return phrase("wedges-before", language)
    return str(totals.attrs["against"]) or phrase("wedges-held", language, year=LAST_OBSERVED_YEAR)


def _said(found: list[Wedge], rest: list[str], year: int, language: Language) -> list[str]:
    """Return in words the parts in the last year, and what the rest is."""
    ends = {one.name: float(one.part.isel(year=-1)) for one in found}
    raising = [phrase("wedges-part", language, lever=name, part=end) for name, end in ends.items() if end > 0.0]
    lowering = [phrase("wedges-part", language, lever=name, part=end) for name, end in ends.items() if end < 0.0]
    none = phrase("none", language)
    said = [
        phrase("wedges-lower", language, year=year, levers=listed(lowering, language) or none),
        phrase("wedges-raise", language, year=year, levers=listed(raising, language) or none),
    ]
    if rest:
        names = listed((lever(name, language) for name in rest), language)
        said.append(phrase("wedges-rest-is", language, levers=names))
    return said
