"""The plain figures of a verdict: peak, rates, steepness, neutrality, and whose the residual is."""

from __future__ import annotations

from typing import Any

import xarray as xr

from decarb.pathway import rates, steepness
from decarb.pathway.series import Reason, annual, coverage, in_words, value_in
from decarb.pathway.verdict import TargetVerdict, Totals, Verdict, counted_with, not_given, series_for

BASE_YEAR, PEAK_DUE, TARGET_DUE, HALFWAY, NEUTRAL_DUE = 2020, 2030, 2035, 2050, 2060
"""First year of the cumulative sum, and the years between which the rates are taken."""

GROSS_FIGURES = (
    "peak_year",
    "peak_value",
    "mean_annual_reduction_rate",
    "rate_2030_2050",
    "rate_to_target",
    "first_failing_year",
    "rate_kept",
    "rates_by_step",
    "year_on_year",
    "cumulative",
    "share_of_peak_2060",
)
NET_FIGURES = ("neutral_year", "neutral_held", "residual_2060")
BOTH_FIGURES = ("required_rate", "rate_after_target", "rate_still_required")
OWNERS = ("residual_owners", "largest_owner")
RATES = ("mean_annual_reduction_rate", "rate_2030_2050", "rate_to_target", "rates_by_step", "year_on_year")

Figure = tuple[Any, str]
"""A value, or None and why."""


def verdict_on(
    totals: Totals, verdicts: tuple[TargetVerdict, ...], *, rate: float, fall: float, net_by_owner: xr.DataArray | None
) -> Verdict:
    """Put the judged targets and the plain figures of the totals together.

    Parameters
    ----------
    totals : mapping of str to xr.DataArray, [Mt CO2/yr] or [Mt CO2e/yr], (year,)
        Checked series by name.
    verdicts : tuple of TargetVerdict
        The targets as judged on the same totals.
    rate : float, [1/yr]
        Said to be needed after 2030.
    fall : float, [1]
        Below the peak, that the target of 2035 asks.
    net_by_owner : xr.DataArray, [Mt CO2/yr], (sector, year), optional
        Parts of net CO2: sectors, land and removals.
    """
    gross, net = series_for("gross_co2", totals), series_for("net_co2", totals)
    figures = _gross_figures(gross, rate, fall) if gross is not None else _absent(GROSS_FIGURES, "gross_co2", totals)
    figures |= _net_figures(net) if net is not None else _absent(NET_FIGURES, "net_co2", totals)
    figures |= _figures_of_both(totals, fall) | _owners(net_by_owner)
    undefined = {key: why for key, (value, why) in figures.items() if value is None}
    for key in ("rates_by_step", "year_on_year"):
        undefined |= {f"{key}.{at}": why for at, why in _holes(key, gross)}
    values = {key: value for key, (value, _) in figures.items()}
    described = {name: _described(series) for name, series in totals.items()}
    return Verdict(verdicts=verdicts, undefined=undefined, units=_units(gross, net), totals=described, **values)


def _gross_figures(series: xr.DataArray, rate: float, fall: float) -> dict[str, Figure]:
    last = int(series["year"][-1])
    share = Reason(int(rates.share_of_peak_reason(series, NEUTRAL_DUE)))
    return {
        "peak_year": (int(rates.peak_year(series)), ""),
        "peak_value": (float(rates.peak_value(series)), ""),
        "mean_annual_reduction_rate": _rate(series, PEAK_DUE, NEUTRAL_DUE),
        "rate_2030_2050": _rate(series, PEAK_DUE, HALFWAY),
        "rate_to_target": _rate_to_target(series, fall),
        **_keeping(series, rate),
        "rates_by_step": (_numbers(rates.rates_by_step(series), "step"), ""),
        "year_on_year": (_numbers(rates.year_on_year(series), "year"), ""),
        "cumulative": _or_why(rates.cumulative(series, BASE_YEAR), Reason.ENDS_EARLY, series, BASE_YEAR),
        "share_of_peak_2060": _or_why(
            rates.share_of_peak(series, NEUTRAL_DUE), share, series, last if share > Reason.ENDS_EARLY else NEUTRAL_DUE
        ),
    }


