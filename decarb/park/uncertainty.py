"""How far the lines of a statement may be off: by line, and drawn together."""

from __future__ import annotations

import zlib

import numpy as np
import xarray as xr

from decarb.errors import InputError, Problem
from decarb.units import declare_units


@declare_units({"low": "t CO2e/yr", "high": "t CO2e/yr"}, statement="t CO2e/yr", line_uncertainty="1")
def line_range(statement: xr.DataArray, line_uncertainty: xr.DataArray) -> xr.Dataset:
    """Return the ends of each line's range.

    Metering and the factor of the method alone: which grid factor a verifier took is a question of its own. The
    widths are assumptions, so are the ranges: no probabilities.

    Parameters
    ----------
    statement : xr.DataArray, [t CO2e/yr], (category, ...)
    line_uncertainty : xr.DataArray, [1], (category)
        Relative half-width of each line.

    Raises
    ------
    InputError
        A line has no half-width, or one outside 0 to 1.
    """
    share = _of_lines(line_uncertainty, statement)
    return xr.Dataset({"low": statement * (1.0 - share), "high": statement * (1.0 + share)})


@declare_units("t CO2e/yr", statement="t CO2e/yr", line_uncertainty="1")
def total_half_width(statement: xr.DataArray, line_uncertainty: xr.DataArray) -> xr.DataArray:
    """Return the half-width of the total: the root of the sum of squares, for lines that err independently."""
    variance = ((statement * _of_lines(line_uncertainty, statement)) ** 2).sum("category", skipna=False)
    return variance**0.5


@declare_units("t CO2e/yr", statement="t CO2e/yr", line_uncertainty="1")
def drawn(statement: xr.DataArray, line_uncertainty: xr.DataArray, seed: int, draws: int) -> xr.DataArray:
    """Return joint draws of the lines, each from a triangle over its range with its stated value at the top.

    Each line has a stream of its own: its draws stay where they are when others change, come or go. Totals are sums
    over `category` of one draw.

    Returns
    -------
    xr.DataArray, [t CO2e/yr], (draw, category, ...)

    Raises
    ------
    InputError
        A line has no half-width, or one outside 0 to 1.
    """
    share = _of_lines(line_uncertainty, statement)
    streams = [np.random.default_rng([seed, zlib.crc32(f"line {line}".encode())]) for line in share["category"].values]
    places = np.stack([stream.triangular(-1.0, 0.0, 1.0, draws) for stream in streams], axis=-1)
    sample = xr.DataArray(places, {"category": share["category"].values}, ("draw", "category"))
    return (statement * (1.0 + sample * share)).transpose("draw", "category", ...)


def _of_lines(line_uncertainty: xr.DataArray, statement: xr.DataArray) -> xr.DataArray:
    """Return the half-widths in the order of the statement's lines."""
    known = set(line_uncertainty["category"].values)
    problems = [
        Problem("statement", str(line), "has no half-width", "add a row line_uncertainty to data/inventory.csv")
        for line in statement["category"].values
        if line not in known
    ]
    for line, share in zip(line_uncertainty["category"].values, line_uncertainty.values, strict=True):
        if not 0.0 <= share <= 1.0:
            problems.append(Problem("line_uncertainty", str(line), f"{share:g} is outside 0 to 1", "correct the row"))
    if problems:
        raise InputError(problems)
    return line_uncertainty.sel(category=statement["category"].values)
