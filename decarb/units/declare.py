"""Functions that say their units at the door: checked and converted on the way in, stamped on the way out."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import wraps
from numbers import Real
from types import MappingProxyType
from typing import Any, ParamSpec, Protocol, TypeVar, cast

import pint
import xarray as xr

from decarb.errors import UnitError
from decarb.units.quantity import Quantity, UnitFloat, read_quantity
from decarb.units.registry import canonical, unit_factor

P = ParamSpec("P")
R = TypeVar("R")

Returns = str | tuple[str, ...] | Mapping[str, str]


class Declared(Protocol[P, R]):
    """A function with declared units: `units` names them, `__wrapped__` computes without them."""

    __name__: str
    __qualname__: str
    units: Mapping[str, Returns]
    __wrapped__: Callable[..., R]

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Check, convert, compute and stamp."""
        ...


def units_of(array: xr.DataArray) -> str:
    """The unit an array carries.

    Raises
    ------
    UnitError
        It carries none.

    Examples
    --------
    >>> units_of(xr.DataArray(1.0, attrs={"units": "kW"}))
    'kW'
    """
    unit = array.attrs.get("units")
    if not isinstance(unit, str):
        called = f'the array "{array.name}"' if array.name is not None else "the array"
        raise UnitError(f'{called} has no unit; set attrs["units"], such as array.attrs["units"] = "MW"')
    return unit


def stamp(array: xr.DataArray, unit: str) -> xr.DataArray:
    """The same data with `unit` as its only attribute: what was inherited may lie (`power * 24` is no "kW").

    Examples
    --------
    >>> stamp(xr.DataArray(1.0, attrs={"long_name": "load"}), "MWh/year").attrs
    {'units': 'MWh/yr'}
    """
    stamped = array.copy(deep=False)
    stamped.attrs = {"units": canonical(unit)}
    return stamped


def strip(array: xr.DataArray, unit: str) -> xr.DataArray:
    """The same data as plain numbers in `unit`, without a copy where it is the array's own.

    Examples
    --------
    >>> strip(xr.DataArray(2.0, attrs={"units": "GW"}), "MW").item()
    2000.0
    """
    factor = unit_factor(units_of(array), unit)
    stripped = array.copy(deep=False) if factor == 1 else array * factor
    stripped.attrs = {name: value for name, value in array.attrs.items() if name != "units"}
    return stripped


def converted(array: xr.DataArray, unit: str) -> xr.DataArray:
    """The same quantities in another unit.

    Examples
    --------
    >>> converted(xr.DataArray(2.0, attrs={"units": "GW"}), "MW").attrs
    {'units': 'MW'}
    """
    return stamp(strip(array, unit), unit)


def _to_declared(value: Any, unit: str) -> Any:
    """An argument as the body wants it: plain numbers in `unit`."""
    if value is None:
        return None
    if isinstance(value, xr.DataArray):
        return strip(value, unit)
    if isinstance(value, (str, Quantity, pint.Quantity, Real)):
        return read_quantity(value, unit).to(unit)
    raise UnitError(f'a {type(value).__name__} carries no unit; pass a DataArray with attrs["units"] = "{unit}"')


def _from_declared(value: Any, unit: str) -> Any:
    """A result with its declared unit."""
    if isinstance(value, xr.DataArray):
        return stamp(value, unit)
    if isinstance(value, Real):
        return UnitFloat(float(value), canonical(unit))
    raise UnitError(f"the result is a {type(value).__name__}; return a DataArray or a number")


