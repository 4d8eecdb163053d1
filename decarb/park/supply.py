"""Who delivers the heat of a park: shares that add to 1, and how they go over from one supply to another."""

from __future__ import annotations

from typing import Final

import numpy as np
import xarray as xr

from decarb.errors import DecarbError
from decarb.units import declare_units
from decarb.variables import did_you_mean

SUPPLIES: Final = ("heat_pump", "electric_boiler", "gas_boiler", "coal_boiler", "gas_chp", "coal_chp", "heat_import")
ELECTRIC: Final = ("heat_pump", "electric_boiler")
GAS: Final = ("gas_boiler", "gas_chp")
COAL: Final = ("coal_boiler", "coal_chp")
CHP: Final = ("gas_chp", "coal_chp")  # plants that make heat and power together
SHARE_TOLERANCE: Final = 1e-6  # by which shares may miss 1


@declare_units("1", shares="1", part="1")
def shifted(shares: xr.DataArray, part: xr.DataArray, *, to: str) -> xr.DataArray:
    """Return the shares after a part of what some supplies deliver has gone over to another.

    The one lever of heat: more heat pumps, electrification, another fuel, the end of a plant.

    Parameters
    ----------
    shares : xr.DataArray, [1], (supply, ...)
        They add to 1, before and after.
    part : xr.DataArray, [1], (supply, ...)
        Of the share of each supply; what is missing keeps its share.
    to : str
        Supply that takes over.

    Returns
    -------
    xr.DataArray, [1], (supply, ...)
        All of `SUPPLIES`.

    Examples
    --------
    >>> def over(*names: str, share: float) -> xr.DataArray:
    ...     return xr.DataArray([share] * len(names), {"supply": list(names)}, ("supply",), attrs={"units": "1"})
    >>> half_gas = over("gas_boiler", "coal_boiler", share=0.5)
    >>> cleaner = shifted(half_gas, over("coal_boiler", share=0.6), to="heat_pump")
    >>> cleaner.sel(supply=["heat_pump", "gas_boiler", "coal_boiler"]).values
    array([0.3, 0.5, 0.2])
    """
    whole, leaving = _on_all_supplies(shares, "shares"), _on_all_supplies(part, "part")
    _check_known(to, "to")
    for name, array in (("shares", whole), ("part", leaving)):
        if not bool(((array >= 0.0) & (array <= 1.0 + SHARE_TOLERANCE)).all()):
            raise DecarbError(f"heat: {name} of the supplies reach from {float(array.min(skipna=False)):g} to "
                              f"{float(array.max(skipna=False)):g}; write shares from 0 to 1")  # fmt: skip
    total = whole.sum("supply")
    if not bool((np.abs(total - 1.0) <= SHARE_TOLERANCE).all()):
        found = total.values.flat[np.abs(total.values - 1.0).argmax()]
        raise DecarbError(f"heat: the shares of the supplies add to {found:.8g}; make them add to 1")
    whole = whole / total  # what rounding left open
    moved = whole * leaving
    return whole - moved + xr.where(whole["supply"] == to, moved.sum("supply"), 0.0)


@declare_units("1", shares="1", year="1", retirement_year="1")
def shares_in_year(
    shares: xr.DataArray,
    year: xr.DataArray | int,
    retirement_year: xr.DataArray | int | None = None,
    *,
    replacement: str = "heat_pump",
) -> xr.DataArray:
    """Return the shares of a year, in which retired plants have given theirs to the replacement.

    Parameters
    ----------
    shares : xr.DataArray, [1], (supply, ...)
        Before any retirement.
    year : xr.DataArray or int, [1]
        Calendar year; an array gives the shares of each.
    retirement_year : xr.DataArray or int, [1], optional
        First year without the plant: one year for all of `CHP`, or years by `supply` (any supply; NaN never retires).
        Without it nothing retires.
    replacement : str
        Supply that takes over.

    Returns
    -------
    xr.DataArray, [1], (supply, ...)
        All of `SUPPLIES`.

    Raises
    ------
    DecarbError
        As `shifted`, and where the replacement would retire too.
    """
    _check_known(replacement, "replacement")
    leaving = xr.DataArray(np.nan if retirement_year is None else retirement_year)
    if "supply" in leaving.dims:
        leaving = _on_all_supplies(leaving, "retirement_year", fill=np.nan)
    else:
        leaving = leaving.where(_on_all_supplies(xr.DataArray(1.0, {"supply": list(CHP)}, ("supply",)), "plants") > 0.0)
    if bool(np.isfinite(leaving.sel(supply=replacement)).any()):
        raise DecarbError(f'heat: the replacement "{replacement}" retires too; name a supply that stays')
    return shifted.__wrapped__(shares, (year >= leaving) * 1.0, to=replacement)


def _on_all_supplies(array: xr.DataArray, name: str, fill: float = 0.0) -> xr.DataArray:
    """Return an array on all supplies, `fill` where it says nothing; refuse unknown and repeated ones."""
    named = array["supply"].values.tolist()
    for supply in named:
        _check_known(supply, name)
    if len(set(named)) < len(named):
        raise DecarbError(f"heat: {name} names a supply twice: {', '.join(named)}; name each once")
    return array.reindex(supply=list(SUPPLIES), fill_value=fill)


def _check_known(supply: str, name: str) -> None:
    if supply not in SUPPLIES:
        raise DecarbError(f'heat: {name}: "{supply}" is no supply; {did_you_mean(supply, SUPPLIES)}')
