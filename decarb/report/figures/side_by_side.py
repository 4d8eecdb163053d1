"""A national total of several scenarios in one figure."""

from __future__ import annotations

from itertools import cycle
from typing import Final

import xarray as xr

from decarb.report.figures.palette import ROUND
from decarb.report.figures.picture import Axis, Dash, Language, Level, Line, Picture
from decarb.report.words import phrase
from decarb.units import units_of
from decarb.variables import label

DASHES: Final[tuple[Dash, ...]] = ("solid", "dash", "dot", "dashdot", "longdash")


def side_by_side(results: xr.Dataset, total: str = "net_co2", *, language: Language = "en") -> Picture:
    """Return a line for each scenario of a comparison, told apart by colour and dash.

    Parameters
    ----------
    results : xr.Dataset, (scenario, year)
        As `decarb.analysis.comparison.Comparison` holds it.
    total : {"gross_co2", "net_co2", "net_ghg"}
    language : {"en", "zh"}
    """
    series, words = results[total], label(total, language)
    years = series["year"].values.astype(float)
    lines = tuple(
        Line(years, series.sel(scenario=name).values, str(name), look.colour, dash)
        for name, look, dash in zip(series["scenario"].values, cycle(ROUND), cycle(DASHES), strict=False)
    )
    return Picture(
        name=f"side_by_side_{total}",
        title=phrase("compare-lines", language, total=words),
        marks=(Level(0.0), *lines),
        x=Axis(phrase("year", language), (years[0], years[-1])),
        y=Axis(f"{words} [{units_of(series)}]"),
        language=language,
    )
