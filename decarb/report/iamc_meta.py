"""What an IAMC file says of a scenario as a whole: one row of indicators for each model and scenario."""

from __future__ import annotations

from typing import Final

import pandas as pd
import xarray as xr

from decarb import __version__
from decarb.pathway.verdict import Verdict

INDEX: Final = ("model", "scenario")
FIGURES: Final = {
    "peak_year": "Peak year of gross CO2",
    "peak_value": "Peak of gross CO2 [Mt CO2 a year]",
    "neutral_year": "Year of net zero CO2",
    "residual_2060": "Net CO2 in 2060 [Mt CO2 a year]",
    "rate_2030_2050": "Mean annual reduction rate of gross CO2 2030-2050 [share a year]",
    "mean_annual_reduction_rate": "Mean annual reduction rate of gross CO2 2030-2060 [share a year]",
    "required_rate": "Mean annual reduction rate that sinks require 2030-2060 [share a year]",
}
"""Figure of a verdict -> the name of its column, which netCDF takes too: it has no slash."""
TARGET: Final = "Target|{id}"


def iamc_meta(annual: xr.Dataset, verdict: Verdict, model: str, scenario: str) -> pd.DataFrame:
    """Return one row: peak, neutrality and rates, each target's verdict, and how land and gases count.

    What is undefined stands as a sentence, `undefined: ...`, and never as a number.

    Parameters
    ----------
    annual : xr.Dataset
        As a run gives it: its scalar coordinates `land_view` and `gwp` say how the totals count.
    verdict : Verdict
    model, scenario : str
        As in the table of the same file.
    """
    figures = {name: getattr(verdict, key) for key, name in FIGURES.items()}
    reasons = {
        name: f"undefined: {verdict.undefined[key]}" for key, name in FIGURES.items() if key in verdict.undefined
    }
    cells = {
        "model": model,
        "scenario": scenario,
        **{name: value if value is not None else reasons[name] for name, value in figures.items()},
        **{TARGET.format(id=item.target): item.verdict for item in verdict.verdicts},
        "Land view": str(annual["land_view"].item()),
        "GWP": str(annual["gwp"].item()),
        "decarb version": __version__,
    }
    return pd.DataFrame([cells])
