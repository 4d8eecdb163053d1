"""Books and claims of parks beside the physics of the nation: contracts and credits lower no total."""

from __future__ import annotations

from typing import Final

import numpy as np
import xarray as xr

from decarb.errors import DecarbError
from decarb.units import declare_units, strip

OWN_PLANTS: Final = "power_heat"
COHORTS: Final = ("level", "archetype", "vintage")
"""What is contracted before years meet provinces."""


def _contracted(one: xr.DataArray, other: xr.DataArray, *further: str) -> xr.DataArray:
    """Return the sum of products over cohorts of zones, and over `further` dimensions."""
    other = other.sum([dim for dim in COHORTS if dim in other.dims and dim not in one.dims])
    dims = [dim for dim in (*COHORTS, *further) if dim in one.dims]
    return xr.dot(one, other, dim=dims) if dims else one * other


@declare_units("1", operating_share="1", later_share="1")
def share_by_vintage(operating_share: xr.DataArray, later_share: xr.DataArray) -> xr.DataArray:
    """Return the share of zones that operate, counted as the first or as the last vintage.

    Parameters
    ----------
    operating_share, later_share : xr.DataArray, [1], (level, archetype, year)
        Zones in operation, and how far those have gone towards the last vintage.
    """
    first = operating_share - later_share
    return xr.concat([first, later_share], dim=xr.IndexVariable("vintage", ["first", "last"]))


@declare_units("Mt CO2/yr", national_co2="Mt CO2/yr", provincial_share="1", zone_share="1", covered_share="1",
               operating_share="1", parts="1")  # fmt: skip
def direct_emissions_of_parks(
    national_co2: xr.DataArray,
    provincial_share: xr.DataArray,
    zone_share: xr.DataArray,
    covered_share: xr.DataArray,
    operating_share: xr.DataArray,
    parts: xr.DataArray,
) -> xr.DataArray:
    """Return fuel and process CO2 inside the boundary of adopted parks after their levers.

    Power and heat of zones' own plants are not among them: what parks buy stands for the power.

    Parameters
    ----------
    national_co2 : xr.DataArray, [Mt CO2/yr], (sector, year)
        Before the levers of zones and after capture; zones follow the rest of their sector.
    provincial_share : xr.DataArray, [1], (province, sector)
    zone_share : xr.DataArray, [1], (province, sector, level, archetype)
    covered_share : xr.DataArray, [1], (province, level, archetype)
        Part of a zone inside the park's boundary.
    operating_share : xr.DataArray, [1], (level, archetype, year)
    parts : xr.DataArray, [1], (lever, sector, archetype)
        What each lever takes of a sector inside, as `decarb.nation.levers.lever_parts` gives it.

    Returns
    -------
    xr.DataArray, [Mt CO2/yr], (province, year)

    Notes
    -----
    Sum over sector, level and archetype of
    (provincial share x zone share x covered share x (1 - parts)) x (national CO2 x operating share).
    """
    others = [dim for dim in zone_share.dims if dim != "sector"]
    held = (zone_share > 0.0).any(others) & (zone_share["sector"] != OWN_PLANTS)
    sectors = zone_share["sector"].values[held.values]
    left = 1.0 - parts.sum("lever").reindex(sector=sectors, fill_value=0.0)
    of_zones = zone_share.sel(sector=sectors)
    # Where no zone stands, what it covers is not defined.
    covered = (of_zones * covered_share).where(of_zones > 0.0, 0.0)
    inside = provincial_share.sel(sector=sectors) * covered * left
    return _contracted(inside, national_co2.sel(sector=sectors) * operating_share, "sector")


@declare_units("TWh/yr", electricity="TWh/yr", provincial_share="1", zone_share="1", covered_share="1",
               operating_share="1")  # fmt: skip
def electrified_in_parks(
    electricity: xr.DataArray, provincial_share: xr.DataArray, zone_share: xr.DataArray, covered_share: xr.DataArray,
    operating_share: xr.DataArray,
) -> xr.DataArray:  # fmt: skip
    """Return the power that the nation's own electrification brings into adopted parks, (province, year).

    Zones follow the rest of their sector: where it burns less fuel and takes more power, so do they.

    Parameters
    ----------
    electricity : xr.DataArray, [TWh/yr], (sector, year)
        In place of fuel, of the whole nation.
    provincial_share, zone_share, covered_share, operating_share : xr.DataArray, [1]
        As of `direct_emissions_of_parks`.
    """
    inside = provincial_share * zone_share * covered_share
    return _contracted(inside, electricity * operating_share, "sector")


@declare_units("TWh/yr", load="TWh/yr", own_use="TWh/yr", load_growth="1", zone_count="zone", operating_share="1",
               for_fuel="TWh/yr", saved="TWh/yr")  # fmt: skip
def electricity_bought_by_parks(
    load: xr.DataArray, own_use: xr.DataArray, load_growth: xr.DataArray, zone_count: xr.DataArray,
    operating_share: xr.DataArray, for_fuel: xr.DataArray, saved: xr.DataArray | str = "0 TWh/yr",
) -> xr.DataArray:  # fmt: skip
    """Return electricity that adopted parks draw from the grid; their load grows with national demand.

    Parks of a province are taken together: what one has too much of, another uses.

    Parameters
    ----------
    load, own_use : xr.DataArray, [TWh/yr], (province, level, archetype), and `own_use` by (vintage)
        Of one park.
    load_growth : xr.DataArray, [1], (year)
    zone_count : xr.DataArray, [zone], (province, level, archetype)
    operating_share : xr.DataArray, [1], (vintage, level, archetype, year)
        As `share_by_vintage` returns it; without `vintage` where all parks are alike.
    for_fuel, saved : xr.DataArray, [TWh/yr], (province, year)
        Of all parks: in place of the fuel they no longer burn, and saved.

    Returns
    -------
    xr.DataArray, [TWh/yr], (province, year)
    """
    # Where no zone stands, its load is not defined.
    of_all, own_of_all = ((each * zone_count).where(zone_count > 0.0, 0.0) for each in (load, own_use))
    needed = _contracted(of_all, operating_share) * load_growth - saved
    return (needed - _contracted(own_of_all, operating_share)).clip(0.0) + for_fuel


