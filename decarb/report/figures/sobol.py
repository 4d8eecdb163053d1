"""What decides a number of a sweep: how much of its variance each axis accounts for, alone and with others."""

from __future__ import annotations

from typing import Final

import numpy as np
import xarray as xr

from decarb.errors import CallError
from decarb.report.figures.captions import own_or_given, titled
from decarb.report.figures.palette import BLUE, ORANGE
from decarb.report.figures.picture import Axis, Bars, Hatch, Language, Level, Mark, Picture
from decarb.report.figures.typesetting import wrapped
from decarb.report.words import phrase
from decarb.variables import did_you_mean, label, variables

SHOWN: Final = 12
WANTED: Final = "net_co2 2060"
WIDE: Final = 24.0  # ems; of the name of an axis
ORDERS: Final[tuple[tuple[str, str, Hatch, float], ...]] = (
    ("first_order", BLUE, "", -0.2),
    ("total_order", ORANGE, "/", 0.2),
)
OF_TARGETS: Final = ("margin", "value")


def sobol(variance: xr.Dataset, output: str | None = None, *, language: Language = "en") -> Picture:
    """Return first-order and total Sobol indices of one output with their 95 % intervals, the strongest axes first.

    They share out the variance inside the ranges of the assumptions: other ranges, other shares.

    Parameters
    ----------
    variance : xr.Dataset
        As `decarb.sweeps.variance.Variance.to_dataset` gives it.
    output : str, optional
        One of its outputs, such as "net_ghg 2060". Default: net CO2 in 2060, or the first.
    language : {"en", "zh"}

    Raises
    ------
    CallError
        The Dataset holds no indices, or no such output.
    """
    if "first_order" not in variance or not variance.sizes.get("output"):
        raise CallError("the Dataset holds no indices; give what Variance.to_dataset() returns")
    outputs = tuple(map(str, variance["output"].values))
    chosen = output or (WANTED if WANTED in outputs else outputs[0])
    if chosen not in outputs:
        raise CallError(f'"{chosen}" is no output of these indices; {did_you_mean(chosen, outputs)}')
    one = variance.sel(output=chosen)
    order = one["total_order"] if bool(one["total_order"].notnull().any()) else one["first_order"]
    known = order.dropna("axis")
    ranked = [str(name) for name in known.sortby(known, ascending=False)["axis"].values][:SHOWN]
    rows = tuple("\n".join(wrapped(own_or_given("axis", name, language), WIDE)) for name in ranked)
    return Picture(
        name="sobol",
        title=titled(phrase("sobol-title", language, output=_called(chosen, language)), variance, language),
        marks=(*_bars(one, ranked, language), Level(0.0, of="x", dash="solid")),
        x=Axis(phrase("sobol-axis", language), share=True),
        y=Axis("", categories=rows),
        notes=(*_said(one, ranked, language), phrase("sobol-note", language)),
        language=language,
    )


def _bars(one: xr.Dataset, ranked: list[str], language: Language) -> list[Mark]:
    """Return two bars a row where the design gives both orders, else one."""
    places = np.arange(len(ranked), dtype=float)
    marks: list[Mark] = []
    both = bool(one["total_order"].notnull().any())
    for name, colour, hatch, aside in ORDERS:
        share = one[name].sel(axis=ranked).values
        if np.isfinite(share).any():
            error = one[f"{name}_error"].sel(axis=ranked).values
            marks.append(
                Bars(places + (aside if both else 0.0), share, phrase(f"sobol-{name}", language), colour, width=0.38,
                     upright=False, hatch=hatch, low=share - error, high=share + error)
            )  # fmt: skip
    return marks


def _said(one: xr.Dataset, ranked: list[str], language: Language) -> list[str]:
    """Return how the indices were made, what is not shown, and whether they hold; or why there are none."""
    why = str(one["why"].item())
    if why:
        return [phrase("sobol-none", language, why=why)]
    estimator = str(one["estimator"].item())
    said = [phrase(f"sobol-by-{estimator}", language, used=int(one["used"]), left_out=int(one["left_out"]))]
    rest = one["first_order"].drop_sel(axis=ranked)
    if rest.size:
        said.append(phrase("sobol-rest", language, count=rest.size, share=float(rest.sum())))
    if not bool(one["holds"]):
        said.append(phrase("sobol-weak", language))
    return said


def _called(output: str, language: Language) -> str:
    """Return an output by its label and its year or target."""
    name, _, at = output.partition(" ")
    if name in OF_TARGETS:
        return phrase(f"sobol-of-{name}", language, target=own_or_given("target", at, language))
    return phrase("sobol-of-series", language, series=label(name, language) if name in variables() else name, year=at)
