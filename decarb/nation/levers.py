"""Levers of the template beyond its own power: what an adopted zone saves, electrifies, switches and changes."""

from __future__ import annotations

from typing import Final

import xarray as xr

from decarb.errors import DecarbError
from decarb.nation.sectors import LEVER_SECTORS
from decarb.units import declare_units

LEVERS: Final = ("efficiency", "electrification", "fuel switch", "process change")
ACTED_ON: Final = (*LEVER_SECTORS, "process")
"""Sectors whose CO2 inside zones the levers lower; zones' own power plants stand in `decarb.nation.captive`."""


@declare_units(
    "1",
    fuel_saving_share="1", electrified_fuel_share="1", switched_fuel_share="1", process_change_share="1",
    switched_fuel_factor="Mt CO2/PJ", fuel_factor="Mt CO2/PJ", template_built="1",
)  # fmt: skip
def lever_parts(
    fuel_saving_share: xr.DataArray, electrified_fuel_share: xr.DataArray, switched_fuel_share: xr.DataArray,
    process_change_share: xr.DataArray, switched_fuel_factor: xr.DataArray, fuel_factor: xr.DataArray,
    template_built: xr.DataArray,
) -> xr.DataArray:  # fmt: skip
    """Return the part of a sector's CO2 in a covered zone that each lever takes, (lever, sector, archetype).

    Each lever acts on what the one before it left, so the parts never add to more than 1. What a zone does on the day
    it adopts, it does for good: no lever grows afterwards.

    Parameters
    ----------
    fuel_saving_share : xr.DataArray, [1], (archetype)
        Fuel that is no longer needed.
    electrified_fuel_share : xr.DataArray, [1], (archetype)
        Of the fuel still needed, what electricity replaces.
    switched_fuel_share : xr.DataArray, [1], (archetype)
        Of the fuel still burnt, what another fuel replaces.
    process_change_share : xr.DataArray, [1], (archetype)
        Process CO2 that other materials or methods avoid.
    switched_fuel_factor : xr.DataArray, [Mt CO2/PJ]
        Of the fuel switched to.
    fuel_factor : xr.DataArray, [Mt CO2/PJ], (sector)
        Of the fuels that the sector burns.
    template_built : xr.DataArray, [1]
        0 where zones take the claim and build nothing.

    Raises
    ------
    DecarbError
        Fuel is switched to a dirtier one.

    Notes
    -----
    Saved e, electrified (1 - e) x, switched (1 - e) (1 - x) s (1 - f / f_sector) in the sectors that burn fuel; changed
    c in the process sector.
    """
    _refuse_a_dirtier_fuel(switched_fuel_share, switched_fuel_factor, fuel_factor)
    sector = fuel_factor["sector"]
    burns, runs = (sector.isin(LEVER_SECTORS) * 1.0, (sector == "process") * 1.0)
    needed = 1.0 - fuel_saving_share
    burnt = needed * (1.0 - electrified_fuel_share)
    taken = (
        burns * fuel_saving_share,
        burns * needed * electrified_fuel_share,
        burns * burnt * switched_fuel_share * (1.0 - switched_fuel_factor / fuel_factor),
        runs * process_change_share,
    )
    together = xr.concat(xr.broadcast(*taken), dim=xr.IndexVariable("lever", list(LEVERS)))
    return (together * template_built).transpose(..., "lever", "sector", "archetype")


def _refuse_a_dirtier_fuel(share: xr.DataArray, factor: xr.DataArray, of_sector: xr.DataArray) -> None:
    burnt = of_sector.sel(sector=list(LEVER_SECTORS))
    dirtier = (share > 0.0) & (factor > burnt)
    if bool(dirtier.any()):
        sector = next(name for name in LEVER_SECTORS if bool(dirtier.sel(sector=name).any()))
        # A PJ is a million GJ and a Mt a million t: the numbers are those of t CO2/GJ, which a scenario states.
        raise DecarbError(
            f"template.switched_fuel_factor: {float(factor.max()):.4g} t CO2/GJ is dirtier than the fuels of "
            f"{sector}, {float(burnt.sel(sector=sector).min()):.4g} t CO2/GJ; write a smaller factor, or "
            f"template.switched_fuel_share: 0"
        )


