"""Inputs of the template's levers, of power under contract and of captive plants: what is stated, else the rows."""

from __future__ import annotations

from typing import Any, Final, get_args

import xarray as xr

from decarb.errors import DecarbError
from decarb.scenario.fields import ShareByArchetype
from decarb.scenario.lever_schema import CaptiveSpec
from decarb.scenario.park_schema import Archetype
from decarb.scenario.schema import ScenarioSpec
from decarb.scenario.stated import by_archetype, scalar, stated
from decarb.tables import Bound, table_array
from decarb.units import Quantity, stamp

ARCHETYPES: Final = get_args(Archetype)
BY_ARCHETYPE: Final = (
    "fuel_saving_share", "electricity_saving_share", "electrified_fuel_share", "switched_fuel_share",
    "process_change_share",
)  # fmt: skip
OF_CAPTIVE: Final = ("factor_ratio", "heat_share", "heat_electrified_share", "heat_performance")
NEW_FUEL: Final = "natural_gas"  # what fuel is switched to, and what boilers burn in place of captive plants


def lever_inputs(spec: ScenarioSpec, bound: Bound = "value") -> dict[str, xr.DataArray]:
    """Return every input of levers, contracts and captive plants.

    Parameters
    ----------
    spec : ScenarioSpec
    bound : {"value", "low", "high"}
        Which column of the tables fills what the scenario leaves out.

    Raises
    ------
    DecarbError
        Captive plants would all be closed before the first closes.
    """
    template = spec.template
    gas = table_array("emission_factors", "fuel_energy_factor", fuel=NEW_FUEL)
    boiler = table_array("technologies", "conversion_efficiency", technology="gas_boiler")
    return {
        **{name: by_archetype(name, bound, _of_each(getattr(template, name))) for name in BY_ARCHETYPE},
        "switched_fuel_factor": gas
        if template.switched_fuel_factor is None
        else scalar(template.switched_fuel_factor, gas.attrs["units"]),
        "green_power_share": stated(template.green_power_share, "green_power_share", "1", bound),
        "market_traded_share": stated(spec.power.market_traded_share, "market_traded_share", "1", bound),
        **_retirement(spec.captive, bound),
        **{
            f"captive_{name}": stated(getattr(spec.captive, name), f"captive_{name}", "1", bound) for name in OF_CAPTIVE
        },
        "replaced_heat_factor": stamp(gas / boiler, gas.attrs["units"]),
    }


def _of_each(written: Quantity | ShareByArchetype | None) -> dict[str, Quantity | None]:
    """Return what the scenario states for each archetype: one share for all, or those that are named."""
    if isinstance(written, ShareByArchetype):
        return {name: getattr(written, name) for name in ARCHETYPES}
    return dict.fromkeys(ARCHETYPES, written)


def _retirement(captive: CaptiveSpec, bound: Bound) -> dict[str, xr.DataArray]:
    years = {end: _year(getattr(captive, f"retirement_{end}"), f"captive_retirement_{end}", bound)
             for end in ("start", "end")}  # fmt: skip
    if float(years["end"]) <= float(years["start"]):
        raise DecarbError(
            f"captive: retirement_end {float(years['end']):.0f} is not after retirement_start "
            f"{float(years['start']):.0f}, one of them from data/parameters.csv; write both"
        )
    return {f"captive_retirement_{end}": year for end, year in years.items()}


def _year(stated: int | None, name: str, bound: Bound) -> xr.DataArray:
    row: Any = table_array("parameters", name, bound=bound)
    return row if stated is None else stamp(xr.DataArray(float(stated)), "1")
