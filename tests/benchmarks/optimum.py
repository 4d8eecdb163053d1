"""The bill of each rule of the microgrid beside the least that perfect foresight could reach, over one year of a park.

The least bill is a linear programme: the same sizes, limits, losses and prices; stores that end where they began; the
whole year known on its first day. HiGHS solves it, the solver that PyPSA hands the same programme to. A rule that looks
at the present step alone cannot reach it, and what it misses is the worth of a forecast, with the rule's own faults.

The supercapacitor is left out: at steps of an hour it moves no energy. The weather is the embedded one of Beijing, the
sizes of wind and PV are the certified park's; sizes of the stores were never published and are assumed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import scipy.sparse as sp
import xarray as xr
from scipy.optimize import linprog

from decarb.park import resource, tariff
from decarb.park.assumptions import ASSUMPTIONS
from decarb.park.dispatch import dispatch, dispatch_steps
from decarb.park.rules import RULES, thresholds
from decarb.park.storage import deliverable_energy
from decarb.park.twins import without_stores
from decarb.tables import table_array, table_value
from decarb.units import stamp, strip

SEED: Final = 2021
PARK: Final = {
    "wind_capacity": "4.8 MW", "pv_capacity": "1.3 MW", "chp_capacity": "0 MW", "annual_load": "14000 MWh/yr",
    "import_limit": "10 MW", "export_limit": "6.1 MW",
}  # fmt: skip
STORES: Final = {
    "power_rating": ([1.0, 0.2], "MW"),
    "energy_rating": ([2.0, 0.8], "MWh"),
    "round_trip_efficiency": ([0.845, 0.65], "1"),
    "minimum_state_of_charge": ([0.1, 0.0], "1"),
    "maximum_state_of_charge": ([0.9, 1.0], "1"),
    "self_discharge": ([3e-5, 1e-4], "1/h"),
}
DEMAND_CAP: Final = "1.8 MW"
YIELD: Final = "1150 h/yr"  # stated, of wind and of PV
SHAPES: Final = ("wind_speed_ratio", "air_temperature")
Row = tuple[str, float, str, str]


def park(rule: str) -> xr.Dataset:
    """Return the design of the park under a rule."""
    sizes = {name: scalar(*text.split()) for name, text in PARK.items()}
    stores = {
        name: xr.DataArray(values, {"store": ["lithium", "flow_battery"]}, attrs={"units": unit})
        for name, (values, unit) in STORES.items()
    }
    return xr.Dataset(sizes | stores | dict(thresholds(rule, sizes["import_limit"], DEMAND_CAP)))


def scalar(value: str, unit: str) -> xr.DataArray:
    """Return one number with its unit."""
    return stamp(xr.DataArray(float(value)), unit)


def weather() -> tuple[xr.DataArray, xr.DataArray]:
    """Return the embedded capacity factors of Beijing and the shape of a load of two shifts on working days."""

    def of_beijing(name: str) -> xr.DataArray:
        return table_array("provinces", name, "province").sel(province=["Beijing"])

    value, unit = YIELD.split()
    hours = stamp(xr.full_like(of_beijing("latitude"), float(value)), unit)
    ratio, air = (table_array("weather_shape", name, "month", "hour") for name in SHAPES)
    assumptions = xr.Dataset({name: table_array("parameters", name) for name in ASSUMPTIONS})
    made = resource.capacity_factor(
        of_beijing("latitude"), of_beijing("longitude"), hours, hours, ratio, air, seed=SEED, assumptions=assumptions
    )["capacity_factor"].isel(province=0, drop=True)
    time = made["time"].to_index()
    shifts = np.where((time.hour >= 6) & (time.hour < 22) & (time.day_of_week < 5), 2.0, 1.0)
    load = xr.DataArray(shifts / shifts.mean(), {"time": time}, ("time",))
    return stamp(made.reindex(technology=["wind", "pv", "chp"], fill_value=0.0), "1"), stamp(load, "1")


def price_of_periods() -> xr.DataArray:
    """Return Beijing's delivered prices by period, single-part tariff."""

    def row(name: str, **selection: int) -> xr.DataArray:
        return table_array("tariffs", name, province="Beijing", **selection)

    ratio = tariff.period_ratio(row("peak_ratio_single_part"), row("valley_ratio_single_part"), row("critical_ratio"))
    month = {"year": 2025, "month": 2}
    return tariff.period_price(row("electricity_price_flat", **month), row("agent_purchase_price", **month), ratio)


