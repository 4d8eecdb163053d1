"""The credits of one scenario, as machine code: issued, used, held, and the abatement that their money causes.

The same sums as `decarb.nation.credits`, without labels. Nothing is raised: what that module refuses is returned as a
number of `REFUSED`.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

import numpy as np

from decarb.park.compiled import compiled

COMPUTED: Final = 0
PRIORITY, ADDITIONALITY = 11, 12  # other numbers than those of `decarb.nation.rollout_kernel`
REFUSED: Final = MappingProxyType(
    {
        PRIORITY: "credits.priority: the weights of parks first and market first lie outside 0 to 1, or add to more; "
        "write parks, market or shared",
        ADDITIONALITY: "credits.additionality lies outside 0 to 1; write a share",
    }
)
"""What `credit_accounts` returns -> why nothing was computed, in the order in which it looks."""
SCRATCH: Final = 2  # rows of scratch


@compiled(nogil=True, error_model="numpy")
def credit_accounts(
    path: np.ndarray, displacement_share: float, grid_factor: np.ndarray, reference: int, allowances: np.ndarray,
    use_limit: float, market_use: float, parks_first: float, market_first: float, gwp_co2: float, additionality: float,
    at_plants: np.ndarray, wanted: np.ndarray, scratch: np.ndarray, issued: np.ndarray, surrendered: np.ndarray,
    held: np.ndarray, used_by_parks: np.ndarray, retired: np.ndarray, caused: np.ndarray, unmet: np.ndarray,
) -> int:  # fmt: skip
    """Write the credits of every year and return 0, or write nothing and return why, a key of `REFUSED`.

    Every array is one of float64; what is written is overwritten whole.

    Parameters
    ----------
    path : float array (year,), Mt CO2e/yr
        What would be issued if the grid stayed as in the reference year.
    displacement_share : float, 1
    grid_factor : float array (year,), kg CO2/kWh
        Average factor, before any abatement that credits cause.
    reference : int
        Place of the last observed year.
    allowances : float array (year,), Mt CO2/yr
    use_limit, market_use, parks_first, market_first : float, 1
    gwp_co2 : float, Mt CO2e/Mt CO2
        1 by definition.
    additionality : float, 1
    at_plants : float array (year,), Mt CO2/yr
        CO2 of power and heat after capture.
    wanted : float array (province, year), Mt CO2e/yr
        Market-based emissions of the parks; below zero counts as none.
    scratch : float array (`SCRATCH`, year)
        Overwritten.
    issued, surrendered, used_by_parks : float array (year,), Mt CO2e/yr
        Written.
    held : float array (year,), Mt CO2e
        Written: at the end of the year.
    retired : float array (province, year), Mt CO2e/yr
        Written: what the parks of each province use.
    caused, unmet : float array (year,), Mt CO2/yr
        Written: the abatement that the parks' money causes, and what plants have too little of for it.

    Notes
    -----
    About 5 operations for each province and year, which the compiler does a few years at a time, and 40 for each year.
    """
    if parks_first < 0.0 or market_first < 0.0 or parks_first + market_first > 1.0:
        return PRIORITY
    if not (additionality >= 0.0 and additionality <= 1.0):
        return ADDITIONALITY
    asked, part = scratch[0], scratch[1]
    _issue(path, displacement_share, grid_factor, reference, issued)
    asked[:] = 0.0
    for province in range(wanted.shape[0]):
        for at in range(path.size):
            asked[at] += _not_negative(wanted[province, at])
    _share(
        issued, asked, allowances, use_limit * market_use * gwp_co2, parks_first, market_first, used_by_parks,
        surrendered, held,
    )  # fmt: skip
    for at in range(path.size):
        ratio = used_by_parks[at] / asked[at] if asked[at] > 0.0 else 0.0
        part[at] = ratio if ratio == ratio else 0.0
    for province in range(wanted.shape[0]):
        for at in range(path.size):
            retired[province, at] = _not_negative(wanted[province, at]) * part[at]
    for at in range(path.size):
        meant = part[at] * asked[at] * additionality / gwp_co2
        caused[at] = np.minimum(meant, _not_negative(at_plants[at]))
        unmet[at] = meant - caused[at]
    return COMPUTED


@compiled(nogil=True, error_model="numpy")
def _not_negative(amount: float) -> float:
    """Return the amount, 0 where it is negative, NaN where it is NaN."""
    return 0.0 if amount < 0.0 else amount


@compiled(nogil=True, error_model="numpy")
def _issue(
    path: np.ndarray, displacement_share: float, grid_factor: np.ndarray, reference: int, issued: np.ndarray
) -> None:
    """Write path x (1 - share x (1 - factor / factor of the reference year)), the ratio kept within 0 and 1."""
    before = grid_factor[reference]
    for at in range(path.size):
        left = 0.0
        if before > 0.0 and grid_factor[at] > 0.0:
            left = 1.0 if grid_factor[at] > before else grid_factor[at] / before
        issued[at] = path[at] * (1.0 - displacement_share * (1.0 - left))


@compiled(nogil=True, error_model="numpy")
def _share(
    issued: np.ndarray, asked: np.ndarray, allowances: np.ndarray, market_share: float, parks_first: float,
    market_first: float, used_by_parks: np.ndarray, surrendered: np.ndarray, held: np.ndarray,
) -> None:  # fmt: skip
    """Write what parks and the market use of what is there, and what is held: no one uses what is not there."""
    shared = 1.0 - parks_first - market_first
    left = 0.0
    for at in range(issued.size):
        there, own, other = left + issued[at], asked[at], allowances[at] * market_share
        together = own + other
        used = np.minimum(together, there)
        in_proportion = own * (used / together) if together > 0.0 else 0.0
        before, after = np.minimum(own, there), np.minimum(own, np.maximum(there - other, 0.0))
        mixed = parks_first * before + market_first * after + shared * in_proportion
        left = there - used
        used_by_parks[at] = np.minimum(mixed, used)
        surrendered[at] = used - used_by_parks[at]
        held[at] = left
