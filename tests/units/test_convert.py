"""Gases become CO2e by the report named and never unasked; pint arrays; and all of it under many threads."""

from __future__ import annotations

import pickle
import random
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import dask.array
import hypothesis.strategies as st
import numpy as np
import pint
import pytest
import xarray as xr
from hypothesis import given, settings

from decarb.errors import UnitError
from decarb.units.convert import REPORTS, convert, quantify
from decarb.units.quantity import UnitFloat
from decarb.units.registry import dimension, parse_unit, unit_factor

GWP = {
    "AR4": {"CO2": 1.0, "CH4": 25.0, "N2O": 298.0},
    "AR5": {"CO2": 1.0, "CH4": 28.0, "N2O": 265.0},
    "AR6": {"CO2": 1.0, "CH4": 27.9, "N2O": 273.0},
    "AR5GWP20": {"CH4": 84.0},
}


@pytest.mark.parametrize(
    ("text", "unit", "gwp", "value"),
    [
        ("1 t CH4", "t CO2e", "AR6", 27.9),
        ("1 t CH4", "t CO2e", "AR5", 28.0),
        ("2 kt N2O/yr", "Mt CO2e/yr", "AR4", 0.596),
        ("1 g CH4/kWh", "kg CO2e/MWh", "AR5", 28.0),
        ("3 Mt CO2", "Mt CO2e", "AR5", 3.0),
        # A price per tonne of methane is divided: one tonne of CH4 is 28 tonnes of CO2e.
        ("28 CNY_2020/t CH4", "CNY_2020/t CO2e", "AR5", 1.0),
        ("1 t CH4", "kg CH4", "AR5", 1000.0),
        ("1 t CH4", "kg CH4", None, 1000.0),
        ("1 TWh/yr", "GWh/yr", None, 1000.0),
        ("5 %", "1", None, 0.05),
    ],
)
def test_conversion_is_the_one_computed_by_hand(text: str, unit: str, gwp: str | None, value: float) -> None:
    result = convert(text, unit, gwp, gwp_table=GWP)
    assert result == pytest.approx(value, rel=1e-14)
    assert result.units == unit


@pytest.mark.parametrize(
    ("text", "unit", "gwp", "part"),
    [
        ("1 t CH4", "t CO2e", None, 'gwp="AR4", "AR5" or "AR6"'),
        ("1 t CO2", "t CO2e", None, 'gwp="AR4", "AR5" or "AR6"'),
        ("1 t CH4", "t CO2e", "AR5GWP20", 'gwp="AR4", "AR5" or "AR6"'),
        ("1 t CH4", "t CO2e", "ar5", "'ar5' names no report"),
        ("1 t SF6", "t CO2e", "AR5", "no SF6 in AR5"),
        ("1 t CO2e", "t CH4", "AR5", "mass of CO2e"),
        ("1 t CO2e", "t CO2", "AR5", "mass of CO2e"),
        ("1 t CH4", "t CO2", "AR5", "mass of CH4"),
        ("1 t CH4", "MWh", "AR5", "energy"),
        ("1 t", "t CO2e", "AR5", "mass"),
        ("1 t CH4/t CO2", "t CO2e/t CO2", "AR5", "mass of CH4"),
        ("1 mw", "MW", None, '"MW"'),
        ("1 MW", "mw", None, '"MW"'),
        (5, "MW", None, "plain number"),
        ("NaN t CH4", "t CO2e", "AR5", "not a plain number"),
    ],
)
def test_what_needs_a_guess_is_refused_with_the_fix(text: object, unit: str, gwp: str | None, part: str) -> None:
    with pytest.raises(UnitError) as caught:
        convert(text, unit, gwp, gwp_table=GWP)
    assert part in str(caught.value)


def test_without_a_table_only_co2_has_a_gwp() -> None:
    assert convert("1 t CO2", "kg CO2e", "AR6") == 1000.0
    with pytest.raises(UnitError, match="gwp_table"):
        convert("1 t CH4", "t CO2e", "AR6")


