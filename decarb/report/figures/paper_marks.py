"""Each mark of a picture on matplotlib axes."""

from __future__ import annotations

from functools import singledispatch
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from matplotlib import colormaps
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import CenteredNorm, Normalize, to_rgba
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.ticker import FuncFormatter

from decarb.report.figures.palette import DIVERGING, FAINT, INK, SEQUENTIAL, ink_on
from decarb.report.figures.picture import Axis, Band, Bars, Cells, Flows, Level, Line, Mark, Points, Span
from decarb.report.figures.sankey import NODE_WIDTH, laid_out
from decarb.report.figures.typesetting import amount, ems, wrapped

DASHES: Final = MappingProxyType({
    "solid": "-", "dash": (0, (5, 2.5)), "dot": (0, (1, 1.8)), "dashdot": (0, (6, 2, 1, 2)), "longdash": (0, (10, 3)),
})  # fmt: skip
SYMBOLS: Final = MappingProxyType({
    "circle": "o", "circle-open": "o", "triangle-down": "v", "triangle-up": "^", "square": "s", "diamond": "D",
    "cross": "X",
})  # fmt: skip
WORDS: Final = 9.0  # points
WIDE: Final = 690.0  # points; about what a figure without axes has from left to right
HATCHED: Final = (0.0, 0.0, 0.0, 0.4)  # colour of a hatch: seen on every colour of the palette
Handles = dict[str, Artist]


@singledispatch
def draw(mark: Mark, axes: Axes, x: Axis, y: Axis, font: FontProperties, order: int) -> Handles:
    """Draw a mark on axes, above all of a lower order, and return what stands for its label in a legend."""
    raise TypeError(f"no mark: {type(mark).__name__}")


@draw.register
def _line(mark: Line, axes: Axes, x: Axis, y: Axis, font: FontProperties, order: int) -> Handles:
    (line,) = axes.plot(x.places(mark.x), mark.y, color=mark.colour, ls=DASHES[mark.dash], lw=mark.width, marker="",
                        label=mark.label or "_", zorder=2.0 + 0.01 * order)  # fmt: skip
    return {mark.label: line}


@draw.register
def _band(mark: Band, axes: Axes, x: Axis, y: Axis, font: FontProperties, order: int) -> Handles:
    looks = _filled(mark.colour, mark.opacity, mark.hatch)
    axes.fill_between(
        x.places(mark.x), mark.low, mark.high, zorder=2.0 + 0.01 * order, label=mark.label or "_", **looks
    )
    return {mark.label: Patch(**looks)}


@draw.register
def _points(mark: Points, axes: Axes, x: Axis, y: Axis, font: FontProperties, order: int) -> Handles:
    at, to = x.places(mark.x), y.places(mark.y)
    looks: dict[str, Any] = {
        "color": mark.colour, "marker": SYMBOLS[mark.symbol], "ms": 7.5, "mec": mark.colour, "mew": 1.4,
        "mfc": "white" if mark.symbol == "circle-open" else mark.colour, "ls": "",
    }  # fmt: skip
    layer = 3.0 + 0.01 * order
    axes.plot(at, to, clip_on=False, label=mark.label or "_", zorder=layer, **looks)
    _ranges(axes, at, to, mark, upright=True, order=order)
    for place, value, word in zip(at, to, mark.words, strict=False):
        axes.annotate(word, (place, value), xytext=(6, 4), textcoords="offset points", zorder=layer, **_plain(font))
    return {mark.label: Line2D([], [], **looks)}


