"""From what a person wrote, and the tables, to the arrays the model computes with: the last contact with files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

import xarray as xr

from decarb.model import LAST_OBSERVED_YEAR
from decarb.nation.sectors import BASE_YEAR, LAST_HISTORY_YEAR, SECTORS
from decarb.nation.template import CONSUMPTION_YEAR
from decarb.park.dispatch import HOURS_PER_YEAR
from decarb.scenario.cost_inputs import cost_inputs
from decarb.scenario.credit_inputs import credit_inputs
from decarb.scenario.fields import FIRST_YEAR, Spec
from decarb.scenario.lever_inputs import lever_inputs
from decarb.scenario.park_inputs import park_design, shared_weather
from decarb.scenario.rollout_inputs import rollout_inputs
from decarb.scenario.schema import ScenarioSpec
from decarb.scenario.stated import YEARS, joined, knots, line, scalar, stated, steps
from decarb.scenario.zone_inputs import zone_inputs
from decarb.tables import Bound, provinces, table_array
from decarb.units import Quantity, stamp, unit_factor

FIRM: Final = ("hydro", "nuclear", "bioenergy")
VARIABLE: Final = ("wind", "solar")
TECHNOLOGIES: Final = (*VARIABLE, *FIRM)
FUELS: Final = {"coal": "bituminous_coal", "coke": "coke", "oil": "diesel", "gas": "natural_gas"}
"""Fuel of the energy table -> the fuel whose guideline factor stands for it."""
BURNING: Final = SECTORS[1:]
Part = Callable[[ScenarioSpec, Bound], dict[str, xr.DataArray]]
SOURCES_OF_OTHER_GASES: Final = {"energy": "energy_industry"}  # the inventory's name -> the sector it stands in


def scenario_inputs(spec: ScenarioSpec, bound: Bound = "value") -> xr.Dataset:
    """Return every input of the model: what the scenario states, and the tables' rows for all else.

    Parameters
    ----------
    spec : ScenarioSpec
    bound : {"value", "low", "high"}
        Which column of the parameter table fills what the scenario leaves out.

    Returns
    -------
    xr.Dataset
        Each variable with `units`; the seed and the name of the weather among the attributes. Observed series are NaN
        after their last year.
    """
    return _on_model_years(_arrays(spec, PARTS, bound), spec)


def inputs_apart(spec: ScenarioSpec, other: ScenarioSpec, bound: Bound = "value") -> xr.Dataset:
    """Return those inputs of a scenario that come of the sections in which it differs from another; quicker than all.

    Parameters
    ----------
    spec, other : ScenarioSpec
    bound : {"value", "low", "high"}
        As of `scenario_inputs`.

    Returns
    -------
    xr.Dataset
        As `scenario_inputs`, of the scenario. What is not in it is the same in both; what is may be.
    """
    differ = {name for name in type(spec).model_fields if getattr(spec, name) != getattr(other, name)}
    return _on_model_years(_arrays(spec, [part for part in PARTS if differ.intersection(PARTS[part])], bound), spec)


def _arrays(spec: ScenarioSpec, parts: Iterable[Part], bound: Bound) -> dict[str, xr.DataArray]:
    return {name: array for part in parts for name, array in part(spec, bound).items()}


def _on_model_years(arrays: Mapping[str, xr.DataArray], spec: ScenarioSpec) -> xr.Dataset:
    """Return arrays on the years of the model, NaN where one is not known, free of stray coordinates."""
    years = xr.DataArray(YEARS, dims="year", coords={"year": YEARS}, attrs={"units": "1"})
    bare = {name: array.reset_coords(drop=True) for name, array in arrays.items()}
    whole = {name: array.reindex(year=YEARS) if "year" in array.dims else array for name, array in bare.items()}
    said = {"scenario": spec.name, "seed": spec.seed, "land_view": spec.land_view, "gwp": "AR5"}
    return xr.Dataset(whole, attrs=said).assign_coords(year=years)


def _official_base(spec: ScenarioSpec, bound: Bound) -> dict[str, xr.DataArray]:
    history = slice(FIRST_YEAR, LAST_HISTORY_YEAR)
    index = table_array("history", "fossil_co2", "year").sel(year=history)
    cement, other = (
        table_array("history", f"{part}_co2", "year").sel(year=history) for part in ("cement", "other_industry")
    )
    process = cement + other
    return {
        "official_energy_co2": table_array("history", "official_energy_co2", year=BASE_YEAR),
        "official_process_co2": table_array("history", "official_process_co2", year=BASE_YEAR),
        "waste_co2": table_array("history", "official_waste_co2", year=BASE_YEAR),
        "reported_national_co2": table_array("sectors", "sector_co2", "sector", year=2019).sel(sector=list(SECTORS)),
        "reported_provincial_co2": table_array("provinces", "sector_co2", "province", "sector", year=2019).reindex(
            province=list(provinces()), sector=list(SECTORS)
        ),
        "gdp_share": table_array("provinces", "gdp_share", "province", year=2019),
        "tibet_intensity_ratio": _parameter("tibet_intensity_ratio"),
        "gross_index": stamp(index / index.sel(year=BASE_YEAR, drop=True), "1"),
        "process_index": stamp(process / process.sel(year=BASE_YEAR, drop=True), "1"),
        "primary_energy": table_array("parameters", "primary_energy", year=BASE_YEAR),
        "coal_per_power": table_array("power", "coal_rate", year=LAST_HISTORY_YEAR),
        "gwp_co2": stamp(xr.DataArray(1.0), "t CO2e/t CO2"),
        "non_co2_ghg": _renamed(table_array("sectors", "non_co2_ghg", "sector", year=BASE_YEAR)).expand_dims(
            year=[LAST_HISTORY_YEAR]
        ),
        "land_co2": _land(spec.land_view),
        "land_non_co2": _land_non_co2(),
    }


def _land(view: str) -> xr.DataArray:
    """Return observed CO2 of the land in one view, negative where it takes up; the table stores removals positive."""
    if view == "bookkeeping":
        return table_array("history", "land_use_co2_bookkeeping", "year").sel(year=slice(FIRST_YEAR, LAST_HISTORY_YEAR))
    return table_array("history", "official_land_co2", "year")


def _land_non_co2() -> xr.DataArray:
    """Return CH4 and N2O of the land in the base year: all gases less CO2."""
    all_gases = table_array("history", "official_land_ghg", year=BASE_YEAR)
    return stamp(all_gases - table_array("history", "official_land_co2", year=BASE_YEAR), "Mt CO2e/yr")


def _trends(spec: ScenarioSpec, bound: Bound) -> dict[str, xr.DataArray]:
    gdp = table_array("gdp", "real_gdp_index", "year").sel(year=slice(FIRST_YEAR, LAST_OBSERVED_YEAR))
    level = table_array("gdp", "real_gdp", year=FIRST_YEAR)
    growth = steps(knots(spec.economy.gdp_growth, "gdp_growth", "1/yr", bound))
    factor = _fuel_factor()
    return {
        "gdp": stamp(gdp * level, "CNY_2020/yr"),
        "gdp_growth": growth,
        "co2_per_gdp_2005": _co2_per_gdp_2005(),
        "intensity_start": stamp(xr.DataArray([1.0], {"year": [LAST_HISTORY_YEAR]}, ("year",)), "1"),
        "intensity_change": _by_sector(spec, "intensity_change", "1/yr", bound),
        "electrified_share_2060": _by_sector(spec, "electrified_share_2060", "1", bound),
        "electricity_per_fuel": _by_sector(spec, "electricity_per_fuel", "1", bound),
        "fuel_factor": factor,
        "electricity_intensity_change": stated(
            spec.economy.electricity_intensity_change, "electricity_intensity_change", "1/yr", bound
        ),
        "non_co2_change": _stated_by(_fields(spec.non_co2), "non_co2_change", "sector", "1/yr", bound).rename(
            sector="category"
        ),
    }


def _fuel_factor() -> xr.DataArray:
    """Return CO2 per fuel energy of each sector: its fuels of 2019, each at its guideline factor.

    A process burns no fuel: it takes the factor of manufacturing, and its electrified share is 0.
    """
    energy = table_array("sectors", "fuel_energy", "sector", "fuel", year=2019)
    of_fuel = table_array("emission_factors", "fuel_energy_factor", "fuel").sel(fuel=list(FUELS.values()))
    factor = (energy.sel(fuel=list(FUELS)) * of_fuel.values).sum("fuel") / energy.sum("fuel")
    everywhere = factor.reindex(sector=list(SECTORS)).fillna(factor.sel(sector="manufacturing", drop=True))
    return stamp(everywhere, of_fuel.attrs["units"])


def _co2_per_gdp_2005() -> xr.DataArray:
    """Return gross CO2 per real GDP of 2005, from the official level of the base year and the index of fossil CO2."""
    co2 = table_array("history", "fossil_co2", "year")
    official = sum(table_array("history", f"official_{part}_co2", year=BASE_YEAR) for part in ("energy", "process"))
    gross = official * co2.sel(year=2005, drop=True) / co2.sel(year=BASE_YEAR, drop=True)
    gdp = table_array("gdp", "real_gdp_index", "year").sel(year=2005, drop=True) * table_array(
        "gdp", "real_gdp", year=2020
    )
    return stamp(gross * unit_factor("Mt CO2", "t CO2") / gdp, "t CO2/CNY_2020")


def _power(spec: ScenarioSpec, bound: Bound) -> dict[str, xr.DataArray]:
    power = spec.power
    generation = table_array("power", "generation", "technology", "year").sel(
        year=slice(FIRST_YEAR, LAST_OBSERVED_YEAR)
    )
    known = generation.sel(technology=list(TECHNOLOGIES))
    capacity = table_array("power", "capacity", "technology", "year", complete=False).sel(
        technology=list(VARIABLE), year=slice(FIRST_YEAR, LAST_OBSERVED_YEAR)
    )
    fossil = table_array("grid_factors", "grid_factor_fossil", "year")
    variable = {"wind": power.wind, "solar": power.solar}
    firm = {"hydro": power.hydro, "nuclear": power.nuclear, "bioenergy": power.bioenergy}
    losses = table_array("power", "line_loss_rate", "year")
    heat = table_array("parameters", "heat_supply", bound=bound, year=FIRST_YEAR)
    hours = {name: stated.full_load_hours for name, stated in variable.items()}
    included = {name: None if stated.includes_parks is None else Quantity(float(stated.includes_parks), "1")
                for name, stated in variable.items()}  # fmt: skip
    return {
        "electricity_demand": _observed("power", "electricity_demand"),
        "net_imports": _observed("power", "net_imports"),
        "net_imports_change": stamp(xr.DataArray(0.0), "1/yr"),
        "nonfossil_generation": known,
        "capacity": _on_all_technologies({
            name: line(capacity.sel(technology=name, drop=True),
                        knots(stated.capacity, "capacity", "GW", bound, technology=name))
            for name, stated in variable.items()
        }),
        "firm_generation": _on_all_technologies({
            name: line(known.sel(technology=name, drop=True),
                        knots(stated.generation, "generation", "TWh/yr", bound, technology=name))
            for name, stated in firm.items()
        }),
        "full_load_hours": _stated_by(hours, "full_load_hours", "technology", "h/yr", bound).reindex(
            technology=list(TECHNOLOGIES), fill_value=0.0
        ),
        "includes_parks": _stated_by(included, "includes_parks", "technology", "1", bound).reindex(
            technology=list(TECHNOLOGIES), fill_value=1.0
        ),
        "fossil_factor": fossil,
        "fossil_factor_change": stated(power.fossil_factor_change, "fossil_factor_change", "1/yr", bound),
        "thermal_minimum_share": stated(power.thermal_minimum_share, "thermal_minimum_share", "1", bound),
        "heat_supply": heat.expand_dims(year=[LAST_HISTORY_YEAR]),  # held from 2020 to the end of history
        "heat_supply_change": stated(power.heat_supply_change, "heat_supply_change", "1/yr", bound),
        "heat_factor": table_array("emission_factors", "heat_factor"),
        "line_loss_rate": losses.isel(year=-1, drop=True),
    }  # fmt: skip


def _industry(spec: ScenarioSpec, bound: Bound) -> dict[str, xr.DataArray]:
    """Return electricity by province, and the part of it that industry uses."""
    sectors = table_array("power", "electricity_consumption", "sector", year=LAST_OBSERVED_YEAR)
    consumption = table_array("provinces", "electricity_consumption", "province", year=CONSUMPTION_YEAR)
    return {
        "provincial_consumption": consumption,
        "industry_electricity_share": stamp(sectors.sel(sector="secondary", drop=True) / sectors.sum("sector"), "1"),
    }


def _sinks(spec: ScenarioSpec, bound: Bound) -> dict[str, xr.DataArray]:
    need = {end: table_array("sinks", "capture_need", "year", bound=end) for end in ("low", "high")}
    # What was captured by the end of history is inside the official levels: only what comes on top lowers them.
    start = stamp(xr.DataArray([0.0], {"year": [LAST_HISTORY_YEAR]}, ("year",)), "Mt CO2/yr")
    capture = {end: line(start, array) for end, array in need.items()}
    origin = spec.capture.origin
    shares = {name: getattr(origin, name) if origin else None for name in ("fossil", "process", "biomass", "air")}
    return {
        "capture_low": capture["low"],
        "capture_high": capture["high"],
        "capture_level": stated(spec.capture.level, "capture_level", "1", bound),
        "bioenergy_co2_factor": table_array("parameters", "bioenergy_co2_factor", bound=bound),
        "capture_rate": stated(spec.capture.rate, "capture_rate", "1", bound),
        # The four shares add to 1 and are taken at their central values together.
        "capture_share": joined({
            name: stated(share, f"capture_share_{name}", "1", "value") for name, share in shares.items()
        }, "origin"),
        "land_co2_2060": stated(spec.land.co2_2060, f"land_co2_2060_{spec.land_view}", "Mt CO2/yr", bound),
    }  # fmt: skip


def _places(spec: ScenarioSpec, bound: Bound) -> dict[str, xr.DataArray]:
    names = list(provinces())
    sun = table_array("provinces", "solar_capacity_factor", "province", year=FIRST_YEAR).reindex(province=names)
    return {
        "latitude": table_array("provinces", "latitude", "province"),
        "longitude": table_array("provinces", "longitude", "province"),
        "station_wind_speed": table_array("provinces", "station_wind_speed", "province").reindex(province=names),
        "park_wind_full_load_hours": _parameter("park_wind_full_load_hours", bound).broadcast_like(sun),
        "park_pv_full_load_hours": stamp(sun * HOURS_PER_YEAR, "h/yr"),
        **shared_weather(bound),
    }


def _parameter(name: str, bound: Bound = "value") -> xr.DataArray:
    return table_array("parameters", name, bound=bound)


def _observed(table: str, variable: str) -> xr.DataArray:
    return table_array(table, variable, "year").sel(year=slice(FIRST_YEAR, LAST_OBSERVED_YEAR))


def _stated_by(written: Mapping[str, Quantity | None], name: str, dim: str, unit: str, bound: Bound) -> xr.DataArray:
    """Return one value for each name along `dim`: what the scenario states, else the row of the table."""
    rows = table_array("parameters", name, dim, bound=bound)
    values = {key: scalar(value, unit) if value is not None else rows.sel({dim: key}, drop=True)
              for key, value in written.items()}  # fmt: skip
    return joined(values, dim)


def _by_sector(spec: ScenarioSpec, field: str, unit: str, bound: Bound) -> xr.DataArray:
    stated = {name: getattr(getattr(spec.sectors, name), field) for name in BURNING}
    return _stated_by(stated, field, "sector", unit, bound).reindex(sector=list(SECTORS), fill_value=0.0)


def _on_all_technologies(arrays: Mapping[str, xr.DataArray]) -> xr.DataArray:
    """Return arrays by technology, zero for the technologies that have none."""
    return joined(arrays).reindex(technology=list(TECHNOLOGIES), fill_value=0.0)


def _fields(spec: Spec) -> dict[str, Any]:
    return {name: getattr(spec, name) for name in type(spec).model_fields}


def _renamed(array: xr.DataArray) -> xr.DataArray:
    """Return gases other than CO2 by `category`, named after the sector in which they stand."""
    names = [SOURCES_OF_OTHER_GASES.get(str(name), str(name)) for name in array["sector"].values]
    return array.assign_coords(sector=names).rename(sector="category")


def _park(spec: ScenarioSpec, bound: Bound) -> dict[str, xr.DataArray]:
    """Return the design of the park that is spread.

    What a template's cogeneration makes is thermal power, which the national balance already closes with.
    """
    return {**park_design(spec.park, bound), "chp_capacity": stamp(xr.DataArray(0.0), "MW")}


PARTS: Final[Mapping[Part, tuple[str, ...]]] = MappingProxyType({
    _official_base: ("land_view",),
    _trends: ("economy", "sectors", "non_co2"),
    _power: ("power",),
    _sinks: ("capture", "land", "land_view"),
    _industry: (),
    zone_inputs: ("zones",),
    rollout_inputs: ("rollout",),
    lever_inputs: ("template", "power", "captive"),
    credit_inputs: ("credits",),
    cost_inputs: ("cost", "park"),
    _places: (),
    _park: ("park",),
})  # fmt: skip
"""What makes some of the inputs -> the sections of a scenario that it reads, and no other."""
