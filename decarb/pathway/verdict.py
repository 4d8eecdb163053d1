"""The verdict on a pathway: what each target says, and the plain figures behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

import xarray as xr

from decarb.pathway import rates
from decarb.pathway.series import Reason, coverage, in_words, value_in

BASE_YEAR, PEAK_DUE, HALFWAY, NEUTRAL_DUE = 2020, 2030, 2050, 2060
"""First year of the cumulative sum, and the years between which the rates are taken."""

GROSS_FIGURES = (
    "peak_year",
    "peak_value",
    "mean_annual_reduction_rate",
    "rate_2030_2050",
    "rates_by_step",
    "cumulative",
    "share_of_peak_2060",
)
NET_FIGURES = ("neutral_year", "neutral_held", "residual_2060")

Totals = Mapping[str, xr.DataArray]
Figure = tuple[float | bool | None, str]


@dataclass(frozen=True)
class TargetVerdict:
    """One target judged: the number that decides it, and why."""

    target: str
    total: str
    value: float | None
    unit: str
    threshold: float | None
    verdict: Literal["pass", "fail", "undefined"]
    reason: str


@dataclass(frozen=True)
class Verdict:
    """What a pathway reaches and misses; each `None` has its reason in `undefined` under its key path.

    The peak, the rates and the cumulative sum are those of `gross_co2`, neutrality and residual those of `net_co2`;
    an undeclared `co2` stands for both. Rates are fractions a year.
    """

    verdicts: tuple[TargetVerdict, ...]
    peak_year: int | None
    peak_value: float | None
    mean_annual_reduction_rate: float | None
    rate_2030_2050: float | None
    required_rate: float | None
    rates_by_step: dict[str, float | None] | None
    cumulative: float | None
    share_of_peak_2060: float | None
    neutral_year: int | None
    neutral_held: bool | None
    residual_2060: float | None
    undefined: dict[str, str]
    units: dict[str, str]
    totals: dict[str, dict[str, str | int]]

    def to_dict(self) -> dict[str, Any]:
        """Give the object of `verdict.json`: plain numbers, text and null, never NaN."""
        return {**asdict(self), "verdicts": [asdict(verdict) for verdict in self.verdicts]}


def series_for(total: str, totals: Totals) -> xr.DataArray | None:
    """Give the series a metric of `total` is taken from: the total, or `co2` for a CO2 total, or nothing."""
    if total in totals:
        return totals[total]
    return totals.get("co2") if total in ("gross_co2", "net_co2") else None


def counted_with(series: xr.DataArray) -> dict[str, str]:
    """Give the land view and the GWP report of a series, as far as it depends on them and declares them."""
    matters = {"net_ghg": ("land_view", "gwp"), "gross_co2": ()}.get(str(series.name), ("land_view",))
    return {key: str(series[key].item()) for key in matters if key in series.coords}


def not_given(total: str, totals: Totals) -> str:
    """Say that a total is absent, and what stands there instead."""
    return f"{total} is not given (given: {', '.join(totals)})"


def verdict_on(totals: Totals, verdicts: tuple[TargetVerdict, ...]) -> Verdict:
    """Put the judged targets and the plain figures of the totals together.

    Parameters
    ----------
    totals : mapping of str to xr.DataArray, [Mt CO2/yr] or [Mt CO2e/yr], (year,)
        Checked series by name.
    verdicts : tuple of TargetVerdict
        The targets as judged on the same totals.
    """
    gross, net = series_for("gross_co2", totals), series_for("net_co2", totals)
    figures: dict[str, Figure] = {"required_rate": required_figure(totals)}
    figures |= _gross_figures(gross) if gross is not None else _absent(GROSS_FIGURES, "gross_co2", totals)
    figures |= _net_figures(net) if net is not None else _absent(NET_FIGURES, "net_co2", totals)
    undefined = {key: why for key, (value, why) in figures.items() if value is None}
    values: dict[str, Any] = {key: value for key, (value, _) in figures.items() if "." not in key}
    steps = {key.partition(".")[2]: value for key, (value, _) in figures.items() if "." in key}
    values.setdefault("rates_by_step", steps)
    years = {key: int(values[key]) for key in ("peak_year", "neutral_year") if values[key] is not None}
    described = {name: _described(series) for name, series in totals.items()}
    return Verdict(
        verdicts=verdicts, undefined=undefined, units=_units(gross, net), totals=described, **(values | years)
    )


def required_figure(totals: Totals, start: int = PEAK_DUE, end: int = NEUTRAL_DUE) -> Figure:
    """Rate that brings `gross_co2` down to what sinks and removals take in the last year, or why there is none.

    Notes
    -----
    1 - (R / E_start)^(1 / (end - start)) with R = gross_co2 - net_co2 in the last year.
    """
    for name in ("gross_co2", "net_co2"):
        if name not in totals:
            return None, f"{not_given(name, totals)}; what sinks and removals take is gross_co2 - net_co2"
    gross, net = totals["gross_co2"], totals["net_co2"]
    for series, first in ((gross, start), (net, end)):
        covered = coverage(series, first, end)
        if covered is not Reason.DEFINED:
            return None, in_words(covered, series, first, end)
    taken, before = value_in(gross, end) - value_in(net, end), value_in(gross, start)
    if float(before) <= 0:
        return None, in_words(Reason.START_NOT_POSITIVE, gross, start, start)
    if float(taken) <= 0:
        return None, f"sinks and removals take {float(taken):,.6g} {gross.attrs['units']} in {end}: no rate is enough"
    return float(rates.required_rate(taken, before, end - start)), ""


def rate_figure(series: xr.DataArray, start: int, end: int) -> Figure:
    """Mean compound rate of one series, or why there is none."""
    reason = Reason(int(rates.mean_annual_reduction_rate_reason(series, start, end)))
    if reason is not Reason.DEFINED:
        return None, in_words(reason, series, start, end)
    return float(rates.mean_annual_reduction_rate(series, start, end)), ""


def _gross_figures(series: xr.DataArray) -> dict[str, Figure]:
    last = int(series["year"][-1])
    share = Reason(int(rates.share_of_peak_reason(series, NEUTRAL_DUE)))
    steps = (map(int, str(step).split("-")) for step in rates.rates_by_step(series)["step"].values)
    return {
        "peak_year": (int(rates.peak_year(series)), ""),
        "peak_value": (float(rates.peak_value(series)), ""),
        "mean_annual_reduction_rate": rate_figure(series, PEAK_DUE, NEUTRAL_DUE),
        "rate_2030_2050": rate_figure(series, PEAK_DUE, HALFWAY),
        "cumulative": _or_why(rates.cumulative(series, BASE_YEAR), Reason.ENDS_EARLY, series, BASE_YEAR),
        "share_of_peak_2060": _or_why(
            rates.share_of_peak(series, NEUTRAL_DUE), share, series, last if share > Reason.ENDS_EARLY else NEUTRAL_DUE
        ),
        **{f"rates_by_step.{start}-{end}": rate_figure(series, start, end) for start, end in steps},
    }


def _net_figures(series: xr.DataArray) -> dict[str, Figure]:
    last = int(series["year"][-1])
    never = Reason(int(rates.neutral_year_reason(series, NEUTRAL_DUE)))
    held, why = _or_why(rates.neutral_held(series, NEUTRAL_DUE), Reason.ENDS_EARLY, series, NEUTRAL_DUE)
    outside = coverage(series, NEUTRAL_DUE, NEUTRAL_DUE)
    return {
        "neutral_year": _or_why(
            rates.neutral_year(series), never, series, last if never is Reason.NEVER_AT_ZERO else NEUTRAL_DUE
        ),
        "neutral_held": (None if held is None else bool(held), why),
        "residual_2060": _or_why(rates.residual(series, NEUTRAL_DUE), outside, series, NEUTRAL_DUE),
    }


def _or_why(value: xr.DataArray, reason: Reason, series: xr.DataArray, year: int) -> Figure:
    if bool(value.isnull()):
        return None, in_words(reason, series, year, year)
    return float(value), ""


def _absent(keys: tuple[str, ...], total: str, totals: Totals) -> dict[str, Figure]:
    return dict.fromkeys(keys, (None, not_given(total, totals)))


def _units(gross: xr.DataArray | None, net: xr.DataArray | None) -> dict[str, str]:
    units = {"peak_year": "year", "neutral_year": "year", "share_of_peak_2060": "1"}
    units |= dict.fromkeys(("mean_annual_reduction_rate", "rate_2030_2050", "required_rate", "rates_by_step"), "1/yr")
    if gross is not None:
        units |= {"peak_value": gross.attrs["units"], "cumulative": rates.cumulative(gross).attrs["units"]}
    if net is not None:
        units["residual_2060"] = net.attrs["units"]
    return units


def _described(series: xr.DataArray) -> dict[str, str | int]:
    first, last = int(series["year"][0]), int(series["year"][-1])
    return {"unit": series.attrs["units"], "first_year": first, "last_year": last, **counted_with(series)}
