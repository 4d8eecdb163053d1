"""Two runs set side by side, once for all tests that look at a comparison."""

from __future__ import annotations

from dataclasses import replace

from decarb.analysis.comparison import Comparison, compare
from decarb.analysis.differences import Difference, Held
from decarb.analysis.run import Results
from decarb.scenario.scenario import load_scenario

HOSTILE = "<script>alert(1)</script>"
SLOW = {"rollout.growth": "8 %/yr", "rollout.lists": {2026: "30 zone", 2030: "60 zone"}, "capture.level": "1"}

_kept: list[Comparison] = []


def compared(results: Results) -> Comparison:
    """Return the shipped run beside one with a slower rollout and more capture, whose name is the same."""
    if not _kept:
        _kept.append(compare(results, load_scenario("china-2060").replace(SLOW)))
    return _kept[0]


def hostile(results: Results) -> Comparison:
    """Return the same with a script in a key, a value and a description."""
    found = compared(results)
    odd = Difference(HOSTILE, (Held(HOSTILE, "stated"), Held("=1+1", "data/parameters.csv")))
    made = tuple({**one, "description": HOSTILE} for one in found.provenance)
    return replace(found, inputs=(odd, *found.inputs), provenance=made, refused={"china-2060 (2)": HOSTILE})
