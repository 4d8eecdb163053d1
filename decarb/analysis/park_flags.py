"""What a reader of a park's results should see first, each with its numbers."""

from __future__ import annotations

from typing import Final

import xarray as xr

from decarb.scenario.park_schema import ParkSpec

ROUNDING: Final = 1e-9


def flags_of(spec: ParkSpec, year: xr.Dataset, cost: xr.Dataset, step: str) -> tuple[str, ...]:
    """Return what a reader should see first, each with its numbers."""
    said = []
    if bool(cost["storage_saves_money_raises_emissions"]):
        said.append(
            f"the stores save {-float(cost['storage_bill_change']):,.0f} CNY_2025/yr and raise emissions by "
            f"{float(cost['storage_emission_change']):,.0f} t CO2e/yr: they move power from cheap hours and lose some"
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
    announced = spec.reported.credits_retired
    if spec.credits is None and announced is not None:
        amount = f"{announced.value:,.0f} {announced.unit}"
        said.append(f"credits: {amount} announced as retired, without a serial; no claim lists them")
    for name in ("wind", "pv"):
        room, built = float(year[f"{name}_limit"]), getattr(spec, name)
        if built and built.on and built.capacity.to("MW") > room * (1.0 + ROUNDING):
            said.append(
                f"{name}: {built.capacity} stands where a site of this kind and load has room for {room:,.1f} MW"
            )
    stores = _on(spec, "supercapacitor", "lithium", "flow_battery")
    if not spec.microgrid.on and stores:
        said.append(f"the microgrid is off, so {', '.join(stores)} stand still")
    if spec.heat is None or not spec.heat.on:
        cold = _on(spec, "buildings", "sports")
        if cold:
            said.append(f"no system of heat is on: {' and '.join(cold)} go without, and nothing is counted for it")
    if float(year["unmet_load"]) > 0.0:
        said.append(f"{float(year['unmet_load']):,.0f} MWh/yr of load are not met: the import limit is too low")
    return tuple(said)


def _on(spec: ParkSpec, *names: str) -> list[str]:
    """Return which of the named systems are part of the park and switched on."""
    return [name for name in names if (part := getattr(spec, name)) is not None and part.on]
