"""How far a pathway stands from each target: a continuous number, zero where the target just holds."""

from __future__ import annotations

import numpy as np
import xarray as xr

from decarb.pathway.rules import Target, margin_unit, measure
from decarb.pathway.verdict import Totals

__all__ = ["margin", "margin_unit", "relative_margin"]


def margin(target: Target, totals: Totals) -> xr.DataArray:
    """Return by how much a target holds, negative where it is missed, over every dimension but `year`.

    Its sign is the verdict of `decarb.pathway.judging.judge`; the size says how far it is to the edge. NaN where the
    target is undefined.

    Parameters
    ----------
    target : Target
    totals : mapping of str to xr.DataArray, (..., year)
        The total that the target names, and for `required_rate` net CO2, for `intensity` GDP and `co2_per_gdp_2005`.

    Returns
    -------
    xr.DataArray
        In `margin_unit`. A peak: the highest year up to the target's over the highest after. Neutrality: what stands
        above zero from the target's year on, or comes back above zero before it.

    Raises
    ------
    CallError
        A series that the target needs is not there.

    Examples
    --------
    >>> gross = xr.DataArray([100.0, 81.0], {"year": [2030, 2032]}, ("year",), attrs={"units": "Mt CO2/yr"})
    >>> target = Target("a", "gross_co2", 0.08, "1/yr", 2032, "he-jiankun-2020", "rate", since=2030)
    >>> round(float(margin(target, {"gross_co2": gross})), 12)
    0.02
    """
    return measure(target, totals).distance.rename("margin").assign_attrs(units=margin_unit(target))


def relative_margin(target: Target, totals: Totals) -> xr.DataArray:
    """Return the margin over the size of the target [1], so that targets of different units can be ranked.

    The size is the threshold; for a peak and for neutrality, whose threshold is no amount, the highest total.
    """
    found = measure(target, totals)
    size = xr.where(np.greater(found.size, 0.0), found.size, 1.0)
    return (found.distance / size).rename("relative_margin").assign_attrs(units="1")
