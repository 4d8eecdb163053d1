"""What a calibration taught, in codes and in plain words, and which free input may have absorbed it all."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType
from typing import Final

import numpy as np
import xarray as xr

from decarb.units import strip, units_of
from decarb.variables import variables

ENOUGH_DRAWS: Final = 50.0  # effective; with fewer, ends of a 5 to 95 % range rest on two or three draws
ABSORBS_FROM: Final = 0.5  # rank correlation: an input that decides this much of a figure can take up any miss of it


class Information(IntEnum):
    """What published figures say about an input; small whole numbers, so that a store can hold them."""

    TOO_FEW_DRAWS = 0
    NOT_UNCERTAIN = 1
    NOTHING = 2
    BARELY = 3
    LEARNED = 4


WORDS: Final[Mapping[Information, str]] = MappingProxyType(
    {
        Information.TOO_FEW_DRAWS: "undefined: too few draws meet the published figures",
        Information.NOT_UNCERTAIN: "not uncertain: stated without a range",
        Information.NOTHING: "nothing learned: the assumption comes back",
        Information.BARELY: "barely learned",
        Information.LEARNED: "learned",
    }
)
"""The words of each `Information`."""


def sentences(result: xr.Dataset, published: xr.Dataset) -> tuple[str, ...]:
    """Return in plain words what was learned from the published figures, what was not, and what absorbs them."""
    return (*_placed(result, published), _carried(result), *_learned(result), *_absorbed(result), _inferred(result))


def _placed(result: xr.Dataset, published: xr.Dataset) -> list[str]:
    lines = []
    for name in map(str, result["constraint"].values):
        unit = units_of(result[name])
        low, high = (float(result[name].sel(belief="prior", estimate=end)) for end in ("p5", "p95"))
        share = float(result["prior_percentile"].sel(constraint=name))
        place = f"falls at {share:.0%} of the prior draws"
        if share in (0.0, 1.0):
            place = f"lies {'below' if share == 0.0 else 'above'} every prior draw: it contradicts the assumptions"
        figure = float(strip(published[name], unit))
        lines.append(f"{_called(name)}: published {_written(figure, unit)}; without it the model says "
                     f"{_written(low)} to {_written(high, unit)} (5 to 95 %), and it {place}.")  # fmt: skip
    return lines


def _carried(result: xr.Dataset) -> str:
    count, drawn = float(result["effective_draws"]), int(result.attrs["draws"])
    if count >= ENOUGH_DRAWS:
        return f"{count:,.0f} effective of {drawn:,} draws meet the published figures together."
    return (f"Only {count:.3g} effective of {drawn:,} draws meet the published figures together, fewer than "
            f"{ENOUGH_DRAWS:.0f}: no posterior is stated. Draw more, or ask if figures and inputs agree.")  # fmt: skip


def _learned(result: xr.Dataset) -> list[str]:
    lines = []
    for name in map(str, result["input"].values):
        code, unit = Information(int(result["information"].sel(input=name))), units_of(result[name])
        said = []
        for belief in ("prior", "posterior"):
            low, middle, high = (
                _written(float(result[name].sel(belief=belief, estimate=e))) for e in result["estimate"].values
            )
            said.append(f"{middle} ({low} to {high})")
        if code == Information.TOO_FEW_DRAWS:
            lines.append(f"{_called(name)}: {said[0]} {unit} before; {WORDS[code]}.")
        elif code == Information.NOT_UNCERTAIN:
            lines.append(f"{_called(name)}: {WORDS[code]}.")
        else:
            ratio, shift = (float(result[part].sel(input=name)) for part in ("width_ratio", "median_shift"))
            lines.append(f"{_called(name)}: {said[0]} before, {said[1]} {unit} after, "
                         f"{ratio:.2f} of the width, middle moved by {shift:+.2f} of it: {WORDS[code]}.")  # fmt: skip
    return lines


def _inferred(result: xr.Dataset) -> str:
    """Return which inputs the figures tell something of, and which are as they were assumed."""
    groups: dict[Information, list[str]] = {}
    for name, code in zip(result["input"].values, result["information"].values, strict=True):
        groups.setdefault(Information(int(code)), []).append(_called(str(name)))
    if Information.TOO_FEW_DRAWS in groups:
        return "Nothing is inferred: all inputs are assumptions."
    heads = {Information.LEARNED: "Inferred", Information.BARELY: "Barely inferred",
             Information.NOTHING: "Not inferred, still assumptions", Information.NOT_UNCERTAIN: "Stated"}  # fmt: skip
    return " ".join(f"{head}: {', '.join(groups.get(code, ['none']))}." for code, head in heads.items())


def _absorbed(result: xr.Dataset) -> list[str]:
    """Return which input decides each figure; where it is strong, or the declared remainder, what that means."""
    lines, remainder = [], str(result.attrs["remainder"])
    for name in map(str, result["constraint"].values):
        row = result["rank_correlation"].sel(constraint=name)
        if bool(row.isnull().all()):
            lines.append(f"{_called(name)}: no input moves it, so it cannot inform any.")
            continue
        strongest = str(row["input"].values[int(np.nanargmax(np.abs(row.values)))])
        strength = float(row.sel(input=strongest))
        line = f"{_called(name)} is decided most by {_called(strongest)} (rank correlation {strength:.2f})"
        if strongest == remainder and abs(strength) >= ABSORBS_FROM:
            line += (", a free remainder that absorbs whatever the other inputs leave: that the figure is met proves "
                     "nothing about them, and what is said of the remainder is only what was left over")  # fmt: skip
        elif remainder and abs(float(row.sel(input=remainder))) >= ABSORBS_FROM:
            line += (f"; {_called(remainder)}, a free remainder, absorbs much of it too "
                     f"({float(row.sel(input=remainder)):.2f}), so meeting it proves little")  # fmt: skip
        elif remainder:
            line += f"; the free remainder, {_called(remainder)}, does not absorb it"
        lines.append(line + ".")
    return lines


def _called(name: str) -> str:
    known = variables().get(name)
    return known.label_en if known else name.replace("_", " ").capitalize()


def _written(number: float, unit: str = "") -> str:
    text = f"{number:,.0f}" if abs(number) >= 1000.0 else f"{number:.3g}"
    return text if unit in ("", "1") else f"{text} {unit}"
