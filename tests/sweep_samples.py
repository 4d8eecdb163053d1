"""Sweeps that several test files share; each is made ready once."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from decarb.sweeps.design import load_sweep
from decarb.sweeps.plan import Plan, plan_of

FEW = """
base: china-2060
method: sobol
seed: 5
axes:
  capture.level: {distribution: uniform}
  rollout.growth: {distribution: triangular}
  captive.retirement_start: {distribution: uniform}
  captive.retirement_end: {distribution: uniform, low: 2035, high: 2060}
  power.market_traded_share: {distribution: uniform, low: 0.05, high: 1}
  "power.wind.capacity:range": {distribution: uniform}
"""
SITES = """
base: china-2060
method: latin-hypercube
seed: 5
scenarios: 40
axes:
  park.pv.capacity: {distribution: uniform, low: "0 MW", high: "6 MW"}
  rollout.growth: {distribution: uniform}
"""


def written(folder: Path, text: str, name: str = "mine.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@lru_cache(maxsize=4)
def plan_in(folder: Path, text: str, scenarios: int, dispatch: str = "auto") -> Plan:
    return plan_of(load_sweep(written(folder, text)), scenarios, dispatch=dispatch)
