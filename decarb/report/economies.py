"""China beside other economies, for a terminal and as CSV."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
import xarray as xr
from rich.table import Table
from rich.text import Text

from decarb.units import strip

NONE: Final = "-"
COLUMNS: Final = {
    "peak_year": ("Peak", "year"),
    "goal_year": ("Neutral, stated", "year"),
    "rate_since_peak": ("Since the peak", "1/yr"),
    "rate_last_decade": ("Last ten years", "1/yr"),
    "fastest_decade_rate": ("Fastest ten years", "1/yr"),
    "required_rate_from_peak": ("Peak to goal", "1/yr"),
    "required_rate_from_now": ("Now to goal", "1/yr"),
    "planned_rate": ("Planned", "1/yr"),
}
"""Variable of the table, its heading, and how it is written."""


def economies_view(economies: xr.Dataset) -> Table:
    """Return one line for each economy: peak (pledged: in brackets), stated goal, rates so far and to the same end.

    Parameters
    ----------
    economies : xr.Dataset, (economy)
        As `decarb.analysis.economies.economies_table` gives it.
    """
    left, last = float(economies["residual_share"]), int(economies["last_year"].max())
    title = f"Economies on one definition: CO2 to {last}, {left:.1%} of each peak left in the stated year"
    table = Table(title=Text(title), title_justify="left", box=None, pad_edge=False)
    table.add_column("Economy")
    for heading, _ in COLUMNS.values():
        table.add_column(heading, justify="right")
    for economy in economies["economy"].values:
        row = economies.sel(economy=economy)
        cells = [_written(float(row[name]), unit) for name, (_, unit) in COLUMNS.items()]
        pledged = _written(float(row["counted_peak_year"]), "year")
        cells[0] = f"({pledged})" if cells[0] == NONE != pledged else cells[0]
        table.add_row(Text(str(economy)), *cells)
    return table


def economies_frame(economies: xr.Dataset) -> pd.DataFrame:
    """Return the same as a table of numbers: a row for each economy, units in the headings; empty where unknown."""
    columns = {
        f"{name} [{economies[name].attrs['units']}]": strip(economies[name], economies[name].attrs["units"]).values
        for name in economies.data_vars
        if economies[name].dims == ("economy",)
    }
    return pd.DataFrame(columns, index=pd.Index(economies["economy"].values, name="economy"))


def _written(value: float, unit: str) -> str:
    if np.isnan(value):
        return NONE
    return f"{value:.0f}" if unit == "year" else f"{value:.1%}"
