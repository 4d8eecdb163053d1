"""The rest of the economy: eight sectors by province on the official base, and where they go after it."""

from __future__ import annotations

from typing import Final

import xarray as xr

from decarb.units import declare_units

SECTORS: Final = (
    "power_heat", "energy_industry", "manufacturing", "process",
    "transport", "buildings", "agriculture", "construction",
)  # fmt: skip
LEVER_SECTORS: Final = ("energy_industry", "manufacturing")  # whose fuel the template electrifies inside zones
BASE_YEAR: Final = 2021  # of the official inventory
LAST_HISTORY_YEAR: Final = 2023  # of the derived series; the model starts after it
LAST_OBSERVED_YEAR: Final = 2025  # of generation, demand and GDP; rollout and levers act after it


@declare_units("Mt CO2/yr", official_energy="Mt CO2/yr", official_process="Mt CO2/yr", reported="Mt CO2/yr")
def base_levels(official_energy: xr.DataArray, official_process: xr.DataArray, reported: xr.DataArray) -> xr.DataArray:
    """Return CO2 by sector in the base year: the official totals, split as the sector table reports.

    The official inventory publishes energy and process only; the split inside energy is that of CEADs 2019, two years
    older than the level it divides.

    Parameters
    ----------
    official_energy, official_process : xr.DataArray, [Mt CO2/yr]
        Of the official inventory of `BASE_YEAR`.
    reported : xr.DataArray, [Mt CO2/yr], (sector)
        National sectors of the table; only their shares are used.
    """
    is_process = reported["sector"] == "process"
    energy = reported.where(~is_process, 0.0)
    return xr.where(is_process, official_process, official_energy * energy / energy.sum("sector"))


@declare_units("1", reported="Mt CO2/yr", gdp_share="1", tibet_intensity_ratio="1")
def provincial_shares(
    reported: xr.DataArray, gdp_share: xr.DataArray, tibet_intensity_ratio: xr.DataArray
) -> xr.DataArray:
    """Return each province's share of a sector; the shares of a sector add to 1.

    Tibet has no row in the table: its share of every sector is its share of GDP times a stated ratio.

    Parameters
    ----------
    reported : xr.DataArray, [Mt CO2/yr], (province, sector)
        Provinces of the table, NaN where it has no row.
    gdp_share : xr.DataArray, [1], (province)
    tibet_intensity_ratio : xr.DataArray, [1]
        CO2 per GDP of Tibet over that of the nation.
    """
    tibet = gdp_share.sel(province="Tibet", drop=True) * tibet_intensity_ratio
    others = reported / reported.sum("province") * (1.0 - tibet)
    return others.where(reported["province"] != "Tibet", tibet)


@declare_units("Mt CO2/yr", base_level="Mt CO2/yr", gross_index="1", process_index="1", power_heat="Mt CO2/yr")
def history(
    base_level: xr.DataArray, gross_index: xr.DataArray, process_index: xr.DataArray, power_heat: xr.DataArray
) -> xr.DataArray:
    """Return CO2 by sector for the years before the model starts.

    The total of a year is the official level times the index of the Global Carbon Budget. Power and heat come from
    their own balance, processes follow the budget's cement and other processes; the sectors that burn fuel close the
    year in the proportions of the base year.

    Parameters
    ----------
    base_level : xr.DataArray, [Mt CO2/yr], (sector)
    gross_index, process_index : xr.DataArray, [1], (year)
        1 in the base year: fossil CO2 with cement; cement and other industrial processes.
    power_heat : xr.DataArray, [Mt CO2/yr], (year)
    """
    is_power, is_process = base_level["sector"] == "power_heat", base_level["sector"] == "process"
    process = base_level.sel(sector="process", drop=True) * process_index
    rest = base_level.where(~is_power & ~is_process, 0.0)
    burnt_elsewhere = base_level.sum("sector") * gross_index - power_heat - process
    closing = rest / rest.sum("sector") * burnt_elsewhere
    return xr.where(is_power, power_heat, xr.where(is_process, process, closing))


@declare_units("Mt CO2/yr", start="Mt CO2/yr", activity="1", intensity="1")
def trend_emissions(start: xr.DataArray, activity: xr.DataArray, intensity: xr.DataArray) -> xr.DataArray:
    """Return CO2 of a sector by trend: where history ends, times activity, times CO2 per activity.

    Parameters
    ----------
    start : xr.DataArray, [Mt CO2/yr], (sector)
    activity, intensity : xr.DataArray, [1], (sector, year) or (year)
        Real GDP, and CO2 per real GDP, over those of the start.
    """
    return start * activity * intensity


@declare_units("1", level="Mt CO2/yr", reported="Mt CO2/yr")
def scaling(level: xr.DataArray, reported: xr.DataArray) -> xr.DataArray:
    """Return the factor that lifts a table's sector to the level of the official base."""
    return level / reported


@declare_units("1", final="1")
def electrified_share(final: xr.DataArray, year: xr.DataArray, start_year: int) -> xr.DataArray:
    """Return the fuel that electricity has replaced beyond the trend: a straight line to `final` in the last year.

    Parameters
    ----------
    final : xr.DataArray, [1], (sector)
    year : xr.DataArray, (year)
    """
    return final * ((year - start_year) / (year.values[-1] - start_year)).clip(0.0, 1.0)


@declare_units("Mt CO2/yr", trend="Mt CO2/yr", share="1")
def electrified(trend: xr.DataArray, share: xr.DataArray) -> xr.DataArray:
    """Return CO2 of the fuel that electricity replaces, by sector and year."""
    return trend * share


