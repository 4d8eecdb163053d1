"""The nation's pathways of a block of scenarios by the fused kernel: what `decarb.model.evaluate` gives, summed.

The labelled chain stays the definition and serves single runs, explanation and attribution. This is for sweeps: it
takes the same Datasets, with and without `scenario`, and gives the same numbers to 1e-12 of each series' largest.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import numpy as np
import xarray as xr

from decarb.errors import CallError
from decarb.nation import credits_kernel, given_kernel, kernel, places_kernel, power_kernel, rollout_kernel
from decarb.nation.adoption import COHORTS, CURVES
from decarb.nation.sectors import BASE_YEAR, LAST_HISTORY_YEAR, LAST_OBSERVED_YEAR, SECTORS
from decarb.nation.sinks import ORIGINS
from decarb.nation.template import CONSUMPTION_YEAR
from decarb.nation.vintages import VINTAGES
from decarb.nation.zones import ARCHETYPES, LEVELS
from decarb.units import unit_factor, units_of
from decarb.variables import did_you_mean

CHUNK: Final = 256  # scenarios whose inputs lie in the cache at once
SERIES: Final[Mapping[str, str]] = MappingProxyType({
    **dict.fromkeys(("adopted_zones", "waiting_zones", "built_zones", "retired_zones"), "zone"),
    **dict.fromkeys((
        "park_generation", "park_load", "park_own_use", "park_charge", "park_discharge", "park_storage_change",
        "park_grid_import", "park_curtailment", "park_curtailment_avoided", "demand_trend", "electricity_for_fuel",
        "electricity_for_fuel_by_sector", "electricity_for_fuel_in_zones", "electricity_saved",
        "electricity_for_captive_heat", "electricity_demand", "nonfossil_generation", "thermal_generation",
        "curtailment", "park_electricity_bought", "contracted_power",
    ), "TWh/yr"),
    **dict.fromkeys((
        "park_wind_capacity", "park_pv_capacity", "park_power_rating", "capacity", "wind_solar_capacity",
    ), "GW"),
    "park_energy_rating": "GWh",
    "gdp": "CNY_2020/yr",
    **dict.fromkeys(("load_growth", "captive_standing", "nonfossil_share"), "1"),
    **dict.fromkeys((
        "before_zones", "abated_by_lever", "other_co2", "power_heat_co2", "power_co2", "captured_co2", "removed_co2",
        "unmet_capture", "caused_abatement", "unmet_abatement", "gross_co2", "net_co2", "net_co2_beyond_gross",
        "land_co2_path",
    ), "Mt CO2/yr"),
    **dict.fromkeys((
        "park_emissions", "park_emissions_market", "claimed_net_emissions", "claims_gap", "claims_gap_certificates",
        "claims_gap_credits", "ccer_issued", "ccer_retired", "ccer_surrendered", "net_ghg", "net_ghg_beyond_co2",
    ), "Mt CO2e/yr"),
    "ccer_held": "Mt CO2e",
    **dict.fromkeys(("grid_factor_average", "grid_factor_residual"), "kg CO2/kWh"),
    "co2_per_gdp": "t CO2/CNY_2020",
})  # fmt: skip
"""National series by year -> unit. Amounts that the labelled chain tells apart by place or kind are summed."""
STATUS: Final[Mapping[int, str]] = MappingProxyType({
    places_kernel.COMPUTED: "computed",
    **rollout_kernel.REFUSED,
    **credits_kernel.REFUSED,
    places_kernel.DIRTIER_FUEL: "template.switched_fuel_factor is dirtier than the fuels of a sector; write a smaller "
    "factor, or template.switched_fuel_share: 0",
    power_kernel.BEYOND_NONFOSSIL: "template.green_power_share, power.market_traded_share: contracts are more than "
    "non-fossil plants generate; write smaller shares",
    power_kernel.BEYOND_DEMAND: "template.green_power_share, power.market_traded_share: contracts are more than the "
    "rest of the demand can spare; write smaller shares",
    kernel.NOT_FINITE: "conservation: a total is not finite somewhere; an input lacks a year or a province",
    kernel.NOT_CONSERVED: "conservation: net GHG is not net CO2 with the other gases; gwp_co2 is 1 by definition",
    kernel.BAD_CREDITS: "credits: a movement is negative or undefined, or more is used than was issued; give each "
    "credit one owner and one use",
    kernel.BEYOND_EMISSIONS: "claims: parks use more credits than they have emissions",
    kernel.NO_NUMBER: "a series of the nation holds no number somewhere, such as CO2 per GDP where GDP is zero",
})  # fmt: skip
"""Status of a scenario -> what it means. The labelled chain raises `DecarbError` for all but the first and the last."""

PROVINCIAL: Final = "provincial_gross_co2"
"""Gross CO2 by province and sector, where it is asked for."""

_YEAR_OR_ONE: Final = "year or one"


def _fields(source: str, dims: str, unit: str, *names: str) -> dict[str, tuple[str, tuple[str, ...], str]]:
    wanted = (_YEAR_OR_ONE,) if dims == _YEAR_OR_ONE else tuple(dims.split())
    return dict.fromkeys(names, (source, wanted, unit))


_LAYOUT: Final = {
    **_fields("inputs", "year", "CNY_2020/yr", "gdp"),
    **_fields("inputs", "year", "1/yr", "gdp_growth"),
    **_fields("base", "sector", "Mt CO2/yr", "base_level"),
    **_fields("base", "year", "Mt CO2/yr", "power_heat_observed"),
    **_fields("inputs", "year", "1", "gross_index", "process_index", "intensity_start"),
    **_fields("inputs", "sector", "1/yr", "intensity_change"),
    **_fields("inputs", "sector", "1", "electrified_share_2060", "electricity_per_fuel"),
    **_fields("inputs", "sector", "Mt CO2/TWh", "fuel_factor"),
    **_fields("inputs", "year", "TWh/yr", "electricity_demand", "net_imports"),
    **_fields("inputs", "", "1/yr", "electricity_intensity_change", "net_imports_change", "store_loss_change"),
    **_fields("base", "year", "PJ/yr", "heat_supply"),
    **_fields("base", "year", "Mt CO2/PJ", "heat_factor"),
    **_fields("base", "year", "Mt CO2/TWh", "fossil_factor"),
    **_fields("base", "year", "1", "captive_standing"),
    **_fields("base", "", "1", "power_closing_factor"),
    **_fields("inputs", "technology year", "TWh/yr", "nonfossil_generation", "firm_generation"),
    **_fields("inputs", "technology year", "GW", "capacity"),
    **_fields("inputs", "technology", "h/yr", "full_load_hours"),
    **_fields("inputs", "technology", "1", "includes_parks"),
    **_fields("inputs", "", "1", "captive_heat_share", "captive_heat_electrified_share", "captive_heat_performance",
              "line_loss_rate", "thermal_minimum_share", "green_power_share", "market_traded_share", "capture_level",
              "capture_rate", "ccer_displacement_share", "ccer_use_limit", "ccer_market_use", "ccer_parks_first",
              "ccer_market_first", "additionality", "template_built"),
    **_fields("inputs", "year", "Mt CO2/yr", "capture_low", "capture_high", "land_co2", "carbon_market_allowances"),
    **_fields("inputs", "origin", "1", "capture_share"),
    **_fields("inputs", "category year", "Mt CO2e/yr", "non_co2_ghg"),
    **_fields("inputs", "category", "1/yr", "non_co2_change"),
    **_fields("inputs", "", "Mt CO2/TWh", "bioenergy_co2_factor", "switched_fuel_factor"),
    **_fields("inputs", "", "Mt CO2/yr", "land_co2_2060", "waste_co2", "official_energy_co2"),
    **_fields("inputs", "", "Mt CO2e/yr", "land_non_co2"),
    **_fields("inputs", "", "Mt CO2e/Mt CO2", "gwp_co2"),
    **_fields("inputs", "", "Mtce/yr", "primary_energy"),
    **_fields("inputs", "", "Mtce/TWh", "coal_per_power"),
    **_fields("inputs", "year", "Mt CO2e/yr", "ccer_issued"),
    **_fields("inputs", "curve", "1", "rollout_curve"),
    **_fields("inputs", "", "zone", "rollout_anchor"),
    **_fields("inputs", "", "1", "rollout_anchor_year", "rollout_renewed_share", "rollout_retrofit_share"),
    **_fields("inputs", "", "1/yr", "rollout_growth", "rollout_innovation", "rollout_imitation"),
    **_fields("inputs", "year", "zone", "rollout_lists", "rollout_table"),
    **_fields("inputs", "", "yr", "rollout_delay", "rollout_lifetime", "rollout_retrofit_age"),
    **_fields("inputs", _YEAR_OR_ONE, "zone/yr", "rollout_build_rate"),
    **_fields("inputs", _YEAR_OR_ONE, "GW/yr", "rollout_capacity_rate"),
    **_fields("inputs", "archetype", "1", "fuel_saving_share", "electrified_fuel_share", "switched_fuel_share",
              "process_change_share", "electricity_saving_share"),
    **_fields("base", "province level archetype", "zone", "zone_count"),
    **_fields("base", "province level archetype", "TWh/yr", "zone_load"),
    **_fields("base", "province sector level archetype", "1", "zone_share"),
    **_fields("base", "province sector", "1", "provincial_share"),
    **_fields("zone", "province level archetype", "1", "covered_share"),
    **_fields("zone", "province level archetype vintage", "TWh/yr", "load", "own_use", "charge", "discharge",
              "storage_change", "grid_import", "curtailment", "curtailment_avoided"),
    **_fields("zone", "technology province level archetype vintage", "TWh/yr", "generation"),
    **_fields("zone", "province level archetype", "GW", "wind_capacity", "pv_capacity"),
    **_fields("zone", "province level archetype store", "GW", "power_rating"),
    **_fields("zone", "province level archetype store", "GWh", "energy_rating"),
    "rollout_ceiling": ("ceiling", (), "1"),
    "room": ("ceiling", ("level", "archetype"), "1"),
}  # fmt: skip
"""Input of the kernel -> the Dataset it comes from, its axes and its unit."""


_BLOCKS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({
    "number": given_kernel.Numbers._fields,
    "path": given_kernel.Paths._fields,
    "sector": given_kernel.OfSector._fields,
    "technology": given_kernel.OfTechnology._fields,
    "supply": given_kernel.PathsOfTechnology._fields,
    "archetype": given_kernel.OfArchetype._fields,
    "build_rate": ("rollout_build_rate",),
    "capacity_rate": ("rollout_capacity_rate",),
    "curve": ("rollout_curve",),
    "capture_share": ("capture_share",),
    "other_gas": ("non_co2_ghg",),
    "other_gas_change": ("non_co2_change",),
    "cohort": given_kernel.OfCohort._fields,
    "zone_share": ("zone_share",),
    "provincial_share": ("provincial_share",),
    "room": ("room",),
    "flow": (*given_kernel.Flows._fields[:-2], "generation"),
    "plant": given_kernel.Sizes._fields[:2],
    "store": given_kernel.Sizes._fields[2:],
})  # fmt: skip
"""Array of `Given` and `Zones` -> the inputs that are its rows."""
_ALONE: Final = frozenset(name for name, rows in _BLOCKS.items() if len(rows) == 1)
_OF_PLACES: Final = frozenset((*given_kernel.OfCohort._fields, "zone_share", "provincial_share", "room"))
_OF_ZONES: Final = frozenset((*_BLOCKS["flow"], *_BLOCKS["plant"], *_BLOCKS["store"]))
_OF_LEVERS: Final = frozenset((
    *given_kernel.OfArchetype._fields, "switched_fuel_factor", "template_built", "fuel_factor", "electricity_per_fuel",
))  # fmt: skip
"""Inputs whose move makes the kernel sum again."""


def national_pathway(
    inputs: xr.Dataset, base: xr.Dataset, zone: xr.Dataset, *, provinces: bool = False,
    keep: Iterable[str] | None = None, last_observed_year: int = LAST_OBSERVED_YEAR,
) -> xr.Dataset:  # fmt: skip
    """Return the nation's yearly series of every scenario, and which of them could not be computed.

    Parameters
    ----------
    inputs : xr.Dataset
        As of `decarb.model.evaluate`; any variable may carry a `scenario` dimension.
    base, zone : xr.Dataset
        As `decarb.model.base_year` and `decarb.model.zone_with_template` return them for these inputs; any variable
        may carry `scenario`.
    provinces : bool
        Whether to return gross CO2 by province and sector too.
    keep : iterable of str, optional
        Series to return, of `SERIES`; all of them without it.
    last_observed_year : int
        Rollout and levers act after it.

    Returns
    -------
    xr.Dataset
        Series (scenario, year) in the units of `SERIES`, NaN where `status` [1] (scenario), a key of `STATUS`, is not
        0; with `provinces` also `provincial_gross_co2` [Mt CO2/yr] (scenario, province, sector, year), as
        `Evaluation.annual["gross_co2"]` without its last province and sectors. One scenario where none is given.

    Raises
    ------
    CallError
        A series is unknown; an array has an axis that the kernel does not take, lacks one of its labels, or disagrees
        on the number of scenarios.

    Notes
    -----
    Which years of a series are known (not NaN) is read in each scenario alone. Tolerances of the laws of credits and
    claims are those of each scenario alone, too: the labelled chain takes the largest of all.
    """
    names = _kept(keep)
    sources = {"inputs": inputs, "base": base, "zone": zone}
    count, scenarios = _scenarios(sources)
    labels = _labels(inputs, base, zone)
    packed = _packed(sources, labels, last_observed_year)
    years, sizes = len(labels["year"]), {dim: len(each) for dim, each in labels.items()}
    series = np.zeros((len(given_kernel.Series._fields), years))
    scratch, summed = _scratch(sizes), _summed(sizes)
    places = np.array([given_kernel.Series._fields.index(name) for name in names], dtype=np.int64)
    out = np.empty((len(names), count, years))
    shape = (sizes["province"], sizes["sector"], years)
    cells = np.empty((count if provinces else 0, *shape))
    status = np.empty(count, dtype=np.int8)
    for first in range(0, count, CHUNK):
        part = slice(first, min(first + CHUNK, count))
        kernel.pathways(
            packed.given, packed.zones, packed.row, packed.moved(part), packed.place, packed.moves, summed, scratch,
            series, places, out[:, part], cells[part if provinces else slice(0)], status[part],
        )  # fmt: skip
    coords: dict[str, Any] = {"year": inputs["year"], **scenarios}
    kept = {name: (("scenario", "year"), out[at], {"units": SERIES[name]}) for at, name in enumerate(names)}
    codes = sorted(STATUS)
    meanings = " ".join(f"status_{code}" if code else "computed" for code in codes)
    flags = {"flag_values": np.array(codes, dtype=np.int8), "flag_meanings": meanings}
    found = xr.Dataset({**kept, "status": (("scenario",), status, flags)}, coords)
    if provinces:
        dims = ("scenario", "province", "sector", "year")
        found[PROVINCIAL] = (dims, cells, {"units": SERIES["gross_co2"]})
        found = found.assign_coords(province=labels["province"], sector=labels["sector"])
    return found


class _Packed(NamedTuple):
    """Inputs of one scenario in one row, and what moves in it."""

    given: given_kernel.Given
    zones: given_kernel.Zones
    row: np.ndarray
    columns: list[tuple[int, np.ndarray, float]]  # first column, values (scenario, ...), factor to the kernel's unit
    place: np.ndarray
    moves: np.ndarray

    def moved(self, part: slice) -> np.ndarray:
        """Return what moves in some of the scenarios, (scenario, moving)."""
        wide = np.empty((part.stop - part.start, self.place.size))
        for first, values, factor in self.columns:
            block = values[part].reshape(len(wide), -1)
            np.multiply(block, factor, out=wide[:, first : first + block.shape[1]])
        return wide


def _kept(keep: Iterable[str] | None) -> list[str]:
    names = list(SERIES) if keep is None else list(dict.fromkeys(keep))
    unknown = [name for name in names if name not in SERIES]
    if unknown:
        raise CallError(
            f'keep: "{unknown[0]}" is no yearly series of the nation; {did_you_mean(unknown[0], tuple(SERIES))}'
        )
    return names


def _ceiling(inputs: xr.Dataset) -> dict[str, xr.Variable]:
    """Return the ceiling as one number of all zones, or as 1 and a share of each cohort where it tells them apart."""
    ceiling, one = inputs.variables["rollout_ceiling"], xr.Variable((), 1.0, {"units": "1"})
    by_cohort = any(dim in ceiling.dims for dim in COHORTS)
    return {"rollout_ceiling": one, "room": ceiling} if by_cohort else {"rollout_ceiling": ceiling, "room": one}


def _scenarios(sources: Mapping[str, xr.Dataset]) -> tuple[int, dict[str, xr.DataArray]]:
    """Return how many scenarios there are, and their labels where they have any."""
    carrying = {name: dataset for name, dataset in sources.items() if "scenario" in dataset.dims}
    labels: dict[str, xr.DataArray] = {}
    count = 1
    for at, (name, dataset) in enumerate(carrying.items()):
        count = count if at else dataset.sizes["scenario"]
        unlike = False
        if "scenario" in dataset.coords:
            here = dataset["scenario"]
            unlike = not np.array_equal(labels.setdefault("scenario", here).values, here.values)
        if dataset.sizes["scenario"] != count or unlike:
            raise CallError(f"{name}: its scenarios are not those of the others; build all three for the same ones")
    return count, labels


def _labels(inputs: xr.Dataset, base: xr.Dataset, zone: xr.Dataset) -> dict[str, list[Any]]:
    """Return the labels of each axis of the kernel in its order."""
    first = ["wind", "solar", "bioenergy"]
    others = [name for name in inputs["technology"].values.tolist() if name not in first]
    return {
        "year": inputs["year"].values.tolist(),
        "sector": list(SECTORS),
        "technology": [*first, *others],
        "province": base["province"].values.tolist(),
        "level": list(LEVELS),
        "archetype": list(ARCHETYPES),
        "category": inputs["category"].values.tolist(),
        "origin": list(ORIGINS),
        "curve": list(CURVES),
        "vintage": list(VINTAGES),
        "store": zone["store"].values.tolist(),
    }


def _packed(sources: Mapping[str, xr.Dataset], labels: Mapping[str, list[Any]], last_observed_year: int) -> _Packed:
    """Return all inputs of one scenario in one row, with what moves between scenarios apart."""
    orders = {name: _orders(dataset, name, labels) for name, dataset in sources.items()}
    orders["ceiling"] = orders["inputs"]
    variables: dict[str, Mapping[Any, xr.Variable]] = {name: dataset.variables for name, dataset in sources.items()}
    variables["ceiling"] = _ceiling(sources["inputs"])
    read = {group: [_values(name, variables, orders, labels) for name in names] for group, names in _BLOCKS.items()}
    row = np.empty(sum(one.size for block in read.values() for one in block))
    views, columns, place, moving, start, wide = {}, [], [], set(), 0, 0
    for group, block in read.items():
        first = start
        for name, one in zip(_BLOCKS[group], block, strict=True):
            if one.moves:
                columns.append((wide, one.values, one.factor))
                place.append(np.arange(start, start + one.size))
                moving.add(name)
                wide += one.size
            else:
                np.multiply(one.values, one.factor, out=row[start : start + one.size].reshape(one.shape))
            start += one.size
        shape = block[0].shape or (1,) * (group in _ALONE)
        views[group] = row[first:start].reshape(shape if group in _ALONE else (-1, *shape))
    views["year"] = np.array(labels["year"], dtype=float)
    views["at"] = _marks(labels["year"], last_observed_year)
    of_places = not moving.isdisjoint(_OF_PLACES)
    moves = [of_places, of_places or not moving.isdisjoint(_OF_ZONES), of_places or not moving.isdisjoint(_OF_LEVERS)]
    return _Packed(
        given_kernel.Given(*(views[name] for name in given_kernel.Given._fields)),
        given_kernel.Zones(*(views[name] for name in given_kernel.Zones._fields)),
        row, columns, np.concatenate([np.empty(0, dtype=np.int64), *place]), np.array(moves),
    )  # fmt: skip


def _marks(years: list[int], last_observed_year: int) -> np.ndarray:
    marks = (BASE_YEAR, LAST_HISTORY_YEAR, CONSUMPTION_YEAR, last_observed_year)
    missing = [mark for mark in marks if mark not in years]
    if missing:
        raise CallError(
            f"inputs: the years lack {missing[0]}; give consecutive years with {min(marks)} to {max(marks)}"
        )
    return np.array([years.index(mark) for mark in marks], dtype=np.int64)


def _orders(dataset: xr.Dataset, source: str, labels: Mapping[str, list[Any]]) -> dict[str, np.ndarray | None]:
    """Return where the labels of the kernel stand on each axis of a Dataset, None where they stand in order."""
    orders: dict[str, np.ndarray | None] = {}
    for dim, index in dataset.coords.variables.items():
        if dim not in labels or dim not in dataset.dims:
            continue
        wanted = labels[str(dim)][: _length(source, str(dim), labels)]
        found = index.values.tolist()
        missing = set(wanted).difference(found)
        if missing:
            raise CallError(f"{source}: {dim} lacks {min(missing)}; give every {dim} of the nation")
        orders[str(dim)] = None if found == wanted else np.array([found.index(label) for label in wanted])
    return orders


def _length(source: str, dim: str, labels: Mapping[str, list[Any]]) -> int:
    """Return how many labels an axis has; parks have the first two technologies, wind and solar."""
    return len(labels[dim]) if (source, dim) != ("zone", "technology") else given_kernel.SOLAR + 1


class _Read(NamedTuple):
    """A variable on the axes of the kernel, after `scenario` where it moves, and the factor to the kernel's unit."""

    values: np.ndarray
    shape: tuple[int, ...]
    size: int
    factor: float
    moves: bool


