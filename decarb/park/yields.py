"""Yields: the full-load hours of a year of capacity factors, and the factors that give stated ones."""

from __future__ import annotations

from typing import Final

import numpy as np
import xarray as xr

from decarb.errors import Problems
from decarb.park.dispatch import HOURS_PER_YEAR
from decarb.units import declare_units

LARGEST_CORRECTION: Final = 3.0  # beyond it a series shows another climate, not a biased one


@declare_units("h/yr", factors="1")
def yearly_hours(factors: xr.DataArray) -> xr.DataArray:
    """Return full-load hours: the energy of a year over the rating, for steps of any length."""
    return factors.mean("time") * HOURS_PER_YEAR


@declare_units("1", unscaled="h/yr", stated="h/yr")
def yield_gap(unscaled: xr.DataArray, stated: xr.DataArray) -> xr.DataArray:
    """Return by which share of the stated yield a series missed it before it was scaled: -0.2 is a fifth too little."""
    return unscaled / stated.where(stated > 0.0) - 1.0


@declare_units(("1", "1"), factors="1", stated="h/yr")
def to_full_load_hours(
    factors: xr.DataArray, stated: xr.DataArray | str, *, largest_correction: float = LARGEST_CORRECTION
) -> tuple[xr.DataArray, xr.DataArray]:
    """Return capacity factors that give the stated full-load hours, and what they were multiplied by.

    The yield is corrected, not the pattern: a calm stays as long as it was, and a still place stays still.

    Parameters
    ----------
    factors : xr.DataArray, [1], (..., time)
    stated : xr.DataArray or str, [h/yr], (...)
    largest_correction : float, [1]
        How many times a series may be scaled up or down.

    Raises
    ------
    InputError
        With every series that would need more, or that has too few hours above zero for any factor.

    Notes
    -----
    ``c' = min(a c, 1)`` with the one `a` that meets the year: zero stays zero, order is kept, nothing passes 1. More
    wind does just this to a turbine, whose power goes with the cube of the speed until it is rated; for PV it is a
    brighter sky. A power ``c ** a`` would meet the year too, but lifts dusk and near-calm the most.

    Examples
    --------
    >>> low = xr.DataArray([0.0, 0.25, 0.5, 0.75], dims="time", attrs={"units": "1"})
    >>> scaled, correction = to_full_load_hours(low, "5475 h/yr")  # 0.625 of a year
    >>> scaled.values, correction.item()
    (array([0. , 0.5, 1. , 1. ]), 2.0)
    """
    wanted = stated if isinstance(stated, xr.DataArray) else xr.DataArray(float(stated))
    scale = xr.apply_ufunc(_scale, factors, wanted, input_core_dims=[["time"], []], vectorize=True)
    scales, before, after = xr.broadcast(scale, factors.mean("time") * HOURS_PER_YEAR, wanted)
    problems = Problems()
    for index in np.ndindex(scales.shape):
        value = float(scales.values[index])
        name = " ".join(str(scales[dim].values[at]) for dim, at in zip(scales.dims, index, strict=True)
                        if dim in scales.coords)  # fmt: skip
        said = f"{before.values[index]:,.0f} h/yr cannot be made {after.values[index]:,.0f} h/yr"
        if np.isnan(value):
            problems.add("", name, said, "state a yield above 0 that its hours with any output can give")
        elif not 1.0 / largest_correction <= value <= largest_correction:
            fix = f"check both, or allow it with largest_correction={np.ceil(max(value, 1 / value) * 10) / 10:g}"
            problems.add("", name, f"{said}: that is {value:.2g} times, past {largest_correction:g} times", fix)
    problems.raise_if_any()
    return (factors * scale).clip(max=1.0), scale


def _scale(factors: np.ndarray, stated: float) -> float:
    """Return the factor that gives `stated` hours once cut at the rating, or NaN where there is none."""
    falling, target = np.sort(factors[factors > 0.0])[::-1], stated / HOURS_PER_YEAR * factors.size
    if not 0.0 < target <= falling.size:
        return np.nan
    # With the n strongest hours full, the others share what is left; n is right once the next hour stays below 1.
    with np.errstate(over="ignore"):
        scales = (target - np.arange(falling.size)) / np.cumsum(falling[::-1])[::-1]
        return float(scales[np.argmax(scales * falling <= 1.0 + 1e-12)])
