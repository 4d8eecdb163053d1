"""What a park pays, from the tables: plants, stores, electricity by period, gas and water, near its own year."""

from __future__ import annotations

from typing import Final

import xarray as xr

from decarb.park.economics import gas_price_at_normal_conditions
from decarb.park.tariff import HOME, period_price, period_ratio
from decarb.scenario.park_inputs import TECHNOLOGY
from decarb.scenario.park_schema import ParkSpec
from decarb.tables import read_table, table_array
from decarb.units import converted, stamp, units_of

PLANTS: Final = {"wind": "onshore_wind", "pv": "distributed_pv"}
"""Plant -> what the table of technologies calls it."""
EXPORT_YEAR: Final = 2025
PRICE_YEAR, PRICE_MONTH, RATIO_YEAR = 2025, 2, 2023  # of Beijing's table
NO_DEMAND_CHARGE: Final = stamp(xr.DataArray(0.0), "CNY_2025/kW/yr")  # of the single-part tariff


def park_prices(park: ParkSpec) -> xr.Dataset:
    """Return the prices that `decarb.park.economics.park_cost` asks for, and the lives of plants and stores.

    Electricity is priced by Beijing's table, wherever the park stands; gas and water only where the province has a
    price of its own. `store_cycle_life` and `store_calendar_life` decide `store_lifetime` with the cycles of a year.
    """
    of_plants = {
        "generation_capex": _each(PLANTS, "capex_power", park.year),
        "generation_om_share": _each(PLANTS, "fixed_om_share"),
        "generation_lifetime": _each(PLANTS, "lifetime"),
        "degradation": _each(PLANTS, "degradation"),
    }
    of_stores = {
        "store_power_capex": _each(TECHNOLOGY, "capex_power", park.year),
        "store_energy_capex": _each(TECHNOLOGY, "capex_energy", park.year),
        "store_om_share": _each(TECHNOLOGY, "fixed_om_share"),
        "store_calendar_life": _each(TECHNOLOGY, "lifetime"),
        "store_cycle_life": _each(TECHNOLOGY, "cycle_life"),
        "fade_at_end_of_life": _each(TECHNOLOGY, "fade_at_end_of_life"),
    }
    return xr.Dataset(
        {
            **{name: array.rename(kind="technology") for name, array in of_plants.items()},
            **{name: array.rename(kind="store") for name, array in of_stores.items()},
            **_electricity(park),
            **_supplies(park),
            "discount_rate": table_array("parameters", "discount_rate"),
        }
    )


def appraisal_horizon() -> int:
    """Return the years of operation that a park is judged by."""
    return round(float(table_array("parameters", "appraisal_horizon")))


def _each(kinds: dict[str, str], variable: str, year: int | None = None) -> xr.DataArray:
    """Return one row for each kind of plant or store, of the year nearest to the park's; money of one price year."""
    rows = {kind: _row(variable, technology, year) for kind, technology in kinds.items()}
    first = units_of(next(iter(rows.values())))
    same = [converted(array, first) for array in rows.values()]
    return stamp(xr.concat(same, dim=xr.IndexVariable("kind", list(rows)), coords="minimal", compat="override"), first)


def _row(variable: str, technology: str, year: int | None) -> xr.DataArray:
    if year is None:
        return table_array("technologies", variable, technology=technology)
    rows = read_table("technologies")
    known = rows[(rows["variable"] == variable) & (rows["technology"] == technology)]["year"]
    nearest = min((int(each) for each in known), key=lambda each: (abs(each - year), -each))
    return table_array("technologies", variable, technology=technology, year=nearest)


def _electricity(park: ParkSpec) -> dict[str, xr.DataArray]:
    ratio = period_ratio(
        table_array("tariffs", "peak_ratio_single_part", province=HOME, year=RATIO_YEAR),
        table_array("tariffs", "valley_ratio_single_part", province=HOME, year=RATIO_YEAR),
        table_array("tariffs", "critical_ratio", province=HOME, year=RATIO_YEAR),
    )
    return {
        "period_price": period_price(
            table_array("tariffs", "electricity_price_flat", province=HOME, year=PRICE_YEAR, month=PRICE_MONTH),
            table_array("tariffs", "agent_purchase_price", province=HOME, year=PRICE_YEAR, month=PRICE_MONTH),
            ratio,
        ),
        "export_price": table_array("tariffs", "feed_in_benchmark_price", province=park.province, year=EXPORT_YEAR),
        "demand_charge": NO_DEMAND_CHARGE,
    }


def _supplies(park: ParkSpec) -> dict[str, xr.DataArray]:
    """Return the prices of gas and water where the province has its own."""
    rows = read_table("tariffs")
    found = {}
    for name in ("gas_price", "water_price"):
        own = rows[(rows["variable"] == name) & (rows["province"] == park.province)]
        if len(own):
            found[name] = table_array("tariffs", name, province=park.province, year=int(own["year"].max()))
    if "gas_price" in found:
        metered = table_array("parameters", "gas_metered_volume")
        found["gas_price"] = gas_price_at_normal_conditions(found["gas_price"], metered)
    return found