@draw.register
def _bars(mark: Bars, axes: Axes, x: Axis, y: Axis, font: FontProperties, order: int) -> Handles:
    axis = x if mark.upright else y
    at, length = axis.places(mark.place), np.asarray(mark.length, dtype=float)
    start = np.zeros_like(length) if mark.start is None else np.asarray(mark.start, dtype=float)
    colours = [mark.colour] * length.size if isinstance(mark.colour, str) else list(mark.colour)
    looks = [_filled(colour, 1.0, mark.hatch) for colour in colours]
    layer = 2.0 + 0.01 * order
    for i, (place, width) in enumerate(zip(at, np.broadcast_to(mark.width, length.shape), strict=True)):
        if mark.upright:
            axes.bar(place, length[i], width, start[i], zorder=layer, **looks[i])
        else:
            axes.barh(place, length[i], width, start[i], zorder=layer, **looks[i])
    ends = start + length
    _ranges(axes, at if mark.upright else ends, ends if mark.upright else at, mark, upright=mark.upright, order=order)
    for place, end, grows, word in zip(at, ends, length >= 0.0, mark.words, strict=False):
        away = 4 if grows else -4
        side: dict[str, Any] = (
            {"xytext": (0, away), "ha": "center", "va": "bottom" if grows else "top"} if mark.upright
            else {"xytext": (away, 0), "va": "center", "ha": "left" if grows else "right"}
        )  # fmt: skip
        axes.annotate(word, (place, end) if mark.upright else (end, place), textcoords="offset points",
                      zorder=layer + 1.0, **side, **_plain(font))  # fmt: skip
    return {mark.label: Patch(**looks[0])} if isinstance(mark.colour, str) and looks else {}


@draw.register
def _cells(mark: Cells, axes: Axes, x: Axis, y: Axis, font: FontProperties, order: int) -> Handles:
    norm = _norm(mark)
    colours = colormaps[SEQUENTIAL if mark.centre is None else DIVERGING]
    values = np.ma.masked_invalid(np.asarray(mark.values, dtype=float))
    mesh = axes.pcolormesh(np.arange(len(mark.x) + 1) - 0.5, np.arange(len(mark.y) + 1) - 0.5, values, cmap=colours,
                           norm=norm, edgecolor="white", lw=1.5)  # fmt: skip
    for (row, column), word in np.ndenumerate(np.asarray(mark.words, dtype=object)):
        if word:
            ink = FAINT if np.ma.is_masked(values[row, column]) else ink_on(colours(norm(values[row, column])))
            axes.text(
                column, row, str(word), ha="center", va="center", linespacing=1.15, **_plain(font) | {"color": ink}
            )
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    figure = axes.get_figure(root=True)
    if figure is not None:
        bar = figure.colorbar(mesh, ax=axes, fraction=0.04, pad=0.02, aspect=24)
        bar.ax.set_ylabel("\n".join(wrapped(mark.label, 30.0)), **_plain(font))
        bar.ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: Axis("").said(value)))
        bar.ax.tick_params(labelsize=WORDS, labelfontfamily=font.get_family())
        bar.outline.set_visible(False)  # type: ignore[operator]
    return {}


@draw.register
def _flows(mark: Flows, axes: Axes, x: Axis, y: Axis, font: FontProperties, order: int) -> Handles:
    nodes, ribbons = laid_out(mark)
    tints = mark.tints or tuple(mark.colours[source] for source in mark.sources)
    for ribbon, tint in zip(ribbons, tints, strict=True):
        if ribbon.thick > 0.0:
            left, right = nodes[ribbon.source].left + NODE_WIDTH, nodes[ribbon.target].left
            path = _ribbon(left, right, ribbon.from_low, ribbon.to_low, ribbon.thick)
            axes.add_patch(PathPatch(path, fc=to_rgba(tint, 0.42), ec="none", zorder=2))
    first, last = min(mark.layers), max(mark.layers)
    room = {first: 0.0, last: 0.0}
    for name, colour, layer, node in zip(mark.nodes, mark.colours, mark.layers, nodes, strict=True):
        axes.add_patch(Rectangle((node.left, node.low), NODE_WIDTH, node.high - node.low, fc=colour, ec=INK, lw=0.5,
                                 zorder=3))  # fmt: skip
        words = f"{name}  {amount(node.amount)} {mark.unit}"
        middle = (node.low + node.high) / 2.0
        if first < layer < last:
            axes.text(node.left + NODE_WIDTH / 2.0, node.high + 0.012, words, ha="center", va="bottom", zorder=4,
                      **_plain(font))  # fmt: skip
            continue
        room[layer] = max(room[layer], ems(words) + 2.0)
        before = layer == first
        axes.text(node.left - 0.01 if before else node.left + NODE_WIDTH + 0.01, middle, words, zorder=4, va="center",
                  ha="right" if before else "left", **_plain(font))  # fmt: skip
    left, right = (room[layer] * WORDS / WIDE for layer in (first, last))
    inner = max(0.3, 1.0 - left - right)
    axes.set(xlim=(-left / inner, 1.0 + right / inner), ylim=(-0.02, 1.05))
    axes.set_axis_off()
    return {}


