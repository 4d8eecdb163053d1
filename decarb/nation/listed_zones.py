"""Planners' own lists of zones: what they say stands before the default of their province."""

from __future__ import annotations

import numpy as np
import xarray as xr

from decarb.units import declare_units, stamp, strip, units_of


@declare_units(
    "1", share="1", co2="Mt CO2/yr", electricity="MWh/yr", listed_load="MWh/yr", listed_co2="Mt CO2/yr"
)  # fmt: skip
def share_with_lists(
    share: xr.DataArray,
    co2: xr.DataArray,
    electricity: xr.DataArray,
    listed_load: xr.DataArray,
    listed_co2: xr.DataArray,
) -> xr.DataArray:
    """Return the part of each province and sector that stands in zones, planners' own lists before the default.

    CO2 that a list leaves out is its electricity at the intensity of that cohort in the whole nation.

    Parameters
    ----------
    share : xr.DataArray, [1], (province, sector, level, archetype)
        By default, as `zone_share` returns it.
    co2 : xr.DataArray, [Mt CO2/yr], (province, sector)
        All that is there.
    electricity : xr.DataArray, [MWh/yr], (province, level, archetype)
        Of all zones of a cohort by default.
    listed_load : xr.DataArray, [MWh/yr], (province, level, archetype)
        Of all zones of a cohort; NaN where a province has no list.
    listed_co2 : xr.DataArray, [Mt CO2/yr], (province, sector, level, archetype)
        NaN where no list says it.
    """
    is_listed = listed_load.notnull()
    if not bool(is_listed.any()):
        return share
    used = electricity.sum("province")
    intensity = xr.dot(co2, share, dim="province") / used.where(used > 0)
    of_list = listed_co2.fillna(intensity.fillna(0.0) * listed_load) / co2.where(co2 > 0)
    # Where a sector emits nothing, a list that says otherwise is told by `check_partition`.
    nothing = xr.where(listed_co2 > 0, np.inf, 0.0)
    return xr.where(is_listed, of_list.where(co2 > 0, nothing), share).transpose(*share.dims, ...)


@declare_units("MWh/yr", load="MWh/yr", zone_count="zone")
def of_all(load: xr.DataArray, zone_count: xr.DataArray) -> xr.DataArray:
    """Return the electricity of all zones of a cohort from that of a mean one."""
    return load * zone_count


@declare_units("MWh/yr", listed_load="MWh/yr", listed_count="zone")
def of_one(listed_load: xr.DataArray, listed_count: xr.DataArray) -> xr.DataArray:
    """Return the electricity of a mean listed zone: NaN without a list, 0 in a cohort that a list does not name."""
    return (listed_load / listed_count.where(listed_count != 0)).where(listed_count != 0, 0.0)


def first_of(listed: xr.DataArray, default: xr.DataArray) -> xr.DataArray:
    """Return what a list says, and the default where there is none."""
    unit = units_of(default)
    return stamp(
        xr.where(listed.notnull(), strip(listed, unit), strip(default, unit)).transpose(*default.dims, ...), unit
    )
