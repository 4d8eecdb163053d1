"""Pictures on a screen: a plotly figure with every mark, label and note in it; each point says what it is."""

from __future__ import annotations

from typing import Any, Final

from decarb.errors import CallError
from decarb.report.figures.palette import INK
from decarb.report.figures.picture import KEYED, Axis, Cells, Flows, Panel, Picture
from decarb.report.figures.screen_marks import PLOT, Plane, safe, shapes, traces
from decarb.report.figures.typesetting import columns, ems, wrapped

try:
    import plotly.graph_objects as go
except ImportError:
    raise CallError('figures on a screen need plotly; pip install "decarb[report]", or draw .matplotlib()') from None

FONTS: Final = (
    "Open Sans, Segoe UI, Helvetica Neue, Arial, Noto Sans CJK SC, Noto Sans SC, Source Han Sans SC, PingFang SC, "
    "Hiragino Sans GB, Microsoft YaHei, WenQuanYi Micro Hei, SimHei, sans-serif"
)
"""A page takes the first that the reader's machine has, sign by sign."""
WIDTH: Final = 960  # px, as all lengths here
LEFT, RIGHT, EDGE, BUTTONS = 80, 30, 12, 240
ROW, CELL, UNDER_AXIS, SECOND_LINE = 28, 52, 52, 16
LONGEST: Final = 24.0  # ems; of a line of words beside the y-axis
TICKS: Final = 66.0  # ems; of all words along x together
TITLE, WORDS, SMALL = 17, 12, 11
LINE: Final = 1.45  # height of a line, of the size of its letters
RAISED: Final = 0.7  # ems; by which plotly lifts the title for each line beyond the first
KEY: Final = 5.0  # ems before the words of an entry of the legend
APART: Final = 0.06  # of the height, between two planes


def drawn(picture: Picture) -> go.Figure:
    """Return the picture as a plotly figure.

    Parameters
    ----------
    picture : Picture
    """
    left = _left(picture)
    inner = WIDTH - left - RIGHT
    title = wrapped(picture.title, (WIDTH - BUTTONS - 2 * EDGE) / TITLE)
    notes = [line for note in picture.notes for line in wrapped(note, (WIDTH - 2 * EDGE) / SMALL)]
    labels = picture.legend
    side_by_side = columns(labels, inner / WORDS, KEY)
    for_legend = -(-len(labels) // side_by_side) * 20 + EDGE if labels else 0
    for_axis = 2 * EDGE if picture.x.hidden else UNDER_AXIS + SECOND_LINE * picture.x.times
    above = round(len(title) * TITLE * LINE) + 2 * EDGE
    below = round(for_axis + for_legend + len(notes) * SMALL * LINE + EDGE)
    height = _height(picture)
    top = 1.0 - (EDGE + RAISED * TITLE * (len(title) - 1)) / (height + above + below)
    figure = go.Figure()
    figure.update_layout(
        template="plotly_white", font={"family": FONTS, "size": WORDS, "color": INK}, separators=".,",
        width=WIDTH, height=height + above + below, margin={"l": left, "r": RIGHT, "t": above, "b": below},
        title={"text": "<br>".join(map(safe, title)), "x": EDGE / WIDTH, "xanchor": "left", "yref": "container",
               "y": top, "yanchor": "top", "font": {"size": TITLE}},
        barmode="overlay", hovermode="closest", showlegend=bool(labels),
        legend={"orientation": "h", "x": 0.0, "xanchor": "left", "y": -for_axis / height, "yanchor": "top",
                "entrywidthmode": "fraction", "entrywidth": 0.995 / side_by_side, "traceorder": "normal"},
        hoverlabel={"font": {"family": FONTS}, "align": "left"},
    )  # fmt: skip
    _draw_panels(figure, picture)
    if notes:
        figure.add_annotation(
            text="<br>".join(map(safe, notes)), x=0.0, xref="paper", xshift=EDGE - left, xanchor="left", align="left",
            y=-(for_axis + for_legend) / height, yref="paper", yanchor="top", showarrow=False, font={"size": SMALL},
        )  # fmt: skip
    return figure


def _left(picture: Picture) -> int:
    """Return the room for the words beside the y-axes."""
    words = [word for panel in picture.panels if not panel.y.hidden for _, word in panel.y.worded_ticks or ()]
    widest = max((ems(line) for word in words for line in wrapped(word, LONGEST)), default=0.0)
    return max(LEFT, round(widest * WORDS * 1.05) + LEFT // 2)


def _height(picture: Picture) -> int:
    """Return how high the drawing is to be: with rows of categories or cells, as many as there are."""
    cells = [mark for mark in picture.marks if isinstance(mark, Cells)]
    if cells:
        return max(160, CELL * len(cells[0].y))
    if picture.y.categories is not None and not any(isinstance(mark, Flows) for mark in picture.marks):
        return max(160, ROW * len(picture.y.categories) + 20)
    return PLOT if picture.below is None else round(PLOT / (1.0 - 0.7 * picture.below.share))


def _draw_panels(figure: go.Figure, picture: Picture) -> None:
    panels = picture.panels
    waiting = set(picture.legend)
    x_axis = _axis(picture.x, "x", None) | {"anchor": "y" if len(panels) == 1 else "y2"}
    figure.update_layout(xaxis=x_axis)
    for number, panel in enumerate(panels):
        plane = Plane("y" if number == 0 else "y2", picture.x, panel.y)
        figure.update_layout({f"yaxis{number + 1 if number else ''}": _axis(panel.y, "y", _domain(panels, number))})
        for mark in panel.marks:
            for trace in traces(mark, plane):
                if isinstance(mark, KEYED) and "showlegend" not in trace:
                    trace["showlegend"] = mark.label in waiting
                    waiting.discard(mark.label)
                figure.add_trace(trace)
            words, lines = shapes(mark, plane)
            for shape in lines:
                figure.add_shape(shape)
            for word in words:
                figure.add_annotation(word)


def _domain(panels: tuple[Panel, ...], number: int) -> list[float]:
    if len(panels) == 1:
        return [0.0, 1.0]
    low = panels[1].share * (1.0 - APART)
    return [low + APART, 1.0] if number == 0 else [0.0, low]


def _axis(axis: Axis, of: str, domain: list[float] | None) -> dict[str, Any]:
    """Return plotly's words for one axis; categories of y stand from the top."""
    said: dict[str, Any] = {
        "title": {"text": "<br>".join(map(safe, wrapped(axis.label, 40.0))), "standoff": 10}, "exponentformat": "none",
        "zeroline": False, "visible": not axis.hidden, "automargin": False,
        "ticks": "outside", "tickcolor": "#BBBBBB", "linecolor": "#BBBBBB", "showline": True,
    }  # fmt: skip
    if domain is not None:
        said["domain"] = domain
    if axis.times:
        said["tickformat"] = "%m-%d\n%H:%M"
    if axis.share:
        said["tickformat"] = "~%"
    if axis.worded_ticks is not None:
        room = TICKS / len(axis.worded_ticks) if of == "x" else LONGEST
        words = ["<br>".join(map(safe, wrapped(word, room))) for _, word in axis.worded_ticks]
        said |= {"tickmode": "array", "tickvals": [place for place, _ in axis.worded_ticks], "ticktext": words}
    if axis.ends is not None:
        said["range"] = list(axis.ends)
    if axis.categories is not None:
        said["showgrid"] = False
    if axis.ends is None and axis.categories is not None:
        ends = [-0.6, len(axis.categories) - 0.4]
        said["range"] = ends if of == "x" else ends[::-1]
    return said
