"""One target judged: the sign of its measure is the verdict, and what cannot be known is undefined, not guessed."""

from __future__ import annotations

from typing import Literal

import numpy as np

from decarb.pathway.rules import Target, absent, measure, ready
from decarb.pathway.verdict import TargetVerdict, Totals, series_for

__all__ = ["Target", "judge"]


def judge(target: Target, totals: Totals) -> TargetVerdict:
    """Judge one target on checked series; undefined where its total is absent or its years are not covered."""
    series = series_for(target.total, totals)
    name = target.total if series is None else str(series.name)
    missing = absent(target, totals)
    if missing:
        return _undefined(target, name, missing)
    found = measure(target, ready([target], totals))
    limit = float(found.threshold)
    if np.isnan(found.distance):
        return _undefined(target, name, found.said(), limit)
    reason = found.said()
    if name == "co2":
        reason += f"; the series does not say that it is {target.total}"
    if target.beside:
        reason += "; shown beside the targets"
    value = int(found.value) if target.unit == "year" else float(found.value)
    verdict: Literal["pass", "fail"] = "pass" if float(found.distance) >= 0 else "fail"
    return TargetVerdict(target.id, name, value, target.unit, _written(target, limit), verdict, reason)


def _written(target: Target, limit: float) -> float | int:
    return target.threshold if target.rule != "required_rate" else limit


def _undefined(target: Target, total: str, reason: str, limit: float = np.nan) -> TargetVerdict:
    shown = None if target.rule == "required_rate" and np.isnan(limit) else _written(target, limit)
    return TargetVerdict(target.id, total, None, target.unit, shown, "undefined", reason)
