"""The vehicles of a park: how far they go, and the fuel and electricity it takes."""

from __future__ import annotations

import xarray as xr

from decarb.park.limits import check_inputs
from decarb.units import declare_units


@declare_units(
    {"fleet_distance": "km/yr", "fleet_fuel": "t/yr", "fleet_electricity": "MWh/yr"},
    vehicles="vehicle", distance="km/yr", electric_share="1", fuel_use="t/km", electricity_use="MWh/km",
)  # fmt: skip
def fleet_year(
    *,
    vehicles: xr.DataArray,
    distance: xr.DataArray,
    electric_share: xr.DataArray,
    fuel_use: xr.DataArray,
    electricity_use: xr.DataArray,
) -> xr.Dataset:
    """Return distance, fuel and electricity of a year, for vehicles of one kind.

    Only the vehicles that the park owns: commuters and carriers are other indirect emissions. One fuel, diesel by
    default; with the use of a petrol engine the result is petrol, and takes its factor. Kinds that differ (vans, heavy
    trucks) are a dimension, and are summed afterwards.

    Parameters
    ----------
    vehicles : xr.DataArray, [vehicle]
        In use through the year.
    distance : xr.DataArray, [km/yr]
        Of one vehicle.
    electric_share : xr.DataArray, [1]
        Of the distance that all go, what is driven on electricity.
    fuel_use : xr.DataArray, [t/km]
        Of the others; "0.15 kg/km" is as good.
    electricity_use : xr.DataArray, [MWh/km]
        From the park's socket, so with the losses of charging. All is charged in the park.

    Returns
    -------
    xr.Dataset
        [km/yr] `fleet_distance`; [t/yr] `fleet_fuel`; [MWh/yr] `fleet_electricity`.

    Raises
    ------
    InputError
        An amount below zero or not known, or a share outside 0 to 1.

    Notes
    -----
    By the hour, charging fits the night from 22 to 06, when company vehicles stand.

    Examples
    --------
    >>> year = fleet_year(vehicles="40 vehicle", distance="20000 km/yr", electric_share=0.25, fuel_use="0.15 kg/km",
    ...                   electricity_use="0.5 kWh/km")
    >>> round(year["fleet_fuel"].item(), 6), round(year["fleet_electricity"].item(), 6)
    (90.0, 100.0)
    """
    check_inputs(
        "fleet",
        amounts={
            "vehicles": vehicles, "distance": distance, "fuel_use": fuel_use, "electricity_use": electricity_use,
        },
        shares={"electric_share": electric_share},
    )  # fmt: skip
    driven = vehicles * distance
    return xr.Dataset(
        {
            "fleet_distance": driven,
            "fleet_fuel": driven * (1.0 - electric_share) * fuel_use,
            "fleet_electricity": driven * electric_share * electricity_use,
        }
    )
