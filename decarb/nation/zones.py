"""Development zones as a part of each province and sector, by level and archetype: never more than is there."""

from __future__ import annotations

from typing import Final

import numpy as np
import xarray as xr
from scipy.special import ndtr, ndtri

from decarb.errors import CallError, DecarbError
from decarb.nation import listed_zones, sectors
from decarb.units import declare_units, strip

ZONE_SECTORS: Final = ("power_heat", "energy_industry", "manufacturing", "process")
LEVELS: Final = ("national", "provincial")
ARCHETYPES: Final = ("research_campus", "electronics", "chemicals", "logistics", "metals", "general")
COHORTS: Final = ("level", "archetype")
SIZE_CLASSES: Final = 3  # small, middle and large zones of a cohort, as many of each
PARTITION_TOLERANCE: Final = 1e-9


@declare_units(
    "zone", provincial="zone", development_zones="zone", national_total="zone", archetype_mix="1"
)  # fmt: skip
def zone_counts(
    provincial: xr.DataArray,
    development_zones: xr.DataArray,
    national_total: xr.DataArray,
    archetype_mix: xr.DataArray,
) -> xr.DataArray:
    """Return zones by province, level and archetype; counts are real numbers.

    National zones by province were not found: their total is spread like the economic and technological development
    zones, the one class whose places are known. No zone's archetype was found either: one assumed mix for each level
    holds in all provinces, so that a province of heavy industry has no heavier zones here.

    Parameters
    ----------
    provincial, development_zones : xr.DataArray, [zone], (province)
        Provincial-level zones; national economic and technological development zones.
    national_total : xr.DataArray, [zone]
        All national-level zones.
    archetype_mix : xr.DataArray, [1], (level, archetype)
        Parts of a level; they are taken over their sum, so that a changed part moves zones and makes none.

    Returns
    -------
    xr.DataArray, [zone], (province, level, archetype)

    Raises
    ------
    DecarbError
        A part of the mix is negative, or a level has none.
    """
    whole = archetype_mix.sum("archetype")
    if bool((archetype_mix < 0.0).any()) or not bool((whole > 0.0).all()):
        raise DecarbError("archetype_mix: a part is negative or a level has no zones; write parts that add to 1")
    national = national_total * development_zones / development_zones.sum("province")
    of_level = xr.where(archetype_mix["level"] == "national", national, provincial)
    return (of_level * archetype_mix / whole).transpose(..., "province", *COHORTS)


