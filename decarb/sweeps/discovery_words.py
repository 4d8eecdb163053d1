"""Where targets hold, in words: how many pathways meet them, and a sentence for each of the boxes that tell most."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from decarb.sweeps.outputs import axis_words, listed
from decarb.sweeps.summary_words import share

if TYPE_CHECKING:
    from decarb.sweeps.boxes import Box, Condition
    from decarb.sweeps.discovery import Discovery

ALL: Final = "all"
"""What asks for every target that is not only shown beside."""
SHOWN: Final = 2  # boxes in sentences: those with most of what is told
FINE: Final = 0.1  # a share below it is told with one decimal where the sweep carries that
NO_PROBABILITY: Final = "The ranges are assumptions, and the shares no probabilities."


def sentences(found: Discovery) -> list[str]:
    """Return where targets hold, with what is to be kept in mind of it."""
    if not found.pathways:
        return ["No pathway was computed."]
    return [*findings(found), *_counted(found), *origin(found), NO_PROBABILITY]


def findings(found: Discovery) -> list[str]:
    """Return where targets hold in three sentences at most: how many pathways meet them, and the boxes."""
    holds, missed = _subject(found)
    if found.met in (0, found.pathways):
        return [f"{holds} in {'all' if found.met else 'none'} of {found.pathways:,} pathways."]
    said = [f"{holds} in {_whole(found)}."]
    begun, verb = (holds, "meet") if found.of == "met" else (missed, "miss")
    told = sorted(found.boxes, key=lambda box: -box.coverage)[:SHOWN]
    said += [_sentence(begun, verb, box, found) for box in told]
    where = "it holds" if found.of == "met" else "it is missed"
    return [*said, f"Where {where} cannot be said shortly: {found.why}."] if found.why else said


def origin(found: Discovery) -> list[str]:
    """Return where the shares of the boxes come from."""
    if not found.boxes:
        return []
    drawn = f"{found.drawn:,} pathways drawn at random" if found.drawn < found.pathways else "the pathways"
    return [f"One random half of {drawn} gave the limits, the other half the shares inside them."]


def pathways(count: int) -> str:
    """Return a number of pathways."""
    return "1 pathway" if count == 1 else f"{count:,} pathways"


def limits_words(one: Condition, kind: str = "") -> str:
    """Return what a box asks of an axis.

    Parameters
    ----------
    one : Condition
    kind : {"value", "factor", "range", ""}
        What the values of the axis are.
    """
    name, low, high = axis_words(one.axis), _amount(one.low, one.unit), _amount(one.high, one.unit)
    closed = np.isfinite(one.low) and np.isfinite(one.high)
    if one.low == one.high:
        said = f"of {low}"
    elif closed:
        said = f"from {low} to {high}"
    elif np.isfinite(one.low):
        said = f"{'of at least' if one.points else 'above'} {low}"
    else:
        said = f"{'of at most' if one.points else 'below'} {high}"
    after = {"factor": " times the base", "range": " (-1: the low end of its rows, 1: the high end)"}
    return f"{name} {said}{after.get(kind, '')}"


def _subject(found: Discovery) -> tuple[str, str]:
    """Return how sentences begin that say where the targets hold, and where not."""
    if found.named == ALL:
        return "Every target holds", "A target is missed"
    names, several = listed(list(found.targets)), len(found.targets) > 1
    if several:
        return f"{names} hold together", f"One of {names} is missed"
    return f"{names} holds", f"{names} is missed"


def _whole(found: Discovery) -> str:
    """Return what share meets the targets: "7.1 % of 20,000 pathways", or a count where it carries no percentage."""
    said = share(found.met, found.pathways, found.error)
    return f"{said} of {pathways(found.pathways)}" if said.endswith("%") else f"{said} pathways"


def _counted(found: Discovery) -> list[str]:
    said = []
    if found.undefined:
        said.append(f"{pathways(found.undefined)} with an undefined verdict; each counts as not met.")
    if found.left_out:
        said.append(f"{pathways(found.left_out)} left out: not computed.")
    return said


def _sentence(beginning: str, verb: str, box: Box, found: Discovery) -> str:
    limits = listed([limits_words(one, found.kinds.get(one.axis, "")) for one in box.conditions])
    mass, coverage = _percent(box.mass, box.mass / box.rows**0.5), _percent(box.coverage, 1.0)
    return (
        f"{beginning} in {_percent(box.density, box.density_error)} of the pathways with {limits} "
        f"({mass} of all pathways, {coverage} of those that {verb})."
    )


def _amount(value: float, unit: str) -> str:
    if unit == "year":
        return f"{value:.0f}"
    if unit == "1/yr":
        return f"{100.0 * value:.6g} %/yr"
    return f"{value:,.6g}" if unit == "1" else f"{value:,.6g} {unit}"


def _percent(share: float, error: float) -> str:
    """Return a share in percent; a small one that is well known with decimals, and never a rounded 0 or 100 %."""
    digits = 0 if share >= FINE or error > FINE / 100.0 else 1 if share >= FINE / 10.0 or error > FINE / 1000.0 else 2
    if 0.0 < share < 0.5 / 100.0 / 10.0**digits:
        return f"less than {10.0**-digits:g} %"
    if 1.0 > share > 1.0 - 0.5 / 100.0:
        return "more than 99 %"
    return f"{100.0 * share:.{digits}f} %"
