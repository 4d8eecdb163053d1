"""What parks no longer buy, what they buy instead, and what their credits cost; prices are of 2025 and hold."""

from __future__ import annotations

import xarray as xr

from decarb.units import declare_units


@declare_units("CNY_2025/kWh", price="CNY_2025/kWh", amount="MWh/yr")
def mean_price(price: xr.DataArray, amount: xr.DataArray) -> xr.DataArray:
    """Return one price for the nation, each province by what it buys.

    Parameters
    ----------
    price : xr.DataArray, [CNY_2025/kWh], (province)
    amount : xr.DataArray, [MWh/yr], (province, ...)
        All dimensions but `scenario` are summed; all provinces alike where nothing is bought.
    """
    inner = [dim for dim in amount.dims if dim not in ("scenario", "province")]
    by_province = amount.sum(inner) if inner else amount
    total = by_province.sum("province")
    weighted = xr.dot(price, by_province, dim="province") / total.where(total > 0.0)
    return weighted.where(total > 0.0, price.mean("province"))


@declare_units("billion CNY_2025/yr", energy="TWh/yr", price="billion CNY_2025/TWh")
def electricity_bill(energy: xr.DataArray, price: xr.DataArray) -> xr.DataArray:
    """Return what electricity costs at the industrial price, which is held.

    Parameters
    ----------
    energy : xr.DataArray, [TWh/yr], (..., year)
    price : xr.DataArray, [billion CNY_2025/TWh]
    """
    return energy * price


@declare_units("PJ/yr", abated="Mt CO2/yr", fuel_factor="Mt CO2/PJ")
def fuel_not_burnt(abated: xr.DataArray, fuel_factor: xr.DataArray) -> xr.DataArray:
    """Return the fuel behind CO2 that all sectors no longer emit.

    Parameters
    ----------
    abated : xr.DataArray, [Mt CO2/yr], (..., sector, year)
        Of fuel that is saved or replaced by electricity.
    fuel_factor : xr.DataArray, [Mt CO2/PJ], (sector)
    """
    return xr.dot(abated, 1.0 / fuel_factor, dim="sector")


@declare_units(
    "billion CNY_2025/yr", abated="Mt CO2/yr", price="billion CNY_2025/PJ", fuel_factor="Mt CO2/PJ"
)  # fmt: skip
def fuel_bill_saved(abated: xr.DataArray, price: xr.DataArray, fuel_factor: xr.DataArray) -> xr.DataArray:
    """Return what the fuel would have cost that is saved or replaced by electricity.

    Parameters
    ----------
    abated : xr.DataArray, [Mt CO2/yr], (..., sector, year)
    price : xr.DataArray, [billion CNY_2025/PJ], (sector)
        Of the sector's mix of fuels, held.
    fuel_factor : xr.DataArray, [Mt CO2/PJ], (sector)
    """
    return xr.dot(abated, price / fuel_factor, dim="sector")


@declare_units("PJ/yr", abated="Mt CO2/yr", fuel_factor="Mt CO2/PJ", switched_fuel_factor="Mt CO2/PJ")
def fuel_switched(abated: xr.DataArray, fuel_factor: xr.DataArray, switched_fuel_factor: xr.DataArray) -> xr.DataArray:
    """Return the fuel energy that a switch moves, from what it abates; none where it can abate nothing.

    Parameters
    ----------
    abated : xr.DataArray, [Mt CO2/yr], (..., sector, year)
    fuel_factor : xr.DataArray, [Mt CO2/PJ], (sector)
    switched_fuel_factor : xr.DataArray, [Mt CO2/PJ]
    """
    return xr.dot(abated, _per_ton(fuel_factor - switched_fuel_factor), dim="sector")


@declare_units(
    "billion CNY_2025/yr", abated="Mt CO2/yr", price="billion CNY_2025/PJ", switched_price="billion CNY_2025/PJ",
    fuel_factor="Mt CO2/PJ", switched_fuel_factor="Mt CO2/PJ",
)  # fmt: skip
def switching_saved(
    abated: xr.DataArray,
    price: xr.DataArray,
    switched_price: xr.DataArray,
    fuel_factor: xr.DataArray,
    switched_fuel_factor: xr.DataArray,
) -> xr.DataArray:
    """Return what the fuel given up costs less what the same energy of the other costs; negative where that is dearer.

    Parameters
    ----------
    abated : xr.DataArray, [Mt CO2/yr], (..., sector, year)
    price : xr.DataArray, [billion CNY_2025/PJ], (sector)
    switched_price : xr.DataArray, [billion CNY_2025/PJ]
    fuel_factor : xr.DataArray, [Mt CO2/PJ], (sector)
    switched_fuel_factor : xr.DataArray, [Mt CO2/PJ]
    """
    energy = _per_ton(fuel_factor - switched_fuel_factor)
    return xr.dot(abated, energy * (price - switched_price), dim="sector")


def _per_ton(less: xr.DataArray) -> xr.DataArray:
    """Return fuel energy moved per ton abated, from how much cleaner the other fuel is."""
    return (1.0 / less.where(less > 0.0)).fillna(0.0)


@declare_units("billion CNY_2025/yr", used="Mt CO2e/yr", price="billion CNY_2025/Mt CO2e")
def credit_spending(used: xr.DataArray, price: xr.DataArray) -> xr.DataArray:
    """Return what the credits that parks use cost.

    Parameters
    ----------
    used : xr.DataArray, [Mt CO2e/yr], (..., year)
    price : xr.DataArray, [billion CNY_2025/Mt CO2e], (year)
    """
    return used * price


@declare_units(
    "billion CNY_2025/yr", used="Mt CO2e/yr", price="billion CNY_2025/Mt CO2", gwp_co2="Mt CO2e/Mt CO2"
)  # fmt: skip
def allowance_spending(used: xr.DataArray, price: xr.DataArray, gwp_co2: xr.DataArray) -> xr.DataArray:
    """Return what the same tonnes would cost as allowances; no park has to surrender any.

    Parameters
    ----------
    used : xr.DataArray, [Mt CO2e/yr], (..., year)
    price : xr.DataArray, [billion CNY_2025/Mt CO2], (year)
    gwp_co2 : xr.DataArray, [Mt CO2e/Mt CO2]
    """
    return used / gwp_co2 * price
