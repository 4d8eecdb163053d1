"""One park from another: the same proportions at another load, as far as roofs, land and wind allow."""

from __future__ import annotations

from typing import Any, Final

import xarray as xr

from decarb.analysis.park_questions import room_on_site
from decarb.errors import CallError
from decarb.scenario.fields import Range, Spec
from decarb.scenario.park_inputs import park_inputs
from decarb.scenario.park_schema import ParkSpec, Reported
from decarb.units import Quantity, read_quantity, stamp

SIZES: Final = {
    "flow_battery": ("power_rating", "energy_rating"),
    "lithium": ("power_rating", "energy_rating"),
    "supercapacitor": ("power_rating", "energy_rating"),
    "microgrid": ("import_limit", "export_limit", "demand_cap"),
    "water": ("demand", "treatment_capacity"),
    "agriculture": ("area",),
    "sports": ("floor_area",),
    "buildings": ("floor_area",),
    "heat": ("process_heat",),
    "fleet": ("vehicles",),
    "process": ("electricity", "natural_gas", "coal", "diesel", "refrigerant_leakage", "co2"),
    "contracts": ("green_power", "certificates_sold"),
}
"""What grows with the load of a park; intensities, shares and yields stay."""
STORES: Final = ("flow_battery", "lithium", "supercapacitor")
PLANTS: Final = ("wind", "pv")


def scale_park(park: ParkSpec, annual_load: str | Quantity) -> ParkSpec:
    """Return the park at another load: every size in proportion, wind and PV up to the room of its archetype.

    Stores keep their ratio to wind and PV, as `decarb.park.scaling.scale` says. What the park reported, its credits
    and its name stay behind: it is another park.

    Parameters
    ----------
    park : ParkSpec
        As `load_park` gives it.
    annual_load : str or Quantity, [MWh/yr]
        All electricity of the wanted park, such as "200 GWh/yr".

    Raises
    ------
    CallError
        The load is not above zero, or the park has none.
    UnitError
        It is neither an energy of a year nor a mean power.

    Examples
    --------
    >>> from decarb.scenario.scenario import load_park
    >>> round(scale_park(load_park("logistics"), "72 GWh/yr").fleet.vehicles.value)
    600
    """
    inputs = park_inputs(park, seed=0)
    wanted, own = read_quantity(annual_load, "MWh/yr", key="annual_load").to("MWh/yr"), float(inputs["annual_load"])
    if not (wanted > 0.0 and own > 0.0):
        raise CallError(f"annual_load: {wanted:g} MWh/yr for a park of {own:g} MWh/yr; write more than 0")
    ratio = wanted / own
    load = xr.Dataset({"load": stamp(xr.DataArray(wanted), "MWh/yr")})
    room = room_on_site(park, load, inputs)
    before = {name: float(inputs[f"{name}_capacity"]) for name in PLANTS}
    built = {name: min(size * ratio, max(float(room[f"{name}_limit"]), 0.0)) for name, size in before.items()}
    generators = sum(before.values())
    of_stores = sum(built.values()) / generators if generators > 0.0 else ratio
    parts: dict[str, Any] = {
        name: _resized(getattr(park, name), {field: of_stores if name in STORES else ratio for field in fields})
        for name, fields in SIZES.items()
    }
    parts |= {
        name: _resized(getattr(park, name), {"capacity": built[name] / before[name] if before[name] > 0.0 else ratio})
        for name in PLANTS
    }
    ranges = {name: _range_times(getattr(park.ranges, name), ratio) for name in ("annual_load", "natural_gas")}
    parts["ranges"] = park.ranges.model_copy(update=ranges)
    return park.model_copy(
        update={**parts, "name": f"{park.name}-scaled"[:64], "credits": None, "reported": Reported()}
    )


def _resized(part: Spec | None, factors: dict[str, float]) -> Spec | None:
    """Return a part with some of its sizes times a factor."""
    if part is None:
        return None
    sizes = {field: value for field in factors if (value := getattr(part, field)) is not None}
    return part.model_copy(update={field: _times(value, factors[field]) for field, value in sizes.items()})


def _range_times(written: Range[Any], factor: float) -> Range[Any]:
    return written.model_copy(update={end: _times(getattr(written, end), factor) for end in ("low", "high")})


def _times(quantity: Quantity, factor: float) -> Quantity:
    return Quantity(quantity.value * factor, quantity.unit)
