"""Zones as the model computes with them: what the scenario and its lists say, and the tables' rows for all else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
import xarray as xr

from decarb.errors import Problems
from decarb.nation import sectors
from decarb.nation.listed_zones import first_of
from decarb.nation.template import CONSUMPTION_YEAR
from decarb.nation.zones import ARCHETYPES, LEVELS, ZONE_SECTORS, zone_counts
from decarb.scenario.schema import ScenarioSpec
from decarb.scenario.stated import by_archetype, scalar, stated
from decarb.scenario.zone_list import AMOUNTS, ZoneListSpec
from decarb.scenario.zone_schema import ZoneSpec
from decarb.tables import Bound, provinces, table_array
from decarb.units import Quantity, stamp, strip

WEIGHTS: Final = ("zone_electricity_weight", "zone_fuel_weight", "zone_process_weight", "zone_heat_weight")
OF_ARCHETYPE: Final = (*WEIGHTS, "roof_area_per_load", "land_area_per_load", "wind_density")
OF_SITES: Final = ("pv_roof_density", "least_wind_full_load_hours")
SECTORS_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "fuel_co2": ("energy_industry", "manufacturing"), "process_co2": ("process",), "heat_co2": ("power_heat",),
}  # fmt: skip
"""Column of a list -> the sectors among which its CO2 is split as the province's own."""
TABLE_YEAR: Final = 2019  # of CO2 by sector and province
ROUNDING: Final = 1e-9
MOST_ZONES: Final = 10_000  # in one list; the tables have about 2,500 in the nation
MOST_OVER_DEFAULT: Final = 20.0  # zones of a list over those of its province in the tables


def zone_inputs(spec: ScenarioSpec, bound: Bound = "value") -> dict[str, xr.DataArray]:
    """Return every input of `decarb.nation.zones` and of the room in zones.

    Parameters
    ----------
    spec : ScenarioSpec
    bound : {"value", "low", "high"}
        Which column of the tables fills what the scenario leaves out. Parts of a mix are taken at their central values
        together.

    Returns
    -------
    dict of str to xr.DataArray
        `listed_zone_count` [zone], `listed_zone_load` [MWh/yr] (province, level, archetype) and `listed_zone_co2`
        [Mt CO2/yr] (province, sector, level, archetype) are NaN in provinces without a list; CO2 also where the list
        has no column for it.

    Raises
    ------
    InputError
        A list holds more than its province, with what is there.
    """
    zone = spec.zones
    written = {"usable_roof_share": zone.usable_roof_share, "wind_land_share": zone.wind_land_share}
    return {
        **_counts(),
        "archetype_mix": _mix(zone),
        **{name: by_archetype(name, bound) for name in OF_ARCHETYPE},
        **{name: by_archetype(name, bound, shares) for name, shares in written.items()},
        **{name: table_array("archetypes", name, bound=bound) for name in OF_SITES},
        "national_zone_size": stated(zone.national_size, "national_zone_size", "1", bound),
        "zone_size_spread": stated(zone.size_spread, "zone_size_spread", "1", bound),
        "grid_connection_per_load": stated(zone.grid_connection_per_load, "grid_connection_per_load", "1", bound),
        "captive_share": stated(zone.captive_share, "captive_share", "1", bound),
        "zone_share_of_national_co2": table_array("zones", "zone_co2_share", bound=bound, year=2015)
        if zone.share_of_national_co2 is None else scalar(zone.share_of_national_co2, "1"),
        **listed_zones(zone.list or {}),
    }  # fmt: skip


def default_zones() -> xr.DataArray:
    """Return the zones [zone] (province) of the tables: those that a list of the province stands in the place of."""
    counts = _counts()
    of_cohorts = zone_counts(
        counts["provincial_zone_count"], counts["development_zone_count"], counts["national_zone_count"],
        _mix(ZoneSpec()),
    )  # fmt: skip
    return stamp(of_cohorts.sum(["level", "archetype"]), "zone")


def zones_of_nation(zone: ZoneSpec) -> xr.DataArray:
    """Return the nation's zones [zone] (level, archetype), with those of own lists in the place of the tables'."""
    counts = _counts()
    of_tables = zone_counts(
        counts["provincial_zone_count"], counts["development_zone_count"], counts["national_zone_count"], _mix(zone)
    )
    listed = listed_zones(zone.list or {})["listed_zone_count"]
    return stamp(first_of(listed, of_tables).sum("province"), "zone")


def _counts() -> dict[str, xr.DataArray]:
    rows = {"provincial_zone_count": "provincial_zone_count", "development_zone_count": "etdz_count"}
    by_province = {
        name: table_array("zones", row, "province", year=2018).reindex(province=list(provinces()))
        for name, row in rows.items()
    }
    return {**by_province, "national_zone_count": table_array("zones", "zone_count", level="national", year=2018)}


def listed_zones(lists: Mapping[str, ZoneListSpec]) -> dict[str, xr.DataArray]:
    """Return count, electricity and CO2 of listed zones, NaN where no list says them.

    Parameters
    ----------
    lists : mapping
        Province to its list.

    Raises
    ------
    InputError
        As `check_lists`.
    """
    labels = {"province": list(provinces()), "level": list(LEVELS), "archetype": list(ARCHETYPES)}
    cohort = xr.DataArray(np.nan, labels, tuple(labels))
    count, load = cohort.copy(), cohort.copy()
    co2 = cohort.expand_dims(sector=list(sectors.SECTORS)).transpose("province", "sector", ...).copy()
    there = _there() if lists else xr.Dataset()
    for province, zone_list in lists.items():
        count.loc[province], load.loc[province] = 0.0, 0.0
        for said in zone_list.cohorts:
            at = {"province": province, "level": said.level, "archetype": said.archetype}
            count.loc[at], load.loc[at] = said.zones.to("zone"), said.electricity.to("MWh/yr")
        for column, into in SECTORS_OF.items():
            co2.loc[{"province": province, "sector": list(into)}] = _co2(zone_list, column, into, there, province)
        # What no column speaks of and no zone can have.
        co2.loc[{"province": province, "sector": ~co2["sector"].isin(ZONE_SECTORS)}] = 0.0
    check_lists(lists)
    return {
        "listed_zone_count": stamp(count, "zone"),
        "listed_zone_load": stamp(load, "MWh/yr"),
        "listed_zone_co2": stamp(co2, "Mt CO2/yr"),
    }


