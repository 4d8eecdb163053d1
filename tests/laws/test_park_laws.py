"""Laws of the whole chain of a park, on random parks: nothing appears, nothing is lost, papers move no ton."""

from __future__ import annotations

import numpy as np
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from park_years import changed, inputs_of, times, weather_of, year_of

from decarb.park.clock import by_hour, hours_of_year
from decarb.park.dispatch import check_energy_balance
from decarb.park.facts import clean_own_use
from decarb.park.heat import check_heat_balance
from decarb.park.inventory import GASES, gwp_set
from decarb.park.series import park_series
from decarb.park.statement import park_year
from decarb.park.supply import SUPPLIES
from decarb.park.systems import system_year
from decarb.park.water import check_water_balance
from decarb.tables import table_array
from decarb.units import units_of

PARKS = 3
FEW = settings(max_examples=2)  # a year of some parks takes most of a second
LARGEST = {
    "wind_capacity": 8.0, "pv_capacity": 8.0, "water_use": 400.0, "water_treatment_capacity": 300.0,
    "agriculture_area": 5.0, "building_floor_area": 2e5, "sports_floor_area": 3e4, "process_heat": 1e5,
    "vehicles": 200.0, "process_electricity": 3e4, "natural_gas": 3e6, "coal": 1e4, "diesel": 500.0,
    "refrigerant_leakage": 0.5, "process_co2": 1e4, "import_limit": 12.0, "export_limit": 8.0, "grid_factor": 1.0,
    "electric_vehicle_share": 1.0, "treated_water_reuse_share": 1.0, "crown_share": 1.0,
}  # fmt: skip
"""What is drawn of a park, between nothing and this, in the units of the inputs."""
STORE_SIZES = ("power_rating", "energy_rating")
SIZES = (
    *STORE_SIZES, "wind_capacity", "pv_capacity", "water_use", "water_treatment_capacity", "agriculture_area",
    "building_floor_area", "sports_floor_area", "process_heat", "vehicles", "process_electricity", "natural_gas",
    "coal", "diesel", "refrigerant_leakage", "process_co2", "import_limit", "export_limit", "charge_below",
    "discharge_above",
)  # fmt: skip
"""All that has a size: a park with twice of it is two parks side by side."""
OF_SYSTEMS = ["annual_load", "chp_capacity", "electricity", "heat_base_share"]
INTENSIVE = {"1", "h/yr"}  # shares, and hours in which something happens
AR5 = {"CO2": 1.0, "CH4": 28.0, "N2O": 265.0, "HFC134a": 1300.0}
MOVED_BY_GWP = {"refrigerants", "wastewater", "fertiliser"}

SHARE = st.one_of(st.floats(0.01, 1.0), st.just(0.0))
SUPPLY = st.tuples(st.sampled_from(SUPPLIES), st.sampled_from(SUPPLIES), st.floats(0.0, 1.0))


@st.composite
def parks(draw: st.DrawFn) -> xr.Dataset:
    """Random parks in a row, each with some systems of the shipped one at another size or none."""

    def row() -> xr.DataArray:
        return along(draw(st.lists(SHARE, min_size=PARKS, max_size=PARKS)))

    sizes = {name: row() * largest for name, largest in LARGEST.items()}
    inputs = inputs_of("yizhuang")
    stores = row() * 3.0
    shares = np.zeros((PARKS, len(SUPPLIES)))
    for place in range(PARKS):
        first, second, part = draw(SUPPLY)
        shares[place, SUPPLIES.index(first)] += part
        shares[place, SUPPLIES.index(second)] += 1.0 - part
    supplies = xr.DataArray(shares, {**stores.coords, "supply": list(SUPPLIES)}, ("park", "supply"))
    sized = changed(times(inputs, stores, *STORE_SIZES), **sizes, heat_shares=supplies.sel(supply=inputs["supply"]))
    return whole(sized)