@declare_units("1", base_level="Mt CO2/yr", share_of_national_co2="1", captive_share="1")
def share_inside(
    base_level: xr.DataArray, share_of_national_co2: xr.DataArray, captive_share: xr.DataArray
) -> xr.DataArray:
    """Return the part of each sector that stands inside development zones, nationally.

    The published share of zones in national CO2 is read as direct CO2: fuel, processes and the zones' own power and
    heat plants; it is laid over those in one proportion. Whether its source also counted power from the grid was not
    read. If it did, the direct part is about 0.2 of the nation, near the low end of the row's range.

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

    Notes
    -----
    With d direct CO2 of the open sectors and g that of the grid power that industry buys, both over national CO2, a
    share s that holds both is s d / (d + g) direct: 0.31 x 0.47 / (0.47 + 0.23) = 0.21 in 2021.
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


@declare_units("1", national_zone_size="1", weight="1")
def sized(weight: xr.DataArray, national_zone_size: xr.DataArray) -> xr.DataArray:
    """Return the weight of one zone by level and archetype, national zones so many times provincial ones.

    Parameters
    ----------
    weight : xr.DataArray, [1], (..., archetype)
        Of a zone of each archetype over a `general` one of the same level.
    national_zone_size : xr.DataArray, [1]
    """
    levels = xr.DataArray(list(LEVELS), {"level": list(LEVELS)}, ("level",))
    return (weight * xr.where(levels == "national", national_zone_size, 1.0)).transpose(..., *COHORTS)


@declare_units("1", fuel="1", process="1", heat="1")
def weights_by_sector(fuel: xr.DataArray, process: xr.DataArray, heat: xr.DataArray) -> xr.DataArray:
    """Return the weights of archetypes in each sector of `ZONE_SECTORS`, (sector, archetype).

    Parameters
    ----------
    fuel, process, heat : xr.DataArray, [1], (archetype)
        A zone's burnt fuel, its processes, and its own power and heat plants, over those of a `general` zone.
    """
    by_sector = [heat, fuel, fuel, process]
    return xr.concat(xr.broadcast(*by_sector), xr.IndexVariable("sector", list(ZONE_SECTORS)), coords="minimal")


@declare_units("1", inside="1", zone_count="zone", weight="1")
def zone_share(inside: xr.DataArray, zone_count: xr.DataArray, weight: xr.DataArray) -> xr.DataArray:
    """Return the part of each province and sector that stands in each cohort of zones.

    Every province has the national part of a sector inside zones: which province has the heavier zones is not
    published. Cohorts share it by their number and by what a zone of theirs weighs.

    Parameters
    ----------
    inside : xr.DataArray, [1], (sector)
        As `share_inside` returns it.
    zone_count : xr.DataArray, [zone], (province, level, archetype)
    weight : xr.DataArray, [1], (sector, level, archetype)
        Of one zone; sectors that it lacks have no zones.

    Returns
    -------
    xr.DataArray, [1], (province, sector, level, archetype)
        Its sum over cohorts is `inside`, or 0 in a province none of whose zones weighs anything.
    """
    held = zone_count * weight
    total = held.sum(COHORTS)
    share = held * (inside.sel(sector=weight["sector"]) / total.where(total > 0, 1.0))
    return share.reindex(sector=inside["sector"], fill_value=0.0).transpose(..., "province", "sector", *COHORTS)


@declare_units("MWh/yr", consumption="MWh/yr", industry_share="1", inside="1", zone_count="zone", weight="1")
def zone_load(
    consumption: xr.DataArray, industry_share: xr.DataArray, inside: xr.DataArray, zone_count: xr.DataArray,
    weight: xr.DataArray,
) -> xr.DataArray:  # fmt: skip
    """Return the electricity that a mean zone of each cohort uses.

    Zones' part of industrial electricity is taken equal to their part of manufacturing CO2.

    Parameters
    ----------
    consumption : xr.DataArray, [MWh/yr], (province)
    industry_share : xr.DataArray, [1]
        Secondary industry in electricity consumption.
    inside : xr.DataArray, [1]
        Zones in manufacturing.
    zone_count : xr.DataArray, [zone], (province, level, archetype)
    weight : xr.DataArray, [1], (level, archetype)
        Electricity of one zone over that of another.

    Returns
    -------
    xr.DataArray, [MWh/yr], (province, level, archetype)
        Of one zone; 0 in a province without zones.
    """
    total = xr.dot(zone_count, weight, dim=COHORTS)
    of_weight = (consumption * industry_share * inside / total.where(total > 0)).fillna(0.0)
    return (of_weight * weight).transpose(..., "province", *COHORTS)


def check_partition(zone_share: xr.DataArray, tolerance: float = PARTITION_TOLERANCE) -> None:
    """Raise `DecarbError` unless zones hold no less than nothing and no more than all of each province and sector.

    Parameters
    ----------
    zone_share : xr.DataArray, [1], (..., province, sector, level, archetype)
    tolerance : float, [1]
    """
    share = strip(zone_share, "1")
    total = share.sum(COHORTS, skipna=False)
    wrong = ~((total <= 1.0 + tolerance) & (share.min(COHORTS) >= -tolerance))
    places = wrong.any([dim for dim in wrong.dims if dim not in ("province", "sector")])
    if bool(places.any()):
        row = places.stack(at=("province", "sector"))
        province, sector = row["at"].values[row.values.argmax()]
        found = float(total.sel(province=province, sector=sector).max())
        raise DecarbError(
            f"zones: {province}: zones hold {found:.4g} of {sector}, not 0 to 1; write less, or the CO2 that is known, "
            f"in the list of zones.list.{province}, or less in zones.share_of_national_co2"
        )


def size_classes(spread: xr.DataArray, number: int = SIZE_CLASSES) -> xr.DataArray:
    """Return the mean size of equally many zones each, from the smallest to the largest, over the mean zone.

    Parameters
    ----------
    spread : xr.DataArray, [1], (...)
        Log-normal sigma; 0 makes all zones equal. No distribution was ever published: an assumption.
    number : int
        Classes.

    Returns
    -------
    xr.DataArray, [1], (..., size)
        Their mean is exactly 1.

    Raises
    ------
    CallError
        Fewer than one class, or a negative spread.

    Notes
    -----
    With mean 1 and quantiles z(k) of the normal distribution, class k of n has n (N(z(k) - s) - N(z(k - 1) - s)).

    Examples
    --------
    >>> size_classes(xr.DataArray(0.9, attrs={"units": "1"})).values.round(2)
    array([0.27, 0.68, 2.04])
    """
    sigma = strip(spread, "1")
    if number < 1 or not bool((sigma >= 0.0).all()):
        raise CallError(
            f"size_classes: {number} classes, spread {float(sigma.min()):g}; write 1 or more, and 0 or more"
        )
    quantile = xr.DataArray(ndtri(np.arange(number + 1) / number), dims="size")
    below = xr.apply_ufunc(ndtr, quantile - sigma)
    relative = number * below.diff("size")
    return (relative / relative.mean("size")).transpose(..., "size").assign_attrs(units="1")


def zones_in_base(inputs: xr.Dataset, base_level: xr.DataArray, provincial_share: xr.DataArray) -> xr.Dataset:
    """Return how many zones there are, what a mean zone uses, and what part of each sector they hold.

    Parameters
    ----------
    inputs : xr.Dataset
        As `decarb.scenario.zone_inputs.zone_inputs` gives them, with `provincial_consumption` and
        `industry_electricity_share`.
    base_level : xr.DataArray, [Mt CO2/yr], (sector)
    provincial_share : xr.DataArray, [1], (province, sector)

    Returns
    -------
    xr.Dataset
        `zone_count` [zone], `zone_load` [MWh/yr] (province, level, archetype), `zone_share` [1] (province, sector,
        level, archetype).

    Raises
    ------
    DecarbError
        Zones would hold more than is there.
    """
    size = inputs["national_zone_size"]
    count = zone_counts(
        inputs["provincial_zone_count"], inputs["development_zone_count"], inputs["national_zone_count"],
        inputs["archetype_mix"],
    )  # fmt: skip
    inside = share_inside(base_level, inputs["zone_share_of_national_co2"], inputs["captive_share"])
    load = zone_load(
        inputs["provincial_consumption"], inputs["industry_electricity_share"],
        inside.sel(sector="manufacturing", drop=True), count, sized(inputs["zone_electricity_weight"], size),
    )  # fmt: skip
    weight = weights_by_sector(inputs["zone_fuel_weight"], inputs["zone_process_weight"], inputs["zone_heat_weight"])
    share = listed_zones.share_with_lists(
        zone_share(inside, count, sized(weight, size)), sectors.by_province(base_level, provincial_share),
        listed_zones.of_all(load, count), inputs["listed_zone_load"], inputs["listed_zone_co2"],
    )  # fmt: skip
    check_partition(share)
    listed = inputs["listed_zone_count"]
    return xr.Dataset(
        {
            "zone_count": listed_zones.first_of(listed, count),
            "zone_load": listed_zones.first_of(listed_zones.of_one(inputs["listed_zone_load"], listed), load),
            "zone_share": share,
        }
    )
