"""Economies side by side: how fast each fell, and how fast it must fall to its goal, on one definition."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import xarray as xr

from decarb.errors import CallError
from decarb.pathway.targets import RATE
from decarb.report.figures.captions import check_one, listed, own_or_given
from decarb.report.figures.palette import BLACK, BLUE, GREEN, ORANGE, VERMILION
from decarb.report.figures.picture import Axis, Bars, Language, Level, Picture, Points, Span, Symbol
from decarb.report.words import phrase
from decarb.units import strip


class Rate(NamedTuple):
    """One kind of rate and its sign."""

    name: str
    symbol: Symbol
    colour: str


RATES: Final = (
    Rate("rate_last_decade", "square", BLACK),
    Rate("fastest_decade_rate", "triangle-up", GREEN),
    Rate("required_rate_from_peak", "circle-open", VERMILION),
    Rate("required_rate_from_now", "diamond", BLUE),
    Rate("planned_rate", "cross", ORANGE),
)
FROM, TO = "rate_last_decade", "required_rate_from_now"
THIN, HEADROOM = 0.12, 0.4  # of a row


def economies(table: xr.Dataset, *, language: Language = "en") -> Picture:
    """Return for each economy the rates so far and the rates to its goal, with a bar between the two of today.

    All of CO2 from fuel and industry; the same share of its own peak is left to each in its goal year, which a
    planner may dispute.

    Parameters
    ----------
    table : xr.Dataset, (economy)
        As `decarb.analysis.economies.economies_table` gives it for one end of the band.
    language : {"en", "zh"}

    Raises
    ------
    CallError
        The table has other dimensions than `economy`, or lacks a rate.
    """
    check_one(table, *(rate.name for rate in RATES), "counted_peak_year", "peak_year", "goal_year", "last_year")
    if set(table.dims) != {"economy"}:
        raise CallError(f"the table has {', '.join(map(str, table.dims))}; choose one of all but economy")
    names = [str(name) for name in table["economy"].values]
    rows = tuple(_row(table.sel(economy=name), name, language) for name in names)
    values = {rate.name: strip(table[rate.name], "1/yr").values for rate in RATES}
    low, high = RATE.threshold, RATE.band_top or RATE.threshold
    places = np.arange(len(names), dtype=float)
    known = np.isfinite(values[FROM]) & np.isfinite(values[TO])
    start, end = values[FROM][known], values[TO][known]
    points = []
    for rate in RATES:
        found = np.isfinite(values[rate.name])
        if found.any():
            points.append(Points(values[rate.name][found], places[found], phrase(f"economies-{rate.name}", language,
                                 year=_last(table)), rate.colour, rate.symbol))  # fmt: skip
    wanted = np.nan_to_num(values[TO])
    return Picture(
        name="economies",
        title=phrase("economies-title", language),
        marks=(
            Span(low, high, phrase("economies-band", language, low=low, high=high), GREEN, 0.12),
            Level(0.0, of="x"),
            Bars([rows[place] for place in np.flatnonzero(known)], end - start, "", ["#BBBBBB"] * int(known.sum()),
                 start=start, width=THIN, upright=False),
            *points,
        ),
        x=Axis(phrase("economies-axis", language), _ends(values, high), share=True),
        y=Axis("", (len(rows) - 0.4, -0.6 - HEADROOM), rows),
        notes=(
            phrase("economies-definition", language, share=float(table["residual_share"]), year=_last(table)),
            phrase("economies-rows", language),
            *_without_goal(names, wanted, language),
        ),
        language=language,
    )  # fmt: skip


def _last(table: xr.Dataset) -> int:
    return int(table["last_year"].max())


def _row(one: xr.Dataset, name: str, language: Language) -> str:
    """Return an economy with its peak (pledged: in brackets) and goal."""
    own, counted, goal = (float(one[key]) for key in ("peak_year", "counted_peak_year", "goal_year"))
    peak = f"{own:.0f}" if np.isfinite(own) else f"({counted:.0f})" if np.isfinite(counted) else "–"
    neutral = f"{goal:.0f}" if np.isfinite(goal) else "–"
    return f"{own_or_given('economy', name, language)}  {peak} → {neutral}"


def _ends(values: dict[str, np.ndarray], high: float) -> tuple[float, float]:
    """Return ends that hold zero and the band with some room."""
    every = np.concatenate(list(values.values()))
    every = every[np.isfinite(every)]
    low, top = min(0.0, float(every.min(initial=0.0))), max(high, float(every.max(initial=0.0)))
    room = 0.08 * (top - low)
    return low - room, top + room


def _without_goal(names: list[str], wanted: np.ndarray, language: Language) -> list[str]:
    lacking = [own_or_given("economy", name, language) for name, rate in zip(names, wanted, strict=True) if not rate]
    return [phrase("economies-no-goal", language, names=listed(lacking, language))] if lacking else []