@declare_units("Mt CO2e/yr", direct="Mt CO2/yr", bought="TWh/yr", grid_factor="Mt CO2/TWh", gwp_co2="Mt CO2e/Mt CO2")
def park_emissions(
    direct: xr.DataArray, bought: xr.DataArray, grid_factor: xr.DataArray, gwp_co2: xr.DataArray
) -> xr.DataArray:
    """Return the location-based inventories of all adopted parks, (province, year).

    These tonnes stay on the parks' side: the nation counts the same power at the plant. Heat from outside the fence is
    not in them.
    """
    return (direct + bought * grid_factor) * gwp_co2


@declare_units("Mt CO2e/yr", direct="Mt CO2/yr", bought="TWh/yr", green_power_share="1",
               residual_factor="Mt CO2/TWh", gwp_co2="Mt CO2e/Mt CO2")  # fmt: skip
def market_based_emissions(
    direct: xr.DataArray,
    bought: xr.DataArray,
    green_power_share: xr.DataArray,
    residual_factor: xr.DataArray,
    gwp_co2: xr.DataArray,
) -> xr.DataArray:
    """Return the market-based inventories of all adopted parks, (province, year).

    Power under contract counts zero, all other by the residual factor. Above the location-based inventory where parks
    buy less under contract than others do: the tonnes that others contract away stand in the residual.

    Parameters
    ----------
    direct : xr.DataArray, [Mt CO2/yr], (province, year)
    bought : xr.DataArray, [TWh/yr], (province, year)
    green_power_share : xr.DataArray, [1]
        Of bought power under contract.
    residual_factor : xr.DataArray, [Mt CO2/TWh], (year)
    gwp_co2 : xr.DataArray, [Mt CO2e/Mt CO2]
    """
    return (direct + bought * ((1.0 - green_power_share) * residual_factor)) * gwp_co2


@declare_units("Mt CO2e/yr", market_based="Mt CO2e/yr", retired="Mt CO2e/yr")
def claimed_net_emissions(market_based: xr.DataArray, retired: xr.DataArray) -> xr.DataArray:
    """Return what the parks say they emit: their market-based inventories less the credits they use.

    A statement about claims. It is never added to, or taken from, a national total.
    """
    return market_based - retired


@declare_units(dict.fromkeys(("claims_gap", "claims_gap_certificates", "claims_gap_credits"), "Mt CO2e/yr"),
               location_based="Mt CO2e/yr", market_based="Mt CO2e/yr", retired="Mt CO2e/yr")  # fmt: skip
def claims_gap_in_parts(location_based: xr.DataArray, market_based: xr.DataArray, retired: xr.DataArray) -> xr.Dataset:
    """Return by how much the claims of all parks fall short of what they emit where they stand.

    Parameters
    ----------
    location_based, market_based, retired : xr.DataArray, [Mt CO2e/yr], (province, year)
        The two inventories, and credits used.

    Returns
    -------
    xr.Dataset, (year)
        `claims_gap_certificates` by contracts and certificates, negative where parks say more than they emit;
        `claims_gap_credits` by credits; and `claims_gap`, their sum.
    """
    certificates = (location_based - market_based).sum("province", skipna=False)
    offset = retired.sum("province", skipna=False)
    return xr.Dataset(
        {"claims_gap": certificates + offset, "claims_gap_certificates": certificates, "claims_gap_credits": offset}
    )


def check_claims(annual: xr.Dataset, tolerance: float = 1e-9) -> None:
    """Check that the claims are what inventories and credits say, and their gap the sum of its two parts.

    Parameters
    ----------
    annual : xr.Dataset
        `park_emissions`, `park_emissions_market`, `ccer_retired`, `claimed_net_emissions` (province, year) and the
        three claims gaps (year).

    Raises
    ------
    DecarbError
        A claim or a gap is something else, or no number.
    """
    plain = {name: strip(annual[name], "Mt CO2e/yr")
             for name in ("park_emissions", "park_emissions_market", "ccer_retired", "claimed_net_emissions",
                          "claims_gap", "claims_gap_certificates", "claims_gap_credits")}  # fmt: skip
    allowed = tolerance * max(1.0, float(np.abs(plain["park_emissions"].sum("province")).max()))
    gap, parts = plain["claims_gap"], plain["claims_gap_certificates"] + plain["claims_gap_credits"]
    claimed = plain["park_emissions_market"] - plain["ccer_retired"]
    short = (plain["park_emissions"] - plain["claimed_net_emissions"]).sum("province", skipna=False)
    found = {
        "the claims are not the parks' market-based inventories less the credits they use":
            abs(claimed - plain["claimed_net_emissions"]),
        "the claims gap is not the sum of certificates and credits": abs(parts - gap),
        "the claims gap is not what parks emit less what they claim": abs(short - gap),
        "parks use more credits than they have emissions": -claimed,
    }  # fmt: skip
    for what, off in found.items():
        if not bool((off <= allowed).all()):
            raise DecarbError(f"claims: {what}; off by {float(off.max()):.3g} Mt")
