"""A scenario with its levers held where they stand in a year: what every other course is measured from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
import xarray as xr

from decarb.analysis.lever_groups import GROUPS
from decarb.errors import CallError
from decarb.model import LAST_OBSERVED_YEAR
from decarb.units import converted, stamp, units_of

YEARLY_CHANGES: Final = (
    "gdp_growth", "electricity_intensity_change", "intensity_change", "fossil_factor_change", "heat_supply_change",
    "net_imports_change", "non_co2_change",
)  # fmt: skip
OF_TEMPLATE: Final = (
    "wind_capacity", "pv_capacity", "power_rating", "energy_rating", "electrified_fuel_share", "fuel_saving_share",
    "electricity_saving_share", "switched_fuel_share", "process_change_share", "green_power_share",
)  # fmt: skip
"""What an adopted zone builds or does: with all of it zero, adopting changes nothing."""


def held_after(inputs: xr.Dataset, year: int) -> xr.Dataset:
    """Return the inputs with every lever held where it stands in `year`.

    Paths keep their value of that year, yearly changes stop, straight lines to a final year stay where they are, and
    no further zone adopts. Observed series that end before are left alone.

    Parameters
    ----------
    inputs : xr.Dataset
        As `decarb.scenario.inputs` builds it.
    year : int
        Not before the last observed year: no lever moved what was observed.

    Raises
    ------
    CallError
        The year is earlier than that, or no year of the model.
    """
    last = int(inputs["year"][-1])
    if not LAST_OBSERVED_YEAR <= year <= last:
        raise CallError(
            f"{year} is no year in which levers can be held; name one from {LAST_OBSERVED_YEAR}, the last observed "
            f"year, to {last} (lmdi splits the change between any two years)"
        )
    return inputs.assign({str(name): _held(str(name), inputs, year) for name in inputs})


def without_levers(inputs: xr.Dataset) -> xr.Dataset:
    """Return the inputs with every lever held in the last observed year, and a template that builds and does nothing.

    No zone has adopted by then, so the empty template changes no result. It lets a split of the difference tell the
    parts of the template from its rollout.
    """
    held = held_after(inputs, LAST_OBSERVED_YEAR)
    return held.assign({name: _zero(held[name]) for name in OF_TEMPLATE if name in held})


def _zero(array: xr.DataArray) -> xr.DataArray:
    return xr.zeros_like(array)


def _held(name: str, inputs: xr.Dataset, year: int) -> xr.DataArray:
    array, later = inputs[name], inputs["year"] > year
    if name in GROUPS["prices"]:
        return array  # no total depends on money
    if name in _BY_RULE:
        return _BY_RULE[name](inputs, year)
    if name in YEARLY_CHANGES:
        return stamp(array.where(~later, 0.0), units_of(array))
    if "year" in array.dims:
        still = array.sel(year=year, drop=True)
        return array.where(~later | array.isnull(), still).transpose(*array.dims).assign_attrs(array.attrs)
    return array


def _line_held(
    final: xr.DataArray, start: xr.DataArray | float, first: int, inputs: xr.Dataset, year: int
) -> xr.DataArray:
    """Return the final value that keeps a straight line from `start` in `first` where it is in `year`."""
    years = inputs["year"]
    reached = ((year - first) / (years - first).clip(1)).where(years > year, 1.0)
    return stamp(start + (final - start) * reached, units_of(final))


def _electrified_held(inputs: xr.Dataset, year: int) -> xr.DataArray:
    return _line_held(inputs["electrified_share_2060"], 0.0, LAST_OBSERVED_YEAR, inputs, year)


def _land_held(inputs: xr.Dataset, year: int) -> xr.DataArray:
    observed = converted(inputs["land_co2"], units_of(inputs["land_co2_2060"])).dropna("year")
    last = int(observed["year"][-1])
    return _line_held(inputs["land_co2_2060"], observed.sel(year=last, drop=True), last, inputs, year)


def _moved_along(name: str) -> Callable[[xr.Dataset, int], xr.DataArray]:
    """Return the rule of a calendar year that moves along with the calendar, so that its course stands still."""

    def held(inputs: xr.Dataset, year: int) -> xr.DataArray:
        moved = inputs[name] + np.maximum(inputs["year"] - year, 0)
        return moved.assign_attrs(inputs[name].attrs)

    return held


def _nothing_built(inputs: xr.Dataset, year: int) -> xr.DataArray:
    """Return a cap on builds that closes after `year`; what operates then goes on."""
    rate = inputs["rollout_build_rate"]
    return rate.where(inputs["year"] <= year, 0.0).assign_attrs(rate.attrs)


def _never(inputs: xr.Dataset, year: int) -> xr.DataArray:
    return stamp(xr.full_like(inputs["rollout_lifetime"], np.inf, dtype=float), units_of(inputs["rollout_lifetime"]))


def _no_retrofit(inputs: xr.Dataset, year: int) -> xr.DataArray:
    return _zero(inputs["rollout_retrofit_share"])


_BY_RULE: Final[Mapping[str, Callable[[xr.Dataset, int], xr.DataArray]]] = MappingProxyType({
    "electrified_share_2060": _electrified_held,
    "land_co2_2060": _land_held,
    "rollout_build_rate": _nothing_built,
    "rollout_lifetime": _never,
    "rollout_retrofit_share": _no_retrofit,
    "captive_retirement_start": _moved_along("captive_retirement_start"),
    "captive_retirement_end": _moved_along("captive_retirement_end"),
})  # fmt: skip