def _values(
    name: str, variables: Mapping[str, Mapping[Any, xr.Variable]],
    orders: Mapping[str, Mapping[str, np.ndarray | None]], labels: Mapping[str, list[Any]],
) -> _Read:  # fmt: skip
    """Return one variable on the axes that the kernel reads."""
    source, wanted, unit = _LAYOUT[name]
    array = variables[source][name]
    if wanted == (_YEAR_OR_ONE,):
        wanted = ("year",) if "year" in array.dims else ()
    moves = "scenario" in array.dims
    finer = [str(dim) for dim in array.dims if dim not in (*wanted, "scenario")]
    if finer:
        raise CallError(f"{name}: the fused chain takes no {', '.join(finer)} of it; run decarb.model.evaluate instead")
    dims = tuple(dim for dim in ("scenario", *wanted) if dim in array.dims)
    values = array.values if dims == array.dims else array.transpose(*dims).values
    shape = tuple(_length(source, dim, labels) for dim in wanted)
    for at, dim in enumerate(wanted):
        axis = at + moves
        if dim not in dims:
            values = np.expand_dims(values, axis)
        elif (order := orders[source].get(dim)) is not None:
            values = values.take(order, axis)
    whole = (*values.shape[:moves], *shape)
    values = values if values.shape == whole else np.broadcast_to(values, whole)
    return _Read(values, shape, math.prod(shape), unit_factor(_unit(name, array), unit), moves)


