"""Inputs of the nation with some of them changed: what the tests and laws of the whole chain share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import xarray as xr

from decarb.nation.template import OF_LIMITS
from decarb.park.dispatch import DESIGN
from decarb.units import units_of

Evaluate = Callable[[xr.Dataset], xr.Dataset]
"""The annual results of some inputs."""

OF_ZONE: Final = frozenset(
    {
        *DESIGN, *OF_LIMITS, "roof_area_per_load", "land_area_per_load", "grid_connection_per_load", "scaled",
        "template_built", "store_loss_change", "zone_size_spread", "provincial_consumption",
        "industry_electricity_share", "zone_share_of_national_co2", "captive_share", "official_energy_co2",
        "official_process_co2", "reported_national_co2", "provincial_zone_count", "development_zone_count",
        "national_zone_count", "archetype_mix", "zone_electricity_weight", "national_zone_size", "listed_zone_count",
        "listed_zone_load",
    }
)  # fmt: skip
"""Inputs that what a mean zone builds and does hangs on; a law of the sweep tests that there are no others."""


def scaled(inputs: xr.Dataset, **factors: float | xr.DataArray) -> xr.Dataset:
    """The inputs with some of them times a factor, in their own units."""
    return inputs.assign(
        {name: (inputs[name] * factor).assign_attrs(inputs[name].attrs) for name, factor in factors.items()}
    )


def stated(inputs: xr.Dataset, **values: float | xr.DataArray) -> xr.Dataset:
    """The inputs with other values for some of them, in their own units."""
    return inputs.assign(
        {name: xr.DataArray(value).assign_attrs(units=units_of(inputs[name])) for name, value in values.items()}
    )


def along(values: dict[str, float], dim: str) -> xr.DataArray:
    """Numbers by the names of one dimension."""
    return xr.DataArray(list(values.values()), {dim: list(values)}, (dim,))


def in_2060(annual: xr.Dataset, name: str) -> float:
    """A figure of the last year, all its parts together."""
    return float(annual[name].sel(year=2060).sum())
