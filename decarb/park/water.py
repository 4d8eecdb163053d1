"""The water of a park: what is used, returned, treated on site and used again, and what the treatment emits."""

from __future__ import annotations

from typing import Final

import numpy as np
import xarray as xr

from decarb.errors import DecarbError
from decarb.park.limits import check_inputs
from decarb.units import declare_units, strip

N2O_PER_NITROGEN: Final = 44.0 / 28.0
"""[t N2O/t] of the nitrogen in it: molar masses, 44 of N2O and 2 x 14 of N."""

BALANCE_TOLERANCE: Final = 1e-9  # of the water that is used


@declare_units(
    {
        "water_demand": "m3/yr", "fresh_water": "m3/yr", "wastewater": "m3/yr", "treated_water": "m3/yr",
        "untreated_wastewater": "m3/yr", "reused_water": "m3/yr", "water_reuse_rate": "1",
        "water_electricity": "MWh/yr", "wastewater_ch4": "t CH4/yr", "wastewater_n2o": "t N2O/yr",
    },
    demand="m3/yr", treatment_capacity="m3/yr", return_share="1", reuse_share="1",
    treatment_electricity="MWh/m3", reuse_electricity="MWh/m3",
    oxygen_demand="t/m3", methane_capacity="t CH4/t", methane_correction="1",
    nitrogen="t/m3", n2o_share="1", irrigation="m3/yr",
)  # fmt: skip
def water_year(
    *,
    demand: xr.DataArray,
    treatment_capacity: xr.DataArray,
    return_share: xr.DataArray,
    reuse_share: xr.DataArray,
    treatment_electricity: xr.DataArray,
    reuse_electricity: xr.DataArray,
    oxygen_demand: xr.DataArray,
    methane_capacity: xr.DataArray,
    methane_correction: xr.DataArray,
    nitrogen: xr.DataArray,
    n2o_share: xr.DataArray,
    irrigation: xr.DataArray | str = "0 m3/yr",
) -> xr.Dataset:
    """Return the yearly flows of water, the electricity they need, and the gases of treatment on site.

    What exceeds the plant leaves the park untreated by it: the town treats it, and its emissions are other indirect
    ones, which no line counts; nor is the making of fresh water. The year is taken as even: a plant that is large
    enough for the mean day takes all of it, so rain and peaks that overflow a real one are not seen.

    Parameters
    ----------
    demand : xr.DataArray, [m3/yr]
        All uses but irrigation; "200 m3/d" is as good.
    treatment_capacity : xr.DataArray, [m3/yr]
        Most that the plant on site takes; zero without one.
    return_share : xr.DataArray, [1]
        Of `demand`, what comes back as wastewater; the rest evaporates or stays in goods.
    reuse_share : xr.DataArray, [1]
        Of treated water, what is used again in place of fresh water. The rest is discharged.
    treatment_electricity, reuse_electricity : xr.DataArray, [MWh/m3]
        Of water treated; on top, of water made fit for use again.
    oxygen_demand : xr.DataArray, [t/m3]
        Chemical oxygen demand of the wastewater. None is taken off with the sludge, the cautious side.
    methane_capacity : xr.DataArray, [t CH4/t]
        Most methane that oxygen demand can become.
    methane_correction : xr.DataArray, [1]
        The part that does, in this kind of treatment; none is caught.
    nitrogen : xr.DataArray, [t/m3]
        Of the wastewater.
    n2o_share : xr.DataArray, [1]
        Of that nitrogen, what leaves as N2O. N2O of the discharged water is not counted.
    irrigation : xr.DataArray, [m3/yr]
        Water for plants on top of `demand`, as `agriculture.irrigation_demand` gives it. None of it returns.

    Returns
    -------
    xr.Dataset
        [m3/yr] `water_demand` (with irrigation) = `fresh_water` + `reused_water`; `wastewater` = `treated_water` +
        `untreated_wastewater`, which leaves the park. [MWh/yr] `water_electricity`; [t CH4/yr] `wastewater_ch4`;
        [t N2O/yr] `wastewater_n2o`. [1] `water_reuse_rate`: reused over all water used, 0 where none is used.
        It is lower than the rate of industrial statistics, which counts each round of a cooling loop as reuse.

    Raises
    ------
    InputError
        An amount below zero or not known, or a share outside 0 to 1.

    Notes
    -----
    ``CH4 = V COD B0 MCF`` and ``N2O = V N EF 44/28`` on the treated volume V. By the hour the load is flat: pumps and
    blowers run day and night.

    References
    ----------
    ipcc-wastewater, wastewater-plants

    Examples
    --------
    >>> year = water_year(
    ...     demand="200 m3/d", treatment_capacity="200 m3/d", return_share=0.8, reuse_share=0.5,
    ...     treatment_electricity="0.3 kWh/m3", reuse_electricity="0.8 kWh/m3", oxygen_demand="0.4 kg/m3",
    ...     methane_capacity="0.25 kg CH4/kg", methane_correction=0.03, nitrogen="0.04 kg/m3", n2o_share=0.016)
    >>> year["reused_water"].item(), round(year["water_electricity"].item(), 2), year["water_reuse_rate"].item()
    (29200.0, 40.88, 0.4)
    """
    watered = xr.DataArray(irrigation)
    check_inputs(
        "water",
        amounts={
            "demand": demand, "treatment_capacity": treatment_capacity, "irrigation": watered,
            "treatment_electricity": treatment_electricity, "reuse_electricity": reuse_electricity,
            "oxygen_demand": oxygen_demand, "methane_capacity": methane_capacity, "nitrogen": nitrogen,
        },
        shares={
            "return_share": return_share, "reuse_share": reuse_share, "methane_correction": methane_correction,
            "n2o_share": n2o_share,
        },
    )  # fmt: skip
    wastewater = xr.DataArray(return_share * demand)
    treated = np.minimum(wastewater, treatment_capacity)
    reused = reuse_share * treated
    used = demand + watered
    return xr.Dataset(
        {
            "water_demand": used,
            "fresh_water": used - reused,
            "wastewater": wastewater,
            "treated_water": treated,
            "untreated_wastewater": wastewater - treated,
            "reused_water": reused,
            "water_reuse_rate": (reused / used.where(used > 0.0)).fillna(0.0),
            "water_electricity": treated * treatment_electricity + reused * reuse_electricity,
            "wastewater_ch4": treated * oxygen_demand * methane_capacity * methane_correction,
            "wastewater_n2o": treated * nitrogen * n2o_share * N2O_PER_NITROGEN,
        }
    )


