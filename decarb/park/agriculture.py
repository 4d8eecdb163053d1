"""Fields and greenhouses of a park: water, fertiliser, electricity, and what growing trees take up."""

from __future__ import annotations

import numpy as np
import xarray as xr

from decarb.park.limits import check_inputs
from decarb.park.water import N2O_PER_NITROGEN
from decarb.units import declare_units


@declare_units("m3/yr", area="ha", irrigation="m3/ha/yr")
def irrigation_demand(area: xr.DataArray, irrigation: xr.DataArray) -> xr.DataArray:
    """Return the water that plants need beside rain, whoever delivers it.

    Parameters
    ----------
    area : xr.DataArray, [ha]
        Planted, under glass or not.
    irrigation : xr.DataArray, [m3/ha/yr]
        For each hectare; ten times the depth in mm.

    Examples
    --------
    >>> irrigation_demand("2 ha", "3000 m3/ha/yr")
    6000 m3/yr
    """
    return area * irrigation


@declare_units(
    {
        "irrigation_demand": "m3/yr", "irrigation_from_reuse": "m3/yr", "irrigation_fresh": "m3/yr",
        "fertiliser_n2o": "t N2O/yr", "agriculture_electricity": "MWh/yr", "agriculture_removal": "t CO2/yr",
    },
    area="ha", irrigation="m3/ha/yr", nitrogen="t/ha/yr", n2o_share="1", electricity="MWh/ha/yr",
    crown_share="1", removal="t CO2/ha/yr", reused_water="m3/yr",
)  # fmt: skip
def agriculture_year(
    *,
    area: xr.DataArray,
    irrigation: xr.DataArray,
    nitrogen: xr.DataArray,
    n2o_share: xr.DataArray,
    electricity: xr.DataArray,
    crown_share: xr.DataArray,
    removal: xr.DataArray,
    reused_water: xr.DataArray,
) -> xr.Dataset:
    """Return water, N2O, electricity and removal of the planted area in a year.

    The removal is a line of its own, positive, and never netted with emissions: trees stop growing after about twenty
    years, and give the carbon back when they are cut or burn. Soil and crops are taken to hold what they held.

    Parameters
    ----------
    area : xr.DataArray, [ha]
        Planted, under glass or not.
    irrigation : xr.DataArray, [m3/ha/yr]
        Beside rain.
    nitrogen : xr.DataArray, [t/ha/yr]
        In fertiliser and manure that is applied, all crops of the year.
    n2o_share : xr.DataArray, [1]
        Of that nitrogen, what leaves the field as N2O. What leaches or drifts away and becomes N2O elsewhere is not
        counted, nor is the CO2 of urea.
    electricity : xr.DataArray, [MWh/ha/yr]
        Pumps, fans and lamps; the heat of greenhouses is not counted.
    crown_share : xr.DataArray, [1]
        Of the area, what lies under crowns of growing trees.
    removal : xr.DataArray, [t CO2/ha/yr]
        For each hectare of crowns.
    reused_water : xr.DataArray, [m3/yr]
        As `water.water_year` gives it. Irrigation takes it first.

    Returns
    -------
    xr.Dataset
        [m3/yr] `irrigation_demand` = `irrigation_from_reuse` + `irrigation_fresh`: parts of the `reused_water` and
        the `fresh_water` of a `water_year` that knows the irrigation, never on top of them. [t N2O/yr]
        `fertiliser_n2o`; [MWh/yr] `agriculture_electricity`; [t CO2/yr] `agriculture_removal`.

    Raises
    ------
    InputError
        An amount below zero or not known, or a share outside 0 to 1.

    Notes
    -----
    By the hour the load fits daylight from April to September; lamps that make up for winter light would not.

    References
    ----------
    ipcc-fertiliser, ipcc-trees

    Examples
    --------
    >>> year = agriculture_year(
    ...     area="2 ha", irrigation="3000 m3/ha/yr", nitrogen="0.2 t/ha/yr", n2o_share=0.01,
    ...     electricity="50 MWh/ha/yr", crown_share=0.1, removal="10 t CO2/ha/yr", reused_water="4000 m3/yr")
    >>> year["irrigation_fresh"].item(), year["agriculture_removal"].item()
    (2000.0, 2.0)
    """
    check_inputs(
        "agriculture",
        amounts={
            "area": area, "irrigation": irrigation, "nitrogen": nitrogen, "electricity": electricity,
            "removal": removal, "reused_water": reused_water,
        },
        shares={"n2o_share": n2o_share, "crown_share": crown_share},
    )  # fmt: skip
    needed = xr.DataArray(irrigation_demand.__wrapped__(area, irrigation))
    from_reuse = np.minimum(needed, reused_water)
    return xr.Dataset(
        {
            "irrigation_demand": needed,
            "irrigation_from_reuse": from_reuse,
            "irrigation_fresh": needed - from_reuse,
            "fertiliser_n2o": area * nitrogen * n2o_share * N2O_PER_NITROGEN,
            "agriculture_electricity": area * electricity,
            "agriculture_removal": area * crown_share * removal,
        }
    )