@declare_units("Mt CO2/yr", emissions="Mt CO2/yr", replaced="Mt CO2/yr")
def burnt(emissions: xr.DataArray, replaced: xr.DataArray) -> xr.DataArray:
    """Return what is still emitted once electricity has replaced a part of the fuel."""
    return emissions - replaced


@declare_units("Mt CO2/yr", past="Mt CO2/yr", future="Mt CO2/yr")
def joined(past: xr.DataArray, future: xr.DataArray) -> xr.DataArray:
    """Return history as far as it goes, then the model; power and heat come from their own balance and are 0 here."""
    series = past.combine_first(future)
    return series.where(series["sector"] != "power_heat", 0.0)


@declare_units("Mt CO2/yr", emissions="Mt CO2/yr", share="1")
def by_province(emissions: xr.DataArray, share: xr.DataArray) -> xr.DataArray:
    """Return national CO2 of a sector spread over the provinces by their shares.

    Parameters
    ----------
    emissions : xr.DataArray, [Mt CO2/yr], (sector, year)
    share : xr.DataArray, [1], (province, sector)
        Held as in the table's year: no industry moves.
    """
    return emissions * share


@declare_units("Mt CO2/yr", others="Mt CO2/yr", power_heat="Mt CO2/yr")
def all_sectors(others: xr.DataArray, power_heat: xr.DataArray) -> xr.DataArray:
    """Return all sectors of the nation: power and heat, and the others as they are, (sector, year).

    Parameters
    ----------
    others : xr.DataArray, [Mt CO2/yr], (sector, year)
        0 in power and heat.
    power_heat : xr.DataArray, [Mt CO2/yr], (year)
    """
    here = (others["sector"] == "power_heat") * 1.0
    return others + here * power_heat


@declare_units("1", after="Mt CO2/yr", before="Mt CO2/yr")
def kept_share(after: xr.DataArray, before: xr.DataArray) -> xr.DataArray:
    """Return the part of a sector's CO2 that a step leaves, (sector, year): 1 where there was none before."""
    return (after / before).where(before != 0.0, 1.0)


@declare_units("Mt CO2/yr", emitted="Mt CO2/yr", kept="1")
def after_capture(emitted: xr.DataArray, kept: xr.DataArray) -> xr.DataArray:
    """Return what capture leaves of CO2 that it catches in the proportion of its sector."""
    return emitted * kept


@declare_units("Mt CO2/yr", left="Mt CO2/yr", abated="Mt CO2/yr")
def less_at_plants(left: xr.DataArray, abated: xr.DataArray) -> xr.DataArray:
    """Return CO2 of all sectors less what is abated at the plants of power and heat, (sector, year).

    Parameters
    ----------
    left : xr.DataArray, [Mt CO2/yr], (sector, year)
    abated : xr.DataArray, [Mt CO2/yr], (year)
    """
    return left - (left["sector"] == "power_heat") * abated


@declare_units("Mt CO2/yr", before="Mt CO2/yr", kept="1", share="1", abated="1")
def in_provinces(before: xr.DataArray, kept: xr.DataArray, share: xr.DataArray, abated: xr.DataArray) -> xr.DataArray:
    """Return CO2 of each province and sector from the nation's, less what its own zones abate.

    The one step from the nation to its provinces, after all that happens nationally. What it gives adds up to
    `kept` x (`before` - what the zones of the nation abate).

    Parameters
    ----------
    before : xr.DataArray, [Mt CO2/yr], (sector, year)
        Of the nation, before the levers of zones.
    kept : xr.DataArray, [1], (sector, year)
        What capture and other national steps leave, the same part in every province.
    share : xr.DataArray, [1], (province, sector)
        Held as in the table's year: no industry moves.
    abated : xr.DataArray, [1], (province, sector, year)
        As `decarb.nation.levers.abated_share` gives it; a sector that it lacks has no lever.
    """
    national = (before * kept).transpose(..., "sector", "year")
    # Provinces join before the sectors, so that the result lies in memory in the order of its dimensions.
    spread = national.expand_dims(province=share["province"], axis=-3) * share
    # Written in place: at a thousand scenarios each copy of the whole is 81 MB.
    acted_on = {"sector": abated["sector"]}
    spread.loc[acted_on] = spread.loc[acted_on] * (1.0 - abated)
    return spread


@declare_units("TWh/yr", avoided="Mt CO2/yr", fuel_factor="Mt CO2/TWh", electricity_per_fuel="1")
def electricity_by_sector(
    avoided: xr.DataArray, fuel_factor: xr.DataArray, electricity_per_fuel: xr.DataArray
) -> xr.DataArray:
    """Return the electricity, at the meter, that replaces fuel whose burning would have emitted `avoided`.

    Parameters
    ----------
    avoided : xr.DataArray, [Mt CO2/yr], (..., sector, year)
    fuel_factor : xr.DataArray, [Mt CO2/TWh], (sector)
        CO2 per fuel energy.
    electricity_per_fuel : xr.DataArray, [1], (sector)
        Electricity that does the work of one unit of fuel energy.
    """
    return avoided * (electricity_per_fuel / fuel_factor)


@declare_units("TWh/yr", avoided="Mt CO2/yr", fuel_factor="Mt CO2/TWh", electricity_per_fuel="1")
def electricity_for_fuel(
    avoided: xr.DataArray, fuel_factor: xr.DataArray, electricity_per_fuel: xr.DataArray
) -> xr.DataArray:
    """Return what `electricity_by_sector` gives, summed over sectors."""
    return xr.dot(avoided, electricity_per_fuel / fuel_factor, dim="sector")
