"""What a reader of a park's results should see first, each with its numbers."""

from __future__ import annotations

from typing import Final

import xarray as xr

from decarb.park.dispatch import HOURS_PER_YEAR
from decarb.scenario.park_schema import ParkSpec, Ranges
from decarb.units import units_of

ROUNDING: Final = 1e-9
NOTICED: Final = 0.001  # of load or generation: less is not worth a word


def flags_of(
    spec: ParkSpec, inputs: xr.Dataset, year: xr.Dataset, cost: xr.Dataset, steps: xr.Dataset, step: str
) -> tuple[str, ...]:
    """Return what a reader should see first, each with its numbers."""
    return (
        *_supply_flags(spec, year, steps),
        *_store_flags(spec, year, cost, step),
        *_system_flags(spec, year),
        *_basis_flags(spec, inputs, step),
    )


def _supply_flags(spec: ParkSpec, year: xr.Dataset, steps: xr.Dataset) -> list[str]:
    """Return what the grid connection does not manage."""
    said, load = [], float(year["load"])
    unmet, lost = float(year["unmet_load"]), float(year["curtailment"])
    if unmet > NOTICED * load:
        said.append(
            f"{unmet:,.0f} MWh/yr of load ({unmet / load:.1%}) are not met: the import limit is too low. What is not "
            "supplied emits and costs nothing here, so statement, saving and payback flatter this park"
        )
    made = float(year["generation"].sum())
    if lost > NOTICED * made:
        said.append(f"{lost:,.0f} MWh/yr of own generation ({lost / made:.1%}) are curtailed at the export limit")
    cap = spec.microgrid.demand_cap
    if spec.microgrid.on and spec.microgrid.rule == "peak-shaving" and cap is not None:
        over = steps["grid_import"] > cap.to("MW") * (1.0 + ROUNDING)
        if bool(over.any()):
            hours = float(over.mean()) * HOURS_PER_YEAR
            said.append(
                f"the demand cap of {cap} is passed in {hours:,.0f} h/yr, by up to "
                f"{float(steps['grid_import'].max()) - cap.to('MW'):,.2f} MW: the stores are too small or empty"
            )
    return said


def _store_flags(spec: ParkSpec, year: xr.Dataset, cost: xr.Dataset, step: str) -> list[str]:
    """Return what the stores do that an energy balance hides."""
    said = []
    if bool(cost["storage_saves_money_raises_emissions"]):
        said.append(
            f"the stores save {-float(cost['storage_bill_change']):,.0f} CNY_2025/yr and raise emissions by "
            f"{float(cost['storage_system_emission_change']):,.0f} t CO2e/yr, park and grid together (in the park's "
            f"own books {float(cost['storage_emission_change']):+,.0f}): they move power from cheap hours and lose some"
        )
    if spec.supercapacitor and spec.supercapacitor.on and spec.microgrid.on:
        moved, quarters = (
            float(each)
            for each in (year["discharge"].sel(store="supercapacitor"), year["supercapacitor_discharge_at_15_min"])
        )
        smooth = f"{float(year['supercapacitor_ramp_cover_at_15_min']):.1%} of the changes of grid power"
        said.append(
            f"the supercapacitor delivers {moved:,.1f} MWh/yr on steps of {step}, {moved / float(year['load']):.2%} of "
            f"the load; on steps of 15 min {quarters:,.1f} MWh/yr, and it takes away {smooth}. At 1 h an energy "
            "balance sees next to nothing of what it is for"
        )
    for name in _on(spec, "lithium", "flow_battery"):
        if spec.microgrid.on and float(year["discharge"].sel(store=name)) == 0.0:
            said.append(f"{name} never works under the rule {spec.microgrid.rule}: it costs and changes nothing")
    stores = _on(spec, "supercapacitor", "lithium", "flow_battery")
    if not spec.microgrid.on and stores:
        said.append(f"the microgrid is off, so {', '.join(stores)} stand still and are not priced")
    return said


def _system_flags(spec: ParkSpec, year: xr.Dataset) -> list[str]:
    """Return what the systems leave open."""
    said = []
    announced = spec.reported.credits_retired
    if spec.credits is None and announced is not None:
        amount = f"{announced.value:,.0f} {announced.unit}"
        said.append(f"credits: {amount} announced as retired, without a serial; no claim lists them")
    for name in ("wind", "pv"):
        room, built = float(year[f"{name}_limit"]), getattr(spec, name)
        if built and built.on and built.capacity.to("MW") > room * (1.0 + ROUNDING):
            said.append(
                f"{name}: {built.capacity} stands where a site of this kind and load has room for {room:,.2f} MW"
            )
    fuelled = float(year["generation"].sel(technology="chp"))
    if fuelled > 0.0:
        said.append(
            f"cogeneration from fuel makes {fuelled:,.0f} MWh/yr, {fuelled / float(year['load']):.0%} of the load: "
            "self-sufficiency counts it, the clean shares do not"
        )
    if spec.heat is None or not spec.heat.on:
        cold = _on(spec, "buildings", "sports")
        if cold:
            said.append(f"no system of heat is on: {' and '.join(cold)} go without, and nothing is counted for it")
    return said


def _basis_flags(spec: ParkSpec, inputs: xr.Dataset, step: str) -> list[str]:
    """Return where a number rests on another year, province or step than its own."""
    said = []
    for name in Ranges.model_fields:
        plant = name.removesuffix("_full_load_hours")
        if plant != name and not _on(spec, plant):
            continue  # the yield of no plant
        written, value, unit = getattr(spec.ranges, name), float(inputs[name]), units_of(inputs[name])
        if written is not None and not written.low.to(unit) <= value <= written.high.to(unit):
            said.append(
                f"ranges.{name}: {value:,.4g} {unit} lies outside {written.low} to {written.high}, which was widened; "
                "state a range that fits this park"
            )
    if "factor_year" in inputs["grid_factor"].coords and int(inputs["grid_factor"]["factor_year"]) != spec.year:
        said.append(f"the grid factor is that of {int(inputs['grid_factor']['factor_year'])}, used for {spec.year}")
    if step != "1 h":
        said.append("the assumption range and the comparison with other parks are computed on hours")
    return said


def _on(spec: ParkSpec, *names: str) -> list[str]:
    """Return which of the named systems are part of the park and switched on."""
    return [name for name in names if (part := getattr(spec, name)) is not None and part.on]
