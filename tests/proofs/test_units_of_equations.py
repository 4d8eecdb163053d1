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
from decarb.nation.levers import LEVERS
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
    "l": ("level", ["national", "provincial"]),
    "v": ("lever", list(LEVERS)),
    "a": ("archetype", ["chemicals", "general"]),
    "m": ("movement", ["issued", "surrendered"]),
    "z": ("size", [0, 1, 2]),
    "b": ("vintage", ["first", "last"]),
}
DIMENSIONS: dict[str, dict[str, str]] = {
    "adoption.bass_zones": {
        "year": "y", "anchor": "", "anchor_year": "", "innovation": "", "imitation": "", "most": "",
    },
    "adoption.listed_and_on": {"lists": "y", "growth": "", "most": ""},
    "adoption.listed_zones": {"lists": "y"},
    "adoption.logistic_zones": {"year": "y", "anchor": "", "anchor_year": "", "growth": "", "most": ""},
    "adoption.part_of_room": {"room": "p"},
    "adoption.policy_zones": {"lists": "y", "delay": "", "growth": "", "most": ""},
    "adoption.room": {"zones": "p", "ceiling": ""},
    "adoption.tabled_zones": {"table": "y", "most": ""},
    "bills.allowance_spending": {"used": "y", "price": "y", "gwp_co2": ""},
    "bills.credit_spending": {"used": "y", "price": "y"},
    "bills.electricity_bill": {"energy": "y", "price": ""},
    "bills.fuel_bill_saved": {"abated": "sy", "price": "s", "fuel_factor": "s"},
    "bills.fuel_not_burnt": {"abated": "sy", "fuel_factor": "s"},
    "bills.fuel_switched": {"abated": "sy", "fuel_factor": "s", "switched_fuel_factor": ""},
    "bills.mean_price": {"price": "p", "amount": "p"},
    "bills.switching_saved": {
        "abated": "sy", "price": "s", "switched_price": "", "fuel_factor": "s", "switched_fuel_factor": "",
    },
    "captive.electricity_for_captive_heat": {
        "heat_supply": "y", "captive_heat_share": "", "standing": "y", "captive_heat_electrified_share": "",
        "captive_heat_performance": "",
    },
    "captive.fossil_factor_with_captive": {
        "fossil_factor": "y", "captive_share": "", "captive_factor_ratio": "", "standing": "y",
    },
    "captive.heat_factor_with_captive": {
        "heat_factor": "", "captive_heat_share": "", "standing": "y", "captive_heat_electrified_share": "",
        "replaced_heat_factor": "",
    },
    "captive.standing_captive": {"year": "y", "retirement_start": "", "retirement_end": ""},
    "credits.account_balances": {"entries": "my"},
    "credits.caused_abatement": {"used": "y", "additionality": "", "at_plants": "y", "gwp_co2": ""},
    "credits.credit_entries": {"issued": "y", "used_by_parks": "y", "surrendered": "y"},
    "credits.credits_by_province": {"wanted": "py", "used": "y"},
    "credits.credits_issued": {"path": "y", "displacement_share": "", "grid_factor": "y"},
    "credits.credits_wanted_by_market": {"allowances": "y", "use_limit": "", "market_use": "", "gwp_co2": ""},
    "credits.yearly_accounts": {"issued": "y", "parks": "y", "market": "y", "parks_first": "", "market_first": ""},
    "indicators.co2_per_gdp": {"gross_co2": "y", "gdp": "y"},
    "indicators.fossil_energy_factor": {"energy_co2": "", "primary_energy": "", "nonfossil": "", "coal_per_power": ""},
    "indicators.nonfossil_share": {"energy_co2": "y", "nonfossil": "y", "coal_per_power": "", "fossil_factor": ""},
    "ledger.claimed_net_emissions": {"market_based": "py", "retired": "py"},
    "ledger.claims_gap_in_parts": {"location_based": "py", "market_based": "py", "retired": "py"},
    "ledger.electrified_in_parks": {
        "electricity": "sy", "provincial_share": "ps", "zone_share": "psla", "covered_share": "pla",
        "operating_share": "lay",
    },
    "ledger.direct_emissions_of_parks": {
        "national_co2": "sy", "provincial_share": "ps", "zone_share": "psla", "covered_share": "pla",
        "operating_share": "lay", "parts": "vsa",
    },
    "ledger.electricity_bought_by_parks": {
        "load": "pla", "own_use": "plab", "load_growth": "y", "zone_count": "pla", "operating_share": "blay",
        "for_fuel": "py", "saved": "py",
    },
    "ledger.market_based_emissions": {
        "direct": "py", "bought": "py", "green_power_share": "", "residual_factor": "y", "gwp_co2": "",
    },
    "ledger.park_emissions": {"direct": "py", "bought": "py", "grid_factor": "y", "gwp_co2": ""},
    "ledger.share_by_vintage": {"operating_share": "lay", "later_share": "lay"},
    "levers.abated_by_province": {"abated": "psy", "national_co2": "sy", "provincial_share": "ps"},
    "levers.abated_nationally": {
        "parts": "vsa", "zone_share": "psla", "covered_share": "pla", "provincial_share": "ps",
        "operating_share": "lay", "national_co2": "sy",
    },
    "levers.abated_share": {"parts": "vsa", "zone_share": "psla", "covered_share": "pla", "operating_share": "lay"},
    "levers.electricity_saved": {"if_all_adopt": "pla", "operating_share": "lay", "load_growth": "y"},
    "levers.electricity_saved_if_all_adopt": {
        "electricity_saving_share": "a", "zone_load": "pla", "zone_count": "pla", "covered_share": "pla",
        "template_built": "",
    },
    "levers.lever_parts": {
        "fuel_saving_share": "a", "electrified_fuel_share": "a", "switched_fuel_share": "a",
        "process_change_share": "a", "switched_fuel_factor": "", "fuel_factor": "s", "template_built": "",
    },
    "listed_zones.of_all": {"load": "pla", "zone_count": "pla"},
    "listed_zones.of_one": {"listed_load": "pla", "listed_count": "pla"},
    "listed_zones.share_with_lists": {
        "share": "psla", "co2": "ps", "electricity": "pla", "listed_load": "pla", "listed_co2": "psla",
    },
    "lever_cost.cost_of_capture": {"caught": "y", "price": "y"},
    "lever_cost.lever_abatement_cost": {"cost": "y", "saving": "y", "abated": "y"},
    "lever_cost.thermal_fuel": {"generation": "y", "price": ""},
    "power.average_factor": {"power_co2": "y", "demand": "y"},
    "power.capacity_with_parks": {"capacity": "ty", "parks": "ty", "includes_parks": "t"},
    "power.closed": {"explained": "y", "factor": ""},
    "power.closing_factor": {"inventory": "", "explained": ""},
    "power.contracted_power": {
        "bought_by_parks": "y", "green_power_share": "", "demand_of_others": "y", "market_traded_share": "",
    },
    "power.demand": {
        "trend": "y", "for_fuel": "y", "for_fuel_in_zones": "y", "charge": "y", "discharge": "y",
        "storage_change": "y", "own_use": "y", "line_loss_rate": "", "for_captive_heat": "y", "saved_in_zones": "y",
    },
    "power.demand_change": {"gdp_growth": "y", "intensity_change": ""},
    "power.nonfossil_path": {"observed": "ty", "variable": "ty", "firm": "ty"},
    "power.power_heat_emissions": {
        "thermal_generation": "y", "fossil_factor": "y", "heat_supply": "y", "heat_factor": "",
    },
    "power.residual_factor": {"power_co2": "y", "demand": "y", "contracted": "y", "nonfossil": "y"},
    "power.thermal_balance": {"demand": "y", "net_imports": "y", "nonfossil": "y", "thermal_minimum_share": ""},
    "power.used": {"generation": "ty", "curtailment": "y"},
    "power.variable_generation": {"capacity": "ty", "full_load_hours": "t"},
    "power.with_parks": {"path": "ty", "parks": "ty", "includes_parks": "t"},
    "rollout.built_under_caps": {
        "wanted": "y", "build_rate": "", "capacity_rate": "", "capacity_of_zone": "y", "lifetime": "",
        "renewed_share": "",
    },
    "rollout.operating_after": {"curve": "y"},
    "rollout.share_at_year_end": {"adopted": "y", "zones": ""},
    "sectors.all_sectors": {"others": "sy", "power_heat": "y"},
    "sectors.base_levels": {"official_energy": "", "official_process": "", "reported": "s"},
    "sectors.after_capture": {"emitted": "sy", "kept": "sy"},
    "sectors.less_at_plants": {"left": "sy", "abated": "y"},
    "sectors.electricity_by_sector": {"avoided": "sy", "fuel_factor": "s", "electricity_per_fuel": "s"},
    "sectors.burnt": {"emissions": "sy", "replaced": "sy"},
    "sectors.by_province": {"emissions": "sy", "share": "ps"},
    "sectors.electricity_for_fuel": {"avoided": "sy", "fuel_factor": "s", "electricity_per_fuel": "s"},
    "sectors.electrified": {"trend": "sy", "share": "sy"},
    "sectors.electrified_share": {"final": "s", "year": "y"},
    "sectors.history": {"base_level": "s", "gross_index": "y", "process_index": "y", "power_heat": "y"},
    "sectors.in_provinces": {"before": "sy", "kept": "sy", "share": "ps", "abated": "psy"},
    "sectors.joined": {"past": "sy", "future": "sy"},
    "sectors.kept_share": {"after": "sy", "before": "sy"},
    "sectors.provincial_shares": {"reported": "ps", "gdp_share": "p", "tibet_intensity_ratio": ""},
    "sectors.scaling": {"level": "s", "reported": "s"},
    "sectors.trend_emissions": {"start": "s", "activity": "y", "intensity": "sy"},
    "sinks.by_origin": {"target": "y", "share": "o"},
    "sinks.capture_target": {"low": "y", "high": "y", "level": ""},
    "sinks.captured_by_sector": {"emissions": "sy", "fossil": "y", "process": "y", "capture_rate": ""},
    "sinks.land_path": {"observed": "y", "final": "", "year": "y"},
    "sinks.stored_removals": {
        "biomass": "y", "air": "y", "bioenergy": "y", "bioenergy_co2_factor": "", "capture_rate": "",
    },
    "sinks.unmet_capture": {"wanted": "y", "removed": "y", "captured": "y"},
    "template.capacity_of_zone": {"wind_capacity": "pla", "pv_capacity": "pla", "zone_count": "pla"},
    "template.copies": {"load": "pla", "template_load": "", "relative_size": "z", "scaled": ""},
    "spending.capacity_for": {"generation": "y", "full_load_hours": ""},
    "spending.capacity_of_stores": {"standing": "", "power_rating": "y"},
    "spending.investment": {"built": "ty", "price": "ty"},
    "spending.investment_in_energy": {"built": "ty", "price": "ty"},
    "template.covered_share": {"copies": "pla", "template_load": "", "load": "pla"},
    "template.export_limit": {"limit": "p", "mean_load": "p", "connection_per_load": ""},
    "template.used_generation": {"generation": "tp", "curtailment": "p"},
    "totals.three_totals": {
        "gross": "psy", "waste": "", "stored_removals": "y", "land": "y", "non_co2": "sy", "land_non_co2": "",
        "gwp_co2": "",
    },
    "vintages.added_in_year": {"at_year_end": "y"},
    "vintages.bettered_efficiency": {"efficiency": "", "loss_change": "", "year": "y"},
    "vintages.later_efficiency": {"round_trip_efficiency": "", "store_loss_change": ""},
    "vintages.learned_price": {"capacity": "y", "first_capacity": "", "learning_rate": ""},
    "vintages.retrofitted_in_year": {"added": "y", "lifetime": "", "age": "", "share": ""},
    "vintages.vintage_weight": {"store_loss_change": "", "year": "y"},
    "zones.share_inside": {"base_level": "s", "share_of_national_co2": "", "captive_share": ""},
    "zones.sized": {"weight": "a", "national_zone_size": ""},
    "zones.weights_by_sector": {"fuel": "a", "process": "a", "heat": "a"},
    "zones.zone_counts": {
        "provincial": "p", "development_zones": "p", "national_total": "", "archetype_mix": "la",
    },
    "zones.zone_load": {
        "consumption": "p", "industry_share": "", "inside": "", "zone_count": "pla", "weight": "la",
    },
    "zones.zone_share": {"inside": "s", "zone_count": "pla", "weight": "sla"},
}  # fmt: skip
SCALARS = {"start_year": 2025, "last_observed_year": 2025, "first_year": 2025, "last_year": 2027,
           "reference_year": 2025}  # fmt: skip
