"""Where in the range of an assumption pathways meet their targets: the share that does, by fifths of each axis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import xarray as xr

from decarb.errors import CallError
from decarb.pathway.margins import MET
from decarb.report.figures.captions import listed, own_or_given
from decarb.report.figures.picture import Axis, Cells, Language, Picture
from decarb.report.figures.typesetting import amount, wrapped
from decarb.report.words import phrase
from decarb.sweeps.outputs import (
    COMPUTED,
    binding,
    design_of,
    error_of_share,
    kinds_of_axes,
    name_of,
    rows_together,
    units_of_axes,
)
from decarb.variables import did_you_mean


@dataclass(frozen=True, eq=False)
class Fifths:
    """Share that meets in each fifth of one axis, its standard error, how many pathways, and the ends of the axis."""

    share: np.ndarray
    error: np.ndarray
    count: np.ndarray
    ends: tuple[float, float]


ALL: Final = "all"
BINS: Final = 5
AXES: Final = 8
FEWEST: Final = 40
"""Pathways that meet and that miss, below which a share by fifth says nothing."""
WIDE: Final = 22.0  # ems; of the name of an axis


def success(store: xr.Dataset, target: str | None = None, *, language: Language = "en") -> Picture:
    """Return the share of pathways that meet a target in each fifth of the strongest axes, with its standard error.

    Fifths hold as many pathways each. Shares count assumptions inside their ranges; they are no probabilities.

    Parameters
    ----------
    store : xr.Dataset
        A whole sweep as `decarb.sweeps.store.open_sweep` opens it.
    target : str, optional
        One target, or "all" for all that can be missed. Default: all, or, where too few pathways meet or miss all,
        the one whose share is nearest to a half.
    language : {"en", "zh"}

    Raises
    ------
    CallError
        The Dataset is no whole sweep, it has no such target, or nothing was computed.
    """
    design = design_of(store)
    computed = store["status"].values == COMPUTED
    if not computed.any():
        raise CallError("no pathway of this sweep was computed; run the sweep to its end")
    names = binding(store) or tuple(map(str, store["target"].values))
    verdicts = store["verdict"].transpose("target", "scenario").values == MET
    met_by = dict(zip(map(str, store["target"].values), verdicts, strict=True))
    chosen = _chosen(names, met_by, computed) if target is None else target
    if chosen not in (*met_by, ALL):
        raise CallError(f'"{chosen}" is no target of this sweep; {did_you_mean(chosen, (*met_by, ALL))}')
    met = np.all([met_by[name] for name in names], axis=0) if chosen == ALL else met_by[chosen]
    together = rows_together(design, store.sizes["axis"])
    axes, kinds = units_of_axes(store), kinds_of_axes(store)
    points = store["input"].transpose("axis", "scenario").values
    found = {name: _by_fifth(own, met, computed, together) for name, own in zip(axes, points, strict=True)}
    share = float(met[computed].mean())
    strength = {name: _strength(each, share) for name, each in found.items()}
    ranked = sorted(strength, key=lambda name: -strength[name])
    ranked = [name for name in ranked if strength[name] > 0.0][:AXES] or ranked[:1]
    rows = tuple(_row(name, axes[name], kinds[name], found[name].ends, language) for name in ranked)
    columns = tuple(phrase(f"success-fifth-{place + 1}", language) for place in range(BINS))
    return Picture(
        name="success",
        title=phrase("success-title", language, sweep=name_of(store, design),
                     target=_called(chosen, language)),
        marks=(
            Cells(
                columns, rows, 100.0 * np.array([found[name].share for name in ranked]),
                np.array([_words(found[name]) for name in ranked], dtype=object),
                phrase("success-scale", language), ends=(0.0, 100.0),
            ),
        ),
        x=Axis(phrase("success-axis", language), categories=columns),
        y=Axis("", categories=rows),
        notes=(
            phrase("success-whole", language, share=share, error=error_of_share(met, computed, together),
                   count=int(computed.sum()), left_out=int((~computed).sum())),
            phrase("success-ranked", language, shown=len(ranked), axes=len(axes)),
            phrase("success-note", language),
            *(_all_of(names, language) if chosen == ALL else []),
        ),
        language=language,
    )  # fmt: skip


def _chosen(names: tuple[str, ...], met_by: dict[str, np.ndarray], computed: np.ndarray) -> str:
    """Return "all" where enough pathways meet and miss all targets, else the target that divides them most evenly."""
    all_met = np.all([met_by[name] for name in names], axis=0) & computed
    if min(int(all_met.sum()), int((computed & ~all_met).sum())) >= FEWEST:
        return ALL
    return min(names, key=lambda name: abs(float(met_by[name][computed].mean()) - 0.5))


def _by_fifth(values: np.ndarray, met: np.ndarray, computed: np.ndarray, together: int) -> Fifths:
    """Return what is met in each fifth of the computed pathways along one axis; equal values stay in one fifth."""
    inside = values[computed]
    limits = np.quantile(inside, np.linspace(0.0, 1.0, BINS + 1)[1:-1])
    fifth = np.searchsorted(limits, values, side="left")
    share, error, count = np.full(BINS, np.nan), np.full(BINS, np.nan), np.zeros(BINS, np.int64)
    for place in range(BINS):
        here = computed & (fifth == place)
        count[place] = here.sum()
        if count[place]:
            share[place], error[place] = met[here].mean(), error_of_share(met, here, together)
    return Fifths(share, error, count, (float(inside.min()), float(inside.max())))


def _strength(fifths: Fifths, share: float) -> float:
    """Return how far the shares of the fifths lie from that of the whole, less what drawing alone may do."""
    apart = np.maximum(abs(np.nan_to_num(fifths.share - share)) - np.nan_to_num(fifths.error), 0.0)
    return float((fifths.count * apart**2).sum() / fifths.count.sum())


def _words(fifths: Fifths) -> list[str]:
    pairs = zip(fifths.share, fifths.error, strict=True)
    return ["–" if np.isnan(share) else f"{share:.0%}\n± {100.0 * error:.1f}" for share, error in pairs]


def _row(name: str, unit: str, kind: str, ends: tuple[float, float], language: Language) -> str:
    """Return an axis with the range it was drawn from."""
    low, high = (amount(end) for end in ends)
    words = wrapped(own_or_given("axis", name, language), WIDE)
    known = kind if kind in ("factor", "range") else "value"
    drawn = phrase(f"axis-{known}", language, low=low, high=high, unit="" if unit == "1" else f" {unit}")
    return "\n".join((*words, drawn))


def _called(target: str, language: Language) -> str:
    return phrase("success-all", language) if target == ALL else own_or_given("target", target, language)


def _all_of(names: tuple[str, ...], language: Language) -> list[str]:
    return [phrase("success-all-of", language, targets=listed((_called(name, language) for name in names), language))]
