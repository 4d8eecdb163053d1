"""A sweep in sentences: shares no finer than the sweep can carry, and what they are not."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from decarb.sweeps.outputs import listed
from decarb.variables import variables

if TYPE_CHECKING:
    from decarb.sweeps.summary import Summary

__all__ = ["NO_PROBABILITY", "kind_of", "rounded", "sentences", "share"]

NO_PROBABILITY: Final = (
    "Assumption range, not probability: shares and bands count pathways inside ranges that were assumed, and do not "
    "say how likely one is."
)
FEW: Final = 100  # pathways, below which a count is said and no percentage
MOST_OF_SHARE: Final = 10.0  # [1]; what the dictionary lets grow beyond it counts things
TOTALS: Final = ("gross_co2", "net_co2", "net_ghg")
"""Series whose bands are said in a sentence."""


def share(count: int, of: int) -> str:
    """Return a share in words: two digits where the number of pathways carries them, never finer than one of them.

    Examples
    --------
    >>> share(31_234, 1_000_000), share(0, 1_000_000), share(3, 7), share(999_700, 1_000_000), share(1, 950)
    ('3.1 %', 'none of 1,000,000', '3 of 7', '99.970 %', '1 of 950')
    """
    if count == 0:
        return f"none of {of:,}"
    if count == of:
        return f"all {of:,}"
    if of < FEW:
        return f"{count:,} of {of:,}"
    part = 100.0 * count / of
    carried = math.floor(math.log10(of)) - 2  # decimals of a percentage that are not finer than 1 / of
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
    """Return a summary in sentences."""
    if not summary.computed:
        return [f"None of {summary.scenarios:,} pathways was computed.", *_left_out(summary), NO_PROBABILITY]
    return [
        *_together(summary), *_each(summary), *_alone(summary), *_undefined(summary), *_ranges(summary),
        *_left_out(summary), NO_PROBABILITY,
    ]  # fmt: skip


def _inside(summary: Summary) -> str:
    where = {"table": "of the table", "grid": "on the grid of the assumptions"}
    return where.get(str(summary.sweep.get("method")), "inside the ranges of the assumptions")


def _pathways(count: int) -> str:
    return f"{count:,} pathway" if count == 1 else f"{count:,} pathways"


def _verb(count: int, of: int, verb: str) -> str:
    """Return a verb in the number that `share` asks for: "none of 7 meets", "1 of 7 meets", "3 of 7 meet"."""
    one = count == 0 or (count == 1 and not share(count, of).endswith("%"))
    return verb + ("es" if verb.endswith("s") else "s") * one


def _meeting(summary: Summary, count: int, what: str) -> str:
    """Return a sentence on how many pathways meet something."""
    of, inside = summary.computed, _inside(summary)
    if count in (0, of):
        who = "None of" if count == 0 else "All"
        return f"{who} {_pathways(of)} {inside} {_verb(count, of, 'meet')} {what}."
    return f"Of {_pathways(of)} {inside}, {share(count, of)} {_verb(count, of, 'meet')} {what}."


def _together(summary: Summary) -> Iterator[str]:
    if len(summary.of) > 1:
        yield _meeting(summary, int(summary.together["met"]), f"all {len(summary.of)} targets together")


def _each(summary: Summary) -> Iterator[str]:
    """Yield what share meets each target, the largest first; what is shown beside the targets comes after them."""
    for beside in (False, True):
        part = summary.targets.isel(target=summary.targets["beside"].values == beside)
        counts = dict(zip(part["target"].values.tolist(), part["met"].values.tolist(), strict=True))
        if counts:
            said = _ranked(summary, counts)
            yield f"Shown beside the targets: {said[0].lower()}{said[1:]}" if beside else said


def _ranked(summary: Summary, counts: Mapping[str, int]) -> str:
    of = summary.computed
    alike: dict[str, list[str]] = {}
    for name, count in sorted(counts.items(), key=lambda item: -item[1]):
        alike.setdefault(f"{share(count, of)} {_verb(count, of, 'meet')}", []).append(name)
    if len(alike) == 1 and len(set(counts.values())) == 1:
        count, names = next(iter(counts.values())), list(counts)
        return _meeting(summary, count, _named(count, names))
    said = [f"{beginning} {_named(counts[names[0]], names)}" for beginning, names in alike.items()]
    return f"Of {_pathways(of)} {_inside(summary)}, {'; '.join(said)}."


def _named(count: int, names: list[str]) -> str:
    return listed(names) if count or len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def _alone(summary: Summary) -> Iterator[str]:
    alone = summary.targets["missed_alone"]
    most = int(alone.max())
    if len(summary.of) > 1 and most:
        names = [str(name) for name in alone["target"].values[alone.values == most]]
        who = "is the target" if len(names) == 1 else "are the targets"
        miss = f"{share(most, summary.computed)} {_verb(most, summary.computed, 'miss')} it and no other"
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