def _unit(name: str, array: xr.Variable) -> str:
    unit = array.attrs.get("units")
    return unit if isinstance(unit, str) else units_of(xr.DataArray(array, name=name))


def _scratch(sizes: Mapping[str, int]) -> given_kernel.Scratch:
    years, rows = sizes["year"], len(given_kernel.RowsOfScratch._fields)
    by_sector = len(given_kernel.SectorsOfScratch._fields)
    return given_kernel.Scratch(
        row=np.zeros((rows, years)),
        by=np.zeros((by_sector, sizes["sector"], years)),
        credits=np.zeros((2, 1, years)),
    )


def _summed(sizes: Mapping[str, int]) -> given_kernel.Summed:
    province, sector, archetype = (sizes[dim] for dim in ("province", "sector", "archetype"))
    places = len(given_kernel.OfPlace._fields)
    return given_kernel.Summed(
        zones=np.zeros(1),
        flow=np.zeros((2, len(given_kernel.Flows._fields))),
        size=np.zeros(len(given_kernel.Sizes._fields)),
        province=np.zeros((len(given_kernel.OfProvince._fields), province)),
        saving=np.zeros((province, archetype)),
        held=np.zeros((province, sector, archetype)),
        parts=np.zeros((2, sector, archetype)),
        place=np.zeros((places, province, sector)),
        nation=np.zeros((places, sector)),
        whole=np.zeros(sector),
    )
