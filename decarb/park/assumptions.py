"""What the synthetic weather, its turbines and its modules assume: rows of the parameter table, each with a range."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import xarray as xr

from decarb.errors import DecarbError
from decarb.units import stamp, strip

ASSUMPTIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "wind_hub_height": "m",
        "wind_mast_height": "m",
        "wind_roughness_length": "m",
        "wind_specific_power": "W/m2",
        "wind_power_coefficient": "1",
        "wind_cut_in_speed": "m/s",
        "wind_cut_out_speed": "m/s",
        "wind_losses": "1",
        "wind_weibull_shape": "1",
        "wind_persistence": "1",
        "pv_tilt": "1",
        "pv_losses": "1",
        "pv_temperature_coefficient": "1/K",
        "pv_dc_ac_ratio": "1",
        "module_wind_speed": "m/s",
        "clearness_mean": "1",
        "clearness_concentration": "1",
        "clearness_persistence": "1",
    }
)
"""What the synthetic weather and its plants assume: rows of the parameter table, each with a range, and their units."""


def assumed(given: xr.Dataset) -> dict[str, xr.DataArray]:
    """Return `ASSUMPTIONS` as scalars in their units.

    Raises
    ------
    DecarbError
        With every name that is not given.
    """
    lacking = [name for name in ASSUMPTIONS if name not in given]
    if lacking:
        raise DecarbError(f"weather: no {', '.join(lacking)}; take what is not stated from the parameter table")
    return {name: stamp(xr.DataArray(strip(given[name], unit)), unit) for name, unit in ASSUMPTIONS.items()}
