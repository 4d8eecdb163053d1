"""What a figure shows, said once: marks on two axes, in words of one language, drawn for a screen or for paper.

A picture knows values, labels and units; it knows nothing of plotly or matplotlib. `plotly()` draws it for a screen,
`matplotlib()` for PNG, PDF and print. Both draw every mark, every label and every note.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, cast

import numpy as np

from decarb.errors import CallError
from decarb.report.figures.typesetting import amount, is_wide

if TYPE_CHECKING:
    import matplotlib.figure
    import plotly.graph_objects

Language = Literal["en", "zh"]
Dash = Literal["solid", "dash", "dot", "dashdot", "longdash"]
Symbol = Literal["circle", "circle-open", "triangle-down", "triangle-up", "square", "diamond", "cross"]
Hatch = Literal["", "/", "\\", "x", "-", "|", "+", "."]
LANGUAGES: Final = ("en", "zh")
LONG: Final = 10_000
"""Numbers on axes have commas from here on, so that years have none."""


def language_of(name: str) -> Language:
    """Return a language by its name.

    Raises
    ------
    CallError
        It is none of `LANGUAGES`.
    """
    if name not in LANGUAGES:
        raise CallError(f'"{name}" is no language here; write "en" or "zh"')
    return cast("Language", name)


@dataclass(frozen=True)
class Axis:
    """One axis: its label with the unit in it, its ends, and the order of its categories where it has no numbers.

    Categories stand at 0, 1, 2, ...: on x from the left, on y from the top. `ticks` pairs places and words where the
    numbers alone would not say it; `share` prints numbers as per cent; with `times` the values are datetime64.
    """

    label: str
    ends: tuple[float, float] | None = None
    categories: tuple[str, ...] | None = None
    ticks: tuple[tuple[float, str], ...] | None = None
    share: bool = False
    hidden: bool = False
    times: bool = False

    @property
    def worded_ticks(self) -> tuple[tuple[float, str], ...] | None:
        """Return places and words of the ticks, or None where numbers or times stand there."""
        if self.ticks is not None or self.categories is None:
            return self.ticks
        return tuple((float(place), word) for place, word in enumerate(self.categories))

    def places(self, values: np.ndarray | Sequence[str]) -> np.ndarray:
        """Return where values stand on the axis: categories by their order, all else as it is.

        Raises
        ------
        CallError
            A category that the axis does not have.
        """
        found = np.asarray(values)
        if found.dtype.kind not in "UO":
            return found
        known = {name: float(place) for place, name in enumerate(self.categories or ())}
        unknown = [str(value) for value in found if value not in known]
        if unknown:
            raise CallError(f'"{unknown[0]}" is no category of the axis "{self.label}"; it has {", ".join(known)}')
        return np.array([known[value] for value in found])

    def said(self, value: object) -> str:
        """Return a value of the axis in words: the category it stands at, or a number, below 10,000 without a comma."""
        if isinstance(value, str):
            return value
        if isinstance(value, np.datetime64):
            return np.datetime_as_string(value, unit="m").replace("T", " ")
        number = float(value)  # type: ignore[arg-type]
        if self.categories and 0 <= round(number) < len(self.categories):
            return self.categories[round(number)]
        text = amount(number, share=self.share)
        return text if abs(number) >= LONG else text.replace(",", "")


@dataclass(frozen=True, eq=False)
class Line:
    """A line through points; NaN leaves a gap. Here as in all marks `x` holds numbers, times or names of categories."""

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
    hatch: Hatch = ""


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
    `words` stand at the far end. Where `colour` names one for each bar, the bars have no place in the legend.
    """

    place: Sequence[str] | np.ndarray
    length: np.ndarray
    label: str
    colour: str | Sequence[str]
    start: np.ndarray | None = None
    width: np.ndarray | float = 0.8
    upright: bool = True
    hatch: Hatch = ""
    words: tuple[str, ...] = ()
    low: np.ndarray | None = None
    high: np.ndarray | None = None


@dataclass(frozen=True, eq=False)
class Cells:
    """A grid of coloured cells with words in them: heat map or tile grid. NaN cells stay empty.

    `x` and `y` are the names of columns and rows, rows from the top, shown where `named`. `centre` makes the colours
    diverge from there. `label` stands beside the colours and says their unit.
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
    """A Sankey: `amounts[i]` flows from node `sources[i]` to node `targets[i]`; `layers` is the column of each node.

    `tints` are the colours of the flows, by default those of their sources.
    """

    nodes: tuple[str, ...]
    colours: tuple[str, ...]
    layers: tuple[int, ...]
    sources: tuple[int, ...]
    targets: tuple[int, ...]
    amounts: np.ndarray
    unit: str
    tints: tuple[str, ...] = ()


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
KEYED: Final = (Line, Band, Points, Bars)
"""Marks with a place in the legend."""


@dataclass(frozen=True, eq=False)
class Panel:
    """Marks on a second plane below the first, on the same x: what has another unit, such as a state of charge."""

    marks: tuple[Mark, ...]
    y: Axis
    share: float = 0.3


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
    below : Panel, optional
    """

    name: str
    title: str
    marks: tuple[Mark, ...]
    x: Axis
    y: Axis
    notes: tuple[str, ...] = ()
    language: Language = "en"
    below: Panel | None = None

    def __post_init__(self) -> None:
        """Give the axes of a grid of cells its columns and rows."""
        for mark in self.marks:
            if isinstance(mark, Cells):
                across, down = (-0.5, len(mark.x) - 0.5), (len(mark.y) - 0.5, -0.5)
                hidden = not mark.named
                object.__setattr__(self, "x", replace(self.x, categories=mark.x, ends=across, hidden=hidden))
                object.__setattr__(self, "y", replace(self.y, categories=mark.y, ends=down, hidden=hidden))

    @property
    def panels(self) -> tuple[Panel, ...]:
        """Return the planes from the top, each with its share of the height."""
        if self.below is None:
            return (Panel(self.marks, self.y, 1.0),)
        return (Panel(self.marks, self.y, 1.0 - self.below.share), self.below)

    @property
    def legend(self) -> tuple[str, ...]:
        """Return the labels that tell marks apart, each once; none where there is nothing to tell apart."""
        marks = (mark for panel in self.panels for mark in panel.marks)
        keyed = (mark for mark in marks if isinstance(mark, KEYED))
        shown = (mark.label for mark in keyed if isinstance(mark.colour, str) and mark.label)
        found = tuple(dict.fromkeys(shown))
        return found if len(found) > 1 else ()

    @property
    def has_chinese(self) -> bool:
        """Return whether any of its words needs a Chinese font."""
        return is_wide(repr((self.title, self.notes, self.x, self.panels)))

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