def _keeping(series: xr.DataArray, rate: float) -> dict[str, Figure]:
    """Return whether the rate is kept since 2030, and where it first is not."""
    failing = steepness.first_failing_year(series, rate, start=PEAK_DUE, end=NEUTRAL_DUE)
    kept = steepness.rate_kept(series, rate, start=PEAK_DUE, end=NEUTRAL_DUE)
    reason = Reason(int(steepness.first_failing_year_reason(series, start=PEAK_DUE, end=NEUTRAL_DUE)))
    why = in_words(reason, series, PEAK_DUE, PEAK_DUE if reason is Reason.START_NOT_POSITIVE else NEUTRAL_DUE)
    none = f"no year fails: {rate:.0%} a year are kept to {NEUTRAL_DUE}" if float(kept) == 1 else why
    return {
        "first_failing_year": (None, none) if bool(failing.isnull()) else (int(failing), ""),
        "rate_kept": (None, why) if bool(kept.isnull()) else (bool(kept), ""),
    }


def _rate_to_target(series: xr.DataArray, fall: float) -> Figure:
    covered = coverage(series, PEAK_DUE, TARGET_DUE)
    if covered is not Reason.DEFINED:
        return None, in_words(covered, series, PEAK_DUE, TARGET_DUE)
    start = value_in(series, PEAK_DUE)
    if float(start) <= 0:
        return None, in_words(Reason.START_NOT_POSITIVE, series, PEAK_DUE, PEAK_DUE)
    below = 1.0 - (1.0 - fall) * _peak_so_far(series) / start
    return float(steepness.implied_rate(below, TARGET_DUE - PEAK_DUE)), ""


def _peak_so_far(series: xr.DataArray) -> xr.DataArray:
    """Return the maximum up to 2035, below which the target of that year counts."""
    return rates.peak_value(annual(series).sel(year=slice(None, TARGET_DUE)))


def _figures_of_both(totals: Totals, fall: float) -> dict[str, Figure]:
    """Return the rates down to what sinks and removals take, which gross and net CO2 give together."""
    for name in ("gross_co2", "net_co2"):
        if name not in totals:
            why = f"{not_given(name, totals)}; what sinks and removals take is gross_co2 - net_co2"
            return dict.fromkeys(BOTH_FIGURES, (None, why))
    gross, net = totals["gross_co2"], totals["net_co2"]
    why = steepness.why_not_required(gross, net, PEAK_DUE, NEUTRAL_DUE)
    required = steepness.required_by_sinks(gross, net, PEAK_DUE, NEUTRAL_DUE)
    figures: dict[str, Figure] = {"required_rate": (None, why) if why else (float(required), "")}
    late = steepness.why_not_required(gross, net, TARGET_DUE, NEUTRAL_DUE)
    if late:
        return figures | dict.fromkeys(BOTH_FIGURES[1:], (None, late))
    taken = value_in(gross, NEUTRAL_DUE) - value_in(net, NEUTRAL_DUE)
    still = steepness.rate_still_required(gross, taken, since=TARGET_DUE, end=NEUTRAL_DUE)
    after = steepness.rate_after_target(fall, _peak_so_far(gross), taken, target_year=TARGET_DUE, end=NEUTRAL_DUE)
    return figures | {"rate_after_target": (float(after), ""), "rate_still_required": (float(still), "")}


def _net_figures(series: xr.DataArray) -> dict[str, Figure]:
    last = int(series["year"][-1])
    never = Reason(int(rates.neutral_year_reason(series, NEUTRAL_DUE)))
    held, why = _or_why(rates.neutral_held(series, NEUTRAL_DUE), Reason.ENDS_EARLY, series, NEUTRAL_DUE)
    outside = coverage(series, NEUTRAL_DUE, NEUTRAL_DUE)
    year, why_never = _or_why(
        rates.neutral_year(series), never, series, last if never is Reason.NEVER_AT_ZERO else NEUTRAL_DUE
    )
    return {
        "neutral_year": (None if year is None else int(year), why_never),
        "neutral_held": (None if held is None else bool(held), why),
        "residual_2060": _or_why(rates.residual(series, NEUTRAL_DUE), outside, series, NEUTRAL_DUE),
    }


