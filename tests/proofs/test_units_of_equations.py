"""Proofs of units: every declared equation of the nation is true in any coherent system of units, and in pint's.

A body computes with plain numbers, so a wrong unit in its declaration is a wrong result that no caller can see. Two
proofs look inside. The body is run on numbers of another coherent system (years, and odd sizes of all else): an
equation without a hidden factor gives the same physical result. And, where the body can carry them, it is run on pint
quantities, which refuse to add what does not belong together.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from typing import Any

import numpy as np
import pint
import pytest
import xarray as xr

import decarb.nation
from decarb.errors import UnitError
from decarb.nation.sectors import SECTORS
from decarb.units.convert import quantify
from decarb.units.declare import Declared
from decarb.units.registry import REGISTRY, dimension, pint_unit

LABELS: dict[str, tuple[str, list[Any]]] = {
    "p": ("province", ["Beijing", "Tibet"]),
    "s": ("sector", list(SECTORS)),
    "t": ("technology", ["wind", "hydro"]),
    "o": ("origin", ["fossil", "process"]),
    "y": ("year", [2025, 2026, 2027]),
}
DIMENSIONS: dict[str, dict[str, str]] = {
    "adoption.bass_zones": {
        "year": "y", "anchor": "", "anchor_year": "", "innovation": "", "imitation": "", "zones": "", "ceiling": "",
    },
    "adoption.listed_and_on": {"listed": "y", "growth": "", "zones": "", "ceiling": ""},
    "adoption.listed_zones": {"lists": "y", "year": "y"},
    "adoption.pace_of_lists": {"lists": "y", "year": "y"},
    "adoption.shared_among": {"national": "y", "room": "p"},
    "adoption.tabled_zones": {"table": "y", "year": "y", "zones": "", "ceiling": ""},
    "indicators.co2_per_gdp": {"gross_co2": "y", "gdp": "y"},
    "indicators.fossil_energy_factor": {"energy_co2": "", "primary_energy": "", "nonfossil": "", "coal_per_power": ""},
    "indicators.nonfossil_share": {"energy_co2": "y", "nonfossil": "y", "coal_per_power": "", "fossil_factor": ""},
    "ledger.claimed_net_emissions": {"park_emissions": "py", "retired": "py"},
    "ledger.claims_gap": {"park_emissions": "py", "claimed": "py"},
    "ledger.credits_retired": {"needed": "py", "issued": "y"},
    "ledger.direct_emissions_of_parks": {
        "emissions": "psy", "abated": "psy", "zone_share": "s", "operating_share": "y", "covered_share": "p",
    },
    "ledger.electricity_bought_by_parks": {
        "load": "p", "own_use": "p", "load_growth": "y", "zone_count": "p", "operating_share": "y",
        "for_fuel": "py",
    },
    "ledger.park_emissions": {"direct": "py", "bought": "py", "grid_factor": "y", "gwp_co2": ""},
    "power.average_factor": {"power_heat": "y", "heat": "y", "demand": "y"},
    "power.capacity_with_parks": {"capacity": "ty", "parks": "ty", "includes_parks": "t"},
    "power.closed": {"explained": "y", "factor": ""},
    "power.closing_factor": {"inventory": "", "explained": ""},
    "power.demand": {
        "trend": "y", "for_fuel": "y", "for_fuel_in_zones": "y", "charge": "y", "discharge": "y",
        "storage_change": "y", "own_use": "y", "line_loss_rate": "",
    },
    "power.demand_change": {"gdp_growth": "y", "intensity_change": ""},
    "power.nonfossil_path": {"observed": "ty", "variable": "ty", "firm": "ty"},
    "power.power_heat_emissions": {
        "thermal_generation": "y", "fossil_factor": "y", "heat_supply": "y", "heat_factor": "",
    },
    "power.thermal_balance": {"demand": "y", "net_imports": "y", "nonfossil": "y", "thermal_minimum_share": ""},
    "power.used": {"generation": "ty", "curtailment": "y"},
    "power.variable_generation": {"capacity": "ty", "full_load_hours": "t"},
    "power.with_parks": {"path": "ty", "parks": "ty", "includes_parks": "t"},
    "rollout.adopted_zones": {"year": "y", "anchor": "", "anchor_year": "", "growth": "", "zones": "", "ceiling": ""},
    "rollout.built_under_caps": {
        "wanted": "y", "build_rate": "", "capacity_rate": "", "capacity_of_zone": "y", "lifetime": "",
        "renewed_share": "",
    },
    "rollout.operating_after": {"curve": "y"},
    "rollout.operating_share": {"adopted": "y", "zones": ""},
    "rollout.share_at_year_end": {"adopted": "y", "zones": ""},
    "sectors.abated_in_zones": {
        "emissions": "psy", "zone_share": "s", "operating_share": "y", "covered_share": "p",
        "electrified_fuel_share": "",
    },
    "sectors.base_levels": {"official_energy": "", "official_process": "", "reported": "s"},
    "sectors.burnt": {"emissions": "sy", "replaced": "sy"},
    "sectors.by_province": {"emissions": "sy", "share": "ps"},
    "sectors.electricity_for_fuel": {"avoided": "sy", "fuel_factor": "s", "electricity_per_fuel": "s"},
    "sectors.electrified": {"trend": "sy", "share": "sy"},
    "sectors.electrified_share": {"final": "s", "year": "y"},
    "sectors.history": {"base_level": "s", "gross_index": "y", "process_index": "y", "power_heat": "y"},
    "sectors.joined": {"past": "sy", "future": "sy"},
    "sectors.provincial_shares": {"reported": "ps", "gdp_share": "p", "tibet_intensity_ratio": ""},
    "sectors.scaling": {"level": "s", "reported": "s"},
    "sectors.trend_emissions": {"start": "s", "activity": "y", "intensity": "sy"},
    "sectors.with_power": {"others": "psy", "power_heat": "y", "share": "p"},
    "sinks.by_origin": {"target": "y", "share": "o"},
    "sinks.capture_target": {"low": "y", "high": "y", "level": ""},
    "sinks.captured_by_sector": {"emissions": "psy", "fossil": "y", "process": "y", "capture_rate": ""},
    "sinks.land_path": {"observed": "y", "final": "", "year": "y"},
    "template.covered_share": {"design_load": "p", "load": "p"},
    "template.used_generation": {"generation": "tp", "curtailment": "p"},
    "template.zone_load": {"consumption": "p", "industry_share": "", "zone_share": "", "zone_count": "p"},
    "totals.gross_co2": {"emissions": "psy", "captured": "psy"},
    "totals.net_co2": {"gross": "psy", "waste": "", "stored_removals": "y", "land": "y"},
    "totals.net_ghg": {"net": "psy", "non_co2": "sy", "land_non_co2": "", "gwp_co2": ""},
    "vintages.added_in_year": {"at_year_end": "y"},
    "vintages.bettered_efficiency": {"efficiency": "", "loss_change": "", "year": "y"},
    "vintages.learned_price": {"capacity": "y", "first_capacity": "", "learning_rate": ""},
    "vintages.retrofitted_in_year": {"added": "y", "lifetime": "", "age": "", "share": ""},
    "zones.zone_counts": {"provincial": "p", "development_zones": "p", "national_total": ""},
    "zones.zone_share": {"base_level": "s", "share_of_national_co2": "", "captive_share": ""},
}  # fmt: skip
SCALARS = {"start_year": 2025, "last_observed_year": 2025, "first_year": 2025, "last_list": 2026}
YEARS = {"year", "anchor_year"}
# Zones start and do not all run; load exceeds own generation; lists and tables never fall and keep to their ceiling.
GROWING = {
    "adopted": 0.2, "load_growth": 20.0, "lists": 1.0, "listed": 0.02, "table": 0.02, "wanted": 1.0, "at_year_end": 1.0,
}  # fmt: skip
WHOLE = {"lifetime": 2.5, "age": 1.0}  # years; a retrofit comes after whole years and before the end

# Bodies that pint cannot follow, and why; the first proof holds for them all the same.
BEYOND_PINT = {
    "adoption.bass_zones": "calendar years are labels, and their differences plain numbers",
    "adoption.listed_and_on": "calendar years are labels, and their differences plain numbers",
    "ledger.credits_retired": "where a total is zero it is replaced by a bare 1",
    "power.demand_change": "a rate per year stands for one step of one year",
    "rollout.built_under_caps": "a rate per year stands for one step of one year",
    "rollout.adopted_zones": "calendar years are labels, and their differences plain numbers",
    "sinks.captured_by_sector": "where a total is zero it is replaced by a bare 1",
    "vintages.bettered_efficiency": "calendar years are labels, and their differences plain numbers",
    "vintages.retrofitted_in_year": "calendar years are labels, and their differences plain numbers",
    "template.used_generation": "where a total is zero it is replaced by a bare 1",
}


def declared_functions() -> dict[str, Declared[..., Any]]:
    """Every function with declared units in `decarb.nation`, by module and name."""
    names = [found.name for found in pkgutil.iter_modules(decarb.nation.__path__)]
    modules = [importlib.import_module(f"decarb.nation.{name}") for name in names]
    return {
        f"{module.__name__.rpartition('.')[2]}.{name}": member
        for module in modules
        for name, member in inspect.getmembers(module, inspect.isfunction)
        if hasattr(member, "units") and member.__module__ == module.__name__
    }


FUNCTIONS = declared_functions()
INPUTS = [(name, each) for name, function in FUNCTIONS.items() for each in function.units if each != "return"]


def arguments(name: str) -> dict[str, Any]:
    """Arguments in declared units: uneven numbers between 0.1 and 0.3, so that no term vanishes or is clipped."""
    random = np.random.default_rng(7)
    made: dict[str, Any] = {}
    for argument, letters in DIMENSIONS[name].items():
        coords = dict(LABELS[letter] for letter in letters)
        shape = [len(labels) for labels in coords.values()]
        values: Any = random.uniform(0.1, 0.3, shape)
        if argument in YEARS:
            values = np.array(coords["year"]) if letters else 2026
        elif argument in GROWING:
            values = np.sort(values) * GROWING[argument]
        elif argument in WHOLE:
            values = np.full(shape, WHOLE[argument])
        made[argument] = xr.DataArray(values, coords, tuple(coords))
        if argument in FUNCTIONS[name].units:
            made[argument].attrs["units"] = FUNCTIONS[name].units[argument]
    wanted = inspect.signature(FUNCTIONS[name].__wrapped__).parameters
    return made | {argument: value for argument, value in SCALARS.items() if argument in wanted}


def results(name: str, result: Any) -> dict[str, tuple[xr.DataArray, str]]:
    """Each array that a function returned, with its declared unit."""
    units = FUNCTIONS[name].units["return"]
    if isinstance(units, str):
        return {"": (result, units)}
    assert not isinstance(units, tuple)
    return {variable: (result[variable], unit) for variable, unit in units.items()}


def size(unit: str) -> float:
    """How large a unit is in the other system: time in years, and an odd size for every other base unit."""
    quantity = REGISTRY.Quantity(1.0, pint_unit(unit)).to_root_units()
    year = float(REGISTRY.Quantity(1.0, pint_unit("yr")).to_root_units().magnitude)
    factor = float(quantity.magnitude)
    for base, power in quantity.dimensionality.items():
        unit_of_base = year if base == "[time]" else 3.0 + sum(map(ord, str(base))) % 11
        factor /= unit_of_base ** float(power)
    return factor


def test_no_equation_is_forgotten() -> None:
    assert set(FUNCTIONS) == set(DIMENSIONS)
    for name, argument in INPUTS:
        assert argument in DIMENSIONS[name]
    assert len(FUNCTIONS) > 40
    assert set(BEYOND_PINT) <= set(FUNCTIONS)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_equation_is_true_in_another_coherent_system(name: str) -> None:
    given = arguments(name)
    units = FUNCTIONS[name].units
    elsewhere = {argument: (value * size(str(units[argument]))).drop_attrs() if argument in units else value
                 for argument, value in given.items()}  # fmt: skip
    computed = results(name, FUNCTIONS[name].__wrapped__(**elsewhere))
    for variable, (expected, unit) in results(name, FUNCTIONS[name](**given)).items():
        assert variable == "curtailment" or float(np.abs(expected).sum()) > 0.0
        np.testing.assert_allclose(computed[variable][0], expected * size(unit), rtol=1e-12)


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.xfail(reason=BEYOND_PINT[name], raises=pint.DimensionalityError, strict=True))
     if name in BEYOND_PINT else name for name in FUNCTIONS],
)  # fmt: skip
def test_an_equation_holds_with_quantities(name: str) -> None:
    given = arguments(name)
    quantities = {argument: quantify(value) if argument in FUNCTIONS[name].units else value
                  for argument, value in given.items()}  # fmt: skip
    computed = results(name, FUNCTIONS[name].__wrapped__(**quantities))
    for variable, (expected, unit) in results(name, FUNCTIONS[name](**given)).items():
        quantity = REGISTRY.Quantity(computed[variable][0].data).to(pint_unit(unit))
        np.testing.assert_allclose(quantity.magnitude, expected.transpose(*computed[variable][0].dims), rtol=1e-12)


@pytest.mark.parametrize(("name", "argument"), INPUTS, ids=[f"{name}-{argument}" for name, argument in INPUTS])
def test_a_wrong_dimension_is_refused_at_the_door(name: str, argument: str) -> None:
    unit = str(FUNCTIONS[name].units[argument])
    wrong = "MW" if dimension(unit) != dimension("MW") else "zone"
    given = arguments(name)
    given[argument].attrs["units"] = wrong
    with pytest.raises(UnitError, match=rf"decarb\.nation\.{name}: {argument}: "):
        FUNCTIONS[name](**given)
