"""What the template builds in a zone of each province, and what all adopted zones add up to."""

from __future__ import annotations

from typing import Final

import numpy as np
import xarray as xr

from decarb.park.dispatch import DESIGN
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
    until land, roofs or wind set the limit; the store keeps its ratio to generation capacity.

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
    own = xr.Dataset({name: strip(template[name], unit) for name, unit in DESIGN.items()})
    wanted = strip(load, "MWh/yr")
    ratio = wanted / own["annual_load"]
    wind = np.minimum(own["wind_capacity"] * ratio, strip(wind_limit, "MW"))
    pv = np.minimum(own["pv_capacity"] * ratio, strip(pv_limit, "MW"))
    generators = own["wind_capacity"] + own["pv_capacity"]
    store_ratio = (wind + pv) / generators.where(generators > 0, np.inf)
    sized = own.assign(
        wind_capacity=wind, pv_capacity=pv, annual_load=wanted,
        power_rating=own["power_rating"] * store_ratio, energy_rating=own["energy_rating"] * store_ratio,
        import_limit=own["import_limit"] * ratio, export_limit=own["export_limit"] * ratio,
    )  # fmt: skip
    chosen = {name: xr.where(strip(scaled, "1") > 0, sized[name], own[name]).broadcast_like(wanted) for name in DESIGN}
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
