"""What a figure shows, said once: marks on two axes, in words of one language, drawn for a screen or for paper.

A picture knows values, labels and units; it knows nothing of plotly or matplotlib. `plotly()` draws it for a screen,
`matplotlib()` for PNG, PDF and print. Both draw every mark, every label and every note.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

if TYPE_CHECKING:
    import matplotlib.figure
    import plotly.graph_objects

Language = Literal["en", "zh"]
Dash = Literal["solid", "dash", "dot", "dashdot", "longdash"]
Symbol = Literal["circle", "circle-open", "triangle-down", "triangle-up", "square", "diamond", "cross"]
LANGUAGES: Final = ("en", "zh")


@dataclass(frozen=True)
class Axis:
    """One axis: its label with the unit in it, its ends, and the order of its categories where it has no numbers.

    `ticks` pairs places and words where the numbers alone would not say it; `share` prints numbers as per cent.
    """

    label: str
    ends: tuple[float, float] | None = None
    categories: tuple[str, ...] | None = None
    ticks: tuple[tuple[float, str], ...] | None = None
    share: bool = False
    hidden: bool = False


@dataclass(frozen=True, eq=False)
class Line:
    """A line through points; NaN leaves a gap."""

    x: np.ndarray
    y: np.ndarray
    label: str
    colour: str
    dash: Dash = "solid"
    width: float = 2.0


@dataclass(frozen=True, eq=False)
class Band:
    """What lies between two lines: a range, or one wedge of a stack. `hatch` tells it apart without its colour."""

    x: np.ndarray
    low: np.ndarray
    high: np.ndarray
    label: str
    colour: str
    opacity: float = 0.3
    hatch: str = ""


@dataclass(frozen=True, eq=False)
class Points:
    """Single points; `words` stand beside them where given, `low` and `high` are their ranges."""

    x: np.ndarray
    y: np.ndarray
    label: str
    colour: str
    symbol: Symbol = "circle"
    words: tuple[str, ...] = ()
    low: np.ndarray | None = None
    high: np.ndarray | None = None


@dataclass(frozen=True, eq=False)
class Bars:
    """Bars from `start` to `start + length` at each place: stacked by the caller through `start`.

    `place` holds categories or numbers; `width` in the units of the place. `low` and `high` are ranges of the far end.
    `words` stand at the far end.
    """

    place: Sequence[str] | np.ndarray
    length: np.ndarray
    label: str
    colour: str | Sequence[str]
    start: np.ndarray | None = None
    width: np.ndarray | float = 0.8
    upright: bool = True
    hatch: str = ""
    words: tuple[str, ...] = ()
    low: np.ndarray | None = None
    high: np.ndarray | None = None


@dataclass(frozen=True, eq=False)
class Cells:
    """A grid of coloured cells with words in them: heat map or tile grid. NaN cells stay empty.

    `x` and `y` are the names of columns and rows, rows from the top. `centre` makes the colours diverge from there.
    """

    x: tuple[str, ...]
    y: tuple[str, ...]
    values: np.ndarray
    words: np.ndarray
    label: str
    centre: float | None = None
    ends: tuple[float, float] | None = None
    named: bool = True


@dataclass(frozen=True, eq=False)
class Flows:
    """A Sankey: `amounts[i]` flows from node `sources[i]` to node `targets[i]`; `layers` is the column of each node."""

    nodes: tuple[str, ...]
    colours: tuple[str, ...]
    layers: tuple[int, ...]
    sources: tuple[int, ...]
    targets: tuple[int, ...]
    amounts: np.ndarray
    unit: str


@dataclass(frozen=True)
class Span:
    """A shaded stretch of an axis with a word on it."""

    start: float
    end: float
    label: str = ""
    colour: str = "#000000"
    opacity: float = 0.07
    of: Literal["x", "y"] = "x"


@dataclass(frozen=True)
class Level:
    """A thin line across the picture at one value of an axis, with a word on it."""

    value: float
    label: str = ""
    colour: str = "#555555"
    dash: Dash = "dot"
    of: Literal["x", "y"] = "y"


Mark = Line | Band | Points | Bars | Cells | Flows | Span | Level


@dataclass(frozen=True, repr=False, eq=False)
class Picture:
    """A figure ready to be drawn.

    Attributes
    ----------
    name : str
        Of the function that made it; the stem of its file.
    title : str
        What is shown, of which scenario, with its verdict where there is one.
    marks : tuple of Mark
        Drawn in this order, the first lowest.
    x, y : Axis
    notes : tuple of str
        Below the figure: what a reader would dispute, in the same language.
    language : {"en", "zh"}
    """

    name: str
    title: str
    marks: tuple[Mark, ...]
    x: Axis
    y: Axis
    notes: tuple[str, ...] = ()
    language: Language = "en"

    def __repr__(self) -> str:
        return f"Picture({self.name!r}: {self.title})"

    def plotly(self) -> plotly.graph_objects.Figure:
        """Return it drawn for a screen.

        Raises
        ------
        CallError
            plotly is not installed.
        """
        from decarb.report.figures.screen import drawn

        return drawn(self)

    def matplotlib(self) -> matplotlib.figure.Figure:
        """Return it drawn for paper.

        Raises
        ------
        CallError
            It is Chinese and this machine has no font with Chinese glyphs.
        """
        from decarb.report.figures.paper import drawn

        return drawn(self)

    def save(self, path: str | Path, *, replace: bool = False) -> Path:
        """Write it to a .png, .pdf or .svg (paper) or .html (screen, whole in one file), and return the path.

        Raises
        ------
        CallError
            Another ending, or the file exists and `replace` is false.
        """
        from decarb.report.figures.saving import save

        return save(self, Path(path), replace=replace)

    def _repr_mimebundle_(
        self, include: Sequence[str] | None = None, exclude: Sequence[str] | None = None
    ) -> Mapping[str, Any]:
        from decarb.report.figures.saving import mimebundle

        return mimebundle(self)
