"""The picture of a park's week: step by step, what feeds the load, what the stores do, and how full they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd
import xarray as xr

from decarb.errors import CallError
from decarb.report.figures.captions import check_one, listed, titled_park
from decarb.report.figures.palette import BLACK, Look, look
from decarb.report.figures.picture import Axis, Band, Language, Level, Line, Mark, Panel, Picture
from decarb.report.figures.typesetting import amount
from decarb.report.words import named, phrase
from decarb.units import strip

UNIT: Final = "MW"
NEEDED: Final = ("wind_generation", "pv_generation", "chp_generation", "load", "grid_import", "grid_export",
                 "curtailment", "unmet_load", "charge", "discharge", "state_of_charge")  # fmt: skip
DAY: Final = np.timedelta64(1, "D")
DAYS: Final = 7
Part = tuple[str, Look, np.ndarray]
"""How a flow is called and drawn, and its power in each step [MW]."""


def week(steps: xr.Dataset, start: str | None = None, *, language: Language = "en") -> Picture:
    """Return seven days of a park: supply stacked up, charge, export and curtailment down, the load as a line.

    Parameters
    ----------
    steps : xr.Dataset, (time,)
        Mean powers [MW] and states of charge at the end of each step [1], as `ParkResults.steps` holds them.
    start : str, optional
        First day, such as "2021-07-01"; by default that of the seven days in which load less wind and PV swings most.
    language : {"en", "zh"}

    Raises
    ------
    CallError
        A flow is absent, or the day is not in the record.
    """
    check_one(steps, *NEEDED)
    first, chosen = _first_day(steps, start, language)
    shown = steps.sel(time=slice(first, first + DAYS * DAY - np.timedelta64(1, "us")))
    edges = _edges(shown["time"].values)
    supply, taken = list(_supply(shown, language)), list(_taken(shown, language))
    zero = [name for name, _, power in (*supply, *taken) if not power.any()]
    day = str(first.astype("datetime64[D]"))
    load = strip(shown["load"], UNIT).values
    return Picture(
        name="week",
        title=titled_park(phrase("week-title", language, start=day), steps, language),
        marks=(
            *_stacked(edges, supply, 1.0),
            *_stacked(edges, taken, -1.0),
            Level(0.0, colour="#333333", dash="solid"),
            Line(*_stairs(edges, load), named("flow", "load", language), BLACK, width=1.8),
        ),
        x=Axis(phrase("week-time", language), times=True),
        y=Axis(phrase("week-power", language, unit=UNIT)),
        notes=(
            chosen,
            phrase("week-signs", language),
            *([phrase("week-zero", language, names=listed(zero, language))] if zero else []),
        ),
        language=language,
        below=Panel(
            tuple(_states(shown, edges, language)), Axis(phrase("week-state", language), (0.0, 1.02), share=True), 0.28
        ),
    )


def _first_day(steps: xr.Dataset, start: str | None, language: Language) -> tuple[np.datetime64, str]:
    """Return the first day that is shown, and the words that say why it is that one."""
    times = steps["time"].values
    days = np.unique(times.astype("datetime64[D]"))
    if start is not None:
        day = _read(start, days)
        return day.astype(times.dtype), phrase("week-given", language, start=str(day))
    power = {name: strip(steps[name], UNIT).values for name in ("load", "wind_generation", "pv_generation")}
    residual = pd.Series(power["load"] - power["wind_generation"] - power["pv_generation"], times)
    daily = residual.groupby(pd.DatetimeIndex(times).normalize()).agg(["max", "min"])
    window = min(DAYS, len(daily))
    swings = daily["max"].rolling(window).max() - daily["min"].rolling(window).min()
    last = int(np.nanargmax(swings.to_numpy()))
    said = phrase("week-chosen", language, swing=amount(float(swings.iloc[last])), unit=UNIT)
    return days[last - window + 1].astype(times.dtype), said


def _read(start: str, days: np.ndarray) -> np.datetime64:
    """Return the day that a text names.

    Raises
    ------
    CallError
        It names none, or one that the record does not have.
    """
    named = [day for day in days if str(day) == start]
    if not named:
        raise CallError(f'start: "{start}" is no day of the record; write one of {days[0]} to {days[-1]}')
    return named[0]


def _edges(times: np.ndarray) -> np.ndarray:
    """Return where steps begin, and where the last one ends."""
    if times.size < 2:
        raise CallError("the record holds fewer than two steps; give the steps of a run")
    return np.append(times, times[-1] + (times[-1] - times[-2]))


def _stairs(edges: np.ndarray, power: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return a line that stays at the mean of each step from its beginning to its end."""
    return np.repeat(edges, 2)[1:-1], np.repeat(power, 2)


def _supply(shown: xr.Dataset, language: Language) -> Iterator[Part]:
    for name in ("chp", "wind", "pv"):
        power = strip(shown[f"{name}_generation"], UNIT).values
        yield named("technology", name, language), look("technology", name), power
    yield from _of_stores(shown, "discharge", "week-discharged", language)
    for name in ("grid_import", "unmet_load"):
        yield named("flow", name, language), look("flow", name), strip(shown[name], UNIT).values


def _taken(shown: xr.Dataset, language: Language) -> Iterator[Part]:
    yield from _of_stores(shown, "charge", "week-charged", language)
    for name in ("grid_export", "curtailment"):
        yield named("flow", name, language), look("flow", name), strip(shown[name], UNIT).values


def _of_stores(shown: xr.Dataset, flow: str, words: str, language: Language) -> Iterator[Part]:
    for store in shown["store"].values:
        said = phrase(words, language, store=named("store", str(store), language))
        yield said, look("store", str(store)), strip(shown[flow].sel(store=store), UNIT).values


def _stacked(edges: np.ndarray, parts: list[Part], sign: float) -> Iterator[Mark]:
    """Yield one band for each flow that is not zero throughout, away from zero in the direction of `sign`."""
    low = np.zeros(edges.size - 1)
    for name, how, power in parts:
        if power.any():
            high = low + sign * power
            x, inner = _stairs(edges, low)
            _, outer = _stairs(edges, high)
            yield Band(x, np.minimum(inner, outer), np.maximum(inner, outer), name, how.colour, 0.85, how.hatch)
            low = high


def _states(shown: xr.Dataset, edges: np.ndarray, language: Language) -> Iterator[Mark]:
    for store in shown["store"].values:
        how = look("store", str(store))
        state = strip(shown["state_of_charge"].sel(store=store), "1").values
        said = phrase("week-state-of", language, store=named("store", str(store), language))
        yield Line(edges[1:], state, said, how.colour, how.dash, 1.6)