def along(values: list[float]) -> xr.DataArray:
    return xr.DataArray(values, {"park": [f"park {place}" for place in range(len(values))]}, ("park",))


def whole(inputs: xr.Dataset) -> xr.Dataset:
    """Inputs with the load and the cogeneration that follow from their sizes, as `park_inputs` adds them."""
    year = system_year(inputs, by_hour(inputs["air_temperature"], hours_of_year()))
    return inputs.drop_vars(OF_SYSTEMS).assign(year[OF_SYSTEMS])


def side_by_side(inputs: xr.Dataset, *factors: float) -> xr.Dataset:
    """The parks once for each factor, with all sizes times it."""
    again = inputs.isel(park=np.tile(np.arange(PARKS), len(factors)))
    names = along([0.0] * again.sizes["park"])["park"]
    factor = xr.DataArray(np.repeat(factors, PARKS), {"park": names.values}, ("park",))
    return whole(times(again.assign_coords(park=names), factor, *SIZES))


def values(year: xr.Dataset, name: str) -> np.ndarray:
    return year[name].transpose("park", ...).values


@FEW
@given(parks())
def test_energy_water_and_heat_balance_in_every_park(inputs: xr.Dataset) -> None:
    year = year_of(inputs)
    check_energy_balance(year, 1e-9)
    check_water_balance(year, 1e-9)
    check_heat_balance(year.assign(chp_generation=year["generation"].sel(technology="chp", drop=True)), 1e-9)
    needed = inputs["process_heat"] + year["building_heat"] + year["sports_heat"]
    np.testing.assert_allclose(year["heat"].sum("supply"), needed, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(year["load"], year["electricity"].sum("use"), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(
        year["irrigation_from_reuse"] + year["irrigation_fresh"], year["irrigation_demand"], rtol=1e-9
    )
    assert bool((year["irrigation_from_reuse"] <= year["reused_water"] * (1 + 1e-12)).all())
    assert bool((year["grid_import_by_period"].sum("period") <= year["grid_import"] * (1 + 1e-9) + 1e-9).all())
    assert bool((year["peak_import"] <= inputs["import_limit"] * (1 + 1e-9)).all())


@FEW
@given(parks())
def test_totals_are_sums_of_lines_and_lines_sums_of_gases(inputs: xr.Dataset) -> None:
    year = year_of(inputs)
    gases = sum(year["emissions_by_gas"].sel(gas=gas, drop=True) * AR5[gas] for gas in GASES)
    np.testing.assert_allclose(year["statement"], gases, rtol=1e-12)
    for total, column in (("emissions", "statement"), ("market_emissions", "statement_market")):
        np.testing.assert_allclose(year[total], year[column].sum("category"), rtol=1e-12)
        assert float(year[column].min()) >= 0.0
    np.testing.assert_array_equal(year["credits_needed"], np.ceil(year["emissions"]))
    for name in ("agriculture_removal", "biogenic_co2", "own_use_at_grid_factor"):  # beside, and in no total
        assert name not in year["statement"]["category"].values


@FEW
@given(parks(), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_papers_move_the_market_column_by_the_residual_factor_and_nothing_else(
    inputs: xr.Dataset, bought: float, sold: float
) -> None:
    series = park_series(inputs, weather_of("yizhuang"))
    bare = park_year(inputs, series)
    contracted = bare["grid_import"] * bought
    certificates = clean_own_use(bare["own_use"], bare["generation"]) * sold
    papers = park_year(changed(inputs, contracted=contracted, certificates_sold=certificates), series)
    for name in set(bare) - {"statement_market", "market_emissions"}:
        xr.testing.assert_identical(papers[name], bare[name])
    residual = inputs["grid_factor"] * inputs["residual_ratio"].item()
    electricity = papers["statement_market"].sel(category="electricity")
    expected = (bare["grid_import"] - contracted + certificates) * residual
    np.testing.assert_allclose(electricity, expected, rtol=1e-9, atol=1e-9)
    others = papers["statement"]["category"] != "electricity"
    xr.testing.assert_equal(papers["statement_market"][others].variable, papers["statement"][others].variable)
    dearer = (residual - inputs["grid_factor"]).clip(0.0)
    most = bare["emissions"] + certificates * residual + dearer * bare["grid_import"]
    assert bool((papers["market_emissions"] <= most * (1 + 1e-9) + 1e-9).all())


@FEW
@given(parks())
def test_the_choice_of_warming_potentials_moves_the_lines_of_other_gases_alone(inputs: xr.Dataset) -> None:
    potentials = gwp_set(table_array("gwp", "gwp100", "gas", "report"), "AR6").sel(gas=list(GASES))
    series = park_series(inputs, weather_of("yizhuang"))
    fifth, sixth = (
        park_year(each, series) for each in (inputs, inputs.drop_vars(["gwp", "report"]).assign(gwp=potentials))
    )
    for column in ("statement", "statement_market"):
        for category in fifth["category"].values:
            before, after = (year[column].sel(category=category).values for year in (fifth, sixth))
            same = ~(before > 0.0) if category in MOVED_BY_GWP else np.full(PARKS, True)
            np.testing.assert_array_equal(before == after, same, err_msg=f"{column} {category}")
    np.testing.assert_array_equal(fifth["emissions_by_gas"], sixth["emissions_by_gas"])


@FEW
@given(parks())
def test_twice_of_everything_gives_twice_of_every_flow(inputs: xr.Dataset) -> None:
    year = year_of(side_by_side(inputs, 1.0, 2.0))
    for name in set(year) - {"credits_needed"}:  # a number of whole tonnes
        once, twice = np.split(values(year, name), 2)
        factor = 1.0 if units_of(year[name]) in INTENSIVE else 2.0
        np.testing.assert_allclose(twice, factor * once, rtol=1e-9, atol=1e-9, err_msg=name)


@settings(max_examples=2)
@given(parks())
def test_parks_in_a_row_are_the_parks_one_by_one(inputs: xr.Dataset) -> None:
    together = year_of(inputs)
    for name in inputs["park"].values[:2]:
        alone = year_of(inputs.sel(park=name, drop=True))
        assert set(alone) == set(together)
        for variable in alone:
            got = together[variable].sel(park=name, drop=True).transpose(*alone[variable].dims)
            np.testing.assert_allclose(got, alone[variable], rtol=1e-9, atol=1e-9, err_msg=str(variable))


def test_a_park_of_nothing_uses_buys_and_emits_nothing_and_hides_no_undefined_number() -> None:
    inputs = inputs_of("yizhuang")
    nothing = {name: 0.0 for name in LARGEST if not name.endswith(("_share", "_limit", "_factor"))}
    year = year_of(whole(times(changed(inputs, **nothing), 0.0, *STORE_SIZES)))
    undefined = {name for name in year if bool(year[name].isnull().any())}
    shares = {"self_sufficiency", "self_consumption", "generation_over_load", "clean_use_share"}
    assert undefined == shares  # of nothing
    quiet = {name for name in year if name not in undefined and float(np.abs(year[name]).max()) > 0.0}
    assert quiet == {"heat_base_share", "islanded_hours"}
    assert year["islanded_hours"].item() == 8760.0


def test_a_park_of_parts_is_judged_by_its_own_weather_and_not_by_its_neighbours() -> None:
    inputs = inputs_of("yizhuang")
    series = park_series(inputs, weather_of("yizhuang"))
    alone = park_year(inputs, series)["grid_import"].item()
    factor = along([0.5, 1.0, 2.0])
    calm = changed(inputs, wind_capacity=inputs["wind_capacity"] * factor)
    beside = park_year(calm, series)["grid_import"]
    assert beside.sel(park="park 1").item() == alone
    assert beside.values.tolist() == sorted(beside.values.tolist(), reverse=True)
