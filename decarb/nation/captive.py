"""Captive coal plants, which generate for their owners: when they close, and who then makes their power and heat."""

from __future__ import annotations

import numpy as np
import xarray as xr

from decarb.errors import DecarbError
from decarb.units import declare_units


@declare_units("1", retirement_start="1", retirement_end="1")
def standing_captive(year: xr.DataArray, retirement_start: xr.DataArray, retirement_end: xr.DataArray) -> xr.DataArray:
    """Return the captive plants that still run, over those of today: a straight line from 1 to 0 between two years.

    No plan for all of them was found. Today's fleet is taken to stand until the line begins.

    Parameters
    ----------
    year : xr.DataArray, (year)
    retirement_start : xr.DataArray, [1]
        Last year in which all run.
    retirement_end : xr.DataArray, [1]
        First year in which none runs.

    Raises
    ------
    DecarbError
        The line ends before it begins.
    """
    if bool((retirement_end <= retirement_start).any()):
        raise DecarbError(
            f"captive.retirement_end: {float(np.min(retirement_end)):.0f} is not after captive.retirement_start, "
            f"{float(np.max(retirement_start)):.0f}; write a later year"
        )
    return 1.0 - ((year - retirement_start) / (retirement_end - retirement_start)).clip(0.0, 1.0)


@declare_units("Mt CO2/TWh", fossil_factor="Mt CO2/TWh", captive_share="1", captive_factor_ratio="1", standing="1")
def fossil_factor_with_captive(
    fossil_factor: xr.DataArray, captive_share: xr.DataArray, captive_factor_ratio: xr.DataArray,
    standing: xr.DataArray,
) -> xr.DataArray:  # fmt: skip
    """Return CO2 per fossil power of the nation while its captive plants, dirtier than the rest, close.

    Their power is then made by the grid: the thermal balance holds it already. Its losses on the way are not added.

    Parameters
    ----------
    fossil_factor : xr.DataArray, [Mt CO2/TWh], (year)
        With all captive plants.
    captive_share : xr.DataArray, [1]
        In fossil power today.
    captive_factor_ratio : xr.DataArray, [1]
        Factor of captive plants over that of all others.
    standing : xr.DataArray, [1], (year)
        As `standing_captive` gives it.

    Notes
    -----
    f (1 + c k (r - 1)) / (1 + c (r - 1)): f where all stand, the factor of the others where none does.
    """
    excess = captive_share * (captive_factor_ratio - 1.0)
    return fossil_factor * ((1.0 + excess * standing) / (1.0 + excess))


@declare_units("Mt CO2/PJ", heat_factor="Mt CO2/PJ", captive_heat_share="1", standing="1",
               captive_heat_electrified_share="1", replaced_heat_factor="Mt CO2/PJ")  # fmt: skip
def heat_factor_with_captive(
    heat_factor: xr.DataArray, captive_heat_share: xr.DataArray, standing: xr.DataArray,
    captive_heat_electrified_share: xr.DataArray, replaced_heat_factor: xr.DataArray,
) -> xr.DataArray:  # fmt: skip
    """Return CO2 per heat supplied once heat pumps and gas boilers stand in for captive plants, (year).

    Parameters
    ----------
    heat_factor : xr.DataArray, [Mt CO2/PJ]
        Of central heating with all captive plants.
    captive_heat_share : xr.DataArray, [1]
        Of central heating, what captive plants supply today.
    standing : xr.DataArray, [1], (year)
    captive_heat_electrified_share : xr.DataArray, [1]
        Of the heat they leave, what heat pumps take over; gas boilers take the rest.
    replaced_heat_factor : xr.DataArray, [Mt CO2/PJ]
        CO2 per heat of those boilers.
    """
    left = captive_heat_share * (1.0 - standing)
    return heat_factor * (1.0 - left) + replaced_heat_factor * (left * (1.0 - captive_heat_electrified_share))


@declare_units("TWh/yr", heat_supply="TWh/yr", captive_heat_share="1", standing="1",
               captive_heat_electrified_share="1", captive_heat_performance="1")  # fmt: skip
def electricity_for_captive_heat(
    heat_supply: xr.DataArray, captive_heat_share: xr.DataArray, standing: xr.DataArray,
    captive_heat_electrified_share: xr.DataArray, captive_heat_performance: xr.DataArray,
) -> xr.DataArray:  # fmt: skip
    """Return the electricity of the heat pumps that stand in for captive plants, (year).

    Parameters
    ----------
    heat_supply : xr.DataArray, [TWh/yr], (year)
    captive_heat_share, standing, captive_heat_electrified_share : xr.DataArray, [1]
        As for `heat_factor_with_captive`.
    captive_heat_performance : xr.DataArray, [1]
        Heat per electricity, mean of the year.
    """
    by_pumps = heat_supply * captive_heat_share * (1.0 - standing) * captive_heat_electrified_share
    return by_pumps / captive_heat_performance
