"""Each mark of a picture as plotly traces, shapes and words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import singledispatch
from html import escape
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from decarb.report.figures.palette import DIVERGING, FAINT, INK, SEQUENTIAL, ink_on
from decarb.report.figures.picture import Axis, Band, Bars, Cells, Flows, Level, Line, Mark, Points, Span
from decarb.report.figures.sankey import NODE_WIDTH, gap_of, laid_out
from decarb.report.figures.typesetting import amount, wrapped

Trace = dict[str, Any]
Shape = dict[str, Any]
PLOT: Final = 430  # px; height of what is drawn, without title, legend and notes
SYMBOLS: Final = MappingProxyType({"cross": "x"})
SMALL: Final = 11  # px
HATCHED: Final = "rgba(0,0,0,0.4)"  # seen on every colour of the palette


@dataclass(frozen=True)
class Plane:
    """Where a mark stands: the name of its y-axis in plotly, and the two axes of the picture."""

    name: str
    x: Axis
    y: Axis


@singledispatch
def traces(mark: Mark, plane: Plane) -> list[Trace]:
    """Return the traces of a mark: none for a span or a level."""
    return []


@singledispatch
def shapes(mark: Mark, plane: Plane) -> tuple[list[Shape], list[Shape]]:
    """Return the words and the shapes of a mark, as plotly calls them: annotations and layout shapes."""
    return [], []


@traces.register
def _line(mark: Line, plane: Plane) -> list[Trace]:
    return [dict(
        type="scatter",
        x=plane.x.places(mark.x), y=mark.y, mode="lines", line={"color": mark.colour, "dash": mark.dash,
        "width": mark.width}, hovertext=_said(mark.label, plane, mark.x, mark.y), **_common(mark.label, plane),
    )]  # fmt: skip


@traces.register
def _band(mark: Band, plane: Plane) -> list[Trace]:
    """Return two lines without width, and the fill between them; where a value is missing, nothing is filled."""
    found: list[Trace] = []
    x, low, high = plane.x.places(mark.x), np.asarray(mark.low, float), np.asarray(mark.high, float)
    for part in _whole(low + high):
        words = [
            f"<b>{safe(mark.label)}</b><br>{safe(plane.x.label)}: {safe(plane.x.said(place))}<br>"
            f"{safe(plane.y.label)}: {plane.y.said(one)} ... {plane.y.said(two)} (Δ {plane.y.said(two - one)})"
            for place, one, two in zip(np.asarray(mark.x)[part], low[part], high[part], strict=True)
        ]  # fmt: skip
        looks: dict[str, Any] = {"mode": "lines", "line": {"width": 0, "color": mark.colour}}
        found.append(
            dict(type="scatter", x=x[part], y=low[part], **_common("", plane) | {"hoverinfo": "skip"}, **looks)
        )
        pattern = {"shape": mark.hatch, "fgcolor": HATCHED, "size": 7, "solidity": 0.2, "bgcolor": _rgba(mark),
                   "fillmode": "overlay"} if mark.hatch else None  # fmt: skip
        found.append(dict(
        type="scatter",
            x=x[part], y=high[part], fill="tonexty", fillcolor=_rgba(mark), fillpattern=pattern, hovertext=words,
            **_common(mark.label, plane), **looks,
        ))  # fmt: skip
    return found


@traces.register
def _points(mark: Points, plane: Plane) -> list[Trace]:
    looks = {"symbol": SYMBOLS.get(mark.symbol, mark.symbol), "size": 10, "color": mark.colour,
             "line": {"width": 2 if mark.symbol == "circle-open" else 0}}  # fmt: skip
    ends = _reach(np.asarray(mark.y, float), mark) if mark.low is not None else None
    return [dict(
        type="scatter",
        x=plane.x.places(mark.x), y=plane.y.places(mark.y), mode="markers+text" if mark.words else "markers",
        marker=looks, text=[safe(word) for word in mark.words] or None, textposition="top right", error_y=ends,
        textfont={"size": SMALL}, cliponaxis=False, hovertext=_said(mark.label, plane, mark.x, mark.y, mark.words),
        **_common(mark.label, plane),
    )]  # fmt: skip


@traces.register
def _bars(mark: Bars, plane: Plane) -> list[Trace]:
    along, across = (plane.x, plane.y) if mark.upright else (plane.y, plane.x)
    length = np.asarray(mark.length, dtype=float)
    start = np.zeros_like(length) if mark.start is None else np.asarray(mark.start, dtype=float)
    places, ends = along.places(mark.place), start + length
    said = [
        f"<b>{safe(mark.label)}</b><br>{safe(along.said(place))}<br>{safe(across.label)}: {across.said(one)}"
        + (f"<br>{safe(word)}" if word else "")
        for place, one, word in zip(mark.place, length, _filled_up(mark.words, length.size), strict=True)
    ]
    one, other = ("x", "y") if mark.upright else ("y", "x")
    reach = {f"error_{other}": _reach(ends, mark)} if mark.low is not None else {}
    bars = dict(
        {one: places, other: length}, type="bar", base=start, width=np.broadcast_to(mark.width, length.shape),
        orientation="v" if mark.upright else "h", hovertext=said, **reach, **_common(mark.label, plane),
        marker={"color": mark.colour if isinstance(mark.colour, str) else list(mark.colour), "line": {"width": 0},
                "pattern": {"shape": mark.hatch, "fgcolor": HATCHED, "size": 7, "solidity": 0.2}},
    )  # fmt: skip
    if not isinstance(mark.colour, str):
        bars["showlegend"] = False
    if not any(mark.words):
        return [bars]
    side = ("top center", "bottom center") if mark.upright else ("middle right", "middle left")
    words = dict(
        {one: places, other: ends}, type="scatter", mode="text", text=[safe(word) for word in mark.words],
        cliponaxis=False, textposition=[side[0] if grows else side[1] for grows in length >= 0.0],
        textfont={"size": SMALL, "color": INK},
        **_common("", plane) | {"hoverinfo": "skip"},
    )  # fmt: skip
    return [bars, words]


@traces.register
def _cells(mark: Cells, plane: Plane) -> list[Trace]:
    """Return the coloured cells, and their words; those without a value have words and no colour."""
    from plotly.colors import sample_colorscale  # `screen` says what is missing where there is no plotly

    values, words = np.asarray(mark.values, dtype=float), np.asarray(mark.words, dtype=object)
    found = values[np.isfinite(values)]
    low, high = mark.ends or ((float(found.min()), float(found.max())) if found.size else (0.0, 1.0))
    if mark.centre is not None:
        reach = max(abs(high - mark.centre), abs(mark.centre - low)) or 1.0
        low, high = mark.centre - reach, mark.centre + reach
    scale = DIVERGING if mark.centre is not None else SEQUENTIAL
    shown = [[safe(str(word or "")).replace("\n", "<br>") for word in row] for row in words]
    said = [
        [f"<b>{word}</b>" + (f"<br>{safe(f'{row}, {column}')}" if mark.named else "")
         + f"<br>{safe(mark.label)}: {Axis('').said(value)}" for column, word, value in zip(mark.x, *pair, strict=True)]
        for row, *pair in zip(mark.y, shown, values, strict=True)
    ]  # fmt: skip
    cells = dict(
        type="heatmap",
        z=values, hovertext=said, hoverinfo="text", hoverongaps=False, colorscale=scale, zmin=low, zmax=high, xgap=2,
        ygap=2, name=safe(mark.label), yaxis=plane.name,
        colorbar={"title": {"text": "<br>".join(map(safe, wrapped(mark.label, 30.0))), "side": "right"},
                  "exponentformat": "none", "outlinewidth": 0, "thickness": 16, "ticksuffix": "  "},
    )  # fmt: skip
    place = ((values - low) / ((high - low) or 1.0)).clip(0.0, 1.0)
    colours = sample_colorscale(scale, np.nan_to_num(place).ravel().tolist(), colortype="tuple")
    inks = [FAINT if empty else ink_on(colour) for empty, colour in zip(np.isnan(place).ravel(), colours, strict=True)]
    rows, columns = (part.ravel() for part in np.indices(values.shape))
    written = dict(
        type="scatter",
        mode="text",
        x=columns,
        y=rows,
        text=[word for row in shown for word in row],
        hoverinfo="skip",
        textfont={"size": SMALL, "color": inks},
        showlegend=False,
        yaxis=plane.name,
    )
    return [cells, written]


@traces.register
def _flows(mark: Flows, plane: Plane) -> list[Trace]:
    nodes, _ = laid_out(mark)
    words = [
        f"{safe(name)}  {amount(node.amount)} {safe(mark.unit)}" for name, node in zip(mark.nodes, nodes, strict=True)
    ]
    said = [
        f"{safe(mark.nodes[a])} → {safe(mark.nodes[b])}<br>{amount(float(value))} {safe(mark.unit)}"
        for a, b, value in zip(mark.sources, mark.targets, mark.amounts, strict=True)
    ]
    looks = {"label": words, "color": list(mark.colours), "line": {"width": 0.5, "color": INK}, "thickness": 20,
             "pad": gap_of(mark) * PLOT, "x": [0.001 + 0.998 * node.left / (1.0 - NODE_WIDTH) for node in nodes],
             "y": [min(0.999, max(0.001, 1.0 - (node.low + node.high) / 2.0)) for node in nodes],
             "hovertemplate": "%{label}<extra></extra>"}  # fmt: skip
    links = {"source": list(mark.sources), "target": list(mark.targets), "value": np.asarray(mark.amounts, float),
             "color": [_faded(tint, 0.42) for tint in mark.tints or [mark.colours[i] for i in mark.sources]],
             "customdata": said, "hovertemplate": "%{customdata}<extra></extra>"}  # fmt: skip
    return [dict(type="sankey", node=looks, link=links, arrangement="fixed", textfont={"size": SMALL, "color": INK})]


@shapes.register
def _span(mark: Span, plane: Plane) -> tuple[list[Shape], list[Shape]]:
    on, off = _refs(mark.of, plane)
    near, far = ("x", "y") if mark.of == "x" else ("y", "x")
    shape = {"type": "rect", f"{near}0": mark.start, f"{near}1": mark.end, f"{far}0": 0, f"{far}1": 1, "layer": "below",
             "line": {"width": 0}, "fillcolor": mark.colour, "opacity": mark.opacity, **on, **off}  # fmt: skip
    at = {"x": mark.start, "y": 1.0} if mark.of == "x" else {"x": 0.0, "y": mark.end}
    return _word(mark.label, FAINT, {**at, **on, **off}, left=True, top=True), [shape]


@shapes.register
def _level(mark: Level, plane: Plane) -> tuple[list[Shape], list[Shape]]:
    on, off = _refs(mark.of, plane)
    near, far = ("x", "y") if mark.of == "x" else ("y", "x")
    shape = {"type": "line", f"{near}0": mark.value, f"{near}1": mark.value, f"{far}0": 0, f"{far}1": 1,
             "layer": "above", "line": {"width": 1, "color": mark.colour, "dash": mark.dash}, **on, **off}  # fmt: skip
    upright = mark.of == "x"
    at = {near: mark.value, far: 1.0}
    return _word(mark.label, mark.colour, {**at, **on, **off}, left=upright, top=upright), [shape]


def _refs(of: str, plane: Plane) -> tuple[dict[str, str], dict[str, str]]:
    """Return to what a shape's two directions refer: the axis it is on, and the whole length of the other."""
    if of == "x":
        return {"xref": "x"}, {"yref": f"{plane.name} domain"}
    return {"yref": plane.name}, {"xref": "x domain"}