def test_result_is_a_float_that_prints_and_pickles_with_its_unit() -> None:
    result = convert("1 t CH4", "t CO2e", gwp="AR6", gwp_table=GWP)
    assert isinstance(result, float) and repr(result) == "27.9 t CO2e"
    copy = pickle.loads(pickle.dumps(result))
    assert (type(copy), copy, copy.units) == (UnitFloat, result, "t CO2e")
    assert convert(result, "kg CO2e") == pytest.approx(27900.0)


@settings(deadline=None)
@given(st.floats(1e-6, 1e6), st.sampled_from(REPORTS), st.sampled_from(["CH4", "N2O"]), st.sampled_from(["g", "Mt"]))
def test_gwp_commutes_with_the_choice_of_mass_unit(value: float, report: str, gas: str, mass: str) -> None:
    direct = convert(f"{value!r} t {gas}", "t CO2e", report, gwp_table=GWP)
    detour = convert(convert(f"{value!r} t {gas}", f"{mass} CO2e", report, gwp_table=GWP), "t CO2e")
    assert detour == pytest.approx(direct, rel=1e-13)
    assert direct == pytest.approx(value * GWP[report][gas], rel=1e-13)


@pytest.fixture
def forced_thread_switching() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


@pytest.mark.usefixtures("forced_thread_switching")
def test_a_thousand_conversions_under_forced_thread_switching_are_right() -> None:
    cases = [
        (f"{n} {mass} {gas}", "t CO2e", report, n * unit_factor(mass, "t") * GWP[report][gas])
        for n in range(1, 15)
        for mass in ("kg", "t", "kt", "Mt")
        for gas in ("CO2", "CH4", "N2O")
        for report in REPORTS
    ] + [(f"{n} GWh/yr", "MW", None, n * 1000 / 8760) for n in range(1, 500)]
    random.Random(2060).shuffle(cases)
    assert len(cases) >= 1000
    for cached in (parse_unit, dimension, unit_factor):
        cached.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda case: convert(case[0], case[1], case[2], gwp_table=GWP), cases))
    wrong = [(case, got) for case, got in zip(cases, found, strict=True) if abs(got - case[3]) > 1e-12 * abs(case[3])]
    assert wrong == []


def test_quantify_gives_pint_arrays_that_refuse_wrong_sums() -> None:
    data = xr.Dataset(
        {
            "power": ("x", [1.0, 2.0], {"units": "MW", "long_name": "load"}),
            "energy": ("x", [3.0, 4.0], {"units": "kWh"}),
            "name": ("x", ["a", "b"]),
        },
        coords={"x": ("x", [0, 1], {"units": "km"})},
    )
    quantified = quantify(data)
    assert isinstance(quantified["power"].data, pint.Quantity)
    assert quantified["power"].attrs == {"long_name": "load"}
    assert quantified["name"].dtype == data["name"].dtype
    assert quantified["x"].attrs == {"units": "km"}
    assert data["power"].attrs["units"] == "MW"
    total = (quantified["power"] * quantified["power"].data.units._REGISTRY.Quantity(2, "h")).sum().data
    assert total.to("kWh").magnitude == pytest.approx(6000.0)
    with pytest.raises(pint.DimensionalityError):
        quantified["power"] + quantified["energy"]
    with pytest.raises(UnitError, match='"name" has no unit'):
        quantify(data["name"])


def test_quantify_keeps_lazy_arrays_lazy() -> None:
    lazy = xr.DataArray(dask.array.ones(4, chunks=2), dims="x", attrs={"units": "Mt CO2/yr"})
    magnitude = quantify(lazy).data.magnitude
    assert isinstance(magnitude, dask.array.Array)
    np.testing.assert_array_equal(magnitude.compute(), np.ones(4))
