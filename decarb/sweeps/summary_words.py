"""A sweep in sentences: shares no finer than the sweep can carry, and what they are not."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import xarray as xr

from decarb.sweeps.outputs import listed
from decarb.variables import variables

if TYPE_CHECKING:
    from decarb.sweeps.summary import Summary

__all__ = ["NO_PROBABILITY", "Z", "headline", "kind_of", "rounded", "sentences", "share"]

NO_PROBABILITY: Final = (
    "Assumption range, not probability: shares and bands count pathways inside ranges that were assumed, and do not "
    "say how likely one is."
)
FEW: Final = 100  # pathways, below which a count is said and no percentage
MOST_OF_SHARE: Final = 10.0  # [1]; what the dictionary lets grow beyond it counts things
Z: Final = 1.96  # normal score of 95 %, both sides
TOTALS: Final = ("gross_co2", "net_co2", "net_ghg")
"""Series whose bands are said in a sentence."""


def share(count: int, of: int, error: float = 0.0) -> str:
    """Return a share in words: two digits where the pathways carry them, never finer than one of them or its error.

    Parameters
    ----------
    count, of : int
    error : float
        Standard error of the share [1]; 0 where the number of pathways alone says how fine it is.

    Examples
    --------
    >>> share(31_234, 1_000_000), share(0, 1_000_000), share(3, 7), share(999_700, 1_000_000), share(1, 950)
    ('3.1 %', 'none of 1,000,000', '3 of 7', '99.970 %', '1 of 950')
    >>> share(31_234, 1_000_000, 0.002), share(31_234, 1_000_000, 0.03)
    ('3 %', '3 %')
    """
    if count == 0:
        return f"none of {of:,}"
    if count == of:
        return f"all {of:,}"
    if of < FEW:
        return f"{count:,} of {of:,}"
    part = 100.0 * count / of
    carried = math.floor(math.log10(of)) - 2  # decimals of a percentage that are not finer than 1 / of
    if error > 0.0:
        carried = min(carried, math.floor(-math.log10(100.0 * error)))
    digits = 1 - math.floor(math.log10(min(part, 100.0 - part)))
    said = f"{part:.{max(0, min(carried, digits))}f}"
    return f"{said} %" if 0.0 < float(said) < 100.0 else f"{count:,} of {of:,}"


def rounded(value: float, unit: str) -> str:
    """Return a number of a band with three digits, or all that stand before the point.

    Examples
    --------
    >>> rounded(4451.8, "Mt CO2/yr"), rounded(0.3127, "1"), rounded(0.0712, "1/yr"), rounded(2031.4, "year")
    ('4,452', '31.3 %', '7.12 %/yr', '2031')
    >>> rounded(-0.0042, "t CO2/MWh"), rounded(float("nan"), "1")
    ('-0.0042', '-')
    """
    if not math.isfinite(value):
        return "-"
    if unit == "year":
        return f"{value:.0f}"
    if unit in ("1", "1/yr"):
        return f"{_three(100.0 * value)} %{unit[1:]}"
    return _three(value)


def kind_of(name: str, unit: str) -> str:
    """Return the unit by which a series is written; a number of things, which has unit 1, is no share.

    Examples
    --------
    >>> kind_of("adopted_zones", "1"), kind_of("nonfossil_share", "1"), kind_of("net_co2", "Mt CO2/yr")
    ('', '1', 'Mt CO2/yr')
    """
    known = variables()
    return "" if unit == "1" and name in known and known[name].maximum > MOST_OF_SHARE else unit


def _three(value: float) -> str:
    value = value + 0.0 if abs(value) > 0.0 else 0.0  # no sign where there is nothing
    return f"{value:,.0f}" if abs(value) >= 100.0 else f"{value:.3g}"


def sentences(summary: Summary) -> list[str]:
    """Return a summary in sentences: its headline, then how well it is known, and how wide the pathways lie."""
    rest = [*_beside(summary), *_alone(summary), *_ranges(summary), *_known(summary)] if summary.computed else []
    return [*headline(summary), *rest, NO_PROBABILITY]


def headline(summary: Summary) -> list[str]:
    """Return what share meets all targets and each of them, and what was not computed or is undefined."""
    if not summary.computed:
        return [f"None of {summary.scenarios:,} pathways was computed.", *_left_out(summary)]
    return [*_together(summary), *_each(summary), *_left_out(summary), *_undefined(summary)]


def _inside(summary: Summary) -> str:
    where = {"table": "of the table", "grid": "on the grid of the assumptions"}
    return where.get(str(summary.sweep.get("method")), "inside the ranges of the assumptions")


def _pathways(count: int) -> str:
    return f"{count:,} pathway" if count == 1 else f"{count:,} pathways"


def _base(summary: Summary) -> str:
    """Return of how many pathways shares are: those that were computed, which is said where others were not."""
    of = _pathways(summary.computed)
    return of.replace(" ", " computed ") if summary.computed < summary.scenarios else of


def _verb(count: int, of: int, verb: str) -> str:
    """Return a verb in the number that `share` asks for: "none of 7 meets", "1 of 7 meets", "3 of 7 meet"."""
    one = count == 0 or (count == 1 and not share(count, of).endswith("%"))
    return verb + ("es" if verb.endswith("s") else "s") * one


def _meeting(summary: Summary, count: int, what: str, error: float = 0.0) -> str:
    """Return a sentence on how many pathways meet something."""
    of, inside = summary.computed, _inside(summary)
    if count in (0, of):
        who = "None of" if count == 0 else "All"
        return f"{who} {_base(summary)} {inside} {_verb(count, of, 'meet')} {what}."
    said = share(count, of, error).removesuffix(f" of {of:,}")
    return f"Of {_base(summary)} {inside}, {said} {_verb(count, of, 'meet')} {what}."


def _together(summary: Summary) -> Iterator[str]:
    if len(summary.of) > 1:
        together = summary.together
        what = f"all {len(summary.of)} targets together"
        yield _meeting(summary, int(together["met"]), what, float(together["share_error"]))


def _each(summary: Summary) -> Iterator[str]:
    """Yield what share meets each target, the largest first."""
    part = summary.targets.sel(target=list(summary.of))
    yield _ranked(summary, part, "Each by itself: " if len(summary.of) > 1 else "")


def _beside(summary: Summary) -> Iterator[str]:
    """Yield the same for what is shown beside the targets."""
    names = [name for name in summary.targets["target"].values.tolist() if name not in summary.of]
    if names:
        yield _ranked(summary, summary.targets.sel(target=names), "Shown beside the targets: ")


def _ranked(summary: Summary, part: xr.Dataset, begun: str) -> str:
    of = summary.computed
    columns = (part[name].values.tolist() for name in ("target", "met", "share_error"))
    alike: dict[str, list[str]] = {}
    counts = {}
    for name, count, error in sorted(zip(*columns, strict=True), key=lambda row: -row[1]):
        counts[name] = count
        alike.setdefault(f"{share(count, of, error)} {_verb(count, of, 'meet')}", []).append(name)
    if len(set(counts.values())) == 1 and not begun.startswith("Shown"):
        count, names = next(iter(counts.values())), list(counts)
        return _meeting(summary, count, _named(count, names), float(part["share_error"][0]))
    said = "; ".join(f"{beginning} {_named(counts[names[0]], names)}" for beginning, names in alike.items())
    return f"{begun or f'Of {_base(summary)} {_inside(summary)}, '}{said}."


def _named(count: int, names: list[str]) -> str:
    return listed(names) if count or len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def _alone(summary: Summary) -> Iterator[str]:
    alone = summary.targets["missed_alone"]
    most = int(alone.max())
    if len(summary.of) > 1 and most:
        names = [str(name) for name in alone["target"].values[alone.values == most]]
        who = "is the target" if len(names) == 1 else "are the targets"
        miss = f"{_pathways(most)} {'misses' if most == 1 else 'miss'} it and no other"
        yield f"{listed(names)} {who} most often missed alone: {miss}."


def _undefined(summary: Summary) -> Iterator[str]:
    counted = summary.targets["undefined"]
    for name, count in zip(counted["target"].values, counted.values.tolist(), strict=True):
        if count:
            stay = "it stays in the total and counts" if count == 1 else "they stay in the total and count"
            yield f"{name} is undefined in {_pathways(count)}; {stay} as not met."
    for name, lacking in summary.undefined.items():
        years = [int(year) for year in lacking["year"].values[lacking.values > 0]]
        if years:
            said = listed([f"{int(lacking.sel(year=year)):,} in {year}" for year in years])
            yield f"{_label(summary, str(name))} has no number in some pathways ({said}); its bands are of the others."


def _ranges(summary: Summary) -> Iterator[str]:
    bands = summary.series
    low, high = (float(bands["quantile"].values[end]) for end in (0, -1))
    year = int(bands["year"].values[-1])
    for name in (name for name in TOTALS if name in bands):
        band, unit = bands[name].sel(year=year), str(bands[name].attrs["units"])
        if bool(band.isnull().any()):
            continue
        ends = " to ".join(rounded(float(band.sel(quantile=end)), unit) for end in (low, high))
        middle = f", median {rounded(float(band.sel(quantile=0.5)), unit)}" if 0.5 in band["quantile"].values else ""
        of = f"from the {100 * low:g} % to the {100 * high:g} % quantile"
        yield f"{_label(summary, name)} in {year}: {ends} {unit} {of}{middle}."


def _known(summary: Summary) -> Iterator[str]:
    """Yield how well shares are known where rows were drawn; rows that share values know less."""
    worst = 100.0 * Z * float(summary.targets["share_error"].max())
    if worst <= 0.0:
        return
    drawn = "Each number is told no finer than its sampling allows"
    why = f", in groups of {summary.rows_together} pathways that share values" if summary.rows_together > 1 else ""
    points = f"{worst:.1f}" if worst < 10.0 else f"{worst:.0f}"
    yield f"{drawn}{why}: shares of targets to ± {points} points or better (95 %; of the drawing, not of the future)."


def _label(summary: Summary, name: str) -> str:
    said = str(summary.series[name].attrs["long_name"])
    return said[0].upper() + said[1:]


def _left_out(summary: Summary) -> Iterator[str]:
    status = summary.status
    for code, count, sentence in zip(*(status[name].values.tolist() for name in ("status", "count", "sentence")),
                                     strict=True):  # fmt: skip
        if code and count:
            was = "was" if count == 1 else "were"
            yield f"{_pathways(count)} of {summary.scenarios:,} {was} not computed: {sentence}."
