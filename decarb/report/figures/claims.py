"""What parks emit and what they claim; the nation stands beside, and the two are never added."""

from __future__ import annotations

from typing import Final

import numpy as np
import xarray as xr

from decarb.nation.totals import national
from decarb.report.figures.captions import axis_label, check_one, titled
from decarb.report.figures.palette import INDIGO, ORANGE, SKY, VERMILION, look
from decarb.report.figures.picture import Axis, Band, Language, Level, Line, Panel, Picture, Points
from decarb.report.words import phrase
from decarb.units import strip
from decarb.variables import label

EMITTED, CLAIMED, CREDITS, CERTIFICATES = (
    "park_emissions", "claimed_net_emissions", "claims_gap_credits", "claims_gap_certificates",
)  # fmt: skip
NATION: Final = "gross_co2"
UNIT, NATIONAL_UNIT = "Mt CO2e/yr", "Mt CO2/yr"


def claims(annual: xr.Dataset, *, language: Language = "en") -> Picture:
    """Return inventories of parks and what they claim, the gap split into credits and certificates, the nation below.

    The gap is no reduction: a credit or certificate moves a claim from one to another, and no ton.

    Parameters
    ----------
    annual : xr.Dataset
        As a run gives it: `park_emissions`, `claimed_net_emissions` [Mt CO2e/yr], (province, year);
        `claims_gap_credits`, `claims_gap_certificates` [Mt CO2e/yr], (year); `gross_co2` [Mt CO2/yr].
    language : {"en", "zh"}

    Raises
    ------
    CallError
        Several scenarios, or one of the variables is absent.
    """
    check_one(annual, EMITTED, CLAIMED, CREDITS, CERTIFICATES, NATION)
    years = annual["year"].values
    emitted, claimed = (strip(national(annual[name]), UNIT).values for name in (EMITTED, CLAIMED))
    credits, certificates = (strip(annual[name], UNIT).values for name in (CREDITS, CERTIFICATES))
    by_market = claimed + credits
    nation, how = strip(national(annual[NATION]), NATIONAL_UNIT).values, look("total", NATION)
    return Picture(
        name="claims",
        title=titled(phrase("claims-title", language), annual, language),
        marks=(
            Band(years, claimed, by_market, label(CREDITS, language), ORANGE, 0.6, "/"),
            Band(years, np.minimum(by_market, emitted), np.maximum(by_market, emitted),
                 label(CERTIFICATES, language), SKY, 0.6, "x"),
            Line(years, emitted, label(EMITTED, language), INDIGO),
            Line(years, claimed, label(CLAIMED, language), VERMILION, "dash"),
            *_ends(years, emitted, claimed, language),
            Level(0.0),
        ),
        x=Axis(phrase("year", language), (float(years[0]), float(years[-1]) + 3.0)),
        y=Axis(phrase("claims-axis", language, unit=UNIT), None if emitted.any() or claimed.any() else (0.0, 1.0)),
        notes=(_gap(years, emitted, claimed, credits, certificates, language), phrase("claims-note", language)),
        language=language,
        below=Panel(
            (Line(years, nation, label(NATION, language), how.colour, how.dash), Level(0.0)),
            Axis(axis_label(NATION, language, NATIONAL_UNIT)),
        ),
    )  # fmt: skip


def _ends(years: np.ndarray, emitted: np.ndarray, claimed: np.ndarray, language: Language) -> tuple[Points, ...]:
    """Return the last value of both lines in words; none where parks emit nothing."""
    if not emitted.any():
        return ()
    last = years[-1:]
    return (
        Points(last, emitted[-1:], label(EMITTED, language), INDIGO, "circle", (f"{emitted[-1]:,.0f}",)),
        Points(last, claimed[-1:], label(CLAIMED, language), VERMILION, "circle", (f"{claimed[-1]:,.0f}",)),
    )


def _gap(
    years: np.ndarray, emitted: np.ndarray, claimed: np.ndarray, credits: np.ndarray, certificates: np.ndarray,
    language: Language,
) -> str:  # fmt: skip
    """Return in words how large the gap is in the last year, and of what it is made."""
    year = int(years[-1])
    if not emitted.any() and not claimed.any():
        return phrase("claims-no-parks", language)
    return phrase(
        "claims-gap", language, year=year, emitted=emitted[-1], claimed=claimed[-1], gap=emitted[-1] - claimed[-1],
        credits=credits[-1], certificates=certificates[-1], unit=UNIT,
    )  # fmt: skip
