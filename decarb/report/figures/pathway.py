"""The picture of a pathway: three totals, what the targets ask of them, and what came of each target."""

from __future__ import annotations

from typing import Final

import numpy as np
import xarray as xr

from decarb.nation.sectors import LAST_HISTORY_YEAR
from decarb.nation.totals import national
from decarb.pathway.targets import SHOWN_BESIDE, TARGETS
from decarb.pathway.verdict import TargetVerdict, Verdict
from decarb.report.figures.captions import check_one, titled
from decarb.report.figures.palette import GREEN, look
from decarb.report.figures.picture import Axis, Band, Language, Level, Line, Mark, Picture, Points, Span
from decarb.report.words import named, phrase
from decarb.units import strip
from decarb.variables import label

UNITS: Final = {"gross_co2": "Gt CO2/yr", "net_co2": "Gt CO2/yr", "net_ghg": "Gt CO2e/yr"}
PEAK, FALL, NEUTRAL, RATE = (
    next(item for item in TARGETS if item.id == name)
    for name in ("peak-2030", "ndc-2035", "neutral-2060-co2", "rate-2030-2060")
)
SAID: Final = {"pass": "met", "fail": "missed", "undefined": "not-judged"}


def pathway(annual: xr.Dataset, verdict: Verdict, *, language: Language = "en") -> Picture:
    """Return the three national totals in Gt, the targets beside them, and each verdict in words.

    The green band is where 8 to 10 % a year after 2030 would lead gross CO2; that rate is one reading of what the
    targets ask, and never reaches zero.

    Parameters
    ----------
    annual : xr.Dataset
        As a run gives it: `gross_co2`, `net_co2` [Mt CO2/yr] and `net_ghg` [Mt CO2e/yr], (province, sector, year).
    verdict : Verdict
        Of the same run.
    language : {"en", "zh"}

    Raises
    ------
    CallError
        Several scenarios, or a total that is absent.
    """
    check_one(annual, *UNITS)
    series = {name: strip(national(annual[name]), unit) for name, unit in UNITS.items()}
    years = series["gross_co2"]["year"].values
    lines = tuple(
        Line(years, series[name].values, f"{label(name, language)} [{unit}]", look("total", name).colour,
             look("total", name).dash)
        for name, unit in UNITS.items()
    )  # fmt: skip
    counted = [item for item in verdict.verdicts if item.target not in SHOWN_BESIDE]
    met = sum(item.verdict == "pass" for item in counted)
    return Picture(
        name="pathway",
        title=titled(phrase("pathway-title", language, met=met, count=len(counted)), annual, language),
        marks=(
            Span(float(years[0]), float(LAST_HISTORY_YEAR), phrase("history", language)),
            Level(0.0, colour="#333333", dash="solid"),
            Level(float(PEAK.year), phrase("peak-by", language, year=PEAK.year), of="x"),
            *_band(series["gross_co2"], language),
            *lines,
            *_marked(series["net_ghg"], years, language),
        ),
        x=Axis(phrase("year", language), (float(years[0]), float(years[-1]) + 0.5)),
        y=Axis(phrase("gigatonnes", language)),
        notes=(*_judged(verdict, language), _counted(annual, language)),
        language=language,
    )


def _band(gross: xr.DataArray, language: Language) -> list[Mark]:
    """Return where the rate that was said to be needed would lead, where the series covers its first year."""
    first, low, high = RATE.first_year, RATE.threshold, RATE.band_top or RATE.threshold
    if first not in gross["year"]:
        return []
    years = gross["year"].sel(year=slice(first, RATE.year)).values
    slow, fast = (float(gross.sel(year=first)) * (1.0 - rate) ** (years - first) for rate in (low, high))
    return [Band(years, fast, slow, phrase("pathway-band", language, low=low, high=high, year=first), GREEN)]


def _marked(ghg: xr.DataArray, years: np.ndarray, language: Language) -> list[Mark]:
    """Return the ceiling of net GHG in 2035 and the zero of 2060, where the series reaches those years."""
    marks: list[Mark] = []
    if FALL.year in years:
        share = 1.0 - FALL.threshold
        ceiling = share * float(ghg.sel(year=slice(None, FALL.year)).max())
        said = phrase("pathway-ceiling", language, year=FALL.year, share=share)
        colour = look("total", FALL.total).colour
        marks.append(Points(np.array([FALL.year]), np.array([ceiling]), said, colour, "triangle-down"))
    if NEUTRAL.year in years:
        said = phrase("pathway-neutral", language, year=NEUTRAL.year)
        marks.append(Points(np.array([NEUTRAL.year]), np.zeros(1), said, "#000000", "circle-open"))
    return marks


def _judged(verdict: Verdict, language: Language) -> list[str]:
    """Return what came of every target, in words: those that decide first, those shown beside them last."""
    between = "；" if language == "zh" else "; "

    def listed(items: list[TargetVerdict]) -> str:
        return between.join(named("target", item.target, language) for item in items)

    deciding = [item for item in verdict.verdicts if item.target not in SHOWN_BESIDE]
    notes = []
    for found, words in SAID.items():
        own = [item for item in deciding if item.verdict == found]
        if own:
            notes.append(phrase(words, language, targets=listed(own)))
    beside = [
        f"{named('target', item.target, language)} ({named('verdict', item.verdict, language)})"
        for item in verdict.verdicts
        if item.target in SHOWN_BESIDE
    ]
    return [*notes, phrase("shown-beside", language, targets=between.join(beside))] if beside else notes


def _counted(annual: xr.Dataset, language: Language) -> str:
    """Return how the run rolled the park out and counted land and gases."""
    return phrase(
        "pathway-counted", language,
        rollout=phrase(f"rollout-{annual.attrs['rollout_mode']}", language),
        view=phrase(f"view-{annual['land_view'].item()}", language), gwp=annual["gwp"].item(),
    )  # fmt: skip