@declare_units("1", parts="1", zone_share="1", covered_share="1", operating_share="1")
def abated_share(
    parts: xr.DataArray, zone_share: xr.DataArray, covered_share: xr.DataArray, operating_share: xr.DataArray
) -> xr.DataArray:
    """Return the part of each province and sector that the levers of adopted zones take, (province, sector, year).

    Parameters
    ----------
    parts : xr.DataArray, [1], (lever, sector, archetype)
        As `lever_parts` gives it; fewer levers or sectors give their part alone, at less cost.
    zone_share : xr.DataArray, [1], (province, sector, level, archetype)
    covered_share : xr.DataArray, [1], (province, level, archetype)
        Part of a zone that the template covers.
    operating_share : xr.DataArray, [1], (level, archetype, year)
    """
    taken = zone_share.sel(sector=parts["sector"]) * covered_share * parts.sum("lever")
    share = xr.dot(taken, operating_share, dim=("level", "archetype"))
    return share.transpose(..., "province", "sector", "year")


@declare_units("Mt CO2/yr", parts="1", zone_share="1", covered_share="1", provincial_share="1", operating_share="1",
               national_co2="Mt CO2/yr")  # fmt: skip
def abated_nationally(
    parts: xr.DataArray, zone_share: xr.DataArray, covered_share: xr.DataArray, provincial_share: xr.DataArray,
    operating_share: xr.DataArray, national_co2: xr.DataArray,
) -> xr.DataArray:  # fmt: skip
    """Return the CO2 that each lever takes in all adopted zones, (lever, sector, year).

    Zones follow the rest of their sector, so the provinces are summed before any year is looked at.

    Parameters
    ----------
    parts, zone_share, covered_share, operating_share : xr.DataArray, [1]
        As for `abated_share`.
    provincial_share : xr.DataArray, [1], (province, sector)
        Of each province in a sector.
    national_co2 : xr.DataArray, [Mt CO2/yr], (sector, year)
        Before the levers of zones.
    """
    in_zones = xr.dot(zone_share * covered_share, provincial_share, dim="province")
    share = xr.dot(parts * in_zones, operating_share, dim=("level", "archetype"))
    return (share * national_co2).transpose(..., "lever", "sector", "year")


@declare_units("Mt CO2/yr", abated="1", national_co2="Mt CO2/yr", provincial_share="1")
def abated_by_province(
    abated: xr.DataArray, national_co2: xr.DataArray, provincial_share: xr.DataArray
) -> xr.DataArray:
    """Return in tonnes what `abated_share` gives as a part, (province, sector, year).

    Parameters
    ----------
    abated : xr.DataArray, [1], (province, sector, year)
    national_co2 : xr.DataArray, [Mt CO2/yr], (sector, year)
        Before the levers of zones.
    provincial_share : xr.DataArray, [1], (province, sector)
    """
    return abated * (provincial_share * national_co2)


@declare_units("TWh/yr", electricity_saving_share="1", zone_load="TWh/yr", zone_count="zone", covered_share="1",
               template_built="1")  # fmt: skip
def electricity_saved_if_all_adopt(
    electricity_saving_share: xr.DataArray, zone_load: xr.DataArray, zone_count: xr.DataArray,
    covered_share: xr.DataArray, template_built: xr.DataArray,
) -> xr.DataArray:  # fmt: skip
    """Return the electricity that zones would save if all adopted, (province, level, archetype), at today's load.

    Parameters
    ----------
    electricity_saving_share : xr.DataArray, [1], (archetype)
        Of the load that the template covers.
    zone_load : xr.DataArray, [TWh/yr], (province, level, archetype)
        Of one mean zone.
    zone_count : xr.DataArray, [zone], (province, level, archetype)
    covered_share : xr.DataArray, [1], (province, level, archetype)
    template_built : xr.DataArray, [1]
        0 where zones take the claim and build nothing.
    """
    # Where no zone stands its load is not defined.
    return (zone_load * zone_count * covered_share).fillna(0.0) * (electricity_saving_share * template_built)


@declare_units("TWh/yr", if_all_adopt="TWh/yr", operating_share="1", load_growth="1")
def electricity_saved(
    if_all_adopt: xr.DataArray, operating_share: xr.DataArray, load_growth: xr.DataArray
) -> xr.DataArray:
    """Return the electricity that adopted zones no longer need, (province, year).

    The load of zones grows with the trend of demand, and what they save with it.

    Parameters
    ----------
    if_all_adopt : xr.DataArray, [TWh/yr], (province, level, archetype)
        As `electricity_saved_if_all_adopt` gives it.
    operating_share : xr.DataArray, [1], (level, archetype, year)
    load_growth : xr.DataArray, [1], (year)
        Trend of demand over that of the year of the load.
    """
    saved = xr.dot(if_all_adopt, operating_share, dim=("level", "archetype"))
    return (saved * load_growth).transpose(..., "province", "year")
