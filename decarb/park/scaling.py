"""One template on many sites: copied as it is, or sized by what a site uses and has room for."""

from __future__ import annotations

from typing import Final

import numpy as np
import xarray as xr

from decarb.errors import CallError
from decarb.park.dispatch import DESIGN
from decarb.units import declare_units, stamp, strip

LIMITED: Final = {"wind_capacity": "wind_limit", "pv_capacity": "pv_limit"}
"""What a site has room for only so much of, and the limit that says how much."""
UNITS: Final = {"annual_load": "MWh/yr", "wind_limit": "MW", "pv_limit": "MW"}
STORE_RATINGS: Final = ("power_rating", "energy_rating")
EXTENSIVE: Final = tuple(name for name, unit in DESIGN.items() if unit in ("MW", "MWh", "MWh/yr"))
GENERATORS: Final = tuple(name for name in EXTENSIVE if name.endswith("_capacity"))


def clone(template: xr.Dataset, number: xr.DataArray | float) -> xr.Dataset:
    """Return `number` copies of a park taken as one: every size so many times, every share and rate as it is.

    The copies have one weather and one load shape, so they generate, buy and stand still in the same hours: what
    different parks would even out, copies do not.

    Parameters
    ----------
    template : xr.Dataset
        The variables of `decarb.park.dispatch.DESIGN`.
    number : xr.DataArray or float, [1]
        Copies; an array makes a design for each of its entries.

    Raises
    ------
    CallError
        Fewer than no copies.
    """
    copies = xr.DataArray(number)
    if not bool((copies >= 0.0).all()):
        raise CallError(f"clone: {float(copies.min()):g} copies; write 0 or more")
    sizes = {name: strip(template[name], unit) for name, unit in DESIGN.items()}
    return _design(sizes | {name: _times(sizes[name], copies) for name in EXTENSIVE})


def scale(template: xr.Dataset, annual_load: xr.DataArray, limits: xr.Dataset | None = None) -> xr.Dataset:
    """Return the template at another annual load, as large as its ratios say and the site allows.

    Wind and PV stop at their limits and nothing takes their place, so a heavy site is served to a smaller part. The
    stores keep their ratio to the generators that stand, or to the load where the template has none; the grid
    connection and all else keep theirs to the load. So a template without wind gets larger stores where wind would
    have hit its limit: they then keep to PV alone, or to the load, which no limit cuts.

    Parameters
    ----------
    template : xr.Dataset
        The variables of `decarb.park.dispatch.DESIGN`.
    annual_load : xr.DataArray, [MWh/yr], (...)
        Of each site.
    limits : xr.Dataset, optional
        `wind_limit` and `pv_limit` [MW] as `site_limits` gives them; what is left out is not limited.

    Returns
    -------
    xr.Dataset
        A design on the dimensions of the load, the limits and the template.

    Raises
    ------
    CallError
        A template without load has no ratio to keep; a load or a limit is negative.

    Examples
    --------
    >>> mw = {"units": "MW"}
    >>> park = xr.Dataset({name: xr.DataArray(1.0, attrs={"units": unit}) for name, unit in DESIGN.items()})
    >>> room = xr.Dataset({"wind_limit": xr.DataArray(5.0, attrs=mw), "pv_limit": xr.DataArray(2.0, attrs=mw)})
    >>> site = scale(park, xr.DataArray(4.0, attrs={"units": "MWh/yr"}), room)
    >>> site["wind_capacity"].item(), site["pv_capacity"].item(), site["import_limit"].item()
    (4.0, 2.0, 4.0)
    """
    own = {name: strip(template[name], unit) for name, unit in DESIGN.items()}
    wanted = strip(annual_load, UNITS["annual_load"])
    if not bool((own["annual_load"] > 0.0).all()):
        raise CallError("scale: the template's annual_load is 0 MWh/yr; state the load that its sizes are meant for")
    _check_sign("annual_load", wanted)
    ratio = wanted / own["annual_load"]
    sized = {name: _times(own[name], ratio) for name in EXTENSIVE}
    for name, limit in LIMITED.items():
        if limits is not None and limit in limits:
            room = strip(limits[limit], UNITS[limit])
            _check_sign(limit, room)
            sized[name] = xr.DataArray(np.minimum(sized[name], room))
    before: xr.DataArray = sum(own[name] for name in GENERATORS)  # type: ignore[assignment]
    after: xr.DataArray = sum(sized[name] for name in GENERATORS)  # type: ignore[assignment]
    store_ratio = xr.where(before > 0.0, after / before.where(before > 0.0, 1.0), ratio)
    # The load comes as it was given: 3 x (1 / 3) is not always 1.
    sized |= {name: _times(own[name], store_ratio) for name in STORE_RATINGS} | {"annual_load": wanted}
    return _design(own | sized)


