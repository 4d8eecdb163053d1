"""What a store is worth beyond its energy balance: its cycles, how it fades, how long it serves, what it smooths.

A flow battery has power and energy apart and hardly fades; lithium is bound by its depth of discharge and fades with
its cycles; a supercapacitor holds minutes, loses a part of them every day, and is judged by the ramps it takes away.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import xarray as xr

from decarb.errors import CallError
from decarb.units import declare_units

STORES: Final = ("supercapacitor", "lithium", "flow_battery")


@declare_units(
    "MWh",
    energy_rating="MWh", round_trip_efficiency="1", minimum_state_of_charge="1", maximum_state_of_charge="1",
)  # fmt: skip
def deliverable_energy(
    energy_rating: xr.DataArray,
    round_trip_efficiency: xr.DataArray,
    minimum_state_of_charge: xr.DataArray,
    maximum_state_of_charge: xr.DataArray,
) -> xr.DataArray:
    """Return the energy that the full store delivers at the meter: one way's loss is the root of the round trip.

    Parameters
    ----------
    energy_rating : xr.DataArray, [MWh]
        Stored between empty and full.
    round_trip_efficiency : xr.DataArray, [1]
        At the meter, there and back.
    minimum_state_of_charge, maximum_state_of_charge : xr.DataArray, [1]
        The part of the rating that is used: the depth of discharge is what lies between them.

    Examples
    --------
    >>> deliverable_energy("10 MWh", 0.81, 0.25, 0.75)
    4.5 MWh
    """
    usable = maximum_state_of_charge - minimum_state_of_charge
    return energy_rating * usable * np.sqrt(round_trip_efficiency)


@declare_units("1/yr", discharge="MWh/yr", deliverable="MWh")
def equivalent_cycles(discharge: xr.DataArray, deliverable: xr.DataArray) -> xr.DataArray:
    """Return the full cycles whose discharge is that of a year; a store without size makes none.

    Many shallow cycles count as a few deep ones. They wear lithium less, so this is on the safe side.

    Parameters
    ----------
    discharge : xr.DataArray, [MWh/yr]
        At the meter.
    deliverable : xr.DataArray, [MWh]
        As `deliverable_energy` gives it.
    """
    size = xr.DataArray(deliverable)
    return (discharge / size.where(size > 0.0)).where(size > 0.0, 0.0)


@declare_units("1/yr", cycles="1/yr", cycle_life="1", lifetime="yr", fade_at_end_of_life="1")
def cycle_fade(
    cycles: xr.DataArray, cycle_life: xr.DataArray, lifetime: xr.DataArray, fade_at_end_of_life: xr.DataArray
) -> xr.DataArray:
    """Return the share of its capacity that a store loses in a year, by its cycles and by its age.

    Both add up and both run on a straight line: at the end of either life alone, the store has lost
    `fade_at_end_of_life`. Heat, high charge and fast charging, which wear lithium too, are left out.

    Parameters
    ----------
    cycles : xr.DataArray, [1/yr]
        As `equivalent_cycles` gives them.
    cycle_life : xr.DataArray, [1]
        Full cycles until the end of life.
    lifetime : xr.DataArray, [yr]
        Until the end of life where the store only stands.
    fade_at_end_of_life : xr.DataArray, [1]
        The loss that is called the end.

    Raises
    ------
    CallError
        A life that is not above zero.

    Examples
    --------
    >>> cycle_fade("300 1/yr", 6000, "20 yr", 0.25).item()  # a twentieth by cycles and one by age, of 25 %
    0.025
    """
    _check_lives(cycle_life, lifetime)
    return xr.DataArray((cycles / cycle_life + 1.0 / lifetime) * fade_at_end_of_life)


@declare_units("yr", cycles="1/yr", cycle_life="1", lifetime="yr")
def service_life(cycles: xr.DataArray, cycle_life: xr.DataArray, lifetime: xr.DataArray) -> xr.DataArray:
    """Return the years after which a store is replaced: the shorter of its age and its cycles.

    Parameters
    ----------
    cycles : xr.DataArray, [1/yr]
        As `equivalent_cycles` gives them.
    cycle_life : xr.DataArray, [1]
        Full cycles until the end of life.
    lifetime : xr.DataArray, [yr]
        Until the end of life where the store only stands.

    Raises
    ------
    CallError
        A life that is not above zero.

    Examples
    --------
    >>> service_life("300 1/yr", 3000, "20 yr").item(), service_life("0 1/yr", 3000, "20 yr").item()
    (10.0, 20.0)
    """
    _check_lives(cycle_life, lifetime)
    spent = xr.DataArray(cycles / cycle_life)
    by_cycles = xr.where(spent > 0.0, 1.0 / spent.where(spent > 0.0, 1.0), np.inf)
    return xr.DataArray(np.minimum(by_cycles, lifetime))


@declare_units("1", fade="1/yr", years="yr")
def capacity_after(fade: xr.DataArray, years: xr.DataArray) -> xr.DataArray:
    """Return the share of its capacity that a store still has after some years; never below nothing.

    Parameters
    ----------
    fade : xr.DataArray, [1/yr]
        As `cycle_fade` gives it; the same in every year.
    years : xr.DataArray, [yr]
        In use.

    Examples
    --------
    >>> capacity_after("0.02 1/yr", "10 yr").item(), capacity_after("0.02 1/yr", "60 yr").item()
    (0.8, 0.0)
    """
    return (1.0 - xr.DataArray(fade * years)).clip(min=0.0)


@declare_units("1", exchange="MW", exchange_without="MW")
def ramp_cover(exchange: xr.DataArray, exchange_without: xr.DataArray) -> xr.DataArray:
    """Return the share of the grid exchange's change from step to step that a store takes away.

    Negative where the store makes the exchange less even, as one does that charges at full power when a cheap period
    begins. Changes within a step do not show: at steps of an hour the figure says little about a supercapacitor.

    Parameters
    ----------
    exchange, exchange_without : xr.DataArray, [MW], (..., time)
        Import less export, with the store and without it.

    Returns
    -------
    xr.DataArray
        [1], (...); NaN where the exchange without the store never changes, so that there is nothing to take away.

    Raises
    ------
    CallError
        The two do not share their time axis.

    Notes
    -----
    1 - (sum of abs(P(t) - P(t - 1)) with the store) / (the same without it).

    Examples
    --------
    >>> steep = xr.DataArray([0.0, 4.0, 0.0, 0.0], dims="time", attrs={"units": "MW"})
    >>> ramp_cover((steep / 4.0).assign_attrs(units="MW"), steep).item()
    0.75
    """
    if not exchange["time"].equals(exchange_without["time"]):
        raise CallError("ramp_cover: the two exchanges do not share their time axis; put both on one")
    uneven, uneven_without = (xr.DataArray(np.abs(power.diff("time"))).sum("time", skipna=False)
                              for power in (exchange, exchange_without))  # fmt: skip
    return 1.0 - uneven / uneven_without.where(uneven_without > 0.0)


def _check_lives(cycle_life: xr.DataArray, lifetime: xr.DataArray) -> None:
    for name, life in (("cycle_life", cycle_life), ("lifetime", lifetime)):
        shortest = float(xr.DataArray(life).min())
        if not shortest > 0.0:
            raise CallError(f"{name}: {shortest:g} is no life; write more than 0")
