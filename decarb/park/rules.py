"""What a microgrid's stores are for: the net demand under which they charge and over which they discharge.

A rule is two numbers for each period of the tariff, so one loop serves every rule and every price. Under any of them
own generation serves the load first, and a store takes own surplus before it takes grid power.

Ties are settled by order. A step is served before any later one, however alike the two are: of equal hours the earlier
one charges or discharges. Stores follow the order in which they are listed: the second takes what the first leaves.
Nothing looks ahead, so a rule costs more than perfect foresight would.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import xarray as xr

from decarb.errors import CallError
from decarb.park.tariff import PERIODS
from decarb.units import declare_units
from decarb.variables import did_you_mean

SELF_CONSUMPTION: Final = "self-consumption"
TIME_OF_USE: Final = "time-of-use"
PEAK_SHAVING: Final = "peak-shaving"
RULES: Final = (SELF_CONSUMPTION, TIME_OF_USE, PEAK_SHAVING)

CHARGES_FROM_GRID: Final = ("valley",)
DISCHARGES: Final = ("critical", "peak")


@declare_units({"charge_below": "MW", "discharge_above": "MW"}, import_limit="MW", demand_cap="MW")
def thresholds(rule: str | xr.DataArray, import_limit: xr.DataArray, demand_cap: xr.DataArray) -> xr.Dataset:
    """Return the net demand under which stores charge and over which they discharge, in each period of the tariff.

    Net demand is load less own generation. With the first threshold at zero a store takes own surplus alone; with the
    second at infinity it keeps what it has.

    Parameters
    ----------
    rule : str or xr.DataArray of str
        One of `RULES`, or one for each park. *self-consumption*: own surplus in, own deficit out, at any hour.
        *time-of-use*: grid power in the valley, discharge at peak and critical prices only; in between own surplus is
        kept for the peak. *peak-shaving*: purchases are levelled at `demand_cap`, charging below it and discharging
        above it. It lowers a charge on demand; under a price of energy alone it may cost money.
    import_limit : xr.DataArray, [MW]
        Most that the grid delivers. In the valley of *time-of-use* stores charge up to it, or to their own power.
    demand_cap : xr.DataArray, [MW]
        Level of *peak-shaving*; without meaning for the other two.

    Returns
    -------
    xr.Dataset
        [MW] `charge_below` and `discharge_above`, (period, ...).

    Raises
    ------
    CallError
        A rule that does not exist, or a limit or cap that is negative or not known.

    Examples
    --------
    >>> limits = thresholds("time-of-use", "6 MW", "0 MW")
    >>> limits["charge_below"].to_series().to_dict()
    {'critical': 0.0, 'peak': 0.0, 'flat': 0.0, 'valley': 6.0}
    >>> limits["discharge_above"].to_series().to_dict()
    {'critical': 0.0, 'peak': 0.0, 'flat': inf, 'valley': inf}
    """
    rules, limit, cap = (xr.DataArray(each) for each in (rule, import_limit, demand_cap))
    _check(rules, limit, cap)
    period = xr.DataArray(list(PERIODS), {"period": list(PERIODS)}, ("period",))
    by_price, levelled = rules == TIME_OF_USE, rules == PEAK_SHAVING
    below = xr.where(by_price & period.isin(CHARGES_FROM_GRID), limit, xr.where(levelled, cap, 0.0))
    above = xr.where(by_price & ~period.isin(DISCHARGES), np.inf, xr.where(levelled, cap, 0.0))
    return xr.Dataset(
        {
            name: array.broadcast_like(period).transpose("period", ...)
            for name, array in (("charge_below", below), ("discharge_above", above))
        }
    )


def _check(rules: xr.DataArray, import_limit: xr.DataArray, demand_cap: xr.DataArray) -> None:
    unknown = sorted({str(rule) for rule in rules.values.reshape(-1)} - set(RULES))
    if unknown:
        raise CallError(f'rule: "{unknown[0]}" is no rule of a microgrid; {did_you_mean(unknown[0], RULES)}')
    for name, array in (("import_limit", import_limit), ("demand_cap", demand_cap)):
        if not bool((array >= 0.0).all()):
            raise CallError(f"{name}: found {float(array.min(skipna=False)):g} MW; write 0 MW or more")
