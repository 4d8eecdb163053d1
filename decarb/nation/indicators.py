"""Two further figures that official targets speak of: the non-fossil share and emissions per GDP."""

from __future__ import annotations

import xarray as xr

from decarb.units import declare_units


@declare_units("Mt CO2/Mtce", energy_co2="Mt CO2/yr", primary_energy="Mtce/yr", nonfossil="TWh/yr",
               coal_per_power="Mtce/TWh")  # fmt: skip
def fossil_energy_factor(
    energy_co2: xr.DataArray, primary_energy: xr.DataArray, nonfossil: xr.DataArray, coal_per_power: xr.DataArray
) -> xr.DataArray:
    """Return CO2 per fossil primary energy in the base year, from the official energy and CO2 of that year."""
    return energy_co2 / (primary_energy - nonfossil * coal_per_power)


@declare_units("1", energy_co2="Mt CO2/yr", nonfossil="TWh/yr", coal_per_power="Mtce/TWh", fossil_factor="Mt CO2/Mtce")
def nonfossil_share(
    energy_co2: xr.DataArray, nonfossil: xr.DataArray, coal_per_power: xr.DataArray, fossil_factor: xr.DataArray
) -> xr.DataArray:
    """Return the non-fossil share of primary energy, by China's convention.

    Non-fossil power counts as the coal that a thermal plant would burn for it. Fuels other than for power and
    non-fossil heat are not seen; the mix of fossil fuels stays that of the base year.

    Parameters
    ----------
    energy_co2 : xr.DataArray, [Mt CO2/yr], (year)
        Of all burnt fuel, before capture.
    nonfossil : xr.DataArray, [TWh/yr], (year)
    coal_per_power : xr.DataArray, [Mtce/TWh]
    fossil_factor : xr.DataArray, [Mt CO2/Mtce]
        From `fossil_energy_factor`.
    """
    displaced = nonfossil * coal_per_power
    return displaced / (displaced + energy_co2 / fossil_factor)


@declare_units("t CO2/CNY_2020", gross_co2="t CO2/yr", gdp="CNY_2020/yr")
def co2_per_gdp(gross_co2: xr.DataArray, gdp: xr.DataArray) -> xr.DataArray:
    """Return gross CO2 over real GDP."""
    return gross_co2 / gdp
