"""A sweep of a few scenarios in which every count can be read off by eye."""

from __future__ import annotations

import json

import numpy as np
import xarray as xr

TARGETS = ("peak-2030", "ndc-2035", "rate-2030-2060", "rate-2030-2050")
"""The last is only shown beside the targets."""

VERDICTS = (
    (1, 1, 1, 1),
    (1, 1, 1, 0),  # meets all that can be missed
    (1, 0, 1, 0),  # misses ndc-2035 alone
    (1, 0, 1, 1),  # so does this one
    (1, 1, 0, 0),  # misses the rate alone
    (0, 0, 0, 0),
    (1, 1, 2, 2),  # undefined, and nothing missed
    (1, 0, 2, 2),  # missed, and one undefined: not alone
    (3, 3, 3, 3),  # not computed
    (3, 3, 3, 3),
)


def few() -> xr.Dataset:
    """Ten scenarios, eight of them computed; net CO2 of scenario i is 100 i in 2030 and minus i in 2060."""
    verdict = np.array(VERDICTS, np.int8)
    computed = verdict[:, 0] != 3
    margin = np.where(verdict == 1, 0.5, np.where(verdict == 0, -0.25, np.nan))
    net = np.arange(10.0)[:, np.newaxis] * [100.0, -1.0]
    net[~computed] = np.nan
    share = np.where(computed[:, np.newaxis], [[0.25, 0.5]], np.nan)
    share[0, 0] = np.nan  # a number that does not exist, in a scenario that was computed
    reasons = ["computed", "a grid factor below zero; write a smaller share", "an axis lies outside"]
    return xr.Dataset(
        {
            "input": (("scenario", "axis"), np.linspace(0.0, 1.0, 20).reshape(10, 2)),
            "status": ("scenario", np.where(computed, 0, [0] * 8 + [7, 100]).astype(np.int8),
                       {"flag_values": np.array([0, 7, 100], np.int8), "reasons": json.dumps(reasons)}),
            "value": (("scenario", "target"), margin + 1.0),
            "margin": (("scenario", "target"), margin),
            "verdict": (("scenario", "target"), verdict),
            "net_co2": (("scenario", "year"), net, {"units": "Mt CO2/yr"}),
            "nonfossil_share": (("scenario", "year"), share, {"units": "1"}),
        },
        {
            "scenario": np.arange(10),
            "year": [2030, 2060],
            "axis": ["capture.level", "=1+1"],
            "axis_unit": ("axis", ["1", "GW"]),
            "target": list(TARGETS),
        },
        {"sweep": json.dumps({"name": "few", "base": "china-2060", "method": "sobol", "seed": 7})},
    )  # fmt: skip