def _co2(zone_list: ZoneListSpec, column: str, into: tuple[str, ...], there: xr.Dataset, province: str) -> xr.DataArray:
    """Return CO2 of one column (sector, level, archetype), split as the province's own; NaN without the column."""
    labels = {"level": list(LEVELS), "archetype": list(ARCHETYPES)}
    has_column = getattr(zone_list.cohorts[0], column) is not None
    said = xr.DataArray(0.0 if has_column else np.nan, labels, tuple(labels))
    for cohort in zone_list.cohorts:
        amount: Quantity | None = getattr(cohort, column)
        if amount is not None:
            said.loc[{"level": cohort.level, "archetype": cohort.archetype}] = amount.to("Mt CO2/yr")
    own = there["co2"].sel(province=province, sector=list(into), drop=True)
    total = own.sum()
    share = xr.where(total > 0.0, own / total, 1.0 / len(into))
    return (share * said).transpose("sector", "level", "archetype")


def check_lists(lists: Mapping[str, ZoneListSpec], place: Callable[[str], str] | None = None) -> None:
    """Refuse lists that hold more than their province: of CO2, of electricity, or of zones.

    Parameters
    ----------
    lists : mapping
        Province to its list.
    place : callable, optional
        Where the list of a province stands, for the messages; else the file as the scenario names it.

    Raises
    ------
    InputError
        With everything of which a list holds too much.
    """
    there, problems = _there() if lists else xr.Dataset(), Problems()
    for province, zone_list in lists.items():
        where = zone_list.file if place is None else place(province)
        _check_count(zone_list, province, where, problems)
        _check_amounts(zone_list, province, where, there, problems)
    problems.raise_if_any()


def _check_count(zone_list: ZoneListSpec, province: str, where: str, problems: Problems) -> None:
    key, usual = f"zones.list.{province}", float(default_zones().sel(province=province))
    number = sum(cohort.zones.to("zone") for cohort in zone_list.cohorts)
    most = min(MOST_ZONES, MOST_OVER_DEFAULT * usual)
    if number > most:
        found = f"{number:,.0f} zones where the tables have {usual:,.0f}, and at most {most:,.0f} are taken"
        problems.add(where, key, found, "list development zones alone, and join small ones")
    cohorts = [(cohort.level, cohort.archetype) for cohort in zone_list.cohorts]
    for level, archetype in dict.fromkeys(cohort for cohort in cohorts if cohorts.count(cohort) > 1):
        problems.add(where, key, f"{level} zones of {archetype} stand twice", "keep one of the two, or add them up")


def _check_amounts(zone_list: ZoneListSpec, province: str, where: str, there: xr.Dataset, problems: Problems) -> None:
    for column, unit in AMOUNTS.items():
        amounts = [getattr(cohort, column) for cohort in zone_list.cohorts]
        total = sum(amount.to(unit) for amount in amounts if amount is not None)
        if column == "electricity":
            most, what = float(there["electricity"].sel(province=province)), "of electricity"
        else:
            inside = there["co2"].sel(province=province, sector=list(SECTORS_OF[column]))
            most, what = float(inside.sum()), f"in {' and '.join(SECTORS_OF[column])}"
        if total > most * (1.0 + ROUNDING):
            found = f"the zones hold {total:,.0f} {unit}, {province} has {most:,.0f} {what}"
            key = f"zones.list.{province}"
            problems.add(where, key, f"{column}: {found}", "check the unit of the column")


def _there() -> xr.Dataset:
    """Return what each province has in the base year: CO2 by sector [kt CO2/yr] and electricity used [GWh/yr]."""
    reported = table_array("sectors", "sector_co2", "sector", year=TABLE_YEAR).sel(sector=list(sectors.SECTORS))
    energy, process = (
        table_array("history", f"official_{part}_co2", year=sectors.BASE_YEAR) for part in ("energy", "process")
    )
    share = sectors.provincial_shares(
        table_array("provinces", "sector_co2", "province", "sector", year=TABLE_YEAR).reindex(
            province=list(provinces()), sector=list(sectors.SECTORS)
        ),
        table_array("provinces", "gdp_share", "province", year=TABLE_YEAR),
        table_array("parameters", "tibet_intensity_ratio"),
    )
    used = table_array("provinces", "electricity_consumption", "province", year=CONSUMPTION_YEAR)
    co2 = sectors.by_province(sectors.base_levels(energy, process, reported), share)
    return xr.Dataset({"co2": strip(co2, "kt CO2/yr"), "electricity": strip(used, "GWh/yr")})


def _mix(zone: ZoneSpec) -> xr.DataArray:
    of_level = []
    for level, mix in zip(LEVELS, (zone.national_mix, zone.provincial_mix), strict=True):
        own = {} if mix is None else {name: getattr(mix, name) for name in ARCHETYPES}
        of_level.append(by_archetype(f"{level}_zone_mix", "value", own))
    return stamp(xr.concat(of_level, xr.IndexVariable("level", list(LEVELS))), "1")
