"""The economies of the shipped tables side by side, on the definitions of the verdict."""

from __future__ import annotations

from typing import Final

import numpy as np
import xarray as xr

from decarb.pathway.economies import compared
from decarb.pathway.steepness import left_after
from decarb.pathway.targets import TARGETS
from decarb.tables import Bound, table_array
from decarb.units import converted, stamp, units_of

ECONOMIES: Final = ("China", "European Union (27)", "United Kingdom", "United States", "Japan", "India")
CHINA: Final = ECONOMIES[0]
PLAN: Final = "China, this scenario"
BAND: Final = next(target for target in TARGETS if target.id == "rate-2030-2060")


def economies_table(bound: Bound = "low", gross_co2: xr.DataArray | None = None) -> xr.Dataset:
    """Return peak, rates so far, time left and required rates of six economies, and of a scenario for China.

    The rate said to be needed decides what is left: the share of the peak after keeping it over the years the verdict
    counts it, the same for all; from peak to goal China's rate is therefore the stated one itself. The tables hold no
    goal of the United States, whose policy was withdrawn, and a pledged peak year of China alone.

    Parameters
    ----------
    bound : {"value", "low", "high"}
        Which end of the band of 8 to 10 % a year.
    gross_co2 : xr.DataArray, [Mt CO2/yr], (year), optional
        A national pathway: the row `PLAN`. It stands on the official inventory and the others on one vintage of the
        Global Carbon Budget, so its rates stand beside theirs and the two are never joined.

    Returns
    -------
    xr.Dataset
        As `decarb.pathway.economies.compared` gives it, and `residual_share` [1].

    References
    ----------
    `gcb-2025`, `pledges`, `he-jiankun-2020`, `unga-2020`
    """
    emissions = table_array("other_economies", "economy_co2", "economy", "year", complete=False)
    emissions = emissions.sel(economy=list(ECONOMIES))
    goals = table_array("other_economies", "economy_neutral_year", "economy").reindex(economy=list(ECONOMIES))
    pledged = stamp(xr.full_like(goals, np.nan), "1")
    pledged.loc[{"economy": CHINA}] = float(table_array("targets", "target_year", target="peak-2030", year=2030))
    until = int(emissions["year"].max())
    if gross_co2 is not None:
        emissions = _with_plan(emissions, converted(gross_co2.reset_coords(drop=True), units_of(emissions)))
        goals, pledged = (_with_plan(given, given.sel(economy=CHINA, drop=True)) for given in (goals, pledged))
    rate = converted(table_array("targets", "reduction_rate", target=BAND.id, bound=bound), "1/yr")
    share = left_after(rate.reset_coords(drop=True), BAND.year - BAND.first_year)
    return compared(emissions, goals, pledged, share, until).assign(residual_share=share)


def _with_plan(array: xr.DataArray, plan: xr.DataArray) -> xr.DataArray:
    """Return an array of economies with the plan's row after them."""
    row = plan.expand_dims(economy=[PLAN]).reset_coords(drop=True)
    return stamp(xr.concat([array.reset_coords(drop=True), row], "economy", join="outer"), units_of(array))
