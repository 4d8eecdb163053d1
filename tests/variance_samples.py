"""Sweeps of functions whose indices are known: a store as a sweep writes it, with a function in place of the model."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

import numpy as np
import xarray as xr

from decarb.sweeps.distributions import Distribution
from decarb.sweeps.sample import Sampling, rows

Function = Callable[[np.ndarray], np.ndarray]


def swept(
    function: Function,
    distributions: Sequence[Distribution],
    scenarios: int,
    method: str = "saltelli",
    units: Sequence[str] = (),
) -> xr.Dataset:
    """A store with the function as `gross_co2` in 2060 and as the margin of ndc-2035, all scenarios computed."""
    points = rows(Sampling(method, 1, scenarios, tuple(distributions)), 0, scenarios)
    values = function(points).astype(float)
    return xr.Dataset(
        {
            "input": (("scenario", "axis"), points),
            "status": ("scenario", np.zeros(scenarios, np.int8)),
            "gross_co2": (("scenario", "year"), np.stack([0.0 * values, values], 1), {"units": "Mt CO2/yr"}),
            "margin": (("scenario", "target"), values[:, np.newaxis]),
            "verdict": (("scenario", "target"), (values >= 0.0).astype(np.int8)[:, np.newaxis]),
        },
        {
            "scenario": np.arange(scenarios),
            "axis": [f"group.axis_{at}" for at in range(len(distributions))],
            "axis_unit": ("axis", list(units) or ["1"] * len(distributions)),
            "year": [2050, 2060],
            "target": ["ndc-2035"],
            "margin_unit": ("target", ["1"]),
        },
        {"sweep": json.dumps({"method": method, "correlations": []})},
    )


def uniform(low: float = 0.0, high: float = 1.0) -> Distribution:
    """Every value alike."""
    return Distribution("uniform", low, high)


def ishigami(points: np.ndarray) -> np.ndarray:
    """Of three axes from -pi to pi: first order 0.3139, 0.4424, 0, total order 0.5576, 0.4424, 0.2437."""
    first, second, third = points.T
    return np.sin(first) + 7.0 * np.sin(second) ** 2 + 0.1 * third**4 * np.sin(first)
