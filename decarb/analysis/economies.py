"""The economies of the shipped tables side by side, on the definitions of the verdict."""

from __future__ import annotations

from typing import Final

import numpy as np
import xarray as xr

from decarb.pathway.economies import compared
from decarb.pathway.steepness import left_after
from decarb.pathway.targets import TARGETS
from decarb.tables import Bound, table_array
from decarb.units import converted, stamp

ECONOMIES: Final = ("China", "European Union (27)", "United Kingdom", "United States", "Japan", "India")
BAND: Final = next(target for target in TARGETS if target.id == "rate-2030-2060")


def economies_table(bound: Bound = "low") -> xr.Dataset:
    """Return peak, rates so far, time left and required rates of six economies.

    The rate said to be needed decides what is left: the share of the peak after keeping it over the years the verdict
    counts it, the same for all; from peak to goal China's rate is therefore the stated one itself. The tables hold no
    goal of the United States, whose policy was withdrawn, and a pledged peak year of China alone.

    Parameters
    ----------
    bound : {"value", "low", "high"}
        Which end of the band of 8 to 10 % a year.

    Returns
    -------
    xr.Dataset
        As `decarb.pathway.economies.compared` gives it, and `residual_share` [1].

    References
    ----------
    `gcb-2025`, `pledges`, `he-jiankun-2020`, `unga-2020`
    """
    emissions = table_array("other_economies", "economy_co2", "economy", "year", complete=False)
    goals = table_array("other_economies", "economy_neutral_year", "economy").reindex(economy=list(ECONOMIES))
    pledged = float(table_array("targets", "target_year", target="peak-2030", year=2030))
    peaks = [pledged if name == "China" else np.nan for name in ECONOMIES]
    rate = converted(table_array("targets", "reduction_rate", target=BAND.id, bound=bound), "1/yr")
    share = left_after(rate.reset_coords(drop=True), BAND.year - BAND.first_year)
    table = compared(
        emissions.sel(economy=list(ECONOMIES)),
        goals,
        stamp(xr.DataArray(peaks, {"economy": list(ECONOMIES)}, ("economy",)), "1"),
        share,
    )
    return table.assign(residual_share=share)
