"""The picture of a sweep: between which quantiles of its pathways one series lies."""

from __future__ import annotations

from typing import Final

import xarray as xr

from decarb.errors import CallError
from decarb.report.figures.captions import axis_label, titled, together
from decarb.report.figures.palette import BLACK, look
from decarb.report.figures.picture import Axis, Band, Language, Level, Line, Mark, Picture
from decarb.report.figures.typesetting import amount
from decarb.report.words import phrase
from decarb.units import strip, units_of
from decarb.variables import did_you_mean, label, variables

LARGE: Final = {"Mt CO2/yr": "Gt CO2/yr", "Mt CO2e/yr": "Gt CO2e/yr"}
SHADES: Final = (0.18, 0.42)  # opacity of the widest and of the narrowest band


def fan(
    bands: xr.Dataset, total: str = "net_co2", *, undefined: xr.Dataset | None = None, language: Language = "en"
) -> Picture:
    """Return the bands in which the pathways of a sweep lie: a range of assumptions, and no probability.

    Parameters
    ----------
    bands : xr.Dataset, (quantile, year)
        As `Summary.series` holds them.
    total : str
        Which of its series.
    undefined : xr.Dataset, (year,), optional
        As `Summary.undefined` holds it: in how many pathways each series has no number. Years with such are said.
    language : {"en", "zh"}

    Raises
    ------
    CallError
        The Dataset has no such series, or no quantiles.
    """
    known = tuple(str(name) for name, array in bands.data_vars.items() if {"quantile", "year"} <= set(array.dims))
    if total not in known:
        said = "holds no bands; give it the series of a summary" if not known else did_you_mean(total, known)
        raise CallError(f'"{total}" is no series of this summary; {said}')
    unit = LARGE.get(units_of(bands[total]), units_of(bands[total]))
    series = strip(bands[total], unit).sortby("quantile").transpose("quantile", "year")
    years, quantiles = series["year"].values, [float(each) for each in series["quantile"].values]
    called = label(total, language) if total in variables() else str(bands[total].attrs.get("long_name", total))
    colour = look("total", total).colour if total != "gross_co2" else "#555555"
    marks: list[Mark] = [Level(0.0, colour="#333333", dash="solid")] if float(series.min()) <= 0.0 else []
    count = len(quantiles)
    for step in range(count // 2):
        low, high = quantiles[step], quantiles[count - 1 - step]
        said = phrase("fan-band", language, low=amount(low, share=True), high=amount(high, share=True))
        opacity = SHADES[0] + (SHADES[1] - SHADES[0]) * step / max(1, count // 2 - 1)
        marks.append(Band(years, series.values[step], series.values[count - 1 - step], said, colour, opacity))
    if count % 2:
        middle = count // 2
        said = phrase("fan-middle", language) if quantiles[middle] == 0.5 else amount(quantiles[middle], share=True)
        marks.append(Line(years, series.values[middle], said, BLACK))
    stepped = phrase("fan-steps", language, years=("、" if language == "zh" else ", ").join(map(str, years)))
    return Picture(
        name="fan",
        title=titled(phrase("fan-title", language, total=called), bands, language),
        marks=tuple(marks),
        x=Axis(phrase("year", language), (float(years[0]), float(years[-1]))),
        y=Axis(axis_label(total, language, unit) if total in variables() else f"{called} [{unit}]", share=unit == "1"),
        notes=(
            phrase("fan-note", language),
            *([stepped] if (years[1:] - years[:-1] > 1).any() else []),
            *_left_out(None if undefined is None else undefined[total], language),
        ),
        language=language,
    )


def _left_out(undefined: xr.DataArray | None, language: Language) -> list[str]:
    """Return the years in which some pathways have no number, as one note: those are in no band."""
    if undefined is None or not undefined.any():
        return []
    lacking = undefined.where(undefined > 0, drop=True)
    said = [
        phrase("fan-year-undefined", language, year=int(year), count=f"{int(count):,}")
        for year, count in zip(lacking["year"].values, lacking.values, strict=True)
    ]
    return [together(said, language)]
