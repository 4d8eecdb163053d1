"""What the nation builds and what that costs: plants, stores, heat, efficiency, capture.

Money is real, of 2025. Every amount belongs to a calendar year: what is built by its end is paid in it. Left out are
grids, thermal plants, stores and heat outside parks, land, interest while building, and what a plant is worth after
the last year.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import xarray as xr

from decarb.nation.vintages import learned_price, read_at
from decarb.park.cost import annuity_factor
from decarb.units import declare_units, stamp, strip

PRICED_FROM: Final = 2025  # the year whose prices an experience curve starts from
MONEY: Final = "billion CNY_2025/yr"


def built_each_year(stock: xr.DataArray, lifetime: xr.DataArray, unit: str) -> xr.DataArray:
    """Return what is built in each year so that a stock is as large as it is: what is added, and what is replaced.

    The stock of the first year is taken as evenly aged, since no table says when it was built. What wears out while
    the stock shrinks is not replaced.

    Parameters
    ----------
    stock : xr.DataArray, [unit], (..., year)
        At the end of each year, consecutive.
    lifetime : xr.DataArray, [yr], (...)
        At least one year.
    unit : str
        Of the stock, such as "GW".

    Returns
    -------
    xr.DataArray
        [unit/yr], (..., year); 0 in the first year, whose additions are not known.

    Notes
    -----
    b(t) = S(t) - S(t - 1) + b(t - L) + S(t0) / L while t - t0 <= L, and never below 0.

    Examples
    --------
    >>> stock = xr.DataArray([10.0, 10.0, 12.0, 12.0], {"year": [2025, 2026, 2027, 2028]}, attrs={"units": "GW"})
    >>> built_each_year(stock, xr.DataArray(5.0, attrs={"units": "yr"}), "GW").values.tolist()
    [0.0, 2.0, 4.0, 2.0]
    """
    builds = xr.apply_ufunc(
        _builds, strip(stock, unit), strip(lifetime, "yr"),
        input_core_dims=[["year"], []], output_core_dims=[["year"]],
    )  # fmt: skip
    return stamp(builds, f"{unit}/yr")


def _builds(stock: np.ndarray, life: np.ndarray) -> np.ndarray:
    """Return what is built in each year, (..., year), of a stock (..., year) whose parts last `life` years (...)."""
    age, lasts = np.arange(stock.shape[-1]), np.asarray(life)[..., np.newaxis]
    old = stock[..., :1] / lasts * np.clip(lasts - age[1:] + 1.0, 0.0, 1.0)
    own = np.concatenate([np.zeros_like(old[..., :1]), np.diff(stock) + old], axis=-1)
    waves = range(1, int(age[-1] // lasts.min()) + 1)
    return np.clip(sum((read_at(own, age - wave * lasts) for wave in waves), start=own), 0.0, None)


def price_of_builds(
    table: xr.DataArray, capacity: xr.DataArray, learning_rate: xr.DataArray, learned: xr.DataArray
) -> xr.DataArray:
    """Return the price of each year's builds: that of the table, or that of the experience curve from 2025 on.

    The curve counts what stands in the nation, for want of a path of the world: that the world builds in the same
    proportion is its assumption.

    Parameters
    ----------
    table : xr.DataArray, [money per size], (..., year)
        Between the years of the table on straight lines.
    capacity : xr.DataArray, [GW], (..., year)
    learning_rate : xr.DataArray, [1], (...)
        0 where none is known: the table stands.
    learned : xr.DataArray, [1]
        1 for the curve, 0 for the table.
    """
    weight = strip(learned, "1")
    if not bool((weight > 0.0).any()):
        return table
    unit, plain = table.attrs["units"], strip(table, table.attrs["units"])
    standing = strip(capacity, "GW")
    counted = stamp(standing.where(standing > 0.0, 1.0), "GW")
    ratio = learned_price(counted, counted.sel(year=PRICED_FROM, drop=True), learning_rate)
    curve = plain.sel(year=PRICED_FROM, drop=True) * strip(ratio, "1")
    takes = weight * (strip(learning_rate, "1") > 0.0) * (plain["year"] > PRICED_FROM)
    return stamp(plain + takes * (curve - plain), unit)


@declare_units("GW", standing="GW", power_rating="GW")
def capacity_of_stores(standing: xr.DataArray, power_rating: xr.DataArray) -> xr.DataArray:
    """Return the stores that a price learns from: those of the nation when the prices held, and what parks add.

    Parameters
    ----------
    standing : xr.DataArray, [GW]
        All new types together: each kind is taken to grow in proportion.
    power_rating : xr.DataArray, [GW], (..., store, year)
        Of parks.
    """
    return standing + power_rating


@declare_units("billion CNY_2025/yr", built="GW/yr", price="billion CNY_2025/GW")
def investment(built: xr.DataArray, price: xr.DataArray) -> xr.DataArray:
    """Return what a year's builds cost, paid in the year by whose end they stand.

    Parameters
    ----------
    built : xr.DataArray, [GW/yr], (..., year)
    price : xr.DataArray, [billion CNY_2025/GW], (..., year)
    """
    return built * price


@declare_units("billion CNY_2025/yr", built="GWh/yr", price="billion CNY_2025/GWh")
def investment_in_energy(built: xr.DataArray, price: xr.DataArray) -> xr.DataArray:
    """Return what the energy part of a year's stores costs.

    Parameters
    ----------
    built : xr.DataArray, [GWh/yr], (..., store, year)
        Energy rating, not energy stored.
    price : xr.DataArray, [billion CNY_2025/GWh], (..., store, year)
    """
    return built * price


def standing_since(built: xr.DataArray, lifetime: xr.DataArray, after: int, unit: str) -> xr.DataArray:
    """Return what was built after a year and still stands, mean over each year.

    Parameters
    ----------
    built : xr.DataArray, [unit/yr], (..., year)
    lifetime : xr.DataArray, [yr], (...)
    after : int
        Year up to whose end nothing counts.
    unit : str
        Of the result, such as "GW".
    """
    counted = xr.where(built["year"] > after, strip(built, f"{unit}/yr"), 0.0)
    mean = xr.apply_ufunc(
        _mean_alive, counted, strip(lifetime, "yr"), input_core_dims=[["year"], []], output_core_dims=[["year"]]
    )
    return stamp(mean, unit)


def _mean_alive(built: np.ndarray, life: np.ndarray) -> np.ndarray:
    """Return what of all builds stands in the mean of each year, (..., year): half of what starts or ends in it."""
    running = built.cumsum(axis=-1)
    alive = running - read_at(running, np.arange(built.shape[-1]) - np.asarray(life)[..., np.newaxis])
    return np.concatenate([alive[..., :1], (alive[..., 1:] + alive[..., :-1]) / 2.0], axis=-1)


def even_yearly_cost(
    spent: xr.DataArray, lifetime: xr.DataArray, om_share: xr.DataArray, discount_rate: xr.DataArray, after: int
) -> xr.DataArray:
    """Return the even yearly cost [billion CNY_2025/yr] of all that was built after a year and still stands.

    Parameters
    ----------
    spent : xr.DataArray, [billion CNY_2025/yr], (..., year)
        Investment of each year.
    lifetime : xr.DataArray, [yr], (...)
    om_share : xr.DataArray, [1/yr], (...)
        Running cost over investment.
    discount_rate : xr.DataArray, [1/yr], (...)
        Real.
    after : int
        Year up to whose end nothing counts.

    Notes
    -----
    c(t) = (a + m) (I(t) - I(t - L)), I the running sum of investment, a the annuity of L years.
    """
    due = strip(annuity_factor(discount_rate, lifetime), "1/yr") + strip(om_share, "1/yr")
    alive = standing_since(spent, lifetime, after, MONEY.removesuffix("/yr"))
    return stamp(strip(alive, MONEY.removesuffix("/yr")) * due, MONEY)


@declare_units("GW", generation="GWh/yr", full_load_hours="h/yr")
def capacity_for(generation: xr.DataArray, full_load_hours: xr.DataArray) -> xr.DataArray:
    """Return the capacity that a year's energy needs; none where there is none.

    Parameters
    ----------
    generation : xr.DataArray, [GWh/yr], (..., year)
    full_load_hours : xr.DataArray, [h/yr], (...)
        Positive where there is energy.
    """
    return (generation / full_load_hours).where(generation > 0.0, 0.0)


def firm_capacity(generation: xr.DataArray, full_load_hours: xr.DataArray) -> xr.DataArray:
    """Return the capacity [GW] of plants known by their energy: what the best year so far needed.

    A dry year takes no plant down, and the wet year after it builds none.

    Parameters
    ----------
    generation : xr.DataArray, [TWh/yr], (..., year)
    full_load_hours : xr.DataArray, [h/yr], (...)
        Positive where there is energy.
    """
    return capacity_for(_highest_so_far(generation), full_load_hours)


def _highest_so_far(amount: xr.DataArray) -> xr.DataArray:
    """Return the highest of this year and all before, unit kept; a year that is not known counts as none."""
    filled = amount.fillna(0.0)
    return amount.copy(data=np.maximum.accumulate(filled.values, axis=filled.get_axis_num("year")))


def investment_in_capture(caught: xr.DataArray, price: xr.DataArray) -> xr.DataArray:
    """Return what each year's new capture plants cost [billion CNY_2025/yr]; their life ends after the last year.

    Parameters
    ----------
    caught : xr.DataArray, [Mt CO2/yr], (..., year)
        Of fossil fuel and processes; biomass and air have no price here.
    price : xr.DataArray, [CNY_2025 yr/t CO2]
        Of what catches one ton a year.
    """
    plain = strip(caught, "Mt CO2/yr")
    most = _highest_so_far(plain)
    new = (most - most.shift(year=1)).where(most["year"] > most["year"].min(), 0.0)
    return stamp(new * strip(price, "billion CNY_2025 yr/Mt CO2"), MONEY)


def investment_in_efficiency(built: xr.DataArray, price: xr.DataArray) -> xr.DataArray:
    """Return what each year's measures that save energy cost [billion CNY_2025/yr].

    Parameters
    ----------
    built : xr.DataArray, [PJ/yr/yr], (..., year)
        Fuel and power, at its calorific value, that they save in a year.
    price : xr.DataArray, [CNY_2025 yr/tce]
        Of what saves one ton of coal equivalent a year.
    """
    return stamp(strip(built, "PJ/yr/yr") * strip(price, "billion CNY_2025 yr/PJ"), MONEY)
