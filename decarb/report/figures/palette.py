"""The look of each thing: one colour, dash and hatch for a total, sector, technology, store or lever in every figure.

The colours are those of Okabe and Ito (https://jfly.uni-koeln.de/color/) and, beyond eight, of Paul Tol
(https://personal.sron.nl/~pault/): told apart with any colour vision. Dashes and hatches tell them apart in grey.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from decarb.report.figures.picture import Dash, Hatch

BLACK, ORANGE, SKY, GREEN = "#000000", "#E69F00", "#56B4E9", "#009E73"
YELLOW, BLUE, VERMILION, PURPLE = "#F0E442", "#0072B2", "#D55E00", "#CC79A7"
GREY, INDIGO, TEAL, OLIVE, WINE, SAND, PINE = (
    "#999999",
    "#332288",
    "#44AA99",
    "#999933",
    "#882255",
    "#DDCC77",
    "#117733",
)
DIVERGING: Final = "RdBu_r"
"""From blue below the centre to red above it; both libraries know it by this name."""
SEQUENTIAL: Final = "cividis"
"""From blue to yellow; made to look the same with any colour vision."""
INK, FAINT = "#333333", "#777777"


@dataclass(frozen=True)
class Look:
    """How one thing is drawn: as a line with `dash`, as an area or a bar with `hatch`."""

    colour: str
    dash: Dash = "solid"
    hatch: Hatch = ""


LOOKS: Final[Mapping[str, Mapping[str, Look]]] = MappingProxyType({
    "total": {
        "gross_co2": Look(BLACK), "net_co2": Look(BLUE, "dash", "/"), "net_ghg": Look(VERMILION, "dashdot", "x"),
    },
    "sector": {
        "power_heat": Look(VERMILION), "energy_industry": Look(ORANGE, "dash"), "manufacturing": Look(BLUE),
        "process": Look(SKY, "dash"), "transport": Look(PURPLE), "buildings": Look(YELLOW, "dash"),
        "agriculture": Look(GREEN), "construction": Look(GREY, "dash"), "waste": Look(WINE, "dot", "/"),
        "land": Look(PINE, "dot", "\\"), "removals": Look(TEAL, "dot", "x"),
    },
    "technology": {
        "wind": Look(SKY), "solar": Look(YELLOW, "dash"), "pv": Look(YELLOW, "dash"), "hydro": Look(BLUE, "dot"),
        "nuclear": Look(PURPLE, "dashdot"), "bioenergy": Look(GREEN, "longdash"), "chp": Look(VERMILION, "dot", "/"),
        "thermal": Look(GREY, "longdash", "/"),
    },
    "store": {
        "supercapacitor": Look(PURPLE, "dot", "x"), "lithium": Look(GREEN, "solid", "/"),
        "flow_battery": Look(INDIGO, "dash", "\\"),
    },
    "lever": {
        "on-site wind": Look(SKY), "on-site PV": Look(YELLOW, "dash"), "stores": Look(INDIGO, "dot", "x"),
        "electrification": Look(GREEN), "efficiency": Look(PURPLE, "dash"), "fuel switch": Look(ORANGE, "dash"),
        "process change": Look(VERMILION, "dot"), "national wind": Look(BLUE, "solid", "/"),
        "national solar": Look(SAND, "dash", "/"), "capture": Look(TEAL, "dash", "\\"), "grid": Look(BLUE),
        "rollout": Look(BLACK, "longdash", "/"), "intensity trend": Look(WINE), "activity": Look(GREY, "dash"),
        "other": Look("#BBBBBB", "dot"),
    },
    "flow": {
        "grid_import": Look(GREY, "dash", "."), "grid_export": Look(ORANGE, "dashdot", "\\"), "load": Look(BLACK),
        "curtailment": Look("#BBBBBB", "dot", "x"), "unmet_load": Look(VERMILION, "dot", "x"),
        "losses": Look(WINE, "dot", "+"), "own_use": Look(BLACK), "unattributed": Look("#DDDDDD", "dot"),
        "storage_change": Look(INDIGO), "from_stores": Look(INDIGO),
    },
    "use": {
        "process": Look(BLUE), "buildings": Look(YELLOW), "sports": Look(PURPLE), "water": Look(SKY),
        "agriculture": Look(GREEN), "fleet": Look(PINE), "heat": Look(VERMILION),
    },
})  # fmt: skip
_WAYS: Final[tuple[tuple[Dash, Hatch], ...]] = (("solid", ""), ("dash", "/"), ("dot", "x"))
ROUND: Final = tuple(
    Look(colour, dash, hatch)
    for dash, hatch in _WAYS
    for colour in (BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILION, YELLOW, GREY, INDIGO, TEAL, OLIVE, WINE)
)
"""Looks of things without one of their own, in order: three dozen that all differ."""


def look(kind: str, name: str, place: int = 0) -> Look:
    """Return the look of a thing: its own, or, where it has none, the one at `place` of those that are handed round.

    Examples
    --------
    >>> look("total", "net_co2").colour, look("technology", "wind") == look("lever", "on-site wind")
    ('#0072B2', True)
    """
    return LOOKS.get(kind, {}).get(name) or ROUND[place % len(ROUND)]


def ink_on(colour: Sequence[float]) -> str:
    """Return black or white, whichever reads better on a colour of red, green and blue from 0 to 1.

    Examples
    --------
    >>> ink_on((0.99, 0.91, 0.15)), ink_on((0.0, 0.13, 0.3))
    ('#000000', '#FFFFFF')
    """
    red, green, blue = colour[:3]
    return "#000000" if 0.299 * red + 0.587 * green + 0.114 * blue > 0.5 else "#FFFFFF"
