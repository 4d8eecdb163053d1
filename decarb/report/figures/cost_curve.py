"""What a ton costs by lever: a block for each, as wide as its tons and as high as the cost of one."""

from __future__ import annotations

import numpy as np
import xarray as xr

from decarb.park.cost import Reason
from decarb.report.figures.captions import axis_label, check_one, check_year, lever, listed, titled
from decarb.report.figures.palette import look
from decarb.report.figures.picture import Axis, Bars, Language, Level, Picture
from decarb.report.figures.typesetting import amount
from decarb.report.words import phrase
from decarb.units import strip, units_of

ABATED, PER_TON, WHY = "lever_abated", "lever_abatement_cost", "lever_abatement_cost_reason"
NARROW, NAMED = 0.004, 0.1
"""Shares of all tons: below the first a block is too narrow to be seen, from the second on its name fits beside it."""


def cost_curve(cost: xr.Dataset, year: int = 2035, *, language: Language = "en") -> Picture:
    """Return the abatement cost of each lever in one year, the cheapest first; below zero it saves money.

    The axis is no sum: each lever is taken away alone, and two together do not abate what each does by itself.

    Parameters
    ----------
    cost : xr.Dataset
        As a run gives it: `lever_abated` [Mt CO2/yr], `lever_abatement_cost` [CNY_2025/t CO2] and
        `lever_abatement_cost_reason`, (lever, year).
    year : int
        Calendar year.
    language : {"en", "zh"}

    Raises
    ------
    CallError
        Several scenarios, or no such year.
    """
    check_one(cost, ABATED, PER_TON, WHY)
    check_year("cost", cost["year"], year)
    at = cost.sel(year=year)
    unit, per_ton = units_of(cost[ABATED]), units_of(cost[PER_TON])
    price, tons = strip(at[PER_TON], per_ton), strip(at[ABATED], unit)
    ranked = [str(name) for name in price.sortby(price)["lever"].values if np.isfinite(price.sel(lever=name))]
    widths = {name: float(tons.sel(lever=name)) for name in ranked}
    whole = sum(widths.values())
    places = [str(name) for name in cost["lever"].values]
    blocks, start = [], 0.0
    for name, width in widths.items():
        how, height = look("lever", name, places.index(name)), float(price.sel(lever=name))
        said = phrase("cost-curve-block", language, lever=lever(name, language), cost=amount(round(height, 1)),
                      tons=amount(round(width, 2)), unit=unit, per_ton=per_ton)  # fmt: skip
        blocks.append(
            Bars(np.array([start + width / 2.0]), np.array([height]), said, how.colour, width=width, hatch=how.hatch,
                 words=(lever(name, language),) if width >= NAMED * whole else ())
        )  # fmt: skip
        start += width
    narrow = [lever(name, language) for name, width in widths.items() if width < NARROW * whole]
    return Picture(
        name="cost_curve",
        title=titled(phrase("cost-curve-title", language, year=year), cost, language),
        marks=(*blocks, Level(0.0, dash="solid")),
        x=Axis(phrase("cost-curve-tons", language, unit=unit), (0.0, whole or 1.0)),
        y=Axis(axis_label(PER_TON, language, per_ton)),
        notes=(
            phrase("cost-curve-note", language),
            *([phrase("cost-curve-narrow", language, names=listed(narrow, language))] if narrow else []),
            *_undefined(at, language),
            phrase("cost-curve-left-out", language),
        ),
        language=language,
    )


def _undefined(at: xr.Dataset, language: Language) -> list[str]:
    """Return the levers without a cost of a ton, by the reason."""
    by_reason: dict[Reason, list[str]] = {}
    for name in at["lever"].values:
        if not np.isfinite(at[PER_TON].sel(lever=name)):
            by_reason.setdefault(Reason(int(at[WHY].sel(lever=name))), []).append(lever(str(name), language))
    return [
        phrase("cost-curve-undefined", language, names=listed(names, language),
               why=phrase(f"no-cost-{reason.name.lower().replace('_', '-')}", language))
        for reason, names in by_reason.items()
    ]  # fmt: skip
