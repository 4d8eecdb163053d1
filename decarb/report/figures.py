"""Pictures of results. Each is a function of a Dataset and gives a figure; nobody's screen is touched."""

from __future__ import annotations

from typing import Final

import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from decarb.nation.totals import national
from decarb.pathway.verdict import Verdict
from decarb.report.terminal import verdict_line
from decarb.units import strip
from decarb.variables import label

# Okabe and Ito's palette: told apart with any colour vision, and each line has its own dashes besides.
LINES: Final = {
    "gross_co2": ("#000000", "-"),
    "net_co2": ("#0072B2", "--"),
    "net_ghg": ("#D55E00", "-."),
}
BAND: Final = (0.08, 0.10)  # of yearly reduction, said of the years after 2030
BAND_YEARS: Final = (2030, 2060)
HISTORY_ENDS: Final = 2023


def pathway_figure(annual: xr.Dataset, verdict: Verdict) -> Figure:
    """Return the three totals in Gt, the targets beside them, and where 8 to 10 % a year would lead gross CO2.

    Parameters
    ----------
    annual : xr.Dataset
        As a run gives it.
    verdict : Verdict
    """
    figure = Figure(figsize=(10.0, 6.0), layout="constrained")
    axes = figure.add_subplot()
    gross = strip(national(annual["gross_co2"]), "Gt CO2/yr")
    for name, (colour, dashes) in LINES.items():
        unit = "Gt CO2e/yr" if name == "net_ghg" else "Gt CO2/yr"
        series = strip(national(annual[name]), unit)
        axes.plot(series["year"], series, dashes, color=colour, lw=2, label=f"{label(name)} [{unit}]")
    _draw_band(axes, gross)
    _draw_targets(axes, annual)
    axes.axvspan(float(gross["year"].min()), HISTORY_ENDS, color="0.93", lw=0)
    axes.axhline(0.0, color="0.3", lw=0.8)
    axes.annotate("history", (0.0, 1.0), xycoords="axes fraction", xytext=(4, -12), textcoords="offset points",
                  color="0.35")  # fmt: skip
    axes.set(xlim=(gross["year"].values[0], gross["year"].values[-1] + 0.5), ylabel="Gt a year",
             title=_title(annual, verdict))  # fmt: skip
    axes.legend(loc="lower left", facecolor="white", edgecolor="none", framealpha=0.9)
    axes.spines[["top", "right"]].set_visible(False)
    return figure


def _draw_band(axes: Axes, gross: xr.DataArray) -> None:
    first, last = BAND_YEARS
    years = gross["year"].sel(year=slice(first, last))
    slow, fast = (float(gross.sel(year=first)) * (1.0 - rate) ** (years - first) for rate in BAND)
    axes.fill_between(years, fast, slow, color="#009E73", alpha=0.3, lw=0,
                      label=f"Gross CO2 at {BAND[0]:.0%} to {BAND[1]:.0%} a year after {first}")  # fmt: skip


def _draw_targets(axes: Axes, annual: xr.Dataset) -> None:
    """Mark where each target looks: the peak year, the 2035 ceiling, and zero in 2060."""
    axes.axvline(2030, color="0.6", lw=0.8, ls=":")
    axes.annotate("peak by 2030", (2030, 1.0), xycoords=("data", "axes fraction"), xytext=(3, -12),
                  textcoords="offset points", color="0.35")  # fmt: skip
    ghg = strip(national(annual["net_ghg"]), "Gt CO2e/yr")
    ceiling = 0.93 * float(ghg.sel(year=slice(None, 2035)).max())
    axes.plot(2035, ceiling, "v", color=LINES["net_ghg"][0], ms=9, label="Net GHG in 2035: at most 93 % of its maximum")
    axes.plot(2060, 0.0, "o", mfc="white", mec="black", ms=9, clip_on=False, label="Neutral by 2060: at or below zero")


def _title(annual: xr.Dataset, verdict: Verdict) -> str:
    return (
        f"{annual.attrs['title']} - targets: {verdict_line(verdict)} - {annual.attrs['rollout_mode']} - "
        f"land: {annual['land_view'].item()} view"
    )
