"""A small park made by hand, as the reports take it."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import xarray as xr

from decarb.analysis.park import ParkResults
from decarb.park.claim import Claim
from decarb.park.standards import judge, thresholds
from decarb.tables import read_table
from decarb.units import Quantity

LINES = {"natural_gas": "direct", "wastewater": "direct", "electricity": "energy indirect"}
GASES = ("CO2", "CH4", "N2O", "HFC134a")


def scalar(value: float, unit: str) -> xr.DataArray:
    return xr.DataArray(value, attrs={"units": unit})


def along(dim: str, values: dict[str, float], unit: str) -> xr.DataArray:
    return xr.DataArray(list(values.values()), {dim: list(values)}, (dim,), attrs={"units": unit})


def annual() -> xr.Dataset:
    """A statement of 3,000 + 1 x 28 + 4,000 t CO2e, location-based; 1,000 t of electricity by contracts."""
    gases = np.zeros((3, 4))
    gases[0, 0], gases[1, 1], gases[2, 0] = 3000.0, 1.0, 4000.0
    coords = {
        "category": list(LINES), "gas": list(GASES), "group": ("category", list(LINES.values())),
        "category_2018": ("category", ["1 direct emissions and removals"] * 2 + ["2 imported energy"]), "report": "AR5",
    }  # fmt: skip
    by_gas = xr.DataArray(gases, coords, ("category", "gas"), attrs={"units": "t/yr"})
    lines = by_gas.isel(gas=0, drop=True)
    return xr.Dataset(
        {
            "statement": lines.copy(data=[3000.0, 28.0, 4000.0]).assign_attrs(units="t CO2e/yr"),
            "statement_market": lines.copy(data=[3.0, 0.028, 1.0]).assign_attrs(units="kt CO2e/yr"),
            "emissions_by_gas": by_gas,
            "emissions_by_gas_market": by_gas.where(by_gas != 4000.0, 1000.0).assign_attrs(by_gas.attrs),
            "emissions": scalar(7028.0, "t CO2e/yr"),
            "load": scalar(14000.0, "MWh/yr"),
            "generation": along("technology", {"wind": 5520.0, "pv": 1495.0, "chp": 0.0}, "MWh/yr"),
            "discharge": along("store", {"lithium": 300.0}, "MWh/yr"),
            "self_sufficiency": scalar(0.45, "1"),
            "self_consumption": scalar(np.nan, "1"),
            "peak_import": scalar(3.1, "MW"),
            "islanded_hours": scalar(12.0, "h/yr"),
            "reused_water": scalar(58400.0, "m3/yr"),
            "own_use": scalar(6300.0, "MWh/yr"),
            "own_use_at_grid_factor": scalar(3805.2, "t CO2/yr"),
            "agriculture_removal": scalar(5.5, "t CO2/yr"),
        }
    )


def claim(**changes: Any) -> Claim:
    stated: dict[str, Any] = {
        "park": "toy", "boundary": "One site", "first_day": date(2020, 1, 1), "last_day": date(2020, 12, 31),
        "standard": "ISO 14064-1:2006", "statement": Quantity(7028.0, "t CO2e"),
        "grid_factor": Quantity(0.604, "t CO2/MWh"), "grid_factor_source": "Beijing convention", "credits": None,
        "low": Quantity(5000.0, "t CO2e"), "high": Quantity(9000.0, "t CO2e"),
        "market_statement": Quantity(4028.0, "t CO2e"), "not_quantified": ("transport",),
        "groups": {"direct": Quantity(3028.0, "t CO2e"), "energy indirect": Quantity(4000.0, "t CO2e")},
    }  # fmt: skip
    return Claim(**stated | changes)


def toy_park(**changes: Any) -> ParkResults:
    """A park of every kind of number: flows, gases, a figure that is undefined, a part that is off."""
    ends = {"estimate": ["p5", "median", "p95"]}
    statement = xr.DataArray(
        [[2000.0, 3000.0, 4000.0], [8.0, 28.0, 48.0], [3000.0, 4000.0, 5000.0]],
        {"category": list(LINES), **ends}, ("category", "estimate"), attrs={"units": "t CO2e/yr"},
    )  # fmt: skip
    cost = xr.Dataset(
        {
            "investment": along("technology", {"wind": 2e7, "pv": 4e6}, "CNY_2025"),
            "net_present_value": scalar(-1.5e6, "CNY_2025"),
            "simple_payback": scalar(np.nan, "yr"),
            "simple_payback_reason": xr.DataArray(np.int8(4)),
            "levelised_cost": along("technology", {"wind": 0.4, "pv": np.nan}, "CNY_2025/kWh"),
            "levelised_cost_reason": xr.DataArray(
                np.array([0, 2], np.int8), {"technology": ["wind", "pv"]}, ("technology",)
            ),
            "stores_raise_emissions": xr.DataArray(True),
        },
        {"twin": "grid supply only"},
        {"notes": ("prices of Beijing",)},
    )
    facts = {"statement": "7028 t CO2e/yr", "self_supply_emissions": "0 t CO2e/yr", "co2": "7000 t CO2/yr",
             "park_energy": "0.006 Mtce/yr"}  # fmt: skip
    calibration = xr.Dataset(
        {
            "prior_percentile": along("constraint", {"clean_electricity_share": 0.6}, "1"),
            "information": xr.DataArray(np.array([2], np.int8), {"input": ["grid_factor"]}, ("input",)),
        },
        attrs={"sentences": ("the share falls at 60 % of the prior",)},
    )
    given: dict[str, Any] = {
        "name": "toy", "archetype": "research_campus", "province": "Beijing", "year": 2020, "spec": None,
        "systems": {
            "wind": {"on": True, "size": (4.8, "MW"), "annual": {"generation": (5520.0, "MWh/yr")}},
            "water": {"on": False, "size": None, "annual": {}},
        },
        "annual": annual(),
        "spread": xr.Dataset({
            "statement": statement,
            "self_sufficiency": xr.DataArray([0.3, 0.45, 0.6], ends, ("estimate",), attrs={"units": "1"}),
        }),
        "cost": cost,
        "standards": judge(facts, thresholds(read_table("standards"))),
        "claim": claim(),
        "calibration": calibration,
        "multiplied": None,
        "flags": ("the stores save money and raise emissions",),
        "provenance": {
            "decarb": "0.1.0", "seed": 2021,
            "assumptions": [{"variable": "x", "value": 1.0, "low": None, "unit": "MW"}],
            "weather": {"name": "synthetic-default", "seed": 2021, "wind_yield_before_scaling": (900.0, "h/yr")},
        },
    }  # fmt: skip
    return ParkResults(**given | changes)
