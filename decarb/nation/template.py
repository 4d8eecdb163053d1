"""What the template builds in a zone of each province, and what all adopted zones add up to."""

from __future__ import annotations

from typing import Final

import xarray as xr

from decarb.park.dispatch import DESIGN
from decarb.park.scaling import clone, scale
from decarb.units import declare_units, stamp, strip

CONSUMPTION_YEAR: Final = 2024  # of the provincial electricity table


@declare_units("MWh/yr", consumption="MWh/yr", industry_share="1", zone_share="1", zone_count="zone")
def zone_load(
    consumption: xr.DataArray, industry_share: xr.DataArray, zone_share: xr.DataArray, zone_count: xr.DataArray
) -> xr.DataArray:
    """Return the electricity that a mean zone of each province uses.

    Zones' part of industrial electricity is taken equal to their part of industrial CO2; sizes inside a province are
    taken as equal.

    Parameters
    ----------
    consumption : xr.DataArray, [MWh/yr], (province)
    industry_share : xr.DataArray, [1]
        Secondary industry in electricity consumption.
    zone_share : xr.DataArray, [1]
        Zones in industry.
    zone_count : xr.DataArray, [zone], (province)
    """
    return consumption * industry_share * zone_share / zone_count.where(zone_count > 0)


def design_in_zone(
    template: xr.Dataset, load: xr.DataArray, wind_limit: xr.DataArray, pv_limit: xr.DataArray, scaled: xr.DataArray
) -> xr.Dataset:
    """Return the sizes that the template takes in a zone of each province.

    `clone` puts the template there as it is, a small part of the zone. `scale` keeps its ratios to the zone's load
    until land, roofs or wind set the limit, as `decarb.park.scaling.scale` says.

    Parameters
    ----------
    template : xr.Dataset
        The sizes of `decarb.park.dispatch.DESIGN`.
    load : xr.DataArray, [MWh/yr], (province)
        Of a mean zone.
    wind_limit, pv_limit : xr.DataArray, [MW]
        Most that a zone has room for.
    scaled : xr.DataArray, [1]
        1 for `scale`, 0 for `clone`.
    """
    sized = scale(template, load, xr.Dataset({"wind_limit": wind_limit, "pv_limit": pv_limit}))
    copied, grows = clone(template, 1.0), strip(scaled, "1") > 0.0
    chosen = {name: xr.where(grows, sized[name], copied[name]).broadcast_like(load) for name in DESIGN}
    return xr.Dataset({name: stamp(array, DESIGN[name]) for name, array in chosen.items()})


@declare_units("1", design_load="MWh/yr", load="MWh/yr")
def covered_share(design_load: xr.DataArray, load: xr.DataArray) -> xr.DataArray:
    """Return the part of a zone that the template covers: 1 when scaled, its own small load when cloned."""
    return (design_load / load).clip(0.0, 1.0)


@declare_units("MWh/yr", generation="MWh/yr", curtailment="MWh/yr")
def used_generation(generation: xr.DataArray, curtailment: xr.DataArray) -> xr.DataArray:
    """Return generation by technology less its part of what was curtailed."""
    total = generation.sum("technology")
    return generation * (1.0 - curtailment / total.where(total > 0, 1.0))


def of_all_zones(per_zone: xr.Dataset, zone_count: xr.DataArray, share: xr.DataArray, unit: str) -> xr.Dataset:
    """Return what all zones in operation add up to, for every variable of `per_zone`, as `park_<name>`.

    Parameters
    ----------
    per_zone : xr.Dataset, (..., province)
        Flows or sizes of one zone in each province.
    zone_count : xr.DataArray, [zone], (province)
    share : xr.DataArray, [1], (year)
        Of zones in operation.
    unit : str
        Of the result, such as "TWh/yr".
    """
    zones = strip(zone_count, "zone") * strip(share, "1")
    return xr.Dataset(
        {
            f"park_{name}": stamp(xr.dot(strip(array, unit), zones, dim="province"), unit)
            for name, array in per_zone.items()
        }
    )
