"""Pictures on paper: a matplotlib figure with every mark, label and note in it; no global setting is changed."""

from __future__ import annotations

from typing import Any, Final, Literal

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ticker import FuncFormatter

from decarb.report.figures.fonts import font_properties
from decarb.report.figures.palette import INK
from decarb.report.figures.paper_marks import draw
from decarb.report.figures.picture import Axis, Cells, Flows, Panel, Picture
from decarb.report.figures.typesetting import columns, wrapped

WIDTH: Final = 10.0  # inches
TITLE, WORDS, SMALL = 13.0, 10.0, 8.5  # points
LINE: Final = 1.45  # height of a line, of the size of its letters
POINT: Final = 1.0 / 72.0  # inches
MARGIN: Final = 0.15  # inches
PLOT: Final = 5.0  # inches; height of what is drawn, without title, legend and notes
ROW: Final = 0.34  # inches; of one category of bars
CELL: Final = 0.62  # inches
TICKS: Final = 56.0  # ems; of all words along x together
LONGEST: Final = 24.0  # ems; of a line of words along y


def drawn(picture: Picture) -> Figure:
    """Return the picture as a matplotlib figure.

    Parameters
    ----------
    picture : Picture

    Raises
    ------
    CallError
        Its words are Chinese and this machine has no font for them.
    """
    font = font_properties(picture.language == "zh" or picture.has_chinese)
    title = wrapped(picture.title, (WIDTH - 2 * MARGIN) / (TITLE * POINT))
    notes = [line for note in picture.notes for line in wrapped(note, (WIDTH - 2 * MARGIN) / (SMALL * POINT))]
    labels = picture.legend
    side_by_side = columns(labels, (WIDTH - 2 * MARGIN) / (WORDS * POINT))
    above = len(title) * TITLE * LINE * POINT + MARGIN
    for_notes = len(notes) * SMALL * LINE * POINT + MARGIN
    for_legend = -(-len(labels) // side_by_side) * WORDS * LINE * POINT + 0.5 * MARGIN if labels else 0.0
    below = for_notes + for_legend
    height = _height(picture) + above + below
    figure = Figure(figsize=(WIDTH, height), facecolor="white")
    figure.set_layout_engine(
        "constrained", rect=(MARGIN / WIDTH, below / height, 1.0 - 2 * MARGIN / WIDTH, 1.0 - (above + below) / height),
        w_pad=0.02, h_pad=0.02,
    )  # fmt: skip
    handles = _draw_panels(figure, picture, font)
    plain: dict[str, Any] = {"fontproperties": font, "parse_math": False, "color": INK}
    figure.text(MARGIN / WIDTH, 1.0 - 0.5 * MARGIN / height, "\n".join(title), va="top", linespacing=1.2,
                **plain, fontsize=TITLE)  # fmt: skip
    if notes:
        figure.text(MARGIN / WIDTH, (for_notes - 0.3 * MARGIN) / height, "\n".join(notes), va="top", linespacing=1.2,
                    **plain, fontsize=SMALL)  # fmt: skip
    if labels:
        _draw_legend(figure, {label: handles[label] for label in labels}, side_by_side, below / height, font)
    return figure


def _height(picture: Picture) -> float:
    """Return how high the drawing is to be: with rows of categories or cells, as many as there are."""
    cells = [mark for mark in picture.marks if isinstance(mark, Cells)]
    if cells:
        return max(2.0, CELL * len(cells[0].y) + 0.8)
    if picture.y.categories is not None and not any(isinstance(mark, Flows) for mark in picture.marks):
        return max(2.0, ROW * len(picture.y.categories) + 0.9)
    return PLOT if picture.below is None else PLOT / (1.0 - 0.7 * picture.below.share)


def _draw_panels(figure: Figure, picture: Picture, font: FontProperties) -> dict[str, Artist]:
    """Draw each plane, and return what stands for each label in the legend."""
    panels = picture.panels
    shares = [panel.share for panel in panels]
    planes = figure.subplots(len(panels), 1, sharex=True, height_ratios=shares, squeeze=False)[:, 0]
    handles: dict[str, Artist] = {}
    for axes, panel in zip(planes, panels, strict=True):
        last = panel is panels[-1]
        _set_axis(axes, "x", picture.x, font, worded=last)
        _set_axis(axes, "y", panel.y, font, worded=True)
        for order, mark in enumerate(panel.marks):
            for label, handle in draw(mark, axes, picture.x, panel.y, font, order).items():
                handles.setdefault(label, handle)
        _set_ends(axes, panel, picture.x)
    return handles


def _set_axis(axes: Axes, of: Literal["x", "y"], axis: Axis, font: FontProperties, *, worded: bool) -> None:
    """Write the label and the ticks of one axis, in the font of the picture."""
    own = axes.xaxis if of == "x" else axes.yaxis
    plain: dict[str, Any] = {"fontproperties": font, "parse_math": False, "color": INK}
    if axis.hidden:
        own.set_visible(False)
        axes.spines[:].set_visible(False)
        return
    if worded and axis.label:
        own.set_label_text("\n".join(wrapped(axis.label, 44.0)), **plain, fontsize=WORDS)
    places = axis.worded_ticks
    if places is not None:
        room = TICKS / len(places) if of == "x" else LONGEST
        words = ["\n".join(wrapped(word, room)) for _, word in places]
        own.set_ticks([place for place, _ in places], words, **plain, fontsize=WORDS)
    elif not axis.times:
        own.set_major_formatter(FuncFormatter(lambda value, _: axis.said(value)))
    axes.tick_params(axis=of, colors=INK, labelsize=WORDS, labelbottom=worded)
    if places is None:
        axes.tick_params(axis=of, labelfontfamily=font.get_family())
    axes.spines[["top", "right"]].set_visible(False)


def _set_ends(axes: Axes, panel: Panel, x: Axis) -> None:
    """Set where the axes begin and end; categories of y stand from the top."""
    if x.ends is not None:
        axes.set_xlim(*x.ends)
    elif x.times:
        axes.margins(x=0.0)
    elif x.categories is not None:
        axes.set_xlim(-0.6, len(x.categories) - 0.4)
    if panel.y.ends is not None:
        axes.set_ylim(*panel.y.ends)
    elif panel.y.categories is not None:
        axes.set_ylim(len(panel.y.categories) - 0.4, -0.6)


def _draw_legend(
    figure: Figure, handles: dict[str, Artist], side_by_side: int, top: float, font: FontProperties
) -> None:
    chosen = font.copy()
    chosen.set_size(WORDS)
    legend = figure.legend(
        list(handles.values()), list(handles), ncols=side_by_side, prop=chosen, loc="upper left", frameon=False,
        bbox_to_anchor=(MARGIN / WIDTH, top), borderaxespad=0.0, borderpad=0.2, handlelength=2.6, labelspacing=0.35,
        columnspacing=1.6,
    )  # fmt: skip
    for text in legend.get_texts():
        text.set_parse_math(False)
        text.set_color(INK)
