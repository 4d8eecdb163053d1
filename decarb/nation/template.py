"""The template in zones: what one zone builds of it, and what all that adopted it add up to.

A mean zone takes so many copies of one sized template, and a year of dispatch is linear in the size of a park. So the
dispatch sees the template once for each kind of site, and zones' number, load and spread of sizes come after it.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import xarray as xr

from decarb.nation.zones import COHORTS
from decarb.park.dispatch import DESIGN
from decarb.park.scaling import GENERATORS, LIMITED, STORE_RATINGS, clone, land_area, roof_area, scale, site_limits
from decarb.units import declare_units, stamp, strip, units_of

CONSUMPTION_YEAR: Final = 2024  # of electricity by province
BUILT: Final = (*GENERATORS, *STORE_RATINGS)
SIZED: Final = (*LIMITED, *STORE_RATINGS, "export_limit")
"""What a site may have less of than the template."""
OF_LIMITS: Final = ("usable_roof_share", "pv_roof_density", "wind_land_share", "wind_density",
                    "least_wind_full_load_hours")  # fmt: skip
EXTENSIVE_UNITS: Final = ("MW", "MWh", "MWh/yr")


def room_in_zone(inputs: xr.Dataset, load: xr.DataArray) -> xr.Dataset:
    """Return the most wind and PV that a zone has roofs, land and wind for.

    Parameters
    ----------
    inputs : xr.Dataset
        Rows of the archetypes, as `decarb.scenario.zone_inputs.zone_inputs` gives them, and
        `park_wind_full_load_hours` [h/yr] (province).
    load : xr.DataArray, [MWh/yr], (...)
        Of the zone; room is in proportion to it.

    Returns
    -------
    xr.Dataset
        `wind_limit` and `pv_limit` [MW], on the dimensions of the load, `province` and `archetype`.
    """
    return site_limits(
        roof_area(load, inputs["roof_area_per_load"]), land_area(load, inputs["land_area_per_load"]),
        wind_full_load_hours=inputs["park_wind_full_load_hours"], **{name: inputs[name] for name in OF_LIMITS},
    )  # fmt: skip


def design_on_site(inputs: xr.Dataset) -> xr.Dataset:
    """Return the template as a site of each archetype and province takes it, for the template's own load.

    `scale` keeps the template's ratios to the load until roofs, land or wind set the limit, as
    `decarb.park.scaling.scale` says; a site sells no more than its grid connection carries, and buys by the template's
    ratio. `clone` takes the template as it is. Where nothing is built, the load stands alone.

    Parameters
    ----------
    inputs : xr.Dataset
        The variables of `decarb.park.dispatch.DESIGN` of the template, what `room_in_zone` needs, and
        `grid_connection_per_load`, `scaled`, `template_built` [1].

    Returns
    -------
    xr.Dataset
        A design; its sizes on (province, archetype), and on what the inputs carry besides.
    """
    load = inputs["annual_load"]
    copied = clone(inputs[list(DESIGN)], 1.0)
    sites = scale(inputs[list(DESIGN)], load, room_in_zone(inputs, load))
    sites["export_limit"] = export_limit(sites["export_limit"], load, inputs["grid_connection_per_load"])
    grows, built = strip(inputs["scaled"], "1") > 0.0, strip(inputs["template_built"], "1")
    sizes = {name: xr.where(grows, strip(sites[name], DESIGN[name]), strip(copied[name], DESIGN[name]))
             for name in SIZED}  # fmt: skip
    sizes |= {name: sizes.get(name, strip(copied[name], DESIGN[name])) * built for name in BUILT}
    return copied.assign({name: stamp(size, DESIGN[name]) for name, size in sizes.items()})


@declare_units("MW", limit="MW", mean_load="MW", connection_per_load="1")
def export_limit(limit: xr.DataArray, mean_load: xr.DataArray, connection_per_load: xr.DataArray) -> xr.DataArray:
    """Return the most that a zone sells: the template's own limit, and no more than its connection carries.

    Parameters
    ----------
    limit : xr.DataArray, [MW], (...)
    mean_load : xr.DataArray, [MW], (...)
        Yearly electricity over the hours of a year.
    connection_per_load : xr.DataArray, [1]
        Grid connection over mean load.
    """
    return xr.DataArray(np.minimum(limit, mean_load * connection_per_load))


@declare_units("1", load="MWh/yr", template_load="MWh/yr", relative_size="1", scaled="1")
def copies(
    load: xr.DataArray, template_load: xr.DataArray, relative_size: xr.DataArray, scaled: xr.DataArray
) -> xr.DataArray:
    """Return how many sites of the template's own load a mean zone takes up.

    `scale` fills the zone, so that sizes of zones even out exactly. `clone` puts one copy in it, of which a zone that
    uses less than the template takes no more than it uses: there the sizes matter, and the mean is over them.

    Parameters
    ----------
    load : xr.DataArray, [MWh/yr], (province, level, archetype)
        Of a mean zone.
    template_load : xr.DataArray, [MWh/yr]
    relative_size : xr.DataArray, [1], (size)
        As `decarb.nation.zones.size_classes` gives them.
    scaled : xr.DataArray, [1]
        1 for `scale`, 0 for `clone`.
    """
    filled = load / template_load
    return xr.where(scaled > 0.0, filled, (filled * relative_size).clip(max=1.0).mean("size"))


@declare_units("1", copies="1", template_load="MWh/yr", load="MWh/yr")
def covered_share(copies: xr.DataArray, template_load: xr.DataArray, load: xr.DataArray) -> xr.DataArray:
    """Return the part of zones' load inside the template: 1 when scaled, the template's own when cloned.

    Parameters
    ----------
    copies : xr.DataArray, [1], (province, level, archetype)
        As `copies` returns them; their mean over sizes makes this the mean weighted by load.
    template_load : xr.DataArray, [MWh/yr]
    load : xr.DataArray, [MWh/yr], (province, level, archetype)
        Of a mean zone; nothing of a zone without load is covered.
    """
    return (copies * template_load / load.where(load > 0)).fillna(0.0).clip(0.0, 1.0)


def in_zone(on_site: xr.Dataset, copies: xr.DataArray) -> xr.Dataset:
    """Return flows and sizes of a mean zone from those of one site: powers and energies so many times.

    Parameters
    ----------
    on_site : xr.Dataset, (..., province, archetype)
        As `design_on_site` or `decarb.park.dispatch.dispatch` gives it; shares, rates and hours stay as they are.
    copies : xr.DataArray, [1], (province, level, archetype)
    """
    number = strip(copies, "1")
    zone = {
        str(name): stamp(array.drop_attrs() * number, units_of(array)).transpose(*number.dims, ...)
        if units_of(array) in EXTENSIVE_UNITS else array
        for name, array in on_site.items()
    }  # fmt: skip
    return xr.Dataset(zone)


@declare_units("MWh/yr", generation="MWh/yr", curtailment="MWh/yr")
def used_generation(generation: xr.DataArray, curtailment: xr.DataArray) -> xr.DataArray:
    """Return generation by technology less its part of what was curtailed."""
    total = generation.sum("technology")
    return generation * (1.0 - curtailment / total.where(total > 0, 1.0))


def over_provinces(of_zone: xr.DataArray, zone_count: xr.DataArray, unit: str) -> xr.DataArray:
    """Return what all zones of a cohort would add up to in the nation, (level, archetype, ...).

    Parameters
    ----------
    of_zone : xr.DataArray, (..., province, level, archetype)
        A flow or size of one mean zone.
    zone_count : xr.DataArray, [zone], (province, level, archetype)
    unit : str
        Of the result, such as "TWh/yr".
    """
    return stamp(xr.dot(strip(zone_count, "zone"), strip(of_zone, unit), dim="province"), unit)


@declare_units("GW", wind_capacity="GW", pv_capacity="GW", zone_count="zone")
def capacity_of_zone(wind_capacity: xr.DataArray, pv_capacity: xr.DataArray, zone_count: xr.DataArray) -> xr.DataArray:
    """Return wind and PV that the template puts into the nation's mean zone of each cohort, (level, archetype).

    Parameters
    ----------
    wind_capacity, pv_capacity : xr.DataArray, [GW], (province, level, archetype)
        Of one mean zone.
    zone_count : xr.DataArray, [zone], (province, level, archetype)
    """
    number = zone_count.sum("province")
    return xr.dot(zone_count, wind_capacity + pv_capacity, dim="province") / number.where(number > 0, 1.0)


def national(of_zone: xr.Dataset, zone_count: xr.DataArray, share: xr.DataArray, unit: str) -> xr.Dataset:
    """Return what the zones in operation add up to in the nation, for every variable, as `park_<name>`.

    The provinces are summed before the years are met.

    Parameters
    ----------
    of_zone : xr.Dataset, (..., province, level, archetype)
        Flows or sizes of one mean zone.
    zone_count : xr.DataArray, [zone], (province, level, archetype)
    share : xr.DataArray, [1], (level, archetype, year)
        Of the zones of a cohort, those in operation; the same in every province.
    unit : str
        Of the result, such as "TWh/yr".
    """
    return _over_cohorts(
        {str(name): over_provinces(array, zone_count, unit) for name, array in of_zone.items()}, share, unit
    )


def national_flows(
    first: xr.Dataset, last: xr.Dataset, zone_count: xr.DataArray, operating_share: xr.DataArray,
    later_share: xr.DataArray, unit: str,
) -> xr.Dataset:  # fmt: skip
    """Return what the zones in operation add up to in the nation, each build between the first and the last vintage.

    Parameters
    ----------
    first, last : xr.Dataset, (..., province, level, archetype)
        Flows of one mean zone as built in the first year of the rollout, and in the last.
    zone_count : xr.DataArray, [zone], (province, level, archetype)
    operating_share, later_share : xr.DataArray, [1], (level, archetype, year)
        Of all zones of a cohort: in operation; the sum over those of how far their vintage is from first to last.
    unit : str
        Of the result, such as "TWh/yr".
    """
    step = xr.Dataset(
        {name: stamp(strip(last[name], unit) - strip(first[name], unit), unit) for name in first.data_vars}
    )
    begun, bettered = national(first, zone_count, operating_share, unit), national(step, zone_count, later_share, unit)
    return xr.Dataset({name: stamp(begun[name] + bettered[name], unit) for name in begun.data_vars})


def _over_cohorts(of_cohort: dict[str, xr.DataArray], share: xr.DataArray, unit: str) -> xr.Dataset:
    part = strip(share, "1")
    return xr.Dataset(
        {f"park_{name}": stamp(xr.dot(array, part, dim=COHORTS), unit) for name, array in of_cohort.items()}
    )
