"""Pictures of results. Each is a function of a Dataset and gives a figure; nobody's screen is touched."""

from __future__ import annotations

from typing import Final

import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from decarb.nation.sectors import LAST_HISTORY_YEAR
from decarb.nation.totals import national
from decarb.pathway.targets import TARGETS
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
PEAK, FALL, NEUTRAL, RATE = (
    next(item for item in TARGETS if item.id == name)
    for name in ("peak-2030", "ndc-2035", "neutral-2060-co2", "rate-2030-2060")
)


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
    axes.axvspan(float(gross["year"].min()), LAST_HISTORY_YEAR, color="0.93", lw=0)
    axes.axhline(0.0, color="0.3", lw=0.8)
    axes.annotate("history", (0.0, 1.0), xycoords="axes fraction", xytext=(4, -12), textcoords="offset points",
                  color="0.35")  # fmt: skip
    axes.set(xlim=(gross["year"].values[0], gross["year"].values[-1] + 0.5), ylabel="Gt a year",
             title=_title(annual, verdict))  # fmt: skip
    axes.legend(loc="lower left", facecolor="white", edgecolor="none", framealpha=0.9)
    axes.spines[["top", "right"]].set_visible(False)
    return figure


def _draw_band(axes: Axes, gross: xr.DataArray) -> None:
    first, low, high = RATE.first_year, RATE.threshold, RATE.band_top or RATE.threshold
    years = gross["year"].sel(year=slice(first, RATE.year))
    slow, fast = (float(gross.sel(year=first)) * (1.0 - rate) ** (years - first) for rate in (low, high))
    said = f"Gross CO2 at {low:.0%} to {high:.0%} a year after {first}"
    axes.fill_between(years, fast, slow, color="#009E73", alpha=0.3, lw=0, label=said)


def _draw_targets(axes: Axes, annual: xr.Dataset) -> None:
    """Mark where each target looks: the peak year, the ceiling of net GHG, and zero at the end."""
    axes.axvline(PEAK.year, color="0.6", lw=0.8, ls=":")
    axes.annotate(f"peak by {PEAK.year}", (PEAK.year, 1.0), xycoords=("data", "axes fraction"), xytext=(3, -12),
                  textcoords="offset points", color="0.35")  # fmt: skip
    ghg, share = strip(national(annual["net_ghg"]), "Gt CO2e/yr"), 1.0 - FALL.threshold
    ceiling = share * float(ghg.sel(year=slice(None, FALL.year)).max())
    axes.plot(FALL.year, ceiling, "v", color=LINES["net_ghg"][0], ms=9,
              label=f"Net GHG in {FALL.year}: at most {share:.0%} of its maximum")  # fmt: skip
    axes.plot(NEUTRAL.year, 0.0, "o", mfc="white", mec="black", ms=9, clip_on=False,
              label=f"Neutral by {NEUTRAL.year}: at or below zero")  # fmt: skip


def _title(annual: xr.Dataset, verdict: Verdict) -> str:
    return (
        f"{annual.attrs['title']} - targets: {verdict_line(verdict)} - {annual.attrs['rollout_mode']} - "
        f"land: {annual['land_view'].item()} view"
    )
