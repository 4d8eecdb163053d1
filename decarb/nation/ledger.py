"""Claims of parks beside the physics of the nation: credits move between owners and lower no total."""

from __future__ import annotations

import numpy as np
import xarray as xr

from decarb.units import declare_units


@declare_units("Mt CO2/yr", emissions="Mt CO2/yr", abated="Mt CO2/yr", zone_share="1", operating_share="1",
               covered_share="1")  # fmt: skip
def direct_emissions_of_parks(
    emissions: xr.DataArray,
    abated: xr.DataArray,
    zone_share: xr.DataArray,
    operating_share: xr.DataArray,
    covered_share: xr.DataArray,
) -> xr.DataArray:
    """Return fuel and process CO2 inside the boundary of adopted parks, before capture.

    Power and heat of zones' own plants are not among them: what parks buy stands for the power.

    Parameters
    ----------
    emissions : xr.DataArray, [Mt CO2/yr], (province, sector, year)
        After all abatement, of zones and the rest together.
    abated : xr.DataArray, [Mt CO2/yr], (province, sector, year)
        What the template replaced; all of it stood inside adopted parks.
    zone_share : xr.DataArray, [1], (sector)
    operating_share : xr.DataArray, [1], (year)
    covered_share : xr.DataArray, [1], (province)
        Part of a zone inside the park's boundary.
    """
    before = ((emissions + abated) * zone_share).sum("sector") * operating_share * covered_share
    return before - abated.sum("sector")


@declare_units("TWh/yr", load="TWh/yr", own_use="TWh/yr", load_growth="1", zone_count="zone", operating_share="1",
               for_fuel="TWh/yr")  # fmt: skip
def electricity_bought_by_parks(
    load: xr.DataArray, own_use: xr.DataArray, load_growth: xr.DataArray, zone_count: xr.DataArray,
    operating_share: xr.DataArray, for_fuel: xr.DataArray,
) -> xr.DataArray:  # fmt: skip
    """Return electricity that adopted parks draw from the grid; their load grows with national demand.

    Parameters
    ----------
    load, own_use : xr.DataArray, [TWh/yr], (province)
        Of one park.
    load_growth, operating_share : xr.DataArray, [1], (year)
    zone_count : xr.DataArray, [zone], (province)
    for_fuel : xr.DataArray, [TWh/yr], (province, year)
        Of all parks, in place of the fuel they no longer burn.
    """
    return (load * load_growth - own_use).clip(0.0) * zone_count * operating_share + for_fuel


@declare_units("Mt CO2e/yr", direct="Mt CO2/yr", bought="TWh/yr", grid_factor="Mt CO2/TWh", gwp_co2="Mt CO2e/Mt CO2")
def park_emissions(
    direct: xr.DataArray, bought: xr.DataArray, grid_factor: xr.DataArray, gwp_co2: xr.DataArray
) -> xr.DataArray:
    """Return the location-based inventories of all adopted parks, (province, year).

    These tonnes stay on the parks' side: the nation counts the same power at the plant. They stand before capture,
    at the plants too.
    """
    return (direct + bought * grid_factor) * gwp_co2


@declare_units("Mt CO2e/yr", needed="Mt CO2e/yr", issued="Mt CO2e/yr")
def credits_retired(needed: xr.DataArray, issued: xr.DataArray) -> xr.DataArray:
    """Return the credits that parks retire: what they need, as far as credits were issued.

    Provinces share a scarce year in proportion to their need; parks come first and may take every credit, though the
    carbon market wants them too. What they leave is not carried over.

    Parameters
    ----------
    needed : xr.DataArray, [Mt CO2e/yr], (province, year)
    issued : xr.DataArray, [Mt CO2e/yr], (year)
    """
    total = needed.sum("province")
    return needed * np.minimum(1.0, issued / xr.where(total > 0, total, 1.0))


@declare_units("Mt CO2e/yr", park_emissions="Mt CO2e/yr", retired="Mt CO2e/yr")
def claimed_net_emissions(park_emissions: xr.DataArray, retired: xr.DataArray) -> xr.DataArray:
    """Return what the parks say they emit: their location-based inventories less the credits they retired.

    A statement about claims. It is never added to, or taken from, a national total.
    """
    return park_emissions - retired


@declare_units("Mt CO2e/yr", park_emissions="Mt CO2e/yr", claimed="Mt CO2e/yr")
def claims_gap(park_emissions: xr.DataArray, claimed: xr.DataArray) -> xr.DataArray:
    """Return by how much the parks' claims, summed over provinces, fall short of what they emit by their own books."""
    return (park_emissions - claimed).sum("province")