def check_water_balance(flows: xr.Dataset, tolerance: float = BALANCE_TOLERANCE) -> None:
    """Raise `DecarbError` unless no water appears or is lost, for each park, to `tolerance` of what it uses.

    Parameters
    ----------
    flows : xr.Dataset
        As `water_year` returns it.
    tolerance : float, [1]
        Of the water that is used.

    Notes
    -----
    fresh + reused = demand; treated + untreated = wastewater; reused <= treated; wastewater <= demand; none negative.
    """
    names = ("water_demand", "fresh_water", "wastewater", "treated_water", "untreated_wastewater", "reused_water")
    used, fresh, wastewater, treated, untreated, reused = (strip(flows[name], "m3/yr") for name in names)
    gaps: dict[str, xr.DataArray] = {
        "fresh_water + reused_water is not water_demand": abs(fresh + reused - used),
        "treated_water + untreated_wastewater is not wastewater": abs(treated + untreated - wastewater),
        "reused_water lies above treated_water": reused - treated,
        "wastewater lies above water_demand": wastewater - used,
        **{f"{name} lies below zero": -strip(flows[name], "m3/yr") for name in names},
    }
    for law, gap in gaps.items():
        if not bool((gap <= tolerance * used).all()):
            raise DecarbError(f"water balance: {law}, by {float(gap.max()):.3g} m3/yr; at most {tolerance:g} of "
                              "water_demand may be missing")  # fmt: skip
