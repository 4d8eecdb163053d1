"""What may stand in the inputs of a system: amounts that are finite and not negative, shares from 0 to 1."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr

from decarb.errors import Problems


def check_inputs(
    system: str, *, amounts: Mapping[str, xr.DataArray], shares: Mapping[str, xr.DataArray] | None = None
) -> None:
    """Raise `InputError` with every input that is missing somewhere, below zero, or a share above 1.

    Parameters
    ----------
    system : str
        What the inputs belong to, for the message.
    amounts, shares : Mapping of name to xr.DataArray
        Zero or more; from 0 to 1.

    Examples
    --------
    >>> check_inputs("fleet", amounts={"vehicles": xr.DataArray(-3.0)}, shares={"electric_share": xr.DataArray(30.0)})
    Traceback (most recent call last):
    decarb.errors.InputError: fleet: vehicles: -3 is below zero; write zero or more
    fleet: electric_share: 30 is above 1; write a share from 0 to 1
    """
    problems, bounded = Problems(), shares or {}
    for name, value in {**amounts, **bounded}.items():
        array = xr.DataArray(value)
        if not bool(np.isfinite(array).all()):
            problems.add(system, name, "is not a finite number everywhere", "write one for each park")
        elif bool((array < 0.0).any()):
            problems.add(system, name, f"{float(array.min()):g} is below zero", "write zero or more")
        elif name in bounded and bool((array > 1.0).any()):
            problems.add(system, name, f"{float(array.max()):g} is above 1", "write a share from 0 to 1")
    problems.raise_if_any()