@draw.register
def _span(mark: Span, axes: Axes, x: Axis, y: Axis, font: FontProperties, order: int) -> Handles:
    across, place = (
        (axes.axvspan, axes.get_xaxis_transform) if mark.of == "x" else (axes.axhspan, axes.get_yaxis_transform)
    )
    across(mark.start, mark.end, fc=to_rgba(mark.colour, mark.opacity), ec="none", zorder=0.5)
    at = (mark.start, 1.0) if mark.of == "x" else (0.0, mark.end)
    axes.annotate(mark.label, at, xycoords=place(), xytext=(4, -4), textcoords="offset points", va="top", zorder=4,
                  **_plain(font) | {"color": FAINT})  # fmt: skip
    return {}


@draw.register
def _level(mark: Level, axes: Axes, x: Axis, y: Axis, font: FontProperties, order: int) -> Handles:
    looks: dict[str, Any] = {"color": mark.colour, "ls": DASHES[mark.dash], "lw": 1.0, "zorder": 1.5}
    words: dict[str, Any] = _plain(font) | {"color": mark.colour, "textcoords": "offset points", "zorder": 4}
    if mark.of == "x":
        axes.axvline(mark.value, **looks)
        axes.annotate(mark.label, (mark.value, 1.0), xycoords=axes.get_xaxis_transform(), xytext=(4, -4), va="top",
                      **words)  # fmt: skip
    else:
        axes.axhline(mark.value, **looks)
        axes.annotate(mark.label, (1.0, mark.value), xycoords=axes.get_yaxis_transform(), xytext=(-4, 3), va="bottom",
                      ha="right", **words)  # fmt: skip
    return {}


def _plain(font: FontProperties) -> dict[str, Any]:
    """Return how words are set: in the font of the picture, and never read as a formula."""
    return {"fontproperties": font, "fontsize": WORDS, "color": INK, "parse_math": False}


def _filled(colour: str, opacity: float, hatch: str) -> dict[str, Any]:
    """Return the look of an area; a hatch takes the colour of the edge, which itself has no width."""
    edge = HATCHED if hatch else to_rgba(colour, 0.0)
    return {"facecolor": to_rgba(colour, opacity), "edgecolor": edge, "hatch": 2 * hatch or None, "lw": 0.0}


def _ranges(axes: Axes, at: np.ndarray, to: np.ndarray, mark: Points | Bars, *, upright: bool, order: int) -> None:
    if mark.low is None or mark.high is None:
        return
    along = to if upright else at
    reach = np.stack([along - mark.low, mark.high - along]).clip(min=0.0)
    axes.errorbar(at, to, yerr=reach if upright else None, xerr=None if upright else reach, fmt="none", ecolor=INK,
                  elinewidth=1.1, capsize=3.0, zorder=2.9 + 0.01 * order)  # fmt: skip


def _norm(mark: Cells) -> Normalize:
    found = np.asarray(mark.values, dtype=float)
    found = found[np.isfinite(found)]
    low, high = mark.ends or ((float(found.min()), float(found.max())) if found.size else (0.0, 1.0))
    if mark.centre is None:
        return Normalize(low, high)
    return CenteredNorm(mark.centre, max(abs(high - mark.centre), abs(mark.centre - low)) or 1.0)


def _ribbon(left: float, right: float, low: float, to: float, thick: float) -> Path:
    """Return the outline of a flow: two curves of one shape, `thick` apart."""
    half = (left + right) / 2.0
    points = [(left, low), (half, low), (half, to), (right, to), (right, to + thick), (half, to + thick),
              (half, low + thick), (left, low + thick), (left, low)]  # fmt: skip
    curve = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    return Path(points, curve)
