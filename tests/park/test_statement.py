"""The year of the shipped park, its statement in two columns, and the range of what nobody published of it."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest
import xarray as xr
from park_years import SEED, changed, inputs_of, times, weather_of, year_of

from decarb.errors import DecarbError, InputError
from decarb.park import statement
from decarb.park.dispatch import check_energy_balance
from decarb.park.inventory import GASES, LINES
from decarb.park.series import YIELDS, drawn_yields, park_series, park_weather
from decarb.park.statement import (
    DRAWS,
    ESTIMATES,
    REPORTED,
    UNCERTAIN,
    at_most,
    burnt,
    burnt_mass,
    park_draws,
    park_range,
    park_year,
    quantiles,
    share,
)  # fmt: skip
from decarb.units.convert import quantify
from decarb.units.registry import pint_unit
from decarb.variables import variables

EXTENSIVE = ("emissions", "market_emissions", "electricity_emissions", "credits_needed")
YEARS = range(SEED, SEED + 12)  # fewer than a run looks at, for speed
FEW = 50


@lru_cache(maxsize=1)
def yizhuang() -> xr.Dataset:
    return inputs_of("yizhuang")


@lru_cache(maxsize=4)
def yields_of(*values: tuple[str, float]) -> xr.Dataset:
    return drawn_yields(changed(yizhuang(), **dict(values)), YEARS)


@lru_cache(maxsize=4)
def series_of(*values: tuple[str, float]) -> xr.Dataset:
    return park_series(yizhuang(), park_weather(yizhuang(), YEARS, yields_of(*values)))


def yields() -> xr.Dataset:
    return yields_of()


def series() -> xr.Dataset:
    """Several weather years with the yields that are drawn for them."""
    return series_of()


def drawn_of(inputs: xr.Dataset, draws: int = 10, years: int = 2) -> tuple[xr.Dataset, xr.Dataset]:
    """Some draws of the first weather years."""
    return park_draws(inputs, series().isel(weather_seed=slice(years)), yields().isel(weather_seed=slice(years)), draws)


@lru_cache(maxsize=1)
def year() -> xr.Dataset:
    return year_of(yizhuang())


@lru_cache(maxsize=1)
def spread() -> xr.Dataset:
    return range_of()


def range_of(**values: float) -> xr.Dataset:
    """Quantiles of fewer draws, with the yields that the changed ranges give."""
    moved = tuple((name, value) for name, value in values.items() if "full_load_hours" in name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(statement.park_draws, "__defaults__", (FEW, None))
        return park_range(changed(yizhuang(), **values), series_of(*moved), yields_of(*moved))


def width(estimates: xr.DataArray) -> float:
    return float(estimates.sel(estimate="p95") - estimates.sel(estimate="p5"))


def line(result: xr.Dataset, category: str, column: str = "statement") -> float:
    return float(result[column].sel(category=category))


def array(value: float | list[float], unit: str) -> xr.DataArray:
    return xr.DataArray(value, dims="park" if isinstance(value, list) else (), attrs={"units": unit})


def test_the_year_balances_and_meets_the_stated_load_and_yields() -> None:
    check_energy_balance(year())
    inputs = yizhuang()
    assert year()["load"].item() == pytest.approx(inputs["annual_load"].item(), rel=1e-9)
    for technology in ("wind", "pv"):
        stated = inputs[f"{technology}_capacity"] * inputs[f"{technology}_full_load_hours"]
        assert year()["generation"].sel(technology=technology).item() == pytest.approx(stated.item(), rel=1e-6)


def test_emissions_are_the_sum_of_the_lines_and_electricity_is_what_was_bought() -> None:
    result = year()
    assert list(result["statement"]["category"].values) == list(LINES)
    assert result["emissions"].item() == pytest.approx(result["statement"].sum().item(), rel=1e-14)
    assert result["market_emissions"].item() == pytest.approx(result["statement_market"].sum().item(), rel=1e-14)
    bought = result["grid_import"].item() * 0.604  # t CO2/MWh of the park file
    assert result["electricity_emissions"].item() == pytest.approx(bought, rel=1e-12)
    assert result["credits_needed"].item() == np.ceil(result["emissions"].item())


def test_each_direct_line_is_the_activity_of_the_file_times_its_factor() -> None:
    # Diesel 50 t x 3.145 = 157 t; 0.05 t of HFC-134a x 1,300 = 65 t; no coal, no heat bought, no process gas.
    lines = {category: line(year(), category) for category in LINES}
    assert lines["diesel"] == pytest.approx(157.25, rel=1e-3)
    assert lines["refrigerants"] == pytest.approx(65.0)
    assert lines["coal"] == lines["heat"] == lines["process"] == 0.0
    # 40 vehicles, 96 t of diesel x 3.145; CH4 x 28 and N2O x 265 of AR5.
    assert lines["fleet"] == pytest.approx(year()["fleet_fuel"].item() * 3.145, rel=1e-3)
    wastewater = year()["wastewater_ch4"] * 28.0 + year()["wastewater_n2o"] * 265.0
    assert lines["wastewater"] == pytest.approx(wastewater.item(), rel=1e-9)
    assert lines["fertiliser"] == pytest.approx(year()["fertiliser_n2o"].item() * 265.0, rel=1e-9)


def test_gas_of_processes_and_of_heat_stands_in_one_line() -> None:
    gas, factor = yizhuang()["natural_gas"].item() + year()["heat_gas_volume"].item(), 2.162e-3  # t CO2/Nm3
    assert line(year(), "natural_gas") == pytest.approx(gas * factor, rel=1e-3)


def test_gases_stand_apart() -> None:
    gases = year()["emissions_by_gas"]
    assert tuple(gases["gas"].values) == GASES
    assert gases.sel(category="refrigerants").to_series().gt(0).to_dict() == {gas: gas == "HFC134a" for gas in GASES}
    assert gases.sel(category="electricity").to_series().gt(0).to_dict() == {gas: gas == "CO2" for gas in GASES}


def test_own_use_is_a_share_of_load_and_of_generation() -> None:
    result = year()
    used = result["load"] - result["grid_import"] - result["unmet_load"]
    assert result["own_use"].item() == pytest.approx(used.item(), rel=1e-14)
    assert result["self_sufficiency"].item() == pytest.approx((used / result["load"]).item(), rel=1e-14)
    assert result["self_consumption"].item() == pytest.approx((used / result["generation"].sum()).item(), rel=1e-14)
    assert 0.0 < result["self_sufficiency"] < result["self_consumption"] < 1.0
    clean = result["generation"].sel(technology=["wind", "pv"]).sum() / result["load"]
    assert result["generation_over_load"].item() == pytest.approx(clean.item(), rel=1e-12)
    # No cogeneration: all that is used of own is wind and sun.
    assert result["clean_use_share"].item() == pytest.approx((used / result["load"]).item(), rel=1e-12)
    assert result["clean_use_share"] < result["generation_over_load"]


def test_power_of_a_captive_plant_is_used_first_and_is_not_clean() -> None:
    result = year_of(inputs_of("chemicals"), "chemicals")
    fuelled = result["generation"].sel(technology="chp").item()
    assert fuelled > 0.0
    expected = max(result["own_use"].item() - fuelled, 0.0) / result["load"].item()
    assert result["clean_use_share"].item() == pytest.approx(expected, rel=1e-12)
    assert result["clean_use_share"].item() < result["self_sufficiency"].item()


def test_a_park_that_loses_more_than_it_makes_is_not_less_than_self_sufficient() -> None:
    bare = year_of(changed(yizhuang(), wind_capacity=0.0, pv_capacity=0.0))
    assert bare["own_use"].item() < 0.0 == bare["self_sufficiency"].item()
    assert np.isnan(bare["self_consumption"].item())


def test_what_stands_beside_the_statement_is_in_no_line() -> None:
    greener = year_of(times(yizhuang(), 3.0, "crown_share"))
    assert greener["agriculture_removal"].item() == pytest.approx(3.0 * year()["agriculture_removal"].item())
    xr.testing.assert_equal(greener["statement"], year()["statement"])
    assert year()["own_use_at_grid_factor"].item() == pytest.approx(year()["own_use"].item() * 0.604, rel=1e-12)


def test_contracts_and_certificates_move_the_market_column_alone() -> None:
    # 2,000 MWh contracted less, 500 MWh of sold certificates more, both by the residual factor.
    papers = year_of(changed(yizhuang(), contracted=2000.0, certificates_sold=500.0))
    factor = 0.604 * yizhuang()["residual_ratio"].item()
    moved = line(papers, "electricity", "statement_market") - line(year(), "electricity", "statement_market")
    assert moved == pytest.approx(-1500.0 * factor, rel=1e-9)
    for name in set(year()) - {"statement_market", "market_emissions"}:
        xr.testing.assert_equal(papers[name], year()[name])


@pytest.mark.parametrize(
    ("name", "words"), [("contracted", "contracts.green_power"), ("certificates_sold", "contracts.certificates_sold")]
)
def test_more_paper_than_power_is_refused_in_the_stated_year_and_cut_in_a_draw(name: str, words: str) -> None:
    greedy = changed(yizhuang(), **{name: 1e5})
    with pytest.raises(InputError, match=words):
        year_of(greedy)
    drawn = drawn_of(greedy, draws=20, years=1)[1]
    electricity = drawn["statement_market"].sel(category="electricity")
    if name == "contracted":
        assert float(np.abs(electricity).max()) == 0.0
    else:
        assert float(electricity.min()) > 0.0


def test_certificates_are_sold_of_wind_and_sun_alone() -> None:
    # Of half a megawatt that follows the heat: what it makes has no certificate to sell.
    inputs = changed(yizhuang(), chp_capacity=0.5)
    own = year_of(inputs)
    clean = (own["own_use"] - own["generation"].sel(technology="chp")).item()
    assert 0.0 < clean < own["own_use"].item()
    assert year_of(changed(inputs, certificates_sold=clean))["market_emissions"] > own["market_emissions"]
    with pytest.raises(InputError, match=r"contracts\.certificates_sold"):
        year_of(changed(inputs, certificates_sold=clean + 1.0))


def test_percentiles_are_ordered_and_hold_the_stated_value() -> None:
    estimates = spread()
    assert list(estimates["estimate"].values) == list(ESTIMATES)
    assert set(estimates) == {*REPORTED, "statement", "statement_market"}
    for name in REPORTED:
        low, middle, high = estimates[name].values
        assert low < middle < high, name
        assert low < year()[name].item() < high, name
        assert estimates[name].attrs == {"units": year()[name].attrs["units"]}


def test_every_line_has_a_range_that_holds_its_stated_value_where_it_is_not_zero() -> None:
    for column in ("statement", "statement_market"):
        low, high = (spread()[column].sel(estimate=end) for end in ("p5", "p95"))
        there = year()[column] > 0.0
        assert bool(((low < year()[column]) & (year()[column] < high))[there].all())
        assert float(np.abs(spread()[column].where(~there, 0.0)).max()) == 0.0


def test_draws_are_those_of_the_ranges_and_each_weather_year_meets_its_own() -> None:
    drawn, outcomes = drawn_of(yizhuang(), draws=50, years=4)
    assert set(drawn) == {*UNCERTAIN, *YIELDS}
    for name in YIELDS:
        np.testing.assert_array_equal(drawn[name], yields()[name][:4].broadcast_like(drawn[name]))
        assert drawn[name].attrs == {"units": "h/yr"}
    for name in UNCERTAIN:
        assert drawn[name].sizes == {"weather_seed": 4, "draw": 50}
        assert drawn[name].attrs["units"] == yizhuang()[name].attrs["units"]
        low, high = (yizhuang()[f"{name}_{end}"].item() for end in ("low", "high"))
        assert low <= drawn[name].min().item() < drawn[name].max().item() <= high
        assert not np.array_equal(drawn[name][0], drawn[name][1])
    np.testing.assert_allclose(outcomes["load"], drawn["annual_load"], rtol=1e-9)
    made = outcomes["generation"].sel(technology="wind")
    np.testing.assert_allclose(made.broadcast_like(outcomes["load"]), drawn["wind_full_load_hours"] * 4.8, rtol=1e-6)
    check_energy_balance(outcomes)


def test_totals_of_a_draw_are_the_sums_of_its_lines() -> None:
    outcomes = drawn_of(yizhuang())[1]
    for total, column in (("emissions", "statement"), ("market_emissions", "statement_market")):
        np.testing.assert_allclose(outcomes[total], outcomes[column].sum("category"), rtol=1e-12)
    np.testing.assert_array_equal(outcomes["credits_needed"], np.ceil(outcomes["emissions"]))


def test_both_columns_of_a_draw_err_alike() -> None:
    outcomes = drawn_of(yizhuang())[1].drop_sel(category="electricity")
    np.testing.assert_array_equal(outcomes["statement"], outcomes["statement_market"])


def test_a_draw_of_one_input_stays_where_it_is_when_another_range_goes() -> None:
    drawn = drawn_of(yizhuang())[0]
    fixed = changed(yizhuang(), annual_load_low=14000.0, annual_load_high=14000.0)
    other = drawn_of(fixed)[0]
    assert set(np.unique(other["annual_load"])) == {14000.0}
    for name in set(UNCERTAIN) - {"annual_load"}:
        xr.testing.assert_identical(other[name], drawn[name])


def test_quantiles_look_at_all_draws_of_all_years_together() -> None:
    values = xr.DataArray(np.arange(101.0).reshape(1, 101), dims=("weather_seed", "draw"), attrs={"units": "MWh/yr"})
    found = quantiles(xr.Dataset({"load": values}))["load"]
    assert found.values.tolist() == pytest.approx([5.0, 50.0, 95.0]) and found.attrs["units"] == "MWh/yr"
    holed = quantiles(xr.Dataset({"load": values.where(values > 0.0).assign_attrs(values.attrs)}))
    assert bool(holed["load"].isnull().all())  # what is undefined in a draw is undefined


def test_the_same_seed_gives_the_same_bits_and_another_seed_other_draws() -> None:
    xr.testing.assert_identical(year_of(yizhuang()), year())
    once, again, other = (
        drawn_of(yizhuang().assign_attrs(seed=seed))[1][[*REPORTED]] for seed in (SEED, SEED, SEED + 1000)
    )
    xr.testing.assert_identical(once, again)
    for name in REPORTED:
        assert not np.array_equal(other[name], once[name]), name


def test_a_year_leaves_its_inputs_alone() -> None:
    given = (yizhuang(), series(), yields())
    before = [each.copy(deep=True) for each in given]
    drawn_of(yizhuang())
    park_year(yizhuang(), series().isel(weather_seed=0, drop=True))
    for one, other in zip(before, given, strict=True):
        xr.testing.assert_identical(one, other)


def test_a_year_of_several_weathers_is_refused() -> None:
    with pytest.raises(DecarbError, match="weather_seed"):
        park_year(yizhuang(), series())


def test_the_year_is_that_of_the_first_weather_alone() -> None:
    two = park_series(yizhuang(), park_weather(yizhuang(), [SEED, SEED + 1]))
    first, second = (park_year(yizhuang(), two.isel(weather_seed=place, drop=True)) for place in (0, 1))
    xr.testing.assert_identical(first, year())
    assert second["grid_import"].item() != first["grid_import"].item()
    assert second["load"].item() == pytest.approx(first["load"].item(), rel=1e-12)


@pytest.mark.parametrize("name", YIELDS)
def test_a_wider_range_of_a_yield_widens_what_is_generated_and_bought(name: str) -> None:
    wide = range_of(**{f"{name}_low": 100.0, f"{name}_high": 2200.0})
    for reported in ("generation_over_load", "self_sufficiency", "electricity_emissions"):
        assert width(wide[reported]) > width(spread()[reported]), reported


def test_a_wider_range_of_load_widens_every_result_that_depends_on_it() -> None:
    narrow = range_of(annual_load_low=13500.0, annual_load_high=14500.0)
    wide = range_of(annual_load_low=7000.0, annual_load_high=21000.0)
    for name in REPORTED:
        assert width(narrow[name]) < width(wide[name]), name


def test_a_wider_range_of_the_grid_factor_widens_emissions_and_leaves_energy_alone() -> None:
    wide = range_of(grid_factor_low=0.2, grid_factor_high=1.5)
    for name in ("emissions", "electricity_emissions", "credits_needed"):
        assert width(wide[name]) > 1.1 * width(spread()[name]), name
    assert width(wide["market_emissions"]) > width(spread()["market_emissions"])  # the residual goes with the average
    beside = ["self_sufficiency", "self_consumption", "generation_over_load", "clean_use_share"]
    xr.testing.assert_equal(wide[beside], spread()[beside])


def test_without_ranges_only_the_weather_and_the_meters_differ() -> None:
    stated = {name: yizhuang()[name].item() for name in (*UNCERTAIN, *YIELDS)}
    fixed = range_of(**{f"{name}_{end}": value for name, value in stated.items() for end in ("low", "high")})
    for name in EXTENSIVE:
        assert 0.0 < width(fixed[name]) < 0.2 * width(spread()[name]), name
    for name in REPORTED:
        assert fixed[name].sel(estimate="median").item() == pytest.approx(year()[name].item(), rel=0.1), name


def test_a_dirtier_grid_moves_electricity_and_leaves_energy_alone() -> None:
    dirty = year_of(times(yizhuang(), 2.0, "grid_factor"))
    assert dirty["electricity_emissions"].item() == pytest.approx(2 * year()["electricity_emissions"].item(), rel=1e-12)
    xr.testing.assert_equal(dirty["grid_import"], year()["grid_import"])
    gained = dirty["emissions"] - year()["emissions"]
    assert gained.item() == pytest.approx(year()["electricity_emissions"].item(), rel=1e-9)
    # Of a grid twice as dirty what contracts leave is twice as dirty too.
    ratio = yizhuang()["residual_ratio"].item()
    assert (dirty["market_emissions"] - year()["market_emissions"]).item() == pytest.approx(gained.item() * ratio)
    direct = dirty["statement_market"].drop_sel(category="electricity")
    xr.testing.assert_equal(direct, year()["statement_market"].drop_sel(category="electricity"))


def test_a_captive_plant_that_retires_takes_its_coal_and_its_power_with_it() -> None:
    # 8,000,000 + 100,000 m2 x 0.3 = 8,030,000 GJ/yr; 70 % from the coal plant = 5,621,000 GJ.
    # Coal: 5,621,000 / 0.62 = 9,066,129 GJ. Power: 5,621,000 x 0.25 / 3.6 = 390,347 MWh.
    # After it a gas boiler: 5,621,000 / 0.97 = 5,794,845 GJ; at 38.931 MJ/Nm3 148.85 million Nm3;
    # x 2.162 kg/Nm3 = 321.8 kt.
    before, after = (year_of(inputs_of("chemicals", f"year={when}"), "chemicals") for when in (2029, 2030))
    assert before["heat_coal"].item() == pytest.approx(9066129.0, rel=1e-6)
    assert before["generation"].sel(technology="chp").item() == pytest.approx(390347.2, rel=1e-6)
    assert line(before, "coal") > 10 * line(after, "coal")
    assert after["heat_coal"].item() == after["generation"].sel(technology="chp").item() == 0.0
    assert line(after, "coal") == pytest.approx(30000.0 * 2.072, rel=1e-3)  # the processes' own
    more = after["heat_gas_volume"].item() - before["heat_gas_volume"].item()
    assert more == pytest.approx(148.85e6, rel=1e-3)
    assert line(after, "natural_gas") - line(before, "natural_gas") == pytest.approx(321.8e3, rel=1e-3)
    assert line(after, "electricity") > line(before, "electricity")
    exchange = [(each["grid_import"] - each["grid_export"] - each["curtailment"]).item() for each in (before, after)]
    assert exchange[1] - exchange[0] == pytest.approx(390347.2, rel=1e-2)  # less what the store loses otherwise
    assert line(after, "process") == line(before, "process") == pytest.approx(300000.0)


def test_every_variable_of_a_year_has_a_unit_and_a_row() -> None:
    assert {name for name in year() if "units" not in year()[name].attrs} == set()
    assert {name for name in year() if name not in variables()} == set()


def test_a_share_of_nothing_is_undefined() -> None:
    part, whole = array([1.0, 0.0, 1.0], "MWh/yr"), array([4.0, 0.0, 0.0], "MWh/yr")
    np.testing.assert_array_equal(share(part, whole), [0.25, np.nan, np.nan])


def test_a_contract_covers_at_most_what_is_there_and_nothing_of_less_than_nothing() -> None:
    part, whole = array([1.0, 5.0, 1.0], "MWh/yr"), array([4.0, 4.0, -2.0], "MWh/yr")
    assert at_most(part, whole).values.tolist() == [1.0, 4.0, 0.0]


@pytest.mark.parametrize("function", [share, burnt, burnt_mass])
def test_results_have_the_units_they_declare(function: object) -> None:
    units = function.units  # type: ignore[attr-defined]
    one = {name: quantify(xr.DataArray(2.0, attrs={"units": unit})) for name, unit in units.items() if name != "return"}
    result = function.__wrapped__(**one)  # type: ignore[attr-defined]
    assert result.data.check(pint_unit(units["return"]).dimensionality)


def test_the_range_looks_at_as_many_draws_as_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    monkeypatch.setattr(statement, "quantiles", lambda reported: seen.append(reported.sizes) or reported)
    park_range(yizhuang(), series().isel(weather_seed=[0]), yields().isel(weather_seed=[0]))
    assert dict(seen[0])["draw"] == DRAWS and weather_of("yizhuang").sizes["time"] == 8760
