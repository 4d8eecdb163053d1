"""China's provinces as equal squares, so that a small one reads as well as a large one; no border is drawn."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

import numpy as np
import xarray as xr

from decarb.errors import CallError
from decarb.nation.totals import UNALLOCATED
from decarb.report.figures.captions import (
    axis_label,
    check_one,
    check_year,
    land_note,
    listed,
    own_or_given,
    titled,
    together,
)
from decarb.report.figures.picture import Axis, Cells, Language, Picture
from decarb.report.figures.typesetting import amount
from decarb.report.words import phrase
from decarb.units import units_of
from decarb.variables import label

PLACES: Final = MappingProxyType({
    "Heilongjiang": (0, 7),
    "Xinjiang": (1, 0), "Gansu": (1, 2), "Ningxia": (1, 3), "Inner Mongolia": (1, 4), "Beijing": (1, 5),
    "Liaoning": (1, 6), "Jilin": (1, 7),
    "Qinghai": (2, 2), "Shaanxi": (2, 3), "Shanxi": (2, 4), "Hebei": (2, 5), "Tianjin": (2, 6),
    "Tibet": (3, 1), "Sichuan": (3, 2), "Chongqing": (3, 3), "Henan": (3, 4), "Shandong": (3, 5), "Jiangsu": (3, 6),
    "Yunnan": (4, 2), "Guizhou": (4, 3), "Hubei": (4, 4), "Anhui": (4, 5), "Zhejiang": (4, 6), "Shanghai": (4, 7),
    "Guangxi": (5, 3), "Hunan": (5, 4), "Jiangxi": (5, 5), "Fujian": (5, 6),
    "Hainan": (6, 3), "Guangdong": (6, 4),
})  # fmt: skip
"""Row and column of each province, about where it lies."""
ROWS, COLUMNS = (1 + max(place[of] for place in PLACES.values()) for of in (0, 1))


def tiles(annual: xr.Dataset, variable: str = "gross_co2", year: int = 2060, *, language: Language = "en") -> Picture:
    """Return one square for each province with its value in it; what belongs to no province stands in the notes.

    Parameters
    ----------
    annual : xr.Dataset
        As a run gives it.
    variable : str
        With a province and a year, such as `gross_co2` or `park_emissions`; sectors are summed.
    year : int
        Calendar year.
    language : {"en", "zh"}

    Raises
    ------
    CallError
        Several scenarios, no such variable or year, or other dimensions than province, sector and year.
    """
    check_one(annual, variable)
    array = annual[variable]
    if not {"province", "year"} <= set(array.dims) <= {"province", "sector", "year"}:
        raise CallError(f"{variable}: has {', '.join(map(str, array.dims))}; a map takes province, sector and year")
    check_year(variable, array["year"], year)
    unknown = set(map(str, array["province"].values)) - {*PLACES, UNALLOCATED}
    if unknown:
        raise CallError(f"{variable}: {', '.join(sorted(unknown))} has no place on the map; write a province's name")
    values = array.sel(year=year).sum([dim for dim in ("sector",) if dim in array.dims])
    by_name = {str(name): float(values.sel(province=name)) for name in values["province"].values}
    elsewhere = by_name.pop(UNALLOCATED, 0.0)
    grid, words = np.full((ROWS, COLUMNS), np.nan), np.full((ROWS, COLUMNS), "", dtype=object)
    for name, value in by_name.items():
        grid[PLACES[name]] = value
        words[PLACES[name]] = f"{own_or_given('province', name, language)}\n{_short(value)}"
    unit = units_of(array)
    below = min(by_name.values(), default=0.0) < 0.0
    return Picture(
        name="tiles",
        title=titled(phrase("tiles-title", language, variable=label(variable, language), year=year), annual, language),
        marks=(
            Cells(
                tuple(map(str, range(COLUMNS))),
                tuple(map(str, range(ROWS))),
                grid,
                words,
                axis_label(variable, language, unit),
                centre=0.0 if below else None,
                ends=None if below else (0.0, max(by_name.values(), default=0.0) or 1.0),
                named=False,
            ),
        ),
        x=Axis("", hidden=True),
        y=Axis("", hidden=True),
        notes=(
            _sum(by_name, elsewhere, unit, language),
            together([phrase("tiles-note", language), _missing(by_name, language)], language),
            *([land_note(annual, language)] if variable.startswith("net_") and land_note(annual, language) else []),
        ),
        language=language,
    )


def _short(value: float) -> str:
    """Return a value as it fits in a square: whole from ten on."""
    return f"{value:,.0f}" if abs(value) >= 10.0 else amount(value) if value == 0.0 else f"{value:.2g}"


def _sum(by_name: dict[str, float], elsewhere: float, unit: str, language: Language) -> str:
    inside = sum(by_name.values())
    said = phrase("tiles-sum", language, count=len(by_name), value=amount(inside), unit=unit)
    if not elsewhere:
        return said
    beside = phrase("tiles-unallocated", language, value=amount(elsewhere), total=amount(inside + elsewhere), unit=unit)
    return together([said, beside], language)


def _missing(by_name: dict[str, float], language: Language) -> str:
    missing = [own_or_given("province", name, language) for name in PLACES if name not in by_name]
    return phrase("tiles-missing", language, names=listed(missing, language)) if missing else ""
