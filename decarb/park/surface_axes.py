"""The axes of a site's surface: sizes over those of a reference park, for the load that the site has.

A year of dispatch is linear in the size of a park, so a site stands at the ratios of its sizes to its load, wherever
its limits, factors and copies came from.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import xarray as xr

from decarb.errors import CallError
from decarb.park.design import DESIGN
from decarb.park.scaling import EXTENSIVE, LIMITED, STORE_RATINGS
from decarb.park.storage import STORES
from decarb.park.surface import at
from decarb.units import stamp, strip, units_of
from decarb.variables import did_you_mean

AXES: Final = {
    "wind": ("wind_capacity",),
    "pv": ("pv_capacity",),
    "export": ("export_limit",),
    "store": STORE_RATINGS,
    "store_power": ("power_rating",),
    "store_energy": ("energy_rating",),
    **dict.fromkeys(STORES, STORE_RATINGS),
}
"""What each axis moves in proportion; one with the name of a store moves that store alone."""
SAME: Final = 1e-9  # relative: sizes that hold a ratio
PER_LOAD: Final = ("MWh/yr", "MW")


def reference(template: xr.Dataset, site: xr.Dataset, names: Sequence[str]) -> xr.Dataset:
    """Return the park whose sizes are 1 on each axis: the template's own, and all else as it is on the site.

    Parameters
    ----------
    template : xr.Dataset
        The variables of `decarb.park.dispatch.DESIGN`, before any limit.
    site : xr.Dataset
        The same on sites, such as `decarb.nation.template.design_on_site` returns.
    names : sequence of str
        Of `AXES`.

    Raises
    ------
    CallError
        An axis is unknown, two move one size, or the template has nothing that one could move.
    """
    for name in names:
        if name not in AXES:
            raise CallError(f'surface: "{name}" is no axis of a site; {did_you_mean(name, tuple(AXES))}')
    for name in names:
        for other in names:
            if other != name and _overlap(name, other):
                raise CallError(f"surface: {name} and {other} move the same sizes; keep one")
        if not any(bool((_size(template, *moved) > 0.0).any()) for moved in _moved([name])):
            raise CallError(f"surface: the template has nothing that {name} moves; leave the axis out")
    ours = {variable for variable, _ in _moved(names)}
    return site[list(DESIGN)].assign({name: template[name] for name in ours})


def sized(park: xr.Dataset, points: xr.DataArray) -> xr.Dataset:
    """Return the sizes that points (scenario, ..., axis) give the reference park: the moved variables of its design."""
    names = list(map(str, points["axis"].values))
    sizes: dict[str, xr.DataArray] = {}
    for name in names:
        factor = points.sel(axis=name, drop=True)
        for variable, store in _moved([name]):
            now = sizes.get(variable, strip(park[variable], DESIGN[variable]))
            grown = now * factor
            sizes[variable] = grown if store is None else xr.where(grown["store"] == store, grown, now)
    return xr.Dataset({name: stamp(size.transpose("scenario", ...), DESIGN[name]) for name, size in sizes.items()})


def reach(park: xr.Dataset, names: Sequence[str], high: Sequence[float], room: xr.Dataset) -> xr.DataArray:
    """Return the upper end of each axis on each site (..., axis): so many times the reference, or what has room.

    Parameters
    ----------
    park : xr.Dataset
        As `reference` returns it.
    names, high : sequence of str, sequence of float
        Axes, and the largest factor on each.
    room : xr.Dataset
        [MW] `wind_limit` and `pv_limit`, largest where they vary, for the reference's load.
    """
    ends = []
    for name, most in zip(names, high, strict=True):
        end = xr.DataArray(float(most))
        limit = LIMITED.get(AXES[name][0])
        if limit is not None and limit in room:
            end = xr.DataArray(np.minimum(end, strip(room[limit], "MW") / strip(park[AXES[name][0]], "MW")))
        ends.append(end.drop_attrs())
    wide = xr.broadcast(*ends)
    return xr.concat(wide, xr.IndexVariable("axis", list(names))).transpose(..., "axis")


def places(park: xr.Dataset, design: xr.Dataset, names: Sequence[str]) -> xr.DataArray:
    """Return where sites stand on the axes (scenario, ..., axis).

    Parameters
    ----------
    park : xr.Dataset
        As `reference` returns it.
    design : xr.Dataset
        The variables of `DESIGN` on sites, as built, some or none along `scenario`.
    names : sequence of str
        Axes, in the order of the surface.

    Raises
    ------
    CallError
        A size that is no axis is not that of the reference for the site's load, or the sizes of one axis are not in
        proportion: the surface does not know such a site.
    """
    load = strip(design["annual_load"], "MWh/yr") / strip(park["annual_load"], "MWh/yr")
    moved = list(_moved(names))
    for name in DESIGN:
        stores = [store for variable, store in moved if variable == name]
        if name == "annual_load" or None in stores:
            continue
        ours, theirs = (strip(one[name], DESIGN[name]) for one in (park, design))
        if stores:
            ours, theirs = (one.sel(store=~one["store"].isin(stores)) for one in (ours, theirs))
        _check_same(name, theirs, ours * load if name in EXTENSIVE else ours)
    found = []
    for name in names:
        place: xr.DataArray | None = None
        for variable, store in _moved([name]):
            ours, theirs = _size(park, variable, store) * load, _size(design, variable, store)
            for one in range(ours.sizes.get("store", 1)):
                unit, size = (each.isel(store=one, drop=True) if "store" in each.dims else each
                              for each in (ours, theirs))  # fmt: skip
                if place is None and bool((unit > 0.0).all()):
                    place = size / unit
                elif place is None:
                    _check_same(variable, size, unit)
                else:
                    _check_same(variable, size, place * unit)
        if place is None:
            raise CallError(f"surface: the reference has nothing that {name} moves; leave the axis out")
        found.append(place.drop_attrs())
    wide = xr.concat(xr.broadcast(*found), xr.IndexVariable("axis", list(names)))
    wide = wide if "scenario" in wide.dims else wide.expand_dims("scenario")
    return wide.transpose("scenario", ..., "axis")


def of_sites(
    surface: xr.Dataset, park: xr.Dataset, design: xr.Dataset, names: Sequence[str] | None = None
) -> xr.Dataset:
    """Return the year of sites from the surface of their reference: flows for the load that each site has.

    Parameters
    ----------
    surface : xr.Dataset
        Built of `sized` parks of the reference.
    park, design
        As `places` takes them.
    names : sequence of str, optional
        Variables to compute; all where left out.
    """
    found = at(surface, places(park, design, list(map(str, surface["axis"].values))), names)
    load = strip(design["annual_load"], "MWh/yr") / strip(park["annual_load"], "MWh/yr")
    if bool((load == 1.0).all()):
        return found
    return found.assign({
        name: stamp((array * load).transpose(*(["scenario"] if "scenario" in array.dims else []), ...), units_of(array))
        for name, array in found.items() if array.attrs.get("units") in PER_LOAD
    })  # fmt: skip


def _moved(names: Sequence[str]) -> Iterator[tuple[str, str | None]]:
    """Return the variables that axes move, each with its store where it is one store's alone."""
    return ((variable, name if name in STORES else None) for name in names for variable in AXES[name])


def _size(design: xr.Dataset, variable: str, store: str | None) -> xr.DataArray:
    size = strip(design[variable], DESIGN[variable])
    return size if store is None else size.sel(store=size["store"] == store)


def _overlap(one: str, other: str) -> bool:
    """Return whether two axes move a size in common."""
    return any(variable == another and (store is None or of is None or store == of)
               for variable, store in _moved([one]) for another, of in _moved([other]))  # fmt: skip


def _check_same(name: str, found: xr.DataArray, wanted: xr.DataArray) -> None:
    """Refuse sites that differ from the reference in what is no axis; nothing is as small as nothing."""
    endless = np.isinf(found) & np.isinf(wanted)
    gap = np.abs(xr.where(endless, 0.0, found) - xr.where(endless, 0.0, wanted))
    wrong = ~(gap <= SAME * np.abs(xr.where(endless, 0.0, wanted)))
    if bool(wrong.any()):
        raise CallError(f"surface: {name} of a site is not in proportion to the park that the surface was built for; "
                        "make it an axis of the surface or run the hours")  # fmt: skip