def _stamp_result(result: Any, returns: Returns) -> Any:
    if isinstance(returns, str):
        return _from_declared(result, returns)
    if isinstance(returns, tuple):
        if not isinstance(result, tuple) or len(result) != len(returns):
            raise UnitError(f"the result is no tuple of {len(returns)}; return one value for each declared unit")
        return tuple(_from_declared(value, unit) for value, unit in zip(result, returns, strict=True))
    names = set(result.data_vars if isinstance(result, xr.Dataset) else result)
    if names != set(returns):
        odd = ", ".join(sorted(map(str, names ^ set(returns))))
        raise UnitError(f"the result and its declared units differ in {odd}; declare a unit for each name returned")
    stamped = {name: _from_declared(result[name], unit) for name, unit in returns.items()}
    return result.assign(stamped) if isinstance(result, xr.Dataset) else stamped


def _check_declaration(function: Callable[..., Any], returns: Returns, inputs: Mapping[str, str]) -> dict[str, Any]:
    """Declared defaults as plain numbers, so that a wrong declaration fails where it stands, not where it is used."""
    parameters = inspect.signature(function).parameters
    outputs = (returns,) if isinstance(returns, str) else returns if isinstance(returns, tuple) else returns.values()
    for unit in (*outputs, *inputs.values()):
        canonical(unit)
    defaults = {}
    for name, unit in inputs.items():
        if name not in parameters:
            raise UnitError(f"{name}: no such argument; declare one of {', '.join(parameters)}")
        default = parameters[name].default
        if default is not inspect.Parameter.empty and default is not None:
            defaults[name] = read_quantity(default, unit, key=name).to(unit)
    return defaults


def declare_units(returns: Returns, /, **inputs: str) -> Callable[[Callable[P, R]], Declared[P, R]]:
    """A decorator that gives the body plain numbers in the declared units and stamps what it returns.

    A declared DataArray must carry `attrs["units"]` and is converted, lazily where it is lazy and without a copy where
    the unit is already right. Text ("4.8 MW") and quantities become floats; a bare number is accepted for "1" only.
    None and arguments not declared pass as they are. The result carries the declared unit and no other attribute.

    Parameters
    ----------
    returns : str, tuple of str, or mapping of name to str
        Unit of the result; of each member of a tuple; of each variable of a Dataset or mapping.
    **inputs : str
        Unit of each argument, by name.

    Raises
    ------
    UnitError
        When decorating: an unknown unit, argument or default. When calling: an argument without a unit or of another
        dimension, named with its function.

    Examples
    --------
    >>> @declare_units("MWh", power="MW", duration="h")
    ... def energy(power: xr.DataArray | str, duration: xr.DataArray | str = "1 d") -> xr.DataArray | float:
    ...     return power * duration
    >>> energy("500 kW"), energy.units["power"], energy.__wrapped__(2, 3)
    (12 MWh, 'MW', 6)
    """

    def declare(function: Callable[P, R]) -> Declared[P, R]:
        place = f"{function.__module__}.{function.__qualname__}"
        try:
            defaults = _check_declaration(function, returns, inputs)
        except UnitError as error:
            raise UnitError(f"{place}: {error}") from None
        parameters = inspect.signature(function).parameters.values()
        order = tuple(p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD))

        def convert(name: str, value: Any) -> Any:
            unit = inputs.get(name)
            if unit is None:
                return value
            try:
                return _to_declared(value, unit)
            except UnitError as error:
                raise UnitError(f"{place}: {name}: {error}") from None

        @wraps(function)
        def declared(*args: P.args, **kwargs: P.kwargs) -> R:
            plain_args = [convert(name, value) for name, value in zip(order, args, strict=False)]
            plain_kwargs = {name: convert(name, value) for name, value in kwargs.items()}
            for name, value in defaults.items():
                if name not in plain_kwargs and name not in order[: len(args)]:
                    plain_kwargs[name] = value
            result = function(*plain_args, *args[len(order) :], **plain_kwargs)  # type: ignore[arg-type]
            try:
                return cast(R, _stamp_result(result, returns))
            except UnitError as error:
                raise UnitError(f"{place}: {error}") from None

        named = cast(Declared[P, R], declared)
        named.units = MappingProxyType({**inputs, "return": returns})
        return named

    return declare