@declare_units("m2", annual_load="MWh/yr", roof_area_per_load="m2 yr/MWh")
def roof_area(annual_load: xr.DataArray, roof_area_per_load: xr.DataArray) -> xr.DataArray:
    """Return the roof of a site, from what sites of its archetype have for the power that they use."""
    return annual_load * roof_area_per_load


@declare_units("ha", annual_load="MWh/yr", land_area_per_load="ha yr/MWh")
def land_area(annual_load: xr.DataArray, land_area_per_load: xr.DataArray) -> xr.DataArray:
    """Return the ground of a site, from what sites of its archetype have for the power that they use."""
    return annual_load * land_area_per_load


@declare_units(
    {"wind_limit": "MW", "pv_limit": "MW"},
    roof_area="km2", land_area="km2", usable_roof_share="1", pv_roof_density="MW/km2", wind_land_share="1",
    wind_density="MW/km2", wind_full_load_hours="h/yr", least_wind_full_load_hours="h/yr",
)  # fmt: skip
def site_limits(
    roof_area: xr.DataArray,
    land_area: xr.DataArray,
    *,
    usable_roof_share: xr.DataArray,
    pv_roof_density: xr.DataArray,
    wind_land_share: xr.DataArray,
    wind_density: xr.DataArray,
    wind_full_load_hours: xr.DataArray,
    least_wind_full_load_hours: xr.DataArray,
) -> xr.Dataset:
    """Return the most PV and wind that a site has roofs, land and wind for.

    PV stands on roofs alone and wind on land that keeps its distance from buildings; where the wind is weaker than
    anyone builds for, there is none. Ground, car parks and contracts for plants elsewhere are left out.

    Parameters
    ----------
    roof_area, land_area : xr.DataArray, [m2], [ha]
        As `roof_area` and `land_area` give them, or measured.
    usable_roof_share : xr.DataArray, [1]
        Of the roof: strong enough, not shaded, free of equipment.
    pv_roof_density : xr.DataArray, [kW/m2]
        PV on usable roof.
    wind_land_share : xr.DataArray, [1]
        Of the land: far enough from people, lines and plants.
    wind_density : xr.DataArray, [MW/km2]
        Wind on that land.
    wind_full_load_hours, least_wind_full_load_hours : xr.DataArray, [h/yr]
        Yield of a turbine there; the least that one is built for.

    Returns
    -------
    xr.Dataset
        [MW] `wind_limit` and `pv_limit`, on all dimensions given: archetypes, provinces, sites.
    """
    windy = xr.DataArray(wind_full_load_hours) >= least_wind_full_load_hours
    wind = xr.DataArray(land_area * wind_land_share * wind_density)
    pv = xr.DataArray(roof_area * usable_roof_share * pv_roof_density)
    return xr.Dataset({"wind_limit": wind * windy, "pv_limit": pv})


def _design(sizes: dict[str, xr.DataArray]) -> xr.Dataset:
    return xr.Dataset({name: stamp(sizes[name], unit) for name, unit in DESIGN.items()})


def _times(size: xr.DataArray, factor: xr.DataArray) -> xr.DataArray:
    """Return a size so many times; a threshold that is never met stays so, even nought times."""
    return xr.where(np.isinf(size), size, size * factor)


def _check_sign(name: str, values: xr.DataArray) -> None:
    """Refuse amounts below zero. A limit may be infinite; a load that is not known gives sizes that are not known."""
    if bool((values < 0.0).any()):
        raise CallError(f"scale: {name} is {float(values.min()):g} {UNITS[name]} at the least; write 0 or more")
