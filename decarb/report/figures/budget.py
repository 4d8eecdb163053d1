"""What a pathway adds up to: CO2 since 2020, and what each year adds."""

from __future__ import annotations

from typing import Final

import numpy as np
import xarray as xr

from decarb.errors import CallError
from decarb.nation.totals import national
from decarb.pathway.figures import BASE_YEAR, TARGET_DUE
from decarb.pathway.rates import cumulative
from decarb.pathway.series import annual as every_year
from decarb.report.figures.captions import check_one, land_note, titled, together
from decarb.report.figures.palette import look
from decarb.report.figures.picture import Axis, Language, Level, Line, Mark, Panel, Picture, Points
from decarb.report.words import phrase
from decarb.units import strip
from decarb.variables import label

TOTALS: Final = ("gross_co2", "net_co2")
ROOM: Final = 4.0  # years, for the words at the last one


def budget(annual: xr.Dataset, *, language: Language = "en") -> Picture:
    """Return cumulative gross and net CO2 from 2020 on, with what each year adds below.

    No carbon budget is drawn, for the tables hold none of China: dividing a world budget among nations is no physics.

    Parameters
    ----------
    annual : xr.Dataset
        As a run gives it: `gross_co2`, `net_co2` [Mt CO2/yr], (province, sector, year).
    language : {"en", "zh"}

    Raises
    ------
    CallError
        Several scenarios, a total that is absent, or a series that ends before 2020.
    """
    check_one(annual, *TOTALS)
    yearly = {name: every_year(national(annual[name])) for name in TOTALS}
    sums = {name: _running(series) for name, series in yearly.items()}
    years = sums["gross_co2"]["year"].values
    above: list[Mark] = []
    below: list[Mark] = [Level(0.0)]
    for name in TOTALS:
        how = look("total", name)
        above.append(Line(years, sums[name].values, label(name, language), how.colour, how.dash))
        series = strip(yearly[name].sel(year=years), "Gt CO2/yr")
        below.append(Line(years, series.values, label(name, language), how.colour, how.dash))
        last = float(sums[name][-1])
        above.append(Points(years[-1:], np.array([last]), label(name, language), how.colour, words=(f"{last:.0f} Gt",)))
    if TARGET_DUE in years[:-1]:
        at = {name: float(sums[name].sel(year=TARGET_DUE)) for name in TOTALS}
        said = phrase("budget-at", language, year=TARGET_DUE, gross=at["gross_co2"], net=at["net_co2"])
        above.append(Level(float(TARGET_DUE), said, of="x"))
    return Picture(
        name="budget",
        title=titled(phrase("budget-title", language, year=int(years[0])), annual, language),
        marks=tuple(above),
        x=Axis(phrase("year", language), (float(years[0]), float(years[-1]) + ROOM)),
        y=Axis(phrase("budget-axis", language, year=int(years[0]), unit="Gt CO2")),
        notes=(
            together([phrase("budget-none", language), land_note(annual, language)], language),
            together(
                [phrase("budget-from", language, year=int(years[0])), *_turn(sums["net_co2"], language)], language
            ),
        ),
        language=language,
        below=Panel(tuple(below), Axis(phrase("budget-yearly", language, unit="Gt CO2/yr"))),
    )


def _running(series: xr.DataArray) -> xr.DataArray:
    """Return the sum from the base year to each year [Gt CO2], (year)."""
    years = [int(year) for year in series["year"].values if year >= BASE_YEAR]
    if not years:
        raise CallError(f"{series.name}: ends in {int(series['year'][-1])}; sums start in {BASE_YEAR}")
    sums = [strip(cumulative(series.sel(year=slice(None, year)), BASE_YEAR), "Gt CO2") for year in years]
    return xr.concat(sums, dim=xr.IndexVariable("year", years), coords="minimal", compat="override")


def _turn(net: xr.DataArray, language: Language) -> list[str]:
    """Return in which year the sum of net CO2 is highest, where it falls after."""
    top = int(net["year"][int(net.argmax("year"))])
    if top == int(net["year"][-1]):
        return [phrase("budget-rising", language, year=top)]
    return [phrase("budget-turn", language, year=top, value=float(net.max()))]