def least_bill(design: xr.Dataset, net_demand: np.ndarray, price: np.ndarray, export_price: float) -> Mapping[str, Any]:
    """Return the least bill [CNY] of the steps given, an hour each, and the import that goes with it [MWh].

    Parameters
    ----------
    design : xr.Dataset
        Of one park; its thresholds are not looked at.
    net_demand : np.ndarray, (step,)
        Load less own generation [MWh]; a surplus that finds no use is curtailed for nothing.
    price : np.ndarray, (step,)
        Of a purchase [CNY/MWh].
    export_price : float
        Of a sale [CNY/MWh]; below every price, else buying to sell would pay.
    """
    steps, stores = net_demand.size, design.sizes["store"]
    power = strip(design["power_rating"], "MW").values
    full = deliverable_energy(
        design["energy_rating"], design["round_trip_efficiency"], design["minimum_state_of_charge"],
        design["maximum_state_of_charge"],
    ).values  # fmt: skip
    efficiency = strip(design["round_trip_efficiency"], "1").values
    retention = 1.0 - strip(design["self_discharge"], "1/h").values
    one, none = sp.identity(steps, format="csr"), sp.csr_matrix((steps, steps))
    before = sp.csr_matrix((np.ones(steps), (np.arange(steps), np.arange(-1, steps - 1) % steps)))
    # Unknowns, a block of steps each: import, export, then charge, discharge and level at the end of each store.
    supply = sp.hstack([-one, one, *(block for _ in range(stores) for block in (one, -one, none))], format="csr")
    kept = []
    for store in range(stores):
        blocks = [none, none, *[none] * (3 * stores)]
        blocks[2 + 3 * store : 5 + 3 * store] = [-efficiency[store] * one, one, one - retention[store] * before]
        kept.append(sp.hstack(blocks))
    limits = [float(strip(design[name], "MW")) for name in ("import_limit", "export_limit")]
    for store in range(stores):
        limits += [power[store], power[store], full[store]]
    money = np.concatenate([price, np.full(steps, -export_price), np.zeros(3 * stores * steps)])
    solved = linprog(
        money,
        A_ub=supply, b_ub=-net_demand,  # bought and discharged cover what is not generated, charged or sold
        A_eq=sp.vstack(kept, format="csr"), b_eq=np.zeros(stores * steps),
        bounds=np.column_stack([np.zeros(money.size), np.repeat(limits, steps)]),
        method="highs",
    )  # fmt: skip
    if not solved.success:
        raise RuntimeError(f"HiGHS: {solved.message}")
    return {"bill": float(solved.fun), "grid_import": solved.x[:steps]}


def optimum_rows() -> list[Row]:
    """Return the gap of each rule's bill to the least one, and the share of the possible saving that it reaches."""
    (factors, load), prices = weather(), price_of_periods()
    period = tariff.period_of_hour(load["time"].to_index())
    sold = table_value("tariffs", "feed_in_benchmark_price", province="Beijing").to("CNY_2025/MWh")

    def bill_of(design: xr.Dataset) -> float:
        flows = dispatch(design, factors, load, period)
        if float(flows["unmet_load"]) > 0.0:
            raise RuntimeError("the park leaves load unmet: its bill cannot be compared")
        return float(
            tariff.annual_bill(
                flows["grid_import_by_period"], flows["grid_export"], prices, f"{sold!r} CNY_2025/MWh",
                flows["peak_import"], "0 CNY_2025/kW/yr",
            )["electricity_bill"]
        )  # fmt: skip

    empty = dispatch_steps(without_stores(park(RULES[0])), factors, load, period)
    net = strip(empty["load"], "MW").values.copy()
    for technology in ("wind", "pv", "chp"):
        net -= strip(empty[f"{technology}_generation"], "MW").values
    least = least_bill(park(RULES[0]), net, strip(prices.sel(period=period), "CNY_2025/MWh").values, sold)["bill"]
    bare = bill_of(without_stores(park(RULES[0])))
    bills = {rule: bill_of(park(rule)) for rule in RULES}
    against = f"least bill with perfect foresight, HiGHS, one year at 1 h: {least / 1e6:.3f} million CNY"
    rows = [(f"bill under {rule}, above the optimum", 100.0 * (bill / least - 1.0), "%", against)
            for rule, bill in bills.items()]  # fmt: skip
    rows.append(("bill without stores, above the optimum", 100.0 * (bare / least - 1.0), "%", against))
    rows += [(f"saving of the stores under {rule}", 100.0 * (bare - bill) / (bare - least), "%",
              "the most that the same stores can save") for rule, bill in bills.items()]  # fmt: skip
    return rows


if __name__ == "__main__":
    for name, value, unit, against in optimum_rows():
        print(f"{name:50} {value:8.2f} {unit}  {against}")