YEARS = {"year", "anchor_year"}
# Zones start and do not all run; load exceeds own generation; lists and tables never fall and keep to their ceiling;
# less is contracted than generated; more credits are issued than asked for; less is captured than wanted.
GROWING = {
    "adopted": 0.2, "load_growth": 20.0, "lists": 1.0, "listed": 0.02, "table": 0.02, "wanted": 1.0, "at_year_end": 1.0,
    "contracted": 0.1, "issued": 4.0, "removed": 0.1, "captured": 0.1,
}  # fmt: skip
WHOLE = {"lifetime": 2.5, "age": 1.0, "retirement_start": 2025.0, "retirement_end": 2027.0,
         "switched_fuel_factor": 0.05}  # fmt: skip
# Years, with a retrofit after whole ones and before the end; a new fuel is cleaner.

# Bodies that pint cannot follow, and why; the first proof holds for them all the same.
BEYOND_PINT = {
    "adoption.bass_zones": "calendar years are labels, and their differences plain numbers",
    "adoption.listed_and_on": "a running maximum is no operation of pint",
    "adoption.listed_zones": "a running maximum is no operation of pint",
    "adoption.logistic_zones": "calendar years are labels, and their differences plain numbers",
    "adoption.policy_zones": "a running maximum is no operation of pint",
    "adoption.tabled_zones": "reading places along an axis is no operation of pint",
    "credits.account_balances": "a rate per year stands for one step of one year",
    "credits.yearly_accounts": "a rate per year stands for one step of one year",
    "power.demand_change": "a rate per year stands for one step of one year",
    "rollout.built_under_caps": "a rate per year stands for one step of one year",
    "sinks.captured_by_sector": "where a total is zero it is replaced by a bare 1",
    "totals.three_totals": "the totals are written into plain arrays",
    "vintages.later_efficiency": "calendar years are labels, and their differences plain numbers",
    "vintages.vintage_weight": "calendar years are labels, and their differences plain numbers",
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
    [pytest.param(name, marks=pytest.mark.xfail(reason=BEYOND_PINT[name], strict=True,
                                                raises=(pint.DimensionalityError, pint.UnitStrippedWarning, TypeError)))
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
