"""The year of the shipped park, and the range of what nobody published of it."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest
import xarray as xr

from decarb.park.dispatch import check_energy_balance
from decarb.park.inventory import GROUPS
from decarb.park.statement import ESTIMATES, REPORTED, UNCERTAIN, park_range, park_year, rescaled, share
from decarb.scenario.inputs import park_inputs
from decarb.scenario.scenario import load_scenario
from decarb.units import stamp
from decarb.units.convert import quantify
from decarb.units.registry import pint_unit

EXTENSIVE = ("emissions", "electricity_emissions", "credits_needed")


@lru_cache(maxsize=1)
def yizhuang() -> xr.Dataset:
    spec = load_scenario("china-2060").spec
    return park_inputs(spec.park, spec.seed)


@lru_cache(maxsize=1)
def year() -> xr.Dataset:
    return park_year(yizhuang())


@lru_cache(maxsize=1)
def spread() -> xr.Dataset:
    return park_range(yizhuang())


def changed(**values: float) -> xr.Dataset:
    inputs = yizhuang()
    return inputs.assign({name: stamp(xr.full_like(inputs[name], value), inputs[name].attrs["units"])
                          for name, value in values.items()}).assign_attrs(inputs.attrs)  # fmt: skip


def width(estimates: xr.DataArray) -> float:
    return float(estimates.sel(estimate="p95") - estimates.sel(estimate="p5"))


def test_the_year_balances_and_meets_the_stated_load_and_yields() -> None:
    check_energy_balance(year())
    inputs = yizhuang()
    assert year()["load"].item() == pytest.approx(inputs["annual_load"].item(), rel=1e-9)
    for technology in ("wind", "pv"):
        stated = inputs[f"{technology}_capacity"] * inputs[f"{technology}_full_load_hours"]
        assert year()["generation"].sel(technology=technology).item() == pytest.approx(stated.item(), rel=1e-6)


def test_emissions_are_the_sum_of_the_lines_and_electricity_is_what_was_bought() -> None:
    result, inputs = year(), yizhuang()
    assert list(result["statement"]["category"].values) == list(GROUPS)
    assert result["emissions"].item() == pytest.approx(result["statement"].sum().item(), rel=1e-14)
    bought = result["grid_import"] * inputs["grid_factor"] * 1.0
    assert inputs["grid_factor"].attrs["units"] == "kg CO2/kWh"  # the same number in t CO2/MWh
    assert result["electricity_emissions"].item() == pytest.approx(bought.item(), rel=1e-12)
    assert result["credits_needed"].item() == np.ceil(result["emissions"].item())


def test_own_use_is_a_share_of_load_and_of_generation() -> None:
    result = year()
    used = result["load"] - result["grid_import"] - result["unmet_load"]
    assert result["own_use"].item() == pytest.approx(used.item(), rel=1e-14)
    assert result["self_sufficiency"].item() == pytest.approx((used / result["load"]).item(), rel=1e-14)
    assert result["self_consumption"].item() == pytest.approx((used / result["generation"].sum()).item(), rel=1e-14)
    assert 0.0 < result["self_sufficiency"] < result["self_consumption"] < 1.0


def test_percentiles_are_ordered_and_hold_the_stated_value() -> None:
    estimates = spread()
    assert list(estimates["estimate"].values) == list(ESTIMATES)
    assert set(estimates) == set(REPORTED)
    for name in REPORTED:
        low, middle, high = estimates[name].values
        assert low < middle < high, name
        assert low < year()[name].item() < high, name
        assert estimates[name].attrs == {"units": year()[name].attrs["units"]}


def test_the_same_seed_gives_the_same_bits_and_another_seed_other_draws() -> None:
    xr.testing.assert_identical(park_year(yizhuang()), year())
    xr.testing.assert_identical(park_range(yizhuang()), spread())
    other = park_range(yizhuang().assign_attrs(seed=yizhuang().attrs["seed"] + 1000))
    for name in REPORTED:
        assert not np.array_equal(other[name], spread()[name]), name


def test_a_wider_range_of_load_widens_every_result_that_depends_on_it() -> None:
    narrow = park_range(changed(annual_load_low=13500.0, annual_load_high=14500.0))
    wide = park_range(changed(annual_load_low=7000.0, annual_load_high=21000.0))
    for name in REPORTED:
        assert width(narrow[name]) < width(wide[name]), name


def test_a_wider_range_of_the_grid_factor_widens_emissions_and_leaves_energy_alone() -> None:
    wide = park_range(changed(grid_factor_low=0.2, grid_factor_high=1.5))
    for name in EXTENSIVE:
        assert width(wide[name]) > 1.1 * width(spread()[name]), name
    shares = ["self_sufficiency", "self_consumption"]
    xr.testing.assert_equal(wide[shares], spread()[shares])


def test_without_ranges_only_the_weather_differs() -> None:
    stated = {name: yizhuang()[name].item() for name in UNCERTAIN}
    fixed = park_range(changed(**{f"{name}_{end}": value for name, value in stated.items() for end in ("low", "high")}))
    for name in EXTENSIVE:
        assert 0.0 < width(fixed[name]) < 0.2 * width(spread()[name]), name
    for name in REPORTED:
        assert fixed[name].sel(estimate="median").item() == pytest.approx(year()[name].item(), rel=0.1), name


def test_a_dirtier_grid_moves_electricity_and_leaves_energy_alone() -> None:
    dirty = park_year(changed(grid_factor=2 * yizhuang()["grid_factor"].item()))
    assert dirty["electricity_emissions"].item() == pytest.approx(2 * year()["electricity_emissions"].item(), rel=1e-12)
    xr.testing.assert_equal(dirty["grid_import"], year()["grid_import"])
    gained = dirty["emissions"] - year()["emissions"]
    assert gained.item() == pytest.approx(year()["electricity_emissions"].item(), rel=1e-9)


def test_capacity_is_scaled_by_the_drawn_yield_over_the_stated_one() -> None:
    unit = {"capacity": "MW", "drawn_hours": "h/yr", "stated_hours": "h/yr"}
    values = {"capacity": 4.0, "drawn_hours": 1500.0, "stated_hours": 1000.0}
    result = rescaled(**{name: xr.DataArray(value, attrs={"units": unit[name]}) for name, value in values.items()})
    assert (result.item(), result.attrs) == (6.0, {"units": "MW"})


def test_a_share_of_nothing_is_undefined() -> None:
    part, whole = (xr.DataArray(values, dims="park", attrs={"units": "MWh/yr"})
                   for values in ([1.0, 0.0, 1.0], [4.0, 0.0, 0.0]))  # fmt: skip
    np.testing.assert_array_equal(share(part, whole), [0.25, np.nan, np.nan])


@pytest.mark.parametrize("function", [rescaled, share])
def test_results_have_the_units_they_declare(function: object) -> None:
    units = function.units  # type: ignore[attr-defined]
    one = {name: quantify(xr.DataArray(2.0, attrs={"units": unit})) for name, unit in units.items() if name != "return"}
    result = function.__wrapped__(**one)  # type: ignore[attr-defined]
    assert result.data.check(pint_unit(units["return"]).dimensionality)
