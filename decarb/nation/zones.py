"""Development zones as a part of each province and sector: never more than is there."""

from __future__ import annotations

from typing import Final

import numpy as np
import xarray as xr

from decarb.errors import DecarbError
from decarb.units import declare_units

ZONE_SECTORS: Final = ("power_heat", "energy_industry", "manufacturing", "process")


@declare_units("1", base_level="Mt CO2/yr", share_of_national_co2="1", captive_share="1")
def zone_share(
    base_level: xr.DataArray, share_of_national_co2: xr.DataArray, captive_share: xr.DataArray
) -> xr.DataArray:
    """Return the part of each sector that stands inside development zones.

    The published share of zones in national CO2 is laid over the industrial sectors and over captive power and heat,
    in the same proportion everywhere: which province has the heavier zones is not published.

    Parameters
    ----------
    base_level : xr.DataArray, [Mt CO2/yr], (sector)
        Gross CO2 of the nation in the base year.
    share_of_national_co2 : xr.DataArray, [1]
        Zones in gross CO2; a 2015 figure got by giving every zone the intensity of 213 parks.
    captive_share : xr.DataArray, [1]
        Part of power and heat that belongs to zones' own plants.

    Raises
    ------
    DecarbError
        The zones would hold more than their sectors emit.
    """
    sector = base_level["sector"]
    open_to_zones = xr.where(sector == "power_heat", captive_share, xr.where(sector.isin(ZONE_SECTORS), 1.0, 0.0))
    inside = share_of_national_co2 * base_level.sum("sector") / (open_to_zones * base_level).sum("sector")
    if bool((inside > 1.0).any()):
        raise DecarbError(
            f"zones.share_of_national_co2: {float(np.max(share_of_national_co2)):.3g} of national CO2 is more than "
            f"industry and captive power emit ({float((share_of_national_co2 / inside).min()):.3g}); write less"
        )
    return inside * open_to_zones


@declare_units("zone", provincial="zone", development_zones="zone", national_total="zone")
def zone_counts(
    provincial: xr.DataArray, development_zones: xr.DataArray, national_total: xr.DataArray
) -> xr.DataArray:
    """Return zones by province, national and provincial level together.

    National zones by province were not found: their total is spread like the economic and technological development
    zones, the one class whose places are known.

    Parameters
    ----------
    provincial, development_zones : xr.DataArray, [zone], (province)
        Provincial-level zones; national economic and technological development zones.
    national_total : xr.DataArray, [zone]
        All national-level zones.
    """
    return provincial + national_total * development_zones / development_zones.sum("province")