def _owners(net_by_owner: xr.DataArray | None) -> dict[str, Figure]:
    """Return net CO2 of the last year by owner, and who emits most."""
    if net_by_owner is None:
        return dict.fromkeys(OWNERS, (None, "net_co2 is not given by sector"))
    covered = coverage(net_by_owner, NEUTRAL_DUE, NEUTRAL_DUE)
    if covered is not Reason.DEFINED:
        return dict.fromkeys(OWNERS, (None, f"net_co2 by sector does not reach {NEUTRAL_DUE}"))
    parts = value_in(net_by_owner, NEUTRAL_DUE)
    emitting = steepness.owners_of_residual(net_by_owner.clip(min=0.0).assign_attrs(net_by_owner.attrs), NEUTRAL_DUE)
    owners = {str(owner): float(parts.sel(sector=owner)) for owner in parts["sector"].values}
    largest = str(emitting["largest"].item())
    return {
        "residual_owners": (owners, ""),
        "largest_owner": (largest, "") if largest else (None, f"nothing is emitted in {NEUTRAL_DUE}"),
    }


def _rate(series: xr.DataArray, start: int, end: int) -> Figure:
    why = steepness.why_no_rate(series, start, end)
    return (None, why) if why else (float(rates.mean_annual_reduction_rate(series, start, end)), "")


def _numbers(array: xr.DataArray, dim: str) -> dict[str, float | None]:
    missing = array.isnull().values
    return {
        str(at): None if gone else float(value)
        for at, value, gone in zip(array[dim].values, array.values, missing, strict=True)
    }


def _holes(key: str, series: xr.DataArray | None) -> list[tuple[str, str]]:
    """Return why each step, or each year, has no rate."""
    if series is None:
        return []
    if key == "rates_by_step":
        steps = [tuple(map(int, str(step).split("-"))) for step in rates.rates_by_step(series)["step"].values]
        spans = {f"{start}-{end}": (start, end) for start, end in steps}
    else:
        spans = {str(year): (int(year) - 1, int(year)) for year in rates.year_on_year(series)["year"].values}
    codes = rates.rates_by_step_reason(series) if key == "rates_by_step" else steepness.year_on_year_reason(series)
    return [
        (name, in_words(Reason(int(code)), series, *span))
        for (name, span), code in zip(spans.items(), codes.values, strict=True)
        if code
    ]


def _or_why(value: xr.DataArray, reason: Reason, series: xr.DataArray, year: int) -> Figure:
    if bool(value.isnull()):
        return None, in_words(reason, series, year, year)
    return float(value), ""


def _absent(keys: tuple[str, ...], total: str, totals: Totals) -> dict[str, Figure]:
    return dict.fromkeys(keys, (None, not_given(total, totals)))


def _units(gross: xr.DataArray | None, net: xr.DataArray | None) -> dict[str, str]:
    units = {key: "year" for key in ("peak_year", "neutral_year", "first_failing_year")}
    units |= {"share_of_peak_2060": "1"} | dict.fromkeys((*RATES, *BOTH_FIGURES), "1/yr")
    if gross is not None:
        units |= {"peak_value": gross.attrs["units"], "cumulative": rates.cumulative(gross).attrs["units"]}
    if net is not None:
        units |= {"residual_2060": net.attrs["units"], "residual_owners": net.attrs["units"]}
    return units


def _described(series: xr.DataArray) -> dict[str, str | int]:
    first, last = int(series["year"][0]), int(series["year"][-1])
    return {"unit": series.attrs["units"], "first_year": first, "last_year": last, **counted_with(series)}