def _word(text: str, colour: str, at: dict[str, Any], *, left: bool, top: bool) -> list[Shape]:
    if not text:
        return []
    return [{"text": safe(text), "showarrow": False, "font": {"size": SMALL, "color": colour}, **at,
             "xanchor": "left" if left else "right", "yanchor": "top" if top else "bottom",
             "xshift": 3 if left else -3, "align": "left"}]  # fmt: skip


def _common(label: str, plane: Plane) -> dict[str, Any]:
    name = safe(label)
    said = {"name": name, "legendgroup": name, "yaxis": plane.name, "hoverinfo": "text"}
    return said if label else said | {"showlegend": False}


def _said(label: str, plane: Plane, x: Iterable[Any], y: Iterable[Any], words: Sequence[str] = ()) -> list[str]:
    """Return what each point says under the mouse: whose it is, where it stands, and its value with the unit."""
    pairs = list(zip(x, y, strict=True))
    return [
        f"<b>{safe(label)}</b><br>{safe(plane.x.label)}: {safe(plane.x.said(one))}<br>"
        f"{safe(plane.y.label)}: {safe(plane.y.said(two))}" + (f"<br>{safe(word)}" if word else "")
        for (one, two), word in zip(pairs, _filled_up(words, len(pairs)), strict=True)
    ]


def _filled_up(words: Sequence[str], count: int) -> list[str]:
    return [*words, *[""] * (count - len(words))]


def _reach(ends: np.ndarray, mark: Points | Bars) -> dict[str, Any]:
    return {"type": "data", "symmetric": False, "array": np.asarray(mark.high) - ends,
            "arrayminus": ends - np.asarray(mark.low), "color": INK, "thickness": 1.2, "width": 4}  # fmt: skip


def _whole(values: np.ndarray) -> list[slice]:
    """Return the stretches without a missing value."""
    known = np.concatenate([[False], np.isfinite(values), [False]])
    edges = np.flatnonzero(known[1:] != known[:-1])
    return [slice(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True)]


def _rgba(mark: Band) -> str:
    return _faded(mark.colour, mark.opacity)


def _faded(colour: str, opacity: float) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity:g})"


def safe(text: str) -> str:
    """Return a text as plotly shows it as it is, for it reads a little HTML."""
    return escape(text, quote=False)
