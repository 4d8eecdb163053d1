"""Conversions that need a word more than a unit: gases to CO2e, and arrays to pint."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeVar

import xarray as xr

from decarb.errors import UnitError
from decarb.units.declare import units_of
from decarb.units.quantity import Quantity, UnitFloat, parse_quantity
from decarb.units.registry import GASES, REGISTRY, dimension, parse_unit, pint_unit, show_terms

REPORTS: Final = ("AR4", "AR5", "AR6")

GwpTable = Mapping[str, Mapping[str, float]]
Labelled = TypeVar("Labelled", xr.Dataset, xr.DataArray)


def _weighted(unit: str) -> tuple[str, str, int]:
    """`unit` with CO2e for its one gas, that gas, and its power (-1 in a price per tonne); other units stay."""
    groups = parse_unit(unit)
    gases = [
        (symbol, power if place == 0 else -power)
        for place, group in enumerate(groups)
        for symbol, power in group
        if symbol in GASES and symbol != "CO2e"
    ]
    if len(gases) != 1:
        return unit, "", 0
    gas, power = gases[0]
    return (
        show_terms([[("CO2e" if symbol == gas else symbol, n) for symbol, n in group] for group in groups]),
        gas,
        power,
    )


def _gwp(gas: str, gwp: str | None, gwp_table: GwpTable | None) -> float:
    choices = 'gwp="AR4", "AR5" or "AR6"'
    if gwp is None:
        raise UnitError(f"{gas} becomes CO2e only by the GWP of a named report; write {choices}")
    if gwp not in REPORTS:
        raise UnitError(f"gwp={gwp!r} names no report that is known; write {choices}")
    if gas == "CO2":
        return 1.0
    if gwp_table is None:
        raise UnitError(f"there is no GWP table to read {gas} from; pass gwp_table, or call decarb.convert")
    try:
        return gwp_table[gwp][gas]
    except KeyError:
        raise UnitError(f"the GWP table has no {gas} in {gwp}; write another report or add the row") from None


def convert(text: object, unit: str, gwp: str | None = None, *, gwp_table: GwpTable | None = None) -> UnitFloat:
    """The size of a quantity in `unit`; a gas becomes CO2e by the 100-year GWP of the report named, never unasked.

    Parameters
    ----------
    text : str, Quantity, UnitFloat or pint.Quantity
        What to convert, such as "1 t CH4".
    unit : str
        The unit wanted.
    gwp : str, optional
        AR4, AR5 or AR6; needed from any gas, CO2 too, to CO2e.
    gwp_table : mapping, optional
        Report to gas to GWP over 100 years, [t CO2e/t].

    Raises
    ------
    UnitError
        Another dimension, or a gas without its GWP. CO2e never becomes a gas: it does not say which.

    Examples
    --------
    >>> convert("1 t CH4", "t CO2e", gwp="AR6", gwp_table={"AR6": {"CH4": 27.9}})
    27.9 t CO2e
    >>> convert("1 t CH4", "t CO2e")
    Traceback (most recent call last):
    decarb.errors.UnitError: CH4 becomes CO2e only by the GWP of a named report; write gwp="AR4", "AR5" or "AR6"
    """
    quantity = parse_quantity(text, unit)
    weighted, gas, power = _weighted(quantity.unit)
    if not gas or dimension(weighted) != dimension(unit):
        return UnitFloat(quantity.to(unit), unit)
    equivalent = Quantity(quantity.value * _gwp(gas, gwp, gwp_table) ** power, weighted)
    return UnitFloat(equivalent.to(unit), unit)


def quantify(data: Labelled) -> Labelled:
    """The same labels over pint quantities of decarb's registry, for further work with pint or pint-xarray.

    Variables of a Dataset without a unit stay as they are; coordinates do too. Pint quantities do not survive
    `to_zarr`, numba or pickling between processes: convert back before those.

    Raises
    ------
    UnitError
        A DataArray has no unit, or an unknown one.

    Examples
    --------
    >>> power = quantify(xr.DataArray([1.0, 2.0], attrs={"units": "MW"}))
    >>> str(power.sum().data), power.attrs
    ('3.0 MW', {})
    """
    if isinstance(data, xr.Dataset):
        return data.assign({name: quantify(array) for name, array in data.items() if "units" in array.attrs})
    quantified = data.copy(data=REGISTRY.Quantity(data.data, pint_unit(units_of(data))))
    quantified.attrs.pop("units")
    return quantified
