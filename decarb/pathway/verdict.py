"""The verdict on a pathway: what each target says, and the plain figures behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

import xarray as xr

from decarb.markup import Markup, badge, card, small, table

Totals = Mapping[str, xr.DataArray]


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

    def __str__(self) -> str:
        return f"{self.target} {self.verdict}: {self.reason}"

    def _repr_html_(self) -> str:
        return card(self.target, badge(self.verdict), f" {self.reason}")


@dataclass(frozen=True, repr=False)
class Verdict:
    """What a pathway reaches and misses; each `None` has its reason in `undefined` under its key path.

    The peak, the rates and the cumulative sum are those of `gross_co2`, neutrality and residual those of `net_co2`;
    an undeclared `co2` stands for both. Rates are fractions a year.

    Attributes
    ----------
    required_rate, rate_still_required : float or None
        Of gross CO2 over 2030-2060 and from 2035 on, down to what sinks and removals take in 2060.
    rate_to_target, rate_after_target : float or None
        If gross CO2 fell below its peak by just the share that the target of 2035 asks of all gases: the rate over
        2030-2035, and the rate from there down to what sinks and removals take in 2060.
    first_failing_year : int or None
        In which the mean rate since 2030 is below the one said to be needed; `rate_kept` says whether there is none.
    residual_owners : dict or None
        Net CO2 of 2060 by sector, land and removals, negative where they take CO2; `largest_owner` emits most.
    """

    verdicts: tuple[TargetVerdict, ...]
    peak_year: int | None
    peak_value: float | None
    mean_annual_reduction_rate: float | None
    rate_2030_2050: float | None
    required_rate: float | None
    rate_to_target: float | None
    rate_after_target: float | None
    rate_still_required: float | None
    first_failing_year: int | None
    rate_kept: bool | None
    rates_by_step: dict[str, float | None] | None
    year_on_year: dict[str, float | None] | None
    cumulative: float | None
    share_of_peak_2060: float | None
    neutral_year: int | None
    neutral_held: bool | None
    residual_2060: float | None
    residual_owners: dict[str, float] | None
    largest_owner: str | None
    undefined: dict[str, str]
    units: dict[str, str]
    totals: dict[str, dict[str, str | int]]

    def __repr__(self) -> str:
        said = ", ".join(f"{item.target} {item.verdict}" for item in self.verdicts)
        return f"Verdict({said})"

    def __str__(self) -> str:
        """Say in a few lines what is missed and why, what is met or unknown, and when CO2 peaks and reaches zero."""
        lines = [f"{one.target} fail: {one.reason}" for one in self.verdicts if one.verdict == "fail"]
        for word in ("pass", "undefined"):
            named = [one.target for one in self.verdicts if one.verdict == word]
            lines += [f"{word}: {', '.join(named)}"] if named else []
        return "\n".join([*lines, f"peak {self.peak_year or '-'}, neutral {self.neutral_year or '-'}"])

    def _repr_html_(self) -> str:
        return card("Verdict", self.table())

    def table(self) -> Markup:
        """Give a piece of HTML: each target with its verdict, number, threshold and reason, and the figures below."""
        rows = (
            (one.target, one.total, badge(one.verdict), shown(one.value, one.unit), shown(one.threshold, one.unit),
             one.reason)
            for one in self.verdicts
        )  # fmt: skip
        figures = ("peak_value", "residual_2060", "mean_annual_reduction_rate", "required_rate")
        said = [f"peak year {self.peak_year or '-'}", f"neutral year {self.neutral_year or '-'}"]
        said += [
            f"{name.replace('_', ' ')} {shown(getattr(self, name), self.units[name])}"
            for name in figures if name in self.units
        ]  # fmt: skip
        counted = {f"land view {total['land_view']}" for total in self.totals.values() if "land_view" in total}
        head = ("target", "total", "verdict", "number", "threshold", "why")
        return Markup(table(head, rows, right=(3, 4)) + small("; ".join([*said, *sorted(counted)])))

    def to_dict(self) -> dict[str, Any]:
        """Give the object of `verdict.json`: plain numbers, text and null, never NaN."""
        return {**asdict(self), "verdicts": [asdict(verdict) for verdict in self.verdicts]}


def shown(value: float | None, unit: str) -> str:
    """Return a number as people read it.

    Examples
    --------
    >>> shown(0.0217, "1/yr"), shown(2024, "year"), shown(4451.88, "Mt CO2/yr"), shown(None, "1")
    ('2.17 %/yr', '2024', '4,452 Mt CO2/yr', '-')
    """
    if value is None:
        return "-"
    if unit == "year":
        return f"{value:.0f}"
    if unit in ("1", "1/yr"):
        return f"{value * 100:.3g} %{unit[1:]}"
    return f"{value:,.0f} {unit}"


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
