"""How fast gross CO2 falls between any two years, beside the 8 to 10 % a year that were said to be needed."""

from __future__ import annotations

from typing import Final

import numpy as np
import xarray as xr

from decarb.errors import CallError
from decarb.nation.totals import national
from decarb.pathway.rates import mean_annual_reduction_rate, mean_annual_reduction_rate_reason
from decarb.pathway.series import Reason
from decarb.pathway.targets import RATE
from decarb.report.figures.captions import check_one, listed, titled, together
from decarb.report.figures.picture import Axis, Cells, Language, Picture
from decarb.report.words import phrase
from decarb.units import strip

STEP: Final = 5  # years
BEYOND: Final = 1.2  # of the top of the band; where the colours end
FIRST: Final = 2025
NONE: Final = "–"


def rates(annual: xr.Dataset, *, language: Language = "en") -> Picture:
    """Return a heat map of the mean compound rate at which gross CO2 falls, from each row's year to each column's.

    Cells inside the band and above it say so in words; a cell that is undefined says so and the notes say why.

    Parameters
    ----------
    annual : xr.Dataset
        As a run gives it: `gross_co2` [Mt CO2/yr], (province, sector, year).
    language : {"en", "zh"}

    Raises
    ------
    CallError
        Several scenarios, no `gross_co2`, or fewer than two of the years 2025, 2030, ...
    """
    check_one(annual, "gross_co2")
    series = national(annual["gross_co2"])
    years = [year for year in range(FIRST, int(series["year"][-1]) + 1, STEP) if year >= int(series["year"][0])]
    if len(years) < 2:
        raise CallError(f"gross_co2: covers {len(years)} of the years {FIRST}, {FIRST + STEP}, ...; a rate takes two")
    starts, ends = years[:-1], years[1:]
    values, words = np.full((len(starts), len(ends)), np.nan), np.full((len(starts), len(ends)), "", dtype=object)
    undefined = []
    for (row, start), (column, end) in ((i, j) for i in enumerate(starts) for j in enumerate(ends) if j[1] > i[1]):
        values[row, column] = float(strip(mean_annual_reduction_rate(series, start, end), "1/yr"))
        reason = Reason(int(mean_annual_reduction_rate_reason(series, start, end)))
        words[row, column] = _word(values[row, column], language) if reason is Reason.DEFINED else NONE
        if reason is not Reason.DEFINED:
            undefined.append(f"{start}–{end}")
    low, high = RATE.threshold, RATE.band_top or RATE.threshold
    return Picture(
        name="rates",
        title=titled(phrase("rates-title", language), annual, language),
        marks=(
            Cells(
                tuple(map(str, ends)),
                tuple(map(str, starts)),
                100.0 * values,
                words,
                phrase("rates-scale", language),
                ends=_ends(values, high),
            ),
        ),
        x=Axis(phrase("rates-to", language), categories=tuple(map(str, ends))),
        y=Axis(phrase("rates-from", language), categories=tuple(map(str, starts))),
        notes=(
            together([phrase("rates-band", language, low=low, high=high), _reached(values, low, language)], language),
            _undefined(undefined, language),
        ),
        language=language,
    )


def _word(rate: float, language: Language) -> str:
    """Return a rate in per cent, a rise with a word, and where it stands against the band."""
    low, high = RATE.threshold, RATE.band_top or RATE.threshold
    number = f"{rate:.1%}"
    if rate < 0.0:
        return f"{number}\n{phrase('rates-rise', language)}"
    if rate < low:
        return number
    return f"{number}\n{phrase('rates-in' if rate <= high else 'rates-above', language, low=low, high=high)}"


def _ends(values: np.ndarray, top: float) -> tuple[float, float]:
    """Return the ends of the colours [%]; the upper is the same in every scenario, whatever lies above."""
    known = values[np.isfinite(values)]
    return 100.0 * float(known.min(initial=0.0)), 100.0 * BEYOND * top


def _reached(values: np.ndarray, low: float, language: Language) -> str:
    known = values[np.isfinite(values)]
    count = int((known >= low).sum())
    return phrase("rates-reached", language, count=count, of=known.size)


def _undefined(spans: list[str], language: Language) -> str:
    if not spans:
        return phrase("rates-all-defined", language)
    return phrase("rates-undefined", language, spans=listed(spans, language))
